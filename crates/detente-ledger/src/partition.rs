//! Events, standings and turns without a ledger, for more reports than one file holds: the same functions that the ledger
//! calls, as pieces that can be worked out apart.
//!
//! There are three steps, and in each the parts know nothing of each other:
//!
//! 1. Readings that tell of one text ([`Reading`], parted by [`Reading::text`]) are told apart as the ledger does it: which
//!    are there already, which are copies ([`judge`]); then those that bear one name (parted by it) get names of their own
//!    ([`Fates::name`]). What is out of the ordinary is kept in [`Fates`].
//! 2. Reports are parted by their cell ([`cell`]), and each part is gathered to [`events`].
//! 3. What an event is to each pair ([`shares`]) is parted by the sides of the pair ([`Share::sides`]), and each part gives
//!    months and turns ([`stand`]).
//!
//! What comes out, put together in its order ([`order`], pairs by their keys), does not depend on the number of parts, and
//! is what a ledger says that got the same reports on one day.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use detente::article::Article;
use detente::event_set::{Event, cells, gather};
use detente::plover::EventType;
use detente::report::Report;
use detente::standing;
use detente::turn::{self, Turn};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::keys::side;
use crate::relate::{evidence_of, in_order};
use crate::series::{self, Counts, Evidence, Piece, Seen, by_number, by_of, is_told, of_people, turned};
use crate::write::{check_fingerprint, check_sentence, renamed};
use crate::{LedgerError, Quoted, StandingMonth};

/// What decides whether a reading of an article counts, and under which name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Its number in order of arrival.
    pub number: u64,
    /// Name of the article.
    pub doc: String,
    /// sha256 of the article's text.
    pub text: String,
    /// Who published it.
    pub source: Option<String>,
    /// A number for the coder that read it: the same for the same coder.
    pub coder: u64,
}

/// What is out of the ordinary about readings, by their numbers.
#[derive(Debug, Default)]
pub struct Fates {
    /// Those that say nothing new, and those whose place a later one took.
    passed: HashSet<u64>,
    /// Those that took the place of an earlier reading, whose article they are.
    article: HashMap<u64, u64>,
    /// Copies: the number and the name of the first article with the text.
    copies: HashMap<u64, (u64, String)>,
    /// Those that bear another name than their article brought.
    names: HashMap<u64, String>,
}

/// Judges readings of a part, in any order; what is new among them comes back, in order of arrival, to be named.
pub fn judge(mut readings: Vec<Reading>, fates: &mut Fates) -> Vec<Reading> {
    readings.sort_by(|x, y| (&x.text, x.number).cmp(&(&y.text, y.number)));
    let mut new = Vec::new();
    for same in readings.chunk_by(|x, y| x.text == y.text) {
        // Articles with this text: the reading that opened each, and the one that stands.
        let mut there: Vec<(&Reading, &Reading)> = Vec::new();
        for reading in same {
            let of =
                |wanted: &dyn Fn(&Option<String>) -> bool| there.iter().position(|(a, _)| wanted(&a.source));
            let found = of(&|theirs| *theirs == reading.source)
                .or_else(|| of(&|theirs| theirs.is_none() || reading.source.is_none()));
            match found {
                Some(at) if there[at].1.coder == reading.coder => {
                    fates.passed.insert(reading.number);
                }
                Some(at) => {
                    let (article, stands) = there[at];
                    fates.passed.insert(stands.number);
                    fates.article.insert(reading.number, article.number);
                    there[at].1 = reading;
                }
                None => {
                    if let Some((first, _)) = there.first() {
                        fates.copies.insert(reading.number, (first.number, first.doc.clone()));
                    }
                    there.push((reading, reading));
                }
            }
        }
        new.extend(there.into_iter().map(|(article, _)| article.clone()));
    }
    new.sort_by_key(|reading| reading.number);
    new
}

impl Fates {
    /// Gives names of their own to new articles that bear one name; all of a name must be there.
    pub fn name(&mut self, mut new: Vec<Reading>) {
        let wanted = |r: &Reading| if r.doc.is_empty() { "article".to_owned() } else { r.doc.clone() };
        new.sort_by_key(|r| r.number);
        let mut taken: HashSet<String> = HashSet::with_capacity(new.len());
        for reading in new {
            let wanted = wanted(&reading);
            let mut name = wanted.clone();
            let marked = format!("{wanted}~{}", reading.text.get(..8).unwrap_or(&reading.text));
            let mut number = 1;
            while taken.contains(&name) {
                name = if number == 1 { marked.clone() } else { format!("{marked}~{number}") };
                number += 1;
            }
            if name != reading.doc {
                self.names.insert(reading.number, name.clone());
            }
            taken.insert(name);
        }
    }

    /// True where a reading adds nothing.
    pub fn passes_over(&self, reading: u64) -> bool {
        self.passed.contains(&reading)
    }

    /// How many readings add nothing.
    pub fn passed(&self) -> usize {
        self.passed.len()
    }

    /// The report of a reading as a ledger keeps it; `None` where the reading adds nothing.
    ///
    /// # Errors
    /// When it is not fit to be kept.
    pub fn settle(&self, reading: u64, report: Report) -> Result<Option<Report>, LedgerError> {
        if self.passes_over(reading) {
            return Ok(None);
        }
        let article = self.article.get(&reading).copied().unwrap_or(reading);
        let copy_of = match self.copies.get(&article) {
            Some((first, name)) => Some(self.names.get(first).unwrap_or(name).clone()),
            None => report.cite_info.copy_of.clone(),
        };
        let name = self.names.get(&article).unwrap_or(&report.doc).clone();
        renamed(&report, &Article::default(), &name, copy_of.as_deref()).map(Some)
    }
}

