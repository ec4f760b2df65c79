//! Columns: how values of each type are put into Arrow columns and taken out again. A type says once what it is
//! ([`Value`]); a struct is a list of fields ([`record!`]), and everything else follows.
//!
//! Types are those that every reader of Parquet and Spark know: no unsigned numbers (a count is a 64-bit integer), no
//! dictionaries, lists whose items are called `element`. Columns that come back may be of wider or narrower kinds, as
//! other programs rewrite them.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, LargeListArray, ListArray, PrimitiveArray};
use arrow_buffer::{NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, TimeUnit};
use detente::event_set::{Days, EventLink, Parties, Version};
use detente::plover::{Aux, EventType, Quad};
use detente::report::LinkKind;
use detente::turn::TurnKind;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::Wrong;
use crate::read::Texts;

/// A value that a column can hold.
pub trait Value: Sized {
    /// A column that grows.
    type Column: Default;
    /// A column that is read.
    type Cells;
    /// True where a cell may be empty.
    const NULLABLE: bool = false;

    /// The Arrow type of the column.
    fn data_type() -> DataType;
    /// Adds the value.
    fn push(&self, column: &mut Self::Column);
    /// Adds a place holder, under something that is empty.
    fn push_blank(column: &mut Self::Column);
    /// The column so far; it begins anew.
    fn finish(column: &mut Self::Column) -> ArrayRef;
    /// A column to read from; `None` where the table has none of this name.
    #[doc(hidden)]
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<Self::Cells, Wrong>;
    /// The value of a row.
    #[doc(hidden)]
    fn get(cells: &Self::Cells, row: usize) -> Result<Self, Wrong>;
}

/// The field of a column with values of this type.
pub(crate) fn field<T: Value>(name: &str) -> Field {
    Field::new(name, T::data_type(), T::NULLABLE)
}

/// The column, or the word that it is missing.
pub(crate) fn there<'a>(array: Option<&'a ArrayRef>, name: &str) -> Result<&'a ArrayRef, Wrong> {
    array.ok_or_else(|| Wrong::Missing { column: name.into() })
}

/// The sentence about a column of another type.
pub(crate) fn wrong_type(array: &dyn Array, name: &str, wanted: &'static str) -> Wrong {
    Wrong::Type { column: name.into(), found: in_words(array.data_type()), wanted }
}

/// An Arrow type, as a person says it.
pub(crate) fn in_words(kind: &DataType) -> String {
    use DataType::*;
    match kind {
        Null => "nothing".into(),
        Boolean => "truth values".into(),
        Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 => "whole numbers".into(),
        Float16 | Float32 | Float64 => "numbers with a point".into(),
        Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..) => "decimal numbers".into(),
        Utf8 | LargeUtf8 | Utf8View => "text".into(),
        Binary | LargeBinary | BinaryView | FixedSizeBinary(_) => "bytes".into(),
        Date32 | Date64 => "days".into(),
        Timestamp(..) => "times".into(),
        Time32(_) | Time64(_) => "times of day".into(),
        Duration(_) | Interval(_) => "stretches of time".into(),
        List(of) | LargeList(of) | ListView(of) | LargeListView(of) | FixedSizeList(of, _) => {
            format!("lists of {}", in_words(of.data_type()))
        }
        Struct(fields) => {
            format!("records of {}", fields.iter().map(|f| f.name().as_str()).collect::<Vec<_>>().join(", "))
        }
        Dictionary(_, of) => in_words(of),
        Map(..) => "maps".into(),
        _ => kind.to_string(),
    }
}

impl Value for String {
    type Column = StringBuilder;
    type Cells = TextCells;

