//! The frame around every page, and the pieces that several pages share.

use detente::plover::{EventType, Quad};
use detente::report::{Entity, Report};
use detente::span::Span;
use detente_ledger::Row;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::about;
use crate::chart;
use crate::words;

/// A finished page.
pub struct Page(Markup);

impl axum::response::IntoResponse for Page {
    fn into_response(self) -> axum::response::Response {
        axum::response::Html(self.0.into_string()).into_response()
    }
}

/// The frame: title, the way about, the body. `here` is the address of the part of the desk that is shown.
pub fn frame(title: &str, here: &str, body: Markup) -> Page {
    let link = |href: &str, name: &str| {
        html! { a href=(href) aria-current=[(href == here).then_some("page")] { (name) } }
    };
    Page(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Détente" }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/style.css";
                script src="/desk.js" defer {}
            }
            body {
                a .skip href="#main" { "Skip to the page" }
                header .top {
                    div .inner {
                        a .brand href="/" { span .mark aria-hidden="true" {} "Détente" }
                        nav aria-label="Pages" { (link("/", "Overview")) (link("/turns", "Turns")) (link("/network", "Network")) (link("/actors", "Parties")) (link("/events", "Events")) (link("/map", "Map")) (link("/try", "Try it")) (link("/review", "Review")) (link("/about", "About")) }
                        form .find action="/events" method="get" role="search" {
                            input type="search" name="text" placeholder="Search the sentences" aria-label="Search the sentences";
                        }
                    }
                }
                main #main { (body) }
                footer { "Counts of reports are not the world: where nothing was read, nothing is shown, and bands say how sure a level is. Place data © GeoNames, CC BY 4.0." }
            }
        }
    })
}

/// A page that says in one sentence why there is no page.
pub fn failure(text: &str) -> Page {
    frame(
        "Not here",
        "",
        html! {
            h1 { "Not here" }
            p .lead { (sentence(text)) "." }
            p { a href="/" { "Go to the overview" } }
        },
    )
}

