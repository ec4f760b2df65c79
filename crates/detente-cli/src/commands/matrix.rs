//! `detente matrix`: how everybody stands with everybody on a day, ordered by bloc; as a table with a row and a column
//! for each party, or as a picture.

use std::fmt::Write as _;

use anyhow::Result;
use console::{Style, measure_text_width, truncate_str};
use detente_plot::{Axis, Day, DayTie, Group, PARTIES};
use jiff::civil::Date;
use serde_json::json;

use super::facts::{self, Book};
use super::sheet::{Form, Ground, Out};
use super::{LedgerFile, Outcome, day};
use crate::output::{self, complain};
use crate::table::{self, Cell, Table};

/// Show how everybody stands with everybody on a day
///
/// A signed matrix, ordered by bloc. The CSV form is square: a row and a column for each party, an empty cell where
/// there is no evidence.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerFile,
    /// The day [default: the last day that is told of]
    #[arg(long, value_name = "DAY", value_parser = day)]
    on: Option<Date>,
    /// What was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// Which number stands in the cells; JSON has all of them
    #[arg(long, value_enum, value_name = "AXIS", default_value = "standing")]
    axis: AxisName,
    /// Count the people of a country or group as parties of their own: rebels, business, courts
    #[arg(long)]
    people: bool,
    /// At most so many parties, those with the most evidence [default: 40 in a picture, as many as fit as text, else 150]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The form of the output [default: by the ending of --out, else text]
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Form>,
    #[command(flatten)]
    out: Out,
    /// The ground of a PNG (an SVG follows its viewer)
    #[arg(long, value_enum, value_name = "GROUND", default_value = "light")]
    ground: Ground,
}

/// Names of the numbers that say where two stand.
#[derive(Clone, Copy, clap::ValueEnum)]
enum AxisName {
    /// Both axes in one number; how two treat each other where too little is known of the other axis
    Standing,
    /// How the two treat each other
    Treat,
    /// How alike they act towards others
    Alike,
}

impl From<AxisName> for Axis {
    fn from(name: AxisName) -> Axis {
        match name {
            AxisName::Standing => Axis::Standing,
            AxisName::Treat => Axis::Treat,
            AxisName::Alike => Axis::Alike,
        }
    }
}

/// Parties in a picture where no limit is given.
const DRAWN: usize = 40;

/// Runs the command.
///
/// # Errors
/// A day of which nothing is known, or a file that cannot be read or written.
pub fn run(args: Args) -> Result<Outcome> {
    let form = args.out.form(args.to, Form::Text);
    let ledger = args.ledger.read()?;
    let mut book = Book::new(&ledger, args.as_of);
    let limit = args.limit.unwrap_or(match form {
        Form::Text => (output::width().saturating_sub(NAME + 2) / CELL).max(2),
        Form::Csv | Form::Json => PARTIES,
        Form::Svg | Form::Png => DRAWN,
    });
    let parties = limit.max(PARTIES);
    let day = facts::day(&ledger, args.on, args.as_of, args.people, parties)?;
    let axis = Axis::from(args.axis);
    let view = View::new(&day, axis, limit.max(1), &mut book)?;
    match form {
        Form::Text => args.out.text(&view.text())?,
        Form::Csv => args.out.write(&view.table().csv())?,
        Form::Json => args.out.write(&view.json())?,
        Form::Svg => args.out.svg(&book.draw(&day, |day, labels| day.matrix(axis, limit, labels))?)?,
        Form::Png => {
            args.out.png(&book.draw(&day, |day, labels| day.matrix(axis, limit, labels))?, args.ground)?
        }
    }
    if form == Form::Text && view.keys.len() < view.parties {
        complain(&format!(
            "{} of {} parties fit: those with the most evidence; --to csv has more.",
            view.keys.len(),
            view.parties
        ));
    }
    Ok(Outcome::Clean)
}

/// What is shown.
struct View<'d> {
    day: &'d Day,
    axis: Axis,
    keys: Vec<String>,
    names: Vec<String>,
    groups: Vec<Group>,
    /// Ties between those who are shown, by their numbers.
    ties: Vec<(usize, usize, &'d DayTie)>,
    /// Parties in all.
    parties: usize,
}

/// Columns of a name and of a cell in the text form.
const NAME: usize = 22;
const CELL: usize = 5;

