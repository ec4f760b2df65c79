//! Who fills the slots of a matched pattern: the parties that its words stand for, in the phrase itself, behind it,
//! or told nearby.

use super::{Found, Reader, befalls_private, comments, done_by_private};
use crate::actor::{Kind, Party};
use crate::lexicon::Else;
use crate::lexicon::class::Class;
use crate::lexicon::pattern::{Place, Role, Slot, Trigger};
use crate::note::Evidence;
use crate::plover::{Aux, EventType};
use crate::span::TokenId;
use crate::syntax::{Deprel, Upos};

impl<'a> Reader<'a> {
    pub(super) fn stand_in(&self, who: Else, head: TokenId) -> Option<Party> {
        let (sentence, span) = (self.syntax.sentence_of(head), self.syntax.span(head));
        match who {
            Else::None | Else::Adversary => None,
            Else::Speaker => {
                let (aux, said_by) = self.status(head, &mut Vec::new());
                // "is no threat" blames nobody; "must not" still asks.
                let negated = aux.contains(&Aux::Negated) && self.syntax.upos(head) != Upos::Aux;
                said_by.filter(|p| !negated && !comments(p))
            }
            Else::Unknown => Some(Party {
                key: "UNK".into(),
                sector: None,
                name: "unknown".into(),
                wikidata: None,
                office: None,
                kind: Kind::People,
                span,
                why: Evidence::new("event:unnamed", [span]),
            }),
            Else::State => self.actors.state_of_scene(sentence).map(|p| Party { span, ..p }),
            Else::Civilians => self.actors.state_of_scene(sentence).map(|p| Party {
                key: format!("{}/CVL", p.key),
                sector: Some("CVL".into()),
                kind: Kind::People,
                span,
                ..p
            }),
        }
    }

