//! `detente lexicon diff OLD NEW`: which entries are new, gone or changed, field by field; which examples and counters of the one
//! break under the other; and what the change does to real articles: which of their reports differ, each with its sentence.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use console::Style;
use detente::article::Article;
use detente::check::check_against;
use detente::lexicon::Fault;
use detente::read::Reader;
use detente_ledger::Ledger;
use serde::Serialize;
use serde_json::Value;

use super::{Articles, From, Languages, Outcome, Usage};
use crate::batch;
use crate::differences::{Change, Difference, Field, differences, short};
use crate::engine::{self, LexiconFile};
use crate::output::{self, complain, count, wrapped};
use crate::reread::{self, record};
use crate::table::{Cell, Table};

/// Say what differs between two lexicons, and what that does to articles
///
/// OLD and NEW are folders as they are used with --lexicon (on top of the built-in lexicon, or a whole one in its place), or
/// `built-in`. Rows of tables are told apart by their first cell, entries by their ids.
#[derive(clap::Args)]
pub struct Args {
    /// The lexicon before: a folder, or `built-in`
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The lexicon after: a folder, or `built-in`
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Articles that are read with both: files or folders, in any form that `detente code` reads
    #[arg(long, value_name = "FILE", num_args = 1..)]
    on: Vec<PathBuf>,
    /// A ledger whose texts are read with both
    #[arg(long, value_name = "FILE", conflicts_with = "on")]
    ledger: Option<PathBuf>,
    /// Read so many of the ledger's texts [default: all]
    #[arg(long, value_name = "N", requires = "ledger")]
    sample: Option<usize>,
    /// Which sample: another number draws another one
    #[arg(long, value_name = "S", default_value_t = 1, requires = "sample")]
    seed: u64,
    /// How to print
    #[arg(long, value_enum, value_name = "FORM", default_value = "text")]
    to: super::sheet::Sheet,
    /// How many threads read [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

/// What stands for the lexicon of the program.
const BUILT_IN: &str = "built-in";
/// Differences of one kind that are shown to people.
const SHOWN: usize = 60;

/// Everything that was found.
#[derive(Serialize)]
struct Found {
    old: Side,
    new: Side,
    entries: Vec<EntryChange>,
    examples: Vec<Broken>,
    /// Articles that both read; null where none were named.
    articles: Option<usize>,
    /// Reports that are the same.
    same: usize,
    reports: Vec<Told>,
}

/// One of the two.
#[derive(Serialize)]
struct Side {
    name: String,
    hash: String,
}

/// An entry, or a row of a table, that differs.
#[derive(Serialize)]
struct EntryChange {
    change: Change,
    /// `events assault.attack`, `actors/states.tsv IRN`.
    entry: String,
    /// File and line, in the new lexicon where it is there.
    at: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<Field>,
}

/// An example or counter that holds under its own lexicon and not under the other.
#[derive(Serialize)]
struct Broken {
    /// Whose it is: `old` or `new`.
    of: &'static str,
    entry: String,
    at: String,
    what: String,
}

/// A report that differs.
#[derive(Serialize)]
struct Told {
    article: String,
    #[serde(flatten)]
    difference: Difference,
    text: String,
}

/// Runs the command.
///
/// # Errors
/// A folder that cannot be read, a lexicon with faults, or a ledger that cannot be read.
pub fn run(args: Args) -> Result<Outcome> {
    use super::sheet::Sheet;
    let (old, new) = (folders(&args.old), folders(&args.new));
    if old.is_empty() && new.is_empty() {
        return Err(Usage("both are the built-in lexicon: name a folder for one of them".into()).into());
    }
    let (old_files, new_files) = (engine::lexicon_files(&old)?, engine::lexicon_files(&new)?);
    let entries = changes(&old_files, &new_files);
    // The glance knows the built-in lexicon alone: where one of the two goes without it, so does the other.
    let glances = [&old, &new].into_iter().try_fold(true, |all, folders| -> Result<bool> {
        Ok(all && engine::glances(&engine::reading_files(folders)?))
    })?;
    let (old_reader, new_reader) = (reader(&old, glances)?, reader(&new, glances)?);
    let side = |path: &Path, reader: &Reader| Side {
        name: path.display().to_string(),
        hash: reader.lexicon().hash.clone(),
    };
    let mut found = Found {
        old: side(&args.old, &old_reader),
        new: side(&args.new, &new_reader),
        entries,
        examples: broken(&old_files, &new_files)?,
        articles: None,
        same: 0,
        reports: Vec::new(),
    };
    let outcome = read(&args, (&old_reader, &new_reader), &mut found)?;
    match args.to {
        Sheet::Text => output::tell(text(&found).trim_end_matches('\n'))?,
        Sheet::Csv => output::put(&table(&found).csv())?,
        Sheet::Json => output::put(&crate::table::json(&found))?,
    }
    Ok(outcome)
}

fn reader(folders: &[PathBuf], glances: bool) -> Result<Reader> {
    engine::reader_with(&engine::reading_files(folders)?, glances)?.map_err(faulty)
}

fn faulty(faults: Vec<Fault>) -> anyhow::Error {
    let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("the lexicon has {}: mend and try again\n{}", count(list.len(), "fault"), list.join("\n"))
}

fn folders(path: &Path) -> Vec<PathBuf> {
    if path.as_os_str() == BUILT_IN { Vec::new() } else { vec![path.to_path_buf()] }
}

// ------------------------------------------------------------------------------------------ entries

/// A row of a table, or an entry of a pattern file.
struct Row {
    at: String,
    fields: BTreeMap<String, Value>,
}

/// All rows and entries by what they are called. Several rows may bear one name.
fn rows(files: &[LexiconFile]) -> BTreeMap<String, Vec<Row>> {
    let mut all: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for file in files {
        // A folder's own name may stand before: only the last two parts say what the file is.
        let parts: Vec<&str> = file.path.rsplitn(3, '/').collect();
        let (name, kind) = (parts[0], parts.get(1).copied().unwrap_or_default());
        if name.ends_with(".tsv") {
            let mut header: Option<Vec<&str>> = None;
            for (n, line) in file.content.lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') {
                    continue;
                }
                let cells: Vec<&str> = line.split('\t').collect();
                let Some(columns) = &header else {
                    header = Some(cells);
                    continue;
                };
                let fields = columns.iter().zip(&cells).filter(|(_, cell)| !cell.is_empty());
                let fields = fields.map(|(c, cell)| ((*c).to_owned(), Value::from(*cell))).collect();
                let called = format!("{kind}/{name} {}", cells[0]);
                all.entry(called).or_default().push(Row { at: format!("{}:{}", file.shown, n + 1), fields });
            }
        } else if let Ok(table) = file.content.parse::<toml::Table>() {
            for (key, value) in &table {
                let entries = value.as_array().filter(|list| list.iter().all(toml::Value::is_table));
                let Some(entries) = entries else {
                    let fields = BTreeMap::from([("value".to_owned(), json(value))]);
                    let row = Row { at: file.shown.clone(), fields };
                    all.entry(format!("{kind}/{name} {key}")).or_default().push(row);
                    continue;
                };
                for entry in entries.iter().filter_map(toml::Value::as_table) {
                    let id = entry.get("id").and_then(toml::Value::as_str);
                    let called =
                        id.map_or_else(|| format!("{kind}/{name} {key}"), |id| format!("{kind} {id}"));
                    let line = id.and_then(|id| {
                        let quoted = format!("\"{id}\"");
                        file.content
                            .lines()
                            .position(|l| l.trim_start().starts_with("id") && l.contains(&quoted))
                    });
                    let at = match line {
                        Some(line) => format!("{}:{}", file.shown, line + 1),
                        None => file.shown.clone(),
                    };
                    let fields = entry.iter().map(|(name, value)| (name.clone(), json(value))).collect();
                    all.entry(called).or_default().push(Row { at, fields });
                }
            }
        }
    }
    all
}

