//! Whom a name of another data set means, as an entity key on a day: "Foreign Affairs (Bangladesh)", "Citizen (United
//! Kingdom)", "Sergey Viktorovich Lavrov", "Kim Jong-Un", "Royal Thai Army".
//!
//! In this order: what `lexicon/exchange/` says of the whole text; a role with its owner in brackets, by the rules of
//! entity keys (a ministry is its state, a citizen `STATE/CVL`, a fighter of a group the group); a name that the actor
//! tables have, whatever its case, hyphens and marks; a person under a fuller or shorter name, if only one person can be
//! meant; a body whose own words say whose it is and what ("Bank of Thailand"). Persons act for their office on the day.
//! Where the data set tells country and sectors itself, these choose between several, and place whom our tables do not
//! know. Whoever is left is [`UNKNOWN`].

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::{ForeignParty, UNKNOWN};
use crate::lexicon::exchange::plain;
use crate::lexicon::names::{Index, fold};
use crate::lexicon::who::Tenure;
use crate::lexicon::{Actor, ActorKind, Form, Lexicon, Term, name_words};

/// What a data set says of a party beside its name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hint<'a> {
    /// Its country, by name.
    pub country: Option<&'a str>,
    /// Its sectors, with commas between.
    pub sectors: Option<&'a str>,
}

/// A party in codes of CAMEO.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coded<'a> {
    /// The whole code: `USAGOV`.
    pub whole: &'a str,
    /// Its country.
    pub country: Option<&'a str>,
    /// A known group: `HEZ`.
    pub group: Option<&'a str>,
    /// An ethnic group or a religion.
    pub creed: Option<&'a str>,
    /// Roles: `GOV`, `MIL`.
    pub roles: [Option<&'a str>; 3],
    /// The parts are told apart; if not, they are cut out of the whole.
    pub apart: bool,
}

/// How a party was found; for reports and tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The exchange tables name it.
    Exchange,
    /// A role with its owner.
    Role,
    /// A name of the actor tables.
    Name,
    /// A person, by office on the day.
    Person,
    /// A person under a fuller or shorter name.
    Fuller,
    /// Its own words say whose it is.
    Words,
    /// The data set says its country.
    Told,
    /// Codes.
    Codes,
    /// Not at all.
    Unknown,
}

/// A party as it was found.
#[derive(Clone, Debug)]
struct Found {
    key: Arc<str>,
    sector: Option<Arc<str>>,
    how: How,
}

/// What one text stands for.
enum Who {
    /// The same on all days.
    Always(Found),
    /// One of these persons, by their offices; with the answer for the day that was asked for last.
    Persons { persons: Vec<u32>, how: How, otherwise: Option<Found>, last: Option<(Date, Found)> },
}

/// Finds parties, and remembers each text.
pub struct Parties<'l> {
    lexicon: &'l Lexicon,
    known: HashMap<Box<str>, Who>,
    /// Every name without its spaces, hyphens and marks, in lower case → what bears it.
    like: Index<String, Vec<(Form, u32)>>,
    /// First and last word of persons' names of three words and more → persons.
    ends: Index<String, Vec<u32>>,
    /// Last word of persons' names → how many names end so.
    bearers: Index<String, u32>,
    /// A spelling → the one that stands in `like`.
    spelt: Index<String, String>,
    /// Mentions, by how they were found.
    counts: BTreeMap<How, u64>,
    /// Texts that stayed unknown → mentions.
    unknown: HashMap<Box<str>, u64>,
}

