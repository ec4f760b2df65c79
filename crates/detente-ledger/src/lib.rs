//! The ledger: one SQLite file that keeps articles and the reports read from them, never forgets which report
//! said what, and knows when it learned of it.
//!
//! Two clocks run in it. *Event days* are when a thing happened; `known` is the day on which the ledger
//! learned of it, handed in by the caller. Rows are added and never changed or deleted (triggers see to it):
//! when an article is read again by a newer program, the new run says which run it supersedes, and
//! `as_of` answers with what stood on any earlier day. Each article is one transaction, so a program that is
//! killed leaves every finished article and no half one.
//!
//! The tables are described in `TABLES.md`; their SQL is [`SCHEMA`].

mod error;
mod row;

pub use error::LedgerError;
pub use row::{Added, Counts, DyadCount, Filter, KeyHit, Relation, Row, Status};

use std::path::Path;

use detente::article::Article;
use detente::event_set::Event;
use detente::note::Note;
use detente::report::{Coder, Report};
use detente::turn::Turn;
use jiff::civil::Date;

/// An open ledger.
pub struct Ledger {}

impl Ledger {
    /// Opens the ledger in this file, and makes the file where there is none.
    pub fn open(path: impl AsRef<Path>) -> Result<Ledger, LedgerError> {
        let _ = path;
        todo!()
    }

    /// Opens a ledger that is only read. The file must be there.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Ledger, LedgerError> {
        let _ = path;
        todo!()
    }

    /// A ledger that lives in memory and is gone with the program: for tests and for a look at a few files.
    pub fn in_memory() -> Result<Ledger, LedgerError> {
        todo!()
    }

    /// Adds an article with its reports, as one transaction. `known` is the day on which this is learned.
    pub fn add(
        &mut self,
        article: &Article,
        reports: &[Report],
        notes: &[Note],
        coder: &Coder,
        known: Date,
    ) -> Result<Added, LedgerError> {
        let _ = (article, reports, notes, coder, known);
        todo!()
    }

    /// The name of the article with this text, if the ledger has it: asked before an article is read again
    /// in vain. With a coder, only if this coder's reading is the one that stands.
    pub fn has(&self, text: &str, coder: Option<&Coder>) -> Result<Option<String>, LedgerError> {
        let _ = (text, coder);
        todo!()
    }

    /// The reports that pass the filter: by event day, undated last, then by article and number.
    pub fn reports(&self, filter: &Filter) -> Result<Vec<Row>, LedgerError> {
        let _ = filter;
        todo!()
    }

    /// How many reports pass the filter (its limit and offset do not count).
    pub fn count(&self, filter: &Filter) -> Result<usize, LedgerError> {
        let _ = filter;
        todo!()
    }

    /// The reports between two parties, either way round, oldest first, undated last.
    pub fn dyad(&self, a: &str, b: &str, as_of: Option<Date>) -> Result<Vec<Row>, LedgerError> {
        let _ = (a, b, as_of);
        todo!()
    }

    /// One report by its id; superseded ones are found too where no newer one bears the id.
    pub fn report(&self, id: &str) -> Result<Row, LedgerError> {
        let _ = id;
        todo!()
    }

    /// One article by its name in the ledger.
    pub fn article(&self, id: &str) -> Result<Article, LedgerError> {
        let _ = id;
        todo!()
    }

    /// The dyads with the most reports, busiest first.
    pub fn dyads(&self, limit: usize, as_of: Option<Date>) -> Result<Vec<DyadCount>, LedgerError> {
        let _ = (limit, as_of);
        todo!()
    }

    /// How much the ledger holds.
    pub fn counts(&self, as_of: Option<Date>) -> Result<Counts, LedgerError> {
        let _ = as_of;
        todo!()
    }

    /// Parties whose key, name or words hold the text (any case), the most told about first.
    pub fn keys_like(&self, text: &str, limit: usize) -> Result<Vec<KeyHit>, LedgerError> {
        let _ = (text, limit);
        todo!()
    }

    /// The name to show for a key: its most frequent canonical name, or the key itself.
    pub fn name_of(&self, key: &str) -> Result<String, LedgerError> {
        let _ = key;
        todo!()
    }

    /// The events that the reports passing the filter tell of.
    pub fn events(&self, filter: &Filter) -> Result<Vec<Event>, LedgerError> {
        let _ = filter;
        todo!()
    }

    /// Everything about two parties: reports, events, standing, turns.
    pub fn relation(&self, a: &str, b: &str, as_of: Option<Date>) -> Result<Relation, LedgerError> {
        let _ = (a, b, as_of);
        todo!()
    }

    /// The latest turns among the busiest dyads, newest first.
    pub fn latest_turns(&self, limit: usize, as_of: Option<Date>) -> Result<Vec<Turn>, LedgerError> {
        let _ = (limit, as_of);
        todo!()
    }
}
