//! Panels: pairs of parties by day, week, month or year, with counts and sums, as statistics packages want them. A row
//! stands only where something is told, unless the full grid is asked for: a pair on which nothing is told may have had
//! nothing to do with each other, or nobody wrote of it.
//!
//! An act counts in the period in which all days lie on which it may have happened. One that lies in no single period (told
//! of a year, in a panel of months) is counted nowhere and reported as too wide: to put it anywhere would invent a day.

use std::collections::{BTreeMap, BTreeSet};

use detente::plover::{EventType, Quad};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::cell::Cell;
use super::field::Context;

/// How long the periods are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Days.
    Day,
    /// Weeks of ISO 8601, from Monday to Sunday.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

impl By {
    /// First and last day of the period of a day.
    pub fn span(self, day: Date) -> (Date, Date) {
        match self {
            By::Day => (day, day),
            By::Week => {
                let back = i64::from(day.weekday().since(Weekday::Monday));
                let first = day.checked_sub(back.days()).unwrap_or(day);
                (first, first.checked_add(6.days()).unwrap_or(first))
            }
            By::Month => (day.first_of_month(), day.last_of_month()),
            By::Year => (day.first_of_year(), day.last_of_year()),
        }
    }

    /// The name of the period that begins on a day: 2019-08-19, 2019-W34, 2019-08, 2019.
    pub fn name(self, first: Date) -> String {
        match self {
            By::Day => first.to_string(),
            By::Week => {
                let week = first.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            By::Month => format!("{:04}-{:02}", first.year(), first.month()),
            By::Year => format!("{:04}", first.year()),
        }
    }
}

/// One row so far.
#[derive(Clone, Debug, Default)]
struct Sums {
    /// The first day of the first of its acts.
    day: Option<Date>,
    types: [u32; 16],
    quads: [u32; 4],
    scale: f64,
    reports: u64,
    publishers: BTreeSet<u32>,
}

/// A panel that grows. It takes memory for its rows, not for what is added.
pub struct Panel {
    by: By,
    rows: BTreeMap<(u32, u32, Date), Sums>,
    keys: Names,
    publishers: Names,
    /// Acts that lie in no single period.
    pub too_wide: u64,
}

/// Texts by number.
#[derive(Default)]
struct Names {
    numbers: BTreeMap<String, u32>,
    texts: Vec<String>,
}

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.numbers.insert(text.into(), number);
        self.texts.push(text.into());
        number
    }

    fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }
}

/// What is told of an act, for a panel.
pub struct Told<'a> {
    /// First and last day on which it may have happened.
    pub span: (Date, Date),
    /// Type.
    pub kind: EventType,
    /// Quad class by the convention that was asked for.
    pub quad: Quad,
    /// Place on the scale.
    pub scale: f64,
    /// Reports.
    pub reports: u64,
    /// Publishers.
    pub publishers: Vec<&'a str>,
}

impl Panel {
    /// An empty one.
    pub fn new(by: By) -> Panel {
        Panel { by, rows: BTreeMap::new(), keys: Names::default(), publishers: Names::default(), too_wide: 0 }
    }

    /// The period in which all days of an act lie.
    pub fn period(&self, span: (Date, Date)) -> Option<Date> {
        let (first, last) = self.by.span(span.0);
        (span.1 <= last).then_some(first)
    }

    /// Adds an act of one party on another.
    pub fn add(&mut self, source: &str, target: &str, told: &Told) {
        let Some(first) = self.period(told.span) else { return };
        let pair = (self.keys.number(source), self.keys.number(target));
        let publishers: Vec<u32> = told.publishers.iter().map(|p| self.publishers.number(p)).collect();
        let sums = self.rows.entry((pair.0, pair.1, first)).or_default();
        sums.day = sums.day.into_iter().chain([told.span.0]).min();
        if let Some(n) = EventType::ALL.iter().position(|t| *t == told.kind) {
            sums.types[n] += 1;
        }
        if let Some(n) = Quad::ALL.iter().position(|q| *q == told.quad) {
            sums.quads[n] += 1;
        }
        sums.scale += told.scale;
        sums.reports += told.reports;
        sums.publishers.extend(publishers);
    }

    /// How many rows something is told in.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True where nothing is told.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Hands out the rows in the order of source, target and time, by the names of fields in `columns.tsv`. With `fill`
    /// each pair has a row for each period from the first of all to the last of all.
    pub fn each(
        &self,
        fields: &[String],
        fill: bool,
        context: &Context,
        mut give: impl FnMut(&[Cell]) -> std::io::Result<()>,
    ) -> std::io::Result<u64> {
        let mut pairs: Vec<(u32, u32)> = self.rows.keys().map(|(a, b, _)| (*a, *b)).collect();
        pairs.dedup();
        pairs.sort_by_key(|(a, b)| (self.keys.text(*a), self.keys.text(*b)));
        let ends = || self.rows.keys().map(|key| key.2);
        let (Some(first), Some(last)) = (ends().min(), ends().max()) else { return Ok(0) };
        let nothing = Sums::default();
        let mut n = 0;
        for (a, b) in pairs {
            let mut own = self.rows.range((a, b, Date::MIN)..=(a, b, Date::MAX)).peekable();
            let mut period = if fill { first } else { own.peek().map_or(first, |(key, _)| key.2) };
            loop {
                let sums = match own.next_if(|(key, _)| key.2 == period) {
                    Some((_, sums)) => Some(sums),
                    None => fill.then_some(&nothing),
                };
                if let Some(sums) = sums {
                    let cells = self.cells(fields, (a, b), period, sums, context);
                    give(&cells)?;
                    n += 1;
                }
                let next = if fill {
                    self.by.span(period).1.tomorrow().ok().filter(|next| *next <= last)
                } else {
                    own.peek().map(|(key, _)| key.2)
                };
                match next {
                    Some(next) => period = next,
                    None => break,
                }
            }
        }
        Ok(n)
    }

