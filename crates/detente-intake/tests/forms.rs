//! Every form, read whole, damaged, packed, and in archives.

mod common;

use common::*;
use detente::article::{Article, DateSource};
use detente_intake::{Columns, Input, Intake, Options};

fn without_origin(articles: &[Article]) -> Vec<Article> {
    articles.iter().map(|a| Article { file: None, place: None, ..a.clone() }).collect()
}

#[test]
fn the_same_articles_come_out_of_every_packing() {
    for (name, bytes) in forms() {
        let (plain, said) = read(name, &bytes);
        assert!(said.is_empty(), "{name}: {said:?}");
        assert!(!plain.is_empty(), "{name}");
        let want = without_origin(&plain);
        let inner: &[(&str, &[u8])] = &[(name, &bytes)];
        let tarred = tar(inner);
        let zipped = zip(inner);
        for (packed_name, packed) in [
            (format!("{name}.gz"), gz(&bytes)),
            (format!("{name}.zst"), zst(&bytes)),
            (format!("{name}.xz"), xz(&bytes)),
            (format!("{name}.gz.xz"), xz(&gz(&bytes))),
            ("all.tar".into(), tarred.clone()),
            ("all.tgz".into(), gz(&tarred)),
            ("all.tar.zst".into(), zst(&tarred)),
            ("all.zip".into(), zipped.clone()),
            ("all.zip".into(), zip_stream(inner)),
            ("stored.zip".into(), zip(&[("x.md", b""), (name, &bytes)])),
            ("outer.tar".into(), tar(&[("inner.zip", &zipped)])),
            ("outer.zip".into(), zip(&[("inner.tar.gz", &gz(&tarred))])),
        ] {
            let (articles, said) = read(&packed_name, &packed);
            assert!(said.is_empty(), "{name} in {packed_name}: {said:?}");
            assert_eq!(without_origin(&articles), want, "{name} in {packed_name}");
            for (a, b) in articles.iter().zip(&plain) {
                assert_eq!(a.place, b.place, "{name} in {packed_name}");
                assert!(a.file.as_ref().is_some_and(|f| f.starts_with(&packed_name)));
            }
        }
    }
    let (articles, _) = read("day.zip", &zip(&[("x/in.tgz", &gz(&tar(&[("a.txt", b"Some words.")])))]));
    assert_eq!(articles[0].file.as_deref(), Some("day.zip!x/in.tgz!a.txt"));
}

#[test]
fn a_record_says_where_it_is_from() {
    let (articles, _) = read("lines.jsonl", &lines());
    let first = &articles[0];
    assert_eq!((first.id.as_str(), first.place.as_deref()), ("lines-1", Some("line 1")));
    assert_eq!(first.author.as_deref(), Some("A. B.; C. D."));
    assert_eq!(first.retrieved.map(|r| r.to_string()).as_deref(), Some("2020-01-01T00:00:00Z"));
    let (articles, _) = read("commas.csv", &csv(','));
    let second = &articles[1];
    assert_eq!((second.id.as_str(), second.place.as_deref()), ("row2", Some("record 2")));
    assert_eq!(second.license.as_deref(), Some("CC-BY-4.0"));
    assert_eq!(second.published.map(|d| d.to_string()).as_deref(), Some("2019-08-12"));
    assert!(second.text.starts_with("Avaria met \"Belmora\", number 2.\n"));
    let (articles, _) = read("table.parquet", &parquet());
    assert_eq!((articles[4].id.as_str(), articles[4].title.as_deref()), ("5", Some("Row 5")));
    assert_eq!(articles[4].published.map(|d| d.to_string()).as_deref(), Some("2019-08-15"));
}

