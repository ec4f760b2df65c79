//! Détente's tables: reports, articles, events, standings and turns as Arrow batches and as Parquet files, with the
//! names and shapes that they have as JSON lines, and other people's Parquet files as columns of text.
//!
//! A table is a list of rows of one type ([`Row`]): [`Coded`] (a report with its sentence and where it comes from),
//! [`Article`](detente::article::Article), [`Event`](detente::event_set::Event), [`Month`] (of a standing) and
//! [`Turn`](detente::turn::Turn). Each type says its columns once (`report.rs`, `told.rs`), and out of that come the schema
//! ([`schema`]), the batches ([`Rows`]) and the way back ([`rows`]), so that a row that is written and read is the same row.
//! [`Writer`] makes Parquet files: the same rows give the same bytes. [`Table`] opens them again, from this program or from
//! Spark, and says in one sentence what is wrong with them. [`read`] opens any other Parquet file.
//!
//! Every table says what it is: the key `detente.schema` holds its name and version (`reports/1`), and `detente.version`,
//! `detente.lexicon` and `detente.model` say which coder made it. A column that is added later is optional and raises the
//! number behind the point (`reports/1.1`): older files are read with nothing in it, and columns that this program does
//! not know are passed over. Whatever else changes raises the first number, and such files are refused.

#![forbid(unsafe_code)]

mod columns;
mod error;
mod join;
mod open;
pub mod read;
mod report;
mod schema;
pub mod spill;
mod told;
mod write;

pub use error::TableError;
pub use join::join;
pub use open::{Table, kind};
pub use report::{Coded, Origin, sha256};
pub use schema::{Row, Rows, batch, names, rows, schema};
pub use told::Month;
pub use write::Writer;

pub use {arrow_array, arrow_schema};

/// A file of reports.
pub type Reports = Table<Coded>;
/// A file of articles.
pub type Articles = Table<detente::article::Article>;
/// A file of events.
pub type Events = Table<detente::event_set::Event>;
/// A file of standings, month by month.
pub type Standings = Table<Month>;
/// A file of turns.
pub type Turns = Table<detente::turn::Turn>;
