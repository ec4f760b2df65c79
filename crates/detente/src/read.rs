//! Stub: reading an article from end to end. The engine's own module takes this file's place.

use crate::actor::Mention;
use crate::article::Article;
use crate::lexicon::{Fault, Lexicon};
use crate::note::Note;
use crate::report::{Coder, Report};
use crate::syntax::{self, Syntax};
use crate::time::TimeExpression;

/// Model and lexicon, ready to read.
pub struct Reader {
    model: syntax::Model,
    lexicon: Lexicon,
    coder: Coder,
}

/// Everything that was read from one article.
#[derive(Default)]
pub struct Reading {
    /// Grammar.
    pub syntax: Syntax,
    /// Who is spoken of.
    pub mentions: Vec<Mention>,
    /// Words of time.
    pub times: Vec<TimeExpression>,
    /// What is reported.
    pub reports: Vec<Report>,
    /// Remarks.
    pub notes: Vec<Note>,
}

impl Reader {
    /// A reader out of a model and a lexicon.
    ///
    /// # Errors
    /// When the lexicon's date phrases cannot be read.
    pub fn new(model: syntax::Model, lexicon: Lexicon) -> Result<Reader, Vec<Fault>> {
        let coder = Coder { lexicon: lexicon.hash.clone(), model: model.name().into(), ..Coder::default() };
        Ok(Reader { model, lexicon, coder })
    }

    /// What reports carry as their coder.
    pub fn coder(&self) -> &Coder {
        &self.coder
    }

    /// The grammar of an article alone.
    pub fn parse(&self, article: &Article) -> Syntax {
        self.model.read(article)
    }

    /// The lexicon it reads with.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Reads one article.
    pub fn read(&self, article: &Article) -> Reading {
        let _ = (&self.lexicon, article);
        Reading { syntax: self.model.read(article), ..Reading::default() }
    }
}
