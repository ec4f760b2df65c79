//! What: finds the events of an article, with who does what to whom, how it stands to the world, and who says so.
//!
//! Each verb, event noun or predicate adjective is first turned into a [`Frame`]: its arguments as they would
//! stand in a plain active clause, with passives, participles, relative clauses, control and coordination
//! undone. The patterns of the lexicon are then held against the frame, and the best one gives the event.
//! Status and speaker are read from the syntax around the trigger.

use std::collections::HashSet;

use crate::actor::{Actors, Kind, Mention, Party};
use crate::article::Article;
use crate::lexicon::pattern::{Complement, Pattern, Place, Role, Slot, Trigger};
use crate::lexicon::{Effect, Else, Entry, Lexicon};
use crate::note::Evidence;
use crate::plover::{Aux, EventType, Quad};
use crate::span::{Span, TokenId};
use crate::syntax::{Deprel, Syntax, Upos};

/// An event found in the text, before its day and place are read.
#[derive(Clone, Debug)]
pub struct Found {
    /// The word that tells it.
    pub trigger: TokenId,
    /// Sentence it stands in.
    pub sentence: usize,
    /// PLOVER type.
    pub event: EventType,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// PLOVER context.
    pub context: Option<String>,
    /// Who does it; all parties where it is mutual.
    pub actors: Vec<Party>,
    /// To whom.
    pub recipients: Vec<Party>,
    /// The actors do it with each other.
    pub mutual: bool,
    /// Status; empty for plain news. `historical` is added when the day is known.
    pub aux: Vec<Aux>,
    /// Whoever alone vouches for it.
    pub said_by: Option<Party>,
    /// The words.
    pub words: Span,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The entry and the words it matched, then operators.
    pub evidence: Vec<Evidence>,
}

/// A predicate with its arguments as they would stand in an active clause.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The predicate.
    pub head: TokenId,
    /// Who does it.
    pub subject: Option<TokenId>,
    /// To whom or what.
    pub object: Option<TokenId>,
    /// The receiver of "give X Y".
    pub indirect: Option<TokenId>,
    /// Possessors and modifiers of a noun predicate.
    pub owners: Vec<TokenId>,
    /// Prepositional phrases: the preposition and the head of the phrase.
    pub phrases: Vec<(String, TokenId)>,
    /// Particles ("off", "down").
    pub particles: Vec<String>,
    /// Heads of clauses that complete it.
    pub complements: Vec<TokenId>,
    /// Read as passive.
    pub passive: bool,
}

struct Reader<'a> {
    syntax: &'a Syntax,
    lexicon: &'a Lexicon,
    actors: &'a Actors<'a>,
    text: &'a str,
    quotes: Vec<Quote>,
}

/// A stretch of quoted words and whoever speaks them.
struct Quote {
    span: Span,
    speaker: Option<Party>,
}

/// The fixed words of a pattern, found in a frame.
struct Held {
    /// The words themselves.
    used: Vec<TokenId>,
    /// Prepositional phrases that the slots may take: the frame's, and those of its nouns and its clause.
    phrases: Vec<(String, TokenId)>,
    /// The clause that completes the trigger.
    inner: Option<Frame>,
    /// A name before the object noun that may be whom it goes to.
    receiver: Option<TokenId>,
}

/// Is the preposition or particle one of these? One of several words answers to the whole and to its last word
/// ("out of": "of").
fn lists(list: &[Box<str>], word: &str) -> bool {
    // "according to the army" leads nowhere, and "because of it" is nobody's.
    const OF_THEIR_OWN: [&str; 10] =
        ["accord", "according", "due", "owe", "owing", "thanks", "prior", "contrary", "because", "instead"];
    let last = || match word.split_once(' ') {
        Some((first, _)) if OF_THEIR_OWN.contains(&first) => None,
        _ => word.rsplit(' ').next(),
    };
    list.iter().any(|w| **w == *word || last() == Some(&**w))
}

/// A match of one pattern.
struct Match<'a> {
    entry: &'a Entry,
    score: f32,
    actors: Vec<Party>,
    recipients: Vec<Party>,
    mutual: bool,
    /// Of a mutual act, how many of the actors stand in the actor's own slot; the others are with whom they do it.
    lead: usize,
    used: Vec<TokenId>,
}

/// How many sentences apart two tellings of one fight may stand.
const FIGHT_REACH: usize = 6;

/// How many sentences after or before an attack by nobody known the article may say who did it.
const UNCLAIMED_REACH: usize = 3;

/// Finds the events of an article.
pub fn find(article: &Article, syntax: &Syntax, actors: &Actors, lexicon: &Lexicon) -> Vec<Found> {
    let mut reader = Reader { syntax, lexicon, actors, text: &article.text, quotes: Vec::new() };
    reader.quotes = reader.find_quotes();
    let mut found: Vec<Found> = Vec::new();
    for (number, sentence) in syntax.sentences.iter().enumerate() {
        // Words that one match has used as its fixed parts tell no event of their own.
        let mut used: HashSet<TokenId> = HashSet::new();
        let mut matches: Vec<(TokenId, Match)> = Vec::new();
        for kind in [Trigger::Verb, Trigger::Adjective, Trigger::Noun, Trigger::Modal] {
            for t in sentence.iter() {
                if reader.trigger_kind(t) != Some(kind) || used.contains(&t) {
                    continue;
                }
                if let Some(m) = reader.best_match(t, kind, &found) {
                    // What is condemned is an act of its own, and so is what a participle tells more of ("an accord
                    // reached by Avaria") and the talks that somebody hosts or mediates; other fixed words are
                    // part of the one act.
                    let others_meet = m.entry.event == EventType::Consult && !m.entry.mutual;
                    if m.entry.event != EventType::Accuse && !others_meet {
                        let described = (syntax.deprel(t) == Deprel::Acl).then(|| syntax.head(t)).flatten();
                        used.extend(m.used.iter().copied().filter(|u| Some(*u) != described));
                    }
                    matches.push((t, m));
                }
            }
        }
        matches.sort_by_key(|(t, _)| *t);
        let from = found.len();
        let triggers: Vec<TokenId> = matches.iter().map(|(t, _)| *t).collect();
        let coercing: Vec<TokenId> =
            matches.iter().filter(|(_, m)| m.entry.event == EventType::Coerce).map(|(t, _)| *t).collect();
        for (t, m) in matches {
            let lead = m.lead;
            let mut told = reader.found(t, number, m);
            // What is agreed to, offered, refused or asked for in friendship is the content of that one act.
            let content = told.aux.iter().any(|a| matches!(a, Aux::Hypothetical | Aux::Negated))
                && matches!(told.event.quad(), Quad::VerbalCooperation | Quad::MaterialCooperation)
                && reader.is_under(t, &triggers);
            // "was arrested for spreading false news": the charge is no act of the same kind.
            let charge = told.event == EventType::Coerce
                && syntax.deprel(t) == Deprel::Advcl
                && reader.preposition_mark(t).as_deref() == Some("for")
                && syntax.head(t).is_some_and(|h| coercing.contains(&h));
            if !content && !charge && !reader.is_description(&told) {
                reader.keep_word(&mut told, lead);
                found.extend(reader.each_its_own(told));
            }
        }
        let told = found.split_off(from);
        let kept: Vec<bool> = told.iter().map(|f| !reader.is_mere_wish(f, &told)).collect();
        found.extend(told.into_iter().zip(kept).filter(|(_, keep)| *keep).map(|(f, _)| f));
    }
    let mut found = apart(found);
    reader.imply_recipients(&mut found);
    drop_unclaimed(&mut found);
    merge(found)
}

