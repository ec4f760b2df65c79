//! The party behind a name: dated offices, introductions ("the Belmoran minister Ana Dorn"), namesakes, short forms,
//! and words that go before a name.

use std::collections::HashMap;

use super::{Actors, Hit, Kind, NONE, Party, RoleHit};
use crate::lexicon::class::Class;
use crate::lexicon::who::Tenure;
use crate::lexicon::{ActorKind, Form, RoleKind};
use crate::note::Evidence;
use crate::span::{Span, TokenId, TokenRange};
use crate::syntax::{Deprel, NameKind, Upos};

impl<'a> Actors<'a> {
    pub(super) fn by_name(&mut self, t: TokenId, range: TokenRange) -> Vec<Party> {
        let Some(hit) = self.hit(t).cloned() else { return Vec::new() };
        let span = self.syntax.cover(hit.tokens);
        if hit.form == Form::Person {
            let namesake = self.is_namesake(&hit, range);
            if let Some(party) = self.introduced(t, range) {
                return vec![party];
            }
            if namesake {
                return self.by_introduction(t, range).into_iter().collect();
            }
            if let Some(why) = self.is_far(&hit, range) {
                let party = self.by_introduction(t, range);
                self.open.insert(t, why);
                return party.into_iter().collect();
            }
            if let Some(party) = self.by_earlier_title(&hit, range) {
                return vec![party];
            }
            if let Some(party) = self.listed_person(hit.index, span) {
                self.know(range, &party);
                return vec![party];
            }
            return Vec::new();
        }
        // What the text itself says a short form stands for goes before the lists: "Open Rivers Foundation (ORF)".
        let short = hit.tokens.len() == 1 && self.word(hit.head).chars().all(|c| !c.is_lowercase());
        let told = self
            .known
            .get(&self.lexicon.spelling(self.word(hit.head)))
            .filter(|p| short && p.kind == Kind::Group);
        if let Some(party) = told {
            let mut party = party.clone();
            party.why = Evidence::new("actor:named-before", [span, party.span]);
            return vec![party];
        }
        let actor = &self.lexicon.actors[hit.index as usize];
        let why = Evidence::new(actor.source.to_string(), [span]);
        let mut party = Party {
            key: actor.key.clone(),
            sector: Some(actor.sector.to_string()).filter(|s| !s.is_empty()),
            name: actor.name.clone(),
            wikidata: actor.wikidata.clone(),
            office: None,
            kind: if actor.kind == ActorKind::State { Kind::State } else { Kind::Group },
            span,
            why,
        };
        if let Some(home) = self.other_home(&hit) {
            self.move_home(&mut party, &home);
        }
        // "a summit in Brussels" is held in the town, not in the Union.
        let seat = matches!(hit.form, Form::Seat | Form::Capital) && actor.kind == ActorKind::Organisation;
        if actor.kind == ActorKind::Place {
            // "Morstad argued that the river must be deepened": a town or region that acts does so for its state.
            let mut at = hit.head;
            if self.syntax.deprel(at) == Deprel::Conj {
                at = self.syntax.head(at).unwrap_or(at);
            }
            let argument = matches!(
                self.syntax.deprel(at),
                Deprel::Nsubj | Deprel::NsubjPass | Deprel::Obj | Deprel::Iobj
            );
            let acts = argument && self.syntax.head(at).is_some_and(|v| self.syntax.upos(v) == Upos::Verb);
            let home = actor.country.as_deref().filter(|_| acts);
            return home.and_then(|key| self.state(key, span, "actor:place-acts")).into_iter().collect();
        }
        if seat && self.is_located(hit.head) || self.names_thing(&hit) {
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

    /// A bare family name of somebody out of office, in an article that names neither them in full nor their country,
    /// is somebody else's: why it stays open.
    fn is_far(&self, hit: &Hit, range: TokenRange) -> Option<String> {
        let acting = self.lexicon.acting(hit.index, self.day)?;
        let far = range.len() == 1
            && hit.tokens.len() == 1
            && matches!(acting.tenure, Tenure::Left | Tenure::NotYet)
            && !self.known.contains_key(&self.lexicon.spelling(self.word(hit.head)))
            && !self.is_at_home(hit.index);
        far.then(|| {
            format!(
                "the lexicon knows {} by this name, who was out of office on this day and of whose country the \
                 article does not speak; left open",
                acting.term.name
            )
        })
    }

    /// "the Oslo Accords", "the Moscow Metro", "the Vietnam War": a state or capital as the first word of the name of
    /// a thing.
    fn names_thing(&self, hit: &Hit) -> bool {
        let s = self.syntax;
        let noun = s.head(hit.head).filter(|h| {
            matches!(hit.form, Form::Name | Form::Capital)
                && s.deprel(hit.head) == Deprel::Compound
                && *h == hit.tokens.end
                && s.upos(*h) == Upos::Propn
        });
        noun.is_some_and(|h| {
            let person = s.names.iter().any(|n| n.kind == NameKind::Person && n.tokens.contains(h));
            let listed = self.hit(h).is_some() || self.role(h).is_some() || self.noun(h).is_some();
            !person && !listed && self.lexicon.actors[hit.index as usize].kind == ActorKind::State
        })
    }

    /// Does a name bear the family name of somebody listed with another first name ("Olga Putin")? Then so does
    /// the bare family name later on.
    pub(super) fn is_namesake(&mut self, hit: &Hit, range: TokenRange) -> bool {
        if hit.tokens.len() > 1 {
            return false;
        }
        let family = self.lexicon.spelling(self.word(hit.tokens.start));
        let listed: Vec<String> = self
            .lexicon
            .term_on(hit.index, self.day)
            .map(|(term, _)| term.name.split(['-', ' ']).map(|w| self.lexicon.spelling(w)).collect())
            .unwrap_or_default();
        let other = range.iter().filter(|t| t.0 < hit.tokens.start.0).any(|t| {
            let word = self.lexicon.spelling(self.word(t));
            word.chars().count() > 2
                && !word.contains('.')
                && !self.is_honorific(&word)
                && !self.is_name_particle(&word.to_lowercase())
                && !listed.iter().any(|w| w.eq_ignore_ascii_case(&word))
                && !self.hit(t).is_some_and(|h| h.form != Form::Person)
        });
        if other {
            self.namesakes.insert(family);
            return true;
        }
        self.namesakes.contains(&family)
    }

    pub(super) fn has_indefinite(&self, t: TokenId) -> bool {
        self.syntax.children(t).iter().any(|c| {
            matches!(self.syntax.deprel(*c), Deprel::Det | Deprel::Nummod)
                && !matches!(self.syntax.lemma(*c), "the")
        })
    }

    pub(super) fn listed_person(&self, person: u32, span: Span) -> Option<Party> {
        let acting = self.lexicon.acting(person, self.day)?;
        Some(Party {
            key: acting.key,
            sector: Some(acting.sector).filter(|s| !s.is_empty()),
            name: acting.term.name.to_string(),
            wikidata: acting.term.wikidata.clone(),
            office: acting.office,
            kind: Kind::Person,
            span,
            why: Evidence::new(acting.term.source.to_string(), [span]),
        })
    }

    /// The nouns beside a name that say what somebody is.
    pub(super) fn titles_of(&self, t: TokenId, range: TokenRange) -> Vec<RoleHit<'a>> {
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
        titles.extend(self.titles_in_clause(range));
        // "Iranian supreme leader Ayatollah Ali Khamenei": a second title before the first counts too.
        for title in titles.clone() {
            if let Some(before) = title.tokens.start.0.checked_sub(1).map(TokenId) {
                titles.extend(self.role(before).filter(|r| r.tokens.end == title.tokens.start));
            }
        }
        titles
    }

    /// A person whom the words beside the name introduce: a title, a nationality, an apposition.
    pub(super) fn introduced(&mut self, t: TokenId, range: TokenRange) -> Option<Party> {
        let s = self.syntax;
        let mut titles = self.titles_of(t, range);
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
        self.by_led(range).or_else(|| self.by_nationality(range))
    }

    /// "Anna Bello, who was foreign minister until May": the office stands in a relative clause.
    fn titles_in_clause(&self, range: TokenRange) -> Vec<RoleHit<'a>> {
        let s = self.syntax;
        let is = |c: TokenId| s.children(c).iter().any(|k| s.deprel(*k) == Deprel::Cop);
        let clauses = range.iter().flat_map(|t| s.children(t)).copied();
        clauses
            .filter(|c| s.deprel(*c) == Deprel::AclRelcl && is(*c))
            .filter_map(|c| self.role(c).filter(|r| r.head == c))
            .collect()
    }