#[test]
fn pages_come_out_of_archives_of_the_web_and_everything_else_is_counted() {
    for (name, bytes) in [("a.warc", warc()), ("a.warc.gz", gz(&warc())), ("a.warc.gz", warc_gz())] {
        let mut intake = open(name, &bytes);
        let articles: Vec<Article> = items(&mut intake).into_iter().map(|i| i.article.unwrap()).collect();
        assert_eq!(articles.len(), 4, "{name}");
        assert_eq!(articles[0].url.as_deref(), Some("http://a.example/1"));
        assert!(articles[0].text.contains("B\u{e9}lmora"), "{}", articles[0].text);
        assert!(articles[1].text.contains("the strait would go on"), "{}", articles[1].text);
        assert_eq!(articles[2].title.as_deref(), Some("Three"));
        let four = &articles[3];
        assert_eq!((four.published_from, four.title.as_deref()), (DateSource::Url, Some("Four")));
        for article in &articles {
            assert_eq!(article.retrieved.map(|r| r.to_string()).as_deref(), Some("2019-08-20T10:11:12Z"));
            assert!(article.id.starts_with("00000000-0000-4000-8000-"), "{}", article.id);
        }
        assert_eq!(articles[0].place.as_deref(), Some("record 3"));
        let passed: Vec<String> =
            intake.passed_over().iter().map(|(what, n)| format!("{n} {what}")).collect();
        assert_eq!(
            passed,
            [
                "1 HTTP status 404",
                "1 WARC metadata",
                "1 WARC request",
                "1 WARC revisit",
                "1 WARC warcinfo",
                "1 image/png"
            ]
        );
    }
}

/// A record of an archive of the web that says a wrong length.
fn lying(more: i64) -> Vec<u8> {
    let record = String::from_utf8(record(
        "conversion",
        "http://a.example/lie",
        "text/plain",
        format!("A lie\n\nAvaria met Belmora.\n{FILLER}").as_bytes(),
    ))
    .unwrap();
    let (head, rest) = record.split_once("Content-Length: ").unwrap();
    let (length, rest) = rest.split_once("\r\n").unwrap();
    format!("{head}Content-Length: {}\r\n{rest}", length.parse::<i64>().unwrap() + more).into_bytes()
}

fn texts(n: usize) -> Vec<u8> {
    let block = format!("Number {n}\n\nAvaria met Belmora.\n{}{FILLER}", "x".repeat(n));
    record("conversion", &format!("http://a.example/{n}"), "text/plain", block.as_bytes())
}

#[test]
fn wrong_lengths_in_archives_of_the_web_are_mended_at_the_next_record() {
    for (more, says) in [
        (-40, "this record is longer than it says"),
        (200, "this record is shorter than it says"),
        (90_000_000, "this record of 85 MB is longer than 64 MB"),
    ] {
        let bytes = [texts(1), lying(more), texts(2), texts(3)].concat();
        let (articles, said) = read("a.warc", &bytes);
        let titles: Vec<&str> = articles.iter().filter_map(|a| a.title.as_deref()).collect();
        let want: &[&str] = if more > 1_000_000 {
            &["Number 1", "Number 2", "Number 3"]
        } else {
            &["Number 1", "A lie", "Number 2", "Number 3"]
        };
        assert_eq!(titles, want, "{more}: {said:?}");
        assert_eq!(said.len(), 1, "{more}: {said:?}");
        assert!(said[0].starts_with(&format!("a.warc, record 2: {says}")), "{said:?}");
    }
    // Ten in a row that lie: after some no length is believed, and every article comes out.
    let bytes = [(0..20).flat_map(|_| lying(5000)).collect(), texts(7)].concat();
    let (articles, said) = read("a.warc", &bytes);
    assert_eq!((articles.len(), said.len()), (21, 20), "{said:?}");
}

