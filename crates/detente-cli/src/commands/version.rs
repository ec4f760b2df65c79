//! `detente --version`: program, lexicon and model, the three things that decide what is read, with their hashes; and the forms of
//! the files that it writes.

use anyhow::Result;

use super::Outcome;
use crate::{engine, output};

/// Runs the command.
///
/// # Errors
/// When the program was built with a faulty lexicon or model.
pub fn run() -> Result<Outcome> {
    let lexicon = engine::load_lexicon(&engine::reading_files(&[])?);
    let hash =
        lexicon.map_or_else(|faults| format!("faulty: {}", output::count(faults.len(), "fault")), |l| l.hash);
    output::say(&format!("detente {}", env!("CARGO_PKG_VERSION")))?;
    output::say(&format!("lexicon {hash}"))?;
    let model = engine::glancing(engine::load_model()?, &[])?;
    let (keys, choice, scene) = (engine::load_keys()?, engine::load_choice()?, engine::load_scene()?);
    output::say(&format!("model   {} {} {} {}", model.name(), keys.name(), choice.name(), scene.name()))?;
    output::say(&format!("places  {}; place data © GeoNames, CC BY 4.0", engine::load_gazetteer()?.name()))?;
    output::say(&format!(
        "engine  {}; built for {} {}",
        engine::engine(),
        std::env::consts::OS,
        std::env::consts::ARCH
    ))?;
    output::say(&format!(
        "writes  ledgers with tables of version {}, Parquet as {}",
        detente_ledger::VERSION,
        detente_tables::names().join(" ")
    ))?;
    for model in engine::models() {
        let note = if model.in_reading { "" } else { " (for `detente links` alone)" };
        output::say(&format!("sha256  {}  {}{note}", model.sha256, model.file))?;
    }
    Ok(Outcome::Clean)
}
