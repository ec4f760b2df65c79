//! The ledger's promises, on articles about invented states.

use detente::article::Article;
use detente::note::{Evidence, Note};
use detente::plover::EventType;
use detente::report::{Aux, CiteInfo, Coder, Entity, Link, LinkKind, Report, TextInfo};
use detente::span::Span;
use detente::turn::TurnKind;
use jiff::civil::{Date, date};

use crate::{Added, Filter, Ledger, LedgerError, Outcome, Quoted, Status};

const MONDAY: Date = date(2026, 3, 2);
const FRIDAY: Date = date(2026, 3, 6);

fn coder(version: &str) -> Coder {
    Coder { version: version.into(), lexicon: "lex".into(), model: "en".into() }
}

fn article(id: &str, text: &str) -> Article {
    Article {
        id: id.into(),
        title: Some(format!("Headline of {id}")),
        published: Some(MONDAY),
        text: text.into(),
        url: Some(format!("https://example.org/{id}")),
        source: Some("The Anduin Echo".into()),
        ..Article::default()
    }
}

fn entity(key: &str) -> Entity {
    Entity {
        key: key.into(),
        identifier_text: Some(format!("Kingdom of {key}")),
        entity_text: key.into(),
        ..Entity::default()
    }
}

/// A report that takes the whole text for its sentence.
fn report(article: &Article, n: usize, kind: EventType, parties: (&str, &str), day: Option<Date>) -> Report {
    Report {
        id: format!("{}#{n}", article.id),
        doc: article.id.clone(),
        event: vec![kind],
        mode: None,
        context: vec![],
        quad_code: kind.quad(),
        event_scale: match kind {
            EventType::Sanction => -6.0,
            EventType::Assault => -9.0,
            _ => 4.0,
        },
        actor: vec![entity(parties.0)],
        recipient: vec![entity(parties.1)],
        date: day,
        enddate: day,
        date_text: None,
        date_precision: None,
        aux: vec![],
        said_by: None,
        text_info: TextInfo { sequence: 0, start: 0, end: article.text.len() as u32 },
        event_text: "words".into(),
        event_loc: None,
        size: None,
        event_id: None,
        gist: Default::default(),
        confidence: None,
        evidence: vec![Evidence::new("test", [Span::new(0, 1)])],
        links: Vec::new(),
        cite_info: CiteInfo::default(),
        coder: coder("1"),
    }
}

/// A ledger with one article and one report.
fn small() -> (Ledger, Article, Report) {
    let mut ledger = Ledger::in_memory().unwrap();
    let article = article("one", "Arnor's envoy visited Gondor.");
    let report = report(&article, 0, EventType::Consult, ("Arnor", "Gondor"), Some(MONDAY));
    let notes = [Note { stage: "time", span: None, text: "odd".into() }];
    let added = ledger.add(&article, std::slice::from_ref(&report), &notes, &coder("1"), MONDAY).unwrap();
    assert_eq!(added, Added::New("one".into()));
    (ledger, article, report)
}

#[test]
fn what_goes_in_comes_out() {
    let (ledger, article, mut report) = small();
    let rows = ledger.reports(&Filter::default()).unwrap();
    report.cite_info.url = article.url.clone();
    report.cite_info.title = article.title.clone();
    report.cite_info.publication = article.source.clone();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].report, report);
    assert_eq!(rows[0].sentence, article.text);
    assert_eq!((rows[0].known, rows[0].article_id.as_str()), (MONDAY, "one"));
    assert_eq!(ledger.article("one").unwrap(), article);
    assert_eq!(ledger.report("one#0").unwrap(), rows[0]);
}

#[test]
fn the_same_text_is_not_added_twice_whatever_its_name() {
    let (mut ledger, article, report) = small();
    let again = Article { id: "other".into(), ..article.clone() };
    assert_eq!(
        ledger.add(&again, &[report], &[], &coder("1"), FRIDAY).unwrap(),
        Added::Already("one".into())
    );
    assert_eq!(ledger.counts(None).unwrap().reports, 1);
    assert_eq!(ledger.has(&article, Some(&coder("1"))).unwrap(), Some("one".into()));
    assert_eq!(ledger.has(&article, Some(&coder("2"))).unwrap(), None);
    assert_eq!(ledger.has(&article, None).unwrap(), Some("one".into()));
    assert_eq!(ledger.has(&self::article("one", "something else"), None).unwrap(), None);
}

