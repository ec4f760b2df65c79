//! Hand-made reports about invented states, and the events they must become.

use super::*;
use crate::gist::{Gist, stem};
use crate::report::{CiteInfo, Coder, Entity, EventLoc, TextInfo};

/// A report as a line: `id publisher TYPE actors>recipients start..end words`, with `-` for nothing.
fn report(line: &str) -> Report {
    let mut part = line.splitn(6, ' ');
    let mut next = || part.next().unwrap_or_default();
    let (id, publisher, kind, parties, days, words) = (next(), next(), next(), next(), next(), next());
    let (kind, aux) = match kind.split_once('/') {
        Some((kind, aux)) => (kind, vec![Aux::parse(aux).expect("a status")]),
        None => (kind, vec![]),
    };
    let kind = EventType::parse(kind).expect("a type");
    let entities = |keys: &str| {
        let keys = keys.split(',').filter(|k| !k.is_empty());
        keys.map(|k| Entity { key: k.into(), entity_text: k.into(), ..Entity::default() }).collect::<Vec<_>>()
    };
    let (actor, recipient) = parties.split_once('>').expect("parties");
    let (start, end) = days.split_once("..").unwrap_or((days, days));
    Report {
        id: id.into(),
        doc: id.split('#').next().unwrap_or_default().into(),
        event: vec![kind],
        mode: None,
        context: vec![],
        quad_code: kind.quad(),
        event_scale: 1.0,
        actor: entities(actor),
        recipient: entities(recipient),
        date: start.parse().ok(),
        enddate: end.parse().ok(),
        date_text: None,
        date_precision: None,
        aux,
        said_by: None,
        text_info: TextInfo { sequence: 0, start: 0, end: 40 + id.len() as u32 },
        event_text: words.into(),
        event_loc: None,
        size: None,
        event_id: None,
        gist: Default::default(),
        confidence: None,
        evidence: vec![],
        links: Vec::new(),
        cite_info: CiteInfo {
            publication: (publisher != "-").then(|| publisher.into()),
            ..CiteInfo::default()
        },
        coder: Coder::default(),
    }
}

/// The report ids of each event, as `a#1 b#1 | c#1`.
fn groups(lines: &[&str]) -> String {
    let reports: Vec<Report> = lines.iter().map(|l| report(l)).collect();
    gather(&reports).iter().map(|e| e.reports.join(" ")).collect::<Vec<_>>().join(" | ")
}

#[test]
fn a_copied_article_is_no_second_witness_even_in_other_words() {
    let lines = [
        "a#0 Dawn CONSULT Arnor>Gondor 2026-03-02 met",
        "b#0 Echo CONSULT Arnor>Gondor 2026-03-02 received",
        "c#0 Post CONSULT Arnor>Gondor 2026-03-02 spoke",
        "d#0 Mail CONSULT Arnor>Gondor 2026-03-02 visited",
    ];
    let mut reports = lines.map(report);
    let counts = |reports: &[Report]| {
        let events = gather(reports);
        assert_eq!(events.len(), 1);
        (events[0].witnesses, events[0].copies)
    };
    assert_eq!(counts(&reports), (4, 0));
    reports[1].cite_info.copy_of = Some("a".into());
    assert_eq!(counts(&reports), (3, 1));
    reports[2].cite_info.copy_of = Some("elsewhere".into());
    assert_eq!(counts(&reports), (3, 1), "the original tells of another event");
    reports[3].cite_info.copy_of = Some("elsewhere".into());
    assert_eq!(counts(&reports), (2, 2), "two copies of a third are one witness");
    // Whichever of the two comes first in the alphabet.
    let mut turned = lines.map(report);
    turned[0].cite_info.copy_of = Some("b".into());
    assert_eq!(counts(&turned), (3, 1));
}

