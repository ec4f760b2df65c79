//! What goes in and what comes out of the ledger: filters, rows, counts.

use detente::event_set::Event;
use detente::plover::EventType;
use detente::report::{Aux, Report};
use detente::standing::{Level, Standing};
use detente::turn::Turn;
use jiff::civil::Date;
use serde::Serialize;

/// What became of an article that was handed to the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is new. The name is the one the ledger keeps it under: the article's own id, or, where another text
    /// already bears that id, the id with a piece of the fingerprint (`morning-3~9f2c41aa`).
    New(String),
    /// The same text was there, read by another program, lexicon or model: its new reports were added, the
    /// old ones are kept as superseded.
    Reread(String),
    /// The same text was there, read by the same coder: nothing was written, but for the text where it lacked.
    Already(String),
}

impl Added {
    /// The name under which the ledger keeps the article.
    pub fn id(&self) -> &str {
        match self {
            Added::New(id) | Added::Reread(id) | Added::Already(id) => id,
        }
    }
}

/// A status to filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Plain news: neither negated, future nor hypothetical (historical or not).
    Asserted,
    /// Reports that bear this status.
    Aux(Aux),
}

impl Status {
    /// The status with this name (`asserted`, `negated`, `future`, `hypothetical`, `historical`), or `None`.
    pub fn parse(text: &str) -> Option<Status> {
        match text {
            "asserted" => Some(Status::Asserted),
            other => Aux::parse(other).map(Status::Aux),
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Asserted => "asserted",
            Status::Aux(aux) => aux.as_str(),
        }
    }
}

/// Which reports to give back. Every field that is set narrows the answer; the default asks for all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Entity key among the actors.
    pub actor: Option<String>,
    /// Entity key among the recipients.
    pub recipient: Option<String>,
    /// Entity key among actors or recipients.
    pub either: Option<String>,
    /// Both keys are parties and stand against each other (one acts on the other, or both act together).
    pub dyad: Option<(String, String)>,
    /// Event type.
    pub kind: Option<EventType>,
    /// Event days that end on this day or later. Undated reports fall out.
    pub from: Option<Date>,
    /// Event days that start on this day or earlier. Undated reports fall out.
    pub to: Option<Date>,
    /// Status.
    pub status: Option<Status>,
    /// What was known on this day; `None` asks for all that is known now.
    pub as_of: Option<Date>,
    /// Words of the sentence or the headline, all of which must stand there (full-text search).
    pub text: Option<String>,
    /// Reports of this article only.
    pub article: Option<String>,
    /// Newest days first. The default is oldest first, undated last.
    pub newest_first: bool,
    /// At most so many rows.
    pub limit: Option<usize>,
    /// Skip so many rows first.
    pub offset: usize,
}

/// One report with what the ledger knows about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The record.
    #[serde(flatten)]
    pub report: Report,
    /// The sentence it was read from.
    pub sentence: String,
    /// Name of the article in the ledger.
    pub article_id: String,
    /// Headline.
    pub title: Option<String>,
    /// Who published it.
    pub source: Option<String>,
    /// Address of the article.
    pub url: Option<String>,
    /// Day of publication.
    pub published: Option<Date>,
    /// The day on which the ledger learned of it.
    pub known: Date,
}

/// How much the ledger holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Articles.
    pub articles: usize,
    /// Reports that are not superseded.
    pub reports: usize,
    /// Of these, reports with an event day.
    pub dated: usize,
    /// Distinct parties.
    pub actors: usize,
    /// Distinct pairs of parties that some report, or event of another data set, sets against or beside each other.
    pub dyads: usize,
    /// Events of other data sets, those that say the same of one day counted once.
    pub foreign: usize,
    /// Other data sets.
    pub imports: usize,
    /// Distinct publishers.
    pub sources: usize,
    /// First day on which anything is told to have happened.
    pub first: Option<Date>,
    /// Last day on which anything is told to have happened.
    pub last: Option<Date>,
}

/// A dyad and how much is told about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DyadCount {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other party.
    pub b: String,
    /// Reports about the two.
    pub reports: usize,
    /// Articles that hold them.
    pub articles: usize,
    /// Events of other data sets about the two.
    pub foreign: usize,
    /// First day on which anything is told to have happened.
    pub first: Option<Date>,
    /// Last day on which anything is told to have happened.
    pub last: Option<Date>,
}

/// A party found by its key or by a name that it bears in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyHit {
    /// The entity key.
    pub key: String,
    /// Its most frequent canonical name, or the key.
    pub name: String,
    /// Reports it is a party of.
    pub reports: usize,
}

/// Everything about two parties, from reports to turns.
#[derive(Clone, Debug)]
pub struct Relation {
    /// The reports, oldest first, undated last.
    pub rows: Vec<Row>,
    /// The events they tell of, in the same order.
    pub events: Vec<Event>,
    /// Events of other data sets about the two that count as evidence.
    pub foreign: usize,
    /// How many reports there are in all; `rows` may hold the newest alone.
    pub reports: usize,
    /// How many events they tell of in all; `events` may hold the newest alone.
    pub told: usize,
    /// Where the two stand, month by month.
    pub standing: Standing,
    /// When that changed.
    pub turns: Vec<Turn>,
}

/// Where a pair stands at the end of a month, as it is kept. The present month counts to its end, as if nothing more
/// were to come.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandingMonth {
    /// First day of the month.
    pub first: Date,
    /// The level; `None` where there is no evidence.
    pub level: Option<Level>,
    /// How the two treat each other, where that is worked out.
    pub treat: Option<f64>,
    /// How alike they act towards others, where that is worked out.
    pub alike: Option<f64>,
    /// The word for it, where that is worked out.
    pub state: Option<String>,
}

/// Where a pair stands on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DyadStanding {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other party.
    pub b: String,
    /// The month of the day; its level is there.
    pub month: StandingMonth,
}

/// Which turns to give back. Every field that is set narrows the answer; the default asks for all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TurnFilter {
    /// Turns whose days end on this day or later.
    pub since: Option<Date>,
    /// Turns whose days begin on this day or earlier.
    pub until: Option<Date>,
    /// Entity key of one of the two.
    pub actor: Option<String>,
    /// Entity keys of both.
    pub dyad: Option<(String, String)>,
    /// Turns at least this certain; those of unknown certainty fall out.
    pub min_certainty: Option<f64>,
    /// What was known on this day; `None` asks for all that is known now.
    pub as_of: Option<Date>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// What stands behind the name of an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Told {
    /// Reports tell of it.
    Event(Box<Event>),
    /// Rows of another data set, all of one day.
    Foreign(Vec<ForeignRow>),
}

/// A row of another data set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForeignRow {
    /// Name of the data set.
    pub import: String,
    /// Line of its file.
    pub row: u64,
    /// The day.
    pub day: Date,
    /// Entity key of whoever does it.
    pub actor: String,
    /// The actor, as the file has it.
    pub actor_name: String,
    /// Entity key of whoever it is done to.
    pub recipient: String,
    /// The recipient, as the file has it.
    pub recipient_name: String,
    /// Type.
    pub kind: EventType,
    /// Do the two do it with each other?
    pub mutual: bool,
    /// Mode.
    pub mode: Option<String>,
    /// Place on the scale, −10…+10.
    pub scale: f64,
    /// The words of the file for what was done.
    pub words: String,
    /// Publisher of the story.
    pub publisher: Option<String>,
    /// Name of the story.
    pub story: Option<String>,
    /// Number of the sentence in the story.
    pub sentence: Option<u32>,
}
