//! `detente dyad A B`: what is told of two parties, in order, with words and sources; where they stand month by
//! month; and when that turned.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::Result;
use console::Style;
use detente::standing::{Level, Month};
use detente_ledger::{Relation, Row};
use jiff::civil::Date;

use super::{LedgerFile, Outcome, Usage, day, party};
use crate::output::{self, count, days, keys, status};

/// Show what two parties do to each other, and where they stand
///
/// Parties are named by key or by name: `detente dyad Iran Hamas`, `detente dyad IRN ISR`.
#[derive(clap::Args)]
pub struct Args {
    /// One party
    a: String,
    /// The other
    b: String,
    #[command(flatten)]
    ledger: LedgerFile,
    /// What was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
}

/// Runs the command.
///
/// # Errors
/// When the ledger cannot be read or does not know the parties.
pub fn run(args: Args) -> Result<Outcome> {
    let ledger = args.ledger.read()?;
    let (a, b) = (party(&ledger, &args.a)?, party(&ledger, &args.b)?);
    if a == b {
        return Err(Usage(format!("\"{}\" and \"{}\" are one party, {a}: name two", args.a, args.b)).into());
    }
    let relation = ledger.relation(&a, &b, args.as_of)?;
    let mut out = output::stdout();
    let (a, b) = (named(&ledger.name_of(&a)?, &a), named(&ledger.name_of(&b)?, &b));
    out.write_all(print(&relation, &a, &b).as_bytes())?;
    out.flush()?;
    Ok(Outcome::Clean)
}

/// "Iran (IRN)", or the name alone where it is the key.
pub fn named(name: &str, key: &str) -> String {
    if name == key { key.to_owned() } else { format!("{name} ({key})") }
}

/// The whole page.
pub fn print(relation: &Relation, a: &str, b: &str) -> String {
    let mut text = String::new();
    let bold = Style::new().bold();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", bold.apply_to(format!("{a} and {b}")));
    if relation.rows.is_empty() {
        text.push_str("The ledger holds no report about the two.\n");
        return text;
    }
    let told =
        format!("{} of {}", count(relation.rows.len(), "report"), count(relation.events.len(), "event"));
    let _ = writeln!(
        text,
        "{told}. {}",
        match relation.standing.latest() {
            Some(level) => format!("Level at the end: {}.", words(level)),
            None => "No dated event says where they stand.".into(),
        }
    );
    let _ = writeln!(text, "\n{}", bold.apply_to("Events"));
    for row in &relation.rows {
        event(&mut text, row);
    }
    if !relation.turns.is_empty() {
        let _ = writeln!(text, "\n{}", bold.apply_to("Turns"));
        for turn in &relation.turns {
            let from = turn.before.map_or_else(|| "nothing known".into(), |v| format!("{v:+.1}"));
            let _ = writeln!(
                text,
                "{} to {}  {:<13} {from} → {:+.1}",
                turn.from,
                turn.to,
                output::turn_name(turn),
                turn.after
            );
        }
    }
    if !relation.standing.months.is_empty() {
        let _ = writeln!(text, "\n{}", bold.apply_to("Level month by month, from −10 (war) to +10 (union)"));
        chart(&mut text, &relation.standing.months);
    }
    text
}

/// A level with its band and its evidence.
fn words(level: Level) -> String {
    format!("{:+.1}, between {:+.1} and {:+.1}", level.value, level.low, level.high)
}

/// One report with its words and its source.
fn event(text: &mut String, row: &Row) {
    let r = &row.report;
    let kind = r.event.first().map_or("", |t| t.as_str());
    let day = match days(r) {
        day if day.is_empty() => "no day".into(),
        day => day,
    };
    let who = output::parties(&keys(&r.actor), &keys(&r.recipient));
    let mut marks = status(r);
    if let Some(speaker) = &r.said_by {
        let _ = write!(marks, ", said by {}", speaker.key);
    }
    let kind = output::quad_style(r.quad_code).apply_to(format!("{kind:<9}"));
    let _ = writeln!(text, "{day:<21}  {kind}  {who}  ({marks})");
    let quote = row.sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    let _ = writeln!(text, "                       “{quote}”");
    let title = row.title.as_deref().unwrap_or(&row.article_id);
    let source = row.source.as_deref().map(|s| format!(", {s}")).unwrap_or_default();
    let published = row.published.map(|d| format!(", {d}")).unwrap_or_default();
    let line = format!("                       {title}{source}{published}  [{}]", r.id);
    let _ = writeln!(text, "{}", Style::new().dim().apply_to(line));
}

/// Columns of the chart: one for each half point from −10 to +10.
const CELLS: usize = 41;

/// One line a month in which something happened, and the last one; the quiet months between are counted.
fn chart(text: &mut String, months: &[Month]) {
    let mut quiet = 0;
    for (i, month) in months.iter().enumerate() {
        let last = i + 1 == months.len();
        if month.events.is_empty() && !last {
            quiet += 1;
            continue;
        }
        if quiet > 0 {
            let _ = writeln!(text, "     ⋮    ({} without events)", count(quiet, "month"));
            quiet = 0;
        }
        let name = format!("{:04}-{:02}", month.first.year(), month.first.month());
        let _ = match month.level {
            None => writeln!(text, "{name}          no evidence"),
            Some(level) => {
                let events = if month.events.is_empty() {
                    String::new()
                } else {
                    format!("  {}", count(month.events.len(), "event"))
                };
                writeln!(text, "{name}  {:>+5.1}  {}{events}", level.value, bar(level))
            }
        };
    }
}

/// `·····├──●──┤···│····`: the band, the level in it, and the middle of the scale.
fn bar(level: Level) -> String {
    let cell = |value: f64| (((value + 10.0) * 2.0).round().clamp(0.0, (CELLS - 1) as f64)) as usize;
    let (low, at, high) = (cell(level.low), cell(level.value), cell(level.high));
    let line: String = (0..CELLS)
        .map(|i| match i {
            i if i == at => '●',
            i if i == low => '├',
            i if i == high => '┤',
            i if low < i && i < high => '─',
            i if i == CELLS / 2 => '│',
            _ => '·',
        })
        .collect();
    let style = if level.value < 0.0 { Style::new().red() } else { Style::new().green() };
    style.apply_to(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_shows_band_level_and_middle() {
        let level = Level { value: -5.0, low: -7.0, high: -3.0, weight: 1.0 };
        let line = console::strip_ansi_codes(&bar(level)).into_owned();
        assert_eq!(line, "······├───●───┤·····│····················");
        assert_eq!(line.chars().count(), CELLS);
    }

    #[test]
    fn quiet_months_are_counted_and_the_last_is_always_shown() {
        let month = |m: i8, events: &[&str], value: Option<f64>| Month {
            first: jiff::civil::date(2019, m, 1),
            level: value.map(|v| Level { value: v, low: v - 1.0, high: v + 1.0, weight: 1.0 }),
            events: events.iter().map(|e| (*e).to_string()).collect(),
        };
        let mut text = String::new();
        chart(
            &mut text,
            &[
                month(1, &["x"], Some(4.0)),
                month(2, &[], Some(3.0)),
                month(3, &[], Some(2.0)),
                month(4, &[], None),
            ],
        );
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].contains("2019-01") && lines[0].ends_with("1 event"), "{text}");
        assert!(lines[1].contains("2 months without events"), "{text}");
        assert!(lines[2].contains("no evidence"), "{text}");
    }
}
