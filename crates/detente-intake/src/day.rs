//! Days as pages, feeds and people write them: "2019-08-19", "2019-08-19T10:30:00+02:00", "Mon, 19 Aug 2019
//! 10:30:00 GMT", "Monday, August 19, 2019", "19 August 2019", "20190819", "/2019/08/19/" in an address.
//!
//! A day is taken as it is written: "23:30 in Washington" is that day in Washington, since that is the day
//! the words "today" and "on Monday" in the article count from. "25/08/2019" and "08/25/2019" can only be one day, and
//! points are written with the day first ("3.4.2019"); forms in which day and month could be mistaken for each
//! other ("03/04/2019") are not days here.

use jiff::civil::Date;

/// English month names by their first three letters.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// English weekday names.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Newspapers are older than the web, but a year outside these is a slip or no year.
const YEARS: std::ops::RangeInclusive<i16> = 1600..=2200;

/// The day that a field or an attribute names: an ISO day or moment, a mail date, or an English date.
/// What follows the day (a time, a zone) is passed over. `None` where there is no such day.
pub fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    // A field holds a date and perhaps a time; a sentence that begins with a date is no field.
    let (day, rest) = numeric_prefix(text).or_else(|| year_last(text)).or_else(|| english(text))?;
    is_time(rest).then_some(day)
}

/// The day of a line that holds nothing but a date: "Monday, August 19, 2019", "Published: 19 August 2019,
/// 10:30 GMT", "By Ann Reed | Aug. 19, 2019". A sentence with a date in it, a caption or an archive note is
/// not such a line.
pub fn of_line(line: &str) -> Option<Date> {
    let line = line.trim().trim_matches(['(', ')', '[', ']', '*', '_']).trim();
    if line.len() > 120 {
        return None;
    }
    // Parts of a byline: any one may be the date, the others must be names or times.
    line.split(['|', '•', '·']).find_map(|part| {
        let part = strip_label(part.trim());
        let (day, rest) = match numeric_prefix(part) {
            Some(found) => found,
            None => english(part).or_else(|| english(after_time(part)))?,
        };
        is_time(rest).then_some(day)
    })
}

/// The day at the end of a line under a headline, whatever stands before it: "Ann Reed - Nov 19, 2019, 8:00pm CST",
/// "The Strait Post November 19, 2019". For lines that are known to be no captions and no sentences of the article.
/// With `updated`, also the day of a change.
pub fn in_byline(line: &str, updated: bool) -> Option<Date> {
    const OTHER: [&str; 6] = ["photo", "file", "archive", "copyright", "expire", "born"];
    const CHANGE: [&str; 4] = ["updated", "modified", "edited", "corrected"];
    if line.len() > 260 {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    // "Published 19 August 2019, updated 20 August 2019": what follows the change is of the change.
    let change = CHANGE.iter().filter_map(|w| lower.find(w)).min().unwrap_or(line.len());
    let part = if updated { line } else { &line[..change] };
    if OTHER.iter().any(|w| lower[..part.len()].contains(w)) {
        return None;
    }
    let starts = part.char_indices().filter(|(i, c)| {
        c.is_ascii_alphanumeric() && part[..*i].chars().next_back().is_none_or(|b| !b.is_alphanumeric())
    });
    starts.map(|(i, _)| &part[i..]).find_map(|rest| {
        let (day, after) = numeric_prefix(rest).or_else(|| year_last(rest)).or_else(|| english(rest))?;
        let after =
            after.split(['|', '•', '·']).next().unwrap_or(after).trim_end_matches(['(', ' ', '/', '–']);
        is_time(after).then_some(day)
    })
}

/// The day of a dateline that opens a paragraph: "MORSTAD, Belmora, August 19, 2019 (Agency) - …". The
/// place stands in capitals and the year is written out.
pub fn of_dateline(line: &str) -> Option<Date> {
    let first = line.split_whitespace().next()?;
    let letters: Vec<char> = first.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.len() < 2 || !letters.iter().all(|c| c.is_uppercase()) {
        return None;
    }
    let head: String = line.chars().take(90).collect();
    let end = ["--", "—", "–", " - ", "(", ":"].iter().filter_map(|mark| head.find(mark)).min()?;
    let head = &head[..end];
    head.char_indices().filter(|(_, c)| *c == ',' || *c == ' ').find_map(|(i, _)| {
        let (day, rest) = english(head[i + 1..].trim_start())?;
        rest.trim_matches([' ', ',', '.']).is_empty().then_some(day)
    })
}

/// The day in the path of an address: "/2019/08/19/", "/2019/aug/19/", "/20190819/", "2019-08-19".
pub fn of_url(url: &str) -> Option<Date> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or("");
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    for (i, part) in parts.iter().enumerate() {
        if let [month, day, ..] = parts[i + 1..]
            && part.len() == 4
            && let (Ok(y), Some(m)) = (part.parse(), month_of(month))
            && let Some(d) = leading_number(day)
            && let Some(found) = make(y, m, d)
        {
            return Some(found);
        }
    }
    parts.iter().flat_map(|part| windows_of_digits(part)).find_map(numeric)
}

