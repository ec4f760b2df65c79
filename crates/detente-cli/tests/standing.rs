//! The commands that show standings, turns and blocs, over a ledger of the built-in examples: what they tell is what
//! the articles tell, their tables keep their columns, their pictures open, and what cannot be answered is said in one
//! line with what to do about it.
//!
//! The tables stand in `tests/golden/`; `BLESS=1 cargo test -p detente-cli --test standing` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A ledger of the examples, made once for all tests.
fn ledger() -> &'static Path {
    static LEDGER: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = LEDGER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("examples.db");
        let made = Command::new(env!("CARGO_BIN_EXE_detente"))
            .args(["demo", "--no-serve", "--ledger"])
            .arg(&path)
            .output()
            .expect("the program starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        (folder, path)
    });
    path
}

/// What the program did: exit status, output, messages.
fn raw(args: &[&str]) -> (i32, Vec<u8>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_detente"))
        .args(args)
        .env("DETENTE_LEDGER", ledger())
        .output()
        .expect("the program starts");
    let messages = String::from_utf8(output.stderr).expect("UTF-8 messages");
    assert!(!messages.contains("panicked"), "{messages}");
    (output.status.code().unwrap_or(-1), output.stdout, messages)
}

/// The output of a command that goes well.
fn run(args: &[&str]) -> String {
    let (code, out, messages) = raw(args);
    assert_eq!(code, 0, "{args:?}: {messages}");
    String::from_utf8(out).expect("UTF-8")
}

/// A command that cannot do what it was asked: the status, and these words in its message.
fn refuses(args: &[&str], status: i32, parts: &[&str]) {
    let (code, _, messages) = raw(args);
    assert_eq!(code, status, "{args:?}: {messages}");
    for part in parts {
        assert!(messages.contains(part), "{args:?}: {part:?} is not in: {messages}");
    }
}

/// A table as rows of cells; no cell of these tables holds a comma.
fn rows(csv: &str) -> Vec<Vec<&str>> {
    csv.lines().map(|line| line.split(',').collect()).collect()
}

fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, found).expect("written");
    }
    let kept = fs::read_to_string(&path).expect("a golden table: BLESS=1 makes it");
    assert_eq!(found, kept, "{name} has changed: if it should, BLESS=1 writes it anew");
}

// ------------------------------------------------------------------------------------------ what is told

/// Level of the two at the end of a month, out of a series.
fn level(csv: &str, day: &str) -> Option<f64> {
    rows(csv).iter().find(|r| r[2] == day).and_then(|r| r[3].parse().ok())
}

#[test]
fn iran_and_hamas_are_told_as_support_break_and_return() {
    let csv = run(&["standing", "Iran", "Hamas", "--to", "csv"]);
    assert!(level(&csv, "2011-12-31").expect("a level") > 3.0);
    assert!(level(&csv, "2012-12-31").expect("a level") < -1.0);
    assert!(level(&csv, "2017-12-31").expect("a level") > 3.0);
    assert_eq!(level(&csv, "2017-06-30"), None, "what has faded is no level");
    let turns = run(&["turns", "--dyad", "Iran", "Hamas", "--to", "csv"]);
    let told: Vec<(&str, &str, &str)> = rows(&turns)[1..].iter().map(|r| (r[3], r[5], r[6])).collect();
    assert_eq!(told, [("2017-08-01", "up", "rapprochement"), ("2012-01-01", "down", "rupture")]);
    let text = run(&["turns", "--dyad", "Hamas", "IRN"]);
    assert!(text.contains("“In 2012, Iran cut its military aid to Hamas.”"), "{text}");
}

