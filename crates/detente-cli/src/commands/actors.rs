//! `detente actors [FILE]`: who is spoken of in articles, mention by mention: the words, for whom they stand, which
//! mentions speak of one party, and why. What stays open says why it does.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use console::Style;
use detente::actor::{Kind, Party, Wording, chains};
use detente::article::Article;
use detente::lexicon::Lexicon;
use detente::read::Reading;
use serde::Serialize;

use super::{Articles, Outcome, explain};
use crate::batch::{self, Frame};
use crate::engine;
use crate::engine::LexiconFile;
use crate::output;
use crate::progress::Meter;
use crate::rejects::Rejects;
use crate::tame::tame;

/// Show who is spoken of in articles: mentions, whom they stand for, and why
///
/// Mentions stand in the order of the text. Those of one party are a chain and bear its number. Every sentence is
/// read, also those that tell no event.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    articles: Articles,
    /// How to print [default: text on a terminal, jsonl otherwise]
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<To>,
    /// How many threads read [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// A folder with a lexicon of your own, used on top of the built-in one; may be given several times
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// How mentions are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum To {
    /// Lines for people
    Text,
    /// One JSON list of articles, each with its mentions and chains
    Json,
    /// One mention a line
    Jsonl,
}

/// One article.
#[derive(Serialize)]
struct Page<'a> {
    doc: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    published: Option<jiff::civil::Date>,
    mentions: Vec<Said<'a>>,
    chains: Vec<Chain<'a>>,
}

/// One mention.
#[derive(Serialize)]
struct Said<'a> {
    doc: &'a str,
    /// Its number in the article, from 1.
    mention: usize,
    text: &'a str,
    start: u32,
    end: u32,
    /// Number of the sentence, from 0.
    sequence: usize,
    sentence: &'a str,
    /// name, unlisted, role, pronoun, description.
    wording: &'static str,
    /// Whom it stands for; empty where that stays open.
    parties: Vec<Whom<'a>>,
    /// Why it stays open.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

/// One party of a mention.
#[derive(Serialize)]
struct Whom<'a> {
    /// The entity key; absent for somebody whom nobody places.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    name: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wikidata: Option<&'a str>,
    chain: u32,
    why: Why<'a>,
}

/// Why it is this party.
#[derive(Serialize)]
struct Why<'a> {
    rule: &'a str,
    /// The row of the lexicon, or what the rule does.
    says: String,
    /// The words it was read from.
    words: Vec<&'a str>,
}

/// The mentions of one party.
#[derive(Serialize)]
struct Chain<'a> {
    chain: u32,
    key: Option<&'a str>,
    name: &'a str,
    mentions: Vec<usize>,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a faulty lexicon, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    use std::io::IsTerminal as _;
    let intake = args.articles.intake()?;
    let files = engine::reading_files(&args.lexicon)?;
    let reader = engine::reader(&args.lexicon)?;
    let to = args.to.unwrap_or(if std::io::stdout().is_terminal() { To::Text } else { To::Jsonl });
    let mut out = if to == To::Text { output::people() } else { output::stdout() };
    let mut first = true;
    let mut rejects = Rejects::default();
    let tally = batch::run(
        intake,
        Frame { jobs: args.jobs, meter: &Meter::hidden(), rejects: &mut rejects },
        |article: &Article| {
            let reading = reader.read_all(article);
            let page = page(article, &reading, reader.lexicon(), &files);
            match to {
                To::Text => print(&page),
                To::Json => serde_json::to_string_pretty(&page).unwrap_or_default(),
                To::Jsonl => {
                    let line = |m: &Said| serde_json::to_string(m).unwrap_or_default() + "\n";
                    page.mentions.iter().map(line).collect()
                }
            }
        },
        |_: &Article, text: String| {
            let before = match (to, first) {
                (To::Json, true) => "[\n",
                (To::Json, false) => ",\n",
                (To::Text, false) => "\n",
                _ => "",
            };
            first = false;
            out.write_all(before.as_bytes())?;
            Ok(out.write_all(text.as_bytes())?)
        },
    )?;
    if to == To::Json {
        out.write_all(if first { b"[]\n" } else { b"\n]\n" })?;
    }
    out.flush()?;
    rejects.end()?;
    Ok(tally.end("read"))
}

