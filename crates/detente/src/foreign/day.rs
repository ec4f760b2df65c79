//! Days as other data sets write them: 2019-08-19, 20190819, 19 August 2019, 8/19/2019, each with or without a time behind it.

use jiff::civil::Date;

/// Which number of 8/7/2019 is the month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slashes {
    /// The first, as in the United States and in what these data sets give out.
    #[default]
    MonthFirst,
    /// The second: what a spreadsheet elsewhere makes of it.
    DayFirst,
}

/// The months by their first three letters.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day, or `None` where the text is none.
pub(super) fn parse(text: &str, slashes: Slashes) -> Option<Date> {
    let text = text.trim();
    // A time behind the day is passed over.
    let time = |at: usize| text.as_bytes().get(at).is_none_or(|b| matches!(b, b' ' | b'T'));
    match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _, ..] if time(10) => {
            return date(text.get(..4)?, text.get(5..7)?, text.get(8..10)?);
        }
        // 20190819, and 20190819143000 as times of adding are told.
        bytes if bytes.iter().all(u8::is_ascii_digit) => {
            return match bytes.len() {
                8 | 14 => date(text.get(..4)?, text.get(4..6)?, text.get(6..8)?),
                _ => None,
            };
        }
        _ => {}
    }
    let parts: Vec<&str> = text.split(['/', ' ', '-', '.', ',']).filter(|p| !p.is_empty()).collect();
    let [first, second, year, rest @ ..] = parts.as_slice() else { return None };
    // What follows can only be a time: "8/19/2019 0:00".
    if rest.iter().any(|p| !p.contains(':') && !matches!(*p, "AM" | "PM" | "am" | "pm")) {
        return None;
    }
    if let Some(month) = named(second) {
        return date(year, &month, first);
    }
    if let Some(month) = named(first) {
        return date(year, &month, second);
    }
    if !text.contains('/') {
        return None;
    }
    match slashes {
        Slashes::MonthFirst => date(year, first, second),
        Slashes::DayFirst => date(year, second, first),
    }
}

/// The number of a month by its name.
fn named(text: &str) -> Option<String> {
    let start = text.get(..3)?.to_ascii_lowercase();
    text.bytes().all(|b| b.is_ascii_alphabetic()).then_some(())?;
    MONTHS.iter().position(|m| *m == start).map(|at| (at + 1).to_string())
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let number = |part: &str, most: usize| {
        let right = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        right.then(|| part.parse::<i16>().ok()).flatten()
    };
    // A year of two digits could be of two centuries.
    let year = number(year, 4).filter(|_| year.len() == 4)?;
    Date::new(year, number(month, 2)? as i8, number(day, 2)? as i8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_every_form_that_data_sets_have() {
        for (text, wanted) in [
            ("2019-08-19", "2019-08-19"),
            ("2019-08-19 00:00:00.000", "2019-08-19"),
            ("2019-08-19T10:00:00Z", "2019-08-19"),
            ("20190819", "2019-08-19"),
            ("20190819143000", "2019-08-19"),
            ("19 August 2019", "2019-08-19"),
            ("19-Aug-2019", "2019-08-19"),
            ("August 19, 2019", "2019-08-19"),
            ("8/19/2019", "2019-08-19"),
            ("08/19/2019 0:00", "2019-08-19"),
            ("8/19/2019 12:00:00 AM", "2019-08-19"),
        ] {
            assert_eq!(
                parse(text, Slashes::MonthFirst).map(|d| d.to_string()).as_deref(),
                Some(wanted),
                "{text}"
            );
        }
        assert_eq!(
            parse("19/8/2019", Slashes::DayFirst).map(|d| d.to_string()).as_deref(),
            Some("2019-08-19")
        );
        for text in [
            "",
            "NA",
            "19/8/2019",
            "2019-02-30",
            "2019-13-01",
            "201908",
            "8/19/19",
            "19 Brumaire 2019",
            "2019-08-19x",
            "2019",
            "19.8.2019",
            "1/2/2019 or so",
            "20190819x",
            "+2019-08-1",
            "３/4/2019",
        ] {
            assert_eq!(parse(text, Slashes::MonthFirst), None, "{text}");
        }
    }
}
