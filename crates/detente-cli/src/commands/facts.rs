//! What several commands ask of the ledger about standings, and how they print an event with its words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use console::Style;
use detente::bloc::{Tie, blocs};
use detente::event_set::Event;
use detente::standing::{self, Level, observe, standing};
use detente::turn::{Turn, TurnKind};
use detente_ledger::{Ledger, Relation, Row};
use detente_plot::{Group, State};
use jiff::civil::Date;

use super::dyad::{INDENT, quote};
use crate::{output, table};

/// Where two parties stand at the end of a day.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The day.
    pub day: Date,
    /// How they treat each other; `None` where there is no evidence.
    pub level: Option<Level>,
    /// How alike they act towards others, −10…+10.
    pub alike: Option<f64>,
    /// Both in one number.
    pub standing: Option<f64>,
    /// The state in a word.
    pub state: String,
    /// Events of the month up to the day.
    pub events: usize,
}

/// Two names.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// One party.
    pub a: &'a str,
    /// The other.
    pub b: &'a str,
}

impl Names<'_> {
    /// "Iran and Hamas".
    pub fn both(&self) -> String {
        format!("{} and {}", self.a, self.b)
    }
}

/// The first day of the first event that counts.
pub fn first_day(relation: &Relation) -> Option<Date> {
    let month = relation.standing.months.first()?.first;
    let first = relation
        .events
        .iter()
        .filter_map(|e| e.date.filter(|_| e.enddate.is_some()))
        .filter(|d| *d >= month)
        .min();
    Some(first.unwrap_or(month))
}

fn state(level: Option<Level>) -> String {
    match level {
        None => UNKNOWN.into(),
        Some(l) if l.high - l.low > 10.0 => UNKNOWN.into(),
        Some(l) if l.value <= -5.0 => "hostile".into(),
        Some(l) if l.value <= -1.0 => "strained".into(),
        Some(l) if l.value >= 2.0 => "cooperative".into(),
        Some(_) => "mixed".into(),
    }
}

/// Where they stand on a day.
pub fn on(
    _ledger: &Ledger,
    relation: &Relation,
    (a, b): (&str, &str),
    day: Date,
    _as_of: Option<Date>,
) -> Result<Moment> {
    let observed = observe(&relation.events, a, b, &standing::Params::default());
    let standing = standing(&observed, a, b, Some(day), &standing::Params::default());
    let level = standing.latest();
    let events = standing.months.last().map_or(0, |m| m.events.len());
    Ok(Moment { day, level, alike: None, standing: None, state: state(level), events })
}

/// Where they stand at the end of each month from one day to another, and on the last.
pub fn series(
    _ledger: &Ledger,
    relation: &Relation,
    (a, b): (&str, &str),
    from: Date,
    to: Date,
    _as_of: Option<Date>,
) -> Result<Vec<Moment>> {
    let observed = observe(&relation.events, a, b, &standing::Params::default());
    let standing = standing(&observed, a, b, Some(to), &standing::Params::default());
    let months = standing.months.iter().filter(|m| m.first.last_of_month() >= from);
    Ok(months
        .map(|m| Moment {
            day: m.first.last_of_month().min(to),
            level: m.level,
            alike: None,
            standing: None,
            state: state(m.level),
            events: m.events.len(),
        })
        .collect())
}

/// The last level before the evidence faded, with the first day of its month.
pub fn last_level(relation: &Relation, until: Date) -> Option<(Date, Level)> {
    let months = relation.standing.months.iter().rev().filter(|m| m.first <= until);
    months.filter_map(|m| Some((m.first, m.level?))).next()
}

/// The state of those of whom too little is known.
pub const UNKNOWN: &str = "too little evidence";

/// The states as stretches of days, up to a day.
pub fn states(moments: &[Moment], to: Date) -> Vec<State> {
    moments
        .chunk_by(|x, y| x.state == y.state)
        .filter_map(|run| {
            let (first, last) = (run.first().filter(|m| m.day.first_of_month() <= to)?, run.last()?);
            Some(State {
                from: first.day.first_of_month(),
                to: last.day.min(to),
                name: first.state.clone(),
                value: value_of(&first.state),
            })
        })
        .collect()
}

/// Where a named state lies on the scale, for its colour.
fn value_of(state: &str) -> Option<f64> {
    match state {
        "allied" => Some(8.0),
        "cooperative" => Some(4.0),
        "mixed" => Some(0.0),
        "strained" => Some(-2.0),
        "hostile" => Some(-5.0),
        "at war" => Some(-8.0),
        _ => None,
    }
}

