//! The turns of every dyad of a table of acts: `turns TABLE.tsv [--since DAY] [--told] [--check] [--min ACTS_A_YEAR]`.
//!
//! The table has tab-separated columns `date a b type mode score weight` under a header; `a` does it to `b`, `type`
//! and `mode` are PLOVER's, `score` is the place on the scale (−10…+10), and an empty weight is 1. A row's id is its
//! number. Printed is one line a turn: the parties, the day, `up` or `down`, then all else that is known of it.
//! `--since` is the first day that the table covers (its first row where it is not given), `--told` dates each turn
//! by the day on which it would have been told, `--check` prints how the method takes shuffled days, copies, other
//! names and halves, instead of the turns.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use detente::plover::EventType;
use detente::standing::{By, Observation, Observed};
use detente::turn::{Params, Turn, turns};
use jiff::ToSpan;
use jiff::civil::Date;

/// A row of the table.
#[derive(Clone)]
struct Row {
    id: String,
    day: Date,
    a: String,
    b: String,
    kind: EventType,
    mode: Option<String>,
    score: f64,
    weight: f64,
}

type Dyads = BTreeMap<(String, String), Vec<Row>>;

fn read(text: &str) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for (n, line) in text.lines().enumerate().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [day, a, b, kind, mode, score, rest @ ..] = fields.as_slice() else {
            return Err(format!("line {}: {} columns where 6 or 7 are wanted", n + 1, fields.len()).into());
        };
        let Some(kind) = EventType::parse(kind) else {
            return Err(format!("line {}: no type {kind}", n + 1).into());
        };
        rows.push(Row {
            id: n.to_string(),
            day: day.parse()?,
            a: (*a).into(),
            b: (*b).into(),
            kind,
            mode: (!mode.is_empty()).then(|| (*mode).into()),
            score: score.parse()?,
            weight: rest.first().filter(|w| !w.is_empty()).map_or(Ok(1.0), |w| w.parse())?,
        });
    }
    Ok(rows)
}

fn dyads(rows: &[Row]) -> Dyads {
    let mut dyads = Dyads::new();
    for row in rows.iter().filter(|r| r.a != r.b) {
        let (x, y) = if row.a <= row.b { (&row.a, &row.b) } else { (&row.b, &row.a) };
        dyads.entry((x.clone(), y.clone())).or_default().push(row.clone());
    }
    dyads
}

fn found(dyads: &Dyads, params: &Params) -> Vec<Turn> {
    let mut all = Vec::new();
    for ((a, b), rows) in dyads {
        let observations = rows
            .iter()
            .map(|r| Observation {
                event: &r.id,
                kind: r.kind,
                mode: r.mode.as_deref(),
                by: if r.a == *a { By::A } else { By::B },
                from: r.day,
                to: r.day,
                score: r.score,
                weight: r.weight,
            })
            .collect();
        all.extend(turns(&Observed::new(observations), a, b, params));
    }
    all
}

/// A fixed recurrence, so that the checks print the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

