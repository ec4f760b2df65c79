//! What makes work repeatable: every run says what made it, a ledger can be read again and says what differs and why, and two
//! lexicons can be laid beside each other.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Two articles; the second has a word that only a lexicon of one's own knows.
const ARTICLES: &str = concat!(
    r#"{"id":"one","published":"2019-08-19","source":"The Echo","text":"French troops attacked Portugal on Friday."}"#,
    "\n",
    r#"{"id":"two","published":"2019-08-20","source":"The Echo","text":"Spain flummoxed Portugal on Friday. Germany condemned Spain."}"#,
    "\n",
);
/// A pattern of one's own.
const FLUMMOX: &str = r#"
[[entry]]
id = "own.flummox"
type = "ACCUSE"
match = ["ACTOR flummox RECIPIENT"]
why = "For the test."
[[entry.example]]
text = "[Avaria|actor] [flummoxed|event] [Belmora|recipient]."
[[entry.counter]]
text = "Avaria met Belmora."
"#;

struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().expect("a folder"));
        desk.write("news.jsonl", ARTICLES);
        desk.write("own/events/own.toml", FLUMMOX);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("written");
    }

    /// Exit status, output, messages.
    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_detente"))
            .current_dir(self.0.path())
            .args(args)
            .env("DETENTE_LEDGER", "l.db")
            .output()
            .expect("the program starts");
        let err = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(!err.contains("panicked"), "{err}");
        (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).expect("UTF-8"), err)
    }

    fn ok(&self, args: &[&str]) -> String {
        let (code, out, err) = self.run(args);
        assert_eq!(code, 0, "{args:?}: {out}{err}");
        out
    }

    fn json(&self, args: &[&str], code: i32) -> Value {
        let (found, out, err) = self.run(args);
        assert_eq!(found, code, "{args:?}: {out}{err}");
        serde_json::from_str(&out).expect("JSON")
    }
}

#[test]
fn every_run_leaves_what_made_it_and_the_list_shows_it() {
    let desk = Desk::new();
    desk.ok(&["add", "news.jsonl", "--known", "2019-09-01"]);
    desk.ok(&["add", "news.jsonl", "--known", "2019-09-02", "--lexicon", "own"]);
    let table = "date\tsource\trelation\ttarget\n2019-08-01\tFrance\tMake a visit\tSpain\n";
    desk.write("events.tsv", table);
    desk.ok(&["import", "table", "events.tsv", "--known", "2019-09-03"]);

    let list = desk.json(&["runs", "--to", "json"], 0);
    let list = list.as_array().expect("a list");
    let commands: Vec<&str> = list.iter().filter_map(|m| m["command"].as_str()).collect();
    assert_eq!(commands, ["add", "add", "import"], "everything bears a manifest");
    let text = desk.ok(&["runs"]);
    assert!(text.contains("2 articles read") && text.contains("1 data set imported"), "{text}");

    let first = desk.json(&["runs", "1", "--to", "json"], 0);
    assert_eq!(first, list[0]);
    assert_eq!(first["outcome"], "done");
    assert_eq!(first["record"]["settings"]["known"], "2019-09-01");
    assert_eq!(first["record"]["program"]["version"], env!("CARGO_PKG_VERSION"));
    let models = first["record"]["models"].as_array().expect("models");
    assert!(models.len() > 5 && models.iter().all(|m| m["used"] == true && m["sha256"].as_str().is_some()));
    let counts = &first["end"]["counts"];
    assert_eq!((&counts["articles_new"], &counts["articles_there_already"]), (&2.into(), &0.into()));
    let input = &first["end"]["inputs"][0];
    assert_eq!(
        (input["name"].as_str(), input["bytes"].as_u64()),
        (Some("news.jsonl"), Some(ARTICLES.len() as u64))
    );
    assert_eq!(input["sha256"].as_str().map(str::len), Some(64));

    let second = desk.ok(&["runs", "2"]);
    for part in ["own file", "own.toml", "glance.bin", "(not used)", "--known", "articles read again  2"] {
        let squeezed = second.split_whitespace().collect::<Vec<_>>().join(" ");
        let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed.contains(&part), "{part:?} is not in: {second}");
    }
    assert_ne!(list[1]["record"]["lexicon"]["sha256"], first["record"]["lexicon"]["sha256"]);
    let csv = desk.ok(&["runs", "--to", "csv"]);
    assert!(csv.starts_with("id,command,began,ended,outcome,") && csv.lines().count() == 4, "{csv}");
    let (code, _, err) = desk.run(&["runs", "9"]);
    assert!(code == 1 && err.contains("no run \"9\""), "{err}");
}