fn page<'a>(
    article: &'a Article,
    reading: &'a Reading,
    lexicon: &'a Lexicon,
    files: &[LexiconFile],
) -> Page<'a> {
    let text = article.text.as_str();
    let syntax = &reading.syntax;
    let numbers = chains(&reading.mentions, syntax);
    // Names are found before roles and pronouns; the text's own order is by the words.
    let mut order: Vec<usize> = (0..reading.mentions.len()).collect();
    order.sort_by_key(|i| {
        let span = syntax.cover(reading.mentions[*i].tokens);
        (span.start, span.end)
    });
    let notes: BTreeMap<(u32, u32), &str> = reading
        .notes
        .iter()
        .filter(|n| n.stage == "actor")
        .filter_map(|n| n.span.map(|s| ((s.start, s.end), n.text.as_str())))
        .collect();
    // Chains are numbered as the eye meets them.
    let mut shown: BTreeMap<u32, u32> = BTreeMap::new();
    let mut chains: Vec<Chain> = Vec::new();
    let mut mentions = Vec::with_capacity(order.len());
    for (n, i) in order.into_iter().enumerate() {
        let mention = &reading.mentions[i];
        let span = syntax.cover(mention.tokens);
        let sequence = syntax.sentence_of(mention.head);
        let mut parties = Vec::new();
        for (party, number) in mention.parties.iter().zip(&numbers[i]) {
            let next = shown.len() as u32 + 1;
            let chain = *shown.entry(*number).or_insert(next);
            let key = Some(party.key.as_str()).filter(|k| !k.is_empty());
            match chains.iter_mut().find(|c| c.chain == chain) {
                Some(known) => {
                    known.mentions.push(n + 1);
                    // "the minister", then "Anna Bello": the longer name tells more.
                    if party.kind == Kind::Person && party.name.len() > known.name.len() {
                        known.name = &party.name;
                    }
                }
                None => chains.push(Chain { chain, key, name: &party.name, mentions: vec![n + 1] }),
            }
            parties.push(whom(party, chain, text, lexicon, files));
        }
        mentions.push(Said {
            doc: &article.id,
            mention: n + 1,
            text: span.slice(text),
            start: span.start,
            end: span.end,
            sequence,
            sentence: syntax.cover(syntax.sentences[sequence]).slice(text),
            wording: match mention.wording {
                Wording::Name => "name",
                Wording::Unlisted => "unlisted",
                Wording::Role => "role",
                Wording::Pronoun => "pronoun",
                Wording::Description => "description",
            },
            note: notes.get(&(span.start, span.end)).copied(),
            parties,
        });
    }
    Page { doc: &article.id, title: article.title.as_deref(), published: article.published, mentions, chains }
}

fn whom<'a>(
    party: &'a Party,
    chain: u32,
    text: &'a str,
    lexicon: &'a Lexicon,
    files: &[LexiconFile],
) -> Whom<'a> {
    let rule = party.why.rule.as_str();
    // Readings of the engine's own stand in no file.
    let row = if rule.starts_with("actor:") { None } else { engine::entry(files, rule) };
    let says = match row {
        Some(entry) => format!("{}:{}  {}", entry.file, entry.line, entry.says.join("  ")),
        None => explain::gloss(rule).to_owned(),
    };
    let home = lexicon.actor(&party.key).and_then(|a| a.country.as_deref());
    Whom {
        key: Some(party.key.as_str()).filter(|k| !k.is_empty()),
        name: &party.name,
        kind: match party.kind {
            Kind::State => "state",
            Kind::Group => "group",
            Kind::Person => "person",
            Kind::People => "people",
        },
        country: party.country(lexicon).or(home),
        sector: party.sector.as_deref(),
        office: party.office.as_deref(),
        wikidata: party.wikidata.as_deref(),
        chain,
        why: Why { rule, says, words: party.why.spans.iter().map(|s| s.slice(text)).collect() },
    }
}

fn print(page: &Page) -> String {
    let (bold, dim) = (Style::new().bold(), Style::new().dim());
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}  {}", bold.apply_to(tame(page.doc)), tame(page.title.unwrap_or("")));
    let _ = match page.published {
        Some(day) => writeln!(text, "published {day}"),
        None => writeln!(text, "no day is known: offices are those of the last term"),
    };
    let mut sentence = usize::MAX;
    for m in &page.mentions {
        if m.sequence != sentence {
            sentence = m.sequence;
            let _ = writeln!(text);
            for line in output::wrapped(&one_line(m.sentence), 0) {
                let _ = writeln!(text, "{line}");
            }
        }
        let words = bold.apply_to(format!("“{}”", one_line(m.text)));
        for p in &m.parties {
            let facts = [
                Some(p.name),
                p.office,
                Some(p.kind),
                p.sector,
                p.country.filter(|c| p.key.is_some_and(|k| !k.starts_with(c))),
                p.wikidata,
            ];
            let facts: Vec<String> = facts.into_iter().flatten().map(one_line).collect();
            let key = p.key.unwrap_or("nobody's");
            let _ = writeln!(text, "  {words}  {key}  [{}]  {}", p.chain, facts.join(", "));
            let from: Vec<String> =
                p.why.words.iter().skip(1).map(|w| format!("“{}”", one_line(w))).collect();
            let from = if from.is_empty() { String::new() } else { format!("; from {}", from.join(", ")) };
            let _ = writeln!(text, "      {}", dim.apply_to(format!("{}{from}", p.why.says)));
        }
        if m.parties.is_empty() {
            let _ = writeln!(text, "  {words}  open");
        }
        if let Some(note) = m.note {
            let _ = writeln!(text, "      {}", dim.apply_to(note));
        }
    }
    let _ = writeln!(text, "\n{}", bold.apply_to("Chains"));
    for c in &page.chains {
        let list: Vec<String> = c
            .mentions
            .iter()
            .filter_map(|n| page.mentions.get(n - 1))
            .map(|m| format!("“{}”", one_line(m.text)))
            .collect();
        let key = c.key.unwrap_or("nobody's");
        let _ = writeln!(text, "  [{}]  {key}  {}: {}", c.chain, one_line(c.name), list.join(", "));
    }
    text
}

fn one_line(text: &str) -> String {
    tame(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