impl<'l> Parties<'l> {
    /// Makes the tables that it needs out of the lexicon's.
    pub fn new(lexicon: &'l Lexicon) -> Parties<'l> {
        let mut parties = Parties {
            lexicon,
            known: HashMap::new(),
            like: Index::default(),
            ends: Index::default(),
            bearers: Index::default(),
            spelt: Index::default(),
            counts: BTreeMap::new(),
            unknown: HashMap::new(),
        };
        lexicon.each_spelling(|other, first| {
            if other != first {
                parties.spelt.insert(other.to_string(), first.to_string());
            }
        });
        lexicon.each_name(|words, refs| {
            let list = parties.like.entry(squeezed(words.iter().copied())).or_default();
            list.extend(refs.iter().filter(|r| !list.contains(r)).copied().collect::<Vec<_>>());
            if let [_, .., last] = words
                && refs.iter().any(|(form, _)| *form == Form::Person)
            {
                *parties.bearers.entry((*last).to_string()).or_default() += 1;
            }
            if let [first, _, .., last] = words
                && words.len() > 2
            {
                let list = parties.ends.entry(squeezed([*first, *last])).or_default();
                for (form, person) in refs {
                    if *form == Form::Person && !list.contains(person) {
                        list.push(*person);
                    }
                }
            }
        });
        parties
    }

    /// Whom a text means on a day.
    pub fn find(&mut self, name: &str, day: Date, hint: Hint) -> ForeignParty {
        let found = self.found(name, day, hint);
        self.counted(name, found)
    }

    /// Whom codes of CAMEO mean. The whole code is the name.
    pub fn find_coded(&mut self, coded: Coded, day: Date) -> ForeignParty {
        // The parts are in the whole, but for what is told beside it.
        let text =
            format!("\t{}\t{}\t{}", coded.whole, coded.country.unwrap_or(""), coded.group.unwrap_or(""));
        let found = self.remembered(&text, day, |parties| parties.by_codes(coded));
        self.counted(coded.whole, found)
    }

    /// Whom a name of ACLED or the UCDP means on a day: "Military Forces of Belmora (2010-)", "Protesters (Avaria)", "Red
    /// Dawn". `kind` is the data set's word for what sort of actor it is, `country` that of the event.
    pub fn find_armed(
        &mut self,
        name: &str,
        day: Date,
        kind: Option<&str>,
        country: Option<&str>,
    ) -> ForeignParty {
        let text = ["\t\t", name, "\t", kind.unwrap_or(""), "\t", country.unwrap_or("")].concat();
        let found = self.remembered(&text, day, |parties| parties.by_armed_name(name, kind, country));
        self.counted(name, found)
    }

    fn counted(&mut self, name: &str, found: Found) -> ForeignParty {
        *self.counts.entry(found.how).or_default() += 1;
        if found.how == How::Unknown {
            match self.unknown.get_mut(name) {
                Some(n) => *n += 1,
                None => _ = self.unknown.insert(name.into(), 1),
            }
        }
        ForeignParty {
            key: found.key.to_string(),
            name: name.to_string(),
            sector: found.sector.map(|s| s.to_string()),
        }
    }

    /// Mentions so far, by how they were found.
    pub fn counts(&self) -> &BTreeMap<How, u64> {
        &self.counts
    }

    /// Texts that stayed unknown with their mentions, the most mentioned first.
    pub fn unknown(&self) -> Vec<(&str, u64)> {
        let mut list: Vec<(&str, u64)> = self.unknown.iter().map(|(name, n)| (&**name, *n)).collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        list
    }

    /// The entity key of a country by its name: as the exchange table has it, or a name or adjective of ours, or the key
    /// itself. An older name in brackets is passed over: "Yemen (North Yemen)".
    pub fn country(&self, name: &str) -> Option<&str> {
        self.plain_country(name)
            .or_else(|| {
                self.lexicon.actor(name).filter(|a| a.kind == ActorKind::State).map(|a| a.key.as_str())
            })
            .or_else(|| self.plain_country(name.split_once(" (")?.0))
    }

    fn plain_country(&self, name: &str) -> Option<&str> {
        if let Some(key) = self.lexicon.exchange.country(name) {
            return Some(key).filter(|k| !k.is_empty());
        }
        let states = self.refs(name).into_iter().filter_map(|(form, i)| self.state(form, i));
        states.map(|a| a.key.as_str()).next()
    }

    /// The country of an entity key: the state itself, or that of the actor who bears the key.
    pub fn country_of(&self, key: &str) -> Option<&'l str> {
        let lexicon = self.lexicon;
        let base = key.split('/').next().unwrap_or(key);
        let actor = lexicon.actor(if lexicon.is_state(base) { base } else { key })?;
        if actor.kind == ActorKind::State { Some(&actor.key) } else { actor.country.as_deref() }
    }

    fn found(&mut self, name: &str, day: Date, hint: Hint) -> Found {
        // The same text may stand for people of two countries; then the country is part of it.
        let text = match (hint.country, hint.sectors) {
            (None, None) => None,
            (country, sectors) => Some([name, country.unwrap_or(""), sectors.unwrap_or("")].join("\t")),
        };
        let text = text.as_deref().unwrap_or(name);
        self.remembered(text, day, |parties| parties.look_up(name, hint))
    }

