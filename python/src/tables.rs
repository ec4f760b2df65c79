//! Rows of the tables as batches. The schemas themselves are those of `detente-tables`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use arrow_array::RecordBatch;
use detente::report::Coder;
use detente_ledger::{Ledger, Row, StandingMonth};
use detente_tables::{Coded, Month, Origin, Rows};

/// A batch of rows.
pub fn batch<'a, R: detente_tables::Row + 'a>(
    rows: impl IntoIterator<Item = &'a R>,
    coder: Option<&Coder>,
) -> RecordBatch {
    let mut table = Rows::<R>::new(coder);
    rows.into_iter().for_each(|row| table.push(row));
    table.finish()
}

/// Reports as a ledger has them, with the fingerprints of their texts.
///
/// # Errors
/// When the ledger cannot be read.
pub fn reports_of_ledger(ledger: &Ledger, rows: Vec<Row>) -> Result<RecordBatch> {
    let mut table = Rows::<Coded>::new(None);
    let mut fingerprints: BTreeMap<String, String> = BTreeMap::new();
    for row in rows {
        let fingerprint = match fingerprints.get(&row.article_id) {
            Some(known) => known.clone(),
            None => {
                let found = ledger.fingerprint(&row.article_id)?;
                fingerprints.insert(row.article_id.clone(), found.clone());
                found
            }
        };
        table.push(&Coded {
            report: row.report,
            sentence: row.sentence,
            published: row.published,
            publisher: row.source,
            text_sha256: Some(fingerprint),
            article: Origin::default(),
        });
    }
    Ok(table.finish())
}

/// Where pairs stand, as rows.
pub fn standings<'a>(rows: impl Iterator<Item = (&'a str, &'a str, &'a StandingMonth)>) -> RecordBatch {
    let mut table = Rows::<Month>::new(None);
    for (a, b, month) in rows {
        table.push(&Month {
            a: a.to_owned(),
            b: b.to_owned(),
            month: month.first,
            level: month.level.map(|l| l.value),
            low: month.level.map(|l| l.low),
            high: month.level.map(|l| l.high),
            weight: month.level.map(|l| l.weight),
            treat: month.treat,
            alike: month.alike,
            state: month.state.clone(),
        });
    }
    table.finish()
}

/// The reports of a batch as JSON lines, as `detente code` prints them.
///
/// # Errors
/// When the batch holds no reports.
pub fn json_lines(batch: &RecordBatch) -> Result<String> {
    let mut lines = String::new();
    for row in detente_tables::rows::<Coded>(batch, Path::new("the table"))? {
        lines.push_str(&serde_json::to_string(&row.report)?);
        lines.push('\n');
    }
    Ok(lines)
}
