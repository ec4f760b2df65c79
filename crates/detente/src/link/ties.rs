//! Ties: words of `lexicon/links/` in a sentence, and the two ends that they tie together.

use crate::lexicon::links::{Dress, LinkEntry, LinkKind, LinkPattern, Place, Shape};
use crate::lexicon::{Effect, Lexicon};
use crate::span::TokenId;
use crate::syntax::{Deprel, Syntax, Upos};

/// One end of a tie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The clause or phrase that this word heads.
    At(TokenId),
    /// The very thing that this noun names, and no clause that it is a part of ("photos that sparked protests").
    Thing(TokenId),
    /// What was told before the sentence.
    Before,
}

/// Words that tie two ends together.
#[derive(Clone, Debug)]
pub struct Tie {
    /// Number of the entry in the lexicon.
    pub entry: u32,
    /// What the words say; `None` where they say nothing.
    pub kind: Option<LinkKind>,
    /// The words.
    pub words: Vec<TokenId>,
    /// The sentence.
    pub sentence: usize,
    /// What stands so to the other.
    pub a: End,
    /// The other.
    pub b: End,
}

/// How many words may stand inside words in a row ("in *an apparent* response to").
const GAP: usize = 2;

/// The ties of one sentence that are stated as facts, in the order of the text.
pub fn ties(text: &str, syntax: &Syntax, lexicon: &Lexicon, sentence: usize) -> Vec<Tie> {
    let Some(range) = syntax.sentences.get(sentence) else { return Vec::new() };
    let finder = Finder { text, syntax, lexicon, sentence };
    let asks = range.iter().next_back().is_some_and(|t| finder.word(t) == "?");
    let mut found: Vec<Tie> = Vec::new();
    if asks {
        return found;
    }
    let mut t = range.start;
    while t < range.end {
        let tie = finder.best(t);
        t = TokenId(t.0 + 1);
        let Some(tie) = tie else { continue };
        if let Some(last) = tie.words.iter().max()
            && tie.words.len() > 1
        {
            t = TokenId(last.0 + 1).max(t);
        }
        if tie.kind.is_some() && finder.is_stated(&tie) {
            found.push(tie);
        }
    }
    found
}

struct Finder<'a> {
    text: &'a str,
    syntax: &'a Syntax,
    lexicon: &'a Lexicon,
    sentence: usize,
}

