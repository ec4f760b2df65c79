//! Blocs: who stands together, as a network, and the strongest ties of either kind.

use std::sync::Arc;

use detente::bloc::Tie;
use detente_ledger::Ledger;
use detente_plot::{Day, Labels};
use maud::{PreEscaped, html};

use crate::days::{self, Days};
use crate::events::as_of;
use crate::page::{Page, frame};
use crate::{Ask, Failure, words};

/// Parties in the picture, those with the most evidence.
const SHOWN: usize = 44;

/// Ties shown of each kind.
const TIES: usize = 12;

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let (days, old) = match as_of(ask)? {
        Some(day) => (Arc::new(Days::as_of(ledger, &ask.shared, day, day)?), false),
        None => ask.shared.days.days(ledger, &ask.shared)?,
    };
    if old {
        ask.renew_days();
    }
    let nothing = Day::empty();
    let day = days.days.last().unwrap_or(&nothing);
    let blocs = &day.blocs;
    let own = day.ties.iter().map(|t| Tie { a: t.a.clone(), b: t.b.clone(), pull: t.pull });
    let mut ties: Vec<Tie> = own.chain(day.joint.iter().cloned()).collect();
    ties.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((&x.a, &x.b).cmp(&(&y.a, &y.b))));
    let labels = Labels {
        name: &|key| days.name(key),
        party: &|key| Some(format!("/events?either={}", words::escape(key))),
        pair: &|a, b| Some(words::dyad_href(a, b)),
    };
    let picture = (day.count() > 0).then(|| day.network(SHOWN, &labels).inline());
    let list = |title: &str, ties: Vec<&Tie>| {
        html! {
            section {
                h2 { (title) }
                @if ties.is_empty() { p .quiet { "None is sure enough." } }
                @else { table { tbody { @for tie in ties {
                    tr { td { a href=(words::dyad_href(&tie.a, &tie.b)) { (days.name(&tie.a)) " – " (days.name(&tie.b)) } } td .number { (words::scale(tie.pull)) } }
                } } } }
            }
        }
    };
    let alone: Vec<String> = blocs.alone.iter().map(|key| days.name(key)).collect();
    let friendly =
        list("What draws together most", ties.iter().filter(|t| t.pull > 0.0).take(TIES).collect());
    let hostile = list("What draws apart most", ties.iter().filter(|t| t.pull < 0.0).take(TIES).collect());
    Ok(frame(
        "Blocs",
        "/blocs",
        html! {
            h1 { "Blocs" }
            p .lead {
                "Groups that hold together inside and stand apart from others, as far as the ties at the end of what is known allow. "
                @if !ties.is_empty() { "They explain " (format!("{:.0}", blocs.fit * 100.0)) "% of the pull of " (words::count(ties.len(), "tie")) "." }
            }
            @if old { (days::are_old()) }
            @if let Some(picture) = &picture { figure { div .scroll .chart { (PreEscaped(picture)) } } }
            @if blocs.blocs.is_empty() { p .empty { "No two parties are bound surely enough to call them a bloc." } }
            div .blocs { @for (i, group) in blocs.blocs.iter().enumerate() {
                div .bloc {
                    h2 { "Bloc of " (days.name(day.bloc_key(i))) }
                    ul { @for key in group { li { a href=(format!("/events?either={}", words::escape(key))) { (days.name(key)) } } } }
                }
            } }
            @if !alone.is_empty() { p .quiet { "Alone: " (alone.join(", ")) "." } }
            div .columns.halves { (friendly) (hostile) }
        },
    ))
}
