//! `detente export`: every form has the columns that its list says, with cells of the kinds that it says; what goes out comes
//! back; what is denied stays out of columns that cannot say so; nothing of an article goes out where quotes are left out.
//!
//! The files of a small invented ledger stand in `tests/golden/export/`; `BLESS=1 cargo test -p detente-cli --test export`
//! writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use detente::article::{Article, DateSource};
use detente::note::Evidence;
use detente::plover::{Aux, EventType};
use detente::report::{CiteInfo, Coder, Entity, EventLoc, Report, Size, TextInfo};
use detente::span::Span;
use detente_ledger::export::Form;
use detente_ledger::export::field::FLAT;
use detente_ledger::{Filter, Ledger};
use jiff::civil::{Date, date};

const TEXT: &str = "Iran and Iraq held talks in Baghdad on Tuesday. Rebels killed 12 soldiers near Homs on Tuesday. \
                    Turkey denied that it had shelled Iraq. Washington punished Moscow in February, the Kremlin said. \
                    The =1+1 Party\tpraised Poland on Tuesday. France criticised Mali.";

fn entity(key: &str, sector: &str, name: &str, words: &str) -> Entity {
    let start = TEXT.find(words).expect("words of the text") as u32;
    let code = key.split('/').next().filter(|base| base.len() == 3).map(str::to_owned);
    Entity {
        key: key.into(),
        code,
        sector: (!sector.is_empty()).then(|| sector.into()),
        identifier_text: Some(name.into()),
        entity_text: words.into(),
        start,
        end: start + words.len() as u32,
        ..Entity::default()
    }
}

fn place(
    name: &str,
    country: &str,
    lat: f64,
    lon: f64,
    geonameid: u32,
    resolution: &str,
) -> Option<EventLoc> {
    Some(EventLoc {
        extracted_place: name.into(),
        resolved_place: Some(name.into()),
        lat: Some(lat),
        lon: Some(lon),
        country_code: Some(country.into()),
        geonameid: Some(geonameid),
        resolution: Some(resolution.into()),
        ..EventLoc::default()
    })
}

/// A report of the sentence with these words.
fn report(
    doc: &str,
    n: u32,
    kind: EventType,
    words: &str,
    parties: (Vec<Entity>, Vec<Entity>),
    days: Option<(Date, Date)>,
) -> Report {
    let at = TEXT.find(words).expect("words of the text");
    let start = TEXT[..at].rfind(". ").map_or(0, |dot| dot + 2);
    let end = at + TEXT[at..].find('.').expect("a full stop") + 1;
    Report {
        id: format!("{doc}#{n}"),
        doc: doc.into(),
        event: vec![kind],
        mode: None,
        context: vec![],
        quad_code: kind.quad(),
        event_scale: -2.5,
        actor: parties.0,
        recipient: parties.1,
        date: days.map(|d| d.0),
        enddate: days.map(|d| d.1),
        date_text: days.map(|_| "Tuesday".into()),
        date_precision: days.map(|d| if d.0 == d.1 { "day".into() } else { "month".into() }),
        aux: vec![],
        said_by: None,
        text_info: TextInfo { sequence: n, start: start as u32, end: end as u32 },
        event_text: words.into(),
        event_loc: None,
        size: None,
        event_id: None,
        gist: detente::report::Gist::default(),
        confidence: Some(0.8),
        evidence: vec![Evidence::new("test.rule", [Span::new(at, at + words.len())])],
        links: vec![],
        cite_info: CiteInfo { license: (doc == "wire-1").then(|| "CC BY 4.0".into()), ..CiteInfo::default() },
        coder: Coder { version: "0.1.0".into(), lexicon: "lex".into(), model: "en".into() },
    }
}

fn article(id: &str, source: &str, title: &str) -> Article {
    Article {
        id: id.into(),
        title: Some(title.into()),
        text: TEXT
            .replace("Tuesday. France", if id == "wire-1" { "Tuesday. France" } else { "Tuesday.  France" }),
        published: Some(date(2024, 3, 6)),
        published_from: DateSource::Given,
        url: Some(format!("https://example.org/{id}")),
        source: Some(source.into()),
        license: (id == "wire-1").then(|| "CC BY 4.0".into()),
        language: Some("en".into()),
        ..Article::default()
    }
}

