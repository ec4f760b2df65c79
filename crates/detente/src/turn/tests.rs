//! What a turn is, case by case.

use jiff::ToSpan;

use super::*;
use crate::event_set::Event;
use crate::plover::EventType;
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

/// A record of acts, each of one day and with an id of its own.
#[derive(Clone, Default)]
struct Record(Vec<(String, EventType, f64, By, Date)>);

impl Record {
    fn add(&mut self, kind: EventType, score: f64, by: By, day: &str) -> &mut Record {
        self.0.push((format!("{:04}", self.0.len()), kind, score, by, day.parse().expect("a day")));
        self
    }

    /// A day's acts from `first` on, `every` so many days, `times`.
    fn run(
        &mut self,
        kind: EventType,
        score: f64,
        by: By,
        first: &str,
        every: i64,
        times: i64,
    ) -> &mut Record {
        let first: Date = first.parse().expect("a day");
        for i in 0..times {
            self.add(kind, score, by, &first.saturating_add((i * every).days()).to_string());
        }
        self
    }

    /// Three years of neighbours: a visit every ten days, an agreement every 25, a rebuke every 40.
    fn neighbours() -> Record {
        let mut record = Record::default();
        record
            .run(EventType::Consult, 4.0, By::A, "2010-01-03", 10, 108)
            .run(EventType::Agree, 2.5, By::B, "2010-01-07", 25, 43)
            .run(EventType::Accuse, -2.0, By::A, "2010-01-20", 40, 27);
        record
    }

    fn observations(&self) -> Vec<Observation<'_>> {
        self.0
            .iter()
            .map(|(id, kind, score, by, day)| Observation {
                event: id,
                kind: *kind,
                mode: None,
                by: *by,
                from: *day,
                to: *day,
                score: *score,
                weight: 1.0,
            })
            .collect()
    }

    fn turns_with(&self, params: &Params) -> Vec<Turn> {
        turns(&Observed::new(self.observations()), "Arnor", "Gondor", params)
    }

    fn turns(&self) -> Vec<Turn> {
        self.turns_with(&Params::default())
    }
}

/// Neighbours who fall out in March 2012 and make up in October.
fn quarrel() -> Record {
    let mut record = Record::neighbours();
    record
        .run(EventType::Accuse, -3.5, By::A, "2012-03-05", 2, 10)
        .run(EventType::Threaten, -3.5, By::B, "2012-03-06", 3, 6)
        .run(EventType::Sanction, -6.0, By::A, "2012-03-08", 4, 4)
        .run(EventType::Agree, 2.5, By::A, "2012-10-01", 2, 12)
        .run(EventType::Support, 5.0, By::B, "2012-10-02", 2, 12);
    record
}

fn told(turns: &[Turn]) -> Vec<(TurnKind, String)> {
    turns.iter().map(|t| (t.kind, t.day.to_string())).collect()
}

#[test]
fn a_loud_month_of_another_kind_is_a_turn_from_its_first_day() {
    let turns = quarrel().turns();
    let days = told(&turns);
    assert_eq!(days.iter().map(|d| d.0).collect::<Vec<_>>(), [TurnKind::Rupture, TurnKind::Rapprochement]);
    let rupture = &turns[0];
    assert!(rupture.from <= rupture.day && rupture.day <= rupture.to, "{rupture:?}");
    assert!((rupture.day - "2012-03-05".parse::<Date>().unwrap()).get_days().abs() <= 3, "{rupture:?}");
    let told = rupture.told_on.unwrap();
    assert!(told >= rupture.day && (told - rupture.day).get_days() < 30, "{rupture:?}");
    assert!(rupture.held && rupture.certainty > 0.5, "{rupture:?}");
    assert!(rupture.size().unwrap() < -3.0, "{rupture:?}");
    assert_eq!(rupture.events.len(), 5);
    assert!(
        turns[1].day.to_string().starts_with("2012-0") || turns[1].day.to_string().starts_with("2012-10")
    );
}

