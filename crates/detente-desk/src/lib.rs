//! The desk: the ledger as local web pages, each number one click from the sentence behind it.
//!
//! The pages are made here and are complete without the script, which only adds comfort (keyboard, sliders, hovering);
//! the ledger is only read, unless a reviewer's name is given. They are meant for the person at this machine: requests
//! must name the machine by number or as `localhost`, so that a page elsewhere cannot reach the ledger through a name of
//! its own; who listens elsewhere needs a token ([`Settings::token`]). Articles are hostile input: everything that
//! comes out of the ledger is escaped, addresses are links only where they lead to the web, and the
//! Content-Security-Policy allows one stylesheet and one script of ours and nothing else (`guard`).
//!
//! Each page has an address that says what it shows, and gives the rows behind it as CSV and JSON at the same address
//! with that ending: `/turns?actor=IRN`, `/turns.csv?actor=IRN`. One file is one page; [`router`] lists them.

#![forbid(unsafe_code)]

mod about;
mod actor;
mod article;
mod blocs;
mod chart;
mod data;
mod days;
mod door;
mod dyad;
mod event;
mod events;
mod form;
mod guard;
mod home;
mod kept;
mod map;
mod network;
mod page;
mod pool;
mod reading;
mod regions;
mod review;
mod sheet;
mod told;
mod try_it;
mod turns;
mod why;
mod words;

pub use words::grouped;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path as UrlPath, Query, State};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use detente::lexicon::ActorKind;
use detente::read::Reader;
use detente_ledger::{AllEvidence, Cards, Ledger, LedgerError};

use crate::days::Kept;
use crate::kept::KeptPages;
use crate::pool::Pool;

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
    /// Others could reach the pages.
    #[error("others can reach {0}: give a token that they must know, or listen on 127.0.0.1")]
    Open(SocketAddr),
    /// The ledger cannot be opened.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The server stopped.
    #[error("the pages cannot be served any longer ({0}): start again")]
    Stopped(String),
}

/// What the desk may do beside showing a ledger.
#[derive(Default)]
pub struct Settings {
    /// Who knows this may look; needed where others can reach the address. It is asked for once (`?token=…`) and kept in
    /// a cookie.
    pub token: Option<String>,
    /// Makes the reader for the page on which a text can be tried; loaded when it is first asked for. Without one there
    /// is no such page.
    pub reader: Option<MakeReader>,
    /// What the lexicon, or the reader, says of the rule of this name; empty where it says nothing.
    pub says: Option<Says>,
    /// Lines of the lexicon that hold some words; without one there is no page for it.
    pub find: Option<Find>,
    /// Who decides about reports; without a name the ledger is only read.
    pub review: Option<String>,
}

/// The files of the lexicon with their number of lines, and the lines, at most so many, that hold the words: place, text.
pub type Find = Box<dyn Fn(&str, usize) -> Found + Send + Sync>;

/// What [`Find`] gives.
pub type Found = (Vec<(String, usize)>, Vec<(String, String)>);

/// Looks up a rule.
pub type Says = Box<dyn Fn(&str) -> String + Send + Sync>;

/// Loads lexicon and model; what is wrong with them in one sentence.
pub type MakeReader = Box<dyn Fn() -> Result<Reader, String> + Send + Sync>;

/// Serves the pages of a ledger until the program ends. `ready` is told the address once the pages can be
/// asked for; with port 0 the system picks one.
///
/// # Errors
/// When the ledger cannot be read, or the address cannot be listened at.
pub fn serve(
    ledger: &Path,
    at: SocketAddr,
    settings: Settings,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), DeskError> {
    serve_in(ledger, at, settings, door::Room::default(), ready)
}

