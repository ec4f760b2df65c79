//! The phrases, compiled. A phrase is a few words with slots and a value, a small expression over the slots:
//!
//! ```toml
//! reference = "2017-08-09"            # publication day of every example of the file
//! [[phrase]]
//! id = "time.ago"
//! value = "shift(-{n}, {unit})"
//! phrasings = ["{n} {unit} ago", "{n} {unit} before now|today"]
//! never = ["It was long ago."]
//! [[phrase.example]]
//! text = "The talks began [three days ago]."
//! interval = "2017-08-06"
//! ```
//!
//! `a|b` are alternatives, `x?` may be missing, a word with a capital must have one in the text. Between any two
//! words the text may have a hyphen for the space. The slots and the operations of values are listed in
//! `lexicon/times/README.md`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Interval;
use super::almanac::Almanac;
use super::calendar;
use super::words::{Unit, Vocabulary};

/// The date phrases, holidays and named events of `lexicon/times`, ready to read with.
#[derive(Clone, Debug)]
pub struct TimeLexicon {
    pub(super) vocabulary: Vocabulary,
    pub(super) phrases: Vec<Phrase>,
    pub(super) variants: Vec<Variant>,
    /// The slots of all variants, in order.
    pub(super) slots: Vec<Slot>,
    /// By level: phrases without phrases inside, with `{date}` inside, with `{period}` inside.
    pub(super) tries: [Trie; 3],
    pub(super) holidays: Vec<Holiday>,
    pub(super) holiday_names: Trie,
    pub(super) named: Vec<Named>,
    pub(super) named_names: Trie,
    /// Months of other calendars, named by [`Almanac`] and number.
    pub(super) months: Vec<(Almanac, i64)>,
    pub(super) month_names: Trie,
    pub(super) keys: Vec<bool>,
    /// Words that some phrase can begin with.
    pub(super) starts: Vec<bool>,
    /// By word, the slots that it can begin to fill, as bits of [`Kind::bit`].
    pub(super) fills: Vec<u32>,
    /// Numbers that names begin with, and which names, as the same bits.
    pub(super) name_numbers: BTreeMap<u32, u32>,
    examples: Vec<Example>,
    counters: Vec<Counter>,
}

/// A sentence with a marked expression, and what it should mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// File it stands in.
    pub file: Arc<str>,
    /// The phrase or holiday it belongs to.
    pub id: Arc<str>,
    /// The sentence, the expression in square brackets.
    pub text: String,
    /// The file's reference day.
    pub published: Date,
    /// Expected interval, as [`Interval`] prints it.
    pub interval: Option<String>,
    /// Expected reading ahead, likewise.
    pub future: Option<String>,
    /// Expected TIMEX3 value.
    pub timex: Option<String>,
}

/// A sentence in which the phrase must not be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// File it stands in.
    pub file: Arc<str>,
    /// The phrase it belongs to.
    pub id: Arc<str>,
    /// The sentence.
    pub text: String,
    /// The file's reference day.
    pub published: Date,
}

#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    pub id: String,
    pub value: Value,
    /// It can fill `{date}`: it says when, not how long or how often.
    pub is_date: bool,
    pub behind: Vec<u32>,
    pub not_behind: Vec<u32>,
    pub ahead: Vec<u32>,
    pub not_ahead: Vec<u32>,
}

/// One way through a phrasing, without `|` and `?`.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub phrase: u32,
    /// Where its slots begin in [`TimeLexicon::slots`], and how many they are.
    pub slots: (u32, u32),
    /// How many fixed words.
    pub fixed: u32,
}

/// A slot of a phrasing: what it takes, and the number that tells it from others of the kind (0 for none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    kind: Kind,
    number: u8,
}

impl Slot {
    /// By its name: `month`, `month2`.
    fn parse(name: &str) -> Option<Slot> {
        let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = if word.len() == name.len() { 0 } else { name[word.len()..].parse().ok()? };
        Some(Slot { kind: Kind::parse(word)?, number })
    }
}

/// What a slot takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Count,
    PlainCount,
    Unit,
    UnitOne,
    UnitMany,
    Month,
    ClearMonth,
    Weekday,
    Weekdays,
    Season,
    DayOfMonth,
    Year,
    AnyYear,
    ShortYear,
    Digits,
    Number,
    Ordinal,
    Decade,
    Part,
    Clock,
    Holiday,
    Named,
    Era,
    Pact,
    Islamic,
    Persian,
    Date,
    Period,
}

impl Kind {
    fn parse(name: &str) -> Option<Kind> {
        Some(match name {
            "n" => Kind::Count,
            "m" => Kind::PlainCount,
            "unit" => Kind::Unit,
            "one" => Kind::UnitOne,
            "many" => Kind::UnitMany,
            "month" => Kind::Month,
            "clearmonth" => Kind::ClearMonth,
            "weekday" => Kind::Weekday,
            "weekdays" => Kind::Weekdays,
            "season" => Kind::Season,
            "dom" => Kind::DayOfMonth,
            "year" => Kind::Year,
            "anyyear" => Kind::AnyYear,
            "shortyear" => Kind::ShortYear,
            "digits" => Kind::Digits,
            "number" => Kind::Number,
            "ordinal" => Kind::Ordinal,
            "decade" => Kind::Decade,
            "part" => Kind::Part,
            "clock" => Kind::Clock,
            "holiday" => Kind::Holiday,
            "named" => Kind::Named,
            "era" => Kind::Era,
            "pact" => Kind::Pact,
            "islamic" => Kind::Islamic,
            "persian" => Kind::Persian,
            "date" => Kind::Date,
            "period" => Kind::Period,
            _ => return None,
        })
    }

