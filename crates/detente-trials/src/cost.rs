//! What reading may cost: a second of processor time for every 10 kB of input, and 64 bytes of memory for each of its bytes,
//! above a floor for what every reader needs before it has seen any. Both are counted for the whole process; so that
//! neighbours do not count, only one trial runs at a time.

use std::sync::Mutex;
use std::time::Duration;

use cpu_time::ProcessTime;
use peak_alloc::PeakAlloc;

#[global_allocator]
static HELD: PeakAlloc = PeakAlloc;

static ALONE: Mutex<()> = Mutex::new(());

/// Bytes of input that may take a second.
const A_SECOND: usize = 10_000;
/// Bytes of memory to a byte of input.
const TIMES: usize = 64;

/// Does some work on so many bytes of input, and sees that it stays within bounds. `floor` is what the reader may hold
/// beside, in bytes.
///
/// # Panics
/// When it takes too long or holds too much.
pub fn within<T>(input: usize, floor: usize, work: impl FnOnce() -> T) -> T {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let before = HELD.current_usage();
    HELD.reset_peak_usage();
    let start = ProcessTime::now();
    let result = work();
    let took = start.elapsed();
    let held = HELD.peak_usage().saturating_sub(before);
    let limit = Duration::from_millis(1_000 * (1 + input / A_SECOND) as u64);
    assert!(took <= limit, "{input} bytes took {took:?} of processor time, and may take {limit:?}");
    let most = floor + TIMES * input;
    assert!(held <= most, "{input} bytes held {held} bytes of memory, and may hold {most}");
    result
}
