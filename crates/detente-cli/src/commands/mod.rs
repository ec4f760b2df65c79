//! The commands, one file each, and what they share: how a command ends, and how inputs are named.

pub mod actors;
pub mod add;
pub mod code;
pub mod demo;
pub mod dyad;
pub mod events;
pub mod explain;
pub mod import;
pub mod lexicon;
pub mod links;
pub mod parse;
pub mod serve;
pub mod version;
pub mod when;
pub mod where_;
pub mod who;

use std::io::IsTerminal;
use std::path::PathBuf;

use detente::article::{Article, DateSource};
use detente_intake::{Format, Input, Intake, Options};
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
    /// JSON, one article a line: id, title, published, text, url, source, license, language
    Jsonl,
}

/// The articles to read: shared by every command that reads some.
#[derive(clap::Args)]
pub struct Articles {
    /// Files or folders to read; `-` is standard input, which is also read when no file is named
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What the files hold
    #[arg(long, value_enum, value_name = "FORM", default_value = "auto")]
    pub from: From,
    /// The day of publication of articles that do not say theirs
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub published: Option<Date>,
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
        };
        let stdin = || Input::Reader(detente_intake::source::STDIN.into(), Box::new(std::io::stdin()));
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
        Ok(Intake::new(inputs, Options { format, published: self.published }))
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
    match hits.as_slice() {
        [] => anyhow::bail!("the ledger knows no party like \"{text}\": try part of its name, or its key"),
        [one] => Ok(one.key.clone()),
        several => {
            let list: Vec<String> = several.iter().map(|h| format!("{} ({})", h.key, h.name)).collect();
            anyhow::bail!("\"{text}\" could be several parties: name one of {}", list.join(", "))
        }
    }
}
