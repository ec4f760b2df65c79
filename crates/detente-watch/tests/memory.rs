//! Weeks of rounds, in the memory of a day. Alone in its file, so that no other test uses the memory that is measured.

mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use detente_watch::clock::{Clock, Pretended};
use detente_watch::config::Config;
use detente_watch::round::{Coder, Kept, Watch};
use detente_watch::state::State;
use server::{Server, fine, item, rss, says};

const START: i64 = 1_900_000_000_000;
const DAY: i64 = 86_400_000;

/// Counts what it is given.
struct Counts(usize);

impl Coder for Counts {
    fn code(&mut self, articles: &[String]) -> Result<Kept> {
        self.0 += articles.len();
        Ok(Kept::All(None))
    }
}

/// Memory of this process, in kilobytes; nothing where the system does not say.
fn memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Rounds half a day apart, in which a feed of 40 items gets 5 new ones each time. The memory after every tenth of them, the marks
/// that are remembered in the end, and the bytes of the file.
fn many_rounds(rounds: usize) -> (Vec<i64>, i64, u64) {
    let number = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&number);
    let server = Server::new(move |asked| {
        let n = count.load(Ordering::SeqCst);
        if asked.path == "/robots.txt" {
            says(404, &[])
        } else {
            fine("text/xml", rss((n * 5..n * 5 + 40).map(item)))
        }
    });
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("state");
    let text = format!(
        "[watch]\ncontact = \"ann@example.org\"\npause = \"0s\"\n[[feed]]\nurl = \"{}\"\n",
        server.url("/feed")
    );
    let config = Config::parse("FEEDS.toml", &text).expect("a good file");
    let clock = Arc::new(Pretended::at(START));
    let handed: Arc<dyn Clock> = Arc::<Pretended>::clone(&clock);
    let mut watch = Watch::new(config, State::open(&file).expect("a state"), handed, "detente/0", false)
        .expect("a watch");
    let mut counts = Counts(0);
    let (mut memories, mut marks) = (Vec::new(), 0);
    for n in 0..rounds {
        number.store(n, Ordering::SeqCst);
        clock.set(START + n as i64 * DAY / 2);
        let round = watch.round(&mut counts).expect("a round");
        assert_eq!(round.failed, 0, "{:?}", round.said);
        server.forget();
        if n % (rounds / 10) == 0 {
            memories.extend(memory());
        }
        marks = watch.state().counts().expect("counts")[0];
    }
    assert_eq!(counts.0, 40 + 5 * (rounds - 1), "each item once");
    (memories, marks, std::fs::metadata(file).expect("a file").len())
}

#[test]
fn memory_and_file_do_not_grow_with_the_rounds() {
    let (memories, marks, bytes) = many_rounds(120);
    // Items of 30 days (60 rounds of 5) and those in the feed, two marks each.
    assert!((600..750).contains(&marks), "{marks}");
    assert!(bytes < 300_000, "{bytes}");
    if let (Some(early), Some(late)) = (memories.get(2), memories.last()) {
        assert!(late - early < 3_000, "kB: {memories:?}");
    }
}

#[test]
#[ignore = "the long version: cargo test --release -p detente-watch --test memory -- --ignored --nocapture"]
fn memory_of_a_thousand_rounds() {
    let (memories, marks, bytes) = many_rounds(1000);
    println!("memory in kB every 100 rounds: {memories:?}; {marks} marks, a file of {bytes} bytes");
}
