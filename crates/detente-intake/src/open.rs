//! Opens a file: finds out by its name and its first bytes what it holds, and gives what cuts it into records.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::archive::{self, Tar, Zip};
use crate::lines::{Lines, Values};
use crate::packed::{self, Fault, Packing};
use crate::parquet::{self, Parquet};
use crate::problem::{Kind, Place, Problem};
use crate::raw::Body;
use crate::table::Table;
use crate::warc::Warc;
use crate::{Format, MAX_DEPTH, MAX_FILE, Options, charset, feed};

/// So often may one thing be packed: a file that is packed and packed again.
const PACKED: usize = 4;

/// Bytes of a file, after unpacking.
pub(crate) type Reader = Box<dyn BufRead + Send>;

/// What a cutter comes upon.
pub(crate) enum Cut {
    /// A record. Its article bears the `id`, or else the file's own name with the number, or without one.
    Item { place: Place, number: Option<u64>, id: Option<String>, body: Body },
    /// A file inside this one.
    Inside { name: String, reader: Reader },
    /// Something that is no article and no fault, and by what name it is counted.
    Passed(String),
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
        "csv" => Some(Format::Csv),
        "tsv" | "tab" => Some(Format::Tsv),
        "warc" | "wet" => Some(Format::Warc),
        "rss" | "atom" => Some(Format::Feed),
        "parquet" => Some(Format::Parquet),
        _ => None,
    }
}

/// The name of a file without the endings of its packings: `a.jsonl.gz` is `a.jsonl`, `a.tgz` is `a.tar`.
pub(crate) fn unpacked(path: &Path) -> PathBuf {
    match ending(path).as_deref() {
        Some("gz" | "xz" | "zst" | "zstd") => unpacked(&path.with_extension("")),
        Some("tgz" | "txz" | "tzst") => path.with_extension("tar"),
        _ => path.to_owned(),
    }
}

