//! Learns where sentences end: logistic regression over the clues of `detente::sentence::Splitter`.

use std::collections::HashSet;

use detente::sentence::{Splitter, WEIGHTS};
use detente::span::Span;
use detente::token;

use crate::conllu::Sentence;
use crate::score::raw_text;

/// One paragraph: its text, its tokens, and the tokens that begin a sentence.
struct Paragraph {
    text: String,
    tokens: Vec<Span>,
    starts: HashSet<usize>,
}

/// The paragraphs of a treebank as raw text, cut by our own rules; a start that falls inside a token is left out.
fn paragraphs(sentences: &[Sentence]) -> Vec<Paragraph> {
    let mut out = Vec::new();
    let mut from = 0;
    while from < sentences.len() {
        let mut to = from + 1;
        while to < sentences.len() && !sentences[to].new_paragraph {
            to += 1;
        }
        let part = &sentences[from..to];
        let text = raw_text(part);
        let mut marks = HashSet::new();
        let mut seen = 0;
        for sentence in part {
            marks.insert(seen);
            seen += sentence.words.iter().map(|w| visible(&w.form)).sum::<usize>();
        }
        let tokens = token::tokenize(&text, 0);
        let mut starts = HashSet::new();
        seen = 0;
        for (i, span) in tokens.iter().enumerate() {
            if marks.contains(&seen) {
                starts.insert(i);
            }
            seen += visible(span.slice(&text));
        }
        out.push(Paragraph { text, tokens, starts });
        from = to;
    }
    out
}

/// News of which every line is a sentence, three to a paragraph.
fn news(lines: &str) -> Vec<Paragraph> {
    let lines: Vec<&str> = lines.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    lines
        .chunks(3)
        .map(|part| {
            let text = part.join(" ");
            let begins: HashSet<usize> = part
                .iter()
                .scan(0, |at, line| {
                    let begin = *at;
                    *at += line.len() + 1;
                    Some(begin)
                })
                .collect();
            let tokens = token::tokenize(&text, 0);
            let starts =
                (0..tokens.len()).filter(|&i| begins.contains(&(tokens[i].start as usize))).collect();
            Paragraph { text, tokens, starts }
        })
        .collect()
}

fn visible(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Passes over the paragraphs, in an order that a fixed seed gives, with steps that shrink by themselves (AdaGrad).
const PASSES: usize = 14;
const RATE: f32 = 0.25;
const DECAY: f32 = 2e-6;
/// A weight of this size becomes the largest whole number.
const LARGEST: f32 = 3.5;

/// How many sentences of news are cut as given, and how many cuts are made where none is given.
pub fn score_news(model: &detente::syntax::Model, lines: &str) {
    let (mut right, mut got, mut gold) = (0, 0, 0);
    for paragraph in news(lines) {
        let article = detente::article::Article { text: paragraph.text.clone(), ..Default::default() };
        let starts: HashSet<usize> =
            model.read(&article).sentences.iter().map(|s| s.start.index()).filter(|&s| s > 0).collect();
        got += starts.len();
        gold += paragraph.starts.len() - 1;
        right += starts.intersection(&paragraph.starts).count();
    }
    println!(
        "GMB news, ends of sentences: P {:.2} R {:.2}",
        100.0 * right as f64 / got as f64,
        100.0 * right as f64 / gold as f64
    );
}

/// Weights as the model file holds them.
pub fn train(sentences: &[Sentence], lines: &str) -> Vec<i8> {
    let mut paragraphs = paragraphs(sentences);
    paragraphs.extend(news(lines));
    let mut order: Vec<usize> = (0..paragraphs.len()).collect();
    let mut weights = vec![0.0f32; WEIGHTS];
    let mut squares = vec![1e-6f32; WEIGHTS];
    let mut mean = vec![0.0f32; WEIGHTS];
    let mut seed = 1u64;
    for pass in 0..PASSES {
        for k in (1..order.len()).rev() {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            order.swap(k, (seed >> 33) as usize % (k + 1));
        }
        for &p in &order {
            let paragraph = &paragraphs[p];
            Splitter::clues(&paragraph.text, &paragraph.tokens, |i, clues| {
                let gold = paragraph.starts.contains(&i);
                let sum: f32 = clues.iter().map(|&c| weights[c as usize]).sum();
                let error = 1.0 / (1.0 + (-sum).exp()) - f32::from(u8::from(gold));
                if error.abs() > 1e-3 {
                    for &c in clues {
                        let w = &mut weights[c as usize];
                        let g = error + DECAY * *w;
                        squares[c as usize] += g * g;
                        *w -= RATE * g / squares[c as usize].sqrt();
                    }
                }
                gold
            });
        }
        if pass >= PASSES / 2 {
            mean.iter_mut().zip(&weights).for_each(|(m, w)| *m += w);
        }
    }
    let scale = 127.0 / LARGEST / (PASSES - PASSES / 2) as f32;
    mean.iter().map(|w| (w * scale).round().clamp(-127.0, 127.0) as i8).collect()
}
