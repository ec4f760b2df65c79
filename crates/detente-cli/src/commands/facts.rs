//! What several commands ask of the ledger about standings, and how they print an event with its words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use console::Style;
use detente::event_set::Event;
use detente::plover::EventType;
use detente::report::Aux;
use detente::standing::{self, Alike, Balance, Level, Position, Standing, State};
use detente::turn::Turn;
use detente_ledger::{ForeignRow, Ledger, LedgerError, Relation, Row, Told};
use detente_plot::{Day, Labels, Picture, Pin, State as Shown, is_people};
use jiff::civil::Date;

use super::dyad::{INDENT, quote};
use crate::tame::tame;
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
    pub state: State,
    /// Events of the month up to the day.
    pub events: usize,
    /// What the evidence comes to.
    balance: Balance,
}

impl Moment {
    /// Gives it the second axis, and the state that both make.
    pub fn place(&mut self, alike: Option<Alike>, params: &standing::Params) {
        let position = Position::new(&self.balance, alike, params);
        self.alike = position.alike.map(|a| a.value);
        self.standing = position.standing;
        self.state = position.state;
    }
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

/// Where the two stand month by month up to a day, the last on that day. Empty before the first evidence.
///
/// # Errors
/// When the ledger cannot be read.
pub fn moments(
    ledger: &Ledger,
    (a, b): (&str, &str),
    until: Date,
    as_of: Option<Date>,
) -> Result<(Standing, Vec<Moment>)> {
    let params = standing::Params::default();
    let (standing, balances) = ledger.standing_until(a, b, until, as_of)?;
    // What is kept is kept for ends of months; the last day is asked for on its own.
    let kept = ledger.standing_series(a, b, None, Some(until), as_of)?;
    let alike: BTreeMap<Date, f64> = kept.iter().filter_map(|m| Some((m.first, m.alike?))).collect();
    let moments = standing
        .months
        .iter()
        .zip(&balances)
        .map(|(month, balance)| {
            let mut moment = Moment {
                day: month.first.last_of_month().min(until),
                level: balance.level,
                alike: None,
                standing: None,
                state: State::Unknown,
                events: month.events.len(),
                balance: *balance,
            };
            let alike = alike.get(&month.first).map(|&value| Alike { value, thirds: 0, weight: 0.0 });
            moment.place(alike, &params);
            moment
        })
        .collect();
    Ok((standing, moments))
}

/// The last level before the evidence faded, with its day.
pub fn last_level(moments: &[Moment]) -> Option<(Date, Level)> {
    moments.iter().rev().find_map(|m| Some((m.day, m.level?)))
}

/// The states as stretches of days, up to a day.
pub fn states(moments: &[Moment], to: Date) -> Vec<Shown> {
    moments
        .chunk_by(|x, y| x.state == y.state)
        .filter_map(|run| {
            let (first, last) = (run.first().filter(|m| m.day.first_of_month() <= to)?, run.last()?);
            Some(Shown {
                from: first.day.first_of_month(),
                to: last.day.min(to),
                name: first.state.as_str().to_owned(),
                value: value_of(first.state),
            })
        })
        .collect()
}

/// Where a named state lies on the scale, for its colour.
fn value_of(state: State) -> Option<f64> {
    match state {
        State::Allied => Some(8.0),
        State::Cooperative => Some(4.0),
        State::Mixed => Some(0.0),
        State::Strained => Some(-2.0),
        State::Hostile => Some(-5.0),
        State::AtWar => Some(-8.0),
        State::Unknown => None,
    }
}

/// An event between two parties, out of reports or of another data set.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The name of the event.
    pub id: String,
    /// Its days; `None` where none could place it.
    pub days: Option<(Date, Date)>,
    /// The type.
    pub kind: EventType,
    /// True where it is told as something that happened.
    pub real: bool,
    /// True where it is denied: it weighs nothing.
    pub denied: bool,
    /// What was done, in the words of the text or of the file.
    pub words: String,
    /// Whence: an event out of reports by its number, or rows of a data set.
    told: Whence,
}

#[derive(Clone, Debug)]
enum Whence {
    Read(usize),
    Rows(Box<ForeignRow>, usize),
}

