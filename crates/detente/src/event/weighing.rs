//! What can be said for and against each party of the article being the actor or the recipient of an event: numbers
//! that the learnt choice ([`super::choosing`]) weighs. The rules' own choice is one of them.
//!
//! A party stands for one entity key. It is seen through its mentions in the event's sentence, the three before, the
//! one after and the headline; of several the one that speaks most for the role counts.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Found, Frame, Reader, steps};
use crate::actor::{Kind, Mention, Party, Wording};
use crate::forest::{flag, numbers};
use crate::lexicon::Else;
use crate::lexicon::pattern::Role;
use crate::plover::{Aux, EventType, Quad};
use crate::span::TokenId;
use crate::syntax::{Act, Deprel, Syntax, Upos};

/// How many parties of the rest of the article may be meant, the most mentioned first.
const ELSEWHERE: u32 = 8;
/// Sentences before an event whose parties may be meant.
const BEFORE: usize = 3;
/// Sentences after it.
const AFTER: usize = 1;
/// Odds that stand where the network saw nothing.
const UNSEEN: f32 = -6.0;
/// Odds from which a mention counts as a party of an event.
const PART: f32 = -2.5;
/// Steps that stand where there is no path.
const FAR: f32 = 25.0;

numbers! {
    /// What is known of a party in one role of an event.
    PartyTrait PARTY_TRAITS {
        /// PLOVER type and quad class by number, part of speech of the event's word, passive.
        Type, Quad, Speech, Passive,
        /// Did the rules choose it for this role, for the other, where from; how many they chose for each.
        Chosen, ChosenOther, ChosenFrom, ChosenCount, OtherCount,
        /// The rules are the network's own; how sure it is of the act, and of this type.
        Learnt, ActOdds, ActSame, ActType,
        /// The network's odds for this role, the other; through a word above; the best rival's; rank.
        Odds, OddsOther, OddsAbove, OddsRival, OddsRank,
        /// The best odds of a word that names nobody whom we know, and what sort of word that is.
        OddsOpen, OpenWord,
        /// Its place in the event's frame, how far below, steps in the tree, words between.
        Slot, Below, Steps, Words,
        /// Sentences from the event (9: the headline), how it is worded, what sort it is, its sector.
        Sentences, Wording, Kind, Sector, State, Within, Made,
        /// Mentions in the article (share, rank), in the headline, in this sentence.
        Share, Rank, Headline, Here,
        /// Grammar of the mention: subject, owner, after a preposition of place; in a quotation with the event.
        Subject, Owner, Placed, Person,
        /// Vouches for the event; who spoke in its quotation.
        Speaker,
        /// Role in the events told before: actor, recipient, how many sentences ago.
        WasActor, WasRecipient, WasSame,
        /// Same country as the rules' other side; of the state that the article is about.
        OtherCountry, OtherKey, About,
        /// Parties in the sentence; denied or supposed.
        Rivals, Unreal,
        /// How likely the mention has the key, and whether it was given another.
        KeyShare, KeyOther,
    }
}

numbers! {
    /// What is known of a report as a whole.
    ReportTrait REPORT_TRAITS {
        Type, Quad, Speech, Passive, Learnt, Weight, ActOdds, ActSame, ActType, ActNext, Sentence, Sentences, Length, Quoted,
        Negated, Hypothetical, Future, Said, SaidByActor, Evidence, Mutual, Found, Again, Told, Depth,
    }
}

/// A party and what speaks for it in each role.
pub(super) struct Candidate<'f> {
    pub party: Cow<'f, Party>,
    pub actor: [f32; PARTY_TRAITS],
    pub recipient: [f32; PARTY_TRAITS],
}

/// How often each party of the article is mentioned.
pub(super) struct Tally<'a> {
    /// Of each key its mentions, whether the headline has it, and its place by mentions.
    by_key: HashMap<&'a str, (u32, bool, u32)>,
    total: u32,
    /// Each party that is mentioned often, as it is first mentioned.
    often: Vec<&'a Party>,
    /// Mentions by sentence.
    sentences: Vec<Vec<u32>>,
}

/// Which events of the article, by number and rising, each party does, suffers, and each type has: looked up for every
/// candidate, so that an article takes time in proportion.
pub(super) struct Earlier<'f> {
    actor: HashMap<&'f str, Vec<usize>>,
    recipient: HashMap<&'f str, Vec<usize>>,
    of_type: HashMap<u8, Vec<usize>>,
}

