//! Events of other data sets in our terms: rows of a table become dated acts between entity keys.
//!
//! Seven forms are read ([`Format`]): a plain *table* with the columns date, source, relation and target, as researchers pass
//! event data on, and the forms in which *icews*, *gdelt*, *polecat*, *acled*, *ucdp* (GED) and *phoenix* are given out.
//! A row goes three ways at once: its act becomes a PLOVER type and mode by the tables of `lexicon/exchange/`, its day is
//! read, and its two sides become parties: names by the dated lexicon, codes by the tables ([`party`]). What cannot be
//! translated is handed back as [`Skipped`] with the reason, so that whoever imports can count it; nothing is guessed.
//!
//! Data in CAMEO's tradition tell one act twice where both sides do it ("A consults B", "B consults A") or where the other
//! side's part has a name of its own ("A visits", "B hosts"): the second telling of the same day, and of the same sentence
//! or story where that is known, is skipped.

mod day;
mod form;
pub mod party;
mod record;
#[cfg(test)]
mod tests;
mod translate;

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::{self, BufRead};

use jiff::civil::Date;

use crate::lexicon::Lexicon;
use crate::lexicon::exchange::Way;
use crate::plover::EventType;
use crate::report::EventLoc;
pub use day::Slashes;
pub use form::Format;
pub use party::Parties;
use record::{LONGEST, Next, Records};
use translate::{Cells, Told, Who};

/// The key of a party whom nobody places.
pub const UNKNOWN: &str = "UNK";

/// One party of a foreign event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForeignParty {
    /// Our entity key on the day of the event (`IRN`, `Hamas`, `SYR/REB`), [`UNKNOWN`] where our lexicon does not place it.
    pub key: String,
    /// The name as the file has it.
    pub name: String,
    /// PLOVER sector.
    pub sector: Option<String>,
}

/// One event of a foreign data set, in our terms.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignEvent {
    /// Line of the file, from 1.
    pub row: u64,
    /// The day that the data set gives it.
    pub day: Date,
    /// Who does it.
    pub actor: ForeignParty,
    /// To whom, or with whom.
    pub recipient: ForeignParty,
    /// PLOVER type.
    pub kind: EventType,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// Place on the scale from −10 to +10.
    pub scale: f32,
    /// Do the two do it with each other?
    pub mutual: bool,
    /// The relation as the file has it.
    pub words: String,
    /// The data set's own id of the event.
    pub id: Option<String>,
    /// Who published the story.
    pub publisher: Option<String>,
    /// The data set's id of the story.
    pub story: Option<String>,
    /// Number of the sentence in the story, as the data set counts.
    pub sentence: Option<u32>,
    /// Where it happened.
    pub place: Option<EventLoc>,
}

/// Why a row is no event of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// PLOVER has no type for the relation: a statement, a comment.
    #[error("PLOVER has no type for “{0}”")]
    NoType(String),
    /// The exchange table does not have the relation.
    #[error("the relation “{0}” is not in lexicon/exchange/relations.tsv")]
    Relation(String),
    /// No such code in the table of CAMEO.
    #[error("the code “{0}” is not in lexicon/exchange/cameo.tsv")]
    Code(String),
    /// No such type of event.
    #[error("the type “{0}” is neither in lexicon/exchange/acts.tsv nor one of PLOVER's")]
    Type(String),
    /// The day cannot be read.
    #[error(
        "“{0}” is no day; days are written YYYY-MM-DD, YYYYMMDD, 19 August 2019 or month/day/year (--day-first: day/month/year)"
    )]
    Day(String),
    /// The event may be of any day of a long time.
    #[error("the row spans {0} days, and no day of them is the event's")]
    Long(i32),
    /// The data set tells of one party alone.
    #[error("the row names one party alone")]
    OneSide,
    /// Source or target is missing.
    #[error("the row names no source or no target")]
    NoParty,
    /// The row has too few or too many cells.
    #[error("{0} cells where the header has {1}")]
    Cells(usize, usize),
    /// The same act was told from the other side.
    #[error("the same act stands in an earlier row, told from the other side")]
    Mirrored,
    /// An event of this id was there.
    #[error("the event {0} stands in an earlier row")]
    Twice(String),
    /// An event of this id came with an earlier file.
    #[error("the event {0} stands in the ledger, out of an earlier file")]
    Earlier(String),
    /// A quote that is never closed.
    #[error("a quotation mark opens here and is never closed")]
    Quote,
    /// The line is beyond any row.
    #[error("a line of more than {LONGEST} bytes")]
    TooLong,
    /// The file cannot be read further; nothing comes after this.
    #[error("the file breaks off: {0}")]
    Broken(String),
}

