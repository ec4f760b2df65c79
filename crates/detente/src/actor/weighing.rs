//! What can be said for and against each key that a mention may have: numbers that the learnt choice of keys
//! ([`super::choosing`]) weighs. The rules' own key is one of them.
//!
//! A key may be that of any party that the article names near the mention or often, the state or the people of a country
//! that the words or the article speak of, another sector of the rules' country, the mention's own words, or nobody's.

use std::collections::{BTreeMap, HashMap};

use super::{Actors, Kind, Mention, Party, Wording, quoted};
use crate::forest::{flag, numbers};
use crate::lexicon::{ActorKind, Form, RoleKind};
use crate::span::{TokenId, TokenRange};
use crate::syntax::{Deprel, NameKind, Upos};

/// How many parties of the rest of the article may be meant, the most mentioned first.
const ELSEWHERE: usize = 8;
/// Sentences before a mention whose parties may be meant.
const BEFORE: usize = 3;
/// Odds that stand where the network saw nothing.
const UNSEEN: f32 = -6.0;
/// Odds of being a party of an act from which a word counts that no rule takes for anybody.
const SEEN: f32 = -1.0;
/// The same for words that a rule takes for somebody.
const PART: f32 = -2.0;
/// Sentences and words that stand where there is nothing.
const FAR_SENTENCES: f32 = 30.0;
const FAR_WORDS: f32 = 400.0;

numbers! {
    /// What is known of a mention, whatever its key.
    MentionTrait MENTION_TRAITS {
        /// How it is worded, the form of a listed name, the role noun's kind and sector, whether it stands for its state.
        Wording, Form, Role, RoleSector, RoleState,
        /// Grammar of the head: relation, part of speech, preposition, plural.
        Relation, Speech, Preposition, Plural,
        /// What stands beside it: the, a, a number, an owner, "of" and the like, adjectives, an apposition.
        Definite, Indefinite, Counted, Owned, Of, Modified, Apposed,
        /// Words of the mention, its first letter, what the model takes the name for, which pronoun.
        Length, Capital, Named, Pronoun,
        /// Where it stands: sentence, in a quotation.
        Sentence, Quoted,
        /// What the network sees: the odds of being an actor and a recipient, and of acts of which type.
        ActorOdds, ActorType, RecipientOdds, RecipientType,
        /// Which rule gave the key, from how many places, and what sort of party and key that is.
        Rule, Places, RuleKind, RuleSector, RuleMade,
        /// The country of most talk is also that of most deeds; how many countries are spoken of; the sentence names one.
        OneCountry, Countries, CountryHere,
    }
}

numbers! {
    /// What is known of a key that a mention may have.
    KeyTrait KEY_TRAITS {
        /// Where from, the rules' own, what sort of key, its sector, that of the rules, of the role noun.
        Made, Ruled, Sort, Sector, SameSector, RoleSector,
        /// Its country: the rules', that of most talk, of most deeds, of the sentence's place, named before, after.
        SameCountry, Focus, Scene, Here, Before, After,
        /// How much the article speaks of the country: share, rank, headline, in this sentence, sentences back.
        CountryShare, CountryRank, CountryTitle, CountryCount, CountryBack,
        /// How much of the key: share, rank, headline, in this sentence.
        Share, Rank, Title, Count,
        /// The mention before that has the key: sentences and words back, order, worded how, subject, sort, plural.
        SentencesBack, WordsBack, Order, LastWording, LastSubject, LastKind, LastPlural,
        /// The one after it; mentions of the key as a person, as a state or group in the sentences before.
        Next, Persons, Bodies,
        /// Others of the same name, of the same noun, and how many of them have the key.
        Namesakes, NameShare, Likes, LikeShare,
        /// In the mention's own phrase: the key, its country; its apposition; another argument of the same verb.
        Phrase, PhraseCountry, Apposition, Clash,
        /// The speaker of the quotation: the key, its country.
        Speaker, SpeakerCountry,
        /// How many keys are weighed.
        Rivals,
    }
}

/// Numbers that the forest is asked with.
pub(super) const ALL_TRAITS: usize = MENTION_TRAITS + KEY_TRAITS;

const SECTORS: [&str; 24] = [
    "GOV", "MIL", "CVL", "REB", "COP", "BUS", "LEG", "JUD", "REL", "LAB", "CRM", "IGO", "JRN", "PTY", "OPP",
    "NGO", "EDU", "SPY", "UAF", "ELI", "REF", "MED", "AGR", "UNK",
];

/// Sectors that people of the rules' country may turn out to have.
const TURNS: [&str; 14] =
    ["CVL", "LEG", "OPP", "JUD", "BUS", "REB", "JRN", "CRM", "REF", "LAB", "ELI", "REL", "EDU", "MED"];

