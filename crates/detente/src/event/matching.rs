//! Patterns of the lexicon held against a frame: which entry a trigger answers to, and with which words.

use super::{
    Found, Frame, Held, Match, Reader, are_two, is_domestic, is_noun, is_private, is_unowned,
    is_war_of_words, lists,
};
use crate::actor::{Kind, Party};
use crate::lexicon::class::Class;
use crate::lexicon::pattern::{Complement, Pattern, Place, Role, Slot, Trigger};
use crate::lexicon::{Else, Entry};
use crate::plover::{EventType, Quad};
use crate::span::{Span, TokenId};
use crate::syntax::{Deprel, Upos};

impl<'a> Reader<'a> {
    pub(super) fn best_match(&self, t: TokenId, kind: Trigger, before: &[Found]) -> Option<Match<'a>> {
        let frame = match kind {
            Trigger::Verb => self.verb_frame(t, 4),
            Trigger::Noun => self.noun_frame(t),
            Trigger::Adjective => self.adjective_frame(t),
            Trigger::Modal => self.modal_frame(t)?,
        };
        let lemma = self.syntax.lemma(t).to_lowercase();
        let mut best: Option<Match> = None;
        for (entry, pattern) in self.lexicon.patterns(kind, &lemma) {
            if let Some(m) = self.hold(entry, pattern, &frame, before)
                && best.as_ref().is_none_or(|b| m.score > b.score)
            {
                best = Some(m);
            }
        }
        best
    }

    /// Holds one pattern against a frame: first its fixed words, then its slots, then who may stand in.
    pub(super) fn hold(
        &self,
        entry: &'a Entry,
        pattern: &'a Pattern,
        frame: &Frame,
        before: &[Found],
    ) -> Option<Match<'a>> {
        let turned = self.particle_object(pattern, frame);
        let frame = turned.as_ref().unwrap_or(frame);
        let held = self.fixed_words(pattern, frame)?;
        let held_passive = held.inner.as_ref().is_some_and(|f| f.passive);
        let mut actors: Vec<Party> = Vec::new();
        let mut apart: Vec<String> = Vec::new();
        let mut recipients: Vec<Party> = Vec::new();
        let mut filled = 0u32;
        for slot in &pattern.slots {
            let tokens = self.slot_words(slot, pattern, frame, &held);
            let named = |t: &TokenId| {
                self.is_such(&slot.nouns, *t)
                    || self.answers(slot, *t)
                    || self.heads_and_contents(*t).iter().any(|x| self.is_noun_of(&slot.nouns, *x))
            };
            if !slot.nouns.is_empty() && !tokens.iter().any(named) {
                // Its noun is part of the pattern: "ACTOR<protest>? erupt" is about protests.
                if !slot.optional || !matches!(slot.place, Place::Prep(_)) {
                    return None;
                }
            }
            let tokens: Vec<TokenId> = if slot.role == Role::Actor
                && matches!(entry.event, EventType::Assault | EventType::Coerce)
                && matches!(slot.place, Place::Subject | Place::Owner)
            {
                tokens.into_iter().filter(|t| !self.is_house(*t)).collect()
            } else {
                tokens
            };
            let mut parties = Vec::new();
            // "condemned the arrest of two reporters": whoever made it is blamed, not who suffered it.
            if slot.role == Role::Recipient
                && matches!(
                    entry.event,
                    EventType::Accuse | EventType::Threaten | EventType::Reject | EventType::Protest
                )
                && pattern.trigger == Trigger::Verb
                && slot.nouns.is_empty()
                && let Some(&t) = tokens.first()
                && self.trigger_kind(t) == Some(Trigger::Noun)
            {
                parties = self.best_match(t, Trigger::Noun, before).map(|m| m.actors).unwrap_or_default();
                if entry.event != EventType::Accuse {
                    parties.retain(|p| p.key != "UNK");
                }
            }
            if parties.is_empty() {
                parties = self.fill(slot, &tokens, frame.head, &held.used, entry.event, before);
            }
            // "met with the premier, then with the king".
            if entry.mutual && !parties.is_empty() && matches!(slot.place, Place::Prep(_)) {
                for &t in tokens.iter().filter(|t| self.preposition(**t).as_deref() == Some("with")) {
                    for p in self.actors.parties(t) {
                        if !parties.iter().any(|q| q.key == p.key) {
                            apart.push(p.key.clone());
                            parties.push(p);
                        }
                    }
                }
            }
            if slot.place == Place::Owner && slot.role == Role::Actor {
                if entry.mutual {
                    parties.extend(tokens.iter().flat_map(|t| self.hyphened(*t)));
                }
                if parties.is_empty() && entry.event == EventType::Consult {
                    parties = self.attending(frame.head);
                }
            }
            // "Avaria and Belmora signed an accord brokered by Cordonia": whose accord it is, the verb before says.
            if parties.is_empty()
                && slot.role == Role::Recipient
                && slot.place == Place::Object
                && entry.event == EventType::Consult
                && !entry.mutual
                && frame.passive
            {
                parties = tokens.iter().flat_map(|t| self.doers(*t)).collect();
            }
            let stand_in = match slot.role {
                Role::Actor => entry.actor_else,
                Role::Recipient => entry.recipient_else,
            };
            if parties.is_empty() {
                // Of a mutual act all parties may stand in one slot: "clashes between A and B".
                let elsewhere = entry.mutual && tokens.is_empty();
                // A phrase that the pattern asks for must be there, if only to name nobody.
                let absent = tokens.is_empty() && matches!(slot.place, Place::Prep(_));
                // "accused each other": the object is named by the subject.
                let other = tokens.iter().any(|t| self.is_each_other(*t));
                // A foe need not even have a phrase of his own: "stepped up its offensive".
                let absent = absent && !(stand_in == Else::Adversary && pattern.trigger == Trigger::Verb);
                if !slot.optional && !elsewhere && !other && (absent || stand_in == Else::None) {
                    return None;
                }
                // "A blast killed two" has somebody behind it, "the crash killed two" has not.
                if slot.place == Place::Subject
                    && stand_in == Else::Unknown
                    && !tokens.iter().all(|t| self.may_act(*t))
                {
                    return None;
                }
                // People of the place stand in for a person, not for a thing: "arrested the decay".
                let person = stand_in == Else::Civilians
                    && !slot.optional
                    && slot.nouns.is_empty()
                    && matches!(slot.place, Place::Object | Place::Subject);
                if person && !tokens.iter().any(|t| self.may_act(*t)) {
                    return None;
                }
                // "A report accused the army", "accused by rights groups": no charge of the state's.
                if slot.place == Place::Subject
                    && stand_in == Else::State
                    && !tokens.is_empty()
                    && (entry.event == EventType::Accuse && frame.passive
                        || !tokens.iter().any(|t| self.may_act(*t)))
                {
                    return None;
                }
                // Whoever speaks does what nobody is named for, not what somebody else does.
                if slot.place == Place::Subject && stand_in == Else::Speaker && !tokens.is_empty() {
                    return None;
                }
            } else {
                filled += 1;
                // "It is a mistake" says too little of who made it.
                let vague = |t: &TokenId| matches!(self.syntax.lemma(*t), "it" | "this" | "that" | "there");
                if entry.actor_else == Else::Speaker && tokens.iter().any(vague) {
                    return None;
                }
            }
            // A town at home is no foe: "pushed into the old town".
            let foe = slot.role != Role::Recipient || stand_in != Else::Adversary;
            let at_home = |p: &Party| {
                let within = |a: &Party| p.key == a.key || p.key.starts_with(&format!("{}/", a.key));
                !matches!(p.sector.as_deref(), Some("REB" | "UAF" | "OPP" | "MIL"))
                    && actors.iter().any(within)
            };
            let parties: Vec<Party> = parties.into_iter().filter(|p| foe || !at_home(p)).collect();
            let side = if slot.role == Role::Actor { &mut actors } else { &mut recipients };
            for p in parties {
                if !side.iter().any(|q| q.key == p.key) {
                    side.push(p);
                }
            }
        }
        // A bare event noun ("the attack", "protests") points back more often than it tells.
        // But "the attack in Paris" does tell.
        if pattern.trigger == Trigger::Noun && filled == 0 && pattern.phrases.is_empty() {
            return None;
        }
        let used = held.used;
        let named = !actors.is_empty();
        if !named {
            actors.extend(self.stand_in(entry.actor_else, frame.head));
        }
        // "Avaria's protests" are its people's. Its ministry lodges them; that is no crowd.
        if entry.event == EventType::Protest {
            actors.retain(|p| p.kind == Kind::State || p.key.len() != 3 || !self.lexicon.is_state(&p.key));
            if actors.is_empty() {
                return None;
            }
            for p in actors.iter_mut().filter(|p| p.kind == Kind::State) {
                p.key.push_str("/CVL");
                p.sector = Some("CVL".into());
                p.kind = Kind::People;
            }
        }
        // "accused each other of cheating".
        let each_other = recipients.is_empty()
            && frame
                .object
                .into_iter()
                .chain(frame.phrases.iter().map(|(_, t)| *t))
                .any(|t| self.is_each_other(t));
        if recipients.is_empty() && !((entry.mutual || each_other) && actors.len() > 1) {
            recipients.extend(self.stand_in(entry.recipient_else, frame.head));
        }
        // Whom a state bans or arrests, where no place is named, are its own people, whatever the article is about.
        if matches!(entry.event, EventType::Coerce | EventType::Concede)
            && let [actor] = actors.as_slice()
            && actor.kind == Kind::State
            && !self.actors.names_place(self.syntax.sentence_of(frame.head))
        {
            for p in recipients.iter_mut().filter(|p| is_unowned(p)) {
                p.key = format!("{}/CVL", actor.key);
            }
        }
        // "Belmoran depots were hit by drones": whose they were, nobody says, but hardly Belmora's own.
        if entry.event == EventType::Assault && !entry.mutual {
            let home = |p: &Party| {
                let listed = || self.lexicon.actor(&p.key).and_then(|a| a.country.as_deref());
                p.country(self.lexicon).or_else(listed).map(str::to_string)
            };
            for a in actors.iter_mut().filter(|a| self.actors.is_unowned_weapon(a)) {
                if recipients.iter().any(|r| home(r).as_deref() == Some(a.key.as_str()))
                    && let Some(unknown) = self.stand_in(Else::Unknown, frame.head)
                {
                    *a = unknown;
                }
            }
        }
        // "A US raid killed six civilians", in an article on things that happen in Belmora: Belmorans.
        if entry.event == EventType::Assault
            && let [actor] = actors.as_slice()
            && self.lexicon.is_state(&actor.key)
        {
            let own = format!("{}/CVL", actor.key);
            for r in recipients.iter_mut().filter(|r| r.key == own && is_unowned(r)) {
                if let Some(there) = self.actors.abroad(&actor.key, r.span) {
                    r.key = format!("{}/CVL", there.key);
                }
            }
        }
        let mutual = entry.mutual || each_other && actors.len() > 1;
        let lead = actors.len();
        if mutual {
            for p in std::mem::take(&mut recipients) {
                if !actors.iter().any(|q| q.key == p.key) {
                    actors.push(p);
                }
            }
            if actors.len() < 2 {
                return None;
            }
        } else {
            // Nobody does it to himself; where the other party need not be named, nobody else is.
            let had = !recipients.is_empty();
            // But a state's courts do try its ministers.
            let inner = !named
                && pattern
                    .slots
                    .iter()
                    .any(|x| x.role == Role::Recipient && matches!(x.place, Place::Object | Place::Subject))
                && entry.actor_else == Else::State
                && (entry.event == EventType::Accuse
                    || matches!(entry.mode.as_deref(), Some("arrest" | "convict")));
            // And its army holds its president.
            let own_ruler = |r: &Party, a: &Party| {
                r.kind == Kind::Person
                    && a.kind != Kind::Person
                    && matches!(entry.mode.as_deref(), Some("arrest" | "convict"))
            };
            // "The president criticised the minister of justice."
            let colleague = |r: &Party, a: &Party| is_domestic(entry.event) && are_two(r, a);
            let alone = recipients.iter().all(|r| actors.iter().any(|a| a.key == r.key));
            let own_ruler = |r: &Party, a: &Party| own_ruler(r, a) || alone && colleague(r, a);
            recipients.retain(|r| {
                inner && r.kind == Kind::Person || !actors.iter().any(|a| a.key == r.key && !own_ruler(r, a))
            });
            let needed = entry.recipient_else != Else::Adversary
                && pattern.slots.iter().any(|x| x.role == Role::Recipient && !x.optional);
            if had && needed && recipients.is_empty() {
                return None;
            }
            if actors.is_empty() {
                return None;
            }
        }
        // "The island needs to be connected": nobody is asked.
        let asked_of_none = held_passive && entry.actor_else == Else::Speaker;
        if asked_of_none && entry.event == EventType::Request {
            return None;
        }
        // What people should do is advice, not a demand.
        if pattern.trigger == Trigger::Modal {
            recipients.retain(|p| p.sector.as_deref() != Some("CVL"));
            if recipients.is_empty() {
                return None;
            }
        }
        // Who attacks a church hits the people in it.
        if entry.event == EventType::Assault {
            for p in &mut recipients {
                if let (Some("REL"), true, Some((state, _))) =
                    (p.sector.as_deref(), p.kind != Kind::Person, p.key.split_once('/'))
                    && self.is_building(p.span)
                {
                    p.key = format!("{state}/CVL");
                    p.sector = Some("CVL".into());
                }
            }
        }
        // "The senator attacked the president": with words.
        if entry.event == EventType::Assault
            && self.lexicon.is(Class::WordsOrArms, self.syntax.lemma(frame.head))
            && !recipients.is_empty()
            && is_war_of_words(&actors, &recipients)
        {
            return None;
        }
        // "the murdered banker": told before, or elsewhere, with whoever did it.
        if entry.event == EventType::Assault
            && !named
            && pattern.trigger == Trigger::Verb
            && self.syntax.deprel(frame.head) == Deprel::Amod
        {
            return None;
        }
        // "three suspected members of Red Dawn": what they are thought to be is no charge.
        if entry.event == EventType::Accuse
            && pattern.trigger == Trigger::Verb
            && self.syntax.deprel(frame.head) == Deprel::Amod
        {
            return None;
        }
        // "the teachers' strike" is not fought with arms.
        let civil =
            |p: &Party| matches!(p.sector.as_deref(), Some("LAB" | "EDU" | "MED" | "AGR" | "BUS" | "CVL"));
        if entry.event == EventType::Assault
            && pattern.trigger == Trigger::Noun
            && self.lexicon.is(Class::Walkout, self.syntax.lemma(frame.head))
            && actors.iter().all(civil)
        {
            return None;
        }
        // Who is told the news, or tells it, is no party of it: "told the agency", "briefed reporters".
        let press = |p: &Party| p.sector.as_deref() == Some("JRN");
        if actors.iter().any(|p| press(p) && p.kind == Kind::Group) && entry.event != EventType::Protest {
            return None;
        }
        if matches!(entry.event, EventType::Consult | EventType::Request | EventType::Agree)
            && recipients.iter().chain(actors.iter().skip(1)).any(press)
        {
            return None;
        }
        if is_private(entry.event, &actors, &recipients) {
            return None;
        }
        let score = (2 * pattern.fixed() + pattern.named_slots() + 2 * filled) as f32 + entry.weight;
        Some(Match { entry, score, actors, recipients, mutual, lead, apart, used })
    }

    /// "handed over command to": where a parse makes a preposition of the particle, its phrase is the object.
    pub(super) fn particle_object(&self, pattern: &Pattern, frame: &Frame) -> Option<Frame> {
        if pattern.particles.is_empty() || frame.passive || frame.object.is_some() {
            return None;
        }
        let next = TokenId(frame.head.0 + 1);
        let (_, noun) = frame
            .phrases
            .iter()
            .find(|(p, t)| lists(&pattern.particles, p) && self.syntax.children(*t).contains(&next))?;
        Some(Frame {
            object: Some(*noun),
            phrases: frame.phrases.iter().filter(|(_, t)| t != noun).cloned().collect(),
            ..frame.clone()
        })
    }

    /// Does the frame hold a phrase that the pattern wants absent ("killed in a crash")?
    pub(super) fn is_barred(&self, pattern: &Pattern, frame: &Frame, phrases: &[(String, TokenId)]) -> bool {
        let barred = |(preps, nouns): &(Vec<Box<str>>, Vec<Box<str>>)| {
            let agent = frame.subject.filter(|_| lists(preps, "by")).into_iter();
            let below = phrases.iter().filter(|(p, _)| lists(preps, p)).map(|(_, t)| *t);
            if nouns.is_empty() {
                let clause = |c: &TokenId| self.preposition_mark(*c).is_some_and(|m| lists(preps, &m));
                return below.count() > 0 || frame.complements.iter().any(clause);
            }
            agent.chain(below).any(|t| self.heads_and_contents(t).iter().any(|x| self.is_noun_of(nouns, *x)))
        };
        pattern.never.iter().any(barred)
    }

    /// Finds the words that the pattern fixes: particles, nouns, phrases and clause. `None` where one is missing.
    pub(super) fn fixed_words(&self, pattern: &Pattern, frame: &Frame) -> Option<Held> {
        let s = self.syntax;
        let mut held =
            Held { used: vec![frame.head], phrases: frame.phrases.clone(), inner: None, receiver: None };
        // Particles: asked for and there, or neither. The word right after the verb counts, whatever the parse
        // makes of it.
        let next = TokenId(frame.head.0 + 1);
        let next = s.tokens.get(next.index()).map(|t| t.lemma.to_lowercase());
        if pattern.particles.is_empty() {
            if self.child(frame.head, Deprel::CompoundPrt).is_some() {
                return None;
            }
        } else if !frame
            .particles
            .iter()
            .chain(next.iter().filter(|_| pattern.trigger != Trigger::Adjective))
            .any(|p| lists(&pattern.particles, p))
        {
            return None;
        }
        // A pattern of a subject alone is intransitive: "troops withdraw" is not "troops withdraw support".
        let bare = pattern.object.is_empty()
            && pattern.complement.is_none()
            && pattern.subject.is_empty()
            && pattern.phrases.is_empty()
            && pattern.slots.iter().all(|x| x.place == Place::Subject);
        if pattern.trigger == Trigger::Verb && bare && !frame.passive && frame.object.is_some() {
            return None;
        }
        if let Some(complement) = &pattern.complement {
            // "an agreement to withdraw": the clause may hang on the object noun.
            let hanging = frame.object.into_iter().flat_map(|o| {
                // "called the plan shameful": an adjective after its noun is said of it.
                s.children(o).iter().copied().filter(move |c| {
                    matches!(s.deprel(*c), Deprel::Acl | Deprel::Ccomp)
                        || s.deprel(*c) == Deprel::Amod && s.upos(*c) == Upos::Adj && *c > o
                })
            });
            let verb = frame
                .complements
                .iter()
                .copied()
                .chain(hanging)
                .find(|c| *c != frame.head && self.completes(complement, *c))?;
            if matches!(complement, Complement::Verbs(_)) {
                // "found not guilty".
                let not = |c: &TokenId| matches!(s.lemma(*c), "not" | "never");
                if s.upos(verb) != Upos::Verb && s.children(verb).iter().any(not) {
                    return None;
                }
                held.used.push(verb);
            }
            held.inner = Some(self.verb_frame(verb, 2));
        }
        let inner = held.inner.clone().unwrap_or_default();
        if !pattern.object.is_empty() {
            // "gave Belmora weapons", "took them hostage", "agreed to lift the ban": the thing may come as
            // either object, as a complement, or as the object of the clause.
            let noun = frame
                .object
                .into_iter()
                .chain(frame.indirect)
                .chain(inner.object)
                .chain(frame.complements.iter().copied().filter(|c| s.upos(*c) != Upos::Verb))
                .flat_map(|o| self.heads_and_contents(o))
                .find(|o| self.is_noun_of(&pattern.object, *o))?;
            held.used.push(noun);
            held.phrases.extend(self.phrases_of(noun));
            // "gave Belmora weapons": a parse may take the receiver for a part of the thing.
            let receiver = |c: &TokenId| s.deprel(*c) == Deprel::Compound && self.actors.is_name(*c);
            if pattern.trigger == Trigger::Verb
                && let Some(c) = s.children(noun).iter().copied().find(receiver)
            {
                held.phrases.push(("to".into(), c));
                held.receiver = Some(c);
            }
        }
        if !pattern.subject.is_empty() {
            let subject = match pattern.trigger {
                Trigger::Noun => frame.owners.iter().copied().find(|o| self.is_noun_of(&pattern.subject, *o)),
                // "a bomb went off", "a car bomb was detonated".
                _ => frame.subject.or(frame.object).and_then(|x| {
                    // "a wave of protests".
                    self.heads_and_contents(x).into_iter().find(|x| self.is_noun_of(&pattern.subject, *x))
                }),
            }?;
            held.used.push(subject);
            held.phrases.extend(self.phrases_of(subject));
        }
        let agent = frame.subject.filter(|_| frame.passive);
        for argument in frame.object.into_iter().chain(frame.indirect).chain(agent) {
            held.phrases.extend(self.phrases_of(argument));
        }
        held.phrases.extend(inner.phrases.iter().cloned());
        for argument in inner.object.into_iter().chain(inner.indirect) {
            held.phrases.extend(self.phrases_of(argument));
        }
        for (preps, nouns) in &pattern.phrases {
            if nouns.is_empty() {
                let clause = |c: &TokenId| self.preposition_mark(*c).is_some_and(|m| lists(preps, &m));
                if !held.phrases.iter().any(|(p, _)| lists(preps, p)) && !frame.complements.iter().any(clause)
                {
                    return None;
                }
                continue;
            }
            let noun = held.phrases.iter().find(|(p, t)| lists(preps, p) && self.is_noun_of(nouns, *t))?.1;
            held.used.push(noun);
            let more = self.phrases_of(noun);
            held.phrases.extend(more);
        }
        if self.is_barred(pattern, frame, &held.phrases) {
            return None;
        }
        if pattern.trigger == Trigger::Noun {
            let below: Vec<TokenId> = frame.phrases.iter().map(|(_, t)| *t).collect();
            for t in below {
                let more = self.phrases_of(t).into_iter();
                held.phrases.extend(more.filter(|(p, _)| matches!(p.as_str(), "by" | "against" | "on")));
            }
        }
        Some(held)
    }

    /// The words that stand where a slot stands, best first.
    pub(super) fn slot_words(
        &self,
        slot: &Slot,
        pattern: &Pattern,
        frame: &Frame,
        held: &Held,
    ) -> Vec<TokenId> {
        let s = self.syntax;
        let with = |prep: &'static str| held.phrases.iter().filter(move |(p, _)| p == prep).map(|(_, t)| *t);
        match &slot.place {
            Place::Subject => match frame.subject {
                Some(subject) => vec![subject],
                // "Cordonian forces were put on alert": without an agent, they are their owner's.
                // "killed in shelling by the rebels".
                None if frame.passive && !pattern.phrases.is_empty() && with("by").next().is_some() => {
                    with("by").collect()
                }
                None if frame.passive && !pattern.object.is_empty() => {
                    let forces = held.used.iter().copied();
                    let own = |u: &TokenId| self.actors.is_force(*u) || self.actors.is_role(*u);
                    forces.filter(|u| *u != frame.head && own(u)).take(1).collect()
                }
                None => Vec::new(),
            },
            Place::Object => {
                let inner = held.inner.as_ref();
                let objects: Vec<TokenId> = if slot.in_clause {
                    // "pledged to help Belmora rebuild": whom it helps is the subject of the next clause.
                    let next = |f: &Frame| {
                        let verb = f.complements.first().copied().filter(|_| f.object.is_none());
                        verb.and_then(|v| self.child(v, Deprel::Nsubj))
                    };
                    inner
                        .into_iter()
                        .flat_map(|f| f.indirect.into_iter().chain(f.object).chain(next(f)))
                        .collect()
                } else {
                    // "asked Belmora to withdraw", "demanded that Belmora withdraw".
                    let actor = inner.and_then(|f| f.subject).filter(|x| Some(*x) != frame.subject);
                    frame.indirect.into_iter().chain(frame.object).chain(actor).chain(held.receiver).collect()
                };
                objects.into_iter().filter(|o| pattern.object.is_empty() || !held.used.contains(o)).collect()
            }
            Place::Owner => {
                let mut list = frame.owners.clone();
                // "the Morstad bombing": a town before the noun is where, not who.
                if slot.role == Role::Actor {
                    list.retain(|t| s.deprel(*t) == Deprel::NmodPoss || !self.actors.is_town(*t));
                    // "a missile test" is not the missile's, "a terrorist attack" is what it is, not who did it.
                    list.retain(|t| !(held.used.contains(t) && self.actors.is_force(*t)));
                    list.retain(|t| {
                        !matches!(s.deprel(*t), Deprel::Compound | Deprel::Amod)
                            || !self.lexicon.is(Class::KindOfAttack, s.lemma(*t))
                    });
                }
                // "the missile test by Avaria": the doer is named outright.
                if slot.role == Role::Actor {
                    list.splice(0..0, with("by"));
                } else {
                    list.extend(with("by"));
                }
                if !pattern.slots.iter().any(|x| matches!(&x.place, Place::Prep(p) if lists(p, "of"))) {
                    list.extend(with("of"));
                }
                list
            }
            Place::Prep(preps) => {
                let mut list: Vec<TokenId> =
                    held.phrases.iter().filter(|(p, _)| lists(preps, p)).map(|(_, t)| *t).collect();
                if list.is_empty() {
                    // "held talks in Morstad with Avaria": the parse may hang it on the phrase before.
                    let deeper = held.phrases.iter().flat_map(|(_, t)| self.phrases_of(*t));
                    list.extend(deeper.filter(|(p, _)| lists(preps, p)).map(|(_, t)| t));
                }
                if lists(preps, "with") {
                    list.retain(|t| !self.is_help(*t));
                }
                list
            }
        }
    }

    /// "the shrine bombing", "the attack on a school that killed six": a house of prayer, learning or healing attacks
    /// nobody.
    pub(super) fn is_house(&self, t: TokenId) -> bool {
        self.syntax.upos(t) == Upos::Noun
            && self.actors.is_body(t)
            && self
                .actors
                .parties(t)
                .iter()
                .all(|p| p.kind != Kind::Person && matches!(p.sector.as_deref(), Some("REL" | "EDU" | "MED")))
    }

    /// Are these the words of a body ("the shrine"), not of people?
    pub(super) fn is_building(&self, span: Span) -> bool {
        let s = self.syntax;
        let last = s.tokens.iter().rposition(|t| span.contains(t.span));
        last.is_some_and(|i| self.actors.is_body(TokenId(i as u32)))
    }

    /// "each other", "one another": a parse may take either word for the object.
    pub(super) fn is_each_other(&self, t: TokenId) -> bool {
        let s = self.syntax;
        let lemma = |i: u32| s.tokens.get(i as usize).map(|t| t.lemma.to_lowercase());
        let pair = |i: u32| {
            matches!(
                (lemma(i).as_deref(), lemma(i + 1).as_deref()),
                (Some("each"), Some("other")) | (Some("one"), Some("another"))
            )
        };
        pair(t.0) || t.0 > 0 && pair(t.0 - 1)
    }

    /// Several states that ban or arrest people do it each to its own.
    pub(super) fn each_its_own(&self, event: Found) -> Vec<Found> {
        let state = |p: &Party| p.kind == Kind::State || p.country(self.lexicon) == Some(&p.key);
        let apart = matches!(event.event, EventType::Coerce | EventType::Concede)
            && event.actors.len() > 1
            && event.actors.iter().all(state)
            && !event.recipients.is_empty()
            && event.recipients.iter().all(is_unowned)
            && !self.actors.names_place(event.sentence);
        if !apart {
            return vec![event];
        }
        let own = |a: &Party| {
            let mut recipients = event.recipients.clone();
            for p in &mut recipients {
                p.key = format!("{}/CVL", a.key);
            }
            recipients.truncate(1);
            Found { actors: vec![a.clone()], recipients, ..event.clone() }
        };
        event.actors.iter().map(own).collect()
    }

    /// "an operation with the help of Belmora" is done with nobody: its own pattern says who helps whom.
    pub(super) fn is_help(&self, noun: TokenId) -> bool {
        let helping = |p: &Pattern| {
            p.slots.iter().any(|x| matches!(&x.place, Place::Prep(list) if lists(list, "helping")))
        };
        let lemma = self.syntax.lemma(noun).to_lowercase();
        self.preposition(noun).as_deref() == Some("with")
            && self.lexicon.patterns(Trigger::Noun, &lemma).any(|(_, p)| helping(p))
    }

    /// Could somebody unnamed stand behind this subject? People, pronouns, names, and nouns of attack and arms.
    pub(super) fn may_act(&self, t: TokenId) -> bool {
        let s = self.syntax;
        let lemma = s.lemma(t).to_lowercase();
        matches!(s.upos(t), Upos::Pron | Upos::Propn | Upos::Num)
            || matches!(&*lemma, "other" | "one")
            || self.lexicon.is(Class::Count, &lemma)
            || self.actors.is_role(t) && !self.actors.describes_event(t)
            || self.actors.is_force(t)
            || self
                .lexicon
                .patterns(Trigger::Noun, &lemma)
                .any(|(e, _)| e.event.quad() == Quad::MaterialConflict)
    }

    /// Is the clause at `verb` the complement that the pattern asks for?
    pub(super) fn completes(&self, complement: &Complement, verb: TokenId) -> bool {
        let s = self.syntax;
        match complement {
            Complement::Any => true,
            Complement::Modal(modals) => s.children(verb).iter().any(|c| {
                s.deprel(*c) == Deprel::Aux && modals.iter().any(|m| **m == *s.lemma(*c).to_lowercase())
            }),
            Complement::Verbs(verbs) => verbs.iter().any(|(lemma, particle)| {
                // "[attack/n]": what it is, not what it does.
                let (word, noun) = match lemma.strip_suffix("/n") {
                    Some(word) => (word, true),
                    None => (&**lemma, false),
                };
                // "[not-comply]": what is said not to be done.
                let (word, denied) = match word.strip_prefix("not-") {
                    Some(word) => (word, true),
                    None => (word, false),
                };
                let not = |c: &TokenId| matches!(s.lemma(*c), "not" | "never" | "n't");
                word == s.lemma(verb).to_lowercase()
                    && (!denied || s.children(verb).iter().any(not))
                    && (!noun || is_noun(s.upos(verb)))
                    && particle.as_ref().is_none_or(|p| s.children(verb).iter().any(|x| s.lemma(*x) == &**p))
            }),
        }
    }

    /// Does the phrase have the noun that the slot asks for, as its head or as a title before a name ("Chancellor
    /// Weber")?
    pub(super) fn answers(&self, slot: &Slot, t: TokenId) -> bool {
        let s = self.syntax;
        let title = |c: &TokenId| {
            matches!(s.deprel(*c), Deprel::NmodDesc | Deprel::Compound | Deprel::Flat)
                && self.is_noun_of(&slot.nouns, *c)
        };
        self.is_noun_of(&slot.nouns, t) || s.upos(t) == Upos::Propn && s.children(t).iter().any(title)
    }

    /// Is the token one of these nouns? A noun of two words asks for the word before it too ("car bomb").
    pub(super) fn is_noun_of(&self, nouns: &[Box<str>], t: TokenId) -> bool {
        let lemma = self.syntax.lemma(t).to_lowercase();
        // Nouns that a treebank keeps in the plural ("troops") stand in the lexicon in the singular.
        let singular = lemma.strip_suffix('s').unwrap_or(&lemma);
        nouns.iter().any(|n| match n.rsplit_once(' ') {
            None => **n == *lemma || **n == *singular,
            Some((first, last)) => {
                let before = t.0.checked_sub(1).map(TokenId);
                (last == lemma || last == singular)
                    && before.is_some_and(|b| first.ends_with(&self.syntax.lemma(b).to_lowercase()))
            }
        })
    }

    /// Does a pronoun or a name stand for one of these nouns? "They" may be the rebels told of before, a named armed
    /// group is its fighters.
    pub(super) fn is_such(&self, nouns: &[Box<str>], t: TokenId) -> bool {
        let s = self.syntax;
        let lists = |class: Class| nouns.iter().any(|n| self.lexicon.is(class, n));
        let (forces, crowd) = (lists(Class::Fighter), lists(Class::Protester));
        let all = |test: &dyn Fn(&Party) -> bool| {
            let list = self.actors.parties(t);
            !list.is_empty() && list.iter().all(test)
        };
        let sector = |p: &Party, list: &[&str]| p.sector.as_deref().is_some_and(|x| list.contains(&x));
        match s.upos(t) {
            Upos::Pron => {
                forces && all(&|p| p.kind != Kind::Person && sector(p, &["MIL", "REB", "UAF", "COP"]))
                    || crowd && all(&|p| p.kind == Kind::People && sector(p, &["CVL", "OPP", "EDU", "LAB"]))
            }
            Upos::Propn => forces && all(&|p| p.kind == Kind::Group && sector(p, &["REB"])),
            _ => false,
        }
    }

    /// Prepositional phrases that hang on a noun.
    pub(super) fn phrases_of(&self, noun: TokenId) -> Vec<(String, TokenId)> {
        let s = self.syntax;
        s.children(noun)
            .iter()
            .copied()
            .filter(|c| matches!(s.deprel(*c), Deprel::Nmod | Deprel::Obl))
            .filter_map(|c| self.preposition(c).map(|p| (p, c)))
            .collect()
    }

    /// A noun, its coordinated nouns, and what it counts ("a series of attacks", "tonnes of food").
    pub(super) fn heads_and_contents(&self, noun: TokenId) -> Vec<TokenId> {
        let s = self.syntax;
        let mut out = vec![noun];
        for &c in s.children(noun) {
            match s.deprel(c) {
                Deprel::Conj => out.push(c),
                Deprel::Nmod if self.preposition(c).as_deref() == Some("of") => out.push(c),
                _ => {}
            }
        }
        out
    }
}
