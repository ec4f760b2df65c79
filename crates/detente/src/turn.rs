//! Turns: dated changes of standing.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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

/// A dated change of standing between two actors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other one.
    pub b: String,
    /// What kind of change.
    pub kind: TurnKind,
    /// First day on which it can have come: the end of what stood before.
    pub from: Date,
    /// Last day on which it can have come.
    pub to: Date,
    /// Mean of the events before it, −10…+10; `None` where nothing is known from before.
    pub before: Option<f64>,
    /// Mean of the events after it, up to the next turn.
    pub after: f64,
    /// Ids of the events that made it, oldest first.
    pub events: Vec<String>,
}