#[test]
fn three_stories_of_one_meeting_are_one_event_either_way_round() {
    let lines = [
        "a#0 Dawn CONSULT Arnor>Gondor 2026-03-02 met",
        "b#0 Echo CONSULT Gondor>Arnor 2026-03-01..2026-03-04 received",
        "c#0 Echo CONSULT Arnor,Gondor> 2026-03-02..2026-03-03 held talks",
    ];
    let events = gather(&lines.map(report));
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].actors, ["Arnor", "Gondor"]);
    assert!(events[0].mutual);
    assert_eq!(events[0].publishers, ["Dawn", "Echo"]);
    assert_eq!(events[0].witnesses, 2);
    assert_eq!((events[0].date, events[0].enddate), ("2026-03-02".parse().ok(), "2026-03-02".parse().ok()));
    assert_eq!(events[0].reasons.len(), 3);
}

#[test]
fn direction_matters_where_one_acts_on_the_other() {
    let lines =
        ["a#0 - ACCUSE Arnor>Gondor 2026-03-02 accused", "b#0 - ACCUSE Gondor>Arnor 2026-03-02 accused"];
    assert_eq!(gather(&lines.map(report)).len(), 2);
}

#[test]
fn a_denied_attack_does_not_join_an_attack() {
    let lines = [
        "a#0 Dawn ASSAULT Arnor>Gondor 2026-03-02 shelled",
        "b#0 Echo ASSAULT/negated Arnor>Gondor 2026-03-02 shelled",
    ];
    assert_eq!(gather(&lines.map(report)).len(), 2);
}

#[test]
fn history_joins_the_event_when_it_was_news() {
    let lines = [
        "a#0 Dawn ASSAULT Arnor>Gondor 2024-03-02 shelled",
        "b#0 Echo ASSAULT/historical Arnor>Gondor 2024-03-02 attack",
    ];
    let events = gather(&lines.map(report));
    assert_eq!(events.len(), 1);
    assert!(events[0].aux.is_empty());
}

#[test]
fn stated_days_in_a_row_are_separate_attacks() {
    let mut days = ["2026-03-02", "2026-03-03", "2026-03-04"]
        .map(|d| report(&format!("{d}#0 Dawn ASSAULT Arnor>Gondor {d} shelled")));
    assert_eq!(gather(&days).len(), 2, "days that are only inferred may be one");
    for r in &mut days {
        (r.date_precision, r.date_text) = (Some("day".into()), Some("Monday".into()));
    }
    assert_eq!(gather(&days).len(), 3);
}

#[test]
fn a_day_apart_meets_where_a_day_is_only_inferred_but_never_drifts() {
    let lines = [
        "a#0 Dawn ASSAULT Arnor>Gondor 2026-03-02 shelled",
        "b#0 Echo ASSAULT Arnor>Gondor 2026-03-03 shelled",
        "c#0 Post ASSAULT Arnor>Gondor 2026-03-04 shelled",
    ];
    assert_eq!(groups(&lines), "a#0 b#0 | c#0");
}

#[test]
fn an_interval_wider_than_a_month_needs_near_words() {
    let exact = "a#0 Dawn AID Arnor>Gondor 2025-06-10 grain";
    assert_eq!(groups(&[exact, "b#0 Echo AID Arnor>Gondor 2025-05-21..2025-06-25 weapons"]), "b#0 | a#0");
    assert_eq!(groups(&[exact, "b#0 Echo AID Arnor>Gondor 2025-05-21..2025-06-25 sent grain"]), "a#0 b#0");
}

#[test]
fn a_year_says_nothing_of_a_day() {
    let lines = [
        "a#0 Dawn AID Arnor>Gondor 2025-06-10 grain",
        "b#0 Echo AID Arnor>Gondor 2025-01-01..2025-12-31 grain",
        "c#0 Post AID Arnor>Gondor 2025-01-01..2025-12-31 sent grain",
    ];
    assert_eq!(groups(&lines), "b#0 c#0 | a#0");
}

#[test]
fn one_article_tells_its_own_events_apart() {
    let lines = [
        "a#0 Dawn CONSULT Arnor>Gondor 2026-03-02 attended ceremony",
        "a#1 Dawn CONSULT Arnor>Gondor 2026-03-02 met",
    ];
    assert_eq!(gather(&lines.map(report)).len(), 2);
    let again =
        ["a#0 Dawn CONSULT Arnor>Gondor 2026-03-02 met", "a#1 Dawn CONSULT Arnor>Gondor 2026-03-02 meeting"];
    assert_eq!(stem("meeting"), "meet", "irregular forms are not joined: met is not meet");
    assert_eq!(gather(&again.map(report)).len(), 2);
}

