//! Events, standings and turns that are kept are those that a fresh reckoning gives: in whatever order articles come,
//! one by one or many at once, now and as of any day before.

mod common;

use common::{Dice, answers, article, assert_same, coder, fresh, report};
use detente::article::Article;
use detente::plover::EventType;
use detente::report::{Aux, Report};
use detente_ledger::{Added, Filter, Ledger, Told, TurnFilter};
use jiff::ToSpan;
use jiff::civil::{Date, date};

const START: Date = date(2025, 1, 1);

/// An addition: an article with its reports, by a coder, on a day.
#[derive(Clone)]
struct Addition {
    article: Article,
    reports: Vec<Report>,
    coder: String,
    known: Date,
}

const KEYS: [&str; 6] = ["Arnor", "Gondor", "Mordor", "Mordor/REB", "Rohan", "Umbar"];
const KINDS: [EventType; 5] =
    [EventType::Assault, EventType::Consult, EventType::Sanction, EventType::Support, EventType::Accuse];

/// Articles about few parties and few days, so that their reports meet; some are read again by another coder, on the
/// same day or later.
fn additions(dice: &mut Dice, n: usize, days: u64, again: bool) -> Vec<Addition> {
    let mut all: Vec<Addition> = Vec::new();
    for i in 0..n {
        let mut known = START.saturating_add((dice.roll(days) as i64 * 11).days());
        let (article, coder) = match again && i > 3 && dice.roll(4) == 0 {
            true => {
                let article = dice.of(&all).article.clone();
                // Nobody reads again what he has not read.
                let read = all.iter().filter(|a| a.article.id == article.id).map(|a| a.known).max();
                known = known.max(read.unwrap());
                (article, format!("again {i}"))
            }
            false => {
                let mut article = article(&format!("a{i}"), &format!("Arnor and the others, part {i}."));
                article.source = Some(format!("Paper {}", dice.roll(3)));
                (article, "1".into())
            }
        };
        let reports = (0..1 + dice.roll(3) as usize)
            .map(|k| {
                let kind = *dice.of(&KINDS);
                let (x, mut y) = (*dice.of(&KEYS), *dice.of(&KEYS));
                if x == y {
                    y = if x == "Arnor" { "Gondor" } else { "Arnor" };
                }
                let day = START.saturating_add((dice.roll(40) as i64 * 5 - 60).days());
                let mut report = report(&article, k, kind, (x, y), (dice.roll(8) > 0).then_some(day));
                match dice.roll(9) {
                    0 => report.aux.push(Aux::Negated),
                    1 => report.aux.push(Aux::Future),
                    2 => report.enddate = report.date.map(|d| d.saturating_add(40.days())),
                    _ => {}
                }
                report
            })
            .collect();
        all.push(Addition { article, reports, coder, known });
    }
    all
}

fn add(ledger: &mut Ledger, addition: &Addition) -> Added {
    let Addition { article, reports, coder: version, known } = addition;
    ledger.add(article, reports, &[], &coder(version), *known).unwrap()
}

fn ledger_of(additions: &[Addition]) -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    for addition in additions {
        add(&mut ledger, addition);
    }
    ledger
}

const LATE: Date = date(2027, 6, 30);

#[test]
fn what_is_kept_is_what_a_fresh_reckoning_gives() {
    for seed in 0..6 {
        let ledger = ledger_of(&additions(&mut Dice(seed), 40, 12, true));
        for on in [date(2025, 3, 3), date(2025, 12, 31), LATE] {
            assert_same(&answers(&ledger, on, None), &fresh(&ledger, on), &format!("seed {seed}, {on}"));
        }
        assert!(answers(&ledger, LATE, None).turns.len() > 1, "turns are there to be compared");
    }
}

#[test]
fn order_and_batches_change_nothing() {
    for seed in 10..14 {
        let mut dice = Dice(seed);
        let mut all = additions(&mut dice, 40, 6, false);
        let one_by_one = answers(&ledger_of(&all), LATE, None);
        for _ in 0..3 {
            dice.shuffle(&mut all);
            let mut ledger = Ledger::in_memory().unwrap();
            ledger.relate_later(true);
            for addition in &all {
                add(&mut ledger, addition);
                if dice.roll(15) == 0 {
                    ledger.relate().unwrap();
                }
            }
            ledger.relate().unwrap();
            assert!(!ledger.is_behind().unwrap());
            assert!(ledger.relate().unwrap().is_nothing(), "nothing is done twice");
            assert_same(&answers(&ledger, LATE, None), &one_by_one, &format!("seed {seed}"));
        }
    }
}

