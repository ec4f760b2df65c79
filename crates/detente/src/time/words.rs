//! The closed classes of words that English builds dates from: months, weekdays, units, numbers, seasons, parts
//! of the day. Everything else that a phrase needs is a plain word of the phrase.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::Grain;

/// A unit of counting time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Weekend,
    Week,
    Fortnight,
    Month,
    Quarter,
    Season,
    Year,
    Decade,
    Century,
}

impl Unit {
    /// The period that one of it names; `None` for parts of a day.
    pub(crate) fn grain(self) -> Option<Grain> {
        Some(match self {
            Unit::Second | Unit::Minute | Unit::Hour => return None,
            Unit::Day => Grain::Day,
            Unit::Weekend => Grain::Weekend,
            Unit::Week | Unit::Fortnight => Grain::Week,
            Unit::Month => Grain::Month,
            Unit::Quarter => Grain::Quarter,
            Unit::Season => Grain::Season,
            Unit::Year => Grain::Year,
            Unit::Decade => Grain::Decade,
            Unit::Century => Grain::Century,
        })
    }

    /// By its name in a phrase's value.
    pub(crate) fn parse(name: &str) -> Option<Unit> {
        UNITS.iter().find(|(one, _, _)| *one == name).map(|(_, _, unit)| *unit)
    }
}

const UNITS: &[(&str, &str, Unit)] = &[
    ("second", "seconds", Unit::Second),
    ("sec", "secs", Unit::Second),
    ("minute", "minutes", Unit::Minute),
    ("min", "mins", Unit::Minute),
    ("hour", "hours", Unit::Hour),
    ("hr", "hrs", Unit::Hour),
    ("day", "days", Unit::Day),
    ("weekend", "weekends", Unit::Weekend),
    ("week", "weeks", Unit::Week),
    ("fortnight", "fortnights", Unit::Fortnight),
    ("month", "months", Unit::Month),
    ("quarter", "quarters", Unit::Quarter),
    ("season", "seasons", Unit::Season),
    ("year", "years", Unit::Year),
    ("yr", "yrs", Unit::Year),
    ("decade", "decades", Unit::Decade),
    ("century", "centuries", Unit::Century),
];

/// Full name, abbreviations. The last column: true when the full name is also a common word and needs its
/// capital.
const MONTHS: &[(&str, &[&str], bool)] = &[
    ("january", &["jan"], false),
    ("february", &["feb"], false),
    ("march", &["mar"], true),
    ("april", &["apr"], false),
    ("may", &[], true),
    ("june", &["jun"], false),
    ("july", &["jul"], false),
    ("august", &["aug"], true),
    ("september", &["sep", "sept"], false),
    ("october", &["oct"], false),
    ("november", &["nov"], false),
    ("december", &["dec"], false),
];

const WEEKDAYS: &[(&str, &[&str])] = &[
    ("monday", &["mon"]),
    ("tuesday", &["tue", "tues"]),
    ("wednesday", &["wed", "weds"]),
    ("thursday", &["thu", "thur", "thurs"]),
    ("friday", &["fri"]),
    ("saturday", &["sat"]),
    ("sunday", &["sun"]),
];

const CARDINALS: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Number words that multiply what stands before them.
const MULTIPLES: &[(&str, u32)] =
    &[("dozen", 12), ("score", 20), ("hundred", 100), ("thousand", 1_000), ("million", 1_000_000)];

/// The value of a number word in small letters ("seven", "twenty-one", "hundred"), and whether it multiplies the number before it
/// ("two hundred"); `None` for other words.
pub fn cardinal(word: &str) -> Option<(u32, bool)> {
    let below = |word: &str| CARDINALS.iter().position(|w| *w == word).map(|n| n as u32);
    let tens = |word: &str| TENS.iter().position(|w| *w == word).map(|n| n as u32 * 10 + 20);
    if let Some((_, n)) = MULTIPLES.iter().find(|(w, _)| *w == word) {
        return Some((*n, true));
    }
    let plain = below(word).or_else(|| tens(word)).or_else(|| {
        let (ten, one) = word.split_once('-')?;
        Some(tens(ten)? + below(one).filter(|n| (1..10).contains(n))?)
    });
    plain.map(|n| (n, false))
}