#[test]
fn two_towns_are_two_attacks() {
    let place = |name: &str| {
        Some(EventLoc {
            resolved_place: Some(name.into()),
            resolution: Some("city".into()),
            ..EventLoc::default()
        })
    };
    let mut a = report("a#0 Dawn ASSAULT Arnor>Gondor 2026-03-02 shelled");
    let mut b = report("b#0 Echo ASSAULT Arnor>Gondor 2026-03-02 shelled");
    a.event_loc = place("Pelargir");
    b.event_loc = place("Osgiliath");
    assert_eq!(gather([&a, &b]).len(), 2);
    b.event_loc = place("Pelargir");
    assert_eq!(gather([&a, &b]).len(), 1);
}

#[test]
fn a_copied_sentence_is_no_second_witness() {
    let mut a = report("a#0 Dawn ACCUSE Arnor>Gondor 2026-03-02 accused");
    let mut b = report("b#0 Echo ACCUSE Arnor>Gondor 2026-03-02 accused");
    assert_eq!(gather([&a, &b])[0].witnesses, 1, "same length, same words at the same places");
    b.text_info.end += 17;
    assert_eq!(gather([&a, &b])[0].witnesses, 2);
    a.cite_info.publication = None;
    b.cite_info.publication = None;
    assert_eq!(gather([&a, &b])[0].witnesses, 1, "unknown publishers count as one");
}

#[test]
fn undated_reports_meet_only_in_words() {
    let lines = [
        "a#0 Dawn AID Arnor>Gondor - weapons",
        "b#0 Echo AID Arnor>Gondor - sent weapons",
        "c#0 Post AID Arnor>Gondor - grain",
    ];
    let mut sizes: Vec<usize> = gather(&lines.map(report)).iter().map(|e| e.reports.len()).collect();
    sizes.sort();
    assert_eq!(sizes, [1, 2]);
}

#[test]
fn an_interval_with_an_open_end_is_not_a_day() {
    let lines =
        ["a#0 Dawn AID Arnor>Gondor -..2026-03-02 weapons", "b#0 Echo AID Arnor>Gondor 2026-03-02 grain"];
    let events = gather(&lines.map(report));
    assert_eq!(events.len(), 2);
    assert!(events.iter().any(|e| e.date.is_none() && e.enddate.is_some()));
}

#[test]
fn a_claim_stays_a_claim_until_an_article_vouches() {
    let mut a = report("a#0 Dawn ASSAULT Arnor>Gondor 2026-03-02 shelled");
    let b = report("b#0 Echo ASSAULT Arnor>Gondor 2026-03-02 shelled");
    a.said_by = Some(Entity { key: "Gondor".into(), ..Entity::default() });
    assert_eq!(gather([&a])[0].said_by, ["Gondor"]);
    assert!(gather([&a, &b])[0].said_by.is_empty());
}

#[test]
fn the_order_of_arrival_changes_nothing() {
    let lines = [
        "a#0 Dawn CONSULT Arnor>Gondor 2026-03-02 met",
        "b#0 Echo CONSULT Gondor>Arnor 2026-03-01..2026-03-04 received envoy",
        "c#0 Post CONSULT Arnor,Gondor> 2026-03-03 talks",
        "d#0 Dawn CONSULT Arnor>Gondor 2026-02-01..2026-04-30 met envoy",
        "e#0 Echo ASSAULT Arnor>Gondor 2026-03-03 shelled",
        "f#0 Post ASSAULT Arnor>Gondor 2026-03-02..2026-03-05 shelled",
        "g#0 - AID Rohan>Gondor - grain",
    ];
    let reports: Vec<Report> = lines.iter().map(|l| report(l)).collect();
    let expected = gather(&reports);
    // Every rotation, forwards and backwards.
    for turn in 0..reports.len() {
        let mut turned = reports.clone();
        turned.rotate_left(turn);
        assert_eq!(gather(&turned), expected);
        turned.reverse();
        assert_eq!(gather(&turned), expected);
    }
}

