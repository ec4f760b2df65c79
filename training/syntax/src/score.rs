//! Scores after the CoNLL 2018 shared task: with gold tokens, and from raw text.

use std::collections::BTreeMap;
use std::time::Instant;

use detente::article::Article;
use detente::syntax::{Model, Upos};

use crate::conllu::Sentence;

/// Relations are compared without their subtypes, as the shared task does.
fn base(label: &str) -> &str {
    label.split(':').next().unwrap_or(label)
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// Prints tags, lemmas and trees against a treebank whose tokens are given.
pub fn gold_tokens(name: &str, model: &Model, sentences: &[Sentence]) {
    let (mut words, mut upos, mut xpos, mut lemma, mut lemmas, mut uas, mut las, mut full) =
        (0, 0, 0, 0, 0, 0, 0, 0);
    let (mut loose, mut inner) = (0, 0);
    let started = Instant::now();
    for sentence in sentences {
        let parsed = model.parse(&sentence.forms());
        let n = sentence.words.len();
        for (gold, got) in sentence.words.iter().zip(&parsed) {
            words += 1;
            upos += usize::from(gold.upos == got.upos);
            xpos += usize::from(gold.xpos == *got.xpos);
            if gold.lemma != "_" && gold.upos != Upos::Propn {
                lemmas += 1;
                let right = gold.lemma.to_lowercase() == got.lemma.to_lowercase();
                lemma += usize::from(right);
                if !right && std::env::var("SHOW_LEMMAS").is_ok() {
                    println!("{} {} {} {} {}", gold.form, gold.upos, gold.lemma, got.lemma, got.upos);
                }
            }
            let head = gold.head == got.head.unwrap_or(n);
            uas += usize::from(head);
            las += usize::from(head && base(&gold.written) == base(got.deprel.as_str()));
            full += usize::from(head && gold.deprel == got.deprel);
            if gold.upos != Upos::Punct {
                inner += 1;
                loose += usize::from(head && base(&gold.written) == base(got.deprel.as_str()));
            }
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{name}, gold tokens: UPOS {:.2}  XPOS {:.2}  lemma {:.2} (no proper nouns)  UAS {:.2}  LAS {:.2}  LAS with subtypes {:.2}  LAS without punctuation {:.2}  ({:.0} sentences/s, {:.0} words/s)",
        percent(upos, words),
        percent(xpos, words),
        percent(lemma, lemmas),
        percent(uas, words),
        percent(las, words),
        percent(full, words),
        percent(loose, inner),
        sentences.len() as f64 / seconds,
        words as f64 / seconds,
    );
}

/// The raw text of a treebank: a paragraph a line.
pub fn raw_text(sentences: &[Sentence]) -> String {
    let mut text = String::new();
    for sentence in sentences {
        if sentence.new_paragraph && !text.is_empty() {
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        for word in &sentence.words {
            text.push_str(&word.form);
            if word.space_after {
                text.push(' ');
            }
        }
        if !text.ends_with(' ') {
            // Sentences run together only where the treebank says so.
            let glued = sentence.words.last().is_some_and(|w| !w.space_after);
            if !glued {
                text.push(' ');
            }
        }
    }
    text
}

struct Unit {
    start: usize,
    end: usize,
    upos: Upos,
    label: String,
    /// Index of the head among all units; `usize::MAX` for a root.
    head: usize,
}

fn f1(right: usize, gold: usize, got: usize) -> f64 {
    200.0 * right as f64 / (gold + got).max(1) as f64
}

/// Prints how well raw text is cut and parsed. Units are told by the characters they hold, white space aside.
pub fn raw(name: &str, model: &Model, sentences: &[Sentence]) {
    let text = raw_text(sentences);
    let mut gold = Vec::new();
    let mut gold_sentences = Vec::new();
    let mut at = 0;
    for sentence in sentences {
        let (first, start) = (gold.len(), at);
        for word in &sentence.words {
            let length = word.form.chars().filter(|c| !c.is_whitespace()).count();
            let head = if word.head == sentence.words.len() { usize::MAX } else { first + word.head };
            gold.push(Unit {
                start: at,
                end: at + length,
                upos: word.upos,
                label: base(&word.written).into(),
                head,
            });
            at += length;
        }
        gold_sentences.push((start, at));
    }
    // Byte of the text → number of visible characters before it.
    let mut place = vec![0; text.len() + 1];
    let mut seen = 0;
    for (byte, c) in text.char_indices() {
        place[byte] = seen;
        seen += usize::from(!c.is_whitespace());
        for p in &mut place[byte + 1..=byte + c.len_utf8()] {
            *p = seen;
        }
    }
    let article = Article { text, ..Article::default() };
    let started = Instant::now();
    let syntax = model.read(&article);
    let seconds = started.elapsed().as_secs_f64();
    let got: Vec<Unit> = syntax
        .tokens
        .iter()
        .map(|t| Unit {
            start: place[t.span.start as usize],
            end: place[t.span.end as usize],
            upos: t.upos,
            label: base(t.deprel.as_str()).into(),
            head: t.head.map_or(usize::MAX, |h| h.index()),
        })
        .collect();
    let got_sentences: Vec<(usize, usize)> = syntax
        .sentences
        .iter()
        .map(|s| {
            let span = syntax.cover(*s);
            (place[span.start as usize], place[span.end as usize])
        })
        .collect();
    let (mut g, mut s, mut tokens, mut upos, mut uas, mut las) = (0, 0, 0, 0, 0, 0);
    while g < gold.len() && s < got.len() {
        let (a, b) = (&gold[g], &got[s]);
        if (a.start, a.end) == (b.start, b.end) {
            tokens += 1;
            upos += usize::from(a.upos == b.upos);
            let span = |units: &[Unit], head: usize| units.get(head).map(|u| (u.start, u.end));
            if span(&gold, a.head) == span(&got, b.head) {
                uas += 1;
                las += usize::from(a.label == b.label);
            }
        } else if std::env::var("SHOW_TOKENS").is_ok() {
            let around: String = got[s.saturating_sub(2)..(s + 3).min(got.len())]
                .iter()
                .enumerate()
                .map(|(i, _)| {
                    syntax.tokens[s.saturating_sub(2) + i].span.slice(&article.text).to_owned() + " "
                })
                .collect();
            println!("token: {around}");
        }
        if a.end <= b.end {
            g += 1;
        }
        if b.end <= a.end {
            s += 1;
        }
    }
    let ends: std::collections::HashSet<_> = gold_sentences.iter().collect();
    let whole = got_sentences.iter().filter(|s| ends.contains(s)).count();
    if std::env::var("SHOW_SENTENCES").is_ok() {
        for (k, s) in got_sentences.iter().enumerate() {
            if !ends.contains(s) {
                println!("sentence: {}", syntax.cover(syntax.sentences[k]).slice(&article.text));
            }
        }
    }
    println!(
        "{name}, raw text: tokens {:.2}  sentences {:.2}  UPOS {:.2}  UAS {:.2}  LAS {:.2}  ({:.0} sentences/s)",
        f1(tokens, gold.len(), got.len()),
        f1(whole, gold_sentences.len(), got_sentences.len()),
        f1(upos, gold.len(), got.len()),
        f1(uas, gold.len(), got.len()),
        f1(las, gold.len(), got.len()),
        got_sentences.len() as f64 / seconds,
    );
}

/// Prints how well names are found in sentences that are already cut into words. `text` has a word a line with
/// its mark (`O`, `B-Person`, `I-Person` …) behind a tab, and an empty line after each sentence.
pub fn names(name: &str, model: &Model, text: &str) {
    let mut tally: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let (mut words, mut gold): (Vec<&str>, Vec<(usize, usize, String)>) = (Vec::new(), Vec::new());
    for line in text.lines().chain([""]) {
        let Some((word, mark)) = line.split_once('\t') else {
            let got: Vec<(usize, usize, String)> =
                model.names(&words).into_iter().map(|(a, b, kind)| (a, b, format!("{kind:?}"))).collect();
            for (list, other, slot) in [(&gold, &got, 1), (&got, &gold, 2)] {
                for item in list.iter() {
                    let row = tally.entry(item.2.clone()).or_default();
                    row[slot] += 1;
                    row[0] += usize::from(slot == 1 && other.contains(item));
                }
            }
            words.clear();
            gold.clear();
            continue;
        };
        let i = words.len();
        words.push(word);
        match (mark.split_once('-'), gold.last_mut()) {
            (Some(("I", kind)), Some(last)) if last.1 == i && last.2 == kind => last.1 = i + 1,
            (Some((_, kind)), _) => gold.push((i, i + 1, kind.to_owned())),
            (None, _) => {}
        }
    }
    let line = |[right, gold, got]: [usize; 3]| {
        format!("P {:.2} R {:.2} F {:.2}", percent(right, got), percent(right, gold), f1(right, gold, got))
    };
    let all = tally.values().fold([0; 3], |a, r| [a[0] + r[0], a[1] + r[1], a[2] + r[2]]);
    println!("{name}, names: {}", line(all));
    for (kind, row) in tally {
        println!("  {kind}: {} ({} in the corpus)", line(row), row[1]);
    }
}
