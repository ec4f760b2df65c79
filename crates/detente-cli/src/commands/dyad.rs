//! `detente dyad A B`: what is told of two parties, in order, with words and sources; when that turned, and the
//! events that turned it; and where they stand month by month.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use anyhow::Result;
use console::Style;
use detente::standing::{Level, Month, Standing};
use detente::turn::Turn;
use detente_ledger::{Relation, Row};
use jiff::civil::Date;

use super::{LedgerFile, Outcome, day, two_parties};
use crate::output::{self, count, days, keys, status};
use crate::tame::tame;

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
    let (a, b) = two_parties(&ledger, &args.a, &args.b)?;
    let relation = ledger.relation(&a, &b, args.as_of)?;
    let mut out = output::people();
    let (a, b) = (named(&ledger.name_of(&a)?, &a), named(&ledger.name_of(&b)?, &b));
    out.write_all(print(&relation, &a, &b).as_bytes())?;
    out.flush()?;
    Ok(Outcome::Clean)
}

/// "Iran (IRN)", or the name alone where it is the key.
pub fn named(name: &str, key: &str) -> String {
    let told = if name == key { key.to_owned() } else { format!("{name} ({key})") };
    tame(&told).into_owned()
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
    let _ = writeln!(text, "{told}. {}", stand(&relation.standing));
    let _ = writeln!(text, "\n{}", bold.apply_to("Events"));
    for row in &relation.rows {
        event(&mut text, row);
    }
    if !relation.turns.is_empty() {
        let _ = writeln!(text, "\n{}", bold.apply_to("Turns"));
        for turn in &relation.turns {
            self::turn(&mut text, turn, relation, None);
        }
    }
    if !relation.standing.months.is_empty() {
        let _ = writeln!(text, "\n{}", bold.apply_to("Level month by month, from −10 (war) to +10 (union)"));
        chart(&mut text, &relation.standing.months);
    }
    text
}

/// Where the two stand, in a sentence: now, or when it was last known.
fn stand(standing: &Standing) -> String {
    let words = |l: Level| format!("{:+.1}, between {:+.1} and {:+.1}", l.value, l.low, l.high);
    match (standing.latest(), standing.last_evidence()) {
        (Some(level), _) => format!("Level at the end: {}.", words(level)),
        (None, Some((day, Some(level)))) => {
            format!("Last evidence {day}: level {}; faded since.", words(level))
        }
        (None, Some((day, None))) => format!("Last evidence {day}, too thin for a level."),
        (None, None) if standing.undated > 0 => "None of the events has days that say when.".into(),
        (None, None) => "No event says where they stand.".into(),
    }
}

/// Sentences shown for a turn.
const MAKERS: usize = 3;

/// One turn, with the sentences of the events that made it. `pair` names the two where the page does not.
pub fn turn(text: &mut String, turn: &Turn, relation: &Relation, pair: Option<&str>) {
    let pair = pair.map(|p| format!("{p}: ")).unwrap_or_default();
    let kind = Style::new().bold().apply_to(output::turn_name(turn));
    let change = match (turn.before, turn.old_until) {
        (Some(before), Some(day)) => {
            format!("{before:+.1} → {:+.1}; last sign of what stood before: {day}", turn.after)
        }
        (Some(before), None) => format!("{before:+.1} → {:+.1}", turn.after),
        (None, _) => format!("{:+.1}; nothing is known from before", turn.after),
    };
    let when = output::when(turn.from, turn.to);
    let _ = writeln!(text, "{when:<21}  {pair}{kind}, {change}");
    let rows: BTreeMap<&str, &Row> = relation.rows.iter().map(|r| (r.report.id.as_str(), r)).collect();
    let made = turn.events.iter().filter_map(|id| {
        let event = relation.events.iter().find(|e| e.id == *id)?;
        // The report that opened the event has the most exact day.
        let report = event.reasons.first().map(|r| r.report.as_str());
        report.and_then(|id| rows.get(id)).copied()
    });
    let mut told: Vec<&str> = Vec::new();
    for row in made {
        // Two events of one sentence are told once.
        if told.contains(&row.sentence.as_str()) || told.len() == MAKERS {
            continue;
        }
        told.push(&row.sentence);
        let kind = row.report.event.first().map_or("", |t| t.as_str());
        let kind = output::quad_style(row.report.quad_code).apply_to(format!("{kind:<9}"));
        quote(text, &format!("{kind}  "), row);
        let _ =
            writeln!(text, "{INDENT}{}", Style::new().dim().apply_to(tame(&format!("[{}]", row.report.id))));
    }
}

/// Under the days of an event.
pub const INDENT: &str = "                       ";

