//! What made what is here. A program that is about to write says so ([`Ledger::begin_manifest`]): its version, its lexicon and
//! models, its settings, what it reads. All runs that are written through the same [`Ledger`] bear that manifest. When it ends it
//! says how ([`Ledger::end_manifest`]); a manifest without an end is of a program that was killed, or is still at work.

use detente::report::Coder;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde_json::Value;

use crate::{Ledger, LedgerError};

/// How a program that wrote to the ledger ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It came to its end; what was skipped is in its counts.
    Done,
    /// Somebody stopped it before its end.
    Stopped,
    /// It failed as a whole.
    Failed,
}

impl Outcome {
    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Stopped => "stopped",
            Outcome::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Outcome {
        match text {
            "done" => Outcome::Done,
            "stopped" => Outcome::Stopped,
            _ => Outcome::Failed,
        }
    }
}

/// One time that a program wrote to the ledger.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manifest {
    /// Its number in the ledger; `None` for what was written without a manifest (by an older program, or another one), of
    /// which the runs of one coder are put together.
    pub id: Option<i64>,
    /// The command: `add`, `import`, `demo`; empty where there is no manifest.
    pub command: String,
    /// When it began, RFC 3339; `None` where there is no manifest.
    pub began: Option<String>,
    /// When it ended; `None` where it was killed or is still at work.
    pub ended: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Version, lexicon and model.
    pub coder: Coder,
    /// What was written under it.
    pub wrote: Wrote,
    /// All that was said at the beginning: files of the lexicon and models, settings, inputs. Null where there is no manifest.
    pub record: Value,
    /// All that was said at the end: counts, hashes of the inputs. Null before that.
    pub end: Value,
}

/// The rows that were written under a manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wrote {
    /// Readings of articles.
    pub readings: i64,
    /// Other data sets.
    pub imports: i64,
    /// Times that events, standings and turns were brought up to date.
    pub relates: i64,
}

impl Ledger {
    /// Says that a program begins to write: all runs that this `Ledger` writes from now on bear the manifest, whose number is
    /// given back. `began` is the time (RFC 3339), `record` anything else that there is to know, as JSON.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn begin_manifest(
        &mut self,
        command: &str,
        began: &str,
        coder: &Coder,
        record: &Value,
    ) -> Result<i64, LedgerError> {
        let written = self
            .connection
            .prepare_cached(
                "INSERT INTO manifests (command, began, version, lexicon, model, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .and_then(|mut s| {
                s.insert(params![command, began, coder.version, coder.lexicon, coder.model, record.to_string()])
            });
        let id = written.map_err(|e| self.explain(&e))?;
        self.manifest = Some(id);
        Ok(id)
    }

    /// Says how the program ended that [`Ledger::begin_manifest`] told of; nothing where it did not. What is written later
    /// bears no manifest.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn end_manifest(&mut self, outcome: Outcome, ended: &str, record: &Value) -> Result<(), LedgerError> {
        let Some(id) = self.manifest.take() else { return Ok(()) };
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO manifest_ends (manifest, ended, outcome, record) VALUES (?1, ?2, ?3, ?4)",
            )
            .and_then(|mut s| s.execute(params![id, ended, outcome.as_str(), record.to_string()]))
            .map_err(|e| self.explain(&e))?;
        Ok(())
    }

    /// Every time that a program wrote to the ledger, the first first; before them, by coder, what was written without a
    /// manifest.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn manifests(&self) -> Result<Vec<Manifest>, LedgerError> {
        let version = self.version()?;
        let kinds = if version >= 3 {
            "sum(kind = 'read'), sum(kind = 'import'), sum(kind = 'relate')"
        } else {
            "count(*), 0, 0"
        };
        let without = if version >= 6 { "WHERE manifest IS NULL" } else { "" };
        let mut all = self.collect(
            &format!(
                "SELECT coder_version, coder_lexicon, coder_model, {kinds} FROM runs {without}
                 GROUP BY coder_version, coder_lexicon, coder_model ORDER BY min(id)"
            ),
            Vec::new(),
            |r| {
                Ok(Manifest {
                    id: None,
                    command: String::new(),
                    began: None,
                    ended: None,
                    outcome: None,
                    coder: Coder { version: r.get(0)?, lexicon: r.get(1)?, model: r.get(2)? },
                    wrote: Wrote { readings: r.get(3)?, imports: r.get(4)?, relates: r.get(5)? },
                    record: Value::Null,
                    end: Value::Null,
                })
            },
        )?;
        if version >= 6 {
            all.extend(self.signed("ORDER BY m.id", Vec::new())?);
        }
        Ok(all)
    }

    /// One manifest by its number.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is none; else when the ledger cannot be read.
    pub fn manifest(&self, id: i64) -> Result<Manifest, LedgerError> {
        let found =
            if self.version()? >= 6 { self.signed("WHERE m.id = ?1", vec![id.into()])?.pop() } else { None };
        found.ok_or_else(|| LedgerError::NotFound { what: "run", id: id.to_string() })
    }

    /// The manifest under which the standing reading of an article was made, if it bears one.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn manifest_of(&self, article: &str) -> Result<Option<i64>, LedgerError> {
        if self.version()? < 6 {
            return Ok(None);
        }
        self.connection
            .prepare_cached(
                "SELECT u.manifest FROM runs u JOIN articles a ON a.id = u.article WHERE a.name = ?1
                 AND NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = u.id) ORDER BY u.id DESC LIMIT 1",
            )
            .and_then(|mut s| s.query_row([article], |r| r.get::<_, Option<i64>>(0)).optional())
            .map(Option::flatten)
            .map_err(|e| self.explain(&e))
    }

    fn signed(&self, rest: &str, values: Vec<rusqlite::types::Value>) -> Result<Vec<Manifest>, LedgerError> {
        // A damaged record is shown as the text that it is.
        let json = |text: Option<String>| {
            text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap_or(Value::String(text)))
        };
        self.collect(
            &format!(
                "SELECT m.id, m.command, m.began, e.ended, e.outcome, m.version, m.lexicon, m.model,
                        (SELECT count(*) FROM runs u WHERE u.manifest = m.id AND u.kind = 'read'),
                        (SELECT count(*) FROM runs u WHERE u.manifest = m.id AND u.kind = 'import'),
                        (SELECT count(*) FROM runs u WHERE u.manifest = m.id AND u.kind = 'relate'),
                        m.record, e.record
                 FROM manifests m LEFT JOIN manifest_ends e ON e.manifest = m.id {rest}"
            ),
            values,
            |r| {
                Ok(Manifest {
                    id: r.get(0)?,
                    command: r.get(1)?,
                    began: r.get(2)?,
                    ended: r.get(3)?,
                    outcome: r.get::<_, Option<String>>(4)?.map(|o| Outcome::parse(&o)),
                    coder: Coder { version: r.get(5)?, lexicon: r.get(6)?, model: r.get(7)? },
                    wrote: Wrote { readings: r.get(8)?, imports: r.get(9)?, relates: r.get(10)? },
                    record: json(r.get(11)?),
                    end: json(r.get(12)?),
                })
            },
        )
    }
}
