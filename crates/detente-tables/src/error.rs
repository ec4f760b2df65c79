//! What can be wrong with a table, in one sentence each: which file, what is wrong, and what to do.

use std::path::{Path, PathBuf};

/// What is wrong with a table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file cannot be opened or read.
    #[error("cannot read {}: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The file is no Parquet file, or a damaged one.
    #[error("{} is no whole Parquet file ({why}): make it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The file is a table of another kind, or of a version that this program does not read.
    #[error("{} holds {found}, and {wanted} is wanted: {mend}", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What it says that it is.
        found: String,
        /// What was asked for.
        wanted: String,
        /// What to do.
        mend: &'static str,
    },
    /// A column is not there.
    #[error("{} has no column `{column}`; it has {}", path.display(), listed(there))]
    Missing {
        /// The file, or a name for where the batch came from.
        path: PathBuf,
        /// The column.
        column: String,
        /// The columns that are there.
        there: Vec<String>,
    },
    /// A column holds something else than what is wanted.
    #[error("{}: column `{column}` holds {found}, and {wanted} is wanted", path.display())]
    Type {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// What it holds.
        found: String,
        /// What is wanted.
        wanted: &'static str,
    },
    /// A cell holds nothing, or what the column may not hold.
    #[error("{}, row {row}: column `{column}` {what}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// The row, counted from 1.
        row: u64,
        /// The column.
        column: String,
        /// What is wrong with the cell.
        what: String,
    },
    /// The table cannot be written.
    #[error("cannot write the table: {why}")]
    Unwritable {
        /// What the system says.
        why: String,
        /// True where whoever was to read it has gone.
        gone: bool,
    },
}

/// "`a`, `b` and 12 more".
fn listed(names: &[String]) -> String {
    const MOST: usize = 40;
    if names.is_empty() {
        return "none".into();
    }
    let mut text = names.iter().take(MOST).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        text += &format!(" and {} more", names.len() - MOST);
    }
    text
}

/// What is wrong with a batch, before it is known of which file it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// See [`TableError::Missing`].
    Missing { column: String },
    /// See [`TableError::Type`].
    Type { column: String, found: String, wanted: &'static str },
    /// See [`TableError::Cell`]; the row counts from 0 in the batch.
    Cell { row: usize, column: String, what: String },
}

impl Wrong {
    /// A cell without a value where one must stand.
    pub(crate) fn null(row: usize, column: &str) -> Wrong {
        Wrong::Cell { row, column: column.into(), what: "is empty, and must not be".into() }
    }

    /// The whole sentence: `first` is the number of the batch's first row, `there` the columns of the file.
    pub(crate) fn within(self, path: &Path, first: u64, there: &[String]) -> TableError {
        let path = path.to_path_buf();
        match self {
            Wrong::Missing { column } => TableError::Missing { path, column, there: there.to_vec() },
            Wrong::Type { column, found, wanted } => TableError::Type { path, column, found, wanted },
            Wrong::Cell { row, column, what } => {
                TableError::Cell { path, row: first + row as u64 + 1, column, what }
            }
        }
    }
}
