//! News with Penn tags from other taggers (Groningen Meaning Bank, as the file of its names carries them).
//!
//! Treebanks of the web seldom say that talks collapsed or aircraft struck. These tags are silver and lack the
//! universal part, so our own tagger reads the sentences and is held to them: it may choose any fine tag with
//! the given Penn tag. The tagger is then trained again on both; the parser never sees these sentences.

use std::path::Path;

use detente::syntax::Upos;
use detente::syntax::tagger::{self, Tag};
use detente::syntax::weights::{Features, Scorer};
use detente::syntax::word::{Case, Form, Vocabulary};

use crate::learn::Example;

/// Reads the file `Sentence #,Word,POS,Tag` and gives back the sentences that are cut as our tokens are.
pub fn read(path: &Path) -> Result<Vec<Vec<(String, String)>>, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    // The file is in Latin-1.
    let text: String = bytes.iter().map(|&b| char::from(b)).collect();
    let mut sentences: Vec<Vec<(String, String)>> = Vec::new();
    for line in text.lines().skip(1) {
        if line.starts_with("Sentence") {
            sentences.push(Vec::new());
        }
        let mut fields = line.rsplitn(3, ',');
        let (Some(_), Some(tag), Some(rest)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let word = rest.split_once(',').map_or(rest, |r| r.1).trim_matches('"');
        let word = if word.is_empty() { if tag == "," { "," } else { "\"" } } else { word };
        if let Some(sentence) = sentences.last_mut() {
            sentence.push((word.to_owned(), tag.to_owned()));
        }
    }
    // Half of the file is enough: sentences with clitics are left out with those that we would cut otherwise.
    let plain = |w: &str| {
        !matches!(w.to_lowercase().as_str(), "'s" | "'m" | "'d" | "'ll" | "'re" | "'ve")
            && detente::token::tokenize(w, 0).len() == 1
    };
    sentences.retain(|s| (4..=60).contains(&s.len()) && s.iter().all(|(w, _)| plain(w)));
    Ok(sentences)
}

/// Tags the sentences, held to their Penn tags.
pub fn examples(
    sentences: &[Vec<(String, String)>],
    tags: &[(Upos, &str)],
    vocabulary: &Vocabulary,
    weights: &impl Scorer,
) -> Vec<Example> {
    let mut features = Features::default();
    let mut scores = vec![0; tags.len()];
    let mut made = Vec::new();
    for sentence in sentences {
        let words: Vec<&str> = sentence.iter().map(|w| w.0.as_str()).collect();
        let case = Case::of(&words);
        let forms: Vec<Form> = words.iter().map(|w| Form::new(w, case, vocabulary)).collect();
        let mut chosen: Vec<Tag> = Vec::with_capacity(forms.len());
        for i in 0..sentence.len() {
            let wanted = wanted(sentence, i);
            tagger::features(&forms, &chosen, i, &mut features);
            scores.fill(0);
            weights.score(&features.list, &mut scores);
            let fits = |&t: &usize| {
                wanted.penn.is_none_or(|p| tags[t].1 == p)
                    && wanted.helper.is_none_or(|h| (tags[t].0 == Upos::Aux) == h)
            };
            let allowed = (0..tags.len()).filter(fits).max_by_key(|&t| (scores[t], usize::MAX - t));
            chosen.push(allowed.unwrap_or_else(|| tagger::best(&scores)) as Tag);
        }
        made.push(Example { origin: usize::MAX, forms, tags: chosen, heads: Vec::new(), labels: Vec::new() });
    }
    made
}

/// What is asked of the tag of a word.
struct Wanted<'a> {
    penn: Option<&'a str>,
    /// Whether it must, or must not, be an auxiliary.
    helper: Option<bool>,
}

fn wanted(sentence: &[(String, String)], i: usize) -> Wanted<'_> {
    let (word, penn) = &sentence[i];
    let word = word.to_lowercase();
    // The next tag that is no adverb.
    let next = sentence[i + 1..].iter().map(|w| w.1.as_str()).find(|t| *t != "RB").unwrap_or("");
    let helper = match word.as_str() {
        "has" | "have" | "had" | "having" => Some(next == "VBN"),
        "do" | "does" | "did" => Some(next == "VB"),
        "be" | "is" | "are" | "was" | "were" | "been" | "being" if matches!(next, "VBN" | "VBG") => {
            Some(true)
        }
        _ => None,
    };
    let penn = match penn.as_str() {
        "LRB" => Some("-LRB-"),
        "RRB" => Some("-RRB-"),
        ";" => Some(":"),
        // The two schemes do not agree on these.
        "``" | "''" => None,
        "TO" => Some(if next == "VB" { "TO" } else { "IN" }),
        other => Some(other),
    };
    Wanted { penn, helper }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_is_told_by_the_verb_that_follows() {
        let sentence = |words: &[(&str, &str)]| -> Vec<(String, String)> {
            words.iter().map(|w| (w.0.to_owned(), w.1.to_owned())).collect()
        };
        let perfect = sentence(&[("They", "PRP"), ("had", "VBD"), ("not", "RB"), ("fired", "VBN")]);
        assert_eq!(wanted(&perfect, 1).helper, Some(true));
        let plain = sentence(&[("They", "PRP"), ("had", "VBD"), ("rockets", "NNS")]);
        assert_eq!(wanted(&plain, 1).helper, Some(false));
        let to = sentence(&[("to", "TO"), ("Geneva", "NNP")]);
        assert_eq!(wanted(&to, 0).penn, Some("IN"));
    }
}
