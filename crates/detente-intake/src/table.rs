//! Cuts tables into rows: CSV and TSV. The first row names the columns; what separates them is told by the names that
//! come out. Cells may hold line breaks where they stand in quotation marks.

use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, ReaderBuilder};

use crate::fields::{Columns, Field};
use crate::open::{Cut, Cutter, Reader, broken};
use crate::packed::Fault;
use crate::problem::{Kind, Place, Problem};
use crate::raw::Body;
use crate::record::{Cell, Cells};
use crate::{MAX_LINE, charset};

/// The most columns that a table may have.
const COLUMNS: usize = 1 << 16;

/// A table.
pub(crate) struct Table {
    reader: Reader,
    name: String,
    core: csv_core::Reader,
    /// Texts are written without quotation marks, line breaks and tabs in them as `\n` and `\t`.
    bare: bool,
    columns: Vec<String>,
    places: [Option<usize>; Field::ALL.len()],
    /// The bytes of the row at hand, and where its cells end.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    row: u64,
    over: bool,
}

/// What a row came to: its number of cells, or its length where that is too great.
enum Row {
    Cells(usize),
    TooLong,
    End,
}

fn core(delimiter: u8, quoting: bool) -> csv_core::Reader {
    ReaderBuilder::new().delimiter(delimiter).quoting(quoting).build()
}

impl Table {
    /// Reads the head of a table. `head` is the beginning of what `reader` gives; `tabs` says that tabs separate the
    /// columns.
    pub(crate) fn open(
        reader: Reader,
        name: &str,
        head: &[u8],
        tabs: bool,
        columns: &Columns,
    ) -> Result<Table, Problem> {
        let delimiter = if tabs { b'\t' } else { delimiter(head, columns) };
        let bare = delimiter == b'\t' && !is_quoted(head);
        let mut table = Table {
            reader,
            name: name.to_owned(),
            core: core(delimiter, !bare),
            bare,
            columns: Vec::new(),
            places: Default::default(),
            bytes: vec![0; 1 << 16],
            ends: vec![0; 64],
            row: 0,
            over: false,
        };
        let cells = match table.read().map_err(|e| broken(name, &e))? {
            Row::Cells(n) => n,
            Row::TooLong | Row::End => {
                let (what, mend) = ("this table has no head", "name the columns in its first row");
                return Err(Problem::new(Kind::Column, name, what, mend));
            }
        };
        table.columns = (0..cells).map(|n| charset::decode(table.cell(n), None).trim().to_owned()).collect();
        table.places = columns
            .places(&table.columns)
            .map_err(|(what, mend)| Problem::new(Kind::Column, name, what, mend))?;
        Ok(table)
    }

    fn cell(&self, n: usize) -> &[u8] {
        let from = if n == 0 { 0 } else { self.ends[n - 1] };
        &self.bytes[from..self.ends[n]]
    }