    fn data_type() -> DataType {
        DataType::Utf8
    }
    fn push(&self, column: &mut StringBuilder) {
        column.append_value(self);
    }
    fn push_blank(column: &mut StringBuilder) {
        column.append_value("");
    }
    fn finish(column: &mut StringBuilder) -> ArrayRef {
        Arc::new(column.finish())
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<TextCells, Wrong> {
        TextCells::new(array, name)
    }
    fn get(cells: &TextCells, row: usize) -> Result<String, Wrong> {
        cells.get(row).map(str::to_owned)
    }
}

/// A column of text and its name.
pub struct TextCells {
    texts: Texts,
    pub(crate) name: String,
}

impl TextCells {
    pub(crate) fn new(array: Option<&ArrayRef>, name: &str) -> Result<TextCells, Wrong> {
        let array = there(array, name)?;
        let texts = Texts::of(array).ok_or_else(|| wrong_type(array, name, "text"))?;
        Ok(TextCells { texts, name: name.into() })
    }

    pub(crate) fn get(&self, row: usize) -> Result<&str, Wrong> {
        self.texts.get(row).ok_or_else(|| Wrong::null(row, &self.name))
    }
}

/// Types that are written as one word out of a list.
macro_rules! words {
    ($($type:ty: $wanted:literal, $parse:expr, $word:expr;)*) => {$(
        impl Value for $type {
            type Column = StringBuilder;
            type Cells = TextCells;

            fn data_type() -> DataType {
                DataType::Utf8
            }
            fn push(&self, column: &mut StringBuilder) {
                let word = $word;
                column.append_value(word(*self));
            }
            fn push_blank(column: &mut StringBuilder) {
                column.append_value("");
            }
            fn finish(column: &mut StringBuilder) -> ArrayRef {
                Arc::new(column.finish())
            }
            fn cells(array: Option<&ArrayRef>, name: &str) -> Result<TextCells, Wrong> {
                TextCells::new(array, name)
            }
            fn get(cells: &TextCells, row: usize) -> Result<$type, Wrong> {
                let word = cells.get(row)?;
                let parse = $parse;
                parse(word).ok_or_else(|| Wrong::Cell {
                    row,
                    column: cells.name.clone(),
                    what: format!("says `{}`, which is no {}", word.escape_debug(), $wanted),
                })
            }
        }
    )*};
}
pub(crate) use words;

words! {
    EventType: "event type", EventType::parse, EventType::as_str;
    Quad: "quad class", Quad::parse, Quad::as_str;
    Aux: "status", Aux::parse, Aux::as_str;
    LinkKind: "kind of link", LinkKind::parse, LinkKind::as_str;
    TurnKind: "kind of turn", |word: &str| [TurnKind::Rupture, TurnKind::Rapprochement, TurnKind::War, TurnKind::Truce]
        .into_iter().find(|kind| kind.as_str() == word), TurnKind::as_str;
    Days: "way in which days meet",
        |word: &str| [Days::First, Days::Same, Days::Overlap, Days::Adjacent, Days::Undated].into_iter().find(|d| days(*d) == word),
        days;
    Parties: "way in which parties meet",
        |word: &str| [Parties::Same, Parties::Partly, Parties::Other].into_iter().find(|p| parties(*p) == word), parties;
}

fn days(days: Days) -> &'static str {
    match days {
        Days::First => "first",
        Days::Same => "same",
        Days::Overlap => "overlap",
        Days::Adjacent => "adjacent",
        Days::Undated => "undated",
    }
}

fn parties(parties: Parties) -> &'static str {
    match parties {
        Parties::Same => "same",
        Parties::Partly => "partly",
        Parties::Other => "other",
    }
}

/// A column of whole numbers of any width, and its name.
pub struct WholeCells {
    numbers: Whole,
    name: String,
}

enum Whole {
    I8(PrimitiveArray<Int8Type>),
    I16(PrimitiveArray<Int16Type>),
    I32(PrimitiveArray<Int32Type>),
    I64(PrimitiveArray<Int64Type>),
    U8(PrimitiveArray<UInt8Type>),
    U16(PrimitiveArray<UInt16Type>),
    U32(PrimitiveArray<UInt32Type>),
    U64(PrimitiveArray<UInt64Type>),
}

