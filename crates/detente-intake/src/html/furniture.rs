//! What pages have beside the article, by the words in the classes and names of their elements. The words are data:
//! `furniture.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// How sure a class is that what bears it is not the article; the surest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    /// Mostly not the article.
    Weak,
    /// Never, whatever it says.
    Strong,
    /// Parts that nobody sees at first.
    Hidden,
    /// What stands on every page.
    Surest,
    /// What readers wrote.
    Comments,
}

#[derive(Deserialize)]
struct File {
    hidden: Vec<String>,
    surest: Vec<String>,
    comments: Vec<String>,
    strong: Vec<String>,
    weak: Vec<String>,
    body: Vec<String>,
    columns: Vec<String>,
    line_starts: Vec<String>,
    byline: Vec<String>,
    by: Vec<String>,
    no_names: Vec<String>,
    offices: Vec<String>,
    errors: Vec<String>,
    times: Vec<String>,
    paywall: Vec<String>,
    scripts: Vec<String>,
}

struct Furniture {
    /// Words, and first words of pairs with what may follow.
    words: HashMap<String, Vec<(Option<String>, Sort)>>,
    body: Vec<String>,
    columns: Vec<String>,
    line_starts: Vec<String>,
    byline: Vec<String>,
    by: Vec<String>,
    no_names: Vec<String>,
    offices: Vec<String>,
    errors: Vec<String>,
    times: Vec<String>,
    paywall: Vec<String>,
    scripts: Vec<String>,
}

static FURNITURE: LazyLock<Furniture> = LazyLock::new(|| {
    // The file is compiled in, and a test reads it.
    let file: File = toml::from_str(include_str!("furniture.toml")).unwrap_or(File {
        hidden: Vec::new(),
        surest: Vec::new(),
        comments: Vec::new(),
        strong: Vec::new(),
        weak: Vec::new(),
        body: Vec::new(),
        columns: Vec::new(),
        line_starts: Vec::new(),
        byline: Vec::new(),
        by: Vec::new(),
        no_names: Vec::new(),
        offices: Vec::new(),
        errors: Vec::new(),
        times: Vec::new(),
        paywall: Vec::new(),
        scripts: Vec::new(),
    });
    let mut words: HashMap<String, Vec<(Option<String>, Sort)>> = HashMap::new();
    let sorts = [
        (file.surest, Sort::Surest),
        (file.comments, Sort::Comments),
        (file.hidden, Sort::Hidden),
        (file.strong, Sort::Strong),
        (file.weak, Sort::Weak),
    ];
    for (entries, sort) in sorts {
        for entry in entries {
            let (first, second) = match entry.split_once(' ') {
                Some((first, second)) => (first.to_owned(), Some(second.to_owned())),
                None => (entry, None),
            };
            words.entry(first).or_default().push((second, sort));
        }
    }
    Furniture {
        words,
        body: file.body,
        columns: file.columns,
        line_starts: file.line_starts,
        byline: file.byline,
        by: file.by,
        no_names: file.no_names,
        offices: file.offices,
        errors: file.errors,
        times: file.times,
        paywall: file.paywall,
        scripts: file.scripts,
    }
});

/// What the classes (or the name) of an element say, if anything.
pub(crate) fn of_class(class: &str) -> Option<Sort> {
    let furniture = &*FURNITURE;
    // The parts of a sidebar as WordPress names them; page builders call the article's own parts widgets too, so that the
    // words alone say nothing.
    let column = class.contains("widget_")
        && class.split_ascii_whitespace().any(|c| furniture.columns.iter().any(|b| b == c));
    let mut best = column.then_some(Sort::Surest);
    // The pairs that the word before could begin.
    let mut begun: Option<&Vec<(Option<String>, Sort)>> = None;
    let mut buffer = [0u8; 24];
    for word in (Words { rest: class }) {
        if word.is_empty() {
            // White space between two classes: no pair reaches over it.
            begun = None;
            continue;
        }
        let Some(lower) = buffer.get_mut(..word.len()) else {
            begun = None;
            continue;
        };
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        let Ok(lower) = std::str::from_utf8(lower) else { continue };
        if let Some(pairs) = begun {
            let found = pairs.iter().filter(|(second, _)| second.as_deref() == Some(lower)).map(|(_, s)| *s);
            best = best.max(found.max());
        }
        begun = furniture.words.get(lower);
        if let Some(entries) = begun {
            best = best.max(entries.iter().filter(|(second, _)| second.is_none()).map(|(_, s)| *s).max());
        }
    }
    best
}

