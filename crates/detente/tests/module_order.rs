//! The order of the engine's modules. `src/lib.rs` lists them in reading order, and a module imports only what
//! stands before it: a reader who starts at the top never meets a word that comes later, and no two modules can
//! lean on each other. The engine is also pure; the second test looks for doors to the outside.

use std::fs;
use std::path::{Path, PathBuf};

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Modules in the order of `lib.rs`.
fn order() -> Vec<String> {
    let lib = fs::read_to_string(source().join("lib.rs")).expect("lib.rs");
    lib.lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ").or(line.trim().strip_prefix("mod ")))
        .map(|rest| rest.trim_end_matches(';').to_string())
        .collect()
}

/// Every source file but `lib.rs`, with the module of `lib.rs` that it belongs to, sorted.
fn files() -> Vec<(String, PathBuf)> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for path in fs::read_dir(dir).expect("a folder").map(|e| e.expect("an entry").path()) {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&source(), &mut found);
    found.sort();
    let module = |path: &PathBuf| {
        let first = path.strip_prefix(source()).ok()?.components().next()?.as_os_str().to_str()?;
        Some(first.trim_end_matches(".rs").to_string())
    };
    found.into_iter().filter_map(|p| Some((module(&p)?, p))).filter(|(m, _)| m != "lib").collect()
}

/// A line of code without its comment. Good enough for imports: none stands behind `//` in a string.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or("")
}

/// The first names of all `crate::…` paths of a text with their lines: `crate::span::Span` gives `span`,
/// `crate::{sentence, token::Token}` gives `sentence` and `token`.
fn paths(text: &str) -> Vec<(usize, String)> {
    let text: String = text.lines().map(|l| format!("{}\n", code(l))).collect();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        if text[..at].ends_with(['_', '$']) || text[..at].ends_with(char::is_alphanumeric) {
            continue;
        }
        let line = text[..at].matches('\n').count() + 1;
        let rest = &text[at + "crate::".len()..];
        let name =
            |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '*').collect();
        let Some(group) = rest.strip_prefix('{') else {
            found.push((line, name(rest)));
            continue;
        };
        let (mut depth, mut start) = (0, true);
        for (i, c) in group.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if c.is_whitespace() => {}
                _ if start => {
                    found.push((line, name(&group[i..])));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn a_module_imports_only_what_stands_before_it() {
    let order = order();
    assert!(order.len() > 10, "lib.rs lists the modules: {order:?}");
    let place = |name: &str| order.iter().position(|m| m == name);
    let mut faults = Vec::new();
    for (module, path) in files() {
        let shown = path.strip_prefix(source()).unwrap_or(&path).display().to_string();
        let Some(own) = place(&module) else {
            faults.push(format!("src/{shown}: `{module}` is not in lib.rs"));
            continue;
        };
        for (line, name) in paths(&fs::read_to_string(&path).expect("a source file")) {
            if name.starts_with('*') {
                faults.push(format!("src/{shown}:{line}: `crate::*` hides what is imported; name it"));
            } else if let Some(other) = place(&name).filter(|other| *other > own) {
                faults.push(format!(
                    "src/{shown}:{line}: `{module}` (number {}) imports `{name}` (number {}); \
                     move the shared part into an earlier module",
                    own + 1,
                    other + 1
                ));
            }
        }
    }
    assert!(faults.is_empty(), "modules out of order:\n{}", faults.join("\n"));
}

#[test]
fn the_engine_has_no_door_to_the_outside() {
    const DOORS: [&str; 8] = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "SystemTime",
        "Instant::now",
        "Zoned::now",
    ];
    let mut faults = Vec::new();
    for (_, path) in files() {
        let text = fs::read_to_string(&path).expect("a source file");
        // Tests may read files; they stand at the end of a module.
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
        for (n, line) in text.lines().enumerate() {
            if let Some(door) = DOORS.iter().find(|d| code(line).contains(**d)) {
                faults.push(format!("{}:{}: {door}", path.display(), n + 1));
            }
        }
    }
    assert!(faults.is_empty(), "the engine is pure; hand the thing in instead:\n{}", faults.join("\n"));
}

#[test]
fn import_paths_are_found_in_every_form() {
    let text = "use crate::span::Span;\nuse crate::{\n    sentence,\n    token::{self, Token},\n};\n// crate::not\n\
                let a = crate::report::Aux::Negated; let b = $crate::codes;";
    let names: Vec<String> = paths(text).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["span", "sentence", "token", "report"]);
}
