//! Gist: the few words by which a report is known again. Two reports of one event share the word of the act and rare
//! words of their sentences; what they share says the more, the rarer it is in news (`lexicon/words/common.tsv`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::lexicon::Lexicon;

/// Most words that a gist keeps: the weightiest of a long sentence.
const MOST: usize = 24;

/// A stem that says less than this is not kept.
const LEAST: u8 = 10;

/// By what a report is known again. Stems are in lower case, without common English endings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gist {
    /// Stems of the words that name the act ("arrest"), sorted.
    pub act: Vec<String>,
    /// Stems of the sentence with how much each says, in tenths of the natural logarithm of how many articles there are
    /// to one that holds it (11 for "president", 60 for a name that is hardly ever told); in the order of the sentence,
    /// each once.
    pub words: Vec<(String, u8)>,
}

impl Gist {
    /// The gist of an act told in a sentence.
    pub fn new(act: &str, sentence: &str, lexicon: &Lexicon) -> Gist {
        let mut seen = BTreeSet::new();
        let mut words: Vec<(String, u8)> = words(sentence)
            .map(|w| stem(&w).to_string())
            .filter(|s| seen.insert(s.clone()))
            .map(|s| (lexicon.weight_of(&s), s))
            .filter(|(weight, _)| *weight >= LEAST)
            .map(|(weight, s)| (s, weight))
            .collect();
        if words.len() > MOST {
            let mut weights: Vec<u8> = words.iter().map(|(_, w)| *w).collect();
            weights.sort_by(|x, y| y.cmp(x));
            // Of words that weigh the same as the last one kept, the first of the sentence stay.
            let last = weights[MOST - 1];
            let mut free = weights[..MOST].iter().filter(|w| **w == last).count();
            words.retain(|(_, w)| {
                let keep = *w > last || *w == last && free > 0;
                free -= usize::from(keep && *w == last);
                keep
            });
        }
        let act: BTreeSet<String> =
            self::words(act).map(|w| stem(&w).to_string()).filter(|s| lexicon.weight_of(s) > 0).collect();
        Gist { act: act.into_iter().collect(), words }
    }

    /// True where nothing is kept: of a report from a former program, or from elsewhere.
    pub fn is_empty(&self) -> bool {
        self.act.is_empty() && self.words.is_empty()
    }
}

/// The words of a text in lower case, without single letters.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().nth(1).is_some()).map(str::to_lowercase)
}

/// Cuts one common ending: "shelled", "shelling" and "shells" all give "shell".
pub fn stem(word: &str) -> &str {
    for ending in ["ing", "ed", "es", "s", "e"] {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.len() >= 3
            && !rest.ends_with('s')
        {
            return rest;
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let table = "weight\tstems\n00\tin|of|said|the\n05\tyear\n30\tarrest|met\n40\tpolic\n";
        Lexicon::load(&[("words/common.tsv".into(), table.into())]).unwrap_or_else(|f| panic!("{f:?}"))
    }

    #[test]
    fn what_is_rare_is_kept_in_the_order_of_the_sentence() {
        let gist = Gist::new(
            "arrested",
            "Police in Morstad arrested 23 of the men; police said this year.",
            &lexicon(),
        );
        assert_eq!(gist.act, ["arrest"]);
        let words: Vec<(&str, u8)> = gist.words.iter().map(|(s, w)| (s.as_str(), *w)).collect();
        assert_eq!(
            words,
            [("polic", 40), ("morstad", 60), ("arrest", 30), ("23", 30), ("men", 60), ("thi", 60)]
        );
    }

    #[test]
    fn a_long_sentence_keeps_its_weightiest_words() {
        let names: Vec<String> = (0..40).map(|n| format!("name{n}x")).collect();
        let gist = Gist::new("met", &format!("police met {}", names.join(" ")), &lexicon());
        assert_eq!(gist.words.len(), MOST);
        assert_eq!(gist.words[0].0, "name0x", "police says less");
        assert_eq!(gist.words[23].0, "name23x", "of equals the first");
    }

    #[test]
    fn endings_are_cut() {
        for (word, cut) in
            [("shelled", "shell"), ("shelling", "shell"), ("press", "press"), ("bus", "bus"), ("ties", "tie")]
        {
            assert_eq!(stem(word), cut);
        }
    }
}
