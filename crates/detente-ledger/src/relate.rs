//! From reports to events, from events to standings and turns: only what new reports touch is worked out anew.
//!
//! There are three steps, each with a list of what is still to be done that is kept in the file: readings not yet
//! looked at (all runs after a mark), the cells in which new reports may meet others (`touched_cells`), and the pairs
//! about which there is new evidence (`touched_pairs`). What a step does and what it leaves to the next are written
//! in one transaction, so a program that is killed leaves a list and not a muddle; the next one goes on from there.
//!
//! The days of knowledge are kept apart: where something becomes known with an earlier day than what is there
//! already, events, standings and turns are worked out for that day and for each later one on which they changed.

use std::collections::{BTreeMap, BTreeSet};

use detente::day;
use detente::event_set::{Days, Event, Memo, Reason, cells, gather, gather_in, regather};
use detente::report::Report;
use detente::standing::{self, observe};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::keys::Keys;
use crate::open::explain;
use crate::series::{self, Counts, Foreign, Seen, Touched};
use crate::{Ledger, LedgerError};

/// What [`Ledger::relate`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// Readings that were looked at.
    pub runs: usize,
    /// Cells of reports that were gathered anew.
    pub cells: usize,
    /// Pairs whose standing and turns were worked out anew.
    pub pairs: usize,
}

impl Related {
    /// True where there was nothing to do.
    pub fn is_nothing(&self) -> bool {
        *self == Related::default()
    }
}

/// How much one transaction does.
#[derive(Clone, Copy)]
pub(crate) struct Portion {
    runs: usize,
    /// Reports whose cells are gathered.
    reports: usize,
    /// Pieces of evidence that are worked out.
    pieces: usize,
    /// Pairs whose standing is only brought forward to the present month.
    forward: usize,
}

/// What goes into one transaction of a big job: small enough for its memory and for others who wait to write.
const PORTION: Portion = Portion { runs: 5_000, reports: 20_000, pieces: 400_000, forward: 10_000 };

/// With one article: all that it touches, and some of what a new month leaves to do.
pub(crate) const AT_ONCE: Portion =
    Portion { runs: usize::MAX, reports: usize::MAX, pieces: usize::MAX, forward: 50 };

/// Observations that are read before they are worked out together.
const BATCH: usize = 100_000;

impl Ledger {
    /// Brings events, standings and turns up to date with the articles and imports. [`Ledger::add`] does so by itself
    /// unless [`Ledger::relate_later`] told it not to; a big job is done in several transactions, each whole in itself.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn relate(&mut self) -> Result<Related, LedgerError> {
        let mut all = Related::default();
        loop {
            let path = self.path.clone();
            let failed = |e: rusqlite::Error| explain(&path, &e);
            let transaction =
                self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
            let done = step(&transaction, PORTION, self.manifest).map_err(failed)?;
            transaction.commit().map_err(failed)?;
            if done.is_nothing() {
                if self.later {
                    self.settle()?;
                }
                return Ok(all);
            }
            all.runs += done.runs;
            all.cells += done.cells;
            all.pairs += done.pairs;
        }
    }

    /// True where articles or imports are there that events, standings and turns do not yet know of.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn is_behind(&self) -> Result<bool, LedgerError> {
        is_behind(&self.connection).map_err(|e| self.explain(&e))
    }
}

/// See [`METHODS`].
const METHOD_OF_EVENTS: i64 = 2;

/// Numbers of the methods by which events, and standings and turns, are made. Whoever changes what the engine answers
/// raises the number: then all is worked out anew, as of the last day of knowledge, when a ledger is next written to.
/// What was told before stays as it was told then.
const METHODS: [(&str, i64, &str, &str); 2] = [
    (
        "method of events",
        METHOD_OF_EVENTS,
        "report_cells",
        "INSERT INTO touched_cells (cell, known) SELECT DISTINCT cell, ?1 FROM report_cells WHERE true
         ON CONFLICT (cell) DO NOTHING",
    ),
    (
        "method of standings",
        3,
        "pair_standings",
        "INSERT INTO touched_pairs (pair, known, since) SELECT pair, ?1, -4000000 FROM pair_standings WHERE true
         ON CONFLICT (pair) DO UPDATE SET since = excluded.since",
    ),
];

