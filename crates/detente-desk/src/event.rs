//! One report: its sentence in its article, and everything that was read from it.

use std::collections::BTreeMap;

use detente::event_set::{Days, Reason};
use detente::report::{Entity, Report};
use detente::span::Span;
use detente_ledger::{Filter, Ledger, Row};
use maud::{Markup, html};

use crate::page::{Mark, Page, badge, frame, marked, parties, trigger, who};
use crate::{Ask, Failure, words};

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let id = ask.path.get("report").map_or("", String::as_str);
    let row = ledger.report(id)?;
    let article = ledger.article(&row.article_id)?;
    let report = &row.report;
    let hollow = words::unreal(&report.aux);
    let marks = marks(&row);
    let sentence = report.sentence();
    let siblings = siblings(ledger, report)?;
    let links = links(ledger, &row, &article.text)?;
    let record = serde_json::to_string_pretty(report).unwrap_or_default();
    let title = format!("{} {}", report.kind(), report.id);
    Ok(frame(
        &title,
        "/events",
        html! {
            p .crumbs { a href="/events" { "Events" } " / " a href=(words::article_href(&row.article_id)) { (row.title.as_deref().unwrap_or(&row.article_id)) } }
            h1 .event-title { (who(report)) }
            p .under-title {
                (badge(report.kind(), report.mode.as_deref(), hollow))
                span .when { (words::days(report.date, report.enddate)) }
                span .status { (words::status(&report.aux)) }
                @if let Some(speaker) = &report.said_by { span .quiet { "on the word of " (words::name(speaker)) } }
            }
            blockquote .sentence { p { (marked(&article.text, sentence, &marks)) } footer {
                (row.source.as_deref().unwrap_or("publisher not known"))
                @if let Some(day) = row.published { ", " (words::day(day)) }
                @if let Some(url) = words::web_address(row.url.as_deref()) { " · " a href=(url) rel="noopener noreferrer nofollow" { "original page" } }
            } }
            ul .legend {
                li { mark .event { "event" } } li { mark .actor { "actor" } } li { mark .recipient { "recipient" } }
                li { mark .place { "place" } } li { mark .time { "time" } }
            }
            div .columns {
                section {
                    h2 { "What was read" }
                    (facts(&row))
                }
                section {
                    h2 { "The same event elsewhere" }
                    @match &siblings {
                        Some(Siblings { others, witnesses }) if !others.is_empty() => {
                            p .quiet { (words::count(others.len() + 1, "report")) " by " (words::count(*witnesses, "independent publisher")) }
                            ul .siblings { @for (other, reason) in others {
                                li {
                                    a href=(words::report_href(&other.report.id)) { (other.source.as_deref().unwrap_or("article")) }
                                    @if let Some(day) = other.published { " · " (words::day(day)) }
                                    div .quiet { (reason.text()) }
                                }
                            } }
                        }
                        _ => p .quiet { "No other report of it in the ledger." },
                    }
                    @if !links.is_empty() {
                        h2 { "Linked in the article" }
                        ul .plain { @for line in &links { li {
                            (line.before) " "
                            a href=(words::report_href(&line.other.id)) { (line.other.kind().as_str()) " " (who(&line.other)) }
                            div .quiet {
                                "“" (line.words) "”"
                                @if let Some(speaker) = &line.said_by { ", on the word of " (words::name(speaker)) }
                            }
                        } } }
                    }
                    h2 { "Standing" }
                    ul .plain { @for (a, b) in pairs(report) {
                        li { a href=(words::dyad_href(&a.key, &b.key)) { (words::name(a)) " – " (words::name(b)) } }
                    } }
                }
            }
            section {
                h2 { "In its article" }
                @if !ledger.has_text(&row.article_id)? {
                    p .quiet { "The text is not in this ledger; these are the sentences that its reports were read from." }
                }
                div .article { @for line in article.lines() {
                    @let holds = line.overlaps(sentence);
                    p .here[holds] { @if holds { (marked(&article.text, line, &around(&marks, sentence))) } @else { (line.slice(&article.text)) } }
                } }
            }
            details {
                summary { "Record (PLOVER JSON)" }
                pre { code { (record) } }
            }
        },
    ))
}

