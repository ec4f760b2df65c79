//! Where the reports go: standard output, a file, or a folder of parts. What goes into a file or a folder can be
//! stopped and gone on with, and comes out the same byte for byte however often that happened:
//!
//! * [`stream`]: one file of lines. Its sure point is a length; it is cut back to that.
//! * [`parts`]: finished files of so many reports each, by day on request, and the way to one Parquet file. What is
//!   not yet in a part waits in a spool, whose length is the sure point.
//! * [`state`]: what has to be known to go on: where in the inputs, how far the output, of what settings.
//! * [`manifest`]: what stands beside a finished output: made by whom, from what, how much.

mod inputs;
mod manifest;
mod parts;
mod rows;
mod state;
mod stream;
mod target;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;
use detente::report::Coder;
use detente_intake::{Intake, Position};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::batch::{Settled, Sink, Tally};
use crate::commands::Usage;
use crate::made::Made;
use crate::output::{complain, count, say};
use crate::rejects::Rejects;

pub use inputs::{Given, look, sha256, stdin};
use manifest::Clock;
pub use manifest::Hashes;
pub use manifest::place;
use parts::Parts;
pub use rows::pack;
use state::{State, Work};
use stream::Stream;
pub use target::{Kind, Target};

/// How reports are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum To {
    /// One JSON record a line, with everything
    Jsonl,
    /// Flat columns for spreadsheets and statistics
    Csv,
    /// Columns to look at
    Table,
    /// Parquet, for pandas, polars, DuckDB, R and Spark; needs --out
    Parquet,
}

impl To {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            To::Jsonl => "jsonl",
            To::Csv => "csv",
            To::Table => "table",
            To::Parquet => "parquet",
        }
    }
}

/// Into which folders parts are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Partition {
    /// By the day of publication: day=2017-02-07/part-00001.parquet
    Day,
}

/// The flags.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// How to write [default: by the name of --out; a table on a terminal, jsonl otherwise]
    #[arg(long, value_enum, value_name = "FORM")]
    pub to: Option<To>,
    /// A file to write to (reports.parquet, reports.jsonl, reports.csv.gz, reports.jsonl.zst …), or a folder for files of so
    /// many reports each
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Sort the reports into folders of --out
    #[arg(long, value_enum, value_name = "BY", requires = "out")]
    pub partition: Option<Partition>,
    /// About how many reports a file of a folder holds
    #[arg(long, value_name = "N", default_value_t = 100_000, requires = "out",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub part: u32,
    /// Go on with an output after a stop, where it stopped; begin it where there is none
    #[arg(long, requires = "out", conflicts_with = "force")]
    pub resume: bool,
    /// Write over an output that is there
    #[arg(long, requires = "out")]
    pub force: bool,
    /// How often to make sure of what is done, in seconds; a run that is killed loses no more than this
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, requires = "out", hide = true)]
    pub sure: f64,
}

impl Args {
    /// The flags that decide which bytes come out.
    pub fn settings(&self, target: &Target) -> BTreeMap<String, Value> {
        let mut settings = BTreeMap::from([("to".into(), target.to.word().into())]);
        if target.kind == Kind::Folder {
            settings.insert("part".into(), self.part.into());
            settings.insert("partition".into(), self.partition.map(|Partition::Day| "day").into());
        }
        if target.kind == Kind::File && target.to == To::Parquet {
            settings.insert("part".into(), self.part.into());
        }
        settings
    }
}

/// What one article came to, ready to be written.
#[derive(Debug, Default)]
pub struct Piece {
    /// The day of publication.
    pub day: Option<Date>,
    /// Lines.
    pub bytes: Vec<u8>,
    /// How many reports they are.
    pub reports: usize,
}

/// How much was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Articles read.
    pub articles: u64,
    /// Articles that report something.
    pub reporting: u64,
    /// Reports written.
    pub reports: u64,
}

/// What decides which bytes come out: it must not change between a stop and going on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Program, lexicon, model.
    pub coder: Coder,
    /// The flags that matter, by name.
    pub settings: BTreeMap<String, Value>,
    /// What is read.
    pub inputs: Vec<Given>,
    /// What makes it, with hashes.
    #[serde(flatten)]
    pub made: Made,
}

