//! Events while they grow, and how the one is found that a report may join.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::likeness::{self, ENOUGH, Side, Trait};
use super::telling::Telling;
use super::{Days, Event, Parties, Reason, copies, days_between, leading, links, name, versions, vouchers};
use crate::forest::likely;
use crate::plover::EventType;
use crate::report::Aux;

/// So many reports of an event are compared with a new one: the first, which opened it and have the most exact days.
const COMPARED: usize = 8;

/// Furthest that the days of two tellings of one event lie apart.
const APART: i64 = 3;

/// How a report fits an event.
pub(super) struct Fit {
    /// Mean over the reports of the event.
    pub odds: f32,
    days: Days,
    parties: Parties,
    words: Vec<String>,
    act: bool,
    place: bool,
}

/// An event while it grows.
pub(super) struct Draft<'a> {
    tellings: Vec<Telling<'a>>,
    /// The days that all reports so far allow.
    core: Option<(Date, Date)>,
    reasons: Vec<Reason>,
}

impl<'a> Draft<'a> {
    pub fn open(telling: Telling<'a>) -> Draft<'a> {
        let reason = Reason {
            report: telling.report.id.clone(),
            days: Days::First,
            parties: Parties::Same,
            words: Vec::new(),
            act: false,
            place: false,
            copy: false,
            sure: 1.0,
        };
        Draft { core: telling.days, reasons: vec![reason], tellings: vec![telling] }
    }

    /// How the report fits, or `None` where it tells of another event.
    pub fn meets(&self, telling: &Telling) -> Option<Fit> {
        let mut gap = 0;
        let days = match (self.core, telling.days) {
            (Some(core), Some(days)) if core == days => Days::Same,
            (Some(core), Some(days)) if days.0 <= core.1 && core.0 <= days.1 => Days::Overlap,
            (Some(core), Some(days)) => {
                gap = days_between(core.1, days.0).max(days_between(days.1, core.0));
                (gap <= APART).then_some(Days::Adjacent)?
            }
            _ => Days::Undated,
        };
        if self.tellings[0].unreal != telling.unreal {
            return None;
        }
        let (mut sum, mut best) = (0.0, (f32::MIN, 0));
        let compared = &self.tellings[..self.tellings.len().min(COMPARED)];
        for (at, other) in compared.iter().enumerate() {
            let mut numbers = likeness::traits(other, telling);
            if days == Days::Adjacent {
                // The days of the event count, not those of the last who joined: else a week of raids would be one.
                numbers[Trait::Gap as usize] = likeness::against(gap);
            }
            let odds = likeness::odds(&numbers);
            sum += odds;
            if odds > best.0 {
                best = (odds, at);
            }
        }
        let odds = sum / compared.len() as f32;
        if odds <= ENOUGH {
            return None;
        }
        let like = &compared[best.1];
        let numbers = likeness::traits(like, telling);
        let parties = match likeness::sides(like, telling) {
            [Side::Same, Side::Same] => Parties::Same,
            sides if sides.contains(&Side::Apart) || sides.contains(&Side::Kin) => Parties::Other,
            // Nobody is named on a side by either.
            _ if like.actors == telling.actors && like.recipients == telling.recipients => Parties::Same,
            _ => Parties::Partly,
        };
        let mut words = likeness::shared(like, telling);
        words.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(y.0)));
        words.truncate(6);
        Some(Fit {
            odds,
            days,
            parties,
            words: words.into_iter().map(|(s, _)| s.to_string()).collect(),
            act: numbers[Trait::Act as usize] > 0.0,
            place: numbers[Trait::Place as usize] > 0.0,
        })
    }

    pub fn join(&mut self, telling: Telling<'a>, fit: Fit) {
        self.core = match (fit.days, self.core, telling.days) {
            (Days::Overlap, Some(core), Some(days)) => Some((core.0.max(days.0), core.1.min(days.1))),
            (_, core, days) => core.or(days),
        };
        self.reasons.push(Reason {
            report: telling.report.id.clone(),
            days: fit.days,
            parties: fit.parties,
            words: fit.words,
            act: fit.act,
            place: fit.place,
            copy: false,
            sure: (likely(fit.odds - ENOUGH) * 100.0).round() / 100.0,
        });
        self.tellings.push(telling);
    }

    pub fn finish(mut self, taken: &mut BTreeMap<String, u32>) -> Event {
        let origin = copies::originals(&self.tellings);
        for (at, reason) in self.reasons.iter_mut().enumerate() {
            reason.copy = origin[at] != at;
        }
        let first = &self.tellings[0];
        let versions = versions(&self.tellings);
        let lead = leading(&versions);
        let (actors, recipients) = lead.map(|v| (v.actors.clone(), v.recipients.clone())).unwrap_or_default();
        let mut scales: Vec<f32> = self.tellings.iter().map(|t| t.report.event_scale).collect();
        scales.sort_by(f32::total_cmp);
        let scale = (scales[(scales.len() - 1) / 2] + scales[scales.len() / 2]) / 2.0;
        // The most told; among equals the type of the report that opened the event, then the first of the alphabet.
        let mut kinds: BTreeMap<EventType, usize> = BTreeMap::new();
        self.tellings.iter().for_each(|t| *kinds.entry(t.kind).or_default() += 1);
        let kind = kinds.iter().max_by_key(|(k, n)| (**n, **k == first.kind, std::cmp::Reverse(**k)));
        let kind = kind.map_or(first.kind, |(k, _)| *k);
        let mut modes: BTreeMap<&str, usize> = BTreeMap::new();
        for t in self.tellings.iter().filter(|t| t.kind == kind) {
            t.report.mode.as_deref().into_iter().for_each(|m| *modes.entry(m).or_default() += 1);
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
            kind,
            mode,
            mutual: recipients.is_empty() && actors.len() > 1,
            actors,
            recipients,
            date: self.core.map_or(first.report.date, |c| Some(c.0)),
            enddate: self.core.map_or(first.report.enddate, |c| Some(c.1)),
            aux,
            said_by: vouchers(self.tellings.iter()),
            scale,
            words: first.report.event_text.clone(),
            place: self.tellings.iter().find_map(|t| t.place().map(str::to_string)),
            reports,
            publishers: publishers.into_iter().collect(),
            witnesses: copies::witnesses(&self.tellings, &origin),
            copies: self.reasons.iter().filter(|r| r.copy).count(),
            versions,
            links: links(&self.tellings),
            reasons: self.reasons,
        }
    }
}

