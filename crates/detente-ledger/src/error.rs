//! What can go wrong with a ledger file. Each error is one sentence that says what, where, and how to mend it.

use std::path::PathBuf;

/// A ledger that cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is no file to read.
    #[error("there is no ledger at {path}: add articles to make one, or give the path of another")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is no ledger.
    #[error("{path} is not a ledger of this program ({found}): give another path, nothing was changed")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        found: String,
    },
    /// A newer program made it.
    #[error(
        "the ledger {path} was written by a newer program (tables of version {found}, this program knows {ours}): \
         install the newer program to open it"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Version of the tables in the file.
        found: i64,
        /// Version this program writes.
        ours: i64,
    },
    /// Another program is writing.
    #[error("the ledger {path} is being written by another program: wait until it is done, then try again")]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder cannot be written.
    #[error(
        "the ledger {path} cannot be written ({why}): check that the folder exists, is yours and has room"
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file cannot be read.
    #[error("the ledger {path} cannot be read ({why}): check that it is yours and that its disk is sound")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file is damaged.
    #[error("the ledger {path} is damaged ({why}): restore it from a copy, or add the articles to a new one")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// No such article, report or other thing.
    #[error("the ledger has no {what} {id:?}: look up the names that it has with a search")]
    NotFound {
        /// `article` or `report`.
        what: &'static str,
        /// The name asked for.
        id: String,
    },
    /// A record that cannot be kept.
    #[error("the report {id:?} cannot be kept ({why}): this is a fault of the program that made it")]
    BadReport {
        /// Id of the report.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// An article that cannot be kept.
    #[error("the article {id:?} cannot be kept ({why}): hand in the text and the reports of one reading")]
    BadArticle {
        /// Id of the article.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// A foreign data set that cannot be kept.
    #[error(
        "the data set {name:?} cannot be kept ({why}): nothing of it is seen, import it again when that is mended"
    )]
    BadImport {
        /// Name of the data set.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something else that SQLite said.
    #[error("the ledger {path} could not answer ({why}): please report this as a fault")]
    Other {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        why: String,
    },
}
