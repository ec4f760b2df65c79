//! Which column of a table, or which field of a JSON record, holds what. Names are known for what they usually hold
//! (`text`, `body`, `maintext`; `published`, `date`, `datePublished`), and `--columns text=story,published=day` says it
//! where they are not.

/// What an article takes from a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// A name of its own.
    Id,
    /// The headline.
    Title,
    /// The day of publication.
    Published,
    /// The text; the only field that must be there.
    Text,
    /// The address of the page.
    Url,
    /// Who published it.
    Source,
    /// The licence of the text.
    License,
    /// The language of the text.
    Language,
    /// Who wrote it.
    Author,
    /// When it was fetched.
    Retrieved,
}

impl Field {
    /// All of them.
    pub const ALL: [Field; 10] = [
        Field::Id,
        Field::Title,
        Field::Published,
        Field::Text,
        Field::Url,
        Field::Source,
        Field::License,
        Field::Language,
        Field::Author,
        Field::Retrieved,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.usual()[0]
    }

    /// Names under which it is usually found, most telling first; small letters and digits alone: `date_publish`,
    /// `Date-Publish` and `datePublish` are all `datepublish`.
    fn usual(self) -> &'static [&'static str] {
        match self {
            Field::Id => &["id", "docid", "documentid", "articleid"],
            Field::Title => &["title", "headline"],
            Field::Published => &[
                "published",
                "publishedat",
                "datepublished",
                "datepublish",
                "publicationdate",
                "pubdate",
                "publishdate",
                "publisheddate",
                "date",
            ],
            Field::Text => &[
                "text",
                "body",
                "articlebody",
                "maintext",
                "fulltext",
                "articletext",
                "contenttext",
                "content",
            ],
            Field::Url => &["url", "link", "weburl", "permalink"],
            Field::Source => {
                &["source", "publisher", "publication", "outlet", "sourcename", "sitename", "sourcedomain"]
            }
            Field::License => &["license", "licence"],
            Field::Language => &["language", "lang"],
            Field::Author => &["author", "authors", "byline", "creator"],
            Field::Retrieved => &["retrieved", "retrievedat", "datedownload", "fetched", "fetchedat"],
        }
    }
}

/// The names that columns have: those that were given, and for the other fields the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    given: Vec<(Field, String)>,
}

impl Columns {
    /// Reads `text=body,published=date`.
    ///
    /// # Errors
    /// In one sentence: what is no pair, no field, or stands there twice.
    pub fn parse(words: &str) -> Result<Columns, String> {
        let mut given: Vec<(Field, String)> = Vec::new();
        for pair in words.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let Some((field, column)) = pair.split_once('=').map(|(f, c)| (f.trim(), c.trim())) else {
                return Err(format!("\"{pair}\" is no pair; write it as text=body"));
            };
            let Some(known) = Field::ALL.into_iter().find(|f| alike(field, f.name())) else {
                let names = Field::ALL.map(Field::name).join(", ");
                return Err(format!("an article has no \"{field}\"; it has {names}"));
            };
            if column.is_empty() {
                return Err(format!("\"{pair}\" names no column; write it as text=body"));
            }
            if given.iter().any(|(f, _)| *f == known) {
                return Err(format!("\"{}\" is given twice", known.name()));
            }
            given.push((known, column.to_owned()));
        }
        Ok(Columns { given })
    }

    /// What a column of this name holds, and how telling its name is: 0 is best. `None` where nothing that is read.
    pub fn of(&self, name: &str) -> Option<(Field, usize)> {
        if let Some((field, _)) = self.given.iter().find(|(_, column)| column == name) {
            return Some((*field, 0));
        }
        let field = |f: &Field| {
            let rank = f.usual().iter().position(|usual| alike(name, usual))?;
            Some((*f, rank + 1))
        };
        let (field, rank) = Field::ALL.iter().find_map(field)?;
        self.given(field).is_none().then_some((field, rank))
    }

    /// The column that was given for a field.
    pub fn given(&self, field: Field) -> Option<&str> {
        self.given.iter().find(|(f, _)| *f == field).map(|(_, column)| column.as_str())
    }

    /// The name under which a person would look for a field: the given one, or its own.
    pub fn wanted(&self, field: Field) -> &str {
        self.given(field).unwrap_or(field.name())
    }

    /// For each field the place of its column among those of a table.
    ///
    /// # Errors
    /// What is missing, and what would mend it, in words, where there is no column of texts or not the one that was
    /// given.
    pub fn places(&self, columns: &[String]) -> Result<[Option<usize>; Field::ALL.len()], (String, String)> {
        let mut best: [Option<(usize, usize)>; Field::ALL.len()] = [None; Field::ALL.len()];
        for (place, name) in columns.iter().enumerate() {
            if let Some((field, rank)) = self.of(name.trim())
                && best[field as usize].is_none_or(|(r, _)| rank < r)
            {
                best[field as usize] = Some((rank, place));
            }
        }
        let there = || {
            let names: Vec<String> =
                columns.iter().take(40).map(|c| c.trim().chars().take(60).collect()).collect();
            let more = if columns.len() > 40 { ", …" } else { "" };
            format!("it has {}{more}", names.join(", "))
        };
        for (field, column) in &self.given {
            if best[*field as usize].is_none() {
                let what = format!("there is no column \"{column}\"; {}", there());
                return Err((what, format!("give the right name with --columns {}=NAME", field.name())));
            }
        }
        if best[Field::Text as usize].is_none() {
            let what = format!("there is no column of texts; {}", there());
            return Err((what, "name the column of texts with --columns text=NAME".into()));
        }
        Ok(best.map(|found| found.map(|(_, place)| place)))
    }
}

