//! `detente verify`: would it come out again? The texts of a ledger are read anew with today's program, lexicon and models, and
//! what differs from what is kept is told with its sentence and its cause; and the file itself is checked: its pages, its texts,
//! its spans, its events, its standings.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use console::Style;
use detente::report::Coder;
use detente_ledger::{Audit, Kept, Ledger};
use serde::Serialize;
use serde_json::Value;

use super::Outcome;
use crate::differences::{Change, Difference, differences, short};
use crate::made::Made;
use crate::output::{self, count, wrapped};
use crate::reread::{self, record};
use crate::table::{Cell, Table};
use crate::{batch, engine};

/// Read the texts of a ledger again and say what differs and why; check the file itself
///
/// Each difference has its sentence and its cause: another program, lexicon, model or setting than the one that read it, or
/// none of them, which is a fault. Nothing is written. Exit status 0 when all is as it was, 1 when something differs or the
/// file has a fault.
#[derive(clap::Args)]
pub struct Args {
    /// The ledger file
    #[arg(value_name = "LEDGER", env = "DETENTE_LEDGER", default_value = "detente.db")]
    ledger: PathBuf,
    /// How many articles are read again, and how many events and pairs checked
    #[arg(long, value_name = "N", default_value_t = 200)]
    sample: usize,
    /// Read all articles again, and check all events and pairs
    #[arg(long, conflicts_with = "sample")]
    all: bool,
    /// Which sample: another number draws another one
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How to print
    #[arg(long, value_enum, value_name = "FORM", default_value = "text")]
    to: super::sheet::Sheet,
    /// How many threads read [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// A folder with a lexicon of your own, used on top of the built-in one; may be given several times
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// Differences shown to people.
const SHOWN: usize = 40;

/// Everything that was found.
#[derive(Serialize)]
struct Found {
    ledger: String,
    /// What reads today.
    coder: Coder,
    /// Which sample; null where all was looked at.
    sample: Option<usize>,
    seed: u64,
    articles: Articles,
    reports: Reports,
    /// How many differing reports each cause has; one may have several.
    causes: BTreeMap<&'static str, usize>,
    differences: Vec<Told>,
    /// The ledger's own integrity.
    integrity: Audit,
}

/// Articles.
#[derive(Default, Serialize)]
struct Articles {
    /// Read again.
    read: usize,
    /// Of these, with another result.
    differing: usize,
    /// Not read, for their text is not the one whose hash is kept.
    damaged: usize,
    /// Over which today's reader stumbled.
    stumbled: usize,
    /// In the ledger, without their text.
    without_text: usize,
}

/// Reports.
#[derive(Default, Serialize)]
struct Reports {
    same: usize,
    changed: usize,
    gone: usize,
    new: usize,
}

/// One difference.
#[derive(Serialize)]
struct Told {
    article: String,
    #[serde(flatten)]
    difference: Difference,
    /// The words of the sentence.
    text: String,
    /// `program`, `lexicon`, `model`, `settings`, or `fault` where nothing differs that is known.
    causes: Vec<&'static str>,
    /// The same in a sentence.
    why: String,
}

impl Found {
    fn is_clean(&self) -> bool {
        self.differences.is_empty()
            && self.integrity.faults.is_empty()
            && self.articles.damaged == 0
            && self.articles.stumbled == 0
    }
}

/// Runs the command.
///
/// # Errors
/// A ledger that cannot be read, or a faulty lexicon.
pub fn run(args: Args) -> Result<Outcome> {
    use super::sheet::Sheet;
    let ledger = Ledger::open_read_only(&args.ledger)?;
    let found = look(&args, &ledger)?;
    match args.to {
        Sheet::Text => output::tell(text(&found).trim_end_matches('\n'))?,
        Sheet::Csv => output::put(&table(&found).csv())?,
        Sheet::Json => output::put(&crate::table::json(&found))?,
    }
    Ok(if found.is_clean() { Outcome::Clean } else { Outcome::Skipped })
}

/// Reads again and compares.
fn look(args: &Args, ledger: &Ledger) -> Result<Found> {
    let sample = (!args.all).then_some(args.sample);
    let reader = engine::reader(&args.lexicon)?;
    let made = Made::by_reading(reader.coder(), &args.lexicon)?;
    let integrity = ledger.audit(sample, args.seed)?;
    let mut found = Found {
        ledger: args.ledger.display().to_string(),
        coder: reader.coder().clone(),
        sample,
        seed: args.seed,
        articles: Articles { without_text: integrity.without_text, ..Articles::default() },
        reports: Reports::default(),
        causes: BTreeMap::new(),
        differences: Vec::new(),
        integrity,
    };
    let mut by_manifest: BTreeMap<i64, (Coder, Option<Made>)> = BTreeMap::new();
    for rows in ledger.texts(sample, args.seed)?.chunks(reread::AT_ONCE) {
        // What cannot be read of the file is among its faults already.
        let kept: Vec<Kept> = rows.iter().filter_map(|row| ledger.kept(*row).ok()).collect();
        let read = reread::each(&kept, batch::threads(args.jobs), |kept| {
            if kept.is_whole { reread::read(&reader, &kept.article) } else { None }
        });
        for (kept, read) in kept.iter().zip(read) {
            if !kept.is_whole {
                found.articles.damaged += 1;
                continue;
            }
            let Some(read) = read else {
                found.articles.stumbled += 1;
                continue;
            };
            found.articles.read += 1;
            let was: Vec<Value> = kept.reports.iter().map(record).collect();
            let is: Vec<Value> = read
                .iter()
                .map(|report| ledger.as_kept(report, &kept.article).map(|report| record(&report)))
                .collect::<Result<_, _>>()?;
            let differing = differences(&was, &is);
            let n = |change: Change| differing.iter().filter(|d| d.change == change).count();
            let (changed, gone, new) = (n(Change::Changed), n(Change::Gone), n(Change::New));
            found.reports.same += was.len() - changed - gone;
            found.reports.changed += changed;
            found.reports.gone += gone;
            found.reports.new += new;
            if differing.is_empty() {
                continue;
            }
            found.articles.differing += 1;
            if let Some(id) = kept.manifest
                && !by_manifest.contains_key(&id)
            {
                let manifest = ledger.manifest(id)?;
                by_manifest.insert(id, (manifest.coder, serde_json::from_value(manifest.record).ok()));
            }
            // What was taken in ready-made was read by another program than the one that wrote it here.
            let then = kept.manifest.and_then(|id| by_manifest.get(&id));
            let then = then.filter(|(coder, _)| *coder == kept.coder).and_then(|(_, made)| made.as_ref());
            let (causes, why) = causes(&kept.coder, reader.coder(), then, &made);
            for difference in differing {
                for cause in &causes {
                    *found.causes.entry(cause).or_default() += 1;
                }
                let (start, end) = difference.sentence;
                found.differences.push(Told {
                    article: kept.article.id.clone(),
                    text: kept.article.text.get(start..end).unwrap_or_default().to_owned(),
                    difference,
                    causes: causes.clone(),
                    why: why.clone(),
                });
            }
        }
    }
    Ok(found)
}

/// Why an article may read differently: in words for programs, and in a sentence.
fn causes(was: &Coder, is: &Coder, then: Option<&Made>, now: &Made) -> (Vec<&'static str>, String) {
    let mut causes = Vec::new();
    let mut why = Vec::new();
    let differ = then.map(|then| then.differences(now)).unwrap_or_default();
    for (cause, was, is) in [
        ("program", &was.version, &is.version),
        ("lexicon", &was.lexicon, &is.lexicon),
        ("model", &was.model, &is.model),
    ] {
        if was != is {
            causes.push(cause);
            why.push(format!("another {cause} ({was}, now {is})"));
        } else if differ.contains(&cause) {
            causes.push(cause);
            why.push(match (cause, then) {
                ("program", Some(then)) => {
                    format!(
                        "another program of the same version (engine {}, now {})",
                        then.program.engine, now.program.engine
                    )
                }
                ("model", Some(then)) => {
                    let names = then
                        .models
                        .iter()
                        .filter(|a| now.models.iter().any(|b| b.file == a.file && b.sha256 != a.sha256));
                    format!("another file {}", names.map(|m| m.file.as_str()).collect::<Vec<_>>().join(", "))
                }
                _ => format!("another {cause} of the same name"),
            });
        }
    }
    if differ.contains(&"settings") {
        causes.push("settings");
        why.push("sentences are chosen in another way (patterns of one's own, then or now)".into());
    }
    if causes.is_empty() {
        causes.push("fault");
        why.push(if then.is_some() {
            "a fault: nothing differs from what read it".into()
        } else {
            "nothing differs that is known; no manifest says which program read it".into()
        });
    }
    (causes, why.join("; "))
}

/// Columns of the CSV form.
const COLUMNS: [&str; 9] = ["kind", "article", "report", "says", "field", "was", "is", "sentence", "cause"];

fn table(found: &Found) -> Table {
    let mut table = Table::new(COLUMNS);
    for told in &found.differences {
        let d = &told.difference;
        let mut row = |field: &str, was: Cell, is: Cell| {
            table.push([
                Cell::text(d.change.as_str()),
                Cell::text(&told.article),
                Cell::text(&d.report),
                Cell::text(&d.says),
                if field.is_empty() { Cell::Empty } else { Cell::text(field) },
                was,
                is,
                Cell::text(&told.text),
                Cell::List(told.causes.iter().map(|c| (*c).to_owned()).collect()),
            ]);
        };
        if d.fields.is_empty() {
            row("", Cell::Empty, Cell::Empty);
        }
        for field in &d.fields {
            let cell = |value: &Value| match value {
                Value::Null => Cell::Empty,
                Value::String(text) => Cell::text(text),
                other => Cell::text(other.to_string()),
            };
            row(&field.name, cell(&field.was), cell(&field.is));
        }
    }
    for fault in &found.integrity.faults {
        let none = || Cell::Empty;
        table.push([
            Cell::text("fault"),
            none(),
            none(),
            Cell::text(format!("{} {}", fault.kind, fault.of).trim()),
            none(),
            none(),
            none(),
            Cell::text(&fault.what),
            none(),
        ]);
    }
    table
}

fn text(found: &Found) -> String {
    let bold = Style::new().bold();
    let mut text = String::new();
    let a = &found.articles;
    let part = match found.sample {
        Some(_) => format!("a sample (--seed {}; --all reads all)", found.seed),
        None => "all".into(),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", bold.apply_to(format!("Read again: {}", count(a.read, "article"))));
    let _ = writeln!(
        text,
        "  {part} of those whose texts are here; {} without",
        count(a.without_text, "article")
    );
    let _ = writeln!(
        text,
        "  with version {}, lexicon {}, {}",
        found.coder.version, found.coder.lexicon, found.coder.model
    );
    let r = &found.reports;
    let _ = writeln!(
        text,
        "  {} the same; {} changed, {} gone, {} new in {}",
        count(r.same, "report"),
        r.changed,
        r.gone,
        r.new,
        count(a.differing, "article")
    );
    if a.stumbled > 0 {
        let _ = writeln!(text, "  the reader stumbled over {}", count(a.stumbled, "article"));
    }
    for told in found.differences.iter().take(SHOWN) {
        let d = &told.difference;
        let head = format!("{:<8} {}", d.change.as_str(), d.report);
        let _ = writeln!(text, "\n{}  {}", bold.apply_to(head), d.says);
        for field in &d.fields {
            let line = format!("{}: {} → {}", field.name, short(&field.was), short(&field.is));
            for line in wrapped(&line, 9) {
                let _ = writeln!(text, "         {line}");
            }
        }
        for line in wrapped(&format!("“{}”", told.text.replace('\n', " ")), 9) {
            let _ = writeln!(text, "         {line}");
        }
        let _ = writeln!(text, "         because of {}", told.why.trim_start_matches("because of "));
    }
    if found.differences.len() > SHOWN {
        let _ = writeln!(
            text,
            "\n… and {} more: --to csv or --to json has them all",
            found.differences.len() - SHOWN
        );
    }
    let i = &found.integrity;
    let _ = writeln!(text, "\n{}", bold.apply_to("The file itself"));
    let _ = writeln!(
        text,
        "  its pages; {} against their hashes; the spans of {}{}",
        count(i.texts, "text"),
        count(i.reports, "report"),
        if i.behind {
            "; events and standings are not up to date, and were not checked (the next `detente add` brings them up to date)"
                .to_owned()
        } else {
            format!(
                "; {} against their reports; standings of {} worked out anew",
                count(i.events, "event"),
                count(i.pairs, "pair")
            )
        }
    );
    if i.faults.is_empty() {
        let _ = writeln!(text, "  no fault");
    }
    for fault in i.faults.iter().take(SHOWN) {
        let of = if fault.of.is_empty() { String::new() } else { format!(" {}", fault.of) };
        let _ = writeln!(text, "  {}{of}: {}", fault.kind, fault.what);
    }
    if i.faults.len() > SHOWN {
        let _ = writeln!(text, "  … and {} more faults", i.faults.len() - SHOWN);
    }
    if a.damaged > 0 {
        let _ =
            writeln!(text, "  {} not read again, for their texts are damaged", count(a.damaged, "article"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coder(version: &str, lexicon: &str, model: &str) -> Coder {
        Coder { version: version.into(), lexicon: lexicon.into(), model: model.into() }
    }

    #[test]
    fn every_cause_is_named_and_none_is_a_fault() {
        let now = coder("2", "b", "n");
        let made = Made::by_reading(&now, &[]).expect("the built-in lexicon");
        let of = |was: &Coder, then: Option<&Made>| causes(was, &now, then, &made);
        assert_eq!(of(&now, Some(&made)).0, ["fault"]);
        assert!(of(&now, None).1.contains("no manifest"), "{:?}", of(&now, None));
        assert_eq!(of(&coder("1", "b", "n"), Some(&made)).0, ["program"]);
        assert_eq!(of(&coder("2", "a", "m"), None).0, ["lexicon", "model"]);
        let mut then = made.clone();
        then.program.engine = "0".into();
        then.models[0].sha256 = "0".into();
        let (causes, why) = of(&now, Some(&then));
        assert_eq!(causes, ["program", "model"]);
        assert!(why.contains("models/en/syntax.bin") && why.contains("same version"), "{why}");
        then = made.clone();
        then.models[2].used = false;
        assert_eq!(of(&now, Some(&then)).0, ["settings"]);
    }
}