#[test]
fn a_report_given_twice_counts_once() {
    let a = report("a#0 Dawn CONSULT Arnor>Gondor 2026-03-02 met");
    assert_eq!(gather([&a, &a])[0].reports, ["a#0"]);
}

#[test]
fn the_name_of_an_event_is_the_same_on_every_machine() {
    let a = report("a#0 Dawn CONSULT Arnor>Gondor 2026-03-02 met");
    assert_eq!(gather([&a])[0].id, "e37145ae9d87b3a47");
}

#[test]
fn the_name_stays_when_a_vaguer_report_joins_or_the_article_is_read_anew() {
    let mut a = report("a#0 Dawn CONSULT Arnor>Gondor 2026-03-02 met");
    let b = report("0#0 Echo CONSULT Arnor>Gondor 2026-03-01..2026-03-03 met");
    let alone = gather([&a])[0].id.clone();
    let both = gather([&a, &b]);
    assert_eq!((both.len(), &both[0].id), (1, &alone));
    a.id = "a#7".into();
    assert_eq!(gather([&a])[0].id, alone, "the number of a report in its article is no part of the name");
}

#[test]
fn two_reports_with_the_same_words_at_one_place_have_two_names() {
    let mut a = report("a#0 Dawn CONSULT Arnor>Gondor 2026-03-02 met");
    let mut b = a.clone();
    (a.aux, b.aux) = (vec![Aux::Future], vec![Aux::Hypothetical]);
    b.id = "a#1".into();
    let events = gather([&a, &b]);
    assert_eq!(events.len(), 2);
    assert_ne!(events[0].id, events[1].id);
}

#[test]
fn what_follows_what_is_told_across_cells() {
    let mut killing = report("a#0 Dawn ASSAULT Arnor>Gondor 2026-02-27 killed");
    let mut answer = report("a#1 Dawn ACCUSE Gondor>Arnor 2026-03-02 condemned");
    let other = report("b#0 Echo ASSAULT Arnor>Gondor 2026-02-27 killing");
    let link = |to: &str, kind| crate::report::Link {
        to: to.into(),
        kind,
        said_by: None,
        evidence: crate::note::Evidence::new("links:test", []),
    };
    answer.links = vec![link("a#0", LinkKind::Because)];
    let check = |reports: [&Report; 3]| {
        let events = gather(reports);
        let follows = follows(&events);
        assert_eq!((events.len(), follows.len()), (2, 1));
        assert_eq!((follows[0].id, follows[0].to), (events[1].id.as_str(), events[0].id.as_str()));
        assert_eq!(events[0].kind, EventType::Assault);
    };
    check([&killing, &answer, &other]);
    // The same, told from the other end.
    answer.links.clear();
    killing.links = vec![link("a#1", LinkKind::LedTo), link("a#1", LinkKind::During)];
    check([&other, &killing, &answer]);
}

/// A report as [`report`], with a sentence's worth of rare words.
fn told(line: &str, words: &str) -> Report {
    let mut r = report(line);
    let list: Vec<(String, u8)> = words.split(' ').map(|w| (w.to_string(), 50)).collect();
    r.text_info.end += words.len() as u32;
    r.gist = Gist { act: vec![stem(line.rsplit(' ').next().unwrap_or_default()).to_string()], words: list };
    r
}

/// The sizes of the events of these reports, greatest first.
fn sizes(reports: &[Report]) -> Vec<usize> {
    let mut sizes: Vec<usize> = gather(reports).iter().map(|e| e.reports.len()).collect();
    sizes.sort_by(|x, y| y.cmp(x));
    sizes
}

