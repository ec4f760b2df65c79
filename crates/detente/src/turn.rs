//! Turns: dated changes of standing. Where do the acts between two actors change their character: from support to
//! cut aid, from cut aid to mending, into a war or out of one?
//!
//! A thin record and a dense one ask for different questions, so there are two ways to find a turn, and one list.
//!
//! *Bursts* ([`burst`]). Where much is told of two actors, single acts say little: there is a rebuke every week and
//! a visit every month. A turn is then a month that has more news than usual and another balance of friendly and
//! unfriendly acts than usual, against the dyad's own faded past: a likelihood-ratio test of two pairs of Poisson
//! rates (Przyborowski and Wilenski, Biometrika 1940), scanned over all starting days (Lorden, Annals of
//! Mathematical Statistics 1971, for telling a change as it comes; Kulldorff, Communications in Statistics 1997,
//! for the scan; Kleinberg, KDD 2002, for bursts in streams of documents). It is told as the month goes on, and
//! nothing later is needed ([`Turn::told_on`]).
//!
//! *Levels* (`turn/level.rs`). Where few acts are known, in a handful of articles, each is worth weighing: the acts
//! are cut into stretches with different means, with some knowledge of what acts mean (ties that are cut stood until
//! then). Used where a dyad has fewer than [`Params::thin_below`] acts. Bursts count there too; where both see the
//! same turn, the burst is the better evidence and dates it.
//!
//! The list never depends on the order of arrival, on names or ids, or on copies of an act on its day.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::day;
use crate::standing::{self, By, Observation, Observed, rounded};

pub mod burst;
mod level;
#[cfg(test)]
mod tests;

/// The numbers of the method. [`Params::default`] is what the program uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// How events weigh.
    pub standing: standing::Params,
    /// How much more an act weighs that itself ends ties, or a quarrel.
    pub ending_weight: f64,
    /// Price of a cut, in units of the scatter's square times the logarithm of two more than
    /// the number of events.
    pub penalty: f64,
    /// Scatter of events within a stretch, in points of the scale: what is taken for few events, and the
    /// least for many.
    pub scatter: f64,
    /// The most scatter that is believed of many events.
    pub most_scatter: f64,
    /// From this many events on, the scatter is measured from the events themselves.
    pub measured_from: usize,
    /// Smallest change of the mean that is a turn, in points of the scale.
    pub least_change: f64,
    /// One event alone makes a turn only if its score lies at least this far from 0, and never if it is a
    /// meeting (CONSULT): a sanction or a peace can, a visit or a rebuke cannot.
    pub lone_score: f64,
    /// A war is a run of at least so many attacks …
    pub war_events: usize,
    /// … each at most so many days after the one before.
    pub war_gap: i64,
    /// An attack of less weight (one that is only feared or announced) is no part of such a run.
    pub war_weight: f64,
    /// Name at most so many events as the makers of a turn …
    pub named: usize,
    /// … and none that begins more than so many days after the event in which it first shows.
    pub named_within: i64,
    /// A dyad with fewer acts than this is a thin record, in which levels are cut.
    pub thin_below: usize,
    /// What the acts of those who do not speak for a side (its people, not its armed foes) weigh in a dense record.
    pub people_weight: f64,
    /// How bursts are found.
    pub burst: burst::Params,
}

impl Default for Params {
    fn default() -> Params {
        Params {
            standing: standing::Params::default(),
            ending_weight: 2.0,
            penalty: 1.75,
            scatter: 3.0,
            most_scatter: 4.0,
            measured_from: 12,
            least_change: 3.0,
            lone_score: 4.0,
            war_events: 3,
            war_gap: 120,
            war_weight: 0.5,
            named: 5,
            named_within: 365,
            thin_below: 50,
            people_weight: 0.5,
            burst: burst::Params::default(),
        }
    }
}

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TurnKind {
    /// For the worse.
    Rupture,
    /// For the better.
    Rapprochement,
    /// Into a time of attacks.
    War,
    /// Out of a time of attacks.
    Truce,
}

