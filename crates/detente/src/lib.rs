//! Détente's engine: text in, reports out; events in, standings out.
//!
//! It is pure: no files, no network, no clock, no threads. The lexicon and the model are handed in; the
//! crates around it load them. Modules stand in reading order, and each imports only what stands before it.

pub mod span;
pub mod article;
pub mod note;
pub mod token;
pub mod sentence;
pub mod syntax;
pub mod plover;
pub mod report;