#[test]
fn an_attack_that_each_lays_at_anothers_door_is_one_event_in_two_versions() {
    let words = "bakery morstad shell queue bread";
    let mut a = told("a#0 Dawn ASSAULT Arnor>Gondor/CVL 2026-03-02 shelled", words);
    let mut b = told("b#0 Echo ASSAULT Rohan>Gondor/CVL 2026-03-02 shelling", words);
    a.said_by = Some(Entity { key: "Rohan".into(), ..Entity::default() });
    b.said_by = Some(Entity { key: "Arnor".into(), ..Entity::default() });
    let c = told("c#0 Post ASSAULT Rohan>Gondor/CVL 2026-03-02 shelled", "bakery queue morstad soldier");
    let events = gather([&a, &b, &c]);
    assert_eq!(events.len(), 1);
    let e = &events[0];
    assert_eq!(e.actors, ["Rohan"], "the version that most reports tell");
    assert_eq!(e.versions.len(), 2);
    assert!(e.versions[0].said_by.is_empty(), "an article vouches for this one");
    assert_eq!(
        (&e.versions[1].actors[..], &e.versions[1].said_by[..]),
        (&["Arnor".into()][..], &["Rohan".into()][..])
    );
    assert!(e.said_by.is_empty());
    let other = e.reasons.iter().find(|r| r.parties == Parties::Other).expect("the version is a reason");
    assert!(other.text().contains("another version"), "{}", other.text());
    // Without words in common nobody knows that it is the same attack.
    let d = told("d#0 Post ASSAULT Mordor>Gondor/CVL 2026-03-02 shelled", "harbour pelargir ship crane");
    assert_eq!(sizes(&[a, b, c, d]), [3, 1]);
}

#[test]
fn competing_numbers_of_dead_are_versions_of_one_event() {
    let dead = |mut r: Report, n| {
        r.size = Some(Size { dead: Some(n), ..Size::default() });
        r
    };
    let line = |id: &str| format!("{id}#0 {id} ASSAULT Arnor>Gondor 2026-03-02 bombed");
    let words = "market morstad noon bomb";
    let reports = [
        dead(told(&line("a"), words), 7),
        dead(told(&line("b"), words), 9),
        dead(told(&line("c"), words), 9),
    ];
    let events = gather(&reports);
    assert_eq!(events.len(), 1);
    let told: Vec<_> =
        events[0].versions.iter().map(|v| (v.size.and_then(|s| s.dead), v.reports.len())).collect();
    assert_eq!(told, [(Some(9), 2), (Some(7), 1)]);
}

#[test]
fn parties_told_more_or_less_fully_meet_and_the_fullest_stand_for_the_event() {
    let words = "ties border food port";
    let reports = [
        told("a#0 Dawn SANCTION Arnor>Gondor 2026-03-02 cut", words),
        told("b#0 Echo SANCTION Arnor,Rohan,Dale>Gondor 2026-03-02 cut", words),
        told("c#0 Post SANCTION UNK>Gondor 2026-03-02 cut", words),
        told("d#0 Tide SANCTION Arnor>Gondor 2026-03-02 cut", "ties three port neighbour"),
    ];
    let events = gather(&reports);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].actors, ["Arnor", "Dale", "Rohan"]);
    assert_eq!(events[0].versions[0].reports.len(), 2);
    let meeting = [
        told("a#0 Dawn CONSULT Arnor,Gondor> 2026-03-02 talks", "lake summit three"),
        told("b#0 Echo CONSULT Arnor,Gondor,Rohan> 2026-03-02 talks", "lake summit three"),
        told("c#0 Post CONSULT Rohan>Arnor 2026-03-02 met", "lake summit three handshake"),
    ];
    let events = gather(&meeting);
    assert_eq!(events.len(), 1);
    assert!(events[0].mutual);
    assert_eq!(events[0].actors, ["Arnor", "Gondor", "Rohan"]);
}

#[test]
fn a_blow_and_the_blow_that_answers_it_are_two() {
    let words = "border post dawn raid";
    let reports = [
        told("a#0 Dawn ASSAULT Arnor/REB>Gondor 2026-03-02 attacked", words),
        told("b#0 Echo ASSAULT Gondor>Arnor/REB 2026-03-02 attacked", words),
    ];
    assert_eq!(sizes(&reports), [1, 1]);
}

