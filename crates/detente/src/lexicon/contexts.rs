//! PLOVER's contexts, the "why" of an event: what the files of `lexicon/contexts/` say, read into phrases that are found by
//! their first word. How a phrase is written is described in `lexicon/contexts/README.md`. The 37 contexts are those of the
//! PLOVER manual of February 2024 (table "General contexts").

use std::collections::HashMap;

use super::{Example, Source};
use crate::plover::EventType;
use crate::syntax::Upos;

/// The contexts of the PLOVER manual of February 2024, sorted.
pub const CONTEXTS: [&str; 37] = [
    "asylum",
    "cbrn",
    "corruption",
    "crime",
    "cyber",
    "diplomatic",
    "disasters",
    "economic",
    "election",
    "environment",
    "executive",
    "gender",
    "health",
    "human_rights",
    "human_security",
    "illegal_drugs",
    "inequality",
    "intelligence",
    "legal",
    "legislative",
    "lgbt",
    "migration",
    "military",
    "misinformation",
    "natural_resource",
    "peacekeeping",
    "political_institutions",
    "pro_autocracy",
    "pro_democracy",
    "religion_ethnicity",
    "reparations",
    "repression",
    "rights_freedoms",
    "technology",
    "territory",
    "terrorism",
    "trafficking",
];

/// One place of a phrase: the words that may stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Lemmas in lower case; a word with a capital as it is written.
    words: Vec<Box<str>>,
    /// `/n`, `/v`, `/a`: what sort of word it must be.
    sort: Option<char>,
}

impl Position {
    /// Does a word fit? `lemma` and `low` are in lower case, `form` as written.
    fn fits(&self, lemma: &str, low: &str, form: &str, upos: Upos) -> bool {
        let sort = match self.sort {
            None => true,
            Some('n') => matches!(upos, Upos::Noun | Upos::Propn),
            Some('v') => matches!(upos, Upos::Verb | Upos::Aux),
            _ => upos == Upos::Adj,
        };
        sort && self.words.iter().any(|w| **w == *lemma || **w == *low || **w == *form)
    }
}

/// Words side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase(Vec<Position>);

impl Phrase {
    /// Reads a phrase.
    ///
    /// # Errors
    /// The byte where the fault is, and one sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<Phrase, (usize, String)> {
        let mut positions = Vec::new();
        let start = text.as_ptr() as usize;
        for piece in text.split_whitespace() {
            let at = piece.as_ptr() as usize - start;
            let (words, sort) = match piece.rsplit_once('/') {
                Some((words, "n" | "v" | "a")) => (words, piece.chars().next_back()),
                Some(_) => return Err((at, "after a slash stands n, v or a: the sort of word".into())),
                None => (piece, None),
            };
            let words: Vec<Box<str>> = words.split('|').map(Box::from).collect();
            if words.iter().any(|w| w.is_empty()) {
                return Err((at, "a bar stands between two words".into()));
            }
            positions.push(Position { words, sort });
        }
        if positions.is_empty() {
            return Err((0, "the phrase is empty".into()));
        }
        Ok(Phrase(positions))
    }
}

/// An entry of `lexicon/contexts/`.
#[derive(Clone, Debug)]
pub struct ContextEntry {
    /// PLOVER's name of the context.
    pub id: String,
    /// What it is about.
    pub why: String,
    /// A party of one of these sectors gives it.
    pub parties: Vec<String>,
    /// A type, or a mode of a type, that gives it.
    pub events: Vec<(EventType, Option<String>)>,
    /// Types that give it where they are between two states, or a state and an organisation of states.
    pub between: Vec<EventType>,
    /// Contexts that say the same more closely: with one of them it is not given.
    pub unless: Vec<String>,
    /// Sentences with an event that has it.
    pub examples: Vec<Example>,
    /// The nearest sentences whose events have it not.
    pub counters: Vec<Example>,
    /// File and line.
    pub source: Source,
}

