//! What: finds the events of an article, with who does what to whom, how it stands to the world, and who says so.
//!
//! Each verb, event noun or predicate adjective is first turned into a [`Frame`]: its arguments as they would
//! stand in a plain active clause, with passives, participles, relative clauses, control and coordination
//! undone. The patterns of the lexicon are then held against the frame, and the best one gives the event.
//! Status and speaker are read from the syntax around the trigger.
//!
//! Files below, in the order in which they work: `frame`, `matching`, `filling` (who stands in the slots), `learnt`
//! (what no pattern knows), `status`, `implied` (who is left unsaid).

mod choosing;
mod filling;
mod frame;
mod implied;
mod learnt;
mod matching;
mod status;
mod weighing;

pub use choosing::Choice;
pub use weighing::{PARTY_TRAITS, PartyTrait, REPORT_TRAITS, ReportTrait};
pub(crate) use weighing::{Path, quad, relation, speech};

use std::collections::HashSet;

use crate::actor::{Actors, CHOSEN, Kind, Party};
use crate::article::Article;
use crate::lexicon::class::Class;
use crate::lexicon::pattern::{Role, Trigger};
use crate::lexicon::{Effect, Else, Entry, Lexicon};
use crate::note::Evidence;
use crate::plover::{Aux, EventType, Quad};
use crate::span::{Span, TokenId, TokenRange};
use crate::syntax::{Act, Deprel, Syntax, Upos};

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
    /// Seen by the network alone, and not sure enough to be told without a second look.
    pub doubtful: bool,
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
    /// Of a mutual act, those with whom it is done apart from the others ("with the premier, then with the king").
    apart: Vec<String>,
    used: Vec<TokenId>,
}

/// How many sentences apart two tellings of one fight may stand.
const FIGHT_REACH: usize = 6;

/// How many sentences after or before an attack by nobody known the article may say who did it.
const UNCLAIMED_REACH: usize = 3;

/// An event as the rules read it, with all that may be said for each party, to learn to choose from (see
/// `training/choice`).
#[derive(Clone, Debug)]
pub struct Weighing {
    /// As the rules read it.
    pub found: Found,
    /// Does another event share its word?
    pub shared: bool,
    /// [`ReportTrait`]s.
    pub traits: [f32; REPORT_TRAITS],
    /// Keys, each with its [`PartyTrait`]s as actor and as recipient.
    pub candidates: Vec<(String, [f32; PARTY_TRAITS], [f32; PARTY_TRAITS])>,
}

/// Every event that may be told, with what speaks for each party.
pub fn weigh(article: &Article, syntax: &Syntax, actors: &Actors, lexicon: &Lexicon) -> Vec<Weighing> {
    let reader = reader(article, syntax, actors, lexicon);
    let found = reader.find_all(true);
    let (tally, earlier) = (reader.tally(), weighing::Earlier::of(&found));
    (0..found.len())
        .map(|at| Weighing {
            found: found[at].clone(),
            shared: is_shared(&found, at),
            traits: reader.report_traits(&found, at),
            candidates: reader
                .candidates(&found, at, &tally, &earlier)
                .into_iter()
                .map(|c| (c.party.key.clone(), c.actor, c.recipient))
                .collect(),
        })
        .collect()
}

/// Does another event stand on the same word ("met the premier, then the king")?
fn is_shared(found: &[Found], at: usize) -> bool {
    // They are in the order of their sentences; a text of thousands is not looked through for each of them.
    let from = found.partition_point(|o| o.sentence < found[at].sentence);
    let mut here = found[from..].iter().enumerate().take_while(|(_, o)| o.sentence == found[at].sentence);
    here.any(|(i, o)| from + i != at && o.trigger == found[at].trigger)
}

/// Finds the events of an article: as the rules read them, and where there is a learnt choice, as it chooses.
pub fn find(
    article: &Article,
    syntax: &Syntax,
    actors: &Actors,
    lexicon: &Lexicon,
    choice: Option<&Choice>,
) -> Vec<Found> {
    let reader = reader(article, syntax, actors, lexicon);
    let mut found = reader.find_all(choice.is_some());
    if let Some(choice) = choice {
        reader.choose(&mut found, choice);
    }
    drop_unclaimed(&mut found, syntax, lexicon);
    // Whose key is not the rules' says so.
    for f in &mut found {
        for party in f.actors.iter().chain(&f.recipients).filter(|p| p.why.rule == CHOSEN) {
            if !f.evidence.contains(&party.why) {
                f.evidence.push(party.why.clone());
            }
        }
    }
    merge(found)
}

