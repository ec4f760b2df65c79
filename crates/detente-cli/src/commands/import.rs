//! `detente import`: events of other data sets into the ledger, translated into our terms. Each file is read twice: first
//! to see that it is sound and to count what is left out and why, then to keep it; so a file that breaks off leaves nothing.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use detente::foreign::party::How;
use detente::foreign::{self, BadFile, ForeignEvent, Format, Rows, Skipped, Slashes, UNKNOWN, Why};
use detente::lexicon::Lexicon;
use detente::report::Coder;
use detente_intake::joined;
use detente_ledger::{Import, Ledger, Outcome as Ended};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{CannotWrite, LedgerFile, Outcome, Usage};
use crate::engine;
use crate::made::{Made, Run};
use crate::output::{self, complain, say};
use crate::written;

/// Take the events of other data sets into the ledger
///
/// Acts become PLOVER types, names and codes become our entity keys: persons by their office on the day of the event.
/// Rows that PLOVER has no type for, and second tellings of one act, are left out and counted. Files may be packed with
/// gzip, xz, zstd or zip. A file that the ledger has already, and events whose ids came with an earlier file, are not
/// taken in again: a command that was stopped is simply given once more.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    form: Form,
}

#[derive(clap::Subcommand)]
enum Form {
    /// A table with the columns date, source, relation, target, with tabs between
    ///
    /// Relations are those of ICEWS and CAMEO ("Make a visit"), names like "Foreign Affairs (France)" or "Hamas".
    Table(Files),
    /// The table that ICEWS itself gives out: 20 columns, with story, publisher and place
    Icews(Files),
    /// GDELT 1.0 (57 or 58 columns) and 2.0 (61 columns), without names of columns or with them
    ///
    /// Acts are codes of CAMEO, parties codes of countries, known groups and roles.
    Gdelt(Files),
    /// POLECAT: tables with tabs whose types and modes are PLOVER's already
    Polecat(Files),
    /// ACLED: CSV with event_type, sub_event_type, actor1, actor2
    ///
    /// Rows that name one actor alone, as most protests do, are no event between two and are left out and counted.
    Acled(Files),
    /// The Georeferenced Event Dataset of the UCDP: CSV with side_a, side_b, type_of_violence
    Ucdp(Files),
    /// Phoenix of the Open Event Data Alliance (26 columns), and the historical one of the Cline Center
    Phoenix(Files),
}

/// Some files.
#[derive(clap::Args)]
struct Files {
    /// The files to import
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    ledger: LedgerFile,
    /// A short name for the data set [default: the name of the file]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The licence of the data set, to be kept with it
    #[arg(long, value_name = "TEXT")]
    licence: Option<String>,
    /// The day on which this becomes known [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = super::day)]
    known: Option<Date>,
    /// In days like 8/7/2019 the day stands first, not the month
    #[arg(long)]
    day_first: bool,
    /// Go on with a command that was stopped: say nothing of files that the ledger has already
    #[arg(long)]
    resume: bool,
    /// A file for all rows that were left out: one JSON object a line with kind, file, place, what, mend and row
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Print the translated rows instead of keeping them
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<To>,
    /// A folder with a lexicon of your own, used on top of the built-in one; may be given several times
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// How translated rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum To {
    /// A table with tabs between the cells
    Tsv,
}

/// What the first reading found.
#[derive(Default)]
struct Found {
    rows: u64,
    first: Option<Date>,
    last: Option<Date>,
    left_out: BTreeMap<&'static str, u64>,
    /// Rows that somebody may want to mend, the first ones.
    faults: Vec<Skipped>,
    /// How many there are.
    faulty: u64,
    /// Acts that the tables lack, and how often.
    lacking: BTreeMap<String, u64>,
    /// The file names its columns.
    header: bool,
    mentions: u64,
    unknown: u64,
    most_unknown: Vec<(String, u64)>,
}

/// So many faulty rows are told one by one.
const TOLD: usize = 5;
/// So many acts that the tables lack are counted one by one: a file of another form lacks them all.
const LACKING: usize = 10_000;

/// A row that was left out, for programs.
#[derive(Serialize)]
struct Reject<'a> {
    kind: &'a str,
    file: &'a str,
    place: String,
    what: String,
    mend: &'a str,
    row: &'a str,
}

/// The file of rows that were left out.
struct Rejects {
    path: PathBuf,
    out: BufWriter<File>,
}

