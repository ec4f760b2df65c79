//! `detente turns`: the dated changes of standing in the whole ledger, newest first, each with the events that made it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use console::Style;
use detente::turn::Turn;
use detente_ledger::{Ledger, TurnFilter};
use jiff::civil::Date;
use serde_json::json;

use super::dyad::named;
use super::facts::{self, Found};
use super::sheet::{Out, Sheet, in_order};
use super::{LedgerFile, Outcome, day, party, two_parties};
use crate::engine;
use crate::output::{self, complain, when};
use crate::table::{self, Cell, Table};

/// List when standings turned, and what turned them
///
/// A turn is a dated change of where two parties stand: a rupture, a rapprochement, a war or a truce. Newest first.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerFile,
    /// Turns that may have come on this day or later
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<Date>,
    /// Turns that may have come on this day or earlier
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Date>,
    /// Turns of this party
    #[arg(long, value_name = "PARTY")]
    actor: Option<String>,
    /// Turns of these two parties
    #[arg(long, value_names = ["A", "B"], num_args = 2, conflicts_with = "actor")]
    dyad: Vec<String>,
    /// Turns at least this certain, from 0 to 1
    #[arg(long, value_name = "X", value_parser = share)]
    min_certainty: Option<f64>,
    /// What was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// At most so many [default: 20 as text, else all]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The form of the output [default: by the ending of --out, else text]
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Sheet>,
    #[command(flatten)]
    out: Out,
}

/// Turns shown to people where no limit is given.
const SHOWN: usize = 20;

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if (0.0..=1.0).contains(&x) => Ok(x),
        _ => Err("this is no certainty; write a number from 0 to 1, such as 0.5".into()),
    }
}

/// Columns of the CSV form.
const COLUMNS: [&str; 11] = [
    "actor_a",
    "actor_b",
    "date",
    "date_from",
    "date_to",
    "direction",
    "kind",
    "size",
    "certainty",
    "told_on",
    "events",
];

/// Runs the command.
///
/// # Errors
/// Wrong usage, parties that the ledger does not know, or a file that cannot be read or written.
pub fn run(args: Args) -> Result<Outcome> {
    in_order(args.since, args.until, "since")?;
    let form = args.out.form(args.to, Sheet::Text);
    let ledger = args.ledger.read()?;
    let actor = args.actor.as_deref().map(|text| party(&ledger, text)).transpose()?;
    let dyad = match args.dyad.as_slice() {
        // Turns name the parties by the alphabet.
        [a, b] => Some(two_parties(&ledger, a, b)?).map(|(a, b)| if a <= b { (a, b) } else { (b, a) }),
        _ => None,
    };
    // One more than is shown, to know whether there are more.
    let limit = args.limit.or((form == Sheet::Text).then_some(SHOWN));
    let filter = TurnFilter {
        since: args.since,
        until: args.until,
        actor,
        dyad,
        min_certainty: args.min_certainty,
        as_of: args.as_of,
        limit: limit.map(|n| n.saturating_add(1)),
    };
    let mut turns = ledger.turns(&filter)?;
    let more = limit.is_some_and(|limit| turns.len() > limit);
    turns.truncate(limit.unwrap_or(usize::MAX));
    match form {
        Sheet::Text => args.out.text(&text(&ledger, &turns, args.as_of)?)?,
        Sheet::Csv => args.out.write(&sheet(&turns).csv())?,
        Sheet::Json => args.out.write(&json_of(&ledger, &turns, args.as_of)?)?,
    }
    if turns.is_empty() {
        complain(match ledger.last_day()? {
            Some(last) if args.since.is_some_and(|since| since > last) => {
                return told(&format!(
                    "the ledger knows of nothing after {last}: ask for turns since an earlier day"
                ));
            }
            _ => "no change of standing fits: leave a filter out.",
        });
    } else if more && args.limit.is_none() {
        complain(&format!("these are the newest {SHOWN}; --limit N shows more."));
    }
    Ok(Outcome::Clean)
}

