//! From a phrase and its slots to days. Values are small expressions; this is where their operations live. An
//! operation that cannot give a true answer gives none: the words are then kept with a note.

use jiff::civil::Date;

use crate::note::{Evidence, Note};
use crate::span::Span;

use super::almanac::Almanac;
use super::calendar::{self, period, plus_days, plus_months, step};
use super::lexicon::{Sort, TimeLexicon, Value};
use super::matching::{Amount, Filled, Match};
use super::words::Unit;
use super::{Anchor, Grain, Interval, Offset, Part, TimeExpression, TimeKind};

/// The operations that a phrase's value can use; `lexicon/times/README.md` says what each does.
pub(crate) const OPERATIONS: &[&str] = &[
    "after",
    "at",
    "before",
    "century",
    "clock",
    "day",
    "daypart",
    "decade",
    "dom",
    "dur",
    "edge",
    "event",
    "firstn",
    "fiscal",
    "half",
    "in",
    "last",
    "latest",
    "md",
    "mdin",
    "my",
    "named",
    "next",
    "nth",
    "numeric",
    "offset",
    "part",
    "quarter",
    "range",
    "recent",
    "ref",
    "rel",
    "relweekday",
    "rest",
    "shift",
    "since",
    "sofar",
    "span",
    "that",
    "this",
    "tod",
    "until",
    "weekdaymd",
    "weekof",
    "within",
    "year",
    "yearago",
    "ymd",
    "spanof",
    "few",
    "set",
    "ahead",
    "countyear",
    "fiscalfrom",
    "inside",
    "isoweek",
    "onward",
    "other",
    "plushalf",
    "school",
    "season",
    "stretch",
    "twoyears",
    "upto",
    "weekdaydom",
    "weekdayfrom",
    "weekendat",
    "weekendof",
    "workdays",
    "workspan",
    "yearfrom",
];

/// The bare words that a value can use beside the units.
pub(crate) const WORDS: &[&str] = &[
    "past", "present", "future", "start", "middle", "end", "about", "first", "final", "none", "mon", "MO",
    "NI", "EV", "AF",
];

/// What a value comes to, before it becomes a [`TimeExpression`].
#[derive(Clone, Debug)]
struct Reading {
    kind: TimeKind,
    interval: Interval,
    future: Option<Interval>,
    grain: Grain,
    /// Where the calendar's own name of the interval is not the value.
    timex: Option<String>,
    /// Part of the day or hour, `TNI`.
    hour: Option<String>,
    part: Option<Part>,
    imprecise: bool,
    anchor: Anchor,
    /// The reading behind, where the interval is ahead.
    past: Option<Interval>,
    /// The year was worked out, not read: a range may move it.
    loose: bool,
    /// It stands beside another date for comparison ("a year ago"); nothing counts from it.
    aside: bool,
}

impl Reading {
    fn new(grain: Grain, interval: Interval) -> Reading {
        Reading {
            kind: TimeKind::Date,
            interval,
            future: None,
            grain,
            timex: None,
            hour: None,
            part: None,
            imprecise: false,
            anchor: Anchor::None,
            past: None,
            loose: false,
            aside: false,
        }
    }

    fn published(grain: Grain, interval: Interval) -> Reading {
        Reading { anchor: Anchor::Published, ..Reading::new(grain, interval) }
    }

    /// Found, but without a day to count from.
    fn unknown(grain: Grain, timex: &str) -> Reading {
        Reading { timex: Some(timex.into()), ..Reading::new(grain, Interval::UNKNOWN) }
    }

    fn duration(timex: String) -> Reading {
        Reading {
            kind: TimeKind::Duration,
            timex: Some(timex),
            ..Reading::new(Grain::Span, Interval::UNKNOWN)
        }
    }

    /// Of two readings, the one behind where the words around it tell of what is over.
    fn told_as_past(mut self, over: bool) -> Reading {
        if over && let Some(past) = self.past.take() {
            self.future = Some(self.interval);
            self.interval = past;
            if self.timex.is_some() {
                self.timex = Some(calendar::timex(self.grain, past));
            }
        }
        self
    }

    fn value(&self) -> String {
        let base = self.timex.clone().unwrap_or_else(|| calendar::timex(self.grain, self.interval));
        match &self.hour {
            Some(hour) => format!("{base}{hour}"),
            None => base,
        }
    }

    /// The same done to the interval and to the reading ahead. The value stays that of the whole.
    fn cut(mut self, how: impl Fn(Interval) -> Option<Interval>) -> Option<Reading> {
        self.timex = Some(self.timex.unwrap_or_else(|| calendar::timex(self.grain, self.interval)));
        self.interval = if self.interval.is_unknown() { self.interval } else { how(self.interval)? };
        self.future = self.future.and_then(&how);
        self.past = self.past.and_then(&how);
        Some(self)
    }
}

/// A thing that comes again, or a unit of the calendar.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    Unit(Unit),
    Month(u8),
    Weekday(u8),
    Season(u8),
    Quarter(i64),
    Half(i64),
    Holiday(u32),
}

#[derive(Clone, Debug)]
enum Arg {
    Missing,
    Int(i64),
    Count(Amount, bool, bool),
    Word(String),
    Target(Target),
    Decade(i64, bool),
    Part(&'static str),
    Clock(String),
    Reading(Box<Reading>),
}

/// An expression that was read before, for those that count from it.
struct Earlier {
    span: Span,
    interval: Interval,
    grain: Grain,
}

struct Context<'a> {
    published: Option<Date>,
    lexicon: &'a TimeLexicon,
    earlier: Vec<Earlier>,
    here: u32,
    /// Numeric dates of this text are day first: 25/12/2016 was seen.
    day_first: bool,
    ambiguous: bool,
}

/// What has no year is the coming one within so many days, when the last one is further than [`FAR`].
const NEAR: i64 = 100;
const FAR: i64 = 240;

/// How far back, in bytes, "the following day" may look for its day.
const REACH: u32 = 1500;

/// How far back, in bytes, a month may stand that "three days later" counts from.
const CLOSE: u32 = 120;

/// Turns matches into expressions.
pub(crate) fn read(
    text: &str,
    found: Vec<Match>,
    published: Option<Date>,
    lexicon: &TimeLexicon,
    notes: &mut Vec<Note>,
) -> Vec<TimeExpression> {
    let mut context = Context {
        published,
        lexicon,
        earlier: Vec::new(),
        here: 0,
        day_first: found.iter().any(|m| day_first(m, lexicon)),
        ambiguous: false,
    };
    let mut out = Vec::with_capacity(found.len());
    let mut open: Option<Span> = None;
    for one in found {
        let Some((id, value)) = lexicon
            .variants
            .get(one.variant as usize)
            .and_then(|v| lexicon.phrases.get(v.phrase as usize))
            .map(|p| (p.id.clone(), &p.value))
        else {
            continue;
        };
        context.here = one.span.start;
        context.ambiguous = false;
        let note = |text: String| Note { stage: "time", span: Some(one.span), text };
        let reading = match context.value(value, &one) {
            Some(Arg::Reading(reading)) => {
                // Within a month, a bare day is the coming one whatever stands around it.
                let soon = published.is_some_and(|p| away(reading.interval.start, p) <= 31);
                reading.told_as_past(!soon && lean(text, one.span, 3, 2) == Some(false))
            }
            Some(_) => continue,
            // "Q8", "the 40th Friday of June" are no dates; a wrong day of a month is one that went wrong.
            None if !names_a_day(value, &one, lexicon) => continue,
            None => {
                notes.push(note(format!(
                    "\"{}\" is no date of the calendar; kept as words",
                    one.span.slice(text)
                )));
                Reading::unknown(Grain::Span, "XXXX")
            }
        };
        if context.ambiguous {
            let order = if context.day_first { "day first" } else { "month first" };
            notes.push(note(format!(
                "\"{}\" is read {order}; it could be the other way",
                one.span.slice(text)
            )));
        }
        if published.is_none()
            && reading.kind == TimeKind::Date
            && reading.interval.is_unknown()
            && !matches!(reading.anchor, Anchor::Event(_))
        {
            open = open.or(Some(one.span));
        }
        let firm = reading.kind == TimeKind::Date
            && reading.interval.is_closed()
            && !reading.imprecise
            && !reading.aside
            && reading.timex.as_deref().is_none_or(|t| !t.ends_with("_REF"))
            && reading.grain <= Grain::Year;
        if firm {
            context.earlier.push(Earlier {
                span: one.span,
                interval: reading.interval,
                grain: reading.grain,
            });
        }
        out.push(TimeExpression {
            span: one.span,
            kind: reading.kind,
            interval: reading.interval,
            past: reading.past,
            future: reading.future.filter(|f| *f != reading.interval),
            grain: reading.grain,
            timex: reading.value(),
            part: reading.part,
            imprecise: reading.imprecise,
            anchor: reading.anchor,
            evidence: Evidence::new(id, [one.span]),
        });
    }
    if let Some(span) = open {
        let text = format!(
            "no day of publication is known: \"{}\", and what else counts from it, stays open",
            span.slice(text)
        );
        notes.push(Note { stage: "time", span: Some(span), text });
    }
    out
}

/// True when the value, or a phrase in one of its slots, gives a date by its numbers.
fn names_a_day(value: &Value, one: &Match, lexicon: &TimeLexicon) -> bool {
    match value {
        Value::Call { op, args } => {
            matches!(op.as_str(), "year" | "ymd" | "md" | "mdin" | "weekdaymd" | "numeric" | "dom")
                || args.iter().any(|arg| names_a_day(arg, one, lexicon))
        }
        Value::Slot { .. } => one.filled.iter().any(|filled| {
            let Filled::Phrase(inner) = filled else { return false };
            let phrase = lexicon.variants.get(inner.variant as usize);
            phrase
                .and_then(|v| lexicon.phrases.get(v.phrase as usize))
                .is_some_and(|p| names_a_day(&p.value, inner, lexicon))
        }),
        _ => false,
    }
}