const ORDINALS: &[&str] = &[
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

const DECADES: &[(&str, u16)] = &[
    ("twenties", 20),
    ("thirties", 30),
    ("forties", 40),
    ("fifties", 50),
    ("sixties", 60),
    ("seventies", 70),
    ("eighties", 80),
    ("nineties", 90),
];

const SEASONS: &[(&str, u8)] = &[("spring", 0), ("summer", 1), ("autumn", 2), ("fall", 2), ("winter", 3)];

const PARTS: &[(&str, &str)] = &[
    ("morning", "MO"),
    ("mornings", "MO"),
    ("dawn", "MO"),
    ("daybreak", "MO"),
    ("sunrise", "MO"),
    ("midday", "MI"),
    ("noon", "MI"),
    ("lunchtime", "MI"),
    ("afternoon", "AF"),
    ("afternoons", "AF"),
    ("evening", "EV"),
    ("evenings", "EV"),
    ("dusk", "EV"),
    ("sunset", "EV"),
    ("night", "NI"),
    ("nights", "NI"),
    ("overnight", "NI"),
    ("midnight", "NI"),
    ("daytime", "DT"),
];

/// Words beside the numbers that a count can begin with.
const COUNTERS: &[&str] = &[
    "a",
    "an",
    "few",
    "several",
    "many",
    "numerous",
    "countless",
    "dozens",
    "scores",
    "hundreds",
    "thousands",
    "half",
    "couple",
    "more",
    "less",
    "fewer",
    "longer",
    "at",
    "up",
    "no",
    "about",
    "nearly",
    "almost",
    "around",
    "roughly",
    "approximately",
    "over",
    "under",
    "some",
    "barely",
    "than",
    "just",
    "only",
    "exactly",
];

/// Words that stand in every sentence and wake nothing up.
const COMMON: &[&str] = &[
    "the", "a", "an", "of", "in", "on", "at", "to", "from", "by", "and", "or", "this", "that", "these",
    "those", "last", "next", "past", "for", "same", "its", "his", "their", "it", "is", "as", "so", "over",
    "with",
];

/// What a word can mean beside being itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sense {
    /// 1–12.
    pub month: u8,
    /// Also a common word: read as a month only with a capital.
    pub capital_only: bool,
    /// Short for a month, a weekday or a title; takes its point along.
    pub abbreviation: bool,
    /// 1–7 from Monday; `plural` marks "Mondays".
    pub weekday: u8,
    /// A plural: "days", "Mondays".
    pub plural: bool,
    /// A unit.
    pub unit: Option<Unit>,
    /// Value of a number word ("seven", "twenty", "hundred").
    pub cardinal: Option<u16>,
    /// Value of an ordinal word ("seventh").
    pub ordinal: u8,
    /// 0 spring … 3 winter, plus one; 0 for no season.
    pub season: u8,
    /// TIMEX3 part of the day, as an index into [`PARTS`] plus one.
    part: u8,
    /// "nineties": 90.
    pub decade: u16,
    /// A count can begin with it.
    pub counts: bool,
    /// It stands in every sentence, and wakes nothing up.
    pub common: bool,
}

impl Sense {
    /// TIMEX3 name of the part of the day, `MO` …
    pub(crate) fn part(&self) -> Option<&'static str> {
        PARTS.get(usize::from(self.part).checked_sub(1)?).map(|(_, part)| *part)
    }

    /// True when the word alone hints at a date, so that the phrases around it are tried.
    pub(crate) fn is_key(&self) -> bool {
        self.month > 0
            || self.weekday > 0
            || self.unit.is_some()
            || self.season > 0
            || self.part > 0
            || self.decade > 0
    }
}

/// FNV-1a: short keys, no secrets.
#[derive(Clone, Default)]
pub(crate) struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    /// The length of the key, in one step instead of eight.
    fn write_usize(&mut self, length: usize) {
        self.0 = (self.0 ^ length as u64).wrapping_mul(0x0100_0000_01b3);
    }
}

/// All words that phrases use, numbered from 1.
#[derive(Debug, Default, Clone)]
pub(crate) struct Vocabulary {
    numbers: HashMap<Box<[u8]>, u32, BuildHasherDefault<Fnv>>,
    senses: Vec<Sense>,
    texts: Vec<Box<str>>,
    marks: Vec<u32>,
}

impl Vocabulary {
    /// The longest word it can hold, in bytes.
    pub(crate) const LONGEST: usize = 24;