impl Rejects {
    fn begin(path: Option<&Path>) -> Result<Option<Rejects>> {
        let Some(path) = path else { return Ok(None) };
        let file = File::create(path).map_err(|e| CannotWrite::new(path, &e))?;
        Ok(Some(Rejects { path: path.into(), out: BufWriter::new(file) }))
    }

    fn add(&mut self, file: &Path, skipped: &Skipped, row: &str) -> Result<()> {
        let Skipped { row: line, why } = skipped;
        let reject = Reject {
            kind: why.cause(),
            file: &file.display().to_string(),
            place: format!("line {line}"),
            what: why.to_string(),
            mend: mend(why),
            row,
        };
        // A record of ours is always JSON.
        let mut line = serde_json::to_vec(&reject).unwrap_or_default();
        line.push(b'\n');
        self.out.write_all(&line).map_err(|e| CannotWrite::new(&self.path, &e).into())
    }

    fn end(&mut self) -> Result<()> {
        self.out.flush().map_err(|e| CannotWrite::new(&self.path, &e).into())
    }
}

/// What can be done about a row.
fn mend(why: &Why) -> &'static str {
    match why {
        Why::Relation(_) | Why::Code(_) | Why::Type(_) => {
            "add it to a table in exchange/ of a folder of your own, and name the folder with --lexicon"
        }
        Why::Day(_) => "correct the day",
        Why::NoParty => "name both parties",
        Why::Cells(..) => "correct the row: a surplus cell moves all behind it",
        Why::Quote => "close the quotation mark, or double it",
        Why::TooLong => "end the line where the row ends",
        Why::Broken(_) => "get the file again",
        _ => "nothing: such rows are left out",
    }
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a file that cannot be read or is no such table, a faulty lexicon, or a ledger that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let (format, some) = match args.form {
        Form::Table(some) => (Format::Table, some),
        Form::Icews(some) => (Format::Icews, some),
        Form::Gdelt(some) => (Format::Gdelt, some),
        Form::Polecat(some) => (Format::Polecat, some),
        Form::Acled(some) => (Format::Acled, some),
        Form::Ucdp(some) => (Format::Ucdp, some),
        Form::Phoenix(some) => (Format::Phoenix, some),
    };
    if some.rejects.is_some() && some.to.is_some() {
        return Err(Usage(
            "--rejects goes with an import; with --to nothing is kept and nothing listed".into(),
        )
        .into());
    }
    // A wrong file or ledger should be named before the lexicon is read; a new ledger is made when a file is sound.
    if let [file] = some.files.as_slice() {
        open(file)?;
    }
    let mut ledger = (some.to.is_none() && some.ledger.path.exists())
        .then(|| Ledger::open(&some.ledger.path))
        .transpose()?;
    let reader = engine::reader(&some.lexicon)?;
    let lexicon = reader.lexicon();
    let known = match (some.known, &ledger) {
        (Some(day), _) => day,
        (None, Some(ledger)) => super::add::today_in(ledger)?,
        (None, None) => super::add::today(),
    };
    let mut rejects = Rejects::begin(some.rejects.as_deref())?;
    let mut outcome = Outcome::Clean;
    if some.to == Some(To::Tsv) {
        head(&mut output::stdout())?;
    }
    for file in &some.files {
        let one = One { file, format, some: &some, lexicon, coder: reader.coder(), known };
        let done = match some.to {
            Some(To::Tsv) => print(&one),
            None => import(&one, &mut ledger, rejects.as_mut()),
        };
        match done {
            Ok(Outcome::Clean) => {}
            Ok(Outcome::Skipped) => outcome = Outcome::Skipped,
            // One file is the whole work; of several the others go on.
            Err(error) if some.files.len() == 1 || stops(&error) => return Err(error),
            Err(error) => {
                complain(&output::chain(&error));
                outcome = Outcome::Skipped;
            }
        }
    }
    if let Some(rejects) = &mut rejects {
        rejects.end()?;
    }
    if let Some(ledger) = &mut ledger
        && some.files.len() > 1
    {
        ledger.relate_later(false);
        ledger.relate()?;
    }
    Ok(outcome)
}

/// Whether an error is none of this file's, and would be the next one's as well.
fn stops(error: &anyhow::Error) -> bool {
    output::is_broken_pipe(error)
        || error.chain().any(|e| e.is::<CannotWrite>() || e.is::<detente_ledger::LedgerError>())
}

