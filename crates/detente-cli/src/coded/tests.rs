//! A ledger that takes reports coded elsewhere says what one says that read the articles itself.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use detente::article::{Article, DateSource};
use detente::event_set::Event;
use detente::plover::{Aux, EventType};
use detente::report::{Coder, Entity, Report};
use detente::turn::Turn;
use detente_ledger::{Filter, Ledger, Row, StandingMonth, TurnFilter};
use detente_tables::{Coded, Writer};
use jiff::civil::{Date, date};

use super::{Taken, split, take};

pub const KNOWN: Date = date(2026, 5, 1);

/// Writes a table of reports.
pub fn write(path: &Path, rows: &[Coded], coder: Option<&Coder>) {
    let mut writer = Writer::new(std::fs::File::create(path).expect("a file"), coder).expect("writes");
    rows.iter().for_each(|row| writer.push(row).expect("writes"));
    writer.finish().expect("writes");
}

/// The six examples with what the program reads in them.
pub fn examples() -> (Coder, Vec<(Article, Vec<Report>)>) {
    let reader = crate::engine::reader(&[]).expect("the built-in lexicon");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("examples").map(|e| e.expect("an entry").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    paths.sort();
    let read = paths.iter().map(|path| {
        let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let article = Article {
            published: id[..10].parse().ok(),
            published_from: DateSource::Given,
            title: Some(id[11..].replace('-', " ")),
            url: Some(format!("https://example.org/{id}")),
            source: Some("Morstad Post".into()),
            author: Some("A. Writer".into()),
            file: Some(path.file_name().expect("a name").to_string_lossy().into_owned()),
            text: std::fs::read_to_string(path).expect("text"),
            id,
            ..Article::default()
        };
        let reports = reader.read(&article).reports;
        (article, reports)
    });
    (reader.coder().clone(), read.collect())
}

/// Seeded chance.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }
}

/// Invented articles about invented states: events told several times, copies by other publishers, articles twice, two
/// texts under one name, people beside their states, what is denied, planned and undated.
pub fn invented(seed: u64, articles: usize, coder: &Coder) -> Vec<(Article, Vec<Report>)> {
    const KEYS: [&str; 8] = ["AVA", "BEL", "CYR", "AVA/CVL", "BEL/MED", "AVA/REB", "BEL/CVL", "UNK"];
    const PLACES: [&str; 4] = ["Morstad", "Bouca", "Taldor", "Esk"];
    const DEEDS: [(&str, EventType, f32); 6] = [
        ("shelled", EventType::Assault, -9.5),
        ("met", EventType::Consult, 2.5),
        ("accused", EventType::Accuse, -2.0),
        ("sanctioned", EventType::Sanction, -6.5),
        ("helped", EventType::Aid, 7.0),
        ("warned", EventType::Threaten, -4.4),
    ];
    let mut dice = Dice(seed);
    let mut all: Vec<(Article, Vec<Report>)> = Vec::new();
    for n in 0..articles {
        if n > 10 && dice.below(12) == 0 {
            // Once more: the same, the same from another publisher, or the same without a publisher.
            let (mut article, reports) = all[dice.below(n as u64) as usize].clone();
            match dice.below(3) {
                0 => article.source = Some("The Esk Bugle".into()),
                1 => article.source = None,
                _ => {}
            }
            all.push((article, reports));
            continue;
        }
        let id = if dice.below(20) == 0 { "front-page".into() } else { format!("a{n:05}") };
        let mut text = String::new();
        let mut reports = Vec::new();
        for number in 0..1 + dice.below(4) {
            let (a, b) = (dice.of(&KEYS), dice.of(&KEYS));
            let (deed, kind, scale) = DEEDS[dice.below(6) as usize];
            let place = dice.of(&PLACES);
            let day = date(2020, 1, 1).saturating_add(jiff::Span::new().days(dice.below(40) as i64 * 37));
            let sentence = format!("{a} {deed} {b} near {place} on {day} in raid {}.", dice.below(3_000));
            let start = text.len() as u32;
            text += &sentence;
            text.push('\n');
            let end = start + sentence.len() as u32;
            let party = |key: &str| Entity { key: key.into(), entity_text: key.into(), ..Entity::default() };
            let words: Vec<(String, u8)> =
                sentence.split(' ').filter(|w| w.len() > 3).map(|w| (w.to_lowercase(), 40)).collect();
            let mut value = serde_json::json!({
                "id": format!("{id}#{number}"), "doc": id, "event": [kind], "quad_code": kind.quad(),
                "event_scale": scale,
                "actor": [party(a)], "recipient": [party(b)], "aux": [], "event_text": deed,
                "text_info": {"sequence": number, "start": start, "end": end},
                "evidence": [{"rule": "test", "spans": []}], "coder": coder,
                "gist": {"act": [deed], "words": words},
                "date": day, "enddate": day,
            });
            match dice.below(10) {
                0 => value["aux"] = serde_json::json!([Aux::Negated]),
                1 => value["aux"] = serde_json::json!([Aux::Future]),
                2 => {
                    value["date"] = serde_json::Value::Null;
                    value["enddate"] = serde_json::Value::Null;
                }
                3 => value["enddate"] = serde_json::json!(day.last_of_month()),
                _ => {}
            }
            reports.push(serde_json::from_value::<Report>(value).expect("a report"));
        }
        let article = Article {
            published: Some(date(2026, 1, 1)),
            source: Some(dice.of(&["The Anduin Echo", "Dawn", "Morstad Post"]).into()),
            text,
            id,
            ..Article::default()
        };
        all.push((article, reports));
    }
    all
}

