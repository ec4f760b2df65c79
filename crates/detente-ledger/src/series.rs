//! Standings and turns as the ledger keeps them: the evidence about a pair is read, the engine works out where the
//! two stand month by month and when that turned, and what is new of it is written as new versions.
//!
//! What is kept does not depend on the day of asking: levels are those at the *end* of a month, up to the month in
//! which the last event begins and to that of the day of knowledge. So a pair's rows change only with its own
//! evidence, and a new month adds one row to a pair that still has a level.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use detente::day;
use detente::plover::EventType;
use detente::standing::{self, Balance, By, Level, Observation, Observed, State};
use detente::turn::{self, Turn, turns};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use crate::keys::side;

/// The weight of an event of another data set: one witness, as the engine weighs it.
const FOREIGN_WEIGHT: f64 = 1.0;

/// A month as the tables hold it.
pub(crate) fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// A day of knowledge as the tables hold it; an unreadable one counts as the first of all.
pub(crate) fn known(text: &str) -> Date {
    text.parse().unwrap_or(Date::MIN)
}

/// What an event is to a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Nothing any more: the event is gone, or no longer between the two.
    Gone = 0,
    /// Evidence.
    Yes = 1,
    /// It has no day, or too wide an interval.
    Undated = 2,
    /// It is denied, and weighs nothing.
    Denied = 3,
}

impl Counts {
    pub(crate) fn read(number: i64) -> Counts {
        match number {
            1 => Counts::Yes,
            2 => Counts::Undated,
            3 => Counts::Denied,
            _ => Counts::Gone,
        }
    }
}

/// One observation with all that it borrows nowhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub kind: EventType,
    pub mode: Option<Arc<str>>,
    pub by: By,
    pub from: Date,
    pub to: Date,
    pub score: f64,
    pub weight: f64,
}

impl Seen {
    /// The observation of an event of this name.
    pub(crate) fn of<'s>(&'s self, event: &'s str) -> Observation<'s> {
        Observation {
            event,
            kind: self.kind,
            mode: self.mode.as_deref(),
            by: self.by,
            from: self.from,
            to: self.to,
            score: self.score,
            weight: self.weight,
        }
    }
}

/// What a row of `evidence_versions` says from column `at` on: counts, type, mode, doer, first, last, score, weight.
pub(crate) fn seen_in(
    r: &rusqlite::Row,
    at: usize,
    mode: impl FnOnce(&str) -> Arc<str>,
) -> rusqlite::Result<(Counts, Option<Seen>)> {
    let counts = Counts::read(r.get(at)?);
    let kind = r.get_ref(at + 1)?.as_str_or_null()?.and_then(EventType::parse);
    let (Counts::Yes, Some(kind)) = (counts, kind) else { return Ok((counts, None)) };
    let seen = Seen {
        kind,
        mode: r.get_ref(at + 2)?.as_str_or_null()?.map(mode),
        by: by_of(r.get(at + 3)?),
        from: day::of(r.get(at + 4)?),
        to: day::of(r.get(at + 5)?),
        score: r.get(at + 6)?,
        weight: r.get(at + 7)?,
    };
    Ok((counts, Some(seen)))
}

/// A version of an event as evidence about a pair.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub event: String,
    /// Of another data set?
    pub foreign: bool,
    /// Done by or to people who do not speak for the side: it counts for turns of dense records alone.
    pub people: bool,
    /// The first day of the data set that it is from.
    pub watched: Option<Date>,
    pub known: Date,
    pub counts: Counts,
    /// Present where it counts.
    pub seen: Option<Seen>,
}

/// All that the ledger ever held as evidence about a pair: for each event its versions, the latest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    pub a: String,
    pub b: String,
    pub pieces: Vec<Piece>,
}

pub(crate) fn by_number(by: By) -> i64 {
    match by {
        By::A => 0,
        By::B => 1,
        By::Both => 2,
    }
}

pub(crate) fn by_of(number: i64) -> By {
    match number {
        0 => By::A,
        1 => By::B,
        _ => By::Both,
    }
}

