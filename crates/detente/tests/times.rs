//! Every phrase of `lexicon/times` is tested by its own examples and counters, through the real reader.

use std::fs;
use std::path::Path;

use detente::time::{self, Interval, TimeExpression, TimeLexicon};
use jiff::civil::{Date, date};

fn lexicon() -> TimeLexicon {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicon/times");
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .expect("lexicon/times stands beside the crates")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((path.file_name()?.to_str()?.to_string(), fs::read_to_string(&path).ok()?))
        })
        .collect();
    files.sort();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    TimeLexicon::load(&files).unwrap_or_else(|faults| panic!("{}", faults.join("\n")))
}

fn read(lexicon: &TimeLexicon, text: &str, published: Date) -> Vec<TimeExpression> {
    time::find(text, &[], Some(published), lexicon, &mut Vec::new())
}

/// The plain splitter of these tests: words and marks.
fn tokens(text: &str) -> Vec<detente::span::Span> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
            continue;
        }
        if let Some(from) = start.take() {
            out.push(detente::span::Span::new(from, at));
        }
        if !c.is_whitespace() {
            out.push(detente::span::Span::new(at, at + c.len_utf8()));
        }
    }
    if let Some(from) = start {
        out.push(detente::span::Span::new(from, text.len()));
    }
    out
}

fn only(lexicon: &TimeLexicon, text: &str, published: Date) -> TimeExpression {
    let found = read(lexicon, text, published);
    assert_eq!(found.len(), 1, "{text:?} gave {found:#?}");
    found.into_iter().next().expect("one")
}

