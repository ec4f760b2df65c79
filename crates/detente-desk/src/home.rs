//! The overview: how much the ledger holds, where the busiest dyads stand, and what turned last.

use detente::report::Coder;
use detente::standing::Month;
use detente_ledger::Ledger;
use maud::{Markup, html};

use crate::events::as_of;
use crate::page::{NBSP, Page, frame};
use crate::{Ask, Failure, chart, words};

/// Dyads shown.
const DYADS: usize = 12;
/// Turns shown.
const TURNS: usize = 8;

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let as_of = as_of(ask)?;
    // What stood on an earlier day is counted anew: out of the cards, unless there are events of other data sets.
    let (counts, dyads) = if as_of.is_some() && ledger.counts(None)?.imports == 0 {
        ask.shared.cards(ledger)?.overview(DYADS, as_of)
    } else {
        (ledger.counts(as_of)?, ledger.dyads(DYADS, as_of)?)
    };
    if counts.articles == 0 && counts.foreign == 0 {
        return Ok(frame(
            "Overview",
            "/",
            html! {
                h1 { "An empty ledger" }
                p .lead { "No article has been added yet." }
            },
        ));
    }
    let mut lines = Vec::new();
    let last = match as_of {
        Some(day) => Some(day),
        None => ledger.last_day()?,
    };
    for dyad in dyads {
        let months: Vec<Month> = ledger
            .standing_series(&dyad.a, &dyad.b, None, last, as_of)?
            .into_iter()
            .map(|m| Month { first: m.first, level: m.level, events: Vec::new() })
            .collect();
        let (a, b) = (ask.name(ledger, &dyad.a)?, ask.name(ledger, &dyad.b)?);
        lines.push(html! {
            tr {
                td .pair { a .strong href=(words::dyad_href(&dyad.a, &dyad.b)) { (a) span .arrow { " – " } (b) } }
                td .spark-cell { (chart::spark(&months)) }
                td .number {
                    @match months.last().and_then(|m| m.level) {
                        Some(level) => {
                            span .strong { (words::scale(level.value)) }
                            div .quiet { (words::band(&level)) }
                        }
                        None => {
                            span .quiet { "no evidence lately" }
                            @if let Some(level) = months.iter().rev().find_map(|m| m.level) {
                                div .quiet { "last " (words::scale(level.value)) }
                            }
                        }
                    }
                }
                td .number { (words::grouped(ask.shared.evidence(ledger)?.events_between(ledger, &dyad.a, &dyad.b, as_of)?)) }
                td .number { (words::grouped(dyad.reports)) }
                td .day { (dyad.last.map_or_else(|| "no date".into(), words::day)) }
            }
        });
    }
    let mut turns = Vec::new();
    for turn in ledger.latest_turns(TURNS, as_of)? {
        let (a, b) = (ask.name(ledger, &turn.a)?, ask.name(ledger, &turn.b)?);
        let reason = turn.events.first().and_then(|id| ledger.event(id, as_of).ok());
        turns.push(html! {
            li {
                span .turn-tag .(chart::turn_class(turn.kind)) { (chart::turn_word(turn.kind)) }
                div {
                    a .strong href=(words::dyad_href(&turn.a, &turn.b)) { (a) " – " (b) }
                    div .quiet {
                        (words::days(Some(turn.from), Some(turn.to))) " · "
                        @match turn.before { Some(before) => { (words::scale(before)) " → " }, None => "first known, " }
                        (words::scale(turn.after))
                    }
                    @if let Some(told) = &reason { div { (crate::turns::reason(told)) } }
                }
            }
        });
    }
    let tile = |number: usize, word: &str, href: Option<&str>| -> Markup {
        html! {
            div .tile {
                div .figure { @match href { Some(href) => a href=(href) { (words::grouped(number)) }, None => { (words::grouped(number)) } } }
                div .quiet { (word) }
            }
        }
    };
    Ok(frame(
        "Overview",
        "/",
        html! {
            h1 { "Who stands with whom" }
            p .lead {
                "Read from " (words::count(counts.articles, "article"))
                @if counts.sources > 0 { " of " (words::count(counts.sources, "publisher")) }
                @if let (Some(first), Some(last)) = (counts.first, counts.last) {
                    ", telling of days from " (words::day(first)) " to " (words::day(last))
                }
                "."
                @if let Some(day) = as_of { " As known on " (words::day(day)) "." }
            }
            div .tiles {
                (tile(counts.articles, "articles", None))
                (tile(counts.reports, "reports", Some("/events")))
                (tile(counts.dated, "of them dated", None))
                (tile(counts.actors, "parties", None))
                (tile(counts.dyads, "dyads", None))
                @if counts.foreign > 0 { (tile(counts.foreign, "events of other data sets", None)) }
            }
            div .columns {
                section {
                    h2 { "Busiest dyads" }
                    div .scroll {
                        table {
                            thead { tr {
                                th { "Dyad" } th { "Since" (NBSP) "first" (NBSP) "told" } th .number { "Level, band" } th .number { "Events" }
                                th .number { "Reports" } th { "Last event" }
                            } }
                            tbody { @for line in &lines { (line) } }
                        }
                    }
                    p .quiet { "Level from −10 (conflict) to +10 (cooperation) at the end of the last month that is told of, with the band that holds 80 of 100 such levels." }
                }
                section {
                    h2 { a href="/turns" { "Latest turns" } }
                    @if turns.is_empty() { p .quiet { "No change of standing stands out yet." } }
                    ul .turns { @for turn in &turns { (turn) } }
                    (health(ledger, ask)?)
                }
            }
        },
    ))
}

/// How up to date the ledger is, and who read it.
fn health(ledger: &Ledger, ask: &Ask) -> Result<Markup, Failure> {
    let now = ask.shared.reader().and_then(|r| r.as_ref().ok()).map(|r| r.coder());
    let coders: Vec<(Coder, usize)> = ask.shared.cards(ledger)?.coders();
    let others: usize = coders.iter().filter(|(c, _)| now.is_some_and(|now| now != c)).map(|(_, n)| n).sum();
    let (last_known, behind) = (ledger.last_known()?, ledger.is_behind()?);
    Ok(html! {
        h2 { "Health" }
        ul .plain .evidence {
            @if let Some(day) = last_known { li { "Last added to on " (words::day(day)) "." } }
            li { @if behind { "Events and standings are behind: the next " code { "detente add" } " brings them up to date." } @else { "Events, standings and turns are up to date." } }
            li {
                @match (others, now) {
                    (_, None) => { "Read by " (words::count(coders.len(), "version")) " of program, lexicon and model." }
                    (0, _) => "All was read by this program with this lexicon and model.",
                    (n, _) => { (words::count(n, "article")) " read by other versions of program, lexicon or model: add the same files again to have them read anew." }
                }
            }
        }
    })
}
