//! What the words mean, what the program cannot do, which versions are at work, and what the lexicon says.

use std::collections::BTreeMap;

use detente::plover::EventType;
use detente_ledger::Ledger;
use maud::html;

use crate::form::Form;
use crate::page::{Page, badge, frame, legend};
use crate::{Ask, Failure, words};

/// Lines of the lexicon shown.
const LINES: usize = 100;

/// What a type means, and its modes with their meanings.
type Meanings = (&'static str, Vec<(&'static str, &'static str)>);

/// Type and mode → meaning.
fn codebook() -> Vec<(EventType, &'static str, &'static str)> {
    include_str!("codebook.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some((EventType::parse(cells.next()?)?, cells.next()?, cells.next()?))
        })
        .collect()
}

/// What a type means, for those who rest on its name.
pub fn meaning(kind: EventType) -> &'static str {
    codebook().into_iter().find(|(k, mode, _)| *k == kind && mode.is_empty()).map_or("", |(.., text)| text)
}

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let mut types: BTreeMap<usize, Meanings> = BTreeMap::new();
    for (kind, mode, text) in codebook() {
        let number = EventType::ALL.iter().position(|k| *k == kind).unwrap_or(0);
        let entry = types.entry(number).or_default();
        if mode.is_empty() { entry.0 = text } else { entry.1.push((mode, text)) }
    }
    let counts = ledger.counts(None)?;
    let coder = ask.shared.reader().and_then(|r| r.as_ref().ok()).map(|r| r.coder().clone());
    Ok(frame(
        "About",
        "/about",
        html! {
            h1 { "About" }
            p .lead { "Détente reads news and writes down, sentence by sentence, who did what to whom; it keeps every report with its words, puts reports of one event together, and works out where two parties stand, since when and why." }
            section {
                h2 { "Words" }
                dl .facts {
                    dt { "report" } dd { "One event as one article tells it, with its sentence." }
                    dt { "event" } dd { "What several reports agree on. Ten stories about one meeting are ten reports of one event." }
                    dt { "dyad" } dd { "Two parties." }
                    dt { "level" } dd { "Where a dyad stands, from −10 (war) to +10 (union): what is told of it, weighed by how lately, how surely and by how many independent publishers. The band holds 80 of 100 such levels; where nothing is told there is none." }
                    dt { "turn" } dd { "A dated change of a dyad: rupture, rapprochement, war, truce, each with the events that made it. Its certainty puts turns in order and is no probability." }
                    dt { "bloc" } dd { "A group that holds together inside and stands apart from others, as far as the ties of the day allow." }
                    dt { "status" } dd { "Asserted; negated (it is denied, or did not happen); future (announced); hypothetical (threatened, demanded, supposed); and beside that historical (background, long ago)." }
                    dt { "on the word of" } dd { "Who alone vouches for it, where the article does not say it in its own voice." }
                    dt { "confidence" } dd { "How likely a report is right in type and parties: of reports near 0.6 some 60 in 100 were, on annotated news." }
                }
            }
            section {
                h2 { "Limits" }
                ul {
                    li { "English news prose and headlines alone. It misses events and reads some wrongly: look at the sentence before you rely on a line." }
                    li { "A count of reports is not a count of deeds: newspapers choose." }
                    li { "It knows the actors and offices of its lexicon and those that a text introduces. Who is unknown to both is nobody." }
                    li { "It does not judge who is right: “on the word of” says whose claim it is, not whether it is true." }
                    li { "Decisions of reviewers show beside a report and do not change events or standings." }
                }
            }
            section {
                h2 { "Codebook" }
                p .quiet { "Sixteen types with their modes, after PLOVER (Open Event Data Alliance, February 2024), in our own words." }
                (legend())
                @for (number, (text, modes)) in &types {
                    @let kind = EventType::ALL[*number];
                    details .behind id=(kind.as_str()) {
                        summary { (badge(kind, None, false)) " " span .quiet { (text) } }
                        dl .facts { @for (mode, text) in modes { dt { (mode) } dd { (text) } } @if modes.is_empty() { dt { "no modes" } dd { "" } } }
                    }
                }
            }
            section {
                h2 { "Versions" }
                dl .facts {
                    dt { "Program" } dd { (env!("CARGO_PKG_VERSION")) }
                    @if let Some(coder) = &coder { dt { "Lexicon" } dd { code { (coder.lexicon) } } dt { "Model" } dd { code { (coder.model) } } }
                    dt { "This ledger" } dd { (words::count(counts.articles, "article")) ", " (words::count(counts.reports, "report")) @if counts.foreign > 0 { ", " (words::count(counts.foreign, "event")) " of other data sets" } }
                    dt { "Data" } dd { "Places: GeoNames, CC BY 4.0. Outlines: Natural Earth. Model: trained on openly licensed treebanks, CC BY-SA 4.0." }
                }
            }
            section {
                h2 { "Keys" }
                p { kbd { "/" } " search · " kbd { "j" } " " kbd { "k" } " from row to row · " kbd { "g" } " and then " kbd { "o" } " overview, " kbd { "t" } " turns, " kbd { "n" } " network, " kbd { "p" } " parties, " kbd { "e" } " events, " kbd { "m" } " map, " kbd { "y" } " try it" }
            }
            p { a href="/lexicon" { "Look into the lexicon" } }
        },
    ))
}

/// Lines of the lexicon that hold some words.
pub fn lexicon(_: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let Some(find) = ask.shared.settings.find.as_ref() else { return Err(Failure::missing("the lexicon")) };
    let words = ask.fields.get("find").map_or("", String::as_str);
    let (files, lines) = find(words, LINES);
    let form = Form::new("/lexicon", ask);
    Ok(frame(
        "Lexicon",
        "/about",
        html! {
            p .crumbs { a href="/about" { "About" } }
            h1 { "Lexicon" }
            p .lead { "What the program knows of the language of politics: actors and offices with their days, roles, patterns of events, dates, places." }
            (form.filters(html! { (form.text("find", "Words", "such as Erdogan, ceasefire, foreign minister")) }))
            @if words.is_empty() {
                ul .plain { @for (file, count) in &files { li { code { (file) } " " span .quiet { (words::count(*count, "line")) } } } }
            } @else if lines.is_empty() {
                p .empty { "Nothing in the lexicon holds these words." }
            } @else {
                @if lines.len() == LINES { p .quiet { "The first " (LINES) " lines." } }
                div .scroll tabindex="0" role="region" aria-label="Lines" { table {
                    thead { tr { th scope="col" { "Where" } th scope="col" { "What it says" } } }
                    tbody { @for (place, text) in &lines { tr { td .day { code { (place) } } td { (text) } } } }
                } }
            }
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_meaning_and_no_mode_stands_twice() {
        let book = codebook();
        for kind in EventType::ALL {
            assert!(!meaning(*kind).is_empty(), "{kind}");
        }
        assert!(book.len() > 70);
        let mut modes: Vec<_> = book.iter().map(|(k, m, _)| (k.as_str(), *m)).collect();
        modes.sort_unstable();
        let all = modes.len();
        modes.dedup();
        assert_eq!(modes.len(), all);
        // The same modes as those that reports can bear.
        let table = include_str!("../../../lexicon/events/types.tsv");
        for line in table.lines().filter(|l| !l.starts_with('#')).skip(1) {
            let mut cells = line.split('\t');
            let (kind, mode) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            assert!(modes.contains(&(kind, mode)), "{kind} {mode} has no meaning");
        }
    }
}
