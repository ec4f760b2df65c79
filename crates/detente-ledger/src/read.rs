//! Asking: filters become SQL, SQL rows become records.

use detente::article::{Article, DateSource};
use detente::report::{Aux, Report};
use jiff::civil::Date;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params_from_iter};

use crate::{Counts, DyadCount, Filter, KeyHit, Ledger, LedgerError, Order, Row, Status};

/// Which runs stood on a day: those known by then that no run known by then supersedes. With no day, all runs
/// count as known.
pub(crate) const STOOD: &str =
    "u.known <= ?1 AND NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = u.id AND n.known <= ?1)";

/// First and last day on which anything is told to have happened.
const FIRST: &str = "min(CASE WHEN NOT (r.negated OR r.future OR r.hypothetical) THEN r.date END)";
const LAST: &str = "max(CASE WHEN NOT (r.negated OR r.future OR r.hypothetical) THEN r.enddate END)";

/// Later than every day of the calendar: "now".
const NOW: &str = "9999-99-99";

/// The day as SQL compares it.
pub(crate) fn known_by(as_of: Option<Date>) -> String {
    as_of.map_or_else(|| NOW.to_string(), |d| d.to_string())
}

/// The columns of a [`Row`].
pub(crate) const COLUMNS: &str =
    "r.record, r.sentence, a.name, a.title, a.source, a.url, a.published, u.known, r.name";

pub(crate) const TABLES: &str = "reports r JOIN runs u ON u.id = r.run JOIN articles a ON a.id = r.article";

