//! Notes: what a careful reader would write in the margin. Reading never fails; where the text is odd or a
//! question stays open ("bare family name, two office-holders bear it"), a stage leaves a note and goes on.

use serde::{Deserialize, Serialize};

use crate::span::Span;

/// One remark on one place of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The stage that speaks: `sentence`, `syntax`, `actor`, `event`, `time`, `place`, `link`.
    pub stage: &'static str,
    /// The bytes it is about, if it is about a place.
    pub span: Option<Span>,
    /// One plain sentence.
    pub text: String,
}

/// Why a derived thing is believed: the lexicon entry or model that read it, and the words it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Id of the lexicon entry, or the name of the model or built-in reading (`syntax:en`, `actor:apposition`).
    pub rule: String,
    /// The bytes of the clean text.
    pub spans: Vec<Span>,
}

impl Evidence {
    /// Evidence of one rule over some spans.
    pub fn new(rule: impl Into<String>, spans: impl IntoIterator<Item = Span>) -> Evidence {
        Evidence { rule: rule.into(), spans: spans.into_iter().collect() }
    }
}
