//! Makes files of every form, with the writers that people use.
#![allow(dead_code, missing_docs)]

use std::io::{Cursor, Write};
use std::sync::Arc;

use detente::article::Article;
use detente_intake::{Input, Intake, Item, Options};

/// A sentence that makes a page long enough to be an article.
pub const FILLER: &str = "The two governments said that the talks on the strait would go on in the autumn, and that \
    their envoys, who had met twice this year, would return to their posts before the end of it. ";

pub fn page(title: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>{title}</title><meta name=pubdate content=2019-08-19></head><body>\
         <article><h1>{title}</h1><p>Avaria recalled its envoy from Belmora on Monday, \u{201c}{title}\u{201d}.</p>\
         <p>{FILLER}</p><p>{FILLER}</p></article></body></html>"
    )
}

pub fn lines() -> Vec<u8> {
    (1..=6)
        .map(|n| {
            let id = if n % 2 == 0 { format!("\"id\":\"a{n}\",") } else { String::new() };
            format!(
                "{{{id}\"title\":\"Line {n}\",\"published\":\"2019-08-1{n}\",\"author\":[\"A. B.\",\"C. D.\"],\
                 \"text\":\"Avaria met Belmora, number {n}. {FILLER}\",\"retrieved\":\"2020-01-01T00:00:00Z\"}}\n"
            )
        })
        .collect::<String>()
        .into_bytes()
}

pub fn csv(separator: char) -> Vec<u8> {
    let s = separator;
    let mut table = format!("id{s}title{s}date{s}body{s}licence\n");
    for n in 1..=5 {
        table.push_str(&format!(
            "row{n}{s}Row {n}{s}2019-08-1{n}{s}\"Avaria met \"\"Belmora\"\", number {n}.\n{FILLER}\"{s}CC-BY-4.0\n"
        ));
    }
    table.into_bytes()
}

pub fn record(kind: &str, url: &str, mime: &str, block: &[u8]) -> Vec<u8> {
    let id = format!("<urn:uuid:00000000-0000-4000-8000-{:012}>", url.len() * 1000 + block.len());
    let mut record = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\nWARC-Date: 2019-08-20T10:11:12Z\r\n\
         WARC-Target-URI: {url}\r\nContent-Type: {mime}\r\nContent-Length: {}\r\n\r\n",
        block.len()
    )
    .into_bytes();
    record.extend_from_slice(block);
    record.extend_from_slice(b"\r\n\r\n");
    record
}

pub fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\n{headers}\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

const HTTP: &str = "application/http; msgtype=response";

/// The records of an archive of the web: seven, of which four are articles.
pub fn records() -> Vec<Vec<u8>> {
    let html = "Content-Type: text/html; charset=windows-1252\r\n";
    let mut windows = page("One").replace(['\u{201c}', '\u{201d}'], "\"").into_bytes();
    let at = windows.windows(7).position(|w| w == b"Belmora").expect("it is there");
    windows[at + 1] = 0xe9;
    let chunked = {
        let page = page("Two");
        let (a, b) = page.as_bytes().split_at(300);
        let mut bytes = format!("{:x}\r\n", a.len()).into_bytes();
        bytes.extend_from_slice(a);
        bytes.extend_from_slice(format!("\r\n{:X};x=y\r\n", b.len()).as_bytes());
        bytes.extend_from_slice(b);
        bytes.extend_from_slice(b"\r\n0\r\n\r\n");
        bytes
    };
    let packed = gz(page("Three").as_bytes());
    vec![
        record("warcinfo", "", "application/warc-fields", b"software: test\r\n"),
        record(
            "request",
            "http://a.example/1",
            "application/http; msgtype=request",
            b"GET / HTTP/1.1\r\n\r\n",
        ),
        record("response", "http://a.example/1", HTTP, &answer("200 OK", html, &windows)),
        record(
            "response",
            "http://a.example/two",
            HTTP,
            &answer("200 OK", "content-type: text/html\r\nTransfer-Encoding: chunked\r\n", &chunked),
        ),
        record(
            "response",
            "http://a.example/three",
            HTTP,
            &answer("200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", &packed),
        ),
        record("response", "http://a.example/gone", HTTP, &answer("404 Not Found", html, b"<p>gone")),
        record(
            "response",
            "http://a.example/a.png",
            HTTP,
            &answer("200 OK", "Content-Type: image/png\r\n", &[0; 99]),
        ),
        record("revisit", "http://a.example/1", HTTP, b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        record(
            "conversion",
            "http://a.example/2019/08/21/four",
            "text/plain",
            format!("Four\n\nAvaria met Belmora.\n{FILLER}").as_bytes(),
        ),
        record("metadata", "http://a.example/1", "application/warc-fields", b"via: x\r\n"),
    ]
}

pub fn warc() -> Vec<u8> {
    records().concat()
}

pub fn warc_gz() -> Vec<u8> {
    records().iter().flat_map(|r| gz(r)).collect()
}

pub fn parquet() -> Vec<u8> {
    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    let text =
        |of: fn(i64) -> String| -> ArrayRef { Arc::new(StringArray::from_iter_values((1..=5).map(of))) };
    let batch = RecordBatch::try_from_iter([
        ("id", Arc::new(Int64Array::from_iter_values(1..=5)) as ArrayRef),
        ("headline", text(|n| format!("Row {n}"))),
        ("date_publish", text(|n| format!("2019-08-1{n} 10:00:00"))),
        ("maintext", text(|n| format!("Avaria met Belmora, number {n}.\n{FILLER}"))),
        ("views", Arc::new(Int64Array::from_iter_values(1..=5)) as ArrayRef),
    ])
    .expect("columns of one length");
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("memory");
    writer.write(&batch).expect("memory");
    writer.close().expect("memory");
    bytes
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut w = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    w.write_all(bytes).expect("memory");
    w.finish().expect("memory")
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory")
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut w =
        lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).expect("settings");
    w.write_all(bytes).expect("memory");
    w.finish().expect("memory")
}

pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut w = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut head = tar::Header::new_gnu();
        head.set_size(bytes.len() as u64);
        head.set_mode(0o644);
        head.set_cksum();
        w.append_data(&mut head, name, *bytes).expect("memory");
    }
    w.into_inner().expect("memory")
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut w = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (n, (name, bytes)) in files.iter().enumerate() {
        let way = if n % 2 == 0 { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
        w.start_file(*name, zip::write::SimpleFileOptions::default().compression_method(way))
            .expect("a name");
        w.write_all(bytes).expect("memory");
    }
    w.finish().expect("memory").into_inner()
}

/// A zip as it is written to a pipe: lengths stand behind the bytes.
pub fn zip_stream(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut w = zip::ZipWriter::new_stream(Vec::new());
    for (name, bytes) in files {
        w.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a name");
        w.write_all(bytes).expect("memory");
    }
    w.finish().expect("memory").into_inner()
}

/// Every form, with the name that a file of it has.
pub fn forms() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("lines.jsonl", lines()),
        (
            "list.json",
            [
                b"[\n".as_slice(),
                &lines()
                    .split(|b| *b == b'\n')
                    .filter(|l| !l.is_empty())
                    .collect::<Vec<_>>()
                    .join(&b",\n"[..]),
                b"]\n",
            ]
            .concat(),
        ),
        ("page.html", page("A page of its own").into_bytes()),
        (
            "words.txt",
            format!("Avaria recalls envoy\n\n19 August 2019\n\nAvaria recalled its envoy.\n{FILLER}")
                .into_bytes(),
        ),
        ("commas.csv", csv(',')),
        ("tabs.tsv", csv('\t')),
        ("web.warc", warc()),
        ("table.parquet", parquet()),
    ]
}

pub fn open(name: &str, bytes: &[u8]) -> Intake {
    open_with(name, bytes, Options::default())
}

pub fn open_with(name: &str, bytes: &[u8], options: Options) -> Intake {
    Intake::new([Input::Reader(name.into(), Box::new(Cursor::new(bytes.to_vec())))], options)
}

pub fn items(intake: &mut Intake) -> Vec<Item> {
    let options = intake.options();
    std::iter::from_fn(|| intake.next_raw()).map(|raw| raw.read(&options)).collect()
}

/// The articles of a file, and what is said of it.
pub fn read(name: &str, bytes: &[u8]) -> (Vec<Article>, Vec<String>) {
    let mut articles = Vec::new();
    let mut said = Vec::new();
    for item in items(&mut open(name, bytes)) {
        said.extend(item.notes.iter().map(ToString::to_string));
        match item.article {
            Ok(article) => articles.push(article),
            Err(problem) => said.push(problem.to_string()),
        }
    }
    (articles, said)
}

pub fn ids(articles: &[Article]) -> Vec<&str> {
    articles.iter().map(|a| a.id.as_str()).collect()
}
