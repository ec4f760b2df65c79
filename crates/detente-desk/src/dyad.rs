//! Two parties: their level over time, its turns, and the events that made it.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use detente::event_set::Event;
use detente_ledger::{Filter, Ledger, Relation, Row};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::events::as_of;
use crate::page::{Page, badge, frame, legend};
use crate::{Ask, Failure, chart, data, words};

/// Events shown, the newest, on the page and in its JSON; reports of all of them are among the events, for both parties.
const SHOWN: usize = 400;

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    let part = |name: &str| ask.path.get(name).map_or("", String::as_str);
    let as_of = as_of(ask)?;
    // A router cannot tell `b.json` from a party of that name; the ledger can.
    let (a, b) = (part("a"), part("b"));
    let relation = lately(ledger, ask, (a, b), as_of)?;
    if let (true, Some(b)) = (relation.rows.is_empty(), b.strip_suffix(".json")) {
        let relation = lately(ledger, ask, (a, b), as_of)?;
        return Ok(data::dyad_json(&relation, &reports_of("/events.json", (a, b), as_of)).into_response());
    }
    let (a, b) = (a.min(b), a.max(b));
    let names = (ask.name(ledger, a)?, ask.name(ledger, b)?);
    let mut beside = Vec::new();
    for (c, d) in others(ask)? {
        let relation = lately(ledger, ask, (&c, &d), as_of)?;
        let names = (ask.name(ledger, &c)?, ask.name(ledger, &d)?);
        beside.push(compared(&relation, (&c, &d), (&names.0, &names.1)));
    }
    let beside = beside_it(ask, (a, b), &beside);
    Ok(html(&relation, (a, b), (&names.0, &names.1), as_of, &beside).into_response())
}

/// What is known of a pair, with its newest events.
fn lately(
    ledger: &Ledger,
    ask: &Ask,
    (a, b): (&str, &str),
    as_of: Option<Date>,
) -> Result<Relation, Failure> {
    // How many reports stood on an earlier day, the cards know at once.
    let filter = Filter { dyad: Some((a.into(), b.into())), as_of, ..Filter::default() };
    let reports = match as_of {
        Some(_) => Some(ask.shared.cards(ledger)?.choose(ledger, &filter)?.len()),
        None => None,
    };
    Ok(ledger.relation_lately(a, b, as_of, SHOWN, reports)?)
}

/// The address of all reports of a pair.
fn reports_of(page: &str, (a, b): (&str, &str), as_of: Option<Date>) -> String {
    let as_of = as_of.map_or_else(String::new, |day| format!("&as_of={day}"));
    format!("{page}?either={}&with={}{as_of}", words::escape(a), words::escape(b))
}

/// Pairs beside the one of the page, at most.
const BESIDE: usize = 5;

/// The pairs that are to be shown beside the one of the page: `and=IRN~SYR~SAU~YEM`, two keys each.
fn others(ask: &Ask) -> Result<Vec<(String, String)>, Failure> {
    let mut keys: Vec<&str> = ask.fields.get("and").map_or_else(Vec::new, |text| text.split('~').collect());
    // What the form adds.
    match (ask.fields.get("c"), ask.fields.get("d")) {
        (Some(c), Some(d)) => keys.extend([c.as_str(), d.as_str()]),
        (None, None) => {}
        _ => return Err(Failure::bad("a pair has two parties: give both keys")),
    }
    let (pairs, odd) = keys.as_chunks::<2>();
    if !odd.is_empty() || pairs.len() > BESIDE {
        return Err(Failure::bad(format!("beside a pair up to {BESIDE} others can stand, each of two keys")));
    }
    Ok(pairs.iter().map(|[c, d]| ((*c).to_owned(), (*d).to_owned())).collect())
}

