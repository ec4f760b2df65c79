//! Asking: filters become SQL, SQL rows become records.

use detente::article::{Article, DateSource};
use detente::report::{Aux, Report};
use jiff::civil::Date;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params_from_iter};

use crate::{Counts, DyadCount, Filter, KeyHit, Ledger, LedgerError, Row, Status};

/// Which runs stood on a day: those known by then that no run known by then supersedes. With no day, all runs
/// count as known.
const STOOD: &str =
    "u.known <= ?1 AND NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = u.id AND n.known <= ?1)";

/// First and last day on which anything is told to have happened.
const REAL_DAYS: &str = "min(CASE WHEN NOT (r.negated OR r.future OR r.hypothetical) THEN r.date END),
                         max(CASE WHEN NOT (r.negated OR r.future OR r.hypothetical) THEN r.enddate END)";

/// Later than every day of the calendar: "now".
const NOW: &str = "9999-99-99";

/// The day as SQL compares it.
fn known_by(as_of: Option<Date>) -> String {
    as_of.map_or_else(|| NOW.to_string(), |d| d.to_string())
}

/// The columns of a [`Row`].
const COLUMNS: &str = "r.record, r.sentence, a.name, a.title, a.source, a.url, a.published, u.known, r.name";

const TABLES: &str = "reports r JOIN runs u ON u.id = r.run JOIN articles a ON a.id = r.article";

