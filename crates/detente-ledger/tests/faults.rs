//! Disks that fill, fail and lose their power, and files that are damaged: a ledger is opened all the same or says in one
//! sentence why not, nothing that was finished is lost, and nothing is there by halves.
//!
//! A short walk through the faults is taken each time; `DETENTE_FAULTS=all` takes every step (`bench/faults/run.sh`).

mod common;
mod disk;

use std::collections::BTreeMap;

use common::{Dice, answers, article, assert_same, fresh, report};
use detente::article::Article;
use detente::plover::EventType;
use detente::report::{Coder, Report};
use detente_ledger::{Filter, Ledger, LedgerError};
use disk::{Disk, Fault, Left, after_cut};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rusqlite::Connection;

/// Reports in each article.
const REPORTS: usize = 4;
const KEYS: [&str; 5] = ["Arnor", "Gondor", "Mordor", "Rohan", "Umbar"];
const KINDS: [EventType; 4] =
    [EventType::Assault, EventType::Consult, EventType::Sanction, EventType::Support];
const KNOWN: Date = date(2026, 3, 2);

/// One step in so many is tried, or each.
fn stride(short: usize) -> usize {
    if std::env::var("DETENTE_FAULTS").is_ok_and(|v| v == "all") { 1 } else { short }
}

fn numbered(n: usize) -> (Article, Vec<Report>) {
    let article = article(&format!("a{n}"), &format!("Arnor met Gondor, time {n}. ").repeat(1 + n % 3 * 60));
    let reports = (0..REPORTS)
        .map(|i| {
            let x = KEYS[(n + i) % 5];
            let y = KEYS[(n + 2 * i + 1) % 5];
            let y = if x == y { KEYS[(n + i + 1) % 5] } else { y };
            let day = date(2020, 1, 1).saturating_add(((n * 7 + i) as i64 % 400).days());
            report(&article, i, KINDS[(n / 3 + i) % 4], (x, y), Some(day))
        })
        .collect();
    (article, reports)
}

fn add(ledger: &mut Ledger, n: usize) -> Result<(), LedgerError> {
    let (article, reports) = numbered(n);
    ledger.add(&article, &reports, &[], &Coder::default(), KNOWN).map(|_| ())
}

/// A disk with a ledger of so many articles, closed well.
fn begun(articles: usize) -> BTreeMap<String, Vec<u8>> {
    let disk = Disk::new();
    let mut ledger = Ledger::open(disk.path()).unwrap();
    (0..articles).for_each(|n| add(&mut ledger, n).unwrap());
    drop(ledger);
    disk.files()
}

/// Opens what is left on a disk and looks at it: at least so many articles, at most so many, each whole, and all that
/// follows from them. The rest is added, and then all is as if nothing had happened.
fn mends(disk: &Disk, least: usize, most: usize, when: &str) {
    let mut ledger = Ledger::open(disk.path()).unwrap_or_else(|e| panic!("{when}: {e}"));
    let counts = ledger.counts(None).unwrap();
    assert!((least..=most).contains(&counts.articles), "{when}: {least}..={most}: {counts:?}");
    assert_eq!(counts.reports, counts.articles * REPORTS, "{when}");
    for n in 0..counts.articles {
        let filter = Filter { article: Some(format!("a{n}")), ..Filter::default() };
        assert_eq!(ledger.count(&filter).unwrap(), REPORTS, "{when}: article {n}");
    }
    assert!(!ledger.is_behind().unwrap(), "{when}: opening does what was left to do");
    for n in counts.articles..most {
        add(&mut ledger, n).unwrap();
    }
    drop(ledger);
    let raw = Connection::open(disk.path()).unwrap();
    let whole: String = raw.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(whole, "ok", "{when}");
}

/// The same, and what it answers is what a fresh reckoning answers.
fn answers_well(disk: &Disk, when: &str) {
    let ledger = Ledger::open(disk.path()).unwrap();
    assert_same(&answers(&ledger, KNOWN, None), &fresh(&ledger, KNOWN), when);
}

