//! Same events: `cases/same/*.md` hold several short articles each, and which of their reports tell of one event. A case is
//! as in `cases/*.md`; its text holds the articles one after another, each under a line with its day and publisher:
//!
//! ````markdown
//! ## Two papers on one raid
//! Why.
//! ```text on=2026-03-09
//! @ 2026-03-09 Dawn
//! Avarian police raided a house in Morstad on Monday.
//! @ 2026-03-10 Echo
//! A house in Morstad was raided by Avarian police on Monday.
//! ```
//! ```same
//! COERCE = 1 2
//! ```
//! ````
//!
//! A line is `TYPE = articles | articles`: the events of that type that are told as having happened, each by the numbers of
//! the articles that tell of it. Types that no line names do not count. What is grouped wrongly stands in a second block,
//! ` ```same known-fault `, and the test says so when that changes; `BLESS=1` writes it.

mod common;
mod markdown;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::ExitCode;

use detente::article::{Article, DateSource};
use detente::event_set::gather;
use detente::read::Reader;
use detente::report::Report;
use markdown::Begun;

type Case = markdown::Case<(String, String)>;

fn parse(stem: &str, text: &str) -> (Vec<Case>, Vec<String>) {
    let name = |heading: &str| format!("{stem}: {heading}");
    markdown::parse(stem, text, "same", "TYPE = 1 2 | 3", name, markdown::pair)
}

/// The articles of a case.
fn articles(case: &Case) -> Vec<Article> {
    let mut articles: Vec<Article> = Vec::new();
    for line in case.text.lines() {
        if let Some((day, publisher)) = line.strip_prefix("@ ").and_then(|l| l.split_once(' ')) {
            articles.push(Article {
                id: format!("{:02}", articles.len() + 1),
                published: day.parse().ok(),
                published_from: DateSource::Given,
                source: Some(publisher.to_string()),
                ..Article::default()
            });
        } else if let Some(article) = articles.last_mut() {
            article.text += line;
            article.text.push('\n');
        }
    }
    articles
}

/// The events of the types that the case names, in its form; and all events, to be shown where something is wrong.
fn read(reader: &Reader, case: &Case) -> (Vec<(String, String)>, Vec<String>) {
    let reports: Vec<Report> = articles(case).iter().flat_map(|a| reader.read(a).reports).collect();
    let doc: BTreeMap<&str, &str> = reports.iter().map(|r| (r.id.as_str(), r.doc.as_str())).collect();
    let mut by_type: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut all = Vec::new();
    for event in gather(&reports) {
        let docs: BTreeSet<&str> =
            event.reports.iter().filter_map(|r| doc.get(r.as_str()).copied()).collect();
        let docs: Vec<&str> = docs.into_iter().map(|d| d.trim_start_matches('0')).collect();
        let docs = docs.join(" ");
        all.push(format!(
            "{} {} -> {} {:?} {:?}: {docs}",
            event.kind,
            event.actors.join("+"),
            event.recipients.join("+"),
            event.aux,
            event.date.map(|d| d.to_string())
        ));
        if event.is_real() {
            by_type.entry(event.kind.to_string()).or_default().push(docs);
        }
    }
    let named: BTreeSet<&String> = case.right().iter().map(|(kind, _)| kind).collect();
    let line = |kind: &String| {
        let mut events = by_type.remove(kind).unwrap_or_default();
        events.sort();
        (kind.clone(), events.join(" | "))
    };
    (named.into_iter().map(line).collect(), all)
}

/// The lines with their events in order.
fn sorted(lines: &[(String, String)]) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = lines
        .iter()
        .map(|(kind, events)| {
            let mut events: Vec<&str> = events.split('|').map(str::trim).collect();
            events.sort_unstable();
            (kind.clone(), events.join(" | "))
        })
        .collect();
    lines.sort();
    lines
}

fn main() -> ExitCode {
    let begun = markdown::begin("cases/same", |stem, text| parse(stem, text).0);
    let Begun { asked, files, reader } = match begun {
        Ok(begun) => begun,
        Err(status) => return status,
    };
    let (mut good, mut count, mut failures) = (0, 0, Vec::new());
    for (path, stem, text) in &files {
        let (cases, wrong) = parse(stem, text);
        failures.extend(wrong.into_iter().map(|f| format!("cases/same/{f}")));
        let mut done = Vec::new();
        for case in cases.into_iter().filter(|c| asked.wants(&c.name)) {
            let (now, all) = read(&reader, &case);
            let is_right = now == sorted(case.right());
            good += usize::from(is_right);
            count += 1;
            let expected = if case.fault.is_some() { case.fault() } else { case.right() };
            let mended = case.fault.is_some() && is_right;
            if mended || now != sorted(expected) {
                let mut said = format!("{}\n", case.name);
                now.iter().for_each(|(kind, events)| said += &format!("  now {kind} = {events}\n"));
                all.iter().for_each(|event| said += &format!("    {event}\n"));
                if mended {
                    said += "    mended: take the known-fault block out (BLESS=1 does)\n";
                }
                failures.push(said);
            }
            let lines = now.into_iter().map(|(kind, events)| format!("{kind} = {events}")).collect();
            done.push((case, (!is_right).then_some(lines)));
        }
        if asked.bless {
            fs::write(path, markdown::bless(text, "same", &done)).expect("the file of cases can be written");
        }
    }
    failures.iter().for_each(|f| println!("{f}"));
    println!("test result: {good} of {count} cases right; {} changed or faulty", failures.len());
    if failures.is_empty() || asked.bless { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
