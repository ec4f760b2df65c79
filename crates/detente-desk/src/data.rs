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
use detente_ledger::export::about::Credits;
use detente_ledger::export::table::Table;
use detente_ledger::export::{self, Request, field};
use detente_ledger::{Ledger, Relation, Row};
use futures_core::Stream;
use serde_json::json;
use tokio::sync::mpsc;

use crate::sheet::as_json;
use crate::{Ask, Desk, Failure, events, form, words};

/// Bytes that are gathered before they are sent.
const CHUNK: usize = 64 << 10;

/// A relation: standing, turns, the events that its page shows and the reports they were made from; how many there are of
/// both, and the address of all reports.
pub fn dyad_json(relation: &Relation, all: &str) -> Result<Response, Failure> {
    as_json(&json!({
        "counts": { "events": relation.told, "reports": relation.reports },
        "all_reports": all,
        "standing": relation.standing,
        "turns": relation.turns,
        "events": relation.events,
        "reports": relation.rows,
    }))
}

/// How rows are written.
#[derive(Clone, Copy)]
enum Form {
    Csv,
    Json,
    Jsonl,
}

/// All rows that pass the filter of the page, with a short quote instead of the sentence: the flat records of `detente
/// export csv`.
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
            let request = Request::new(export::Form::Csv);
            let (table, context) = (Table::flat(), field::Context::new(&request, None));
            let mut rows = 0;
            let mut chunk = match form {
                Form::Csv => table.head(),
                Form::Json | Form::Jsonl => Vec::new(),
            };
            let mut stopped = false;
            let read = ledger.each_telling(&filter, false, |telling| {
                match form {
                    Form::Csv => table.report(&mut chunk, telling, &context),
                    Form::Json => json_row(&mut chunk, rows, &telling.row),
                    Form::Jsonl => json_line(&mut chunk, &telling.row),
                }
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

/// Adds a row to a list; writing into memory does not fail.
fn json_row(out: &mut Vec<u8>, number: usize, row: &Row) {
    out.extend_from_slice(if number == 0 { b"[\n" } else { b",\n" });
    let written = serde_json::to_writer(&mut *out, row);
    debug_assert!(written.is_ok());
}

/// Adds a record as a line.
fn json_line(out: &mut Vec<u8>, row: &Row) {
    let written = serde_json::to_writer(&mut *out, &row.report);
    debug_assert!(written.is_ok());
    out.push(b'\n');
}

/// How to cite the selection, and the licences of what it was read from.
pub fn cite(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    let filter = events::filter(ask)?;
    let mut credits = Credits::default();
    let mut rows = 0;
    ledger.each_report(&filter, |row| {
        rows += 1;
        credits.report(&row);
        true
    })?;
    let address = form::address("/events", ask, Some(("page", String::new())));
    let mut text = String::from("How to cite this selection\n\n");
    for coder in &credits.coders {
        text += &format!("Coded by {coder}.\n");
    }
    text += &format!("Selection: {} of one's own ledger, {address}\n", words::count(rows, "report"));
    text += "Types, modes and scores: PLOVER (Open Event Data Alliance), codebook of February 2024.\n";
    text += "Places: GeoNames (geonames.org), CC BY 4.0. Events and quotes are read from articles; their texts stay their publishers'.\n\n";
    text += "Licences of the articles, by reports\n";
    for (count, licence) in credits.licence_lines() {
        text += &format!("{count}\t{licence}\n");
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
