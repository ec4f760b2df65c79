//! What was skipped, or read with something left out. Each is one line on standard error, but of one kind no more
//! than [`TOLD`] lines: a million empty records are no reason to scroll. With `--rejects FILE` all of them stand in
//! that file, one JSON object a line, for programs that mend inputs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use detente::article::Article;
use detente_intake::{Kind, Problem};
use serde::Serialize;

use crate::commands::CannotWrite;
use crate::output::complain;
use crate::progress::Meter;

/// Lines of one kind on standard error, at most.
const TOLD: usize = 20;

/// Sorts of things left aside that are counted one by one.
const ASIDE: usize = 60;

/// The flag of commands that read articles.
#[derive(Clone, Debug, Default, clap::Args)]
// Several such sets stand in one command; a group for each would need a name of its own.
#[group(skip)]
pub struct Args {
    /// A file for everything that was skipped or read with something left out: one JSON object a line with kind,
    /// file, place, what and mend
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}

/// One record that was skipped or read with something left out.
#[derive(Debug, Serialize)]
pub struct Reject<'a> {
    /// A word for programs; the same sort of fault has the same word in every version.
    pub kind: &'a str,
    /// The file, as the user named it.
    pub file: &'a str,
    /// Where in it: `line 7`; null where it is the whole file.
    pub place: Option<String>,
    /// The article, where it has a name already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<&'a str>,
    /// True for what is left aside without being at fault: an article in another language.
    #[serde(skip)]
    pub aside: bool,
    /// What is wrong.
    pub what: &'a str,
    /// What to do about it.
    pub mend: &'a str,
}

impl<'a> Reject<'a> {
    /// What intake says of a record.
    pub fn of(problem: &'a Problem) -> Reject<'a> {
        Reject {
            kind: problem.kind.word(),
            file: &problem.file,
            place: problem.place.words(),
            article: None,
            aside: problem.is_no_fault(),
            what: &problem.what,
            mend: &problem.mend,
        }
    }

    /// An article over which the reader stumbled.
    pub fn stumbled(article: &'a Article) -> Reject<'a> {
        Reject {
            kind: "stumbled",
            file: article.file.as_deref().unwrap_or_default(),
            place: article.place.clone(),
            article: Some(&article.id),
            aside: false,
            what: "the reader stumbled over this article (see the lines above) and passed it over",
            mend: "please report it with its text",
        }
    }

    /// The sentence for people.
    fn sentence(&self) -> String {
        let mut who = self.article.unwrap_or(self.file).to_owned();
        if let (Some(place), None) = (&self.place, self.article) {
            who.push_str(&format!(", {place}"));
        }
        format!("{who}: {}: {}.", self.what, self.mend)
    }
}

/// Takes what is skipped.
#[derive(Default)]
pub struct Rejects {
    file: Option<Open>,
    /// Lines said on standard error, by kind.
    told: BTreeMap<String, usize>,
    /// All, by kind.
    counts: BTreeMap<String, u64>,
    /// How many faults were taken before this run began.
    earlier: u64,
    /// What was left aside without being at fault, by sort.
    aside: BTreeMap<String, u64>,
}

struct Open {
    path: PathBuf,
    file: BufWriter<File>,
    bytes: u64,
}

impl Rejects {
    /// Begins, with a file where one is named. A file that is there is written over: it told of an earlier run.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn begin(path: Option<&Path>) -> Result<Rejects> {
        Rejects::go_on(path, 0, BTreeMap::new())
    }

    /// Goes on after a stop: the file is cut back to so many bytes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn go_on(path: Option<&Path>, bytes: u64, counts: BTreeMap<String, u64>) -> Result<Rejects> {
        let open = |path: &Path| -> std::io::Result<Open> {
            let mut file = File::options().create(true).truncate(false).write(true).open(path)?;
            // A device or a pipe has no length to be cut.
            if file.metadata()?.is_file() {
                file.set_len(bytes)?;
                file.seek(SeekFrom::End(0))?;
            }
            Ok(Open { path: path.into(), file: BufWriter::new(file), bytes })
        };
        let file = path.map(|path| open(path).map_err(|e| CannotWrite::new(path, &e))).transpose()?;
        let faults = counts.iter().filter(|(kind, _)| *kind != Kind::Language.word());
        let earlier = faults.map(|(_, n)| n).sum();
        Ok(Rejects { file, told: BTreeMap::new(), counts, earlier, aside: BTreeMap::new() })
    }