    /// What a text stands for on a day; it is looked up once.
    fn remembered(&mut self, text: &str, day: Date, look_up: impl FnOnce(&Parties<'l>) -> Who) -> Found {
        if !self.known.contains_key(text) {
            let who = look_up(self);
            self.known.insert(text.into(), who);
        }
        let lexicon = self.lexicon;
        match self.known.get_mut(text) {
            Some(Who::Always(found)) => found.clone(),
            Some(Who::Persons { persons, how, otherwise, last }) => match last {
                Some((then, found)) if *then == day => found.clone(),
                _ => {
                    let found =
                        on_day(lexicon, persons, *how, day).or(otherwise.clone()).unwrap_or_else(unknown);
                    *last = Some((day, found.clone()));
                    found
                }
            },
            None => unknown(),
        }
    }

    fn look_up(&self, name: &str, hint: Hint) -> Who {
        let home = hint.country.and_then(|c| self.country(c));
        let told = || self.told(home?, hint.sectors);
        if let Some(means) = self.lexicon.exchange.name(name) {
            return self.by_exchange(means, home);
        }
        if let Some((role, owner)) = bracketed(name)
            && let Some(found) = self.by_role(role, owner)
        {
            return Who::Always(found);
        }
        if let Some(key) = self.lexicon.exchange.country(name) {
            return Who::Always(of_state(key, "GOV", true, How::Exchange));
        }
        let refs = self.refs(name);
        if let Some(found) = self.by_name(&refs, home) {
            return Who::Always(found);
        }
        for (persons, how) in [(persons(&refs), How::Person), (self.fuller(name), How::Fuller)] {
            let ours: Vec<u32> =
                persons.iter().copied().filter(|p| home.is_none_or(|home| self.is_of(*p, home))).collect();
            if !ours.is_empty() {
                return Who::Persons { persons: ours, how, otherwise: told(), last: None };
            }
        }
        let found = self.weak(&refs, home).or_else(told).or_else(|| self.by_words(name));
        Who::Always(found.unwrap_or_else(unknown))
    }

    /// What the exchange table says: a name or key of ours, or nothing.
    fn by_exchange(&self, means: &str, home: Option<&str>) -> Who {
        if means.is_empty() {
            return Who::Always(unknown());
        }
        let base = means.split('/').next().unwrap_or(means);
        if self.lexicon.is_state(base) {
            let sector = means.split_once('/').map_or("GOV", |(_, sector)| sector);
            return Who::Always(found(means, Some(sector), How::Exchange));
        }
        let refs = self.refs(means);
        if let Some(mut found) = self.by_name(&refs, home).or_else(|| self.weak(&refs, home)) {
            found.how = How::Exchange;
            return Who::Always(found);
        }
        let persons = persons(&refs);
        match (persons.is_empty(), self.lexicon.actor(means)) {
            (false, _) => Who::Persons { persons, how: How::Exchange, otherwise: None, last: None },
            (true, Some(actor)) => Who::Always(self.of_actor(actor, How::Exchange)),
            (true, None) => Who::Always(unknown()),
        }
    }

    /// A role and whose it is: "Citizen (India)", "Militant (Boko Haram)", "Republican Party (United States)".
    fn by_role(&self, role: &str, owner: &str) -> Option<Found> {
        if let Some(state) = self.country(owner) {
            if self.lexicon.exchange.role(role).is_none() {
                // A party or paper of that country by its own name.
                let own = self.refs(role).into_iter().filter_map(|(form, i)| {
                    let actor = self.lexicon.actors.get(i as usize).filter(|_| form == Form::Name)?;
                    (actor.country.as_deref() == Some(state) && actor.kind != ActorKind::Place)
                        .then_some(actor)
                });
                if let Some(actor) = own.into_iter().next() {
                    return Some(self.of_actor(actor, How::Name));
                }
            }
            let (sector, acts) = self.role(role).unwrap_or(("CVL", false));
            return Some(of_state(state, sector, acts, How::Role));
        }
        if let Some(means) = self.lexicon.exchange.name(owner) {
            return match self.by_exchange(means, None) {
                Who::Always(found) if found.how != How::Unknown => Some(self.with_role(found, role)),
                _ => None,
            };
        }
        let refs = self.refs(owner);
        let found = self.by_name(&refs, None).or_else(|| self.weak(&refs, None))?;
        Some(self.with_role(found, role))
    }

    /// Somebody of a group is the group; of a place or a people, somebody of its state.
    fn with_role(&self, owner: Found, role: &str) -> Found {
        let base = owner.key.split('/').next().unwrap_or(&owner.key);
        if !self.lexicon.is_state(base) {
            return Found { how: How::Role, ..owner };
        }
        let (sector, acts) = self.role(role).unwrap_or(("CVL", false));
        of_state(base, sector, acts, How::Role)
    }

    /// Sector, and whether it acts for its state, of a role: as the exchange table or the tables of roles have it, or by the
    /// words that it ends with ("Catholic Bishop") or begins with ("Ministry of Shipping").
    fn role(&self, text: &str) -> Option<(&str, bool)> {
        if let Some(role) = self.lexicon.exchange.role(text) {
            return Some((&role.sector, role.state));
        }
        let plain = plain(text);
        let words: Vec<&str> = plain.split(' ').collect();
        let whole = |words: &[&str]| {
            let last = words.len().checked_sub(1)?;
            if let Some(role) = self.lexicon.exchange.role(&words.join(" ")) {
                return Some((role.sector.as_str(), role.state));
            }
            let singular = words[last].strip_suffix('s');
            [Some(words[last]), singular].into_iter().flatten().find_map(|end| {
                let ids = words[..last].iter().chain([&end]).map(|w| self.lexicon.role_word(w));
                let (n, role) = self.lexicon.longest_role(ids)?;
                let known = n == words.len() && role.sector.len() == 3;
                // A "security council" of a state is no international body.
                known.then_some(if role.sector == "IGO" {
                    ("GOV", true)
                } else {
                    (role.sector.as_str(), role.state)
                })
            })
        };
        let head = words.iter().position(|w| matches!(*w, "of" | "for" | "in")).unwrap_or(words.len());
        let heads = (0..head).filter_map(|from| whole(&words[from..head]));
        (0..words.len())
            .filter_map(|from| whole(&words[from..]))
            .next()
            .filter(|_| head == words.len())
            .or_else(|| heads.into_iter().next())
    }

    /// What bears a name: as it stands, or with other case, hyphens and marks.
    fn refs(&self, name: &str) -> Vec<(Form, u32)> {
        let words = name_words(name);
        let ids = words.iter().map(|w| self.lexicon.name_word(w));
        if let Some((n, refs)) = self.lexicon.longest_name(ids)
            && n == words.len()
        {
            return refs.collect();
        }
        self.like.get(&squeezed(self.spelt(name).iter().map(String::as_str))).cloned().unwrap_or_default()
    }

    /// The words of a name in lower case, each in the spelling that `like` has.
    fn spelt(&self, name: &str) -> Vec<String> {
        let words = name_words(name).into_iter().map(|w| fold(w).to_lowercase());
        let words = words.filter(|w| w.chars().any(char::is_alphanumeric));
        words.map(|w| self.spelt.get(&w).cloned().unwrap_or(w)).collect()
    }

    /// The state that a name or adjective names.
    fn state(&self, form: Form, index: u32) -> Option<&'l Actor> {
        if !matches!(form, Form::Name | Form::Adjective) {
            return None;
        }
        let actor = self.lexicon.actors.get(index as usize)?;
        (actor.kind == ActorKind::State).then_some(actor)
    }

