//! `detente watch` as a person meets it: feeds in, events out, each once, however it is stopped.

#[path = "../../detente-watch/tests/server/mod.rs"]
mod server;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use server::{Does, Server, fine, rss, says};
use tempfile::TempDir;

struct Desk {
    dir: TempDir,
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Desk {
    /// With a file that names these addresses.
    fn of(urls: &[String], more: &str) -> Desk {
        let dir = tempfile::tempdir().expect("a folder");
        let feeds: String =
            urls.iter().map(|url| format!("[[feed]]\nname = \"Post\"\nurl = \"{url}\"\n{more}\n")).collect();
        let text =
            format!("[watch]\ncontact = \"ann@example.org\"\npause = \"0s\"\ntimeout = \"20s\"\n{feeds}");
        fs::write(dir.path().join("FEEDS.toml"), text).expect("a file");
        Desk { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
        command.current_dir(self.dir.path()).args(args).env_remove("DETENTE_LEDGER").stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().expect("the program runs");
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    fn well(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.err);
        ran
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }
}

fn item(n: usize) -> String {
    let [a, b] = [["Russia", "Poland"], ["Iran", "Iraq"], ["Turkey", "Greece"]][n % 3];
    format!(
        "<item><title>{a} and {b}, {n}</title><guid isPermaLink=\"false\">g{n}</guid>\
         <pubDate>Mon, 19 Aug 2019 08:00:00 +0000</pubDate><description>{a} recalled its ambassador from {b} on Monday, and the talks \
         of round {n} were broken off.</description></item>"
    )
}

fn feed(numbers: std::ops::Range<usize>) -> Server {
    let body = rss(numbers.map(item));
    Server::new(move |asked| match asked.path.as_str() {
        "/robots.txt" => says(404, &[]),
        _ => fine("application/rss+xml", body.clone()),
    })
}

/// The articles of which a file of lines has reports.
fn docs(lines: &str) -> Vec<String> {
    let doc = |line: &str| {
        let record: Value = serde_json::from_str(line).expect("whole lines of JSON");
        record["doc"].as_str().expect("a doc").to_owned()
    };
    lines.lines().map(doc).collect()
}

#[test]
fn new_articles_are_coded_into_a_ledger_once() {
    let server = feed(0..3);
    let desk = Desk::of(&[server.url("/feed")], "");
    let ran = desk.well(&["watch", "FEEDS.toml", "--ledger", "news.db", "--once"]);
    assert!(ran.err.contains("1 feed asked; 3 new items; 3 articles added with "), "{}", ran.err);
    assert!(ran.out.is_empty() && desk.path("news.db.watch").exists());
    let events = desk.well(&["events", "--ledger", "news.db"]).out;
    assert!(events.contains("Post:g1") && events.contains("IRN"), "{events}");
    let runs = || desk.well(&["runs", "--ledger", "news.db"]).out.matches("watch").count();
    let before = runs();
    assert!(before > 0, "the ledger knows who wrote to it");
    let ran = desk.well(&["watch", "FEEDS.toml", "--ledger", "news.db", "--once"]);
    assert_eq!(runs(), before, "a run without news leaves nothing");
    assert!(ran.err.contains("1 feed asked, 1 without news; 0 new items; 0 articles added"), "{}", ran.err);
    // Without what was remembered, the ledger knows them again.
    fs::remove_file(desk.path("news.db.watch")).expect("a file");
    let ran = desk.well(&["watch", "FEEDS.toml", "--ledger", "news.db", "--once"]);
    assert!(ran.err.contains("3 new items; 0 articles added with 0 reports; 3 already there"), "{}", ran.err);
    assert!(desk.well(&["watch", "FEEDS.toml", "--ledger", "news.db", "--once", "--quiet"]).err.is_empty());
}

#[test]
fn lines_are_those_of_code_and_go_to_a_file_or_to_standard_output() {
    let server = feed(0..3);
    let desk = Desk::of(&[server.url("/feed")], "");
    desk.well(&["watch", "FEEDS.toml", "--out", "reports.jsonl", "--once"]);
    let lines = fs::read_to_string(desk.path("reports.jsonl")).expect("lines");
    let known: BTreeSet<String> = docs(&lines).into_iter().collect();
    assert_eq!(known, ["Post:g0", "Post:g1", "Post:g2"].map(String::from).into());
    let piped = desk.well(&["watch", "FEEDS.toml", "--out", "-", "--once"]);
    assert_eq!(piped.out, lines);
    assert!(desk.path("FEEDS.toml.watch").exists());
    // The feed as a file comes to the same, but for its names.
    fs::write(desk.path("feed.xml"), rss((0..3).map(item))).expect("a file");
    let coded = desk.well(&["code", "feed.xml"]).out;
    assert_eq!(docs(&coded).len(), docs(&lines).len());
    assert_eq!(docs(&coded)[0], "g0");
}

#[test]
fn what_is_killed_at_any_moment_loses_nothing_and_repeats_nothing() {
    let server = feed(0..400);
    let whole = Desk::of(&[server.url("/feed")], "");
    whole.well(&["watch", "FEEDS.toml", "--out", "reports.jsonl", "--once"]);
    let whole = fs::read_to_string(whole.path("reports.jsonl")).expect("lines");
    assert!(docs(&whole).into_iter().collect::<BTreeSet<_>>().len() == 400);
    let desk = Desk::of(&[server.url("/feed")], "");
    // Once the items are found, once in the middle of coding, once near the end.
    let mut kills = 0;
    for bytes in [0, 1, whole.len() as u64 / 2, whole.len() as u64 * 3 / 4] {
        let mut child = desk.start(&["watch", "FEEDS.toml", "--out", "reports.jsonl", "--once"]);
        let started = Instant::now();
        let there = || {
            let state = fs::metadata(desk.path("reports.jsonl.watch")).map_or(0, |m| m.len());
            let out = fs::metadata(desk.path("reports.jsonl")).map_or(0, |m| m.len());
            state > 100_000 && out >= bytes
        };
        while !there() && child.try_wait().expect("a child").is_none() {
            assert!(started.elapsed() < Duration::from_secs(120), "it hangs");
            std::thread::sleep(Duration::from_millis(2));
        }
        kills += usize::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("killed");
        child.wait().expect("gone");
        // What a write that was cut in two leaves behind.
        if bytes == 1 {
            let half =
                fs::read_to_string(desk.path("reports.jsonl")).expect("lines") + "{\"id\": \"half a li";
            fs::write(desk.path("reports.jsonl"), half).expect("a file");
        }
    }
    assert!(kills >= 2, "it was too fast to be killed");
    // The feed has forgotten them in the meantime.
    server
        .answer(|asked| if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss([])) });
    desk.well(&["watch", "FEEDS.toml", "--out", "reports.jsonl", "--once"]);
    let lines = fs::read_to_string(desk.path("reports.jsonl")).expect("lines");
    assert!(lines == whole, "{} bytes and not {}; {} articles", lines.len(), whole.len(), docs(&lines).len());
}

