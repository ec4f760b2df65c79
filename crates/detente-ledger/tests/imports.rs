//! Events of other data sets: all or none, once, and evidence like one's own.

mod common;

use common::{article, coder, report};
use detente::foreign::{ForeignEvent, ForeignParty};
use detente::plover::EventType;
use detente::standing::By;
use detente_ledger::{Import, Ledger, LedgerError, Told, TurnFilter};
use jiff::civil::{Date, date};

fn import(name: &str) -> Import {
    Import {
        name: name.into(),
        file: format!("{name}.tsv"),
        sha256: format!("{name:0>64}"),
        format: "table".into(),
        licence: Some("CC0-1.0".into()),
        known: date(2026, 1, 5),
        notes: vec!["2 rows left out: no day".into()],
    }
}

/// `row TYPE scale ACTOR RECIPIENT day`
fn row(line: &str) -> ForeignEvent {
    let parts: Vec<&str> = line.split(' ').collect();
    let party = |key: &str| ForeignParty { key: key.into(), name: format!("Land of {key}"), sector: None };
    ForeignEvent {
        row: parts[0].parse().unwrap(),
        day: parts[5].parse().unwrap(),
        actor: party(parts[3]),
        recipient: party(parts[4]),
        kind: EventType::parse(parts[1]).unwrap(),
        mode: None,
        scale: parts[2].parse().unwrap(),
        mutual: false,
        words: parts[1].to_lowercase(),
        id: None,
        publisher: None,
        story: None,
        sentence: None,
        place: None,
    }
}

const ROWS: &[&str] = &[
    "2 CONSULT 2.5 Arnor Gondor 2025-03-01",
    "3 CONSULT 2.5 Gondor Arnor 2025-03-01",
    "4 ACCUSE -2 Arnor Gondor 2025-03-01",
    "5 ACCUSE -2 Arnor Gondor 2025-03-01",
    "6 ACCUSE -2 Gondor Arnor 2025-03-01",
    "7 ACCUSE -4.5 Arnor Gondor 2025-03-01",
    "8 CONSULT 2.5 Arnor Gondor 2025-03-02",
    "9 ASSAULT -9 Gondor Mordor 2025-03-02",
    "10 ACCUSE -2 Gondor Gondor 2025-03-03",
    "11 ACCUSE -2 Gondor UNK 2025-03-03",
];

fn rows() -> impl Iterator<Item = ForeignEvent> {
    ROWS.iter().map(|line| row(line))
}

#[test]
fn rows_that_mirror_or_repeat_each_other_are_one_event() {
    let mut ledger = Ledger::in_memory().unwrap();
    let counts = ledger.import(&import("set"), rows()).unwrap();
    assert_eq!((counts.rows, counts.events, counts.already), (10, 6, false));
    let all = ledger.counts(None).unwrap();
    assert_eq!((all.foreign, all.imports, all.dyads, all.actors), (6, 1, 2, 4));
    assert_eq!(all, ledger.counts(Some(date(2026, 1, 5))).unwrap());
    assert_eq!(ledger.counts(Some(date(2026, 1, 4))).unwrap(), detente_ledger::Counts::default());
    let rows = |name: &str| match ledger.event(name, None).unwrap() {
        Told::Foreign(rows) => rows.iter().map(|r| r.row).collect::<Vec<_>>(),
        Told::Event(_) => panic!("{name} is foreign"),
    };
    assert_eq!(rows("set:2"), [2, 3], "a meeting told by each side");
    assert_eq!(rows("set:4"), [4, 5], "the same told twice");
    assert_eq!(rows("set:6"), [6], "an answer is an event of its own");
    assert_eq!(rows("set:7"), [7], "so is a stronger word");
    assert!(matches!(ledger.event("set:99", None), Err(LedgerError::NotFound { .. })));
    let dyads = ledger.dyads(9, None).unwrap();
    assert_eq!((dyads[0].a.as_str(), dyads[0].foreign, dyads[0].reports), ("Arnor", 5, 0));
    assert_eq!(ledger.dyads(9, Some(date(2026, 1, 5))).unwrap(), dyads);
    let relation = ledger.relation("Arnor", "Gondor", None).unwrap();
    assert_eq!((relation.foreign, relation.standing.events), (5, 5));
    assert_eq!(relation.standing.months[0].events[0], "set:2");
    assert_eq!(ledger.keys_like("land of mor", 3).unwrap()[0].key, "Mordor");
    let parties = ledger.keys_like("", 99).unwrap();
    assert!(parties.len() > 2 && parties.iter().all(|hit| hit.key != "UNK"), "{parties:?}");
    // By::Both is what the engine is told of the meeting.
    assert_eq!(By::Both, detente::standing::By::Both);
}