/// Cuts the power behind every step of some work. `work` is told the ledger, and says after each piece that it is
/// finished.
fn cut_everywhere(
    articles: usize,
    more: usize,
    short: usize,
    work: impl Fn(&mut Ledger, &mut dyn FnMut(usize)),
) -> usize {
    let begun = if articles == 0 { BTreeMap::new() } else { begun(articles) };
    let disk = Disk::with(begun.clone());
    // After which step how many articles are there for good.
    let mut finished = vec![(0, articles)];
    let mut ledger = Ledger::open(disk.path()).unwrap();
    work(&mut ledger, &mut |n| finished.push((disk.steps(), n)));
    drop(ledger);
    let tape = disk.tape();
    let mut tried = 0;
    for cut in (0..=tape.len()).step_by(stride(short)) {
        let least = finished.iter().rev().find(|(step, _)| *step <= cut).map_or(0, |f| f.1);
        for (n, left) in [Left::Nothing, Left::Everything, Left::Some(cut as u64), Left::Some(!(cut as u64))]
            .into_iter()
            .enumerate()
        {
            let disk = Disk::with(after_cut(&begun, &tape[..cut], left));
            let when = format!("cut behind step {cut} of {}, {left:?}", tape.len());
            mends(&disk, least, articles + more, &when);
            if (cut + n) % 97 == 0 {
                answers_well(&disk, &when);
            }
            tried += 1;
        }
    }
    tried
}

#[test]
fn a_power_cut_while_a_ledger_is_made_leaves_none_or_a_whole_one() {
    let tried = cut_everywhere(0, 1, 37, |ledger, done| {
        add(ledger, 0).unwrap();
        done(1);
    });
    assert!(tried > 20, "{tried}");
    println!("power cuts while a ledger is made: {tried}");
}

#[test]
fn a_power_cut_while_articles_are_added_one_by_one_loses_none_that_was_finished() {
    let tried = cut_everywhere(3, 4, 41, |ledger, done| {
        for n in 3..7 {
            add(ledger, n).unwrap();
            done(n + 1);
        }
    });
    assert!(tried > 30, "{tried}");
    println!("power cuts while articles are added one by one: {tried}");
}

#[test]
fn a_power_cut_while_many_are_added_loses_none_once_their_events_are_worked_out() {
    let tried = cut_everywhere(3, 6, 47, |ledger, done| {
        ledger.relate_later(true);
        for n in 3..6 {
            add(ledger, n).unwrap();
        }
        ledger.relate().unwrap();
        done(6);
        for n in 6..9 {
            add(ledger, n).unwrap();
        }
        ledger.relate().unwrap();
        done(9);
        // Nothing is left to do here, and it is safe all the same.
        ledger.relate().unwrap();
        done(9);
    });
    assert!(tried > 30, "{tried}");
    println!("power cuts while articles are added at once: {tried}");
}

/// An error as the person at the keyboard sees it: one sentence that names the file and says what to do.
fn is_one_sentence(error: &LedgerError, when: &str) {
    let text = error.to_string();
    assert!(text.contains("l.db") && text.contains(": ") && !text.contains('\n'), "{when}: {text}");
    assert!(!text.contains("please report this"), "{when}: {text}");
}

/// Adds three articles to a ledger of three on a disk on which something goes wrong, again and again until they are there,
/// in one go and through a ledger that is opened anew.
fn goes_on_after(begun: &BTreeMap<String, Vec<u8>>, fault: Fault, batch: bool, when: &str) {
    let disk = Disk::with(begun.clone());
    let mut kept = 3;
    {
        let mut ledger = Ledger::open(disk.path()).unwrap();
        ledger.relate_later(batch);
        disk.fail(fault);
        let work = |ledger: &mut Ledger, kept: &mut usize| -> Result<(), LedgerError> {
            for n in *kept..6 {
                add(ledger, n)?;
                *kept = n + 1;
            }
            ledger.relate().map(|_| ())
        };
        if let Err(error) = work(&mut ledger, &mut kept) {
            is_one_sentence(&error, when);
            assert!(
                matches!(error, LedgerError::Unwritable { .. } | LedgerError::Unreadable { .. }),
                "{when}: {error}"
            );
            // What was added before stands, and the same ledger goes on once there is room again.
            disk.fail(Fault::None);
            assert!((kept..=kept + 1).contains(&ledger.counts(None).unwrap().articles), "{when}");
            if !matches!(fault, Fault::FullFrom(n) if n % 2 == 0) {
                work(&mut ledger, &mut kept).unwrap_or_else(|e| panic!("{when}, going on: {e}"));
            }
        }
    }
    disk.fail(Fault::None);
    mends(&disk, kept, 6, when);
}