impl Ledger {
    /// The reports that pass the filter: by event day, undated last, then by article and place in the text.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn reports(&self, filter: &Filter) -> Result<Vec<Row>, LedgerError> {
        let (sql, values) = self.chosen(filter, COLUMNS)?;
        self.rows(&sql, values)
    }

    /// True where each of the lists that the filter looks reports up in is long.
    pub(crate) fn is_much(&self, filter: &Filter) -> Result<bool, LedgerError> {
        const MUCH: i64 = 3_000;
        let long = |sql: &str, values: Vec<Value>| {
            let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {sql} LIMIT {MUCH})");
            self.collect(&sql, values, |r| Ok(r.get::<_, i64>(0)? >= MUCH)).map(|all| all == [true])
        };
        let text = |key: &String| Value::Text(key.clone());
        let mut any = false;
        if let Some(query) = filter.text.as_deref().and_then(search_query) {
            any = true;
            if !long("search WHERE search MATCH ?1", vec![Value::Text(query)])? {
                return Ok(false);
            }
        }
        for key in [&filter.actor, &filter.recipient, &filter.either].into_iter().flatten() {
            any = true;
            if !long("parties WHERE key = ?1", vec![text(key)])? {
                return Ok(false);
            }
        }
        if let Some((a, b)) = &filter.dyad {
            any = true;
            if !long("dyads WHERE a = ?1 AND b = ?2", vec![text(a.min(b)), text(a.max(b))])? {
                return Ok(false);
            }
        }
        Ok(any)
    }

    /// Hands out the reports that pass the filter one after the other, in its order, until one is refused.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn each_report(&self, filter: &Filter, mut give: impl FnMut(Row) -> bool) -> Result<(), LedgerError> {
        let (sql, values) = self.chosen(filter, COLUMNS)?;
        let failed = |e: rusqlite::Error| self.explain(&e);
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let raw = Raw::read(row).map_err(failed)?;
            if !give(self.row(raw)?) {
                break;
            }
        }
        Ok(())
    }

    /// A query for what passes the filter, in its order.
    pub(crate) fn chosen(&self, filter: &Filter, columns: &str) -> Result<(String, Vec<Value>), LedgerError> {
        let (mut condition, mut values) = condition(filter);
        if filter.limit.is_some() && self.is_much(filter)? {
            // Better to go through the days from one end until enough is found than to fetch and sort all of it.
            condition = condition.replace("r.id IN", "+r.id IN");
        }
        let turn = if filter.newest_first { "DESC" } else { "ASC" };
        let first = match filter.order {
            Order::Days => "",
            Order::Friendly => "r.event_scale DESC, ",
            Order::Hostile => "r.event_scale ASC, ",
            Order::Sure => "json_extract(r.record, '$.confidence') DESC, ",
            Order::Doubtful => "json_extract(r.record, '$.confidence') ASC, ",
        };
        values.push(Value::Integer(filter.limit.map_or(-1, |l| i64::try_from(l).unwrap_or(i64::MAX))));
        values.push(Value::Integer(i64::try_from(filter.offset).unwrap_or(i64::MAX)));
        let sql = format!(
            "SELECT {columns} FROM {TABLES} WHERE {condition}
             ORDER BY {first}coalesce(r.date, r.enddate) IS NULL, coalesce(r.date, r.enddate) {turn}, r.enddate {turn},
                      a.name, r.sentence_start, r.id
             LIMIT ?{} OFFSET ?{}",
            values.len() - 1,
            values.len()
        );
        Ok((sql, values))
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

    /// The reports with these ids that stood on a day, in the order of [`Ledger::reports`].
    pub(crate) fn reports_named(&self, names: &[&str], as_of: Option<Date>) -> Result<Vec<Row>, LedgerError> {
        let list = serde_json::to_string(names).unwrap_or_default();
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE {STOOD} AND r.name IN (SELECT value FROM json_each(?2))
             ORDER BY coalesce(r.date, r.enddate) IS NULL, coalesce(r.date, r.enddate), r.enddate, a.name,
                      r.sentence_start, r.id"
        );
        self.rows(&sql, vec![Value::Text(known_by(as_of)), Value::Text(list)])
    }

    /// The reports in these rows of the table ([`crate::Chosen::ids`]), in their order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn reports_in_rows(&self, ids: &[i64]) -> Result<Vec<Row>, LedgerError> {
        let list = serde_json::to_string(ids).unwrap_or_default();
        let sql = format!(
            "SELECT {COLUMNS} FROM json_each(?1) j CROSS JOIN {TABLES} WHERE r.id = j.value ORDER BY j.key"
        );
        self.rows(&sql, vec![Value::Text(list)])
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

    /// One article by its name in the ledger, which becomes its id. Where its text is elsewhere ([`Ledger::has_text`]
    /// tells), `text` holds the sentences of its reports and the names of their parties, each at its place, and line
    /// breaks in place of all else: so every span still finds its words.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is none; else when the ledger cannot be read.
    pub fn article(&self, id: &str) -> Result<Article, LedgerError> {
        let later = if self.version()? >= 4 {
            "author, retrieved, file, place, copy_of"
        } else {
            "NULL, NULL, NULL, NULL, NULL"
        };
        let sql = format!(
            "SELECT name, title, published, published_from, text, url, source, license, language, {later}, id
             FROM articles WHERE name = ?1"
        );
        let found = self
            .connection
            .prepare_cached(&sql)
            .and_then(|mut s| {
                s.query_row([id], |r| {
                    let published_from: String = r.get(3)?;
                    let text: Option<String> = r.get(4)?;
                    let lacks_text = text.is_none().then_some(r.get(14)?);
                    let article = Article {
                        id: r.get(0)?,
                        title: r.get(1)?,
                        published: day(r.get(2)?),
                        published_from: serde_json::from_value(published_from.into())
                            .unwrap_or(DateSource::None),
                        text: text.unwrap_or_default(),
                        url: r.get(5)?,
                        source: r.get(6)?,
                        license: r.get(7)?,
                        language: r.get(8)?,
                        author: r.get(9)?,
                        retrieved: r.get::<_, Option<String>>(10)?.and_then(|t| t.parse().ok()),
                        file: r.get(11)?,
                        place: r.get(12)?,
                        copy_of: r.get(13)?,
                    };
                    Ok((article, lacks_text))
                })
                .optional()
            })
            .map_err(|e| self.explain(&e))?;
        let Some((mut article, lacks_text)) = found else {
            return Err(LedgerError::NotFound { what: "article", id: id.into() });
        };
        if let Some(row) = lacks_text {
            article.text = self.quoted_text(row)?;
        }
        Ok(article)
    }

    /// True where the ledger holds the whole text of the article, false where it was read elsewhere and only the
    /// sentences of its reports are here.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is no such article; else when the ledger cannot be read.
    pub fn has_text(&self, article: &str) -> Result<bool, LedgerError> {
        self.collect(
            "SELECT text IS NOT NULL FROM articles WHERE name = ?1",
            vec![Value::Text(article.into())],
            |r| r.get(0),
        )?
        .pop()
        .ok_or_else(|| LedgerError::NotFound { what: "article", id: article.into() })
    }

    /// The sha256 of the article's text, whether or not the text is here.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is no such article; else when the ledger cannot be read.
    pub fn fingerprint(&self, article: &str) -> Result<String, LedgerError> {
        self.collect(
            "SELECT fingerprint FROM articles WHERE name = ?1",
            vec![Value::Text(article.into())],
            |r| r.get(0),
        )?
        .pop()
        .ok_or_else(|| LedgerError::NotFound { what: "article", id: article.into() })
    }

    /// The sentence of a report (its id, such as `morning-3#0`), as the latest run has it: there whether or not the text
    /// of its article is.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when no run has it; else when the ledger cannot be read.
    pub fn sentence(&self, report: &str) -> Result<String, LedgerError> {
        self.collect(
            "SELECT sentence FROM reports WHERE name = ?1 ORDER BY run DESC LIMIT 1",
            vec![Value::Text(report.into())],
            |r| r.get(0),
        )?
        .pop()
        .ok_or_else(|| LedgerError::NotFound { what: "report", id: report.into() })
    }

    /// What is known of a text that is elsewhere: sentences and names at their places, line breaks between them.
    fn quoted_text(&self, article: i64) -> Result<String, LedgerError> {
        let mut pieces: Vec<(usize, String)> = Vec::new();
        let mut put = |start: u32, end: u32, words: &str| {
            if end.checked_sub(start).map(|n| n as usize) == Some(words.len()) && end <= crate::write::LONGEST
            {
                pieces.push((start as usize, words.into()));
            }
        };
        let rows = self.collect(
            "SELECT sentence_start, sentence_end, sentence, record FROM reports WHERE article = ?1 ORDER BY id",
            vec![Value::Integer(article)],
            |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?, r.get::<_, String>(3)?)),
        )?;
        for (start, end, sentence, record) in rows {
            put(start, end, &sentence);
            let Ok(report) = serde_json::from_str::<Report>(&record) else { continue };
            for party in report.actor.iter().chain(&report.recipient).chain(&report.said_by) {
                put(party.start, party.end, &party.entity_text);
            }
        }
        let length = pieces.iter().map(|(start, words)| start + words.len()).max().unwrap_or(0);
        let mut text = vec![b'\n'; length];
        // The longest last: a name within a sentence is written over by the sentence.
        pieces.sort_by(|x, y| (x.1.len(), &x).cmp(&(y.1.len(), &y)));
        let put = |text: &mut Vec<u8>, start: usize, words: &[u8]| {
            if let Some(room) = text.get_mut(start..start + words.len()) {
                room.copy_from_slice(words);
            }
        };
        for (start, words) in &pieces {
            put(&mut text, *start, words.as_bytes());
        }
        String::from_utf8(text).or_else(|_| {
            // Readings that contradict each other overlap by half a letter: the sentences that can stand, one by one.
            let mut text = vec![b'\n'; length];
            let mut free = vec![true; length];
            for (start, words) in pieces.iter().rev() {
                let Some(room) = free.get_mut(*start..start + words.len()) else { continue };
                if room.iter().all(|free| *free) {
                    room.fill(false);
                    put(&mut text, *start, words.as_bytes());
                }
            }
            Ok(String::from_utf8_lossy(&text).into_owned())
        })
    }

    /// The dyads with the most reports, busiest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn dyads(&self, limit: usize, as_of: Option<Date>) -> Result<Vec<DyadCount>, LedgerError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let row = |r: &rusqlite::Row| {
            Ok(DyadCount {
                a: r.get(0)?,
                b: r.get(1)?,
                reports: r.get(2)?,
                articles: r.get(3)?,
                foreign: r.get(4)?,
                first: day(r.get(5)?),
                last: day(r.get(6)?),
            })
        };
        if as_of.is_none() && self.has_counts()? {
            let sql = "SELECT x.key, y.key, c.reports, c.articles, c.foreign_events, c.first, c.last
                       FROM pair_counts c JOIN pairs p ON p.id = c.pair JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
                       WHERE c.reports + c.foreign_events > 0
                       ORDER BY c.reports + c.foreign_events DESC, x.key, y.key LIMIT ?1";
            return self.collect(sql, vec![Value::Integer(limit)], row);
        }
        let foreign = if self.has_counts()? {
            "UNION ALL
             SELECT x.key, y.key, 0, 0, count(DISTINCT f.day || ' ' || t.event || ' ' || coalesce(t.mode, '') ||
                    CASE WHEN f.doer = 2 OR t.event IN ('AGREE', 'CONSULT', 'COOPERATE') THEN '' ELSE ' ' || f.doer || ' ' || t.event_scale END),
                    date(min(f.day) * 86400, 'unixepoch'), date(max(f.day) * 86400, 'unixepoch')
             FROM foreign_rows f JOIN imports i ON i.id = f.import JOIN foreign_types t ON t.id = f.type
             JOIN pairs p ON p.id = f.pair JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
             WHERE i.known <= ?1 GROUP BY f.pair, i.id"
        } else {
            ""
        };
        let sql = format!(
            "SELECT a, b, sum(reports), sum(articles), sum(foreign_events), min(first), max(last) FROM
             (SELECT d.a AS a, d.b AS b, count(*) AS reports, count(DISTINCT r.article) AS articles, 0 AS foreign_events,
                     {FIRST} AS first, {LAST} AS last
             FROM dyads d JOIN reports r ON r.id = d.report JOIN runs u ON u.id = r.run
             WHERE {STOOD} GROUP BY d.a, d.b {foreign})
             GROUP BY a, b ORDER BY sum(reports) + sum(foreign_events) DESC, a, b LIMIT ?2"
        );
        self.collect(&sql, vec![Value::Text(known_by(as_of)), Value::Integer(limit)], row)
    }

    /// True where the file has the tables of version 3: an older one that is only read has not.
    pub(crate) fn has_counts(&self) -> Result<bool, LedgerError> {
        Ok(self.version()? >= 3)
    }

    /// Version of the tables in the file.
    pub(crate) fn version(&self) -> Result<i64, LedgerError> {
        self.connection
            .prepare_cached("PRAGMA user_version")
            .and_then(|mut s| s.query_row([], |r| r.get(0)))
            .map_err(|e| self.explain(&e))
    }

    /// How much the ledger holds.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn counts(&self, as_of: Option<Date>) -> Result<Counts, LedgerError> {
        let row = |r: &rusqlite::Row| {
            Ok(Counts {
                articles: r.get(0)?,
                sources: r.get(1)?,
                actors: r.get(2)?,
                dyads: r.get(3)?,
                reports: r.get(4)?,
                dated: r.get(5)?,
                first: day(r.get(6)?),
                last: day(r.get(7)?),
                foreign: r.get(8)?,
                imports: r.get(9)?,
            })
        };
        let kept = self.has_counts()?;
        let mut counts = if as_of.is_none() && kept {
            let counter = |name: &str| format!("(SELECT value FROM counters WHERE name = '{name}')");
            // The day at one end of the real reports that stand, found from that end.
            let end = |what: &str, order: &str| {
                format!(
                    "(SELECT {what} FROM reports r WHERE NOT (r.negated OR r.future OR r.hypothetical) AND {what} IS NOT NULL
                      AND NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = r.run) ORDER BY {what} {order} LIMIT 1)"
                )
            };
            let sql = format!(
                "SELECT {}, (SELECT count(*) FROM source_counts), {}, {}, {}, {},
                        (SELECT min(day) FROM (SELECT {} AS day UNION ALL SELECT min(first) FROM imports)),
                        (SELECT max(day) FROM (SELECT {} AS day UNION ALL SELECT max(last) FROM imports)),
                        {}, (SELECT count(*) FROM imports)",
                counter("articles"),
                counter("actors"),
                counter("dyads"),
                counter("reports"),
                counter("dated"),
                end("r.date", "ASC"),
                end("r.enddate", "DESC"),
                counter("foreign_events"),
            );
            self.collect(&sql, Vec::new(), row)?
        } else {
            let reports = format!("FROM reports r JOIN runs u ON u.id = r.run WHERE {STOOD}");
            let imports = "FROM foreign_rows f JOIN imports i ON i.id = f.import WHERE i.known <= ?1";
            // An older file that is only read has no foreign events.
            let (keys, pairs, ends, foreign) = if kept {
                (
                    format!(
                        "UNION SELECT k.key FROM keys k WHERE k.id IN (SELECT p.key FROM foreign_parties p
                         WHERE p.id IN (SELECT f.actor {imports} UNION SELECT f.recipient {imports}))"
                    ),
                    format!(
                        "UNION SELECT x.key, y.key FROM pairs p JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
                         WHERE p.id IN (SELECT f.pair {imports})"
                    ),
                    (
                        "UNION ALL SELECT min(first) FROM imports WHERE known <= ?1",
                        "UNION ALL SELECT max(last) FROM imports WHERE known <= ?1",
                    ),
                    "(SELECT coalesce(sum(events), 0) FROM imports WHERE known <= ?1),
                     (SELECT count(*) FROM imports WHERE known <= ?1)",
                )
            } else {
                (String::new(), String::new(), ("", ""), "0, 0")
            };
            let sql = format!(
                "SELECT (SELECT count(*) FROM articles WHERE known <= ?1),
                        (SELECT count(DISTINCT source) FROM articles WHERE known <= ?1),
                        (SELECT count(*) FROM (SELECT p.key FROM parties p JOIN reports r ON r.id = p.report
                         JOIN runs u ON u.id = r.run WHERE {STOOD} {dedup} {keys})),
                        (SELECT count(*) FROM (SELECT DISTINCT d.a, d.b FROM dyads d JOIN reports r ON r.id = d.report
                         JOIN runs u ON u.id = r.run WHERE {STOOD} {pairs})),
                        count(*), count(coalesce(r.date, r.enddate)),
                        (SELECT min(day) FROM (SELECT {FIRST} AS day {reports} {first})),
                        (SELECT max(day) FROM (SELECT {LAST} AS day {reports} {last})), {foreign}
                 {reports}",
                dedup = if kept { "" } else { "GROUP BY p.key" },
                first = ends.0,
                last = ends.1,
            );
            self.collect(&sql, vec![Value::Text(known_by(as_of))], row)?
        };
        Ok(counts.pop().unwrap_or_default())
    }

    /// Parties whose key, canonical name or words in the text hold these letters (any case), the most told
    /// about first. The unknown party of other data sets ([`detente::foreign::UNKNOWN`]) is nobody.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn keys_like(&self, text: &str, limit: usize) -> Result<Vec<KeyHit>, LedgerError> {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let sql = if self.has_counts()? {
            "SELECT k.key, c.reports + c.foreign_events AS told FROM keys k JOIN key_counts c ON c.key = k.id
             WHERE told > 0 AND k.key <> ?3 AND (k.key LIKE ?1 ESCAPE '\\'
                   OR k.id IN (SELECT key FROM names WHERE name LIKE ?1 ESCAPE '\\')
                   OR k.id IN (SELECT key FROM foreign_parties WHERE name LIKE ?1 ESCAPE '\\'))
             ORDER BY told DESC, k.key LIMIT ?2"
        } else {
            "SELECT p.key, count(DISTINCT p.report) FROM parties p
             JOIN reports r ON r.id = p.report JOIN runs u ON u.id = r.run
             WHERE NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = u.id) AND p.key <> ?3
               AND p.key IN (SELECT key FROM parties WHERE key LIKE ?1 ESCAPE '\\' OR name LIKE ?1 ESCAPE '\\'
                             OR entity_text LIKE ?1 ESCAPE '\\')
             GROUP BY p.key ORDER BY count(DISTINCT p.report) DESC, p.key LIMIT ?2"
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let nobody = Value::Text(detente::foreign::UNKNOWN.to_owned());
        let values = vec![Value::Text(format!("%{escaped}%")), Value::Integer(limit), nobody];
        let hits: Vec<(String, usize)> = self.collect(sql, values, |r| Ok((r.get(0)?, r.get(1)?)))?;
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
        let sql = if self.has_counts()? {
            "SELECT n.name FROM names n JOIN keys k ON k.id = n.key WHERE k.key = ?1 AND n.kind = 'name'
             ORDER BY n.reports DESC, length(n.name), n.name LIMIT 1"
        } else {
            "SELECT name FROM parties WHERE key = ?1 AND name IS NOT NULL AND office IS NULL
             GROUP BY name ORDER BY count(*) DESC, length(name), name LIMIT 1"
        };
        let name: Option<String> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([key], |r| r.get(0)).optional())
            .map_err(|e| self.explain(&e))?;
        Ok(name.unwrap_or_else(|| key.to_string()))
    }

    pub(crate) fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, LedgerError> {
        let raw = self.collect(sql, values, Raw::read)?;
        raw.into_iter().map(|raw| self.row(raw)).collect()
    }

    /// The row with its record read.
    pub(crate) fn row(&self, raw: Raw) -> Result<Row, LedgerError> {
        let damaged = |name: &str, why: String| LedgerError::Damaged {
            path: self.path.clone(),
            why: format!("the record of report {name:?}: {why}"),
        };
        let report: Report =
            serde_json::from_str(&raw.record).map_err(|e| damaged(&raw.name, e.to_string()))?;
        if report.event.is_empty() {
            return Err(damaged(&raw.name, "it names no event type".into()));
        }
        let known =
            raw.known.parse().map_err(|_| damaged(&raw.name, "the day it became known is none".into()))?;
        Ok(Row {
            report,
            sentence: raw.sentence,
            article_id: raw.article_id,
            title: raw.title,
            source: raw.source,
            url: raw.url,
            published: raw.published,
            known,
        })
    }

    pub(crate) fn collect<T>(
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
pub(crate) struct Raw {
    record: String,
    name: String,
    known: String,
    sentence: String,
    article_id: String,
    title: Option<String>,
    source: Option<String>,
    url: Option<String>,
    published: Option<Date>,
}

impl Raw {
    /// Out of [`COLUMNS`].
    pub(crate) fn read(r: &rusqlite::Row) -> rusqlite::Result<Raw> {
        Ok(Raw {
            record: r.get(0)?,
            sentence: r.get(1)?,
            article_id: r.get(2)?,
            title: r.get(3)?,
            source: r.get(4)?,
            url: r.get(5)?,
            published: day(r.get(6)?),
            known: r.get(7)?,
            name: r.get(8)?,
        })
    }
}

/// A sector as people say it.
pub(crate) fn people(sector: &str) -> &str {
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
pub(crate) fn day(text: Option<String>) -> Option<Date> {
    text.and_then(|t| t.parse().ok())
}

/// The filter as a condition over `r`, `u` and `a`; `?1` is the day of knowledge.
pub(crate) fn condition(filter: &Filter) -> (String, Vec<Value>) {
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
    if let Some(mode) = &filter.mode {
        and("r.mode = {}", mode);
    }
    if let Some(key) = &filter.said_by {
        and("r.said_by = {}", key);
    }
    if let Some(country) = &filter.country {
        and("r.country = {}", country);
    }
    if let Some(source) = &filter.source {
        and("a.source = {}", source);
    }
    if let Some(least) = filter.min_confidence {
        and("json_extract(r.record, '$.confidence') >= CAST({} AS REAL)", &least.to_string());
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
    match filter.claimed {
        Some(true) => {
            sql += " AND r.said_by IS NOT NULL";
            for key in [&filter.actor, &filter.recipient, &filter.either].into_iter().flatten() {
                values.push(Value::Text(key.clone()));
                sql += &format!(" AND r.said_by <> ?{}", values.len());
            }
        }
        Some(false) => sql += " AND r.said_by IS NULL",
        None => {}
    }
    if filter.unreviewed {
        sql += " AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.report = r.name)";
    }
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
pub(crate) fn search_query(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| format!("\"{w}\""))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}
