//! `detente where TEXT`: the places that a text names, which places of the world they are, and where the events that it
//! tells took place. For those who want to know why a report stands on the map where it does.

use std::fmt::Write as _;

use anyhow::Result;
use console::Style;
use detente::place::EventLoc;
use serde::Serialize;

use super::{Outcome, Question, To};
use crate::tame::tame;
use crate::{engine, output};

/// Say where the places of a text are, and where its events took place
///
/// Each name is shown with the place that it was taken for, what decided (what stands beside the name, the states that
/// the text speaks of, distance to its other places, size), and what else it could have been. Place data: GeoNames
/// (https://www.geonames.org/), CC BY 4.0, and places of our own.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    question: Question,
}

/// The answer.
#[derive(Serialize)]
struct Answer<'t> {
    places: Vec<Named<'t>>,
    events: Vec<Told<'t>>,
}

/// A place that is named.
#[derive(Serialize)]
struct Named<'t> {
    text: &'t str,
    start: u32,
    end: u32,
    #[serde(flatten)]
    place: &'t EventLoc,
    why: &'t str,
    candidates: &'t [String],
}

/// An event and its place.
#[derive(Serialize)]
struct Told<'t> {
    event: String,
    event_text: &'t str,
    event_loc: Option<&'t EventLoc>,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a faulty lexicon, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let reader = engine::reader(&args.question.lexicon)?;
    let article = args.question.article();
    let reading = reader.read_all(&article);
    let answer = Answer {
        places: reading
            .located
            .iter()
            .map(|l| Named {
                text: l.span.slice(&article.text),
                start: l.span.start,
                end: l.span.end,
                place: &l.loc,
                why: &l.why,
                candidates: &l.candidates,
            })
            .collect(),
        events: reading
            .reports
            .iter()
            .map(|r| Told {
                event: r.event.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"),
                event_text: &r.event_text,
                event_loc: r.event_loc.as_ref(),
            })
            .collect(),
    };
    match args.question.to {
        To::Text => output::tell(&print(&answer))?,
        To::Json => output::say(&serde_json::to_string_pretty(&answer)?)?,
    }
    Ok(Outcome::Clean)
}

/// "Aleppo, SYR, 36.20 37.16, GeoNames 170063 (city)".
fn shown(place: &EventLoc) -> String {
    let parts = [
        Some(place.resolved_place.clone().unwrap_or_else(|| place.extracted_place.clone())),
        place.admin1.clone().filter(|region| Some(region) != place.resolved_place.as_ref()),
        place.country_code.clone(),
        place.lat.zip(place.lon).map(|(lat, lon)| format!("{lat:.2} {lon:.2}")),
        place.radius_km.map(|km| format!("within {km:.0} km")),
        place.geonameid.map(|id| format!("GeoNames {id}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let how = match place.resolution.as_deref() {
        Some("words") | None => "kept as words".to_owned(),
        Some("within") => "not known itself; what it lies in".to_owned(),
        Some("near") => format!("told by another place: {}", place.extracted_place),
        Some(other) => other.to_owned(),
    };
    format!("{} ({how})", parts.join(", "))
}

fn print(answer: &Answer) -> String {
    let bold = Style::new().bold();
    let mut text = String::new();
    // Writing to a string cannot fail.
    for p in &answer.places {
        let _ = writeln!(text, "{}  {}", bold.apply_to(format!("“{}”", tame(p.text))), shown(p.place));
        let _ = writeln!(text, "    {}", p.why);
        if let Some(note) = p.place.note.as_ref().filter(|note| *note != p.why) {
            let _ = writeln!(text, "    note: {note}");
        }
        if p.candidates.len() > 1 || p.place.resolved_place.is_none() {
            for candidate in p.candidates {
                let _ = writeln!(text, "    could be {candidate}");
            }
        }
    }
    if answer.places.is_empty() {
        let _ = writeln!(text, "no place that the lexicon or the gazetteer knows");
    }
    for e in &answer.events {
        let at = e.event_loc.map_or_else(|| "nowhere told".to_owned(), shown);
        let _ = writeln!(text, "{} {}  {at}", bold.apply_to(&e.event), tame(e.event_text));
    }
    text.trim_end().to_owned()
}
