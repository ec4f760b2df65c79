//! Other people's Parquet files: named columns as text, row by row, in bounded memory.
//!
//! [`Columns::open`] looks at a file, [`Columns::names`] says what it has, and [`Columns::pick`] gives the wanted columns as
//! text: strings of any kind, days and times as ISO 8601, whole numbers where an id is wanted.

use std::borrow::Cow;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, LargeBinaryArray, LargeStringArray, PrimitiveArray,
    StringArray, StringViewArray,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use jiff::Timestamp;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};

use crate::TableError;
use crate::columns::{day_after_epoch, in_words};

/// Rows that are taken out of a file together.
const BATCH: usize = 256;

/// What a column is wanted for, which says what it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Text.
    Text,
    /// A day or a time: text, days, or times. Days come as `2017-02-07`, times as `2017-02-07T10:30:00Z`, without the `Z`
    /// where the column has no zone.
    Day,
    /// A name: text or whole numbers.
    Id,
}

impl Wanted {
    fn in_words(self) -> &'static str {
        match self {
            Wanted::Text => "text",
            Wanted::Day => "a day or a time, or text",
            Wanted::Id => "text or whole numbers",
        }
    }
}

/// A column of text, of whatever kind Arrow has; also bytes that are UTF-8.
pub enum Texts {
    /// Offsets of 32 bits.
    Short(StringArray),
    /// Offsets of 64 bits.
    Long(LargeStringArray),
    /// Views.
    View(StringViewArray),
    /// Bytes.
    Bytes(BinaryArray),
    /// Bytes with offsets of 64 bits.
    LongBytes(LargeBinaryArray),
    /// Views of bytes.
    ByteView(BinaryViewArray),
    /// Each row names one of these.
    Dictionary(ArrayRef, Vec<Option<usize>>, Box<Texts>),
    /// Nothing in any row.
    Nothing,
}

impl Texts {
    /// The column as text, or `None` where it holds something else.
    pub fn of(array: &ArrayRef) -> Option<Texts> {
        Some(match array.data_type() {
            DataType::Utf8 => Texts::Short(array.as_string().clone()),
            DataType::LargeUtf8 => Texts::Long(array.as_string().clone()),
            DataType::Utf8View => Texts::View(array.as_string_view().clone()),
            DataType::Binary => Texts::Bytes(array.as_binary().clone()),
            DataType::LargeBinary => Texts::LongBytes(array.as_binary().clone()),
            DataType::BinaryView => Texts::ByteView(array.as_binary_view().clone()),
            DataType::Null => Texts::Nothing,
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let values = Texts::of(dictionary.values())?;
                let keys = dictionary.keys();
                let places = if dictionary.values().is_empty() {
                    vec![None; keys.len()]
                } else {
                    let places = dictionary.normalized_keys();
                    places
                        .into_iter()
                        .enumerate()
                        .map(|(row, key)| keys.is_valid(row).then_some(key))
                        .collect()
                };
                Texts::Dictionary(array.clone(), places, Box::new(values))
            }
            _ => return None,
        })
    }

    /// The text of a row; `None` where it is empty, past the end, or bytes that are not UTF-8.
    pub fn get(&self, row: usize) -> Option<&str> {
        macro_rules! at {
            ($array:expr) => {
                (row < $array.len() && $array.is_valid(row)).then(|| $array.value(row))
            };
        }
        match self {
            Texts::Short(a) => at!(a),
            Texts::Long(a) => at!(a),
            Texts::View(a) => at!(a),
            Texts::Bytes(a) => at!(a).and_then(|bytes| std::str::from_utf8(bytes).ok()),
            Texts::LongBytes(a) => at!(a).and_then(|bytes| std::str::from_utf8(bytes).ok()),
            Texts::ByteView(a) => at!(a).and_then(|bytes| std::str::from_utf8(bytes).ok()),
            Texts::Dictionary(_, places, values) => values.get((*places.get(row)?)?),
            Texts::Nothing => None,
        }
    }
}

/// A column that is read as text, whatever it holds.
pub enum TextColumn {
    /// Text.
    Texts(Texts),
    /// Whole numbers.
    Whole(ArrayRef),
    /// Days and times.
    Times(ArrayRef),
}

