//! The named states of a dyad, and the position that both axes give it.

use serde::{Deserialize, Serialize};

use super::{Alike, Balance, Level, Params, rounded};

/// Where a dyad stands, in a word. The thresholds are in [`Params`]; the first that holds is taken, in the order
/// *too little evidence, at war, hostile, strained, allied, cooperative, mixed*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// No level, or one that hangs on too few events.
    #[serde(rename = "too little evidence")]
    Unknown,
    /// Attacks are a large share of what happens, and the level is low.
    #[serde(rename = "at war")]
    AtWar,
    /// They treat each other as enemies.
    Hostile,
    /// More ill than good.
    Strained,
    /// Neither.
    Mixed,
    /// They treat each other well.
    Cooperative,
    /// Not strained, and they act alike towards third parties: what allies do. It names no treaty, and neighbours
    /// who deal with the same world in the same way come under it too.
    Allied,
}

impl State {
    /// All, from the least known and the worst to the best.
    pub const ALL: &'static [State] = &[
        State::Unknown,
        State::AtWar,
        State::Hostile,
        State::Strained,
        State::Mixed,
        State::Cooperative,
        State::Allied,
    ];

    /// The words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Unknown => "too little evidence",
            State::AtWar => "at war",
            State::Hostile => "hostile",
            State::Strained => "strained",
            State::Mixed => "mixed",
            State::Cooperative => "cooperative",
            State::Allied => "allied",
        }
    }

    /// The state with these words, or `None`.
    pub fn parse(text: &str) -> Option<State> {
        State::ALL.iter().copied().find(|s| s.as_str() == text)
    }

    /// The state of a dyad whose two axes are these.
    pub fn of(balance: &Balance, alike: Option<&Alike>, params: &Params) -> State {
        let Some(level) = balance.level else { return State::Unknown };
        let treat = level.value;
        let attacked =
            balance.attacks >= params.war_attacks && balance.attacks * level.weight >= params.war_weight;
        if level.weight < params.state_weight || level.high - level.low > params.state_band {
            State::Unknown
        } else if treat <= params.war_level && attacked {
            State::AtWar
        } else if treat <= params.hostile {
            State::Hostile
        } else if treat <= params.strained {
            State::Strained
        } else if alike.is_some_and(|alike| alike.value >= params.allied) {
            State::Allied
        } else if treat >= params.cooperative {
            State::Cooperative
        } else {
            State::Mixed
        }
    }
}

/// Where a dyad stands on a day: both axes, the state they make, and one number for those who must have one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// How the two treat each other.
    pub treat: Option<Level>,
    /// How alike they act towards third parties.
    pub alike: Option<Alike>,
    /// The state in a word.
    pub state: State,
    /// Both axes in one number, −10…+10: `alike`, less [`Params::ill_treatment`] for each point that `treat`
    /// lies below 0. Good treatment adds nothing: strangers are polite, and allies quarrel. `None` where `alike`
    /// is not known; a dyad without a level is taken as it acts.
    pub standing: Option<f64>,
}

impl Position {
    /// The position of a dyad whose evidence comes to this.
    pub fn new(balance: &Balance, alike: Option<Alike>, params: &Params) -> Position {
        let ill = balance.level.map_or(0.0, |level| level.value.min(0.0));
        Position {
            treat: balance.level,
            alike,
            state: State::of(balance, alike.as_ref(), params),
            standing: alike.map(|a| rounded((a.value + params.ill_treatment * ill).clamp(-10.0, 10.0))),
        }
    }
}
