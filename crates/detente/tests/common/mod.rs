//! What the tests share: the lexicon and the model of the repository, read from disk.

use std::fs;
use std::path::{Path, PathBuf};

use detente::actor::Keys;
use detente::event::Choice;
use detente::gazetteer::Gazetteer;
use detente::lexicon::{Fault, Lexicon};
use detente::read::Reader;
use detente::scene::Scene;
use detente::syntax::{Acts, Glance, Model};

/// The top folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Path below `lexicon/` and text of every file of the lexicon, sorted by path.
pub fn lexicon_files() -> Vec<(String, String)> {
    let folder = root().join("lexicon");
    let mut files = Vec::new();
    walk(&folder, &folder, &mut files);
    files.sort();
    files
}

fn walk(folder: &Path, dir: &Path, files: &mut Vec<(String, String)>) {
    let list = fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    for path in list.map(|entry| entry.expect("an entry of the folder").path()) {
        if path.is_dir() {
            walk(folder, &path, files);
        } else if path.extension().is_some_and(|e| e == "toml" || e == "tsv") {
            let name = path.strip_prefix(folder).expect("found below it").display().to_string();
            let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            files.push((name, text));
        }
    }
}

/// The reader over the repository's own lexicon and models, or what is wrong with the lexicon's files.
pub fn reader() -> Result<Reader, Vec<Fault>> {
    let bytes = |file: &str| fs::read(root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    let model = Model::load(&bytes("models/en/syntax.bin")).expect("the model loads");
    let acts = Acts::load(&bytes("models/en/acts.bin")).expect("the model loads");
    let model = model.with_acts(acts).expect("the two belong together");
    let glance = Glance::load(&bytes("models/en/glance.bin")).expect("the model loads");
    let model = model.with_glance(glance).expect("the three belong together");
    let scene = Scene::load(&bytes("models/en/scene.bin")).expect("the model loads");
    let keys = Keys::load(&bytes("models/en/keys.bin")).expect("the model loads");
    let choice = Choice::load(&bytes("models/en/choice.bin")).expect("the model loads");
    let gazetteer = Gazetteer::load(bytes("lexicon/gazetteer/gazetteer.bin")).expect("the gazetteer loads");
    let reader = Reader::new(model, Lexicon::load(&lexicon_files())?)?;
    Ok(reader.with_keys(keys).with_choice(choice).with_scene(scene).with_gazetteer(gazetteer))
}

/// Faults as lines.
pub fn list(faults: &[Fault]) -> String {
    faults.iter().map(|f| format!("{f}\n")).collect()
}
