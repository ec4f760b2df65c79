//! Frames: a predicate with its arguments as they would stand in a plain active clause, read from the syntax with
//! passives, participles, relative clauses, control and coordination undone.

use super::{Frame, Reader, is_noun, is_particle};
use crate::lexicon::Effect;
use crate::lexicon::class::Class;
use crate::lexicon::pattern::Trigger;
use crate::span::TokenId;
use crate::syntax::{Deprel, Upos};

impl<'a> Reader<'a> {
    pub(super) fn trigger_kind(&self, t: TokenId) -> Option<Trigger> {
        let s = self.syntax;
        // A word of a name tells no event: "the Democratic Rally", "March".
        if self.actors.is_in_name(t) {
            return None;
        }
        let lemma = s.lemma(t).to_lowercase();
        match s.upos(t) {
            Upos::Verb => self.lexicon.has_trigger(Trigger::Verb, &lemma).then_some(Trigger::Verb),
            Upos::Noun => {
                // "is a violation": what is said of somebody, not an event.
                let said = self.child(t, Deprel::Cop).is_some()
                    && self.lexicon.has_trigger(Trigger::Adjective, &lemma);
                let event = self.lexicon.has_trigger(Trigger::Noun, &lemma);
                if said { Some(Trigger::Adjective) } else { event.then_some(Trigger::Noun) }
            }
            Upos::Adj => {
                if self.lexicon.has_trigger(Trigger::Adjective, &lemma) {
                    Some(Trigger::Adjective)
                } else {
                    None
                }
            }
            Upos::Aux => self.lexicon.has_trigger(Trigger::Modal, &lemma).then_some(Trigger::Modal),
            _ => None,
        }
    }

    /// Does the word hang under another of these, a few steps up?
    pub(super) fn is_under(&self, t: TokenId, triggers: &[TokenId]) -> bool {
        let up = std::iter::successors(self.syntax.head(t), |h| self.syntax.head(*h));
        up.take(4).any(|h| triggers.contains(&h))
    }

