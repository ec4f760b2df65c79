//! Records of a table, cut out of a stream of bytes one by one: lines of cells with tabs between, or records in the manner of
//! CSV whose cells may stand in quotes and hold line ends. No more than one record is held, and a quote that is never closed
//! costs one line and not the rest of the file.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// The longest record, in bytes. Rows of ICEWS have some hundred, rows of ACLED with their notes some thousand.
pub(super) const LONGEST: u64 = 1 << 20;
/// So many lines may stand in one record's quotes.
const LINES: usize = 500;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A record; its text is in `text`.
    Record,
    /// A line that is too long; it was passed over.
    TooLong,
    /// A quote is opened in this line and never closed; the line was passed over.
    OpenQuote,
    /// The end.
    End,
}

/// Cuts records out of bytes.
pub(super) struct Records<R> {
    input: R,
    /// What stands between cells.
    pub separator: char,
    /// Whether quotes keep separators and line ends together.
    pub quoted: bool,
    /// The line at which the record begins, from 1.
    pub row: u64,
    /// Bytes read so far.
    pub bytes: u64,
    /// The record without its line end: UTF-8, or ISO-8859-1 where it is not.
    pub text: String,
    line: Vec<u8>,
    lines: u64,
    /// Lines that were read too far, with their numbers.
    pending: VecDeque<(u64, String)>,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(input: R) -> Records<R> {
        Records {
            input,
            separator: '\t',
            quoted: false,
            row: 0,
            bytes: 0,
            text: String::new(),
            line: Vec::new(),
            lines: 0,
            pending: VecDeque::new(),
        }
    }

    /// Puts the record at hand back: it comes once more.
    pub(super) fn push_back(&mut self) {
        self.pending.push_front((self.row, std::mem::take(&mut self.text)));
    }

    /// Reads the next record.
    pub(super) fn next(&mut self) -> io::Result<Next> {
        self.text.clear();
        match self.line()? {
            Next::Record => {}
            other => return Ok(other),
        }
        if !self.quoted || !open(&self.text, self.separator) {
            return Ok(Next::Record);
        }
        // The record goes on behind the line end, up to the line that closes the quote.
        let (row, first) = (self.row, self.text.len());
        let mut more: Vec<(u64, usize)> = Vec::new();
        let mut whole = std::mem::take(&mut self.text);
        let closed = loop {
            if more.len() >= LINES || whole.len() as u64 > LONGEST {
                break false;
            }
            match self.line()? {
                Next::Record => {
                    more.push((self.row, whole.len()));
                    whole.push('\n');
                    whole.push_str(&self.text);
                    if !open(&whole, self.separator) {
                        break true;
                    }
                }
                // The line that is too long is lost either way.
                _ => break false,
            }
        };
        self.row = row;
        if closed {
            self.text = whole;
            return Ok(Next::Record);
        }
        for (i, (row, from)) in more.iter().enumerate().rev() {
            let to = more.get(i + 1).map_or(whole.len(), |next| next.1);
            self.pending.push_front((*row, whole.get(from + 1..to).unwrap_or_default().to_string()));
        }
        whole.truncate(first);
        self.text = whole;
        Ok(Next::OpenQuote)
    }

    /// Reads the next line into `text`.
    fn line(&mut self) -> io::Result<Next> {
        if let Some((row, text)) = self.pending.pop_front() {
            (self.row, self.text) = (row, text);
            return Ok(Next::Record);
        }
        self.line.clear();
        self.lines += 1;
        self.row = self.lines;
        let n = (&mut self.input).take(LONGEST + 1).read_until(b'\n', &mut self.line)?;
        self.bytes += n as u64;
        if n == 0 {
            return Ok(Next::End);
        }
        if self.line.last() != Some(&b'\n') && n as u64 > LONGEST {
            self.skip()?;
            return Ok(Next::TooLong);
        }
        while self.line.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
            self.line.pop();
        }
        self.text.clear();
        match std::str::from_utf8(&self.line) {
            Ok(text) => self.text.push_str(text),
            // Its bytes are the first 256 characters.
            Err(_) => self.text.extend(self.line.iter().map(|b| char::from(*b))),
        }
        Ok(Next::Record)
    }

    /// Passes over the rest of a line that is too long.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|b| *b == b'\n');
            let n = end.map_or(buffer.len(), |at| at + 1);
            self.bytes += n as u64;
            self.input.consume(n);
            if end.is_some() || n == 0 {
                return Ok(());
            }
        }
    }
}

