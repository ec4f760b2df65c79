//! `detente relate`: events, standings and turns straight out of Parquet files of reports, for more of them than one
//! ledger holds. Reports are parted by their cells, what events are to pairs by the sides of the pairs, and each part is
//! worked out by itself; the parts lie on the disk, so memory holds a few of them at a time. What comes out does not
//! depend on how many there are, and is what a ledger says of the same reports.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use detente::event_set::Event;
use detente::report::{Coder, Report};
use detente::turn::Turn;
use detente_ledger::StandingMonth;
use detente_ledger::partition::{self, Fates, Share, Stand};
use detente_tables::spill::{Heaps, Spill, merge};
use detente_tables::{Month, Reports, Row, Writer};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Outcome, Usage};
use crate::coded::{self, hash};
use crate::made::Made;
use crate::output::{complain, count, say};
use crate::written::{self, Hashes};

/// Work out events, standings and turns of reports in Parquet files, without a ledger
///
/// Writes events.parquet, standings.parquet and turns.parquet into a folder: the same rows, in the same order, as a ledger
/// has that was given the same reports, whatever the number of parts. Room on the disk for about the size of the reports
/// is needed meanwhile.
#[derive(clap::Args)]
pub struct Args {
    /// Files of reports (`detente code --to parquet`, Spark), or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Into how many parts the work is cut: more of them take less memory [default: one for each 25,000 reports]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    partitions: Option<u16>,
    /// The day up to whose month standings go on [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = super::day)]
    known: Option<Date>,
    /// How many parts are worked out at a time [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Write over what is in the folder
    #[arg(long)]
    force: bool,
}

/// Reports of a part, where the number of parts is not given.
const PART: u64 = 25_000;
/// Bytes that wait in memory to be put aside.
const HELD: usize = 64 << 20;
/// What stands beside them: what made them, from what, and how much came of it.
const MANIFEST: &str = "_manifest.json";
/// The files that are written.
const FILES: [&str; 3] = ["events.parquet", "standings.parquet", "turns.parquet"];

/// What was done.
#[derive(Default)]
struct Done {
    readings: u64,
    reports: u64,
    passed: usize,
    events: u64,
    pairs: u64,
    turns: u64,
}

/// Runs the command.
///
/// # Errors
/// When there are no reports, or the folder cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let (files, rest) = coded::split(&args.files);
    let skipped = Cell::new(0usize);
    let tell = |line: &str| {
        skipped.set(skipped.get() + 1);
        complain(line);
    };
    for path in &rest {
        tell(&format!("{} holds no reports in Parquet: code its articles first.", path.display()));
    }
    if files.is_empty() {
        return Err(Usage("there are no reports to relate: name Parquet files of reports".into()).into());
    }
    let out = &args.out;
    let writing = || format!("cannot write to {}", out.display());
    fs::create_dir_all(out).with_context(writing)?;
    if let Some(there) = FILES.iter().find(|name| out.join(name).exists())
        && !args.force
    {
        return Err(Usage(format!(
            "{} is there already: name another folder, or write over it with --force",
            out.join(there).display()
        ))
        .into());
    }
    let rows: u64 = files.iter().filter_map(|file| Some(Reports::open(file).ok()?.len())).sum();
    let parts = args
        .partitions
        .map_or_else(|| usize::try_from(rows / PART + 1).unwrap_or(usize::MAX).min(4_096), usize::from);
    let jobs =
        args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let known = args.known.unwrap_or_else(super::add::today);
    // What is written comes to its place when all is done; what is put aside goes with this folder.
    let aside = tempfile::Builder::new().prefix(".relate-").tempdir_in(out).with_context(writing)?;
    let work = Work { aside: aside.path(), parts, jobs, known };
    let began = Timestamp::now();
    let inputs = written::look(&args.files);
    let hashes = Hashes::start(&inputs);
    let (done, coder) = work.all(&files, &tell).with_context(writing)?;
    let manifest = manifest(&work, &done, coder.as_ref(), hashes.told(&inputs), (began, skipped.get()))?;
    fs::write(aside.path().join(MANIFEST), manifest).with_context(writing)?;
    for name in FILES.into_iter().chain([MANIFEST]) {
        fs::rename(aside.path().join(name), out.join(name)).with_context(writing)?;
    }
    let there = match done.passed {
        0 => String::new(),
        n => format!(" ({n} of them were there already)"),
    };
    say(&format!(
        "{} of {}{there}: {}, {}, {}.",
        count(done.reports as usize, "report"),
        count(done.readings as usize, "article"),
        count(done.events as usize, "event"),
        count(done.pairs as usize, "pair"),
        count(done.turns as usize, "turn"),
    ))?;
    Ok(if skipped.get() == 0 { Outcome::Clean } else { Outcome::Skipped })
}