#[test]
fn the_same_text_from_another_publisher_is_a_copy_of_its_own() {
    let (mut ledger, first, report) = small();
    let mut again = Article { source: Some("The Pelargir Post".into()), ..first.clone() };
    for name in ["one~", "one~"] {
        assert_eq!(ledger.has(&again, None).unwrap(), None);
        let added = ledger.add(&again, std::slice::from_ref(&report), &[], &coder("1"), FRIDAY).unwrap();
        assert!(matches!(&added, Added::New(id) if id.starts_with(name)), "{added:?}");
        let kept = ledger.article(added.id()).unwrap();
        assert_eq!(kept.copy_of.as_deref(), Some("one"), "of the first, not of another copy");
        assert_eq!(kept.source, again.source);
        let row = ledger.report(&format!("{}#0", added.id())).unwrap();
        assert_eq!(row.report.cite_info.copy_of.as_deref(), Some("one"));
        let once_more = ledger.add(&again, &[], &[], &coder("1"), FRIDAY).unwrap();
        assert_eq!(once_more, Added::Already(added.id().into()));
        again.source = Some("The Minas Times".into());
    }
    let unsigned = Article { source: None, ..first };
    let added = ledger.add(&unsigned, &[report], &[], &coder("1"), FRIDAY).unwrap();
    assert_eq!(added, Added::Already("one".into()), "nobody says that it is another publisher's");
    let events = ledger.events(&Filter::default()).unwrap();
    assert_eq!((events[0].reports.len(), events[0].witnesses, events[0].copies), (3, 1, 2));
}

