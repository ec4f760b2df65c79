//! Writes, for articles on standard input (JSON lines: id, published, text), every event that may be told in them with
//! what speaks for each party, one event a line: what `training/choice` learns from.
//!
//! `cargo run --release --example weigh -- [ACTS.BIN] < ARTICLES.jsonl > WEIGHED.jsonl`

use std::io::{BufRead, Write};

use detente::article::Article;
use serde_json::{Value, json};

#[path = "../tests/common/mod.rs"]
mod common;

fn main() {
    let reader = common::rules(&std::env::args().nth(1).unwrap_or("models/en/acts.bin".into()))
        .unwrap_or_else(|f| panic!("{}", common::list(&f)));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let value: Value = serde_json::from_str(&line.expect("text")).expect("JSON");
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_string();
        let published = text("published").parse().ok();
        let article = Article {
            id: text("id"),
            title: value["title"].as_str().map(str::to_string),
            published,
            text: text("text"),
            ..Article::default()
        };
        for w in reader.weigh(&article) {
            let f = &w.found;
            let keys =
                |list: &[detente::actor::Party]| list.iter().map(|p| p.key.clone()).collect::<Vec<_>>();
            let line = json!({
                "doc": article.id, "event": f.event, "rule": f.evidence[0].rule, "start": f.evidence[0].spans.iter().map(|s| s.start).collect::<Vec<_>>(),
                "end": f.evidence[0].spans.iter().map(|s| s.end).collect::<Vec<_>>(),
                "sentence": f.sentence, "actors": keys(&f.actors), "recipients": keys(&f.recipients), "mutual": f.mutual,
                "aux": f.aux, "said_by": f.said_by.as_ref().map(|p| p.key.clone()), "doubtful": f.doubtful, "shared": w.shared,
                "traits": w.traits.to_vec(),
                "candidates": w.candidates.iter().map(|(k, a, r)| json!([k, a.to_vec(), r.to_vec()])).collect::<Vec<_>>(),
            });
            writeln!(out, "{line}").expect("it is written");
        }
    }
}