impl Why {
    /// The cause in a few words, the same for all rows that have it: for counting.
    pub fn cause(&self) -> &'static str {
        match self {
            Why::NoType(_) => "no PLOVER type (statements, comments)",
            Why::Relation(_) => "unknown relation",
            Why::Code(_) => "unknown code",
            Why::Type(_) => "unknown type",
            Why::Day(_) => "no day",
            Why::Long(_) => "no day in a long span",
            Why::OneSide => "one party alone",
            Why::NoParty => "no source or target",
            Why::Cells(..) => "wrong number of cells",
            Why::Mirrored => "told from the other side already",
            Why::Twice(_) => "event id there already",
            Why::Earlier(_) => "in the ledger from an earlier file",
            Why::Quote => "quotation mark never closed",
            Why::TooLong => "line too long",
            Why::Broken(_) => "file breaks off",
        }
    }

    /// Whether somebody may want to mend the row; the others are left out as a matter of course.
    pub fn is_fault(&self) -> bool {
        !matches!(
            self,
            Why::NoType(_) | Why::Mirrored | Why::Twice(_) | Why::Earlier(_) | Why::OneSide | Why::Long(_)
        )
    }

    /// The word that a table lacks, where that is the cause.
    pub fn lacking(&self) -> Option<&str> {
        match self {
            Why::Relation(text) | Why::Code(text) | Why::Type(text) => Some(text),
            _ => None,
        }
    }
}

/// A row that is no event of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Line of the file, from 1.
    pub row: u64,
    /// Why.
    pub why: Why,
}

