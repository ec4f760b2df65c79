//! Who: finds every mention of an actor in an article and says whom it stands for.
//!
//! The text comes first: titles, nationalities and appositions introduce people ("Hamas leader Khalid
//! Mashaal"), and later mentions by family name, role, description or pronoun go back to them. The dated lexicon
//! comes second. What cannot be told stays unnamed; a private
//! person is taken for one of the people of the state that the article is about, and the evidence says so.
//!
//! [`Actors::find`] reads an article once, in the order of its text; [`Actors::parties`] then answers, for the
//! head token of any noun phrase, which parties it names.
//!
//! Files below, in the order in which they work: `finding` (where somebody is spoken of), then who that is: `naming`,
//! `roles`, `describing`, with all that the article says `strangers` and `quoting`, and last the learnt choice: `weighing`
//! and `choosing`.

mod chains;
mod choosing;
mod describing;
mod finding;
mod naming;
mod quoting;
mod roles;
mod strangers;
mod weighing;

pub use chains::chains;
pub use choosing::{CHOSEN, Keys};
pub use quoting::quoted;
pub use weighing::{KEY_TRAITS, KeyTrait, KeyWeighing, MENTION_TRAITS, MentionTrait};

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use crate::article::Article;
use crate::lexicon::class::Class;
use crate::lexicon::pattern::Trigger;
use crate::lexicon::{ActorKind, Form, Lexicon, RoleKind, RoleNoun};
use crate::note::{Evidence, Note};
use crate::plover::Quad;
use crate::span::{Span, TokenId, TokenRange};
use crate::syntax::{Deprel, NameKind, Syntax, Upos};

/// What sort of party a mention stands for; decides which pronouns and descriptions can mean it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A state or territory.
    State,
    /// An organisation, group, company.
    Group,
    /// A person.
    Person,
    /// People or forces named by what they are ("rebels", "police").
    People,
}

/// A party as the article knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Entity key; empty where a person is named but nobody says for whom they act.
    pub key: String,
    /// PLOVER sector, where known.
    pub sector: Option<String>,
    /// Canonical name, or the words.
    pub name: String,
    /// Wikidata id.
    pub wikidata: Option<String>,
    /// Office, for people who hold one.
    pub office: Option<String>,
    /// What sort it is.
    pub kind: Kind,
    /// The words of this mention.
    pub span: Span,
    /// Why it is this party.
    pub why: Evidence,
}

impl Party {
    /// The state part of the key: `SYR` of `SYR` and `SYR/REB`; nothing for organisations and groups.
    pub fn country<'k>(&'k self, lexicon: &Lexicon) -> Option<&'k str> {
        let head = self.key.split('/').next().unwrap_or("");
        lexicon.is_state(head).then_some(head)
    }
}

/// How a mention is worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// A name of the lexicon.
    Name,
    /// A name that the lexicon lacks.
    Unlisted,
    /// A role noun.
    Role,
    /// A pronoun.
    Pronoun,
    /// A description of something named earlier.
    Description,
}

/// A run of words that names or describes an actor or place.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Its tokens.
    pub tokens: TokenRange,
    /// The token that the rest of the sentence hangs on.
    pub head: TokenId,
    /// How it is worded.
    pub wording: Wording,
    /// Whom it stands for; empty where that is not known. Several for "they" and the like.
    pub parties: Vec<Party>,
}

/// A name of the lexicon found in the text.
#[derive(Clone, Debug)]
struct Hit {
    tokens: TokenRange,
    head: TokenId,
    form: Form,
    index: u32,
    /// The same words as a place, where they are one.
    place: Option<u32>,
    /// Others that bear the same name ("the Labour Party").
    others: Vec<u32>,
}

/// A role noun found in the text.
#[derive(Clone, Copy, Debug)]
struct RoleHit<'a> {
    tokens: TokenRange,
    head: TokenId,
    role: &'a RoleNoun,
}

/// A place named in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceName {
    /// Its tokens.
    pub tokens: TokenRange,
    /// The token that the sentence hangs on.
    pub head: TokenId,
    /// Index into `Lexicon::actors`.
    pub index: u32,
    /// Named as a state's or region's own name, its capital, or otherwise.
    pub form: Form,
}

/// Somebody said earlier whom a later word may mean.
#[derive(Clone, Debug)]
struct Recent {
    token: TokenId,
    sentence: usize,
    subject: bool,
    plural: bool,
    /// Worded as one of a kind: "a student".
    one: bool,
    kind: Kind,
    parties: Vec<Party>,
}

