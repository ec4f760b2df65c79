//! What a turn is, case by case.

use super::*;
use crate::event_set::Event;
use crate::standing::observe;
use crate::standing::tests::event;

fn between(events: &[Event], a: &str, b: &str) -> Vec<Turn> {
    let params = Params::default();
    turns(&observe(events, a, b, &params.standing), a, b, &params)
}

/// Turns as `kind from..to`, a line each.
fn found(lines: &[&str]) -> Vec<String> {
    let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
    between(&events, "Arnor", "Gondor")
        .iter()
        .map(|t| format!("{} {}..{}", t.kind.as_str(), t.from, t.to))
        .collect()
}

#[test]
fn support_then_cut_aid_then_mending_are_two_turns() {
    let lines = [
        "SUPPORT 5 2010-06-01",
        "AID 10 2011-03-01..2011-05-31",
        "SANCTION -6 2012-09-01..2012-09-30",
        "SUPPORT 5 2017-05-08",
        "CONSULT 4 2017-08-05",
        "CONSULT 2.5 2017-08-06",
    ];
    assert_eq!(found(&lines), ["rupture 2012-09-01..2012-09-30", "rapprochement 2017-05-08..2017-05-08"]);
    let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
    let turns = between(&events, "Gondor", "Arnor");
    assert_eq!(turns[0].events, ["SANCTION -6 2012-09-01..2012-09-30"]);
    assert!(turns[0].size().unwrap() < -12.0);
    assert_eq!(turns[0].old_until, "2011-05-31".parse().ok());
}

#[test]
fn events_dated_by_years_turn_in_the_year_of_the_cut() {
    let lines = [
        "AID 10 2006-01-01..2011-12-31",
        "CONSULT 4 2006-12-01..2006-12-31",
        "SANCTION -6 2012-01-01..2012-12-31",
        "CONSULT 4 2017-08-01..2017-08-31",
        "CONSULT 4 2017-10-01..2017-10-31",
        "SUPPORT 5 2017-10-01..2017-10-31",
        "AID 10 2017-12-27",
    ];
    assert_eq!(found(&lines), ["rupture 2012-01-01..2012-12-31", "rapprochement 2017-08-01..2017-08-31"]);
    let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
    let turns = between(&events, "Arnor", "Gondor");
    assert_eq!(turns[0].events, [lines[2]]);
    assert_eq!(turns[0].old_until, "2011-12-31".parse().ok());
    assert_eq!(turns[1].events.first().map(String::as_str), Some(lines[3]));
}

#[test]
fn more_signs_of_the_old_and_of_the_new_do_not_hide_the_cut_between() {
    let mut lines = vec![
        "CONSULT:visit 4 2006-12-01..2006-12-31",
        "AGREE 2.5 2006-12-01..2006-12-31",
        "SANCTION:discontinue -6 2012-01-01..2012-12-31",
        "CONSULT:visit 4 2017-08-01..2017-08-31",
        "SUPPORT 5 2017-08-01..2017-08-31",
        "CONSULT:visit 4 2017-10-01..2017-10-31",
        "SUPPORT 5 2017-10-01..2017-10-31",
        "CONSULT:phone 1.5 2017-12-01..2017-12-27",
        "AGREE 2.5 2017-12-25",
        "AID 10 2017-12-27",
    ];
    let both = ["rupture 2012-01-01..2012-12-31", "rapprochement 2017-08-01..2017-08-31"];
    assert_eq!(found(&lines), both);
    lines.push("AID 10 2006-01-01..2011-12-31");
    assert_eq!(found(&lines), both);
    lines.push("CONSULT:visit 4 2018-02-01");
    lines.push("AGREE 2.5 2018-03-01");
    assert_eq!(found(&lines), both);
}

