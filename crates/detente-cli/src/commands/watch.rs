//! `detente watch`: feeds in, events in the ledger (or reports as JSON lines) as they come, for weeks. How feeds are asked is the
//! business of `detente-watch`; here stand the flags, what becomes of new articles, and what is said.

use std::fs::File;
use std::io::{Cursor, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use detente::article::Article;
use detente::plover::QuadConvention;
use detente::read::{Reader, Reading};
use detente_intake::{Format, Input, Intake, Options};
use detente_ledger::{Ledger, LedgerError, Outcome as Ended};
use detente_watch::clock::Machine;
use detente_watch::config::Config;
use detente_watch::round::{Coder, Kept, Round, Watch};
use detente_watch::state::State;
use detente_watch::visit::{clock_time, until};
use serde_json::json;

use super::add::{Keeper, Reads, today_in};
use super::{CannotWrite, Languages, Outcome, Usage, code};
use crate::batch::{self, Frame, Tally};
use crate::made::{Made, Run};
use crate::output::{Form, Layout, chain, complain, count, is_broken_pipe, say};
use crate::progress::Meter;
use crate::rejects::Rejects;
use crate::written::Piece;
use crate::{engine, stop, written};

/// Watch feeds and code new articles as they come
///
/// The file names the feeds, how often each is asked, and whom a publisher can write to; docs/watch.md describes it.
/// Nothing is fetched that the file does not name, but for robots.txt, which is obeyed, and the pages of items where the
/// file says `pages = true`. Every item is read once, however often the program is stopped, killed and started again.
#[derive(clap::Args)]
pub struct Args {
    /// The file that names the feeds
    #[arg(value_name = "FEEDS.toml")]
    feeds: PathBuf,
    /// The ledger file that takes the events [default: $DETENTE_LEDGER, or detente.db]
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    ledger: Option<PathBuf>,
    /// Write reports as JSON lines to the end of this file instead, or to standard output (-)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The file that remembers what was seen [default: the name of the ledger or of --out, with .watch behind it]
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Ask every feed once and end: for cron
    #[arg(long)]
    once: bool,
    /// Read the file that names the feeds, say what is wrong with it, and fetch nothing
    #[arg(long, conflicts_with_all = ["ledger", "out", "state", "once"])]
    check: bool,
    /// Say nothing about rounds in which nothing is wrong
    #[arg(long)]
    quiet: bool,
    /// Which languages are read
    #[arg(long, value_enum, value_name = "WHICH", default_value = "english")]
    language: Languages,
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
/// A faulty file of feeds, a faulty lexicon, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    stop::watch();
    let config = config(&args.feeds)?;
    if args.check {
        let feeds = count(config.feeds.len(), "feed");
        say(&format!(
            "{}: {feeds}, contact {}: nothing is wrong with it.",
            args.feeds.display(),
            config.contact
        ))?;
        return Ok(Outcome::Clean);
    }
    let target = Target::of(&args)?;
    let mut state =
        State::open(&args.state.clone().unwrap_or_else(|| target.state(&args.feeds))).map_err(usage)?;
    // The places first: a wrong one should be named before the lexicon is read.
    let door = Door::open(&target, &mut state)?;
    let reader = engine::reader(&args.lexicon)?;
    let shared = Shared {
        reader: &reader,
        jobs: args.jobs,
        any_language: args.language == Languages::Any,
        quiet: args.quiet,
    };
    let clock = Arc::new(Machine { asked: stop::asked });
    let program = format!("detente/{}", env!("CARGO_PKG_VERSION"));
    let mut watch = Watch::new(config, state, clock, &program, args.once).map_err(usage)?;
    let worked = match door {
        Door::Ledger(path, ledger) => {
            let known = today_in(&ledger)?;
            let keeper = Keeper::new(*ledger, &reader, known);
            let made = Made::by_reading(reader.coder(), &args.lexicon)?;
            let inputs = written::look(std::slice::from_ref(&args.feeds));
            let mut coder =
                IntoLedger { shared, path, keeper, problems: 0, made, inputs, run: None, done: [0; 4] };
            let worked = rounds(&mut watch, &mut coder, &args);
            let how = if worked.is_err() {
                Ended::Failed
            } else if args.once && !stop::asked() {
                Ended::Done
            } else {
                Ended::Stopped
            };
            // Where the ledger is what failed, nothing can be said in it either.
            let said = coder.end(how);
            worked.and_then(|outcome| said.map(|()| outcome))
        }
        Door::Lines(out, path) => {
            let mut coder =
                IntoLines { shared, out, path, layout: Layout::new(Form::Jsonl), problems: 0, told: [0; 2] };
            rounds(&mut watch, &mut coder, &args)
        }
    };
    match worked {
        // Whoever read our lines has gone; what was not taken comes next time.
        Err(error) if is_broken_pipe(&error) => Ok(Outcome::Clean),
        other => other,
    }
}

/// Rounds, until there is to be no other.
fn rounds(watch: &mut Watch, coder: &mut impl Telling, args: &Args) -> Result<Outcome> {
    if !args.quiet && !args.once {
        complain(&format!("watching the feeds of {}; press Ctrl-C to stop.", args.feeds.display()));
    }
    loop {
        let round = watch.round(coder)?;
        tell(&round, coder, args);
        if args.once || stop::asked() {
            let faults = args.once && (round.failed > 0 || coder.problems() > 0 || stop::asked());
            return Ok(if faults { Outcome::Skipped } else { Outcome::Clean });
        }
        watch.wait(&round);
        if stop::asked() {
            return Ok(Outcome::Clean);
        }
    }
}

/// Says what a round came to: its faults, and one line about all of it.
fn tell(round: &Round, coder: &mut impl Telling, args: &Args) {
    for line in &round.said {
        complain(line);
    }
    if round.unsaid > 0 {
        complain(&format!("and {} more lines of this kind.", round.unsaid));
    }
    let kept = coder.kept();
    if args.quiet || round.asked + round.pages + round.without_page + round.handed + round.waiting == 0 {
        return;
    }
    let now = jiff::Timestamp::now().as_millisecond();
    let mut words = vec![format!("{} asked", count(round.asked, "feed"))];
    let mut add = |n: usize, word: &str| {
        if n > 0 {
            words.push(format!("{n} {word}"));
        }
    };
    add(round.unchanged, "without news");
    add(round.failed, "failed");
    add(round.waiting, "left alone for now");
    let mut news = vec![count(round.new, "new item")];
    let mut add = |n: usize, word: &str| {
        if n > 0 {
            news.push(format!("{n} {word}"));
        }
    };
    add(round.undated, "without a day of their own");
    add(round.empty, "without words");
    add(round.pages, "read from their pages");
    add(round.without_page, "whose page could not be had");
    let next = if args.once || stop::asked() {
        String::new()
    } else {
        format!("; next round in {}", until(round.next, now))
    };
    complain(&format!("{}: {}; {}; {kept}{next}.", clock_time(now), words.join(", "), news.join(", ")));
}

/// The file of feeds.
fn config(path: &Path) -> Result<Config> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| {
        let why = match e.kind() {
            std::io::ErrorKind::NotFound => {
                "there is no such file: write one as docs/watch.md shows".to_owned()
            }
            std::io::ErrorKind::PermissionDenied => {
                "you have no right to read it: change its permissions".into()
            }
            _ => format!("it cannot be read ({e}): check the file and the disk"),
        };
        Usage(format!("{shown}: {why}"))
    })?;
    let text =
        String::from_utf8(bytes).map_err(|_| Usage(format!("{shown}: it is not UTF-8: save it as UTF-8")))?;
    Config::parse(&shown, &text).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let all = format!("{} to mend before anything is fetched", count(faults.len(), "fault"));
        Usage(format!("{}\n{shown}: {all}", lines.join("\n"))).into()
    })
}