#[test]
fn missing_lines_between_records_and_garbage_cost_nothing_or_themselves() {
    let trimmed = |n: usize| texts(n).strip_suffix(b"\r\n\r\n").unwrap().to_vec();
    let (articles, said) =
        read("a.warc", &[trimmed(1), b"\n".to_vec(), trimmed(2), b"\r\n".to_vec(), texts(3)].concat());
    assert_eq!((articles.len(), said), (3, Vec::new()));
    let (articles, said) = read("a.warc", &[texts(1), b"garbage\nmore of it\n".to_vec(), texts(2)].concat());
    assert_eq!(articles.len(), 2);
    assert_eq!(said.len(), 1, "{said:?}");
    let whole = [texts(1), texts(2)].concat();
    let (articles, said) = read("a.warc", &whole[..whole.len() - 100]);
    assert_eq!(articles.len(), 1);
    assert_eq!(
        said,
        [
            "a.warc, record 2: the file breaks off in this record: get the whole file; the records before are read."
        ]
    );
}

#[test]
fn a_damaged_part_of_a_packed_archive_costs_the_records_in_it() {
    let mut parts: Vec<Vec<u8>> = (1..=6).map(|n| gz(&texts(n))).collect();
    let middle = parts[2].len() / 2;
    for byte in &mut parts[2][middle..middle + 8] {
        *byte ^= 0x5a;
    }
    let (articles, said) = read("a.warc.gz", &parts.concat());
    let titles: Vec<&str> = articles.iter().filter_map(|a| a.title.as_deref()).collect();
    assert_eq!(titles, ["Number 1", "Number 2", "Number 4", "Number 5", "Number 6"]);
    assert_eq!(
        said,
        [
            "a.warc.gz, record 3: its gzip is damaged here: get the file again; what stands before and behind the damage is read."
        ]
    );
    let bytes = parts.concat();
    let (articles, said) = read("a.warc.gz", &bytes[..bytes.len() - 30]);
    assert_eq!((articles.len(), said.len()), (4, 2), "{said:?}");
    assert!(said[1].contains("breaks off before its end"), "{said:?}");
}

#[test]
fn packed_lines_that_break_off_are_read_up_to_the_break() {
    for pack in [gz, xz, zst] {
        let packed = pack(&lines().repeat(400));
        let (articles, said) = read("a.jsonl.x", &packed[..packed.len() - 20]);
        assert!(said.len() == 1 && said[0].contains("breaks off") || said[0].contains("damaged"), "{said:?}");
        // Blocks of the packing may hold much.
        assert!(articles.len() > 100 || pack(b"") == zst(b"") || pack(b"") == xz(b""), "{}", articles.len());
    }
}

#[test]
fn a_damaged_member_of_an_archive_costs_itself() {
    let a = page("First page of the tar");
    let files: &[(&str, &[u8])] =
        &[("a.html", a.as_bytes()), ("b.txt", b"Second text."), ("c.txt", b"Third text.")];
    // The head of the second member.
    let mut bytes = tar(files);
    let at = bytes.windows(5).position(|w| w == b"b.txt").unwrap();
    bytes[at] = b'z';
    let (articles, said) = read("x.tar", &bytes);
    assert_eq!(ids(&articles), ["a", "c"]);
    assert_eq!(
        said,
        [
            "x.tar: this archive is damaged here: get the file again; reading goes on with the next file in it."
        ]
    );
    // The bytes of the first member of a zip, and its head.
    for make in [zip, zip_stream] {
        let mut bytes = make(files);
        for byte in &mut bytes[80..90] {
            *byte ^= 0x77;
        }
        let (articles, said) = read("x.zip", &bytes);
        assert_eq!(ids(&articles), ["b", "c"], "{said:?}");
        assert_eq!(said.len(), 1, "{said:?}");
        let mut bytes = make(files);
        bytes[0] = b'X';
        bytes[3] = 9;
        let (articles, said) = read("x.zip", &bytes);
        assert!(articles.is_empty() && said.len() == 1, "{said:?}");
        let mut bytes = make(files);
        let at = bytes.windows(5).position(|w| w == b"b.txt").unwrap() - 30;
        bytes[at] = b'X';
        let (articles, said) = read("x.zip", &bytes);
        assert_eq!(ids(&articles), ["a", "c"], "{said:?}");
        assert_eq!(said.len(), 1, "{said:?}");
    }
}