/// One file, and how it is read.
struct One<'a> {
    file: &'a Path,
    format: Format,
    some: &'a Files,
    lexicon: &'a Lexicon,
    coder: &'a Coder,
    known: Date,
}

/// Imports one file.
fn import(one: &One, ledger: &mut Option<Ledger>, mut rejects: Option<&mut Rejects>) -> Result<Outcome> {
    let sha256 = fingerprint(one.file)?;
    let there = ledger.as_ref().map(|ledger| ledger.imported(&sha256)).transpose()?.flatten();
    if let Some(there) = there {
        if !one.some.resume {
            say(&format!(
                "The ledger has this file already, as {}: {} rows. Nothing was changed.",
                there.name,
                thousands(there.rows)
            ))?;
        }
        return Ok(Outcome::Clean);
    }
    let mut earlier = HashSet::new();
    if let Some(ledger) = ledger {
        ledger.foreign_ids(one.format.as_str(), |id| _ = earlier.insert(foreign::id_number(id)))?;
    }
    let bar = spinner();
    bar.set_message("reading");
    let (found, earlier) = look(one, earlier, &bar, &mut rejects)?;
    bar.finish_and_clear();
    let stem = || {
        let name = one.file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        name.split('.').next().filter(|n| !n.is_empty()).unwrap_or("import").to_owned()
    };
    let import = Import {
        name: one.some.name.clone().unwrap_or_else(stem),
        file: one.file.display().to_string(),
        sha256,
        format: one.format.as_str().to_owned(),
        licence: one.some.licence.clone(),
        known: one.known,
        notes: notes(&found),
    };
    let out: u64 = found.left_out.values().sum();
    if found.rows == 0
        && out > 0
        && out == found.left_out.get(Why::Earlier(String::new()).cause()).copied().unwrap_or(0)
    {
        say(&format!(
            "{}: the ledger has all of its {} events already, out of earlier files. Nothing was changed.",
            import.name,
            thousands(out)
        ))?;
        return Ok(Outcome::Clean);
    }
    if found.rows == 0 {
        tell(one, &found);
        if out == 0 && found.header {
            bail!(
                "{}: the file has names of columns and no row under them, so nothing was imported",
                one.file.display()
            );
        }
        bail!(
            "{}: no row could be translated, so nothing was imported{}",
            one.file.display(),
            after(&left_out(&found))
        );
    }
    if ledger.is_none() {
        *ledger = Some(Ledger::open(&one.some.ledger.path)?);
    }
    let Some(ledger) = ledger else { bail!("there is no ledger") };
    // Standings are worked out once, when all files are in.
    ledger.relate_later(one.some.files.len() > 1);
    let made = Made::with_lexicon(one.coder, &one.some.lexicon)?;
    let settings = json!({
        "form": one.format.as_str(), "name": import.name, "licence": import.licence, "known": import.known.to_string(),
        "day_first": one.some.day_first,
    });
    let inputs = written::look(&[one.file.to_owned()]);
    let run = Run::begin(ledger, "import", one.coder, &made, &settings, inputs)?;
    let bar = bar_of(found.rows);
    let mut rows = rows(one, earlier)?;
    let mut broken = None;
    let events = std::iter::from_fn(|| {
        loop {
            match rows.next()? {
                Ok(event) => {
                    bar.inc(1);
                    return Some(event);
                }
                // The first reading came to the end; the file has changed since.
                Err(Skipped { row, why: Why::Broken(why) }) => broken = Some((row, why)),
                Err(_) => {}
            }
        }
    });
    let imported = ledger.import(&import, events);
    let (how, counted) = match &imported {
        Ok(counts) => (
            Ended::Done,
            json!({ "name": counts.name, "already": counts.already, "rows": counts.rows, "events": counts.events, "left_out": found.left_out }),
        ),
        Err(_) => (Ended::Failed, json!({ "left_out": found.left_out })),
    };
    let ended = run.end(ledger, how, counted);
    let counts = imported?;
    ended?;
    bar.finish_and_clear();
    if let Some((row, why)) = broken {
        bail!(
            "{}, line {row}: the file changed while it was read ({why}): import it into a new ledger",
            import.file
        );
    }
    let days = match (found.first, found.last) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    let (rows, events) = (thousands(counts.rows), thousands(counts.events));
    say(&format!("{}: {rows} rows{days}; {events} events between two known parties.", counts.name))?;
    for note in notes(&found) {
        say(&format!("{note}."))?;
    }
    Ok(tell(one, &found))
}

