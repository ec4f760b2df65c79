//! Stub: who is spoken of. The engine's own module takes this file's place.

use crate::note::Evidence;
use crate::span::{Span, TokenId, TokenRange};

/// A party as the article knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Entity key.
    pub key: String,
    /// PLOVER sector.
    pub sector: Option<String>,
    /// Canonical name, or the words.
    pub name: String,
    /// Wikidata id.
    pub wikidata: Option<String>,
    /// Office.
    pub office: Option<String>,
    /// The words of this mention.
    pub span: Span,
    /// Why it is this party.
    pub why: Evidence,
}

/// One place of the text that names a party.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Its tokens.
    pub tokens: TokenRange,
    /// The token that the rest of the sentence hangs on.
    pub head: TokenId,
    /// Whom it stands for.
    pub parties: Vec<Party>,
}
