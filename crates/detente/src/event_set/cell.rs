//! Cells: the drawers in which reports are sorted before they are compared. An event lies in one cell with all its
//! reports, so a cell can be gathered anew without a look at any other.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::day;
use crate::foreign::UNKNOWN;
use crate::plover::EventType;
use crate::report::{Aux, Report};

/// Widest interval, in days, that is kept by its month; a wider one is kept by its year.
const MONTHLY: i64 = 62;

/// Which reports can meet at all: those of one family of types, of one standing to the world and of one stretch of time.
///
/// What is undated has no stretch of time, and would pile up in a few cells without end; it is sorted by its parties
/// instead: by a number out of the known side that comes first in the alphabet, so that a telling that leaves out
/// somebody else, or does not know him, still meets the others. (By the first and the last, CoNLL F1 on ECB+ falls by two.)
///
/// Its written form is `2014-03/force/real`, `2014/talk/plan` or `undated-7f/quarrel/denied`; [`FromStr`] reads it back,
/// and cells sort by month, then come years, then what is undated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    stretch: Stretch,
    family: Family,
    truth: Truth,
}

/// A stretch of time. A wide interval ("in 2014") says too little about the day to be laid beside exact ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Stretch {
    Month { year: i16, month: i8 },
    Year(i16),
    Undated { parties: u8 },
}

/// Types of which one event may be told by different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Family {
    /// AGREE, CONSULT, SUPPORT, CONCEDE, COOPERATE, AID, RETREAT.
    Talk,
    /// REQUEST, ACCUSE, REJECT, THREATEN.
    Quarrel,
    /// PROTEST, SANCTION, MOBILIZE, COERCE, ASSAULT.
    Force,
}

/// How it stands to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Truth {
    /// Told as happened, or as happening.
    Real,
    /// Announced, or only thought of.
    Plan,
    /// Told as not happened.
    Denied,
}

const FAMILIES: [(Family, &str); 3] =
    [(Family::Talk, "talk"), (Family::Quarrel, "quarrel"), (Family::Force, "force")];
const TRUTHS: [(Truth, &str); 3] = [(Truth::Real, "real"), (Truth::Plan, "plan"), (Truth::Denied, "denied")];

/// The cells of a report: one, or none for a record without a type, which no part of the program makes.
/// Two reports meet only where they have a cell in common.
pub fn cells(report: &Report) -> Vec<Cell> {
    Cell::of(report).into_iter().collect()
}

impl Cell {
    /// The cell of a report; `None` for a record without a type.
    pub(super) fn of(report: &Report) -> Option<Cell> {
        use EventType::*;
        let family = match report.event.first()? {
            Agree | Consult | Support | Concede | Cooperate | Aid | Retreat => Family::Talk,
            Request | Accuse | Reject | Threaten => Family::Quarrel,
            Protest | Sanction | Mobilize | Coerce | Assault => Family::Force,
        };
        let has = |aux| report.aux.contains(&aux);
        let truth = if has(Aux::Negated) {
            Truth::Denied
        } else if has(Aux::Future) || has(Aux::Hypothetical) {
            Truth::Plan
        } else {
            Truth::Real
        };
        let stretch = match (report.date, report.enddate) {
            (Some(start), Some(end)) => Stretch::of(start.min(end), start.max(end)),
            // An interval with an open end says no more about which event is meant than none.
            _ => Stretch::Undated { parties: parties(report) },
        };
        Some(Cell { stretch, family, truth })
    }
}

/// A number that tells apart who is in a report: out of the first known side by the alphabet (`SYR` for `SYR/REB`).
fn parties(report: &Report) -> u8 {
    let sides = report.actor.iter().chain(&report.recipient).filter_map(|e| e.key.split('/').next());
    let first = sides.filter(|side| *side != UNKNOWN).min().unwrap_or_default();
    (super::hash(first.as_bytes()) >> 56) as u8
}

