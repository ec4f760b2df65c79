//! Long work as a person meets it: outputs that are stopped, killed and gone on with, and lose nothing; inputs that are
//! faulty in their thousands; disks that fill.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
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
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().expect("the program runs").into()
    }

    /// The same; it must end well.
    fn well(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.err);
        ran
    }

    fn start(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    /// Every file of an output by its name, but for the times in its manifest.
    fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let base = self.path(name);
        let mut folders = vec![base.clone()];
        if base.is_file() {
            files.insert(String::new(), fs::read(&base).expect("a file"));
            folders.clear();
            let manifest = self.path(&format!("{name}.manifest.json"));
            files.insert("manifest.json".into(), fs::read(manifest).expect("a manifest"));
        }
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&base).expect("within").display().to_string();
                    files.insert(name, fs::read(path).expect("a file"));
                }
            }
        }
        for (name, bytes) in &mut files {
            if name.ends_with("manifest.json") {
                let mut manifest: Value = serde_json::from_slice(bytes).expect("JSON");
                manifest.as_object_mut().expect("an object").remove("run");
                *bytes = serde_json::to_vec(&manifest).expect("JSON");
            }
        }
        files
    }
}

/// Articles of two sentences that surely report something, and here and there a record that is none.
fn articles(n: usize) -> String {
    let countries = ["France", "Portugal", "Norway", "Chile", "Japan", "Kenya", "Peru", "Egypt"];
    (0..n)
        .map(|i| {
            let (a, b) = (countries[i % 8], countries[(i / 8 + 3 * i + 1) % 8]);
            let day = 1 + i % 5;
            if i % 50 == 49 {
                return format!("{{\"id\":\"a{i}\",\"published\":\"2017-02-0{day}\"}}\n");
            }
            format!(
                "{{\"id\":\"a{i}\",\"published\":\"2017-02-0{day}\",\"source\":\"The Mail\",\"text\":\"Troops of {a} attacked \
                 {b} on Friday. The foreign minister of {b} criticised {a}, and said that talks number {i} would be held.\"}}\n"
            )
        })
        .collect()
}

/// Numbers that look thrown and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Every kind of output that can be gone on with.
const OUTPUTS: [&[&str]; 8] = [
    &["--out", "r.jsonl"],
    &["--out", "r.csv"],
    &["--out", "r.jsonl.gz"],
    &["--out", "r.csv.zst"],
    &["--out", "r.parquet", "--part", "60"],
    &["--out", "r", "--part", "60"],
    &["--out", "r", "--part", "60", "--partition", "day"],
    &["--out", "r", "--part", "60", "--partition", "day", "--to", "csv"],
];

#[test]
fn every_output_has_the_same_bytes_for_any_number_of_threads() {
    for output in OUTPUTS {
        let of = |jobs: &str| {
            let desk = Desk::new();
            desk.write("a.jsonl", articles(120));
            let args = [&["code", "a.jsonl", "--jobs", jobs, "--rejects", "no.jsonl"], output].concat();
            let ran = desk.run(&args);
            assert_eq!(ran.code, Some(1), "two records are none: {}", ran.err);
            assert!(!desk.path("r/_unfinished").exists() && !desk.path("r.jsonl.unfinished").exists());
            (desk.files(output[1]), fs::read(desk.path("no.jsonl")).expect("rejects"))
        };
        let one = of("1");
        assert!(one.0.len() >= 2, "{output:?}: {:?}", one.0.keys());
        assert!(one == of("2") && one == of("5"), "{output:?}");
    }
}

#[test]
fn an_output_that_was_killed_at_any_moment_comes_out_the_same_when_gone_on_with() {
    let mut dice = Dice(7);
    let mut killed = 0;
    let input = articles(900);
    for output in OUTPUTS {
        let desk = Desk::new();
        desk.write("a.jsonl", &input);
        let flags = ["code", "a.jsonl", "--sure", "0.01", "--rejects", "no.jsonl", "--resume"];
        let args = [&flags, output].concat();
        let whole = Desk::new();
        whole.write("a.jsonl", &input);
        let begun = Instant::now();
        assert_eq!(whole.run(&args).code, Some(1));
        let takes = u64::try_from(begun.elapsed().as_millis()).expect("short");
        let same = |why: &str| {
            assert!(desk.files(output[1]) == whole.files(output[1]), "{output:?} {why}");
            assert_eq!(fs::read(desk.path("no.jsonl")).ok(), fs::read(whole.path("no.jsonl")).ok());
        };
        // Twenty times for the plainest of each form; the others share their ways.
        let times = if ["r.jsonl", "r.csv", "r.parquet"].contains(&output[1]) { 20 } else { 7 };
        for number in 0..times {
            let mut child = desk.start(&args);
            std::thread::sleep(Duration::from_millis(takes / 5 + dice.below(takes / 3)));
            // At once, as the system does when memory is short: SIGKILL.
            child.kill().expect("it can be killed");
            if child.wait().expect("it ends").code().is_none() {
                killed += 1;
            } else {
                // It came to its end first: once more from the beginning.
                same(&format!("after {number} kills"));
                let _ = fs::remove_file(desk.path(output[1]))
                    .or_else(|_| fs::remove_dir_all(desk.path(output[1])));
                let _ = fs::remove_file(desk.path(&format!("{}.manifest.json", output[1])));
            }
        }
        let last = desk.run(&args);
        assert!(matches!(last.code, Some(0 | 1)), "{output:?}: {}", last.err);
        same("in the end");
    }
    assert!(killed > 40, "it was killed {killed} times");
}

