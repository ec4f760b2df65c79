//! The commands, one file each, and what they share: how a command ends, and how inputs are named.

pub mod actors;
pub mod add;
pub mod blocs;
pub mod code;
pub mod compare;
pub mod demo;
pub mod dyad;
pub mod events;
pub mod explain;
pub mod export;
mod facts;
pub mod import;
pub mod lexicon;
mod lexicon_diff;
pub mod links;
pub mod matrix;
pub mod parse;
pub mod relate;
pub mod runs;
pub mod serve;
mod sheet;
pub mod standing;
pub mod turns;
pub mod verify;
pub mod version;
pub mod watch;
pub mod when;
pub mod where_;
pub mod who;

use std::io::IsTerminal;
use std::path::PathBuf;

use detente::article::{Article, DateSource};
use detente_intake::{Columns, Format, Input, Intake, Options};
use detente_ledger::Ledger;
use jiff::civil::Date;

/// How a command ended, when it did not fail as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Clean,
    /// Something was skipped and named.
    Skipped,
}

/// Wrong usage that the argument parser cannot see. Ends with exit status 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// A file or a stream that cannot be written. Ends with exit status 2.
#[derive(Debug, thiserror::Error)]
#[error("{what} cannot be written ({why}){mend}")]
pub struct CannotWrite {
    what: String,
    why: String,
    mend: String,
}

impl CannotWrite {
    /// This file, for this reason.
    pub fn new(path: &std::path::Path, error: &std::io::Error) -> CannotWrite {
        CannotWrite::named(path.display(), error)
    }

    /// The same for what is no file.
    pub fn named(what: impl ToString, error: &std::io::Error) -> CannotWrite {
        use std::io::ErrorKind;
        // The system's own words end in a number that helps nobody.
        let why = error.to_string();
        let why = why.split(" (os error").next().unwrap_or_default().to_owned();
        let mend = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                ": make room, or name a place on another disk"
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                ": change the permissions of its folder, or name another place"
            }
            ErrorKind::NotFound => ": make its folder first",
            ErrorKind::IsADirectory | ErrorKind::NotADirectory => ": name a file in a folder that is there",
            _ => "",
        };
        CannotWrite { what: what.to_string(), why, mend: mend.into() }
    }
}

/// How the answer to a question is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum To {
    /// Lines for people
    Text,
    /// One JSON object
    Json,
}

/// A text on the command line about which something is asked.
#[derive(clap::Args)]
pub struct Question {
    /// The text: "Rebels took the town of Bouca last June"
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// The day on which it was published
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub published: Option<Date>,
    /// How to print
    #[arg(long, value_enum, value_name = "FORM", default_value = "text")]
    pub to: To,
    /// A folder with a lexicon of your own, used on top of the built-in one; may be given several times
    #[arg(long, value_name = "DIR")]
    pub lexicon: Vec<PathBuf>,
}

impl Question {
    /// The text as an article.
    pub fn article(&self) -> Article {
        let published_from = if self.published.is_some() { DateSource::Given } else { DateSource::None };
        let (id, text) = ("text".into(), self.text.join(" "));
        Article { id, text, published: self.published, published_from, ..Article::default() }
    }
}

/// What a rule says: its place in the lexicon, or what the built-in reading does.
pub fn says(rule: &str, files: &[crate::engine::LexiconFile]) -> String {
    match crate::engine::entry(files, rule) {
        Some(entry) => format!("{}:{}  {}", entry.file, entry.line, entry.says.join("  ")),
        None => explain::gloss(rule).to_owned(),
    }
}

/// A day on the command line.
///
/// # Errors
/// When the text is no day.
pub fn day(text: &str) -> Result<Date, String> {
    detente_intake::day::parse(text).ok_or_else(|| match text.trim().parse::<Date>() {
        Ok(_) => "days of publication lie between the years 1600 and 2200".into(),
        Err(_) => "this is no day; write it as 2019-08-19".into(),
    })
}

/// A word about a day of publication that is still to come; the engine has no clock, the command line has.
pub fn still_to_come(published: Option<Date>) -> Option<String> {
    let today = jiff::Zoned::now().date();
    // In the east of the world tomorrow has begun.
    let day = published.filter(|day| today.tomorrow().is_ok_and(|tomorrow| *day > tomorrow))?;
    Some(format!("published {day} lies ahead of today; it is kept as it is given"))
}

