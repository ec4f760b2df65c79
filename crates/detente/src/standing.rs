//! Standing: where two actors stand with each other on a day. There are two axes, because the events between
//! close allies are full of quarrels and those between polite strangers are not:
//! - *how the two treat each other* ([`Level`], `treat`): a level on PLOVER's scale from −10 (at war) to +10,
//!   with a band that says how sure that is;
//! - *how alike they act towards third parties* ([`Alike`], `alike`): the same scale, read from the whole network
//!   of a day ([`Profiles`], in the module `alike`).
//!
//! [`State`] names where the two axes put a dyad: allied, cooperative, mixed, strained, hostile, at war, or too
//! little evidence; the thresholds are numbers of [`Params`].
//!
//! The level at the end of a day is the weighted mean of the scores of all events up to then. The weight
//! of an event is the product of five things, all of them in [`Params`]:
//! - *is it real?* What was denied weighs nothing; what is only announced, asked for or supposed, a quarter;
//!   what is only told as background, three quarters, however many tell it: background is chosen because it is
//!   striking and copied from hand to hand, but it is evidence all the same, and at its own date;
//! - *who vouches?* A mere claim weighs half; independent publishers add weight, but never more than double;
//! - *is it only said?* A promise, a demand, a charge, a refusal or a threat has no consequence yet: half;
//! - *how long ago?* The weight halves over a half-life: words are forgotten sooner than deeds, and deeds
//!   sooner than what lasts: cut ties, sanctions, standing cooperation, and relations that a text asserts
//!   ([`Observation::is_lasting`]);
//! - *how many at once?* A month with a hundred reports of shelling is one bad month, not a hundred:
//!   the weights of one month together never pass a ceiling. (This is the weight of a mean of noisy
//!   observations of a level that itself moves from month to month.)
//!
//! A meeting that is told from both sides (A visits B, B receives A) is one meeting ([`Observed::new`]).
//!
//! The band holds 80 of 100 such levels under the usual normal reckoning, with a prior scatter so that one
//! event alone does not look certain. It is a guide, not a calibrated probability. Silence widens it and never
//! pulls the level towards neutral. When the evidence has faded so far that the band is as wide as the scale
//! itself, wherever its middle lies, or that its weight is below a floor, the level is `None`: no evidence is never
//! shown as neutral. [`Standing::last_evidence`] still says what was last known, and from when.
//!
//! News often gives no day but a year ("in 2012") or a span of years ("between 2006 and 2011"). Such an event is
//! evidence for all of its interval, a little each month; one that leaves open more than ten years dates nothing.
//!
//! All levels of a dyad come from one pass over its events: exponential fading needs no more than a few running
//! sums for each half-life (module `sums`).

mod alike;
mod state;
mod sums;

pub use alike::{Alike, Profiles, Third};
pub use state::{Position, State};

use sums::{Line, Slice, slices};

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::day;
use crate::event_set::Event;
use crate::plover::EventType;
use crate::report::Aux;

/// The numbers of the method. [`Params::default`] is what the program uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Half-life in days of verbal events.
    pub verbal_half_life: f64,
    /// Half-life in days of material events.
    pub material_half_life: f64,
    /// Half-life in days of events that change a standing arrangement: SANCTION (ties, aid and trade cut)
    /// and COOPERATE.
    pub structural_half_life: f64,
    /// Weight of an event that is announced, asked for or supposed. What is denied weighs nothing.
    pub unreal_weight: f64,
    /// Weight of an event for which only an interested voice vouches.
    pub claim_weight: f64,
    /// The most that the events of one month weigh together.
    pub month_ceiling: f64,
    /// Scatter of single events about the level that is assumed before any is seen, in points of the scale.
    pub prior_scatter: f64,
    /// How many events that assumption counts for.
    pub prior_events: f64,
    /// Half the width of the band in standard errors: 1.28 for 80 of 100.
    pub band: f64,
    /// Below this weight there is no evidence left.
    pub floor: f64,
    /// An interval of more days than this dates nothing.
    pub widest_days: i64,
    /// Weight of an event that is only told as background; more publishers add nothing to it.
    pub background_weight: f64,
    /// Weight, for the standing, of what is only said: AGREE, REQUEST, ACCUSE, REJECT, THREATEN.
    pub statement_weight: f64,
    /// Weight of an act of a country's people (`IND/CVL`) as evidence about the country. 0: they are not the
    /// state, and to count them tells allies from the rest no better over four sets of years of ICEWS (area under
    /// the curve 0.730, 0.733, 0.731 and 0.719 at 0, 0.25, 0.5 and 1).
    pub people_weight: f64,
    /// An interval of at least so many days tells of something that lasted.
    pub lasting_days: i64,
    /// The evidence for `alike` fades so many times slower than that for `treat`: friends and foes are changed
    /// more seldom than tones.
    pub alike_memory: f64,
    /// Evidence that is added to both sides of the odds of cooperation against conflict of a tie.
    pub alike_prior: f64,
    /// How much of what the general activity of two actors leads to expect is taken off their tie: 0 nothing,
    /// 1 all.
    pub alike_expected: f64,
    /// So many steps a profile is carried on over the ties of its friends and foes.
    pub alike_steps: usize,
    /// At most so many actors, those with the most evidence, count as third parties.
    pub alike_most: usize,
    /// `alike` needs so much evidence about each of the two with third parties …
    pub alike_weight: f64,
    /// … and so many third parties that both have dealt with.
    pub alike_thirds: usize,
    /// A dyad is at war from this level of `treat` downwards …
    pub war_level: f64,
    /// … where attacks (ASSAULT) are at least this share of the evidence …
    pub war_attacks: f64,
    /// … and weigh at least this much: one clash is no war.
    pub war_weight: f64,
    /// Hostile: `treat` is at most this.
    pub hostile: f64,
    /// Strained: `treat` is at most this.
    pub strained: f64,
    /// Cooperative: `treat` is at least this.
    pub cooperative: f64,
    /// Allied: `treat` is not strained, and `alike` is at least this.
    pub allied: f64,
    /// Less evidence than this, in fresh and fully attested events, leaves no state to name …
    pub state_weight: f64,
    /// … and neither does a band wider than this.
    pub state_band: f64,
    /// What a point of ill treatment takes off the standing of two actors ([`Position::standing`]).
    pub ill_treatment: f64,
}

