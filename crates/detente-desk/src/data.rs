//! Reports as files: CSV, JSON and PLOVER JSON lines, sent while they are read, so that a million of them need no more
//! memory than one page; and what to cite.

use std::pin::Pin;
use std::task::{Context, Poll};

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

/// A relation: standing, turns, events, and the reports they were made from.
pub fn dyad_json(relation: &Relation) -> Result<Response, Failure> {
    as_json(&json!({
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

/// What a receiver gives, as a stream.
struct Chunks(mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl Stream for Chunks {
    type Item = Result<Bytes, std::io::Error>;
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

async fn download(State(desk): State<Desk>, ask: Ask, form: Form) -> Response {
    let filter = match events::filter(&ask) {
        Ok(filter) => filter,
        Err(failure) => return failure.into_response(),
    };
    let Some(turn) = desk.pool.turn().await else { return Failure::slow().into_response() };
    let (send, receive) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let failed = |why: String| Err(std::io::Error::other(why));
        let sent = desk.pool.with(turn, |ledger| {
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
                    // Nobody listens any more: the visitor has gone.
                    stopped = send.blocking_send(Ok(std::mem::take(&mut chunk).into())).is_err();
                }
                !stopped
            });
            if let (Form::Json, false) = (form, stopped) {
                chunk.extend_from_slice(if rows > 0 { b"\n]\n" } else { b"[]\n" });
            }
            let _ = match read {
                Ok(()) => send.blocking_send(Ok(chunk.into())),
                Err(error) => send.blocking_send(failed(error.to_string())),
            };
        });
        if let Err(error) = sent {
            let _ = send.blocking_send(failed(error.to_string()));
        }
    });
    let (kind, ending) = match form {
        Form::Csv => ("text/csv; charset=utf-8", "csv"),
        Form::Json => ("application/json; charset=utf-8", "json"),
        Form::Jsonl => ("application/x-ndjson; charset=utf-8", "jsonl"),
    };
    let name = format!("inline; filename=\"detente-reports.{ending}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, Body::from_stream(Chunks(receive))).into_response()
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
