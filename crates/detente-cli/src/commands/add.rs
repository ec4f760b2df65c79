//! `detente add`: reads articles and keeps them with their reports in the ledger. An article that is there
//! already, read by the same program, lexicon and model, is passed over; one that was read by others is read
//! again, and the old reading stays as history.

use std::path::{Path, PathBuf};

use anyhow::Result;
use detente::article::Article;
use detente::read::{Reader, Reading};
use detente_ledger::{Added, Ledger, LedgerError, Outcome as Ended};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;

use super::{Articles, LedgerFile, Outcome};
use crate::batch::{self, Frame};
use crate::made::{Made, Run};
use crate::output::{complain, count, tell};
use crate::progress::{self, Meter};
use crate::rejects::{self, Rejects};
use crate::{coded, engine, stop, written};

/// Read articles and keep their events in the ledger
///
/// Each article is kept whole or not at all, so stopping half-way loses nothing. Articles that the ledger has
/// already are passed over. Parquet files of reports (of `detente code --to parquet`, or of Spark) are taken as they
/// are, without reading again; where their articles are given as well, the ledger gets the texts too.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    articles: Articles,
    #[command(flatten)]
    ledger: LedgerFile,
    /// The day on which this becomes known [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = super::day)]
    known: Option<Date>,
    /// Take reports in Parquet that another version of the program, another lexicon or another model has made
    #[arg(long)]
    coded_by_others: bool,
    #[command(flatten)]
    progress: progress::Args,
    #[command(flatten)]
    rejects: rejects::Args,
    /// How many threads read [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// A folder with a lexicon of your own, used on top of the built-in one; may be given several times
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// Today, as everybody counts it.
pub fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Today, unless the ledger has learned of things later: a clock that was set back does not put new articles among what
/// was known before.
///
/// # Errors
/// When the ledger cannot be read.
pub fn today_in(ledger: &Ledger) -> Result<Date> {
    let today = today();
    let Some(last) = ledger.last_known()?.filter(|last| *last > today) else { return Ok(today) };
    complain(&format!(
        "this machine says that today is {today}, and the ledger learned of things on {last}: what is added becomes known on \
         {last}; set the clock, or give the day with --known."
    ));
    Ok(last)
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a faulty lexicon, or a ledger that cannot be written.
pub fn run(mut args: Args) -> Result<Outcome> {
    // From the start: loading takes a moment, and a ledger that is brought up to date longer.
    stop::watch();
    let inputs = written::look(&args.articles.files);
    let mut settings = args.articles.settings();
    settings.insert("coded_by_others".into(), args.coded_by_others.into());
    let (coded, articles) = coded::split(&args.articles.files);
    args.articles.files = articles;
    // With reports alone nobody waits for articles on standard input.
    let only_reports = !coded.is_empty() && args.articles.files.is_empty();
    let intake = if only_reports { None } else { Some(args.articles.intake()?) };
    // The ledger first: a wrong file should be named before the lexicon is read.
    let mut ledger = Ledger::open(&args.ledger.path)?;
    let reader = engine::reader(&args.lexicon)?;
    let mut rejects = Rejects::begin(args.rejects.rejects.as_deref())?;
    let known = match args.known {
        Some(day) => day,
        None => today_in(&ledger)?,
    };
    settings.insert("known".into(), known.to_string().into());
    let made = Made::by_reading(reader.coder(), &args.lexicon)?;
    let run = Run::begin(&mut ledger, "add", reader.coder(), &made, &settings, inputs)?;
    let mut keeper = Keeper::new(ledger, &reader, known);
    let near = args.ledger.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let left_out = keeper.take_coded(&coded, args.coded_by_others, near)?;
    let Some(intake) = intake else {
        keeper.relate()?;
        keeper.end(run, Ended::Done, &rejects, left_out)?;
        keeper.tell()?;
        return Ok(if left_out == 0 { Outcome::Clean } else { Outcome::Skipped });
    };
    let meter = Meter::new(args.progress.progress, intake.total_bytes());
    let frame = Frame { jobs: args.jobs, meter: &meter, rejects: &mut rejects };
    let task = Reads { reader: &reader, ledger: Some(args.ledger.path.clone()) };
    let worked = batch::run(intake, frame, task, &mut keeper);
    rejects.end()?;
    let tally = match worked {
        Ok(tally) => tally,
        Err(error) => {
            // Where the ledger is what failed, nothing can be said in it either.
            let _ = keeper.end(run, Ended::Failed, &rejects, left_out);
            return Err(keeper.so_far(error));
        }
    };
    if !tally.stopped {
        keeper.relate()?;
    }
    keeper.end(run, if tally.stopped { Ended::Stopped } else { Ended::Done }, &rejects, left_out)?;
    keeper.tell()?;
    if tally.stopped {
        complain(
            "stopped before the end: give the same command again to go on; what is in the ledger is passed over, and \
             events, standings and turns are brought up to date then.",
        );
    }
    let outcome = tally.end("read");
    Ok(if left_out == 0 { outcome } else { Outcome::Skipped })
}

/// Reads articles, but not those that the ledger has already from the same program, lexicon and model.
pub struct Reads<'a> {
    reader: &'a Reader,
    ledger: Option<PathBuf>,
}