const RULES: [&str; 26] = [
    "actor:armed-group",
    "actor:body-of",
    "actor:description",
    "actor:introduced",
    "actor:led",
    "actor:named-before",
    "actor:named-below",
    "actor:named-elsewhere",
    "actor:nationality",
    "actor:no-country",
    "actor:office-of",
    "actor:organisation",
    "actor:people-of",
    "actor:place-acts",
    "actor:place-of",
    "actor:place-of-sentence",
    "actor:private-person",
    "actor:pronoun",
    "actor:role-before",
    "actor:sender",
    "actor:sides-of-war",
    "actor:speaker",
    "actor:state-of-article",
    "actor:unlisted",
    "actors/people",
    "roles/roles",
];

const CASES: [&str; 14] =
    ["of", "by", "with", "for", "against", "to", "in", "from", "between", "among", "at", "on", "at", "as"];

/// A mention and the keys that it may have.
#[derive(Clone, Debug)]
pub struct KeyWeighing {
    /// Its words.
    pub tokens: TokenRange,
    /// Its head.
    pub head: TokenId,
    /// How it is worded.
    pub wording: Wording,
    /// The key by the rules, if any.
    pub ruled: Option<String>,
    /// Its numbers.
    pub traits: [f32; MENTION_TRAITS],
    /// Each key with its numbers.
    pub keys: Vec<(String, [f32; KEY_TRAITS])>,
}

/// A key that a mention may have.
pub(super) struct Candidate {
    pub key: String,
    pub sector: Option<String>,
    /// The mention that has it.
    pub from: Option<usize>,
    made: f32,
}

/// What an article says to all of its mentions.
pub(super) struct Outlook<'m> {
    mentions: &'m [Mention],
    /// Of each key the mentions that have it.
    by_key: HashMap<&'m str, Vec<u32>>,
    /// Mentions by sentence.
    sentences: Vec<Vec<u32>>,
    /// Keys by how often they are mentioned.
    often: Vec<&'m str>,
    total: f32,
    /// Of each country, the sentences that speak of it.
    countries: BTreeMap<String, Vec<u32>>,
    /// Countries by how often they are spoken of.
    ranks: Vec<String>,
    spoken: f32,
    /// Mentions of a family name, of a role noun.
    names: HashMap<String, Alike<'m>>,
    nouns: HashMap<String, Alike<'m>>,
    /// Of each token the odds of being an actor and a recipient, and of which type of act.
    acts: Vec<[(f32, f32); 2]>,
    /// Quotations, and who speaks.
    quotes: Vec<((usize, usize), Option<Party>)>,
}

/// What one mention's surroundings say to all of its keys.
pub(super) struct Surroundings<'m> {
    at: usize,
    mention: &'m Mention,
    sentence: usize,
    ruled: Option<&'m Party>,
    ruled_home: Option<String>,
    role_sector: Option<&'m str>,
    here: Option<String>,
    before: Option<String>,
    after: Option<String>,
    speaker: Option<&'m Party>,
    /// Parties in the phrase, with how they stand in it.
    phrase: Vec<(String, f32)>,
    apposed: Vec<String>,
    clash: Vec<String>,
    namesakes: Option<&'m Alike<'m>>,
    likes: Option<&'m Alike<'m>>,
}

/// Mentions of one name or noun, by the keys they have: with thousands of them none is gone through for each other.
#[derive(Default)]
pub(super) struct Alike<'m> {
    mentions: u32,
    /// Each key that any of them has.
    keys: HashMap<&'m str, Having>,
}

/// Which of the alike mentions have a key.
#[derive(Default)]
struct Having {
    mentions: u32,
    /// The first two of them: the mention, and which of its parties.
    first: [Option<(u32, u32)>; 2],
}

impl<'m> Alike<'m> {
    fn add(&mut self, at: usize, mention: &'m Mention) {
        self.mentions += 1;
        for (n, p) in mention.parties.iter().enumerate() {
            if mention.parties[..n].iter().any(|q| q.key == p.key) {
                continue;
            }
            let having = self.keys.entry(&p.key).or_default();
            if let Some(free) = having.first.get_mut(having.mentions as usize) {
                *free = Some((at as u32, n as u32));
            }
            having.mentions += 1;
        }
    }

    /// How many there are beside one of them.
    fn others(&self) -> u32 {
        self.mentions.saturating_sub(1)
    }

    /// The share of the others that have this key.
    fn share(&self, key: &str, mention: &Mention) -> f32 {
        let all = self.keys.get(key).map_or(0, |h| h.mentions);
        let own = u32::from(mention.parties.iter().any(|p| p.key == key));
        all.saturating_sub(own) as f32 / self.others().max(1) as f32
    }

    /// For each key of the others, in the order of the text, the first that has it, and which of its parties.
    fn firsts(&self, at: usize) -> Vec<(u32, u32)> {
        let other = |h: &Having| h.first.into_iter().flatten().find(|(i, _)| *i as usize != at);
        let mut list: Vec<(u32, u32)> = self.keys.values().filter_map(other).collect();
        list.sort_unstable();
        list
    }
}