    /// One bit for each kind.
    pub(crate) fn bit(self) -> u32 {
        let place = match self {
            Kind::Count => 0,
            Kind::PlainCount => 1,
            Kind::Unit => 2,
            Kind::UnitOne => 3,
            Kind::UnitMany => 4,
            Kind::Month => 5,
            Kind::ClearMonth => 6,
            Kind::Weekday => 7,
            Kind::Weekdays => 8,
            Kind::Season => 9,
            Kind::DayOfMonth => 10,
            Kind::Year => 11,
            Kind::AnyYear => 12,
            Kind::ShortYear => 13,
            Kind::Digits => 14,
            Kind::Number => 15,
            Kind::Ordinal => 16,
            Kind::Decade => 17,
            Kind::Part => 18,
            Kind::Clock => 19,
            Kind::Holiday => 20,
            Kind::Named => 21,
            Kind::Era => 22,
            Kind::Pact => 23,
            Kind::Islamic => 24,
            Kind::Persian => 25,
            Kind::Date => 26,
            Kind::Period => 27,
        };
        1 << place
    }

    /// Slots that a run of digits can begin to fill; names aside.
    pub(crate) fn of_digits() -> u32 {
        [
            Kind::Count,
            Kind::PlainCount,
            Kind::DayOfMonth,
            Kind::Year,
            Kind::AnyYear,
            Kind::Digits,
            Kind::Number,
            Kind::Ordinal,
            Kind::Decade,
            Kind::Clock,
            Kind::Date,
            Kind::Period,
        ]
        .iter()
        .fold(0, |all, kind| all | kind.bit())
    }

    /// True when what fills it always has a word of time or a digit in it.
    fn has_key(self) -> bool {
        !matches!(self, Kind::Count | Kind::PlainCount | Kind::Ordinal)
    }

    fn level(self) -> usize {
        match self {
            Kind::Date => 1,
            Kind::Period => 2,
            _ => 0,
        }
    }
}

/// A value, parsed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Int(i64),
    Word(String),
    Slot { slot: Slot, negative: bool },
    Call { op: String, args: Vec<Value> },
}

#[derive(Clone, Copy, Debug)]
enum Element {
    Word {
        word: u32,
        capital: bool,
    },
    /// Of a name: this number in digits.
    Number(u32),
    Slot(Slot),
}

/// Names, one after the other, and where each ends.
struct Names {
    elements: Vec<Element>,
    ends: Vec<usize>,
}

impl Names {
    fn all(&self) -> impl Iterator<Item = &[Element]> {
        let mut from = 0;
        self.ends.iter().map(move |end| &self.elements[std::mem::replace(&mut from, *end)..*end])
    }
}

/// The words that wake the matcher up, beside those of time.
#[derive(Default)]
struct Keys(Vec<bool>);

impl Keys {
    fn add(&mut self, word: u32) {
        let at = word as usize;
        if self.0.len() <= at {
            self.0.resize(at + 1, false);
        }
        self.0[at] = true;
    }

    fn has(&self, word: u32) -> bool {
        self.0.get(word as usize).copied().unwrap_or(false)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Trie {
    pub nodes: Vec<Node>,
    slots: Vec<((Kind, u32), u32)>,
    ends: Vec<(u32, u32)>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// Word, or a number as [`written`] has it; whether it needs a capital; node after it. Sorted by word.
    pub words: Vec<(u32, bool, u32)>,
    /// The first of its slots in the trie's list, plus one; 0 for none.
    slots: u32,
    last_slot: u32,
    /// The first and the last of the variants (or names) that end here, likewise.
    ends: u32,
    last_end: u32,
}

/// A number in digits, numbered among the words; no vocabulary grows to there.
pub(crate) fn written(number: u32) -> u32 {
    number | 1 << 31
}

impl Node {
    /// True when a slot can come next.
    pub(crate) fn has_slots(&self) -> bool {
        self.slots > 0
    }
}

/// A list that its trie keeps: what it holds, and the place of the next, plus one.
struct Chain<'a, T> {
    links: &'a [(T, u32)],
    next: u32,
}

impl<T: Copy> Iterator for Chain<'_, T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        let (what, next) = *self.links.get((self.next as usize).checked_sub(1)?)?;
        self.next = next;
        Some(what)
    }
}

/// Adds to the end of a chain.
fn append<T>(links: &mut Vec<(T, u32)>, first: &mut u32, last: &mut u32, what: T) {
    links.push((what, 0));
    let fresh = links.len() as u32;
    match (*last as usize).checked_sub(1).and_then(|last| links.get_mut(last)) {
        Some(last) => last.1 = fresh,
        None => *first = fresh,
    }
    *last = fresh;
}

