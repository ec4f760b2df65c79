//! The lexicon: the language of politics as data. This module reads the text of the lexicon's files (it opens
//! none itself), says what is wrong with them, and offers what the later stages look up: names of actors and
//! places, nouns of roles, event patterns by their trigger, and operators that change status or speaker.
//!
//! The forms of the files are described for their writers in `lexicon/README.md`.

pub mod class;
pub mod contexts;
pub mod exchange;
pub mod links;
pub mod names;
pub mod pattern;
pub mod who;

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::day;
use crate::plover::{Aux, EventType};
use crate::token;
use class::Class;
use contexts::{CONTEXTS, ContextEntry, Phrase, Phrases};
use exchange::Exchange;
use links::{LinkEntry, LinkKind, LinkPattern};
pub(crate) use names::fold;
use names::{Index, Lists, Trie, Words, folded};
use pattern::{Pattern, Trigger};

/// Something wrong with a lexicon file, told so that its writer can mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, as named by whoever handed it in.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Id of the entry, where there is one.
    pub entry: Option<String>,
    /// What is wrong and what to write instead.
    pub text: String,
    /// The faulty line and the mark under the fault: byte column and length.
    pub mark: Option<(String, usize, usize)>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if let Some(entry) = &self.entry {
            write!(f, "{entry}: ")?;
        }
        write!(f, "{}", self.text)?;
        if let Some((line, column, len)) = &self.mark {
            let pad = line.get(..*column).map_or(*column, |s| s.chars().count());
            write!(f, "\n    {line}\n    {}{}", " ".repeat(pad), "^".repeat((*len).max(1)))?;
        }
        Ok(())
    }
}

/// A line of a file, as evidence names it: `actors/states.tsv:12`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file, as named by whoever handed it in.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
}

impl Source {
    fn new(file: &Arc<str>, line: usize) -> Source {
        Source { file: file.clone(), line: line as u32 }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What an actor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// A state or a territory with a government of its own.
    State,
    /// An international or non-governmental organisation.
    Organisation,
    /// An armed group, party, movement, union, company or other body.
    Group,
    /// A news agency or other press.
    Press,
    /// A place that is no actor: a city, region or sea.
    Place,
}

/// How a name names its actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The name itself.
    Name,
    /// An adjective ("Iranian").
    Adjective,
    /// Its people ("Iranians").
    People,
    /// Its capital: the state where it acts, the city where things happen there.
    Capital,
    /// A seat of government used as a name ("the Kremlin").
    Seat,
    /// A person: `actor` indexes the persons.
    Person,
}

/// An actor or place that the lexicon knows.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Entity key.
    pub key: String,
    /// What it is.
    pub kind: ActorKind,
    /// PLOVER sector.
    pub sector: Arc<str>,
    /// Entity key of its country, if it has one.
    pub country: Option<Arc<str>>,
    /// Canonical name.
    pub name: String,
    /// Wikidata id.
    pub wikidata: Option<String>,
    /// First day it bears the name, if it has one.
    pub from: Option<Date>,
    /// Last day, if it has one.
    pub to: Option<Date>,
    /// Degrees north and east, for places.
    pub position: Option<(f64, f64)>,
    /// GeoNames id, for places.
    pub geonameid: Option<u32>,
    /// File and line, as evidence.
    pub source: Source,
}

/// One term of office of a person.
#[derive(Clone, Debug)]
pub struct Term {
    /// The person's name.
    pub name: Arc<str>,
    /// Whom the person acts for in this office.
    pub key: Arc<str>,
    /// The office.
    pub office: Arc<str>,
    /// PLOVER sector.
    pub sector: Arc<str>,
    /// Country key.
    pub country: Option<Arc<str>>,
    /// Wikidata id of the person.
    pub wikidata: Option<String>,
    /// First day.
    pub from: Option<Date>,
    /// Last day; `None` while in office.
    pub to: Option<Date>,
    /// File and line.
    pub source: Source,
}

/// What a noun of `roles/` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleKind {
    /// A title that may stand with a name.
    Office,
    /// A body that acts as one.
    Body,
    /// People.
    People,
    /// A force or weapon that stands for its owner's forces.
    Force,
    /// A description of something named earlier ("the group", "the kingdom").
    Description,
}

/// A noun that names people or bodies by what they do.
#[derive(Clone, Debug)]
pub struct RoleNoun {
    /// The noun, singular.
    pub noun: String,
    /// What it names.
    pub kind: RoleKind,
    /// PLOVER sector; for descriptions what they stand for: `state`, `group`, `person`, `pair`.
    pub sector: String,
    /// With a country, is it the state itself?
    pub state: bool,
    /// File and line.
    pub source: Source,
}

/// Who takes a slot that is empty or names nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Else {
    /// Nobody.
    #[default]
    None,
    /// `UNK`.
    Unknown,
    /// The state whose affairs the sentence is about.
    State,
    /// The people of that state.
    Civilians,
    /// Whomever the actor fights, by the rest of the article.
    Adversary,
    /// Whoever says the clause ("…, Belmora said").
    Speaker,
}

/// An event entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Id, never reused.
    pub id: String,
    /// PLOVER type.
    pub event: EventType,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// The patterns, with the text they were read from.
    pub patterns: Vec<(String, Pattern)>,
    /// Do the parties do it with each other?
    pub mutual: bool,
    /// Does the actor alone vouch for it ("claimed responsibility")?
    pub claimed: bool,
    /// Who acts when nobody is named.
    pub actor_else: Else,
    /// Who gets it when nobody is named.
    pub recipient_else: Else,
    /// Status that the words themselves give.
    pub aux: Vec<Aux>,
    /// How sure the words are, 0 to 1.
    pub weight: f32,
    /// The entry has no words of its own: it takes those that the learnt network gives its type, with odds (natural
    /// logarithm) of at least this.
    pub learnt: Option<f32>,
    /// Why the entry means what it means.
    pub why: String,
    /// File and line.
    pub source: Source,
    /// Sentences that must match.
    pub examples: Vec<Example>,
    /// Sentences that must not.
    pub counters: Vec<Example>,
    /// Known faults: examples that fail today, and counters (they mark no event) that match today.
    pub wrong: Vec<Example>,
}

/// A sentence with marks.
#[derive(Clone, Debug)]
pub struct Example {
    /// The sentence with its marks: `[words|actor]`.
    pub text: String,
    /// The expected status.
    pub aux: Vec<Aux>,
    /// The expected speaker's key, where the example says it.
    pub said_by: Option<String>,
    /// Line in the file.
    pub line: usize,
}

/// What an operator does to the event under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It did not happen.
    Negated,
    /// It is asked, planned, feared, possible.
    Hypothetical,
    /// It is announced.
    Future,
    /// It happened (managed to, was forced to, began to).
    Asserted,
    /// The subject says it.
    Speech,
    /// The subject says that it did not happen.
    Denial,
    /// A light verb: its subject is the actor of its object noun.
    Light,
}

/// A verb or noun that changes the status or the speaker of the clause or noun that it governs.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Id.
    pub id: String,
    /// What it does.
    pub effect: Effect,
    /// Sentences with marks, those that show the effect and those that show where it ends.
    pub examples: Vec<Example>,
    /// File and line.
    pub source: Source,
}

/// Half of a lexicon. The halves know nothing of each other: who has two processors reads them side by side.
pub struct Half {
    lexicon: Lexicon,
    /// Of each file, in their order.
    faults: Vec<Vec<Fault>>,
}

impl Half {
    /// The one half of what [`Lexicon::load`] makes of the same files: what the tables say, names above all.
    pub fn tables(files: &[(String, String)]) -> Half {
        let files = in_order(files);
        let mut lexicon = Lexicon::default();
        let mut known = Known::default();
        // One word of names to so many bytes of tables, by those that we have.
        let names = files.iter().filter(|f| f.0.contains("actors/") || f.0.contains("places/"));
        lexicon.name_trie.reserve(names.map(|f| f.1.len()).sum::<usize>() / BYTES_TO_A_WORD);
        let mut faults: Vec<Vec<Fault>> = files.iter().map(|_| Vec::new()).collect();
        // Spellings come before the names that they spell.
        for ((path, text), faults) in files.iter().zip(&mut faults).filter(|(f, _)| f.0.ends_with(SPELLINGS))
        {
            lexicon.add_spellings(path, text, faults);
        }
        for ((path, text), faults) in files.iter().zip(&mut faults) {
            let (folder, kind) = place_of(path);
            match (folder, kind) {
                ("actors", _) if path.ends_with(SPELLINGS) => {}
                ("actors" | "places", Some("tsv")) => {
                    lexicon.add_actors(path, text, folder == "places", &mut known, faults);
                }
                ("roles", Some("tsv")) => lexicon.add_roles(path, text, faults),
                ("events", Some("tsv")) => lexicon.add_scale(path, text, faults),
                ("words", Some("tsv")) if path.ends_with(COMMON) => lexicon.add_weights(path, text, faults),
                ("words", Some("tsv")) => lexicon.add_classes(path, text, faults),
                ("exchange", Some("tsv")) => lexicon.exchange.add(path, text, faults),
                ("times", _) => lexicon.times.push((path.clone(), text.clone())),
                _ => {}
            }
        }
        Half { lexicon, faults }
    }

