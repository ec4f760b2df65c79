//! What can be wrong with an input. A problem is one sentence for the person at the keyboard: which file,
//! which place in it, what is wrong, and what to do. Reading goes on after every problem.

use std::fmt;

use serde::{Serialize, Serializer};

/// Where in its file a problem stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    Whole,
    /// A line, counted from 1.
    Line(u64),
    /// A record of a JSON file that is not cut into lines, counted from 1.
    Record(u64),
}

impl Place {
    /// The place in words: `line 7`, `record 3`; nothing for the whole file.
    pub fn words(self) -> Option<String> {
        match self {
            Place::Whole => None,
            Place::Line(n) => Some(format!("line {n}")),
            Place::Record(n) => Some(format!("record {n}")),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.words().serialize(serializer)
    }
}

/// The kinds of problems, for programs that want to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is no such file or folder.
    Missing,
    /// The file is there but cannot be read.
    Unreadable,
    /// A folder in which no article was found.
    NoArticles,
    /// Nothing but white space.
    Empty,
    /// Not a text at all.
    Binary,
    /// Bytes that are not UTF-8 where only UTF-8 can stand.
    NotUtf8,
    /// A line, a record or an article beyond the limits.
    TooLong,
    /// JSON that cannot be read, or lacks what an article needs.
    Json,
    /// A field with a value that means nothing, such as a day that is none. The article is read without it.
    Field,
    /// A page that holds no article: a list of headlines, an error page, the stub before a paywall.
    NoArticle,
    /// An article in another language than the one that is read. It is left aside and counted; nothing is broken.
    Language,
    /// Packed bytes, an archive or a table that is damaged or breaks off. What stood before the damage is read, and what
    /// stands behind it where it can be found.
    Broken,
    /// Packed bytes that unpack to far more than news can.
    Bomb,
    /// A file that changed while it was being read.
    Changed,
    /// A table without a column that is needed, or with one of a type that means nothing.
    Column,
    /// Something of a kind that is not read: a packing, an encryption, archives within archives within archives.
    Unsupported,
}

impl Kind {
    /// The kind as one word, the same in every version of the program.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Missing => "missing",
            Kind::Unreadable => "unreadable",
            Kind::NoArticles => "no-articles",
            Kind::Empty => "empty",
            Kind::Binary => "binary",
            Kind::NotUtf8 => "not-utf8",
            Kind::TooLong => "too-long",
            Kind::Json => "json",
            Kind::Field => "field",
            Kind::NoArticle => "no-article",
            Kind::Language => "language",
            Kind::Broken => "broken",
            Kind::Bomb => "bomb",
            Kind::Changed => "changed",
            Kind::Column => "column",
            Kind::Unsupported => "unsupported",
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// One input that was skipped, or read with something left out. See [`Problem::kind`]. As JSON it is an object with
/// `file`, `place` (`line 7`, `record 3`, or null for the whole file), `what`, `mend` and `kind` ([`Kind::word`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Problem {
    /// The file as the user named it, or `standard input`.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What is wrong, without a final period.
    pub what: String,
    /// What to do about it, without a final period.
    pub mend: String,
    /// What sort of problem it is.
    pub kind: Kind,
}

impl Problem {
    /// A problem of a file as a whole; see [`Problem::at`] for a place.
    pub fn new(
        kind: Kind,
        file: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) -> Problem {
        Problem { file: file.into(), place: Place::Whole, what: what.into(), mend: mend.into(), kind }
    }

    /// The same problem at a place of its file.
    pub fn at(mut self, place: Place) -> Problem {
        self.place = place;
        self
    }

    /// True when the article it is about was read all the same.
    pub fn article_was_read(&self) -> bool {
        self.kind == Kind::Field
    }

    /// True for what was left aside as it should be: it is counted and named, but nothing went wrong, and the
    /// exit status does not speak of it.
    pub fn is_no_fault(&self) -> bool {
        self.kind == Kind::Language
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(place) = self.place.words() {
            write!(f, ", {place}")?;
        }
        write!(f, ": {}: {}.", self.what, self.mend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_file_place_fault_and_mend_in_one_sentence() {
        let problem =
            Problem::new(Kind::Json, "a.jsonl", "this is not JSON", "correct the line").at(Place::Line(7));
        assert_eq!(problem.to_string(), "a.jsonl, line 7: this is not JSON: correct the line.");
    }
}