/// The marks of a report: its sentence's words of event, parties, place and time.
fn marks(row: &Row) -> Vec<Mark> {
    let report = &row.report;
    let mut marks: Vec<Mark> = trigger(report, &row.sentence, report.text_info.start)
        .into_iter()
        .map(|span| Mark { span, class: "event", href: None })
        .collect();
    let mut party = |entities: &[Entity], class| {
        marks.extend(entities.iter().map(|e| Mark {
            span: Span { start: e.start, end: e.end.max(e.start) },
            class,
            href: None,
        }));
    };
    party(&report.actor, "actor");
    party(&report.recipient, "recipient");
    let mut found = |words: Option<&String>, class| {
        if let Some(at) = words
            .filter(|w| !w.is_empty())
            .and_then(|w| row.sentence.find(w.as_str()).map(|at| (at, w.len())))
        {
            let start = report.text_info.start as usize + at.0;
            marks.push(Mark { span: Span::new(start, start + at.1), class, href: None });
        }
    };
    found(report.date_text.as_ref(), "time");
    found(report.event_loc.as_ref().map(|l| &l.extracted_place), "place");
    marks
}

/// The same marks with the sentence itself behind them.
fn around(marks: &[Mark], sentence: Span) -> Vec<Mark> {
    let mut all = vec![Mark { span: sentence, class: "in-sentence", href: None }];
    all.extend_from_slice(marks);
    all
}

/// The pairs of parties whose standing it is about.
fn pairs(report: &Report) -> Vec<(&Entity, &Entity)> {
    let others = if report.recipient.is_empty() { &report.actor } else { &report.recipient };
    let mut pairs: BTreeMap<(&str, &str), (&Entity, &Entity)> = BTreeMap::new();
    for x in &report.actor {
        for y in others.iter().filter(|y| y.key != x.key) {
            let (a, b) = if x.key <= y.key { (x, y) } else { (y, x) };
            pairs.entry((&a.key, &b.key)).or_insert((a, b));
        }
    }
    pairs.into_values().collect()
}

/// Another event of the article, and how this one stands to it.
struct Linked {
    before: &'static str,
    other: Report,
    words: String,
    said_by: Option<Entity>,
}

/// The links of a report, its own and those of others to it.
fn links(ledger: &Ledger, row: &Row, text: &str) -> Result<Vec<Linked>, Failure> {
    let rows = ledger.reports(&Filter { article: Some(row.article_id.clone()), ..Filter::default() })?;
    let id = &row.report.id;
    let mut all = Vec::new();
    for (from, link) in rows.iter().flat_map(|r| r.report.links.iter().map(move |l| (&r.report, l))) {
        let (own, other) = match (from.id == *id, link.to == *id) {
            (true, _) => (true, rows.iter().map(|r| &r.report).find(|r| r.id == link.to)),
            (_, true) => (false, Some(from)),
            _ => continue,
        };
        let Some(other) = other else { continue };
        let words: Vec<&str> = link.evidence.spans.iter().map(|s| s.slice(text)).collect();
        all.push(Linked {
            before: words::link(link.kind, own),
            other: other.clone(),
            words: words.join(" … "),
            said_by: link.said_by.clone(),
        });
    }
    Ok(all)
}

/// The event that a report tells of, as other reports tell it.
struct Siblings {
    /// The other reports, each with the reason why it belongs here.
    others: Vec<(Row, Reason)>,
    /// Independent witnesses of the event.
    witnesses: usize,
}

/// The other reports of the same event with the reason of each, and how many independent witnesses it has.
fn siblings(ledger: &Ledger, report: &Report) -> Result<Option<Siblings>, Failure> {
    if pairs(report).is_empty() {
        return Ok(None);
    }
    let Some(event) = ledger.event_of(&report.id, None)? else { return Ok(None) };
    // The report that opened the event has no reason of its own: there this one's says why the two belong together.
    let own = event.reasons.iter().find(|r| r.report == report.id).cloned();
    let mut others = Vec::new();
    for reason in event.reasons.into_iter().filter(|r| r.report != report.id) {
        let row = ledger.report(&reason.report)?;
        let reason = if reason.days == Days::First { own.clone().unwrap_or(reason) } else { reason };
        others.push((row, reason));
    }
    Ok(Some(Siblings { others, witnesses: event.witnesses }))
}