fn told(text: &str) -> Result<Outcome> {
    complain(text);
    Ok(Outcome::Clean)
}

/// The table of changes, as lists of realignments have it: states by their codes, everybody else by name.
fn sheet(turns: &[Turn]) -> Table {
    let mut table = Table::new(COLUMNS);
    // Keys are names or codes of states but for those of two organisations.
    let mut names: BTreeMap<String, Option<&str>> = BTreeMap::new();
    for turn in turns {
        let mut turn = turn.clone();
        for key in [&mut turn.a, &mut turn.b] {
            let name = *names.entry(key.clone()).or_insert_with(|| engine::organisation_name(key));
            if let Some(name) = name {
                *key = name.into();
            }
        }
        table.push(row(&turn));
    }
    table
}

fn row(turn: &Turn) -> [Cell; COLUMNS.len()] {
    [
        Cell::text(&turn.a),
        Cell::text(&turn.b),
        Cell::Day(turn.day),
        Cell::Day(turn.from),
        Cell::Day(turn.to),
        Cell::text(facts::direction(turn)),
        Cell::text(turn.kind.as_str()),
        Cell::level(turn.size()),
        Cell::level(Some(turn.certainty)),
        Cell::day(turn.told_on),
        Cell::List(turn.events.clone()),
    ]
}

/// The columns, and beside them names, levels, and the events with their words.
fn json_of(ledger: &Ledger, turns: &[Turn], as_of: Option<Date>) -> Result<Vec<u8>> {
    let mut book = facts::Book::new(ledger, as_of);
    let mut list = Vec::new();
    for turn in turns {
        let mut one = Table::new(COLUMNS);
        one.push(row(turn));
        let mut value = serde_json::to_value(&one)?[0].take();
        let names = (book.name(&turn.a)?, book.name(&turn.b)?);
        let made: Vec<serde_json::Value> = book.makers(turn)?.iter().map(Found::json).collect();
        if let Some(map) = value.as_object_mut() {
            map.insert("name_a".into(), names.0.into());
            map.insert("name_b".into(), names.1.into());
            map.insert("before".into(), json!(turn.before));
            map.insert("after".into(), json!(turn.after));
            map.insert("old_until".into(), json!(turn.old_until));
            map.insert("held".into(), json!(turn.held));
            map.insert("label".into(), json!(turn.label));
            map.insert("events".into(), made.into());
        }
        list.push(value);
    }
    Ok(table::json(&list))
}

fn text(ledger: &Ledger, turns: &[Turn], as_of: Option<Date>) -> Result<String> {
    let mut book = facts::Book::new(ledger, as_of);
    let mut text = String::new();
    let mut shown: BTreeMap<String, ()> = BTreeMap::new();
    for turn in turns {
        let names = (named(&book.name(&turn.a)?, &turn.a), named(&book.name(&turn.b)?, &turn.b));
        let kind = Style::new().bold().apply_to(output::turn_name(turn));
        let sign = if facts::direction(turn) == "up" { "▲" } else { "▼" };
        let change = match turn.before {
            Some(before) => format!("{before:+.1} → {:+.1}", turn.after),
            None => format!("{:+.1}, nothing is known from before", turn.after),
        };
        let mut marks = vec![format!("certainty {:.2}", turn.certainty)];
        if let Some(day) = turn.told_on {
            marks.push(format!("could be told on {day}"));
        }
        if !turn.held {
            marks.push("the weeks after did not bear it out".into());
        }
        let marks = format!("; {}", marks.join(", "));
        let days = when(turn.from, turn.to);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{days:<21}  {sign} {} and {}: {kind}, {change}{marks}", names.0, names.1);
        for event in book.makers(turn)? {
            // What four states do to a fifth on one day is quoted once.
            let once = shown.insert(event.id().to_owned(), ()).is_none();
            event.print(&mut text, once);
        }
    }
    Ok(text)
}