    /// "Anna Bello, who leads the Homeland Front": whoever leads somebody acts for them.
    fn by_led(&mut self, range: TokenRange) -> Option<Party> {
        let s = self.syntax;
        // A president who also leads a party acts for the state.
        let governs = |hit: &Hit| {
            let acting = self.lexicon.acting(hit.index, self.day);
            acting.is_some_and(|a| a.tenure == Tenure::InOffice && self.lexicon.is_state(&a.key))
        };
        if range.iter().filter_map(|t| self.hit(t)).any(|h| h.form == Form::Person && governs(h)) {
            return None;
        }
        let clauses: Vec<TokenId> = range
            .iter()
            .flat_map(|t| s.children(t))
            .copied()
            .filter(|c| s.deprel(*c) == Deprel::AclRelcl && self.lexicon.is(Class::Leading, s.lemma(*c)))
            .collect();
        let led = clauses.into_iter().find_map(|clause| {
            let who =
                s.children(clause).iter().any(|c| s.deprel(*c) == Deprel::Nsubj && s.lemma(*c) == "who");
            s.children(clause).iter().copied().find(|c| who && s.deprel(*c) == Deprel::Obj)
        })?;
        let whom = match self.resolve(led).into_iter().find(|p| !p.key.is_empty() && p.kind != Kind::Person) {
            Some(party) => party,
            None => self.inside(led, 2, &["of"]).into_iter().next()?,
        };
        let span = s.cover(range);
        let why = Evidence::new("actor:led", [span, whom.span]);
        let party = Party { name: span.slice(self.text).to_string(), kind: Kind::Person, span, why, ..whom };
        self.know(range, &party);
        Some(party)
    }