/// Sentences of invented words, each its own.
fn sentences(from: usize, to: usize) -> String {
    let word = |n: usize| format!("w{}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40);
    (from..to).map(|s| (0..12).map(|w| word(s * 12 + w)).collect::<Vec<_>>().join(" ") + ". ").collect()
}

#[test]
fn a_text_that_comes_again_cut_or_lengthened_is_a_copy_and_an_update_is_none() {
    let mut ledger = Ledger::in_memory().unwrap();
    let mut copy_of = |id: &str, text: String, said: Option<&str>| {
        let article = Article { copy_of: said.map(Into::into), ..article(id, &text) };
        ledger.add(&article, &[], &[], &coder("1"), MONDAY).unwrap();
        ledger.article(id).unwrap().copy_of.unwrap_or_default()
    };
    assert_eq!(copy_of("agency", sentences(0, 20), None), "");
    assert_eq!(copy_of("other", sentences(300, 320), None), "");
    assert_eq!(copy_of("cut", sentences(0, 12), None), "agency");
    assert_eq!(copy_of("cut again", sentences(0, 11), None), "agency", "of the first, not of the copy");
    assert_eq!(copy_of("longer", sentences(0, 20) + &sentences(600, 602), None), "agency");
    assert_eq!(copy_of("update", sentences(0, 20) + &sentences(700, 720), None), "");
    assert_eq!(copy_of("said", sentences(800, 820), Some("elsewhere")), "elsewhere");
    assert_eq!(copy_of("known better", sentences(0, 19), Some("elsewhere")), "agency");
    let (name, like) = ledger.copy_of(&sentences(300, 318)).unwrap().unwrap();
    assert!(name == "other" && like.copy, "{like:?}");
    assert_eq!(ledger.copy_of(&sentences(900, 910)).unwrap(), None);
}

#[test]
fn an_article_more_is_laid_beside_what_it_touches_alone() {
    let mut ledger = Ledger::in_memory().unwrap();
    let parties = ["Arnor", "Gondor", "Rohan", "Mordor", "Lindon", "Dale", "Bree", "Eriador"];
    let mut add = |n: usize, x: &str, y: &str| {
        let article = Article {
            source: Some(format!("Paper {n}")),
            ..article(&format!("a{n}"), &format!("Told {n}."))
        };
        let mut report = report(&article, 0, EventType::Consult, (x, y), Some(MONDAY));
        report.event_text = format!("act{n}");
        ledger.add(&article, &[report], &[], &coder("1"), MONDAY).unwrap();
    };
    for n in 0..56 {
        let (x, y) = (n % 8, (n % 8 + 1 + n / 8) % 8);
        add(n, parties[x], parties[y]);
    }
    // A record that nobody can read falls out of its event as soon as anybody looks at it.
    let broken: i64 =
        ledger.connection.query_row("SELECT id FROM reports WHERE name = 'a0#0'", [], |r| r.get(0)).unwrap();
    ledger.connection.execute_batch("DROP TRIGGER reports_fixed").unwrap();
    ledger.connection.execute("UPDATE reports SET record = '{' WHERE id = ?1", [broken]).unwrap();
    let event = |ledger: &Ledger| -> i64 {
        ledger
            .connection
            .query_row("SELECT count(*) FROM current_event_reports WHERE report = 'a0#0'", [], |r| r.get(0))
            .unwrap()
    };
    let again = |ledger: &mut Ledger, n: usize| {
        let article = article(&format!("b{n}"), &format!("Told more of {n}."));
        let report = report(&article, 0, EventType::Consult, ("Umbar", "Harad"), Some(MONDAY));
        ledger.add(&article, &[report], &[], &coder("1"), MONDAY).unwrap();
    };
    again(&mut ledger, 1);
    assert_eq!(event(&ledger), 1, "nobody had to look at it");
    // What is remembered can be lost: then all of the cell is looked at, once.
    ledger.connection.execute("DELETE FROM cell_memos", []).unwrap();
    again(&mut ledger, 2);
    assert_eq!(event(&ledger), 0);
    let memos: i64 =
        ledger.connection.query_row("SELECT count(*) FROM cell_memos", [], |r| r.get(0)).unwrap();
    assert_eq!(memos, 1);
}

#[test]
fn where_an_article_came_from_is_kept() {
    let mut ledger = Ledger::in_memory().unwrap();
    let article = Article {
        author: Some("A. Scribe".into()),
        retrieved: Some("2026-03-02T10:11:12.5Z".parse().unwrap()),
        file: Some("day.zip!page.html".into()),
        place: Some("record 3".into()),
        copy_of: Some("elsewhere".into()),
        ..article("one", "Arnor's envoy visited Gondor.")
    };
    ledger.add(&article, &[], &[], &coder("1"), MONDAY).unwrap();
    assert_eq!(ledger.article("one").unwrap(), article);
}

#[test]
fn an_article_without_its_text_keeps_its_sentences_and_takes_the_text_later() {
    let text =
        "Much was said at the river, though little was done.\nArnor’s envoy visited Gondor. Talks went on.";
    let start = text.find("Arnor’s").unwrap() as u32;
    let end = text.find(" Talks").unwrap() as u32;
    let whole = article("one", text);
    let mut report = report(&whole, 0, EventType::Consult, ("Arnor", "Gondor"), Some(MONDAY));
    report.text_info = TextInfo { sequence: 1, start, end };
    for party in report.actor.iter_mut().chain(&mut report.recipient) {
        (party.entity_text, party.start, party.end) = ("the river".into(), 17, 26);
    }
    let sentence = text[start as usize..end as usize].to_string();
    let quoted = [Quoted { report: report.clone(), sentence: sentence.clone() }];
    let bare = Article { text: String::new(), ..whole.clone() };
    let print = crate::write::fingerprint(text);

    let mut ledger = Ledger::in_memory().unwrap();
    let added = ledger.add_quoted(&bare, &print, &quoted, &[], &coder("1"), MONDAY).unwrap();
    assert_eq!(added, Added::New("one".into()));
    assert!(!ledger.has_text("one").unwrap());
    assert_eq!(ledger.fingerprint("one").unwrap(), print);
    assert_eq!(ledger.sentence("one#0").unwrap(), sentence);
    let kept = ledger.article("one").unwrap();
    assert_eq!(report.sentence().slice(&kept.text), sentence);
    assert_eq!(&kept.text[17..26], "the river");
    assert_eq!(kept.text.replace('\n', ""), format!("the river{sentence}"), "and nothing else");
    let found = Filter { text: Some("envoy".into()), ..Filter::default() };
    assert_eq!(ledger.reports(&found).unwrap().len(), 1);
    assert_eq!(ledger.has(&whole, None).unwrap(), None, "the text is still to come");
    assert_eq!(ledger.has_fingerprint(&print, None, None).unwrap(), Some(("one".into(), false)));
    let again = ledger.add_quoted(&bare, &print, &quoted, &[], &coder("1"), FRIDAY).unwrap();
    assert_eq!(again, Added::Already("one".into()));
    let pieces: (String, i64, bool) = ledger
        .connection
        .query_row("SELECT text, start, only_quotes FROM quotes", [], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })
        .unwrap();
    assert_eq!(pieces, (sentence, i64::from(start), true));

    // Read here with its text: the same reading, and now the text is there.
    let events = ledger.events(&Filter::default()).unwrap();
    let again = ledger.add(&whole, std::slice::from_ref(&report), &[], &coder("1"), FRIDAY).unwrap();
    assert_eq!(again, Added::Already("one".into()));
    assert_eq!(ledger.article("one").unwrap(), whole);
    assert_eq!(ledger.has(&whole, Some(&coder("1"))).unwrap(), Some("one".into()));
    assert!(!ledger.complete(text).unwrap(), "nothing lacks");
    assert_eq!(ledger.events(&Filter::default()).unwrap(), events);
    let refused = ledger.connection.execute("UPDATE articles SET text = 'other'", []);
    assert!(refused.is_err(), "a text that is there stays");

    // The other way round it is the same ledger.
    let mut other = Ledger::in_memory().unwrap();
    other.add(&whole, &[report], &[], &coder("1"), MONDAY).unwrap();
    assert_eq!(other.events(&Filter::default()).unwrap(), events);
}

#[test]
fn a_text_that_lacks_can_be_handed_in_but_nothing_else_of_its_row_changes() {
    let mut ledger = Ledger::in_memory().unwrap();
    let whole = article("one", "Arnor’s envoy visited Gondor.");
    let bare = Article { text: String::new(), ..whole.clone() };
    let print = crate::write::fingerprint(&whole.text);
    ledger.add_quoted(&bare, &print, &[], &[], &coder("1"), MONDAY).unwrap();
    assert_eq!(ledger.article("one").unwrap().text, "");
    let refused = ledger.connection.execute("UPDATE articles SET text = 'x', title = 'another'", []);
    assert!(refused.is_err());
    assert!(ledger.complete(&whole.text).unwrap());
    assert_eq!(ledger.article("one").unwrap(), whole);
}

