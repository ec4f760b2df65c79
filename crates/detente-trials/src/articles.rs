//! Files of articles: pages, JSON lines, tables, archives of the web, packed files, plain text in any character set.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use detente_intake::{Input, Intake, Item, Options, charset, feed, html, joined, language};

use crate::{choose, cost, listen};

/// What a reader of files may hold beside 64 times its input: the window of an unpacker and the tables of a Parquet reader
/// are not smaller for a small file.
const FLOOR: usize = 96 << 20;

fn open(name: &str, bytes: &[u8], options: &Options) -> Intake {
    Intake::new([Input::Reader(name.into(), Box::new(Cursor::new(bytes.to_vec())))], options.clone())
}

/// Reads a file to its end and sees what must hold of everything in it.
fn items(name: &str, bytes: &[u8], options: &Options) -> Vec<Item> {
    let mut intake = open(name, bytes, options);
    let mut items: Vec<Item> = Vec::new();
    let mut names = BTreeSet::new();
    while let Some(raw) = intake.next_raw() {
        // A byte makes at most one record; a file that cannot be opened makes one problem.
        assert!(items.len() < 100 + 40 * bytes.len(), "records without end");
        assert!(items.last().is_none_or(|last| last.at < raw.position()), "positions grow");
        let item = raw.read(options);
        if let Ok(article) = &item.article {
            assert!(!article.text.trim().is_empty(), "an article has a text");
            assert!(!article.id.is_empty(), "an article has a name");
            assert!(names.insert(article.id.clone()), "{} is the name of two articles", article.id);
            for span in article.lines() {
                let line = span.slice(&article.text);
                assert!(!line.is_empty() && line == line.trim(), "lines are trimmed");
            }
        }
        for problem in item.notes.iter().chain(item.article.as_ref().err()) {
            assert!(!problem.to_string().is_empty(), "a problem is said in words");
        }
        items.push(item);
    }
    items
}

/// A file of this name: read within bounds, alike twice, and from any of its records on as from the start.
fn file(name: &str, bytes: &[u8]) {
    listen();
    let options = Options { any_language: true, ..Options::default() };
    let all = cost::within(bytes.len(), FLOOR, || items(name, bytes, &options));
    let again = items(name, bytes, &options);
    assert!(all == again, "the same bytes give the same articles");
    if let Some(half) = all.get(all.len() / 2) {
        let mut intake = open(name, bytes, &options);
        assert!(intake.skip_to(half.at), "a record that was there is found again");
        let rest: Vec<Item> =
            std::iter::from_fn(|| intake.next_raw()).map(|raw| raw.read(&options)).collect();
        assert!(rest == all[all.len() / 2..], "reading goes on as if it had never stopped");
    }
}

/// A page, as a file and as a text with an address.
pub fn html(bytes: &[u8]) {
    file("page.html", bytes);
    let text = String::from_utf8_lossy(bytes);
    let page = |address| cost::within(bytes.len(), FLOOR, || html::article("p".into(), &text, address));
    let (bare, placed) = (page(None), page(Some("https://example.org/2019/08/19/talks")));
    assert_eq!(bare.text, placed.text, "the address of a page does not change its text");
}

/// A feed: RSS, Atom, JSON; as a file, and item by item as a watcher reads it.
pub fn feed(bytes: &[u8]) {
    let (form, rest) = choose(bytes, 2);
    file(["feed.xml", "feed.json"][form], rest);
    let read = || feed::read("feed", rest, html::Origin::default());
    let Ok(found) = cost::within(rest.len(), FLOOR, read) else {
        assert!(read().is_err(), "a feed that is refused is refused again");
        return;
    };
    assert!(found.items.len() <= feed::MAX_ITEMS);
    let again = read().unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(found.items.len(), again.items.len(), "the same bytes give the same items");
    for (item, again) in found.items.iter().zip(&again.items) {
        let article = item.article();
        assert!(article == again.article(), "the same item gives the same article");
        assert!(item.name().is_none_or(|name| !name.is_empty()), "a name has letters");
        assert!(
            article.published.is_none_or(|day| (1600..=2200).contains(&day.year())),
            "{:?}",
            article.published
        );
    }
    assert!(found.problems.iter().all(|p| !p.to_string().is_empty()), "a problem is said in words");
}

/// JSON: a value a line, a list, one document.
pub fn lines(bytes: &[u8]) {
    let (form, rest) = choose(bytes, 2);
    file(["lines.jsonl", "list.json"][form], rest);
}

/// Tables of commas and tabs.
pub fn table(bytes: &[u8]) {
    let (form, rest) = choose(bytes, 2);
    file(["table.csv", "table.tsv"][form], rest);
}

/// Parquet tables of articles.
pub fn parquet(bytes: &[u8]) {
    file("table.parquet", bytes);
}

/// Archives of the web.
pub fn warc(bytes: &[u8]) {
    file("web.warc", bytes);
}

/// Packed files and archives. The sums of a tar's headers are put right, since no chance would do so.
pub fn archive(bytes: &[u8]) {
    const NAMES: [&str; 12] = [
        "a.zip",
        "a.tar",
        "a.jsonl.gz",
        "a.jsonl.zst",
        "a.jsonl.xz",
        "a.tgz",
        "a.html.gz",
        "a.warc.gz",
        "a.csv.zst",
        "a.tar.xz",
        "stdin",
        "a.tar",
    ];
    let (form, rest) = choose(bytes, NAMES.len());
    let bytes = if NAMES[form] == "a.tar" { summed(rest) } else { rest.to_vec() };
    file(NAMES[form], &bytes);
    stream(NAMES[form], &bytes);
}

/// The same bytes as one stream, as tables of other data sets are opened; nobody asks for more than the beginning here.
fn stream(name: &str, bytes: &[u8]) {
    let read = || {
        let mut all = Vec::new();
        let opened = joined::open(name, Cursor::new(bytes.to_vec()));
        let ended = opened.and_then(|reader| reader.take(1 << 20).read_to_end(&mut all));
        (all, ended.map_err(|e| e.to_string()))
    };
    assert!(cost::within(bytes.len(), FLOOR, read) == read(), "the same bytes are the same stream");
}

/// A tar with the right sum in every block that looks like a header.
fn summed(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for block in bytes.chunks_exact_mut(512) {
        if &block[257..262] == b"ustar" {
            block[148..156].fill(b' ');
            let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
            block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
    bytes
}

/// Bytes in a character set, declared or not, and the language of what they say.
pub fn charset(bytes: &[u8]) {
    let (long, rest) = choose(bytes, 24);
    let (label, rest) = rest.split_at(long.min(rest.len()));
    let declared = std::str::from_utf8(label).ok().filter(|l| !l.is_empty());
    let text = cost::within(rest.len(), FLOOR, || charset::decode(rest, declared));
    assert_eq!(text, charset::decode(rest, declared), "the same bytes are the same text");
    if let (Ok(plain), None) = (std::str::from_utf8(rest), declared)
        && plain.is_ascii()
        && !plain.contains('\0')
        && !plain.contains('\x1b')
    {
        assert_eq!(text, plain, "plain letters stay what they are");
    }
    let found = cost::within(rest.len(), FLOOR, || language::of(&text, declared));
    assert_eq!(found, language::of(&text, declared));
    let _ = charset::declared(rest);
    let _ = charset::not_text(rest);
    file("words.txt", rest);
}