pub(crate) fn turned(by: By) -> By {
    match by {
        By::A => By::B,
        By::B => By::A,
        By::Both => By::Both,
    }
}

/// True where rows that mirror each other ("A met B", "B met A") tell of one event.
pub(crate) fn is_mutual(kind: EventType) -> bool {
    matches!(kind, EventType::Agree | EventType::Consult | EventType::Cooperate)
}

/// The types and imports that foreign rows refer to; read once for many pairs.
pub(crate) struct Foreign {
    types: BTreeMap<i64, (EventType, Option<Arc<str>>, f64)>,
    /// Name, day of knowledge, first day.
    imports: BTreeMap<i64, (String, Date, Option<Date>)>,
}

impl Foreign {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Foreign> {
        let types = connection
            .prepare_cached("SELECT id, event, mode, event_scale FROM foreign_types")?
            .query_map([], |r| {
                let kind: String = r.get(1)?;
                Ok((r.get(0)?, EventType::parse(&kind), r.get::<_, Option<String>>(2)?, r.get::<_, f64>(3)?))
            })?
            .filter_map(|row| match row {
                Ok((id, Some(kind), mode, scale)) => Some(Ok((id, (kind, mode.map(Arc::from), scale)))),
                Ok(_) => None,
                Err(e) => Some(Err(e)),
            })
            .collect::<rusqlite::Result<_>>()?;
        let imports = connection
            .prepare_cached("SELECT id, name, known, first FROM imports")?
            .query_map([], |r| {
                let first: Option<String> = r.get(3)?;
                let first = first.and_then(|day| day.parse().ok());
                Ok((r.get(0)?, (r.get(1)?, known(&r.get::<_, String>(2)?), first)))
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Foreign { types, imports })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.imports.is_empty()
    }
}

/// Rows of one import, pair and day that are one event.
struct Fold {
    import: i64,
    kind: EventType,
    mode: Option<Arc<str>>,
    doer: i64,
    scale: f64,
    rows: u32,
    first: i64,
}

/// Puts rows of one pair and day together: the same act told twice, or a meeting told by each side, is one event.
/// Rows must come in order of their days; what is finished is handed to `done` with its day.
#[derive(Default)]
pub(crate) struct Folder {
    day: i64,
    open: Vec<Fold>,
}

impl Folder {
    fn add(
        &mut self,
        day: i64,
        (import, row): (i64, i64),
        (kind, mode, scale): (EventType, &Option<Arc<str>>, f64),
        doer: i64,
        done: &mut impl FnMut(i64, Fold),
    ) {
        if day != self.day {
            self.end(done);
            self.day = day;
        }
        // Told as done to each other, or of a type that is.
        let mutual = doer == 2 || is_mutual(kind);
        let same = |f: &&mut Fold| {
            f.import == import
                && f.kind == kind
                && f.mode == *mode
                && (mutual || f.doer == doer && f.scale / f64::from(f.rows) == scale)
        };
        match self.open.iter_mut().find(same) {
            Some(fold) => {
                if fold.doer != doer {
                    fold.doer = 2;
                }
                fold.scale += scale;
                fold.rows += 1;
                fold.first = fold.first.min(row);
            }
            None => {
                let mode = mode.clone();
                self.open.push(Fold { import, kind, mode, doer, scale, rows: 1, first: row });
            }
        }
    }

