//! Where bytes come from: files, folders, standard input. A folder is walked in the order of its names, one folder at
//! a time; nothing is opened before its turn comes.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::Format;
use crate::open::{Reader, broken, ending, format_of, unpacked};
use crate::packed::Counted;
use crate::problem::{Kind, Problem};

/// Endings of files that a folder is searched for.
const ENDINGS: [&str; 16] = [
    "txt", "text", "html", "htm", "xhtml", "jsonl", "ndjson", "json", "csv", "tsv", "tab", "warc", "wet",
    "parquet", "rss", "atom",
];
/// Endings of archives that a folder is searched for.
const ARCHIVES: [&str; 2] = ["tar", "zip"];

/// The name of standard input in messages.
pub const STDIN: &str = "standard input";

/// One thing to read.
pub enum Input {
    /// A file, or a folder of files.
    Path(PathBuf),
    /// Bytes from anywhere, with a name for messages, which also tells what they hold as a file's name does;
    /// see [`STDIN`].
    Reader(String, Box<dyn Read + Send>),
}

/// An input that was opened.
pub(crate) struct Opened {
    pub name: String,
    pub path: PathBuf,
    pub reader: Reader,
    /// Bytes that were taken from it.
    pub read: Arc<AtomicU64>,
    /// The open file, and what it was when it was opened.
    watched: Option<(File, fs::Metadata)>,
}

impl Opened {
    fn reader(name: String, reader: Box<dyn Read + Send>) -> Opened {
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted { reader, read: read.clone() };
        let path = if name == STDIN { PathBuf::from("stdin") } else { PathBuf::from(&name) };
        let reader = Box::new(BufReader::with_capacity(1 << 16, counted));
        Opened { name, path, reader, read, watched: None }
    }

    fn file(path: PathBuf) -> Result<Opened, Problem> {
        let name = path.display().to_string();
        let file = File::open(&path).map_err(|e| {
            let leads_nowhere = e.kind() == io::ErrorKind::NotFound && path.is_symlink();
            if leads_nowhere {
                let what = "this link leads to no file";
                return Problem::new(Kind::Missing, name.as_str(), what, "mend the link, or remove it");
            }
            broken(&name, &e)
        })?;
        let meta = file.metadata().map_err(|e| broken(&name, &e))?;
        // A file that grows while it is read ends where it ended when it was opened.
        let limit = if meta.is_file() && meta.len() > 0 { meta.len() } else { u64::MAX };
        let watched = match file.try_clone() {
            Ok(same) if meta.is_file() => Some((same, meta)),
            _ => None,
        };
        let opened = Opened::reader(name, Box::new(file.take(limit)));
        Ok(Opened { path, watched, ..opened })
    }

    /// The file itself, where it is one.
    pub(crate) fn file_again(&self) -> Option<File> {
        self.watched.as_ref()?.0.try_clone().ok()
    }

    /// What to say at the end of a file that is not what it was at its beginning.
    pub(crate) fn changed(&self) -> Option<Problem> {
        let (file, then) = self.watched.as_ref()?;
        let now = file.metadata().ok()?;
        let same = now.len() == then.len() && now.modified().ok() == then.modified().ok();
        (!same).then(|| {
            Problem::new(
                Kind::Changed,
                self.name.as_str(),
                "it changed while it was being read",
                "read it again when nothing writes to it any more",
            )
        })
    }
}

/// The inputs that are still to be opened.
pub(crate) struct Inputs {
    left: VecDeque<Input>,
    /// The folders that are being walked, the innermost last.
    walk: Vec<Folder>,
    /// The folder that was named, and the files found in it.
    named: Option<(PathBuf, u64)>,
    format: Format,
}

/// One folder that is being walked.
struct Folder {
    path: PathBuf,
    /// What is in it, the last first.
    names: Vec<(Box<OsStr>, What)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Folder,
    File,
    /// A pipe or a device.
    Other,
}

impl Inputs {
    pub(crate) fn new(inputs: impl IntoIterator<Item = Input>, format: Format) -> Inputs {
        Inputs { left: inputs.into_iter().collect(), walk: Vec::new(), named: None, format }
    }

