//! Where bytes come from: files, folders, standard input. A folder is walked in the order of its names; what
//! a file holds is told by its name and then by its first bytes; JSON lines are read line by line.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use detente::article::Article;
use serde_json::Value;

use crate::problem::{Kind, Place, Problem};
use crate::{Format, MAX_FILE, MAX_LINE, MAX_TEXT, charset, html, json, text};

/// Endings of files that a folder is searched for.
const ENDINGS: [&str; 8] = ["txt", "text", "html", "htm", "xhtml", "jsonl", "ndjson", "json"];

/// The name of standard input in messages.
pub const STDIN: &str = "standard input";

/// One thing to read.
pub enum Input {
    /// A file, or a folder of files.
    Path(PathBuf),
    /// Bytes from anywhere, with a name for messages, which also tells what they hold as a file's name does;
    /// see [`STDIN`].
    Reader(String, Box<dyn Read + Send>),
}

/// One file, or the problem that stands in its place.
pub(crate) enum Planned {
    File(PathBuf, u64),
    Reader(String, Box<dyn Read + Send>),
    Problem(Problem),
}

/// What an input comes to: itself, or the files of a folder.
pub(crate) fn plan(input: Input, format: Format) -> Vec<Planned> {
    let path = match input {
        Input::Reader(name, reader) => return vec![Planned::Reader(name, reader)],
        Input::Path(path) => path,
    };
    let name = path.display().to_string();
    let meta = match fs::metadata(&path) {
        Ok(meta) => meta,
        Err(e) => return vec![Planned::Problem(cannot_open(&name, &e))],
    };
    if !meta.is_dir() {
        return vec![Planned::File(path, meta.len())];
    }
    let mut files = Vec::new();
    let mut problems = Vec::new();
    walk(&path, format, &mut files, &mut problems);
    files.sort();
    let mut planned: Vec<Planned> = problems.into_iter().map(Planned::Problem).collect();
    if files.is_empty() && planned.is_empty() {
        planned.push(Planned::Problem(Problem::new(
            Kind::NoArticles,
            name,
            "this folder holds no articles",
            "put .txt, .html or .jsonl files there, or name another folder",
        )));
    }
    planned.extend(files.into_iter().map(|f| {
        let len = fs::metadata(&f).map_or(0, |m| m.len());
        Planned::File(f, len)
    }));
    planned
}

/// Files of a folder and the folders in it. Hidden ones and links to folders are passed over, so that the
/// walk ends.
fn walk(dir: &Path, format: Format, files: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) => return problems.push(cannot_open(&dir.display().to_string(), &e)),
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            walk(&path, format, files, problems);
        } else if is_wanted(&path, format) && (kind.is_file() || path.is_file()) {
            files.push(path);
        }
    }
}

/// True for files that may hold articles of the wanted form, by their names.
fn is_wanted(path: &Path, format: Format) -> bool {
    let readme = path.file_stem().is_some_and(|s| s.eq_ignore_ascii_case("readme"));
    let Some(ending) = ending(path).filter(|e| !readme && ENDINGS.contains(&e.as_str())) else {
        return false;
    };
    match format {
        Format::Auto => true,
        Format::Jsonl if ending == "json" => true,
        wanted => format_of(&ending) == Some(wanted),
    }
}

fn ending(path: &Path) -> Option<String> {
    path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase)
}

