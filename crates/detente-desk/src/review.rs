//! People judge reports: accept, correct, reject. A decision is a new row by a named reviewer; it shows in the record's
//! history and goes out as gold. Without `--review NAME` there is nothing to send, only to look at.

use std::collections::BTreeMap;

use axum::extract::rejection::FormRejection;
use axum::extract::{Path as UrlPath, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use detente::plover::EventType;
use detente::report::{Aux, Entity, Report};
use detente_ledger::{Decision, Filter, Ledger, Order, Review};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::page::{Page, badge, frame, table, who};
use crate::{Ask, Desk, Failure, words};

/// Reports offered to be judged.
const QUEUE: usize = 25;
/// Decisions shown.
const LATEST: usize = 60;

/// What the form sends; boxes that are not ticked send nothing.
type Sent = Vec<(String, String)>;

/// Takes a decision about a report.
pub async fn decide(
    State(desk): State<Desk>,
    UrlPath(report): UrlPath<String>,
    sent: Result<axum::Form<Sent>, FormRejection>,
) -> Response {
    let Some(reviewer) = desk.shared.settings.review.clone() else {
        return Failure::bad(
            "this desk only reads: start it with --review and your name to decide about reports",
        )
        .into_response();
    };
    let Ok(axum::Form(sent)) = sent else {
        return Failure::bad("this decision cannot be read: send it from the page of the report")
            .into_response();
    };
    let Some(turn) = desk.pool.turn().await else { return Failure::slow().into_response() };
    let work = tokio::task::spawn_blocking(move || {
        let write = |ledger: &mut Ledger| -> Result<String, Failure> {
            let row = ledger.report(&report)?;
            let fields: BTreeMap<&str, &str> = sent.iter().map(|(k, v)| (k.as_str(), v.trim())).collect();
            let aux: Vec<&str> = sent.iter().filter(|(k, _)| k == "aux").map(|(_, v)| v.as_str()).collect();
            let decision = fields.get("decision").and_then(|d| Decision::parse(d));
            let decision = decision
                .ok_or_else(|| Failure::bad("say what you decide: accepted, corrected or rejected"))?;
            let corrected = match decision {
                Decision::Corrected => Some(corrected(&row.report, &fields, &aux)?),
                _ => None,
            };
            let note: String = fields.get("note").copied().unwrap_or_default().chars().take(2_000).collect();
            let now = jiff::Timestamp::now();
            ledger.review(&report, &reviewer, decision, corrected.as_ref(), &note, now)?;
            Ok(format!("{}#history", words::report_href(&report)))
        };
        match desk.pool.write(turn, write) {
            Ok(Ok(to)) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
            Ok(Err(failure)) => failure.into_response(),
            Err(error) => Failure::from(error).into_response(),
        }
    });
    work.await.unwrap_or_else(|_| Failure::fault("this decision could not be kept").into_response())
}

/// The record as the reviewer has it.
fn corrected(report: &Report, fields: &BTreeMap<&str, &str>, aux: &[&str]) -> Result<Report, Failure> {
    let mut corrected = report.clone();
    if let Some(text) = fields.get("kind") {
        let kind =
            EventType::parse(text).ok_or_else(|| Failure::bad(format!("{text:?} is no event type")))?;
        if kind != report.kind() {
            corrected.event = vec![kind];
            corrected.mode = None;
            corrected.quad_code = kind.quad();
        }
    }
    if let Some(mode) = fields.get("mode") {
        corrected.mode = (!mode.is_empty()).then(|| (*mode).to_owned());
    }
    // Keys that the record has keep their words; a new one has none.
    let party = |key: &str| {
        let known = report.actor.iter().chain(&report.recipient).find(|e| e.key == key).cloned();
        known.unwrap_or_else(|| Entity { key: key.to_owned(), ..Entity::default() })
    };
    let parties = |text: &str| -> Vec<Entity> {
        text.split([';', ',']).map(str::trim).filter(|k| !k.is_empty()).map(party).collect()
    };
    if let Some(text) = fields.get("actor") {
        corrected.actor = parties(text);
    }
    if let Some(text) = fields.get("recipient") {
        corrected.recipient = parties(text);
    }
    let day = |name: &str, old: Option<Date>| -> Result<Option<Date>, Failure> {
        match fields.get(name) {
            None => Ok(old),
            Some(&"") => Ok(None),
            Some(text) => text
                .parse()
                .map(Some)
                .map_err(|_| Failure::bad(format!("{text:?} is no day: write it as year-month-day"))),
        }
    };
    corrected.date = day("date", report.date)?;
    corrected.enddate = day("enddate", report.enddate)?;
    if corrected.date > corrected.enddate && corrected.enddate.is_some() {
        return Err(Failure::bad("the last day comes before the first"));
    }
    corrected.aux = Aux::ALL.iter().copied().filter(|a| aux.contains(&a.as_str())).collect();
    Ok(corrected)
}

/// The form under a report, where this desk takes decisions, and what was decided so far.
pub fn section(ask: &Ask, report: &Report, reviews: &[Review]) -> Markup {
    let keys = |entities: &[Entity]| entities.iter().map(|e| e.key.as_str()).collect::<Vec<_>>().join("; ");
    let day = |day: Option<Date>| day.map(|d| d.to_string()).unwrap_or_default();
    html! {
        @if let Some(reviewer) = &ask.shared.settings.review {
            section .review #review {
                h2 { "Your decision, " (reviewer) }
                form action=(format!("{}/review", words::report_href(&report.id))) method="post" {
                    fieldset {
                        legend { "This report" }
                        label { input type="radio" name="decision" value="accepted" required; " is right" }
                        label { input type="radio" name="decision" value="corrected"; " tells an event that is to be corrected" }
                        label { input type="radio" name="decision" value="rejected"; " is no event" }
                    }
                    details .behind {
                        summary { "Correct it" }
                        div .filters .inside {
                            label { span { "Type" } select name="kind" { @for kind in EventType::ALL { option value=(kind.as_str()) selected[*kind == report.kind()] { (kind.as_str()) } } } }
                            label { span { "Mode" } input name="mode" value=(report.mode.as_deref().unwrap_or_default()); }
                            label { span { "Actors, keys" } input name="actor" value=(keys(&report.actor)); }
                            label { span { "Recipients, keys" } input name="recipient" value=(keys(&report.recipient)); }
                            label { span { "First day" } input type="date" name="date" value=(day(report.date)); }
                            label { span { "Last day" } input type="date" name="enddate" value=(day(report.enddate)); }
                            fieldset { legend { "Status" } @for aux in Aux::ALL {
                                label { input type="checkbox" name="aux" value=(aux.as_str()) checked[report.aux.contains(aux)]; " " (aux.as_str()) }
                            } }
                        }
                    }
                    label .note { span { "Why (for those who come after)" } input name="note" maxlength="2000"; }
                    div .actions { button type="submit" { "Keep the decision" } }
                }
            }
        }
        @if !reviews.is_empty() {
            section #history {
                h2 { "What reviewers decided" }
                ul .plain .evidence { @for review in reviews.iter().rev() { li { (decided(review)) } } }
                p .quiet { "Events and standings stay what the program read; decisions are for those who judge it, and go out as gold." }
            }
        }
    }
}

