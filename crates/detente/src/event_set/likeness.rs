//! How like two reports are: numbers, and the odds that they tell of one event.
//!
//! The weights were learnt from ECB+ (pairs of reports that the program reads in its articles; CC BY 3.0) by logistic
//! regression in which no likeness may count against, and rounded; those of days, dyads, other towns, turned deeds and
//! strange words, of which ECB+ holds too few, were set by hand and looked at over dated news. `bench/same_event` holds
//! the training, the figures and the card.

use crate::forest::{flag, numbers};
use crate::plover::Quad;
use crate::report::EventLoc;

use super::telling::{Camp, Telling};

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
pub(super) const HEAVY: u8 = 30;

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
    pub fn of(x: &Camp, y: &Camp) -> Side {
        let known = || x.parties.iter().filter(|a| a.known);
        if !x.told || !y.told {
            Side::Unknown
        } else if x.parties == y.parties {
            Side::Same
        } else if known().any(|a| y.parties.iter().any(|b| a.key == b.key)) {
            Side::Part
        } else if known().any(|a| y.parties.iter().any(|b| a.root == b.root)) {
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

pub(super) fn is_known(key: &str) -> bool {
    root(key) != "UNK"
}

/// How the parties of two reports agree: who does it, and to whom; both the same where one of them does it together.
pub(super) fn sides(x: &Telling, y: &Telling) -> [Side; 2] {
    if x.mutual || y.mutual {
        return [Side::of(&x.all, &y.all); 2];
    }
    [Side::of(&x.doers, &y.doers), Side::of(&x.targets, &y.targets)]
}

/// True where one tells the deed the other way round, of which the [`sides`] are given.
fn is_turned(x: &Telling, y: &Telling, sides: [Side; 2]) -> bool {
    !(x.mutual || y.mutual)
        && sides.iter().all(|s| *s < Side::Part)
        // Within one country all are kin: the police of a state and its people.
        && x.within == Side::Apart
        && Side::of(&x.doers, &y.targets) >= Side::Kin
        && Side::of(&x.targets, &y.doers) >= Side::Kin
}

/// Days that lie between the two intervals; 0 where they share a day, `None` where one has none.
pub(super) fn gap(x: &Telling, y: &Telling) -> Option<i64> {
    let (x, y) = (x.span?, y.span?);
    Some((y.0 - x.1).max(x.0 - y.1).max(0))
}

/// True where both name a town and the towns are two.
pub(super) fn is_elsewhere(x: &Telling, y: &Telling) -> bool {
    match (x.town, y.town) {
        (Some(a), Some(b)) => x.place != y.place && !is_near(a, b),
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

/// The stems that both share, by number, with their weights in the first.
pub(super) fn shared(x: &Telling, y: &Telling) -> impl Iterator<Item = (u32, u8)> {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        while let (Some(a), Some(b)) = (x.words.get(i), y.words.get(j)) {
            i += usize::from(a.0 <= b.0);
            j += usize::from(b.0 <= a.0);
            if a.0 == b.0 {
                return Some(*a);
            }
        }
        None
    })
}

/// The three greatest weights; zeros where there are fewer.
pub(super) fn weightiest(weights: impl Iterator<Item = u8>) -> [u8; 3] {
    let [mut first, mut second, mut third] = [0; 3];
    for weight in weights {
        if weight > first {
            (first, second, third) = (weight, first, second);
        } else if weight > second {
            (second, third) = (weight, second);
        } else if weight > third {
            third = weight;
        }
    }
    [first, second, third]
}

/// The numbers of two reports of one cell.
pub(super) fn traits(x: &Telling, y: &Telling) -> [f32; TRAITS] {
    let mut numbers = frame(x, y);
    fill_in(&mut numbers, x, y);
    numbers
}

/// The most that the words, which [`frame`] leaves out, can add to the odds. Room is left for rounding.
pub(super) fn most_of_words(x: &Telling) -> f32 {
    WEIGHTS[Trait::Words as usize] * (x.weight / 180.0).max(USUAL) + 0.01
}

/// The numbers of two reports of one cell, but for those that come from the words of the sentences.
pub(super) fn frame(x: &Telling, y: &Telling) -> [f32; TRAITS] {
    let mut numbers = [0.0; TRAITS];
    let mut set = |t: Trait, value: f32| numbers[t as usize] = value;
    let kind = x.kind == y.kind;
    let [actors, recipients] = sides(x, y);
    let dyad = actors == Side::Same && recipients == Side::Same && x.is_dyad;
    let undated = x.is_vague || y.is_vague;
    let gap = gap(x, y);
    let elsewhere = is_elsewhere(x, y);
    let dead = |t: &Telling| t.report.size.and_then(|s| s.dead);
    set(Trait::Any, 1.0);
    set(Trait::Kind, flag(kind));
    if let (Some(a), Some(b)) = (x.mode, y.mode) {
        set(Trait::Mode, flag(a == b));
        set(Trait::OtherMode, flag(a != b));
    }
    set(Trait::Actors, actors.number());
    set(Trait::Recipients, recipients.number());
    set(Trait::Turned, flag(is_turned(x, y, [actors, recipients])));
    set(Trait::Dyad, flag(dyad));
    set(Trait::Undated, flag(undated));
    set(Trait::DatedDyad, flag(dyad && kind && x.is_exact && y.is_exact && gap == Some(0) && !elsewhere));
    set(Trait::Gap, against(gap.unwrap_or(0)));
    set(Trait::OtherDay, flag(gap.is_some_and(|g| g > 0) && x.states_day && y.states_day));
    set(Trait::Place, flag(x.place.is_some() && x.place == y.place));
    set(Trait::OtherPlace, flag(elsewhere));
    set(Trait::Article, flag(x.doc == y.doc));
    set(Trait::Act, flag(x.act.iter().any(|a| y.act.contains(a))));
    set(Trait::Dead, flag(dead(x).is_some() && dead(x) == dead(y)));
    numbers
}

/// Fills in the numbers that come from the words of the sentences.
pub(super) fn fill_in(numbers: &mut [f32; TRAITS], x: &Telling, y: &Telling) {
    let mut set = |t: Trait, value: f32| numbers[t as usize] = value;
    let [first, second, third] = weightiest(shared(x, y).map(|(_, weight)| weight));
    let words = (f32::from(first) + f32::from(second) + f32::from(third)) / 180.0;
    // Where one was read without its words, that they share none says nothing.
    let blind = x.is_blind || y.is_blind;
    set(Trait::Words, if blind { words.max(USUAL) } else { words });
    let strange = flag(!blind && first < HEAVY && x.is_heavy && y.is_heavy);
    set(Trait::Strange, if x.kind.quad() == Quad::VerbalConflict { 2.0 * strange } else { strange });
}

/// The logarithm of the odds that numbers stand for.
pub(super) fn odds(numbers: &[f32; TRAITS]) -> f32 {
    numbers.iter().zip(&WEIGHTS).map(|(n, w)| n * w).sum()
}
