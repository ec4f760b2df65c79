//! Everybody on a day: a field in which those who stand together lie together, or a matrix; a slider over the months; who
//! moved since another day; and the same as files for programs that draw networks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use detente::bloc;
use detente_ledger::Ledger;
use detente_ledger::export::graph::{Attribute, Gexf, GraphMl};
use detente_plot::{Axis, Bond, Day, Field, Labels, Role, Spot, bend};
use jiff::ToSpan;
use maud::{Markup, PreEscaped, html};

use crate::days::{self, Days};
use crate::form::{self, Form};
use crate::page::{Page, frame};
use crate::sheet::{Cell, Sheet};
use crate::{Ask, Failure, actor, events, words};

/// Parties in the field on a day, those with the most evidence.
const SHOWN: usize = 44;
/// Ties drawn, the strongest.
const DRAWN: usize = 160;
/// Ties in the table of the page.
const ROWS: usize = 200;
/// A tie that pulls less is no line.
const FAINT: f64 = 0.25;

/// What is asked for: the days, the number of the one that is shown, and of the one it is compared with.
struct Asked {
    days: std::sync::Arc<Days>,
    now: usize,
    before: Option<usize>,
    /// True where the ledger has grown since the days were worked out.
    old: bool,
}

fn asked(ledger: &Ledger, ask: &Ask) -> Result<Asked, Failure> {
    let day = form::day(ask, "day")?;
    let (days, old) = match events::as_of(ask)? {
        Some(as_of) => {
            let day = day.unwrap_or(as_of);
            (std::sync::Arc::new(Days::as_of(ledger, &ask.shared, day, as_of)?), false)
        }
        None => ask.shared.days.days(ledger, &ask.shared)?,
    };
    if old {
        ask.renew_days();
    }
    let last = days.days.len().saturating_sub(1);
    let now = day.map_or(last, |day| days.number(day));
    let before = match form::day(ask, "since")? {
        Some(day) => Some(days.number(day)),
        // A year before, where nothing is said.
        None => days.days.get(now).and_then(|d| d.day.checked_sub(1.year()).ok()).map(|day| days.number(day)),
    };
    Ok(Asked { now, before: before.filter(|b| *b < now), days, old })
}

/// What stands on one day, with the names of blocs as they were on the other.
struct Moment<'a> {
    days: &'a Days,
    number: usize,
    day: &'a Day,
    /// Parties of whom something is to be shown: all, or one and those it has ties with.
    actor: Option<&'a str>,
}

