//! `detente demo`: the built-in example articles through the whole program, from text to standing, in memory.
//! Nothing is written to disk.

use std::io::{Cursor, Write};

use anyhow::{Context, Result};
use detente::article::Article;
use detente_intake::{Input, Intake, Options};
use detente_ledger::{Filter, Ledger};
use indicatif::ProgressBar;

use super::add::{Keeper, today};
use super::{Outcome, dyad};
use crate::output::{self, Form, Layout};
use crate::{batch, engine};

/// Try the program on its own example articles
#[derive(clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// When the program was built without examples.
pub fn run(_: Args) -> Result<Outcome> {
    let examples = engine::examples();
    if examples.is_empty() {
        anyhow::bail!("this build has no example articles: name a file of your own with `detente code FILE`");
    }
    let inputs =
        examples.iter().map(|(name, bytes)| Input::Reader((*name).into(), Box::new(Cursor::new(*bytes))));
    let intake = Intake::new(inputs, Options::default());
    let reader = engine::reader(&[])?;
    let mut keeper = Keeper::new(Ledger::in_memory()?, &reader, today());
    let bar = ProgressBar::hidden();
    let tally = batch::run(intake, None, &bar, |a: &Article| reader.read(a), &mut keeper)?;
    let reports = keeper.reports;
    let ledger = keeper.into_ledger();

    let mut out = output::stdout();
    let articles = output::count(tally.articles, "example article");
    writeln!(out, "{articles} read, {} found. The events they tell of:\n", output::count(reports, "report"))?;
    let layout = Layout::new(Form::Table);
    out.write_all(&layout.event_head())?;
    for event in ledger.events(&Filter::default())? {
        out.write_all(&layout.event(&event))?;
    }
    if let Some(pair) = ledger.dyads(1, None)?.first() {
        let relation =
            ledger.relation(&pair.a, &pair.b, None).context("the examples could not be related")?;
        let a = dyad::named(&ledger.name_of(&pair.a)?, &pair.a);
        let b = dyad::named(&ledger.name_of(&pair.b)?, &pair.b);
        writeln!(out, "\nThe two that are told about most:\n\n{}", dyad::print(&relation, &a, &b))?;
    }
    writeln!(
        out,
        "Next: `detente code FILE`, `detente add FILE`, then `detente events` and `detente explain ID`."
    )?;
    out.flush()?;
    Ok(tally.end("read"))
}
