//! One of two codings: a ledger, tables of reports in Parquet, or JSON lines of records; read into acts between two parties,
//! and read once more for the sentences of a few of them.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use detente::foreign::{Parties, UNKNOWN};
use detente::plover::EventType;
use detente::report::{Aux, Report};
use detente_intake::joined;
use detente_ledger::{Filter, Ledger};
use detente_tables::{Coded, Table, kind};
use jiff::civil::Date;

use super::agree::{Act, LONGEST};
use crate::output::complain;

/// The longest line of records, in bytes.
const LINE: u64 = 64 << 20;
/// So many lines that are no records are told one by one.
const TOLD: u64 = 5;

/// Which part of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Its own reports where it has some, else its imports.
    Whatever,
    /// Its own reports.
    Reports,
    /// All of its imports.
    Imports,
    /// One import.
    Import(String),
}

/// Where a coding stands.
enum Place {
    Ledger(Box<Ledger>, Part),
    Parquet(Vec<PathBuf>),
    Lines(Vec<PathBuf>),
}

/// A coding that can be read.
pub struct Source {
    /// What the user called it.
    pub name: String,
    place: Place,
}

/// Names of parties by number, which both codings share.
#[derive(Default)]
pub struct Keys {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Keys {
    fn number(&mut self, key: &str) -> u32 {
        if let Some(n) = self.numbers.get(key) {
            return *n;
        }
        let n = self.names.len() as u32;
        self.names.push(key.to_owned());
        self.numbers.insert(key.to_owned(), n);
        n
    }

    /// The key of a number.
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// Numbers the keys anew by their letters, so that nothing depends on who came first; gives the new number of each.
    pub fn sort(&mut self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.names.len() as u32).collect();
        order.sort_by(|a, b| self.names[*a as usize].cmp(&self.names[*b as usize]));
        let mut new = vec![0; order.len()];
        for (at, old) in order.iter().enumerate() {
            new[*old as usize] = at as u32;
        }
        self.names.sort();
        self.numbers = self.names.iter().enumerate().map(|(i, k)| (k.clone(), i as u32)).collect();
        new
    }
}

/// What a coding tells.
#[derive(Default)]
pub struct Coding {
    /// Its acts.
    pub acts: Vec<Act>,
    /// The ids of its reports and rows.
    pub ids: Vec<Box<str>>,
    /// Reports and rows that were read.
    pub read: u64,
    /// What was left out, by cause.
    pub left_out: BTreeMap<&'static str, u64>,
    /// Lines that are no records.
    pub bad: u64,
}

/// How a coding is read.
pub struct How<'a> {
    /// Keys of groups and people become those of their states.
    pub states: Option<&'a Parties<'a>>,
    /// What is denied, announced or only possible counts as well.
    pub all: bool,
    /// Only what may have been on these days.
    pub from: Option<Date>,
    /// The last of them.
    pub to: Option<Date>,
}

/// One telling: a report, or a row of an import.
struct Telling<'t> {
    id: &'t str,
    pairs: Vec<(&'t str, &'t str, bool)>,
    kind: EventType,
    scale: f32,
    days: Option<(Date, Date)>,
    aux: &'t [Aux],
}

/// The number of a day from 1 January 1970.
pub fn number(day: Date) -> i32 {
    // The days that a calendar has fit.
    detente::day::number(day) as i32
}

