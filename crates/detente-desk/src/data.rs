//! Reports as files: CSV, JSON and PLOVER JSON lines, sent while they are read, so that a million of them need no more
//! memory than one page; and what to cite.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use detente::report::Entity;
use detente_ledger::{Ledger, Relation, Row};
use futures_core::Stream;
use serde_json::json;
use tokio::sync::mpsc;

use crate::sheet::{as_json, harmless};
use crate::{Ask, Desk, Failure, events, form, words};

/// Bytes that are gathered before they are sent.
const CHUNK: usize = 64 << 10;

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
const COLUMNS: [&str; 23] = [
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
    "confidence",
    "title",
    "source",
    "url",
    "license",
    "known",
];

/// How rows are written.
#[derive(Clone, Copy)]
enum Form {
    Csv,
    Json,
    Jsonl,
}

/// All rows that pass the filter of the page, with a short quote instead of the sentence.
pub async fn events_csv(desk: State<Desk>, ask: Ask) -> Response {
    download(desk, ask, Form::Csv).await
}

/// The same rows with their sentences, as one list.
pub async fn events_json(desk: State<Desk>, ask: Ask) -> Response {
    download(desk, ask, Form::Json).await
}

/// The records alone, one a line.
pub async fn events_jsonl(desk: State<Desk>, ask: Ask) -> Response {
    download(desk, ask, Form::Jsonl).await
}

/// A piece of an answer, or why there is no more.
type Piece = Result<Bytes, std::io::Error>;

/// What a receiver gives, as a stream. Where it ends before all was sent, the answer breaks off and does not look whole.
struct Chunks {
    pieces: mpsc::Receiver<Piece>,
    whole: Arc<AtomicBool>,
}

impl Stream for Chunks {
    type Item = Piece;
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.pieces.poll_recv(context) {
            Poll::Ready(None) if !self.whole.swap(true, Ordering::AcqRel) => {
                Poll::Ready(Some(Err(std::io::Error::other("the rows break off"))))
            }
            polled => polled,
        }
    }
}

/// How long a visitor may take for a piece of an answer.
const PATIENCE: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 20 });

/// Hands a piece over, from a thread that may wait; false where it is not taken in time.
fn taken(send: &mpsc::Sender<Piece>, piece: Piece) -> bool {
    let wait =
        async { tokio::time::timeout(PATIENCE, send.send(piece)).await.is_ok_and(|sent| sent.is_ok()) };
    tokio::runtime::Handle::current().block_on(wait)
}

async fn download(State(desk): State<Desk>, ask: Ask, form: Form) -> Response {
    let filter = match events::filter(&ask) {
        Ok(filter) => filter,
        Err(failure) => return failure.into_response(),
    };
    let Some(turn) = desk.pool.turn().await else { return Failure::slow().into_response() };
    let (send, pieces) = mpsc::channel(4);
    let whole = Arc::new(AtomicBool::new(false));
    let all = Arc::clone(&whole);
    tokio::task::spawn_blocking(move || {
        let failed = |why: String| Err(std::io::Error::other(why));
        let sent = desk.pool.with(turn, |ledger, _| {
            let mut rows = 0;
            let mut chunk = head(form);
            let mut stopped = false;
            let read = ledger.each_report(&filter, |row| {
                write(&mut chunk, form, rows, &row);
                rows += 1;
                if chunk.len() >= CHUNK {
                    // Nobody listens any more: the visitor has gone, or takes nothing and keeps others waiting.
                    stopped = !taken(&send, Ok(std::mem::take(&mut chunk).into()));
                }
                !stopped
            });
            if let (Form::Json, false) = (form, stopped) {
                chunk.extend_from_slice(if rows > 0 { b"\n]\n" } else { b"[]\n" });
            }
            if !stopped {
                let done = read.is_ok();
                let last = read.map_or_else(|error| failed(error.to_string()), |()| Ok(chunk.into()));
                all.store(taken(&send, last) && done, Ordering::Release);
            }
        });
        if let Err(error) = sent {
            taken(&send, failed(error.to_string()));
        }
    });
    let (kind, ending) = match form {
        Form::Csv => ("text/csv; charset=utf-8", "csv"),
        Form::Json => ("application/json; charset=utf-8", "json"),
        Form::Jsonl => ("application/x-ndjson; charset=utf-8", "jsonl"),
    };
    let name = format!("inline; filename=\"detente-reports.{ending}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, Body::from_stream(Chunks { pieces, whole })).into_response()
}

fn head(form: Form) -> Vec<u8> {
    match form {
        Form::Csv => (COLUMNS.join(",") + "\n").into_bytes(),
        Form::Json | Form::Jsonl => Vec::new(),
    }
}

/// Adds a row; writing into memory does not fail.
fn write(out: &mut Vec<u8>, form: Form, number: usize, row: &Row) {
    let written = match form {
        Form::Csv => {
            let mut csv = csv::Writer::from_writer(&mut *out);
            csv.write_record(cells(row)).is_ok() && csv.flush().is_ok()
        }
        Form::Json => {
            out.extend_from_slice(if number == 0 { b"[\n" } else { b",\n" });
            serde_json::to_writer(&mut *out, row).is_ok()
        }
        Form::Jsonl => {
            let written = serde_json::to_writer(&mut *out, &row.report).is_ok();
            out.push(b'\n');
            written
        }
    };
    debug_assert!(written);
}

fn cells(row: &Row) -> [String; COLUMNS.len()] {
    let keys = |entities: &[Entity]| entities.iter().map(|e| e.key.as_str()).collect::<Vec<_>>().join("; ");
    let text = |x: Option<&str>| harmless(x.unwrap_or_default());
    let r = &row.report;
    let place = r.event_loc.as_ref();
    [
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
        r.confidence.map(|c| format!("{c:.2}")).unwrap_or_default(),
        text(row.title.as_deref()),
        text(row.source.as_deref()),
        text(row.url.as_deref()),
        text(r.cite_info.license.as_deref()),
        row.known.to_string(),
    ]
}

/// How to cite the selection, and the licences of what it was read from.
pub fn cite(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    let filter = events::filter(ask)?;
    let mut licences = std::collections::BTreeMap::new();
    let mut coders = std::collections::BTreeSet::new();
    let mut rows = 0;
    ledger.each_report(&filter, |row| {
        rows += 1;
        let licence = row.report.cite_info.license.unwrap_or_else(|| "not stated: ask the publisher".into());
        *licences.entry(licence).or_insert(0_usize) += 1;
        let coder = row.report.coder;
        coders.insert(format!("Détente {}, lexicon {}, model {}", coder.version, coder.lexicon, coder.model));
        true
    })?;
    let address = form::address("/events", ask, Some(("page", String::new())));
    let mut text = String::from("How to cite this selection\n\n");
    for coder in &coders {
        text += &format!("Coded by {coder}.\n");
    }
    text += &format!("Selection: {} of one's own ledger, {address}\n", words::count(rows, "report"));
    text += "Types, modes and scores: PLOVER (Open Event Data Alliance), codebook of February 2024.\n";
    text += "Places: GeoNames (geonames.org), CC BY 4.0. Events and quotes are read from articles; their texts stay their publishers'.\n\n";
    text += "Licences of the articles, by reports\n";
    for (licence, count) in &licences {
        text += &format!("{}\t{licence}\n", words::grouped(*count));
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
