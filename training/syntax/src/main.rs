//! Trains and scores the syntax model that Détente ships.
//!
//! `train-syntax clusters --vectors emb.npy --words words.txt --out clusters.tsv`
//! `train-syntax train --treebanks DIR --forms infl_lu.csv --clusters clusters.tsv --out models/en/syntax.bin`
//! `train-syntax score --treebanks DIR --model models/en/syntax.bin`
//!
//! `DIR` holds the treebanks in CoNLL-U (see `training/syntax.sh`). The same files give the same bytes.

mod clusters;
mod conllu;
mod learn;
mod lexicon;
mod perceptron;
mod score;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use detente::syntax::file::{MAGIC, checksum, write_text, write_varint};
use detente::syntax::tagger::{self, Tag};
use detente::syntax::weights::Weights;
use detente::syntax::word::{Case, Form, Vocabulary};
use detente::syntax::{Model, Upos, parser};

use conllu::Sentence;
use learn::Example;
use perceptron::Perceptron;

const SEED: u64 = 20_240_607;
const NAME: &str = "en-syntax-1";

struct Options {
    treebanks: PathBuf,
    forms: Option<PathBuf>,
    clusters: Option<PathBuf>,
    vectors: Option<PathBuf>,
    words: Option<PathBuf>,
    file: PathBuf,
    tagger_rounds: usize,
    parser_rounds: usize,
    folds: usize,
    tagger_least: u8,
    parser_least: u8,
    parser_models: usize,
    margin: i32,
    least_weight: i16,
    tags: Option<PathBuf>,
    dev: bool,
}

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    let mut options = Options {
        treebanks: "training/work".into(),
        forms: None,
        clusters: None,
        vectors: None,
        words: None,
        file: "models/en/syntax.bin".into(),
        tagger_rounds: 8,
        parser_rounds: 12,
        folds: 4,
        tagger_least: 2,
        parser_least: 3,
        parser_models: 1,
        margin: 0,
        least_weight: 8,
        tags: None,
        dev: false,
    };
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{flag} wants a value"));
        let number = |v: String| v.parse::<usize>().map_err(|_| format!("{v} is not a number"));
        match flag.as_str() {
            "--treebanks" => options.treebanks = value()?.into(),
            "--forms" => options.forms = Some(value()?.into()),
            "--clusters" => options.clusters = Some(value()?.into()),
            "--vectors" => options.vectors = Some(value()?.into()),
            "--words" => options.words = Some(value()?.into()),
            "--out" | "--model" => options.file = value()?.into(),
            "--tagger-rounds" => options.tagger_rounds = number(value()?)?,
            "--parser-rounds" => options.parser_rounds = number(value()?)?,
            "--tagger-least" => options.tagger_least = number(value()?)? as u8,
            "--parser-least" => options.parser_least = number(value()?)? as u8,
            "--parser-models" => options.parser_models = number(value()?)?,
            "--least-weight" => options.least_weight = number(value()?)? as i16,
            "--margin" => options.margin = number(value()?)? as i32,
            "--tags" => options.tags = Some(value()?.into()),
            "--folds" => options.folds = number(value()?)?,
            "--dev" => options.dev = true,
            _ => return Err(format!("unknown option {flag}")),
        }
    }
    match task.as_str() {
        "train" => {
            train(&options)?;
            scores(&options)
        }
        "score" => scores(&options),
        "clusters" => {
            let (Some(vectors), Some(words)) = (&options.vectors, &options.words) else {
                return Err("clusters want --vectors and --words".into());
            };
            clusters::make(vectors, words, &options.file, SEED)
        }
        _ => Err("say `clusters`, `train` or `score`".into()),
    }
}

fn treebank(options: &Options, name: &str) -> Result<Vec<Sentence>, String> {
    conllu::read(&options.treebanks.join(format!("{name}.conllu")))
}