impl Default for Params {
    fn default() -> Params {
        Params {
            verbal_half_life: 180.0,
            material_half_life: 365.0,
            structural_half_life: 730.0,
            unreal_weight: 0.25,
            claim_weight: 0.5,
            month_ceiling: 4.0,
            prior_scatter: 4.0,
            prior_events: 2.0,
            band: 1.28,
            floor: 0.05,
            widest_days: 3653,
            background_weight: 0.75,
            statement_weight: 0.5,
            people_weight: 0.0,
            lasting_days: 180,
            alike_memory: 2.0,
            alike_prior: 0.5,
            alike_expected: 0.5,
            alike_steps: 2,
            alike_most: 400,
            alike_weight: 5.0,
            alike_thirds: 5,
            war_level: -4.0,
            war_attacks: 0.4,
            war_weight: 4.0,
            hostile: -3.0,
            strained: -0.5,
            cooperative: 1.5,
            allied: 6.0,
            state_weight: 1.5,
            state_band: 9.0,
            ill_treatment: 0.5,
        }
    }
}

/// Where a dyad stands, and how sure that is. Scale −10…+10.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The level.
    pub value: f64,
    /// Lower end of the band.
    pub low: f64,
    /// Upper end of the band.
    pub high: f64,
    /// How much evidence stands behind it, in fresh, fully attested events.
    pub weight: f64,
}

/// One month of a standing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Month {
    /// First day of the month.
    pub first: Date,
    /// The level at the end of the month; `None` where there is no evidence.
    pub level: Option<Level>,
    /// Ids of the events that fall in this month and moved it, by day.
    pub events: Vec<String>,
}

/// Where two actors stand with each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other one.
    pub b: String,
    /// From the month of the first event that counts to that of the day asked for, without gaps.
    pub months: Vec<Month>,
    /// Events between the two that count.
    pub events: usize,
    /// Events without a day, or with an interval too wide to date anything: they are only counted.
    pub undated: usize,
    /// Events that weigh nothing, because they are denied.
    pub denied: usize,
    /// The last day of the last event that counts.
    pub last: Option<Date>,
}

impl Standing {
    /// The level at the end of the last month, if there is any evidence.
    pub fn latest(&self) -> Option<Level> {
        self.months.last().and_then(|m| m.level)
    }

    /// The day of the last event that counts and the level at the end of its month: what was known last, even
    /// where it has faded since. The level is `None` where the evidence was too thin for one even then; all is
    /// `None` where no event counts.
    pub fn last_evidence(&self) -> Option<(Date, Option<Level>)> {
        let day = self.last?;
        Some((day, self.on(day)))
    }

    /// The level at the end of the month that holds this day. A day before the first event has none; for a
    /// day after the last month, ask for a standing up to that day.
    pub fn on(&self, day: Date) -> Option<Level> {
        self.months.iter().find(|m| m.first == day.first_of_month()).and_then(|m| m.level)
    }
}

/// Who does it, seen from a dyad whose parties are named by alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The first party does it to the second.
    A,
    /// The second party does it to the first.
    B,
    /// Both do it together.
    Both,
}

/// One event as evidence about a dyad. It borrows from whatever holds the event: an [`Event`], or a row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation<'a> {
    /// Id of the event.
    pub event: &'a str,
    /// Its type.
    pub kind: EventType,
    /// Its mode, where one is known.
    pub mode: Option<&'a str>,
    /// Who does it.
    pub by: By,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Place on the scale, −10…+10.
    pub score: f64,
    /// Weight before it fades and before the ceiling of its month: more than 0, below 2.
    pub weight: f64,
}

/// The mode of an observation that is no act but a relation that a text asserts: "main supporter of", "allies
/// since". PLOVER has no such mode; [`Observation::is_lasting`] knows it.
pub const RELATION: &str = "relation";

