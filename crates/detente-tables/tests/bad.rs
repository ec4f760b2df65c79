//! Files that are not what they should be: each is named in one sentence, nothing panics, and what can be read is read.

mod common;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{StringDictionaryBuilder, StringViewBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, Date32Array, Date64Array, Float64Array, Int64Array, LargeStringArray, RecordBatch,
    StringArray, TimestampMicrosecondArray, TimestampMillisecondArray, UInt8Array,
};
use arrow_schema::Schema;
use common::{Dice, coder};
use detente_tables::read::{Columns, TextColumn, Wanted};
use detente_tables::{Coded, Month, Reports, Rows, Standings, TableError, Writer};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn write(path: &Path, batch: &RecordBatch) {
    // The metadata of a schema in the place where other programs put it.
    let schema = batch.schema();
    let about = schema.metadata().iter().map(|(k, v)| KeyValue::new(k.clone(), v.clone())).collect();
    let properties = WriterProperties::builder().set_key_value_metadata(Some(about)).build();
    let file = std::fs::File::create(path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).expect("writes");
    writer.write(batch).expect("writes");
    writer.close().expect("writes");
}

fn columns(folder: &TempDir, columns: Vec<(&str, ArrayRef)>) -> PathBuf {
    let path = folder.path().join("theirs.parquet");
    write(&path, &RecordBatch::try_from_iter(columns).expect("a batch"));
    path
}

fn reports(n: usize) -> RecordBatch {
    let mut dice = Dice(1);
    let mut rows = Rows::<Coded>::new(Some(&coder()));
    (0..n).for_each(|_| rows.push(&dice.coded()));
    rows.finish()
}

fn picked(path: &Path, wanted: &[(Option<&str>, Wanted)]) -> Vec<Vec<Option<String>>> {
    Columns::open(path)
        .and_then(|columns| columns.pick(wanted, 0))
        .unwrap_or_else(|e| panic!("{e}"))
        .map(|row| row.unwrap_or_else(|e| panic!("{e}")))
        .collect()
}

#[test]
fn text_of_every_kind_is_text() {
    let words = [Some("one"), None, Some("zwölf"), Some("")];
    let mut view = StringViewBuilder::new();
    let mut dictionary = StringDictionaryBuilder::<Int32Type>::new();
    for word in words {
        view.append_option(word);
        dictionary.append_option(word);
    }
    let bytes: Vec<Option<&[u8]>> = words.iter().map(|w| w.map(str::as_bytes)).collect();
    let all: Vec<(&str, ArrayRef)> = vec![
        ("short", Arc::new(StringArray::from(words.to_vec()))),
        ("long", Arc::new(LargeStringArray::from(words.to_vec()))),
        ("view", Arc::new(view.finish())),
        ("dictionary", Arc::new(dictionary.finish())),
        ("bytes", Arc::new(BinaryArray::from(bytes))),
    ];
    // As columns in memory, as another program hands them over …
    for (name, array) in &all {
        let column = TextColumn::of(array, Wanted::Text).unwrap_or_else(|found| panic!("{name}: {found}"));
        for (row, word) in words.iter().enumerate() {
            assert_eq!(column.get(row).as_deref(), *word, "{name}");
        }
        assert_eq!(column.get(words.len()), None);
    }
    // … and out of a file.
    let folder = folder();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let path = columns(&folder, all);
    let mut wanted: Vec<(Option<&str>, Wanted)> =
        names.iter().rev().map(|n| (Some(*n), Wanted::Text)).collect();
    wanted.insert(1, (None, Wanted::Text));
    let rows = picked(&path, &wanted);
    assert_eq!(rows.len(), 4);
    for (row, word) in rows.iter().zip(words) {
        for (n, cell) in row.iter().enumerate() {
            assert_eq!(cell.as_deref(), word.filter(|_| n != 1), "{n}");
        }
    }
}

