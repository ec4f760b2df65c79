//! The placed events of `cases/places/*.md`: short articles, and for each event where it happened.
//!
//! ````markdown
//! ## Al Bab in its province
//! Why.
//! ```text on=2017-02-10
//! Turkish jets bombed Al Bab in Aleppo province on Friday, killing nine people.
//! ```
//! ```places
//! bombed = Al Bab|Bab; SYR; 36.37 37.51
//! ```
//! ````
//!
//! A line is a word of the event, and its place: names that are equally right, the state (`*`: any or none), degrees north
//! and east, and how many kilometres off it may be (50 where nothing is said). `nowhere`: the event has no place. What is
//! read wrongly stands in a second block, ` ```places known-fault `, with today's answers; `BLESS=1` writes it. At least
//! nine of ten must be right, and none may be in a wrong state without a note.

mod common;
mod markdown;

use std::fs;
use std::process::ExitCode;

use detente::gazetteer::{distance, key};
use detente::place::EventLoc;
use detente::read::Reader;
use markdown::Begun;

/// The share that must be right.
const BAR: f64 = 0.90;
/// How many kilometres off a place may be.
const OFF_KM: f64 = 50.0;

type Case = markdown::Case<(String, String)>;

/// The cases of one file, and what is wrong with its form.
fn parse(stem: &str, text: &str) -> (Vec<Case>, Vec<String>) {
    let name = |heading: &str| format!("{stem}: {heading}");
    markdown::parse(stem, text, "places", "word = place", name, markdown::pair)
}

/// What was read of one event.
enum Read {
    /// No event with this word is told.
    Untold,
    Nowhere,
    Place(Box<EventLoc>),
}

impl Read {
    /// As a known fault says it.
    fn words(&self) -> String {
        match self {
            Read::Untold => "untold".into(),
            Read::Nowhere => "nowhere".into(),
            Read::Place(loc) => {
                let name = loc.resolved_place.as_deref().unwrap_or(&loc.extracted_place);
                let country = loc.country_code.as_deref().unwrap_or("-");
                let point = loc.lat.zip(loc.lon).map_or("-".into(), |(a, b)| format!("{a:.1} {b:.1}"));
                format!("{name}; {country}; {point}; {}", loc.resolution.as_deref().unwrap_or("-"))
            }
        }
    }
}

fn read(reader: &Reader, case: &Case) -> Vec<Read> {
    let article = case.article();
    let reading = reader.read(&article);
    let lines = case.right().iter();
    lines
        .map(|(word, _)| {
            let told = reading.reports.iter().find(|r| r.event_text.split(' ').any(|w| w == word));
            match told.map(|r| r.event_loc.clone()) {
                None => Read::Untold,
                Some(None) => Read::Nowhere,
                Some(Some(loc)) => Read::Place(Box::new(loc)),
            }
        })
        .collect()
}

/// What is right: names, state, point, kilometres.
type Right<'r> = (Vec<String>, &'r str, (f64, f64), f64);

fn parts(right: &str) -> Option<Right<'_>> {
    let parts: Vec<&str> = right.split(';').map(str::trim).collect();
    let names = parts.first()?.split('|').map(key).collect();
    let (lat, lon) = parts.get(2)?.split_once(' ')?;
    let km = parts.get(3).map_or(Some(OFF_KM), |km| km.parse().ok())?;
    Some((names, parts.get(1)?, (lat.parse().ok()?, lon.parse().ok()?), km))
}

fn is_right(right: &str, read: &Read) -> bool {
    match read {
        Read::Untold => false,
        Read::Nowhere => right == "nowhere",
        Read::Place(loc) => {
            let Some((names, country, point, km)) = parts(right) else { return false };
            let name = key(loc.resolved_place.as_deref().unwrap_or(""));
            let there = loc.lat.zip(loc.lon).is_some_and(|p| distance(p, point) <= km);
            let named =
                names.iter().any(|n| n.is_empty() || *n == name || n.contains(&name) || name.contains(n));
            there
                && named
                && !name.is_empty()
                && (country == "*" || loc.country_code.as_deref() == Some(country))
        }
    }
}

/// Is it in a wrong state, and nothing says that this is doubtful?
fn is_misplaced(right: &str, read: &Read) -> bool {
    let Read::Place(loc) = read else { return false };
    let Some((_, country, ..)) = parts(right).filter(|p| p.1 != "*") else { return false };
    loc.note.is_none() && loc.country_code.as_deref().is_some_and(|c| c != country)
}

fn faults(case: &Case, read: &[Read]) -> Vec<(String, String)> {
    let right = case.right();
    let wrong = right.iter().zip(read).filter(|((_, right), read)| !is_right(right, read));
    wrong.map(|((word, _), read)| (word.clone(), read.words())).collect()
}

fn main() -> ExitCode {
    let begun = markdown::begin("cases/places", |stem, text| parse(stem, text).0);
    let Begun { asked, files, reader } = match begun {
        Ok(begun) => begun,
        Err(status) => return status,
    };
    let (mut right, mut all, mut untold, mut misplaced, mut failures) = (0, 0, 0, 0, Vec::new());
    for (path, stem, text) in &files {
        let (cases, wrong) = parse(stem, text);
        failures.extend(wrong.into_iter().map(|f| format!("cases/places/{f}")));
        let mut done = Vec::new();
        for case in cases.into_iter().filter(|c| asked.wants(&c.name)) {
            let answers = read(&reader, &case);
            let lines = case.right();
            for ((_, answer), read) in lines.iter().zip(&answers) {
                all += 1;
                right += usize::from(is_right(answer, read));
                untold += usize::from(matches!(read, Read::Untold));
                misplaced += usize::from(is_misplaced(answer, read));
            }
            let now = faults(&case, &answers);
            let known = case.fault();
            if now != known {
                let mut said = format!("{}\n  {}\n", case.name, case.text.replace('\n', "\n  "));
                for ((word, right), read) in lines.iter().zip(&answers).filter(|((_, r), a)| !is_right(r, a))
                {
                    said += &format!("    {word} = {right}   + read {}\n", read.words());
                }
                let mended = known.iter().filter(|k| !now.contains(k));
                mended.for_each(|(word, old)| said += &format!("    no longer: {word} = {old}\n"));
                failures.push(said + "    (BLESS=1 writes today's faults down)");
            }
            let lines = now.into_iter().map(|(words, read)| format!("{words} = {read}")).collect::<Vec<_>>();
            let lines = Some(lines).filter(|l| !l.is_empty());
            done.push((case, lines));
        }
        if asked.bless {
            fs::write(path, markdown::bless(text, "places", &done))
                .expect("the file of cases can be written");
        }
    }
    failures.iter().for_each(|f| println!("{f}"));
    let share = right as f64 / f64::from(all.max(1));
    println!(
        "test result: {right} of {all} events placed right ({:.1} %), {untold} not told at all, {misplaced} in a wrong \
         state without a note, {} cases changed or faulty",
        100.0 * share,
        failures.len()
    );
    let whole = asked.wants("") || all > 100;
    let good = !whole || share >= BAR && misplaced == 0;
    if failures.is_empty() && good || asked.bless { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
