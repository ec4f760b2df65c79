//! Time, as a thing that can be handed in: the program waits by the clock of the machine, the tests wait by one of their own that
//! makes an hour pass at once.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, as the machine has them: they may jump, also backwards.
pub type Moment = i64;

/// What tells the time and waits.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;

    /// Waits so long, or until somebody wants the work to stop.
    fn wait(&self, time: Duration);

    /// True when somebody wants the work to stop.
    fn stopped(&self) -> bool;
}

/// The clock of the machine.
pub struct Machine<S: Fn() -> bool + Send + Sync> {
    /// True when somebody wants the work to stop.
    pub asked: S,
}

/// Between two looks at whether to stop.
const GLANCE: Duration = Duration::from_millis(100);

impl<S: Fn() -> bool + Send + Sync> Clock for Machine<S> {
    fn now(&self) -> Moment {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
    }

    fn wait(&self, time: Duration) {
        let start = Instant::now();
        while !self.stopped() {
            let Some(left) = time.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) else { return };
            std::thread::sleep(left.min(GLANCE));
        }
    }

    fn stopped(&self) -> bool {
        (self.asked)()
    }
}

/// A clock for tests: waiting moves it on and takes no time.
#[derive(Debug, Default)]
pub struct Pretended {
    now: AtomicI64,
}

impl Pretended {
    /// One that shows this moment.
    pub fn at(now: Moment) -> Pretended {
        Pretended { now: AtomicI64::new(now) }
    }

    /// Sets it, forwards or backwards.
    pub fn set(&self, now: Moment) {
        self.now.store(now, Ordering::SeqCst);
    }
}

impl Clock for Pretended {
    fn now(&self) -> Moment {
        self.now.load(Ordering::SeqCst)
    }

    fn wait(&self, time: Duration) {
        let until = self.now().saturating_add(millis(time));
        self.now.fetch_max(until, Ordering::SeqCst);
    }

    fn stopped(&self) -> bool {
        false
    }
}

/// A span in milliseconds.
pub fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
