//! The cards of a ledger answer as the ledger itself does, question by question.

mod common;

use std::collections::BTreeMap;

use common::{Dice, article, coder, entity, report};
use detente::place::EventLoc;
use detente::plover::{EventType, Quad};
use detente::report::{Aux, Report};
use detente_ledger::{Decision, Filter, Ledger, Order, Row, Status};
use jiff::ToSpan;
use jiff::civil::{Date, date};

const PARTIES: [&str; 6] = ["Arnor", "Gondor", "Rohan", "Shire", "Arnor/REB", "Mordor"];
const MODES: [&str; 2] = ["armed", "aerial"];
const START: Date = date(2026, 1, 1);

fn party(dice: &mut Dice) -> &'static str {
    PARTIES[dice.roll(PARTIES.len() as u64) as usize]
}

/// A ledger of invented articles, some of which are read again later; what `articles` says of them is added.
fn add(ledger: &mut Ledger, dice: &mut Dice, articles: std::ops::Range<u64>) {
    for n in articles {
        // The names are not in the order of the rows.
        let mut article =
            article(&format!("a{:03}", (n * 37) % 101), &format!("Text {n} about ore and salt."));
        article.source = (dice.roll(4) > 0).then(|| format!("Paper {}", dice.roll(3)));
        article.published = Some(START + i64::from(n as u32).days());
        for reading in 0..1 + u64::from(dice.roll(4) == 0) {
            let reports: Vec<Report> =
                (0..dice.roll(5) as usize).map(|i| invented(dice, &article, i)).collect();
            let known = START + i64::from((n + 20 * reading) as u32).days();
            ledger.add(&article, &reports, &[], &coder(&reading.to_string()), known).unwrap();
        }
    }
}

fn invented(dice: &mut Dice, article: &detente::article::Article, n: usize) -> Report {
    let kinds =
        [EventType::Sanction, EventType::Assault, EventType::Accuse, EventType::Aid, EventType::Consult];
    let (a, b) = (party(dice), party(dice));
    let day = START - i64::from(dice.roll(9) as u32).days();
    let mut report = report(article, n, *dice.of(&kinds), (a, b), Some(day));
    if dice.roll(3) == 0 {
        report.actor.push(entity(party(dice)));
    }
    match dice.roll(6) {
        0 => (report.date, report.enddate) = (None, None),
        1 => report.date = None,
        2 => report.enddate = None,
        3 => report.enddate = Some(day + 40.days()),
        _ => {}
    }
    report.aux = Aux::ALL.iter().copied().filter(|_| dice.roll(5) == 0).collect();
    report.said_by = (dice.roll(3) == 0).then(|| entity(party(dice)));
    report.mode = (dice.roll(2) == 0).then(|| (*dice.of(&MODES)).to_owned());
    report.confidence = (dice.roll(4) > 0).then(|| dice.roll(11) as f32 / 10.0);
    report.event_loc = (dice.roll(2) == 0).then(|| EventLoc {
        extracted_place: format!("the town {}", dice.roll(3)),
        resolved_place: (dice.roll(2) == 0).then(|| "Bree".to_owned()),
        lat: Some(1.5),
        lon: Some(dice.roll(2) as f64),
        country_code: (dice.roll(2) == 0).then(|| "ARN".to_owned()),
        resolution: Some("city".into()),
        ..EventLoc::default()
    });
    report.text_info.start = dice.roll(3) as u32;
    report.text_info.end = report.text_info.start + 4;
    report
}