/// True for a numeric date that can only be day first.
fn day_first(one: &Match, lexicon: &TimeLexicon) -> bool {
    let Some(variant) = lexicon.variants.get(one.variant as usize) else { return false };
    let numeric = lexicon
        .phrases
        .get(variant.phrase as usize)
        .is_some_and(|p| matches!(&p.value, Value::Call { op, .. } if op == "numeric"));
    numeric && matches!(one.filled.first(), Some(Filled::Number(n)) if (13..=31).contains(n))
}

impl Context<'_> {
    /// The value of an expression; `None` when it has no true answer.
    fn value(&mut self, value: &Value, one: &Match) -> Option<Arg> {
        Some(match value {
            Value::Int(number) => Arg::Int(*number),
            Value::Word(word) => match Unit::parse(word) {
                Some(unit) => Arg::Target(Target::Unit(unit)),
                None => Arg::Word(word.clone()),
            },
            Value::Slot { slot, negative } => {
                let variant = self.lexicon.variants.get(one.variant as usize)?;
                let (from, many) = (variant.slots.0 as usize, variant.slots.1 as usize);
                let slots = self.lexicon.slots.get(from..from + many)?;
                let Some(place) = slots.iter().position(|s| s == slot) else {
                    return Some(Arg::Missing);
                };
                match one.filled.get(place)?.clone() {
                    Filled::Count(amount, about) => Arg::Count(amount, about, *negative),
                    Filled::Unit(unit) => Arg::Target(Target::Unit(unit)),
                    Filled::Month(month) => Arg::Target(Target::Month(month)),
                    Filled::Weekday(day) => Arg::Target(Target::Weekday(day)),
                    Filled::Season(season) => Arg::Target(Target::Season(season)),
                    Filled::Number(number) => Arg::Int(if *negative { -number } else { number }),
                    Filled::Decade(year, short) => Arg::Decade(year, short),
                    Filled::Part(part) => Arg::Part(part),
                    Filled::Clock(clock) => Arg::Clock(clock),
                    Filled::Holiday(index) => Arg::Target(Target::Holiday(index)),
                    Filled::Named(index) => {
                        let named = self.lexicon.named.get(index as usize)?;
                        let mut days = named.days;
                        // Nobody writes of what is still to come by its later name, and a war goes on until it is over.
                        if let Some(published) = self.published {
                            if days.start > Some(published) {
                                return None;
                            }
                            days.end = days.end.min(Some(published));
                        }
                        let grain = if days.start == days.end { Grain::Day } else { Grain::Span };
                        let rough = named.sort == Sort::Era;
                        let made = Reading { imprecise: rough, ..Reading::new(grain, days) };
                        Arg::Reading(Box::new(made))
                    }
                    Filled::Other(index) => Arg::Int(self.lexicon.months.get(index as usize)?.1),
                    Filled::Phrase(inner) => {
                        let variant = self.lexicon.variants.get(inner.variant as usize)?;
                        let lexicon = self.lexicon;
                        let phrase = lexicon.phrases.get(variant.phrase as usize)?;
                        self.value(&phrase.value, &inner)?
                    }
                }
            }
            Value::Call { op, args } => {
                let mut made = Vec::with_capacity(args.len());
                for arg in args {
                    made.push(self.value(arg, one)?);
                }
                match op.as_str() {
                    "quarter" => Arg::Target(Target::Quarter(int(made.first())?).checked()?),
                    "half" => Arg::Target(Target::Half(int(made.first())?).checked()?),
                    "season" => Arg::Target(Target::Season(u8::try_from(int(made.first())?).ok()?.min(3))),
                    "plushalf" => match made.first()? {
                        Arg::Count(Amount::Exact(n), about, back) => {
                            Arg::Count(Amount::Half(*n), *about, *back)
                        }
                        _ => return None,
                    },
                    _ => Arg::Reading(Box::new(self.call(op, &made)?)),
                }
            }
        })
    }

    fn call(&mut self, op: &str, args: &[Arg]) -> Option<Reading> {
        let first = args.first();
        let second = args.get(1);
        let third = args.get(2);
        match op {
            "ref" => Some(self.reference(word(first)?)),
            "day" => {
                let Some(published) = self.published else {
                    return Some(Reading::unknown(Grain::Day, "XXXX-XX-XX"));
                };
                let day = plus_days(published, int(first)?)?;
                Some(Reading::published(Grain::Day, Interval::day(day)))
            }
            "ymd" => {
                let day = calendar::day(int(first)?, month(second)?, u8::try_from(int(third)?).ok()?)?;
                Some(Reading::new(Grain::Day, Interval::day(day)))
            }
            "numeric" => self.numeric(int(first)?, int(second)?, third),
            "md" => self.month_day(month(first)?, u8::try_from(int(second)?).ok()?, None),
            "weekdaymd" => {
                let Target::Weekday(weekday) = target(first)? else { return None };
                self.month_day(month(second)?, u8::try_from(int(third)?).ok()?, Some(weekday))
            }
            "mdin" => {
                let within = reading(third)?;
                let year = i64::from(within.interval.start?.year());
                let day = calendar::day(year, month(first)?, u8::try_from(int(second)?).ok()?)?;
                Some(Reading { anchor: within.anchor, ..Reading::new(Grain::Day, Interval::day(day)) })
            }
            "dom" => self.day_of_month(int(first)?, second),
            "my" => Some(Reading::new(Grain::Month, calendar::month(int(second)?, month(first)?)?)),
            "year" => {
                let year = int(first)?;
                // "The year 12" is most often a count of something.
                if year < 100 {
                    return Some(Reading::unknown(Grain::Year, "XXXX"));
                }
                Some(Reading::new(Grain::Year, calendar::years(year, year)?))
            }
            "fiscal" => {
                // Fiscal years begin in different months; the calendar's year stands in for it.
                let year = int(first)?;
                Some(Reading { imprecise: true, ..Reading::new(Grain::Year, calendar::years(year, year)?) })
            }
            "decade" => self.decade(first?),
            "century" => {
                let from = (int(first)? - 1).checked_mul(100)?;
                Some(Reading::new(Grain::Century, calendar::years(from, from + 99)?))
            }
            "recent" => self.recent(target(first)?),
            "last" => self.last(target(first)?),
            "this" => self.this(target(first)?),
            "next" => self.next(target(first)?),
            "in" => self.inside(target(first)?, &reading(second)?),
            "shift" if args.len() > 2 => self.shift_by_parts(args),
            "shift" => {
                let Target::Unit(unit) = target(second)? else {
                    return self.shift_weekdays(first?, target(second)?);
                };
                match self.published {
                    Some(published) => self.shift(first?, unit, published, true),
                    None => Some(Reading::unknown(unit.grain().unwrap_or(Grain::Day), "XXXX")),
                }
            }
            "offset" => {
                let from = reading(third)?;
                let Target::Unit(unit) = target(second)? else { return None };
                let back = negative(first?);
                let base = |i: Interval| if back { i.start } else { i.end };
                let Some(here) = base(from.interval) else {
                    return Some(Reading::unknown(Grain::Span, "XXXX"));
                };
                let mut made = self.shift(first?, unit, here, false)?;
                made.anchor = from.anchor;
                if let Some(ahead) = from.future.and_then(base) {
                    made.future = self.shift(first?, unit, ahead, false).map(|r| r.interval);
                }
                Some(made)
            }
            "span" => self.span(first?, target(second)?),
            "spanof" => self.spanof(target(first)?),
            "few" => self.few(word(first)?, target(second)?),
            "dur" if args.len() > 2 => {
                // Days and what is longer, then what is shorter: "P1DT3H".
                let (mut long, mut short) = (String::new(), String::new());
                for pair in args.chunks(2) {
                    let part = duration(amount(pair.first()?)?, unit(pair.get(1))?);
                    let part = part.strip_prefix('P')?;
                    match part.strip_prefix('T') {
                        Some(clock) => short.push_str(clock),
                        None => long.push_str(part),
                    }
                }
                let mark = if short.is_empty() { "" } else { "T" };
                let timex = format!("P{long}{mark}{short}");
                Some(Reading::duration(timex))
            }
            "dur" => Some(Reading::duration(duration(amount(first?)?, unit(second)?))),
            "within" => {
                let unit = unit(second)?;
                let mut made = Reading::duration(duration(amount(first?)?, unit));
                if let (Some(published), Some(_)) = (self.published, unit.grain()) {
                    made.future = self.shift(first?, unit, published, true).map(|r| r.interval);
                }
                Some(made)
            }
            "inside" => {
                let mut made = Reading::duration(duration(amount(first?)?, unit(second)?));
                made.future = Some(self.span(first?, target(second)?)?.interval).filter(|f| f.is_closed());
                Some(made)
            }
            "ahead" => {
                let mut made = reading(first)?;
                if let (Some(published), Some(ahead)) = (self.published, made.future)
                    && made.interval.end < Some(published)
                {
                    made.past = Some(made.interval);
                    made.interval = ahead;
                    made.future = None;
                }
                Some(made)
            }
            "edge" => {
                let (which, whole) = (word(first)?, reading(second)?);
                let day = if which == "start" { whole.interval.start } else { whole.interval.end };
                // An era ends in a year, not on a day.
                if whole.imprecise {
                    let year = period(Grain::Year, day?)?;
                    return Some(Reading {
                        imprecise: true,
                        anchor: whole.anchor,
                        ..Reading::new(Grain::Year, year)
                    });
                }
                Some(Reading { anchor: whole.anchor, ..Reading::new(Grain::Day, Interval::day(day?)) })
            }
            "onward" => reading(first)?.cut(|i| Some(Interval { start: Some(i.start?), end: None })),
            "stretch" => {
                let (n, unit) = (amount(first?)?, unit(second)?);
                let from = reading(third)?;
                let long = |i: Interval| {
                    let (Some(start), Amount::Exact(n)) = (i.start, n) else { return None };
                    let end = match unit.grain()? {
                        Grain::Day => plus_days(start, n)?,
                        Grain::Week if unit == Unit::Fortnight => plus_days(start, n.checked_mul(14)?)?,
                        Grain::Week => plus_days(start, n.checked_mul(7)?)?,
                        Grain::Month => plus_months(start, n)?,
                        Grain::Year => plus_months(start, n.checked_mul(12)?)?,
                        _ => return None,
                    };
                    Some(Interval::between(start, plus_days(end, -1)?))
                };
                let mut made = Reading::duration(duration(n, unit));
                made.interval = long(from.interval).unwrap_or(Interval::UNKNOWN);
                made.future = from.future.and_then(long);
                made.anchor = from.anchor;
                Some(made)
            }
            "upto" => {
                // So long, up to the last day of a date.
                let (n, unit) = (exact(first?)?.0, unit(second)?);
                let to = reading(third)?;
                let long = |i: Interval| {
                    let after = plus_days(i.end?, 1)?;
                    let start = match unit.grain()? {
                        Grain::Day => plus_days(after, n.checked_neg()?)?,
                        Grain::Week if unit == Unit::Week => plus_days(after, n.checked_mul(-7)?)?,
                        Grain::Month => plus_months(after, n.checked_neg()?)?,
                        Grain::Quarter => plus_months(after, n.checked_mul(-3)?)?,
                        Grain::Year => plus_months(after, n.checked_mul(-12)?)?,
                        _ => return None,
                    };
                    (start < after).then_some(Interval { start: Some(start), end: i.end })
                };
                let mut made = Reading::new(Grain::Span, long(to.interval)?);
                made.future = to.future.and_then(long);
                made.anchor = to.anchor;
                Some(made)
            }
            "countyear" => {
                let (begin, last) = (written_day(int(second)?)?, written_day(int(third)?)?);
                let number = int(first)?;
                let year = i64::from(begin.year()).checked_add(number.checked_sub(1)?)?;
                let whole = calendar::years(year, year)?;
                let (a, b) = (whole.start?.max(begin), whole.end?.min(last));
                (number > 0 && a <= b).then(|| Reading::new(Grain::Year, Interval::between(a, b)))
            }
            "yearfrom" => {
                let year = int(first)?.checked_add(int(second)?)?;
                // Years of another count that fall outside of living memory are other numbers.
                (1800..=2200).contains(&year).then_some(())?;
                Some(Reading::new(Grain::Year, calendar::years(year, year)?))
            }
            "other" => self.other(Almanac::parse(word(first)?)?, int(second), int(third), int(args.get(3))),
            "school" => {
                let this = || {
                    let published = self.published?;
                    Some(i64::from(published.year()) - i64::from(published.month() < 9))
                };
                let by_word = |w: &str| match w {
                    "past" => Some(this()? - 1),
                    "future" => Some(this()? + 1),
                    _ => this(),
                };
                let (year, anchor) = match (int(first), word(first)) {
                    (Some(year), _) => (Some(year), Anchor::None),
                    (None, Some(w)) => (by_word(w), Anchor::Published),
                    _ => return None,
                };
                let Some(year) = year else { return Some(Reading::unknown(Grain::Span, "XXXX")) };
                let days = Interval::between(calendar::day(year, 9, 1)?, calendar::day(year + 1, 8, 31)?);
                Some(Reading { imprecise: true, anchor, ..Reading::new(Grain::Span, days) })
            }
            "fiscalfrom" => {
                // Twelve months from the first of this month, of this year or of one so far from it.
                let (month, year) = (u8::try_from(int(first)?).ok()?, int(second)?);
                let from = calendar::day(year + int(third).unwrap_or(0), month, 1)?;
                let days = Interval::between(from, plus_days(plus_months(from, 12)?, -1)?);
                Some(Reading::new(Grain::Span, days))
            }
            "twoyears" => {
                // "2011-12", "1999/00"; "2010-14", where the digits are no month
                let (year, digits) = (int(first)?, int(second)?);
                let last = year.div_euclid(100) * 100 + digits;
                let last = if last < year { last + 100 } else { last };
                let apart = last == year + 1 || digits > 12;
                ((0..100).contains(&digits) && last - year < 50 && apart).then_some(())?;
                Some(Reading::new(Grain::Span, calendar::years(year, last)?))
            }
            "weekendof" => {
                let holiday = target(first)?;
                let within = match second {
                    Some(Arg::Reading(within)) => self.inside(holiday, within)?,
                    _ => self.recent(holiday)?,
                };
                let Target::Holiday(index) = holiday else { return None };
                let long = matches!(
                    self.lexicon.holidays.get(index as usize).map(|h| &h.rule),
                    Some(super::lexicon::Rule::Easter { .. })
                );
                let near = |i: Interval| {
                    let day = i.start?;
                    // Easter weekend is from Good Friday to Easter Monday.
                    if long && calendar::weekday(day) == 7 {
                        return Some(Interval::between(plus_days(day, -2)?, plus_days(day, 1)?));
                    }
                    // A Monday or a Tuesday belongs to the weekend before it, other days to the one after.
                    let before = calendar::weekday(day) <= 2;
                    let weekend = period(Grain::Weekend, plus_days(day, if before { -7 } else { 0 })?)?;
                    let (a, b) = (weekend.start?, weekend.end?);
                    Some(if before { Interval::between(a, day) } else { Interval::between(a.min(day), b) })
                };
                let Some(days) = near(within.interval) else {
                    return Some(Reading::unknown(Grain::Weekend, "XXXX-WXX-WE"));
                };
                Some(Reading {
                    future: within.future.and_then(near),
                    past: within.past.and_then(near),
                    anchor: within.anchor,
                    loose: within.loose,
                    ..Reading::new(Grain::Weekend, days)
                })
            }
            "isoweek" => {
                let (n, within) = (int(first)?, reading(second)?);
                let Some(start) = within.interval.start else {
                    return Some(Reading::unknown(Grain::Week, "XXXX-WXX"));
                };
                // The first week is the one with 4 January.
                let one = period(Grain::Week, calendar::day(i64::from(start.year()), 1, 4)?)?;
                let week = (1..=53).contains(&n).then(|| step(Grain::Week, one, n - 1)).flatten()?;
                Some(Reading { anchor: within.anchor, ..Reading::new(Grain::Week, week) })
            }
            "weekdaydom" => {
                let Target::Weekday(weekday) = target(first)? else { return None };
                self.weekday_of_month(weekday, int(second)?)
            }
            "weekdayfrom" => {
                let (sign, from) = (int(first)?, reading(third)?);
                let Target::Weekday(weekday) = target(second)? else { return None };
                let wanted = i64::from(weekday);
                let find = |i: Interval| {
                    let found = if sign < 0 {
                        let start = i.start?;
                        plus_days(start, -((calendar::weekday(start) - wanted - 1).rem_euclid(7) + 1))
                    } else {
                        let end = i.end?;
                        plus_days(end, (wanted - calendar::weekday(end) - 1).rem_euclid(7) + 1)
                    };
                    found.map(Interval::day)
                };
                let Some(main) = find(from.interval) else {
                    return Some(Reading::unknown(Grain::Day, &format!("XXXX-WXX-{weekday}")));
                };
                Some(Reading {
                    anchor: from.anchor,
                    future: from.future.and_then(find),
                    past: from.past.and_then(find),
                    ..Reading::new(Grain::Day, main)
                })
            }
            "workdays" | "workspan" => {
                let Arg::Count(Amount::Exact(n), _, back) = first? else { return None };
                let Some(published) = self.published else {
                    return Some(Reading::unknown(Grain::Day, "XXXX-XX-XX"));
                };
                let there = calendar::plus_workdays(published, if *back { n.checked_neg()? } else { *n })?;
                if op == "workdays" {
                    return Some(Reading::published(Grain::Day, Interval::day(there)));
                }
                let mut made = Reading::duration(duration(Amount::Exact(*n), Unit::Day));
                made.anchor = Anchor::Published;
                made.interval = Interval::between(there.min(published), there.max(published));
                Some(made)
            }
            // "Every March 8": the day without its year.
            "set" if matches!(second, Some(Arg::Reading(_))) => {
                let day = reading(second)?.interval.start;
                let timex = day.map_or("XXXX".into(), |d| format!("XXXX-{:02}-{:02}", d.month(), d.day()));
                Some(Reading { kind: TimeKind::Set, ..Reading::unknown(Grain::Span, &timex) })
            }
            "set" => {
                let timex = match target(second)? {
                    Target::Unit(Unit::Weekend) => "XXXX-WXX-WE".into(),
                    Target::Unit(unit) => duration(amount(first?)?, unit),
                    Target::Weekday(day) => format!("XXXX-WXX-{day}"),
                    Target::Month(month) => format!("XXXX-{month:02}"),
                    Target::Season(season) => {
                        format!("XXXX-{}", ["SP", "SU", "FA", "WI"][usize::from(season) % 4])
                    }
                    Target::Quarter(quarter) => format!("XXXX-Q{quarter}"),
                    Target::Half(half) => format!("XXXX-H{half}"),
                    Target::Holiday(_) => "XXXX-XX-XX".into(),
                };
                Some(Reading { kind: TimeKind::Set, ..Reading::unknown(Grain::Span, &timex) })
            }
            // "Before 5 p.m. on Friday" is still Friday.
            "since" | "until" | "before" | "after" if reading(first)?.hour.is_some() => reading(first),
            "since" => {
                let published = self.published;
                let mut made = reading(first)?;
                made.future = None;
                // What began ahead of publication has no "since".
                made.cut(|i| {
                    let end = published.filter(|p| i.start.is_none_or(|s| s <= *p));
                    Some(Interval { start: i.start, end })
                })
            }
            "until" => reading(first)?.cut(|i| Some(Interval { start: None, end: i.end })),
            // Before the end of a year is within it; after its beginning too.
            "before" => {
                let made = reading(first)?;
                let within = made.part == Some(Part::End);
                made.cut(|i| {
                    let end = if within { i.end? } else { plus_days(i.start?, -1)? };
                    Some(Interval { start: None, end: Some(end) })
                })
            }
            "after" => reading(first)?.cut(|i| Some(Interval { start: plus_days(i.end?, 1), end: None })),
            "part" => part(word(first)?, reading(second)?),
            "sofar" => {
                let published = self.published?;
                let mut made = reading(first)?.cut(|i| match i.start? <= published {
                    true => Some(Interval::between(i.start?, i.end?.min(published))),
                    false => Some(i),
                })?;
                made.part = Some(Part::Start);
                Some(made)
            }
            "rest" => {
                let published = self.published?;
                let mut made = reading(first)?.cut(|i| match i.end? >= published {
                    true => Some(Interval::between(i.start?.max(published), i.end?)),
                    false => Some(i),
                })?;
                made.part = Some(Part::End);
                Some(made)
            }
            "daypart" => {
                let mut made = reading(second)?;
                let part = match first? {
                    Arg::Part(part) => part,
                    Arg::Word(part) => part.as_str(),
                    _ => return None,
                };
                made.hour = (made.grain == Grain::Day && made.hour.is_none()).then(|| format!("T{part}"));
                Some(made)
            }
            "at" => {
                let mut made = reading(second)?;
                let Arg::Clock(clock) = first? else { return None };
                made.hour = (made.grain == Grain::Day).then(|| clock.clone());
                Some(made)
            }
            "tod" => {
                let timex = match first? {
                    Arg::Part(part) => format!("T{part}"),
                    Arg::Clock(clock) => clock.clone(),
                    _ => return None,
                };
                Some(Reading { kind: TimeKind::TimeOfDay, ..Reading::unknown(Grain::Day, &timex) })
            }
            "range" => range(reading(first)?, reading(second)?),
            "rel" => self.relative(first?, unit(second)?),
            "relweekday" => {
                let Target::Weekday(weekday) = target(first)? else { return None };
                let Some(from) = self.nearest(|e| e.grain <= Grain::Week) else {
                    return self.next(Target::Weekday(weekday));
                };
                let last = from.interval.end?;
                let on = (i64::from(weekday) - calendar::weekday(last) - 1).rem_euclid(7) + 1;
                let anchor = Anchor::Earlier(from.span);
                Some(Reading { anchor, ..Reading::new(Grain::Day, Interval::day(plus_days(last, on)?)) })
            }
            "that" => Some(self.that(unit(first)?)),
            "latest" => Some(self.latest(unit(first)?)),
            "yearago" => self.year_ago(),
            "event" => {
                let grain = unit(second)?.grain().unwrap_or(Grain::Span);
                let (many, before) = match first? {
                    Arg::Count(many, _, negative) => (*many, *negative),
                    Arg::Int(n) => (Amount::Exact(n.abs()), *n < 0),
                    Arg::Word(w) => (Amount::Few, w == "past"),
                    _ => return None,
                };
                let sign = if before { -1 } else { 1 };
                let count = match (many, unit(second)?) {
                    (Amount::Exact(n), Unit::Fortnight) => n.checked_mul(2 * sign),
                    (Amount::Exact(n), _) => n.checked_mul(sign),
                    _ => None,
                };
                let timex = duration(many, unit(second)?);
                let anchor = Anchor::Event(Offset { count, grain, before });
                Some(Reading { anchor, ..Reading::unknown(grain, &timex) })
            }
            "weekof" | "weekendat" => {
                let inner = reading(first)?;
                let grain = if op == "weekof" { Grain::Week } else { Grain::Weekend };
                let week = |i: Interval| period(grain, i.start?);
                let Some(main) = week(inner.interval) else {
                    return Some(Reading::unknown(grain, "XXXX-WXX"));
                };
                Some(Reading {
                    anchor: inner.anchor,
                    future: inner.future.and_then(week),
                    past: inner.past.and_then(week),
                    ..Reading::new(grain, main)
                })
            }
            "nth" => self.nth(int(first)?, target(second)?, reading(third)?),
            "firstn" => {
                first_n(amount(first?)?, unit(second)?, reading(third)?, word(args.get(3))? == "first")
            }
            "named" => reading(first),
            _ => None,
        }
    }

    fn reference(&self, which: &str) -> Reading {
        let today = self.published;
        let (timex, interval) = match which {
            "past" => ("PAST_REF", Interval { start: None, end: today }),
            "future" => ("FUTURE_REF", Interval { start: today, end: None }),
            _ => ("PRESENT_REF", Interval { start: today, end: today }),
        };
        Reading {
            timex: Some(timex.into()),
            imprecise: which != "present",
            ..Reading::published(Grain::Span, interval)
        }
    }

    /// 12/02/2012, 2/12/12.
    fn numeric(&mut self, a: i64, b: i64, year: Option<&Arg>) -> Option<Reading> {
        let (m, d) = match (a, b) {
            (13..=31, 1..=12) => (b, a),
            (1..=12, 13..=31) => (a, b),
            (1..=12, 1..=12) => {
                self.ambiguous = a != b;
                if self.day_first { (b, a) } else { (a, b) }
            }
            _ => return None,
        };
        let (m, d) = (u8::try_from(m).ok()?, u8::try_from(d).ok()?);
        match year {
            Some(Arg::Int(year)) => {
                let year = match year {
                    0..=49 => 2000 + year,
                    50..=99 => 1900 + year,
                    _ => *year,
                };
                Some(Reading::new(Grain::Day, Interval::day(calendar::day(year, m, d)?)))
            }
            _ => self.month_day(m, d, None),
        }
    }

    /// "Feb. 12": the nearest such day, the past before the future where it is not clear.
    fn month_day(&self, m: u8, d: u8, weekday: Option<u8>) -> Option<Reading> {
        // A day that no year has.
        calendar::day(2000, m, d)?;
        let Some(published) = self.published else {
            return Some(Reading::unknown(Grain::Day, &format!("XXXX-{m:02}-{d:02}")));
        };
        let year = i64::from(published.year());
        // 29 February may be four years away, eight around 1900.
        let days = (year - 8..=year + 8).filter_map(|y| calendar::day(y, m, d));
        let days: Vec<Date> = match weekday {
            Some(weekday) => {
                let fits: Vec<Date> =
                    days.clone().filter(|x| calendar::weekday(*x) == i64::from(weekday)).collect();
                // A weekday that fits within two years decides the year; else the writer erred.
                let near = |x: &&Date| (i64::from(x.year()) - year).abs() <= 1;
                if fits.iter().any(|x| near(&x)) { fits } else { days.collect() }
            }
            None => days.collect(),
        };
        let past = days.iter().copied().filter(|x| *x <= published).max();
        let ahead = days.iter().copied().filter(|x| *x > published).min();
        let away = |x: Date| (x.duration_since(published).as_hours() / 24).abs();
        let soon = match (past, ahead) {
            (Some(past), Some(ahead)) => away(ahead) <= NEAR && away(past) > FAR,
            (None, Some(_)) => true,
            _ => false,
        };
        let (main, behind, other) = if soon { (ahead?, past, None) } else { (past?, None, ahead) };
        Some(Reading {
            past: behind.map(Interval::day),
            future: other.map(Interval::day),
            loose: true,
            ..Reading::published(Grain::Day, Interval::day(main))
        })
    }

    /// "the 12th": of the month named in `second`, else of this month or the one before.
    fn day_of_month(&self, d: i64, second: Option<&Arg>) -> Option<Reading> {
        let d = u8::try_from(d).ok()?;
        if let Some(Arg::Reading(within)) = second {
            let first = within.interval.start?;
            let day = calendar::day(i64::from(first.year()), first.month() as u8, d)?;
            let future = within
                .future
                .and_then(|f| f.start)
                .and_then(|f| calendar::day(i64::from(f.year()), f.month() as u8, d))
                .map(Interval::day);
            return Some(Reading {
                anchor: within.anchor,
                future,
                ..Reading::new(Grain::Day, Interval::day(day))
            });
        }
        // A month that the text has just spoken of is the month meant.
        let base = match self.nearest(|e| e.grain <= Grain::Month && self.here - e.span.end < 300) {
            Some(earlier) => earlier.interval.start,
            None => self.published,
        };
        let Some(base) = base else { return Some(Reading::unknown(Grain::Day, &format!("XXXX-XX-{d:02}"))) };
        let at = |months: i64| {
            let there = plus_months(base.first_of_month(), months)?;
            calendar::day(i64::from(there.year()), there.month() as u8, d)
        };
        let past = (-3..=0).rev().filter_map(at).find(|x| *x <= base);
        let ahead = (0..=3).filter_map(at).find(|x| *x > base);
        Some(Reading {
            future: ahead.map(Interval::day),
            ..Reading::published(Grain::Day, Interval::day(past.or(ahead)?))
        })
    }

    fn decade(&self, arg: &Arg) -> Option<Reading> {
        let Arg::Decade(year, short) = arg else { return None };
        let from = if *short {
            // "the '90s": the last such decade that has begun.
            let now = self.published.map_or(2000, |d| i64::from(d.year()));
            let year = now.div_euclid(100) * 100 + year;
            if year > now { year - 100 } else { year }
        } else {
            *year
        };
        // "The 1800s" are a century, "the 2000s" ten years.
        if !short && from % 100 == 0 && from < 1900 {
            return Some(Reading::new(Grain::Century, calendar::years(from, from + 99)?));
        }
        Some(Reading::new(Grain::Decade, calendar::years(from, from + 9)?))
    }

    /// The occurrences of a target that begin in these years, in order, with their grain.
    fn occurrences(&self, target: Target, from: i64, to: i64) -> (Grain, Vec<Interval>) {
        let years = from..=to;
        match target {
            Target::Month(month) => (Grain::Month, years.filter_map(|y| calendar::month(y, month)).collect()),
            Target::Season(season) => {
                (Grain::Season, years.filter_map(|y| calendar::season(y, season)).collect())
            }
            Target::Quarter(quarter) => (
                Grain::Quarter,
                years
                    .filter_map(|y| period(Grain::Quarter, calendar::day(y, (quarter * 3 - 2) as u8, 1)?))
                    .collect(),
            ),
            Target::Half(half) => (
                Grain::Span,
                years
                    .filter_map(|y| {
                        let (a, b) = if half == 1 { (1, 6) } else { (7, 12) };
                        let last = calendar::day(y, b, 1)?.last_of_month();
                        Some(Interval::between(calendar::day(y, a, 1)?, last))
                    })
                    .collect(),
            ),
            Target::Holiday(index) => {
                let Some(holiday) = self.lexicon.holidays.get(index as usize) else {
                    return (Grain::Day, Vec::new());
                };
                let days: Vec<Interval> = years.flat_map(|y| holiday.in_year(y)).collect();
                let one = days.iter().all(|d| d.start == d.end);
                (if one { Grain::Day } else { Grain::Span }, days)
            }
            Target::Weekday(_) | Target::Unit(_) => (Grain::Day, Vec::new()),
        }
    }

    fn unresolved(&self, target: Target) -> Reading {
        let (grain, timex) = match target {
            Target::Month(m) => (Grain::Month, format!("XXXX-{m:02}")),
            Target::Weekday(d) => (Grain::Day, format!("XXXX-WXX-{d}")),
            Target::Season(s) => {
                (Grain::Season, format!("XXXX-{}", ["SP", "SU", "FA", "WI"][usize::from(s) % 4]))
            }
            Target::Quarter(q) => (Grain::Quarter, format!("XXXX-Q{q}")),
            Target::Half(h) => (Grain::Span, format!("XXXX-H{h}")),
            Target::Holiday(_) => (Grain::Day, "XXXX-XX-XX".into()),
            Target::Unit(unit) => {
                let grain = unit.grain().unwrap_or(Grain::Day);
                let timex = match grain {
                    Grain::Week => "XXXX-WXX",
                    Grain::Weekend => "XXXX-WXX-WE",
                    Grain::Month => "XXXX-XX",
                    Grain::Quarter => "XXXX-QX",
                    Grain::Day => "XXXX-XX-XX",
                    Grain::Decade => "XXX",
                    Grain::Century => "XX",
                    _ => "XXXX",
                };
                (grain, timex.into())
            }
        };
        Reading::unknown(grain, &timex)
    }

    fn half_named(target: Target, mut made: Reading) -> Reading {
        if let Target::Half(half) = target
            && let Some(first) = made.interval.start
        {
            made.timex = Some(format!("{:04}-H{half}", first.year()));
        }
        made
    }

    /// The last one that has begun, with the next one ahead.
    fn recent(&self, target: Target) -> Option<Reading> {
        let Some(published) = self.published else { return Some(self.unresolved(target)) };
        let year = i64::from(published.year());
        let made = match target {
            Target::Weekday(day) => {
                let back = (calendar::weekday(published) - i64::from(day)).rem_euclid(7);
                let main = plus_days(published, -back)?;
                let mut made = Reading::published(Grain::Day, Interval::day(main));
                made.future = plus_days(main, 7).map(Interval::day);
                made
            }
            Target::Unit(Unit::Weekend) => {
                let here = period(Grain::Weekend, published)?;
                let (main, ahead) = if calendar::is_weekend(published) {
                    (here, step(Grain::Weekend, here, 1))
                } else {
                    (step(Grain::Weekend, here, -1)?, Some(here))
                };
                Reading { future: ahead, ..Reading::published(Grain::Weekend, main) }
            }
            Target::Unit(unit) => Reading::published(unit.grain()?, period(unit.grain()?, published)?),
            _ => {
                let (grain, all) = self.occurrences(target, year - 3, year + 2);
                let main = all.iter().copied().filter(|i| i.start <= Some(published)).max_by_key(|i| i.start);
                let ahead = all.iter().copied().filter(|i| i.start > Some(published)).min_by_key(|i| i.start);
                let soon = match (target, main, ahead) {
                    (Target::Holiday(_) | Target::Month(_), Some(main), Some(ahead)) => {
                        away(ahead.start, published) <= NEAR && away(main.end, published) > FAR
                    }
                    _ => false,
                };
                match (main, ahead) {
                    (None, None) => return Some(self.unresolved(target)),
                    (Some(main), ahead) if !soon => {
                        Reading { future: ahead, loose: true, ..Reading::published(grain, main) }
                    }
                    (main, Some(ahead)) => {
                        Reading { past: main, loose: true, ..Reading::published(grain, ahead) }
                    }
                    (Some(main), None) => Reading { loose: true, ..Reading::published(grain, main) },
                }
            }
        };
        Some(Self::half_named(target, made))
    }

    /// The last one that is over, or that is not the one we are in.
    fn last(&self, target: Target) -> Option<Reading> {
        let Some(published) = self.published else { return Some(self.unresolved(target)) };
        let year = i64::from(published.year());
        let made = match target {
            Target::Weekday(day) => {
                // Nobody calls yesterday "last Thursday".
                let back = (calendar::weekday(published) - i64::from(day) - 2).rem_euclid(7) + 2;
                Reading::published(Grain::Day, Interval::day(plus_days(published, -back)?))
            }
            Target::Unit(Unit::Fortnight) => {
                let interval = Interval::between(plus_days(published, -14)?, published);
                Reading { timex: Some("P2W".into()), ..Reading::published(Grain::Span, interval) }
            }
            Target::Unit(unit) => {
                let grain = unit.grain()?;
                let mut here = period(grain, published)?;
                if grain == Grain::Weekend && here.end < Some(published) {
                    here = step(grain, here, 1)?;
                }
                Reading::published(grain, step(grain, here, -1)?)
            }
            _ => {
                let (grain, all) = self.occurrences(target, year - 3, year);
                let today = Some(published);
                match all.into_iter().filter(|i| i.start <= today && i.end < today).max_by_key(|i| i.start) {
                    Some(main) => Reading::published(grain, main),
                    None => return Some(self.unresolved(target)),
                }
            }
        };
        Some(Self::half_named(target, made))
    }

    /// The one of the year or the week we are in.
    fn this(&self, target: Target) -> Option<Reading> {
        let Some(published) = self.published else { return Some(self.unresolved(target)) };
        let year = i64::from(published.year());
        let made = match target {
            Target::Weekday(day) => {
                let main = plus_days(calendar::monday(published)?, i64::from(day) - 1)?;
                Reading::published(Grain::Day, Interval::day(main))
            }
            Target::Unit(Unit::Weekend) => return self.recent(target),
            Target::Unit(unit) => Reading::published(unit.grain()?, period(unit.grain()?, published)?),
            Target::Season(_) | Target::Holiday(_) => {
                // "this winter" in January is the one that began in December.
                let (grain, all) = self.occurrences(target, year - 1, year + 1);
                let today = Some(published);
                let inside = all.iter().find(|i| i.start <= today && today <= i.end);
                let same = all.iter().find(|i| i.start.is_some_and(|s| i64::from(s.year()) == year));
                match inside.or(same) {
                    Some(main) => Reading::published(grain, *main),
                    None => return Some(self.unresolved(target)),
                }
            }
            _ => {
                let (grain, all) = self.occurrences(target, year, year);
                match all.first() {
                    Some(main) => Reading::published(grain, *main),
                    None => return Some(self.unresolved(target)),
                }
            }
        };
        Some(Self::half_named(target, made))
    }

    /// The first one ahead.
    fn next(&self, target: Target) -> Option<Reading> {
        let Some(published) = self.published else { return Some(self.unresolved(target)) };
        let year = i64::from(published.year());
        let made = match target {
            Target::Weekday(day) => {
                let on = (i64::from(day) - calendar::weekday(published) - 1).rem_euclid(7) + 1;
                Reading::published(Grain::Day, Interval::day(plus_days(published, on)?))
            }
            Target::Unit(unit) => {
                let grain = unit.grain()?;
                let here = period(grain, published)?;
                let ahead = here.start > Some(published);
                Reading::published(grain, if ahead { here } else { step(grain, here, 1)? })
            }
            _ => {
                let (grain, all) = self.occurrences(target, year, year + 3);
                match all.into_iter().find(|i| i.start > Some(published)) {
                    Some(main) => Reading::published(grain, main),
                    None => return Some(self.unresolved(target)),
                }
            }
        };
        Some(Self::half_named(target, made))
    }

    /// "June last year", "the third quarter of 1998", "Easter 2017", "Friday last week".
    fn inside(&self, target: Target, within: &Reading) -> Option<Reading> {
        let Some(first) = within.interval.start else { return Some(self.unresolved(target)) };
        let year = i64::from(first.year());
        let mut made = match target {
            Target::Weekday(day) => Reading::new(
                Grain::Day,
                Interval::day(calendar::nth_weekday(within.interval, 1, i64::from(day))?),
            ),
            Target::Unit(_) => return None,
            Target::Half(half) if within.grain != Grain::Year => {
                let cut = |i: Interval| half_of(half, within.grain, i);
                let mut made = Reading::new(Grain::Span, cut(within.interval)?);
                made.future = within.future.and_then(cut);
                made.past = within.past.and_then(cut);
                made.anchor = within.anchor;
                return Some(made);
            }
            _ => {
                let (grain, all) = self.occurrences(target, year, year);
                match all.first() {
                    Some(main) => Reading::new(grain, *main),
                    None => return Some(self.unresolved(target)),
                }
            }
        };
        made.anchor = within.anchor;
        made.imprecise = within.imprecise && within.part.is_none();
        Some(Self::half_named(target, made))
    }

    /// `many` units away from `base`. Weeks, months and years keep their grain: "three weeks ago" is a week.
    fn shift(&self, many: &Arg, unit: Unit, base: Date, from_today: bool) -> Option<Reading> {
        let (many, about, back) = match many {
            Arg::Count(many, about, negative) => (*many, *about, *negative),
            Arg::Int(n) => (Amount::Exact(n.abs()), false, *n < 0),
            _ => return None,
        };
        let sign = if back { -1 } else { 1 };
        let anchor = if from_today { Anchor::Published } else { Anchor::None };
        let reference = if back { "PAST_REF" } else { "FUTURE_REF" };
        let Some(grain) = unit.grain() else {
            // Hours and minutes stay within the day or touch the next.
            let there = plus_days(base, sign)?;
            let interval = if back { Interval::between(there, base) } else { Interval::between(base, there) };
            return Some(Reading {
                timex: Some(if back { "PAST_REF" } else { "FUTURE_REF" }.into()),
                imprecise: true,
                anchor,
                ..Reading::new(Grain::Span, interval)
            });
        };
        // "A decade ago" is a year, not the decade before.
        let (grain, times) = match unit {
            Unit::Fortnight => (grain, 2),
            Unit::Decade => (Grain::Year, 10),
            Unit::Century => (Grain::Year, 100),
            _ => (grain, 1),
        };
        let moved = |n: i64| step(grain, period(grain, base)?, n.checked_mul(sign)?.checked_mul(times)?);
        let made = match many {
            Amount::Exact(n) => Reading {
                part: about.then_some(Part::About),
                imprecise: about,
                anchor,
                ..Reading::new(grain, moved(n)?)
            },
            Amount::Half(n) => {
                let months = match grain {
                    Grain::Year => (n.checked_mul(12)? + 6).checked_mul(times)?,
                    _ => {
                        let (a, b) = (moved(n)?, moved(n + 1)?);
                        let whole = Interval { start: a.start.min(b.start), end: a.end.max(b.end) };
                        return Some(Reading { imprecise: true, anchor, ..Reading::new(Grain::Span, whole) });
                    }
                };
                let there = plus_months(base, months.checked_mul(sign)?)?;
                Reading {
                    imprecise: true,
                    anchor,
                    ..Reading::new(Grain::Month, period(Grain::Month, there)?)
                }
            }
            Amount::Few => {
                let (near, far) = (moved(2)?, moved(10)?);
                let whole = Interval { start: near.start.min(far.start), end: near.end.max(far.end) };
                Reading {
                    timex: Some(reference.into()),
                    imprecise: true,
                    anchor,
                    ..Reading::new(Grain::Span, whole)
                }
            }
            Amount::Many => {
                let near = moved(2)?;
                let open = if back {
                    Interval { start: None, end: near.end }
                } else {
                    Interval { start: near.start, end: None }
                };
                Reading {
                    timex: Some(reference.into()),
                    imprecise: true,
                    anchor,
                    ..Reading::new(Grain::Span, open)
                }
            }
        };
        Some(made)
    }

    /// "2 years, 1 month and 21 days ago": as fine as its finest unit.
    fn shift_by_parts(&self, args: &[Arg]) -> Option<Reading> {
        let Some(published) = self.published else {
            return Some(Reading::unknown(Grain::Day, "XXXX-XX-XX"));
        };
        let back = negative(args.first()?);
        let (mut months, mut days) = (0i64, 0i64);
        let mut finest = Grain::Century;
        for pair in args.chunks(2) {
            let Amount::Exact(n) = amount(pair.first()?)? else { return None };
            let unit = unit(pair.get(1))?;
            finest = finest.min(unit.grain()?);
            let (m, d) = match unit {
                Unit::Day => (0, 1),
                Unit::Week => (0, 7),
                Unit::Fortnight => (0, 14),
                Unit::Month => (1, 0),
                Unit::Year => (12, 0),
                Unit::Decade => (120, 0),
                _ => return None,
            };
            months = months.checked_add(n.checked_mul(m)?)?;
            days = days.checked_add(n.checked_mul(d)?)?;
        }
        let sign = if back { -1 } else { 1 };
        let there = plus_days(plus_months(published, sign * months)?, sign * days)?;
        Some(Reading::published(finest, period(finest, there)?))
    }

    /// A year, a month or a day of another calendar; without a year, the last that has begun and the next.
    fn other(&self, almanac: Almanac, year: Option<i64>, m: Option<i64>, d: Option<i64>) -> Option<Reading> {
        let soft = almanac == Almanac::Islamic;
        let grain = match (m, d) {
            (Some(_), Some(_)) => Grain::Day,
            _ => Grain::Span,
        };
        if let Some(year) = year {
            let days = almanac.days(year, m, d)?;
            return Some(Reading { imprecise: soft, ..Reading::new(grain, days) });
        }
        let Some(published) = self.published else { return Some(Reading::unknown(grain, "XXXX")) };
        let near = almanac.year_near(i64::from(published.year()));
        let all: Vec<Interval> = (near - 3..=near + 3).filter_map(|y| almanac.days(y, m, d)).collect();
        let begun = all.iter().copied().filter(|i| i.start <= Some(published)).max_by_key(|i| i.start)?;
        let ahead = all.iter().copied().filter(|i| i.start > Some(published)).min_by_key(|i| i.start);
        Some(Reading { imprecise: soft, future: ahead, loose: true, ..Reading::published(grain, begun) })
    }

    /// "Monday the 13th": the nearest 13th that is a Monday, before and after.
    fn weekday_of_month(&self, weekday: u8, d: i64) -> Option<Reading> {
        let Some(published) = self.published else {
            return Some(Reading::unknown(Grain::Day, &format!("XXXX-XX-{d:02}")));
        };
        let d = u8::try_from(d).ok().filter(|d| (1..=31).contains(d))?;
        let fits = |months: i64| {
            let there = plus_months(published.first_of_month(), months)?;
            let day = calendar::day(i64::from(there.year()), there.month() as u8, d)?;
            (calendar::weekday(day) == i64::from(weekday)).then_some(day)
        };
        let past = (-14..=0).rev().filter_map(fits).find(|x| *x <= published);
        let ahead = (0..=14).filter_map(fits).find(|x| *x > published);
        // One of this or the next month is meant before one of last year.
        let near = |x: Option<Date>| away(x, published) <= 45;
        let made = |day: Date| Reading { loose: true, ..Reading::published(Grain::Day, Interval::day(day)) };
        Some(match (past, ahead) {
            (Some(past), ahead) if near(Some(past)) || !near(ahead) => {
                Reading { future: ahead.map(Interval::day), ..made(past) }
            }
            (past, Some(ahead)) => Reading { past: past.map(Interval::day), ..made(ahead) },
            (Some(past), None) => made(past),
            (None, None) => return None,
        })
    }

    /// "two Fridays ago".
    fn shift_weekdays(&self, many: &Arg, target: Target) -> Option<Reading> {
        let Arg::Count(Amount::Exact(n), _, back) = many else { return None };
        let base = if *back { self.last(target)? } else { self.next(target)? };
        let by = (n - 1).max(0).checked_mul(if *back { -7 } else { 7 })?;
        let Some(first) = base.interval.start else { return Some(base) };
        Some(Reading::published(Grain::Day, Interval::day(plus_days(first, by)?)))
    }

    /// "the past three months", "the next five years": how long, and up to or from today.
    fn span(&self, many: &Arg, target: Target) -> Option<Reading> {
        let Target::Unit(unit) = target else { return None };
        let (many_units, back) = match many {
            Arg::Count(many, _, negative) => (*many, *negative),
            Arg::Int(n) => (Amount::Exact(n.abs()), *n < 0),
            _ => return None,
        };
        let mut made = Reading::duration(duration(many_units, unit));
        made.anchor = Anchor::Published;
        let Some(published) = self.published else { return Some(made) };
        let (n, vague) = match many_units {
            Amount::Exact(n) => (n, false),
            Amount::Half(n) => (n.saturating_add(1), true),
            Amount::Few => (10, true),
            Amount::Many => {
                made.imprecise = true;
                made.interval = if back {
                    Interval { start: None, end: Some(published) }
                } else {
                    Interval { start: Some(published), end: None }
                };
                return Some(made);
            }
        };
        made.imprecise = vague;
        let signed = if back { n.checked_neg()? } else { n };
        // "The last two quarters" are whole ones.
        if let (Unit::Quarter, Amount::Exact(n)) = (unit, many_units)
            && n > 0
        {
            let here = period(Grain::Quarter, published)?;
            let near = step(Grain::Quarter, here, if back { -1 } else { 1 });
            let far = step(Grain::Quarter, here, signed);
            if let (Some(near), Some(far)) = (near, far) {
                made.interval = Interval { start: near.start.min(far.start), end: near.end.max(far.end) };
                return Some(made);
            }
        }
        let there = match unit {
            Unit::Second | Unit::Minute => Some(published),
            Unit::Hour => plus_days(
                published,
                (signed as f64 / 24.0).round() as i64 + if signed.abs() < 12 { signed.signum() } else { 0 },
            ),
            Unit::Day => plus_days(published, signed),
            Unit::Weekend | Unit::Week => plus_days(published, signed.checked_mul(7)?),
            Unit::Fortnight => plus_days(published, signed.checked_mul(14)?),
            Unit::Month => plus_months(published, signed),
            Unit::Quarter | Unit::Season => plus_months(published, signed.checked_mul(3)?),
            Unit::Year => plus_months(published, signed.checked_mul(12)?),
            Unit::Decade => plus_months(published, signed.checked_mul(120)?),
            Unit::Century => plus_months(published, signed.checked_mul(1200)?),
        };
        // Further than the calendar reaches: the end is open.
        made.interval = if back {
            Interval { start: there, end: Some(published) }
        } else {
            Interval { start: Some(published), end: there }
        };
        Some(made)
    }

    /// "the past week", "over the last month": the stretch that ends today, named as the period before.
    fn spanof(&self, target: Target) -> Option<Reading> {
        let mut made = self.last(target)?;
        let span = self.span(&Arg::Int(-1), target)?;
        made.timex = Some(made.value());
        made.interval = span.interval;
        made.grain = Grain::Span;
        made.imprecise = true;
        Some(made)
    }

    /// "in recent days", "in the coming weeks".
    fn few(&self, which: &str, target: Target) -> Option<Reading> {
        let Target::Unit(unit) = target else { return None };
        let back = which == "past";
        let span = self.span(&Arg::Count(Amount::Few, true, back), Target::Unit(unit))?;
        let mut made = self.reference(which);
        made.interval = span.interval;
        Some(made)
    }

    fn nearest(&self, fits: impl Fn(&Earlier) -> bool) -> Option<&Earlier> {
        self.earlier.iter().rev().find(|e| self.here.saturating_sub(e.span.end) <= REACH && fits(e))
    }

    /// "three days later", "the previous month", "a year earlier": from the last date of the text.
    fn relative(&self, many: &Arg, unit: Unit) -> Option<Reading> {
        let Some(grain) = unit.grain() else {
            // Hours later: the day of the last date, or the next.
            let Some(from) = self.nearest(|e| e.grain == Grain::Day) else {
                return Some(Reading::unknown(Grain::Span, "XXXX"));
            };
            let day = if negative(many) { from.interval.start? } else { from.interval.end? };
            let mut made = self.shift(many, unit, day, false)?;
            made.timex = Some(calendar::timex(Grain::Day, from.interval));
            made.anchor = Anchor::Earlier(from.span);
            return Some(made);
        };
        // Days count from days; a year from anything that lies in one.
        let close =
            |e: &Earlier| grain == Grain::Day && e.grain <= Grain::Month && self.here - e.span.end <= CLOSE;
        let from = self.nearest(|e| e.grain <= grain || close(e));
        let Some(from) = from else {
            // With no date before it, "a year earlier" can only look back from today; "later" is open.
            return match (self.published, negative(many)) {
                (Some(published), _) if matches!(many, Arg::Int(_)) && grain >= Grain::Decade => {
                    let there = step(grain, period(grain, published)?, exact(many)?.0)?;
                    Some(Reading::published(grain, there))
                }
                (Some(published), true) => {
                    let mut made = self.shift(many, unit, published, true)?;
                    made.imprecise = true;
                    Some(made)
                }
                _ => Some(Reading::unknown(grain, "XXXX")),
            };
        };
        let anchor = Anchor::Earlier(from.span);
        // "The previous decade" is ten years; "a decade earlier" is one year.
        if let Arg::Int(n) = many
            && grain >= Grain::Decade
        {
            let there = step(grain, period(grain, from.interval.start?)?, *n)?;
            return Some(Reading { anchor, ..Reading::new(grain, there) });
        }
        // A year from a quarter or a month is a quarter or a month again.
        if grain == Grain::Year
            && matches!(from.grain, Grain::Quarter | Grain::Month | Grain::Season)
            && let Some((n, false)) = exact(many)
        {
            let moved = step(Grain::Year, Interval::day(from.interval.start?), n)?.start?;
            let there = calendar::day(i64::from(moved.year()), from.interval.start?.month() as u8, 1)?;
            return Some(Reading { anchor, ..Reading::new(from.grain, period(from.grain, there)?) });
        }
        if grain == Grain::Day
            && from.grain > Grain::Day
            && let Some((n, about)) = exact(many)
        {
            // Some day of June, and three days more.
            let interval =
                Interval::between(plus_days(from.interval.start?, n)?, plus_days(from.interval.end?, n)?);
            return Some(Reading {
                anchor,
                imprecise: true,
                part: about.then_some(Part::About),
                ..Reading::new(Grain::Span, interval)
            });
        }
        let base = if negative(many) { from.interval.start? } else { from.interval.end? };
        let mut made = self.shift(many, unit, base, false)?;
        made.anchor = anchor;
        Some(made)
    }

    /// "that year", "the same day".
    fn that(&self, unit: Unit) -> Reading {
        let grain = unit.grain().unwrap_or(Grain::Day);
        let found = self.nearest(|e| e.grain <= grain).and_then(|from| {
            let whole = period(grain, from.interval.start?)?;
            Some(Reading { anchor: Anchor::Earlier(from.span), ..Reading::new(grain, whole) })
        });
        found.unwrap_or_else(|| self.unresolved(Target::Unit(unit)))
    }

    /// "the quarter", "the latest period": the one the text speaks of, else the last that is over.
    fn latest(&self, unit: Unit) -> Reading {
        let Some(grain) = unit.grain() else { return self.unresolved(Target::Unit(unit)) };
        let near = self.nearest(|e| e.grain == grain);
        if let Some(from) = near {
            return Reading { anchor: Anchor::Earlier(from.span), ..Reading::new(grain, from.interval) };
        }
        self.last(Target::Unit(unit)).unwrap_or_else(|| self.unresolved(Target::Unit(unit)))
    }

    /// "a year ago", "year-earlier": beside a quarter, the same quarter of the year before.
    fn year_ago(&self) -> Option<Reading> {
        let quarter = self.nearest(|e| e.grain == Grain::Quarter && self.here - e.span.end <= 600);
        let one = Arg::Int(-1);
        match (quarter, self.published) {
            (Some(from), _) => {
                let there = plus_months(from.interval.start?, -12)?;
                Some(Reading {
                    anchor: Anchor::Earlier(from.span),
                    aside: true,
                    ..Reading::new(Grain::Quarter, period(Grain::Quarter, there)?)
                })
            }
            (None, Some(published)) => self.shift(&one, Unit::Year, published, true),
            (None, None) => Some(Reading::unknown(Grain::Year, "XXXX")),
        }
    }

    /// "the first week of June", "the last Friday of the month", "the second day of 2015".
    fn nth(&self, n: i64, target: Target, within: Reading) -> Option<Reading> {
        let Interval { start: Some(first), end: Some(last) } = within.interval else {
            return Some(self.unresolved(target));
        };
        let find = |inside: Interval| -> Option<(Grain, Interval)> {
            let (first, last) = (inside.start?, inside.end?);
            match target {
                Target::Weekday(day) => {
                    Some((Grain::Day, Interval::day(calendar::nth_weekday(inside, n, i64::from(day))?)))
                }
                // A week belongs to the month and the year that hold its Thursday.
                Target::Unit(Unit::Week) if within.grain > Grain::Week => {
                    let thursday = calendar::nth_weekday(inside, n, 4)?;
                    Some((Grain::Week, period(Grain::Week, thursday)?))
                }
                Target::Unit(unit) => {
                    let grain = unit.grain()?;
                    let at = if n > 0 { period(grain, first)? } else { period(grain, last)? };
                    // The first week of June is the one with its first day.
                    // The last weekend of May is not the one that begins in June.
                    let over = n < 0 && at.start > Some(last);
                    let at = if over { step(grain, at, -1)? } else { at };
                    let found = step(grain, at, if n > 0 { n - 1 } else { n + 1 })?;
                    (found.start <= Some(last) && found.end >= Some(first)).then_some((grain, found))
                }
                _ => None,
            }
        };
        let _ = (first, last);
        let (grain, main) = find(within.interval)?;
        Some(Reading {
            future: within.future.and_then(find).map(|(_, days)| days),
            anchor: within.anchor,
            ..Reading::new(grain, main)
        })
    }
}

