//! How events are written for others: the columns of each form of `detente export`, our sectors in the words and codes of
//! other data sets, and the words that say that somebody died (`lexicon/exchange/columns.tsv`, `written.tsv`, `deadly.tsv`).

use std::collections::{BTreeMap, BTreeSet};

use crate::lexicon::{Fault, Table};

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Text.
    Text,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
    /// Days, ISO 8601.
    Day,
}

impl CellKind {
    /// The word for it in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            CellKind::Text => "text",
            CellKind::Whole => "whole",
            CellKind::Number => "number",
            CellKind::Day => "day",
        }
    }
}

/// A column of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its cells hold.
    pub kind: CellKind,
    /// The field of ours that fills it.
    pub field: String,
    /// What it means here.
    pub meaning: String,
    /// Where name and place come from.
    pub source: String,
}

/// How a sector of ours is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OurSector {
    /// As a role before a country, in names of ICEWS; empty where there is none.
    pub icews_role: String,
    /// As a sector of ICEWS; empty where there is none.
    pub icews_sector: String,
    /// As a role of CAMEO.
    pub cameo_role: String,
}

/// The tables.
#[derive(Default)]
pub struct Written {
    columns: BTreeMap<String, Vec<Column>>,
    sectors: BTreeMap<String, OurSector>,
    deadly: BTreeSet<String>,
}

impl Written {
    /// Do the words of an event say that somebody died of it?
    pub fn is_deadly(&self, words: &str) -> bool {
        let words = words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        words.map(str::to_lowercase).any(|word| self.deadly.contains(&word))
    }

    /// The columns of a form in their order; empty for an unknown form.
    pub fn columns(&self, form: &str) -> &[Column] {
        self.columns.get(form).map_or(&[], Vec::as_slice)
    }

    /// The forms that the table has, sorted.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// How a PLOVER sector is written.
    pub fn sector(&self, sector: &str) -> Option<&OurSector> {
        self.sectors.get(sector)
    }

    pub(super) fn add_columns(&mut self, table: &Table, faults: &mut Vec<Fault>) {
        if !table.has(&["form", "position", "column", "kind", "field", "meaning", "source"], faults) {
            return;
        }
        for row in &table.rows {
            let get = |column: &str| table.get(row, column);
            let kind = match get("kind") {
                "text" => CellKind::Text,
                "whole" => CellKind::Whole,
                "number" => CellKind::Number,
                "day" => CellKind::Day,
                other => {
                    let text = format!("`{other}` is no kind of column; write text, whole, number or day");
                    faults.push(table.fault(row, text));
                    continue;
                }
            };
            let columns = self.columns.entry(get("form").to_string()).or_default();
            if get("position") != (columns.len() + 1).to_string() {
                let text = format!("position {} where {} is next", get("position"), columns.len() + 1);
                faults.push(table.fault(row, text));
                continue;
            }
            columns.push(Column {
                name: get("column").to_string(),
                kind,
                field: get("field").to_string(),
                meaning: get("meaning").to_string(),
                source: get("source").to_string(),
            });
        }
    }

    pub(super) fn add_deadly(&mut self, table: &Table, faults: &mut Vec<Fault>) {
        for row in &table.rows {
            if !self.deadly.insert(table.get(row, "deadly_word").to_string()) {
                faults.push(table.fault(row, "this word stands in the tables twice".into()));
            }
        }
    }

    pub(super) fn add_sectors(&mut self, table: &Table, faults: &mut Vec<Fault>) {
        if !table.has(&["our_sector", "icews_role", "icews_sector", "cameo_role"], faults) {
            return;
        }
        for row in &table.rows {
            let get = |column: &str| table.get(row, column).to_string();
            let sector = OurSector {
                icews_role: get("icews_role"),
                icews_sector: get("icews_sector"),
                cameo_role: get("cameo_role"),
            };
            if self.sectors.insert(get("our_sector"), sector).is_some() {
                faults.push(table.fault(row, "this sector stands in the tables twice".into()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_their_order_or_are_a_fault() {
        let text = "form\tposition\tcolumn\tkind\tfield\tmeaning\tsource\n\
                    a\t1\tX\ttext\tid\tm\ts\na\t3\tY\ttext\tid\tm\ts\na\t2\tZ\tword\tid\tm\ts\n";
        let (mut written, mut faults) = (Written::default(), Vec::new());
        if let Some(table) = Table::read("c.tsv", text, &mut faults) {
            written.add_columns(&table, &mut faults);
        }
        assert_eq!(written.columns("a").iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["X"]);
        let faults: Vec<String> = faults.iter().map(Fault::to_string).collect();
        assert!(faults[0].contains("position 3 where 2 is next"), "{faults:?}");
        assert!(faults[1].contains("`word` is no kind"), "{faults:?}");
    }
}
