//! Paste a text and a day, see it read. Nothing is kept.

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Response};
use detente::article::{Article, DateSource};
use detente::read::Reading;
use maud::{Markup, html};
use serde::Deserialize;

use crate::page::{Page, badge, frame, legend, quoted, who};
use crate::{Desk, Failure, reading, words};

/// The longest text that is read here, in bytes: some fifty newspaper articles. More belongs into a file.
const LONGEST: usize = 200_000;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Tried {
    text: String,
    published: String,
}

/// The empty form.
pub async fn form(State(desk): State<Desk>) -> Response {
    if desk.shared.settings.reader.is_none() {
        return Failure::missing("a reader to try").into_response();
    }
    shown(&Tried::default(), html! {}).into_response()
}

/// The form with what its text was read as.
pub async fn page(State(desk): State<Desk>, tried: Result<axum::Form<Tried>, FormRejection>) -> Response {
    let Ok(axum::Form(tried)) = tried else {
        return Failure::bad("this text cannot be taken: it may be no text, or longer than a megabyte")
            .into_response();
    };
    // A reading takes a processor; as many at once as there are hands, and no more.
    let Some(turn) = desk.pool.turn().await else { return Failure::slow().into_response() };
    let work = tokio::task::spawn_blocking(move || {
        let answer =
            read(&desk, &tried).map_or_else(IntoResponse::into_response, IntoResponse::into_response);
        drop(turn);
        answer
    });
    work.await.unwrap_or_else(|_| {
        Failure::fault("the reader stumbled over this text: please report it").into_response()
    })
}

fn read(desk: &Desk, tried: &Tried) -> Result<Page, Failure> {
    let published = match tried.published.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| {
            Failure::bad(format!("{text:?} is no day: write it as year-month-day, such as 2026-03-02"))
        })?),
    };
    if tried.text.len() > LONGEST {
        return Err(Failure::bad(format!(
            "a text of {} kB is more than this page reads ({} kB): put it into a file and use `detente code`",
            tried.text.len() / 1000,
            LONGEST / 1000
        )));
    }
    let reader = match desk.shared.reader() {
        Some(Ok(reader)) => reader,
        Some(Err(why)) => return Err(Failure::fault(why.clone())),
        None => return Err(Failure::missing("a reader to try")),
    };
    let published_from = if published.is_some() { DateSource::Given } else { DateSource::None };
    // Browsers send line ends as two letters; a text file has one.
    let text = tried.text.replace("\r\n", "\n");
    let article = Article { id: "tried".into(), text, published, published_from, ..Article::default() };
    let reading = reader.read_all(&article);
    Ok(shown(tried, result(&article, &reading)))
}

fn shown(tried: &Tried, result: Markup) -> Page {
    frame(
        "Try it",
        "/try",
        html! {
            h1 { "Try it" }
            p .lead { "Paste a piece of English news and say when it was published. It is read here, on this machine, and nothing is kept." }
            form .try action="/try" method="post" {
                label { span { "Text" } textarea name="text" rows="9" required maxlength=(LONGEST) { (tried.text) } }
                label { span { "Published" } input type="date" name="published" value=(tried.published.trim()); }
                div .actions { button type="submit" { "Read" } }
            }
            (result)
        },
    )
}

fn result(article: &Article, reading: &Reading) -> Markup {
    let marks = reading::marks(article, reading, &|report| format!("#{}", anchor(&report.id)));
    html! {
        section aria-live="polite" {
            h2 { (words::count(reading.reports.len(), "report")) }
            @if reading.reports.is_empty() { p .quiet { "No political event was read in this text." } }
            (reading::text(article, &marks))
            (reading::legend())
            @for report in &reading.reports {
                details .report id=(anchor(&report.id)) open[reading.reports.len() == 1] {
                    summary {
                        (badge(report.kind(), report.mode.as_deref(), words::unreal(&report.aux))) " "
                        (who(report)) " "
                        span .quiet { (words::days(report.date, report.enddate)) " · " (words::status(&report.aux)) }
                    }
                    p .quote { (quoted(report, report.sentence().slice(&article.text))) }
                    pre { code { (serde_json::to_string_pretty(report).unwrap_or_default()) } }
                }
            }
            @if !reading.reports.is_empty() { (legend()) }
            (reading::remarks(article, reading))
        }
    }
}

/// A name inside the page.
fn anchor(id: &str) -> String {
    format!("report-{}", id.rsplit('#').next().unwrap_or_default())
}