#[test]
fn neighbouring_types_meet_where_nearly_all_else_is_alike() {
    let words = "raid morstad quarter dawn weapons cache";
    let mut a = told("a#0 Dawn ASSAULT Arnor>Gondor/REB 2026-03-02 raided", words);
    let b = told("b#0 Echo COERCE Arnor>Gondor/REB 2026-03-02 raided", words);
    let c = told("c#0 Post ASSAULT Arnor>Gondor/REB 2026-03-02 raid", words);
    let events = gather([&a, &b, &c]);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, EventType::Assault, "what most say");
    a.gist.words.truncate(1);
    a.gist.act = vec!["kill".into()];
    assert_eq!(gather([&a, &b]).len(), 2);
}

#[test]
fn an_agency_text_with_small_edits_is_a_copy_and_two_own_sentences_are_not() {
    let sentence = "envoy warn fleet leav harbour friday boycott grain ship resum";
    let edited = "envoy warn fleet leav harbour boycott grain ship resum monday";
    let own = "envoy threat boycott harbour unless fleet gone grain talk";
    let line = |id: &str| format!("{id}#0 {id} THREATEN Arnor>Gondor 2026-03-02 warned");
    let reports = [told(&line("a"), sentence), told(&line("b"), edited), told(&line("c"), own)];
    let events = gather(&reports);
    assert_eq!((events.len(), events[0].copies, events[0].witnesses), (1, 1, 2));
    assert_eq!(events[0].publishers.len(), 3);
    // Within one article nothing is a copy of anything.
    let mut two = reports.clone();
    two[1].doc = "a".into();
    assert_eq!(gather(&two[..2]).iter().map(|e| e.copies).sum::<usize>(), 0);
}

#[test]
fn a_second_round_on_another_stated_day_is_another_event() {
    let words = "lake talks round ceasefire envoy";
    let mut reports = [
        told("a#0 Dawn CONSULT Arnor,Gondor> 2026-03-02 talks", words),
        told("b#0 Echo CONSULT Arnor,Gondor> 2026-03-04 talks", words),
    ];
    for r in &mut reports {
        (r.date_precision, r.date_text) = (Some("day".into()), Some("Monday".into()));
    }
    assert_eq!(sizes(&reports), [1, 1]);
}

/// A dyad that fights every day: `many` reports of a month.
fn busy(many: usize) -> Vec<Report> {
    (0..many)
        .map(|n| {
            let fight = n / 4;
            let line =
                format!("d{n}#0 p{} ASSAULT Arnor>Gondor 2026-03-{:02} shelled", n % 7, 1 + fight % 28);
            let mut r =
                told(&line, &format!("town{} hill{} road{} gun river army", fight, fight / 2, fight % 97));
            r.gist.words.iter_mut().skip(3).for_each(|(_, weight)| *weight = 15);
            r.event_loc = Some(EventLoc {
                resolved_place: Some(format!("Town {fight}")),
                resolution: Some("city".into()),
                ..EventLoc::default()
            });
            r
        })
        .collect()
}

#[test]
fn a_busy_dyad_costs_little_more_than_its_number_of_reports() {
    // Comparisons are counted, not seconds: machines differ.
    let cost = |many: usize| {
        let reports = busy(many);
        let mut numbering = Numbering::default();
        let tellings: Vec<Telling> = reports.iter().filter_map(|r| Telling::new(r, &mut numbering)).collect();
        let mut index = draft::Index::default();
        let mut looked = 0;
        for (n, t) in tellings.iter().enumerate() {
            looked += index.near(t, CANDIDATES).len();
            index.add(t, n / 4);
        }
        looked as f64 / many as f64
    };
    let (small, large) = (cost(400), cost(8_000));
    assert!(
        large <= CANDIDATES as f64 && large < 8.0 * small,
        "{small} events looked at for a report, then {large}"
    );
    let events = gather(&busy(2_000));
    assert_eq!(events.len(), 500, "the fights are told apart");
}

