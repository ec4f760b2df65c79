//! Cuts archives of the web into records: WARC (ISO 28500) as crawlers write it, and WET, its form with texts instead of
//! pages. What a server answered with a page or a plain text becomes a record; everything else (requests, pictures,
//! errors of servers, notes that a page had not changed) is counted and passed over.
//!
//! The reader is our own: the form is a handful of rules, and what matters is what happens when a file breaks them. A
//! record that says a wrong length is cut at the next record's beginning, and damage costs the record in which it
//! stands.

use std::io::{self, BufRead, Read};

use jiff::Timestamp;

use crate::http;
use crate::open::{Cut, Cutter, Reader, broken};
use crate::packed::{Fault, Pushback};
use crate::problem::{Kind, Place, Problem};
use crate::raw::{Body, Web};
use crate::{MAX_FILE, record};

/// The longest head of a record, in bytes.
const HEAD: usize = 1 << 20;
/// So much of a long record is looked at to tell whether it is wanted.
const PEEK: usize = 1 << 16;

/// An archive of the web.
pub(crate) struct Warc {
    reader: Pushback<Reader>,
    name: String,
    /// Records so far, of any type.
    number: u64,
    over: bool,
    /// A record that was cut together with a problem.
    held: Option<Cut>,
    /// Records that were shorter than they said. After a few of them no length is believed any more.
    short: u32,
}

/// Records with a wrong length after which no length is believed.
const TRUST: u32 = 8;

/// What is wanted of a record's head.
#[derive(Default)]
struct Head {
    kind: String,
    id: Option<String>,
    url: Option<String>,
    date: Option<Timestamp>,
    mime: String,
    len: Option<u64>,
}

impl Warc {
    pub(crate) fn new(reader: Reader, name: String) -> Warc {
        Warc { reader: Pushback::new(reader), name, number: 0, over: false, held: None, short: 0 }
    }

    fn fault(&self, kind: Kind, what: impl Into<String>, mend: &str) -> Problem {
        Problem::new(kind, self.name.as_str(), what, mend).at(Place::Record(self.number))
    }