#[test]
fn a_ledger_has_each_article_once_however_often_watching_it_was_killed() {
    let server = feed(0..300);
    let args = ["watch", "FEEDS.toml", "--ledger", "news.db", "--once"];
    let whole = Desk::of(&[server.url("/feed")], "");
    whole.well(&args);
    let desk = Desk::of(&[server.url("/feed")], "");
    let mut kills = 0;
    for wait in [5, 100, 300] {
        let mut child = desk.start(&args);
        let started = Instant::now();
        let found = || fs::metadata(desk.path("news.db.watch")).is_ok_and(|m| m.len() > 80_000);
        while !found() && child.try_wait().expect("a child").is_none() {
            assert!(started.elapsed() < Duration::from_secs(120), "it hangs");
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(wait));
        kills += usize::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("killed");
        child.wait().expect("gone");
    }
    assert!(kills >= 1, "it was too fast to be killed");
    // The feed has forgotten them in the meantime.
    server
        .answer(|asked| if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss([])) });
    desk.well(&args);
    let events = |desk: &Desk| desk.well(&["events", "--ledger", "news.db"]).out;
    assert!(events(&desk) == events(&whole), "the same events of the same reports");
}

fn signal(child: &Child, name: &str) {
    let done = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(done.expect("kill").success());
}