/// True for the classes that publishing systems give to the body of an article.
pub(crate) fn is_body(class: &str) -> bool {
    class.split_ascii_whitespace().any(|c| {
        FURNITURE.body.iter().any(|b| {
            let end = c.len().checked_sub(b.len()).and_then(|at| c.get(at..).map(|end| (at, end)));
            end.is_some_and(|(at, end)| {
                end.eq_ignore_ascii_case(b)
                    && (at == 0
                        || !c.as_bytes()[at - 1].is_ascii_alphanumeric()
                        || c.as_bytes()[at].is_ascii_uppercase())
            })
        })
    })
}

/// The words of a class: `relatedLinks-box` is related, Links, box. An empty one stands for white space.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.rest.as_bytes();
        let from = bytes.iter().position(|b| b.is_ascii_alphabetic() || b.is_ascii_whitespace())?;
        if bytes[from].is_ascii_whitespace() {
            self.rest = &self.rest[from + 1..];
            return Some("");
        }
        let mut to = from + 1;
        while to < bytes.len() && bytes[to].is_ascii_alphabetic() {
            if bytes[to].is_ascii_uppercase() && bytes[to - 1].is_ascii_lowercase() {
                break;
            }
            to += 1;
        }
        let word = &self.rest[from..to];
        self.rest = &self.rest[to..];
        Some(word)
    }
}

/// True for the classes of a byline.
pub(crate) fn is_byline(class: &str) -> bool {
    (Words { rest: class }).any(|word| FURNITURE.byline.iter().any(|b| b.eq_ignore_ascii_case(word)))
}

/// Words that stand before a name in a byline.
pub(crate) fn by() -> &'static [String] {
    &FURNITURE.by
}

/// True for what stands where an author should and names none.
pub(crate) fn is_no_name(text: &str) -> bool {
    FURNITURE.no_names.iter().any(|n| n.eq_ignore_ascii_case(text))
}

/// True for a word of an office that follows a name in a byline.
pub(crate) fn is_office(word: &str) -> bool {
    FURNITURE.offices.iter().any(|o| o.eq_ignore_ascii_case(word.trim_matches(['.', ','])))
}

/// True for the title of a page that a server shows instead of what was asked for.
pub(crate) fn is_error(title: &str) -> bool {
    let title = title.to_lowercase();
    FURNITURE.errors.iter().any(|e| title.starts_with(e.as_str()))
}

/// True for a line that is nothing but a time: "10:42 GMT", "3 hours ago", "3 min read".
pub(crate) fn is_time(line: &str) -> bool {
    line.len() <= 60
        && line.bytes().any(|b| b.is_ascii_digit())
        && line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).all(|word| {
            let word = word.trim_start_matches(|c: char| c.is_ascii_digit()).to_ascii_lowercase();
            word.is_empty() || FURNITURE.times.contains(&word)
        })
        && line.bytes().any(|b| b.is_ascii_alphabetic() || b == b':')
}

/// True for a line that asks for a subscription or a login.
pub(crate) fn is_paywall(line: &str) -> bool {
    let line = line.to_lowercase();
    FURNITURE.paywall.iter().any(|p| line.contains(p.as_str()))
}

/// True for a line that asks for a browser that runs scripts.
pub(crate) fn is_script_wall(line: &str) -> bool {
    let line = line.to_lowercase();
    FURNITURE.scripts.iter().any(|p| line.contains(p.as_str()))
}

/// True for the short lines that sites put between paragraphs: buttons, credits, teasers of other pages.
pub(crate) fn is_line(line: &str) -> bool {
    let head: String = line.chars().take(48).collect::<String>().to_lowercase();
    let head = head.trim_start_matches(['|', '•', '>', '»', '*', ' ', '[']);
    head.starts_with('©')
        || FURNITURE.line_starts.iter().any(|s| head.starts_with(s.as_str()))
            && line.split_whitespace().count() <= 14
            && !super::words::is_sentence(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_cut_into_words_and_pairs() {
        assert_eq!(of_class("relatedLinks"), Some(Sort::Surest));
        assert_eq!(of_class("col-8 c-comments__list"), Some(Sort::Comments));
        assert_eq!(of_class("story-body article"), None);
        assert_eq!(of_class("most_read"), Some(Sort::Strong));
        assert_eq!(of_class("most reader"), None);
        assert_eq!(of_class("most read"), None, "two classes are no pair");
        assert_eq!(of_class("shadow header"), Some(Sort::Weak));
        assert_eq!(of_class("widget widget_text"), Some(Sort::Surest));
        assert_eq!(of_class("builder-widget-text-editor"), Some(Sort::Weak));
        assert_eq!(of_class(""), None);
        assert_eq!(of_class("großartig überschrift"), None);
    }

    #[test]
    fn the_file_is_read() {
        assert!(FURNITURE.words.len() > 100 && FURNITURE.line_starts.len() > 20);
    }
}