/// All that a ledger says.
#[derive(Debug, PartialEq)]
pub struct Said {
    rows: Vec<Row>,
    pub events: Vec<Event>,
    pub standings: Vec<((String, String), Vec<StandingMonth>)>,
    pub turns: Vec<Turn>,
}

pub fn said(ledger: &Ledger) -> Said {
    let mut pairs: Vec<(String, String)> =
        ledger.dyads(usize::MAX, None).expect("dyads").into_iter().map(|d| (d.a, d.b)).collect();
    pairs.sort();
    let standings = pairs
        .into_iter()
        .map(|(a, b)| {
            let months = ledger.standing_series(&a, &b, None, None, None).expect("a series");
            ((a, b), months)
        })
        .collect();
    let mut turns = ledger.turns(&TurnFilter::default()).expect("turns");
    turns.sort_by(|x, y| {
        (&x.a, &x.b, x.day, x.from, x.to, x.kind).cmp(&(&y.a, &y.b, y.day, y.from, y.to, y.kind))
    });
    Said {
        rows: ledger.reports(&Filter::default()).expect("reports"),
        events: ledger.events(&Filter::default()).expect("events"),
        standings,
        turns,
    }
}

/// A ledger that was given the articles.
pub fn read_here(articles: &[(Article, Vec<Report>)], coder: &Coder) -> Ledger {
    let mut ledger = Ledger::in_memory().expect("memory");
    ledger.relate_later(true);
    for (article, reports) in articles {
        ledger.add(article, reports, &[], coder, KNOWN).expect("added");
    }
    ledger.relate().expect("related");
    ledger
}

/// A ledger that was given the tables, and what was told about them.
fn taken(files: &[PathBuf], coder: &Coder, by_others: bool) -> (Ledger, Taken, Vec<String>) {
    let mut ledger = Ledger::in_memory().expect("memory");
    ledger.relate_later(true);
    let told = RefCell::new(Vec::new());
    let tell = |line: &str| told.borrow_mut().push(line.to_owned());
    let near = std::env::temp_dir();
    let taken = take(files, &mut ledger, (coder, by_others), (KNOWN, &near), &tell).expect("taken");
    ledger.relate().expect("related");
    (ledger, taken, told.into_inner())
}

fn rows(articles: &[(Article, Vec<Report>)]) -> Vec<Coded> {
    articles.iter().flat_map(|(article, reports)| Coded::of(article, reports.clone())).collect()
}

#[test]
fn reports_of_the_examples_coded_elsewhere_make_the_same_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let (coder, articles) = examples();
    let rows = rows(&articles);
    assert!(rows.len() > 40);
    let here = read_here(&articles, &coder);
    let file = folder.path().join("reports.parquet");
    write(&file, &rows, Some(&coder));
    let (mut there, taken_in, told) = taken(std::slice::from_ref(&file), &coder, false);
    assert_eq!(told, Vec::<String>::new());
    assert_eq!((taken_in.new, taken_in.reports), (6, rows.len()));
    assert_eq!(said(&there), said(&here));

    // Provenance is kept, and the text is not there until it is brought.
    for (article, _) in &articles {
        let kept = there.article(&article.id).expect("the article");
        assert_eq!(
            (&kept.author, &kept.file, &kept.source),
            (&article.author, &article.file, &article.source)
        );
        assert_eq!((kept.published, kept.published_from), (article.published, article.published_from));
        assert_ne!(kept.text, article.text);
        assert!(there.complete(&article.text).expect("completed"));
        assert_eq!(there.article(&article.id).expect("the article").text, article.text);
    }
    assert_eq!(said(&there), said(&here));

    // Once more, in two files, of which one says what it is by its columns alone: nothing new.
    let again = folder.path().join("again.parquet");
    write(&again, &rows[..10], None);
    let near = folder.path();
    let before = said(&there);
    let taken_in = take(&[file, again], &mut there, (&coder, false), (KNOWN, near), &|line| panic!("{line}"))
        .expect("taken");
    assert_eq!((taken_in.new, taken_in.reread, taken_in.reports), (0, 0, 0));
    assert_eq!(said(&there), before);
}