impl<'d> View<'d> {
    fn new(day: &'d Day, axis: Axis, limit: usize, book: &mut Book) -> Result<View<'d>> {
        let (keys, groups) = book.order(day, limit)?;
        let names: Result<Vec<String>> = keys.iter().map(|k| book.name(k)).collect();
        let number = |key: &str| keys.iter().position(|k| k == key);
        let ties = day.ties.iter().filter_map(|t| Some((number(&t.a)?, number(&t.b)?, t))).collect();
        Ok(View { day, axis, names: names?, groups, ties, parties: day.weights().len(), keys })
    }

    /// The tie of two, by number.
    fn between(&self, a: usize, b: usize) -> Option<&DayTie> {
        self.ties.iter().find(|(x, y, _)| (*x, *y) == (a, b) || (*x, *y) == (b, a)).map(|t| t.2)
    }

    /// The square, by row and column.
    fn square(&self) -> Vec<Vec<Option<f64>>> {
        let n = self.keys.len();
        let mut square = vec![vec![None; n]; n];
        for &(a, b, tie) in &self.ties {
            square[a][b] = tie.on(self.axis);
            square[b][a] = square[a][b];
        }
        square
    }

    fn table(&self) -> Table {
        let mut table = Table::new(std::iter::once("actor").chain(self.keys.iter().map(String::as_str)));
        for (key, row) in self.keys.iter().zip(self.square()) {
            table.push(std::iter::once(Cell::text(key)).chain(row.into_iter().map(Cell::level)));
        }
        table
    }

    fn json(&self) -> Vec<u8> {
        let actors: Vec<_> = self
            .keys
            .iter()
            .zip(&self.names)
            .map(|(key, name)| json!({"key": key, "name": name, "bloc": self.day.bloc_of(key).map(|b| self.day.bloc_key(b))}))
            .collect();
        let mut cells = Table::new([
            "actor_a", "actor_b", "level", "low", "high", "weight", "alike", "standing", "state", "pull",
        ]);
        for (_, _, tie) in &self.ties {
            cells.push([
                Cell::text(&tie.a),
                Cell::text(&tie.b),
                Cell::level(Some(tie.level.value)),
                Cell::level(Some(tie.level.low)),
                Cell::level(Some(tie.level.high)),
                Cell::level(Some(tie.level.weight)),
                Cell::level(tie.position.alike.map(|a| a.value)),
                Cell::level(tie.position.standing),
                Cell::text(tie.position.state.as_str()),
                Cell::level(Some(tie.pull)),
            ]);
        }
        table::json(&json!({
            "date": self.day.day.to_string(),
            "actors": actors,
            "cells": cells,
        }))
    }

    /// Numbers for the columns, so that the cells stay narrow.
    fn text(&self) -> String {
        let bold = Style::new().bold();
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", bold.apply_to(format!("Who stands how with whom on {}", self.day.day)));
        text.push_str(&" ".repeat(NAME + 2));
        for i in 0..self.keys.len() {
            let _ = write!(text, "{:>CELL$}", i + 1);
        }
        text.push('\n');
        let mut end = 0;
        let mut ends = Vec::new();
        for group in &self.groups {
            end += group.members;
            ends.push(end);
        }
        for (i, name) in self.names.iter().enumerate() {
            let label = format!("{:>2} {name}", i + 1);
            let label = truncate_str(&label, NAME, "…");
            let gap = " ".repeat(NAME.saturating_sub(measure_text_width(&label)) + 2);
            let _ = write!(text, "{label}{gap}");
            for j in 0..self.keys.len() {
                let value = self.between(i, j).and_then(|tie| tie.on(self.axis));
                let cell = match value {
                    _ if i == j => format!("{:>CELL$}", "\\"),
                    None => format!("{:>CELL$}", "·"),
                    Some(value) => format!("{value:>+CELL$.1}"),
                };
                let style = match value {
                    Some(v) if v <= -0.5 => Style::new().red(),
                    Some(v) if v >= 0.5 => Style::new().green(),
                    _ => Style::new().dim(),
                };
                let _ = write!(text, "{}", style.apply_to(cell));
            }
            text.push('\n');
            if ends.contains(&(i + 1)) && i + 1 < self.names.len() {
                text.push('\n');
            }
        }
        text.push_str("· no evidence\n");
        text
    }
}