#[test]
fn days_times_and_numbers_become_text_where_they_are_wanted() {
    let folder = folder();
    let path = columns(
        &folder,
        vec![
            ("day", Arc::new(Date32Array::from(vec![Some(17_204), Some(-1), None])) as ArrayRef),
            ("wall", Arc::new(TimestampMillisecondArray::from(vec![Some(1_486_463_400_000), None, Some(0)]))),
            (
                "utc",
                Arc::new(
                    TimestampMicrosecondArray::from(vec![Some(1_486_463_400_500_000), None, Some(0)])
                        .with_timezone("UTC"),
                ),
            ),
            ("number", Arc::new(Int64Array::from(vec![Some(-7), Some(i64::MAX), None]))),
            ("small", Arc::new(UInt8Array::from(vec![1, 2, 255]))),
        ],
    );
    let rows = picked(
        &path,
        &[
            (Some("day"), Wanted::Day),
            (Some("wall"), Wanted::Day),
            (Some("utc"), Wanted::Day),
            (Some("number"), Wanted::Id),
            (Some("small"), Wanted::Id),
        ],
    );
    let words: Vec<Vec<&str>> =
        rows.iter().map(|row| row.iter().map(|cell| cell.as_deref().unwrap_or("-")).collect()).collect();
    assert_eq!(words[0], ["2017-02-07", "2017-02-07T10:30:00", "2017-02-07T10:30:00.5Z", "-7", "1"]);
    // Files have no days in milliseconds; columns in memory do.
    let millis: ArrayRef = Arc::new(Date64Array::from(vec![Some(17_204 * 86_400_000), Some(-1), None]));
    let column = TextColumn::of(&millis, Wanted::Day).expect("days");
    assert_eq!(column.get(0).as_deref(), Some("2017-02-07"));
    assert_eq!((column.get(1).as_deref(), column.get(2)), (Some("1969-12-31"), None));
    assert_eq!(words[1], ["1969-12-31", "-", "-", "9223372036854775807", "2"]);
    assert_eq!(words[2], ["-", "1970-01-01T00:00:00", "1970-01-01T00:00:00Z", "-", "255"]);
}

#[test]
fn a_wrong_or_missing_column_is_named_with_what_is_there() {
    let folder = folder();
    let path = columns(
        &folder,
        vec![
            ("text", Arc::new(Float64Array::from(vec![1.5])) as ArrayRef),
            ("published", Arc::new(Int64Array::from(vec![20_170_207]))),
        ],
    );
    let fault = |wanted: (Option<&str>, Wanted)| {
        let picked = Columns::open(&path).and_then(|c| c.pick(&[wanted], 0));
        picked.map(|_| ()).expect_err("refused").to_string()
    };
    let name = path.display();
    assert_eq!(
        fault((Some("text"), Wanted::Text)),
        format!("{name}: column `text` holds numbers with a point, and text is wanted")
    );
    assert_eq!(
        fault((Some("published"), Wanted::Day)),
        format!("{name}: column `published` holds whole numbers, and a day or a time, or text is wanted")
    );
    assert_eq!(
        fault((Some("body"), Wanted::Text)),
        format!("{name} has no column `body`; it has `text`, `published`")
    );
    let columns = Columns::open(&path).expect("opens");
    assert!(columns.fits("published", Wanted::Id) && !columns.fits("published", Wanted::Text));
    assert_eq!(columns.holds("text").as_deref(), Some("numbers with a point"));
}

#[test]
fn what_is_no_table_of_ours_is_refused_in_one_sentence() {
    let folder = folder();
    let path = folder.path().join("x.parquet");
    let refused = |path: &Path| Reports::open(path).map(|_| ()).expect_err("refused").to_string();
    assert!(refused(&path).starts_with(&format!("cannot read {}", path.display())));
    for bytes in [&b""[..], b"PAR1", b"id,doc\n1,2\n", &[0; 5_000]] {
        std::fs::write(&path, bytes).expect("written");
        assert!(refused(&path).contains("is no whole Parquet file"), "{}", refused(&path));
    }
    let mut writer = Writer::<_, Month>::new(Vec::new(), None).expect("memory");
    writer.push(&Dice(3).month()).expect("memory");
    std::fs::write(&path, writer.finish().expect("memory")).expect("written");
    assert_eq!(
        refused(&path),
        format!("{} holds standings/1, and reports/1 is wanted: give another file", path.display())
    );
    let told = columns(&folder, vec![("id", Arc::new(StringArray::from(vec!["a"])) as ArrayRef)]);
    assert_eq!(refused(&told), format!("{} has no column `doc`; it has `id`", told.display()));
}

/// The batch of reports with other metadata, without some columns, and with one more.
fn altered(version: &str, without: &[&str]) -> RecordBatch {
    let batch = reports(20);
    let schema = batch.schema();
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        if !without.contains(&field.name().as_str()) {
            fields.push(field.as_ref().clone());
            arrays.push(array.clone());
        }
    }
    fields.push(arrow_schema::Field::new("mood", arrow_schema::DataType::Float64, true));
    arrays.push(Arc::new(Float64Array::from(vec![1.0; batch.num_rows()])));
    let metadata = HashMap::from([("detente.schema".to_owned(), version.to_owned())]);
    RecordBatch::try_new(Arc::new(Schema::new(fields).with_metadata(metadata)), arrays).expect("a batch")
}

