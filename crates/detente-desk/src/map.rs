//! Where it happened: events at their true resolution. A country of which no more is known is tinted, towns are discs,
//! regions are as wide as they reach.

use std::collections::BTreeMap;

use axum::response::Response;
use detente::plover::Quad;
use detente_ledger::export::geo;
use detente_ledger::{Ledger, PlaceTold};
use detente_plot::{Shade, Spike, World};
use maud::{PreEscaped, html};

use crate::form::{self, Form};
use crate::page::{Page, frame};
use crate::sheet::{Cell, Sheet};
use crate::{Ask, Failure, events, regions, words};

/// Discs drawn, those with the most reports.
const DISCS: usize = 600;
/// Rows of the table on the page.
const ROWS: usize = 200;

struct Asked {
    places: Vec<PlaceTold>,
    region: Option<String>,
}

fn asked(ledger: &Ledger, ask: &Ask) -> Result<Asked, Failure> {
    let filter = events::filter(ask)?;
    let region = ask.fields.get("region").cloned();
    if let Some(region) = &region
        && !regions::all().iter().any(|(_, name)| name == region)
    {
        return Err(Failure::bad(format!("{region:?} is no region: choose one of the list")));
    }
    let mut places = ask.shared.cards(ledger)?.choose(ledger, &filter)?.places();
    if let Some(region) = &region {
        places.retain(|p| p.country.as_deref().is_some_and(|c| regions::is_in(c, region)));
    }
    Ok(Asked { places, region })
}

/// True where no more than the country is known.
fn is_country(place: &PlaceTold) -> bool {
    place.point.is_none() || place.resolution.as_deref() == Some("country")
}

fn how(place: &PlaceTold) -> &'static str {
    match place.resolution.as_deref() {
        Some("city") => "a town",
        Some("site") => "a site",
        Some("region") => "a region",
        Some("near") => "a point beside it",
        Some("within") => "what it lies in",
        Some("country") => "the country as a whole",
        _ if place.point.is_none() => "words alone",
        _ => "a point",
    }
}

fn sheet(places: &[PlaceTold]) -> Sheet {
    let mut sheet = Sheet::new(&[
        ("place", "Place"),
        ("country", "Country"),
        ("resolution", "Known as"),
        ("lat", "North"),
        ("lon", "East"),
        ("reports", "Reports"),
        ("mean_scale", "Mean"),
    ]);
    for place in places {
        sheet.rows.push(vec![
            Cell::text(place.name.as_deref()),
            Cell::text(place.country.as_deref()),
            Cell::Text(how(place).into()),
            place.point.map_or(Cell::None, |p| Cell::Share(p.0)),
            place.point.map_or(Cell::None, |p| Cell::Share(p.1)),
            Cell::Count(place.reports),
            Cell::Scale(place.scale),
        ]);
    }
    sheet
}

pub fn csv(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    sheet(&asked(ledger, ask)?.places).csv()
}

pub fn json(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    sheet(&asked(ledger, ask)?.places).json()
}

/// Points as GeoJSON (RFC 7946); what is known of a country alone has no geometry, for it is no point.
pub fn geojson(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    let asked = asked(ledger, ask)?;
    let feature = |place: &PlaceTold| {
        let point = place.point.filter(|_| !is_country(place));
        let quads =
            Quad::ALL.iter().zip(place.quads).map(|(q, n)| (q.as_str(), n)).collect::<BTreeMap<_, _>>();
        let properties = [
            ("place", serde_json::json!(place.name)),
            ("country", serde_json::json!(place.country)),
            ("resolution", serde_json::json!(place.resolution)),
            ("radius_km", serde_json::json!(place.radius_km)),
            ("reports", place.reports.into()),
            ("mean_scale", place.scale.into()),
            ("quads", serde_json::json!(quads)),
        ];
        geo::feature(point, properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    };
    let features: Vec<serde_json::Value> = asked.places.iter().map(feature).collect();
    crate::sheet::as_json(&geo::collection(features))
}

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let asked = asked(ledger, ask)?;
    let at = |field: &str, value: &str| {
        form::address("/events", ask, Some((field, value.to_owned()))).replace("region=", "was=")
    };
    let mut shades: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
    for place in asked.places.iter().filter(|p| is_country(p)) {
        if let Some(country) = &place.country {
            let shade = shades.entry(country).or_default();
            shade.0 += place.reports;
            shade.1 += place.scale * place.reports as f64;
        }
    }
    let mut tinted = Vec::new();
    for (key, (count, sum)) in shades {
        let scale = sum / count as f64;
        let title = format!(
            "{}: {} of the country as a whole, mean {}",
            ask.name(ledger, key)?,
            words::count(count, "report"),
            words::scale(scale)
        );
        tinted.push(Shade { key: key.into(), count, scale, title, href: Some(at("country", key)) });
    }
    let towns: Vec<&PlaceTold> = asked.places.iter().filter(|p| !is_country(p)).collect();
    let spikes: Vec<Spike> = towns
        .iter()
        .take(DISCS)
        .filter_map(|place| {
            let most = (0..4).max_by_key(|&n| (place.quads[n], 4 - n))?;
            let name = place.name.as_deref().unwrap_or("a place");
            Some(Spike {
                at: place.point?,
                reach: place.radius_km.unwrap_or(0.0),
                count: place.reports,
                quad: Quad::ALL[most],
                title: format!(
                    "{name} ({}): {}, mean {}",
                    how(place),
                    words::count(place.reports, "report"),
                    words::scale(place.scale)
                ),
                href: Some(match &place.country {
                    Some(country) => at("country", country),
                    None => at("text", name),
                }),
            })
        })
        .collect();
    let whole: usize = tinted.iter().map(|s| s.count).sum();
    let placed: usize = towns.iter().map(|p| p.reports).sum();
    let note = format!(
        "{} at {}, {} of countries as a whole.",
        words::count(placed, "report"),
        words::count(towns.len(), "place"),
        words::grouped(whole)
    );
    let within = asked.region.as_deref().map(regions::keys).unwrap_or_default();
    let empty = tinted.is_empty() && spikes.is_empty();
    let world =
        World { title: "Where it happened".into(), desc: note.clone(), note, shades: tinted, spikes, within };
    let mut table = sheet(&asked.places);
    table.rows.truncate(ROWS);
    let form = Form::new("/map", ask);
    let regions = regions::all();
    Ok(frame(
        "Map",
        "/map",
        html! {
            div .headline {
                h1 { "Where it happened" }
                div .exports {
                    @for (ending, name) in [("csv", "CSV"), ("json", "JSON"), ("geojson", "GeoJSON")] {
                        a .button href=(form::address(&format!("/map.{ending}"), ask, None)) { (name) }
                    }
                }
            }
            (form.filters(html! {
                (form.grouped_choice("region", "Region", "the world", &regions))
                (form.text("either", "Party", "key, such as IRN"))
                (form.choice("kind", "Type", "any type", &detente::plover::EventType::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>()))
                (form.choice("status", "Status", "any status", &["asserted", "negated", "future", "hypothetical", "historical"]))
                (form.date("from", "From"))
                (form.date("to", "To"))
                (form.date("as_of", "As known on"))
            }))
            @if empty { p .empty { "None of these reports says where." } } @else {
                figure { div .scroll .chart tabindex="0" role="region" aria-label="Map" { (PreEscaped(world.picture().inline())) } }
                (table.behind(&format!("The {} behind the picture", if asked.places.len() > ROWS { format!("{ROWS} busiest of {}", words::count(asked.places.len(), "place")) } else { words::count(asked.places.len(), "place") })))
            }
        },
    ))
}