    /// A state, organisation or group by its name.
    fn by_name(&self, refs: &[(Form, u32)], home: Option<&str>) -> Option<Found> {
        let named = refs.iter().filter(|(form, _)| matches!(form, Form::Name | Form::Seat));
        let named: Vec<&Actor> = named
            .filter_map(|(_, i)| self.lexicon.actors.get(*i as usize))
            .filter(|a| a.kind != ActorKind::Place)
            .collect();
        let first = named.first()?;
        if let Some(actor) = named.iter().find(|a| a.kind == ActorKind::State) {
            return Some(self.of_actor(actor, How::Name));
        }
        if let Some(actor) =
            home.and_then(|home| named.iter().find(|a| a.country.as_deref() == Some(home) || a.key == home))
        {
            return Some(self.of_actor(actor, How::Name));
        }
        // Parties of several countries under one name: nobody says which.
        let one = named.iter().all(|a| a.country == first.country);
        one.then(|| self.of_actor(first, How::Name))
    }

    /// A capital, a people or a place: what the text means where nothing else bears the name.
    fn weak(&self, refs: &[(Form, u32)], home: Option<&str>) -> Option<Found> {
        let actor = |i: u32| self.lexicon.actors.get(i as usize);
        for (form, i) in refs {
            let Some(actor) = actor(*i) else { continue };
            match form {
                Form::Capital => return Some(self.of_actor(actor, How::Name)),
                Form::Adjective | Form::People if actor.kind == ActorKind::State => {
                    return Some(of_state(&actor.key, "CVL", false, How::Name));
                }
                Form::Adjective | Form::People => return Some(self.of_actor(actor, How::Name)),
                _ => {}
            }
        }
        let places = refs.iter().filter(|(form, _)| *form == Form::Name).filter_map(|(_, i)| actor(*i));
        let mut countries: Vec<&str> = places.filter_map(|a| a.country.as_deref()).collect();
        countries.dedup();
        match (home, countries.as_slice()) {
            (Some(home), list) if list.contains(&home) => Some(of_state(home, "GOV", true, How::Name)),
            (None, [one]) => Some(of_state(one, "GOV", true, How::Name)),
            _ => None,
        }
    }

