//! How the commands about standings put out what they found: for people, as a table, or as a picture; on standard
//! output or into a file.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;
use detente_plot::{Picture, Theme};
use jiff::civil::Date;

use super::{Usage, day};
use crate::output;
use crate::tame::tame_but_colours;

/// The form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sheet {
    /// Lines for people
    Text,
    /// Columns for spreadsheets and statistics
    Csv,
    /// JSON, with everything
    Json,
}

/// The form of what can also be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Lines for people
    Text,
    /// Columns for spreadsheets and statistics
    Csv,
    /// JSON, with everything
    Json,
    /// A picture as SVG
    Svg,
    /// A picture as PNG
    Png,
}

/// The ground of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Ground {
    /// Dark ink on light ground
    #[default]
    Light,
    /// Light ink on dark ground
    Dark,
}

impl From<Ground> for Theme {
    fn from(ground: Ground) -> Theme {
        match ground {
            Ground::Light => Theme::Light,
            Ground::Dark => Theme::Dark,
        }
    }
}

/// Where the output goes.
#[derive(clap::Args)]
pub struct Out {
    /// Write to this file instead of standard output; its ending says the form where --to does not
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

impl Out {
    /// The form that was asked for, else that of the file's ending, else `text`.
    pub fn form<F: ValueEnum + Copy>(&self, asked: Option<F>, text: F) -> F {
        let ending = || self.out.as_deref().and_then(Path::extension).and_then(|e| e.to_str());
        asked.or_else(|| F::from_str(ending()?, true).ok()).unwrap_or(text)
    }

    /// Writes the bytes where they are to go.
    ///
    /// # Errors
    /// When the file cannot be written, with its name.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        match &self.out {
            Some(path) => fs::write(path, bytes).with_context(|| {
                format!("{}: cannot be written: name another file with --out", path.display())
            }),
            None => {
                let mut out = output::stdout();
                out.write_all(bytes)?;
                Ok(out.flush()?)
            }
        }
    }

    /// Writes a page for people where it is to go.
    ///
    /// # Errors
    /// When the file cannot be written, with its name.
    pub fn text(&self, page: &str) -> Result<()> {
        if self.out.is_some() {
            return self.write(tame_but_colours(page).as_bytes());
        }
        let mut out = output::people();
        out.write_all(page.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Writes a picture as SVG.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn svg(&self, picture: &Picture) -> Result<()> {
        self.write(picture.svg().as_bytes())
    }

    /// Writes a picture as PNG, with two pixels to a point.
    ///
    /// # Errors
    /// When the picture is too large, the file cannot be written, or the bytes would go to a terminal.
    pub fn png(&self, picture: &Picture, ground: Ground) -> Result<()> {
        if self.out.is_none() && std::io::stdout().is_terminal() {
            return Err(Usage("a PNG is nothing to read: name a file with --out FILE.png".into()).into());
        }
        self.write(&picture.png(ground.into(), 2.0)?)
    }
}

/// What `--to` can mean where a span of days is asked for as well.
#[derive(Clone, Copy, Debug)]
pub enum DayOr<F> {
    /// The last day.
    Day(Date),
    /// The form of the output.
    Form(F),
}

/// Reads a `--to`.
///
/// # Errors
/// When it is neither a day nor a form.
pub fn day_or<F: ValueEnum + Copy>(text: &str) -> Result<DayOr<F>, String> {
    if let Ok(form) = F::from_str(text, true) {
        return Ok(DayOr::Form(form));
    }
    day(text).map(DayOr::Day).map_err(|_| {
        let forms =
            F::value_variants().iter().filter_map(|f| Some(f.to_possible_value()?.get_name().to_owned()));
        let forms = forms.collect::<Vec<_>>().join(", ");
        format!("this is neither a day nor a form; write a day as 2019-08-19, or one of {forms}")
    })
}

/// Last day and form out of every `--to`, `--until` and `--format`.
///
/// # Errors
/// When one of them is given twice.
pub fn ends<F: Copy>(
    to: &[DayOr<F>],
    until: Option<Date>,
    form: Option<F>,
) -> Result<(Option<Date>, Option<F>), Usage> {
    let (mut last, mut form) = (until, form);
    for to in to {
        let twice = match to {
            DayOr::Day(day) => last.replace(*day).is_some(),
            DayOr::Form(f) => form.replace(*f).is_some(),
        };
        if twice {
            let what = if matches!(to, DayOr::Day(_)) { "last day" } else { "form of the output" };
            return Err(Usage(format!("the {what} is given twice: leave one --to out")));
        }
    }
    Ok((last, form))
}

/// Days in order.
///
/// # Errors
/// When the first comes after the last.
pub fn in_order(from: Option<Date>, last: Option<Date>, name: &str) -> Result<(), Usage> {
    match (from, last) {
        (Some(from), Some(last)) if from > last => {
            Err(Usage(format!("--{name} {from} is after the last day {last}: swap them")))
        }
        _ => Ok(()),
    }
}
