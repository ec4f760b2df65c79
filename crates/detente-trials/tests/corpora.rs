//! The bytes that fuzzing found worth keeping (`fuzz/corpus`), and those that once broke something, hold what is promised.

use std::fs;
use std::path::{Path, PathBuf};

use detente_trials::TRIALS;

fn files(folder: &Path) -> Vec<PathBuf> {
    let list = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = list.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn every_trial_holds_on_its_corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut bytes = 0;
    for trial in TRIALS {
        let files = files(&corpus.join(trial.name));
        assert!(!files.is_empty(), "{} has no corpus", trial.name);
        let start = std::time::Instant::now();
        for file in &files {
            let input = fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            bytes += input.len();
            let held = std::panic::catch_unwind(|| (trial.run)(&input));
            assert!(held.is_ok(), "{}: {} breaks it", trial.name, file.display());
        }
        println!("{:<10} {:>4} inputs, {:?}", trial.name, files.len(), start.elapsed());
        // Nothing at all is an input too.
        (trial.run)(b"");
    }
    assert!(bytes < 300_000, "the corpora have {bytes} bytes: minimise them (fuzz/run.sh --small)");
}

#[test]
fn every_corpus_has_its_trial() {
    for folder in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")) {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(TRIALS.iter().any(|t| t.name == name), "{name} is a corpus without a trial");
    }
}
