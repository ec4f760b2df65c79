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
//! Reports can meet only when they agree on the type, on the parties (whichever way round where the act is
//! mutual) and on whether the event is real: a denied attack never joins an attack. Then their days must fit:
//! two intervals overlap, or lie a day apart where at least one of them is no stated day. An interval wider
//! than a month says little about *which* event is meant, so a report with such an interval joins only an
//! equal interval or one whose words are near. Two reports of one article are two events unless their words
//! are near as well: the reader of the article has already told its events apart. Reports that name different
//! towns are different events.
//!
//! Reports are sorted by a stable key first (the most exact days lead), so the order of arrival changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::plover::EventType;
use crate::report::{Aux, Entity, EventLoc, LinkKind, Report, Size};

mod cell;

pub use cell::{Cell, NoCell, cells};

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
    /// The intervals lie one day apart.
    Adjacent,
    /// Neither is dated.
    Undated,
}

/// Why a report was put to its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Id of the report.
    pub report: String,
    /// How the days met.
    pub days: Days,
    /// Word stems that it shares with the event's words, sorted.
    pub words: Vec<String>,
    /// True where the place is the same.
    pub place: bool,
    /// True where another report of the event has the same sentence word for word: a copy, no second witness.
    pub copy: bool,
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

/// Widest interval, in days, that still says which event is meant.
const EXACT_DAYS: i64 = 31;

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
    let mut drawers: BTreeMap<Cell, Vec<Telling>> = BTreeMap::new();
    for telling in reports.into_iter().filter_map(Telling::new) {
        drawers.entry(telling.cell).or_default().push(telling);
    }
    let mut events: Vec<Event> = drawers.into_values().flat_map(gather_cell).collect();
    events.sort_by(|x, y| by_day(x).cmp(&by_day(y)));
    events
}

/// The events of one cell.
fn gather_cell(mut tellings: Vec<Telling>) -> Vec<Event> {
    tellings.sort_by(|x, y| x.order().cmp(&y.order()));
    tellings.dedup_by(|x, y| x.report.id == y.report.id);

    let mut drafts: Vec<Draft> = Vec::new();
    // Drafts by what reports must agree on, so that each report is compared with few of them.
    let mut blocks: BTreeMap<Block, Vec<usize>> = BTreeMap::new();
    for telling in tellings {
        let block = blocks.entry(telling.block.clone()).or_default();
        let best = block
            .iter()
            .filter_map(|&d| drafts[d].meets(&telling).map(|fit| (fit, d)))
            // The best fit; among equals the event that was opened first.
            .max_by(|x, y| x.0.rank().cmp(&y.0.rank()).then(y.1.cmp(&x.1)));
        match best {
            Some((fit, d)) => drafts[d].join(telling, fit),
            None => {
                block.push(drafts.len());
                drafts.push(Draft::open(telling));
            }
        }
    }
    let mut taken = BTreeMap::new();
    drafts.into_iter().map(|d| d.finish(&mut taken)).collect()
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

/// What reports of one event must share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Block {
    kind: EventType,
    mutual: bool,
    actors: Vec<String>,
    recipients: Vec<String>,
    /// Negated, future, hypothetical.
    unreal: [bool; 3],
}

/// A report, prepared for comparison.
struct Telling<'a> {
    report: &'a Report,
    cell: Cell,
    block: Block,
    days: Option<(Date, Date)>,
    stems: BTreeSet<String>,
    place: Option<String>,
    /// The same sentence word for word has the same print, whoever publishes it.
    print: (usize, String),
}