impl WholeCells {
    fn new(array: Option<&ArrayRef>, name: &str) -> Result<WholeCells, Wrong> {
        let array = there(array, name)?;
        let numbers = match array.data_type() {
            DataType::Int8 => Whole::I8(array.as_primitive().clone()),
            DataType::Int16 => Whole::I16(array.as_primitive().clone()),
            DataType::Int32 => Whole::I32(array.as_primitive().clone()),
            DataType::Int64 => Whole::I64(array.as_primitive().clone()),
            DataType::UInt8 => Whole::U8(array.as_primitive().clone()),
            DataType::UInt16 => Whole::U16(array.as_primitive().clone()),
            DataType::UInt32 => Whole::U32(array.as_primitive().clone()),
            DataType::UInt64 => Whole::U64(array.as_primitive().clone()),
            _ => return Err(wrong_type(array, name, "whole numbers")),
        };
        Ok(WholeCells { numbers, name: name.into() })
    }

    fn get<T: TryFrom<i128>>(&self, row: usize) -> Result<T, Wrong> {
        macro_rules! at {
            ($array:expr) => {
                (row < $array.len() && $array.is_valid(row)).then(|| i128::from($array.value(row)))
            };
        }
        let number = match &self.numbers {
            Whole::I8(a) => at!(a),
            Whole::I16(a) => at!(a),
            Whole::I32(a) => at!(a),
            Whole::I64(a) => at!(a),
            Whole::U8(a) => at!(a),
            Whole::U16(a) => at!(a),
            Whole::U32(a) => at!(a),
            Whole::U64(a) => at!(a),
        };
        let number = number.ok_or_else(|| Wrong::null(row, &self.name))?;
        T::try_from(number).map_err(|_| Wrong::Cell {
            row,
            column: self.name.clone(),
            what: format!("says {number}, which is out of range"),
        })
    }
}

/// Counts: 64 bits with a sign, since Spark knows no unsigned numbers.
macro_rules! counts {
    ($($type:ty)*) => {$(
        impl Value for $type {
            type Column = Int64Builder;
            type Cells = WholeCells;

            fn data_type() -> DataType {
                DataType::Int64
            }
            fn push(&self, column: &mut Int64Builder) {
                column.append_value(i64::try_from(*self).unwrap_or(i64::MAX));
            }
            fn push_blank(column: &mut Int64Builder) {
                column.append_value(0);
            }
            fn finish(column: &mut Int64Builder) -> ArrayRef {
                Arc::new(column.finish())
            }
            fn cells(array: Option<&ArrayRef>, name: &str) -> Result<WholeCells, Wrong> {
                WholeCells::new(array, name)
            }
            fn get(cells: &WholeCells, row: usize) -> Result<$type, Wrong> {
                cells.get(row)
            }
        }
    )*};
}

counts! { u8 u32 usize }

/// A column of numbers with a point, and its name.
pub struct PointCells {
    numbers: Point,
    name: String,
}

enum Point {
    Single(PrimitiveArray<Float32Type>),
    Double(PrimitiveArray<Float64Type>),
}

impl PointCells {
    fn new(array: Option<&ArrayRef>, name: &str) -> Result<PointCells, Wrong> {
        let array = there(array, name)?;
        let numbers = match array.data_type() {
            DataType::Float32 => Point::Single(array.as_primitive().clone()),
            DataType::Float64 => Point::Double(array.as_primitive().clone()),
            _ => return Err(wrong_type(array, name, "numbers with a point")),
        };
        Ok(PointCells { numbers, name: name.into() })
    }

    fn null(&self, row: usize) -> Wrong {
        Wrong::null(row, &self.name)
    }
}

impl Value for f32 {
    type Column = Float32Builder;
    type Cells = PointCells;

    fn data_type() -> DataType {
        DataType::Float32
    }
    fn push(&self, column: &mut Float32Builder) {
        column.append_value(*self);
    }
    fn push_blank(column: &mut Float32Builder) {
        column.append_value(0.0);
    }
    fn finish(column: &mut Float32Builder) -> ArrayRef {
        Arc::new(column.finish())
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<PointCells, Wrong> {
        PointCells::new(array, name)
    }
    fn get(cells: &PointCells, row: usize) -> Result<f32, Wrong> {
        match &cells.numbers {
            Point::Single(a) if a.is_valid(row) => Ok(a.value(row)),
            Point::Double(a) if a.is_valid(row) => Ok(a.value(row) as f32),
            _ => Err(cells.null(row)),
        }
    }
}

impl Value for f64 {
    type Column = Float64Builder;
    type Cells = PointCells;