impl<'f> Earlier<'f> {
    pub(super) fn of(found: &'f [Found]) -> Earlier<'f> {
        let mut earlier =
            Earlier { actor: HashMap::new(), recipient: HashMap::new(), of_type: HashMap::new() };
        for (at, f) in found.iter().enumerate() {
            for (parties, events) in
                [(&f.actors, &mut earlier.actor), (&f.recipients, &mut earlier.recipient)]
            {
                for p in parties {
                    events.entry(&p.key).or_default().push(at);
                }
            }
            earlier.of_type.entry(f.event as u8).or_default().push(at);
        }
        earlier
    }
}

/// Those of `events`, which rise, before `at`, the last first.
fn before(events: Option<&Vec<usize>>, at: usize) -> impl Iterator<Item = usize> {
    let events = events.map_or(&[][..], Vec::as_slice);
    events[..events.partition_point(|o| *o < at)].iter().rev().copied()
}

const SECTORS: [&str; 24] = [
    "GOV", "MIL", "CVL", "REB", "COP", "BUS", "LEG", "JUD", "REL", "LAB", "CRM", "IGO", "JRN", "PTY", "OPP",
    "NGO", "EDU", "SPY", "UAF", "ELI", "REF", "MED", "AGR", "UNK",
];

/// What an event's sentence says to all of its candidates.
struct Scene<'s> {
    slots: Vec<(TokenId, f32)>,
    passive: bool,
    act: Option<&'s Act>,
    /// The best word of nobody known, as [`Reader::open_word`] gives it.
    open_actor: (f32, f32),
    open_recipient: (f32, f32),
    about: Option<String>,
    rivals: usize,
}

