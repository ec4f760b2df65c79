//! Standing: where two actors stand with each other, month by month, on PLOVER's scale from −10 (at war) to
//! +10 (allied), with a band that says how sure that is, and nothing at all where nothing is known.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event_set::Event;

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
    /// Ids of the events that fall in this month and moved it.
    pub events: Vec<String>,
}

/// Where two actors stand with each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other one.
    pub b: String,
    /// From the month of the first dated event to that of the last day asked for, without gaps.
    pub months: Vec<Month>,
    /// Events between the two that count.
    pub events: usize,
    /// Events without a day: they cannot enter, and are only counted.
    pub undated: usize,
    /// Dated events that do not weigh anything, because they did not happen.
    pub unreal: usize,
}

/// The numbers of the method. [`Params::default`] is what the program uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {}