    /// The parties of the first token that names any.
    pub(super) fn fill(
        &self,
        slot: &Slot,
        tokens: &[TokenId],
        head: TokenId,
        used: &[TokenId],
        event: EventType,
        before: &[Found],
    ) -> Vec<Party> {
        let s = self.syntax;
        // "scores of rebels left": the noun that the slot asks for may be what is counted.
        let fits = |t: &TokenId| self.answers(slot, *t) || self.is_such(&slot.nouns, *t);
        let counted: Vec<TokenId>;
        let tokens = if slot.nouns.is_empty() {
            tokens
        } else {
            counted = tokens
                .iter()
                .flat_map(|t| if fits(t) { vec![*t] } else { self.heads_and_contents(*t) })
                .filter(fits)
                .collect();
            &counted
        };
        for inside in [false, true] {
            for &t in tokens {
                if s.upos(t) == Upos::Pron
                    && matches!(self.word(t).to_lowercase().as_str(), "i" | "we" | "us" | "me" | "our" | "my")
                {
                    if let Some(p) = self.speaker_at(t) {
                        return vec![self.for_whom(p, t, event)];
                    }
                    continue;
                }
                // Guests are people: a Belmoran radar is hosted, and does not visit.
                let guest = event == EventType::Consult && slot.place == Place::Object;
                // "their inaction threatens the union": no threat that anybody made.
                let peril = event == EventType::Threaten
                    && slot.place == Place::Subject
                    && self.lexicon.is(Class::Peril, s.lemma(head))
                    && used.len() < 2
                    && !s.children(head).iter().any(|c| s.deprel(*c) == Deprel::Xcomp);
                if peril && s.lemma(t) == "it" {
                    continue;
                }
                let found = match (inside, slot.role) {
                    (_, Role::Actor) if self.actors.is_unplaced_person(t) && !done_by_private(event) => {
                        Vec::new()
                    }
                    (false, _) => self.actors.parties(t),
                    (true, Role::Actor) if guest || peril => Vec::new(),
                    (true, Role::Actor) => self.actors.parties_behind(t),
                    (true, Role::Recipient) => {
                        let mut held = self.holders(t, event);
                        // "condemned the seizure of the island by Avaria": whoever did it is blamed.
                        if matches!(event, EventType::Accuse | EventType::Reject) {
                            let verb = s.head(t).filter(|v| {
                                s.deprel(t) == Deprel::Obj && s.upos(*v) == Upos::Verb && !self.is_passive(*v)
                            });
                            let all = std::iter::once(t).chain(verb).flat_map(|x| self.phrases_of(x));
                            let by = all.into_iter().find(|(p, t)| p == "by" && s.upos(*t) != Upos::Verb);
                            held = by.map(|(_, t)| self.actors.parties(t)).unwrap_or_default();
                        }
                        if held.is_empty() { self.actors.parties_inside(t) } else { held }
                    }
                };
                // "Cordonian forces were put on alert" names whose they are; "missiles were fired" does not.
                let own_thing = slot.place == Place::Subject && used.contains(&t);
                // "The Morstad car bomb killed six": a town before it is where it was, not whose.
                let spot = |p: &Party| {
                    inside
                        && event == EventType::Assault
                        && slot.role == Role::Actor
                        && s.children(t).iter().any(|c| {
                            s.span(*c).overlaps(p.span)
                                && matches!(s.deprel(*c), Deprel::Compound | Deprel::NmodUnmarked)
                                && self.actors.is_town(*c)
                        })
                };
                // A treaty signed in a town is not the town's.
                // "A helicopter attacked the boat": whose it is, nobody says.
                let stray = event == EventType::Assault
                    && slot.role == Role::Actor
                    && self.actors.is_force(t)
                    && s.children(t).iter().any(|c| matches!(s.lemma(*c), "a" | "an"))
                    && matches!(found.as_slice(), [p] if p.why.spans.len() == 1);
                if stray {
                    return self.stand_in(Else::Unknown, t).into_iter().collect();
                }
                let where_ = |p: &Party| {
                    inside
                        && matches!(event, EventType::Support | EventType::Agree)
                        && s.children(t).iter().any(|c| {
                            s.span(*c).overlaps(p.span)
                                && self.actors.is_town(*c)
                                && matches!(self.preposition(*c).as_deref(), Some("in" | "at" | "near"))
                        })
                };
                let found: Vec<Party> = found
                    .into_iter()
                    .filter(|p| {
                        t != head
                            && (!own_thing || !self.actors.is_force(t) || p.why.spans.len() > 1)
                            && !where_(p)
                            && !spot(p)
                    })
                    .collect();
                if !found.is_empty() {
                    return found;
                }
                // A private person is one of the people of the state that the article is about.
                let crowd = event == EventType::Protest && slot.role == Role::Actor && self.is_bare_count(t);
                if !inside
                    && (crowd || self.actors.is_unplaced_person(t) && befalls_private(event, slot.role))
                {
                    return self.stand_in(Else::Civilians, head).into_iter().collect();
                }
            }
        }
        let told = tokens
            .iter()
            .map(|t| self.parties_of_act(*t, event, slot.role, before))
            .find(|found| !found.is_empty());
        let blamed = slot.role == Role::Recipient && matches!(event, EventType::Accuse | EventType::Reject);
        told.or_else(|| tokens.iter().filter(|_| blamed).find_map(|t| self.responsible(*t, before)))
            .or_else(|| self.struck_place(slot, tokens, head, event))
            .unwrap_or_default()
    }

    /// "We defeated them there", says a former ambassador: what arms do, his state does.
    fn for_whom(&self, speaker: Party, pronoun: TokenId, event: EventType) -> Party {
        let many = matches!(self.word(pronoun).to_lowercase().as_str(), "we" | "us" | "our");
        let arms = matches!(event, EventType::Assault | EventType::Mobilize | EventType::Aid);
        let politician = matches!(speaker.sector.as_deref(), Some("ELI" | "LEG"));
        let home = speaker.country(self.lexicon).filter(|_| many && arms && politician);
        match home.and_then(|key| self.actors.state(key, speaker.span, "actor:we")) {
            Some(state) => state,
            None => speaker,
        }
    }

