//! What may go wrong around the program, and what hostile inputs want: nothing that was finished is lost, nothing half is
//! shown, one clear sentence says what to do, and no word of an article gives orders to a terminal or a spreadsheet.
//!
//! `DETENTE_FAULTS=all` takes the long way (`bench/faults/run.sh`).

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use detente_ledger::{Filter, Ledger};
use tempfile::TempDir;

/// A folder of its own for one test.
struct Desk {
    dir: TempDir,
}

/// What the program did.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8 out"),
            err: String::from_utf8(output.stderr).expect("UTF-8 messages"),
        }
    }
}

impl Desk {
    fn new() -> Desk {
        Desk { dir: tempfile::tempdir().expect("a folder for the test") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("a file for the test");
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
        command.current_dir(self.dir.path()).args(args).env_remove("DETENTE_LEDGER").stdin(Stdio::null());
        // As on a terminal with colours.
        command.env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR");
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().expect("the program runs").into()
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    /// Names of the articles of a ledger, each with its number of reports.
    fn kept(&self, ledger: &str) -> BTreeMap<String, usize> {
        let Ok(ledger) = Ledger::open_read_only(self.path(ledger)) else { return BTreeMap::new() };
        let mut kept = BTreeMap::new();
        for row in ledger.reports(&Filter::default()).expect("a sound ledger") {
            *kept.entry(row.article_id).or_default() += 1;
        }
        kept
    }
}

/// True on the long way.
fn all() -> bool {
    std::env::var("DETENTE_FAULTS").is_ok_and(|v| v == "all")
}

/// Articles that surely report something.
fn articles(range: std::ops::Range<usize>) -> String {
    let countries = ["France", "Portugal", "Norway", "Chile", "Japan", "Kenya", "Peru", "Egypt"];
    range
        .map(|i| {
            let (a, b) = (countries[i % 8], countries[(i / 8 + 3 * i + 1) % 8]);
            format!(
                "{{\"id\":\"a{i}\",\"published\":\"2017-02-0{}\",\"source\":\"The Mail\",\"text\":\"Troops of {a} attacked \
                 {b} on Friday. The foreign minister of {b} criticised {a}, and said that talks number {i} would be held.\"}}\n",
                1 + i % 5
            )
        })
        .collect()
}

const DAY: &[&str] = &["--known", "2020-01-01"];

fn add<'a>(files: &[&'a str]) -> Vec<&'a str> {
    [&["add"], files, DAY].concat()
}

#[test]
fn adding_that_is_killed_at_any_moment_leaves_whole_articles_and_is_gone_on_with() {
    let (desk, whole) = (Desk::new(), Desk::new());
    let (kills, number) = if all() { (200, 4000) } else { (6, 400) };
    for desk in [&desk, &whole] {
        desk.write("a.jsonl", articles(0..number));
    }
    let begun = Instant::now();
    assert_eq!(whole.run(&add(&["a.jsonl"])).code, Some(0));
    let takes = begun.elapsed().as_micros() as u64;
    let wanted = whole.kept("detente.db");
    assert_eq!(wanted.len(), number);
    let (mut killed, mut before) = (0, 0);
    for round in 0..kills {
        let mut child = desk.start(&add(&["a.jsonl"]));
        // Some at once, some when the reader is loaded, some while articles are added or related.
        let wait = (round as u64 * 7919 + 1) % 97 * (takes / 97) / if round % 3 == 0 { 1 } else { 4 };
        std::thread::sleep(Duration::from_micros(wait));
        child.kill().expect("it can be killed");
        killed += usize::from(child.wait().expect("it ends").code().is_none());
        let kept = desk.kept("detente.db");
        assert!(kept.len() >= before, "what was there stays");
        for (article, reports) in &kept {
            assert_eq!(wanted[article], *reports, "{article} is there whole");
        }
        before = kept.len();
        if before == number {
            for name in ["detente.db", "detente.db-wal", "detente.db-shm"] {
                let _ = fs::remove_file(desk.path(name));
            }
            before = 0;
        }
    }
    println!("killed {killed} times of {kills} while adding");
    assert!(killed > 0, "it was never killed");
    assert_eq!(desk.run(&add(&["a.jsonl"])).code, Some(0));
    assert_eq!(desk.kept("detente.db"), wanted);
    for args in [&["events", "--to", "jsonl"][..], &["turns", "--to", "csv"]] {
        assert_eq!(desk.run(args).out, whole.run(args).out, "{args:?}");
    }
}