impl Observation<'_> {
    /// True for evidence of a relation that stands, and fades slowly: ties cut and cooperation kept up
    /// (SANCTION, COOPERATE), support and aid over a long interval, and whatever bears the mode [`RELATION`].
    pub fn is_lasting(&self, params: &Params) -> bool {
        match self.kind {
            EventType::Sanction | EventType::Cooperate => true,
            EventType::Support | EventType::Aid => {
                self.mode == Some(RELATION) || day::between(self.from, self.to) >= params.lasting_days
            }
            _ => self.mode == Some(RELATION),
        }
    }

    /// True for what is only said: a promise, a demand, a charge, a refusal, a threat.
    fn is_statement(&self) -> bool {
        use EventType::*;
        matches!(self.kind, Agree | Request | Accuse | Reject | Threaten)
    }

    /// The middle day of the interval.
    pub fn middle(&self) -> Date {
        if self.from == self.to {
            return self.from;
        }
        later(self.from, day::between(self.from, self.to) / 2)
    }

    /// True where the days leave no doubt that the other came later: it neither begins nor ends before this
    /// one. Of "in 2012" and "on 5 June 2012" nobody knows which came first.
    pub fn is_before(&self, other: &Observation) -> bool {
        self.from < other.from && self.to < other.to
    }
}

/// The evidence about a dyad: what counts, in order of days, and how many events were left out and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed<'a> {
    /// By the middle of the days, then by the first day, then by id.
    observations: Vec<Observation<'a>>,
    /// Events without a day, or with an interval too wide to date anything.
    pub undated: usize,
    /// Events that weigh nothing, because they are denied.
    pub denied: usize,
}

impl<'a> Observed<'a> {
    /// The evidence with these observations, in whatever order they come. What both do with each other (CONSULT,
    /// COOPERATE, AGREE) is often told twice, once from each side; two such observations of the same mode and the
    /// same days become one by both, with the greater weight and the id that comes first.
    pub fn new(mut observations: Vec<Observation<'a>>) -> Observed<'a> {
        use EventType::*;
        // Of the two sides of one meeting, each waits for its mirror.
        type Meeting<'a> = (EventType, Option<&'a str>, Date, Date);
        let mut waiting: BTreeMap<Meeting<'a>, (By, Vec<usize>)> = BTreeMap::new();
        if !observations.is_sorted_by_key(|o| o.event) {
            observations.sort_by_key(|o| o.event);
        }
        let mut kept: Vec<Observation<'a>> = Vec::with_capacity(observations.len());
        for o in observations {
            if o.by != By::Both && matches!(o.kind, Consult | Cooperate | Agree) {
                let (by, open) = waiting.entry((o.kind, o.mode, o.from, o.to)).or_insert((o.by, Vec::new()));
                if *by == o.by || open.is_empty() {
                    *by = o.by;
                    open.push(kept.len());
                } else {
                    let mirror = &mut kept[open.remove(0)];
                    mirror.by = By::Both;
                    mirror.weight = mirror.weight.max(o.weight);
                    continue;
                }
            }
            kept.push(o);
        }
        // They stand by their ids already.
        kept.sort_by_cached_key(|o| (o.middle(), o.from));
        Observed { observations: kept, undated: 0, denied: 0 }
    }

    /// What counts, in order of days.
    pub fn observations(&self) -> &[Observation<'a>] {
        &self.observations
    }
}

/// The evidence that events hold about a dyad. Acts of a country's people count for the country as
/// [`Params::people_weight`] says.
pub fn observe<'a>(events: &'a [Event], a: &str, b: &str, params: &Params) -> Observed<'a> {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let (mut undated, mut denied) = (0, 0);
    let mut observations = Vec::new();
    for event in events {
        let people = if event.is_between(a, b) {
            1.0
        } else if params.people_weight > 0.0 && sides_meet(event, a, b) {
            params.people_weight
        } else {
            continue;
        };
        let weight = people * weigh(event, params);
        match (event.date, event.enddate) {
            _ if weight <= 0.0 => denied += 1,
            (Some(from), Some(to)) if from <= to && day::between(from, to) <= params.widest_days => {
                observations.push(Observation {
                    event: &event.id,
                    kind: event.kind,
                    mode: event.mode.as_deref(),
                    by: by(event, a, b),
                    from,
                    to,
                    score: f64::from(event.scale).clamp(-10.0, 10.0),
                    weight,
                });
            }
            _ => undated += 1,
        }
    }
    Observed { undated, denied, ..Observed::new(observations) }
}

/// True where the event is between the two when all people of a country stand for it.
fn sides_meet(event: &Event, a: &str, b: &str) -> bool {
    let has = |keys: &[String], side: &str| keys.iter().any(|k| k.split('/').next() == Some(side));
    a != b
        && (has(&event.actors, a) && has(&event.recipients, b)
            || has(&event.actors, b) && has(&event.recipients, a)
            || event.recipients.is_empty() && has(&event.actors, a) && has(&event.actors, b))
}

/// Who of the two does it.
fn by(event: &Event, a: &str, b: &str) -> By {
    let does = |key: &str, other: &str| {
        event.actors.iter().any(|k| k == key) && event.recipients.iter().any(|k| k == other)
    };
    match (does(a, b), does(b, a)) {
        (true, false) => By::A,
        (false, true) => By::B,
        _ => By::Both,
    }
}