#[test]
fn archives_that_break_off_say_so_and_give_what_came_before() {
    let files: &[(&str, &[u8])] = &[("a.txt", b"First text."), ("b.txt", &[b'x'; 4000])];
    for (name, bytes) in [("x.tar", tar(files)), ("x.zip", zip(files))] {
        let at = bytes.windows(20).position(|w| w == [b'x'; 20]).unwrap() + 100;
        let (articles, said) = read(name, &bytes[..at]);
        assert_eq!(ids(&articles), ["a"], "{name}");
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(&format!("{name}!b.txt: the archive breaks off in it")), "{said:?}");
    }
}

#[test]
fn members_that_lie_about_their_length_and_locked_ones_are_named() {
    let big = vec![b'x'; 70 << 20];
    let mut bytes = zip(&[("big.txt", &big), ("b.txt", b"Second text.")]);
    // It says ten bytes.
    bytes[22..26].copy_from_slice(&10u32.to_le_bytes());
    let (articles, said) = read("x.zip", &bytes);
    assert_eq!(ids(&articles), ["b"]);
    assert_eq!(
        said,
        [
            "x.zip!big.txt: it is longer than 64 MB, too long for one article: cut it into its articles, or write them as JSON lines (one a line)."
        ]
    );
    let mut bytes = zip(&[("a.txt", b"First text."), ("b.txt", b"Second text.")]);
    bytes[6] |= 1;
    let (articles, said) = read("x.zip", &bytes);
    assert_eq!(ids(&articles), ["b"]);
    assert_eq!(
        said,
        ["x.zip!a.txt: it is locked with a password: unpack it yourself, and give what was in it."]
    );
}

#[test]
fn bombs_are_not_read_to_their_end() {
    let zeros = vec![b' '; 300 << 20];
    let (articles, said) = read("x.zip", &zip(&[("a.jsonl", &zeros), ("b.txt", b"Second text.")]));
    assert_eq!(ids(&articles), ["b"]);
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("it unpacks to more than 500 times its size"), "{said:?}");
    let (_, said) = read("x.jsonl.gz", &gz(&gz(&zeros)));
    assert!(said[0].contains("it unpacks to more than 500 times its size"), "{said:?}");
}

#[test]
fn archives_within_archives_have_an_end() {
    let mut bytes = zip(&[("a.txt", b"Some text.")]);
    for _ in 0..6 {
        bytes = zip(&[("x.zip", &bytes), ("y.txt", b"Another text.")]);
    }
    let (articles, said) = read("x.zip", &bytes);
    assert_eq!(articles.len(), 5);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("archives stand in it more than 4 deep"), "{said:?}");
    let mut bytes = b"Some text.".to_vec();
    for _ in 0..6 {
        bytes = gz(&bytes);
    }
    assert!(read("x.gz", &bytes).1[0].contains("it is packed more than 4 times over"));
}

#[test]
fn archives_are_searched_as_folders_are() {
    let files: &[(&str, &[u8])] = &[
        ("news/a.txt", b"First text."),
        ("news/.hidden.txt", b"Hidden."),
        ("README.txt", b"About."),
        ("a.png", b"\x89PNG"),
        ("__MACOSX/a.txt", b"x"),
    ];
    for (name, bytes) in [("x.tar", tar(files)), ("x.zip", zip(files))] {
        let (articles, said) = read(name, &bytes);
        assert_eq!((ids(&articles), said), (vec!["a"], Vec::new()));
    }
    let (_, said) = read("x.zip", &zip(&[("a.png", b"\x89PNG")]));
    assert!(said[0].starts_with("x.zip: this archive holds no articles"), "{said:?}");
    let (_, said) = read("x.docx", &zip(&[("[Content_Types].xml", b"<x>")]));
    assert!(said[0].contains("office document"), "{said:?}");
    let long = format!("{}/b.txt", "long/".repeat(60));
    assert_eq!(ids(&read("x.tar", &tar(&[(&long, b"Some text.")])).0), ["b"]);
}

