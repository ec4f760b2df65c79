//! The party behind a role noun ("the police", "rebels", "his deputies"): whose it is, and whom it acts for.

use super::{Actors, Hit, Kind, NONE, Party, RoleHit, Wording, pointed};
use crate::lexicon::class::Class;
use crate::lexicon::pattern::Trigger;
use crate::lexicon::{ActorKind, Form, RoleKind};
use crate::note::Evidence;
use crate::plover::EventType;
use crate::span::{TokenId, TokenRange};
use crate::syntax::{Deprel, Upos};

impl<'a> Actors<'a> {
    /// Whose president, army or rebels: looked for in the phrase itself.
    pub(super) fn owner(&mut self, role: RoleHit<'a>) -> Option<Party> {
        let s = self.syntax;
        let children: Vec<TokenId> = role
            .tokens
            .iter()
            .flat_map(|t| s.children(t).to_vec())
            .filter(|c| !role.tokens.contains(*c) && !self.is_set_apart(*c, role.head))
            .collect();
        // "troops loyal to Lind": his, whatever else they are.
        if let Some(lord) = self.belongs_to(role.head)
            && let Some(party) = self.resolve(lord).into_iter().find(|p| !p.key.is_empty())
        {
            return Some(party);
        }
        // "Palestinian Hamas leader": the organisation says more than the nationality; but "the Avarian UN ambassador"
        // is Avaria's.
        let modifiers = children.iter().filter(|c| matches!(s.deprel(**c), Deprel::Amod | Deprel::Compound));
        let modifiers = modifiers.filter(|c| !self.is_people_of(role, **c));
        if let Some(party) = modifiers.filter_map(|c| self.modifier(*c)).find(|p| p.kind == Kind::Group) {
            return Some(self.sender(role, &party).unwrap_or(party));
        }
        for wanted in [Deprel::NmodPoss, Deprel::Amod, Deprel::Compound, Deprel::Nmod, Deprel::NmodDesc] {
            for &c in children.iter().filter(|c| s.deprel(**c) == wanted) {
                // Faith and the like say nothing of whose the people are ("Sunni rebels").
                if self.is_people_of(role, c)
                    || self.role(c).is_some_and(|r| matches!(r.role.sector.as_str(), "REL" | "CVL"))
                {
                    continue;
                }
                if matches!(wanted, Deprel::Nmod)
                    && !self.case(c).is_some_and(|p| {
                        matches!(p, "of" | "for" | "from" | "in" | "at" | "to" | "with" | "within")
                    })
                {
                    continue;
                }
                // "an envoy to Belmora" is not Belmora's.
                let towards = wanted == Deprel::Nmod && self.case(c) == Some("to");
                let away = |p: &Party| towards && p.kind == Kind::State;
                if let Some(party) = self.modifier(c) {
                    if away(&party) {
                        continue;
                    }
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
        // "troops loyal to Bello" are Bello's.
        let loyal = children.iter().filter(|c| s.deprel(**c) == Deprel::Amod && s.lemma(**c) == "loyal");
        let whom = loyal.flat_map(|c| s.children(*c)).copied().filter(|c| self.case(*c) == Some("to"));
        for c in whom.collect::<Vec<_>>() {
            if let Some(party) = self.resolve(c).into_iter().find(|p| !p.key.is_empty()) {
                return Some(party);
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
                let party = self.sender(role, &party).unwrap_or(party);
                return (party.kind != Kind::Person).then_some(party);
            }
            if !matches!(s.upos(before), Upos::Adj | Upos::Noun | Upos::Part | Upos::Propn)
                || self.person_at[before.index()] != NONE
            {
                break;
            }
            at = before;
        }
        // "the government websites of Belmora", "a rebel camp in Belmora": what the noun after the role says.
        let noun = s.head(role.head).filter(|_| s.deprel(role.head) == Deprel::Compound)?;
        let beside = |wanted: Deprel| {
            s.children(noun).iter().copied().filter(move |c| s.deprel(*c) == wanted && *c != role.head)
        };
        let within = beside(Deprel::Nmod).filter(|c| self.case(*c).is_some_and(|p| matches!(p, "of" | "in")));
        let near = beside(Deprel::NmodPoss).chain(beside(Deprel::Amod)).chain(within);
        near.filter_map(|c| self.modifier(c)).find(|p| p.kind == Kind::State)
    }

    /// "Kurdish MPs" sit in the parliament of their country.
    fn is_people_of(&self, role: RoleHit<'a>, t: TokenId) -> bool {
        matches!(role.role.sector.as_str(), "LEG" | "JUD")
            && self.hit(t).is_some_and(|h| {
                h.form == Form::Adjective && self.lexicon.actors[h.index as usize].kind == ActorKind::Group
            })
    }

    /// Does a bracket or a dash stand between two words ("(CNN) Avarian police")?
    fn is_set_apart(&self, a: TokenId, b: TokenId) -> bool {
        let between = TokenRange { start: TokenId(a.min(b).0 + 1), end: a.max(b) };
        between.iter().any(|t| matches!(self.word(t), "(" | ")" | "–" | "—" | "--"))
    }

    /// Of a diplomat at an organisation, the state that sent him ("the Avarian UN ambassador"), named before it.
    fn sender(&self, role: RoleHit<'a>, body: &Party) -> Option<Party> {
        /// How many words before the title the state may stand.
        const REACH: u32 = 4;
        let diplomat = self.lexicon.is(Class::Diplomat, self.syntax.lemma(role.head));
        if !diplomat || body.sector.as_deref() != Some("IGO") {
            return None;
        }
        let sentence = self.syntax.sentences[self.syntax.sentence_of(role.head)];
        let from = role.tokens.start.0.saturating_sub(REACH).max(sentence.start.0);
        let beside = |t: TokenId| {
            matches!(self.syntax.upos(t), Upos::Adj | Upos::Noun | Upos::Propn | Upos::Part)
                || self.hit(t).is_some()
        };
        let words = (from..role.tokens.start.0).rev().map(TokenId).take_while(|t| beside(*t));
        words.filter_map(|t| self.hit(t).and_then(|h| self.modifier(h.head))).find(|p| p.kind == Kind::State)
    }

    /// A role with its owner, where the phrase names one.
    pub(super) fn owned_role(&mut self, role: RoleHit<'a>) -> Option<Party> {
        let owner = self.owner(role)?;
        Some(self.role_party(role, &owner))
    }

    pub(super) fn role_party(&self, role: RoleHit<'a>, owner: &Party) -> Party {
        let s = self.syntax;
        let span = s.cover(role.tokens);
        let former = role.tokens.iter().any(|t| {
            s.children(t).iter().any(|c| self.lexicon.is(Class::Former, &self.word(*c).to_lowercase()))
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
            None => {
                // "a Homeland Front lawmaker" sits in the legislature, "the Homeland Front government" governs.
                let sits = matches!(owner.sector.as_deref(), Some("PTY" | "OPP"))
                    && (role.role.sector == "LEG"
                        && self.word(role.head).eq_ignore_ascii_case(s.lemma(role.head))
                        || role.role.state && role.role.sector == "GOV" && role.role.kind == RoleKind::Body);
                let country = || self.lexicon.actor(&owner.key).and_then(|a| a.country.as_deref());
                let sector = role.role.sector.clone();
                match sits.then(country).flatten() {
                    Some(country) if role.role.state => (country.to_string(), sector),
                    Some(country) => (format!("{country}/{sector}"), sector),
                    None if owner.key == "UNK" => (owner.key.clone(), sector),
                    None => (owner.key.clone(), owner.sector.clone().unwrap_or_default()),
                }
            }
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
            why: Evidence::new(role.role.source.to_string(), [span, owner.span]),
        }
    }

    pub(super) fn by_role(&mut self, role: RoleHit<'a>) -> Option<Party> {
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
        if let Some(party) = self.company_before(role) {
            return Some(party);
        }
        if let Some(party) = self.owned_role(role) {
            self.by_role.insert(&role.role.noun, party.clone());
            return Some(party);
        }
        if let Some(party) = self.sent(role) {
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
            && (role.role.sector == "REB" || role.role.sector == "UAF" && definite)
            && plain
            && let Some(party) = self.only_armed_group(role)
        {
            return Some(party);
        }
        let party = self.unowned_role(role);
        // "an envoy to Belmora", sent by nobody knows whom, is everybody's but Belmora's.
        let host = s.children(role.head).iter().any(|c| {
            let to = s.deprel(*c) == Deprel::Nmod && self.case(*c) == Some("to");
            to && self.modifier(*c).is_some_and(|p| p.kind == Kind::State && p.key == party.key)
        });
        (!host).then_some(party)
    }

    /// "Cordonia sent troops": forces that a state sends are its own.
    fn sent(&mut self, role: RoleHit<'a>) -> Option<Party> {
        let s = self.syntax;
        let sends = |verb: TokenId| {
            let mut patterns = self.lexicon.patterns(Trigger::Verb, s.lemma(verb));
            patterns.any(|(entry, _)| matches!(entry.event, EventType::Mobilize))
        };
        let definite = s.children(role.head).iter().any(|c| {
            s.deprel(*c) == Deprel::NmodPoss
                || s.deprel(*c) == Deprel::Det && matches!(s.lemma(*c), "the" | "this" | "that" | "these")
        });
        let verb = s.head(role.head).filter(|v| s.deprel(role.head) == Deprel::Obj && sends(*v))?;
        if role.role.kind != RoleKind::Force && role.role.kind != RoleKind::Office || definite {
            return None;
        }
        let subject = |v: TokenId| s.children(v).iter().copied().find(|c| s.deprel(*c) == Deprel::Nsubj);
        let mut verb = verb;
        while subject(verb).is_none() {
            verb = s.head(verb).filter(|_| matches!(s.deprel(verb), Deprel::Conj | Deprel::Xcomp))?;
        }
        let sender = self.resolve(subject(verb)?).into_iter().find(|p| !p.key.is_empty())?;
        let country = sender.country(self.lexicon)?.to_string();
        if sender.key != country {
            return None;
        }
        let owner = self.state(&country, sender.span, "actor:sender")?;
        let mut party = self.role_party(role, &owner);
        party.why = Evidence::new("actor:sender", [s.cover(role.tokens), sender.span]);
        Some(party)
    }

    /// "the Cordonian company": the one that was named before, where it is of that country.
    fn company_before(&mut self, role: RoleHit<'a>) -> Option<Party> {
        let s = self.syntax;
        let the = s.children(role.head).iter().any(|c| s.deprel(*c) == Deprel::Det && s.lemma(*c) == "the");
        let of =
            s.children(role.head).iter().any(|c| matches!(s.deprel(*c), Deprel::Nmod | Deprel::NmodPoss));
        if !the || of {
            return None;
        }
        let owner = self.owner(role)?;
        let party = self.organisation_before(role)?;
        let home = self.lexicon.actor(&party.key)?.country.as_deref();
        (owner.kind == Kind::State && home == Some(owner.key.as_str())).then_some(party)
    }

    /// "the party", "the company", "the charity": the last of its kind that the article named.
    pub(super) fn organisation_before(&self, role: RoleHit<'a>) -> Option<Party> {
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
    pub(super) fn named_below(&self, role: RoleHit<'a>) -> Option<Party> {
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
            there <= here + 2 && &*self.lexicon.actors[h.index as usize].sector == "NGO"
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
    pub(super) fn unowned_role(&self, role: RoleHit<'a>) -> Party {
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
        let about = self.has_office(role).or(about);
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
        party.why = Evidence::new(role.role.source.to_string(), [span]);
        party
    }

    /// "the chancellor", "the emir": of the state of the article that has one, where few states do.
    fn has_office(&self, role: RoleHit<'a>) -> Option<Party> {
        /// An office that more states have says too little.
        const FEW: usize = 15;
        let s = self.syntax;
        let one = self.word(role.head).to_lowercase() == s.lemma(role.head).to_lowercase();
        if role.role.kind != RoleKind::Office || !one {
            return None;
        }
        let mut ever: Vec<&str> = Vec::new();
        let mut now: Vec<&str> = Vec::new();
        for term in self.lexicon.terms_in(&role.role.noun) {
            if self.lexicon.is_state(&term.key) && !ever.contains(&&*term.key) {
                ever.push(&term.key);
            }
            let inside =
                self.day.is_none_or(|d| term.from.is_none_or(|f| f <= d) && term.to.is_none_or(|t| d <= t));
            if inside {
                now.push(&term.key);
            }
        }
        if ever.is_empty() || ever.len() > FEW {
            return None;
        }
        let before = self.mentions.iter().rev().flat_map(|m| &m.parties);
        let state = before.filter_map(|p| p.country(self.lexicon)).find(|c| now.contains(c))?;
        self.state(state, s.cover(role.tokens), "actor:office-of")
    }

    /// "rebels", "the opposition": those of whom the sentences before spoke, whoever speaks of them now.
    pub(super) fn side_before(&self, role: RoleHit<'a>) -> Option<Party> {
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
    pub(super) fn located_state(&self, sentence: usize) -> bool {
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
    pub(super) fn deputies_before(&self, role: RoleHit<'a>) -> Option<Party> {
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
    pub(super) fn only_armed_group(&self, role: RoleHit<'a>) -> Option<Party> {
        /// How many sentences back the group may be.
        const REACH: usize = 6;
        let s = self.syntax;
        let span = s.cover(role.tokens);
        let here = s.sentence_of(role.head);
        let armed =
            |p: &&Party| p.kind == Kind::Group && p.sector.as_deref() == Some("REB") && !p.key.contains('/');
        let named = self.mentions.iter().filter(|m| matches!(m.wording, Wording::Name | Wording::Unlisted));
        let mut groups = named.flat_map(|m| m.parties.iter().filter(armed).map(|p| (m.head, p)));
        let (first, group) = groups.next()?;
        // Named once, it may be an aside, unless "the militants" follow at once.
        let the = s.children(role.head).iter().any(|c| s.deprel(*c) == Deprel::Det && s.lemma(*c) == "the");
        let mut last = Some(first).filter(|f| the && here - s.sentence_of(*f) <= 1);
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
    pub(super) fn other_owners(&mut self, role: RoleHit<'a>) -> Vec<Party> {
        let s = self.syntax;
        // "troops" have no singular.
        let word = self.word(role.head).to_lowercase();
        let many = role.role.kind == RoleKind::Force && word.ends_with('s');
        if word == s.lemma(role.head).to_lowercase() && !many {
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
    pub(super) fn state_before(&self, t: TokenId) -> Option<Party> {
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
}
