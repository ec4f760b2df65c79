//! The table of lemmas that goes into the model.

use std::collections::BTreeMap;
use std::path::Path;

use detente::syntax::Upos;
use detente::syntax::lemma::{Ending, Lemmas, lower, rule};

use crate::conllu::Sentence;

/// A cell of the table of inflections: part of speech, ending, form.
type Cell = (Upos, u8, String);

/// How often each lemma was seen.
type Counts = BTreeMap<String, usize>;

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
    // For each form, as a noun and as a verb: its ending, or nothing where it has several.
    let mut only: BTreeMap<String, [Option<Option<Ending>>; 2]> = BTreeMap::new();
    let rows = inflections(path)?;
    for row in &rows {
        let slot = match row.upos {
            Upos::Noun => 0,
            Upos::Verb => 1,
            _ => continue,
        };
        let known = &mut only.entry(lower(&row.form)).or_default()[slot];
        *known = match known {
            None => Some(Some(row.ending)),
            Some(Some(one)) if *one == row.ending => Some(Some(row.ending)),
            Some(_) => Some(None),
        };
    }
    lemmas.set_only(only.iter().map(|(form, [noun, verb])| (form.as_str(), noun.flatten(), verb.flatten())));
    for row in rows {
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
        let plan: Vec<(Upos, Ending, &str)> = match part {
            "noun" => vec![(Upos::Noun, Ending::Bare, lemma), (Upos::Noun, Ending::Plural, cell(0))],
            "verb" => vec![
                (Upos::Verb, Ending::Bare, lemma),
                (Upos::Verb, Ending::Past, cell(0)),
                (Upos::Verb, Ending::Past, participle),
                (Upos::Verb, Ending::Ing, cell(2)),
                (Upos::Verb, Ending::Third, cell(3)),
            ],
            "adj" => vec![
                (Upos::Adj, Ending::Bare, lemma),
                (Upos::Adj, Ending::More, cell(0)),
                (Upos::Adj, Ending::Most, cell(1)),
            ],
            "adv" => vec![
                (Upos::Adv, Ending::Bare, lemma),
                (Upos::Adv, Ending::More, cell(0)),
                (Upos::Adv, Ending::Most, cell(1)),
            ],
            _ => vec![],
        };
        for (upos, ending, spellings) in plan {
            for form in spellings.split('/').filter(|f| !f.is_empty()) {
                rows.push(Inflection { upos, ending, form: form.into(), lemma: lemma.into() });
            }
        }
    }
    Ok(rows)
}