    fn of_actor(&self, actor: &Actor, how: How) -> Found {
        found(&actor.key, Some(&*actor.sector).filter(|s| !s.is_empty()), how)
    }

    /// Did the person ever act for this country, or belong to it?
    fn is_of(&self, person: u32, home: &str) -> bool {
        self.lexicon.terms_of(person).any(|t| {
            &*t.key == home
                || t.country.as_deref() == Some(home)
                || !self.lexicon.is_state(&t.key) && t.country.is_none()
        })
    }

    /// Persons whom a fuller or shorter name can mean: "Sergey Viktorovich Lavrov", "Mariano Rajoy Brey". None, if it can
    /// mean several.
    fn fuller(&self, name: &str) -> Vec<u32> {
        // "Sir Richard Dannatt", "President Anna Lind"; with a family name alone the title says too little.
        let bare = self.lexicon.exchange.without_title(name);
        let (title, untitled) = self.lexicon.title_and_name(bare);
        if (title.is_some() || bare != name) && untitled.contains(' ') {
            let found = persons(&self.refs(&untitled));
            if !found.is_empty() {
                return found;
            }
        }
        let words = self.spelt(bare);
        let [first, middle @ .., last] = words.as_slice() else { return Vec::new() };
        // A son is not his father.
        if last == "jr" || last == "junior" {
            return Vec::new();
        }
        let one = |mut found: Vec<u32>| {
            found.sort_unstable();
            found.dedup();
            if found.len() == 1 { found } else { Vec::new() }
        };
        let known =
            |pair: [&str; 2]| self.like.get(&squeezed(pair)).map_or_else(Vec::new, |refs| persons(refs));
        let [second, others @ ..] = middle else {
            // A shorter name than ours: "Mohammed Maktoum".
            return one(self
                .ends
                .get(&squeezed([first.as_str(), last.as_str()]))
                .cloned()
                .unwrap_or_default());
        };
        // A fuller name than ours. A second given name may be left out where the family name is rare or the second is the
        // father's, as Russians write it; of names in two parts like those of Spain the second part.
        let fathers = others.is_empty() && ["vich", "vna", "ich"].iter().any(|end| second.ends_with(end));
        let initial = middle.iter().all(|w| w.chars().count() == 1);
        let rare = |family: &str| self.bearers.get(family).is_none_or(|n| *n <= RARE);
        let whole = |w: &str| w.chars().count() > 2;
        if whole(first) && whole(last) && (fathers || initial || rare(last)) {
            let found = one(known([first.as_str(), last.as_str()]));
            if !found.is_empty() {
                return found;
            }
        }
        if whole(first) && last.chars().count() > 3 && others.is_empty() && rare(second) {
            return one(known([first.as_str(), second.as_str()]));
        }
        Vec::new()
    }