impl Outlook<'_> {
    /// Does the network see the mention as somebody's part in an act?
    pub(super) fn is_seen(&self, m: &Mention) -> bool {
        m.tokens.iter().any(|t| self.acts[t.index()].iter().any(|(odds, _)| *odds >= PART))
    }
}

impl<'a> Actors<'a> {
    /// Words that no rule takes for anybody and that the network sees as a party of an act: they may be somebody yet.
    pub(super) fn overlooked(&self) -> Vec<Mention> {
        let s = self.syntax;
        let mut seen: BTreeMap<TokenId, f32> = BTreeMap::new();
        for act in &s.acts {
            for (t, odds) in act.actors.iter().chain(&act.recipients) {
                let best = seen.entry(*t).or_insert(UNSEEN);
                *best = best.max(*odds);
            }
        }
        let taken: Vec<TokenRange> = self.mentions.iter().map(|m| m.tokens).collect();
        let free = |t: TokenId| {
            let at = taken.partition_point(|r| r.end <= t);
            self.own(t).is_empty() && !taken.get(at).is_some_and(|r| r.contains(t))
        };
        seen.into_iter()
            .filter(|(t, odds)| {
                *odds >= SEEN && matches!(s.upos(*t), Upos::Pron | Upos::Noun | Upos::Propn) && free(*t)
            })
            .map(|(t, _)| Mention {
                tokens: TokenRange::new(t.index(), t.index() + 1),
                head: t,
                wording: if s.upos(t) == Upos::Pron { Wording::Pronoun } else { Wording::Description },
                parties: Vec::new(),
            })
            .collect()
    }

    /// What speaks for each key of each mention: to learn from.
    pub fn weigh_keys(&self) -> Vec<KeyWeighing> {
        let mut mentions = self.mentions.clone();
        mentions.extend(self.overlooked());
        mentions.sort_by_key(|m| m.head);
        let outlook = self.outlook(&mentions);
        let mut out = Vec::new();
        for (at, m) in mentions.iter().enumerate().filter(|(_, m)| m.parties.len() < 2) {
            let around = self.surroundings(&outlook, at);
            let candidates = self.key_candidates(&outlook, &around);
            out.push(KeyWeighing {
                tokens: m.tokens,
                head: m.head,
                wording: m.wording,
                ruled: around.ruled.map(|p| p.key.clone()),
                traits: self.mention_traits(&outlook, &around),
                keys: candidates
                    .iter()
                    .map(|c| (c.key.clone(), self.key_traits(&outlook, &around, c, candidates.len())))
                    .collect(),
            });
        }
        out
    }

