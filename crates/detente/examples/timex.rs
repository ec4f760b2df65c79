//! Reads JSON lines `{"text": …, "published": "2017-08-09"}` from standard input and prints the date
//! expressions of each as one JSON line: `[{"start", "end", "kind", "timex", "future", "ahead", "interval", "rule"}]`.
//! With `--speed` it reads each text forty times and prints the rate instead.
//!
//! `cargo run --release -p detente --example timex -- lexicon/times < articles.jsonl`

use std::io::{BufRead, Write};
use std::time::Instant;

use detente::time::{TimeLexicon, find, leans_ahead};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: timex LEXICON-FOLDER [--speed] < articles.jsonl")?;
    let speed = std::env::args().any(|a| a == "--speed");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        files.push((name, std::fs::read_to_string(&path)?));
    }
    files.sort();
    let began = Instant::now();
    let pairs: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let lexicon = TimeLexicon::load(&pairs).map_err(|faults| faults.join("\n"))?;
    eprintln!("loaded in {:?}", began.elapsed());
    let mut articles = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let record: Value = serde_json::from_str(&line?)?;
        let text = record["text"].as_str().unwrap_or_default().to_string();
        articles.push((text, record["published"].as_str().and_then(|d| d.parse().ok())));
    }
    if speed {
        let began = Instant::now();
        let (mut bytes, mut found) = (0usize, 0usize);
        for _ in 0..40 {
            for (text, published) in &articles {
                bytes += text.len();
                found += find(text, &[], *published, &lexicon, &mut Vec::new()).len();
            }
        }
        let rate = bytes as f64 / 1e6 / began.elapsed().as_secs_f64();
        println!("{bytes} bytes, {found} expressions, {rate:.1} MB/s");
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    for (text, published) in &articles {
        let found: Vec<Value> = find(text, &[], *published, &lexicon, &mut Vec::new())
            .iter()
            .map(|one| {
                json!({
                    "start": one.span.start, "end": one.span.end, "kind": one.kind, "timex": one.timex,
                    "future": one.future_timex(), "ahead": leans_ahead(text, one),
                    "interval": one.interval.to_string(), "rule": one.evidence.rule,
                })
            })
            .collect();
        writeln!(out, "{}", Value::from(found))?;
    }
    Ok(())
}
