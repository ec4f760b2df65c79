//! Where somebody is spoken of: names of the lexicon, lists, organisations, roles, people and datelines of an article,
//! and the state it is most about.

use std::collections::{BTreeMap, BTreeSet};

use super::{Actors, Hit, NONE, RoleHit, is_calendar};
use crate::lexicon::names::fold;
use crate::lexicon::{ActorKind, Form, RoleKind, RoleNoun};
use crate::span::{TokenId, TokenRange};
use crate::syntax::{Deprel, NameKind, Upos};

/// How often an article speaks of each state, and where first.
type Counts = BTreeMap<String, (u32, std::cmp::Reverse<u32>)>;

impl<'a> Actors<'a> {
    pub(super) fn find_names(&mut self) {
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
                // "the Republican Guard" is no party.
                let group = |r: &(Form, u32)| {
                    r.0 != Form::Person && self.lexicon.actors[r.1 as usize].kind == ActorKind::Group
                };
                if len == 1 && refs.iter().all(group) && self.begins_role(i, sentence.end.index()) {
                    i += 1;
                    continue;
                }
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
        self.drop_strange_acronyms();
    }

    /// "the Competition Board (CB)": letters that the article itself spells out are no party of a country that it never
    /// names.
    fn drop_strange_acronyms(&mut self) {
        let s = self.syntax;
        let strange = |hit: &Hit| {
            let actor = &self.lexicon.actors[hit.index as usize];
            let country = actor.country.as_deref();
            let home = |h: &Hit| {
                h.form != Form::Person && {
                    let other = &self.lexicon.actors[h.index as usize];
                    h.index != hit.index
                        && (other.country.as_deref() == country || Some(&*other.key) == country)
                }
            };
            country.is_some() && !self.hits.iter().any(home)
        };
        let mut spelt: BTreeSet<&str> = BTreeSet::new();
        for t in (1..s.tokens.len() as u32).map(TokenId) {
            let letters = self.word(t);
            let bracketed =
                self.word(TokenId(t.0 - 1)) == "(" && letters.bytes().all(|b| b.is_ascii_uppercase());
            if !bracketed || !(2..=6).contains(&letters.len()) {
                continue;
            }
            let first = s.sentences[s.sentence_of(t)].start.0;
            // The words before it, from the last: small ones do not count.
            let large = (first..t.0 - 1).rev().map(|i| self.word(TokenId(i)));
            let large = large.filter(|w| w.starts_with(|c: char| c.is_alphanumeric()));
            let initials: Vec<char> = large
                .take_while(|w| {
                    w.starts_with(char::is_uppercase) || matches!(*w, "of" | "and" | "for" | "the" | "on")
                })
                .filter_map(|w| w.chars().next().filter(|c| c.is_uppercase()))
                .take(letters.len())
                .collect();
            if initials.into_iter().rev().eq(letters.chars()) {
                spelt.insert(letters);
            }
        }
        if spelt.is_empty() {
            return;
        }
        let drop: Vec<TokenId> = (self.hits.iter())
            .filter(|h| {
                h.tokens.len() == 1 && h.form == Form::Name && spelt.contains(self.word(h.tokens.start))
            })
            .filter(|h| strange(h))
            .map(|h| h.tokens.start)
            .collect();
        for t in drop {
            self.hit_at[t.index()] = NONE;
        }
    }

    /// Does a role noun of several words begin here?
    fn begins_role(&self, at: usize, end: usize) -> bool {
        /// No noun of roles is longer.
        const LONGEST: usize = 4;
        let words = self.syntax.tokens[at..end.min(at + LONGEST)].iter().map(|t| {
            let low = t.span.slice(self.text).to_lowercase();
            self.lexicon.role_word(&low).or_else(|| self.lexicon.role_word(&t.lemma.to_lowercase()))
        });
        self.lexicon.longest_role(words).is_some_and(|(len, _)| len > 1)
    }

