//! Who: finds every mention of an actor in an article and says whom it stands for.
//!
//! The text comes first: titles, nationalities and appositions introduce people ("Hamas leader Khalid
//! Mashaal"), and later mentions by family name, role, description or pronoun go back to them. The dated lexicon
//! comes second. What cannot be told stays unnamed; nobody is guessed.
//!
//! [`Actors::find`] reads an article once, in the order of its text; [`Actors::parties`] then answers, for the
//! head token of any noun phrase, which parties it names.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use crate::article::Article;
use crate::lexicon::names::fold;
use crate::lexicon::{ActorKind, Form, Lexicon, RoleKind, RoleNoun};
use crate::note::{Evidence, Note};
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
    resolved: Vec<Option<Vec<Party>>>,
    busy: Vec<bool>,
    depth: u32,
    known: HashMap<String, Party>,
    known_first: HashMap<String, Party>,
    by_role: HashMap<&'a str, Party>,
    namesakes: HashSet<String>,
    recent: Vec<Recent>,
    /// Every mention, in the order of the text.
    pub mentions: Vec<Mention>,
}

const NONE: u32 = u32::MAX;

/// How deep one phrase may hang in another and still be followed: a bound for text made to hurt.
const DEPTH: u32 = 48;

/// For this many days after its end, an office still speaks for whoever held it.
const JUST_ENDED_DAYS: i32 = 60;

impl<'a> Actors<'a> {
    /// Finds the actors of an article.
    pub fn find(
        article: &'a Article,
        syntax: &'a Syntax,
        lexicon: &'a Lexicon,
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
            resolved: vec![None; count],
            busy: vec![false; count],
            depth: 0,
            known: HashMap::new(),
            known_first: HashMap::new(),
            by_role: HashMap::new(),
            namesakes: HashSet::new(),
            recent: Vec::new(),
            mentions: Vec::new(),
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
        self.inside(t, 3, &["of", "by", "from", "in", "at"])
    }

