//! Reports, events, standings and turns as Arrow batches.

use std::sync::Arc;

use anyhow::Result;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use detente::article::Article;
use detente::event_set::Event;
use detente::report::{Coder, Report};
use detente::turn::Turn;
use detente_ledger::{Row, StandingMonth};
use serde::Serialize;

/// The schema of reports.
pub fn schema(_: &Coder) -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Utf8, false),
        Field::new("doc", DataType::Utf8, false),
        Field::new("record", DataType::Utf8, false),
    ]))
}

/// Collects reports.
pub struct Builder {
    rows: Vec<(String, String, String)>,
}

impl Builder {
    /// An empty one.
    pub fn new(_: &Coder) -> Builder {
        Builder { rows: Vec::new() }
    }

    /// Adds one.
    pub fn append(&mut self, report: &Report, _: &Article) {
        self.rows.push((
            report.id.clone(),
            report.doc.clone(),
            serde_json::to_string(report).unwrap_or_default(),
        ));
    }

    /// The batch.
    pub fn finish(self) -> Result<RecordBatch> {
        let column = |f: fn(&(String, String, String)) -> &String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(self.rows.iter().map(f)))
        };
        Ok(RecordBatch::try_new(
            schema(&Coder::default()),
            vec![column(|r| &r.0), column(|r| &r.1), column(|r| &r.2)],
        )?)
    }
}

fn json(rows: impl Iterator<Item = impl Serialize>) -> Result<RecordBatch> {
    let texts: Vec<String> = rows.map(|r| serde_json::to_string(&r)).collect::<Result<_, _>>()?;
    let column: ArrayRef = Arc::new(StringArray::from(texts));
    Ok(RecordBatch::try_from_iter([("record", column)])?)
}

/// Stub.
pub fn reports_of_ledger(rows: &[Row]) -> Result<RecordBatch> {
    json(rows.iter())
}
/// Stub.
pub fn events(rows: &[Event]) -> Result<RecordBatch> {
    json(rows.iter())
}
/// Stub.
pub fn turns(rows: &[Turn]) -> Result<RecordBatch> {
    json(rows.iter())
}
/// Stub.
pub fn standings<'a>(rows: impl Iterator<Item = (&'a str, &'a str, &'a StandingMonth)>) -> Result<RecordBatch> {
    json(rows)
}