impl TurnKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            TurnKind::Rupture => "rupture",
            TurnKind::Rapprochement => "rapprochement",
            TurnKind::War => "war",
            TurnKind::Truce => "truce",
        }
    }

    /// True where it is a change for the better.
    pub fn is_better(self) -> bool {
        matches!(self, TurnKind::Rapprochement | TurnKind::Truce)
    }
}

/// A dated change of standing between two actors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other one.
    pub b: String,
    /// What kind of change.
    pub kind: TurnKind,
    /// The day it most likely began: of a burst the strongest start, of a level the middle of the event in which
    /// it first shows.
    pub day: Date,
    /// First day of the span in which it began: of a level the event in which it first shows, which may be a day,
    /// a month or a year; of a burst the starts that fit nearly as well as the best.
    pub from: Date,
    /// Last day of that span.
    pub to: Date,
    /// The last day before it on which what stood before still shows; the change came after it. `None` where
    /// nothing is known from before.
    pub old_until: Option<Date>,
    /// Mean score of what came before it, −10…+10: back to the turn before, or of the faded past; `None` where
    /// nothing is known from before.
    pub before: Option<f64>,
    /// Mean score of what came after it: up to the next turn, or of the month that made it.
    pub after: f64,
    /// The day by whose end somebody who knew only the events up to then would have been told. `None` where it
    /// only shows in hindsight.
    pub told_on: Option<Date>,
    /// False where it was told and the rest of the month did not bear it out.
    pub held: bool,
    /// How sure it is, 0 to 1: fit to put turns in order (how it was set: `bench/relations/README.md`).
    pub certainty: f64,
    /// What changed, in plain words.
    pub label: String,
    /// Ids of the events that carry the most of it, oldest first.
    pub events: Vec<String>,
}

impl Turn {
    /// How far the mean moved, in points of the scale; positive is for the better. `None` where nothing is
    /// known from before.
    pub fn size(&self) -> Option<f64> {
        self.before.map(|before| rounded(self.after - before))
    }

    /// `up` for the better, `down` for the worse.
    pub fn direction(&self) -> &'static str {
        if self.kind.is_better() { "up" } else { "down" }
    }
}

/// The turns between `a` and `b`, oldest first.
pub fn turns(observed: &Observed, a: &str, b: &str, params: &Params) -> Vec<Turn> {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let observations = &once(observed.observations());
    let bursts =
        burst::turns(observations, (a, b), (params.named, params.war_events, params.war_gap), &params.burst);
    if observations.len() >= params.thin_below {
        return bursts;
    }
    // Where a burst and a level tell the same, the burst is the better evidence and dates it.
    let mut turns = level::turns(observations, (a, b), params);
    for burst in &bursts {
        let same = |t: &Turn| {
            let apart = day::between(burst.day, t.from).max(day::between(t.to, burst.day));
            t.kind.is_better() == burst.kind.is_better() && apart < params.burst.gap
        };
        turns.retain(|t| !same(t));
    }
    turns.extend(bursts);
    turns.sort_by_key(|t| (t.day, t.from, t.to));
    turns
}

/// Each act once: what has the same days, type, mode and doer, and leans the same way, is one act told again. The
/// heaviest stands for the rest. What two do for each other may be told from either side.
fn once<'a>(observations: &[Observation<'a>]) -> Vec<Observation<'a>> {
    let by = |o: &Observation| if o.score > 0.0 { By::Both } else { o.by };
    let key = |o: &Observation<'a>| (o.from, o.to, o.kind, o.mode, o.score > 0.0, by(o));
    let heaviest = |o: &Observation| o.weight * o.score.abs();
    // They come in order of their middle days, and what has the same days has the same middle. Within such a day the
    // order is the same whatever the ids.
    let mut once: Vec<&Observation<'a>> = observations.iter().collect();
    for told in once.chunk_by_mut(|x, y| x.middle() == y.middle()) {
        told.sort_by(|x, y| {
            key(x).cmp(&key(y)).then(heaviest(y).total_cmp(&heaviest(x))).then(x.event.cmp(y.event))
        });
    }
    once.dedup_by(|x, y| key(x) == key(y));
    once.into_iter().cloned().collect()
}