impl<'a> Telling<'a> {
    /// `None` for a record that names no type, which no part of the program makes.
    fn new(report: &'a Report) -> Option<Telling<'a>> {
        let kind = *report.event.first()?;
        let keys = |entities: &[Entity]| {
            entities.iter().map(|e| e.key.clone()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let (mut actors, mut recipients) = (keys(&report.actor), keys(&report.recipient));
        // Meetings and shared work are told either way round ("A met B", "B received A").
        let together = matches!(kind, EventType::Consult | EventType::Cooperate);
        if together && !recipients.is_empty() && !actors.is_empty() {
            actors.append(&mut recipients);
            actors.sort();
            actors.dedup();
        }
        let mutual = recipients.is_empty() && actors.len() > 1;
        let has = |aux| report.aux.contains(&aux);
        let days = match (report.date, report.enddate) {
            (Some(start), Some(end)) => Some((start.min(end), start.max(end))),
            // An interval with an open end says no more about which event is meant than none.
            _ => None,
        };
        let at = |entity: &Entity| {
            format!("{}@{}", entity.entity_text, i64::from(entity.start) - i64::from(report.text_info.start))
        };
        let parties: Vec<String> = report.actor.iter().chain(&report.recipient).map(at).collect();
        Some(Telling {
            cell: Cell::of(report)?,
            block: Block {
                kind,
                mutual,
                actors,
                recipients,
                unreal: [has(Aux::Negated), has(Aux::Future), has(Aux::Hypothetical)],
            },
            days,
            stems: stems(&report.event_text),
            place: report.event_loc.as_ref().and_then(town),
            print: (report.sentence().len(), format!("{}|{}", report.event_text, parties.join("|"))),
            report,
        })
    }

    /// How many days the interval leaves open; 0 for a single day.
    fn width(&self) -> Option<i64> {
        self.days.map(|(start, end)| days_between(start, end))
    }

    /// The order in which reports are taken: exact days first, so that they open the events that vaguer
    /// reports then join; undated ones last.
    fn order(&self) -> (bool, i64, Option<(Date, Date)>, &str, u32, &str) {
        let width = self.width();
        (
            width.is_none(),
            width.unwrap_or(0),
            self.days,
            &self.report.doc,
            self.report.text_info.start,
            &self.report.id,
        )
    }

    /// True where the text names the very day.
    fn states_day(&self) -> bool {
        self.width() == Some(0) && self.report.date_precision.as_deref() == Some("day")
    }
}

/// How a report fits an event.
struct Fit {
    days: Days,
    words: Vec<String>,
    place: bool,
}

impl Fit {
    /// How well it fits; greater is better.
    fn rank(&self) -> (u8, usize, bool) {
        let days = match self.days {
            Days::Same | Days::First => 3,
            Days::Overlap => 2,
            Days::Adjacent => 1,
            Days::Undated => 0,
        };
        (days, self.words.len(), self.place)
    }
}

/// An event while it grows.
struct Draft<'a> {
    tellings: Vec<Telling<'a>>,
    /// The days that all reports so far allow.
    core: Option<(Date, Date)>,
    stems: BTreeSet<String>,
    reasons: Vec<Reason>,
}

impl<'a> Draft<'a> {
    fn open(telling: Telling<'a>) -> Draft<'a> {
        let reason = Reason {
            report: telling.report.id.clone(),
            days: Days::First,
            words: Vec::new(),
            place: false,
            copy: false,
        };
        Draft {
            core: telling.days,
            stems: telling.stems.clone(),
            reasons: vec![reason],
            tellings: vec![telling],
        }
    }

    /// How the report fits, or `None` where it tells of another event.
    fn meets(&self, telling: &Telling) -> Option<Fit> {
        // Days are compared first: it is cheap, and most events of a busy block are far away.
        if let (Some(core), Some(days)) = (self.core, telling.days)
            && (days_between(core.1, days.0) > 1 || days_between(days.1, core.0) > 1)
        {
            return None;
        }
        let words: Vec<String> = telling.stems.intersection(&self.stems).cloned().collect();
        let near = !words.is_empty();
        if !near && self.tellings.iter().any(|t| t.report.doc == telling.report.doc) {
            return None;
        }
        let mut place = false;
        if let Some(there) = &telling.place {
            let known: Vec<&String> = self.tellings.iter().filter_map(|t| t.place.as_ref()).collect();
            place = known.contains(&there);
            if !place && !known.is_empty() {
                return None;
            }
        }
        let days = match (self.core, telling.days) {
            (None, None) => near.then_some(Days::Undated)?,
            (Some(core), Some(days)) if core == days => Days::Same,
            (Some(core), Some(days)) => {
                if (telling.width()? > EXACT_DAYS || days_between(core.0, core.1) > EXACT_DAYS) && !near {
                    return None;
                }
                if days.0 <= core.1 && core.0 <= days.1 {
                    Days::Overlap
                } else {
                    let gap = days_between(core.1, days.0).max(days_between(days.1, core.0));
                    let stated = telling.states_day() && self.tellings.iter().any(Telling::states_day);
                    (gap <= 1 && !stated).then_some(Days::Adjacent)?
                }
            }
            _ => return None,
        };
        Some(Fit { days, words, place })
    }

    fn join(&mut self, telling: Telling<'a>, fit: Fit) {
        if let (Days::Overlap, Some(core), Some(days)) = (fit.days, self.core, telling.days) {
            self.core = Some((core.0.max(days.0), core.1.min(days.1)));
        }
        self.reasons.push(Reason {
            report: telling.report.id.clone(),
            days: fit.days,
            words: fit.words,
            place: fit.place,
            copy: self
                .tellings
                .iter()
                .any(|t| t.print == telling.print && t.report.doc != telling.report.doc),
        });
        self.stems.extend(telling.stems.iter().cloned());
        self.tellings.push(telling);
    }

    fn finish(self, taken: &mut BTreeMap<String, u32>) -> Event {
        let first = &self.tellings[0];
        let block = first.block.clone();
        let of = |t: &Telling<'a>| t.report;
        let mut scales: Vec<f32> = self.tellings.iter().map(|t| of(t).event_scale).collect();
        scales.sort_by(f32::total_cmp);
        let scale = (scales[(scales.len() - 1) / 2] + scales[scales.len() / 2]) / 2.0;
        let mut modes: BTreeMap<&str, usize> = BTreeMap::new();
        for mode in self.tellings.iter().filter_map(|t| t.report.mode.as_deref()) {
            *modes.entry(mode).or_default() += 1;
        }
        let mode = modes.iter().max_by(|x, y| x.1.cmp(y.1).then(y.0.cmp(x.0))).map(|(m, _)| m.to_string());
        let aux = Aux::ALL
            .iter()
            .copied()
            .filter(|a| self.tellings.iter().all(|t| t.report.aux.contains(a)))
            .collect();
        let mut reports: Vec<String> = self.tellings.iter().map(|t| t.report.id.clone()).collect();
        reports.sort();
        let publishers: BTreeSet<String> =
            self.tellings.iter().filter_map(|t| t.report.cite_info.publication.clone()).collect();
        Event {
            id: name(first, taken),
            cell: first.cell,
            kind: block.kind,
            mode,
            mutual: block.mutual,
            actors: block.actors,
            recipients: block.recipients,
            date: self.core.map_or(first.report.date, |c| Some(c.0)),
            enddate: self.core.map_or(first.report.enddate, |c| Some(c.1)),
            aux,
            said_by: vouchers(self.tellings.iter()),
            scale,
            words: first.report.event_text.clone(),
            place: self.tellings.iter().find_map(|t| t.place.clone()),
            reports,
            publishers: publishers.into_iter().collect(),
            witnesses: witnesses(&self.tellings),
            copies: self.reasons.iter().filter(|r| r.copy).count(),
            versions: versions(&self.tellings),
            links: links(&self.tellings),
            reasons: self.reasons,
        }
    }
}

/// Whoever vouches, sorted, where each telling hangs on somebody's word; empty where an article vouches for one.
fn vouchers<'t, 'a: 't>(tellings: impl Iterator<Item = &'t Telling<'a>>) -> Vec<String> {
    let speakers: Option<BTreeSet<String>> =
        tellings.map(|t| t.report.said_by.as_ref().map(|e| e.key.clone())).collect();
    speakers.into_iter().flatten().collect()
}

/// The ways in which the event is told, the most told first; among equals the one that was told first.
fn versions(tellings: &[Telling]) -> Vec<Version> {
    let mut kinds: Vec<(&Telling, Vec<&Telling>)> = Vec::new();
    for t in tellings {
        let same = |x: &Telling| {
            (&x.block.actors, &x.block.recipients, x.report.size)
                == (&t.block.actors, &t.block.recipients, t.report.size)
        };
        match kinds.iter_mut().find(|(first, _)| same(first)) {
            Some((_, all)) => all.push(t),
            None => kinds.push((t, vec![t])),
        }
    }
    kinds.sort_by_key(|(_, all)| std::cmp::Reverse(all.len()));
    let version = |(first, all): (&Telling, Vec<&Telling>)| {
        let mut reports: Vec<String> = all.iter().map(|t| t.report.id.clone()).collect();
        reports.sort();
        Version {
            actors: first.block.actors.clone(),
            recipients: first.block.recipients.clone(),
            size: first.report.size,
            said_by: vouchers(all.into_iter()),
            reports,
        }
    };
    kinds.into_iter().map(version).collect()
}

/// How the reports link the event to others, sorted.
fn links(tellings: &[Telling]) -> Vec<EventLink> {
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

/// Counts independent witnesses: reports with the same publisher, or with the same sentence word for word,
/// are one.
fn witnesses(tellings: &[Telling]) -> usize {
    let mut group: Vec<usize> = (0..tellings.len()).collect();
    fn root(group: &[usize], mut i: usize) -> usize {
        while group[i] != i {
            i = group[i];
        }
        i
    }
    let mut publisher: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    let mut print: BTreeMap<&(usize, String), usize> = BTreeMap::new();
    for (i, t) in tellings.iter().enumerate() {
        let one = *publisher.entry(t.report.cite_info.publication.as_deref()).or_insert(i);
        let two = *print.entry(&t.print).or_insert(i);
        for other in [one, two] {
            let (x, y) = (root(&group, i), root(&group, other));
            group[x.max(y)] = x.min(y);
        }
    }
    (0..group.len()).filter(|&i| group[i] == i).count()
}

/// The stable name of an event: a hash of its cell and of the report that opened it. The number of the report in its
/// article is no part of it, for a better lexicon may find another report before it; so two reports of an article can
/// bear the same words at the same place, and then the later one gets a number.
fn name(first: &Telling, taken: &mut BTreeMap<String, u32>) -> String {
    let block = &first.block;
    let days = first.days.map_or_else(|| "undated".to_string(), |(start, end)| format!("{start}/{end}"));
    let what = format!(
        "{}\n{}\n{}\n{}\n{days}\n{}\n{}\n{}",
        first.cell,
        block.kind,
        block.actors.join("\t"),
        block.recipients.join("\t"),
        first.report.doc,
        first.report.text_info.start,
        first.report.event_text,
    );
    let id = format!("e{:016x}", hash(what.as_bytes()));
    let n = taken.entry(id.clone()).or_insert(0);
    *n += 1;
    if *n == 1 { id } else { format!("{id}.{n}") }
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

/// Words too common to say which event is meant.
const COMMON: &[&str] = &[
    "a", "about", "after", "against", "all", "an", "and", "as", "at", "be", "been", "before", "by", "for",
    "from", "had", "has", "have", "he", "her", "his", "in", "into", "is", "it", "its", "new", "not", "of",
    "off", "on", "or", "out", "over", "said", "say", "says", "she", "some", "than", "that", "the", "their",
    "they", "this", "to", "up", "was", "were", "which", "who", "will", "with", "would",
];

/// The words that carry meaning, in lower case, without common English endings.
fn stems(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() > 1)
        .map(str::to_lowercase)
        .filter(|w| !COMMON.contains(&w.as_str()))
        .map(|w| stem(&w).to_string())
        .collect()
}

/// Cuts one common ending: "shelled", "shelling" and "shells" all give "shell".
fn stem(word: &str) -> &str {
    for ending in ["ing", "ed", "es", "s", "e"] {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.len() >= 3
            && !rest.ends_with('s')
        {
            return rest;
        }
    }
    word
}

/// The name of the place where it is exact enough to tell two events apart.
fn town(loc: &EventLoc) -> Option<String> {
    matches!(loc.resolution.as_deref(), Some("city" | "site")).then(|| loc.resolved_place.clone()).flatten()
}

/// Days from one day to another; negative where the second comes first.
fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

#[cfg(test)]
mod tests;