fn decided(review: &Review) -> Markup {
    html! {
        span .strong { (review.reviewer) } " " span .status { (review.decision.as_str()) }
        span .quiet { " on " (words::day(review.at.to_zoned(jiff::tz::TimeZone::UTC).date())) }
        @if !review.stands { span .quiet { " · about an earlier reading" } }
        @if let Some(corrected) = &review.corrected {
            div { (badge(corrected.kind(), corrected.mode.as_deref(), words::unreal(&corrected.aux))) " " (who(corrected)) " "
                span .quiet { (words::days(corrected.date, corrected.enddate)) " · " (words::status(&corrected.aux)) } }
        }
        @if !review.note.is_empty() { div .quiet { "“" (review.note) "”" } }
    }
}

/// What there is to judge, what was decided, and how far reviewers agree.
pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let mut reviews = ledger.reviews(None)?;
    let all = reviews.len();
    reviews.reverse();
    reviews.truncate(LATEST);
    let agreement = ledger.agreement()?;
    let doubtful = Filter { order: Order::Doubtful, unreviewed: true, ..Filter::default() };
    let queue = ask.shared.cards(ledger)?.choose(ledger, &doubtful)?.ids(0, QUEUE);
    let queue = ledger.reports_in_rows(&queue)?;
    Ok(frame(
        "Review",
        "/review",
        html! {
            div .headline {
                h1 { "Review" }
                div .exports { a .button href="/review.jsonl" title="One record a line, as reviewers have it" { "Gold" } a .button href="/review.json" { "JSON" } }
            }
            p .lead {
                @match &ask.shared.settings.review {
                    Some(name) => { "You decide as " span .strong { (name) } ". Open a report, and say at its foot whether it is right." }
                    None => { "This desk only reads. Start it with " code { "detente serve --review NAME" } " to accept, correct or reject reports." }
                }
            }
            @if !agreement.is_empty() {
                section { h2 { "How far reviewers agree" }
                    ul .plain { @for pair in &agreement { li {
                        (pair.a) " and " (pair.b) ": the same about " (words::grouped(pair.same)) " of " (words::count(pair.both, "report")) " that both judged"
                    } } }
                }
            }
            section { h2 { "Decisions" }
                @if reviews.is_empty() { p .quiet { "None yet." } }
                ul .plain .evidence { @for review in &reviews { li { a href=(words::report_href(&review.report)) { (review.report) } " " (decided(review)) } } }
                @if all > reviews.len() { p .quiet { "The newest " (LATEST) " of " (words::grouped(all)) "; JSON has all." } }
            }
            section { h2 { "Where a look helps most" }
                p .quiet { "Reports that nobody has judged, the least sure first." }
                @if queue.is_empty() { p .quiet { "Nothing is left." } } @else { (table(&queue)) }
            }
        },
    ))
}

pub fn json(ledger: &Ledger, _: &Ask) -> Result<Response, Failure> {
    crate::sheet::as_json(&ledger.reviews(None)?)
}

/// The last decision of each reviewer as records: accepted ones as they stand, corrected ones corrected; each says who
/// decided. Rejected ones bear no event any more and say so.
pub fn gold(ledger: &Ledger, _: &Ask) -> Result<Response, Failure> {
    let mut last: BTreeMap<(String, String), Review> = BTreeMap::new();
    for review in ledger.reviews(None)? {
        last.insert((review.report.clone(), review.reviewer.clone()), review);
    }
    let mut out = String::new();
    for review in last.into_values() {
        let record = match (&review.corrected, review.decision) {
            (Some(corrected), _) => serde_json::to_value(corrected),
            (None, Decision::Accepted) => serde_json::to_value(ledger.report(&review.report)?.report),
            _ => Ok(serde_json::json!({ "id": review.report, "event": [] })),
        };
        let mut record = record.map_err(|e| Failure::fault(e.to_string()))?;
        record["review"] = serde_json::json!({
            "reviewer": review.reviewer, "decision": review.decision, "note": review.note, "at": review.at,
        });
        out += &format!("{record}\n");
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson; charset=utf-8")], out).into_response())
}