/// The day of the folder that an address stands in: `/2019/08/19/talks`, `/2019-08-19/talks`; not of its own name, which
/// often tells the day of what happened.
pub fn of_folder(url: &str) -> Option<Date> {
    let path = url.split(['?', '#']).next()?.trim_end_matches('/');
    let (folder, name) = path.rsplit_once('/')?;
    let day = of_url(&format!("{folder}/"))?;
    let own = name.bytes().all(|b| b.is_ascii_digit());
    (!own).then_some(day)
}

/// Starts of a path segment where an ISO or compact day may stand.
fn windows_of_digits(part: &str) -> impl Iterator<Item = &str> {
    part.char_indices().filter_map(move |(i, c)| {
        let before = part[..i].chars().next_back();
        (c.is_ascii_digit() && !before.is_some_and(|b| b.is_ascii_digit())).then(|| &part[i..])
    })
}

/// The whole text as a numeric day or moment.
fn numeric(text: &str) -> Option<Date> {
    numeric_prefix(text).map(|(day, _)| day)
}

/// `2019-08-19`, `2019/08/19`, `2019.08.19` or `20190819` at the start, and what follows. A digit must not follow.
fn numeric_prefix(text: &str) -> Option<(Date, &str)> {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 8 || (digits == 14 && bytes.len() == 14) {
        let day = make(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..8].parse().ok()?)?;
        return Some((day, &text[8..]));
    }
    if digits != 4 || !matches!(bytes.get(4), Some(b'-' | b'/' | b'.')) {
        return None;
    }
    let mark = bytes[4] as char;
    let (month, rest) = text[5..].split_once(mark)?;
    if month.is_empty() || month.len() > 2 {
        return None;
    }
    let n = rest.bytes().take_while(u8::is_ascii_digit).count();
    if n == 0 || n > 2 {
        return None;
    }
    let day = make(text[..4].parse().ok()?, month.parse().ok()?, rest[..n].parse().ok()?)?;
    Some((day, &rest[n..]))
}

/// `25/08/2019`, `08/25/2019`, `25-08-2019` or `3.4.2019` at the start, and what follows; `None` where day and month
/// could be either.
fn year_last(text: &str) -> Option<(Date, &str)> {
    let (first, rest) = number(text)?;
    let mark = rest.chars().next().filter(|c| ['/', '-', '.'].contains(c))?;
    let (second, rest) = number(&rest[1..])?;
    let (year, rest) = rest.strip_prefix(mark).and_then(number)?;
    let long = text.bytes().take_while(u8::is_ascii_digit).count();
    if long > 2 || year < 1000 || rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (first, second) = (i8::try_from(first).ok()?, i8::try_from(second).ok()?);
    let (month, day) = match (mark, first, second) {
        ('.', ..) => (second, first),
        (_, 13.., _) => (second, first),
        (_, _, 13..) => (first, second),
        (_, a, b) if a == b => (a, b),
        _ => return None,
    };
    Some((make(i16::try_from(year).ok()?, month, day)?, rest))
}

/// An English date at the start, with or without its weekday, and what follows.
fn english(text: &str) -> Option<(Date, &str)> {
    let mut rest = text;
    if let Some((word, after)) = word(rest)
        && is_weekday(word)
    {
        rest = after.trim_start_matches(['.', ',', ' ']);
    }
    if let Some((name, after)) = word(rest) {
        // August 19, 2019
        let month = month_of(name)?;
        let (d, after) = number(after.trim_start_matches(['.', ' ']))?;
        let after = after.strip_prefix_any(&["st", "nd", "rd", "th"]);
        let (y, after) = number(after.trim_start_matches([',', ' ']))?;
        return Some((make(i16::try_from(y).ok()?, month, i8::try_from(d).ok()?)?, after));
    }
    // 19 August 2019, 19th of August, 2019, 19-Aug-2019
    let (d, after) = number(rest)?;
    let after = after.strip_prefix_any(&["st", "nd", "rd", "th"]).trim_start_matches([' ', '-']);
    let after = after.strip_prefix("of ").unwrap_or(after);
    let (name, after) = word(after)?;
    let month = month_of(name)?;
    let (y, after) = number(after.trim_start_matches(['.', ',', ' ', '-']))?;
    Some((make(i16::try_from(y).ok()?, month, i8::try_from(d).ok()?)?, after))
}

