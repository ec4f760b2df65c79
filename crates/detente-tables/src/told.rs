//! The columns of events, of standings and of turns: what `detente events`, `detente standing` and `detente turns` say.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;
use arrow_schema::DataType;
use detente::event_set::{Cell, Days, Event, EventLink, Parties, Reason, Version};
use detente::plover::{Aux, EventType};
use detente::turn::{Turn, TurnKind};
use jiff::civil::Date;

use crate::columns::{TextCells, Value, record};
use crate::error::Wrong;
use crate::schema::Row;

/// Where two stand in a month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Month {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other party.
    pub b: String,
    /// First day of the month.
    pub month: Date,
    /// The level at its end, −10…+10; `None` where nothing is known.
    pub level: Option<f64>,
    /// Lower end of its band.
    pub low: Option<f64>,
    /// Upper end of its band.
    pub high: Option<f64>,
    /// How much evidence it rests on.
    pub weight: Option<f64>,
    /// How they treat each other.
    pub treat: Option<f64>,
    /// How alike they act towards others, where that is worked out.
    pub alike: Option<f64>,
    /// The level in a word: `hostile`, `cool` …
    pub state: Option<String>,
}

impl Row for Event {
    const TABLE: &'static str = "events";
    const VERSION: (u32, u32) = (1, 0);

    fn weight(&self) -> usize {
        300 + 120 * (self.reports.len() + self.reasons.len() + self.links.len())
    }
}

impl Row for Month {
    const TABLE: &'static str = "standings";
    const VERSION: (u32, u32) = (1, 0);

    fn weight(&self) -> usize {
        120
    }
}

impl Row for Turn {
    const TABLE: &'static str = "turns";
    const VERSION: (u32, u32) = (1, 0);

    fn weight(&self) -> usize {
        200 + self.label.len() + 24 * self.events.len()
    }
}

/// A cell is written as a word: `2014-03/force/real`.
impl Value for Cell {
    type Column = StringBuilder;
    type Cells = (TextCells, String);

    fn data_type() -> DataType {
        DataType::Utf8
    }
    fn push(&self, column: &mut StringBuilder) {
        column.append_value(self.to_string());
    }
    fn push_blank(column: &mut StringBuilder) {
        column.append_value("");
    }
    fn finish(column: &mut StringBuilder) -> ArrayRef {
        Arc::new(column.finish())
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<Self::Cells, Wrong> {
        Ok((String::cells(array, name)?, name.into()))
    }
    fn get((cells, name): &Self::Cells, row: usize) -> Result<Cell, Wrong> {
        String::get(cells, row)?.parse().map_err(|e: detente::event_set::NoCell| Wrong::Cell {
            row,
            column: name.clone(),
            what: format!("says `{}`, which is no cell", e.0.escape_debug()),
        })
    }
}

record! { Reason, ReasonColumns, ReasonCells {
    report: String = report,
    days: Days = days,
    parties: Parties = parties,
    words: Vec<String> = words,
    act: bool = act,
    place: bool = place,
    copy: bool = copy,
    sure: f32 = sure,
} => Reason { report, days, parties, words, act, place, copy, sure } }

record! { Event, EventColumns, EventCells {
    id: String = id,
    cell: Cell = cell,
    kind: EventType = kind,
    mode: Option<String> = mode,
    mutual: bool = mutual,
    actors: Vec<String> = actors,
    recipients: Vec<String> = recipients,
    date: Option<Date> = date,
    enddate: Option<Date> = enddate,
    aux: Vec<Aux> = aux,
    said_by: Vec<String> = said_by,
    scale: f32 = scale,
    words: String = words,
    place: Option<String> = place,
    reports: Vec<String> = reports,
    publishers: Vec<String> = publishers,
    witnesses: usize = witnesses,
    copies: usize = copies,
    versions: Vec<Version> = versions,
    links: Vec<EventLink> = links,
    reasons: Vec<Reason> = reasons,
} => Event {
    id, cell, kind, mode, mutual, actors, recipients, date, enddate, aux, said_by, scale, words, place, reports,
    publishers, witnesses, copies, versions, links, reasons,
} }

record! { Month, MonthColumns, MonthCells {
    a: String = a,
    b: String = b,
    month: Date = month,
    level: Option<f64> = level,
    low: Option<f64> = low,
    high: Option<f64> = high,
    weight: Option<f64> = weight,
    treat: Option<f64> = treat,
    alike: Option<f64> = alike,
    state: Option<String> = state,
} => Month { a, b, month, level, low, high, weight, treat, alike, state } }

record! { Turn, TurnColumns, TurnCells {
    a: String = a,
    b: String = b,
    kind: TurnKind = kind,
    day: Date = day,
    from: Date = from,
    to: Date = to,
    old_until: Option<Date> = old_until,
    before: Option<f64> = before,
    after: f64 = after,
    told_on: Option<Date> = told_on,
    held: bool = held,
    certainty: f64 = certainty,
    label: String = label,
    events: Vec<String> = events,
} => Turn { a, b, kind, day, from, to, old_until, before, after, told_on, held, certainty, label, events } }
