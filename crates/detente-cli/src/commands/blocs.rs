//! `detente blocs`: who stands together on a day, who stands between, what strains the blocs, and what has changed
//! since another day.

use std::fmt::Write as _;

use anyhow::Result;
use console::Style;
use detente_plot::{Network, Node, Picture, Tie};
use jiff::civil::Date;
use serde_json::json;

use super::facts::{self, Book, Day, DayTie, bloc_name};
use super::sheet::{Form, Ground, Out, in_order};
use super::{LedgerFile, Outcome, day};
use crate::output::{self, count};
use crate::table::{self, Cell, Table};

/// Show who stands with whom on a day
///
/// Blocs are groups with friendship inside and hostility to the outside, as far as the standings of the day allow it.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerFile,
    /// The day [default: the last day that is told of]
    #[arg(long, value_name = "DAY", value_parser = day)]
    on: Option<Date>,
    /// Say what has changed since this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<Date>,
    /// What was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// In a picture at most so many parties: those with the most evidence
    #[arg(long, value_name = "N", default_value_t = 44)]
    limit: usize,
    /// The form of the output [default: by the ending of --out, else text]
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Form>,
    #[command(flatten)]
    out: Out,
    /// The ground of a PNG (an SVG follows its viewer)
    #[arg(long, value_enum, value_name = "GROUND", default_value = "light")]
    ground: Ground,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a day of which nothing is known, or a file that cannot be read or written.
pub fn run(args: Args) -> Result<Outcome> {
    in_order(args.since, args.on, "since")?;
    let ledger = args.ledger.read()?;
    let mut book = Book::new(&ledger, args.as_of);
    let now = facts::day(&ledger, args.on, args.as_of)?;
    let then = args.since.map(|since| facts::day(&ledger, Some(since), args.as_of)).transpose()?;
    match args.out.form(args.to, Form::Text) {
        Form::Text => args.out.write(text(&now, then.as_ref(), &mut book)?.as_bytes())?,
        Form::Csv => args.out.write(&sheet(&now, then.as_ref(), &mut book)?.csv())?,
        Form::Json => args.out.write(&json_of(&now, then.as_ref(), &mut book)?)?,
        Form::Svg => args.out.svg(&picture(&now, args.limit, &mut book)?)?,
        Form::Png => args.out.png(&picture(&now, args.limit, &mut book)?, args.ground)?,
    }
    Ok(Outcome::Clean)
}

/// Columns of the CSV form.
const COLUMNS: [&str; 7] = ["date", "actor", "name", "bloc", "role", "weight", "bloc_since"];

/// What a party is among the blocs.
fn role(day: &Day, key: &str) -> &'static str {
    if day.bloc_of(key).is_some() {
        "member"
    } else if day.between.iter().any(|k| k == key) {
        "between"
    } else {
        "alone"
    }
}

fn bloc_cell(day: &Day, key: &str) -> Cell {
    day.bloc_of(key).map_or(Cell::Empty, |b| Cell::text(bloc_name(b)))
}

fn sheet(now: &Day, then: Option<&Day>, book: &mut Book) -> Result<Table> {
    let mut table = Table::new(COLUMNS);
    let weights = now.weights();
    for key in now.order(usize::MAX).0 {
        table.push([
            Cell::Day(now.day),
            Cell::text(&key),
            Cell::text(book.name(&key)?),
            bloc_cell(now, &key),
            Cell::text(role(now, &key)),
            Cell::level(weights.get(key.as_str()).copied()),
            then.map_or(Cell::Empty, |then| bloc_cell(then, &key)),
        ]);
    }
    Ok(table)
}

/// A party that stands elsewhere than before.
struct Change {
    key: String,
    was: String,
    is: String,
}

/// Where a party stands, in words; `None` where nothing is known of it.
fn place(day: &Day, key: &str) -> Option<String> {
    match day.bloc_of(key) {
        Some(bloc) => Some(bloc_name(bloc)),
        None if day.between.iter().any(|k| k == key) => Some("between".into()),
        None if day.alone.iter().any(|k| k == key) => Some("alone".into()),
        None => None,
    }
}