    /// The other half: the entries with patterns, and the hash of all files.
    pub fn patterns(files: &[(String, String)]) -> Half {
        let mut lexicon = Lexicon::default();
        let mut hash = Fnv::new();
        let mut faults = Vec::with_capacity(files.len());
        for (path, text) in in_order(files) {
            hash.add(path.as_bytes());
            hash.add(text.as_bytes());
            let mut here = Vec::new();
            match place_of(path) {
                ("events", Some("toml")) => lexicon.add_entries(path, text, &mut here),
                ("links", Some("toml")) => lexicon.add_links(path, text, &mut here),
                ("contexts", Some("toml")) => lexicon.add_contexts(path, text, &mut here),
                _ => {}
            }
            faults.push(here);
        }
        lexicon.hash = format!("{:016x}", hash.0);
        Half { lexicon, faults }
    }
}

/// The files in the order in which they are read.
fn in_order(files: &[(String, String)]) -> Vec<&(String, String)> {
    let mut files: Vec<&(String, String)> = files.iter().collect();
    files.sort();
    files
}

/// The folder that a file of the lexicon lies in, and how its name ends.
fn place_of(path: &str) -> (&str, Option<&str>) {
    (path.split('/').rev().nth(1).unwrap_or(""), path.rsplit('.').next())
}

/// Entry and pattern, by their places in the lexicon.
type PatternRef = (u32, u32);

/// Everything the reader looks up.
#[derive(Default)]
pub struct Lexicon {
    /// Actors and places.
    pub actors: Vec<Actor>,
    /// Terms of office.
    pub terms: Vec<Term>,
    /// Role nouns.
    pub roles: Vec<RoleNoun>,
    /// Event entries.
    pub entries: Vec<Entry>,
    /// Operators.
    pub operator_entries: Vec<Operator>,
    /// Words that say how two acts stand to each other.
    pub link_entries: Vec<LinkEntry>,
    /// PLOVER's contexts.
    pub contexts: Vec<ContextEntry>,
    /// Their phrases.
    pub context_phrases: Phrases,
    /// Content hash over all files, as reports carry it in `coder.lexicon`.
    pub hash: String,
    /// Texts of `times/`, for the time stage.
    pub times: Vec<(String, String)>,
    /// The words of other data sets.
    pub exchange: Exchange,
    scale: Index<(EventType, Option<String>), f32>,
    announced: Index<EventType, EventType>,
    vowed: Index<EventType, EventType>,
    refused: Index<EventType, EventType>,
    /// Its values are forms with the numbers of their actors or persons ([`name_value`]).
    name_trie: Trie,
    role_trie: Trie,
    by_trigger: [Index<Box<str>, Vec<PatternRef>>; 4],
    operators: Index<Box<str>, Vec<u32>>,
    /// First word of a pattern of links → its entry and its place there.
    links: Index<Box<str>, Vec<PatternRef>>,
    /// Word → a bit for each class that holds it.
    classes: Index<Box<str>, u64>,
    /// Stem → how much it says, in tenths.
    weights: Index<Box<str>, u8>,
    state_by_key: Index<String, u32>,
    actor_by_key: Index<String, u32>,
    /// Person → terms.
    persons: Lists,
    offices: Words,
    /// Office → terms.
    terms_by_office: Lists,
    /// Last word of a name → persons.
    family_names: Lists,
    /// First word of a name → persons: given names, and family names where these stand first.
    first_names: Lists,
    /// Other spellings of a word → the one they are counted as.
    spellings: Index<Box<str>, Box<str>>,
}

impl Lexicon {
    /// Reads the lexicon from its files: pairs of a path below the lexicon folder (`events/assault.toml`)
    /// and the text. The order of the files does not matter; later folders add to earlier ones.
    ///
    /// # Errors
    /// Every fault found, in the order of files and lines.
    pub fn load(files: &[(String, String)]) -> Result<Lexicon, Vec<Fault>> {
        Lexicon::join(Half::tables(files), Half::patterns(files))
    }

    /// A lexicon out of its halves, read from the same files.
    ///
    /// # Errors
    /// Those of [`Lexicon::load`].
    pub fn join(tables: Half, patterns: Half) -> Result<Lexicon, Vec<Fault>> {
        let mut lexicon = Lexicon {
            entries: patterns.lexicon.entries,
            operator_entries: patterns.lexicon.operator_entries,
            operators: patterns.lexicon.operators,
            link_entries: patterns.lexicon.link_entries,
            contexts: patterns.lexicon.contexts,
            context_phrases: patterns.lexicon.context_phrases,
            hash: patterns.lexicon.hash,
            ..tables.lexicon
        };
        let of_files = tables.faults.into_iter().zip(patterns.faults);
        let mut faults: Vec<Fault> = of_files.flat_map(|(x, y)| x.into_iter().chain(y)).collect();
        let lists = [
            &mut lexicon.persons,
            &mut lexicon.terms_by_office,
            &mut lexicon.family_names,
            &mut lexicon.first_names,
        ];
        lists.into_iter().for_each(Lists::sort);
        let mut seen: Index<&str, &Source> = Index::default();
        let ids = lexicon.entries.iter().map(|e| (&e.id, &e.source));
        for (id, source) in ids.chain(lexicon.link_entries.iter().map(|e| (&e.id, &e.source))) {
            if let Some(other) = seen.insert(id, source) {
                faults.push(Fault {
                    file: source.to_string(),
                    line: 0,
                    entry: Some(id.clone()),
                    text: format!("this id is used already in {other}; ids are never reused, choose another"),
                    mark: None,
                });
            }
        }
        for (e, entry) in lexicon.entries.iter().enumerate() {
            for (p, (_, pattern)) in entry.patterns.iter().enumerate() {
                for word in &pattern.words {
                    let table = &mut lexicon.by_trigger[pattern.trigger as usize];
                    let place = (e as u32, p as u32);
                    match table.get_mut(word) {
                        Some(list) => list.push(place),
                        None => _ = table.insert(word.clone(), vec![place]),
                    }
                }
            }
        }
        for (e, entry) in lexicon.link_entries.iter().enumerate() {
            for (p, (_, pattern)) in entry.patterns.iter().enumerate() {
                for word in &pattern.words[0] {
                    lexicon.links.entry(word.clone()).or_default().push((e as u32, p as u32));
                }
            }
        }
        if faults.is_empty() { Ok(lexicon) } else { Err(faults) }
    }

    /// Patterns that a trigger word may begin: entry and pattern.
    pub fn patterns(&self, trigger: Trigger, lemma: &str) -> impl Iterator<Item = (&Entry, &Pattern)> {
        self.by_trigger[trigger as usize].get(lemma).into_iter().flatten().map(|&(e, p)| {
            let entry = &self.entries[e as usize];
            (entry, &entry.patterns[p as usize].1)
        })
    }

    /// Does any entry have this trigger?
    pub fn has_trigger(&self, trigger: Trigger, lemma: &str) -> bool {
        self.by_trigger[trigger as usize].contains_key(lemma)
    }

    /// The entry that says what to make of words which the learnt network gives this type.
    pub fn learnt(&self, event: EventType) -> Option<&Entry> {
        self.entries.iter().find(|e| e.event == event && e.learnt.is_some())
    }

    /// Operators that bear this lemma.
    pub fn operators(&self, lemma: &str) -> impl Iterator<Item = &Operator> {
        self.operators.get(lemma).into_iter().flatten().map(|&i| &self.operator_entries[i as usize])
    }

    /// Patterns of links whose first word this is: the entry's number, the entry, the pattern.
    pub fn links(&self, word: &str) -> impl Iterator<Item = (u32, &LinkEntry, &LinkPattern)> {
        self.links.get(word).into_iter().flatten().map(|&(e, p)| {
            let entry = &self.link_entries[e as usize];
            (e, entry, &entry.patterns[p as usize].1)
        })
    }

    /// Is the word one of this class (`words/classes.tsv`)?
    pub fn is(&self, class: Class, word: &str) -> bool {
        self.classes.get(word).is_some_and(|bits| bits & (1 << class as u32) != 0)
    }

    /// How much it says that two texts share this stem, in tenths of the natural logarithm of how many articles there are
    /// to one that holds it (`words/common.tsv`); 60 for a stem that no table names.
    pub fn weight_of(&self, stem: &str) -> u8 {
        self.weights.get(stem).copied().unwrap_or_else(|| weight_of_unknown(stem))
    }

