//! Events of other data sets in our terms: rows of a table become dated acts between entity keys.
//!
//! Two forms are read. A *table* has the columns date, source, relation and target, as researchers pass event data on;
//! *icews* is the form in which ICEWS itself is given out: 20 columns with sectors, countries, story, publisher and place.
//! A row goes three ways at once: its relation becomes a PLOVER type and mode by `lexicon/exchange/relations.tsv`, its
//! day is read, and its two names become parties by the dated lexicon ([`party`]). What cannot be translated is handed
//! back as [`Skipped`] with the reason, so that whoever imports can count it; nothing is guessed.
//!
//! Such data tell one act twice where both sides do it ("A consults B", "B consults A") or where the other side's part has
//! a name of its own ("A visits", "B hosts"): the second telling of the same day, and of the same sentence where that is
//! known, is skipped.

pub mod party;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::{self, BufRead, Read};

use jiff::civil::Date;

use crate::lexicon::Lexicon;
use crate::lexicon::exchange::{Relation, Way, plain};
use crate::plover::EventType;
use crate::report::EventLoc;
use party::Hint;
pub use party::Parties;

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

/// The forms that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Columns date, source, relation, target.
    Table,
    /// The 20 columns of ICEWS.
    Icews,
}

impl Format {
    /// The word for it in commands and ledgers.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Icews => "icews",
        }
    }

    /// The columns without which nothing can be translated: day, source, relation, target.
    fn needed(self) -> [&'static str; 4] {
        match self {
            Format::Table => ["date", "source", "relation", "target"],
            Format::Icews => ["Event Date", "Source Name", "Event Text", "Target Name"],
        }
    }

    /// The columns that may be missing.
    fn others(self) -> [&'static str; OTHERS] {
        match self {
            Format::Table => [""; OTHERS],
            Format::Icews => [
                "Event ID",
                "Source Sectors",
                "Source Country",
                "CAMEO Code",
                "Target Sectors",
                "Target Country",
                "Story ID",
                "Sentence Number",
                "Publisher",
                "City",
                "Province",
                "Country",
                "Latitude",
                "Longitude",
            ],
        }
    }
}

const OTHERS: usize = 14;

/// Why a row is no event of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// PLOVER has no type for the relation: a statement, a comment.
    #[error("PLOVER has no type for “{0}”")]
    NoType(String),
    /// The exchange table does not have the relation.
    #[error("the relation “{0}” is not in lexicon/exchange/relations.tsv")]
    Relation(String),
    /// The day cannot be read.
    #[error("“{0}” is no day; days are written YYYY-MM-DD")]
    Day(String),
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
            Why::Day(_) => "no day",
            Why::NoParty => "no source or target",
            Why::Cells(..) => "wrong number of cells",
            Why::Mirrored => "told from the other side already",
            Why::Twice(_) => "event id there already",
            Why::TooLong => "line too long",
            Why::Broken(_) => "file breaks off",
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
    Empty([&'static str; 4]),
    /// Columns that are needed are missing.
    #[error("the first line lacks the column{} {}: it says “{found}”{hint}", if missing.len() == 1 { "" } else { "s" }, missing.join(", "))]
    Columns {
        /// Those that are missing.
        missing: Vec<&'static str>,
        /// The first line, cut short.
        found: String,
        /// What may be the matter.
        hint: &'static str,
    },
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// The longest line, in bytes. Rows of ICEWS have some hundred.
const LONGEST: u64 = 1 << 20;

/// So many acts are remembered, twice over, to know a second telling by: those of months of the densest data.
const REMEMBERED: usize = 1 << 20;

/// The rows of a file, translated one by one.
pub struct Rows<'l, R> {
    lexicon: &'l Lexicon,
    parties: Parties<'l>,
    input: R,
    /// Where the needed columns stand, and the others.
    needed: [usize; 4],
    others: [Option<usize>; OTHERS],
    columns: usize,
    /// The header, to know it again where files were put end to end.
    header: String,
    line: Vec<u8>,
    row: u64,
    bytes: u64,
    ended: bool,
    told: Told,
    ids: Told,
}

/// Acts that were told, the latest ones.
#[derive(Default)]
struct Told {
    now: HashSet<u64>,
    before: HashSet<u64>,
}

impl Told {
    /// Is it new?
    fn add(&mut self, what: impl std::hash::Hash) -> bool {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(what);
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
/// When the file is empty or lacks a column.
pub fn read<R: BufRead>(lexicon: &Lexicon, format: Format, input: R) -> Result<Rows<'_, R>, BadFile> {
    let mut rows = Rows {
        lexicon,
        parties: Parties::new(lexicon),
        input,
        needed: [0; 4],
        others: [None; OTHERS],
        columns: 0,
        header: String::new(),
        line: Vec::new(),
        row: 0,
        bytes: 0,
        ended: false,
        told: Told::default(),
        ids: Told::default(),
    };
    loop {
        if !rows.next_line()? {
            return Err(BadFile::Empty(format.needed()));
        }
        let text = decoded(&rows.line);
        let text = text.trim_start_matches('\u{feff}');
        if !text.trim().is_empty() {
            rows.header = text.trim_end().to_string();
            break;
        }
    }
    let names: Vec<String> = rows.header.split('\t').map(|name| plain(unquoted(name))).collect();
    let place = |name: &str| names.iter().position(|n| *n == plain(name)).filter(|_| !name.is_empty());
    let needed = format.needed();
    let missing: Vec<&'static str> = needed.into_iter().filter(|name| place(name).is_none()).collect();
    if !missing.is_empty() {
        let found: String = rows.header.chars().take(120).collect::<String>().replace('\t', " | ");
        let other = if format == Format::Table { Format::Icews } else { Format::Table };
        let hint = if names.len() == 1 {
            "; cells are separated by tabs"
        } else if other.needed().iter().all(|name| place(name).is_some()) {
            match other {
                Format::Icews => "; this is the form of ICEWS: import icews FILE",
                Format::Table => "; this is a plain table: import table FILE",
            }
        } else {
            ""
        };
        return Err(BadFile::Columns { missing, found, hint });
    }
    rows.needed = needed.map(|name| place(name).unwrap_or_default());
    rows.others = format.others().map(place);
    rows.columns = names.len();
    Ok(rows)
}

/// UTF-8, or else ISO-8859-1, whose bytes are the first 256 characters.
fn decoded(line: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(text) => text.into(),
        Err(_) => line.iter().map(|b| char::from(*b)).collect::<String>().into(),
    }
}

/// A cell without its white space and quotes.
fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')).unwrap_or(cell).trim()
}