    fn cells(
        &self,
        fields: &[String],
        (a, b): (u32, u32),
        first: Date,
        sums: &Sums,
        context: &Context,
    ) -> Vec<Cell> {
        let last = self.by.span(first).1;
        let party = |key: &str, what: &str| match what {
            "key" => Cell::text(key),
            "country" => Cell::text(context.country_of(key).unwrap_or_default()),
            "sector" => Cell::of(key.split_once('/').map(|(_, sector)| sector)),
            "cow" | "gw" if !context.is_state(key) => Cell::None,
            "cow" | "gw" => {
                // On the day of the first act; where there is none, on the first day of the period, or its last where the
                // state begins within it.
                let days = [sums.day, Some(first), Some(last)];
                let number = days.into_iter().flatten().find_map(|day| {
                    let (cow, gw) = context.numbers(key, day);
                    if what == "cow" { cow } else { gw }
                });
                number.map_or(Cell::None, |n| Cell::Whole(i64::from(n)))
            }
            _ => Cell::None,
        };
        let count = |n: u32| Cell::Whole(i64::from(n));
        fields
            .iter()
            .map(|field| match field.split_once('.') {
                Some(("source", what)) => party(self.keys.text(a), what),
                Some(("target", what)) => party(self.keys.text(b), what),
                _ => match field.as_str() {
                    "period" => Cell::text(self.by.name(first)),
                    "period_first" => Cell::Day(first),
                    "period_last" => Cell::Day(last),
                    "events" => count(sums.types.iter().sum()),
                    "scale_sum" => Cell::Number(sums.scale),
                    "reports" => Cell::Whole(sums.reports as i64),
                    "publishers" => Cell::count(sums.publishers.len()),
                    other => {
                        let quad = Quad::ALL.iter().position(|q| q.as_str().replace(' ', "_") == other);
                        let kind = EventType::ALL.iter().position(|t| t.as_str().to_lowercase() == other);
                        match (quad, kind) {
                            (Some(n), _) => count(sums.quads[n]),
                            (_, Some(n)) => count(sums.types[n]),
                            _ => Cell::None,
                        }
                    }
                },
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::{Form, Request};
    use super::*;

    fn told(from: Date, to: Date) -> Told<'static> {
        let (kind, scale) = (EventType::Assault, -9.0);
        Told { span: (from, to), kind, quad: kind.quad(), scale, reports: 2, publishers: vec!["A", "B"] }
    }

    fn rows(panel: &Panel, fill: bool) -> Vec<String> {
        let request = Request::new(Form::Panel);
        let context = Context::new(&request, None);
        let fields = ["period", "source.key", "target.key", "events", "assault", "scale_sum", "publishers"]
            .map(str::to_string);
        let mut rows = Vec::new();
        panel
            .each(&fields, fill, &context, |cells| {
                rows.push(cells.iter().map(|c| c.plain("").into_owned()).collect::<Vec<_>>().join(" "));
                Ok(())
            })
            .unwrap();
        rows
    }

    #[test]
    fn rows_stand_where_something_is_told_and_everywhere_when_asked() {
        let mut panel = Panel::new(By::Month);
        for (a, b, day) in
            [("B", "A", date(2020, 1, 31)), ("A", "B", date(2020, 3, 1)), ("A", "B", date(2020, 3, 9))]
        {
            panel.add(a, b, &told(day, day));
        }
        assert_eq!(rows(&panel, false), ["2020-03 A B 2 2 -18 2", "2020-01 B A 1 1 -9 2"]);
        assert_eq!(
            rows(&panel, true),
            [
                "2020-01 A B 0 0 0 0",
                "2020-02 A B 0 0 0 0",
                "2020-03 A B 2 2 -18 2",
                "2020-01 B A 1 1 -9 2",
                "2020-02 B A 0 0 0 0",
                "2020-03 B A 0 0 0 0"
            ]
        );
    }

    #[test]
    fn what_lies_in_no_single_period_is_put_nowhere() {
        let panel = Panel::new(By::Week);
        // 2020-01-06 is a Monday.
        assert_eq!(panel.period((date(2020, 1, 6), date(2020, 1, 12))), Some(date(2020, 1, 6)));
        assert_eq!(panel.period((date(2020, 1, 12), date(2020, 1, 13))), None);
        assert_eq!(By::Week.name(date(2019, 12, 30)), "2020-W01");
    }
}