/// One look at a party: a mention of it.
struct View<'m> {
    mention: &'m Mention,
    party: &'m Party,
    sentence: usize,
    /// How likely the mention has the party's key; has it been given another?
    share: f32,
    other: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn tally(&self) -> Tally<'a> {
        let mut sentences = vec![Vec::new(); self.syntax.sentences.len()];
        let mut by_key: HashMap<&str, (u32, bool, u32)> = HashMap::new();
        let mut total = 0;
        let mut parties: Vec<&Party> = Vec::new();
        for (i, m) in self.actors.mentions.iter().enumerate() {
            let at = self.syntax.sentence_of(m.head);
            sentences[at].push(i as u32);
            for p in m.parties.iter().filter(|p| !p.key.is_empty()) {
                let (count, headline, _) = by_key.entry(&p.key).or_insert_with(|| {
                    parties.push(p);
                    (0, false, 0)
                });
                *count += 1;
                *headline |= at == 0;
                total += 1;
            }
        }
        let mut order: Vec<(&str, u32)> = by_key.iter().map(|(k, v)| (*k, v.0)).collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        for (rank, (key, _)) in order.into_iter().enumerate() {
            if let Some(entry) = by_key.get_mut(key) {
                entry.2 = rank as u32;
            }
        }
        parties.retain(|p| by_key.get(p.key.as_str()).is_some_and(|entry| entry.2 < ELSEWHERE));
        Tally { by_key, total, often: parties, sentences }
    }

    /// The network's sight of a word, if it has one.
    pub(super) fn act_at(&self, t: TokenId) -> Option<&'a Act> {
        let acts = &self.syntax.acts;
        acts.binary_search_by_key(&t, |a| a.word).ok().map(|i| &acts[i])
    }

    /// What is known of the report at `at` but for its parties.
    pub(super) fn report_traits(&self, found: &[Found], at: usize) -> [f32; REPORT_TRAITS] {
        use ReportTrait as T;
        let f = &found[at];
        let s = self.syntax;
        let mut v = [0.0; REPORT_TRAITS];
        let act = self.act_at(f.trigger);
        let mut set = |t: T, x: f32| v[t as usize] = x;
        set(T::Type, f.event as u8 as f32);
        set(T::Quad, quad(f.event));
        set(T::Speech, speech(s.upos(f.trigger)));
        set(T::Passive, flag(s.upos(f.trigger) == Upos::Verb && self.is_passive(f.trigger)));
        set(T::Learnt, flag(is_learnt(f)));
        set(T::Weight, f.confidence);
        set(T::ActOdds, act.map_or(UNSEEN, |a| a.odds));
        set(T::ActSame, flag(act.is_some_and(|a| a.event == f.event)));
        set(T::ActType, type_odds(act, f));
        let next = |a: &Act| {
            let others = EventType::ALL.iter().filter(|e| **e != f.event).map(|e| a.types[*e as usize]);
            others.fold(UNSEEN, f32::max)
        };
        set(T::ActNext, act.map_or(UNSEEN, next));
        set(T::Sentence, f.sentence as f32);
        set(T::Sentences, s.sentences.len() as f32);
        set(T::Length, s.sentences[f.sentence].len() as f32);
        set(T::Quoted, flag(self.quote_at(f.trigger).is_some()));
        set(T::Negated, flag(f.aux.contains(&Aux::Negated)));
        set(T::Hypothetical, flag(f.aux.contains(&Aux::Hypothetical)));
        set(T::Future, flag(f.aux.contains(&Aux::Future)));
        set(T::Said, flag(f.said_by.is_some()));
        let own = f.said_by.as_ref().is_some_and(|p| f.actors.iter().any(|a| a.key == p.key));
        set(T::SaidByActor, flag(own));
        set(T::Evidence, f.evidence.len() as f32);
        set(T::Mutual, flag(f.mutual));
        set(T::Found, found.len() as f32);
        set(T::Again, found.iter().filter(|o| o.event == f.event).count() as f32);
        set(T::Told, found.iter().filter(|o| o.sentence == f.sentence).count() as f32);
        let depth = std::iter::successors(s.head(f.trigger), |h| s.head(*h)).take(12).count();
        set(T::Depth, depth as f32);
        v
    }

    /// Everybody who may be a party of the event at `at`.
    pub(super) fn candidates<'f>(
        &'f self,
        found: &'f [Found],
        at: usize,
        tally: &Tally<'a>,
        earlier: &Earlier,
    ) -> Vec<Candidate<'f>> {
        let f = &found[at];
        let here = f.sentence;
        let mut list: Vec<(Cow<'f, Party>, Vec<View<'f>>, f32)> = Vec::with_capacity(24);
        let last = (here + AFTER).min(self.syntax.sentences.len() - 1);
        let first = here.saturating_sub(BEFORE);
        let headline = (first > 0).then_some(0);
        for sentence in headline.into_iter().chain(first..=last) {
            for &i in &tally.sentences[sentence] {
                let mention = &self.actors.mentions[i as usize];
                for p in mention.parties.iter().filter(|p| !p.key.is_empty()) {
                    let share = if sentence == here { self.own_share(mention) } else { 1.0 };
                    let view = View { mention, party: p, sentence, share, other: false };
                    match list.iter_mut().find(|(q, ..)| q.key == p.key) {
                        Some((_, views, _)) => views.push(view),
                        None => list.push((Cow::Borrowed(p), vec![view], 0.0)),
                    }
                }
            }
        }
        for (mention, p, share) in self.other_keys(f) {
            let view = View { mention, party: p, sentence: here, share, other: true };
            match list.iter_mut().find(|(q, ..)| q.key == p.key) {
                Some((_, views, _)) => views.push(view),
                None => list.push((Cow::Borrowed(p), vec![view], 6.0)),
            }
        }
        for p in f.actors.iter().chain(&f.recipients) {
            if !list.iter().any(|(q, ..)| q.key == p.key) {
                list.push((Cow::Borrowed(p), Vec::new(), 1.0));
            }
        }
        for p in &tally.often {
            if !list.iter().any(|(q, ..)| q.key == p.key) {
                list.push((Cow::Borrowed(*p), Vec::new(), 0.0));
            }
        }
        // "the president's party": perhaps it is the state that acts.
        let span = self.syntax.span(f.trigger);
        for i in 0..list.len() {
            let Some((home, _)) = list[i].0.key.split_once('/') else { continue };
            if list.iter().any(|(q, ..)| q.key == home) {
                continue;
            }
            if let Some(state) = self.actors.state(home, span, "event:home-of") {
                let views = list[i].1.iter().map(|v| View { ..*v }).collect();
                list.push((Cow::Owned(state), views, 2.0));
            }
        }
        for (who, made) in [(Else::State, 3.0), (Else::Civilians, 4.0), (Else::Unknown, 5.0)] {
            if let Some(p) = self.stand_in(who, f.trigger)
                && !list.iter().any(|(q, ..)| q.key == p.key)
            {
                list.push((Cow::Owned(p), Vec::new(), made));
            }
        }
        let frame = self.frame_of(f.trigger);
        let act = self.act_at(f.trigger);
        let open = |odds: Option<&[(TokenId, f32)]>| {
            self.open_word(odds.unwrap_or_default(), &tally.sentences[here])
        };
        let mut scene = Scene {
            slots: slots(&frame),
            passive: frame.passive,
            act,
            open_actor: open(act.map(|a| a.actors.as_slice())),
            open_recipient: open(act.map(|a| a.recipients.as_slice())),
            about: self.actors.state_about(here).map(|p| p.key),
            rivals: 0,
        };
        scene.rivals = list.iter().filter(|(_, views, _)| views.iter().any(|v| v.sentence == here)).count();
        let mut out: Vec<Candidate> = list
            .iter()
            .map(|(party, views, made)| {
                let side = |role| {
                    let mut traits = self.traits(found, at, tally, earlier, party, views, role, &scene);
                    traits[PartyTrait::Made as usize] = *made;
                    traits
                };
                Candidate { party: party.clone(), actor: side(Role::Actor), recipient: side(Role::Recipient) }
            })
            .collect();
        rank(&mut out, |c| &mut c.actor);
        rank(&mut out, |c| &mut c.recipient);
        // The words that are shown are those of the nearest mention.
        for (c, (_, views, _)) in out.iter_mut().zip(&list) {
            if let Some(v) = self.best_view(views, here, f.trigger, &[])
                && v.party.key == c.party.key
            {
                c.party = Cow::Borrowed(v.party);
            }
        }
        out
    }

    /// How likely a mention has its key; 1 where that is not weighed.
    fn own_share(&self, mention: &Mention) -> f32 {
        let doubts = &self.actors.doubts;
        doubts.binary_search_by_key(&mention.head, |d| d.mention.head).map_or(1.0, |i| doubts[i].own)
    }

    /// Other keys that mentions of an event's sentence may have, where the network sees them as its parties.
    fn other_keys<'f>(&'f self, f: &Found) -> Vec<(&'f Mention, &'f Party, f32)> {
        let range = self.syntax.sentences[f.sentence];
        let Some(act) = self.act_at(f.trigger) else { return Vec::new() };
        let doubts = &self.actors.doubts;
        let first = doubts.partition_point(|d| d.mention.head < range.start);
        let here = doubts[first..].iter().take_while(|d| d.mention.head < range.end);
        let seen = |m: &Mention| odds_of(&act.actors, m).max(odds_of(&act.recipients, m)) >= PART;
        here.filter(|d| seen(&d.mention))
            .flat_map(|d| d.others.iter().map(|(p, share)| (&d.mention, p, *share)))
            .collect()
    }

    /// The mention that speaks most for a role: in the sentence the one with the best odds, else the nearest.
    fn best_view<'v, 'm>(
        &self,
        views: &'v [View<'m>],
        here: usize,
        trigger: TokenId,
        odds: &[(TokenId, f32)],
    ) -> Option<&'v View<'m>> {
        let score = |v: &View| {
            if v.sentence == here {
                let far = steps(self.syntax, trigger, v.mention.head).min(90) as f32;
                1000.0 + 10.0 * odds_of(odds, v.mention) - far + 30.0 * (v.share - 1.0)
            } else if v.sentence < here {
                500.0 - (here - v.sentence) as f32 + v.mention.head.0 as f32 / 1e6
            } else {
                0.0
            }
        };
        views.iter().max_by(|a, b| score(a).total_cmp(&score(b)))
    }

    /// The best odds of a word that is part of no mention of a known party, and what sort of word it is.
    fn open_word(&self, odds: &[(TokenId, f32)], mentions: &[u32]) -> (f32, f32) {
        let s = self.syntax;
        let mention = |t: TokenId| {
            mentions.iter().map(|i| &self.actors.mentions[*i as usize]).find(|m| m.tokens.contains(t))
        };
        let known = |t: TokenId| mention(t).is_some_and(|m| m.parties.iter().any(|p| !p.key.is_empty()));
        let best = odds.iter().filter(|(t, _)| !known(*t)).max_by(|a, b| a.1.total_cmp(&b.1));
        best.map_or((UNSEEN, 0.0), |(t, odds)| {
            let sort = match s.upos(*t) {
                _ if mention(*t).is_some() => 1.0,
                Upos::Propn => 2.0,
                Upos::Noun => 3.0,
                Upos::Pron => 4.0,
                _ => 5.0,
            };
            (*odds, sort)
        })
    }

    #[allow(clippy::too_many_arguments)]
    fn traits(
        &self,
        found: &[Found],
        at: usize,
        tally: &Tally,
        earlier: &Earlier,
        party: &Party,
        views: &[View],
        role: Role,
        scene: &Scene,
    ) -> [f32; PARTY_TRAITS] {
        use PartyTrait as T;
        let f = &found[at];
        let s = self.syntax;
        let here = f.sentence;
        let act = scene.act;
        let mut v = [0.0; PARTY_TRAITS];
        let (mine, others) = match role {
            Role::Actor => (&f.actors, &f.recipients),
            Role::Recipient => (&f.recipients, &f.actors),
        };
        let no: &[(TokenId, f32)] = &[];
        let (odds, odds_other) = match (act, role) {
            (Some(a), Role::Actor) => (a.actors.as_slice(), a.recipients.as_slice()),
            (Some(a), Role::Recipient) => (a.recipients.as_slice(), a.actors.as_slice()),
            (None, _) => (no, no),
        };
        let view = self.best_view(views, here, f.trigger, odds);
        let mut set = |t: T, x: f32| v[t as usize] = x;
        set(T::Type, f.event as u8 as f32);
        set(T::Quad, quad(f.event));
        set(T::Speech, speech(s.upos(f.trigger)));
        set(T::Passive, flag(scene.passive));
        let chosen = mine.iter().position(|p| p.key == party.key);
        set(T::Chosen, chosen.map_or(0.0, |i| 1.0 + i as f32));
        set(T::ChosenOther, flag(others.iter().any(|p| p.key == party.key)));
        let from = chosen.map_or(0.0, |i| {
            let p = &mine[i];
            match () {
                () if p.span == s.span(f.trigger) => 3.0,
                () if s.cover(s.sentences[here]).contains(p.span) => 1.0,
                () => 2.0,
            }
        });
        set(T::ChosenFrom, from);
        set(T::ChosenCount, mine.len() as f32);
        set(T::OtherCount, others.len() as f32);
        set(T::Learnt, flag(is_learnt(f)));
        set(T::ActOdds, act.map_or(UNSEEN, |a| a.odds));
        set(T::ActSame, flag(act.is_some_and(|a| a.event == f.event)));
        set(T::ActType, type_odds(act, f));
        set(T::Slot, 0.0);
        set(T::Steps, FAR);
        set(T::Odds, UNSEEN);
        set(T::OddsOther, UNSEEN);
        set(T::OddsAbove, UNSEEN);
        set(T::Sentences, 8.0);
        let (open, word) = match role {
            Role::Actor => scene.open_actor,
            Role::Recipient => scene.open_recipient,
        };
        set(T::OddsOpen, open);
        set(T::OpenWord, word);
        set(T::KeyShare, -1.0);
        if let Some(view) = view {
            let head = view.mention.head;
            set(T::KeyShare, view.share);
            set(T::KeyOther, flag(view.other));
            if view.sentence == here {
                set(T::Odds, odds_of(odds, view.mention));
                set(T::OddsOther, odds_of(odds_other, view.mention));
                let above = std::iter::successors(s.head(head), |h| s.head(*h))
                    .take(3)
                    .take_while(|h| *h != f.trigger)
                    .filter_map(|h| odds.iter().find(|(t, _)| *t == h))
                    .map(|(_, odds)| *odds)
                    .fold(UNSEEN, f32::max);
                set(T::OddsAbove, above);
                let (slot, below) = slot_of(s, &scene.slots, head, f.trigger);
                set(T::Slot, slot);
                set(T::Below, below);
                set(T::Steps, (steps(s, f.trigger, head) as f32).min(FAR - 1.0));
                set(T::Words, (head.0 as f32 - f.trigger.0 as f32).clamp(-40.0, 40.0));
                set(T::Sentences, 0.0);
            } else if view.sentence == 0 && here > BEFORE {
                set(T::Sentences, 9.0);
            } else {
                set(T::Sentences, here as f32 - view.sentence as f32);
            }
            let wording = match view.mention.wording {
                Wording::Name => 1.0,
                Wording::Unlisted => 2.0,
                Wording::Role => 3.0,
                Wording::Pronoun => 4.0,
                Wording::Description => 5.0,
            };
            set(T::Wording, wording);
            let deprel = s.deprel(head);
            let subject = matches!(deprel, Deprel::Nsubj | Deprel::NsubjPass | Deprel::NsubjOuter);
            set(T::Subject, if deprel == Deprel::NsubjPass { 2.0 } else { flag(subject) });
            set(T::Owner, flag(matches!(deprel, Deprel::NmodPoss | Deprel::Compound | Deprel::Amod)));
            let placed = self
                .preposition(head)
                .is_some_and(|p| matches!(p.as_str(), "in" | "at" | "near" | "from" | "across"));
            set(T::Placed, flag(placed));
            let first =
                matches!(self.word(head).to_lowercase().as_str(), "we" | "i" | "us" | "our" | "my" | "me");
            set(T::Person, flag(first));
        }
        let kind = match party.kind {
            Kind::State => 1.0,
            Kind::Group => 2.0,
            Kind::Person => 3.0,
            Kind::People => 4.0,
        };
        set(T::Kind, kind);
        let sector = match party.key.split_once('/') {
            Some((_, sector)) => Some(sector),
            None => party.sector.as_deref(),
        };
        let sector = sector.and_then(|x| SECTORS.iter().position(|y| *y == x)).map_or(-1.0, |i| i as f32);
        set(T::Sector, if party.key == "UNK" { 23.0 } else { sector });
        let country = party.country(self.lexicon);
        let state = country.is_some() && !party.key.contains('/');
        set(T::State, flag(state));
        set(T::Within, flag(party.key.contains('/')));
        let (count, headline, rank) = tally.by_key.get(party.key.as_str()).copied().unwrap_or((0, false, 30));
        set(T::Share, count as f32 / tally.total.max(1) as f32);
        set(T::Rank, rank.min(30) as f32);
        set(T::Headline, flag(headline));
        set(T::Here, views.iter().filter(|v| v.sentence == here).count() as f32);
        let said = f.said_by.as_ref().is_some_and(|p| p.key == party.key);
        let quoted = self.speaker_at(f.trigger).is_some_and(|p| p.key == party.key);
        set(T::Speaker, flag(said) + 2.0 * flag(quoted));
        let is = |list: &[Party]| list.iter().any(|p| p.key == party.key);
        let last = |events: Option<&Vec<usize>>, fits: &dyn Fn(&Found) -> bool| {
            before(events, at).map(|o| &found[o]).find(|o| o.sentence <= here && fits(o))
        };
        let ago = |events| last(events, &|_| true).map_or(20.0, |o| ((here - o.sentence) as f32).min(19.0));
        set(T::WasActor, ago(earlier.actor.get(party.key.as_str())));
        set(T::WasRecipient, ago(earlier.recipient.get(party.key.as_str())));
        let same = last(earlier.of_type.get(&(f.event as u8)), &|o| o.trigger != f.trigger);
        set(
            T::WasSame,
            same.map_or(0.0, |o| match role {
                Role::Actor => flag(is(&o.actors)) - flag(is(&o.recipients)),
                Role::Recipient => flag(is(&o.recipients)) - flag(is(&o.actors)),
            }),
        );
        let other = others.first();
        set(
            T::OtherCountry,
            flag(country.is_some() && other.and_then(|o| o.country(self.lexicon)) == country),
        );
        set(T::OtherKey, flag(other.is_some_and(|o| o.key == party.key)));
        set(T::About, flag(country.is_some() && scene.about.as_deref() == country));
        set(T::Rivals, scene.rivals as f32);
        set(T::Unreal, flag(f.aux.iter().any(|a| matches!(a, Aux::Negated | Aux::Hypothetical))));
        v
    }
}

