//! Is the file what it says it is? The ledger's own integrity, checked without changing a byte: SQLite's pages, references between
//! rows, every text against its hash, every span against the words that it claims, events against their reports, and standings
//! and turns worked out anew against those that are kept. Whoever wants to know whether today's program would still read the
//! same asks for the kept readings ([`Ledger::kept`]) and reads the texts again.
//!
//! Big ledgers are checked by samples. A sample is the same for the same ledger and seed.

use std::collections::BTreeMap;

use detente::article::Article;
use detente::report::{Coder, Entity, Report};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use crate::relate::horizon;
use crate::series::{self, Foreign, read_month, worked_out_month};
use crate::write::{fingerprint, pairs, renamed};
use crate::{Ledger, LedgerError};

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// A word for programs: `sqlite`, `reference`, `text`, `record`, `words`, `columns`, `event`, `standing` or `turn`.
    pub kind: &'static str,
    /// Which article, report, event or pair; empty where it is the whole file.
    pub of: String,
    /// What is wrong with it, in a sentence.
    pub what: String,
}

/// What was looked at, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Articles whose text was held against its hash.
    pub texts: usize,
    /// Articles whose text is elsewhere: their spans cannot be checked.
    pub without_text: usize,
    /// Reports whose spans were held against the text.
    pub reports: usize,
    /// Events held against their reports.
    pub events: usize,
    /// Pairs whose standing and turns were worked out anew.
    pub pairs: usize,
    /// True where events and standings are not up to date with the articles: they were not checked then.
    pub behind: bool,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// An article with the reading of it that stands.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The article, under its name in the ledger.
    pub article: Article,
    /// True where the text is the one whose sha256 is kept.
    pub is_whole: bool,
    /// What read it.
    pub coder: Coder,
    /// Under which manifest.
    pub manifest: Option<i64>,
    /// What was read, in the order of the text.
    pub reports: Vec<Report>,
    /// Reports whose record cannot be read.
    pub damaged: Vec<String>,
}