#[test]
fn what_may_have_come_in_either_order_is_not_cut() {
    let none: [&str; 0] = [];
    assert_eq!(found(&["ASSAULT -9 2019-02-27", "RETREAT 6.5 2019-02-25..2019-03-02"]), none);
    assert_eq!(found(&["SUPPORT 5 2012-01-01..2012-12-31", "SANCTION -6 2012-06-05"]), none);
    assert_eq!(found(&["SUPPORT 5 2012-06-05", "SANCTION -6 2012-06-05"]), none);
    assert_eq!(
        found(&["SUPPORT 5 2011-01-01..2012-06-30", "SANCTION -6 2012-06-05..2012-12-31"]),
        ["rupture 2012-06-05..2012-12-31"]
    );
}

#[test]
fn ties_that_are_cut_stood_until_then() {
    let cut = ["SANCTION:withdraw -6 2017-06-05", "COERCE:restrict -7 2017-06-05", "REJECT -2 2017-06-22"];
    assert_eq!(found(&cut), ["rupture 2017-06-05..2017-06-05"]);
    let events: Vec<Event> = cut.iter().map(|l| event(l)).collect();
    let turns = between(&events, "Arnor", "Gondor");
    assert_eq!((turns[0].before, turns[0].old_until), (None, None));
    let none: [&str; 0] = [];
    assert_eq!(found(&["SANCTION:convict -6 2017-06-05"]), none, "who is fined had no tie to lose");
    assert_eq!(found(&["ASSAULT -9 2017-06-01", "SANCTION:withdraw -6 2017-06-05"]), none, "foes before");
    assert_eq!(
        found(&["ACCUSE -3 2017-06-01", "SANCTION:withdraw -6 2017-06-05"]),
        ["rupture 2017-06-05..2017-06-05"],
        "talk came before"
    );
}

#[test]
fn what_comes_years_later_does_not_make_a_turn() {
    let lines = ["SANCTION:withdraw -6 2016-01-03", "ACCUSE -3 2023-03-10", "AGREE 2.5 2023-03-10"];
    let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
    let turns = between(&events, "Arnor", "Gondor");
    assert_eq!((turns.len(), &turns[0].events[..]), (1, &[lines[0].to_string()][..]));
}

#[test]
fn a_quarrel_that_is_ended_stood_until_then_where_a_second_act_agrees() {
    let none: [&str; 0] = [];
    assert_eq!(found(&["CONCEDE 4.5 2018-06-05"]), none);
    assert_eq!(
        found(&["CONCEDE 4.5 2018-06-05", "CONSULT 4 2018-06-26", "SUPPORT 5 2018-07-16"]),
        ["rapprochement 2018-06-05..2018-06-05"]
    );
    assert_eq!(found(&["CONSULT 4 2018-06-05", "SUPPORT 5 2018-07-16"]), none, "a tie that was always good");
}

#[test]
fn one_visit_mends_nothing_and_two_do() {
    assert_eq!(
        found(&["SUPPORT 5 2015-01-01", "SANCTION -6 2016-01-01", "CONSULT 4 2018-01-01"]),
        ["rupture 2016-01-01..2016-01-01"]
    );
    assert_eq!(
        found(&[
            "SUPPORT 5 2015-01-01",
            "SANCTION -6 2016-01-01",
            "CONSULT 4 2018-01-01",
            "CONSULT 4 2018-02-01"
        ]),
        ["rupture 2016-01-01..2016-01-01", "rapprochement 2018-01-01..2018-01-01"]
    );
}

#[test]
fn three_events_are_enough_for_a_plain_break() {
    assert_eq!(
        found(&["SUPPORT 5 2015-01-01", "SANCTION -6 2016-01-01", "SUPPORT 5 2018-01-01"]),
        ["rupture 2016-01-01..2016-01-01", "rapprochement 2018-01-01..2018-01-01"]
    );
}

#[test]
fn one_cut_among_five_is_enough_where_all_else_agrees() {
    let lines = [
        "CONSULT 4 2024-01-10",
        "CONSULT 4 2024-03-01",
        "SANCTION -6 2025-02-01",
        "CONSULT 4 2026-01-05",
        "CONSULT 4 2026-02-01",
    ];
    assert_eq!(found(&lines).len(), 2);
}