#[test]
fn reports_from_elsewhere_that_contradict_themselves_are_refused() {
    let mut ledger = Ledger::in_memory().unwrap();
    let whole = article("one", "Arnor’s envoy visited Gondor.");
    let bare = Article { text: String::new(), ..whole.clone() };
    let report = report(&whole, 0, EventType::Consult, ("Arnor", "Gondor"), Some(MONDAY));
    let print = crate::write::fingerprint(&whole.text);
    let mut refused = |article: &Article, print: &str, sentence: &str, end: u32| {
        let mut report = report.clone();
        report.text_info.end = end;
        let quoted = [Quoted { report, sentence: sentence.into() }];
        let error = ledger.add_quoted(article, print, &quoted, &[], &coder("1"), MONDAY).unwrap_err();
        error.to_string()
    };
    let end = whole.text.len() as u32;
    assert!(refused(&bare, "abc", &whole.text, end).contains("64 small hexadecimal digits"));
    assert!(refused(&bare, &print, "Too short.", end).contains("not as long as it says"));
    assert!(refused(&bare, &print, &whole.text, u32::MAX).contains("16 MiB"));
    let other = Article { text: "Another text, not that one.".into(), ..bare.clone() };
    assert!(refused(&other, &print, &whole.text, end).contains("another sha256"));
    assert_eq!(ledger.counts(None).unwrap().articles, 0);
}

#[test]
fn another_text_of_the_same_name_gets_a_name_of_its_own() {
    let (mut ledger, first, _) = small();
    let second = Article { text: "Arnor shelled Gondor.".into(), ..first };
    let assault = report(&second, 0, EventType::Assault, ("Arnor", "Gondor"), Some(FRIDAY));
    let added = ledger.add(&second, &[assault], &[], &coder("1"), FRIDAY).unwrap();
    assert!(added.id().starts_with("one~"), "{added:?}");
    let row = ledger.report(&format!("{}#0", added.id())).unwrap();
    assert_eq!(row.report.doc, added.id());
    assert_eq!(ledger.article(added.id()).unwrap().text, "Arnor shelled Gondor.");
}

#[test]
fn an_event_is_told_by_the_reading_that_stands_though_it_says_the_same() {
    let (mut ledger, article, report) = small();
    let by_actor = Filter { actor: Some("Arnor".into()), ..Filter::default() };
    for (version, day) in [("2", FRIDAY), ("3", FRIDAY), ("4", date(2026, 3, 9))] {
        let again = Report { coder: coder(version), ..report.clone() };
        ledger.add(&article, &[again], &[], &coder(version), day).unwrap();
        assert_eq!(ledger.events(&by_actor).unwrap().len(), 1, "read by {version}");
        // Its invented words stand nowhere.
        let faults = ledger.audit(None, 0).unwrap().faults;
        assert!(faults.iter().all(|f| f.kind == "words"), "{faults:?}");
    }
    for day in [MONDAY, FRIDAY] {
        let then = Filter { as_of: Some(day), ..by_actor.clone() };
        assert_eq!(ledger.events(&then).unwrap().len(), 1, "as of {day}");
    }
}

#[test]
fn every_run_says_under_which_manifest_it_was_made() {
    let (mut ledger, first, _) = small();
    let record = serde_json::json!({ "settings": { "language": "english" } });
    let id = ledger.begin_manifest("add", "2026-03-06T08:00:00Z", &coder("2"), &record).unwrap();
    let more = article("two", "Arnor thanked Gondor.");
    let report = report(&more, 0, EventType::Support, ("Arnor", "Gondor"), Some(FRIDAY));
    ledger.add(&more, &[report], &[], &coder("2"), FRIDAY).unwrap();
    let at_work = ledger.manifest(id).unwrap();
    assert_eq!((at_work.outcome, at_work.end), (None, serde_json::Value::Null));
    let counts = serde_json::json!({ "articles": 1 });
    ledger.end_manifest(Outcome::Done, "2026-03-06T08:00:01Z", &counts).unwrap();
    // Said twice, it stays as it was said first; what comes later is nobody's.
    ledger.end_manifest(Outcome::Failed, "2026-03-06T09:00:00Z", &counts).unwrap();
    ledger.add(&article("three", "Gondor is silent."), &[], &[], &coder("2"), FRIDAY).unwrap();

    let all = ledger.manifests().unwrap();
    let told: Vec<_> = all.iter().map(|m| (m.id, m.command.as_str(), m.wrote.readings)).collect();
    // What events and standings were made by bears no lexicon; it is told apart.
    assert_eq!(told, [(None, "", 1), (None, "", 0), (None, "", 1), (Some(id), "add", 1)]);
    let made = ledger.manifest(id).unwrap();
    assert_eq!(made, all[3]);
    assert_eq!((made.outcome, made.wrote.relates > 0), (Some(Outcome::Done), true));
    assert_eq!((&made.record, &made.end, made.coder), (&record, &counts, coder("2")));
    assert_eq!(ledger.manifest_of("two").unwrap(), Some(id));
    assert_eq!(ledger.manifest_of(&first.id).unwrap(), None);
    let gone = ledger.manifest(id + 1).unwrap_err().to_string();
    assert!(gone.contains("no run \"2\""), "{gone}");
}

