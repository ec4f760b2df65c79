//! Bytes to articles. This crate is the front door: it opens files and folders, finds out what they are
//! (plain text, a page, JSON lines), turns them into [`Article`]s with a clean text and a day, and says in
//! one sentence what is wrong with those it cannot read. Nothing is held in memory but the article at hand.
//!
//! ```no_run
//! use detente_intake::{Input, Intake, Options};
//! for item in Intake::new([Input::Path("news".into())], Options::default()) {
//!     match item {
//!         Ok(article) => println!("{}", article.id),
//!         Err(problem) => eprintln!("{problem}"),
//!     }
//! }
//! ```

#![forbid(unsafe_code)]

mod archive;
pub mod charset;
pub mod copies;
pub mod day;
pub mod feed;
pub mod fields;
pub mod html;
mod http;
pub mod ids;
pub mod joined;
pub mod json;
pub mod language;
mod lines;
mod open;
pub mod packed;
mod parquet;
pub mod position;
pub mod problem;
mod raw;
mod record;
pub mod source;
mod table;
pub mod text;
mod warc;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use detente::article::Article;
use jiff::civil::Date;

pub use fields::{Columns, Field};
pub use position::Position;
pub use problem::{Kind, Place, Problem};
pub use raw::{Item, Raw};
pub use source::Input;

/// The longest line of a JSON lines file, in bytes. Longer ones are refused without being held in memory.
pub const MAX_LINE: usize = 64 << 20;
/// The longest file that is one article or one JSON document, in bytes.
pub const MAX_FILE: u64 = 64 << 20;
/// The longest text of one article, in bytes. A book has one or two million; more is a heap of articles.
pub const MAX_TEXT: usize = 8 << 20;

/// What a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// By the file's name, then by its first bytes.
    #[default]
    Auto,
    /// Plain text, one article a file.
    Text,
    /// A page, one article a file.
    Html,
    /// JSON, one article a line.
    Jsonl,
    /// A table whose columns are set apart by commas or the like, with their names in the first row.
    Csv,
    /// A table whose columns are set apart by tabs, with their names in the first row.
    Tsv,
    /// An archive of the web: WARC or WET.
    Warc,
    /// A Parquet table.
    Parquet,
    /// A feed: RSS, Atom or JSON Feed, one article an item.
    Feed,
    /// Articles as this crate made them, one a line of JSON ([`Article`] as serde writes it): what was read before and put
    /// aside. Never found by itself.
    Kept,
}

/// So deep may archives stand in archives.
pub const MAX_DEPTH: usize = 4;
/// So many sorts of what is passed over are counted one by one.
const SORTS: usize = 100;

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the files hold.
    pub format: Format,
    /// The day of articles that do not say theirs.
    pub published: Option<Date>,
    /// Which column of a table, or field of a record, holds what.
    pub columns: Columns,
    /// Articles in every language are given, and not English ones alone.
    pub any_language: bool,
}

/// Articles one after the other, in the order of the inputs; folders in the order of their file names.
///
/// As an iterator it gives articles and problems, read on the thread that asks. A program with several threads takes
/// records by [`Intake::next_raw`] on one of them, which is cheap, and reads them by [`Raw::read`] on the others.
pub struct Intake {
    options: Arc<Options>,
    inputs: source::Inputs,
    paths: Vec<PathBuf>,
    total: OnceLock<u64>,
    /// The input at hand.
    opened: Option<source::Opened>,
    /// The file at hand and, before it, those around it.
    levels: Vec<Level>,
    ids: ids::Ids,
    at: Position,
    done: u64,
    /// Records that were cut already.
    held: VecDeque<Raw>,
    passed: BTreeMap<String, u64>,
    waiting: VecDeque<Result<Article, Problem>>,
}

/// One open file.
struct Level {
    origin: Arc<raw::Origin>,
    cutter: Box<dyn open::Cutter>,
}

impl Intake {
    /// Looks at the inputs. Folders are walked and files are opened when their turn comes.
    pub fn new(inputs: impl IntoIterator<Item = Input>, options: Options) -> Intake {
        let inputs = source::Inputs::new(inputs, options.format);
        Intake {
            options: Arc::new(options),
            paths: inputs.paths(),
            inputs,
            total: OnceLock::new(),
            opened: None,
            levels: Vec::new(),
            ids: ids::Ids::default(),
            at: Position::default(),
            done: 0,
            held: VecDeque::new(),
            passed: BTreeMap::new(),
            waiting: VecDeque::new(),
        }
    }

    /// How it reads: what [`Raw::read`] wants to be given.
    pub fn options(&self) -> Arc<Options> {
        self.options.clone()
    }

    /// Bytes of all files, as far as known; for a progress bar. Walks the folders when it is first asked.
    pub fn total_bytes(&self) -> u64 {
        *self.total.get_or_init(|| source::total(&self.paths, self.options.format))
    }