/// What rows have in common that are one event: day, data set, type, mode, doer and strength, the last two only where it
/// is not done to each other.
type Same = (Date, String, EventType, Option<String>, String, i64);

/// All events between two parties, by day, those without one last.
///
/// # Errors
/// When the ledger cannot be read.
pub fn pieces(
    ledger: &Ledger,
    relation: &Relation,
    (a, b): (&str, &str),
    as_of: Option<Date>,
) -> Result<Vec<Piece>> {
    let widest = standing::Params::default().widest_days;
    let mut pieces: Vec<Piece> = Vec::new();
    for (number, event) in relation.events.iter().enumerate() {
        let days = match (event.date, event.enddate) {
            (Some(from), Some(to)) if from <= to && from.duration_until(to).as_hours() / 24 <= widest => {
                Some((from, to))
            }
            _ => None,
        };
        pieces.push(Piece {
            id: event.id.clone(),
            days,
            kind: event.kind,
            real: event.is_real(),
            denied: event.aux.contains(&Aux::Negated),
            words: event.words.clone(),
            told: Whence::Read(number),
        });
    }
    if relation.foreign > 0 {
        // Rows of one day that say the same, or mirror each other, are one event.
        let mut seen: BTreeMap<Same, usize> = BTreeMap::new();
        for row in ledger.foreign(a, b, as_of)? {
            let mutual = row.mutual
                || matches!(row.kind, EventType::Agree | EventType::Consult | EventType::Cooperate);
            let (doer, scale) = if mutual {
                (String::new(), 0)
            } else {
                (row.actor.clone(), (row.scale * 1000.0).round() as i64)
            };
            let key = (row.day, row.import.clone(), row.kind, row.mode.clone(), doer, scale);
            if let Some(&at) = seen.get(&key) {
                if let Some(Piece { told: Whence::Rows(_, count), .. }) = pieces.get_mut(at) {
                    *count += 1;
                }
                continue;
            }
            seen.insert(key, pieces.len());
            pieces.push(Piece {
                id: format!("{}:{}", row.import, row.row),
                days: Some((row.day, row.day)),
                kind: row.kind,
                real: true,
                denied: false,
                words: row.words.clone(),
                told: Whence::Rows(Box::new(row), 1),
            });
        }
    }
    pieces.sort_by(|x, y| (x.days.is_none(), x.days, &x.id).cmp(&(y.days.is_none(), y.days, &y.id)));
    Ok(pieces)
}

impl Piece {
    /// The event as a picture shows it.
    pub fn pin(&self) -> Pin {
        let day = self.days.map_or_else(|| "no day".into(), |(from, to)| output::when(from, to));
        let title = format!("{day}: {} “{}”", self.kind, self.words);
        Pin { days: self.days, quad: self.kind.quad(), hollow: !self.real, count: 1, title, href: None }
    }

    /// The event with its words and its source, for people.
    pub fn print(&self, text: &mut String, relation: &Relation) {
        match &self.told {
            Whence::Read(number) => {
                if let Some(event) = relation.events.get(*number) {
                    told(text, event, &relation.rows);
                }
            }
            Whence::Rows(row, count) => {
                let kind = output::quad_style(row.kind.quad()).apply_to(format!("{:<9}", row.kind.as_str()));
                let times = if *count > 1 { format!("  ({count} rows)") } else { String::new() };
                let _ = writeln!(
                    text,
                    "{:<21}  {kind}  {} → {}{times}",
                    row.day.to_string(),
                    row.actor,
                    row.recipient
                );
                print_row(text, row, "");
            }
        }
    }

    /// What a program wants of it.
    pub fn json(&self, relation: &Relation) -> serde_json::Value {
        match &self.told {
            Whence::Read(number) => relation.events.get(*number).map_or(serde_json::Value::Null, |event| {
                let first = event.reasons.first().map(|r| r.report.as_str());
                let row = relation.rows.iter().find(|r| Some(r.report.id.as_str()) == first);
                event_json(event, row)
            }),
            Whence::Rows(row, count) => row_json(&self.id, row, *count),
        }
    }
}