#[test]
fn as_of_a_day_the_ledger_answers_as_it_did_then() {
    for seed in 20..28 {
        // Days of knowledge come in any order: what was learned early may be added late.
        let all = additions(&mut Dice(seed), 36, 7, true);
        let mut later = all.clone();
        if seed % 2 == 0 {
            later.sort_by_key(|a| a.known);
        }
        let ledger = ledger_of(&later);
        for step in 0..8i64 {
            let day = START.saturating_add((step * 11 + step % 2).days());
            let then: Vec<Addition> = later.iter().filter(|a| a.known <= day).cloned().collect();
            let then = ledger_of(&then);
            for on in [day, date(2025, 8, 1), date(2026, 2, 1)] {
                let when = format!("seed {seed}, as of {day}, on {on}");
                assert_same(&answers(&ledger, on, Some(day)), &answers(&then, on, None), &when);
            }
            let (now, before) = (ledger.counts(Some(day)).unwrap(), then.counts(None).unwrap());
            assert_eq!(now.reports, before.reports);
            assert_eq!(ledger.dyads(99, Some(day)).unwrap(), then.dyads(99, None).unwrap());
        }
    }
}

#[test]
fn counts_that_are_kept_are_those_that_are_counted() {
    for seed in 30..34 {
        let ledger = ledger_of(&additions(&mut Dice(seed), 40, 5, true));
        let always = Some(date(9999, 12, 31));
        assert_eq!(ledger.counts(None).unwrap(), ledger.counts(always).unwrap(), "seed {seed}");
        assert_eq!(ledger.dyads(99, None).unwrap(), ledger.dyads(99, always).unwrap(), "seed {seed}");
    }
}

#[test]
fn a_new_month_moves_standings_on_even_where_nothing_new_is_told() {
    let mut all = additions(&mut Dice(5), 10, 1, false);
    let mut ledger = ledger_of(&all);
    let before = ledger.standings_on(date(2025, 1, 31), None).unwrap();
    assert!(!before.is_empty());
    // An article about other parties, a year and a month later.
    let mut other = all.remove(0);
    other.article = article("later", "The Shire met Bree.");
    other.reports =
        vec![report(&other.article, 0, EventType::Consult, ("Bree", "Shire"), Some(date(2026, 2, 1)))];
    other.known = date(2026, 2, 2);
    add(&mut ledger, &other);
    ledger.relate().unwrap();
    let on = date(2026, 2, 28);
    assert_same(&answers(&ledger, on, None), &fresh(&ledger, on), "a year later");
}

#[test]
fn events_are_found_by_name_and_by_what_their_reports_say() {
    let ledger = ledger_of(&additions(&mut Dice(7), 30, 4, true));
    let all = ledger.events(&Filter::default()).unwrap();
    for event in &all {
        let Told::Event(found) = ledger.event(&event.id, None).unwrap() else {
            panic!("an event of our own")
        };
        assert_eq!(*found, *event);
        assert_eq!(found.reports.len(), found.reasons.len());
    }
    assert!(ledger.event("e0", None).unwrap_err().to_string().contains("no event \"e0\""));
    let some = Filter { kind: Some(EventType::Assault), ..Filter::default() };
    let expected: Vec<_> = all.iter().filter(|e| e.kind == EventType::Assault).cloned().collect();
    assert_eq!(ledger.events(&some).unwrap(), expected);
    let newest = Filter { newest_first: true, limit: Some(2), ..Filter::default() };
    let dated: Vec<_> = all.iter().filter(|e| e.date.is_some()).collect();
    assert_eq!(ledger.events(&newest).unwrap()[0].date, dated[dated.len() - 1].date);
}

#[test]
fn turns_are_filtered() {
    let ledger = ledger_of(&additions(&mut Dice(1), 60, 8, false));
    let all = ledger.turns(&TurnFilter::default()).unwrap();
    assert!(all.len() > 2 && all.windows(2).all(|w| w[0].to >= w[1].to), "newest first");
    let some = |filter: TurnFilter| ledger.turns(&filter).unwrap();
    let first = &all[0];
    let of: Vec<_> = all.iter().filter(|t| t.a == first.a || t.b == first.a).cloned().collect();
    assert_eq!(some(TurnFilter { actor: Some(first.a.clone()), ..TurnFilter::default() }), of);
    let between = TurnFilter { dyad: Some((first.b.clone(), first.a.clone())), ..TurnFilter::default() };
    assert!(some(between).iter().all(|t| (&t.a, &t.b) == (&first.a, &first.b)));
    let since =
        TurnFilter { since: Some(first.to), until: Some(first.to), limit: Some(1), ..TurnFilter::default() };
    assert_eq!(some(since).len(), 1);
    let nobody = TurnFilter { dyad: Some(("Bree".into(), "Shire".into())), ..TurnFilter::default() };
    assert_eq!(some(nobody), []);
}
