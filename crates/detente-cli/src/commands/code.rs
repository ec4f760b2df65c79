//! `detente code`: articles in, reports out. Articles stream through in batches that are read on all cores;
//! the output stands in the order of the input and does not depend on the number of threads.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use detente::article::Article;
use detente::plover::QuadConvention;

use super::{Articles, Outcome};
use crate::batch::{self, Frame};
use crate::engine;
use crate::output::{self, Form};
use crate::progress::Meter;
use crate::rejects::Rejects;

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
    /// To which quad class SANCTION and PROTEST belong
    #[arg(long, value_enum, default_value = "sections")]
    quad: Quads,
    /// How many threads read [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// A folder with a lexicon of your own, used on top of the built-in one; may be given several times
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// Names of the conventions.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Quads {
    /// Both are material conflict, as in the PLOVER manual's sections
    Sections,
    /// SANCTION is verbal conflict, as in the PLOVER manual's table of quad categories
    Table,
    /// PROTEST is verbal conflict, as in CAMEO data like GDELT
    Cameo,
}

impl From<Quads> for QuadConvention {
    fn from(name: Quads) -> QuadConvention {
        match name {
            Quads::Sections => QuadConvention::Sections,
            Quads::Table => QuadConvention::Table,
            Quads::Cameo => QuadConvention::Cameo,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a faulty lexicon, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let intake = args.articles.intake()?;
    let reader = engine::reader(&args.lexicon)?;
    let quads = QuadConvention::from(args.quad);
    let form = args.to.unwrap_or_else(Form::for_stdout);
    let mut out = output::stdout();
    let layout = output::Layout::new(form);
    out.write_all(&layout.head())?;
    let mut rejects = Rejects::default();
    let tally = batch::run(
        intake,
        Frame { jobs: args.jobs, meter: &Meter::hidden(), rejects: &mut rejects },
        |article: &Article| {
            let mut bytes = Vec::new();
            for mut report in reader.read(article).reports {
                report.quad_code = quads.quad(report.kind());
                let sentence = report.sentence().slice(&article.text);
                layout.report(&mut bytes, &report, sentence);
            }
            bytes
        },
        |_: &Article, bytes: Vec<u8>| Ok(out.write_all(&bytes)?),
    )?;
    out.flush()?;
    rejects.end()?;
    Ok(tally.end("coded"))
}