#[test]
fn a_second_reading_supersedes_the_first_and_as_of_still_shows_it() {
    let (mut ledger, article, first) = small();
    let mut better = report(&article, 0, EventType::Cooperate, ("Arnor", "Gondor"), Some(MONDAY));
    better.event_text = "visited".into();
    let added = ledger.add(&article, &[better], &[], &coder("2"), FRIDAY).unwrap();
    assert_eq!(added, Added::Reread("one".into()));
    let kind = |as_of| -> Vec<EventType> {
        let filter = Filter { as_of, ..Filter::default() };
        ledger.reports(&filter).unwrap().iter().map(|r| r.report.kind()).collect()
    };
    assert_eq!(kind(None), [EventType::Cooperate]);
    assert_eq!(kind(Some(FRIDAY)), [EventType::Cooperate]);
    assert_eq!(kind(Some(date(2026, 3, 5))), [first.kind()]);
    assert_eq!(kind(Some(date(2026, 3, 1))), []);
    assert_eq!(ledger.report("one#0").unwrap().report.kind(), EventType::Cooperate);
    let all: i64 = ledger.connection.query_row("SELECT count(*) FROM reports", [], |r| r.get(0)).unwrap();
    assert_eq!(all, 2, "nothing is deleted");
    assert_eq!(ledger.counts(Some(date(2026, 3, 1))).unwrap().articles, 0);
}

#[test]
fn rows_cannot_be_changed_or_deleted_even_by_hand() {
    let (ledger, ..) = small();
    for sql in [
        "DELETE FROM reports",
        "UPDATE articles SET text = ''",
        "DELETE FROM runs",
        "UPDATE parties SET key = ''",
    ] {
        assert!(ledger.connection.execute(sql, []).is_err(), "{sql}");
    }
}

#[test]
fn a_report_outside_its_article_is_refused_and_nothing_is_written() {
    let mut ledger = Ledger::in_memory().unwrap();
    let article = article("one", "Short.");
    let good = report(&article, 0, EventType::Aid, ("Arnor", "Gondor"), None);
    let mut bad = report(&article, 1, EventType::Aid, ("Arnor", "Gondor"), None);
    bad.text_info.end = 900;
    let error = ledger.add(&article, &[good.clone(), bad], &[], &coder("1"), MONDAY).unwrap_err();
    assert!(error.to_string().contains("one#1"), "{error}");
    let twice = ledger.add(&article, &[good.clone(), good], &[], &coder("1"), MONDAY).unwrap_err();
    assert!(twice.to_string().contains("same id"), "{twice}");
    assert_eq!(ledger.counts(None).unwrap(), crate::Counts::default());
}