fn serve_in(
    ledger: &Path,
    at: SocketAddr,
    settings: Settings,
    room: door::Room,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), DeskError> {
    if !at.ip().is_loopback() && settings.token.is_none() {
        return Err(DeskError::Open(at));
    }
    let pool = Pool::open(ledger)?;
    let desk = desk(pool.clone(), settings);
    // The cards and the days of the network take a while in a large ledger: they are begun before anybody asks.
    if let Some(ledger) = pool.another() {
        let shared = Arc::clone(&desk.shared);
        std::thread::spawn(move || {
            // What is wrong with the ledger is said by the pages.
            let _ = shared.cards(&ledger).map(drop);
            let _ = shared.evidence(&ledger).map(drop);
            let _ = shared.days.days(&ledger, &shared);
        });
    }
    let router = pages(desk);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(THREADS)
        .build()
        .map_err(|e| DeskError::Stopped(e.to_string()))?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(at).await.map_err(|e| match e.kind() {
            std::io::ErrorKind::AddrInUse => DeskError::InUse(at),
            _ => DeskError::Address { at, why: e.to_string() },
        })?;
        ready(listener.local_addr().unwrap_or(at));
        match door::open(listener, router, room).await {}
    })
}

/// Threads on which pages are made, at most; more than there are hands on the ledger, for a page of another kind must
/// not wait.
const THREADS: usize = 16;

/// The pages of a ledger, to be asked in a test.
pub fn router(ledger: Ledger, settings: Settings) -> Router {
    pages(desk(Pool::of_one(ledger), settings))
}

fn desk(pool: Pool, settings: Settings) -> Desk {
    Desk {
        pool,
        shared: Arc::new(Shared {
            settings,
            reader: OnceLock::new(),
            cards: RwLock::default(),
            evidence: RwLock::default(),
            days: Kept::default(),
            pages: KeptPages::default(),
        }),
    }
}

fn pages(desk: Desk) -> Router {
    Router::new()
        .route("/", get(|desk, ask| answer(desk, ask, home::page)))
        .route("/events", get(|desk, ask| answer(desk, ask, events::page)))
        .route("/events.csv", get(data::events_csv))
        .route("/events.json", get(data::events_json))
        .route("/events.jsonl", get(data::events_jsonl))
        .route("/events.txt", get(|desk, ask| answer(desk, ask, data::cite)))
        .route("/event/{report}", get(|desk, ask| answer(desk, ask, event::page)))
        .route("/article/{name}", get(|desk, ask| answer(desk, ask, article::page)))
        .route("/dyad/{a}/{b}", get(|desk, ask| answer(desk, ask, dyad::page)))
        .route("/blocs", get(|desk, ask| answer(desk, ask, blocs::page)))
        .route("/actor/{key}", get(|desk, ask| answer(desk, ask, actor::page)))
        .route("/actors", get(|desk, ask| answer(desk, ask, actor::list)))
        .route("/network", get(|desk, ask| answer(desk, ask, network::page)))
        .route("/network.csv", get(|desk, ask| answer(desk, ask, network::csv)))
        .route("/network.json", get(|desk, ask| answer(desk, ask, network::json)))
        .route("/network.graphml", get(|desk, ask| answer(desk, ask, network::graphml)))
        .route("/network.gexf", get(|desk, ask| answer(desk, ask, network::gexf)))
        .route("/map", get(|desk, ask| answer(desk, ask, map::page)))
        .route("/map.csv", get(|desk, ask| answer(desk, ask, map::csv)))
        .route("/map.json", get(|desk, ask| answer(desk, ask, map::json)))
        .route("/map.geojson", get(|desk, ask| answer(desk, ask, map::geojson)))
        .route("/turns", get(|desk, ask| answer(desk, ask, turns::page)))
        .route("/turns.json", get(|desk, ask| answer(desk, ask, turns::json)))
        .route("/turns.csv", get(|desk, ask| answer(desk, ask, turns::csv)))
        .route("/event/{report}/review", post(review::decide))
        .route("/review", get(|desk, ask| answer(desk, ask, review::page)))
        .route("/review.json", get(|desk, ask| answer(desk, ask, review::json)))
        .route("/review.jsonl", get(|desk, ask| answer(desk, ask, review::gold)))
        .route("/about", get(|desk, ask| answer(desk, ask, about::page)))
        .route("/lexicon", get(|desk, ask| answer(desk, ask, about::lexicon)))
        .route("/try", get(try_it::form).post(try_it::page))
        .route("/style.css", get(style))
        .route("/desk.js", get(script))
        .route("/favicon.svg", get(icon))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(|| async { Failure::missing("this page").into_response() })
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(desk.clone(), guard::guard))
        .with_state(desk)
}

