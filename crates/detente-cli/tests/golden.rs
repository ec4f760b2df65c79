//! The golden outputs of the examples: the records of all six articles, and the events, standings and turns of a ledger of them,
//! byte for byte. A change of reading is expected now and then: then the message says which report differs in which field,
//! `just golden` writes the files anew, and their diff belongs in the commit, where whoever reads it can judge it.
//!
//! Records stand without their `coder`: the hash of the lexicon in it changes with every word that is added.

#[allow(dead_code, reason = "shared with the program")]
#[path = "../src/differences.rs"]
mod differences;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use detente_intake::{Input, Intake, Options};
use detente_ledger::{Filter, Ledger, TurnFilter};
use jiff::civil::date;
use serde_json::Value;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// What the program prints.
fn run(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_detente"))
        .current_dir(examples())
        .args(args)
        .env_remove("DETENTE_LEDGER")
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Names of the example articles.
fn names() -> Vec<String> {
    let files = fs::read_dir(examples()).expect("the examples").flatten();
    let mut names: Vec<String> = files
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".txt"))
        .collect();
    names.sort();
    names
}

/// Holds an output against its file. What differs is told by `explain`, out of both.
fn golden(wrong: &mut String, name: &str, found: &str, explain: impl Fn(&str, &str) -> String) {
    let path = folder().join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, found).expect("written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if kept != found {
        let _ = writeln!(wrong, "\n{name} has changed:\n{}", explain(&kept, found));
    }
}

/// Fails with what has changed and what to do about it.
fn settle(wrong: &str) {
    assert!(
        wrong.is_empty(),
        "{wrong}\nIf this is what you meant, `just golden` (BLESS=1 cargo test -p detente-cli --test golden) writes the files anew: \
         read their diff and put it into the commit that changes the reading. If not, the reading has changed by accident."
    );
}

/// The first lines that differ.
fn lines(kept: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (kept.lines().collect(), found.lines().collect());
    let cut = |line: &&&str| line.chars().take(300).collect::<String>();
    let gone = old.iter().filter(|line| !new.contains(line));
    let come = new.iter().filter(|line| !old.contains(line));
    let mut text = String::new();
    for line in gone.take(8) {
        let _ = writeln!(text, "  - {}", cut(&line));
    }
    for line in come.take(8) {
        let _ = writeln!(text, "  + {}", cut(&line));
    }
    if text.is_empty() { "  the order of its lines\n".into() } else { text }
}

/// Which reports differ, and in which field.
fn reports(kept: &str, found: &str, text: &str) -> String {
    let parse = |lines: &str| -> Vec<Value> {
        lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    };
    let mut told = String::new();
    for d in differences::differences(&parse(kept), &parse(found)) {
        let _ = writeln!(told, "  {:<8} {}  {}", d.change.as_str(), d.report, d.says);
        for field in &d.fields {
            let (was, is) = (differences::short(&field.was), differences::short(&field.is));
            let _ = writeln!(told, "           {}: {was} → {is}", field.name);
        }
        let sentence = text.get(d.sentence.0..d.sentence.1).unwrap_or_default();
        let _ = writeln!(told, "           “{}”", sentence.replace('\n', " "));
    }
    if told.is_empty() { lines(kept, found) } else { told }
}

#[test]
fn the_records_of_the_examples_are_as_they_were() {
    let names = names();
    assert_eq!(names.len(), 6, "{names:?}");
    let all = run(
        &[&["code", "--to", "jsonl"][..], &names.iter().map(String::as_str).collect::<Vec<_>>()].concat()
    );
    let mut of: BTreeMap<&str, String> = BTreeMap::new();
    for line in all.lines() {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let doc = record["doc"].as_str().expect("a doc");
        let name = names.iter().find(|name| name.trim_end_matches(".txt") == doc.trim_end_matches(".txt"));
        let name = name.unwrap_or_else(|| panic!("{doc} is no example: {names:?}"));
        let (rest, coder) = line.split_once(",\"coder\":").expect("the coder stands last");
        assert!(coder.ends_with("\"}}") && coder.matches('{').count() == 1, "{coder}");
        let _ = writeln!(of.entry(name).or_default(), "{rest}}}");
    }
    let mut wrong = String::new();
    for name in &names {
        let article = Intake::new([Input::Path(examples().join(name))], Options::default())
            .next()
            .expect("an article")
            .unwrap_or_else(|problem| panic!("{problem}"));
        let file = format!("records/{}.jsonl", name.trim_end_matches(".txt"));
        let found = of.get(name.as_str()).cloned().unwrap_or_default();
        golden(&mut wrong, &file, &found, |kept, found| reports(kept, found, &article.text));
    }
    settle(&wrong);
}

#[test]
fn events_standings_and_turns_of_the_examples_are_as_they_were() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("examples.db");
    let path_name = path.to_str().expect("a name");
    let names = names();
    let add = ["add", "--known", "2024-01-31", "--ledger", path_name];
    run(&[&add[..], &names.iter().map(String::as_str).collect::<Vec<_>>()].concat());
    let ledger = Ledger::open_read_only(&path).expect("a ledger");
    let mut wrong = String::new();

    let mut events = String::new();
    for event in ledger.events(&Filter::default()).expect("events") {
        let _ = writeln!(events, "{}", serde_json::to_string(&event).expect("JSON"));
    }
    golden(&mut wrong, "events.jsonl", &events, lines);

    // The ends of half-years say what a whole series would, in a file that can be read.
    let mut standings = String::from("a,b,month,level,low,high,weight,state\n");
    let mut dyads = ledger.dyads(usize::MAX, None).expect("pairs");
    dyads.sort_by(|x, y| (&x.a, &x.b).cmp(&(&y.a, &y.b)));
    for dyad in dyads {
        let months =
            ledger.standing_series(&dyad.a, &dyad.b, None, Some(date(2024, 1, 31)), None).expect("months");
        for month in months.iter().filter(|m| m.first.month() % 6 == 0) {
            let Some(level) = month.level else { continue };
            let _ = writeln!(
                standings,
                "{},{},{},{},{},{},{},{}",
                dyad.a,
                dyad.b,
                month.first.last_of_month(),
                level.value,
                level.low,
                level.high,
                level.weight,
                month.state.as_deref().unwrap_or_default()
            );
        }
    }
    golden(&mut wrong, "standings.csv", &standings, lines);

    let mut turns = String::new();
    for turn in ledger.turns(&TurnFilter::default()).expect("turns") {
        let _ = writeln!(turns, "{}", serde_json::to_string(&turn).expect("JSON"));
    }
    golden(&mut wrong, "turns.jsonl", &turns, lines);
    settle(&wrong);
}

#[test]
fn a_difference_names_the_report_and_the_field() {
    let kept = r#"{"id":"a#0","event":["AID"],"actor":[{"key":"AVA"}],"recipient":[{"key":"BEL"}],"date":"2026-03-02","enddate":"2026-03-02","aux":[],"text_info":{"start":0,"end":22},"event_text":"helped"}"#;
    let told = reports(kept, &kept.replace("BEL", "CAD"), "Avaria helped Belmora. More.");
    for part in ["changed  a#0  AID AVA → BEL 2026-03-02", "recipient: BEL → CAD", "“Avaria helped Belmora.”"]
    {
        assert!(told.contains(part), "{part:?} is not in: {told}");
    }
    assert!(reports(kept, "", "").contains("gone     a#0"));
    let told = lines("a\nb\n", "a\nc\n");
    assert_eq!(told, "  - b\n  + c\n");
}
