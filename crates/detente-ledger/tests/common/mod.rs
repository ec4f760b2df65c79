//! What the tests share: invented articles and reports, numbers that only look random, and a fresh reckoning of all
//! that a ledger keeps.
#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::BTreeMap;

use detente::article::Article;
use detente::event_set::{Event, gather};
use detente::note::Evidence;
use detente::plover::EventType;
use detente::report::{CiteInfo, Coder, Entity, Report, TextInfo};
use detente::span::Span;
use detente::standing::{self, State, observe, standing};
use detente::turn::{self, Turn, turns};
use detente_ledger::{Filter, Ledger, StandingMonth, TurnFilter};
use jiff::civil::Date;

/// Numbers that are the same on every machine (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }

    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len() as u64) as usize]
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for i in (1..all.len()).rev() {
            all.swap(i, self.roll(i as u64 + 1) as usize);
        }
    }
}

pub fn coder(version: &str) -> Coder {
    Coder { version: version.into(), lexicon: "lex".into(), model: "en".into() }
}

pub fn article(id: &str, text: &str) -> Article {
    Article {
        id: id.into(),
        title: Some(format!("Headline of {id}")),
        text: text.into(),
        url: Some(format!("https://example.org/{id}")),
        source: Some("The Anduin Echo".into()),
        ..Article::default()
    }
}

pub fn entity(key: &str) -> Entity {
    Entity {
        key: key.into(),
        identifier_text: Some(format!("Kingdom of {key}")),
        entity_text: key.into(),
        start: 0,
        end: key.len() as u32,
        ..Entity::default()
    }
}

/// A report that takes the whole text for its sentence.
pub fn report(
    article: &Article,
    n: usize,
    kind: EventType,
    parties: (&str, &str),
    day: Option<Date>,
) -> Report {
    Report {
        id: format!("{}#{n}", article.id),
        doc: article.id.clone(),
        event: vec![kind],
        mode: None,
        context: vec![],
        quad_code: kind.quad(),
        event_scale: match kind {
            EventType::Sanction => -6.0,
            EventType::Assault => -9.0,
            EventType::Accuse => -2.0,
            _ => 4.0,
        },
        actor: vec![entity(parties.0)],
        recipient: vec![entity(parties.1)],
        date: day,
        enddate: day,
        date_text: None,
        date_precision: Some("day".into()),
        aux: vec![],
        said_by: None,
        text_info: TextInfo { sequence: 0, start: 0, end: article.text.len() as u32 },
        event_text: "dealt with".into(),
        event_loc: None,
        size: None,
        event_id: None,
        gist: detente::report::Gist::default(),
        confidence: None,
        evidence: vec![Evidence::new("test", [Span::new(0, 1)])],
        links: vec![],
        cite_info: CiteInfo::default(),
        coder: coder("1"),
    }
}

/// All pairs that a ledger has.
pub fn pairs(ledger: &Ledger, as_of: Option<Date>) -> Vec<(String, String)> {
    let mut pairs: Vec<_> =
        ledger.dyads(usize::MAX, as_of).unwrap().into_iter().map(|d| (d.a, d.b)).collect();
    pairs.sort();
    pairs
}

/// Events in one order, with their reasons in one order.
pub fn in_order(mut events: Vec<Event>) -> Vec<Event> {
    for event in &mut events {
        event.reasons.sort_by(|x, y| x.report.cmp(&y.report));
    }
    events.sort_by(|x, y| x.id.cmp(&y.id));
    events
}

/// What a ledger answers about all its pairs, as of a day, for the months up to that of `to`.
#[derive(Debug, PartialEq)]
pub struct Answers {
    pub reports: Vec<String>,
    pub events: Vec<Event>,
    pub series: BTreeMap<(String, String), Vec<StandingMonth>>,
    pub on: Vec<(String, String, StandingMonth)>,
    pub turns: Vec<Turn>,
}

