//! Writes, for articles on standard input (JSON lines: id, published, title, text), every event that may be told in them with
//! what speaks for each party: what `training/choice` learns from. The first line names the numbers; then one event a line.
//!
//! `cargo run --release -p detente --example weigh -- MODEL ACTS KEYS LEXICON < articles.jsonl > weighed.jsonl`, as
//! `models/en/syntax.bin models/en/acts.bin models/en/keys.bin lexicon`.

mod common;

use std::error::Error;
use std::io::Write;
use std::path::Path;

use detente::actor::Keys;
use detente::event::{PartyTrait, ReportTrait};
use detente::lexicon::Lexicon;
use detente::read::Reader;
use detente::syntax::{Acts, Model};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().ok_or("usage: weigh MODEL ACTS KEYS LEXICON < articles.jsonl");
    let (model, acts) = (std::fs::read(next()?)?, std::fs::read(next()?)?);
    let (keys, folder) = (Keys::load(&std::fs::read(next()?)?)?, next()?);
    let model = Model::load(&model)?.with_acts(Acts::load(&acts)?)?;
    let faults = |faults: Vec<detente::lexicon::Fault>| format!("{} faults in the lexicon", faults.len());
    let lexicon = Lexicon::load(&common::lexicon_files(Path::new(&folder))?).map_err(faults)?;
    let reader = Reader::new(model, lexicon).map_err(faults)?.with_keys(keys);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(
        out,
        "{}",
        json!({"party_traits": PartyTrait::NAMES.to_vec(), "report_traits": ReportTrait::NAMES.to_vec()})
    )?;
    for article in common::articles() {
        let article = article?;
        for w in reader.weigh(&article) {
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
                "doubtful": f.doubtful,
                "shared": w.shared,
                "traits": w.traits.to_vec(),
                "candidates":
                    w.candidates.iter().map(|(k, a, r)| json!([k, a.to_vec(), r.to_vec()])).collect::<Vec<_>>(),
            });
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