impl Ledger {
    /// The reports that pass the filter: by event day, undated last, then by article and place in the text.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn reports(&self, filter: &Filter) -> Result<Vec<Row>, LedgerError> {
        let (condition, mut values) = condition(filter);
        let turn = if filter.newest_first { "DESC" } else { "ASC" };
        values.push(Value::Integer(filter.limit.map_or(-1, |l| i64::try_from(l).unwrap_or(i64::MAX))));
        values.push(Value::Integer(i64::try_from(filter.offset).unwrap_or(i64::MAX)));
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE {condition}
             ORDER BY coalesce(r.date, r.enddate) IS NULL, coalesce(r.date, r.enddate) {turn}, r.enddate {turn},
                      a.name, r.sentence_start, r.name
             LIMIT ?{} OFFSET ?{}",
            values.len() - 1,
            values.len()
        );
        self.rows(&sql, values)
    }

    /// How many reports pass the filter (its limit and offset do not count).
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn count(&self, filter: &Filter) -> Result<usize, LedgerError> {
        let (condition, values) = condition(filter);
        let sql = format!("SELECT count(*) FROM {TABLES} WHERE {condition}");
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut s| s.query_row(params_from_iter(values), |r| r.get(0)))
            .map_err(|e| self.explain(&e))
    }

    /// The reports between two parties, either way round, oldest first, undated last.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn dyad(&self, a: &str, b: &str, as_of: Option<Date>) -> Result<Vec<Row>, LedgerError> {
        self.reports(&Filter { dyad: Some((a.into(), b.into())), as_of, ..Filter::default() })
    }

    /// One report by its id, as the latest run has it. A report that only a superseded run has is found too.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when no run has it; else when the ledger cannot be read.
    pub fn report(&self, id: &str) -> Result<Row, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE r.name = ?1 ORDER BY u.id DESC LIMIT 1");
        let mut rows = self.rows(&sql, vec![Value::Text(id.into())])?;
        rows.pop().ok_or_else(|| LedgerError::NotFound { what: "report", id: id.into() })
    }

    /// One article by its name in the ledger, which becomes its id.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is none; else when the ledger cannot be read.
    pub fn article(&self, id: &str) -> Result<Article, LedgerError> {
        self.connection
            .prepare_cached(
                "SELECT name, title, published, published_from, text, url, source, license, language
                 FROM articles WHERE name = ?1",
            )
            .and_then(|mut s| {
                s.query_row([id], |r| {
                    let published_from: String = r.get(3)?;
                    Ok(Article {
                        id: r.get(0)?,
                        title: r.get(1)?,
                        published: day(r.get(2)?),
                        published_from: serde_json::from_value(published_from.into())
                            .unwrap_or(DateSource::None),
                        text: r.get(4)?,
                        url: r.get(5)?,
                        source: r.get(6)?,
                        license: r.get(7)?,
                        language: r.get(8)?,
                    })
                })
                .optional()
            })
            .map_err(|e| self.explain(&e))?
            .ok_or_else(|| LedgerError::NotFound { what: "article", id: id.into() })
    }

    /// The dyads with the most reports, busiest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn dyads(&self, limit: usize, as_of: Option<Date>) -> Result<Vec<DyadCount>, LedgerError> {
        let sql = format!(
            "SELECT d.a, d.b, count(*), count(DISTINCT r.article), {REAL_DAYS}
             FROM dyads d JOIN reports r ON r.id = d.report JOIN runs u ON u.id = r.run
             WHERE {STOOD} GROUP BY d.a, d.b ORDER BY count(*) DESC, d.a, d.b LIMIT ?2"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.collect(&sql, vec![Value::Text(known_by(as_of)), Value::Integer(limit)], |r| {
            Ok(DyadCount {
                a: r.get(0)?,
                b: r.get(1)?,
                reports: r.get(2)?,
                articles: r.get(3)?,
                first: day(r.get(4)?),
                last: day(r.get(5)?),
            })
        })
    }

    /// How much the ledger holds.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn counts(&self, as_of: Option<Date>) -> Result<Counts, LedgerError> {
        let reports = format!("FROM reports r JOIN runs u ON u.id = r.run WHERE {STOOD}");
        let sql = format!(
            "SELECT (SELECT count(*) FROM articles WHERE known <= ?1),
                    (SELECT count(DISTINCT source) FROM articles WHERE known <= ?1),
                    (SELECT count(DISTINCT p.key) FROM parties p JOIN reports r ON r.id = p.report
                     JOIN runs u ON u.id = r.run WHERE {STOOD}),
                    (SELECT count(*) FROM (SELECT DISTINCT d.a, d.b FROM dyads d JOIN reports r ON r.id = d.report
                     JOIN runs u ON u.id = r.run WHERE {STOOD})),
                    count(*), count(coalesce(r.date, r.enddate)), {REAL_DAYS}
             {reports}"
        );
        let mut counts = self.collect(&sql, vec![Value::Text(known_by(as_of))], |r| {
            Ok(Counts {
                articles: r.get(0)?,
                sources: r.get(1)?,
                actors: r.get(2)?,
                dyads: r.get(3)?,
                reports: r.get(4)?,
                dated: r.get(5)?,
                first: day(r.get(6)?),
                last: day(r.get(7)?),
            })
        })?;
        Ok(counts.pop().unwrap_or_default())
    }

    /// Parties whose key, canonical name or words in the text hold these letters (any case), the most told
    /// about first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn keys_like(&self, text: &str, limit: usize) -> Result<Vec<KeyHit>, LedgerError> {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let sql = "SELECT p.key, count(DISTINCT p.report) FROM parties p
                   JOIN reports r ON r.id = p.report JOIN runs u ON u.id = r.run
                   WHERE NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = u.id)
                     AND p.key IN (SELECT key FROM parties WHERE key LIKE ?1 ESCAPE '\\' OR name LIKE ?1 ESCAPE '\\'
                                   OR entity_text LIKE ?1 ESCAPE '\\')
                   GROUP BY p.key ORDER BY count(DISTINCT p.report) DESC, p.key LIMIT ?2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let hits: Vec<(String, usize)> =
            self.collect(sql, vec![Value::Text(format!("%{escaped}%")), Value::Integer(limit)], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })?;
        hits.into_iter()
            .map(|(key, reports)| Ok(KeyHit { name: self.name_of(&key)?, key, reports }))
            .collect()
    }

    /// The name to show for a key: its most frequent canonical name, of the party itself and not of somebody who
    /// acts for it (the United States are not called "Barack Obama"); for people of a country or group, its name
    /// and who they are: "Syria (rebels)". Else the key itself.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn name_of(&self, key: &str) -> Result<String, LedgerError> {
        if let Some((whose, who)) = key.split_once('/') {
            return Ok(format!("{} ({})", self.name_of(whose)?, people(who)));
        }
        let sql = "SELECT name FROM parties WHERE key = ?1 AND name IS NOT NULL AND office IS NULL
                   GROUP BY name ORDER BY count(*) DESC, length(name), name LIMIT 1";
        let name: Option<String> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([key], |r| r.get(0)).optional())
            .map_err(|e| self.explain(&e))?;
        Ok(name.unwrap_or_else(|| key.to_string()))
    }

    fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, LedgerError> {
        let raw = self.collect(sql, values, |r| {
            let record: String = r.get(0)?;
            let known: String = r.get(7)?;
            Ok((
                record,
                known,
                r.get::<_, String>(8)?,
                Raw {
                    sentence: r.get(1)?,
                    article_id: r.get(2)?,
                    title: r.get(3)?,
                    source: r.get(4)?,
                    url: r.get(5)?,
                    published: day(r.get(6)?),
                },
            ))
        })?;
        let damaged = |name: &str, why: String| LedgerError::Damaged {
            path: self.path.clone(),
            why: format!("the record of report {name:?}: {why}"),
        };
        raw.into_iter()
            .map(|(record, known, name, raw)| {
                let report: Report =
                    serde_json::from_str(&record).map_err(|e| damaged(&name, e.to_string()))?;
                if report.event.is_empty() {
                    return Err(damaged(&name, "no event type".into()));
                }
                let known = known.parse().map_err(|e: jiff::Error| damaged(&name, e.to_string()))?;
                let Raw { sentence, article_id, title, source, url, published } = raw;
                Ok(Row { report, sentence, article_id, title, source, url, published, known })
            })
            .collect()
    }

    fn collect<T>(
        &self,
        sql: &str,
        values: Vec<Value>,
        row: impl FnMut(&rusqlite::Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, LedgerError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_map(params_from_iter(values), row)?.collect())
            .map_err(|e| self.explain(&e))
    }
}