    pub(super) fn outlook<'m>(&self, mentions: &'m [Mention]) -> Outlook<'m> {
        let s = self.syntax;
        let mut by_key: HashMap<&str, Vec<u32>> = HashMap::new();
        let mut often: Vec<&str> = Vec::new();
        let mut sentences = vec![Vec::new(); s.sentences.len()];
        let mut names: HashMap<String, Alike> = HashMap::new();
        let mut nouns: HashMap<String, Alike> = HashMap::new();
        let mut countries: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut total = 0.0;
        for (i, m) in mentions.iter().enumerate() {
            let here = s.sentence_of(m.head);
            sentences[here].push(i as u32);
            for p in m.parties.iter().filter(|p| !p.key.is_empty()) {
                let list = by_key.entry(&p.key).or_default();
                if list.is_empty() {
                    often.push(&p.key);
                }
                list.push(i as u32);
                total += 1.0;
            }
            if let Some(name) = self.name_of(m) {
                names.entry(name).or_default().add(i, m);
            }
            if let Some(noun) = self.noun_of(m) {
                nouns.entry(noun).or_default().add(i, m);
            }
        }
        let mut spoken = 0.0;
        for (tokens, _, key, _) in self.states_spoken_of() {
            let list = countries.entry(key.to_string()).or_default();
            list.push(s.sentence_of(tokens.start) as u32);
            spoken += 1.0;
        }
        for m in mentions.iter().filter(|m| m.wording == Wording::Name) {
            for p in m.parties.iter().filter(|p| p.kind == Kind::Person) {
                if let Some(home) = self.home_of(&p.key) {
                    let list = countries.entry(home.to_string()).or_default();
                    list.push(s.sentence_of(m.head) as u32);
                    spoken += 1.0;
                }
            }
        }
        for list in countries.values_mut() {
            list.sort_unstable();
        }
        let mut ranks: Vec<String> = countries.keys().cloned().collect();
        ranks.sort_by_key(|k| std::cmp::Reverse(countries[k].len()));
        often.sort_by_key(|k| std::cmp::Reverse(by_key[k].len()));
        let mut acts = vec![[(UNSEEN, -1.0); 2]; s.tokens.len()];
        for act in &s.acts {
            for (side, list) in [&act.actors, &act.recipients].into_iter().enumerate() {
                for (t, odds) in list {
                    let best = &mut acts[t.index()][side];
                    if *odds > best.0 {
                        *best = (*odds, act.event as u8 as f32);
                    }
                }
            }
        }
        let quotes = quoted(s, self.text)
            .into_iter()
            .filter(|(start, end)| end > start)
            .map(|(start, end)| ((start, end), self.speaker_of(TokenRange::new(start, end))))
            .collect();
        Outlook {
            mentions,
            by_key,
            sentences,
            often,
            total,
            countries,
            ranks,
            spoken,
            names,
            nouns,
            acts,
            quotes,
        }
    }

    /// The country of a key: a state, somebody in it, an organisation at home there.
    fn home_of<'k>(&'k self, key: &'k str) -> Option<&'k str> {
        let head = key.split('/').next().unwrap_or_default();
        if self.lexicon.is_state(head) {
            return Some(head);
        }
        self.lexicon.actor(key)?.country.as_deref()
    }

    /// By what name a person or an unlisted party is known again.
    pub(super) fn name_of(&self, m: &Mention) -> Option<String> {
        let person = m.parties.first().is_none_or(|p| p.kind == Kind::Person || p.key.is_empty());
        let named = m.wording == Wording::Unlisted || m.wording == Wording::Name && person;
        let last = m.tokens.iter().next_back()?;
        named.then(|| self.lexicon.spelling(self.word(last)))
    }

    /// By what noun people and bodies are known again.
    fn noun_of(&self, m: &Mention) -> Option<String> {
        match m.wording {
            Wording::Role | Wording::Description => Some(
                self.role(m.head)
                    .map_or_else(|| self.syntax.lemma(m.head).to_lowercase(), |r| r.role.noun.clone()),
            ),
            _ => None,
        }
    }

    pub(super) fn surroundings<'m>(&self, outlook: &'m Outlook<'m>, at: usize) -> Surroundings<'m>
    where
        'a: 'm,
    {
        let s = self.syntax;
        let mention = &outlook.mentions[at];
        let sentence = s.sentence_of(mention.head);
        let ruled = mention.parties.first().filter(|p| !p.key.is_empty());
        let range = s.sentences[sentence];
        let state = |t: TokenId| {
            let hit = self.hit(t).filter(|h| h.head == t && h.form != Form::Person)?;
            let actor = &self.lexicon.actors[hit.index as usize];
            let outside = !mention.tokens.contains(t);
            let home = if actor.kind == ActorKind::State {
                Some(actor.key.as_str())
            } else {
                actor.country.as_deref()
            };
            home.filter(|_| outside).map(str::to_string)
        };
        let before = (range.start.0..mention.tokens.start.0).rev().map(TokenId).find_map(state);
        let after = (mention.tokens.end.0..range.end.0).map(TokenId).find_map(state);
        let speaker = outlook
            .quotes
            .iter()
            .find(|((start, end), _)| (*start..*end).contains(&mention.head.index()))
            .and_then(|(_, p)| p.as_ref());
        let mut phrase: Vec<(String, f32)> = Vec::new();
        let mut apposed: Vec<String> = Vec::new();
        let mut add = |t: TokenId, how: f32| {
            let found = self.modifier(t).into_iter().chain(self.own(t).iter().cloned());
            phrase.extend(found.filter(|p| !p.key.is_empty()).map(|p| (p.key, how)));
        };
        for t in mention.tokens.iter() {
            for &c in s.children(t).iter().filter(|c| !mention.tokens.contains(**c)) {
                let how = match s.deprel(c) {
                    Deprel::Amod => 1.0,
                    Deprel::Compound => 2.0,
                    Deprel::NmodPoss => 3.0,
                    Deprel::Nmod => match self.case(c) {
                        Some("of") => 4.0,
                        Some("from") => 5.0,
                        Some("in" | "at") => 6.0,
                        _ => 7.0,
                    },
                    Deprel::Appos | Deprel::Flat | Deprel::NmodDesc => {
                        apposed.extend(self.own(c).iter().map(|p| p.key.clone()));
                        continue;
                    }
                    _ => continue,
                };
                add(c, how);
                for &g in s.children(c).iter().filter(|g| {
                    matches!(s.deprel(**g), Deprel::Amod | Deprel::Compound | Deprel::NmodPoss | Deprel::Nmod)
                }) {
                    add(g, how + 8.0);
                }
            }
        }
        let above = s.head(mention.head);
        if let Some(h) = above
            && matches!(
                s.deprel(mention.head),
                Deprel::Appos | Deprel::Flat | Deprel::NmodDesc | Deprel::Compound
            )
        {
            apposed.extend(self.own(h).iter().map(|p| p.key.clone()));
        }
        let argument = |t: TokenId| {
            matches!(
                s.deprel(t),
                Deprel::Nsubj
                    | Deprel::NsubjPass
                    | Deprel::Obj
                    | Deprel::Iobj
                    | Deprel::Obl
                    | Deprel::OblAgent
            )
        };
        let clash = match above.filter(|_| argument(mention.head)) {
            Some(verb) => s
                .children(verb)
                .iter()
                .filter(|c| **c != mention.head && argument(**c))
                .flat_map(|c| self.own(*c).iter().map(|p| p.key.clone()))
                .collect(),
            None => Vec::new(),
        };
        Surroundings {
            at,
            mention,
            sentence,
            ruled,
            ruled_home: ruled.and_then(|p| self.home_of(&p.key)).map(str::to_string),
            role_sector: self
                .role(mention.head)
                .filter(|r| r.role.kind != RoleKind::Description)
                .map(|r| r.role.sector.as_str()),
            here: self.place_of(range).map(str::to_string),
            before,
            after,
            speaker,
            phrase,
            apposed,
            clash,
            namesakes: self.name_of(mention).and_then(|n| outlook.names.get(&n)),
            likes: self.noun_of(mention).and_then(|n| outlook.nouns.get(&n)),
        }
    }

    /// The keys that a mention may have, the rules' own first.
    pub(super) fn key_candidates(&self, outlook: &Outlook, around: &Surroundings) -> Vec<Candidate> {
        let mut list: Vec<Candidate> = Vec::with_capacity(32);
        let mut add = |key: &str, sector: Option<&str>, from: Option<usize>, made: f32| {
            if !key.is_empty() && !list.iter().any(|c| c.key == key) {
                list.push(Candidate { key: key.to_string(), sector: sector.map(str::to_string), from, made });
            }
        };
        if let Some(p) = around.ruled {
            add(&p.key, p.sector.as_deref(), None, 1.0);
        }
        let here = around.sentence;
        let last = (here + 1).min(outlook.sentences.len() - 1);
        let first = here.saturating_sub(BEFORE);
        let headline = (first > 0).then_some(0);
        // The nearest mention before is the one that is pointed to.
        let near = (first..=last).rev().chain(headline);
        for sentence in near {
            for &i in outlook.sentences[sentence].iter().rev() {
                if i as usize == around.at {
                    continue;
                }
                for p in &outlook.mentions[i as usize].parties {
                    add(&p.key, p.sector.as_deref(), Some(i as usize), 2.0);
                }
            }
        }
        for key in outlook.often.iter().take(ELSEWHERE) {
            let from = outlook.by_key[key].iter().rev().find(|i| (**i as usize) < around.at);
            let from = from.or(outlook.by_key[key].first()).map(|i| *i as usize);
            let sector = from.and_then(|i| {
                outlook.mentions[i].parties.iter().find(|p| p.key == *key).and_then(|p| p.sector.as_deref())
            });
            add(key, sector, from, 3.0);
        }
        for alike in around.namesakes.into_iter().chain(around.likes) {
            for (i, n) in alike.firsts(around.at) {
                let p = &outlook.mentions[i as usize].parties[n as usize];
                add(&p.key, p.sector.as_deref(), Some(i as usize), 2.0);
            }
        }
        let homes = [
            around.ruled_home.as_deref(),
            around.before.as_deref(),
            around.after.as_deref(),
            around.here.as_deref(),
            self.focus.as_deref(),
            self.scene.as_deref(),
            outlook.ranks.first().map(String::as_str),
            outlook.ranks.get(1).map(String::as_str),
        ];
        let mut done: Vec<&str> = Vec::new();
        for (n, home) in homes.into_iter().enumerate() {
            let Some(home) = home.filter(|h| self.lexicon.is_state(h) && !done.contains(h)) else { continue };
            done.push(home);
            add(home, Some("GOV"), None, 4.0);
            add(&format!("{home}/CVL"), Some("CVL"), None, 5.0);
            if let Some(sector) = around.role_sector {
                add(&format!("{home}/{sector}"), Some(sector), None, 6.0);
            }
            if n == 0 || around.ruled_home.is_none() && done.len() == 1 {
                for sector in TURNS {
                    add(&format!("{home}/{sector}"), Some(sector), None, 7.0);
                }
            }
        }
        let m = around.mention;
        let group = m.parties.first().is_none_or(|p| p.kind == Kind::Group);
        if m.wording == Wording::Unlisted && group {
            let words = self.syntax.cover(m.tokens).slice(self.text);
            let words: Vec<&str> = words.split_whitespace().collect();
            let sector = m.parties.first().and_then(|p| p.sector.as_deref());
            add(&words.join(" "), sector, None, 8.0);
        }
        add("UNK", None, None, 9.0);
        list
    }

    pub(super) fn mention_traits(&self, outlook: &Outlook, around: &Surroundings) -> [f32; MENTION_TRAITS] {
        use MentionTrait as T;
        let s = self.syntax;
        let m = around.mention;
        let mut v = [0.0; MENTION_TRAITS];
        let mut set = |t: T, x: f32| v[t as usize] = x;
        let role = self.role(m.head);
        set(T::Wording, wording(m.wording));
        let hit = self.hit(m.head);
        set(
            T::Form,
            hit.map_or(0.0, |h| {
                let form = h.form as u8 as f32;
                match h.form {
                    Form::Person => 1.0,
                    _ => 10.0 + 10.0 * self.lexicon.actors[h.index as usize].kind as u8 as f32 + form,
                }
            }),
        );
        set(T::Role, role.map_or(0.0, |r| 1.0 + r.role.kind as u8 as f32));
        set(T::RoleSector, role.map_or(0.0, |r| sector(Some(&r.role.sector))));
        set(T::RoleState, role.map_or(0.0, |r| 1.0 + flag(r.role.state)));
        set(T::Relation, s.deprel(m.head) as u8 as f32);
        set(T::Speech, s.upos(m.head) as u8 as f32);
        let case = self.case(m.head);
        set(
            T::Preposition,
            case.map_or(0.0, |c| {
                CASES.iter().position(|x| *x == c).map_or(CASES.len() as f32 + 1.0, |i| 1.0 + i as f32)
            }),
        );
        let word = self.word(m.head);
        set(T::Plural, flag(word.to_lowercase() != s.lemma(m.head).to_lowercase()));
        for t in m.tokens.iter() {
            for &c in s.children(t).iter().filter(|c| !m.tokens.contains(**c)) {
                match s.deprel(c) {
                    Deprel::Det => match s.lemma(c) {
                        "the" => set(T::Definite, 1.0),
                        "this" | "that" | "these" | "those" => set(T::Definite, 2.0),
                        "a" | "an" => set(T::Indefinite, 1.0),
                        _ => set(T::Indefinite, 2.0),
                    },
                    Deprel::Nummod => set(T::Counted, 1.0),
                    Deprel::NmodPoss => set(T::Owned, 1.0 + flag(s.upos(c) == Upos::Pron)),
                    Deprel::Nmod => {
                        let case = self.case(c).and_then(|p| CASES.iter().position(|x| *x == p));
                        set(T::Of, case.map_or(CASES.len() as f32 + 1.0, |i| 1.0 + i as f32));
                    }
                    Deprel::Amod | Deprel::Compound => {
                        set(
                            T::Modified,
                            if self.hit(c).is_some() { 3.0 } else { 1.0 + flag(self.role(c).is_some()) },
                        );
                    }
                    Deprel::Appos => set(T::Apposed, 1.0),
                    Deprel::AclRelcl | Deprel::Acl => set(T::Apposed, 2.0),
                    _ => {}
                }
            }
        }
        set(T::Length, m.tokens.len() as f32);
        set(T::Capital, flag(self.word(m.tokens.start).starts_with(char::is_uppercase)));
        let named = s.names.iter().find(|n| n.tokens.overlaps(m.tokens)).map_or(0.0, |n| match n.kind {
            NameKind::Person => 1.0,
            NameKind::Organisation => 2.0,
            NameKind::Place => 3.0,
            NameKind::Nationality | NameKind::Event => 4.0,
        });
        set(T::Named, named);
        set(T::Pronoun, if m.wording == Wording::Pronoun { pronoun(&word.to_lowercase()) } else { 0.0 });
        set(T::Sentence, around.sentence as f32);
        let quoted = outlook.quotes.iter().any(|((a, b), _)| (*a..*b).contains(&m.head.index()));
        set(T::Quoted, flag(quoted) + flag(around.speaker.is_some()));
        let [actor, recipient] = outlook.acts[m.head.index()];
        set(T::ActorOdds, actor.0);
        set(T::ActorType, actor.1);
        set(T::RecipientOdds, recipient.0);
        set(T::RecipientType, recipient.1);
        if let Some(p) = m.parties.first() {
            let known = RULES.iter().position(|r| p.why.rule.starts_with(r));
            let other = if p.why.rule.starts_with("actors/") { 90.0 } else { 91.0 };
            set(T::Rule, known.map_or(other, |i| 1.0 + i as f32));
            set(T::Places, p.why.spans.len() as f32);
            set(T::RuleKind, 1.0 + p.kind as u8 as f32);
            set(T::RuleSector, key_sector(&p.key, p.sector.as_deref()));
            set(T::RuleMade, self.sort(&p.key));
        }
        set(T::OneCountry, flag(self.focus.is_some()) + flag(self.focus == self.scene));
        set(T::Countries, outlook.ranks.len() as f32);
        set(T::CountryHere, flag(around.here.is_some()));
        v
    }

    pub(super) fn key_traits(
        &self,
        outlook: &Outlook,
        around: &Surroundings,
        c: &Candidate,
        rivals: usize,
    ) -> [f32; KEY_TRAITS] {
        use KeyTrait as T;
        let s = self.syntax;
        let mut v = [0.0; KEY_TRAITS];
        let mut set = |t: T, x: f32| v[t as usize] = x;
        let ruled = around.ruled;
        set(T::Made, c.made);
        set(
            T::Ruled,
            match ruled {
                Some(p) => flag(p.key == c.key),
                None => 2.0,
            },
        );
        set(T::Sort, self.sort(&c.key));
        let own = key_sector(&c.key, c.sector.as_deref());
        set(T::Sector, own);
        set(T::SameSector, ruled.map_or(2.0, |p| flag(key_sector(&p.key, p.sector.as_deref()) == own)));
        set(T::RoleSector, around.role_sector.map_or(2.0, |r| flag(sector(Some(r)) == own)));
        let home = self.home_of(&c.key);
        let is = |other: &Option<String>| match (home, other.as_deref()) {
            (_, None) => 2.0,
            (None, _) => 3.0,
            (Some(a), Some(b)) => flag(a == b),
        };
        set(T::SameCountry, is(&around.ruled_home));
        set(T::Focus, is(&self.focus));
        set(T::Scene, is(&self.scene));
        set(T::Here, is(&around.here));
        set(T::Before, is(&around.before));
        set(T::After, is(&around.after));
        set(T::CountryRank, FAR_SENTENCES);
        set(T::CountryBack, FAR_SENTENCES);
        if let Some(home) = home
            && let Some(list) = outlook.countries.get(home)
        {
            set(T::CountryShare, list.len() as f32 / outlook.spoken.max(1.0));
            let rank = outlook.ranks.iter().position(|k| k == home);
            set(T::CountryRank, rank.map_or(FAR_SENTENCES, |r| r as f32));
            set(T::CountryTitle, flag(list.first() == Some(&0)));
            let here = around.sentence as u32;
            // The list is in order.
            let (first, end) = (list.partition_point(|n| *n < here), list.partition_point(|n| *n <= here));
            set(T::CountryCount, (end - first) as f32);
            let back = list[..end].last().map_or(FAR_SENTENCES, |n| (here - n) as f32);
            set(T::CountryBack, back.min(FAR_SENTENCES));
        }
        set(T::Rank, FAR_SENTENCES);
        for t in [T::SentencesBack, T::Next] {
            set(t, FAR_SENTENCES);
        }
        set(T::WordsBack, FAR_WORDS);
        set(T::Order, FAR_SENTENCES);
        if let Some(list) = outlook.by_key.get(c.key.as_str()) {
            // Mentions are in the order of the text: nothing is gone through for each of thousands.
            let mut others = list.iter().copied().filter(|i| *i as usize != around.at);
            let upto = |end: usize| list.partition_point(|i| (*i as usize) < end);
            let itself = upto(around.at + 1) - upto(around.at);
            let here = around.sentence;
            let sentence = |i: u32| s.sentence_of(outlook.mentions[i as usize].head);
            set(T::Share, (list.len() - itself) as f32 / outlook.total.max(1.0));
            let rank = outlook.often.iter().take(20).position(|k| *k == c.key);
            set(T::Rank, rank.map_or(FAR_SENTENCES, |r| r as f32));
            set(T::Title, flag(others.next().is_some_and(|i| sentence(i) == 0)));
            let first = list.partition_point(|i| sentence(*i) < here);
            let end = list.partition_point(|i| sentence(*i) <= here);
            set(T::Count, (end - first).saturating_sub(itself) as f32);
            let back = list.partition_point(|i| (*i as usize) < around.at);
            if let Some(&i) = list[..back].last() {
                let last = &outlook.mentions[i as usize];
                set(T::SentencesBack, ((here - sentence(i)) as f32).min(FAR_SENTENCES));
                let words = around.mention.tokens.start.0.saturating_sub(last.tokens.end.0) as f32;
                set(T::WordsBack, words.min(FAR_WORDS));
                set(T::Order, ((around.at - i as usize) as f32).min(FAR_SENTENCES));
                set(T::LastWording, wording(last.wording));
                let subject = |t: TokenId| match s.deprel(t) {
                    Deprel::Nsubj => 1.0,
                    Deprel::NsubjPass => 2.0,
                    Deprel::Obj => 3.0,
                    Deprel::NmodPoss => 4.0,
                    Deprel::Amod | Deprel::Compound => 5.0,
                    Deprel::Obl => 6.0,
                    Deprel::Nmod => 7.0,
                    _ => 0.0,
                };
                set(T::LastSubject, subject(last.head));
                set(T::LastPlural, last.parties.len() as f32);
                let kind =
                    last.parties.iter().find(|p| p.key == c.key).map_or(0.0, |p| 1.0 + p.kind as u8 as f32);
                set(T::LastKind, kind);
            }
            let next = list[back..].iter().copied().find(|i| *i as usize != around.at);
            set(T::Next, next.map_or(FAR_SENTENCES, |i| ((sentence(i) - here) as f32).min(FAR_SENTENCES)));
            let (mut persons, mut bodies) = (0.0, 0.0);
            for &i in list[..back].iter().rev().take_while(|i| here - sentence(**i) <= BEFORE) {
                for p in outlook.mentions[i as usize].parties.iter().filter(|p| p.key == c.key) {
                    match p.kind {
                        Kind::Person => persons += 1.0,
                        _ => bodies += 1.0,
                    }
                }
            }
            set(T::Persons, persons);
            set(T::Bodies, bodies);
        }
        let others = |alike: Option<&Alike>| alike.map_or(0.0, |a| a.others() as f32);
        let share = |alike: Option<&Alike>| alike.map_or(0.0, |a| a.share(&c.key, around.mention));
        set(T::Namesakes, others(around.namesakes));
        set(T::NameShare, share(around.namesakes));
        set(T::Likes, others(around.likes));
        set(T::LikeShare, share(around.likes));
        let phrase = around.phrase.iter().find(|(key, _)| *key == c.key).map_or(0.0, |(_, how)| *how);
        set(T::Phrase, phrase);
        let of = |key: &str| home.is_some() && self.home_of(key) == home;
        set(T::PhraseCountry, around.phrase.iter().find(|(key, _)| of(key)).map_or(0.0, |(_, how)| *how));
        set(
            T::Apposition,
            if around.apposed.contains(&c.key) { 2.0 } else { flag(around.apposed.iter().any(|k| of(k))) },
        );
        set(T::Clash, flag(around.clash.contains(&c.key)));
        set(T::Speaker, around.speaker.map_or(2.0, |p| flag(p.key == c.key)));
        set(T::SpeakerCountry, around.speaker.map_or(2.0, |p| flag(of(&p.key))));
        set(T::Rivals, rivals as f32);
        v
    }

    /// What sort of key it is.
    fn sort(&self, key: &str) -> f32 {
        match key.split_once('/') {
            None if key.is_empty() => 0.0,
            None if key == "UNK" => 1.0,
            None if self.lexicon.is_state(key) => 2.0,
            Some(_) if key.starts_with("UNK") => 3.0,
            Some(_) => 4.0,
            None if self.lexicon.actor(key).is_some_and(|a| a.country.is_some()) => 5.0,
            None if self.lexicon.actor(key).is_some() => 6.0,
            None => 7.0,
        }
    }
}