    /// Takes one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, meter: &Meter, reject: &Reject) -> Result<()> {
        *self.counts.entry(reject.kind.to_owned()).or_default() += 1;
        if let Some(Open { path, file, bytes }) = &mut self.file {
            // A record of ours is always JSON.
            let mut line = serde_json::to_vec(reject).unwrap_or_default();
            line.push(b'\n');
            *bytes += line.len() as u64;
            file.write_all(&line).map_err(|e| CannotWrite::new(path, &e))?;
        }
        if reject.aside {
            self.count_aside(reject.what, 1);
        } else {
            self.word(meter, reject.kind, &reject.sentence());
        }
        Ok(())
    }

    /// Says something on standard error, unless enough of its kind was said.
    pub fn word(&mut self, meter: &Meter, kind: &str, text: &str) {
        let told = self.told.entry(kind.to_owned()).or_default();
        *told += 1;
        if *told <= TOLD {
            meter.say(text);
        }
    }

    /// How many faults were taken before this run began.
    pub fn earlier(&self) -> u64 {
        self.earlier
    }

    /// What is neither an article nor a fault, by sort.
    pub fn passed_over(&mut self, passed: BTreeMap<String, u64>) {
        for (sort, n) in passed {
            self.count_aside(&sort, n);
        }
    }

    fn count_aside(&mut self, sort: &str, n: u64) {
        let known = self.aside.len() < ASIDE || self.aside.contains_key(sort);
        *self.aside.entry(if known { sort } else { "other things" }.to_owned()).or_default() += n;
    }

    /// All that was taken, by kind.
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }

    /// Makes sure that the file holds all that was taken; gives its length.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn sure(&mut self) -> Result<u64> {
        let Some(Open { path, file, bytes }) = &mut self.file else { return Ok(0) };
        file.flush().map_err(|e| CannotWrite::new(path, &e))?;
        Ok(*bytes)
    }

    /// Ends: says what was counted and not told.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end(&mut self) -> Result<()> {
        self.sure()?;
        if !self.aside.is_empty() {
            let sorts: Vec<String> = self
                .aside
                .iter()
                .map(|(sort, n)| format!("{sort} ({})", detente_desk::grouped(*n as usize)))
                .collect();
            complain(&format!("left aside: {}.", sorts.join("; ")));
        }
        let more: Vec<String> = self
            .told
            .iter()
            .filter(|(_, told)| **told > TOLD)
            .map(|(kind, told)| format!("{} more of the kind \"{kind}\"", detente_desk::grouped(told - TOLD)))
            .collect();
        if !more.is_empty() {
            let mend = match &self.file {
                Some(open) => format!("all stand in {}", open.path.display()),
                None => "--rejects FILE lists them all".into(),
            };
            complain(&format!("and {}: {mend}.", more.join(", ")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use detente_intake::Place;

    use super::*;

    #[test]
    fn a_reject_says_what_the_line_on_standard_error_says() {
        let problem =
            Problem::new(Kind::Json, "a.jsonl", "this is not JSON", "correct the line").at(Place::Line(7));
        let reject = Reject::of(&problem);
        assert_eq!(reject.sentence(), problem.to_string());
        assert_eq!(
            serde_json::to_string(&reject).expect("JSON"),
            r#"{"kind":"json","file":"a.jsonl","place":"line 7","what":"this is not JSON","mend":"correct the line"}"#
        );
    }
}
