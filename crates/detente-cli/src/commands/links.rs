//! `detente links TEXT`: how the events of a text stand to each other, as it states it, and which of its sentences state a
//! cause, with the words that say so. For those who want to know why a report is linked to another.

use std::fmt::Write as _;

use anyhow::Result;
use console::Style;
use detente::link::Cause;
use detente::report::{Link, Report};
use detente::span::Span;
use serde::Serialize;

use super::{Outcome, Question, To, says};
use crate::engine::{self, LexiconFile};
use crate::output;
use crate::tame::tame;

/// How many of the traits that decided are shown.
const TRAITS: usize = 4;

/// Say how the events of a text stand to each other, and what it states as causes
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    question: Question,
}

/// The answer.
#[derive(Serialize)]
struct Answer<'t> {
    links: Vec<Linked<'t>>,
    causes: Vec<Stated<'t>>,
    /// Links that were left out, and why.
    notes: Vec<String>,
}

/// A link between two events.
#[derive(Serialize)]
struct Linked<'t> {
    event: String,
    event_text: &'t str,
    kind: &'static str,
    other: String,
    other_text: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    said_by: Option<&'t str>,
    words: Vec<&'t str>,
    rule: &'t str,
    says: String,
}

/// A sentence that may state a cause.
#[derive(Serialize)]
struct Stated<'t> {
    sentence: usize,
    stated: bool,
    share: f32,
    words: Vec<&'t str>,
    rule: Option<&'t str>,
    upper: &'t str,
    lower: &'t str,
    traits: Vec<&'t str>,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a faulty lexicon, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let files = engine::reading_files(&args.question.lexicon)?;
    let reader = engine::reader(&args.question.lexicon)?;
    let causes = engine::load_causes()?;
    let article = args.question.article();
    let reading = reader.read_all(&article);
    let found = causes.read(&article.text, &reading.syntax, reader.lexicon());
    let links = reading.reports.iter().flat_map(|r| r.links.iter().map(move |l| (r, l)));
    let answer = Answer {
        links: links.filter_map(|(r, l)| linked(r, l, &reading.reports, &article.text, &files)).collect(),
        causes: found.iter().map(|c| stated(c, &article.text)).collect(),
        notes: reading.notes.iter().filter(|n| n.stage == "link").map(|n| n.text.clone()).collect(),
    };
    match args.question.to {
        To::Text => output::tell(&print(&answer))?,
        To::Json => output::say(&serde_json::to_string_pretty(&answer)?)?,
    }
    Ok(Outcome::Clean)
}

/// "SANCTION XAA → XAB".
pub fn event(r: &Report) -> String {
    let who = format!("{} {} → {}", r.kind(), output::keys(&r.actor), output::keys(&r.recipient));
    who.trim_end_matches(" → ").to_owned()
}

fn words<'t>(spans: &[Span], text: &'t str) -> Vec<&'t str> {
    spans.iter().map(|s| s.slice(text)).collect()
}

fn linked<'t>(
    r: &'t Report,
    l: &'t Link,
    reports: &'t [Report],
    text: &'t str,
    files: &[LexiconFile],
) -> Option<Linked<'t>> {
    let other = reports.iter().find(|o| o.id == l.to)?;
    Some(Linked {
        event: event(r),
        event_text: &r.event_text,
        kind: l.kind.as_str(),
        other: event(other),
        other_text: &other.event_text,
        said_by: l.said_by.as_ref().map(|e| e.key.as_str()),
        words: words(&l.evidence.spans, text),
        rule: &l.evidence.rule,
        says: says(&l.evidence.rule, files),
    })
}

fn stated<'t>(c: &'t Cause, text: &'t str) -> Stated<'t> {
    Stated {
        sentence: c.sentence,
        stated: c.stated,
        share: (c.share * 100.0).round() / 100.0,
        words: words(&c.words, text),
        rule: c.rule.as_deref(),
        upper: c.upper.slice(text),
        lower: c.lower.slice(text),
        traits: c.traits.iter().take(TRAITS).map(|(t, _)| t.as_str()).collect(),
    }
}

fn print(answer: &Answer) -> String {
    let (bold, dim) = (Style::new().bold(), Style::new().dim());
    let mut text = String::new();
    let quoted = |words: &[&str]| format!("“{}”", words.join(" … "));
    // Writing to a string cannot fail.
    for l in &answer.links {
        let by = l.said_by.map(|k| format!(", as {k} says")).unwrap_or_default();
        let _ = writeln!(
            text,
            "{}  {}  {}{by}: {}",
            bold.apply_to(&l.event),
            l.kind,
            bold.apply_to(&l.other),
            quoted(&l.words)
        );
        let _ = writeln!(text, "    “{}”; “{}”", tame(l.event_text), tame(l.other_text));
        let _ = writeln!(text, "    {}", dim.apply_to(&l.says));
    }
    if answer.links.is_empty() {
        let _ = writeln!(text, "no link between two events");
    }
    for c in &answer.causes {
        let verdict = if c.stated { "states a cause" } else { "states no cause" };
        let _ = writeln!(text, "sentence {} {verdict} ({:.2})", c.sentence, c.share);
        if c.stated {
            let _ = writeln!(
                text,
                "    {} between “{}” and “{}”",
                quoted(&c.words),
                tame(c.upper),
                tame(c.lower)
            );
            let _ = writeln!(text, "    {}", dim.apply_to(format!("decided by {}", c.traits.join(", "))));
        }
    }
    for note in &answer.notes {
        let _ = writeln!(text, "{}", dim.apply_to(note));
    }
    text.trim_end().to_owned()
}
