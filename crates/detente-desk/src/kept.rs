//! Pages that were made before, kept for the next who asks for the same address. A page depends on its address, the ledger
//! and what the program was started with, so it holds for as long as nothing is written to the ledger ([`crate::pool`]
//! counts that); what is kept is bounded, and the oldest goes first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// Bytes that are kept in all, and of one page at most.
const ALL: usize = 32 << 20;
const ONE: usize = 1 << 20;

/// Pages by their address.
#[derive(Default)]
pub struct KeptPages(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// The state of the ledger of which all of them are.
    state: u64,
    pages: HashMap<String, (HeaderMap, Bytes)>,
    /// Addresses in the order in which they came.
    order: VecDeque<String>,
    bytes: usize,
}

impl Inner {
    /// What an entry takes: both copies of its address, and the page.
    fn size(address: &str, body: &Bytes) -> usize {
        2 * address.len() + body.len()
    }
}

impl KeptPages {
    /// The page of an address, if it was made of the ledger in this state.
    pub fn get(&self, state: u64, address: &str) -> Option<Response> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (headers, body) = kept.pages.get(address).filter(|_| kept.state == state)?;
        Some((headers.clone(), body.clone()).into_response())
    }

    /// Keeps a page that was made of the ledger in this state, unless it is a failure, too large, or of an older state.
    /// Gives the page back.
    pub async fn keep(&self, state: u64, address: String, page: Response) -> Response {
        let fits = |page: &Response| {
            use axum::body::HttpBody;
            page.body().size_hint().exact().is_some_and(|size| size <= ONE as u64)
        };
        if page.status() != StatusCode::OK || !fits(&page) {
            return page;
        }
        let (parts, body) = page.into_parts();
        let Ok(body) = axum::body::to_bytes(body, ONE).await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.state < state {
            *kept = Inner { state, ..Inner::default() };
        }
        if kept.state == state {
            let size = Inner::size(&address, &body);
            if let Some((_, old)) = kept.pages.insert(address.clone(), (parts.headers.clone(), body.clone()))
            {
                kept.bytes -= Inner::size(&address, &old);
            } else {
                kept.order.push_back(address);
            }
            kept.bytes += size;
            while kept.bytes > ALL {
                let Some(oldest) = kept.order.pop_front() else { break };
                if let Some((_, body)) = kept.pages.remove(&oldest) {
                    kept.bytes -= Inner::size(&oldest, &body);
                }
            }
        }
        drop(kept);
        Response::from_parts(parts, Body::from(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: String) -> Response {
        text.into_response()
    }

    async fn body(page: Response) -> String {
        let bytes = axum::body::to_bytes(page.into_body(), usize::MAX).await.expect("whole");
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    fn run(work: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(work);
    }

    #[test]
    fn a_page_holds_until_the_ledger_is_written_to() {
        run(holds());
    }

    async fn holds() {
        let kept = KeptPages::default();
        assert_eq!(body(kept.keep(1, "/a".into(), page("one".into())).await).await, "one");
        assert_eq!(body(kept.get(1, "/a").expect("kept")).await, "one");
        assert!(kept.get(2, "/a").is_none() && kept.get(1, "/b").is_none());
        kept.keep(2, "/b".into(), page("two".into())).await;
        assert!(kept.get(1, "/a").is_none(), "of an older state");
        kept.keep(1, "/a".into(), page("late".into())).await;
        assert!(kept.get(2, "/a").is_none(), "made before the ledger was written to");
        kept.keep(2, "/c".into(), StatusCode::NOT_FOUND.into_response()).await;
        assert!(kept.get(2, "/c").is_none(), "a failure is not kept");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        run(bounded());
    }

    async fn bounded() {
        let kept = KeptPages::default();
        let large = "x".repeat(ONE);
        for i in 0..100 {
            kept.keep(1, format!("/{i}"), page(large.clone())).await;
        }
        assert!(kept.get(1, "/0").is_none() && kept.get(1, "/99").is_some());
        kept.keep(1, "/huge".into(), page("x".repeat(ONE + 1))).await;
        assert!(kept.get(1, "/huge").is_none());
        let inner = kept.0.lock().expect("whole");
        assert!(inner.bytes <= ALL && inner.pages.len() == inner.order.len() && inner.pages.len() > 20);
    }
}