/// The sentence of a report after `start`, on as many lines as the terminal asks for.
pub fn quote(text: &mut String, start: &str, row: &Row) {
    let words = tame(&row.sentence).split_whitespace().collect::<Vec<_>>().join(" ");
    for line in output::wrapped(&format!("{start}“{words}”"), INDENT.len()) {
        let _ = writeln!(text, "{INDENT}{line}");
    }
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
    quote(text, "", row);
    let title = row.title.as_deref().unwrap_or(&row.article_id);
    let source = row.source.as_deref().map(|s| format!(", {s}")).unwrap_or_default();
    let published = row.published.map(|d| format!(", {d}")).unwrap_or_default();
    let line = format!("{INDENT}{title}{source}{published}  [{}]", r.id);
    let _ = writeln!(text, "{}", Style::new().dim().apply_to(tame(&line)));
}

/// Columns of the chart: one for each half point from −10 to +10.
const CELLS: usize = 41;

/// One line for each run of months with the same events, as at its end, and one for the last month; the quiet
/// months between are counted.
pub fn chart(text: &mut String, months: &[Month]) {
    let name = |m: &Month| format!("{:04}-{:02}", m.first.year(), m.first.month());
    let runs: Vec<&[Month]> = months.chunk_by(|x, y| x.events == y.events).collect();
    for (i, run) in runs.iter().enumerate() {
        let [first, .., end] = run else {
            if let [month] = run {
                line(text, &name(month), month);
            }
            continue;
        };
        let last = i + 1 == runs.len();
        if !first.events.is_empty() {
            let label = if first.first.year() == end.first.year() {
                format!("{}/{:02}", name(first), end.first.month())
            } else {
                format!("to {}", name(end))
            };
            line(text, &label, end);
            continue;
        }
        let quiet = if last { run.len() - 1 } else { run.len() };
        let _ = writeln!(text, "     ⋮       ({} without events)", count(quiet, "month"));
        if last {
            line(text, &name(end), end);
        }
    }
}

/// One line of the chart.
fn line(text: &mut String, label: &str, month: &Month) {
    let events = match month.events.len() {
        0 => String::new(),
        n => format!("  {}", count(n, "event")),
    };
    let _ = match month.level {
        None if month.events.is_empty() => writeln!(text, "{label:<10}         no evidence"),
        None => writeln!(text, "{label:<10}         too little evidence for a level{events}"),
        Some(level) => writeln!(text, "{label:<10}  {:>+5.1}  {}{events}", level.value, bar(level)),
    };
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

    fn month(m: i8, events: &[&str], value: Option<f64>) -> Month {
        Month {
            first: jiff::civil::date(2019, m, 1),
            level: value.map(|v| Level { value: v, low: v - 1.0, high: v + 1.0, weight: 1.0 }),
            events: events.iter().map(|e| (*e).to_string()).collect(),
        }
    }

    fn charted(months: &[Month]) -> Vec<String> {
        let mut text = String::new();
        chart(&mut text, months);
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn quiet_months_are_counted_and_the_last_is_always_shown() {
        let lines = charted(&[
            month(1, &["x"], Some(4.0)),
            month(2, &[], Some(3.0)),
            month(3, &[], Some(2.0)),
            month(4, &[], None),
        ]);
        assert!(lines[0].contains("2019-01") && lines[0].ends_with("1 event"), "{lines:?}");
        assert!(lines[1].contains("2 months without events"), "{lines:?}");
        assert!(lines[2].starts_with("2019-04") && lines[2].contains("no evidence"), "{lines:?}");
    }

    #[test]
    fn an_event_of_many_months_is_one_line() {
        let lines = charted(&[
            month(1, &["x"], None),
            month(2, &["x"], Some(3.0)),
            month(3, &["x"], Some(3.5)),
            month(4, &["y"], None),
        ]);
        assert!(lines[0].starts_with("2019-01/03   +3.5") && lines[0].ends_with("1 event"), "{lines:?}");
        assert!(lines[1].contains("too little evidence for a level  1 event"), "{lines:?}");
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn a_level_that_has_faded_is_told_with_its_day() {
        let mut standing = Standing {
            a: "X".into(),
            b: "Y".into(),
            months: vec![month(1, &["x"], Some(4.0)), month(2, &[], None)],
            events: 1,
            undated: 0,
            denied: 0,
            last: Some(jiff::civil::date(2019, 1, 9)),
        };
        let told = "Last evidence 2019-01-09: level +4.0, between +3.0 and +5.0; faded since.";
        assert_eq!(stand(&standing), told);
        standing.months.truncate(1);
        assert_eq!(stand(&standing), "Level at the end: +4.0, between +3.0 and +5.0.");
        let none = Standing { months: vec![], events: 0, undated: 2, last: None, ..standing };
        assert_eq!(stand(&none), "None of the events has days that say when.");
    }
}
