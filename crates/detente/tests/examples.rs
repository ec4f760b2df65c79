//! The example articles, read from end to end: the story of two actors must come out in order, each step with its
//! sentence.

mod common;

use std::collections::BTreeSet;
use std::fs;

use detente::article::{Article, DateSource};
use detente::bloc::{Blocs, blocs, joint, ties};
use detente::event_set::gather;
use detente::plover::{Aux, EventType};
use detente::report::{Entity, Report};
use detente::standing::{Balance, Params, Profiles, observe, standing_on};
use detente::turn::turns;
use jiff::civil::{Date, date};

/// Every report of every example, with its sentence. The day of publication begins the file's name.
fn reports() -> Vec<(Report, String)> {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let mut files: Vec<_> = fs::read_dir(common::root().join("examples"))
        .expect("the folder examples")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let article = Article {
            published: Some(id[..10].parse().expect("the name begins with a day")),
            published_from: DateSource::Text,
            text: fs::read_to_string(&path).expect("an article"),
            id,
            ..Article::default()
        };
        for report in reader.read(&article).reports {
            let sentence = report.sentence().slice(&article.text).to_string();
            all.push((report, sentence));
        }
    }
    all
}

fn has(list: &[Entity], key: &str) -> bool {
    list.iter().any(|e| e.key == key)
}

/// The sentences of plain reports of these types by one on the other whose days lie between the two.
fn told(
    all: &[(Report, String)],
    types: &[EventType],
    by: &str,
    on: &str,
    from: Date,
    to: Date,
) -> Vec<String> {
    all.iter()
        .filter(|(r, _)| {
            types.contains(&r.kind()) && has(&r.actor, by) && (has(&r.recipient, on) || has(&r.actor, on))
        })
        .filter(|(r, _)| !r.aux.contains(&Aux::Negated) && !r.aux.contains(&Aux::Hypothetical))
        .filter(|(r, _)| r.date.is_some_and(|d| d >= from) && r.enddate.is_some_and(|d| d <= to))
        .map(|(_, sentence)| sentence.clone())
        .collect()
}

#[test]
fn iran_supports_hamas_then_cuts_its_aid_then_they_mend_their_ties() {
    use EventType::*;
    let all = reports();
    let support = told(&all, &[Aid, Support, Agree], "IRN", "Hamas", date(2000, 1, 1), date(2011, 12, 31));
    assert!(support.iter().any(|s| s.contains("money and weapons")), "support before 2012: {support:?}");
    let rupture = told(&all, &[Sanction], "IRN", "Hamas", date(2012, 1, 1), date(2012, 12, 31));
    assert!(rupture.iter().any(|s| s.contains("cut its military aid")), "the break of 2012: {rupture:?}");
    let back = told(&all, &[Consult, Support], "Hamas", "IRN", date(2017, 8, 1), date(2017, 12, 27));
    assert!(back.iter().any(|s| s.contains("In October 2017")), "the return of 2017: {back:?}");
    let strife = told(&all, &[Sanction], "IRN", "Hamas", date(2013, 1, 1), date(2017, 12, 31));
    assert!(strife.is_empty(), "nothing is cut after 2012: {strife:?}");
}

#[test]
fn four_states_cut_their_ties_with_qatar_on_one_day() {
    let all = reports();
    let day = date(2017, 6, 5);
    for state in ["SAU", "ARE", "BHR", "EGY"] {
        let cut = told(&all, &[EventType::Sanction], state, "QAT", day, day);
        assert!(!cut.is_empty(), "{state} cut ties with Qatar");
    }
}

#[test]
fn every_example_reports_something_and_every_report_has_its_words() {
    let all = reports();
    for (report, sentence) in &all {
        assert!(!report.evidence.is_empty(), "{} has evidence", report.id);
        assert!(!sentence.is_empty(), "{} has a sentence", report.id);
    }
    let docs: std::collections::BTreeSet<&str> = all.iter().map(|(r, _)| r.doc.as_str()).collect();
    assert_eq!(docs.len(), 6, "all six examples report something: {docs:?}");
}

/// The turns between two parties as `kind first day..last day`.
fn turns_of(all: &[(Report, String)], a: &str, b: &str) -> Vec<String> {
    let events = gather(all.iter().map(|(report, _)| report));
    let params = detente::turn::Params::default();
    let turns = turns(&observe(&events, a, b, &params.standing), a, b, &params);
    turns.iter().map(|t| format!("{} {}..{}", t.kind.as_str(), t.from, t.to)).collect()
}

#[test]
fn iran_and_hamas_break_in_2012_and_turn_back_to_each_other_in_2017() {
    let turns = turns_of(&reports(), "IRN", "Hamas");
    let kinds: Vec<&str> = turns.iter().filter_map(|t| t.split(' ').next()).collect();
    assert_eq!(kinds, ["rupture", "rapprochement"], "{turns:?}");
    assert_eq!(turns[0], "rupture 2012-01-01..2012-12-31");
    assert!(turns[1].contains(" 2017-"), "{turns:?}");
}

#[test]
fn the_four_and_qatar_break_on_one_day() {
    let all = reports();
    for state in ["SAU", "ARE", "BHR", "EGY"] {
        assert_eq!(turns_of(&all, state, "QAT"), ["rupture 2017-06-05..2017-06-05"], "{state}");
    }
}

/// The blocs of all parties of the examples on a day.
fn blocs_on(all: &[(Report, String)], day: Date) -> Blocs {
    let events = gather(all.iter().map(|(report, _)| report));
    let keys: BTreeSet<&str> =
        events.iter().flat_map(|e| e.actors.iter().chain(&e.recipients)).map(String::as_str).collect();
    let params = Params::default();
    let mut dyads: Vec<(&str, &str, Balance)> = Vec::new();
    for a in &keys {
        for b in keys.range(*a..).skip(1) {
            let observed = observe(&events, a, b, &params);
            if !observed.observations().is_empty() {
                dyads.push((a, b, standing_on(&observed, day, &params)));
            }
        }
    }
    let dyads = || dyads.iter().map(|(a, b, balance)| (*a, *b, balance));
    let mut ties = ties(dyads(), &keys, &Profiles::new(dyads(), &params), &params);
    ties.extend(joint(&events, day, &params));
    blocs(&ties)
}

/// True where some bloc holds all these.
fn together(blocs: &Blocs, keys: &[&str]) -> bool {
    blocs.blocs.iter().any(|b| keys.iter().all(|k| b.iter().any(|m| m == k)))
}

#[test]
fn the_four_are_a_bloc_and_qatar_is_not_of_it() {
    let found = blocs_on(&reports(), date(2017, 6, 30));
    assert!(together(&found, &["SAU", "ARE", "BHR", "EGY"]), "{:?}", found.blocs);
    assert!(!together(&found, &["SAU", "QAT"]), "{:?}", found.blocs);
}

#[test]
fn iran_and_saudi_arabia_stand_together_since_march_2023() {
    let all = reports();
    let (before, after) = (blocs_on(&all, date(2023, 2, 28)), blocs_on(&all, date(2023, 3, 31)));
    assert!(!together(&before, &["IRN", "SAU"]), "{:?}", before.blocs);
    assert!(together(&after, &["IRN", "SAU", "CHN"]), "{:?}", after.blocs);
}
