//! What has to be known to go on after a stop, in a folder beside the output that is gone when the work is done. It is
//! written anew every few seconds, beside the old one and then in its place, so that there is always a whole one.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use detente_intake::Position;
use serde::{Deserialize, Serialize};

use super::manifest::Run;
use super::parts::Parts;
use super::{Counts, Kind, Plan, Sure, Target};
use crate::commands::{CannotWrite, Usage};

/// Changes when an older state cannot be gone on with.
const VERSION: u32 = 1;

/// All there is to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// What is being done.
    pub plan: Plan,
    /// Where in the inputs the next record stands.
    pub next: Position,
    /// How far the output is sure.
    pub output: Sure,
    /// How far the file of rejects is sure.
    pub rejects: u64,
    /// What was skipped so far, by kind.
    pub skipped: BTreeMap<String, u64>,
    /// What was done so far.
    pub counts: Counts,
    /// The runs so far.
    pub run: Run,
}

#[derive(Serialize, Deserialize)]
struct Kept<S> {
    state: u32,
    #[serde(flatten)]
    rest: S,
}

/// The folder, held by this program alone.
pub struct Work {
    dir: PathBuf,
    lock: File,
    /// What stands in it.
    pub state: State,
}

impl Work {
    /// Makes the folder, or opens the one of a run that was stopped; then its state is given back as well.
    ///
    /// # Errors
    /// Wrong usage (there is an output and neither `--resume` nor `--force`; the unfinished run was another one), a place
    /// that cannot be written, or another program at work there.
    pub fn open(target: &Target, plan: Plan, resume: bool, force: bool) -> Result<(Work, Option<State>)> {
        let (dir, name) = (target.work(), target.name());
        let unfinished = Work::is_unfinished(target);
        if !resume && !force {
            if unfinished {
                return usage(format!(
                    "{name} is unfinished: --resume goes on with it, --force begins it anew"
                ));
            }
            if stands(target) {
                return usage(format!(
                    "{name} is there already: name another with --out, or write over it with --force"
                ));
            }
        }
        if resume && !unfinished && stands(target) {
            return usage(format!(
                "{name} is there already, and nothing says how to go on with it: begin it anew with --force"
            ));
        }
        make(target, &dir)?;
        let lock = lock(&dir, &name)?;
        let old = if resume && unfinished { Some(read(&dir, &name)?) } else { None };
        if let Some(old) = &old {
            if let Some(what) = difference(&old.plan, &plan) {
                return usage(format!(
                    "{name} was begun with {what}: go on as it was begun, or begin it anew with --force"
                ));
            }
        } else {
            clear(target)?;
        }
        let fresh = State {
            plan,
            next: Position::default(),
            output: Sure::default(),
            rejects: 0,
            skipped: BTreeMap::new(),
            counts: Counts::default(),
            run: Run::default(),
        };
        let work = Work { dir, lock, state: old.clone().unwrap_or(fresh) };
        if old.is_none() {
            // Before anything is written: from here on a kill at any moment leaves something to go on with.
            work.save()?;
        }
        Ok((work, old))
    }

    /// True where a run was begun and not ended.
    pub fn is_unfinished(target: &Target) -> bool {
        target.work().join(STATE).exists()
    }

    /// Writes the state down.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self) -> Result<()> {
        let (path, new) = (self.dir.join(STATE), self.dir.join("state.json.new"));
        let text = serde_json::to_vec_pretty(&Kept { state: VERSION, rest: &self.state })?;
        let write = || {
            let mut file = File::create(&new)?;
            file.write_all(&text)?;
            file.sync_data()?;
            fs::rename(&new, &path)
        };
        Ok(write().map_err(|e| CannotWrite::new(&path, &e))?)
    }

    /// The work is done: nothing is left to go on with.
    ///
    /// # Errors
    /// When the folder cannot be taken away.
    pub fn remove(self) -> Result<()> {
        // The state first: without it nobody goes on with a finished output.
        let path = self.dir.join(STATE);
        fs::remove_file(&path).map_err(|e| CannotWrite::new(&path, &e))?;
        drop(self.lock);
        fs::remove_dir_all(&self.dir).map_err(|e| CannotWrite::new(&self.dir, &e))?;
        Ok(())
    }
}

