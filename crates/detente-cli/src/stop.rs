//! Stopping: the first Ctrl-C (or a polite request of the system to end) asks the work at hand to come to a clean
//! end, the second ends the program at once.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);
static WATCH: Once = Once::new();

/// The exit status of a program that a signal ended, as shells count it: 128 and the number of the signal.
const AT_ONCE: i32 = 130;

/// From now on Ctrl-C stops cleanly. To be called by commands that look at [`asked`].
pub fn watch() {
    WATCH.call_once(|| {
        // Where the system refuses, Ctrl-C ends the program as it always did.
        let _ = ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::SeqCst) {
                std::process::exit(AT_ONCE);
            }
            crate::output::complain(
                "stopping: what is being read is brought to its end; press Ctrl-C again to end at once.",
            );
        });
    });
}

/// True when somebody wants the work to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