/// Weight of an event before it fades.
pub(crate) fn weigh(event: &Event, params: &Params) -> f64 {
    let real = if event.aux.contains(&Aux::Negated) {
        0.0
    } else if event.is_real() {
        1.0
    } else {
        params.unreal_weight
    };
    let vouched = if event.said_by.is_empty() { 1.0 } else { params.claim_weight };
    if event.aux.contains(&Aux::Historical) {
        return real * vouched * params.background_weight;
    }
    let n = event.witnesses.max(1) as f64;
    real * vouched * 2.0 * n / (n + 1.0)
}

/// Where `a` and `b` stand with each other, from the first event that counts up to the day `until` (up to the
/// last event day where it is `None`). Events after `until` are left out.
pub fn standing(observed: &Observed, a: &str, b: &str, until: Option<Date>, params: &Params) -> Standing {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let observations: Vec<&Observation> =
        observed.observations.iter().filter(|o| until.is_none_or(|until| o.from <= until)).collect();
    let mut standing = Standing {
        a: a.into(),
        b: b.into(),
        months: Vec::new(),
        events: observations.len(),
        undated: observed.undated,
        denied: observed.denied,
        last: observations.iter().map(|o| until.map_or(o.to, |until| o.to.min(until))).max(),
    };
    let slices = slices(&observations, params);
    let last = until.or_else(|| observations.iter().map(|o| o.to).max());
    let (Some(first), Some(last)) = (slices.first(), last) else { return standing };
    let mut line = Line::new(params);
    let mut rest: &[Slice] = &slices;
    let mut month = first.day.first_of_month();
    loop {
        let at = month.last_of_month().min(last);
        let until = rest.partition_point(|s| s.day <= at);
        let (now, later) = rest.split_at(until);
        rest = later;
        let mut moved: Vec<usize> = now.iter().map(|s| s.observation as usize).collect();
        moved.sort_unstable();
        now.iter().for_each(|s| line.add(s));
        standing.months.push(Month {
            first: month,
            level: line.balance(at).level,
            events: moved.into_iter().map(|i| observations[i].event.to_string()).collect(),
        });
        match at.tomorrow() {
            Ok(next) if at < last => month = next,
            _ => break,
        }
    }
    standing
}

/// What the evidence about a dyad comes to on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    /// How the two treat each other; `None` where there is too little evidence for a level.
    pub level: Option<Level>,
    /// Share of attacks (ASSAULT) in the evidence, 0…1.
    pub attacks: f64,
    /// Weight of what was done for the better, faded as slowly as `alike` wants it.
    pub good: f64,
    /// Weight of what was done for the worse, in the same way.
    pub bad: f64,
}

/// What the evidence about a dyad comes to at the end of a day. Nothing that begins later enters.
pub fn standing_on(observed: &Observed, day: Date, params: &Params) -> Balance {
    series(observed, &[day], params).pop().unwrap_or_default()
}

/// What the evidence about a dyad comes to at the end of each of these days, in their order. One pass over the
/// evidence serves all days where they are sorted, so a level for every day of ten years is cheap.
pub fn series(observed: &Observed, days: &[Date], params: &Params) -> Vec<Balance> {
    let Some(last) = days.iter().max() else { return Vec::new() };
    let observations: Vec<&Observation> = observed.observations.iter().filter(|o| o.from <= *last).collect();
    Course { slices: slices(&observations, params) }.series(days, params)
}

/// The evidence about a dyad put in order once, to be asked again and again: who holds it needs neither its events nor
/// their words.
#[derive(Clone, Debug, Default)]
pub struct Course {
    slices: Vec<Slice>,
}

impl Course {
    /// The course of all that was observed.
    pub fn of(observed: &Observed, params: &Params) -> Course {
        let observations: Vec<&Observation> = observed.observations.iter().collect();
        let mut slices = slices(&observations, params);
        slices.shrink_to_fit();
        Course { slices }
    }

    /// As [`series`] says it of the evidence; with the same `params` as it was made.
    pub fn series(&self, days: &[Date], params: &Params) -> Vec<Balance> {
        let slices = &self.slices;
        let mut balances = Vec::with_capacity(days.len());
        let mut line = Line::new(params);
        let mut next = 0;
        let mut before: Option<Date> = None;
        for day in days {
            if before.is_some_and(|before| *day < before) {
                (line, next) = (Line::new(params), 0);
            }
            before = Some(*day);
            while next < slices.len() && slices[next].day <= *day {
                line.add(&slices[next]);
                next += 1;
            }
            balances.push(line.balance(*day));
        }
        balances
    }

    /// As [`standing_on`] says it of the evidence; with the same `params` as it was made.
    pub fn on(&self, day: Date, params: &Params) -> Balance {
        self.on_of(day, params, |_| true)
    }

    /// The same of some of the evidence: of those that count, by their places in [`Observed::observations`].
    pub fn on_of(&self, day: Date, params: &Params, counts: impl Fn(usize) -> bool) -> Balance {
        let mut line = Line::new(params);
        let begun = &self.slices[..self.slices.partition_point(|slice| slice.day <= day)];
        begun.iter().filter(|slice| counts(slice.observation as usize)).for_each(|slice| line.add(slice));
        line.balance(day)
    }
}

