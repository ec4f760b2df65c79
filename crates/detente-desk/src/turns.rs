//! Every change of standing, newest first: what kind, how large, how sure, and the events that made it.

use axum::response::Response;
use detente::turn::{Turn, TurnKind};
use detente_ledger::{Ledger, Told, TurnFilter};
use maud::{Markup, html};

use crate::form::{self, Form};
use crate::page::{Page, frame};
use crate::sheet::{Cell, Sheet};
use crate::{Ask, Failure, chart, events, regions, words};

/// Turns a page.
const PAGE: usize = 40;
/// Events named under a turn.
const EVENTS: usize = 3;

const KINDS: [TurnKind; 4] = [TurnKind::Rupture, TurnKind::Rapprochement, TurnKind::War, TurnKind::Truce];

/// The turns that the page is asked for, newest first, all of them.
fn asked(ledger: &Ledger, ask: &Ask) -> Result<Vec<Turn>, Failure> {
    let filter = TurnFilter {
        since: form::day(ask, "since")?,
        until: form::day(ask, "until")?,
        actor: ask.fields.get("actor").cloned(),
        min_certainty: form::number(ask, "certainty", 0.0..=1.0)?,
        as_of: events::as_of(ask)?,
        ..TurnFilter::default()
    };
    let kind = form::one_of(ask, "kind", &KINDS, TurnKind::as_str)?;
    let size = form::number(ask, "size", 0.0..=20.0)?;
    let region = ask.fields.get("region");
    if let Some(region) = region
        && !regions::all().iter().any(|(_, name)| name == region)
    {
        return Err(Failure::bad(format!("{region:?} is no region: choose one of the list")));
    }
    let mut turns = ledger.turns(&filter)?;
    turns.retain(|turn| {
        kind.is_none_or(|kind| turn.kind == kind)
            // A change out of nothing known has no size, and is not small for that.
            && size.is_none_or(|least| turn.size().is_none_or(|size| size.abs() >= least))
            && region.is_none_or(|region| [&turn.a, &turn.b].iter().any(|key| regions::is_in(key, region)))
    });
    Ok(turns)
}

/// The rows as data: the columns of `detente turns --to csv`.
fn sheet(ledger: &Ledger, ask: &Ask) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(&[
        ("actor_a", "Party"),
        ("actor_b", "Party"),
        ("date", "Day"),
        ("date_from", "From"),
        ("date_to", "To"),
        ("direction", "Direction"),
        ("kind", "Kind"),
        ("size", "Size"),
        ("certainty", "Certainty"),
        ("told_on", "Could be told on"),
        ("held", "Held"),
        ("events", "Events"),
    ]);
    for turn in asked(ledger, ask)? {
        sheet.rows.push(vec![
            Cell::Text(turn.a.clone()),
            Cell::Text(turn.b.clone()),
            Cell::Day(turn.day),
            Cell::Day(turn.from),
            Cell::Day(turn.to),
            Cell::Text(turn.direction().into()),
            Cell::Text(turn.kind.as_str().into()),
            Cell::scale(turn.size()),
            Cell::Share(turn.certainty),
            Cell::day(turn.told_on),
            Cell::Flag(turn.held),
            Cell::Text(turn.events.join(" ")),
        ]);
    }
    Ok(sheet)
}

pub fn json(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    sheet(ledger, ask)?.json()
}

pub fn csv(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    sheet(ledger, ask)?.csv()
}

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let turns = asked(ledger, ask)?;
    let number = form::page(ask)?;
    let mut shown = Vec::new();
    for turn in turns.iter().skip((number - 1) * PAGE).take(PAGE) {
        shown.push(item(ledger, ask, turn)?);
    }
    let day = events::as_of(ask)?;
    Ok(frame(
        "Turns",
        "/turns",
        html! {
            div .headline {
                h1 { "Turns" }
                (form::exports("/turns", ask))
            }
            p .lead {
                "Dated changes of where two stand: ruptures, rapprochements, wars, truces. Each names the events that made it."
                @if let Some(day) = day { " As known on " (words::day(day)) "." }
            }
            (filters(ask))
            p .quiet { (words::count(turns.len(), "turn")) ", newest first" }
            @if shown.is_empty() { p .empty { "No turn passes these filters." } }
            @else { ol .turn-list start=((number - 1) * PAGE + 1) { @for turn in &shown { (turn) } } }
            (form::pager("/turns", ask, number, turns.len().div_ceil(PAGE)))
        },
    ))
}

fn item(ledger: &Ledger, ask: &Ask, turn: &Turn) -> Result<Markup, Failure> {
    let (a, b) = (ask.name(ledger, &turn.a)?, ask.name(ledger, &turn.b)?);
    let mut reasons = Vec::new();
    for id in turn.events.iter().take(EVENTS) {
        // An event that a later reading took away is no fault of the page.
        if let Ok(told) = ledger.event(id, events::as_of(ask)?) {
            reasons.push(told);
        }
    }
    Ok(html! {
        li {
            span .turn-tag .(chart::turn_class(turn.kind)) { (chart::turn_word(turn.kind)) }
            div {
                a .strong href=(words::dyad_href(&turn.a, &turn.b)) { (a) " – " (b) }
                span .quiet {
                    " · " (words::days(Some(turn.from), Some(turn.to)))
                    " · " @match turn.before { Some(before) => { (words::scale(before)) " → " }, None => "from nothing known to " }
                    (words::scale(turn.after))
                    " · " abbr title="How sure it is, from 0 to 1: fit to put turns in order, and no probability" { "certainty " (format!("{:.2}", turn.certainty)) }
                    @if !turn.held { " · did not hold" }
                }
                ul .plain { @for told in &reasons { li { (reason(told)) } } }
                @if turn.events.len() > reasons.len() {
                    p .quiet { "and " (words::count(turn.events.len() - reasons.len(), "event")) " more on the page of the two" }
                }
            }
        }
    })
}

/// An event in a line.
pub fn reason(told: &Told) -> Markup {
    html! {
        @match told {
            Told::Event(event) => {
                (crate::page::badge(event.kind, event.mode.as_deref(), !event.is_real())) " "
                a href=(event.reports.first().map_or_else(String::new, |r| words::report_href(r))) { "“" (event.words) "”" }
                " " span .quiet { (words::days(event.date, event.enddate)) }
            }
            Told::Foreign(rows) => @if let Some(row) = rows.first() {
                (crate::page::badge(row.kind, row.mode.as_deref(), false)) " " (row.actor_name) ": " (row.words) " (" (row.recipient_name) ")"
                " " span .quiet { (words::day(row.day)) ", " (row.import) ", line " (row.row) }
            }
        }
    }
}

fn filters(ask: &Ask) -> Markup {
    let form = Form::new("/turns", ask);
    let regions = regions::all();
    form.filters(html! {
        (form.text("actor", "Party", "key, such as IRN"))
        (form.choice("kind", "Kind", "any kind", &KINDS.map(TurnKind::as_str)))
        (form.grouped_choice("region", "Region of either", "the world", &regions))
        (form.text("size", "At least", "points, such as 3"))
        (form.text("certainty", "Certainty from", "0 to 1"))
        (form.date("since", "Since"))
        (form.date("until", "Until"))
        (form.date("as_of", "As known on"))
    })
}