/// Is a quote open at the end? It opens at the beginning of a cell alone: `5" gun` opens none.
fn open(text: &str, separator: char) -> bool {
    if !text.contains('"') {
        return false;
    }
    let (mut inside, mut start) = (false, true);
    for c in text.chars() {
        match c {
            // A doubled quote closes and opens again.
            '"' if inside => (inside, start) = (false, true),
            '"' if start => (inside, start) = (true, false),
            c if c == separator && !inside => start = true,
            _ => start = false,
        }
    }
    inside
}

/// The cells of a record.
pub(super) fn cells(text: &str, separator: char, quoted: bool) -> Vec<Cow<'_, str>> {
    if !quoted || !text.contains('"') {
        return text.split(separator).map(Cow::Borrowed).collect();
    }
    let mut list = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches(' ');
        if let Some(inner) = trimmed.strip_prefix('"') {
            // To the quote that is not doubled.
            let (mut end, mut doubled) = (inner.len(), false);
            let mut quotes = inner.match_indices('"').map(|(at, _)| at).peekable();
            while let Some(at) = quotes.next() {
                if quotes.peek() == Some(&(at + 1)) {
                    quotes.next();
                    doubled = true;
                } else {
                    end = at;
                    break;
                }
            }
            let cell = inner.get(..end).unwrap_or(inner);
            list.push(if doubled { Cow::Owned(cell.replace("\"\"", "\"")) } else { Cow::Borrowed(cell) });
            // What stands between the quote and the separator is dropped.
            let behind = inner.get(end..).unwrap_or_default();
            match behind.find(separator) {
                Some(at) => rest = behind.get(at + separator.len_utf8()..).unwrap_or_default(),
                None => return list,
            }
        } else {
            match rest.split_once(separator) {
                Some((cell, more)) => {
                    list.push(Cow::Borrowed(cell));
                    rest = more;
                }
                None => {
                    list.push(Cow::Borrowed(rest));
                    return list;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u64, Result<Vec<String>, Next>)> {
        let mut records = Records::new(text.as_bytes());
        (records.separator, records.quoted) = (',', true);
        let mut list = Vec::new();
        loop {
            match records.next() {
                Ok(Next::Record) => {
                    let cells = cells(&records.text, ',', true);
                    list.push((records.row, Ok(cells.into_iter().map(Cow::into_owned).collect())));
                }
                Ok(Next::End) | Err(_) => return list,
                Ok(other) => list.push((records.row, Err(other))),
            }
        }
    }

    #[test]
    fn quotes_keep_separators_and_line_ends_together() {
        let got = all("a,\"b, \"\"c\"\"\nd\",e\r\n5\" gun,,x\nlast");
        let words = |cells: &[&str]| Ok(cells.iter().map(|c| (*c).to_string()).collect());
        assert_eq!(
            got,
            [
                (1, words(&["a", "b, \"c\"\nd", "e"])),
                (3, words(&["5\" gun", "", "x"])),
                (4, words(&["last"]))
            ]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_one_line() {
        let rows: String = (0..2000).map(|n| format!("{n},x\n")).collect();
        let got = all(&format!("a,\"b\n{rows}"));
        assert_eq!(got.first(), Some(&(1, Err(Next::OpenQuote))));
        assert_eq!(got.len(), 2001);
        for (n, (row, record)) in got.iter().skip(1).enumerate() {
            assert_eq!((*row, record), (n as u64 + 2, &Ok(vec![n.to_string(), "x".to_string()])));
        }
    }
}