/// What the evidence about a dyad comes to at the end of each month, from that of the first event that counts to that of
/// the day `until`, without gaps: the first day of each month with its balance. Its levels are those of [`standing`] up to
/// the end of that month, which also names the events.
pub fn by_month(observed: &Observed, until: Date, params: &Params) -> Vec<(Date, Balance)> {
    let until = until.last_of_month();
    let observations: Vec<&Observation> = observed.observations.iter().filter(|o| o.from <= until).collect();
    let slices = slices(&observations, params);
    let Some(first) = slices.first() else { return Vec::new() };
    let (mut line, mut rest, mut month) = (Line::new(params), &slices[..], first.day.first_of_month());
    let mut months = Vec::new();
    loop {
        let end = month.last_of_month();
        let (now, later) = rest.split_at(rest.partition_point(|s| s.day <= end));
        rest = later;
        now.iter().for_each(|s| line.add(s));
        months.push((month, line.balance(end)));
        match end.tomorrow() {
            Ok(next) if end < until => month = next,
            _ => return months,
        }
    }
}

/// Three decimals: more would only show how different machines round.
pub(crate) fn rounded(x: f64) -> f64 {
    // Adding zero turns −0 into 0.
    (x * 1000.0).round() / 1000.0 + 0.0
}

/// The day so many days later, or the last day of the calendar.
fn later(day: Date, days: i64) -> Date {
    day::of(day::number(day) + days)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::plover::Quad;

    /// `TYPE[:mode] scale start..end`, between Arnor and Gondor.
    pub(crate) fn event(line: &str) -> Event {
        let parts: Vec<&str> = line.split(' ').collect();
        let (start, end) = parts[2].split_once("..").unwrap_or((parts[2], parts[2]));
        let (kind, mode) = parts[0].split_once(':').unwrap_or((parts[0], ""));
        Event {
            id: line.into(),
            cell: "undated-00/talk/real".parse().expect("a cell"),
            kind: EventType::parse(kind).expect("a type"),
            mode: (!mode.is_empty()).then(|| mode.into()),
            mutual: false,
            actors: vec!["Arnor".into()],
            recipients: vec!["Gondor".into()],
            date: start.parse().ok(),
            enddate: end.parse().ok(),
            aux: vec![],
            said_by: vec![],
            scale: parts[1].parse().expect("a number"),
            words: String::new(),
            place: None,
            reports: vec![],
            publishers: vec![],
            witnesses: 1,
            copies: 0,
            versions: vec![],
            links: vec![],
            reasons: vec![],
        }
    }

    fn between(events: &[Event], until: Option<Date>) -> Standing {
        let params = Params::default();
        standing(&observe(events, "Gondor", "Arnor", &params), "Gondor", "Arnor", until, &params)
    }

    fn stand(lines: &[&str], until: &str) -> Standing {
        let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
        between(&events, until.parse().ok())
    }

    #[test]
    fn no_evidence_is_not_neutral() {
        assert_eq!(stand(&[], "2026-01-31").months, []);
        let faded = stand(&["CONSULT 2.5 2010-01-05"], "2026-01-31");
        assert_eq!(faded.latest(), None);
        assert!(faded.months[0].level.is_some());
    }

    #[test]
    fn a_band_as_wide_as_the_scale_says_nothing() {
        let s = stand(&["SUPPORT 5 2024-06-13"], "2026-06-30");
        assert!(s.months[0].level.is_some() && s.months[6].level.is_some());
        assert_eq!(s.latest(), None);
        let s = stand(&["SANCTION -6 2017-06-05", "COERCE -7 2017-06-05"], "2023-03-31");
        assert_eq!(s.latest(), None, "the same where the middle lies far from 0");
    }

    #[test]
    fn what_was_known_last_is_told_after_it_has_faded() {
        let s = stand(&["CONSULT 2.5 2010-01-05", "SUPPORT 5 2010-03-02"], "2026-01-31");
        let (day, level) = s.last_evidence().unwrap();
        assert_eq!((day.to_string().as_str(), s.latest()), ("2010-03-02", None));
        assert!(level.unwrap().value > 3.0);
        assert_eq!(stand(&["AID 10 -"], "2026-01-31").last_evidence(), None);
    }

    #[test]
    fn years_of_support_are_evidence_all_along_and_no_longer() {
        let s = stand(&["AID 10 2006-01-01..2011-12-31"], "2020-12-31");
        assert_eq!((s.undated, s.events), (0, 1));
        assert!(s.on("2011-12-31".parse().unwrap()).is_some_and(|l| l.value == 10.0 && l.low < 5.0));
        assert_eq!(s.latest(), None);
    }

    #[test]
    fn one_event_alone_has_a_wide_band() {
        let level = stand(&["CONSULT 4 2026-01-05"], "2026-01-31").latest().unwrap();
        assert_eq!(level.value, 4.0);
        assert!(level.low < 0.0 && level.high > 8.0, "{level:?}");
    }

    #[test]
    fn agreeing_events_narrow_the_band_and_time_widens_it() {
        let width = |s: Standing| s.latest().map(|l| l.high - l.low).unwrap();
        let one = width(stand(&["CONSULT 4 2026-01-05"], "2026-03-31"));
        let three = width(stand(
            &["CONSULT 4 2026-01-05", "CONSULT 4 2026-02-05", "CONSULT 4 2026-03-05"],
            "2026-03-31",
        ));
        let later = width(stand(
            &["CONSULT 4 2026-01-05", "CONSULT 4 2026-02-05", "CONSULT 4 2026-03-05"],
            "2027-03-31",
        ));
        assert!(three < one && three < later, "{one} {three} {later}");
    }

    #[test]
    fn deeds_outlast_words() {
        let level =
            stand(&["SANCTION -6 2024-01-05", "CONSULT 2.5 2024-01-05"], "2025-12-31").latest().unwrap();
        assert!(level.value < -4.0, "{level:?}");
    }

    #[test]
    fn a_month_of_shelling_is_one_bad_month() {
        let shelling: Vec<String> = (1..=28).map(|d| format!("ASSAULT -9.5 2026-01-{d:02}")).collect();
        let mut lines: Vec<&str> = shelling.iter().map(String::as_str).collect();
        let war = stand(&lines, "2026-01-31").latest().unwrap();
        assert!(war.weight < Params::default().month_ceiling && war.value < -9.0);
        let peace: Vec<String> = (2..=12).map(|m| format!("RETREAT 7.5 2026-{m:02}-10")).collect();
        lines.extend(peace.iter().map(String::as_str));
        assert!(
            stand(&lines, "2026-12-31").latest().unwrap().value > 3.0,
            "eleven months of peace weigh more"
        );
    }

    #[test]
    fn what_was_denied_weighs_nothing_and_what_was_announced_little() {
        let mut denied = event("ASSAULT -9 2026-01-05");
        denied.aux = vec![Aux::Negated];
        let mut announced = event("ASSAULT -9 2026-01-06");
        announced.aux = vec![Aux::Future];
        let met = event("CONSULT 4 2026-01-07");
        let s = between(&[denied, announced, met], None);
        assert_eq!((s.denied, s.events), (1, 2));
        let level = s.latest().unwrap();
        assert!(level.value > 1.0 && level.value < 4.0, "{level:?}");
    }

    #[test]
    fn a_claim_weighs_less_and_witnesses_more() {
        let mut claim = event("ASSAULT -9 2026-01-05");
        claim.said_by = vec!["Gondor".into()];
        let mut witnessed = event("ASSAULT -9 2026-01-05");
        witnessed.witnesses = 5;
        let plain = event("ASSAULT -9 2026-01-05");
        let weight = |e: Event| between(&[e], None).latest().unwrap().weight;
        let (claim, plain, witnessed) = (weight(claim), weight(plain), weight(witnessed));
        assert!(claim < plain && plain < witnessed && witnessed < 2.0 * plain);
    }

    #[test]
    fn an_interval_spreads_over_its_months() {
        let s = stand(&["AID 10 2026-01-16..2026-03-15"], "2026-04-30");
        let moved: Vec<usize> = s.months.iter().map(|m| m.events.len()).collect();
        assert_eq!(moved, [1, 1, 1, 0]);
        let weights: Vec<f64> = s.months.iter().map(|m| m.level.unwrap().weight).collect();
        assert!(weights[0] < weights[1] && weights[1] < weights[2] && weights[3] < weights[2], "{weights:?}");
    }

    #[test]
    fn undated_events_are_counted_and_do_not_enter() {
        let s = stand(&["AID 10 -", "AID 10 1990-01-01..2020-01-01", "CONSULT 2.5 2026-01-05"], "2026-01-31");
        assert_eq!((s.undated, s.events, s.months.len()), (2, 1, 1));
    }

    #[test]
    fn nothing_after_the_day_asked_for_enters() {
        let s = stand(&["CONSULT 4 2026-01-05", "ASSAULT -9 2026-02-05"], "2026-01-31");
        assert_eq!(s.latest().unwrap().value, 4.0);
        assert_eq!(s.months.len(), 1);
    }

    #[test]
    fn the_order_of_events_changes_nothing() {
        let lines = ["AID 10 2024-01-01..2024-06-30", "SANCTION -6 2025-02-03", "CONSULT 2.5 2025-09-09"];
        let mut turned = lines;
        turned.reverse();
        assert_eq!(stand(&lines, "2026-01-31"), stand(&turned, "2026-01-31"));
    }

    #[test]
    fn acting_together_on_a_third_is_not_acting_on_each_other() {
        let mut joint = event("ASSAULT -9 2026-01-05");
        joint.actors = vec!["Arnor".into(), "Gondor".into()];
        joint.recipients = vec!["Mordor".into()];
        assert!(!joint.is_between("Arnor", "Gondor"));
        joint.recipients.clear();
        assert!(joint.is_between("Arnor", "Gondor"), "they clashed with each other");
    }

    /// Numbers that look random and are always the same.
    fn numbers(mut seed: u64) -> impl FnMut(usize) -> usize {
        move |below| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        }
    }

    fn observation(line: &str) -> Observation<'_> {
        let parts: Vec<&str> = line.split(' ').collect();
        let (from, to) = parts[2].split_once("..").unwrap_or((parts[2], parts[2]));
        Observation {
            event: line,
            kind: EventType::parse(parts[0]).expect("a type"),
            mode: parts.get(4).copied(),
            by: match parts.get(3) {
                Some(&"a") => By::A,
                Some(&"b") => By::B,
                _ => By::Both,
            },
            from: from.parse().expect("a day"),
            to: to.parse().expect("a day"),
            score: parts[1].parse().expect("a number"),
            weight: 1.0,
        }
    }

    fn observed<'a>(lines: &[&'a str]) -> Observed<'a> {
        Observed::new(lines.iter().map(|line| observation(line)).collect())
    }

    fn on(lines: &[&str], day: &str) -> Balance {
        standing_on(&observed(lines), day.parse().expect("a day"), &Params::default())
    }

    /// Many events of all kinds over ten years.
    fn ten_years(events: usize) -> Vec<String> {
        let mut next = numbers(11);
        let kinds = ["CONSULT 2.5", "ASSAULT -9", "ACCUSE -2", "SANCTION -6", "AID 10", "COOPERATE 9.5"];
        (0..events)
            .map(|i| {
                let (y, m, d) = (2010 + next(10), 1 + next(12), 1 + next(28));
                let to = if next(20) == 0 { format!("..{}-12-31", y + next(2)) } else { String::new() };
                format!("{} {y}-{m:02}-{d:02}{to} {} m{i}", kinds[next(6)], ["a", "b"][next(2)])
            })
            .collect()
    }

    /// The level as the head of the module says it, all events added up anew.
    fn anew(observed: &Observed, day: Date, params: &Params) -> Option<(f64, f64)> {
        let half_life = |o: &Observation| match o.kind.quad() {
            _ if o.is_lasting(params) => params.structural_half_life,
            Quad::VerbalCooperation | Quad::VerbalConflict => params.verbal_half_life,
            _ => params.material_half_life,
        };
        let mut months: BTreeMap<Date, Vec<(f64, f64, f64)>> = BTreeMap::new();
        for o in observed.observations() {
            let days = day::between(o.from, o.to) + 1;
            let mut from = o.from;
            while from <= o.to {
                let to = from.last_of_month().min(o.to);
                let part = day::between(from, to);
                let at = later(from, part / 2);
                if at <= day {
                    let weight = if o.is_statement() { params.statement_weight } else { 1.0 }
                        * (part + 1) as f64
                        / days as f64;
                    let left = (-(day::between(at, day) as f64) / half_life(o)).exp2();
                    months.entry(from.first_of_month()).or_default().push((weight, weight * left, o.score));
                }
                from = later(to, 1);
            }
        }
        let (mut sum, mut first) = (0.0, 0.0);
        for slices in months.values() {
            let fresh: f64 = slices.iter().map(|s| s.0).sum();
            for (_, left, score) in slices {
                let weight = left / (1.0 + fresh / params.month_ceiling);
                sum += weight;
                first += weight * score;
            }
        }
        (sum >= params.floor).then(|| (first / sum, sum))
    }

    #[test]
    fn running_sums_are_all_events_added_up_anew() {
        let lines = ten_years(400);
        let observed = Observed::new(lines.iter().map(|l| observation(l)).collect());
        let params = Params::default();
        let standing = standing(&observed, "a", "b", Some(date("2021-06-15")), &params);
        let mut days: Vec<Date> = (0..40).map(|i| later(date("2010-01-20"), i * 101)).collect();
        let ends = standing.months.iter().map(|m| m.first.last_of_month().min(date("2021-06-15")));
        days.extend(ends.clone());
        let close = |level: Option<Level>, day: Date| match (level, anew(&observed, day, &params)) {
            (Some(level), Some((value, weight))) => {
                assert!(
                    (level.value - value).abs() < 0.001 && (level.weight - weight).abs() < 0.001,
                    "{day}"
                );
            }
            (None, None) => {}
            (level, anew) => panic!("{day}: {level:?} {anew:?}"),
        };
        for (day, balance) in days.iter().zip(series(&observed, &days, &params)) {
            close(balance.level, *day);
            assert_eq!(balance, standing_on(&observed, *day, &params), "{day}: alone or in a series");
        }
        standing.months.iter().zip(ends).for_each(|(month, end)| close(month.level, end));
    }

    fn date(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn what_comes_later_does_not_change_a_day() {
        let lines = ten_years(300);
        let day = date("2014-03-17");
        let all = Observed::new(lines.iter().map(|l| observation(l)).collect());
        let then = Observed::new(lines.iter().map(|l| observation(l)).filter(|o| o.from <= day).collect());
        let params = Params::default();
        assert_eq!(standing_on(&all, day, &params), standing_on(&then, day, &params));
    }

    #[test]
    fn silence_widens_the_band_and_does_not_pull_to_neutral() {
        let lines = ["ASSAULT -9 2020-01-05 a", "ASSAULT -8 2020-02-05 b", "ASSAULT -9 2020-03-05 a"];
        let (soon, late) = (on(&lines, "2020-03-31").level.unwrap(), on(&lines, "2021-09-30").level.unwrap());
        assert!((soon.value - late.value).abs() < 0.1, "{soon:?} {late:?}");
        assert!(late.high > soon.high && late.weight < soon.weight);
    }

    #[test]
    fn a_meeting_told_from_both_sides_is_one() {
        let twice = ["CONSULT 4 2020-01-05 a visit", "CONSULT 4 2020-01-05 b visit"];
        let seen = observed(&twice);
        assert_eq!((seen.observations().len(), seen.observations()[0].by), (1, By::Both));
        let three =
            ["CONSULT 4 2020-01-05 a visit", "CONSULT 4 2020-01-05 b phone", "CONSULT 4 2020-01-06 b visit"];
        assert_eq!(observed(&three).observations().len(), 3, "another way or another day is another meeting");
        let blows = ["ASSAULT -9 2020-01-05 a", "ASSAULT -9 2020-01-05 b"];
        assert_eq!(observed(&blows).observations().len(), 2, "a blow is not the blow that answers it");
    }

    #[test]
    fn statements_weigh_less_than_acts() {
        let said = on(&["ACCUSE -2 2020-01-05 a", "CONSULT 4 2020-01-06 b"], "2020-01-31").level.unwrap();
        assert!(said.value > 1.5, "{said:?}");
    }

    #[test]
    fn a_relation_that_a_text_asserts_fades_slowly() {
        let weight = |line| on(&[line], "2020-06-30").level.unwrap().weight;
        let once = weight("SUPPORT 5 2020-01-05 a");
        assert!(weight("SUPPORT 5 2020-01-05 a relation") > 1.5 * once);
        let params = Params::default();
        assert!(observation("AID 10 2006-01-01..2011-12-31 a").is_lasting(&params));
        assert!(!observation("AID 10 2006-01-01..2006-01-31 a").is_lasting(&params));
        assert!(!observation("ASSAULT -9 2006-01-01..2011-12-31 a").is_lasting(&params));
    }

    #[test]
    fn background_counts_at_its_own_date_and_telling_it_often_adds_nothing() {
        let weight = |aux: Vec<Aux>, witnesses| {
            let mut told = event("ASSAULT -9 2020-01-05");
            (told.aux, told.witnesses) = (aux, witnesses);
            between(&[told], None).latest().unwrap().weight
        };
        let background = weight(vec![Aux::Historical], 1);
        assert!(background < weight(vec![], 1) && background > 0.5 * weight(vec![], 1));
        assert_eq!(background, weight(vec![Aux::Historical], 9));
    }

    #[test]
    fn copies_of_a_story_change_nothing() {
        let mut told = event("ASSAULT -9 2020-01-05");
        let once = between(&[told.clone()], None);
        told.reports = (0..9).map(|i| format!("copy{i}")).collect();
        told.publishers = (0..9).map(|i| format!("paper{i}")).collect();
        assert_eq!(between(&[told], None), once);
    }

    #[test]
    fn half_of_the_publishers_tell_nearly_the_same() {
        let lines =
            ["CONSULT 4 2020-01-05", "SANCTION -6 2020-02-05", "AID 10 2020-03-05", "ASSAULT -9 2020-03-06"];
        let level = |publishers: fn(usize) -> usize| {
            let told: Vec<Event> = lines
                .iter()
                .enumerate()
                .map(|(i, line)| Event { witnesses: publishers(i), ..event(line) })
                .collect();
            between(&told, None).latest().unwrap()
        };
        let (all, half) = (level(|i| 2 + 6 * i), level(|i| 1 + 3 * i));
        assert!((all.value - half.value).abs() < 0.5, "{all:?} {half:?}");
        assert!(half.weight < all.weight && half.weight > 0.7 * all.weight);
    }

    #[test]
    fn acts_of_people_count_for_their_country_as_far_as_the_parameters_say() {
        let mut crime = event("ASSAULT -9 2020-01-05");
        crime.actors = vec!["Arnor/CVL".into()];
        crime.recipients = vec!["Gondor".into()];
        let seen = |people_weight| {
            let params = Params { people_weight, ..Params::default() };
            observe(std::slice::from_ref(&crime), "Arnor", "Gondor", &params).observations().len()
        };
        assert_eq!((seen(0.0), seen(0.5)), (0, 1));
    }

    #[test]
    fn each_state_has_its_place() {
        let params = Params::default();
        let state = |value: f64, attacks: f64, weight: f64, alike: Option<f64>| {
            let level = Some(Level { value, low: value - 1.0, high: value + 1.0, weight });
            let alike = alike.map(|value| Alike { value, thirds: 9, weight: 9.0 });
            State::of(&Balance { level, attacks, good: 1.0, bad: 1.0 }, alike.as_ref(), &params)
        };
        assert_eq!(state(-6.0, 0.6, 10.0, Some(9.0)), State::AtWar);
        assert_eq!(state(-6.0, 0.6, 2.0, None), State::Hostile, "one clash is no war");
        assert_eq!(state(-6.0, 0.0, 10.0, None), State::Hostile);
        assert_eq!(state(-1.0, 0.1, 10.0, Some(9.0)), State::Strained);
        assert_eq!(state(0.5, 0.1, 10.0, Some(2.0)), State::Mixed);
        assert_eq!(state(3.0, 0.0, 10.0, None), State::Cooperative);
        assert_eq!(state(3.0, 0.0, 10.0, Some(8.0)), State::Allied);
        assert_eq!(state(3.0, 0.0, 1.0, Some(8.0)), State::Unknown);
        assert_eq!(State::of(&Balance::default(), None, &params), State::Unknown);
        assert!(State::ALL.iter().all(|s| State::parse(s.as_str()) == Some(*s)));
    }
}