/// An attack by nobody known is told again where the article says who did it.
fn drop_unclaimed(found: &mut Vec<Found>) {
    let unknown = |f: &Found| f.event == EventType::Assault && f.actors.iter().all(|a| a.key == "UNK");
    // What the police do to the people at home is another matter.
    let at_home = |f: &Found, p: &Party| f.actors.iter().any(|a| p.key.starts_with(&format!("{}/", a.key)));
    let hit: Vec<(usize, String)> = found
        .iter()
        .filter(|f| f.event == EventType::Assault && f.aux.is_empty() && !unknown(f))
        .flat_map(|f| f.recipients.iter().filter(|p| !at_home(f, p)).map(|p| (f.sentence, p.key.clone())))
        .collect();
    let told = |f: &Found, p: &Party| {
        hit.iter().any(|(at, key)| *key == p.key && at.abs_diff(f.sentence) <= UNCLAIMED_REACH)
    };
    found.retain(|f| !unknown(f) || f.recipients.is_empty() || !f.recipients.iter().all(|p| told(f, p)));
}

/// Parties that do the same without doing it to each other have each an act of their own ("both boycotted the vote").
fn apart(found: Vec<Found>) -> Vec<Found> {
    use EventType::{Accuse, Assault, Coerce, Mobilize, Protest, Request, Sanction, Threaten};
    let mut out = Vec::with_capacity(found.len());
    for f in found {
        let joint = !matches!(
            f.event,
            Accuse | Assault | Coerce | Mobilize | Protest | Request | Sanction | Threaten
        );
        // "both states banned the veil": each to its own people.
        let own = f.event == Coerce
            && f.actors.iter().all(|a| a.kind == Kind::State)
            && matches!(f.recipients.as_slice(), [r] if r.key.ends_with("/CVL") && r.why.spans.len() < 2);
        if joint || f.mutual || f.actors.len() < 2 || !f.recipients.is_empty() && !own {
            out.push(f);
            continue;
        }
        for p in &f.actors {
            if own {
                let mut r = f.recipients[0].clone();
                r.key = format!("{}/CVL", p.key);
                out.push(Found { actors: vec![p.clone()], recipients: vec![r], ..f.clone() });
                continue;
            }
            out.push(Found { actors: vec![p.clone()], ..f.clone() });
        }
    }
    out
}

/// Tells each act once: of reports with the same type, parties and reality the fullest one stays.
fn merge(found: Vec<Found>) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::new();
    for f in found {
        let unreal = |f: &Found| f.aux.iter().any(|a| matches!(a, Aux::Negated | Aux::Hypothetical));
        let keys = |list: &[Party]| {
            let mut keys: Vec<String> = list.iter().map(|p| p.key.clone()).collect();
            keys.sort();
            keys
        };
        let same = out.iter_mut().find(|o| {
            o.event == f.event
                && o.sentence == f.sentence
                && unreal(o) == unreal(&f)
                && keys(&o.actors) == keys(&f.actors)
                && keys(&o.recipients) == keys(&f.recipients)
        });
        match same {
            Some(o) => {
                if o.mode.is_none() {
                    o.mode = f.mode;
                }
                o.evidence.extend(f.evidence);
            }
            None => out.push(f),
        }
    }
    out
}

impl<'a> Reader<'a> {
    // ---------------------------------------------------------------- frames

    fn trigger_kind(&self, t: TokenId) -> Option<Trigger> {
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
    fn is_under(&self, t: TokenId, triggers: &[TokenId]) -> bool {
        let up = std::iter::successors(self.syntax.head(t), |h| self.syntax.head(*h));
        up.take(4).any(|h| triggers.contains(&h))
    }

    /// The word, or nothing past the end of the text.
    fn word(&self, t: TokenId) -> &'a str {
        self.syntax.tokens.get(t.index()).map_or("", |t| t.span.slice(self.text))
    }

    fn child(&self, t: TokenId, rel: Deprel) -> Option<TokenId> {
        self.syntax.children(t).iter().copied().find(|c| self.syntax.deprel(*c) == rel)
    }

