//! Event sets: ten stories about one meeting are ten reports of one event. This module puts reports together
//! that tell of the same event, and keeps the reason for each.
//!
//! # The contract with whoever keeps events
//! Reports are sorted into [`Cell`]s first: by the family of their type, by how the event stands to the world (real,
//! planned, denied) and by the month that holds most of their interval (a wide interval by its year, undated ones
//! together). Then each cell is gathered by itself. So:
//!
//! * [`cells`] tells the cell of a report from the report alone, and an event lies in one cell with all its reports
//!   ([`Event::cell`]);
//! * [`gather`] over everything gives what `gather` over each cell gives, put together. When reports come or go, only
//!   the events of their cells change: read the reports of those cells again, gather them, put the result in the place
//!   of the cells' former events, and leave all others as they are;
//! * the order of arrival changes nothing, and a report given twice counts once;
//! * an event's id is made from its cell and from the report that opens it: what it says, and in which article. It
//!   stays when other reports join or leave, unless one comes that must open the event in its stead (one with a more
//!   exact day);
//! * what points out of the cell ([`Event::links`]) names reports, not events: the event of the other report may
//!   change, and whoever keeps events knows of which event a report is.
//!
//! The price: a telling of 31 January and one of 1 February do not meet unless their intervals make them fall into the
//! same month (an interval over both days belongs to the earlier one), and "in 2014" meets no exact day.
//!
//! # Which reports meet
//! Reports are taken in a stable order, exact days first. Each is laid beside the events of its cell that it may belong
//! to: those that share a rare word of the sentence with it on the same days, or the type and the parties. The likeness
//! of two reports (`event_set/likeness.rs`) adds up type, mode, parties, days, place, the word of the act and the rarest words that
//! both sentences share; the report joins the event whose reports it is most like, where the odds suffice, and opens a
//! new one where they do not. Parties need not agree in full: a telling may know fewer of them, or lay the deed at another
//! door; such tellings are kept as [`Version`]s. What never meets: a planned event and a possible one, days more than three
//! days apart, and reports whose stated days or towns differ unless nearly all else is alike. Two reports of one article
//! meet less easily: the reader of the article has already told its events apart.
//!
//! A report is laid beside 32 events at most, so that a busy cell costs little more than its number of
//! reports.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::plover::EventType;
use crate::report::{Aux, LinkKind, Report, Size};

mod cell;
mod copies;
mod draft;
mod likeness;
mod memo;
mod numbering;
mod regather;
mod telling;

pub use cell::{Cell, NoCell, cells};
use draft::{Draft, Fit};
pub use memo::Memo;
use numbering::Numbering;
pub use regather::{Regathered, gather_in, regather};
use telling::Telling;

/// Most events that a report is laid beside.
const CANDIDATES: usize = 32;

/// How the days of a report met those of the event that it joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Days {
    /// It opened the event.
    First,
    /// The same interval.
    Same,
    /// The intervals share days.
    Overlap,
    /// The intervals lie up to three days apart.
    Adjacent,
    /// One or both are not dated.
    Undated,
}

/// How the parties of a report met those of the event that it joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Parties {
    /// The same.
    #[default]
    Same,
    /// One tells fewer of them, or more loosely.
    Partly,
    /// One side is another: a competing version.
    Other,
}

/// Why a report was put to its event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Id of the report.
    pub report: String,
    /// How the days met.
    pub days: Days,
    /// How the parties met.
    #[serde(default)]
    pub parties: Parties,
    /// Word stems that it shares with the report it is most like, the rarest first; at most six.
    pub words: Vec<String>,
    /// True where a word of the act is the same.
    #[serde(default)]
    pub act: bool,
    /// True where the place is the same.
    pub place: bool,
    /// True where another report of the event has the same sentence, but for small edits, or stands in an article of
    /// which this one's is a copy: no second witness.
    pub copy: bool,
    /// How likely it is that it belongs here, 0 to 1 in hundredths; 1 for the report that opened the event.
    #[serde(default)]
    pub sure: f32,
}

impl Reason {
    /// The reason in plain words: "same parties and days; words in common: raid, morstad".
    pub fn text(&self) -> String {
        let parties = match self.parties {
            Parties::Same => "same parties",
            Parties::Partly => "parties told more or less fully",
            Parties::Other => "other parties, so another version",
        };
        let days = match self.days {
            Days::First => return "the report that opens the event".into(),
            Days::Same => ", same days",
            Days::Overlap => ", days overlap",
            Days::Adjacent => ", days close together",
            Days::Undated => ", no exact day",
        };
        let mut text = format!("{parties}{days}");
        if self.place {
            text += ", same place";
        }
        if self.act {
            text += ", the act in the same words";
        }
        if !self.words.is_empty() {
            text += &format!("; words in common: {}", self.words.join(", "));
        }
        if self.copy {
            text += "; the sentence is a copy";
        }
        text
    }
}

