//! How like two reports are: numbers, and the odds that they tell of one event.
//!
//! The weights were learnt from ECB+ (pairs of reports that the program reads in its articles; CC BY 3.0) by logistic
//! regression in which no likeness may count against, and rounded; those of days, dyads, other towns, turned deeds and
//! strange words, of which ECB+ holds too few, were set by hand and looked at over dated news. `bench/same_event` holds
//! the training, the figures and the card.

use crate::forest::{flag, numbers};
use crate::plover::Quad;
use crate::report::EventLoc;

use super::days_between;
use super::telling::Telling;

numbers! {
    /// What two reports are compared by.
    Trait TRAITS {
        /// Always 1.
        Any,
        /// The same type.
        Kind,
        /// The same mode.
        Mode,
        /// Both name a mode, and another one.
        OtherMode,
        /// How well those who do it agree, 0 to 1.
        Actors,
        /// How well those to whom it is done agree, 0 to 1.
        Recipients,
        /// The other way round: those who do it in one telling are those to whom it is done in the other.
        Turned,
        /// The same parties, and they are of two countries or groups.
        Dyad,
        /// One has no day, or an interval too wide to say which event is meant.
        Undated,
        /// Dyad and type agree, and days that both know to three days, and no town speaks against.
        DatedDyad,
        /// How much the days between the two intervals speak against: 0 for none, 1 for one, more for each further one.
        Gap,
        /// Both state a day, and another one.
        OtherDay,
        /// The same town.
        Place,
        /// Two towns more than a short drive apart.
        OtherPlace,
        /// The same article.
        Article,
        /// Weight of the three rarest words that the sentences share, 0 to 1.
        Words,
        /// Both sentences hold several rare words, and none in common: 1, and 2 where the act is a word said, for one accuses
        /// daily, and of many things.
        Strange,
        /// A word of the act in common.
        Act,
        /// Both say how many died, and the same number of them.
        Dead,
    }
}

/// The weights, in the order of [`Trait`].
const WEIGHTS: [f32; TRAITS] = [
    -7.2, 1.25, 1.4, 0.0, 0.5, 2.05, // Any to Recipients
    -6.0, 1.0, -1.3, 1.2, // Turned to DatedDyad
    -1.0, -4.0, 0.3, -4.0, // Gap to OtherPlace
    -2.0, 4.5, -2.6, 2.75, 0.5, // Article to Dead
];

/// Odds from which on two reports are taken to tell of one event (natural logarithm).
pub(super) const ENOUGH: f32 = -1.0;

/// Widest interval, in days, that still says which event is meant.
pub(super) const EXACT_DAYS: i64 = 31;

/// Towns that lie nearer than this, in kilometres, may be one place told in two ways.
const NEAR: f64 = 50.0;

/// A rare word weighs so much.
const HEAVY: u8 = 30;

/// What the words of two reports of one event share at least, for the most part.
const USUAL: f32 = 0.25;

/// How well two lists of parties agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// Others altogether.
    Apart,
    /// One telling knows nobody.
    Unknown,
    /// Others of the same country or group.
    Kin,
    /// Some of them.
    Part,
    /// All of them.
    Same,
}

impl Side {
    pub fn of(x: &[&str], y: &[&str]) -> Side {
        let told = |keys: &[&str]| keys.iter().any(|k| is_known(k));
        let shared =
            |same: fn(&str, &str) -> bool| x.iter().any(|a| is_known(a) && y.iter().any(|b| same(a, b)));
        if !told(x) || !told(y) {
            Side::Unknown
        } else if x == y {
            Side::Same
        } else if shared(|a, b| a == b) {
            Side::Part
        } else if shared(|a, b| root(a) == root(b)) {
            Side::Kin
        } else {
            Side::Apart
        }
    }

    fn number(self) -> f32 {
        match self {
            Side::Apart => 0.0,
            Side::Unknown => 0.4,
            Side::Kin => 0.6,
            Side::Part => 0.8,
            Side::Same => 1.0,
        }
    }
}

/// The country or group of a key: `SYR` of `SYR/REB`.
pub(super) fn root(key: &str) -> &str {
    key.split('/').next().unwrap_or(key)
}

/// True where the keys name somebody.
pub(super) fn is_told(keys: &[String]) -> bool {
    keys.iter().any(|k| is_known(k))
}

fn is_known(key: &str) -> bool {
    root(key) != "UNK"
}

/// How the parties of two reports agree: who does it, and to whom; both the same where one of them does it together.
pub(super) fn sides(x: &Telling, y: &Telling) -> [Side; 2] {
    if x.mutual || y.mutual {
        let (x, y) = (x.parties(), y.parties());
        return [Side::of(&x, &y); 2];
    }
    [Side::of(&x.actors, &y.actors), Side::of(&x.recipients, &y.recipients)]
}

/// True where one tells the deed the other way round.
fn is_turned(x: &Telling, y: &Telling) -> bool {
    let apart = |a: &[&str], b: &[&str]| Side::of(a, b) < Side::Part;
    let meet = |a: &[&str], b: &[&str]| Side::of(a, b) >= Side::Kin;
    !(x.mutual || y.mutual)
        && apart(&x.actors, &y.actors)
        && apart(&x.recipients, &y.recipients)
        && meet(&x.actors, &y.recipients)
        && meet(&x.recipients, &y.actors)
        // Within one country all are kin: the police of a state and its people.
        && Side::of(&x.actors, &x.recipients) == Side::Apart
}