pub fn answers(ledger: &Ledger, on: Date, as_of: Option<Date>) -> Answers {
    let filter = Filter { as_of, ..Filter::default() };
    let mut turns = ledger.turns(&TurnFilter { as_of, ..TurnFilter::default() }).unwrap();
    turns.sort_by(|x, y| (&x.a, &x.b, x.from, x.kind).cmp(&(&y.a, &y.b, y.from, y.kind)));
    let series = pairs(ledger, as_of).into_iter().map(|(a, b)| {
        let series = ledger.standing_series(&a, &b, None, Some(on), as_of).unwrap();
        // A pair whose evidence begins after the day has no months.
        ((a, b), series)
    });
    let mut reports: Vec<String> =
        ledger.reports(&filter).unwrap().into_iter().map(|row| row.report.id).collect();
    reports.sort();
    Answers {
        reports,
        events: in_order(ledger.events(&filter).unwrap()),
        series: series.filter(|(_, series)| series.iter().any(|m| m.level.is_some())).collect(),
        on: ledger.standings_on(on, as_of).unwrap().into_iter().map(|s| (s.a, s.b, s.month)).collect(),
        turns,
    }
}

/// The same, worked out anew by the engine from the reports alone.
pub fn fresh(ledger: &Ledger, on: Date) -> Answers {
    let rows = ledger.reports(&Filter::default()).unwrap();
    let events = gather(rows.iter().map(|row| &row.report));
    let params = standing::Params::default();
    let mut series = BTreeMap::new();
    let mut standings = Vec::new();
    let mut all_turns = Vec::new();
    for (a, b) in pairs(ledger, None) {
        let observed = observe(&events, &a, &b, &params);
        let standing = standing(&observed, &a, &b, Some(on.last_of_month()), &params);
        let month = |m: &standing::Month| {
            let balance = standing::standing_on(&observed, m.first.last_of_month(), &params);
            let state = m.level.map(|_| State::of(&balance, None, &params).as_str().to_string());
            assert_eq!(m.level, balance.level, "{a} {b} {}", m.first);
            StandingMonth {
                first: m.first,
                level: m.level,
                treat: m.level.map(|l| l.value),
                alike: None,
                state,
            }
        };
        let months: Vec<StandingMonth> = standing.months.iter().map(month).collect();
        if let Some(last) = months.last().filter(|m| m.level.is_some()) {
            standings.push((a.clone(), b.clone(), last.clone()));
        }
        if months.iter().any(|m| m.level.is_some()) {
            // Before its first evidence a pair has no rows.
            let from = months.iter().position(|m| m.level.is_some()).unwrap();
            series.insert((a.clone(), b.clone()), months[from..].to_vec());
        }
        all_turns.extend(turns(&observed, &a, &b, &turn::Params::default()));
    }
    all_turns.sort_by(|x, y| (&x.a, &x.b, x.from, x.kind).cmp(&(&y.a, &y.b, y.from, y.kind)));
    let mut reports: Vec<String> = rows.into_iter().map(|row| row.report.id).collect();
    reports.sort();
    Answers { reports, events: in_order(events), series, on: standings, turns: all_turns }
}

/// Says where two answers differ, in few words.
pub fn assert_same(left: &Answers, right: &Answers, when: &str) {
    assert_eq!(left.reports, right.reports, "reports, {when}");
    for (x, y) in left.events.iter().zip(&right.events) {
        assert_eq!(x, y, "an event, {when}");
    }
    assert_eq!(left.events.len(), right.events.len(), "events, {when}");
    for (pair, series) in &left.series {
        let Some(other) = right.series.get(pair) else {
            panic!("{pair:?} has no series on the right, {when}")
        };
        for (x, y) in series.iter().zip(other) {
            assert_eq!(x, y, "a month of {pair:?}, {when}");
        }
        assert_eq!(series.len(), other.len(), "months of {pair:?}, {when}");
    }
    assert_eq!(left.series.len(), right.series.len(), "pairs with a series, {when}");
    assert_eq!(left.on, right.on, "standings, {when}");
    for (x, y) in left.turns.iter().zip(&right.turns) {
        assert_eq!(x, y, "a turn, {when}");
    }
    assert_eq!(left.turns.len(), right.turns.len(), "turns, {when}");
}