#[test]
fn every_filter_narrows() {
    let mut ledger = Ledger::in_memory().unwrap();
    let one = article("one", "Arnor shelled Gondor's harbour, Gondor said.");
    let mut denied = report(&one, 1, EventType::Assault, ("Mordor", "Gondor"), Some(FRIDAY));
    denied.aux = vec![Aux::Negated];
    let undated = report(&one, 2, EventType::Aid, ("Rohan", "Gondor"), None);
    let mut attack = report(&one, 0, EventType::Assault, ("Arnor", "Gondor"), Some(MONDAY));
    (attack.confidence, denied.confidence) = (Some(0.8), Some(0.55));
    ledger.add(&one, &[attack, denied, undated], &[], &coder("1"), MONDAY).unwrap();
    let two = article("two", "An envoy \"from\" the Shire met nobody.");
    let mut met = report(&two, 0, EventType::Consult, ("Shire", "Arnor"), Some(FRIDAY));
    met.actor.push(entity("Rohan"));
    met.recipient.clear();
    ledger.add(&two, &[met], &[], &coder("1"), FRIDAY).unwrap();

    let ids = |filter: Filter| -> String {
        let rows = ledger.reports(&filter).unwrap();
        assert_eq!(ledger.count(&filter).unwrap(), rows.len().max(ledger.count(&filter).unwrap()));
        rows.iter().map(|r| r.report.id.clone()).collect::<Vec<_>>().join(" ")
    };
    let f = Filter::default;
    assert_eq!(ids(f()), "one#0 one#1 two#0 one#2", "by day, undated last");
    assert_eq!(ids(Filter { newest_first: true, ..f() }), "one#1 two#0 one#0 one#2");
    assert_eq!(ids(Filter { actor: Some("Arnor".into()), ..f() }), "one#0");
    assert_eq!(ids(Filter { recipient: Some("Arnor".into()), ..f() }), "");
    assert_eq!(ids(Filter { either: Some("Rohan".into()), ..f() }), "two#0 one#2");
    assert_eq!(ids(Filter { dyad: Some(("Gondor".into(), "Mordor".into())), ..f() }), "one#1");
    assert_eq!(ids(Filter { dyad: Some(("Shire".into(), "Rohan".into())), ..f() }), "two#0");
    assert_eq!(ids(Filter { kind: Some(EventType::Aid), ..f() }), "one#2");
    assert_eq!(ids(Filter { from: Some(date(2026, 3, 3)), ..f() }), "one#1 two#0");
    assert_eq!(ids(Filter { to: Some(date(2026, 3, 3)), ..f() }), "one#0");
    assert_eq!(ids(Filter { status: Some(Status::Asserted), ..f() }), "one#0 two#0 one#2");
    assert_eq!(ids(Filter { status: Some(Status::Aux(Aux::Negated)), ..f() }), "one#1");
    assert_eq!(
        ids(Filter { text: Some("harbour shelled".into()), kind: Some(EventType::Aid), ..f() }),
        "one#2"
    );
    assert_eq!(
        ids(Filter { text: Some("\"from\" AND (".into()), ..f() }),
        "",
        "words only, no search language"
    );
    assert_eq!(ids(Filter { text: Some("from".into()), ..f() }), "two#0");
    assert_eq!(ids(Filter { article: Some("two".into()), ..f() }), "two#0");
    assert_eq!(ids(Filter { min_confidence: Some(0.75), ..f() }), "one#0");
    let cards = ledger.cards().unwrap();
    let facets = cards.choose(&ledger, &f()).unwrap().facets(9);
    let counted = |list: &[(String, usize)]| list.iter().map(|(v, n)| format!("{v} {n}")).collect::<Vec<_>>();
    assert_eq!(counted(&facets.confidence), ["0.75 1", "0.5 2", "0.25 2"], "none of 0.9");
    assert_eq!(counted(&facets.event), ["ASSAULT 2", "AID 1", "CONSULT 1"]);
    assert_eq!(counted(&facets.status), ["asserted 3", "negated 1"]);
    assert_eq!(ids(Filter { limit: Some(2), offset: 1, ..f() }), "one#1 two#0");

    let counts = ledger.counts(None).unwrap();
    assert_eq!((counts.articles, counts.reports, counts.dated, counts.actors, counts.dyads), (2, 4, 3, 5, 4));
    assert_eq!((counts.first, counts.last, counts.sources), (Some(MONDAY), Some(FRIDAY), 1));
    let dyads = ledger.dyads(10, None).unwrap();
    assert_eq!((dyads[0].a.as_str(), dyads[0].b.as_str(), dyads.len()), ("Arnor", "Gondor", 4));
}

#[test]
fn parties_are_found_by_key_name_and_words() {
    let (ledger, ..) = small();
    let keys = |text: &str| ledger.keys_like(text, 9).unwrap().into_iter().map(|h| h.key).collect::<Vec<_>>();
    assert_eq!(keys("gond"), ["Gondor"]);
    assert_eq!(keys("kingdom OF"), ["Arnor", "Gondor"]);
    assert_eq!(keys("100%"), [""; 0]);
    assert_eq!(ledger.name_of("Arnor").unwrap(), "Kingdom of Arnor");
    assert_eq!(ledger.name_of("Shire").unwrap(), "Shire");
    assert_eq!(ledger.name_of("Arnor/REB").unwrap(), "Kingdom of Arnor (rebels)");
}

#[test]
fn a_relation_runs_from_reports_to_turns() {
    let mut ledger = Ledger::in_memory().unwrap();
    let told = [
        (EventType::Support, date(2024, 1, 10)),
        (EventType::Aid, date(2024, 3, 1)),
        (EventType::Sanction, date(2025, 2, 1)),
        (EventType::Consult, date(2026, 1, 5)),
        (EventType::Support, date(2026, 2, 1)),
    ];
    for (i, (kind, day)) in told.into_iter().enumerate() {
        let article = article(&format!("a{i}"), &format!("Text number {i}."));
        let report = report(&article, 0, kind, ("Arnor", "Gondor"), Some(day));
        ledger.add(&article, &[report], &[], &coder("1"), day).unwrap();
    }
    let relation = ledger.relation("Gondor", "Arnor", None).unwrap();
    assert_eq!((relation.rows.len(), relation.events.len()), (5, 5));
    assert_eq!(relation.standing.months.len(), 27, "January 2024 to March 2026, the month of publication");
    assert!(relation.standing.latest().unwrap().value > 0.0);
    let kinds: Vec<TurnKind> = relation.turns.iter().map(|t| t.kind).collect();
    assert_eq!(kinds, [TurnKind::Rupture, TurnKind::Rapprochement]);
    let then = ledger.relation("Arnor", "Gondor", Some(date(2025, 6, 1))).unwrap();
    assert_eq!((then.rows.len(), then.turns.len()), (3, 1), "as it was known then");
    assert_eq!(ledger.latest_turns(5, None).unwrap().len(), 2);
    assert_eq!(ledger.events(&Filter::default()).unwrap().len(), 5);
}