#[test]
fn what_comes_from_standard_input_has_its_hash_too() {
    use std::io::Write as _;
    let desk = Desk::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_detente"))
        .current_dir(desk.0.path())
        .args(["add", "--from", "jsonl", "--ledger", "l.db"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("piped").write_all(ARTICLES.as_bytes()).expect("written");
    assert!(child.wait().expect("it ends").success());
    desk.ok(&["add", "news.jsonl"]);
    let list = desk.json(&["runs", "--to", "json"], 0);
    let input = |n: usize| list[n]["end"]["inputs"][0].clone();
    assert_eq!(input(0)["name"], "standard input");
    assert_eq!((&input(0)["sha256"], &input(0)["bytes"]), (&input(1)["sha256"], &input(1)["bytes"]));
}

#[test]
fn outputs_have_what_made_them_beside_them() {
    let desk = Desk::new();
    desk.ok(&["code", "news.jsonl", "--out", "r.parquet"]);
    let read = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(desk.path(name)).expect("a manifest")).expect("JSON")
    };
    let mut names = fs::read_dir(desk.0.path())
        .expect("files")
        .flatten()
        .map(|f| f.file_name().into_string().expect("UTF-8"));
    let name = names.find(|n| n.contains("manifest")).expect("a manifest beside it");
    let code = read(&name);
    assert_eq!(
        (code["command"].as_str(), code["program"]["version"].as_str()),
        (Some("code"), Some(env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(code["lexicon"]["hash"], code["coder"]["lexicon"]);
    assert!(
        code["models"].as_array().is_some_and(|m| m.len() > 5) && code["inputs"][0]["sha256"].is_string()
    );

    desk.ok(&["relate", "r.parquet", "--out", "told", "--known", "2019-09-01"]);
    let told = read("told/_manifest.json");
    assert_eq!(
        (told["command"].as_str(), told["settings"]["known"].as_str()),
        (Some("relate"), Some("2019-09-01"))
    );
    assert_eq!((&told["articles"], &told["coder"]), (&2.into(), &code["coder"]));
    assert_eq!(told["output"].as_array().map(Vec::len), Some(3));
    assert!(
        told["output"]
            .as_array()
            .into_iter()
            .flatten()
            .all(|o| o["sha256"].as_str().is_some_and(|h| h.len() == 64))
    );
    assert_eq!(told["inputs"][0]["sha256"].as_str().map(str::len), Some(64));
}

#[test]
fn a_ledger_that_reads_the_same_again_is_said_to() {
    let desk = Desk::new();
    desk.ok(&["add", "news.jsonl", "--known", "2019-09-01"]);
    let before = fs::read(desk.path("l.db")).expect("the file");
    let text = desk.ok(&["verify", "l.db"]);
    assert!(text.contains("Read again: 2 articles") && text.contains("no fault"), "{text}");
    let json = desk.json(&["verify", "l.db", "--all", "--to", "json"], 0);
    assert_eq!((&json["reports"]["changed"], &json["differences"]), (&0.into(), &Value::Array(Vec::new())));
    assert!(
        json["reports"]["same"].as_u64() >= Some(2) && json["integrity"]["pairs"].as_u64() >= Some(2),
        "{json}"
    );
    assert_eq!(json["sample"], Value::Null);
    let one = desk.json(&["verify", "l.db", "--sample", "1", "--to", "json"], 0);
    assert_eq!(one["articles"]["read"], 1);
    assert_eq!(fs::read(desk.path("l.db")).expect("the file"), before, "nothing is written");
    assert_eq!(desk.ok(&["verify", "l.db", "--to", "csv"]).lines().count(), 1);
}

#[test]
fn what_another_lexicon_reads_is_told_with_sentence_field_and_cause() {
    let desk = Desk::new();
    desk.ok(&["add", "news.jsonl", "--known", "2019-09-01"]);
    let args = ["verify", "l.db", "--lexicon", "own"];
    let json = desk.json(&[&args[..], &["--to", "json"]].concat(), 1);
    let new: Vec<&Value> =
        json["differences"].as_array().expect("a list").iter().filter(|d| d["change"] == "new").collect();
    assert_eq!(new.len(), 1, "{json}");
    assert_eq!(new[0]["text"], "Spain flummoxed Portugal on Friday.");
    assert!(new[0]["says"].as_str().is_some_and(|s| s.starts_with("ACCUSE ESP → PRT")), "{json}");
    assert!(new[0]["causes"].as_array().is_some_and(|c| c.contains(&"lexicon".into())), "{json}");
    let (code, text, _) = desk.run(&args);
    assert!(code == 1 && text.contains("another lexicon") && text.contains("“Spain flummoxed"), "{text}");
    // The other way round it is gone.
    desk.ok(&["add", "news.jsonl", "--known", "2019-09-02", "--lexicon", "own"]);
    let (code, csv, _) = desk.run(&["verify", "l.db", "--to", "csv"]);
    assert!(code == 1 && csv.lines().any(|l| l.starts_with("gone,two,two#1,ACCUSE")), "{csv}");
    desk.ok(&args);
}

#[test]
fn a_letter_that_was_changed_in_the_file_is_damage() {
    let desk = Desk::new();
    desk.ok(&["add", "news.jsonl", "--known", "2019-09-01"]);
    let path = desk.path("l.db");
    let mut bytes = fs::read(&path).expect("the file");
    let whole = b"Spain flummoxed Portugal on Friday. Germany condemned Spain.";
    let at = bytes.windows(whole.len()).position(|w| w == whole).expect("the text stands in the file");
    bytes[at + 6] = b'F';
    fs::write(&path, bytes).expect("written");
    let json = desk.json(&["verify", "l.db", "--to", "json"], 1);
    assert_eq!((&json["articles"]["damaged"], &json["articles"]["read"]), (&1.into(), &1.into()));
    let faults = json["integrity"]["faults"].as_array().expect("a list");
    assert!(faults.iter().any(|f| f["kind"] == "text" && f["of"] == "two"), "{json}");
    let (_, text, _) = desk.run(&["verify"]);
    assert!(text.contains("the text was damaged"), "{text}");
}

#[test]
fn what_is_no_ledger_is_refused_in_a_sentence() {
    let desk = Desk::new();
    let (code, _, err) = desk.run(&["verify", "news.jsonl"]);
    assert!(code == 1 && err.contains("not a ledger"), "{err}");
    let (code, _, err) = desk.run(&["runs"]);
    assert!(code == 1 && err.contains("there is no ledger"), "{err}");
    assert_eq!(desk.run(&["verify", "l.db", "--all", "--sample", "3"]).0, 2);
}

#[test]
fn two_lexicons_are_laid_beside_each_other_with_what_they_do_to_articles() {
    let desk = Desk::new();
    let text = desk.ok(&["lexicon", "diff", "built-in", "own", "--on", "news.jsonl"]);
    for part in [
        "Entries: 1 new, 0 gone, 0 changed",
        "events own.flummox",
        "own.toml:3",
        "Reports of 2 articles:",
        "ACCUSE ESP → PRT",
        "“Spain flummoxed Portugal on Friday.”",
        // The example of the new entry is read by nobody without it.
        "1 hold under their own lexicon and break under the other",
    ] {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    desk.write("other/events/own.toml", &FLUMMOX.replace("flummox RECIPIENT", "flummox|vex RECIPIENT"));
    let json = desk.json(&["lexicon", "diff", "own", "other", "--to", "json"], 0);
    assert_eq!(json["entries"][0]["fields"][0]["name"], "match");
    assert_eq!((&json["entries"][0]["change"], &json["articles"]), (&"changed".into(), &Value::Null));
    assert_eq!(json["examples"], Value::Array(Vec::new()));
    desk.ok(&["add", "news.jsonl"]);
    let csv = desk.ok(&["lexicon", "diff", "own", "built-in", "--ledger", "l.db", "--to", "csv"]);
    assert!(csv.lines().any(|l| l.starts_with("entry,gone,events own.flummox,")), "{csv}");
    assert!(csv.lines().any(|l| l.starts_with("report,gone,two#1,two,")), "{csv}");
    let (code, _, err) = desk.run(&["lexicon", "diff", "built-in", "built-in"]);
    assert!(code == 2 && err.contains("name a folder"), "{err}");
}

#[test]
fn the_version_names_the_hashes_of_all_that_reads_and_the_forms_of_what_is_written() {
    let out = Desk::new().ok(&["--version"]);
    let tables = format!("ledgers with tables of version {}", detente_ledger::VERSION);
    for part in ["engine ", &tables, "reports/1", "models/en/syntax.bin", "gazetteer.bin"] {
        assert!(out.contains(part), "{part:?} is not in: {out}");
    }
    assert_eq!(out.lines().filter(|l| l.starts_with("sha256  ")).count(), 8);
}
