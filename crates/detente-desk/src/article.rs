//! An article with everything marked that was read in it: the events that the ledger keeps lead to their records; who is
//! spoken of, dates and places are as the program reads them now, and what stays open says why.

use detente_ledger::{Filter, Ledger};
use maud::html;

use crate::page::{Mark, Page, frame, table, trigger};
use crate::{Ask, Failure, reading, words};

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let name = ask.path.get("name").map_or("", String::as_str);
    let article = ledger.article(name)?;
    let rows = ledger.reports(&Filter { article: Some(article.id.clone()), ..Filter::default() })?;
    let reader = ask.shared.reader().and_then(|r| r.as_ref().ok());
    // What is left of a text that is elsewhere cannot be read.
    let whole = ledger.has_text(&article.id)?;
    let now = reader.filter(|_| whole).map(|reader| reader.read_all(&article));
    // Events are marked as the ledger has them, not as they would be read now.
    let mut marks = now.as_ref().map(reading::others).unwrap_or_default();
    for row in &rows {
        let spans = trigger(&row.report, &row.sentence, row.report.text_info.start);
        let class = words::quad_class(row.report.kind().quad());
        marks.extend(spans.into_iter().map(|span| Mark {
            href: Some(words::report_href(&row.report.id)),
            title: Some(reading::said(&row.report)),
            ..Mark::new(span, class)
        }));
    }
    let same = reader.is_some_and(|reader| rows.iter().all(|r| r.report.coder == *reader.coder()));
    let title = article.title.as_deref().unwrap_or(&article.id);
    Ok(frame(
        title,
        "",
        html! {
            p .crumbs { a href="/events" { "Events" } }
            h1 { (title) }
            p .under-title {
                span { (article.source.as_deref().unwrap_or("publisher not known")) }
                span .quiet { @match article.published { Some(day) => (words::day(day)), None => "no day of publication" } }
                @if let Some(author) = &article.author { span .quiet { "by " (author) } }
                @if let Some(url) = words::web_address(article.url.as_deref()) { a href=(url) rel="noopener noreferrer nofollow" { "original page" } }
                @if let Some(license) = &article.license { span .quiet { (license) } }
                @if let Some(file) = &article.file { span .quiet { "from " (file) @if let Some(place) = &article.place { ", " (place) } } }
            }
            @if let Some(other) = &article.copy_of {
                p { "A copy of " a href=(words::article_href(other)) { (other) } ": its reports are no second witness." }
            }
            @if !whole { p .quiet { "Its text is not in this ledger; these are the sentences that its reports were read from." } }
            p .quiet {
                (words::count(rows.len(), "report")) " read from it; their words lead to them, and rest on any mark to see what it was read as."
                @if now.is_some() && !same && !rows.is_empty() { " Reports are as they were read; who is named, dates and places as this program reads them now." }
            }
            (reading::text(&article, &marks))
            @if now.is_some() { (reading::legend()) }
            @if !rows.is_empty() { section { h2 { "Reports" } (table(&rows)) } }
            @if let Some(now) = &now { (reading::remarks(&article, now)) }
        },
    ))
}
