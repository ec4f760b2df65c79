//! `detente demo`: the built-in example articles through the whole program. They go into a ledger, a new file
//! unless one is named; where the pairs in them stand and what turned is printed; then the pages are served.
//!
//! The file is kept, so that every other command can be tried on it.

use std::fmt::Write as _;
use std::io::{Cursor, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use console::{Style, measure_text_width, truncate_str};
use detente::standing::Standing;
use detente::turn::Turn;
use detente_intake::{Input, Intake, Options};
use detente_ledger::{Ledger, Outcome as Ended, Relation};
use serde_json::json;

use super::add::{Keeper, Reads, today};
use super::{Outcome, dyad, serve};
use crate::batch::{self, Frame};
use crate::engine;
use crate::made::{Made, Run};
use crate::output::{self, count, when};
use crate::progress::Meter;
use crate::rejects::Rejects;
use crate::written::Given;

/// Try the program on its own example articles, and look at them in the browser
///
/// The examples go into a ledger of their own, a new file whose name is shown: the other commands work on it with
/// `--ledger FILE`.
#[derive(clap::Args)]
pub struct Args {
    /// Put the examples into this ledger [default: a new file in a temporary folder]
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Print what the examples tell and end, without pages
    #[arg(long)]
    no_serve: bool,
    /// The port for the pages; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0, conflicts_with = "no_serve")]
    port: u16,
}

/// Pairs looked at, the most told about first.
const LOOKED_AT: usize = 200;
/// Pairs shown.
const PAIRS: usize = 16;
/// Turns shown.
const TURNS: usize = 20;

/// Runs the command.
///
/// # Errors
/// When the program was built without examples, the ledger cannot be written, or the port is in use.
pub fn run(args: Args) -> Result<Outcome> {
    let examples = engine::examples();
    if examples.is_empty() {
        anyhow::bail!("this build has no example articles: name a file of your own with `detente code FILE`");
    }
    let path = match args.ledger {
        Some(path) => path,
        None => fresh_folder(&std::env::temp_dir())?.join("detente.db"),
    };
    let mut ledger = Ledger::open(&path)?;
    let inputs =
        examples.iter().map(|(name, bytes)| Input::Reader((*name).into(), Box::new(Cursor::new(*bytes))));
    let intake = Intake::new(inputs, Options::default());
    let reader = engine::reader(&[])?;
    let made = Made::by_reading(reader.coder(), &[])?;
    let settings = json!({ "known": today().to_string() });
    let run = Run::begin(&mut ledger, "demo", reader.coder(), &made, &settings, given(examples))?;
    let mut keeper = Keeper::new(ledger, &reader, today());
    let mut rejects = Rejects::default();
    let frame = Frame { jobs: None, meter: &Meter::hidden(), rejects: &mut rejects };
    let tally = batch::run(intake, frame, Reads::all(&reader), &mut keeper)?;
    keeper.relate()?;
    keeper.end(run, if tally.stopped { Ended::Stopped } else { Ended::Done }, &rejects, 0)?;
    let ledger = keeper.into_ledger();

    let mut out = output::people();
    out.write_all(story(&ledger, &path)?.as_bytes())?;
    out.flush()?;
    drop(out);
    drop(ledger);
    if args.no_serve {
        return Ok(tally.end("read"));
    }
    let at = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), args.port);
    serve::pages(&path, at, detente_desk::Settings::default(), Vec::new())?;
    Ok(tally.end("read"))
}

/// The examples as a manifest names them: they are part of the program, and its version says which they are.
fn given(examples: &[(&str, &[u8])]) -> Vec<Given> {
    let one = |(name, bytes): &(&str, &[u8])| Given {
        name: format!("example {name}"),
        bytes: bytes.len() as u64,
        files: None,
        print: None,
    };
    examples.iter().map(one).collect()
}

/// Makes a folder that was not there before.
fn fresh_folder(parent: &Path) -> Result<PathBuf> {
    let mut number = u64::from(std::process::id());
    loop {
        let folder = parent.join(format!("detente-demo-{number}"));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => {
                let shown = parent.display();
                return Err(error).with_context(|| {
                    format!("{shown}: no folder can be made there: name a file with --ledger FILE")
                });
            }
        }
    }
}

/// Two parties of the ledger, by name.
struct Pair {
    names: String,
    relation: Relation,
}