    /// The word, or nothing past the end of the text.
    pub(super) fn word(&self, t: TokenId) -> &'a str {
        self.syntax.tokens.get(t.index()).map_or("", |t| t.span.slice(self.text))
    }

    pub(super) fn child(&self, t: TokenId, rel: Deprel) -> Option<TokenId> {
        self.syntax.children(t).iter().copied().find(|c| self.syntax.deprel(*c) == rel)
    }

    /// The preposition of a phrase with its further words ("because of", "out of").
    pub(super) fn preposition(&self, t: TokenId) -> Option<String> {
        let s = self.syntax;
        let mut words = String::new();
        for &case in s.children(t) {
            if s.deprel(case) != Deprel::Case || s.lemma(case) == "'s" {
                continue;
            }
            for word in std::iter::once(case)
                .chain(s.children(case).iter().copied().filter(|f| s.deprel(*f) == Deprel::Fixed))
            {
                if !words.is_empty() {
                    words.push(' ');
                }
                words.push_str(&s.lemma(word).to_lowercase());
            }
        }
        (!words.is_empty()).then_some(words)
    }

    pub(super) fn is_gerund(&self, v: TokenId) -> bool {
        self.word(v).ends_with("ing") && !self.syntax.lemma(v).ends_with("ing")
    }

    pub(super) fn is_past_participle(&self, v: TokenId) -> bool {
        let form = self.word(v).to_lowercase();
        form != self.syntax.lemma(v) && !form.ends_with("ing") && !form.ends_with('s')
    }

    pub(super) fn is_infinitive(&self, v: TokenId) -> bool {
        let to = |c: &TokenId| {
            matches!(self.syntax.deprel(*c), Deprel::Mark | Deprel::Aux)
                && self.word(*c).eq_ignore_ascii_case("to")
        };
        !self.is_gerund(v) && self.syntax.children(v).iter().any(to)
    }

    pub(super) fn is_passive(&self, v: TokenId) -> bool {
        let s = self.syntax;
        let mut object = false;
        for &c in s.children(v) {
            match s.deprel(c) {
                Deprel::AuxPass | Deprel::NsubjPass => return true,
                Deprel::Obj | Deprel::Nsubj => object = true,
                _ => {}
            }
        }
        // A bare participle after a noun or before one: "people arrested in May", "captured fighters".
        if !object
            && matches!(s.deprel(v), Deprel::Acl | Deprel::Amod | Deprel::Advcl)
            && self.is_past_participle(v)
            && self.child(v, Deprel::Aux).is_none()
        {
            return true;
        }
        // "was arrested and banned": the second verb shares the auxiliary.
        s.deprel(v) == Deprel::Conj
            && !object
            && self.is_past_participle(v)
            && self.child(v, Deprel::Aux).is_none()
            && s.head(v).is_some_and(|h| s.upos(h) == Upos::Verb && self.is_passive(h))
    }

    /// "is to visit", "were to be signed": the word of being that makes a plan of the verb.
    pub(super) fn is_to(&self, v: TokenId) -> Option<TokenId> {
        let s = self.syntax;
        let to = s.children(v).iter().copied().find(|c| {
            matches!(s.deprel(*c), Deprel::Mark | Deprel::Aux) && self.word(*c).eq_ignore_ascii_case("to")
        })?;
        let be = TokenId(to.0.checked_sub(1)?);
        (s.lemma(be) == "be" && s.children(v).contains(&be)).then_some(be)
    }

    /// The noun that a relative pronoun stands for, else the token itself.
    pub(super) fn antecedent(&self, v: TokenId, argument: TokenId) -> TokenId {
        let s = self.syntax;
        let relative =
            matches!(s.lemma(argument), "who" | "which" | "that" | "whom") && s.upos(argument) != Upos::Noun;
        if !relative {
            return argument;
        }
        let mut clause = v;
        for _ in 0..4 {
            match (s.deprel(clause), s.head(clause)) {
                (Deprel::AclRelcl | Deprel::Acl, Some(noun)) => return noun,
                (Deprel::Conj | Deprel::Xcomp | Deprel::Ccomp, Some(h)) => clause = h,
                _ => break,
            }
        }
        argument
    }

    /// The arguments of a verb as they would stand in an active clause.
    pub(super) fn verb_frame(&self, v: TokenId, depth: u32) -> Frame {
        let s = self.syntax;
        let passive = self.is_passive(v);
        let mut frame = Frame { head: v, passive, ..Frame::default() };
        for &c in s.children(v) {
            match s.deprel(c) {
                Deprel::Nsubj | Deprel::NsubjOuter => {
                    let noun = self.antecedent(v, c);
                    if passive { frame.object = Some(noun) } else { frame.subject = Some(noun) }
                }
                Deprel::NsubjPass => frame.object = Some(self.antecedent(v, c)),
                Deprel::Obj => {
                    let noun = self.antecedent(v, c);
                    if frame.object.is_none() {
                        frame.object = Some(noun)
                    } else {
                        frame.indirect = Some(noun)
                    }
                }
                Deprel::Iobj => frame.indirect = Some(self.antecedent(v, c)),
                Deprel::OblAgent if passive => frame.subject = Some(c),
                Deprel::OblAgent
                | Deprel::Obl
                | Deprel::Nmod
                | Deprel::OblUnmarked
                | Deprel::NmodUnmarked => match self.preposition(c) {
                    Some(p) if p == "by" && passive => frame.subject = Some(c),
                    Some(p) => frame.phrases.push((p, self.antecedent(v, c))),
                    None => {}
                },
                Deprel::CompoundPrt => frame.particles.push(s.lemma(c).to_lowercase()),
                Deprel::Advmod if is_particle(s.lemma(c)) => frame.particles.push(s.lemma(c).to_lowercase()),
                Deprel::Xcomp | Deprel::Ccomp => frame.complements.push(c),
                Deprel::Advcl if (self.is_infinitive(c) || self.preposition_mark(c).is_some()) => {
                    frame.complements.push(c);
                }
                _ => {}
            }
        }
        // "Belmora must open the locks, Avaria said": the sentence may hang the other way round.
        if frame.complements.is_empty()
            && s.deprel(v) == Deprel::Parataxis
            && self.effects(v).any(|e| e == Effect::Speech)
        {
            frame.complements.extend(s.head(v).filter(|h| h.0 < v.0));
        }
        if let Some(i) = frame.indirect {
            frame.phrases.push(("to".into(), i));
        }
        if !passive && frame.object.is_none() {
            // "warned Avaria not to interfere": a parse may give the object to the clause.
            frame.object = frame
                .complements
                .iter()
                .filter(|c| s.deprel(**c) == Deprel::Ccomp && self.is_infinitive(**c))
                .find_map(|c| self.child(*c, Deprel::Nsubj))
                .map(|n| self.antecedent(v, n));
        }
        if !passive && frame.object.is_none() && !frame.particles.is_empty() {
            // "called off the strike": after a particle the parse may take the object for a measure.
            frame.object = s.children(v).iter().copied().find(|c| {
                matches!(s.deprel(*c), Deprel::Obl | Deprel::OblUnmarked)
                    && is_noun(s.upos(*c))
                    && self.preposition(*c).is_none()
            });
        }
        if passive && frame.subject.is_none() {
            // "was granted to the rebels by the government": a parse may hang the agent on the noun before it.
            frame.subject = frame
                .phrases
                .iter()
                .flat_map(|(_, t)| self.phrases_of(*t))
                .find(|(p, _)| p == "by")
                .map(|(_, t)| t);
        }
        if depth == 0 {
            return frame;
        }
        let rel = s.deprel(v);
        let head = s.head(v);
        match (rel, head) {
            (Deprel::AclRelcl, Some(noun))
                // The gap of "the town they took".
                if !passive && frame.object.is_none() && frame.subject.is_some_and(|x| x != noun) => {
                    frame.object = Some(noun);
                }
            (Deprel::Acl | Deprel::Amod, Some(noun)) if is_noun(s.upos(noun)) => {
                if passive {
                    frame.object.get_or_insert(noun);
                } else if self.is_infinitive(v) {
                    if frame.subject.is_none() {
                        frame.subject = self
                            .controller_of_noun(noun, depth - 1)
                            .or_else(|| self.is_headline_subject(noun).then_some(noun));
                    }
                } else if frame.subject.is_none() {
                    // "troops attacking the town", and a headline's finite verb read as a participle. What is no
                    // actor itself lends whoever stands behind it: "adopted a resolution urging".
                    let acts =
                        !self.actors.parties(noun).is_empty() || !self.actors.parties_inside(noun).is_empty();
                    frame.subject = if acts {
                        Some(noun)
                    } else {
                        self.controller_of_noun(noun, depth - 1).or(Some(noun))
                    };
                }
            }
            (Deprel::Conj, Some(h)) if s.upos(h) == Upos::Verb => {
                let up = self.verb_frame(h, depth - 1);
                let shared = if up.passive { up.object } else { up.subject };
                if passive {
                    frame.object = frame.object.or(shared);
                    // Passives that share the subject share the agent too.
                    if frame.subject.is_none() && up.passive {
                        frame.subject = up.subject;
                    }
                } else if frame.subject.is_none() {
                    frame.subject = shared;
                    // "arrested and beat the man": the object may hang on either verb.
                    if frame.object.is_none() && !up.passive {
                        frame.object = up.object.filter(|o| *o > v);
                    }
                }
            }
            // "is under fire, and was condemned": the first may be no verb.
            (Deprel::Conj, Some(h)) if self.child(h, Deprel::Cop).is_some() => {
                let shared = self.child(h, Deprel::Nsubj).map(|c| self.antecedent(h, c));
                if passive {
                    frame.object = frame.object.or(shared);
                } else {
                    frame.subject = frame.subject.or(shared);
                }
            }
            (Deprel::Xcomp | Deprel::Ccomp, Some(g)) if frame.subject.is_none() || passive => {
                if matches!(s.upos(g), Upos::Verb)
                    && (rel == Deprel::Xcomp || self.is_infinitive(v) || self.is_gerund(v))
                {
                    let up = self.verb_frame(g, depth - 1);
                    let controlled = match up.object {
                        Some(o) if !self.lexicon.is(Class::OwnWill, s.lemma(g)) => Some(o),
                        _ => up.subject,
                    };
                    if passive {
                        frame.object = frame.object.or(controlled);
                    } else {
                        frame.subject = frame.subject.or(controlled);
                    }
                } else if matches!(s.upos(g), Upos::Adj | Upos::Noun) {
                    // "is ready to talk", "is set to visit" (which may look like a passive).
                    let subject = self.child(g, Deprel::Nsubj).or(self.child(g, Deprel::NsubjPass));
                    let subject = subject.map(|c| self.antecedent(g, c));
                    if passive {
                        frame.object = frame.object.or(subject);
                    } else {
                        frame.subject = frame.subject.or(subject);
                    }
                }
            }
            (Deprel::Advcl, Some(g)) if s.upos(g) == Upos::Verb => {
                // "a blast hit the market, killing six, the police said": the clause before lends its subject.
                let told = s.children(g).iter().copied().find(|c| {
                    matches!(s.deprel(*c), Deprel::Ccomp | Deprel::Parataxis)
                        && s.upos(*c) == Upos::Verb
                        && *c < v
                        && v < g
                });
                let up = self.verb_frame(told.unwrap_or(g), depth - 1);
                // "was hit by rockets, killing six": what hit it killed them.
                let agent = up.subject.filter(|_| up.passive && v.0 > g.0 && self.is_gerund(v));
                let shared = if up.passive { agent.or(up.object) } else { up.subject };
                if passive {
                    frame.object = frame.object.or(shared);
                } else if frame.subject.is_none() {
                    frame.subject = shared;
                    // "accused Belmora of backing", "stopped them from entering": the object acts.
                    if let (Some(mark), Some(object)) = (self.preposition_mark(v), up.object)
                        && matches!(mark.as_str(), "of" | "for" | "from" | "into") && !up.passive {
                            frame.subject = Some(object);
                        }
                }
            }
            _ => {}
        }
        if frame.object.is_none() && !passive {
            // The object of a later verb of the same row, when this one needs it: "shelled and took the town".
            if let Some(c) = s.children(v).iter().copied().find(|c| {
                s.deprel(*c) == Deprel::Conj
                    && s.upos(*c) == Upos::Verb
                    && self.child(*c, Deprel::Nsubj).is_none()
            }) && c.0 <= v.0 + 3
            {
                frame.object = self.child(c, Deprel::Obj);
            }
        }
        frame
    }

    /// "Avaria to host summit": in a headline without a finite verb, the party that the infinitive hangs on acts.
    pub(super) fn is_headline_subject(&self, noun: TokenId) -> bool {
        self.syntax.deprel(noun) == Deprel::Root && !self.actors.parties(noun).is_empty()
    }

    /// The preposition that introduces a clause ("of backing", "for failing").
    pub(super) fn preposition_mark(&self, v: TokenId) -> Option<String> {
        let s = self.syntax;
        s.children(v)
            .iter()
            .find(|c| matches!(s.deprel(**c), Deprel::Mark | Deprel::Case) && s.upos(**c) != Upos::Part)
            .map(|c| s.lemma(*c).to_lowercase())
            .filter(|m| {
                matches!(
                    m.as_str(),
                    "of" | "for" | "from" | "to" | "on" | "in" | "into" | "with" | "against" | "by"
                )
            })
    }

    /// Who acts in "its plan to attack", "announced a decision to withdraw".
    pub(super) fn controller_of_noun(&self, noun: TokenId, depth: u32) -> Option<TokenId> {
        let s = self.syntax;
        for rel in [Deprel::NmodPoss, Deprel::Amod, Deprel::Compound] {
            for &c in s.children(noun) {
                if s.deprel(c) == rel && !self.actors.parties(c).is_empty() {
                    return Some(c);
                }
            }
        }
        if let Some(by) = s.children(noun).iter().copied().find(|c| {
            s.deprel(*c) == Deprel::Nmod
                && matches!(self.preposition(*c).as_deref(), Some("by" | "of" | "from"))
        }) && !self.actors.parties(by).is_empty()
        {
            return Some(by);
        }
        let verb = s.head(noun)?;
        if depth == 0 || s.upos(verb) != Upos::Verb {
            return None;
        }
        match s.deprel(noun) {
            Deprel::Obj | Deprel::Obl => self.verb_frame(verb, depth).subject,
            Deprel::NsubjPass => self.verb_frame(verb, depth).subject,
            _ => None,
        }
    }

    /// The arguments of an event noun.
    pub(super) fn noun_frame(&self, n: TokenId) -> Frame {
        let s = self.syntax;
        let mut frame = Frame { head: n, ..Frame::default() };
        for &c in s.children(n) {
            match s.deprel(c) {
                Deprel::NmodPoss => frame.owners.insert(0, c),
                Deprel::Amod | Deprel::Compound | Deprel::NmodDesc | Deprel::NmodUnmarked => {
                    frame.owners.push(c)
                }
                Deprel::Nmod | Deprel::Obl | Deprel::OblAgent => {
                    if let Some(p) = self.preposition(c) {
                        frame.phrases.push((p, c));
                    }
                }
                Deprel::Acl | Deprel::Ccomp | Deprel::Xcomp => {
                    frame.complements.push(c);
                    // "the talks held between Avaria and Belmora".
                    if s.upos(c) == Upos::Verb && self.is_past_participle(c) {
                        let between = |p: &str| matches!(p, "between" | "among" | "with");
                        frame.phrases.extend(self.phrases_of(c).into_iter().filter(|(p, _)| between(p)));
                    }
                }
                // "Avaria is in talks with Belmora", "is on a visit to Morstad".
                Deprel::Nsubj if matches!(self.preposition(n).as_deref(), Some("in" | "on")) => {
                    frame.owners.push(self.antecedent(n, c));
                }
                _ => {}
            }
        }
        // "took the town with the support of Belmora": whoever the verb's subject is had it.
        if self.preposition(n).as_deref() == Some("with")
            && let Some(v) = s.head(n).filter(|v| s.upos(*v) == Upos::Verb)
        {
            let up = self.verb_frame(v, 3);
            let helped = up.subject.filter(|_| !up.passive);
            frame.phrases.extend(helped.filter(|x| *x != n).map(|x| ("helping".to_string(), x)));
        }
        // A light verb lends its subject and its phrases: "launched an attack on", "held talks with".
        let mut noun = n;
        if s.deprel(n) == Deprel::Conj {
            noun = s.head(n).unwrap_or(n);
        }
        if let Some(v) = s.head(noun).filter(|v| s.upos(*v) == Upos::Verb) {
            let position = s.deprel(noun);
            // What somebody acts *with* is another's: "continued with the help of Belmora".
            let light = self.effects(v).any(|e| e == Effect::Light) && !self.is_help(noun);
            if light && matches!(position, Deprel::Obj | Deprel::NsubjPass | Deprel::Obl) {
                let up = self.verb_frame(v, 3);
                if let Some(subject) = up.subject.filter(|x| *x != noun) {
                    frame.owners.push(subject);
                }
                frame.phrases.extend(up.phrases.into_iter().filter(|(_, t)| *t != noun));
            } else if position == Deprel::Obj {
                // "condemned the attack by Avaria on Belmora": the last phrase may hang on the verb.
                // In an active clause so may the doer.
                let by = !self.is_passive(v);
                let on = |p: &str| matches!(p, "on" | "against") || by && p == "by";
                frame.phrases.extend(self.phrases_of(v).into_iter().filter(|(p, _)| on(p)));
            }
        }
        frame
    }

    pub(super) fn adjective_frame(&self, a: TokenId) -> Frame {
        let s = self.syntax;
        let mut frame = Frame { head: a, ..Frame::default() };
        // "is in detention".
        frame.particles.extend(self.preposition(a));
        for &c in s.children(a) {
            match s.deprel(c) {
                Deprel::Nsubj | Deprel::NsubjPass => frame.subject = Some(self.antecedent(a, c)),
                Deprel::Obl | Deprel::Nmod => {
                    if let Some(p) = self.preposition(c) {
                        frame.phrases.push((p, c));
                    }
                }
                Deprel::Xcomp | Deprel::Ccomp | Deprel::Advcl => frame.complements.push(c),
                _ => {}
            }
        }
        frame
    }

    /// The arguments of the verb that a modal belongs to.
    pub(super) fn modal_frame(&self, modal: TokenId) -> Option<Frame> {
        let s = self.syntax;
        let verb = s.head(modal).filter(|v| s.upos(*v) == Upos::Verb)?;
        // "asked whether they should": no demand.
        let open = |c: &TokenId| matches!(s.lemma(*c), "if" | "whether" | "unless" | "why" | "how");
        if s.deprel(verb) == Deprel::AclRelcl || s.children(verb).iter().any(open) {
            return None;
        }
        Some(Frame { head: modal, ..self.verb_frame(verb, 4) })
    }
}
