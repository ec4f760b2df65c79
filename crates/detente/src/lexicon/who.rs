//! What a name can mean: every row that bears it, and for a person whom they act for on a day.
//!
//! The reader asks for one person on one day ([`Lexicon::acting`]); people who look a name up ask for everything that
//! it can mean ([`Lexicon::meanings`]) and, where it means nothing, for names like it ([`Lexicon::near`]).

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::names::{fold, skeleton};
use super::{Actor, Form, Lexicon, Term, name_ref, name_words};

/// For this many days after its end, an office still speaks for whoever held it.
const JUST_LEFT_DAYS: i64 = 60;

/// How a day lies to a term of office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenure {
    /// The day lies in the term, or no day is known.
    InOffice,
    /// The term ended in the weeks before: news of an end of office is still news of the office-holder.
    JustLeft,
    /// The term is over.
    Left,
    /// The term begins later.
    NotYet,
}

/// Whom a person acts for on a day, and why.
#[derive(Clone, Debug)]
pub struct Acting<'l> {
    /// The term that speaks: the one of the day, or the nearest.
    pub term: &'l Term,
    /// How the day lies to it.
    pub tenure: Tenure,
    /// The entity key: that of the office, or `STATE/ELI` before and after an office of a state.
    pub key: String,
    /// PLOVER sector.
    pub sector: String,
    /// The office on that day, "former" before one that is over; nothing before the first.
    pub office: Option<String>,
}

/// One row that a name can mean.
#[derive(Clone, Copy, Debug)]
pub enum Meaning<'l> {
    /// A state, organisation, group or place.
    Actor(Form, &'l Actor),
    /// A person, by number ([`Lexicon::terms_of`]).
    Person(u32),
}