/// What the ledger tells: who stands with whom, and what turned.
fn story(ledger: &Ledger, path: &Path) -> Result<String> {
    let bold = Style::new().bold();
    let mut pairs = Vec::new();
    for dyad in ledger.dyads(LOOKED_AT, None)? {
        // A state and its own people are one country.
        let country = |key: &str| key.split('/').next().unwrap_or_default().to_owned();
        if country(&dyad.a) == country(&dyad.b) {
            continue;
        }
        let relation = ledger.relation(&dyad.a, &dyad.b, None)?;
        let names = format!("{} – {}", ledger.name_of(&dyad.a)?, ledger.name_of(&dyad.b)?);
        pairs.push(Pair { names, relation });
    }
    let counts = ledger.counts(None)?;
    let shown = path.display();
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{} with {} in {shown}",
        count(counts.articles, "article"),
        count(counts.reports, "report")
    );
    let last = ledger.last_day()?.map(|d| format!(", at the end of what is told ({d})")).unwrap_or_default();
    let title = bold.apply_to("Who stands with whom");
    let _ = writeln!(text, "\n{title}{last}, from −10 (war) to +10 (union)");
    let told: Vec<&Pair> = pairs.iter().filter(|p| p.relation.standing.events > 0).collect();
    for pair in told.iter().take(PAIRS) {
        let name = truncate_str(&pair.names, 36, "…");
        let gap = " ".repeat(36 - measure_text_width(&name));
        let (level, since) = (level(&pair.relation.standing), since(&pair.relation));
        let _ = writeln!(text, "{name}{gap}  {level:<40}  {since}");
    }
    if told.len() > PAIRS {
        let _ = writeln!(text, "… and {} of which less is told", count(told.len() - PAIRS, "pair"));
    }

    let mut turns: Vec<(&Pair, &Turn)> =
        told.iter().flat_map(|p| p.relation.turns.iter().map(|t| (*p, t))).collect();
    // What four states do to a fifth on one day is told once.
    let deed = |turn: &Turn| (turn.from, turn.to, turn.kind, turn.events.clone());
    turns.sort_by_cached_key(|(pair, turn)| (deed(turn), pair.names.clone()));
    let told_once: Vec<_> = turns.chunk_by(|x, y| deed(x.1) == deed(y.1)).collect();
    let _ = writeln!(text, "\n{}", bold.apply_to("What turned"));
    if turns.is_empty() {
        text.push_str("No change of standing stands out.\n");
    }
    for group in told_once.iter().take(TURNS) {
        let names: Vec<&str> = group.iter().map(|(pair, _)| pair.names.as_str()).collect();
        if let [(pair, turn), ..] = group {
            dyad::turn(&mut text, turn, &pair.relation, Some(&names.join(", ")));
        }
    }
    if told_once.len() > TURNS {
        let _ = writeln!(text, "and {} more", count(told_once.len() - TURNS, "turn"));
    }
    let next = format!("detente dyad Iran Hamas --ledger {shown}");
    let _ = writeln!(text, "\nNext: {}\n", bold.apply_to(next));
    Ok(text)
}

/// "+4.3", or what was last known.
fn level(standing: &Standing) -> String {
    match (standing.latest(), standing.last_evidence()) {
        (Some(level), _) => {
            format!("{:+.1}, between {:+.1} and {:+.1}", level.value, level.low, level.high)
        }
        (None, Some((day, Some(level)))) => {
            format!("no evidence lately; {:+.1} in {:04}-{:02}", level.value, day.year(), day.month())
        }
        (None, _) => "too little evidence".into(),
    }
}

/// Since when they stand so: the last turn, or the first that is told.
fn since(relation: &Relation) -> String {
    match (relation.turns.last(), relation.standing.months.first()) {
        (Some(turn), _) => format!("since {} ({})", when(turn.from, turn.to), output::turn_name(turn)),
        (None, Some(month)) => format!("first told of {:04}-{:02}", month.first.year(), month.first.month()),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_demo_has_a_folder_of_its_own() {
        let parent = std::env::temp_dir();
        let one = fresh_folder(&parent).expect("a folder");
        let two = fresh_folder(&parent).expect("another");
        assert_ne!(one, two);
        for folder in [one, two] {
            std::fs::remove_dir(folder).expect("empty");
        }
        let gone = fresh_folder(Path::new("no/such/folder")).expect_err("no parent");
        assert!(gone.to_string().contains("--ledger FILE"), "{gone}");
    }
}