/// A ledger of two invented articles.
fn invented(path: &Path) {
    let mut ledger = Ledger::open(path).expect("a ledger");
    let day = date(2024, 3, 5);
    let one = Some((day, day));
    let known = date(2024, 3, 7);
    let reports = |doc: &str| {
        let iran = || entity("IRN", "GOV", "Iran", "Iran");
        let iraq = || entity("IRQ", "GOV", "Iraq", "Iraq");
        let talks = Report {
            event_loc: place("Baghdad", "IRQ", 33.340_58, 44.400_88, 98_182, "city"),
            event_scale: 2.5,
            ..report(doc, 0, EventType::Consult, "held talks", (vec![iran(), iraq()], vec![]), one)
        };
        let rebels = entity("SYR/REB", "REB", "rebels", "Rebels");
        let soldiers = entity("SYR", "MIL", "soldiers", "soldiers");
        let deaths = if doc == "wire-1" { 12 } else { 14 };
        let killed = Report {
            mode: Some("firearms".into()),
            event_loc: place("Homs", "SYR", 34.726_82, 36.723_39, 169_577, "near"),
            size: Some(Size { dead: Some(deaths), ..Size::default() }),
            event_scale: -9.0,
            ..report(doc, 1, EventType::Assault, "killed 12 soldiers", (vec![rebels], vec![soldiers]), one)
        };
        if doc != "wire-1" {
            return vec![talks, killed];
        }
        let turkey = entity("TUR", "GOV", "Turkey", "Turkey");
        let denied = Report {
            aux: vec![Aux::Negated],
            ..report(doc, 2, EventType::Assault, "shelled", (vec![turkey], vec![iraq()]), one)
        };
        let usa = entity("USA", "GOV", "United States", "Washington");
        let russia = entity("RUS", "GOV", "Russia", "Moscow");
        let month = Some((date(2024, 2, 1), date(2024, 2, 29)));
        let punished = Report {
            said_by: Some(entity("RUS", "GOV", "Russia", "Kremlin")),
            event_loc: place("Russia", "RUS", 60.0, 100.0, 2_017_370, "country"),
            event_scale: -6.0,
            ..report(doc, 3, EventType::Sanction, "punished", (vec![usa], vec![russia]), month)
        };
        let party = entity("=1+1 Party", "PTY", "=1+1 Party", "=1+1 Party\t");
        let poland = entity("POL", "GOV", "Poland", "Poland");
        let praised = Report {
            context: vec!["diplomatic".into()],
            event_scale: 5.0,
            ..report(doc, 4, EventType::Support, "praised", (vec![party], vec![poland]), one)
        };
        let france = entity("FRA", "GOV", "France", "France");
        let mali = entity("MLI", "GOV", "Mali", "Mali");
        let undated = report(doc, 5, EventType::Accuse, "criticised", (vec![france], vec![mali]), None);
        vec![talks, killed, denied, punished, praised, undated]
    };
    for (id, source, title) in
        [("wire-1", "The Example Wire", "Talks & shots"), ("daily-1", "=Daily Sample", "=HYPERLINK(\"x\")")]
    {
        let coder = Coder { version: "0.1.0".into(), lexicon: "lex".into(), model: "en".into() };
        ledger.add(&article(id, source, title), &reports(id), &[], &coder, known).expect("added");
    }
}

struct Ledgers {
    _folder: tempfile::TempDir,
    invented: PathBuf,
    examples: PathBuf,
}

/// Both ledgers, made once for all tests.
fn ledgers() -> &'static Ledgers {
    static LEDGERS: OnceLock<Ledgers> = OnceLock::new();
    LEDGERS.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let (own, examples) = (folder.path().join("invented.db"), folder.path().join("examples.db"));
        invented(&own);
        let demo = ["demo", "--no-serve", "--ledger", &examples.display().to_string()].map(str::to_owned);
        let (code, _, messages) = program(&demo);
        assert_eq!(code, 0, "{messages}");
        Ledgers { _folder: folder, invented: own, examples }
    })
}

fn program(args: &[String]) -> (i32, Vec<u8>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    let output = command.args(args).env_remove("DETENTE_LEDGER").output().expect("the program starts");
    let messages = String::from_utf8(output.stderr).expect("UTF-8 messages");
    assert!(!messages.contains("panicked"), "{messages}");
    (output.status.code().unwrap_or(-1), output.stdout, messages)
}

