//! The table of reports, with filters and pages.

use detente::plover::EventType;
use detente::report::Aux;
use detente_ledger::{Filter, Ledger, Status};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::form::{self, Form};
use crate::page::{Page, frame, legend, table};
use crate::{Ask, Failure, words};

/// Rows a page.
const PAGE: usize = 50;

/// The day of knowledge that a page is asked for.
pub fn as_of(ask: &Ask) -> Result<Option<Date>, Failure> {
    form::day(ask, "as_of")
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
        from: form::day(ask, "from")?,
        to: form::day(ask, "to")?,
        as_of: as_of(ask)?,
        text: field("text"),
        newest_first: field("order").as_deref() != Some("oldest"),
        ..Filter::default()
    })
}

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let mut filter = filter(ask)?;
    let number = form::page(ask)?;
    let all = ledger.count(&filter)?;
    filter.limit = Some(PAGE);
    filter.offset = (number - 1) * PAGE;
    let rows = ledger.reports(&filter)?;
    let pages = all.div_ceil(PAGE).max(1);
    Ok(frame(
        "Events",
        "/events",
        html! {
            div .headline {
                h1 { "Events" }
                (form::exports("/events", ask))
            }
            (filters(ask))
            p .quiet {
                (words::count(all, "report"))
                " · one event may be told in several reports"
            }
            @if rows.is_empty() {
                p .empty { "No report passes these filters." }
            } @else {
                (table(&rows))
                (legend())
            }
            (form::pager("/events", ask, number, pages))
        },
    ))
}

/// The filters, filled in as they were asked for.
fn filters(ask: &Ask) -> Markup {
    let form = Form::new("/events", ask);
    let kinds: Vec<&str> = EventType::ALL.iter().map(|k| k.as_str()).collect();
    let statuses: Vec<&str> =
        std::iter::once("asserted").chain(Aux::ALL.iter().map(|a| a.as_str())).collect();
    form.filters(html! {
        (form.text("actor", "Actor", "key"))
        (form.text("recipient", "Recipient", "key"))
        (form.text("either", "Either", "key"))
        (form.choice("kind", "Type", "any type", &kinds))
        (form.choice("status", "Status", "any status", &statuses))
        (form.date("from", "From"))
        (form.date("to", "To"))
        (form.text("text", "Words", "in the sentence"))
        (form.date("as_of", "As known on"))
        (form.choice("order", "Order", "newest first", &["oldest"]))
    })
}
