//! Levels from running sums. The weight of an event fades exponentially, so what all events up to a day come to
//! is known from a few sums that fade as one, one set for each half-life: nobody has to look at the events again.
//! The events of the month that is under way are kept apart, because the ceiling of a month depends on how many
//! there are by the day asked for. The result is that of adding up all events anew, within rounding.

use jiff::civil::Date;

use super::{Balance, Level, Observation, Params, later, rounded};
use crate::day;
use crate::plover::{EventType, Quad};

/// The part of an observation that falls in one month.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    /// Its place among the observations.
    pub(super) observation: u32,
    /// Middle of the part.
    pub(super) day: Date,
    class: u8,
    weight: f64,
    score: f64,
    attack: bool,
}

/// Half-life in days of each class: words, deeds, what lasts.
fn half_lives(params: &Params) -> [f64; 3] {
    [params.verbal_half_life, params.material_half_life, params.structural_half_life]
}

/// The class of an observation.
fn class(observation: &Observation, params: &Params) -> u8 {
    if observation.is_lasting(params) {
        return 2;
    }
    match observation.kind.quad() {
        Quad::VerbalCooperation | Quad::VerbalConflict => 0,
        Quad::MaterialCooperation | Quad::MaterialConflict => 1,
    }
}

/// Cuts each observation into months, the weight shared out by days. Sorted by day.
pub(super) fn slices(observations: &[&Observation], params: &Params) -> Vec<Slice> {
    let mut slices = Vec::with_capacity(observations.len());
    for (i, o) in observations.iter().enumerate() {
        let days = (day::between(o.from, o.to) + 1) as f64;
        let weight = if o.is_statement() { o.weight * params.statement_weight } else { o.weight };
        let mut from = o.from;
        if o.from == o.to {
            slices.push(Slice {
                observation: i as u32,
                day: o.from,
                class: class(o, params),
                weight,
                score: o.score,
                attack: o.kind == EventType::Assault,
            });
            continue;
        }
        loop {
            let to = from.last_of_month().min(o.to);
            let part = day::between(from, to);
            slices.push(Slice {
                observation: i as u32,
                day: later(from, part / 2),
                class: class(o, params),
                weight: weight * (part + 1) as f64 / days,
                score: o.score,
                attack: o.kind == EventType::Assault,
            });
            match to.tomorrow() {
                Ok(next) if to < o.to => from = next,
                _ => break,
            }
        }
    }
    // Single days stand in order already.
    slices.sort_by_key(|s| (s.day, s.observation));
    slices
}

/// What the slices of one half-life come to.
#[derive(Clone, Copy, Default)]
struct Sums {
    weight: f64,
    /// Weight times score.
    first: f64,
    /// Weight times score squared.
    second: f64,
    attacks: f64,
    /// These two fade more slowly.
    good: f64,
    bad: f64,
}

impl Sums {
    fn add(&mut self, other: &Sums, factor: f64) {
        self.weight += factor * other.weight;
        self.first += factor * other.first;
        self.second += factor * other.second;
        self.attacks += factor * other.attacks;
        self.good += factor * other.good;
        self.bad += factor * other.bad;
    }

    fn fade(&mut self, left: f64, slowly: f64) {
        self.weight *= left;
        self.first *= left;
        self.second *= left;
        self.attacks *= left;
        self.good *= slowly;
        self.bad *= slowly;
    }
}

/// The sums of a dyad as they go from day to day.
pub(super) struct Line<'p> {
    params: &'p Params,
    day: Option<Date>,
    /// The months that are over, each under its ceiling.
    past: [Sums; 3],
    /// The month under way, without its ceiling.
    month: [Sums; 3],
    /// Weight of that month before anything fades.
    fresh: f64,
}

impl<'p> Line<'p> {
    pub(super) fn new(params: &'p Params) -> Line<'p> {
        Line { params, day: None, past: Default::default(), month: Default::default(), fresh: 0.0 }
    }

    /// How much of the month under way counts.
    fn under_ceiling(&self) -> f64 {
        1.0 / (1.0 + self.fresh / self.params.month_ceiling)
    }

    /// Goes on to a day that is no earlier than the last one.
    fn go_to(&mut self, day: Date) {
        let Some(before) = self.day.replace(day) else { return };
        if before == day {
            return;
        }
        if before.first_of_month() != day.first_of_month() {
            let factor = self.under_ceiling();
            for (past, month) in self.past.iter_mut().zip(&mut self.month) {
                past.add(month, factor);
                *month = Sums::default();
            }
            self.fresh = 0.0;
        }
        let age = day::between(before, day) as f64;
        if age > 0.0 {
            for (class, half_life) in half_lives(self.params).into_iter().enumerate() {
                let left = (-age / half_life).exp2();
                let slowly = (-age / (half_life * self.params.alike_memory)).exp2();
                self.past[class].fade(left, slowly);
                self.month[class].fade(left, slowly);
            }
        }
    }

    /// Takes in a slice; they come by day.
    pub(super) fn add(&mut self, slice: &Slice) {
        self.go_to(slice.day);
        let (weight, score) = (slice.weight, slice.score);
        self.fresh += weight;
        self.month[usize::from(slice.class)].add(
            &Sums {
                weight,
                first: weight * score,
                second: weight * score * score,
                attacks: if slice.attack { weight } else { 0.0 },
                good: if score > 0.0 { weight } else { 0.0 },
                bad: if score < 0.0 { weight } else { 0.0 },
            },
            1.0,
        );
    }

    /// What it all comes to at the end of a day that is no earlier than the last one.
    pub(super) fn balance(&mut self, day: Date) -> Balance {
        self.go_to(day);
        let factor = self.under_ceiling();
        let mut all = Sums::default();
        for (past, month) in self.past.iter().zip(&self.month) {
            all.add(past, 1.0);
            all.add(month, factor);
        }
        Balance {
            level: level(&all, self.params),
            attacks: if all.weight > 0.0 { rounded(all.attacks / all.weight) } else { 0.0 },
            good: rounded(all.good),
            bad: rounded(all.bad),
        }
    }
}

/// The level of sums, where there is enough of them.
fn level(all: &Sums, params: &Params) -> Option<Level> {
    let weight = all.weight;
    if weight < params.floor || weight <= 0.0 {
        return None;
    }
    let value = all.first / weight;
    let spread = (all.second - weight * value * value).max(0.0);
    let variance =
        (params.prior_events * params.prior_scatter.powi(2) + spread) / (params.prior_events + weight);
    let half = params.band * (variance / weight).sqrt();
    if half >= 10.0 {
        return None;
    }
    Some(Level {
        value: rounded(value),
        low: rounded((value - half).max(-10.0)),
        high: rounded((value + half).min(10.0)),
        weight: rounded(weight),
    })
}