#[test]
fn qatar_breaks_with_four_states_on_one_day_and_stands_with_iran_against_them() {
    let turns = run(&["turns", "--actor", "Qatar", "--to", "csv"]);
    let broke: Vec<(&str, &str)> = rows(&turns)[1..]
        .iter()
        .filter(|r| r[2] == "2017-06-05" && r[5] == "down")
        .map(|r| (r[0], r[1]))
        .collect();
    assert_eq!(broke, [("ARE", "QAT"), ("BHR", "QAT"), ("EGY", "QAT"), ("QAT", "SAU")]);

    let bloc = |day: &str, key: &str| {
        let blocs = run(&["blocs", "--on", day, "--to", "csv"]);
        rows(&blocs).iter().find(|r| r[1] == key).map(|r| r[3].to_owned())
    };
    assert_eq!(bloc("2017-05-31", "QAT"), None, "nothing is told of Qatar before");
    let (qatar, four) = (bloc("2017-06-30", "QAT"), bloc("2017-06-30", "SAU"));
    assert!(qatar.as_ref().is_some_and(|b| !b.is_empty()) && qatar == bloc("2017-06-30", "IRN"));
    assert!(four.as_ref().is_some_and(|b| !b.is_empty()) && four != qatar);
    for other in ["ARE", "BHR", "EGY"] {
        assert_eq!(bloc("2017-06-30", other), four, "{other}");
    }
    let text = run(&["blocs", "--on", "2017-06-30", "--since", "2017-05-31"]);
    assert!(text.contains("since 2017-05-31") && text.contains("Qatar"), "{text}");

    let matrix = run(&["matrix", "--on", "2017-06-30", "--to", "csv"]);
    let matrix = rows(&matrix);
    let at = |row: &str, column: &str| {
        let column = matrix[0].iter().position(|c| *c == column).expect("a column");
        matrix.iter().find(|r| r[0] == row).expect("a row")[column].parse::<f64>().ok()
    };
    assert!(at("QAT", "SAU").expect("a level") < -2.0 && at("QAT", "IRN").expect("a level") > 2.0);
    assert_eq!(at("QAT", "SAU"), at("SAU", "QAT"));
    assert_eq!(at("SAU", "SAU"), None);
}