fn filter(dice: &mut Dice) -> Filter {
    let mut filter = Filter { newest_first: dice.roll(2) == 0, ..Filter::default() };
    filter.order =
        *dice.of(&[Order::Days, Order::Days, Order::Friendly, Order::Hostile, Order::Sure, Order::Doubtful]);
    for _ in 0..dice.roll(4) {
        let party = Some(party(dice).to_owned());
        let day = Some(START - 5.days() + i64::from(dice.roll(50) as u32).days());
        match dice.roll(17) {
            0 => filter.actor = party,
            1 => filter.recipient = party,
            2 => filter.either = party,
            3 => filter.dyad = Some(("Arnor".into(), "Gondor".into())),
            4 => filter.kind = Some(*dice.of(&[EventType::Sanction, EventType::Aid, EventType::Protest])),
            5 => filter.mode = Some((*dice.of(&["armed", "unheard of"])).to_owned()),
            6 => filter.said_by = party,
            7 => filter.claimed = Some(dice.roll(2) == 0),
            8 => filter.country = Some("ARN".into()),
            9 => filter.source = Some(format!("Paper {}", dice.roll(4))),
            10 => filter.min_confidence = Some(dice.roll(10) as f64 / 10.0),
            11 => filter.from = day,
            12 => filter.to = day,
            13 => filter.as_of = day,
            14 => filter.text = Some((*dice.of(&["salt 7", "ore", "\"", "gold"])).to_owned()),
            15 => filter.unreviewed = true,
            _ => filter.article = Some("a037".into()),
        }
    }
    filter.status = match dice.roll(8) {
        0 => Some(Status::Asserted),
        1 => Some(Status::Aux(*dice.of(Aux::ALL))),
        _ => None,
    };
    filter
}

fn names(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| row.report.id.clone()).collect()
}

fn counted<'a>(rows: &'a [Row], values: impl Fn(&'a Row) -> Vec<&'a str>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        let mut values = values(row);
        values.sort_unstable();
        values.dedup();
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut all: Vec<(String, usize)> = counts.into_iter().map(|(v, n)| (v.to_owned(), n)).collect();
    all.sort_by(|x, y| y.1.cmp(&x.1).then_with(|| x.0.cmp(&y.0)));
    all
}

#[test]
fn cards_answer_as_the_ledger_does() {
    let mut dice = Dice(7);
    let mut ledger = Ledger::in_memory().unwrap();
    let mut cards = ledger.cards().unwrap();
    assert!(cards.choose(&ledger, &Filter::default()).unwrap().is_empty());
    for (round, articles) in [0..30, 30..31, 31..90].into_iter().enumerate() {
        assert!(!cards.are_old(&ledger).unwrap());
        add(&mut ledger, &mut dice, articles);
        for row in ledger.reports(&Filter { limit: Some(3), ..Filter::default() }).unwrap() {
            let now = "2026-05-01T00:00:00Z".parse().unwrap();
            ledger.review(&row.report.id, "Ann", Decision::Accepted, None, "", now).unwrap();
        }
        assert!(cards.are_old(&ledger).unwrap());
        cards.catch_up(&ledger).unwrap();
        let (mut found, mut many) = (0, 0);
        for _ in 0..600 {
            let filter = filter(&mut dice);
            let chosen = cards.choose(&ledger, &filter).unwrap();
            let rows = ledger.reports(&filter).unwrap();
            assert_eq!(chosen.len(), rows.len(), "round {round}, {filter:?}");
            let all = ledger.reports_in_rows(&chosen.ids(0, usize::MAX)).unwrap();
            assert_eq!(names(&all), names(&rows), "round {round}, {filter:?}");
            let (offset, limit) = (dice.roll(9) as usize, dice.roll(9) as usize);
            let some = Filter { offset, limit: Some(limit), ..filter.clone() };
            assert_eq!(
                names(&ledger.reports_in_rows(&chosen.ids(offset, limit)).unwrap()),
                names(&ledger.reports(&some).unwrap()),
                "{some:?}"
            );
            let facets = chosen.facets(99);
            assert_eq!(facets.event, counted(&rows, |r| vec![r.report.kind().as_str()]));
            assert_eq!(facets.mode, counted(&rows, |r| r.report.mode.as_deref().into_iter().collect()));
            assert_eq!(facets.source, counted(&rows, |r| r.source.as_deref().into_iter().collect()));
            assert_eq!(
                facets.actor,
                counted(&rows, |r| r.report.actor.iter().map(|e| e.key.as_str()).collect())
            );
            assert_eq!(
                facets.recipient,
                counted(&rows, |r| r.report.recipient.iter().map(|e| e.key.as_str()).collect())
            );
            let placed = rows.iter().filter(|r| r.report.event_loc.is_some()).count();
            assert_eq!(chosen.places().iter().map(|p| p.reports).sum::<usize>(), placed);
            (found, many) = (found + rows.len(), many + usize::from(rows.len() > 20));
        }
        assert!(found > 600 && many > 20, "the questions have answers: {found}, {many}");
    }
    for as_of in [None, Some(START - 1.day()), Some(START + 9.days()), Some(START + 50.days())] {
        let (counts, dyads) = cards.overview(99, as_of);
        assert_eq!(counts, ledger.counts(as_of).unwrap(), "{as_of:?}");
        assert_eq!(dyads, ledger.dyads(99, as_of).unwrap(), "{as_of:?}");
    }
    assert!(cards.overview(99, Some(START + 9.days())).1.len() > 3);
    assert_eq!(cards.coders().len(), 2);
    // What is caught up with is what is read at once.
    let fresh = ledger.cards().unwrap();
    let all = Filter { newest_first: true, ..Filter::default() };
    let ids = |cards: &detente_ledger::Cards| cards.choose(&ledger, &all).unwrap().ids(0, usize::MAX);
    assert_eq!(ids(&cards), ids(&fresh));
    let months = fresh.party_months("Gondor", None);
    assert_eq!(cards.party_months("Gondor", None), months);
    let rows = ledger
        .reports(&Filter {
            either: Some("Gondor".into()),
            status: Some(Status::Asserted),
            ..Filter::default()
        })
        .unwrap();
    let bears = |all: &[detente::report::Entity]| all.iter().any(|e| e.key == "Gondor");
    let of = |quad: Quad, month: i8| {
        let rows = rows.iter().filter(|r| r.report.quad_code == quad);
        let rows: Vec<_> =
            rows.filter(|r| r.report.date.or(r.report.enddate).is_some_and(|d| d.month() == month)).collect();
        let does = rows.iter().filter(|r| bears(&r.report.actor)).count();
        (does, rows.iter().filter(|r| bears(&r.report.recipient)).count())
    };
    assert!(months.len() > 4);
    for month in months {
        assert_eq!((month.does, month.suffers), of(month.quad, month.first.month()), "{month:?}");
    }
}

