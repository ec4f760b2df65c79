//! Words that say how two acts stand to each other: what the files of `lexicon/links/` say, read into patterns.
//!
//! A pattern is written as it is said: `A because of B`, `A lead/v to B`, `as a result A`. How it is written is
//! described in `lexicon/links/README.md`.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Example;
use super::Source;
use crate::plover::EventType;

/// How one event of an article stands to another, as the article states it: "A *kind* B".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// A was over, or had begun, when B began ("hours before", "ahead of").
    Before,
    /// A came when B had begun or was over ("days after", "following").
    After,
    /// A came while B went on ("during", "amid", "as").
    During,
    /// B is the cause of A, or the reason given for it ("because of", "due to", "over").
    Because,
    /// A is somebody's answer to B ("in response to", "in retaliation for").
    Response,
    /// A is the cause of B ("led to", "prompting").
    LedTo,
    /// A is done so that B comes about ("in order to").
    Purpose,
    /// A came although B spoke against it ("despite", "even though").
    Despite,
}

impl LinkKind {
    /// All kinds.
    pub const ALL: [LinkKind; 8] = [
        LinkKind::Before,
        LinkKind::After,
        LinkKind::During,
        LinkKind::Because,
        LinkKind::Response,
        LinkKind::LedTo,
        LinkKind::Purpose,
        LinkKind::Despite,
    ];

    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            LinkKind::Before => "before",
            LinkKind::After => "after",
            LinkKind::During => "during",
            LinkKind::Because => "because",
            LinkKind::Response => "response",
            LinkKind::LedTo => "led_to",
            LinkKind::Purpose => "purpose",
            LinkKind::Despite => "despite",
        }
    }

    /// The kind with this word, or `None`.
    pub fn parse(text: &str) -> Option<LinkKind> {
        LinkKind::ALL.into_iter().find(|k| k.as_str() == text)
    }

    /// True where it says that one is cause, reason, occasion or aim of the other.
    pub fn is_causal(self) -> bool {
        matches!(self, LinkKind::Because | LinkKind::Response | LinkKind::LedTo | LinkKind::Purpose)
    }
}

impl std::fmt::Display for LinkKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What B must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `B`: anything.
    Any,
    /// `CLAUSE`: a clause with a finite verb, or a participle.
    Clause,
    /// `NOUN`: a noun.
    Noun,
    /// `DOING`: a verb in -ing.
    Doing,
    /// `DO`: an infinitive with "to".
    Do,
}

/// Where an act stands beside a verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// As its subject.
    Subject,
    /// As its object, or the clause that the object is made to do.
    Object,
    /// Behind one of these prepositions.
    Prep(Vec<Box<str>>),
}

/// One way in which the words stand between two acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dress {
    /// `A because of B`: words in a row before B, which hangs on A.
    Row(Shape),
    /// `A lead/v to B`: a verb.
    Verb {
        /// Where A stands.
        a: Place,
        /// Where B stands; `None`: it is what was told before.
        b: Option<Place>,
    },
    /// `as a result A`: B is what was told before.
    Adverb,
}

/// One line of `match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPattern {
    /// The words in a row, each with its alternatives; of a verb, the verb alone. Lemmas, or the words as they stand.
    pub words: Vec<Vec<Box<str>>>,
    /// How they stand.
    pub dress: Dress,
}

/// An entry of `lexicon/links/`.
#[derive(Clone, Debug)]
pub struct LinkEntry {
    /// Id, as evidence shows it.
    pub id: String,
    /// What the words say; `None` for words that only look like saying something ("after all").
    pub kind: Option<LinkKind>,
    /// The types that A must be one of; empty for any.
    pub types: Vec<EventType>,
    /// B must be told as going on ("was meeting").
    pub lasting: bool,
    /// The patterns with their texts.
    pub patterns: Vec<(String, LinkPattern)>,
    /// Why the words mean this.
    pub why: String,
    /// Sentences with `[words|from]` (A) and `[words|to]` (B).
    pub examples: Vec<Example>,
    /// The nearest sentences that state no such link.
    pub counters: Vec<Example>,
    /// File and line.
    pub source: Source,
}