#[test]
fn columns_are_named_where_they_are_not_known() {
    let table = b"nr,story,when\n1,Avaria met Belmora.,2019-08-19\n";
    let columns = Columns::parse("text=story,published=when,id=nr").unwrap();
    let options = Options { columns, ..Options::default() };
    let items = items(&mut open_with("a.csv", table, options));
    let article = items[0].article.as_ref().unwrap();
    assert_eq!(
        (article.id.as_str(), article.published.map(|d| d.to_string())),
        ("1", Some("2019-08-19".into()))
    );
    assert_eq!(
        read("a.csv", table).1,
        [
            "a.csv: there is no column of texts; it has nr, story, when: name the column of texts with --columns text=NAME."
        ]
    );
    let columns = Columns::parse("text=views").unwrap();
    let item =
        common::items(&mut open_with("a.parquet", &parquet(), Options { columns, ..Options::default() }));
    assert_eq!(
        item[0].article.as_ref().unwrap_err().to_string(),
        "a.parquet: the column \"views\" holds whole numbers, and text is wanted: name another column with --columns text=NAME."
    );
}

#[test]
fn a_list_of_json_is_read_record_by_record_and_faults_cost_themselves() {
    let (articles, said) = read(
        "a.json",
        b"[\n {\"text\":\"One [1] {\\\"}.\"},\n {\"text\":5},\n 7, \"x\",\n {\"text\":\"Two.\"} ]",
    );
    assert_eq!(ids(&articles), ["a-1", "a-5"]);
    assert_eq!(said.len(), 3, "{said:?}");
    let (articles, said) = read("a.json", b"[{\"text\":\"One.\"},\n{\"text\":\"Two");
    assert_eq!(articles.len(), 1);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("a.json, record 2: this is not JSON") && said[0].contains("at line 2, column"),
        "{said:?}"
    );
    assert!(said[1].contains("the list breaks off"), "{said:?}");
}

#[test]
fn a_million_empty_records_are_a_million_problems_one_at_a_time() {
    let bytes = b"{}\n".repeat(1_000_000);
    let mut intake = open("a.jsonl", &bytes);
    let options = intake.options();
    let mut n = 0;
    while let Some(raw) = intake.next_raw() {
        n += 1;
        assert!(raw.read(&options).article.is_err());
    }
    assert_eq!(n, 1_000_000);
}

#[test]
fn articles_in_other_languages_are_left_aside_unless_asked_for() {
    let text = "Die beiden Regierungen teilten am Montag mit, dass die Gespräche über die Meerenge im Herbst weitergehen \
                sollen und dass ihre Gesandten, die sich in diesem Jahr zweimal getroffen haben, vor dem Ende des Jahres \
                auf ihre Posten zurückkehren werden. Der Minister sagte, er sei zufrieden.";
    let any = Options { any_language: true, ..Options::default() };
    assert!(items(&mut open_with("a.txt", text.as_bytes(), any))[0].article.is_ok());
    let item = items(&mut open("a.txt", text.as_bytes())).remove(0);
    // Whatever the identification says, an article that is given is English.
    if let Err(problem) = item.article {
        assert!(problem.is_no_fault(), "{problem}");
    }
}

#[cfg(unix)]
mod folders {
    use std::fs;
    use std::io::Write;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    use super::*;

    fn of(path: &Path) -> (Vec<String>, Vec<String>) {
        let mut intake = Intake::new([Input::Path(path.into())], Options::default());
        let (mut ids, mut said) = (Vec::new(), Vec::new());
        for item in items(&mut intake) {
            match item.article {
                Ok(article) => ids.push(article.id),
                Err(problem) => said.push(problem.to_string().replace(&format!("{}/", path.display()), "")),
            }
        }
        (ids, said)
    }