/// What events are found by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    /// A rare word of the sentence.
    Word(Cow<'a, str>),
    /// Type and parties.
    Parties(EventType, Vec<&'a str>),
}

/// So many of the rarest words of a sentence are keys.
const WORDS: usize = 8;

/// A word that says less is no key.
const RARE: u8 = 25;

/// Widest interval, in days, that is looked up day by day.
const DAILY: i64 = 3;

/// So many events stand under one key; who comes later is found by other keys.
const FULL: usize = 64;

/// Where the events of a cell are found.
#[derive(Default)]
pub(super) struct Index<'a> {
    entries: BTreeMap<Key<'a>, Entry>,
}

/// The events under one key.
#[derive(Default)]
struct Entry {
    /// By day, of reports with an exact one.
    daily: BTreeMap<Date, Vec<usize>>,
    any: Vec<usize>,
}

fn keys<'a>(telling: &Telling<'a>) -> Vec<Key<'a>> {
    let mut words: Vec<&(Cow<'a, str>, u8)> = telling.words.iter().filter(|(_, w)| *w >= RARE).collect();
    words.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(&y.0)));
    words.truncate(WORDS);
    let mut keys: Vec<Key<'a>> = words.into_iter().map(|(s, _)| Key::Word(s.clone())).collect();
    keys.push(Key::Parties(telling.kind, telling.parties()));
    keys
}

/// The day so many days later.
fn by(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::Span::new().days(days))
}

/// The interval, where it is exact enough to be looked up day by day.
fn exact(telling: &Telling) -> Option<(Date, Date)> {
    telling.days.filter(|d| days_between(d.0, d.1) <= DAILY)
}

impl<'a> Index<'a> {
    /// The events that the report may belong to, those with the most keys in common first, at most so many.
    pub fn near(&self, telling: &Telling<'a>, most: usize) -> Vec<usize> {
        let mut hits: BTreeMap<usize, usize> = BTreeMap::new();
        for entry in keys(telling).iter().filter_map(|k| self.entries.get(k)) {
            let mut found: Vec<usize> = match exact(telling) {
                Some(span) => entry
                    .daily
                    .range(by(span.0, -APART)..=by(span.1, APART))
                    .flat_map(|(_, d)| d)
                    .copied()
                    .collect(),
                None => entry.any.clone(),
            };
            found.sort_unstable();
            found.dedup();
            found.into_iter().for_each(|d| *hits.entry(d).or_default() += 1);
        }
        let mut hits: Vec<(usize, usize)> = hits.into_iter().collect();
        hits.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(&y.0)));
        hits.truncate(most);
        hits.into_iter().map(|(d, _)| d).collect()
    }

    /// Notes under which keys an event is found, now that the report is of it.
    pub fn add(&mut self, telling: &Telling<'a>, draft: usize) {
        let put = |list: &mut Vec<usize>| {
            if list.len() < FULL && !list.contains(&draft) {
                list.push(draft);
            }
        };
        for key in keys(telling) {
            let entry = self.entries.entry(key).or_default();
            if let Some((first, last)) = exact(telling) {
                (0..=days_between(first, last))
                    .for_each(|n| put(entry.daily.entry(by(first, n)).or_default()));
            }
            put(&mut entry.any);
        }
    }
}