/// One telling of who did it to whom and how many it hit, where the reports of an event differ: the attack that one lays
/// at the door of a second, and the second of a third, is one event in two versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Entity keys of those who do it, sorted.
    pub actors: Vec<String>,
    /// Entity keys of those to whom it is done, sorted.
    pub recipients: Vec<String>,
    /// People counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// Whoever vouches for it, sorted, where every report of it hangs on somebody's word; empty where some article
    /// vouches.
    pub said_by: Vec<String>,
    /// Ids of the reports that tell it so, sorted.
    pub reports: Vec<String>,
}

/// How an event stands to another one, as a report of it states: the funeral came after the killing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventLink {
    /// Id of the report, of this event, that states it.
    pub report: String,
    /// Id of a report of the other event. Which event that is, whoever keeps events can tell ([`follows`] where all are
    /// at hand); it may lie in another cell.
    pub to: String,
    /// This event stands so to the other: after it, because of it, …
    pub kind: LinkKind,
    /// Key of whoever alone claims it; `None` where the article states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_by: Option<String>,
    /// The entry of `lexicon/links/` that read it.
    pub rule: String,
}

/// One event came after another, and the words say so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Follow<'a> {
    /// Id of the event that came later.
    pub id: &'a str,
    /// Id of the one that it points back to.
    pub to: &'a str,
    /// Which report says so, and how.
    pub why: &'a EventLink,
}

/// What several reports agree on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Stable name: made from the cell and the content of the report that opened it.
    pub id: String,
    /// The cell in which it lies with all its reports.
    pub cell: Cell,
    /// The type.
    pub kind: EventType,
    /// The mode that most reports name.
    pub mode: Option<String>,
    /// True where the parties do it with each other; then all stand in `actors`.
    pub mutual: bool,
    /// Entity keys of those who do it, sorted.
    pub actors: Vec<String>,
    /// Entity keys of those to whom it is done, sorted.
    pub recipients: Vec<String>,
    /// First day of the interval that all its dated reports allow.
    pub date: Option<Date>,
    /// Last day of it.
    pub enddate: Option<Date>,
    /// Status that all its reports bear.
    pub aux: Vec<Aux>,
    /// Whoever vouches, sorted, where every report hangs on somebody's word; empty where some article vouches.
    pub said_by: Vec<String>,
    /// Place on the scale from −10 to +10: the median of the reports.
    pub scale: f32,
    /// The words of the report that opened it.
    pub words: String,
    /// Name of the town or site, where one is known.
    pub place: Option<String>,
    /// Ids of its reports, sorted.
    pub reports: Vec<String>,
    /// Distinct publishers, sorted.
    pub publishers: Vec<String>,
    /// Independent witnesses: publishers, less those who only copy a sentence; reports without a publisher
    /// count as one together. At least 1.
    pub witnesses: usize,
    /// Reports that only repeat the words of another one.
    #[serde(default)]
    pub copies: usize,
    /// The ways in which it is told, the most told first. One, where all agree.
    #[serde(default)]
    pub versions: Vec<Version>,
    /// How it stands to other events, as its reports state it, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<EventLink>,
    /// Why each report is here, in the order of joining.
    pub reasons: Vec<Reason>,
}

impl Event {
    /// True when it is told as something that happened (or is happening).
    pub fn is_real(&self) -> bool {
        !self.aux.iter().any(|a| matches!(a, Aux::Negated | Aux::Future | Aux::Hypothetical))
    }

    /// True when the two stand against or beside each other in it: one acts on the other, or both act together.
    pub fn is_between(&self, a: &str, b: &str) -> bool {
        let actor = |key: &str| self.actors.iter().any(|k| k == key);
        let recipient = |key: &str| self.recipients.iter().any(|k| k == key);
        a != b
            && (actor(a) && recipient(b)
                || actor(b) && recipient(a)
                || self.recipients.is_empty() && actor(a) && actor(b))
    }
}

/// Puts reports to events. The result is sorted by day (undated last), then by id, and does not depend on
/// the order of `reports`.
pub fn gather<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Vec<Event> {
    let mut drawers: BTreeMap<Cell, Vec<&Report>> = BTreeMap::new();
    for report in reports {
        if let Some(cell) = Cell::of(report) {
            drawers.entry(cell).or_default().push(report);
        }
    }
    let mut events: Vec<Event> = drawers.into_iter().flat_map(gather_cell).collect();
    events.sort_by(|x, y| by_day(x).cmp(&by_day(y)));
    events
}

