//! Where every two parties of a table of events stand with each other on a day, or who stands together.
//!
//! The table comes on standard input, tab-separated, with a head line: `date a b type mode score`, where `a` does it
//! to `b` and a key like `IND/CVL` is people of a country. Rows that say the same are one event.
//!
//! `cargo run --release -p detente --example standing -- DAY < events.tsv > standing.tsv`, or with more words behind
//! the day: `blocs` prints the camps of that day, `blocs DAY` what changed since that other day, `why A B` the third
//! parties that make two alike; `people=0.5 prior=1` sets numbers of the method,
//! `least=200` the events that an actor in a bloc needs.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;

use detente::bloc::{Blocs, blocs, moves, ties};
use detente::plover::EventType;
use detente::standing::{Balance, By, Observation, Observed, Params, Position, Profiles, standing_on};
use jiff::civil::Date;

struct Row {
    id: String,
    date: Date,
    a: String,
    b: String,
    kind: EventType,
    mode: Option<String>,
    score: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let day: Date = args.first().ok_or("usage: standing DAY [blocs [DAY]] < events.tsv")?.parse()?;
    let mut params = Params::default();
    for (name, value) in args.iter().filter_map(|arg| arg.split_once('=')) {
        let value: f64 = value.parse()?;
        match name {
            "people" => params.people_weight = value,
            "statement" => params.statement_weight = value,
            "ceiling" => params.month_ceiling = value,
            "memory" => params.alike_memory = value,
            "prior" => params.alike_prior = value,
            "expected" => params.alike_expected = value,
            "steps" => params.alike_steps = value as usize,
            "ill" => params.ill_treatment = value,
            "least" => {}
            _ => return Err(format!("no number is called {name}").into()),
        }
    }
    let rows = rows()?;
    let started = Instant::now();
    let dyads = dyads(&rows, &params);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let on = |day: Date| -> Vec<(&str, &str, usize, Balance)> {
        let events = |o: &Observed| o.observations().iter().filter(|o| o.from <= day).count();
        dyads.iter().map(|((a, b), o)| (*a, *b, events(o), standing_on(o, day, &params))).collect()
    };
    let now = on(day);
    let levels = started.elapsed();
    let profiles = Profiles::new(now.iter().map(|(a, b, _, balance)| (*a, *b, balance)), &params);
    let positions: Vec<Position> =
        now.iter().map(|(a, b, _, balance)| Position::new(balance, profiles.alike(a, b), &params)).collect();
    eprintln!(
        "{} rows, {} dyads: levels {:.0} ms, positions {:.0} ms",
        rows.len(),
        dyads.len(),
        levels.as_secs_f64() * 1e3,
        (started.elapsed() - levels).as_secs_f64() * 1e3
    );
    match args.get(1).map(String::as_str) {
        Some("why") => {
            let (a, b) = (args.get(2).ok_or("why A B")?, args.get(3).ok_or("why A B")?);
            writeln!(out, "{:?}", profiles.alike(a, b))?;
            for third in profiles.explain(a, b, 12) {
                writeln!(out, "{}\t{:+.2}\t{:+.2}\tadds {:+.2}", third.key, third.a, third.b, third.adds)?;
            }
        }
        Some("blocs") => {
            let least = args.iter().find_map(|a| a.strip_prefix("least=")).map_or(Ok(200), str::parse)?;
            let mut events: BTreeMap<&str, usize> = BTreeMap::new();
            for (a, b, n, _) in &now {
                *events.entry(a).or_default() += n;
                *events.entry(b).or_default() += n;
            }
            let actors = events.into_iter().filter(|(_, n)| *n >= least).map(|(a, _)| a).collect();
            let camps = |now: &[(&'_ str, &'_ str, usize, Balance)], profiles: &Profiles| {
                blocs(&ties(now.iter().map(|(a, b, _, x)| (*a, *b, x)), &actors, profiles, &params))
            };
            let started = Instant::now();
            let mut found = camps(&now, &profiles);
            eprintln!("blocs of {} actors: {:.0} ms", actors.len(), started.elapsed().as_secs_f64() * 1e3);
            if let Some(Ok(earlier)) = args.get(2).map(|day| day.parse::<Date>()) {
                let then = on(earlier);
                let profiles = Profiles::new(then.iter().map(|(a, b, _, x)| (*a, *b, x)), &params);
                let before = camps(&then, &profiles);
                found.keep_names(&before);
                for m in moves(&before, &found) {
                    let name = |bloc: Option<String>| bloc.unwrap_or_else(|| "alone".into());
                    writeln!(out, "{}: {} -> {}", m.actor, name(m.from), name(m.to))?;
                }
            }
            print(&mut out, &found)?;
        }
        _ => {
            writeln!(
                out,
                "a\tb\tevents\ttreat\tlow\thigh\tweight\tattacks\tgood\tbad\talike\tthirds\tstanding\tstate"
            )?;
            for ((a, b, events, balance), position) in now.iter().zip(&positions) {
                let number = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
                let level = position.treat;
                writeln!(
                    out,
                    "{a}\t{b}\t{events}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                    number(level.map(|l| l.value)),
                    number(level.map(|l| l.low)),
                    number(level.map(|l| l.high)),
                    number(level.map(|l| l.weight)),
                    balance.attacks,
                    balance.good,
                    balance.bad,
                    number(position.alike.map(|a| a.value)),
                    position.alike.map_or(0, |a| a.thirds),
                    number(position.standing),
                    position.state.as_str()
                )?;
            }
        }
    }
    Ok(())
}