/// How far an output is sure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sure {
    /// Bytes of the file, or of the spool.
    pub bytes: u64,
    /// Parts that are finished.
    pub parts: u32,
}

enum Output {
    Stream(Stream),
    Parts(Parts),
}

/// An output at work.
pub struct Written {
    target: Target,
    output: Output,
    /// What is kept for going on; nothing for standard output and devices.
    work: Option<Work>,
    counts: Counts,
    sure_every: Duration,
    sure_at: Instant,
    clock: Clock,
    hashes: Option<Hashes>,
    /// Where in the inputs the next record stands.
    next: Position,
}

/// What [`Written::begin`] found.
pub enum Begun {
    /// There is work to do, from here on.
    Work(Box<Written>, Rejects, Option<Position>),
    /// The output is there already and was made in just this way.
    Finished(String),
}

impl Written {
    /// Opens the output. `head` stands above the lines of each file.
    ///
    /// # Errors
    /// Wrong usage, a place that cannot be written, or an unfinished output that was begun in another way.
    pub fn begin(
        args: &Args,
        target: Target,
        plan: Plan,
        head: Vec<u8>,
        rejects: Option<&std::path::Path>,
        jobs: usize,
    ) -> Result<Begun> {
        let mut counts = Counts::default();
        let mut next = None;
        let mut sure = Sure::default();
        let mut work = None;
        let mut hashes = None;
        let mut run = None;
        let mut taken = Rejects::default();
        if target.can_resume() {
            if args.resume && !Work::is_unfinished(&target) && manifest::stands_for(&target, &plan)? {
                // What a run leaves that is killed after its last word.
                let _ = std::fs::remove_dir_all(target.work());
                return Ok(Begun::Finished(target.name()));
            }
            let (opened, state) = Work::open(&target, plan, args.resume, args.force)?;
            if let Some(state) = state {
                (counts, next, sure) = (state.counts, Some(state.next), state.output);
                taken = Rejects::go_on(rejects, state.rejects, state.skipped)?;
                run = Some(state.run);
            }
            hashes = Some(Hashes::start(&opened.state.plan.inputs));
            work = Some(opened);
        }
        if next.is_none() {
            taken = Rejects::begin(rejects)?;
        }
        let going_on = next.is_some();
        let output = match &target.kind {
            Kind::Stdout | Kind::Device => Output::Stream(Stream::open(&target, head)?),
            Kind::File if target.to != To::Parquet => Output::Stream(if going_on {
                Stream::go_on(&target, head, sure)?
            } else {
                Stream::open(&target, head)?
            }),
            Kind::File | Kind::Folder => {
                let coder = work.as_ref().map(|work| work.state.plan.coder.clone()).unwrap_or_default();
                Output::Parts(Parts::open(&target, head, coder, args.part, sure)?)
            }
        };
        let mut written = Written {
            target,
            output,
            work,
            counts,
            sure_every: Duration::try_from_secs_f64(args.sure).unwrap_or(Duration::from_secs(5)),
            sure_at: Instant::now(),
            clock: Clock::start(run, jobs),
            hashes,
            next: next.unwrap_or_default(),
        };
        if !going_on {
            written.save(&mut taken)?;
        }
        Ok(Begun::Work(Box::new(written), taken, next))
    }

    /// Makes sure of all that was taken, and writes down where to go on.
    fn save(&mut self, rejects: &mut Rejects) -> Result<()> {
        let Some(work) = &mut self.work else { return Ok(()) };
        let output = match &mut self.output {
            Output::Stream(stream) => stream.sure()?,
            Output::Parts(parts) => parts.sure()?,
        };
        work.state = State {
            plan: work.state.plan.clone(),
            next: self.next,
            output,
            rejects: rejects.sure()?,
            skipped: rejects.counts().clone(),
            counts: self.counts,
            run: self.clock.run(),
        };
        work.save()?;
        self.sure_at = Instant::now();
        Ok(())
    }

    /// True where the output can be cut at what was taken last.
    fn can_be_sure(&self) -> bool {
        match &self.output {
            Output::Stream(stream) => stream.can_be_sure(),
            Output::Parts(_) => true,
        }
    }

