//! The record: one report is one event as one article tells it. The field names are PLOVER's JSON lines and
//! the same in every format the program writes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use crate::gist::Gist;
pub use crate::lexicon::links::LinkKind;
use crate::note::Evidence;
pub use crate::place::EventLoc;
pub use crate::plover::Aux;
use crate::plover::{EventType, Quad};
use crate::span::Span;

/// A party of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entity {
    /// The entity key: `IRN`, `Hamas`, `SYR/REB`, `UNK`.
    pub key: String,
    /// ISO 3166 alpha-3 of its country, or UNO EUR IGO NGO IMG MNC ISM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// PLOVER sector: GOV, MIL, REB …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// Canonical name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier_text: Option<String>,
    /// Wikidata id, where the lexicon has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier_id: Option<String>,
    /// The words that stand for it in the sentence.
    pub entity_text: String,
    /// The office, where the party is a person who holds one ("foreign minister").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// First byte of `entity_text` in the clean text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

/// Which sentence the report was read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextInfo {
    /// Number of the sentence in the article, from 0.
    pub sequence: u32,
    /// First byte of the sentence in the clean text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

/// People counted by the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Size {
    /// Killed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<u32>,
    /// Hurt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injured: Option<u32>,
    /// Arrested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrested: Option<u32>,
}

/// What to cite.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CiteInfo {
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Publisher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication: Option<String>,
    /// BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Licence of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Name of the earlier article of which this one is a copy: its reports are no second witness.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
}

/// Which program, lexicon and model made the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coder {
    /// Version of the program.
    pub version: String,
    /// Content hash of the lexicon.
    pub lexicon: String,
    /// Name and version of the syntax model.
    pub model: String,
}

/// How an event stands to another one of the same article, as the article states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Id of the other report.
    pub to: String,
    /// This event stands so to the other: this one came *after* it, *because* of it, …
    pub kind: LinkKind,
    /// Whoever alone claims the link; `None` where the article states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_by: Option<Entity>,
    /// The entry of `lexicon/links/` and the words that state it.
    pub evidence: Evidence,
}

/// One event as one article tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// `doc` and a running number: `article-1#3`.
    pub id: String,
    /// Id of the article.
    pub doc: String,
    /// The type, as a list of one (PLOVER's shape).
    pub event: Vec<EventType>,
    /// PLOVER mode of the type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// PLOVER contexts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<String>,
    /// Quad class of the type.
    pub quad_code: Quad,
    /// Place on the scale from −10 to +10.
    pub event_scale: f32,
    /// Who does it. Mutual events have every party here.
    pub actor: Vec<Entity>,
    /// To whom.
    pub recipient: Vec<Entity>,
    /// First day of the interval in which it happened, or `None`.
    pub date: Option<Date>,
    /// Last day of the interval, or `None`.
    pub enddate: Option<Date>,
    /// The words that the interval was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_text: Option<String>,
    /// `day`, `week`, `month`, `year`, `span`, or `tense` where no words date the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_precision: Option<String>,
    /// Status beside plain assertion.
    pub aux: Vec<Aux>,
    /// Whoever alone vouches for it; `None` where the article does.
    pub said_by: Option<Entity>,
    /// The sentence.
    pub text_info: TextInfo,
    /// The words of the event.
    pub event_text: String,
    /// Where it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_loc: Option<EventLoc>,
    /// People counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// The event it reports, once events have been made out of reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// How sure the reading is, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// What read it, from which words. Never empty.
    pub evidence: Vec<Evidence>,
    /// The words by which it is known again in other articles.
    #[serde(default, skip_serializing_if = "Gist::is_empty")]
    pub gist: Gist,
    /// How it stands to other events of the article.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// What to cite.
    #[serde(default)]
    pub cite_info: CiteInfo,
    /// What made it.
    #[serde(default)]
    pub coder: Coder,
}

impl Report {
    /// The one type of the report.
    pub fn kind(&self) -> EventType {
        self.event[0]
    }

    /// Bytes of the sentence.
    pub fn sentence(&self) -> Span {
        Span { start: self.text_info.start, end: self.text_info.end }
    }
}
