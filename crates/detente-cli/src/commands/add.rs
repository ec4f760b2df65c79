//! `detente add`: reads articles and keeps them with their reports in the ledger. An article that is there
//! already, read by the same program, lexicon and model, is passed over; one that was read by others is read
//! again, and the old reading stays as history.

use std::path::PathBuf;

use anyhow::Result;
use detente::article::Article;
use detente::read::{Reader, Reading};
use detente_ledger::{Added, Ledger};
use jiff::civil::Date;

use super::{Articles, LedgerFile, Outcome};
use crate::output::{complain, count, say};
use crate::{batch, engine};

/// Read articles and keep their events in the ledger
///
/// Each article is kept whole or not at all, so stopping half-way loses nothing. Articles that the ledger has
/// already are passed over.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    articles: Articles,
    #[command(flatten)]
    ledger: LedgerFile,
    /// The day on which this becomes known [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = super::day)]
    known: Option<Date>,
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

/// Runs the command.
///
/// # Errors
/// Wrong usage, a faulty lexicon, or a ledger that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let intake = args.articles.intake()?;
    // The ledger first: a wrong file should be named before the lexicon is read.
    let ledger = Ledger::open(&args.ledger.path)?;
    let reader = engine::reader(&args.lexicon)?;
    let bar = batch::progress(&intake);
    let mut keeper = Keeper::new(ledger, &reader, args.known.unwrap_or_else(today));
    let tally = batch::run(intake, args.jobs, &bar, |a: &Article| reader.read(a), &mut keeper)?;
    keeper.relate()?;
    let new = format!("{} added with {}", count(keeper.new, "article"), count(keeper.reports, "report"));
    let again = match keeper.reread {
        0 => String::new(),
        n => format!("; {} read again", count(n, "article")),
    };
    let there = match keeper.there + tally.passed {
        0 => String::new(),
        n => format!("; {n} already there"),
    };
    say(&format!("{new}{again}{there}."))?;
    for (id, given) in &keeper.renamed {
        complain(&format!("another text is already called {id}: this one is kept as {given}."));
    }
    Ok(tally.end("read"))
}

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
        Keeper { ledger, reader, known, new: 0, reread: 0, there: 0, reports: 0, renamed: Vec::new() }
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

    /// The ledger, when all is kept.
    pub fn into_ledger(self) -> Ledger {
        self.ledger
    }
}

impl batch::Sink<Reading> for &mut Keeper<'_> {
    fn wants(&mut self, article: &Article) -> Result<bool> {
        Ok(self.ledger.has(article, Some(self.reader.coder()))?.is_none())
    }

    fn take(&mut self, article: &Article, reading: Reading) -> Result<()> {
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