/// A pair beside the one of the page: where it stands, its chart, its turns in a line each.
fn compared(relation: &Relation, keys: (&str, &str), names: (&str, &str)) -> Markup {
    let latest =
        relation.standing.latest().or_else(|| relation.standing.last_evidence().and_then(|(_, l)| l));
    html! {
        section .beside {
            h2 { a href=(words::dyad_href(keys.0, keys.1)) { (names.0) span .arrow { " – " } (names.1) } }
            p .quiet {
                @match latest { Some(level) => { "level " (words::scale(level.value)) ", band " (words::band(&level)) }, None => "no level" }
                " · " (words::count(relation.reports, "report")) " of " (words::count(relation.told, "event"))
            }
            @match chart::standing(relation, names.0, names.1) {
                Some(chart) => figure { (chart) },
                None => p .empty { "None of the events between them is dated, so no level can be drawn." },
            }
        }
    }
}

/// The other pairs, and the form that adds one.
fn beside_it(ask: &Ask, keys: (&str, &str), beside: &[Markup]) -> Markup {
    let so_far: Vec<&str> = [ask.fields.get("and"), ask.fields.get("c"), ask.fields.get("d")]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    html! {
        @for other in beside { (other) }
        @if beside.len() < BESIDE {
            details .behind {
                summary { "Put another pair beside it" }
                form .filters .inside action=(words::dyad_href(keys.0, keys.1)) method="get" {
                    @if !so_far.is_empty() { input type="hidden" name="and" value=(so_far.join("~")); }
                    label { span { "One party" } input name="c" required placeholder="key, such as IRN"; }
                    label { span { "The other" } input name="d" required placeholder="key, such as SYR"; }
                    div .actions { button type="submit" { "Show" } }
                }
            }
        }
    }
}

fn html(
    relation: &Relation,
    keys: (&str, &str),
    names: (&str, &str),
    as_of: Option<Date>,
    beside: &Markup,
) -> Page {
    let title = format!("{} – {}", names.0, names.1);
    let standing = &relation.standing;
    frame(
        &title,
        "",
        html! {
            div .headline {
                h1 { a .plainly href=(crate::actor::href(keys.0)) { (names.0) } span .arrow { " – " } a .plainly href=(crate::actor::href(keys.1)) { (names.1) } }
                div .exports { a .button href=(format!("{}.json", words::dyad_href(keys.0, keys.1))) { "JSON" } }
            }
            @if relation.rows.is_empty() && relation.foreign == 0 {
                p .lead { "The ledger has no report about these two" @if let Some(day) = as_of { " as of " (words::day(day)) } "." }
                p { a href="/events" { "Look through the events" } }
            } @else {
                p .lead {
                    @match standing.latest() {
                        Some(level) => {
                            "Level " strong { (words::scale(level.value)) } ", band " (words::band(&level)) ": "
                            span .verdict .(words::verdict(&level)) { (words::verdict(&level)) } "."
                        }
                        None => @match standing.last_evidence() {
                            Some((last, Some(level))) => {
                                "Last evidence " (words::day(last)) ", then level " strong { (words::scale(level.value)) }
                                ", band " (words::band(&level)) "; faded since."
                            }
                            Some((last, None)) => { "Last evidence " (words::day(last)) ", too thin for a level." }
                            None => "No dated event says where they stand.",
                        }
                    }
                    " From " (words::count(relation.reports, "report")) " of " (words::count(relation.told, "event"))
                    @if relation.foreign > 0 { " and " (words::count(relation.foreign, "event")) " of other data sets" }
                    @if let Some(day) = as_of { ", as known on " (words::day(day)) } "."
                }
                @match chart::standing(relation, names.0, names.1) {
                    Some(chart) => { figure { (chart) figcaption { (legend()) p .quiet { (remarks(relation)) } } } }
                    None => p .empty { "None of the events between them is dated, so no level can be drawn." },
                }
                (beside)
                @if !relation.turns.is_empty() { section { h2 { "Turns" } (turns(relation)) } }
                section {
                    h2 { "Events" }
                    @if relation.events.len() < relation.told {
                        p .quiet {
                            "The newest " (words::grouped(relation.events.len())) ", with those that made turns. "
                            a href=(reports_of("/events", keys, as_of)) { "All its reports" }
                        }
                    }
                    (events(relation))
                }
            }
        },
    )
}