/// A [`Row`] before its record is read.
struct Raw {
    sentence: String,
    article_id: String,
    title: Option<String>,
    source: Option<String>,
    url: Option<String>,
    published: Option<Date>,
}

/// A sector as people say it.
fn people(sector: &str) -> &str {
    match sector {
        "AGR" => "farmers",
        "BUS" => "business",
        "COP" => "police",
        "CRM" => "criminals",
        "CVL" => "people",
        "EDU" => "schools",
        "ELI" => "elites",
        "GOV" => "government",
        "JRN" => "media",
        "JUD" => "courts",
        "LAB" => "workers",
        "LEG" => "lawmakers",
        "MED" => "medics",
        "MIL" => "military",
        "OPP" => "opposition",
        "PTY" => "parties",
        "REB" => "rebels",
        "REF" => "refugees",
        "REL" => "clergy",
        "SPY" => "intelligence",
        "UAF" => "armed men",
        _ => sector,
    }
}

/// A day as the tables hold it.
fn day(text: Option<String>) -> Option<Date> {
    text.and_then(|t| t.parse().ok())
}

/// The filter as a condition over `r`, `u` and `a`; `?1` is the day of knowledge.
fn condition(filter: &Filter) -> (String, Vec<Value>) {
    let mut values = vec![Value::Text(known_by(filter.as_of))];
    let mut all = vec![format!("({STOOD})")];
    let mut and = |sql: &str, value: &str| {
        values.push(Value::Text(value.into()));
        all.push(sql.replace("{}", &format!("?{}", values.len())));
    };
    const PARTY: &str = "r.id IN (SELECT report FROM parties WHERE key = {}";
    if let Some(key) = &filter.actor {
        and(&format!("{PARTY} AND role = 'actor')"), key);
    }
    if let Some(key) = &filter.recipient {
        and(&format!("{PARTY} AND role = 'recipient')"), key);
    }
    if let Some(key) = &filter.either {
        and(&format!("{PARTY})"), key);
    }
    if let Some((x, y)) = &filter.dyad {
        and("r.id IN (SELECT report FROM dyads WHERE a = {}", x.min(y));
        and(" b = {})", x.max(y));
    }
    if let Some(kind) = filter.kind {
        and("r.event = {}", kind.as_str());
    }
    if let Some(from) = filter.from {
        and("coalesce(r.enddate, r.date) >= {}", &from.to_string());
    }
    if let Some(to) = filter.to {
        and("coalesce(r.date, r.enddate) <= {}", &to.to_string());
    }
    if let Some(name) = &filter.article {
        and("a.name = {}", name);
    }
    if let Some(query) = filter.text.as_deref().and_then(search_query) {
        and("r.id IN (SELECT rowid FROM search WHERE search MATCH {})", &query);
    }
    let mut sql = all.join(" AND ");
    match filter.status {
        Some(Status::Asserted) => sql += " AND NOT (r.negated OR r.future OR r.hypothetical)",
        Some(Status::Aux(Aux::Negated)) => sql += " AND r.negated",
        Some(Status::Aux(Aux::Future)) => sql += " AND r.future",
        Some(Status::Aux(Aux::Hypothetical)) => sql += " AND r.hypothetical",
        Some(Status::Aux(Aux::Historical)) => sql += " AND r.historical",
        None => {}
    }
    (sql, values)
}

/// What a person typed, as words that must all stand there; nothing in it has a meaning of its own to the
/// search engine. `None` where it holds no word.
fn search_query(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| format!("\"{w}\""))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}
