//! Cuts JSON into records: one a line, or, where a file is one list or objects one after the other over several lines,
//! one value after the other. No record is held in memory but the one at hand, and one that is too long is not held
//! at all.

use std::io::{self, BufRead};

use crate::fields::Columns;
use crate::open::{Cut, Cutter, Reader, broken};
use crate::packed::Fault;
use crate::problem::{Kind, Place, Problem};
use crate::raw::Body;
use crate::{MAX_LINE, json};

/// What one line came to.
enum Line {
    End,
    Some,
    TooLong(u64),
}

/// JSON lines.
pub(crate) struct Lines {
    pub reader: Reader,
    pub name: String,
    pub columns: Columns,
    pub line: u64,
    pub over: bool,
    /// The lines are articles that were read before.
    pub kept: bool,
}

impl Cutter for Lines {
    fn next(&mut self) -> Cut {
        let mut bytes = Vec::new();
        while !self.over {
            self.line += 1;
            let place = Place::Line(self.line);
            bytes.clear();
            match read_line(&mut self.reader, &mut bytes) {
                Err(e) => {
                    // Behind damage the next lines are read.
                    self.over = !Fault::is_gap(&e);
                    return Cut::problem(broken(&self.name, &e).at(place));
                }
                Ok(Line::End) => self.over = true,
                Ok(Line::TooLong(len)) => {
                    let what = format!("this line of {} MB is longer than {} MB", len >> 20, MAX_LINE >> 20);
                    let mend = "write one article a line; the other lines are read";
                    return Cut::problem(
                        Problem::new(Kind::TooLong, self.name.as_str(), what, mend).at(place),
                    );
                }
                Ok(Line::Some) => {
                    if self.line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                        bytes.drain(..3);
                    }
                    if bytes.iter().all(u8::is_ascii_whitespace) {
                        continue;
                    }
                    let id = json::id(&bytes, &self.columns);
                    let body = if self.kept { Body::Kept(bytes) } else { Body::Json(bytes, None) };
                    return Cut::Item { place, number: Some(self.line), id, body };
                }
            }
        }
        Cut::End
    }
}

/// One line without its end. A line beyond the limit is passed over and counted, not kept.
fn read_line(reader: &mut Reader, line: &mut Vec<u8>) -> io::Result<Line> {
    let mut len: u64 = 0;
    loop {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        if chunk.is_empty() {
            break;
        }
        let end = memchr::memchr(b'\n', chunk);
        let taken = end.map_or(chunk.len(), |i| i + 1);
        let part = &chunk[..end.unwrap_or(chunk.len())];
        len += taken as u64;
        if line.len() + part.len() <= MAX_LINE && len <= MAX_LINE as u64 + 1 {
            line.extend_from_slice(part);
        } else {
            *line = Vec::new();
        }
        reader.consume(taken);
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

/// JSON that is not cut into lines.
pub(crate) struct Values {
    pub reader: Reader,
    pub name: String,
    pub columns: Columns,
    number: u64,
    /// Lists that are open around the records: none or one.
    list: bool,
    /// Line and column of the next byte, from 0.
    at: (u64, u64),
    over: bool,
}

impl Values {
    pub(crate) fn new(reader: Reader, name: String, columns: Columns) -> Values {
        Values { reader, name, columns, number: 0, list: false, at: (0, 0), over: false }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.reader.fill_buf() {
                Ok(chunk) => return Ok(chunk.first().copied()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    fn step(&mut self, byte: u8) {
        self.reader.consume(1);
        if byte == b'\n' {
            self.at = (self.at.0 + 1, 0);
        } else {
            self.at.1 += 1;
        }
    }

    /// The next value; `None` at the end.
    fn value(&mut self) -> io::Result<Option<Cut>> {
        // Up to the value: white space, commas, marks of the list around it, the mark of UTF-8.
        loop {
            let Some(byte) = self.peek()? else {
                if !self.list {
                    return Ok(None);
                }
                let what = "the list breaks off: its \"]\" is missing";
                let mend = "get the whole file; the records before are read";
                self.list = false;
                self.over = true;
                let problem = Problem::new(Kind::Broken, self.name.as_str(), what, mend);
                return Ok(Some(Cut::problem(problem.at(Place::Record(self.number + 1)))));
            };
            match byte {
                b'[' if !self.list => self.list = true,
                b']' if self.list => self.list = false,
                b',' | b' ' | b'\t' | b'\r' | b'\n' => {}
                0xef | 0xbb | 0xbf if self.number == 0 => {}
                _ => break,
            }
            self.step(byte);
        }
        let start = self.at;
        let mut bytes = Vec::new();
        let (mut depth, mut string, mut escaped, mut len, mut done) = (0u32, false, false, 0u64, false);
        while !done {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if chunk.is_empty() {
                break;
            }
            let mut taken = 0;
            for &byte in chunk {
                if string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => {
                            string = false;
                            done = depth == 0;
                        }
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' if depth == 0 && len + taken as u64 > 0 => {
                            done = true;
                            break;
                        }
                        b'"' => string = true,
                        b'{' | b'[' if depth == 0 && len + taken as u64 > 0 => {
                            done = true;
                            break;
                        }
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' if depth > 0 => {
                            depth -= 1;
                            done = depth == 0;
                        }
                        // The end of a number or a word; a mark that closes nothing is a word of its own.
                        b',' | b']' | b' ' | b'\t' | b'\r' | b'\n'
                            if depth == 0 && len + taken as u64 > 0 =>
                        {
                            done = true;
                            break;
                        }
                        _ => {}
                    }
                }
                taken += 1;
                if byte == b'\n' {
                    self.at = (self.at.0 + 1, 0);
                } else {
                    self.at.1 += 1;
                }
                if done {
                    break;
                }
            }
            len += taken as u64;
            if len <= MAX_LINE as u64 {
                bytes.extend_from_slice(&chunk[..taken]);
            } else {
                bytes = Vec::new();
            }
            self.reader.consume(taken);
        }
        self.number += 1;
        let place = Place::Record(self.number);
        if len > MAX_LINE as u64 {
            let what = format!("this record of {} MB is longer than {} MB", len >> 20, MAX_LINE >> 20);
            let mend = "close it with \"}\" where it ends; the other records are read";
            return Ok(Some(Cut::problem(
                Problem::new(Kind::TooLong, self.name.as_str(), what, mend).at(place),
            )));
        }
        let id = json::id(&bytes, &self.columns);
        let body = Body::Json(bytes, Some(start));
        Ok(Some(Cut::Item { place, number: Some(self.number), id, body }))
    }
}

impl Cutter for Values {
    fn next(&mut self) -> Cut {
        if self.over {
            return Cut::End;
        }
        match self.value() {
            Ok(Some(cut)) => cut,
            Ok(None) => {
                self.over = true;
                Cut::End
            }
            Err(e) => {
                self.over = true;
                Cut::problem(broken(&self.name, &e).at(Place::Record(self.number + 1)))
            }
        }
    }
}
