//! What the program says and how: records as JSON lines, CSV or a table; messages on standard error; colour
//! only on a terminal.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use console::{Style, measure_text_width, truncate_str};
use detente::event_set::Event;
use detente::plover::Quad;
use detente::report::{Entity, Report};
use detente::turn::{Turn, TurnKind};
use detente_ledger::Row;
pub use detente_ledger::export::cell::csv_line;
use jiff::civil::Date;

use crate::tame::{Tamed, tame};

/// How records are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// One JSON record a line, with everything
    Jsonl,
    /// Flat columns for spreadsheets and statistics
    Csv,
    /// Columns to look at
    Table,
}

impl Form {
    /// A table for people, JSON lines for programs.
    pub fn for_stdout() -> Form {
        if io::stdout().is_terminal() { Form::Table } else { Form::Jsonl }
    }
}

/// Standard output, locked and buffered.
pub type Stdout = Tamed<BufWriter<StdoutLock<'static>>>;

/// Standard output for data, which keep every character, unless a terminal would obey it.
pub fn stdout() -> Stdout {
    Tamed::new(BufWriter::with_capacity(1 << 16, io::stdout().lock()), io::stdout().is_terminal())
}

/// Standard output for people: nothing that a terminal would obey, wherever it goes first.
pub fn people() -> Stdout {
    Tamed::new(BufWriter::with_capacity(1 << 16, io::stdout().lock()), true)
}

/// One line of data on standard output; see [`stdout`].
///
/// # Errors
/// When it cannot be written.
pub fn say(text: &str) -> io::Result<()> {
    let mut out = stdout();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Data on standard output, as they are; see [`stdout`].
///
/// # Errors
/// When they cannot be written.
pub fn put(bytes: &[u8]) -> io::Result<()> {
    let mut out = stdout();
    out.write_all(bytes)?;
    out.flush()
}

/// One line for people on standard output; see [`people`].
///
/// # Errors
/// When it cannot be written.
pub fn tell(text: &str) -> io::Result<()> {
    let mut out = people();
    writeln!(out, "{text}")?;
    out.flush()
}

/// One message on standard error. If nobody listens there, nothing can be done about it.
pub fn complain(text: &str) {
    let name = Style::new().for_stderr().bold().red().apply_to("detente:");
    let text = tame(text);
    let _ = writeln!(io::stderr().lock(), "{name} {text}");
}

/// "1 fault", "3 faults".
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// An error and its causes in one line.
pub fn chain(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(&format!(" ({cause})"));
        }
    }
    text
}

/// True when whoever reads our output has gone; that is no fault.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}

/// The width of the terminal; 120 where there is none.
pub fn width() -> usize {
    let given = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let seen = || console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    given.or_else(seen).unwrap_or(120).clamp(LEAST, 400)
}

/// Breaks a text into lines that leave `indent` columns free, where the output is a terminal; elsewhere a
/// sentence stays on one line, so that it can be searched for.
pub fn wrapped(text: &str, indent: usize) -> Vec<String> {
    let wide = if io::stdout().is_terminal() { width().saturating_sub(indent).max(30) } else { usize::MAX };
    broken(text, wide)
}

/// Breaks a text at spaces into lines of at most `wide` columns; only a longer word makes a longer line.
fn broken(text: &str, wide: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0_usize;
    for piece in text.split_inclusive(' ') {
        let size = measure_text_width(piece.trim_end());
        if used > 0 && used.saturating_add(size) > wide {
            lines.push(String::new());
            used = 0;
        }
        used += measure_text_width(piece);
        if let Some(line) = lines.last_mut() {
            line.push_str(piece);
        }
    }
    lines.iter().map(|l| l.trim_end().to_owned()).collect()
}

/// Columns of the CSV form.
const COLUMNS: [&str; 36] = [
    "id",
    "doc",
    "date",
    "enddate",
    "date_text",
    "event",
    "mode",
    "context",
    "quad_code",
    "event_scale",
    "actor",
    "actor_text",
    "actor_sector",
    "recipient",
    "recipient_text",
    "recipient_sector",
    "aux",
    "said_by",
    "event_text",
    "sentence",
    "sentence_start",
    "sentence_end",
    "place",
    "country_code",
    "lat",
    "lon",
    "dead",
    "injured",
    "arrested",
    "confidence",
    "event_id",
    "evidence",
    "url",
    "title",
    "publication",
    "coder",
];