/// Bytes that a form may send, at most.
const BODY: usize = 1 << 20;

/// What every handler shares.
#[derive(Clone)]
struct Desk {
    pool: Pool,
    shared: Arc<Shared>,
}

/// What lives as long as the desk.
struct Shared {
    settings: Settings,
    reader: OnceLock<Result<Reader, String>>,
    cards: RwLock<Cards>,
    evidence: RwLock<AllEvidence>,
    days: Kept,
    pages: KeptPages,
}

impl Shared {
    /// What a party is called: as the news has it, else as the lexicon has it, else by its key.
    fn name(&self, ledger: &Ledger, key: &str) -> Result<String, LedgerError> {
        let name = ledger.name_of(key)?;
        let whose = key.split_once('/').map_or(key, |(whose, _)| whose);
        // Parties of other data sets may never have been named in an article.
        if !name.starts_with(whose) || ledger.name_of(whose)? != whose {
            return Ok(name);
        }
        let Some(Ok(reader)) = self.reader() else { return Ok(name) };
        let lexicon = reader.lexicon();
        let known = lexicon
            .actors
            .iter()
            .find(|a| a.key == whose && a.kind != ActorKind::Place && a.wikidata.is_some());
        Ok(known.map_or_else(|| name.clone(), |known| name.replacen(whose, &known.name, 1)))
    }

    /// The cards of all reports of the ledger as it is now. To be given back before the page goes on to something else: who
    /// brings them up to date waits for all who read them.
    fn cards(&self, ledger: &Ledger) -> Result<RwLockReadGuard<'_, Cards>, LedgerError> {
        up_to_date(&self.cards, |cards| cards.are_old(ledger), |cards| cards.catch_up(ledger))
    }

    /// The evidence about all pairs as it is now, to be given back like the cards.
    fn evidence(&self, ledger: &Ledger) -> Result<RwLockReadGuard<'_, AllEvidence>, LedgerError> {
        up_to_date(&self.evidence, |all| all.is_old(ledger), |all| all.catch_up(ledger))
    }

    /// The reader, loaded when it is first asked for; `None` where the desk has none.
    fn reader(&self) -> Option<&Result<Reader, String>> {
        let make = self.settings.reader.as_ref()?;
        Some(self.reader.get_or_init(make))
    }
}

/// What is held of a ledger, brought up to date first where it is old.
fn up_to_date<T>(
    held: &RwLock<T>,
    is_old: impl Fn(&T) -> Result<bool, LedgerError>,
    catch_up: impl Fn(&mut T) -> Result<(), LedgerError>,
) -> Result<RwLockReadGuard<'_, T>, LedgerError> {
    loop {
        let now = held.read().unwrap_or_else(PoisonError::into_inner);
        if !is_old(&now)? {
            return Ok(now);
        }
        drop(now);
        let mut now = held.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have been first.
        if is_old(&now)? {
            catch_up(&mut now)?;
        }
    }
}

/// What a page is asked for: the parts of its address and the fields of its form. Empty fields are left out.
struct Ask {
    /// The whole address, as it was asked for.
    address: String,
    path: BTreeMap<String, String>,
    fields: BTreeMap<String, String>,
    shared: Arc<Shared>,
    pool: Pool,
}

impl Ask {
    /// What a party is called ([`Shared::name`]).
    fn name(&self, ledger: &Ledger, key: &str) -> Result<String, LedgerError> {
        self.shared.name(ledger, key)
    }

    /// Works the days of the network out again, beside the visitors.
    fn renew_days(&self) {
        if let Some(ledger) = self.pool.another() {
            let (shared, pool) = (Arc::clone(&self.shared), self.pool.clone());
            std::thread::spawn(move || {
                shared.days.renew(&ledger, &shared);
                pool.move_on();
            });
        }
    }
}