    fn end(&mut self, done: &mut impl FnMut(i64, Fold)) {
        let day = self.day;
        self.open.drain(..).for_each(|fold| done(day, fold));
    }
}

/// Reads the evidence about a pair, of all days of knowledge, with what the people of its sides do.
pub(crate) fn evidence(connection: &Connection, pair: i64, foreign: &Foreign) -> rusqlite::Result<Evidence> {
    let (a, b): (String, String) = connection
        .prepare_cached("SELECT x.key, y.key FROM pairs p JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b WHERE p.id = ?1")?
        .query_row([pair], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let mut all = Evidence { a, b, ..Evidence::default() };
    gather_pieces(connection, pair, foreign, 1.0, false, &mut all)?;
    let people: Vec<(i64, String, String)> = connection
        .prepare_cached(
            "SELECT p.id, x.key, y.key FROM pairs p JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
             WHERE p.sides = ?1 ORDER BY x.key, y.key",
        )?
        .query_map([pair], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if people.is_empty() {
        return Ok(all);
    }
    let own: BTreeSet<String> = all.pieces.iter().map(|p| p.event.clone()).collect();
    let factor = turn::Params::default().people_weight;
    let mut theirs: Vec<Vec<Piece>> = Vec::with_capacity(people.len());
    for (id, x, y) in people {
        let mut evidence = Evidence::default();
        gather_pieces(connection, id, foreign, factor, side(&x) > side(&y), &mut evidence)?;
        theirs.push(evidence.pieces);
    }
    all.pieces.extend(of_people(&own, theirs));
    Ok(all)
}

/// What the people of two sides do, as evidence about the sides: `theirs` holds the evidence of each pair of people, in
/// the order of their keys, `own` names the events that the sides have themselves.
pub(crate) fn of_people(
    own: &BTreeSet<String>,
    theirs: Vec<Vec<Piece>>,
) -> impl Iterator<Item = Piece> + use<> {
    let mut others: BTreeMap<String, (usize, Vec<Piece>)> = BTreeMap::new();
    for (pair, pieces) in theirs.into_iter().enumerate() {
        for piece in pieces {
            // An event between several of the pairs counts once.
            let entry = others.entry(piece.event.clone()).or_insert((pair, Vec::new()));
            if entry.0 == pair && !own.contains(&piece.event) {
                entry.1.push(Piece { people: true, ..piece });
            }
        }
    }
    others.into_values().flat_map(|(_, pieces)| pieces)
}

/// Adds the evidence of one pair, weighed with `factor`; `flip` where its parties stand the other way round.
fn gather_pieces(
    connection: &Connection,
    pair: i64,
    foreign: &Foreign,
    factor: f64,
    flip: bool,
    all: &mut Evidence,
) -> rusqlite::Result<()> {
    let way = |by: By| if flip { turned(by) } else { by };
    let mut own = connection.prepare_cached(
        "SELECT event, known, counts, type, mode, doer, first, last, score, weight
         FROM evidence_versions WHERE pair = ?1 ORDER BY event, known, version",
    )?;
    let mut rows = own.query([pair])?;
    // Days of knowledge and modes are few: each is made once and not for each of tens of thousands of rows.
    let mut last_known = (String::new(), Date::MIN);
    let mut modes: Vec<Arc<str>> = Vec::new();
    let mut mode_of = |name: &str| match modes.iter().find(|mode| ***mode == *name) {
        Some(mode) => mode.clone(),
        None => {
            modes.push(name.into());
            modes[modes.len() - 1].clone()
        }
    };
    while let Some(r) = rows.next()? {
        let day = r.get_ref(1)?.as_str()?;
        if day != last_known.0 {
            last_known = (day.to_owned(), known(day));
        }
        let (counts, seen) = seen_in(r, 2, &mut mode_of)?;
        let seen = seen.map(|seen| Seen { by: way(seen.by), weight: seen.weight * factor, ..seen });
        all.pieces.push(Piece {
            event: r.get(0)?,
            foreign: false,
            people: false,
            watched: None,
            known: last_known.1,
            counts,
            seen,
        });
    }
    if foreign.is_empty() {
        return Ok(());
    }
    let mut theirs = connection.prepare_cached(
        "SELECT day, type, doer, import, row FROM foreign_rows WHERE pair = ?1 ORDER BY day, type, doer",
    )?;
    let mut rows = theirs.query([pair])?;
    let mut folder = Folder::default();
    let mut keep = |day: i64, fold: Fold| {
        let Some((name, known, first)) = foreign.imports.get(&fold.import) else { return };
        let day = day::of(day);
        all.pieces.push(Piece {
            event: format!("{name}:{}", fold.first),
            foreign: true,
            people: false,
            watched: *first,
            known: *known,
            counts: Counts::Yes,
            seen: Some(Seen {
                kind: fold.kind,
                mode: fold.mode,
                by: way(by_of(fold.doer)),
                from: day,
                to: day,
                score: (fold.scale / f64::from(fold.rows) * 1000.0).round() / 1000.0,
                weight: FOREIGN_WEIGHT * factor,
            }),
        });
    };
    while let Some(r) = rows.next()? {
        let (import, row) = (r.get(3)?, r.get(4)?);
        if let (Some(what), true) = (foreign.types.get(&r.get(1)?), foreign.imports.contains_key(&import)) {
            folder.add(r.get(0)?, (import, row), (what.0, &what.1, what.2), r.get(2)?, &mut keep);
        }
    }
    folder.end(&mut keep);
    Ok(())
}

/// Hands out what counts about every pair with evidence, of days up to one, in one pass over all evidence: for those
/// who ask about everybody. Events have no names here, and people count for nobody but themselves.
pub(crate) fn observe_all(
    connection: &Connection,
    foreign: &Foreign,
    (day, as_of): (Date, Option<Date>),
    done: &mut impl FnMut(i64, &Observed),
) -> rusqlite::Result<()> {
    let mut give = |pair: i64, seen: &mut Vec<Seen>| {
        let observations = seen.iter().map(|seen| seen.of(""));
        done(pair, &Observed::new(observations.collect()));
        seen.clear();
    };
    // Versions known by then, the last one of each event, pair by pair.
    let mut own = connection.prepare_cached(
        "SELECT pair, event, counts, type, mode, doer, first, last, score, weight
         FROM evidence_versions WHERE known <= ?1 ORDER BY pair, event, known, version",
    )?;
    let known_by = as_of.map_or_else(|| "9999-99-99".to_owned(), |d| d.to_string());
    let mut own = own.query([known_by])?;
    let mut theirs = connection.prepare_cached(
        "SELECT pair, day, type, doer, import, row FROM foreign_rows INDEXED BY foreign_rows_pair
         WHERE pair IS NOT NULL AND day <= ?1 ORDER BY pair, day, type, doer",
    )?;
    let mut theirs = theirs.query([day::number(day)])?;
    let mut mine = own.next()?;
    let mut other = if foreign.is_empty() { None } else { theirs.next()? };
    loop {
        let next = |row: Option<&rusqlite::Row>| row.map(|r| r.get::<_, i64>(0)).transpose();
        let (x, y) = (next(mine)?, next(other)?);
        let Some(pair) = x.into_iter().chain(y).min() else { return Ok(()) };
        let mut seen: Vec<Seen> = Vec::new();
        let mut last: Option<(String, Option<Seen>)> = None;
        while let Some(r) = mine.filter(|r| r.get(0) == Ok(pair)) {
            let event = r.get_ref(1)?.as_str()?;
            let (_, now) = seen_in(r, 2, |mode| Arc::from(mode))?;
            match &mut last {
                Some((name, version)) if name == event => *version = now,
                _ => seen.extend(last.replace((event.to_owned(), now)).and_then(|l| l.1)),
            }
            mine = own.next()?;
        }
        seen.extend(last.and_then(|l| l.1));
        let mut folder = Folder::default();
        let mut keep = |day: i64, fold: Fold| {
            let day = day::of(day);
            seen.push(Seen {
                kind: fold.kind,
                mode: fold.mode,
                by: by_of(fold.doer),
                from: day,
                to: day,
                score: (fold.scale / f64::from(fold.rows) * 1000.0).round() / 1000.0,
                weight: FOREIGN_WEIGHT,
            });
        };
        while let Some(r) = other.filter(|r| r.get(0) == Ok(pair)) {
            let import: i64 = r.get(4)?;
            let known = foreign.imports.get(&import).filter(|i| as_of.is_none_or(|day| i.1 <= day));
            if let (Some(what), Some(_)) = (foreign.types.get(&r.get(2)?), known) {
                folder.add(r.get(1)?, (import, r.get(5)?), (what.0, &what.1, what.2), r.get(3)?, &mut keep);
            }
            other = theirs.next()?;
        }
        folder.end(&mut keep);
        if !seen.is_empty() {
            give(pair, &mut seen);
        }
    }
}

/// How many events the rows of one import are, for each pair that it touches.
pub(crate) fn folded(
    connection: &Connection,
    import: i64,
    foreign: &Foreign,
) -> rusqlite::Result<BTreeMap<i64, i64>> {
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    let mut all = connection.prepare_cached(
        "SELECT pair, day, type, doer, row FROM foreign_rows INDEXED BY foreign_rows_pair
         WHERE pair IS NOT NULL AND import = ?1 ORDER BY pair, day, type, doer",
    )?;
    let mut rows = all.query([import])?;
    let (mut folder, mut current, mut here) = (Folder::default(), 0, 0i64);
    while let Some(r) = rows.next()? {
        let pair: i64 = r.get(0)?;
        if pair != current {
            folder.end(&mut |_, _| here += 1);
            if here > 0 {
                counts.insert(current, here);
            }
            (current, here) = (pair, 0);
        }
        if let Some(what) = foreign.types.get(&r.get(2)?) {
            let row = (import, r.get(4)?);
            folder.add(r.get(1)?, row, (what.0, &what.1, what.2), r.get(3)?, &mut |_, _| here += 1);
        }
    }
    folder.end(&mut |_, _| here += 1);
    if here > 0 {
        counts.insert(current, here);
    }
    Ok(counts)
}

impl Evidence {
    /// What stood on a day of knowledge (`None`: now): the last version of each event.
    pub(crate) fn standing(&self, as_of: Option<Date>) -> impl Iterator<Item = &Piece> {
        let known = move |piece: &&Piece| as_of.is_none_or(|day| piece.known <= day);
        self.pieces.chunk_by(|x, y| x.event == y.event).filter_map(move |v| v.iter().rev().find(known))
    }

    /// What counted on a day of knowledge (`None`: now), as the engine takes it.
    pub(crate) fn observed(&self, as_of: Option<Date>) -> Observed<'_> {
        Evidence::observe(self.standing(as_of).filter(|piece| !piece.people))
    }

    /// The turns as known on a day (`None`: now), from what counted then. In a dense record what their people do counts as well.
    fn turns_of(&self, observed: &Observed, as_of: Option<Date>) -> Vec<Turn> {
        let mut params = turn::Params::default();
        params.burst.since = self.standing(as_of).filter_map(|piece| piece.watched).min();
        // Cut by levels, the thin records of other data sets turn as often as chance has it.
        if self.standing(as_of).all(|piece| piece.foreign) {
            params.thin_below = 0;
        }
        let of_all;
        let mut counted = observed;
        if observed.observations().len() >= params.thin_below && self.pieces.iter().any(|p| p.people) {
            of_all = Evidence::observe(self.standing(as_of));
            counted = &of_all;
        }
        turns(counted, &self.a, &self.b, &params)
    }

    fn observe<'p>(pieces: impl Iterator<Item = &'p Piece>) -> Observed<'p> {
        let (mut undated, mut denied) = (0, 0);
        let mut observations = Vec::new();
        for piece in pieces {
            match (&piece.seen, piece.counts) {
                (Some(seen), Counts::Yes) => observations.push(seen.of(&piece.event)),
                (_, Counts::Undated) => undated += 1,
                (_, Counts::Denied) => denied += 1,
                _ => {}
            }
        }
        let mut observed = Observed::new(observations);
        (observed.undated, observed.denied) = (undated, denied);
        observed
    }

