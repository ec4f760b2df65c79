//! How many people an event killed, hurt or put under arrest, as the text counts them: "killing at least 12 soldiers", "left
//! 20 people dead", "45 protesters were arrested", "the deaths of nine people".
//!
//! Which words say so stands in `lexicon/words/classes.tsv` (`killed`, `died`, `wounded`, `arrested`); here stands where the
//! people and their number are found in the grammar. Only what is told as a number is given: "dozens" and "several" are
//! none, "up to 50" and "fewer than 50" are bounds from above, and a name is nobody counted. "At least" is taken at its word.
//! A count belongs to the event of its sentence that stands nearest to it in the tree, so that "the attack killed 12" tells
//! it of the attack.

use crate::event::Found;
use crate::lexicon::Lexicon;
use crate::lexicon::class::Class;
use crate::note::Evidence;
use crate::plover::EventType;
use crate::report::Size;
use crate::span::{Span, TokenId};
use crate::syntax::{Deprel, Syntax, Upos};
use crate::time;

/// What became of the people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Dead,
    Injured,
    Arrested,
}

/// A number of people, and the word that says what became of them.
struct Count {
    fate: Fate,
    word: TokenId,
    number: u32,
    /// The number and the word.
    spans: [Span; 2],
}

/// Steps in the tree from a count to its event, at most.
const REACH: usize = 4;

/// How many each event killed, hurt or put under arrest, with what says so; in the order of the events. Nothing where the
/// text gives no number.
pub fn of(
    found: &[Found],
    syntax: &Syntax,
    lexicon: &Lexicon,
    text: &str,
) -> Vec<(Option<Size>, Vec<Evidence>)> {
    let mut tolls: Vec<(Option<Size>, Vec<Evidence>)> = vec![Default::default(); found.len()];
    let reader = Reader { syntax, lexicon, text };
    let mut sentences: Vec<usize> = found.iter().map(|f| f.sentence).collect();
    sentences.sort_unstable();
    sentences.dedup();
    for sentence in sentences {
        for count in reader.counts(sentence) {
            for n in nearest(found, sentence, &count, syntax) {
                let (size, evidence) = &mut tolls[n];
                let size = size.get_or_insert_default();
                let (field, rule) = match count.fate {
                    Fate::Dead => (&mut size.dead, "toll:dead"),
                    Fate::Injured => (&mut size.injured, "toll:injured"),
                    Fate::Arrested => (&mut size.arrested, "toll:arrested"),
                };
                // Told twice of one event, the greater number is the whole.
                if field.is_none_or(|earlier| earlier < count.number) {
                    *field = Some(count.number);
                    evidence.retain(|e| e.rule != rule);
                    evidence.push(Evidence::new(rule, count.spans));
                }
            }
        }
    }
    tolls
}

/// What two tellings of one event count, together: of each the greater number.
pub fn merged(a: Option<Size>, b: Option<Size>) -> Option<Size> {
    let (Some(x), Some(y)) = (a, b) else { return a.or(b) };
    Some(Size {
        dead: x.dead.max(y.dead),
        injured: x.injured.max(y.injured),
        arrested: x.arrested.max(y.arrested),
    })
}

/// The events of the sentence that a count is about: of the types that it fits, those told by the nearest word.
fn nearest(found: &[Found], sentence: usize, count: &Count, syntax: &Syntax) -> Vec<usize> {
    let fits: [&[EventType]; 2] = match count.fate {
        Fate::Dead | Fate::Injured => [&[EventType::Assault], &[EventType::Protest, EventType::Coerce]],
        Fate::Arrested => [&[EventType::Coerce], &[EventType::Protest, EventType::Sanction]],
    };
    for kinds in fits {
        let near = found
            .iter()
            .enumerate()
            .filter(|(_, f)| f.sentence == sentence && kinds.contains(&f.event))
            .map(|(n, f)| (edges(syntax, f.trigger, count.word), f.trigger, n))
            .filter(|(steps, ..)| *steps <= REACH);
        let near: Vec<(usize, TokenId, usize)> = near.collect();
        if let Some((_, trigger, _)) = near.iter().min_by_key(|(steps, trigger, _)| (*steps, *trigger)) {
            return near.iter().filter(|(_, t, _)| t == trigger).map(|(.., n)| *n).collect();
        }
    }
    Vec::new()
}

