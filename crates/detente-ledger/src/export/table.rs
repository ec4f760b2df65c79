//! Rows of a form that is a delimited table: each column is filled from the field that `lexicon/exchange/columns.tsv` names
//! for it. A form that wears the columns of another data set is written as that one is: with its separator, with or without
//! a header, and with its word for what is not known.

use std::borrow::Cow;

use detente::lexicon::exchange::Column;

use super::Form;
use super::act::{Act, Telling};
use super::cell::{Cell, csv_line, tab_line};
use super::field::{Context, FLAT, Line};

/// The table of a form.
pub struct Table {
    names: Vec<String>,
    fields: Vec<String>,
    commas: bool,
    header: bool,
    empty: &'static str,
}

impl Table {
    /// The table of a form, by its columns.
    pub fn new(form: Form, columns: &[Column]) -> Table {
        Table {
            names: columns.iter().map(|c| c.name.clone()).collect(),
            fields: columns.iter().map(|c| c.field.clone()).collect(),
            commas: matches!(form, Form::Csv | Form::Ged | Form::Panel),
            header: !matches!(form, Form::Gdelt | Form::GdeltMentions),
            empty: if form == Form::Polecat { "None" } else { "" },
        }
    }

    /// What stands beside a form: tabs and a header.
    pub fn more(columns: &[Column]) -> Table {
        Table { commas: false, header: true, empty: "", ..Table::new(Form::Tsv, columns) }
    }

    /// Flat records with commas, for whoever has no lexicon at hand.
    pub fn flat() -> Table {
        Table {
            names: FLAT.iter().map(|(name, _)| (*name).to_string()).collect(),
            fields: FLAT.iter().map(|(_, field)| (*field).to_string()).collect(),
            commas: true,
            header: true,
            empty: "",
        }
    }

    /// What stands above the rows.
    pub fn head(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if self.header {
            self.line(&mut out, self.names.iter().map(|n| n.as_str().into()));
        }
        out
    }

    /// Adds a row.
    pub fn row(&self, out: &mut Vec<u8>, line: &Line, context: &Context) {
        let cells: Vec<Cell> = self.fields.iter().map(|f| line.get(f, context).unwrap_or_default()).collect();
        self.cells(out, &cells);
    }

    /// Adds a report by itself.
    pub fn report(&self, out: &mut Vec<u8>, telling: Telling, context: &Context) {
        let act = Act::of_report(telling);
        let (sources, targets): (Vec<_>, Vec<_>) =
            (act.actors.iter().collect(), act.recipients.iter().collect());
        let telling = act.tellings.first();
        let line = Line { act: &act, sources: &sources, targets: &targets, telling, number: 0, part: (1, 1) };
        self.row(out, &line, context);
    }

    /// Adds a row of cells.
    pub fn cells(&self, out: &mut Vec<u8>, cells: &[Cell]) {
        self.line(out, cells.iter().map(|cell| cell.plain(self.empty)));
    }

    fn line<'a>(&self, out: &mut Vec<u8>, cells: impl Iterator<Item = Cow<'a, str>>) {
        if self.commas { out.extend(csv_line(cells)) } else { tab_line(out, cells) }
    }
}