    /// The days of knowledge from `since` on on which something changed.
    fn days(&self, since: Date) -> impl Iterator<Item = Date> {
        self.pieces.iter().map(|p| p.known).filter(move |known| *known >= since)
    }
}

/// The day up to which the months of a pair are kept, as of a day of knowledge.
fn until(observed: &Observed, as_of: Date) -> Date {
    let begun = observed.observations().iter().map(|o| o.from).max();
    begun.map_or(as_of, |day| day.max(as_of)).last_of_month()
}

/// What the engine says about a pair, as known on a day.
pub(crate) struct Known {
    pub day: Date,
    /// No month before that of this day differs from what is written.
    pub since: Date,
    /// End of the last month that is worked out.
    pub until: Date,
    /// The first day of each month, with what the evidence comes to at its end.
    pub months: Vec<(Date, Balance)>,
    pub turns: Vec<Turn>,
}

/// A pair whose evidence changed.
pub(crate) struct Touched {
    pub pair: i64,
    /// From this day of knowledge on.
    pub known: Date,
    /// No month before that of this day is touched.
    pub since: Date,
    /// Days of knowledge on which there are rows already, each with the end of the last month that has one.
    pub written: Vec<(Date, Date)>,
    pub evidence: Evidence,
}

impl Touched {
    /// Works out standing and turns as known on each day on which they may differ from what is written.
    pub(crate) fn work_out(&self) -> Vec<Known> {
        let days: BTreeSet<Date> = self
            .evidence
            .days(self.known)
            .chain(self.written.iter().map(|(day, _)| *day).filter(|day| *day >= self.known))
            .chain([self.known])
            .collect();
        let mut all: Vec<Known> = Vec::with_capacity(days.len());
        let mut since = self.since;
        for day in days {
            // A month that has a row keeps one, though the event that reached so far is gone.
            let written = self.written.iter().filter(|(known, _)| *known <= day).map(|(_, end)| *end).max();
            let reached = written.max(all.last().map(|known| known.until)).unwrap_or(Date::MIN);
            // Months without a row are new, as known on this day, whatever else is touched.
            since = since.min(written.and_then(|end| end.tomorrow().ok()).unwrap_or(Date::MIN));
            all.push(Known { since, ..known_on(&self.evidence, day, reached) });
        }
        all
    }
}

