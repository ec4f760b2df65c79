//! Writing Parquet: rows are put into batches, batches into row groups; both are cut by rows and bytes of what goes in, so
//! that the same rows give the same file, whoever hands them in and however fast.

use std::io::Write;

use detente::report::Coder;
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::TableError;
use crate::schema::{Row, Rows, about, plain};

/// Rows of a batch, at most.
const BATCH_ROWS: usize = 1_024;
/// About so many bytes in a batch.
const BATCH_BYTES: usize = 4 << 20;
/// About so many bytes of rows in a row group: what the writer holds in memory (as packed pages, far fewer), and the
/// smallest piece that a reader like Spark gives to one task.
const GROUP_BYTES: usize = 128 << 20;

/// Writes a table as a Parquet file, packed with zstd.
pub struct Writer<W: Write + Send, R: Row> {
    parquet: ArrowWriter<W>,
    rows: Rows<R>,
    group: usize,
    written: u64,
}

impl<W: Write + Send, R: Row> Writer<W, R> {
    /// A table that says what it is and which coder made it.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn new(out: W, coder: Option<&Coder>) -> Result<Writer<W, R>, TableError> {
        let about = about::<R>(coder).into_iter().map(|(k, v)| KeyValue::new(k.to_owned(), v)).collect();
        let properties = WriterProperties::builder()
            .set_created_by(concat!("detente version ", env!("CARGO_PKG_VERSION")).into())
            .set_key_value_metadata(Some(about))
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            // Row groups are cut by us, by what goes in.
            .set_max_row_group_row_count(None)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let options = ArrowWriterOptions::new().with_properties(properties);
        let parquet =
            ArrowWriter::try_new_with_options(out, plain::<R>().into(), options).map_err(unwritable)?;
        Ok(Writer { parquet, rows: Rows::without_metadata(), group: 0, written: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(&mut self, row: &R) -> Result<(), TableError> {
        self.rows.push(row);
        self.written += 1;
        if self.rows.len() >= BATCH_ROWS || self.rows.weight() >= BATCH_BYTES {
            self.write_batch()?;
        }
        Ok(())
    }

    fn write_batch(&mut self) -> Result<(), TableError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.group += self.rows.weight();
        let batch = self.rows.finish();
        self.parquet.write(&batch).map_err(unwritable)?;
        if self.group >= GROUP_BYTES {
            self.parquet.flush().map_err(unwritable)?;
            self.group = 0;
        }
        Ok(())
    }

    /// Rows so far.
    pub fn len(&self) -> u64 {
        self.written
    }

    /// True where there is no row yet.
    pub fn is_empty(&self) -> bool {
        self.written == 0
    }

    /// Bytes that have gone into the file so far, and those that wait in memory to do so.
    pub fn bytes(&self) -> usize {
        self.parquet.bytes_written() + self.parquet.in_progress_size()
    }

    /// Ends the file and gives back what it was written to. Until then it is no whole Parquet file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> Result<W, TableError> {
        self.write_batch()?;
        let mut out = self.parquet.into_inner().map_err(unwritable)?;
        out.flush().map_err(|e| unwritable(ParquetError::from(e)))?;
        Ok(out)
    }
}

fn unwritable(error: ParquetError) -> TableError {
    let io = match &error {
        ParquetError::External(inner) => inner.downcast_ref::<std::io::Error>(),
        _ => None,
    };
    let gone = io.is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe);
    TableError::Unwritable { why: io.map_or_else(|| error.to_string(), ToString::to_string), gone }
}