fn reader<'a>(
    article: &'a Article,
    syntax: &'a Syntax,
    actors: &'a Actors<'a>,
    lexicon: &'a Lexicon,
) -> Reader<'a> {
    let mut reader = Reader { syntax, lexicon, actors, text: &article.text, quotes: Vec::new() };
    reader.quotes = reader.find_quotes();
    reader
}

impl<'a> Reader<'a> {
    /// Every event that the rules tell, with parties as they read them, in the order of the text; and, where `doubtful` is
    /// asked for, those that the network alone sees and that are not sure enough by themselves. These change nothing in
    /// how the others are read.
    fn find_all(&self, doubtful: bool) -> Vec<Found> {
        let s = self.syntax;
        let mut found: Vec<Found> = Vec::new();
        let mut unsure: Vec<Found> = Vec::new();
        for (number, sentence) in s.sentences.iter().enumerate() {
            // Words that one match has used as its fixed parts tell no event of their own.
            let mut used: HashSet<TokenId> = HashSet::new();
            let mut matches: Vec<(TokenId, Match)> = Vec::new();
            for kind in [Trigger::Verb, Trigger::Adjective, Trigger::Noun, Trigger::Modal] {
                for t in sentence.iter() {
                    if self.trigger_kind(t) != Some(kind) || used.contains(&t) {
                        continue;
                    }
                    if let Some(m) = self.best_match(t, kind, &found) {
                        // What is condemned is an act of its own, and so is what a participle tells more of ("an
                        // accord reached by Avaria") and the talks that somebody hosts or mediates; other fixed words
                        // are part of the one act.
                        let others_meet = m.entry.event == EventType::Consult && !m.entry.mutual;
                        if m.entry.event != EventType::Accuse && !others_meet {
                            let described = (s.deprel(t) == Deprel::Acl).then(|| s.head(t)).flatten();
                            used.extend(m.used.iter().copied().filter(|u| Some(*u) != described));
                        }
                        matches.push((t, m));
                    }
                }
            }
            // What no pattern knows, the learnt network may have seen.
            let told: HashSet<TokenId> = matches.iter().map(|(t, _)| *t).collect();
            let part: HashSet<TokenId> = matches
                .iter()
                .flat_map(|(_, m)| m.used.iter().copied())
                .filter(|u| !told.contains(u))
                .collect();
            let seen: Vec<(TokenId, Match, bool)> = self
                .acts_in(*sentence)
                .iter()
                .filter(|a| !part.contains(&a.word))
                .filter_map(|a| self.learnt_match(a).map(|(m, sure)| (a, m, sure && !told.contains(&a.word))))
                .filter(|(_, _, sure)| *sure || doubtful)
                // A pattern may have taken the word for something else.
                .filter(|(a, ..)| !matches.iter().any(|(t, m)| *t == a.word && m.entry.event == a.event))
                .filter(|(a, _, _)| !self.is_told_beside(a, &matches))
                .map(|(a, m, sure)| (a.word, m, sure))
                .collect();
            for (t, m, sure) in seen {
                if sure {
                    matches.push((t, m));
                } else {
                    unsure.push(Found { doubtful: true, ..self.found(t, number, m) });
                }
            }
            matches.sort_by_key(|(t, _)| *t);
            let from = found.len();
            let triggers: Vec<TokenId> = matches.iter().map(|(t, _)| *t).collect();
            let coercing: Vec<TokenId> =
                matches.iter().filter(|(_, m)| m.entry.event == EventType::Coerce).map(|(t, _)| *t).collect();
            for (t, m) in matches {
                let (lead, apart) = (m.lead, m.apart.clone());
                let mut told = self.found(t, number, m);
                // What is agreed to, offered, refused or asked for in friendship is the content of that one act.
                let content = told.aux.iter().any(|a| matches!(a, Aux::Hypothetical | Aux::Negated))
                    && matches!(told.event.quad(), Quad::VerbalCooperation | Quad::MaterialCooperation)
                    && self.is_under(t, &triggers);
                // "was arrested for spreading false news": the charge is no act of the same kind.
                let charge = told.event == EventType::Coerce
                    && s.deprel(t) == Deprel::Advcl
                    && self.preposition_mark(t).as_deref() == Some("for")
                    && s.head(t).is_some_and(|h| coercing.contains(&h));
                if !content && !charge && !self.is_description(&told) {
                    self.keep_word(&mut told, lead);
                    let meetings = one_by_one(told, lead, &apart);
                    found.extend(meetings.into_iter().flat_map(|told| self.each_its_own(told)));
                }
            }
            let told = found.split_off(from);
            let kept: Vec<bool> = told.iter().map(|f| !self.is_mere_wish(f, &told)).collect();
            found.extend(told.into_iter().zip(kept).filter(|(_, keep)| *keep).map(|(f, _)| f));
        }
        let mut found = apart(found);
        self.imply_recipients(&mut found);
        found.extend(unsure);
        found.sort_by_key(|f| f.sentence);
        found
    }