/// What is shown while a page cannot be made yet: how far the work is.
pub fn working(text: &str, done: usize, of: usize) -> Page {
    frame(
        "One moment",
        "",
        html! {
            h1 { "One moment" }
            p .lead role="status" { (sentence(text)) "." }
            p { progress value=(done) max=(of.max(1)) aria-label="How far it is" {} }
            p .quiet { "This page asks again by itself." }
        },
    )
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The type of an event as a badge: shape and colour say the quad class, hollow says that it is not real.
pub fn badge(kind: EventType, mode: Option<&str>, hollow: bool) -> Markup {
    html! {
        span .badge .(words::quad_class(kind.quad())) .hollow[hollow] title=(format!("{}: {}", kind.quad(), about::meaning(kind))) {
            (chart::glyph(kind.quad(), hollow))
            (kind.as_str())
            @if let Some(mode) = mode { span .mode { " " (mode) } }
        }
    }
}

/// What the shapes and colours mean.
pub fn legend() -> Markup {
    html! {
        ul .legend aria-label="Legend" {
            @for &quad in Quad::ALL { li { (chart::glyph(quad, false)) (quad.as_str()) } }
            li { (chart::glyph(Quad::VerbalCooperation, true)) "hollow: denied, announced or supposed" }
        }
    }
}

/// Parties by name, with their keys beside.
pub fn parties(entities: &[Entity]) -> Markup {
    html! {
        @for (i, entity) in entities.iter().enumerate() {
            @if i > 0 { ", " }
            span .party title=(entity.key) { (words::name(entity)) }
        }
        @if entities.is_empty() { span .quiet { "nobody named" } }
    }
}

/// "Arnor → Gondor", or "Arnor with Gondor" where they act together.
pub fn who(report: &Report) -> Markup {
    html! {
        @if report.recipient.is_empty() && report.actor.len() > 1 {
            @for (i, entity) in report.actor.iter().enumerate() {
                @if i > 0 { span .arrow { " with " } }
                span .party title=(entity.key) { (words::name(entity)) }
            }
        } @else {
            (parties(&report.actor))
            @if !report.recipient.is_empty() { span .arrow { " → " } (parties(&report.recipient)) }
        }
    }
}

/// A table of reports with their quotes.
pub fn table(rows: &[Row]) -> Markup {
    html! {
        div .scroll {
            table .reports {
                thead { tr { th { "Day" } th { "Who" } th { "What" } th .number { "Scale" } th { "Words" } th { "Source" } } }
                tbody {
                    @for row in rows {
                        @let report = &row.report;
                        @let hollow = words::unreal(&report.aux);
                        tr {
                            td .day { (words::days(report.date, report.enddate)) }
                            td .who { (who(report)) }
                            td {
                                (badge(report.kind(), report.mode.as_deref(), hollow))
                                @for aux in &report.aux { " " span .status { (aux.as_str()) } }
                                @if let Some(speaker) = &report.said_by { div .quiet { "says " (words::name(speaker)) } }
                            }
                            td .number { (words::scale(f64::from(report.event_scale))) }
                            td .quote { a href=(words::report_href(&report.id)) { (quote(row)) } }
                            td .source {
                                a href=(words::article_href(&row.article_id)) { (row.source.as_deref().unwrap_or("article")) }
                                @if let Some(day) = row.published { div .quiet { (words::day(day)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The sentence with the words of the event marked, cut where it is long.
pub fn quote(row: &Row) -> Markup {
    quoted(&row.report, &row.sentence)
}

/// The sentence of a report with the words of the event marked, cut where it is long.
pub fn quoted(report: &Report, text: &str) -> Markup {
    const LONGEST: usize = 220;
    let start = report.text_info.start;
    let event = trigger(report, text, start);
    // Keep the marked words in sight.
    let centre = event.first().map_or(0, |s| (s.start - start) as usize);
    let from = if text.len() <= LONGEST { 0 } else { floor(text, centre.saturating_sub(LONGEST / 2)) };
    let to = floor(text, from + LONGEST);
    let marks: Vec<Mark> = event
        .iter()
        .map(|s| Mark::new(Span { start: s.start - start, end: s.end - start }, "event"))
        .collect();
    html! {
        @if from > 0 { "… " }
        (marked(text, Span::new(from, to), &marks))
        @if to < text.len() { " …" }
    }
}

/// The next place at or before `at` where a letter starts.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// Where the words of the event stand in the article, given its sentence and where that starts: where the
/// evidence says, else where the words are found.
pub fn trigger(report: &Report, sentence: &str, start: u32) -> Vec<Span> {
    let whole = Span { start, end: start + sentence.len() as u32 };
    let slice = |span: Span| {
        whole
            .contains(span)
            .then(|| Span { start: span.start - start, end: span.end - start }.slice(sentence))
    };
    let spans = || report.evidence.iter().flat_map(|e| e.spans.iter().copied());
    if report.event_text.is_empty() {
        return Vec::new();
    }
    if let Some(exact) = spans().find(|&s| slice(s) == Some(report.event_text.as_str())) {
        return vec![exact];
    }
    if let Some(at) = sentence.find(&report.event_text) {
        let at = start as usize + at;
        return vec![Span::new(at, at + report.event_text.len())];
    }
    spans().filter(|&s| whole.contains(s) && !s.is_empty() && s.len() < whole.len()).collect()
}

/// A stretch of a text to be marked.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Bytes of the text.
    pub span: Span,
    /// CSS class.
    pub class: &'static str,
    /// Where the words lead.
    pub href: Option<String>,
    /// What a pointer that rests on them shows, and what is read out.
    pub title: Option<String>,
}

impl Mark {
    /// A mark that leads nowhere.
    pub fn new(span: Span, class: &'static str) -> Mark {
        Mark { span, class, href: None, title: None }
    }
}

/// The part `within` of a text, with marks around its words. Marks may overlap and may reach beyond the part;
/// marks that cut a letter in two are left out.
pub fn marked(text: &str, within: Span, marks: &[Mark]) -> Markup {
    let marks: Vec<&Mark> = marks
        .iter()
        .filter(|m| !m.span.is_empty() && m.span.overlaps(within))
        .filter(|m| {
            text.is_char_boundary(m.span.start as usize) && text.is_char_boundary(m.span.end as usize)
        })
        .collect();
    let mut cuts: Vec<u32> = vec![within.start, within.end];
    cuts.extend(
        marks
            .iter()
            .flat_map(|m| [m.span.start, m.span.end])
            .filter(|c| within.start < *c && *c < within.end),
    );
    cuts.sort_unstable();
    cuts.dedup();
    html! {
        @for pair in cuts.windows(2) {
            @let piece = Span { start: pair[0], end: pair[1] };
            @let over: Vec<&&Mark> = marks.iter().filter(|m| m.span.contains(piece)).collect();
            @let words = piece.slice(text);
            @if over.is_empty() {
                (words)
            } @else {
                @let class = over.iter().map(|m| m.class).collect::<Vec<_>>().join(" ");
                @let titles: Vec<&str> = over.iter().filter_map(|m| m.title.as_deref()).collect();
                mark class=(class) title=[(!titles.is_empty()).then(|| titles.join("\n"))] {
                    // A blank between two marks is no link.
                    @match over.iter().find_map(|m| m.href.as_deref()).filter(|_| !words.trim().is_empty()) {
                        Some(href) => { a href=(href) { (words) } }
                        None => { (words) }
                    }
                }
            }
        }
    }
}

/// A blank that does not break, between a number and its unit.
pub const NBSP: PreEscaped<&str> = PreEscaped("&nbsp;");