/// A little help for taking one of several endings off.
trait StripPrefixAny {
    /// The text without the first of these that it starts with.
    fn strip_prefix_any(&self, prefixes: &[&str]) -> &str;
}

impl StripPrefixAny for str {
    fn strip_prefix_any(&self, prefixes: &[&str]) -> &str {
        prefixes.iter().find_map(|p| self.strip_prefix(p)).unwrap_or(self)
    }
}

/// The word of ASCII letters at the start, and what follows.
fn word(text: &str) -> Option<(&str, &str)> {
    let n = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    (n > 0).then(|| text.split_at(n))
}

/// The number of at most four digits at the start, and what follows.
fn number(text: &str) -> Option<(u16, &str)> {
    let n = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=4).contains(&n).then(|| text.split_at(n)).and_then(|(d, rest)| Some((d.parse().ok()?, rest)))
}

/// The one or two digits a path segment begins with.
fn leading_number(text: &str) -> Option<i8> {
    let n = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&n).then(|| text[..n].parse().ok()).flatten()
}

/// A month by name, by at least three letters of its name, or (in addresses) by number.
fn month_of(text: &str) -> Option<i8> {
    let text = text.to_ascii_lowercase();
    if text.len() <= 2 {
        return text.parse().ok().filter(|m| (1..=12).contains(m));
    }
    let at = MONTHS.iter().position(|m| m.starts_with(&text) || text == "sept" && *m == "september")?;
    i8::try_from(at + 1).ok()
}

fn is_weekday(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.len() >= 3 && WEEKDAYS.iter().any(|d| d.starts_with(&text) || text == "tues" || text == "thurs")
}

/// A day of the calendar within the years of newspapers.
fn make(year: i16, month: i8, day: i8) -> Option<Date> {
    YEARS.contains(&year).then(|| Date::new(year, month, day).ok()).flatten()
}

/// Takes "Published:", "Posted on", "Date:" and the like off.
fn strip_label(text: &str) -> &str {
    const LABELS: [&str; 9] = [
        "first published",
        "published on",
        "published",
        "posted on",
        "posted",
        "publication date",
        "issued",
        "date",
        "on",
    ];
    let lower = text.to_ascii_lowercase();
    for label in LABELS {
        if lower.starts_with(label) {
            let rest = &text[label.len()..];
            if rest.starts_with([':', ' ']) {
                return rest.trim_start_matches([':', ' ']);
            }
        }
    }
    text
}

/// What follows a time that stands before its day: "Fri 6:45 PM, Feb 16, 2018".
fn after_time(text: &str) -> &str {
    let mut rest = text;
    while let Some((word, after)) = rest.split_once(' ')
        && (is_weekday(word) || word.len() <= 6 && is_time(word))
        && english(rest).is_none()
    {
        rest = after.trim_start_matches([' ', ',']);
    }
    rest
}