/// What the engine says about a pair, as known on a day, up to the day `reached` at least.
pub(crate) fn known_on(evidence: &Evidence, day: Date, reached: Date) -> Known {
    let observed = evidence.observed(Some(day));
    let until = until(&observed, day).max(reached);
    Known {
        day,
        since: Date::MIN,
        until,
        months: months(&observed, until),
        turns: evidence.turns_of(&observed, Some(day)),
    }
}

/// The first day of each month up to that of a day, with what the evidence comes to at its end.
pub(crate) fn months(observed: &Observed, until: Date) -> Vec<(Date, Balance)> {
    standing::by_month(observed, until, &standing::Params::default())
}

/// Reads what is to be done for a touched pair.
pub(crate) fn touched(
    connection: &Connection,
    (pair, known_text, since): (i64, &str, i64),
    horizon: Date,
    foreign: &Foreign,
) -> rusqlite::Result<Touched> {
    let month_of = |text: Option<String>| text.and_then(|text| format!("{text}-01").parse::<Date>().ok());
    // Nothing is written for a day of knowledge that has not come: then the last month of all is enough.
    let sql = if known(known_text) < horizon {
        "SELECT known, max(month) FROM standing_versions WHERE pair = ?1 GROUP BY known ORDER BY known"
    } else {
        "SELECT '', max(month) FROM standing_versions WHERE pair = ?1"
    };
    let written = connection
        .prepare_cached(sql)?
        .query_map([pair], |r| Ok((known(&r.get::<_, String>(0)?), month_of(r.get(1)?))))?
        .filter_map(|row| row.map(|(known, month)| Some((known, month?.last_of_month()))).transpose())
        .collect::<rusqlite::Result<_>>()?;
    Ok(Touched {
        pair,
        known: known(known_text),
        since: day::of(since),
        written,
        evidence: evidence(connection, pair, foreign)?,
    })
}

