//! What an export hands out, one after the other: events with the reports that tell them, reports alone, and rows of other
//! data sets, all in one shape.

use detente::day;
use detente::event_set::Event;
use detente::plover::EventType;
use detente::report::{Aux, Entity, EventLoc, Report};
use jiff::civil::Date;
use rusqlite::types::Value;

use crate::read::{COLUMNS, Raw, STOOD, TABLES, known_by};
use crate::{Filter, Ledger, LedgerError, Row, Status, relate};

/// A party of an act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Entity key.
    pub key: String,
    /// What the report says of it; nothing but key, name and sector for other data sets.
    pub entity: Entity,
}

/// A report with what the ledger knows of its article.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// The report, its sentence and its article.
    pub row: Row,
    /// SHA-256 of the article's clean text.
    pub text_sha256: String,
    /// Characters of the article's text, where the text is here and was asked for.
    pub text_length: Option<i64>,
}

/// A row of another data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Name of the data set in the ledger.
    pub import: String,
    /// Line of its file.
    pub row: u64,
    /// The words of the file for what was done.
    pub words: String,
    /// Publisher of the story.
    pub publisher: Option<String>,
    /// Name of the story.
    pub story: Option<String>,
    /// Number of the sentence in the story.
    pub sentence: Option<u32>,
    /// Licence of the data set.
    pub licence: Option<String>,
}

/// One act: an event, a report or a foreign row.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Name of the event or the report; of a foreign row `data set:line`.
    pub id: String,
    /// PLOVER type.
    pub kind: EventType,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// PLOVER contexts, sorted.
    pub contexts: Vec<String>,
    /// Place on the scale from −10 to +10.
    pub scale: f64,
    /// Do the actors do it with each other?
    pub mutual: bool,
    /// Who does it.
    pub actors: Vec<Party>,
    /// To whom.
    pub recipients: Vec<Party>,
    /// First day on which it may have happened.
    pub date: Option<Date>,
    /// Last day of these.
    pub enddate: Option<Date>,
    /// Status.
    pub aux: Vec<Aux>,
    /// Whoever alone vouches.
    pub said_by: Vec<String>,
    /// Independent publishers.
    pub witnesses: usize,
    /// Where it happened: the most exact place that a report tells.
    pub place: Option<EventLoc>,
    /// The day on which the ledger learned of it first.
    pub known: Date,
    /// The reports that tell it, the one that opened it first.
    pub tellings: Vec<Telling>,
    /// The row of another data set that it is.
    pub foreign: Option<Foreign>,
}

impl Act {
    /// True when it is told as something that happened.
    pub fn is_real(&self) -> bool {
        !self.aux.iter().any(|a| matches!(a, Aux::Negated | Aux::Future | Aux::Hypothetical))
    }

    /// Its interval of days, where both ends are known.
    pub fn span(&self) -> Option<(Date, Date)> {
        let (from, to) = (self.date.or(self.enddate)?, self.enddate.or(self.date)?);
        Some((from.min(to), to.max(from)))
    }

    /// Its pairs: who acts on whom. What is done to each other stands once each way round, as data in CAMEO's tradition
    /// have it. Nobody is paired with himself. Empty where nobody, or one alone, is told.
    pub fn pairs(&self) -> Vec<(&Party, &Party)> {
        let mut pairs = Vec::new();
        let others = if self.recipients.is_empty() && self.mutual { &self.actors } else { &self.recipients };
        for actor in &self.actors {
            let same = |r: &Party| {
                // Two whom nobody knows, or two of one people, are two where the other data set names them apart.
                r.key == actor.key
                    && (self.foreign.is_none() || r.entity.identifier_text == actor.entity.identifier_text)
            };
            for recipient in others.iter().filter(|r| !same(r)) {
                pairs.push((actor, recipient));
            }
        }
        pairs
    }

    /// An act that says nothing, to ask for fields with.
    pub(crate) fn blank() -> Act {
        Act {
            id: String::new(),
            kind: EventType::Agree,
            mode: None,
            contexts: Vec::new(),
            scale: 0.0,
            mutual: false,
            actors: Vec::new(),
            recipients: Vec::new(),
            date: None,
            enddate: None,
            aux: Vec::new(),
            said_by: Vec::new(),
            witnesses: 0,
            place: None,
            known: Date::MIN,
            tellings: Vec::new(),
            foreign: None,
        }
    }