#[test]
fn a_day_is_answered_with_what_it_rests_on() {
    let text = run(&["standing", "Iran", "Hamas", "--on", "2017-12-31"]);
    for part in
        ["Iran (IRN) and Hamas on 2017-12-31", "cooperative", "It rests on 12 events", "rapprochement", "“"]
    {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    assert!(!text.contains("Month by month"));
    let json = run(&["standing", "Iran", "Hamas", "--on", "2017-12-31", "--to", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["on"][0]["date"], "2017-12-31");
    assert!(json["rests_on"][0]["sentence"].is_string() && json["months"].is_null());
    // What was known before the article was added is nothing.
    refuses(
        &["standing", "Iran", "Hamas", "--as-of", "2000-01-01"],
        1,
        &["no event between", "as of 2000-01-01"],
    );
}

// ------------------------------------------------------------------------------------------ tables

#[test]
fn tables_are_as_they_were() {
    let iran = ["standing", "Iran", "Hamas", "--from", "2011-11-01", "--to", "2012-06-30", "--to", "csv"];
    golden("standing.csv", &run(&iran));
    golden("turns.csv", &run(&["turns", "--until", "2017-12-31", "--to", "csv"]));
    golden("blocs.csv", &run(&["blocs", "--on", "2017-08-31", "--since", "2017-05-31", "--to", "csv"]));
    golden("matrix.csv", &run(&["matrix", "--on", "2017-08-31", "--to", "csv"]));
}

#[test]
fn csv_and_json_have_the_same_columns_and_rows() {
    for command in
        [&["turns"][..], &["standing", "Iran", "Hamas", "--from", "2017-01-01", "--until", "2017-12-31"]]
    {
        let table = run(&[command, &["--format", "csv"]]
            .concat()
            .iter()
            .map(|a| if command[0] == "turns" && *a == "--format" { "--to" } else { *a })
            .collect::<Vec<_>>());
        let json =
            run(&[command, &[if command[0] == "turns" { "--to" } else { "--format" }, "json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let list = if command[0] == "turns" { &json } else { &json["months"] };
        let table = rows(&table);
        assert_eq!(list.as_array().map(Vec::len), Some(table.len() - 1));
        for column in &table[0] {
            assert!(list[0].get(column).is_some(), "{column}");
        }
    }
    let header = run(&["turns", "--to", "csv", "--limit", "0"]);
    assert_eq!(
        header, "actor_a,actor_b,date,date_from,date_to,direction,kind,size,certainty,told_on,events\n",
        "these columns are fixed"
    );
}

#[test]
fn turns_are_narrowed_by_day_party_certainty_and_number() {
    let all = rows(&run(&["turns", "--to", "csv"])).len() - 1;
    let n = |args: &[&str]| run(&[&["turns", "--to", "csv"], args].concat()).lines().count() - 1;
    assert!(all > 8);
    assert_eq!(n(&["--limit", "3"]), 3);
    assert_eq!(n(&["--since", "2012-01-01", "--until", "2012-12-31"]), 1);
    assert!(n(&["--actor", "Qatar"]) >= 4 && n(&["--actor", "Qatar"]) < all);
    assert!(n(&["--min-certainty", "0.7"]) < all);
    assert_eq!(n(&["--min-certainty", "0"]), all);
    let dates: Vec<String> =
        rows(&run(&["turns", "--to", "csv"]))[1..].iter().map(|r| r[4].to_owned()).collect();
    assert!(dates.is_sorted_by(|x, y| x >= y), "newest first: {dates:?}");
}

// ------------------------------------------------------------------------------------------ pictures

#[test]
fn pictures_go_into_files_by_their_ending_and_are_the_same_each_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let commands: [&[&str]; 3] =
        [&["standing", "Iran", "Hamas"], &["blocs", "--on", "2017-08-31"], &["matrix", "--on", "2017-08-31"]];
    for command in commands {
        let draw = |ending: &str, more: &[&str]| {
            let path = folder.path().join(format!("picture.{ending}"));
            let name = path.to_str().expect("a name");
            assert_eq!(run(&[command, &["--out", name], more].concat()), "");
            fs::read(path).expect("a file")
        };
        let svg = String::from_utf8(draw("svg", &[])).expect("UTF-8");
        assert!(svg.starts_with("<?xml") && svg.ends_with("</svg>\n"), "{command:?}");
        assert!(svg.contains("<title") && svg.contains("prefers-color-scheme") && svg.contains("Iran"));
        assert_eq!(svg.as_bytes(), draw("svg", &[]), "{command:?}");
        let png = draw("png", &[]);
        assert!(
            png.starts_with(b"\x89PNG\r\n\x1a\n") && png.len() > 10_000,
            "{command:?}: {} bytes",
            png.len()
        );
        assert_eq!(png, draw("png", &[]), "{command:?}");
        assert_ne!(png, draw("png", &["--ground", "dark"]), "{command:?}");
        let piped = raw(&[command, &["--to", "svg"]].concat()).1;
        assert_eq!(svg.as_bytes(), piped, "{command:?}");
    }
}

// ------------------------------------------------------------------------------------------ what cannot be done

#[test]
fn what_cannot_be_answered_is_said_with_what_to_do() {
    refuses(&["standing", "Irann", "Hamas"], 1, &["no party like \"Irann\"", "do you mean Iran (IRN)?"]);
    refuses(&["turns", "--actor", "Quatar"], 1, &["do you mean Qatar (QAT)?"]);
    refuses(&["standing", "Iran", "Iran"], 2, &["are one party"]);
    refuses(
        &["standing", "Pakistan", "Hamas"],
        1,
        &["no event between", "most is told of Pakistan with India"],
    );
    refuses(
        &["standing", "Iran", "Hamas", "--on", "1990-01-01"],
        1,
        &["nothing is known", "the first evidence is of 2006-01-01"],
    );
    refuses(&["standing", "Iran", "Hamas", "--from", "2018-01-01", "--to", "2017-01-01"], 2, &["swap them"]);
    refuses(
        &["standing", "Iran", "Hamas", "--on", "2017-01-01", "--to", "2018-01-01"],
        2,
        &["leave one of them out"],
    );
    refuses(&["standing", "Iran", "Hamas", "--to", "gif"], 2, &["one of text, csv, json, svg, png"]);
    refuses(
        &["standing", "Iran", "Hamas", "--out", "no/such/folder/x.svg"],
        1,
        &["cannot be written", "--out"],
    );
    refuses(&["turns", "--since", "2018-01-01", "--until", "2017-01-01"], 2, &["swap them"]);
    refuses(&["turns", "--min-certainty", "7"], 2, &["a number from 0 to 1"]);
    refuses(&["turns", "--since", "2100-01-01"], 0, &["ask for turns since an earlier day"]);
    refuses(
        &["blocs", "--on", "1700-01-01"],
        1,
        &["nothing is known of 1700-01-01", "the first event is of"],
    );
    refuses(&["matrix", "--on", "2150-01-01"], 1, &["ask for a day nearer to"]);
}
