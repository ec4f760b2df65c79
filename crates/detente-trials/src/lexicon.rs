//! Files that a user writes or brings along: lexicon files, and tables of other data sets, which are read with the lexicon.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::OnceLock;

use detente::foreign::{self, ForeignEvent, Format, Skipped};
use detente::lexicon::{ActorKind, Fault, Lexicon};
use detente::time::TimeLexicon;
use detente_watch::config::Config;

use crate::{choose, cost};

const FLOOR: usize = 32 << 20;

/// The built-in lexicon.
pub fn built_in() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let files = detente_embedded::reading_files(&[]).unwrap_or_else(|e| panic!("{e:#}"));
        detente_embedded::lexicon(&files).unwrap_or_else(|e| panic!("{e:#}"))
    })
}

/// Every kind of file that a lexicon has.
const FILES: [&str; 22] = [
    "own/actors/a.tsv",
    "own/actors/spellings.tsv",
    "own/places/p.tsv",
    "own/roles/r.tsv",
    "events/types.tsv",
    "own/events/e.toml",
    "own/links/l.toml",
    "own/contexts/c.toml",
    "words/common.tsv",
    "own/words/w.tsv",
    "own/exchange/relations.tsv",
    "own/exchange/countries.tsv",
    "own/exchange/names.tsv",
    "own/exchange/roles.tsv",
    "own/exchange/sectors.tsv",
    "own/exchange/titles.tsv",
    "own/times/t.toml",
    "times/anchors.tsv",
    "times/eras.tsv",
    "times/months.tsv",
    "times/holidays.tsv",
    "times/pacts.tsv",
];

/// A lexicon file: read, or refused with faults that lead to their places.
pub fn lexicon(bytes: &[u8]) {
    let (kind, rest) = choose(bytes, FILES.len());
    let path = FILES[kind];
    let text = String::from_utf8_lossy(rest).into_owned();
    let lines = text.lines().count();
    let files = [(path.to_owned(), text)];
    let load = || Lexicon::load(&files);
    match (cost::within(rest.len(), FLOOR, load), load()) {
        (Ok(one), Ok(two)) => {
            assert_eq!(one.hash, two.hash, "the same files have the same hash");
            assert_eq!(format!("{:?}", one.entries), format!("{:?}", two.entries));
            ask(&one, &files[0].1);
        }
        (Err(one), Err(two)) => {
            assert_eq!(one, two, "the same files have the same faults");
            assert!(!one.is_empty(), "who refuses says why");
            one.iter().for_each(|fault| at_its_place(fault, path, lines, &files[0].1));
        }
        _ => panic!("the same files are read once and refused once"),
    }
    if path.contains("times/") {
        let times = || TimeLexicon::load(&[(path, files[0].1.as_str())]).map(drop);
        assert_eq!(cost::within(rest.len(), FLOOR, times), times(), "the same files have the same faults");
    }
}

fn at_its_place(fault: &Fault, path: &str, lines: usize, text: &str) {
    assert!(fault.file.contains(path), "{fault} names the file");
    // What is missing at the end is missing after the last line.
    assert!(fault.line <= lines + 1, "{fault} is in line {} of {lines}", fault.line);
    assert!(!fault.text.is_empty() && !fault.to_string().is_empty());
    if let Some((line, column, len)) = &fault.mark {
        assert!(column + len <= line.len().max(1) + 1, "{fault:?} marks more than its line");
        // Tabs and what is no letter may be shown otherwise.
        let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        assert!(letters(text).contains(&letters(line)), "{fault:?} shows a line of the file");
    }
}

/// Asks a lexicon for what it holds: every name of every actor.
fn ask(lexicon: &Lexicon, text: &str) {
    for key in lexicon.keys_in(text) {
        assert!(!key.is_empty());
    }
    // Places are asked for where somebody is spoken of, and not by their key.
    for actor in lexicon.actors.iter().filter(|a| a.kind != ActorKind::Place) {
        assert!(lexicon.actor(&actor.key).is_some(), "{} is found by its key", actor.key);
    }
    for (person, _) in lexicon.actors.iter().enumerate() {
        let _ = lexicon.term_on(person as u32, Some(jiff::civil::date(2019, 8, 19)));
        let _ = lexicon.terms_of(person as u32).count();
    }
}

/// A list of feeds to watch.
pub fn feeds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let parse = || Config::parse("FEEDS.toml", &text);
    match (cost::within(bytes.len(), FLOOR, parse), parse()) {
        (Ok(one), Ok(two)) => {
            assert_eq!(format!("{one:?}"), format!("{two:?}"), "the same file names the same feeds");
            assert!(!one.feeds.is_empty(), "a list without feeds is refused");
            for feed in &one.feeds {
                assert!(["http", "https"].contains(&feed.url.scheme()), "{} leads to the web", feed.url);
                assert!(!feed.shown().is_empty());
            }
        }
        (Err(one), Err(two)) => {
            assert_eq!(one, two, "the same file has the same faults");
            assert!(!one.is_empty(), "who refuses says why");
            let lines = text.lines().count();
            one.iter().for_each(|fault| at_its_place(fault, "FEEDS.toml", lines, &text));
        }
        _ => panic!("the same file is read once and refused once"),
    }
}

/// A table of another data set.
pub fn import(bytes: &[u8]) {
    let (form, rest) = choose(bytes, Format::ALL.len());
    let form = Format::ALL[form];
    let first = String::from_utf8_lossy(rest.split(|b| *b == b'\n').next().unwrap_or_default()).into_owned();
    assert_eq!(Format::guess(&first), Format::guess(&first), "the same line is of the same form");
    let lexicon = built_in();
    let read = || -> Option<(Vec<Result<ForeignEvent, Skipped>>, BTreeMap<_, _>)> {
        let mut rows = foreign::read(lexicon, form, Cursor::new(rest)).ok()?;
        let all = rows.by_ref().collect();
        Some((all, rows.parties().counts().clone()))
    };
    let Some((all, counts)) = cost::within(rest.len(), FLOOR, read) else {
        assert!(read().is_none(), "a file that is refused is refused again");
        return;
    };
    assert_eq!(Some((all.clone(), counts)), read(), "the same table gives the same events");
    // Lines end in either way, and a quoted cell may have several.
    let lines = 1 + rest.iter().filter(|b| **b == b'\n' || **b == b'\r').count() as u64;
    let mut last = 0;
    for row in &all {
        let at = match row {
            Ok(event) => {
                assert!(
                    !event.actor.key.is_empty() && !event.recipient.key.is_empty(),
                    "{event:?} has parties"
                );
                assert!((-10.0..=10.0).contains(&event.scale), "{event:?} is on the scale");
                event.row
            }
            Err(skipped) => {
                assert!(!skipped.why.to_string().is_empty() && !skipped.why.cause().is_empty());
                skipped.row
            }
        };
        assert!(at > last && at <= lines, "row {at} after row {last} of {lines}");
        last = at;
    }
}
