//! Bursts: a month whose acts are more than usual, and of another kind than usual.
//!
//! The acts of the thirty days from a day on are laid beside the dyad's own past, which fades with a half-life of
//! a year. Two counts are compared at once, friendly acts and unfriendly ones, and the logarithm of the likelihood
//! ratio (is one rate enough for the month and for the past, or does it take two?) falls exactly into two parts:
//! *there is more news than usual*, which counts only upwards, for silence is no turn, and *the balance of friendly
//! and unfriendly is another than usual*. The sum counts only in so far as the past is known, since the first month
//! of a record is no burst, and is multiplied by a power of the change of balance: a state visit among friends
//! doubles the news and changes nothing, and a rupture among foes must be very loud to be one.
//!
//! Whatever passes [`Params::passes`] is told on the first day on which it passes, with nothing that came later,
//! and then keeps the next [`Params::gap`] days for itself. So the list of turns never takes back what was told;
//! what the rest of the month did not bear out is marked ([`super::Turn::held`]).
//!
//! Acts weigh by the root of their place on the scale, meetings half, since most of them are routine, and each kind
//! of act (type, mode and doer) counts once a day, so that neither copies nor the many voices of one day add up.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Turn, TurnKind};
use crate::day;
use crate::plover::EventType;
use crate::standing::{By, Observation, rounded};

/// The numbers of the method; what each was chosen from stands in `bench/relations/README.md`.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// The first day that whatever holds the events covers: a silent year before the first event is evidence
    /// only where the record was open. `None` takes a window before the dyad's first event, and so sees less.
    pub since: Option<Date>,
    /// Days that are laid beside the past.
    pub window: i64,
    /// Days in which the past loses half of its weight.
    pub half_life: f64,
    /// What is taken for granted of a dyad's news before any is seen: so many acts …
    pub prior_acts: f64,
    /// … in so many days. A past that has been watched so long counts half.
    pub prior_days: f64,
    /// Share of friendly acts that is taken for granted …
    pub prior_friendly: f64,
    /// … with the weight of so many acts.
    pub prior_balance: f64,
    /// Weight of a meeting (CONSULT) beside other acts.
    pub talk_weight: f64,
    /// Power of the change of balance in the strength of a burst: with 0 any loud month would be a turn.
    pub balance_power: f64,
    /// A turn is what reaches this strength.
    pub passes: f64,
    /// A turn lies at least so many days from the one before.
    pub gap: i64,
    /// The day of a turn is the strongest one within so many days of the one it was told for.
    pub refined_within: i64,
    /// An interval of more days than this says too little of the day.
    pub longest_days: i64,
}

impl Default for Params {
    fn default() -> Params {
        Params {
            since: None,
            window: 30,
            half_life: 365.0,
            prior_acts: 1.0,
            prior_days: 60.0,
            prior_friendly: 0.75,
            prior_balance: 3.0,
            talk_weight: 0.5,
            balance_power: 0.75,
            passes: 4.75,
            gap: 60,
            refined_within: 15,
            longest_days: 31,
        }
    }
}

/// Twice the log-likelihood ratio that a χ² of one degree of freedom passes once in twenty: days whose start fits
/// nearly as well as the best are in the span of a turn.
const FITS: f64 = 3.84;

/// Certainty from strength: σ(SLOPE · ln(strength / passes) − OFFSET). Fitted on labelled realignments: halfway
/// between the share of hits among judged turns and that among all turns of labelled dyads.
const SLOPE: f64 = 1.0;
const OFFSET: f64 = 0.2;

/// One act: what counts once a day.
struct Act<'a> {
    day: i64,
    observation: &'a Observation<'a>,
    mass: f64,
}

/// A day with acts.
struct Day {
    /// Days since the record opens.
    day: i64,
    date: Date,
    /// Mass of friendly acts, of unfriendly ones, and of attacks among those.
    friendly: f64,
    unfriendly: f64,
    attacks: f64,
    /// Sum of scores by mass.
    score: f64,
    /// Number of attacks.
    attacked: usize,
    /// The day by whose end all of it is known: the last one of the intervals.
    known: Date,
    /// Its acts.
    acts: std::ops::Range<usize>,
}

