//! The program as a person meets it: arguments in, output, messages and exit status out.

use std::fs;
use std::io::{BufRead, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// One article that surely reports something.
const ATTACK: &str = "French troops attacked Portugal on Friday.";

/// A folder of its own for one test.
struct Desk {
    dir: TempDir,
}

/// What the program did.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Desk {
        Desk { dir: tempfile::tempdir().expect("a folder for the test") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder");
        fs::write(&path, content).expect("a file for the test");
        path
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    fn run_with(&self, args: &[&str], stdin: &[u8]) -> Ran {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // The program may end without reading.
        let _ = child.stdin.take().expect("piped").write_all(stdin);
        let output: Output = child.wait_with_output().expect("the program ends");
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("UTF-8 out"),
            err: String::from_utf8(output.stderr).expect("UTF-8 messages"),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
        command.current_dir(self.dir.path()).args(args).env_remove("DETENTE_LEDGER");
        command
    }
}

impl Ran {
    /// The article of each report, in the order of the output.
    fn docs(&self) -> Vec<String> {
        let doc = |line: &str| {
            let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
            record["doc"].as_str().expect("a doc").to_owned()
        };
        self.out.lines().map(doc).collect()
    }

    /// The exit status, and every one of these in the messages.
    fn says(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "exit status; messages: {}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in: {}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

fn record(id: &str, text: &str) -> String {
    serde_json::json!({"id": id, "published": "2019-08-19", "title": "A title", "text": text}).to_string()
        + "\n"
}

// ------------------------------------------------------------------------------------------ who, actors

fn who(args: &[&str]) -> (Ran, serde_json::Value) {
    let ran = Desk::new().run(&[&["lexicon", "who", "--to", "json"], args].concat());
    let answer = serde_json::from_str(&ran.out).expect("JSON");
    (ran, answer)
}

#[test]
fn when_and_where_answer_from_the_command_line_and_say_why() {
    let published = ["--published", "2017-08-09"];
    for (args, parts) in [
        (
            ["when", "Avaria cut its aid last June."],
            &["“last June”  2017-06-01..2017-06-30", "counts from the day of publication", "last {month}"][..],
        ),
        (["when", "They met on February 30."], &["“February 30”  no days", "no date of the calendar"]),
        (
            ["where", "Rebels attacked a post in Aleppo on Monday, Tehran said."],
            &["“Aleppo”  Aleppo, SYR, 36.20 37.16,", "GeoNames 170063 (city)", "“Tehran”", "ASSAULT"],
        ),
        (
            ["where", "Lebanese soldiers clashed with gunmen in Tripoli."],
            &[
                "“Tripoli”  Tripoli, Liban-Nord, LBN, 34.43 35.84",
                "the article speaks of its state",
                "could be Tripoli, Tripoli, LBY (capital",
            ],
        ),
        (
            ["where", "Iraqi troops attacked gunmen 40 km north of Mosul."],
            &["(told by another place: 40 km north of Mosul)", "within 11 km"],
        ),
    ] {
        let ran = Desk::new().run(&[&args[..], &published].concat());
        ran.says(0, &[]);
        parts.iter().for_each(|part| assert!(ran.out.contains(part), "{part:?} is not in: {}", ran.out));
    }
    let ran = Desk::new().run(&["when", "They met last June."]);
    assert!(ran.out.starts_with("no day of publication is given"), "{}", ran.out);
    assert!(ran.out.contains("no day of publication is known: \"last June\""), "{}", ran.out);
    Desk::new().run(&["where"]).says(2, &["<TEXT>"]);
}

/// An article whose second sentence gives the first as its cause.
const LINKED: &str = "France attacked Portugal. As a result, Portugal expelled the French ambassador.";

#[test]
fn links_says_how_events_stand_to_each_other_and_which_words_say_so() {
    let ran = Desk::new().run(&["links", LINKED, "--published", "2019-08-19"]);
    ran.says(0, &[]);
    for part in [
        "SANCTION PRT → FRA  because  ASSAULT FRA → PRT: “As a result”",
        "links/cause.toml",
        "sentence 1 states a cause",
    ] {
        assert!(ran.out.contains(part), "{part:?} is not in: {}", ran.out);
    }
    let ran = Desk::new().run(&["links", "--to", "json", LINKED]);
    let answer: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(answer["links"][0]["rule"], "link.consequently");
    assert_eq!(answer["causes"][0]["sentence"], 1);
    let ran = Desk::new().run(&["links", "France attacked Portugal on Monday."]);
    assert!(
        ran.out.contains("no link between two events") && ran.out.contains("states no cause"),
        "{}",
        ran.out
    );
}

#[test]
fn a_link_is_kept_and_explained_from_both_its_ends() {
    let desk = Desk::new();
    desk.write("a.jsonl", record("a", LINKED));
    desk.run(&["add", "a.jsonl"]).says(0, &[]);
    for (id, words) in [
        ("a#2", "this event because a#1 (ASSAULT FRA → PRT): “As a result”"),
        ("a#1", "a#2 (SANCTION PRT → FRA) because this event: “As a result”"),
    ] {
        let ran = desk.run(&["explain", id]);
        assert!(ran.out.contains(words), "{}", ran.out);
    }
}

#[test]
fn when_keeps_what_cannot_be_and_says_so() {
    for (text, day, part) in [
        ("They met on 29 February 2017.", "2017-03-01", "“29 February 2017”  no days"),
        ("They met on 32 March.", "2017-03-01", "\"32 March\" is no date of the calendar"),
        ("It will be safe in the year 10000.", "2017-03-01", "“the year 10000”  no days"),
        ("They met in the year 2017.", "2017-03-01", "“the year 2017”  2017-01-01..2017-12-31"),
        ("They met last week.", "2199-12-31", "published 2199-12-31 lies ahead of today"),
    ] {
        let ran = Desk::new().run(&["when", text, "--published", day]);
        ran.says(0, &[]);
        assert!(ran.out.contains(part), "{part:?} is not in: {}", ran.out);
    }
    let ran = Desk::new().run(&["when", "They met last week.", "--published", "2017-03-01"]);
    assert!(!ran.out.contains("ahead of today"), "{}", ran.out);
    Desk::new()
        .run(&["when", "They met last week.", "--published", "9999-12-31"])
        .says(2, &["days of publication lie between the years 1600 and 2200"]);
}

#[test]
fn code_keeps_a_day_of_publication_that_is_still_to_come_and_says_so() {
    let desk = Desk::new();
    let ahead = format!(r#"{{"id":"a","published":"2199-12-31","text":"{ATTACK}"}}"#);
    desk.write("a.jsonl", format!("{ahead}\n{}", ahead.replace("\"a\"", "\"b\"").replace("2199", "2019")));
    let ran = desk.run(&["code", "a.jsonl"]);
    ran.says(0, &["a: published 2199-12-31 lies ahead of today; it is kept as it is given"]);
    assert!(ran.out.contains("2199-12") && !ran.err.contains("b: "), "{}{}", ran.out, ran.err);
}

#[test]
fn who_says_for_whom_somebody_acts_on_a_day_and_why() {
    for (name, day, key, tenure) in [
        ("Erdogan", "2010-05-01", "TUR", "in-office"),
        ("Erdoğan", "2015-05-01", "TUR", "in-office"),
        ("David Cameron", "2016-07-20", "GBR", "just-left"),
        ("David Cameron", "2018-01-01", "GBR/ELI", "left"),
        ("David Cameron", "2005-01-01", "Conservative Party", "not-yet"),
        ("ismael haniya", "2012-01-01", "Hamas", "in-office"),
    ] {
        let (ran, answer) = who(&[name, "--on", day]);
        ran.says(0, &[]);
        let acts = &answer["meanings"][0]["acts_for"];
        assert_eq!(
            (acts["key"].as_str(), acts["tenure"].as_str()),
            (Some(key), Some(tenure)),
            "{name} {day}"
        );
    }
}

#[test]
fn who_shows_every_row_of_an_ambiguous_name_with_its_source() {
    let (ran, answer) = who(&["Congo"]);
    ran.says(0, &[]);
    assert_eq!(answer["ambiguous"], true);
    let keys: Vec<&str> =
        answer["meanings"].as_array().expect("rows").iter().filter_map(|m| m["key"].as_str()).collect();
    assert_eq!(keys, ["COD", "COG"]);
    let row = answer["meanings"][0]["source"]["row"].as_str().expect("a row");
    assert!(row.starts_with("lexicon/actors/states.tsv:"), "{row}");
    let text = Desk::new().run(&["lexicon", "who", "Congo"]);
    assert!(text.out.contains("ambiguous") && text.out.contains("Wikidata Q974"), "{}", text.out);
}

#[test]
fn who_lists_those_who_bear_a_family_name_and_those_who_held_a_title() {
    let (_, kim) = who(&["Kim"]);
    assert_eq!(kim["meanings"].as_array().map(Vec::len), Some(0));
    let names: Vec<&str> =
        kim["family"].as_array().expect("persons").iter().filter_map(|p| p["name"].as_str()).collect();
    assert!(names.contains(&"Kim Jong-un") && names.contains(&"Kim Dae-jung"), "{names:?}");
    let text = Desk::new().run(&["lexicon", "who", "Kim"]).out;
    assert!(text.contains("unresolved in a text that says no more"), "{text}");
    let (_, bush) = who(&["President", "Bush", "--on", "1990-02-01"]);
    let keys = |list: &serde_json::Value| {
        list.as_array().expect("persons").iter().map(|p| p["acts_for"]["key"].clone()).collect::<Vec<_>>()
    };
    assert!(keys(&bush["meanings"]).contains(&"USA".into()), "{bush}");
}

#[test]
fn of_two_presidents_of_a_name_who_is_in_office_on_the_day_is_meant() {
    for (day, meant) in [("1990-02-01", "George H. W. Bush"), ("2005-05-05", "George W. Bush")] {
        let (_, bush) = who(&["Bush", "--on", day]);
        assert_eq!((&bush["meant"], &bush["ambiguous"]), (&meant.into(), &false.into()), "{bush}");
        let text = Desk::new().run(&["lexicon", "who", "Bush", "--on", day]).out;
        assert!(text.starts_with(&format!("“Bush” is {meant} on {day}")), "{text}");
    }
    let (_, bush) = who(&["Bush", "--on", "2020-01-01"]);
    assert_eq!((&bush["meant"], &bush["ambiguous"]), (&serde_json::Value::Null, &true.into()), "{bush}");
}

#[test]
fn a_state_and_a_former_name_of_it_have_their_days() {
    let tenure = |name: &str, day: &str| who(&[name, "--on", day]).1["meanings"][0]["acts_for"].clone();
    for (name, day, tells) in [
        ("South Sudan", "2005-01-01", "not-in-use"),
        ("South Sudan", "2012-01-01", "in-use"),
        ("Burma", "1985-01-01", "in-use"),
        ("Swaziland", "2019-01-01", "not-in-use"),
    ] {
        assert_eq!(tenure(name, day)["tenure"], tells, "{name} {day}");
    }
    assert_eq!(tenure("Burma", "2005-01-01")["key"], "MMR");
}

#[test]
fn who_does_not_know_everybody_and_names_some_like_it() {
    let ran = Desk::new().run(&["lexicon", "who", "Miloševitch"]);
    ran.says(1, &["knows nobody by the name", "Slobodan Milošević"]);
    let ran = Desk::new().run(&["lexicon", "who", "Xqzw"]);
    ran.says(1, &["knows nobody by the name “Xqzw”"]);
    Desk::new().run(&["lexicon", "who"]).says(2, &[]);
    Desk::new().run(&["lexicon", "who", "Bush", "--on", "someday"]).says(2, &["2019-08-19"]);
}

/// An article with a chain, an open name and a place.
const MEN: &str = "French minister Jean Moulay flew to Lisbon. He met Oskar Flint. Moulay thanked Portugal.";

#[test]
fn actors_shows_mentions_chains_and_why() {
    let desk = Desk::new();
    let ran = desk.run_with(&["actors", "--published", "2019-08-19", "--to", "json"], MEN.as_bytes());
    ran.says(0, &[]);
    let pages: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let mentions = pages[0]["mentions"].as_array().expect("mentions");
    let of = |words: &str| mentions.iter().find(|m| m["text"] == words).expect(words);
    let (named, he, bare) = (of("Jean Moulay"), of("He"), of("Moulay"));
    for m in [named, he, bare] {
        assert_eq!(m["parties"][0]["key"], "FRA");
        assert_eq!(m["parties"][0]["chain"], named["parties"][0]["chain"]);
    }
    assert_eq!(named["parties"][0]["why"]["rule"], "actor:introduced");
    assert_eq!(he["sentence"], "He met Oskar Flint.");
    assert_eq!(
        of("Portugal")["parties"][0]["why"]["rule"].as_str().map(|r| r.starts_with("actors/")),
        Some(true)
    );
    let open = of("Oskar Flint");
    assert!(open["parties"][0].get("key").is_none());
    assert!(open["note"].as_str().expect("a note").contains("left open"));
    let starts: Vec<u64> = mentions.iter().filter_map(|m| m["start"].as_u64()).collect();
    assert!(starts.is_sorted(), "{starts:?}");
    let chain = &named["parties"][0]["chain"];
    let list = pages[0]["chains"].as_array().expect("chains").iter().find(|c| c["chain"] == *chain);
    assert!(list.expect("the chain")["mentions"].as_array().map_or(0, Vec::len) >= 3);
}

#[test]
fn actors_for_people_and_one_mention_a_line() {
    let desk = Desk::new();
    let day = ["--published", "2019-08-19"];
    let text = desk.run_with(&[&["actors", "--to", "text"], &day[..]].concat(), MEN.as_bytes()).out;
    for part in
        ["“Jean Moulay”  FRA", "“Oskar Flint”  nobody's", "left open", "Chains", "published 2019-08-19"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let args = [&["actors"], &day[..]].concat();
    let lines = desk.run_with(&args, MEN.as_bytes()).out;
    assert_eq!(lines, desk.run_with(&[&args[..], &["--jobs", "1"]].concat(), MEN.as_bytes()).out);
    for line in lines.lines() {
        let mention: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(mention["doc"].is_string() && mention["wording"].is_string(), "{line}");
    }
    let none = desk.run_with(&["actors", "--to", "json"], b"{\"id\":\"a\",\"text\":\"\"}\n");
    assert!(!none.err.contains("panicked"), "{}", none.err);
}

// ------------------------------------------------------------------------------------------ code

#[test]
fn an_article_becomes_records_with_words_and_evidence() {
    let desk = Desk::new();
    desk.write("a.jsonl", record("a", ATTACK));
    let ran = desk.run(&["code", "a.jsonl"]);
    ran.says(0, &[]);
    let report: serde_json::Value =
        serde_json::from_str(ran.out.lines().next().expect("a record")).expect("JSON");
    assert_eq!(report["doc"], "a");
    assert_eq!(report["event"][0], "ASSAULT");
    assert!(report["evidence"][0]["rule"].is_string());
    assert!(report["coder"]["lexicon"].is_string());
}

#[test]
fn standard_input_is_read_by_dash_and_when_no_file_is_named() {
    let desk = Desk::new();
    let record = record("a", ATTACK);
    let dash = desk.run_with(&["code", "-"], record.as_bytes());
    let bare = desk.run_with(&["code"], record.as_bytes());
    assert!(!dash.out.is_empty());
    assert_eq!(dash.out, bare.out);
}

#[test]
fn text_pages_and_json_lines_give_the_same_events() {
    let desk = Desk::new();
    desk.write("a.txt", format!("Troops cross the strait\n\nMonday, August 19, 2019\n\n{ATTACK}\n"));
    let body = format!("<p>{ATTACK}</p>");
    desk.write(
        "a.html",
        format!("<html><head><meta property=article:published_time content=2019-08-19></head><body><article>{body}</article></body></html>"),
    );
    desk.write("a.jsonl", record("a", ATTACK));
    let kinds = |file: &str| {
        let ran = desk.run(&["code", file, "--to", "csv"]);
        ran.says(0, &[]);
        let mut rows = csv::Reader::from_reader(ran.out.as_bytes());
        rows.records()
            .map(|r| r.expect("a row"))
            .filter(|r| &r[5] == "ASSAULT")
            .map(|r| (r[2].to_owned(), r[10].to_owned(), r[13].to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds("a.jsonl").len(), 1);
    assert_eq!(kinds("a.txt"), kinds("a.jsonl"));
    assert_eq!(kinds("a.html"), kinds("a.jsonl"));
}

#[test]
fn output_is_the_same_for_any_number_of_threads_and_stands_in_the_order_of_the_input() {
    let desk = Desk::new();
    let many: String = (0..600).map(|i| record(&format!("n{i}"), ATTACK)).collect();
    desk.write("many.jsonl", many);
    let one = desk.run(&["code", "many.jsonl", "--jobs", "1"]);
    let four = desk.run(&["code", "many.jsonl", "--jobs", "4"]);
    assert!(one.out == four.out, "the bytes differ");
    let docs = one.docs();
    let expected: Vec<String> = (0..600).map(|i| format!("n{i}")).collect();
    assert_eq!(docs, expected);
}

#[test]
fn protests_and_sanctions_stand_in_the_quad_class_that_is_asked_for() {
    let desk = Desk::new();
    let text =
        "Avarian teachers protested against the government on Monday. Russia imposed sanctions on Turkey.";
    desk.write("a.jsonl", record("a", text));
    let quads = |convention: &str| -> Vec<(String, String)> {
        let ran = desk.run(&["code", "a.jsonl", "--to", "jsonl", "--quad", convention]);
        let lines = ran.out.lines().filter(|l| !l.is_empty());
        let reports = lines.map(|l| serde_json::from_str::<serde_json::Value>(l).expect("a report"));
        let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_string();
        reports.map(|r| (text(&r["event"][0]), text(&r["quad_code"]))).collect()
    };
    let of = |convention: &str, event: &str| {
        quads(convention).into_iter().find(|(e, _)| e == event).map(|(_, quad)| quad).unwrap_or_default()
    };
    assert_eq!(of("sections", "PROTEST"), "material conflict");
    assert_eq!(of("sections", "SANCTION"), "material conflict");
    assert_eq!(of("table", "PROTEST"), "material conflict");
    assert_eq!(of("table", "SANCTION"), "verbal conflict");
    assert_eq!(of("cameo", "PROTEST"), "verbal conflict");
    assert_eq!(of("cameo", "SANCTION"), "material conflict");
}

#[test]
fn a_table_fits_the_width_it_is_given() {
    let desk = Desk::new();
    desk.write("a.jsonl", record("a", ATTACK));
    let output =
        desk.command(&["code", "a.jsonl", "--to", "table"]).env("COLUMNS", "80").output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.starts_with("day"), "{text}");
    assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
    assert!(!text.contains('\u{1b}'), "colour only on a terminal");
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let desk = Desk::new();
    let many: String = (0..3000).map(|i| record(&format!("n{i}"), ATTACK)).collect();
    desk.write("many.jsonl", many);
    let mut child = desk
        .command(&["code", "many.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn twins_get_ids_of_their_own() {
    let desk = Desk::new();
    desk.write("a.jsonl", record("a", ATTACK).repeat(3));
    let ran = desk.run(&["code", "a.jsonl"]);
    let docs: Vec<&str> = ["\"doc\":\"a\"", "\"doc\":\"a-2\"", "\"doc\":\"a-3\""]
        .into_iter()
        .filter(|d| ran.out.contains(d))
        .collect();
    assert_eq!(docs.len(), 3, "{}", ran.out);
}

// ------------------------------------------------------------------------------------------ bad input

#[test]
fn a_missing_file_is_named_and_the_rest_is_read() {
    let desk = Desk::new();
    desk.write("a.jsonl", record("a", ATTACK));
    let ran = desk.run(&["code", "gone.txt", "a.jsonl"]);
    ran.says(1, &["gone.txt: there is no such file or folder: check the name."]);
    assert!(!ran.out.is_empty());
}

#[test]
fn a_folder_without_articles_is_named() {
    let desk = Desk::new();
    desk.write("empty/README.md", "# Nothing here\n");
    desk.write("empty/picture.png", "x");
    desk.run(&["code", "empty"])
        .says(1, &["empty: this folder holds no articles: put .txt, .html or .jsonl files there"]);
}

#[test]
fn a_folder_is_read_in_the_order_of_its_names() {
    let desk = Desk::new();
    for name in ["b.txt", "a.txt", "c/a.html", "c/README.md"] {
        desk.write(&format!("news/{name}"), format!("<html><p>{ATTACK}</p>\n"));
    }
    let ran = desk.run(&["code", "news", "--published", "2019-08-19"]);
    ran.says(0, &[]);
    let docs = ran.docs();
    assert_eq!(docs, ["a", "b", "a-2"]);
}

#[test]
fn binary_data_is_refused() {
    let desk = Desk::new();
    desk.write("a.txt", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0");
    desk.write("b.pdf", b"%PDF-1.7\n...");
    desk.run(&["code", "a.txt"])
        .says(1, &["a.txt: this is binary data, not text: give a text, HTML or JSON lines file."]);
    desk.run(&["code", "b.pdf"])
        .says(1, &["b.pdf: this is a PDF file: save its text as .txt and give that."]);
}

#[test]
fn an_empty_file_is_named() {
    let desk = Desk::new();
    desk.write("a.txt", "");
    desk.write("b.jsonl", "\n  \n");
    let ran = desk.run(&["code", "a.txt", "b.jsonl"]);
    ran.says(1, &["a.txt: it is empty", "b.jsonl: it is empty"]);
    assert_eq!(ran.out, "");
}

#[test]
fn invalid_utf8_in_json_names_the_line_and_text_in_another_charset_is_read() {
    let desk = Desk::new();
    let mut bytes = record("a", ATTACK).into_bytes();
    bytes.extend(b"{\"text\":\"caf\xe9\"}\n");
    desk.write("a.jsonl", bytes);
    let ran = desk.run(&["code", "a.jsonl"]);
    ran.says(1, &["a.jsonl, line 2: this line is not UTF-8 (byte 13 is 0xE9): save the file as UTF-8"]);
    assert!(!ran.out.is_empty());
    desk.write("b.txt", b"The caf\xe9 in Lisbon. French troops attacked a village in Portugal on Friday.\n");
    desk.run(&["code", "b.txt", "--published", "2019-08-19"]).says(0, &[]);
}

#[test]
fn broken_json_on_line_7_of_9_costs_only_line_7() {
    let desk = Desk::new();
    let lines: String = (1..=9)
        .map(|i| if i == 7 { "{\"text\": \"France\n".to_owned() } else { record(&format!("n{i}"), ATTACK) })
        .collect();
    desk.write("a.jsonl", lines);
    let ran = desk.run(&["code", "a.jsonl"]);
    ran.says(
        1,
        &[
            "a.jsonl, line 7: this is not JSON",
            "correct it; the other lines are read.",
            "8 articles coded, 1 problem named above.",
        ],
    );
    for i in [1, 2, 3, 4, 5, 6, 8, 9] {
        assert!(ran.out.contains(&format!("\"doc\":\"n{i}\"")), "n{i}");
    }
}

#[test]
fn a_line_of_fifty_megabytes_is_refused_and_the_next_one_read() {
    let desk = Desk::new();
    let long = "word ".repeat(10 << 20);
    desk.write("a.jsonl", record("long", &long) + &record("a", ATTACK));
    let ran = desk.run(&["code", "a.jsonl"]);
    ran.says(1, &["a.jsonl, line 1: a text of 50 MB is no news article: cut it into its articles"]);
    assert!(ran.out.contains("\"doc\":\"a\""));
    desk.write("b.txt", &long);
    desk.run(&["code", "b.txt"]).says(1, &["b.txt: a text of 50 MB is no news article"]);
    let longer = "x".repeat(70 << 20);
    desk.write("c.jsonl", format!("{{\"text\":\"{longer}\"}}\n{}", record("c", ATTACK)));
    let ran = desk.run(&["code", "c.jsonl"]);
    ran.says(1, &["c.jsonl, line 1: this line of 70 MB is longer than 64 MB: write one article a line"]);
    assert!(ran.out.contains("\"doc\":\"c\""));
}

#[test]
fn a_day_that_is_none_is_wrong_usage_as_a_flag_and_a_problem_in_a_record() {
    let desk = Desk::new();
    desk.write("a.jsonl", format!("{}\n", serde_json::json!({"text": ATTACK, "published": "2019-02-31"})));
    desk.run(&["code", "a.jsonl", "--published", "2019-02-31"])
        .says(2, &["this is no day; write it as 2019-08-19"]);
    let ran = desk.run(&["code", "a.jsonl"]);
    ran.says(1, &["a.jsonl, line 1: \"published\" is \"2019-02-31\", which is no day"]);
    assert!(!ran.out.is_empty(), "the article itself is read");
}

#[test]
fn wrong_usage_ends_with_2() {
    let desk = Desk::new();
    for args in [&["code", "--to", "xml"][..], &["code", "--jobs", "0"], &["flub"], &["dyad", "A"], &[]] {
        assert_eq!(desk.run(args).code, 2, "{args:?}");
    }
}

// ------------------------------------------------------------------------------------------ ledger

/// A desk with one article in its ledger.
fn kept() -> Desk {
    let desk = Desk::new();
    let more = "Portugal denied on Sunday that it had attacked France.";
    desk.write("a.jsonl", record("a", ATTACK) + &record("b", more));
    let ran = desk.run(&["add", "a.jsonl", "--known", "2019-08-20"]);
    ran.says(0, &[]);
    assert!(ran.out.starts_with("2 articles added with "), "{}", ran.out);
    desk
}

#[test]
fn adding_twice_keeps_once() {
    let desk = kept();
    let again = desk.run(&["add", "a.jsonl"]);
    again.says(0, &[]);
    assert_eq!(again.out, "0 articles added with 0 reports; 2 already there.\n");
}

#[test]
fn events_are_narrowed_by_party_type_day_and_status() {
    let desk = kept();
    let csv = |more: &[&str]| {
        let ran = desk.run(&[&["events", "--to", "csv"], more].concat());
        ran.says(0, &[]);
        ran.out.lines().count() - 1
    };
    assert!(csv(&[]) >= 1);
    assert_eq!(
        csv(&["--actor", "France", "--type", "assault", "--from", "2019-08-01", "--to", "2019-08-31"]),
        1
    );
    assert_eq!(csv(&["--actor", "France", "--type", "assault", "--until", "2019-08-01"]), 0);
    assert_eq!(csv(&["--type", "assault", "--status", "asserted", "--reports"]), 1);
    assert_eq!(csv(&["--as-of", "2019-08-01"]), 0);
}

#[test]
fn to_is_a_day_or_a_form_once_each() {
    let desk = kept();
    desk.run(&["events", "--to", "csv", "--to", "jsonl"]).says(2, &["the form of the output is given twice"]);
    desk.run(&["events", "--to", "2019-08-01", "--until", "2019-08-02"])
        .says(2, &["the last day is given twice"]);
    desk.run(&["events", "--to", "flub"]).says(2, &["this is neither a day nor a form"]);
    desk.run(&["events", "--from", "2019-09-01", "--to", "2019-08-01"]).says(2, &["swap them"]);
}

#[test]
fn a_dyad_is_shown_by_key_or_name_with_words_sources_and_level() {
    let desk = kept();
    let names = desk.run(&["dyad", "france", "Portugal"]);
    names.says(0, &[]);
    assert!(names.out.contains(&format!("“{ATTACK}”")), "{}", names.out);
    assert!(names.out.contains("ASSAULT") && names.out.contains("A title") && names.out.contains("2019-08"));
    desk.run(&["dyad", "France", "France"]).says(2, &["are one party"]);
    desk.run(&["dyad", "France", "Flub"]).says(1, &["the ledger knows no party like \"Flub\""]);
}

#[test]
fn explain_goes_from_the_record_to_the_words_and_the_entry() {
    let desk = kept();
    let ran = desk.run(&["explain", "a#1"]);
    ran.says(0, &[]);
    for part in [
        "Article",
        "published 2019-08-19, as given with it",
        "sha256",
        "|event]",
        "Grammar",
        "Mentions",
        "Read by",
        "lexicon/events/",
        "Record",
    ] {
        assert!(ran.out.contains(part), "{part:?} is not in: {}", ran.out);
    }
    desk.run(&["explain", "a#99"]).says(1, &["the ledger has no report or event \"a#99\""]);
}

#[test]
fn an_event_is_explained_by_its_reports() {
    let desk = kept();
    let events = desk.run(&["events", "--type", "assault", "--format", "jsonl"]);
    let event: serde_json::Value =
        serde_json::from_str(events.out.lines().next().expect("an event")).expect("JSON");
    let ran = desk.run(&["explain", event["id"].as_str().expect("an id")]);
    ran.says(0, &[]);
    assert!(ran.out.contains(event["reports"][0].as_str().expect("a report")), "{}", ran.out);
}

#[test]
fn a_ledger_that_is_not_there_or_something_else_is_left_alone() {
    let desk = Desk::new();
    desk.write("a.jsonl", record("a", ATTACK));
    desk.run(&["events"]).says(1, &["there is no ledger at detente.db"]);
    desk.run(&["add", "a.jsonl", "--ledger", "no/such/folder/l.db"]).says(2, &["no/such/folder/l.db"]);
    let foreign = desk.write(
        "notes.txt",
        "My notes, which are no ledger at all, and are long enough to be looked at.\n".repeat(20),
    );
    let before = fs::read(&foreign).expect("there");
    desk.run(&["add", "a.jsonl", "--ledger", "notes.txt"])
        .says(1, &["notes.txt is not a ledger", "nothing was changed"]);
    assert_eq!(fs::read(&foreign).expect("there"), before);
    desk.run(&["events", "--ledger", "notes.txt"]).says(1, &["notes.txt is not a ledger"]);
}

#[test]
fn a_port_in_use_is_named() {
    let desk = kept();
    let held = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = held.local_addr().expect("an address").port().to_string();
    desk.run(&["serve", "--port", &port]).says(1, &[&format!("port {port}"), "another"]);
}

// ------------------------------------------------------------------------------------------ the rest

#[test]
fn a_faulty_lexicon_folder_is_named_with_file_and_line() {
    let desk = Desk::new();
    desk.write(
        "own/events/flub.toml",
        "[[entry]]\nid = \"own.flub\"\ntype = \"FLUB\"\nmatch = [\"ACTOR flub RECIPIENT\"]\n",
    );
    let ran = desk.run(&["lexicon", "check", "own"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("own/events/flub.toml:"), "{}", ran.out);
    desk.write("loose/flub.toml", "");
    desk.run(&["lexicon", "check", "loose"])
        .says(1, &["stands in none of the folders actors, contexts, events"]);
    desk.run(&["lexicon", "check", "gone"]).says(1, &["there is no such folder"]);
    desk.write("a.jsonl", record("a", ATTACK));
    desk.run(&["code", "a.jsonl", "--lexicon", "own"]).says(1, &["the lexicon has ", "flub.toml"]);
}

#[test]
fn the_version_names_program_lexicon_and_model() {
    let ran = Desk::new().run(&["--version"]);
    ran.says(0, &[]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(
        lines[0].starts_with("detente ")
            && lines[1].starts_with("lexicon ")
            && lines[2].starts_with("model ")
    );
}

#[test]
fn grammar_is_printed_as_conllu() {
    let ran = Desk::new().run_with(&["parse", "--from", "text"], ATTACK.as_bytes());
    ran.says(0, &[]);
    let rows: Vec<&str> = ran.out.lines().filter(|l| l.split('\t').count() == 10).collect();
    assert_eq!(rows.len(), 7, "{}", ran.out);
    assert!(rows.iter().any(|r| r.contains("\tattack\tVERB\t")), "{}", ran.out);
}

#[test]
fn the_demo_tells_who_stands_with_whom_and_what_turned_and_keeps_its_ledger() {
    let desk = Desk::new();
    let ran = desk.run(&["demo", "--no-serve", "--ledger", "demo.db"]);
    ran.says(0, &[]);
    for part in [
        "6 articles with ",
        "Who stands with whom",
        "What turned",
        "Hamas – Iran",
        "rupture",
        "“In 2012, Iran cut",
    ] {
        assert!(ran.out.contains(part), "{part:?} is not in: {}", ran.out);
    }
    desk.run(&["dyad", "Iran", "Hamas", "--ledger", "demo.db"]).says(0, &[]);
    let again = desk.run(&["demo", "--no-serve", "--ledger", "demo.db"]);
    assert_eq!(again.out, ran.out, "the examples are there once");
    desk.run(&["demo", "--no-serve", "--port", "8484"]).says(2, &["--port"]);
}

#[test]
fn the_demo_makes_a_new_ledger_in_the_folder_for_temporary_files_and_names_it() {
    let desk = Desk::new();
    let output =
        desk.command(&["demo", "--no-serve"]).env("TMPDIR", desk.dir.path()).output().expect("it runs");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    let path = out.lines().next().and_then(|l| l.split(" in ").nth(1)).expect("a path").to_owned();
    assert!(Path::new(&path).starts_with(desk.dir.path()) && Path::new(&path).is_file(), "{out}");
}

#[test]
fn the_demo_serves_its_pages_at_the_address_it_shows() {
    let desk = Desk::new();
    let mut child =
        desk.command(&["demo", "--ledger", "demo.db"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let lines = std::io::BufReader::new(child.stdout.take().expect("piped")).lines();
    let said = lines.map_while(Result::ok).find(|l| l.contains("http://127.0.0.1:")).unwrap_or_default();
    let address = said.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let page = ask(address, "/dyad/IRN/Hamas");
    child.kill().expect("it runs still");
    let _ = child.wait();
    assert!(page.starts_with("HTTP/1.1 200"), "{said}: {page}");
}

/// The answer to a request for one page.
fn ask(address: &str, page: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {page} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

#[test]
fn pages_are_served_on_this_machine_until_the_program_ends() {
    let desk = kept();
    let mut child =
        desk.command(&["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    let address =
        line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address").to_owned();
    let page = ask(&address, "/");
    child.kill().expect("it runs still");
    let _ = child.wait();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(address.starts_with("127.0.0.1:"), "{address}");
}

/// A table of another data set, with rows that go different ways.
const FOREIGN: &str = "date\tsource\trelation\ttarget\n\
                       2018-05-01\tForeign Affairs (France)\tConsult\tPortugal\n\
                       2018-05-01\tPortugal\tConsult\tForeign Affairs (France)\n\
                       2018-05-02\tAngela Merkel\tHost a visit\tHead of Government (Portugal)\n\
                       2018-05-03\tCitizen (France)\tMake statement\tPortugal\n\
                       2018-05-04\tNobody Known\tAccuse\tFrance\n";

#[test]
fn events_of_another_data_set_are_imported_once_and_counted_by_cause() {
    let desk = Desk::new();
    let (table, ledger) = (desk.write("other.tsv", FOREIGN), desk.path("l.db"));
    let (table, ledger) = (table.to_str().expect("a path"), ledger.to_str().expect("a path"));
    let args = ["import", "table", table, "--ledger", ledger, "--known", "2020-01-01"];
    let ran = desk.run(&args);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.starts_with("other: 3 rows, 2018-05-01 to 2018-05-04; 2 events"), "{}", ran.out);
    for part in [
        "2 rows left out: 1 no PLOVER type (statements, comments); 1 told from the other side already.",
        "1 of 6 mentions name nobody whom the lexicon knows and are UNK: Nobody Known (1).",
    ] {
        assert!(ran.out.contains(part), "{part} in {}", ran.out);
    }
    let again = desk.run(&args);
    assert_eq!(again.code, 0);
    assert!(again.out.contains("The ledger has this file already, as other: 3 rows."), "{}", again.out);
    // The same rows under another name are another file to the eye, and packed ones another to the hash.
    let printed = desk.run(&["import", "table", table, "--to", "tsv"]);
    let rows: Vec<Vec<&str>> = printed.out.lines().skip(1).map(|l| l.split('\t').collect()).collect();
    assert_eq!(
        rows.iter().map(|r| (r[2], r[8], r[9], r[5])).collect::<Vec<_>>(),
        [
            ("FRA", "CONSULT", "", "PRT"),
            ("PRT", "CONSULT", "visit", "DEU"),
            ("UNK", "ACCUSE", "allege", "FRA"),
        ]
    );
}

#[test]
fn a_bad_file_to_import_gives_one_clear_message_and_makes_no_ledger() {
    let desk = Desk::new();
    let ledger = desk.path("l.db");
    // A file of xz that breaks off.
    let broken = [&[0xfd, b'7', b'z', b'X', b'Z', 0][..], b"short"].concat();
    for (name, form, content, part) in [
        (
            "a.tsv",
            "table",
            &b"date\tsource\trelation\n2018-05-01\tFrance\tConsult\n"[..],
            "lacks the column target",
        ),
        ("b.tab", "icews", FOREIGN.as_bytes(), "import table FILE"),
        ("c.tsv.xz", "table", &broken, "cannot be unpacked"),
        ("d.tsv", "table", b"", "the file is empty"),
        (
            "e.tsv",
            "table",
            b"date\tsource\trelation\ttarget\nMay\tFrance\tConsult\tPortugal\n",
            "nothing was imported: 1 no day",
        ),
    ] {
        let file = desk.write(name, content);
        let args =
            ["import", form, file.to_str().expect("a path"), "--ledger", ledger.to_str().expect("a path")];
        let ran = desk.run(&args);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{name}");
        assert!(ran.err.contains(name) && ran.err.contains(part), "{name}: {}", ran.err);
        assert!(!ledger.exists(), "{name}");
    }
    let ran = desk.run(&["import", "table", "nowhere.tsv"]);
    assert!(ran.code == 1 && ran.err.contains("nowhere.tsv: there is no such file"), "{}", ran.err);
}

#[test]
fn faulty_rows_of_an_import_are_named_and_the_others_kept() {
    let desk = Desk::new();
    let table =
        format!("{FOREIGN}31 May\tFrance\tConsult\tPortugal\n2018-05-31\tFrance\tSing with\tPortugal\n");
    let file = desk.write("other.tsv", table);
    let ledger = desk.path("l.db");
    let args =
        ["import", "table", file.to_str().expect("a path"), "--ledger", ledger.to_str().expect("a path")];
    let ran = desk.run(&args);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("other: 3 rows"), "{}", ran.out);
    assert!(ran.err.contains("other.tsv, line 7: “31 May” is no day"), "{}", ran.err);
    assert!(ran.err.contains("“Sing with” (1)"), "{}", ran.err);
}