impl Stretch {
    /// The month, or the year, in which most of the interval lies; the earlier one where two have as much.
    fn of(start: Date, end: Date) -> Stretch {
        let width = day::between(start, end);
        if width > MONTHLY {
            // Whole years are asked for by their middle; an interval of more than one year too.
            let middle = start.checked_add(jiff::Span::new().days(width / 2)).unwrap_or(start);
            return Stretch::Year(middle.year());
        }
        let mut day = start;
        let mut best = (0, start);
        loop {
            let last = day.last_of_month().min(end);
            let held = day::between(day, last) + 1;
            if held > best.0 {
                best = (held, day);
            }
            match last.tomorrow() {
                Ok(next) if next <= end => day = next,
                _ => return Stretch::Month { year: best.1.year(), month: best.1.month() },
            }
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stretch {
            Stretch::Month { year, month } => write!(f, "{year:04}-{month:02}")?,
            Stretch::Year(year) => write!(f, "{year:04}")?,
            Stretch::Undated { parties } => write!(f, "undated-{parties:02x}")?,
        }
        write!(f, "/{}/{}", name(&FAMILIES, self.family), name(&TRUTHS, self.truth))
    }
}

fn name<T: PartialEq>(names: &[(T, &'static str)], what: T) -> &'static str {
    names.iter().find(|(t, _)| *t == what).map_or("", |(_, n)| n)
}

/// The text is not the written form of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoCell(pub String);

impl fmt::Display for NoCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no cell; a cell is written as 2014-03/force/real", self.0)
    }
}

impl std::error::Error for NoCell {}

impl FromStr for Cell {
    type Err = NoCell;

    fn from_str(text: &str) -> Result<Cell, NoCell> {
        let read = || {
            let mut parts = text.split('/');
            let (time, family, truth) = (parts.next()?, parts.next()?, parts.next()?);
            let stretch = match time.split_once('-') {
                Some(("undated", parties)) => {
                    Stretch::Undated { parties: u8::from_str_radix(parties, 16).ok()? }
                }
                None => Stretch::Year(time.parse().ok()?),
                Some((year, month)) => {
                    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
                    (1..=12).contains(&month).then_some(Stretch::Month { year, month })?
                }
            };
            let family = FAMILIES.iter().find(|(_, n)| *n == family)?.0;
            let truth = TRUTHS.iter().find(|(_, n)| *n == truth)?.0;
            parts.next().is_none().then_some(Cell { stretch, family, truth })
        };
        // What is written otherwise ("14-3/force/real") would be a second name of the same cell.
        read().filter(|cell: &Cell| cell.to_string() == text).ok_or_else(|| NoCell(text.into()))
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cell, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_interval_is_kept_by_the_month_that_holds_most_of_it() {
        let month = |year, month| Stretch::Month { year, month };
        let of = |from: [i16; 3], to: [i16; 3]| {
            let day = |d: [i16; 3]| date(d[0], d[1] as i8, d[2] as i8);
            Stretch::of(day(from), day(to))
        };
        assert_eq!(of([2014, 3, 31], [2014, 3, 31]), month(2014, 3));
        assert_eq!(of([2014, 3, 31], [2014, 4, 1]), month(2014, 3), "a tie goes to the earlier");
        assert_eq!(of([2014, 3, 31], [2014, 4, 6]), month(2014, 4));
        assert_eq!(of([2014, 3, 1], [2014, 3, 31]), month(2014, 3));
        assert_eq!(of([2013, 12, 20], [2014, 2, 10]), month(2014, 1));
        assert_eq!(of([2014, 1, 1], [2014, 12, 31]), Stretch::Year(2014));
        assert_eq!(of([2011, 1, 1], [2014, 12, 31]), Stretch::Year(2012));
        assert_eq!(of([9999, 12, 30], [9999, 12, 31]), month(9999, 12), "the last day there is");
    }

    #[test]
    fn a_cell_is_read_back_from_its_written_form_and_nothing_else_is() {
        for text in ["2014-03/force/real", "0987/talk/plan", "undated-0c/quarrel/denied"] {
            assert_eq!(text.parse::<Cell>().map(|c| c.to_string()).as_deref(), Ok(text));
        }
        for text in
            ["", "2014-3/force/real", "2014-13/force/real", "2014/force", "2014/force/real/", "2014/war/real"]
        {
            assert!(text.parse::<Cell>().is_err(), "{text}");
        }
    }

    #[test]
    fn cells_sort_by_month_and_undated_ones_stand_last() {
        let sorted = [
            "2013-12/force/real",
            "2014-01/talk/real",
            "2014-01/force/real",
            "2012/talk/real",
            "undated-7f/talk/real",
        ];
        let mut cells: Vec<Cell> = sorted.iter().rev().map(|t| t.parse().expect("a cell")).collect();
        cells.sort();
        assert_eq!(cells.len(), 5);
        assert_eq!(cells[0].to_string(), "2013-12/force/real");
        assert_eq!(cells[4].to_string(), "undated-7f/talk/real");
    }
}
