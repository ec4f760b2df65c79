//! A record of named cells to an article: what JSON lines, CSV and Parquet have in common once they are cut into
//! fields.

use detente::article::{Article, DateSource};
use jiff::Timestamp;

use crate::fields::{Columns, Field};
use crate::problem::{Kind, Place, Problem};
use crate::{day, json, text};

/// What stands in one field of a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Cell {
    /// Nothing.
    #[default]
    None,
    /// A text, under this name.
    Text(String, String),
    /// Something that means nothing there: its name, what it is, and what would mend it.
    Wrong(String, String, String),
}

impl Cell {
    /// Bytes of the text.
    pub(crate) fn len(&self) -> usize {
        match self {
            Cell::Text(_, text) => text.len(),
            _ => 0,
        }
    }
}

/// The cells of a record, in the order of [`Field::ALL`].
pub(crate) type Cells = [Cell; Field::ALL.len()];

/// The article of a record.
pub(crate) fn article(
    file: &str,
    place: Place,
    kind: Kind,
    mut cells: Cells,
    columns: &Columns,
) -> json::Read {
    let fault = |what: String, mend: String| Problem::new(kind, file, what, mend).at(place);
    let body = match std::mem::take(&mut cells[Field::Text as usize]) {
        Cell::Text(_, text) if !text.trim().is_empty() => text,
        Cell::Wrong(name, what, mend) => return Err(fault(format!("\"{name}\" is {what}"), mend)),
        _ => {
            let name = columns.wanted(Field::Text);
            let mend = format!("give the article's text in the field \"{name}\"");
            return Err(fault(format!("it has no \"{name}\""), mend));
        }
    };
    let mut notes = Vec::new();
    let mut leave_out = |what: String, mend: String| {
        let mend = format!("{mend}; the article is read without it");
        notes.push(Problem::new(Kind::Field, file, what, mend).at(place));
    };
    let mut named = |field: Field| match std::mem::take(&mut cells[field as usize]) {
        Cell::Text(name, text) if !text.trim().is_empty() => Some((name, text)),
        Cell::Text(..) | Cell::None => None,
        Cell::Wrong(name, what, mend) => {
            leave_out(format!("\"{name}\" is {what}"), mend);
            None
        }
    };
    // The name was given when the record was cut; a value that is none is named here.
    named(Field::Id);
    let mut take = |field| named(field).map(|(_, text)| text);
    let (title, url, source) = (take(Field::Title), take(Field::Url), take(Field::Source));
    let (license, language, author) = (take(Field::License), take(Field::Language), take(Field::Author));
    let (published_words, retrieved_words) = (named(Field::Published), named(Field::Retrieved));
    let shown = |words: &str| words.trim().chars().take(40).collect::<String>();
    let mut published = published_words.as_ref().and_then(|(_, words)| day::parse(words));
    if let (Some((name, words)), None) = (published_words, published) {
        let what = format!("\"{name}\" is \"{}\", which is no day", shown(&words));
        leave_out(what, "write it as 2019-08-19".into());
    }
    let retrieved = retrieved_words.as_ref().and_then(|(_, words)| moment(words));
    if let (Some((name, words)), None) = (retrieved_words, retrieved) {
        let what = format!("\"{name}\" is \"{}\", which is no moment", shown(&words));
        leave_out(what, "write it as 2019-08-19T08:30:00Z".into());
    }
    let mut published_from = if published.is_some() { DateSource::Given } else { DateSource::None };
    if published.is_none() {
        published = text::date(&body);
        published_from = if published.is_some() { DateSource::Text } else { DateSource::None };
    }
    let article = Article {
        title,
        published,
        published_from,
        text: body,
        url,
        source,
        license,
        language,
        author,
        retrieved,
        ..Article::default()
    };
    Ok((article, notes))
}

/// A moment as records write it: `2019-08-19T08:30:00Z`, with another offset, without one (it is UTC then), or a day
/// alone (its first moment).
pub(crate) fn moment(words: &str) -> Option<Timestamp> {
    let words = words.trim();
    let utc = |at: jiff::civil::DateTime| at.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp());
    if let Ok(moment) = words.parse::<Timestamp>() {
        return Some(moment);
    }
    let plain = words.strip_suffix("UTC").or_else(|| words.strip_suffix('Z')).unwrap_or(words).trim();
    if let Ok(at) = plain.parse::<jiff::civil::DateTime>() {
        return utc(at);
    }
    // Fourteen digits, as archives write them.
    if plain.len() == 14 && plain.bytes().all(|b| b.is_ascii_digit()) {
        let at = format!("{}T{}", &plain[..8], &plain[8..]);
        return at.parse().ok().and_then(utc);
    }
    if let Ok(moment) = jiff::fmt::rfc2822::parse(words) {
        return Some(moment.timestamp());
    }
    day::parse(words).and_then(|day| utc(day.at(0, 0, 0, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_records_write_them() {
        for words in [
            "2019-08-19T08:30:00Z",
            "2019-08-19T10:30:00+02:00",
            "2019-08-19 08:30:00",
            "2019-08-19 08:30:00 UTC",
            "20190819083000",
            "Mon, 19 Aug 2019 08:30:00 GMT",
        ] {
            assert_eq!(
                moment(words).map(|m| m.to_string()).as_deref(),
                Some("2019-08-19T08:30:00Z"),
                "{words}"
            );
        }
        assert_eq!(moment("2019-08-19").map(|m| m.to_string()).as_deref(), Some("2019-08-19T00:00:00Z"));
        assert_eq!(moment("yesterday"), None);
    }
}