impl TextColumn {
    /// The column of a batch for a purpose, or, as the error, what it holds instead in words.
    ///
    /// # Errors
    /// When the column holds something else than what is wanted.
    pub fn of(array: &ArrayRef, wanted: Wanted) -> Result<TextColumn, String> {
        if let Some(texts) = Texts::of(array) {
            return Ok(TextColumn::Texts(texts));
        }
        match (wanted, array.data_type()) {
            (Wanted::Id, kind) if kind.is_integer() => Ok(TextColumn::Whole(array.clone())),
            (Wanted::Day, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)) => {
                Ok(TextColumn::Times(array.clone()))
            }
            (_, kind) => Err(in_words(kind)),
        }
    }

    /// The text of a row, `None` where the cell is empty.
    pub fn get(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            TextColumn::Texts(texts) => texts.get(row).map(Cow::Borrowed),
            TextColumn::Whole(array) if row < array.len() && array.is_valid(row) => {
                whole(array, row).map(Cow::Owned)
            }
            TextColumn::Times(array) if row < array.len() && array.is_valid(row) => {
                time(array, row).map(Cow::Owned)
            }
            _ => None,
        }
    }
}

fn whole(array: &ArrayRef, row: usize) -> Option<String> {
    macro_rules! at {
        ($type:ty) => {
            array.as_primitive_opt::<$type>()?.value(row).to_string()
        };
    }
    Some(match array.data_type() {
        DataType::Int8 => at!(Int8Type),
        DataType::Int16 => at!(Int16Type),
        DataType::Int32 => at!(Int32Type),
        DataType::Int64 => at!(Int64Type),
        DataType::UInt8 => at!(UInt8Type),
        DataType::UInt16 => at!(UInt16Type),
        DataType::UInt32 => at!(UInt32Type),
        DataType::UInt64 => at!(UInt64Type),
        _ => return None,
    })
}

fn time(array: &ArrayRef, row: usize) -> Option<String> {
    let (time, zone) = match array.data_type() {
        DataType::Date32 => {
            let days: &PrimitiveArray<Date32Type> = array.as_primitive_opt()?;
            return day_after_epoch(days.value(row).into()).map(|day| day.to_string());
        }
        DataType::Date64 => {
            let millis: &PrimitiveArray<Date64Type> = array.as_primitive_opt()?;
            return day_after_epoch(millis.value(row).div_euclid(86_400_000)).map(|day| day.to_string());
        }
        DataType::Timestamp(unit, zone) => {
            let time = match unit {
                TimeUnit::Second => {
                    Timestamp::from_second(array.as_primitive_opt::<TimestampSecondType>()?.value(row))
                }
                TimeUnit::Millisecond => Timestamp::from_millisecond(
                    array.as_primitive_opt::<TimestampMillisecondType>()?.value(row),
                ),
                TimeUnit::Microsecond => Timestamp::from_microsecond(
                    array.as_primitive_opt::<TimestampMicrosecondType>()?.value(row),
                ),
                TimeUnit::Nanosecond => Timestamp::from_nanosecond(
                    array.as_primitive_opt::<TimestampNanosecondType>()?.value(row).into(),
                ),
            };
            (time.ok()?, zone)
        }
        _ => return None,
    };
    // A time without a zone is one of the clock on the wall.
    let text = time.to_string();
    Some(if zone.is_none() { text.trim_end_matches('Z').to_owned() } else { text })
}

/// A Parquet file whose columns can be picked.
pub struct Columns {
    path: PathBuf,
    file: File,
    schema: Arc<Schema>,
    rows: u64,
}

/// The picked columns of a file, row by row. After an error there is nothing more.
pub struct Picked {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    wanted: Vec<(Option<String>, Wanted)>,
    batch: Vec<Option<TextColumn>>,
    rows: usize,
    row: usize,
    done: bool,
}

