//! What stands beside a finished output: what made it, from what, and how much came of it. Everything in it follows
//! from the input but what stands under `run`: times, threads, stops.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::inputs::{self, Given};
use super::parts::Parts;
use super::{Counts, Kind, Plan, Target, state};
use crate::commands::{CannotWrite, Usage};
use crate::rejects::Rejects;

/// The runs that it took.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Run {
    /// When the first began.
    pub began: Option<Timestamp>,
    /// When the last ended.
    pub ended: Option<Timestamp>,
    /// Seconds of all.
    pub seconds: f64,
    /// How often it was gone on with.
    pub resumed: u32,
    /// Threads of the last.
    pub jobs: usize,
}

/// The beginning of this run.
pub struct Began {
    at: Timestamp,
    clock: Instant,
    jobs: usize,
}

impl Began {
    /// Now.
    pub fn now(jobs: usize) -> Began {
        Began { at: Timestamp::now(), clock: Instant::now(), jobs }
    }
}

/// The runs before this one and this one, up to now.
pub struct Clock {
    before: Run,
    began: Began,
}

impl Clock {
    /// Begins, after the runs of which the state tells.
    pub fn start(before: Option<Run>, jobs: usize) -> Clock {
        let before = match before {
            Some(run) => Run { resumed: run.resumed + 1, ..run },
            None => Run::default(),
        };
        Clock { before, began: Began::now(jobs) }
    }

    /// All runs up to now.
    pub fn run(&self) -> Run {
        let seconds = self.before.seconds + self.began.clock.elapsed().as_secs_f64();
        Run {
            began: self.before.began.or(Some(self.began.at)),
            ended: Some(Timestamp::now()),
            seconds: (seconds * 1000.0).round() / 1000.0,
            resumed: self.before.resumed,
            jobs: self.began.jobs,
        }
    }
}

/// The hashes of whole input files, worked out while the articles are read.
#[derive(Default)]
pub struct Hashes(Option<JoinHandle<Vec<Option<String>>>>);

impl Hashes {
    /// Begins.
    pub fn start(inputs: &[Given]) -> Hashes {
        // What can be read but once is left alone.
        let again = |input: &Given| input.print.is_some().then(|| input.name.clone());
        let names: Vec<Option<String>> = inputs.iter().map(again).collect();
        let work = move || names.iter().map(|name| inputs::sha256(name.as_ref()?)).collect();
        Hashes(std::thread::Builder::new().name("hashes".into()).spawn(work).ok())
    }

    /// The inputs as a manifest tells them, with their hashes as far as these are known; waits for the last of them.
    pub fn told(self, given: &[Given]) -> Vec<Value> {
        let hashes = self.0.and_then(|thread| thread.join().ok()).unwrap_or_default();
        let mut hashes = hashes.into_iter();
        given
            .iter()
            .map(|input| {
                let mut value = serde_json::to_value(input).unwrap_or_default();
                let Some(object) = value.as_object_mut() else { return value };
                let mut hash = hashes.next().flatten();
                if let (inputs::STANDARD_INPUT, None, Some((read, bytes))) =
                    (input.name.as_str(), &input.print, inputs::read_of_stdin())
                {
                    hash = Some(read);
                    object.insert("bytes".into(), bytes.into());
                }
                if let Some(hash) = hash {
                    object.insert("sha256".into(), hash.into());
                }
                value
            })
            .collect()
    }
}

/// Writes it.
///
/// # Errors
/// When it cannot be written.
pub fn write(
    target: &Target,
    plan: &Plan,
    counts: Counts,
    skipped: &Rejects,
    hashes: Hashes,
    run: &Run,
) -> Result<()> {
    let inputs = hashes.told(&plan.inputs);
    let output = match target.kind {
        Kind::Folder => {
            let (files, bytes) = Parts::sizes(&target.path);
            json!({ "files": files, "bytes": bytes })
        }
        _ => json!({ "bytes": fs::metadata(&target.path).map_or(0, |m| m.len()) }),
    };
    let skipped: &BTreeMap<String, u64> = skipped.counts();
    let mut manifest = json!({
        "command": "code",
        "coder": plan.coder,
        "settings": plan.settings,
        "inputs": inputs,
        "articles": counts.articles,
        "articles_with_reports": counts.reporting,
        "reports": counts.reports,
        "skipped": skipped,
        "output": output,
        "run": run,
    });
    if let (Some(all), Value::Object(made)) = (manifest.as_object_mut(), serde_json::to_value(&plan.made)?) {
        all.extend(made);
    }
    place_by(&target.manifest(), &target.work().join("manifest.json"), &crate::table::json(&manifest))
}

/// Writes a small file beside the old one and then in its place: it is whole or not there.
///
/// # Errors
/// When it cannot be written.
pub fn place(path: &Path, content: &[u8]) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".unfinished");
    place_by(path, &path.with_file_name(name), content)
}

fn place_by(path: &Path, new: &Path, content: &[u8]) -> Result<()> {
    let write = || {
        fs::write(new, content)?;
        fs::File::options().write(true).open(new)?.sync_all()?;
        fs::rename(new, path)
    };
    Ok(write().map_err(|e| CannotWrite::new(path, &e))?)
}

/// True where a finished output stands that was made by this plan.
///
/// # Errors
/// When one stands there that was made by another.
pub fn stands_for(target: &Target, plan: &Plan) -> Result<bool> {
    let Ok(text) = fs::read(target.manifest()) else { return Ok(false) };
    let old = serde_json::from_slice::<Plan>(&text);
    let name = target.name();
    match old.ok().map(|old| state::difference(&old, plan)) {
        Some(None) => Ok(true),
        Some(Some(what)) => Err(Usage(format!(
            "{name} is finished, and was made with {what}: name another output, or write over it with --force"
        ))
        .into()),
        None => Ok(false),
    }
}