impl<'a> Reads<'a> {
    /// Reads articles that this ledger does not have.
    pub fn new(reader: &'a Reader, ledger: &Path) -> Reads<'a> {
        Reads { reader, ledger: Some(ledger.to_owned()) }
    }

    /// Reads every article.
    pub fn all(reader: &'a Reader) -> Reads<'a> {
        Reads { reader, ledger: None }
    }
}

impl batch::Task for Reads<'_> {
    /// Nothing for an article that is there.
    type Out = Option<Reading>;
    type Aid = Option<Ledger>;

    fn aid(&self) -> Option<Ledger> {
        // Where it cannot be asked, the article is read, and found to be there when it is added.
        Ledger::open_read_only(self.ledger.as_ref()?).ok()
    }

    fn read(&self, aid: &mut Option<Ledger>, article: &Article) -> Option<Reading> {
        let hash = detente_tables::sha256(&article.text);
        let (source, coder) = (article.source.as_deref(), self.reader.coder());
        // Also where its reports came without the text.
        let has = |ledger: &Ledger| matches!(ledger.has_fingerprint(&hash, source, Some(coder)), Ok(Some(_)));
        let there = aid.as_ref().is_some_and(has);
        (!there).then(|| self.reader.read(article))
    }
}

/// How long to wait for another program that writes to the ledger: longer than one portion of its work on events takes.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Puts readings into a ledger.
pub struct Keeper<'a> {
    ledger: Ledger,
    reader: &'a Reader,
    known: Date,
    /// Articles that were new.
    pub new: usize,
    /// Articles that another program, lexicon or model had read.
    pub reread: usize,
    /// Articles that were there.
    pub there: usize,
    /// Reports that were written.
    pub reports: usize,
    /// Articles that the ledger keeps under another name: name asked for, name given.
    pub renamed: Vec<(String, String)>,
}

impl<'a> Keeper<'a> {
    /// A keeper for what becomes known on this day. Events, standings and turns are left until all is kept.
    pub fn new(mut ledger: Ledger, reader: &'a Reader, known: Date) -> Keeper<'a> {
        ledger.relate_later(true);
        // Another program may write for a while; if this fails, the wait is shorter.
        let _ = ledger.wait_for_others(PATIENCE);
        Keeper { ledger, reader, known, new: 0, reread: 0, there: 0, reports: 0, renamed: Vec::new() }
    }

    /// Takes reports that were coded elsewhere; how many files, rows and articles were left out, each of them told of.
    fn take_coded(&mut self, files: &[PathBuf], by_others: bool, near: &Path) -> Result<usize> {
        if files.is_empty() {
            return Ok(0);
        }
        let coder = (self.reader.coder(), by_others);
        let taken = coded::take(files, &mut self.ledger, coder, (self.known, near), &complain)?;
        self.new += taken.new;
        self.reread += taken.reread;
        self.there += taken.there;
        self.reports += taken.reports;
        self.renamed.extend(taken.renamed);
        Ok(taken.skipped)
    }

    /// From here on things become known today, for work that goes on past midnight; on the last day that the ledger knows of
    /// where the clock was set back.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn known_today(&mut self) -> Result<()> {
        let last = self.ledger.last_known()?;
        self.known = last.map_or_else(today, |last| last.max(today()));
        Ok(())
    }