/// True where a method has changed since the ledger was last brought up to date. A ledger that holds nothing of its
/// kind is up to date with any method.
fn is_outdated(connection: &Connection, name: &str, number: i64, table: &str) -> rusqlite::Result<bool> {
    let there: Option<i64> = connection
        .prepare_cached("SELECT value FROM marks WHERE name = ?1")?
        .query_row([name], |r| r.get(0))
        .optional()?;
    match there {
        Some(there) => Ok(there != number),
        None => connection
            .prepare_cached(&format!("SELECT EXISTS (SELECT 1 FROM {table})"))?
            .query_row([], |r| r.get(0)),
    }
}

/// Puts everything on the lists that an older method has made.
fn take_up_methods(connection: &Connection) -> rusqlite::Result<()> {
    for (name, number, table, sql) in METHODS {
        if is_outdated(connection, name, number, table)? {
            connection.prepare_cached(sql)?.execute([horizon(connection)?.to_string()])?;
        }
        connection
            .prepare_cached(
                "INSERT INTO marks (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
            )?
            .execute(params![name, number])?;
    }
    Ok(())
}

pub(crate) fn is_behind(connection: &Connection) -> rusqlite::Result<bool> {
    for (name, number, table, _) in METHODS {
        if is_outdated(connection, name, number, table)? {
            return Ok(true);
        }
    }
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM runs WHERE kind = 'read' AND id > (SELECT value FROM marks WHERE name = 'runs'))
                 OR EXISTS (SELECT 1 FROM touched_cells) OR EXISTS (SELECT 1 FROM touched_pairs)",
        )?
        .query_row([], |r| r.get(0))
}

/// The last day of knowledge of all.
pub(crate) fn horizon(connection: &Connection) -> rusqlite::Result<Date> {
    let day: Option<i64> = connection
        .prepare_cached("SELECT value FROM marks WHERE name = 'horizon'")?
        .query_row([], |r| r.get(0))
        .optional()?;
    Ok(day.map_or(Date::MIN, day::of))
}

/// Moves the last day of knowledge on.
pub(crate) fn move_horizon(connection: &Connection, known: Date) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO marks (name, value) VALUES ('horizon', ?1)
             ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
        )?
        .execute([day::number(known)])?;
    Ok(())
}

/// Does a portion of what is to be done; nothing where all is up to date. Steps come in order, so that each cell and
/// each pair is worked out once for a whole batch of articles.
pub(crate) fn step(
    connection: &Connection,
    portion: Portion,
    manifest: Option<i64>,
) -> rusqlite::Result<Related> {
    take_up_methods(connection)?;
    let mut done = Related { runs: read_runs(connection, portion.runs)?, ..Related::default() };
    if done.runs == portion.runs {
        return Ok(done);
    }
    let mut run = Run { connection, id: None, manifest };
    let (cells, more) = gather_cells(&mut run, portion.reports)?;
    done.cells = cells;
    if more {
        return Ok(done);
    }
    bring_forward(connection, portion.forward)?;
    done.pairs = relate_pairs(&mut run, portion.pieces)?;
    Ok(done)
}

/// The run of kind `relate` under which a transaction writes; it is made when something is written.
struct Run<'c> {
    connection: &'c Connection,
    id: Option<i64>,
    manifest: Option<i64>,
}

impl Run<'_> {
    fn id(&mut self) -> rusqlite::Result<i64> {
        if let Some(id) = self.id {
            return Ok(id);
        }
        let known = horizon(self.connection)?.to_string();
        let id = self
            .connection
            .prepare_cached(
                "INSERT INTO runs (kind, coder_version, coder_lexicon, coder_model, known, notes, manifest)
                 VALUES ('relate', ?1, '', '', ?2, '[]', ?3)",
            )?
            .insert(params![env!("CARGO_PKG_VERSION"), known, self.manifest])?;
        self.id = Some(id);
        Ok(id)
    }
}

