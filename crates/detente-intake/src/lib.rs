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
pub mod day;
pub mod html;
pub mod json;
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
        let base = article.id.clone();
        while let Some(count) = self.ids.get_mut(article.id.as_str()) {
            *count += 1;
            article.id = format!("{base}-{count}");
        }
        self.ids.insert(article.id.as_str().into(), 1);
        if base != article.id {
            // The next twin starts from here, not from two.
            let count = self.ids.get(base.as_str()).copied().unwrap_or(1);
            self.ids.insert(base.into(), count);
        }
        article
    }
}

impl Iterator for Intake {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Some(match item {
                    Ok(article) if article.text.len() > MAX_TEXT => Err(source::too_long_text(&article)),
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
