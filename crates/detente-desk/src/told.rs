//! One event as all its reports tell it: what they agree on, where they differ, each sentence, and why they were put
//! together.

use axum::response::{IntoResponse, Response};
use detente::event_set::{Event, Version};
use detente_ledger::{ForeignRow, Ledger, LedgerError, Row, Told};
use maud::{Markup, html};

use crate::page::{Page, badge, frame, quote};
use crate::sheet::as_json;
use crate::{Ask, Failure, actor, events, words};

/// The page of an event, by its name; `.json` behind the name asks for the same as data.
pub fn page(ledger: &Ledger, ask: &Ask, name: &str) -> Result<Response, Failure> {
    let as_of = events::as_of(ask)?;
    let (told, bare) = match ledger.event(name, as_of) {
        Err(LedgerError::NotFound { .. }) if name.ends_with(".json") => {
            let bare = name.trim_end_matches(".json");
            (ledger.event(bare, as_of)?, bare)
        }
        told => (told?, name),
    };
    if bare != name {
        return as_json(&told);
    }
    match told {
        Told::Event(event) => Ok(event_page(ledger, ask, &event)?.into_response()),
        Told::Foreign(rows) => Ok(foreign(ledger, ask, name, &rows)?.into_response()),
    }
}

fn parties(ledger: &Ledger, ask: &Ask, keys: &[String]) -> Result<Markup, Failure> {
    let mut named = Vec::new();
    for key in keys {
        named.push((key, ask.name(ledger, key)?));
    }
    Ok(html! {
        @for (i, (key, name)) in named.iter().enumerate() { @if i > 0 { ", " } a .party href=(actor::href(key)) { (name) } }
        @if named.is_empty() { span .quiet { "nobody named" } }
    })
}

fn event_page(ledger: &Ledger, ask: &Ask, event: &Event) -> Result<Page, Failure> {
    let mut rows = Vec::new();
    for reason in &event.reasons {
        rows.push((ledger.report(&reason.report)?, reason));
    }
    let mut versions = Vec::new();
    for version in &event.versions {
        versions.push(telling(
            ledger,
            ask,
            event,
            version,
            &rows.iter().map(|(r, _)| r).collect::<Vec<_>>(),
        )?);
    }
    let mut said = Vec::new();
    for key in &event.said_by {
        said.push(ask.name(ledger, key)?);
    }
    let first = event.reports.first().map(String::as_str).unwrap_or_default();
    Ok(frame(
        &format!("{}: {}", event.kind, event.words),
        "/events",
        html! {
            p .crumbs { a href="/events" { "Events" } }
            div .headline {
                h1 .event-title {
                    (parties(ledger, ask, &event.actors)?)
                    @if !event.recipients.is_empty() { span .arrow { " → " } (parties(ledger, ask, &event.recipients)?) }
                }
                div .exports { a .button href=(format!("{}.json", words::report_href(&event.id))) { "JSON" } }
            }
            p .under-title {
                (badge(event.kind, event.mode.as_deref(), !event.is_real()))
                span .when { (words::days(event.date, event.enddate)) }
                span .status { (words::status(&event.aux)) }
                @if !said.is_empty() { span .quiet { "only on the word of " (said.join(", ")) } }
                @if let Some(place) = &event.place { span .quiet { "in " (place) } }
            }
            p .lead {
                (words::count(event.reports.len(), "report")) " by " (words::count(event.witnesses, "independent publisher"))
                @if event.copies > 0 { ", " (words::count(event.copies, "copy")) " of the words of another" }
                ". " (words::scale(f64::from(event.scale))) " on the scale from −10 to +10."
            }
            section {
                h2 { @if versions.len() > 1 { "How they tell it differently" } @else { "All tell it the same way" } }
                @if versions.len() > 1 { div .versions { @for version in &versions { (version) } } }
            }
            section {
                h2 { "Its reports" }
                div .scroll tabindex="0" role="region" aria-label="Reports" { table .reports {
                    thead { tr { th scope="col" { "Published" } th scope="col" { "By" } th scope="col" { "Words" } th scope="col" { "Why it belongs here" } } }
                    tbody { @for (row, reason) in &rows { tr {
                        td .day { (row.published.map_or_else(|| "no day".into(), words::day)) }
                        td .source { a href=(words::article_href(&row.article_id)) { (row.source.as_deref().unwrap_or("article")) } @if reason.copy { div .quiet { "a copy" } } }
                        td .quote { a href=(words::report_href(&row.report.id)) { (quote(row)) } }
                        td .quiet { (reason.text()) @if reason.sure < 1.0 { ", sure " (format!("{:.2}", reason.sure)) } }
                    } } }
                } }
            }
            @if !event.links.is_empty() { section {
                h2 { "Linked with" }
                ul .plain { @for link in &event.links { li { (words::link(link.kind, true)) " " a href=(words::report_href(&link.to)) { (link.to) } } } }
            } }
            p .quiet { "Permanent address: " code { (words::report_href(&event.id)) } ". The event was opened by report " a href=(words::report_href(first)) { (first) } "." }
        },
    ))
}