/// Exports into a folder and gives what is in it, by name.
fn export(ledger: &Path, form: &str, more: &[&str]) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let mut args: Vec<String> = ["export", form, "--ledger"].map(str::to_owned).to_vec();
    args.extend([ledger.display().to_string(), "--out".into(), out.display().to_string()]);
    args.extend(more.iter().map(|a| (*a).to_owned()));
    let (code, _, messages) = program(&args);
    assert_eq!(code, 0, "{args:?}: {messages}");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&out).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::read(&path).expect("a file");
        files.insert(name, String::from_utf8_lossy(&bytes).into_owned());
    }
    files
}

/// The main file of a form.
fn main_of(form: &str, files: &BTreeMap<String, String>) -> String {
    let form = Form::ALL.into_iter().find(|f| f.as_str() == form).expect("a form");
    files.get(form.file_name()).cloned().unwrap_or_default()
}

/// Columns of a form with their kinds, out of the table in the lexicon.
fn columns(form: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicon/exchange/columns.tsv");
    let table = fs::read_to_string(path).expect("the table");
    let rows = table.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect::<Vec<_>>());
    rows.filter(|r| r[0] == form).map(|r| (r[2].to_owned(), r[3].to_owned())).collect()
}

/// Rows of cells.
fn cells(form: &str, text: &str) -> Vec<Vec<String>> {
    if ["csv", "ged", "panel"].contains(&form) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        return reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect()).collect();
    }
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn every_form_has_the_columns_and_kinds_of_its_list() {
    for (form, count) in [
        ("csv", 46),
        ("tsv", 46),
        ("icews", 20),
        ("polecat", 40),
        ("gdelt", 61),
        ("gdelt-mentions", 16),
        ("ged", 49),
        ("panel", 37),
    ] {
        let columns = columns(form);
        assert_eq!(columns.len(), count, "{form}");
        for (ledger, least) in
            [(&ledgers().invented, 1), (&ledgers().examples, usize::from(form != "ged") * 20)]
        {
            let files = export(ledger, form, &[]);
            let mut rows = cells(form, &main_of(form, &files));
            if !form.starts_with("gdelt") {
                let head = rows.remove(0);
                assert_eq!(head, columns.iter().map(|c| c.0.clone()).collect::<Vec<_>>(), "{form}");
            }
            assert!(rows.len() >= least, "{form}: {} rows", rows.len());
            for row in &rows {
                assert_eq!(row.len(), count, "{form}: {row:?}");
                for ((name, kind), cell) in columns.iter().zip(row) {
                    let sound = match kind.as_str() {
                        _ if cell.is_empty() || cell == "None" => true,
                        "whole" => cell.parse::<i64>().is_ok(),
                        "number" => cell.parse::<f64>().is_ok_and(f64::is_finite),
                        "day" => cell.parse::<Date>().is_ok(),
                        _ => !cell.starts_with(['=', '+', '-', '@']),
                    };
                    assert!(sound, "{form}: {name} is {kind} and holds {cell:?}");
                }
            }
            if files.contains_key("more.tsv") {
                let more = cells("tsv", &files["more.tsv"]);
                let ids: Vec<&String> = more.iter().skip(1).map(|r| &r[0]).collect();
                let own: Vec<&String> = rows.iter().map(|r| &r[0]).collect();
                assert_eq!(ids, own, "{form}: each row has its row beside it");
            }
        }
    }
    let flat: Vec<String> = FLAT.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(
        flat,
        columns("csv").into_iter().map(|c| c.0).collect::<Vec<_>>(),
        "pages write the same columns"
    );
}

#[test]
fn the_files_of_the_invented_ledger_stay_as_they_are() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/export");
    let mut changed = Vec::new();
    for form in Form::ALL.map(Form::as_str) {
        if form == "parquet" {
            continue;
        }
        for (name, text) in export(&ledgers().invented, form, &["--author", "Anna Lind"]) {
            let of_all = ["README.md", "CITATION.bib", "CITATION.cff"].contains(&name.as_str());
            if name == "_manifest.json" || of_all && form != "icews" || name == "more.tsv" && form != "icews"
            {
                continue;
            }
            let path =
                golden.join(if of_all || name == "more.tsv" { format!("{form}.{name}") } else { name });
            if std::env::var_os("BLESS").is_some() {
                fs::write(&path, &text).expect("written");
            }
            if fs::read_to_string(&path).unwrap_or_default() != text {
                changed.push(path);
            }
        }
    }
    assert!(changed.is_empty(), "changed; look at them, and BLESS=1 if that is right: {changed:?}");
}