#[test]
fn every_example_of_the_lexicon_reads_as_it_says() {
    let lexicon = lexicon();
    let mut faults = Vec::new();
    for example in lexicon.examples() {
        let (Some(open), Some(close)) = (example.text.find('['), example.text.find(']')) else {
            faults.push(format!("{}: {}: {:?} has no mark", example.file, example.id, example.text));
            continue;
        };
        let text = example.text.replace(['[', ']'], "");
        let words = &text[open..close - 1];
        let found = read(&lexicon, &text, example.published);
        let hit = found.iter().find(|e| e.span.start as usize == open && e.span.end as usize == close - 1);
        let Some(hit) = hit else {
            let seen: Vec<&str> = found.iter().map(|e| e.span.slice(&text)).collect();
            faults.push(format!("{}: {:?} is not found in {text:?}, but {seen:?}", example.id, words));
            continue;
        };
        if !example.id.starts_with("holiday.") && hit.evidence.rule != example.id {
            faults.push(format!("{}: {words:?} is read by {}", example.id, hit.evidence.rule));
        }
        if let Some(wanted) = &example.interval
            && *wanted != hit.interval.to_string()
        {
            faults.push(format!("{}: {words:?} is {} and not {wanted}", example.id, hit.interval));
        }
        if let Some(wanted) = &example.future
            && Some(wanted.clone()) != hit.future.map(|f| f.to_string())
        {
            faults.push(format!("{}: {words:?} ahead is {:?} and not {wanted}", example.id, hit.future));
        }
        if let Some(wanted) = &example.timex
            && *wanted != hit.timex
        {
            faults.push(format!("{}: {words:?} has the value {} and not {wanted}", example.id, hit.timex));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn no_counter_of_the_lexicon_is_read_by_its_phrase() {
    let lexicon = lexicon();
    let mut faults = Vec::new();
    for counter in lexicon.counters() {
        for found in read(&lexicon, &counter.text, counter.published) {
            if found.evidence.rule == counter.id {
                faults.push(format!("{}: {:?} in {:?}", counter.id, found.span.slice(&counter.text), counter.text));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn tokens_cut_otherwise_change_nothing() {
    let lexicon = lexicon();
    let text = "U.S. troops left in the mid-1990s after a three-day siege, on Feb. 12 at 3 p.m.";
    let whole = read(&lexicon, text, date(2017, 8, 9));
    let cut = time::find(text, &tokens(text), Some(date(2017, 8, 9)), &lexicon, &mut Vec::new());
    assert_eq!(whole, cut);
    let words: Vec<&str> = whole.iter().map(|e| e.span.slice(text)).collect();
    assert_eq!(words, ["the mid-1990s", "three-day", "Feb. 12 at 3 p.m."]);
}

#[test]
fn impossible_dates_are_kept_as_words_and_noted() {
    let lexicon = lexicon();
    let mut notes = Vec::new();
    let text = "They met on February 30, 2016 and on 31 June.";
    let found = time::find(text, &[], Some(date(2017, 8, 9)), &lexicon, &mut notes);
    assert!(found.iter().all(|e| e.interval.is_unknown()), "{found:#?}");
    assert_eq!(notes.len(), 2, "{notes:#?}");
}

#[test]
fn ambiguous_numeric_dates_are_noted_and_follow_the_clear_ones() {
    let lexicon = lexicon();
    let mut notes = Vec::new();
    let text = "Filed on 04/05/2016.";
    let found = time::find(text, &[], None, &lexicon, &mut notes);
    assert_eq!(found[0].interval, Interval::day(date(2016, 4, 5)));
    assert_eq!(notes.len(), 1);
    let text = "Filed on 25/05/2016 and 04/05/2016.";
    let found = time::find(text, &[], None, &lexicon, &mut notes);
    assert_eq!(found[1].interval, Interval::day(date(2016, 5, 4)));
}

#[test]
fn years_beyond_the_calendar_do_not_panic() {
    let lexicon = lexicon();
    let text = "In the year 10000, in December 9999 and for 99999999 years; 99999999 centuries ago, in 99999999 days, \
                the next 99999999 decades; 12 December 10000; 31/12/9999, a year later, the following century, \
                the 99th century, the winter of 2999, 99999999 weeks later.";
    for published in [None, Some(Date::MIN), Some(Date::MAX), Some(date(9999, 12, 31)), Some(date(2017, 8, 9))] {
        let mut notes = Vec::new();
        let _ = time::find(text, &[], published, &lexicon, &mut notes);
        for example in lexicon.examples() {
            let _ = time::find(&example.text, &[], published, &lexicon, &mut notes);
        }
    }
}

#[test]
fn any_bytes_of_any_script_are_read_without_panic() {
    let lexicon = lexicon();
    let odd = "«В понедельник» 12 мая — “in June” ‘90s 2017年6月 ½ day 3\u{a0}days\u{a0}ago é1990s May\u{2019}s \u{2013}5 1990–95 '";
    for end in 0..odd.len() {
        if let Some(text) = odd.get(..end) {
            for one in read(&lexicon, text, date(2017, 8, 9)) {
                assert!(!one.span.slice(text).is_empty());
            }
        }
    }
}

#[test]
fn without_a_day_of_publication_relative_expressions_stay_unknown() {
    let lexicon = lexicon();
    for text in ["They met last week.", "They met on Monday.", "They met in June.", "It began three days ago."] {
        let found = time::find(text, &[], None, &lexicon, &mut Vec::new());
        assert_eq!(found.len(), 1, "{text}");
        assert!(found[0].interval.is_unknown(), "{text}: {found:?}");
    }
}

#[test]
fn an_offset_waits_for_its_event() {
    let lexicon = lexicon();
    let one = only(&lexicon, "It came a day after Trump visited Israel.", date(2017, 8, 9));
    assert!(one.interval.is_unknown());
    assert_eq!(one.from_event(Interval::day(date(2017, 5, 22))), Interval::day(date(2017, 5, 23)));
    let one = only(&lexicon, "It came two weeks before the summit.", date(2017, 8, 9));
    assert_eq!(one.from_event(Interval::day(date(2017, 5, 22))).to_string(), "2017-05-08..2017-05-14");
}

#[test]
fn a_future_verb_leans_ahead_and_a_past_one_does_not() {
    let lexicon = lexicon();
    for (text, ahead) in [
        ("The ministers will meet on Monday.", true),
        ("The ministers met on Monday.", false),
        ("A vote is scheduled for Monday.", true),
        ("He said Monday that talks will go on.", false),
    ] {
        let one = only(&lexicon, text, date(2017, 8, 9));
        assert_eq!(time::leans_ahead(text, &one), ahead, "{text}");
        assert_eq!(one.future, Some(Interval::day(date(2017, 8, 14))));
    }
}