    #[test]
    fn what_a_folder_holds_beside_files_is_named_and_does_not_stop_reading() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        fs::write(path.join("a.txt"), "Some text.").unwrap();
        fs::create_dir(path.join("b")).unwrap();
        fs::write(path.join("b/x.jsonl.gz"), gz(b"{\"text\":\"Packed.\"}\n")).unwrap();
        fs::write(path.join("z.tar"), tar(&[("in.txt", b"Tarred.")])).unwrap();
        fs::write(path.join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt")), "Named badly.").unwrap();
        std::os::unix::fs::symlink("nowhere", path.join("link.txt")).unwrap();
        std::os::unix::fs::symlink(path, path.join("ring")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path.join("pipe.txt")).status().unwrap().success());
        let (ids, said) = of(path);
        assert_eq!(ids, ["a", "x-1", "caf\u{fffd}", "in"]);
        assert_eq!(
            said,
            [
                "link.txt: this link leads to no file: mend the link, or remove it.",
                "pipe.txt: this is no file but a pipe or a device: name it by itself to read it.",
            ]
        );
    }

    #[test]
    fn a_pipe_that_is_named_is_read_and_a_device_without_end_is_no_text() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let writer = {
            let pipe = pipe.clone();
            std::thread::spawn(move || fs::write(pipe, gz(&lines())).unwrap())
        };
        assert_eq!(of(&pipe).0.len(), 6);
        writer.join().unwrap();
        let (ids, said) = of(Path::new("/dev/zero"));
        assert!(ids.is_empty() && said[0].contains("this is binary data"), "{said:?}");
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_named_and_has_an_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jsonl");
        fs::write(&path, lines()).unwrap();
        let mut intake = Intake::new([Input::Path(path.clone())], Options::default());
        let options = intake.options();
        let mut articles = 0;
        let mut said = Vec::new();
        while let Some(raw) = intake.next_raw() {
            match raw.read(&options).article {
                Ok(_) => articles += 1,
                Err(problem) => said.push(problem.to_string()),
            }
            fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(&lines()).unwrap();
            assert!(articles < 100);
        }
        assert_eq!(articles, 6);
        assert_eq!(said.len(), 1);
        assert!(said[0].contains("it changed while it was being read"), "{said:?}");
    }

    #[test]
    fn reading_goes_on_at_any_position_of_a_folder_of_archives() {
        let dir = tempfile::tempdir().unwrap();
        for (n, (name, bytes)) in forms().into_iter().enumerate() {
            fs::write(dir.path().join(format!("{n}-{name}")), &bytes).unwrap();
            fs::write(dir.path().join(format!("{n}.zip")), zip(&[("bad.jsonl", b"{}\n"), (name, &bytes)]))
                .unwrap();
        }
        let open = || Intake::new([Input::Path(dir.path().into())], Options::default());
        let all = items(&mut open());
        let unique: std::collections::BTreeSet<_> =
            all.iter().filter_map(|i| i.article.as_ref().ok()).map(|a| a.id.clone()).collect();
        assert_eq!(unique.len(), all.iter().filter(|i| i.article.is_ok()).count());
        for n in (0..all.len()).step_by(5) {
            let mut intake = open();
            assert!(intake.skip_to(all[n].at.after()));
            assert_eq!(items(&mut intake), all[n + 1..]);
        }
    }

    #[test]
    fn a_folder_of_many_files_is_read_in_the_order_of_their_names() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..5000 {
            fs::write(dir.path().join(format!("{:05}.txt", (n * 7919) % 5000)), "Some text.").unwrap();
        }
        let (ids, said) = of(dir.path());
        assert!(said.is_empty());
        assert!(ids.len() == 5000 && ids.is_sorted());
    }
}