/// The form that an ending stands for; `None` where the first bytes must tell.
fn format_of(ending: &str) -> Option<Format> {
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

fn cannot_open(name: &str, error: &io::Error) -> Problem {
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

/// The problem of an article that is too long to be one.
pub(crate) fn too_long_text(article: &Article) -> Problem {
    Problem::new(
        Kind::TooLong,
        article.id.as_str(),
        format!("a text of {} MB is no news article", article.text.len() >> 20),
        format!("cut it into its articles, of at most {} MB each", MAX_TEXT >> 20),
    )
}

impl Planned {
    /// Bytes, as far as known.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Planned::File(_, len) => *len,
            _ => 0,
        }
    }

    /// Opens it and finds out what it holds.
    pub(crate) fn open(self, format: Format) -> Result<Stream, Problem> {
        let (name, stem, by_name, reader): (String, String, Option<Format>, Box<dyn Read + Send>) = match self
        {
            Planned::Problem(problem) => return Err(problem),
            Planned::Reader(name, reader) if name == STDIN => (name, "stdin".into(), None, reader),
            Planned::Reader(name, reader) => {
                let path = Path::new(&name);
                let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let by_name = ending(path).and_then(|e| format_of(&e));
                (name, stem, by_name, reader)
            }
            Planned::File(path, _) => {
                let name = path.display().to_string();
                let file = File::open(&path).map_err(|e| cannot_open(&name, &e))?;
                let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let by_name = ending(&path).and_then(|e| format_of(&e));
                (name, stem, by_name, Box::new(file))
            }
        };
        let mut reader = BufReader::with_capacity(1 << 16, reader);
        let mut head = Vec::with_capacity(charset::SNIFF);
        (&mut reader)
            .take(charset::SNIFF as u64)
            .read_to_end(&mut head)
            .map_err(|e| cannot_open(&name, &e))?;
        if head.iter().all(u8::is_ascii_whitespace) && head.len() < charset::SNIFF {
            return Err(Problem::new(Kind::Empty, name, "it is empty", "give a file that holds an article"));
        }
        if let Some((what, mend)) = charset::not_text(&head) {
            return Err(Problem::new(Kind::Binary, name, what, mend));
        }
        let found = match format {
            Format::Auto => by_name.unwrap_or_else(|| sniff(&head)),
            wanted => wanted,
        };
        // A list, or one object over several lines, is JSON but not JSON lines.
        let document = found == Format::Jsonl && is_document(&head, by_name == Some(Format::Jsonl));
        let wide = found == Format::Jsonl && std::str::from_utf8(&head[..head.len().min(2)]).is_err();
        if wide && (head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff")) {
            return Err(Problem::new(Kind::NotUtf8, name, "this JSON is UTF-16", "save the file as UTF-8"));
        }
        let kind = match found {
            _ if document => Body::Document,
            Format::Jsonl => Body::Lines,
            Format::Html => Body::Html,
            _ => Body::Text,
        };
        Ok(Stream {
            name,
            stem,
            kind,
            reader: Box::new(BufReader::new(io::Cursor::new(head).chain(reader))),
            line: 0,
            read: 0,
            over: false,
        })
    }
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

enum Body {
    Lines,
    Document,
    Html,
    Text,
}

/// One open file, giving its articles.
pub(crate) struct Stream {
    name: String,
    stem: String,
    kind: Body,
    reader: Box<dyn BufRead + Send>,
    line: u64,
    read: u64,
    over: bool,
}

/// What one line came to.
enum Line {
    End,
    Some,
    TooLong(u64),
}

impl Stream {
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Puts the next article or problem into the queue; false at the end of the file.
    pub(crate) fn next_into(&mut self, queue: &mut VecDeque<Result<Article, Problem>>) -> bool {
        if self.over {
            return false;
        }
        match self.kind {
            Body::Lines => self.next_line(queue),
            Body::Document => {
                self.over = true;
                match self.whole() {
                    Ok(bytes) => self.document(&bytes, queue),
                    Err(problem) => queue.push_back(Err(problem)),
                }
                true
            }
            Body::Html | Body::Text => {
                self.over = true;
                let item = self.whole().and_then(|bytes| self.page(&bytes));
                queue.push_back(item);
                true
            }
        }
    }

    /// The file that is one article.
    fn page(&self, bytes: &[u8]) -> Result<Article, Problem> {
        let id = self.stem.clone();
        let article = match self.kind {
            Body::Html => {
                let page = charset::decode(bytes, charset::declared(bytes).as_deref());
                html::article(id, &page, None)
            }
            _ => text::article(id, charset::decode(bytes, None)),
        };
        if article.text.trim().is_empty() {
            return Err(Problem::new(
                Kind::Empty,
                self.name.as_str(),
                "no article text was found in this page",
                "give the article's own page, or its text with --from text",
            ));
        }
        if article.text.len() > MAX_TEXT {
            return Err(Problem { file: self.name.clone(), ..too_long_text(&article) });
        }
        Ok(article)
    }

    fn whole(&mut self) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        (&mut self.reader)
            .take(MAX_FILE + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| cannot_open(&self.name, &e))?;
        self.read += bytes.len() as u64;
        if bytes.len() as u64 > MAX_FILE {
            return Err(Problem::new(
                Kind::TooLong,
                self.name.as_str(),
                format!("it is longer than {} MB, too long for one article", MAX_FILE >> 20),
                "cut it into its articles, or write them as JSON lines (one a line)",
            ));
        }
        Ok(bytes)
    }

    /// JSON that is not one object a line: a list of articles, or objects one after the other.
    fn document(&self, bytes: &[u8], queue: &mut VecDeque<Result<Article, Problem>>) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut number = 0;
        for value in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
            let values = match value {
                Ok(Value::Array(values)) => values,
                Ok(value) => vec![value],
                Err(e) => {
                    return queue.push_back(Err(json::broken(&self.name, Place::Record(number + 1), &e)));
                }
            };
            for value in values {
                number += 1;
                let read =
                    json::value_to_article(&self.name, &self.stem, number, Place::Record(number), value);
                self.queue(read, Place::Record(number), queue);
            }
        }
    }

    fn queue(&self, read: json::Read, place: Place, queue: &mut VecDeque<Result<Article, Problem>>) {
        match read {
            Ok((article, _)) if article.text.len() > MAX_TEXT => {
                queue.push_back(Err(Problem { file: self.name.clone(), place, ..too_long_text(&article) }));
            }
            Ok((article, left_out)) => {
                queue.extend(left_out.into_iter().map(Err));
                queue.push_back(Ok(article));
            }
            Err(problem) => queue.push_back(Err(problem)),
        }
    }

    fn next_line(&mut self, queue: &mut VecDeque<Result<Article, Problem>>) -> bool {
        let mut bytes = Vec::new();
        loop {
            self.line += 1;
            let place = Place::Line(self.line);
            bytes.clear();
            match self.read_line(&mut bytes) {
                Err(e) => {
                    self.over = true;
                    queue.push_back(Err(cannot_open(&self.name, &e).at(place)));
                    return true;
                }
                Ok(Line::End) => {
                    self.over = true;
                    return false;
                }
                Ok(Line::TooLong(len)) => {
                    let what = format!("this line of {} MB is longer than {} MB", len >> 20, MAX_LINE >> 20);
                    let mend = "write one article a line; the other lines are read";
                    queue.push_back(Err(
                        Problem::new(Kind::TooLong, self.name.as_str(), what, mend).at(place)
                    ));
                    return true;
                }
                Ok(Line::Some) => {
                    let line = if self.line == 1 {
                        bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)
                    } else {
                        &bytes
                    };
                    if line.iter().all(u8::is_ascii_whitespace) {
                        continue;
                    }
                    let read = json::line(&self.name, &self.stem, self.line, line);
                    self.queue(read, place, queue);
                    return true;
                }
            }
        }
    }

    /// One line without its end. A line beyond the limit is passed over and counted, not kept.
    fn read_line(&mut self, line: &mut Vec<u8>) -> io::Result<Line> {
        let mut len: u64 = 0;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|b| *b == b'\n');
            let taken = end.map_or(chunk.len(), |i| i + 1);
            let part = &chunk[..end.unwrap_or(chunk.len())];
            len += taken as u64;
            if line.len() + part.len() <= MAX_LINE && len <= MAX_LINE as u64 + 1 {
                line.extend_from_slice(part);
            } else {
                *line = Vec::new();
            }
            self.reader.consume(taken);
            self.read += taken as u64;
            if end.is_some() {
                break;
            }
        }
        Ok(match len {
            0 => Line::End,
            n if n > MAX_LINE as u64 + 1 => Line::TooLong(n),
            _ => Line::Some,
        })
    }
}