    /// A body whose words say whose it is and what: "Bank of Thailand", "Royal Thai Army", "Seoul High Court".
    fn by_words(&self, name: &str) -> Option<Found> {
        let words = name_words(name);
        let (sector, acts) = self.role(name)?;
        let ids: Vec<Option<u32>> = words.iter().map(|w| self.lexicon.name_word(w)).collect();
        let mut states: Vec<&str> = Vec::new();
        let mut at = 0;
        while at < ids.len() {
            let Some((n, refs)) = self.lexicon.longest_name(ids[at..].iter().copied()) else {
                at += 1;
                continue;
            };
            // A name of a state behind "of", an adjective anywhere, a place at the head.
            let behind = at > 0 && matches!(words[at - 1], "of" | "in" | "for" | "the");
            let refs: Vec<(Form, u32)> = refs.collect();
            let state = refs
                .iter()
                .filter(|(form, _)| *form == Form::Adjective || behind || at == 0)
                .find_map(|(form, i)| self.state(*form, *i).map(|a| a.key.as_str()));
            let actors = || {
                refs.iter().filter_map(|(form, i)| {
                    self.lexicon.actors.get(*i as usize).filter(|_| *form == Form::Name)
                })
            };
            // "United Nations Interim Administration in Kosovo" is of the United Nations.
            let body = |a: &&Actor| a.kind == ActorKind::Organisation && a.country.is_none();
            if at == 0
                && n > 1
                && let Some(body) = actors().find(body)
            {
                return Some(self.of_actor(body, How::Words));
            }
            let heads = at == 0 && n < words.len() || behind;
            let place = || {
                let mut countries: Vec<&str> = actors()
                    .filter(|a| heads && a.kind == ActorKind::Place)
                    .filter_map(|a| a.country.as_deref())
                    .collect();
                countries.dedup();
                if let [one] = countries[..] { Some(one) } else { None }
            };
            states.extend(state.or_else(place));
            at += n;
        }
        states.dedup();
        match states.as_slice() {
            [state] if words.len() > 1 => Some(of_state(state, sector, acts, How::Words)),
            _ => None,
        }
    }

    /// What country and sectors make of somebody.
    fn told(&self, home: &str, sectors: Option<&str>) -> Option<Found> {
        let exchange = &self.lexicon.exchange;
        let known = sectors.into_iter().flat_map(|s| s.split([',', ';'])).filter_map(|s| {
            let ours = || exchange.party("plover-sector", s).map(|c| (c.sector.as_str(), c.state));
            exchange.sector(s).map(|r| (r.sector.as_str(), r.state)).or_else(ours)
        });
        let (sector, acts) = weightiest(known).unwrap_or(("CVL", false));
        Some(of_state(home, sector, acts, How::Told))
    }