/// Random reports of a small world, in which much is alike: small numbers out of a seed.
fn world(seed: u64, many: usize) -> Vec<Report> {
    let mut state = seed;
    let mut pick = move |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let kinds = ["ASSAULT", "ASSAULT", "COERCE", "CONSULT", "CONSULT", "ACCUSE"];
    let states = ["", "/negated", "/future", "/historical", "", "", ""];
    let parties = ["Arnor", "Arnor", "Gondor", "Gondor", "Arnor,Gondor", "Mordor/REB", "UNK", ""];
    let words = ["shelled", "shelling of Pelargir", "met", "talks in Bree", "arrested five", "raid", "grain"];
    let publishers = ["Dawn", "Echo", "Post", "-"];
    let mut day = |spread: u64| format!("2026-0{}-{:02}", 1 + pick(3), 1 + (pick(28) / spread) * spread);
    let mut days = Vec::new();
    for _ in 0..many {
        let (a, b) = (day(9), day(9));
        days.push(match a.as_bytes().iter().map(|&x| u64::from(x)).sum::<u64>() % 5 {
            0 => format!("{}..{}", a.clone().min(b.clone()), a.max(b)),
            1 => "-".into(),
            2 => "2026-01-01..2026-12-31".into(),
            3 => "-..2026-02-02".into(),
            _ => a,
        });
    }
    (0..many)
        .zip(days)
        .map(|(n, days)| {
            let mut one = |list: &[&'static str]| list[pick(list.len() as u64) as usize];
            let line = format!(
                "{n}#0 {} {}{} {}>{} {days} {}",
                one(&publishers),
                one(&kinds),
                one(&states),
                one(&parties),
                one(&parties),
                one(&words)
            );
            let mut r = report(&line);
            if pick(4) == 0 {
                // Several reports of an article.
                r.doc = format!("{}", n / 4);
            }
            r
        })
        .collect()
}

#[test]
fn each_cell_gathered_by_itself_gives_what_all_together_give() {
    for seed in 0..20 {
        let reports = world(seed, 300);
        let all = gather(&reports);
        assert!(all.iter().any(|e| e.reports.len() > 2), "the world is too wide to test anything");
        let mut drawers: BTreeMap<Cell, Vec<&Report>> = BTreeMap::new();
        for r in &reports {
            cells(r).into_iter().for_each(|c| drawers.entry(c).or_default().push(r));
        }
        assert!(drawers.len() > 10);
        let mut apart: Vec<Event> = drawers.into_values().flat_map(gather).collect();
        apart.sort_by(|x, y| by_day(x).cmp(&by_day(y)));
        assert_eq!(apart, all);
        let mut told: Vec<&String> = all.iter().flat_map(|e| &e.reports).collect();
        told.sort();
        told.dedup();
        assert_eq!(told.len(), 300, "every report is of one event");
    }
}

#[test]
fn a_report_that_comes_or_goes_changes_its_own_cell_alone() {
    for seed in 0..40 {
        let reports = world(seed, 120);
        let mut kept: BTreeMap<Cell, Vec<Event>> = BTreeMap::new();
        for event in gather(&reports[..100]) {
            kept.entry(event.cell).or_default().push(event);
        }
        // Twenty come, one after another, each time only its cell is gathered anew; then ten of the first go.
        let mut here: Vec<&Report> = reports[..100].iter().collect();
        let again = |here: &[&Report], kept: &mut BTreeMap<Cell, Vec<Event>>, changed: &Report| {
            for cell in cells(changed) {
                let own = here.iter().copied().filter(|r| cells(r).contains(&cell));
                kept.insert(cell, gather(own));
            }
        };
        for r in &reports[100..] {
            here.push(r);
            again(&here, &mut kept, r);
        }
        for r in &reports[..10] {
            here.retain(|h| h.id != r.id);
            again(&here, &mut kept, r);
        }
        let mut kept: Vec<Event> = kept.into_values().flatten().collect();
        kept.sort_by(|x, y| by_day(x).cmp(&by_day(y)));
        assert_eq!(kept, gather(here));
    }
}

#[test]
fn a_shuffled_world_gives_the_same_events() {
    for seed in 0..20 {
        let mut reports = world(seed, 200);
        let expected = gather(&reports);
        for turn in 1..6_u64 {
            // Fisher and Yates, out of a seed.
            let mut state = seed * 31 + turn;
            for i in (1..reports.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                reports.swap(i, (state >> 33) as usize % (i + 1));
            }
            assert_eq!(gather(&reports), expected);
        }
    }
}