impl<'a> Finder<'a> {
    fn word(&self, t: TokenId) -> &'a str {
        self.syntax.span(t).slice(self.text)
    }

    /// Is the word one of these, as a lemma or as it stands?
    fn is_one_of(&self, t: TokenId, words: &[Box<str>]) -> bool {
        let word = self.word(t);
        words.iter().any(|w| w.eq_ignore_ascii_case(word) || **w == *self.syntax.lemma(t))
    }

    /// The tie whose words begin here: of several the one with most words, of equals the first in the lexicon.
    fn best(&self, t: TokenId) -> Option<Tie> {
        let word = self.word(t).to_lowercase();
        let lemma = self.syntax.lemma(t);
        let by_lemma = self.lexicon.links(lemma).filter(|_| *lemma != *word);
        let mut best: Option<Tie> = None;
        for (number, entry, pattern) in self.lexicon.links(&word).chain(by_lemma) {
            let Some((words, a, b)) = self.held(t, pattern, entry) else { continue };
            if best.as_ref().is_none_or(|b| b.words.len() < words.len()) {
                best = Some(Tie { entry: number, kind: entry.kind, words, sentence: self.sentence, a, b });
            }
        }
        best
    }

    /// The words of a pattern that begins here, and its ends.
    fn held(&self, t: TokenId, pattern: &LinkPattern, entry: &LinkEntry) -> Option<(Vec<TokenId>, End, End)> {
        match &pattern.dress {
            Dress::Verb { a, b } => {
                if self.syntax.upos(t) != Upos::Verb || !self.is_one_of(t, &pattern.words[0]) {
                    return None;
                }
                let mut words = vec![t];
                let a = self.place(t, a, &mut words)?;
                let b = match b {
                    Some(b) => self.place(t, b, &mut words)?,
                    // "reacted to it with …": to something that is named.
                    None if self.is_aimed(t) => return None,
                    None => End::Before,
                };
                (a != b).then_some((words, a, b))
            }
            Dress::Row(shape) => {
                let words = self.row(t, &pattern.words)?;
                let (a, b) = self.ends(&words, *shape)?;
                if entry.lasting && !self.is_lasting(b) {
                    return None;
                }
                Some((words, a, End::At(b)))
            }
            Dress::Adverb => {
                let words = self.row(t, &pattern.words)?;
                let a = self.clause_of(&words)?;
                // "invaded it and, as a result, lost aid": what was told before stands in the same sentence.
                let before = match self.syntax.deprel(a) {
                    Deprel::Conj | Deprel::Parataxis => self.syntax.head(a).map(End::At),
                    _ => None,
                };
                Some((words, End::At(a), before.unwrap_or(End::Before)))
            }
        }
    }

    /// Words in a row, from here on.
    fn row(&self, t: TokenId, row: &[Vec<Box<str>>]) -> Option<Vec<TokenId>> {
        let end = self.syntax.sentences[self.sentence].end;
        let mut words = Vec::with_capacity(row.len());
        let mut cur = t;
        let mut gap = 0;
        for (i, alternatives) in row.iter().enumerate() {
            while cur < end && !self.is_one_of(cur, alternatives) {
                let between = matches!(self.syntax.upos(cur), Upos::Adj | Upos::Adv | Upos::Det);
                if i == 0 || !between || gap == GAP {
                    return None;
                }
                gap += 1;
                cur = TokenId(cur.0 + 1);
            }
            if cur >= end {
                return None;
            }
            words.push(cur);
            cur = TokenId(cur.0 + 1);
        }
        Some(words)
    }

    /// What words in a row tie together: B, which they introduce, and what the whole hangs on.
    fn ends(&self, words: &[TokenId], shape: Shape) -> Option<(End, TokenId)> {
        let s = self.syntax;
        let last = *words.last()?;
        let outer = |m: &TokenId| s.head(*m).filter(|h| *h > last && !words.contains(h));
        let (by, b) = words.iter().rev().find_map(|m| Some((*m, outer(m)?)))?;
        if !self.fits(words, by, b, shape) {
            return None;
        }
        // "after X and before Y": both hang on what X hangs on.
        let mut inner = b;
        if s.deprel(b) == Deprel::Conj {
            inner = s.head(b)?;
        }
        let mut top = s.head(inner)?;
        let mut owner = None;
        while words.contains(&top) {
            owner = Some(top);
            match s.head(top) {
                Some(h) => top = h,
                None => break,
            }
        }
        // "was a response to it": what its subject tells.
        if let Some(owner) = owner
            && let Some(subject) = self.child(owner, &[Deprel::Nsubj, Deprel::NsubjPass])
        {
            return Some((self.subject_end(subject, owner), b));
        }
        // "discussed a response to it" says of no act that it was one; "came as a response to it" does.
        if let Some(owner) = owner
            && words.first() == Some(&owner)
            && s.upos(owner) == Upos::Noun
            && !matches!(
                s.deprel(owner),
                Deprel::Obl | Deprel::OblUnmarked | Deprel::Appos | Deprel::Parataxis
            )
        {
            return None;
        }
        (!words.contains(&top) && top != b).then_some((End::At(top), b))
    }

    fn fits(&self, words: &[TokenId], by: TokenId, b: TokenId, shape: Shape) -> bool {
        let s = self.syntax;
        let verb = s.upos(b) == Upos::Verb;
        let to = s.children(b).iter().any(|c| s.deprel(*c) == Deprel::Mark && s.lemma(*c) == "to");
        match shape {
            Shape::Any => true,
            // "as having done it" is no time.
            Shape::Clause => {
                let subject =
                    [Deprel::Nsubj, Deprel::NsubjPass, Deprel::Csubj, Deprel::Expl, Deprel::NsubjOuter];
                // "when" is an adverb in the grammar.
                let opens = matches!(s.deprel(by), Deprel::Mark | Deprel::Advmod)
                    && matches!(s.deprel(b), Deprel::Advcl | Deprel::Acl | Deprel::Conj);
                opens && !to && self.child(b, &subject).is_some()
            }
            Shape::Noun => s.deprel(by) != Deprel::Mark && matches!(s.upos(b), Upos::Noun | Upos::Propn),
            Shape::Doing => verb && self.word(b).ends_with("ing"),
            // "in a bid to"; "to" alone also opens what is vowed or planned.
            Shape::Do => verb && to && (words.len() > 1 || s.deprel(b) == Deprel::Advcl),
        }
    }

    /// "was meeting", "while meeting".
    fn is_lasting(&self, b: TokenId) -> bool {
        let s = self.syntax;
        s.upos(b) == Upos::Verb && self.word(b).ends_with("ing")
    }

    /// The clause that words stand in.
    fn clause_of(&self, words: &[TokenId]) -> Option<TokenId> {
        let s = self.syntax;
        let outer = words.iter().filter_map(|m| s.head(*m)).find(|h| !words.contains(h));
        if let Some(h) = outer {
            return Some(h);
        }
        // "That is why …": the clause hangs on the words.
        let below = words.iter().flat_map(|m| s.children(*m)).copied();
        below.filter(|c| !words.contains(c)).find(|c| s.upos(*c) == Upos::Verb)
    }

    fn child(&self, t: TokenId, rels: &[Deprel]) -> Option<TokenId> {
        rels.iter()
            .find_map(|r| self.syntax.children(t).iter().copied().find(|c| self.syntax.deprel(*c) == *r))
    }

    /// Has the verb the form of a passive?
    fn is_passive(&self, t: TokenId) -> bool {
        let s = self.syntax;
        self.child(t, &[Deprel::AuxPass, Deprel::NsubjPass]).is_some()
            || matches!(s.deprel(t), Deprel::Acl | Deprel::Advcl | Deprel::Amod)
                && !self.word(t).ends_with("ing")
                && self.word(t) != s.lemma(t)
                && self.child(t, &[Deprel::Nsubj, Deprel::Aux]).is_none()
    }

    /// What stands at a place of a verb. The words that show the place are added to `words`.
    fn place(&self, verb: TokenId, place: &Place, words: &mut Vec<TokenId>) -> Option<End> {
        let s = self.syntax;
        let passive = self.is_passive(verb);
        match place {
            Place::Subject if passive => {
                let by: Box<str> = "by".into();
                self.phrase(verb, &[by], words).map(End::At)
            }
            Place::Object if passive => self.own_subject(verb),
            Place::Subject => self.own_subject(verb),
            Place::Object => {
                let clause = |c: &TokenId| {
                    matches!(s.deprel(*c), Deprel::Xcomp | Deprel::Ccomp | Deprel::Advcl)
                        && s.children(*c).iter().any(|m| s.deprel(*m) == Deprel::Mark && s.lemma(*m) == "to")
                };
                let clause = s.children(verb).iter().copied().find(clause);
                clause.or_else(|| self.child(verb, &[Deprel::Obj])).map(End::At)
            }
            Place::Prep(preps) => self.phrase(verb, preps, words).map(End::At),
        }
    }

    /// Does the verb say to what it answers?
    fn is_aimed(&self, verb: TokenId) -> bool {
        let s = self.syntax;
        let phrases = s.children(verb).iter().filter(|c| matches!(s.deprel(**c), Deprel::Obl | Deprel::Nmod));
        let inner = phrases.clone().flat_map(|c| s.children(*c).iter());
        let mut all = phrases.chain(inner.filter(|c| s.deprel(**c) == Deprel::Nmod));
        all.any(|c| {
            s.children(*c).iter().any(|m| {
                s.deprel(*m) == Deprel::Case && matches!(s.lemma(*m), "to" | "at" | "against" | "for")
            })
        })
    }

    /// The phrase or clause behind one of these prepositions, below the verb or its first phrase.
    fn phrase(&self, verb: TokenId, preps: &[Box<str>], words: &mut Vec<TokenId>) -> Option<TokenId> {
        let s = self.syntax;
        let direct = s.children(verb).iter().copied();
        let nested = s
            .children(verb)
            .iter()
            .filter(|c| matches!(s.deprel(**c), Deprel::Obj | Deprel::Obl))
            .flat_map(|c| s.children(*c).iter().copied());
        for c in direct.chain(nested).filter(|c| *c > verb) {
            let by = s.children(c).iter().copied().find(|m| {
                matches!(s.deprel(*m), Deprel::Case | Deprel::Mark) && self.is_one_of(*m, preps) && *m < c
            });
            if let Some(by) = by.filter(|by| !words.contains(by)) {
                words.push(by);
                return Some(c);
            }
        }
        None
    }

    /// The subject of a verb, through participles, relative clauses and rows.
    fn own_subject(&self, verb: TokenId) -> Option<End> {
        let s = self.syntax;
        let mut cur = verb;
        for _ in 0..4 {
            if let Some(subject) = self.child(cur, &[Deprel::Nsubj, Deprel::NsubjPass, Deprel::Csubj]) {
                return Some(self.subject_end(subject, cur));
            }
            let head = s.head(cur)?;
            match s.deprel(cur) {
                // "attacked it, prompting …": the clause; "attacked it and prompted …": its subject.
                Deprel::Advcl | Deprel::AdvclRelcl => return Some(End::At(head)),
                // "photos prompting …" and, read as hanging on the nearest noun, "attacked the town, prompting …".
                Deprel::Acl | Deprel::AclRelcl => return Some(self.noun_end(head, cur)),
                Deprel::Conj | Deprel::Xcomp => cur = head,
                _ => return None,
            }
        }
        None
    }

    /// The noun that a clause tells more of; behind a comma, the clause before it may be meant.
    fn noun_end(&self, noun: TokenId, clause: TokenId) -> End {
        let mut first = clause;
        while let Some(c) = self.syntax.children(first).first().filter(|c| **c < first) {
            first = *c;
        }
        let comma = |t: TokenId| self.word(t) == ",";
        if comma(first) || first.0 > 0 && comma(TokenId(first.0 - 1)) {
            End::At(noun)
        } else {
            End::Thing(noun)
        }
    }

    /// What a subject stands for: "which" for its noun, "this" for what was told before.
    fn subject_end(&self, subject: TokenId, verb: TokenId) -> End {
        let s = self.syntax;
        if s.upos(subject) != Upos::Pron {
            return End::At(subject);
        }
        match (s.deprel(verb), s.lemma(subject), s.head(verb)) {
            (Deprel::AclRelcl | Deprel::AdvclRelcl | Deprel::Acl, _, Some(noun)) => {
                self.noun_end(noun, subject)
            }
            (Deprel::Parataxis | Deprel::Advcl, "which", Some(clause)) => End::At(clause),
            (_, "this" | "that" | "it", _) => End::Before,
            _ => End::At(subject),
        }
    }

    /// Do the words state it as a fact: neither denied nor supposed?
    fn is_stated(&self, tie: &Tie) -> bool {
        let s = self.syntax;
        let first = tie.words.iter().min().copied().unwrap_or_default();
        let denies = |t: TokenId| {
            matches!(s.lemma(t), "not" | "n't" | "never" | "neither" | "nor") || self.word(t) == "n’t"
        };
        if first > s.sentences[self.sentence].start && denies(TokenId(first.0 - 1)) {
            return false;
        }
        let mut heads: Vec<TokenId> =
            tie.words.iter().copied().filter(|t| matches!(s.upos(*t), Upos::Verb | Upos::Noun)).collect();
        // The copula's noun and the verb of "did not lead to" carry their own words.
        let unreal = |t: TokenId| {
            s.children(t).iter().any(|c| match s.deprel(*c) {
                Deprel::Advmod => denies(*c),
                Deprel::Aux => {
                    matches!(s.lemma(*c), "may" | "might" | "could" | "would" | "should" | "can" | "must")
                }
                Deprel::Mark => matches!(s.lemma(*c), "if" | "whether" | "unless"),
                _ => false,
            })
        };
        // "in order to spark protests", "aimed at paving the way for talks": it did not come to that.
        let meant = |t: TokenId| {
            let to = |c: &TokenId| s.deprel(*c) == Deprel::Mark && s.lemma(*c) == "to";
            let under = |h: TokenId| {
                let lemma = s.lemma(h).to_lowercase();
                self.lexicon.operators(&lemma).any(|o| {
                    matches!(
                        o.effect,
                        Effect::Hypothetical | Effect::Negated | Effect::Future | Effect::Denial
                    )
                })
            };
            let governed = matches!(s.deprel(t), Deprel::Xcomp | Deprel::Advcl | Deprel::Acl | Deprel::Ccomp);
            s.upos(t) == Upos::Verb
                && (s.children(t).iter().any(to)
                    || governed && s.head(t).is_some_and(under) && s.deprel(t) != Deprel::Advcl
                    || s.deprel(t) == Deprel::Advcl
                        && s.children(t).iter().any(|c| {
                            s.deprel(*c) == Deprel::Mark
                                && matches!(s.lemma(*c), "at" | "for" | "of" | "without")
                        }))
        };
        if heads.iter().any(|t| unreal(*t) || meant(*t)) {
            return false;
        }
        // "denied that it was a response to …", "to prevent it from leading to …".
        if let End::At(a) = tie.a {
            heads.push(a);
        }
        for mut t in heads {
            for _ in 0..6 {
                let Some(head) = s.head(t) else { break };
                if matches!(s.deprel(t), Deprel::Ccomp | Deprel::Xcomp) {
                    let lemma = s.lemma(head).to_lowercase();
                    let mut effects = self.lexicon.operators(&lemma).map(|o| o.effect);
                    if effects.any(|e| matches!(e, Effect::Denial)) {
                        return false;
                    }
                }
                t = head;
            }
        }
        true
    }
}