    /// Reads the next row.
    fn read(&mut self) -> io::Result<Row> {
        let (mut bytes, mut ends) = (0, 0);
        loop {
            let input = match self.reader.fill_buf() {
                Ok(input) => input,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            let (result, taken, out, cells) =
                self.core.read_record(input, &mut self.bytes[bytes..], &mut self.ends[ends..]);
            self.reader.consume(taken);
            bytes += out;
            ends += cells;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.bytes.len() <= MAX_LINE => {
                    let more = (self.bytes.len() * 2).min(MAX_LINE + 1);
                    self.bytes.resize(more, 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < COLUMNS => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    self.start_anew()?;
                    return Ok(Row::TooLong);
                }
                ReadRecordResult::Record => return Ok(Row::Cells(ends)),
                ReadRecordResult::End => return Ok(Row::End),
            }
        }
    }

    /// Goes on with the next line, as if it began a row.
    fn start_anew(&mut self) -> io::Result<()> {
        self.bytes = vec![0; 1 << 16];
        self.core.reset();
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                return Ok(());
            }
            let end = memchr::memchr(b'\n', chunk);
            let taken = end.map_or(chunk.len(), |n| n + 1);
            self.reader.consume(taken);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    fn cut(&mut self) -> io::Result<Cut> {
        self.row += 1;
        let place = Place::Record(self.row);
        let cells = match self.read()? {
            Row::End => {
                self.over = true;
                if self.row == 1 {
                    let (what, mend) = ("this table has no rows", "give a table that holds articles");
                    return Ok(Cut::problem(Problem::new(Kind::Empty, self.name.as_str(), what, mend)));
                }
                return Ok(Cut::End);
            }
            Row::TooLong => {
                let what = format!("this row is longer than {} MB", MAX_LINE >> 20);
                return Ok(Cut::problem(
                    Problem::new(
                        Kind::TooLong,
                        self.name.as_str(),
                        what,
                        "close its quotation marks; reading goes on with the next line",
                    )
                    .at(place),
                ));
            }
            Row::Cells(n) => n,
        };
        let wanted = self.columns.len();
        let same = cells == wanted
            || cells > wanted && (wanted..cells).all(|n| self.cell(n).trim_ascii().is_empty());
        if !same {
            let what = format!("this row has {cells} cells and the head {wanted}");
            let mend = "put texts with separators into quotation marks; the other rows are read";
            let problem = Problem::new(Kind::Column, self.name.as_str(), what, mend);
            return Ok(Cut::problem(problem.at(place)));
        }
        let mut row = Cells::default();
        let mut id = None;
        for field in Field::ALL {
            let Some(column) = self.places[field as usize] else { continue };
            let bytes = self.cell(column);
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let mut text = match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => charset::decode(bytes, None),
            };
            if self.bare && text.contains('\\') {
                text =
                    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "").replace("\\\\", "\\");
            }
            if field == Field::Id {
                id = Some(text.trim().to_owned());
            }
            row[field as usize] = Cell::Text(self.columns[column].clone(), text);
        }
        Ok(Cut::Item { place, number: Some(self.row), id, body: Body::Row(Box::new(row)) })
    }
}

impl Cutter for Table {
    fn next(&mut self) -> Cut {
        if self.over {
            return Cut::End;
        }
        match self.cut() {
            Ok(cut) => cut,
            Err(e) => {
                self.over = !Fault::is_gap(&e) || self.start_anew().is_err();
                Cut::problem(broken(&self.name, &e).at(Place::Record(self.row)))
            }
        }
    }
}

/// The first row of a table, as far as it stands in its head.
fn first_row(head: &[u8], delimiter: u8) -> Vec<String> {
    let mut core = core(delimiter, true);
    let (mut bytes, mut ends) = (vec![0; head.len() + 1], vec![0; head.len() + 1]);
    let (result, _, out, mut cells) = core.read_record(head, &mut bytes, &mut ends);
    if result == ReadRecordResult::InputEmpty {
        cells += core.read_record(&[], &mut bytes[out..], &mut ends[cells..]).3;
    }
    let mut from = 0;
    ends[..cells]
        .iter()
        .map(|end| String::from_utf8_lossy(&bytes[std::mem::replace(&mut from, *end)..*end]).into_owned())
        .collect()
}

/// What separates the columns: what makes a head with a column of texts, else what makes most columns.
fn delimiter(head: &[u8], columns: &Columns) -> u8 {
    let heads = [b',', b';', b'\t', b'|'].map(|d| (d, first_row(head, d)));
    let right = heads.iter().find(|(_, names)| names.len() > 1 && columns.places(names).is_ok());
    let most = || heads.iter().rev().max_by_key(|(_, names)| names.len());
    right.or_else(most).map_or(b',', |(d, _)| *d)
}