/// A file that is not what it was said to be.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    /// Nothing in it.
    #[error("the file is empty; its first line should name the columns {}", .0.join(", "))]
    Empty(Vec<&'static str>),
    /// Columns that are needed are missing.
    #[error("the first line lacks the column{} {}: it says “{found}”{hint}", if missing.len() == 1 { "" } else { "s" }, missing.join(", "))]
    Columns {
        /// Those that are missing.
        missing: Vec<&'static str>,
        /// The first line, cut short.
        found: String,
        /// What may be the matter.
        hint: String,
    },
    /// No text.
    #[error("this is no text but {0}: name a file whose lines are rows")]
    Binary(&'static str),
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// So many acts are remembered, twice over, to know a second telling by: those of months of the densest data.
const REMEMBERED: usize = 1 << 20;

/// The rows of a file, translated one by one.
pub struct Rows<'l, R> {
    lexicon: &'l Lexicon,
    parties: Parties<'l>,
    records: Records<R>,
    format: Format,
    slashes: Slashes,
    places: form::Places,
    columns: usize,
    /// The header, to know it again where files were put end to end; empty where there is none.
    header: String,
    ended: bool,
    told: Seen,
    ids: Seen,
    /// Ids that came with earlier files.
    earlier: HashSet<u64>,
}

/// Acts that were told, the latest ones.
#[derive(Default)]
struct Seen {
    now: HashSet<u64>,
    before: HashSet<u64>,
}

fn hashed(what: impl std::hash::Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(what)
}

/// By which number an event's id is known among those of earlier files.
pub fn id_number(id: &str) -> u64 {
    hashed(id)
}

impl Seen {
    /// Is it new?
    fn add(&mut self, hash: u64) -> bool {
        if self.before.contains(&hash) || !self.now.insert(hash) {
            return false;
        }
        if self.now.len() >= REMEMBERED {
            self.before = std::mem::take(&mut self.now);
        }
        true
    }
}

/// Begins to read a file of this form. The bytes are UTF-8, or ISO-8859-1 on lines that are not.
///
/// # Errors
/// When the file is empty, no text, or lacks a column.
pub fn read<R: BufRead>(lexicon: &Lexicon, format: Format, input: R) -> Result<Rows<'_, R>, BadFile> {
    let mut records = Records::new(input);
    loop {
        match records.next()? {
            Next::Record | Next::OpenQuote => {}
            Next::TooLong => return Err(BadFile::Binary("one line of more than a million bytes")),
            Next::End => return Err(BadFile::Empty(format.needed())),
        }
        if let Some(what) = no_text(&records.text) {
            return Err(BadFile::Binary(what));
        }
        if !records.text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() {
            break;
        }
    }
    let first = records.text.trim_start_matches('\u{feff}').trim_end().to_string();
    records.separator = format.separator(&first);
    records.quoted = records.separator != '\t';
    let cells = record::cells(&first, records.separator, records.quoted);
    let cells: Vec<&str> = cells.iter().map(|cell| &**cell).collect();
    let header = format.header(&cells).map_err(|missing| {
        let found: String = first.chars().take(120).collect::<String>().replace('\t', " | ");
        let hint = match Format::hint(&first) {
            hint if hint.is_empty() && cells.len() == 1 => "; cells are separated by tabs".into(),
            hint if hint.is_empty() && format == Format::Gdelt => format!(
                "; without names of columns a row of GDELT has 57, 58 or 61 cells, and this has {}",
                cells.len()
            ),
            hint => hint,
        };
        BadFile::Columns { missing, found, hint }
    })?;
    if header.is_row {
        records.text.clone_from(&first);
        records.push_back();
    }
    Ok(Rows {
        lexicon,
        parties: Parties::new(lexicon),
        records,
        format,
        slashes: Slashes::default(),
        places: header.places,
        columns: header.columns,
        header: if header.is_row { String::new() } else { first },
        ended: false,
        told: Seen::default(),
        ids: Seen::default(),
        earlier: HashSet::new(),
    })
}

/// What a first line is, where it is no text.
fn no_text(line: &str) -> Option<&'static str> {
    let known = [
        ("PK\u{3}\u{4}", "a zip archive"),
        ("PAR1", "a Parquet file"),
        ("SQLite format 3", "an SQLite file"),
        ("%PDF", "a PDF file"),
        ("\u{d0}\u{cf}\u{11}\u{e0}", "an old Excel file"),
    ];
    let known = known.iter().find(|(start, _)| line.starts_with(start)).map(|(_, what)| *what);
    known.or_else(|| line.contains('\0').then_some("bytes"))
}

/// A cell without its white space and quotes.
fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')).unwrap_or(cell).trim()
}

/// What a cell says, if it says something.
fn said(cell: &str) -> Option<&str> {
    let cell = unquoted(cell);
    let nothing = matches!(
        cell,
        "" | "NA" | "N/A" | "NaN" | "nan" | "NULL" | "null" | "Null" | "None" | "none" | "\\N" | "---"
    );
    (!nothing).then_some(cell)
}

impl<'l, R: BufRead> Rows<'l, R> {
    /// Bytes read so far, after unpacking.
    pub fn bytes(&self) -> u64 {
        self.records.bytes
    }

