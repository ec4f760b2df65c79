//! Whose words stand between quotation marks, and so who "I" and "we" are in them; and who "who" is.

use super::{Actors, Mention, Party, Wording, pointed};
use crate::lexicon::Effect;
use crate::span::{TokenId, TokenRange};
use crate::syntax::{Deprel, Syntax, Upos};

/// The stretches between quotation marks, as numbers of tokens; one that a line break ends is closed there.
pub fn quoted(syntax: &Syntax, text: &str) -> Vec<(usize, usize)> {
    let mut open: Option<usize> = None;
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut line_break = 0usize;
    for (i, token) in syntax.tokens.iter().enumerate() {
        let gap = &text[line_break..token.span.start as usize];
        if gap.contains('\n')
            && let Some(start) = open.take()
        {
            spans.push((start, i));
        }
        line_break = token.span.end as usize;
        match token.span.slice(text) {
            "“" | "``" => open = Some(i + 1),
            "”" | "''" => {
                if let Some(start) = open.take() {
                    spans.push((start, i));
                }
            }
            "\"" => match open.take() {
                Some(start) => spans.push((start, i)),
                None => open = Some(i + 1),
            },
            _ => {}
        }
    }
    if let Some(start) = open {
        spans.push((start, syntax.tokens.len()));
    }
    spans
}

impl Actors<'_> {
    /// "I", "we" and "our" in a quotation: whoever speaks there.
    pub(super) fn find_speakers(&mut self) {
        /// How many sentences back somebody may have spoken last.
        const REACH: usize = 3;
        let s = self.syntax;
        let mut last: Option<(Party, usize)> = None;
        let mut found: Vec<Mention> = Vec::new();
        for (start, end) in quoted(s, self.text) {
            if end <= start {
                continue;
            }
            let inside = TokenRange::new(start, end);
            let first = s.sentence_of(inside.start);
            let speaker = self.speaker_of(inside).or_else(|| {
                last.as_ref().filter(|(_, n)| first.saturating_sub(*n) <= REACH).map(|(p, _)| p.clone())
            });
            let Some(speaker) = speaker else { continue };
            last = Some((speaker.clone(), s.sentence_of(TokenId(end as u32 - 1))));
            for t in inside.iter() {
                let done = self.resolved[t.index()].as_ref().is_some_and(|r| !r.is_empty());
                if done || !self.is_first_person(t) {
                    continue;
                }
                found.push(self.point(t, std::slice::from_ref(&speaker), "actor:speaker"));
            }
        }
        self.add_mentions(found);
    }

    /// "who", "whom": whoever the noun before the clause is.
    pub(super) fn find_relatives(&mut self) {
        /// How many words the clause's verb may be above its pronoun.
        const REACH: usize = 3;
        let s = self.syntax;
        let mut found: Vec<Mention> = Vec::new();
        for t in s.sentences.iter().flat_map(|r| r.iter()) {
            if !matches!(s.lemma(t), "who" | "whom")
                || self.resolved[t.index()].is_some() && !self.own(t).is_empty()
            {
                continue;
            }
            let mut clause = Some(t);
            for _ in 0..REACH {
                clause = clause.filter(|c| s.deprel(*c) != Deprel::AclRelcl).map_or(clause, |c| s.head(c));
            }
            let noun = clause.filter(|c| s.deprel(*c) == Deprel::AclRelcl).and_then(|c| s.head(c));
            let own: Vec<Party> = noun
                .map(|n| self.own(n).iter().filter(|p| !p.key.is_empty()).cloned().collect())
                .unwrap_or_default();
            if own.is_empty() {
                continue;
            }
            found.push(self.point(t, &own, "actor:pronoun"));
        }
        self.add_mentions(found);
    }

    /// A pronoun that stands for these parties, as a mention.
    fn point(&mut self, t: TokenId, parties: &[Party], rule: &str) -> Mention {
        let parties = pointed(parties, self.syntax.span(t), rule);
        self.resolved[t.index()] = Some(parties.clone());
        let tokens = TokenRange::new(t.index(), t.index() + 1);
        Mention { tokens, head: t, wording: Wording::Pronoun, parties }
    }

    /// Puts mentions among the others, in the order of the text.
    fn add_mentions(&mut self, mut found: Vec<Mention>) {
        if !found.is_empty() {
            self.mentions.append(&mut found);
            self.mentions.sort_by_key(|m| m.head);
        }
    }

    fn is_first_person(&self, t: TokenId) -> bool {
        self.syntax.upos(t) == Upos::Pron
            && matches!(self.word(t).to_lowercase().as_str(), "i" | "we" | "us" | "me" | "our")
    }

    /// The subject of the word of saying that stands nearest to a quotation in its sentences.
    pub(super) fn speaker_of(&self, quote: TokenRange) -> Option<Party> {
        /// How many sentences of a long quotation are looked at.
        const LONGEST: usize = 12;
        let s = self.syntax;
        let first = s.sentence_of(quote.start);
        let last = s.sentence_of(TokenId(quote.end.0 - 1)).min(first + LONGEST);
        let says = |t: TokenId| {
            let lemma = s.lemma(t).to_lowercase();
            self.lexicon.operators(&lemma).any(|o| matches!(o.effect, Effect::Speech | Effect::Denial))
        };
        let mut best: Option<(u32, Party)> = None;
        for t in s.sentences[first..=last].iter().flat_map(|r| r.iter()) {
            if quote.contains(t) || s.upos(t) != Upos::Verb {
                continue;
            }
            let distance = t.0.abs_diff(quote.start.0).min(t.0.abs_diff(quote.end.0));
            if best.as_ref().is_some_and(|(d, _)| *d <= distance) || !says(t) {
                continue;
            }
            if let Some(party) = self.subject_of(t) {
                best = Some((distance, party));
            }
        }
        best.map(|(_, p)| p)
    }

    /// Whoever the subject of a verb is, or of the verb that it is joined to.
    fn subject_of(&self, verb: TokenId) -> Option<Party> {
        let s = self.syntax;
        let own = |v: TokenId| s.children(v).iter().copied().find(|c| s.deprel(*c) == Deprel::Nsubj);
        let joined = || s.head(verb).filter(|_| s.deprel(verb) == Deprel::Conj).and_then(own);
        let subject = own(verb).or_else(joined)?;
        self.parties(subject).into_iter().next()
    }
}