/// The parties with which most is told of one, most first: key and name.
pub fn partners(ledger: &Ledger, key: &str, as_of: Option<Date>) -> Result<Vec<(String, String)>> {
    /// Pairs that are looked at.
    const LOOKED_AT: usize = 5000;
    let mut partners = Vec::new();
    for dyad in ledger.dyads(LOOKED_AT, as_of)? {
        let other = if dyad.a == key { &dyad.b } else { &dyad.a };
        if dyad.a == key || dyad.b == key {
            partners.push((other.clone(), ledger.name_of(other)?));
        }
        if partners.len() == 8 {
            break;
        }
    }
    Ok(partners)
}

/// An event with its sentence and its source.
pub fn told(text: &mut String, event: &Event, rows: &[Row]) {
    let by_id: BTreeMap<&str, &Row> = rows.iter().map(|r| (r.report.id.as_str(), r)).collect();
    let first = event.reasons.first().and_then(|r| by_id.get(r.report.as_str()).copied());
    let kind = output::quad_style(event.kind.quad()).apply_to(format!("{:<9}", event.kind.as_str()));
    let days = match (event.date, event.enddate) {
        (Some(from), Some(to)) => output::when(from, to),
        _ => "no day".into(),
    };
    let mut marks: Vec<String> = event.aux.iter().map(|a| a.as_str().to_owned()).collect();
    if !event.said_by.is_empty() {
        marks.push(format!("only on the word of {}", event.said_by.join(", ")));
    }
    if event.witnesses > 1 {
        marks.push(format!("{} witnesses", event.witnesses));
    }
    let marks = if marks.is_empty() { String::new() } else { format!("  ({})", marks.join(", ")) };
    let who = output::parties(&event.actors.join("; "), &event.recipients.join("; "));
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{days:<21}  {kind}  {who}{marks}");
    match first {
        Some(row) => {
            quote(text, "", row);
            let _ = writeln!(text, "{INDENT}{}", Style::new().dim().apply_to(format!("[{}]", row.report.id)));
        }
        None => {
            let _ = writeln!(text, "{INDENT}“{}”", event.words);
        }
    }
}

/// Which turns are asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Turns whose days end on this day or later.
    pub since: Option<Date>,
    /// Turns whose days begin on this day or earlier.
    pub until: Option<Date>,
    /// Entity key of one of the two.
    pub actor: Option<String>,
    /// Entity keys of both.
    pub dyad: Option<(String, String)>,
    /// Turns at least this certain.
    pub min_certainty: Option<f64>,
    /// What was known on this day.
    pub as_of: Option<Date>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// The turns that are asked for, newest first.
pub fn turns(ledger: &Ledger, asked: &Asked) -> Result<Vec<Turn>> {
    let mut turns = ledger.latest_turns(usize::MAX, asked.as_of)?;
    turns.retain(|t| {
        asked.since.is_none_or(|d| t.to >= d)
            && asked.until.is_none_or(|d| t.from <= d)
            && asked.actor.as_ref().is_none_or(|k| t.a == *k || t.b == *k)
            && asked.dyad.as_ref().is_none_or(|(a, b)| t.a == *a && t.b == *b)
            && asked.min_certainty.is_none_or(|x| certainty(t).is_some_and(|c| c >= x))
    });
    turns.truncate(asked.limit.unwrap_or(usize::MAX));
    Ok(turns)
}

/// The day for which a turn is taken: the middle of its days.
pub fn day_of(turn: &Turn) -> Date {
    let days = i64::from(turn.from.until(turn.to).map_or(0, |s| s.get_days()));
    turn.from.checked_add(jiff::Span::new().days(days / 2)).unwrap_or(turn.from)
}

/// `up` for the better, `down` for the worse.
pub fn direction(turn: &Turn) -> &'static str {
    match turn.kind {
        TurnKind::Rapprochement | TurnKind::Truce => "up",
        TurnKind::Rupture | TurnKind::War => "down",
    }
}

/// How certain a turn is, 0…1.
pub fn certainty(_turn: &Turn) -> Option<f64> {
    None
}

/// The day by whose end it could have been told.
pub fn told_on(_turn: &Turn) -> Option<Date> {
    None
}