    /// "Tens of thousands", without a word of whom.
    pub(super) fn is_bare_count(&self, t: TokenId) -> bool {
        let s = self.syntax;
        let count = |t: TokenId| self.lexicon.is(Class::Count, s.lemma(t));
        let of = |c: &TokenId| s.deprel(*c) == Deprel::Nmod && self.preposition(*c).as_deref() == Some("of");
        count(t) && s.children(t).iter().filter(|c| of(c)).all(|c| count(*c))
    }

    /// "bombed a market in Cordonia", whose place the parse hangs on the verb: the people there.
    pub(super) fn struck_place(
        &self,
        slot: &Slot,
        tokens: &[TokenId],
        head: TokenId,
        event: EventType,
    ) -> Option<Vec<Party>> {
        let s = self.syntax;
        let object = *tokens.first()?;
        let thing = object.0 > head.0 && s.upos(object) == Upos::Noun && !self.actors.is_role(object);
        if event != EventType::Assault
            || slot.place != Place::Object
            || slot.role != Role::Recipient
            || !thing
        {
            return None;
        }
        let at = |c: &TokenId| {
            s.deprel(*c) == Deprel::Obl
                && c.0 > object.0
                && matches!(self.preposition(*c).as_deref(), Some("in" | "near" | "at" | "outside"))
                && (self.actors.is_town(*c) || self.actors.is_name(*c))
        };
        let place = s.children(head).iter().copied().find(at)?;
        let mut list = self.actors.parties(place);
        if list.is_empty() {
            list = self.actors.parties_inside(place);
        }
        list.retain(|p| p.kind == Kind::State);
        for p in &mut list {
            p.key.push_str("/CVL");
            p.sector = Some("CVL".into());
            p.kind = Kind::People;
        }
        (!list.is_empty()).then_some(list)
    }