#[test]
fn the_views_answer() {
    let (ledger, ..) = small();
    let line: (String, String, i64) = ledger
        .connection
        .query_row("SELECT a, month, reports FROM reports_by_dyad_month", [], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })
        .unwrap();
    assert_eq!(line, ("Arnor".into(), "2026-03".into(), 1));
    let actors: i64 =
        ledger.connection.query_row("SELECT count(*) FROM reports_by_actor", [], |r| r.get(0)).unwrap();
    assert_eq!(actors, 2);
}

#[test]
fn every_table_and_view_is_described() {
    let (ledger, ..) = small();
    let page = include_str!("../TABLES.md");
    let names: Vec<String> = ledger
        .connection
        .prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'search_%' AND name NOT LIKE 'sqlite_%'")
        .unwrap()
        .query_map([], |r| r.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for name in &names {
        assert!(page.contains(&format!("## `{name}`")), "TABLES.md has no heading for {name}");
        let columns = ledger.connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
        for column in columns.column_names() {
            assert!(page.contains(&format!("`{column}`")), "TABLES.md does not describe {name}.{column}");
        }
    }
    assert!(names.len() >= 8);
}

#[test]
fn every_question_of_the_page_is_answered() {
    let (mut ledger, ..) = small();
    ledger.begin_manifest("add", "2026-03-02T10:00:00Z", &coder("1"), &serde_json::Value::Null).unwrap();
    for (n, kind) in [EventType::Support, EventType::Assault, EventType::Sanction].into_iter().enumerate() {
        let article = article(&format!("more{n}"), &format!("Arnor dealt with Gondor {n}."));
        let mut reports =
            vec![report(&article, 0, kind, ("Arnor", "Gondor"), Some(date(2026, 3, n as i8 * 9 + 1)))];
        if kind == EventType::Sanction {
            let cause = report(&article, 1, EventType::Assault, ("Gondor", "Arnor"), Some(date(2026, 3, 10)));
            reports[0].links.push(Link {
                to: cause.id.clone(),
                kind: LinkKind::Because,
                said_by: None,
                evidence: Evidence::new("link.because", [Span::new(0, 5)]),
            });
            reports.push(cause);
        }
        ledger.add(&article, &reports, &[], &coder("1"), date(2026, 3, 30)).unwrap();
    }
    let war = [date(2023, 1, 5), date(2023, 2, 5), date(2023, 3, 5)];
    for (n, day) in war.into_iter().enumerate() {
        let article = article(&format!("war{n}"), &format!("Arnor shelled Gondor in year {n}."));
        let report = report(&article, 0, EventType::Assault, ("Arnor", "Gondor"), Some(day));
        ledger.add(&article, &[report], &[], &coder("1"), date(2026, 3, 30)).unwrap();
    }
    let import = crate::Import {
        name: "set".into(),
        file: "set.tsv".into(),
        sha256: "0".into(),
        format: "table".into(),
        licence: None,
        known: date(2026, 3, 30),
        notes: vec![],
    };
    let party =
        |key: &str| detente::foreign::ForeignParty { key: key.into(), name: key.into(), sector: None };
    let row = detente::foreign::ForeignEvent {
        row: 2,
        day: date(2026, 1, 1),
        actor: party("Arnor"),
        recipient: party("Gondor"),
        kind: EventType::Aid,
        mode: None,
        scale: 7.0,
        mutual: false,
        words: "Provide aid".into(),
        id: None,
        publisher: None,
        story: None,
        sentence: None,
        place: None,
    };
    ledger.import(&import, [row].into_iter()).unwrap();
    let page = include_str!("../TABLES.md");
    let sql = page.split("```sql").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let mut asked = 0;
    for question in sql.split(";\n").filter(|q| !q.trim().is_empty()) {
        let mut statement = ledger.connection.prepare(question).unwrap_or_else(|e| panic!("{question}: {e}"));
        let rows = statement.query_map([], |_| Ok(())).unwrap().count();
        assert!(rows > 0, "nothing answers{question}");
        asked += 1;
    }
    assert!(asked > 10, "{asked} questions");
}

/// The error, and that it is one sentence with a mend.
fn refusal(result: Result<Ledger, LedgerError>) -> String {
    let message = result.map(|_| ()).expect_err("must be refused").to_string();
    assert!(message.contains(": ") && !message.contains('\n') && !message.ends_with('.'), "{message}");
    message
}

#[test]
fn a_ledger_lives_on_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    let article = article("one", "Arnor's envoy visited Gondor.");
    Ledger::open(&path).unwrap().add(&article, &[], &[], &coder("1"), MONDAY).unwrap();
    assert_eq!(Ledger::open_read_only(&path).unwrap().counts(None).unwrap().articles, 1);
    assert_eq!(Ledger::open(&path).unwrap().has(&article, None).unwrap(), Some("one".into()));
}

