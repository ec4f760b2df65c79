//! Writes, for articles on standard input (JSON lines: id, published, title, text), every event that is told in them with
//! what speaks for each span of days and each place: what `training/scene` learns from; with `all`, every event that may
//! be told. The first line names the numbers; then one event a line.
//!
//! `cargo run --release -p detente --example weigh_scenes -- MODEL ACTS KEYS CHOICE LEXICON [all] < articles.jsonl > weighed.jsonl`, as
//! `models/en/syntax.bin models/en/acts.bin models/en/keys.bin models/en/choice.bin lexicon`.

mod common;

use std::error::Error;
use std::io::Write;
use std::path::Path;

use detente::actor::Keys;
use detente::event::Choice;
use detente::lexicon::Lexicon;
use detente::place::PlaceTrait;
use detente::read::Reader;
use detente::syntax::{Acts, Model};
use detente::time::DayTrait;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let mut next =
        || args.next().ok_or("usage: weigh_scenes MODEL ACTS KEYS CHOICE LEXICON [all] < articles.jsonl");
    let (model, acts) = (std::fs::read(next()?)?, std::fs::read(next()?)?);
    let keys = Keys::load(&std::fs::read(next()?)?)?;
    let (choice, folder) = (Choice::load(&std::fs::read(next()?)?)?, next()?);
    let all = next().is_ok_and(|word| word == "all");
    let model = Model::load(&model)?.with_acts(Acts::load(&acts)?)?;
    let faults = |faults: Vec<detente::lexicon::Fault>| format!("{} faults in the lexicon", faults.len());
    let lexicon = Lexicon::load(&common::lexicon_files(Path::new(&folder))?).map_err(faults)?;
    let reader = Reader::new(model, lexicon).map_err(faults)?.with_keys(keys).with_choice(choice);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(
        out,
        "{}",
        json!({"day_traits": DayTrait::NAMES.to_vec(), "place_traits": PlaceTrait::NAMES.to_vec()})
    )?;
    for article in common::articles() {
        let article = article?;
        for w in reader.weigh_scenes(&article, all) {
            let f = &w.found;
            let words = f.evidence.first().map(|e| e.spans.as_slice()).unwrap_or_default();
            let line = json!({
                "doc": article.id,
                "event": f.event,
                "start": words.iter().map(|s| s.start).collect::<Vec<_>>(),
                "end": words.iter().map(|s| s.end).collect::<Vec<_>>(),
                "actors": common::keys(&f.actors),
                "recipients": common::keys(&f.recipients),
                "mutual": f.mutual,
                "aux": f.aux,
                "days": w.days.iter().map(|(i, v)| json!([i.start, i.end, v.to_vec()])).collect::<Vec<_>>(),
                "places": w.places.iter().map(|(p, v)| json!([p, v.to_vec()])).collect::<Vec<_>>(),
                "historical": w.historical,
            });
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