/// The faded past of a day.
#[derive(Clone, Copy)]
struct Past {
    friendly: f64,
    unfriendly: f64,
    /// Sum of scores by mass.
    score: f64,
    /// Days that were watched, faded like the acts.
    days: f64,
}

/// A month laid beside its past.
#[derive(Clone, Copy)]
struct Measure {
    /// What must pass.
    strength: f64,
    /// Twice the log-likelihood ratio behind it.
    ratio: f64,
    better: bool,
    /// Friendly share that the past makes us expect, and the one seen.
    expected: f64,
    seen: f64,
    /// Mass of acts that the past makes us expect in the window, and the one seen.
    usual: f64,
    mass: f64,
}

/// One start of a month, measured with all that followed.
struct Start {
    at: usize,
    full: Measure,
}

/// A turn as it is told.
struct Alarm {
    /// The last day of the record when it passed, as an index of days.
    told: usize,
    strength: f64,
    at: usize,
    better: bool,
}

/// The turns that bursts of news make, oldest first. Observations come in order of their middle days. `named` is the most events that are named for each; wars and
/// truces are told by `war_events` attacks within `war_gap` days.
pub(super) fn turns(
    observations: &[Observation],
    (a, b): (&str, &str),
    (named, war_events, war_gap): (usize, usize, i64),
    params: &Params,
) -> Vec<Turn> {
    let acts = acts(observations, params);
    let days = days(&acts);
    let pasts = pasts(&days, params);
    let mut starts = Vec::new();
    let mut alarms = Vec::new();
    for at in 0..days.len() {
        let (mut friendly, mut unfriendly) = (0.0, 0.0);
        let mut full = None;
        let mut told: Option<Alarm> = None;
        for (i, day) in days.iter().enumerate().skip(at) {
            if day.day >= days[at].day + params.window {
                break;
            }
            friendly += day.friendly;
            unfriendly += day.unfriendly;
            let measure = measure(pasts[at], friendly, unfriendly, params);
            if told.is_none() && measure.strength >= params.passes {
                told = Some(Alarm { told: i, strength: measure.strength, at, better: measure.better });
            }
            full = Some(measure);
        }
        starts.extend(full.map(|full| Start { at, full }));
        alarms.extend(told);
    }
    alarms.sort_by(|x, y| x.told.cmp(&y.told).then(y.strength.total_cmp(&x.strength)).then(x.at.cmp(&y.at)));
    let mut taken: Vec<Alarm> = Vec::new();
    for alarm in alarms {
        let free = |other: &Alarm| (days[alarm.at].day - days[other.at].day).abs() >= params.gap;
        if taken.iter().all(free) {
            taken.push(alarm);
        }
    }
    let record = Record { acts: &acts, days: &days, pasts: &pasts, starts: &starts };
    let mut turns: Vec<Turn> =
        taken.iter().map(|alarm| record.turn(alarm, (a, b), (named, war_events, war_gap), params)).collect();
    turns.sort_by_key(|t| (t.day, t.from));
    turns
}

/// The acts of a record in order of days, each kind once a day: the heaviest stands for the rest.
fn acts<'a>(observations: &'a [Observation<'a>], params: &Params) -> Vec<Act<'a>> {
    let Some(first) = observations.iter().map(|o| o.from).min() else { return Vec::new() };
    let since = match params.since {
        Some(since) => since.min(first),
        None => first.saturating_sub(params.window.days()),
    };
    let mut acts: Vec<Act> = observations
        .iter()
        .filter(|o| o.score != 0.0 && day::between(o.from, o.to) <= params.longest_days)
        .map(|o| {
            let talk = if o.kind == EventType::Consult { params.talk_weight } else { 1.0 };
            let mass = o.weight * talk * (o.score.abs() / 4.0).sqrt();
            Act { day: day::between(since, o.middle()), observation: o, mass }
        })
        .filter(|act| act.mass > 0.0 && act.mass.is_finite())
        .collect();
    // Of what is told for several intervals about one day, too, each kind counts once.
    let key = |act: &Act<'a>| {
        let o = act.observation;
        (act.day, o.kind, o.mode, o.score > 0.0, if o.score > 0.0 { By::Both } else { o.by })
    };
    // They come in order of days.
    for told in acts.chunk_by_mut(|x, y| x.day == y.day) {
        told.sort_by(|x, y| {
            key(x)
                .cmp(&key(y))
                .then(y.mass.total_cmp(&x.mass))
                .then((x.observation.to, x.observation.event).cmp(&(y.observation.to, y.observation.event)))
        });
    }
    acts.dedup_by(|x, y| key(x) == key(y));
    acts
}