const STATE: &str = "state.json";

fn usage<T>(text: String) -> Result<T> {
    Err(Usage(text).into())
}

/// True where the output is there, finished or not.
fn stands(target: &Target) -> bool {
    match target.kind {
        Kind::Folder => target.manifest().exists() || Parts::any(&target.path),
        _ => target.path.exists(),
    }
}

/// The folder above is made for a folder of parts, and must be there for a file.
fn make(target: &Target, dir: &Path) -> Result<()> {
    let made = match target.kind {
        Kind::Folder => fs::create_dir_all(dir),
        _ => fs::create_dir(dir),
    };
    match made {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(CannotWrite::new(&target.path, &e).into()),
        _ => Ok(()),
    }
}

/// Two programs at one output would spoil it.
fn lock(dir: &Path, name: &str) -> Result<File> {
    let path = dir.join("lock");
    let file = File::create(&path).map_err(|e| CannotWrite::new(&path, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        // Some network disks know no locks.
        Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(e)) => Err(CannotWrite::new(&path, &e).into()),
        Err(TryLockError::WouldBlock) => {
            bail!("another program is writing {name}: wait until it is done, or name another output")
        }
    }
}

fn read(dir: &Path, name: &str) -> Result<State> {
    let text = fs::read(dir.join(STATE))?;
    match serde_json::from_slice::<Kept<serde_json::Value>>(&text) {
        Ok(kept) if kept.state != VERSION => usage(format!(
            "{name} was begun by another version of the program, which this one cannot go on with: finish it with that one, \
             or begin it anew with --force"
        )),
        Ok(kept) => match serde_json::from_value(kept.rest) {
            Ok(state) => Ok(state),
            Err(_) => damaged(name),
        },
        Err(_) => damaged(name),
    }
}

fn damaged<T>(name: &str) -> Result<T> {
    usage(format!("what is needed to go on with {name} is damaged: begin it anew with --force"))
}

/// Takes away what an earlier run left.
fn clear(target: &Target) -> Result<()> {
    let gone = |path: &Path| match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(CannotWrite::new(path, &e)),
        _ => Ok(()),
    };
    gone(&target.manifest())?;
    if target.kind == Kind::Folder {
        Parts::cut_back(&target.path, 0)?;
    } else {
        gone(&target.path)?;
    }
    Ok(())
}

/// What differs between two plans, in words.
pub fn difference(old: &Plan, new: &Plan) -> Option<String> {
    let differs = |what: &str, old: &str, new: &str| {
        (old != new).then(|| format!("another {what} ({old}, and this is {new})"))
    };
    let none = serde_json::Value::Null;
    let setting = || {
        let names = old.settings.keys().chain(new.settings.keys());
        names
            .map(|n| (n, old.settings.get(n).unwrap_or(&none), new.settings.get(n).unwrap_or(&none)))
            .find_map(|(name, old, new)| {
                (old != new).then(|| format!("another --{name} ({old}, and this is {new})"))
            })
    };
    let input = || {
        if old.inputs.len() != new.inputs.len() {
            return Some(format!("{} inputs, and these are {}", old.inputs.len(), new.inputs.len()));
        }
        old.inputs.iter().zip(&new.inputs).find_map(|(old, new)| {
            if old.name != new.name {
                return Some(format!("another input ({}, and this is {})", old.name, new.name));
            }
            (old != new).then(|| format!("another content of {}", old.name))
        })
    };
    differs("program", &old.coder.version, &new.coder.version)
        .or_else(|| differs("lexicon", &old.coder.lexicon, &new.coder.lexicon))
        .or_else(|| differs("model", &old.coder.model, &new.coder.model))
        .or_else(|| {
            old.made.differences(&new.made).first().map(|what| format!("another {what} of the same name"))
        })
        .or_else(setting)
        .or_else(input)
}