/// So many of a list, chosen by the seed; the order is kept. All where there is no number.
fn choose(mut all: Vec<i64>, sample: Option<usize>, seed: u64) -> Vec<i64> {
    let Some(n) = sample.filter(|n| *n < all.len()) else { return all };
    // SplitMix64: the same on every machine.
    let lot = |row: i64| {
        let mut z =
            seed.wrapping_add(u64::from_ne_bytes(row.to_ne_bytes()).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    all.sort_by_cached_key(|row| (lot(*row), *row));
    all.truncate(n);
    all.sort_unstable();
    all
}

impl Ledger {
    /// Rows of articles whose text is here: all, or a sample. [`Ledger::kept`] takes them.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn texts(&self, sample: Option<usize>, seed: u64) -> Result<Vec<i64>, LedgerError> {
        let all =
            self.collect("SELECT id FROM articles WHERE text IS NOT NULL ORDER BY id", Vec::new(), |r| {
                r.get(0)
            })?;
        Ok(choose(all, sample, seed))
    }

    /// An article with the reading that stands, by its row.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is none; else when the ledger cannot be read.
    pub fn kept(&self, row: i64) -> Result<Kept, LedgerError> {
        let missing = || LedgerError::NotFound { what: "article", id: row.to_string() };
        let (name, print): (String, String) = self
            .collect(
                "SELECT name, fingerprint FROM articles WHERE id = ?1",
                vec![Value::Integer(row)],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?
            .pop()
            .ok_or_else(missing)?;
        let article = self.article(&name)?;
        let manifest = if self.version()? >= 6 { "manifest" } else { "NULL" };
        let run = self
            .connection
            .prepare_cached(&format!(
                "SELECT id, coder_version, coder_lexicon, coder_model, {manifest} FROM runs u
                 WHERE article = ?1 AND NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = u.id) ORDER BY id DESC LIMIT 1"
            ))
            .and_then(|mut s| {
                s.query_row([row], |r| {
                    let coder = Coder { version: r.get(1)?, lexicon: r.get(2)?, model: r.get(3)? };
                    Ok((r.get::<_, i64>(0)?, coder, r.get::<_, Option<i64>>(4)?))
                })
                .optional()
            })
            .map_err(|e| self.explain(&e))?;
        let is_whole = fingerprint(&article.text) == print;
        let (mut reports, mut damaged) = (Vec::new(), Vec::new());
        let (coder, manifest) = match run {
            None => (Coder::default(), None),
            Some((run, coder, manifest)) => {
                let rows: Vec<(String, String)> = self.collect(
                    "SELECT name, record FROM reports WHERE run = ?1 ORDER BY id",
                    vec![Value::Integer(run)],
                    |r| Ok((r.get(0)?, r.get(1)?)),
                )?;
                for (name, record) in rows {
                    match serde_json::from_str(&record) {
                        Ok(report) => reports.push(report),
                        Err(_) => damaged.push(name),
                    }
                }
                (coder, manifest)
            }
        };
        Ok(Kept { article, is_whole, coder, manifest, reports, damaged })
    }

    /// A report of an article of this ledger as [`Ledger::add`] would keep it.
    ///
    /// # Errors
    /// When it is not fit to be kept.
    pub fn as_kept(&self, report: &Report, article: &Article) -> Result<Report, LedgerError> {
        renamed(report, article, &article.id, article.copy_of.as_deref())
    }

    /// Checks the file: all of it, or its pages and a sample of so many articles, events and pairs.
    ///
    /// # Errors
    /// When the ledger cannot be read at all. What is damaged in it is a fault, and the rest is checked all the same.
    pub fn audit(&self, sample: Option<usize>, seed: u64) -> Result<Audit, LedgerError> {
        let mut audit = Audit::default();
        self.check_pages(&mut audit);
        audit.without_text = self
            .collect("SELECT count(*) FROM articles WHERE text IS NULL", Vec::new(), |r| r.get(0))?
            .pop()
            .unwrap_or_default();
        for row in self.texts(sample, seed)? {
            if let Err(error) = self.check_article(row, &mut audit) {
                audit.fault("sqlite", format!("article in row {row}"), error.to_string());
            }
        }
        if !self.has_counts()? {
            // An older file keeps neither.
            return Ok(audit);
        }
        audit.behind = self.is_behind()?;
        if audit.behind {
            return Ok(audit);
        }
        let events = self.collect(
            "SELECT v.id FROM event_versions v WHERE v.gone = 0
             AND NOT EXISTS (SELECT 1 FROM event_versions n WHERE n.name = v.name AND (n.known, n.id) > (v.known, v.id))
             ORDER BY v.id",
            Vec::new(),
            |r| r.get(0),
        );
        match events {
            Ok(events) => {
                for event in choose(events, sample, seed) {
                    if let Err(error) = self.check_event(event, &mut audit) {
                        audit.fault("sqlite", format!("event in row {event}"), error.to_string());
                    }
                }
            }
            Err(error) => audit.fault("sqlite", String::new(), error.to_string()),
        }
        let pairs = self.collect("SELECT pair FROM pair_standings ORDER BY pair", Vec::new(), |r| r.get(0));
        match pairs {
            Ok(pairs) => {
                let foreign = Foreign::read(&self.connection).map_err(|e| self.explain(&e))?;
                for pair in choose(pairs, sample, seed) {
                    if let Err(error) = self.check_pair(pair, &foreign, &mut audit) {
                        audit.fault("sqlite", format!("pair in row {pair}"), error.to_string());
                    }
                }
            }
            Err(error) => audit.fault("sqlite", String::new(), error.to_string()),
        }
        Ok(audit)
    }

    /// SQLite's own look at its pages, and references that lead nowhere.
    fn check_pages(&self, audit: &mut Audit) {
        let told = self.collect("PRAGMA quick_check(20)", Vec::new(), |r| r.get::<_, String>(0));
        match told {
            Ok(lines) => {
                for line in lines.into_iter().filter(|line| line != "ok") {
                    audit.fault("sqlite", String::new(), line);
                }
            }
            Err(error) => audit.fault("sqlite", String::new(), error.to_string()),
        }
        let told = self.collect("PRAGMA foreign_key_check", Vec::new(), |r| {
            let row = r.get::<_, Option<i64>>(1)?.map_or_else(String::new, |row| format!(", row {row}"));
            Ok((r.get::<_, String>(0)?, row, r.get::<_, String>(2)?))
        });
        for (table, row, other) in told.unwrap_or_default().into_iter().take(20) {
            audit.fault(
                "reference",
                format!("{table}{row}"),
                format!("it refers to a row that {other} does not have"),
            );
        }
    }

    /// A text, and the reports that stand in it.
    fn check_article(&self, row: i64, audit: &mut Audit) -> Result<(), LedgerError> {
        let kept = self.kept(row)?;
        let name = &kept.article.id;
        audit.texts += 1;
        if !kept.is_whole {
            audit.fault(
                "text",
                name.clone(),
                "its text has another sha256 than is kept: the text was damaged".into(),
            );
        }
        for report in kept.damaged {
            audit.fault("record", report, "its record cannot be read".into());
        }
        let mut columns = self.columns(row)?;
        for report in &kept.reports {
            audit.reports += 1;
            for what in wrong_words(report, &kept.article.text) {
                audit.fault("words", report.id.clone(), what);
            }
            match columns.remove(&report.id) {
                Some(there) => {
                    for what in there.differences(report) {
                        audit.fault("columns", report.id.clone(), what);
                    }
                }
                None => audit.fault(
                    "columns",
                    report.id.clone(),
                    "its row bears another name than its record".into(),
                ),
            }
        }
        Ok(())
    }

    /// What stands beside the records of an article's standing reports.
    fn columns(&self, article: i64) -> Result<BTreeMap<String, Columns>, LedgerError> {
        let rows = self.collect(
            "SELECT r.name, r.event, r.date, r.enddate, r.sentence, r.sentence_start, r.sentence_end, r.said_by,
                    (SELECT json_group_array(p.role || ' ' || p.key) FROM (SELECT role, key FROM parties
                     WHERE report = r.id ORDER BY role, number) p),
                    (SELECT json_group_array(d.a || ' ' || d.b) FROM (SELECT a, b FROM dyads WHERE report = r.id
                     ORDER BY a, b) d)
             FROM reports r WHERE r.article = ?1 AND NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = r.run)",
            vec![Value::Integer(article)],
            |r| {
                let list = |text: String| serde_json::from_str(&text).unwrap_or_default();
                Ok((
                    r.get(0)?,
                    Columns {
                        event: r.get(1)?,
                        date: r.get(2)?,
                        enddate: r.get(3)?,
                        sentence: r.get(4)?,
                        start: r.get(5)?,
                        end: r.get(6)?,
                        said_by: r.get(7)?,
                        parties: list(r.get(8)?),
                        dyads: list(r.get(9)?),
                    },
                ))
            },
        )?;
        Ok(rows.into_iter().collect())
    }

    /// An event and its reports.
    fn check_event(&self, version: i64, audit: &mut Audit) -> Result<(), LedgerError> {
        let (name, told): (String, i64) = self
            .collect(
                "SELECT name, reports FROM event_versions WHERE id = ?1",
                vec![Value::Integer(version)],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?
            .pop()
            .ok_or_else(|| LedgerError::NotFound { what: "event", id: version.to_string() })?;
        audit.events += 1;
        let members = self.collect(
            "SELECT e.report, r.name, EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = r.run)
             FROM event_reports e LEFT JOIN reports r ON r.id = e.report
             WHERE e.event = ?1 AND e.here = 1
             AND NOT EXISTS (SELECT 1 FROM event_reports n WHERE n.event = e.event AND n.report = e.report
                             AND (n.known, n.version) > (e.known, e.version))",
            vec![Value::Text(name.clone())],
            |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Option<String>>(1)?, r.get::<_, Option<bool>>(2)?)),
        )?;
        for (row, report, superseded) in &members {
            match (report, superseded) {
                (None, _) => {
                    audit.fault("event", name.clone(), format!("its report in row {row} is not there"));
                }
                (Some(report), Some(true)) => {
                    audit.fault(
                        "event",
                        name.clone(),
                        format!("its report {report} was read anew and stands no more"),
                    );
                }
                _ => {}
            }
        }
        if usize::try_from(told).ok() != Some(members.len()) {
            let what = format!("it says that {told} reports tell of it, and {} do", members.len());
            audit.fault("event", name, what);
        }
        Ok(())
    }

    /// Months and turns of a pair, worked out anew.
    fn check_pair(&self, pair: i64, foreign: &Foreign, audit: &mut Audit) -> Result<(), LedgerError> {
        let failed = |e: rusqlite::Error| self.explain(&e);
        let evidence = series::evidence(&self.connection, pair, foreign).map_err(failed)?;
        let of = format!("{} – {}", evidence.a, evidence.b);
        let until: String = self
            .connection
            .prepare_cached("SELECT until FROM pair_standings WHERE pair = ?1")
            .and_then(|mut s| s.query_row([pair], |r| r.get(0)))
            .map_err(failed)?;
        let day = horizon(&self.connection).map_err(failed)?;
        let known = series::known_on(&evidence, day, jiff::civil::Date::MIN);
        audit.pairs += 1;
        // The last version of each month.
        let rows = self.collect(
            "SELECT month, level, low, high, weight, treat, alike, state FROM standing_versions
             WHERE pair = ?1 ORDER BY month, known, run",
            vec![Value::Integer(pair)],
            |r| read_month(r, 0),
        )?;
        let mut stored: BTreeMap<String, crate::StandingMonth> =
            rows.into_iter().map(|month| (series::month(month.first), month)).collect();
        let level = |m: &crate::StandingMonth| match m.level {
            Some(level) => format!("{:.3} ({:.3} to {:.3})", level.value, level.low, level.high),
            None => "none".into(),
        };
        for month in &known.months {
            let now = worked_out_month(month);
            let name = series::month(now.first);
            if name > until {
                break;
            }
            match stored.remove(&name) {
                Some(then) if then != now => {
                    let what = format!(
                        "its level of {name} is kept as {}, and comes to {}",
                        level(&then),
                        level(&now)
                    );
                    audit.fault("standing", of.clone(), what);
                }
                None if now.level.is_some() => {
                    let what = format!("its level of {name} is not kept, and comes to {}", level(&now));
                    audit.fault("standing", of.clone(), what);
                }
                _ => {}
            }
        }
        for (name, month) in stored.into_iter().filter(|(_, month)| month.level.is_some()) {
            let what = format!("its level of {name} is kept as {}, and nothing speaks for it", level(&month));
            audit.fault("standing", of.clone(), what);
        }
        let mut turns: Vec<String> = self
            .connection
            .prepare_cached(
                "SELECT t.record FROM turn_versions t WHERE t.pair = ?1 AND t.gone = 0
                 AND NOT EXISTS (SELECT 1 FROM turn_versions n WHERE n.pair = t.pair AND n.kind = t.kind
                     AND n.date_from = t.date_from AND n.date_to = t.date_to AND n.number = t.number
                     AND (n.known, n.id) > (t.known, t.id))",
            )
            .and_then(|mut s| s.query_map(params![pair], |r| r.get(0))?.collect())
            .map_err(failed)?;
        for turn in &known.turns {
            let record = serde_json::to_string(turn).unwrap_or_default();
            match turns.iter().position(|there| *there == record) {
                Some(at) => drop(turns.swap_remove(at)),
                None => {
                    let what = format!("its {} of {} is not kept so", turn.kind.as_str(), turn.day);
                    audit.fault("turn", of.clone(), what);
                }
            }
        }
        for record in turns {
            let turn: serde_json::Value = serde_json::from_str(&record).unwrap_or_default();
            let word = |name: &str| turn[name].as_str().unwrap_or("?").to_owned();
            let what = format!("its {} of {} is kept, and does not come out", word("kind"), word("day"));
            audit.fault("turn", of.clone(), what);
        }
        Ok(())
    }
}

