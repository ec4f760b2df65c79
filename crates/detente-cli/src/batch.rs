//! Work in batches: articles come in one after the other, a batch is worked on by all threads, and the results
//! go out in the order in which the articles came. Memory holds one batch.

use anyhow::{Context, Result};
use detente::article::Article;
use detente_intake::Intake;
use rayon::prelude::*;

use crate::commands::Outcome;
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
    /// Problems named on standard error.
    pub problems: usize,
}

impl Tally {
    /// The outcome; where something was skipped, a last line on standard error says how much was not.
    pub fn end(self, done: &str) -> Outcome {
        if self.problems == 0 {
            return Outcome::Clean;
        }
        complain(&format!(
            "{} {done}, {} named above.",
            count(self.articles, "article"),
            count(self.problems, "problem")
        ));
        Outcome::Skipped
    }
}

/// Runs `work` on every article, on `jobs` threads, and hands the results to `write` in the order of the
/// input. Problems are named on standard error as they come.
///
/// # Errors
/// What `write` says, or a machine that gives no threads.
pub fn run<T: Send>(
    mut intake: Intake,
    jobs: Option<u16>,
    work: impl Fn(&Article) -> T + Sync,
    mut write: impl FnMut(&Article, T) -> Result<()>,
) -> Result<Tally> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs.map_or(0, usize::from)).build();
    let threads = threads.context("the machine gives no threads for --jobs: ask for fewer")?;
    let mut tally = Tally::default();
    loop {
        let mut batch: Vec<Article> = Vec::new();
        let mut bytes = 0;
        while batch.len() < ARTICLES && bytes < BYTES {
            match intake.next() {
                None => break,
                Some(Ok(article)) => {
                    bytes += article.text.len();
                    batch.push(article);
                }
                Some(Err(problem)) => {
                    tally.problems += 1;
                    complain(&problem.to_string());
                }
            }
        }
        if batch.is_empty() {
            return Ok(tally);
        }
        tally.articles += batch.len();
        let results: Vec<T> = threads.install(|| batch.par_iter().map(&work).collect());
        for (article, result) in batch.iter().zip(results) {
            write(article, result)?;
        }
    }
}