/// All actors of one article.
pub struct Actors<'a> {
    syntax: &'a Syntax,
    lexicon: &'a Lexicon,
    text: &'a str,
    day: Option<Date>,
    hits: Vec<Hit>,
    hit_at: Vec<u32>,
    roles: Vec<RoleHit<'a>>,
    role_at: Vec<u32>,
    lists: Vec<Vec<TokenId>>,
    list_at: Vec<u32>,
    people: Vec<TokenRange>,
    person_at: Vec<u32>,
    focus: Option<String>,
    scene: Option<String>,
    /// How often the article says of a state or a place in it that something is there.
    located: BTreeMap<String, u32>,
    resolved: Vec<Option<Vec<Party>>>,
    busy: Vec<bool>,
    depth: u32,
    known: HashMap<String, Party>,
    known_first: HashMap<String, Party>,
    by_role: HashMap<&'a str, Party>,
    namesakes: HashSet<String>,
    /// By family name, who bore it first: key and given names.
    given: HashMap<String, (String, Vec<String>)>,
    /// Family names that two people of the article bear.
    shared: HashSet<String>,
    recent: Vec<Recent>,
    /// Why a mention stays open, by its head.
    open: BTreeMap<TokenId, String>,
    /// Every mention, in the order of the text.
    pub mentions: Vec<Mention>,
    /// Mentions that may have another key than they were given, in the order of the text.
    pub doubts: Vec<Doubt>,
}

/// A mention that may have another key than it was given, as the learnt choice of keys sees it.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// The mention.
    pub mention: Mention,
    /// How likely its key is right; 0 where it has none.
    pub own: f32,
    /// Parties with other keys, and how likely each is.
    pub others: Vec<(Party, f32)>,
}

const NONE: u32 = u32::MAX;

/// How deep one phrase may hang in another and still be followed: a bound for text made to hurt.
const DEPTH: u32 = 48;

/// How deep in a phrase that is no actor one is looked for.
const INSIDE: u32 = 3;