/// A fault of the file that remembers is one of usage: another file would do.
fn usage(error: impl std::fmt::Display) -> Usage {
    Usage(error.to_string())
}

/// Where events go.
enum Target {
    Ledger(PathBuf),
    File(PathBuf),
    Stdout,
}

impl Target {
    fn of(args: &Args) -> Result<Target> {
        let Some(out) = &args.out else {
            let given = args.ledger.clone().or_else(|| std::env::var_os("DETENTE_LEDGER").map(PathBuf::from));
            return Ok(Target::Ledger(given.unwrap_or_else(|| "detente.db".into())));
        };
        if out.as_os_str() == "-" {
            return Ok(Target::Stdout);
        }
        let ending = out.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("csv" | "tsv" | "parquet" | "gz" | "zst" | "xz" | "db") => Err(Usage(format!(
                "{}: watch writes JSON lines: name a file that ends in .jsonl (a ledger is named with --ledger)",
                out.display()
            ))
            .into()),
            _ => Ok(Target::File(out.clone())),
        }
    }

    fn state(&self, feeds: &Path) -> PathBuf {
        let mut name = match self {
            Target::Ledger(path) | Target::File(path) => path.as_os_str(),
            Target::Stdout => feeds.as_os_str(),
        }
        .to_owned();
        name.push(".watch");
        name.into()
    }
}

