//! One Parquet file out of several of one table: the packed pages are copied as they are, and only the directory at the
//! end is made anew. A writer that stops and goes on makes parts that are whole, and joins them when it is done.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use crate::TableError;
use crate::read::{damaged, unreadable};
use crate::write::unwritable;

/// Joins parts that one [`Writer`](crate::Writer) made each, of the same table by the same coder, into the file `whole`, in
/// their order. The same parts give the same bytes.
///
/// # Errors
/// When there is no part, one is no whole Parquet file or is another table than the first, or `whole` cannot be written.
pub fn join(parts: &[PathBuf], whole: &Path) -> Result<(), TableError> {
    let open = |path: &PathBuf| -> Result<(File, ParquetMetaData), TableError> {
        let file = File::open(path).map_err(|e| unreadable(path, &e))?;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file);
        Ok((file, metadata.map_err(|e| damaged(path, e.to_string()))?))
    };
    let out = File::create(whole).map_err(|e| unwritable(ParquetError::from(e)))?;
    let out = BufWriter::with_capacity(1 << 16, out);
    let Some(first) = parts.first() else {
        return Err(TableError::Unwritable { why: "there is nothing to join".into(), gone: false });
    };
    let about = open(first)?.1;
    let about = about.file_metadata();
    let properties = WriterProperties::builder()
        .set_created_by(about.created_by().unwrap_or_default().into())
        .set_key_value_metadata(about.key_value_metadata().cloned())
        .build();
    let schema = about.schema_descr().root_schema_ptr();
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(unwritable)?;
    for path in parts {
        let (file, metadata) = open(path)?;
        if metadata.file_metadata().schema() != about.schema() {
            return Err(damaged(path, "it is another table than the first part".into()));
        }
        for group in metadata.row_groups() {
            let mut copy = writer.next_row_group().map_err(unwritable)?;
            for column in group.columns() {
                let close = ColumnCloseResult {
                    bytes_written: u64::try_from(column.compressed_size()).unwrap_or_default(),
                    rows_written: u64::try_from(group.num_rows()).unwrap_or_default(),
                    metadata: column.clone(),
                    bloom_filter: None,
                    column_index: None,
                    offset_index: None,
                };
                copy.append_column(&file, close).map_err(unwritable)?;
            }
            copy.close().map_err(unwritable)?;
        }
    }
    let mut out = writer.into_inner().map_err(unwritable)?;
    out.flush().map_err(|e| unwritable(ParquetError::from(e)))
}