/// How records are laid out for one form and one terminal.
pub struct Layout {
    form: Form,
    table: Table,
    ledger: bool,
}

/// What the CSV form adds for reports out of a ledger.
const LEDGER_COLUMNS: [&str; 2] = ["published", "known"];

/// Columns of the CSV form of events.
const EVENT_COLUMNS: [&str; 17] = [
    "id",
    "date",
    "enddate",
    "event",
    "mode",
    "quad_code",
    "event_scale",
    "actor",
    "recipient",
    "mutual",
    "aux",
    "said_by",
    "event_text",
    "place",
    "reports",
    "publications",
    "witnesses",
];

impl Layout {
    /// The layout for a form, as wide as the terminal.
    pub fn new(form: Form) -> Layout {
        Layout { form, table: Table::new(width()), ledger: false }
    }

    /// The same for reports out of a ledger, which know more.
    pub fn of_ledger(self) -> Layout {
        Layout { ledger: true, ..self }
    }

    /// What stands above the records.
    pub fn head(&self) -> Vec<u8> {
        match self.form {
            Form::Jsonl => Vec::new(),
            Form::Csv => {
                let more = if self.ledger { &LEDGER_COLUMNS[..] } else { &[] };
                csv_line(COLUMNS.iter().chain(more).map(|c| (*c).into()))
            }
            Form::Table => self.table.head(),
        }
    }

    /// One report out of the ledger.
    pub fn row(&self, row: &Row) -> Vec<u8> {
        let mut out = Vec::new();
        match self.form {
            Form::Jsonl => out = json_line(row),
            Form::Csv => {
                let more = [row.published.map(|d| d.to_string()).unwrap_or_default(), row.known.to_string()];
                out = csv_line(csv_cells(&row.report, &row.sentence).chain(more.into_iter().map(Cow::from)));
            }
            Form::Table => self.table.row(&mut out, &row.report),
        }
        out
    }

    /// What stands above events.
    pub fn event_head(&self) -> Vec<u8> {
        match self.form {
            Form::Jsonl => Vec::new(),
            Form::Csv => csv_line(EVENT_COLUMNS.iter().map(|c| (*c).into())),
            Form::Table => self.table.event_head(),
        }
    }

    /// One event.
    pub fn event(&self, event: &Event) -> Vec<u8> {
        match self.form {
            Form::Jsonl => json_line(event),
            Form::Csv => csv_line(event_cells(event).into_iter().map(Cow::from)),
            Form::Table => self.table.event(event),
        }
    }

    /// Adds one record.
    pub fn report(&self, out: &mut Vec<u8>, report: &Report, sentence: &str) {
        match self.form {
            Form::Jsonl => out.extend(json_line(report)),
            Form::Csv => out.extend(csv_line(csv_cells(report, sentence))),
            Form::Table => self.table.row(out, report),
        }
    }
}

/// One record as a line of JSON.
fn json_line(record: &impl serde::Serialize) -> Vec<u8> {
    // A record of ours is always JSON: no map with odd keys stands in it.
    let mut line = serde_json::to_vec(record).unwrap_or_default();
    line.push(b'\n');
    line
}

/// The colour of a quad class.
pub fn quad_style(quad: Quad) -> Style {
    match quad {
        Quad::VerbalCooperation => Style::new().cyan(),
        Quad::MaterialCooperation => Style::new().green(),
        Quad::VerbalConflict => Style::new().yellow(),
        Quad::MaterialConflict => Style::new().red(),
    }
}

/// The word for a turn.
pub fn turn_name(turn: &Turn) -> &'static str {
    match turn.kind {
        TurnKind::Rupture => "rupture",
        TurnKind::Rapprochement => "rapprochement",
        TurnKind::War => "war",
        TurnKind::Truce => "truce",
    }
}