impl Audit {
    fn fault(&mut self, kind: &'static str, of: String, what: String) {
        self.faults.push(Fault { kind, of, what });
    }
}

/// Columns of a report that say what its record says.
struct Columns {
    event: String,
    date: Option<String>,
    enddate: Option<String>,
    sentence: String,
    start: i64,
    end: i64,
    said_by: Option<String>,
    parties: Vec<String>,
    dyads: Vec<String>,
}

impl Columns {
    fn differences(&self, report: &Report) -> Vec<String> {
        let day = |day: Option<jiff::civil::Date>| day.map(|d| d.to_string());
        let role = |role: &str, list: &[Entity]| {
            list.iter().map(|e| format!("{role} {}", e.key)).collect::<Vec<_>>()
        };
        let parties = [role("actor", &report.actor), role("recipient", &report.recipient)].concat();
        let dyads: Vec<String> = pairs(report).iter().map(|(a, b)| format!("{a} {b}")).collect();
        let said_by = report.said_by.as_ref().map(|e| e.key.clone());
        let (start, end) = (i64::from(report.text_info.start), i64::from(report.text_info.end));
        let kind = report.event.first().map_or("", |kind| kind.as_str());
        let same = [
            ("event", self.event == kind),
            ("date", self.date == day(report.date)),
            ("enddate", self.enddate == day(report.enddate)),
            ("sentence_start", self.start == start),
            ("sentence_end", self.end == end),
            ("sentence", usize::try_from(end - start).ok() == Some(self.sentence.len())),
            ("said_by", self.said_by == said_by),
            ("parties", self.parties == parties),
            ("dyads", self.dyads == dyads),
        ];
        same.iter()
            .filter(|(_, same)| !same)
            .map(|(name, _)| format!("{name} is not as its record says"))
            .collect()
    }
}

