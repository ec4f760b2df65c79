//! Rolls the parties of a foreign table up, for measuring: reads the table from standard input, prints each name of *all* its
//! rows with the keys that it got and the number of mentions of each, then on standard error how many rows were
//! translated in which time, and why others were not. `bench/relations/rollup.py` compares.
//!
//! `cargo run --release -p detente --example rollup -- lexicon table < icews18.tsv`

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use detente::foreign::party::Hint;
use detente::foreign::{self, Format, Parties, Why};
use detente::lexicon::Lexicon;
use jiff::civil::Date;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap_or_else(|| "lexicon".into()));
    let format = if args.next().as_deref() == Some("icews") { Format::Icews } else { Format::Table };
    let mut files = Vec::new();
    walk(&folder, &folder, &mut files)?;
    let lexicon = Lexicon::load(&files)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let started = std::time::Instant::now();
    let (mut translated, mut skipped) = (0_u64, BTreeMap::<String, u64>::new());
    for row in foreign::read(&lexicon, format, bytes.as_slice())? {
        match row {
            Ok(_) => translated += 1,
            Err(row) => {
                let cause = match &row.why {
                    Why::Relation(text) => format!("unknown relation {text}"),
                    why => why.cause().to_string(),
                };
                *skipped.entry(cause).or_default() += 1;
            }
        }
    }
    eprintln!("{translated}\trows translated, in {:.2} s", started.elapsed().as_secs_f64());
    // Statements are no events of ours, but whoever makes them is a mention to measure by.
    let mut parties = Parties::new(&lexicon);
    let mut keys: BTreeMap<(String, String, String), u64> = BTreeMap::new();
    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
    let text = String::from_utf8(bytes).unwrap_or(text);
    let (at, hints) = match format {
        Format::Table => ([0, 1, 3], None),
        Format::Icews => ([1, 2, 8], Some([(4, 3), (10, 9)])),
        _ => return Err("only tables of names are rolled up here: table, icews".into()),
    };
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let Some(day) = cells.get(at[0]).and_then(|day| day.parse::<Date>().ok()) else { continue };
        for (n, column) in at[1..].iter().enumerate() {
            let cell = |at: usize| cells.get(at).copied().filter(|c| *c != "NA");
            let hint = hints.map(|h| Hint { country: cell(h[n].0), sectors: cell(h[n].1) });
            let party = parties.find(cell(*column).unwrap_or(""), day, hint.unwrap_or_default());
            *keys.entry((party.name, party.key, party.sector.unwrap_or_default())).or_default() += 1;
        }
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    for ((name, key, sector), n) in &keys {
        let country = parties.country_of(key).unwrap_or("");
        writeln!(out, "{name}\t{key}\t{sector}\t{country}\t{n}")?;
    }
    for (cause, n) in skipped {
        eprintln!("{n}\t{cause}");
    }
    for (how, n) in parties.counts() {
        eprintln!("{n}\t{how:?}");
    }
    Ok(out.flush()?)
}

fn walk(root: &Path, dir: &Path, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if path.extension().is_some_and(|e| e == "tsv" || e == "toml") {
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            files.push((name, fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
