//! How fast articles are parsed and coded on one core, and what the scan before the parse saves and loses:
//! `cargo run --release -p detente --example speed -- models/en/syntax.bin lexicon < articles.jsonl`, each line with
//! `text` and, where known, `published`. Seconds are this thread's processor time where the system tells it
//! (`/proc/thread-self/schedstat`), so that other work on the machine disturbs them little. `--lost` prints the
//! sentences of reports that the scan loses.

mod common;

use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;
use std::time::Instant;

use detente::actor::Keys;
use detente::article::Article;
use detente::event::Choice;
use detente::lexicon::Lexicon;
use detente::read::Reader;
use detente::report::Report;
use detente::scan::{Room, Scan};
use detente::scene::Scene;
use detente::syntax::{Acts, Glance, Model};
use serde_json::Value;

/// Seconds of processor time of this thread so far, or of the clock.
fn seconds(start: Instant) -> f64 {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = spent.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    spent.map_or_else(|| start.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "usage: speed MODEL LEXICON [--lost] < articles.jsonl";
    let (model, folder) = (std::env::args().nth(1).ok_or(usage)?, std::env::args().nth(2).ok_or(usage)?);
    let lost = std::env::args().any(|a| a == "--lost");
    let begin = Instant::now();
    let texts = common::lexicon_files(Path::new(&folder))?;
    let before = seconds(begin);
    let acts = std::fs::read(Path::new(&model).with_file_name("acts.bin"))?;
    let scene = Scene::load(&std::fs::read(Path::new(&model).with_file_name("scene.bin"))?)?;
    let keys = Keys::load(&std::fs::read(Path::new(&model).with_file_name("keys.bin"))?)?;
    let choice = Choice::load(&std::fs::read(Path::new(&model).with_file_name("choice.bin"))?)?;
    let glance = std::fs::read(Path::new(&model).with_file_name("glance.bin"))?;
    let bytes = std::fs::read(model)?;
    let load = || {
        let model = Model::load(&bytes).and_then(|m| m.with_acts(Acts::load(&acts)?));
        model.and_then(|m| m.with_glance(Glance::load(&glance)?))
    };
    let (model, shipped) = (load()?, load()?);
    let after_model = seconds(begin);
    let faults = |faults: Vec<detente::lexicon::Fault>| format!("{} faults in the lexicon", faults.len());
    let lexicon = Lexicon::load(&texts).map_err(faults)?;
    let after_lexicon = seconds(begin);
    let scan = Scan::new(&lexicon, &model);
    println!(
        "loaded: model {:.0} ms, lexicon {:.0} ms, scan {:.0} ms",
        (after_model - before) * 500.0,
        (after_lexicon - after_model) * 1e3,
        (seconds(begin) - after_lexicon) * 1e3
    );
    let reader =
        Reader::new(shipped, lexicon).map_err(faults)?.with_keys(keys).with_choice(choice).with_scene(scene);
    let mut articles = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let record: Value = serde_json::from_str(&line?)?;
        articles.push(Article {
            text: record["text"].as_str().unwrap_or_default().to_string(),
            published: record["published"].as_str().and_then(|d| d.parse().ok()),
            ..Article::default()
        });
    }
    let megabytes = articles.iter().map(|a| a.text.len()).sum::<usize>() as f64 / 1e6;
    let (mut sentences, mut words) = (0, 0);
    for article in &articles {
        let syntax = model.read_where(article, |_| false);
        sentences += syntax.sentences.len();
        words += syntax.tokens.len();
    }
    println!("{} articles, {megabytes:.2} MB, {sentences} sentences, {words} words", articles.len());
    let rate = |what: &str, work: &mut dyn FnMut()| {
        let start = seconds(begin);
        work();
        let spent = seconds(begin) - start;
        println!(
            "{what}: {:.0} sentences/s, {:.2} MB/s ({spent:.1} s)",
            sentences as f64 / spent,
            megabytes / spent
        );
    };
    rate("every sentence parsed", &mut || articles.iter().for_each(|a| drop(model.read(a))));
    let (mut room, mut passed, mut passed_words) = (Room::default(), 0, 0);
    rate("scanned, then parsed ", &mut || {
        for article in &articles {
            model.read_where(article, |words| {
                let wanted = scan.wants(words, &mut room);
                passed += usize::from(wanted);
                passed_words += if wanted { words.len() } else { 0 };
                wanted
            });
        }
    });
    let (mut all, mut some): (Vec<Vec<Report>>, Vec<Vec<Report>>) = (Vec::new(), Vec::new());
    rate("coded without scan   ", &mut || all.extend(articles.iter().map(|a| reader.read_all(a).reports)));
    rate("coded by rules alone ", &mut || {
        articles.iter().for_each(|a| drop(reader.read_by_rules(a).reports))
    });
    rate("coded                ", &mut || some.extend(articles.iter().map(|a| reader.read(a).reports)));
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    println!(
        "the scan lets {:.1} % of the sentences through, {:.1} % of the words",
        share(passed, sentences),
        share(passed_words, words)
    );
    let (mut reports, mut gone, mut new) = (0, 0, 0);
    for ((all, some), article) in all.iter().zip(&some).zip(&articles) {
        let key = |r: &Report| {
            let keys =
                |list: &[detente::report::Entity]| list.iter().map(|e| e.key.clone()).collect::<Vec<_>>();
            (r.event.clone(), keys(&r.actor), keys(&r.recipient), r.text_info.start)
        };
        let (a, b): (HashSet<_>, HashSet<_>) =
            (all.iter().map(key).collect(), some.iter().map(key).collect());
        reports += a.len();
        gone += a.difference(&b).count();
        new += b.difference(&a).count();
        for report in all.iter().filter(|r| lost && !b.contains(&key(r))) {
            let span = report.text_info.start as usize..report.text_info.end as usize;
            println!("lost: {:?} {}", report.event, article.text.get(span).unwrap_or_default());
        }
    }
    println!("{reports} reports without the scan; with it {gone} are lost or read otherwise, {new} are new");
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find_map(|l| l.strip_prefix("VmHWM:")) {
        println!("at most {} of memory, articles and reports included", peak.trim());
    }
    Ok(())
}
