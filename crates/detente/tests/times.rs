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
        if !example.id.starts_with("holiday.") && *hit.evidence.rule != *example.id {
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
            if *found.evidence.rule == *counter.id {
                faults.push(format!(
                    "{}: {:?} in {:?}",
                    counter.id,
                    found.span.slice(&counter.text),
                    counter.text
                ));
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
    for published in
        [None, Some(Date::MIN), Some(Date::MAX), Some(date(9999, 12, 31)), Some(date(2017, 8, 9))]
    {
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
    for text in
        ["They met last week.", "They met on Monday.", "They met in June.", "It began three days ago."]
    {
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
        ("The vote is to be held on Monday.", true),
        ("The vote was held on Monday.", false),
    ] {
        let one = only(&lexicon, text, date(2017, 8, 9));
        assert_eq!(time::leans_ahead(text, &one), ahead, "{text}");
        assert_eq!(one.future, Some(Interval::day(date(2017, 8, 14))));
    }
}

#[test]
fn curly_apostrophes_and_dashes_hide_no_date() {
    let lexicon = lexicon();
    for text in [
        "Monday\u{2019}s talks failed.",
        "Talks failed\u{2014}Monday was wet.",
        "\u{201c}Monday\u{201d} it was.",
    ] {
        let one = only(&lexicon, text, date(2017, 8, 9));
        assert_eq!(one.interval, Interval::day(date(2017, 8, 7)), "{text}");
    }
}

#[test]
fn an_event_is_known_by_its_name_only_once_it_has_begun() {
    let lexicon = lexicon();
    let text = "They have fled since Russia's full-scale invasion of Ukraine.";
    assert!(read(&lexicon, text, date(2017, 8, 9)).is_empty());
    let one = only(&lexicon, text, date(2023, 5, 1));
    assert_eq!(one.interval, Interval::between(date(2022, 2, 24), date(2023, 5, 1)));
    // A war that goes on ends with the day of publication.
    let one = only(&lexicon, "He died in the Syrian civil war.", date(2015, 3, 1));
    assert_eq!(one.interval, Interval::between(date(2011, 3, 15), date(2015, 3, 1)));
}

#[test]
fn elections_are_dated_where_the_country_is_named() {
    let lexicon = lexicon();
    for (text, days) in [
        ("He lost in the 2016 U.S. presidential election.", "2016-11-08"),
        ("He lost in the 2016 presidential election in the United States.", "2016-11-08"),
        ("He lost in the 2013 Kenyan elections.", "2013-03-04"),
        ("He lost in the 2016 election.", "2016-01-01..2016-12-31"),
    ] {
        assert_eq!(only(&lexicon, text, date(2017, 8, 9)).interval.to_string(), days, "{text}");
    }
}

#[test]
fn pacts_and_eras_are_no_dates_where_they_are_only_spoken_of() {
    let lexicon = lexicon();
    for text in [
        "They broke the Good Friday Agreement.",
        "Violations of the Iran nuclear deal went on.",
        "They drove Soviet-era tanks.",
        "They marked the anniversary of the fall of Saigon.",
    ] {
        assert!(read(&lexicon, text, date(2017, 8, 9)).is_empty(), "{text}");
    }
    let one = only(&lexicon, "Trade rose after the Iran nuclear deal was signed.", date(2017, 8, 9));
    assert_eq!(one.interval.to_string(), "2015-07-15..");
    assert!(only(&lexicon, "He was jailed in the Soviet era.", date(2017, 8, 9)).imprecise);
}

#[test]
fn feasts_of_every_calendar_fall_on_their_days_by_year() {
    let lexicon = lexicon();
    for (name, days) in [
        ("Ramadan 2016", "2016-06-06..2016-07-05"),
        ("Eid al-Adha 2015", "2015-09-23..2015-09-26"),
        ("Easter 2016", "2016-03-27"),
        ("Orthodox Easter 2016", "2016-05-01"),
        ("Nowruz 2016", "2016-03-20"),
        ("Yom Kippur 2015", "2015-09-23"),
        ("Rosh Hashanah 2016", "2016-10-03..2016-10-04"),
        ("the Lunar New Year 2016", "2016-02-08"),
        ("Diwali 2015", "2015-11-11"),
        ("Songkran 2016", "2016-04-13..2016-04-15"),
        ("India's Independence Day 2016", "2016-08-15"),
    ] {
        let text = format!("They marched on {name}.");
        assert_eq!(only(&lexicon, &text, date(2017, 8, 9)).interval.to_string(), days, "{name}");
    }
}

#[test]
fn a_week_belongs_to_the_month_and_the_year_of_its_thursday() {
    let lexicon = lexicon();
    for (text, days) in [
        ("They met in the first week of 2016.", "2016-01-04..2016-01-10"),
        ("They met in the first week of October 2017.", "2017-10-02..2017-10-08"),
        ("They met in the last week of 2015.", "2015-12-28..2016-01-03"),
    ] {
        assert_eq!(only(&lexicon, text, date(2018, 8, 9)).interval.to_string(), days, "{text}");
    }
}

#[test]
fn a_missing_day_of_publication_is_noted_once() {
    let lexicon = lexicon();
    let notes = |text: &str| {
        let mut notes = Vec::new();
        let _ = time::find(text, &[], None, &lexicon, &mut notes);
        notes.into_iter().map(|n| n.text).collect::<Vec<_>>()
    };
    let said = notes("They met last week, and on Monday, and in June.");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("no day of publication is known: \"last week\""), "{said:?}");
    assert!(notes("They met on 3 May 2012 for three days.").is_empty());
}

#[test]
fn random_mixtures_of_date_words_are_read_without_panic() {
    let lexicon = lexicon();
    let words: Vec<&str> = lexicon.examples().iter().flat_map(|e| e.text.split_whitespace()).collect();
    let mut state = 1_u64;
    for n in 0..2000_u64 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text += words[(state >> 33) as usize % words.len()];
            text += if state >> 61 == 0 { "" } else { " " };
        }
        let published = [None, Some(Date::MIN), Some(Date::MAX), Some(date(2017, 8, 9))][(n % 4) as usize];
        for one in time::find(&text, &[], published, &lexicon, &mut Vec::new()) {
            assert!(!one.span.slice(&text).is_empty());
        }
    }
}