/// The words of a row, and who they are in its file.
fn print_row(text: &mut String, row: &ForeignRow, start: &str) {
    let told = format!("{} → {}: {}", row.actor_name, row.recipient_name, row.words);
    let words = format!("{start}{}", tame(&told));
    for line in output::wrapped(&words, INDENT.len()) {
        let _ = writeln!(text, "{INDENT}{line}");
    }
    let publisher = row.publisher.as_deref().map(|p| format!("{p} ")).unwrap_or_default();
    let source = format!("{publisher}[{}:{}]", row.import, row.row);
    let _ = writeln!(text, "{INDENT}{}", Style::new().dim().apply_to(tame(&source)));
}

fn event_json(event: &Event, row: Option<&Row>) -> serde_json::Value {
    serde_json::json!({
        "id": event.id,
        "event": event.kind,
        "mode": event.mode,
        "date": event.date,
        "enddate": event.enddate,
        "actors": event.actors,
        "recipients": event.recipients,
        "aux": event.aux,
        "said_by": event.said_by,
        "scale": table::rounded(f64::from(event.scale), 3),
        "witnesses": event.witnesses,
        "words": event.words,
        "sentence": row.map(|r| &r.sentence),
        "report": row.map(|r| &r.report.id),
        "title": row.and_then(|r| r.title.as_ref()),
        "source": row.and_then(|r| r.source.as_ref()),
        "url": row.and_then(|r| r.url.as_ref()),
    })
}

fn row_json(id: &str, row: &ForeignRow, count: usize) -> serde_json::Value {
    serde_json::json!({
        "id": id,
        "event": row.kind,
        "mode": row.mode,
        "date": row.day,
        "enddate": row.day,
        "actors": [row.actor],
        "recipients": [row.recipient],
        "actor_name": row.actor_name,
        "recipient_name": row.recipient_name,
        "scale": table::rounded(row.scale, 3),
        "words": row.words,
        "rows": count,
        "publisher": row.publisher,
        "story": row.story,
    })
}

/// The parties with which most is told of one, most first: key and name.
pub fn partners(ledger: &Ledger, key: &str, as_of: Option<Date>) -> Result<Vec<(String, String)>> {
    /// Pairs that are looked at.
    const LOOKED_AT: usize = 5000;
    let mut partners = Vec::new();
    for dyad in ledger.dyads(LOOKED_AT, as_of)? {
        let other = if dyad.a == key { &dyad.b } else { &dyad.a };
        if dyad.a == key || dyad.b == key {
            partners.push((other.clone(), super::name_of(ledger, other)?));
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
            let _ = writeln!(
                text,
                "{INDENT}{}",
                Style::new().dim().apply_to(tame(&format!("[{}]", row.report.id)))
            );
        }
        None => {
            let _ = writeln!(text, "{INDENT}“{}”", tame(&event.words));
        }
    }
}

/// `up` for the better, `down` for the worse.
pub fn direction(turn: &Turn) -> &'static str {
    if turn.kind.is_better() { "up" } else { "down" }
}

/// An event that made a turn, with what is told of it.
pub enum Found {
    /// Out of reports.
    Read(Box<Event>, Option<Box<Row>>),
    /// Rows of another data set.
    Rows(String, Vec<ForeignRow>),
    /// The ledger has nothing of that name any more.
    Gone(String),
}

impl Found {
    /// The name of the event.
    pub fn id(&self) -> &str {
        match self {
            Found::Read(event, _) => &event.id,
            Found::Rows(id, _) | Found::Gone(id) => id,
        }
    }

    /// What a program wants of it.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Found::Read(event, row) => event_json(event, row.as_deref()),
            Found::Rows(id, rows) => {
                rows.first().map_or(serde_json::Value::Null, |row| row_json(id, row, rows.len()))
            }
            Found::Gone(id) => serde_json::json!({"id": id}),
        }
    }

    /// The event for people; its words only where they were not shown before.
    pub fn print(&self, text: &mut String, words: bool) {
        let head = |kind: EventType| {
            output::quad_style(kind.quad()).apply_to(format!("{:<9}", kind.as_str())).to_string()
        };
        match self {
            Found::Read(event, _) if !words => {
                let _ = writeln!(text, "{INDENT}{}  as above [{}]", head(event.kind), event.id);
            }
            Found::Read(event, Some(row)) => {
                quote(text, &format!("{}  ", head(event.kind)), row);
                let _ = writeln!(
                    text,
                    "{INDENT}{}",
                    Style::new().dim().apply_to(tame(&format!("[{}]", row.report.id)))
                );
            }
            Found::Read(event, None) => {
                let _ = writeln!(
                    text,
                    "{INDENT}{}  “{}” [{}]",
                    head(event.kind),
                    tame(&event.words),
                    tame(&event.id)
                );
            }
            Found::Rows(_, rows) => {
                if let Some(row) = rows.first() {
                    print_row(text, row, &format!("{}  {}  ", head(row.kind), row.day));
                }
            }
            Found::Gone(id) => {
                let _ = writeln!(text, "{INDENT}[{id}]");
            }
        }
    }
}

