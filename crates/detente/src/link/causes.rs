//! What a sentence states as cause and effect, whoever or whatever they are: not only the events that the program codes.
//!
//! Each word that hangs on another with its own clause or phrase may be its cause or its effect. What speaks for it is
//! put into words ("the mark is *because*", "the clause tells of *protest*": [`edges`]), and a table of weights learnt
//! from annotated sentences (`models/en/causes.md`) adds them up. The odds of a sentence are those of its edges
//! together, and the weightiest words of the likeliest edge are what decided.

use std::collections::HashMap;

use super::ties::{End, ties};
use crate::forest::likely;
use crate::lexicon::Lexicon;
use crate::lexicon::pattern::Trigger;
use crate::span::{Span, TokenId};
use crate::syntax::file;
use crate::syntax::{Deprel, ModelError, Syntax, Upos, body};

/// The first bytes of the file; the number changes when the form or the traits do.
const MAGIC: &[u8] = b"detente causes 1\n";

/// A sentence, or what of it states a cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Number of the sentence.
    pub sentence: usize,
    /// How likely the sentence states a cause, 0 to 1.
    pub share: f32,
    /// True where that is enough to say so.
    pub stated: bool,
    /// The words that tie the two together: a conjunction, a preposition, a verb; the word itself where none does.
    pub words: Vec<Span>,
    /// The entry of `lexicon/links/` that knows these words, if one does.
    pub rule: Option<String>,
    /// The clause or phrase that the other hangs on.
    pub upper: Span,
    /// The clause or phrase that hangs on it.
    pub lower: Span,
    /// What decided, weightiest first: a trait and the logarithm of the odds that it adds.
    pub traits: Vec<(String, f32)>,
}

/// A word that hangs on another, with what speaks for or against a cause.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The word that the other hangs on.
    pub upper: TokenId,
    /// The word that hangs on it.
    pub lower: TokenId,
    /// The words between them.
    pub marks: Vec<TokenId>,
    /// The entry of the lexicon, by number.
    pub entry: Option<u32>,
    /// What is seen of it.
    pub traits: Vec<String>,
}

/// The learnt weights.
#[derive(Debug)]
pub struct Causes {
    name: String,
    bias: f32,
    least: f32,
    weights: HashMap<Box<str>, f32>,
}

