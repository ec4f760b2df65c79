//! Stub: every example and counter of a lexicon, tried. The engine's own module takes this file's place.

use crate::lexicon::Fault;
use crate::read::Reader;

/// Runs every example and counter of the files.
pub fn check(reader: &Reader) -> Vec<Fault> {
    let _ = reader;
    Vec::new()
}