/// True for what may follow a day on its line: nothing, a time, a zone.
fn is_time(text: &str) -> bool {
    let text = text.trim_matches([' ', ',', '.', '-', '–', '—', 'T', 'Z']);
    text.len() <= 40
        && text.split([' ', ',', '(', ')', ':', '.', '+', '-', 'T']).filter(|w| !w.is_empty()).all(|w| {
            let lower = w.to_ascii_lowercase();
            w.bytes().all(|b| b.is_ascii_digit())
                || matches!(
                    lower.as_str(),
                    "at" | "am" | "pm" | "a" | "p" | "m" | "local" | "time" | "h" | "z"
                )
                || lower
                    .strip_suffix("am")
                    .or(lower.strip_suffix("pm"))
                    .is_some_and(|d| d.parse::<u8>().is_ok())
                || (2..=4).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_uppercase())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("an ISO day in a test")
    }

    #[test]
    fn every_usual_spelling_is_the_same_day() {
        for text in [
            "2019-08-19",
            "2019-8-19",
            "2019/08/19",
            "20190819",
            "2019-08-19T23:30:00-05:00",
            "2019-08-19 10:30",
            "Mon, 19 Aug 2019 10:30:00 GMT",
            "Monday, August 19, 2019",
            "August 19th, 2019",
            "Aug. 19, 2019",
            "19 August 2019",
            "19th of August, 2019",
            "19-Aug-2019",
            "Monday August 19 2019, 10:30",
            " 2019-08-19 ",
            "20190819103000",
            "19/08/2019",
            "08/19/2019 10:30",
            "19-8-2019",
            "19.8.2019",
        ] {
            assert_eq!(parse(text), Some(day("2019-08-19")), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_or_could_be_two_is_none() {
        for text in [
            "",
            "tomorrow",
            "2019-13-01",
            "2019-02-30",
            "03/04/2019",
            "3-4-2019",
            "19/08/19",
            "31/02/2019",
            "2019",
            "August 2019",
            "19 August",
            "0001-01-01",
            "1566172800",
            "201908199",
            "May be",
            "August 19, 2019 was a hot day in the capital of Avaria",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_that_is_only_a_date_is_a_date_line() {
        for text in [
            "Monday, August 19, 2019",
            "Published: 19 August 2019, 10:30 GMT",
            "By Ann Reed | Aug. 19, 2019",
            "(August 19, 2019)",
            "Posted on 2019-08-19 at 10:30 am",
            "Date: 2019-08-19",
            "August 19, 2019 · Ann Reed",
            "Posted: Mon 6:45 PM, Aug 19, 2019",
            "Published 11:11 PM EST Aug 19, 2019",
        ] {
            assert_eq!(of_line(text), Some(day("2019-08-19")), "{text}");
        }
        for text in [
            "Archived on August 19, 2019",
            "A rally on August 19, 2019. File photo.",
            "August 19, 2019 was a hot day.",
            "Photo: Ann Reed, August 19, 2019",
            "Updated August 19, 2019",
        ] {
            assert_eq!(of_line(text), None, "{text}");
        }
    }

    #[test]
    fn a_byline_may_end_with_its_day() {
        for line in [
            "Ann Reed - Aug 19, 2019, 8:00pm CST",
            "The Strait Post August 19, 2019",
            "Published 11:26 pm EST, Monday, August 19, 2019",
            "By Ann Reed | 19 August 2019 | 3 min read",
            "Ann Reed, 2019-08-19 10:30 (updated 2019-08-21)",
            "First published on 19/08/2019",
        ] {
            assert_eq!(in_byline(line, false), Some(day("2019-08-19")), "{line}");
        }
        for line in [
            "Updated August 19, 2019",
            "File photo, August 19, 2019",
            "Talks of August 19, 2019 failed",
            "Ann Reed",
            "",
            "é",
        ] {
            assert_eq!(in_byline(line, false), None, "{line}");
        }
        assert_eq!(in_byline("Last updated: Aug 19, 2019 01:38 PM", true), Some(day("2019-08-19")));
    }

    #[test]
    fn a_dateline_needs_capitals_and_a_year() {
        assert_eq!(
            of_dateline("MORSTAD, Belmora, August 19, 2019 (Agency) - Talks"),
            Some(day("2019-08-19"))
        );
        assert_eq!(of_dateline("MORSTAD, 19 August 2019 — Talks began."), Some(day("2019-08-19")));
        assert_eq!(of_dateline("MORSTAD, August 19 (Agency) - Talks"), None);
        assert_eq!(of_dateline("In Morstad, on August 19, 2019 - a Monday - talks began"), None);
    }

    #[test]
    fn addresses_carry_days() {
        for url in [
            "https://news.example/2019/08/19/talks.html",
            "https://news.example/world/2019/aug/19/talks",
            "https://news.example/20190819/talks",
            "https://news.example/a/talks-2019-08-19.html",
            "news.example/2019/8/19/talks?x=2001-01-01",
        ] {
            assert_eq!(of_url(url), Some(day("2019-08-19")), "{url}");
        }
        assert_eq!(of_url("https://news.example/story/123456789"), None);
        assert_eq!(of_folder("https://news.example/2019/08/19/talks.html"), Some(day("2019-08-19")));
        assert_eq!(of_folder("https://news.example/story/2019-08-19/talks"), Some(day("2019-08-19")));
        assert_eq!(of_folder("https://news.example/a/talks-2019-08-19"), None);
        assert_eq!(of_folder("https://news.example"), None);
        assert_eq!(of_url("https://news.example/2019/08/talks"), None);
    }
}