    /// Who stands behind codes of CAMEO.
    fn by_codes(&self, coded: Coded) -> Who {
        let exchange = &self.lexicon.exchange;
        let lexicon = self.lexicon;
        let state = |code: &str| -> Option<&'l str> {
            if exchange.party("cameo-region", code).is_some() {
                return None;
            }
            let code = if matches!(code, "WSB" | "GZS") { "PSE" } else { code };
            let key = lexicon.exchange.states.of_cameo(code).map_or(code, |s| s.iso3.as_str());
            lexicon.actor(key).filter(|a| a.kind == ActorKind::State).map(|a| a.key.as_str())
        };
        let group = |code: &str| exchange.party("cameo-group", code).and_then(|c| c.means.as_deref());
        // A whole code is cut into pieces of three: USA GOV MIL, IGO UNO.
        let pieces: Vec<&str> = if coded.apart {
            Vec::new()
        } else {
            let of = |text| pieces(text);
            let told = [coded.country, coded.creed].into_iter().flatten().flat_map(of);
            let roles = coded.roles.into_iter().flatten().flat_map(of);
            of(coded.whole).chain(told).chain(roles).collect()
        };
        let first = coded.country.filter(|_| coded.apart).or(pieces.first().copied());
        let home = first.and_then(state);
        let named = coded.group.and_then(group).or_else(|| {
            // A country goes before a group of the same letters.
            pieces.iter().skip(usize::from(home.is_some())).find_map(|code| group(code))
        });
        if let Some(means) = named {
            return match self.by_exchange(means, home) {
                Who::Always(found) if found.how != How::Unknown => {
                    Who::Always(Found { how: How::Codes, ..found })
                }
                other => other,
            };
        }
        let Some(home) = home else { return Who::Always(unknown()) };
        let roles = coded.roles.into_iter().flatten().chain(pieces.iter().skip(1).copied());
        let roles =
            roles.filter_map(|code| exchange.party("cameo-role", code).map(|c| (c.sector.as_str(), c.state)));
        let creed = coded.creed.into_iter().chain(pieces.iter().skip(1).copied());
        let mut creed = creed.map(|code| match exchange.party("cameo-religion", code) {
            Some(religion) => (religion.sector.as_str(), false),
            None => ("CVL", false),
        });
        // A country alone is its government.
        let (sector, acts) = weightiest(roles).or_else(|| creed.next_back()).unwrap_or(("GOV", true));
        Who::Always(of_state(home, sector, acts, How::Codes))
    }

    /// Who bears a name of ACLED or the UCDP.
    fn by_armed_name(&self, name: &str, kind: Option<&str>, country: Option<&str>) -> Who {
        let exchange = &self.lexicon.exchange;
        // The years of a government behind its name: "(1999-2010)", "(2010-)".
        let spans = name.match_indices(" (").map(|(at, _)| at);
        let years = |at: usize| {
            let inner = name.get(at + 2..).unwrap_or("").as_bytes();
            inner.len() > 4 && inner[..4].iter().all(u8::is_ascii_digit) && inner[4] == b'-'
        };
        let name =
            spans.into_iter().find(|at| years(*at)).and_then(|at| name.get(..at)).unwrap_or(name).trim();
        let kind = kind.and_then(|kind| exchange.party("acled-inter", kind));
        let told = kind.filter(|k| !k.sector.is_empty()).map(|k| (k.sector.as_str(), k.state));
        let home = country.and_then(|c| self.country(c));
        let spaces = name.match_indices(' ').map(|(at, _)| at).take(3);
        for at in spaces {
            let (before, owner) = name.split_at(at);
            if let Some(prefix) = exchange.party("prefix", before)
                && let Some(state) = self.country(owner.trim())
            {
                return Who::Always(of_state(state, &prefix.sector, prefix.state, How::Role));
            }
        }
        // "Civilians" of the country in which they were hurt.
        if let (Some(word), Some(home)) = (exchange.party("acled-inter", name), home)
            && !word.sector.is_empty()
        {
            return Who::Always(of_state(home, &word.sector, word.state, How::Told));
        }
        if let Some((role, owner)) = bracketed(name)
            && let Some(state) = self.country(owner)
        {
            let own = self.look_up(role, Hint { country: Some(state), sectors: None });
            let ours = |f: &Found| {
                matches!(f.how, How::Name | How::Exchange)
                    && self.country_of(&f.key) == Some(state)
                    && f.key.as_ref() != state
            };
            return match (own, told) {
                (Who::Always(found), _) if ours(&found) => Who::Always(found),
                (_, Some((sector, acts))) => Who::Always(of_state(state, sector, acts, How::Role)),
                _ => Who::Always(self.by_role(role, owner).unwrap_or_else(unknown)),
            };
        }
        // Foreign forces are not of the country in which they fight.
        let near = home.filter(|_| told.is_some());
        match self.look_up(name, Hint { country: None, sectors: None }) {
            Who::Always(found) if found.how == How::Unknown => {
                let near =
                    near.zip(told).map(|(home, (sector, acts))| of_state(home, sector, acts, How::Told));
                Who::Always(near.unwrap_or_else(unknown))
            }
            // A name that several bear: the one of this country.
            other => other,
        }
    }
}

/// A family name is rare if so many names of our tables end with it: those of one person, mostly.
const RARE: u32 = 6;

/// Of several sectors the one that says most of somebody: a rebel is not merely of a people, a minister not merely of a party.
const RANKS: [&str; 20] = [
    "REB", "CRM", "UAF", "REF", "MIL", "COP", "SPY", "JUD", "LEG", "GOV", "OPP", "JRN", "BUS", "LAB", "NGO",
    "MED", "EDU", "AGR", "REL", "PTY",
];