    /// The words of a class, in no order.
    pub fn words_of(&self, class: Class) -> impl Iterator<Item = &str> {
        self.classes.iter().filter(move |(_, bits)| *bits & (1 << class as u32) != 0).map(|(word, _)| &**word)
    }

    /// Place of a type and mode on the scale from −10 to +10 (`events/types.tsv`).
    pub fn score(&self, event: EventType, mode: Option<&str>) -> f32 {
        self.scale
            .get(&(event, mode.map(str::to_string)))
            .or_else(|| self.scale.get(&(event, None)))
            .copied()
            .unwrap_or(0.0)
    }

    /// What an event of this type is while it is only announced: a visit that will be made is an AGREE, an
    /// attack that its doer says will come (`own_word`) a THREATEN.
    pub fn announced(&self, event: EventType, own_word: bool) -> Option<EventType> {
        let vowed = self.vowed.get(&event).filter(|_| own_word);
        self.announced.get(&event).or(vowed).copied()
    }

    /// What an event of this type is when it will not be done: "will not lift the ban" is a REJECT.
    pub fn refused(&self, event: EventType) -> Option<EventType> {
        self.refused.get(&event).copied()
    }

    /// Is this mode one of the type's?
    pub fn has_mode(&self, event: EventType, mode: &str) -> bool {
        self.scale.contains_key(&(event, Some(mode.to_string())))
    }

    /// Number of a word of names, for [`Lexicon::longest_name`]; tries the word as it stands, then, if it is
    /// all capitals, with only its first letter large.
    pub fn name_word(&self, word: &str) -> Option<u32> {
        let folded = folded(word);
        self.name_trie.word(&folded).or_else(|| {
            let shouted = folded.chars().count() > 3 && folded.chars().all(|c| !c.is_lowercase());
            shouted.then(|| self.name_trie.word(&names::title_case(&folded))).flatten()
        })
    }

    /// The longest name starting at the first of `words`: its number of words, and what it may name.
    pub fn longest_name(
        &self,
        words: impl Iterator<Item = Option<u32>>,
    ) -> Option<(usize, impl Iterator<Item = (Form, u32)> + '_)> {
        let (n, values) = self.name_trie.longest(words)?;
        Some((n, values.iter().copied().map(name_ref)))
    }

    /// Number of a lemma of role nouns.
    pub fn role_word(&self, lemma: &str) -> Option<u32> {
        self.role_trie.word(lemma)
    }

    /// The longest role noun starting at the first of `words`.
    pub fn longest_role(&self, words: impl Iterator<Item = Option<u32>>) -> Option<(usize, &RoleNoun)> {
        let (n, values) = self.role_trie.longest(words)?;
        Some((n, &self.roles[*values.first()? as usize]))
    }

    /// The actor with this key (for states: the state's own entry).
    pub fn actor(&self, key: &str) -> Option<&Actor> {
        let i = self.state_by_key.get(key).or_else(|| self.actor_by_key.get(key))?;
        Some(&self.actors[*i as usize])
    }

    /// Is this the key of a state or territory?
    pub fn is_state(&self, key: &str) -> bool {
        self.state_by_key.contains_key(key)
    }

    /// The person's term of office on a day, and whether that day lies inside it. Without a day, or before
    /// and after all terms, the nearest term is given with `false`.
    pub fn term_on(&self, person: u32, day: Option<Date>) -> Option<(&Term, bool)> {
        let terms = self.persons.of(person);
        let day = match day {
            Some(day) => day,
            None => return terms.last().map(|&t| (&self.terms[t as usize], true)),
        };
        let mut nearest: Option<(i64, &Term)> = None;
        for &t in terms {
            let term = &self.terms[t as usize];
            let early = term.from.map_or(0, |f| day::between(day, f));
            let late = term.to.map_or(0, |to| day::between(to, day));
            let off = early.max(late).max(0);
            if off == 0 {
                return Some((term, true));
            }
            if nearest.is_none_or(|(n, _)| off < n) {
                nearest = Some((off, term));
            }
        }
        nearest.map(|(_, t)| (t, false))
    }

    /// A person's terms of office, in the order of the tables.
    pub fn terms_of(&self, person: u32) -> impl Iterator<Item = &Term> {
        self.persons.of(person).iter().map(|&t| &self.terms[t as usize])
    }

    /// Everybody's terms in an office, in the order of the tables.
    pub fn terms_in(&self, office: &str) -> impl Iterator<Item = &Term> {
        let terms = self.offices.get(office).map_or(&[][..], |office| self.terms_by_office.of(office));
        terms.iter().map(|&t| &self.terms[t as usize])
    }

    /// Persons with this family name.
    pub fn by_family_name(&self, name: &str) -> &[u32] {
        self.name_trie.word(&folded(name)).map_or(&[], |word| self.family_names.of(word))
    }

    /// Persons whose name begins with this word.
    pub fn by_first_name(&self, name: &str) -> &[u32] {
        self.name_trie.word(&folded(name)).map_or(&[], |word| self.first_names.of(word))
    }

