//! An article with the words of all its reports marked.

use detente_ledger::{Filter, Ledger};
use maud::html;

use crate::page::{Mark, Page, frame, marked, table, trigger};
use crate::{Ask, Failure, words};

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let name = ask.path.get("name").map_or("", String::as_str);
    let article = ledger.article(name)?;
    let rows = ledger.reports(&Filter { article: Some(article.id.clone()), ..Filter::default() })?;
    let mut marks = Vec::new();
    for row in &rows {
        let spans = trigger(&row.report, &row.sentence, row.report.text_info.start);
        let class = words::quad_class(row.report.kind().quad());
        marks.extend(spans.into_iter().map(|span| Mark {
            span,
            class,
            href: Some(words::report_href(&row.report.id)),
        }));
    }
    let title = article.title.as_deref().unwrap_or(&article.id);
    Ok(frame(
        title,
        "",
        html! {
            h1 { (title) }
            p .under-title {
                span { (article.source.as_deref().unwrap_or("publisher not known")) }
                span .quiet { @match article.published { Some(day) => (words::day(day)), None => "no day of publication" } }
                @if let Some(url) = words::web_address(article.url.as_deref()) { a href=(url) rel="noopener noreferrer nofollow" { "original page" } }
                @if let Some(license) = &article.license { span .quiet { (license) } }
            }
            @if let Some(original) = &article.copy_of {
                p .quiet { "A copy of " a href=(words::article_href(original)) { (original) } ": no second witness." }
            }
            @if !ledger.has_text(&article.id)? {
                p .quiet { "Its text is not in this ledger; these are the sentences that its reports were read from." }
            }
            p .quiet { (words::count(rows.len(), "report")) " read from it; the marked words lead to them." }
            div .article { @for line in article.lines() { p { (marked(&article.text, line, &marks)) } } }
            @if !rows.is_empty() { section { h2 { "Reports" } (table(&rows)) } }
        },
    ))
}
