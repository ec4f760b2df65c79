//! Several hands on one ledger: each page that is being made has a connection of its own, so that a slow page keeps
//! nobody waiting. Connections are opened when they are needed, up to a limit, and kept.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use detente_ledger::{Ledger, LedgerError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Pages made at the same time, at most. SQLite reads from memory most of the time, so more than a few per core
/// would only wait for each other.
const HANDS: usize = 8;

/// Connections to one ledger.
#[derive(Clone)]
pub struct Pool {
    path: Option<Arc<PathBuf>>,
    idle: Arc<Mutex<Vec<Hand>>>,
    turns: Arc<Semaphore>,
    /// Grows whenever a connection finds that something was written.
    state: Arc<AtomicU64>,
}

/// A connection, and the number by which it sees that others have written ([`Ledger::data_version`]).
struct Hand {
    ledger: Ledger,
    seen: Option<i64>,
}

/// A turn at the ledger; to be waited for before [`Pool::with`].
pub struct Turn(#[expect(dead_code, reason = "held for as long as the work goes on")] OwnedSemaphorePermit);

impl Pool {
    /// Connections to a file, of which one is opened at once.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn open(path: &Path) -> Result<Pool, LedgerError> {
        let first = Ledger::open_read_only(path)?;
        Ok(Pool {
            path: Some(Arc::new(path.to_owned())),
            idle: Arc::new(Mutex::new(vec![Hand { ledger: first, seen: None }])),
            turns: Arc::new(Semaphore::new(HANDS)),
            state: Arc::default(),
        })
    }

    /// One ledger that cannot be opened a second time, such as one in memory.
    pub fn of_one(ledger: Ledger) -> Pool {
        let idle = Arc::new(Mutex::new(vec![Hand { ledger, seen: None }]));
        Pool { path: None, idle, turns: Arc::new(Semaphore::new(1)), state: Arc::default() }
    }

    /// A connection for work beside the visitors; `None` where there can be no second one.
    pub fn another(&self) -> Option<Ledger> {
        Ledger::open_read_only(self.path.as_deref()?).ok()
    }

    /// Waits for a turn.
    pub async fn turn(&self) -> Option<Turn> {
        // The semaphore is never closed.
        Arc::clone(&self.turns).acquire_owned().await.ok().map(Turn)
    }

    /// Writes to the ledger, on the thread of the caller.
    ///
    /// # Errors
    /// When it cannot be opened to be written to.
    pub fn write<T>(&self, turn: Turn, work: impl FnOnce(&mut Ledger) -> T) -> Result<T, LedgerError> {
        let done = match &self.path {
            Some(path) => Ok(work(&mut Ledger::open(path.as_path())?)),
            None => self.with(turn, |ledger, _| work(ledger)),
        };
        self.move_on();
        done
    }

    /// What was made of the ledger before this holds no longer.
    pub fn move_on(&self) {
        self.state.fetch_add(1, Ordering::SeqCst);
    }

    /// Does something with a connection, on the thread of the caller. It is told the state of the ledger: what was made of
    /// the ledger in the same state would be made the same now.
    ///
    /// # Errors
    /// When no connection can be opened.
    pub fn with<T>(&self, _turn: Turn, work: impl FnOnce(&mut Ledger, u64) -> T) -> Result<T, LedgerError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut hand = match (idle, &self.path) {
            (Some(hand), _) => hand,
            (None, Some(path)) => Hand { ledger: Ledger::open_read_only(path.as_path())?, seen: None },
            // A page that panicked took the only one with it.
            (None, None) => {
                return Err(LedgerError::NotFound { what: "ledger", id: "in memory".into() });
            }
        };
        // A connection that has just been opened cannot know what was written before.
        let now = hand.ledger.data_version().ok();
        if now.is_none() || now != hand.seen {
            self.move_on();
        }
        hand.seen = now;
        let result = work(&mut hand.ledger, self.state.load(Ordering::SeqCst));
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(hand);
        Ok(result)
    }
}
