//! When: the date expressions of a text, and the days they mean.
//!
//! "last weekend", "12 February 2012", "three days earlier", "in the late 1990s", "the day after the fall of
//! the Berlin Wall": each is found with its bytes and resolved to an [`Interval`] of days, against the day of
//! publication, against an earlier date of the text, or not at all where the text does not say. A day is never
//! invented: "in June" is a month, "for many years" has no start, and "a day after Trump visited Israel" waits
//! for the stage that knows the visit ([`Anchor::Event`]).
//!
//! The phrases are data: `lexicon/times/*.toml`, with the holidays and the named events of public memory beside
//! them. [`TimeLexicon::load`] compiles them once; [`find`] reads a text.
//!
//! How it works, in reading order: `words` holds the closed classes (months, numbers), `scan` cuts the text,
//! `lexicon` compiles the phrases into a trie, `matching` finds the longest phrase at each place that has a
//! word of time near, `meaning` turns a phrase and its slots into days, `calendar` does the sums, `almanac` those of other calendars.

mod almanac;
mod calendar;
mod dating;
mod lexicon;
mod matching;
mod meaning;
mod scan;
mod weighing;
mod words;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::note::{Evidence, Note};
use crate::span::Span;

pub use dating::{When, of};
pub use lexicon::{Counter, Example, TimeLexicon};
pub use weighing::{DAY_TRAITS, DayTrait, Days, weigh};
pub use words::cardinal;

/// Days from `start` to `end`, both inside. A missing end is open: not known, or not yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// First day.
    pub start: Option<Date>,
    /// Last day.
    pub end: Option<Date>,
}

impl Interval {
    /// Nothing known at either end.
    pub const UNKNOWN: Interval = Interval { start: None, end: None };

    /// One day.
    pub fn day(day: Date) -> Interval {
        Interval { start: Some(day), end: Some(day) }
    }

    /// From one day to another, both inside.
    pub fn between(start: Date, end: Date) -> Interval {
        Interval { start: Some(start), end: Some(end) }
    }

    /// True when neither end is known.
    pub fn is_unknown(self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    /// True when both ends are known.
    pub fn is_closed(self) -> bool {
        self.start.is_some() && self.end.is_some()
    }
}

/// `2017-08-09`, `2017-08-01..2017-08-31`, `..2017-08-09`, `..`.
impl std::fmt::Display for Interval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.start, self.end) {
            (Some(a), Some(b)) if a == b => write!(f, "{a}"),
            (a, b) => {
                if let Some(a) = a {
                    write!(f, "{a}")?;
                }
                f.write_str("..")?;
                b.map_or(Ok(()), |b| write!(f, "{b}"))
            }
        }
    }
}

/// How fine an expression is: the period it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// A day, or a part of one.
    Day,
    /// Saturday and Sunday.
    Weekend,
    /// Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months from January, April, July or October.
    Quarter,
    /// Spring March–May, summer June–August, autumn September–November, winter December–February: the
    /// seasons of the north; the text rarely says which half of the world it means.
    Season,
    /// A year of the calendar.
    Year,
    /// Ten years, from one that ends in 0.
    Decade,
    /// A hundred years, from one that ends in 00.
    Century,
    /// Any other stretch: "between 2014 and 2016", "recently", "Ramadan".
    Span,
}

/// What sort of expression it is, after TimeML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeKind {
    /// It says when.
    Date,
    /// It says how long.
    Duration,
    /// It says how often.
    Set,
    /// It says at what hour, of a day that it does not name.
    TimeOfDay,
}

/// What an expression counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    /// From nothing: it names its days itself.
    None,
    /// From the day of publication.
    Published,
    /// From the earlier expression that stands here.
    Earlier(Span),
    /// From an event that the words after it name ("a day after Trump visited Israel"). The stage that finds
    /// the event asks [`TimeExpression::from_event`] for the days.
    Event(Offset),
}

/// How far from an event: "two weeks before …" is -2 weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Offset {
    /// How many; `None` for "days after", "a few weeks before".
    pub count: Option<i64>,
    /// Of what. [`Grain::Span`] for parts of a day ("hours after").
    pub grain: Grain,
    /// True for "before", false for "after".
    pub before: bool,
}

/// Which part of the named period is meant, after TIMEX3's `mod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// "early", "the beginning of".
    Start,
    /// "mid", "the middle of".
    Middle,
    /// "late", "the end of".
    End,
    /// "about", "nearly".
    About,
}

/// One date expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeExpression {
    /// Its bytes.
    pub span: Span,
    /// What sort it is.
    pub kind: TimeKind,
    /// The days it means: of several readings, the latest that is not ahead of publication. (A month or a
    /// day without its year is also read within the next hundred days, unless the words around tell of what is over, and
    /// then [`Self::past`] holds the other reading: nobody calls a day of last year "Nov. 9" on the second of
    /// November.)
    pub interval: Interval,
    /// The reading ahead of publication, where the words allow one and `interval` is not it: "on Monday",
    /// "in June". The event stage takes it when the verb is future; see also [`leans_ahead`].
    pub future: Option<Interval>,
    /// The reading behind publication, where `interval` is ahead of it and the words allow both.
    pub past: Option<Interval>,
    /// How fine it is.
    pub grain: Grain,
    /// TIMEX3 value: `2017-06`, `P3D`, `2017-W23`, `PAST_REF`.
    pub timex: String,
    /// Which part of the period of `timex` is meant; `interval` is already cut to it.
    pub part: Option<Part>,
    /// True where the ends of `interval` are a manner of speaking ("in recent days", "in early June").
    pub imprecise: bool,
    /// What it counts from.
    pub anchor: Anchor,
    /// The phrase that read it, and the words.
    pub evidence: Evidence,
}

impl TimeExpression {
    /// TIMEX3 value of the reading ahead of publication, where there is one.
    pub fn future_timex(&self) -> Option<String> {
        let mut value = calendar::timex(self.grain, self.future?);
        if self.grain == Grain::Day
            && let Some((_, tail)) = self.timex.split_once('T')
        {
            value = format!("{value}T{tail}");
        }
        Some(value)
    }

    /// The days that an expression with [`Anchor::Event`] means, once the days of the event are known. An
    /// offset with no count, or in parts of a day, gives a side that is open or the day itself.
    pub fn from_event(&self, event: Interval) -> Interval {
        let Anchor::Event(offset) = self.anchor else { return self.interval };
        meaning::from_event(offset, event)
    }
}

/// Reads the date expressions of `text`, in order of place; none overlaps another.
///
/// `tokens` are the tokens of the article or of one line: the text from the first to the last is read, all of
/// it when there are none. Their own borders do not matter. `published` is the day of publication: without
/// it, relative expressions are found and stay unknown.
pub fn find(
    text: &str,
    tokens: &[Span],
    published: Option<Date>,
    lexicon: &TimeLexicon,
    notes: &mut Vec<Note>,
) -> Vec<TimeExpression> {
    let (from, to) = match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => (first.start as usize, last.end as usize),
        _ => (0, text.len()),
    };
    let found = matching::find(text, from, to, lexicon);
    meaning::read(text, found, published, lexicon, notes)
}

/// True when the words around an expression speak of what is ahead ("will meet on Monday", "is expected in
/// June", "until Friday"): a hint for readers that have no parsed verb at hand.
pub fn leans_ahead(text: &str, expression: &TimeExpression) -> bool {
    meaning::leans_ahead(text, expression.span)
}
