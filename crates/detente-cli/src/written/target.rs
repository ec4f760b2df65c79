//! Where the output stands and in what form, out of its name and the flags.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Args, Partition, To};
use crate::commands::Usage;
use crate::output::Form;

/// What an output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Standard output.
    Stdout,
    /// Something that takes bytes and keeps none: a pipe, a device.
    Device,
    /// A file.
    File,
    /// A folder of parts.
    Folder,
}

/// How lines are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pack {
    /// Not at all.
    Plain,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// An output.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it is.
    pub kind: Kind,
    /// The file or folder; empty for standard output.
    pub path: PathBuf,
    /// How it is written.
    pub to: To,
    /// How lines are packed.
    pub pack: Pack,
    /// Into which folders parts go.
    pub partition: Option<Partition>,
}

impl Target {
    /// Finds out.
    ///
    /// # Errors
    /// Wrong usage: a name that says no form, or another form than `--to`.
    pub fn of(args: &Args) -> Result<Target> {
        let usage = |text: String| Err(Usage(text).into());
        let Some(path) = args.out.clone() else {
            let to = match args.to {
                Some(To::Parquet) => {
                    return usage("Parquet goes into a file or a folder: name it with --out".into());
                }
                Some(to) => to,
                None if Form::for_stdout() == Form::Table => To::Table,
                None => To::Jsonl,
            };
            let (kind, path) = (Kind::Stdout, PathBuf::new());
            return Ok(Target { kind, path, to, pack: Pack::Plain, partition: None });
        };
        let shown = path.display();
        let meta = fs::metadata(&path);
        let (by_name, pack) = by_name(&path);
        let folder = args.partition.is_some()
            || meta.as_ref().is_ok_and(fs::Metadata::is_dir)
            || path.as_os_str().as_encoded_bytes().ends_with(b"/")
            || meta.is_err() && by_name.is_none() && path.extension().is_none();
        if folder {
            if meta.is_ok_and(|meta| !meta.is_dir()) {
                return usage(format!(
                    "{shown} is a file, and parts go into a folder: name a folder with --out"
                ));
            }
            let to = match args.to.unwrap_or(To::Parquet) {
                To::Table => return usage("a table goes to a file or a terminal, not into a folder".into()),
                to => to,
            };
            return Ok(Target { kind: Kind::Folder, path, to, pack: Pack::Plain, partition: args.partition });
        }
        let to = match (by_name, args.to) {
            (Some(by_name), Some(to)) if by_name != to && to != To::Table => {
                return usage(format!(
                    "{shown} is named as {}, and --to says {}: name another file, or leave --to out",
                    by_name.word(),
                    to.word()
                ));
            }
            (_, Some(to)) | (Some(to), None) => to,
            (None, None) => {
                return usage(format!(
                    "the name {shown} does not say how to write: let it end in .jsonl, .csv or .parquet, or give --to"
                ));
            }
        };
        if to == To::Parquet && pack != Pack::Plain {
            return usage(format!("{shown}: Parquet is packed within; leave the last ending out"));
        }
        let kind = if meta.is_ok_and(|meta| !meta.is_file()) { Kind::Device } else { Kind::File };
        if kind == Kind::Device && to == To::Parquet {
            return usage(format!("{shown}: Parquet goes into a file: name one with --out"));
        }
        Ok(Target { kind, path, to, pack, partition: None })
    }

    /// True where the work can be gone on with after a stop.
    pub fn can_resume(&self) -> bool {
        matches!(self.kind, Kind::File | Kind::Folder)
    }

    /// What to call it in messages.
    pub fn name(&self) -> String {
        match self.kind {
            Kind::Stdout => "standard output".into(),
            _ => self.path.display().to_string(),
        }
    }

    /// The folder with what has to be known to go on.
    pub fn work(&self) -> PathBuf {
        self.beside("unfinished", "")
    }

    /// The file that tells how the output was made.
    pub fn manifest(&self) -> PathBuf {
        self.beside("manifest", ".json")
    }

    /// `reports.jsonl.manifest.json` for a file, `reports/_manifest.json` for a folder: readers of folders pass over names
    /// that begin with `_`.
    fn beside(&self, what: &str, ending: &str) -> PathBuf {
        if self.kind == Kind::Folder {
            return self.path.join(format!("_{what}{ending}"));
        }
        let mut name = self.path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{what}{ending}"));
        self.path.with_file_name(name)
    }
}

/// The form and the packing that a name says.
fn by_name(path: &Path) -> (Option<To>, Pack) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let (name, pack) = match (name.strip_suffix(".gz"), name.strip_suffix(".zst")) {
        (Some(rest), _) => (rest, Pack::Gzip),
        (_, Some(rest)) => (rest, Pack::Zstd),
        _ => (name.as_str(), Pack::Plain),
    };
    let to = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("jsonl" | "ndjson") => Some(To::Jsonl),
        Some("csv") => Some(To::Csv),
        Some("parquet" | "pq") => Some(To::Parquet),
        _ => None,
    };
    (to, pack)
}
