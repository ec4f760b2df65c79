//! One party: what it is called, who acts for it and since when, with whom it has to do and where they stand, what it
//! did and what was done to it, and who says what of whom. And the list of all parties, to find one.

use std::collections::BTreeMap;

use axum::response::Response;
use detente::lexicon::ActorKind;
use detente::plover::Quad;
use detente_ledger::{Filter, KnownAs, Ledger, LedgerError, Partner, PartyMonth};
use detente_plot::Bars;
use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};

use crate::form::{self, Form};
use crate::page::{Page, frame, legend, table};
use crate::sheet::{Cell, Sheet};
use crate::{Ask, Failure, events, words};

/// Partners shown.
const PARTNERS: usize = 60;
/// Words of either side shown.
const WORDS: usize = 8;
/// Names of a kind shown.
const NAMES: usize = 12;
/// Terms of office shown.
const TERMS: usize = 40;
/// Parties in the list.
const LISTED: usize = 100;

/// Address of the page about a party.
pub fn href(key: &str) -> String {
    format!("/actor/{}", words::escape(key))
}

/// The partners as rows.
fn partners(ledger: &Ledger, ask: &Ask, key: &str, all: &[Partner]) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(&[
        ("actor", "With"),
        ("state", "They are"),
        ("level", "Level"),
        ("low", "Band from"),
        ("high", "to"),
        ("reports", "Reports"),
        ("foreign_events", "Other data"),
        ("last", "Last event"),
    ]);
    for partner in all {
        let name = ask.name(ledger, &partner.key)?;
        let level = partner.month.as_ref().and_then(|m| m.level);
        let state = partner.month.as_ref().and_then(|m| m.state.as_deref());
        sheet.rows.push(vec![
            Cell::Key(partner.key.clone(), name, words::dyad_href(key, &partner.key)),
            Cell::text(state),
            Cell::scale(level.map(|l| l.value)),
            Cell::scale(level.map(|l| l.low)),
            Cell::scale(level.map(|l| l.high)),
            Cell::Count(partner.reports),
            Cell::Count(partner.foreign),
            Cell::day(partner.last),
        ]);
    }
    Ok(sheet)
}

/// What was done, month by month, as rows.
fn months(all: &[PartyMonth]) -> Sheet {
    let mut sheet = Sheet::new(&[
        ("month", "Month"),
        ("quad_code", "Class"),
        ("does", "Reports in which it acts"),
        ("suffers", "in which it is acted upon"),
    ]);
    for month in all {
        sheet.rows.push(vec![
            Cell::Text(month.first.strftime("%Y-%m").to_string()),
            Cell::Text(month.quad.as_str().into()),
            Cell::Count(month.does),
            Cell::Count(month.suffers),
        ]);
    }
    sheet
}

/// What the lexicon knows of a party.
struct Facts {
    /// Kind, other names, Wikidata id.
    what: Vec<String>,
    /// Bodies that act for it.
    bodies: Vec<String>,
    /// Who held which office for it, newest first.
    terms: Vec<(String, String, Option<Date>, Option<Date>)>,
}

fn facts(ask: &Ask, key: &str) -> Option<Facts> {
    let Some(Ok(reader)) = ask.shared.reader() else { return None };
    let lexicon = reader.lexicon();
    let mut what = Vec::new();
    let mut bodies = Vec::new();
    for actor in lexicon.actors.iter().filter(|a| a.key == key && a.kind != ActorKind::Place) {
        let span = match (actor.from, actor.to) {
            (None, None) => String::new(),
            (from, to) => format!(" ({})", words::days(from, to)),
        };
        let id = actor.wikidata.as_deref().map(|id| format!(", Wikidata {id}")).unwrap_or_default();
        // A state also has rows for the bodies that act for it.
        let own = actor.kind != ActorKind::Group || actor.name == key;
        let list = if own { &mut what } else { &mut bodies };
        list.push(format!("{}{span}{id}", actor.name));
    }
    let mut terms: Vec<(String, String, Option<Date>, Option<Date>)> = lexicon
        .terms
        .iter()
        .filter(|t| &*t.key == key)
        .map(|t| (t.name.to_string(), t.office.to_string(), t.from, t.to))
        .collect();
    terms.sort_by(|x, y| (y.2, &x.0, &x.1).cmp(&(x.2, &y.0, &y.1)));
    terms.dedup();
    (!what.is_empty() || !terms.is_empty()).then_some(Facts { what, bodies, terms })
}

