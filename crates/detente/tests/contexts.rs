//! Contexts of events: what gives them, and what does not.

mod common;

use detente::article::Article;

/// The contexts of the first event of a text.
fn contexts(text: &str) -> Vec<String> {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let published = "2017-03-01".parse().ok();
    let article = Article { id: "a".into(), published, text: text.into(), ..Article::default() };
    let reports = reader.read(&article).reports;
    let first = reports.first().unwrap_or_else(|| panic!("no event: {text}"));
    for context in &first.context {
        let rule = format!("context:{context}");
        let why = first.evidence.iter().find(|e| e.rule == rule);
        assert!(why.is_some_and(|e| !e.spans.is_empty()), "{context} has no words: {text}");
    }
    first.context.clone()
}

#[test]
fn an_event_has_the_contexts_of_the_words_beside_it() {
    let of = contexts("Avaria accused Belmora of meddling in its presidential election.");
    assert!(of.contains(&"election".to_string()), "{of:?}");
    assert!(!of.contains(&"economic".to_string()), "{of:?}");
}

#[test]
fn states_that_meet_are_diplomatic_and_a_union_that_meets_its_government_is_not() {
    let diplomatic = |text: &str| contexts(text).contains(&"diplomatic".to_string());
    assert!(diplomatic("Vladimir Putin met Donald Trump on Monday."));
    assert!(!diplomatic("The Avarian government met Avarian teachers on Monday."));
}

#[test]
fn trafficking_is_not_told_as_crime_too() {
    let of = contexts("Avarian police arrested six human traffickers of a smuggling gang on Monday.");
    assert!(of.contains(&"trafficking".to_string()), "{of:?}");
    assert!(!of.contains(&"crime".to_string()), "{of:?}");
}