/// What was opened to take events.
enum Door {
    Ledger(PathBuf, Box<Ledger>),
    /// A file and its name; nothing for standard output.
    Lines(Option<File>, PathBuf),
}

impl Door {
    fn open(target: &Target, state: &mut State) -> Result<Door> {
        match target {
            Target::Ledger(path) => Ok(Door::Ledger(path.clone(), Box::new(Ledger::open(path)?))),
            Target::Stdout => Ok(Door::Lines(None, "standard output".into())),
            Target::File(path) => Ok(Door::Lines(Some(open_out(path, state)?), path.clone())),
        }
    }
}

/// Opens the file of lines at its end. Where the program was killed while it wrote, what it wrote last is cut off: the articles
/// are still waiting and come again. A file that is shorter than it was is another one (logs are rotated so).
fn open_out(path: &Path, state: &mut State) -> Result<File> {
    let fault = |e: std::io::Error| CannotWrite::new(path, &e);
    let mut file = File::options().create(true).truncate(false).write(true).open(path).map_err(fault)?;
    let meta = file.metadata().map_err(fault)?;
    if meta.is_file() {
        let name = path.canonicalize().map_err(fault)?.display().to_string();
        let waiting = state.counts().map_err(usage)?[2] > 0;
        if let Some(sure) = state.out(&name).map_err(usage)?.filter(|sure| waiting && meta.len() > *sure) {
            file.set_len(sure).map_err(fault)?;
        }
        let length = file.seek(SeekFrom::End(0)).map_err(fault)?;
        state.out_begins(&name, length).map_err(usage)?;
    }
    Ok(file)
}

/// What every coder has.
struct Shared<'a> {
    reader: &'a Reader,
    jobs: Option<u16>,
    any_language: bool,
    quiet: bool,
}

impl Shared<'_> {
    /// Puts articles on the belt.
    fn run<K: batch::Task>(
        &self,
        articles: &[String],
        task: K,
        sink: impl batch::Sink<K::Out>,
    ) -> Result<Tally> {
        let options = Options { format: Format::Kept, any_language: self.any_language, ..Options::default() };
        let lines = articles.join("\n").into_bytes();
        let intake = Intake::new([Input::Reader("feeds".into(), Box::new(Cursor::new(lines)))], options);
        let meter = Meter::hidden();
        let mut rejects = Rejects::begin(None)?;
        let frame = Frame { jobs: self.jobs, meter: &meter, rejects: &mut rejects };
        let tally = batch::run(intake, frame, task, sink)?;
        if !self.quiet {
            rejects.end()?;
        }
        Ok(tally)
    }
}

/// A coder that can say what it has done.
trait Telling: Coder {
    /// What was kept since this was asked last, in words.
    fn kept(&mut self) -> String;
    /// Faults so far.
    fn problems(&self) -> usize;
}

/// Keeps events in a ledger, as `detente add` does.
struct IntoLedger<'a> {
    shared: Shared<'a>,
    path: PathBuf,
    keeper: Keeper<'a>,
    problems: usize,
    /// What the ledger is told of this run, when the first article comes: a run without any leaves nothing in it.
    made: Made,
    inputs: Vec<written::Given>,
    run: Option<Run>,
    /// New, read again, there already, reports: of the rounds before.
    done: [usize; 4],
}

impl IntoLedger<'_> {
    /// Adds them all; false where the work was stopped before.
    fn add(&mut self, articles: &[String]) -> Result<bool> {
        self.keeper.known_today()?;
        if self.run.is_none() {
            let settings = json!({ "any_language": self.shared.any_language });
            self.run = Some(self.keeper.begin("watch", &self.made, &settings, self.inputs.clone())?);
        }
        let task = Reads::new(self.shared.reader, &self.path);
        let keeper = &mut self.keeper;
        let mut refused = 0;
        let tally = self.shared.run(articles, task, |article: &Article, reading: Option<Reading>| {
            let mut keeper = &mut *keeper;
            match batch::Sink::take(&mut keeper, article, reading) {
                // One article that cannot be kept must not keep out all that come after it, for ever.
                Err(error) if is_of_the_article(&error) => {
                    complain(&format!("{}: {}.", article.id, chain(&error)));
                    refused += 1;
                    Ok(())
                }
                other => other,
            }
        })?;
        self.problems += tally.problems + refused;
        if !tally.stopped {
            self.keeper.relate()?;
        }
        Ok(!tally.stopped)
    }
}