fn json(value: &toml::Value) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// What differs between the entries of two lexicons, by name.
fn changes(old: &[LexiconFile], new: &[LexiconFile]) -> Vec<EntryChange> {
    let (mut old, mut new) = (rows(old), rows(new));
    let mut names: Vec<String> = old.keys().chain(new.keys()).cloned().collect();
    names.sort();
    names.dedup();
    let mut all = Vec::new();
    for entry in names {
        let (mut was, mut is) =
            (old.remove(&entry).unwrap_or_default(), new.remove(&entry).unwrap_or_default());
        was.retain(|row| match is.iter().position(|other| other.fields == row.fields) {
            Some(at) => {
                is.remove(at);
                false
            }
            None => true,
        });
        let mut was = was.into_iter();
        for row in is {
            let Some(before) = was.next() else {
                all.push(EntryChange {
                    change: Change::New,
                    entry: entry.clone(),
                    at: row.at,
                    fields: Vec::new(),
                });
                continue;
            };
            let mut names: Vec<&String> = before.fields.keys().chain(row.fields.keys()).collect();
            names.sort();
            names.dedup();
            let value = |row: &Row, name: &str| row.fields.get(name).cloned().unwrap_or_default();
            let fields = names
                .into_iter()
                .map(|name| Field { name: name.clone(), was: value(&before, name), is: value(&row, name) })
                .filter(|field| field.was != field.is)
                .collect();
            all.push(EntryChange { change: Change::Changed, entry: entry.clone(), at: row.at, fields });
        }
        all.extend(was.map(|row| EntryChange {
            change: Change::Gone,
            entry: entry.clone(),
            at: row.at,
            fields: Vec::new(),
        }));
    }
    all
}

