//! Treebanks in CoNLL-U.

use std::path::Path;

use detente::syntax::{Deprel, Upos};

/// One word of a treebank.
#[derive(Clone)]
pub struct Word {
    pub form: String,
    pub lemma: String,
    pub upos: Upos,
    pub xpos: String,
    /// Position of the head in the sentence; the length of the sentence for the root.
    pub head: usize,
    pub deprel: Deprel,
    /// The relation as the treebank writes it, before it is read as one that the program knows.
    pub written: String,
    /// False where the next word follows without a space.
    pub space_after: bool,
}

/// One sentence of a treebank.
#[derive(Clone)]
pub struct Sentence {
    pub words: Vec<Word>,
    /// True where a paragraph (or document) begins.
    pub new_paragraph: bool,
}

impl Sentence {
    pub fn forms(&self) -> Vec<&str> {
        self.words.iter().map(|w| w.form.as_str()).collect()
    }
}

/// The relation, or its base where the program does not know the subtype.
pub fn relation(text: &str) -> Deprel {
    Deprel::parse(text)
        .or_else(|| Deprel::parse(text.split(':').next().unwrap_or(text)))
        .unwrap_or(Deprel::Dep)
}

/// Reads a treebank; empty nodes are left out, and a multiword token only says where spaces stand.
pub fn read(path: &Path) -> Result<Vec<Sentence>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut sentences = Vec::new();
    let (mut words, mut new_paragraph) = (Vec::<Word>::new(), true);
    // The last word of the multiword token at hand, and whether a space follows it.
    let mut joined: Option<(usize, bool)> = None;
    for (number, line) in text.lines().chain([""]).enumerate() {
        if line.is_empty() {
            if !words.is_empty() {
                let n = words.len();
                for word in &mut words {
                    word.head = word.head.checked_sub(1).unwrap_or(n);
                }
                sentences.push(Sentence { words: std::mem::take(&mut words), new_paragraph });
                new_paragraph = false;
            }
            joined = None;
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            new_paragraph |=
                comment.trim_start().starts_with("newpar") || comment.trim_start().starts_with("newdoc");
            continue;
        }
        let bad = || format!("{}:{}: not a word of CoNLL-U", path.display(), number + 1);
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, form, lemma, upos, xpos, _, head, deprel, _, misc] = columns[..] else { return Err(bad()) };
        let space_after = !misc.split('|').any(|m| m == "SpaceAfter=No");
        if id.contains('.') {
            continue;
        }
        if let Some((_, last)) = id.split_once('-') {
            joined = Some((last.parse().map_err(|_| bad())?, space_after));
            continue;
        }
        let id: usize = id.parse().map_err(|_| bad())?;
        let space_after = match joined {
            Some((last, _)) if id < last => false,
            Some((last, after)) if id == last => after,
            _ => space_after,
        };
        words.push(Word {
            form: form.to_owned(),
            lemma: lemma.to_owned(),
            upos: Upos::parse(upos).ok_or_else(bad)?,
            xpos: xpos.to_owned(),
            head: head.parse().map_err(|_| bad())?,
            deprel: relation(deprel),
            written: deprel.to_owned(),
            space_after,
        });
    }
    Ok(sentences)
}