impl Trie {
    /// The slots of a node, with the node after each.
    pub(crate) fn slots(&self, node: &Node) -> impl Iterator<Item = (Kind, u32)> {
        Chain { links: &self.slots, next: node.slots }
    }

    /// The variants (or names) that end at a node.
    pub(crate) fn ends(&self, node: &Node) -> impl Iterator<Item = u32> {
        Chain { links: &self.ends, next: node.ends }
    }

    fn insert(&mut self, elements: &[Element], payload: u32) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let mut at = 0usize;
        for element in elements {
            let fresh = self.nodes.len() as u32;
            let node = &mut self.nodes[at];
            let next = match *element {
                Element::Word { .. } | Element::Number(_) => {
                    let (word, capital) = match *element {
                        Element::Word { word, capital } => (word, capital),
                        Element::Number(number) => (written(number), false),
                        Element::Slot(_) => continue,
                    };
                    match node.words.binary_search_by_key(&(word, capital), |(w, c, _)| (*w, *c)) {
                        Ok(found) => node.words[found].2,
                        Err(place) => {
                            // Most nodes have one way on.
                            if node.words.is_empty() {
                                node.words.reserve_exact(1);
                            }
                            node.words.insert(place, (word, capital, fresh));
                            fresh
                        }
                    }
                }
                Element::Slot(Slot { kind, .. }) => {
                    let mut chain = Chain { links: &self.slots, next: node.slots };
                    match chain.find(|(k, _)| *k == kind) {
                        Some((_, found)) => found,
                        None => {
                            append(&mut self.slots, &mut node.slots, &mut node.last_slot, (kind, fresh));
                            fresh
                        }
                    }
                }
            };
            if next == fresh {
                self.nodes.push(Node::default());
            }
            at = next as usize;
        }
        // Numbers are given in order: the same one twice comes twice in a row.
        let node = &mut self.nodes[at];
        let last = (node.last_end as usize).checked_sub(1).and_then(|last| self.ends.get(last));
        if last.is_none_or(|(other, _)| *other != payload) {
            append(&mut self.ends, &mut node.ends, &mut node.last_end, payload);
        }
    }
}

/// When a holiday falls.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    Fixed { month: u8, day: u8 },
    Easter { plus: i64, orthodox: bool },
    Nth { n: i64, weekday: u8, month: u8, plus: i64 },
    Table(Vec<(i64, Interval)>),
}

#[derive(Clone, Debug)]
pub(crate) struct Holiday {
    pub rule: Rule,
    pub days: i64,
}

impl Holiday {
    /// The days it takes in the year; for tables, every one that begins in it.
    pub(crate) fn in_year(&self, year: i64) -> Vec<Interval> {
        let first = match &self.rule {
            Rule::Fixed { month, day } => calendar::day(year, *month, *day),
            Rule::Easter { plus, orthodox } => {
                let easter = if *orthodox { calendar::orthodox_easter(year) } else { calendar::easter(year) };
                easter.and_then(|d| calendar::plus_days(d, *plus))
            }
            Rule::Nth { n, weekday, month, plus } => calendar::month(year, *month)
                .and_then(|m| calendar::nth_weekday(m, *n, i64::from(*weekday)))
                .and_then(|d| calendar::plus_days(d, *plus)),
            Rule::Table(rows) => {
                return rows.iter().filter(|(y, _)| *y == year).map(|(_, days)| *days).collect();
            }
        };
        first
            .and_then(|a| Some(Interval::between(a, calendar::plus_days(a, self.days - 1)?)))
            .into_iter()
            .collect()
    }
}

/// What sort of thing a name with days is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// It happened on those days.
    Event,
    /// Its ends are a manner of speaking.
    Era,
    /// It was signed then, and lives on.
    Pact,
}

