//! Work in batches: articles come in one after the other, a batch is worked on by all threads, and the results
//! go out in the order in which the articles came. Memory holds one batch.

use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use anyhow::{Context, Result};
use detente::article::Article;
use detente_intake::Intake;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use crate::commands::{Outcome, still_to_come};
use crate::output::{complain, count};

/// Articles in a batch, at most.
const ARTICLES: usize = 256;
/// Bytes of text in a batch, at most, unless one article alone has more.
const BYTES: usize = 4 << 20;

/// What became of the inputs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Articles worked on.
    pub articles: usize,
    /// Articles that were not wanted.
    pub passed: usize,
    /// Problems named on standard error.
    pub problems: usize,
}

impl Tally {
    /// The outcome; where something was skipped, a last line on standard error says how much was not.
    pub fn end(self, done: &str) -> Outcome {
        if self.problems == 0 {
            return Outcome::Clean;
        }
        let articles = count(self.articles, "article");
        complain(&format!("{articles} {done}, {} named above.", count(self.problems, "problem")));
        Outcome::Skipped
    }
}

/// A bar on standard error where that is a terminal and the input has a known length; else nothing.
pub fn progress(intake: &Intake) -> ProgressBar {
    if intake.total_bytes() == 0 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(intake.total_bytes());
    let style = "{bar:30} {bytes}/{total_bytes}, {msg}, {eta} left";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Threads for `--jobs`.
///
/// # Errors
/// When the machine gives none.
pub fn threads(jobs: Option<u16>) -> Result<rayon::ThreadPool> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs.map_or(0, usize::from)).build();
    threads.context("the machine gives no threads for --jobs: ask for fewer")
}

/// What to do with the articles of an intake.
pub trait Task: Sync {
    /// What becomes of one article.
    type Out: Send;
    /// Reads one article; many threads do this at once.
    fn read(&self, article: &Article) -> Self::Out;
}

impl<T: Send, F: Fn(&Article) -> T + Sync> Task for F {
    type Out = T;
    fn read(&self, article: &Article) -> T {
        self(article)
    }
}

/// What happens on the one thread that owns the output, in the order of the input.
pub trait Sink<T> {
    /// False for an article that need not be read.
    ///
    /// # Errors
    /// When that cannot be told.
    fn wants(&mut self, _: &Article) -> Result<bool> {
        Ok(true)
    }

    /// Takes what was read.
    ///
    /// # Errors
    /// When it cannot be written.
    fn take(&mut self, article: &Article, result: T) -> Result<()>;
}

impl<T, F: FnMut(&Article, T) -> Result<()>> Sink<T> for F {
    fn take(&mut self, article: &Article, result: T) -> Result<()> {
        self(article, result)
    }
}

/// What to say of an article over which the reader stumbled.
fn stumbled(article: &Article) -> String {
    format!(
        "{}: the reader stumbled over this article (see the lines above) and passed it over; please report it with its text",
        article.id
    )
}

/// Runs a task on every article, on `jobs` threads, and hands the results to the sink in the order of the
/// input. Problems are named on standard error as they come.
///
/// # Errors
/// What the sink says, or a machine that gives no threads.
pub fn run<T: Task>(
    mut intake: Intake,
    jobs: Option<u16>,
    bar: &ProgressBar,
    task: T,
    mut sink: impl Sink<T::Out>,
) -> Result<Tally> {
    let threads = threads(jobs)?;
    let mut tally = Tally::default();
    loop {
        let mut batch: Vec<Article> = Vec::new();
        let mut bytes = 0;
        while batch.len() < ARTICLES && bytes < BYTES {
            match intake.next() {
                None => break,
                Some(Ok(article)) if sink.wants(&article)? => {
                    bytes += article.text.len();
                    batch.push(article);
                }
                Some(Ok(_)) => tally.passed += 1,
                Some(Err(problem)) => {
                    tally.problems += 1;
                    bar.suspend(|| complain(&problem.to_string()));
                }
            }
        }
        if batch.is_empty() {
            bar.finish_and_clear();
            return Ok(tally);
        }
        // The reader never stumbles, as far as we know; where it does, that article alone is lost.
        let read = |a| catch_unwind(AssertUnwindSafe(|| task.read(a)));
        let results: Vec<_> = threads.install(|| batch.par_iter().map(read).collect());
        for (article, result) in batch.iter().zip(results) {
            if let Some(word) = still_to_come(article.published) {
                bar.suspend(|| complain(&format!("{}: {word}", article.id)));
            }
            match result {
                Ok(result) => {
                    tally.articles += 1;
                    sink.take(article, result)?;
                }
                Err(_) => {
                    tally.problems += 1;
                    bar.suspend(|| complain(&stumbled(article)));
                }
            }
        }
        bar.set_position(intake.bytes_read());
        bar.set_message(count(tally.articles, "article"));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use detente_intake::{Input, Options};

    use super::*;

    #[test]
    fn an_article_that_the_reader_stumbles_over_costs_itself_alone() {
        let lines = "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\"b\",\"text\":\"Two.\"}\n{\"id\":\"c\",\"text\":\"Three.\"}\n";
        let input = Input::Reader("x.jsonl".into(), Box::new(Cursor::new(lines)));
        let intake = Intake::new([input], Options::default());
        let task = |article: &Article| {
            assert!(article.id != "b", "a stumble that the test makes");
            article.id.clone()
        };
        let mut taken = Vec::new();
        let sink = |_: &Article, id: String| {
            taken.push(id);
            Ok(())
        };
        let tally = run(intake, Some(2), &ProgressBar::hidden(), task, sink).expect("it runs on");
        assert_eq!((tally.articles, tally.problems), (2, 1));
        assert_eq!(taken, ["a", "c"]);
    }
}