impl FromRequestParts<Desk> for Ask {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, desk: &Desk) -> Result<Ask, Failure> {
        let unreadable = |_| Failure::bad("the address of the page cannot be read");
        let path = UrlPath::<BTreeMap<String, String>>::from_request_parts(parts, desk)
            .await
            .map(|p| p.0)
            .map_err(|_| Failure::bad("the address of the page cannot be read"))?;
        let Query(mut fields) =
            Query::<BTreeMap<String, String>>::try_from_uri(&parts.uri).map_err(unreadable)?;
        fields.values_mut().for_each(|v| *v = v.trim().to_string());
        fields.retain(|_, v| !v.is_empty());
        let address = parts.uri.to_string();
        Ok(Ask { address, path, fields, shared: Arc::clone(&desk.shared), pool: desk.pool.clone() })
    }
}

/// A page that could not be made.
struct Failure {
    status: StatusCode,
    text: String,
    /// Where it can be made as soon as some work is done: how much is, and how much there is.
    progress: Option<(usize, usize)>,
}

impl Failure {
    fn new(status: StatusCode, text: impl Into<String>) -> Failure {
        Failure { status, text: text.into(), progress: None }
    }

    fn bad(text: impl Into<String>) -> Failure {
        Failure::new(StatusCode::BAD_REQUEST, text)
    }

    fn fault(text: impl Into<String>) -> Failure {
        Failure::new(StatusCode::INTERNAL_SERVER_ERROR, text)
    }

    fn slow() -> Failure {
        let text = "too much is being asked at once: wait a moment and ask again, or ask for less";
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, text)
    }

    fn missing(what: &str) -> Failure {
        Failure::new(StatusCode::NOT_FOUND, format!("the desk does not have {what}"))
    }

    /// The page will be there when so many of so many are done.
    fn working(what: &str, done: usize, of: usize) -> Failure {
        let text = format!(
            "this is being worked out once for the whole ledger: {} of {} {what} are done",
            words::grouped(done),
            words::grouped(of)
        );
        Failure { progress: Some((done, of)), ..Failure::new(StatusCode::SERVICE_UNAVAILABLE, text) }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Failure {
        let status = match error {
            LedgerError::NotFound { .. } => StatusCode::NOT_FOUND,
            LedgerError::Locked { .. } => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Failure::new(status, error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self.progress {
            // The page asks again by itself; a program is told when to.
            Some((done, of)) => {
                let again = [(header::REFRESH, "2"), (header::RETRY_AFTER, "2")];
                (self.status, again, page::working(&self.text, done, of)).into_response()
            }
            None => (self.status, page::failure(&self.text)).into_response(),
        }
    }
}

/// How long a page may wait for its turn and take, in seconds; then the visitor is told.
const PATIENCE: u64 = 20;

/// Runs a handler where it may wait for the disk.
async fn answer<T: IntoResponse + Send + 'static>(
    State(desk): State<Desk>,
    ask: Ask,
    handler: fn(&Ledger, &Ask) -> Result<T, Failure>,
) -> Response {
    let work = async {
        let Some(turn) = desk.pool.turn().await else { return Failure::slow().into_response() };
        let pool = desk.pool.clone();
        let address = ask.address.clone();
        let work = tokio::task::spawn_blocking(move || {
            let made = pool.with(turn, |ledger, state| match ask.shared.pages.get(state, &ask.address) {
                Some(kept) => (None, kept),
                None => {
                    let made = handler(ledger, &ask);
                    let made = made.map_or_else(IntoResponse::into_response, IntoResponse::into_response);
                    (Some(state), made)
                }
            });
            made.unwrap_or_else(|error| (None, Failure::from(error).into_response()))
        });
        match work.await {
            Ok((Some(state), page)) => desk.shared.pages.keep(state, address, page).await,
            Ok((None, page)) => page,
            Err(_) => {
                Failure::fault("this page could not be made: please report its address").into_response()
            }
        }
    };
    let patience = std::time::Duration::from_secs(PATIENCE);
    tokio::time::timeout(patience, work).await.unwrap_or_else(|_| Failure::slow().into_response())
}

async fn style() -> Response {
    let css = [include_str!("style.css"), detente_plot::STYLE].concat();
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// The mark of the head: a disc of two halves, cooperation and conflict.
async fn icon() -> Response {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><path d=\"M8 1a7 7 0 0 0 0 14z\" fill=\"#0060a0\"/><path d=\"M8 1a7 7 0 0 1 0 14z\" fill=\"#c94f00\"/></svg>";
    ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("desk.js")).into_response()
}

#[cfg(test)]
mod tests;
