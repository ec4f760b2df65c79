//! What is worked out in parts is the same for every number of parts, and is what a ledger says.

use std::path::Path;

use detente::article::Article;
use detente::report::{Coder, Report};
use detente_tables::{Coded, Events, Standings, Turns};

use super::{Args, FILES, run};
use crate::coded::tests::{KNOWN, examples, invented, read_here, said, write};
use crate::commands::Outcome;

fn related(files: &[&Path], out: &Path, partitions: Option<u16>, jobs: u16) -> [Vec<u8>; 3] {
    let args = Args {
        files: files.iter().map(|f| f.to_path_buf()).collect(),
        out: out.to_owned(),
        partitions,
        known: Some(KNOWN),
        jobs: Some(jobs),
        force: false,
    };
    assert_eq!(run(args).unwrap_or_else(|e| panic!("{e:#}")), Outcome::Clean);
    assert_eq!(
        std::fs::read_dir(out).expect("the folder").count(),
        4,
        "the files, their manifest, and nothing else"
    );
    FILES.map(|name| std::fs::read(out.join(name)).expect("the file"))
}

/// The same as a ledger with the same reports, and the same bytes for 1, 4 and 16 parts.
fn agrees(articles: &[(Article, Vec<Report>)], coder: &Coder) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("reports.parquet");
    let rows: Vec<Coded> = articles.iter().flat_map(|(a, r)| Coded::of(a, r.clone())).collect();
    write(&file, &rows, Some(coder));
    let outs = [(Some(1), 1), (Some(4), 2), (Some(16), 4), (None, 1)];
    let all =
        outs.map(|(parts, jobs)| related(&[&file], &folder.path().join(format!("{parts:?}")), parts, jobs));
    for (other, (parts, _)) in all.iter().zip(outs) {
        assert!(*other == all[0], "{parts:?} parts give other bytes");
    }

    let out = folder.path().join("Some(16)");
    let ledger = said(&read_here(articles, coder));
    let events: Vec<_> =
        Events::open(out.join(FILES[0])).expect("opens").map(|e| e.expect("an event")).collect();
    assert!(events.len() > 20);
    for (ours, theirs) in events.iter().zip(&ledger.events) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(events.len(), ledger.events.len());

    let mut months =
        Standings::open(out.join(FILES[1])).expect("opens").map(|m| m.expect("a month")).peekable();
    let mut pairs = 0;
    for ((a, b), series) in &ledger.standings {
        pairs += usize::from(!series.is_empty());
        let mut silent = true;
        for month in series {
            if month.level.is_none() && silent {
                // Silence that goes on has no row.
                continue;
            }
            let ours = months.next().unwrap_or_else(|| panic!("no month {} of {a} and {b}", month.first));
            assert_eq!((&ours.a, &ours.b, ours.month), (a, b, month.first));
            let level = [ours.level, ours.low, ours.high, ours.weight];
            let theirs = month.level.map_or([None; 4], |l| [l.value, l.low, l.high, l.weight].map(Some));
            assert_eq!(level, theirs, "{a} and {b}, {}", month.first);
            assert_eq!((ours.treat, ours.alike, &ours.state), (month.treat, month.alike, &month.state));
            silent = month.level.is_none();
        }
    }
    assert_eq!(months.next(), None);
    assert!(pairs > 3, "{pairs}");

    let mut turns: Vec<_> =
        Turns::open(out.join(FILES[2])).expect("opens").map(|t| t.expect("a turn")).collect();
    turns.sort_by(|x, y| {
        (&x.a, &x.b, x.day, x.from, x.to, x.kind).cmp(&(&y.a, &y.b, y.day, y.from, y.to, y.kind))
    });
    assert_eq!(turns, ledger.turns);
}

#[test]
fn the_examples_in_parts_are_as_in_a_ledger() {
    let (coder, articles) = examples();
    agrees(&articles, &coder);
}

#[test]
fn invented_reports_in_parts_are_as_in_a_ledger() {
    let coder = Coder { version: "1".into(), lexicon: "lex".into(), model: "en".into() };
    let articles = invented(7, 3_000, &coder);
    agrees(&articles, &coder);
}

#[test]
fn what_is_there_is_not_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let coder = Coder { version: "1".into(), lexicon: "lex".into(), model: "en".into() };
    let file = folder.path().join("reports.parquet");
    let rows: Vec<Coded> = invented(3, 30, &coder).into_iter().flat_map(|(a, r)| Coded::of(&a, r)).collect();
    write(&file, &rows, Some(&coder));
    let args = |force| Args {
        files: vec![file.clone()],
        out: folder.path().join("out"),
        partitions: None,
        known: Some(KNOWN),
        jobs: None,
        force,
    };
    assert!(run(args(false)).is_ok());
    let refused = run(args(false)).map(|_| ()).expect_err("refused").to_string();
    assert!(refused.contains("events.parquet is there already") && refused.contains("--force"), "{refused}");
    assert!(run(args(true)).is_ok());
}
