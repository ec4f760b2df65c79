//! Which articles of JSON lines are copies, beside a slow and exact reckoning of the same: `bench/copies` says what came
//! out.
//!
//! ```text
//! copies FILE.jsonl            pairs found: later, earlier, common, new, copy; and the time
//! copies FILE.jsonl exact      all pairs that share a tenth of their runs of five words, and how many were found
//! ```

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use detente::article::Article;
use detente::sketch::{COPY, FEWEST, Sketch};
use detente_intake::copies::Copies;
use detente_intake::{Input, Intake, Options};

/// The different runs of five words of a text.
fn runs(text: &str) -> HashSet<String> {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words.windows(5).map(|run| run.join(" ")).collect()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some(file) = args.first() else {
        eprintln!("say: copies FILE.jsonl [exact]");
        std::process::exit(2);
    };
    let articles: Vec<Article> =
        Intake::new([Input::Path(file.into())], Options::default()).filter_map(Result::ok).collect();
    let start = Instant::now();
    let sketches: Vec<Sketch> = articles.iter().map(|a| Sketch::of(&a.text)).collect();
    let sketched = start.elapsed();
    let start = Instant::now();
    let mut copies = Copies::default();
    let mut found: HashMap<usize, String> = HashMap::new();
    for (n, (article, sketch)) in articles.iter().zip(&sketches).enumerate() {
        if let Some(earlier) = copies.place(&article.id, None, sketch) {
            let like = earlier.likeness;
            if args.len() == 1 {
                println!(
                    "{}\t{}\t{:.2}\t{:.2}\t{}",
                    article.id, earlier.of, like.common, like.new, like.copy
                );
            }
            if like.copy {
                found.insert(n, earlier.of);
            }
        }
    }
    let n = articles.len() as f64;
    eprintln!(
        "{n} articles, {} copies; a sketch takes {:.1} µs, its place {:.1} µs",
        found.len(),
        sketched.as_secs_f64() * 1e6 / n,
        start.elapsed().as_secs_f64() * 1e6 / n
    );
    if args.len() == 1 {
        return;
    }
    // All pairs that have a run in common, by the runs.
    let all: Vec<HashSet<String>> = articles.iter().map(|a| runs(&a.text)).collect();
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut real: HashMap<usize, (f64, usize)> = HashMap::new();
    for (later, own) in all.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for run in own {
            let holders = holders.entry(run).or_default();
            holders.iter().for_each(|&earlier| *shared.entry(earlier).or_default() += 1);
            holders.push(later);
        }
        let mut shared: Vec<(usize, usize)> = shared.into_iter().collect();
        shared.sort_unstable();
        for (earlier, both) in shared {
            let common = both as f64 / (own.len() + all[earlier].len() - both) as f64;
            let new = 1.0 - both as f64 / own.len() as f64;
            if 1.0 - new >= 0.1 {
                let told = sketches[later].likeness(&sketches[earlier]);
                println!(
                    "{}\t{}\t{common:.2}\t{new:.2}\ttold {:.2} {:.2}\t{}",
                    articles[later].id,
                    articles[earlier].id,
                    told.common,
                    told.new,
                    found.get(&later).map_or("-", String::as_str),
                );
            }
            let long = own.len().min(all[earlier].len()) >= FEWEST as usize;
            if if long { new <= COPY } else { both == own.len() && both == all[earlier].len() && both > 7 } {
                let best = real.entry(later).or_insert((new, earlier));
                if new < best.0 {
                    *best = (new, earlier);
                }
            }
        }
    }
    let hit = real.keys().filter(|n| found.contains_key(n)).count();
    let right = found.keys().filter(|n| real.contains_key(n)).count();
    eprintln!(
        "exactly: {} copies; found {hit} of them ({:.1} %); of {} found {right} are ({:.1} %)",
        real.len(),
        100.0 * hit as f64 / real.len().max(1) as f64,
        found.len(),
        100.0 * right as f64 / found.len().max(1) as f64
    );
    for (n, (new, earlier)) in real.iter().filter(|(n, _)| !found.contains_key(n)) {
        eprintln!("missed: {} is a copy of {} ({new:.2} new)", articles[*n].id, articles[*earlier].id);
    }
}
