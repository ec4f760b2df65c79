//! Whom the reader sees in given stretches of text: `cargo run --release -p detente --example spans --
//! models/en/syntax.bin lexicon < texts.jsonl`. Each line holds `id`, `text` and `spans`, pairs of bytes; out comes a
//! line with, for each span, its `head` (the word that the rest hangs on), the parties that the head names (`own`), those
//! named inside the phrase where the head is no actor (`inside`), the country of a place at the head (`place`), and the
//! words of every mention in it. `bench/who/plv_spans.py` counts them.

mod common;

use std::io::BufRead;
use std::path::Path;

use detente::actor::{Actors, Party};
use detente::article::Article;
use detente::lexicon::Lexicon;
use detente::span::{Span, TokenId};
use detente::syntax::{Model, Upos};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "usage: spans MODEL LEXICON < texts.jsonl";
    let (model, folder) = (std::env::args().nth(1).ok_or(usage)?, std::env::args().nth(2).ok_or(usage)?);
    let texts = common::lexicon_files(Path::new(&folder))?;
    let model = Model::load(&std::fs::read(model)?)?;
    let lexicon =
        Lexicon::load(&texts).map_err(|faults| format!("{} faults in the lexicon", faults.len()))?;
    let told = |party: &Party| {
        let home = lexicon.actor(&party.key).and_then(|a| a.country.as_deref());
        json!({
            "key": party.key,
            "name": party.name,
            "kind": format!("{:?}", party.kind),
            "sector": party.sector,
            "country": party.country(&lexicon).or(home),
            "why": party.why.rule,
        })
    };
    for line in std::io::stdin().lock().lines() {
        let record: Value = serde_json::from_str(&line?)?;
        let text = record["text"].as_str().unwrap_or_default().to_string();
        let article = Article { text, ..Article::default() };
        let syntax = model.read(&article);
        let actors = Actors::find(&article, &syntax, &lexicon, None, &mut Vec::new());
        let list = |parties: Vec<Party>| parties.iter().map(told).collect::<Vec<_>>();
        let mut spans = Vec::new();
        for pair in record["spans"].as_array().into_iter().flatten() {
            let at = |i: usize| pair[i].as_u64().unwrap_or(0) as usize;
            let span = Span::new(at(0), at(1));
            // A span may end within a word ("UN" of "UN-brokered" in one token).
            let within = |t: &TokenId| span.overlaps(syntax.span(*t));
            let tokens = || (0..syntax.tokens.len() as u32).map(TokenId).filter(within);
            // Where the parse hangs several words elsewhere ("gave | the | army | leave"), the first noun among them.
            let outer = || tokens().filter(|t| syntax.head(*t).is_none_or(|h| !within(&h)));
            let noun = |t: &TokenId| matches!(syntax.upos(*t), Upos::Noun | Upos::Propn | Upos::Pron);
            let head = outer().find(noun).or_else(|| outer().next());
            let mentions: Vec<Value> = actors
                .mentions
                .iter()
                .filter(|m| m.tokens.iter().any(|t| within(&t)))
                .map(|m| {
                    json!({
                        "words": syntax.cover(m.tokens).slice(&article.text),
                        "wording": format!("{:?}", m.wording),
                        "head": head.is_some_and(|h| m.tokens.contains(h)),
                        "parties": m.parties.iter().map(told).collect::<Vec<_>>(),
                    })
                })
                .collect();
            let place = actors.places().find(|p| head.is_some_and(|h| p.tokens.contains(h))).map(|p| {
                let actor = &lexicon.actors[p.index as usize];
                if lexicon.is_state(&actor.key) {
                    Some(actor.key.clone())
                } else {
                    actor.country.as_deref().map(str::to_string)
                }
            });
            spans.push(json!({
                "head": head.map(|h| syntax.span(h).slice(&article.text)),
                "own": head.map(|h| list(actors.parties(h))).unwrap_or_default(),
                "inside": head.map(|h| list(actors.parties_inside(h))).unwrap_or_default(),
                "place": place,
                "mentions": mentions,
            }));
        }
        println!("{}", json!({ "id": record["id"], "spans": spans }));
    }
    Ok(())
}