    /// Entity keys of every name, adjective or people in a piece of text, in order.
    pub fn keys_in(&self, text: &str) -> Vec<String> {
        let words: Vec<Option<u32>> = name_words(text).iter().map(|w| self.name_word(w)).collect();
        let mut keys: Vec<String> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match self.longest_name(words[at..].iter().copied()) {
                Some((n, refs)) => {
                    for (form, i) in refs {
                        // Seas and regions of several states have no key.
                        if form != Form::Person && !self.actors[i as usize].key.is_empty() {
                            keys.push(self.actors[i as usize].key.clone());
                        }
                    }
                    at += n;
                }
                None => at += 1,
            }
        }
        keys
    }

    /// A word of a name, folded, in the spelling that the lexicon counts it as: Kadafi and Gaddafi are one.
    pub fn spelling(&self, word: &str) -> String {
        let folded = fold(word);
        self.spellings.get(folded.as_str()).map_or(folded, |s| s.to_string())
    }

    fn add_spellings(&mut self, path: &str, text: &str, faults: &mut Vec<Fault>) {
        let Some(table) = Table::read(path, text, faults) else { return };
        if !table.has(&["name", "others"], faults) {
            return;
        }
        for row in &table.rows {
            let word = fold(table.get(row, "name"));
            for other in cells(table.get(row, "others")).map(fold) {
                if other == word || self.name_trie.word(&other).is_some() {
                    faults.push(table.fault(row, format!("`{other}` stands here or in another row already")));
                    continue;
                }
                self.name_trie.spell(&word, &other);
                self.spellings.insert(other.into(), word.as_str().into());
            }
        }
    }

    /// Adds a name, and leaves its words and their numbers in `cut`.
    fn add_name<'t>(&mut self, name: &'t str, form: Form, index: u32, cut: &mut CutName<'t>) {
        cut.words.clear();
        cut.plain = plain_words(name, &mut cut.words);
        if !cut.plain {
            cut.words = name_words(name);
        }
        cut.numbers.clear();
        cut.numbers.extend(cut.words.iter().map(|word| self.name_trie.number(&folded(word))));
        self.name_trie.add(cut.numbers.iter().copied(), name_value(form, index));
    }

    /// Adds a name of a person. The article of Arabic names comes and goes: Bashar al-Assad, Bashar Assad, Bashar Al
    /// Assad.
    fn add_person_name<'t>(&mut self, name: &'t str, person: u32, cut: &mut CutName<'t>) {
        self.add_name(name, Form::Person, person, cut);
        // Nearly all names have none: one look for what the four have in common saves their searches.
        if cut.plain && !cut.words.contains(&"-") || !name.contains("l-") {
            return;
        }
        for article in ARTICLES {
            let marked = [" ", article, "-"].concat();
            if !name.contains(&marked) {
                continue;
            }
            if !cut.plain {
                for instead in [" ", " al "] {
                    self.add_name(
                        &name.replace(&marked, instead),
                        Form::Person,
                        person,
                        &mut CutName::default(),
                    );
                }
                continue;
            }
            // The words are cut already; an article after a hyphen ("Abd-al-Rahman") belongs to its word.
            let opens = |at: usize| {
                at > 0
                    && cut.words[at - 1] != "-"
                    && cut.words[at] == article
                    && cut.words.get(at + 1) == Some(&"-")
            };
            let article = self.name_trie.number("al");
            let mut without: Vec<u32> = Vec::with_capacity(cut.words.len());
            let mut bare: Vec<u32> = Vec::with_capacity(cut.words.len());
            for (at, number) in cut.numbers.iter().enumerate() {
                if opens(at) {
                    bare.push(article);
                } else if at == 0 || !opens(at - 1) {
                    without.push(*number);
                    bare.push(*number);
                }
            }
            self.name_trie.add(without, name_value(Form::Person, person));
            self.name_trie.add(bare, name_value(Form::Person, person));
        }
    }

    fn add_actors<'t>(
        &mut self,
        path: &'t str,
        text: &'t str,
        place: bool,
        known: &mut Known<'t>,
        faults: &mut Vec<Fault>,
    ) {
        let Some(table) = Table::read(path, text, faults) else { return };
        let people = table.column("office").is_some();
        let need: &[&str] = if people {
            &["name", "names", "key", "office", "sector", "country", "from", "to"]
        } else if place {
            &["name", "key", "names", "kind", "country"]
        } else {
            &["key", "kind", "sector", "country", "names", "adjectives", "people", "capital", "seats"]
        };
        if !table.has(need, faults) {
            return;
        }
        if people {
            self.add_people(&table, known, faults);
            return;
        }
        let file: Arc<str> = path.into();
        let columns = ["key", "kind", "sector", "country", "name", "names", "from", "to", "wikidata"];
        let columns = columns.map(|name| table.column(name));
        let position = ["lat", "lon", "geonameid"].map(|name| table.column(name));
        let forms = [
            ("adjectives", Form::Adjective),
            ("people", Form::People),
            ("capital", Form::Capital),
            ("seats", Form::Seat),
        ]
        .map(|(name, form)| (table.column(name), form));
        let mut cut = CutName::default();
        for row in &table.rows {
            let [key, kind, sector, country, name, names, from, to, wikidata] =
                columns.map(|column| table.cell(row, column));
            let [lat, lon, geonameid] = position.map(|column| table.cell(row, column));
            let from = table.day(row, from, false, faults);
            let to = table.day(row, to, true, faults);
            let kind = match kind {
                _ if place => ActorKind::Place,
                "state" | "territory" => ActorKind::State,
                "organisation" | "NGO" | "ngo" | "coalition" => ActorKind::Organisation,
                "press" => ActorKind::Press,
                _ => ActorKind::Group,
            };
            let index = self.actors.len() as u32;
            if key.is_empty() && !place {
                faults.push(table.fault(row, "it has no key; every actor bears one".into()));
            }
            let position =
                [(lat, 90.0), (lon, 180.0)].map(|(cell, most)| table.degrees(row, cell, most, faults));
            self.actors.push(Actor {
                key: key.to_string(),
                kind,
                sector: known.text(sector),
                country: some(country).map(|country| known.text(country)),
                name: if place { name } else { cells(names).next().unwrap_or(key) }.to_string(),
                wikidata: some(wikidata).map(str::to_string),
                from,
                to,
                position: position[0].zip(position[1]),
                geonameid: geonameid.parse().ok(),
                source: Source::new(&file, row.line),
            });
            for name in cells(names) {
                self.add_name(name, Form::Name, index, &mut cut);
            }
            if place {
                self.add_name(name, Form::Name, index, &mut cut);
                continue;
            }
            for (column, form) in forms {
                for name in cells(table.cell(row, column)) {
                    self.add_name(name, form, index, &mut cut);
                }
            }
            if kind == ActorKind::State {
                // A former name has a row of its own with dates; the undated row is the state's own.
                if to.is_none() || !self.state_by_key.contains_key(key) {
                    self.state_by_key.insert(key.to_string(), index);
                }
            } else if !self.actor_by_key.contains_key(key) {
                self.actor_by_key.insert(key.to_string(), index);
            }
        }
    }

    fn add_people<'t>(&mut self, table: &Table<'t>, known: &mut Known<'t>, faults: &mut Vec<Fault>) {
        let file: Arc<str> = table.path.into();
        let columns = ["name", "names", "key", "office", "sector", "country", "from", "to", "wikidata"];
        let columns = columns.map(|name| table.column(name));
        self.terms.reserve(table.rows.len());
        known.persons.reserve(table.rows.len());
        let mut cut = CutName::default();
        // Name, names and person of the row before.
        let mut last: Option<(&str, &str, u32)> = None;
        for row in &table.rows {
            let [name, names, key, office, sector, country, from, to, wikidata] =
                columns.map(|column| table.cell(row, column));
            let from = table.day(row, from, false, faults);
            let to = table.day(row, to, true, faults);
            let before = last.filter(|(before, ..)| *before == name);
            let (person, shared) = match (before, self.terms.last()) {
                (Some((.., person)), Some(term)) => (person, term.name.clone()),
                _ => match known.persons.get(name) {
                    Some((person, shared)) => (*person, shared.clone()),
                    None => {
                        let (person, shared): (u32, Arc<str>) = (known.persons.len() as u32, name.into());
                        known.persons.insert(name, (person, shared.clone()));
                        self.add_name(name, Form::Person, person, &mut cut);
                        if let Some(family) = cut.numbers.last() {
                            self.family_names.add(*family, person);
                        }
                        if let [first, _, ..] = cut.numbers[..] {
                            self.first_names.add(first, person);
                        }
                        (person, shared)
                    }
                },
            };
            // Each term of office has its row; most say again what the row before has said.
            if before.is_none_or(|(_, same, _)| same != names) {
                for other in cells(names) {
                    self.add_person_name(other, person, &mut cut);
                }
            }
            last = Some((name, names, person));
            let term = self.terms.len() as u32;
            self.persons.add(person, term);
            self.terms_by_office.add(self.offices.number(office), term);
            self.terms.push(Term {
                name: shared,
                key: known.text(key),
                office: known.text(office),
                sector: known.text(sector),
                country: some(country).map(|country| known.text(country)),
                wikidata: some(wikidata).map(str::to_string),
                from,
                to,
                source: Source::new(&file, row.line),
            });
        }
    }

    fn add_roles(&mut self, path: &str, text: &str, faults: &mut Vec<Fault>) {
        let Some(table) = Table::read(path, text, faults) else { return };
        if !table.has(&["noun", "kind", "sector", "acts_for_state"], faults) {
            return;
        }
        let file: Arc<str> = path.into();
        for row in &table.rows {
            let kind = match table.get(row, "kind") {
                "office" => RoleKind::Office,
                "body" => RoleKind::Body,
                "people" => RoleKind::People,
                "force" => RoleKind::Force,
                "description" => RoleKind::Description,
                other => {
                    faults.push(table.fault(
                        row,
                        format!("`{other}` is no kind; write office, body, people, force or description"),
                    ));
                    continue;
                }
            };
            let noun = table.get(row, "noun");
            let words = name_words(noun).into_iter().map(|w| folded(w).to_lowercase());
            let numbers: Vec<u32> = words.map(|word| self.role_trie.number(&word)).collect();
            self.role_trie.add(numbers, self.roles.len() as u32);
            self.roles.push(RoleNoun {
                noun: noun.to_string(),
                kind,
                sector: table.get(row, "sector").to_string(),
                state: table.get(row, "acts_for_state") == "yes",
                source: Source::new(&file, row.line),
            });
        }
    }

    fn add_classes(&mut self, path: &str, text: &str, faults: &mut Vec<Fault>) {
        let Some(table) = Table::read(path, text, faults) else { return };
        if !table.has(&["class", "words", "meaning", "example", "miss"], faults) {
            return;
        }
        for row in &table.rows {
            let name = table.get(row, "class");
            let Some(class) = Class::parse(name) else {
                let known: Vec<&str> = Class::ALL.iter().map(|(name, _)| *name).collect();
                let text =
                    format!("`{name}` is no class that a rule asks for; these are: {}", known.join(", "));
                faults.push(table.fault(row, text));
                continue;
            };
            for word in cells(table.get(row, "words")) {
                *self.classes.entry(word.into()).or_default() |= 1 << class as u32;
            }
        }
    }

    fn add_weights(&mut self, path: &str, text: &str, faults: &mut Vec<Fault>) {
        let Some(table) = Table::read(path, text, faults) else { return };
        if !table.has(&["weight", "stems"], faults) {
            return;
        }
        for row in &table.rows {
            match table.get(row, "weight").parse::<u8>() {
                Ok(weight) if weight <= 60 => {
                    for stem in cells(table.get(row, "stems")) {
                        self.weights.insert(stem.into(), weight);
                    }
                }
                _ => faults.push(table.fault(row, "`weight` is a whole number from 0 to 60".to_string())),
            }
        }
    }

    fn add_scale(&mut self, path: &str, text: &str, faults: &mut Vec<Fault>) {
        let Some(table) = Table::read(path, text, faults) else { return };
        if !table.has(&["type", "mode", "score"], faults) {
            return;
        }
        for row in &table.rows {
            let (event, mode, score) =
                (table.get(row, "type"), table.get(row, "mode"), table.get(row, "score"));
            match (EventType::parse(event), score.parse()) {
                (Some(event), Ok(score)) => {
                    for (column, turned) in [
                        ("announced", &mut self.announced),
                        ("vowed", &mut self.vowed),
                        ("refused", &mut self.refused),
                    ] {
                        if let Some(other) = EventType::parse(table.get(row, column)) {
                            turned.insert(event, other);
                        }
                    }
                    let mode = (!mode.is_empty()).then(|| mode.to_string());
                    self.scale.insert((event, mode), score);
                }
                _ => faults.push(
                    table.fault(row, "a row needs a PLOVER type, a mode or nothing, and a number".into()),
                ),
            }
        }
    }

    fn add_links(&mut self, path: &str, text: &str, faults: &mut Vec<Fault>) {
        let Some(file) = toml_file::<LinkFile>(path, text, faults) else { return };
        let (name, lines): (Arc<str>, Lines) = (path.into(), Lines::of(text));
        for raw in file.link {
            let id = raw.id.get_ref().clone();
            let fault = |at, message: String| located(path, text, Some(at), Some(&id), message);
            let word = raw.kind.get_ref().as_str();
            let kind = LinkKind::parse(word);
            if kind.is_none() && word != "none" {
                let known: Vec<&str> = LinkKind::ALL.iter().map(|k| k.as_str()).collect();
                let message =
                    format!("`{word}` is no kind of link: write one of {}, or none", known.join(", "));
                faults.push(fault(raw.kind.span(), message));
            }
            let mut patterns = Vec::new();
            for pattern in &raw.patterns {
                match LinkPattern::parse(pattern.get_ref()) {
                    Ok(p) => patterns.push((pattern.get_ref().clone(), p)),
                    Err((at, message)) => {
                        let start = pattern.span().start + 1 + at;
                        faults.push(fault(start..start + 1, message));
                    }
                }
            }
            let mut types = Vec::new();
            for name in &raw.types {
                match EventType::parse(name) {
                    Some(event) => types.push(event),
                    None => faults
                        .push(fault(raw.id.span(), format!("`{name}` is not one of the 16 PLOVER types"))),
                }
            }
            if raw.patterns.is_empty() {
                faults
                    .push(fault(raw.id.span(), "needs `match`: the words, such as `A because of B`".into()));
            }
            if raw.why.trim().is_empty() {
                faults.push(fault(raw.id.span(), "no `why`; say in one line why the words mean this".into()));
            }
            if kind.is_some() && raw.example.is_empty() || raw.counter.is_empty() {
                faults.push(fault(raw.id.span(), "needs at least one example and one counter".into()));
            }
            self.link_entries.push(LinkEntry {
                source: Source::new(&name, lines.line(raw.id.span().start)),
                id,
                kind,
                types,
                lasting: raw.lasting,
                patterns,
                why: raw.why,
                examples: examples(&lines, raw.example),
                counters: examples(&lines, raw.counter),
            });
        }
    }

    fn add_contexts(&mut self, path: &str, text: &str, faults: &mut Vec<Fault>) {
        let Some(file) = toml_file::<ContextFile>(path, text, faults) else { return };
        let (name, lines): (Arc<str>, Lines) = (path.into(), Lines::of(text));
        for raw in file.context {
            let id = raw.id.get_ref().clone();
            let fault = |at, message: String| located(path, text, Some(at), Some(&id), message);
            if CONTEXTS.binary_search(&id.as_str()).is_err() {
                let message = format!("`{id}` is not one of PLOVER's contexts: {}", CONTEXTS.join(", "));
                faults.push(fault(raw.id.span(), message));
            }
            let number = self.contexts.len() as u16;
            for words in &raw.words {
                match Phrase::parse(words.get_ref()) {
                    Ok(phrase) => self.context_phrases.add(phrase, number),
                    Err((at, message)) => {
                        let start = words.span().start + 1 + at;
                        faults.push(fault(start..start + 1, message));
                    }
                }
            }
            let mut events = Vec::new();
            for event in &raw.events {
                let (kind, mode) =
                    event.split_once('/').map_or((event.as_str(), None), |(k, m)| (k, Some(m)));
                match EventType::parse(kind) {
                    Some(kind) => events.push((kind, mode.map(str::to_string))),
                    None => faults
                        .push(fault(raw.id.span(), format!("`{kind}` is not one of the 16 PLOVER types"))),
                }
            }
            if raw.why.trim().is_empty() {
                faults
                    .push(fault(raw.id.span(), "no `why`; say in one line what the context is about".into()));
            }
            if raw.example.is_empty() || raw.counter.is_empty() {
                faults.push(fault(raw.id.span(), "needs at least one example and one counter".into()));
            }
            let mut between = Vec::new();
            for kind in &raw.between {
                match EventType::parse(kind) {
                    Some(kind) => between.push(kind),
                    None => faults
                        .push(fault(raw.id.span(), format!("`{kind}` is not one of the 16 PLOVER types"))),
                }
            }
            for other in raw.unless.iter().filter(|c| CONTEXTS.binary_search(&c.as_str()).is_err()) {
                faults.push(fault(raw.id.span(), format!("`{other}` is not one of PLOVER's contexts")));
            }
            self.contexts.push(ContextEntry {
                between,
                unless: raw.unless,
                source: Source::new(&name, lines.line(raw.id.span().start)),
                id,
                why: raw.why,
                parties: raw.parties,
                events,
                examples: examples(&lines, raw.example),
                counters: examples(&lines, raw.counter),
            });
        }
    }

    fn add_entries(&mut self, path: &str, text: &str, faults: &mut Vec<Fault>) {
        let Some(file) = toml_file::<EntryFile>(path, text, faults) else { return };
        let (name, lines): (Arc<str>, Lines) = (path.into(), Lines::of(text));
        for raw in file.operator {
            let id = raw.id.get_ref().clone();
            let line = lines.line(raw.id.span().start);
            let index = self.operator_entries.len() as u32;
            for lemma in &raw.words {
                self.operators.entry(lemma.as_str().into()).or_default().push(index);
            }
            if raw.why.trim().is_empty() {
                faults.push(located(
                    path,
                    text,
                    Some(raw.id.span()),
                    Some(&id),
                    "no `why`; say it in one line".into(),
                ));
            }
            let mut sentences = examples(&lines, raw.example);
            sentences.extend(examples(&lines, raw.counter));
            self.operator_entries.push(Operator {
                id,
                effect: raw.effect,
                examples: sentences,
                source: Source::new(&name, line),
            });
        }
        for raw in file.entry {
            let id = raw.id.get_ref().clone();
            let fault = |at, message: String| located(path, text, Some(at), Some(&id), message);
            let Some(event) = EventType::parse(raw.event.get_ref()) else {
                faults.push(fault(
                    raw.event.span(),
                    "not one of the 16 PLOVER types (see events/types.tsv)".into(),
                ));
                continue;
            };
            let mut patterns = Vec::new();
            for pattern in &raw.patterns {
                match Pattern::parse(pattern.get_ref()) {
                    Ok(p) => patterns.push((pattern.get_ref().clone(), p)),
                    Err((at, message)) => {
                        let start = pattern.span().start + 1 + at;
                        faults.push(fault(start..start + 1, message));
                    }
                }
            }
            if raw.patterns.is_empty() == raw.learnt.is_none() {
                faults.push(fault(raw.id.span(), "needs either `match` or `learnt`".into()));
            }
            if raw.why.trim().is_empty() {
                faults.push(fault(raw.id.span(), "no `why`; say in one line why the words mean this".into()));
            }
            // A known fault stands for the example or counter that it will be.
            let marked = |e: &RawExample| e.text.get_ref().contains("|event]");
            if raw.example.is_empty() && !raw.wrong.iter().any(marked)
                || raw.counter.is_empty() && raw.wrong.iter().all(marked)
            {
                faults.push(fault(raw.id.span(), "needs at least one example and one counter".into()));
            }
            let mut aux = Vec::new();
            for name in &raw.aux {
                match Aux::parse(name) {
                    Some(a) => aux.push(a),
                    None => faults.push(fault(raw.id.span(), format!("`{name}` is no status"))),
                }
            }
            self.entries.push(Entry {
                source: Source::new(&name, lines.line(raw.id.span().start)),
                id,
                event,
                mode: raw.mode,
                patterns,
                mutual: raw.mutual,
                claimed: raw.claimed,
                actor_else: raw.actor_else,
                recipient_else: raw.recipient_else,
                aux,
                weight: raw.weight.unwrap_or(0.8),
                learnt: raw.learnt,
                why: raw.why,
                examples: examples(&lines, raw.example),
                counters: examples(&lines, raw.counter),
                wrong: examples(&lines, raw.wrong),
            });
        }
    }
}

