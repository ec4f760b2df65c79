//! `detente code`: articles in, reports out. Articles stream through and are read on all cores; the output stands in
//! the order of the input and does not depend on the number of threads. An output in a file or a folder can be stopped
//! and gone on with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use detente::article::Article;
use detente::plover::QuadConvention;
use detente::read::Reader;
use serde_json::{Value, json};

use super::{Articles, Outcome};
use crate::batch::{self, Frame};
use crate::made::Made;
use crate::output::{Form, Layout};
use crate::progress::{self, Meter, Show};
use crate::written::{self, Begun, Kind, Piece, Plan, Target, To, Written};
use crate::{engine, rejects, stop};

/// Read articles and write the events they report
///
/// Reports stand in the order of the articles. Input that cannot be read is named on standard error and skipped; the
/// exit status is then 1. With --out, Ctrl-C stops cleanly and --resume goes on, to the same bytes.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    articles: Articles,
    #[command(flatten)]
    written: written::Args,
    #[command(flatten)]
    rejects: rejects::Args,
    #[command(flatten)]
    progress: progress::Args,
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
pub enum Quads {
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
    // From the start: loading takes a moment, and a ledger that is brought up to date longer.
    stop::watch();
    let mut intake = args.articles.intake()?;
    let target = Target::of(&args.written)?;
    let inputs = written::inputs(&args.articles.files, args.written.resume)?;
    let reader = engine::reader(&args.lexicon)?;
    let made = Made::by_reading(reader.coder(), &args.lexicon)?;
    let plan = Plan { coder: reader.coder().clone(), settings: settings(&args, &target), inputs, made };
    let layout = layout(&target);
    let head = layout.as_ref().map(Layout::head).unwrap_or_default();
    let jobs = batch::threads(args.jobs);
    let begun = Written::begin(&args.written, target, plan, head, args.rejects.rejects.as_deref(), jobs)?;
    let (mut written, mut rejects, next) = match begun {
        Begun::Work(written, rejects, next) => (written, rejects, next),
        Begun::Finished(name) => {
            crate::output::say(&format!("{name} is finished: there is nothing left to do."))?;
            return Ok(Outcome::Clean);
        }
    };
    if let Some(next) = next {
        written::pass_over(&mut intake, next)?;
    }
    // Lines that run through a terminal would tear a bar there.
    let quiet = written.kind() == Kind::Stdout && std::io::IsTerminal::is_terminal(&std::io::stdout());
    let show = if quiet { Show::None } else { args.progress.progress };
    let meter = Meter::new(show, intake.total_bytes());
    let frame = Frame { jobs: args.jobs, meter: &meter, rejects: &mut rejects };
    let quads = QuadConvention::from(args.quad);
    let task = |article: &Article| piece(&reader, quads, layout.as_ref(), article);
    let worked = batch::run(intake, frame, task, &mut *written);
    rejects.end()?;
    let ended = worked.and_then(|tally| written.end(tally, &mut rejects).map(|()| tally));
    let tally = match ended {
        Ok(tally) => tally,
        Err(error) => return Err(written.failed(error)),
    };
    let earlier = rejects.earlier();
    Ok(match tally.end("coded") {
        Outcome::Clean if earlier > 0 => Outcome::Skipped,
        outcome => outcome,
    })
}

/// The flags that decide which bytes come out.
fn settings(args: &Args, target: &Target) -> BTreeMap<String, Value> {
    let quad = clap::ValueEnum::to_possible_value(&args.quad).map(|v| v.get_name().to_owned());
    let mut settings = args.articles.settings();
    settings.insert("quad".into(), json!(quad));
    settings.insert(
        "rejects".into(),
        json!(args.rejects.rejects.as_ref().map(|path| path.display().to_string())),
    );
    settings.extend(args.written.settings(target));
    settings
}

/// How lines are laid out; nothing for Parquet.
fn layout(target: &Target) -> Option<Layout> {
    let form = match target.to {
        To::Jsonl => Form::Jsonl,
        To::Csv => Form::Csv,
        To::Table => Form::Table,
        To::Parquet => return None,
    };
    if target.kind != Kind::Stdout {
        // Colours are for terminals.
        console::set_colors_enabled(false);
    }
    Some(Layout::new(form))
}

/// What an article comes to.
pub(super) fn piece(
    reader: &Reader,
    quads: QuadConvention,
    layout: Option<&Layout>,
    article: &Article,
) -> Piece {
    let mut reports = reader.read(article).reports;
    for report in &mut reports {
        report.quad_code = quads.quad(report.kind());
    }
    let mut bytes = Vec::new();
    match layout {
        Some(layout) => {
            for report in &reports {
                layout.report(&mut bytes, report, report.sentence().slice(&article.text));
            }
        }
        None if !reports.is_empty() => bytes = written::pack(article, &reports),
        None => {}
    }
    Piece { day: article.published, bytes, reports: reports.len() }
}