/// Spans of a report that do not hold what they claim.
fn wrong_words(report: &Report, text: &str) -> Vec<String> {
    let slice = |start: u32, end: u32| text.get(start as usize..end as usize);
    let mut wrong = Vec::new();
    let sentence = report.text_info;
    if slice(sentence.start, sentence.end).is_none() {
        wrong.push(format!(
            "its sentence (bytes {} to {}) does not lie in the text",
            sentence.start, sentence.end
        ));
    }
    for party in report.actor.iter().chain(&report.recipient).chain(&report.said_by) {
        if slice(party.start, party.end) != Some(party.entity_text.as_str()) {
            wrong.push(format!(
                "“{}” does not stand at bytes {} to {} of the text",
                party.entity_text, party.start, party.end
            ));
        }
    }
    for evidence in report.evidence.iter().chain(report.links.iter().map(|link| &link.evidence)) {
        for span in &evidence.spans {
            if slice(span.start, span.end).is_none() {
                wrong.push(format!(
                    "the words of {} (bytes {} to {}) do not lie in the text",
                    evidence.rule, span.start, span.end
                ));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_the_same_for_the_same_seed_and_no_larger_than_asked_for() {
        let all: Vec<i64> = (1..=1_000).collect();
        let one = choose(all.clone(), Some(50), 7);
        assert_eq!(one, choose(all.clone(), Some(50), 7));
        assert_ne!(one, choose(all.clone(), Some(50), 8));
        assert_eq!((one.len(), one.is_sorted()), (50, true));
        assert_eq!(choose(all.clone(), Some(5_000), 7), all);
        assert_eq!(choose(all.clone(), None, 7), all);
    }
}