#[test]
fn records_that_go_out_are_those_of_the_ledger() {
    for ledger in [&ledgers().invented, &ledgers().examples] {
        let text = main_of("plover", &export(ledger, "plover", &[]));
        let mut out: Vec<Report> = text.lines().map(|l| serde_json::from_str(l).expect("a record")).collect();
        assert!(out.iter().all(|r| r.event_id.is_some()), "each names its event");
        out.iter_mut().for_each(|r| r.event_id = None);
        let held =
            Ledger::open_read_only(ledger).expect("a ledger").reports(&Filter::default()).expect("rows");
        assert_eq!(out, held.into_iter().map(|row| row.report).collect::<Vec<_>>());
    }
}

#[test]
fn parquet_that_goes_out_has_the_same_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("r.parquet");
    let args = ["export", "parquet", "--ledger"].map(str::to_owned).into_iter();
    let args: Vec<String> = args
        .chain([ledgers().examples.display().to_string(), "--out".into(), out.display().to_string()])
        .collect();
    assert_eq!(program(&args).0, 0);
    let table = detente_tables::Reports::open(&out).expect("a table");
    let rows: Vec<detente_tables::Coded> = table.into_iter().map(|r| r.expect("a row")).collect();
    let held = Ledger::open_read_only(&ledgers().examples)
        .expect("a ledger")
        .reports(&Filter::default())
        .expect("rows");
    assert_eq!(rows.len(), held.len());
    for (row, held) in rows.iter().zip(&held) {
        assert_eq!((&row.report.id, &row.report.actor), (&held.report.id, &held.report.actor));
        assert!(row.sentence.chars().count() <= 201 && row.text_sha256.is_some());
    }
    for beside in ["README.md", "bib", "cff", "manifest.json"] {
        assert!(out.with_file_name(format!("r.parquet.{beside}")).exists(), "{beside}");
    }
}

/// Source, target, day and type of each row that stands beside an export.
fn acts_beside(files: &BTreeMap<String, String>) -> Vec<(String, String, String, String)> {
    let rows = cells("tsv", &files["more.tsv"]);
    let at = |name: &str| rows[0].iter().position(|c| c == name).expect("a column");
    let [source, target, day, kind] = ["source", "target", "date", "type"].map(at);
    rows.iter()
        .skip(1)
        .map(|r| (r[source].clone(), r[target].clone(), r[day].clone(), r[kind].clone()))
        .collect()
}

#[test]
fn what_goes_out_as_icews_comes_back_as_the_same_acts() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, ledger) in [("a", &ledgers().invented), ("b", &ledgers().examples)] {
        let files = export(ledger, "icews", &[]);
        let (table, back) =
            (folder.path().join(format!("{name}.tab")), folder.path().join(format!("{name}.db")));
        fs::write(&table, &files["icews.tab"]).expect("written");
        let args: Vec<String> =
            ["import", "icews", &table.display().to_string(), "--ledger", &back.display().to_string()]
                .map(str::to_owned)
                .to_vec();
        let (code, _, messages) = program(&args);
        assert_eq!(code, 0, "{messages}");
        let mut came = BTreeSet::new();
        let ledger = Ledger::open_read_only(&back).expect("a ledger");
        ledger
            .each_imported_act(&Filter::default(), |act| {
                for (a, b) in act.pairs() {
                    let day = act.date.expect("a day").to_string();
                    came.insert((a.key.clone(), b.key.clone(), day, act.kind.to_string()));
                }
                true
            })
            .expect("rows");
        let went: BTreeSet<_> = acts_beside(&files).into_iter().collect();
        // Lost: parties whom no table of ours knows by their name.
        let lost: Vec<_> = went.difference(&came).filter(|a| !a.0.starts_with("'=1+1")).collect();
        assert!(lost.is_empty() && !went.is_empty(), "{lost:?}\nfrom {came:?}");
    }
}

