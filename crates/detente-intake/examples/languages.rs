//! The languages of the articles of a file of JSON lines, and what telling them costs.
//!
//! `cargo run --release -p detente-intake --example languages -- ARTICLES.jsonl`
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).ok_or("give a file of JSON lines with \"text\"")?;
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut spent, mut slowest, mut texts) = (Duration::ZERO, Duration::ZERO, 0u32);
    for line in std::fs::read_to_string(name)?.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        let Some(text) = record["text"].as_str() else { continue };
        for (text, what) in [(text, ""), (text.get(..240).unwrap_or(text), "; its first 240 bytes")] {
            let start = Instant::now();
            let language = detente_intake::language::of(text, None);
            let took = start.elapsed();
            if what.is_empty() {
                (spent, slowest, texts) = (spent + took, slowest.max(took), texts + 1);
                *found.entry(language.name).or_default() += 1;
            }
            if !language.is_english() {
                let head: String = text.chars().take(160).collect();
                println!("{} ({} bytes{what}): {}: {head:?}", record["id"], text.len(), language.name);
            }
        }
    }
    println!("{found:?}");
    println!(
        "{texts} texts, {:.3} ms each, the slowest {:.3} ms",
        spent.as_secs_f64() * 1e3 / f64::from(texts.max(1)),
        slowest.as_secs_f64() * 1e3
    );
    Ok(())
}