    /// "General Bello", years before the presidency for which the lexicon has him: what the text calls him counts.
    fn by_earlier_title(&mut self, hit: &Hit, range: TokenRange) -> Option<Party> {
        let s = self.syntax;
        let acting = self.lexicon.acting(hit.index, self.day)?;
        let country = acting.term.country.clone()?;
        let before = range.start.0.checked_sub(1).map(TokenId).filter(|_| acting.tenure == Tenure::NotYet)?;
        let title = self.role(before).filter(|r| {
            r.tokens.end == range.start
                && s.sentence_of(before) == s.sentence_of(range.start)
                && r.role.kind == RoleKind::Office
                && *r.role.noun != *acting.term.office
        })?;
        let owner = self.state(&country, s.cover(title.tokens), "actor:introduced")?;
        let mut party = self.role_party(title, &owner);
        party.name = acting.term.name.to_string();
        party.wikidata = acting.term.wikidata.clone();
        party.kind = Kind::Person;
        party.span = s.cover(range);
        party.why = Evidence::new("actor:introduced", [s.cover(range), s.cover(title.tokens)]);
        self.know(range, &party);
        Some(party)
    }

    /// "Interior Minister Anna Bello" of an article that says nowhere whose minister she is.
    pub(super) fn by_bare_title(&mut self, range: TokenRange) -> Option<Party> {
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
    pub(super) fn by_nationality(&mut self, range: TokenRange) -> Option<Party> {
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
    pub(super) fn titles_by_comma(&self, range: TokenRange) -> Vec<RoleHit<'a>> {
        /// How many tokens a title may be away.
        const REACH: usize = 14;
        let s = self.syntax;
        let sentence = s.sentences[s.sentence_of(range.start)];
        let clause_word =
            |t: TokenId| matches!(s.upos(t), Upos::Verb | Upos::Aux | Upos::Sconj | Upos::Cconj);
        let comma = |t: TokenId| self.word(t) == ",";
        let mut titles = Vec::new();
        // "the envoy, Anna Bello of Cordonia, said": where somebody comes from is not the end of the phrase.
        let mut after = range.end;
        if sentence.contains(after)
            && matches!(self.word(after), "of" | "from")
            && let Some(hit) = self.hit(TokenId(after.0 + 1)).filter(|h| h.form != Form::Person)
        {
            after = hit.tokens.end;
        }
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
    pub(super) fn know(&mut self, range: TokenRange, party: &Party) {
        let full: Vec<String> = range.iter().map(|t| self.lexicon.spelling(self.word(t))).collect();
        self.known.insert(full.join(" "), party.clone());
        if let Some((last, before)) = full.split_last() {
            let given: Vec<String> = before
                .iter()
                .filter(|w| !self.lexicon.is(Class::Address, &w.to_lowercase()))
                .cloned()
                .collect();
            let old = self.given.entry(last.clone()).or_insert_with(|| (party.key.clone(), given.clone()));
            if old.0 != party.key && old.1 != given && !before.is_empty() {
                self.shared.insert(last.clone());
            }
            self.known.insert(last.clone(), party.clone());
        }
        // In much of Asia the family name comes first.
        if let Some(first) = full.first().filter(|f| full.len() > 1 && !self.is_honorific(f)) {
            self.known_first.insert(first.clone(), party.clone());
        }
    }

    pub(super) fn by_introduction(&mut self, t: TokenId, range: TokenRange) -> Option<Party> {
        let span = self.syntax.cover(range);
        // "Olga Putin": the bare family name is hers from now on.
        let family = range.iter().next_back().and_then(|t| self.hit(t)).cloned();
        if let Some(hit) = family.filter(|h| h.form == Form::Person && range.len() > 1) {
            self.is_namesake(&hit, range);
        }
        let folded: Vec<String> = range.iter().map(|t| self.lexicon.spelling(self.word(t))).collect();
        // "Ms Bello, the country's first leader to be jailed": a bare name that was introduced needs no second title.
        let title_before = range.start.0.checked_sub(1).is_some_and(|b| self.role_at[b as usize] != NONE);
        let (last, before) = folded.split_last()?;
        let bare = !title_before && before.iter().all(|w| self.is_honorific(w));
        if bare && self.shared.contains(last) {
            self.open.insert(t, "a family name that two people of the article bear; left open".into());
            return Some(self.nobody(range));
        }
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
                self.known.insert(self.lexicon.spelling(self.word(short)), party.clone());
            }
            return Some(party);
        }
        let again = |known: &HashMap<String, Party>| {
            let last = folded.last().filter(|l| !self.shared.contains(*l));
            known.get(&folded.join(" ")).or_else(|| last.and_then(|l| known.get(l))).cloned()
        };
        if let Some(mut party) = again(&self.known) {
            party.why = Evidence::new("actor:named-before", [span, party.span]);
            return Some(party);
        }
        // A bare family name that one office-holder of the day bears.
        let last = folded.last()?;
        if range.len() == 1 {
            let why = self.why_family_is_open(last);
            self.open.extend(why.map(|why| (t, why)));
        }
        if last.len() >= 4 {
            let mut holders = self
                .lexicon
                .by_family_name(last)
                .iter()
                .filter(|p| self.lexicon.term_on(**p, self.day).is_some_and(|(_, in_office)| in_office));
            if let (Some(&person), None) = (holders.next(), holders.next()) {
                let alone = range.len() == 1;
                let firsts = self.lexicon.by_first_name(last).iter();
                let other = firsts.copied().any(|p| {
                    p != person
                        && self.lexicon.term_on(p, self.day).is_some_and(|(_, inside)| inside)
                        && self.is_at_home(p)
                });
                let known = alone && self.day.is_some() && !other;
                if known && !self.is_anothers_name(last) && self.is_at_home(person) {
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
        Some(self.nobody(range))
    }

    /// A name that stays open.
    fn nobody(&self, range: TokenRange) -> Party {
        let span = self.syntax.cover(range);
        let kind = self.syntax.names.iter().find(|n| n.tokens.overlaps(range)).map(|n| n.kind);
        Party {
            key: String::new(),
            sector: None,
            name: span.slice(self.text).to_string(),
            wikidata: None,
            office: None,
            kind: if kind == Some(NameKind::Organisation) || kind.is_none() && self.is_acronym(range.start) {
                Kind::Group
            } else {
                Kind::Person
            },
            span,
            why: Evidence::new("actor:unlisted", [span]),
        }
    }

    /// Why a bare family name that somebody in the lexicon bears stays open.
    fn why_family_is_open(&self, family: &str) -> Option<String> {
        /// How many names a note holds.
        const NAMES: usize = 3;
        let last = self.lexicon.by_family_name(family).iter();
        let mut all: Vec<u32> = last.chain(self.lexicon.by_first_name(family)).copied().collect();
        let in_office = |p: u32| self.lexicon.term_on(p, self.day).is_some_and(|(_, inside)| inside);
        all.sort_by_key(|p| !in_office(*p));
        let names: Vec<&str> = all.iter().take(NAMES).map(|p| self.lexicon.person_name(*p)).collect();
        let names = names.join(", ");
        let holders = all.iter().filter(|p| in_office(**p)).count();
        Some(match (holders, all.len()) {
            (_, 0) => return None,
            (0, 1) => format!("a bare name; the lexicon knows {names}, out of office on this day; left open"),
            (1, 1) => format!(
                "a bare name; the lexicon knows {names}, of whose country the article does not speak; left open"
            ),
            (_, n) => format!(
                "a bare name that {n} persons of the lexicon bear ({names}{}), {holders} of them in office on this day, and \
                 the article does not say which; left open",
                if n > NAMES { " …" } else { "" }
            ),
        })
    }

    /// Does somebody bear this family name in the article with a first name that no list holds?
    pub(super) fn is_anothers_name(&self, family: &str) -> bool {
        self.people.iter().any(|r| {
            let first = r.iter().next().map(|t| self.lexicon.spelling(self.word(t)));
            let last = r.iter().next_back().map(|t| self.lexicon.spelling(self.word(t)));
            r.len() > 1 && last.as_deref() == Some(family) && first.is_some_and(|f| !self.is_honorific(&f))
        })
    }

    /// Does the article name the country of a listed person?
    pub(super) fn is_at_home(&self, person: u32) -> bool {
        let Some((term, _)) = self.lexicon.term_on(person, self.day) else { return false };
        // The head of an organisation is at home where it is named.
        let country = term.country.as_deref().unwrap_or(&term.key);
        self.hits.iter().filter(|h| h.form != Form::Person).any(|h| {
            let actor = &self.lexicon.actors[h.index as usize];
            actor.key == country || actor.country.as_deref() == Some(country)
        })
    }

    /// The capitals in brackets after a name: "Freedom Now Movement (FNM)".
    pub(super) fn short_form(&self, range: TokenRange) -> Option<TokenId> {
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
    pub(super) fn organisation(&self, range: TokenRange) -> Option<Party> {
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
    pub(super) fn hyphened_to(&self, hit: &Hit) -> Option<&'a str> {
        let s = self.syntax;
        let end = hit.tokens.end;
        let next = TokenId(end.0 + 1);
        (s.tokens.get(next.index()).is_some()
            && self.word(end) == "-"
            && s.span(end).end == s.span(next).start)
            .then(|| self.word(next))
            .filter(|w| w.ends_with("ed") || self.lexicon.is(Class::Hyphened, w))
    }

    /// Whoever backs, funds or arms others is no part of them: "Belmora-backed militants".
    pub(super) fn is_backer(&self, hit: &Hit) -> bool {
        self.hyphened_to(hit).is_some_and(|w| self.lexicon.is(Class::Backed, w))
    }

    /// The party of a nationality, name or body used as a modifier ("Iranian", "US", "Foreign Ministry").
    pub(super) fn modifier(&self, t: TokenId) -> Option<Party> {
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
        let mut party = Party {
            key: actor.key.clone(),
            sector: Some(actor.sector.to_string()).filter(|s| !s.is_empty()),
            name: actor.name.clone(),
            wikidata: actor.wikidata.clone(),
            office: None,
            kind: if actor.kind == ActorKind::State { Kind::State } else { Kind::Group },
            span: self.syntax.cover(hit.tokens),
            why: Evidence::new(actor.source.to_string(), [self.syntax.cover(hit.tokens)]),
        };
        if let Some(home) = self.other_home(hit) {
            self.move_home(&mut party, &home);
        }
        Some(party)
    }

    /// "Belmora's National Security Council", where the list knows Avaria's under that name: the state whose body it is
    /// by the words beside it.
    fn other_home(&self, hit: &Hit) -> Option<String> {
        let s = self.syntax;
        let actor = &self.lexicon.actors[hit.index as usize];
        let home = actor.key.split('/').next().unwrap_or_default();
        if hit.form != Form::Name || actor.kind != ActorKind::Group || !self.lexicon.is_state(home) {
            return None;
        }
        let here = s.sentence_of(hit.head);
        let state = |t: TokenId, forms: &[Form]| {
            let hit = self.hit(t).filter(|h| s.sentence_of(t) == here && forms.contains(&h.form))?;
            let actor = &self.lexicon.actors[hit.index as usize];
            (actor.kind == ActorKind::State).then_some(actor.key.as_str())
        };
        let before = |n: u32| hit.tokens.start.0.checked_sub(n).map(TokenId);
        let owned = before(1)
            .filter(|t| matches!(self.word(*t), "'s" | "’s" | "'" | "’"))
            .and_then(|_| state(before(2)?, &[Form::Name]));
        let named = || state(before(1)?, &[Form::Adjective, Form::Name]);
        let of = || {
            let the = usize::from(self.word(TokenId(hit.tokens.end.0 + 1)).eq_ignore_ascii_case("the"));
            let next = TokenId(hit.tokens.end.0 + 1 + the as u32);
            (self.word(hit.tokens.end) == "of").then(|| state(next, &[Form::Name]))?
        };
        owned.or_else(named).or_else(of).filter(|k| *k != home).map(str::to_string)
    }

    /// Makes a state's body that of another state.
    fn move_home(&self, party: &mut Party, home: &str) {
        let rest = party.key.split_once('/').map(|(_, sector)| sector);
        party.key = rest.map_or_else(|| home.to_string(), |sector| format!("{home}/{sector}"));
        party.name = party.span.slice(self.text).to_string();
        party.wikidata = None;
        party.why.rule = "actor:body-of".into();
    }
}
