//! Détente's engine: text in, reports out; events in, standings out.
//!
//! It is pure: no files, no network, no clock, no threads. The lexicon and the model are handed in; the
//! crates around it load them. Modules stand in reading order, and each imports only what stands before it.

pub mod span;
pub mod day;
pub mod article;
pub mod sketch;
pub mod note;
pub mod plover;
pub mod token;
pub mod sentence;
pub mod syntax;
pub mod forest;
pub mod lexicon;
pub mod scan;
pub mod actor;
pub mod event;
pub mod time;
pub mod gazetteer;
pub mod place;
pub mod scene;
pub mod context;
pub mod gist;
pub mod report;
pub mod foreign;
pub mod link;
pub mod locating;
pub mod toll;
pub mod read;
pub mod check;
pub mod event_set;
pub mod standing;
pub mod turn;
pub mod bloc;