fn days(acts: &[Act]) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (i, act) in acts.iter().enumerate() {
        let o = act.observation;
        if days.last().is_none_or(|d| d.day != act.day) {
            days.push(Day {
                day: act.day,
                date: o.middle(),
                friendly: 0.0,
                unfriendly: 0.0,
                attacks: 0.0,
                score: 0.0,
                attacked: 0,
                known: o.to,
                acts: i..i,
            });
        }
        let Some(day) = days.last_mut() else { continue };
        if o.score > 0.0 {
            day.friendly += act.mass;
        } else {
            day.unfriendly += act.mass;
        }
        if o.kind == EventType::Assault {
            day.attacks += act.mass;
            day.attacked += 1;
        }
        day.score += act.mass * o.score;
        day.known = day.known.max(o.to);
        day.acts.end = i + 1;
    }
    days
}

/// What has gone before each day, faded.
fn pasts(days: &[Day], params: &Params) -> Vec<Past> {
    let fade = |d: i64| (-(d as f64) / params.half_life).exp2();
    let step = fade(1);
    let mut past = Past { friendly: 0.0, unfriendly: 0.0, score: 0.0, days: 0.0 };
    let mut last: Option<&Day> = None;
    days.iter()
        .map(|day| {
            if let Some(last) = last {
                let kept = fade(day.day - last.day);
                past.friendly = (past.friendly + last.friendly) * kept;
                past.unfriendly = (past.unfriendly + last.unfriendly) * kept;
                past.score = (past.score + last.score) * kept;
            }
            past.days = step * (1.0 - fade(day.day)) / (1.0 - step);
            last = Some(day);
            past
        })
        .collect()
}

/// x · ln(ratio), and nothing where x is nothing.
fn information(x: f64, ratio: f64) -> f64 {
    if x > 0.0 { x * ratio.ln() } else { 0.0 }
}

/// A month with these masses beside its past.
fn measure(past: Past, friendly: f64, unfriendly: f64, params: &Params) -> Measure {
    let window = params.window as f64;
    // More news than usual?
    let mass = friendly + unfriendly;
    let before = past.friendly + past.unfriendly + params.prior_acts;
    let watched = past.days + params.prior_days;
    let pooled = (mass + before) / (window + watched);
    let mut more = 0.0;
    if mass * watched > before * window {
        let ratio =
            information(mass, mass / (window * pooled)) + information(before, before / (watched * pooled));
        more = 2.0 * ratio;
    }
    // Another balance than usual?
    let good = past.friendly + params.prior_balance * params.prior_friendly;
    let bad = past.unfriendly + params.prior_balance * (1.0 - params.prior_friendly);
    let expected = good / (good + bad);
    let pooled = (friendly + good) / (mass + good + bad);
    let other = 2.0
        * (information(friendly, friendly / (mass * pooled))
            + information(unfriendly, unfriendly / (mass * (1.0 - pooled)))
            + information(good, expected / pooled)
            + information(bad, (1.0 - expected) / (1.0 - pooled)));
    let seen = (friendly + params.prior_balance * expected) / (mass + params.prior_balance);
    let ratio = more + other;
    Measure {
        strength: ratio * past.days / watched * (seen - expected).abs().powf(params.balance_power),
        ratio,
        better: seen >= expected,
        expected,
        seen,
        usual: before / watched * window,
        mass,
    }
}

/// All that is known of a dyad.
struct Record<'a> {
    acts: &'a [Act<'a>],
    days: &'a [Day],
    pasts: &'a [Past],
    starts: &'a [Start],
}