/// Looks at readings that came after the mark: puts their reports into cells, and marks these cells and those of the
/// readings that they supersede.
fn read_runs(connection: &Connection, limit: usize) -> rusqlite::Result<usize> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let runs: Vec<(i64, Option<i64>, String)> = connection
        .prepare_cached(
            "SELECT id, supersedes, known FROM runs
             WHERE kind = 'read' AND id > (SELECT value FROM marks WHERE name = 'runs') ORDER BY id LIMIT ?1",
        )?
        .query_map([limit], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut reports =
        connection.prepare_cached("SELECT id, record FROM reports WHERE run = ?1 ORDER BY id")?;
    let mut keep =
        connection.prepare_cached("INSERT OR IGNORE INTO report_cells (cell, report) VALUES (?1, ?2)")?;
    let mut touch = connection.prepare_cached(
        "INSERT INTO touched_cells (cell, known) VALUES (?1, ?2)
         ON CONFLICT (cell) DO UPDATE SET known = min(known, excluded.known)",
    )?;
    let mut came = connection.prepare_cached(
        "INSERT INTO touched_reports (cell, report, known, came) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (cell, report) DO UPDATE SET came = 2",
    )?;
    let mut latest = None;
    for (run, supersedes, known) in &runs {
        for (of, is_new) in [(Some(*run), true), (*supersedes, false)] {
            let Some(of) = of else { continue };
            let rows: Vec<(i64, String)> =
                reports.query_map([of], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
            for (row, record) in rows {
                // A damaged record is told of when it is asked for; the rest goes on without it.
                let Ok(report) = parse(&record) else { continue };
                for cell in cells(&report) {
                    let cell = cell.to_string();
                    if is_new {
                        keep.execute(params![cell, row])?;
                    }
                    touch.execute(params![cell, known])?;
                    came.execute(params![cell, row, known, is_new])?;
                }
            }
        }
        latest = latest.max(known.parse().ok());
    }
    if let Some((last, ..)) = runs.last() {
        connection.prepare_cached("UPDATE marks SET value = ?1 WHERE name = 'runs'")?.execute([last])?;
    }
    if let Some(latest) = latest {
        move_horizon(connection, latest)?;
    }
    Ok(runs.len())
}

/// A record, as JSON holds it.
fn parse<T: serde::de::DeserializeOwned>(record: &str) -> rusqlite::Result<T> {
    serde_json::from_str(record)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(e)))
}

/// A report as it is kept, with the time in which it stands.
struct Telling {
    row: i64,
    record: String,
    known: String,
    superseded: Option<String>,
}

/// A touched cell with its reports.
struct Drawer {
    cell: String,
    /// From this day of knowledge on.
    known: String,
    tellings: Vec<Telling>,
}

/// The events of a cell as known on a day.
struct Gathered {
    day: String,
    /// Row of each report by its id.
    rows: BTreeMap<String, i64>,
    /// Each with a print, by which a change is seen.
    events: Vec<(Event, i64)>,
    /// True where a report of the cell was read anew.
    reread: bool,
    /// What is to be remembered of the cell.
    memo: Option<Memo>,
}

/// So many reports that come to a cell or leave it are always gathered by what is remembered of it.
const FEW: usize = 16;

/// Reports whose cells are gathered together, on all cores.
const TOGETHER: usize = 10_000;

/// Gathers touched cells anew, until they have held so many reports; how many cells, and whether more are left.
fn gather_cells(run: &mut Run, limit: usize) -> rusqlite::Result<(usize, bool)> {
    let connection = run.connection;
    let touched: Vec<(String, String)> = connection
        .prepare_cached("SELECT cell, known FROM touched_cells ORDER BY cell")?
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut keys = Keys::new(connection);
    let (mut done, mut reports) = (0, 0);
    let mut left = touched.into_iter().peekable();
    while left.peek().is_some() {
        if reports >= limit {
            return Ok((done, true));
        }
        let mut drawers = Vec::new();
        let mut together = 0;
        while let Some((cell, known)) = left.next_if(|_| together < TOGETHER) {
            if let Some(read) = gather_anew(run, &mut keys, &cell, &known)? {
                done += 1;
                reports += read + 1;
                forget(connection, &cell)?;
                continue;
            }
            let drawer = drawer(connection, cell, known)?;
            together += drawer.tellings.len() + 1;
            drawers.push(drawer);
        }
        // Few reports are gathered sooner than a thread is started.
        let workers = if together > 400 { drawers.len() } else { 1 };
        for (drawer, gathered) in drawers.iter().zip(spread(&drawers, workers, Drawer::gather)) {
            for known in gathered {
                write_cell(run, &mut keys, &drawer.cell, known)?;
            }
            forget(connection, &drawer.cell)?;
        }
        done += drawers.len();
        reports += together;
    }
    Ok((done, false))
}