/// What stands beside the files. Everything in it follows from the input but what stands under `run`.
fn manifest(
    work: &Work,
    done: &Done,
    coder: Option<&Coder>,
    inputs: Vec<Value>,
    (began, skipped): (Timestamp, usize),
) -> Result<Vec<u8>> {
    let made = Made::by_program();
    let output = |name: &&str| {
        let path = work.aside.join(name).display().to_string();
        let bytes = fs::metadata(&path).map_or(0, |m| m.len());
        json!({ "name": name, "bytes": bytes, "sha256": written::sha256(&path) })
    };
    let manifest = json!({
        "command": "relate",
        // What read the reports; null where several did.
        "coder": coder,
        "program": made.program,
        "settings": { "known": work.known.to_string() },
        "inputs": inputs,
        "articles": done.readings,
        "reports": done.reports,
        "there_already": done.passed,
        "events": done.events,
        "pairs": done.pairs,
        "turns": done.turns,
        "skipped": skipped,
        "output": FILES.iter().map(output).collect::<Vec<_>>(),
        "run": {
            "began": began.to_string(),
            "ended": Timestamp::now().to_string(),
            "partitions": work.parts,
            "jobs": work.jobs,
        },
    });
    let mut text = serde_json::to_vec_pretty(&manifest)?;
    text.push(b'\n');
    Ok(text)
}

/// A report with the number of its reading.
type Numbered = (u64, Report);

/// Months and turns of a pair.
type Told = (String, String, Vec<Month>, Vec<Turn>);

/// How it is worked out.
struct Work<'a> {
    aside: &'a Path,
    parts: usize,
    jobs: usize,
    known: Date,
}

