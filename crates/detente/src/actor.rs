//! Stub: who is spoken of. The engine's own module takes this file's place.

/// One place of the text that names a party.
#[derive(Clone, Debug)]
pub struct Mention {}