// ------------------------------------------------------------------------------------------ examples

/// Examples and counters of each that hold under their own lexicon and break under the other.
fn broken(old: &[LexiconFile], new: &[LexiconFile]) -> Result<Vec<Broken>> {
    // With the invented actors of the examples, which no article is read with.
    let (a, b) = (engine::reader_with(old, false)?, engine::reader_with(new, false)?);
    let (a, b) = (a.map_err(faulty)?, b.map_err(faulty)?);
    let mut all = Vec::new();
    for (of, files, own, other) in [("old", old, &a, &b), ("new", new, &b, &a)] {
        let lexicon = own.lexicon();
        let name = |fault: &Fault| (fault.file.clone(), fault.line, fault.entry.clone());
        let mut faults = check_against(other, lexicon, |_| true);
        let of_entry = |id: &str| faults.iter().any(|f| f.entry.as_deref() == Some(id));
        let known: Vec<_> = check_against(own, lexicon, of_entry).iter().map(name).collect();
        faults.retain(|f| !known.contains(&name(f)));
        all.extend(engine::show(faults, files).into_iter().map(|fault| Broken {
            of,
            entry: fault.entry.unwrap_or_default(),
            at: format!("{}:{}", fault.file, fault.line),
            what: fault.text,
        }));
    }
    Ok(all)
}

// ------------------------------------------------------------------------------------------ articles

fn read(args: &Args, readers: (&Reader, &Reader), found: &mut Found) -> Result<Outcome> {
    let jobs = batch::threads(args.jobs);
    if let Some(path) = &args.ledger {
        let ledger = Ledger::open_read_only(path)?;
        for rows in ledger.texts(args.sample, args.seed)?.chunks(reread::AT_ONCE) {
            let articles: Vec<Article> =
                rows.iter().map(|row| Ok(ledger.kept(*row)?.article)).collect::<Result<_>>()?;
            lay(&articles, readers, jobs, found);
        }
        return Ok(Outcome::Clean);
    }
    if args.on.is_empty() {
        return Ok(Outcome::Clean);
    }
    let articles = Articles {
        files: args.on.clone(),
        from: From::Auto,
        published: None,
        columns: None,
        language: Languages::English,
    };
    let mut outcome = Outcome::Clean;
    let mut held = Vec::new();
    for item in articles.intake()? {
        match item {
            Ok(article) => held.push(article),
            Err(problem) => {
                if !problem.is_no_fault() {
                    outcome = Outcome::Skipped;
                }
                complain(&format!("{problem}."));
            }
        }
        if held.len() == reread::AT_ONCE {
            lay(&std::mem::take(&mut held), readers, jobs, found);
        }
    }
    lay(&held, readers, jobs, found);
    Ok(outcome)
}

