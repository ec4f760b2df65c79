//! A record as it was cut out of its file, and what becomes of it. Cutting is cheap and goes in order; reading a record
//! ([`Raw::read`]) is the costly part, looks at nothing but the record, and can go on any thread.

use std::sync::Arc;

use detente::article::{Article, DateSource};
use jiff::Timestamp;
use serde::Serialize;

use crate::http::{self, Lost};
use crate::position::Position;
use crate::problem::{Kind, Place, Problem};
use crate::record::{Cell, Cells};
use crate::{MAX_FILE, MAX_TEXT, Options, charset, day, feed, html, json, language, record, text};

/// The file that records come from.
#[derive(Debug, Default)]
pub(crate) struct Origin {
    /// As the user named it; files inside others with `!` between them.
    pub name: String,
    /// Its own name without the ending.
    pub stem: String,
}

/// What was cut out.
#[derive(Debug)]
pub(crate) enum Body {
    /// Nothing: what is wrong with it.
    Problem(Problem),
    /// One JSON value, and where it begins in its file if it is not a line: line and column, from 0.
    Json(Vec<u8>, Option<(u64, u64)>),
    /// A page.
    Html(Vec<u8>),
    /// A plain text.
    Text(Vec<u8>),
    /// A page or a text out of an archive of the web.
    Web(Box<Web>),
    /// A row of a table.
    Row(Box<Cells>),
    /// An item of a feed.
    Item(Box<feed::Item>),
    /// An article that was read before, as JSON.
    Kept(Vec<u8>),
}

/// A record of an archive of the web.
#[derive(Debug, Default)]
pub(crate) struct Web {
    /// What the server sent, its head included.
    pub bytes: Vec<u8>,
    /// Where the body begins.
    pub from: usize,
    /// True for a page, false for a plain text.
    pub page: bool,
    /// Character set that the server named.
    pub charset: Option<String>,
    /// Ways in which the body is packed.
    pub packed: Vec<String>,
    /// The body comes in chunks.
    pub chunked: bool,
    /// The address that was asked for.
    pub url: Option<String>,
    /// When it was fetched.
    pub retrieved: Option<Timestamp>,
}

impl Web {
    fn read(self, name: &str) -> json::Read {
        let mut bytes = self.bytes;
        bytes.drain(..self.from.min(bytes.len()));
        let bytes = http::body(bytes, self.chunked, &self.packed).map_err(|lost| match lost {
            Lost::Unknown(way) => Problem::new(
                Kind::Unsupported,
                name,
                format!("this page is packed by \"{way}\", which is not known"),
                "have it fetched with gzip or without packing",
            ),
            Lost::Damaged(what) => Problem::new(
                Kind::Broken,
                name,
                format!("this page cannot be unpacked ({what})"),
                "fetch it again; the other records are read",
            ),
            Lost::TooLong => Problem::new(
                Kind::TooLong,
                name,
                format!("this page unpacks to more than {} MB", MAX_FILE >> 20),
                "no page is so long: look at what it is; the other records are read",
            ),
        })?;
        let (mut article, notes) = if self.page {
            let origin = html::Origin { address: self.url.as_deref(), charset: self.charset.as_deref() };
            html::read(name, String::new(), &bytes, origin)?
        } else {
            let mut article = text::article(String::new(), charset::decode(&bytes, self.charset.as_deref()));
            if let Some(day) = self.url.as_deref().and_then(day::of_url) {
                (article.published, article.published_from) = (Some(day), DateSource::Url);
            }
            (article, Vec::new())
        };
        article.url = article.url.take().or(self.url);
        article.retrieved = article.retrieved.or(self.retrieved);
        Ok((article, notes))
    }
}

/// One record that is not read yet. It has its name ([`Raw::id`]) and its [`Position`] already.
#[derive(Debug)]
pub struct Raw {
    pub(crate) at: Position,
    pub(crate) id: String,
    pub(crate) origin: Arc<Origin>,
    pub(crate) place: Place,
    pub(crate) body: Body,
}

