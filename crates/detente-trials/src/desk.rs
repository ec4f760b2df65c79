//! Requests to the desk: addresses, headers and forms from anybody, asked in this process.

use std::sync::{Mutex, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use detente_desk::{Settings, router};
use detente_ledger::Ledger;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::{choose, cost, ledger};

/// The first request to try a text loads the engine.
const FLOOR: usize = 256 << 20;
/// A page of the ledger takes its time whatever is asked of it: so many bytes the ledger counts for.
const SIZE: usize = 100_000;

/// A desk on a ledger of invented articles; with a token where somebody else may ask.
fn desk_of(token: bool) -> Router {
    static DESKS: [OnceLock<Mutex<Router>>; 2] = [OnceLock::new(), OnceLock::new()];
    let make = || {
        let mut ledger = Ledger::in_memory().unwrap_or_else(|e| panic!("{e}"));
        ledger::fill(&mut ledger);
        let settings = Settings {
            token: token.then(|| "open".to_owned()),
            reader: Some(Box::new(|| detente_embedded::reader(&[]).map_err(|e| format!("{e:#}")))),
            says: Some(Box::new(|rule| format!("what the lexicon says of {rule}"))),
            find: Some(Box::new(|words, most| {
                (vec![("a.tsv".into(), 7)], vec![(format!("a.tsv:{most}"), format!("a line with {words}"))])
            })),
            review: Some("nobody".into()),
        };
        Mutex::new(router(ledger, settings))
    };
    let desk = DESKS[usize::from(token)].get_or_init(make);
    desk.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
}

/// A request: its method and address in the first line, then its headers, an empty line, its body.
pub fn desk(bytes: &[u8]) {
    let (token, rest) = choose(bytes, 8);
    let mut parts = rest.splitn(2, |b| *b == b'\n');
    let (first, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Some(space) = first.iter().position(|b| *b == b' ') else { return };
    let mut request = Request::builder().method(&first[..space]).uri(&first[space + 1..]);
    let mut rest = rest;
    let mut host = false;
    while let Some(end) = rest.iter().position(|b| *b == b'\n') {
        let (line, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        if line.is_empty() {
            break;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else { return };
        host |= line[..colon].eq_ignore_ascii_case(b"host");
        request = request.header(&line[..colon], line[colon + 1..].trim_ascii());
    }
    if !host {
        request = request.header("host", "localhost:8080");
    }
    // What is no request at all is refused by the server before a page sees it.
    let Ok(request) = request.body(Body::from(rest.to_vec())) else { return };
    let path = request.uri().path().to_owned();
    let router = desk_of(token == 7);
    let (status, headers, body) = cost::within(SIZE + bytes.len(), FLOOR, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let response = router.oneshot(request).await.expect("pages do not fail");
            let (head, body) = response.into_parts();
            (head.status, head.headers, body.collect().await.expect("a body comes to its end").to_bytes())
        })
    });
    assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{path}: {}", String::from_utf8_lossy(&body));
    for name in ["content-security-policy", "x-content-type-options", "referrer-policy", "cache-control"] {
        assert!(headers.contains_key(name), "{path} lacks {name}");
    }
    let kind = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/html") {
        let page = std::str::from_utf8(&body).expect("pages are UTF-8");
        // No page of ours has such a tag; where a request brings it, it must come back as words.
        assert!(!page.contains("<zq"), "{path} gives a tag back as a tag");
        assert!(page.matches("<script").count() <= 1, "{path} has one script");
    }
    if kind.starts_with("application/json") && status == StatusCode::OK {
        let json: Result<serde_json::Value, _> = serde_json::from_slice(&body);
        assert!(json.is_ok(), "{path} is JSON");
    }
    if kind.starts_with("text/csv") {
        let mut table = csv::ReaderBuilder::new().from_reader(&body[..]);
        assert!(table.records().all(|row| row.is_ok()), "{path} is a table");
    }
}