/// A name that everybody can date.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub days: Interval,
    pub sort: Sort,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    reference: String,
    #[serde(default)]
    phrase: Vec<RawPhrase>,
    #[serde(default)]
    holiday: Vec<RawHoliday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPhrase {
    id: String,
    value: String,
    phrasings: Vec<String>,
    #[serde(default)]
    behind: String,
    #[serde(default)]
    not_behind: String,
    #[serde(default)]
    ahead: String,
    #[serde(default)]
    not_ahead: String,
    #[serde(default, rename = "why")]
    _why: Option<IgnoredAny>,
    #[serde(default)]
    example: Vec<RawExample>,
    #[serde(default)]
    never: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHoliday {
    id: String,
    names: Vec<String>,
    rule: String,
    #[serde(default)]
    days: Option<i64>,
    #[serde(default)]
    example: Vec<RawExample>,
    #[serde(default)]
    never: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExample {
    text: String,
    interval: Option<String>,
    future: Option<String>,
    timex: Option<String>,
}

impl TimeLexicon {
    /// Compiles the files of `lexicon/times`, given as (name, text): phrases and holidays from `.toml`, the
    /// tables from `holidays.tsv`, `anchors.tsv`, `pacts.tsv`, `eras.tsv` and `months.tsv`; files of other names are passed over. Every fault of
    /// every file is told, one line each; with none, the lexicon comes back.
    pub fn load(files: &[(&str, &str)]) -> Result<TimeLexicon, Vec<String>> {
        let mut faults = Vec::new();
        let mut lexicon = TimeLexicon {
            vocabulary: Vocabulary::new(),
            phrases: Vec::new(),
            variants: Vec::new(),
            slots: Vec::new(),
            tries: [Trie::default(), Trie::default(), Trie::default()],
            holidays: Vec::new(),
            holiday_names: Trie::default(),
            named: Vec::new(),
            named_names: Trie::default(),
            months: Vec::new(),
            month_names: Trie::default(),
            keys: Vec::new(),
            starts: Vec::new(),
            fills: Vec::new(),
            name_numbers: BTreeMap::new(),
            examples: Vec::new(),
            counters: Vec::new(),
        };
        let mut key_words = Keys::default();
        let mut rows = Rows::new();
        for (file, text) in files.iter().filter(|(file, _)| file.ends_with("holidays.tsv")) {
            holiday_rows(file, text, &mut rows, &mut faults);
        }
        let mut wanted = Names { elements: Vec::with_capacity(1 << 14), ends: Vec::with_capacity(1 << 13) };
        for (end, sort) in [("anchors.tsv", Sort::Event), ("pacts.tsv", Sort::Pact), ("eras.tsv", Sort::Era)]
        {
            for (file, text) in files.iter().filter(|(file, _)| file.ends_with(end)) {
                lexicon.named_events(file, text, sort, &mut wanted, &mut faults);
            }
        }
        lexicon.wake_by_rarest(&wanted, &mut key_words);
        for (file, text) in files.iter().filter(|(file, _)| file.ends_with("months.tsv")) {
            lexicon.other_months(file, text, &mut key_words, &mut faults);
        }
        let mut ids = HashSet::new();
        for (file, text) in files.iter().filter(|(file, _)| file.ends_with(".toml")) {
            match toml::from_str::<RawFile>(text) {
                Err(error) => faults.push(format!("{file}: {}", error.to_string().trim())),
                Ok(raw) => lexicon.file(file, raw, &rows, &mut ids, &mut key_words, &mut faults),
            }
        }
        for trie in lexicon.tries.iter_mut().chain([
            &mut lexicon.holiday_names,
            &mut lexicon.named_names,
            &mut lexicon.month_names,
        ]) {
            if trie.nodes.is_empty() {
                trie.nodes.push(Node::default());
            }
        }
        lexicon.keys =
            (0..lexicon.vocabulary.len() as u32).map(|w| lexicon.vocabulary.sense(w).is_key()).collect();
        for word in ["seventeen", "eighteen", "nineteen", "twenty", "thousand", "clock"] {
            key_words.add(lexicon.vocabulary.find(word.as_bytes()));
        }
        for (key, named) in lexicon.keys.iter_mut().zip(&key_words.0) {
            *key |= *named;
        }
        lexicon.starts = lexicon.first_words();
        lexicon.fills.resize(lexicon.vocabulary.len(), 0);
        for word in 1..lexicon.vocabulary.len() as u32 {
            lexicon.fills[word as usize] |= lexicon.slots_begun_by(word);
        }
        if faults.is_empty() { Ok(lexicon) } else { Err(faults) }
    }

    /// The examples of all phrases and holidays.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// The sentences in which a phrase must not be found.
    pub fn counters(&self) -> &[Counter] {
        &self.counters
    }

    fn file(
        &mut self,
        file: &str,
        raw: RawFile,
        rows: &Rows,
        ids: &mut HashSet<String>,
        key_words: &mut Keys,
        faults: &mut Vec<String>,
    ) {
        let Ok(reference) = Date::from_str(&raw.reference) else {
            faults.push(format!("{file}: reference = {:?} is no day; write it as 2017-08-09", raw.reference));
            return;
        };
        let name: Arc<str> = file.into();
        for phrase in raw.phrase {
            let place = format!("{file}: phrase {:?}", phrase.id);
            if !ids.insert(phrase.id.clone()) {
                faults.push(format!("{place}: the id is used twice"));
            }
            let value = match parse_value(&phrase.value) {
                Ok(value) => value,
                Err(fault) => {
                    faults.push(format!("{place}: value {:?}: {fault}", phrase.value));
                    continue;
                }
            };
            let index = self.phrases.len() as u32;
            for phrasing in &phrase.phrasings {
                if let Err(fault) = self.phrasing(index, phrasing, key_words) {
                    faults.push(format!("{place}: phrasing {phrasing:?}: {fault}"));
                }
            }
            let wanted = slots_of(&phrase.value);
            for name in wanted {
                for p in phrase.phrasings.iter().filter(|p| !p.contains(name)) {
                    faults
                        .push(format!("{place}: the value asks for {name}, which the phrasing {p:?} lacks"));
                }
            }
            let mut words =
                |list: &str| list.split_whitespace().map(|w| self.vocabulary.add(w)).collect::<Vec<_>>();
            let phrase_made = Phrase {
                id: phrase.id.clone(),
                is_date: !matches!(&value, Value::Call { op, .. } if NO_DATES.contains(&op.as_str())),
                value,
                behind: words(&phrase.behind),
                not_behind: words(&phrase.not_behind),
                ahead: words(&phrase.ahead),
                not_ahead: words(&phrase.not_ahead),
            };
            self.phrases.push(phrase_made);
            if phrase.example.is_empty() {
                faults.push(format!("{place}: has no example"));
            }
            self.cases(&name, &phrase.id, reference, phrase.example, phrase.never);
        }
        for holiday in raw.holiday {
            let place = format!("{file}: holiday {:?}", holiday.id);
            let rule = match parse_rule(&holiday.rule, rows, &self.vocabulary) {
                Ok(rule) => rule,
                Err(fault) => {
                    faults.push(format!("{place}: rule {:?}: {fault}", holiday.rule));
                    continue;
                }
            };
            let index = self.holidays.len() as u32;
            for name in &holiday.names {
                let elements = self.name(name, key_words);
                self.holiday_names.insert(&elements, index);
                self.begins(&elements, Kind::Holiday);
            }
            self.cases(&name, &holiday.id, reference, holiday.example, holiday.never);
            self.holidays.push(Holiday { rule, days: holiday.days.unwrap_or(1).max(1) });
        }
    }

    fn cases(
        &mut self,
        file: &Arc<str>,
        id: &str,
        published: Date,
        examples: Vec<RawExample>,
        never: Vec<String>,
    ) {
        let id: Arc<str> = id.into();
        self.examples.extend(examples.into_iter().map(|e| Example {
            file: Arc::clone(file),
            id: Arc::clone(&id),
            text: e.text,
            published,
            interval: e.interval,
            future: e.future,
            timex: e.timex,
        }));
        self.counters.extend(never.into_iter().map(|text| Counter {
            file: Arc::clone(file),
            id: Arc::clone(&id),
            text,
            published,
        }));
    }

    fn phrasing(&mut self, phrase: u32, phrasing: &str, key_words: &mut Keys) -> Result<(), String> {
        let mut choices: Vec<Element> = Vec::with_capacity(32);
        // Where each choice ends; for each part whether it may be missing, its first choice, and how many it has.
        let mut ends: Vec<usize> = Vec::with_capacity(32);
        ends.push(0);
        let mut parts: Vec<(usize, usize, usize)> = Vec::with_capacity(16);
        let mut ways = 1usize;
        for part in phrasing.split_whitespace() {
            let (body, optional) = match part.strip_suffix('?') {
                Some(body) if !body.is_empty() => (body, true),
                _ => (part, false),
            };
            let first = ends.len() - 1;
            if body.starts_with('{') {
                let name = body.trim_start_matches('{').trim_end_matches('}');
                let slot = Slot::parse(name).ok_or_else(|| format!("no slot is called {{{name}}}"))?;
                choices.push(Element::Slot(slot));
                ends.push(choices.len());
            } else {
                for word in body.split('|') {
                    if word.is_empty() || word.len() > Vocabulary::LONGEST {
                        return Err(format!("{word:?} is no word that can be kept"));
                    }
                    // "'s" is two pieces to the scanner.
                    for part in word.split_inclusive('\'') {
                        let capital = part.starts_with(|c: char| c.is_ascii_uppercase());
                        let word = self.vocabulary.add_low(part);
                        choices.push(Element::Word { word, capital });
                    }
                    ends.push(choices.len());
                }
            }
            let many = ends.len() - 1 - first;
            ways = ways.saturating_mul(many + usize::from(optional));
            if ways > 4096 {
                return Err("it stands for more than 4096 phrasings; cut it in parts".into());
            }
            parts.push((usize::from(optional), first, many));
        }
        // Every way through: one digit a part, counted up from the left.
        let mut path: Vec<Element> = Vec::with_capacity(16);
        let mut digits = vec![0usize; parts.len()];
        for _ in 0..ways {
            path.clear();
            for ((optional, first, _), digit) in parts.iter().zip(&digits) {
                if let Some(choice) = digit.checked_sub(*optional).map(|choice| first + choice) {
                    path.extend_from_slice(&choices[ends[choice]..ends[choice + 1]]);
                }
            }
            for ((optional, _, many), digit) in parts.iter().zip(&mut digits) {
                *digit += 1;
                if *digit < optional + many {
                    break;
                }
                *digit = 0;
            }
            if path.is_empty() {
                return Err("it can be empty".into());
            }
            self.mark_keys(&path, key_words)?;
            let from = self.slots.len();
            let slot = |e: &Element| match e {
                Element::Slot(slot) => Some(*slot),
                Element::Word { .. } | Element::Number(_) => None,
            };
            self.slots.extend(path.iter().filter_map(slot));
            let slots = &self.slots[from..];
            let level = slots.iter().map(|slot| slot.kind.level()).max().unwrap_or(0);
            let fixed = (path.len() - slots.len()) as u32;
            let slots = (from as u32, slots.len() as u32);
            let variant = self.variants.len() as u32;
            self.tries[level].insert(&path, variant);
            self.variants.push(Variant { phrase, slots, fixed });
        }
        Ok(())
    }

    /// Sees to it that some word of the path wakes the matcher up.
    fn mark_keys(&self, path: &[Element], key_words: &mut Keys) -> Result<(), String> {
        let mut best: Option<(bool, usize, u32)> = None;
        for element in path {
            match element {
                Element::Number(_) => return Ok(()),
                Element::Slot(slot) if slot.kind.has_key() => return Ok(()),
                Element::Slot(_) => {}
                Element::Word { word, .. } => {
                    if self.vocabulary.sense(*word).is_key() || key_words.has(*word) {
                        return Ok(());
                    }
                    let length = self.vocabulary.text(*word).len();
                    let common = self.vocabulary.sense(*word).common;
                    if best.is_none_or(|(c, l, _)| (!common, length) > (!c, l)) {
                        best = Some((common, length, *word));
                    }
                }
            }
        }
        match best {
            Some((_, _, word)) => key_words.add(word),
            None => return Err("it has no word of its own".into()),
        }
        Ok(())
    }

    /// Names of events are many and made of common words: each is woken by the word that fewest names have.
    fn wake_by_rarest(&self, names: &Names, key_words: &mut Keys) {
        let mut counts = vec![0u32; self.vocabulary.len()];
        fn words(name: &[Element]) -> impl Iterator<Item = u32> {
            name.iter().filter_map(|e| match e {
                Element::Word { word, .. } => Some(*word),
                Element::Slot(_) | Element::Number(_) => None,
            })
        }
        for word in words(&names.elements) {
            counts[word as usize] += 1;
        }
        for name in names.all() {
            let woken = name.iter().any(|e| match e {
                Element::Number(_) => true,
                Element::Slot(slot) => slot.kind.has_key(),
                Element::Word { word, .. } => self.vocabulary.sense(*word).is_key() || key_words.has(*word),
            });
            let text = |word: u32| self.vocabulary.text(word);
            let rarest = words(name)
                .filter(|w| !self.vocabulary.sense(*w).common)
                .min_by_key(|w| (text(*w).len() < 3, counts[*w as usize], std::cmp::Reverse(text(*w).len())));
            if let Some(word) = rarest.filter(|_| !woken) {
                key_words.add(word);
            }
        }
    }

    /// The slots, names aside, that a word can begin to fill.
    fn slots_begun_by(&self, word: u32) -> u32 {
        let sense = self.vocabulary.sense(word);
        let quote = word == self.vocabulary.mark(b'\'');
        let cardinal = sense.cardinal.is_some();
        let kinds: &[(bool, &[Kind])] = &[
            (true, &[Kind::Date, Kind::Period]),
            (sense.counts || cardinal, &[Kind::Count, Kind::PlainCount]),
            (sense.unit.is_some(), &[Kind::Unit, Kind::UnitOne, Kind::UnitMany]),
            (sense.month > 0, &[Kind::Month, Kind::ClearMonth]),
            (sense.weekday > 0, &[Kind::Weekday, Kind::Weekdays]),
            (sense.season > 0, &[Kind::Season]),
            (sense.ordinal > 0 || cardinal, &[Kind::DayOfMonth]),
            (cardinal, &[Kind::Year, Kind::AnyYear]),
            (quote, &[Kind::ShortYear]),
            (sense.ordinal > 0, &[Kind::Ordinal]),
            (sense.decade > 0 || cardinal || quote, &[Kind::Decade]),
            (sense.part().is_some(), &[Kind::Part]),
            (cardinal || sense.part().is_some(), &[Kind::Clock]),
        ];
        kinds.iter().filter(|(fits, _)| *fits).flat_map(|(_, k)| *k).fold(0, |all, kind| all | kind.bit())
    }

    /// Remembers what a name begins with.
    fn begins(&mut self, name: &[Element], kind: Kind) {
        match name.first() {
            Some(Element::Word { word, .. }) => {
                let at = *word as usize;
                if self.fills.len() <= at {
                    self.fills.resize(at + 1, 0);
                }
                self.fills[at] |= kind.bit();
            }
            Some(Element::Number(number)) => {
                *self.name_numbers.entry(*number).or_default() |= kind.bit();
            }
            _ => {}
        }
    }

    /// By word, whether a phrase can begin with it: as its first word, in its first slot, or as a name.
    fn first_words(&self) -> Vec<bool> {
        let mut starts: Vec<bool> = (0..self.vocabulary.len() as u32)
            .map(|word| {
                let sense = self.vocabulary.sense(word);
                sense.is_key() || sense.counts || sense.cardinal.is_some() || sense.ordinal > 0
            })
            .collect();
        let roots = self.tries.iter().chain([&self.holiday_names, &self.named_names, &self.month_names]);
        for (word, _, _) in roots.filter_map(|t| t.nodes.first()).flat_map(|root| &root.words) {
            if let Some(start) = starts.get_mut(*word as usize) {
                *start = true;
            }
        }
        // "'98", "'90s"
        starts[self.vocabulary.mark(b'\'') as usize] = true;
        starts
    }

    /// The elements of a name, and the word that wakes the matcher up.
    fn name(&mut self, name: &str, key_words: &mut Keys) -> Vec<Element> {
        let mut elements = Vec::with_capacity(8);
        self.elements(name, &mut elements);
        // A name of words that all can stand elsewhere is woken by its longest word.
        let _ = self.mark_keys(&elements, key_words);
        elements
    }

    /// The elements of a name: words, numbers, marks, apostrophes as the scanner cuts them.
    fn elements(&mut self, name: &str, elements: &mut Vec<Element>) {
        let mut rest = name;
        while let Some(first) = rest.chars().next() {
            let same = |c: char| {
                c.is_ascii_digit() == first.is_ascii_digit()
                    && (c.is_alphanumeric() || !c.is_ascii())
                        == (first.is_alphanumeric() || !first.is_ascii())
            };
            // Nearly all names are plain letters.
            let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            let length = if letters > 0 && rest.as_bytes().get(letters).is_none_or(u8::is_ascii) {
                letters
            } else if first.is_alphanumeric() {
                rest.find(|c| !same(c)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            let (word, tail) = rest.split_at(length);
            rest = tail;
            // A dash in a name may be a space in the text, and the other way about.
            if first.is_whitespace() || first == '-' {
                continue;
            }
            let number = first.is_ascii_digit().then(|| word.parse::<u32>().ok()).flatten();
            match number {
                Some(number) => {
                    elements.push(Element::Number(number));
                }
                None => {
                    let capital = first.is_ascii_uppercase();
                    let word = self.vocabulary.add_low(word);
                    elements.push(Element::Word { word, capital });
                }
            }
        }
    }

    /// The months of other calendars: calendar, number, names.
    fn other_months(&mut self, file: &str, text: &str, key_words: &mut Keys, faults: &mut Vec<String>) {
        for (line, row) in table(text) {
            let cells: Vec<&str> = row.split('\t').collect();
            let [calendar, number, names] = cells[..] else {
                faults
                    .push(format!("{file}:{line}: has {} cells, wants calendar, month, names", cells.len()));
                continue;
            };
            match (Almanac::parse(calendar), number.parse::<i64>()) {
                (Some(almanac), Ok(number)) if (1..=13).contains(&number) => {
                    let index = self.months.len() as u32;
                    for name in names.split('|') {
                        let elements = self.name(name, key_words);
                        self.month_names.insert(&elements, index);
                        let kind = if almanac == Almanac::Islamic { Kind::Islamic } else { Kind::Persian };
                        self.begins(&elements, kind);
                    }
                    self.months.push((almanac, number));
                }
                _ => faults.push(format!(
                    "{file}:{line}: {calendar:?} is none of {}, or {number:?} no month",
                    Almanac::NAMES.join(", ")
                )),
            }
        }
    }

    fn named_events(
        &mut self,
        file: &str,
        text: &str,
        sort: Sort,
        wanted: &mut Names,
        faults: &mut Vec<String>,
    ) {
        for (line, row) in table(text) {
            let Some([names, from, to, _source]) = cells(row) else {
                faults.push(format!("{file}:{line}: wants four cells: name, from, to, source"));
                continue;
            };
            match (day(from), day(to)) {
                (Some(from), Some(to)) if from <= to => {
                    let index = self.named.len() as u32;
                    let kind = match sort {
                        Sort::Event => Kind::Named,
                        Sort::Era => Kind::Era,
                        Sort::Pact => Kind::Pact,
                    };
                    for name in names.split('|') {
                        // "election(s)" is both.
                        let both = name.as_bytes().contains(&b'(');
                        let both = both.then(|| [name.replace("(s)", ""), name.replace("(s)", "s")]);
                        let [one, more] = both.as_ref().map_or([name, ""], |both| [&both[0], &both[1]]);
                        for name in [one, more].into_iter().filter(|name| !name.is_empty()) {
                            let from = wanted.elements.len();
                            self.elements(name, &mut wanted.elements);
                            let elements = &wanted.elements[from..];
                            self.named_names.insert(elements, index);
                            self.begins(elements, kind);
                            wanted.ends.push(wanted.elements.len());
                        }
                    }
                    self.named.push(Named { days: Interval::between(from, to), sort });
                }
                _ => faults.push(format!("{file}:{line}: {from:?} to {to:?} is no stretch of days")),
            }
        }
    }
}

/// Operations whose phrases do not fill `{date}`.
const NO_DATES: &[&str] = &["tod", "dur", "set", "event", "within"];

/// The rows of a table with their line numbers, without header, comments and empty lines.
fn table(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).filter(|(_, row)| !row.starts_with('#') && !row.trim().is_empty()).skip(1)
}

/// The four cells of a row.
fn cells(row: &str) -> Option<[&str; 4]> {
    let mut cells = row.split('\t');
    let four = [cells.next()?, cells.next()?, cells.next()?, cells.next()?];
    cells.next().is_none().then_some(four)
}

/// By holiday, the years and its days in them.
type Rows<'a> = HashMap<&'a str, Vec<(i64, Interval)>>;

/// A day as `2017-08-09`.
fn day(text: &str) -> Option<Date> {
    let number = |at: std::ops::Range<usize>| text.get(at)?.parse::<i16>().ok();
    if text.len() != 10 || text.as_bytes()[4] != b'-' || text.as_bytes()[7] != b'-' {
        return None;
    }
    let (month, day) = (i8::try_from(number(5..7)?).ok()?, i8::try_from(number(8..10)?).ok()?);
    Date::new(number(0..4)?, month, day).ok()
}

fn holiday_rows<'a>(file: &str, text: &'a str, rows: &mut Rows<'a>, faults: &mut Vec<String>) {
    for (line, row) in table(text) {
        let Some([id, year, from, to]) = cells(row) else {
            faults.push(format!("{file}:{line}: wants four cells: holiday, year, from, to"));
            continue;
        };
        match (year.parse::<i64>(), day(from), day(to)) {
            (Ok(year), Some(from), Some(to)) if from <= to => {
                rows.entry(id).or_default().push((year, Interval::between(from, to)));
            }
            _ => faults.push(format!("{file}:{line}: {year:?}, {from:?} to {to:?} is no stretch of days")),
        }
    }
}

fn parse_rule(rule: &str, rows: &Rows, vocabulary: &Vocabulary) -> Result<Rule, String> {
    let words: Vec<&str> = rule.split_whitespace().collect();
    let number = |word: &str| word.parse::<i64>().map_err(|_| format!("{word:?} is no number"));
    match words[..] {
        ["fixed", day] => {
            // 2000 is a leap year, so that 29 February passes.
            let date =
                Date::from_str(&format!("2000-{day}")).map_err(|_| format!("{day:?} is no month-day"))?;
            Ok(Rule::Fixed { month: date.month() as u8, day: date.day() as u8 })
        }
        ["easter", plus] => Ok(Rule::Easter { plus: number(plus)?, orthodox: false }),
        ["orthodox", plus] => Ok(Rule::Easter { plus: number(plus)?, orthodox: true }),
        ["nth", n, weekday, month, ref plus @ ..] => {
            let weekday = vocabulary.sense(vocabulary.find(weekday.as_bytes())).weekday;
            let month = vocabulary.sense(vocabulary.find(month.as_bytes())).month;
            if weekday == 0 || month == 0 {
                return Err("wants nth NUMBER weekday month".into());
            }
            let plus = plus.first().map_or(Ok(0), |p| number(p))?;
            Ok(Rule::Nth { n: number(n)?, weekday, month, plus })
        }
        ["table", id] => {
            let found = rows.get(id).ok_or_else(|| format!("holidays.tsv has no row for {id:?}"))?;
            Ok(Rule::Table(found.clone()))
        }
        _ => Err("is none of: fixed MM-DD, easter DAYS, orthodox DAYS, nth N weekday month [DAYS], table ID"
            .into()),
    }
}

/// The slots that a value's text asks for, with their braces.
fn slots_of(value: &str) -> Vec<&str> {
    let ends = value.match_indices('{').filter_map(|(a, _)| Some((a, a + value[a..].find('}')?)));
    ends.map(|(a, b)| &value[a..=b]).collect()
}

/// Parses `shift(-{n}, {unit})`.
fn parse_value(text: &str) -> Result<Value, String> {
    let (value, rest) = parse_part(text.trim())?;
    if !rest.trim().is_empty() {
        return Err(format!("{:?} is left over", rest.trim()));
    }
    match &value {
        Value::Call { .. } | Value::Slot { .. } => Ok(value),
        _ => Err("wants an operation, as in last({unit})".into()),
    }
}

fn parse_part(text: &str) -> Result<(Value, &str), String> {
    let text = text.trim_start();
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text),
    };
    if let Some(body) = body.strip_prefix('{') {
        let (name, rest) = body.split_once('}').ok_or("a brace stays open")?;
        let slot = Slot::parse(name).ok_or_else(|| format!("no slot is called {{{name}}}"))?;
        return Ok((Value::Slot { slot, negative }, rest));
    }
    let end = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
    let (word, mut rest) = body.split_at(end);
    if let Ok(number) = word.parse::<i64>() {
        return Ok((Value::Int(if negative { -number } else { number }), rest));
    }
    if word.is_empty() || negative {
        return Err(format!("cannot read {text:?}"));
    }
    let Some(inner) = rest.strip_prefix('(') else {
        return match Unit::parse(word) {
            Some(_) => Ok((Value::Word(word.into()), rest)),
            None if super::meaning::WORDS.contains(&word) || Almanac::parse(word).is_some() => {
                Ok((Value::Word(word.into()), rest))
            }
            None => Err(format!("{word:?} is neither a unit nor a word of values")),
        };
    };
    if !super::meaning::OPERATIONS.contains(&word) {
        return Err(format!("no operation is called {word:?}"));
    }
    let mut args = Vec::new();
    rest = inner.trim_start();
    while !rest.starts_with(')') {
        let (arg, tail) = parse_part(rest)?;
        args.push(arg);
        rest = tail.trim_start();
        if let Some(tail) = rest.strip_prefix(',') {
            rest = tail.trim_start();
        } else if !rest.starts_with(')') {
            return Err("a bracket stays open".into());
        }
    }
    Ok((Value::Call { op: word.into(), args }, &rest[1..]))
}