fn event_cells(e: &Event) -> [String; EVENT_COLUMNS.len()] {
    [
        e.id.clone(),
        e.date.map(|d| d.to_string()).unwrap_or_default(),
        e.enddate.map(|d| d.to_string()).unwrap_or_default(),
        e.kind.to_string(),
        e.mode.clone().unwrap_or_default(),
        e.kind.quad().to_string(),
        e.scale.to_string(),
        e.actors.join("; "),
        e.recipients.join("; "),
        e.mutual.to_string(),
        e.aux.iter().map(|a| a.as_str()).collect::<Vec<_>>().join("; "),
        e.said_by.join("; "),
        e.words.clone(),
        e.place.clone().unwrap_or_default(),
        e.reports.join("; "),
        e.publishers.join("; "),
        e.witnesses.to_string(),
    ]
}

/// The keys of the parties.
pub fn keys(parties: &[Entity]) -> String {
    parties.iter().map(|e| e.key.as_str()).collect::<Vec<_>>().join("; ")
}

/// The day or days of a report: `2019-08-19`, `2019-08-19/2019-08-21`, `by 2019-08-19`, or empty.
pub fn days(report: &Report) -> String {
    span(report.date, report.enddate)
}

/// The same for a column: the end without what it shares with the start, `2019-08-19/21`, `2019-08-30/09-02`.
fn short_span(date: Option<Date>, enddate: Option<Date>) -> String {
    match (date, enddate) {
        (Some(a), Some(b)) if a != b && a.year() == b.year() => {
            let end = b.to_string();
            let shared = if a.month() == b.month() { "0000-00-".len() } else { "0000-".len() };
            format!("{a}/{}", end.get(shared..).unwrap_or(&end))
        }
        (Some(a), Some(b)) if a != b => format!("{a}/…"),
        _ => span(date, enddate),
    }
}

fn span(date: Option<Date>, enddate: Option<Date>) -> String {
    match (date, enddate) {
        (Some(a), Some(b)) if a != b => format!("{a}/{b}"),
        (Some(a), _) => a.to_string(),
        (None, Some(b)) => format!("by {b}"),
        (None, None) => String::new(),
    }
}

/// An interval as a person says it: `2012`, `2017-08`, `2017-06-05`, `2019-02-27 to 2019-03-02`.
pub fn when(from: Date, to: Date) -> String {
    let text = from.to_string();
    let upto = |part: &str| text.strip_suffix(part).unwrap_or(&text).to_owned();
    if from == to {
        text
    } else if (from, to) == (from.first_of_year(), from.last_of_year()) {
        upto("-01-01")
    } else if (from, to) == (from.first_of_month(), from.last_of_month()) {
        upto("-01")
    } else {
        format!("{from} to {to}")
    }
}

/// The status in words: `asserted`, or the marks that stand against it.
pub fn status(report: &Report) -> String {
    if report.aux.is_empty() {
        return "asserted".into();
    }
    report.aux.iter().map(|a| a.as_str()).collect::<Vec<_>>().join(" ")
}

fn csv_cells<'a>(r: &'a Report, sentence: &'a str) -> impl Iterator<Item = Cow<'a, str>> {
    fn text<T: ToString>(value: Option<T>) -> Cow<'static, str> {
        value.map(|v| v.to_string()).unwrap_or_default().into()
    }
    fn each<'e>(parties: &'e [Entity], of: impl Fn(&'e Entity) -> &'e str) -> Cow<'static, str> {
        parties.iter().map(of).collect::<Vec<_>>().join("; ").into()
    }
    let place = r.event_loc.as_ref();
    let size = r.size.unwrap_or_default();
    let cells: [Cow<'a, str>; COLUMNS.len()] = [
        r.id.as_str().into(),
        r.doc.as_str().into(),
        text(r.date),
        text(r.enddate),
        text(r.date_text.as_deref()),
        r.event.iter().map(|e| e.as_str()).collect::<Vec<_>>().join("; ").into(),
        text(r.mode.as_deref()),
        r.context.join("; ").into(),
        r.quad_code.as_str().into(),
        r.event_scale.to_string().into(),
        keys(&r.actor).into(),
        each(&r.actor, |e| e.entity_text.as_str()),
        each(&r.actor, |e| e.sector.as_deref().unwrap_or("")),
        keys(&r.recipient).into(),
        each(&r.recipient, |e| e.entity_text.as_str()),
        each(&r.recipient, |e| e.sector.as_deref().unwrap_or("")),
        r.aux.iter().map(|a| a.as_str()).collect::<Vec<_>>().join("; ").into(),
        text(r.said_by.as_ref().map(|e| e.key.as_str())),
        r.event_text.as_str().into(),
        sentence.into(),
        r.text_info.start.to_string().into(),
        r.text_info.end.to_string().into(),
        text(place.map(|p| p.resolved_place.as_deref().unwrap_or(&p.extracted_place))),
        text(place.and_then(|p| p.country_code.as_deref())),
        text(place.and_then(|p| p.lat)),
        text(place.and_then(|p| p.lon)),
        text(size.dead),
        text(size.injured),
        text(size.arrested),
        text(r.confidence),
        text(r.event_id.as_deref()),
        r.evidence.iter().map(|e| e.rule.as_str()).collect::<Vec<_>>().join("; ").into(),
        text(r.cite_info.url.as_deref()),
        text(r.cite_info.title.as_deref()),
        text(r.cite_info.publication.as_deref()),
        format!("{} {} {}", r.coder.version, r.coder.lexicon, r.coder.model).into(),
    ];
    cells.into_iter()
}