    /// The preposition of a phrase with its further words ("because of", "out of").
    fn preposition(&self, t: TokenId) -> Option<String> {
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

    fn is_gerund(&self, v: TokenId) -> bool {
        self.word(v).ends_with("ing") && !self.syntax.lemma(v).ends_with("ing")
    }

    fn is_past_participle(&self, v: TokenId) -> bool {
        let form = self.word(v).to_lowercase();
        form != self.syntax.lemma(v) && !form.ends_with("ing") && !form.ends_with('s')
    }

    fn is_infinitive(&self, v: TokenId) -> bool {
        let to = |c: &TokenId| {
            matches!(self.syntax.deprel(*c), Deprel::Mark | Deprel::Aux)
                && self.word(*c).eq_ignore_ascii_case("to")
        };
        !self.is_gerund(v) && self.syntax.children(v).iter().any(to)
    }

    fn is_passive(&self, v: TokenId) -> bool {
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
    fn is_to(&self, v: TokenId) -> Option<TokenId> {
        let s = self.syntax;
        let to = s.children(v).iter().copied().find(|c| {
            matches!(s.deprel(*c), Deprel::Mark | Deprel::Aux) && self.word(*c).eq_ignore_ascii_case("to")
        })?;
        let be = TokenId(to.0.checked_sub(1)?);
        (s.lemma(be) == "be" && s.children(v).contains(&be)).then_some(be)
    }

    /// The noun that a relative pronoun stands for, else the token itself.
    fn antecedent(&self, v: TokenId, argument: TokenId) -> TokenId {
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
    fn verb_frame(&self, v: TokenId, depth: u32) -> Frame {
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
                        Some(o) if !matches!(s.lemma(g), "promise" | "vow" | "threaten") => Some(o),
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
    fn is_headline_subject(&self, noun: TokenId) -> bool {
        self.syntax.deprel(noun) == Deprel::Root && !self.actors.parties(noun).is_empty()
    }

    /// The preposition that introduces a clause ("of backing", "for failing").
    fn preposition_mark(&self, v: TokenId) -> Option<String> {
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
    fn controller_of_noun(&self, noun: TokenId, depth: u32) -> Option<TokenId> {
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
    fn noun_frame(&self, n: TokenId) -> Frame {
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

    fn adjective_frame(&self, a: TokenId) -> Frame {
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
    fn modal_frame(&self, modal: TokenId) -> Option<Frame> {
        let s = self.syntax;
        let verb = s.head(modal).filter(|v| s.upos(*v) == Upos::Verb)?;
        // "asked whether they should": no demand.
        let open = |c: &TokenId| matches!(s.lemma(*c), "if" | "whether" | "unless" | "why" | "how");
        if s.deprel(verb) == Deprel::AclRelcl || s.children(verb).iter().any(open) {
            return None;
        }
        Some(Frame { head: modal, ..self.verb_frame(verb, 4) })
    }

    // -------------------------------------------------------------- matching

    fn best_match(&self, t: TokenId, kind: Trigger, before: &[Found]) -> Option<Match<'a>> {
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
    fn hold(
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
                    parties.extend(self.actors.parties(t));
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
            && matches!(self.syntax.lemma(frame.head), "attack" | "assault")
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
            && self.syntax.lemma(frame.head) == "strike"
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
        Some(Match { entry, score, actors, recipients, mutual, lead, used })
    }

    /// "handed over command to": where a parse makes a preposition of the particle, its phrase is the object.
    fn particle_object(&self, pattern: &Pattern, frame: &Frame) -> Option<Frame> {
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

    /// Finds the words that the pattern fixes: particles, nouns, phrases and clause. `None` where one is missing.
    fn fixed_words(&self, pattern: &Pattern, frame: &Frame) -> Option<Held> {
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
        let barred = |(preps, nouns): &(Vec<Box<str>>, Vec<Box<str>>)| {
            let agent = frame.subject.filter(|_| lists(preps, "by")).into_iter();
            let below = held.phrases.iter().filter(|(p, _)| lists(preps, p)).map(|(_, t)| *t);
            if nouns.is_empty() {
                let clause = |c: &TokenId| self.preposition_mark(*c).is_some_and(|m| lists(preps, &m));
                return below.count() > 0 || frame.complements.iter().any(clause);
            }
            agent.chain(below).any(|t| self.heads_and_contents(t).iter().any(|x| self.is_noun_of(nouns, *x)))
        };
        if pattern.never.iter().any(barred) {
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
    fn slot_words(&self, slot: &Slot, pattern: &Pattern, frame: &Frame, held: &Held) -> Vec<TokenId> {
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
                            || !matches!(s.lemma(*t), "terrorist" | "terror" | "extremist" | "suicide")
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
    fn is_house(&self, t: TokenId) -> bool {
        self.syntax.upos(t) == Upos::Noun
            && self.actors.is_body(t)
            && self
                .actors
                .parties(t)
                .iter()
                .all(|p| p.kind != Kind::Person && matches!(p.sector.as_deref(), Some("REL" | "EDU" | "MED")))
    }

    /// Are these the words of a body ("the shrine"), not of people?
    fn is_building(&self, span: Span) -> bool {
        let s = self.syntax;
        let last = s.tokens.iter().rposition(|t| span.contains(t.span));
        last.is_some_and(|i| self.actors.is_body(TokenId(i as u32)))
    }

    /// "each other", "one another": a parse may take either word for the object.
    fn is_each_other(&self, t: TokenId) -> bool {
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
    fn each_its_own(&self, event: Found) -> Vec<Found> {
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
    fn is_help(&self, noun: TokenId) -> bool {
        let helping = |p: &Pattern| {
            p.slots.iter().any(|x| matches!(&x.place, Place::Prep(list) if lists(list, "helping")))
        };
        let lemma = self.syntax.lemma(noun).to_lowercase();
        self.preposition(noun).as_deref() == Some("with")
            && self.lexicon.patterns(Trigger::Noun, &lemma).any(|(_, p)| helping(p))
    }

    /// Could somebody unnamed stand behind this subject? People, pronouns, names, and nouns of attack and arms.
    fn may_act(&self, t: TokenId) -> bool {
        let s = self.syntax;
        let lemma = s.lemma(t).to_lowercase();
        matches!(s.upos(t), Upos::Pron | Upos::Propn | Upos::Num)
            || matches!(&*lemma, "other" | "one" | "ten" | "dozen" | "score" | "hundred" | "thousand")
            || self.actors.is_role(t) && !self.actors.describes_event(t)
            || self.actors.is_force(t)
            || self
                .lexicon
                .patterns(Trigger::Noun, &lemma)
                .any(|(e, _)| e.event.quad() == Quad::MaterialConflict)
    }

    /// Is the clause at `verb` the complement that the pattern asks for?
    fn completes(&self, complement: &Complement, verb: TokenId) -> bool {
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

    fn stand_in(&self, who: Else, head: TokenId) -> Option<Party> {
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
    fn fill(
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
                        return vec![p];
                    }
                    continue;
                }
                // Guests are people: a Belmoran radar is hosted, and does not visit.
                let guest = event == EventType::Consult && slot.place == Place::Object;
                // "their inaction threatens the union": no threat that anybody made.
                let peril = event == EventType::Threaten
                    && slot.place == Place::Subject
                    && s.lemma(head) == "threaten"
                    && used.len() < 2
                    && !s.children(head).iter().any(|c| s.deprel(*c) == Deprel::Xcomp);
                if peril && s.lemma(t) == "it" {
                    continue;
                }
                let found = match (inside, slot.role) {
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

    /// "Tens of thousands", without a word of whom.
    fn is_bare_count(&self, t: TokenId) -> bool {
        let s = self.syntax;
        let count =
            |t: TokenId| matches!(s.lemma(t), "ten" | "dozen" | "score" | "hundred" | "thousand" | "million");
        let of = |c: &TokenId| s.deprel(*c) == Deprel::Nmod && self.preposition(*c).as_deref() == Some("of");
        count(t) && s.children(t).iter().filter(|c| of(c)).all(|c| count(*c))
    }

    /// "bombed a market in Cordonia", whose place the parse hangs on the verb: the people there.
    fn struck_place(
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
    fn holders(&self, t: TokenId, event: EventType) -> Vec<Party> {
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
    fn responsible(&self, t: TokenId, before: &[Found]) -> Option<Vec<Party>> {
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
    fn hyphened(&self, t: TokenId) -> Vec<Party> {
        let s = self.syntax;
        let joined = |c: &TokenId| {
            matches!(s.deprel(*c), Deprel::Amod | Deprel::Compound | Deprel::NmodDesc)
                && c.0 + 2 == t.0
                && matches!(self.word(TokenId(c.0 + 1)), "-" | "–" | "—" | "/")
        };
        s.children(t).iter().copied().filter(joined).flat_map(|c| self.actors.parties(c)).collect()
    }

    /// Who does what is done to this noun.
    fn doers(&self, noun: TokenId) -> Vec<Party> {
        let s = self.syntax;
        let Some(verb) = s.head(noun).filter(|v| s.upos(*v) == Upos::Verb) else { return Vec::new() };
        if !matches!(s.deprel(noun), Deprel::Obj | Deprel::Obl) {
            return Vec::new();
        }
        self.verb_frame(verb, 3).subject.map(|x| self.actors.parties(x)).unwrap_or_default()
    }

    /// Who was at a meeting that another clause speaks of: "after talks with Belmora, Avaria said".
    fn attending(&self, noun: TokenId) -> Vec<Party> {
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
    fn parties_of_act(&self, noun: TokenId, event: EventType, role: Role, before: &[Found]) -> Vec<Party> {
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

    /// Does the phrase have the noun that the slot asks for, as its head or as a title before a name ("Chancellor
    /// Weber")?
    fn answers(&self, slot: &Slot, t: TokenId) -> bool {
        let s = self.syntax;
        let title = |c: &TokenId| {
            matches!(s.deprel(*c), Deprel::NmodDesc | Deprel::Compound | Deprel::Flat)
                && self.is_noun_of(&slot.nouns, *c)
        };
        self.is_noun_of(&slot.nouns, t) || s.upos(t) == Upos::Propn && s.children(t).iter().any(title)
    }

    /// Is the token one of these nouns? A noun of two words asks for the word before it too ("car bomb").
    fn is_noun_of(&self, nouns: &[Box<str>], t: TokenId) -> bool {
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
    fn is_such(&self, nouns: &[Box<str>], t: TokenId) -> bool {
        let s = self.syntax;
        let lists = |words: &[&str]| nouns.iter().any(|n| words.contains(&&**n));
        let forces = lists(&["soldier", "rebel", "militant", "fighter"]);
        let crowd = lists(&["protester", "demonstrator", "activist"]);
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
    fn phrases_of(&self, noun: TokenId) -> Vec<(String, TokenId)> {
        let s = self.syntax;
        s.children(noun)
            .iter()
            .copied()
            .filter(|c| matches!(s.deprel(*c), Deprel::Nmod | Deprel::Obl))
            .filter_map(|c| self.preposition(c).map(|p| (p, c)))
            .collect()
    }

    /// A noun, its coordinated nouns, and what it counts ("a series of attacks", "tonnes of food").
    fn heads_and_contents(&self, noun: TokenId) -> Vec<TokenId> {
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

    fn effects(&self, t: TokenId) -> impl Iterator<Item = Effect> {
        let lemma = self.syntax.lemma(t).to_lowercase();
        self.lexicon.operators(&lemma).map(|o| o.effect).collect::<Vec<_>>().into_iter()
    }

    /// Is it only what something is done for, what is asked ("to quell unrest", "will they attack?"), or the content
    /// of a demand or promise that is told as an act of its own?
    fn is_mere_wish(&self, f: &Found, told: &[Found]) -> bool {
        if !f.aux.contains(&Aux::Hypothetical) {
            return false;
        }
        let has = |rule: &str| f.evidence.iter().any(|e| e.rule == rule);
        // What can be done, or should be, is neither reported nor feared: "they can be held for a month".
        let able = |span: &Span| {
            matches!(&*span.slice(self.text).to_lowercase(), "can" | "could" | "should" | "ought")
        };
        let mut modals = f.evidence.iter().filter(|e| e.rule == "event:modal").flat_map(|e| &e.spans);
        let conflict = matches!(f.event.quad(), Quad::MaterialConflict | Quad::VerbalConflict);
        if has("event:purpose") || has("event:question") || conflict && modals.any(able) {
            return true;
        }
        let mut cur = f.trigger;
        for _ in 0..6 {
            let Some(head) = self.syntax.head(cur) else { break };
            let asks = |o: &Found| {
                o.trigger == head
                    && matches!(o.event, EventType::Request | EventType::Agree | EventType::Threaten)
            };
            if told.iter().any(asks) {
                return !has("event:condition");
            }
            cur = head;
        }
        false
    }

    // --------------------------------------------------- whom it must have hit

    /// An attack hits somebody. Where its own words name nobody, the rest of the article says whom the attacker
    /// fights; else rebels fight the state, the state the armed group that was named last, and whoever is neither
    /// hits the people of the place.
    fn imply_recipients(&self, found: &mut [Found]) {
        for i in 0..found.len() {
            let f = &found[i];
            if !f.recipients.is_empty() || f.actors.len() != 1 {
                continue;
            }
            // "used tear gas to disperse the marchers".
            let beside = found.iter().find(|o| {
                o.sentence == f.sentence
                    && o.event.quad() == Quad::MaterialConflict
                    && !o.recipients.is_empty()
                    && o.actors.iter().any(|a| a.key == f.actors[0].key)
                    && !o.recipients.iter().any(|r| r.key == f.actors[0].key)
            });
            // "called it an insult and demanded an apology".
            let spoken = found.iter().find(|o| {
                o.sentence == f.sentence
                    && o.event.quad() == Quad::VerbalConflict
                    && o.recipients.len() == 1
                    && o.actors.iter().any(|a| a.key == f.actors[0].key)
            });
            // "expelled the envoy of Belmora and suspended talks".
            let quarrel = found.iter().find(|o| {
                o.sentence == f.sentence
                    && matches!(o.event.quad(), Quad::VerbalConflict | Quad::MaterialConflict)
                    && o.actors.iter().any(|a| a.key == f.actors[0].key)
                    && matches!(o.recipients.as_slice(), [r] if r.key != f.actors[0].key && !r.key.contains('/'))
            });
            let mut hit = match f.event {
                EventType::Assault | EventType::Coerce if beside.is_some() => {
                    beside.map(|o| o.recipients.clone()).unwrap_or_default()
                }
                EventType::Assault => self.adversaries(&f.actors[0], i, found),
                EventType::Request | EventType::Reject | EventType::Threaten if spoken.is_some() => {
                    spoken.map(|o| o.recipients.clone()).unwrap_or_default()
                }
                EventType::Request | EventType::Protest => {
                    let asked: Vec<Party> = self.authority(&f.actors[0], f).into_iter().collect();
                    let words = asked.is_empty() && self.syntax.lemma(f.trigger) == "demand";
                    if words { self.quarrel(&f.actors[0], i, found) } else { asked }
                }
                EventType::Reject | EventType::Sanction if quarrel.is_some() => {
                    quarrel.map(|o| o.recipients.clone()).unwrap_or_default()
                }
                EventType::Reject => self.rebuffed(&f.actors[0], i, found),
                EventType::Threaten => self.fought(&f.actors[0], i, found),
                // A curfew holds for the people of the place.
                EventType::Coerce if matches!(f.mode.as_deref(), Some("curfew" | "martial-law")) => {
                    self.stand_in(Else::Civilians, f.trigger).into_iter().collect()
                }
                _ => continue,
            };
            let span = self.syntax.span(f.trigger);
            hit.retain(|p| p.key != f.actors[0].key);
            for p in &mut hit {
                p.why = Evidence::new("event:fights", [span, p.span]);
                p.span = span;
            }
            found[i].recipients = hit;
        }
    }

    /// Attacks that name whom they hit, the nearest to the event at `at` first; of two as near, the one told before.
    fn attacks_near<'f>(&self, at: usize, found: &'f [Found]) -> Vec<&'f Found> {
        let here = found[at].sentence;
        let mut others: Vec<&Found> = found
            .iter()
            .filter(|o| o.event == EventType::Assault && !o.recipients.is_empty())
            .filter(|o| o.sentence.abs_diff(here) <= FIGHT_REACH)
            .collect();
        others.sort_by_key(|o| (o.sentence.abs_diff(here), o.sentence, o.trigger));
        others
    }

    /// Whom the party fights in the attacks that the article tells nearby.
    fn fought(&self, actor: &Party, at: usize, found: &[Found]) -> Vec<Party> {
        let is = |list: &[Party]| list.iter().any(|p| p.key == actor.key);
        let others = self.attacks_near(at, found);
        let by_it = others.iter().find(|o| is(&o.actors)).map(|o| &o.recipients);
        let on_it = |o: &&&Found| is(&o.recipients) && !o.actors.iter().any(|a| a.key == "UNK");
        by_it.or_else(|| others.iter().find(on_it).map(|o| &o.actors)).cloned().unwrap_or_default()
    }

    /// Of whom the people, parties and organisations of a country ask what they ask of nobody named.
    fn authority(&self, actor: &Party, f: &Found) -> Option<Party> {
        let span = self.syntax.span(f.trigger);
        let sector = actor.sector.as_deref()?;
        // Whoever protests at home protests against the state.
        if f.event == EventType::Protest
            && let Some((home, _)) = actor.key.split_once('/')
        {
            return self.actors.state(home, span, "event:asked");
        }
        let listed =
            || self.lexicon.actors.iter().find(|a| a.key == actor.key).and_then(|a| a.country.clone());
        match sector {
            "CVL" | "OPP" | "PTY" | "LEG" | "LAB" | "EDU" | "MED" | "REL" | "AGR" => {
                let home = match actor.key.split_once('/') {
                    Some((home, _)) => home.to_string(),
                    None => listed()?,
                };
                self.actors.state(&home, span, "event:asked")
            }
            "NGO" | "IGO" => self.actors.state_about(f.sentence),
            _ => None,
        }
    }

    /// With whom the party has words just before: "called it an insult. He demanded an apology."
    fn quarrel(&self, actor: &Party, at: usize, found: &[Found]) -> Vec<Party> {
        let here = found[at].sentence;
        let is = |list: &[Party]| list.iter().any(|p| p.key == actor.key);
        let words = |o: &Found| {
            matches!(
                o.event,
                EventType::Request | EventType::Accuse | EventType::Threaten | EventType::Reject
            )
        };
        found[..at]
            .iter()
            .rev()
            .filter(|o| o.sentence <= here && here - o.sentence <= 2 && words(o))
            .find_map(|o| {
                let other = match (o.actors.as_slice(), o.recipients.as_slice()) {
                    (_, [r]) if is(&o.actors) => r,
                    ([a], _) if is(&o.recipients) => a,
                    _ => return None,
                };
                (other.key != "UNK").then(|| vec![other.clone()])
            })
            .unwrap_or_default()
    }

    /// Whose demand or charge the party turns down: the one that was told of just before, to or of it.
    fn rebuffed(&self, actor: &Party, at: usize, found: &[Found]) -> Vec<Party> {
        let here = found[at].sentence;
        let told = found
            .iter()
            .enumerate()
            .rev()
            .filter(|(i, o)| *i != at && o.sentence <= here && here - o.sentence <= 2)
            .find(|(_, o)| {
                matches!(
                    o.event,
                    EventType::Request | EventType::Accuse | EventType::Threaten | EventType::Reject
                ) && o.recipients.iter().any(|p| p.key == actor.key)
            })
            .map(|(_, o)| o.actors.clone());
        // A parliament or an opposition at home turns down the government.
        let at_home =
            matches!(actor.sector.as_deref(), Some("LEG" | "JUD" | "OPP")) && actor.key.contains('/');
        let state = actor.country(self.lexicon).filter(|_| at_home);
        let span = self.syntax.span(found[at].trigger);
        told.or_else(|| Some(vec![self.actors.state(state?, span, "event:doer-of")?])).unwrap_or_default()
    }

    /// Whom the party fights: as told nearby, else by what it is.
    fn adversaries(&self, actor: &Party, at: usize, found: &[Found]) -> Vec<Party> {
        let s = self.syntax;
        let here = found[at].sentence;
        let others = self.attacks_near(at, found);
        // "denied involvement": in what was told before.
        if found[at].aux.contains(&Aux::Negated)
            && let Some(o) = others.iter().find(|o| o.sentence <= here)
        {
            return o.recipients.clone();
        }
        let told = self.fought(actor, at, found);
        if !told.is_empty() {
            return told;
        }
        let armed = |p: &Party| matches!(p.sector.as_deref(), Some("REB" | "UAF"));
        // "claimed responsibility": for what was told of nobody.
        let unclaimed = |o: &&&Found| o.sentence <= here && o.actors.iter().all(|a| a.key == "UNK");
        if armed(actor)
            && let Some(o) = others.iter().find(unclaimed)
        {
            return o.recipients.clone();
        }
        let span = s.span(found[at].trigger);
        if armed(actor) {
            let home = actor.country(self.lexicon).map(str::to_string).or_else(|| {
                let listed = self.lexicon.actors.iter().find(|a| a.key == actor.key);
                listed.and_then(|a| a.country.clone())
            });
            return home
                .and_then(|c| self.actors.state(&c, span, "event:fights"))
                .or_else(|| self.actors.state_about(here))
                .into_iter()
                .collect();
        }
        let state = actor.key.len() == 3 && actor.country(self.lexicon).is_some();
        if state {
            // The armed group that was spoken of last, or comes next.
            let near =
                |m: &&Mention| m.parties.len() == 1 && armed(&m.parties[0]) && m.parties[0].key != actor.key;
            let distance = |m: &Mention| {
                let there = s.sentence_of(m.head);
                (there.abs_diff(here), usize::from(there > here))
            };
            let group = self
                .actors
                .mentions
                .iter()
                .filter(near)
                .filter(|m| distance(m).0 <= FIGHT_REACH)
                .min_by_key(|m| distance(m));
            if let Some(m) = group {
                return m.parties.clone();
            }
        }
        self.stand_in(Else::Civilians, found[at].trigger).into_iter().collect()
    }

    // ------------------------------------------------------- status, speaker

    /// "companies that trade with Belmora", "refugees arriving in Morstad": what sort of people somebody speaks of is no
    /// act of theirs. (Of fighters it is told as one.)
    fn is_description(&self, found: &Found) -> bool {
        let s = self.syntax;
        let t = found.trigger;
        let word = self.word(t).to_lowercase();
        // "accused the country of arming them" tells what of.
        let accused = self.accusation_of(t).is_some();
        let timeless = word.ends_with("ing") || word.ends_with('s') || word == *s.lemma(t).to_lowercase();
        matches!(found.event.quad(), Quad::VerbalCooperation | Quad::MaterialCooperation)
            && s.upos(t) == Upos::Verb
            && matches!(s.deprel(t), Deprel::AclRelcl | Deprel::Acl)
            && timeless
            && !accused
            && self.child(t, Deprel::Aux).is_none()
            && (found.event == EventType::Support
                || found.actors.iter().all(|a| a.key.contains('/'))
                || s.head(t).is_some_and(|n| s.upos(n) == Upos::Noun))
    }

    /// The verb of "accused the country of arming them", where the clause at `t` hangs on the object.
    fn accusation_of(&self, t: TokenId) -> Option<TokenId> {
        let s = self.syntax;
        let noun = s.head(t).filter(|n| s.deprel(t) == Deprel::Acl && s.deprel(*n) == Deprel::Obj)?;
        let verb = s.head(noun).filter(|v| s.upos(*v) == Upos::Verb)?;
        let charge = matches!(self.preposition_mark(t)?.as_str(), "of" | "for");
        (charge && self.effects(verb).any(|e| e == Effect::Speech)).then_some(verb)
    }

    /// What is promised, offered or planned in friendship is an agreement, or a concession, that stands: "pledged that
    /// it would lift the ban". (`firsts`: how many parties of a mutual act stand on the doer's side.)
    fn keep_word(&self, found: &mut Found, firsts: usize) {
        let by_rule = |rule: &str| found.evidence.iter().any(|e| e.rule == rule);
        // "if Avaria wants to work with Belmora", "may plan a visit"; but "will seek to".
        let open = found.evidence.iter().any(|e| {
            let will =
                |x: &Span| matches!(&*x.slice(self.text).to_lowercase(), "will" | "would" | "'ll" | "’ll");
            e.rule == "event:modal" && !e.spans.iter().any(will)
                || matches!(&*e.rule, "event:condition" | "event:question")
        });
        let word = if by_rule("operator.promised") {
            "operator.promised"
        } else if by_rule("operator.intended") && !open && !by_rule("operator.hypothetical") {
            "operator.intended"
        } else {
            return;
        };
        if !found.aux.contains(&Aux::Hypothetical) || found.aux.contains(&Aux::Negated) {
            return;
        }
        // It is the doer's own word: "analysts agree that Avaria supports" is nobody's promise.
        let promises =
            |h: &TokenId| self.lexicon.operators(&self.syntax.lemma(*h).to_lowercase()).any(|o| o.id == word);
        let mut up = std::iter::successors(self.syntax.head(found.trigger), |h| self.syntax.head(*h)).take(6);
        let own = up
            .find(promises)
            .and_then(|h| self.subject_party(h))
            .is_some_and(|p| found.actors.iter().take(firsts.max(1)).any(|a| a.key == p.key));
        // A visit that somebody plans is announced, whoever he is.
        let planned = found.event == EventType::Consult
            && self.syntax.upos(found.trigger) == Upos::Noun
            && self
                .syntax
                .head(found.trigger)
                .is_some_and(|h| matches!(self.syntax.lemma(h), "plan" | "prepare"));
        if !own && !planned {
            return;
        }
        let promised = match found.event {
            EventType::Retreat | EventType::Concede => EventType::Concede,
            e if matches!(e.quad(), Quad::VerbalCooperation | Quad::MaterialCooperation) => EventType::Agree,
            _ => return,
        };
        found.evidence.push(Evidence::new(
            format!("event:announced-{}", found.event),
            [self.syntax.span(found.trigger)],
        ));
        found.event = promised;
        found.mode = None;
        found.aux.retain(|a| *a != Aux::Hypothetical);
        if found.said_by.as_ref().is_some_and(|p| found.actors.iter().any(|a| a.key == p.key)) {
            found.said_by = None;
        }
        if found.mutual
            && promised == EventType::Agree
            && self.syntax.upos(found.trigger) == Upos::Verb
            && (1..found.actors.len()).contains(&firsts)
        {
            found.recipients = found.actors.split_off(firsts);
            found.mutual = false;
        }
    }

    fn found(&self, t: TokenId, sentence: usize, m: Match<'a>) -> Found {
        let s = self.syntax;
        let mut evidence = Vec::new();
        let mut spans: Vec<Span> = m.used.iter().map(|u| s.span(*u)).collect();
        spans.sort();
        evidence.push(Evidence { rule: m.entry.id.clone(), spans: spans.clone() });
        let mut aux: Vec<Aux> = m.entry.aux.clone();
        let (mut status, mut said_by) = self.status(t, &mut evidence);
        // What the words say of the clause is what its speaker does by saying it.
        if m.entry.actor_else == Else::Speaker
            && said_by.as_ref().is_some_and(|p| m.actors.iter().any(|a| a.key == p.key))
            && !evidence.iter().any(|e| e.rule == "event:condition")
        {
            status.clear();
            said_by = None;
        }
        for a in status {
            if !aux.contains(&a) {
                aux.push(a);
            }
        }
        // "I would like to appeal to them" is the appeal.
        let polite = |e: &Evidence| {
            e.rule.starts_with("operator.")
                && e.spans
                    .iter()
                    .any(|x| matches!(&*x.slice(self.text).to_lowercase(), "like" | "want" | "wish"))
        };
        if matches!(m.entry.event, EventType::Request | EventType::Accuse | EventType::Support)
            && said_by.as_ref().is_some_and(|p| m.actors.iter().any(|a| a.key == p.key))
            && evidence.iter().any(polite)
        {
            aux.retain(|a| *a != Aux::Hypothetical);
        }
        // A claim is the claimant's word.
        if said_by.is_none() && m.entry.claimed {
            said_by = m.actors.first().cloned();
        }
        // A denial is the denier's word.
        if said_by.is_none() && m.entry.aux.contains(&Aux::Negated) {
            said_by = m.actors.first().cloned();
        }
        // "the proposed visit", "a potential deal"; but where the pattern asks for the word it is part of the meaning.
        if s.upos(t) == Upos::Noun {
            let compound = |c: &TokenId| c.0 > 0 && self.word(TokenId(c.0 - 1)) == "-";
            let before = s
                .children(t)
                .iter()
                .filter(|c| s.deprel(**c) == Deprel::Amod && !m.used.contains(c) && !compound(c));
            for &c in before {
                if self.effects(c).any(|e| e == Effect::Hypothetical) && !aux.contains(&Aux::Hypothetical) {
                    aux.push(Aux::Hypothetical);
                    evidence.push(Evidence::new("event:proposed", [s.span(c)]));
                }
            }
        }
        let (mut actors, mut recipients, mut mutual) = (m.actors, m.recipients, m.mutual);
        let mut event = m.entry.event;
        let mut mode = m.entry.mode.clone();
        // "will not lift the ban" is a refusal.
        if aux.contains(&Aux::Future)
            && aux.contains(&Aux::Negated)
            && let Some(refused) = self.lexicon.refused(event)
        {
            evidence.push(Evidence::new(format!("event:refused-{event}"), [s.span(t)]));
            event = refused;
            mode = None;
            // "will not negotiate with them": the one refuses the other.
            if mutual && actors.len() == 2 {
                recipients = actors.split_off(1);
                mutual = false;
            }
            aux.retain(|a| !matches!(a, Aux::Future | Aux::Negated));
        }
        if aux.contains(&Aux::Future) {
            let own_word = said_by.as_ref().is_some_and(|s| actors.iter().any(|a| a.key == s.key));
            if let Some(announced) = self.lexicon.announced(event, own_word) {
                evidence.push(Evidence::new(format!("event:announced-{event}"), [s.span(t)]));
                event = announced;
                mode = None;
                aux.retain(|a| *a != Aux::Future);
                // He vouches for nothing by announcing it: that he does is the event.
                if own_word && event != EventType::Threaten {
                    said_by = None;
                }
                // "will meet the king": the one announces it to the other.
                if mutual && s.upos(t) == Upos::Verb && (1..actors.len()).contains(&m.lead) {
                    recipients = actors.split_off(m.lead);
                    mutual = false;
                }
            }
        }
        aux.sort();
        let mut words = s.span(t);
        for span in spans {
            words = words.cover(span);
        }
        let bounds = s.cover(s.sentences[sentence]);
        for p in actors.iter().chain(&recipients) {
            if bounds.contains(p.span) {
                words = words.cover(p.span);
            }
        }
        Found {
            trigger: t,
            sentence,
            event,
            mode,
            context: m.entry.context.clone(),
            actors,
            recipients,
            mutual: mutual || event == EventType::Consult,
            aux,
            said_by,
            words,
            confidence: m.entry.weight,
            evidence,
        }
    }

    /// Status and speaker of the clause or noun at `t`: its own negation and modals, then the words that
    /// govern it, upward to the sentence's root.
    fn status(&self, t: TokenId, evidence: &mut Vec<Evidence>) -> (Vec<Aux>, Option<Party>) {
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
                // "ruled out working with them".
                if open
                    && s.lemma(head) == "rule"
                    && s.children(head).iter().any(|c| s.lemma(*c) == "out" && s.deprel(*c) != Deprel::Case)
                {
                    set(Aux::Negated, &mut aux, "event:not".into(), s.span(head));
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
                && matches!(
                    s.lemma(head),
                    "disclose" | "reveal" | "mention" | "acknowledge" | "remember" | "realise" | "realize"
                );
            open &= !known;
            // What is said of a light verb is said of the noun that it carries ("did not launch an attack").
            // The noun may be its subject too ("talks will begin", "did not take place").
            let held = matches!(rel, Deprel::Nsubj | Deprel::NsubjOuter)
                && is_noun(s.upos(cur))
                && self.child(head, Deprel::Obj).is_none_or(|o| matches!(s.lemma(o), "place" | "shape"));
            let carried = (nominal || held)
                && s.upos(head) == Upos::Verb
                && (self.effects(head).any(|e| e == Effect::Light)
                    || held && matches!(s.lemma(head), "go" | "happen" | "occur" | "proceed"));
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
    fn is_not_only(&self, not: TokenId) -> bool {
        let next = self.syntax.tokens.get(not.index() + 1);
        next.is_some_and(|t| matches!(&*t.lemma, "only" | "just" | "merely" | "simply" | "solely"))
    }

    /// Does the clause say until when it had not yet happened? What will not be until then is refused.
    fn has_until(&self, v: TokenId) -> bool {
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
    fn under_report(&self, v: TokenId) -> bool {
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

    fn subject_party(&self, verb: TokenId) -> Option<Party> {
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
    fn speaker_beside(&self, t: TokenId) -> Option<Party> {
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

    fn quote_at(&self, t: TokenId) -> Option<&Quote> {
        let span = self.syntax.span(t);
        self.quotes.iter().find(|q| q.span.contains(span))
    }

    fn speaker_at(&self, t: TokenId) -> Option<Party> {
        self.quote_at(t).and_then(|q| q.speaker.clone())
    }

    /// Quoted stretches of at least four words, each with the speaker named beside it.
    fn find_quotes(&self) -> Vec<Quote> {
        let s = self.syntax;
        let mut quotes: Vec<Quote> = Vec::new();
        let mut open: Option<usize> = None;
        let mut spans: Vec<(usize, usize)> = Vec::new();
        let mut line_break = 0usize;
        for (i, token) in s.tokens.iter().enumerate() {
            let gap = &self.text[line_break..token.span.start as usize];
            if gap.contains('\n')
                && let Some(start) = open.take()
            {
                spans.push((start, i));
            }
            line_break = token.span.end as usize;
            match token.span.slice(self.text) {
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
            spans.push((start, s.tokens.len()));
        }
        let mut last: Option<(Party, usize)> = None;
        for (start, end) in spans {
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
            let speaker = match best {
                Some((_, p)) => Some(p),
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

/// Steps in the tree from an event to a word that may date or place it; a word inside another clause is
/// further.
pub fn steps(syntax: &Syntax, event: TokenId, word: TokenId) -> u32 {
    let chain = |mut t: TokenId| {
        let mut out = vec![t];
        while let Some(h) = syntax.head(t).filter(|_| out.len() < 64) {
            out.push(h);
            t = h;
        }
        out
    };
    let (up, down) = (chain(event), chain(word));
    for (i, t) in up.iter().enumerate() {
        if let Some(j) = down.iter().position(|d| d == t) {
            let clauses = down[..j]
                .iter()
                .filter(|d| {
                    matches!(
                        syntax.deprel(**d),
                        Deprel::Ccomp
                            | Deprel::Advcl
                            | Deprel::AclRelcl
                            | Deprel::Acl
                            | Deprel::Parataxis
                            | Deprel::Conj
                    )
                })
                .count();
            return (i + j + 2 * clauses) as u32;
        }
    }
    99
}

/// What people and firms do among themselves is seldom politics: voters hope, tourists visit, makers beat their
/// rivals. Protest, demands and violence of people are.
fn is_private(event: EventType, actors: &[Party], recipients: &[Party]) -> bool {
    use EventType::{Agree, Aid, Assault, Concede, Consult, Cooperate, Retreat, Support, Threaten};
    let one_of = |p: &Party, sectors: &[&str]| p.sector.as_deref().is_some_and(|s| sectors.contains(&s));
    let all = |list: &[Party], sectors: &[&str]| list.iter().all(|p| one_of(p, sectors));
    let civil = ["CVL", "BUS", "EDU", "MED", "AGR", "LAB", "REL", "JRN"];
    match event {
        // What is told to the press is no talk of parties.
        Consult if actors.iter().chain(recipients).any(|p| one_of(p, &["JRN"])) => true,
        Consult if recipients.is_empty() => actors.iter().any(|p| one_of(p, &["CVL"])),
        Consult => all(actors, &["CVL"]) || all(actors, &civil) && all(recipients, &civil),
        Agree | Support | Concede | Cooperate | Aid | Threaten => {
            all(actors, &civil) && !recipients.is_empty() && all(recipients, &civil)
                || event != Threaten && all(actors, &civil) && recipients.is_empty()
        }
        Assault => all(actors, &["BUS", "JRN"]),
        // A coach or a banker resigns.
        Retreat => recipients.is_empty() && all(actors, &["BUS", "EDU", "JRN", "MED", "REL"]),
        _ => false,
    }
}

/// Acts of words that people of one government do to one another. What they order each other to do is their work.
fn is_domestic(event: EventType) -> bool {
    matches!(event, EventType::Accuse | EventType::Reject | EventType::Threaten)
}

/// Two people of one key, or a person and a body, told apart by name or office?
fn are_two(a: &Party, b: &Party) -> bool {
    let within = |x: &str, y: &str| x.to_lowercase().contains(&y.to_lowercase());
    let same_person = a.wikidata.is_some() && a.wikidata == b.wikidata;
    // A body named by what it is ("the government", "the police"), not by its country.
    let body =
        |p: &Party| p.kind != Kind::Person && p.kind != Kind::People && p.why.rule.starts_with("roles/");
    let person = |p: &Party| p.kind == Kind::Person;
    (person(a) && (person(b) || body(b)) || body(a) && person(b))
        && !same_person
        && !within(&a.name, &b.name)
        && !within(&b.name, &a.name)
        && a.span != b.span
}

/// Politicians and the press attack each other, the courts and the government with words.
fn is_war_of_words(actors: &[Party], recipients: &[Party]) -> bool {
    let one_of = |p: &Party, sectors: &[&str]| p.sector.as_deref().is_some_and(|s| sectors.contains(&s));
    let talkers = ["PTY", "LEG", "JRN", "ELI", "JUD"];
    let ruler = |p: &Party| p.kind == Kind::Person && one_of(p, &["GOV"]);
    let target = |p: &Party| one_of(p, &["PTY", "LEG", "JRN", "ELI", "JUD", "NGO", "BUS"]) || ruler(p);
    actors.iter().all(|p| one_of(p, &talkers))
        && recipients.iter().all(|p| target(p) || p.kind == Kind::State)
        || actors.iter().all(ruler) && recipients.iter().all(target)
}

/// People who tell or explain what others do; what they say of others is comment.
fn comments(p: &Party) -> bool {
    p.key == "UNK" || matches!(p.sector.as_deref(), Some("JRN" | "EDU"))
}

/// People of whom the text says not whose they are ("protesters"), and of whom a guess was made.
fn is_unowned(p: &Party) -> bool {
    p.kind == Kind::People
        && p.key.ends_with("/CVL")
        && p.why.spans.len() == 1
        && (p.why.rule.starts_with("roles/") || p.why.rule.starts_with("actor:scene"))
}

/// Deeds that private persons do or suffer in the news: they are arrested, sued and killed, and they protest.
fn befalls_private(event: EventType, role: Role) -> bool {
    use EventType::{Accuse, Assault, Coerce, Protest, Sanction};
    match role {
        Role::Recipient => matches!(event, Assault | Coerce | Sanction | Accuse),
        Role::Actor => event == Protest,
    }
}

fn is_noun(upos: Upos) -> bool {
    matches!(upos, Upos::Noun | Upos::Propn)
}

/// Adverbs that a parse may give where the lexicon says particle.
fn is_particle(lemma: &str) -> bool {
    matches!(
        lemma,
        "off"
            | "out"
            | "up"
            | "down"
            | "back"
            | "away"
            | "over"
            | "in"
            | "on"
            | "through"
            | "together"
            | "apart"
            | "around"
            | "aside"
            | "forward"
            | "along"
            | "by"
    )
}