/// What a cell says, if it says something.
fn said(cell: &str) -> Option<&str> {
    let cell = unquoted(cell);
    (!matches!(cell, "" | "NA" | "N/A" | "NULL" | "null" | "None" | "\\N" | "---")).then_some(cell)
}

/// A day: YYYY-MM-DD, with a time behind it or not, or YYYYMMDD.
fn day(text: &str) -> Option<Date> {
    let number =
        |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i16>().ok()).flatten();
    let (day, rest) = match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _, ..] => text.split_at_checked(10)?,
        _ => (text, ""),
    };
    let (y, m, d) = match day.len() {
        10 => (day.get(..4)?, day.get(5..7)?, day.get(8..)?),
        8 => (day.get(..4)?, day.get(4..6)?, day.get(6..)?),
        _ => return None,
    };
    if !(rest.is_empty() || rest.starts_with([' ', 'T'])) {
        return None;
    }
    Date::new(number(y)?, number(m)? as i8, number(d)? as i8).ok()
}

impl<'l, R: BufRead> Rows<'l, R> {
    /// Bytes read so far, after unpacking.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The parties found so far.
    pub fn parties(&self) -> &Parties<'l> {
        &self.parties
    }

    /// Puts the next line into `line`; `false` at the end.
    fn next_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.row += 1;
        let n = (&mut self.input).take(LONGEST + 1).read_until(b'\n', &mut self.line)?;
        self.bytes += n as u64;
        while self.line.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
            self.line.pop();
        }
        Ok(n > 0)
    }

    /// Passes over the rest of a line that is too long.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|b| *b == b'\n');
            let n = end.map_or(buffer.len(), |at| at + 1);
            self.bytes += n as u64;
            self.input.consume(n);
            if end.is_some() || n == 0 {
                return Ok(());
            }
        }
    }

    /// Translates one row; `None` for an empty line or the header once more.
    fn translate(&mut self, text: &str) -> Option<Result<ForeignEvent, Why>> {
        if text.trim().is_empty() || text.trim_end() == self.header {
            return None;
        }
        let mut cells = [""; MOST];
        let mut n = 0;
        for cell in text.split('\t') {
            if let Some(place) = cells.get_mut(n) {
                *place = cell;
            } else if !cell.trim().is_empty() {
                return Some(Err(Why::Cells(n + 1, self.columns)));
            }
            n += 1;
        }
        // Surplus tabs at the end do no harm; a surplus cell moves all behind it.
        let full = cells.iter().take(n).rposition(|c| !c.trim().is_empty()).map_or(0, |at| at + 1);
        if full > self.columns || n <= self.needed.into_iter().max().unwrap_or(0) {
            return Some(Err(Why::Cells(full.max(n), self.columns)));
        }
        Some(self.event(&cells))
    }

    fn event(&mut self, cells: &[&str; MOST]) -> Result<ForeignEvent, Why> {
        let need = |i: usize| cells.get(self.needed[i]).copied().unwrap_or("");
        let other = |i: usize| self.others[i].and_then(|at| cells.get(at)).and_then(|cell| said(cell));
        let words = unquoted(need(2));
        let exchange = &self.lexicon.exchange;
        let relation = exchange.relation(words).or_else(|| exchange.relation_of_code(other(3)?));
        let Some(relation): Option<&Relation> = relation else {
            return Err(Why::Relation(words.to_string()));
        };
        let Some(kind) = relation.kind else { return Err(Why::NoType(words.to_string())) };
        let Some(day) = day(unquoted(need(0))) else { return Err(Why::Day(unquoted(need(0)).to_string())) };
        let (Some(source), Some(target)) = (said(need(1)), said(need(3))) else { return Err(Why::NoParty) };
        let (id, story) = (other(0), other(6));
        let sentence: Option<u32> = other(7).and_then(|n| n.parse().ok());
        if let Some(id) = id
            && !self.ids.add(id)
        {
            return Err(Why::Twice(id.to_string()));
        }
        let hints =
            [Hint { country: other(2), sectors: other(1) }, Hint { country: other(5), sectors: other(4) }];
        let mut pair = [(source, hints[0]), (target, hints[1])];
        if relation.way == Way::Reversed {
            pair.reverse();
        }
        let [(actor, _), (recipient, _)] = pair;
        // What makes two rows one act: the day, the sentence where it is known, and the two.
        let new = match (&relation.twin, relation.way) {
            (Some(twin), _) => self.told.add((day, story, sentence, twin.as_str(), actor, recipient)),
            (None, Way::Mutual | Way::Mirrored) => {
                let (first, second) = (actor.min(recipient), actor.max(recipient));
                self.told.add((day, story, sentence, relation.cameo.as_str(), first, second))
            }
            _ => true,
        };
        if !new {
            return Err(Why::Mirrored);
        }
        let place = self.place([9, 10, 11, 12, 13].map(other));
        let publisher = other(8).map(str::to_string);
        let (id, story) = (id.map(str::to_string), story.map(str::to_string));
        let [actor, recipient] = pair.map(|(name, hint)| self.parties.find(name, day, hint));
        Ok(ForeignEvent {
            row: self.row,
            day,
            actor,
            recipient,
            kind,
            mode: relation.mode.clone(),
            scale: self.lexicon.score(kind, relation.mode.as_deref()),
            mutual: relation.way == Way::Mutual,
            words: words.to_string(),
            id,
            publisher,
            story,
            sentence,
            place,
        })
    }

    /// A place out of city, province, country, latitude and longitude.
    fn place(&self, [city, province, country, lat, lon]: [Option<&str>; 5]) -> Option<EventLoc> {
        let name = city.or(province).or(country)?;
        let number = |text: Option<&str>, most: f64| {
            text.and_then(|t| t.parse::<f64>().ok()).filter(|n| n.is_finite() && n.abs() <= most)
        };
        let point = number(lat, 90.0).zip(number(lon, 180.0));
        let resolution = match (city, province) {
            (Some(_), _) => "city",
            (None, Some(_)) => "region",
            _ => "country",
        };
        Some(EventLoc {
            extracted_place: name.to_string(),
            resolved_place: Some(name.to_string()),
            lat: point.map(|p| p.0),
            lon: point.map(|p| p.1),
            country_code: country.and_then(|c| self.parties.country(c)).map(str::to_string),
            resolution: Some(resolution.to_string()),
            admin1: province.map(str::to_string),
            ..EventLoc::default()
        })
    }
}

/// More cells than any row has.
const MOST: usize = 64;

impl<R: BufRead> Iterator for Rows<'_, R> {
    type Item = Result<ForeignEvent, Skipped>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let skipped = |row: u64, why: Why| Some(Err(Skipped { row, why }));
            match self.next_line() {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => {
                    self.ended = true;
                    return skipped(self.row, Why::Broken(e.to_string()));
                }
            }
            if self.line.len() as u64 > LONGEST {
                if let Err(e) = self.skip_line() {
                    self.ended = true;
                    return skipped(self.row, Why::Broken(e.to_string()));
                }
                return skipped(self.row, Why::TooLong);
            }
            let line = std::mem::take(&mut self.line);
            let done = self.translate(&decoded(&line));
            self.line = line;
            if let Some(done) = done {
                return Some(done.map_err(|why| Skipped { row: self.row, why }));
            }
        }
        self.ended = true;
        None
    }
}