/// Names of the numbers that [`pairs`] gives.
pub const TRAIT_NAMES: [&str; likeness::TRAITS] = likeness::Trait::NAMES;

/// The numbers by which each two reports of a cell are compared, with the ids of the two: what the weights are learnt
/// from. It looks at all pairs, which [`gather`] does not.
pub fn pairs(reports: &[Report]) -> Vec<(&str, &str, [f32; likeness::TRAITS])> {
    let mut numbering = Numbering::default();
    let tellings: Vec<Telling> = reports.iter().filter_map(|r| Telling::new(r, &mut numbering)).collect();
    let mut all = Vec::new();
    for (at, x) in tellings.iter().enumerate() {
        for y in tellings[at + 1..].iter().filter(|y| y.cell == x.cell && y.unreal == x.unreal) {
            all.push((x.report.id.as_str(), y.report.id.as_str(), likeness::traits(x, y)));
        }
    }
    all
}

/// The events of one cell.
fn gather_cell((cell, reports): (Cell, Vec<&Report>)) -> Vec<Event> {
    let mut numbering = Numbering::default();
    let tellings: Vec<Telling> =
        reports.into_iter().filter_map(|r| Telling::new(r, &mut numbering)).collect();
    let order = in_order(&tellings);
    finish(cell, drafts(&order, &numbering).0)
}

/// The tellings as they are taken, each report once.
fn in_order<'t, 'a>(tellings: &'t [Telling<'a>]) -> Vec<&'t Telling<'a>> {
    let mut order: Vec<&Telling> = tellings.iter().collect();
    order.sort_by(|x, y| x.order().cmp(&y.order()));
    order.dedup_by(|x, y| x.report.id == y.report.id);
    order
}

/// The events that tellings make which are taken in this order, and for each telling the place of the one that opened
/// its event.
fn drafts<'t, 'a>(order: &[&'t Telling<'a>], numbering: &Numbering<'a>) -> (Vec<Draft<'t, 'a>>, Vec<usize>) {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut opened: Vec<usize> = Vec::new();
    let mut openers = Vec::with_capacity(order.len());
    let mut index = draft::Index::default();
    for (at, &telling) in order.iter().enumerate() {
        let found = index.near(telling, CANDIDATES);
        let best = best(found.into_iter().filter_map(|d| drafts[d].meets(telling).map(|fit| (fit, d))));
        match best {
            Some((fit, d)) => {
                index.add(telling, d);
                drafts[d].join(telling, fit, numbering);
                openers.push(opened[d]);
            }
            None => {
                index.add(telling, drafts.len());
                drafts.push(Draft::open(telling));
                opened.push(at);
                openers.push(at);
            }
        }
    }
    (drafts, openers)
}

/// The best fit; among equals the event that was opened first.
fn best(fits: impl Iterator<Item = (Fit, usize)>) -> Option<(Fit, usize)> {
    fits.max_by(|x, y| x.0.odds.total_cmp(&y.0.odds).then(y.1.cmp(&x.1)))
}

/// The events, in the order in which they were opened.
fn finish(cell: Cell, drafts: Vec<Draft>) -> Vec<Event> {
    let cell = cell.to_string();
    let mut taken = Names::default();
    drafts
        .into_iter()
        .map(|draft| {
            let name = taken.next(name(draft.first(), &cell));
            draft.finish(name)
        })
        .collect()
}

/// Which of these events point back to another one of them: a second round, an answer, a funeral after the killing.
/// Sorted. An event is no follow-up of itself, though two of its reports may be linked.
pub fn follows(events: &[Event]) -> Vec<Follow<'_>> {
    let of: BTreeMap<&str, &str> =
        events.iter().flat_map(|e| e.reports.iter().map(|r| (r.as_str(), e.id.as_str()))).collect();
    let mut found: Vec<Follow> = events
        .iter()
        .flat_map(|e| e.links.iter().map(move |why| (e.id.as_str(), why)))
        .filter_map(|(id, why)| {
            let other = *of.get(why.to.as_str())?;
            let (id, to) = match why.kind {
                LinkKind::After | LinkKind::Because | LinkKind::Response | LinkKind::Despite => (id, other),
                LinkKind::Before | LinkKind::LedTo => (other, id),
                LinkKind::During | LinkKind::Purpose => return None,
            };
            (id != to).then_some(Follow { id, to, why })
        })
        .collect();
    found.sort();
    found
}

/// Undated events sort last.
fn by_day(event: &Event) -> (bool, Option<Date>, Option<Date>, &str) {
    (event.date.is_none() && event.enddate.is_none(), event.date.or(event.enddate), event.enddate, &event.id)
}