/// Reads articles with both, and takes down what differs.
fn lay(articles: &[Article], (old, new): (&Reader, &Reader), jobs: usize, found: &mut Found) {
    let read = reread::each(articles, jobs, |article| {
        let records = |reader| -> Vec<Value> {
            reread::read(reader, article).unwrap_or_default().iter().map(record).collect()
        };
        let (was, is) = (records(old), records(new));
        let differing = differences(&was, &is);
        let not_same = differing.iter().filter(|d| d.change != Change::New).count();
        (was.len() - not_same, differing)
    });
    *found.articles.get_or_insert(0) += articles.len();
    for (article, (same, differing)) in articles.iter().zip(read) {
        found.same += same;
        found.reports.extend(differing.into_iter().map(|difference| Told {
            article: article.id.clone(),
            text:
                article.text.get(difference.sentence.0..difference.sentence.1).unwrap_or_default().to_owned(),
            difference,
        }));
    }
}

// ------------------------------------------------------------------------------------------ output

/// Columns of the CSV form.
const COLUMNS: [&str; 9] = ["kind", "change", "name", "at", "says", "field", "was", "is", "sentence"];

fn table(found: &Found) -> Table {
    let mut table = Table::new(COLUMNS);
    let cell = |value: &Value| match value {
        Value::Null => Cell::Empty,
        Value::String(text) => Cell::text(text),
        other => Cell::text(other.to_string()),
    };
    let none = Field { name: String::new(), was: Value::Null, is: Value::Null };
    let mut push = |kind: &str, words: [&str; 4], fields: &[Field], sentence: &str| {
        let fields = if fields.is_empty() { std::slice::from_ref(&none) } else { fields };
        for field in fields {
            let word = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::text(text) };
            let [change, name, at, says] = words.map(word);
            let (was, is) = (cell(&field.was), cell(&field.is));
            table.push([
                Cell::text(kind),
                change,
                name,
                at,
                says,
                word(&field.name),
                was,
                is,
                word(sentence),
            ]);
        }
    };
    for e in &found.entries {
        push("entry", [e.change.as_str(), &e.entry, &e.at, ""], &e.fields, "");
    }
    for b in &found.examples {
        push("example", [b.of, &b.entry, &b.at, &b.what], &[], "");
    }
    for told in &found.reports {
        let d = &told.difference;
        push("report", [d.change.as_str(), &d.report, &told.article, &d.says], &d.fields, &told.text);
    }
    table
}

