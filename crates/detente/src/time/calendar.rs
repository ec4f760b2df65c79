//! Days and the periods they lie in. Every step is checked: a day outside of what the calendar can hold is
//! `None`, never a panic. The calendar is the Gregorian one, also for the years before it was used.

use jiff::civil::{Date, Weekday};

use super::{Grain, Interval};

/// A day by its numbers; `None` for "February 30" and for years beyond 9999.
pub(crate) fn day(year: i64, month: u8, day: u8) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `date` moved by days.
pub(crate) fn plus_days(date: Date, days: i64) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// `date` moved by months; the day is cut to the length of the month (31 January + 1 = 28 February).
pub(crate) fn plus_months(date: Date, months: i64) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_months(months).ok()?).ok()
}

/// Monday is 1, Sunday 7.
pub(crate) fn weekday(date: Date) -> i64 {
    i64::from(date.weekday().to_monday_one_offset())
}

/// The Monday of the week of `date`.
pub(crate) fn monday(date: Date) -> Option<Date> {
    plus_days(date, 1 - weekday(date))
}

/// The month, first to last day.
pub(crate) fn month(year: i64, month: u8) -> Option<Interval> {
    let first = day(year, month, 1)?;
    Some(Interval::between(first, first.last_of_month()))
}

/// Whole years, first to last day.
pub(crate) fn years(from: i64, to: i64) -> Option<Interval> {
    Some(Interval::between(day(from, 1, 1)?, day(to, 12, 31)?))
}

/// The meteorological season (0 spring, 1 summer, 2 autumn, 3 winter) of the north that begins in `year`; winter runs into the
/// next year.
pub(crate) fn season(year: i64, season: u8) -> Option<Interval> {
    let first = day(year, 3 + 3 * season, 1)?;
    let last = plus_days(plus_months(first, 3)?, -1)?;
    Some(Interval::between(first, last))
}

/// The period of this grain that holds `date`. Day for [`Grain::Span`].
pub(crate) fn period(grain: Grain, date: Date) -> Option<Interval> {
    let year = i64::from(date.year());
    match grain {
        Grain::Day | Grain::Span => Some(Interval::day(date)),
        Grain::Week => {
            let first = monday(date)?;
            Some(Interval::between(first, plus_days(first, 6)?))
        }
        Grain::Weekend => {
            let first = monday(date)?;
            Some(Interval::between(plus_days(first, 5)?, plus_days(first, 6)?))
        }
        Grain::Month => month(year, date.month() as u8),
        Grain::Quarter => {
            let first = day(year, (date.month() as u8 - 1) / 3 * 3 + 1, 1)?;
            Some(Interval::between(first, plus_days(plus_months(first, 3)?, -1)?))
        }
        Grain::Season => match date.month() {
            1 | 2 => season(year - 1, 3),
            m => season(year, (m as u8 - 3) / 3),
        },
        Grain::Year => years(year, year),
        Grain::Decade => years(year.div_euclid(10) * 10, year.div_euclid(10) * 10 + 9),
        Grain::Century => years(year.div_euclid(100) * 100, year.div_euclid(100) * 100 + 99),
    }
}

/// `interval` moved by whole periods of this grain; the result is a whole period again when it was one.
pub(crate) fn step(grain: Grain, interval: Interval, by: i64) -> Option<Interval> {
    let first = interval.start?;
    let moved = match grain {
        Grain::Day | Grain::Span => plus_days(first, by)?,
        Grain::Week | Grain::Weekend => plus_days(first, by.checked_mul(7)?)?,
        Grain::Month => plus_months(first, by)?,
        Grain::Quarter | Grain::Season => plus_months(first, by.checked_mul(3)?)?,
        Grain::Year => plus_months(first, by.checked_mul(12)?)?,
        Grain::Decade => plus_months(first, by.checked_mul(120)?)?,
        Grain::Century => plus_months(first, by.checked_mul(1200)?)?,
    };
    period(grain, moved)
}

/// The TIMEX3 value of a period.
pub(crate) fn timex(grain: Grain, interval: Interval) -> String {
    let Some(first) = interval.start.or(interval.end) else { return "XXXX".into() };
    let (year, month) = (first.year(), first.month());
    match grain {
        Grain::Day => first.to_string(),
        Grain::Week | Grain::Weekend => {
            let week = first.iso_week_date();
            let tail = if grain == Grain::Weekend { "-WE" } else { "" };
            format!("{:04}-W{:02}{tail}", week.year(), week.week())
        }
        Grain::Month => format!("{year:04}-{month:02}"),
        Grain::Quarter => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
        Grain::Season => format!("{year:04}-{}", ["WI", "SP", "SU", "FA"][(month as usize / 3) % 4]),
        Grain::Year => format!("{year:04}"),
        Grain::Decade => format!("{:03}", year.div_euclid(10)),
        Grain::Century => format!("{:02}", year.div_euclid(100)),
        Grain::Span => match (interval.start, interval.end) {
            (Some(a), Some(b)) if a == b => a.to_string(),
            (a, b) => {
                let show = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_else(|| "..".into());
                format!("{}/{}", show(a), show(b))
            }
        },
    }
}

