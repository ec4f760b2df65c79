//! How an event stands to the world (negated, future, hypothetical), and who alone vouches for it: operators in the
//! syntax around the trigger, reports and quotations.

use super::{Quote, Reader, is_noun};
use crate::actor::{Party, quoted};
use crate::lexicon::Effect;
use crate::lexicon::class::Class;
use crate::lexicon::pattern::Trigger;
use crate::note::Evidence;
use crate::plover::{Aux, EventType, Quad};
use crate::span::{Span, TokenId};
use crate::syntax::{Deprel, Upos};

impl<'a> Reader<'a> {
    pub(super) fn effects(&self, t: TokenId) -> impl Iterator<Item = Effect> {
        let lemma = self.syntax.lemma(t).to_lowercase();
        self.lexicon.operators(&lemma).map(|o| o.effect).collect::<Vec<_>>().into_iter()
    }

    /// Status and speaker of the clause or noun at `t`: its own negation and modals, then the words that
    /// govern it, upward to the sentence's root.
    pub(super) fn status(&self, t: TokenId, evidence: &mut Vec<Evidence>) -> (Vec<Aux>, Option<Party>) {
        let s = self.syntax;
        let mut aux: Vec<Aux> = Vec::new();
        let mut said_by: Option<Party> = None;
        let mut set = |a: Aux, aux: &mut Vec<Aux>, rule: String, span: Span| {
            if !aux.contains(&a) {
                aux.push(a);
                evidence.push(Evidence::new(rule, [span]));
            }
        };
        let mut cur = t;
        // Are the words at `cur` the event's own, and does what governs them still say how the event stands?
        let (mut own, mut open) = (true, true);
        for _ in 0..12 {
            if own {
                if let Some(be) = self.is_to(cur) {
                    set(Aux::Future, &mut aux, "event:is-to".into(), s.span(be));
                }
                for &c in s.children(cur) {
                    let lemma = s.lemma(c).to_lowercase();
                    let word = self.word(c).to_lowercase();
                    match s.deprel(c) {
                        // "was not arrested until May": then it was.
                        Deprel::Advmod if lemma == "not" && self.has_until(cur) => {}
                        // "not only banned the party": it did.
                        Deprel::Advmod if lemma == "not" && self.is_not_only(c) => {}
                        Deprel::Advmod if matches!(lemma.as_str(), "not" | "never" | "n't") => {
                            set(Aux::Negated, &mut aux, "event:not".into(), s.span(c));
                        }
                        Deprel::Det if lemma == "no" => {
                            set(Aux::Negated, &mut aux, "event:not".into(), s.span(c))
                        }
                        Deprel::Nsubj | Deprel::NsubjPass | Deprel::Obj
                            if (s.children(c).iter().any(|d| match s.deprel(*d) {
                                Deprel::Det => matches!(s.lemma(*d), "no" | "neither"),
                                Deprel::Cc | Deprel::CcPreconj => s.lemma(*d) == "neither",
                                _ => false,
                            }) || matches!(lemma.as_str(), "nobody" | "none")) =>
                        {
                            set(Aux::Negated, &mut aux, "event:not".into(), s.span(c));
                        }
                        // Mrs May is no modal.
                        Deprel::Aux if self.word(c) == "May" && s.sentences[s.sentence_of(c)].start != c => {}
                        Deprel::Aux => match word.as_str() {
                            "may" | "might" | "could" | "should" | "must" | "can" | "ought" => {
                                set(Aux::Hypothetical, &mut aux, "event:modal".into(), s.span(c));
                            }
                            "would" | "'d" | "wo" | "will" | "shall" | "'ll" | "’ll" => {
                                let reported = word != "would" || self.under_report(cur);
                                let a = if reported { Aux::Future } else { Aux::Hypothetical };
                                set(a, &mut aux, "event:modal".into(), s.span(c));
                            }
                            _ => {}
                        },
                        // "is due to visit", read as one word with "to".
                        Deprel::Mark if lemma == "due" => {
                            set(Aux::Future, &mut aux, "event:is-to".into(), s.span(c));
                        }
                        Deprel::Mark if matches!(lemma.as_str(), "if" | "unless" | "whether") => {
                            set(Aux::Hypothetical, &mut aux, "event:condition".into(), s.span(c));
                        }
                        // "until he resigns": not yet.
                        Deprel::Mark
                            if lemma == "until"
                                && s.upos(cur) == Upos::Verb
                                && !self.is_past_participle(cur)
                                && !self.is_gerund(cur) =>
                        {
                            set(Aux::Hypothetical, &mut aux, "event:condition".into(), s.span(c));
                        }
                        // "rather than helping", "instead of talks".
                        Deprel::Case | Deprel::Mark | Deprel::Cc
                            if matches!(lemma.as_str(), "without" | "rather" | "instead") =>
                        {
                            set(Aux::Negated, &mut aux, "event:not".into(), s.span(c));
                        }
                        _ => {}
                    }
                }
            }
            if said_by.is_none() {
                said_by = self.speaker_beside(cur);
            }
            let Some(mut head) = s.head(cur) else { break };
            let mut rel = s.deprel(cur);
            // "tried to approach Belmora and travelled there": a finite verb is no part of the infinitive's row.
            if rel == Deprel::Conj
                && s.upos(cur) == Upos::Verb
                && self.is_infinitive(head)
                && self.is_past_participle(cur)
            {
                match s.head(head) {
                    Some(up) => head = up,
                    None => break,
                }
                rel = Deprel::Conj;
            }
            let clausal = matches!(
                rel,
                Deprel::Xcomp | Deprel::Ccomp | Deprel::Csubj | Deprel::CsubjPass | Deprel::Acl
            );
            let purpose = rel == Deprel::Advcl && self.is_infinitive(cur);
            let gerund = rel == Deprel::Advcl && self.preposition_mark(cur).is_some();
            // "called for talks", "the threat of war"; but not "after the attack, they demanded".
            let complement = match rel {
                Deprel::Obl | Deprel::Nmod => self.preposition(cur).is_some_and(|p| {
                    matches!(
                        p.as_str(),
                        "of" | "for" | "to" | "on" | "about" | "against" | "with" | "from" | "into"
                    )
                }),
                Deprel::Obj | Deprel::NsubjPass | Deprel::Compound => true,
                _ => false,
            };
            let nominal = complement && is_noun(s.upos(cur));
            // A relative clause or participle tells a fact about its noun, whatever is said of the noun.
            let factual = matches!(rel, Deprel::AclRelcl | Deprel::Amod)
                || rel == Deprel::Acl && s.upos(cur) == Upos::Verb && !self.is_infinitive(cur);
            if factual && s.upos(cur) == Upos::Verb {
                if let (None, Some(verb)) = (&said_by, self.accusation_of(cur)) {
                    said_by = self.subject_party(verb);
                }
                break;
            }
            // "…, the government said": the sentence may hang on its own afterthought.
            if rel == Deprel::Parataxis
                && said_by.is_none()
                && self.effects(head).any(|e| e == Effect::Speech)
            {
                said_by = self.subject_party(head);
            }
            let governed = clausal || purpose || gerund || nominal;
            // A verb of the same row shares what is said of the first, unless it has a subject of its own.
            let own_subject = self.child(cur, Deprel::Nsubj).or(self.child(cur, Deprel::NsubjPass)).is_some();
            let mut transparent = rel == Deprel::Xcomp || rel == Deprel::Conj && !own_subject;
            // "wants to leave after Avaria attacked": an adjunct's event stands for itself; only who tells it may
            // still be found further up.
            if !governed && matches!(rel, Deprel::Advcl | Deprel::AdvclRelcl | Deprel::Obl | Deprel::Nmod) {
                open = false;
            }
            // "committed murders", "ordered the expulsion of": who commits or orders an act of force does it.
            let force = nominal
                && matches!(rel, Deprel::Obj | Deprel::NsubjPass)
                && self.effects(head).any(|e| e == Effect::Light)
                && self
                    .lexicon
                    .patterns(Trigger::Noun, &s.lemma(cur).to_lowercase())
                    // "offered praise" is praise.
                    .any(|(e, _)| e.event.quad() == Quad::MaterialConflict || e.event == EventType::Support);
            if governed {
                let speech_content = matches!(rel, Deprel::Ccomp | Deprel::Parataxis);
                for operator in self.lexicon.operators(&s.lemma(head).to_lowercase()) {
                    let span = s.span(head);
                    let rule = operator.id.clone();
                    match operator.effect {
                        Effect::Negated | Effect::Hypothetical | Effect::Future if !open => {}
                        Effect::Hypothetical if force => {}
                        Effect::Negated => set(Aux::Negated, &mut aux, rule, span),
                        Effect::Hypothetical => set(Aux::Hypothetical, &mut aux, rule, span),
                        Effect::Future => set(Aux::Future, &mut aux, rule, span),
                        Effect::Asserted => transparent = true,
                        Effect::Denial => {
                            if open {
                                set(Aux::Negated, &mut aux, rule, span);
                            }
                            if said_by.is_none() {
                                said_by = self.subject_party(head);
                            }
                        }
                        Effect::Speech
                            if gerund
                                && said_by.is_none()
                                && matches!(self.preposition_mark(cur).as_deref(), Some("of" | "for")) =>
                        {
                            said_by = self.subject_party(head);
                        }
                        Effect::Speech if speech_content || clausal => {
                            if said_by.is_none()
                                && (speech_content || rel == Deprel::Xcomp || rel == Deprel::Acl)
                            {
                                said_by = self.subject_party(head);
                            }
                        }
                        Effect::Speech | Effect::Light => {}
                    }
                }
                // "has to pay": a duty is no deed; "had to pay" is one.
                let duty = s.lemma(head) == "have" && !self.word(head).eq_ignore_ascii_case("had");
                if open && rel == Deprel::Xcomp && duty && self.is_infinitive(cur) {
                    // "has yet to recognise it": it has not.
                    let yet = s.children(head).iter().chain(s.children(cur)).any(|c| s.lemma(*c) == "yet");
                    let (a, rule) =
                        if yet { (Aux::Negated, "event:not") } else { (Aux::Hypothetical, "event:modal") };
                    set(a, &mut aux, rule.into(), s.span(head));
                }
                // "ruled out working with them": verb and particle are one word.
                for &c in s.children(head).iter().filter(|c| open && s.deprel(**c) != Deprel::Case) {
                    let both = format!("{} {}", s.lemma(head), s.lemma(c));
                    for operator in self.lexicon.operators(&both).filter(|o| o.effect == Effect::Negated) {
                        set(Aux::Negated, &mut aux, operator.id.clone(), s.span(head));
                    }
                }
                if open && self.lexicon.operators(&s.lemma(head).to_lowercase()).next().is_none() {
                    let infinitive = self.is_infinitive(cur);
                    if rel == Deprel::Acl && infinitive && self.is_headline_subject(head) {
                        set(Aux::Future, &mut aux, "event:headline".into(), s.span(cur));
                    } else if (rel == Deprel::Acl && infinitive) || purpose {
                        set(Aux::Hypothetical, &mut aux, "event:purpose".into(), s.span(cur));
                    }
                }
            }
            // "failed to disclose that he had met the envoy": he had.
            let known = matches!(rel, Deprel::Ccomp | Deprel::Xcomp | Deprel::Obj)
                && self.lexicon.is(Class::Known, s.lemma(head));
            open &= !known;
            // What is said of a light verb is said of the noun that it carries ("did not launch an attack").
            // The noun may be its subject too ("talks will begin", "did not take place").
            let held = matches!(rel, Deprel::Nsubj | Deprel::NsubjOuter)
                && is_noun(s.upos(cur))
                && self.child(head, Deprel::Obj).is_none_or(|o| self.lexicon.is(Class::Place, s.lemma(o)));
            let carried = (nominal || held)
                && s.upos(head) == Upos::Verb
                && (self.effects(head).any(|e| e == Effect::Light)
                    || held && self.lexicon.is(Class::Happen, s.lemma(head)));
            // "hopes that the visit will help": the visit is no hope. But "any attack would trigger".
            let supposed = s.children(cur).iter().any(|c| matches!(s.lemma(*c), "any" | "a" | "an"))
                || s.children(head).iter().any(|c| {
                    s.deprel(*c) == Deprel::Aux && matches!(s.lemma(*c), "would" | "could" | "may" | "might")
                });
            let presupposed = cur == t
                && !supposed
                && !carried
                && is_noun(s.upos(cur))
                && matches!(rel, Deprel::Nsubj | Deprel::NsubjOuter)
                && s.upos(head) == Upos::Verb;
            open &= !presupposed;
            own = open && (transparent || carried);
            cur = head;
        }
        if let Some(quote) = self.quote_at(t)
            && quote.speaker.is_some()
        {
            said_by = quote.speaker.clone();
        }
        let range = s.sentences[s.sentence_of(t)];
        if range.iter().next_back().is_some_and(|last| self.word(last) == "?") {
            set(Aux::Hypothetical, &mut aux, "event:question".into(), s.span(t));
        }
        (aux, said_by)
    }