/// The table of spellings, below the folder of a lexicon.
const SPELLINGS: &str = "actors/spellings.tsv";

/// The table of how much each stem says.
const COMMON: &str = "words/common.tsv";

/// How much a stem says that no table names: more than any that is named; short numbers say less.
fn weight_of_unknown(stem: &str) -> u8 {
    if stem.len() <= 2 && stem.bytes().all(|b| b.is_ascii_digit()) { 30 } else { 60 }
}

/// `2011-06-05`, `2011-06` or `2011` as a day: the first it may mean, or with `last` the last.
fn partial_date(text: &str, last: bool) -> Option<Date> {
    // Most are whole.
    if let &[a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes()
        && [a, b, c, d, e, f, g, h].iter().all(u8::is_ascii_digit)
    {
        let digit = |b: u8| b - b'0';
        let two = |a: u8, b: u8| digit(a) * 10 + digit(b);
        let year = i16::from(two(a, b)) * 100 + i16::from(two(c, d));
        return Date::new(year, two(e, f) as i8, two(g, h) as i8).ok();
    }
    let mut parts = text.split('-');
    let year: i16 = parts.next()?.parse().ok()?;
    let month: Option<i8> = parts.next().map(|m| m.parse()).transpose().ok()?;
    let day: Option<i8> = parts.next().map(|d| d.parse()).transpose().ok()?;
    let date = Date::new(year, month.unwrap_or(if last { 12 } else { 1 }), day.unwrap_or(1)).ok()?;
    Some(if last && day.is_none() { date.last_of_month() } else { date })
}

/// About so many bytes of the tables of names bring one new word.
const BYTES_TO_A_WORD: usize = 90;

/// What the rows before have brought, while the tables are read.
#[derive(Default)]
struct Known<'t> {
    /// Name → number of the person, and the name as its terms share it.
    persons: Index<&'t str, (u32, Arc<str>)>,
    /// Texts that many rows share.
    texts: Index<&'t str, Arc<str>>,
}

