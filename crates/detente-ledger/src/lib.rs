//! The ledger: one SQLite file that keeps articles and the reports read from them, never forgets which report
//! said what, and knows when it learned of it.
//!
//! Two clocks run in it. *Event days* are when a thing happened; `known` is the day on which the ledger
//! learned of it, handed in by the caller. Rows are added and never changed or deleted (triggers see to it):
//! when an article is read again by a newer program, the new run says which run it supersedes, and
//! `as_of` answers with what stood on any earlier day. Each article is one transaction, so a program that is
//! killed leaves every finished article and no half one.
//!
//! The tables are described in `TABLES.md`. [`Ledger::reports`] and its siblings give rows back;
//! [`Ledger::relation`] runs the engine's event sets, standing and turns over them.

mod error;
mod open;
mod read;
mod relate;
mod row;
mod write;

pub use error::LedgerError;
pub use row::{Added, Counts, DyadCount, Filter, KeyHit, Relation, Row, Status};

use std::path::PathBuf;

/// An open ledger.
pub struct Ledger {
    connection: rusqlite::Connection,
    /// For messages only.
    path: PathBuf,
}

#[cfg(test)]
mod tests;
