//! Days in fields, bylines and addresses, and words of time in running text.

use std::sync::OnceLock;

use detente::time::{self, Anchor, Interval, TimeExpression, TimeLexicon};
use detente_intake::day;
use jiff::civil::Date;

use crate::{choose, cost};

const FLOOR: usize = 8 << 20;

/// Days in fields and lines: a day that is read is a day of newspapers, and reads the same when it is printed.
pub fn days(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let readers: [fn(&str) -> Option<Date>; 6] = [
        day::parse,
        day::of_line,
        |t| day::in_byline(t, true),
        day::of_dateline,
        day::of_url,
        day::of_folder,
    ];
    for read in readers {
        let Some(found) = cost::within(bytes.len(), FLOOR, || read(&text)) else { continue };
        assert!((1600..=2200).contains(&found.year()), "{found} is no day of a newspaper");
        assert_eq!(read(&text), Some(found));
        assert_eq!(day::parse(&found.to_string()), Some(found), "what is printed is read again");
        assert_eq!(day::of_line(&found.to_string()), Some(found), "what is printed is read again");
        let long = found.strftime("%-d %B %Y").to_string();
        assert_eq!(day::parse(&long), Some(found), "{long} is read again");
        let american = found.strftime("%A, %B %-d, %Y").to_string();
        assert_eq!(day::of_line(&american), Some(found), "{american} is read again");
        let address = found.strftime("https://example.org/%Y/%m/%d/talks").to_string();
        assert_eq!(day::of_url(&address), Some(found), "{address} is read again");
    }
}

/// The phrases of the built-in lexicon.
fn phrases() -> &'static TimeLexicon {
    static PHRASES: OnceLock<TimeLexicon> = OnceLock::new();
    PHRASES.get_or_init(|| {
        let lexicon = crate::lexicon::built_in();
        let files: Vec<(&str, &str)> = lexicon.times.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        TimeLexicon::load(&files).unwrap_or_else(|faults| panic!("{faults:?}"))
    })
}

/// Both ends in order.
fn in_order(interval: Interval) -> bool {
    interval.start.zip(interval.end).is_none_or(|(start, end)| start <= end)
}

/// Words of time.
pub fn when(bytes: &[u8]) {
    let (published, rest) = choose(bytes, 256);
    // Leap days, ends of years, the first and the last day that there is, and none.
    let published = match published {
        0..=15 => None,
        16 => Some(Date::MIN),
        17 => Some(Date::MAX),
        18 => Some(jiff::civil::date(2020, 2, 29)),
        19 => Some(jiff::civil::date(2019, 12, 31)),
        n => Some(jiff::civil::date(1990 + (n % 40) as i16, 1 + (n % 12) as i8, 1 + (n % 28) as i8)),
    };
    let text = String::from_utf8_lossy(rest);
    let phrases = phrases();
    let find = || {
        let mut notes = Vec::new();
        (time::find(&text, &[], published, phrases, &mut notes), notes)
    };
    let (found, notes) = cost::within(rest.len(), FLOOR, find);
    assert!(find() == (found.clone(), notes.clone()), "the same words mean the same days");
    check(&text, &found);
    for note in &notes {
        assert!(note.span.is_none_or(|s| !s.slice(&text).is_empty()), "{note:?} is about some words");
    }
}

/// The words of time in a text, by the phrases of the built-in lexicon.
pub fn found(text: &str, published: Option<Date>) -> Vec<TimeExpression> {
    time::find(text, &[], published, phrases(), &mut Vec::new())
}

/// What must hold of the expressions of a text.
pub fn check(text: &str, found: &[TimeExpression]) {
    let mut end = 0;
    for e in found {
        let words = e.span.slice(text);
        assert!(!words.is_empty() && words == words.trim(), "{e:?} has its words");
        assert!(e.span.start >= end, "{e:?} overlaps the one before");
        end = e.span.end;
        for span in &e.evidence.spans {
            assert!(!span.slice(text).is_empty(), "{e:?} has its evidence");
        }
        assert!(!e.evidence.rule.is_empty());
        for interval in [Some(e.interval), e.future, e.past].into_iter().flatten() {
            assert!(in_order(interval), "{words}: {interval} runs backwards");
        }
        if let Anchor::Earlier(span) = e.anchor {
            assert!(
                span.end <= e.span.start && !span.slice(text).is_empty(),
                "{e:?} counts from earlier words"
            );
        }
        let days = Interval::day(jiff::civil::date(2020, 2, 29));
        for event in [days, Interval::between(Date::MIN, Date::MAX), Interval::default()] {
            assert!(in_order(e.from_event(event)), "{words} from {event} runs backwards");
        }
        let _ = (e.future_timex(), time::leans_ahead(text, e));
    }
}