impl<'t> Known<'t> {
    fn text(&mut self, text: &'t str) -> Arc<str> {
        self.texts.entry(text).or_insert_with(|| text.into()).clone()
    }
}

/// The articles of Arabic names that come and go.
const ARTICLES: [&str; 4] = ["al", "el", "Al", "El"];

/// What was read of one name, kept so that nothing is cut twice and nothing allocated for each name.
#[derive(Default)]
struct CutName<'t> {
    words: Vec<&'t str>,
    /// Their numbers in the trie of names.
    numbers: Vec<u32>,
    /// Could [`plain_words`] cut it?
    plain: bool,
}

/// A form and the number of its actor or person as one value of the trie of names.
fn name_value(form: Form, index: u32) -> u32 {
    index << 3 | form as u32
}

/// The form and number that a value of the trie of names holds.
fn name_ref(value: u32) -> (Form, u32) {
    let form = match value & 7 {
        0 => Form::Name,
        1 => Form::Adjective,
        2 => Form::People,
        3 => Form::Capital,
        4 => Form::Seat,
        _ => Form::Person,
    };
    (form, value >> 3)
}

/// The words of a name, cut as the text is cut.
pub fn name_words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    if plain_words(name, &mut words) {
        return words;
    }
    token::tokenize(name, 0).into_iter().map(|s| s.slice(name)).collect()
}

/// Cuts a plain name into its words as [`token::tokenize`] would, without what that has to think of in running text.
/// Plain are words of Latin letters, one space or hyphen between, initials with their full stops (J. D., J.D.), and
/// apostrophes within (O'Brien). Anything else: `false`, and `words` hold nothing of use.
fn plain_words<'t>(name: &'t str, words: &mut Vec<&'t str>) -> bool {
    let bytes = name.as_bytes();
    // Letters, the marked ones of Latin-1 and Latin Extended-A and -B by their two bytes.
    let letters = |mut at: usize| {
        loop {
            match bytes.get(at) {
                Some(b'A'..=b'Z' | b'a'..=b'z') => at += 1,
                Some(0xc3) if matches!(bytes.get(at + 1), Some(0x97 | 0xb7)) => return at,
                Some(0xc3..=0xc8) => at += 2,
                _ => return at,
            }
        }
    };
    let mut start = 0;
    loop {
        let mut at = letters(start);
        if at == start {
            return false;
        }
        // An apostrophe with so many letters behind is no "'s" or "'ll".
        while bytes.get(at) == Some(&b'\'') {
            let end = letters(at + 1);
            if end < at + 4 {
                return false;
            }
            at = end;
        }
        if bytes.get(at) == Some(&b'.') {
            let (initials, from) = (bytes[start].is_ascii_uppercase() && at == start + 1, at);
            while let [b'.', b'A'..=b'Z', b'.', ..] = bytes[at..] {
                at += 2;
            }
            at += 1;
            let alone = at == from + 1;
            // One letter may end a sentence instead, "I." may be a whole one.
            if !initials || alone && (at == bytes.len() || bytes[start] == b'I') {
                return false;
            }
            if !matches!(bytes.get(at), None | Some(b' ')) {
                return false;
            }
        }
        let word = &name[start..at];
        if token::is_fused(word) {
            return false;
        }
        words.push(word);
        match bytes.get(at) {
            None => return true,
            Some(b' ') => {}
            Some(b'-') if !token::is_prefix(word) => words.push(&name[at..=at]),
            Some(_) => return false,
        }
        start = at + 1;
    }
}

fn cells(cell: &str) -> impl Iterator<Item = &str> {
    cut(cell, b'|').filter(|c| !c.is_empty())
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The pieces of a text between marks of ASCII, without white space around them: as `split` and `trim`, for the many
/// short cells of tables much quicker.
fn cut(text: &str, mark: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.bytes().position(|b| b == mark);
        rest = end.map(|end| &text[end + 1..]);
        Some(bare(&text[..end.unwrap_or(text.len())]))
    })
}

/// As `trim`, quick where there is nothing to trim.
fn bare(text: &str) -> &str {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    if ends.iter().all(|b| b.is_none_or(|b| (b'!'..=b'~').contains(b))) { text } else { text.trim() }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

/// Where the lines of a file end, for whoever asks often for the line of a byte.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Lines {
        Lines(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at).collect())
    }

    /// The line that holds a byte, from 1.
    fn line(&self, at: usize) -> usize {
        self.0.partition_point(|end| *end < at) + 1
    }
}

/// A file of entries, or its fault.
fn toml_file<T: DeserializeOwned>(path: &str, text: &str, faults: &mut Vec<Fault>) -> Option<T> {
    match toml::from_str(text) {
        Ok(file) => Some(file),
        Err(error) => {
            faults.push(located(path, text, error.span(), None, error.message().to_string()));
            None
        }
    }
}

fn located(
    path: &str,
    text: &str,
    at: Option<std::ops::Range<usize>>,
    entry: Option<&str>,
    message: String,
) -> Fault {
    let at = at.unwrap_or(0..0);
    let start = at.start.min(text.len());
    let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
    let line_text = text[line_start..].lines().next().unwrap_or("");
    let len = at.end.saturating_sub(at.start).min(line_text.len().saturating_sub(start - line_start));
    Fault {
        file: path.to_string(),
        line: line_of(text, start),
        entry: entry.map(str::to_string),
        text: message,
        mark: Some((line_text.to_string(), start - line_start, len)),
    }
}