/// True where the letters and digits of a name are these, whatever their case.
fn alike(name: &str, letters: &str) -> bool {
    let mut wanted = letters.bytes();
    let mut has =
        name.bytes().filter(|b| !matches!(b, b'_' | b'-' | b' ' | b'.')).map(|b| b.to_ascii_lowercase());
    loop {
        match (has.next(), wanted.next()) {
            (None, None) => return true,
            (a, b) if a == b => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_known_in_any_writing_and_given_ones_go_first() {
        let usual = Columns::default();
        assert_eq!(usual.of("Date-Publish").map(|f| f.0), Some(Field::Published));
        assert_eq!(usual.of("MainText").map(|f| f.0), Some(Field::Text));
        assert_eq!(usual.of("views"), None);
        let given = Columns::parse("text=story, published = day").unwrap();
        assert_eq!(given.of("story"), Some((Field::Text, 0)));
        assert_eq!(given.of("text"), None, "another column was given");
        assert_eq!(given.of("title").map(|f| f.0), Some(Field::Title));
    }

    #[test]
    fn what_is_wrong_with_columns_is_said_in_one_sentence() {
        let says = |words: &str| Columns::parse(words).unwrap_err();
        assert_eq!(says("body"), "\"body\" is no pair; write it as text=body");
        assert_eq!(
            says("story=body"),
            "an article has no \"story\"; it has id, title, published, text, url, source, license, language, author, retrieved"
        );
        assert_eq!(says("text=a,text=b"), "\"text\" is given twice");
    }

    #[test]
    fn the_most_telling_column_is_taken_and_a_missing_one_lists_those_that_are_there() {
        let columns = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let places = Columns::default().places(&columns(&["content", "date", "body", "pub_date"])).unwrap();
        assert_eq!(places[Field::Text as usize], Some(2));
        assert_eq!(places[Field::Published as usize], Some(3));
        let (what, mend) = Columns::default().places(&columns(&["a", "b"])).unwrap_err();
        assert_eq!(what, "there is no column of texts; it has a, b");
        assert_eq!(mend, "name the column of texts with --columns text=NAME");
        let (what, _) = Columns::parse("text=c").unwrap().places(&columns(&["text", "b"])).unwrap_err();
        assert_eq!(what, "there is no column \"c\"; it has text, b");
    }
}