/// Whoever vouches, sorted, where each telling hangs on somebody's word; empty where an article vouches for one.
fn vouchers<'t, 'a: 't>(tellings: impl Iterator<Item = &'t Telling<'a>>) -> Vec<String> {
    let speakers: Option<BTreeSet<String>> =
        tellings.map(|t| t.report.said_by.as_ref().map(|e| e.key.clone())).collect();
    speakers.into_iter().flatten().collect()
}

/// The ways in which the event is told, the most told first; among equals the one that was told first.
fn versions(tellings: &[&Telling]) -> Vec<Version> {
    let mut kinds: Vec<(&Telling, Vec<&Telling>)> = Vec::new();
    let mut known = BTreeMap::new();
    for &t in tellings {
        let size = t.report.size.map(|s| (s.dead, s.injured, s.arrested));
        let at = *known.entry((&t.actors, &t.recipients, size)).or_insert(kinds.len());
        match kinds.get_mut(at) {
            Some((_, all)) => all.push(t),
            None => kinds.push((t, vec![t])),
        }
    }
    kinds.sort_by_key(|(_, all)| std::cmp::Reverse(all.len()));
    let version = |(first, all): (&Telling, Vec<&Telling>)| {
        let mut reports: Vec<String> = all.iter().map(|t| t.report.id.clone()).collect();
        reports.sort();
        Version {
            actors: owned(&first.actors),
            recipients: owned(&first.recipients),
            size: first.report.size,
            said_by: vouchers(all.into_iter()),
            reports,
        }
    };
    kinds.into_iter().map(version).collect()
}

/// The version whose parties stand for the event: the most told one, or the fullest of those that only tell its
/// parties more fully.
fn leading(versions: &[Version]) -> Option<&Version> {
    let first = versions.first()?;
    let holds = |more: &[String], less: &[String]| {
        !likeness::is_told(less) || likeness::is_told(more) && less.iter().all(|k| more.contains(k))
    };
    let told =
        |v: &Version| likeness::is_told(&v.actors) as usize + likeness::is_told(&v.recipients) as usize;
    versions
        .iter()
        .filter(|v| holds(&v.actors, &first.actors) && holds(&v.recipients, &first.recipients))
        .max_by_key(|v| {
            (told(v), v.actors.len() + v.recipients.len(), v.reports.len(), std::cmp::Reverse(&v.reports))
        })
        .or(Some(first))
}

fn owned(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|k| k.to_string()).collect()
}

/// How the reports link the event to others, sorted.
fn links(tellings: &[&Telling]) -> Vec<EventLink> {
    let mut all: Vec<EventLink> = tellings
        .iter()
        .flat_map(|t| t.report.links.iter().map(move |link| (t.report, link)))
        .map(|(report, link)| EventLink {
            report: report.id.clone(),
            to: link.to.clone(),
            kind: link.kind,
            said_by: link.said_by.as_ref().map(|e| e.key.clone()),
            rule: link.evidence.rule.clone(),
        })
        .collect();
    all.sort();
    all
}

/// The stable name of an event, as a number: a hash of its cell and of the report that opened it. The number of the report
/// in its article is no part of it, for a better lexicon may find another report before it; so two reports of an article
/// can bear the same words at the same place, and then the later one gets a number ([`Names`]).
fn name(first: &Telling, cell: &str) -> u64 {
    let days = first.days.map_or_else(|| "undated".to_string(), |(start, end)| format!("{start}/{end}"));
    let what = format!(
        "{}\n{}\n{}\n{}\n{days}\n{}\n{}\n{}",
        cell,
        first.kind,
        first.actors.join("\t"),
        first.recipients.join("\t"),
        first.report.doc,
        first.report.text_info.start,
        first.report.event_text,
    );
    hash(what.as_bytes())
}

/// The names of the events of a cell, in the order in which they were opened.
#[derive(Default)]
struct Names(HashMap<u64, u32>);

impl Names {
    fn next(&mut self, name: u64) -> String {
        let n = self.0.entry(name).or_insert(0);
        *n += 1;
        if *n == 1 { format!("e{name:016x}") } else { format!("e{name:016x}.{n}") }
    }
}

/// FNV-1a with a last stir: short, and the same on every machine for ever, which the standard hasher is not.
fn hash(bytes: &[u8]) -> u64 {
    let mut h = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325u64, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    h ^= h >> 33;
    h = h.wrapping_mul(0xff51_afd7_ed55_8ccd);
    h ^ (h >> 33)
}

#[cfg(test)]
mod tests;