fn wording(w: Wording) -> f32 {
    match w {
        Wording::Name => 1.0,
        Wording::Unlisted => 2.0,
        Wording::Role => 3.0,
        Wording::Pronoun => 4.0,
        Wording::Description => 5.0,
    }
}

fn sector(name: Option<&str>) -> f32 {
    name.and_then(|n| SECTORS.iter().position(|s| *s == n)).map_or(0.0, |i| 1.0 + i as f32)
}

/// The sector of a key; of a state, whatever office, the state's.
fn key_sector(key: &str, other: Option<&str>) -> f32 {
    match key.split_once('/') {
        Some((_, own)) => sector(Some(own)),
        None if key.len() == 3 && key.bytes().all(|b| b.is_ascii_uppercase()) => 1.0,
        None => 30.0 + sector(other),
    }
}

/// Which pronoun.
fn pronoun(word: &str) -> f32 {
    match word {
        "he" | "him" | "his" | "himself" | "she" | "her" | "hers" | "herself" => 1.0,
        "it" => 2.0,
        "its" | "itself" => 3.0,
        "they" | "them" | "themselves" => 4.0,
        "their" | "theirs" => 5.0,
        "i" | "me" | "my" | "myself" => 6.0,
        "we" | "us" => 7.0,
        "our" | "ours" => 8.0,
        "you" | "your" => 9.0,
        "who" | "whom" | "whose" | "which" | "that" => 10.0,
        "those" | "these" | "this" => 11.0,
        _ => 12.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Evidence;
    use crate::span::Span;

    fn mention(keys: &[&str]) -> Mention {
        let party = |key: &&str| Party {
            key: key.to_string(),
            sector: None,
            name: key.to_string(),
            wikidata: None,
            office: None,
            kind: Kind::Person,
            span: Span::new(0, 1),
            why: Evidence::new("test", []),
        };
        let (tokens, head) = (TokenRange::new(0, 1), TokenId(0));
        Mention { tokens, head, wording: Wording::Pronoun, parties: keys.iter().map(party).collect() }
    }

    #[test]
    fn alike_mentions_are_counted_without_the_one_that_asks() {
        let mentions =
            [mention(&["IRN"]), mention(&["IRN", "IRN", "Hamas"]), mention(&["SYR"]), mention(&[])];
        let mut alike = Alike::default();
        for (at, m) in mentions.iter().enumerate() {
            alike.add(at, m);
        }
        assert_eq!(alike.others(), 3);
        assert_eq!(alike.share("IRN", &mentions[0]), 1.0 / 3.0);
        assert_eq!(alike.share("IRN", &mentions[2]), 2.0 / 3.0);
        assert_eq!(alike.share("USA", &mentions[2]), 0.0);
        assert_eq!(
            alike.firsts(0),
            [(1, 0), (1, 2), (2, 0)],
            "the second that has a key stands for the first"
        );
        assert_eq!(alike.firsts(2), [(0, 0), (1, 2)], "what it alone has is nobody else's");
    }
}