/// `b.csv` and `b.json` are data about `b`, unless somebody bears such a key.
fn wanted(ledger: &Ledger, ask: &Ask) -> Result<(String, &'static str), Failure> {
    let key = ask.path.get("key").map_or("", String::as_str);
    for ending in ["csv", "json"] {
        if let Some(bare) = key.strip_suffix(ending).and_then(|k| k.strip_suffix('.'))
            && ledger.names_of(key)?.is_empty()
        {
            return Ok((bare.to_owned(), ending));
        }
    }
    Ok((key.to_owned(), ""))
}

pub fn page(ledger: &Ledger, ask: &Ask) -> Result<Response, Failure> {
    use axum::response::IntoResponse;
    let as_of = events::as_of(ask)?;
    let (key, ending) = wanted(ledger, ask)?;
    let day = match as_of {
        Some(day) => Some(day),
        None => ledger.last_day()?,
    };
    let all = ledger.partners(&key, day, as_of, if ending.is_empty() { PARTNERS } else { usize::MAX })?;
    let sheet = partners(ledger, ask, &key, &all)?;
    match ending {
        "csv" => return sheet.csv(),
        "json" => return sheet.json(),
        _ => {}
    }
    let name = ask.name(ledger, &key)?;
    let names = ledger.names_of(&key)?;
    let (told, own, of_it) = {
        let cards = ask.shared.cards(ledger)?;
        let said = |filter: Filter| -> Result<Vec<i64>, LedgerError> {
            let filter = Filter { newest_first: true, as_of, ..filter };
            Ok(cards.choose(ledger, &filter)?.ids(0, WORDS))
        };
        (
            cards.party_months(&key, as_of),
            said(Filter { said_by: Some(key.clone()), ..Filter::default() })?,
            said(Filter { recipient: Some(key.clone()), claimed: Some(true), ..Filter::default() })?,
        )
    };
    if all.is_empty() && told.is_empty() && names.is_empty() {
        return Err(Failure::missing("anything about this party"));
    }
    let (own, of_it) = (ledger.reports_in_rows(&own)?, ledger.reports_in_rows(&of_it)?);
    let facts = facts(ask, &key);
    Ok(frame(
        &name,
        "/actors",
        html! {
            p .crumbs { a href="/actors" { "Parties" } }
            div .headline {
                h1 { (name) " " code { (key) } }
                (form::exports(&href(&key), ask))
            }
            p .lead {
                "What is told of it, and where it stands with others"
                @if let Some(day) = day { " on " (words::day(day)) } "."
                " " a href=(format!("/events?either={}", words::escape(&key))) { "All its reports" }
                " · " a href=(format!("/turns?actor={}", words::escape(&key))) { "its turns" }
            }
            @if let Some(picture) = picture(&name, &told) {
                figure { div .scroll .chart tabindex="0" role="region" aria-label="What is told month by month" { (PreEscaped(picture)) } figcaption { (legend()) } }
                (months(&told).behind("The numbers behind the picture"))
            }
            div .columns {
                section {
                    h2 { "With whom it has to do" }
                    @if sheet.rows.is_empty() { p .quiet { "Nobody is told of beside it." } } @else { (sheet.table()) }
                }
                section {
                    @if let Some(facts) = &facts { (known(facts)) }
                    (called("Called", &names, "name")) (called("Offices of those who act for it", &names, "office")) (called("In the words of the news", &names, "words"))
                }
            }
            section {
                h2 { "What it alone vouches for" }
                @if own.is_empty() { p .quiet { "No report hangs on its word alone." } } @else { (table(&own)) }
            }
            section {
                h2 { "What others alone say was done to it" }
                @if of_it.is_empty() { p .quiet { "No report of what was done to it hangs on the word of one party." } } @else { (table(&of_it)) }
            }
        },
    )
    .into_response())
}