/// One word of a text, in the forms in which phrases ask for it.
#[derive(Clone, Debug)]
pub struct Word<'t> {
    /// The lemma in lower case.
    pub lemma: String,
    /// As written, in lower case.
    pub low: String,
    /// As written.
    pub form: &'t str,
    /// Part of speech.
    pub upos: Upos,
}

/// All phrases by their first words.
#[derive(Clone, Debug, Default)]
pub struct Phrases {
    by_first: HashMap<Box<str>, Vec<u32>>,
    /// Each phrase with the number of its entry.
    all: Vec<(Phrase, u16)>,
}

impl Phrases {
    /// Adds a phrase of an entry.
    pub fn add(&mut self, phrase: Phrase, entry: u16) {
        let number = self.all.len() as u32;
        if let Some(first) = phrase.0.first() {
            for word in &first.words {
                self.by_first.entry(word.clone()).or_default().push(number);
            }
        }
        self.all.push((phrase, entry));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The entries of which a phrase begins at a word, and how many words it takes. Articles between the words of a phrase
    /// do not count.
    pub fn at(&self, words: &[Word], at: usize) -> Vec<(u16, usize)> {
        let Some(first) = words.get(at) else { return Vec::new() };
        let mut found = Vec::new();
        let mut keys = [first.lemma.as_str(), first.low.as_str(), first.form];
        keys.sort_unstable();
        for (n, key) in keys.iter().enumerate() {
            if n > 0 && keys[n - 1] == *key {
                continue;
            }
            for number in self.by_first.get(*key).into_iter().flatten() {
                let (phrase, entry) = &self.all[*number as usize];
                if let Some(taken) = taken(phrase, words, at)
                    && !found.contains(&(*entry, taken))
                {
                    found.push((*entry, taken));
                }
            }
        }
        found
    }
}

/// How many words a phrase takes from a word on, if it stands there.
fn taken(phrase: &Phrase, words: &[Word], at: usize) -> Option<usize> {
    let mut next = at;
    for (n, position) in phrase.0.iter().enumerate() {
        if n > 0 && words.get(next).is_some_and(|w| matches!(w.low.as_str(), "the" | "a" | "an")) {
            next += 1;
        }
        let word = words.get(next)?;
        if !position.fits(&word.lemma, &word.low, word.form, word.upos) {
            return None;
        }
        next += 1;
    }
    Some(next - at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word<'_>> {
        let word = |form: &'static str, lemma: &str, upos| Word {
            lemma: lemma.into(),
            low: form.to_lowercase(),
            form,
            upos,
        };
        assert_eq!(text, "went to the polls");
        vec![
            word("went", "go", Upos::Verb),
            word("to", "to", Upos::Adp),
            word("the", "the", Upos::Det),
            word("polls", "poll", Upos::Noun),
        ]
    }

    #[test]
    fn articles_between_the_words_of_a_phrase_do_not_count() {
        let mut phrases = Phrases::default();
        phrases.add(Phrase::parse("go/v to poll|urn").expect("a phrase"), 3);
        phrases.add(Phrase::parse("go/n to poll").expect("a phrase"), 4);
        phrases.add(Phrase::parse("poll/n").expect("a phrase"), 5);
        let words = words("went to the polls");
        assert_eq!(phrases.at(&words, 0), [(3, 4)]);
        assert_eq!(phrases.at(&words, 3), [(5, 1)]);
        assert!(phrases.at(&words, 1).is_empty());
    }

    #[test]
    fn a_faulty_phrase_is_told_where_it_fails() {
        for (text, at) in [("", 0), ("go to/x", 3), ("go to|", 3)] {
            assert_eq!(Phrase::parse(text).map_err(|e| e.0), Err(at), "{text}");
        }
    }

    #[test]
    fn contexts_are_sorted() {
        assert!(CONTEXTS.is_sorted());
    }
}