/// Looks up names and events, each once.
pub struct Book<'l> {
    ledger: &'l Ledger,
    as_of: Option<Date>,
    names: BTreeMap<String, String>,
}

impl<'l> Book<'l> {
    /// A book about what was known on a day.
    pub fn new(ledger: &'l Ledger, as_of: Option<Date>) -> Book<'l> {
        Book { ledger, as_of, names: BTreeMap::new() }
    }

    /// The name of a party.
    pub fn name(&mut self, key: &str) -> Result<String> {
        if let Some(name) = self.names.get(key) {
            return Ok(name.clone());
        }
        let name = super::name_of(self.ledger, key)?;
        self.names.insert(key.to_owned(), name.clone());
        Ok(name)
    }

    /// A picture of a day, with the names of this book; a file has nowhere to lead.
    pub fn draw(&mut self, day: &Day, draw: impl Fn(&Day, &Labels) -> Picture) -> Result<Picture> {
        for key in day.keys() {
            self.name(&key)?;
        }
        let name = |key: &str| self.names.get(key).cloned().unwrap_or_else(|| key.to_owned());
        Ok(draw(day, &Labels { name: &name, party: &|_| None, pair: &|_, _| None }))
    }

    /// The parties of a day in order, with their groups ([`Day::order`]).
    pub fn order(&mut self, day: &Day, limit: usize) -> Result<(Vec<String>, Vec<detente_plot::Group>)> {
        for key in day.keys() {
            self.name(&key)?;
        }
        Ok(day.order(limit, &|key| self.names.get(key).cloned().unwrap_or_else(|| key.to_owned())))
    }

    /// The events that made a turn.
    pub fn makers(&mut self, turn: &Turn) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for id in &turn.events {
            found.push(match self.ledger.event(id, self.as_of) {
                Ok(Told::Event(event)) => {
                    // The report that opened the event has the most exact day.
                    let report = event.reasons.first().map(|r| r.report.clone());
                    let row = report.and_then(|id| self.ledger.report(&id).ok());
                    Found::Read(event, row.map(Box::new))
                }
                Ok(Told::Foreign(rows)) => Found::Rows(id.clone(), rows),
                Err(LedgerError::NotFound { .. }) => Found::Gone(id.clone()),
                Err(error) => return Err(error.into()),
            });
        }
        Ok(found)
    }
}

/// The ledger on a day, among so many parties at most: those with the most evidence.
///
/// # Errors
/// When the ledger cannot be read, or knows of nothing by that day.
pub fn day(
    ledger: &Ledger,
    on: Option<Date>,
    as_of: Option<Date>,
    people: bool,
    parties: usize,
) -> Result<Day> {
    let Some(last) = ledger.last_day()? else {
        anyhow::bail!("the ledger holds no dated event: `detente add` brings some");
    };
    let day = on.or(as_of).unwrap_or(last);
    let balances = ledger.balances_on(day, as_of, |key| people || !is_people(key))?;
    let found = Day::new(day, &balances, &ledger.joint_events(day, as_of)?, people, parties);
    if found.count() > 0 {
        return Ok(found);
    }
    match ledger.counts(as_of)?.first {
        Some(first) if day < first => anyhow::bail!(
            "nothing is known of {day}: the first event is of {first}; ask for a day from then to {last}"
        ),
        _ => anyhow::bail!(
            "on {day} there is no evidence: ask for a day nearer to {last}, the last that is told of"
        ),
    }
}