    /// "not only", "not just": no negation.
    pub(super) fn is_not_only(&self, not: TokenId) -> bool {
        let next = self.syntax.tokens.get(not.index() + 1);
        next.is_some_and(|t| matches!(&*t.lemma, "only" | "just" | "merely" | "simply" | "solely"))
    }

    /// Does the clause say until when it had not yet happened? What will not be until then is refused.
    pub(super) fn has_until(&self, v: TokenId) -> bool {
        let s = self.syntax;
        let modal = |c: &TokenId| s.deprel(*c) == Deprel::Aux && !matches!(s.lemma(*c), "have" | "be" | "do");
        if s.children(v).iter().any(modal) {
            return false;
        }
        let until = |c: &TokenId| matches!(s.lemma(*c), "until" | "till");
        s.children(v).iter().any(|c| {
            matches!(s.deprel(*c), Deprel::Obl | Deprel::OblUnmarked | Deprel::Advcl)
                && *c > v
                && s.children(*c).iter().any(until)
        })
    }

    /// Is the clause told by a past-tense report ("said it would")? Then "would" is the future of the past.
    pub(super) fn under_report(&self, v: TokenId) -> bool {
        let s = self.syntax;
        let mut cur = v;
        for _ in 0..6 {
            let Some(head) = s.head(cur) else { break };
            if matches!(s.deprel(cur), Deprel::Ccomp | Deprel::Parataxis | Deprel::Acl)
                && self.effects(head).any(|e| matches!(e, Effect::Speech | Effect::Future))
            {
                return true;
            }
            cur = head;
        }
        false
    }