    /// Says in the ledger what is about to be done.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn begin(
        &mut self,
        command: &str,
        made: &Made,
        settings: &impl Serialize,
        inputs: Vec<written::Given>,
    ) -> Result<Run> {
        Run::begin(&mut self.ledger, command, self.reader.coder(), made, settings, inputs)
    }

    /// What was kept since this was asked last, in words; what had to be renamed is named.
    pub fn told(&mut self) -> String {
        let words = self.words();
        self.say_renamed();
        self.renamed.clear();
        (self.new, self.reread, self.there, self.reports) = (0, 0, 0, 0);
        words
    }

    fn words(&self) -> String {
        let new = format!("{} added with {}", count(self.new, "article"), count(self.reports, "report"));
        let again = match self.reread {
            0 => String::new(),
            n => format!("; {} read again", count(n, "article")),
        };
        let there = match self.there {
            0 => String::new(),
            n => format!("; {n} already there"),
        };
        format!("{new}{again}{there}")
    }

    fn say_renamed(&self) {
        for (id, given) in &self.renamed {
            complain(&format!("another text is already called {id}: this one is kept as {given}."));
        }
    }

    /// Says what was kept.
    fn tell(&self) -> Result<()> {
        tell(&format!("{}.", self.words()))?;
        self.say_renamed();
        Ok(())
    }

    /// Brings events, standings and turns up to date with what is kept. Where this is not reached, the next to write to
    /// the ledger does it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn relate(&mut self) -> Result<()> {
        self.ledger.relate()?;
        Ok(())
    }

    /// Says in the ledger how the run ended, and how much was done.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn end(&mut self, run: Run, how: Ended, rejects: &Rejects, left_out: usize) -> Result<()> {
        let counts = json!({
            "articles_new": self.new,
            "articles_read_again": self.reread,
            "articles_there_already": self.there,
            "reports": self.reports,
            "skipped": rejects.counts(),
            "coded_left_out": left_out,
        });
        self.finish(run, how, counts)
    }

    /// The same, with counts that somebody else has kept.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn finish(&mut self, run: Run, how: Ended, counts: serde_json::Value) -> Result<()> {
        run.end(&mut self.ledger, how, counts)
    }

    /// An error of the ledger half-way, with what is kept all the same.
    fn so_far(&self, error: anyhow::Error) -> anyhow::Error {
        let lost =
            error.downcast_ref::<LedgerError>().is_some_and(|e| matches!(e, LedgerError::Unwritable { .. }));
        if !lost {
            return error;
        }
        let kept = format!(
            "{}; {} kept: give the same command again to go on",
            crate::output::chain(&error),
            if self.new == 1 { "1 article is".into() } else { format!("{} articles are", self.new) }
        );
        error.context(kept)
    }

    /// The ledger, when all is kept.
    pub fn into_ledger(self) -> Ledger {
        self.ledger
    }
}

impl batch::Sink<Option<Reading>> for &mut Keeper<'_> {
    fn take(&mut self, article: &Article, reading: Option<Reading>) -> Result<()> {
        let Some(reading) = reading else {
            self.ledger.complete(&article.text)?;
            self.there += 1;
            return Ok(());
        };
        let coder = self.reader.coder();
        let added = self.ledger.add(article, &reading.reports, &reading.notes, coder, self.known)?;
        match &added {
            Added::New(_) => self.new += 1,
            Added::Reread(_) => self.reread += 1,
            Added::Already(_) => {
                self.there += 1;
                return Ok(());
            }
        }
        self.reports += reading.reports.len();
        if matches!(added, Added::New(_)) && added.id() != article.id {
            self.renamed.push((article.id.clone(), added.id().to_owned()));
        }
        Ok(())
    }
}