    /// Who stands behind a thing that acts: as [`Actors::parties_inside`], but not the place where it is
    /// ("a blast in Morstad killed six").
    pub fn parties_behind(&self, t: TokenId) -> Vec<Party> {
        // "a Morstad car bomb killed six".
        let town = |c: &TokenId| self.syntax.deprel(*c) == Deprel::Compound && self.is_town(*c);
        if self.syntax.children(t).iter().any(town) {
            return Vec::new();
        }
        let mut found = self.inside(t, 3, &["of", "by", "from"]);
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
            && own.iter().all(|p| p.key.is_empty() && p.kind == Kind::Person)
            && self.syntax.names.iter().any(|n| {
                n.kind == NameKind::Person
                    && self
                        .syntax
                        .cover(n.tokens)
                        .contains(own[0].why.spans.last().copied().unwrap_or(own[0].span))
            })
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

    /// Of a sentence that says "there" or "in the city", the place that the sentences before named last.
    fn place_before(&self, sentence: usize) -> Option<&str> {
        /// How many sentences back it may be.
        const REACH: usize = 2;
        let s = self.syntax;
        let points = |t: TokenId| {
            let noun = s.lemma(t).to_lowercase();
            let town = matches!(
                noun.as_str(),
                "city"
                    | "town"
                    | "village"
                    | "area"
                    | "district"
                    | "province"
                    | "region"
                    | "neighbourhood"
                    | "neighborhood"
                    | "suburb"
                    | "scene"
                    | "site"
            );
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

    /// Places named in the text, in order: states and territories, capitals, regions and cities.
    pub fn places(&self) -> impl Iterator<Item = PlaceName> + '_ {
        self.hits.iter().filter_map(|hit| {
            let index = match (hit.form, hit.place) {
                (_, Some(place)) => place,
                (Form::Name | Form::Capital, None)
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

    // ------------------------------------------------------------------ names

    fn find_names(&mut self) {
        let ids: Vec<Option<u32>> =
            self.syntax.tokens.iter().map(|t| self.lexicon.name_word(t.span.slice(self.text))).collect();
        for sentence in &self.syntax.sentences {
            let mut i = sentence.start.index();
            while i < sentence.end.index() {
                let rest = &ids[i..sentence.end.index()];
                let Some((len, refs)) = self.lexicon.longest_name(rest.iter().copied()) else {
                    i += 1;
                    continue;
                };
                let refs: Vec<(Form, u32)> = refs.collect();
                let tokens = TokenRange::new(i, i + len);
                i += len;
                if let Some(hit) = self.choose(tokens, &refs) {
                    let number = self.hits.len() as u32;
                    for t in tokens.iter() {
                        self.hit_at[t.index()] = number;
                    }
                    self.hits.push(hit);
                }
            }
        }
    }

    /// Rows of names ("Saudi Arabia, the UAE, Bahrain and Egypt"), found by their commas: a long row is where
    /// parses go wrong, and its members act together.
    fn find_lists(&mut self) {
        let s = self.syntax;
        let name = |h: &Hit| {
            matches!(h.form, Form::Name | Form::Capital) && {
                let actor = &self.lexicon.actors[h.index as usize];
                actor.kind != ActorKind::Place
            }
        };
        let mut i = 0;
        while i < self.hits.len() {
            let mut list = vec![i];
            let (mut commas, mut closed) = (0, false);
            while let (Some(here), Some(next)) =
                (self.hits.get(*list.last().unwrap_or(&i)), self.hits.get(i + list.len()))
            {
                let between = TokenRange { start: here.tokens.end, end: next.tokens.start };
                let words: Vec<&str> = between.iter().map(|t| self.word(t)).collect();
                let comma = words.contains(&",");
                let and = words.iter().any(|w| matches!(*w, "and" | "or" | "&"));
                let plain = words.iter().all(|w| matches!(*w, "," | "and" | "or" | "&" | "the"));
                let same = s.sentence_of(here.head) == s.sentence_of(next.head);
                if !plain || !same || !(comma || and) || !name(here) || !name(next) || closed {
                    break;
                }
                commas += usize::from(comma);
                closed = and;
                list.push(i + list.len());
            }
            let mut members: Vec<TokenId> = list.iter().map(|n| self.hits[*n].head).collect();
            let step = list.len();
            // "In Syria, Iran and Russia said": the first stands apart.
            if members.len() > 2 {
                let first = self.hits[i].tokens.start;
                let opens = s.sentences[s.sentence_of(first)].start.0 + 1 == first.0;
                if opens && first.0 > 0 && self.word(TokenId(first.0 - 1)).eq_ignore_ascii_case("in") {
                    members.remove(0);
                }
            }
            // Two names with a comma between may be two clauses.
            if closed && (members.len() > 2 || members.len() == 2 && commas == 0) {
                let number = self.lists.len() as u32;
                for m in &members {
                    self.list_at[m.index()] = number;
                }
                self.lists.push(members);
            }
            i += step;
        }
    }

    /// Which of its meanings a name has here; `None` where it is part of a longer name or a common word.
    fn choose(&self, tokens: TokenRange, refs: &[(Form, u32)]) -> Option<Hit> {
        let head = self.head_of(tokens);
        let upos = self.syntax.upos(head);
        let alone = tokens.len() == 1;
        if alone && !matches!(upos, Upos::Propn | Upos::Adj | Upos::Noun | Upos::X | Upos::Verb) {
            let letters = self.word(tokens.start);
            let pronoun =
                upos == Upos::Pron && letters.len() == 2 && letters.bytes().all(|b| b.is_ascii_uppercase());
            if !pronoun {
                return None;
            }
        }
        // "Michael Jordan", "Chad Smith": one word of a longer name is not the state.
        let person = refs.iter().any(|r| r.0 == Form::Person);
        if alone && !person && self.inside_longer_name(tokens.start) {
            return None;
        }
        let rank = |form: Form, index: u32| match form {
            Form::Person => 6,
            _ => {
                let actor = &self.lexicon.actors[index as usize];
                let in_time = self
                    .day
                    .is_none_or(|d| actor.from.is_none_or(|f| f <= d) && actor.to.is_none_or(|t| d <= t));
                let base = match (form, actor.kind) {
                    (_, ActorKind::Place) => 7,
                    (Form::Name, ActorKind::State) => 0,
                    (Form::Name, _) => 1,
                    (Form::Seat, _) => 2,
                    (Form::Capital, _) => 3,
                    _ => 4,
                };
                if in_time { base } else { base + 10 }
            }
        };
        let &(form, index) = refs.iter().min_by_key(|r| rank(r.0, r.1))?;
        let place = refs
            .iter()
            .find(|r| r.0 != Form::Person && self.lexicon.actors[r.1 as usize].kind == ActorKind::Place)
            .map(|r| r.1);
        let group = |r: &(Form, u32)| {
            r.0 != Form::Person && self.lexicon.actors[r.1 as usize].kind == ActorKind::Group
        };
        let others: Vec<u32> = if group(&(form, index)) {
            let key = |i: u32| &self.lexicon.actors[i as usize].key;
            let same = |r: &&(Form, u32)| {
                group(r) && key(r.1) != key(index) && rank(r.0, r.1) % 10 == rank(form, index) % 10
            };
            refs.iter().filter(same).map(|r| r.1).collect()
        } else {
            Vec::new()
        };
        let forms = |f: Form| refs.iter().any(|r| r.0 == f && r.1 == index);
        let form = match form {
            Form::Adjective | Form::People if forms(Form::Adjective) && forms(Form::People) => {
                let modifies = matches!(
                    self.syntax.deprel(head),
                    Deprel::Amod | Deprel::Compound | Deprel::NmodDesc | Deprel::Flat
                );
                if modifies { Form::Adjective } else { Form::People }
            }
            other => other,
        };
        Some(Hit { tokens, head, form, index, place, others })
    }

    /// Is the word one part of a name that goes on to its left or right?
    fn inside_longer_name(&self, t: TokenId) -> bool {
        let s = self.syntax;
        let name_part = |o: TokenId| {
            s.upos(o) == Upos::Propn && self.word(o).chars().next().is_some_and(char::is_uppercase)
        };
        let left = s.deprel(t) == Deprel::Flat && s.head(t).is_some_and(name_part);
        let right = s.children(t).iter().any(|c| s.deprel(*c) == Deprel::Flat && name_part(*c));
        let named =
            s.names.iter().any(|n| n.kind == NameKind::Person && n.tokens.contains(t) && n.tokens.len() > 1);
        left || right || named
    }

    /// Names of organisations that end in a noun for what they are ("Open Eyes Foundation", "Freedom Now
    /// Movement"): kept whole, so that no word of theirs is read as a role of its own.
    fn find_organisations(&mut self) {
        let s = self.syntax;
        for name in s.names.iter().filter(|n| n.kind == NameKind::Organisation && n.tokens.len() > 1) {
            // The lexicon knows longer names better.
            let listed = |t: TokenId| {
                self.hit(t)
                    .is_some_and(|h| h.form != Form::Adjective && (h.others.is_empty() || h.tokens.len() > 1))
            };
            let capital = |t: TokenId| self.word(t).chars().next().is_some_and(char::is_uppercase);
            let ends = [name.tokens.start, TokenId(name.tokens.end.0 - 1)];
            if name.tokens.iter().any(listed) || !ends.iter().all(|t| capital(*t)) {
                continue;
            }
            let sport = name.tokens.iter().any(|t| self.noun(t).is_some_and(|r| r.sector == "sport"));
            if !sport && self.kind_noun(name.tokens).is_some() {
                let number = self.people.len() as u32;
                for t in name.tokens.iter() {
                    self.person_at[t.index()] = number;
                    if self.hit(t).is_some_and(|h| !h.others.is_empty()) {
                        self.hit_at[t.index()] = NONE;
                    }
                }
                self.people.push(name.tokens);
            }
        }
    }

    /// The noun of `roles/` that a single word is.
    fn noun(&self, t: TokenId) -> Option<&'a RoleNoun> {
        let word = |w: &str| {
            let id = self.lexicon.role_word(w)?;
            self.lexicon.longest_role(std::iter::once(Some(id))).map(|(_, role)| role)
        };
        word(&self.syntax.lemma(t).to_lowercase()).or_else(|| word(&fold(self.word(t)).to_lowercase()))
    }

    /// The noun that says what a named organisation is: its last word, or the one before "of" or "for".
    fn kind_noun(&self, name: TokenRange) -> Option<&'a RoleNoun> {
        let small = |t: &TokenId| matches!(self.word(*t), "of" | "for" | "in" | "against");
        let before_small = name.iter().find(small).and_then(|t| t.0.checked_sub(1)).map(TokenId);
        let last = TokenId(name.end.0 - 1);
        let candidates = before_small.filter(|t| name.contains(*t)).into_iter().chain([last]);
        let mut nouns = candidates.filter_map(|t| self.noun(t));
        nouns.find(|noun| name.len() > 1 && self.makes_organisation(noun))
    }

    /// Is whoever bears this noun beside a name an organisation of its own, no body of a state?
    fn makes_organisation(&self, noun: &RoleNoun) -> bool {
        match noun.kind {
            RoleKind::Body => {
                !noun.state
                    && matches!(noun.sector.as_str(), "NGO" | "PTY" | "OPP" | "LAB" | "BUS" | "IGO" | "CVL")
            }
            RoleKind::Description => matches!(noun.sector.as_str(), "group" | "name"),
            _ => false,
        }
    }

    fn find_roles(&mut self) {
        let ids: Vec<Option<u32>> = self
            .syntax
            .tokens
            .iter()
            .map(|t| {
                let lemma = t.lemma.to_lowercase();
                self.lexicon
                    .role_word(&lemma)
                    .or_else(|| self.lexicon.role_word(&fold(t.span.slice(self.text)).to_lowercase()))
            })
            .collect();
        for sentence in &self.syntax.sentences {
            let mut i = sentence.start.index();
            while i < sentence.end.index() {
                let rest = &ids[i..sentence.end.index()];
                let found = if self.hit_at[i] == NONE && self.person_at[i] == NONE {
                    self.lexicon.longest_role(rest.iter().copied())
                } else {
                    None
                };
                // "the PM", "Gen. Bello", but "at 8 pm".
                let first = |w: &str| w.chars().next().is_some_and(char::is_uppercase);
                let word = self.word(TokenId(i as u32));
                let found = found.filter(|(_, role)| !first(&role.noun) || first(word));
                let Some((len, role)) = found else {
                    i += 1;
                    continue;
                };
                let tokens = TokenRange::new(i, i + len);
                i += len;
                let head = self.head_of(tokens);
                let noun = match self.syntax.upos(head) {
                    Upos::Noun | Upos::Propn | Upos::X => true,
                    // "the wounded", "the elite": an adjective that heads a phrase.
                    Upos::Adj => self.syntax.deprel(head) != Deprel::Amod,
                    _ => false,
                };
                if !noun || role.kind == RoleKind::Office && self.is_bare(tokens, head) {
                    continue;
                }
                let number = self.roles.len() as u32;
                for t in tokens.iter() {
                    self.role_at[t.index()] = number;
                }
                self.roles.push(RoleHit { tokens, head, role });
            }
        }
    }

    /// "a fight for justice", "ran for president": an office without an article is the thing, nobody in it.
    fn is_bare(&self, tokens: TokenRange, head: TokenId) -> bool {
        let s = self.syntax;
        let lower = self.word(tokens.start).chars().next().is_some_and(char::is_lowercase);
        let singular = self.word(head).eq_ignore_ascii_case(s.lemma(head));
        let argument = matches!(s.deprel(head), Deprel::Obl | Deprel::Nmod | Deprel::Obj | Deprel::Xcomp);
        let part =
            |c: TokenId| matches!(s.deprel(c), Deprel::Case | Deprel::Punct | Deprel::Cc | Deprel::Conj);
        let alone = tokens.iter().flat_map(|t| s.children(t)).all(|c| tokens.contains(*c) || part(*c));
        tokens.len() == 1 && lower && singular && argument && alone
    }

    /// Names that the lexicon lacks: runs of capitalised proper nouns, with the small words of names inside.
    fn find_people(&mut self) {
        let s = self.syntax;
        // The model sees where a long name ends ("Cinema for Peace Foundation").
        for name in s.names.iter().filter(|n| n.kind == NameKind::Organisation && n.tokens.len() > 1) {
            let free = |t: TokenId| {
                self.hit_at[t.index()] == NONE
                    && self.role_at[t.index()] == NONE
                    && self.person_at[t.index()] == NONE
            };
            if name.tokens.iter().all(free) {
                let number = self.people.len() as u32;
                for t in name.tokens.iter() {
                    self.person_at[t.index()] = number;
                }
                self.people.push(name.tokens);
            }
        }
        let taken = self.person_at.clone();
        for sentence in &s.sentences {
            let mut i = sentence.start.index();
            let end = sentence.end.index();
            let free = |t: usize| {
                let token = &s.tokens[t];
                token.upos == Upos::Propn
                    && taken[t] == NONE
                    && self.role_at[t] == NONE
                    && (self.hit_at[t] == NONE || self.hits[self.hit_at[t] as usize].form == Form::Person)
                    && token.span.slice(self.text).chars().next().is_some_and(char::is_uppercase)
                    && !is_calendar(token.span.slice(self.text))
            };
            while i < end {
                if !free(i) {
                    i += 1;
                    continue;
                }
                let start = i;
                i += 1;
                loop {
                    if i < end && free(i) {
                        i += 1;
                        continue;
                    }
                    let mut j = i;
                    while j < end && j < i + 3 && is_name_particle(s.tokens[j].span.slice(self.text)) {
                        j += 1;
                    }
                    if j > i && j < end && free(j) {
                        i = j + 1;
                        continue;
                    }
                    break;
                }
                let range = TokenRange::new(start, i);
                let number = self.people.len() as u32;
                for t in range.iter() {
                    self.person_at[t.index()] = number;
                }
                self.people.push(range);
            }
        }
    }

    /// "MORSTAD, Belmora (Agency) -": the names before the dash say where the news was written, and nobody acts.
    fn find_datelines(&mut self) {
        /// A dateline is at most this many tokens long.
        const LONGEST: usize = 10;
        let s = self.syntax;
        for sentence in &s.sentences {
            let dash =
                sentence.iter().take(LONGEST).find(|t| matches!(self.word(*t), "-" | "--" | "–" | "—"));
            let Some(dash) = dash.filter(|d| d.0 > sentence.start.0) else { continue };
            // A dash between spaces, and nothing but names before it.
            let spaced = s.span(TokenId(dash.0 - 1)).end < s.span(dash).start;
            let before = TokenRange { start: sentence.start, end: dash };
            let names = before.iter().all(|t| {
                matches!(s.upos(t), Upos::Propn | Upos::Punct | Upos::Num)
                    || self.word(t).chars().next().is_some_and(char::is_uppercase)
            });
            if spaced && names && before.iter().any(|t| self.hit(t).is_some()) {
                for t in before.iter() {
                    self.resolved[t.index()] = Some(Vec::new());
                }
            }
        }
    }

    /// The state that the article speaks of most, and the one where most happens; headline and first lines count
    /// double.
    fn find_focus(&mut self) {
        type Count = (u32, std::cmp::Reverse<u32>);
        /// How much more a place where something happens says about the scene than a name.
        const LOCATED: u32 = 5;
        let mut spoken: BTreeMap<String, Count> = BTreeMap::new();
        let mut scene: BTreeMap<String, Count> = BTreeMap::new();
        for hit in self.hits.iter().filter(|h| h.others.is_empty()) {
            let key = match hit.form {
                Form::Person => self.lexicon.term_on(hit.index, self.day).and_then(|(t, _)| {
                    t.country.clone().or_else(|| self.lexicon.is_state(&t.key).then(|| t.key.clone()))
                }),
                _ => {
                    let actor = &self.lexicon.actors[hit.index as usize];
                    match actor.kind {
                        ActorKind::State => Some(actor.key.clone()),
                        ActorKind::Organisation | ActorKind::Press => None,
                        _ => actor.country.clone(),
                    }
                }
            };
            let Some(key) = key.filter(|k| self.lexicon.is_state(k)) else { continue };
            let lead = if self.syntax.sentence_of(hit.head) < 4 { 2 } else { 1 };
            let state =
                hit.form != Form::Person && self.lexicon.actors[hit.index as usize].kind == ActorKind::State;
            let add = |counts: &mut BTreeMap<String, Count>, weight: u32| {
                let entry = counts.entry(key.clone()).or_insert((0, std::cmp::Reverse(hit.head.0)));
                entry.0 += lead * weight;
            };
            add(&mut spoken, if state { 2 } else { 1 });
            let named = if state && hit.form == Form::Name { 2 } else { 1 };
            add(&mut scene, named + if self.is_located(hit.head) { LOCATED } else { 0 });
        }
        // Of parties with one name the one is meant whose country the article speaks of most; none where it speaks
        // of none of theirs.
        for hit in self.hits.iter_mut().filter(|h| !h.others.is_empty()) {
            let spoken_of = |i: u32| {
                let country = self.lexicon.actors[i as usize].country.as_deref()?;
                spoken.get(country).map(|n| (*n, std::cmp::Reverse(i)))
            };
            let all = std::iter::once(hit.index).chain(hit.others.iter().copied());
            match all.filter_map(|i| spoken_of(i).map(|n| (n, i))).max() {
                Some((_, index)) => hit.index = index,
                None => {
                    for t in hit.tokens.iter() {
                        self.hit_at[t.index()] = NONE;
                    }
                }
            }
        }
        let most =
            |counts: BTreeMap<String, Count>| counts.into_iter().max_by_key(|(_, n)| *n).map(|(k, _)| k);
        self.focus = most(spoken);
        self.scene = most(scene);
    }

    /// Is the word where something happens ("in Morstad")?
    fn is_located(&self, t: TokenId) -> bool {
        self.case(t).is_some_and(|c| matches!(c, "in" | "at" | "near" | "across" | "inside"))
    }

    // ------------------------------------------------------------- resolving

    /// Resolves the token, if it heads a mention, and remembers it for later words.
    fn meet(&mut self, t: TokenId, notes: &mut Vec<Note>) {
        let wording = self.wording(t);
        let parties = self.resolve(t);
        let Some((tokens, wording)) = wording else { return };
        if parties.is_empty() && wording == Wording::Pronoun {
            return;
        }
        if parties.is_empty() && wording == Wording::Unlisted {
            notes.push(Note {
                stage: "actor",
                span: Some(self.syntax.cover(tokens)),
                text: "a name that neither the text nor the lexicon places; left open".into(),
            });
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
                return (self.head_of(range) == t).then_some((range, Wording::Name));
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
                    if is_collective(&role.role.noun) {
                        let found = self.by_description(role);
                        if !found.is_empty() {
                            return found;
                        }
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
                Some(role) => self.by_description(role),
                None => Vec::new(),
            },
            Some((range, Wording::Unlisted)) => self.by_introduction(t, range).into_iter().collect(),
            Some((_, Wording::Pronoun)) => self.by_pronoun(t),
            None => Vec::new(),
        }
    }

    fn by_name(&mut self, t: TokenId, range: TokenRange) -> Vec<Party> {
        let Some(hit) = self.hit(t).cloned() else { return Vec::new() };
        let span = self.syntax.cover(hit.tokens);
        if hit.form == Form::Person {
            if let Some(party) = self.introduced(t, range) {
                return vec![party];
            }
            if self.is_namesake(&hit, range) {
                return self.by_introduction(t, range).into_iter().collect();
            }
            if let Some(party) = self.listed_person(hit.index, span) {
                self.know(range, &party);
                return vec![party];
            }
            return Vec::new();
        }
        // What the text itself says a short form stands for goes before the lists: "Open Rivers Foundation (ORF)".
        let short = hit.tokens.len() == 1 && self.word(hit.head).chars().all(|c| !c.is_lowercase());
        let told = self.known.get(&fold(self.word(hit.head))).filter(|p| short && p.kind == Kind::Group);
        if let Some(party) = told {
            let mut party = party.clone();
            party.why = Evidence::new("actor:named-before", [span, party.span]);
            return vec![party];
        }
        let actor = &self.lexicon.actors[hit.index as usize];
        let why = Evidence::new(actor.source.clone(), [span]);
        let mut party = Party {
            key: actor.key.clone(),
            sector: Some(actor.sector.clone()).filter(|s| !s.is_empty()),
            name: actor.name.clone(),
            wikidata: actor.wikidata.clone(),
            office: None,
            kind: if actor.kind == ActorKind::State { Kind::State } else { Kind::Group },
            span,
            why,
        };
        // "a summit in Brussels" is held in the town, not in the Union.
        let seat = matches!(hit.form, Form::Seat | Form::Capital) && actor.kind == ActorKind::Organisation;
        if actor.kind == ActorKind::Place || seat && self.is_located(hit.head) {
            return Vec::new();
        }
        if hit.form == Form::People {
            let word = self.word(hit.head);
            // "the British", "the Saudis" act as the state; "Iranians", "two Iranians" are its people.
            let definite = self.syntax.children(hit.head).iter().any(|c| self.syntax.lemma(*c) == "the");
            let counted =
                self.syntax.children(hit.head).iter().any(|c| self.syntax.deprel(*c) == Deprel::Nummod);
            let many = word.ends_with('s') || word.ends_with("men");
            if counted || !definite && (many || self.has_indefinite(hit.head)) {
                party.key = format!("{}/CVL", actor.key);
                party.sector = Some("CVL".into());
                party.kind = Kind::People;
            }
        }
        vec![party]
    }

    /// Does a name bear the family name of somebody listed with another first name ("Olga Putin")? Then so does
    /// the bare family name later on.
    fn is_namesake(&mut self, hit: &Hit, range: TokenRange) -> bool {
        if hit.tokens.len() > 1 {
            return false;
        }
        let family = fold(self.word(hit.tokens.start));
        let listed: Vec<String> = self
            .lexicon
            .term_on(hit.index, self.day)
            .map(|(term, _)| fold(&term.name).split(['-', ' ']).map(str::to_string).collect())
            .unwrap_or_default();
        let other = range.iter().filter(|t| t.0 < hit.tokens.start.0).any(|t| {
            let word = fold(self.word(t));
            word.chars().count() > 2
                && !word.contains('.')
                && !is_honorific(&word)
                && !is_name_particle(&word.to_lowercase())
                && !listed.iter().any(|w| w.eq_ignore_ascii_case(&word))
                && !self.hit(t).is_some_and(|h| h.form != Form::Person)
        });
        if other {
            self.namesakes.insert(family);
            return true;
        }
        self.namesakes.contains(&family)
    }

    fn has_indefinite(&self, t: TokenId) -> bool {
        self.syntax.children(t).iter().any(|c| {
            matches!(self.syntax.deprel(*c), Deprel::Det | Deprel::Nummod)
                && !matches!(self.syntax.lemma(*c), "the")
        })
    }

    fn listed_person(&self, person: u32, span: Span) -> Option<Party> {
        let (term, in_office) = self.lexicon.term_on(person, self.day)?;
        // News of an end of office ("the minister, killed on Friday") is still news of the office-holder.
        let just_ended = term.to.zip(self.day).is_some_and(|(to, day)| {
            to.until(day).is_ok_and(|s| (0..=JUST_ENDED_DAYS).contains(&s.get_days()))
        });
        let former = !in_office && !just_ended && self.lexicon.is_state(&term.key);
        let (key, sector) = if former {
            (format!("{}/ELI", term.key), "ELI".to_string())
        } else {
            (term.key.clone(), term.sector.clone())
        };
        Some(Party {
            key,
            sector: Some(sector).filter(|s| !s.is_empty()),
            name: term.name.clone(),
            wikidata: None,
            office: Some(if former { format!("former {}", term.office) } else { term.office.clone() }),
            kind: Kind::Person,
            span,
            why: Evidence::new(term.source.clone(), [span]),
        })
    }

    /// A person whom the words beside the name introduce: a title, a nationality, an apposition.
    fn introduced(&mut self, t: TokenId, range: TokenRange) -> Option<Party> {
        let s = self.syntax;
        let mut titles: Vec<RoleHit<'a>> = Vec::new();
        // The title stands right before the name …
        if range.start.index() > 0 {
            let before = TokenId(range.start.0 - 1);
            if s.sentence_of(before) == s.sentence_of(t) {
                titles.extend(self.role(before).filter(|r| r.tokens.end == range.start));
            }
        }
        // … or hangs on it as an apposition, before or after.
        for token in range.iter() {
            for &c in s.children(token) {
                if matches!(s.deprel(c), Deprel::Appos | Deprel::NmodDesc | Deprel::Compound | Deprel::Flat) {
                    titles.extend(self.role(c).filter(|r| r.head == c));
                }
            }
        }
        if let Some(h) = s.head(t)
            && matches!(s.deprel(t), Deprel::Appos | Deprel::Flat | Deprel::NmodDesc | Deprel::Compound)
        {
            titles.extend(self.role(h).filter(|r| r.head == h));
        }
        titles.extend(self.titles_by_comma(range));
        // "Iranian supreme leader Ayatollah Ali Khamenei": a second title before the first counts too.
        for title in titles.clone() {
            if let Some(before) = title.tokens.start.0.checked_sub(1).map(TokenId) {
                titles.extend(self.role(before).filter(|r| r.tokens.end == title.tokens.start));
            }
        }
        titles.retain(|t| matches!(t.role.kind, RoleKind::Office | RoleKind::People));
        titles.sort_by_key(|t| !t.role.state);
        // "Presidents Muhammadu Buhari of Nigeria and …": the state may hang on the name.
        let of_name = range.iter().flat_map(|t| s.children(t).to_vec()).find_map(|c| {
            let of = s.deprel(c) == Deprel::Nmod && self.case(c).is_some_and(|p| matches!(p, "of" | "from"));
            if of { self.modifier(c).filter(|p| p.kind != Kind::Person) } else { None }
        });
        for title in titles {
            let owned =
                self.owned_role(title).or_else(|| of_name.as_ref().map(|o| self.role_party(title, o)));
            if let Some(mut party) = owned {
                party.name = s.cover(range).slice(self.text).to_string();
                party.kind = Kind::Person;
                party.office = Some(title.role.noun.clone());
                party.why = Evidence::new("actor:introduced", [s.cover(range), s.cover(title.tokens)]);
                self.know(range, &party);
                return Some(party);
            }
        }
        self.by_nationality(range)
    }

    /// "Interior Minister Anna Bello" of an article that says nowhere whose minister she is.
    fn by_bare_title(&mut self, range: TokenRange) -> Option<Party> {
        let s = self.syntax;
        let before = range.start.0.checked_sub(1).map(TokenId)?;
        let title = self.role(before).filter(|t| {
            t.tokens.end == range.start
                && s.sentence_of(before) == s.sentence_of(range.start)
                && t.role.kind == RoleKind::Office
                && matches!(
                    t.role.sector.as_str(),
                    "GOV" | "MIL" | "COP" | "SPY" | "LEG" | "JUD" | "PTY" | "OPP" | "ELI"
                )
        })?;
        let mut party = self.unowned_role(title);
        if party.key.starts_with("UNK") {
            return None;
        }
        party.name = s.cover(range).slice(self.text).to_string();
        party.kind = Kind::Person;
        party.office = Some(title.role.noun.clone());
        party.why = Evidence::new("actor:introduced", [s.cover(range), s.cover(title.tokens)]);
        self.know(range, &party);
        Some(party)
    }

    /// A person of whom only the nationality is told ("Avarian Anna Bello"): one of its people.
    fn by_nationality(&mut self, range: TokenRange) -> Option<Party> {
        let s = self.syntax;
        if !s.names.iter().any(|n| n.kind == NameKind::Person && n.tokens.overlaps(range)) {
            return None;
        }
        let before = range
            .start
            .0
            .checked_sub(1)
            .map(TokenId)
            .filter(|b| s.sentence_of(*b) == s.sentence_of(range.start));
        let beside = before.into_iter().chain(range.iter().flat_map(|t| s.children(t).to_vec()));
        let state = beside.into_iter().find_map(|t| {
            self.hit(t)
                .filter(|h| matches!(h.form, Form::Adjective | Form::People) && !range.contains(h.head))?;
            self.modifier(t).filter(|p| p.kind == Kind::State)
        })?;
        let span = s.cover(range);
        let party = Party {
            key: format!("{}/CVL", state.key),
            sector: Some("CVL".into()),
            name: span.slice(self.text).to_string(),
            wikidata: None,
            office: None,
            kind: Kind::Person,
            span,
            why: Evidence::new("actor:nationality", [span, state.span]),
        };
        self.know(range, &party);
        Some(party)
    }

    /// Titles set off by commas, whatever the parse makes of them: "the head of the Quds Force, Qassem
    /// Soleimani, said", "Agnes Callamard, a rapporteur for the UN, said".
    fn titles_by_comma(&self, range: TokenRange) -> Vec<RoleHit<'a>> {
        /// How many tokens a title may be away.
        const REACH: usize = 14;
        let s = self.syntax;
        let sentence = s.sentences[s.sentence_of(range.start)];
        let clause_word =
            |t: TokenId| matches!(s.upos(t), Upos::Verb | Upos::Aux | Upos::Sconj | Upos::Cconj);
        let comma = |t: TokenId| self.word(t) == ",";
        let mut titles = Vec::new();
        let after = range.end;
        let ends_well = !sentence.contains(after) || comma(after) || clause_word(after);
        if range.start.0 > sentence.start.0 + 1 && ends_well && comma(TokenId(range.start.0 - 1)) {
            let mut found = None;
            for n in (sentence.start.0..range.start.0 - 1).rev().take(REACH) {
                let t = TokenId(n);
                if clause_word(t) || comma(t) {
                    break;
                }
                // The leftmost noun is the one that the rest hangs on.
                if let Some(role) = self.role(t).filter(|r| r.role.kind == RoleKind::Office) {
                    found = Some(role);
                }
            }
            // "At talks with the Belmoran president, Lind said": a phrase of its own that a new subject follows.
            let own_phrase = |r: &RoleHit| {
                let named = |t: TokenId| {
                    let title = matches!(s.deprel(t), Deprel::NmodDesc | Deprel::Compound | Deprel::Flat);
                    s.head(t).filter(|_| title)
                };
                !(sentence.contains(after) && comma(after))
                    && (self.case(r.head).is_some() || named(r.head).is_some_and(|n| self.case(n).is_some()))
            };
            titles.extend(found.filter(|r| !own_phrase(r)));
        }
        if sentence.contains(after) && comma(after) {
            for n in (after.0 + 1..sentence.end.0).take(REACH) {
                let t = TokenId(n);
                if clause_word(t) || comma(t) || self.person_at[t.index()] != NONE {
                    break;
                }
                if let Some(role) = self.role(t)
                    && matches!(role.role.kind, RoleKind::Office | RoleKind::People)
                {
                    titles.push(role);
                    break;
                }
            }
        }
        titles
    }

    /// Remembers a person by full and by family name.
    fn know(&mut self, range: TokenRange, party: &Party) {
        let full: Vec<String> = range.iter().map(|t| fold(self.word(t))).collect();
        self.known.insert(full.join(" "), party.clone());
        if let Some(last) = full.last() {
            self.known.insert(last.clone(), party.clone());
        }
        // In much of Asia the family name comes first.
        if let Some(first) = full.first().filter(|f| full.len() > 1 && !is_honorific(f)) {
            self.known_first.insert(first.clone(), party.clone());
        }
    }

    fn by_introduction(&mut self, t: TokenId, range: TokenRange) -> Option<Party> {
        let span = self.syntax.cover(range);
        let folded: Vec<String> = range.iter().map(|t| fold(self.word(t))).collect();
        // "Ms Bello, the country's first leader to be jailed": a bare name that was introduced needs no second title.
        let title_before = range.start.0.checked_sub(1).is_some_and(|b| self.role_at[b as usize] != NONE);
        let (last, before) = folded.split_last()?;
        let bare = !title_before && before.iter().all(|w| is_honorific(w));
        let named = self.known.get(last).or_else(|| self.known_first.get(last));
        if let Some(mut party) = named.filter(|_| bare).cloned() {
            party.why = Evidence::new("actor:named-before", [span, party.span]);
            return Some(party);
        }
        if let Some(party) = self.introduced(t, range) {
            return Some(party);
        }
        if let Some(party) = self.organisation(range) {
            self.know(range, &party);
            if let Some(short) = self.short_form(range) {
                self.known.insert(fold(self.word(short)), party.clone());
            }
            return Some(party);
        }
        let again = |known: &HashMap<String, Party>| {
            known.get(&folded.join(" ")).or_else(|| folded.last().and_then(|l| known.get(l))).cloned()
        };
        if let Some(mut party) = again(&self.known) {
            party.why = Evidence::new("actor:named-before", [span, party.span]);
            return Some(party);
        }
        // A bare family name that one office-holder of the day bears.
        let last = folded.last()?;
        if last.len() >= 4 {
            let mut holders = self
                .lexicon
                .by_family_name(last)
                .iter()
                .filter(|p| self.lexicon.term_on(**p, self.day).is_some_and(|(_, in_office)| in_office));
            if let (Some(&person), None) = (holders.next(), holders.next()) {
                let alone = range.len() == 1;
                if alone && self.day.is_some() && !self.is_anothers_name(last) && self.is_at_home(person) {
                    let party = self.listed_person(person, span)?;
                    self.know(range, &party);
                    return Some(party);
                }
            }
        }
        if let Some(party) = self.by_bare_title(range) {
            return Some(party);
        }
        // A place acts not at all; an organisation that no list holds may be a firm or a club, so it stays open
        // too, but "he" is not meant by it.
        let kind = self.syntax.names.iter().find(|n| n.tokens.overlaps(range)).map(|n| n.kind);
        if kind == Some(NameKind::Place) {
            return None;
        }
        // Somebody new whom nobody places: kept, so that "he" does not go to somebody else.
        Some(Party {
            key: String::new(),
            sector: None,
            name: span.slice(self.text).to_string(),
            wikidata: None,
            office: None,
            kind: if kind == Some(NameKind::Organisation) { Kind::Group } else { Kind::Person },
            span,
            why: Evidence::new("actor:unlisted", [span]),
        })
    }

    /// Does somebody bear this family name in the article with a first name that no list holds?
    fn is_anothers_name(&self, family: &str) -> bool {
        self.people.iter().any(|r| {
            let first = r.iter().next().map(|t| fold(self.word(t)));
            let last = r.iter().next_back().map(|t| fold(self.word(t)));
            r.len() > 1 && last.as_deref() == Some(family) && first.is_some_and(|f| !is_honorific(&f))
        })
    }

    /// Does the article name the country of a listed person?
    fn is_at_home(&self, person: u32) -> bool {
        let Some((term, _)) = self.lexicon.term_on(person, self.day) else { return false };
        let Some(country) = term.country.as_deref() else { return true };
        self.hits.iter().filter(|h| h.form != Form::Person).any(|h| {
            let actor = &self.lexicon.actors[h.index as usize];
            actor.key == country || actor.country.as_deref() == Some(country)
        })
    }

    /// The capitals in brackets after a name: "Freedom Now Movement (FNM)".
    fn short_form(&self, range: TokenRange) -> Option<TokenId> {
        let s = self.syntax;
        let short = TokenId(range.end.0 + 1);
        let near = |t: TokenId| s.tokens.get(t.index()).is_some();
        if !near(TokenId(short.0 + 1))
            || self.word(range.end) != "("
            || self.word(TokenId(short.0 + 1)) != ")"
        {
            return None;
        }
        let word = self.word(short);
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        (capitals >= 2 && word.chars().count() <= 8 && word.chars().all(char::is_alphanumeric))
            .then_some(short)
    }

    /// An organisation that no list holds, where its name or a noun beside it says what it is: "Open Eyes
    /// Foundation", "the rights group Open Eyes", "the Open Eyes campaign group", "Open Eyes, a charity".
    fn organisation(&self, range: TokenRange) -> Option<Party> {
        let s = self.syntax;
        let kind = s.names.iter().find(|n| n.tokens.overlaps(range)).map(|n| n.kind);
        if kind != Some(NameKind::Organisation)
            || range.iter().any(|t| self.hit(t).is_some_and(|h| h.form == Form::Name))
        {
            return None;
        }
        let span = s.cover(range);
        let mut beside: Vec<RoleHit> = Vec::new();
        if let Some(before) = range.start.0.checked_sub(1).map(TokenId) {
            let near = s.sentence_of(before) == s.sentence_of(range.start);
            beside.extend(self.role(before).filter(|r| near && r.tokens.end == range.start));
        }
        let loose = |rel: Deprel| {
            matches!(
                rel,
                Deprel::Appos | Deprel::NmodDesc | Deprel::Compound | Deprel::Flat | Deprel::NmodUnmarked
            )
        };
        for t in range.iter() {
            let parts = s.children(t).iter().copied().filter(|c| loose(s.deprel(*c)));
            beside.extend(parts.filter_map(|c| self.role(c).filter(|r| r.head == c)));
            if let Some(h) = s.head(t).filter(|h| loose(s.deprel(t)) && !range.contains(*h)) {
                beside.extend(self.role(h).filter(|r| r.head == h));
            }
        }
        let named = self.kind_noun(range).map(|noun| (noun, span));
        let described = beside.iter().map(|r| (r.role, s.cover(r.tokens))).find(|(noun, _)| {
            self.makes_organisation(noun) && noun.sector != "name"
                || noun.kind == RoleKind::People && noun.sector == "REB"
        });
        let (noun, words) = described.or(named)?;
        Some(Party {
            key: span.slice(self.text).split_whitespace().collect::<Vec<_>>().join(" "),
            sector: (noun.kind != RoleKind::Description).then(|| noun.sector.clone()),
            name: span.slice(self.text).to_string(),
            wikidata: None,
            office: None,
            kind: Kind::Group,
            span,
            why: Evidence::new("actor:organisation", [span, words]),
        })
    }

    /// The participle that a name stands before with a hyphen: "backed" of "Belmora-backed militants".
    fn hyphened_to(&self, hit: &Hit) -> Option<&'a str> {
        let s = self.syntax;
        let end = hit.tokens.end;
        let next = TokenId(end.0 + 1);
        (s.tokens.get(next.index()).is_some()
            && self.word(end) == "-"
            && s.span(end).end == s.span(next).start)
            .then(|| self.word(next))
            .filter(|w| w.ends_with("ed") || matches!(*w, "friendly" | "made" | "held" | "led"))
    }

    /// Whoever backs, funds or arms others is no part of them: "Belmora-backed militants".
    fn is_backer(&self, hit: &Hit) -> bool {
        matches!(
            self.hyphened_to(hit),
            Some(
                "backed"
                    | "linked"
                    | "sponsored"
                    | "funded"
                    | "financed"
                    | "inspired"
                    | "aligned"
                    | "supported"
                    | "friendly"
                    | "allied"
                    | "made"
                    | "supplied"
                    | "trained"
                    | "armed"
                    | "brokered"
                    | "mediated"
            )
        )
    }

    /// The party of a nationality, name or body used as a modifier ("Iranian", "US", "Foreign Ministry").
    fn modifier(&self, t: TokenId) -> Option<Party> {
        let hit = self.hit(t)?;
        if self.is_backer(hit) {
            return None;
        }
        // "the Lisbon treaty", "the Paris accord" are nobody's.
        let paper = |h: TokenId| {
            self.role(h).is_some_and(|r| r.role.kind == RoleKind::Description && r.role.sector == "paper")
        };
        if self.is_town(t) && self.syntax.head(t).is_some_and(paper) {
            return None;
        }
        let actor = match hit.form {
            Form::Person => return self.own(t).first().cloned().filter(|p| !p.key.is_empty()),
            _ => &self.lexicon.actors[hit.index as usize],
        };
        // "Brussels airport" is not the Union's.
        let city = hit.place.filter(|_| actor.kind == ActorKind::Organisation);
        let place = city.map_or(actor, |p| &self.lexicon.actors[p as usize]);
        if place.kind == ActorKind::Place {
            return self.state(place.country.as_deref()?, self.syntax.cover(hit.tokens), "actor:place-of");
        }
        Some(Party {
            key: actor.key.clone(),
            sector: Some(actor.sector.clone()).filter(|s| !s.is_empty()),
            name: actor.name.clone(),
            wikidata: actor.wikidata.clone(),
            office: None,
            kind: if actor.kind == ActorKind::State { Kind::State } else { Kind::Group },
            span: self.syntax.cover(hit.tokens),
            why: Evidence::new(actor.source.clone(), [self.syntax.cover(hit.tokens)]),
        })
    }

    /// Whose president, army or rebels: looked for in the phrase itself.
    fn owner(&mut self, role: RoleHit<'a>) -> Option<Party> {
        let s = self.syntax;
        let children: Vec<TokenId> = role
            .tokens
            .iter()
            .flat_map(|t| s.children(t).to_vec())
            .filter(|c| !role.tokens.contains(*c))
            .collect();
        // "Palestinian Hamas leader": the organisation says more than the nationality.
        let modifiers = children.iter().filter(|c| matches!(s.deprel(**c), Deprel::Amod | Deprel::Compound));
        if let Some(party) = modifiers.filter_map(|c| self.modifier(*c)).find(|p| p.kind == Kind::Group) {
            return Some(party);
        }
        for wanted in [Deprel::NmodPoss, Deprel::Amod, Deprel::Compound, Deprel::Nmod, Deprel::NmodDesc] {
            for &c in children.iter().filter(|c| s.deprel(**c) == wanted) {
                // Faith and the like say nothing of whose the people are ("Sunni rebels").
                if self.role(c).is_some_and(|r| matches!(r.role.sector.as_str(), "REL" | "CVL")) {
                    continue;
                }
                if matches!(wanted, Deprel::Nmod)
                    && !self.case(c).is_some_and(|p| {
                        matches!(p, "of" | "for" | "from" | "in" | "at" | "to" | "with" | "within")
                    })
                {
                    continue;
                }
                if let Some(party) = self.modifier(c) {
                    return Some(party);
                }
                let found = self.resolve(c);
                if let Some(party) = found.into_iter().find(|p| !p.key.is_empty()) {
                    return Some(party);
                }
                if (wanted == Deprel::Nmod || wanted == Deprel::NmodPoss)
                    && let Some(party) =
                        self.inside(c, 2, &["of", "by", "from", "in", "at"]).into_iter().next()
                {
                    return Some(party);
                }
            }
        }
        // A parse may hang the nationality elsewhere: the word right before the noun is asked too.
        let mut at = role.tokens.start;
        for _ in 0..3 {
            let Some(before) = at.0.checked_sub(1).map(TokenId) else { break };
            if s.sentence_of(before) != s.sentence_of(role.head) {
                break;
            }
            if let Some(party) = self.hit(before).and_then(|h| self.modifier(h.head)) {
                return (party.kind != Kind::Person).then_some(party);
            }
            if !matches!(s.upos(before), Upos::Adj | Upos::Noun | Upos::Part | Upos::Propn)
                || self.person_at[before.index()] != NONE
            {
                break;
            }
            at = before;
        }
        None
    }

    /// A role with its owner, where the phrase names one.
    fn owned_role(&mut self, role: RoleHit<'a>) -> Option<Party> {
        let owner = self.owner(role)?;
        Some(self.role_party(role, &owner))
    }

    fn role_party(&self, role: RoleHit<'a>, owner: &Party) -> Party {
        let s = self.syntax;
        let span = s.cover(role.tokens);
        let former = role.tokens.iter().any(|t| {
            s.children(t).iter().any(|c| {
                matches!(
                    self.word(*c).to_lowercase().as_str(),
                    "former" | "ex" | "ousted" | "deposed" | "toppled" | "overthrown" | "onetime"
                )
            })
        });
        let country = owner.country(self.lexicon);
        let (key, sector) = match country {
            // The owner is a state, or a body or people of one.
            Some(country) if owner.kind == Kind::State || owner.key == country => {
                if former && role.role.kind == RoleKind::Office {
                    (format!("{country}/ELI"), "ELI".to_string())
                } else if owner.kind == Kind::Group
                    && role.role.sector == "REB"
                    && matches!(owner.sector.as_deref(), Some("GOV" | "MIL"))
                {
                    // "the regime's fighters" are the state's.
                    (country.to_string(), "MIL".to_string())
                } else if role.role.state {
                    (country.to_string(), role.role.sector.clone())
                } else {
                    (format!("{country}/{}", role.role.sector), role.role.sector.clone())
                }
            }
            // "the judge's son" is no judge.
            Some(country)
                if owner.kind == Kind::Person
                    && role.role.kind == RoleKind::People
                    && role.role.sector == "CVL" =>
            {
                (format!("{country}/CVL"), "CVL".to_string())
            }
            // "opposition leader": the office takes the side of its owner.
            Some(_) => (owner.key.clone(), owner.sector.clone().unwrap_or_else(|| role.role.sector.clone())),
            // "a Homeland Front lawmaker" sits in the legislature, "the Homeland Front government" governs.
            None if matches!(owner.sector.as_deref(), Some("PTY" | "OPP"))
                && (role.role.sector == "LEG"
                    && self.word(role.head).eq_ignore_ascii_case(s.lemma(role.head))
                    || role.role.state && role.role.sector == "GOV" && role.role.kind == RoleKind::Body)
                && let Some(country) = self.lexicon.actor(&owner.key).and_then(|a| a.country.as_deref()) =>
            {
                let sector = role.role.sector.clone();
                (if role.role.state { country.to_string() } else { format!("{country}/{sector}") }, sector)
            }
            None if owner.key == "UNK" => (owner.key.clone(), role.role.sector.clone()),
            None => (owner.key.clone(), owner.sector.clone().unwrap_or_default()),
        };
        Party {
            key,
            sector: Some(sector).filter(|s| !s.is_empty()),
            name: if owner.kind == Kind::Group {
                owner.name.clone()
            } else {
                span.slice(self.text).to_string()
            },
            wikidata: None,
            office: (role.role.kind == RoleKind::Office).then(|| role.role.noun.clone()),
            kind: match role.role.kind {
                RoleKind::Office
                    if self.word(role.head).to_lowercase() != s.lemma(role.head).to_lowercase() =>
                {
                    Kind::People
                }
                RoleKind::Office => Kind::Person,
                RoleKind::Body => Kind::Group,
                _ => Kind::People,
            },
            span,
            why: Evidence::new(role.role.source.clone(), [span, owner.span]),
        }
    }

    fn by_role(&mut self, role: RoleHit<'a>) -> Option<Party> {
        let s = self.syntax;
        let span = s.cover(role.tokens);
        if role.role.kind == RoleKind::Office || self.makes_organisation(role.role) {
            // The own name, right after or in apposition, knows best.
            let mut names: Vec<TokenId> = Vec::new();
            if role.tokens.end.index() < s.tokens.len() {
                names.push(role.tokens.end);
            }
            for t in role.tokens.iter() {
                names.extend(
                    s.children(t)
                        .iter()
                        .copied()
                        .filter(|c| matches!(s.deprel(*c), Deprel::Appos | Deprel::Flat | Deprel::NmodDesc)),
                );
            }
            for n in names {
                let person = match self.person_at.get(n.index()) {
                    Some(&p) if p != NONE => self.people[p as usize],
                    _ => continue,
                };
                if s.sentence_of(n) != s.sentence_of(role.head) {
                    continue;
                }
                let head = self.head_of(person);
                if let Some(party) = self.resolve(head).into_iter().find(|p| !p.key.is_empty()) {
                    return Some(party);
                }
            }
        }
        if let Some(party) = self.named_below(role) {
            return Some(party);
        }
        if let Some(party) = self.owned_role(role) {
            self.by_role.insert(&role.role.noun, party.clone());
            return Some(party);
        }
        // Peacekeepers are those of the body that the article named last.
        if role.role.sector == "IGO" && role.role.kind != RoleKind::Force {
            let body = |p: &&Party| p.kind == Kind::Group && p.sector.as_deref() == Some("IGO");
            let last = self.mentions.iter().rev().find_map(|m| m.parties.iter().find(body))?;
            return pointed(std::slice::from_ref(last), span, "actor:role-before").pop();
        }
        // Observers, experts and the like are nobody's unless the text says whose.
        if matches!(role.role.sector.as_str(), "IGO" | "NGO" | "JRN" | "MNC" | "ELI" | "MED")
            && role.role.kind == RoleKind::People
        {
            return None;
        }
        let definite = role.tokens.iter().any(|t| {
            s.children(t)
                .iter()
                .any(|c| s.deprel(*c) == Deprel::Det && matches!(s.lemma(*c), "the" | "this" | "that"))
        });
        let title = role.role.kind == RoleKind::Office
            && self.word(role.tokens.start).chars().next().is_some_and(char::is_uppercase)
            && self.syntax.sentences[s.sentence_of(role.head)].start != role.tokens.start;
        // "police", "prosecutors": without an article still those of before, where no place is named anew.
        let mass =
            role.role.kind == RoleKind::Body || self.word(role.head).to_lowercase() != s.lemma(role.head);
        let same = matches!(role.role.sector.as_str(), "COP" | "JUD")
            && mass
            && !self.has_indefinite(role.head)
            && !self.names_place(s.sentence_of(role.head));
        if definite && let Some(party) = self.organisation_before(role) {
            return Some(party);
        }
        if let Some(party) = self.by_role.get(role.role.noun.as_str()).filter(|_| definite || title || same) {
            let mut party = party.clone();
            party.why = Evidence::new("actor:role-before", [span, party.span]);
            return Some(party);
        }
        let plain = role.tokens.iter().flat_map(|t| s.children(t)).all(|c| {
            role.tokens.contains(*c)
                || !matches!(s.deprel(*c), Deprel::Amod | Deprel::Compound | Deprel::Nummod)
        });
        if role.role.kind == RoleKind::People
            && role.role.sector == "REB"
            && plain
            && let Some(party) = self.only_armed_group(role)
        {
            return Some(party);
        }
        Some(self.unowned_role(role))
    }

    /// "the party", "the company", "the charity": the last of its kind that the article named.
    fn organisation_before(&self, role: RoleHit<'a>) -> Option<Party> {
        /// How many sentences back it may be.
        const REACH: usize = 5;
        let s = self.syntax;
        let singular = self.word(role.head).to_lowercase() == s.lemma(role.head).to_lowercase();
        if role.role.kind != RoleKind::Body || !self.makes_organisation(role.role) || !singular {
            return None;
        }
        let here = s.sentence_of(role.head);
        let like = |p: &&Party| {
            let sector = p.sector.as_deref().unwrap_or("");
            let party = |x: &str| matches!(x, "PTY" | "OPP");
            p.kind == Kind::Group
                && !p.key.contains('/')
                && (sector == role.role.sector || party(sector) && party(&role.role.sector))
        };
        let near = self.recent.iter().rev().filter(|r| here - r.sentence <= REACH && r.token < role.head);
        let found = near.filter_map(|r| r.parties.iter().find(like)).next()?;
        pointed(std::slice::from_ref(found), s.cover(role.tokens), "actor:description").pop()
    }

    /// "A rights group accused Avaria": the opening lines name it after they have said what it is.
    fn named_below(&self, role: RoleHit<'a>) -> Option<Party> {
        /// How many sentences are the opening lines, headline included, and how far below the name may stand.
        const OPENING: usize = 3;
        let s = self.syntax;
        let here = s.sentence_of(role.head);
        let one = self.word(role.head).to_lowercase() == s.lemma(role.head).to_lowercase();
        let definite = s.children(role.head).iter().any(|c| s.lemma(*c) == "the");
        if role.role.kind != RoleKind::Body
            || role.role.sector != "NGO"
            || !one
            || definite
            || here >= OPENING
        {
            return None;
        }
        let listed = self.hits.iter().filter(|h| h.form == Form::Name).filter(|h| {
            let there = s.sentence_of(h.head);
            there <= here + 2 && self.lexicon.actors[h.index as usize].sector == "NGO"
        });
        let mut found: Option<&Hit> = None;
        for hit in listed {
            if found.is_some_and(|f| f.index != hit.index) {
                return None;
            }
            found = Some(hit);
        }
        let span = s.cover(role.tokens);
        let party = self.modifier(found?.head)?;
        pointed(std::slice::from_ref(&party), span, "actor:named-below").pop()
    }

    /// A role whose owner no word names: of the state that the sentence or the article is about.
    fn unowned_role(&self, role: RoleHit<'a>) -> Party {
        let s = self.syntax;
        let span = s.cover(role.tokens);
        let local = match (role.role.kind, role.role.sector.as_str()) {
            (_, "COP" | "JUD") => true,
            (RoleKind::Office | RoleKind::Body | RoleKind::Force, _) | (_, "REB") => false,
            _ => true,
        };
        let sentence = s.sentence_of(role.head);
        if let Some(party) = self.side_before(role) {
            return party;
        }
        if role.role.sector == "LEG"
            && self.state_before(role.tokens.start).is_none()
            && let Some(party) = self.deputies_before(role)
        {
            return party;
        }
        let about = if local {
            self.state_of_scene(sentence)
        } else {
            let near =
                (role.role.kind != RoleKind::Force).then(|| self.state_before(role.tokens.start)).flatten();
            let rebels = role.role.sector == "REB";
            let focus = || self.state(self.focus.as_deref()?, span, "actor:state-of-article");
            // Talks of rebels are held far from home.
            let scene = || match self.located_state(sentence) {
                true => self.state_of_scene(sentence),
                false => self
                    .state(self.focus.as_deref()?, span, "actor:state-of-article")
                    .or_else(|| self.state_of_scene(sentence)),
            };
            near.or_else(|| if rebels { scene() } else { focus() })
        };
        // "A helicopter opened fire": whose it is, nobody says.
        let doer = s.deprel(role.head) == Deprel::Nsubj || self.case(role.head) == Some("by");
        let anybodys = role.role.kind == RoleKind::Force
            && doer
            && self.word(role.head).to_lowercase() == s.lemma(role.head).to_lowercase()
            && s.children(role.head).iter().any(|c| matches!(s.lemma(*c), "a" | "an"));
        let about = about.filter(|_| !anybodys).unwrap_or_else(|| Party {
            key: "UNK".into(),
            sector: None,
            name: span.slice(self.text).to_string(),
            wikidata: None,
            office: None,
            kind: Kind::People,
            span,
            why: Evidence::new("actor:no-country", [span]),
        });
        let mut party = self.role_party(role, &about);
        if about.key == "UNK" && !anybodys {
            party.key = format!("UNK/{}", role.role.sector);
        }
        party.why = Evidence::new(role.role.source.clone(), [span]);
        party
    }

    /// "rebels", "the opposition": those of whom the sentences before spoke, whoever speaks of them now.
    fn side_before(&self, role: RoleHit<'a>) -> Option<Party> {
        /// How many sentences back they may be.
        const REACH: usize = 10;
        let s = self.syntax;
        let sector = role.role.sector.as_str();
        let here = s.sentence_of(role.head);
        if !matches!(sector, "REB" | "OPP") || role.role.kind == RoleKind::Force {
            return None;
        }
        // "In Cordonia, rebels …": others.
        if self.located_state(here) {
            return None;
        }
        let span = s.cover(role.tokens);
        let like = |p: &&Party| {
            p.kind != Kind::Person
                && p.sector.as_deref() == Some(sector)
                && p.country(self.lexicon)
                    .is_some_and(|c| self.scene.as_deref() == Some(c) || self.focus.as_deref() == Some(c))
        };
        let mut near = self.mentions.iter().rev().filter(|m| here - s.sentence_of(m.head) <= REACH);
        let party = near.find_map(|m| m.parties.iter().find(like))?;
        pointed(std::slice::from_ref(party), span, "actor:role-before").pop()
    }

    /// Does a sentence name the state in which it happens?
    fn located_state(&self, sentence: usize) -> bool {
        self.syntax.sentences[sentence].iter().any(|t| {
            self.is_located(t)
                && self.hit(t).is_some_and(|h| {
                    h.head == t
                        && h.form == Form::Name
                        && self.lexicon.actors[h.index as usize].kind == ActorKind::State
                })
        })
    }

    /// "lawmakers", "the speaker": of the parliament of which the article spoke last.
    fn deputies_before(&self, role: RoleHit<'a>) -> Option<Party> {
        let deputy = |p: &&Party| {
            let home = p.country(self.lexicon);
            p.sector.as_deref() == Some("LEG")
                && p.why.spans.len() > 1
                && home.is_some()
                && (home == self.scene.as_deref() || home == self.focus.as_deref())
        };
        let last = self.mentions.iter().rev().find_map(|m| m.parties.iter().find(deputy))?;
        let home = self.state(last.country(self.lexicon)?, last.span, "actor:role-before")?;
        let mut party = self.role_party(role, &home);
        party.why = Evidence::new("actor:role-before", [self.syntax.cover(role.tokens), last.span]);
        Some(party)
    }

    /// "the militants" of an article that has named one armed group are that group's.
    fn only_armed_group(&self, role: RoleHit<'a>) -> Option<Party> {
        /// How many sentences back the group may be.
        const REACH: usize = 6;
        let s = self.syntax;
        let span = s.cover(role.tokens);
        let here = s.sentence_of(role.head);
        let armed =
            |p: &&Party| p.kind == Kind::Group && p.sector.as_deref() == Some("REB") && !p.key.contains('/');
        let named = self.mentions.iter().filter(|m| matches!(m.wording, Wording::Name | Wording::Unlisted));
        let mut groups = named.flat_map(|m| m.parties.iter().filter(armed).map(|p| (m.head, p)));
        let (_, group) = groups.next()?;
        // Named once, it may be an aside.
        let mut last = None;
        for (head, other) in groups {
            if other.key != group.key {
                return None;
            }
            last = Some(head);
        }
        let near = here - s.sentence_of(last?) <= REACH;
        near.then(|| pointed(std::slice::from_ref(group), span, "actor:armed-group").pop())?
    }

    /// Of a plural office with several owners, the owners after the first.
    fn other_owners(&mut self, role: RoleHit<'a>) -> Vec<Party> {
        let s = self.syntax;
        if self.word(role.head).to_lowercase() == s.lemma(role.head).to_lowercase() {
            return Vec::new();
        }
        // "the presidents of Avaria and Belmora", "the Avarian and Belmoran presidents".
        let owner = role.tokens.iter().flat_map(|t| s.children(t).to_vec()).find(|c| match s.deprel(*c) {
            Deprel::Nmod => self.case(*c).is_some_and(|p| matches!(p, "of" | "from")),
            Deprel::Amod | Deprel::Compound => self.modifier(*c).is_some(),
            _ => false,
        });
        let Some(owner) = owner else { return Vec::new() };
        let mut members: Vec<TokenId> =
            s.children(owner).iter().copied().filter(|c| s.deprel(*c) == Deprel::Conj).collect();
        if let Some(list) = self.lists.get(self.list_at[owner.index()] as usize) {
            members.extend(list.iter().filter(|m| **m != owner));
        }
        members.sort();
        members.dedup();
        members.into_iter().filter_map(|m| self.modifier(m)).collect()
    }

    /// The state named last before a word in its sentence.
    fn state_before(&self, t: TokenId) -> Option<Party> {
        let sentence = self.syntax.sentences[self.syntax.sentence_of(t)];
        (sentence.start.0..t.0).rev().map(TokenId).find_map(|o| {
            let hit = self.hit(o).filter(|h| h.head == o && h.form != Form::Person)?;
            // "Belmora-based observers said rebels …".
            if self.hyphened_to(hit).is_some() {
                return None;
            }
            let actor = &self.lexicon.actors[hit.index as usize];
            (actor.kind == ActorKind::State).then(|| self.modifier(o))?
        })
    }

    /// "the group", "the kingdom", "both sides": what the article makes them.
    fn by_description(&mut self, role: RoleHit<'a>) -> Vec<Party> {
        let s = self.syntax;
        let span = s.cover(role.tokens);
        // "the group Hamas", "the Palestinian group, Hamas": the name stands beside it.
        let beside: Vec<TokenId> = role
            .tokens
            .iter()
            .flat_map(|t| s.children(t).to_vec())
            .filter(|c| {
                matches!(
                    s.deprel(*c),
                    Deprel::Appos | Deprel::Flat | Deprel::NmodDesc | Deprel::Compound | Deprel::NmodUnmarked
                )
            })
            .collect();
        for c in beside {
            let found = if matches!(s.deprel(c), Deprel::Compound) && self.hit(c).is_some() {
                self.modifier(c).into_iter().filter(|p| p.kind == Kind::Group).collect()
            } else {
                self.resolve(c)
            };
            if found.iter().any(|p| !p.key.is_empty()) {
                return found;
            }
        }
        if let Some(head) = s.head(role.head).filter(|_| {
            matches!(s.deprel(role.head), Deprel::Compound | Deprel::NmodDesc | Deprel::Appos | Deprel::Flat)
        }) {
            let found = self.resolve(head);
            if found.iter().any(|p| p.kind == Kind::Group && !p.key.is_empty()) {
                return found;
            }
        }
        let definite = role.tokens.iter().any(|t| {
            s.children(t).iter().any(|c| {
                matches!(s.deprel(*c), Deprel::Det | Deprel::NmodPoss | Deprel::DetPredet)
                    && !matches!(
                        s.lemma(*c),
                        "a" | "an" | "some" | "any" | "no" | "every" | "each" | "another"
                    )
            })
        });
        if !definite && !matches!(role.role.sector.as_str(), "pair" | "count") {
            return Vec::new();
        }
        let now = s.sentence_of(role.head);
        // "these groups", "the countries" are several, and stand for several named together.
        let plural = self.word(role.head).to_lowercase() != s.lemma(role.head);
        if plural && !matches!(role.role.sector.as_str(), "pair" | "count") {
            // "the comments", "the groups of the opposition": no parties, or others than those named before.
            let sector = role.role.sector.as_str();
            let owned = |c: &TokenId| {
                s.deprel(*c) == Deprel::Nmod
                    && self.case(*c).is_some_and(|p| matches!(p, "of" | "from" | "by"))
            };
            if matches!(sector, "event" | "paper" | "none" | "name" | "sport")
                || s.children(role.head).iter().any(owned)
            {
                return Vec::new();
            }
            return self
                .recent
                .iter()
                .rev()
                .filter(|r| now - r.sentence <= 5 && r.token < role.head)
                .filter(|r| sector != "group" || r.kind != Kind::State)
                .find(|r| r.plural && r.parties.len() > 1 && r.kind != Kind::People)
                .map(|r| pointed(&r.parties, span, "actor:description"))
                .unwrap_or_default();
        }
        let near = |r: &&Recent| now - r.sentence <= 5 && r.token < role.head;
        match role.role.sector.as_str() {
            "event" | "paper" | "none" | "name" | "sport" => Vec::new(),
            // "Thousands rallied": people; of what else they are thousands, a phrase says.
            "count" => {
                let alone = role.tokens.iter().flat_map(|t| s.children(t)).all(|c| {
                    matches!(
                        s.deprel(*c),
                        Deprel::Det
                            | Deprel::Amod
                            | Deprel::Advmod
                            | Deprel::AclRelcl
                            | Deprel::Acl
                            | Deprel::Nummod
                    )
                });
                let argument = matches!(s.deprel(role.head), Deprel::Nsubj | Deprel::NsubjPass | Deprel::Obj);
                let people = alone && argument;
                self.state_of_scene(now).filter(|_| people).map(|p| civilians(p, span)).into_iter().collect()
            }
            "coalition" => {
                self.coalition_before().map(|p| pointed(&[p], span, "actor:description")).unwrap_or_default()
            }
            "state" => {
                let back = self.recent.iter().rev().filter(near).find(|r| r.kind == Kind::State && !r.plural);
                // "elsewhere in the country": where the things told just before happened.
                let there = self
                    .is_located(role.head)
                    .then(|| (now.saturating_sub(2)..=now).rev().find_map(|n| self.place_of(s.sentences[n])))
                    .flatten()
                    .and_then(|country| self.state(country, span, "actor:description"));
                if let Some(there) = there {
                    return vec![there];
                }
                match back {
                    Some(r) => pointed(&r.parties, span, "actor:description"),
                    None => self.state_about(now).into_iter().collect(),
                }
            }
            "pair" => {
                let pair = self.pair_before(role.head, span);
                if pair.is_empty() { self.sides_of_war(role, span) } else { pair }
            }
            wanted => {
                let kind = if wanted == "person" { Kind::Person } else { Kind::Group };
                // "the group", "the movement" is no union of states.
                let union = ["organisation", "organization", "alliance", "bloc"]
                    .iter()
                    .any(|w| role.role.noun.ends_with(w));
                self.recent
                    .iter()
                    .rev()
                    .filter(near)
                    .find(|r| {
                        r.kind == kind
                            && r.parties.iter().any(|p| !p.key.is_empty())
                            && (union && r.parties[0].sector.as_deref() == Some("IGO")
                                || kind != Kind::Group
                                || !matches!(
                                    r.parties[0].sector.as_deref(),
                                    Some("IGO" | "JRN" | "GOV" | "MIL" | "COP" | "SPY" | "LEG" | "JUD")
                                ))
                    })
                    .map(|r| pointed(&r.parties, span, "actor:description"))
                    .unwrap_or_default()
            }
        }
    }

    /// "both sides", "the two": the last two parties named.
    fn pair_before(&self, t: TokenId, span: Span) -> Vec<Party> {
        let now = self.syntax.sentence_of(t);
        let mut found: Vec<Party> = Vec::new();
        for r in self.recent.iter().rev().filter(|r| now - r.sentence <= 5 && r.token < t) {
            for p in &r.parties {
                if p.kind != Kind::People && !p.key.is_empty() && !found.iter().any(|q| q.key == p.key) {
                    found.push(p.clone());
                }
            }
            if found.len() >= 2 {
                break;
            }
        }
        found.truncate(2);
        if found.len() == 2 { pointed(&found, span, "actor:description") } else { Vec::new() }
    }

    /// "mediated between the parties": the last two named, where these are no political parties.
    fn parties_of_dispute(&self, role: RoleHit<'a>) -> Vec<Party> {
        let s = self.syntax;
        let plural = self.word(role.head).to_lowercase() != s.lemma(role.head).to_lowercase();
        let plain = role.tokens.len() == 1
            && s.children(role.head).iter().all(|c| {
                matches!(s.deprel(*c), Deprel::Det | Deprel::Case | Deprel::Punct)
                    && !matches!(s.lemma(*c), "a" | "some" | "other" | "no" | "all")
            })
            && s.children(role.head).iter().any(|c| s.deprel(*c) == Deprel::Det);
        if role.role.sector != "PTY" || !plural || !plain {
            return Vec::new();
        }
        let mut pair = self.pair_before(role.head, s.cover(role.tokens));
        if pair.iter().any(|p| matches!(p.sector.as_deref(), Some("PTY" | "OPP" | "LEG"))) {
            pair.clear();
        }
        pair
    }

    /// "Both sides in the Belmoran war": the state and its rebels.
    fn sides_of_war(&self, role: RoleHit<'a>, span: Span) -> Vec<Party> {
        let s = self.syntax;
        let within = role.tokens.iter().flat_map(|t| s.children(t).to_vec()).find_map(|c| {
            let of =
                s.deprel(c) == Deprel::Nmod && self.case(c).is_some_and(|p| matches!(p, "in" | "of" | "to"));
            if !of {
                return None;
            }
            let mut inside = self.inside(c, 2, &["in", "of"]);
            inside.retain(|p| p.kind == Kind::State);
            inside.pop()
        });
        let Some(state) = within else { return Vec::new() };
        let why = Evidence::new("actor:sides-of-war", [span, state.span]);
        let rebels = Party {
            key: format!("{}/REB", state.key),
            sector: Some("REB".into()),
            kind: Kind::People,
            span,
            why: why.clone(),
            ..state.clone()
        };
        vec![Party { span, why, ..state }, rebels]
    }

    /// "Both agreed", "the two met": a number that stands for whom it counts.
    fn is_pair_word(&self, t: TokenId) -> bool {
        let s = self.syntax;
        let argument = matches!(s.deprel(t), Deprel::Nsubj | Deprel::NsubjPass | Deprel::Obj | Deprel::Iobj);
        let the = s.children(t).iter().any(|c| s.deprel(*c) == Deprel::Det && s.lemma(*c) == "the");
        let of = s.children(t).iter().any(|c| s.deprel(*c) == Deprel::Nmod);
        argument
            && !of
            && match s.lemma(t).to_lowercase().as_str() {
                "both" => matches!(s.upos(t), Upos::Det | Upos::Pron),
                "two" => the && s.upos(t) == Upos::Num,
                _ => false,
            }
    }

    /// "the coalition", "the alliance": the one that the article named last.
    fn coalition_before(&self) -> Option<Party> {
        let like = |p: &&Party| {
            let name = p.name.to_lowercase();
            p.kind == Kind::Group && ["coalition", "alliance"].iter().any(|w| name.contains(w))
        };
        self.mentions.iter().rev().find_map(|m| m.parties.iter().find(like)).cloned()
    }

    fn by_pronoun(&mut self, t: TokenId) -> Vec<Party> {
        let s = self.syntax;
        if self.is_pair_word(t) {
            return self.pair_before(t, s.span(t));
        }
        let word = self.word(t).to_lowercase();
        let wanted: fn(&Recent) -> bool = match word.as_str() {
            "he" | "him" | "his" | "she" | "her" | "hers" => {
                |r| r.kind == Kind::Person || r.kind == Kind::People && r.one
            }
            // "Avarian officials called for a review of its treaty": the state's for whom they speak.
            "its" => |r| {
                matches!(r.kind, Kind::State | Kind::Group) && !r.plural
                    || r.kind == Kind::People
                        && r.subject
                        && matches!(r.parties.as_slice(), [p] if p.key.len() == 3 && p.sector.as_deref() == Some("GOV"))
            },
            "it" => |r| matches!(r.kind, Kind::State | Kind::Group) && !r.plural,
            "they" | "them" | "their" | "theirs" => |r| r.plural || r.kind == Kind::Group,
            _ => return Vec::new(),
        };
        let sentence = s.sentence_of(t);
        let clause = s.head(t);
        let possessive = s.deprel(t) == Deprel::NmodPoss;
        let mut best: Option<(i64, &Recent)> = None;
        for r in self.recent.iter().rev() {
            if sentence - r.sentence > 3 {
                break;
            }
            // Two arguments of one verb are two people ("he asked him").
            if !wanted(r) || r.token >= t || (!possessive && clause.is_some() && s.head(r.token) == clause) {
                continue;
            }
            let plural_bonus = i64::from(r.plural && word.starts_with("the")) * 4;
            let someone = r.kind == Kind::Person
                && s.children(r.token)
                    .iter()
                    .any(|c| s.deprel(*c) == Deprel::Det && matches!(s.lemma(*c), "a" | "an"));
            let score = -((sentence - r.sentence) as i64) * 10 - i64::from(someone) * 6
                + i64::from(r.subject) * 6
                + plural_bonus
                - (t.0 - r.token.0) as i64 / 12;
            if best.is_none_or(|(b, _)| score > b) {
                best = Some((score, r));
            }
        }
        best.map(|(_, r)| pointed(&r.parties, s.span(t), "actor:pronoun")).unwrap_or_default()
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

/// "militant group", "terrorist organisation": nouns that may describe a group named before.
fn is_collective(noun: &str) -> bool {
    [" group", " organisation", " organization", " movement", " outfit", " faction"]
        .iter()
        .any(|w| noun.ends_with(w))
}

/// Words of address before a name, which are no part of it.
fn is_honorific(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "mr" | "mrs"
            | "miss"
            | "sir"
            | "dame"
            | "lord"
            | "lady"
            | "king"
            | "queen"
            | "prince"
            | "princess"
            | "sheikh"
            | "sultan"
            | "emir"
            | "pope"
            | "saint"
            | "madam"
            | "ayatollah"
            | "imam"
            | "mullah"
            | "comrade"
            | "haji"
            | "hajji"
            | "general"
            | "president"
            | "doctor"
            | "professor"
    )
}

/// Small words inside names.
fn is_name_particle(word: &str) -> bool {
    matches!(
        word,
        "-" | "al"
            | "el"
            | "bin"
            | "ben"
            | "ibn"
            | "de"
            | "del"
            | "dela"
            | "la"
            | "da"
            | "di"
            | "do"
            | "dos"
            | "van"
            | "von"
            | "der"
            | "den"
            | "ter"
            | "ul"
            | "ur"
            | "al-"
            | "el-"
            | "."
    )
}

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
