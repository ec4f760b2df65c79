//! Stub: words of time. The engine's own module takes this file's place.

/// One place of the text that says when.
#[derive(Clone, Debug)]
pub struct TimeExpression {}
