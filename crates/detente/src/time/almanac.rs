//! Other calendars that news names, converted to days of the Gregorian one by arithmetic alone.
//!
//! Source of the formulas: E. M. Reingold and N. Dershowitz, *Calendrical Calculations* (Cambridge University
//! Press), chapters on the Islamic, Ethiopic and Hebrew calendars, written here anew; for the solar Hijri calendar of
//! Iran, K. Borkowski, "The Persian calendar for 3000 years", *Earth, Moon, and Planets* 74 (1996), whose table of
//! leap-year breaks agrees with the equinox at Tehran for the years that news can name. The tests hold them against
//! days that are known, and against `holidays.tsv`, which was computed by other means.
//!
//! The tabular Islamic calendar, counted here from Thursday, 15 July 622 (the epoch of the astronomers, which keeps
//! nearest to the calendar of Saudi Arabia), can be a day off what the sighting of the moon gave a country, so its
//! readings are marked imprecise.

use jiff::civil::Date;

use super::Interval;
use super::calendar::{day, plus_days};

/// A calendar by its name in a phrase's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Almanac {
    /// The lunar calendar of Islam, tabular.
    Islamic,
    /// The solar Hijri calendar of Iran and Afghanistan.
    Persian,
    /// The calendar of Ethiopia and Eritrea.
    Ethiopic,
    /// The calendar of the Jews; only its years are asked for.
    Hebrew,
}

impl Almanac {
    pub(crate) const NAMES: [&str; 4] = ["islamic", "persian", "ethiopic", "hebrew"];

    pub(crate) fn parse(name: &str) -> Option<Almanac> {
        Some(match name {
            "islamic" => Almanac::Islamic,
            "persian" => Almanac::Persian,
            "ethiopic" => Almanac::Ethiopic,
            "hebrew" => Almanac::Hebrew,
            _ => return None,
        })
    }

    /// Its year that holds most of our year.
    pub(crate) fn year_near(self, ours: i64) -> i64 {
        match self {
            Almanac::Islamic => (ours - 622) * 33 / 32 + 1,
            Almanac::Persian => ours - 621,
            Almanac::Ethiopic => ours - 8,
            Almanac::Hebrew => ours + 3760,
        }
    }

    /// Years that a text can mean: what lies outside is a number.
    fn holds(self, year: i64) -> bool {
        match self {
            Almanac::Islamic | Almanac::Persian => (1..=1600).contains(&year),
            Almanac::Ethiopic => (1..=2200).contains(&year),
            Almanac::Hebrew => (3761..=6200).contains(&year),
        }
    }

    /// The first day of a month; month 13 is the first of the year after, but for the Ethiopic, which has one.
    fn first(self, year: i64, month: i64) -> Option<Date> {
        if !self.holds(year) {
            return None;
        }
        match self {
            Almanac::Islamic => {
                let (year, month) = if month == 13 { (year + 1, 1) } else { (year, month) };
                let days = 29 * (month - 1) + (6 * month - 1).div_euclid(11);
                fixed(227_014 + days + (year - 1) * 354 + (3 + 11 * year).div_euclid(30))
            }
            Almanac::Persian => {
                let (year, month) = if month == 13 { (year + 1, 1) } else { (year, month) };
                let before = if month <= 7 { 31 * (month - 1) } else { 186 + 30 * (month - 7) };
                plus_days(nowruz(year)?, before)
            }
            Almanac::Ethiopic => fixed(2796 + 365 * (year - 1) + year.div_euclid(4) + 30 * (month - 1)),
            Almanac::Hebrew => (month == 1).then(|| hebrew_new_year(year)).flatten(),
        }
    }

    /// The days of a year, a month of it, or a day of the month; `None` where there is no such.
    pub(crate) fn days(self, year: i64, month: Option<i64>, dom: Option<i64>) -> Option<Interval> {
        let Some(month) = month else {
            let next = match self {
                Almanac::Ethiopic => self.first(year + 1, 1)?,
                _ if !self.holds(year) => return None,
                Almanac::Hebrew => hebrew_new_year(year + 1)?,
                _ => self.first(year, 13)?,
            };
            return Some(Interval::between(self.first(year, 1)?, plus_days(next, -1)?));
        };
        let last = if self == Almanac::Ethiopic { 13 } else { 12 };
        if !(1..=last).contains(&month) || self == Almanac::Hebrew {
            return None;
        }
        let first = self.first(year, month)?;
        let next = match (self, month) {
            (Almanac::Ethiopic, 13) => self.first(year + 1, 1)?,
            _ => self.first(year, month + 1)?,
        };
        let whole = Interval::between(first, plus_days(next, -1)?);
        match dom {
            None => Some(whole),
            // By sighting, a month of 29 days can have 30.
            Some(d) if !(1..=31).contains(&d) || (self == Almanac::Islamic && d > 30) => None,
            Some(d) => {
                let found = plus_days(first, d - 1)?;
                (self == Almanac::Islamic || Some(found) <= whole.end).then_some(Interval::day(found))
            }
        }
    }
}

/// The day with this number, counted from 1 January of the year 1.
fn fixed(number: i64) -> Option<Date> {
    plus_days(day(1, 1, 1)?, number - 1)
}

