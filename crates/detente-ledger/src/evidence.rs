//! All evidence at hand: what every event is to every pair, in memory, so that where everybody stood on any day, as it was
//! known on any other, is worked out without reading the file.
//!
//! A version of an event as evidence about a pair takes some fifty bytes. Rows are only ever added, so
//! [`AllEvidence::catch_up`] reads what is new and nothing else. The answers are those of the same question to the file
//! ([`Ledger::balances_on`]); a test holds them against each other. Events of other data sets are not among it: a ledger that
//! has some is asked itself.

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use detente::foreign::UNKNOWN;
use detente::standing::{self, Balance, Course, Observation, Observed, standing_on};
use jiff::civil::Date;
use rusqlite::types::Value;

use crate::series::{Counts, Seen, known, seen_in};
use crate::{Ledger, LedgerError};

/// Keys of pairs, and what their evidence comes to.
type Balances = Vec<(String, String, Balance)>;

/// A version of an event as evidence about a pair.
struct Version {
    pair: i64,
    /// Number of its name.
    event: u32,
    known: Date,
    version: i64,
    /// Is it nothing to the pair any more?
    gone: bool,
    /// What counts; nothing where it no longer does, is denied or has no day.
    seen: Option<Seen>,
}

/// The evidence about all pairs of a ledger.
#[derive(Default)]
pub struct AllEvidence {
    /// The last version of an event, the last pair and the last party that were read.
    stamp: i64,
    last_pair: i64,
    last_key: i64,
    /// Keys of parties, and the number of each among them by its id.
    keys: Vec<Box<str>>,
    key_numbers: HashMap<i64, u32>,
    events: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    modes: Vec<Arc<str>>,
    params: standing::Params,
    /// In the order of pair, event, day of knowledge, version.
    versions: Vec<Version>,
    /// In the order of their keys.
    pairs: Vec<Pair>,
}

/// A pair: the numbers of its keys, and where its versions lie.
struct Pair {
    id: i64,
    a: u32,
    b: u32,
    versions: Range<usize>,
    /// What counts now, and the day on which the last of it became known: who asks for that day or a later one need not
    /// have it put in order again.
    now: Course,
    since: Date,
    /// When each of its observations became known, where nothing but that decides what counted on a day: each event has one
    /// version, and no two are one meeting told from both sides.
    known: Option<Box<[Date]>>,
}

impl Ledger {
    /// The evidence about all pairs.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn all_evidence(&self) -> Result<AllEvidence, LedgerError> {
        let mut all = AllEvidence::default();
        all.catch_up(self)?;
        Ok(all)
    }

    /// Grows with every version of an event that is written.
    fn last_version(&self) -> Result<i64, LedgerError> {
        let all =
            self.collect("SELECT coalesce(max(id), 0) FROM event_versions", Vec::new(), |r| r.get(0))?;
        Ok(all.first().copied().unwrap_or(0))
    }

    /// Whether all that the ledger holds as evidence can be held at hand.
    fn is_held(&self) -> Result<bool, LedgerError> {
        Ok(self.has_counts()? && self.counts(None)?.imports == 0)
    }
}