    /// Whose a place or thing is that is attacked: "government targets", "rebel-held areas of the town".
    pub(super) fn holders(&self, t: TokenId, event: EventType) -> Vec<Party> {
        let s = self.syntax;
        if !matches!(event, EventType::Assault | EventType::Coerce | EventType::Mobilize) {
            return Vec::new();
        }
        s.children(t)
            .iter()
            .filter(|c| matches!(s.deprel(**c), Deprel::Compound | Deprel::Amod) && self.actors.is_role(**c))
            .map(|c| self.actors.parties(*c))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// Who answers for what is blamed or turned down without naming anybody: whoever does what hangs on the noun
    /// ("the decision to march"), and of "this" and "it" whoever did what was told just before.
    pub(super) fn responsible(&self, t: TokenId, before: &[Found]) -> Option<Vec<Party>> {
        let s = self.syntax;
        let clause = s
            .children(t)
            .iter()
            .copied()
            .find(|c| matches!(s.deprel(*c), Deprel::Acl | Deprel::Ccomp) && s.upos(*c) == Upos::Verb);
        if let Some(v) = clause
            && let Some(subject) = self.verb_frame(v, 2).subject.filter(|x| *x != t)
        {
            let list = self.actors.parties(subject);
            if !list.is_empty() {
                return Some(list);
            }
        }
        // "criticised the agreement between Avaria and Belmora".
        let between = self.phrases_of(t).into_iter().find(|(p, _)| p == "between").map(|(_, t)| t);
        if let Some(list) = between.map(|t| self.actors.parties(t)).filter(|list| !list.is_empty()) {
            return Some(list);
        }
        let points = s.upos(t) == Upos::Pron
            && matches!(s.lemma(t), "this" | "that" | "it" | "these" | "those")
            || s.children(t).iter().any(|c| matches!(s.lemma(*c), "this" | "such" | "these" | "those"));
        let here = s.sentence_of(t);
        let act = before.iter().rev().find(|_| points).filter(|f| here - f.sentence <= 2)?;
        let span = s.span(t);
        let list: Vec<Party> = act
            .actors
            .iter()
            .filter(|p| p.key != "UNK")
            .map(|p| Party { span, why: Evidence::new("event:doer-of", [span, p.span]), ..p.clone() })
            .collect();
        (!list.is_empty()).then_some(list)
    }

    /// Both parties of a mutual act may stand before its noun with a hyphen: "Avaria-Belmora talks".
    pub(super) fn hyphened(&self, t: TokenId) -> Vec<Party> {
        let s = self.syntax;
        let joined = |c: &TokenId| {
            matches!(s.deprel(*c), Deprel::Amod | Deprel::Compound | Deprel::NmodDesc)
                && c.0 + 2 == t.0
                && matches!(self.word(TokenId(c.0 + 1)), "-" | "–" | "—" | "/")
        };
        s.children(t).iter().copied().filter(joined).flat_map(|c| self.actors.parties(c)).collect()
    }

    /// Who does what is done to this noun.
    pub(super) fn doers(&self, noun: TokenId) -> Vec<Party> {
        let s = self.syntax;
        let Some(verb) = s.head(noun).filter(|v| s.upos(*v) == Upos::Verb) else { return Vec::new() };
        if !matches!(s.deprel(noun), Deprel::Obj | Deprel::Obl) {
            return Vec::new();
        }
        self.verb_frame(verb, 3).subject.map(|x| self.actors.parties(x)).unwrap_or_default()
    }

    /// Who was at a meeting that another clause speaks of: "after talks with Belmora, Avaria said".
    pub(super) fn attending(&self, noun: TokenId) -> Vec<Party> {
        let s = self.syntax;
        let at = self.preposition(noun).is_some_and(|p| {
            matches!(
                p.as_str(),
                "in" | "at" | "on" | "during" | "after" | "following" | "follow" | "before" | "ahead of"
            )
        });
        let Some(head) = s.head(noun).filter(|_| matches!(s.deprel(noun), Deprel::Obl | Deprel::Nmod)) else {
            return Vec::new();
        };
        let subject = if s.upos(head) == Upos::Verb && at {
            let frame = self.verb_frame(head, 3);
            if frame.passive { frame.object } else { frame.subject }
        } else if self.child(head, Deprel::Cop).is_some()
            && self.preposition(noun).is_some_and(|p| p == "for")
        {
            // "is in Morstad for talks with".
            self.child(head, Deprel::Nsubj).map(|c| self.antecedent(head, c))
        } else {
            None
        };
        let Some(subject) = subject else { return Vec::new() };
        let parties = self.actors.parties(subject);
        if parties.is_empty() { self.actors.parties_behind(subject) } else { parties }
    }

    /// Who did the act that a noun points back to: "condemned the attack", "opposed the move". Where it is the
    /// same act told again ("claimed responsibility for the attack"), whoever got it.
    pub(super) fn parties_of_act(
        &self,
        noun: TokenId,
        event: EventType,
        role: Role,
        before: &[Found],
    ) -> Vec<Party> {
        /// How many sentences a definite noun reaches back.
        const REACH: usize = 8;
        let s = self.syntax;
        let definite = s.children(noun).iter().any(|c| {
            s.deprel(*c) == Deprel::Det
                && matches!(s.lemma(*c).to_lowercase().as_str(), "the" | "this" | "that" | "these" | "those")
        });
        if !definite || s.upos(noun) != Upos::Noun {
            return Vec::new();
        }
        let here = s.sentence_of(noun);
        let lemma = s.lemma(noun).to_lowercase();
        let types: Vec<EventType> =
            self.lexicon.patterns(Trigger::Noun, &lemma).map(|(e, _)| e.event).collect();
        let any = self.actors.describes_event(noun);
        let reach = if any { 2 } else { REACH };
        let act = before
            .iter()
            .rev()
            .filter(|f| here - f.sentence <= reach)
            .find(|f| any || types.contains(&f.event) || s.lemma(f.trigger).eq_ignore_ascii_case(&lemma));
        let span = s.span(noun);
        act.map(|f| {
            let again = f.event == event && role == Role::Recipient;
            let parties = if again { &f.recipients } else { &f.actors };
            parties
                .iter()
                .map(|p| Party { span, why: Evidence::new("event:doer-of", [span, p.span]), ..p.clone() })
                .collect()
        })
        .unwrap_or_default()
    }
}