#[test]
fn a_disk_that_fills_or_fails_at_any_write_loses_nothing_and_says_so() {
    let begun = begun(3);
    for batch in [false, true] {
        // How many steps there are.
        let disk = Disk::with(begun.clone());
        let mut ledger = Ledger::open(disk.path()).unwrap();
        ledger.relate_later(batch);
        disk.fail(Fault::None);
        (3..6).for_each(|n| add(&mut ledger, n).unwrap());
        ledger.relate().unwrap();
        drop(ledger);
        let (writes, syncs, reads) = disk.counts();
        assert!(writes > 100 && syncs >= 2 && reads > 20, "{writes} {syncs} {reads}");
        let mut tried = 0;
        for n in (0..writes).step_by(stride(61)) {
            for fault in [Fault::FullFrom(n), Fault::Write(n)] {
                goes_on_after(&begun, fault, batch, &format!("{fault:?}, batch {batch}"));
                tried += 1;
            }
        }
        for n in 0..syncs {
            goes_on_after(&begun, Fault::Sync(n), batch, &format!("sync {n} fails, batch {batch}"));
            tried += 1;
        }
        for n in (0..reads).step_by(stride(17)) {
            goes_on_after(&begun, Fault::Read(n), batch, &format!("read {n} fails, batch {batch}"));
            tried += 1;
        }
        println!("writes, syncs and reads that failed (batch {batch}): {tried}");
    }
}

#[test]
fn a_disk_that_fills_while_a_ledger_is_made_leaves_what_the_next_can_make() {
    let disk = Disk::new();
    disk.fail(Fault::None);
    drop(Ledger::open(disk.path()).unwrap());
    let (writes, ..) = disk.counts();
    let mut refused = 0;
    for n in (0..writes).step_by(stride(11)) {
        let disk = Disk::new();
        disk.fail(Fault::FullFrom(n));
        if let Err(error) = Ledger::open(disk.path()) {
            is_one_sentence(&error, &format!("full from write {n}"));
            assert!(matches!(error, LedgerError::Unwritable { .. }), "{error}");
            refused += 1;
        }
        disk.fail(Fault::None);
        mends(&disk, 0, 2, &format!("full from write {n}"));
    }
    assert!(refused > 5);
    println!("full disks while a ledger is made: {refused}");
}

#[test]
fn a_disk_for_reading_only_is_said_and_the_ledger_stands() {
    let files = begun(3);
    let disk = Disk::with(files.clone());
    disk.fail(Fault::ReadOnly);
    let refused = match Ledger::open(disk.path()) {
        Ok(mut ledger) => add(&mut ledger, 3).unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(refused, LedgerError::Unwritable { .. }), "{refused}");
    is_one_sentence(&refused, "read-only");
    assert_eq!(disk.files()[Disk::LEDGER], files[Disk::LEDGER]);
    disk.fail(Fault::None);
    mends(&disk, 3, 4, "after a disk for reading only");
}

/// Everything that a reader can ask, for its errors.
fn ask_everything(ledger: &Ledger) -> Vec<LedgerError> {
    let mut errors = Vec::new();
    let mut heard = |error: Option<LedgerError>| errors.extend(error);
    let all = Filter::default();
    heard(ledger.counts(None).err());
    heard(ledger.is_behind().err());
    heard(ledger.dyads(usize::MAX, None).err());
    heard(ledger.turns(&detente_ledger::TurnFilter::default()).err());
    heard(ledger.standings_on(KNOWN, None).err());
    heard(ledger.standing_series("Arnor", "Gondor", None, Some(KNOWN), None).err());
    heard(ledger.relation("Arnor", "Gondor", None).err());
    heard(ledger.events(&all).err());
    heard(ledger.reports(&Filter { text: Some("met".into()), ..Filter::default() }).err());
    for n in 0..6 {
        heard(ledger.article(&format!("a{n}")).err());
    }
    match ledger.reports(&all) {
        Err(error) => heard(Some(error)),
        Ok(rows) => rows.iter().for_each(|row| heard(ledger.report(&row.report.id).err())),
    }
    errors
}

/// Looks at a damaged ledger with every question and one article more. Whatever is answered is an answer or a sentence.
fn is_looked_at(files: BTreeMap<String, Vec<u8>>, when: &str) -> usize {
    let disk = Disk::with(files.clone());
    let errors = match Ledger::open(disk.path()) {
        Err(error) => vec![error],
        Ok(mut ledger) => {
            let mut errors = ask_everything(&ledger);
            errors.extend(add(&mut ledger, 6).err());
            errors
        }
    };
    for error in &errors {
        if !matches!(error, LedgerError::NotFound { .. } | LedgerError::BadReport { .. }) {
            is_one_sentence(error, when);
            let kinds = matches!(
                error,
                LedgerError::Damaged { .. }
                    | LedgerError::Foreign { .. }
                    | LedgerError::Newer { .. }
                    | LedgerError::Unwritable { .. }
            );
            assert!(kinds, "{when}: {error}");
        }
    }
    errors.len()
}

#[test]
fn a_ledger_that_breaks_off_is_told_to_be_damaged() {
    let files = begun(6);
    let whole = &files[Disk::LEDGER];
    let mut tried = 0;
    for len in (0..whole.len()).step_by(4096 * stride(9)).skip(1) {
        let mut files = files.clone();
        files.insert(Disk::LEDGER.into(), whole[..len].to_vec());
        let told = is_looked_at(files, &format!("cut to {len} of {} bytes", whole.len()));
        assert!(told > 0, "{len} of {} bytes is no whole ledger", whole.len());
        tried += 1;
    }
    println!("ledgers that break off: {tried}");
}

