//! What is written to a table and read again is the same: reports of the examples and seeded random ones, articles,
//! events, months and turns; and the same rows give the same bytes.

mod common;

use std::path::Path;

use common::{Dice, articles, coder, readings};
use detente::event_set::gather;
use detente::report::Report;
use detente_tables::{
    Articles, Coded, Events, Month, Reports, Row, Rows, Standings, Table, Turns, Writer, rows,
};

fn written<R: Row>(table: &[R]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), Some(&coder())).expect("memory");
    for row in table {
        writer.push(row).expect("memory");
    }
    writer.finish().expect("memory")
}

fn round<R: Row + PartialEq + std::fmt::Debug>(table: &[R]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("table.parquet");
    let bytes = written(table);
    assert_eq!(bytes, written(table), "the same rows give the same bytes");
    std::fs::write(&path, bytes).expect("written");
    let opened = Table::<R>::open(&path).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(opened.len(), table.len() as u64);
    assert_eq!(opened.coder(), Some(&coder()));
    let back: Vec<R> = opened.map(|row| row.unwrap_or_else(|e| panic!("{e}"))).collect();
    assert_eq!(back.len(), table.len());
    for (n, (was, is)) in table.iter().zip(&back).enumerate() {
        assert_eq!(was, is, "row {n}");
    }
    let third = table.len() / 3;
    let tail: Vec<R> = Table::<R>::open_at(&path, third as u64).expect("opens").flatten().collect();
    assert_eq!(tail, table[third..]);

    let mut batch = Rows::<R>::new(None);
    table.iter().for_each(|row| batch.push(row));
    let batch = batch.finish();
    assert_eq!(rows::<R>(&batch, Path::new("batch")).expect("readable"), table);
}

#[test]
fn reports_of_the_examples_come_back_as_they_were() {
    let coded: Vec<Coded> = readings().iter().flat_map(|(a, r)| Coded::of(a, r.clone())).collect();
    assert!(coded.len() > 40, "{}", coded.len());
    assert!(coded.iter().any(|c| !c.report.links.is_empty()));
    assert!(coded.iter().any(|c| c.report.said_by.is_some()));
    assert!(
        coded.iter().all(|c| !c.sentence.is_empty() && c.text_sha256.as_ref().is_some_and(|h| h.len() == 64))
    );
    round(&coded);
}

#[test]
fn random_reports_come_back_as_they_were() {
    let mut dice = Dice(7);
    let coded: Vec<Coded> = (0..3_000).map(|_| dice.coded()).collect();
    round(&coded);
}

#[test]
fn json_lines_to_parquet_and_back_are_the_same_lines() {
    let mut dice = Dice(11);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("reports.parquet");
    let lines: Vec<String> =
        (0..500).map(|_| serde_json::to_string(&dice.coded().report).expect("JSON")).collect();
    let coded: Vec<Coded> = lines
        .iter()
        .map(|line| Coded {
            report: serde_json::from_str::<Report>(line).expect("a report"),
            sentence: String::new(),
            published: None,
            publisher: None,
            text_sha256: None,
            article: Default::default(),
        })
        .collect();
    std::fs::write(&path, written(&coded)).expect("written");
    let back: Vec<String> = Reports::open(&path)
        .expect("opens")
        .map(|row| serde_json::to_string(&row.expect("a row").report).expect("JSON"))
        .collect();
    assert_eq!(back, lines);
}

#[test]
fn articles_come_back_as_they_were() {
    let mut dice = Dice(3);
    let mut all = articles();
    all.extend((0..200).map(|_| dice.article()));
    round(&all);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, written(&all)).expect("written");
    assert!(Articles::open(&path).is_ok());
    assert_eq!(detente_tables::kind(&path).expect("opens").as_deref(), Some("articles/1"));
}

#[test]
fn events_months_and_turns_come_back_as_they_were() {
    let mut dice = Dice(5);
    let reports: Vec<Report> = readings().into_iter().flat_map(|(_, r)| r).collect();
    let mut events = gather(&reports);
    let random: Vec<Report> = (0..400).map(|_| dice.coded().report).collect();
    events.extend(gather(&random));
    assert!(events.iter().any(|e| e.reasons.len() > 1));
    round(&events);
    let months: Vec<Month> = (0..100).map(|_| dice.month()).collect();
    round(&months);
    let turns: Vec<_> = (0..100).map(|_| dice.turn()).collect();
    round(&turns);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("e.parquet");
    std::fs::write(&path, written(&events)).expect("written");
    assert!(Events::open(&path).is_ok());
    for wrong in
        [Turns::open(&path).err().map(|e| e.to_string()), Standings::open(&path).err().map(|e| e.to_string())]
    {
        let wrong = wrong.expect("refused");
        assert!(wrong.contains("e.parquet holds events/1, and "), "{wrong}");
    }
}

#[test]
fn a_long_table_has_several_row_groups_and_loses_nothing() {
    let mut dice = Dice(13);
    let articles: Vec<_> = (0..40)
        .map(|_| {
            let mut article = dice.article();
            article.text = "Nothing happened in Morstad. ".repeat(200_000);
            article
        })
        .collect();
    round(&articles);
}
