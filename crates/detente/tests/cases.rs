//! The literate tests of `cases/*.md`: what we decided that a sentence or a short article says. A case is a
//! heading, a paragraph of why, the text with its day of publication, and the events, one a line:
//!
//! ````markdown
//! ## A denied attack is not an attack
//! The act is kept, as negated, with the denier as the one who says so.
//! ```text on=2026-03-09
//! Avaria's army denied on Sunday that it had shelled Belmora.
//! ```
//! ```events
//! ASSAULT XAA -> XAB  negated  said by XAA
//! ```
//! ````
//!
//! Several keys on one side are sorted and joined with `+`; nobody is `-`; an empty block says that nothing
//! happened. Where a line ends with `on DAY` or `on DAY..DAY`, the days of all lines of that case count.
//! What we read wrongly stands in a second block, ` ```events known-fault `, which asserts today's answer; when
//! the fault is mended, the test says so. Order of the lines does not count.
//!
//! Every case is a check of its own: `cargo test -p detente --test cases -- denied` runs those whose names hold
//! that word. `BLESS=1` in the environment writes today's wrong answers down as known faults and takes mended ones
//! out; it never touches what is right.

mod common;
mod markdown;

use std::fs;
use std::process::ExitCode;

use detente::read::Reader;
use detente::report::{Entity, Report};
use markdown::Begun;

/// `A denied attack is not an attack` → `a_denied_attack_is_not_an_attack`.
fn slug(heading: &str) -> String {
    let words = heading.to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join("_")
}

type Case = markdown::Case<String>;

/// The cases of one file, and what is wrong with its form.
fn parse(stem: &str, text: &str) -> (Vec<Case>, Vec<String>) {
    let name = |heading: &str| format!("{stem}::{}", slug(heading));
    markdown::parse(stem, text, "events", "EVENT", name, |line| Some(line.trim().to_string()))
}

fn keys(list: &[Entity]) -> String {
    let mut keys: Vec<&str> = list.iter().map(|e| e.key.as_str()).collect();
    keys.sort_unstable();
    if keys.is_empty() { "-".into() } else { keys.join("+") }
}

/// A report in the words of a case.
fn show(report: &Report, days: bool) -> String {
    let mut line = format!("{} {} -> {}", report.kind(), keys(&report.actor), keys(&report.recipient));
    let mut aux = report.aux.clone();
    aux.sort();
    for aux in aux {
        line += &format!("  {}", aux.as_str());
    }
    if let Some(speaker) = &report.said_by {
        line += &format!("  said by {}", speaker.key);
    }
    if days {
        let day = |d: Option<jiff::civil::Date>| d.map_or(String::new(), |d| d.to_string());
        line += &match (report.date, report.enddate) {
            (None, None) => "  on -".to_string(),
            (from, to) if from == to => format!("  on {}", day(from)),
            (from, to) => format!("  on {}..{}", day(from), day(to)),
        };
    }
    line
}

/// Runs of blanks are one.
fn squeeze(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn same(a: &[String], b: &[String]) -> bool {
    let sorted = |list: &[String]| {
        let mut list: Vec<String> = list.iter().map(|l| squeeze(l)).collect();
        list.sort();
        list
    };
    sorted(a) == sorted(b)
}

/// Lines of both lists: common ones plain, those only expected with `-`, those only read with `+`.
fn diff(expected: &[String], read: &[String]) -> String {
    let mut rest: Vec<String> = read.to_vec();
    let mut text = String::new();
    for line in expected {
        match rest.iter().position(|r| squeeze(r) == squeeze(line)) {
            Some(i) => text += &format!("    {}\n", rest.remove(i)),
            None => text += &format!("  - {line}\n"),
        }
    }
    rest.iter().for_each(|line| text += &format!("  + {line}\n"));
    text
}

fn read(reader: &Reader, case: &Case) -> Vec<String> {
    let article = case.article();
    let blocks = case.right.iter().chain(&case.fault);
    let days = blocks.flat_map(|b| &b.lines).any(|l| squeeze(l).contains(" on "));
    reader.read(&article).reports.iter().map(|r| show(r, days)).collect()
}

/// What is wrong, as text to print, or nothing.
fn judge(case: &Case, read: &[String]) -> Option<String> {
    let right = &case.right.as_ref()?.lines;
    let Some(fault) = &case.fault else {
        return (!same(right, read)).then(|| format!("  - expected   + read\n{}", diff(right, read)));
    };
    if same(right, read) {
        return Some(
            "  mended: what is read now is right; take the known-fault block out (BLESS=1 does)\n".into(),
        );
    }
    (!same(&fault.lines, read)).then(|| {
        let text = diff(&fault.lines, read);
        format!("  the known fault has changed (- before, + now); BLESS=1 writes it down\n{text}")
    })
}

fn main() -> ExitCode {
    let begun = markdown::begin("cases", |stem, text| parse(stem, text).0);
    let Begun { asked, files, reader } = match begun {
        Ok(begun) => begun,
        Err(status) => return status,
    };
    let (mut passed, mut known, mut failures) = (0, 0, Vec::new());
    let mut names = std::collections::BTreeSet::new();
    for (path, stem, text) in &files {
        let (cases, faults) = parse(stem, text);
        failures.extend(faults.into_iter().map(|f| format!("cases/{f}\n")));
        let mut done = Vec::new();
        for case in cases {
            if !names.insert(case.name.clone()) {
                failures.push(format!("{}: two cases have this name\n", case.name));
            }
            if !asked.wants(&case.name) {
                continue;
            }
            let got = read(&reader, &case);
            let state = match judge(&case, &got) {
                Some(wrong) => {
                    failures.push(format!("{}\n  {}\n{wrong}", case.name, case.text.replace('\n', "\n  ")));
                    "FAILED"
                }
                None if case.fault.is_some() => {
                    known += 1;
                    "ok (known fault)"
                }
                None => {
                    passed += 1;
                    "ok"
                }
            };
            println!("test {} ... {state}", case.name);
            let now = (!same(case.right(), &got)).then_some(got);
            done.push((case, now));
        }
        if asked.bless {
            fs::write(path, markdown::bless(text, "events", &done))
                .expect("the file of cases can be written");
        }
    }
    println!();
    failures.iter().for_each(|f| println!("{f}"));
    println!("test result: {passed} right, {known} known faults, {} failed", failures.len());
    if failures.is_empty() || asked.bless { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
