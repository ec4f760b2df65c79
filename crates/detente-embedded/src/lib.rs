//! Makes the engine ready: the built-in model and lexicon, and the user's own lexicon folders on top. The program and
//! the Python package both read through it, so they read alike. Only what reads articles comes here: all of it is
//! put into the binary when this crate is built, and loading it takes part of a second.

#![forbid(unsafe_code)]

use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};
use detente::actor::Keys;
use detente::event::Choice;
use detente::gazetteer::Gazetteer;
use detente::lexicon::{Fault, Half, Lexicon};
use detente::link::Causes;
use detente::read::Reader;
use detente::scene::Scene;
use detente::syntax::{Acts, Glance, Model};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// Folders that a lexicon is made of.
const FOLDERS: [&str; 10] =
    ["actors", "contexts", "events", "exchange", "gazetteer", "links", "places", "roles", "times", "words"];
/// A folder with this file is a whole lexicon and takes the place of the built-in one.
const WHOLE: &str = "events/types.tsv";

/// Invented actors, for the lexicon's own examples alone.
const INVENTED: &str = "actors/examples.tsv";

/// One file of the lexicon.
pub struct LexiconFile {
    /// The path that the engine knows it by.
    pub path: String,
    /// What to call it in messages.
    pub shown: String,
    /// Its text.
    pub content: String,
    /// True for files of the user's own folders.
    pub own: bool,
}

/// The built-in files, or those of a whole lexicon, and the user's on top.
///
/// # Errors
/// When a folder cannot be read, or holds nothing that a lexicon is made of.
pub fn lexicon_files(folders: &[PathBuf]) -> Result<Vec<LexiconFile>> {
    let mut own = Vec::new();
    let mut whole = false;
    for folder in folders {
        let found = folder_files(folder)?;
        if found.iter().any(|f| f.path == WHOLE) {
            whole = true;
            own.extend(found);
        } else {
            // The folder's own name keeps its files apart from built-in ones of the same name.
            let name =
                folder.canonicalize().ok().and_then(|p| Some(p.file_name()?.to_string_lossy().into_owned()));
            let name = name.unwrap_or_else(|| "own".into());
            own.extend(found.into_iter().map(|f| LexiconFile { path: format!("{name}/{}", f.path), ..f }));
        }
    }
    let built_in = embedded::LEXICON.iter().filter(|_| !whole).map(|(path, content)| LexiconFile {
        path: (*path).into(),
        shown: format!("lexicon/{path}"),
        content: (*content).into(),
        own: false,
    });
    Ok(built_in.chain(own).collect())
}

/// The files that articles are read with: all of [`lexicon_files`] but the invented actors of the examples.
///
/// # Errors
/// As [`lexicon_files`].
pub fn reading_files(folders: &[PathBuf]) -> Result<Vec<LexiconFile>> {
    let mut files = lexicon_files(folders)?;
    files.retain(|f| f.path != INVENTED);
    Ok(files)
}

/// The files of one of the user's folders.
fn folder_files(folder: &Path) -> Result<Vec<LexiconFile>> {
    let shown = folder.display();
    if !folder.is_dir() {
        bail!(
            "{shown}: there is no such folder: give --lexicon a folder with events/*.toml or actors/*.tsv in it"
        );
    }
    let mut paths = Vec::new();
    walk(folder, &mut paths).with_context(|| format!("{shown}: this folder cannot be read"))?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let parts: Vec<_> = path.strip_prefix(folder)?.iter().map(|p| p.to_string_lossy()).collect();
        if parts.len() < 2 || !FOLDERS.contains(&parts[parts.len() - 2].as_ref()) {
            bail!(
                "{}: this file stands in none of the folders {}: move it into the one it belongs to",
                path.display(),
                FOLDERS.join(", ")
            );
        }
        let bytes =
            fs::read(&path).with_context(|| format!("{}: this file cannot be read", path.display()))?;
        let content = String::from_utf8(bytes).map_err(|e| {
            let line =
                e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
            anyhow::anyhow!("{}:{line}: this is not UTF-8: save the file as UTF-8", path.display())
        })?;
        files.push(LexiconFile {
            path: parts.join("/"),
            shown: path.display().to_string(),
            content,
            own: true,
        });
    }
    if files.is_empty() {
        bail!("{shown}: this folder holds no lexicon files: put events/*.toml or actors/*.tsv there");
    }
    Ok(files)
}

