//! The evidence at hand answers as the ledger itself does, as it is now and as it was on earlier days.

mod common;

use common::{Dice, article, coder, entity, report};
use detente::plover::EventType;
use detente::report::{Aux, Report};
use detente_ledger::Ledger;
use jiff::ToSpan;
use jiff::civil::{Date, date};

const PARTIES: [&str; 6] = ["Arnor", "Gondor", "Rohan", "Shire", "UNK", "Mordor"];
const START: Date = date(2026, 1, 1);

fn party(dice: &mut Dice) -> &'static str {
    PARTIES[dice.roll(PARTIES.len() as u64) as usize]
}

/// Adds invented articles, some of which are read again later and tell something else then.
fn add(ledger: &mut Ledger, dice: &mut Dice, articles: std::ops::Range<u32>) {
    let kinds = [EventType::Consult, EventType::Assault, EventType::Accuse, EventType::Aid, EventType::Agree];
    for n in articles {
        let article = article(&format!("a{n:03}"), &format!("Text {n} about ore and salt."));
        for reading in 0..1 + u32::from(dice.roll(3) == 0) {
            let mut invented = |i: usize| -> Report {
                let (a, b) = (party(dice), party(dice));
                let day = START - i64::from(dice.roll(700) as u32).days();
                let mut report = report(&article, i, *dice.of(&kinds), (a, b), Some(day));
                match dice.roll(8) {
                    0 => report.actor.push(entity(party(dice))),
                    1 => (report.date, report.enddate) = (None, None),
                    2 => report.enddate = Some(day + 70.days()),
                    3 => report.aux = vec![Aux::Negated],
                    _ => {}
                }
                report
            };
            let reports: Vec<Report> = (0..3).map(&mut invented).collect();
            let known = START + i64::from(n + 20 * reading).days();
            ledger.add(&article, &reports, &[], &coder(&reading.to_string()), known).unwrap();
        }
    }
}

/// Adds articles that nobody reads again, about two who meet nobody else.
fn add_plain(ledger: &mut Ledger) {
    let kinds = [EventType::Assault, EventType::Accuse, EventType::Aid];
    for n in 0..9usize {
        let article = article(&format!("b{n}"), &format!("Bree and Dale, part {n}."));
        let day = START - (60 * n as i64).days();
        let report = report(&article, 0, kinds[n % 3], ("Bree", "Dale"), Some(day));
        ledger.add(&article, &[report], &[], &coder("0"), START + (10 * n as i64).days()).unwrap();
    }
}

#[test]
fn evidence_at_hand_answers_as_the_ledger_does() {
    let mut ledger = Ledger::in_memory().unwrap();
    let dice = &mut Dice(7);
    add(&mut ledger, dice, 0..30);
    let mut held = ledger.all_evidence().unwrap();
    assert!(!held.is_old(&ledger).unwrap());
    add(&mut ledger, dice, 30..60);
    add_plain(&mut ledger);
    assert!(held.is_old(&ledger).unwrap(), "what was added shows");
    held.catch_up(&ledger).unwrap();
    let fresh = ledger.all_evidence().unwrap();
    let wanted = |key: &str| key != "Shire";
    let mut answers = 0;
    for as_of in [
        None,
        Some(START - 1.day()),
        Some(START + 12.days()),
        Some(START + 45.days()),
        Some(START + 99.days()),
    ] {
        for day in [START - 400.days(), START - 20.days(), START + 60.days()] {
            let told = ledger.balances_on(day, as_of, wanted).unwrap();
            for all in [&held, &fresh] {
                assert_eq!(all.balances_on(&ledger, day, as_of, wanted).unwrap(), told, "{day} {as_of:?}");
            }
            answers += told.len();
        }
        for a in PARTIES {
            for b in PARTIES.into_iter().filter(|b| *b != a) {
                let told = ledger.events_between(a, b, as_of).unwrap();
                assert_eq!(held.events_between(&ledger, a, b, as_of).unwrap(), told, "{a} {b} {as_of:?}");
                answers += told;
            }
        }
    }
    assert!(answers > 500, "the questions have answers: {answers}");
}
