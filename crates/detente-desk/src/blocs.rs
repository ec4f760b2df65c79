//! Blocs: who stands together, as a network, and the strongest ties of either kind.

use std::collections::BTreeMap;

use detente::bloc::Tie;
use detente_ledger::Ledger;
use detente_plot::{Day, Labels, PARTIES, is_people};
use maud::{Markup, PreEscaped, html};

use crate::events::as_of;
use crate::page::{Page, frame};
use crate::{Ask, Failure, words};

/// Parties in the picture, those with the most evidence.
const SHOWN: usize = 44;

/// Ties shown of each kind.
const TIES: usize = 12;

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let as_of = as_of(ask)?;
    let day = match as_of {
        Some(day) => Some(day),
        None => ledger.last_day()?,
    };
    let day = match day {
        Some(day) => {
            let balances = ledger.balances_on(day, as_of, |key| !is_people(key))?;
            Day::new(day, &balances, &ledger.joint_events(day, as_of)?, false, PARTIES)
        }
        None => Day::empty(),
    };
    let blocs = &day.blocs;
    let own = day.ties.iter().map(|t| Tie { a: t.a.clone(), b: t.b.clone(), pull: t.pull });
    let mut ties: Vec<Tie> = own.chain(day.joint.iter().cloned()).collect();
    ties.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((&x.a, &x.b).cmp(&(&y.a, &y.b))));
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for key in day.keys() {
        let name = ask.name(ledger, &key)?;
        names.insert(key, name);
    }
    let labels = Labels {
        name: &|key| names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
        party: &|key| Some(format!("/events?either={}", words::escape(key))),
        pair: &|a, b| Some(words::dyad_href(a, b)),
    };
    let picture = (day.count() > 0).then(|| day.network(SHOWN, &labels).inline());
    let list = |title: &str, ties: Vec<&Tie>| -> Result<Markup, Failure> {
        let mut lines = Vec::new();
        for tie in ties {
            lines.push((ask.name(ledger, &tie.a)?, ask.name(ledger, &tie.b)?, tie));
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
            names.push((key, ask.name(ledger, key)?));
        }
        groups.push(names);
    }
    let mut alone = Vec::new();
    for key in &blocs.alone {
        alone.push(ask.name(ledger, key)?);
    }
    let friendly =
        list("What draws together most", ties.iter().filter(|t| t.pull > 0.0).take(TIES).collect())?;
    let hostile = list("What draws apart most", ties.iter().filter(|t| t.pull < 0.0).take(TIES).collect())?;
    Ok(frame(
        "Blocs",
        "/blocs",
        html! {
            h1 { "Blocs" }
            p .lead {
                "Groups that hold together inside and stand apart from others, as far as the ties at the end of what is known allow. "
                @if !ties.is_empty() { "They explain " (format!("{:.0}", blocs.fit * 100.0)) "% of the pull of " (words::count(ties.len(), "tie")) "." }
            }
            @if let Some(picture) = &picture { figure { div .scroll .chart { (PreEscaped(picture)) } } }
            @if groups.is_empty() { p .empty { "No two parties are bound surely enough to call them a bloc." } }
            div .blocs { @for (i, group) in groups.iter().enumerate() {
                div .bloc {
                    h2 { "Bloc of " (blocs.names.get(i).and_then(|key| names.get(key)).map_or("", String::as_str)) }
                    ul { @for (key, name) in group { li { a href=(format!("/events?either={}", words::escape(key))) { (name) } } } }
                }
            } }
            @if !alone.is_empty() { p .quiet { "Alone: " (alone.join(", ")) "." } }
            div .columns.halves { (friendly) (hostile) }
        },
    ))
}
