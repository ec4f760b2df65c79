//! Headlines made out of sentences: treebanks hold few, and news is full of them.

use detente::syntax::{Deprel, Upos};

use crate::conllu::{Sentence, Word};
use crate::perceptron::Random;

/// Small words that headlines leave in lower case.
const SMALL: &[&str] = &[
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "of", "off", "on", "or", "over",
    "the", "to", "with", "n't", "'s", "’s",
];

/// Some sentences again, as headlines: without articles and auxiliaries, with capitals, or all in capitals.
/// Each comes with the number of the sentence it was made from.
pub fn headlines(sentences: &[Sentence], seed: u64) -> Vec<(usize, Sentence)> {
    let mut random = Random(seed);
    let mut made = Vec::new();
    for (k, sentence) in sentences.iter().enumerate() {
        let n = sentence.words.len();
        let pick = random.below(100);
        if !(4..=24).contains(&n) || pick >= 14 {
            continue;
        }
        let mut copy = if pick < 9 { telegraphic(sentence) } else { sentence.clone() };
        copy = without_last_stop(&copy);
        match pick {
            0..5 | 9..11 => copy.words.iter_mut().enumerate().for_each(|(i, w)| title(w, i)),
            5..6 | 11..14 => copy.words.iter_mut().for_each(|w| w.form = w.form.to_uppercase()),
            _ => {}
        }
        if copy.words.len() >= 3 {
            made.push((k, copy));
        }
    }
    made
}

fn title(word: &mut Word, i: usize) {
    if i > 0 && SMALL.contains(&word.form.to_lowercase().as_str()) {
        return;
    }
    let mut chars = word.form.chars();
    if let Some(first) = chars.next() {
        word.form = first.to_uppercase().chain(chars).collect();
    }
}

fn without_last_stop(sentence: &Sentence) -> Sentence {
    let last = sentence.words.len() - 1;
    keep(sentence, |i, w| i != last || w.form != ".")
}

/// Without articles, and without forms of "be" and "have" that only help.
fn telegraphic(sentence: &Sentence) -> Sentence {
    keep(sentence, |i, w| {
        let helper =
            matches!(w.deprel, Deprel::Aux | Deprel::AuxPass) && matches!(w.lemma.as_str(), "be" | "have");
        let article = w.upos == Upos::Det && matches!(w.lemma.as_str(), "the" | "a");
        !(helper || article) || sentence.words.iter().any(|d| d.head == i) || w.form.starts_with(['\'', '’'])
    })
}

/// The sentence with only the words that `wanted` chooses, none of which may hang from one that goes.
fn keep(sentence: &Sentence, wanted: impl Fn(usize, &Word) -> bool) -> Sentence {
    let n = sentence.words.len();
    let stays: Vec<bool> = sentence
        .words
        .iter()
        .enumerate()
        .map(|(i, w)| wanted(i, w) || w.head == n || sentence.words.iter().any(|d| d.head == i))
        .collect();
    let mut place = vec![0; n + 1];
    for i in 0..n {
        place[i + 1] = place[i] + usize::from(stays[i]);
    }
    let mut words = Vec::new();
    for (word, _) in sentence.words.iter().zip(&stays).filter(|w| *w.1) {
        let mut word = word.clone();
        word.head = place[word.head];
        words.push(word);
    }
    Sentence { words, new_paragraph: sentence.new_paragraph }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(rows: &[(&str, &str, Upos, usize, Deprel)]) -> Sentence {
        let words = rows.iter().map(|&(form, lemma, upos, head, deprel)| Word {
            form: form.into(),
            lemma: lemma.into(),
            upos,
            xpos: String::new(),
            head,
            deprel,
            written: deprel.as_str().into(),
            space_after: true,
        });
        Sentence { words: words.collect(), new_paragraph: false }
    }

    #[test]
    fn a_headline_drops_articles_and_auxiliaries_and_keeps_its_tree() {
        let plain = sentence(&[
            ("The", "the", Upos::Det, 1, Deprel::Det),
            ("rebels", "rebel", Upos::Noun, 3, Deprel::NsubjPass),
            ("were", "be", Upos::Aux, 3, Deprel::AuxPass),
            ("killed", "kill", Upos::Verb, 5, Deprel::Root),
            (".", ".", Upos::Punct, 3, Deprel::Punct),
        ]);
        let short = without_last_stop(&telegraphic(&plain));
        assert_eq!(short.forms(), ["rebels", "killed"]);
        assert_eq!((short.words[0].head, short.words[1].head), (1, 2));
    }
}
