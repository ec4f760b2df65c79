//! A table that a page shows, and that goes out as CSV and JSON: the same rows in each form, so that what is counted
//! in a spreadsheet is what was seen.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use detente_ledger::export::cell::harmless;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::{Failure, words};

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing is known.
    None,
    /// Words.
    Text(String),
    /// Words that lead somewhere: what is shown, and the address on the desk. Data hold the words alone.
    Link(String, String),
    /// An entity key or another code: its name is shown and leads somewhere, data hold the code.
    Key(String, String, String),
    /// A number of things.
    Count(usize),
    /// A number on the scale from −10 to +10, shown with its sign.
    Scale(f64),
    /// A share from 0 to 1.
    Share(f64),
    /// A day.
    Day(Date),
    /// Yes or no.
    Flag(bool),
}

impl Cell {
    /// A text that may be missing.
    pub fn text(text: Option<&str>) -> Cell {
        text.map_or(Cell::None, |t| Cell::Text(t.into()))
    }

    /// A day that may be missing.
    pub fn day(day: Option<Date>) -> Cell {
        day.map_or(Cell::None, Cell::Day)
    }

    /// A point of the scale that may be missing.
    pub fn scale(x: Option<f64>) -> Cell {
        x.map_or(Cell::None, Cell::Scale)
    }

    fn is_number(&self) -> bool {
        matches!(self, Cell::Count(_) | Cell::Scale(_) | Cell::Share(_))
    }

    fn shown(&self) -> Markup {
        match self {
            Cell::None => html! { span .quiet { "–" } },
            Cell::Text(text) => html! { (text) },
            Cell::Link(text, href) => html! { a href=(href) { (text) } },
            Cell::Key(_, name, href) => html! { a href=(href) { (name) } },
            Cell::Count(n) => html! { (words::grouped(*n)) },
            Cell::Scale(x) => html! { (words::scale(*x)) },
            Cell::Share(x) => html! { (format!("{x:.2}")) },
            Cell::Day(day) => html! { (words::day(*day)) },
            Cell::Flag(yes) => html! { (if *yes { "yes" } else { "no" }) },
        }
    }

    fn plain(&self) -> String {
        match self {
            Cell::None => String::new(),
            Cell::Text(text) | Cell::Link(text, _) | Cell::Key(text, ..) => harmless(text).into_owned(),
            Cell::Count(n) => n.to_string(),
            Cell::Scale(x) => number(*x).to_string(),
            Cell::Share(x) => number(*x).to_string(),
            Cell::Day(day) => day.to_string(),
            Cell::Flag(yes) => yes.to_string(),
        }
    }

    fn json(&self) -> serde_json::Value {
        match self {
            Cell::None => serde_json::Value::Null,
            Cell::Text(text) | Cell::Link(text, _) | Cell::Key(text, ..) => text.as_str().into(),
            Cell::Count(n) => (*n).into(),
            Cell::Scale(x) | Cell::Share(x) => number(*x).into(),
            Cell::Day(day) => day.to_string().into(),
            Cell::Flag(yes) => (*yes).into(),
        }
    }
}

/// Four decimals: what is behind them says nothing.
fn number(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Name of each column as data have it, and as the page heads it.
    pub columns: Vec<(&'static str, &'static str)>,
    /// As many cells a row as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// An empty sheet.
    pub fn new(columns: &[(&'static str, &'static str)]) -> Sheet {
        Sheet { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// The table on the page.
    pub fn table(&self) -> Markup {
        let number = |i: usize| self.rows.iter().any(|row| row.get(i).is_some_and(Cell::is_number));
        html! {
            // The keyboard reaches a table that is wider than the page.
            div .scroll tabindex="0" role="region" aria-label="Table" {
                table {
                    thead { tr { @for (i, (_, name)) in self.columns.iter().enumerate() {
                        th scope="col" .number[number(i)] { (name) }
                    } } }
                    tbody { @for row in &self.rows { tr { @for (i, cell) in row.iter().enumerate() {
                        td .number[number(i)] { (cell.shown()) }
                    } } } }
                }
            }
        }
    }

    /// The table that stands behind a picture, folded.
    pub fn behind(&self, summary: &str) -> Markup {
        html! { details .behind { summary { (summary) } (self.table()) } }
    }

    /// Comma-separated values with a line of names.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub fn csv(&self) -> Result<Response, Failure> {
        let mut out = csv::Writer::from_writer(Vec::new());
        let failed = |why: String| Failure::fault(format!("these rows cannot be written as CSV ({why})"));
        out.write_record(self.columns.iter().map(|(name, _)| name)).map_err(|e| failed(e.to_string()))?;
        for row in &self.rows {
            out.write_record(row.iter().map(Cell::plain)).map_err(|e| failed(e.to_string()))?;
        }
        let bytes = out.into_inner().map_err(|e| failed(e.to_string()))?;
        Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
    }

    /// A list of objects, one for each row.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub fn json(&self) -> Result<Response, Failure> {
        let rows: Vec<serde_json::Map<String, serde_json::Value>> = self
            .rows
            .iter()
            .map(|row| {
                self.columns.iter().zip(row).map(|((name, _), cell)| ((*name).into(), cell.json())).collect()
            })
            .collect();
        as_json(&rows)
    }
}

/// Anything as JSON.
///
/// # Errors
/// When it cannot be written.
pub fn as_json(value: &impl serde::Serialize) -> Result<Response, Failure> {
    match serde_json::to_string_pretty(value) {
        Ok(body) => {
            Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body + "\n").into_response())
        }
        Err(error) => Err(Failure::fault(format!("these rows cannot be written as JSON ({error})"))),
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use jiff::civil::date;

    use super::*;

    fn body(response: Response) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes = runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn page_csv_and_json_say_the_same() {
        let mut sheet = Sheet::new(&[("actor", "Actor"), ("level", "Level"), ("day", "Day")]);
        sheet.rows.push(vec![
            Cell::Key("IRN".into(), "Iran <b>".into(), "/actor/IRN".into()),
            Cell::Scale(-1.234_567),
            Cell::Day(date(2026, 3, 2)),
        ]);
        sheet.rows.push(vec![Cell::Text("=1+1".into()), Cell::None, Cell::None]);
        let table = sheet.table().into_string();
        assert!(table.contains("<a href=\"/actor/IRN\">Iran &lt;b&gt;</a>") && table.contains("−1.2"));
        assert_eq!(
            body(sheet.csv().unwrap_or_else(|_| panic!())),
            "actor,level,day\nIRN,-1.2346,2026-03-02\n'=1+1,,\n"
        );
        let json: serde_json::Value =
            serde_json::from_str(&body(sheet.json().unwrap_or_else(|_| panic!()))).unwrap();
        assert_eq!(json[0]["level"], -1.2346);
        assert_eq!(json[1]["actor"], "=1+1");
        assert!(json[1]["day"].is_null());
    }
}
