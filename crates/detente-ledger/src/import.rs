//! Importing events of other data sets. Rows are written in transactions of bounded size; the row of the import itself
//! comes last, and what has no such row is seen by nobody. So an import that is killed half-way leaves nothing to see,
//! and what it left is taken away by the next one.

use std::collections::{BTreeMap, HashMap};

use detente::day;
use detente::foreign::{ForeignEvent, ForeignParty, UNKNOWN};
use detente::plover::EventType;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::keys::Keys;
use crate::open::explain;
use crate::relate::{move_horizon, touch_pair};
use crate::series::{self, Foreign};
use crate::write::{add_to, came_or_went, total};
use crate::{Ledger, LedgerError};

/// What is to be known about another data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// A short name for it: `icews18`. Where another import has it already, a piece of the hash follows.
    pub name: String,
    /// The file, for people.
    pub file: String,
    /// sha256 of the file, hexadecimal: the same file is not imported twice.
    pub sha256: String,
    /// Form of the file: `table`, `icews`, `gdelt` and so on.
    pub format: String,
    /// Its licence.
    pub licence: Option<String>,
    /// The day on which its events become known.
    pub known: Date,
    /// Remarks: rows that were left out and why.
    pub notes: Vec<String>,
}

/// What became of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportCounts {
    /// The name under which the ledger keeps it.
    pub name: String,
    /// True where the same file was there already; nothing was written then, and the counts are those of then.
    pub already: bool,
    /// Rows.
    pub rows: u64,
    /// Events between two known parties: rows of one day that say the same, or mirror each other in a meeting, are
    /// one.
    pub events: u64,
}

/// An event of an import, as the ledger keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignTold {
    /// Name of the import.
    pub import: String,
    /// Line of its file.
    pub row: i64,
    /// Its day.
    pub day: Date,
    /// Entity key of who does it.
    pub actor: String,
    /// The name in the file.
    pub actor_name: String,
    /// Entity key of whom it is done to.
    pub recipient: String,
    /// The name in the file.
    pub recipient_name: String,
    /// PLOVER type.
    pub kind: EventType,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// Place on the scale from −10 to +10.
    pub scale: f64,
    /// The act in the file's words.
    pub words: String,
    /// Do the two do it with each other?
    pub mutual: bool,
}

/// Rows in one transaction.
const ROWS: usize = 50_000;

/// What is known by number while rows of one transaction are written.
struct Chunk<'c> {
    connection: &'c Connection,
    keys: Keys<'c>,
    parties: HashMap<(String, String, Option<String>), i64>,
    types: HashMap<(String, EventType, Option<String>, u64), i64>,
}

