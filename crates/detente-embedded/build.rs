//! Puts the lexicon, the model and the example articles into the program: every table and pattern file under
//! `lexicon/`, the models of `models/en/`, and the articles under `examples/`. A file that is added there is in the next build;
//! nothing has to be registered.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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
    for (name, file) in [
        ("MODEL", "models/en/syntax.bin"),
        ("ACTS", "models/en/acts.bin"),
        ("GLANCE", "models/en/glance.bin"),
        ("KEYS", "models/en/keys.bin"),
        ("CHOICE", "models/en/choice.bin"),
        ("SCENE", "models/en/scene.bin"),
        ("CAUSES", "models/en/causes.bin"),
        ("GAZETTEER", "lexicon/gazetteer/gazetteer.bin"),
    ] {
        code.push_str(&format!(
            "/// The bytes of `{file}`.\npub static {name}: &[u8] = include_bytes!({:?});\n",
            root.join(file).display().to_string()
        ));
    }

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
