//! Writes, for articles on standard input (JSON lines: id, published, title, text, and `marks`: pairs of bytes), every
//! mention that shares a byte with a mark, with what speaks for each key that it may have: what `training/keys` learns
//! from. The first line names the numbers; then one mention a line.
//!
//! `cargo run --release -p detente --example weigh_keys -- MODEL ACTS LEXICON < articles.jsonl > weighed.jsonl`, as
//! `models/en/syntax.bin models/en/acts.bin lexicon`.

mod common;

use std::error::Error;
use std::io::{BufRead, Write};
use std::path::Path;

use detente::actor::{KeyTrait, MentionTrait};
use detente::article::Article;
use detente::lexicon::Lexicon;
use detente::read::Reader;
use detente::syntax::{Acts, Model};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().ok_or("usage: weigh_keys MODEL ACTS LEXICON < articles.jsonl");
    let (model, acts, folder) = (std::fs::read(next()?)?, std::fs::read(next()?)?, next()?);
    let model = Model::load(&model)?.with_acts(Acts::load(&acts)?)?;
    let faults = |faults: Vec<detente::lexicon::Fault>| format!("{} faults in the lexicon", faults.len());
    let lexicon = Lexicon::load(&common::lexicon_files(Path::new(&folder))?).map_err(faults)?;
    let reader = Reader::new(model, lexicon).map_err(faults)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(
        out,
        "{}",
        json!({"mention_traits": MentionTrait::NAMES.to_vec(), "key_traits": KeyTrait::NAMES.to_vec()})
    )?;
    for line in std::io::stdin().lock().lines() {
        let value: Value = serde_json::from_str(&line?)?;
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_string();
        let article = Article {
            id: text("id"),
            published: text("published").parse().ok(),
            title: value["title"].as_str().map(str::to_string),
            text: text("text"),
            ..Article::default()
        };
        let marks: Vec<(u32, u32)> = serde_json::from_value(value["marks"].clone()).unwrap_or_default();
        let (syntax, weighed) = reader.weigh_keys(&article);
        for w in weighed {
            let span = syntax.cover(w.tokens);
            if !marks.iter().any(|(a, b)| *a < span.end && span.start < *b) {
                continue;
            }
            let head = syntax.span(w.head);
            let above: Vec<u32> = std::iter::successors(syntax.head(w.head), |h| syntax.head(*h))
                .take(8)
                .map(|h| syntax.span(h).start)
                .collect();
            let line = json!({
                "doc": article.id,
                "start": span.start,
                "end": span.end,
                "head": [head.start, head.end],
                "above": above,
                "wording": format!("{:?}", w.wording),
                "lemma": syntax.lemma(w.head).to_lowercase(),
                "ruled": w.ruled,
                "traits": w.traits.to_vec(),
                "keys": w.keys.iter().map(|(k, t)| json!([k, t.to_vec()])).collect::<Vec<_>>(),
            });
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