impl Source {
    /// Finds out what stands at a place: `news.db`, `news.db@reports`, `news.db@icews18`, a folder, a file.
    ///
    /// # Errors
    /// When there is nothing, or nothing that can be compared.
    pub fn open(text: &str) -> Result<Source> {
        let whole = Path::new(text);
        let (path, part) = match text.rsplit_once('@') {
            Some((path, part)) if !whole.exists() => (Path::new(path), Some(part)),
            _ => (whole, None),
        };
        let name = text.to_owned();
        if path.is_dir() {
            if part.is_some() {
                bail!("{}: only a ledger has parts to name behind @", path.display());
            }
            let mut files = Vec::new();
            walk(path, &mut files)?;
            let tables: Vec<PathBuf> = files.iter().filter(|f| has_ending(f, "parquet")).cloned().collect();
            let place = if tables.is_empty() { Place::Lines(files) } else { Place::Parquet(tables) };
            if matches!(&place, Place::Lines(files) if files.is_empty()) {
                bail!(
                    "{}: no file in this folder is a table of reports (.parquet) or holds records (.jsonl)",
                    path.display()
                );
            }
            return Ok(Source { name, place });
        }
        let mut head = [0; 16];
        let mut file = File::open(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => anyhow!("{}: there is no such file or folder", path.display()),
            _ => anyhow!("{}: this file cannot be opened ({e})", path.display()),
        })?;
        let mut n = 0;
        while n < head.len() {
            match file.read(&mut head[n..]) {
                Ok(0) => break,
                Ok(more) => n += more,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => bail!("{}: this file cannot be read ({e})", path.display()),
            }
        }
        let place = if head.starts_with(b"SQLite format 3") {
            let part = match part {
                None => Part::Whatever,
                Some("reports") => Part::Reports,
                Some("imports") => Part::Imports,
                Some(name) => Part::Import(name.to_owned()),
            };
            Place::Ledger(Box::new(Ledger::open_read_only(path)?), part)
        } else if part.is_some() {
            bail!("{}: only a ledger has parts to name behind @", path.display());
        } else if head.starts_with(b"PAR1") {
            Place::Parquet(vec![path.to_owned()])
        } else {
            Place::Lines(vec![path.to_owned()])
        };
        Ok(Source { name, place })
    }

    /// Reads the acts.
    ///
    /// # Errors
    /// When a file cannot be read, or a ledger has no such import.
    pub fn read(&self, how: &How, keys: &mut Keys) -> Result<Coding> {
        let mut coding = Coding::default();
        coding.bad = self.each(true, |telling, _| coding.take(telling, how, keys))?;
        Ok(coding)
    }

    /// The sentences of some reports, by id; rows of imports have the words of their file.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn sentences(&self, wanted: &mut HashMap<Box<str>, String>) -> Result<()> {
        self.each(false, |telling, words| {
            if let Some(words_of) = wanted.get_mut(telling.id)
                && words_of.is_empty()
            {
                *words_of = words();
            }
        })?;
        Ok(())
    }

    /// Hands over all tellings, each with what gives its words. Gives the number of lines that are no records.
    fn each(&self, tell: bool, mut give: impl FnMut(&Telling, &dyn Fn() -> String)) -> Result<u64> {
        let mut of_report = |report: &Report, sentence: &str| {
            let Some(kind) = report.event.first() else { return };
            let telling = Telling {
                id: &report.id,
                pairs: pairs(report),
                kind: *kind,
                scale: report.event_scale,
                days: report.date.zip(report.enddate),
                aux: &report.aux,
            };
            let words = || if sentence.is_empty() { report.event_text.clone() } else { sentence.to_owned() };
            give(&telling, &words);
        };
        match &self.place {
            Place::Parquet(files) => {
                let mut reports = 0;
                for file in files {
                    // A folder of an output holds tables of events and standings as well.
                    let what = kind(file)?;
                    if files.len() > 1 && !what.is_some_and(|w| w.starts_with("reports/")) {
                        continue;
                    }
                    reports += 1;
                    for row in Table::<Coded>::open(file)? {
                        let row = row?;
                        of_report(&row.report, &row.sentence);
                    }
                }
                if reports == 0 {
                    bail!("{}: none of its tables holds reports", self.name);
                }
                Ok(0)
            }
            Place::Lines(files) => {
                let mut bad = 0;
                for file in files {
                    bad += lines(file, tell, &mut of_report)?;
                }
                Ok(bad)
            }
            Place::Ledger(ledger, part) => {
                let mut told = false;
                if matches!(part, Part::Whatever | Part::Reports) {
                    ledger.each_report(&Filter::default(), |row| {
                        told = true;
                        of_report(&row.report, &row.sentence);
                        true
                    })?;
                }
                if *part == Part::Reports || told {
                    return Ok(0);
                }
                let import = if let Part::Import(name) = part { Some(name.as_str()) } else { None };
                let there = ledger.each_foreign(import, |row| {
                    let telling = Telling {
                        id: &format!("{}:{}", row.import, row.row),
                        pairs: vec![(&row.actor, &row.recipient, row.mutual)],
                        kind: row.kind,
                        scale: row.scale as f32,
                        days: Some((row.day, row.day)),
                        aux: &[],
                    };
                    give(&telling, &|| {
                        format!("{} | {} | {}", row.actor_name, row.words, row.recipient_name)
                    });
                })?;
                if !there {
                    bail!(
                        "{}: the ledger has no import of this name; behind @ stands reports, imports or the name of an import",
                        self.name
                    );
                }
                Ok(0)
            }
        }
    }
}