/// Sets, for each candidate, the odds of its best rival, and its rank by odds.
fn rank<'f>(
    list: &mut [Candidate<'f>],
    side: impl for<'c> Fn(&'c mut Candidate<'f>) -> &'c mut [f32; PARTY_TRAITS],
) {
    let odds: Vec<f32> = list.iter_mut().map(|c| side(c)[PartyTrait::Odds as usize]).collect();
    for (i, c) in list.iter_mut().enumerate() {
        let v = side(c);
        let rivals = odds.iter().enumerate().filter(|(j, _)| *j != i);
        v[PartyTrait::OddsRival as usize] = rivals.clone().map(|(_, o)| *o).fold(UNSEEN, f32::max);
        v[PartyTrait::OddsRank as usize] = rivals.filter(|(_, o)| **o > odds[i]).count() as f32;
    }
}

/// The network's odds that the word tells an event of this type.
fn type_odds(act: Option<&Act>, f: &Found) -> f32 {
    act.map_or(UNSEEN, |a| a.types[f.event as usize].max(UNSEEN))
}

/// The best odds of any word of a mention.
fn odds_of(odds: &[(TokenId, f32)], mention: &Mention) -> f32 {
    odds.iter().filter(|(t, _)| mention.tokens.contains(*t)).map(|(_, o)| *o).fold(UNSEEN, f32::max)
}

