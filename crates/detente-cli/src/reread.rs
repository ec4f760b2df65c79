//! Texts read by several readers, on all cores, in their order: what `verify` and `lexicon diff` lay beside each other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use detente::article::Article;
use detente::read::Reader;
use detente::report::Report;
use serde_json::Value;

/// Articles that are held in memory at a time.
pub const AT_ONCE: usize = 64;

/// The reports of an article as a reader has them; `None` where it stumbled.
pub fn read(reader: &Reader, article: &Article) -> Option<Vec<Report>> {
    catch_unwind(AssertUnwindSafe(|| reader.read(article).reports)).ok()
}

/// The same with each thing, on so many threads; the answers stand in the order of the things.
pub fn each<T: Sync, R: Send>(things: &[T], jobs: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut mine = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(thing) = things.get(n) else { return mine };
            mine.push((n, work(thing)));
        }
    };
    let mut all: Vec<(usize, R)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..jobs.min(things.len())).map(|_| scope.spawn(take)).collect();
        let mut all = take();
        for other in others {
            match other.join() {
                Ok(theirs) => all.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(n, _)| *n);
    all.into_iter().map(|(_, answer)| answer).collect()
}

/// A report as it is written, so that numbers are those that a reader of the record gets.
pub fn record(report: &Report) -> Value {
    serde_json::to_string(report).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}