impl Causes {
    /// Reads the weights from the bytes of their file (`models/en/causes.bin`).
    ///
    /// # Errors
    /// When the bytes are not such a file, are damaged, or belong to another version of this program.
    pub fn load(bytes: &[u8]) -> Result<Causes, ModelError> {
        let mut reader = file::Reader::new(body(bytes, MAGIC)?);
        let name = reader.text()?.to_owned();
        let (bias, least, unit) = (reader.float()?, reader.float()?, reader.float()?);
        if !(bias.is_finite() && least.is_finite() && unit.is_finite()) {
            return Err(ModelError("a weight is no number".into()));
        }
        let count = reader.varint()?;
        let mut weights = HashMap::new();
        for _ in 0..count {
            let word = reader.text()?.into();
            weights.insert(word, f32::from(reader.byte()? as i8) * unit);
        }
        if reader.left() > 0 {
            return Err(ModelError("there is more in the file than weights".into()));
        }
        Ok(Causes { name, bias, least, weights })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The likeliest cause of every sentence that has two things to tie together, in the order of the text.
    pub fn read(&self, text: &str, syntax: &Syntax, lexicon: &Lexicon) -> Vec<Cause> {
        (0..syntax.sentences.len()).filter_map(|n| self.sentence(text, syntax, lexicon, n)).collect()
    }

    fn sentence(&self, text: &str, syntax: &Syntax, lexicon: &Lexicon, sentence: usize) -> Option<Cause> {
        let edges = edges(text, syntax, lexicon, sentence);
        let odds: Vec<f32> = edges.iter().map(|e| self.odds(e)).collect();
        let most = odds.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let best = odds.iter().position(|o| *o == most)?;
        // The odds of any of them: the sum of the odds of each, in logarithms.
        let sum: f32 = odds.iter().map(|o| power(o - most)).sum();
        let all = most + logarithm(sum);
        let edge = &edges[best];
        let mut traits: Vec<(String, f32)> = edge
            .traits
            .iter()
            .filter_map(|t| Some((t.clone(), *self.weights.get(t.as_str())?)))
            .filter(|(_, w)| *w > 0.0)
            .collect();
        traits.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let words = if edge.marks.is_empty() { vec![edge.lower] } else { edge.marks.clone() };
        let (upper, lower) = halves(syntax, edge, &words);
        Some(Cause {
            sentence,
            share: likely(all),
            stated: all > self.least,
            words: super::spans(syntax, &words),
            rule: edge.entry.map(|e| lexicon.link_entries[e as usize].id.clone()),
            upper,
            lower,
            traits,
        })
    }

    fn odds(&self, edge: &Edge) -> f32 {
        let weights = edge.traits.iter().filter_map(|t| self.weights.get(t.as_str()));
        self.bias + weights.sum::<f32>()
    }
}

/// e to the power of a number up to 0, by [`likely`]: s / (1 - s) undoes the share.
fn power(x: f32) -> f32 {
    let share = likely(x.max(-30.0));
    share / (1.0 - share)
}

/// The natural logarithm of a number from 1, by sums and products alone: halvings, then a series of odd powers.
fn logarithm(x: f32) -> f32 {
    let (mut x, mut halvings) = (x.max(1.0), 0.0);
    while x > 1.5 {
        x /= 2.0;
        halvings += 1.0;
    }
    let y = (x - 1.0) / (x + 1.0);
    let z = y * y;
    halvings * std::f32::consts::LN_2
        + 2.0 * y * (1.0 + z * (1.0 / 3.0 + z * (0.2 + z * (1.0 / 7.0 + z / 9.0))))
}

/// The words of the lower part, and those of the upper one beside it.
fn halves(syntax: &Syntax, edge: &Edge, words: &[TokenId]) -> (Span, Span) {
    let below = |t: TokenId, barred: &[TokenId]| {
        let (mut from, mut to) = (t, t);
        let mut stack = vec![t];
        while let Some(t) = stack.pop() {
            (from, to) = (from.min(t), to.max(t));
            let rows = syntax.children(t).iter().copied();
            stack.extend(rows.filter(|c| !barred.contains(c) && syntax.deprel(*c) != Deprel::Punct));
        }
        syntax.span(from).cover(syntax.span(to))
    };
    let lower = below(edge.lower, words);
    let mut barred = words.to_vec();
    barred.push(edge.lower);
    (below(edge.upper, &barred), lower)
}

/// What may hang on what in a sentence, each with its traits.
pub fn edges(text: &str, syntax: &Syntax, lexicon: &Lexicon, sentence: usize) -> Vec<Edge> {
    let Some(range) = syntax.sentences.get(sentence) else { return Vec::new() };
    let s = syntax;
    let found = ties(text, s, lexicon, sentence);
    let mut edges = Vec::new();
    for lower in range.iter() {
        let Some(upper) = s.head(lower) else { continue };
        let rel = s.deprel(lower);
        let wanted = match rel {
            Deprel::Advcl
            | Deprel::AdvclRelcl
            | Deprel::Acl
            | Deprel::AclRelcl
            | Deprel::Conj
            | Deprel::Obl
            | Deprel::OblAgent
            | Deprel::Nmod
            | Deprel::Parataxis
            | Deprel::Ccomp
            | Deprel::Xcomp
            | Deprel::Csubj => matches!(s.upos(lower), Upos::Verb | Upos::Noun | Upos::Propn | Upos::Adj),
            Deprel::Nsubj | Deprel::NsubjPass | Deprel::Obj => {
                s.upos(lower) == Upos::Noun && s.upos(upper) == Upos::Verb
            }
            _ => false,
        };
        if !wanted {
            continue;
        }
        let mut marks: Vec<TokenId> = Vec::new();
        for &c in s.children(lower).iter().filter(|c| **c < lower) {
            if matches!(s.deprel(c), Deprel::Mark | Deprel::Case | Deprel::Cc) {
                marks.push(c);
                marks.extend(s.children(c).iter().copied().filter(|f| s.deprel(*f) == Deprel::Fixed));
            }
        }
        let tie = found
            .iter()
            .find(|t| t.b == End::At(lower) || marks.first().is_some_and(|m| t.words.contains(m)));
        // Whose names they are says nothing of causes.
        let lemma = |t: TokenId| match s.upos(t) {
            Upos::Propn => "NAME".to_owned(),
            Upos::Num => "NUMBER".to_owned(),
            _ => s.lemma(t).to_lowercase(),
        };
        let mark = match marks.is_empty() {
            true => "-".to_owned(),
            false => marks.iter().map(|m| lemma(*m)).collect::<Vec<_>>().join("_"),
        };
        let (a, b, rel) = (lemma(upper), lemma(lower), rel.as_str());
        let form = form(text, s, lower);
        let mut traits = vec![
            format!("mark {mark}"),
            format!("rel {rel}"),
            format!("mark+rel {mark} {rel}"),
            format!("form {form} {rel} {mark}"),
            format!("kinds {} {} {mark}", s.upos(upper), s.upos(lower)),
            format!("lower {b}"),
            format!("upper {a}"),
            format!("rel+lower {rel} {b}"),
            format!("rel+upper {rel} {a}"),
            format!("mark+lower {mark} {b}"),
            format!("mark+upper {mark} {a}"),
        ];
        let (above, below) = (type_of(s, lexicon, upper), type_of(s, lexicon, lower));
        traits.push(format!("type-lower {below} {mark}"));
        traits.push(format!("type-upper {above} {mark}"));
        traits.push(format!("types {above} {below}"));
        traits.push(format!("types+rel {above} {below} {rel}"));
        if rel != "nmod" {
            let below =
                [Deprel::Obj, Deprel::Nsubj, Deprel::NsubjPass, Deprel::Obl, Deprel::Xcomp, Deprel::Ccomp];
            let above = [Deprel::Obj, Deprel::Nsubj, Deprel::NsubjPass, Deprel::Xcomp];
            for c in s.children(lower).iter().filter(|c| below.contains(&s.deprel(**c))) {
                traits.push(format!("of-lower {}", lemma(*c)));
            }
            for c in s.children(upper).iter().filter(|c| **c != lower && above.contains(&s.deprel(**c))) {
                traits.push(format!("of-upper {}", lemma(*c)));
            }
        }
        if let Some(tie) = tie {
            let entry = &lexicon.link_entries[tie.entry as usize];
            traits.push(format!("entry {}", entry.id));
            if let Some(kind) = tie.kind {
                traits.push(format!("kind {kind}"));
                traits.push(format!("kind+form {kind} {form}"));
            }
            marks.extend(tie.words.iter().copied());
            marks.sort_unstable();
            marks.dedup();
        }
        edges.push(Edge { upper, lower, marks, entry: tie.map(|t| t.entry), traits });
    }
    edges
}

/// The type of event that a word may tell by the lexicon, or "-".
fn type_of(s: &Syntax, lexicon: &Lexicon, t: TokenId) -> &'static str {
    let trigger = match s.upos(t) {
        Upos::Verb => Trigger::Verb,
        Upos::Noun => Trigger::Noun,
        _ => return "-",
    };
    lexicon.patterns(trigger, s.lemma(t)).next().map_or("-", |(e, _)| e.event.as_str())
}