/// The first day of a year of the solar Hijri calendar.
fn nowruz(year: i64) -> Option<Date> {
    /// Years at which the cycle of leap years breaks.
    const BREAKS: [i64; 20] = [
        -61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060, 2097, 2192, 2262, 2324, 2394,
        2456, 3178,
    ];
    let ours = year + 621;
    let (mut leaps, mut before, mut jump) = (-14, BREAKS[0], 0);
    for at in BREAKS.iter().skip(1) {
        jump = at - before;
        if year < *at {
            break;
        }
        leaps += jump / 33 * 8 + jump % 33 / 4;
        before = *at;
    }
    let n = year - before;
    leaps += n / 33 * 8 + (n % 33 + 3) / 4;
    if jump % 33 == 4 && jump - n == 4 {
        leaps += 1;
    }
    let ours_leaps = ours / 4 - (ours / 100 + 1) * 3 / 4 - 150;
    plus_days(day(ours, 3, 1)?, 19 + leaps - ours_leaps)
}

/// The first day (1 Tishri) of a Hebrew year.
fn hebrew_new_year(year: i64) -> Option<Date> {
    /// Days from the beginning of the count to the new year, before the rule about the lengths of years.
    fn elapsed(year: i64) -> i64 {
        let months = (235 * year - 234).div_euclid(19);
        let parts = 12_084 + 13_753 * months;
        let days = 29 * months + parts.div_euclid(25_920);
        if (3 * (days + 1)).rem_euclid(7) < 3 { days + 1 } else { days }
    }
    let (last, here, next) = (elapsed(year - 1), elapsed(year), elapsed(year + 1));
    let more = if next - here == 356 {
        2
    } else if here - last == 382 {
        1
    } else {
        0
    };
    fixed(-1_373_427 + here + more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// The rows of the computed table of feasts: year and first day.
    fn feasts(id: &str) -> Vec<(i64, Date)> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../lexicon/times/holidays.tsv");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines()
            .filter_map(|l| l.strip_prefix(id)?.strip_prefix('\t'))
            .filter_map(|l| {
                let mut cells = l.split('\t');
                Some((cells.next()?.parse().ok()?, cells.next()?.parse().ok()?))
            })
            .collect()
    }

    #[test]
    fn nowruz_and_the_jewish_new_year_are_those_of_the_computed_table() {
        let rows = feasts("nowruz");
        assert!(rows.len() > 40);
        for (year, first) in rows {
            assert_eq!(nowruz(year - 621), Some(first), "{year}");
        }
        let rows = feasts("rosh_hashanah");
        assert!(rows.len() > 40);
        for (year, first) in rows {
            assert_eq!(hebrew_new_year(year + 3761), Some(first), "{year}");
        }
    }

    #[test]
    fn the_tabular_islamic_new_year_is_within_a_day_of_the_one_of_umm_al_qura() {
        let rows = feasts("islamic_new_year");
        assert!(rows.len() > 40);
        for (year, first) in rows {
            let near = Almanac::Islamic.year_near(year);
            let off = (near - 1..=near + 1)
                .filter_map(|y| Almanac::Islamic.days(y, Some(1), Some(1))?.start)
                .map(|d| d.duration_since(first).as_hours().abs() / 24)
                .min();
            assert!(off.is_some_and(|d| d <= 1), "{year} is {off:?} days off");
        }
    }

    #[test]
    fn known_days_of_other_calendars_fall_where_they_are_known_to() {
        let persian = |y, m, d| Almanac::Persian.days(y, Some(m), Some(d));
        // The storming of the embassy, the revolution, the unrest of 15 Khordad.
        assert_eq!(persian(1358, 8, 13), Some(Interval::day(date(1979, 11, 4))));
        assert_eq!(persian(1357, 11, 22), Some(Interval::day(date(1979, 2, 11))));
        assert_eq!(persian(1342, 3, 15), Some(Interval::day(date(1963, 6, 5))));
        assert_eq!(persian(1396, 12, 30), None, "1396 has no leap day");
        assert_eq!(persian(1399, 12, 30), Some(Interval::day(date(2021, 3, 20))));
        let whole = Almanac::Ethiopic.days(2000, None, None).map(|i| i.to_string());
        assert_eq!(whole.as_deref(), Some("2007-09-12..2008-09-10"));
        let whole = Almanac::Hebrew.days(5778, None, None).map(|i| i.to_string());
        assert_eq!(whole.as_deref(), Some("2017-09-21..2018-09-09"));
        let month = Almanac::Islamic.days(1439, Some(1), None).and_then(|i| i.start);
        assert_eq!(month, Some(date(2017, 9, 21)));
    }

    #[test]
    fn years_that_no_text_means_are_none_and_no_panic() {
        for almanac in [Almanac::Islamic, Almanac::Persian, Almanac::Ethiopic, Almanac::Hebrew] {
            for year in [i64::MIN / 1000, -1, 0, 1, 9999, i64::MAX / 100_000] {
                for month in [None, Some(0), Some(1), Some(13), Some(99)] {
                    for dom in [None, Some(0), Some(30), Some(99)] {
                        let _ = almanac.days(year, month, dom);
                    }
                }
            }
            assert_eq!(almanac.days(0, None, None), None);
            assert_eq!(almanac.days(9999, None, None), None);
        }
    }
}