    /// The parties found so far.
    pub fn parties(&self) -> &Parties<'l> {
        &self.parties
    }

    /// The record that was read last, as the file has it.
    pub fn text(&self) -> &str {
        &self.records.text
    }

    /// Whether the file has a line with names of columns.
    pub fn has_header(&self) -> bool {
        !self.header.is_empty()
    }

    /// How days with slashes are read.
    #[must_use]
    pub fn slashes(mut self, slashes: Slashes) -> Self {
        self.slashes = slashes;
        self
    }

    /// Leaves out events whose ids came with earlier files: their [`id_number`]s.
    #[must_use]
    pub fn without(mut self, ids: HashSet<u64>) -> Self {
        self.earlier = ids;
        self
    }

    /// Gives the ids of earlier files back.
    pub fn into_earlier(self) -> HashSet<u64> {
        self.earlier
    }

    /// Translates one row; `None` for an empty line or the header once more.
    fn translate(&mut self, text: &str) -> Option<Result<ForeignEvent, Why>> {
        let line = text.trim_end();
        if line.trim_start().is_empty() || line == self.header {
            return None;
        }
        let mut cells = record::cells(text, self.records.separator, self.records.quoted);
        let n = cells.len();
        // Surplus tabs at the end do no harm; a surplus cell moves all behind it.
        while cells.len() > self.columns && cells.last().is_some_and(|c| c.trim().is_empty()) {
            cells.pop();
        }
        let needed = self.format.last_needed(&self.places);
        if cells.len() > self.columns || n <= needed || !self.header_fits(cells.len()) {
            return Some(Err(Why::Cells(n.min(cells.len()).max(1), self.columns)));
        }
        Some(self.event(Cells { cells: &cells, places: &self.places.clone() }))
    }

    /// Without names of columns their number is all that says what a cell is.
    fn header_fits(&self, cells: usize) -> bool {
        !self.header.is_empty() || cells == self.columns
    }

    fn event(&mut self, cells: Cells) -> Result<ForeignEvent, Why> {
        let told = translate::row(self.format, self.lexicon, &self.parties, cells, self.slashes)?;
        let Told { day, kind, mode, way, same, ordered, words, mut sides, id, .. } = told;
        if let Some(id) = id {
            if self.earlier.contains(&id_number(id)) {
                return Err(Why::Earlier(id.to_string()));
            }
            if !self.ids.add(hashed(id)) {
                return Err(Why::Twice(id.to_string()));
            }
        }
        if way == Way::Reversed {
            sides.reverse();
        }
        // What makes two rows one act: the day, the sentence or story where it is known, and the two.
        if let Some(same) = same {
            let (mut first, mut second) = (sides[0].label(), sides[1].label());
            if !ordered && first > second {
                std::mem::swap(&mut first, &mut second);
            }
            if !self.told.add(hashed((day, told.story, told.sentence, same.as_str(), first, second))) {
                return Err(Why::Mirrored);
            }
        }
        let [actor, recipient] = sides.map(|side| match side {
            Who::Name(name, hint) => self.parties.find(name, day, hint),
            Who::Codes(coded) => self.parties.find_coded(coded, day),
            Who::Armed(name, kind, country) => self.parties.find_armed(name, day, kind, country),
        });
        let scale = self.lexicon.score(kind, mode.as_deref());
        let own = |text: Option<&str>| text.map(str::to_string);
        Ok(ForeignEvent {
            row: self.records.row,
            day,
            actor,
            recipient,
            kind,
            mode,
            scale,
            mutual: way == Way::Mutual,
            words,
            id: own(id),
            publisher: own(told.publisher),
            story: own(told.story),
            sentence: told.sentence,
            place: told.place,
        })
    }
}

impl<R: BufRead> Iterator for Rows<'_, R> {
    type Item = Result<ForeignEvent, Skipped>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let next = self.records.next();
            let row = self.records.row;
            let skipped = |why: Why| Some(Err(Skipped { row, why }));
            match next {
                Ok(Next::Record) => {}
                Ok(Next::End) => break,
                Ok(Next::TooLong) => return skipped(Why::TooLong),
                Ok(Next::OpenQuote) => return skipped(Why::Quote),
                Err(e) => {
                    self.ended = true;
                    return skipped(Why::Broken(e.to_string()));
                }
            }
            let text = std::mem::take(&mut self.records.text);
            let done = self.translate(&text);
            self.records.text = text;
            if let Some(done) = done {
                return Some(done.map_err(|why| Skipped { row, why }));
            }
        }
        self.ended = true;
        None
    }
}
