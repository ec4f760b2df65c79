//! What made an output: the program, the lexicon with the user's own files, and every model, each with its hash. It stands in the
//! manifest beside an output of `--out`, and in the ledger for each time that a program wrote to it, so that anybody can say
//! later whether the same thing would come out again, and if not, why.

use std::path::PathBuf;

use anyhow::Result;
use detente::report::Coder;
use detente_ledger::{Ledger, Outcome as Ended};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::engine;
use crate::written::{Given, Hashes};

/// What made an output.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// The program.
    #[serde(default)]
    pub program: Program,
    /// The lexicon; nothing where none is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon: Option<LexiconMade>,
    /// The models on which reports hang, and the file of places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<ModelMade>,
}

/// The program.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// Its version.
    pub version: String,
    /// A hash over the sources of its engine.
    #[serde(default)]
    pub engine: String,
    /// Version of the tables of a ledger that it writes.
    #[serde(default)]
    pub ledger_tables: i64,
    /// System and processor that it was built for; what is read does not depend on it.
    #[serde(default)]
    pub built_for: String,
}

/// The lexicon.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LexiconMade {
    /// As reports carry it in `coder.lexicon`.
    pub hash: String,
    /// How many files it has.
    pub files: usize,
    /// sha256 over the names and contents of all of them.
    pub sha256: String,
    /// Those of the user's own folders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<OwnFile>,
}

/// A file of the user's own lexicon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnFile {
    /// As the user named it.
    pub file: String,
    /// Its length.
    pub bytes: usize,
    /// sha256 of its bytes.
    pub sha256: String,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelMade {
    /// Its path in the repository.
    pub file: String,
    /// Its length.
    pub bytes: usize,
    /// sha256 of its bytes.
    pub sha256: String,
    /// False for the glance where the user's own patterns are used: it knows nothing of them.
    pub used: bool,
}

impl Made {
    /// This program, without a lexicon or a model.
    pub fn by_program() -> Made {
        let program = Program {
            version: env!("CARGO_PKG_VERSION").into(),
            engine: engine::engine().into(),
            ledger_tables: detente_ledger::VERSION,
            built_for: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        };
        Made { program, lexicon: None, models: Vec::new() }
    }

    /// This program with its lexicon, the user's folders on top, and no model.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn with_lexicon(coder: &Coder, folders: &[PathBuf]) -> Result<Made> {
        let files = engine::reading_files(folders)?;
        let mut all = Sha256::new();
        let mut own = Vec::new();
        for file in &files {
            all.update(&file.path);
            all.update([0]);
            all.update(&file.content);
            all.update([0]);
            if file.own {
                own.push(OwnFile {
                    file: file.shown.clone(),
                    bytes: file.content.len(),
                    sha256: hex(&Sha256::digest(&file.content)),
                });
            }
        }
        let lexicon = LexiconMade {
            hash: coder.lexicon.clone(),
            files: files.len(),
            sha256: hex(&all.finalize()),
            own,
        };
        Ok(Made { lexicon: Some(lexicon), ..Made::by_program() })
    }

    /// This program with its lexicon, the user's folders on top, and its models: all that reading hangs on.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn by_reading(coder: &Coder, folders: &[PathBuf]) -> Result<Made> {
        let glances = engine::glances(&engine::reading_files(folders)?);
        let models = engine::models().filter(|m| m.in_reading).map(|m| ModelMade {
            file: m.file.into(),
            bytes: m.bytes,
            sha256: m.sha256.into(),
            used: glances || !m.file.ends_with("glance.bin"),
        });
        Ok(Made { models: models.collect(), ..Made::with_lexicon(coder, folders)? })
    }

    /// What differs between two things that were made, in one word each: `program`, `lexicon`, `model`, `settings`. What one of
    /// them does not say does not differ.
    pub fn differences(&self, other: &Made) -> Vec<&'static str> {
        let mut differ = Vec::new();
        let known = |x: &str, y: &str| !x.is_empty() && !y.is_empty() && x != y;
        let (a, b) = (&self.program, &other.program);
        if known(&a.version, &b.version) || known(&a.engine, &b.engine) {
            differ.push("program");
        }
        if let (Some(a), Some(b)) = (&self.lexicon, &other.lexicon)
            && (a.hash != b.hash || known(&a.sha256, &b.sha256))
        {
            differ.push("lexicon");
        }
        let pairs =
            || self.models.iter().filter_map(|a| Some((a, other.models.iter().find(|b| b.file == a.file)?)));
        if pairs().any(|(a, b)| a.sha256 != b.sha256) {
            differ.push("model");
        }
        if pairs().any(|(a, b)| a.used != b.used) {
            differ.push("settings");
        }
        differ
    }
}

/// A program that writes to a ledger: it has said what it is, and will say how it ended.
pub struct Run {
    inputs: Vec<Given>,
    hashes: Option<Hashes>,
}

impl Run {
    /// Says in the ledger what is about to be done: by which command, made by what, with which settings, from which inputs.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn begin(
        ledger: &mut Ledger,
        command: &str,
        coder: &Coder,
        made: &Made,
        settings: &impl Serialize,
        inputs: Vec<Given>,
    ) -> Result<Run> {
        let mut record = serde_json::to_value(made)?;
        if let Some(record) = record.as_object_mut() {
            record.insert("settings".into(), serde_json::to_value(settings)?);
            record.insert("inputs".into(), serde_json::to_value(&inputs)?);
        }
        ledger.begin_manifest(command, &Timestamp::now().to_string(), coder, &record)?;
        let hashes = Some(Hashes::start(&inputs));
        Ok(Run { inputs, hashes })
    }

    /// Says in the ledger how it ended, and how much was done.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn end(mut self, ledger: &mut Ledger, how: Ended, counts: Value) -> Result<()> {
        // Who was asked to stop does not read the rest of a big file for its hash.
        let hashes = self.hashes.take().filter(|_| how == Ended::Done).unwrap_or_default();
        let record = json!({ "counts": counts, "inputs": hashes.told(&self.inputs) });
        Ok(ledger.end_manifest(how, &Timestamp::now().to_string(), &record)?)
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Made {
        let coder = Coder { lexicon: "abc".into(), ..Coder::default() };
        Made::by_reading(&coder, &[]).expect("the built-in lexicon")
    }

    #[test]
    fn what_differs_is_named_and_what_is_not_known_is_not() {
        let one = made();
        assert_eq!(one.differences(&one), [""; 0]);
        assert!(one.models.len() == 7 && one.models.iter().all(|m| m.used), "{:?}", one.models);
        let mut other = made();
        other.program.engine = "0".into();
        assert_eq!(one.differences(&other), ["program"]);
        other.program.engine.clear();
        assert_eq!(one.differences(&other), [""; 0], "an older manifest does not say");
        other.models[2].used = false;
        assert_eq!(one.differences(&other), ["settings"]);
        other.models[2].sha256 = "0".into();
        other.lexicon.as_mut().expect("there").hash = "def".into();
        assert_eq!(one.differences(&other), ["lexicon", "model", "settings"]);
        assert_eq!(one.differences(&Made::by_program()), [""; 0]);
    }
}