    /// What the network sees in a sentence, in the order of its words.
    fn acts_in(&self, sentence: TokenRange) -> &'a [Act] {
        let acts = &self.syntax.acts;
        let from = acts.partition_point(|a| a.word < sentence.start);
        let to = acts.partition_point(|a| a.word < sentence.end);
        &acts[from..to]
    }
}

/// "Met with the premier, then with the king": two meetings, and the guests did not meet each other.
fn one_by_one(mut told: Found, lead: usize, apart: &[String]) -> Vec<Found> {
    let (later, first): (Vec<Party>, Vec<Party>) =
        told.actors.iter().cloned().partition(|p| told.mutual && apart.contains(&p.key));
    if later.is_empty() || first.len() <= lead {
        return vec![told];
    }
    let hosts: Vec<Party> = first[..lead].to_vec();
    let more = later
        .into_iter()
        .map(|p| Found { actors: hosts.iter().cloned().chain([p]).collect(), ..told.clone() });
    let more: Vec<Found> = more.collect();
    told.actors = first;
    std::iter::once(told).chain(more).collect()
}

/// An attack by nobody known is told again where the article says who did it.
fn drop_unclaimed(found: &mut Vec<Found>, syntax: &Syntax, lexicon: &Lexicon) {
    let unknown = |f: &Found| f.event == EventType::Assault && f.actors.iter().all(|a| a.key == "UNK");
    // What the police do to the people at home is another matter.
    let at_home = |f: &Found, p: &Party| f.actors.iter().any(|a| p.key.starts_with(&format!("{}/", a.key)));
    let hit: Vec<(usize, String)> = found
        .iter()
        .filter(|f| f.event == EventType::Assault && f.aux.is_empty() && !unknown(f))
        .flat_map(|f| f.recipients.iter().filter(|p| !at_home(f, p)).map(|p| (f.sentence, p.key.clone())))
        .collect();
    // The people of the place who stand in where no word names a victim ("attacks occurred") are whoever was hit there.
    let same = |f: &Found, p: &Party, key: &str| {
        let home = p.key.strip_suffix("/CVL").filter(|_| p.span == syntax.span(f.trigger));
        *key == p.key || home.is_some_and(|h| key.split('/').next() == Some(h))
    };
    // A headline leaves out who did it, and names the state for what was hit in it.
    let home = |key: &str| {
        let head = key.split('/').next().filter(|k| lexicon.is_state(k)).map(str::to_string);
        head.or_else(|| lexicon.actor(key).and_then(|a| a.country.as_deref()).map(str::to_string))
    };
    let headline = |f: &Found, p: &Party, key: &str, at: usize| {
        f.sentence == 0 && at > 0 && at <= FIGHT_REACH && home(&p.key).is_some_and(|h| home(key) == Some(h))
    };
    let told = |f: &Found, p: &Party| {
        hit.iter().any(|(at, key)| {
            same(f, p, key) && at.abs_diff(f.sentence) <= UNCLAIMED_REACH || headline(f, p, key, *at)
        })
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
        // They come in the order of their sentences.
        let from = out.partition_point(|o| o.sentence < f.sentence);
        let same = out[from..].iter_mut().find(|o| {
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
                .is_some_and(|h| self.lexicon.is(Class::Announced, self.syntax.lemma(h)));
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
                    .any(|x| self.lexicon.is(Class::Politeness, &x.slice(self.text).to_lowercase()))
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
        // "will not lift the ban" is a refusal. The network gives the type that comes of it.
        let plain = m.entry.learnt.is_none();
        if plain
            && aux.contains(&Aux::Future)
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
        if plain && aux.contains(&Aux::Future) {
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
            actors,
            recipients,
            mutual: mutual || event == EventType::Consult,
            aux,
            said_by,
            words,
            confidence: m.entry.weight,
            doubtful: false,
            evidence,
        }
    }
}

/// Steps in the tree from an event to a word that may date or place it; a word inside another clause is
/// further.
pub fn steps(syntax: &Syntax, event: TokenId, word: TokenId) -> u32 {
    let (up, down) = (syntax.chain(event), syntax.chain(word));
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

/// What people whom nobody places may be the actors of: what a mere citizen does that is news.
fn done_by_private(event: EventType) -> bool {
    use EventType::{Accuse, Assault, Coerce, Protest, Reject, Request, Threaten};
    matches!(event, Accuse | Assault | Coerce | Protest | Reject | Request | Threaten)
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