/// True where cells of a table with tabs stand in quotation marks: some are closed as they should be, and none is not.
fn is_quoted(head: &[u8]) -> bool {
    let (mut closed, mut at, mut begins) = (0, 0, true);
    while at < head.len() {
        let byte = head[at];
        if begins && byte == b'"' {
            let mut end = at + 1;
            loop {
                match memchr::memchr(b'"', &head[end.min(head.len())..]) {
                    // The head of the file ends in a cell.
                    None => return closed > 0 || head.len() >= charset::SNIFF,
                    Some(n) if head.get(end + n + 1) == Some(&b'"') => end += n + 2,
                    Some(n) => {
                        end += n + 1;
                        break;
                    }
                }
            }
            if !matches!(head.get(end), None | Some(b'\t' | b'\r' | b'\n')) {
                return false;
            }
            closed += 1;
            at = end;
            begins = false;
            continue;
        }
        begins = matches!(byte, b'\t' | b'\n');
        at += 1;
    }
    closed > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(head: &str, tabs: bool, columns: &str) -> Vec<String> {
        let reader = Box::new(io::Cursor::new(head.to_owned()));
        let columns = Columns::parse(columns).unwrap();
        let mut table = match Table::open(reader, "a.csv", head.as_bytes(), tabs, &columns) {
            Ok(table) => table,
            Err(problem) => return vec![problem.to_string()],
        };
        let mut said = Vec::new();
        loop {
            match table.next() {
                Cut::Item { body: Body::Row(cells), id, .. } => {
                    let text = match &cells[Field::Text as usize] {
                        Cell::Text(_, text) => text.clone(),
                        _ => "-".into(),
                    };
                    said.push(format!("{}: {text}", id.unwrap_or_default()));
                }
                Cut::Item { body: Body::Problem(problem), .. } => said.push(problem.to_string()),
                _ => return said,
            }
        }
    }

    #[test]
    fn separators_are_told_by_the_names_that_come_out() {
        for table in ["id,text\n1,One.\n", "id;text\n1;One.\n", "id\ttext\n1\tOne.\n", "id|text\n1|One.\r\n"]
        {
            assert_eq!(rows(table, false, ""), ["1: One."], "{table}");
        }
        assert_eq!(
            rows("\u{feff}text,id\n\"One, \"\"two\"\".\nThree.\",1\n", false, ""),
            ["1: One, \"two\".\nThree."]
        );
    }

    #[test]
    fn tables_with_tabs_are_read_with_quotation_marks_and_without() {
        assert_eq!(
            rows("id\ttext\n1\t\"We will,\" he said.\n2\tTwo\\nlines.\n", true, ""),
            ["1: \"We will,\" he said.", "2: Two\nlines."]
        );
        assert_eq!(rows("id\ttext\n1\t\"Two\nlines.\"\n", true, ""), ["1: Two\nlines."]);
    }

    #[test]
    fn columns_that_are_missing_and_rows_of_another_width_are_named() {
        assert_eq!(
            rows("a,b\n1,2\n", false, ""),
            [
                "a.csv: there is no column of texts; it has a, b: name the column of texts with --columns text=NAME."
            ]
        );
        assert_eq!(
            rows("id,text\n1,a,b\n2,Two.\n3\n", false, ""),
            [
                "a.csv, record 1: this row has 3 cells and the head 2: put texts with separators into quotation marks; the other rows are read.",
                "2: Two.",
                "a.csv, record 3: this row has 1 cells and the head 2: put texts with separators into quotation marks; the other rows are read.",
            ]
        );
        assert_eq!(rows("id,story\n1,One.\n", false, "text=story"), ["1: One."]);
        assert_eq!(
            rows("id,text\n", false, ""),
            ["a.csv: this table has no rows: give a table that holds articles."]
        );
    }

    #[test]
    fn a_mark_that_is_never_closed_costs_a_part_of_the_file_and_little_memory() {
        let long = format!("id,text\n1,\"{}\n2,Two.\n", "x ".repeat(MAX_LINE / 2 + 10));
        assert_eq!(
            rows(&long, false, ""),
            [
                "a.csv, record 1: this row is longer than 64 MB: close its quotation marks; reading goes on with the next line.",
                "2: Two."
            ]
        );
    }
}
