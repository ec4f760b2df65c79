//! The commands, one file each, and what they share: how a command ends, and how inputs are named.

pub mod code;
pub mod lexicon;
pub mod parse;
pub mod version;

use std::io::IsTerminal;
use std::path::PathBuf;

use detente_intake::{Format, Input, Intake, Options};
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

/// A day on the command line.
///
/// # Errors
/// When the text is no day.
pub fn day(text: &str) -> Result<Date, String> {
    detente_intake::day::parse(text).ok_or_else(|| "this is no day; write it as 2019-08-19".into())
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
        let stdin = || Input::Reader("standard input".into(), Box::new(std::io::stdin()));
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