impl<'a> Actors<'a> {
    /// Finds the actors of an article: as the rules read them, and where there is a learnt choice of keys, as it chooses.
    pub fn find(
        article: &'a Article,
        syntax: &'a Syntax,
        lexicon: &'a Lexicon,
        keys: Option<&Keys>,
        notes: &mut Vec<Note>,
    ) -> Actors<'a> {
        let count = syntax.tokens.len();
        let mut actors = Actors {
            syntax,
            lexicon,
            text: &article.text,
            day: article.published,
            hits: Vec::new(),
            hit_at: vec![NONE; count],
            roles: Vec::new(),
            role_at: vec![NONE; count],
            lists: Vec::new(),
            list_at: vec![NONE; count],
            people: Vec::new(),
            person_at: vec![NONE; count],
            focus: None,
            scene: None,
            located: BTreeMap::new(),
            resolved: vec![None; count],
            busy: vec![false; count],
            depth: 0,
            known: HashMap::new(),
            known_first: HashMap::new(),
            by_role: HashMap::new(),
            namesakes: HashSet::new(),
            given: HashMap::new(),
            shared: HashSet::new(),
            recent: Vec::new(),
            open: BTreeMap::new(),
            mentions: Vec::new(),
            doubts: Vec::new(),
        };
        actors.find_names();
        actors.find_lists();
        actors.find_organisations();
        actors.find_roles();
        actors.find_people();
        actors.find_focus();
        actors.find_datelines();
        for sentence in &syntax.sentences {
            for t in sentence.iter() {
                actors.meet(t, notes);
            }
        }
        actors.place_strangers(notes);
        actors.find_speakers();
        actors.find_relatives();
        if let Some(keys) = keys {
            actors.choose_keys(keys, notes);
        }
        actors
    }

    /// Whom the noun phrase headed by this token names, its coordinated members included. Empty where it
    /// names nobody.
    pub fn parties(&self, t: TokenId) -> Vec<Party> {
        self.parties_within(t, DEPTH)
    }

    fn parties_within(&self, t: TokenId, depth: u32) -> Vec<Party> {
        fn add(out: &mut Vec<Party>, list: &[Party]) {
            for p in list {
                if !p.key.is_empty() && !out.iter().any(|q| q.key == p.key) {
                    out.push(p.clone());
                }
            }
        }
        if depth == 0 {
            return Vec::new();
        }
        let mut out: Vec<Party> = Vec::new();
        // "Islamist groups including Red Dawn": those that are named stand for the rest.
        for c in self.examples_of(t) {
            add(&mut out, &self.parties_within(c, depth - 1));
        }
        if out.is_empty() {
            add(&mut out, self.own(t));
        }
        if let Some(list) = self.lists.get(self.list_at[t.index()] as usize) {
            for &member in list {
                add(&mut out, self.own(member));
            }
        }
        let person = |t: TokenId| self.hit(t).is_some_and(|h| h.form == Form::Person);
        for &c in self.syntax.children(t) {
            // Two people with a comma between are two, whatever the parse says: "Lind, Weber meet in Cordon".
            let two = self.syntax.deprel(c) == Deprel::Appos && person(t) && person(c);
            if two || self.syntax.deprel(c) == Deprel::Conj && is_nominal(self.syntax.upos(c)) {
                add(&mut out, &self.parties_within(c, depth - 1));
            }
        }
        if out.is_empty() {
            for &c in self.syntax.children(t) {
                if self.syntax.deprel(c) == Deprel::Appos {
                    let list = self.parties_within(c, depth - 1);
                    if !list.is_empty() {
                        return list;
                    }
                }
            }
        }
        out
    }

    /// The phrases that name members of a plural ("groups such as", "countries including").
    fn examples_of(&self, t: TokenId) -> Vec<TokenId> {
        let s = self.syntax;
        let plural = self.role(t).is_some() && !self.word(t).eq_ignore_ascii_case(s.lemma(t));
        if !plural {
            return Vec::new();
        }
        let names = |c: &TokenId| {
            s.deprel(*c) == Deprel::Nmod
                && s.children(*c).iter().any(|k| {
                    matches!(s.deprel(*k), Deprel::Case | Deprel::Mark)
                        && matches!(self.word(*k).to_lowercase().as_str(), "including" | "such" | "like")
                })
        };
        s.children(t).iter().copied().filter(names).collect()
    }

    /// Whom the phrase names from the inside: the possessor, nationality or "of" phrase of a noun that is no
    /// actor itself ("Belmora's decision", "Belmoran positions", "the capital of Belmora").
    pub fn parties_inside(&self, t: TokenId) -> Vec<Party> {
        self.inside(t, INSIDE, &["of", "by", "from", "in", "at"])
    }

    /// Who stands behind a thing that acts: as [`Actors::parties_inside`], but not the place where it is
    /// ("a blast in Morstad killed six").
    pub fn parties_behind(&self, t: TokenId) -> Vec<Party> {
        // "a Morstad car bomb killed six".
        let town = |c: &TokenId| self.syntax.deprel(*c) == Deprel::Compound && self.is_town(*c);
        if self.syntax.children(t).iter().any(town) {
            return Vec::new();
        }
        let mut found = self.inside(t, INSIDE, &["of", "by", "from"]);
        // "an Avarian group" is not Avaria.
        let of = |c: &TokenId| self.syntax.deprel(*c) == Deprel::Nmod;
        if self.role(t).is_some_and(|r| r.role.kind == RoleKind::Description && r.role.sector == "group")
            && !self.syntax.children(t).iter().any(of)
        {
            found.retain(|p| p.kind != Kind::State);
        }
        found
    }

    /// Is the word a force or weapon that stands for its owner's forces?
    pub fn is_force(&self, t: TokenId) -> bool {
        self.role(t).is_some_and(|r| r.role.kind == RoleKind::Force)
    }

    /// Is the party a weapon of which nothing in its phrase says whose it is ("multiple drones")?
    pub fn is_unowned_weapon(&self, p: &Party) -> bool {
        p.why.spans.len() == 1
            && self.roles.iter().any(|r| {
                r.role.kind == RoleKind::Force
                    && self.syntax.cover(r.tokens) == p.span
                    && self.lexicon.is(Class::Weapon, self.syntax.lemma(r.head))
            })
    }

    /// Is the word a body or its house ("ministry", "mosque")?
    pub fn is_body(&self, t: TokenId) -> bool {
        self.role(t).is_some_and(|r| r.role.kind == RoleKind::Body)
    }

    /// Is the word the name of a capital, city or region?
    pub fn is_town(&self, t: TokenId) -> bool {
        self.hit(t).is_some_and(|h| {
            h.form == Form::Capital
                || h.form == Form::Name && self.lexicon.actors[h.index as usize].kind == ActorKind::Place
        })
    }

    /// Is the word a noun that stands before a place's name with "of" ("the town of Morstad")?
    pub fn is_settlement(&self, t: TokenId) -> bool {
        self.lexicon.is(Class::Settlement, self.syntax.lemma(t))
    }

    /// Is the word a listed name of an actor, not an adjective or a person?
    pub fn is_name(&self, t: TokenId) -> bool {
        self.hit(t).is_some_and(|h| {
            h.form == Form::Name && self.lexicon.actors[h.index as usize].kind != ActorKind::Place
        })
    }

    /// Is the word, or the one that a pronoun stands for, a person whom neither text nor lexicon places?
    pub fn is_unplaced_person(&self, t: TokenId) -> bool {
        let own = self.own(t);
        !own.is_empty()
            && own
                .iter()
                .all(|p| p.kind == Kind::Person && (p.key.is_empty() || p.why.rule == strangers::PRIVATE))
            && self.syntax.names.iter().any(|n| {
                n.kind == NameKind::Person
                    && self
                        .syntax
                        .cover(n.tokens)
                        .contains(own[0].why.spans.last().copied().unwrap_or(own[0].span))
            })
    }

    /// "militant group", "terrorist organisation": nouns that may describe a group named before.
    fn is_collective(&self, noun: &str) -> bool {
        noun.rsplit_once(' ').is_some_and(|(_, last)| self.lexicon.is(Class::Collective, last))
    }

    /// Words of address before a name, which are no part of it.
    fn is_honorific(&self, word: &str) -> bool {
        self.lexicon.is(Class::Honorific, &word.to_lowercase())
    }

    /// Small words and marks inside names.
    fn is_name_particle(&self, word: &str) -> bool {
        matches!(word, "-" | ".") || self.lexicon.is(Class::NameParticle, word)
    }

    /// Is the word a noun of `roles/`?
    pub fn is_role(&self, t: TokenId) -> bool {
        self.role(t).is_some()
    }

    fn inside(&self, t: TokenId, depth: u32, through: &[&str]) -> Vec<Party> {
        if depth == 0 {
            return Vec::new();
        }
        let children = self.syntax.children(t);
        for wanted in [Deprel::Amod, Deprel::Compound, Deprel::NmodPoss, Deprel::Nmod] {
            for &c in children.iter().filter(|c| self.syntax.deprel(**c) == wanted) {
                // "sanctions against Belmora" are not Belmora's.
                if wanted == Deprel::Nmod && !self.case(c).is_some_and(|p| through.contains(&p)) {
                    continue;
                }
                let mut found = match wanted {
                    // "rebel positions", "government targets".
                    Deprel::Compound if self.role(c).is_some_and(|r| r.head == c && fights(r.role)) => {
                        self.own(c).to_vec()
                    }
                    Deprel::Amod | Deprel::Compound => self.modifier(c).into_iter().collect(),
                    _ => self.parties(c),
                };
                if found.is_empty() && wanted != Deprel::Amod {
                    found = self.inside(c, depth - 1, through);
                }
                if !found.is_empty() {
                    return found;
                }
            }
        }
        // "facilities belonging to the Homeland Front".
        if let Some(owner) = self.belongs_to(t) {
            let found = self.parties(owner);
            if !found.is_empty() {
                return found;
            }
        }
        // "every offer made by Belmora" (an attack is an act of its own).
        let blow = |t: TokenId| {
            let noun = self.syntax.lemma(t).to_lowercase();
            let mut acts = self.lexicon.patterns(Trigger::Noun, &noun);
            acts.any(|(entry, _)| entry.event.quad() == Quad::MaterialConflict)
        };
        let made = self.syntax.children(t).iter().copied().filter(|c| {
            depth == INSIDE
                && *c > t
                && self.syntax.deprel(*c) == Deprel::Acl
                && self.lexicon.is(Class::Authored, &self.word(*c).to_lowercase())
                && !blow(t)
        });
        let by = made.flat_map(|c| self.syntax.children(c).iter().copied()).filter(|c| {
            matches!(self.syntax.deprel(*c), Deprel::Obl | Deprel::OblAgent) && self.case(*c) == Some("by")
        });
        for c in by {
            let found = self.parties(c);
            if !found.is_empty() {
                return found;
            }
        }
        match self.hit(t) {
            // A place that is hit is its country's.
            Some(hit) if hit.form != Form::Person => {
                let actor = &self.lexicon.actors[hit.index as usize];
                match (&actor.kind, &actor.country) {
                    (ActorKind::Place, Some(country)) => self
                        .state(country, self.syntax.cover(hit.tokens), "actor:place-of")
                        .into_iter()
                        .collect(),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// The phrase that says to whom something or somebody is loyal or belongs ("troops loyal to Lind").
    fn belongs_to(&self, t: TokenId) -> Option<TokenId> {
        let s = self.syntax;
        let said = s.children(t).iter().copied().find(|c| {
            *c > t
                && matches!(s.deprel(*c), Deprel::Amod | Deprel::Acl | Deprel::AclRelcl)
                && self.lexicon.is(Class::Loyal, s.lemma(*c))
        })?;
        s.children(said)
            .iter()
            .copied()
            .find(|c| matches!(s.deprel(*c), Deprel::Obl | Deprel::Nmod) && self.case(*c) == Some("to"))
    }

    /// The state whose affairs the sentence is about: the place it names, else the article's own.
    pub fn state_about(&self, sentence: usize) -> Option<Party> {
        let range = *self.syntax.sentences.get(sentence)?;
        let span = self.syntax.cover(range);
        if let Some(country) = self.place_of(range) {
            return self.state(country, span, "actor:place-of-sentence");
        }
        self.state(self.focus.as_deref()?, span, "actor:state-of-article")
    }

    /// The state where a sentence's deeds happen: the place it names, else where most of the article happens. For
    /// police, courts and people, who are at home where the deed is.
    pub fn state_of_scene(&self, sentence: usize) -> Option<Party> {
        let range = *self.syntax.sentences.get(sentence)?;
        let span = self.syntax.cover(range);
        if let Some(country) = self.place_of(range) {
            return self.state(country, span, "actor:place-of-sentence");
        }
        // "in the city": the one that was named just before.
        if let Some(country) = self.place_before(sentence) {
            return self.state(country, span, "actor:place-before");
        }
        self.state(self.scene.as_deref()?, span, "actor:scene-of-article")
    }

    /// Where the blows of a state fall that strikes abroad: where the article says that things happen, if it says of
    /// the state itself nothing of the kind.
    pub fn abroad(&self, striker: &str, span: Span) -> Option<Party> {
        if self.located.contains_key(striker) {
            return None;
        }
        let (key, _) = self.located.iter().max_by_key(|(key, n)| (**n, std::cmp::Reverse(*key)))?;
        self.state(key, span, "actor:scene-abroad")
    }

    /// Of a sentence that says "there" or "in the city", the place that the sentences before named last.
    fn place_before(&self, sentence: usize) -> Option<&str> {
        /// How many sentences back it may be.
        const REACH: usize = 2;
        let s = self.syntax;
        let points = |t: TokenId| {
            let town = self.lexicon.is(Class::Locality, &s.lemma(t).to_lowercase());
            let the = s.children(t).iter().any(|c| matches!(s.lemma(*c), "the" | "this" | "that"));
            town && the && self.is_located(t)
        };
        let range = *s.sentences.get(sentence)?;
        if !range.iter().any(points) {
            return None;
        }
        let town = |t: TokenId| {
            let hit = self.hit(t).filter(|h| h.head == t && self.is_town(t))?;
            let actor = &self.lexicon.actors[hit.index as usize];
            let state = actor.kind == ActorKind::State;
            if state { Some(actor.key.as_str()) } else { actor.country.as_deref() }
        };
        (sentence.saturating_sub(REACH)..sentence).rev().find_map(|n| {
            s.sentences[n].iter().rev().find_map(town).or_else(|| self.place_of(s.sentences[n]))
        })
    }

    /// Does the sentence name a place where things happen?
    pub fn names_place(&self, sentence: usize) -> bool {
        self.syntax.sentences.get(sentence).is_some_and(|range| self.place_of(*range).is_some())
    }

    /// The state of the first place that a sentence names.
    fn place_of(&self, sentence: TokenRange) -> Option<&str> {
        sentence.iter().find_map(|t| {
            let hit = self.hit(t).filter(|h| h.head == t && h.form != Form::Person)?;
            let actor = &self.lexicon.actors[hit.index as usize];
            match actor.kind {
                ActorKind::State if self.is_located(t) => Some(actor.key.as_str()),
                ActorKind::Place => actor.country.as_deref(),
                _ => None,
            }
            .filter(|c| !c.is_empty())
        })
    }

    /// Is the word part of a name, listed or not?
    pub fn is_in_name(&self, t: TokenId) -> bool {
        self.hit_at[t.index()] != NONE || self.person_at[t.index()] != NONE
    }

    /// Is the word a description of an act told before ("the move", "this decision")?
    pub fn describes_event(&self, t: TokenId) -> bool {
        self.role(t).is_some_and(|r| r.role.kind == RoleKind::Description && r.role.sector == "event")
    }

    /// Places named in the text, in order: states and territories, capitals and seats of government, regions and cities.
    pub fn places(&self) -> impl Iterator<Item = PlaceName> + '_ {
        self.hits.iter().filter_map(|hit| {
            let index = match (hit.form, hit.place) {
                (_, Some(place)) => place,
                (Form::Name | Form::Capital | Form::Seat, None)
                    if matches!(
                        self.lexicon.actors[hit.index as usize].kind,
                        ActorKind::State | ActorKind::Place
                    ) =>
                {
                    hit.index
                }
                _ => return None,
            };
            Some(PlaceName { tokens: hit.tokens, head: hit.head, index, form: hit.form })
        })
    }

    /// The states that the text speaks of by names of the lexicon: by their own name, adjective, people or capital, by a
    /// place in them, or by a group that is at home there. With each: how it is named, its key, and whether the name is the
    /// state's.
    pub fn states_spoken_of(&self) -> impl Iterator<Item = (TokenRange, Form, &str, bool)> + '_ {
        self.hits.iter().filter(|hit| hit.form != Form::Person).filter_map(|hit| {
            let actor = &self.lexicon.actors[hit.index as usize];
            let key = match actor.kind {
                ActorKind::State => actor.key.as_str(),
                _ => actor.country.as_deref()?,
            };
            (!key.is_empty()).then_some((hit.tokens, hit.form, key, actor.kind == ActorKind::State))
        })
    }

    /// Where names of the lexicon stand, of whomever they are.
    pub fn listed_names(&self) -> impl Iterator<Item = TokenRange> + '_ {
        self.hits.iter().map(|hit| hit.tokens)
    }

    /// Names that no list holds: people whom nobody places, and places.
    pub fn unlisted(&self) -> impl Iterator<Item = TokenRange> + '_ {
        self.people.iter().copied().filter(|r| {
            r.iter().all(|t| self.hit_at[t.index()] == NONE)
                && self.own(self.head_of(*r)).iter().all(|p| p.key.is_empty())
        })
    }

    /// A party that stands for a state, by its key.
    pub fn state(&self, key: &str, span: Span, rule: &str) -> Option<Party> {
        let actor = self.lexicon.actor(key)?;
        Some(Party {
            key: key.to_string(),
            sector: Some("GOV".into()),
            name: actor.name.clone(),
            wikidata: actor.wikidata.clone(),
            office: None,
            kind: Kind::State,
            span,
            why: Evidence::new(rule, [span]),
        })
    }

    /// The lemma of the preposition that marks a phrase ("according to" with a space), if any.
    pub fn case(&self, t: TokenId) -> Option<&'a str> {
        self.syntax
            .children(t)
            .iter()
            .find(|c| self.syntax.deprel(**c) == Deprel::Case && self.syntax.lemma(**c) != "'s")
            .map(|c| self.syntax.lemma(*c))
    }

    fn own(&self, t: TokenId) -> &[Party] {
        self.resolved.get(t.index()).and_then(Option::as_deref).unwrap_or(&[])
    }

    fn hit(&self, t: TokenId) -> Option<&Hit> {
        self.hits.get(*self.hit_at.get(t.index())? as usize)
    }

    fn role(&self, t: TokenId) -> Option<RoleHit<'a>> {
        self.roles.get(*self.role_at.get(t.index())? as usize).copied()
    }

    /// The word, or nothing past the end of the text.
    fn word(&self, t: TokenId) -> &'a str {
        self.syntax.tokens.get(t.index()).map_or("", |t| t.span.slice(self.text))
    }

    /// The token of a run that the rest of the sentence hangs on: the first whose head lies outside.
    fn head_of(&self, range: TokenRange) -> TokenId {
        range.iter().find(|t| self.syntax.head(*t).is_none_or(|h| !range.contains(h))).unwrap_or(range.start)
    }

    /// Resolves the token, if it heads a mention, and remembers it for later words.
    fn meet(&mut self, t: TokenId, notes: &mut Vec<Note>) {
        let wording = self.wording(t);
        let parties = self.resolve(t);
        let Some((tokens, wording)) = wording else { return };
        if parties.is_empty() && wording == Wording::Pronoun {
            return;
        }
        let open = parties.iter().all(|p| p.key.is_empty());
        if open && wording == Wording::Description && !self.describes_actor(t) {
            return;
        }
        if let Some(text) = open.then(|| self.why_open(t, wording)).flatten() {
            notes.push(Note { stage: "actor", span: Some(self.syntax.cover(tokens)), text });
        }
        let rel = self.syntax.deprel(t);
        if let Some(first) = parties.first() {
            let modifier = matches!(rel, Deprel::Amod | Deprel::Compound | Deprel::NmodDesc)
                && matches!(self.hit(t).map(|h| h.form), Some(Form::Adjective | Form::Name));
            let place_only = self.hit(t).is_some_and(|h| {
                matches!(h.form, Form::Capital | Form::Name)
                    && first.kind == Kind::State
                    && self.case(t).is_some_and(|c| matches!(c, "in" | "at" | "near" | "from" | "across"))
            });
            // Whoever reports is seldom whom "it" means.
            let press = first.sector.as_deref() == Some("JRN") && first.kind == Kind::Group;
            if !modifier && !place_only && !press {
                self.remember(t, &parties, wording);
            }
        }
        self.mentions.push(Mention { tokens, head: t, wording, parties });
    }

    /// Does a description stand for somebody ("the group"), not for an act or a paper?
    fn describes_actor(&self, t: TokenId) -> bool {
        let other = |sector: &str| matches!(sector, "event" | "paper" | "none" | "name" | "sport" | "count");
        self.role(t).is_none_or(|r| !other(&r.role.sector))
    }

    /// Why a mention stands for nobody; nothing for places, which act not at all.
    fn why_open(&self, t: TokenId, wording: Wording) -> Option<String> {
        if let Some(why) = self.open.get(&t) {
            return Some(why.clone());
        }
        let why = match wording {
            Wording::Name if self.hit(t).is_some_and(|h| h.form == Form::Person) => {
                "a name that somebody else bears here; left open"
            }
            Wording::Name => return None,
            Wording::Unlisted => "a name that neither the text nor the lexicon places; left open",
            Wording::Role => "neither the words nor the article say whose; left open",
            Wording::Description => "a description of nothing that was named before; left open",
            Wording::Pronoun => "a pronoun for nobody that was named before; left open",
        };
        Some(why.into())
    }

    fn remember(&mut self, t: TokenId, parties: &[Party], wording: Wording) {
        let s = self.syntax;
        let all = {
            let mut all = parties.to_vec();
            let mut members: Vec<TokenId> =
                s.children(t).iter().copied().filter(|c| s.deprel(*c) == Deprel::Conj).collect();
            if let Some(list) = self.lists.get(self.list_at[t.index()] as usize) {
                members.extend(list.iter().filter(|m| **m != t));
            }
            for c in members {
                for p in self.resolve(c) {
                    if !p.key.is_empty() && !all.iter().any(|q| q.key == p.key) {
                        all.push(p);
                    }
                }
            }
            all
        };
        let subject = matches!(s.deprel(t), Deprel::Nsubj | Deprel::NsubjPass);
        let kind = parties[0].kind;
        let plural = all.len() > 1
            || kind == Kind::People
            || matches!(wording, Wording::Pronoun) && matches!(s.lemma(t), "they" | "their");
        self.recent.push(Recent {
            token: t,
            sentence: s.sentence_of(t),
            subject,
            plural,
            one: s.upos(t) == Upos::Noun
                && s.lemma(t) != "people"
                && self.word(t).to_lowercase() == s.lemma(t).to_lowercase()
                && s.children(t).iter().any(|c| s.deprel(*c) == Deprel::Det),
            kind,
            parties: if plural { all } else { vec![parties[0].clone()] },
        });
    }

    fn wording(&self, t: TokenId) -> Option<(TokenRange, Wording)> {
        if let Some(hit) = self.hit(t) {
            if hit.form == Form::Person && self.person_at[t.index()] != NONE {
                let range = self.people[self.person_at[t.index()] as usize];
                // The tags may hide a part of a listed name ("May").
                let whole = hit.tokens.start <= range.start && hit.tokens.end >= range.end;
                let words = if whole { hit.tokens } else { range };
                return (self.head_of(range) == t).then_some((words, Wording::Name));
            }
            return (hit.head == t).then_some((hit.tokens, Wording::Name));
        }
        if let Some(role) = self.role(t) {
            let wording =
                if role.role.kind == RoleKind::Description { Wording::Description } else { Wording::Role };
            return (role.head == t).then_some((role.tokens, wording));
        }
        if self.person_at[t.index()] != NONE {
            let range = self.people[self.person_at[t.index()] as usize];
            return (self.head_of(range) == t).then_some((range, Wording::Unlisted));
        }
        (self.syntax.upos(t) == Upos::Pron || self.is_pair_word(t))
            .then(|| (TokenRange::new(t.index(), t.index() + 1), Wording::Pronoun))
    }

    fn resolve(&mut self, t: TokenId) -> Vec<Party> {
        if let Some(done) = &self.resolved[t.index()] {
            return done.clone();
        }
        if self.busy[t.index()] || self.depth == DEPTH {
            return Vec::new();
        }
        self.busy[t.index()] = true;
        self.depth += 1;
        let mut parties = self.work_out(t);
        self.depth -= 1;
        self.busy[t.index()] = false;
        if let Some((range, _)) = self.wording(t) {
            let span = self.syntax.cover(range);
            for p in &mut parties {
                p.span = span;
                if p.why.spans.first() != Some(&span) {
                    p.why.spans.insert(0, span);
                }
            }
        }
        self.resolved[t.index()] = Some(parties.clone());
        parties
    }

    fn work_out(&mut self, t: TokenId) -> Vec<Party> {
        match self.wording(t) {
            Some((range, Wording::Name)) => self.by_name(t, range),
            Some((_, Wording::Role)) => match self.role(t) {
                Some(role) => {
                    // "the radical group": a kind of group, and one that was named before.
                    if self.is_collective(&role.role.noun) {
                        let found = self.by_description(role);
                        if !found.is_empty() {
                            return found;
                        }
                    }
                    let many = self.by_number(role);
                    if !many.is_empty() {
                        return many;
                    }
                    let pair = self.parties_of_dispute(role);
                    if !pair.is_empty() {
                        return pair;
                    }
                    let first = self.by_role(role);
                    // "the presidents of Avaria and Belmora" are one of each.
                    let others: Vec<Party> =
                        self.other_owners(role).iter().map(|o| self.role_party(role, o)).collect();
                    first.into_iter().chain(others).collect()
                }
                None => Vec::new(),
            },
            Some((_, Wording::Description)) => match self.role(t) {
                Some(role) => match self.by_number(role) {
                    many if !many.is_empty() => many,
                    _ => self.by_description(role),
                },
                None => Vec::new(),
            },
            Some((range, Wording::Unlisted)) => self.by_introduction(t, range).into_iter().collect(),
            Some((_, Wording::Pronoun)) => self.by_pronoun(t),
            None => Vec::new(),
        }
    }
}