fn known(facts: &Facts) -> Markup {
    let until = |to: Option<Date>| to.map_or_else(|| "today".into(), words::day);
    html! {
        h2 { "In the lexicon" }
        ul .plain { @for what in &facts.what { li { (what) } } }
        @if !facts.bodies.is_empty() {
            details .behind { summary { (words::count(facts.bodies.len(), "body")) " that act for it" }
                ul .terms { @for body in &facts.bodies { li { (body) } } }
            }
        }
        @if !facts.terms.is_empty() {
            details .behind { summary { (words::count(facts.terms.len(), "term")) " of office" }
                ul .terms { @for (name, office, from, to) in facts.terms.iter().take(TERMS) {
                    li { span .strong { (name) } ", " (office) div .quiet { @if let Some(from) = from { (words::day(*from)) } @else { "…" } " – " (until(*to)) } }
                } }
                @if facts.terms.len() > TERMS { p .quiet { "The newest " (TERMS) "." } }
            }
        }
    }
}

fn called(title: &str, names: &[KnownAs], kind: &str) -> Markup {
    let some: Vec<&KnownAs> = names.iter().filter(|n| n.kind == kind).take(NAMES).collect();
    html! {
        @if !some.is_empty() {
            h2 { (title) }
            ul .plain { @for name in some { li { (name.name) " " span .quiet { (words::grouped(name.reports)) } } } }
        }
    }
}

/// What it does upwards, what is done to it downwards, by class.
fn picture(name: &str, told: &[PartyMonth]) -> Option<String> {
    let (first, last) = (told.first()?.first, told.last()?.first);
    let mut bars: BTreeMap<Date, ([usize; 4], [usize; 4])> = BTreeMap::new();
    for month in told {
        let quad = Quad::ALL.iter().position(|q| *q == month.quad)?;
        let bar = bars.entry(month.first).or_default();
        bar.0[quad] += month.does;
        bar.1[quad] += month.suffers;
    }
    let picture = Bars {
        title: format!("{name}, month by month"),
        note: "Reports in which it acts stand above the line, those in which it is acted upon below; what is denied, announced or supposed is left out.".into(),
        from: first,
        to: last,
        bars: bars.into_iter().collect(),
    };
    Some(picture.picture().inline())
}

/// All parties, or those of whose names these letters are a part.
pub fn list(ledger: &Ledger, ask: &Ask) -> Result<Page, Failure> {
    let text = ask.fields.get("name").map_or("", String::as_str);
    let mut sheet = Sheet::new(&[("actor", "Party"), ("key", "Key"), ("reports", "Reports and events")]);
    for hit in ledger.keys_like(text, LISTED)? {
        let href = href(&hit.key);
        sheet.rows.push(vec![
            Cell::Link(hit.name, href.clone()),
            Cell::Text(hit.key),
            Cell::Count(hit.reports),
        ]);
    }
    let form = Form::new("/actors", ask);
    Ok(frame(
        "Parties",
        "/actors",
        html! {
            h1 { "Parties" }
            p .lead { "Whoever does something or has something done to it: states and those who act for them, organisations, armed groups, the people of a country." }
            (form.filters(html! { (form.text("name", "Name or key", "such as Iran")) }))
            @if sheet.rows.is_empty() { p .empty { "Nobody of that name is told of." } } @else {
                p .quiet { @if sheet.rows.len() == LISTED { "The " (LISTED) " most told of." } @else { (words::count(sheet.rows.len(), "party")) } }
                (sheet.table())
            }
        },
    ))
}