/// Waits until it has ended; how long that took.
fn ended(child: &mut Child) -> Duration {
    let started = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if started.elapsed() > Duration::from_secs(15) {
            let _ = child.kill();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    started.elapsed()
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_cleanly_while_it_waits_and_while_a_server_does_not_answer() {
    for hangs in [false, true] {
        let server = feed(0..3);
        let desk = Desk::of(&[server.url("/feed")], "");
        if hangs {
            server.answer(|_| Does::Hangs);
        }
        let mut child = desk.start(&["watch", "FEEDS.toml", "--out", "reports.jsonl"]);
        let started = Instant::now();
        let lines = || fs::metadata(desk.path("reports.jsonl")).map_or(0, |m| m.len());
        while if hangs { server.asked().is_empty() } else { lines() == 0 } {
            assert!(started.elapsed() < Duration::from_secs(60), "nothing happens");
            std::thread::sleep(Duration::from_millis(10));
        }
        signal(&child, if hangs { "TERM" } else { "INT" });
        let took = ended(&mut child);
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert_eq!(child.wait().expect("a child").code(), Some(0), "hangs: {hangs}");
        // All is free again, and whole.
        server.answer(|asked| {
            if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss((0..3).map(item))) }
        });
        desk.well(&["watch", "FEEDS.toml", "--out", "reports.jsonl", "--once"]);
        let all = fs::read_to_string(desk.path("reports.jsonl")).expect("lines");
        assert_eq!(docs(&all).into_iter().collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(all.lines().collect::<BTreeSet<_>>().len(), all.lines().count(), "nothing twice");
    }
}

#[test]
fn rounds_follow_each_other_and_new_items_come_as_they_appear() {
    let server = feed(0..1);
    let desk = Desk::of(&[server.url("/feed")], "every = \"100ms\"");
    let mut child = desk.start(&["watch", "FEEDS.toml", "--out", "reports.jsonl"]);
    let known = || {
        docs(&fs::read_to_string(desk.path("reports.jsonl")).unwrap_or_default())
            .into_iter()
            .collect::<BTreeSet<_>>()
    };
    for n in 1..=3 {
        server.answer(move |asked| {
            if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss((0..n).map(item))) }
        });
        let started = Instant::now();
        while known().len() < n {
            assert!(started.elapsed() < Duration::from_secs(60), "{n} does not come");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(known().len(), 3);
}

#[test]
fn the_file_of_feeds_is_checked_without_asking_anybody() {
    let server = feed(0..1);
    let desk = Desk::of(&[server.url("/feed")], "");
    let ran = desk.well(&["watch", "--check", "FEEDS.toml"]);
    assert_eq!(ran.out, "FEEDS.toml: 1 feed, contact ann@example.org: nothing is wrong with it.\n");
    let good = fs::read_to_string(desk.path("FEEDS.toml")).expect("a file");
    fs::write(
        desk.path("FEEDS.toml"),
        good.replace("contact = \"ann@example.org\"\n", "")
            .replace(&server.url("/feed"), "file:///news/feed.xml"),
    )
    .expect("a file");
    for args in [&["watch", "--check", "FEEDS.toml"][..], &["watch", "FEEDS.toml", "--once"]] {
        let ran = desk.run(args);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("FEEDS.toml:1: there is no contact: "), "{}", ran.err);
        assert!(
            ran.err.contains("only http and https are fetched") && ran.err.contains("^^^^"),
            "{}",
            ran.err
        );
    }
    assert!(server.asked().is_empty());
    assert!(!desk.path("detente.db").exists() && !desk.path("detente.db.watch").exists(), "nothing is made");
}

#[test]
fn wrong_usage_is_one_line_and_status_2() {
    let desk = Desk::of(&["http://127.0.0.1:9/feed".into()], "");
    fs::write(desk.path("other"), "x".repeat(4096)).expect("a file");
    for (args, words) in [
        (&["watch", "NONE.toml"][..], "NONE.toml: there is no such file"),
        (&["watch", "FEEDS.toml", "--out", "reports.csv"], "watch writes JSON lines"),
        (&["watch", "FEEDS.toml", "--out", "no/such/reports.jsonl"], "cannot be written"),
        (&["watch", "FEEDS.toml", "--state", "other"], "no file of detente watch"),
        (&["watch", "FEEDS.toml", "--out", "a.jsonl", "--ledger", "b.db"], "cannot be used with"),
        (&["watch"], "FEEDS.toml"),
    ] {
        let ran = desk.run(args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_feed_that_fails_is_named_and_the_others_are_read() {
    let server = feed(0..2);
    server.answer(|asked| match asked.path.as_str() {
        "/robots.txt" => says(404, &[]),
        "/feed" => fine("text/xml", rss((0..2).map(item))),
        _ => says(500, &[]),
    });
    let desk = Desk::of(&[server.url("/broken"), server.url("/feed")], "");
    let ran = desk.run(&["watch", "FEEDS.toml", "--out", "reports.jsonl", "--once"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err
            .contains("Post: the server answers 500 (an error of the server); it is asked again in 30 min."),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("2 feeds asked, 1 failed; 2 new items; 2 articles coded, "), "{}", ran.err);
}