fn check(rows: &[Row], params: &Params) {
    let started = Instant::now();
    let whole = dyads(rows);
    let turns = found(&whole, params);
    let taken = started.elapsed().as_secs_f64();
    println!("{} dyads, {} acts, {} turns in {taken:.2} s", whole.len(), rows.len(), turns.len());

    // Each dyad's days are dealt out anew among its own acts, so that only the time of things is lost.
    let mut dice = Dice(1);
    let mut shuffled = whole.clone();
    for rows in shuffled.values_mut() {
        for i in (1..rows.len()).rev() {
            let j = dice.below(i + 1);
            let day = rows[i].day;
            rows[i].day = rows[j].day;
            rows[j].day = day;
        }
    }
    let counted = |dyads: &Dyads| {
        let turns = found(dyads, params);
        let sure = |least: f64| turns.iter().filter(|t| t.certainty >= least).count();
        format!("{} turns, {} of certainty 0.45 and more, {} of 0.6", turns.len(), sure(0.45), sure(0.6))
    };
    println!("as they are: {}", counted(&whole));
    println!("days shuffled within each dyad: {}", counted(&shuffled));
    // A day's burst of news outlives that, so the days are also drawn evenly over the time of the table.
    let (first, last) = (rows.iter().map(|r| r.day).min(), rows.iter().map(|r| r.day).max());
    if let (Some(first), Some(last)) = (first, last) {
        let span = (last - first).get_days() as usize + 1;
        for rows in shuffled.values_mut() {
            for row in rows {
                row.day = first.saturating_add((dice.below(span) as i64).days());
            }
        }
        println!("days drawn evenly over the table: {}", counted(&shuffled));
    }

    let essence = |t: &Turn| (t.day, t.from, t.to, t.kind, t.told_on, t.certainty.to_bits());
    let copies: Vec<Row> =
        rows.iter().flat_map(|r| [r.clone(), Row { id: format!("copy {}", r.id), ..r.clone() }]).collect();
    let copied = found(&dyads(&copies), params);
    let same = turns.iter().map(essence).eq(copied.iter().map(essence));
    println!(
        "each act told twice: {} turns, {}",
        copied.len(),
        if same { "the same" } else { "NOT the same" }
    );

    // Names in the opposite order of the alphabet, so that the two parties of every dyad change places.
    let mirror = |name: &str| name.bytes().map(|b| (255 - b) as char).collect::<String>();
    let renamed: Vec<Row> = rows
        .iter()
        .map(|r| Row { a: mirror(&r.a), b: mirror(&r.b), id: format!("x{}", r.id), ..r.clone() })
        .collect();
    let mut before: Vec<_> = turns.iter().map(|t| (mirror(&t.a), mirror(&t.b), essence(t))).collect();
    let mut after: Vec<_> =
        found(&dyads(&renamed), params).iter().map(|t| (t.b.clone(), t.a.clone(), essence(t))).collect();
    before.sort();
    after.sort();
    println!(
        "actors renamed: {} turns, {}",
        after.len(),
        if before == after { "the same" } else { "NOT the same" }
    );

    let halves: (Vec<Row>, Vec<Row>) = rows.iter().cloned().partition(|_| dice.below(2) == 0);
    let (x, y) = (found(&dyads(&halves.0), params), found(&dyads(&halves.1), params));
    let again = |wanted: &[&Turn], there: &[Turn]| {
        let mut by: BTreeMap<(&str, &str), Vec<&Turn>> = BTreeMap::new();
        there.iter().for_each(|t| by.entry((&t.a, &t.b)).or_default().push(t));
        let hit = |t: &&&Turn| {
            by.get(&(&*t.a, &*t.b)).is_some_and(|others| {
                others.iter().any(|o| {
                    o.kind.is_better() == t.kind.is_better() && (o.day - t.day).get_days().abs() <= 31
                })
            })
        };
        100.0 * wanted.iter().filter(hit).count() as f64 / wanted.len().max(1) as f64
    };
    for least in [0.0, 0.45, 0.6] {
        let sure: Vec<&Turn> = turns.iter().filter(|t| t.certainty >= least).collect();
        println!(
            "turns of certainty {least} and more: {}, of which {:.0} % are found again in one half of the acts, {:.0} % in the other",
            sure.len(),
            again(&sure, &x),
            again(&sure, &y)
        );
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (mut file, mut told, mut checked, mut busy) = (None, false, false, None);
    let mut params = Params::default();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} wants a value"));
        match arg.as_str() {
            "--since" => params.burst.since = Some(value()?.parse()?),
            "--told" => told = true,
            "--check" => checked = true,
            "--min" => busy = Some(value()?.parse::<f64>()?),
            "--passes" => params.burst.passes = value()?.parse()?,
            "--thin" => params.thin_below = value()?.parse()?,
            "--penalty" => params.penalty = value()?.parse()?,
            "--change" => params.least_change = value()?.parse()?,
            _ => file = Some(arg),
        }
    }
    let file =
        file.ok_or("which table? turns TABLE.tsv [--since DAY] [--told] [--check] [--min ACTS_A_YEAR]")?;
    let rows = read(&std::fs::read_to_string(&file)?)?;
    let (first, last) = (rows.iter().map(|r| r.day).min(), rows.iter().map(|r| r.day).max());
    params.burst.since = params.burst.since.or(first);
    if checked {
        check(&rows, &params);
        return Ok(());
    }
    let mut dyads = dyads(&rows);
    if let (Some(busy), Some(first), Some(last)) = (busy, first, last) {
        let years = f64::from((last - first).get_days() + 1) / 365.25;
        dyads.retain(|_, rows| rows.len() as f64 >= busy * years);
        let turns = found(&dyads, &params);
        println!(
            "{} dyads with {busy} acts a year and more: {:.1} turns in 100 dyad-years",
            dyads.len(),
            100.0 * turns.len() as f64 / (dyads.len() as f64 * years)
        );
        return Ok(());
    }
    println!(
        "actor_a\tactor_b\tdate\tdirection\tdate_from\tdate_to\tkind\tsize\tcertainty\ttold_on\theld\tevents\tlabel"
    );
    for t in found(&dyads, &params) {
        let day = if told { t.told_on } else { Some(t.day) };
        let shown = |day: Option<Date>| day.map_or_else(|| "-".into(), |d| d.to_string());
        println!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            t.a,
            t.b,
            shown(day),
            t.direction(),
            t.from,
            t.to,
            t.kind.as_str(),
            t.size().map_or_else(|| "-".into(), |s| s.to_string()),
            t.certainty,
            shown(t.told_on),
            if t.held { "yes" } else { "no" },
            t.events.join(","),
            t.label
        );
    }
    Ok(())
}