    fn of_event(event: Event, tellings: Vec<Telling>) -> Act {
        let known = tellings.iter().map(|t| t.row.known).min().unwrap_or(Date::MAX);
        let reports = || tellings.iter().map(|t| &t.row.report);
        let mut contexts: Vec<String> = reports().flat_map(|r| r.context.iter().cloned()).collect();
        contexts.sort();
        contexts.dedup();
        let place = reports().filter_map(|r| r.event_loc.as_ref()).min_by_key(|place| vague(place)).cloned();
        let find = |keys: Vec<String>, of: fn(&Report) -> &[Entity]| -> Vec<Party> {
            keys.into_iter()
                .map(|key| {
                    // In its own part first; what is mutual may stand in either.
                    let own = reports().flat_map(of).find(|e| e.key == key);
                    let any =
                        || reports().flat_map(|r| r.actor.iter().chain(&r.recipient)).find(|e| e.key == key);
                    let entity = own.or_else(any).cloned().unwrap_or_else(|| bare(&key));
                    Party { key, entity }
                })
                .collect()
        };
        let actors = find(event.actors, |r| &r.actor);
        let recipients = find(event.recipients, |r| &r.recipient);
        Act {
            id: event.id,
            kind: event.kind,
            mode: event.mode,
            contexts,
            scale: round(event.scale),
            mutual: event.mutual,
            actors,
            recipients,
            date: event.date,
            enddate: event.enddate,
            aux: event.aux,
            said_by: event.said_by,
            witnesses: event.witnesses,
            place,
            known,
            tellings,
            foreign: None,
        }
    }

    /// A report by itself.
    pub fn of_report(telling: Telling) -> Act {
        let r = &telling.row.report;
        let party = |e: &Entity| Party { key: e.key.clone(), entity: e.clone() };
        Act {
            id: r.id.clone(),
            kind: r.kind(),
            mode: r.mode.clone(),
            contexts: r.context.clone(),
            scale: round(r.event_scale),
            mutual: r.recipient.is_empty() && r.actor.len() > 1,
            actors: r.actor.iter().map(party).collect(),
            recipients: r.recipient.iter().map(party).collect(),
            date: r.date,
            enddate: r.enddate,
            aux: r.aux.clone(),
            said_by: r.said_by.iter().map(|e| e.key.clone()).collect(),
            witnesses: 1,
            place: r.event_loc.clone(),
            known: telling.row.known,
            foreign: None,
            tellings: vec![telling],
        }
    }
}

/// A score as it is written: 2.5, not 2.499999.
fn round(x: f32) -> f64 {
    (f64::from(x) * 1e4).round() / 1e4
}

/// How inexact a place is.
fn vague(place: &EventLoc) -> u8 {
    match place.resolution.as_deref() {
        Some("site" | "city") => 0,
        Some("near") => 1,
        Some("within") => 2,
        Some("region") => 3,
        Some("country") => 4,
        _ => 5,
    }
}

fn bare(key: &str) -> Entity {
    let sector = key.split_once('/').map(|(_, sector)| sector.to_string());
    Entity { key: key.into(), sector, ..Entity::default() }
}

/// What is asked about a report beside [`COLUMNS`].
const MORE: &str = "a.fingerprint";
/// The event that it tells of: a report belongs to one at a time, and its last row says to which.
const EVENT: &str = "(SELECT e.event FROM event_reports e WHERE e.report = r.id AND e.known <= ?1 AND e.here
     AND NOT EXISTS (SELECT 1 FROM event_reports n WHERE n.event = e.event AND n.report = e.report
                     AND n.known <= ?1 AND (n.known, n.version) > (e.known, e.version)) LIMIT 1)";
const LENGTH: &str = "length(a.text)";
/// What [`read`] reads.
type Read = (Raw, String, Option<String>, Option<i64>);