    /// Rows of names ("Saudi Arabia, the UAE, Bahrain and Egypt"), found by their commas: a long row is where
    /// parses go wrong, and its members act together.
    pub(super) fn find_lists(&mut self) {
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
    pub(super) fn choose(&self, tokens: TokenRange, refs: &[(Form, u32)]) -> Option<Hit> {
        let head = self.head_of(tokens);
        let upos = self.syntax.upos(head);
        let alone = tokens.len() == 1;
        if alone && !matches!(upos, Upos::Propn | Upos::Adj | Upos::Noun | Upos::X | Upos::Verb) {
            let letters = self.word(tokens.start);
            // "US", "IS": two capitals are a name, whatever the model takes them for.
            let pronoun = letters.len() == 2
                && letters.bytes().all(|b| b.is_ascii_uppercase())
                && (upos == Upos::Pron || self.has_small_letters(tokens.start));
            if !pronoun && !self.is_acronym(tokens.start) {
                return None;
            }
        }
        // "Michael Jordan", "Chad Smith": one word of a longer name is not the state.
        let person = refs.iter().any(|r| r.0 == Form::Person);
        if alone && !person && self.inside_longer_name(tokens.start) {
            return None;
        }
        // "Abbas al-Musawi", "[Omar al] Bakr": a first name, whoever else bears it as his last.
        if alone && person && self.is_first_name(tokens) {
            return None;
        }
        let rank = |form: Form, index: u32| match form {
            Form::Person => 6,
            _ => {
                let actor = &self.lexicon.actors[index as usize];
                // A land bore its name before it was a state ("Georgia" in 1990).
                let state = actor.kind == ActorKind::State;
                let in_time = self.day.is_none_or(|d| {
                    (state || actor.from.is_none_or(|f| f <= d)) && actor.to.is_none_or(|t| d <= t)
                });
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
        // Of several people of one name the one in office is meant, else the one whose office is nearest.
        let tenure = |form: Form, index: u32| match form {
            Form::Person => self.lexicon.acting(index, self.day).map_or(u8::MAX, |a| a.tenure as u8),
            _ => 0,
        };
        let &(form, index) =
            refs.iter().min_by_key(|r| (rank(r.0, r.1), tenure(r.0, r.1), self.since(**r)))?;
        let place = refs
            .iter()
            .find(|r| r.0 != Form::Person && self.lexicon.actors[r.1 as usize].kind == ActorKind::Place)
            .map(|r| r.1);
        if let (Form::Name, Some(other)) = (form, place)
            && self.lexicon.actors[index as usize].kind == ActorKind::State
            && self.lexicon.actors[other as usize].country.as_deref()
                != Some(&self.lexicon.actors[index as usize].key)
        {
            // A state and a region of another state ("Georgia").
            return Some(Hit { tokens, head, form, index, place: None, others: vec![other] });
        }
        let group = |r: &(Form, u32)| {
            r.0 != Form::Person && self.lexicon.actors[r.1 as usize].kind == ActorKind::Group
        };
        let state = |r: &(Form, u32)| {
            r.0 != Form::Person && self.lexicon.actors[r.1 as usize].kind == ActorKind::State
        };
        let others: Vec<u32> = if form == Form::Person {
            let home = |i: u32| self.lexicon.acting(i, self.day).map(|a| a.term.key.clone());
            let same = |r: &&(Form, u32)| {
                r.0 == form
                    && r.1 != index
                    && tenure(r.0, r.1) == tenure(form, index)
                    && home(r.1) != home(index)
            };
            refs.iter().filter(same).map(|r| r.1).collect()
        } else if state(&(form, index)) {
            // "Congo", "Congolese": two states.
            let key = |i: u32| &self.lexicon.actors[i as usize].key;
            let same = |r: &&(Form, u32)| {
                state(r) && r.0 == form && key(r.1) != key(index) && rank(r.0, r.1) == rank(form, index)
            };
            refs.iter().filter(same).map(|r| r.1).collect()
        } else if group(&(form, index)) {
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

    /// Does the name go on with a small word of names and one more name?
    fn is_first_name(&self, tokens: TokenRange) -> bool {
        let s = self.syntax;
        let end = s.sentences[s.sentence_of(tokens.start)].end;
        let after = |n: u32| self.word(TokenId((tokens.end.0 + n).min(end.0)));
        let small = after(0).chars().all(char::is_lowercase);
        let next = if matches!(after(1), "-" | "]") { after(2) } else { after(1) };
        let name = next.starts_with(char::is_uppercase) && !is_calendar(next);
        small && name && self.is_name_particle(after(0))
    }

    /// Three or more capitals in a sentence that has small letters too: a name, whatever the model takes it for.
    pub(super) fn is_acronym(&self, t: TokenId) -> bool {
        let word = self.word(t);
        word.len() >= 3 && word.bytes().all(|b| b.is_ascii_uppercase()) && self.has_small_letters(t)
    }

    /// Does the sentence of a word have one in small letters?
    fn has_small_letters(&self, t: TokenId) -> bool {
        let s = self.syntax;
        s.sentences[s.sentence_of(t)].iter().any(|o| self.word(o).starts_with(char::is_lowercase))
    }

    /// How long ago a person's office ended, for choosing the last of those who are out of office.
    fn since(&self, of: (Form, u32)) -> i64 {
        let left = (of.0 == Form::Person).then(|| self.lexicon.acting(of.1, self.day)).flatten();
        let end = left.and_then(|a| a.term.to).zip(self.day);
        end.map_or(0, |(end, day)| end.until(day).map_or(0, |s| i64::from(s.get_days()).max(0)))
    }

    /// Is the word one part of a name that goes on to its left or right?
    pub(super) fn inside_longer_name(&self, t: TokenId) -> bool {
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
    pub(super) fn find_organisations(&mut self) {
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
    pub(super) fn noun(&self, t: TokenId) -> Option<&'a RoleNoun> {
        let word = |w: &str| {
            let id = self.lexicon.role_word(w)?;
            self.lexicon.longest_role(std::iter::once(Some(id))).map(|(_, role)| role)
        };
        word(&self.syntax.lemma(t).to_lowercase()).or_else(|| word(&fold(self.word(t)).to_lowercase()))
    }

    /// The noun that says what a named organisation is: its last word, or the one before "of" or "for".
    pub(super) fn kind_noun(&self, name: TokenRange) -> Option<&'a RoleNoun> {
        let small = |t: &TokenId| matches!(self.word(*t), "of" | "for" | "in" | "against");
        let before_small = name.iter().find(small).and_then(|t| t.0.checked_sub(1)).map(TokenId);
        let last = TokenId(name.end.0 - 1);
        let candidates = before_small.filter(|t| name.contains(*t)).into_iter().chain([last]);
        let mut nouns = candidates.filter_map(|t| self.noun(t));
        nouns.find(|noun| name.len() > 1 && self.makes_organisation(noun))
    }

    /// Is whoever bears this noun beside a name an organisation of its own, no body of a state?
    pub(super) fn makes_organisation(&self, noun: &RoleNoun) -> bool {
        match noun.kind {
            RoleKind::Body => {
                !noun.state
                    && matches!(noun.sector.as_str(), "NGO" | "PTY" | "OPP" | "LAB" | "BUS" | "IGO" | "CVL")
            }
            RoleKind::Description => matches!(noun.sector.as_str(), "group" | "name"),
            _ => false,
        }
    }

    pub(super) fn find_roles(&mut self) {
        let ids: Vec<Option<u32>> = self
            .syntax
            .tokens
            .iter()
            .map(|t| {
                let lemma = t.lemma.to_lowercase();
                self.lexicon
                    .role_word(&lemma)
                    .or_else(|| self.lexicon.role_word(&fold(t.span.slice(self.text)).to_lowercase()))
                    // Nouns that the model keeps in the plural ("attachés") stand in the lexicon in the singular.
                    .or_else(|| self.lexicon.role_word(fold(&lemma).strip_suffix('s')?))
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
    pub(super) fn is_bare(&self, tokens: TokenRange, head: TokenId) -> bool {
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
    pub(super) fn find_people(&mut self) {
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
        self.find_runs();
        self.find_families();
    }

    /// Runs of capitalised proper nouns.
    fn find_runs(&mut self) {
        let s = self.syntax;
        let taken = self.person_at.clone();
        let acronyms: Vec<bool> = (0..s.tokens.len() as u32).map(|t| self.is_acronym(TokenId(t))).collect();
        for sentence in &s.sentences {
            let mut i = sentence.start.index();
            let end = sentence.end.index();
            let free = |t: usize| {
                let token = &s.tokens[t];
                (token.upos == Upos::Propn || acronyms[t])
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
                    while j < end && j < i + 3 && self.is_name_particle(s.tokens[j].span.slice(self.text)) {
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

    /// Bare family names that the tags hide ("Darwish met", "and May won"): a word like the last one of a person's
    /// full name, with a capital.
    fn find_families(&mut self) {
        let s = self.syntax;
        let person = |r: &&TokenRange| {
            r.len() > 1 && s.names.iter().any(|n| n.kind == NameKind::Person && n.tokens.overlaps(**r))
        };
        let full = self.people.iter().filter(person).map(|r| TokenId(r.end.0 - 1));
        let listed = self.hits.iter().filter(|h| h.form == Form::Person && h.tokens.len() > 1);
        let families: BTreeSet<&str> =
            full.chain(listed.map(|h| TokenId(h.tokens.end.0 - 1))).map(|t| self.word(t)).collect();
        for sentence in &s.sentences {
            for t in sentence.iter() {
                let free = self.hit_at[t.index()] == NONE
                    && self.person_at[t.index()] == NONE
                    && self.role_at[t.index()] == NONE;
                let capital = self.word(t).chars().next().is_some_and(char::is_uppercase);
                if !free || !capital || !families.contains(self.word(t)) {
                    continue;
                }
                let argument = matches!(
                    s.deprel(t),
                    Deprel::Nsubj
                        | Deprel::NsubjPass
                        | Deprel::Obj
                        | Deprel::Iobj
                        | Deprel::Obl
                        | Deprel::NmodPoss
                );
                // "In May", "May 3" stay days, "May Anna speak?" a wish.
                let subject = |v: TokenId| {
                    let children = s.children(v).iter();
                    children.into_iter().any(|c| matches!(s.deprel(*c), Deprel::Nsubj | Deprel::NsubjPass))
                };
                let verb = s.head(t).filter(|_| s.upos(t) == Upos::Aux);
                // "Mrs May", "May's speech", "May spoke".
                let address = t > sentence.start && self.is_honorific(self.word(TokenId(t.0 - 1)));
                let noun = verb.is_none()
                    && (s.deprel(t) == Deprel::NmodPoss
                        || s.deprel(t) == Deprel::Nsubj
                            && s.head(t).is_some_and(|v| s.upos(v) == Upos::Verb))
                    && !s.children(t).iter().any(|c| matches!(s.deprel(*c), Deprel::Det | Deprel::Amod));
                let day = is_calendar(self.word(t))
                    && !address
                    && (verb.is_none_or(subject) && !noun || self.in_date(t));
                if (argument || verb.is_some() || t > sentence.start) && !day {
                    let number = self.people.len() as u32;
                    self.person_at[t.index()] = number;
                    self.people.push(TokenRange::new(t.index(), t.index() + 1));
                }
            }
        }
    }

    /// Does a number stand beside the word?
    fn in_date(&self, t: TokenId) -> bool {
        let number = |t: TokenId| self.word(t).starts_with(|c: char| c.is_ascii_digit());
        number(TokenId(t.0 + 1)) || t.0 > 0 && number(TokenId(t.0 - 1))
    }

    /// "MORSTAD, Belmora (Agency) -": the names before the dash say where the news was written, and nobody acts.
    pub(super) fn find_datelines(&mut self) {
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
                    || !matches!(s.upos(t), Upos::Adv | Upos::Det | Upos::Pron)
                        && self.word(t).chars().next().is_some_and(char::is_uppercase)
            });
            if spaced && names && before.iter().any(|t| self.hit(t).is_some()) {
                for t in before.iter() {
                    self.resolved[t.index()] = Some(Vec::new());
                }
            }
        }
    }

    /// Adds a name to the counts of the states that the article speaks of and is set in.
    fn count(&self, hit: &Hit, spoken: &mut Counts, scene: &mut Counts, located: &mut BTreeMap<String, u32>) {
        /// How much more a place where something happens says about the scene than a name.
        const LOCATED: u32 = 5;
        let key = match hit.form {
            Form::Person => self.lexicon.term_on(hit.index, self.day).and_then(|(t, _)| {
                t.country.as_deref().or_else(|| self.lexicon.is_state(&t.key).then_some(&*t.key))
            }),
            _ => {
                let actor = &self.lexicon.actors[hit.index as usize];
                match actor.kind {
                    ActorKind::State => Some(actor.key.as_str()),
                    ActorKind::Organisation | ActorKind::Press => None,
                    _ => actor.country.as_deref(),
                }
            }
        };
        let Some(key) = key.filter(|k| self.lexicon.is_state(k)).map(str::to_string) else { return };
        let lead = if self.syntax.sentence_of(hit.head) < 4 { 2 } else { 1 };
        let state =
            hit.form != Form::Person && self.lexicon.actors[hit.index as usize].kind == ActorKind::State;
        let add = |counts: &mut Counts, weight: u32| {
            let entry = counts.entry(key.clone()).or_insert((0, std::cmp::Reverse(hit.head.0)));
            entry.0 += lead * weight;
        };
        add(spoken, if state { 2 } else { 1 });
        let named = if state && hit.form == Form::Name { 2 } else { 1 };
        let there = self.is_located(hit.head) || self.is_of_town(hit);
        add(scene, named + if there { LOCATED } else { 0 });
        if there {
            *located.entry(key.clone()).or_insert(0) += 1;
        }
    }

    /// A name of two states ("Congo"), or of a state and a region of another ("Georgia"): the one of which the rest of
    /// the article speaks; the first of the table where it speaks of neither.
    fn settle_state(&self, hit: &mut Hit, spoken: &Counts, places: &[u32]) {
        let actor = |i: u32| &self.lexicon.actors[i as usize];
        let home = |i: u32| match actor(i).kind {
            ActorKind::State => Some(actor(i).key.as_str()),
            _ => actor(i).country.as_deref(),
        };
        let named = |i: u32| home(i).and_then(|k| spoken.get(k)).map_or(0, |n| n.0);
        let own = named(hit.index);
        let mut best = own;
        for other in hit.others.clone() {
            // A region is told by other towns and regions of its state, not by talk of the state.
            let near = actor(other).kind != ActorKind::Place
                || places.iter().any(|i| *i != other && home(*i) == home(other));
            if named(other) > best && near && (actor(other).kind != ActorKind::Place || own == 0) {
                best = named(other);
                hit.index = other;
                hit.form = if actor(other).kind == ActorKind::Place { Form::Name } else { hit.form };
            }
        }
    }

    /// The state that the article speaks of most, and the one where most happens; headline and first lines count
    /// double.
    pub(super) fn find_focus(&mut self) {
        let (mut spoken, mut scene) = (Counts::new(), Counts::new());
        let mut located: BTreeMap<String, u32> = BTreeMap::new();
        for hit in self.hits.iter().filter(|h| h.others.is_empty()) {
            self.count(hit, &mut spoken, &mut scene, &mut located);
        }
        // Of parties with one name the one is meant whose country the article speaks of most; none where it speaks
        // of none of theirs.
        let mut hits = std::mem::take(&mut self.hits);
        let places: Vec<u32> = hits
            .iter()
            .filter(|h| h.form == Form::Name && h.others.is_empty())
            .map(|h| h.index)
            .filter(|i| self.lexicon.actors[*i as usize].kind == ActorKind::Place)
            .collect();
        for hit in hits.iter_mut().filter(|h| !h.others.is_empty()) {
            if hit.form != Form::Person && self.lexicon.actors[hit.index as usize].kind == ActorKind::State {
                self.settle_state(hit, &spoken, &places);
                continue;
            }
            let spoken_of = |i: u32| {
                let country = match hit.form {
                    Form::Person => self.lexicon.acting(i, self.day)?.term.country.as_deref()?,
                    _ => self.lexicon.actors[i as usize].country.as_deref()?,
                };
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
        for hit in hits.iter().filter(|h| !h.others.is_empty() && h.form != Form::Person) {
            let actor = &self.lexicon.actors[hit.index as usize];
            if actor.kind == ActorKind::State {
                self.count(hit, &mut spoken, &mut scene, &mut located);
            }
        }
        self.hits = hits;
        let most = |counts: Counts| counts.into_iter().max_by_key(|(_, n)| *n).map(|(k, _)| k);
        self.focus = most(spoken);
        self.scene = most(scene);
        self.located = located;
    }

    /// "the Belmoran town of Morstad": a nationality that says where a place lies.
    fn is_of_town(&self, hit: &Hit) -> bool {
        hit.form == Form::Adjective
            && self.syntax.deprel(hit.head) == Deprel::Amod
            && self.syntax.head(hit.head).is_some_and(|noun| self.is_settlement(noun))
    }

    /// Is the word where something happens ("in Morstad")?
    pub(super) fn is_located(&self, t: TokenId) -> bool {
        self.case(t).is_some_and(|c| matches!(c, "in" | "at" | "near" | "across" | "inside"))
    }
}
