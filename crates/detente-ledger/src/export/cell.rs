//! Cells of tables, and lines made of them. Articles are hostile input: no text of theirs becomes a formula in a
//! spreadsheet, and none breaks a line.

use std::borrow::Cow;

use jiff::civil::Date;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing is known, or nothing is told.
    #[default]
    None,
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A day.
    Day(Date),
}

impl Cell {
    /// A text, or nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::None } else { Cell::Text(text) }
    }

    /// The text that is there, or nothing.
    pub fn of(text: Option<&str>) -> Cell {
        text.map_or(Cell::None, Cell::text)
    }

    /// A count.
    pub fn count(n: usize) -> Cell {
        Cell::Whole(i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// The cell in a delimited table, `empty` where nothing stands in it.
    pub fn plain<'a>(&'a self, empty: &'a str) -> Cow<'a, str> {
        match self {
            Cell::None => empty.into(),
            Cell::Text(text) => harmless(text),
            Cell::Whole(n) => n.to_string().into(),
            Cell::Number(x) => number(*x).to_string().into(),
            Cell::Day(day) => day.to_string().into(),
        }
    }

    /// The cell as JSON.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Cell::None => serde_json::Value::Null,
            Cell::Text(text) => text.as_str().into(),
            Cell::Whole(n) => (*n).into(),
            Cell::Number(x) => number(*x).into(),
            Cell::Day(day) => day.to_string().into(),
        }
    }
}

/// Six decimals, as coordinates have: what is behind them says nothing. No minus before nought.
fn number(x: f64) -> f64 {
    (x * 1e6).round() / 1e6 + 0.0
}

/// A text that a spreadsheet will not take for a formula: an apostrophe stands before it. Numbers stay numbers.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if risky && text.parse::<f64>().is_err() { format!("'{text}").into() } else { text.into() }
}

/// One line with commas. No cell begins like a formula.
pub fn csv_line<'a>(cells: impl IntoIterator<Item = Cow<'a, str>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let cells: Vec<Cow<'a, str>> = cells
        .into_iter()
        .map(|cell| match harmless(&cell) {
            Cow::Owned(mended) => Cow::Owned(mended),
            Cow::Borrowed(_) => cell,
        })
        .collect();
    // Writing to memory cannot fail.
    let _ = writer.write_record(cells.iter().map(|c| c.as_bytes()));
    writer.into_inner().unwrap_or_default()
}

/// One line with tabs and no quotes, as ICEWS, POLECAT and GDELT are written: a tab or a line break in a cell becomes a space.
pub fn tab_line<'a>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = Cow<'a, str>>) {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(b'\t');
        }
        let start = out.len();
        out.extend_from_slice(cell.as_bytes());
        for byte in &mut out[start..] {
            // One byte for one byte: no letter is cut, for these stand in no other letter of UTF-8.
            if matches!(*byte, b'\t' | b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    out.push(b'\n');
}

/// A text cut to so many characters, at a space where there is one near, with an ellipsis where something was cut.
pub fn cut(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let head = &text[..end];
    let head = match head.rfind(' ') {
        Some(space) if space * 2 > end => &head[..space],
        _ => head,
    };
    format!("{}…", head.trim_end_matches([',', ';', ':', ' ', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_becomes_a_formula_and_none_breaks_a_line() {
        let line = csv_line(["=1+1".into(), "-5".into(), "a,\"b\"\nc".into(), "+x".into()]);
        assert_eq!(String::from_utf8_lossy(&line), "'=1+1,-5,\"a,\"\"b\"\"\nc\",'+x\n");
        let mut line = Vec::new();
        tab_line(&mut line, ["a\tb".into(), "c\r\nd".into(), Cell::text("@é").plain("")]);
        assert_eq!(String::from_utf8_lossy(&line), "a b\tc  d\t'@é\n");
    }

    #[test]
    fn empty_cells_are_written_as_the_form_wants_them() {
        assert_eq!(Cell::None.plain("None"), "None");
        assert_eq!(Cell::text(""), Cell::None);
        assert_eq!(Cell::Number(-0.000_000_1).plain(""), "0");
        assert_eq!(Cell::Number(2.5).plain(""), "2.5");
    }

    #[test]
    fn quotes_are_cut_at_a_space() {
        assert_eq!(cut("Belmora and Cresia met.", 200), "Belmora and Cresia met.");
        assert_eq!(cut("Belmora, and Cresia met.", 10), "Belmora…");
        assert_eq!(cut("ééééééé", 3), "ééé…");
    }
}