/// A cell that no spreadsheet takes for a formula, for tables that are not written by [`csv_line`].
pub fn harmless(cell: Cow<'_, str>) -> Cow<'_, str> {
    match detente_ledger::export::cell::harmless(&cell) {
        Cow::Owned(mended) => mended.into(),
        Cow::Borrowed(_) => cell,
    }
}

/// The table: columns of fixed widths, so that rows can stream.
struct Table {
    width: usize,
}

/// One cell: its words and their look.
type Cell<'a> = (&'a str, Style);

/// Narrower terminals break the lines of tables.
const LEAST: usize = 74;
const DAY: usize = 16;
const TYPE: usize = 9;
const STATUS: usize = 12;
const ID: usize = 20;
/// Below this width the table of events leaves out who said it and the words.
const NARROW: usize = 110;

impl Table {
    fn new(width: usize) -> Table {
        Table { width }
    }

    /// Shares out what the fixed columns leave: parties, said by, words.
    fn shares(&self, fixed: &[usize], columns: usize) -> (usize, usize, usize) {
        let taken: usize = fixed.iter().sum::<usize>() + 2 * (columns - 1);
        let rest = self.width.saturating_sub(taken);
        let parties = (rest * 9 / 20).clamp(12, 48);
        let said = (rest * 3 / 20).clamp(6, 18);
        (parties, said, rest.saturating_sub(parties + said))
    }

    /// Widths of the columns of reports: day, type, parties, status, said by, words.
    fn report_widths(&self) -> Vec<usize> {
        let (parties, said, words) = self.shares(&[DAY, TYPE, STATUS], 6);
        vec![DAY, TYPE, parties, STATUS, said, words]
    }

    /// Widths of the columns of events: the same and the id, by which `explain` finds it.
    fn event_widths(&self) -> Vec<usize> {
        if self.width < NARROW {
            let parties = self.width.saturating_sub(DAY + TYPE + STATUS + ID + 4 * 2).max(8);
            return vec![DAY, TYPE, parties, STATUS, ID];
        }
        let (parties, said, words) = self.shares(&[DAY, TYPE, STATUS, ID], 7);
        vec![DAY, TYPE, parties, STATUS, said, words, ID]
    }

