//! The desk: the ledger as local web pages, each number one click from the sentence behind it.
//!
//! The pages are made here and are complete without any script; the ledger is only read. They are meant for
//! the person at this machine: requests must name the machine by number or as `localhost`, so that a page
//! elsewhere cannot reach the ledger through a name of its own. Articles are hostile input: everything that
//! comes out of the ledger is escaped, addresses are links only where they lead to the web, and the
//! Content-Security-Policy allows one stylesheet and nothing else.
//!
//! Pages: `/`, `/events`, `/event/{report}`, `/dyad/{a}/{b}`, `/article/{name}`, `/blocs`. The same rows as
//! data: `/events.json`, `/events.csv`, `/dyad/{a}/{b}.json`.

mod article;
mod blocs;
mod chart;
mod data;
mod dyad;
mod event;
mod events;
mod home;
mod page;
mod words;

pub use words::grouped;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path as UrlPath, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use detente_ledger::{Ledger, LedgerError};

/// A desk that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Another program listens there.
    #[error("port {} of {} is taken by another program: give another port, or 0 for any that is free", .0.port(), .0.ip())]
    InUse(SocketAddr),
    /// The machine refuses the address.
    #[error("cannot listen at {at} ({why}): give an address of this machine, such as 127.0.0.1:8080")]
    Address {
        /// The address.
        at: SocketAddr,
        /// What the system said.
        why: String,
    },
    /// The ledger cannot be opened.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The server stopped.
    #[error("the pages cannot be served any longer ({0}): start again")]
    Stopped(String),
}

/// Serves the pages of a ledger until the program ends. `ready` is told the address once the pages can be
/// asked for; with port 0 the system picks one.
///
/// # Errors
/// When the ledger cannot be read, or the address cannot be listened at.
pub fn serve(ledger: &Path, at: SocketAddr, ready: impl FnOnce(SocketAddr)) -> Result<(), DeskError> {
    let router = router(Ledger::open_read_only(ledger)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| DeskError::Stopped(e.to_string()))?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(at).await.map_err(|e| match e.kind() {
            std::io::ErrorKind::AddrInUse => DeskError::InUse(at),
            _ => DeskError::Address { at, why: e.to_string() },
        })?;
        ready(listener.local_addr().unwrap_or(at));
        axum::serve(listener, router).await.map_err(|e| DeskError::Stopped(e.to_string()))
    })
}

/// The pages of a ledger, to be served or asked in a test.
pub fn router(ledger: Ledger) -> Router {
    let desk = Desk { ledger: Arc::new(Mutex::new(ledger)) };
    Router::new()
        .route("/", get(|desk, ask| answer(desk, ask, home::page)))
        .route("/events", get(|desk, ask| answer(desk, ask, events::page)))
        .route("/events.json", get(|desk, ask| answer(desk, ask, data::events_json)))
        .route("/events.csv", get(|desk, ask| answer(desk, ask, data::events_csv)))
        .route("/event/{report}", get(|desk, ask| answer(desk, ask, event::page)))
        .route("/article/{name}", get(|desk, ask| answer(desk, ask, article::page)))
        .route("/dyad/{a}/{b}", get(|desk, ask| answer(desk, ask, dyad::page)))
        .route("/blocs", get(|desk, ask| answer(desk, ask, blocs::page)))
        .route("/style.css", get(style))
        .fallback(|| async { Failure::missing("this page").into_response() })
        .layer(from_fn(guard))
        .with_state(desk)
}

/// What every handler shares.
#[derive(Clone)]
struct Desk {
    ledger: Arc<Mutex<Ledger>>,
}

/// What a page is asked for: the parts of its address and the fields of its form. Empty fields are left out.
struct Ask {
    path: BTreeMap<String, String>,
    fields: BTreeMap<String, String>,
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Ask {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &S) -> Result<Ask, Failure> {
        let unreadable = |_| Failure::bad("the address of the page cannot be read");
        let path = UrlPath::<BTreeMap<String, String>>::from_request_parts(parts, state)
            .await
            .map(|p| p.0)
            .map_err(|_| Failure::bad("the address of the page cannot be read"))?;
        let Query(mut fields) =
            Query::<BTreeMap<String, String>>::try_from_uri(&parts.uri).map_err(unreadable)?;
        fields.values_mut().for_each(|v| *v = v.trim().to_string());
        fields.retain(|_, v| !v.is_empty());
        Ok(Ask { path, fields })
    }
}

/// A page that could not be made.
struct Failure {
    status: StatusCode,
    text: String,
}

impl Failure {
    fn bad(text: impl Into<String>) -> Failure {
        Failure { status: StatusCode::BAD_REQUEST, text: text.into() }
    }

    fn fault(text: impl Into<String>) -> Failure {
        Failure { status: StatusCode::INTERNAL_SERVER_ERROR, text: text.into() }
    }

    fn missing(what: &str) -> Failure {
        Failure { status: StatusCode::NOT_FOUND, text: format!("the desk does not have {what}") }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Failure {
        let status = match error {
            LedgerError::NotFound { .. } => StatusCode::NOT_FOUND,
            LedgerError::Locked { .. } => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Failure { status, text: error.to_string() }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status, page::failure(&self.text)).into_response()
    }
}

/// Runs a handler where it may wait for the disk.
async fn answer<T: IntoResponse + Send + 'static>(
    State(desk): State<Desk>,
    ask: Ask,
    handler: fn(&Ledger, &Ask) -> Result<T, Failure>,
) -> Response {
    let work = tokio::task::spawn_blocking(move || {
        // A handler that panicked has only read; the ledger is whole.
        let ledger = desk.ledger.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        handler(&ledger, &ask).map_or_else(IntoResponse::into_response, IntoResponse::into_response)
    });
    match work.await {
        Ok(response) => response,
        Err(_) => {
            let text = "this page could not be made: please report its address as a fault".into();
            Failure { status: StatusCode::INTERNAL_SERVER_ERROR, text }.into_response()
        }
    }
}

async fn style() -> Response {
    let css = [include_str!("style.css"), detente_plot::STYLE].concat();
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// Lets only this machine's own names in, and puts the same guards on every answer.
async fn guard(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let mut response = if is_local_name(host) {
        next.run(request).await
    } else {
        let text = "the desk answers only to localhost or to a numeric address".into();
        Failure { status: StatusCode::MISDIRECTED_REQUEST, text }.into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// True for `localhost` and for numbers: a name could belong to anybody (DNS rebinding).
fn is_local_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests;
