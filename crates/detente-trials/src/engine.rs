//! A whole article through the whole engine, with lexicon and models loaded once.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use detente::article::Article;
use detente::note::Evidence;
use detente::read::{Reader, Reading};
use detente::report::{Entity, Report};
use detente::span::Span;
use jiff::civil::date;

use crate::{choose, cost, dates};

/// A network at work holds some arrays whatever it reads.
const FLOOR: usize = 64 << 20;

/// The built-in engine.
pub fn reader() -> &'static Reader {
    static READER: OnceLock<Reader> = OnceLock::new();
    READER.get_or_init(|| detente_embedded::reader(&[]).unwrap_or_else(|e| panic!("{e:#}")))
}

/// An article of any words.
pub fn article(bytes: &[u8]) {
    let reader = reader();
    let (published, rest) = choose(bytes, 4);
    let published =
        [None, Some(date(2019, 8, 19)), Some(date(2020, 2, 29)), Some(date(1914, 7, 28))][published];
    let text = String::from_utf8_lossy(rest).into_owned();
    let article = Article { id: "trial".into(), text, published, ..Article::default() };
    let reading = cost::within(article.text.len(), FLOOR, || reader.read(&article));
    check(&article, &reading);
    let again = reader.read(&article);
    assert_eq!(reading.reports, again.reports, "the same article gives the same reports");
    assert_eq!(reading.notes, again.notes, "the same article gives the same notes");
}

/// What must hold of every reading.
pub fn check(article: &Article, reading: &Reading) {
    let text = article.text.as_str();
    let words = |span: Span| {
        let words = span.slice(text);
        assert!(!words.is_empty(), "{span:?} has no words");
        words
    };
    let mut end = 0;
    for token in &reading.syntax.tokens {
        assert!(token.span.start >= end, "tokens go on");
        assert!(
            !words(token.span).contains(char::is_whitespace) || token.span.len() > 1,
            "a token is a word"
        );
        end = token.span.end;
    }
    for mention in &reading.mentions {
        words(reading.syntax.cover(mention.tokens));
    }
    dates::check(text, &reading.times);
    for (span, _) in &reading.places {
        words(*span);
    }
    for note in &reading.notes {
        note.span.map(words);
    }
    let evidenced = |evidence: &Evidence| {
        assert!(!evidence.rule.is_empty(), "evidence has a rule");
        evidence.spans.iter().for_each(|span| _ = words(*span));
    };
    let named = |entity: &Entity| {
        assert!(!entity.key.is_empty(), "an entity has a key");
        let span = Span { start: entity.start, end: entity.end };
        assert_eq!(span.slice(text), entity.entity_text, "an entity has its words");
    };
    let ids: BTreeSet<&str> = reading.reports.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids.len(), reading.reports.len(), "every report has a name of its own");
    for report in &reading.reports {
        assert_eq!((report.event.len(), report.doc.as_str()), (1, article.id.as_str()));
        assert!(!report.evidence.is_empty(), "nothing is without its evidence");
        report.evidence.iter().for_each(evidenced);
        report.actor.iter().chain(&report.recipient).chain(&report.said_by).for_each(named);
        let sentence = words(report.sentence());
        assert!(!report.event_text.is_empty(), "an event has its words");
        assert!(sentence.len() >= report.event_text.len(), "the words of an event stand in its sentence");
        assert!(report.date.zip(report.enddate).is_none_or(|(a, b)| a <= b), "days run forwards");
        assert!(report.confidence.is_none_or(|c| (0.0..=1.0).contains(&c)), "confidence is 0 to 1");
        assert!((-10.0..=10.0).contains(&report.event_scale), "the scale is -10 to 10");
        if let Some(loc) = &report.event_loc {
            let inside = |x: Option<f64>, most: f64| x.is_none_or(|x| x.abs() <= most);
            assert!(inside(loc.lat, 90.0) && inside(loc.lon, 180.0), "places are on earth");
        }
        for link in &report.links {
            assert!(ids.contains(link.to.as_str()) && link.to != report.id, "a link leads to another report");
            evidenced(&link.evidence);
            link.said_by.iter().for_each(named);
        }
        let line = serde_json::to_string(report).expect("a report is JSON");
        let back: Report = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(&back, report, "a report survives JSON");
    }
}