/// Looks whether a ledger would take a reading.
///
/// # Errors
/// When it would not: the article has no proper sha256, or a report is not fit to be kept.
pub fn check(article: &Article, fingerprint: &str, reports: &[Quoted]) -> Result<(), LedgerError> {
    check_fingerprint(article, fingerprint)?;
    for Quoted { report, sentence } in reports {
        check_sentence(report, sentence)?;
        renamed(report, article, &article.id, None)?;
    }
    Ok(())
}

/// The name of a report's cell, by which reports are parted; `None` for a record without a type.
pub fn cell(report: &Report) -> Option<String> {
    cells(report).first().map(ToString::to_string)
}

/// The events of a part, which must hold all reports of its cells, as a ledger tells them; in the order of [`order`].
pub fn events<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Vec<Event> {
    gather(reports)
        .into_iter()
        .map(|event| {
            let scale = if event.scale.is_finite() { event.scale } else { 0.0 };
            Event { reasons: in_order(event.reasons), scale, ..event }
        })
        .collect()
}

/// By what events are put in order: those without a day last, then by day, by the last day, by name.
pub fn order(event: &Event) -> (bool, Option<Date>, Option<Date>, &str) {
    (event.date.is_none() && event.enddate.is_none(), event.date.or(event.enddate), event.enddate, &event.id)
}

/// What an event is to one pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other party.
    pub b: String,
    event: String,
    kind: EventType,
    mode: Option<String>,
    by: i64,
    from: Date,
    to: Date,
    // As bits, for not every way through decimal digits leads back.
    score: u64,
    weight: u64,
}

/// What an event is to each pair that it weighs on.
pub fn shares(event: &Event) -> Vec<Share> {
    evidence_of(event, &standing::Params::default())
        .into_iter()
        .filter_map(|((a, b), (counts, seen))| {
            let seen = seen.filter(|_| counts == Counts::Yes)?;
            Some(Share {
                a,
                b,
                event: event.id.clone(),
                kind: seen.kind,
                mode: seen.mode.as_deref().map(Into::into),
                by: by_number(seen.by),
                from: seen.from,
                to: seen.to,
                score: seen.score.to_bits(),
                weight: seen.weight.to_bits(),
            })
        })
        .collect()
}

/// The sides of two parties, the first in the alphabet first.
fn sides<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    let (s, t) = (side(a), side(b));
    if s <= t { (s, t) } else { (t, s) }
}

impl Share {
    /// The sides of the pair, by which shares are parted: what people do counts for their sides too.
    pub fn sides(&self) -> (&str, &str) {
        sides(&self.a, &self.b)
    }

    fn piece(&self, known: Date, factor: f64, flip: bool) -> Piece {
        let by = by_of(self.by);
        Piece {
            event: self.event.clone(),
            foreign: false,
            people: false,
            watched: None,
            known,
            counts: Counts::Yes,
            seen: Some(Seen {
                kind: self.kind,
                mode: self.mode.as_deref().map(Into::into),
                by: if flip { turned(by) } else { by },
                from: self.from,
                to: self.to,
                score: f64::from_bits(self.score),
                weight: f64::from_bits(self.weight) * factor,
            }),
        }
    }
}

/// Where a pair stood, month by month, and when that turned.
#[derive(Clone, Debug, PartialEq)]
pub struct Stand {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other party.
    pub b: String,
    /// Months with a level, and the first one of each silence.
    pub months: Vec<StandingMonth>,
    /// Turns, oldest first.
    pub turns: Vec<Turn>,
}

/// The pairs of a part, which must hold all shares of its sides, by their keys; as known on a day.
pub fn stand(mut shares: Vec<Share>, known: Date) -> Vec<Stand> {
    shares.sort_by(|x, y| (&x.a, &x.b, &x.event).cmp(&(&y.a, &y.b, &y.event)));
    let pairs: Vec<&[Share]> = shares.chunk_by(|x, y| (&x.a, &x.b) == (&y.a, &y.b)).collect();
    let mut people: BTreeMap<(&str, &str), Vec<&[Share]>> = BTreeMap::new();
    for pair in &pairs {
        let (s, t) = pair[0].sides();
        if s != t && (s, t) != (pair[0].a.as_str(), pair[0].b.as_str()) {
            people.entry((s, t)).or_default().push(pair);
        }
    }
    let factor = turn::Params::default().people_weight;
    pairs
        .iter()
        .map(|pair| {
            let (a, b) = (pair[0].a.clone(), pair[0].b.clone());
            let mut pieces: Vec<Piece> = pair.iter().map(|share| share.piece(known, 1.0, false)).collect();
            let own: BTreeSet<String> = pieces.iter().map(|piece| piece.event.clone()).collect();
            let theirs = people.get(&(a.as_str(), b.as_str())).into_iter().flatten().map(|pair| {
                let flip = side(&pair[0].a) > side(&pair[0].b);
                pair.iter().map(|share| share.piece(known, factor, flip)).collect()
            });
            pieces.extend(of_people(&own, theirs.collect()));
            let told = series::known_on(&Evidence { a: a.clone(), b: b.clone(), pieces }, known, Date::MIN);
            let mut before = None;
            let mut months = Vec::with_capacity(told.months.len());
            for month in &told.months {
                let month = series::worked_out_month(month);
                let level = month.level;
                if is_told(level, before) {
                    months.push(month);
                }
                before = level;
            }
            Stand { a, b, months, turns: told.turns }
        })
        .collect()
}
