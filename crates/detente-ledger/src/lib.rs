//! The ledger: one SQLite file that keeps articles and the reports read from them, never forgets which report
//! said what, and knows when it learned of it.
//!
//! Two clocks run in it. *Event days* are when a thing happened; `known` is the day on which the ledger
//! learned of it, handed in by the caller. Rows are added and never changed or deleted (triggers see to it):
//! when an article is read again by a newer program, the new run says which run it supersedes, and
//! `as_of` answers with what stood on any earlier day. Each article is one transaction, so a program that is
//! killed leaves every finished article and no half one, and what was called finished is on the disk.
//!
//! Events, standings and turns are kept beside them, as versions: [`Ledger::add`] works out anew what an article
//! touches and nothing else, [`Ledger::relate`] does so for many at once. Events of other data sets come in by
//! [`Ledger::import`] and are evidence like one's own.
//!
//! The tables are described in `TABLES.md`. [`Ledger::reports`] and its siblings give rows back, [`Ledger::cards`] all of them at a glance;
//! [`Ledger::standing_series`], [`Ledger::standings_on`], [`Ledger::turns`] and [`Ledger::balances_on`] what is known about
//! pairs, and [`Ledger::relation`] everything about one pair.

#![forbid(unsafe_code)]

mod ask;
mod audit;
mod cards;
mod copies;
mod error;
mod evidence;
pub mod export;
mod import;
mod keys;
mod manifests;
mod moments;
mod open;
pub mod partition;
mod party;
mod read;
mod relate;
mod reviews;
mod row;
mod series;
mod write;

pub use audit::{Audit, Fault, Kept};
pub use cards::{Cards, Chosen, Facets, PlaceTold};
pub use error::LedgerError;
pub use evidence::AllEvidence;
pub use import::{ForeignTold, Import, ImportCounts};
pub use manifests::{Manifest, Outcome, Wrote};
pub use open::VERSION;
pub use party::{KnownAs, Partner, PartyMonth};
pub use relate::Related;
pub use reviews::{Agreement, Decision, Review};
pub use row::{
    Added, Counts, DyadCount, DyadStanding, Filter, ForeignRow, KeyHit, Order, Relation, Row, StandingMonth,
    Status, Told, TurnFilter,
};
pub use write::Quoted;

use std::path::PathBuf;

/// An open ledger.
pub struct Ledger {
    connection: rusqlite::Connection,
    /// Whether adding leaves events, standings and turns to a later call.
    later: bool,
    /// Under which runs are written, where the program has said what it is.
    manifest: Option<i64>,
    /// For messages only.
    path: PathBuf,
}

#[cfg(test)]
mod tests;