/// What the input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum From {
    /// By the file's name, then by its first bytes
    Auto,
    /// Plain text, one article a file
    Text,
    /// A page, one article a file
    Html,
    /// JSON, one article a line: id, title, published, text, url, source, author, license, language, retrieved
    Jsonl,
    /// A table with commas or the like, its columns named in the first row
    Csv,
    /// A table with tabs, its columns named in the first row
    Tsv,
    /// A Parquet table
    Parquet,
    /// An archive of the web: WARC or WET
    Warc,
    /// A feed: RSS, Atom or JSON Feed, one article an item
    Feed,
}

/// Which articles are read, by their language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Languages {
    /// English articles; those in other languages are left aside and counted
    English,
    /// All articles, as if they were English
    Any,
}

fn columns(words: &str) -> Result<Columns, String> {
    Columns::parse(words)
}

/// The articles to read: shared by every command that reads some.
#[derive(clap::Args)]
pub struct Articles {
    /// Files, archives or folders to read, packed or not; `-` is standard input, which is also read when no file is named
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What the files hold
    #[arg(long, value_enum, value_name = "FORM", default_value = "auto")]
    pub from: From,
    /// The day of publication of articles that do not say theirs
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub published: Option<Date>,
    /// Which column of a table, or field of a JSON record, holds what: text=body,published=date [default: by their
    /// names]
    #[arg(long, value_name = "FIELD=NAME,…", value_parser = columns)]
    pub columns: Option<Columns>,
    /// Which languages are read
    #[arg(long, value_enum, value_name = "WHICH", default_value = "english")]
    pub language: Languages,
}

impl Articles {
    /// Opens the door to the articles.
    ///
    /// # Errors
    /// When no file is named and nothing is piped in.
    pub fn intake(&self) -> anyhow::Result<Intake> {
        let format = match self.from {
            From::Auto => Format::Auto,
            From::Text => Format::Text,
            From::Html => Format::Html,
            From::Jsonl => Format::Jsonl,
            From::Csv => Format::Csv,
            From::Tsv => Format::Tsv,
            From::Parquet => Format::Parquet,
            From::Warc => Format::Warc,
            From::Feed => Format::Feed,
        };
        let stdin = || Input::Reader(detente_intake::source::STDIN.into(), crate::written::stdin());
        let mut inputs: Vec<Input> = Vec::new();
        for file in &self.files {
            inputs.push(if file.as_os_str() == "-" { stdin() } else { Input::Path(file.clone()) });
        }
        if inputs.is_empty() {
            if std::io::stdin().is_terminal() {
                return Err(Usage(
                    "there is nothing to read: name a file or a folder, or pipe text in".into(),
                )
                .into());
            }
            inputs.push(stdin());
        }
        let options = Options {
            format,
            published: self.published,
            columns: self.columns.clone().unwrap_or_default(),
            any_language: self.language == Languages::Any,
        };
        Ok(Intake::new(inputs, options))
    }

    /// The flags that decide what the articles are.
    pub fn settings(&self) -> std::collections::BTreeMap<String, serde_json::Value> {
        let from = clap::ValueEnum::to_possible_value(&self.from).map(|value| value.get_name().to_owned());
        let published = self.published.map(|day| day.to_string());
        let columns = self.columns.as_ref().map(ToString::to_string);
        let language =
            clap::ValueEnum::to_possible_value(&self.language).map(|value| value.get_name().to_owned());
        [
            ("from".to_owned(), from.into()),
            ("published".to_owned(), published.into()),
            ("columns".to_owned(), columns.into()),
            ("language".to_owned(), language.into()),
        ]
        .into()
    }
}

/// Which ledger: shared by every command that needs one.
#[derive(clap::Args)]
pub struct LedgerFile {
    /// The ledger file
    #[arg(long = "ledger", value_name = "FILE", env = "DETENTE_LEDGER", default_value = "detente.db")]
    pub path: PathBuf,
}

impl LedgerFile {
    /// Opens the ledger to look things up in.
    ///
    /// # Errors
    /// When there is none, or the file is something else.
    pub fn read(&self) -> anyhow::Result<Ledger> {
        Ok(Ledger::open_read_only(&self.path)?)
    }
}