fn facts(row: &Row) -> Markup {
    let report = &row.report;
    let party = |entity: &Entity| {
        html! {
            li {
                span .strong { (words::name(entity)) } " " code { (entity.key) }
                @if let Some(sector) = &entity.sector { " " span .status { (sector) } }
                div .quiet {
                    "“" (entity.entity_text) "”"
                    @if let Some(office) = &entity.office { ", " (office) }
                    @if let Some(id) = &entity.identifier_id { ", Wikidata " (id) }
                }
            }
        }
    };
    html! {
        dl .facts {
            dt { "Type" } dd {
                (report.kind().as_str()) @if let Some(mode) = &report.mode { " / " (mode) }
                div .quiet { (report.quad_code.as_str()) ", " (words::scale(f64::from(report.event_scale))) " on the scale from −10 to +10" }
            }
            @if !report.context.is_empty() { dt { "Context" } dd { (report.context.join(", ")) } }
            dt { "Actor" } dd { ul .plain { @for e in &report.actor { (party(e)) } } @if report.actor.is_empty() { (parties(&[])) } }
            dt { "Recipient" } dd { ul .plain { @for e in &report.recipient { (party(e)) } } @if report.recipient.is_empty() { (parties(&[])) } }
            dt { "When" } dd {
                (words::days(report.date, report.enddate))
                div .quiet {
                    @if let Some(text) = &report.date_text { "read from “" (text) "”" }
                    @else if report.date.is_some() { "no words date it" }
                    @if let Some(precision) = &report.date_precision { ", " (precision) }
                }
            }
            dt { "Status" } dd { (words::status(&report.aux)) }
            dt { "Vouched for by" } dd { @match &report.said_by {
                Some(speaker) => { (words::name(speaker)) " alone" div .quiet { "“" (speaker.entity_text) "”" } }
                None => "the article",
            } }
            @if let Some(place) = &report.event_loc {
                dt { "Place" } dd {
                    (place.resolved_place.as_deref().unwrap_or(&place.extracted_place))
                    @if let Some(country) = &place.country_code { " " code { (country) } }
                    @if let (Some(lat), Some(lon)) = (place.lat, place.lon) {
                        div .quiet {
                            (format!("{lat:.3}, {lon:.3}"))
                            @if let Some(km) = place.radius_km { (format!(", within {km:.0} km")) }
                            @if let Some(how) = place.resolution.as_deref().and_then(words::resolution) { "; " (how) }
                        }
                    }
                    @if let Some(note) = &place.note { div .quiet { (note) } }
                }
            }
            @if let Some(size) = &report.size {
                dt { "People" } dd {
                    @for (n, word) in [(size.dead, "killed"), (size.injured, "hurt"), (size.arrested, "arrested")] {
                        @if let Some(n) = n { span .status { (words::grouped(n as usize)) " " (word) } " " }
                    }
                }
            }
            @if let Some(confidence) = report.confidence { dt { "Confidence" } dd { (format!("{confidence:.2}")) } }
            dt { "Evidence" } dd { ul .plain { @for evidence in &report.evidence {
                li { code { (evidence.rule) } div .quiet { @for (i, span) in evidence.spans.iter().enumerate() {
                    @if i > 0 { " … " } "“" (inside(row, *span)) "”"
                } } }
            } } }
            dt { "Read by" } dd { "Détente " (report.coder.version) div .quiet { "lexicon " (report.coder.lexicon) ", model " (report.coder.model) } }
            dt { "Known since" } dd { (words::day(row.known)) }
        }
    }
}

/// The words of a span of the sentence; elsewhere only its place.
fn inside(row: &Row, span: Span) -> String {
    let sentence = row.report.sentence();
    if sentence.contains(span) {
        Span { start: span.start - sentence.start, end: span.end - sentence.start }
            .slice(&row.sentence)
            .to_string()
    } else {
        format!("bytes {} to {} of the article", span.start, span.end)
    }
}
