//! How long standings and blocs take: a busy dyad, day by day, and large networks.
//!
//! `cargo run --release -p detente --example standing_speed`

use std::collections::BTreeSet;
use std::time::Instant;

use detente::bloc::{Tie, blocs, ties};
use detente::plover::EventType;
use detente::standing::{
    Balance, By, Level, Observation, Observed, Params, Profiles, series, standing, standing_on,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Numbers that look random and are always the same.
fn numbers(mut seed: u64) -> impl FnMut() -> f64 {
    move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as f64 / f64::from(1u32 << 31)
    }
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    println!("{what}: {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    done
}

fn main() {
    let params = Params::default();
    let mut next = numbers(5);
    let ids: Vec<String> = (0..30_000).map(|i| format!("event{i}")).collect();
    let kinds = [(EventType::Consult, 2.5), (EventType::Accuse, -2.0), (EventType::Assault, -9.0)];
    let list: Vec<Observation> = ids
        .iter()
        .map(|id| {
            let day = date(2010, 1, 1).saturating_add(((next() * 3652.0) as i64).days());
            let (kind, score) = kinds[(next() * 3.0) as usize];
            Observation { event: id, kind, mode: None, by: By::A, from: day, to: day, score, weight: 1.0 }
        })
        .collect();
    println!("A dyad with 30,000 events over ten years");
    let observed = timed("  evidence put in order", || Observed::new(list));
    let end = date(2019, 12, 31);
    timed("  a level for each month, with its events", || standing(&observed, "a", "b", Some(end), &params));
    let days: Vec<Date> = (0..3652).map(|i| date(2010, 1, 1).saturating_add((i as i64).days())).collect();
    timed("  a level for each of 3,652 days", || series(&observed, &days, &params));
    timed("  the level of one day", || standing_on(&observed, end, &params));

    for (actors, share) in [(200, 1.0), (1000, 0.1), (3000, 0.02), (3000, 0.1)] {
        let names: Vec<String> = (0..actors).map(|i| format!("n{i:04}")).collect();
        let mut dyads = Vec::new();
        for i in 0..actors {
            for j in i + 1..actors {
                if next() < share {
                    let friends = (i % 5 == j % 5) != (next() < 0.25);
                    let (good, bad) = if friends { (6.0, 2.0 * next()) } else { (2.0 * next(), 4.0) };
                    let value = if friends { 4.0 } else { -4.0 };
                    let level = Some(Level { value, low: value - 2.0, high: value + 2.0, weight: 9.0 });
                    dyads.push((i, j, Balance { level, attacks: 0.0, good, bad }));
                }
            }
        }
        println!("{actors} actors, {} ties", dyads.len());
        let dyads = || dyads.iter().map(|(i, j, x)| (names[*i].as_str(), names[*j].as_str(), x));
        let profiles = timed("  profiles", || Profiles::new(dyads(), &params));
        let all: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let made = timed("  ties of both axes", || ties(dyads(), &all, &profiles, &params));
        let found = timed("  blocs", || blocs(&made));
        println!("  {} blocs, fit {}", found.blocs.len(), found.fit);
        let tone: Vec<Tie> = dyads().filter_map(|(a, b, x)| Some(Tie::of(a, b, x.level.as_ref()?))).collect();
        let found = timed("  blocs of levels alone", || blocs(&tone));
        println!("  {} blocs, fit {}", found.blocs.len(), found.fit);
    }
}