    pub(super) fn subject_party(&self, verb: TokenId) -> Option<Party> {
        let s = self.syntax;
        let subject = match s.upos(verb) {
            Upos::Verb => self.verb_frame(verb, 3).subject,
            _ => self.controller_of_noun(verb, 2),
        }?;
        if s.upos(subject) == Upos::Pron && matches!(s.lemma(subject), "I" | "we" | "i") {
            return self.speaker_at(subject);
        }
        let mut list = self.actors.parties(subject);
        if list.is_empty() {
            list = self.actors.parties_inside(subject);
        }
        list.into_iter().next()
    }

    /// A speaker named beside the clause: "…, officials said", "according to …".
    pub(super) fn speaker_beside(&self, t: TokenId) -> Option<Party> {
        let s = self.syntax;
        for &c in s.children(t) {
            if s.deprel(c) == Deprel::Parataxis
                && s.upos(c) == Upos::Verb
                && self.effects(c).any(|e| e == Effect::Speech)
                && let Some(p) = self.subject_party(c)
            {
                return Some(p);
            }
            let according = if self.word(c).eq_ignore_ascii_case("according") {
                s.children(c)
                    .iter()
                    .copied()
                    .find(|o| matches!(s.deprel(*o), Deprel::Obl | Deprel::Nmod | Deprel::Obj))
            } else if s.children(c).iter().any(|k| self.word(*k).eq_ignore_ascii_case("according")) {
                Some(c)
            } else {
                None
            };
            if let Some(n) = according {
                let mut list = self.actors.parties(n);
                if list.is_empty() {
                    list = self.actors.parties_inside(n);
                }
                if let Some(p) = list.into_iter().next() {
                    return Some(p);
                }
            }
        }
        None
    }