/// Who changed place. A bloc is the same one if it shares the most members, so its letter may have changed.
fn changes(then: &Day, now: &Day) -> Vec<Change> {
    let mut keys: Vec<String> = then.order(usize::MAX).0;
    keys.extend(now.order(usize::MAX).0);
    keys.sort();
    keys.dedup();
    let same = |was: usize| -> Option<usize> {
        let shared = |b: &[String]| b.iter().filter(|k| then.blocs[was].contains(k)).count();
        let best = (0..now.blocs.len()).max_by_key(|&b| (shared(&now.blocs[b]), usize::MAX - b))?;
        (shared(&now.blocs[best]) > 0).then_some(best)
    };
    keys.into_iter()
        .filter_map(|key| {
            let was = match then.bloc_of(&key) {
                Some(bloc) => same(bloc).map_or_else(|| format!("{} of then", bloc_name(bloc)), bloc_name),
                None => place(then, &key).unwrap_or_else(|| "unknown".into()),
            };
            let is = place(now, &key).unwrap_or_else(|| "unknown".into());
            (was != is).then_some(Change { key, was, is })
        })
        .collect()
}

/// Ties against the order, the strongest first.
fn strain(day: &Day) -> Vec<&DayTie> {
    let mut ties: Vec<&DayTie> = day.ties.iter().filter(|t| day.is_strain(t)).collect();
    ties.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((&x.a, &x.b).cmp(&(&y.a, &y.b))));
    ties
}

fn json_of(now: &Day, then: Option<&Day>, book: &mut Book) -> Result<Vec<u8>> {
    let mut members = |keys: &[String]| -> Result<Vec<serde_json::Value>> {
        keys.iter().map(|key| Ok(json!({"key": key, "name": book.name(key)?}))).collect()
    };
    let mut blocs = Vec::new();
    for (number, bloc) in now.blocs.iter().enumerate() {
        blocs.push(json!({"bloc": bloc_name(number), "members": members(bloc)?}));
    }
    let (between, alone) = (members(&now.between)?, members(&now.alone)?);
    let strain: Vec<_> = strain(now)
        .iter()
        .map(|t| json!({"a": t.a, "b": t.b, "level": t.level.value, "pull": t.pull}))
        .collect();
    let changed = then.map(|then| {
        changes(then, now)
            .into_iter()
            .map(|c| json!({"key": c.key, "was": c.was, "is": c.is}))
            .collect::<Vec<_>>()
    });
    Ok(table::json(&json!({
        "date": now.day.to_string(),
        "blocs": blocs,
        "between": between,
        "alone": alone,
        "fit": now.fit,
        "ties": now.ties.len(),
        "strain": strain,
        "since": then.map(|t| t.day.to_string()),
        "changes": changed,
    })))
}

/// Ties of each kind that people are shown.
const SHOWN: usize = 8;

fn text(now: &Day, then: Option<&Day>, book: &mut Book) -> Result<String> {
    let bold = Style::new().bold();
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", bold.apply_to(format!("Blocs on {}", now.day)));
    let _ = writeln!(
        text,
        "{} between {}; the blocs explain {:.0}% of their pull.",
        count(now.ties.len(), "tie"),
        match now.weights().len() {
            1 => "1 party".to_owned(),
            n => format!("{n} parties"),
        },
        now.fit * 100.0
    );
    if now.blocs.is_empty() {
        text.push_str("No two parties are bound surely enough to call them a bloc.\n");
    }
    let mut names = |keys: &[String]| -> Result<String> {
        let names: Result<Vec<String>> = keys.iter().map(|k| book.name(k)).collect();
        Ok(names?.join(", "))
    };
    let line = |text: &mut String, title: &str, words: &str| {
        for (i, part) in output::wrapped(words, 11).iter().enumerate() {
            let _ = writeln!(text, "{:<9}  {part}", if i == 0 { title } else { "" });
        }
    };
    for (number, bloc) in now.blocs.iter().enumerate() {
        let ordered = by_weight(now, bloc);
        line(&mut text, &bloc_name(number), &names(&ordered)?);
    }
    for (title, keys) in [("between", &now.between), ("alone", &now.alone)] {
        if !keys.is_empty() {
            line(&mut text, title, &names(&by_weight(now, keys))?);
        }
    }
    let strained = strain(now);
    if !strained.is_empty() {
        let _ = writeln!(text, "\n{}", bold.apply_to("What goes against this order"));
        for tie in strained.iter().take(SHOWN) {
            let what = if tie.pull > 0.0 { "friends across blocs" } else { "foes within one" };
            let pair = names(&[tie.a.clone(), tie.b.clone()])?.replacen(", ", " and ", 1);
            let _ = writeln!(text, "{:+5.1}      {pair}: {what}", tie.level.value);
        }
        if strained.len() > SHOWN {
            let _ = writeln!(text, "           and {} more", strained.len() - SHOWN);
        }
    }
    if let Some(then) = then {
        let _ = writeln!(text, "\n{}", bold.apply_to(format!("What has changed since {}", then.day)));
        let changes = changes(then, now);
        let (known, new): (Vec<_>, Vec<_>) = changes.iter().partition(|c| c.was != "unknown");
        for change in &known {
            let _ = writeln!(
                text,
                "           {}: {} → {}",
                names(&[change.key.clone()])?,
                change.was,
                change.is
            );
        }
        if !new.is_empty() {
            let keys: Vec<String> = new.iter().map(|c| c.key.clone()).collect();
            line(&mut text, "new", &names(&keys)?);
        }
        if changes.is_empty() {
            text.push_str("           nothing\n");
        }
    }
    Ok(text)
}

