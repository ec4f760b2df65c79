//! `detente runs`: every time that a program wrote to the ledger, and for one of them all that is known of it: what made it, of
//! what, with which settings, how much came of it.

use std::fmt::Write as _;

use anyhow::Result;
use console::{Style, measure_text_width};
use detente_ledger::Manifest;
use serde_json::Value;

use super::{LedgerFile, Outcome};
use crate::output;
use crate::table::{Cell, Table};

/// List what made the ledger, run by run, or show one run whole
///
/// Each `add`, `import`, `watch` and `demo` leaves its program, lexicon and models with their hashes, its settings, its inputs with
/// sizes and SHA-256, and its counts. Runs of older programs left none; their readings are counted together.
#[derive(clap::Args)]
pub struct Args {
    /// The number of the run to show whole [default: list all]
    #[arg(value_name = "ID")]
    id: Option<i64>,
    #[command(flatten)]
    ledger: LedgerFile,
    /// How to print
    #[arg(long, value_enum, value_name = "FORM", default_value = "text")]
    to: To,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum To {
    /// Lines for people
    Text,
    /// Columns for spreadsheets
    Csv,
    /// JSON, with everything
    Json,
}

/// Columns of the list.
const COLUMNS: [&str; 12] = [
    "id", "command", "began", "ended", "outcome", "version", "lexicon", "model", "readings", "imports",
    "relates", "inputs",
];

/// Runs the command.
///
/// # Errors
/// When the ledger cannot be read or has no such run.
pub fn run(args: Args) -> Result<Outcome> {
    let ledger = args.ledger.read()?;
    let text = match (args.id, args.to) {
        (Some(id), To::Json) => serde_json::to_string_pretty(&ledger.manifest(id)?)? + "\n",
        (Some(id), To::Csv) => csv(&[ledger.manifest(id)?]),
        (Some(id), To::Text) => whole(&ledger.manifest(id)?),
        (None, To::Json) => serde_json::to_string_pretty(&ledger.manifests()?)? + "\n",
        (None, To::Csv) => csv(&ledger.manifests()?),
        (None, To::Text) => list(&ledger.manifests()?),
    };
    let text = text.trim_end_matches('\n');
    if args.to == To::Text {
        output::tell(text)?
    } else {
        output::say(text)?
    }
    Ok(Outcome::Clean)
}

fn csv(all: &[Manifest]) -> String {
    let mut table = Table::new(COLUMNS);
    for m in all {
        let text = |text: &Option<String>| text.clone().map_or(Cell::Empty, Cell::Text);
        let count = |n: i64| Cell::Count(usize::try_from(n).unwrap_or(0));
        table.push(vec![
            m.id.map_or(Cell::Empty, count),
            Cell::text(&m.command),
            text(&m.began),
            text(&m.ended),
            m.outcome.map_or(Cell::Empty, |o| Cell::text(o.as_str())),
            Cell::text(&m.coder.version),
            Cell::text(&m.coder.lexicon),
            Cell::text(&m.coder.model),
            count(m.wrote.readings),
            count(m.wrote.imports),
            count(m.wrote.relates),
            Cell::List(inputs(m).iter().filter_map(|i| Some(i["name"].as_str()?.to_owned())).collect()),
        ]);
    }
    String::from_utf8_lossy(&table.csv()).into_owned()
}

/// The inputs: with their hashes where the run has ended.
fn inputs(m: &Manifest) -> &[Value] {
    let list = |value: &'_ Value| value["inputs"].as_array().is_some_and(|list| !list.is_empty());
    let from = if list(&m.end) { &m.end } else { &m.record };
    from["inputs"].as_array().map_or(&[], Vec::as_slice)
}

/// "2026-11-30 20:15:04".
fn moment(text: &str) -> String {
    text.get(..19).unwrap_or(text).replacen('T', " ", 1)
}

fn list(all: &[Manifest]) -> String {
    if all.is_empty() {
        return "Nothing was written to this ledger yet.".into();
    }
    let bold = Style::new().bold();
    let mut text = String::new();
    for m in all {
        let head = match m.id {
            Some(id) => {
                format!("{id:>4}  {:<7} {}", m.command, m.began.as_deref().map(moment).unwrap_or_default())
            }
            None => "   –  no manifest was left".into(),
        };
        let how = match (&m.id, m.outcome) {
            (None, _) => String::new(),
            (_, Some(outcome)) => format!("  {}", outcome.as_str()),
            (_, None) => "  has not ended: it was killed, or is still at work".into(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}{how}", bold.apply_to(head));
        let wrote = [
            (m.wrote.readings, "article", "read"),
            (m.wrote.imports, "data set", "imported"),
            (m.wrote.relates, "time", "events and standings brought up to date"),
        ];
        let wrote: Vec<String> = wrote
            .iter()
            .filter(|(n, ..)| *n > 0)
            .map(|(n, noun, done)| match *noun {
                "time" => format!("{done} {}", output::count(usize::try_from(*n).unwrap_or(0), noun)),
                noun => format!("{} {done}", output::count(usize::try_from(*n).unwrap_or(0), noun)),
            })
            .collect();
        let wrote = if wrote.is_empty() { "nothing new".into() } else { wrote.join("; ") };
        let coder = &m.coder;
        let lexicon =
            if coder.lexicon.is_empty() { String::new() } else { format!(", lexicon {}", coder.lexicon) };
        let _ = writeln!(text, "      {wrote}; version {}{lexicon}", coder.version);
        let names: Vec<&str> = inputs(m).iter().filter_map(|i| i["name"].as_str()).collect();
        if !names.is_empty() {
            let more = if names.len() > 3 { format!(" and {} more", names.len() - 3) } else { String::new() };
            let _ = writeln!(text, "      from {}{more}", names[..names.len().min(3)].join(", "));
        }
    }
    text
}

/// Everything about one run.
fn whole(m: &Manifest) -> String {
    let mut text = String::new();
    let bold = Style::new().bold();
    let id = m.id.unwrap_or_default();
    let _ = writeln!(text, "{}", bold.apply_to(format!("Run {id}: {}", m.command)));
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            let gap = " ".repeat(24_usize.saturating_sub(measure_text_width(name)).max(2));
            let _ = writeln!(text, "  {name}{gap}{value}");
        }
    };
    row("began", m.began.as_deref().map(moment).unwrap_or_default());
    row(
        "ended",
        match (&m.ended, m.outcome) {
            (Some(ended), Some(outcome)) => format!("{} ({})", moment(ended), outcome.as_str()),
            _ => "not: it was killed, or is still at work".into(),
        },
    );
    let program = &m.record["program"];
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    row(
        "program",
        format!(
            "detente {}, engine {}, built for {}",
            m.coder.version,
            word(&program["engine"]),
            word(&program["built_for"])
        ),
    );
    row("lexicon", {
        let lexicon = &m.record["lexicon"];
        match lexicon["hash"].as_str() {
            Some(hash) => format!("{hash}, {} files, sha256 {}", lexicon["files"], word(&lexicon["sha256"])),
            None => m.coder.lexicon.clone(),
        }
    });
    for file in m.record["lexicon"]["own"].as_array().into_iter().flatten() {
        row("  own file", format!("{}  sha256 {}", word(&file["file"]), word(&file["sha256"])));
    }
    row("model", m.coder.model.clone());
    for model in m.record["models"].as_array().into_iter().flatten() {
        let unused = if model["used"] == Value::Bool(false) { "  (not used)" } else { "" };
        row("  file", format!("{}  sha256 {}{unused}", word(&model["file"]), word(&model["sha256"])));
    }
    for (name, value) in m.record["settings"].as_object().into_iter().flatten().filter(|(_, v)| !v.is_null())
    {
        row(
            &format!("--{}", name.replace('_', "-")),
            value.as_str().map_or_else(|| value.to_string(), Into::into),
        );
    }
    for input in inputs(m) {
        let hash = input["sha256"].as_str().map(|hash| format!("  sha256 {hash}")).unwrap_or_default();
        let files = input["files"].as_u64().map(|n| format!(" in {n} files")).unwrap_or_default();
        row("input", format!("{}  {} bytes{files}{hash}", word(&input["name"]), input["bytes"]));
    }
    let told = |value: &Value| !value.is_null() && value.as_object().is_none_or(|object| !object.is_empty());
    for (name, value) in m.end["counts"].as_object().into_iter().flatten().filter(|(_, v)| told(v)) {
        row(&name.replace('_', " "), value.as_str().map_or_else(|| value.to_string(), Into::into));
    }
    text
}