#[test]
fn two_programs_that_add_at_once_both_come_to_their_end_and_nothing_is_lost() {
    let (desk, whole) = (Desk::new(), Desk::new());
    for desk in [&desk, &whole] {
        desk.write("a.jsonl", articles(0..160));
        desk.write("b.jsonl", articles(80..240));
    }
    let children = ["a.jsonl", "b.jsonl"].map(|file| desk.start(&add(&[file])));
    for child in children {
        let ran = Ran::from(child.wait_with_output().expect("it ends"));
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    }
    assert_eq!(whole.run(&add(&["a.jsonl", "b.jsonl"])).code, Some(0));
    assert_eq!(desk.kept("detente.db"), whole.kept("detente.db"));
    let events = ["events", "--to", "csv"];
    assert_eq!(desk.run(&events).out, whole.run(&events).out);
}

#[cfg(unix)]
#[test]
fn a_disk_without_room_stops_adding_in_one_sentence_and_the_same_command_goes_on() {
    let (desk, whole) = (Desk::new(), Desk::new());
    for desk in [&desk, &whole] {
        desk.write("a.jsonl", articles(0..200));
    }
    let program = env!("CARGO_BIN_EXE_detente");
    // In blocks of 512 bytes or 1 KiB, as the shell has it: a limit on the size of any file.
    for limit in if all() { (1..40).map(|n| n * 60).collect() } else { vec![1, 700, 2000] } {
        let script =
            format!("trap '' XFSZ; ulimit -f {limit}; exec {program} {}", add(&["a.jsonl"]).join(" "));
        let shell = Command::new("sh").args(["-c", &script]).current_dir(desk.dir.path()).output();
        let ran = Ran::from(shell.expect("a shell"));
        if ran.code == Some(0) {
            break;
        }
        let last = ran.err.lines().last().unwrap_or_default();
        assert_eq!((ran.code, ran.err.lines().count()), (Some(2), 1), "{limit}: {}", ran.err);
        assert!(last.contains("detente.db") && last.contains("cannot be written"), "{limit}: {}", ran.err);
    }
    assert_eq!(desk.run(&add(&["a.jsonl"])).code, Some(0));
    whole.run(&add(&["a.jsonl"]));
    assert_eq!(desk.kept("detente.db"), whole.kept("detente.db"));
}

#[test]
fn a_damaged_ledger_is_told_in_one_sentence_by_every_command() {
    let desk = Desk::new();
    desk.write("a.jsonl", articles(0..30));
    assert_eq!(desk.run(&add(&["a.jsonl"])).code, Some(0));
    let sound = fs::read(desk.path("detente.db")).expect("a ledger");
    let mut torn = sound.clone();
    torn[sound.len() / 3..sound.len() * 2 / 3].fill(0x5a);
    let cases = [
        ("it breaks off", sound[..sound.len() / 2].to_vec()),
        ("its middle is other bytes", torn),
        ("it is no ledger", b"day,actor\n2020-01-01,FRA\n".repeat(500)),
    ];
    for (why, bytes) in cases {
        desk.write("detente.db", &bytes);
        for args in [
            &["events", "--to", "csv"][..],
            &["events", "--reports", "--to", "jsonl"],
            &["dyad", "FRA", "PRT"],
            &["explain", "a1#0"],
            &["turns"],
            &["serve", "--port", "0"],
            &["add", "a.jsonl"],
        ] {
            if args[0] == "serve" && why == "its middle is other bytes" {
                // It may begin well, and tells what it finds on its pages.
                continue;
            }
            let ran = desk.run(args);
            let last = ran.err.lines().last().unwrap_or_default();
            let told = ["is damaged", "is not a ledger"].iter().any(|w| last.contains(w));
            assert_eq!(ran.code, Some(1), "{why}, {args:?}: {} {}", ran.out, ran.err);
            assert!(told && last.contains("detente.db"), "{why}, {args:?}: {}", ran.err);
        }
        if why != "its middle is other bytes" {
            assert_eq!(fs::read(desk.path("detente.db")).expect("a file"), bytes, "nothing is changed");
        }
        for name in ["detente.db-wal", "detente.db-shm"] {
            let _ = fs::remove_file(desk.path(name));
        }
    }
}

#[test]
fn a_clock_that_was_set_back_puts_nothing_among_what_was_known_before() {
    let desk = Desk::new();
    desk.write("a.jsonl", articles(0..2));
    desk.write("b.jsonl", articles(2..4));
    assert_eq!(desk.run(&["add", "a.jsonl", "--known", "2199-12-31"]).code, Some(0));
    let ran = desk.run(&["add", "b.jsonl"]);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.err.contains("learned of things on 2199-12-31") && ran.err.contains("--known"),
        "{}",
        ran.err
    );
    let ledger = Ledger::open_read_only(desk.path("detente.db")).expect("a ledger");
    let days = ledger.reports(&Filter::default()).expect("reports");
    assert!(days.len() > 3 && days.iter().all(|row| row.known.to_string() == "2199-12-31"));
}