    /// One line with its end, of at most `limit` bytes; empty at the end of the file.
    fn line(&mut self, limit: usize) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        (&mut self.reader).take(limit as u64).read_until(b'\n', &mut line)?;
        Ok(line)
    }

    /// Goes to the next line that begins a record; false at the end of the file.
    fn find(&mut self) -> io::Result<bool> {
        let mut begins = true;
        loop {
            let line = self.line(PEEK)?;
            if line.is_empty() {
                return Ok(false);
            }
            if begins && is_version(&line) {
                self.reader.push(&line);
                return Ok(true);
            }
            begins = line.ends_with(b"\n");
        }
    }

    fn cut(&mut self) -> io::Result<Cut> {
        self.number += 1;
        // Empty lines set records apart.
        let mut line = self.line(HEAD)?;
        while !line.is_empty() && line.iter().all(u8::is_ascii_whitespace) {
            line = self.line(HEAD)?;
        }
        if line.is_empty() {
            self.over = true;
            return Ok(Cut::End);
        }
        if !is_version(&line) {
            self.over = !self.find()?;
            let mend = "get the file again; reading goes on with the next record";
            return Ok(Cut::problem(self.fault(
                Kind::Broken,
                "there is no record where one should be",
                mend,
            )));
        }
        let head = match self.head()? {
            Ok(head) => head,
            Err(what) => {
                self.over = !self.find()?;
                let mend = "get the file again; reading goes on with the next record";
                return Ok(Cut::problem(self.fault(Kind::Broken, what, mend)));
            }
        };
        let Some(len) = head.len else {
            self.over = !self.find()?;
            let mend = "get the file again; reading goes on with the next record";
            return Ok(Cut::problem(self.fault(Kind::Broken, "this record does not say its length", mend)));
        };
        if !matches!(head.kind.as_str(), "response" | "resource" | "conversion") {
            let what = format!("WARC {}", word(&head.kind));
            return self.pass(len, Cut::Passed(what));
        }
        let mut block = Vec::new();
        if self.short >= TRUST {
            return self.distrustful(head, len);
        }
        (&mut self.reader).take(len.min(PEEK as u64)).read_to_end(&mut block)?;
        let web = match wanted(&head, &block) {
            Ok(web) => web,
            Err(what) => {
                if let Some(at) = inside(&block) {
                    self.reader.push(&block[at..]);
                    return Ok(Cut::Passed(what));
                }
                return self.pass(len - block.len() as u64, Cut::Passed(what));
            }
        };
        if len > MAX_FILE {
            let what = format!("this record of {} MB is longer than {} MB", len >> 20, MAX_FILE >> 20);
            let mend = "no page is so long: look at what it is; the other records are read";
            let problem = Cut::problem(self.fault(Kind::TooLong, what, mend));
            if let Some(at) = inside(&block) {
                self.reader.push(&block[at..]);
                return Ok(problem);
            }
            return self.pass(len - block.len() as u64, problem);
        }
        let left = len - block.len() as u64;
        (&mut self.reader).take(left).read_to_end(&mut block)?;
        let wrong = self.end_of(&mut block, len)?;
        let id = head.id.filter(|id| !id.is_empty());
        let place = Place::Record(self.number);
        let body = Body::Web(Box::new(Web { bytes: block, ..web }));
        let cut = Cut::Item { place, number: Some(self.number), id, body };
        match wrong {
            None => Ok(cut),
            Some((what, lost)) => {
                let mend = if lost {
                    "get the whole file; the records before are read"
                } else {
                    self.held = Some(cut);
                    "get the file again; it is read up to the next record"
                };
                Ok(Cut::problem(self.fault(Kind::Broken, what, mend)))
            }
        }
    }

    /// Reads the head of a record; in words what is wrong with it.
    fn head(&mut self) -> io::Result<Result<Head, &'static str>> {
        let mut head = Head::default();
        let mut total = 0;
        loop {
            let line = self.line(HEAD)?;
            total += line.len();
            if line.is_empty() {
                return Ok(Err("this record breaks off in its head"));
            }
            if total > HEAD {
                return Ok(Err("the head of this record has no end"));
            }
            if is_version(&line) {
                self.reader.push(&line);
                return Ok(Err("this record breaks off in its head"));
            }
            let line = line.trim_ascii();
            if line.is_empty() {
                return Ok(Ok(head));
            }
            let line = String::from_utf8_lossy(line);
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "warc-type" => head.kind = value.to_ascii_lowercase(),
                "warc-record-id" => {
                    let id = value.trim_start_matches('<').trim_end_matches('>');
                    let id = id.strip_prefix("urn:uuid:").unwrap_or(id);
                    head.id = Some(id.chars().take(200).collect());
                }
                "warc-target-uri" => {
                    head.url = Some(value.trim_start_matches('<').trim_end_matches('>').to_owned());
                }
                "warc-date" => head.date = record::moment(value),
                "content-type" => head.mime = value.to_owned(),
                "content-length" => head.len = value.parse().ok(),
                _ => {}
            }
        }
    }

    /// Passes over the rest of a record, and gives the cut, or what is wrong with the length of the record: another one
    /// begins inside it, or the file ends.
    fn pass(&mut self, mut left: u64, cut: Cut) -> io::Result<Cut> {
        let mut line = Vec::new();
        let mut begins = false;
        while left > 0 {
            line.clear();
            let n = (&mut self.reader).take(left.min(PEEK as u64)).read_until(b'\n', &mut line)?;
            if n == 0 {
                self.over = true;
                let what = "the file breaks off in this record";
                let mend = "get the whole file; the records before are read";
                return Ok(Cut::problem(self.fault(Kind::Broken, what, mend)));
            }
            left -= n as u64;
            if begins && is_version(&line) && self.reader.fill_buf()?.starts_with(b"WARC-") {
                self.reader.push(&line);
                self.short += 1;
                let what = "this record is shorter than it says";
                let mend = "get the file again; reading goes on with the next record";
                return Ok(Cut::problem(self.fault(Kind::Broken, what, mend)));
            }
            begins = line.ends_with(b"\n");
        }
        Ok(cut)
    }

    /// Cuts a record at the beginning of the next one, whatever it says of its length.
    fn distrustful(&mut self, head: Head, len: u64) -> io::Result<Cut> {
        let (mut block, mut total) = (Vec::new(), 0);
        let mut begins = false;
        loop {
            let line = self.line(PEEK)?;
            if line.is_empty() {
                self.over = true;
                break;
            }
            if begins && is_version(&line) {
                self.reader.push(&line);
                break;
            }
            begins = line.ends_with(b"\n");
            total += line.len() as u64;
            if total <= MAX_FILE {
                block.extend_from_slice(&line);
            }
        }
        let web = match wanted(&head, &block) {
            Ok(web) => web,
            Err(what) => return Ok(Cut::Passed(what)),
        };
        if total > MAX_FILE {
            let what = format!("this record of {} MB is longer than {} MB", total >> 20, MAX_FILE >> 20);
            let mend = "no page is so long: look at what it is; the other records are read";
            return Ok(Cut::problem(self.fault(Kind::TooLong, what, mend)));
        }
        let body = Body::Web(Box::new(Web { bytes: block, ..web }));
        let (place, number) = (Place::Record(self.number), Some(self.number));
        let cut = Cut::Item { place, number, id: head.id.filter(|id| !id.is_empty()), body };
        // The empty lines behind a record are not counted by its length.
        if (len..=len + 4).contains(&total) {
            return Ok(cut);
        }
        self.held = Some(cut);
        let what = if total < len {
            "this record is shorter than it says"
        } else {
            "this record is longer than it says"
        };
        let mend = "get the file again; it is read up to the next record";
        Ok(Cut::problem(self.fault(Kind::Broken, what, mend)))
    }

    /// Looks whether a record ends where it says, and mends the block where it does not. What is wrong, in words, and
    /// whether the record is lost.
    fn end_of(&mut self, block: &mut Vec<u8>, len: u64) -> io::Result<Option<(&'static str, bool)>> {
        let whole = block.len() as u64 == len;
        // What follows a record: empty lines, and the next one or the end.
        let mut after = Vec::new();
        if whole {
            loop {
                let line = self.line(PEEK)?;
                let empty = !line.is_empty() && line.iter().all(u8::is_ascii_whitespace);
                after.extend_from_slice(&line);
                if !empty || after.len() > PEEK {
                    if line.is_empty() || is_version(&line) {
                        self.reader.push(&line);
                        return Ok(None);
                    }
                    break;
                }
            }
        }
        // It says too much: another record begins inside it.
        if let Some(at) = inside(block) {
            self.short += 1;
            let rest = block.split_off(at);
            self.reader.push(&[&rest[..], &after[..]].concat());
            return Ok(Some(("this record is shorter than it says", false)));
        }
        if !whole {
            self.over = true;
            return Ok(Some(("the file breaks off in this record", true)));
        }
        // It says too little: it goes on to the next record.
        self.reader.push(&after);
        let mut begins = false;
        loop {
            let line = self.line(PEEK)?;
            if line.is_empty() {
                break;
            }
            if begins && is_version(&line) {
                self.reader.push(&line);
                break;
            }
            begins = line.ends_with(b"\n");
            if block.len() as u64 <= MAX_FILE {
                block.extend_from_slice(&line);
            }
        }
        Ok(Some(("this record is longer than it says", false)))
    }
}