    /// Ends the output: whole where the work came to its end, valid where it was stopped. Says what was done.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn end(&mut self, tally: Tally, rejects: &mut Rejects) -> Result<()> {
        if tally.stopped && self.can_be_sure() {
            self.save(rejects)?;
        }
        match &mut self.output {
            Output::Stream(stream) => stream.end()?,
            Output::Parts(parts) => parts.end(tally.stopped)?,
        }
        let name = self.target.name();
        if tally.stopped {
            let articles = count(usize::try_from(self.counts.articles).unwrap_or(usize::MAX), "article");
            let mend = if self.work.is_some() {
                format!("{name} is whole up to there; give the same command with --resume to go on")
            } else {
                "standard output cannot be gone on with; a file named with --out can".into()
            };
            complain(&format!("stopped after {articles}: {mend}."));
            return Ok(());
        }
        if let Some(work) = &self.work {
            let hashes = self.hashes.take().unwrap_or_default();
            manifest::write(&self.target, &work.state.plan, self.counts, rejects, hashes, &self.clock.run())?;
            self.work.take().map_or(Ok(()), Work::remove)?;
            let articles = self.counts.articles;
            say(&format!(
                "{name}: {} reports of {} articles.",
                detente_desk::grouped(usize::try_from(self.counts.reports).unwrap_or(usize::MAX)),
                detente_desk::grouped(usize::try_from(articles).unwrap_or(usize::MAX)),
            ))?;
        }
        Ok(())
    }

    /// What an error half-way leaves behind: the output is cut back to whole records, and the error says so.
    pub fn failed(mut self, error: anyhow::Error) -> anyhow::Error {
        if let Output::Stream(stream) = &mut self.output {
            stream.cut_back();
        }
        if self.work.is_none() || !error.chain().any(|e| e.is::<crate::commands::CannotWrite>()) {
            return error;
        }
        let kept = format!(
            "{}; what was done is kept: give the same command with --resume to go on",
            crate::output::chain(&error)
        );
        error.context(kept)
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.target.kind
    }
}

/// What is to be read, as far as it decides what comes out. Standard input cannot be gone on with.
///
/// # Errors
/// When `--resume` is asked for and an input cannot be read a second time.
pub fn inputs(files: &[PathBuf], resume: bool) -> Result<Vec<Given>> {
    let given = inputs::look(files);
    if resume && given.iter().any(|given| given.print.is_none()) {
        return Err(Usage(
            "--resume needs inputs that can be read again: save what comes from standard input or a pipe to a file".into(),
        )
        .into());
    }
    Ok(given)
}

/// Passes over what was done before a stop.
///
/// # Errors
/// When the inputs end before that place.
pub fn pass_over(intake: &mut Intake, next: Position) -> Result<()> {
    if intake.skip_to(next) {
        return Ok(());
    }
    Err(Usage("the inputs are shorter than they were: begin anew with --force".into()).into())
}

impl Sink<Piece> for &mut Written {
    fn take(&mut self, _: &detente::article::Article, piece: Piece) -> Result<()> {
        self.counts.articles += 1;
        self.counts.reporting += u64::from(piece.reports > 0);
        self.counts.reports += piece.reports as u64;
        match &mut self.output {
            Output::Stream(stream) => stream.take(&piece.bytes),
            Output::Parts(parts) => parts.take(&piece),
        }
    }

    fn settle(&mut self, settled: &mut Settled) -> Result<()> {
        self.next = settled.next;
        let must = match &mut self.output {
            Output::Stream(stream) => {
                stream.settle()?;
                false
            }
            Output::Parts(parts) => parts.settle()?,
        };
        if self.work.is_some() && (must || self.can_be_sure() && self.sure_at.elapsed() >= self.sure_every) {
            self.save(settled.rejects)?;
            if let Output::Parts(parts) = &mut self.output {
                parts.saved()?;
            }
        }
        Ok(())
    }

    fn idle(&mut self) -> Result<()> {
        match &mut self.output {
            Output::Stream(stream) => stream.idle(),
            Output::Parts(_) => Ok(()),
        }
    }
}
