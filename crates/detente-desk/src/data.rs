//! The same rows as data: JSON and CSV.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use detente::report::Entity;
use detente_ledger::{Ledger, Relation};
use serde_json::json;

use crate::sheet::{as_json, harmless};
use crate::{Ask, Failure, events, words};

fn typed(kind: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

/// All rows that pass the filter of the page.
pub fn events_json(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    as_json(&ledger.reports(&events::filter(ask)?)?)
}

/// A relation: standing, turns, events, and the reports they were made from.
pub fn dyad_json(relation: &Relation) -> Result<Response, Failure> {
    as_json(&json!({
        "standing": relation.standing,
        "turns": relation.turns,
        "events": relation.events,
        "reports": relation.rows,
    }))
}

/// Columns of the table.
const COLUMNS: [&str; 21] = [
    "id",
    "article",
    "event",
    "mode",
    "quad_code",
    "event_scale",
    "actors",
    "recipients",
    "date",
    "enddate",
    "status",
    "said_by",
    "place",
    "country",
    "event_text",
    "sentence_start",
    "sentence_end",
    "title",
    "source",
    "url",
    "known",
];

/// All rows that pass the filter of the page, with a short quote instead of the sentence.
pub fn events_csv(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    let rows = ledger.reports(&events::filter(ask)?)?;
    let mut out = csv::Writer::from_writer(Vec::new());
    let keys = |entities: &[Entity]| entities.iter().map(|e| e.key.as_str()).collect::<Vec<_>>().join("; ");
    let text = |x: Option<&str>| harmless(x.unwrap_or_default());
    let mut write = || -> Result<(), csv::Error> {
        out.write_record(COLUMNS)?;
        for row in &rows {
            let r = &row.report;
            let place = r.event_loc.as_ref();
            out.write_record([
                harmless(&r.id),
                harmless(&row.article_id),
                r.kind().to_string(),
                text(r.mode.as_deref()),
                r.quad_code.to_string(),
                format!("{:.1}", r.event_scale),
                harmless(&keys(&r.actor)),
                harmless(&keys(&r.recipient)),
                r.date.map(|d| d.to_string()).unwrap_or_default(),
                r.enddate.map(|d| d.to_string()).unwrap_or_default(),
                words::status(&r.aux),
                text(r.said_by.as_ref().map(|e| e.key.as_str())),
                text(place.map(|p| p.resolved_place.as_deref().unwrap_or(&p.extracted_place))),
                text(place.and_then(|p| p.country_code.as_deref())),
                harmless(&r.event_text),
                r.text_info.start.to_string(),
                r.text_info.end.to_string(),
                text(row.title.as_deref()),
                text(row.source.as_deref()),
                text(row.url.as_deref()),
                row.known.to_string(),
            ])?;
        }
        Ok(())
    };
    let failed = |why: String| Failure::fault(format!("these rows cannot be written as CSV ({why})"));
    write().map_err(|e| failed(e.to_string()))?;
    let bytes = out.into_inner().map_err(|e| failed(e.to_string()))?;
    let body = String::from_utf8(bytes).map_err(|e| failed(e.to_string()))?;
    Ok(typed("text/csv; charset=utf-8", body))
}
