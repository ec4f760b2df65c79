//! A record as it was cut out of its file, and what becomes of it. Cutting is cheap and goes in order; reading a record
//! ([`Raw::read`]) is the costly part, looks at nothing but the record, and can go on any thread.

use std::sync::Arc;

use detente::article::{Article, DateSource};
use serde::Serialize;

use crate::position::Position;
use crate::problem::{Kind, Place, Problem};
use crate::{MAX_TEXT, Options, charset, html, json, language, text};

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
            Body::Json(bytes, _) | Body::Html(bytes) | Body::Text(bytes) => bytes.len(),
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
            article.file = Some(origin.name.clone());
            article.place = place.words();
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
