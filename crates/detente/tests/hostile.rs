//! Text made to hurt: reading must end, keep within bounds and never fail, whatever the text.

mod common;

use detente::article::Article;

fn read(text: String) -> usize {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let article = Article { id: "hostile".into(), text, ..Article::default() };
    let reading = reader.read(&article);
    for report in &reading.reports {
        for entity in report.actor.iter().chain(&report.recipient) {
            let span = detente::span::Span { start: entity.start, end: entity.end };
            assert_eq!(span.slice(&article.text), entity.entity_text);
        }
    }
    reading.reports.len()
}

#[test]
fn phrases_nested_without_end_are_read_to_a_bound() {
    read("the president of the army of ".repeat(4_000) + "Syria attacked Israel.");
    read("He said that ".repeat(4_000) + "Syria attacked Israel.");
}

#[test]
fn rows_without_end_are_read() {
    read("Iran and ".repeat(4_000) + "Syria attacked Israel.");
    read("rebels and ".repeat(4_000) + "soldiers attacked Israel.");
    read("Rebels attacked ".to_string() + &"a post near Springfield in Aleppo, ".repeat(2_000) + "Syria.");
}

#[test]
fn marks_and_odd_letters_are_read() {
    read("\"".repeat(20_000));
    read(
        "\u{202e}\u{0}\u{fffd} \u{1f600} 北京 said “ ( [ Iran’s ’s ’ attacked ” \n\n\r\n\t Syria "
            .repeat(300),
    );
}