/// The name of a file without any ending: `a.jsonl.gz` is `a`.
pub(crate) fn stem(path: &Path) -> String {
    unpacked(path).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The form that the first bytes look like.
fn sniff(head: &[u8]) -> Format {
    if feed::is_feed(head) {
        return Format::Feed;
    }
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
    if let Some(fault) = Fault::of(error) {
        return fault.problem(name);
    }
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

/// A file that was opened.
pub(crate) struct Opened {
    pub cutter: Box<dyn Cutter>,
    /// What was wrong at its beginning, and did not cost it.
    pub damage: Vec<Problem>,
}

/// Opens what a reader gives. `name` is for messages, `path` tells the form where it has an ending; `read` counts the
/// bytes of the file on the disk, and `file` is that file, where `reader` gives its bytes as they stand there.
/// `depth` counts the archives around it.
pub(crate) fn open(
    name: &str,
    path: &Path,
    mut reader: Reader,
    read: &Arc<AtomicU64>,
    file: Option<File>,
    depth: usize,
    options: &Options,
) -> Result<Opened, Problem> {
    let mut damage = Vec::new();
    let mut packings = 0;
    let (mut head, owed) = loop {
        let (packing, under) = packed::layer(reader, read).map_err(|e| broken(name, &e))?;
        reader = under;
        if packing != Packing::Plain {
            packings += 1;
            if packings > PACKED {
                let what = format!("it is packed more than {PACKED} times over");
                return Err(Problem::new(
                    Kind::Unsupported,
                    name,
                    what,
                    "unpack it yourself, and give what was in it",
                ));
            }
            // What follows may be packed again, and its first bytes may be damaged.
            match reader.fill_buf() {
                Err(e) if Fault::is_gap(&e) => damage.push(broken(name, &e)),
                Err(e) => return Err(broken(name, &e)),
                Ok(_) => {}
            }
            continue;
        }
        let mut head = Vec::with_capacity(charset::SNIFF);
        match (&mut reader).take(charset::SNIFF as u64).read_to_end(&mut head) {
            Ok(_) => break (head, None),
            Err(e) if head.is_empty() && Fault::is_gap(&e) => damage.push(broken(name, &e)),
            Err(e) if head.is_empty() => return Err(broken(name, &e)),
            // What came before the damage is read, and then the damage is met again.
            Err(e) => break (head, Some(e)),
        }
    };
    let path = &unpacked(path);
    if head.iter().all(u8::is_ascii_whitespace) && head.len() < charset::SNIFF && owed.is_none() {
        return Err(Problem::new(Kind::Empty, name, "it is empty", "give a file that holds an article"));
    }
    let form = Form::of(&head, path);
    let head_of = |head: Vec<u8>, reader: Reader| -> Reader {
        let start = Cursor::new(head);
        match owed {
            None => Box::new(start.chain(reader)),
            Some(e) => Box::new(start.chain(BufReader::with_capacity(1, Owed(Some(e))).chain(reader))),
        }
    };
    let format = options.format;
    if depth > MAX_DEPTH && matches!(form, Form::Tar | Form::Zip) {
        let what = format!("archives stand in it more than {MAX_DEPTH} deep");
        let mend = "unpack it yourself, and give what was in it";
        return Err(Problem::new(Kind::Unsupported, name, what, mend));
    }
    match form {
        Form::Tar => {
            let cutter = Box::new(Tar::new(head_of(head, reader), name.to_owned(), format));
            return Ok(Opened { cutter, damage });
        }
        Form::Zip => {
            let reader = head_of(head, reader);
            let cutter = Box::new(Zip::new(reader, name.to_owned(), format, read.clone()));
            return Ok(Opened { cutter, damage });
        }
        Form::Parquet => {
            let table = match file.filter(|_| packings == 0) {
                Some(file) => file,
                None => parquet::aside(name, head_of(head, reader))?,
            };
            let (table, notes) = Parquet::open(table, name, &options.columns, read)?;
            damage.extend(notes);
            return Ok(Opened { cutter: Box::new(table), damage });
        }
        Form::Other => {}
    }
    if options.format == Format::Parquet || ending(path).as_deref() == Some("parquet") {
        let (what, mend) = ("this is no Parquet file", "make it again, or say with --from what it holds");
        return Err(Problem::new(Kind::Binary, name, what, mend));
    }
    let web = head.starts_with(b"WARC/");
    if let Some((what, mend)) = charset::not_text(&head).filter(|_| !web) {
        return Err(Problem::new(Kind::Binary, name, what, mend));
    }
    let cutter = leaf(name, path, &mut head, options, |head| head_of(head, reader))?;
    Ok(Opened { cutter, damage })
}

/// Archives and tables that are told by their first bytes.
enum Form {
    Tar,
    Zip,
    Parquet,
    Other,
}

impl Form {
    fn of(head: &[u8], path: &Path) -> Form {
        let tar = || ending(path).as_deref() == Some("tar");
        if head.get(257..262) == Some(b"ustar") || tar() && archive::is_head(head) {
            return Form::Tar;
        }
        if head.starts_with(b"PAR1") {
            return Form::Parquet;
        }
        let zip = head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06");
        if zip && !is_office(head) {
            return Form::Zip;
        }
        Form::Other
    }
}

/// True for the documents of office programs and electronic books, which are zip archives too.
fn is_office(head: &[u8]) -> bool {
    let name = head.get(30..).unwrap_or(&[]);
    [&b"mimetype"[..], b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/"]
        .iter()
        .any(|first| name.starts_with(first))
}

/// An error that was met already.
struct Owed(Option<io::Error>);

impl Read for Owed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// What cuts a file that holds articles and no files.
fn leaf(
    name: &str,
    path: &Path,
    head: &mut Vec<u8>,
    options: &Options,
    reader: impl FnOnce(Vec<u8>) -> Reader,
) -> Result<Box<dyn Cutter>, Problem> {
    let by_name = ending(path).and_then(|e| format_of(&e));
    let found = match options.format {
        Format::Auto if head.starts_with(b"WARC/") => Format::Warc,
        Format::Auto => by_name.unwrap_or_else(|| sniff(head)),
        wanted => wanted,
    };
    // A list, or one object over several lines, is JSON but not JSON lines.
    let document = found == Format::Jsonl && is_document(head, by_name == Some(Format::Jsonl));
    let wide = matches!(found, Format::Jsonl | Format::Csv | Format::Tsv)
        && std::str::from_utf8(&head[..head.len().min(2)]).is_err();
    if wide && (head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff")) {
        let what = if found == Format::Jsonl { "this JSON is UTF-16" } else { "this table is UTF-16" };
        return Err(Problem::new(Kind::NotUtf8, name, what, "save the file as UTF-8"));
    }
    if matches!(found, Format::Csv | Format::Tsv) {
        let first = head.clone();
        let reader = reader(std::mem::take(head));
        let table = Table::open(reader, name, &first, found == Format::Tsv, &options.columns)?;
        return Ok(Box::new(table));
    }
    let reader = reader(std::mem::take(head));
    let (name, columns) = (name.to_owned(), options.columns.clone());
    Ok(match found {
        _ if document => Box::new(Values::new(reader, name, columns)),
        Format::Jsonl => Box::new(Lines { reader, name, columns, line: 0, over: false, kept: false }),
        Format::Kept => Box::new(Lines { reader, name, columns, line: 0, over: false, kept: true }),
        Format::Feed => Box::new(Items { reader: Some(reader), name, cuts: VecDeque::new() }),
        Format::Warc => Box::new(Warc::new(reader, name)),
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

/// A feed.
struct Items {
    reader: Option<Reader>,
    name: String,
    cuts: VecDeque<Cut>,
}

impl Cutter for Items {
    fn next(&mut self) -> Cut {
        if let Some(reader) = self.reader.take() {
            let bytes = match whole(reader, &self.name, "feed") {
                Ok(bytes) => bytes,
                Err(problem) => return Cut::problem(problem),
            };
            match feed::read(&self.name, &bytes, crate::html::Origin::default()) {
                Err(problem) => return Cut::problem(problem),
                Ok(feed) => {
                    let items = feed.items.into_iter().enumerate().map(|(n, item)| {
                        let number = n as u64 + 1;
                        let id = item.name().map(str::to_owned);
                        let body = Body::Item(Box::new(item));
                        Cut::Item { place: Place::Record(number), number: Some(number), id, body }
                    });
                    self.cuts = items.chain(feed.problems.into_iter().map(Cut::problem)).collect();
                }
            }
        }
        self.cuts.pop_front().unwrap_or(Cut::End)
    }
}

/// All bytes of a file that is read as one thing.
fn whole(reader: Reader, name: &str, thing: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    reader.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|e| broken(name, &e))?;
    if bytes.len() as u64 > MAX_FILE {
        let what = format!("it is longer than {} MB, too long for one {thing}", MAX_FILE >> 20);
        let mend = "cut it into its articles, or write them as JSON lines (one a line)";
        return Err(Problem::new(Kind::TooLong, name, what, mend));
    }
    Ok(bytes)
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
        let bytes = match whole(reader, &self.name, "article") {
            Ok(bytes) => bytes,
            Err(problem) => return Cut::problem(problem),
        };
        Cut::Item { place: Place::Whole, number: None, id: None, body: (self.body)(bytes) }
    }
}
