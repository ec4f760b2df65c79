//! Cuts Parquet tables into rows. Of a table only the columns are read that an article has, a few hundred rows at a
//! time. The form asks for jumps in the file: a table that comes out of a pipe or an archive is put aside first.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use detente_tables::TableError;
use detente_tables::read::{Columns as Table, Picked, Wanted};

use crate::fields::{Columns, Field};
use crate::open::{Cut, Cutter};
use crate::problem::{Kind, Place, Problem};
use crate::raw::Body;
use crate::record::{Cell, Cells};

/// A Parquet table.
pub(crate) struct Parquet {
    name: String,
    picked: Picked,
    /// The names of the columns that were picked, in the order of [`Field::ALL`].
    columns: [Option<String>; Field::ALL.len()],
    row: u64,
    rows: u64,
    /// Bytes of the file, and how many of them are read, as far as rows tell.
    len: u64,
    read: Arc<AtomicU64>,
    over: bool,
}

/// Puts aside in a file without a name what a reader gives.
///
/// # Errors
/// When it cannot be read, or the disk is full.
pub(crate) fn aside(name: &str, mut reader: impl Read) -> Result<File, Problem> {
    let fault = |e: &io::Error| {
        let what = format!("it cannot be put aside to be read ({e})");
        let mend = "make room for it where temporary files stand (TMPDIR), or unpack it yourself";
        Problem::new(Kind::Unreadable, name, what, mend)
    };
    let mut file = tempfile::tempfile().map_err(|e| fault(&e))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(crate::open::broken(name, &e)),
        };
        io::Write::write_all(&mut file, &buffer[..n]).map_err(|e| fault(&e))?;
    }
    file.rewind().map_err(|e| fault(&e))?;
    Ok(file)
}

/// What is wrong with a table, as a problem of this file.
fn problem(name: &str, error: TableError) -> Problem {
    match error {
        TableError::Damaged { why, .. } => {
            let what = format!("this is no whole Parquet file ({why})");
            Problem::new(Kind::Broken, name, what, "make it again, or get the whole file")
        }
        other => {
            Problem::new(Kind::Unreadable, name, other.to_string(), "look at the file, and make it again")
        }
    }
}

/// Runs a step of the library that reads the form; where it stumbles over a damaged file, that is an error like others.
fn careful<T>(name: &str, step: impl FnOnce() -> Result<T, TableError>) -> Result<T, Problem> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(done) => done.map_err(|e| problem(name, e)),
        Err(_) => {
            let (what, mend) = ("this Parquet file is damaged", "make it again, or get the whole file");
            Err(Problem::new(Kind::Broken, name, what, mend))
        }
    }
}

impl Parquet {
    /// Looks at the columns of a table. What is found wrong with those that need not be there comes with it.
    pub(crate) fn open(
        file: File,
        name: &str,
        columns: &Columns,
        read: &Arc<AtomicU64>,
    ) -> Result<(Parquet, Vec<Problem>), Problem> {
        let len = file.metadata().map_or(0, |m| m.len());
        let table = careful(name, || Table::of(file, Path::new(name)))?;
        let names: Vec<String> = table.names().map(str::to_owned).collect();
        let places =
            columns.places(&names).map_err(|(what, mend)| Problem::new(Kind::Column, name, what, mend))?;
        let mut found: [Option<String>; Field::ALL.len()] = Default::default();
        let mut notes = Vec::new();
        for field in Field::ALL {
            let Some(column) = places[field as usize].map(|place| &names[place]) else { continue };
            if table.fits(column, wanted(field)) {
                found[field as usize] = Some(column.clone());
                continue;
            }
            let holds = table.holds(column).unwrap_or_default();
            let what = format!("the column \"{column}\" holds {holds}, and {} is wanted", in_words(field));
            if field == Field::Text || columns.given(field).is_some() {
                let mend = format!("name another column with --columns {}=NAME", field.name());
                return Err(Problem::new(Kind::Column, name, what, mend));
            }
            let mend = format!(
                "name another column with --columns {}=NAME; the articles are read without it",
                field.name()
            );
            notes.push(Problem::new(Kind::Field, name, what, mend));
        }
        let rows = table.len();
        if rows == 0 {
            let (what, mend) = ("this table has no rows", "give a table that holds articles");
            return Err(Problem::new(Kind::Empty, name, what, mend));
        }
        let pick: Vec<(Option<&str>, Wanted)> =
            Field::ALL.iter().map(|f| (found[*f as usize].as_deref(), wanted(*f))).collect();
        let picked = careful(name, || table.pick(&pick, 0))?;
        let (name, read) = (name.to_owned(), read.clone());
        Ok((Parquet { name, picked, columns: found, row: 0, rows, len, read, over: false }, notes))
    }
}

fn wanted(field: Field) -> Wanted {
    match field {
        Field::Id => Wanted::Id,
        Field::Published | Field::Retrieved => Wanted::Day,
        _ => Wanted::Text,
    }
}

fn in_words(field: Field) -> &'static str {
    match wanted(field) {
        Wanted::Id => "text or whole numbers",
        Wanted::Day => "a day or a time, or text",
        Wanted::Text => "text",
    }
}

impl Cutter for Parquet {
    fn next(&mut self) -> Cut {
        if self.over {
            return Cut::End;
        }
        self.row += 1;
        let place = Place::Record(self.row);
        let picked = &mut self.picked;
        match careful(&self.name, || picked.next().transpose()) {
            Err(problem) => {
                self.over = true;
                Cut::problem(problem.at(place))
            }
            Ok(None) => {
                self.over = true;
                Cut::End
            }
            Ok(Some(row)) => {
                let share = (self.len as f64 * (self.row as f64 / self.rows as f64)) as u64;
                self.read.fetch_max(share.min(self.len), Ordering::Relaxed);
                let mut cells = Cells::default();
                for (field, text) in Field::ALL.into_iter().zip(row) {
                    if let (Some(column), Some(text)) = (&self.columns[field as usize], text) {
                        cells[field as usize] = Cell::Text(column.clone(), text);
                    }
                }
                let id = match &cells[Field::Id as usize] {
                    Cell::Text(_, text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
                    _ => None,
                };
                Cut::Item { place, number: Some(self.row), id, body: Body::Row(Box::new(cells)) }
            }
        }
    }
}