/// The words of a frame and the number of their place.
fn slots(frame: &Frame) -> Vec<(TokenId, f32)> {
    const PREPOSITIONS: [&str; 14] = [
        "by", "with", "against", "to", "of", "from", "on", "in", "for", "at", "between", "over", "toward",
        "into",
    ];
    let mut list: Vec<(TokenId, f32)> = Vec::new();
    list.extend(frame.subject.map(|t| (t, 1.0)));
    list.extend(frame.object.map(|t| (t, 2.0)));
    list.extend(frame.indirect.map(|t| (t, 3.0)));
    list.extend(frame.owners.iter().map(|t| (*t, 4.0)));
    for (p, t) in &frame.phrases {
        let last = p.rsplit(' ').next().unwrap_or(p);
        let number = PREPOSITIONS.iter().position(|x| *x == last).map_or(20.0, |i| 5.0 + i as f32);
        list.push((*t, number));
    }
    list.extend(frame.complements.iter().map(|t| (*t, 22.0)));
    list
}

/// The place in the frame that a word is in, and how many steps below its head; 0 where it hangs on no part of it, 21
/// where it hangs on the event's word in another way.
fn slot_of(s: &Syntax, slots: &[(TokenId, f32)], head: TokenId, trigger: TokenId) -> (f32, f32) {
    let chain = std::iter::successors(Some(head), |h| s.head(*h)).take(8);
    for (n, t) in chain.enumerate() {
        if let Some((_, slot)) = slots.iter().find(|(x, _)| *x == t) {
            return (*slot, n as f32);
        }
        if t == trigger {
            return (21.0, n as f32);
        }
    }
    (0.0, 9.0)
}