impl Moment<'_> {
    fn wanted(&self, a: &str, b: &str) -> bool {
        self.actor.is_none_or(|actor| a == actor || b == actor)
    }

    /// The ties as a table.
    fn sheet(&self) -> Sheet {
        let mut sheet = Sheet::new(&[
            ("actor_a", "Party"),
            ("actor_b", "Party"),
            ("state", "They are"),
            ("level", "Level"),
            ("low", "Band from"),
            ("high", "to"),
            ("alike", "Act alike"),
            ("pull", "Pull"),
            ("bloc_a", "Bloc of the one"),
            ("bloc_b", "Bloc of the other"),
        ]);
        let party = |key: &str| Cell::Key(key.into(), self.days.name(key), actor::href(key));
        let bloc = |key: &str| {
            self.day.bloc_of(key).map_or(Cell::None, |n| {
                let key = self.day.bloc_key(n);
                Cell::Key(key.into(), self.days.name(key), actor::href(key))
            })
        };
        for tie in self.day.ties.iter().filter(|t| self.wanted(&t.a, &t.b)) {
            sheet.rows.push(vec![
                party(&tie.a),
                party(&tie.b),
                Cell::Link(tie.position.state.as_str().into(), words::dyad_href(&tie.a, &tie.b)),
                Cell::Scale(tie.level.value),
                Cell::Scale(tie.level.low),
                Cell::Scale(tie.level.high),
                Cell::scale(tie.position.alike.map(|a| a.value)),
                Cell::Scale(tie.pull),
                bloc(&tie.a),
                bloc(&tie.b),
            ]);
        }
        for tie in self.day.joint.iter().filter(|t| self.wanted(&t.a, &t.b)) {
            let mut row = vec![
                party(&tie.a),
                party(&tie.b),
                Cell::Link("act together on others".into(), words::dyad_href(&tie.a, &tie.b)),
            ];
            row.extend([
                Cell::None,
                Cell::None,
                Cell::None,
                Cell::None,
                Cell::Scale(tie.pull),
                bloc(&tie.a),
                bloc(&tie.b),
            ]);
            sheet.rows.push(row);
        }
        sheet
    }

    /// Parties that are drawn, those with the most evidence that have a place in the field.
    fn shown(&self) -> Vec<String> {
        let near: Option<BTreeSet<&str>> = self.actor.map(|actor| {
            let own = self.day.ties.iter().map(|t| (&t.a, &t.b));
            own.chain(self.day.joint.iter().map(|t| (&t.a, &t.b)))
                .filter(|(a, b)| *a == actor || *b == actor)
                .flat_map(|(a, b)| [a.as_str(), b.as_str()])
                .collect()
        });
        let mut keys = self.day.keys();
        keys.retain(|k| {
            self.days.places.contains_key(k) && near.as_ref().is_none_or(|n| n.contains(k.as_str()))
        });
        let mut keys = self.day.by_weight(&keys);
        keys.truncate(SHOWN);
        keys
    }

    /// The field.
    fn field(&self, moved: &BTreeMap<String, String>) -> String {
        let keys = self.shown();
        let number: BTreeMap<&str, usize> = keys.iter().enumerate().map(|(i, k)| (k.as_str(), i)).collect();
        let own = self.day.ties.iter().map(|t| {
            // A band of nothing is sure, one of twelve points says nothing.
            let sure = 1.0 - ((t.level.high - t.level.low) / 12.0).clamp(0.0, 1.0);
            let title = format!(
                "level {}, band {}, {}",
                words::scale(t.level.value),
                words::band(&t.level),
                t.position.state.as_str()
            );
            (&t.a, &t.b, t.pull, sure, title)
        });
        let joint = self
            .day
            .joint
            .iter()
            .map(|t| (&t.a, &t.b, t.pull, 0.4, "they act together on others".to_owned()));
        let mut bonds: Vec<Bond> = own
            .chain(joint)
            .filter(|t| t.2.abs() >= FAINT)
            .filter_map(|(a, b, pull, sure, words)| {
                let title = format!("{} and {}: {words}", self.days.name(a), self.days.name(b));
                let href = Some(words::dyad_href(a, b));
                Some(Bond {
                    a: *number.get(a.as_str())?,
                    b: *number.get(b.as_str())?,
                    pull,
                    sure,
                    title,
                    href,
                })
            })
            .collect();
        bonds.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((x.a, x.b).cmp(&(y.a, y.b))));
        let all = bonds.len();
        // The strongest of either kind, so that what draws apart does not crowd out what holds together.
        let apart = bonds.iter().filter(|b| b.pull < 0.0).count();
        let most = |own: usize, other: usize| (DRAWN / 2).max(DRAWN.saturating_sub(other)).min(own);
        let mut room = [most(all - apart, apart), most(apart, all - apart)];
        bonds.retain(|bond| {
            let room = &mut room[usize::from(bond.pull < 0.0)];
            *room > 0 && {
                *room -= 1;
                true
            }
        });
        let pulls: Vec<(usize, usize, f64)> = bonds.iter().map(|b| (b.a, b.b, b.pull)).collect();
        let homes: Vec<(f64, f64)> =
            keys.iter().map(|k| self.days.places.get(k).copied().unwrap_or((0.5, 0.5))).collect();
        let places = bend(&homes, &pulls);
        let weights = self.day.weights();
        let most = weights.values().copied().fold(1.0, f64::max);
        let colours = self.days.colours.get(self.number);
        let spots = keys
            .iter()
            .zip(places)
            .map(|(key, at)| {
                let bloc = self.day.bloc_of(key);
                let stands = match (self.day.role(key), bloc) {
                    (Role::Between, _) => "drawn to two blocs that are at odds".into(),
                    (_, Some(n)) => format!("bloc of {}", self.days.name(self.day.bloc_key(n))),
                    _ => "alone".to_owned(),
                };
                let change = moved.get(key).map(|m| format!("; {m}")).unwrap_or_default();
                Spot {
                    name: self.days.name(key),
                    at,
                    size: (weights.get(key.as_str()).copied().unwrap_or(0.0) / most).sqrt(),
                    bloc: bloc.and_then(|n| colours.and_then(|c| c.get(n)).copied()),
                    between: self.day.role(key) == Role::Between,
                    noticed: moved.contains_key(key),
                    title: format!("{}: {stands}{change}", self.days.name(key)),
                    href: Some(actor::href(key)),
                }
            })
            .collect();
        let mut note = format!(
            "{}. {} of {}; the blocs explain {:.0}% of the pull.",
            words::day(self.day.day),
            words::count(keys.len(), "party"),
            words::grouped(weights.len()),
            self.day.blocs.fit * 100.0
        );
        if all > DRAWN {
            let _ = write!(
                note,
                " Of {} ties the {DRAWN} strongest of either kind are drawn.",
                words::grouped(all)
            );
        }
        let desc = format!(
            "{} blocs: {}",
            self.day.blocs.blocs.len(),
            self.blocs()
                .iter()
                .map(|(name, members)| format!("{name} ({})", members.join(", ")))
                .collect::<Vec<_>>()
                .join("; ")
        );
        Field {
            title: "Who stands with whom".into(),
            note,
            desc,
            spots,
            bonds,
            foot: "Who stands together lies together; places come from all days at once, and a day only bends them. Nothing is drawn where nothing is known.".into(),
        }
        .picture()
        .inline()
    }

    /// The blocs by name, with the names of their members.
    fn blocs(&self) -> Vec<(String, Vec<String>)> {
        let blocs = &self.day.blocs.blocs;
        (0..blocs.len())
            .map(|n| {
                let members = self.day.by_weight(&blocs[n]);
                (self.days.name(self.day.bloc_key(n)), members.iter().map(|k| self.days.name(k)).collect())
            })
            .collect()
    }

    /// Who changed its bloc since another day, and how, in words.
    fn moved(&self, before: &Day) -> BTreeMap<String, String> {
        let mut now = self.day.blocs.clone();
        now.keep_names(&before.blocs);
        let bloc = |name: Option<String>| {
            name.map_or_else(
                || "standing alone".to_owned(),
                |key| format!("the bloc of {}", self.days.name(&key)),
            )
        };
        bloc::moves(&before.blocs, &now)
            .into_iter()
            .map(|m| (m.actor, format!("from {} to {}", bloc(m.from), bloc(m.to))))
            .collect()
    }
}

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let asked = asked(ledger, ask)?;
    let actor = ask.fields.get("actor").map(String::as_str);
    let days = &*asked.days;
    let Some(day) = days.days.get(asked.now) else {
        return Ok(frame(
            "Network",
            "/network",
            html! { h1 { "Who stands with whom" } p .empty { "Nothing in the ledger says who stands with whom on this day." } },
        ));
    };
    let moment = Moment { days, number: asked.now, day, actor };
    let before = asked.before.map(|n| &days.days[n]);
    let moved = before.map(|before| moment.moved(before)).unwrap_or_default();
    let matrix = ask.fields.get("view").is_some_and(|v| v == "matrix");
    let picture = if matrix {
        let labels = Labels {
            name: &|key| days.name(key),
            party: &|key| Some(actor::href(key)),
            pair: &|a, b| Some(words::dyad_href(a, b)),
        };
        day.matrix(Axis::Standing, SHOWN, &labels).inline()
    } else {
        moment.field(&moved)
    };
    let mut sheet = moment.sheet();
    let all = sheet.rows.len();
    // What the page shows of them; data hold all.
    sheet.rows.truncate(ROWS);
    Ok(frame(
        &format!("Who stood with whom on {}", words::day(day.day)),
        "/network",
        html! {
            div .headline {
                h1 { "Who stands with whom" }
                div .exports {
                    @for (ending, name) in [("csv", "CSV"), ("json", "JSON"), ("graphml", "GraphML"), ("gexf", "GEXF")] {
                        a .button href=(form::address(&format!("/network.{ending}"), ask, None)) { (name) }
                    }
                }
            }
            @if asked.old { (days::are_old()) }
            (slider(&asked, ask, matrix))
            div #moment aria-live="polite" {
                figure { div .scroll .chart tabindex="0" role="region" aria-label="The picture" { (PreEscaped(picture)) } }
                div .columns.halves {
                    section {
                        h2 { "Blocs" }
                        @if moment.blocs().is_empty() { p .quiet { "Nobody is bound surely enough." } }
                        ul .plain { @for (name, members) in moment.blocs() { li { span .strong { "Bloc of " (name) } ": " (members.join(", ")) } } }
                        p .quiet { a href=(format!("/blocs?as_of={}", day.day)) { "The same on a ring, with what strains it" } }
                    }
                    section {
                        h2 { "Who moved" @if let Some(before) = before { " since " (words::day(before.day)) } }
                        @if moved.is_empty() { p .quiet { "Nobody changed its bloc." } }
                        ul .plain { @for (key, how) in &moved { li { a href=(actor::href(key)) { (days.name(key)) } " " (how) } } }
                    }
                }
                (sheet.behind(&if all > ROWS {
                    format!("{ROWS} of the {} behind the picture; CSV and JSON have all", words::count(all, "tie"))
                } else {
                    format!("The {} behind the picture", words::count(all, "tie"))
                }))
            }
        },
    ))
}

