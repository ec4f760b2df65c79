//! Sentences that a glance passes over are not parsed; what our own articles report does not suffer from it.

mod common;

use detente::article::Article;
use detente::report::Report;
use detente::syntax::Upos;
use jiff::civil::date;

fn article(text: &str) -> Article {
    Article { id: "a".into(), text: text.into(), published: Some(date(2026, 3, 9)), ..Article::default() }
}

#[test]
fn an_article_without_politics_is_hardly_parsed() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let text = "Tomatoes like a warm corner of the garden. Sow the seeds in small pots and keep them on the window \
        sill. After two weeks the first leaves are out. Give every plant a pot of its own now. Water them in the \
        morning, not at noon. Too much water makes the roots rot. Old coffee grounds are a good food for them. In May \
        the nights are mild enough to plant them out. A stick beside each stem keeps it upright. Pick the fruit when it \
        is red and still firm. It keeps for a week in a bowl, not in the fridge. With salt and oil it makes the best \
        salad of the summer.";
    let syntax = reader.read(&article(text)).syntax;
    let parsed = |range: &detente::span::TokenRange| range.iter().any(|t| syntax.upos(t) != Upos::X);
    let count = syntax.sentences.iter().filter(|s| parsed(s)).count();
    assert_eq!(syntax.sentences.len(), 12);
    assert!(count <= 3, "{count} of 12 are parsed");
}

#[test]
fn our_example_articles_report_the_same_when_all_of_them_is_parsed() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let folder = common::root().join("examples");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the examples") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let article = article(&std::fs::read_to_string(&path).expect("text"));
        let keys = |reports: &[Report]| -> Vec<String> {
            reports.iter().map(|r| format!("{:?} {:?} {:?}", r.event, r.actor, r.recipient)).collect()
        };
        let (some, all) = (reader.read(&article).reports, reader.read_all(&article).reports);
        assert_eq!(keys(&some), keys(&all), "{}", path.display());
        count += all.len();
    }
    assert!(count > 10, "the examples report something");
}