    /// Bytes read so far, as they stand in the files.
    pub fn bytes_read(&self) -> u64 {
        self.done + self.opened.as_ref().map_or(0, |o| o.read.load(Ordering::Relaxed))
    }

    /// The position of the record that [`Intake::next_raw`] gives next.
    pub fn stands_at(&self) -> Position {
        self.held.front().map_or(self.at, Raw::position)
    }

    /// The next record, cut out and not read; `None` when all is read. What cannot be cut is a record too: reading it
    /// gives the problem.
    pub fn next_raw(&mut self) -> Option<Raw> {
        if let Some(raw) = self.held.pop_front() {
            return Some(raw);
        }
        loop {
            let Some(level) = self.levels.last_mut() else {
                match self.inputs.next()? {
                    Err(problem) => {
                        let raw = self.problem(problem);
                        self.end_input();
                        return Some(raw);
                    }
                    Ok(mut opened) => {
                        let reader = std::mem::replace(&mut opened.reader, Box::new(std::io::empty()));
                        let (name, path) = (opened.name.clone(), opened.path.clone());
                        self.opened = Some(opened);
                        if let Some(raw) = self.open(name, &path, reader) {
                            return Some(raw);
                        }
                    }
                }
                continue;
            };
            match level.cutter.next() {
                open::Cut::Item { place, number, id, body } => {
                    let origin = level.origin.clone();
                    let id = match (&body, id, number) {
                        (raw::Body::Problem(_), ..) => String::new(),
                        (_, Some(id), _) => self.ids.give(id, self.at),
                        (_, None, Some(number)) => {
                            self.ids.give(format!("{}-{number}", origin.stem), self.at)
                        }
                        (_, None, None) => self.ids.give(origin.stem.clone(), self.at),
                    };
                    let raw = Raw { at: self.at, id, origin, place, body };
                    self.at = self.at.after();
                    return Some(raw);
                }
                open::Cut::Passed(what) => {
                    if self.passed.len() < SORTS || self.passed.contains_key(&what) {
                        *self.passed.entry(what).or_default() += 1;
                    } else {
                        *self.passed.entry("other things".into()).or_default() += 1;
                    }
                }
                open::Cut::Inside { name, reader } => {
                    let inner = format!("{}!{name}", level.origin.name);
                    if let Some(raw) = self.open(inner, Path::new(&name), reader) {
                        return Some(raw);
                    }
                }
                open::Cut::End => {
                    self.levels.pop();
                    if let Some(raw) = self.end_level() {
                        return Some(raw);
                    }
                }
            }
        }
    }

    /// Passes over all records before a position, so that [`Intake::next_raw`] gives the one that stands there. The
    /// records are cut, since their names count for the names of later ones, but not read: this goes at the speed
    /// of the disk or of unpacking. False where the inputs end before: they are not what they were.
    pub fn skip_to(&mut self, to: Position) -> bool {
        self.waiting.clear();
        while self.stands_at() < to {
            match self.next_raw() {
                None => return false,
                Some(raw) if raw.at >= to => self.held.push_front(raw),
                Some(_) => {}
            }
        }
        true
    }

    /// What was passed over so far since it is no article and no fault, by sort: requests and pictures in archives of
    /// the web, answers that a page has not changed or is not there.
    pub fn passed_over(&self) -> &BTreeMap<String, u64> {
        &self.passed
    }

    /// Opens a file and puts it on top; gives what is wrong with it.
    fn open(&mut self, name: String, path: &Path, reader: open::Reader) -> Option<Raw> {
        let read = self.opened.as_ref().map(|o| o.read.clone()).unwrap_or_default();
        let file =
            self.opened.as_ref().filter(|_| self.levels.is_empty()).and_then(source::Opened::file_again);
        match open::open(&name, path, reader, &read, file, self.levels.len(), &self.options) {
            Err(problem) => {
                let raw = self.problem(problem);
                let changed = self.end_level();
                self.held.extend(changed);
                Some(raw)
            }
            Ok(open::Opened { cutter, damage }) => {
                let origin = Arc::new(raw::Origin { name, stem: open::stem(path) });
                self.levels.push(Level { origin, cutter });
                let damage: Vec<Raw> = damage.into_iter().map(|problem| self.problem(problem)).collect();
                self.held.extend(damage);
                self.held.pop_front()
            }
        }
    }

    /// Ends the input where no file of it is open any more; what is to be said of it.
    fn end_level(&mut self) -> Option<Raw> {
        if !self.levels.is_empty() {
            return None;
        }
        let changed = self.opened.as_ref().and_then(source::Opened::changed);
        let raw = changed.map(|problem| self.problem(problem));
        self.end_input();
        raw
    }