/// Writes what is new of a pair's standing and turns.
pub(crate) fn write(
    connection: &Connection,
    pair: i64,
    worked_out: &[Known],
    run: i64,
) -> rusqlite::Result<()> {
    for known in worked_out {
        write_months(connection, pair, known, run)?;
        write_turns(connection, pair, known, run)?;
    }
    if let Some(last) = worked_out.last() {
        let level = last.months.last().and_then(|(_, balance)| balance.level);
        let until = month(last.until);
        connection
            .prepare_cached(
                "INSERT INTO pair_standings (pair, until, level, low, high, weight) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (pair) DO UPDATE SET until = excluded.until, level = excluded.level, low = excluded.low,
                 high = excluded.high, weight = excluded.weight",
            )?
            .execute(params![
                pair,
                until,
                level.map(|l| l.value),
                level.map(|l| l.low),
                level.map(|l| l.high),
                level.map(|l| l.weight)
            ])?;
    }
    Ok(())
}

/// What stands in a row for a month.
#[derive(Clone, Debug, Default, PartialEq)]
struct MonthRow {
    level: Option<Level>,
    treat: Option<f64>,
    alike: Option<f64>,
    state: Option<String>,
}

impl MonthRow {
    /// The one place where a month of the engine becomes a row of the ledger.
    ///
    /// How alike two act towards others hangs on everybody's evidence and is not kept; so the state is the one that
    /// the treatment alone gives, and never *allied*.
    fn of(balance: &Balance) -> MonthRow {
        let level = balance.level;
        let state = level.map(|_| State::of(balance, None, &standing::Params::default()).as_str().into());
        MonthRow { level, treat: level.map(|l| l.value), alike: None, state }
    }

