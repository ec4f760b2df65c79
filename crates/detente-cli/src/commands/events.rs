//! `detente events`: what the ledger holds, narrowed down by who, what, when and how it stands to the world.

use std::io::Write;

use anyhow::Result;
use detente::plover::EventType;
use detente_ledger::{Filter, Ledger, Status};
use jiff::civil::Date;

use super::sheet::{DayOr, day_or, ends, in_order};
use super::{LedgerFile, Outcome, Usage, day, party};
use crate::output::{self, Form, Layout, complain};

/// List the events in the ledger
///
/// Parties are named by key or by name (IRN, Iran, Hamas). `--to` takes the last day of a span or the form of
/// the output, whichever it is given, and may be given once for each: `--from 2019-08-01 --to 2019-08-31 --to
/// csv`. `--until` and `--format` say the same without a second meaning.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerFile,
    /// Who does it
    #[arg(long, value_name = "PARTY")]
    actor: Option<String>,
    /// To whom
    #[arg(long, value_name = "PARTY")]
    recipient: Option<String>,
    /// One of the 16 PLOVER types: AGREE, CONSULT, SUPPORT, …
    #[arg(long = "type", value_name = "TYPE", value_parser = event_type)]
    kind: Option<EventType>,
    /// Events that end on this day or later
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Date>,
    /// Events that start on this day or earlier; or the form of the output: table, csv, jsonl
    #[arg(long, value_name = "DAY|FORM", value_parser = day_or::<Form>)]
    to: Vec<DayOr<Form>>,
    /// Events that start on this day or earlier
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Date>,
    /// How to print [default: table on a terminal, jsonl otherwise]
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<Form>,
    /// How it stands to the world: asserted, negated, future, hypothetical, historical
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Option<Status>,
    /// What was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// Words that the sentence or the headline must hold
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// Every report of an event, with its sentence and article, instead of the events
    #[arg(long)]
    reports: bool,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

pub(super) fn event_type(text: &str) -> Result<EventType, String> {
    EventType::parse(&text.to_ascii_uppercase()).ok_or_else(|| {
        let all: Vec<&str> = EventType::ALL.iter().map(|t| t.as_str()).collect();
        format!("this is no event type; use one of {}", all.join(", "))
    })
}

pub(super) fn status(text: &str) -> Result<Status, String> {
    Status::parse(&text.to_ascii_lowercase()).ok_or_else(|| {
        "this is no status; use one of asserted, negated, future, hypothetical, historical".into()
    })
}

impl Args {
    /// Last day and form out of `--to`, `--until` and `--format`.
    fn ends(&self) -> Result<(Option<Date>, Form), Usage> {
        let (last, form) = ends(&self.to, self.until, self.format)?;
        in_order(self.from, last, "from")?;
        Ok((last, form.unwrap_or_else(Form::for_stdout)))
    }

    fn filter(&self, ledger: &Ledger, last: Option<Date>) -> Result<Filter> {
        let key = |text: &Option<String>| text.as_deref().map(|t| party(ledger, t)).transpose();
        Ok(Filter {
            actor: key(&self.actor)?,
            recipient: key(&self.recipient)?,
            kind: self.kind,
            from: self.from,
            to: last,
            status: self.status,
            as_of: self.as_of,
            text: self.text.clone(),
            ..Filter::default()
        })
    }
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a party that the ledger does not know, or a ledger that cannot be read.
pub fn run(args: Args) -> Result<Outcome> {
    let (last, form) = args.ends()?;
    let ledger = args.ledger.read()?;
    let mut filter = args.filter(&ledger, last)?;
    let mut out = if form == Form::Table { output::people() } else { output::stdout() };
    let found = if args.reports {
        filter.limit = args.limit;
        let layout = Layout::new(form).of_ledger();
        out.write_all(&layout.head())?;
        let rows = ledger.reports(&filter)?;
        for row in &rows {
            out.write_all(&layout.row(row))?;
        }
        rows.len()
    } else {
        filter.limit = args.limit;
        let events = ledger.events(&filter)?;
        let layout = Layout::new(form);
        out.write_all(&layout.event_head())?;
        for event in &events {
            out.write_all(&layout.event(event))?;
        }
        events.len()
    };
    out.flush()?;
    if found == 0 {
        complain("nothing in the ledger fits: leave a filter out.");
    }
    Ok(Outcome::Clean)
}
