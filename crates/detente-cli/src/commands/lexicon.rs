//! `detente lexicon`: `who` looks a name up, `diff` lays two lexicons beside each other (their files stand beside this one), `check` reads every file of a lexicon, runs every example and every counter through the
//! reader, and says what is wrong with file, line, entry and a mark under the fault.

use std::path::PathBuf;

use anyhow::Result;
use detente::check;

use super::Outcome;
use crate::engine;
use crate::output::{self, count};

/// Look names up in the lexicon, and check it or a lexicon of your own
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Read every entry and try every example and counter
    ///
    /// Without DIR the built-in lexicon is checked. DIR is a folder as it is used with --lexicon: its files
    /// are read on top of the built-in ones and only they are checked. A folder that holds a whole lexicon
    /// (with events/types.tsv) takes the place of the built-in one.
    Check {
        /// The folder to check
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Say whom a name can mean: its rows, offices and days, and for whom it acts on a day
    ///
    /// The name is looked up as the reader does it: diacritics do not count. A name of several rows is ambiguous; a
    /// family name alone lists who bears it. A name that the lexicon lacks ends with exit status 1, with names like it.
    Who(super::who::Args),
    Diff(super::lexicon_diff::Args),
}

/// Runs the command.
///
/// # Errors
/// When the folder cannot be read.
pub fn run(args: Args) -> Result<Outcome> {
    match args.action {
        Action::Check { dir } => check(dir),
        Action::Who(args) => super::who::run(args),
        Action::Diff(args) => super::lexicon_diff::run(args),
    }
}

fn check(dir: Option<PathBuf>) -> Result<Outcome> {
    let folders: Vec<PathBuf> = dir.into_iter().collect();
    let files = engine::lexicon_files(&folders)?;
    // Built-in entries are tried too when a folder stands on top, but only the folder is judged.
    let checked = || files.iter().filter(|f| f.own || folders.is_empty());
    let mut faults = match engine::reader_of(&files)? {
        Err(faults) => faults,
        Ok(reader) => engine::show(check::check(&reader), &files),
    };
    faults.retain(|fault| {
        !files.iter().any(|f| f.shown == fault.file) || checked().any(|f| f.shown == fault.file)
    });
    for fault in &faults {
        output::tell(&fault.to_string())?;
    }
    let files = count(checked().count(), "file");
    if faults.is_empty() {
        output::tell(&format!("{files} checked: no faults."))?;
        return Ok(Outcome::Clean);
    }
    output::tell(&format!("{files} checked: {}.", count(faults.len(), "fault")))?;
    Ok(Outcome::Skipped)
}