/// Every `.toml` and `.tsv` file of a folder and the folders in it; hidden ones are passed over.
fn walk(dir: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml" || e == "tsv") {
            files.push(path);
        }
    }
    Ok(())
}

/// The files as the engine takes them.
pub fn pairs<'a>(files: impl IntoIterator<Item = &'a LexiconFile>) -> Vec<(String, String)> {
    files.into_iter().map(|f| (f.path.clone(), f.content.clone())).collect()
}

/// Names the files of faults as the user knows them.
pub fn show(mut faults: Vec<Fault>, files: &[LexiconFile]) -> Vec<Fault> {
    for fault in &mut faults {
        if let Some(file) = files.iter().find(|f| f.path == fault.file) {
            fault.file.clone_from(&file.shown);
        }
    }
    faults
}

/// Loads the lexicon, its halves side by side; faults are given back with the user's names for the files.
///
/// # Errors
/// Every fault of every file.
pub fn load_lexicon(files: &[LexiconFile]) -> Result<Lexicon, Vec<Fault>> {
    let pairs = pairs(files);
    let (tables, patterns) = thread::scope(|scope| {
        let patterns = scope.spawn(|| Half::patterns(&pairs));
        (Half::tables(&pairs), patterns.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    Lexicon::join(tables, patterns).map_err(|faults| show(faults, files))
}

/// Loads the built-in models.
///
/// # Errors
/// When the program was built with a damaged model.
pub fn load_model() -> Result<Model> {
    Model::load(embedded::MODEL)
        .and_then(|model| model.with_acts(Acts::load(embedded::ACTS)?))
        .context("this build is damaged: install the program again")
}

/// The model with the glance that passes over sentences of which nothing would come. It was learnt with the built-in
/// lexicon, so that it knows nothing of events that a user's own patterns tell: where there are any, every sentence that
/// holds their words is parsed.
///
/// # Errors
/// When the program was built with a damaged one.
pub fn glancing(model: Model, files: &[LexiconFile]) -> Result<Model> {
    if glances(files) { with_glance(model) } else { Ok(model) }
}

fn with_glance(model: Model) -> Result<Model> {
    Glance::load(embedded::GLANCE)
        .and_then(|glance| model.with_glance(glance))
        .context("this build is damaged: install the program again")
}

/// A file of trained weights, or of places, that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelFile {
    /// Its path in the repository.
    pub file: &'static str,
    /// Its length.
    pub bytes: usize,
    /// sha256 of its bytes, hexadecimal.
    pub sha256: &'static str,
    /// True where reports hang on it; false for what other questions alone need.
    pub in_reading: bool,
}

/// The built-in models and the file of places.
pub fn models() -> impl Iterator<Item = ModelFile> {
    embedded::MODELS.iter().map(|&(file, bytes, sha256, in_reading)| ModelFile {
        file,
        bytes,
        sha256,
        in_reading,
    })
}

/// Sixteen hexadecimal digits that change whenever the sources of the engine do: two programs of one version with the same
/// ones read alike.
pub fn engine() -> &'static str {
    embedded::ENGINE
}

/// True where the glance is used with these files: see [`glancing`].
pub fn glances(files: &[LexiconFile]) -> bool {
    !files.iter().any(|f| f.own && f.path.ends_with(".toml"))
}

/// Loads the built-in choice of keys.
///
/// # Errors
/// When the program was built with a damaged one.
pub fn load_keys() -> Result<Keys> {
    Keys::load(embedded::KEYS).context("this build is damaged: install the program again")
}

/// Loads the built-in choice of parties.
///
/// # Errors
/// When the program was built with a damaged one.
pub fn load_choice() -> Result<Choice> {
    Choice::load(embedded::CHOICE).context("this build is damaged: install the program again")
}

/// Loads the built-in choice of days and places.
///
/// # Errors
/// When the program was built with a damaged one.
pub fn load_scene() -> Result<Scene> {
    Scene::load(embedded::SCENE).context("this build is damaged: install the program again")
}

/// Loads the built-in weights of stated causes.
///
/// # Errors
/// When the program was built with damaged ones.
pub fn load_causes() -> Result<Causes> {
    Causes::load(embedded::CAUSES).context("this build is damaged: install the program again")
}

/// Loads the built-in gazetteer.
///
/// # Errors
/// When the program was built with a damaged one.
pub fn load_gazetteer() -> Result<Gazetteer> {
    Gazetteer::load(embedded::GAZETTEER).context("this build is damaged: install the program again")
}

/// The whole engine over these files, with the glance where it knows them.
///
/// # Errors
/// Faults of the files, inside; a damaged model, outside.
pub fn reader_of(files: &[LexiconFile]) -> Result<Result<Reader, Vec<Fault>>> {
    reader_with(files, glances(files))
}

/// The whole engine over these files, with the glance or without it: see [`glancing`].
///
/// # Errors
/// As [`reader_of`].
pub fn reader_with(files: &[LexiconFile], glance: bool) -> Result<Result<Reader, Vec<Fault>>> {
    // Neither waits for the other.
    let (lexicon, model) = thread::scope(|scope| {
        let model = scope.spawn(load_model);
        let lexicon = load_lexicon(files);
        (lexicon, model.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let lexicon = match lexicon {
        Ok(lexicon) => lexicon,
        Err(faults) => return Ok(Err(faults)),
    };
    let (keys, choice) = (load_keys()?, load_choice()?);
    let (scene, gazetteer) = (load_scene()?, load_gazetteer()?);
    let model = if glance { with_glance(model?)? } else { model? };
    let reader = Reader::new(model, lexicon).map_err(|faults| show(faults, files));
    Ok(reader
        .map(|reader| reader.with_keys(keys).with_choice(choice).with_scene(scene).with_gazetteer(gazetteer)))
}

/// The whole engine, with the user's folders on top.
///
/// # Errors
/// When a folder cannot be read, a lexicon file has faults, or the model is damaged.
pub fn reader(folders: &[PathBuf]) -> Result<Reader> {
    reader_of(&reading_files(folders)?)?.map_err(|faults| faulty(&faults))
}

/// The lexicon alone, for commands that read no article.
///
/// # Errors
/// When a file has faults.
pub fn lexicon(files: &[LexiconFile]) -> Result<Lexicon> {
    load_lexicon(files).map_err(|faults| faulty(&faults))
}

fn faulty(faults: &[Fault]) -> anyhow::Error {
    let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let (faults, them) = match list.len() {
        1 => ("1 fault".to_owned(), "it"),
        n => (format!("{n} faults"), "them"),
    };
    anyhow::anyhow!("the lexicon has {faults}: mend {them} and try again\n{}", list.join("\n"))
}

/// What the lexicon says under the name of a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file, as the user knows it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Patterns and reason, or the row of a table.
    pub says: Vec<String>,
}

/// Finds the entry that a piece of evidence names: a place in a file (`actors/states.tsv:12`), or the id of an
/// entry in one of the pattern files. `None` for readings that are built into the engine.
pub fn entry(files: &[LexiconFile], rule: &str) -> Option<Entry> {
    if let Some((path, line)) = rule.rsplit_once(':')
        && let Ok(line) = line.parse::<usize>()
        && let Some(file) = files.iter().find(|f| f.path == path)
    {
        let row = file.content.lines().nth(line.checked_sub(1)?)?;
        return Some(Entry { file: file.shown.clone(), line, says: vec![row.replace('\t', "  ")] });
    }
    files.iter().filter(|f| f.path.ends_with(".toml") && f.content.contains(rule)).find_map(|file| {
        let table: toml::Table = file.content.parse().ok()?;
        let entries = table.values().filter_map(toml::Value::as_array).flatten();
        let entry = entries.into_iter().find(|e| e.get("id").and_then(toml::Value::as_str) == Some(rule))?;
        let quoted = format!("\"{rule}\"");
        let line = file.content.lines().position(|l| l.trim_start().starts_with("id") && l.contains(&quoted));
        // Patterns of events, phrases of time.
        let patterns = entry.get("match").or_else(|| entry.get("phrasings"));
        let patterns = patterns.and_then(toml::Value::as_array).into_iter().flatten();
        let mut says: Vec<String> = patterns.filter_map(toml::Value::as_str).map(str::to_owned).collect();
        says.extend(entry.get("why").and_then(toml::Value::as_str).map(str::to_owned));
        Some(Entry { file: file.shown.clone(), line: line.map_or(1, |l| l + 1), says })
    })
}

/// Key and names, the usual one first, of the states that are, and of the organisations whose keys have three letters:
/// of these the row of the organisation itself, which has its abbreviation (UN, EU) among its names.
fn coded() -> impl Iterator<Item = (&'static str, &'static str, bool)> {
    let tables = ["actors/states.tsv", "actors/organisations.tsv"];
    let files = embedded::LEXICON.iter().filter(move |(path, _)| tables.contains(path));
    files.flat_map(|(_, content)| content.lines()).filter(|l| !l.starts_with('#')).filter_map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let (key, kind, names) = (*cells.first()?, *cells.get(1)?, *cells.get(4)?);
        let short = key.get(..2).filter(|_| key.len() == 3 && key.bytes().all(|b| b.is_ascii_uppercase()))?;
        let itself = match kind {
            "state" => cells.get(10)?.is_empty(),
            _ => names.split('|').any(|n| n == short),
        };
        itself.then_some((key, names, kind == "state"))
    })
}

/// The usual name of a state, by its key.
pub fn state_name(key: &str) -> Option<&'static str> {
    coded().find(|(k, ..)| *k == key).and_then(|(_, names, _)| names.split('|').next())
}