/// Edges of the tree between two words of a sentence. Clauses do not count for more here, as they do in [`crate::event::steps`]:
/// ", killing 12 and wounding 30" is how most counts hang on their event.
fn edges(syntax: &Syntax, a: TokenId, b: TokenId) -> usize {
    let (a, b) = (syntax.chain(a), syntax.chain(b));
    let shared = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    a.len() + b.len() - 2 * shared
}

struct Reader<'a> {
    syntax: &'a Syntax,
    lexicon: &'a Lexicon,
    text: &'a str,
}

impl Reader<'_> {
    fn counts(&self, sentence: usize) -> Vec<Count> {
        let s = self.syntax;
        let mut counts = Vec::new();
        for word in s.sentences[sentence].iter() {
            let is = |class| self.lexicon.is(class, s.lemma(word));
            let (fate, people) = if is(Class::Killed) {
                (Fate::Dead, self.object(word))
            } else if is(Class::Died) {
                (Fate::Dead, self.subject(word))
            } else if is(Class::Wounded) {
                (Fate::Injured, self.object(word))
            } else if is(Class::Arrested) {
                (Fate::Arrested, self.object(word))
            } else {
                continue;
            };
            if self.is_denied(word) {
                continue;
            }
            let Some(people) = people else { continue };
            if let Some((number, span)) = self.number(people, s.upos(word) == Upos::Verb) {
                counts.push(Count { fate, word, number, spans: [span, s.span(word)] });
            }
        }
        counts
    }

    fn child(&self, t: TokenId, relations: &[Deprel]) -> Option<TokenId> {
        self.syntax.children(t).iter().copied().find(|c| relations.contains(&self.syntax.deprel(*c)))
    }

    /// Whom a word like "kill" or "wounded" speaks of.
    fn object(&self, word: TokenId) -> Option<TokenId> {
        let s = self.syntax;
        if s.upos(word) != Upos::Verb {
            return self.subject(word);
        }
        self.child(word, &[Deprel::Obj, Deprel::NsubjPass])
            // "the 30 people killed in the raid": where nobody else is named as the doer of it.
            .or_else(|| s.head(word).filter(|_| s.deprel(word) == Deprel::Acl && self.is_participle(word)))
    }

    fn is_participle(&self, word: TokenId) -> bool {
        !self.syntax.span(word).slice(self.text).ends_with("ing")
    }

    /// Whom a word like "die", "dead" or "death" speaks of.
    fn subject(&self, word: TokenId) -> Option<TokenId> {
        let s = self.syntax;
        let head = s.head(word);
        match s.deprel(word) {
            // "left 20 people dead", "12 were shot dead".
            Deprel::Xcomp => {
                let done_to = |head| self.child(head, &[Deprel::Obj, Deprel::NsubjPass]);
                return head.and_then(|head| done_to(head).or_else(|| self.child(head, &[Deprel::Nsubj])));
            }
            Deprel::Amod | Deprel::Acl if s.upos(word) != Upos::Noun => return head,
            _ => {}
        }
        // "20 dead", "nine deaths".
        if self.child(word, &[Deprel::Nummod]).is_some() {
            return Some(word);
        }
        if s.upos(word) == Upos::Noun {
            // "the deaths of nine people".
            let of = |c: &TokenId| {
                s.deprel(*c) == Deprel::Nmod
                    && s.children(*c).iter().any(|m| s.deprel(*m) == Deprel::Case && s.lemma(*m) == "of")
            };
            if let Some(people) = s.children(word).iter().copied().find(of) {
                return Some(people);
            }
        }
        self.child(word, &[Deprel::Nsubj, Deprel::NsubjPass])
    }

    fn is_denied(&self, word: TokenId) -> bool {
        self.syntax.children(word).iter().any(|c| matches!(self.syntax.lemma(*c), "not" | "never"))
    }

    /// How many people a phrase means, and the number's place. "A" counts as one where `single` says so.
    fn number(&self, people: TokenId, single: bool) -> Option<(u32, Span)> {
        let s = self.syntax;
        let (own, at) = self.own_number(people, single)?;
        let others = s.children(people).iter().filter(|c| {
            s.deprel(**c) == Deprel::Conj && matches!(s.upos(**c), Upos::Noun | Upos::Propn | Upos::Num)
        });
        // "two villagers and three soldiers"; who is beside them without a number is not counted.
        let more = others.filter_map(|c| self.own_number(*c, false));
        Some((more.fold(own, |sum, (n, _)| sum.saturating_add(n)), at))
    }

    fn own_number(&self, people: TokenId, single: bool) -> Option<(u32, Span)> {
        let s = self.syntax;
        let number = match s.upos(people) {
            Upos::Num => Some(people),
            _ => self.child(people, &[Deprel::Nummod]),
        };
        if let Some(number) = number {
            if self.is_bound_from_above(number) || number == people && self.is_year(number) {
                return None;
            }
            let parts = self.parts(number);
            let words = parts.iter().map(|t| s.span(*t).slice(self.text));
            let at = Span { start: s.span(*parts.first()?).start, end: s.span(number).end };
            return Some((value(words)?, at));
        }
        // "killed a policeman"; a plural has no "a" but in "a number of", "a dozen".
        let article = self.child(people, &[Deprel::Det])?;
        let alone = single && s.upos(people) == Upos::Noun && matches!(s.lemma(article), "a" | "an");
        let counts =
            self.lexicon.is(Class::Count, s.lemma(people)) || self.child(people, &[Deprel::Nmod]).is_some();
        (alone && !counts).then(|| (1, s.span(article)))
    }

    /// "Up to 50", "fewer than 50".
    fn is_bound_from_above(&self, number: TokenId) -> bool {
        let first = self.parts(number).first().copied().unwrap_or(number).index();
        let before = |n: usize| -> &str {
            let t = first.checked_sub(n).and_then(|t| self.syntax.tokens.get(t));
            t.map_or("", |t| t.span.slice(self.text))
        };
        let (first, second) = (before(2), before(1));
        let is = |a: &str, b: &str| first.eq_ignore_ascii_case(a) && second.eq_ignore_ascii_case(b);
        is("up", "to") || is("fewer", "than") || is("less", "than") || second.eq_ignore_ascii_case("under")
    }

    /// "July 2016: 14 wounded": what looks like a year and counts nobody by name is one.
    fn is_year(&self, number: TokenId) -> bool {
        let digits = self.syntax.span(number).slice(self.text);
        digits.len() == 4 && digits.parse().is_ok_and(|year: u32| (1900..2100).contains(&year))
    }

    /// The words of a number, "two hundred", in the order of the text.
    fn parts(&self, number: TokenId) -> Vec<TokenId> {
        let s = self.syntax;
        let mut parts: Vec<TokenId> = s
            .children(number)
            .iter()
            .copied()
            .filter(|c| *c < number && s.deprel(*c) == Deprel::Compound && s.upos(*c) == Upos::Num)
            .collect();
        parts.push(number);
        parts
    }
}

/// The value of a number written in digits or words; `None` where it is none, or too large for a count of people.
fn value<'t>(words: impl Iterator<Item = &'t str>) -> Option<u32> {
    const MOST: u32 = 9_999_999;
    let mut sum: u32 = 0;
    for word in words {
        let bare: String = word.chars().filter(|c| *c != ',').collect();
        if bare.starts_with(|c: char| c.is_ascii_digit()) {
            sum = sum.checked_add(bare.parse().ok()?)?;
            continue;
        }
        sum = match time::cardinal(&bare.to_lowercase())? {
            (part, true) => sum.max(1).checked_mul(part)?,
            (part, false) => sum.checked_add(part)?,
        };
    }
    (1..=MOST).contains(&sum).then_some(sum)
}
