//! What holds of everything that can be made up: spans slice the words they claim, reading is a function of what is read,
//! records survive every form and back, an article is the same in whatever it is packed, days that are printed are read
//! again. What fails is told with its seed: `.seed(0x…)` on the builder runs it again.

mod made;

use std::io::{Cursor, Write};

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use axum::body::Body;
use axum::http::Request;
use detente::article::Article;
use detente::report::Report;
use detente_desk::Settings;
use detente_intake::{Input, Intake, Options, day};
use detente_ledger::{Filter, Ledger};
use detente_tables::{Coded, Table, Writer};
use detente_trials::{dates, engine};
use http_body_util::BodyExt;
use jiff::civil::{Date, date};
use made::*;
use tower::ServiceExt;

/// How long each property is tried, in milliseconds.
const A_WHILE: u64 = 700;

fn read(name: &str, bytes: &[u8]) -> Vec<Article> {
    let input = Input::Reader(name.into(), Box::new(Cursor::new(bytes.to_vec())));
    let options = Options { any_language: true, ..Options::default() };
    Intake::new([input], options).filter_map(std::result::Result::ok).collect()
}

/// Without what says where it came from.
fn bare(article: &Article) -> Article {
    Article { id: String::new(), file: None, place: None, ..article.clone() }
}

#[test]
fn a_reading_is_a_function_of_its_article_and_its_spans_slice_what_they_claim() {
    let reader = engine::reader();
    arbtest(|u| {
        let articles: Vec<Article> = (0..3).map(|n| news(u, n)).collect::<Result<_>>()?;
        let alone: Vec<_> = articles.iter().map(|a| reader.read(a)).collect();
        articles.iter().zip(&alone).for_each(|(a, r)| engine::check(a, r));
        // After neighbours, before them, and beside them on other threads.
        let backwards: Vec<_> = articles.iter().rev().map(|a| reader.read(a).reports).collect();
        let beside: Vec<Vec<Report>> = std::thread::scope(|scope| {
            let all: Vec<_> = articles.iter().map(|a| scope.spawn(|| reader.read(a).reports)).collect();
            all.into_iter().map(|t| t.join().expect("reading does not fail")).collect()
        });
        for (n, reading) in alone.iter().enumerate() {
            assert_eq!(reading.reports, backwards[articles.len() - 1 - n]);
            assert_eq!(reading.reports, beside[n]);
        }
        Ok(())
    })
    .budget_ms(3 * A_WHILE);
}

#[test]
fn reports_survive_json_lines_and_parquet() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("reports.parquet");
    arbtest(|u| {
        let (article, reports) = told(u, "a")?;
        for report in &reports {
            let line = serde_json::to_string(report).expect("JSON");
            assert!(!line.contains('\n'), "a record is one line");
            assert_eq!(&serde_json::from_str::<Report>(&line).expect("a report"), report);
        }
        let line = serde_json::to_string(&article).expect("JSON");
        assert_eq!(serde_json::from_str::<Article>(&line).expect("an article"), article);
        let rows = Coded::of(&article, reports);
        let mut writer = Writer::new(Vec::new(), None).expect("memory");
        rows.iter().for_each(|row| writer.push(row).expect("memory"));
        std::fs::write(&path, writer.finish().expect("memory")).expect("written");
        let back: Vec<Coded> = Table::open(&path).expect("opens").map(|row| row.expect("a row")).collect();
        assert_eq!(back, rows);
        Ok(())
    })
    .budget_ms(A_WHILE);
}

