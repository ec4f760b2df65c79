//! `detente when TEXT`: the words of time in a text, the days that each can mean and what it counts from, and the days of
//! the events that the text tells. For those who want to know why a report bears its date.

use std::fmt::Write as _;

use anyhow::Result;
use console::Style;
use detente::report::Report;
use detente::time::{Anchor, Interval, TimeExpression};
use jiff::civil::Date;
use serde::Serialize;

use super::{Outcome, Question, To, says};
use crate::engine::{self, LexiconFile};
use crate::output;
use crate::tame::tame;

/// Say which days the words of a text mean
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    question: Question,
}

/// The answer.
#[derive(Serialize)]
struct Answer<'t> {
    published: Option<Date>,
    expressions: Vec<Words<'t>>,
    events: Vec<Told<'t>>,
    /// Words that were kept without days, and why.
    notes: Vec<String>,
}

/// One expression.
#[derive(Serialize)]
struct Words<'t> {
    text: &'t str,
    start: u32,
    end: u32,
    kind: detente::time::TimeKind,
    #[serde(flatten)]
    days: Interval,
    /// The reading ahead of publication, the one behind it, where the words allow them.
    #[serde(skip_serializing_if = "Option::is_none")]
    ahead: Option<Interval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    behind: Option<Interval>,
    grain: detente::time::Grain,
    timex: &'t str,
    imprecise: bool,
    /// What it counts from.
    from: String,
    rule: &'t str,
    says: String,
}

/// One event.
#[derive(Serialize)]
struct Told<'t> {
    event: String,
    event_text: &'t str,
    date: Option<Date>,
    enddate: Option<Date>,
    date_precision: Option<&'t str>,
    date_text: Option<&'t str>,
    says: String,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a faulty lexicon, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let files = engine::reading_files(&args.question.lexicon)?;
    let reader = engine::reader(&args.question.lexicon)?;
    let article = args.question.article();
    let reading = reader.read_all(&article);
    let answer = Answer {
        published: article.published,
        expressions: reading.times.iter().map(|t| words(t, &article.text, &files)).collect(),
        events: reading.reports.iter().map(|r| told(r, &files)).collect(),
        notes: super::still_to_come(article.published)
            .into_iter()
            .chain(reading.notes.iter().filter(|n| n.stage == "time").map(|n| n.text.clone()))
            .collect(),
    };
    match args.question.to {
        To::Text => output::tell(&print(&answer))?,
        To::Json => output::say(&serde_json::to_string_pretty(&answer)?)?,
    }
    Ok(Outcome::Clean)
}

fn words<'t>(t: &'t TimeExpression, text: &'t str, files: &[LexiconFile]) -> Words<'t> {
    let from = match t.anchor {
        Anchor::None => "nothing: it names its days itself".to_owned(),
        Anchor::Published => "the day of publication".to_owned(),
        Anchor::Earlier(span) => format!("“{}”", span.slice(text)),
        Anchor::Event(_) => "the event that the words after it tell".to_owned(),
    };
    Words {
        text: t.span.slice(text),
        start: t.span.start,
        end: t.span.end,
        kind: t.kind,
        days: t.interval,
        ahead: t.future,
        behind: t.past,
        grain: t.grain,
        timex: &t.timex,
        imprecise: t.imprecise,
        from,
        rule: &t.evidence.rule,
        says: says(&t.evidence.rule, files),
    }
}

fn told<'t>(r: &'t Report, files: &[LexiconFile]) -> Told<'t> {
    let rule = r.evidence.iter().rev().find(|e| e.rule.starts_with("time:"));
    Told {
        event: r.event.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"),
        event_text: &r.event_text,
        date: r.date,
        enddate: r.enddate,
        date_precision: r.date_precision.as_deref(),
        date_text: r.date_text.as_deref(),
        says: rule.map(|e| says(&e.rule, files)).unwrap_or_default(),
    }
}

fn print(answer: &Answer) -> String {
    let (bold, dim) = (Style::new().bold(), Style::new().dim());
    let mut text = String::new();
    let shown = |i: Interval| if i.is_unknown() { "no days".to_owned() } else { i.to_string() };
    // Writing to a string cannot fail.
    let _ = match answer.published {
        Some(day) => writeln!(text, "published {day}"),
        None => {
            writeln!(text, "no day of publication is given (--published): what counts from it stays open")
        }
    };
    for w in &answer.expressions {
        let _ = writeln!(text, "{}  {}", bold.apply_to(format!("“{}”", tame(w.text))), shown(w.days));
        for (name, other) in [("or ahead", w.ahead), ("or before", w.behind)] {
            if let Some(other) = other {
                let _ = writeln!(text, "    {name}: {}", shown(other));
            }
        }
        let rough = if w.imprecise { ", roughly" } else { "" };
        let _ = writeln!(text, "    {}{rough}; counts from {}", w.timex, tame(&w.from));
        let _ = writeln!(text, "    {}", dim.apply_to(&w.says));
    }
    if answer.expressions.is_empty() {
        let _ = writeln!(text, "no words of time");
    }
    for e in &answer.events {
        let days = shown(Interval { start: e.date, end: e.enddate });
        let by = e.date_text.map(|t| format!(" by “{t}”")).unwrap_or_default();
        let _ = writeln!(text, "{} {}  {days}{by}", bold.apply_to(&e.event), tame(e.event_text));
        if !e.says.is_empty() {
            let _ = writeln!(text, "    {}", dim.apply_to(&e.says));
        }
    }
    for note in &answer.notes {
        let _ = writeln!(text, "{}", dim.apply_to(note));
    }
    text.trim_end().to_owned()
}
