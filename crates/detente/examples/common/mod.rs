//! What the examples share: the files of a lexicon, read from disk.

use std::path::Path;

/// Path below the folder and text of each file, sorted; without the actors that are invented for tests.
///
/// # Errors
/// When a file cannot be read.
pub fn lexicon_files(folder: &Path) -> std::io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    walk(folder, folder, &mut files)?;
    files.sort();
    files.retain(|(name, _)| name != "actors/examples.tsv");
    Ok(files)
}

fn walk(folder: &Path, root: &Path, out: &mut Vec<(String, String)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        if path.is_dir() {
            walk(&path, root, out)?;
        } else if matches!(path.extension().and_then(|e| e.to_str()), Some("toml" | "tsv")) {
            out.push((name, std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