/// True for a line that begins a record.
fn is_version(line: &[u8]) -> bool {
    let rest = line.strip_prefix(b"WARC/").map(<[u8]>::trim_ascii_end);
    rest.is_some_and(|r| matches!(r, [b'0' | b'1', b'.', b'0'..=b'9', ..] if r.len() <= 5))
}

/// Where in a block another record begins.
fn inside(block: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(block, b"\nWARC/").map(|at| at + 1).find(|at| {
        let rest = &block[*at..];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let next = rest.get(end + 1..).unwrap_or(&[]);
        is_version(&rest[..end])
            && next
                .get(..5)
                .is_some_and(|n| n.eq_ignore_ascii_case(b"WARC-") || n.eq_ignore_ascii_case(b"Conte"))
    })
}

/// A word of a head as it can be counted.
fn word(word: &str) -> String {
    let word: String =
        word.chars().filter(|c| c.is_ascii_alphanumeric() || "/+-._".contains(*c)).take(60).collect();
    if word.is_empty() { "without a type".into() } else { word }
}

/// What a record is to be read as, or by what name it is counted.
fn wanted(head: &Head, block: &[u8]) -> Result<Web, String> {
    let (mut mime, mut charset) = http::content_type(&head.mime);
    let mut web =
        Web { url: head.url.clone().filter(|url| !url.is_empty()), retrieved: head.date, ..Web::default() };
    if mime == "application/http" || head.kind == "response" {
        let Some(answer) = http::head(block) else {
            return Err(format!("WARC response of {}", word(head.url.as_deref().map_or("", scheme))));
        };
        if !(200..300).contains(&answer.status) {
            return Err(format!("HTTP status {}", answer.status));
        }
        (mime, charset) = (answer.mime, answer.charset);
        (web.from, web.packed, web.chunked) = (answer.body, answer.packed, answer.chunked);
    }
    web.charset = charset;
    web.page = match mime.as_str() {
        "text/html" | "application/xhtml+xml" => true,
        "text/plain" => false,
        "" => {
            let body = block[web.from.min(block.len())..].trim_ascii_start();
            if body.first() != Some(&b'<') {
                return Err("web page without a type".into());
            }
            true
        }
        other => return Err(word(other)),
    };
    Ok(web)
}

/// What stands before the colon of an address.
fn scheme(url: &str) -> &str {
    url.split(':').next().unwrap_or("")
}

impl Cutter for Warc {
    fn next(&mut self) -> Cut {
        if let Some(cut) = self.held.take() {
            return cut;
        }
        if self.over {
            return Cut::End;
        }
        match self.cut() {
            Ok(cut) => cut,
            Err(e) => {
                let problem = broken(&self.name, &e).at(Place::Record(self.number));
                self.over = true;
                if Fault::is_gap(&e) {
                    // Behind the damage stands the next record.
                    while let Err(e) = self.find().map(|found| self.over = !found) {
                        if !Fault::is_gap(&e) {
                            break;
                        }
                    }
                }
                Cut::problem(problem)
            }
        }
    }
}
