//! Ledger files that somebody else made or spoilt: bytes of the file turned over, or rows with values that this program never
//! writes. Opened, asked everything, added to: there are answers or one sentence that says what is wrong.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use detente::article::Article;
use detente::report::Coder;
use detente_ledger::{Decision, Filter, Import, Ledger, LedgerError, Order, TurnFilter};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::{choose, cost};

#[path = "../../detente-desk/examples/invented/ledger.rs"]
mod invented;

/// What SQLite holds is not counted; what the answers of a ledger of thirty articles hold is.
const FLOOR: usize = 64 << 20;
/// What is asked takes its time whatever was changed: so many bytes the whole ledger counts for.
const SIZE: usize = 60_000;

/// A ledger of invented articles.
pub(crate) fn fill(ledger: &mut Ledger) {
    invented::fill(ledger).unwrap_or_else(|e| panic!("{e}"));
}

/// Where trials put files.
pub(crate) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("detente-trials-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        folder
    })
}

/// The bytes of a sound ledger.
fn sound() -> &'static [u8] {
    static SOUND: OnceLock<Vec<u8>> = OnceLock::new();
    SOUND.get_or_init(|| {
        let path = folder().join("sound.db");
        let _ = std::fs::remove_file(&path);
        let mut ledger = Ledger::open(&path).unwrap_or_else(|e| panic!("{e}"));
        fill(&mut ledger);
        let import = Import {
            name: "invented".into(),
            file: "invented.tsv".into(),
            sha256: "0".repeat(64),
            format: "table".into(),
            licence: None,
            known: date(2026, 3, 2),
            notes: vec![],
        };
        let table = b"date\tsource\trelation\ttarget\n2024-01-05\tFrance\tMake a visit\tGermany\n\
            2024-02-05\tFrance\tThreaten\tGermany\n";
        let rows =
            detente::foreign::read(crate::lexicon::built_in(), detente::foreign::Format::Table, &table[..]);
        let rows: Vec<_> = rows.unwrap_or_else(|e| panic!("{e}")).flatten().collect();
        ledger.import(&import, rows.into_iter()).unwrap_or_else(|e| panic!("{e}"));
        drop(ledger);
        let connection = Connection::open(&path).expect("a ledger");
        connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
            .expect("closed");
        drop(connection);
        std::fs::read(&path).unwrap_or_else(|e| panic!("{e}"))
    })
}

/// Turns bytes over: the input is a list of places (three bytes each), lengths and new bytes.
fn patched(mut patches: &[u8]) -> Vec<u8> {
    let mut bytes = sound().to_vec();
    while let [a, b, c, how, rest @ ..] = patches {
        let at = (usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c)) % bytes.len();
        if *how == 255 {
            bytes.truncate(at.max(1));
            patches = rest;
            continue;
        }
        let (new, rest) = rest.split_at(rest.len().min(usize::from(*how % 16) + 1));
        for (byte, new) in bytes[at..].iter_mut().zip(new) {
            *byte = *new;
        }
        patches = rest;
    }
    bytes
}

/// Puts values into cells: the input is a list of tables, columns, rows and values.
fn spoil(path: &Path, mut wishes: &[u8]) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF;",
    )?;
    let list = |sql: &str| -> rusqlite::Result<Vec<String>> {
        connection.prepare(sql)?.query_map([], |r| r.get(0))?.collect()
    };
    for trigger in list("SELECT name FROM sqlite_master WHERE type = 'trigger'")? {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}"))?;
    }
    let tables = list(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name",
    )?;
    while let [table, column, row, kind, rest @ ..] = wishes {
        let table = &tables[usize::from(*table) % tables.len()];
        let columns = list(&format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"))?;
        let column = &columns[usize::from(*column) % columns.len()];
        let (long, rest) = choose(rest, 64);
        let (bytes, rest) = rest.split_at(rest.len().min(long));
        let number = bytes.iter().take(8).fold(0i64, |n, b| n << 8 | i64::from(*b));
        let value = match kind % 6 {
            0 => Value::Null,
            1 => Value::Integer(number),
            2 => Value::Real(f64::from_bits(number as u64)),
            3 => Value::Blob(bytes.to_vec()),
            4 => Value::Integer(i64::from(*kind) - 128),
            _ => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        };
        let sql = format!(
            "UPDATE {table} SET \"{column}\" = ?1 WHERE \"{column}\" IN (SELECT \"{column}\" FROM {table} LIMIT 1 OFFSET ?2)"
        );
        // A cell that cannot hold the value stays as it is.
        let _ = connection.execute(&sql, (value, i64::from(*row)));
        wishes = rest;
    }
    Ok(())
}

