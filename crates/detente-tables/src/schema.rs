//! Schemas with their versions, and batches: rows in, rows out.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, StructArray};
use arrow_schema::{DataType, Schema};
use detente::report::Coder;

use crate::TableError;
use crate::columns::Value;

/// The key under which a table says what it is.
pub(crate) const SCHEMA: &str = "detente.schema";
pub(crate) const VERSION: &str = "detente.version";
pub(crate) const LEXICON: &str = "detente.lexicon";
pub(crate) const MODEL: &str = "detente.model";

/// A row of a table.
pub trait Row: Value {
    /// Name of the table: `reports`.
    const TABLE: &'static str;
    /// Its version: a change of the first number is for other readers only, one of the second adds columns.
    const VERSION: (u32, u32);

    /// About how many bytes it takes: batches and row groups are cut by it.
    fn weight(&self) -> usize;
}

/// What a table of these rows says that it is: `reports/1`, `reports/1.2`.
pub(crate) fn name<R: Row>() -> String {
    match R::VERSION {
        (major, 0) => format!("{}/{major}", R::TABLE),
        (major, minor) => format!("{}/{major}.{minor}", R::TABLE),
    }
}

/// What every table that is written says that it is: `reports/1`, `articles/1`, `events/1` …
pub fn names() -> Vec<String> {
    use detente::article::Article;
    use detente::event_set::Event;
    use detente::turn::Turn;
    vec![name::<crate::Coded>(), name::<Article>(), name::<Event>(), name::<crate::Month>(), name::<Turn>()]
}

/// What a table says about itself, in a fixed order.
pub(crate) fn about<R: Row>(coder: Option<&Coder>) -> Vec<(&'static str, String)> {
    let mut about = vec![(SCHEMA, name::<R>())];
    if let Some(coder) = coder {
        about.push((VERSION, coder.version.clone()));
        about.push((LEXICON, coder.lexicon.clone()));
        about.push((MODEL, coder.model.clone()));
    }
    about
}

/// The Arrow schema of a table, with what it says about itself as metadata.
pub fn schema<R: Row>(coder: Option<&Coder>) -> Arc<Schema> {
    let metadata: HashMap<String, String> =
        about::<R>(coder).into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    Arc::new(plain::<R>().with_metadata(metadata))
}

/// The same without metadata.
pub(crate) fn plain<R: Row>() -> Schema {
    match R::data_type() {
        DataType::Struct(fields) => Schema::new(fields),
        other => Schema::new(vec![arrow_schema::Field::new("value", other, R::NULLABLE)]),
    }
}

/// Rows that are put together into a batch.
pub struct Rows<R: Row> {
    columns: R::Column,
    schema: Arc<Schema>,
    len: usize,
    weight: usize,
}

impl<R: Row> Rows<R> {
    /// None yet. The batches bear the metadata that says what they are and, where given, which coder made them.
    pub fn new(coder: Option<&Coder>) -> Rows<R> {
        Rows { columns: R::Column::default(), schema: schema::<R>(coder), len: 0, weight: 0 }
    }

    pub(crate) fn without_metadata() -> Rows<R> {
        Rows { columns: R::Column::default(), schema: Arc::new(plain::<R>()), len: 0, weight: 0 }
    }

    /// Adds a row.
    pub fn push(&mut self, row: &R) {
        row.push(&mut self.columns);
        self.len += 1;
        self.weight += row.weight();
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// About how many bytes they take.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// The rows so far as a batch; the next row begins a new one.
    pub fn finish(&mut self) -> RecordBatch {
        self.len = 0;
        self.weight = 0;
        let array = R::finish(&mut self.columns);
        RecordBatch::from(array.as_struct()).with_schema(self.schema.clone()).unwrap_or_else(|_| {
            // The schema is that of the rows, but for metadata.
            RecordBatch::from(array.as_struct())
        })
    }
}

/// These rows as one batch.
pub fn batch<'a, R: Row + 'a>(rows: impl IntoIterator<Item = &'a R>, coder: Option<&Coder>) -> RecordBatch {
    let mut batch = Rows::new(coder);
    rows.into_iter().for_each(|row| batch.push(row));
    batch.finish()
}

/// The rows of a batch. Columns are found by their names; those that are not known are passed over.
///
/// # Errors
/// When a column that is needed is missing, of another type, or empty where it must not be; `path` is named in the
/// sentence, and rows count from 1 in the batch.
pub fn rows<R: Row>(batch: &RecordBatch, path: &Path) -> Result<Vec<R>, TableError> {
    let names: Vec<String> = batch.schema().fields().iter().map(|f| f.name().clone()).collect();
    cells_of::<R>(batch)
        .and_then(|cells| (0..batch.num_rows()).map(|row| R::get(&cells, row)).collect())
        .map_err(|wrong| wrong.within(path, 0, &names))
}

/// A batch made ready to be read.
pub(crate) fn cells_of<R: Row>(batch: &RecordBatch) -> Result<R::Cells, crate::error::Wrong> {
    let array: ArrayRef = Arc::new(StructArray::from(batch.clone()));
    R::cells(Some(&array), "")
}
