//! The gazetteer's file, and which of several places of one name is meant.

mod common;

use std::collections::BTreeMap;
use std::fs;

use detente::article::Article;
use detente::gazetteer::{Container, Context, Gazetteer, Kind, distance, key, moved};
use detente::place::EventLoc;

fn bytes() -> Vec<u8> {
    fs::read(common::root().join("lexicon/gazetteer/gazetteer.bin")).expect("it is part of the repository")
}

fn gazetteer() -> Gazetteer {
    Gazetteer::load(bytes()).expect("it loads")
}

fn speaking_of(list: &[(&str, f64)]) -> Context {
    let countries: BTreeMap<String, f64> = list.iter().map(|(k, n)| ((*k).to_string(), *n)).collect();
    Context { countries, ..Context::default() }
}

/// The state of the place that is chosen, if one is.
fn state(g: &Gazetteer, name: &str, context: &Context) -> Option<String> {
    let resolution = g.resolve(name, context);
    let best = resolution.candidates.first().filter(|_| resolution.chosen)?;
    best.place.countries.first().map(|c| (*c).to_string())
}

#[test]
fn the_file_is_whole_and_the_card_names_it() {
    let g = gazetteer();
    assert!(g.is_whole());
    let card = fs::read_to_string(common::root().join("lexicon/gazetteer/README.md")).expect("the card");
    assert!(card.contains(&g.name()), "the card does not say {}", g.name());
    assert!(bytes().len() < 12_000_000);
}

#[test]
fn a_file_cut_short_is_refused_and_a_changed_one_is_not_whole_and_hurts_nobody() {
    let whole = bytes();
    for end in (0..whole.len()).step_by(whole.len() / 30) {
        assert!(Gazetteer::load(whole[..end].to_vec()).is_err(), "cut at {end}");
    }
    for at in (44..whole.len()).step_by(whole.len() / 12) {
        let mut damaged = whole.clone();
        for byte in damaged[at..].iter_mut().take(4_000) {
            *byte ^= 0xff;
        }
        let Ok(g) = Gazetteer::load(damaged) else { continue };
        assert!(!g.is_whole(), "changed at {at}");
        for name in ["Aleppo", "Springfield", "Rafah crossing", "x"] {
            let _ = g.resolve(name, &speaking_of(&[("SYR", 1.0)]));
        }
        let _ = (g.border("SYR", "IRQ"), g.part("MLI", Some(0.0)), g.capital("SYR"));
    }
}

#[test]
fn every_site_of_our_own_is_found_where_its_row_says() {
    let g = gazetteer();
    let table = fs::read_to_string(common::root().join("lexicon/gazetteer/sites.tsv")).expect("the table");
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|l| !l.starts_with('#')).skip(1).map(|l| l.split('\t').collect()).collect();
    assert!(rows.len() >= 500, "{} sites", rows.len());
    for row in rows {
        let [_, names, _, countries, lat, lon, ..] = row[..] else { panic!("{row:?}") };
        let point = (lat.parse().expect("degrees"), lon.parse().expect("degrees"));
        for name in names.split('|') {
            let found = g.find(name).into_iter().any(|(p, _)| p.site && distance(p.point(), point) < 1.0);
            assert!(found, "{name} is not in the gazetteer: run training/gazetteer/build.py");
        }
        let states = g.find(names.split('|').next().unwrap_or("")).into_iter().filter(|(p, _)| p.site);
        let states: Vec<String> = states.map(|(p, _)| p.countries.join("|")).collect();
        let countries: Vec<&str> = countries.split('|').take(4).collect();
        let countries = countries.join("|");
        assert!(states.contains(&countries), "{names}: {states:?}, not {countries}");
    }
}

#[test]
fn spellings_of_one_name_are_one() {
    for (one, other) in [
        ("Sana'a", "Sanaa"),
        ("Mazar-e Sharif", "Mazar-i-Sharif"),
        ("Deir ez-Zor", "Deir al-Zor"),
        ("el-Arish", "Al Arish"),
        ("Ḩamāh", "Hamah"),
        ("Saint Louis", "St. Louis"),
        ("São Paulo", "SAO PAULO"),
        ("Sharm el‑Sheikh", "Sharm al-Sheikh"),
    ] {
        assert_eq!(key(one), key(other));
    }
    assert_ne!(key("Homs"), key("Hama"));
    let g = gazetteer();
    for name in ["Al Bab", "al-Bab", "Kobani", "Ayn al-Arab", "Kafr Nabl", "Zaporizhzhia", "Zaporozhye"] {
        assert!(!g.find(name).is_empty(), "{name}");
    }
    assert!(g.find("Xqzv").is_empty() && g.find("").is_empty() && g.find("'").is_empty());
}