    fn read(r: &rusqlite::Row, at: usize) -> rusqlite::Result<MonthRow> {
        let number = |i: usize| r.get::<_, Option<f64>>(at + i);
        let level = match (number(0)?, number(1)?, number(2)?, number(3)?) {
            (Some(value), Some(low), Some(high), Some(weight)) => Some(Level { value, low, high, weight }),
            _ => None,
        };
        Ok(MonthRow { level, treat: number(4)?, alike: number(5)?, state: r.get(at + 6)? })
    }
}

/// True where a month gets a row: what is silent goes on being silent without one.
pub(crate) fn is_told(level: Option<Level>, before: Option<Level>) -> bool {
    level.is_some() || before.is_some()
}

fn write_months(connection: &Connection, pair: i64, known: &Known, run: i64) -> rusqlite::Result<()> {
    let (day, since) = (known.day.to_string(), month(known.since));
    let there: BTreeMap<String, MonthRow> = connection
        .prepare_cached(
            "SELECT month, level, low, high, weight, treat, alike, state FROM standing_versions
             WHERE pair = ?1 AND month >= ?2 AND known <= ?3 ORDER BY month, known, run",
        )?
        .query_map(params![pair, since, day], |r| Ok((r.get(0)?, MonthRow::read(r, 1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let before: Option<MonthRow> = connection
        .prepare_cached(
            "SELECT level, low, high, weight, treat, alike, state FROM standing_versions
             WHERE pair = ?1 AND month < ?2 AND known <= ?3 ORDER BY month DESC, known DESC, run DESC LIMIT 1",
        )?
        .query_row(params![pair, since, day], |r| MonthRow::read(r, 0))
        .optional()?;
    let mut now: BTreeMap<String, MonthRow> = known
        .months
        .iter()
        .rev()
        .map(|(first, balance)| (month(*first), MonthRow::of(balance)))
        .take_while(|(name, _)| *name >= since)
        .collect();
    // Months that the pair no longer has say so.
    for name in there.keys() {
        now.entry(name.clone()).or_default();
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO standing_versions (pair, month, known, run, level, low, high, weight, treat, alike, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let mut stands = before.unwrap_or_default();
    for (name, row) in now {
        let write = match there.get(&name) {
            Some(there) => *there != row,
            None => is_told(row.level, stands.level),
        };
        if write {
            let level = row.level;
            insert.execute(params![
                pair,
                name,
                day,
                run,
                level.map(|l| l.value),
                level.map(|l| l.low),
                level.map(|l| l.high),
                level.map(|l| l.weight),
                row.treat,
                row.alike,
                row.state
            ])?;
        }
        stands = row;
    }
    Ok(())
}

/// What stands in the columns of a turn beside its record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TurnRow {
    pub kind: &'static str,
    pub direction: &'static str,
    pub date: String,
    pub date_from: String,
    pub date_to: String,
    pub size: Option<f64>,
    pub certainty: Option<f64>,
    pub told_on: Option<String>,
    pub events: String,
    pub record: String,
}

impl TurnRow {
    /// The one place where a turn of the engine becomes a row of the ledger.
    fn of(turn: &Turn) -> TurnRow {
        TurnRow {
            kind: turn.kind.as_str(),
            direction: if turn.kind.is_better() { "up" } else { "down" },
            date: turn.day.to_string(),
            date_from: turn.from.to_string(),
            date_to: turn.to.to_string(),
            size: turn.size(),
            certainty: Some(turn.certainty),
            told_on: turn.told_on.map(|d| d.to_string()),
            events: serde_json::to_string(&turn.events).unwrap_or_default(),
            record: serde_json::to_string(turn).unwrap_or_default(),
        }
    }
}

fn write_turns(connection: &Connection, pair: i64, known: &Known, run: i64) -> rusqlite::Result<()> {
    type Name = (String, String, String, i64);
    let day = known.day.to_string();
    // The record as of the day, or none where the turn was gone by then.
    let mut there: BTreeMap<Name, Option<String>> = connection
        .prepare_cached(
            "SELECT kind, date_from, date_to, number, gone, record FROM turn_versions
             WHERE pair = ?1 AND known <= ?2 ORDER BY kind, date_from, date_to, number, known, id",
        )?
        .query_map(params![pair, day], |r| {
            let gone: bool = r.get(4)?;
            let record: Option<String> = r.get(5)?;
            Ok(((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?), record.filter(|_| !gone)))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO turn_versions (pair, known, run, gone, kind, direction, date, date_from, date_to, number, size,
                                    certainty, told_on, events, record)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    let mut numbers: BTreeMap<(String, String, String), i64> = BTreeMap::new();
    for turn in &known.turns {
        let row = TurnRow::of(turn);
        let number =
            numbers.entry((row.kind.into(), row.date_from.clone(), row.date_to.clone())).or_default();
        let name: Name = (row.kind.into(), row.date_from.clone(), row.date_to.clone(), *number);
        *number += 1;
        let same = there.remove(&name).flatten().is_some_and(|record| record == row.record);
        if !same {
            insert.execute(params![
                pair,
                day,
                run,
                false,
                row.kind,
                row.direction,
                row.date,
                row.date_from,
                row.date_to,
                name.3,
                row.size,
                row.certainty,
                row.told_on,
                row.events,
                row.record
            ])?;
        }
    }
    for ((kind, from, to, number), record) in there {
        if record.is_some() {
            let direction = if matches!(kind.as_str(), "rapprochement" | "truce") { "up" } else { "down" };
            let none: Option<&str> = None;
            insert.execute(params![
                pair, day, run, true, kind, direction, from, from, to, number, none, none, none, none, none
            ])?;
        }
    }
    Ok(())
}

/// One month of a series as it is kept.
pub(crate) fn read_month(r: &rusqlite::Row, at: usize) -> rusqlite::Result<crate::StandingMonth> {
    let row = MonthRow::read(r, at + 1)?;
    let name: String = r.get(at)?;
    Ok(crate::StandingMonth {
        first: format!("{name}-01").parse().unwrap_or(Date::MIN),
        level: row.level,
        treat: row.treat,
        alike: row.alike,
        state: row.state,
    })
}

/// The same out of a month of the engine.
pub(crate) fn worked_out_month((first, balance): &(Date, Balance)) -> crate::StandingMonth {
    let row = MonthRow::of(balance);
    crate::StandingMonth {
        first: *first,
        level: row.level,
        treat: row.treat,
        alike: row.alike,
        state: row.state,
    }
}
