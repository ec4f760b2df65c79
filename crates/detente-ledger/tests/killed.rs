//! A program that is killed while it adds leaves every finished article and no half one.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use detente::article::Article;
use detente::note::Evidence;
use detente::plover::EventType;
use detente::report::{CiteInfo, Coder, Entity, Report, TextInfo};
use detente::span::Span;
use detente_ledger::{Filter, Ledger};
use jiff::civil::date;

/// Reports in each article.
const REPORTS: usize = 20;

fn article(n: usize) -> (Article, Vec<Report>) {
    let article =
        Article { id: format!("a{n}"), text: format!("Arnor met Gondor, time {n}."), ..Article::default() };
    let party = |key: &str| vec![Entity { key: key.into(), ..Entity::default() }];
    let report = |i: usize| Report {
        id: format!("a{n}#{i}"),
        doc: article.id.clone(),
        event: vec![EventType::Consult],
        mode: None,
        context: vec![],
        quad_code: EventType::Consult.quad(),
        event_scale: 2.5,
        actor: party("Arnor"),
        recipient: party("Gondor"),
        date: None,
        enddate: None,
        date_text: None,
        date_precision: None,
        aux: vec![],
        said_by: None,
        text_info: TextInfo { sequence: 0, start: 0, end: 10 },
        event_text: "met".into(),
        event_loc: None,
        size: None,
        event_id: None,
        gist: Default::default(),
        confidence: None,
        evidence: vec![Evidence::new("test", [Span::new(6, 9)])],
        links: vec![],
        cite_info: CiteInfo::default(),
        coder: Coder::default(),
    };
    let reports = (0..REPORTS).map(report).collect();
    (article, reports)
}

/// Runs only when the test below starts it as a process of its own; adds until it is killed.
#[test]
fn adds_until_it_is_killed() {
    let Ok(path) = std::env::var("DETENTE_KILL_TEST") else { return };
    let mut ledger = Ledger::open(path).unwrap();
    for n in 0.. {
        let (article, reports) = article(n);
        ledger.add(&article, &reports, &[], &Coder::default(), date(2026, 3, 2)).unwrap();
    }
}

#[test]
fn a_killed_program_leaves_whole_articles() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    let mut last = 0;
    for round in 0..3u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "adds_until_it_is_killed", "--test-threads", "1"])
            .env("DETENTE_KILL_TEST", &path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let started = Instant::now();
        let enough = |l: &Ledger| l.counts(None).is_ok_and(|c| c.articles > last + 5);
        while !Ledger::open_read_only(&path).is_ok_and(|l| enough(&l)) {
            assert!(started.elapsed() < Duration::from_secs(60), "the child adds nothing");
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(7 * round));
        child.kill().unwrap();
        child.wait().unwrap();

        let ledger = Ledger::open(&path).unwrap();
        let counts = ledger.counts(None).unwrap();
        assert!(counts.articles > last);
        assert_eq!(counts.reports, counts.articles * REPORTS);
        for n in 0..counts.articles {
            let filter = Filter { article: Some(format!("a{n}")), ..Filter::default() };
            assert_eq!(ledger.count(&filter).unwrap(), REPORTS);
        }
        last = counts.articles;
    }
}