/// A spoilt ledger, asked everything and added to.
pub fn ledger(bytes: &[u8]) {
    let (way, rest) = choose(bytes, 2);
    let path = folder().join("spoilt.db");
    for ending in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(folder().join(format!("spoilt.db{ending}")));
    }
    if way == 0 {
        std::fs::write(&path, patched(rest)).unwrap_or_else(|e| panic!("{e}"));
    } else {
        std::fs::write(&path, sound()).unwrap_or_else(|e| panic!("{e}"));
        if spoil(&path, rest).is_err() {
            return;
        }
    }
    cost::within(SIZE + bytes.len(), FLOOR, || {
        if let Ok(ledger) = Ledger::open_read_only(&path) {
            ask(&ledger);
        }
        if let Ok(mut ledger) = Ledger::open(&path) {
            let article = Article {
                id: "new".into(),
                text: "Kormark met Valdria on Monday.".into(),
                published: Some(date(2026, 3, 2)),
                ..Article::default()
            };
            let coder = Coder { version: "1".into(), lexicon: "l".into(), model: "m".into() };
            said(ledger.add(&article, &[], &[], &coder, date(2026, 3, 2)));
            said(ledger.relate());
            said(ledger.review(
                "invented-12#0",
                "nobody",
                Decision::Accepted,
                None,
                "",
                Timestamp::UNIX_EPOCH,
            ));
        }
    });
}

/// An answer, or an error in words.
fn said<T>(answer: Result<T, LedgerError>) -> Option<T> {
    answer.map_err(|e| assert!(e.to_string().len() > 10, "{e:?} is said in a sentence")).ok()
}

/// Asks everything that can be asked.
fn ask(ledger: &Ledger) {
    let day = date(2026, 3, 2);
    let long_ago = Some(date(2000, 1, 1));
    for as_of in [None, Some(day), Some(Date::MAX)] {
        said(ledger.counts(as_of));
        said(ledger.standings_on(day, as_of));
        said(ledger.turns(&TurnFilter { as_of, ..TurnFilter::default() }));
        said(ledger.latest_turns(5, as_of));
        said(ledger.dyads(50, as_of));
        said(ledger.balances_on(day, as_of, |_| true));
        said(ledger.joint_events(day, as_of));
        said(ledger.foreign("FRA", "DEU", as_of));
    }
    said(ledger.balances_over(&[date(2025, 1, 1), day], None, |_| true, |_, _, _| {}));
    let cards = said(ledger.cards());
    for filter in [
        Filter::default(),
        Filter { text: Some("phosphorus".into()), order: Order::Hostile, ..Filter::default() },
        Filter { dyad: Some(("KMK".into(), "VLD".into())), newest_first: true, ..Filter::default() },
    ] {
        let rows = said(ledger.reports(&filter)).unwrap_or_default();
        for row in rows.iter().take(8) {
            said(ledger.report(&row.report.id));
            said(ledger.sentence(&row.report.id));
            said(ledger.event_of(&row.report.id, None));
        }
        let events = said(ledger.events(&filter)).unwrap_or_default();
        for event in events.iter().take(8) {
            said(ledger.event(&event.id, None));
        }
        said(ledger.count(&filter));
        if let Some(cards) = &cards
            && let Some(chosen) = said(cards.choose(ledger, &filter))
        {
            chosen.facets(10);
            chosen.places();
            said(ledger.reports_in_rows(&chosen.ids(1, 8)));
        }
        said(ledger.each_report(&filter, |_| true));
    }
    for article in ["invented-01", "invented-12", "nothing"] {
        said(ledger.article(article));
        said(ledger.has_text(article));
        said(ledger.fingerprint(article));
    }
    said(ledger.relation("KMK", "VLD", None));
    said(ledger.relation("FRA", "DEU", long_ago));
    said(ledger.standing_series("KMK", "VLD", None, None, None));
    said(ledger.standing_until("KMK", "VLD", day, None));
    said(ledger.events_between("KMK", "VLD", None));
    said(ledger.partners("KMK", Some(day), None, 10));
    said(ledger.names_of("KMK"));
    said(ledger.name_of("KMK"));
    said(ledger.keys_like("kor", 10));
    if let Some(cards) = &cards {
        cards.party_months("KMK", None);
        cards.coders();
    }
    said(ledger.copy_of("Kormark met Valdria on Monday."));
    said(ledger.last_known());
    said(ledger.last_day());
    said(ledger.stamp());
    said(ledger.is_behind());
    said(ledger.reviews(None));
    said(ledger.agreement());
    said(ledger.audit(None, 0));
    said(ledger.manifests());
    said(ledger.manifest(1));
    for row in said(ledger.texts(Some(5), 1)).unwrap_or_default() {
        said(ledger.kept(row));
    }
}