pub(crate) fn quad(event: EventType) -> f32 {
    Quad::ALL.iter().position(|q| *q == event.quad()).map_or(0.0, |i| i as f32)
}

pub(crate) fn speech(upos: Upos) -> f32 {
    match upos {
        Upos::Verb => 1.0,
        Upos::Noun => 2.0,
        Upos::Adj => 3.0,
        Upos::Aux => 4.0,
        _ => 5.0,
    }
}

/// The way through the tree from an event's word to another word of its sentence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path {
    /// Steps up from the event's word to where the two meet, and down to the other.
    pub up: usize,
    pub down: usize,
    /// The last relation below the meeting, on the event's side and on the other's.
    pub event_edge: Option<Deprel>,
    pub edge: Option<Deprel>,
}

impl Path {
    pub fn between(syntax: &Syntax, event: TokenId, word: TokenId) -> Option<Path> {
        let (ups, downs) = (syntax.chain(event), syntax.chain(word));
        let meeting = |(i, t)| Some((i, downs.iter().position(|d| *d == t)?));
        let (up, down) = ups.iter().copied().enumerate().find_map(meeting)?;
        let edge = |list: &[TokenId], n: usize| n.checked_sub(1).map(|k| syntax.deprel(list[k]));
        Some(Path { up, down, event_edge: edge(&ups, up), edge: edge(&downs, down) })
    }
}

/// A relation as a number; what is not there below all.
pub(crate) fn relation(deprel: Option<Deprel>) -> f32 {
    deprel.map_or(-1.0, |d| d as u8 as f32)
}

pub(super) fn is_learnt(f: &Found) -> bool {
    f.evidence.first().is_some_and(|e| e.rule.starts_with("learnt."))
}