    pub(super) fn quote_at(&self, t: TokenId) -> Option<&Quote> {
        let span = self.syntax.span(t);
        self.quotes.iter().find(|q| q.span.contains(span))
    }

    pub(super) fn speaker_at(&self, t: TokenId) -> Option<Party> {
        self.quote_at(t).and_then(|q| q.speaker.clone())
    }

    /// "Lind defended the vote: “It was …”": whoever does something in the clause right before the quote, where no word
    /// of saying tells.
    fn speaker_before(&self, start: usize) -> Option<Party> {
        let s = self.syntax;
        // The mark itself stands between.
        let before = start.checked_sub(2).map(|t| TokenId(t as u32))?;
        if !matches!(self.word(before), "," | ":") {
            return None;
        }
        let sentence = s.sentences[s.sentence_of(before)];
        let verb = |t: &TokenId| {
            s.upos(*t) == Upos::Verb
                && matches!(s.deprel(*t), Deprel::Root | Deprel::Conj | Deprel::Ccomp | Deprel::Parataxis)
        };
        let verbs = (sentence.start.0..before.0).rev().map(TokenId).filter(verb);
        verbs.take(2).find_map(|t| self.subject_party(t))
    }

    /// Quoted stretches of at least four words, each with the speaker named beside it.
    pub(super) fn find_quotes(&self) -> Vec<Quote> {
        let s = self.syntax;
        let mut quotes: Vec<Quote> = Vec::new();
        let mut last: Option<(Party, usize)> = None;
        for (start, end) in quoted(s, self.text) {
            if end < start + 4 {
                continue;
            }
            let span = s.tokens[start].span.cover(s.tokens[end - 1].span);
            let first_sentence = s.sentence_of(TokenId(start as u32));
            let last_sentence = s.sentence_of(TokenId(end as u32 - 1));
            let mut best: Option<(usize, Party)> = None;
            for number in first_sentence..=last_sentence.min(first_sentence + 12) {
                for t in s.sentences[number].iter() {
                    let inside = span.contains(s.span(t));
                    if inside || !matches!(s.upos(t), Upos::Verb | Upos::Noun) {
                        continue;
                    }
                    if !self.effects(t).any(|e| matches!(e, Effect::Speech | Effect::Denial)) {
                        continue;
                    }
                    let distance = t.index().abs_diff(start).min(t.index().abs_diff(end));
                    if best.as_ref().is_some_and(|(d, _)| *d <= distance) {
                        continue;
                    }
                    if let Some(p) = self.subject_party(t) {
                        best = Some((distance, p));
                    }
                }
            }
            let speaker = match best.map(|(_, p)| p).or_else(|| self.speaker_before(start)) {
                Some(p) => Some(p),
                None => last.as_ref().filter(|(_, n)| first_sentence - n <= 3).map(|(p, _)| p.clone()),
            };
            if let Some(p) = &speaker {
                last = Some((p.clone(), last_sentence));
            }
            quotes.push(Quote { span, speaker });
        }
        quotes
    }
}
