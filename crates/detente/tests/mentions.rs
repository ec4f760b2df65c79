//! The mentions of `cases/mentions/*.md`: short articles, and for each mention whom its words stand for. A case is as in
//! `cases/*.md`, with a block of mentions in place of events:
//!
//! ````markdown
//! ## A denied attack is not an attack
//! Why.
//! ```text on=2026-03-09
//! Avaria's army shelled Morstad. It denied the attack.
//! ```
//! ```mentions
//! Avaria's army = XAA
//! Morstad = XAB
//! It = XAA
//! ```
//! ````
//!
//! Lines stand in the order of the text; each looks for its words behind those of the line before. Several keys are
//! joined with `+`, answers that are equally right with `|`; who must stay unresolved is `nobody`. What is read wrongly
//! stands in a second block, ` ```mentions known-fault `, with today's answers, and the test says so when one changes.
//! `BLESS=1` writes that block. The share of right mentions is printed.

mod common;
mod markdown;

use std::fs;
use std::process::ExitCode;

use detente::read::{Reader, Reading};
use detente::span::{Span, TokenId, TokenRange};
use markdown::Begun;

type Case = markdown::Case<(String, String)>;

/// The cases of one file, and what is wrong with its form.
fn parse(stem: &str, text: &str) -> (Vec<Case>, Vec<String>) {
    let name = |heading: &str| format!("{stem}: {heading}");
    markdown::parse(stem, text, "mentions", "words = KEY", name, markdown::pair)
}

/// Where words stand in a text, as whole words, at or after a byte.
fn find(text: &str, words: &str, after: usize) -> Option<Span> {
    let whole = |at: &usize| {
        let left = text[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        left && text[at + words.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric())
    };
    let mut found = text.match_indices(words).map(|(at, _)| at).filter(|at| *at >= after);
    found.find(whole).map(|at| Span::new(at, at + words.len()))
}

/// The keys of the mention that the words are, sorted and joined; `nobody` where there are none.
fn keys(reading: &Reading, span: Span) -> String {
    let s = &reading.syntax;
    let inside: Vec<TokenId> = (0..s.tokens.len() as u32)
        .map(TokenId)
        .filter(|t| s.span(*t).start >= span.start && s.span(*t).end <= span.end)
        .collect();
    let (Some(first), Some(last)) = (inside.first(), inside.last()) else { return "nobody".into() };
    let range = TokenRange::new(first.index(), last.index() + 1);
    let head = range.iter().find(|t| s.head(*t).is_none_or(|h| !range.contains(h))).unwrap_or(*first);
    let at = |t: TokenId| reading.mentions.iter().find(|m| m.tokens.contains(t));
    // A parse may hang a title below or above its name: the last words of the phrase are asked then.
    let mention = at(head).or_else(|| range.iter().rev().find_map(at));
    let parties = mention.map_or(&[][..], |m| &m.parties);
    let mut keys: Vec<&str> = parties.iter().map(|p| p.key.as_str()).filter(|k| !k.is_empty()).collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() { "nobody".into() } else { keys.join("+") }
}

/// What is read at each line of a case, or the line whose words are not in the text.
fn read(reader: &Reader, case: &Case) -> Result<Vec<String>, String> {
    let article = case.article();
    let reading = reader.read_all(&article);
    let (mut start, mut end) = (0, 0);
    let mut answers = Vec::new();
    for (words, _) in case.right() {
        let span = find(&case.text, words, end).or_else(|| find(&case.text, words, start));
        let span = span.ok_or_else(|| format!("`{words}` is not in the text behind the line before"))?;
        (start, end) = (span.start as usize + 1, span.end as usize);
        answers.push(keys(&reading, span));
    }
    Ok(answers)
}

/// Is an answer one of those that are right?
fn is_right(right: &str, read: &str) -> bool {
    right.split('|').any(|one| {
        let mut keys: Vec<&str> = one.split('+').map(str::trim).collect();
        keys.sort_unstable();
        keys.join("+") == read
    })
}

/// The known-fault lines of a case as it is read: of words that stand there several times, all of them.
fn faults(case: &Case, read: &[String]) -> Vec<(String, String)> {
    let right = case.right();
    let wrong = |words: &str| {
        right.iter().zip(read).any(|((other, answer), read)| other == words && !is_right(answer, read))
    };
    let lines = right.iter().zip(read).filter(|((words, _), _)| wrong(words));
    lines.map(|((words, _), read)| (words.clone(), read.clone())).collect()
}

fn main() -> ExitCode {
    let begun = markdown::begin("cases/mentions", |stem, text| parse(stem, text).0);
    let Begun { asked, files, reader } = match begun {
        Ok(begun) => begun,
        Err(status) => return status,
    };
    let (mut right, mut all, mut failures) = (0, 0, Vec::new());
    for (path, stem, text) in &files {
        let (cases, wrong) = parse(stem, text);
        failures.extend(wrong.into_iter().map(|f| format!("cases/mentions/{f}")));
        let mut done = Vec::new();
        for case in cases.into_iter().filter(|c| asked.wants(&c.name)) {
            let answers = match read(&reader, &case) {
                Ok(answers) => answers,
                Err(fault) => {
                    failures.push(format!("{}: {fault}", case.name));
                    continue;
                }
            };
            let lines = case.right();
            right += lines.iter().zip(&answers).filter(|((_, r), a)| is_right(r, a)).count();
            all += lines.len();
            let now = faults(&case, &answers);
            let known = case.fault();
            if now != known {
                let mut said = format!("{}\n  {}\n", case.name, case.text.replace('\n', "\n  "));
                for ((words, right), read) in lines.iter().zip(&answers).filter(|((_, r), a)| !is_right(r, a))
                {
                    said += &format!("    {words} = {right}   + read {read}\n");
                }
                let mended = known.iter().filter(|k| !now.contains(k));
                mended.for_each(|(words, old)| said += &format!("    no longer: {words} = {old}\n"));
                failures.push(said + "    (BLESS=1 writes today's faults down)");
            }
            let lines = now.into_iter().map(|(words, read)| format!("{words} = {read}")).collect::<Vec<_>>();
            let lines = Some(lines).filter(|l| !l.is_empty());
            done.push((case, lines));
        }
        if asked.bless {
            fs::write(path, markdown::bless(text, "mentions", &done))
                .expect("the file of cases can be written");
        }
    }
    failures.iter().for_each(|f| println!("{f}"));
    println!(
        "test result: {right} of {all} mentions right ({:.1} %), {} cases changed or faulty",
        100.0 * right as f64 / (all as f64).max(1.0),
        failures.len()
    );
    if failures.is_empty() || asked.bless { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