/// What a record came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// Where the record stands.
    pub at: Position,
    /// What had to be left out of the article.
    pub notes: Vec<Problem>,
    /// The article, or why there is none.
    pub article: Result<Article, Problem>,
}

impl Raw {
    /// Where the record stands; [`Position::after`] is where to go on when it is done with.
    pub fn position(&self) -> Position {
        self.at
    }

    /// The name that its article will bear. Empty where no article can come of it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Bytes that it holds.
    pub fn len(&self) -> usize {
        match &self.body {
            Body::Problem(_) => 0,
            Body::Json(bytes, _) | Body::Html(bytes) | Body::Text(bytes) | Body::Kept(bytes) => bytes.len(),
            Body::Item(item) => item.len(),
            Body::Web(web) => web.bytes.len(),
            Body::Row(cells) => cells.iter().map(Cell::len).sum(),
        }
    }

    /// True where it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads it. The same record with the same options gives the same item, on any thread.
    pub fn read(self, options: &Options) -> Item {
        let Raw { at, id, origin, place, body } = self;
        let read = match body {
            Body::Problem(problem) => Err(problem),
            Body::Json(bytes, start) => json::article(&origin.name, place, start, &bytes, options),
            Body::Html(bytes) => html::read(&origin.name, String::new(), &bytes, html::Origin::default()),
            Body::Web(web) => web.read(&origin.name),
            Body::Row(cells) => record::article(&origin.name, place, Kind::Empty, *cells, &options.columns),
            Body::Item(item) => Ok((item.article(), Vec::new())),
            Body::Kept(bytes) => kept(&origin, place, &bytes),
            Body::Text(bytes) => {
                Ok((text::article(String::new(), charset::decode(&bytes, None)), Vec::new()))
            }
        };
        let (mut notes, mut article) = match read {
            Ok((article, notes)) => (notes, Ok(article)),
            Err(problem) => (Vec::new(), Err(problem)),
        };
        for problem in notes.iter_mut().chain(article.as_mut().err()) {
            if problem.place == Place::Whole {
                problem.place = place;
            }
        }
        article = article.and_then(|article| checked(article, &origin, place, options));
        if let Ok(article) = &mut article {
            article.id = id;
            // What was read before says where it was read.
            if article.file.is_none() {
                article.file = Some(origin.name.clone());
                article.place = place.words();
            }
            if article.published.is_none() && options.published.is_some() {
                article.published = options.published;
                article.published_from = DateSource::Given;
            }
        } else {
            notes.clear();
        }
        Item { at, notes, article }
    }
}

/// An article as it was put aside.
fn kept(origin: &Origin, place: Place, bytes: &[u8]) -> json::Read {
    let article = serde_json::from_slice(bytes).map_err(|e| {
        let what = format!("this is no article as it was put aside ({e})");
        Problem::new(Kind::Json, origin.name.as_str(), what, "read its source again").at(place)
    })?;
    Ok((article, Vec::new()))
}

/// The article, where it has a text of a possible length, in a language that is read.
fn checked(article: Article, origin: &Origin, place: Place, options: &Options) -> Result<Article, Problem> {
    let problem = if article.text.trim().is_empty() {
        Problem::new(
            Kind::Empty,
            origin.name.as_str(),
            "there is no text in it",
            "give an article with its text",
        )
    } else if article.text.len() > MAX_TEXT {
        Problem::new(
            Kind::TooLong,
            origin.name.as_str(),
            format!("a text of {} MB is no news article", article.text.len() >> 20),
            format!("cut it into its articles, of at most {} MB each", MAX_TEXT >> 20),
        )
    } else {
        if options.any_language {
            return Ok(article);
        }
        let language = language::of(&article.text, article.language.as_deref());
        if language.is_english() {
            return Ok(article);
        }
        language.problem(origin.name.as_str())
    };
    Err(problem.at(place))
}