    fn data_type() -> DataType {
        DataType::Float64
    }
    fn push(&self, column: &mut Float64Builder) {
        column.append_value(*self);
    }
    fn push_blank(column: &mut Float64Builder) {
        column.append_value(0.0);
    }
    fn finish(column: &mut Float64Builder) -> ArrayRef {
        Arc::new(column.finish())
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<PointCells, Wrong> {
        PointCells::new(array, name)
    }
    fn get(cells: &PointCells, row: usize) -> Result<f64, Wrong> {
        match &cells.numbers {
            Point::Single(a) if a.is_valid(row) => Ok(f64::from(a.value(row))),
            Point::Double(a) if a.is_valid(row) => Ok(a.value(row)),
            _ => Err(cells.null(row)),
        }
    }
}

impl Value for bool {
    type Column = BooleanBuilder;
    type Cells = (BooleanArray, String);

    fn data_type() -> DataType {
        DataType::Boolean
    }
    fn push(&self, column: &mut BooleanBuilder) {
        column.append_value(*self);
    }
    fn push_blank(column: &mut BooleanBuilder) {
        column.append_value(false);
    }
    fn finish(column: &mut BooleanBuilder) -> ArrayRef {
        Arc::new(column.finish())
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<Self::Cells, Wrong> {
        let array = there(array, name)?;
        let truths = array.as_boolean_opt().ok_or_else(|| wrong_type(array, name, "truth values"))?;
        Ok((truths.clone(), name.into()))
    }
    fn get((truths, name): &Self::Cells, row: usize) -> Result<bool, Wrong> {
        if truths.is_valid(row) { Ok(truths.value(row)) } else { Err(Wrong::null(row, name)) }
    }
}

/// The first day of 1970: columns of days count from it.
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// The day with this number of days after the first of 1970, or `None` outside of the calendar.
pub(crate) fn day_after_epoch(days: i64) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

impl Value for Date {
    type Column = Date32Builder;
    type Cells = (PrimitiveArray<Date32Type>, String);

    fn data_type() -> DataType {
        DataType::Date32
    }
    fn push(&self, column: &mut Date32Builder) {
        // A civil day lies within ten thousand years of 1970.
        column.append_value(EPOCH.until(*self).map_or(0, |span| span.get_days()));
    }
    fn push_blank(column: &mut Date32Builder) {
        column.append_value(0);
    }
    fn finish(column: &mut Date32Builder) -> ArrayRef {
        Arc::new(column.finish())
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<Self::Cells, Wrong> {
        let array = there(array, name)?;
        let days = array.as_primitive_opt().ok_or_else(|| wrong_type(array, name, "days"))?;
        Ok((days.clone(), name.into()))
    }
    fn get((days, name): &Self::Cells, row: usize) -> Result<Date, Wrong> {
        if !days.is_valid(row) {
            return Err(Wrong::null(row, name));
        }
        day_after_epoch(days.value(row).into()).ok_or_else(|| Wrong::Cell {
            row,
            column: name.clone(),
            what: format!("holds a day outside of the calendar ({} days after 1970)", days.value(row)),
        })
    }
}

/// A column of times in any unit, and its name.
pub struct TimeCells {
    times: Times,
    name: String,
}

enum Times {
    Seconds(PrimitiveArray<TimestampSecondType>),
    Millis(PrimitiveArray<TimestampMillisecondType>),
    Micros(PrimitiveArray<TimestampMicrosecondType>),
    Nanos(PrimitiveArray<TimestampNanosecondType>),
}

/// Times are kept to the microsecond, in UTC.
impl Value for Timestamp {
    type Column = TimestampMicrosecondBuilder;
    type Cells = TimeCells;