#[test]
fn rows_of_other_data_sets_go_out_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (table, ledger) = (folder.path().join("small.tsv"), folder.path().join("small.db"));
    fs::write(
        &table,
        "date\tsource\trelation\ttarget\n2020-01-02\tIran\tMake a visit\tIraq\n2020-01-03\tCitizen (Iran)\tAccuse\tIran\n\
         2020-01-03\tUnspecified Actor\tAccuse\tNobody at all\n",
    )
    .expect("written");
    let args: Vec<String> = [
        "import",
        "table",
        &table.display().to_string(),
        "--ledger",
        &ledger.display().to_string(),
        "--licence",
        "CC0",
    ]
    .map(str::to_owned)
    .to_vec();
    assert_eq!(program(&args).0, 0);
    let none = export(&ledger, "icews", &[]);
    assert_eq!(none["icews.tab"].lines().count(), 1, "only what was read from articles, unless asked");
    let files = export(&ledger, "icews", &["--sources", "imports"]);
    let rows = cells("tsv", &files["icews.tab"]);
    let names: Vec<(&str, &str, &str)> =
        rows.iter().skip(1).map(|r| (r[2].as_str(), r[6].as_str(), r[8].as_str())).collect();
    assert_eq!(
        names,
        [
            ("Iran", "042", "Iraq"),
            ("Citizen (Iran)", "112", "Iran"),
            ("Unspecified Actor", "112", "Nobody at all")
        ]
    );
    assert!(files["README.md"].contains("| 3 | small | CC0 |"), "{}", files["README.md"]);
    let panel = export(&ledger, "panel", &["--sources", "imports", "--states", "--by", "day"]);
    assert_eq!(panel["panel.csv"].lines().count(), 2, "one pair of states\n{}", panel["panel.csv"]);
}

#[test]
fn what_was_denied_stays_out_of_columns_that_cannot_say_so() {
    let ledger = &ledgers().invented;
    for form in ["icews", "polecat", "gdelt", "panel"] {
        let denied = |files: &BTreeMap<String, String>| {
            let text = main_of(form, files);
            let turkey = ["Turkey", "TURKEY", "TUR"];
            text.lines().any(|line| line.split(['\t', ',']).any(|cell| turkey.contains(&cell)))
        };
        let files = export(ledger, form, &[]);
        assert!(!denied(&files), "{form}");
        assert!(files["README.md"].contains("| 1 | denied, announced or supposed"), "{}", files["README.md"]);
        let files = export(ledger, form, &["--any-status"]);
        assert!(denied(&files), "{form}");
        assert!(files["README.md"].contains("not only what happened"), "{form}");
    }
    let only = export(ledger, "icews", &["--status", "negated"]);
    assert_eq!(only["icews.tab"].lines().count(), 2);
}

#[test]
fn without_quotes_no_words_of_an_article_go_out() {
    for form in Form::ALL.map(Form::as_str) {
        let files = export(&ledgers().invented, form, &["--no-quotes"]);
        for (name, text) in files {
            for words in ["killed 12 soldiers", "held talks", "Kremlin", "Washington", "Tuesday"] {
                assert!(!text.contains(words), "{form}: {name} holds {words:?}");
            }
        }
    }
}

#[test]
fn the_quad_classes_are_those_that_were_asked_for() {
    let ledger = &ledgers().invented;
    let class = |more: &[&str]| {
        let text = main_of("csv", &export(ledger, "csv", &[&["--type", "SANCTION"], more].concat()));
        cells("csv", &text)[1][5].clone()
    };
    assert_eq!(class(&[]), "material conflict");
    assert_eq!(class(&["--quad", "table"]), "verbal conflict");
}

#[test]
fn packed_files_hold_the_same_and_names_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = ledgers().invented.display().to_string();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let out = |name: &str, more: &[&str]| {
        let mut args: Vec<String> =
            ["export", "icews", "--ledger", &ledger, "--out", &at(name)].map(str::to_owned).to_vec();
        args.extend(more.iter().map(|a| (*a).to_owned()));
        program(&args)
    };
    assert_eq!(out("x.tab", &[]).0, 0);
    assert_eq!(out("x.tab.gz", &[]).0, 0);
    assert_eq!(out("x.tab.zst", &[]).0, 0);
    let plain = fs::read(at("x.tab")).expect("a file");
    let mut gzip = Vec::new();
    flate2::read::GzDecoder::new(fs::File::open(at("x.tab.gz")).expect("a file"))
        .read_to_end(&mut gzip)
        .expect("gzip");
    assert_eq!(gzip, plain);
    assert_eq!(zstd::decode_all(fs::File::open(at("x.tab.zst")).expect("a file")).expect("zstd"), plain);
    for ending in [".README.md", ".bib", ".cff", ".more.tsv", ".manifest.json"] {
        assert!(Path::new(&at(&format!("x.tab.gz{ending}"))).exists(), "{ending}");
    }
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(at("x.tab.manifest.json")).expect("a file")).expect("JSON");
    assert_eq!(manifest["output"]["bytes"], plain.len());
    // What is there is not written over unawares.
    let (code, _, messages) = out("x.tab", &[]);
    assert!(code == 2 && messages.contains("--force"), "{messages}");
    assert_eq!(out("x.tab", &["--force"]).0, 0);
    assert_eq!(fs::read(at("x.tab")).expect("a file"), plain);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").filter_map(Result::ok).collect();
    assert!(left.iter().all(|e| !e.file_name().to_string_lossy().contains("unfinished")), "{left:?}");
}

