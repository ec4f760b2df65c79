//! Numbers of dead, injured and arrested, read from sentences as a person would read them.

mod common;

use detente::article::Article;
use detente::report::Size;
use jiff::civil::date;

/// The greatest numbers that any report of the text bears: dead, injured, arrested.
fn toll(text: &str) -> [Option<u32>; 3] {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let article = Article {
        id: "a".into(),
        text: text.into(),
        published: Some(date(2026, 3, 2)),
        ..Article::default()
    };
    let sizes: Vec<Size> = reader.read(&article).reports.into_iter().filter_map(|r| r.size).collect();
    let most = |field: fn(&Size) -> Option<u32>| sizes.iter().filter_map(field).max();
    [most(|s| s.dead), most(|s| s.injured), most(|s| s.arrested)]
}

#[test]
fn what_is_counted_is_told_with_its_event() {
    let right = [
        (
            "A suicide bomber attacked an Avarian convoy on Monday, killing at least 12 soldiers and wounding 30.",
            [Some(12), Some(30), None],
        ),
        ("A raid by Belmoran troops left 20 Avarian villagers dead.", [Some(20), None, None]),
        ("Rebels in Avaria killed two hundred villagers and three policemen.", [Some(203), None, None]),
        ("Twenty-one Avarian soldiers were shot dead by rebels.", [Some(21), None, None]),
        ("Police in Belmora arrested 1,450 protesters.", [None, None, Some(1_450)]),
        (
            "An air strike by Avaria killed a Belmoran police officer and injured two dozen others.",
            [Some(1), Some(24), None],
        ),
        (
            "The Belmoran army attacked a town in Avaria, which led to the deaths of nine people.",
            [Some(9), None, None],
        ),
        ("Belmora's army said that its troops had killed 15 Avarian rebels.", [Some(15), None, None]),
    ];
    let wrong: Vec<String> = right
        .iter()
        .filter(|(text, sizes)| toll(text) != *sizes)
        .map(|(text, sizes)| format!("{text}\n    {:?} and not {sizes:?}", toll(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_number_of_people_is_not_counted() {
    for text in [
        "Rebels in Avaria killed dozens of Belmoran soldiers.",
        "Belmoran troops killed up to 50 Avarian rebels.",
        "Belmoran troops killed fewer than 50 Avarian rebels.",
        "Belmora accused Avaria of lies on 12 March.",
        "Belmoran rebels did not kill 12 Avarian soldiers.",
        "Belmora sent 300 soldiers to Avaria.",
        "Belmoran troops wounded in 2016 were sent home by Avaria.",
    ] {
        assert_eq!(toll(text), [None; 3], "{text}");
    }
}