/// One way in which it is told, with who vouches for it.
fn telling(
    ledger: &Ledger,
    ask: &Ask,
    event: &Event,
    version: &Version,
    rows: &[&Row],
) -> Result<Markup, Failure> {
    let mut said = Vec::new();
    for key in &version.said_by {
        said.push(ask.name(ledger, key)?);
    }
    let own: Vec<&&Row> = rows.iter().filter(|r| version.reports.contains(&r.report.id)).collect();
    let differs = |own: &[String], all: &[String]| own != all;
    Ok(html! {
        div .version {
            h3 { @if said.is_empty() { "The articles say" } @else { (said.join(", ")) " alone says" } }
            dl {
                dt { "Who" } dd .differs[differs(&version.actors, &event.actors)] { (parties(ledger, ask, &version.actors)?) }
                @if !version.recipients.is_empty() || !event.recipients.is_empty() {
                    dt { "To whom" } dd .differs[differs(&version.recipients, &event.recipients)] { (parties(ledger, ask, &version.recipients)?) }
                }
                @if let Some(size) = &version.size {
                    dt { "People" } dd {
                        @for (n, word) in [(size.dead, "killed"), (size.injured, "hurt"), (size.arrested, "arrested")] {
                            @if let Some(n) = n { span .status { (words::grouped(n as usize)) " " (word) } " " }
                        }
                    }
                }
            }
            ul .plain { @for row in own.iter().take(5) { li .quote { a href=(words::report_href(&row.report.id)) { (quote(row)) } " " span .quiet { (row.source.as_deref().unwrap_or("article")) } } } }
        }
    })
}

fn foreign(ledger: &Ledger, ask: &Ask, name: &str, rows: &[ForeignRow]) -> Result<Page, Failure> {
    let Some(first) = rows.first() else { return Err(Failure::missing("this event")) };
    let both = [first.actor.clone(), first.recipient.clone()];
    Ok(frame(
        &format!("{} of another data set", first.kind),
        "/events",
        html! {
            p .crumbs { a href=(words::dyad_href(&first.actor, &first.recipient)) { "The two" } }
            h1 .event-title { (parties(ledger, ask, &both[..1])?) span .arrow { (if first.mutual { " with " } else { " → " }) } (parties(ledger, ask, &both[1..])?) }
            p .under-title { (badge(first.kind, first.mode.as_deref(), false)) span .when { (words::day(first.day)) } }
            p .lead { "From another data set: there is no sentence here, only what its rows say." }
            div .scroll tabindex="0" role="region" aria-label="Rows" { table {
                thead { tr { th scope="col" { "Data set" } th scope="col" { "Line" } th scope="col" { "Actor there" } th scope="col" { "Words there" } th scope="col" { "Recipient there" } th scope="col" { "Publisher, story" } } }
                tbody { @for row in rows { tr {
                    td { (row.import) } td .number { (row.row) } td { (row.actor_name) } td { (row.words) } td { (row.recipient_name) }
                    td .quiet { (row.publisher.as_deref().unwrap_or("–")) @if let Some(story) = &row.story { ", " (story) } @if let Some(n) = row.sentence { ", sentence " (n) } }
                } } }
            } }
            p .quiet { "Permanent address: " code { (words::report_href(name)) } }
        },
    ))
}
