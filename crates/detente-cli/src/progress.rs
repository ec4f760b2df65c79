//! How far the work is: on a terminal a bar with the rate, the share done and the time left; elsewhere nothing, or a
//! line a minute for those who keep a log.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::{complain, count};

/// How to show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Show {
    /// A bar where standard error is a terminal, else nothing
    #[default]
    Auto,
    /// A line a minute
    Plain,
    /// Nothing
    None,
}

/// The flag of commands that may take long.
#[derive(Clone, Copy, Debug, clap::Args)]
// Several such sets stand in one command; a group for each would need a name of its own.
#[group(skip)]
pub struct Args {
    /// How to show how far the work is
    #[arg(long, value_enum, value_name = "FORM", default_value = "auto")]
    pub progress: Show,
}

/// Rates are those of so much of the time just past.
const LATELY: Duration = Duration::from_secs(20);
/// Between two lines of `--progress plain`.
const LINE: Duration = Duration::from_secs(60);
/// Between two looks at the clock's numbers.
const TICK: Duration = Duration::from_millis(250);

/// Shows how far the work is.
pub struct Meter {
    bar: ProgressBar,
    plain: bool,
    total: u64,
    state: RefCell<State>,
}

struct State {
    /// When, bytes, articles: the past, the oldest first.
    past: VecDeque<(Instant, u64, usize)>,
    line: Instant,
    /// What was done before this run began.
    before: Option<(u64, usize)>,
}

impl Meter {
    /// A meter for an input of so many bytes; 0 where nobody knows.
    pub fn new(show: Show, total: u64) -> Meter {
        let bar = match show {
            Show::Auto if std::io::stderr().is_terminal() => bar(total),
            _ => ProgressBar::hidden(),
        };
        let state = State { past: VecDeque::new(), line: Instant::now(), before: None };
        Meter { bar, plain: show == Show::Plain, total, state: RefCell::new(state) }
    }

    /// A meter that shows nothing.
    pub fn hidden() -> Meter {
        Meter::new(Show::None, 0)
    }

    /// So many bytes of the input and so many articles are behind us.
    pub fn at(&self, bytes: u64, articles: usize) {
        if !self.plain && self.bar.is_hidden() {
            return;
        }
        let now = Instant::now();
        let mut state = self.state.borrow_mut();
        let State { past, line, before } = &mut *state;
        before.get_or_insert((bytes, articles));
        if past.back().is_some_and(|(then, ..)| now.duration_since(*then) < TICK) {
            return;
        }
        past.push_back((now, bytes, articles));
        while past.len() > 2 && past.front().is_some_and(|(then, ..)| now.duration_since(*then) > LATELY) {
            past.pop_front();
        }
        let Some((then, old_bytes, old_articles)) = past.front().copied() else { return };
        let seconds = now.duration_since(then).as_secs_f64();
        let rate = Rate::of(bytes.saturating_sub(old_bytes), articles.saturating_sub(old_articles), seconds);
        let words = words(bytes, articles, self.total, rate);
        if self.plain {
            if now.duration_since(*line) >= LINE {
                *line = now;
                complain(&format!("{words}."));
            }
        } else {
            self.bar.set_position(bytes.min(self.total));
            self.bar.set_message(words);
        }
    }

    /// Says something without disturbing the bar.
    pub fn say(&self, text: &str) {
        self.bar.suspend(|| complain(text));
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn bar(total: u64) -> ProgressBar {
    let (bar, style) = match total {
        0 => (ProgressBar::new_spinner(), "{spinner} {msg}"),
        _ => (ProgressBar::new(total), "{bar:24} {msg}"),
    };
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// What is done in a second.
#[derive(Clone, Copy)]
struct Rate {
    bytes: f64,
    articles: f64,
}

impl Rate {
    /// `None` where too little has passed to tell.
    fn of(bytes: u64, articles: usize, seconds: f64) -> Option<Rate> {
        (seconds >= 0.2).then(|| Rate { bytes: bytes as f64 / seconds, articles: articles as f64 / seconds })
    }
}

/// "1,234 articles, 176/s, 0.63 MB/s, 12 %, 01:23 left", with what is known of it.
fn words(bytes: u64, articles: usize, total: u64, rate: Option<Rate>) -> String {
    let mut words = match articles {
        1 => count(1, "article"),
        n => format!("{} articles", detente_desk::grouped(n)),
    };
    if let Some(rate) = rate {
        let articles = if rate.articles < 10.0 {
            format!("{:.1}", rate.articles)
        } else {
            detente_desk::grouped(rate.articles.round() as usize)
        };
        words.push_str(&format!(", {articles}/s, {:.2} MB/s", rate.bytes / 1e6));
    }
    if total > 0 {
        words.push_str(&format!(", {:.0} %", 100.0 * bytes.min(total) as f64 / total as f64));
        if let Some(rate) = rate.filter(|rate| rate.bytes > 0.0) {
            let left = (total.saturating_sub(bytes) as f64 / rate.bytes).round() as u64;
            words.push_str(&format!(", {} left", clock(left)));
        }
    }
    words
}

/// Seconds as people read them: 01:23, 2:03:05, 3 days 4 h.
fn clock(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes:02}:{:02}", seconds % 60),
        (0, _) => format!("{hours}:{minutes:02}:{:02}", seconds % 60),
        (1, _) => format!("1 day {hours} h"),
        _ => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_length_gives_share_and_time_left_and_an_unknown_one_does_not() {
        let rate = Rate::of(2_000_000, 400, 2.0);
        assert_eq!(
            words(5_000_000, 1000, 10_000_000, rate),
            "1,000 articles, 200/s, 1.00 MB/s, 50 %, 00:05 left"
        );
        assert_eq!(words(5_000_000, 1000, 0, rate), "1,000 articles, 200/s, 1.00 MB/s");
        assert_eq!(words(0, 1, 10, None), "1 article, 0 %");
    }

    #[test]
    fn long_times_are_told_in_larger_units() {
        assert_eq!(
            (clock(83).as_str(), clock(7385).as_str(), clock(100_000).as_str()),
            ("01:23", "2:03:05", "1 day 3 h")
        );
    }
}