    fn line(&self, widths: &[usize], cells: &[Cell]) -> Vec<u8> {
        let mut line = String::new();
        for (i, ((cell, style), width)) in cells.iter().zip(widths).enumerate() {
            let cell: String = tame(cell).split_whitespace().collect::<Vec<_>>().join(" ");
            let cell = truncate_str(&cell, *width, "…");
            line.push_str(&style.apply_to(&cell).to_string());
            if i + 1 < widths.len() {
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(measure_text_width(&cell)) + 2));
            }
        }
        let mut bytes = line.trim_end().as_bytes().to_vec();
        bytes.push(b'\n');
        bytes
    }

    fn head(&self) -> Vec<u8> {
        let cells = ["day", "type", "actor → recipient", "status", "said by", "words"];
        self.line(&self.report_widths(), &cells.map(|c| (c, Style::new().bold())))
    }

    fn row(&self, out: &mut Vec<u8>, r: &Report) {
        let said = r.said_by.as_ref().map_or("", |e| e.key.as_str());
        let status = if r.aux.is_empty() { String::new() } else { status(r) };
        let day = short_span(r.date, r.enddate);
        let parties = parties(&keys(&r.actor), &keys(&r.recipient));
        let cells = [
            (day.as_str(), Style::new()),
            (r.event.first().map_or("", |e| e.as_str()), quad_style(r.quad_code)),
            (&parties, Style::new()),
            (&status, Style::new().magenta()),
            (said, Style::new()),
            (&r.event_text, Style::new().dim()),
        ];
        out.extend(self.line(&self.report_widths(), &cells));
    }

    fn event_head(&self) -> Vec<u8> {
        let cells = ["day", "type", "actor → recipient", "status", "said by", "reports, words", "id"];
        self.event_line(cells.map(|c| (c, Style::new().bold())))
    }

    fn event(&self, e: &Event) -> Vec<u8> {
        let status = e.aux.iter().map(|a| a.as_str()).collect::<Vec<_>>().join(" ");
        self.event_line([
            (&short_span(e.date, e.enddate), Style::new()),
            (e.kind.as_str(), quad_style(e.kind.quad())),
            (&parties(&e.actors.join("; "), &e.recipients.join("; ")), Style::new()),
            (&status, Style::new().magenta()),
            (&e.said_by.join("; "), Style::new()),
            (&format!("{}× {}", e.reports.len(), e.words), Style::new().dim()),
            (&e.id, Style::new()),
        ])
    }

    /// A line of the table of events, without the columns that a narrow terminal has no room for.
    fn event_line(&self, cells: [Cell; 7]) -> Vec<u8> {
        let widths = self.event_widths();
        let kept: Vec<Cell> = if widths.len() == cells.len() {
            cells.to_vec()
        } else {
            cells.into_iter().enumerate().filter(|(i, _)| !matches!(i, 4 | 5)).map(|(_, c)| c).collect()
        };
        self.line(&widths, &kept)
    }
}

/// `AVA → BEL`, or the actors alone.
pub fn parties(actors: &str, recipients: &str) -> String {
    if recipients.is_empty() { actors.to_owned() } else { format!("{actors} → {recipients}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_fit_every_terminal() {
        for width in LEAST..200 {
            let table = Table::new(width);
            for widths in [table.report_widths(), table.event_widths()] {
                assert!(
                    widths.iter().sum::<usize>() + 2 * (widths.len() - 1) <= width,
                    "{width}: {widths:?}"
                );
            }
        }
    }

    #[test]
    fn lines_break_at_spaces_and_lose_nothing() {
        assert_eq!(broken("In 2012, Iran cut its aid.", 12), ["In 2012,", "Iran cut its", "aid."]);
        assert_eq!(broken("unbreakable", 3), ["unbreakable"]);
        assert_eq!(broken("one line", usize::MAX), ["one line"]);
    }

    #[test]
    fn an_interval_is_said_as_briefly_as_the_text_had_it() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let said = |from: &str, to: &str| when(day(from), day(to));
        assert_eq!(said("2017-06-05", "2017-06-05"), "2017-06-05");
        assert_eq!(said("2017-08-01", "2017-08-31"), "2017-08");
        assert_eq!(said("2012-01-01", "2012-12-31"), "2012");
        assert_eq!(said("2012-01-01", "2013-12-31"), "2012-01-01 to 2013-12-31");
    }

    #[test]
    fn a_span_of_days_is_short_and_never_one_day() {
        let day = |text: &str| text.parse::<Date>().ok();
        assert_eq!(short_span(day("2019-08-19"), day("2019-08-19")), "2019-08-19");
        assert_eq!(short_span(day("2019-08-19"), day("2019-08-21")), "2019-08-19/21");
        assert_eq!(short_span(day("2019-08-30"), day("2019-09-02")), "2019-08-30/09-02");
        assert_eq!(short_span(day("2019-12-30"), day("2020-01-02")), "2019-12-30/…");
        assert_eq!(short_span(None, day("2019-08-19")), "by 2019-08-19");
        assert_eq!(short_span(None, None), "");
    }

    #[test]
    fn no_csv_cell_begins_like_a_formula_and_numbers_stay_numbers() {
        let line = csv_line(["=1+1", "-9.5", "+49 30", "@x", "a,b", "plain"].map(Cow::from));
        assert_eq!(String::from_utf8_lossy(&line), "'=1+1,-9.5,'+49 30,'@x,\"a,b\",plain\n");
    }
}