/// The `n`th weekday (1 Monday … 7 Sunday) inside `within`; counted from the end where `n` is negative.
pub(crate) fn nth_weekday(within: Interval, n: i64, wanted: i64) -> Option<Date> {
    let (first, last) = (within.start?, within.end?);
    let found = if n > 0 {
        plus_days(first, (wanted - weekday(first)).rem_euclid(7) + 7 * (n - 1))?
    } else {
        plus_days(last, -(weekday(last) - wanted).rem_euclid(7) + 7 * (n + 1))?
    };
    (first <= found && found <= last).then_some(found)
}

/// Easter Sunday of the western churches (the anonymous Gregorian algorithm of Meeus, Jones and Butcher).
pub(crate) fn easter(year: i64) -> Option<Date> {
    let (a, b, c) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let n = (h + l - 7 * m + 90) / 25;
    let p = (h + l - 7 * m + 33 * n + 19) % 32;
    day(year, n as u8, p as u8)
}

/// Easter Sunday of the orthodox churches, as a day of the Gregorian calendar (Meeus's Julian algorithm, then
/// the difference between the calendars in that century).
pub(crate) fn orthodox_easter(year: i64) -> Option<Date> {
    let (a, b, c) = (year.rem_euclid(4), year.rem_euclid(7), year.rem_euclid(19));
    let d = (19 * c + 15) % 30;
    let e = (2 * a + 4 * b - d + 34) % 7;
    let month = (d + e + 114) / 31;
    let julian = day(year, month as u8, ((d + e + 114) % 31 + 1) as u8)?;
    let century = year.div_euclid(100);
    plus_days(julian, century - century.div_euclid(4) - 2)
}

/// `date` moved by so many days from Monday to Friday.
pub(crate) fn plus_workdays(date: Date, many: i64) -> Option<Date> {
    // Whole weeks at once: the count can be any number that a text holds.
    let mut at = plus_days(date, (many / 5).checked_mul(7)?)?;
    let mut left = many % 5;
    while left != 0 {
        at = plus_days(at, many.signum())?;
        if !is_weekend(at) {
            left -= many.signum();
        }
    }
    Some(at)
}

/// True when the day is a Saturday or a Sunday.
pub(crate) fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_falls_where_the_churches_say() {
        assert_eq!(easter(2016), Some(date(2016, 3, 27)));
        assert_eq!(easter(2017), Some(date(2017, 4, 16)));
        assert_eq!(easter(2024), Some(date(2024, 3, 31)));
        assert_eq!(orthodox_easter(2017), Some(date(2017, 4, 16)));
        assert_eq!(orthodox_easter(2016), Some(date(2016, 5, 1)));
        assert_eq!(orthodox_easter(2024), Some(date(2024, 5, 5)));
    }

    #[test]
    fn periods_hold_their_day_and_end_where_they_should() {
        let d = date(2017, 1, 15);
        assert_eq!(timex(Grain::Season, period(Grain::Season, d).unwrap()), "2016-WI");
        assert_eq!(timex(Grain::Week, period(Grain::Week, d).unwrap()), "2017-W02");
        assert_eq!(timex(Grain::Weekend, period(Grain::Weekend, d).unwrap()), "2017-W02-WE");
        assert_eq!(timex(Grain::Quarter, period(Grain::Quarter, d).unwrap()), "2017-Q1");
        assert_eq!(period(Grain::Season, date(2016, 2, 1)).unwrap().end, Some(date(2016, 2, 29)));
    }

    #[test]
    fn working_days_pass_over_weekends() {
        // A Tuesday.
        let d = date(2018, 8, 21);
        assert_eq!(plus_workdays(d, 3), Some(date(2018, 8, 24)));
        assert_eq!(plus_workdays(d, 4), Some(date(2018, 8, 27)));
        assert_eq!(plus_workdays(d, 10), Some(date(2018, 9, 4)));
        assert_eq!(plus_workdays(d, -2), Some(date(2018, 8, 17)));
        assert_eq!(plus_workdays(d, i64::MAX), None);
    }

    #[test]
    fn the_end_of_the_calendar_is_none_and_no_panic() {
        assert_eq!(plus_days(date(9999, 12, 31), 1), None);
        assert_eq!(plus_months(date(9999, 12, 31), 1), None);
        assert_eq!(day(10000, 1, 1), None);
        assert_eq!(day(2017, 2, 30), None);
        assert_eq!(season(9999, 3), None);
    }
}