    fn data_type() -> DataType {
        DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
    }
    fn push(&self, column: &mut TimestampMicrosecondBuilder) {
        column.append_value(self.as_microsecond());
    }
    fn push_blank(column: &mut TimestampMicrosecondBuilder) {
        column.append_value(0);
    }
    fn finish(column: &mut TimestampMicrosecondBuilder) -> ArrayRef {
        Arc::new(column.finish().with_timezone("UTC"))
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<TimeCells, Wrong> {
        let array = there(array, name)?;
        let times = match array.data_type() {
            DataType::Timestamp(TimeUnit::Second, _) => Times::Seconds(array.as_primitive().clone()),
            DataType::Timestamp(TimeUnit::Millisecond, _) => Times::Millis(array.as_primitive().clone()),
            DataType::Timestamp(TimeUnit::Microsecond, _) => Times::Micros(array.as_primitive().clone()),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Times::Nanos(array.as_primitive().clone()),
            _ => return Err(wrong_type(array, name, "times")),
        };
        Ok(TimeCells { times, name: name.into() })
    }
    fn get(cells: &TimeCells, row: usize) -> Result<Timestamp, Wrong> {
        let time = match &cells.times {
            Times::Seconds(a) => a.is_valid(row).then(|| Timestamp::from_second(a.value(row))),
            Times::Millis(a) => a.is_valid(row).then(|| Timestamp::from_millisecond(a.value(row))),
            Times::Micros(a) => a.is_valid(row).then(|| Timestamp::from_microsecond(a.value(row))),
            Times::Nanos(a) => a.is_valid(row).then(|| Timestamp::from_nanosecond(a.value(row).into())),
        };
        time.ok_or_else(|| Wrong::null(row, &cells.name))?.map_err(|_| Wrong::Cell {
            row,
            column: cells.name.clone(),
            what: "holds a time outside of the calendar".into(),
        })
    }
}

/// A column in which cells may be empty.
impl<T: Value> Value for Option<T>
where
    T: Blank,
{
    type Column = T::Optional;
    type Cells = Option<(Option<NullBuffer>, T::Cells)>;
    const NULLABLE: bool = true;

    fn data_type() -> DataType {
        T::data_type()
    }
    fn push(&self, column: &mut Self::Column) {
        match self {
            Some(value) => value.push_some(column),
            None => T::push_none(column),
        }
    }
    fn push_blank(column: &mut Self::Column) {
        T::push_none(column);
    }
    fn finish(column: &mut Self::Column) -> ArrayRef {
        T::finish_optional(column)
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<Self::Cells, Wrong> {
        match array {
            None => Ok(None),
            // A column that is empty throughout has no type.
            Some(array) if *array.data_type() == DataType::Null => Ok(None),
            Some(array) => Ok(Some((array.logical_nulls(), T::cells(Some(array), name)?))),
        }
    }
    fn get(cells: &Self::Cells, row: usize) -> Result<Option<T>, Wrong> {
        match cells {
            Some((nulls, cells)) if nulls.as_ref().is_none_or(|n| n.is_valid(row)) => {
                T::get(cells, row).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// A value whose column can have empty cells.
pub trait Blank: Value {
    /// The column that grows.
    type Optional: Default;
    /// Adds a value.
    fn push_some(&self, column: &mut Self::Optional);
    /// Adds an empty cell.
    fn push_none(column: &mut Self::Optional);
    /// The column so far.
    fn finish_optional(column: &mut Self::Optional) -> ArrayRef;
}

/// Builders of Arrow that keep track of empty cells themselves.
macro_rules! blank {
    ($($type:ty)*) => {$(
        impl $crate::columns::Blank for $type {
            type Optional = Self::Column;
            fn push_some(&self, column: &mut Self::Column) {
                self.push(column);
            }
            fn push_none(column: &mut Self::Column) {
                column.append_null();
            }
            fn finish_optional(column: &mut Self::Column) -> ArrayRef {
                Self::finish(column)
            }
        }
    )*};
}

pub(crate) use blank;

blank! { String u32 f32 f64 bool Date Timestamp }

/// A list: where each begins in one column of all items.
pub struct ListColumn<T: Value> {
    ends: Vec<i32>,
    items: T::Column,
    count: usize,
}

impl<T: Value> Default for ListColumn<T> {
    fn default() -> Self {
        ListColumn { ends: vec![0], items: T::Column::default(), count: 0 }
    }
}

/// Lists that are read: where each begins and ends, and their items.
pub struct ListCells<T: Value> {
    bounds: Bounds,
    nulls: Option<NullBuffer>,
    items: T::Cells,
    name: String,
}

enum Bounds {
    Short(OffsetBuffer<i32>),
    Long(OffsetBuffer<i64>),
}

impl<T: Value> Value for Vec<T> {
    type Column = ListColumn<T>;
    type Cells = ListCells<T>;

    fn data_type() -> DataType {
        DataType::List(Arc::new(field::<T>("element")))
    }
    fn push(&self, column: &mut ListColumn<T>) {
        for item in self {
            item.push(&mut column.items);
        }
        column.count += self.len();
        Self::push_blank(column);
    }
    fn push_blank(column: &mut ListColumn<T>) {
        // A batch is far smaller than 2³¹ items: it is cut by its bytes.
        column.ends.push(i32::try_from(column.count).unwrap_or(i32::MAX));
    }
    fn finish(column: &mut ListColumn<T>) -> ArrayRef {
        let items = T::finish(&mut column.items);
        let ends = std::mem::replace(&mut column.ends, vec![0]);
        column.count = 0;
        let bounds = OffsetBuffer::new(ScalarBuffer::from(ends));
        Arc::new(ListArray::new(Arc::new(field::<T>("element")), bounds, items, None))
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<ListCells<T>, Wrong> {
        let array = there(array, name)?;
        let (bounds, items): (Bounds, ArrayRef) =
            if let Some(list) = array.as_any().downcast_ref::<ListArray>() {
                (Bounds::Short(list.offsets().clone()), list.values().clone())
            } else if let Some(list) = array.as_any().downcast_ref::<LargeListArray>() {
                (Bounds::Long(list.offsets().clone()), list.values().clone())
            } else {
                return Err(wrong_type(array, name, "lists"));
            };
        let items = T::cells(Some(&items), name)?;
        Ok(ListCells { bounds, nulls: array.nulls().cloned(), items, name: name.into() })
    }
    fn get(cells: &ListCells<T>, row: usize) -> Result<Vec<T>, Wrong> {
        if cells.nulls.as_ref().is_some_and(|n| n.is_null(row)) {
            return Err(Wrong::null(row, &cells.name));
        }
        let (from, to) = match &cells.bounds {
            Bounds::Short(o) => (o[row] as usize, o[row + 1] as usize),
            Bounds::Long(o) => (o[row] as usize, o[row + 1] as usize),
        };
        (from..to)
            .map(|item| {
                T::get(&cells.items, item).map_err(|wrong| match wrong {
                    // The row of the table, not of the items.
                    Wrong::Cell { column, what, .. } => Wrong::Cell { row, column, what },
                    other => other,
                })
            })
            .collect()
    }
}

/// A struct that may be empty: its column, and which are.
#[derive(Default)]
pub struct OptionalStruct<C> {
    pub(crate) inner: C,
    pub(crate) nulls: Validity,
}

/// Which rows are there.
pub(crate) struct Validity(NullBufferBuilder);

impl Default for Validity {
    fn default() -> Self {
        Validity(NullBufferBuilder::new(0))
    }
}

impl Validity {
    pub(crate) fn some(&mut self) {
        self.0.append_non_null();
    }
    pub(crate) fn none(&mut self) {
        self.0.append_null();
    }
    pub(crate) fn finish(&mut self) -> Option<NullBuffer> {
        self.0.finish()
    }
}

/// Says which fields a struct has, each with its type and where it stands in the value, and how the value is made of
/// them again.
macro_rules! record {
    ($name:ty, $columns:ident, $cells:ident {
        $($field:ident: $type:ty = $($path:ident).+,)*
    } => $build:expr) => {
        #[doc = concat!("Columns of `", stringify!($name), "` that grow.")]
        #[derive(Default)]
        pub struct $columns {
            rows: usize,
            $($field: <$type as $crate::columns::Value>::Column,)*
        }

        #[doc = concat!("Columns of `", stringify!($name), "` that are read.")]
        pub struct $cells {
            nulls: Option<arrow_buffer::NullBuffer>,
            name: String,
            $($field: <$type as $crate::columns::Value>::Cells,)*
        }

        impl $columns {
            fn fields() -> arrow_schema::Fields {
                vec![$($crate::columns::field::<$type>(stringify!($field)),)*].into()
            }

            fn arrays(&mut self) -> Vec<arrow_array::ArrayRef> {
                vec![$(<$type as $crate::columns::Value>::finish(&mut self.$field),)*]
            }

            fn array(&mut self, nulls: Option<arrow_buffer::NullBuffer>) -> arrow_array::ArrayRef {
                let rows = std::mem::take(&mut self.rows);
                let arrays = self.arrays();
                debug_assert!(arrays.iter().all(|a| arrow_array::Array::len(a) == rows));
                std::sync::Arc::new(arrow_array::StructArray::new(Self::fields(), arrays, nulls))
            }
        }

        impl $crate::columns::Value for $name {
            type Column = $columns;
            type Cells = $cells;

            fn data_type() -> arrow_schema::DataType {
                arrow_schema::DataType::Struct($columns::fields())
            }
            fn push(&self, column: &mut $columns) {
                column.rows += 1;
                $(<$type as $crate::columns::Value>::push(&self.$($path).+, &mut column.$field);)*
            }
            fn push_blank(column: &mut $columns) {
                column.rows += 1;
                $(<$type as $crate::columns::Value>::push_blank(&mut column.$field);)*
            }
            fn finish(column: &mut $columns) -> arrow_array::ArrayRef {
                column.array(None)
            }
            fn cells(
                array: Option<&arrow_array::ArrayRef>,
                name: &str,
            ) -> Result<$cells, $crate::error::Wrong> {
                let array = $crate::columns::there(array, name)?;
                let Some(fields) = arrow_array::cast::AsArray::as_struct_opt(array) else {
                    return Err($crate::columns::wrong_type(array, name, "records"));
                };
                let path = |field: &str| if name.is_empty() { field.to_owned() } else { format!("{name}.{field}") };
                Ok($cells {
                    nulls: arrow_array::Array::nulls(array).cloned(),
                    name: name.into(),
                    $($field: <$type as $crate::columns::Value>::cells(
                        fields.column_by_name(stringify!($field)),
                        &path(stringify!($field)),
                    )?,)*
                })
            }
            fn get(cells: &$cells, row: usize) -> Result<$name, $crate::error::Wrong> {
                if cells.nulls.as_ref().is_some_and(|n| n.is_null(row)) {
                    return Err($crate::error::Wrong::null(row, &cells.name));
                }
                $(let $field = <$type as $crate::columns::Value>::get(&cells.$field, row)?;)*
                Ok($build)
            }
        }

        impl $crate::columns::Blank for $name {
            type Optional = $crate::columns::OptionalStruct<$columns>;
            fn push_some(&self, column: &mut Self::Optional) {
                column.nulls.some();
                <Self as $crate::columns::Value>::push(self, &mut column.inner);
            }
            fn push_none(column: &mut Self::Optional) {
                column.nulls.none();
                <Self as $crate::columns::Value>::push_blank(&mut column.inner);
            }
            fn finish_optional(column: &mut Self::Optional) -> arrow_array::ArrayRef {
                let nulls = column.nulls.finish();
                column.inner.array(nulls)
            }
        }
    };
}
pub(crate) use record;

record! { EventLink, EventLinkColumns, EventLinkCells {
    report: String = report,
    to: String = to,
    kind: LinkKind = kind,
    said_by: Option<String> = said_by,
    rule: String = rule,
} => EventLink { report, to, kind, said_by, rule } }

record! { Version, VersionColumns, VersionCells {
    actors: Vec<String> = actors,
    recipients: Vec<String> = recipients,
    size: Option<detente::report::Size> = size,
    said_by: Vec<String> = said_by,
    reports: Vec<String> = reports,
} => Version { actors, recipients, size, said_by, reports } }