#[test]
fn links_are_kept_between_the_rows_of_their_reports() {
    let article = article("one", "Arnor shelled Gondor after Gondor expelled an envoy of Arnor.");
    let mut later = report(&article, 1, EventType::Assault, ("Arnor", "Gondor"), Some(MONDAY));
    let earlier = report(&article, 2, EventType::Sanction, ("Gondor", "Arnor"), Some(MONDAY));
    later.links.push(Link {
        to: earlier.id.clone(),
        kind: LinkKind::After,
        said_by: None,
        evidence: Evidence::new("link.after", [Span::new(21, 26)]),
    });
    let mut ledger = Ledger::in_memory().unwrap();
    // The name is taken, so that both reports are renamed, and the link with them.
    ledger.add(&self::article("one", "Another text."), &[], &[], &coder("1"), MONDAY).unwrap();
    ledger.add(&article, &[later, earlier], &[], &coder("1"), MONDAY).unwrap();
    let row = |sql: &str| -> (String, String, String) {
        ledger.connection.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap()
    };
    let (report, kind, other) = row("SELECT report, kind, other FROM current_links");
    assert!(
        report.ends_with("#1") && other.ends_with("#2") && report.starts_with("one~"),
        "{report} {other}"
    );
    assert_eq!(kind, "after");
    let kept = ledger.report(&report).unwrap();
    assert_eq!(kept.report.links[0].to, other);
    let words: i64 =
        ledger.connection.query_row("SELECT \"end\" - start FROM links", [], |r| r.get(0)).unwrap();
    assert_eq!(words, 5);
}

#[test]
fn a_ledger_of_version_1_is_read_as_it_is_and_mended_when_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("schema.sql")).unwrap();
    old.execute_batch("PRAGMA application_id = 0x4474656e; PRAGMA user_version = 1").unwrap();
    drop(old);
    assert_eq!(Ledger::open_read_only(&path).unwrap().counts(None).unwrap().articles, 0);
    let count = |ledger: &Ledger| -> i64 {
        ledger
            .connection
            .query_row("SELECT count(*) FROM sqlite_master WHERE name = 'links'", [], |r| r.get(0))
            .unwrap()
    };
    assert_eq!(count(&Ledger::open_read_only(&path).unwrap()), 0, "reading changes nothing");
    for _ in 0..2 {
        let ledger = Ledger::open(&path).unwrap();
        assert_eq!(count(&ledger), 1);
        let version: i64 = ledger.connection.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
        assert_eq!(version, crate::VERSION);
    }
}

#[test]
fn other_files_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);

    assert!(refusal(Ledger::open_read_only(at("none.db"))).contains("there is no ledger"));
    assert!(!at("none.db").exists());

    std::fs::write(at("letter.txt"), "Dear reader, this is a letter and no ledger at all.".repeat(99))
        .unwrap();
    assert!(refusal(Ledger::open(at("letter.txt"))).contains("no SQLite file"));
    assert!(refusal(Ledger::open_read_only(at("letter.txt"))).contains("not a ledger"));

    let other = rusqlite::Connection::open(at("other.db")).unwrap();
    other.execute_batch("CREATE TABLE mail (id)").unwrap();
    drop(other);
    let before = std::fs::read(at("other.db")).unwrap();
    assert!(refusal(Ledger::open(at("other.db"))).contains("some other program"));
    assert_eq!(std::fs::read(at("other.db")).unwrap(), before);

    std::fs::write(at("empty.db"), "").unwrap();
    assert!(refusal(Ledger::open_read_only(at("empty.db"))).contains("an empty file"));

    assert!(refusal(Ledger::open(at("no/such/folder.db"))).contains("cannot be written"));
    assert!(refusal(Ledger::open(folder.path())).contains("cannot be written"));

    let newer = Ledger::open(at("newer.db")).unwrap();
    newer.connection.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    assert!(refusal(Ledger::open(at("newer.db"))).contains("newer program"));
}

#[test]
fn a_ledger_that_another_program_writes_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    let mut one = Ledger::open(&path).unwrap();
    let two = Ledger::open(&path).unwrap();
    two.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    one.connection.busy_timeout(std::time::Duration::from_millis(20)).unwrap();
    let error = one.add(&article("one", "Text."), &[], &[], &coder("1"), MONDAY).unwrap_err();
    assert!(matches!(error, LedgerError::Locked { .. }), "{error}");
    assert_eq!(Ledger::open_read_only(&path).unwrap().counts(None).unwrap().articles, 0, "reading goes on");
}