/// An event that was found in the ledger, with what is told of it.
pub enum Found {
    /// Out of reports.
    Read(Box<Event>, Option<Box<Row>>),
}

impl Found {
    /// The name of the event.
    pub fn id(&self) -> &str {
        match self {
            Found::Read(event, _) => &event.id,
        }
    }

    /// What a program wants of it.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Found::Read(event, row) => serde_json::json!({
                "id": event.id,
                "event": event.kind,
                "mode": event.mode,
                "date": event.date,
                "enddate": event.enddate,
                "actors": event.actors,
                "recipients": event.recipients,
                "scale": table::rounded(f64::from(event.scale), 3),
                "words": event.words,
                "sentence": row.as_ref().map(|r| &r.sentence),
                "report": row.as_ref().map(|r| &r.report.id),
                "source": row.as_ref().and_then(|r| r.source.as_ref()),
                "url": row.as_ref().and_then(|r| r.url.as_ref()),
            }),
        }
    }

    /// The event for people; its words only where they were not shown before.
    pub fn print(&self, text: &mut String, words: bool) {
        match self {
            Found::Read(event, row) => {
                let kind =
                    output::quad_style(event.kind.quad()).apply_to(format!("{:<9}", event.kind.as_str()));
                let id = row.as_ref().map_or(event.id.as_str(), |r| r.report.id.as_str());
                match row {
                    _ if !words => {
                        let _ = writeln!(text, "{INDENT}{kind}  as above [{id}]");
                    }
                    Some(row) => {
                        quote(text, &format!("{kind}  "), row);
                        let _ = writeln!(text, "{INDENT}{}", Style::new().dim().apply_to(format!("[{id}]")));
                    }
                    None => {
                        let _ = writeln!(text, "{INDENT}{kind}  “{}” [{id}]", event.words);
                    }
                }
            }
        }
    }
}

/// Looks up names and events, each once.
pub struct Book<'l> {
    ledger: &'l Ledger,
    as_of: Option<Date>,
    names: BTreeMap<String, String>,
    relations: BTreeMap<(String, String), Relation>,
}

