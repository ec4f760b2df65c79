//! `detente code`: articles in, reports out. Articles stream through in batches that are read on all cores;
//! the output stands in the order of the input and does not depend on the number of threads.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use detente::article::Article;
use indicatif::ProgressBar;

use super::{Articles, Outcome};
use crate::output::{self, Form};
use crate::{batch, engine};

/// Read articles and print the events they report
///
/// One report a line, in the order of the articles. Input that cannot be read is named on standard error and
/// skipped; the exit status is then 1.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    articles: Articles,
    /// How to print [default: table on a terminal, jsonl otherwise]
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Form>,
    /// How many threads read [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// A folder with a lexicon of your own, used on top of the built-in one; may be given several times
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a faulty lexicon, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let intake = args.articles.intake()?;
    let reader = engine::reader(&args.lexicon)?;
    let form = args.to.unwrap_or_else(Form::for_stdout);
    let mut out = output::stdout();
    let layout = output::Layout::new(form);
    out.write_all(&layout.head())?;
    let tally = batch::run(
        intake,
        args.jobs,
        &ProgressBar::hidden(),
        |article: &Article| {
            let mut bytes = Vec::new();
            for report in reader.read(article).reports {
                let sentence = report.sentence().slice(&article.text);
                layout.report(&mut bytes, &report, sentence);
            }
            bytes
        },
        |_: &Article, bytes: Vec<u8>| Ok(out.write_all(&bytes)?),
    )?;
    out.flush()?;
    Ok(tally.end("coded"))
}
