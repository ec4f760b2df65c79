//! Files of older versions are read as they are, and brought up to date when they are next written to.

mod common;

use common::{answers, article, assert_same, coder, fresh, report};
use detente::plover::EventType;
use detente::report::{Aux, Report};
use detente_ledger::{Filter, Ledger, TurnFilter};
use jiff::civil::{Date, date};
use rusqlite::{Connection, params};

/// What an older program wrote: articles with runs (day of knowledge, reports), in plain SQL.
fn old_file(path: &std::path::Path, version: i64) {
    let old = Connection::open(path).unwrap();
    old.execute_batch(include_str!("../src/schema.sql")).unwrap();
    if version > 1 {
        old.execute_batch(include_str!("../src/schema2.sql")).unwrap();
    }
    old.execute_batch(&format!("PRAGMA application_id = 0x4474656e; PRAGMA user_version = {version}"))
        .unwrap();
    let told: [(EventType, Date); 7] = [
        (EventType::Support, date(2024, 1, 10)),
        (EventType::Aid, date(2024, 3, 1)),
        (EventType::Sanction, date(2025, 2, 1)),
        (EventType::Sanction, date(2025, 3, 1)),
        (EventType::Consult, date(2026, 1, 5)),
        (EventType::Support, date(2026, 2, 1)),
        (EventType::Assault, date(2026, 2, 3)),
    ];
    for (n, (kind, day)) in told.into_iter().enumerate() {
        let n = n as i64 + 1;
        let article = article(&format!("a{n}"), &text(n));
        old.execute(
            "INSERT INTO articles (id, name, fingerprint, title, published, published_from, source, known, text)
             VALUES (?1, ?2, ?3, 'Headline', ?4, 'given', ?5, ?4, ?6)",
            params![n, article.id, format!("{n:064}"), day.to_string(), format!("Paper {}", n % 2), article.text],
        )
        .unwrap();
        let mut runs = vec![(n * 10, None, day)];
        if n == 7 {
            // Read again on a later day: it was an exercise.
            runs.push((n * 10 + 1, Some(n * 10), date(2026, 3, 1)));
        }
        for (run, supersedes, known) in runs {
            old.execute(
                "INSERT INTO runs (id, article, supersedes, coder_version, coder_lexicon, coder_model, known, notes)
                 VALUES (?1, ?2, ?3, ?4, 'lex', 'en', ?5, '[]')",
                params![run, n, supersedes, run.to_string(), known.to_string()],
            )
            .unwrap();
            let mut report = report(&article, 0, kind, ("Gondor/REB", "Arnor"), Some(day));
            if supersedes.is_some() {
                report.aux.push(Aux::Hypothetical);
            }
            insert(&old, run, n, &report);
        }
    }
}

/// Makes a ledger of version 3, which is up to date, out of one that this program wrote.
fn as_version_3(path: &std::path::Path) {
    let between = |text: &'static str, from: &str, to: &str| -> &'static str {
        let start = text.find(from).unwrap();
        &text[start..start + text[start..].find(to).unwrap()]
    };
    let (one, three) = (include_str!("../src/schema.sql"), include_str!("../src/schema3.sql"));
    let table = between(one, "CREATE TABLE articles", "CREATE INDEX");
    let views = between(three, "CREATE VIEW current_reports", "CREATE VIEW events ");
    let triggers = between(one, "CREATE TRIGGER articles_stay", "CREATE TRIGGER runs_stay");
    let columns = "id, name, fingerprint, title, published, published_from, url, source, license, language, known, text";
    let file = Connection::open(path).unwrap();
    file.execute_batch(&format!(
        "PRAGMA foreign_keys = OFF; BEGIN; DROP INDEX reports_cards; DROP INDEX event_versions_joint; DROP INDEX runs_manifest; ALTER TABLE runs DROP COLUMN manifest;
         DROP TABLE manifest_ends; DROP TABLE manifests; DROP VIEW current_reviews; DROP TABLE reviews;
         DROP VIEW quotes; DROP VIEW mentions; DROP VIEW current_links; DROP VIEW reports_by_dyad_month;
         DROP VIEW reports_by_actor; DROP VIEW current_reports; DROP TABLE signatures; DROP TABLE signature_bands;
         DROP TABLE touched_reports; DROP TABLE cell_memos;
         CREATE TEMP TABLE kept AS SELECT {columns} FROM articles; DROP TABLE articles;
         {table} INSERT INTO articles ({columns}) SELECT {columns} FROM temp.kept;
         CREATE INDEX articles_known ON articles (known); CREATE INDEX articles_published ON articles (published);
         {triggers} {views} PRAGMA user_version = 3; COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;"
    ))
    .unwrap();
}

/// Long enough to be known again.
fn text(n: i64) -> String {
    let words = (0..60).map(|w| format!("word{}", (w * 7 + n * 1_000) % 9_973));
    format!("Arnor dealt with Gondor, part {n}. {}.", words.collect::<Vec<_>>().join(" "))
}