impl Ledger {
    /// The import of a file with this fingerprint, if the ledger has it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn imported(&self, sha256: &str) -> Result<Option<ImportCounts>, LedgerError> {
        self.connection
            .query_row("SELECT name, rows, events FROM imports WHERE sha256 = ?1", [sha256], |r| {
                Ok(ImportCounts { name: r.get(0)?, already: true, rows: r.get(1)?, events: r.get(2)? })
            })
            .optional()
            .map_err(|e| explain(&self.path, &e))
    }

    /// Hands over the events of imports, one after the other, in the order of the imports and of their rows: of the import
    /// with this name, or of all. `false` where the ledger has no import of this name.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn each_foreign(
        &self,
        import: Option<&str>,
        mut give: impl FnMut(ForeignTold),
    ) -> Result<bool, LedgerError> {
        let failed = |e: rusqlite::Error| explain(&self.path, &e);
        if !self.has_counts()? {
            return Ok(import.is_none());
        }
        let there = |name: &str| {
            self.connection
                .prepare_cached("SELECT 1 FROM imports WHERE name = ?1")
                .and_then(|mut s| s.exists([name]))
        };
        if !import.map_or(Ok(true), there).map_err(failed)? {
            return Ok(false);
        }
        let mut read = || -> rusqlite::Result<()> {
            let mut query = self.connection.prepare(
                "SELECT i.name, f.row, f.day, x.key, a.name, y.key, b.name, t.event, t.mode, t.event_scale, t.words, f.doer
                 FROM imports i JOIN foreign_rows f ON f.import = i.id JOIN foreign_types t ON t.id = f.type
                 JOIN foreign_parties a ON a.id = f.actor JOIN keys x ON x.id = a.key
                 JOIN foreign_parties b ON b.id = f.recipient JOIN keys y ON y.id = b.key
                 WHERE ?1 IS NULL OR i.name = ?1 ORDER BY i.id, f.row",
            )?;
            let mut rows = query.query([import])?;
            while let Some(row) = rows.next()? {
                let kind: String = row.get(7)?;
                let Some(kind) = EventType::parse(&kind) else { continue };
                give(ForeignTold {
                    import: row.get(0)?,
                    row: row.get(1)?,
                    day: day::of(row.get(2)?),
                    actor: row.get(3)?,
                    actor_name: row.get(4)?,
                    recipient: row.get(5)?,
                    recipient_name: row.get(6)?,
                    kind,
                    mode: row.get(8)?,
                    scale: row.get(9)?,
                    words: row.get(10)?,
                    mutual: row.get::<_, Option<i64>>(11)? == Some(2),
                });
            }
            Ok(())
        };
        read().map_err(failed)?;
        Ok(true)
    }

    /// Hands over each id that events of earlier imports of this form have in their data set, so that a file that
    /// overlaps with an earlier one adds no event twice.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn foreign_ids(&self, format: &str, mut each: impl FnMut(&str)) -> Result<(), LedgerError> {
        let mut read = || -> rusqlite::Result<()> {
            let mut query = self.connection.prepare(
                "SELECT f.source_id FROM imports i JOIN foreign_rows f ON f.import = i.id
                 WHERE i.format = ?1 AND f.source_id IS NOT NULL",
            )?;
            let mut rows = query.query([format])?;
            while let Some(row) = rows.next()? {
                each(row.get_ref(0)?.as_str()?);
            }
            Ok(())
        };
        read().map_err(|e| explain(&self.path, &e))
    }

    /// Takes the events of another data set in, all or none, and brings standings and turns up to date.
    ///
    /// # Errors
    /// When the ledger cannot be written, or [`LedgerError::BadImport`] when a line comes twice or another program
    /// imports at the same time. Nothing of the data set is seen then.
    pub fn import(
        &mut self,
        import: &Import,
        rows: impl Iterator<Item = ForeignEvent>,
    ) -> Result<ImportCounts, LedgerError> {
        let path = self.path.clone();
        let failed = |e: rusqlite::Error| explain(&path, &e);
        let bad = |why: &str| LedgerError::BadImport { name: import.name.clone(), why: why.into() };
        if let Some(there) = self.imported(&import.sha256)? {
            return Ok(there);
        }
        let id = self.sweep()?;
        let manifest = self.manifest;

        // For each pair its first and last day; for each key how many rows.
        let mut pairs: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        let mut key_rows: BTreeMap<i64, i64> = BTreeMap::new();
        let (mut written, mut days) = (0u64, None);
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let transaction = self.begin()?;
            let mut chunk = Chunk {
                connection: &transaction,
                keys: Keys::new(&transaction),
                parties: HashMap::new(),
                types: HashMap::new(),
            };
            for event in rows.by_ref().take(ROWS) {
                let pair = chunk.insert(id, &event).map_err(|e| match e.sqlite_error_code() {
                    Some(rusqlite::ErrorCode::ConstraintViolation) => {
                        bad(&format!("line {} comes twice, or another program imports", event.row))
                    }
                    _ => failed(e),
                })?;
                if let Some(pair) = pair {
                    let day = day::number(event.day);
                    let days = pairs.entry(pair).or_insert((day, day));
                    *days = (days.0.min(day), days.1.max(day));
                }
                for party in [&event.actor, &event.recipient] {
                    *key_rows.entry(chunk.keys.key(&party.key).map_err(failed)?).or_default() += 1;
                }
                days = Some(days.map_or((event.day, event.day), |d: (Date, Date)| {
                    (d.0.min(event.day), d.1.max(event.day))
                }));
                written += 1;
            }
            transaction.commit().map_err(failed)?;
        }

        let transaction = self.begin()?;
        let held: u64 = transaction
            .query_row("SELECT count(*) FROM foreign_rows WHERE import = ?1", [id], |r| r.get(0))
            .map_err(failed)?;
        if held != written {
            return Err(bad("another program imports at the same time"));
        }
        let (name, events) = finish(&transaction, (id, manifest), import, (written, days), &pairs, &key_rows)
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
        if !self.later {
            self.relate()?;
        }
        Ok(ImportCounts { name, already: false, rows: written, events })
    }

    fn begin(&mut self) -> Result<Transaction<'_>, LedgerError> {
        let path = self.path.clone();
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|e| explain(&path, &e))
    }

    /// Takes away what an import that was cut short has left, and gives the number of the next.
    fn sweep(&mut self) -> Result<i64, LedgerError> {
        let path = self.path.clone();
        let failed = |e: rusqlite::Error| explain(&path, &e);
        loop {
            let transaction = self.begin()?;
            let next: i64 = transaction
                .query_row("SELECT coalesce(max(id), 0) + 1 FROM imports", [], |r| r.get(0))
                .map_err(failed)?;
            let gone = transaction
                .execute(
                    "DELETE FROM foreign_rows WHERE (import, row) IN
                     (SELECT import, row FROM foreign_rows WHERE import >= ?1 LIMIT ?2)",
                    params![next, ROWS],
                )
                .map_err(failed)?;
            transaction.commit().map_err(failed)?;
            if gone == 0 {
                return Ok(next);
            }
        }
    }
}

