//! Opens a file: finds out by its name and its first bytes what it holds, and gives what cuts it into records.

use std::ffi::OsStr;
use std::io::{self, BufRead, Cursor, Read};
use std::path::Path;

use crate::lines::{Lines, Values};
use crate::problem::{Kind, Place, Problem};
use crate::raw::Body;
use crate::{Format, MAX_FILE, Options, charset};

/// Bytes of a file, after unpacking.
pub(crate) type Reader = Box<dyn BufRead + Send>;

/// What a cutter comes upon.
pub(crate) enum Cut {
    /// A record. Its article bears the `id`, or else the file's own name with the number, or without one.
    Item { place: Place, number: Option<u64>, id: Option<String>, body: Body },
    /// The end of the file.
    End,
}

impl Cut {
    pub(crate) fn problem(problem: Problem) -> Cut {
        Cut::Item { place: problem.place, number: None, id: None, body: Body::Problem(problem) }
    }
}

/// Cuts an open file into records.
pub(crate) trait Cutter: Send {
    fn next(&mut self) -> Cut;
}

/// The ending of a file's name, in small letters.
pub(crate) fn ending(path: &Path) -> Option<String> {
    path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase)
}

/// The form that an ending stands for; `None` where the first bytes must tell.
pub(crate) fn format_of(ending: &str) -> Option<Format> {
    match ending {
        "txt" | "text" | "md" => Some(Format::Text),
        "html" | "htm" | "xhtml" => Some(Format::Html),
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        _ => None,
    }
}

/// The form that the first bytes look like.
fn sniff(head: &[u8]) -> Format {
    let head = charset::decode(head, None);
    let head = head.trim_start();
    if head.starts_with('{') {
        return Format::Jsonl;
    }
    if let Some(rest) = head.strip_prefix('[') {
        return if rest.trim_start().starts_with('{') { Format::Jsonl } else { Format::Text };
    }
    let lower = head.chars().take(2048).collect::<String>().to_ascii_lowercase();
    let marks = ["<!doctype", "<html", "<head", "<body", "<article", "<meta", "<p", "<div", "<h1", "<title"];
    if lower.starts_with('<') && marks.iter().any(|m| lower.contains(m)) {
        Format::Html
    } else {
        Format::Text
    }
}

/// The problem of a file that cannot be opened or read.
pub(crate) fn broken(name: &str, error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Problem::new(Kind::Missing, name, "there is no such file or folder", "check the name")
        }
        io::ErrorKind::PermissionDenied => Problem::new(
            Kind::Unreadable,
            name,
            "you have no right to read it",
            "change its permissions (chmod +r), or give another file",
        ),
        _ => Problem::new(
            Kind::Unreadable,
            name,
            format!("it cannot be read ({error})"),
            "check the file and the disk",
        ),
    }
}

/// Opens what a reader gives. `name` is for messages, `path` tells the form where it has an ending.
pub(crate) fn open(
    name: &str,
    path: &Path,
    mut reader: Reader,
    options: &Options,
) -> Result<Box<dyn Cutter>, Problem> {
    let mut head = Vec::with_capacity(charset::SNIFF);
    (&mut reader).take(charset::SNIFF as u64).read_to_end(&mut head).map_err(|e| broken(name, &e))?;
    if head.iter().all(u8::is_ascii_whitespace) && head.len() < charset::SNIFF {
        return Err(Problem::new(Kind::Empty, name, "it is empty", "give a file that holds an article"));
    }
    if let Some((what, mend)) = charset::not_text(&head) {
        return Err(Problem::new(Kind::Binary, name, what, mend));
    }
    let by_name = ending(path).and_then(|e| format_of(&e));
    let found = match options.format {
        Format::Auto => by_name.unwrap_or_else(|| sniff(&head)),
        wanted => wanted,
    };
    // A list, or one object over several lines, is JSON but not JSON lines.
    let document = found == Format::Jsonl && is_document(&head, by_name == Some(Format::Jsonl));
    let wide = found == Format::Jsonl && std::str::from_utf8(&head[..head.len().min(2)]).is_err();
    if wide && (head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff")) {
        return Err(Problem::new(Kind::NotUtf8, name, "this JSON is UTF-16", "save the file as UTF-8"));
    }
    let reader: Reader = Box::new(Cursor::new(head).chain(reader));
    let (name, columns) = (name.to_owned(), options.columns.clone());
    Ok(match found {
        _ if document => Box::new(Values::new(reader, name, columns)),
        Format::Jsonl => Box::new(Lines { reader, name, columns, line: 0, over: false }),
        Format::Html => Box::new(Whole { reader: Some(reader), name, body: Body::Html }),
        _ => Box::new(Whole { reader: Some(reader), name, body: Body::Text }),
    })
}

/// True when the head of a JSON file is a list, or an object that does not end on its line.
fn is_document(head: &[u8], named_lines: bool) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if named_lines {
        return false;
    }
    let first = head.split(|b| *b == b'\n').next().unwrap_or(head).trim_ascii();
    head.starts_with(b"[") || first == b"{"
}

/// A file that is one article.
struct Whole {
    reader: Option<Reader>,
    name: String,
    body: fn(Vec<u8>) -> Body,
}

impl Cutter for Whole {
    fn next(&mut self) -> Cut {
        let Some(reader) = self.reader.take() else { return Cut::End };
        let mut bytes = Vec::new();
        if let Err(e) = reader.take(MAX_FILE + 1).read_to_end(&mut bytes) {
            return Cut::problem(broken(&self.name, &e));
        }
        if bytes.len() as u64 > MAX_FILE {
            return Cut::problem(Problem::new(
                Kind::TooLong,
                self.name.as_str(),
                format!("it is longer than {} MB, too long for one article", MAX_FILE >> 20),
                "cut it into its articles, or write them as JSON lines (one a line)",
            ));
        }
        Cut::Item { place: Place::Whole, number: None, id: None, body: (self.body)(bytes) }
    }
}
