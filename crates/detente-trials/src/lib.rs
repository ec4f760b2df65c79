//! Trials: everything in Détente that reads bytes from elsewhere, each with a function that takes any bytes at all and
//! asserts what must hold of what is made of them. Three users share these functions: libFuzzer (`fuzz/`), which looks for
//! bytes that break them; the test `corpora`, which runs them over the bytes that were found worth keeping; and whoever
//! adds a parser, who adds a line to [`TRIALS`].
//!
//! A trial says more than "no panic". What it gives must be true of the input (spans slice the words they claim, positions
//! grow, names are not given twice), must be a function of the input (the same bytes twice give the same), and must cost
//! in proportion ([`cost`]).

#![forbid(unsafe_code)]

pub mod articles;
pub mod cost;
pub mod dates;
pub mod desk;
pub mod engine;
pub mod ledger;
pub mod lexicon;
pub mod tables;

use std::sync::Once;

/// One parser of foreign bytes, and what is asserted of it.
pub struct Trial {
    /// Name of the target, of its corpus, and for the command line.
    pub name: &'static str,
    /// Runs it; panics where something does not hold.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TRIALS: &[Trial] = &[
    Trial { name: "html", run: articles::html },
    Trial { name: "feed", run: articles::feed },
    Trial { name: "lines", run: articles::lines },
    Trial { name: "table", run: articles::table },
    Trial { name: "parquet", run: articles::parquet },
    Trial { name: "warc", run: articles::warc },
    Trial { name: "archive", run: articles::archive },
    Trial { name: "charset", run: articles::charset },
    Trial { name: "days", run: dates::days },
    Trial { name: "when", run: dates::when },
    Trial { name: "article", run: engine::article },
    Trial { name: "lexicon", run: lexicon::lexicon },
    Trial { name: "feeds", run: lexicon::feeds },
    Trial { name: "import", run: lexicon::import },
    Trial { name: "ledger", run: ledger::ledger },
    Trial { name: "desk", run: desk::desk },
    Trial { name: "reports", run: tables::reports },
];

/// The trial of this name.
///
/// # Panics
/// When there is none.
pub fn trial(name: &str) -> &'static Trial {
    TRIALS.iter().find(|t| t.name == name).unwrap_or_else(|| panic!("there is no trial called {name}"))
}

/// Panics of libraries that the program catches itself, since they cost the file and nothing else, are passed over; every
/// other one is told to whoever listened before (under libFuzzer that is the end of the process).
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let caught = ["parquet-", "arrow-", "thrift-", "feed-rs-", "quick-xml-"];
            let file = panic.location().map_or("", |l| l.file());
            if !caught.iter().any(|library| file.contains(library)) {
                before(panic);
            }
        }));
    });
}

/// The first byte as a number below `of`, and the rest.
fn choose(bytes: &[u8], of: usize) -> (usize, &[u8]) {
    match bytes.split_first() {
        Some((first, rest)) => (usize::from(*first) % of, rest),
        None => (0, bytes),
    }
}