/// The same parties, mentioned by other words.
fn pointed(parties: &[Party], span: Span, rule: &str) -> Vec<Party> {
    parties.iter().map(|p| Party { span, why: Evidence::new(rule, [span, p.span]), ..p.clone() }).collect()
}

/// The people of a state.
fn civilians(state: Party, span: Span) -> Party {
    let why = Evidence::new("actor:people-of", [span]);
    let key = format!("{}/CVL", state.key);
    Party { key, sector: Some("CVL".into()), kind: Kind::People, span, why, ..state }
}

/// Does a noun name a side of a conflict: a state's body or force, rebels, an opposition?
fn fights(noun: &RoleNoun) -> bool {
    noun.kind != RoleKind::Description
        && (noun.state
            || matches!(noun.sector.as_str(), "REB" | "OPP" | "UAF" | "CRM" | "LEG" | "REF" | "CVL"))
}

fn is_nominal(upos: Upos) -> bool {
    matches!(upos, Upos::Noun | Upos::Propn | Upos::Pron | Upos::Adj | Upos::X | Upos::Num)
}

/// Days and months: as those of `time`, a closed class of English.
fn is_calendar(word: &str) -> bool {
    matches!(
        word.trim_end_matches('.'),
        "Monday"
            | "Tuesday"
            | "Wednesday"
            | "Thursday"
            | "Friday"
            | "Saturday"
            | "Sunday"
            | "January"
            | "February"
            | "March"
            | "April"
            | "May"
            | "June"
            | "July"
            | "August"
            | "September"
            | "October"
            | "November"
            | "December"
            | "Jan"
            | "Feb"
            | "Mar"
            | "Apr"
            | "Jun"
            | "Jul"
            | "Aug"
            | "Sep"
            | "Sept"
            | "Oct"
            | "Nov"
            | "Dec"
    )
}
