//! A ledger says what is wrong with it: each kind of damage, made by hand behind its back, is found and named, and nothing
//! else is.

mod common;

use std::path::Path;

use common::{article, coder, report};
use detente::plover::EventType;
use detente::report::{Aux, Report};
use detente_ledger::{Audit, Ledger};
use jiff::civil::{Date, date};
use rusqlite::Connection;

/// A ledger in a file: seven articles about two parties, one of them read again.
fn file(path: &Path) {
    let mut ledger = Ledger::open(path).unwrap();
    let told = [
        (EventType::Support, date(2024, 1, 10)),
        (EventType::Aid, date(2024, 3, 1)),
        (EventType::Sanction, date(2025, 2, 1)),
        (EventType::Sanction, date(2025, 3, 1)),
        (EventType::Assault, date(2025, 4, 5)),
        (EventType::Assault, date(2025, 4, 9)),
        (EventType::Consult, date(2026, 2, 3)),
    ];
    for (n, (kind, day)) in told.into_iter().enumerate() {
        let article = article(&format!("a{n}"), &format!("Gondor dealt with Arnor, part {n}."));
        ledger.add(&article, &[sound(&article, kind, day)], &[], &coder("1"), day).unwrap();
    }
    let again = article("a6", "Gondor dealt with Arnor, part 6.");
    let mut denied = sound(&again, EventType::Consult, date(2026, 2, 3));
    denied.aux.push(Aux::Negated);
    ledger.add(&again, &[denied], &[], &coder("2"), date(2026, 3, 1)).unwrap();
}

/// A report whose words are where it says.
fn sound(article: &detente::article::Article, kind: EventType, day: Date) -> Report {
    let mut report = report(article, 0, kind, ("Gondor", "Arnor"), Some(day));
    (report.recipient[0].start, report.recipient[0].end) = (18, 23);
    report
}

/// Audits the file after somebody has done this to it.
fn after(damage: &str) -> Audit {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    file(&path);
    let by_hand = Connection::open(&path).unwrap();
    // Whoever wants to lie takes the guards away first.
    let guards: Vec<String> = by_hand
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |r| r.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for guard in guards {
        by_hand.execute_batch(&format!("DROP TRIGGER {guard}")).unwrap();
    }
    by_hand.execute_batch(damage).unwrap();
    drop(by_hand);
    Ledger::open_read_only(&path).unwrap().audit(None, 1).unwrap()
}

/// Kind, what it is of, and its sentence, of the only kind of fault there is.
fn only(audit: &Audit) -> (&'static str, String, String) {
    let first = audit.faults.first().unwrap_or_else(|| panic!("no fault: {audit:?}"));
    assert!(audit.faults.iter().all(|f| f.kind == first.kind), "{:?}", audit.faults);
    (first.kind, first.of.clone(), first.what.clone())
}

#[test]
fn a_sound_ledger_has_no_fault() {
    let audit = after("");
    assert_eq!(audit.faults, [], "nothing is wrong");
    assert_eq!((audit.texts, audit.reports, audit.pairs, audit.behind), (7, 7, 1, false));
    assert!(audit.events >= 5, "{audit:?}");
}

#[test]
fn a_changed_text_is_damage() {
    let (kind, of, what) =
        only(&after("UPDATE articles SET text = replace(text, 'part 3', 'part 8') WHERE name = 'a3'"));
    assert_eq!((kind, of.as_str()), ("text", "a3"));
    assert!(what.contains("sha256"), "{what}");
}

#[test]
fn words_that_do_not_stand_where_they_are_claimed_are_named() {
    let audit = after(
        "UPDATE reports SET record = json_set(record, '$.recipient[0].entity_text', 'Mordor') WHERE name = 'a2#0'",
    );
    let (kind, of, what) = only(&audit);
    assert_eq!((kind, of.as_str()), ("words", "a2#0"));
    assert_eq!(what, "“Mordor” does not stand at bytes 18 to 23 of the text");
}

#[test]
fn columns_that_contradict_the_record_are_named() {
    for (damage, column) in [
        ("UPDATE reports SET event = 'AID' WHERE name = 'a2#0'", "event"),
        ("UPDATE reports SET date = '2020-01-01' WHERE name = 'a2#0'", "date"),
        ("UPDATE parties SET key = 'Mordor' WHERE role = 'actor' AND report = 3", "parties"),
        ("UPDATE dyads SET a = 'Angmar' WHERE report = 3", "dyads"),
    ] {
        let (kind, of, what) = only(&after(damage));
        assert_eq!(
            (kind, of.as_str(), what),
            ("columns", "a2#0", format!("{column} is not as its record says"))
        );
    }
}

#[test]
fn a_record_that_cannot_be_read_is_named() {
    let audit = after("UPDATE reports SET record = '{' WHERE name = 'a2#0'");
    assert_eq!(only(&audit).0, "record");
}

#[test]
fn an_event_without_its_report_is_named() {
    let audit = after("PRAGMA foreign_keys = OFF; UPDATE event_reports SET report = 999 WHERE report = 2");
    let kinds: Vec<&str> = audit.faults.iter().map(|f| f.kind).collect();
    assert!(kinds.contains(&"event") && kinds.contains(&"reference"), "{:?}", audit.faults);
    assert!(
        audit.faults.iter().any(|f| f.what == "its report in row 999 is not there"),
        "{:?}",
        audit.faults
    );
    let (kind, _, what) = only(&after("UPDATE event_versions SET reports = 5 WHERE id = 2"));
    assert_eq!((kind, what.as_str()), ("event", "it says that 5 reports tell of it, and 1 do"));
}

#[test]
fn standings_and_turns_that_do_not_come_out_are_named() {
    let (kind, of, what) = only(&after("UPDATE standing_versions SET level = 9.5 WHERE month = '2025-05'"));
    assert_eq!((kind, of.as_str()), ("standing", "Arnor – Gondor"));
    assert!(what.contains("2025-05") && what.contains("9.500"), "{what}");
    let audit = after("UPDATE turn_versions SET record = json_set(record, '$.kind', 'truce')");
    assert_eq!(only(&audit).0, "turn");
}

#[test]
fn pages_that_are_torn_are_told_and_the_rest_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    file(&path);
    Connection::open(&path).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    // A page in the middle, filled with what was never written.
    let page = bytes.len() / 4096 / 2 * 4096;
    bytes[page..page + 4096].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    // Either it cannot be read at all, or it is said what is wrong.
    match Ledger::open_read_only(&path).and_then(|ledger| ledger.audit(None, 1)) {
        Ok(audit) => assert!(audit.faults.iter().any(|f| f.kind == "sqlite"), "{audit:?}"),
        Err(error) => assert!(error.to_string().contains("damaged"), "{error}"),
    }
}

#[test]
fn what_was_read_is_given_back_with_what_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    file(&path);
    let ledger = Ledger::open_read_only(&path).unwrap();
    let rows = ledger.texts(None, 0).unwrap();
    assert_eq!((rows.len(), ledger.texts(Some(3), 1).unwrap().len()), (7, 3));
    let kept = ledger.kept(rows[6]).unwrap();
    assert_eq!((kept.coder, kept.is_whole, kept.manifest), (coder("2"), true, None));
    assert_eq!(kept.reports[0].aux, [Aux::Negated]);
    assert_eq!(ledger.as_kept(&kept.reports[0], &kept.article).unwrap(), kept.reports[0]);
    assert!(ledger.kept(99).is_err());
}
