//! The table of reports: what it is like, by field, to narrow it down; sorted, in pages, and as files.

use detente::plover::EventType;
use detente::report::Aux;
use detente_ledger::{Facets, Filter, Ledger, Order, Status};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::form::{self, Form};
use crate::page::{Page, frame, legend, table};
use crate::{Ask, Failure, words};

/// Rows a page.
const PAGE: usize = 50;
/// Values of a field that are offered.
const VALUES: usize = 8;

const ORDERS: [(&str, Order, bool); 5] = [
    ("newest first", Order::Days, true),
    ("oldest first", Order::Days, false),
    ("most hostile", Order::Hostile, true),
    ("friendliest", Order::Friendly, true),
    ("surest", Order::Sure, true),
];

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
    let claimed = match field("claimed").as_deref() {
        None => None,
        Some("claims") => Some(true),
        Some("the article itself") => Some(false),
        Some(text) => {
            return Err(Failure::bad(format!("{text:?} is none of claims, the article itself")));
        }
    };
    let dyad = match (field("either"), field("with")) {
        (Some(one), Some(other)) => Some((one, other)),
        (None, Some(other)) => {
            return Err(Failure::bad(format!("with {other:?} says only one of two: give either as well")));
        }
        _ => None,
    };
    let order = match field("order") {
        None => ORDERS[0],
        // The word of an earlier version, which stands in addresses that people kept.
        Some(text) if text == "oldest" => ORDERS[1],
        Some(text) => ORDERS
            .into_iter()
            .find(|(name, ..)| *name == text)
            .ok_or_else(|| Failure::bad(format!("{text:?} is no order of the table")))?,
    };
    Ok(Filter {
        actor: field("actor"),
        recipient: field("recipient"),
        either: field("either").filter(|_| dyad.is_none()),
        dyad,
        kind,
        mode: field("mode"),
        said_by: field("said_by"),
        claimed,
        country: field("country"),
        source: field("source"),
        min_confidence: form::number(ask, "confidence", 0.0..=1.0)?,
        status,
        from: form::day(ask, "from")?,
        to: form::day(ask, "to")?,
        as_of: as_of(ask)?,
        text: field("text"),
        order: order.1,
        newest_first: order.2,
        ..Filter::default()
    })
}

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let filter = filter(ask)?;
    let number = form::page(ask)?;
    let (all, ids, facets) = {
        let cards = ask.shared.cards(ledger)?;
        let chosen = cards.choose(ledger, &filter)?;
        (chosen.len(), chosen.ids((number - 1).saturating_mul(PAGE), PAGE), chosen.facets(VALUES))
    };
    let rows = ledger.reports_in_rows(&ids)?;
    let pages = all.div_ceil(PAGE);
    Ok(frame(
        "Events",
        "/events",
        html! {
            div .headline {
                h1 { "Events" }
                div .exports {
                    @let whole = |ending: &str| form::address(&format!("/events.{ending}"), ask, Some(("page", String::new())));
                    a .button href=(whole("csv")) { "CSV" }
                    a .button href=(whole("json")) { "JSON" }
                    a .button href=(whole("jsonl")) title="PLOVER JSON lines: the records alone, one a line" { "JSON lines" }
                    a .button href=(whole("txt")) title="How to cite these rows, and the licences of what they were read from" { "Cite" }
                }
            }
            (filters(ask))
            p .quiet {
                (words::count(all, "report")) " · one event may be told in several reports"
            }
            @if rows.is_empty() {
                p .empty { "No report passes these filters." }
            } @else {
                (narrow(ledger, ask, &facets)?)
                (table(&rows))
                (legend())
            }
            (form::pager("/events", ask, number, pages))
        },
    ))
}

/// What the rows are like, field by field, each value a way to narrow them down.
fn narrow(ledger: &Ledger, ask: &Ask, facets: &Facets) -> Result<Markup, Failure> {
    let mut keys = Vec::new();
    for (field, title, values) in [
        ("actor", "Actor", &facets.actor),
        ("recipient", "Recipient", &facets.recipient),
        ("said_by", "On the word of", &facets.said_by),
    ] {
        let mut named = Vec::new();
        for (key, count) in values {
            named.push((key.as_str(), ask.name(ledger, key)?, *count));
        }
        keys.push((field, title, named));
    }
    let plain = [
        ("kind", "Type", &facets.event),
        ("mode", "Mode", &facets.mode),
        ("status", "Status", &facets.status),
        ("country", "Place in", &facets.country),
        ("source", "Publisher", &facets.source),
        ("confidence", "Confidence from", &facets.confidence),
    ];
    for (field, title, values) in plain {
        keys.push((field, title, values.iter().map(|(v, n)| (v.as_str(), v.clone(), *n)).collect()));
    }
    let to = |field: &str, value: &str| {
        let at = form::address("/events", ask, Some((field, value.to_owned())));
        at.replace("&page=", "&was=").replace("?page=", "?was=")
    };
    Ok(html! {
        details .facets open[ask.fields.is_empty()] {
            summary { "Narrow down" }
            div .facet-list { @for (field, title, values) in &keys {
                @if values.len() > 1 || ask.fields.contains_key(*field) {
                    div {
                        h3 { (title) }
                        ul .plain {
                            @if ask.fields.contains_key(*field) { li { a href=(to(field, "")) { "× any" } } }
                            @for (value, name, count) in values { li { a href=(to(field, value)) { (name) } " " span .quiet { (words::grouped(*count)) } } }
                        }
                    }
                }
            } }
        }
    })
}

/// The filters, filled in as they were asked for.
fn filters(ask: &Ask) -> Markup {
    let form = Form::new("/events", ask);
    let kinds: Vec<&str> = EventType::ALL.iter().map(|k| k.as_str()).collect();
    let statuses: Vec<&str> =
        std::iter::once("asserted").chain(Aux::ALL.iter().map(|a| a.as_str())).collect();
    form.filters(html! {
        (form.text("text", "Words", "in the sentence"))
        (form.text("actor", "Actor", "key"))
        (form.text("recipient", "Recipient", "key"))
        (form.text("either", "Either", "key"))
        (form.text("with", "With", "key of the other"))
        (form.choice("kind", "Type", "any type", &kinds))
        (form.choice("status", "Status", "any status", &statuses))
        (form.choice("claimed", "Vouched for by", "anybody", &["claims", "the article itself"]))
        (form.date("from", "From"))
        (form.date("to", "To"))
        (form.text("confidence", "Confidence from", "0 to 1"))
        (form.date("as_of", "As known on"))
        (form.choice("order", "Order", ORDERS[0].0, &ORDERS.map(|o| o.0)[1..]))
        // What was chosen beside the table stays chosen.
        @for field in ["mode", "country", "source", "said_by"] {
            @if let Some(value) = ask.fields.get(field) { (form.text(field, field_name(field), value)) }
        }
    })
}

fn field_name(field: &str) -> &'static str {
    match field {
        "mode" => "Mode",
        "country" => "Place in",
        "source" => "Publisher",
        _ => "On the word of",
    }
}