/// The file, open.
fn open(path: &Path) -> Result<File> {
    let name = path.display();
    let file = File::open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => anyhow!("{name}: there is no such file"),
        _ => anyhow!("{name}: this file cannot be opened ({e})"),
    })?;
    if file.metadata().is_ok_and(|m| m.is_dir()) {
        bail!("{name}: this is a folder: name the file in it");
    }
    Ok(file)
}

/// The rows of a file, but for those whose ids are known.
fn rows<'l>(one: &One<'l>, earlier: HashSet<u64>) -> Result<Rows<'l, Box<dyn BufRead + Send>>> {
    let name = one.file.display();
    let unpacked = joined::open(&name.to_string(), open(one.file)?)
        .with_context(|| format!("{name}: this file cannot be unpacked"))?;
    let slashes = if one.some.day_first { Slashes::DayFirst } else { Slashes::MonthFirst };
    let rows = foreign::read(one.lexicon, one.format, unpacked).map_err(|e| match e {
        BadFile::Io(e) => anyhow!("{name}: this file cannot be read ({e}): get it again"),
        other => anyhow!("{name}: {other}"),
    })?;
    Ok(rows.slashes(slashes).without(earlier))
}

/// The fingerprint of a file.
fn fingerprint(path: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut file = open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer).with_context(|| format!("{}: cannot be read", path.display()))?;
        if n == 0 {
            return Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect());
        }
        hash.update(&buffer[..n]);
    }
}

/// Reads the file once: what is in it. Gives the ids of earlier files back.
fn look(
    one: &One,
    earlier: HashSet<u64>,
    bar: &ProgressBar,
    rejects: &mut Option<&mut Rejects>,
) -> Result<(Found, HashSet<u64>)> {
    let mut found = Found::default();
    let mut rows = rows(one, earlier)?;
    found.header = rows.has_header();
    while let Some(row) = rows.next() {
        if (found.rows + 1).is_multiple_of(1 << 14) {
            bar.set_message(format!("{} rows read", thousands(found.rows)));
        }
        match row {
            Ok(event) => {
                found.rows += 1;
                found.first = Some(found.first.map_or(event.day, |day| day.min(event.day)));
                found.last = Some(found.last.map_or(event.day, |day| day.max(event.day)));
            }
            Err(Skipped { row, why: Why::Broken(why) }) => {
                bail!(
                    "{}, line {row}: the file breaks off ({why}): get it again. Nothing was imported",
                    one.file.display()
                );
            }
            Err(skipped) => {
                if let Some(rejects) = rejects {
                    rejects.add(one.file, &skipped, rows.text())?;
                }
                *found.left_out.entry(skipped.why.cause()).or_default() += 1;
                found.faulty += u64::from(skipped.why.is_fault());
                match skipped.why.lacking() {
                    Some(text) if found.lacking.len() < LACKING || found.lacking.contains_key(text) => {
                        *found.lacking.entry(text.to_owned()).or_default() += 1;
                    }
                    None if skipped.why.is_fault() && found.faults.len() < TOLD => found.faults.push(skipped),
                    _ => {}
                }
            }
        }
    }
    let parties = rows.parties();
    found.mentions = parties.counts().values().sum();
    found.unknown = parties.counts().get(&How::Unknown).copied().unwrap_or(0);
    found.most_unknown = parties.unknown().into_iter().take(TOLD).map(|(n, m)| (n.to_owned(), m)).collect();
    Ok((found, rows.into_earlier()))
}

/// What was left out, by cause, the most first.
fn left_out(found: &Found) -> String {
    let mut causes: Vec<(&str, u64)> = found.left_out.iter().map(|(cause, n)| (*cause, *n)).collect();
    causes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    causes.into_iter().map(|(cause, n)| format!("{} {cause}", thousands(n))).collect::<Vec<_>>().join("; ")
}

/// ": what", where there is something.
fn after(what: &str) -> String {
    if what.is_empty() { String::new() } else { format!(": {what}") }
}

/// What the ledger keeps of what was left out.
fn notes(found: &Found) -> Vec<String> {
    let mut notes = Vec::new();
    let out: u64 = found.left_out.values().sum();
    if out > 0 {
        notes.push(format!("{} rows left out: {}", thousands(out), left_out(found)));
    }
    if found.unknown > 0 {
        let most: Vec<String> =
            found.most_unknown.iter().map(|(name, n)| format!("{name} ({})", thousands(*n))).collect();
        notes.push(format!(
            "{} of {} mentions name nobody whom the lexicon knows and are {UNKNOWN}: {}",
            thousands(found.unknown),
            thousands(found.mentions),
            most.join(", ")
        ));
    }
    notes
}