#[test]
fn meetings_without_end_among_friends_are_no_turn() {
    let mut record = Record::neighbours();
    record.run(EventType::Consult, 4.0, By::B, "2012-05-01", 2, 10);
    assert_eq!(told(&record.turns()), []);
}

#[test]
fn silence_is_no_turn() {
    let mut record = Record::neighbours();
    record.0.retain(|act| act.4.year() < 2012);
    record.add(EventType::Consult, 4.0, By::A, "2013-06-01");
    assert_eq!(told(&record.turns()), []);
}

#[test]
fn the_first_month_of_a_record_is_no_burst_but_after_a_watched_silence_it_is() {
    let mut record = Record::default();
    record.run(EventType::Agree, 2.5, By::A, "2012-05-01", 1, 28).run(
        EventType::Support,
        5.0,
        By::A,
        "2012-05-01",
        1,
        28,
    );
    let mut params = Params::default();
    params.burst.since = "2012-05-01".parse().ok();
    assert_eq!(told(&record.turns_with(&params)), []);
    params.burst.since = "2011-01-01".parse().ok();
    assert_eq!(told(&record.turns_with(&params)), [(TurnKind::Rapprochement, "2012-05-01".to_string())]);
}

#[test]
fn what_was_told_stands_and_nothing_later_leaks_into_it() {
    let mut record = quarrel();
    record.run(EventType::Assault, -9.0, By::B, "2012-08-01", 3, 5);
    let all = record.turns();
    assert!(all.len() >= 2);
    let days: std::collections::BTreeSet<Date> = record.0.iter().map(|act| act.4).collect();
    for day in days {
        let mut then = record.clone();
        then.0.retain(|act| act.4 <= day);
        if then.0.len() < Params::default().thin_below {
            continue;
        }
        let told = |turns: &[Turn]| -> Vec<(Option<Date>, bool)> {
            let mut told: Vec<_> =
                turns.iter().map(|t| (t.told_on, t.kind.is_better())).filter(|t| t.0 <= Some(day)).collect();
            told.sort();
            told
        };
        assert_eq!(told(&all), told(&then.turns()), "by the end of {day}");
    }
}

#[test]
fn what_the_month_did_not_bear_out_is_marked() {
    let mut record = Record::neighbours();
    record
        .run(EventType::Sanction, -6.0, By::A, "2012-06-01", 1, 3)
        .run(EventType::Accuse, -3.5, By::A, "2012-06-01", 1, 3)
        .run(EventType::Threaten, -3.5, By::B, "2012-06-01", 1, 3)
        .run(EventType::Agree, 2.5, By::B, "2012-06-07", 1, 20)
        .run(EventType::Aid, 10.0, By::B, "2012-06-07", 1, 20)
        .run(EventType::Support, 5.0, By::B, "2012-06-07", 1, 20);
    let turns = record.turns();
    assert_eq!(turns.iter().map(|t| (t.kind, t.held)).collect::<Vec<_>>(), [(TurnKind::Rupture, false)]);
    assert!(turns[0].certainty < 0.45, "{turns:?}");
}

#[test]
fn attacks_make_a_war_and_the_talks_after_them_a_truce() {
    let mut record = Record::neighbours();
    record
        .run(EventType::Assault, -9.0, By::A, "2012-04-01", 2, 30)
        .run(EventType::Agree, 2.5, By::A, "2012-07-01", 2, 15)
        .run(EventType::Retreat, 6.5, By::B, "2012-07-01", 3, 10);
    let kinds: Vec<TurnKind> = record.turns().iter().map(|t| t.kind).collect();
    assert_eq!(kinds, [TurnKind::War, TurnKind::Truce]);
}