impl Ledger {
    /// Hands out the reports that pass the filter one after the other, until one is refused. `lengths` asks for the
    /// lengths of the articles' texts too, which takes longer.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn each_telling(
        &self,
        filter: &Filter,
        lengths: bool,
        mut give: impl FnMut(Telling) -> bool,
    ) -> Result<(), LedgerError> {
        let (sql, values) = self.chosen(filter, &columns(lengths, self.has_counts()?))?;
        let failed = |e: rusqlite::Error| self.explain(&e);
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let read = read(row).map_err(failed)?;
            if !give(self.telling(read)?) {
                break;
            }
        }
        Ok(())
    }

    fn telling(&self, (raw, text_sha256, event, text_length): Read) -> Result<Telling, LedgerError> {
        let mut row = self.row(raw)?;
        row.report.event_id = row.report.event_id.or(event);
        Ok(Telling { row, text_sha256, text_length })
    }

    /// Hands out the events that the reports passing the filter tell of, each whole and with its reports, by day, until
    /// one is refused.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn each_event(
        &self,
        filter: &Filter,
        lengths: bool,
        mut give: impl FnMut(Act) -> bool,
    ) -> Result<(), LedgerError> {
        let failed = |e: rusqlite::Error| self.explain(&e);
        let as_of = known_by(filter.as_of);
        let whole = |event: Event| -> Result<Act, LedgerError> {
            let names = event.reasons.iter().map(|r| r.report.as_str()).collect::<Vec<_>>();
            let tellings = self.tellings_named(&names, &as_of, lengths)?;
            Ok(Act::of_event(event, tellings))
        };
        if !self.has_counts()? {
            for event in self.events(filter)? {
                if !give(whole(event)?) {
                    break;
                }
            }
            return Ok(());
        }
        let (sql, values) = self.events_chosen(filter);
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let name: String = row.get(0).map_err(failed)?;
            let Some(event) = relate::event(&self.connection, &name, &as_of).map_err(failed)? else {
                continue;
            };
            if !give(whole(event)?) {
                break;
            }
        }
        Ok(())
    }

    /// The reports with these names, in this order.
    fn tellings_named(
        &self,
        names: &[&str],
        as_of: &str,
        lengths: bool,
    ) -> Result<Vec<Telling>, LedgerError> {
        let columns = columns(lengths, false);
        let sql = format!(
            "SELECT {columns} FROM {TABLES} WHERE {STOOD} AND r.name = ?2 ORDER BY u.id DESC LIMIT 1"
        );
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let values = vec![Value::Text(as_of.into()), Value::Text((*name).into())];
            for found in self.collect(&sql, values, read)? {
                all.push(self.telling(found)?);
            }
        }
        Ok(all)
    }

    /// Hands out the rows of other data sets that pass the filter, data set by data set in the order of their files,
    /// until one is refused. Parts of the filter that ask for what such rows do not have let none of them pass.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn each_imported_act(
        &self,
        filter: &Filter,
        mut give: impl FnMut(Act) -> bool,
    ) -> Result<(), LedgerError> {
        let asks_more = filter.text.is_some()
            || filter.article.is_some()
            || filter.said_by.is_some()
            || filter.min_confidence.is_some()
            || filter.claimed == Some(true)
            || filter.unreviewed
            || !matches!(filter.status, None | Some(Status::Asserted));
        if asks_more || !self.has_counts()? {
            return Ok(());
        }
        let mut values = vec![Value::Text(known_by(filter.as_of))];
        let mut sql = String::from(
            "SELECT i.name, f.row, f.day, x.key, a.name, a.sector, y.key, b.name, b.sector, t.event, t.mode, t.event_scale,
                    t.words, f.publisher, f.story, f.sentence, f.doer, f.place, i.known, i.license
             FROM foreign_rows f JOIN imports i ON i.id = f.import JOIN foreign_types t ON t.id = f.type
             JOIN foreign_parties a ON a.id = f.actor JOIN keys x ON x.id = a.key
             JOIN foreign_parties b ON b.id = f.recipient JOIN keys y ON y.id = b.key
             WHERE i.known <= ?1",
        );
        let mut and = |condition: &str, value: Value| {
            values.push(value);
            sql += &format!(" AND {}", condition.replace("{}", &format!("?{}", values.len())));
        };
        let text = |text: &str| Value::Text(text.into());
        for (condition, key) in [
            ("(x.key = {} OR f.doer = 2 AND y.key = {})", &filter.actor),
            ("(y.key = {} OR f.doer = 2 AND x.key = {})", &filter.recipient),
            ("(x.key = {} OR y.key = {})", &filter.either),
            ("t.mode = {}", &filter.mode),
            ("f.publisher = {}", &filter.source),
            ("json_extract(f.place, '$.country_code') = {}", &filter.country),
        ] {
            if let Some(key) = key {
                and(condition, text(key));
            }
        }
        if let Some((a, b)) = &filter.dyad {
            match self.pair(a, b)? {
                Some(pair) => and("f.pair = {}", Value::Integer(pair)),
                None => return Ok(()),
            }
        }
        if let Some(kind) = filter.kind {
            and("t.event = {}", text(kind.as_str()));
        }
        if let Some(from) = filter.from {
            and("f.day >= {}", Value::Integer(day::number(from)));
        }
        if let Some(to) = filter.to {
            and("f.day <= {}", Value::Integer(day::number(to)));
        }
        sql += " ORDER BY f.import, f.row";
        let failed = |e: rusqlite::Error| self.explain(&e);
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(failed)?;
        let mut left = filter.limit.unwrap_or(usize::MAX);
        let mut skip = filter.offset;
        while let Some(row) = rows.next().map_err(failed)? {
            let Some(act) = foreign(row).map_err(failed)? else { continue };
            if skip > 0 {
                skip -= 1;
                continue;
            }
            if left == 0 || !give(act) {
                break;
            }
            left -= 1;
        }
        Ok(())
    }
}