#[test]
fn copies_repeats_and_shared_names_are_kept_as_when_read_here() {
    let folder = tempfile::tempdir().expect("a folder");
    let coder = Coder { version: "1".into(), lexicon: "lex".into(), model: "en".into() };
    let articles = invented(42, 400, &coder);
    let here = said(&read_here(&articles, &coder));
    assert!(here.rows.iter().any(|r| r.report.cite_info.copy_of.is_some()));
    assert!(here.rows.iter().any(|r| r.report.doc.starts_with("front-page~")));
    let rows = rows(&articles);
    let half = rows.len() / 2;
    let files = [folder.path().join("0.parquet"), folder.path().join("1.parquet")];
    write(&files[0], &rows[..half], Some(&coder));
    write(&files[1], &rows[half..], Some(&coder));
    let (there, _, told) = taken(&files, &coder, false);
    assert_eq!(told, Vec::<String>::new());
    assert_eq!(said(&there), here);
}

#[test]
fn reports_that_stand_apart_come_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let (coder, articles) = examples();
    let here = said(&read_here(&articles, &coder));
    let mut rows = rows(&articles);
    rows.sort_by_key(|row| super::hash(&row.report.id));
    let file = folder.path().join("mixed.parquet");
    write(&file, &rows, Some(&coder));
    let (there, taken_in, told) = taken(&[file], &coder, false);
    assert_eq!((taken_in.new, taken_in.reports, told.len()), (6, rows.len(), 0));
    assert_eq!(said(&there), here);
}

#[test]
fn reports_of_another_coder_are_refused_in_one_line_unless_they_are_wanted() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = Coder { version: "0.0.1".into(), lexicon: "abc".into(), model: "en-0".into() };
    let articles = invented(1, 20, &other);
    let rows = rows(&articles);
    let files = [folder.path().join("said.parquet"), folder.path().join("unsaid.parquet")];
    write(&files[0], &rows, Some(&other));
    write(&files[1], &rows, None);
    let ours = Coder { version: "9".into(), ..other.clone() };
    let (ledger, taken_in, told) = taken(&files, &ours, false);
    assert_eq!((taken_in.new, taken_in.skipped, told.len()), (0, 2, 2), "{told:?}");
    assert!(
        told[0].contains("version 0.0.1, lexicon abc, model en-0") && told[0].contains("--coded-by-others")
    );
    assert_eq!(ledger.counts(None).expect("counts").articles, 0);
    let (ledger, taken_in, told) = taken(&files, &ours, true);
    assert_eq!(told, Vec::<String>::new());
    assert_eq!(taken_in.new, ledger.counts(None).expect("counts").articles);
    assert!(taken_in.new > 10);
}

#[test]
fn what_is_broken_is_told_and_the_rest_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let (coder, articles) = examples();
    let mut rows = rows(&articles);
    rows[0].text_sha256 = None;
    let last = rows.len() - 1;
    rows[last].report.event.clear();
    write(&folder.path().join("a.parquet"), &rows, Some(&coder));
    let whole = std::fs::read(folder.path().join("a.parquet")).expect("bytes");
    std::fs::write(folder.path().join("b.parquet"), &whole[..whole.len() / 2]).expect("written");
    std::fs::write(folder.path().join("_SUCCESS"), "").expect("written");
    let (files, rest) = split(&[folder.path().to_owned()]);
    assert_eq!((files.len(), rest.len()), (1, 1), "the broken file is left to the intake, which names it");
    let (_, taken_in, told) = taken(&[files, rest].concat(), &coder, false);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().any(|line| line.contains("b.parquet is no whole Parquet file")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("names no event type")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("sha256")), "{told:?}");
    assert_eq!(taken_in.skipped, 3);
    // The first report of the first article has lost its article and comes alone; the last article is left out.
    assert_eq!(taken_in.new, 5);
}