#[test]
fn one_quarrel_among_friends_is_no_turn() {
    let none: [&str; 0] = [];
    assert_eq!(found(&["CONSULT 4 2015-01-01", "ACCUSE -3 2015-06-01"]), none);
    assert_eq!(
        found(&[
            "CONSULT 4 2015-01-01",
            "CONSULT 4 2015-04-01",
            "ACCUSE -3.5 2015-06-01",
            "CONSULT 4 2015-09-01"
        ]),
        none
    );
}

#[test]
fn one_phone_call_mends_nothing() {
    let none: [&str; 0] = [];
    assert_eq!(found(&["SANCTION -6 2024-06-13", "CONSULT 1.5 2026-02-11"]), none);
    assert_eq!(
        found(&["SANCTION -6 2024-06-13", "CONSULT 1.5 2026-02-11", "CONSULT 4 2026-03-11"]),
        ["rapprochement 2026-02-11..2026-02-11"]
    );
}

#[test]
fn a_steady_tie_has_no_turn() {
    let lines: Vec<String> = (1..=12).map(|m| format!("CONSULT {} 2015-{m:02}-01", 2 + m % 3)).collect();
    assert!(found(&lines.iter().map(String::as_str).collect::<Vec<_>>()).is_empty());
    assert!(found(&[]).is_empty());
    assert!(found(&["ASSAULT -9 2015-01-01"]).is_empty(), "one attack alone is neither war nor turn");
}

#[test]
fn a_run_of_attacks_is_a_war_and_its_end_a_truce() {
    let mut lines: Vec<String> = vec![
        "CONSULT 4 2015-01-01".into(),
        "COOPERATE 9.5 2015-02-01".into(),
        "CONSULT 2.5 2015-04-01".into(),
    ];
    lines.extend((1..=28).map(|d| format!("ASSAULT -9.5 2015-06-{d:02}")));
    lines.extend((1..=9).map(|d| format!("RETREAT 7.5 2015-07-{d:02}")));
    lines.extend((1..=4).map(|m| format!("CONSULT 4 2016-0{m}-01")));
    assert_eq!(
        found(&lines.iter().map(String::as_str).collect::<Vec<_>>()),
        ["war 2015-06-01..2015-06-01", "truce 2015-07-01..2015-07-01"]
    );
}

#[test]
fn a_quarrel_that_grows_into_a_war_turns_twice() {
    let lines = [
        "SUPPORT 5 2022-01-01",
        "AID 10 2022-06-01",
        "CONSULT 4 2023-02-01",
        "SANCTION -6 2023-09-01",
        "SANCTION -5.5 2023-12-01",
        "THREATEN -3.5 2024-03-01",
        "ASSAULT -9 2024-04-16",
        "ASSAULT -9 2024-04-18",
        "ACCUSE -3 2024-04-20",
        "ASSAULT -9 2024-05-02",
        "RETREAT 6.5 2024-09-09",
        "CONSULT 2.5 2025-03-01",
    ];
    assert_eq!(
        found(&lines),
        ["rupture 2023-09-01..2023-09-01", "war 2024-04-16..2024-04-16", "truce 2024-09-09..2024-09-09"]
    );
}

#[test]
fn feared_attacks_are_no_war() {
    let mut events: Vec<Event> = (1..=5).map(|d| event(&format!("ASSAULT -9 2015-06-0{d}"))).collect();
    events.iter_mut().for_each(|e| e.aux = vec![crate::report::Aux::Hypothetical]);
    assert!(between(&events, "Arnor", "Gondor").is_empty());
}

#[test]
fn a_war_without_a_known_past_is_a_turn_from_nothing() {
    let events: Vec<Event> = (1..=5).map(|d| event(&format!("ASSAULT -9 2015-06-0{d}"))).collect();
    let turns = between(&events, "Arnor", "Gondor");
    assert_eq!((turns.len(), turns[0].kind, turns[0].before), (1, TurnKind::War, None));
}

#[test]
fn the_order_of_events_changes_nothing() {
    let lines =
        ["SUPPORT 5 2015-01-01", "SANCTION -6 2016-01-01", "CONSULT 4 2018-01-01", "CONSULT 4 2018-01-01"];
    let mut turned = lines;
    turned.reverse();
    assert_eq!(found(&lines), found(&turned));
}