impl LinkPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// The byte where the fault is, and one sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<LinkPattern, (usize, String)> {
        let mut before: Option<usize> = None;
        let mut rest: Vec<(usize, &str)> = Vec::new();
        for word in words(text) {
            let piece = &text[word.clone()];
            if piece == "A" && rest.is_empty() {
                before = Some(word.start);
            } else {
                rest.push((word.start, piece));
            }
        }
        let shape = |piece: &str| match piece {
            "B" => Some(Shape::Any),
            "CLAUSE" => Some(Shape::Clause),
            "NOUN" => Some(Shape::Noun),
            "DOING" => Some(Shape::Doing),
            "DO" => Some(Shape::Do),
            _ => None,
        };
        let Some(&(last_at, last)) = rest.last() else {
            return Err((0, "write the words between A and B: `A because of B`".into()));
        };
        let alternatives = |piece: &str| -> Vec<Box<str>> {
            piece.split('|').filter(|w| !w.is_empty()).map(Box::from).collect()
        };
        if let Some(at) = rest.iter().position(|(_, p)| p.ends_with("/v")) {
            if at > 0 {
                return Err((rest[at].0, "the verb comes first: `A lead/v to B`, `retaliate/v by A`".into()));
            }
            let verb = alternatives(rest[0].1.trim_end_matches("/v"));
            let (mut a, mut b) = (before.map(|_| Place::Subject), None);
            let mut preps: Option<Vec<Box<str>>> = None;
            for &(at, piece) in &rest[1..] {
                let place =
                    |preps: &mut Option<Vec<Box<str>>>| preps.take().map_or(Place::Object, Place::Prep);
                match piece {
                    "A" => a = Some(place(&mut preps)),
                    _ if shape(piece).is_some() => b = Some(place(&mut preps)),
                    _ if preps.is_some() => {
                        return Err((at, "one preposition before each of A and B (`for|at B`)".into()));
                    }
                    _ => preps = Some(alternatives(piece)),
                }
            }
            let Some(a) = a else { return Err((0, "the pattern has no A".into())) };
            return Ok(LinkPattern { words: vec![verb], dress: Dress::Verb { a, b } });
        }
        let (dress, row) = match (before, shape(last)) {
            (Some(_), Some(shape)) => (Dress::Row(shape), &rest[..rest.len() - 1]),
            (None, None) if last == "A" => (Dress::Adverb, &rest[..rest.len() - 1]),
            _ => {
                return Err((
                    last_at,
                    "a pattern ends with B, CLAUSE, NOUN, DOING or DO; without an A before, with A".into(),
                ));
            }
        };
        if row.is_empty() {
            return Err((0, "write the words between A and B: `A because of B`".into()));
        }
        Ok(LinkPattern { words: row.iter().map(|(_, p)| alternatives(p)).collect(), dress })
    }
}

/// Where the words of a text stand.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let start = text.as_ptr() as usize;
    text.split_whitespace().map(move |w| {
        let at = w.as_ptr() as usize - start;
        at..at + w.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_in_their_three_dresses() {
        let row = LinkPattern::parse("A because|cause of B").expect("a pattern");
        assert_eq!(row.dress, Dress::Row(Shape::Any));
        assert_eq!(row.words.len(), 2);
        assert_eq!(&*row.words[0][1], "cause");
        let verb = LinkPattern::parse("respond/v to B with|by A").expect("a pattern");
        let prep = |words: &[&str]| Place::Prep(words.iter().map(|w| Box::from(*w)).collect());
        assert_eq!(verb.dress, Dress::Verb { a: prep(&["with", "by"]), b: Some(prep(&["to"])) });
        let verb = LinkPattern::parse("A spark/v B").expect("a pattern");
        assert_eq!(verb.dress, Dress::Verb { a: Place::Subject, b: Some(Place::Object) });
        assert_eq!(LinkPattern::parse("as a result A").expect("a pattern").dress, Dress::Adverb);
    }

    #[test]
    fn a_pattern_without_its_acts_is_told_where_it_fails() {
        for (text, at) in [("A B", 0), ("A because", 2), ("because B", 8), ("A lead to/v B", 7), ("", 0)] {
            assert_eq!(LinkPattern::parse(text).map_err(|e| e.0), Err(at), "{text}");
        }
    }

    #[test]
    fn kinds_have_the_words_that_records_carry() {
        for kind in LinkKind::ALL {
            assert_eq!(LinkKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).expect("a word"), format!("\"{kind}\""));
        }
    }
}
