//! Opening a table that this program wrote, or that somebody made out of one: its version and its columns are looked at
//! first, and what is wrong is said in one sentence.

use std::fs::File;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use detente::report::Coder;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};

use crate::TableError;
use crate::error::Wrong;
use crate::read::{careful, damaged, rescued, unreadable};
use crate::schema::{LEXICON, MODEL, Row, SCHEMA, VERSION, cells_of, name};

/// Rows that are taken out of the file together.
const BATCH: usize = 512;

/// A table in a Parquet file: an iterator over its rows. An error about one cell costs its row; after any other there is
/// nothing more.
pub struct Table<R: Row> {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    names: Vec<String>,
    coder: Option<Coder>,
    len: u64,
    /// Rows of the batch in hand.
    cells: Option<(R::Cells, usize)>,
    row: usize,
    /// Rows before that batch.
    before: u64,
    done: bool,
    rows: PhantomData<R>,
}

/// What a Parquet file says that it is: `reports/1`; nothing where it is not one of this program's tables, or one that
/// another program has written anew.
///
/// # Errors
/// When there is no such file, or no Parquet file.
pub fn kind(path: &Path) -> Result<Option<String>, TableError> {
    let (_, metadata) = load(path)?;
    Ok(value(&metadata, SCHEMA))
}

fn load(path: &Path) -> Result<(File, ArrowReaderMetadata), TableError> {
    let file = File::open(path).map_err(|e| unreadable(path, &e))?;
    // Columns come as the file has them, not as the program that wrote it had them in memory: then there are no
    // dictionaries or views to look out for.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = careful(|| ArrowReaderMetadata::load(&file, options)).map_err(|why| damaged(path, why))?;
    Ok((file, metadata))
}

fn value(metadata: &ArrowReaderMetadata, key: &str) -> Option<String> {
    let pairs = metadata.metadata().file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == key)?.value.clone()
}

impl<R: Row> Table<R> {
    /// Opens a table.
    ///
    /// # Errors
    /// When there is no such file, when it is no Parquet file, a table of another kind or of a later version, or lacks
    /// columns.
    pub fn open(path: impl AsRef<Path>) -> Result<Table<R>, TableError> {
        Table::open_at(path.as_ref(), 0)
    }

    /// The same from a row on (the first is 0), without reading those before it.
    ///
    /// # Errors
    /// As for [`Table::open`].
    pub fn open_at(path: &Path, first: u64) -> Result<Table<R>, TableError> {
        let (file, metadata) = load(path)?;
        check_version::<R>(path, value(&metadata, SCHEMA))?;
        let coder = value(&metadata, LEXICON).map(|lexicon| Coder {
            version: value(&metadata, VERSION).unwrap_or_default(),
            lexicon,
            model: value(&metadata, MODEL).unwrap_or_default(),
        });
        let names: Vec<String> = metadata.schema().fields().iter().map(|f| f.name().clone()).collect();
        // A batch without rows shows what is wrong with the columns before any is read.
        let none = arrow_array::RecordBatch::new_empty(metadata.schema().clone());
        cells_of::<R>(&none).map_err(|wrong| wrong.within(path, 0, &names))?;
        let len = metadata.metadata().file_metadata().num_rows().max(0) as u64;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
            .with_batch_size(BATCH)
            .with_offset(usize::try_from(first).unwrap_or(usize::MAX));
        let reader = careful(|| builder.build()).map_err(|why| damaged(path, why))?;
        Ok(Table {
            path: path.into(),
            reader,
            names,
            coder,
            len,
            cells: None,
            row: 0,
            before: first,
            done: false,
            rows: PhantomData,
        })
    }

    /// Which coder made it, where the file says so. (Every report says so too.)
    pub fn coder(&self) -> Option<&Coder> {
        self.coder.as_ref()
    }

    /// How many rows the file has.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// True where it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Number of the row that comes next, the first being 0.
    pub fn stands_at(&self) -> u64 {
        self.before + self.row as u64
    }

    fn advance(&mut self) -> Result<Option<R>, TableError> {
        loop {
            if let Some((cells, rows)) = &self.cells {
                if self.row < *rows {
                    let row = R::get(cells, self.row)
                        .map_err(|wrong| wrong.within(&self.path, self.before, &self.names));
                    self.row += 1;
                    return row.map(Some);
                }
                self.before += *rows as u64;
                (self.row, self.cells) = (0, None);
            }
            let reader = &mut self.reader;
            let Some(batch) =
                careful(|| reader.next().transpose()).map_err(|why| damaged(&self.path, why))?
            else {
                return Ok(None);
            };
            let cells = cells_of::<R>(&batch)
                .map_err(|wrong: Wrong| wrong.within(&self.path, self.before, &self.names))?;
            self.cells = Some((cells, batch.num_rows()));
        }
    }
}

impl<R: Row> Iterator for Table<R> {
    type Item = Result<R, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = rescued(catch_unwind(AssertUnwindSafe(|| self.advance())), &self.path);
        self.done = !matches!(next, Some(Ok(_) | Err(TableError::Cell { .. })));
        next
    }
}

/// Refuses tables of another kind and of a later first number. A file that says nothing is judged by its columns.
fn check_version<R: Row>(path: &Path, found: Option<String>) -> Result<(), TableError> {
    let Some(found) = found else { return Ok(()) };
    let wanted = name::<R>();
    let other =
        |mend| TableError::Other { path: path.into(), found: found.clone(), wanted: wanted.clone(), mend };
    let (table, version) = found.split_once('/').unwrap_or((&found, ""));
    if table != R::TABLE {
        return Err(other("give another file"));
    }
    let major: Option<u32> = version.split('.').next().and_then(|n| n.parse().ok());
    match major {
        Some(major) if major == R::VERSION.0 => Ok(()),
        Some(major) if major > R::VERSION.0 => Err(other("a newer program wrote it; get the new one")),
        _ => Err(other("an older program wrote it; make it again")),
    }
}