#[test]
fn reports_survive_the_ledger_and_the_table_that_the_desk_gives() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    arbtest(|u| {
        let (article, mut reports) = told(u, "a")?;
        let mut ledger = Ledger::in_memory().expect("memory");
        let known = article.published.unwrap_or(date(2026, 3, 2));
        ledger.add(&article, &reports, &[], &coder(), known).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(ledger.article("a").expect("kept"), article);
        let rows = ledger.reports(&Filter::default()).expect("answers");
        let mut kept: Vec<Report> = rows.iter().map(|row| row.report.clone()).collect();
        kept.sort_by(|a, b| a.id.cmp(&b.id));
        for report in &mut reports {
            // The ledger takes these from the article.
            report.cite_info.url = article.url.clone();
            report.cite_info.title = article.title.clone();
            report.cite_info.publication = article.source.clone();
            report.cite_info.language = article.language.clone();
            report.cite_info.license = article.license.clone();
        }
        assert_eq!(kept, reports);
        for row in &rows {
            assert_eq!(row.sentence, row.report.sentence().slice(&article.text));
        }
        let ids: Vec<&str> = rows.iter().map(|r| r.report.id.as_str()).collect();
        let desk = detente_desk::router(ledger, Settings::default());
        let bytes = runtime.block_on(async {
            let request = Request::get("/events.csv").header("host", "localhost").body(Body::empty());
            let response = desk.oneshot(request.expect("a request")).await.expect("answers");
            response.into_body().collect().await.expect("a body").to_bytes()
        });
        let mut table = csv::Reader::from_reader(&bytes[..]);
        let head = table.headers().expect("a head").clone();
        let column =
            |name: &str| head.iter().position(|h| h == name).unwrap_or_else(|| panic!("{name}: {head:?}"));
        let (id, words, day) = (column("id"), column("event_text"), column("date"));
        let cells: Vec<csv::StringRecord> = table.records().map(|row| row.expect("a row")).collect();
        assert_eq!(cells.len(), rows.len());
        for row in &rows {
            let cell = cells.iter().find(|c| c[id] == row.report.id);
            let cell = cell.unwrap_or_else(|| panic!("{} is in {ids:?} and not in the table", row.report.id));
            assert_eq!(unguarded(&cell[words]), row.report.event_text);
            assert_eq!(cell[day].parse::<Date>().ok(), row.report.date);
        }
        Ok(())
    })
    .budget_ms(2 * A_WHILE);
}

/// A cell without the mark that keeps it from being a formula.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[test]
fn an_article_out_of_an_archive_of_the_web_is_the_article_of_the_bare_page() {
    arbtest(|u| {
        let page = page(u)?;
        let on_disk = read("page.html", page.as_bytes());
        let head = "Content-Type: text/html; charset=utf-8\r\n";
        let (body, more) = match u.int_in_range(0..=2)? {
            0 => (page.clone().into_bytes(), String::new()),
            1 => (chunked(u, page.as_bytes())?, "Transfer-Encoding: chunked\r\n".into()),
            _ => (gz(page.as_bytes()), "Content-Encoding: gzip\r\n".into()),
        };
        let mut answer = format!("HTTP/1.1 200 OK\r\n{head}{more}\r\n").into_bytes();
        answer.extend_from_slice(&body);
        let record = record("https://example.org/talks", &answer);
        let neighbour = record_of_nothing();
        let archive = if u.arbitrary()? {
            [gz(&neighbour), gz(&record), gz(&neighbour)].concat()
        } else {
            [neighbour.clone(), record, neighbour].concat()
        };
        let cut = read(if archive[0] == 0x1f { "w.warc.gz" } else { "w.warc" }, &archive);
        assert_eq!(cut.len(), on_disk.len(), "{page}");
        for (cut, page) in cut.iter().zip(&on_disk) {
            // The archive knows the address and the moment; and the page may lack a day that the archive tells.
            let same = Article { url: cut.url.clone(), retrieved: cut.retrieved, ..bare(page) };
            assert_eq!(bare(cut), same);
        }
        Ok(())
    })
    .budget_ms(A_WHILE);
}

#[test]
fn an_article_is_the_same_however_it_is_packed() {
    arbtest(|u| {
        let page = page(u)?;
        let plain: Vec<Article> = read("page.html", page.as_bytes()).iter().map(bare).collect();
        let packed = [
            ("page.html.gz", gz(page.as_bytes())),
            ("all.tar", tarred("page.html", page.as_bytes())),
            ("all.tgz", gz(&tarred("page.html", page.as_bytes()))),
            ("all.zip", zipped("page.html", page.as_bytes())),
        ];
        for (name, bytes) in packed {
            let found: Vec<Article> = read(name, &bytes).iter().map(bare).collect();
            assert_eq!(found, plain, "{name}");
        }
        Ok(())
    })
    .budget_ms(A_WHILE);
}