impl AllEvidence {
    /// True where events changed since the evidence was read.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn is_old(&self, ledger: &Ledger) -> Result<bool, LedgerError> {
        Ok(ledger.is_held()? && ledger.last_version()? > self.stamp)
    }

    /// Reads what was added to the ledger since. Of a ledger with events of other data sets, or of before version 3 that is
    /// only read, nothing is held.
    ///
    /// # Errors
    /// When the ledger cannot be read; there is no evidence then, and the next call reads it all.
    pub fn catch_up(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        // One state of the ledger for all questions.
        let reading = ledger.connection.unchecked_transaction().map_err(|e| ledger.explain(&e))?;
        let done = match ledger.is_held() {
            Ok(true) => self.read(ledger),
            Ok(false) => Ok(()),
            Err(e) => Err(e),
        };
        if done.is_err() {
            *self = AllEvidence::default();
        }
        drop(reading);
        done
    }

    fn read(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        let stamp = ledger.last_version()?;
        let since = |id: i64| vec![Value::Integer(id)];
        let sql = "SELECT id, key FROM keys WHERE id > ?1 ORDER BY id";
        ledger.collect(sql, since(self.last_key), |r| {
            self.last_key = r.get(0)?;
            self.key_numbers.insert(self.last_key, self.keys.len() as u32);
            self.keys.push(r.get_ref(1)?.as_str()?.into());
            Ok(())
        })?;
        let sql = "SELECT id, a, b FROM pairs WHERE id > ?1 ORDER BY id";
        ledger.collect(sql, since(self.last_pair), |r| {
            self.last_pair = r.get(0)?;
            let number = |id: i64| self.key_numbers.get(&id).copied();
            if let (Some(a), Some(b)) = (number(r.get(1)?), number(r.get(2)?)) {
                self.pairs.push(Pair {
                    id: self.last_pair,
                    a,
                    b,
                    versions: 0..0,
                    now: Course::default(),
                    since: Date::MIN,
                    known: None,
                });
            }
            Ok(())
        })?;
        let keys = &self.keys;
        self.pairs.sort_by_cached_key(|pair| (keys[pair.a as usize].clone(), keys[pair.b as usize].clone()));
        let sql = "SELECT pair, event, known, version, counts, type, mode, doer, first, last, score, weight
                   FROM evidence_versions WHERE version > ?1";
        // Days of knowledge are few, and stand together.
        let mut day = (String::new(), Date::MIN);
        let new = ledger.collect(sql, since(self.stamp), |r| {
            let text = r.get_ref(2)?.as_str()?;
            if text != day.0 {
                day = (text.to_owned(), known(text));
            }
            let (counts, seen) = seen_in(r, 4, |mode| self.mode(mode))?;
            let event = self.event(r.get_ref(1)?.as_str()?);
            let pair: i64 = r.get(0)?;
            let gone = counts == Counts::Gone;
            self.versions.push(Version { pair, event, known: day.1, version: r.get(3)?, gone, seen });
            Ok(pair)
        })?;
        let names = &self.events;
        let place = |v: &Version| (v.pair, &names[v.event as usize], v.known, v.version);
        if !self.versions.is_sorted_by_key(place) {
            self.versions.sort_by(|x, y| place(x).cmp(&place(y)));
        }
        let touched: HashSet<i64> = new.into_iter().collect();
        let mut at = 0;
        let own = self.versions.chunk_by(|x, y| x.pair == y.pair).map(|own| {
            let from = at;
            at += own.len();
            (own[0].pair, from..at)
        });
        let mut places: HashMap<i64, Range<usize>> = own.collect();
        let names = &self.events;
        for pair in &mut self.pairs {
            pair.versions = places.remove(&pair.id).unwrap_or_default();
            if !touched.contains(&pair.id) {
                continue;
            }
            let own = &self.versions[pair.versions.clone()];
            let name = |version: &Version| &*names[version.event as usize];
            let observed = observed(own, None, name);
            pair.now = Course::of(&observed, &self.params);
            pair.since = own.iter().map(|v| v.known).max().unwrap_or(Date::MIN);
            let known = |o: &Observation| {
                let at = own.binary_search_by(|version| name(version).cmp(o.event)).ok()?;
                Some(own[at].known)
            };
            let counted = own.iter().filter(|v| v.seen.is_some()).count();
            let plain = own.windows(2).all(|v| v[0].event != v[1].event);
            let plain = plain && observed.observations().len() == counted;
            pair.known = observed.observations().iter().map(known).collect::<Option<_>>().filter(|_| plain);
        }
        self.stamp = stamp;
        Ok(())
    }

    fn mode(&mut self, name: &str) -> Arc<str> {
        if let Some(mode) = self.modes.iter().find(|mode| ***mode == *name) {
            return mode.clone();
        }
        self.modes.push(name.into());
        self.modes[self.modes.len() - 1].clone()
    }

    fn event(&mut self, name: &str) -> u32 {
        // The versions of an event mostly come one after the other.
        if let Some(last) =
            self.versions.last().map(|v| v.event).filter(|e| *self.events[*e as usize] == *name)
        {
            return last;
        }
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.events.len() as u32;
        self.events.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    /// What the evidence about every pair of known parties comes to on a day, as [`Ledger::balances_on`] has it; by all
    /// processors.
    ///
    /// # Errors
    /// When the ledger has to be read and cannot.
    pub fn balances_on(
        &self,
        ledger: &Ledger,
        day: Date,
        as_of: Option<Date>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Balances, LedgerError> {
        if !ledger.is_held()? {
            return ledger.balances_on(day, as_of, wanted);
        }
        let passes: Vec<bool> = self.keys.iter().map(|key| **key != *UNKNOWN && wanted(key)).collect();
        let pairs: Vec<&Pair> =
            self.pairs.iter().filter(|pair| passes[pair.a as usize] && passes[pair.b as usize]).collect();
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        // Small pieces, dealt in turn: pairs with much evidence lie where they will.
        let pieces: Vec<_> = pairs.chunks(pairs.len().div_ceil(workers * 8).max(1)).collect();
        let work = |worker: usize| -> Vec<(usize, Balances)> {
            let mine = pieces.iter().enumerate().skip(worker).step_by(workers);
            mine.map(|(at, piece)| (at, self.balances_of(piece, day, as_of))).collect()
        };
        let mut done: Vec<(usize, Balances)> = thread::scope(|scope| {
            let work = &work;
            let others: Vec<_> = (1..workers).map(|worker| scope.spawn(move || work(worker))).collect();
            let mut done = work(0);
            for other in others {
                match other.join() {
                    Ok(part) => done.extend(part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            done
        });
        done.sort_unstable_by_key(|(at, _)| *at);
        Ok(done.into_iter().flat_map(|(_, part)| part).collect())
    }

    /// How many events there are between two parties, as [`Ledger::events_between`] has it.
    ///
    /// # Errors
    /// When the ledger has to be read and cannot.
    pub fn events_between(
        &self,
        ledger: &Ledger,
        a: &str,
        b: &str,
        as_of: Option<Date>,
    ) -> Result<usize, LedgerError> {
        if !ledger.is_held()? {
            return ledger.events_between(a, b, as_of);
        }
        let key = |number: u32| &*self.keys[number as usize];
        let at = self.pairs.binary_search_by(|pair| (key(pair.a), key(pair.b)).cmp(&(a.min(b), a.max(b))));
        let own = at.map_or(&[][..], |at| &self.versions[self.pairs[at].versions.clone()]);
        Ok(stood(own, as_of).filter(|version| !version.gone).count())
    }

    fn balances_of(&self, pairs: &[&Pair], day: Date, as_of: Option<Date>) -> Balances {
        let mut balances = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let balance = match (as_of, &pair.known) {
                (Some(as_of), Some(known)) if as_of < pair.since => {
                    pair.now.on_of(day, &self.params, |observation| known[observation] <= as_of)
                }
                (Some(as_of), None) if as_of < pair.since => {
                    let own = &self.versions[pair.versions.clone()];
                    standing_on(&observed(own, Some(as_of), |_| ""), day, &self.params)
                }
                _ => pair.now.on(day, &self.params),
            };
            if balance != Balance::default() {
                let key = |number: u32| self.keys[number as usize].to_string();
                balances.push((key(pair.a), key(pair.b), balance));
            }
        }
        balances
    }
}

/// The last version of each event that was known on a day (`None`: now).
fn stood(versions: &[Version], as_of: Option<Date>) -> impl Iterator<Item = &Version> {
    let known = move |v: &&Version| as_of.is_none_or(|day| v.known <= day);
    versions.chunk_by(|x, y| x.event == y.event).filter_map(move |v| v.iter().rev().find(known))
}

/// What counted of a pair's versions on a day of knowledge (`None`: now); `name` says what their events are called.
fn observed<'v>(
    versions: &'v [Version],
    as_of: Option<Date>,
    name: impl Fn(&'v Version) -> &'v str,
) -> Observed<'v> {
    let observed = |version: &'v Version| Some(version.seen.as_ref()?.of(name(version)));
    Observed::new(stood(versions, as_of).filter_map(observed).collect())
}