    /// Paths that are still to be opened.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let path = |input: &Input| match input {
            Input::Path(path) => Some(path.clone()),
            Input::Reader(..) => None,
        };
        self.left.iter().filter_map(path).collect()
    }

    /// Opens the next file; `None` when all is read.
    pub(crate) fn next(&mut self) -> Option<Result<Opened, Problem>> {
        loop {
            if let Some(folder) = self.walk.last_mut() {
                let Some((name, what)) = folder.names.pop() else {
                    self.walk.pop();
                    continue;
                };
                let path = folder.path.join(&*name);
                if let Some((_, found)) = &mut self.named
                    && what != What::Folder
                {
                    *found += 1;
                    return Some(if what == What::File { Opened::file(path) } else { Err(no_file(&path)) });
                }
                match read_folder(path, self.format) {
                    Ok(folder) => self.walk.push(folder),
                    Err(problem) => {
                        // One word about a folder is enough.
                        if let Some((_, found)) = &mut self.named {
                            *found += 1;
                        }
                        return Some(Err(problem));
                    }
                }
                continue;
            }
            if let Some((path, 0)) = self.named.take() {
                return Some(Err(Problem::new(
                    Kind::NoArticles,
                    path.display().to_string(),
                    "this folder holds no articles",
                    "put .txt, .html or .jsonl files there, or name another folder",
                )));
            }
            match self.left.pop_front()? {
                Input::Reader(name, reader) => return Some(Ok(Opened::reader(name, reader))),
                Input::Path(path) if path.is_dir() => match read_folder(path.clone(), self.format) {
                    Ok(folder) => {
                        self.walk.push(folder);
                        self.named = Some((path, 0));
                    }
                    Err(problem) => return Some(Err(problem)),
                },
                Input::Path(path) => return Some(Opened::file(path)),
            }
        }
    }
}

/// What is in a folder, the last first. Hidden files and links to folders are passed over, so that a walk ends.
fn read_folder(path: PathBuf, format: Format) -> Result<Folder, Problem> {
    let fault = |e: io::Error| broken(&path.display().to_string(), &e);
    let mut names = Vec::new();
    for entry in fs::read_dir(&path).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            names.push((name.into_boxed_os_str(), What::Folder));
        } else if is_wanted(Path::new(&name), format) && !(kind.is_symlink() && entry.path().is_dir()) {
            let what = if kind.is_file() || kind.is_symlink() { What::File } else { What::Other };
            names.push((name.into_boxed_os_str(), what));
        }
    }
    names.sort_unstable_by(|a, b| b.cmp(a));
    Ok(Folder { path, names })
}

/// A pipe in a folder may never say anything.
fn no_file(path: &Path) -> Problem {
    let (what, mend) = ("this is no file but a pipe or a device", "name it by itself to read it");
    Problem::new(Kind::Unreadable, path.display().to_string(), what, mend)
}

/// Bytes of the files, those in folders too.
pub(crate) fn total(paths: &[PathBuf], format: Format) -> u64 {
    let mut inputs = Inputs::new([], format);
    let mut total = 0;
    for path in paths {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => {
                inputs.walk.extend(read_folder(path.clone(), format));
                while let Some(folder) = inputs.walk.last_mut() {
                    let Some((name, what)) = folder.names.pop() else {
                        inputs.walk.pop();
                        continue;
                    };
                    let path = folder.path.join(&*name);
                    if what != What::Folder {
                        total += fs::metadata(path).map_or(0, |m| m.len());
                    } else {
                        inputs.walk.extend(read_folder(path, format));
                    }
                }
            }
            Ok(meta) => total += meta.len(),
            Err(_) => {}
        }
    }
    total
}

/// True for files that may hold articles of the wanted form, by their names.
pub(crate) fn is_wanted(path: &Path, format: Format) -> bool {
    let inner = unpacked(path);
    let readme = inner.file_stem().is_some_and(|s| s.eq_ignore_ascii_case("readme"));
    let Some(ending) = ending(&inner).filter(|_| !readme) else {
        // A packed file without a word about what is in it.
        return !readme && inner != path;
    };
    if ARCHIVES.contains(&ending.as_str()) {
        return true;
    }
    match format {
        _ if !ENDINGS.contains(&ending.as_str()) => false,
        Format::Auto => true,
        Format::Jsonl if ending == "json" => true,
        wanted => format_of(&ending) == Some(wanted),
    }
}
