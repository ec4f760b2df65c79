//! Unsafe code is counted: where it may be, how much there is, and that each piece of it says why it is sound.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files with unsafe code, and how many pieces each has. Whoever adds one adds its reason above it (`// SAFETY: …`), and
/// changes the number here; whoever takes one away does the same with more pleasure.
const COUNTED: &[(&str, usize)] = &[
    // Sums of trees by the widest instructions of the processor.
    ("detente/src/forest.rs", 2),
    // Loads, stores and calls of the products in whole numbers.
    ("detente/src/syntax/dense.rs", 10),
    ("detente/src/syntax/neural.rs", 2),
];

/// Lines above a piece among which its reason must stand.
const NEAR: usize = 6;

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let list = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for path in list.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// The code of a line, without its comment and with its strings emptied.
fn code(line: &str) -> String {
    let mut code = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for (i, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '/' if !quoted && line[i..].starts_with("//") => break,
            _ if !quoted => code.push(c),
            _ => {}
        }
    }
    code
}

/// The word itself, and not the name of a lint with it.
fn pieces(code: &str) -> usize {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| *word == "unsafe").count()
}

#[test]
fn every_unsafe_piece_is_counted_and_says_why_it_is_sound() {
    let mut files = Vec::new();
    walk(&crates(), &mut files);
    assert!(files.len() > 200, "{} files", files.len());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for path in &files {
        let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let name = path.strip_prefix(crates()).expect("found there").display().to_string();
        // Tests may try what the program must not do; they too say why.
        let lines: Vec<&str> = text.lines().collect();
        for (n, line) in lines.iter().enumerate() {
            let found = pieces(&code(line));
            if found == 0 {
                continue;
            }
            let above = &lines[n.saturating_sub(NEAR)..n];
            let says = above.iter().any(|l| l.contains("SAFETY:"));
            assert!(says, "{name}:{}: say in a comment above (SAFETY: …) why this is sound", n + 1);
            *counts.entry(name.clone()).or_default() += found;
        }
    }
    counts.retain(|name, _| !name.contains("/tests/"));
    let expected: BTreeMap<String, usize> = COUNTED.iter().map(|(f, n)| ((*f).to_owned(), *n)).collect();
    assert_eq!(counts, expected, "left: what is there; right: what this test knows of");
}

#[test]
fn crates_without_unsafe_code_forbid_it() {
    for entry in fs::read_dir(crates()).expect("the crates").map(|e| e.expect("an entry").path()) {
        if entry.ends_with("detente") || !entry.is_dir() {
            continue;
        }
        let root = ["src/lib.rs", "src/main.rs"].map(|f| entry.join(f)).into_iter().find(|f| f.exists());
        let root = root.unwrap_or_else(|| panic!("{} has a root", entry.display()));
        let text = fs::read_to_string(&root).unwrap_or_else(|e| panic!("{}: {e}", root.display()));
        assert!(text.contains("\n#![forbid(unsafe_code)]\n"), "{} forbids unsafe code", root.display());
    }
}

#[test]
fn words_in_comments_and_strings_are_no_code() {
    assert_eq!(pieces(&code("unsafe { x } // unsafe")), 1);
    assert_eq!(pieces(&code("#[allow(unsafe_code)] let s = \"unsafe \\\" unsafe\";")), 0);
    assert_eq!(pieces(&code("    // SAFETY: unsafe")), 0);
}
