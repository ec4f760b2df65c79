//! The table of reports, with filters and pages.

use std::fmt::Write;

use detente::plover::EventType;
use detente::report::Aux;
use detente_ledger::{Filter, Ledger, Status};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::page::{Page, frame, legend, table};
use crate::{Ask, Failure, words};

/// Rows a page.
const PAGE: usize = 50;

/// A day out of a form field.
fn day(ask: &Ask, field: &str) -> Result<Option<Date>, Failure> {
    let Some(text) = ask.fields.get(field) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| {
        Failure::bad(format!("{text:?} is no day: write it as year-month-day, such as 2026-03-02"))
    })
}

/// The day of knowledge that a page is asked for.
pub fn as_of(ask: &Ask) -> Result<Option<Date>, Failure> {
    day(ask, "as_of")
}

/// The filter that the form asks for, without pages.
pub fn filter(ask: &Ask) -> Result<Filter, Failure> {
    let field = |name: &str| ask.fields.get(name).cloned();
    let kind = field("kind")
        .map(|text| {
            EventType::parse(&text.to_uppercase()).ok_or_else(|| {
                Failure::bad(format!("{text:?} is no event type: choose one of the sixteen, such as CONSULT"))
            })
        })
        .transpose()?;
    let status = field("status")
        .map(|text| {
            Status::parse(&text).ok_or_else(|| {
                Failure::bad(format!(
                    "{text:?} is no status: choose asserted, negated, future, hypothetical or historical"
                ))
            })
        })
        .transpose()?;
    Ok(Filter {
        actor: field("actor"),
        recipient: field("recipient"),
        either: field("either"),
        kind,
        status,
        from: day(ask, "from")?,
        to: day(ask, "to")?,
        as_of: as_of(ask)?,
        text: field("text"),
        newest_first: field("order").as_deref() != Some("oldest"),
        ..Filter::default()
    })
}

/// The address of this table with one field changed.
fn address(path: &str, ask: &Ask, changed: Option<(&str, String)>) -> String {
    let mut out = String::from(path);
    let mut mark = '?';
    let kept = ask.fields.iter().map(|(k, v)| (k.as_str(), v.clone()));
    let kept = kept.filter(|(k, _)| changed.as_ref().is_none_or(|(name, _)| name != k));
    for (key, value) in kept.chain(changed.clone()) {
        let _ = write!(out, "{mark}{}={}", words::escape(key), words::escape(&value));
        mark = '&';
    }
    out
}

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let mut filter = filter(ask)?;
    let number = match ask.fields.get("page") {
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|n| (1..1_000_000).contains(n))
            .ok_or_else(|| Failure::bad(format!("{text:?} is no page number")))?,
        None => 1,
    };
    let all = ledger.count(&filter)?;
    filter.limit = Some(PAGE);
    filter.offset = (number - 1) * PAGE;
    let rows = ledger.reports(&filter)?;
    let pages = all.div_ceil(PAGE).max(1);
    let turn = |to: usize, name: &str| html! { a .button href=(address("/events", ask, Some(("page", to.to_string())))) { (name) } };
    Ok(frame(
        "Events",
        "/events",
        html! {
            div .headline {
                h1 { "Events" }
                div .exports {
                    a .button href=(address("/events.csv", ask, None)) { "CSV" }
                    a .button href=(address("/events.json", ask, None)) { "JSON" }
                }
            }
            (form(ask))
            p .quiet {
                (words::count(all, "report"))
                @if pages > 1 { " · page " (words::grouped(number)) " of " (words::grouped(pages)) }
                " · one event may be told in several reports"
            }
            @if rows.is_empty() {
                p .empty { "No report passes these filters." }
            } @else {
                (table(&rows))
                (legend())
            }
            @if pages > 1 {
                nav .pager aria-label="Pages of the table" {
                    @if number > 1 { (turn(number - 1, "← Back")) }
                    @if number < pages { (turn(number + 1, "On →")) }
                }
            }
        },
    ))
}

/// The filters, filled in as they were asked for.
fn form(ask: &Ask) -> Markup {
    let value = |name: &str| ask.fields.get(name).map_or("", String::as_str);
    let input = |name: &str, label: &str, hint: &str| {
        html! { label { span { (label) } input name=(name) value=(value(name)) placeholder=(hint); } }
    };
    let date = |name: &str, label: &str| {
        html! { label { span { (label) } input type="date" name=(name) value=(value(name)); } }
    };
    let choice = |name: &str, label: &str, any: &str, options: Vec<&str>| {
        html! {
            label {
                span { (label) }
                select name=(name) {
                    option value="" { (any) }
                    @for option in options { option value=(option) selected[value(name) == option] { (option) } }
                }
            }
        }
    };
    let kinds = EventType::ALL.iter().map(|k| k.as_str()).collect();
    let statuses = std::iter::once("asserted").chain(Aux::ALL.iter().map(|a| a.as_str())).collect();
    html! {
        form .filters action="/events" method="get" {
            (input("actor", "Actor", "key"))
            (input("recipient", "Recipient", "key"))
            (input("either", "Either", "key"))
            (choice("kind", "Type", "any type", kinds))
            (choice("status", "Status", "any status", statuses))
            (date("from", "From"))
            (date("to", "To"))
            (input("text", "Words", "in the sentence"))
            (date("as_of", "As known on"))
            (choice("order", "Order", "newest first", vec!["oldest"]))
            div .actions { button type="submit" { "Show" } a href="/events" { "Clear" } }
        }
    }
}
