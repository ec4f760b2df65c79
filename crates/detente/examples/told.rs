//! Writes, for articles on standard input (JSON lines: id, published, title, text), every sentence with what came of it when
//! all were parsed: how sure the surest report is that it tells, and the surest report elsewhere that leans on it (it says
//! who somebody is, or when). What `training/scan` learns from; one article a line.
//!
//! `cargo run --release -p detente --example told -- models/en/syntax.bin lexicon < articles.jsonl > told.jsonl`

mod common;

use std::collections::HashSet;
use std::error::Error;
use std::io::Write;
use std::path::Path;

use detente::article::Article;
use detente::event::Choice;
use detente::lexicon::Lexicon;
use detente::read::{Reader, Reading};
use detente::scan::{Room, Scan};
use detente::scene::Scene;
use detente::span::Span;
use detente::syntax::{Acts, Model};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: told MODEL LEXICON < articles.jsonl";
    let (model, folder) = (std::env::args().nth(1).ok_or(usage)?, std::env::args().nth(2).ok_or(usage)?);
    let beside = |name: &str| std::fs::read(Path::new(&model).with_file_name(name));
    let (acts, choice, scene) = (beside("acts.bin")?, beside("choice.bin")?, beside("scene.bin")?);
    let model = Model::load(&std::fs::read(&model)?)?.with_acts(Acts::load(&acts)?)?;
    let faults = |faults: Vec<detente::lexicon::Fault>| format!("{} faults in the lexicon", faults.len());
    let lexicon = Lexicon::load(&common::lexicon_files(Path::new(&folder))?).map_err(faults)?;
    let scan = Scan::new(&lexicon, &model);
    let reader = Reader::new(model, lexicon).map_err(faults)?;
    let reader = reader.with_choice(Choice::load(&choice)?).with_scene(Scene::load(&scene)?);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut room = Room::default();
    for article in common::articles() {
        let article = article?;
        writeln!(out, "{}", line(&article, &reader.read_all(&article), &scan, &mut room))?;
    }
    Ok(())
}

fn line(article: &Article, reading: &Reading, scan: &Scan, room: &mut Room) -> Value {
    let syntax = &reading.syntax;
    let spans: Vec<Span> = syntax.sentences.iter().map(|s| syntax.cover(*s)).collect();
    let sentence = |span: Span| spans.partition_point(|s| s.end <= span.start);
    let mut told = vec![0.0f32; spans.len() + 1];
    let mut leant_on = told.clone();
    for report in &reading.reports {
        let sure = report.confidence.unwrap_or(1.0);
        let own = report.text_info.sequence as usize;
        told[own] = told[own].max(sure);
        let parties = report.actor.iter().chain(&report.recipient).chain(&report.said_by);
        let mut open: Vec<Span> = parties.map(|e| Span { start: e.start, end: e.end }).collect();
        open.extend(
            report.evidence.iter().chain(report.links.iter().map(|l| &l.evidence)).flat_map(|e| &e.spans),
        );
        // Whoever is meant was named before, and that name may have been explained before that.
        let mut seen: HashSet<Span> = HashSet::new();
        while let Some(span) = open.pop() {
            if !seen.insert(span) {
                continue;
            }
            let at = sentence(span);
            if at != own {
                leant_on[at] = leant_on[at].max(sure);
            }
            let of = |m: &&detente::actor::Mention| syntax.cover(m.tokens) == span;
            let parties = reading.mentions.iter().filter(of).flat_map(|m| &m.parties);
            open.extend(parties.flat_map(|p| p.why.spans.iter().copied()));
        }
    }
    let sentences = syntax.sentences.iter().enumerate().map(|(i, tokens)| {
        let words: Vec<&str> = tokens.iter().map(|t| syntax.span(t).slice(&article.text)).collect();
        json!([words, scan.wants(&words, room), told[i], leant_on[i]])
    });
    json!({"doc": article.id, "sentences": sentences.collect::<Vec<_>>()})
}
