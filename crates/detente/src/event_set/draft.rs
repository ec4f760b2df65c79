//! Events while they grow, and how the one is found that a report may join.

use std::collections::{BTreeMap, BTreeSet};

use super::likeness::{self, ENOUGH, Side, Trait};
use super::numbering::{Numbering, Table};
use super::telling::Telling;
use super::{Days, Event, Parties, Reason, copies, leading, links, versions, vouchers};
use crate::day;
use crate::forest::likely;
use crate::plover::EventType;
use crate::report::Aux;

/// So many reports of an event are compared with a new one: the first, which opened it and have the most exact days.
pub(super) const COMPARED: usize = 8;

/// Furthest that the days of two tellings of one event lie apart.
pub(super) const APART: i64 = 3;

/// That a report fits an event.
pub(super) struct Fit {
    /// Mean over the reports of the event.
    pub odds: f32,
    days: Days,
    /// The report of the event that it is most like.
    like: usize,
}

/// An event while it grows.
pub(super) struct Draft<'t, 'a> {
    tellings: Vec<&'t Telling<'a>>,
    /// The days that all reports so far allow, counted from a fixed day.
    span: Option<(i64, i64)>,
    reasons: Vec<Reason>,
}

/// How the days of a report meet those that the reports of an event allow, and how far they lie apart; `None` where that
/// is too far.
pub(super) fn days_meet(core: Option<(i64, i64)>, days: Option<(i64, i64)>) -> Option<(Days, i64)> {
    match (core, days) {
        (Some(core), Some(days)) if core == days => Some((Days::Same, 0)),
        (Some(core), Some(days)) if days.0 <= core.1 && core.0 <= days.1 => Some((Days::Overlap, 0)),
        (Some(core), Some(days)) => {
            let gap = (days.0 - core.1).max(core.0 - days.1);
            (gap <= APART).then_some((Days::Adjacent, gap))
        }
        _ => Some((Days::Undated, 0)),
    }
}

/// The days that the reports of an event allow when one joins whose days met them so.
pub(super) fn days_left(met: Days, core: Option<(i64, i64)>, days: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (met, core, days) {
        (Days::Overlap, Some(core), Some(days)) => Some((core.0.max(days.0), core.1.min(days.1))),
        (_, core, days) => core.or(days),
    }
}

