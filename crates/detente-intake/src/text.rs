//! Plain text to an article. The text stays as it is, byte for byte (after decoding), so that the places in
//! the records are places in the file. The first line is the title where it looks like one; a line near the
//! top that is nothing but a date is the day.

use detente::article::{Article, DateSource};

use crate::day;

/// How many lines from the top may hold the date.
const TOP: usize = 6;
/// A title is at most so long, in characters.
const TITLE: usize = 160;

/// The article of one text file.
pub fn article(id: String, text: String) -> Article {
    let published = date(&text);
    let title = title(&text);
    Article {
        id,
        title,
        published,
        published_from: if published.is_some() { DateSource::Text } else { DateSource::None },
        text,
        ..Article::default()
    }
}

/// The first line, when it is short, has no final period, is no date, and other lines follow.
pub fn title(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let first = lines.next()?;
    lines.next()?;
    let closed = first.trim_end_matches(['"', '\'', '”', '’', ')']).ends_with(['.', ':', ';', ',']);
    let fits = first.chars().count() <= TITLE && !closed && day::of_line(first).is_none();
    fits.then(|| first.trim_start_matches(['#', ' ']).to_owned()).filter(|t| !t.is_empty())
}

/// The day of a date line or dateline among the first lines.
pub fn date(text: &str) -> Option<jiff::civil::Date> {
    let lines = || text.lines().map(str::trim).filter(|l| !l.is_empty()).take(TOP);
    lines().find_map(day::of_line).or_else(|| lines().find_map(day::of_dateline))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_short_line_is_the_title_and_the_date_line_the_day() {
        let text =
            "Avaria recalls envoy from Belmora\n\nMonday, August 19, 2019\n\nAvaria recalled its envoy.\n";
        let article = article("a".into(), text.into());
        assert_eq!(article.title.as_deref(), Some("Avaria recalls envoy from Belmora"));
        assert_eq!(article.published, Some(jiff::civil::date(2019, 8, 19)));
        assert_eq!(article.published_from, DateSource::Text);
        assert_eq!(article.text, text, "the text keeps every byte");
    }

    #[test]
    fn a_sentence_is_no_title_and_a_caption_no_date() {
        let article = article(
            "a".into(),
            "Avaria recalled its envoy on Friday.\nA rally on August 19, 2019 (file photo).\nMore.".into(),
        );
        assert_eq!((article.title, article.published), (None, None));
    }
}
