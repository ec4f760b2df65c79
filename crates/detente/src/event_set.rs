//! Event sets: ten stories about one meeting are ten reports of one event. This module puts reports together
//! that tell of the same event, and keeps the reason for each.
//!
//! Reports can meet only when they agree on the type, on the parties (whichever way round where the act is
//! mutual) and on whether the event is real: a denied attack never joins an attack. Then their days must fit:
//! two intervals overlap, or lie a day apart where at least one of them is no stated day. An interval wider
//! than a month says little about *which* event is meant, so a report with such an interval joins only an
//! equal interval or one whose words are near. Two reports of one article are two events unless their words
//! are near as well: the reader of the article has already told its events apart. Reports that name different
//! towns are different events.
//!
//! Reports are sorted by a stable key first (the most exact days lead), so the order of arrival changes nothing.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::plover::EventType;
use crate::report::{Aux, Report};

/// How the days of a report met those of the event that it joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Days {
    /// It opened the event.
    First,
    /// The same interval.
    Same,
    /// The intervals share days.
    Overlap,
    /// The intervals lie one day apart.
    Adjacent,
    /// Neither is dated.
    Undated,
}

/// Why a report was put to its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Id of the report.
    pub report: String,
    /// How the days met.
    pub days: Days,
    /// Word stems that it shares with the event's words, sorted.
    pub words: Vec<String>,
    /// True where the place is the same.
    pub place: bool,
    /// True where another report of the event has the same sentence word for word: a copy, no second witness.
    pub copy: bool,
}

/// What several reports agree on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Stable name: made from type, parties, reality and days of the report that opened it.
    pub id: String,
    /// The type.
    pub kind: EventType,
    /// The mode that most reports name.
    pub mode: Option<String>,
    /// True where the parties do it with each other; then all stand in `actors`.
    pub mutual: bool,
    /// Entity keys of those who do it, sorted.
    pub actors: Vec<String>,
    /// Entity keys of those to whom it is done, sorted.
    pub recipients: Vec<String>,
    /// First day of the interval that all its dated reports allow.
    pub date: Option<Date>,
    /// Last day of it.
    pub enddate: Option<Date>,
    /// Status that all its reports bear.
    pub aux: Vec<Aux>,
    /// Whoever vouches, sorted, where every report hangs on somebody's word; empty where some article vouches.
    pub said_by: Vec<String>,
    /// Place on the scale from −10 to +10: the median of the reports.
    pub scale: f32,
    /// The words of the report that opened it.
    pub words: String,
    /// Name of the town or site, where one is known.
    pub place: Option<String>,
    /// Ids of its reports, sorted.
    pub reports: Vec<String>,
    /// Distinct publishers, sorted.
    pub publishers: Vec<String>,
    /// Independent witnesses: publishers, less those who only copy a sentence; reports without a publisher
    /// count as one together. At least 1.
    pub witnesses: usize,
    /// Why each report is here, in the order of joining.
    pub reasons: Vec<Reason>,
}

/// Puts reports to events. The result is sorted by day (undated last), then by id, and does not depend on
/// the order of `reports`.
pub fn gather<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Vec<Event> {
    let _ = reports.into_iter();
    todo!()
}