impl IntoLedger<'_> {
    /// Says in the ledger how the run ended.
    fn end(&mut self, how: Ended) -> Result<()> {
        self.count();
        let Some(run) = self.run.take() else { return Ok(()) };
        let [new, reread, there, reports] = self.done;
        let counts = json!({
            "articles_new": new,
            "articles_read_again": reread,
            "articles_there_already": there,
            "reports": reports,
            "skipped": self.problems,
        });
        self.keeper.finish(run, how, counts)
    }

    fn count(&mut self) {
        let keeper = &self.keeper;
        let round = [keeper.new, keeper.reread, keeper.there, keeper.reports];
        for (all, n) in self.done.iter_mut().zip(round) {
            *all += n;
        }
    }
}

/// True for errors of the ledger that are about one article.
fn is_of_the_article(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<LedgerError>();
    error.is_some_and(|e| matches!(e, LedgerError::BadReport { .. } | LedgerError::BadArticle { .. }))
}

impl Coder for IntoLedger<'_> {
    fn code(&mut self, articles: &[String]) -> Result<Kept> {
        match self.add(articles) {
            Ok(all) => Ok(if all { Kept::All(None) } else { Kept::Stopped }),
            // Somebody else is at work with the ledger: the articles wait until the next round.
            Err(error)
                if error
                    .downcast_ref::<LedgerError>()
                    .is_some_and(|e| matches!(e, LedgerError::Locked { .. })) =>
            {
                complain(&format!(
                    "{}; {} wait for the next round.",
                    chain(&error),
                    count(articles.len(), "article")
                ));
                self.problems += 1;
                Ok(Kept::Stopped)
            }
            Err(error) => Err(error),
        }
    }
}

impl Telling for IntoLedger<'_> {
    fn kept(&mut self) -> String {
        self.count();
        self.keeper.told()
    }

    fn problems(&self) -> usize {
        self.problems
    }
}

/// Writes reports as JSON lines, as `detente code` does.
struct IntoLines<'a> {
    shared: Shared<'a>,
    out: Option<File>,
    path: PathBuf,
    layout: Layout,
    problems: usize,
    /// Articles, reports.
    told: [usize; 2],
}

impl Coder for IntoLines<'_> {
    fn code(&mut self, articles: &[String]) -> Result<Kept> {
        // All of them are written at once: a file can be cut back to before.
        let mut bytes = Vec::new();
        let mut told = [0; 2];
        let (reader, layout) = (self.shared.reader, &self.layout);
        let task = |article: &Article| code::piece(reader, QuadConvention::Sections, Some(layout), article);
        let tally = self.shared.run(articles, task, |_: &Article, piece: Piece| {
            bytes.extend_from_slice(&piece.bytes);
            told = [told[0] + 1, told[1] + piece.reports];
            Ok(())
        })?;
        self.problems += tally.problems;
        if tally.stopped {
            return Ok(Kept::Stopped);
        }
        self.told = [self.told[0] + told[0], self.told[1] + told[1]];
        let Some(file) = &mut self.out else {
            let mut stdout = crate::output::stdout();
            stdout.write_all(&bytes).and_then(|()| stdout.flush())?;
            return Ok(Kept::All(None));
        };
        let mut write = || {
            file.write_all(&bytes)?;
            // Pipes and devices have nothing to be made sure of, and no length.
            if !file.metadata()?.is_file() {
                return Ok(None);
            }
            file.sync_data()?;
            file.stream_position().map(Some)
        };
        match write() {
            Ok(length) => Ok(Kept::All(length)),
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Err(e.into()),
            Err(e) => Err(CannotWrite::new(&self.path, &e).into()),
        }
    }
}

impl Telling for IntoLines<'_> {
    fn kept(&mut self) -> String {
        let [articles, reports] = std::mem::take(&mut self.told);
        format!("{} coded, {}", count(articles, "article"), count(reports, "report"))
    }

    fn problems(&self) -> usize {
        self.problems
    }
}