/// The name of an organisation whose key is a code, as those of states are.
pub fn organisation_name(key: &str) -> Option<&'static str> {
    coded().find(|(k, _, state)| *k == key && !state).and_then(|(_, names, _)| names.split('|').next())
}

/// The key of the state that bears this name, in any case of letters.
pub fn state_called(name: &str) -> Option<&'static str> {
    let wanted = name.to_lowercase();
    coded().find(|(_, names, _)| names.split('|').any(|n| n.to_lowercase() == wanted)).map(|(key, ..)| key)
}

/// Name and bytes of the built-in example articles.
pub fn examples() -> &'static [(&'static str, &'static [u8])] {
    embedded::EXAMPLES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_known_by_key_and_by_name() {
        assert_eq!((state_name("IRN"), state_called("iran")), (Some("Iran"), Some("IRN")));
        assert_eq!((state_name("EUR"), state_name("TUR")), (Some("European Union"), Some("Turkey")));
        assert_eq!((state_name("UNO"), state_name("Hamas")), (Some("United Nations"), None));
        assert_eq!(state_called("Middle-earth"), None);
        assert_eq!((organisation_name("EUR"), organisation_name("TUR")), (Some("European Union"), None));
    }

    #[test]
    fn models_are_told_with_the_hashes_of_their_bytes() {
        let all: Vec<ModelFile> = models().collect();
        assert_eq!(all.len(), 8);
        for model in &all {
            assert!(model.bytes > 1_000 && model.sha256.len() == 64, "{model:?}");
            assert!(all.iter().filter(|m| m.sha256 == model.sha256).count() == 1, "{model:?}");
        }
        // As the card of the model says.
        let card = include_str!("../../../models/en/README.md");
        assert!(card.contains(all[0].sha256), "models/en/README.md names another file than {:?}", all[0]);
        assert_eq!(engine().len(), 16);
    }

    #[test]
    fn evidence_leads_to_the_row_or_the_entry_that_it_names() {
        let file = |path: &str, content: &str| LexiconFile {
            path: path.into(),
            shown: format!("lexicon/{path}"),
            content: content.into(),
            own: false,
        };
        let files = [
            file("actors/a.tsv", "key\tname\nAVA\tAvaria\n"),
            file(
                "events/b.toml",
                "[[entry]]\nid = \"b.c\"\nmatch = [\"ACTOR c RECIPIENT\"]\nwhy = \"Because.\"\n",
            ),
        ];
        let row = Entry { file: "lexicon/actors/a.tsv".into(), line: 2, says: vec!["AVA  Avaria".into()] };
        assert_eq!(entry(&files, "actors/a.tsv:2"), Some(row));
        let says = vec!["ACTOR c RECIPIENT".into(), "Because.".into()];
        assert_eq!(entry(&files, "b.c"), Some(Entry { file: "lexicon/events/b.toml".into(), line: 2, says }));
        assert_eq!(entry(&files, "actor:introduced"), None);
        assert_eq!(entry(&files, "actors/a.tsv:0"), None);
    }
}