/// The entity key that a person means by a key or a name: "IRN", "Iran", "iran".
///
/// # Errors
/// When the ledger knows no such party, or several.
pub fn party(ledger: &Ledger, text: &str) -> anyhow::Result<String> {
    let text = text.trim();
    let hits = if text.is_empty() { Vec::new() } else { ledger.keys_like(text, 12)? };
    let same = |a: &str| a.to_lowercase() == text.to_lowercase();
    if let Some(hit) = hits.iter().find(|h| h.key == text).or_else(|| hits.iter().find(|h| same(&h.key))) {
        return Ok(hit.key.clone());
    }
    if let Some(hit) = hits.iter().find(|h| same(&h.name)) {
        return Ok(hit.key.clone());
    }
    // Other data sets call states by their organs ("Government (Iran)"); the built-in lexicon knows their names.
    if let Some(key) = crate::engine::state_called(text)
        && ledger.keys_like(key, 200)?.iter().any(|hit| hit.key == key)
    {
        return Ok(key.to_owned());
    }
    match hits.as_slice() {
        [] => {
            let near = nearest(ledger, text)?;
            let mend = if near.is_empty() {
                "try part of its name, or its key".to_owned()
            } else {
                format!("do you mean {}?", near.join(" or "))
            };
            anyhow::bail!("the ledger knows no party like \"{text}\": {mend}")
        }
        [one] => Ok(one.key.clone()),
        several => {
            let list: Vec<String> = several.iter().map(|h| format!("{} ({})", h.key, h.name)).collect();
            anyhow::bail!("\"{text}\" could be several parties: name one of {}", list.join(", "))
        }
    }
}

/// The name to show for a key: the ledger's, else that of the built-in lexicon, else the key.
///
/// # Errors
/// When the ledger cannot be read.
pub fn name_of(ledger: &Ledger, key: &str) -> anyhow::Result<String> {
    let name = ledger.name_of(key)?;
    // "IRN (people)": the people of a state whose name the ledger lacks.
    let whose = key.split_once('/').map_or(key, |(whose, _)| whose);
    let rest = name.strip_prefix(whose).filter(|rest| rest.is_empty() || rest.starts_with(" ("));
    match (rest, crate::engine::state_name(whose)) {
        (Some(rest), Some(state)) => Ok(format!("{state}{rest}")),
        _ => Ok(name),
    }
}

/// Up to three parties whose names are written nearly so.
fn nearest(ledger: &Ledger, text: &str) -> anyhow::Result<Vec<String>> {
    /// Parties with the same letters that are looked at for each piece of the text.
    const LOOKED_AT: usize = 100;
    let wanted: Vec<char> = text.to_lowercase().chars().take(40).collect();
    let mut near: Vec<(usize, usize, String, String)> = Vec::new();
    // A slip leaves some three letters in a row as they are.
    let pieces = wanted.windows(3.min(wanted.len().max(1)));
    for piece in pieces.step_by(2) {
        let piece: String = piece.iter().collect();
        for hit in ledger.keys_like(&piece, LOOKED_AT)? {
            let far = [&hit.name, &hit.key]
                .into_iter()
                .chain(hit.name.split_whitespace().map(str::to_owned).collect::<Vec<_>>().iter())
                .map(|name| distance(&wanted, &name.to_lowercase().chars().take(40).collect::<Vec<_>>()))
                .min()
                .unwrap_or(usize::MAX);
            if far * 3 <= wanted.len().max(3) && near.iter().all(|n| n.2 != hit.key) {
                near.push((far, usize::MAX - hit.reports, hit.key, hit.name));
            }
        }
    }
    near.sort();
    Ok(near.into_iter().take(3).map(|(_, _, key, name)| dyad::named(&name, &key)).collect())
}

/// How many letters have to be put in, taken out, changed or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// Two different parties out of two texts, in their order.
///
/// # Errors
/// When the ledger does not know one of them, or both are one.
pub fn two_parties(ledger: &Ledger, a: &str, b: &str) -> anyhow::Result<(String, String)> {
    let (x, y) = (party(ledger, a)?, party(ledger, b)?);
    if x == y {
        return Err(Usage(format!("\"{a}\" and \"{b}\" are one party, {x}: name two")).into());
    }
    Ok((x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_counted() {
        let far = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(far("iran", "iran"), 0);
        assert_eq!(far("iarn", "iran"), 1);
        assert_eq!(far("qater", "qatar"), 1);
        assert_eq!(far("", "iran"), 4);
        assert_eq!(far("hammas", "hamas"), 1);
    }
}