fn train(options: &Options) -> Result<(), String> {
    let started = Instant::now();
    let mut sentences = treebank(options, "en_ewt-ud-train")?;
    sentences.extend(treebank(options, "en_gum_open-ud-train")?);

    // Fine tags, the commonest first; those seen once or twice are read as the commonest with their UPOS.
    let mut counts: BTreeMap<(Upos, &str), usize> = BTreeMap::new();
    for word in sentences.iter().flat_map(|s| &s.words) {
        *counts.entry((word.upos, word.xpos.as_str())).or_default() += 1;
    }
    let mut tags: Vec<(Upos, &str)> = counts.iter().filter(|c| *c.1 >= 3).map(|c| *c.0).collect();
    tags.sort_by_key(|t| (usize::MAX - counts[t], *t));
    let number = |upos: Upos, xpos: &str| -> Tag {
        let exact = tags.iter().position(|t| *t == (upos, xpos));
        exact.or_else(|| tags.iter().position(|t| t.0 == upos)).unwrap_or(0) as Tag
    };
    eprintln!("{} sentences, {} fine tags", sentences.len(), tags.len());

    let known = lexicon::vocabulary(&sentences, options.clusters.as_deref())?;
    let vocabulary = Vocabulary::new(&known);
    let lemmas = lexicon::lemmas(&sentences, options.forms.as_deref())?;
    eprintln!("{} words known, {} exceptions to the rules of lemmas", known.len(), lemmas.len());

    let examples: Vec<Example> = sentences
        .iter()
        .map(|sentence| {
            let words = sentence.forms();
            let case = Case::of(&words);
            Example {
                forms: words.iter().map(|w| Form::new(w, case, &vocabulary)).collect(),
                tags: sentence.words.iter().map(|w| number(w.upos, &w.xpos)).collect(),
                heads: sentence.words.iter().map(|w| w.head).collect(),
                labels: sentence.words.iter().map(|w| w.deprel).collect(),
            }
        })
        .collect();

    // The tags are the slow half of trying out a parser, and may be kept between tries.
    let kept = options.tags.as_ref().and_then(|p| std::fs::read(p).ok());
    let (guessed, tagger) = match kept {
        Some(bytes) => unpack(&bytes, &examples)?,
        None => tags_of(options, &examples, tags.len(), started)?,
    };
    if let Some(path) = options.tags.as_ref().filter(|p| !p.exists()) {
        let mut bytes: Vec<u8> = guessed.concat();
        bytes.extend(&tagger);
        std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    }

    // Sums of linear models are linear models: several runs are added up at no cost to the reader.
    let mut parser = BTreeMap::new();
    for k in 0..options.parser_models {
        let seed = SEED + 100 * k as u64;
        let weights = learn::parser(
            &examples,
            &guessed,
            options.parser_rounds,
            options.parser_least,
            options.margin,
            seed,
        );
        weights.average_into(&mut parser);
        eprintln!("parser {} trained after {:.0} s", k + 1, started.elapsed().as_secs_f64());
    }
    let parser =
        perceptron::round(&parser, PARSER_SCALE / options.parser_models as f64, options.least_weight);
    eprintln!("{} features of the parser", parser.len());

    let mut body = Vec::new();
    write_text(NAME, &mut body);
    write_varint(tags.len() as u64, &mut body);
    for (upos, xpos) in &tags {
        write_text(upos.as_str(), &mut body);
        write_text(xpos, &mut body);
    }
    let mut sizes = vec![body.len()];
    Vocabulary::write(&known, &mut body);
    sizes.push(body.len());
    lemmas.write(&mut body);
    sizes.push(body.len());
    body.extend(&tagger);
    sizes.push(body.len());
    Weights::write(parser::CLASSES, &parser, &mut body);
    sizes.push(body.len());
    eprintln!("bytes after tags, vocabulary, lemmas, tagger, parser: {sizes:?}");
    let sum = checksum(&body);
    let mut bytes = MAGIC.to_vec();
    bytes.extend(&body);
    bytes.extend(sum.to_le_bytes());
    std::fs::write(&options.file, bytes).map_err(|e| format!("{}: {e}", options.file.display()))
}

const TAGGER_SCALE: f64 = 8.0;
/// Weights smaller than this are left out of the tagger.
const TAGGER_LEAST: i16 = 4;
const PARSER_SCALE: f64 = 8.0;

/// Tags of the training sentences as the parser will see them, and the tagger as it will stand in the model.
fn tags_of(
    options: &Options,
    examples: &[Example],
    classes: usize,
    started: Instant,
) -> Result<(Vec<Vec<Tag>>, Vec<u8>), String> {
    // The parser must learn from tags that are as wrong as those it will see: each part of the sentences is
    // tagged by a tagger that was trained on the others.
    let mut guessed: Vec<Vec<Tag>> = vec![Vec::new(); examples.len()];
    let mut scratch = tagger::Scratch::default();
    for fold in 0..options.folds {
        // Sentences of one text stay together.
        let part = |k: usize| k / 50 % options.folds == fold;
        let others: Vec<usize> = (0..examples.len()).filter(|&k| !part(k)).collect();
        let weights = learn::tagger(examples, &others, classes, 5, options.tagger_least, SEED + fold as u64);
        let bytes = tagger_bytes(&weights, classes);
        let weights = Weights::from_bytes(&bytes).map_err(|e| e.to_string())?;
        for k in (0..examples.len()).filter(|&k| part(k)) {
            guessed[k] = tagger::tag(&examples[k].forms, &weights, classes, &mut scratch);
        }
        eprintln!("fold {} tagged after {:.0} s", fold + 1, started.elapsed().as_secs_f64());
    }
    let everything: Vec<usize> = (0..examples.len()).collect();
    let weights =
        learn::tagger(examples, &everything, classes, options.tagger_rounds, options.tagger_least, SEED);
    eprintln!("tagger trained after {:.0} s", started.elapsed().as_secs_f64());
    Ok((guessed, tagger_bytes(&weights, classes)))
}

/// The tagger as the program will see it, so that what training hands on is what reading uses.
fn tagger_bytes(weights: &Perceptron, classes: usize) -> Vec<u8> {
    let mut sums = BTreeMap::new();
    weights.average_into(&mut sums);
    let mut bytes = Vec::new();
    Weights::write(classes, &perceptron::round(&sums, TAGGER_SCALE, TAGGER_LEAST), &mut bytes);
    bytes
}

fn unpack(bytes: &[u8], examples: &[Example]) -> Result<(Vec<Vec<Tag>>, Vec<u8>), String> {
    let mut at = 0;
    let mut guessed = Vec::new();
    for example in examples {
        let n = example.forms.len();
        guessed.push(bytes.get(at..at + n).ok_or("the file of tags is for other treebanks")?.to_vec());
        at += n;
    }
    Ok((guessed, bytes[at..].to_vec()))
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
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}
