//! Tables as CSV and JSON: one writer for every command that shows rows of numbers. The columns of a table have fixed
//! names and a fixed order, the same in both forms; `docs/standing.md` lists them.
//!
//! CSV: UTF-8, one line of names, commas, quotes where a cell needs them, lines end with a line feed; days as
//! 2017-06-05, numbers with a point whatever the machine's language, an empty cell for what is not known, several
//! values in one cell parted by "; ". JSON: a list of objects; what is not known is null, several values are a list.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::output::csv_line;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not known.
    Empty,
    /// Words.
    Text(String),
    /// A number, with so many decimals at most.
    Number(f64, usize),
    /// A count.
    Count(usize),
    /// A day.
    Day(Date),
    /// Several words.
    List(Vec<String>),
}

impl Cell {
    /// Words, or nothing.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A level: three decimals, as the engine keeps it.
    pub fn level(value: Option<f64>) -> Cell {
        value.map_or(Cell::Empty, |v| Cell::Number(v, 3))
    }

    /// A day, where there is one.
    pub fn day(day: Option<Date>) -> Cell {
        day.map_or(Cell::Empty, Cell::Day)
    }

    fn csv(&self) -> Cow<'_, str> {
        match self {
            Cell::Empty => "".into(),
            Cell::Text(text) => text.into(),
            Cell::Number(value, decimals) => rounded(*value, *decimals).to_string().into(),
            Cell::Count(n) => n.to_string().into(),
            Cell::Day(day) => day.to_string().into(),
            Cell::List(list) => list.join("; ").into(),
        }
    }
}

/// A number without more decimals than it has earned, and with one zero.
pub fn rounded(value: f64, decimals: usize) -> f64 {
    let scale = 10f64.powi(i32::try_from(decimals).unwrap_or(3));
    (value * scale).round() / scale + 0.0
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Empty => serializer.serialize_none(),
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Number(value, decimals) => serializer.serialize_f64(rounded(*value, *decimals)),
            Cell::Count(n) => n.serialize(serializer),
            Cell::Day(day) => serializer.serialize_str(&day.to_string()),
            Cell::List(list) => list.serialize(serializer),
        }
    }
}

/// Rows under named columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table with these columns.
    pub fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> Table {
        Table { columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row; cells that are missing are not known, and there are no more than columns.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) {
        let row = row.into_iter().chain(std::iter::repeat(Cell::Empty)).take(self.columns.len());
        self.rows.push(row.collect());
    }

    /// The table as CSV.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = csv_line(self.columns.iter().map(|c| c.as_str().into()));
        for row in &self.rows {
            out.extend(csv_line(row.iter().map(Cell::csv)));
        }
        out
    }
}

/// A row with the names of its columns.
struct Named<'a>(&'a [String], &'a [Cell]);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, cell) in self.0.iter().zip(self.1) {
            map.serialize_entry(name, cell)?;
        }
        map.end()
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in &self.rows {
            list.serialize_element(&Named(&self.columns, row))?;
        }
        list.end()
    }
}

/// A value as JSON to read and to process, with a line feed at the end.
pub fn json(value: &impl Serialize) -> Vec<u8> {
    // What is written here is always JSON: no map with odd keys stands in it.
    let mut out = serde_json::to_vec_pretty(value).unwrap_or_default();
    out.push(b'\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(["name", "level", "events"]);
        let list = Cell::List(vec!["x".into(), "y".into()]);
        table.push([Cell::text("A, \"B\"\nC"), Cell::level(Some(-1.23456)), list]);
        table.push([Cell::text("=SUM(A1)"), Cell::level(None)]);
        table.push([Cell::text("Türkiye"), Cell::level(Some(-0.000_01)), Cell::Count(3)]);
        table
    }

    #[test]
    fn cells_are_quoted_rounded_and_never_run_as_formulas() {
        let csv = String::from_utf8(table().csv()).expect("UTF-8");
        assert_eq!(csv, "name,level,events\n\"A, \"\"B\"\"\nC\",-1.235,x; y\n'=SUM(A1),,\nTürkiye,0,3\n");
    }

    #[test]
    fn json_keeps_names_order_and_what_is_not_known() {
        let json = serde_json::to_string(&table()).expect("JSON");
        assert!(json.contains(r#""level":-1.235,"events":["x","y"]"#), "{json}");
        assert!(json.contains(r#"{"name":"=SUM(A1)","level":null,"events":null}"#), "{json}");
    }
}
