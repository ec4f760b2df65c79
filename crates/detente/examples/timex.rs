//! Reads JSON lines `{"text": …, "published": "2017-08-09"}` from standard input and prints the date
//! expressions of each as one JSON line: `[{"start", "end", "kind", "timex", "future", "ahead", "interval", "rule"}]`.
//! With `--speed` it reads each text forty times over and prints the rate instead. With `--fuzz N` it reads N random
//! mixtures of date words and numbers, the same ones on every run, published on every sort of day: whatever comes
//! out, it must come out.
//!
//! `cargo run --release -p detente --example timex -- lexicon/times < articles.jsonl`

use std::io::{BufRead, Write};
use std::time::Instant;

use detente::time::{TimeLexicon, find, leans_ahead};
use jiff::civil::Date;
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
    if let Some(many) = std::env::args().skip_while(|a| a != "--fuzz").nth(1) {
        let found = fuzz(many.parse()?, &lexicon);
        println!("{many} texts read, {found} expressions found");
        return Ok(());
    }
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
                    "interval": one.interval.to_string(),
                    "ahead_interval": one.future.map(|f| f.to_string()), "rule": one.evidence.rule,
                })
            })
            .collect();
        writeln!(out, "{}", Value::from(found))?;
    }
    Ok(())
}

/// Reads so many random texts; how many expressions were found in all.
fn fuzz(many: usize, lexicon: &TimeLexicon) -> usize {
    // The words of the examples, and what dates are broken with.
    let mut words: Vec<String> = lexicon
        .examples()
        .iter()
        .flat_map(|e| {
            e.text.replace(['[', ']'], "").split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let odd = [
        "-",
        "/",
        ".",
        ",",
        ":",
        "'",
        "\u{2019}",
        "\u{2014}",
        "(",
        ")",
        "%",
        "$",
        "#",
        "0",
        "00",
        "31",
        "32",
        "99",
        "366",
        "1000",
        "2999",
        "9999",
        "10000",
        "12017",
        "99999999",
        "999999999999",
        "1.5",
        "2,000",
        "1/2",
        "th",
        "s",
        "BC",
        "AH",
        "BE",
        "the",
        "of",
        "in",
        "and",
        "a",
        "last",
        "next",
        "every",
        "from",
        "to",
        "between",
        "ago",
        "later",
        "before",
        "after",
        "until",
        "half",
        "couple",
        "hundred",
        "thousand",
        "million",
        "é",
        "五月",
        "\n",
    ];
    words.extend(odd.iter().flat_map(|w| std::iter::repeat_n((*w).to_owned(), 12)));
    words.sort();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below.max(1)
    };
    let days =
        [None, Some(Date::MIN), Some(Date::MAX), Date::new(1, 1, 1).ok(), Date::new(9999, 12, 31).ok()];
    let mut found = 0;
    for _ in 0..many {
        let mut text = String::new();
        for _ in 0..next(14) + 1 {
            if next(4) == 0 {
                text.push_str(&next(40_000).to_string());
            } else if let Some(word) = words.get(next(words.len())) {
                text.push_str(word);
            }
            if next(5) > 0 {
                text.push(' ');
            }
        }
        let any = Date::new(1900 + next(200) as i16, 1 + next(12) as i8, 1 + next(28) as i8).ok();
        let published = days.get(next(12)).copied().unwrap_or(any);
        for one in find(&text, &[], published, lexicon, &mut Vec::new()) {
            found += usize::from(!one.span.slice(&text).is_empty());
            let _ = (one.future_timex(), leans_ahead(&text, &one), one.from_event(one.interval));
        }
    }
    found
}
