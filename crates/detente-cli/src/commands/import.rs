//! `detente import`: events of other data sets into the ledger, translated into our terms. The file is read twice: first to
//! see that it is sound and to count what is left out and why, then to keep it; so a file that breaks off leaves nothing.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use detente::foreign::party::How;
use detente::foreign::{self, BadFile, ForeignEvent, Format, Rows, Skipped, UNKNOWN, Why};
use detente::lexicon::Lexicon;
use detente_intake::packed;
use detente_ledger::{Import, Ledger, Outcome as Ended};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{LedgerFile, Outcome};
use crate::engine;
use crate::made::{Made, Run};
use crate::output::{self, complain, say};
use crate::written;

/// Take the events of another data set into the ledger
///
/// Relations become PLOVER types, names become our entity keys: persons by their office on the day of the event. Rows
/// that PLOVER has no type for, and second tellings of one act, are left out and counted. The file may be packed with
/// gzip, xz or zstd.
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
    Table(One),
    /// The table that ICEWS itself gives out: 20 columns, with story, publisher and place
    Icews(One),
}

/// One file.
#[derive(clap::Args)]
struct One {
    /// The file to import
    #[arg(value_name = "FILE")]
    file: PathBuf,
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
    /// Unknown relations, and how often.
    relations: BTreeMap<String, u64>,
    mentions: u64,
    unknown: u64,
    most_unknown: Vec<(String, u64)>,
}

/// So many faulty rows are told one by one.
const TOLD: usize = 5;

/// Runs the command.
///
/// # Errors
/// Wrong usage, a file that cannot be read or is no such table, a faulty lexicon, or a ledger that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let (format, one) = match args.form {
        Form::Table(one) => (Format::Table, one),
        Form::Icews(one) => (Format::Icews, one),
    };
    // A wrong file or ledger should be named before the lexicon is read; a new ledger is made when the file is sound.
    open(&one.file)?;
    let ledger =
        (one.to.is_none() && one.ledger.path.exists()).then(|| Ledger::open(&one.ledger.path)).transpose()?;
    let reader = engine::reader(&one.lexicon)?;
    let lexicon = reader.lexicon();
    if one.to == Some(To::Tsv) {
        return print(&one, format, lexicon);
    }
    let bar = spinner();
    bar.set_message("reading");
    let (found, sha256) = look(&one.file, format, lexicon, &bar)?;
    bar.finish_and_clear();
    let stem = || {
        let name = one.file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        name.split('.').next().filter(|n| !n.is_empty()).unwrap_or("import").to_owned()
    };
    let import = Import {
        name: one.name.clone().unwrap_or_else(stem),
        file: one.file.display().to_string(),
        sha256,
        format: format.as_str().to_owned(),
        licence: one.licence.clone(),
        known: one.known.unwrap_or_else(super::add::today),
        notes: notes(&found),
    };
    if found.rows == 0 {
        tell(&one.file, &found);
        bail!(
            "{}: no row could be translated, so nothing was imported{}",
            one.file.display(),
            after(&left_out(&found))
        );
    }
    let mut ledger = match ledger {
        Some(ledger) => ledger,
        None => Ledger::open(&one.ledger.path)?,
    };
    let made = Made::with_lexicon(reader.coder(), &one.lexicon)?;
    let settings = json!({
        "form": format.as_str(), "name": import.name, "licence": import.licence, "known": import.known.to_string(),
    });
    let inputs = written::look(std::slice::from_ref(&one.file));
    let run = Run::begin(&mut ledger, "import", reader.coder(), &made, &settings, inputs)?;
    let bar = bar_of(found.rows);
    let mut rows = rows(&one.file, format, lexicon)?;
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
    let ended = run.end(&mut ledger, how, counted);
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
    if counts.already {
        say(&format!(
            "The ledger has this file already, as {}: {} rows. Nothing was changed.",
            counts.name,
            thousands(counts.rows)
        ))?;
        return Ok(Outcome::Clean);
    }
    let (rows, events) = (thousands(counts.rows), thousands(counts.events));
    say(&format!("{}: {rows} rows{days}; {events} events between two known parties.", counts.name))?;
    for note in notes(&found) {
        say(&format!("{note}."))?;
    }
    Ok(tell(&one.file, &found))
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

/// The rows of a file.
fn rows<'l>(path: &Path, format: Format, lexicon: &'l Lexicon) -> Result<Rows<'l, Box<dyn BufRead + Send>>> {
    begin(path, format, lexicon, open(path)?)
}

