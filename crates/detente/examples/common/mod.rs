//! What the examples share: the files of a lexicon, read from disk, and articles from standard input.

// Each example uses its part of it.
#![allow(dead_code)]

use std::error::Error;
use std::io::BufRead;
use std::path::Path;

use detente::actor::Party;
use detente::article::Article;
use serde_json::Value;

/// The articles on standard input, one a line: id, published, title, text.
pub fn articles() -> impl Iterator<Item = Result<Article, Box<dyn Error>>> {
    std::io::stdin().lock().lines().map(|line| {
        let value: Value = serde_json::from_str(&line?)?;
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_string();
        Ok(Article {
            id: text("id"),
            published: text("published").parse().ok(),
            title: value["title"].as_str().map(str::to_string),
            text: text("text"),
            ..Article::default()
        })
    })
}

/// The keys of parties.
pub fn keys(list: &[Party]) -> Vec<&str> {
    list.iter().map(|p| p.key.as_str()).collect()
}

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