/// Takes a cell off the list.
fn forget(connection: &Connection, cell: &str) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM touched_cells WHERE cell = ?1")?.execute([cell])?;
    connection.prepare_cached("DELETE FROM touched_reports WHERE cell = ?1")?.execute([cell])?;
    Ok(())
}

/// Gathers a cell anew out of what is remembered of it, and writes what is new; how many reports were read. `None`
/// where that cannot be done: nothing is remembered, by another method, or of a later day; or so much has come that the
/// whole is gathered sooner.
fn gather_anew(run: &mut Run, keys: &mut Keys, cell: &str, day: &str) -> rusqlite::Result<Option<usize>> {
    let connection = run.connection;
    let touched: Vec<(i64, String, i64)> = connection
        .prepare_cached("SELECT report, known, came FROM touched_reports WHERE cell = ?1 ORDER BY report")?
        .query_map([cell], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    // All on one day, and none that came and left again.
    if touched.is_empty() || touched.iter().any(|(_, known, came)| known != day || *came > 1) {
        return Ok(None);
    }
    let memo: Option<Vec<u8>> = connection
        .prepare_cached("SELECT memo FROM cell_memos WHERE cell = ?1 AND method = ?2 AND known <= ?3")?
        .query_row(params![cell, METHOD_OF_EVENTS, day], |r| r.get(0))
        .optional()?;
    let (Some(memo), Ok(parsed)) = (memo.and_then(|bytes| Memo::from_bytes(&bytes)), cell.parse()) else {
        return Ok(None);
    };
    if touched.len() > FEW.max(memo.len() / 8) {
        return Ok(None);
    }
    let mut records = connection.prepare_cached("SELECT record FROM reports WHERE id = ?1")?;
    let mut record = |row: i64| -> rusqlite::Result<String> { records.query_row([row], |r| r.get(0)) };
    let (mut came, mut gone) = (Vec::new(), Vec::new());
    for (row, _, has_come) in touched {
        if has_come == 0 {
            gone.push(row);
        } else if let Ok(report) = parse::<Report>(&record(row)?) {
            // A damaged record is told of when it is asked for; the rest goes on without it.
            came.push((row, report));
        }
    }
    let came: Vec<(i64, &Report)> = came.iter().map(|(row, report)| (*row, report)).collect();
    let reread = !gone.is_empty();
    let done = regather(parsed, memo, &gone, &came, |row| parse::<Report>(&record(row)?));
    let done = match done {
        Ok(Some(done)) => done,
        Ok(None) | Err(rusqlite::Error::FromSqlConversionFailure(..)) => return Ok(None),
        Err(e) => return Err(e),
    };
    for event in done.changed {
        let (event, print) = printed(event);
        let old = standing_event(connection, &event.id, day)?;
        write_changed(run, keys, (cell, day), &event, print, old, (&done.rows, reread))?;
    }
    for name in done.gone {
        if let Some(old) = standing_event(connection, &name, day)?.filter(|old| !old.gone) {
            let version = write_gone(run, cell, day, &name)?;
            write_evidence(connection, keys, day, None, Some(old), version)?;
        }
    }
    remember(connection, cell, day, &done.memo)?;
    Ok(Some(done.read))
}

/// Keeps what is to be remembered of a cell.
fn remember(connection: &Connection, cell: &str, day: &str, memo: &Memo) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO cell_memos (cell, method, known, memo) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (cell) DO UPDATE SET method = excluded.method, known = excluded.known, memo = excluded.memo",
        )?
        .execute(params![cell, METHOD_OF_EVENTS, day, memo.to_bytes()])?;
    Ok(())
}

/// An event with a print, by which a change is seen.
fn printed(event: Event) -> (Event, i64) {
    let print = print(serde_json::to_string(&event).unwrap_or_default().as_bytes());
    (event, print)
}