#[test]
fn copies_other_names_and_the_order_of_arrival_change_nothing() {
    let record = quarrel();
    let turns = record.turns();
    assert_eq!(turns.len(), 2);
    let mut copied = record.clone();
    copied.0.extend(record.0.iter().map(|act| (format!("~{}", act.0), act.1, act.2, act.3, act.4)));
    assert_eq!(copied.turns(), turns, "the heaviest, then the first id stands for its copies");
    let mut turned = record.clone();
    turned.0.reverse();
    assert_eq!(turned.turns(), turns);
    let mut renamed = record.clone();
    for act in &mut renamed.0 {
        act.0 = format!("{:04}", 9999 - act.0.parse::<u32>().unwrap());
        act.3 = match act.3 {
            By::A => By::B,
            By::B => By::A,
            By::Both => By::Both,
        };
    }
    let essence = |turns: &[Turn]| -> Vec<_> {
        turns.iter().map(|t| (t.kind, t.day, t.from, t.to, t.told_on, t.certainty)).collect()
    };
    assert_eq!(essence(&renamed.turns()), essence(&turns));
}

/// Numbers from a fixed recurrence.
struct Dice(u32);

impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_mul(1_103_515_245).wrapping_add(12345);
        i64::from(self.0 >> 16) % n
    }
}

#[test]
fn days_drawn_by_lot_have_almost_no_turn() {
    let (mut dice, mut found, mut shuffled) = (Dice(3), 0, 0);
    let first: Date = "2010-01-01".parse().unwrap();
    for _ in 0..40 {
        let mut record = quarrel();
        found += record.turns().len();
        for act in &mut record.0 {
            act.4 = first.saturating_add(dice.below(1096).days());
        }
        shuffled += record.turns().len();
    }
    assert_eq!(found, 80);
    assert!(shuffled <= 8, "{shuffled} turns in 40 records");
}

#[test]
fn either_half_of_the_acts_shows_the_same_turns() {
    let record = quarrel();
    let whole = record.turns();
    for odd in [0, 1] {
        let mut half = record.clone();
        half.0 = half.0.into_iter().enumerate().filter(|(i, _)| i % 2 == odd).map(|(_, act)| act).collect();
        let turns = half.turns();
        assert_eq!(turns.len(), whole.len(), "{turns:?}");
        for (x, y) in whole.iter().zip(&turns) {
            assert!(x.kind == y.kind && (x.day - y.day).get_days().abs() <= 15, "{x:?} {y:?}");
        }
    }
}

#[test]
fn an_act_that_is_dated_by_a_year_is_no_part_of_a_burst() {
    let record = quarrel();
    let ids: Vec<String> = (0..40).map(|i| format!("vague {i}")).collect();
    let mut observations = record.observations();
    observations.extend(ids.iter().enumerate().map(|(i, id)| Observation {
        event: id,
        kind: EventType::Assault,
        mode: None,
        by: By::A,
        from: "2011-01-01".parse().unwrap(),
        to: "2011-12-01".parse::<Date>().unwrap().saturating_add((i as i64 % 30).days()),
        score: -9.0,
        weight: 1.0,
    }));
    let turns = turns(&Observed::new(observations), "Arnor", "Gondor", &Params::default());
    assert_eq!(told(&turns), told(&record.turns()));
}

#[test]
fn in_a_thin_record_a_burst_and_a_level_that_say_the_same_are_one_turn() {
    let mut record = Record::default();
    record.run(EventType::Consult, 4.0, By::A, "2010-01-03", 60, 15).run(
        EventType::Assault,
        -9.0,
        By::B,
        "2012-07-01",
        1,
        15,
    );
    let turns = record.turns();
    assert_eq!(told(&turns), [(TurnKind::War, "2012-07-01".to_string())]);
    assert!(turns[0].told_on.is_some_and(|told| told < "2012-07-10".parse().unwrap()));
}

#[test]
fn a_level_is_told_on_the_day_on_which_the_record_first_shows_it() {
    let events: Vec<Event> = ["SUPPORT 5 2015-01-01", "SANCTION -6 2016-01-01", "SUPPORT 5 2018-01-01"]
        .iter()
        .map(|line| event(line))
        .collect();
    let days: Vec<Option<String>> =
        between(&events, "Arnor", "Gondor").iter().map(|t| t.told_on.map(|d| d.to_string())).collect();
    assert_eq!(days, [Some("2016-01-01".to_string()), Some("2018-01-01".to_string())]);
}