    /// With the closed classes in it.
    pub(crate) fn new() -> Vocabulary {
        let mut words =
            Vocabulary { senses: vec![Sense::default()], texts: vec!["".into()], ..Vocabulary::default() };
        for (value, word) in (0..).zip(CARDINALS) {
            words.sense_mut(word).cardinal = Some(value);
        }
        for (ten, word) in (2..).zip(TENS) {
            words.sense_mut(word).cardinal = Some(ten * 10);
        }
        words.sense_mut("hundred").cardinal = Some(100);
        words.sense_mut("thousand").cardinal = Some(1000);
        for (value, word) in (1..).zip(ORDINALS) {
            words.sense_mut(word).ordinal = value;
        }
        words.sense_mut("thirtieth").ordinal = 30;
        for (word, value) in DECADES {
            words.sense_mut(word).decade = *value;
        }
        for (number, (name, shorts, capital_only)) in (1..).zip(MONTHS) {
            let sense = words.sense_mut(name);
            (sense.month, sense.capital_only) = (number, *capital_only);
            for short in *shorts {
                let sense = words.sense_mut(short);
                (sense.month, sense.capital_only, sense.abbreviation) = (number, true, true);
            }
        }
        for (number, (name, shorts)) in (1..).zip(WEEKDAYS) {
            words.sense_mut(name).weekday = number;
            let plural = words.sense_mut(&format!("{name}s"));
            (plural.weekday, plural.plural) = (number, true);
            for short in *shorts {
                let sense = words.sense_mut(short);
                (sense.weekday, sense.capital_only, sense.abbreviation) = (number, true, true);
            }
        }
        for (one, many, unit) in UNITS {
            words.sense_mut(one).unit = Some(*unit);
            let plural = words.sense_mut(many);
            (plural.unit, plural.plural) = (Some(*unit), true);
        }
        for (word, season) in SEASONS {
            words.sense_mut(word).season = season + 1;
        }
        for (index, (word, _)) in (1..).zip(PARTS) {
            words.sense_mut(word).part = index;
        }
        for title in ["mr", "mrs", "ms", "dr", "gen", "sen", "gov", "rep", "st", "lt", "col", "jr"] {
            words.sense_mut(title).abbreviation = true;
        }
        for word in COMMON {
            words.sense_mut(word).common = true;
        }
        for word in COUNTERS {
            words.sense_mut(word).counts = true;
        }
        for word in
            ["of", "than", "to", "more", "few", "and", "half", "dozen", "handful", "number", "most", "least"]
        {
            words.add(word);
        }
        words.marks = vec![0; 128];
        for mark in b",-/.:'()$#%_\";?!" {
            let number = words.add(std::str::from_utf8(&[*mark]).unwrap_or(","));
            if let Some(slot) = words.marks.get_mut(usize::from(*mark)) {
                *slot = number;
            }
        }
        words
    }

    /// The number of a word, given one if it is new. The word is in lower case.
    pub(crate) fn add(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word.as_bytes()) {
            return *number;
        }
        let number = self.senses.len() as u32;
        self.numbers.insert(word.as_bytes().into(), number);
        self.senses.push(Sense::default());
        self.texts.push(word.into());
        number
    }

    /// As [`Self::add`], of a word in any case.
    pub(crate) fn add_low(&mut self, word: &str) -> u32 {
        if !word.bytes().any(|b| b.is_ascii_uppercase()) {
            return self.add(word);
        }
        let mut low = [0; Vocabulary::LONGEST];
        match low.get_mut(..word.len()) {
            Some(low) => {
                low.copy_from_slice(word.as_bytes());
                low.make_ascii_lowercase();
                match self.numbers.get(&*low) {
                    Some(number) => *number,
                    None => self.add(&word.to_ascii_lowercase()),
                }
            }
            None => self.add(&word.to_ascii_lowercase()),
        }
    }

    fn sense_mut(&mut self, word: &str) -> &mut Sense {
        let number = self.add(word);
        &mut self.senses[number as usize]
    }

    /// The number of a word in lower case, or `UNKNOWN`.
    pub(crate) fn find(&self, word: &[u8]) -> u32 {
        self.numbers.get(word).copied().unwrap_or(0)
    }

    /// The number of a mark, or `UNKNOWN`.
    pub(crate) fn mark(&self, byte: u8) -> u32 {
        self.marks.get(usize::from(byte)).copied().unwrap_or(0)
    }

    /// What the word can mean.
    pub(crate) fn sense(&self, word: u32) -> &Sense {
        self.senses.get(word as usize).unwrap_or(&self.senses[0])
    }

    /// The word with this number.
    pub(crate) fn text(&self, word: u32) -> &str {
        self.texts.get(word as usize).map_or("", |t| t)
    }

    /// How many numbers are given.
    pub(crate) fn len(&self) -> usize {
        self.senses.len()
    }
}