impl Work<'_> {
    fn spill<T: Serialize>(&self) -> io::Result<Spill<T>> {
        Spill::new(self.aside, self.parts, HELD)
    }

    fn part(&self, thing: &impl std::hash::Hash) -> usize {
        (hash(thing) % self.parts as u64) as usize
    }

    fn all(&self, files: &[PathBuf], tell: &dyn Fn(&str)) -> Result<(Done, Option<Coder>)> {
        let mut done = Done::default();
        let (arrivals, reports, coder) = self.sort(files, tell, &mut done)?;
        let fates = self.judge(arrivals)?;
        done.passed = fates.passed();
        let (events, shares) = self.gather(&reports, &fates)?;
        drop((reports, fates));
        done.events = self.write_events(events, coder.as_ref())?;
        let told = self.stand(&shares)?;
        drop(shares);
        (done.pairs, done.turns) = self.write_told(told, coder.as_ref())?;
        Ok((done, coder))
    }

    /// Sorts all reports into parts by their cells, and what decides about readings by their texts.
    fn sort(
        &self,
        files: &[PathBuf],
        tell: &dyn Fn(&str),
        done: &mut Done,
    ) -> Result<(Heaps<partition::Reading>, Heaps<Numbered>, Option<Coder>)> {
        let mut arrivals = self.spill()?;
        let mut reports = self.spill()?;
        let mut coder: Option<Option<Coder>> = None;
        for reading in coded::readings(files, None, self.aside, tell)? {
            let coded::Reading { article, fingerprint, coder: by, reports: quoted } = reading;
            if let Err(error) = partition::check(&article, &fingerprint, &quoted) {
                tell(&format!("{error}; its article is left out."));
                continue;
            }
            let number = done.readings;
            done.readings += 1;
            let reading = partition::Reading {
                number,
                doc: article.id,
                text: fingerprint,
                source: article.source.clone(),
                coder: hash(&(&by.version, &by.lexicon, &by.model)),
            };
            arrivals.push(self.part(&reading.text), &reading)?;
            match &mut coder {
                None => coder = Some(Some(by)),
                // Several coders: the files name none.
                Some(one) if one.as_ref() != Some(&by) => *one = None,
                Some(_) => {}
            }
            for mut report in quoted.into_iter().map(|quoted| quoted.report) {
                let cite = &mut report.cite_info;
                cite.publication = cite.publication.take().or_else(|| article.source.clone());
                if let Some(cell) = partition::cell(&report) {
                    done.reports += 1;
                    reports.push(self.part(&cell), &(number, report))?;
                }
            }
        }
        Ok((arrivals.finish()?, reports.finish()?, coder.flatten()))
    }

    /// Which readings count, and under which names.
    fn judge(&self, arrivals: Heaps<partition::Reading>) -> Result<Fates> {
        let mut fates = Fates::default();
        let mut new = self.spill()?;
        for part in 0..arrivals.len() {
            for reading in partition::judge(all(&arrivals, part)?, &mut fates) {
                new.push(self.part(&reading.doc), &reading)?;
            }
        }
        let new = new.finish()?;
        for part in 0..new.len() {
            fates.name(all(&new, part)?);
        }
        Ok(fates)
    }

    /// The events of each part, and what they are to pairs.
    fn gather(&self, reports: &Heaps<Numbered>, fates: &Fates) -> Result<(Heaps<Event>, Heaps<Share>)> {
        let events = Mutex::new(self.spill::<Event>()?);
        let shares = Mutex::new(self.spill::<Share>()?);
        self.each(reports.len(), |part| {
            let mut settled = Vec::new();
            for numbered in reports.heap(part) {
                let (reading, report) = numbered?;
                settled.extend(fates.settle(reading, report)?);
            }
            for event in partition::events(&settled) {
                lock(&events)?.push(part, &event)?;
                for share in partition::shares(&event) {
                    lock(&shares)?.push(self.part(&share.sides()), &share)?;
                }
            }
            Ok(())
        })?;
        Ok((finish(events)?, finish(shares)?))
    }

    /// Months and turns of the pairs of each part.
    fn stand(&self, shares: &Heaps<Share>) -> Result<Heaps<Told>> {
        let told = Mutex::new(self.spill::<Told>()?);
        self.each(shares.len(), |part| {
            for Stand { a, b, months, turns } in partition::stand(all(shares, part)?, self.known) {
                let months = months.into_iter().map(|month| row(&a, &b, month)).collect();
                lock(&told)?.push(part, &(a, b, months, turns))?;
            }
            Ok(())
        })?;
        finish(told)
    }

    /// Does the parts, several at a time. The first error is told when all threads have ended.
    fn each(&self, parts: usize, work: impl Fn(usize) -> Result<()> + Sync) -> Result<()> {
        let next = AtomicUsize::new(0);
        let take = || loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                return Ok(());
            }
            if let Err(error) = work(part) {
                // Nobody needs the other parts any more.
                next.store(parts, Ordering::Relaxed);
                return Err(error);
            }
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..self.jobs.min(parts)).map(|_| scope.spawn(take)).collect();
            let mut done = take();
            for other in others {
                match other.join() {
                    Ok(theirs) => done = done.and(theirs),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            done
        })
    }

    fn writer<R: Row>(&self, name: &str, coder: Option<&Coder>) -> Result<Writer<BufWriter<File>, R>> {
        Ok(Writer::new(BufWriter::new(File::create(self.aside.join(name))?), coder)?)
    }

    fn write_events(&self, events: Heaps<Event>, coder: Option<&Coder>) -> Result<u64> {
        let mut writer = self.writer(FILES[0], coder)?;
        let key = |event: &Event| {
            let (undated, first, last, id) = partition::order(event);
            (undated, first, last, id.to_owned())
        };
        for event in merge(events, key)? {
            writer.push(&event?)?;
        }
        let written = writer.len();
        writer.finish()?;
        Ok(written)
    }

    fn write_told(&self, told: Heaps<Told>, coder: Option<&Coder>) -> Result<(u64, u64)> {
        let mut standings = self.writer::<Month>(FILES[1], coder)?;
        let mut turning = self.writer::<Turn>(FILES[2], coder)?;
        let mut pairs = 0;
        for told in merge(told, |(a, b, ..): &Told| (a.clone(), b.clone()))? {
            let (_, _, months, turns) = told?;
            pairs += 1;
            months.iter().try_for_each(|month| standings.push(month))?;
            turns.iter().try_for_each(|turn| turning.push(turn))?;
        }
        let turns = turning.len();
        standings.finish()?;
        turning.finish()?;
        Ok((pairs, turns))
    }
}

fn row(a: &str, b: &str, month: StandingMonth) -> Month {
    let level = month.level;
    Month {
        a: a.to_owned(),
        b: b.to_owned(),
        month: month.first,
        level: level.map(|l| l.value),
        low: level.map(|l| l.low),
        high: level.map(|l| l.high),
        weight: level.map(|l| l.weight),
        treat: month.treat,
        alike: month.alike,
        state: month.state,
    }
}

fn lock<T>(shared: &Mutex<T>) -> Result<std::sync::MutexGuard<'_, T>> {
    match shared.lock() {
        Ok(guard) => Ok(guard),
        Err(_) => bail!("another thread has failed"),
    }
}

fn finish<T: Serialize>(spill: Mutex<Spill<T>>) -> Result<Heaps<T>> {
    match spill.into_inner() {
        Ok(spill) => Ok(spill.finish()?),
        Err(_) => bail!("another thread has failed"),
    }
}

/// All things of a heap.
fn all<T: DeserializeOwned>(heaps: &Heaps<T>, part: usize) -> Result<Vec<T>> {
    Ok(heaps.heap(part).collect::<io::Result<_>>()?)
}

#[cfg(test)]
mod tests;
