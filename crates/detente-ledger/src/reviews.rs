//! What people decided about reports: each decision is a row by a named reviewer, and none is ever changed; who thinks
//! better of it decides anew. Events and standings do not follow decisions: they are what the program read.

use detente::report::Report;
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use crate::{Ledger, LedgerError};

/// What a reviewer decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// All of it is right.
    Accepted,
    /// It is an event, and the corrected record says which.
    Corrected,
    /// It is no event.
    Rejected,
}

impl Decision {
    /// All of them.
    pub const ALL: [Decision; 3] = [Decision::Accepted, Decision::Corrected, Decision::Rejected];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Accepted => "accepted",
            Decision::Corrected => "corrected",
            Decision::Rejected => "rejected",
        }
    }

    /// The decision of this word.
    pub fn parse(text: &str) -> Option<Decision> {
        Decision::ALL.into_iter().find(|d| d.as_str() == text)
    }
}

/// A decision about a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Review {
    /// Name of the report.
    pub report: String,
    /// Who decided.
    pub reviewer: String,
    /// What.
    pub decision: Decision,
    /// The record as it should be; there when it was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Box<Report>>,
    /// Why, in the reviewer's words.
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// False where the report was read again since: what was judged is history.
    pub stands: bool,
}

/// How far two reviewers agree on the reports that both decided about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// One reviewer, the alphabet's first.
    pub a: String,
    /// The other.
    pub b: String,
    /// Reports that both decided about.
    pub both: usize,
    /// Of these, those with the same decision and, where corrected, the same type, parties, days and status.
    pub same: usize,
}

/// What must be the same in two corrections: type, parties, days, status.
fn gist(report: &Report) -> impl PartialEq + use<> {
    let keys = |entities: &[detente::report::Entity]| {
        let mut keys: Vec<String> = entities.iter().map(|e| e.key.clone()).collect();
        keys.sort();
        keys
    };
    (
        report.event.clone(),
        keys(&report.actor),
        keys(&report.recipient),
        report.date,
        report.enddate,
        report.aux.clone(),
    )
}

impl Ledger {
    /// Writes down a decision about the report of this name, as it stands now.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is no such report; [`LedgerError::BadReport`] when a decision lacks its
    /// correction, or has one that it should not; else when the ledger cannot be written.
    pub fn review(
        &mut self,
        report: &str,
        reviewer: &str,
        decision: Decision,
        corrected: Option<&Report>,
        note: &str,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let bad = |why: &str| LedgerError::BadReport { id: report.into(), why: why.into() };
        if (decision == Decision::Corrected) != corrected.is_some() {
            return Err(bad("a correction, and nothing else, comes with a corrected record"));
        }
        if reviewer.trim().is_empty() {
            return Err(bad("a decision has somebody who made it"));
        }
        let record = corrected.map(serde_json::to_string).transpose().map_err(|e| bad(&e.to_string()))?;
        let failed = |e: rusqlite::Error| self.explain(&e);
        let run: Option<i64> = self
            .connection
            .query_row("SELECT run FROM reports WHERE name = ?1 ORDER BY run DESC LIMIT 1", [report], |r| {
                r.get(0)
            })
            .optional()
            .map_err(failed)?;
        let run = run.ok_or_else(|| LedgerError::NotFound { what: "report", id: report.into() })?;
        let known = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        self.connection
            .prepare_cached(
                "INSERT INTO reviews (report, run, reviewer, decision, record, note, at, known)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )
            .and_then(|mut s| {
                s.execute(params![
                    report,
                    run,
                    reviewer.trim(),
                    decision.as_str(),
                    record,
                    note.trim(),
                    at.to_string(),
                    known.to_string()
                ])
            })
            .map_err(failed)?;
        Ok(())
    }

    /// All decisions about a report, the oldest first; or about all reports.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn reviews(&self, report: Option<&str>) -> Result<Vec<Review>, LedgerError> {
        if self.version()? < 5 {
            return Ok(Vec::new());
        }
        let condition = if report.is_some() { "WHERE v.report = ?1" } else { "" };
        let sql = format!(
            "SELECT v.report, v.reviewer, v.decision, v.record, v.note, v.at,
                    NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = v.run)
             FROM reviews v {condition} ORDER BY v.id"
        );
        let values = report.map(|r| Value::Text(r.into())).into_iter().collect();
        let rows = self.collect(&sql, values, |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, String>(1)?,
                r.get::<_, String>(2)?,
                r.get::<_, Option<String>>(3)?,
                r.get::<_, String>(4)?,
                r.get::<_, String>(5)?,
                r.get::<_, bool>(6)?,
            ))
        })?;
        let damaged =
            |what: &str| LedgerError::Damaged { path: self.path.clone(), why: format!("a review: {what}") };
        rows.into_iter()
            .map(|(report, reviewer, decision, record, note, at, stands)| {
                let corrected = record.map(|r| serde_json::from_str(&r)).transpose();
                Ok(Review {
                    report,
                    reviewer,
                    decision: Decision::parse(&decision).ok_or_else(|| damaged("its decision is none"))?,
                    corrected: corrected.map_err(|e| damaged(&e.to_string()))?,
                    note,
                    at: at.parse().map_err(|_| damaged("its time is none"))?,
                    stands,
                })
            })
            .collect()
    }

    /// How far each two reviewers agree, by their last decisions.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn agreement(&self) -> Result<Vec<Agreement>, LedgerError> {
        use std::collections::BTreeMap;
        let mut last: BTreeMap<(String, String), Review> = BTreeMap::new();
        for review in self.reviews(None)? {
            last.insert((review.report.clone(), review.reviewer.clone()), review);
        }
        let all: Vec<&Review> = last.values().collect();
        let mut pairs: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        for reviews in all.chunk_by(|x, y| x.report == y.report) {
            for (i, x) in reviews.iter().enumerate() {
                for y in &reviews[i + 1..] {
                    let pair = pairs.entry((&x.reviewer, &y.reviewer)).or_default();
                    pair.0 += 1;
                    let same = match (&x.corrected, &y.corrected) {
                        (Some(x), Some(y)) => gist(x) == gist(y),
                        _ => x.decision == y.decision,
                    };
                    pair.1 += usize::from(same);
                }
            }
        }
        Ok(pairs
            .into_iter()
            .map(|((a, b), (both, same))| Agreement { a: a.into(), b: b.into(), both, same })
            .collect())
    }
}
