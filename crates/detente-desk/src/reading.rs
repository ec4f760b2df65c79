//! A text with everything marked that was read in it: mentions, dates, places, events. Used where a text is only tried,
//! and on the page of an article.

use detente::article::Article;
use detente::read::Reading;
use detente::report::Report;
use detente::span::Span;
use maud::{Markup, html};

use crate::page::{Mark, marked, trigger};
use crate::words;

/// The marks of a reading. `href` says where a report leads.
pub fn marks(article: &Article, reading: &Reading, href: &dyn Fn(&Report) -> String) -> Vec<Mark> {
    let text = &article.text;
    let mut marks = others(reading);
    for report in &reading.reports {
        for span in trigger(report, report.sentence().slice(text), report.text_info.start) {
            let class = words::quad_class(report.kind().quad());
            marks.push(Mark {
                title: Some(said(report)),
                href: Some(href(report)),
                ..Mark::new(span, class)
            });
        }
    }
    marks
}

/// The marks of all but events: who is named, dates, places.
pub fn others(reading: &Reading) -> Vec<Mark> {
    let mut marks = Vec::new();
    for mention in &reading.mentions {
        let keys: Vec<String> = mention
            .parties
            .iter()
            .filter(|p| !p.key.is_empty())
            .map(|p| format!("{} ({})", p.name, p.key))
            .collect();
        let span = reading.syntax.cover(mention.tokens);
        let (class, title) = if keys.is_empty() {
            ("mention open", "whom these words stand for stays open".into())
        } else {
            ("mention", format!("stands for {}", keys.join(", ")))
        };
        marks.push(Mark { title: Some(title), ..Mark::new(span, class) });
    }
    for time in &reading.times {
        let days = words::days(time.interval.start, time.interval.end);
        marks.push(Mark { title: Some(format!("means {days}")), ..Mark::new(time.span, "time") });
    }
    for (span, place) in &reading.places {
        let name = place.resolved_place.as_deref().unwrap_or(&place.extracted_place);
        let country = place.country_code.as_deref().map(|c| format!(", {c}")).unwrap_or_default();
        marks.push(Mark { title: Some(format!("the place {name}{country}")), ..Mark::new(*span, "place") });
    }
    marks
}

/// A report in a line of words, for a pointer that rests on its words.
pub fn said(report: &Report) -> String {
    let names = |entities: &[detente::report::Entity]| {
        entities.iter().map(|e| words::name(e).to_owned()).collect::<Vec<_>>().join(", ")
    };
    let mut text = report.kind().as_str().to_owned();
    if let Some(mode) = &report.mode {
        text += &format!(" ({mode})");
    }
    text += &format!(": {}", names(&report.actor));
    if !report.recipient.is_empty() {
        text += &format!(" → {}", names(&report.recipient));
    }
    text += &format!("; {}", words::days(report.date, report.enddate));
    if !report.aux.is_empty() {
        text += &format!("; {}", words::status(&report.aux));
    }
    text
}

/// The text, line by line, with its marks.
pub fn text(article: &Article, marks: &[Mark]) -> Markup {
    html! { div .article { @for line in article.lines() { p { (marked(&article.text, line, marks)) } } } }
}

/// What the marks mean.
pub fn legend() -> Markup {
    html! {
        ul .legend aria-label="What the marks mean" {
            li { mark .mention { "somebody" } } li { mark .mention.open { "somebody left open" } }
            li { mark .time { "a date" } } li { mark .place { "a place" } }
            li { mark .vc { "an event" } " in the colour of its class" }
        }
    }
}

/// Remarks of the reader: what was not coded, and why.
pub fn remarks(article: &Article, reading: &Reading) -> Markup {
    let lines: Vec<(Option<Span>, &str)> = reading.notes.iter().map(|n| (n.span, n.text.as_str())).collect();
    html! {
        @if !lines.is_empty() {
            section {
                h2 { "What stays open, and why" }
                ul .remarks { @for (span, note) in &lines { li {
                    @if let Some(words) = span.and_then(|s| article.text.get(s.start as usize..s.end as usize)) { "“" (words) "”: " }
                    (note)
                } } }
            }
        }
    }
}