/// A grouping, in words.
fn print(out: &mut impl Write, blocs: &Blocs) -> std::io::Result<()> {
    writeln!(out, "fit {} exact {}", blocs.fit, blocs.exact)?;
    for (name, bloc) in blocs.names.iter().zip(&blocs.blocs) {
        writeln!(out, "[{name}] {}", bloc.join(" "))?;
    }
    writeln!(out, "alone: {}", blocs.alone.join(" "))?;
    for b in &blocs.between {
        let name = |i: usize| &blocs.names[i];
        let (x, y) = (name(b.blocs.0), name(b.blocs.1));
        writeln!(out, "between: {} with [{x}] {} and [{y}] {}", b.actor, b.pull.0, b.pull.1)?;
    }
    let strain = &blocs.strain;
    let ties: Vec<String> = strain.ties.iter().map(|t| format!("{}-{} {:+.1}", t.a, t.b, t.pull)).collect();
    writeln!(out, "against the grain: {} ties: {}", strain.against, ties.join(", "))?;
    let triads: Vec<String> = strain.triads.iter().map(|t| t.join("-")).collect();
    writeln!(out, "triads content {:?} torn {:?}: {}", strain.content, strain.torn, triads.join(", "))
}

/// The rows of the table, each that says the same once.
fn rows() -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for line in std::io::stdin().lock().lines().skip(1) {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let [date, a, b, kind, mode, score] = fields.as_slice() else {
            return Err(format!("not six fields: {line}").into());
        };
        let Some(kind) = EventType::parse(kind) else { continue };
        rows.entry(format!("{date}|{a}|{b}|{}|{mode}", kind.as_str())).or_insert(Row {
            id: String::new(),
            date: date.parse()?,
            a: (*a).into(),
            b: (*b).into(),
            kind,
            mode: (!mode.is_empty()).then(|| (*mode).into()),
            score: score.parse()?,
        });
    }
    Ok(rows.into_iter().map(|(id, row)| Row { id, ..row }).collect())
}

/// The evidence of each dyad. Acts of a country's people are the country's as far as the parameters say.
fn dyads<'a>(rows: &'a [Row], params: &Params) -> BTreeMap<(&'a str, &'a str), Observed<'a>> {
    let mut dyads: BTreeMap<(&str, &str), Vec<Observation>> = BTreeMap::new();
    for row in rows {
        let people = row.a.contains('/') || row.b.contains('/');
        let weight = if people { params.people_weight } else { 1.0 };
        let side = |key: &'a str| key.split('/').next().unwrap_or(key);
        let (a, b) = (side(&row.a), side(&row.b));
        if weight > 0.0 && a != b {
            dyads.entry((a.min(b), a.max(b))).or_default().push(Observation {
                event: &row.id,
                kind: row.kind,
                mode: row.mode.as_deref(),
                by: if a < b { By::A } else { By::B },
                from: row.date,
                to: row.date,
                score: row.score,
                weight,
            });
        }
    }
    dyads.into_iter().map(|(dyad, observations)| (dyad, Observed::new(observations))).collect()
}
