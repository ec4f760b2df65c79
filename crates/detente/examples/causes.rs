//! Writes, for articles on standard input (JSON lines: id, text), what hangs on what in their sentences, with the traits
//! that speak for or against a stated cause: what `training/links` learns from. With the learnt weights as a third
//! argument it writes how likely each article states a cause instead: what `bench/links` measures.
//!
//! `cargo run --release -p detente --example causes -- models/en/syntax.bin lexicon [models/en/causes.bin] < articles.jsonl`

mod common;

use std::error::Error;
use std::io::{BufRead, Write};
use std::path::Path;

use detente::article::Article;
use detente::lexicon::Lexicon;
use detente::link::{Causes, edges};
use detente::syntax::Model;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().ok_or("usage: causes MODEL LEXICON [CAUSES] < articles.jsonl");
    let (model, folder) = (Model::load(&std::fs::read(next()?)?)?, next()?);
    let causes = next().ok().map(std::fs::read).transpose()?.map(|bytes| Causes::load(&bytes)).transpose()?;
    let faults = |faults: Vec<detente::lexicon::Fault>| format!("{} faults in the lexicon", faults.len());
    let lexicon = Lexicon::load(&common::lexicon_files(Path::new(&folder))?).map_err(faults)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let value: Value = serde_json::from_str(&line?)?;
        let text = value["text"].as_str().unwrap_or_default();
        let article = Article { text: text.into(), ..Article::default() };
        let syntax = model.read(&article);
        let answer = match &causes {
            Some(causes) => {
                let read = causes.read(text, &syntax, &lexicon);
                let most = read.iter().max_by(|a, b| a.share.total_cmp(&b.share));
                json!({
                    "id": value["id"],
                    "stated": read.iter().any(|c| c.stated),
                    "share": most.map_or(0.0, |c| c.share),
                    "words": most.map(|c| c.words.iter().map(|s| s.slice(text)).collect::<Vec<_>>()),
                })
            }
            None => {
                let edges = (0..syntax.sentences.len()).flat_map(|n| edges(text, &syntax, &lexicon, n));
                let word = |t| [syntax.span(t).start, syntax.span(t).end];
                let edges: Vec<Value> = edges
                    .map(|e| json!({"upper": word(e.upper), "lower": word(e.lower), "traits": e.traits}))
                    .collect();
                json!({"id": value["id"], "edges": edges})
            }
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}
