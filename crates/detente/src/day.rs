//! Days as numbers: how far one day lies from another, without the generality (and the cost) of a calendar's spans.
//!
//! Records of a busy pair have tens of thousands of days to put in order; whoever does that asks here.

use jiff::civil::Date;

/// Days from 1 January 1970 to a day of the proleptic Gregorian calendar, negative before it. Each day has a number
/// of its own, and the next day has the next number.
///
/// The formula counts years from 1 March, so that the day that leap years add is the last: months of a year then begin
/// at `(153 m + 2) / 5`, and 400 years have 146,097 days (Fliegel and Van Flandern, Communications of the ACM 1968, in
/// another form).
pub fn number(day: Date) -> i64 {
    let (year, month, date) = (i64::from(day.year()), i64::from(day.month()), i64::from(day.day()));
    let year = year - i64::from(month <= 2);
    let (era, month) = (year.div_euclid(400), (month + 9) % 12);
    let year = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + date - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + of_year - 719_468
}

/// The day with a number; the nearest one of the calendar where it has none (before the year -9999 or after 9999).
pub fn of(number: i64) -> Date {
    let days = number.clamp(self::number(Date::MIN), self::number(Date::MAX)) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    // All three are in range, since the number is.
    Date::new(year as i16, month as i8, date as i8).unwrap_or(Date::MAX)
}

/// Days from one day to another; negative where the second comes first.
pub fn between(from: Date, to: Date) -> i64 {
    number(to) - number(from)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_days_of_the_calendar_are_numbered_one_by_one() {
        assert_eq!(number(date(1970, 1, 1)), 0);
        let mut day = date(1579, 12, 30);
        let first = number(day);
        for i in 0..200_000 {
            assert_eq!(number(day), first + i, "{day}");
            assert_eq!(of(first + i), day);
            day = day.tomorrow().expect("a day");
        }
    }

    #[test]
    fn numbers_beyond_the_calendar_are_its_ends() {
        assert_eq!((of(i64::MIN), of(i64::MAX)), (Date::MIN, Date::MAX));
        assert_eq!((of(number(Date::MIN)), of(number(Date::MAX))), (Date::MIN, Date::MAX));
    }

    #[test]
    fn days_apart_are_those_of_the_calendar_to_its_ends() {
        for (from, days) in [(Date::MIN, 7_304_483), (date(-401, 2, 28), 800), (date(2024, 2, 28), 2)] {
            assert_eq!(between(from, from.saturating_add(days.days())), days, "{from}");
            assert_eq!(between(from.saturating_add(days.days()), from), -days, "{from}");
        }
    }
}