/// Those with the most evidence first.
fn by_weight(day: &Day, keys: &[String]) -> Vec<String> {
    let weights = day.weights();
    let of = |key: &String| weights.get(key.as_str()).copied().unwrap_or(0.0);
    let mut keys = keys.to_vec();
    keys.sort_by(|x, y| of(y).total_cmp(&of(x)).then(x.cmp(y)));
    keys
}

fn picture(now: &Day, limit: usize, book: &mut Book) -> Result<Picture> {
    /// Ties drawn, the strongest.
    const TIES: usize = 260;
    let (keys, groups) = now.order(limit.max(1));
    let number = |key: &str| keys.iter().position(|k| k == key);
    let mut nodes = Vec::new();
    for key in &keys {
        let name = book.name(key)?;
        let title = format!("{name}: {}", place(now, key).unwrap_or_default());
        nodes.push(Node { between: now.between.contains(key), name, title, href: None });
    }
    let mut ties = Vec::new();
    for tie in &now.ties {
        if let (Some(a), Some(b)) = (number(&tie.a), number(&tie.b)) {
            let title = format!("{} and {}: {:+.1}", nodes[a].name, nodes[b].name, tie.level.value);
            ties.push(Tie { a, b, pull: tie.pull, against: now.is_strain(tie), title, href: None });
        }
    }
    let all = ties.len();
    ties.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((x.a, x.b).cmp(&(y.a, y.b))));
    ties.truncate(TIES);
    let parties = now.weights().len();
    let mut note = format!(
        "{}. The blocs explain {:.0}% of the pull of {}.",
        now.day,
        now.fit * 100.0,
        count(now.ties.len(), "tie")
    );
    if keys.len() < parties {
        let _ = write!(note, " {} of {parties} parties are shown: those with the most evidence.", keys.len());
    }
    if ties.len() < all {
        let _ = write!(note, " The {} strongest ties of {all} between them are drawn.", ties.len());
    }
    let mut desc = String::new();
    for (bloc, members) in now.blocs.iter().enumerate() {
        let names: Result<Vec<String>> =
            members.iter().filter(|k| keys.contains(k)).map(|k| book.name(k)).collect();
        let _ = write!(desc, "{}: {}. ", bloc_name(bloc), names?.join(", "));
    }
    if !now.between.is_empty() {
        let names: Result<Vec<String>> = now.between.iter().map(|k| book.name(k)).collect();
        let _ = write!(desc, "Between: {}. ", names?.join(", "));
    }
    Ok(Network {
        title: "Who stands with whom".into(),
        note,
        desc,
        nodes,
        groups,
        ties,
        foot: "Blocs are groups with friendship inside and hostility to the outside, as far as the standings of the day \
               allow it. Where nothing is known, no tie is drawn."
            .into(),
    }
    .picture())
}