/// How a report fits an event that allows these days and has these reports first, or `None` where it tells of another one.
pub(super) fn meets(core: Option<(i64, i64)>, tellings: &[&Telling], telling: &Telling) -> Option<Fit> {
    let (days, gap) = days_meet(core, telling.span)?;
    if tellings.first()?.unreal != telling.unreal {
        return None;
    }
    let compared = &tellings[..tellings.len().min(COMPARED)];
    let mut frames = [[0.0; likeness::TRAITS]; COMPARED];
    let mut most = 0.0;
    for (other, numbers) in compared.iter().zip(&mut frames) {
        *numbers = likeness::frame(other, telling);
        if days == Days::Adjacent {
            // The days of the event count, not those of the last who joined: else a week of raids would be one.
            numbers[Trait::Gap as usize] = likeness::against(gap);
        }
        most += likeness::odds(numbers) + likeness::most_of_words(other);
    }
    // Most are told apart without a look at their words.
    if most / compared.len() as f32 <= ENOUGH {
        return None;
    }
    let (mut sum, mut best) = (0.0, (f32::MIN, 0));
    for (at, (other, mut numbers)) in compared.iter().zip(frames).enumerate() {
        likeness::fill_in(&mut numbers, other, telling);
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
    Some(Fit { odds, days, like: best.1 })
}

impl<'t, 'a> Draft<'t, 'a> {
    pub fn open(telling: &'t Telling<'a>) -> Draft<'t, 'a> {
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
        Draft { span: telling.span, reasons: vec![reason], tellings: vec![telling] }
    }

    /// The report that opened it.
    pub fn first(&self) -> &'t Telling<'a> {
        self.tellings[0]
    }

    /// How the report fits, or `None` where it tells of another event.
    pub fn meets(&self, telling: &Telling) -> Option<Fit> {
        meets(self.span, &self.tellings, telling)
    }

    /// Takes in a report that fits so.
    pub fn join(&mut self, telling: &'t Telling<'a>, fit: Fit, numbering: &Numbering) {
        let like = self.tellings[fit.like];
        let numbers = likeness::frame(like, telling);
        let parties = match likeness::sides(like, telling) {
            [Side::Same, Side::Same] => Parties::Same,
            sides if sides.contains(&Side::Apart) || sides.contains(&Side::Kin) => Parties::Other,
            // Nobody is named on a side by either.
            _ if like.actors == telling.actors && like.recipients == telling.recipients => Parties::Same,
            _ => Parties::Partly,
        };
        let mut words: Vec<(&str, u8)> =
            likeness::shared(like, telling).map(|(s, weight)| (numbering.text(s), weight)).collect();
        words.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(y.0)));
        words.truncate(6);
        self.span = days_left(fit.days, self.span, telling.span);
        self.reasons.push(Reason {
            report: telling.report.id.clone(),
            days: fit.days,
            parties,
            words: words.into_iter().map(|(s, _)| s.to_string()).collect(),
            act: numbers[Trait::Act as usize] > 0.0,
            place: numbers[Trait::Place as usize] > 0.0,
            copy: false,
            sure: (likely(fit.odds - ENOUGH) * 100.0).round() / 100.0,
        });
        self.tellings.push(telling);
    }

    pub fn finish(mut self, name: String) -> Event {
        let origin = copies::originals(&self.tellings);
        for (at, reason) in self.reasons.iter_mut().enumerate() {
            reason.copy = origin[at] != at;
        }
        let first = self.tellings[0];
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
            id: name,
            cell: first.cell,
            kind,
            mode,
            mutual: recipients.is_empty() && actors.len() > 1,
            actors,
            recipients,
            date: self.span.map_or(first.report.date, |days| Some(day::of(days.0))),
            enddate: self.span.map_or(first.report.enddate, |days| Some(day::of(days.1))),
            aux,
            said_by: vouchers(self.tellings.iter().copied()),
            scale,
            words: first.report.event_text.clone(),
            place: self.tellings.iter().find_map(|t| t.town_name().map(str::to_string)),
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

/// So many events stand under one key; who comes later is found by other keys.
pub(super) const FULL: usize = 64;

/// Where the events of a cell are found: under rare words of their sentences, and under the type with the parties.
#[derive(Default)]
pub(super) struct Index {
    numbers: Table<u32, u32>,
    entries: Vec<Entry>,
    hits: Hits,
}

/// The events under one key.
#[derive(Clone, Default)]
struct Entry {
    /// With a day, of reports with an exact one; sorted by it.
    daily: Vec<(i64, u32)>,
    any: Vec<u32>,
}

/// In how many of the keys of a report events have been found.
#[derive(Default)]
pub(super) struct Hits {
    /// By event: how often, and at which looking-up last.
    events: Vec<(u32, u64)>,
    /// Counts the lookings-up, so that one of them counts an event once.
    looked: u64,
    found: Vec<u32>,
}

impl Hits {
    /// The next key.
    pub fn look(&mut self) {
        self.looked += 1;
    }

    /// The event stands under this key.
    pub fn hit(&mut self, event: u32) {
        let at = event as usize;
        if self.events.len() <= at {
            self.events.resize(at + 1, (0, 0));
        }
        let (keys, looked) = &mut self.events[at];
        if *looked != self.looked {
            *looked = self.looked;
            *keys += 1;
            if *keys == 1 {
                self.found.push(event);
            }
        }
    }

    /// Those with the most keys in common, at most so many, in no order; of equals those that were opened first.
    pub fn most(&mut self, most: usize) -> Vec<usize> {
        let mut found = std::mem::take(&mut self.found);
        if found.len() > most {
            let rank = |d: &u32| (std::cmp::Reverse(self.events[*d as usize].0), *d);
            found.select_nth_unstable_by_key(most, rank);
        }
        found.iter().for_each(|d| self.events[*d as usize].0 = 0);
        found.truncate(most);
        found.into_iter().map(|d| d as usize).collect()
    }
}

impl Index {
    /// The events that the report may belong to: those with the most keys in common, at most so many, in no order.
    pub fn near(&mut self, telling: &Telling, most: usize) -> Vec<usize> {
        let Index { numbers, entries, hits } = self;
        for entry in telling.keys.iter().filter_map(|key| entries.get(*numbers.get(key)? as usize)) {
            hits.look();
            match telling.span.filter(|_| telling.is_exact) {
                Some((first, last)) => {
                    let start = entry.daily.partition_point(|(day, _)| *day < first - APART);
                    let days = entry.daily[start..].iter().take_while(|(day, _)| *day <= last + APART);
                    days.for_each(|(_, draft)| hits.hit(*draft));
                }
                None => entry.any.iter().for_each(|draft| hits.hit(*draft)),
            }
        }
        hits.most(most)
    }

    /// Notes under which keys an event is found, now that the report is of it.
    pub fn add(&mut self, telling: &Telling, draft: usize) {
        for key in &telling.keys {
            let next = self.entries.len() as u32;
            let number = *self.numbers.entry(*key).or_insert(next);
            entry(&mut self.entries, number).add(telling, draft as u32);
        }
    }
}

/// The entry of that number.
fn entry(entries: &mut Vec<Entry>, number: u32) -> &mut Entry {
    let at = number as usize;
    if entries.len() <= at {
        entries.resize(at + 1, Entry::default());
    }
    &mut entries[at]
}

impl Entry {
    fn add(&mut self, telling: &Telling, draft: u32) {
        let (first, last) = telling.span.filter(|_| telling.is_exact).unwrap_or((0, -1));
        for day in first..=last {
            let start = self.daily.partition_point(|(d, _)| *d < day);
            let held = self.daily[start..].iter().take_while(|(d, _)| *d == day).count();
            if held < FULL && !self.daily[start..start + held].contains(&(day, draft)) {
                self.daily.insert(start + held, (day, draft));
            }
        }
        if self.any.len() < FULL && !self.any.contains(&draft) {
            self.any.push(draft);
        }
    }
}