#[test]
fn a_record_is_read_alike_whatever_stands_beside_it() {
    arbtest(|u| {
        let mut lines = Vec::new();
        for n in 0..u.int_in_range(1..=6)? {
            let article = news(u, n)?;
            lines.push(serde_json::to_string(&article).expect("JSON"));
        }
        let together = read("all.jsonl", lines.join("\n").as_bytes());
        let apart: Vec<Article> = lines.iter().flat_map(|l| read("one.jsonl", l.as_bytes())).collect();
        assert_eq!(together.len(), apart.len());
        for (a, b) in together.iter().zip(&apart) {
            assert_eq!((a.text.as_str(), bare(a)), (b.text.as_str(), bare(b)));
        }
        Ok(())
    })
    .budget_ms(A_WHILE);
}

#[test]
fn days_that_are_printed_are_read_again() {
    arbtest(|u| {
        let found = a_day(u)?;
        for form in [
            "%Y-%m-%d",
            "%-d %B %Y",
            "%B %-d, %Y",
            "%a, %d %b %Y 10:11:12 GMT",
            "%Y-%m-%dT10:11:12Z",
            "%Y%m%d",
        ] {
            let text = found.strftime(form).to_string();
            assert_eq!(day::parse(&text), Some(found), "{text}");
        }
        // Running text is read by the phrases of the lexicon, from any day of publication.
        let published = a_day(u)?;
        for form in ["on %-d %B %Y", "on %B %-d, %Y", "on %b. %-d, %Y", "on %A, %-d %B %Y"] {
            let text = format!("The envoys met {} in Morstad.", found.strftime(form));
            let times = dates::found(&text, Some(published));
            assert_eq!(times.len(), 1, "{text}: {times:?}");
            let days = times[0].interval;
            assert_eq!((days.start, days.end), (Some(found), Some(found)), "{text}");
            assert_eq!(times[0].timex, found.to_string(), "{text}");
            assert_eq!(days.to_string().parse::<Date>().ok(), Some(found));
        }
        Ok(())
    })
    .budget_ms(A_WHILE);
}

/// Bytes in chunks of any lengths, as servers send them.
fn chunked(u: &mut Unstructured, mut bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    while !bytes.is_empty() {
        let (chunk, rest) = bytes.split_at(u.int_in_range(1..=bytes.len())?);
        out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
        bytes = rest;
    }
    out.extend_from_slice(b"0\r\n\r\n");
    Ok(out)
}

fn record(url: &str, answer: &[u8]) -> Vec<u8> {
    let mut record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n\
         WARC-Date: 2019-08-20T10:11:12Z\r\nWARC-Target-URI: {url}\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        answer.len()
    )
    .into_bytes();
    record.extend_from_slice(answer);
    record.extend_from_slice(b"\r\n\r\n");
    record
}

fn record_of_nothing() -> Vec<u8> {
    record("https://example.org/gone", b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>gone")
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut w = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    w.write_all(bytes).expect("memory");
    w.finish().expect("memory")
}

/// One file as a tar.
fn tarred(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut head = [0; 512];
    head[..name.len()].copy_from_slice(name.as_bytes());
    head[100..107].copy_from_slice(b"0000644");
    head[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    head[156] = b'0';
    head[257..265].copy_from_slice(b"ustar\x0000");
    head[148..156].fill(b' ');
    let sum: u32 = head.iter().map(|b| u32::from(*b)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut out = head.to_vec();
    out.extend_from_slice(bytes);
    out.resize(out.len().next_multiple_of(512) + 1024, 0);
    out
}

/// One file as a zip, packed.
fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut w = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    w.write_all(bytes).expect("memory");
    let packed = w.finish().expect("memory");
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    // Version, flags, way, time, day, sum, lengths, length of the name and of what comes after it.
    let mut fields = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0x4f];
    for number in [crc.sum(), packed.len() as u32, bytes.len() as u32, name.len() as u32] {
        fields.extend_from_slice(&number.to_le_bytes());
    }
    let mut out = [b"PK\x03\x04".as_slice(), &fields, name.as_bytes(), &packed].concat();
    let begin = out.len() as u32;
    out.extend_from_slice(&[b"PK\x01\x02\x14\0".as_slice(), &fields, &[0; 14], name.as_bytes()].concat());
    let long = out.len() as u32 - begin;
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    out.extend_from_slice(&[long.to_le_bytes(), begin.to_le_bytes()].concat());
    out.extend_from_slice(&[0; 2]);
    out
}