impl Columns {
    /// Opens a file and looks at its columns.
    ///
    /// # Errors
    /// When there is no such file, or it is no whole Parquet file.
    pub fn open(path: impl AsRef<Path>) -> Result<Columns, TableError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|e| unreadable(path, &e))?;
        Columns::of(file, path)
    }

    /// The same with a file that is open; `path` is for messages.
    ///
    /// # Errors
    /// When it is no whole Parquet file.
    pub fn of(file: File, path: &Path) -> Result<Columns, TableError> {
        // Columns come as the file has them: what the writer had in memory is beside the point, and a damaged note of it
        // would be more than a fault of the file.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let load = || ArrowReaderMetadata::load(&file, options);
        let metadata = careful(load).map_err(|why| damaged(path, why))?;
        let rows = metadata.metadata().file_metadata().num_rows().max(0) as u64;
        Ok(Columns { path: path.into(), file, schema: metadata.schema().clone(), rows })
    }

    /// The names of the columns, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.schema.fields().iter().map(|f| f.name().as_str())
    }

    /// What a column holds, in words: "text", "whole numbers", "lists of text".
    pub fn holds(&self, column: &str) -> Option<String> {
        self.schema.field_with_name(column).ok().map(|f| in_words(f.data_type()))
    }

    /// True where a column can be picked for this purpose.
    pub fn fits(&self, column: &str, wanted: Wanted) -> bool {
        self.schema.field_with_name(column).is_ok_and(|field| {
            TextColumn::of(&arrow_array::new_empty_array(field.data_type()), wanted).is_ok()
        })
    }

    /// How many rows the file has.
    pub fn len(&self) -> u64 {
        self.rows
    }

    /// True where it has none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Picks columns: each with its name, or `None` for one that the file does not have and that stays empty. Reading
    /// begins at row `first` (0 is the first), without unpacking more of what is before it than need be.
    ///
    /// # Errors
    /// When a column is not there, or holds something else: the sentence names the file, the column, what it holds, what is
    /// wanted, and which columns there are.
    pub fn pick(self, wanted: &[(Option<&str>, Wanted)], first: u64) -> Result<Picked, TableError> {
        for (name, wanted) in wanted {
            let Some(name) = name else { continue };
            let Ok(field) = self.schema.field_with_name(name) else {
                return Err(TableError::Missing {
                    path: self.path.clone(),
                    column: (*name).into(),
                    there: self.names().map(str::to_owned).collect(),
                });
            };
            TextColumn::of(&arrow_array::new_empty_array(field.data_type()), *wanted).map_err(|found| {
                TableError::Type {
                    path: self.path.clone(),
                    column: (*name).into(),
                    found,
                    wanted: wanted.in_words(),
                }
            })?;
        }
        // As views, texts that are told many times are held once, however many rows name them.
        let fields: Vec<Field> = self
            .schema
            .fields()
            .iter()
            .map(|f| match f.data_type() {
                DataType::Utf8 => f.as_ref().clone().with_data_type(DataType::Utf8View),
                DataType::Binary => f.as_ref().clone().with_data_type(DataType::BinaryView),
                _ => f.as_ref().clone(),
            })
            .collect();
        let options = ArrowReaderOptions::new()
            .with_skip_arrow_metadata(true)
            .with_schema(Arc::new(Schema::new_with_metadata(fields, self.schema.metadata().clone())));
        let reader = careful(|| {
            let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(self.file, options)?;
            let roots: Vec<usize> = wanted
                .iter()
                .filter_map(|(name, _)| name.and_then(|name| self.schema.index_of(name).ok()))
                .collect();
            let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
            builder
                .with_projection(mask)
                .with_batch_size(BATCH)
                .with_offset(usize::try_from(first).unwrap_or(usize::MAX))
                .build()
        })
        .map_err(|why| damaged(&self.path, why))?;
        Ok(Picked {
            path: self.path,
            reader,
            wanted: wanted.iter().map(|(name, w)| (name.map(str::to_owned), *w)).collect(),
            batch: Vec::new(),
            rows: 0,
            row: 0,
            done: false,
        })
    }
}

impl Picked {
    fn advance(&mut self) -> Result<Option<Vec<Option<String>>>, TableError> {
        while self.row >= self.rows {
            let reader = &mut self.reader;
            let Some(batch) =
                careful(|| reader.next().transpose()).map_err(|why| damaged(&self.path, why))?
            else {
                return Ok(None);
            };
            self.batch = self
                .wanted
                .iter()
                .map(|(name, wanted)| {
                    let array = name.as_deref().and_then(|name| batch.column_by_name(name))?;
                    TextColumn::of(array, *wanted).ok()
                })
                .collect();
            (self.row, self.rows) = (0, batch.num_rows());
        }
        let row = self.batch.iter().map(|c| c.as_ref()?.get(self.row).map(Cow::into_owned)).collect();
        self.row += 1;
        Ok(Some(row))
    }
}

impl Iterator for Picked {
    type Item = Result<Vec<Option<String>>, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = rescued(catch_unwind(AssertUnwindSafe(|| self.advance())), &self.path);
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Runs a step of the library that reads Parquet; what is wrong comes back as its words. Over a file that contradicts itself
/// the library stumbles now and then: that is an error like others.
pub(crate) fn careful<T, E: std::fmt::Display>(step: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(done) => done.map_err(|e| e.to_string()),
        Err(_) => Err(CONTRADICTS.into()),
    }
}

const CONTRADICTS: &str = "its parts contradict each other";

/// What came of reading a row, where the library may have stumbled over a value.
pub(crate) fn rescued<T>(
    row: std::thread::Result<Result<Option<T>, TableError>>,
    path: &Path,
) -> Option<Result<T, TableError>> {
    row.unwrap_or_else(|_| Err(damaged(path, CONTRADICTS.into()))).transpose()
}

pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> TableError {
    TableError::Unreadable { path: path.into(), why: error.to_string() }
}

pub(crate) fn damaged(path: &Path, why: String) -> TableError {
    TableError::Damaged { path: path.into(), why: why.trim_start_matches("Parquet error: ").to_owned() }
}
