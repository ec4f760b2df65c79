//! A program that is killed while it adds leaves every finished article and no half one, and what it had still to work
//! out is worked out by the next. Those who read meanwhile see the ledger as it was between two articles.

mod common;

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use common::{answers, article, assert_same, fresh, report};
use detente::article::Article;
use detente::plover::EventType;
use detente::report::{Coder, Report};
use detente_ledger::{Filter, Ledger};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rusqlite::Connection;

/// Reports in each article.
const REPORTS: usize = 6;

const KEYS: [&str; 5] = ["Arnor", "Gondor", "Mordor", "Rohan", "Umbar"];
const KINDS: [EventType; 4] =
    [EventType::Assault, EventType::Consult, EventType::Sanction, EventType::Support];

fn numbered(n: usize) -> (Article, Vec<Report>) {
    let article = article(&format!("a{n}"), &format!("Arnor met Gondor, time {n}."));
    let reports = (0..REPORTS)
        .map(|i| {
            let x = KEYS[(n + i) % 5];
            let y = KEYS[(n + 2 * i + 1 + usize::from(i == 4)) % 5];
            let y = if x == y { KEYS[(n + i + 1) % 5] } else { y };
            let day = date(2020, 1, 1).saturating_add(((n * 7 + i) as i64 % 2000).days());
            report(&article, i, KINDS[(n / 3 + i) % 4], (x, y), Some(day))
        })
        .collect();
    (article, reports)
}

const KNOWN: Date = date(2026, 3, 2);

fn add(ledger: &mut Ledger, n: usize) {
    let (article, reports) = numbered(n);
    ledger.add(&article, &reports, &[], &Coder::default(), KNOWN).unwrap();
}

/// Runs only when a test below starts it as a process of its own; adds until it is killed. Every other time it works
/// many articles out at once.
#[test]
fn adds_until_it_is_killed() {
    let Ok(path) = std::env::var("DETENTE_KILL_TEST") else { return };
    let mut ledger = Ledger::open(path).unwrap();
    let first = ledger.counts(None).unwrap().articles;
    let batch = std::env::var("DETENTE_KILL_BATCH").is_ok();
    ledger.relate_later(batch);
    for n in first.. {
        add(&mut ledger, n);
        if batch && n % 10 == 9 {
            ledger.relate().unwrap();
        }
    }
}

fn child(path: &std::path::Path, batch: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "adds_until_it_is_killed", "--test-threads", "1"])
        .env("DETENTE_KILL_TEST", path)
        .stdout(Stdio::null());
    if batch {
        command.env("DETENTE_KILL_BATCH", "1");
    }
    command.spawn().unwrap()
}

/// Waits until the ledger holds more articles than these.
fn wait_for_more(path: &std::path::Path, than: usize) {
    let started = Instant::now();
    let enough = |l: &Ledger| l.counts(None).is_ok_and(|c| c.articles > than);
    while !Ledger::open_read_only(path).is_ok_and(|l| enough(&l)) {
        assert!(started.elapsed() < Duration::from_secs(60), "the child adds nothing");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_killed_program_leaves_whole_articles_and_the_next_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    let mut last = 0;
    // Two hundred on the long way (`bench/faults/run.sh`).
    let rounds = if std::env::var("DETENTE_FAULTS").is_ok_and(|v| v == "all") { 200 } else { 30 };
    for round in 0..rounds {
        let mut child = child(&path, round % 2 == 1);
        wait_for_more(&path, last);
        // A different moment each time, so that it is killed in the middle of all kinds of things.
        std::thread::sleep(Duration::from_micros(round * 2_357 % 17_000));
        child.kill().unwrap();
        child.wait().unwrap();

        let whole: String =
            Connection::open(&path).unwrap().query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
        assert_eq!(whole, "ok");
        let ledger = Ledger::open(&path).unwrap();
        let counts = ledger.counts(None).unwrap();
        assert!(counts.articles > last);
        assert_eq!(counts.reports, counts.articles * REPORTS);
        for n in last..counts.articles {
            let filter = Filter { article: Some(format!("a{n}")), ..Filter::default() };
            assert_eq!(ledger.count(&filter).unwrap(), REPORTS);
        }
        assert!(!ledger.is_behind().unwrap(), "opening does what was left to do");
        if round % 5 == 4 && counts.articles < 3000 {
            let when = format!("round {round}");
            assert_same(&answers(&ledger, KNOWN, None), &fresh(&ledger, KNOWN), &when);
        }
        last = counts.articles;
    }
}

#[test]
fn readers_beside_a_writer_see_whole_articles_with_all_that_follows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    add(&mut Ledger::open(&path).unwrap(), 0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let reader =
                    Connection::open_with_flags(&path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
                reader.busy_timeout(Duration::from_secs(5)).unwrap();
                let number = |sql: &str| -> i64 { reader.query_row(sql, [], |r| r.get(0)).unwrap() };
                let mut looks = 0;
                while !done.load(Ordering::Relaxed) || looks < 3 {
                    // One transaction is one look at the file.
                    reader.execute_batch("BEGIN").unwrap();
                    let articles = number("SELECT count(*) FROM articles");
                    assert_eq!(number("SELECT count(*) FROM reports"), articles * REPORTS as i64);
                    assert_eq!(number("SELECT value FROM counters WHERE name = 'articles'"), articles);
                    // Every report belongs to one event, and nothing is left to do.
                    assert_eq!(
                        number("SELECT count(*) FROM current_event_reports"),
                        articles * REPORTS as i64
                    );
                    assert_eq!(number("SELECT count(*) FROM touched_pairs"), 0);
                    let told = number("SELECT coalesce(sum(reports), 0) FROM events");
                    assert_eq!(told, articles * REPORTS as i64);
                    reader.execute_batch("COMMIT").unwrap();
                    looks += 1;
                }
            });
        }
        // The readers above are threads; this one is a program of its own.
        let mut writer = child(&path, false);
        wait_for_more(&path, 60);
        writer.kill().unwrap();
        writer.wait().unwrap();
        done.store(true, Ordering::Relaxed);
    });
}