#[test]
fn versions_beside_ours_are_read_where_they_can_be() {
    let folder = folder();
    let path = folder.path().join("x.parquet");
    // An optional column that an older version lacked, and one that a newer one has.
    for version in ["reports/1", "reports/1.7"] {
        write(&path, &altered(version, &["confidence", "event_loc"]));
        let rows: Vec<Coded> =
            Reports::open(&path).unwrap_or_else(|e| panic!("{e}")).map(|r| r.expect("a row")).collect();
        assert_eq!(rows.len(), 20);
        assert!(rows.iter().all(|r| r.report.confidence.is_none() && r.report.event_loc.is_none()));
        assert!(rows.iter().any(|r| r.report.size.is_some()));
    }
    let refused = |path: &Path| Reports::open(path).map(|_| ()).expect_err("refused").to_string();
    write(&path, &altered("reports/2", &[]));
    assert!(refused(&path).contains("holds reports/2, and reports/1 is wanted: a newer program wrote it"));
    write(&path, &altered("reports/0.3", &[]));
    assert!(refused(&path).contains("make it again"));
    write(&path, &altered("reports/1", &["actor"]));
    assert!(refused(&path).contains("has no column `actor`; it has `id`, `doc`"));
}

#[test]
fn one_bad_cell_costs_its_row_alone() {
    let folder = folder();
    let path = folder.path().join("x.parquet");
    let batch = reports(30);
    let at = batch.schema().index_of("quad_code").expect("there");
    let words: Vec<Option<&str>> = (0..30)
        .map(|n| match n {
            4 => Some("sideways"),
            9 => None,
            _ => Some("verbal conflict"),
        })
        .collect();
    let mut fields: Vec<_> = batch.schema().fields().iter().map(|f| f.as_ref().clone()).collect();
    fields[at] = fields[at].clone().with_nullable(true);
    let mut arrays = batch.columns().to_vec();
    arrays[at] = Arc::new(StringArray::from(words));
    write(&path, &RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("a batch"));
    let rows: Vec<Result<Coded, TableError>> = Reports::open(&path).expect("opens").collect();
    assert_eq!(rows.len(), 30);
    let faults: Vec<String> = rows.into_iter().filter_map(Result::err).map(|e| e.to_string()).collect();
    let name = path.display();
    assert_eq!(
        faults,
        [
            format!("{name}, row 5: column `quad_code` says `sideways`, which is no quad class"),
            format!("{name}, row 10: column `quad_code` is empty, and must not be"),
        ]
    );
}

#[test]
fn a_full_disk_is_told_in_one_sentence() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let written = Writer::<_, Month>::new(Full, None).and_then(|mut writer| {
        writer.push(&Dice(3).month())?;
        writer.finish().map(|_| ())
    });
    let fault = written.expect_err("no room").to_string();
    assert!(fault.starts_with("cannot write the table: ") && fault.lines().count() == 1, "{fault}");
}

/// Bytes changed, cut off, doubled: whatever comes out, it is rows or one sentence, and no panic.
#[test]
fn damaged_files_never_panic() {
    let folder = folder();
    let path = folder.path().join("damaged.parquet");
    let mut writer = Writer::<_, Coded>::new(Vec::new(), Some(&coder())).expect("memory");
    let mut dice = Dice(17);
    (0..60).for_each(|_| writer.push(&dice.coded()).expect("memory"));
    let whole = writer.finish().expect("memory");
    let mut months = Writer::<_, Month>::new(Vec::new(), Some(&coder())).expect("memory");
    (0..60).for_each(|_| months.push(&dice.month()).expect("memory"));
    let months = months.finish().expect("memory");
    let mut panics = Vec::new();
    for round in 0..600u64 {
        let mut bytes = if round % 2 == 0 { whole.clone() } else { months.clone() };
        let n = bytes.len() as u64;
        for _ in 0..1 + dice.below(4) {
            // Half of the changes hit the footer, which says where everything is.
            let at =
                if dice.below(2) == 0 { dice.below(n) } else { n - 1 - dice.below(n.min(6_000)) } as usize;
            match dice.below(4) {
                0 => bytes[at] ^= 1 << dice.below(8),
                1 => bytes[at] = dice.below(256) as u8,
                2 => bytes[at] = 0xff,
                _ => bytes.swap(at, (dice.below(n)) as usize),
            }
        }
        if dice.below(10) == 0 {
            bytes.truncate(dice.below(n) as usize);
        }
        std::fs::write(&path, &bytes).expect("written");
        let read = || {
            let _ = Reports::open(&path).map(|rows| rows.take(1_000).count());
            let _ = Standings::open(&path).map(|rows| rows.take(1_000).count());
            let wanted =
                [(Some("id"), Wanted::Text), (Some("sentence"), Wanted::Text), (Some("a"), Wanted::Text)];
            for wanted in wanted {
                let picked = Columns::open(&path).and_then(|columns| columns.pick(&[wanted], 0));
                let _ = picked.map(|rows| rows.take(1_000).count());
            }
        };
        if catch_unwind(AssertUnwindSafe(read)).is_err() {
            panics.push(round);
        }
    }
    assert_eq!(panics, Vec::<u64>::new());
}