impl Record<'_> {
    /// Days from one start to another.
    fn between(&self, x: usize, y: usize) -> i64 {
        (self.days[x].day - self.days[y].day).abs()
    }

    /// Days of the window that begins with a day.
    fn window(&self, at: usize, window: i64) -> &[Day] {
        let end = self.days.partition_point(|d| d.day < self.days[at].day + window);
        &self.days[at..end]
    }

    fn turn(
        &self,
        alarm: &Alarm,
        (a, b): (&str, &str),
        (named, war_events, war_gap): (usize, usize, i64),
        params: &Params,
    ) -> Turn {
        // The strongest start nearby that tells the same; the alarm's own where the month turned the tables.
        let near = |s: &&Start| {
            self.between(s.at, alarm.at) <= params.refined_within && s.full.better == alarm.better
        };
        let strongest = self.starts.iter().filter(near).fold(None, |best: Option<&Start>, s| match best {
            Some(b) if b.full.strength >= s.full.strength => Some(b),
            _ => Some(s),
        });
        let start = strongest.unwrap_or(&self.starts[alarm.at]);
        let held = start.full.better == alarm.better && start.full.strength >= params.passes;
        let measure = start.full;
        let fits = |s: &&Start| {
            self.between(s.at, start.at) <= params.window
                && s.full.better == measure.better
                && s.full.ratio >= measure.ratio - FITS
        };
        let span: Vec<usize> = self.starts.iter().filter(fits).map(|s| s.at).collect();
        let day = &self.days[start.at];
        let (first, last) = (span.first().unwrap_or(&start.at), span.last().unwrap_or(&start.at));
        let month = self.window(start.at, params.window);
        let past = self.pasts[start.at];
        let strength = if held { measure.strength } else { measure.strength.min(params.passes) / 2.0 };
        Turn {
            a: a.into(),
            b: b.into(),
            kind: self.kind(start.at, alarm.better, month, war_events, war_gap),
            day: day.date,
            from: self.days[*first].date.min(day.date),
            to: self.days[*last].date.max(day.date),
            old_until: (0..start.at).rev().map(|i| self.days[i].known).find(|known| *known < day.date),
            before: (past.friendly + past.unfriendly > 0.0)
                .then(|| rounded(past.score / (past.friendly + past.unfriendly))),
            after: rounded(
                month.iter().map(|d| d.score).sum::<f64>()
                    / month.iter().map(|d| d.friendly + d.unfriendly).sum::<f64>(),
            ),
            told_on: self.days[alarm.at..=alarm.told].iter().map(|d| d.known).max(),
            held,
            certainty: rounded(
                1.0 / (1.0 + (OFFSET - SLOPE * (strength.max(1e-9) / params.passes).ln()).exp()),
            ),
            label: format!(
                "{:.0}% of the weight of acts friendly in {} days, after {:.0}%; {:.1} times the usual news",
                100.0 * measure.seen,
                params.window,
                100.0 * measure.expected,
                measure.mass / measure.usual
            ),
            events: self.makers(month, alarm.better, named),
        }
    }

    fn kind(&self, at: usize, better: bool, month: &[Day], war_events: usize, war_gap: i64) -> TurnKind {
        let fought = |days: &[Day]| {
            let (attacks, all): (f64, f64) =
                days.iter().fold((0.0, 0.0), |(x, y), d| (x + d.attacks, y + d.unfriendly));
            days.iter().map(|d| d.attacked).sum::<usize>() >= war_events && 2.0 * attacks >= all
        };
        let before = self.days.partition_point(|d| d.day < self.days[at].day - war_gap);
        let old = &self.days[before..at];
        match better {
            true if fought(old) => TurnKind::Truce,
            true => TurnKind::Rapprochement,
            // A war that goes on is not declared again.
            false if fought(month) && !fought(old) => TurnKind::War,
            false => TurnKind::Rupture,
        }
    }

    /// The events that carry the most of it, oldest first.
    fn makers(&self, month: &[Day], better: bool, named: usize) -> Vec<String> {
        let mut makers: Vec<&Act> = month
            .iter()
            .flat_map(|d| &self.acts[d.acts.clone()])
            .filter(|act| (act.observation.score > 0.0) == better)
            .collect();
        makers.sort_by(|x, y| y.mass.total_cmp(&x.mass).then(x.day.cmp(&y.day)));
        makers.truncate(named);
        makers.sort_by_key(|act| (act.day, act.observation.event));
        makers.iter().map(|act| act.observation.event.to_string()).collect()
    }
}
