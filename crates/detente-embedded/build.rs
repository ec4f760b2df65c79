//! Puts the lexicon, the model and the example articles into the program: every table and pattern file under
//! `lexicon/`, the models of `models/en/`, and the articles under `examples/`. A file that is added there is in the next build;
//! nothing has to be registered.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = here.join("../..").canonicalize()?;
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it"));

    let lexicon = root.join("lexicon");
    println!("cargo::rerun-if-changed={}", lexicon.display());
    let mut files = Vec::new();
    walk(&lexicon, &["toml", "tsv"], &mut files)?;
    files.sort();
    let mut code =
        String::from("/// Path under `lexicon/` and content of every file of the built-in lexicon.\n");
    code.push_str("pub static LEXICON: &[(&str, &str)] = &[\n");
    for file in &files {
        let relative = file.strip_prefix(&lexicon).expect("found under the folder");
        let name: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
        code.push_str(&format!(
            "    ({:?}, include_str!({:?})),\n",
            name.join("/"),
            file.display().to_string()
        ));
    }
    code.push_str("];\n");

    println!("cargo::rerun-if-changed={}", root.join("models/en").display());
    let mut models = String::new();
    for (name, file, in_reading) in [
        ("MODEL", "models/en/syntax.bin", true),
        ("ACTS", "models/en/acts.bin", true),
        ("GLANCE", "models/en/glance.bin", true),
        ("KEYS", "models/en/keys.bin", true),
        ("CHOICE", "models/en/choice.bin", true),
        ("SCENE", "models/en/scene.bin", true),
        ("CAUSES", "models/en/causes.bin", false),
        ("GAZETTEER", "lexicon/gazetteer/gazetteer.bin", true),
    ] {
        let path = root.join(file);
        code.push_str(&format!(
            "/// The bytes of `{file}`.\npub static {name}: &[u8] = include_bytes!({:?});\n",
            path.display().to_string()
        ));
        let sha256 = hex(&Sha256::digest(fs::read(&path)?));
        models.push_str(&format!("    ({file:?}, {name}.len(), {sha256:?}, {in_reading}),\n"));
    }
    code.push_str("/// File, bytes, sha256 of each model, and whether reports hang on it.\n");
    code.push_str(&format!("pub static MODELS: &[(&str, usize, &str, bool)] = &[\n{models}];\n"));

    // Two programs of one version may read differently while it is worked on: the sources of the engine tell them apart.
    let engine = root.join("crates/detente/src");
    println!("cargo::rerun-if-changed={}", engine.display());
    let mut files = Vec::new();
    walk(&engine, &["rs"], &mut files)?;
    files.retain(|file| file.file_name().is_none_or(|name| name != "tests.rs"));
    files.sort();
    let mut hash = Sha256::new();
    for file in &files {
        let name = file.strip_prefix(&engine).expect("found under the folder").display().to_string();
        hash.update(name.replace('\\', "/"));
        hash.update([0]);
        hash.update(fs::read(file)?);
        hash.update([0]);
    }
    let engine = hex(&hash.finalize());
    code.push_str(&format!(
        "/// A hash over the sources of the engine.\npub static ENGINE: &str = {:?};\n",
        &engine[..16]
    ));

    let examples = root.join("examples");
    println!("cargo::rerun-if-changed={}", examples.display());
    let mut files = Vec::new();
    if examples.is_dir() {
        walk(&examples, &["txt", "html", "jsonl"], &mut files)?;
    }
    files.sort();
    code.push_str("/// Name and bytes of the example articles.\n");
    code.push_str("pub static EXAMPLES: &[(&str, &[u8])] = &[\n");
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        code.push_str(&format!("    ({name:?}, include_bytes!({:?})),\n", file.display().to_string()));
    }
    code.push_str("];\n");
    fs::write(out.join("embedded.rs"), code)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Every file of a folder and the folders in it that has one of these endings.
fn walk(dir: &Path, endings: &[&str], files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, endings, files)?;
        } else if path.extension().is_some_and(|e| endings.iter().any(|known| e == *known)) {
            files.push(path);
        }
    }
    Ok(())
}