fn examples(lines: &Lines, raw: Vec<RawExample>) -> Vec<Example> {
    raw.into_iter()
        .map(|e| Example {
            line: lines.line(e.text.span().start),
            text: e.text.into_inner(),
            aux: e.aux.iter().filter_map(|a| Aux::parse(a)).collect(),
            said_by: e.said_by,
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    #[serde(default)]
    entry: Vec<RawEntry>,
    #[serde(default)]
    operator: Vec<RawOperator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOperator {
    id: Spanned<String>,
    words: Vec<String>,
    effect: Effect,
    #[serde(default)]
    why: String,
    #[serde(default)]
    example: Vec<RawExample>,
    #[serde(default)]
    counter: Vec<RawExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    id: Spanned<String>,
    #[serde(rename = "type")]
    event: Spanned<String>,
    mode: Option<String>,
    #[serde(default, rename = "match")]
    patterns: Vec<Spanned<String>>,
    learnt: Option<f32>,
    #[serde(default)]
    mutual: bool,
    #[serde(default)]
    claimed: bool,
    #[serde(default)]
    actor_else: Else,
    #[serde(default)]
    recipient_else: Else,
    #[serde(default)]
    aux: Vec<String>,
    weight: Option<f32>,
    #[serde(default)]
    why: String,
    /// Since when; for people, not read.
    #[serde(default, rename = "since")]
    _since: Option<String>,
    #[serde(default)]
    example: Vec<RawExample>,
    #[serde(default)]
    counter: Vec<RawExample>,
    #[serde(default)]
    wrong: Vec<RawExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExample {
    text: Spanned<String>,
    #[serde(default)]
    aux: Vec<String>,
    said_by: Option<String>,
    /// Why it is there; for people, not read.
    #[serde(default, rename = "why")]
    _why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkFile {
    #[serde(default)]
    link: Vec<RawLink>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLink {
    id: Spanned<String>,
    kind: Spanned<String>,
    #[serde(default, rename = "match")]
    patterns: Vec<Spanned<String>>,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    lasting: bool,
    #[serde(default)]
    why: String,
    #[serde(default)]
    example: Vec<RawExample>,
    #[serde(default)]
    counter: Vec<RawExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextFile {
    #[serde(default)]
    context: Vec<RawContext>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContext {
    id: Spanned<String>,
    #[serde(default)]
    between: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    why: String,
    #[serde(default)]
    words: Vec<Spanned<String>>,
    #[serde(default)]
    parties: Vec<String>,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    example: Vec<RawExample>,
    #[serde(default)]
    counter: Vec<RawExample>,
}

/// A tab-separated table with a header.
struct Table<'a> {
    path: &'a str,
    text: &'a str,
    columns: Vec<&'a str>,
    /// Where each cell of the text ends, those of comments too.
    ends: Vec<u32>,
    rows: Vec<TableRow>,
}

#[derive(Clone, Copy)]
struct TableRow {
    line: usize,
    /// Its first byte.
    start: usize,
    /// Its first cell and the one after its last, among the table's.
    from: usize,
    to: usize,
}

impl<'a> Table<'a> {
    fn read(path: &'a str, text: &'a str, faults: &mut Vec<Fault>) -> Option<Table<'a>> {
        let ends = ends_of_cells(text);
        let mut table = Table { path, text, columns: Vec::new(), ends, rows: Vec::new() };
        let bytes = text.as_bytes();
        let (mut line, mut start, mut from) = (1, 0, 0);
        let mut before = "";
        for to in 1..=table.ends.len() {
            let end = table.ends[to - 1] as usize;
            if bytes.get(end) == Some(&b'\t') {
                continue;
            }
            let row = TableRow { line, start, from, to };
            (line, start, from) = (line + 1, end + 1, to);
            match bytes[row.start..end].first() {
                None | Some(b'#') => continue,
                Some(b'!'..=b'~') => {}
                Some(_) if text[row.start..end].trim().is_empty() => continue,
                Some(_) => {}
            }
            let count = row.to - row.from;
            if table.columns.is_empty() {
                table.columns = (0..count).map(|c| table.cell(&row, Some(c))).collect();
                table.rows.reserve(bytes.len() / (end - row.start).max(40));
                continue;
            }
            if count > table.columns.len() {
                faults.push(table.fault(
                    &row,
                    format!("{count} cells under {} columns; take the surplus tabs out", table.columns.len()),
                ));
                continue;
            }
            let first = table.cell(&row, Some(0));
            if before > first {
                faults
                    .push(table.fault(&row, "out of order; tables are sorted by their first column".into()));
            }
            before = first;
            table.rows.push(row);
        }
        (!table.columns.is_empty()).then_some(table)
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| *c == name)
    }

    /// The cell of a row in the column with this name; empty where there is none.
    fn get(&self, row: &TableRow, name: &str) -> &'a str {
        self.cell(row, self.column(name))
    }

    fn cell(&self, row: &TableRow, column: Option<usize>) -> &'a str {
        let Some(at) = column.map(|column| row.from + column).filter(|at| *at < row.to) else { return "" };
        let start = if at == row.from { row.start } else { self.ends[at - 1] as usize + 1 };
        bare(&self.text[start..self.ends[at] as usize])
    }

    /// A day in a cell, which may be empty.
    fn day(&self, row: &TableRow, cell: &str, last: bool, faults: &mut Vec<Fault>) -> Option<Date> {
        let day = some(cell).and_then(|cell| partial_date(cell, last));
        if day.is_none() && !cell.is_empty() {
            faults.push(self.fault(row, format!("`{cell}` is no day; write YYYY-MM-DD, YYYY-MM or YYYY")));
        }
        day
    }

    /// Degrees north or east in a cell, which may be empty.
    fn degrees(&self, row: &TableRow, cell: &str, most: f64, faults: &mut Vec<Fault>) -> Option<f64> {
        let degrees = cell.parse::<f64>().ok().filter(|d| d.abs() <= most);
        if degrees.is_none() && !cell.is_empty() {
            faults.push(self.fault(row, format!("`{cell}` is no number of degrees from -{most} to {most}")));
        }
        degrees
    }

    fn has(&self, columns: &[&str], faults: &mut Vec<Fault>) -> bool {
        let missing: Vec<&str> = columns.iter().copied().filter(|c| self.column(c).is_none()).collect();
        if !missing.is_empty() {
            faults.push(Fault {
                file: self.path.to_string(),
                line: 1,
                entry: None,
                text: format!("the header lacks the column(s) {}", missing.join(", ")),
                mark: None,
            });
        }
        missing.is_empty()
    }

    fn fault(&self, row: &TableRow, text: String) -> Fault {
        let (first, end) = (self.cell(row, Some(0)), self.ends[row.to - 1] as usize);
        let line = self.text[row.start..end].trim_end_matches('\r').replace('\t', " ");
        Fault {
            file: self.path.to_string(),
            line: row.line,
            entry: Some(first.to_string()),
            text,
            mark: Some((line, 0, first.len())),
        }
    }
}

/// Where the cells of a table end: at its tabs and at the ends of its lines.
fn ends_of_cells(text: &str) -> Vec<u32> {
    /// Eight times one byte.
    const ONES: u64 = 0x0101_0101_0101_0101;
    /// The bits of bytes but their highest.
    const LOW: u64 = ONES * 0x7f;
    // About so many bytes a cell has.
    let mut ends = Vec::with_capacity(text.len() / 8);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // The highest bit of each byte that is nought: a carry of its lower bits does not reach the next byte.
        let nought = |word: u64| !(((word & LOW) + LOW) | word | LOW);
        let mut found = nought(word ^ (ONES * u64::from(b'\t'))) | nought(word ^ (ONES * u64::from(b'\n')));
        while found != 0 {
            ends.push(at as u32 * 8 + found.trailing_zeros() / 8);
            found &= found - 1;
        }
    }
    let start = words.len() * 8;
    let found = rest.iter().enumerate().filter(|(_, b)| matches!(b, b'\t' | b'\n'));
    ends.extend(found.map(|(at, _)| (start + at) as u32));
    if !text.is_empty() && !text.ends_with('\n') {
        ends.push(text.len() as u32);
    }
    ends
}

/// FNV-1a over words of 64 bits: a short content hash, not a defence against forgery.
struct Fnv(u64);

impl Fnv {
    fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        for b in rest {
            self.mix(u64::from(*b));
        }
    }

    fn mix(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        // A product carries upwards alone; the high bits come down again.
        self.0 ^= self.0 >> 32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_cut_as_all_others() {
        let tokens = |name: &str| -> Vec<String> {
            token::tokenize(name, 0).into_iter().map(|s| s.slice(name).to_string()).collect()
        };
        let parts = [
            "Avaria", "al", "Abd", "a", "I", "A", "I.", "A.", "J.D.", "J.D", "J.I.x", "St.", "U.S.", "Co",
            "Counter", "pro", "cannot", "dont", "O'Brien", "D'Sa", "Bel's", "n't", "'Aisake", "Erdoğan",
            "É.", "Æsir", "×", "",
        ];
        let mut plain = 0;
        for first in parts {
            for between in [" ", "-", "  ", "'", ".", " -", "–"] {
                for second in parts {
                    for third in ["", " ", " Lind", "-Lind", ".", "'s"] {
                        let name = [first, between, second, third].concat();
                        let mut words = Vec::new();
                        if plain_words(&name, &mut words) {
                            assert_eq!(words, tokens(&name), "{name}");
                            plain += 1;
                        }
                        assert_eq!(name_words(&name), tokens(&name), "{name}");
                    }
                }
            }
        }
        assert!(plain > 500, "{plain}");
        for name in ["South Sudan", "Côte d'Ivoire", "Bashar al-Assad", "J. D. Lind", "A.H.M. Lind"] {
            assert!(plain_words(name, &mut Vec::new()), "{name}");
        }
    }

    #[test]
    fn persons_are_found_by_every_form_of_their_names() {
        let rows = "name\tnames\tkey\toffice\tsector\tcountry\tfrom\tto\n\
                    Ann al-Lind\tAnn al-Lind|A. Lind\tXAA\tminister\tGOV\tXAA\t2001\t2002\n\
                    Ann al-Lind\tAnn al-Lind|A. Lind\tXAA\tpresident\tGOV\tXAA\t2003\t\n\
                    Bo al-Bell-Côte\t'Bo al-Bell|Bo Bell\tXAA\tminister\tGOV\tXAA\t2003\t\n";
        let files = [("actors/people.tsv".to_string(), rows.to_string())];
        let lexicon = Lexicon::load(&files).unwrap_or_else(|faults| panic!("{faults:?}"));
        let persons = |name: &str| -> Vec<u32> {
            let words: Vec<Option<u32>> = name_words(name).iter().map(|w| lexicon.name_word(w)).collect();
            let found = lexicon.longest_name(words.iter().copied()).filter(|(n, _)| *n == words.len());
            found.map_or_else(Vec::new, |(_, refs)| refs.map(|(_, person)| person).collect())
        };
        for name in ["Ann al-Lind", "Ann Lind", "Ann al Lind", "A. Lind"] {
            assert_eq!(persons(name), [0], "{name}");
        }
        for name in ["Bo al-Bell-Côte", "'Bo al-Bell", "'Bo al Bell", "'Bo Bell", "Bo Bell"] {
            assert_eq!(persons(name), [1], "{name}");
        }
        assert_eq!(persons("Ann el-Lind"), [0; 0]);
        let offices = |person| lexicon.terms_of(person).map(|t| &*t.office).collect::<Vec<_>>();
        assert_eq!(
            [offices(0), offices(1), offices(2)],
            [vec!["minister", "president"], vec!["minister"], vec![]]
        );
        let holders = |office| lexicon.terms_in(office).map(|t| &*t.name).collect::<Vec<_>>();
        assert_eq!(holders("minister"), ["Ann al-Lind", "Bo al-Bell-Côte"]);
        assert_eq!((holders("president"), holders("mayor")), (vec!["Ann al-Lind"], vec![]));
        assert_eq!((lexicon.by_family_name("Lind"), lexicon.by_family_name("Cote")), (&[0][..], &[1][..]));
        assert_eq!((lexicon.by_first_name("Bo"), lexicon.by_first_name("Cy")), (&[1][..], &[][..]));
    }

    #[test]
    fn cells_are_cut_at_their_mark_and_trimmed() {
        assert_eq!(cut("a\t b \t\tć\u{a0}", b'\t').collect::<Vec<_>>(), ["a", "b", "", "ć"]);
        assert_eq!(cells("a| b||c ").collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(cut("", b'\t').collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn cells_of_tables_are_found_wherever_they_end() {
        for text in [
            "",
            "\n",
            "a",
            "a\tb\n",
            "#\t\nać\t\u{109}\u{10a}\tlong enough\t\r\n\n \nb\t\t",
            "\t\t\t\t\t\t\t\t\t",
        ] {
            let lines = text.lines().scan(0, |start, line| {
                let from = *start;
                *start += line.len() + 1 + usize::from(text[from + line.len()..].starts_with('\r'));
                Some((from, &text[from..*start - 1]))
            });
            let ends = lines.flat_map(|(from, line)| {
                let tabs =
                    line.bytes().enumerate().filter(|(_, b)| *b == b'\t').map(move |(at, _)| from + at);
                tabs.chain([from + line.len()])
            });
            assert_eq!(ends_of_cells(text), ends.map(|end| end as u32).collect::<Vec<_>>(), "{text:?}");
        }
        let text = "# Note.\nname\tb \r\n\n a\t1\t\nc\t2\tz\nd\r\nc";
        let mut faults = Vec::new();
        let table = Table::read("t.tsv", text, &mut faults).expect("a header");
        let cells = |row| [table.get(row, "name"), table.get(row, "b"), table.get(row, "c")];
        assert_eq!(table.rows.iter().map(cells).collect::<Vec<_>>(), [["d", "", ""], ["c", "", ""]]);
        let faults: Vec<String> = faults.iter().map(Fault::to_string).collect();
        assert_eq!(faults.len(), 3);
        assert!(faults[0].starts_with("t.tsv:4: a: 3 cells under 2 columns"), "{}", faults[0]);
        assert!(
            faults[1].contains("t.tsv:5: c: 3 cells under 2 columns") && faults[1].ends_with("c 2 z\n    ^")
        );
        assert!(faults[2].starts_with("t.tsv:7: c: out of order"), "{}", faults[2]);
    }

    #[test]
    fn days_may_lack_their_month() {
        let day = |text: &str| partial_date(text, true).map(|d| d.to_string());
        assert_eq!(day("2011-06-05").as_deref(), Some("2011-06-05"));
        assert_eq!(
            (day("2011-02").as_deref(), day("2011").as_deref()),
            (Some("2011-02-28"), Some("2011-12-31"))
        );
        assert_eq!(
            [day("2011-13-05"), day("2011-02-30"), day("20x1-02-03"), day("")],
            [None, None, None, None]
        );
    }

    #[test]
    fn places_without_a_key_are_nobody_and_bad_degrees_are_told() {
        let head = "name\tkey\tnames\tkind\tcountry\tlat\tlon\n";
        let file = |rows: &str| [("places/p.tsv".to_owned(), format!("{head}{rows}"))];
        let lexicon = Lexicon::load(&file("Sundered Sea\t\t\tsea\t\t43\t15\n")).unwrap();
        assert_eq!(lexicon.keys_in("They met by the Sundered Sea."), [""; 0]);
        let faults = Lexicon::load(&file("Morstad\tAVA\t\tcity\tAVA\t3[.3\t215\n")).map(drop).unwrap_err();
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(
            faults[0].contains("places/p.tsv:2") && faults[0].contains("`3[.3` is no number"),
            "{faults:?}"
        );
        assert!(faults[1].contains("`215` is no number of degrees from -180 to 180"), "{faults:?}");
        let actors = "key\tkind\tsector\tcountry\tnames\tadjectives\tpeople\tcapital\tseats\n\tgroup\tREB\t\tRed Dawn\t\t\t\t\n";
        let faults = Lexicon::load(&[("actors/a.tsv".to_owned(), actors.to_owned())]).map(drop).unwrap_err();
        assert!(faults[0].to_string().contains("it has no key"), "{faults:?}");
    }

    #[test]
    fn a_byte_is_on_the_line_that_it_ends() {
        let text = "one\n\nthree\n";
        let lines = Lines::of(text);
        for at in 0..=text.len() {
            assert_eq!(lines.line(at), line_of(text, at), "{at}");
        }
    }

    #[test]
    fn entries_and_rows_know_their_file_and_line() {
        let files = [
            (
                "events/a.toml",
                "# A comment.\n[[entry]]\nid = \"a.b\"\ntype = \"REJECT\"\nmatch = [\"ACTOR rubbish RECIPIENT\"]\n\
                 why = \"So.\"\n[[entry.example]]\ntext = \"[Avaria|actor] [rubbished|event] [Belmora|recipient].\"\n\
                 [[entry.counter]]\ntext = \"Rubbish.\"\n",
            ),
            ("roles/b.tsv", "noun\tkind\tsector\tacts_for_state\n# Note.\nenvoy\toffice\tGOV\tyes\n"),
        ];
        let files = files.map(|(path, text)| (path.to_string(), text.to_string()));
        let lexicon = Lexicon::load(&files).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(lexicon.entries[0].source.to_string(), "events/a.toml:3");
        assert_eq!(lexicon.entries[0].examples[0].line, 8);
        assert_eq!(lexicon.roles[0].source.to_string(), "roles/b.tsv:3");
    }

    #[test]
    fn a_folder_of_ones_own_adds_words_to_a_class_and_an_unknown_class_is_told() {
        let file = |path: &str, row: &str| {
            (path.to_string(), format!("class\twords\tmeaning\texample\tmiss\n{row}\n"))
        };
        let files =
            [file("words/classes.tsv", "former\tex|ousted"), file("mine/words/w.tsv", "former\terstwhile")];
        let lexicon = Lexicon::load(&files).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert!(lexicon.is(Class::Former, "ousted") && lexicon.is(Class::Former, "erstwhile"));
        assert!(!lexicon.is(Class::Former, "new") && !lexicon.is(Class::Known, "ousted"));
        let faults = Lexicon::load(&[file("words/classes.tsv", "formre\tex")]).err().unwrap_or_default();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].to_string().contains("`formre` is no class"), "{}", faults[0]);
    }

    #[test]
    fn every_byte_of_a_file_is_in_the_hash() {
        let hash = |text: &str| {
            let mut hash = Fnv::new();
            hash.add(text.as_bytes());
            hash.0
        };
        let text = "twenty bytes and one.";
        for at in 0..text.len() {
            let mut other = text.to_string();
            other.replace_range(at..=at, "#");
            assert_ne!(hash(text), hash(&other), "{at}");
        }
        assert_ne!(hash("one two"), hash("two one"));
    }
}
