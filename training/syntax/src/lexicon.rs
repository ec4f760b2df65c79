//! The vocabulary and the table of lemmas that go into the model.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use detente::syntax::Upos;
use detente::syntax::lemma::{Ending, Lemmas, lower, rule};
use detente::syntax::word::{Known, fold, hash};

use crate::conllu::Sentence;

/// A cell of the table of inflections: part of speech, ending, form.
type Cell = (Upos, u8, String);

/// How often each lemma was seen.
type Counts = BTreeMap<String, usize>;

/// What is known of each word: the parts of speech it had in training, its inflections, and its cluster.
pub fn vocabulary(
    sentences: &[Sentence],
    forms: Option<&Path>,
    clusters: Option<&Path>,
) -> Result<Vec<(u32, Known)>, String> {
    let mut counts: BTreeMap<String, HashMap<Upos, usize>> = BTreeMap::new();
    for word in sentences.iter().flat_map(|s| &s.words) {
        *counts.entry(fold(&word.form).collect()).or_default().entry(word.upos).or_default() += 1;
    }
    let mut known: BTreeMap<u32, Known> = BTreeMap::new();
    for (word, parts) in &counts {
        let all: usize = parts.values().sum();
        if all < 5 {
            continue;
        }
        // Two letters of a set: which parts of speech make up a fair share of the word's uses.
        let mut habit = 0u32;
        for upos in Upos::ALL {
            let share = parts.get(upos).copied().unwrap_or(0) * 20;
            if share >= all {
                habit |= 1 << (*upos as u32);
            }
        }
        // Adjective, verb and noun differ in whether they are the usual reading; fold 17 bits into 16.
        let habit = (habit & 0xffff) as u16 | (habit >> 16) as u16;
        known.insert(hash(word), Known { habit, ..Known::default() });
    }
    for row in forms.map(inflections).transpose()?.unwrap_or_default() {
        let folded: String = fold(&row.form).collect();
        known.entry(hash(&folded)).or_default().inflections |= 1 << row.number;
    }
    if let Some(path) = clusters {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        for line in text.lines() {
            let mut fields = line.split('\t');
            let (Some(word), Some(cluster), Some(coarse)) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let folded: String = fold(word).collect();
            let entry = known.entry(hash(&folded)).or_default();
            if entry.cluster == 0 {
                entry.cluster = cluster.parse().map_err(|_| format!("not a cluster: {line}"))?;
                entry.coarse = coarse.parse().map_err(|_| format!("not a cluster: {line}"))?;
            }
        }
    }
    Ok(known.into_iter().collect())
}

/// The exceptions to the rules of lemmas: first what the treebank says, then what the dictionary of forms says.
pub fn lemmas(sentences: &[Sentence], forms: Option<&Path>) -> Result<Lemmas, String> {
    let mut seen: BTreeMap<Cell, (Ending, Counts)> = BTreeMap::new();
    for word in sentences.iter().flat_map(|s| &s.words) {
        if word.lemma == "_"
            || matches!(word.upos, Upos::Propn | Upos::X | Upos::Punct | Upos::Sym | Upos::Num)
        {
            continue;
        }
        let ending = Ending::of(&word.xpos);
        let entry = seen
            .entry((word.upos, ending as u8, lower(&word.form)))
            .or_insert_with(|| (ending, BTreeMap::new()));
        *entry.1.entry(lower(&word.lemma)).or_default() += 1;
    }
    let mut lemmas = Lemmas::default();
    let mut settled: std::collections::HashSet<Cell> = std::collections::HashSet::new();
    for ((upos, kind, form), (ending, found)) in &seen {
        let Some((lemma, count)) = found.iter().max_by_key(|(l, c)| (**c, std::cmp::Reverse(*l))) else {
            continue;
        };
        if *count >= 2 || *ending != Ending::Bare {
            settled.insert((*upos, *kind, form.clone()));
        }
        // A single sighting of an uninflected word with another lemma is mostly a mended misspelling.
        if *lemma != rule(form, *upos, *ending)
            && (*count >= 2 || *ending != Ending::Bare || matches!(upos, Upos::Aux | Upos::Pron | Upos::Det))
        {
            lemmas.insert(form, *upos, *ending, lemma);
        }
    }
    let Some(path) = forms else { return Ok(lemmas) };
    let mut candidates: BTreeMap<Cell, (Ending, Vec<String>)> = BTreeMap::new();
    for row in inflections(path)? {
        let key = (row.upos, row.ending as u8, lower(&row.form));
        if row.ending != Ending::Bare && !settled.contains(&key) {
            candidates.entry(key).or_insert_with(|| (row.ending, Vec::new())).1.push(lower(&row.lemma));
        }
    }
    for ((upos, _, form), (ending, found)) in &candidates {
        let ruled = rule(form, *upos, *ending);
        if !found.contains(&ruled)
            && let Some(lemma) = found.first()
        {
            lemmas.insert(form, *upos, *ending, lemma);
        }
    }
    Ok(lemmas)
}

/// One form of the dictionary of forms.
struct Inflection {
    upos: Upos,
    ending: Ending,
    /// Number of the cell in the table of inflections.
    number: u8,
    form: String,
    lemma: String,
}

/// Reads the dictionary of forms: `lemma,noun,plurals`, `lemma,verb,past,participle,ing,third`,
/// `lemma,adj,more,most`, with `/` between variants.
fn inflections(path: &Path) -> Result<Vec<Inflection>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut rows = Vec::new();
    for line in text.lines() {
        let mut fields = line.split(',');
        let (Some(lemma), Some(part)) = (fields.next(), fields.next()) else { continue };
        let cells: Vec<&str> = fields.collect();
        let cell = |i: usize| cells.get(i).copied().unwrap_or("");
        // A verb whose participle is left out has its past tense for it.
        let participle = if cell(1).is_empty() { cell(0) } else { cell(1) };
        let plan: Vec<(Upos, Ending, u8, &str)> = match part {
            "noun" => vec![(Upos::Noun, Ending::Bare, 0, lemma), (Upos::Noun, Ending::Plural, 1, cell(0))],
            "verb" => vec![
                (Upos::Verb, Ending::Bare, 2, lemma),
                (Upos::Verb, Ending::Past, 3, cell(0)),
                (Upos::Verb, Ending::Past, 4, participle),
                (Upos::Verb, Ending::Ing, 5, cell(2)),
                (Upos::Verb, Ending::Third, 6, cell(3)),
            ],
            "adj" => vec![
                (Upos::Adj, Ending::Bare, 7, lemma),
                (Upos::Adj, Ending::More, 8, cell(0)),
                (Upos::Adj, Ending::Most, 9, cell(1)),
            ],
            "adv" => vec![
                (Upos::Adv, Ending::Bare, 10, lemma),
                (Upos::Adv, Ending::More, 11, cell(0)),
                (Upos::Adv, Ending::Most, 12, cell(1)),
            ],
            _ => vec![],
        };
        for (upos, ending, number, spellings) in plan {
            for form in spellings.split('/').filter(|f| !f.is_empty()) {
                rows.push(Inflection { upos, ending, number, form: form.into(), lemma: lemma.into() });
            }
        }
    }
    Ok(rows)
}