    fn end_input(&mut self) {
        self.done = self.bytes_read();
        self.opened = None;
        self.levels.clear();
        self.at = Position { input: self.at.input + 1, item: 0 };
    }

    fn problem(&mut self, problem: Problem) -> Raw {
        let at = self.at;
        self.at = self.at.after();
        let (id, origin, place) = (String::new(), Arc::default(), problem.place);
        Raw { at, id, origin, place, body: raw::Body::Problem(problem) }
    }
}

impl Iterator for Intake {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(item) = self.waiting.pop_front() {
            return Some(item);
        }
        let Item { notes, article, .. } = self.next_raw()?.read(&self.options);
        self.waiting.extend(notes.into_iter().map(Err));
        self.waiting.push_back(article);
        self.waiting.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use detente::article::DateSource;

    use super::*;

    fn read(name: &str, bytes: &[u8]) -> Vec<Result<Article, Problem>> {
        let reader = Box::new(std::io::Cursor::new(bytes.to_vec()));
        Intake::new([Input::Reader(name.into(), reader)], Options::default()).collect()
    }

    #[test]
    fn twins_get_a_number_that_nobody_else_has() {
        let lines =
            ["a", "a-2", "a", "a", "b"].map(|id| format!("{{\"id\":\"{id}\",\"text\":\"x\"}}\n")).concat();
        let ids: Vec<String> =
            read("x.jsonl", lines.as_bytes()).into_iter().flatten().map(|a| a.id).collect();
        assert_eq!(ids, ["a", "a-2", "a-3", "a-4", "b"]);
    }

    #[test]
    fn forms_are_told_by_the_name_and_then_by_the_first_bytes() {
        let id = |name: &str, bytes: &[u8]| read(name, bytes).remove(0).map(|a| (a.id, a.text)).ok();
        assert_eq!(id("stdin", b" {\"text\":\"x\"}"), Some(("stdin-1".into(), "x".into())));
        assert_eq!(id("stdin", b"<!DOCTYPE html><p>x"), Some(("stdin".into(), "x\n".into())));
        assert_eq!(id("stdin", b"x < y"), Some(("stdin".into(), "x < y".into())));
        assert_eq!(id("x.txt", b"<p>x"), Some(("x".into(), "<p>x".into())));
        assert_eq!(id("x.json", b"[{\"text\":\"x\"}]"), Some(("x-1".into(), "x".into())));
        assert_eq!(id("x.json", b"{\n  \"text\": \"x\"\n}\n"), Some(("x-1".into(), "x".into())));
    }

    #[test]
    fn the_day_that_is_handed_in_fills_gaps_and_nothing_else() {
        let day = jiff::civil::date(2020, 1, 2);
        let lines = "{\"text\":\"x\"}\n{\"text\":\"y\",\"published\":\"2019-08-19\"}\n";
        let reader = Box::new(std::io::Cursor::new(lines));
        let options = Options { published: Some(day), ..Options::default() };
        let articles: Vec<Article> =
            Intake::new([Input::Reader("x.jsonl".into(), reader)], options).flatten().collect();
        assert_eq!(articles[0].published, Some(day));
        assert_eq!(articles[0].published_from, DateSource::Given);
        assert_eq!(articles[1].published, Some(jiff::civil::date(2019, 8, 19)));
    }

    #[test]
    fn reading_goes_on_where_it_stopped_with_the_same_names() {
        let lines = "{\"id\":\"a\",\"text\":\"x\"}\n{}\n[\n{\"id\":\"a\",\"text\":\"y\"}\n";
        let open = || {
            let one = Input::Reader("x.jsonl".into(), Box::new(std::io::Cursor::new(lines)));
            let none = Input::Path("/no/such/file".into());
            let two = Input::Reader("y.txt".into(), Box::new(std::io::Cursor::new("Some words.")));
            let three = Input::Reader("y.txt".into(), Box::new(std::io::Cursor::new("Other words.")));
            Intake::new([one, none, two, three], Options::default())
        };
        let options = Options::default();
        let mut intake = open();
        let all: Vec<Item> = std::iter::from_fn(|| intake.next_raw()).map(|raw| raw.read(&options)).collect();
        let names: Vec<&str> =
            all.iter().flat_map(|i| i.article.as_ref().ok()).map(|a| a.id.as_str()).collect();
        assert_eq!(names, ["a", "a-2", "y", "y-2"]);
        for (n, item) in all.iter().enumerate() {
            for to in [item.at, item.at.after()] {
                let mut intake = open();
                assert!(intake.skip_to(to));
                let rest: Vec<Item> =
                    std::iter::from_fn(|| intake.next_raw()).map(|raw| raw.read(&options)).collect();
                assert_eq!(rest, all[n + usize::from(to > item.at)..], "{to:?}");
            }
        }
        assert!(!open().skip_to(Position { input: 9, item: 0 }), "there is no ninth input");
    }
}