fn columns(lengths: bool, events: bool) -> String {
    let asked = |wanted: bool, what| if wanted { what } else { "NULL" };
    format!("{COLUMNS}, {MORE}, {}, {}", asked(events, EVENT), asked(lengths, LENGTH))
}

fn read(row: &rusqlite::Row) -> rusqlite::Result<Read> {
    Ok((Raw::read(row)?, row.get(9)?, row.get(10)?, row.get(11)?))
}

/// A row of another data set; `None` where a newer program wrote a type that this one does not know.
fn foreign(r: &rusqlite::Row) -> rusqlite::Result<Option<Act>> {
    let kind: String = r.get(9)?;
    let Some(kind) = EventType::parse(&kind) else { return Ok(None) };
    let party = |key: usize| -> rusqlite::Result<Party> {
        let (name, sector): (String, Option<String>) = (r.get(key + 1)?, r.get(key + 2)?);
        let key: String = r.get(key)?;
        let entity = Entity {
            key: key.clone(),
            sector: key.split_once('/').map(|(_, s)| s.to_string()).or(sector),
            identifier_text: Some(name.clone()),
            entity_text: name,
            ..Entity::default()
        };
        Ok(Party { key, entity })
    };
    let (import, row): (String, u64) = (r.get(0)?, r.get(1)?);
    let (actor, recipient) = (party(3)?, party(6)?);
    let mutual = r.get::<_, Option<i64>>(16)? == Some(2);
    let (actors, recipients) =
        if mutual { (vec![actor, recipient], Vec::new()) } else { (vec![actor], vec![recipient]) };
    let day = day::of(r.get(2)?);
    let known: String = r.get(18)?;
    let place: Option<String> = r.get(17)?;
    Ok(Some(Act {
        id: format!("{import}:{row}"),
        kind,
        mode: r.get(10)?,
        contexts: Vec::new(),
        scale: r.get(11)?,
        mutual,
        actors,
        recipients,
        date: Some(day),
        enddate: Some(day),
        aux: Vec::new(),
        said_by: Vec::new(),
        witnesses: 1,
        place: place.and_then(|p| serde_json::from_str(&p).ok()),
        known: known.parse().unwrap_or(day),
        tellings: Vec::new(),
        foreign: Some(Foreign {
            import,
            row,
            words: r.get(12)?,
            publisher: r.get(13)?,
            story: r.get(14)?,
            sentence: r.get(15)?,
            licence: r.get(19)?,
        }),
    }))
}