#[test]
fn wrong_usage_is_said_in_one_line() {
    let ledger = ledgers().invented.display().to_string();
    for (args, code, part) in [
        (&["export", "xlsx"][..], 2, "this is no form of export; use one of plover"),
        (&["export", "csv", "--fill"], 2, "belong to the form panel"),
        (&["export", "csv", "--by", "day"], 2, "belong to the form panel"),
        (&["export", "plover", "--sources", "all"], 2, "have no record"),
        (&["export", "parquet"], 2, "name it with --out"),
        (&["export", "csv", "--from", "2024-02-01", "--to", "2024-01-01"], 2, "swap them"),
        (&["export", "csv", "--actor", "Nobodyland"], 1, "knows no party"),
        (&["export", "csv", "--status", "negated", "--any-status"], 2, "--any-status"),
        (&["export", "csv", "--out", "/nowhere/at/all.csv"], 2, "/nowhere/at/all.csv cannot be written"),
        (&["export", "panel", "--widest", "0"], 2, "--widest"),
    ] {
        let mut args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        args.extend(["--ledger".to_owned(), ledger.clone()]);
        let (got, _, messages) = program(&args);
        assert_eq!(got, code, "{args:?}: {messages}");
        assert!(messages.contains(part), "{args:?}: {messages}");
    }
}

#[test]
fn a_panel_counts_by_period_and_fills_only_when_asked() {
    let ledger = &ledgers().invented;
    let rows = |more: &[&str]| {
        let text = main_of("panel", &export(ledger, "panel", more));
        cells("panel", &text).into_iter().skip(1).collect::<Vec<_>>()
    };
    let months = rows(&["--states"]);
    let pairs: Vec<(&str, &str, &str)> =
        months.iter().map(|r| (r[0].as_str(), r[3].as_str(), r[8].as_str())).collect();
    assert_eq!(pairs, [("2024-03", "IRN", "IRQ"), ("2024-03", "IRQ", "IRN"), ("2024-02", "USA", "RUS")]);
    // COW and Gleditsch–Ward numbers of Iran; two reports by two publishers.
    assert_eq!((months[0][6].as_str(), months[0][7].as_str()), ("630", "630"));
    assert_eq!(months[0][35..], ["2".to_owned(), "2".to_owned()]);
    // February of 29 days lies in no single day.
    assert!(rows(&["--states", "--by", "day"]).iter().all(|r| r[3] != "USA"));
    assert_eq!(rows(&["--states", "--fill"]).len(), 6);
    assert_eq!(rows(&["--states", "--by", "week"])[0][0], "2024-W10");
}

#[test]
fn xml_is_sound_and_geojson_has_points_in_the_right_order() {
    let ledger = &ledgers().invented;
    for form in ["graphml", "gexf"] {
        let text = main_of(form, &export(ledger, form, &[]));
        let open = text.matches('<').count() - text.matches("</").count() - text.matches("/>").count() - 1;
        assert_eq!(open, text.matches("</").count(), "{form}: as many tags open as close\n{text}");
        assert!(text.contains("\"IRN\""), "{text}");
    }
    let text = main_of("geojson", &export(ledger, "geojson", &[]));
    let map: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let features = map["features"].as_array().expect("features");
    let of = |place: &str| features.iter().find(|f| f["properties"]["place"] == place).expect("a feature");
    assert_eq!(of("Baghdad")["geometry"]["coordinates"], serde_json::json!([44.40088, 33.34058]));
    assert!(of("Russia")["geometry"].is_null(), "a country is no point");
}

#[test]
fn deadly_events_are_those_that_count_dead_or_say_that_somebody_died() {
    let rows = |ledger: &Path| cells("ged", &export(ledger, "ged", &[])["ged.csv"]).split_off(1);
    let counted = rows(&ledgers().invented);
    // Two reports say 12 and 14: the lower middle, the most, the least.
    assert_eq!(counted.iter().map(|r| r[44..47].to_vec()).collect::<Vec<_>>(), [["12", "14", "12"]]);
    let said = rows(&ledgers().examples);
    assert!(!said.is_empty() && said.iter().all(|r| ["1", "2", "3"].contains(&r[5].as_str())), "{said:?}");
}
