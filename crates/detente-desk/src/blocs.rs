//! Blocs: who stands together, and the strongest ties across.

use detente::bloc::Tie;
use detente_ledger::Ledger;
use maud::{Markup, html};

use crate::events::as_of;
use crate::page::{Page, frame};
use crate::{Ask, Failure, words};

/// Ties shown of each kind.
const TIES: usize = 12;

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let (blocs, ties) = ledger.blocs(None, as_of(ask)?)?;
    let list = |title: &str, ties: Vec<&Tie>| -> Result<Markup, Failure> {
        let mut lines = Vec::new();
        for tie in ties {
            lines.push((ledger.name_of(&tie.a)?, ledger.name_of(&tie.b)?, tie));
        }
        Ok(html! {
            section {
                h2 { (title) }
                @if lines.is_empty() { p .quiet { "None is sure enough." } }
                @else { table { tbody { @for (a, b, tie) in &lines {
                    tr { td { a href=(words::dyad_href(&tie.a, &tie.b)) { (a) " – " (b) } } td .number { (words::scale(tie.pull)) } }
                } } } }
            }
        })
    };
    let mut groups = Vec::new();
    for bloc in &blocs.blocs {
        let mut names = Vec::new();
        for key in bloc {
            names.push((key, ledger.name_of(key)?));
        }
        groups.push(names);
    }
    let mut alone = Vec::new();
    for key in &blocs.alone {
        alone.push(ledger.name_of(key)?);
    }
    let friendly =
        list("Strongest friendly ties", ties.iter().filter(|t| t.pull > 0.0).take(TIES).collect())?;
    let hostile = list("Strongest hostile ties", ties.iter().filter(|t| t.pull < 0.0).take(TIES).collect())?;
    Ok(frame(
        "Blocs",
        "/blocs",
        html! {
            h1 { "Blocs" }
            p .lead {
                "Groups with friendship inside and hostility to the outside, read from the standings at the end of what is known. "
                @if !ties.is_empty() { "They explain " (format!("{:.0}", blocs.fit * 100.0)) "% of the pull of " (words::count(ties.len(), "tie")) "." }
            }
            @if groups.is_empty() { p .empty { "No two parties are bound surely enough to call them a bloc." } }
            div .blocs { @for (i, group) in groups.iter().enumerate() {
                div .bloc {
                    h2 { "Bloc " (i + 1) }
                    ul { @for (key, name) in group { li { a href=(format!("/events?either={}", words::escape(key))) { (name) } } } }
                }
            } }
            @if !alone.is_empty() { p .quiet { "Alone: " (alone.join(", ")) "." } }
            div .columns.halves { (friendly) (hostile) }
        },
    ))
}
