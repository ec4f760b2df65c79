//! An article: a clean text with a day. Intake makes articles out of bytes; the engine only reads them.
//! The text is kept exactly as given, because every span of every later stage counts its bytes.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::span::Span;

/// How the publication day was found; kept so that `explain` can say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateSource {
    /// No day was found.
    #[default]
    None,
    /// The input record's own field, or `--published`.
    Given,
    /// Markup of the page: meta tags, JSON-LD, a time element.
    Markup,
    /// The address of the page.
    Url,
    /// A dateline or byline in the text.
    Text,
}

/// A text with a day, ready to be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Article {
    /// A name that is unique in its batch; reports carry it as `doc`.
    pub id: String,
    /// The headline, where known. It need not stand in `text`.
    pub title: Option<String>,
    /// The day of publication.
    pub published: Option<Date>,
    /// Where `published` came from.
    pub published_from: DateSource,
    /// The clean text, UTF-8. Paragraphs are set apart by line breaks. All spans count its bytes.
    pub text: String,
    /// Address of the page, where known.
    pub url: Option<String>,
    /// Who published it.
    pub source: Option<String>,
    /// Licence of the text, where stated.
    pub license: Option<String>,
    /// BCP 47 language tag, where known.
    pub language: Option<String>,
    /// Who wrote it, as the page or the record has it.
    pub author: Option<String>,
    /// When it was fetched from its publisher, where known. Reading does not look at it.
    pub retrieved: Option<Timestamp>,
    /// The file it came from, as the user named it; for a file inside another, both with `!` between them
    /// (`day.zip!page.html`).
    pub file: Option<String>,
    /// Where in that file: `line 7`, `record 3`; nothing where the file is one article.
    pub place: Option<String>,
    /// The `id` of the earlier article of which this is a copy, word for word or nearly so.
    pub copy_of: Option<String>,
}

impl Article {
    /// The lines of the text that hold more than white space, as trimmed spans: headings, paragraphs,
    /// list items and captions alike. No sentence crosses a line.
    pub fn lines(&self) -> impl Iterator<Item = Span> + '_ {
        let mut at = 0;
        self.text.split_inclusive('\n').filter_map(move |line| {
            let start = at;
            at += line.len();
            let left = line.len() - line.trim_start().len();
            let body = line.trim();
            (!body.is_empty()).then(|| Span::new(start + left, start + left + body.len()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_trimmed_and_slice_the_text_they_claim() {
        let article = Article { text: "  One.\n\n\tTwo two. \r\nThree".into(), ..Article::default() };
        let lines: Vec<&str> = article.lines().map(|s| s.slice(&article.text)).collect();
        assert_eq!(lines, ["One.", "Two two.", "Three"]);
    }
}