fn insert(old: &Connection, run: i64, article: i64, report: &Report) {
    let day = report.date.map(|d| d.to_string());
    old.execute(
        "INSERT INTO reports (id, run, article, name, event, quad_code, event_scale, date, enddate, negated, future,
         hypothetical, historical, event_text, sentence, sentence_start, sentence_end, record)
         VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0, 0, ?8, 0, ?9, 'A sentence.', 0, ?10, ?11)",
        params![
            run,
            article,
            report.id,
            report.kind().as_str(),
            report.quad_code.as_str(),
            f64::from(report.event_scale),
            day,
            !report.aux.is_empty(),
            report.event_text,
            report.text_info.end,
            serde_json::to_string(report).unwrap()
        ],
    )
    .unwrap();
    for (role, e) in [("actor", &report.actor[0]), ("recipient", &report.recipient[0])] {
        old.execute(
            "INSERT INTO parties (report, role, number, key, name, entity_text) VALUES (?1, ?2, 0, ?3, ?4, ?5)",
            params![run, role, e.key, e.identifier_text, e.entity_text],
        )
        .unwrap();
    }
    old.execute("INSERT INTO dyads (a, b, report) VALUES ('Arnor', 'Gondor/REB', ?1)", [run]).unwrap();
}

#[test]
fn an_older_file_answers_as_it_is_and_is_brought_up_to_date_when_it_is_written_to() {
    for version in [1, 2, 3] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        old_file(&path, version.min(2));
        if version == 3 {
            drop(Ledger::open(&path).unwrap());
            as_version_3(&path);
        }
        let before = std::fs::read(&path).unwrap();
        let reader = Ledger::open_read_only(&path).unwrap();
        let old = (
            reader.counts(None).unwrap(),
            reader.counts(Some(date(2025, 6, 1))).unwrap(),
            reader.dyads(9, None).unwrap(),
            reader.dyads(9, Some(date(2025, 6, 1))).unwrap(),
            common::in_order(reader.events(&Filter::default()).unwrap()),
            reader.turns(&TurnFilter::default()).unwrap(),
            reader.standings_on(date(2026, 2, 2), None).unwrap(),
            reader.name_of("Gondor/REB").unwrap(),
            reader.keys_like("kingdom", 9).unwrap(),
            reader.article("a3").unwrap(),
        );
        assert!(!old.5.is_empty() && !old.6.is_empty());
        let cards = reader.cards().unwrap();
        let chosen = cards.choose(&reader, &Filter::default()).unwrap().ids(0, 99);
        let rows = reader.reports_in_rows(&chosen).unwrap();
        assert_eq!(rows, reader.reports(&Filter::default()).unwrap(), "by version {version}");
        // It can be checked as it is; its invented hashes and places of words are wrong.
        let audit = reader.audit(None, 1).unwrap();
        assert_eq!((audit.texts, reader.manifests().unwrap().is_empty()), (7, false));
        assert!(audit.faults.iter().all(|f| ["text", "words", "columns"].contains(&f.kind)), "{audit:?}");
        drop(reader);
        assert_eq!(std::fs::read(&path).unwrap(), before, "reading changes nothing");

        let ledger = Ledger::open(&path).unwrap();
        assert!(!ledger.is_behind().unwrap());
        let new = (
            ledger.counts(None).unwrap(),
            ledger.counts(Some(date(2025, 6, 1))).unwrap(),
            ledger.dyads(9, None).unwrap(),
            ledger.dyads(9, Some(date(2025, 6, 1))).unwrap(),
            common::in_order(ledger.events(&Filter::default()).unwrap()),
            ledger.turns(&TurnFilter::default()).unwrap(),
            ledger.standings_on(date(2026, 2, 2), None).unwrap(),
            ledger.name_of("Gondor/REB").unwrap(),
            ledger.keys_like("kingdom", 9).unwrap(),
            ledger.article("a3").unwrap(),
        );
        assert_eq!(new, old, "version {version}");
        assert!(ledger.has_text("a3").unwrap());
        let on = date(2026, 3, 31);
        assert_same(&answers(&ledger, on, None), &fresh(&ledger, on), "after the upgrade");
        // What was known before the second reading is known to have been known.
        let then = answers(&ledger, on, Some(date(2026, 2, 28)));
        assert!(then.on[0].2.level.unwrap().value < answers(&ledger, on, None).on[0].2.level.unwrap().value);

        // It goes on as any other ledger does.
        let mut ledger = ledger;
        let article = article("new", "Arnor met Gondor again.");
        let more = report(&article, 0, EventType::Consult, ("Gondor/REB", "Arnor"), Some(date(2026, 3, 5)));
        ledger.add(&article, &[more], &[], &coder("1"), date(2026, 3, 6)).unwrap();
        assert_same(&answers(&ledger, on, None), &fresh(&ledger, on), "after an addition");
        let broken: i64 = Connection::open(&path)
            .unwrap()
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |r| r.get(0))
            .unwrap();
        assert_eq!(broken, 0);
        assert_eq!(ledger.copy_of(&text(4)).unwrap().map(|(name, _)| name).as_deref(), Some("a4"));
        let spans: i64 = Connection::open(&path)
            .unwrap()
            .query_row("SELECT count(*) FROM mentions WHERE start IS NOT NULL AND \"end\" > start", [], |r| {
                r.get(0)
            })
            .unwrap();
        assert_eq!(spans, 16, "places of words are read from the records of old reports");
        // Nothing is said of old runs that nobody knows; of later ones it is.
        let all = ledger.manifests().unwrap();
        assert!(all.iter().all(|m| m.id.is_none() && m.record.is_null()), "{all:?}");
        assert_eq!(all.iter().map(|m| m.wrote.readings).sum::<i64>(), 9);
        let id = ledger.begin_manifest("test", "2026-03-07T10:00:00Z", &coder("1"), &true.into()).unwrap();
        let article = common::article("newer", "Gondor thanked Arnor.");
        ledger.add(&article, &[], &[], &coder("1"), date(2026, 3, 7)).unwrap();
        assert_eq!(ledger.manifest(id).unwrap().wrote.readings, 1);
    }
}