/// Names faulty rows on standard error.
fn tell(one: &One, found: &Found) -> Outcome {
    let file = one.file.display();
    for Skipped { row, why } in &found.faults {
        complain(&format!("{file}, line {row}: {why}: the row was left out."));
    }
    let lacking: u64 = found.lacking.values().sum();
    let more = found.faulty.saturating_sub(found.faults.len() as u64 + lacking);
    if more > 0 {
        let all = if one.some.rejects.is_some() { "" } else { "; --rejects FILE lists them all" };
        complain(&format!("{file}: and {} more rows were left out so{all}.", thousands(more)));
    }
    let mut acts: Vec<(&str, u64)> = found.lacking.iter().map(|(text, n)| (text.as_str(), *n)).collect();
    acts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    if !acts.is_empty() {
        let list: Vec<String> =
            acts.iter().take(TOLD).map(|(text, n)| format!("“{text}” ({})", thousands(*n))).collect();
        let table = match one.format {
            Format::Table | Format::Icews => "relations.tsv",
            Format::Gdelt | Format::Phoenix => "cameo.tsv",
            Format::Polecat | Format::Acled | Format::Ucdp => "acts.tsv",
        };
        let what = match one.format {
            Format::Table | Format::Icews => "relations",
            Format::Gdelt | Format::Phoenix => "codes",
            Format::Polecat | Format::Acled | Format::Ucdp => "types of events",
        };
        complain(&format!(
            "{file}: {what} that lexicon/exchange/{table} does not have: {}{}. Add them in a folder of your own \
             (exchange/{table}) and name it with --lexicon.",
            list.join(", "),
            if acts.len() > TOLD { format!(" and {} more", acts.len() - TOLD) } else { String::new() }
        ));
    }
    if found.faulty > 0 { Outcome::Skipped } else { Outcome::Clean }
}

/// The names of the columns of translated rows.
fn head(out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "row\tdate\tactor\tactor_sector\tactor_name\trecipient\trecipient_sector\trecipient_name\tevent\tmode\t\
         event_scale\tmutual\trelation\tpublisher\tstory\tsentence\tplace\tcountry_code\tlat\tlon"
    )?;
    Ok(out.flush()?)
}

/// Prints the translated rows.
fn print(one: &One) -> Result<Outcome> {
    let mut out = output::stdout();
    let mut clean = Outcome::Clean;
    for row in rows(one, HashSet::new())? {
        match row {
            Ok(event) => line(&mut out, &event)?,
            Err(Skipped { row, why: Why::Broken(why) }) => {
                out.flush()?;
                bail!("{}, line {row}: the file breaks off ({why}): get it again", one.file.display());
            }
            Err(skipped) if skipped.why.is_fault() => clean = Outcome::Skipped,
            Err(_) => {}
        }
    }
    out.flush()?;
    Ok(clean)
}

fn line(out: &mut impl Write, event: &ForeignEvent) -> std::io::Result<()> {
    // What stands in quotes may hold tabs and line ends, and a spreadsheet should run nothing.
    let plain = |t: &str| output::harmless(t.replace(['\t', '\n', '\r'], " ").into()).into_owned();
    let text = |t: &Option<String>| t.as_deref().map(plain).unwrap_or_default();
    let (actor, recipient) = (&event.actor, &event.recipient);
    let place = event.place.clone().unwrap_or_default();
    let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
    writeln!(
        out,
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        event.row,
        event.day,
        actor.key,
        text(&actor.sector),
        plain(&actor.name),
        recipient.key,
        text(&recipient.sector),
        plain(&recipient.name),
        event.kind,
        text(&event.mode),
        event.scale,
        event.mutual,
        plain(&event.words),
        text(&event.publisher),
        text(&event.story),
        event.sentence.map_or_else(String::new, |n| n.to_string()),
        text(&place.resolved_place),
        text(&place.country_code),
        number(place.lat),
        number(place.lon),
    )
}

/// A number in groups of three.
fn thousands(n: u64) -> String {
    detente_desk::grouped(usize::try_from(n).unwrap_or(usize::MAX))
}

fn spinner() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn bar_of(rows: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(rows);
    let style = "{bar:30} {human_pos} of {human_len} rows, {eta} left";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (n, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(n), text);
        }
    }
}