/// The form of a word: "ing", "to", "participle", "finite", or its part of speech.
fn form(text: &str, s: &Syntax, t: TokenId) -> &'static str {
    if s.upos(t) != Upos::Verb {
        return s.upos(t).as_str();
    }
    let child = |rels: &[Deprel]| s.children(t).iter().find(|c| rels.contains(&s.deprel(**c)));
    if child(&[Deprel::Mark]).is_some_and(|c| s.lemma(*c) == "to") {
        return "to";
    }
    let aux = child(&[Deprel::Aux, Deprel::AuxPass]).is_some();
    if !aux && s.span(t).slice(text).ends_with("ing") {
        "ing"
    } else if aux || child(&[Deprel::Nsubj, Deprel::NsubjPass]).is_some() {
        "finite"
    } else if s.span(t).slice(text) != s.lemma(t) {
        "participle"
    } else {
        "bare"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_logarithms_by_sums_and_products() {
        for x in [0.0f32, -0.3, -1.0, -4.0, -12.0] {
            assert!((power(x) - x.exp()).abs() < 1e-5, "{x}");
        }
        for x in [1.0f32, 1.2, 1.5, 2.0, 7.3, 40.0, 900.0] {
            assert!((logarithm(x) - x.ln()).abs() < 1e-4, "{x}: {} {}", logarithm(x), x.ln());
        }
    }
}