/// Records of JSON lines; gives the number of lines that are none.
fn lines(path: &Path, tell: bool, of_report: &mut impl FnMut(&Report, &str)) -> Result<u64> {
    let name = path.display();
    let file = File::open(path).with_context(|| format!("{name}: this file cannot be opened"))?;
    let mut input = joined::open(&name.to_string(), file)
        .with_context(|| format!("{name}: this file cannot be unpacked"))?;
    let (mut line, mut row, mut good, mut bad) = (Vec::new(), 0u64, 0u64, 0u64);
    loop {
        line.clear();
        row += 1;
        let n = (&mut input)
            .take(LINE)
            .read_until(b'\n', &mut line)
            .map_err(|e| anyhow!("{name}, line {row}: the file breaks off ({e}): get it again"))?;
        if n == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Report>(&line) {
            Ok(report) => {
                good += 1;
                of_report(&report, "");
            }
            Err(e) => {
                bad += 1;
                // Where nothing was a record yet, this is another kind of file.
                if good == 0 && bad >= TOLD {
                    bail!(
                        "{name}: this holds no records of detente ({e}): give a ledger, a table of reports, or what \
                         `detente code` or `detente events --reports` wrote as JSON lines"
                    );
                }
                if tell && bad <= TOLD {
                    complain(&format!("{name}, line {row}: this is no record ({e}): it was left out."));
                }
            }
        }
    }
    if good == 0 {
        bail!("{name}: this holds no record of detente");
    }
    Ok(bad)
}

/// Files with records in a folder and in those below it, in the order of their names.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = || format!("{}: this folder cannot be read", folder.display());
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(unreadable)?
        .map(|entry| Ok(entry.with_context(unreadable)?.path()))
        .collect::<Result<_>>()?;
    all.sort();
    for path in all {
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(['.', '_']));
        if path.is_dir() && !hidden {
            walk(&path, files)?;
        } else if !hidden
            && ["parquet", "jsonl", "jsonl.gz", "jsonl.zst", "jsonl.xz"].iter().any(|e| has_ending(&path, e))
        {
            files.push(path);
        }
    }
    Ok(())
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.file_name()
        .is_some_and(|n| n.to_string_lossy().to_ascii_lowercase().ends_with(&format!(".{ending}")))
}

/// The pairs of a report: every actor with every recipient, or, where there is none, the actors among themselves.
fn pairs(report: &Report) -> Vec<(&str, &str, bool)> {
    let mut pairs = Vec::new();
    for (i, x) in report.actor.iter().enumerate() {
        if report.recipient.is_empty() {
            pairs.extend(report.actor.iter().skip(i + 1).map(|y| (x.key.as_str(), y.key.as_str(), true)));
        } else {
            pairs.extend(report.recipient.iter().map(|y| (x.key.as_str(), y.key.as_str(), false)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

impl Coding {
    fn take(&mut self, telling: &Telling, how: &How, keys: &mut Keys) {
        self.read += 1;
        let mut out = |cause| *self.left_out.entry(cause).or_default() += 1;
        if !how.all && telling.aux.iter().any(|a| *a != Aux::Historical) {
            return out("denied, announced or only possible");
        }
        let Some((first, last)) = telling.days else { return out("without a day") };
        if how.to.is_some_and(|to| first > to) || how.from.is_some_and(|from| last < from) {
            return out("outside the days asked for");
        }
        let (first, last) = (number(first), number(last));
        if last < first || last - first > LONGEST {
            return out("dated to more than a month");
        }
        let mut id = None;
        let mut any = false;
        for (who, whom, mutual) in &telling.pairs {
            let [who, whom] = [*who, *whom].map(|key| match how.states {
                Some(parties) => parties.country_of(key),
                None => Some(key),
            });
            let (Some(who), Some(whom)) = (who, whom) else { continue };
            if who == whom || [who, whom].iter().any(|k| k.is_empty() || *k == UNKNOWN) {
                continue;
            }
            any = true;
            let id = *id.get_or_insert_with(|| {
                self.ids.push(telling.id.into());
                self.ids.len() as u32 - 1
            });
            let (who, whom) = (keys.number(who), keys.number(whom));
            let (kind, scale) = (telling.kind, telling.scale);
            self.acts.push(Act { first, last, who, whom, mutual: *mutual, kind, scale, id, told: 1 });
        }
        if !any {
            *self.left_out.entry("without two known parties").or_default() += 1;
        }
    }
}
