//! Everybody on a day in one pass is the same as each pair on its own, and who acts together is found.

mod common;

use common::{article, coder, entity, report};
use detente::foreign::{ForeignEvent, ForeignParty};
use detente::plover::EventType;
use detente_ledger::{Import, Ledger};
use jiff::civil::{Date, date};

fn row(number: u64, kind: EventType, (actor, recipient): (&str, &str), day: Date) -> ForeignEvent {
    let party = |key: &str| ForeignParty { key: key.into(), name: format!("Land of {key}"), sector: None };
    ForeignEvent {
        row: number,
        day,
        actor: party(actor),
        recipient: party(recipient),
        kind,
        mode: None,
        scale: if kind == EventType::Consult { 2.5 } else { -4.0 },
        mutual: false,
        words: "dealt with".into(),
        id: None,
        publisher: None,
        story: None,
        sentence: None,
        place: None,
    }
}

/// Articles and a data set about the same four parties, known on different days.
fn filled() -> Ledger {
    let mut ledger = Ledger::in_memory().expect("a ledger");
    let parties = ["Arnor", "Gondor", "Mordor", "Rohan"];
    let kinds = [EventType::Consult, EventType::Accuse, EventType::Assault, EventType::Sanction];
    for n in 0..24usize {
        let pair = (parties[n % 4], parties[(n + 1 + n / 8) % 4]);
        if pair.0 == pair.1 {
            continue;
        }
        let day = date(2024, 1 + (n % 12) as i8, 1 + n as i8);
        let article = article(&format!("a{n}"), &format!("One dealt with the other, {n}."));
        let report = report(&article, 0, kinds[n % 3], pair, Some(day));
        ledger.add(&article, &[report], &[], &coder("1"), date(2024, 12, 1 + n as i8)).expect("added");
    }
    let both = article("b", "Arnor and Rohan cut their ties with Mordor.");
    let mut cut = report(&both, 0, EventType::Sanction, ("Arnor", "Mordor"), Some(date(2024, 6, 5)));
    cut.actor.push(entity("Rohan"));
    ledger.add(&both, &[cut], &[], &coder("1"), date(2024, 12, 30)).expect("added");
    let rows = (0..40u64).map(|n| {
        let pair = (parties[n as usize % 4], parties[(n as usize + 1) % 4]);
        row(n + 2, kinds[n as usize % 4], pair, date(2024, 1 + (n % 12) as i8, 1 + (n % 5) as i8))
    });
    let import = Import {
        name: "other".into(),
        file: "other.tsv".into(),
        sha256: format!("{:0>64}", 7),
        format: "table".into(),
        licence: None,
        known: date(2025, 1, 5),
        notes: vec![],
    };
    ledger.import(&import, rows).expect("imported");
    ledger
}

#[test]
fn one_pass_over_all_evidence_tells_the_same_as_each_pair_on_its_own() {
    let ledger = filled();
    for as_of in [None, Some(date(2024, 12, 10)), Some(date(2025, 1, 1))] {
        for day in [date(2024, 3, 15), date(2024, 12, 31), date(2025, 6, 30)] {
            let all = ledger.balances_on(day, as_of, |_| true).expect("read");
            assert!(!all.is_empty(), "{day} {as_of:?}");
            for (a, b, balance) in &all {
                let (_, alone) = ledger.standing_until(a, b, day, as_of).expect("read");
                let alone = alone.last().copied().expect("a month");
                assert_eq!(balance.level, alone.level, "{a} {b} {day} {as_of:?}");
                assert!((balance.good - alone.good).abs() < 1e-6 && (balance.bad - alone.bad).abs() < 1e-6);
            }
        }
    }
    let some = ledger.balances_on(date(2024, 12, 31), None, |key| key != "Mordor").expect("read");
    assert!(!some.is_empty() && some.iter().all(|(a, b, _)| a != "Mordor" && b != "Mordor"));
}

#[test]
fn those_who_act_together_on_others_are_found_from_the_day_on_which_it_is_known() {
    let ledger = filled();
    let joint = |day, as_of| ledger.joint_events(day, as_of).expect("read").len();
    assert_eq!(joint(date(2024, 12, 31), None), 1);
    assert_eq!(joint(date(2024, 5, 31), None), 0);
    assert_eq!(joint(date(2024, 12, 31), Some(date(2024, 12, 29))), 0);
}

#[test]
fn of_a_ledger_with_events_of_other_data_sets_nothing_is_held_and_the_ledger_is_asked() {
    let ledger = filled();
    let held = ledger.all_evidence().expect("nothing");
    assert!(!held.is_old(&ledger).expect("not old"));
    let day = date(2024, 12, 31);
    let told = ledger.balances_on(day, None, |_| true).expect("balances");
    assert!(!told.is_empty());
    assert_eq!(held.balances_on(&ledger, day, None, |_| true).expect("balances"), told);
    let between = ledger.events_between("Arnor", "Gondor", None).expect("events");
    assert_eq!(held.events_between(&ledger, "Arnor", "Gondor", None).expect("events"), between);
}