/// Of several sectors the one that says most.
fn weightiest<'s>(sectors: impl Iterator<Item = (&'s str, bool)>) -> Option<(&'s str, bool)> {
    let rank = |sector: &str| RANKS.iter().position(|r| *r == sector).unwrap_or(RANKS.len());
    sectors.min_by_key(|(sector, _)| rank(sector))
}

/// A code of CAMEO in its pieces of three letters.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric());
    parts.flat_map(|part| {
        (0..part.len()).step_by(3).filter_map(move |at| part.get(at..(at + 3).min(part.len())))
    })
}

fn found(key: &str, sector: Option<&str>, how: How) -> Found {
    Found { key: key.into(), sector: sector.map(Into::into), how }
}

fn unknown() -> Found {
    found(UNKNOWN, None, How::Unknown)
}

fn of_state(state: &str, sector: &str, acts: bool, how: How) -> Found {
    if acts {
        return found(state, Some(sector), how);
    }
    found(&[state, "/", sector].concat(), Some(sector), how)
}

fn persons(refs: &[(Form, u32)]) -> Vec<u32> {
    refs.iter().filter(|(form, _)| *form == Form::Person).map(|(_, person)| *person).collect()
}

/// "Citizen (India)" in its two parts; the last brackets count.
fn bracketed(name: &str) -> Option<(&str, &str)> {
    let inner = name.strip_suffix(')')?;
    let (role, owner) = inner.rsplit_once('(')?;
    let (role, owner) = (role.trim(), owner.trim());
    (!role.is_empty() && !owner.is_empty()).then_some((role, owner))
}

/// Words run together, letters and digits alone.
fn squeezed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().flat_map(str::chars).filter(|c| c.is_alphanumeric()).collect()
}

/// Whom one of these persons acts for on a day: whoever is in office goes first, then whoever just was. Several of one name
/// with nothing to choose by are nobody, unless they act for the same.
fn on_day(lexicon: &Lexicon, persons: &[u32], how: How, day: Date) -> Option<Found> {
    let acting = persons.iter().filter_map(|p| Some((*p, lexicon.acting(*p, Some(day))?)));
    let mut ranked: Vec<_> = acting
        .map(|(person, a)| {
            let rank = match a.tenure {
                Tenure::InOffice => 0,
                Tenure::JustLeft => 1,
                Tenure::Left | Tenure::NotYet => 2,
            };
            (rank, person, a)
        })
        .collect();
    ranked.sort_by_key(|(rank, ..)| *rank);
    let (rank, person, first) = ranked.first()?;
    if ranked.iter().any(|(r, _, a)| r == rank && a.key != first.key) {
        return None;
    }
    // A name that is only like another: somebody of that name long before or after is somebody else.
    let away = |day: Date, from: Option<Date>, to: Option<Date>| {
        let years = |a: Date, b: Date| i32::from(b.year()) - i32::from(a.year());
        from.map_or(0, |from| years(day, from)).max(to.map_or(0, |to| years(to, day)))
    };
    if how == How::Fuller && away(day, first.term.from, first.term.to) > FAR {
        return None;
    }
    // Whoever has left an international body no longer acts for it, and is one of the country where the lexicon knows him.
    let body = |key: &str| {
        lexicon.actor(key).is_some_and(|a| a.kind == ActorKind::Organisation && a.country.is_none())
    };
    if *rank == 2 && body(&first.key) {
        let home = lexicon
            .terms_of(*person)
            .find_map(|t| if lexicon.is_state(&t.key) { Some(&t.key) } else { t.country.as_ref() });
        if let Some(home) = home.filter(|home| lexicon.is_state(home)) {
            return Some(of_state(home, "ELI", false, how));
        }
    }
    // A president who is commander in chief as well is met as president.
    let inside = |t: &&Term| t.from.is_none_or(|from| from <= day) && t.to.is_none_or(|to| day <= to);
    let govern = |t: &&Term| *t.key == *first.key && &*t.sector == "GOV";
    let sector = if *rank == 0 && lexicon.terms_of(*person).filter(|t| inside(t)).any(|t| govern(&t)) {
        "GOV"
    } else {
        &first.sector
    };
    Some(found(&first.key, Some(sector), how))
}

/// So many years outside every term, a name that is only like ours is somebody else's.
const FAR: i32 = 25;