/// Asks a program to end, as Ctrl-C and the system do.
#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "the signal is sent");
}

/// Waits until an output has begun to hold something.
#[cfg(unix)]
fn wait_for(path: &Path, bytes: u64) {
    let begun = Instant::now();
    while fs::metadata(path).map_or(0, |m| m.len()) < bytes {
        assert!(begun.elapsed() < Duration::from_secs(120), "{} comes", path.display());
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_whole_files_and_says_how_to_go_on() {
    let input = articles(3000);
    for (name, output, signal_name) in [
        ("jsonl", &["--out", "r.jsonl"][..], "-INT"),
        ("csv", &["--out", "r.csv.gz"], "-TERM"),
        ("parquet", &["--out", "r.parquet", "--part", "100"], "-INT"),
        ("parts", &["--out", "r", "--part", "100"], "-TERM"),
    ] {
        let desk = Desk::new();
        desk.write("a.jsonl", &input);
        let args = [&["code", "a.jsonl", "--sure", "0.01"], output].concat();
        let child = desk.start(&args);
        let begun = match name {
            "jsonl" => "r.jsonl",
            "csv" => "r.csv.gz.unfinished/state.json",
            "parquet" => "r.parquet.unfinished/part-00001.parquet",
            _ => "r/part-00001.parquet",
        };
        wait_for(&desk.path(begun), 10);
        signal(&child, signal_name);
        let ran = Ran::from(child.wait_with_output().expect("it ends"));
        assert_eq!(ran.code, Some(1), "{name}: {}", ran.err);
        assert!(ran.err.contains("with --resume to go on"), "{name}: {}", ran.err);
        match name {
            "jsonl" => {
                let text = fs::read_to_string(desk.path("r.jsonl")).expect("text");
                assert!(
                    text.ends_with('\n') && text.lines().all(|l| serde_json::from_str::<Value>(l).is_ok())
                );
            }
            "csv" => {
                let file = fs::File::open(desk.path("r.csv.gz")).expect("a file");
                let mut text = String::new();
                flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("whole gzip");
                assert!(text.starts_with("id,doc,"), "{text}");
            }
            _ => {
                let part = if name == "parts" { "r/part-00001.parquet" } else { "r.parquet" };
                let rows = detente_tables::Reports::open(desk.path(part)).expect("a whole Parquet file");
                let rows: Vec<_> = rows.map(|row| row.expect("a row")).collect();
                assert!(rows.len() >= 100);
            }
        }
        let again = desk.run(&args);
        assert_eq!(again.code, Some(2));
        assert!(again.err.contains("is unfinished: --resume goes on with it"), "{}", again.err);
        let rest = desk.run(&[&args[..], &["--resume"]].concat());
        assert_eq!(rest.code, Some(1), "{}", rest.err);
        let whole = Desk::new();
        whole.write("a.jsonl", &input);
        whole.run(&args);
        assert!(desk.files(output[1]) == whole.files(output[1]), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn articles_are_added_once_however_often_adding_was_stopped() {
    let input = articles(2000);
    let (desk, whole) = (Desk::new(), Desk::new());
    desk.write("a.jsonl", &input);
    whole.write("a.jsonl", &input);
    let add = ["add", "a.jsonl", "--known", "2020-01-01"];
    // On a busy machine it may be done before it is asked to stop.
    let stopped = (0..10).any(|_| {
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(desk.path(&format!("detente.db{ending}")));
        }
        let child = desk.start(&add);
        wait_for(&desk.path("detente.db-wal"), 300_000);
        signal(&child, "-INT");
        let ran = Ran::from(child.wait_with_output().expect("it ends"));
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        ran.err.contains("give the same command again to go on")
    });
    assert!(stopped, "it was never stopped");
    // And once more, without being asked.
    let mut child = desk.start(&add);
    std::thread::sleep(Duration::from_millis(900));
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let last = desk.run(&add);
    assert!(last.out.contains("already there"), "{}", last.out);
    whole.run(&add);
    for args in [&["events", "--to", "jsonl"][..], &["events", "--reports", "--to", "jsonl"]] {
        let (a, b) = (desk.run(args), whole.run(args));
        assert!(a.out == b.out && a.code == b.code, "{args:?}: {}", a.err);
    }
}

#[test]
fn going_on_is_refused_where_the_output_would_not_be_the_same() {
    let desk = Desk::new();
    desk.write("a.jsonl", articles(400));
    desk.write("b.jsonl", articles(10));
    let mut child = desk.start(&["code", "a.jsonl", "--out", "r.jsonl", "--sure", "0"]);
    let begun = Instant::now();
    while !desk.path("r.jsonl.unfinished/state.json").exists() && begun.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    assert!(desk.path("r.jsonl.unfinished").exists(), "it was killed before its end");
    fs::create_dir_all(desk.path("own/actors")).expect("a folder");
    desk.write("own/actors/mine.tsv", fs::read("../../lexicon/actors/examples.tsv").expect("a table"));
    let refused = |more: &[&str], why: &str| {
        let ran = desk.run(&[&["code", "--out", "r.jsonl", "--resume"], more].concat());
        assert_eq!(ran.code, Some(2), "{more:?}: {}", ran.err);
        assert!(ran.err.contains(why) && ran.err.lines().count() == 1, "{more:?}: {}", ran.err);
    };
    refused(&["b.jsonl"], "another input (a.jsonl, and this is b.jsonl)");
    refused(&["a.jsonl", "b.jsonl"], "1 inputs, and these are 2");
    refused(&["a.jsonl", "--quad", "cameo"], "another --quad");
    refused(&["a.jsonl", "--published", "2020-01-01"], "another --published");
    refused(&["a.jsonl", "--lexicon", "own"], "another lexicon");
    refused(&[], "--resume needs inputs that can be read again");
    desk.write("a.jsonl", articles(401));
    refused(&["a.jsonl"], "another content of a.jsonl");
    // Nothing was harmed.
    desk.write("a.jsonl", articles(400));
    assert_eq!(desk.run(&["code", "a.jsonl", "--out", "r.jsonl", "--resume"]).code, Some(1));
}

#[test]
fn an_output_that_is_there_is_not_written_over_unasked() {
    for out in ["r.csv", "r"] {
        let desk = Desk::new();
        desk.write("a.jsonl", articles(5));
        let args = ["code", "a.jsonl", "--out", out];
        desk.well(&args);
        let first = desk.files(out);
        let again = desk.run(&args);
        assert_eq!((again.code, again.err.lines().count()), (Some(2), 1));
        assert!(again.err.contains("is there already"), "{}", again.err);
        // Finished is finished, of this input; scripts may always say --resume.
        let resumed = desk.well(&[&args[..], &["--resume"]].concat());
        assert!(resumed.out.contains("is finished"), "{}", resumed.out);
        assert!(desk.files(out) == first);
        desk.write("a.jsonl", articles(6));
        let other = desk.run(&[&args[..], &["--resume"]].concat());
        assert_eq!(other.code, Some(2));
        assert!(other.err.contains("made with another content of a.jsonl"), "{}", other.err);
        desk.well(&[&args[..], &["--force"]].concat());
        assert!(desk.files(out) != first);
    }
}

#[test]
fn a_thousand_faults_of_one_kind_are_twenty_lines_and_a_count_and_all_stand_in_the_file_of_rejects() {
    let desk = Desk::new();
    let empty = "{\"text\":\"\"}\n".repeat(1000);
    let broken = "{\"text\":\n".repeat(3);
    let field = "{\"text\":\"Rain fell.\",\"published\":\"soon\"}\n";
    desk.write("a.jsonl", format!("{empty}{broken}{field}"));
    let ran = desk.run(&["code", "a.jsonl", "--rejects", "no.jsonl"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.lines().count() < 30, "{}", ran.err);
    assert!(
        ran.err.contains("and 983 more of the kind \"json\"") && ran.err.contains("all stand in no.jsonl"),
        "{}",
        ran.err
    );
    let rejects = fs::read_to_string(desk.path("no.jsonl")).expect("rejects");
    let rejects: Vec<Value> = rejects.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!(rejects.len(), 1004);
    for key in ["kind", "file", "place", "what", "mend"] {
        assert!(rejects.iter().all(|r| r[key].is_string()), "{key}");
    }
    assert_eq!((&rejects[7]["place"], &rejects[7]["file"]), (&"line 8".into(), &"a.jsonl".into()));
    assert_eq!((&rejects[0]["kind"], &rejects[1003]["kind"]), (&"json".into(), &"field".into()));
    // Without the file, the line says how to have it.
    let ran = desk.run(&["code", "a.jsonl"]);
    assert!(ran.err.contains("--rejects FILE lists them all"), "{}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_line_and_status_2_and_what_was_done_is_kept() {
    let desk = Desk::new();
    desk.write("a.jsonl", articles(300));
    for args in [
        &["code", "a.jsonl", "--out", "/dev/full", "--to", "csv"][..],
        &["add", "a.jsonl", "--rejects", "/dev/full"],
    ] {
        let ran = desk.run(args);
        let last = ran.err.lines().last().unwrap_or_default();
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(last.contains("/dev/full cannot be written (No space left on device)"), "{}", ran.err);
    }
    let full = fs::File::options().write(true).open("/dev/full").expect("a full disk");
    let ran = Ran::from(desk.command(&["code", "a.jsonl"]).stdout(full).output().expect("it runs"));
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("standard output cannot be written (No space left on device)"), "{}", ran.err);
    // A limit on the size of files, as a disk with little room.
    for (output, out) in OUTPUTS.iter().zip(["r.jsonl", "r.csv", "r.jsonl.gz"]) {
        let program = env!("CARGO_BIN_EXE_detente");
        let flags = format!("code a.jsonl --sure 0.01 {}", output.join(" "));
        let script = format!("trap '' XFSZ; ulimit -f 16; exec {program} {flags}");
        let short = Command::new("sh").args(["-c", &script]).current_dir(desk.dir.path()).output();
        let ran = Ran::from(short.expect("a shell"));
        let last = ran.err.lines().last().unwrap_or_default();
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(last.contains("cannot be written") && last.contains("--resume to go on"), "{}", ran.err);
        if out == "r.jsonl" {
            let text = fs::read_to_string(desk.path(out)).expect("text");
            assert!(text.lines().all(|l| serde_json::from_str::<Value>(l).is_ok()), "whole lines");
        }
        let words: Vec<&str> = flags.split(' ').chain(["--resume"]).collect();
        assert_eq!(desk.run(&words).code, Some(1));
        let whole = Desk::new();
        whole.write("a.jsonl", articles(300));
        whole.run(&words);
        assert!(desk.files(out) == whole.files(out), "{out}");
    }
}

#[test]
fn whoever_stops_listening_is_no_fault() {
    let desk = Desk::new();
    desk.write("a.jsonl", articles(400));
    let mut child = desk.start(&["code", "a.jsonl", "--to", "jsonl"]);
    let mut few = [0; 100];
    child.stdout.take().expect("piped").read_exact(&mut few).expect("a beginning");
    let ran = Ran::from(child.wait_with_output().expect("it ends"));
    let told: Vec<&str> = ran.err.lines().filter(|line| !line.contains("it has no \"text\"")).collect();
    assert_eq!((ran.code, told.len()), (Some(0), 0), "{}", ran.err);
}

#[test]
fn wrong_outputs_are_one_line_and_status_2() {
    let desk = Desk::new();
    desk.write("a.jsonl", articles(3));
    desk.write("file", "");
    for (args, why) in [
        (&["--to", "parquet"][..], "name it with --out"),
        (&["--out", "r.csv", "--to", "jsonl"], "named as csv, and --to says jsonl"),
        (&["--out", "r.xyz"], "does not say how to write"),
        (&["--out", "r.parquet.gz"], "Parquet is packed within"),
        (&["--out", "nowhere/r.csv"], "cannot be written (No such file or directory): make its folder first"),
        (&["--out", "file/r.csv"], "cannot be written"),
        (&["--out", "file", "--partition", "day"], "is a file, and parts go into a folder"),
        (&["--out", "r/", "--to", "table"], "a table goes to a file"),
        (&["--rejects", "nowhere/no.jsonl"], "nowhere/no.jsonl cannot be written"),
    ] {
        let ran = desk.run(&[&["code", "a.jsonl"], args].concat());
        assert_eq!((ran.code, ran.err.lines().count()), (Some(2), 1), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(why), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, "");
    }
}

#[test]
fn parts_by_day_hold_the_reports_of_that_day_and_no_others() {
    let desk = Desk::new();
    let undated = "{\"id\":\"u\",\"text\":\"Troops of Chile attacked Peru.\"}\n";
    desk.write("a.jsonl", articles(40) + undated);
    desk.well(&["code", "a.jsonl", "--out", "r", "--partition", "day", "--part", "30"]);
    desk.well(&["code", "a.jsonl", "--out", "all.jsonl"]);
    let mut docs = Vec::new();
    for (name, _) in desk.files("r") {
        let Some((folder, part)) = name.split_once('/') else { continue };
        let day = folder.strip_prefix("day=").expect("a folder by day");
        assert!(part.starts_with("part-0000") && part.ends_with(".parquet"), "{name}");
        for row in detente_tables::Reports::open(desk.path("r").join(&name)).expect("a table") {
            let row = row.expect("a row");
            let told = row.published.map_or("unknown".into(), |day| day.to_string());
            assert_eq!(told, day);
            docs.push(serde_json::to_string(&row.report).expect("JSON"));
        }
    }
    let all = fs::read_to_string(desk.path("all.jsonl")).expect("lines");
    let mut all: Vec<&str> = all.lines().collect();
    all.sort_unstable();
    docs.sort_unstable();
    assert_eq!(docs, all, "the record in Parquet is the record in JSON lines");
}

#[test]
fn one_parquet_file_holds_the_parts_one_after_the_other() {
    let desk = Desk::new();
    desk.write("a.jsonl", articles(40));
    desk.well(&["code", "a.jsonl", "--out", "r.parquet", "--part", "20"]);
    desk.well(&["code", "a.jsonl", "--out", "all.jsonl"]);
    let rows = detente_tables::Reports::open(desk.path("r.parquet")).expect("a table");
    let rows: Vec<String> =
        rows.map(|row| serde_json::to_string(&row.expect("a row").report).expect("JSON") + "\n").collect();
    assert!(rows.len() > 60, "more than three parts");
    assert_eq!(rows.concat(), fs::read_to_string(desk.path("all.jsonl")).expect("lines"));
}

#[test]
fn an_output_without_reports_is_a_whole_file_all_the_same() {
    let desk = Desk::new();
    desk.write("a.jsonl", "{\"text\":\"Rain fell.\"}\n");
    for out in ["r.jsonl", "r.csv", "r.jsonl.gz", "r.csv.zst", "r.parquet", "r"] {
        desk.well(&["code", "a.jsonl", "--out", out]);
    }
    assert_eq!(fs::read(desk.path("r.jsonl")).expect("a file"), b"");
    assert!(fs::read_to_string(desk.path("r.csv")).expect("a file").starts_with("id,"));
    for part in ["r.parquet", "r/part-00001.parquet"] {
        assert!(detente_tables::Reports::open(desk.path(part)).expect("a table").is_empty());
    }
    let mut text = String::new();
    let file = fs::File::open(desk.path("r.jsonl.gz")).expect("a file");
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("whole gzip");
    assert_eq!(text, "");
}

#[test]
fn the_manifest_says_what_was_made_of_what() {
    let desk = Desk::new();
    desk.write("a.jsonl", articles(60));
    assert_eq!(desk.run(&["code", "a.jsonl", "--out", "r.jsonl"]).code, Some(1));
    let text = fs::read(desk.path("r.jsonl.manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&text).expect("JSON");
    let reports = fs::read_to_string(desk.path("r.jsonl")).expect("lines").lines().count();
    assert_eq!(manifest["articles"], 59);
    assert_eq!(manifest["reports"], reports);
    assert_eq!(manifest["skipped"].as_object().expect("kinds").len(), 1);
    assert_eq!(manifest["inputs"][0]["name"], "a.jsonl");
    assert_eq!(manifest["inputs"][0]["bytes"], articles(60).len());
    assert_eq!(manifest["inputs"][0]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(manifest["settings"]["to"], "jsonl");
    assert!(manifest["coder"]["lexicon"].is_string() && manifest["run"]["seconds"].is_number());
}

#[cfg(unix)]
#[test]
fn a_pipe_with_a_name_is_read_once_and_cannot_be_gone_on_with() {
    let desk = Desk::new();
    let made = Command::new("mkfifo").arg(desk.path("pipe.jsonl")).status();
    assert!(made.is_ok_and(|status| status.success()), "a pipe is made");
    let refused = desk.run(&["code", "pipe.jsonl", "--out", "r.jsonl", "--resume"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("inputs that can be read again"), "{}", refused.err);
    let child = desk.start(&["code", "pipe.jsonl", "--out", "r.jsonl"]);
    fs::write(desk.path("pipe.jsonl"), articles(20)).expect("somebody reads the pipe");
    let ran = Ran::from(child.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("reports of 20 articles"), "{}", ran.out);
}