/// What the chart leaves out.
fn remarks(relation: &Relation) -> String {
    let standing = &relation.standing;
    let mut text = String::from(
        "The line is the level at the end of each month, dashed where the evidence is thin; the band holds 80 of 100 such levels; where nothing is known nothing is drawn.",
    );
    if standing.undated > 0 {
        text += &format!(" {} without a usable date cannot enter.", words::count(standing.undated, "event"));
    }
    if standing.denied > 0 {
        text += &format!(" {} that was denied weighs nothing.", words::count(standing.denied, "event"));
    }
    text
}

fn turns(relation: &Relation) -> Markup {
    let events: BTreeMap<&str, &Event> = relation.events.iter().map(|e| (e.id.as_str(), e)).collect();
    html! {
        ol .turn-list {
            @for (i, turn) in relation.turns.iter().enumerate() {
                li id=(format!("turn-{}", i + 1)) {
                    span .turn-tag .(chart::turn_class(turn.kind)) { (chart::turn_word(turn.kind)) }
                    div {
                        span .strong { (words::days(Some(turn.from), Some(turn.to))) }
                        span .quiet {
                            " · mean of the events "
                            @match turn.before { Some(before) => { (words::scale(before)) " → " }, None => "from nothing known to " }
                            (words::scale(turn.after))
                            @if let Some(day) = turn.old_until { " · last sign of what stood before: " (words::day(day)) }
                        }
                        ul .plain { @for event in turn.events.iter().filter_map(|id| events.get(id.as_str())) {
                            li {
                                (badge(event.kind, event.mode.as_deref(), !event.is_real())) " "
                                a href=(event.reports.first().map_or_else(String::new, |r| words::report_href(r))) { "“" (event.words) "”" }
                                " " span .quiet { (words::days(event.date, event.enddate)) }
                            }
                        } }
                    }
                }
            }
        }
    }
}

/// The events, newest first, each with the sentence of its first report and links to all of them.
fn events(relation: &Relation) -> Markup {
    let rows: BTreeMap<&str, &Row> = relation.rows.iter().map(|r| (r.report.id.as_str(), r)).collect();
    let dated = relation.events.iter().filter(|e| e.date.is_some() || e.enddate.is_some()).rev();
    let undated = relation.events.iter().filter(|e| e.date.is_none() && e.enddate.is_none());
    html! {
        div .scroll {
            table .reports {
                thead { tr { th { "Day" } th { "Who" } th { "What" } th .number { "Scale" } th { "Words" } th { "Reports" } } }
                tbody {
                    @for event in dated.chain(undated) {
                        @let told: Vec<&Row> = event.reports.iter().filter_map(|r| rows.get(r.as_str()).copied()).collect();
                        @let first = event.reasons.first().and_then(|r| rows.get(r.report.as_str()).copied());
                        tr id=(event.id) {
                            td .day { a href=(words::report_href(&event.id)) { (words::days(event.date, event.enddate)) } }
                            td .who { @if let Some(first) = first { (crate::page::who(&first.report)) } }
                            td {
                                (badge(event.kind, event.mode.as_deref(), !event.is_real()))
                                @for aux in &event.aux { " " span .status { (aux.as_str()) } }
                                @if !event.said_by.is_empty() { div .quiet { "only on the word of " (event.said_by.join(", ")) } }
                            }
                            td .number { (words::scale(f64::from(event.scale))) }
                            td .quote { @if let Some(first) = first {
                                a href=(words::report_href(&first.report.id)) { (crate::page::quote(first)) }
                            } }
                            td .source {
                                @for row in &told {
                                    div { a href=(words::report_href(&row.report.id)) { (row.source.as_deref().unwrap_or("article")) } }
                                }
                                @if told.len() > 1 { div .quiet { (words::count(event.witnesses, "witness")) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
