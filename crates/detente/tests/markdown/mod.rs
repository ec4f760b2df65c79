//! What the tests share that read cases from Markdown files: the files, which cases the command line asks for, the form of a
//! case, and how today's faults are written down.

// Each test uses its part of it.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use detente::article::{Article, DateSource};
use detente::read::Reader;

use crate::common;

/// Which cases a run is asked for.
pub struct Asked {
    /// Words, one of which the name of a case must hold; none, and all are asked for.
    filters: Vec<String>,
    /// The names alone are to be printed.
    pub list: bool,
    /// `BLESS` is set and all cases are asked for: today's faults are to be written down.
    pub bless: bool,
}

impl Asked {
    /// By the arguments after `--`. Flags of cargo's own harness mean nothing here, but may be given for all tests
    /// together.
    pub fn from_args() -> Asked {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let filters: Vec<String> =
            args.iter().filter(|a| !a.starts_with('-')).map(|a| a.to_lowercase()).collect();
        let bless = std::env::var_os("BLESS").is_some() && filters.is_empty();
        Asked { list: args.iter().any(|a| a == "--list"), bless, filters }
    }

    /// Is the case of this name asked for?
    pub fn wants(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.filters.is_empty() || self.filters.iter().any(|f| name.contains(f.as_str()))
    }
}

/// What a test begins with: what is asked for, the files of a folder of the repository, and the reader.
pub struct Begun {
    /// Which cases.
    pub asked: Asked,
    /// Where each file is, its name without the ending, and its text.
    pub files: Vec<(PathBuf, String, String)>,
    /// With the lexicon and the models of the repository.
    pub reader: Reader,
}

/// Begins a test; `cases` finds those of a file by its name and text.
///
/// # Errors
/// The exit status, where a list of the cases was all that was asked for, or the lexicon cannot be read.
pub fn begin<L>(folder: &str, cases: impl Fn(&str, &str) -> Vec<Case<L>>) -> Result<Begun, ExitCode> {
    let asked = Asked::from_args();
    let files = files(&common::root().join(folder));
    if asked.list {
        list(&asked, files.iter().flat_map(|(_, stem, text)| cases(stem, text)));
        return Err(ExitCode::SUCCESS);
    }
    match common::reader() {
        Ok(reader) => Ok(Begun { asked, files, reader }),
        Err(faults) => {
            eprintln!("the lexicon cannot be read:\n{}", common::list(&faults));
            Err(ExitCode::FAILURE)
        }
    }
}

/// Prints the names of the cases that are asked for, as cargo's own harness lists tests.
fn list<L>(asked: &Asked, cases: impl Iterator<Item = Case<L>>) {
    cases.filter(|c| asked.wants(&c.name)).for_each(|c| println!("{}: test", c.name));
}

/// The Markdown files of a folder but its README, sorted: where each is, its name without the ending, and its text.
fn files(folder: &Path) -> Vec<(PathBuf, String, String)> {
    let list = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = list.map(|e| e.expect("an entry").path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "md"));
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (path, stem, text)
    };
    files.into_iter().map(read).filter(|(_, stem, _)| stem != "README").collect()
}

/// A fenced block: the lines of the file that it fills, and what each says.
#[derive(Clone, Debug)]
pub struct Block<L> {
    from: usize,
    to: usize,
    pub lines: Vec<L>,
}

/// A case: a text, what is right about it, and what is known to be read wrongly.
#[derive(Clone, Debug)]
pub struct Case<L> {
    pub name: String,
    line: usize,
    why: bool,
    on: Option<jiff::civil::Date>,
    pub text: String,
    pub right: Option<Block<L>>,
    pub fault: Option<Block<L>>,
}

impl<L> Case<L> {
    /// The text as an article of its day.
    pub fn article(&self) -> Article {
        Article {
            id: self.name.clone(),
            text: self.text.clone(),
            published: self.on,
            published_from: DateSource::Given,
            ..Article::default()
        }
    }

    /// What is right.
    pub fn right(&self) -> &[L] {
        self.right.as_ref().map_or(&[], |b| &b.lines)
    }

    /// What is known to be read wrongly.
    pub fn fault(&self) -> &[L] {
        self.fault.as_ref().map_or(&[], |b| &b.lines)
    }
}

/// The cases of one file, and what is wrong with its form. `kind` is the word of their blocks, `form` what a line must look
/// like, `name` what a case of this heading is called.
pub fn parse<L>(
    stem: &str,
    text: &str,
    kind: &str,
    form: &str,
    name: impl Fn(&str) -> String,
    read_line: impl Fn(&str) -> Option<L>,
) -> (Vec<Case<L>>, Vec<String>) {
    let lines: Vec<&str> = text.lines().collect();
    let (mut cases, mut faults): (Vec<Case<L>>, Vec<String>) = (Vec::new(), Vec::new());
    let mut n = 0;
    while n < lines.len() {
        let line = lines[n];
        n += 1;
        if let Some(heading) = line.strip_prefix("## ") {
            let (why, on, text, right, fault) = (false, None, String::new(), None, None);
            cases.push(Case { name: name(heading), line: n, why, on, text, right, fault });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        let Some(info) = line.strip_prefix("```") else {
            case.why |= !line.trim().is_empty();
            continue;
        };
        let from = n;
        while n < lines.len() && lines[n] != "```" {
            n += 1;
        }
        let body = &lines[from..n];
        let mut block = || {
            let mut block = Block { from, to: n, lines: Vec::new() };
            for (i, line) in body.iter().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
                match read_line(line) {
                    Some(line) => block.lines.push(line),
                    None => faults.push(format!("{stem}.md:{}: this line is not `{form}`", from + i + 1)),
                }
            }
            Some(block)
        };
        match info.split_whitespace().collect::<Vec<_>>()[..] {
            ["text", on] => {
                case.on = on.strip_prefix("on=").and_then(|day| day.parse().ok());
                case.text = body.join("\n");
            }
            [word] if word == kind => case.right = block(),
            [word, "known-fault"] if word == kind => case.fault = block(),
            _ => faults.push(format!("{stem}.md:{from}: this block is neither text on=DAY nor {kind}")),
        }
        n += 1;
    }
    for case in &cases {
        let lacks = match case {
            Case { why: false, .. } => "paragraph that says why".to_string(),
            Case { on: None, .. } => "block ```text on=YYYY-MM-DD".to_string(),
            Case { right: None, .. } => format!("block ```{kind}"),
            _ => continue,
        };
        faults.push(format!("{stem}.md:{}: this case has no {lacks}", case.line));
    }
    (cases, faults)
}

/// The file with today's faults, each case with the lines of its block, or `None` where all is right; what is right is
/// never written here.
pub fn bless<L>(text: &str, kind: &str, cases: &[(Case<L>, Option<Vec<String>>)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    for (case, now) in cases.iter().rev() {
        let Some(right) = &case.right else { continue };
        if let Some(old) = &case.fault {
            lines.drain(old.from - 1..=old.to);
        }
        if let Some(now) = now {
            let open = std::iter::once(format!("```{kind} known-fault"));
            let block: Vec<String> = open.chain(now.iter().cloned()).chain(["```".to_string()]).collect();
            lines.splice(right.to + 1..right.to + 1, block);
        }
    }
    lines.join("\n") + "\n"
}

/// `words = answer`.
pub fn pair(line: &str) -> Option<(String, String)> {
    line.split_once(" = ").map(|(a, b)| (a.trim().to_string(), b.trim().to_string()))
}
