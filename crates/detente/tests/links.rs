//! The links of `cases/links/*.md`: short articles, and how their events stand to each other. A case is as in
//! `cases/*.md`, with a block of links in place of events:
//!
//! ````markdown
//! ## A reason
//! Why.
//! ```text on=2026-03-09
//! Avaria cut aid to Belmora because Belmora had shelled Avaria.
//! ```
//! ```links
//! SANCTION XAA -> XAB | because | ASSAULT XAB -> XAA
//! ```
//! ````
//!
//! `| said by KEY` follows where one voice alone claims the link. Which of the two events the link is kept with does not
//! count: "A led_to B" is "B because A", "A before B" is "B after A". An event that is not read is a link that is not
//! found. What is read wrongly stands in a second block, ` ```links known-fault `, with today's links, and the test says
//! so when that changes; `BLESS=1` writes it. The shares of links that are right and that are found are printed, and
//! must not fall below the floors.

mod common;
mod markdown;

use std::fs;
use std::process::ExitCode;

use detente::link::turned;
use detente::read::Reader;
use detente::report::{Entity, LinkKind, Report};
use markdown::Begun;

/// Of the links that are read, so many are right.
const RIGHT: f64 = 0.85;
/// Of the links that are there, so many are found.
const FOUND: f64 = 0.70;

/// A link as it is compared: kinds that say the same of the other end are turned to the other end.
fn link(a: &str, kind: LinkKind, b: &str, said_by: Option<&str>) -> String {
    let squeeze = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    let (a, kind, b) = match kind {
        LinkKind::Before | LinkKind::LedTo => (b, turned(kind).unwrap_or(kind), a),
        kind => (a, kind, b),
    };
    let said = said_by.map_or(String::new(), |k| format!(" | said by {}", k.trim()));
    format!("{} | {kind} | {}{said}", squeeze(a), squeeze(b))
}

/// A line of a case.
fn read_line(line: &str) -> Option<String> {
    let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
    let said_by = match parts.get(3) {
        Some(said) => Some(said.strip_prefix("said by ")?),
        None => None,
    };
    Some(link(parts.first()?, LinkKind::parse(parts.get(1)?)?, parts.get(2)?, said_by))
}

type Case = markdown::Case<String>;

/// The cases of one file, and what is wrong with its form.
fn parse(stem: &str, text: &str) -> (Vec<Case>, Vec<String>) {
    let name = |heading: &str| format!("{stem}: {heading}");
    markdown::parse(stem, text, "links", "EVENT | kind | EVENT", name, read_line)
}

/// A report in the words of a case.
fn event(report: &Report) -> String {
    let keys = |list: &[Entity]| {
        let mut keys: Vec<&str> = list.iter().map(|e| e.key.as_str()).collect();
        keys.sort_unstable();
        if keys.is_empty() { "-".to_owned() } else { keys.join("+") }
    };
    format!("{} {} -> {}", report.kind(), keys(&report.actor), keys(&report.recipient))
}

/// The links that are read, sorted, and the events.
fn read(reader: &Reader, case: &Case) -> (Vec<String>, Vec<String>) {
    let article = case.article();
    let reports = reader.read(&article).reports;
    let other = |id: &str| reports.iter().find(|r| r.id == id).map(event).unwrap_or_default();
    let mut links: Vec<String> = reports
        .iter()
        .flat_map(|r| {
            r.links
                .iter()
                .map(|l| link(&event(r), l.kind, &other(&l.to), l.said_by.as_ref().map(|e| e.key.as_str())))
        })
        .collect();
    links.sort();
    (links, reports.iter().map(event).collect())
}

fn same(a: &[String], b: &[String]) -> bool {
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    sorted(a) == sorted(b)
}

fn main() -> ExitCode {
    let begun = markdown::begin("cases/links", |stem, text| parse(stem, text).0);
    let Begun { asked, files, reader } = match begun {
        Ok(begun) => begun,
        Err(status) => return status,
    };
    let (mut hit, mut stated, mut there, mut failures) = (0, 0, 0, Vec::new());
    for (path, stem, text) in &files {
        let (cases, wrong) = parse(stem, text);
        failures.extend(wrong.into_iter().map(|f| format!("cases/links/{f}")));
        let mut done = Vec::new();
        for case in cases.into_iter().filter(|c| asked.wants(&c.name)) {
            let (links, events) = read(&reader, &case);
            let right = case.right();
            let mut rest = right.to_vec();
            for link in &links {
                if let Some(at) = rest.iter().position(|r| r == link) {
                    rest.remove(at);
                    hit += 1;
                }
            }
            stated += links.len();
            there += right.len();
            let expected = case.fault.as_ref().map_or(right, |b| &b.lines);
            let mended = case.fault.is_some() && same(right, &links);
            if mended || !same(expected, &links) {
                let mut said = format!("{}\n  {}\n", case.name, case.text.replace('\n', "\n  "));
                right.iter().filter(|r| !links.contains(r)).for_each(|r| said += &format!("  - {r}\n"));
                links.iter().filter(|l| !right.contains(l)).for_each(|l| said += &format!("  + {l}\n"));
                said += &format!("    events: {}\n", events.join("; "));
                if mended {
                    said += "    mended: take the known-fault block out (BLESS=1 does)\n";
                }
                failures.push(said);
            }
            let now = (!same(case.right(), &links)).then_some(links);
            done.push((case, now));
        }
        if asked.bless {
            fs::write(path, markdown::bless(text, "links", &done)).expect("the file of cases can be written");
        }
    }
    failures.iter().for_each(|f| println!("{f}"));
    let share = |n: usize, of: usize| n as f64 / (of as f64).max(1.0);
    println!(
        "test result: {hit} links found of {there} ({:.2}), {hit} right of {stated} ({:.2}); {} cases changed or faulty",
        share(hit, there),
        share(hit, stated),
        failures.len()
    );
    let low = asked.wants("") && there > 30 && (share(hit, there) < FOUND || share(hit, stated) < RIGHT);
    if low {
        println!("these must be {FOUND} and {RIGHT} at least");
    }
    if failures.is_empty() && !low || asked.bless { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