/// Reads a cell.
fn drawer(connection: &Connection, cell: String, known: String) -> rusqlite::Result<Drawer> {
    let tellings = connection
        .prepare_cached(
            "SELECT r.id, r.record, u.known, (SELECT n.known FROM runs n WHERE n.supersedes = u.id)
             FROM report_cells c JOIN reports r ON r.id = c.report JOIN runs u ON u.id = r.run
             WHERE c.cell = ?1",
        )?
        .query_map([&cell], |r| {
            Ok(Telling { row: r.get(0)?, record: r.get(1)?, known: r.get(2)?, superseded: r.get(3)? })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Drawer { cell, known, tellings })
}

impl Drawer {
    /// The events of the cell as known on each day on which they may differ from what is written.
    fn gather(&self) -> Vec<Gathered> {
        // A damaged record is told of when it is asked for; the rest goes on without it.
        let reports: Vec<(&Telling, Report)> =
            self.tellings.iter().filter_map(|t| Some((t, parse(&t.record).ok()?))).collect();
        let mut days: BTreeSet<&str> = reports
            .iter()
            .flat_map(|(t, _)| [Some(t.known.as_str()), t.superseded.as_deref()])
            .flatten()
            .filter(|day| *day >= self.known.as_str())
            .collect();
        days.insert(&self.known);
        let on = |day: &str| {
            let stands: BTreeMap<&str, (&Telling, &Report)> = reports
                .iter()
                .filter(|(t, _)| {
                    t.known.as_str() <= day && t.superseded.as_deref().is_none_or(|end| end > day)
                })
                .map(|(t, report)| (report.id.as_str(), (*t, report)))
                .collect();
            let (events, memo) = match self.cell.parse() {
                Ok(cell) => {
                    let (events, memo) = gather_in(cell, stands.values().map(|(t, report)| (t.row, *report)));
                    (events, Some(memo))
                }
                Err(_) => (gather(stands.values().map(|(_, report)| *report)), None),
            };
            Gathered {
                memo,
                day: day.into(),
                rows: stands.iter().map(|(id, (t, _))| ((*id).to_string(), t.row)).collect(),
                events: events.into_iter().map(printed).collect(),
                reread: self.tellings.iter().any(|t| t.superseded.is_some()),
            }
        };
        days.into_iter().map(on).collect()
    }
}

/// Writes what is new of a cell as known on a day.
fn write_cell(run: &mut Run, keys: &mut Keys, cell: &str, known: Gathered) -> rusqlite::Result<()> {
    let Gathered { day, rows, events, memo, reread } = known;
    // Days come in order: what is remembered in the end is of the last.
    if let Some(memo) = memo {
        remember(run.connection, cell, &day, &memo)?;
    }
    let mut there = standing_events(run.connection, cell, &day)?;
    for (event, print) in &events {
        let old = there.remove(&event.id);
        write_changed(run, keys, (cell, &day), event, *print, old, (&rows, reread))?;
    }
    for (name, old) in there {
        if !old.gone {
            let version = write_gone(run, cell, &day, &name)?;
            write_evidence(run.connection, keys, &day, None, Some(old), version)?;
        }
    }
    Ok(())
}

/// Writes an event, unless it stands as it is.
fn write_changed(
    run: &mut Run,
    keys: &mut Keys,
    (cell, day): (&str, &str),
    event: &Event,
    print: i64,
    old: Option<Old>,
    (rows, reread): (&BTreeMap<String, i64>, bool),
) -> rusqlite::Result<()> {
    // A report that says the same when it is read anew has another row: the event is told by that one from now on.
    let same_rows = || -> rusqlite::Result<bool> {
        let now: BTreeSet<i64> = event.reasons.iter().filter_map(|r| rows.get(&r.report)).copied().collect();
        Ok(members(run.connection, &event.id, day)?.into_keys().eq(now))
    };
    if old.as_ref().is_some_and(|old| !old.gone && old.print == print) && (!reread || same_rows()?) {
        return Ok(());
    }
    let version = write_event(run, cell, day, event, print)?;
    write_members(run.connection, day, event, version, rows)?;
    write_evidence(run.connection, keys, day, Some(event), old, version)
}

/// The latest version of an event as of a day.
struct Old {
    id: i64,
    gone: bool,
    print: i64,
}

/// The latest version of the event of that name as of a day.
fn standing_event(connection: &Connection, name: &str, day: &str) -> rusqlite::Result<Option<Old>> {
    connection
        .prepare_cached(
            "SELECT id, gone, print FROM event_versions WHERE name = ?1 AND known <= ?2
             ORDER BY known DESC, id DESC LIMIT 1",
        )?
        .query_row([name, day], |r| Ok(Old { id: r.get(0)?, gone: r.get(1)?, print: r.get(2)? }))
        .optional()
}

/// The events of a cell as of a day.
fn standing_events(
    connection: &Connection,
    cell: &str,
    day: &str,
) -> rusqlite::Result<BTreeMap<String, Old>> {
    connection
        .prepare_cached(
            "SELECT name, id, gone, print FROM event_versions WHERE cell = ?1 AND known <= ?2 ORDER BY name, known, id",
        )?
        // The last version of each name stays in the map.
        .query_map([cell, day], |r| Ok((r.get(0)?, Old { id: r.get(1)?, gone: r.get(2)?, print: r.get(3)? })))?
        .collect()
}

/// FNV-1a: enough to see that an event is the same, and the same on every machine.
fn print(bytes: &[u8]) -> i64 {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325u64, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    i64::from_ne_bytes(hash.to_ne_bytes())
}

fn json(list: &[String]) -> String {
    serde_json::to_string(list).unwrap_or_default()
}

/// The one place where an event of the engine becomes a row of the ledger.
fn write_event(run: &mut Run, cell: &str, day: &str, event: &Event, print: i64) -> rusqlite::Result<i64> {
    use detente::report::Aux;
    let id = run.id()?;
    // Its reports and the reasons stand in rows of their own.
    let scale = if event.scale.is_finite() { event.scale } else { 0.0 };
    let bare = Event { reports: Vec::new(), reasons: Vec::new(), scale, ..event.clone() };
    let has = |aux| event.aux.contains(&aux);
    run.connection
        .prepare_cached(
            "INSERT INTO event_versions
             (name, cell, known, run, gone, print, event, mode, date, enddate, negated, future, hypothetical, historical,
              event_scale, actors, recipients, reports, witnesses, copies, publishers, said_by, words, place, record)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                     ?22, ?23, ?24)",
        )?
        .insert(params![
            event.id,
            cell,
            day,
            id,
            print,
            event.kind.as_str(),
            event.mode,
            event.date.map(|d| d.to_string()),
            event.enddate.map(|d| d.to_string()),
            has(Aux::Negated),
            has(Aux::Future),
            has(Aux::Hypothetical),
            has(Aux::Historical),
            f64::from(scale),
            json(&event.actors),
            json(&event.recipients),
            event.reports.len(),
            event.witnesses,
            event.copies,
            json(&event.publishers),
            json(&event.said_by),
            event.words,
            event.place,
            serde_json::to_string(&bare).unwrap_or_default(),
        ])
}

