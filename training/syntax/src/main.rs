//! Puts the syntax model together that Détente ships, and scores it.
//!
//! `train-syntax pack --treebanks DIR --forms infl_lu.csv --network network.bin --out models/en/syntax.bin`
//! `train-syntax network --model models/en/syntax.bin --network network.bin`
//! `train-syntax score --treebanks DIR --model models/en/syntax.bin [--dev] [--names gmb.tsv]`
//!
//! `DIR` holds the treebanks in CoNLL-U. The network comes from `training/neural/`. The same files give the
//! same bytes.

#![forbid(unsafe_code)]

mod conllu;
mod ends;
mod lexicon;
mod score;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use detente::syntax::Model;
use detente::syntax::file::{MAGIC, checksum, write_text};
use detente::{sentence, token};

use conllu::Sentence;

struct Options {
    treebanks: PathBuf,
    forms: Option<PathBuf>,
    network: PathBuf,
    names: Option<PathBuf>,
    name: String,
    file: PathBuf,
    dev: bool,
}

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    let mut options = Options {
        treebanks: "training/work".into(),
        forms: None,
        network: "training/work/network.bin".into(),
        names: None,
        name: "en-syntax-4".into(),
        file: "models/en/syntax.bin".into(),
        dev: false,
    };
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{flag} wants a value"));
        match flag.as_str() {
            "--treebanks" => options.treebanks = value()?.into(),
            "--forms" => options.forms = Some(value()?.into()),
            "--network" => options.network = value()?.into(),
            "--names" => options.names = Some(value()?.into()),
            "--name" => options.name = value()?,
            "--out" | "--model" => options.file = value()?.into(),
            "--dev" => options.dev = true,
            _ => return Err(format!("unknown option {flag}")),
        }
    }
    match task.as_str() {
        "pack" => pack(&options),
        "score" => scores(&options),
        "network" => network(&options),
        "dump" => dump(&options),
        "cut" => {
            cut();
            Ok(())
        }
        _ => Err("say `pack`, `score`, `network`, `dump` or `cut`".into()),
    }
}

fn treebank(options: &Options, name: &str) -> Result<Vec<Sentence>, String> {
    conllu::read(&options.treebanks.join(format!("{name}.conllu")))
}

/// Joins the network, whose file begins with its tags, with the table of lemmas and the weights of sentence ends.
fn pack(options: &Options) -> Result<(), String> {
    let mut sentences = treebank(options, "en_ewt-ud-train")?;
    sentences.extend(treebank(options, "en_gum_open-ud-train")?);
    let lemmas = lexicon::lemmas(&sentences, options.forms.as_deref())?;
    let network = read(&options.network)?;
    let tags = tags_length(&network).ok_or("the network's tags cannot be read")?;
    let mut body = Vec::new();
    write_text(&options.name, &mut body);
    body.extend(&network[..tags]);
    lemmas.write(&mut body);
    let news = read(&options.treebanks.join("news-train.txt"))?;
    body.extend(ends::train(&sentences, &String::from_utf8_lossy(&news)).iter().map(|&w| w as u8));
    body.extend(&network[tags..]);
    let mut bytes = MAGIC.to_vec();
    bytes.extend(&body);
    bytes.extend(checksum(&body).to_le_bytes());
    Model::load(&bytes).map_err(|e| e.to_string())?;
    std::fs::write(&options.file, bytes).map_err(|e| format!("{}: {e}", options.file.display()))
}

/// Takes the network, with its tags before it, out of a model file: the inverse of [`pack`].
fn network(options: &Options) -> Result<(), String> {
    let bytes = read(&options.file)?;
    let network = detente::syntax::network(&bytes).map_err(|e| e.to_string())?;
    std::fs::write(&options.network, network).map_err(|e| format!("{}: {e}", options.network.display()))
}

/// How many bytes the list of tags takes: a count, then two short strings for each.
fn tags_length(bytes: &[u8]) -> Option<usize> {
    let count = *bytes.first().filter(|&&b| b < 128)?;
    let mut at = 1;
    for _ in 0..2 * u32::from(count) {
        at += 1 + usize::from(*bytes.get(at).filter(|&&b| b < 128)?);
    }
    Some(at)
}

fn scores(options: &Options) -> Result<(), String> {
    let bytes = read(&options.file)?;
    let started = Instant::now();
    let model = Model::load(&bytes).map_err(|e| e.to_string())?;
    println!(
        "{} ({} bytes) loaded in {:.0} ms",
        model.name(),
        bytes.len(),
        started.elapsed().as_secs_f64() * 1000.0
    );
    let part = if options.dev { "dev" } else { "test" };
    for (name, file) in [("EWT", "en_ewt-ud"), ("GUM", "en_gum_open-ud")] {
        let sentences = treebank(options, &format!("{file}-{part}"))?;
        score::gold_tokens(&format!("{name} {part}"), &model, &sentences);
        score::raw(&format!("{name} {part}"), &model, &sentences);
    }
    if options.dev {
        let news = read(&options.treebanks.join("news-dev.txt"))?;
        ends::score_news(&model, &String::from_utf8_lossy(&news));
    }
    if let Some(path) = &options.names {
        let text = read(path)?;
        score::names(&path.display().to_string(), &model, &String::from_utf8_lossy(&text));
    }
    Ok(())
}

/// Cuts the lines of the standard input into sentences, one a line, words set apart by tabs.
fn cut() {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let spans = token::tokenize(&line, 0);
        let starts = sentence::split(&line, &spans);
        for (k, &start) in starts.iter().enumerate() {
            let end = starts.get(k + 1).copied().unwrap_or(spans.len());
            let words: Vec<&str> = spans[start..end].iter().map(|s| s.slice(&line)).collect();
            if writeln!(out, "{}", words.join("\t")).is_err() {
                return;
            }
        }
    }
}

/// Prints what the model makes of a treebank's words, to compare with the Python network.
fn dump(options: &Options) -> Result<(), String> {
    let model = Model::load(&read(&options.file)?).map_err(|e| e.to_string())?;
    for sentence in treebank(options, "en_ewt-ud-dev")? {
        for (word, got) in sentence.words.iter().zip(model.parse(&sentence.forms())) {
            println!(
                "{}\t{}/{}\t{}\t{}",
                word.form,
                got.upos,
                got.xpos,
                got.head.map_or(0, |h| h + 1),
                got.deprel
            );
        }
        println!();
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}