impl Chunk<'_> {
    /// Writes a row, and gives its pair.
    fn insert(&mut self, import: i64, event: &ForeignEvent) -> rusqlite::Result<Option<i64>> {
        let (actor, recipient) = (self.party(&event.actor)?, self.party(&event.recipient)?);
        let kind = self.kind(event)?;
        let (x, y) = (event.actor.key.as_str(), event.recipient.key.as_str());
        let pair = if x == y || [x, y].contains(&UNKNOWN) { None } else { Some(self.keys.pair(x, y)?) };
        let doer = if event.mutual { 2 } else { i64::from(x > y) };
        let place = event.place.as_ref().and_then(|place| serde_json::to_string(place).ok());
        self.connection
            .prepare_cached(
                "INSERT INTO foreign_rows (import, row, day, actor, recipient, type, pair, doer, source_id,
                                           publisher, story, sentence, place)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                import,
                event.row,
                day::number(event.day),
                actor,
                recipient,
                kind,
                pair,
                pair.map(|_| doer),
                event.id,
                event.publisher,
                event.story,
                event.sentence,
                place
            ])?;
        Ok(pair)
    }

    fn party(&mut self, party: &ForeignParty) -> rusqlite::Result<i64> {
        let name = (party.key.clone(), party.name.clone(), party.sector.clone());
        if let Some(id) = self.parties.get(&name) {
            return Ok(*id);
        }
        let key = self.keys.key(&party.key)?;
        let there: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT id FROM foreign_parties WHERE key = ?1 AND name = ?2 AND coalesce(sector, '') = coalesce(?3, '')",
            )?
            .query_row(params![key, party.name, party.sector], |r| r.get(0))
            .optional()?;
        let id = match there {
            Some(id) => id,
            None => self
                .connection
                .prepare_cached("INSERT INTO foreign_parties (key, name, sector) VALUES (?1, ?2, ?3)")?
                .insert(params![key, party.name, party.sector])?,
        };
        self.parties.insert(name, id);
        Ok(id)
    }

    fn kind(&mut self, event: &ForeignEvent) -> rusqlite::Result<i64> {
        // The scale as it is written down, so that 4.8 stays 4.8.
        let scale: f64 = event.scale.to_string().parse().unwrap_or_else(|_| f64::from(event.scale));
        let scale = scale.clamp(-10.0, 10.0);
        let name = (event.words.clone(), event.kind, event.mode.clone(), scale.to_bits());
        if let Some(id) = self.types.get(&name) {
            return Ok(*id);
        }
        let there: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT id FROM foreign_types WHERE words = ?1 AND event = ?2 AND coalesce(mode, '') = coalesce(?3, '')
                 AND event_scale = ?4",
            )?
            .query_row(params![event.words, event.kind.as_str(), event.mode, scale], |r| r.get(0))
            .optional()?;
        let id = match there {
            Some(id) => id,
            None => self
                .connection
                .prepare_cached(
                    "INSERT INTO foreign_types (words, event, mode, event_scale) VALUES (?1, ?2, ?3, ?4)",
                )?
                .insert(params![event.words, event.kind.as_str(), event.mode, scale])?,
        };
        self.types.insert(name, id);
        Ok(id)
    }
}