impl Target {
    fn checked(self) -> Option<Target> {
        match self {
            Target::Quarter(q) if !(1..=4).contains(&q) => None,
            Target::Half(h) if !(1..=2).contains(&h) => None,
            fine => Some(fine),
        }
    }
}

fn away(day: Option<Date>, from: Date) -> i64 {
    day.map_or(i64::MAX, |d| (d.duration_since(from).as_hours() / 24).abs())
}

/// A day written as one number in a phrase's value: 20190501.
fn written_day(number: i64) -> Option<Date> {
    let (month, day) = (number / 100 % 100, number % 100);
    calendar::day(number / 10_000, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

fn int(arg: Option<&Arg>) -> Option<i64> {
    match arg? {
        Arg::Int(number) => Some(*number),
        Arg::Count(Amount::Exact(number), _, negative) => Some(if *negative { -number } else { *number }),
        _ => None,
    }
}

fn month(arg: Option<&Arg>) -> Option<u8> {
    match arg? {
        Arg::Target(Target::Month(month)) => Some(*month),
        Arg::Int(number) => u8::try_from(*number).ok(),
        _ => None,
    }
}

fn word(arg: Option<&Arg>) -> Option<&str> {
    match arg? {
        Arg::Word(word) => Some(word),
        _ => None,
    }
}

fn target(arg: Option<&Arg>) -> Option<Target> {
    match arg? {
        Arg::Target(target) => Some(*target),
        _ => None,
    }
}

fn unit(arg: Option<&Arg>) -> Option<Unit> {
    match target(arg)? {
        Target::Unit(unit) => Some(unit),
        _ => None,
    }
}

fn amount(arg: &Arg) -> Option<Amount> {
    match arg {
        Arg::Count(many, _, _) => Some(*many),
        Arg::Int(number) => Some(Amount::Exact(number.abs())),
        Arg::Missing => Some(Amount::Few),
        _ => None,
    }
}

fn exact(arg: &Arg) -> Option<(i64, bool)> {
    match arg {
        Arg::Count(Amount::Exact(n), about, negative) => Some((if *negative { -n } else { *n }, *about)),
        Arg::Int(n) => Some((*n, false)),
        _ => None,
    }
}

fn negative(arg: &Arg) -> bool {
    match arg {
        Arg::Count(_, _, negative) => *negative,
        Arg::Int(n) => *n < 0,
        _ => false,
    }
}

fn reading(arg: Option<&Arg>) -> Option<Reading> {
    match arg? {
        Arg::Reading(reading) => Some((**reading).clone()),
        _ => None,
    }
}

/// The TIMEX3 value of a length: `P3D`, `PT2H`, `PXY`.
fn duration(many: Amount, unit: Unit) -> String {
    let (times, letter, clock) = match unit {
        Unit::Second => (1, "S", true),
        Unit::Minute => (1, "M", true),
        Unit::Hour => (1, "H", true),
        Unit::Day => (1, "D", false),
        Unit::Weekend => (1, "WE", false),
        Unit::Week => (1, "W", false),
        Unit::Fortnight => (2, "W", false),
        Unit::Month => (1, "M", false),
        Unit::Quarter | Unit::Season => (3, "M", false),
        Unit::Year => (1, "Y", false),
        Unit::Decade => (10, "Y", false),
        Unit::Century => (100, "Y", false),
    };
    let head = if clock { "PT" } else { "P" };
    match many {
        Amount::Exact(n) => format!("{head}{}{letter}", n.saturating_mul(times)),
        Amount::Half(n) => {
            let whole = match n.saturating_mul(times) {
                0 => String::new(),
                n => format!("{n}{letter}"),
            };
            match unit {
                Unit::Year => format!("P{whole}6M"),
                Unit::Decade => format!("P{}Y", n * 10 + 5),
                Unit::Century => format!("P{}Y", n * 100 + 50),
                Unit::Hour => format!("PT{whole}30M"),
                Unit::Minute => format!("PT{whole}30S"),
                _ => format!("{head}{n}.5{letter}"),
            }
        }
        Amount::Few | Amount::Many => format!("{head}X{letter}"),
    }
}

/// The first or the second half of a decade, a century, a month or any other stretch.
fn half_of(half: i64, grain: Grain, whole: Interval) -> Option<Interval> {
    let (first, last) = (whole.start?, whole.end?);
    let middle = match grain {
        Grain::Decade => plus_months(first, 5 * 12)?,
        Grain::Century => plus_months(first, 50 * 12)?,
        Grain::Month => plus_days(first, 15)?,
        _ => plus_days(first, (i64::from(last.duration_since(first).as_hours() as i32 / 24) + 1) / 2)?,
    };
    Some(if half == 1 {
        Interval::between(first, plus_days(middle, -1)?.max(first))
    } else {
        Interval::between(middle, last)
    })
}

/// "early", "mid", "late": a third of the period, with soft ends.
fn part(which: &str, whole: Reading) -> Option<Reading> {
    let (place, part) = match which {
        "start" => (0, Part::Start),
        "middle" => (1, Part::Middle),
        "end" => (2, Part::End),
        _ => {
            let mut made = whole;
            made.part = Some(Part::About);
            made.imprecise = true;
            return Some(made);
        }
    };
    if whole.grain == Grain::Day {
        return Some(Reading { part: Some(part), ..whole });
    }
    // Years are cut at months, decades at years; shorter periods at days.
    let grain = whole.grain;
    let mut made = whole.cut(|i| {
        let (first, last) = (i.start?, i.end?);
        match grain {
            Grain::Decade | Grain::Century => {
                let from = i64::from(first.year());
                let long = i64::from(last.year()) - from + 1;
                let cuts = if long == 10 { [(0, 3), (4, 6), (7, 9)] } else { [(0, 32), (33, 66), (67, 99)] };
                let (a, b) = cuts[place];
                calendar::years(from + a, from + b)
            }
            Grain::Year => {
                let (a, b) = [(1, 4), (5, 8), (9, 12)][place];
                let year = i64::from(first.year());
                Some(Interval::between(
                    calendar::day(year, a, 1)?,
                    calendar::day(year, b, 1)?.last_of_month(),
                ))
            }
            Grain::Week => {
                let (a, b) = [(0, 1), (1, 3), (3, 6)][place];
                Some(Interval::between(plus_days(first, a)?, plus_days(first, b)?))
            }
            _ => {
                let long = i64::from(last.duration_since(first).as_hours() as i32 / 24) + 1;
                let third = long / 3;
                let (a, b) = match place {
                    0 => (0, third.max(1) - 1 + i64::from(long % 3 == 2)),
                    1 => (third, long - third - 1),
                    _ => (long - third.max(1) - i64::from(long % 3 == 2), long - 1),
                };
                Some(Interval::between(plus_days(first, a)?, plus_days(first, b)?))
            }
        }
    })?;
    made.part = Some(part);
    made.imprecise = true;
    Some(made)
}

/// From one to the other. A beginning whose year was worked out moves to before the end.
fn range(a: Reading, b: Reading) -> Option<Reading> {
    let (Some(mut from), Some(end)) = (a.interval.start, b.interval.end) else {
        return Some(Reading::unknown(Grain::Span, "XXXX"));
    };
    // "From Monday to Wednesday of last week": the Monday before that Wednesday.
    let weekly = a.future.and_then(|f| f.start) == plus_days(from, 7) && a.grain == Grain::Day;
    if weekly && from > end {
        let weeks = (i64::from(from.duration_since(end).as_hours() as i32 / 24) + 6) / 7;
        from = plus_days(from, -7 * weeks)?;
    }
    // "From today until March 3": the end is the one ahead.
    if !a.loose
        && from > end
        && let Some(ahead) = b.future.and_then(|f| f.end)
    {
        return (from <= ahead).then(|| Reading {
            imprecise: a.imprecise || b.imprecise,
            anchor: a.anchor,
            ..Reading::new(Grain::Span, Interval::between(from, ahead))
        });
    }
    if a.loose {
        let last = b.interval.start.unwrap_or(end);
        while from > last {
            from = plus_months(from, -12)?;
        }
        while !b.loose && plus_months(from, 12)? <= last {
            from = plus_months(from, 12)?;
        }
    }
    if from > end {
        return None;
    }
    let future = match (a.future.and_then(|f| f.start), b.future.and_then(|f| f.end)) {
        (Some(from), Some(end)) if from <= end => Some(Interval::between(from, end)),
        // "From May to March": the next March is that of the year after.
        (_, Some(end)) if a.loose && b.loose => {
            plus_months(from, 12).filter(|from| *from <= end).map(|from| Interval::between(from, end))
        }
        _ => None,
    };
    Some(Reading {
        future,
        imprecise: a.imprecise || b.imprecise,
        anchor: a.anchor,
        ..Reading::new(Grain::Span, Interval::between(from, end))
    })
}

/// "the first nine months of 1998", "the last two weeks of May".
fn first_n(many: Amount, unit: Unit, within: Reading, from_start: bool) -> Option<Reading> {
    let (Amount::Exact(n), Some(first), Some(last)) = (many, within.interval.start, within.interval.end)
    else {
        return Some(Reading::duration(duration(many, unit)));
    };
    let by = |date: Date, n: i64| match unit {
        Unit::Day => plus_days(date, n),
        Unit::Week => plus_days(date, n.checked_mul(7)?),
        Unit::Month => plus_months(date, n),
        Unit::Quarter => plus_months(date, n.checked_mul(3)?),
        Unit::Year => plus_months(date, n.checked_mul(12)?),
        _ => None,
    };
    let (a, b) = if from_start {
        (first, plus_days(by(first, n)?, -1)?)
    } else {
        (plus_days(by(plus_days(last, 1)?, n.checked_neg()?)?, 0)?, last)
    };
    if a > b || a < first || b > last {
        return None;
    }
    Some(Reading {
        kind: TimeKind::Duration,
        timex: Some(duration(many, unit)),
        anchor: within.anchor,
        ..Reading::new(Grain::Span, Interval::between(a, b))
    })
}

/// The days that lie `offset` away from an event.
pub(crate) fn from_event(offset: Offset, event: Interval) -> Interval {
    let base = if offset.before { event.start } else { event.end };
    let Some(base) = base else { return Interval::UNKNOWN };
    match (offset.count, offset.grain) {
        (_, Grain::Span) => {
            let other = plus_days(base, if offset.before { -1 } else { 1 });
            if offset.before {
                Interval { start: other, end: Some(base) }
            } else {
                Interval { start: Some(base), end: other }
            }
        }
        // The event's own width stays: a day after something of 3–5 May is 4–6 May.
        (Some(n), Grain::Day) => Interval {
            start: event.start.and_then(|d| plus_days(d, n)),
            end: event.end.and_then(|d| plus_days(d, n)),
        },
        (Some(n), grain) => {
            let move_one = |d: Date| step(grain, period(grain, d)?, n);
            let (a, b) = (event.start.and_then(move_one), event.end.and_then(move_one));
            Interval { start: a.and_then(|i| i.start), end: b.and_then(|i| i.end) }
        }
        (None, _) if offset.before => Interval { start: None, end: plus_days(base, -1) },
        (None, _) => Interval { start: plus_days(base, 1), end: None },
    }
}

const AHEAD: &[&str] = &[
    "will",
    "ll",
    "would",
    "shall",
    "expected",
    "expects",
    "scheduled",
    "due",
    "plans",
    "planned",
    "upcoming",
    "deadline",
    "expires",
    "hopes",
    "intends",
    "slated",
    "until",
    "forthcoming",
    "postponed",
    "delayed",
    "could",
    "might",
];

const BEHIND: &[&str] = &[
    "was", "were", "had", "did", "said", "says", "been", "since", "last", "went", "took", "made", "came",
    "began", "told", "held", "met", "found", "left", "became", "won", "lost", "fell", "rose", "gave", "got",
    "saw", "ago", "sold", "bought", "led", "brought", "has", "have", "sent", "paid", "spoke", "shot",
    "struck", "broke", "ran", "hit", "drew", "kept", "grew", "wrote", "sought", "fought", "chose", "drove",
    "flew", "stood", "laid", "shut", "sank", "swore", "threw", "woke", "beat", "withdrew", "meant",
    "dropped",
];

/// True when the nearest telling word of the same sentence speaks of what is ahead.
pub(crate) fn leans_ahead(text: &str, span: Span) -> bool {
    lean(text, span, 10, 4) == Some(true)
}

/// Ahead or over, by the nearest telling word of the same sentence, so many words back or on; `None` when there
/// is none.
fn lean(text: &str, span: Span, far_back: usize, far_on: usize) -> Option<bool> {
    fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
        text.split(|c: char| c.is_whitespace() || c == '\'' || c == '\u{2019}').filter(|w| !w.is_empty())
    }
    fn tidy(word: &str) -> String {
        word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase()
    }
    // "To be held" is ahead, "was held" is over.
    let kind = |word: &str, before: Option<&str>| {
        let word = tidy(word);
        if AHEAD.contains(&word.as_str()) {
            Some(true)
        } else if BEHIND.contains(&word.as_str()) || (word.len() > 4 && word.ends_with("ed")) {
            Some(before.is_some_and(|b| tidy(b) == "be"))
        } else {
            None
        }
    };
    let (start, end) = (span.start as usize, span.end as usize);
    // A sentence is at most so long; whole lines need not be looked through.
    let from = (start.saturating_sub(160)..=start).find(|i| text.is_char_boundary(*i))?;
    let to = (end..=(end + 80).min(text.len())).rev().find(|i| text.is_char_boundary(*i))?;
    let (left, right) = (text.get(from..start)?, text.get(end..to)?);
    let left = left.rsplit(['\n', ';', '!', '?']).next().unwrap_or("");
    let left = left.rsplit(". ").next().unwrap_or("");
    let right = right.split(['\n', ';', '!', '?']).next().unwrap_or("");
    let right = right.split(". ").next().unwrap_or("");
    let back: Vec<&str> = words(left).rev().take(far_back + 1).collect();
    let on: Vec<&str> = words(right).take(far_on).collect();
    let before = (0..back.len().min(far_back))
        .find_map(|i| kind(back[i], back.get(i + 1).copied()).map(|ahead| (i, ahead)));
    let after = (0..on.len())
        .find_map(|i| kind(on[i], i.checked_sub(1).and_then(|b| on.get(b)).copied()).map(|ahead| (i, ahead)));
    match (before, after) {
        (Some((i, a)), Some((j, b))) => Some(if i <= j + 1 { a } else { b }),
        (one, other) => one.or(other).map(|(_, ahead)| ahead),
    }
}