/// An event that is no more.
fn write_gone(run: &mut Run, cell: &str, day: &str, name: &str) -> rusqlite::Result<i64> {
    let id = run.id()?;
    let version = run
        .connection
        .prepare_cached(
            "INSERT INTO event_versions (name, cell, known, run, gone, print) VALUES (?1, ?2, ?3, ?4, 1, 0)",
        )?
        .insert(params![name, cell, day, id])?;
    let members = members(run.connection, name, day)?;
    let mut insert = run.connection.prepare_cached(
        "INSERT INTO event_reports (event, report, known, version, here) VALUES (?1, ?2, ?3, ?4, 0)",
    )?;
    for report in members.keys() {
        insert.execute(params![name, report, day, version])?;
    }
    Ok(version)
}

/// The rows of the reports of an event as of a day, each with its reason.
fn members(connection: &Connection, event: &str, day: &str) -> rusqlite::Result<BTreeMap<i64, String>> {
    let mut all: BTreeMap<i64, Option<String>> = connection
        .prepare_cached(
            "SELECT report, here, reason FROM event_reports WHERE event = ?1 AND known <= ?2
             ORDER BY report, known, version",
        )?
        .query_map([event, day], |r| {
            let here: bool = r.get(1)?;
            let reason: Option<String> = r.get(2)?;
            Ok((r.get(0)?, if here { Some(reason.unwrap_or_default()) } else { None }))
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(std::mem::take(&mut all).into_iter().filter_map(|(row, reason)| Some((row, reason?))).collect())
}

fn write_members(
    connection: &Connection,
    day: &str,
    event: &Event,
    version: i64,
    rows: &BTreeMap<String, i64>,
) -> rusqlite::Result<()> {
    let mut old = members(connection, &event.id, day)?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO event_reports (event, report, known, version, here, days, copy, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for reason in &event.reasons {
        let Some(row) = rows.get(&reason.report) else { continue };
        let text = serde_json::to_string(reason).unwrap_or_default();
        if old.remove(row).is_none_or(|old| old != text) {
            let days = serde_json::to_value(reason.days).ok();
            let days = days.as_ref().and_then(|d| d.as_str());
            insert.execute(params![event.id, row, day, version, true, days, reason.copy, text])?;
        }
    }
    let none: Option<&str> = None;
    for report in old.keys() {
        insert.execute(params![event.id, report, day, version, false, none, none, none])?;
    }
    Ok(())
}

/// The pairs that an event sets against or beside each other, and what it is to each.
pub(crate) fn evidence_of(
    event: &Event,
    params: &standing::Params,
) -> BTreeMap<(String, String), (Counts, Option<Seen>)> {
    let others = if event.recipients.is_empty() { &event.actors } else { &event.recipients };
    let mut all = BTreeMap::new();
    for x in &event.actors {
        for y in others {
            if x == y {
                continue;
            }
            let (a, b) = (x.min(y), x.max(y));
            let observed = observe(std::slice::from_ref(event), a, b, params);
            let seen = observed.observations().first().map(|o| Seen {
                kind: o.kind,
                mode: o.mode.map(Into::into),
                by: o.by,
                from: o.from,
                to: o.to,
                score: o.score,
                weight: o.weight,
            });
            let counts = match (&seen, observed.undated, observed.denied) {
                (Some(_), ..) => Counts::Yes,
                (None, 1.., _) => Counts::Undated,
                (None, _, 1..) => Counts::Denied,
                _ => Counts::Gone,
            };
            all.insert((a.clone(), b.clone()), (counts, seen));
        }
    }
    all
}

/// Writes what changed of an event as evidence, and marks the pairs whose standing that may move.
fn write_evidence(
    connection: &Connection,
    keys: &mut Keys,
    day: &str,
    event: Option<&Event>,
    old: Option<Old>,
    version: i64,
) -> rusqlite::Result<()> {
    let params = standing::Params::default();
    let mut before = BTreeMap::new();
    if let Some(old) = old.filter(|old| !old.gone) {
        let record: String = connection
            .prepare_cached("SELECT record FROM event_versions WHERE id = ?1")?
            .query_row([old.id], |r| r.get(0))?;
        before = evidence_of(&parse::<Event>(&record)?, &params);
    }
    let now = event.map_or_else(BTreeMap::new, |event| evidence_of(event, &params));
    let name = match event {
        Some(event) => event.id.clone(),
        None => connection
            .prepare_cached("SELECT name FROM event_versions WHERE id = ?1")?
            .query_row([version], |r| r.get(0))?,
    };
    let mut insert = connection.prepare_cached(
        "INSERT INTO evidence_versions (pair, event, known, version, counts, type, mode, doer, first, last, score, weight)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    let pairs: BTreeSet<&(String, String)> = before.keys().chain(now.keys()).collect();
    for pair in pairs {
        let none = (Counts::Gone, None);
        let (was, is) = (before.get(pair).unwrap_or(&none), now.get(pair).unwrap_or(&none));
        if was == is {
            continue;
        }
        let id = keys.pair(&pair.0, &pair.1)?;
        let seen = is.1.as_ref();
        insert.execute(params![
            id,
            name,
            day,
            version,
            is.0 as i64,
            seen.map(|s| s.kind.as_str()),
            seen.and_then(|s| s.mode.as_deref()),
            seen.map(|s| series::by_number(s.by)),
            seen.map(|s| day::number(s.from)),
            seen.map(|s| day::number(s.to)),
            seen.map(|s| s.score),
            seen.map(|s| s.weight),
        ])?;
        if let Some(since) = was.1.iter().chain(&is.1).map(|s| day::number(s.from)).min() {
            touch_pair(connection, id, day, since)?;
        }
    }
    Ok(())
}

/// Puts a pair on the list, and the pair of its sides where its evidence counts for them.
pub(crate) fn touch_pair(
    connection: &Connection,
    pair: i64,
    known: &str,
    since: i64,
) -> rusqlite::Result<()> {
    let mut touch = connection.prepare_cached(
        "INSERT INTO touched_pairs (pair, known, since) VALUES (?1, ?2, ?3)
         ON CONFLICT (pair) DO UPDATE SET known = min(known, excluded.known), since = min(since, excluded.since)",
    )?;
    touch.execute(params![pair, known, since])?;
    let sides: Option<i64> = connection
        .prepare_cached("SELECT sides FROM pairs WHERE id = ?1")?
        .query_row([pair], |r| r.get(0))?;
    if let Some(sides) = sides {
        touch.execute(params![sides, known, since])?;
    }
    Ok(())
}

/// Puts pairs on the list whose months end before the present one.
fn bring_forward(connection: &Connection, limit: usize) -> rusqlite::Result<()> {
    let horizon = horizon(connection)?;
    if horizon == Date::MIN {
        return Ok(());
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO touched_pairs (pair, known, since)
             SELECT pair, ?1, ?2 FROM pair_standings WHERE until < ?3 ORDER BY until LIMIT ?4",
        )?
        .execute(params![horizon.to_string(), day::number(horizon), series::month(horizon), limit])?;
    Ok(())
}

/// Works out the pairs on the list, until so much evidence was read; how many pairs.
fn relate_pairs(run: &mut Run, limit: usize) -> rusqlite::Result<usize> {
    let connection = run.connection;
    let list: Vec<(i64, String, i64)> = connection
        .prepare_cached("SELECT pair, known, since FROM touched_pairs ORDER BY pair")?
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if list.is_empty() {
        return Ok(0);
    }
    let foreign = Foreign::read(connection)?;
    let horizon = horizon(connection)?;
    let id = run.id()?;
    let mut done = list.iter().peekable();
    let (mut pairs, mut pieces) = (0, 0);
    while done.peek().is_some() && pieces < limit {
        let mut batch: Vec<Touched> = Vec::new();
        let mut size = 0;
        while let Some((pair, known, since)) = done.next_if(|_| size < BATCH) {
            let touched = series::touched(connection, (*pair, known, *since), horizon, &foreign)?;
            size += touched.evidence.pieces.len() + 1;
            batch.push(touched);
        }
        pieces += size;
        pairs += batch.len();
        for (touched, worked_out) in batch.iter().zip(spread(&batch, batch.len() / 64, Touched::work_out)) {
            series::write(connection, touched.pair, &worked_out, id)?;
            connection
                .prepare_cached("DELETE FROM touched_pairs WHERE pair = ?1")?
                .execute([touched.pair])?;
        }
    }
    Ok(pairs)
}

/// Does the same with each, on as many cores as there are and are wanted; the answers stand in the order of the things.
fn spread<T: Sync, R: Send>(things: &[T], wanted: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(wanted);
    if cores < 2 {
        return things.iter().map(work).collect();
    }
    // Each takes the next one that nobody has: a great one does not keep the others waiting.
    let next = std::sync::atomic::AtomicUsize::new(0);
    let take = || {
        let mut mine = Vec::new();
        loop {
            let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(thing) = things.get(i) else { return mine };
            mine.push((i, work(thing)));
        }
    };
    let mut all: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..cores).map(|_| scope.spawn(take)).collect();
        let mut all = take();
        for worker in workers {
            match worker.join() {
                Ok(theirs) => all.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, answer)| answer).collect()
}

/// An event as of a day, with its reports and their reasons. `None` where there is none of that name.
pub(crate) fn event(connection: &Connection, name: &str, as_of: &str) -> rusqlite::Result<Option<Event>> {
    let record: Option<(bool, Option<String>)> = connection
        .prepare_cached(
            "SELECT gone, record FROM event_versions WHERE name = ?1 AND known <= ?2 ORDER BY known DESC, id DESC LIMIT 1",
        )?
        .query_row([name, as_of], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let Some((false, Some(record))) = record else { return Ok(None) };
    let mut event: Event = parse(&record)?;
    let reasons = members(connection, name, as_of)?.into_values();
    event.reasons = in_order(reasons.map(|reason| parse(&reason)).collect::<rusqlite::Result<_>>()?);
    event.reports = event.reasons.iter().map(|r| r.report.clone()).collect();
    event.reports.sort();
    Ok(Some(event))
}

/// The reasons of an event in the order in which it is told: the one that opened it stands first, the others by name.
pub(crate) fn in_order(mut reasons: Vec<Reason>) -> Vec<Reason> {
    reasons.sort_by(|x, y| (x.days != Days::First, &x.report).cmp(&(y.days != Days::First, &y.report)));
    reasons
}