/// Two parties of different countries or groups, both known: `IRN` and `Hamas`, not `USA` and `USA/CVL`.
fn is_dyad(t: &Telling) -> bool {
    let mut roots = t.actors.iter().chain(&t.recipients).map(|k| root(k));
    let first = roots.next();
    t.actors.iter().chain(&t.recipients).all(|k| is_known(k)) && roots.any(|r| Some(r) != first)
}

/// Days that lie between the two intervals; 0 where they share a day, `None` where one has none.
pub(super) fn gap(x: &Telling, y: &Telling) -> Option<i64> {
    let (x, y) = (x.days?, y.days?);
    Some(days_between(x.1, y.0).max(days_between(y.1, x.0)).max(0))
}

/// True where both name a town and the towns are two.
pub(super) fn is_elsewhere(x: &Telling, y: &Telling) -> bool {
    match (x.town, y.town) {
        (Some(a), Some(b)) => a.resolved_place != b.resolved_place && !is_near(a, b),
        _ => false,
    }
}

fn is_near(x: &EventLoc, y: &EventLoc) -> bool {
    match (x.lat.zip(x.lon), y.lat.zip(y.lon)) {
        (Some((lat, lon)), Some((lat2, lon2))) => {
            // Degrees on a plane: near enough for so short a way, and the same on every machine.
            let (north, east) =
                ((lat - lat2) * 111.0, (lon - lon2) * 111.0 * (1.0 - (lat / 90.0).abs().min(1.0).powi(2)));
            north * north + east * east < NEAR * NEAR
        }
        _ => false,
    }
}

/// How much so many days between two intervals speak against.
pub(super) fn against(gap: i64) -> f32 {
    match gap {
        ..=0 => 0.0,
        1 => 1.0,
        2 => 3.0,
        _ => 4.5,
    }
}

/// The stems that two sorted lists share, with their weights.
pub(super) fn shared<'t>(x: &'t Telling, y: &Telling) -> Vec<(&'t str, u8)> {
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while let (Some(a), Some(b)) = (x.words.get(i), y.words.get(j)) {
        match a.0.cmp(&b.0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                found.push((&*a.0, a.1));
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    found
}

/// The numbers of two reports of one cell.
pub(super) fn traits(x: &Telling, y: &Telling) -> [f32; TRAITS] {
    let mut numbers = [0.0; TRAITS];
    let mut set = |t: Trait, value: f32| numbers[t as usize] = value;
    let kind = x.kind == y.kind;
    let [actors, recipients] = sides(x, y);
    let dyad = actors == Side::Same && recipients == Side::Same && is_dyad(x);
    let vague = |t: &Telling| t.width().is_none_or(|w| w > EXACT_DAYS);
    let undated = vague(x) || vague(y);
    let exact = |t: &Telling| t.width().is_some_and(|w| w <= 3);
    let gap = gap(x, y);
    let elsewhere = is_elsewhere(x, y);
    let (mut first, mut second, mut third) = (0, 0, 0);
    for (_, weight) in shared(x, y) {
        if weight > first {
            (first, second, third) = (weight, first, second);
        } else if weight > second {
            (second, third) = (weight, second);
        } else if weight > third {
            third = weight;
        }
    }
    let dead = |t: &Telling| t.report.size.and_then(|s| s.dead);
    set(Trait::Any, 1.0);
    set(Trait::Kind, flag(kind));
    if let (Some(a), Some(b)) = (&x.report.mode, &y.report.mode) {
        set(Trait::Mode, flag(a == b));
        set(Trait::OtherMode, flag(a != b));
    }
    set(Trait::Actors, actors.number());
    set(Trait::Recipients, recipients.number());
    set(Trait::Turned, flag(is_turned(x, y)));
    set(Trait::Dyad, flag(dyad));
    set(Trait::Undated, flag(undated));
    set(Trait::DatedDyad, flag(dyad && kind && exact(x) && exact(y) && gap == Some(0) && !elsewhere));
    set(Trait::Gap, against(gap.unwrap_or(0)));
    set(Trait::OtherDay, flag(gap.is_some_and(|g| g > 0) && x.states_day() && y.states_day()));
    set(Trait::Place, flag(x.place().is_some() && x.place() == y.place()));
    set(Trait::OtherPlace, flag(elsewhere));
    set(Trait::Article, flag(x.report.doc == y.report.doc));
    let words = (f32::from(first) + f32::from(second) + f32::from(third)) / 180.0;
    // Where one was read without its words, that they share none says nothing.
    let blind = x.report.gist.is_empty() || y.report.gist.is_empty();
    set(Trait::Words, if blind { words.max(USUAL) } else { words });
    let heavy = |t: &Telling| t.words.iter().filter(|(_, w)| *w >= HEAVY).count() >= 3;
    let strange = flag(!blind && first < HEAVY && heavy(x) && heavy(y));
    set(Trait::Strange, if x.kind.quad() == Quad::VerbalConflict { 2.0 * strange } else { strange });
    set(Trait::Act, flag(x.act.iter().any(|a| y.act.contains(a))));
    set(Trait::Dead, flag(dead(x).is_some() && dead(x) == dead(y)));
    numbers
}

/// The logarithm of the odds that numbers stand for.
pub(super) fn odds(numbers: &[f32; TRAITS]) -> f32 {
    numbers.iter().zip(&WEIGHTS).map(|(n, w)| n * w).sum()
}