fn text(found: &Found) -> String {
    let bold = Style::new().bold();
    let mut text = String::new();
    let n = |change: Change| found.entries.iter().filter(|e| e.change == change).count();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{}",
        bold.apply_to(format!(
            "Entries: {} new, {} gone, {} changed",
            n(Change::New),
            n(Change::Gone),
            n(Change::Changed)
        ))
    );
    let _ = writeln!(
        text,
        "  from {} ({}) to {} ({})",
        found.old.name, found.old.hash, found.new.name, found.new.hash
    );
    let field_lines = |text: &mut String, fields: &[Field]| {
        for field in fields {
            for line in wrapped(&format!("{}: {} → {}", field.name, short(&field.was), short(&field.is)), 9)
            {
                let _ = writeln!(text, "         {line}");
            }
        }
    };
    for e in found.entries.iter().take(SHOWN) {
        let _ = writeln!(text, "{:<8} {}  ({})", e.change.as_str(), bold.apply_to(&e.entry), e.at);
        field_lines(&mut text, &e.fields);
    }
    more(&mut text, found.entries.len());

    let head = match found.examples.len() {
        0 => "Examples and counters: all of both hold under the other".into(),
        n => format!("Examples and counters: {n} hold under their own lexicon and break under the other"),
    };
    let _ = writeln!(text, "\n{}", bold.apply_to(head));
    for b in found.examples.iter().take(SHOWN) {
        let _ = writeln!(text, "{:<8} {}  ({})", b.of, bold.apply_to(&b.entry), b.at);
        for line in wrapped(&b.what, 9) {
            let _ = writeln!(text, "         {line}");
        }
    }
    more(&mut text, found.examples.len());

    let Some(articles) = found.articles else {
        let _ = writeln!(
            text,
            "\nName articles with --on FILE or --ledger FILE to see which of their reports change."
        );
        return text;
    };
    let n = |change: Change| found.reports.iter().filter(|r| r.difference.change == change).count();
    let _ = writeln!(
        text,
        "\n{}",
        bold.apply_to(format!(
            "Reports of {}: {} the same, {} changed, {} gone, {} new",
            count(articles, "article"),
            found.same,
            n(Change::Changed),
            n(Change::Gone),
            n(Change::New)
        ))
    );
    for told in found.reports.iter().take(SHOWN) {
        let d = &told.difference;
        let _ = writeln!(text, "{:<8} {}  {}", d.change.as_str(), bold.apply_to(&d.report), d.says);
        field_lines(&mut text, &d.fields);
        for line in wrapped(&format!("“{}”", told.text.replace('\n', " ")), 9) {
            let _ = writeln!(text, "         {line}");
        }
    }
    more(&mut text, found.reports.len());
    text
}

fn more(text: &mut String, all: usize) {
    if all > SHOWN {
        let _ = writeln!(text, "… and {} more: --to csv or --to json has them all", all - SHOWN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, content: &str) -> LexiconFile {
        LexiconFile { path: path.into(), shown: path.into(), content: content.into(), own: false }
    }

    #[test]
    fn entries_and_rows_are_told_apart_by_name_and_changed_ones_name_their_fields() {
        let old = [
            file(
                "actors/a.tsv",
                "# A table.\nkey\tkind\tnames\nAVA\tstate\tAvaria\nBEL\tstate\tBelmora\nCAD\tstate\tCadia\n",
            ),
            file(
                "events/a.toml",
                "[[entry]]\nid = \"a.one\"\nmatch = [\"ACTOR help RECIPIENT\"]\nwhy = \"So.\"\n",
            ),
        ];
        let new = [
            file(
                "own/actors/a.tsv",
                "key\tkind\tnames\nCAD\tstate\tCadia\nAVA\tstate\tAvaria|the Avars\nDOR\tstate\tDoria\n",
            ),
            file(
                "own/events/b.toml",
                "[[entry]]\nid = \"a.two\"\nmatch = [\"ACTOR aid RECIPIENT\"]\n[[entry]]\nid = \"a.one\"\nwhy = \"So.\"\n\
                 match = [\"ACTOR help|assist RECIPIENT\"]\n",
            ),
        ];
        let found = changes(&old, &new);
        let told: Vec<_> =
            found.iter().map(|c| (c.change.as_str(), c.entry.as_str(), c.at.as_str())).collect();
        assert_eq!(
            told,
            [
                ("changed", "actors/a.tsv AVA", "own/actors/a.tsv:3"),
                ("gone", "actors/a.tsv BEL", "actors/a.tsv:4"),
                ("new", "actors/a.tsv DOR", "own/actors/a.tsv:4"),
                ("changed", "events a.one", "own/events/b.toml:5"),
                ("new", "events a.two", "own/events/b.toml:2"),
            ]
        );
        let fields =
            |n: usize| found[n].fields.iter().map(|f| (f.name.as_str(), short(&f.is))).collect::<Vec<_>>();
        assert_eq!(fields(0), [("names", "Avaria|the Avars".to_owned())]);
        assert_eq!(fields(3), [("match", "[ACTOR help|assist RECIPIENT]".to_owned())]);
        assert!(changes(&old, &old).is_empty());
    }
}
