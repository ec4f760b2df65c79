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

pub mod charset;
pub mod copies;
pub mod day;
pub mod html;
pub mod json;
pub mod language;
pub mod packed;
pub mod problem;
pub mod source;
pub mod text;

use std::collections::{HashMap, VecDeque};

use detente::article::{Article, DateSource};
use jiff::civil::Date;

pub use problem::{Kind, Place, Problem};
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
}

/// How to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What the files hold.
    pub format: Format,
    /// The day of articles that do not say theirs.
    pub published: Option<Date>,
}

/// Articles one after the other, in the order of the inputs; folders in the order of their file names.
pub struct Intake {
    options: Options,
    inputs: VecDeque<source::Planned>,
    current: Option<source::Stream>,
    waiting: VecDeque<Result<Article, Problem>>,
    ids: HashMap<Box<str>, u32>,
    total: u64,
    done: u64,
}

impl Intake {
    /// Looks at the inputs (folders are walked here, files are opened when their turn comes).
    pub fn new(inputs: impl IntoIterator<Item = Input>, options: Options) -> Intake {
        let inputs: VecDeque<source::Planned> =
            inputs.into_iter().flat_map(|input| source::plan(input, options.format)).collect();
        let total = inputs.iter().map(source::Planned::len).sum();
        Intake {
            options,
            inputs,
            current: None,
            waiting: VecDeque::new(),
            ids: HashMap::new(),
            total,
            done: 0,
        }
    }

    /// Bytes of all files, as far as known; for a progress bar.
    pub fn total_bytes(&self) -> u64 {
        self.total
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.done + self.current.as_ref().map_or(0, source::Stream::bytes_read)
    }

    /// Gives the article the day of `--published` where it has none, and an id of its own.
    fn finish(&mut self, mut article: Article) -> Article {
        if article.published.is_none()
            && let Some(day) = self.options.published
        {
            article.published = Some(day);
            article.published_from = DateSource::Given;
        }
        article.id = self.unique(article.id);
        article
    }

    /// The id itself, or with a number where an earlier article bears it.
    fn unique(&mut self, id: String) -> String {
        let mut n = self.ids.get(id.as_str()).copied().unwrap_or(0);
        let given = loop {
            n += 1;
            let given = if n == 1 { id.clone() } else { format!("{id}-{n}") };
            if !self.ids.contains_key(given.as_str()) {
                break given;
            }
        };
        self.ids.insert(id.into(), n);
        self.ids.entry(given.as_str().into()).or_insert(1);
        given
    }
}

impl Iterator for Intake {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Some(match item {
                    Ok(article) => Ok(self.finish(article)),
                    Err(problem) => Err(problem),
                });
            }
            if let Some(stream) = &mut self.current {
                if stream.next_into(&mut self.waiting) {
                    continue;
                }
                self.done += stream.bytes_read();
                self.current = None;
            }
            match self.inputs.pop_front()?.open(self.options.format) {
                Ok(stream) => self.current = Some(stream),
                Err(problem) => return Some(Err(problem)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
}