fn begin<'l>(
    path: &Path,
    format: Format,
    lexicon: &'l Lexicon,
    bytes: impl Read + Send + 'static,
) -> Result<Rows<'l, Box<dyn BufRead + Send>>> {
    let name = path.display();
    let unpacked = packed::unpack(bytes).with_context(|| format!("{name}: this file cannot be unpacked"))?;
    foreign::read(lexicon, format, unpacked).map_err(|e| match e {
        BadFile::Io(e) => anyhow!("{name}: this file cannot be read ({e}): get it again"),
        other => anyhow!("{name}: {other}"),
    })
}

/// Reads the file once: what is in it, and its fingerprint.
fn look(path: &Path, format: Format, lexicon: &Lexicon, bar: &ProgressBar) -> Result<(Found, String)> {
    let mut hash = Sha256::new();
    std::io::copy(&mut open(path)?, &mut hash)
        .with_context(|| format!("{}: cannot be read", path.display()))?;
    let sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    let mut found = Found::default();
    let mut rows = rows(path, format, lexicon)?;
    for row in rows.by_ref() {
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
                    path.display()
                );
            }
            Err(skipped) => {
                *found.left_out.entry(skipped.why.cause()).or_default() += 1;
                match &skipped.why {
                    Why::NoType(_) | Why::Mirrored | Why::Twice(_) => {}
                    Why::Relation(text) => *found.relations.entry(text.clone()).or_default() += 1,
                    _ if found.faults.len() < TOLD => found.faults.push(skipped),
                    _ => {}
                }
            }
        }
    }
    let parties = rows.parties();
    found.mentions = parties.counts().values().sum();
    found.unknown = parties.counts().get(&How::Unknown).copied().unwrap_or(0);
    found.most_unknown = parties.unknown().into_iter().take(TOLD).map(|(n, m)| (n.to_owned(), m)).collect();
    Ok((found, sha256))
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
fn tell(file: &Path, found: &Found) -> Outcome {
    for Skipped { row, why } in &found.faults {
        complain(&format!("{}, line {row}: {why}: the row was left out.", file.display()));
    }
    let mut relations: Vec<(&str, u64)> =
        found.relations.iter().map(|(text, n)| (text.as_str(), *n)).collect();
    relations.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    if !relations.is_empty() {
        let list: Vec<String> =
            relations.iter().take(TOLD).map(|(text, n)| format!("“{text}” ({})", thousands(*n))).collect();
        complain(&format!(
            "{}: relations that lexicon/exchange/relations.tsv does not have: {}{}. Add them in a folder of your own \
             (exchange/relations.tsv) and name it with --lexicon.",
            file.display(),
            list.join(", "),
            if relations.len() > TOLD {
                format!(" and {} more", relations.len() - TOLD)
            } else {
                String::new()
            }
        ));
    }
    let faulty = !found.faults.is_empty() || !found.relations.is_empty();
    if faulty { Outcome::Skipped } else { Outcome::Clean }
}

/// Prints the translated rows.
fn print(one: &One, format: Format, lexicon: &Lexicon) -> Result<Outcome> {
    let mut out = output::stdout();
    writeln!(
        out,
        "row\tdate\tactor\tactor_sector\tactor_name\trecipient\trecipient_sector\trecipient_name\tevent\tmode\t\
         event_scale\tmutual\trelation\tpublisher\tstory\tsentence\tplace\tcountry_code\tlat\tlon"
    )?;
    let mut clean = Outcome::Clean;
    for row in rows(&one.file, format, lexicon)? {
        match row {
            Ok(event) => line(&mut out, &event)?,
            Err(Skipped { row, why: Why::Broken(why) }) => {
                out.flush()?;
                bail!("{}, line {row}: the file breaks off ({why}): get it again", one.file.display());
            }
            Err(Skipped { why: Why::NoType(_) | Why::Mirrored | Why::Twice(_), .. }) => {}
            Err(_) => clean = Outcome::Skipped,
        }
    }
    out.flush()?;
    Ok(clean)
}

fn line(out: &mut impl Write, event: &ForeignEvent) -> std::io::Result<()> {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
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
        actor.name,
        recipient.key,
        text(&recipient.sector),
        recipient.name,
        event.kind,
        text(&event.mode),
        event.scale,
        event.mutual,
        event.words,
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