#[test]
fn the_state_of_which_the_article_speaks_decides() {
    let g = gazetteer();
    for (name, other) in [
        ("Hyderabad", ["IND", "PAK"]),
        ("Tripoli", ["LBN", "LBY"]),
        ("Córdoba", ["ESP", "ARG"]),
        ("Valencia", ["VEN", "ESP"]),
        ("Santiago", ["CHL", "PHL"]),
        ("Birmingham", ["GBR", "USA"]),
        ("San José", ["CRI", "USA"]),
    ] {
        for state_key in other {
            assert_eq!(
                state(&g, name, &speaking_of(&[(state_key, 2.0)])).as_deref(),
                Some(state_key),
                "{name}"
            );
        }
    }
}

#[test]
fn what_stands_beside_a_name_decides_before_the_state() {
    let g = gazetteer();
    let beside = |region: &str| {
        let regions = g.regions(region).iter().map(|p| p.number).collect();
        let container = Container { name: region.into(), regions, ..Container::default() };
        Context { inside: vec![container], ..speaking_of(&[("GBR", 5.0), ("RUS", 5.0), ("FRA", 5.0)]) }
    };
    for (name, region, lat) in [
        ("Moscow", "Idaho", 46.7),
        ("Paris", "Texas", 33.7),
        ("London", "Ontario", 43.0),
        ("Vancouver", "Washington", 45.6),
        ("Springfield", "Illinois", 39.8),
        ("Cambridge", "Massachusetts", 42.4),
    ] {
        let resolution = g.resolve(name, &beside(region));
        assert!(resolution.chosen, "{name}, {region}");
        let place = &resolution.candidates[0].place;
        assert!((place.lat - lat).abs() < 0.2, "{name}, {region}: {}", place.lat);
        assert_eq!(resolution.decided, "containment");
    }
    assert!(!g.resolve("Moscow", &beside("Kerala")).chosen, "there is none, and that is said");
    assert!(g.resolve("Moscow", &beside("Kerala")).note.is_some());
}

#[test]
fn without_a_word_of_its_state_a_place_gets_a_note_or_stays_open() {
    let g = gazetteer();
    let silent = Context::default();
    for name in ["Springfield", "San Antonio", "Victoria", "Santa Cruz", "Young", "Nancy", "Aleppo", "Lyon"] {
        let resolution = g.resolve(name, &silent);
        assert!(!resolution.candidates.is_empty(), "{name}");
        assert!(resolution.note.is_some(), "{name}: chosen {}", resolution.chosen);
    }
    let union = speaking_of(&[("USA", 3.0)]);
    assert!(!g.resolve("Springfield", &union).chosen && !g.resolve("Springfield", &silent).chosen);
    assert!(!g.resolve("Young", &silent).chosen && !g.resolve("San Isidro", &silent).chosen);
}

#[test]
fn borders_capitals_and_parts_of_states_are_where_maps_have_them() {
    let g = gazetteer();
    let (point, _) = g.border("SYR", "JOR").expect("neighbours");
    assert!(distance(point, (32.6, 36.7)) < 120.0, "{point:?}");
    assert_eq!(g.border("SYR", "JOR"), g.border("JOR", "SYR"));
    assert!(g.border("SYR", "BRA").is_none());
    assert_eq!(
        g.capital("SOM").map(|p| (p.name.to_string(), p.kind)),
        Some(("Mogadishu".into(), Kind::Capital))
    );
    let (north, _) = g.part("NGA", Some(0.0)).expect("Nigeria");
    let (south, _) = g.part("NGA", Some(180.0)).expect("Nigeria");
    assert!(north.0 > south.0 + 3.0);
    assert_eq!(moved((36.34, 43.13), 111.2, 0.0), (37.34, 43.13));
}

/// Where the first event of a text took place.
fn place(text: &str) -> EventLoc {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let article = Article { id: "a".into(), text: text.into(), ..Article::default() };
    reader.read(&article).reports.into_iter().find_map(|r| r.event_loc).unwrap_or_default()
}

#[test]
fn a_place_told_by_another_is_moved_and_says_how_far_around_it_may_be() {
    let loc = place("Iraqi troops attacked gunmen 40 km north of Mosul.");
    assert_eq!(loc.resolution.as_deref(), Some("near"));
    assert_eq!(loc.resolved_place.as_deref(), Some("Mosul"));
    let km = loc.lat.zip(loc.lon).map_or(0.0, |p| distance(p, (36.335, 43.119)));
    assert!((30.0..50.0).contains(&km), "{km}");
    assert!(loc.radius_km.is_some_and(|r| r > 0.0));
    assert_eq!(loc.country_code.as_deref(), Some("IRQ"));
}

#[test]
fn a_place_that_is_not_known_is_what_it_lies_in() {
    let loc = place(
        "Gunmen killed six farmers in the village of Tall Qaranfil in Idlib province, Syrian police said.",
    );
    assert_eq!(loc.extracted_place, "Tall Qaranfil");
    assert_eq!(loc.resolution.as_deref(), Some("within"));
    assert_eq!(loc.country_code.as_deref(), Some("SYR"));
}
