//! Places in a text. A [`Span`] is a half-open range of *bytes* of an article's clean text; a [`TokenId`]
//! is the position of a *token* in the article. They are types of their own so that the compiler keeps
//! them apart; everything the program reads carries one or the other back to the words it was read from.

use serde::{Deserialize, Serialize};

/// A half-open range of bytes of the clean text of one article: `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end`. A range that runs backwards becomes empty at `start`.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end.max(start) as u32 }
    }

    /// The words themselves, cut from the text the span was read from. A span that does not fit the text
    /// (it came from another article) gives the empty string rather than a panic.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// Length in bytes; none where a record from elsewhere has the ends the wrong way round.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// True when it holds no byte.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// True when `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// True when both share a byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    pub fn cover(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// The position of a token in its article, counted from 0 over all sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TokenId(pub u32);

impl TokenId {
    /// The position as an index into the article's token list.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of tokens of one article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TokenRange {
    /// First token.
    pub start: TokenId,
    /// One past the last token.
    pub end: TokenId,
}

impl TokenRange {
    /// The tokens `start..end`.
    pub fn new(start: usize, end: usize) -> TokenRange {
        TokenRange { start: TokenId(start as u32), end: TokenId(end.max(start) as u32) }
    }

    /// The token positions in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = TokenId> + Clone {
        (self.start.0..self.end.0).map(TokenId)
    }

    /// How many tokens.
    pub fn len(self) -> usize {
        (self.end.0 - self.start.0) as usize
    }

    /// True when it holds no token.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// True when the token lies inside.
    pub fn contains(self, token: TokenId) -> bool {
        self.start <= token && token < self.end
    }

    /// True when both share a token.
    pub fn overlaps(self, other: TokenRange) -> bool {
        self.start < other.end && other.start < self.end
    }
}