impl<'l> Book<'l> {
    /// A book about what was known on a day.
    pub fn new(ledger: &'l Ledger, as_of: Option<Date>) -> Book<'l> {
        Book { ledger, as_of, names: BTreeMap::new(), relations: BTreeMap::new() }
    }

    /// The name of a party.
    pub fn name(&mut self, key: &str) -> Result<String> {
        if let Some(name) = self.names.get(key) {
            return Ok(name.clone());
        }
        let name = self.ledger.name_of(key)?;
        self.names.insert(key.to_owned(), name.clone());
        Ok(name)
    }

    /// The events that made a turn.
    pub fn makers(&mut self, turn: &Turn) -> Result<Vec<Found>> {
        let pair = (turn.a.clone(), turn.b.clone());
        if !self.relations.contains_key(&pair) {
            let relation = self.ledger.relation(&turn.a, &turn.b, self.as_of)?;
            self.relations.insert(pair.clone(), relation);
        }
        let Some(relation) = self.relations.get(&pair) else { return Ok(Vec::new()) };
        Ok(turn
            .events
            .iter()
            .filter_map(|id| relation.events.iter().find(|e| e.id == *id))
            .map(|event| {
                let report = event.reasons.first().map(|r| r.report.as_str());
                let row = relation.rows.iter().find(|r| Some(r.report.id.as_str()) == report);
                Found::Read(Box::new(event.clone()), row.cloned().map(Box::new))
            })
            .collect())
    }
}

/// A tie of two parties on a day.
#[derive(Clone, Debug)]
pub struct DayTie {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other.
    pub b: String,
    /// Where they stand.
    pub level: Level,
    /// How alike they act towards others, −10…+10.
    pub alike: Option<f64>,
    /// The state in a word.
    pub state: String,
    /// What it weighs among blocs.
    pub pull: f64,
}

/// Everybody on a day.
#[derive(Clone, Debug)]
pub struct Day {
    /// The day.
    pub day: Date,
    /// The ties, by their parties.
    pub ties: Vec<DayTie>,
    /// The blocs, the largest first: the keys of each.
    pub blocs: Vec<Vec<String>>,
    /// Who stands between blocs.
    pub between: Vec<String>,
    /// Who stands alone.
    pub alone: Vec<String>,
    /// Share of all pull that the blocs explain.
    pub fit: f64,
}

/// The ledger on a day.
///
/// # Errors
/// When the ledger cannot be read, or knows of nothing by that day.
pub fn day(ledger: &Ledger, on: Option<Date>, as_of: Option<Date>) -> Result<Day> {
    /// Pairs that are looked at.
    const LOOKED_AT: usize = 300;
    let Some(last) = ledger.last_day()? else {
        anyhow::bail!("the ledger holds no dated event: `detente add` brings some");
    };
    let day = on.or(as_of).unwrap_or(last);
    let mut ties = Vec::new();
    for dyad in ledger.dyads(LOOKED_AT, as_of)? {
        let relation = ledger.relation(&dyad.a, &dyad.b, as_of)?;
        let now = self::on(ledger, &relation, (&dyad.a, &dyad.b), day, as_of)?;
        if let Some(level) = now.level {
            let pull = Tie::of(&dyad.a, &dyad.b, &level).pull;
            ties.push(DayTie { a: dyad.a, b: dyad.b, level, alike: now.alike, state: now.state, pull });
        }
    }
    if ties.is_empty() {
        let first = ledger.counts(as_of)?.first;
        match first {
            Some(first) if day < first => anyhow::bail!(
                "nothing is known of {day}: the first event is of {first}; ask for a day from then to {last}"
            ),
            _ => anyhow::bail!(
                "on {day} all evidence has faded: ask for a day nearer to {last}, the last that is told of"
            ),
        }
    }
    ties.sort_by(|x, y| (&x.a, &x.b).cmp(&(&y.a, &y.b)));
    let pulls: Vec<Tie> = ties.iter().map(|t| Tie { a: t.a.clone(), b: t.b.clone(), pull: t.pull }).collect();
    let found = blocs(&pulls);
    Ok(Day { day, ties, blocs: found.blocs, between: Vec::new(), alone: found.alone, fit: found.fit })
}

/// What is called bloc A, bloc B, …, bloc Z, bloc 27.
pub fn bloc_name(number: usize) -> String {
    match u8::try_from(number) {
        Ok(n) if n < 26 => format!("bloc {}", char::from(b'A' + n)),
        _ => format!("bloc {}", number + 1),
    }
}

impl Day {
    /// The bloc of a party, by number.
    pub fn bloc_of(&self, key: &str) -> Option<usize> {
        self.blocs.iter().position(|b| b.iter().any(|k| k == key))
    }

    /// How much evidence there is about each party.
    pub fn weights(&self) -> BTreeMap<&str, f64> {
        let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
        for tie in &self.ties {
            *weights.entry(&tie.a).or_default() += tie.level.weight;
            *weights.entry(&tie.b).or_default() += tie.level.weight;
        }
        weights
    }

    /// The parties in the order of pictures and tables, with their groups: the first bloc, who stands between, the
    /// other blocs, who stands alone; in each those with the most evidence first. At most so many parties, those with
    /// the most evidence.
    pub fn order(&self, limit: usize) -> (Vec<String>, Vec<Group>) {
        let weights = self.weights();
        let mut by_weight: Vec<(&str, f64)> = weights.iter().map(|(k, w)| (*k, *w)).collect();
        by_weight.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(y.0)));
        by_weight.truncate(limit);
        let mut keys = Vec::new();
        let mut groups = Vec::new();
        let mut take = |members: &[String], name: String, bloc: Option<usize>| {
            let shown: Vec<String> = by_weight
                .iter()
                .filter(|(k, _)| members.iter().any(|m| m == k))
                .map(|(k, _)| (*k).to_owned())
                .collect();
            if !shown.is_empty() {
                groups.push(Group { name, members: shown.len(), bloc });
                keys.extend(shown);
            }
        };
        for (number, bloc) in self.blocs.iter().enumerate() {
            take(bloc, bloc_name(number), Some(number));
            if number == 0 {
                take(&self.between, "between".into(), None);
            }
        }
        take(&self.alone, "alone".into(), None);
        (keys, groups)
    }

    /// True where a tie goes against the order of the blocs: friends across, foes within one.
    pub fn is_strain(&self, tie: &DayTie) -> bool {
        match (self.bloc_of(&tie.a), self.bloc_of(&tie.b)) {
            (Some(a), Some(b)) if a == b => tie.pull < 0.0,
            (Some(_), Some(_)) => tie.pull > 0.0,
            _ => false,
        }
    }
}