impl Lexicon {
    /// Whom a person acts for on a day; without a day, in the last office that is known.
    pub fn acting(&self, person: u32, day: Option<Date>) -> Option<Acting<'_>> {
        let (term, inside) = self.term_on(person, day)?;
        let since = |end: Date, day: Date| end.until(day).map_or(0, |s| i64::from(s.get_days()));
        let tenure = match (inside, day, term.from, term.to) {
            (true, ..) | (_, None, ..) => Tenure::InOffice,
            (_, Some(day), _, Some(to)) if since(to, day) > JUST_LEFT_DAYS => Tenure::Left,
            (_, Some(day), _, Some(to)) if since(to, day) > 0 => Tenure::JustLeft,
            _ => Tenure::NotYet,
        };
        let out = matches!(tenure, Tenure::Left | Tenure::NotYet) && self.is_state(&term.key);
        let (key, sector) = if out {
            (format!("{}/ELI", term.key), "ELI".to_string())
        } else {
            (term.key.to_string(), term.sector.to_string())
        };
        let office = match tenure {
            Tenure::Left if out => Some(format!("former {}", term.office)),
            Tenure::NotYet if out => None,
            _ => Some(term.office.to_string()),
        };
        Some(Acting { term, tenure, key, sector, office })
    }

    /// The name of a person, by number.
    pub fn person_name(&self, person: u32) -> &str {
        self.terms_of(person).next().map_or("", |term| &term.name)
    }

    /// Every row that a name can mean, in the order of the tables: as it stands, or else in any case of its letters.
    /// Diacritics and marks do not count.
    pub fn meanings(&self, name: &str) -> Vec<Meaning<'_>> {
        let words: Vec<String> = name_words(name).iter().map(|w| fold(w)).collect();
        let low: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
        let ids = words.iter().map(|w| self.name_trie.word(w));
        let mut refs: Vec<(Form, u32)> = match self.name_trie.longest(ids) {
            Some((n, values)) if n == words.len() => values.iter().map(|v| name_ref(*v)).collect(),
            _ => Vec::new(),
        };
        if refs.is_empty() {
            let spellings = self.name_trie.spellings();
            let spelt = |n: u32, b: &str| spellings[n as usize].iter().any(|a| a.to_lowercase() == b);
            let same =
                |name: &[u32]| name.len() == low.len() && name.iter().zip(&low).all(|(n, b)| spelt(*n, b));
            let found = self.name_trie.names().into_iter().filter(|(name, _)| same(name));
            refs = found.flat_map(|(_, values)| values).map(|v| name_ref(*v)).collect();
        }
        if refs.is_empty()
            && let Some(i) = self.state_by_key.get(name).or_else(|| self.actor_by_key.get(name))
        {
            refs.push((Form::Name, *i));
        }
        refs.sort_by_key(|(form, index)| (*form == Form::Person, *index));
        // "Iranian" is adjective and people of one row.
        refs.dedup_by_key(|(form, index)| (*form == Form::Person, *index));
        refs.into_iter()
            .map(|(form, index)| match form {
                Form::Person => Meaning::Person(index),
                _ => Meaning::Actor(form, &self.actors[index as usize]),
            })
            .collect()
    }

    /// Title and name of "President Bush", "Foreign Minister Lavrov": the longest role noun that opens it, with the rest.
    /// Without a title, the whole.
    pub fn title_and_name(&self, name: &str) -> (Option<&str>, String) {
        let words = name_words(name);
        let ids: Vec<Option<u32>> = words.iter().map(|w| self.role_word(&fold(w).to_lowercase())).collect();
        match self.longest_role(ids.into_iter()) {
            Some((n, role)) if n < words.len() => (Some(role.noun.as_str()), words[n..].join(" ")),
            _ => (None, name.to_string()),
        }
    }

    /// Persons who bear a word in their name, in any case of its letters: mostly a family name, which in some languages
    /// stands first.
    pub fn bearers(&self, name: &str) -> Vec<u32> {
        let wanted = fold(name.trim()).to_lowercase();
        let words: Vec<bool> = self
            .name_trie
            .spellings()
            .iter()
            .map(|list| list.iter().any(|w| w.to_lowercase() == wanted))
            .collect();
        let mut found: Vec<u32> = Vec::new();
        for (name, values) in self.name_trie.names() {
            if name.iter().any(|n| words[*n as usize]) {
                let refs = values.iter().map(|v| name_ref(*v));
                found.extend(refs.filter(|(form, _)| *form == Form::Person).map(|(_, person)| person));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Hands every name to `each`: its words, each in one spelling and in lower case, marks left out, and what bears it.
    /// For tables of other data sets, whose spellings of a name differ in case, hyphens and marks.
    pub fn each_name(&self, mut each: impl FnMut(&[&str], &[(Form, u32)])) {
        let spellings = self.name_trie.spellings();
        let low: Vec<String> =
            spellings.iter().map(|list| list.first().map_or(String::new(), |w| w.to_lowercase())).collect();
        let mut words: Vec<&str> = Vec::new();
        let mut refs: Vec<(Form, u32)> = Vec::new();
        for (name, values) in self.name_trie.names() {
            words.clear();
            words.extend(name.iter().map(|n| low[*n as usize].as_str()));
            words.retain(|word| word.chars().any(char::is_alphanumeric));
            refs.clear();
            refs.extend(values.iter().map(|v| name_ref(*v)));
            each(&words, &refs);
        }
    }

    /// The spelling that [`Lexicon::each_name`] gives each spelling of a word, both in lower case; words of one spelling
    /// are left out.
    pub fn each_spelling(&self, mut each: impl FnMut(&str, &str)) {
        for list in self.name_trie.spellings() {
            if let [first, others @ ..] = list.as_slice() {
                let first = first.to_lowercase();
                for other in others {
                    each(&other.to_lowercase(), &first);
                }
            }
        }
    }

    /// Names like an unknown one: those whose words begin as its words do, or that other spellings of the same sounds
    /// write ("Kaddafi", "Gadhafi"). At most `most`, in the order of the alphabet.
    pub fn near(&self, name: &str, most: usize) -> Vec<String> {
        /// Shorter beginnings would be like everything.
        const LEAST: usize = 4;
        let low = |w: &&str| fold(w).to_lowercase();
        let letters = |w: &String| w.chars().any(char::is_alphanumeric);
        let wanted: Vec<String> = name_words(name).iter().map(low).filter(letters).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let sounds: Vec<String> = wanted.iter().map(|w| skeleton(w)).collect();
        // Few sounds are like many: then the first letters are the same too.
        let begin = |w: &str| w.chars().take(2).collect::<String>();
        let alike = |other: &str, w: &str, sound: &str| {
            let low = other.to_lowercase();
            let begins = w.chars().count() >= LEAST && low.starts_with(w);
            let word = other.chars().any(char::is_lowercase);
            let near = sound.len() > 2 || sound.len() == 2 && begin(&low) == begin(w);
            low == w || begins || word && near && skeleton(&low) == sound
        };
        // For each word of the trie which of the wanted it is like.
        let like: Vec<Vec<bool>> = self
            .name_trie
            .spellings()
            .iter()
            .map(|list| {
                let any = |(w, s): (&String, &String)| list.iter().any(|other| alike(other, w, s));
                wanted.iter().zip(&sounds).map(any).collect()
            })
            .collect();
        let all = self.name_trie.names();
        let names_of = |values: &[u32]| {
            let refs = values.iter().map(|v| name_ref(*v));
            refs.map(|(form, index)| match form {
                Form::Person => self.person_name(index).to_string(),
                _ => self.actors[index as usize].name.clone(),
            })
            .collect::<Vec<_>>()
        };
        let mut found = BTreeSet::new();
        for (words, values) in &all {
            if (0..wanted.len()).all(|w| words.iter().any(|n| like[*n as usize][w])) {
                found.extend(names_of(values));
            }
        }
        // One wrong word of several: those that share the last.
        if found.is_empty() && wanted.len() > 1 {
            for (words, values) in &all {
                if words.last().is_some_and(|n| like[*n as usize].last() == Some(&true)) {
                    found.extend(names_of(values));
                }
            }
        }
        found.into_iter().take(most).collect()
    }
}