#[test]
fn a_ledger_with_bits_turned_answers_or_says_that_it_is_damaged() {
    let files = begun(6);
    let mut dice = Dice(11);
    let (mut tried, mut told) = (0, 0);
    for n in 0..(3000 / stride(30)) {
        let mut files = files.clone();
        let content = files.get_mut(Disk::LEDGER).unwrap();
        // The head, the beginnings of pages, which say where all stands, and anywhere.
        let at = match n % 3 {
            0 => dice.roll(100),
            1 => dice.roll(content.len() as u64 / 4096) * 4096 + dice.roll(200),
            _ => dice.roll(content.len() as u64),
        } as usize;
        let bit = dice.roll(8);
        content[at] ^= 1 << bit;
        told += usize::from(is_looked_at(files, &format!("bit {bit} of byte {at} turned")) > 0);
        tried += 1;
    }
    assert!(told > 0);
    println!("bits turned: {tried}, of which said to be damaged: {told}");
}

#[test]
fn a_ledger_that_another_holds_is_waited_for_and_then_said() {
    // On a real disk: the one above has no locks. Connections of this program stand on it, so another program holds it.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    let out = child("holds_a_ledger", &path);
    let text = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn two_writers_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = child("two_write", &folder.path().join("l.db"));
    let text = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && text.contains("1 passed"), "{text}");
}

/// Runs one of the tests below as a program of its own, in which the disk is the real one.
fn child(test: &str, path: &std::path::Path) -> std::process::Output {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--test-threads", "1"])
        .env("DETENTE_FAULTS_PATH", path)
        .output()
        .unwrap()
}

/// Runs only as a program of its own.
#[test]
fn holds_a_ledger() {
    let Ok(path) = std::env::var("DETENTE_FAULTS_PATH") else { return };
    let mut ledger = Ledger::open(&path).unwrap();
    add(&mut ledger, 0).unwrap();
    let holder = Connection::open(&path).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = std::time::Instant::now();
    ledger.wait_for_others(std::time::Duration::from_millis(300)).unwrap();
    let error = add(&mut ledger, 1).unwrap_err();
    assert!(matches!(error, LedgerError::Locked { .. }), "{error}");
    is_one_sentence(&error, "held");
    assert!((300..4000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    // Whoever only reads is not kept waiting, and opening does not wait for what is the other's to do.
    assert_eq!(Ledger::open_read_only(&path).unwrap().counts(None).unwrap().articles, 1);
    holder.execute_batch("COMMIT").unwrap();
    add(&mut ledger, 1).unwrap();
    assert_eq!(ledger.counts(None).unwrap().articles, 2);
}

/// Runs only as a program of its own.
#[test]
fn two_write() {
    let Ok(path) = std::env::var("DETENTE_FAULTS_PATH") else { return };
    drop(Ledger::open(&path).unwrap());
    std::thread::scope(|scope| {
        for half in 0..2 {
            let path = &path;
            scope.spawn(move || {
                let mut ledger = Ledger::open(path).unwrap();
                ledger.wait_for_others(std::time::Duration::from_secs(60)).unwrap();
                ledger.relate_later(half == 1);
                // Some of one's own and some that the other adds as well.
                for n in 0..30 {
                    add(&mut ledger, if n % 3 == 0 { n } else { n * 2 + half * 100 }).unwrap();
                }
                ledger.relate().unwrap();
            });
        }
    });
    let ledger = Ledger::open(&path).unwrap();
    let own: std::collections::BTreeSet<usize> = (0..2)
        .flat_map(|half| (0..30).map(move |n| if n % 3 == 0 { n } else { n * 2 + half * 100 }))
        .collect();
    let counts = ledger.counts(None).unwrap();
    assert_eq!((counts.articles, counts.reports), (own.len(), own.len() * REPORTS));
    assert_same(&answers(&ledger, KNOWN, None), &fresh(&ledger, KNOWN), "after two writers");
}

#[test]
fn the_last_day_of_knowledge_never_runs_backwards() {
    let disk = Disk::new();
    let mut ledger = Ledger::open(disk.path()).unwrap();
    assert_eq!(ledger.last_known().unwrap(), None);
    add(&mut ledger, 0).unwrap();
    let (article, reports) = numbered(1);
    ledger.add(&article, &reports, &[], &Coder::default(), date(2019, 1, 1)).unwrap();
    assert_eq!(ledger.last_known().unwrap(), Some(KNOWN));
}