/// Orders to a terminal: to wipe it, to name its window, to lead elsewhere, to hide, to turn the writing round.
const ORDERS: &str = "\u{1b}[2J\u{1b}[31mEVIL\u{1b}[0m\u{1b}]0;owned\u{7}\u{1b}]8;;http://evil.example\u{1b}\\\u{9b}8m\u{9d}x\u{9c}\r\u{8}\u{7f}\u{202e}\u{2066}\u{200f}\u{e0041}";

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("JSON")
}

/// An article whose every field is hostile, and which is read all the same.
fn hostile() -> String {
    let text = format!(
        "PARIS {ORDERS} — Troops of France{ORDERS} attacked Portugal on Friday{ORDERS}. The foreign minister of Portugal, \
         Ada{ORDERS} Lima, criticised France{ORDERS}. =cmd|' /C calc'!A0 said that France attacked Portugal. Chile \
         sanctioned Peru on Monday, {ORDERS}."
    );
    let name = format!("=x{ORDERS}");
    format!(
        "{{\"id\":{},\"title\":{},\"source\":{},\"url\":{},\"license\":{0},\"author\":{0},\"published\":\"2017-02-03\",\
         \"text\":{}}}\n",
        json(&name),
        json(&format!("+{ORDERS}")),
        json(&format!("@SUM(1){ORDERS}")),
        json(&format!("javascript:{ORDERS}")),
        json(&text)
    )
}

/// True where a terminal would obey something that is no colour of ours.
fn obeyed(text: &str) -> Option<String> {
    let mut bare = text.to_owned();
    for colour in ["0", "1", "2", "4", "31", "32", "33", "34", "35", "36"] {
        bare = bare.replace(&format!("\u{1b}[{colour}m"), "");
    }
    let wild = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
            || matches!(c, '\u{e0000}'..='\u{e007f}')
    };
    let at = bare.find(wild)?;
    Some(bare[at..].chars().take(30).collect::<String>().escape_unicode().to_string())
}

#[test]
fn no_word_of_an_article_gives_orders_to_a_terminal() {
    let desk = Desk::new();
    let file = "odd\u{1b}[2J\u{202e}.jsonl";
    desk.write(file, hostile() + &format!("{{\"text\":{},\n", json(ORDERS)) + "{\"text\":\"\"}\n");
    let added = desk.run(&add(&[file]));
    assert_eq!(added.code, Some(1), "{}", added.err);
    let ledger = Ledger::open_read_only(desk.path("detente.db")).expect("a ledger");
    let rows = ledger.reports(&Filter::default()).expect("reports");
    assert!(!rows.is_empty(), "the attack is read");
    assert!(rows[0].report.event_text.len() < 1000 && rows[0].sentence.contains('\u{1b}'), "it is hostile");
    let ids: Vec<String> = rows.iter().map(|row| row.report.id.clone()).collect();
    let sentence = rows[0].sentence.clone();
    desk.write("bad.tsv", format!("{ORDERS}\tx\n"));
    fs::create_dir_all(desk.path("own/actors")).expect("a folder");
    desk.write("own/actors/mine.tsv", format!("{ORDERS}\t{ORDERS}\n"));
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["code", file, "--to", "table"],
        vec!["events", "--to", "table"],
        vec!["events", "--reports", "--to", "table"],
        vec!["dyad", "FRA", "PRT"],
        vec!["standing", "FRA", "PRT"],
        vec!["turns"],
        vec!["blocs"],
        vec!["matrix"],
        vec!["actors", file, "--to", "text"],
        vec!["actors", "--who", ORDERS],
        vec!["when", &sentence, "--published", "2017-02-03"],
        vec!["where", &sentence],
        vec!["links", &sentence],
        vec!["lexicon", "check", "own"],
        vec!["import", "table", "bad.tsv"],
        vec!["add", file, "--lexicon", "own"],
        vec!["code", ORDERS],
        vec!["explain", ORDERS],
        vec!["dyad", ORDERS, "FRA"],
        vec!["events", "--actor", ORDERS],
    ];
    runs.extend(ids.iter().take(3).map(|id| vec!["explain", id.as_str()]));
    assert!(ids.len() >= 2);
    let mut shown = 0;
    for args in &runs {
        // A command that is not there, or not so, says so: that is clap's, and the words are one's own.
        let ran = desk.run(args);
        if ran.err.contains("For more information, try") {
            assert!(args.contains(&ORDERS) || args.contains(&"--who"), "{args:?}: {}", ran.err);
            continue;
        }
        for (what, text) in [("out", &ran.out), ("err", &ran.err)] {
            assert_eq!(obeyed(text), None, "{what} of {:?}", args[0]);
            // Not even a colour.
            assert!(!text.contains("\u{1b}[31mEVIL"), "{what} of {args:?}");
            shown += usize::from(text.contains("EVIL"));
        }
    }
    assert!(shown >= 8, "the words themselves are shown: {shown}");
    assert_eq!(obeyed(&added.err).or(obeyed(&added.out)), None);
    // As data every character is kept.
    let data = desk.run(&["events", "--reports", "--to", "jsonl"]);
    let first: serde_json::Value =
        serde_json::from_str(data.out.lines().next().expect("a line")).expect("JSON");
    assert!(rows.iter().any(|row| first["sentence"] == row.sentence.as_str()), "{first}");
}

