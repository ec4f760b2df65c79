//! What the tests share that read cases from Markdown files: the files, and which cases the command line asks for.

use std::fs;
use std::path::{Path, PathBuf};

/// Which cases a run is asked for.
pub struct Asked {
    /// Words, one of which the name of a case must hold; none, and all are asked for.
    filters: Vec<String>,
    /// The names alone are to be printed.
    pub list: bool,
    /// `BLESS` is set and all cases are asked for: today's faults are to be written down.
    pub bless: bool,
}

impl Asked {
    /// By the arguments after `--`. Flags of cargo's own harness mean nothing here, but may be given for all tests
    /// together.
    pub fn from_args() -> Asked {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let filters: Vec<String> =
            args.iter().filter(|a| !a.starts_with('-')).map(|a| a.to_lowercase()).collect();
        let bless = std::env::var_os("BLESS").is_some() && filters.is_empty();
        Asked { list: args.iter().any(|a| a == "--list"), bless, filters }
    }

    /// Is the case of this name asked for?
    pub fn wants(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.filters.is_empty() || self.filters.iter().any(|f| name.contains(f.as_str()))
    }
}

/// The Markdown files of a folder but its README, sorted: where each is, its name without the ending, and its text.
pub fn files(folder: &Path) -> Vec<(PathBuf, String, String)> {
    let list = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = list.map(|e| e.expect("an entry").path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "md"));
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (path, stem, text)
    };
    files.into_iter().map(read).filter(|(_, stem, _)| stem != "README").collect()
}
