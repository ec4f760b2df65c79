//! Rows of the tables as batches. The schemas themselves are those of `detente-tables`.

use std::path::Path;

use anyhow::Result;
use arrow_array::RecordBatch;
use detente::report::Coder;
use detente_ledger::{Row, StandingMonth};
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

/// Reports as a ledger has them. It tells where their articles come from only as far as it was asked for.
pub fn reports_of_ledger(rows: Vec<Row>) -> RecordBatch {
    let coded = rows.into_iter().map(|row| Coded {
        report: row.report,
        sentence: row.sentence,
        published: row.published,
        publisher: row.source,
        text_sha256: None,
        article: Origin::default(),
    });
    let mut table = Rows::<Coded>::new(None);
    coded.for_each(|row| table.push(&row));
    table.finish()
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