#[test]
fn a_place_is_one_place_by_whatever_words_it_is_told() {
    let mut ledger = Ledger::in_memory().unwrap();
    let article = article("one", "Bree burnt, they said.");
    let place = |words: &str, name: Option<&str>| EventLoc {
        extracted_place: words.into(),
        resolved_place: name.map(Into::into),
        lat: name.map(|_| 10.0),
        lon: name.map(|_| 20.0),
        country_code: name.map(|_| "ARN".into()),
        resolution: Some(if name.is_some() { "city" } else { "words" }.into()),
        radius_km: name.map(|_| 3.0),
        ..EventLoc::default()
    };
    let places = [("Bree", Some("Bree")), ("the town", Some("Bree")), ("the town", None), ("the town", None)];
    let reports: Vec<Report> = places
        .into_iter()
        .enumerate()
        .map(|(n, (words, name))| {
            let kind = if n == 0 { EventType::Assault } else { EventType::Aid };
            let mut report = report(&article, n, kind, ("Arnor", "Gondor"), Some(START));
            report.event_loc = Some(place(words, name));
            report
        })
        .collect();
    ledger.add(&article, &reports, &[], &coder("1"), START).unwrap();
    let cards = ledger.cards().unwrap();
    let told = cards.choose(&ledger, &Filter::default()).unwrap().places();
    let brief: Vec<_> =
        told.iter().map(|p| (p.name.as_deref(), p.reports, p.scale, p.point, p.radius_km)).collect();
    assert_eq!(
        brief,
        [(Some("the town"), 2, 4.0, None, None), (Some("Bree"), 2, -2.5, Some((10.0, 20.0)), Some(3.0)),]
    );
    assert_eq!(told[1].quads, [0, 1, 0, 1]);
}