#[test]
fn the_same_file_is_imported_once_and_another_of_the_same_name_beside_it() {
    let mut ledger = Ledger::in_memory().unwrap();
    let first = ledger.import(&import("set"), rows()).unwrap();
    let again = ledger.import(&import("set"), rows()).unwrap();
    assert!(again.already);
    assert_eq!((&again.name, again.rows, again.events), (&first.name, first.rows, first.events));
    let other = Import { sha256: "f".repeat(64), ..import("set") };
    let other = ledger.import(&other, rows()).unwrap();
    assert_eq!((other.name.as_str(), other.already), ("set~ffffffff", false));
    assert_eq!(ledger.counts(None).unwrap().foreign, 12);
}

#[test]
fn an_import_that_is_cut_short_leaves_nothing_to_see() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    let mut ledger = Ledger::open(&path).unwrap();
    // The last row is a line that was there: the import fails after its first rows were written.
    let bad = (2..120_000u64)
        .map(|n| ForeignEvent { row: n, ..row("1 SUPPORT 4 Arnor Gondor 2025-03-01") })
        .chain([row("7 SUPPORT 4 Arnor Gondor 2025-03-01")]);
    let error = ledger.import(&import("set"), bad).unwrap_err();
    assert!(error.to_string().contains("line 7 comes twice"), "{error}");
    let reader = Ledger::open_read_only(&path).unwrap();
    assert_eq!(reader.counts(None).unwrap(), detente_ledger::Counts::default());
    assert_eq!(reader.foreign("Arnor", "Gondor", None).unwrap(), []);
    assert!(reader.dyads(9, None).unwrap().is_empty());
    // What is left is taken away by the next one, which may be the same.
    assert_eq!(ledger.import(&import("set"), rows()).unwrap().rows, 10);
    assert_eq!(ledger.foreign("Arnor", "Gondor", None).unwrap().len(), 7);
}

#[test]
fn standings_and_turns_rest_on_both_kinds_of_events() {
    let day = |year, month| -> Date { date(year, month, 1) };
    let mut foreign: Vec<ForeignEvent> = Vec::new();
    for (n, (year, kind, scale)) in
        [(2020, "SUPPORT", "4"), (2020, "AID", "7"), (2020, "SUPPORT", "4"), (2021, "SUPPORT", "4")]
            .into_iter()
            .enumerate()
    {
        foreign.push(row(&format!("{} {kind} {scale} Arnor Gondor {}", n + 2, day(year, n as i8 * 2 + 1))));
    }
    let mut ledger = Ledger::in_memory().unwrap();
    ledger.import(&import("set"), foreign.into_iter()).unwrap();
    assert_eq!(ledger.turns(&TurnFilter::default()).unwrap(), []);
    for (n, month) in [3, 4, 5, 6].into_iter().enumerate() {
        let article = article(&format!("a{n}"), &format!("Arnor shelled Gondor, {n}."));
        let report = report(&article, 0, EventType::Assault, ("Arnor", "Gondor"), Some(day(2025, month)));
        ledger.add(&article, &[report], &[], &coder("1"), date(2026, 1, 6)).unwrap();
    }
    let turns = ledger.turns(&TurnFilter::default()).unwrap();
    assert_eq!(turns.len(), 1, "{turns:?}");
    assert!(turns[0].before.is_some_and(|b| b > 3.0), "what stood before is known from the other data set");
    let then = TurnFilter { as_of: Some(date(2026, 1, 5)), ..TurnFilter::default() };
    assert_eq!(ledger.turns(&then).unwrap(), []);
    let series = ledger.standing_series("Gondor", "Arnor", None, None, None).unwrap();
    assert_eq!(series[0].first, day(2020, 1));
    assert!(series[0].level.unwrap().value > 0.0 && series.last().unwrap().level.unwrap().value < 0.0);
    let level = |day| ledger.balances_on(day, None, |_| true).unwrap()[0].2.level.unwrap().value;
    assert!(level(day(2020, 12)) > 0.0 && level(day(2025, 12)) < 0.0);
}