/// Makes the import seen, counts it, and lists the pairs that it touches.
fn finish(
    connection: &Connection,
    (id, manifest): (i64, Option<i64>),
    import: &Import,
    (rows, days): (u64, Option<(Date, Date)>),
    pairs: &BTreeMap<i64, (i64, i64)>,
    key_rows: &BTreeMap<i64, i64>,
) -> rusqlite::Result<(String, u64)> {
    let mut name = import.name.clone();
    let mut taken = connection.prepare_cached("SELECT 1 FROM imports WHERE name = ?1")?;
    for length in [8, 16, import.sha256.len()] {
        if !taken.exists([&name])? {
            break;
        }
        name = format!("{}~{}", import.name, import.sha256.get(..length).unwrap_or(&import.sha256));
    }
    let known = import.known.to_string();
    let notes = serde_json::to_string(&import.notes).unwrap_or_else(|_| "[]".into());
    let folded = series::folded(connection, id, &Foreign::read(connection)?)?;
    let events: i64 = folded.values().sum();
    connection
        .prepare_cached(
            "INSERT INTO imports (id, name, file, sha256, format, license, known, rows, events, first, last, notes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            id,
            name,
            import.file,
            import.sha256,
            import.format,
            import.licence,
            known,
            rows,
            events,
            days.map(|d| d.0.to_string()),
            days.map(|d| d.1.to_string()),
            notes
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO runs (kind, import, coder_version, coder_lexicon, coder_model, known, notes, manifest)
             VALUES ('import', ?1, ?2, '', '', ?3, '[]', ?4)",
        )?
        .execute(params![id, env!("CARGO_PKG_VERSION"), known, manifest])?;
    for (pair, (first, last)) in pairs {
        let here = folded.get(pair).copied().unwrap_or(0);
        let was =
            total(connection, "SELECT reports + foreign_events FROM pair_counts WHERE pair = ?1", *pair)?;
        connection
            .prepare_cached(
                "INSERT INTO pair_counts (pair, reports, articles, foreign_events, first, last) VALUES (?1, 0, 0, ?2, ?3, ?4)
                 ON CONFLICT (pair) DO UPDATE SET foreign_events = foreign_events + excluded.foreign_events,
                 first = min(coalesce(first, excluded.first), excluded.first),
                 last = max(coalesce(last, excluded.last), excluded.last)",
            )?
            .execute(params![pair, here, day::of(*first).to_string(), day::of(*last).to_string()])?;
        came_or_went(connection, "dyads", was, was + here)?;
        touch_pair(connection, *pair, &known, *first)?;
    }
    for (key, here) in key_rows {
        let was = total(connection, "SELECT reports + foreign_events FROM key_counts WHERE key = ?1", *key)?;
        connection
            .prepare_cached(
                "INSERT INTO key_counts (key, reports, foreign_events) VALUES (?1, 0, ?2)
                 ON CONFLICT (key) DO UPDATE SET foreign_events = foreign_events + excluded.foreign_events",
            )?
            .execute(params![key, here])?;
        came_or_went(connection, "actors", was, was + here)?;
    }
    add_to(connection, "foreign_events", events)?;
    move_horizon(connection, import.known)?;
    Ok((name, events as u64))
}