#[test]
fn no_cell_of_any_table_is_a_formula() {
    let desk = Desk::new();
    desk.write("a.jsonl", hostile());
    assert_eq!(desk.run(&add(&["a.jsonl"])).code, Some(0));
    let mut cells = 0;
    for args in [
        &["code", "a.jsonl", "--to", "csv"][..],
        &["events", "--to", "csv"],
        &["events", "--reports", "--to", "csv"],
        &["turns", "--to", "csv"],
        &["standing", "FRA", "PRT", "--to", "csv"],
        &["matrix", "--to", "csv"],
        &["blocs", "--to", "csv"],
    ] {
        let ran = desk.run(args);
        for record in csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(ran.out.as_bytes())
            .records()
        {
            for cell in &record.expect("CSV") {
                let formula =
                    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && cell.parse::<f64>().is_err();
                assert!(!formula, "{args:?}: {cell:?}");
                cells += 1;
            }
        }
    }
    assert!(cells > 200, "{cells}");
}

#[test]
fn an_input_that_is_too_much_is_refused_in_one_line_and_the_rest_is_read() {
    let desk = Desk::new();
    let event = "{\"text\":\"Troops of Chile attacked Peru on Friday.\",\"published\":\"2020-01-10\"}\n";
    let long = format!("{{\"text\":\"{}\"}}\n", "x".repeat(65 << 20));
    let deep =
        "[".repeat(300_000) + "\n" + &"{\"text\":".repeat(100_000) + "\"x\"" + &"}".repeat(100_000) + "\n";
    desk.write("long.jsonl", long + &deep + event);
    let text = desk.run(&["code", "long.jsonl", "--to", "jsonl"]);
    assert_eq!(text.code, Some(1), "{}", text.err);
    assert!(text.err.contains("line 1: this line of 65 MB is longer than 64 MB"), "{}", text.err);
    assert_eq!(text.out.lines().count(), 1, "{}", text.err);
    assert!(text.err.lines().count() <= 5 && text.err.len() < 3000, "{}", text.err);
    // Tags without end, each in the one before.
    desk.write(
        "deep.html",
        "<html><body><article>".to_owned() + &"<div>".repeat(100_000) + "<p>Troops of Chile attacked Peru.",
    );
    let ran = desk.run(&["code", "deep.html", "--published", "2020-01-10", "--to", "jsonl"]);
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.err);
    // Records without end that hold nothing are counted and not told one by one.
    desk.write("empty.jsonl", "{}\n".repeat(100_000) + event);
    let ran = desk.run(&["code", "empty.jsonl", "--to", "jsonl"]);
    assert_eq!((ran.code, ran.out.lines().count()), (Some(1), 1));
    assert!(ran.err.lines().count() < 30, "{}", ran.err.lines().count());
}

#[test]
fn a_ledger_that_may_not_be_written_beside_is_read_all_the_same() {
    let desk = Desk::new();
    desk.write("a.jsonl", articles(0..5));
    assert_eq!(desk.run(&add(&["a.jsonl"])).code, Some(0));
    // Names that mean something in an address.
    let folder = desk.path("odd ?#%20 folder");
    fs::create_dir(&folder).expect("a folder");
    let ledger = folder.join("l.db");
    fs::copy(desk.path("detente.db"), &ledger).expect("a copy");
    let path = ledger.to_string_lossy().into_owned();
    let wanted = desk.run(&["events", "--to", "csv"]).out;
    let forbid = |mode: &str| {
        Command::new("chmod").args([mode, &folder.to_string_lossy()]).status().is_ok_and(|s| s.success())
    };
    if !forbid("a-w") {
        return;
    }
    // Root may write all the same; then this shows that an odd name is no hindrance, and `bench/faults/run.sh` mounts a
    // disk for reading only.
    let ran = desk.run(&["events", "--to", "csv", "--ledger", &path]);
    assert_eq!((ran.code, ran.out), (Some(0), wanted), "{}", ran.err);
    if fs::write(folder.join("probe"), "x").is_err() {
        let ran = desk.run(&["add", "a.jsonl", "--ledger", &path]);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains("cannot be written"), "{}", ran.err);
    }
    forbid("u+w");
}