/// The slider over the months; without the script a month is chosen from the list beside it.
fn slider(asked: &Asked, ask: &Ask, matrix: bool) -> Markup {
    let days = &asked.days.days;
    let form = Form::new("/network", ask);
    let at = |n: usize| form::address("/network", ask, Some(("day", days[n].day.to_string())));
    html! {
        form .filters .slide action="/network" method="get" {
            @if days.len() > 1 {
                label .wide {
                    span { "Day" }
                    input #slider type="range" min="0" max=(days.len() - 1) value=(asked.now) list="months"
                        aria-valuetext=(words::day(days[asked.now].day)) data-days=(days.iter().map(|d| d.day.to_string()).collect::<Vec<_>>().join(" "));
                }
            }
            label { span { "The day" } input #day type="date" name="day" value=(days[asked.now].day); }
            (form.date("since", "Compared with"))
            (form.text("actor", "Only ties of", "key, such as IRN"))
            label { span { "As" } select name="view" {
                option value="" selected[!matrix] { "field" } option value="matrix" selected[matrix] { "matrix" }
            } }
            div .actions {
                button type="submit" { "Show" }
                @if asked.now > 0 { a rel="prev" href=(at(asked.now - 1)) { "← month before" } }
                @if asked.now + 1 < days.len() { a rel="next" href=(at(asked.now + 1)) { "month after →" } }
            }
        }
    }
}

/// The moment that data are asked for.
fn with<T>(
    ledger: &Ledger,
    ask: &Ask,
    give: impl FnOnce(&Asked, Option<Moment>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let asked = asked(ledger, ask)?;
    let moment = asked.days.days.get(asked.now).map(|day| Moment {
        days: &asked.days,
        number: asked.now,
        day,
        actor: ask.fields.get("actor").map(String::as_str),
    });
    give(&asked, moment)
}

pub fn csv(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    with(ledger, ask, |_, moment| moment.map(|m| m.sheet()).unwrap_or_default().csv())
}

pub fn json(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    with(ledger, ask, |_, moment| moment.map(|m| m.sheet()).unwrap_or_default().json())
}

fn file(kind: &'static str, name: &str, body: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body)
        .into_response()
}

/// All ties of a day: the two, what they weigh, and the level where there is one.
fn ties<'a>(moment: &'a Moment) -> impl Iterator<Item = (&'a str, &'a str, f64, Option<f64>, &'static str)> {
    let own = moment
        .day
        .ties
        .iter()
        .map(|t| (t.a.as_str(), t.b.as_str(), t.pull, Some(t.level.value), t.position.state.as_str()));
    let joint =
        moment.day.joint.iter().map(|t| (t.a.as_str(), t.b.as_str(), t.pull, None, "act together on others"));
    own.chain(joint).filter(|t| moment.wanted(t.0, t.1))
}

/// Attributes of the network of a day.
const ATTRIBUTES: [Attribute; 6] = [
    Attribute { of: "node", name: "name", kind: "string" },
    Attribute { of: "node", name: "bloc", kind: "string" },
    Attribute { of: "edge", name: "pull", kind: "double" },
    Attribute { of: "edge", name: "level", kind: "double" },
    Attribute { of: "edge", name: "state", kind: "string" },
    Attribute { of: "graph", name: "day", kind: "string" },
];

/// The network of a day as GraphML.
pub fn graphml(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    with(ledger, ask, |_, moment| {
        let day = moment.as_ref().map(|moment| moment.day.day.to_string());
        let mut out = GraphMl::new(&ATTRIBUTES, false, &[("day", day.clone())]);
        if let Some(moment) = &moment {
            let keys: BTreeSet<&str> = ties(moment).flat_map(|t| [t.0, t.1]).collect();
            for key in keys {
                let bloc = moment.day.bloc_of(key).map(|n| moment.days.name(moment.day.bloc_key(n)));
                out.node(
                    key,
                    &[("name", Some(moment.days.name(key))), ("bloc", Some(bloc.unwrap_or_default()))],
                );
            }
            for (a, b, pull, level, state) in ties(moment) {
                let number = |x: f64| format!("{x:.3}");
                let values = [
                    ("pull", Some(number(pull))),
                    ("level", level.map(number)),
                    ("state", Some(state.to_owned())),
                ];
                out.edge(a, b, &values);
            }
        }
        let day = day.unwrap_or_else(|| "none".into());
        Ok(file("application/graphml+xml; charset=utf-8", &format!("detente-{day}.graphml"), out.finish()))
    })
}

/// The network of all months as GEXF, with the days for which each party and tie stands.
pub fn gexf(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    with(ledger, ask, |asked, _| {
        let days = &*asked.days;
        let actor = ask.fields.get("actor").map(String::as_str);
        // For each pair the months in which it has a tie, and what that weighs.
        let mut edges: BTreeMap<(&str, &str), Vec<(usize, f64)>> = BTreeMap::new();
        for (number, day) in days.days.iter().enumerate() {
            let own = day.ties.iter().map(|t| (&t.a, &t.b, t.pull));
            for (a, b, pull) in own.chain(day.joint.iter().map(|t| (&t.a, &t.b, t.pull))) {
                if actor.is_none_or(|actor| a == actor || b == actor) {
                    edges.entry((a, b)).or_default().push((number, pull));
                }
            }
        }
        let span = |number: usize| {
            let day = days.days[number].day;
            (day.first_of_month(), day)
        };
        let mut seen: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for ((a, b), months) in &edges {
            for key in [a, b] {
                seen.entry(key).or_default().extend(months.iter().map(|m| m.0));
            }
        }
        let mut out = Gexf::new(false, &["pull"]);
        for (key, months) in &seen {
            out.node(key, &days.name(key), months.iter().map(|m| span(*m)));
        }
        for ((a, b), months) in &edges {
            let spells: Vec<_> =
                months.iter().map(|(month, pull)| (span(*month), vec![format!("{pull:.3}")])).collect();
            out.edge(a, b, &spells);
        }
        Ok(file("application/gexf+xml; charset=utf-8", "detente.gexf", out.finish()))
    })
}
