//! Reports that were coded before, out of Parquet files (of `detente code --to parquet`, or of Spark): found among what the
//! user names, put together article by article, and taken into a ledger without reading the articles again.

use std::cell::Cell;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use detente::article::Article;
use detente::report::Coder;
use detente_ledger::{Added, Ledger, LedgerError, Quoted};
use detente_tables::read::{Columns, Wanted};
use detente_tables::spill::{Spill, merge};
use detente_tables::{Coded, Reports};
use jiff::civil::Date;

/// Bytes of reports that wait in memory while they are sorted by their articles.
const HELD: usize = 64 << 20;

/// Rows of a heap, where reports must be sorted by their articles.
const HEAP: u64 = 50_000;

/// Parts what the user names into files of reports, sorted by their names, and all else. A folder in which some are is
/// taken for their folder: other Parquet files in it count as named one by one, and what else lies there (`_SUCCESS`,
/// check sums, a manifest) does not count.
pub fn split(named: &[PathBuf]) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut reports, mut rest) = (Vec::new(), Vec::new());
    for path in named {
        if path.is_dir() {
            let mut tables = Vec::new();
            tables_below(path, &mut tables);
            let (ours, others): (Vec<_>, Vec<_>) = tables.into_iter().partition(|file| is_reports(file));
            if ours.is_empty() {
                rest.push(path.clone());
            } else {
                reports.extend(ours);
                rest.extend(others);
            }
        } else if is_table(path) && is_reports(path) {
            reports.push(path.clone());
        } else {
            rest.push(path.clone());
        }
    }
    (reports, rest)
}

/// Parquet files in a folder and those below it, in order of their names.
fn tables_below(folder: &Path, found: &mut Vec<PathBuf>) {
    // A folder that cannot be read is named by the intake, to which it is left.
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(['.', '_']));
        // Links to folders may lead in a ring.
        if hidden {
            continue;
        } else if path.is_dir() && !path.is_symlink() {
            tables_below(&path, found);
        } else if is_table(&path) {
            found.push(path);
        }
    }
}

fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet")) && path.is_file()
}

/// True for a table of reports, also for one that another program has written anew.
fn is_reports(path: &Path) -> bool {
    match detente_tables::kind(path) {
        Ok(Some(kind)) => kind.starts_with("reports/"),
        Ok(None) => Columns::open(path).is_ok_and(|columns| {
            let names: HashSet<&str> = columns.names().collect();
            ["id", "doc", "event", "actor", "recipient", "text_info", "coder"]
                .iter()
                .all(|n| names.contains(n))
        }),
        Err(_) => false,
    }
}

/// All reports of one reading of an article.
pub struct Reading {
    /// The article, without its text.
    pub article: Article,
    /// sha256 of its text.
    pub fingerprint: String,
    /// What read it.
    pub coder: Coder,
    /// The reports, in order of their numbers.
    pub reports: Vec<Quoted>,
}

/// Which reading a report belongs to.
fn key(coded: &Coded) -> (&str, Option<&str>, Option<&str>, &Coder) {
    (&coded.report.doc, coded.text_sha256.as_deref(), coded.publisher.as_deref(), &coded.report.coder)
}

/// A number for a thing, the same for the same thing within a run.
pub fn hash(thing: &impl Hash) -> u64 {
    // Its answers are not kept, and differ between versions of the compiler at most.
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}

impl Reading {
    fn of(rows: Vec<Coded>) -> Option<Reading> {
        let first = rows.first()?;
        let cite = &first.report.cite_info;
        let origin = &first.article;
        let article = Article {
            id: first.report.doc.clone(),
            title: cite.title.clone(),
            published: first.published,
            published_from: origin.published_from.unwrap_or_default(),
            text: String::new(),
            url: cite.url.clone(),
            source: first.publisher.clone().or_else(|| cite.publication.clone()),
            license: cite.license.clone(),
            language: cite.language.clone(),
            author: origin.author.clone(),
            retrieved: origin.retrieved,
            file: origin.file.clone(),
            place: origin.place.clone(),
            copy_of: cite.copy_of.clone(),
        };
        let fingerprint = first.text_sha256.clone().unwrap_or_default();
        let coder = first.report.coder.clone();
        let reports = rows
            .into_iter()
            .map(|Coded { mut report, sentence, .. }| {
                // A ledger has one convention, however they were printed.
                if let Some(kind) = report.event.first() {
                    report.quad_code = kind.quad();
                }
                Quoted { report, sentence }
            })
            .collect();
        Some(Reading { article, fingerprint, coder, reports })
    }
}

/// Hands out readings, file by file, or, where the reports of an article stand apart, sorted by article.
pub struct Readings<'t> {
    rows: Box<dyn Iterator<Item = Vec<Coded>> + 't>,
}

impl Iterator for Readings<'_> {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        self.rows.by_ref().find_map(Reading::of)
    }
}

/// Opens files of reports. What cannot be read is told and left out. `ours` is the coder that must have made them, where
/// it matters; `near` a folder in which things may be put aside.
///
/// # Errors
/// When things cannot be put aside.
pub fn readings<'t>(
    files: &[PathBuf],
    ours: Option<&'t Coder>,
    near: &Path,
    tell: &'t dyn Fn(&str),
) -> Result<Readings<'t>> {
    let mut opened = Vec::new();
    for file in files {
        match Reports::open(file) {
            Ok(table) => {
                if let (Some(ours), Some(theirs)) = (ours, table.coder())
                    && ours != theirs
                {
                    tell(&format!("{}: {}", file.display(), coded_by_others(theirs, ours)));
                    continue;
                }
                opened.push(file.clone());
            }
            Err(error) => tell(&error.to_string()),
        }
    }
    let apart = stand_apart(&opened);
    let rows = Rows { files: opened.into_iter(), open: None, ours, tell };
    if apart {
        return Ok(Readings { rows: Box::new(sorted_apart(rows, files, near, tell)?) });
    }
    Ok(Readings { rows: Box::new(Together { rows: rows.peekable() }) })
}

/// The sentence about reports by another coder.
fn coded_by_others(theirs: &Coder, ours: &Coder) -> String {
    let said = |c: &Coder| format!("version {}, lexicon {}, model {}", c.version, short(&c.lexicon), c.model);
    format!(
        "these reports were coded by {}, and this program is {}: code the articles again, or take them all the same with \
         --coded-by-others.",
        said(theirs),
        said(ours)
    )
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// True where reports of one article stand in more than one place. Two columns are read for it.
fn stand_apart(files: &[PathBuf]) -> bool {
    let mut seen: HashSet<u64> = HashSet::new();
    let mut last = None;
    for file in files {
        let wanted = [
            (Some("doc"), Wanted::Text),
            (Some("text_sha256"), Wanted::Text),
            (Some("publisher"), Wanted::Text),
        ];
        // What is wrong with a file is told when its rows are read.
        let Ok(rows) = Columns::open(file).and_then(|columns| columns.pick(&wanted, 0)) else { continue };
        for row in rows.map_while(Result::ok) {
            let article = hash(&row);
            if last != Some(article) {
                if !seen.insert(article) {
                    return true;
                }
                last = Some(article);
            }
        }
    }
    false
}

/// Rows of file after file.
struct Rows<'t> {
    files: std::vec::IntoIter<PathBuf>,
    open: Option<(PathBuf, Reports)>,
    ours: Option<&'t Coder>,
    tell: &'t dyn Fn(&str),
}

impl Iterator for Rows<'_> {
    type Item = Coded;

    fn next(&mut self) -> Option<Coded> {
        loop {
            if self.open.is_none() {
                let file = self.files.next()?;
                match Reports::open(&file) {
                    Ok(table) => self.open = Some((file, table)),
                    Err(error) => {
                        (self.tell)(&error.to_string());
                        continue;
                    }
                }
            }
            let Some((file, table)) = &mut self.open else { continue };
            match table.next() {
                None => self.open = None,
                Some(Err(error)) => (self.tell)(&error.to_string()),
                Some(Ok(coded)) => {
                    if let Some(ours) = self.ours
                        && *ours != coded.report.coder
                    {
                        let line = coded_by_others(&coded.report.coder, ours);
                        (self.tell)(&format!("{}, row {}: {line}", file.display(), table.stands_at()));
                        self.open = None;
                        continue;
                    }
                    return Some(coded);
                }
            }
        }
    }
}

/// Rows that stand together, article by article.
struct Together<'t> {
    rows: std::iter::Peekable<Rows<'t>>,
}

impl Iterator for Together<'_> {
    type Item = Vec<Coded>;

    fn next(&mut self) -> Option<Vec<Coded>> {
        let mut group = vec![self.rows.next()?];
        while let Some(next) = self.rows.next_if(|next| key(next) == key(&group[0])) {
            group.push(next);
        }
        Some(group)
    }
}

/// A report with its number in order of arrival.
type Arrived = (u64, Coded);

/// Brings the reports of each article together, by way of the disk; articles come in the order of their first reports.
fn sorted_apart<'t>(
    rows: Rows<'t>,
    files: &[PathBuf],
    near: &Path,
    tell: &'t dyn Fn(&str),
) -> Result<impl Iterator<Item = Vec<Coded>> + use<'t>> {
    let put_aside = || format!("cannot put reports aside in {}", near.display());
    let total: u64 = files.iter().filter_map(|file| Some(Reports::open(file).ok()?.len())).sum();
    let count = usize::try_from(total / HEAP + 1).unwrap_or(usize::MAX).min(4_096);
    let mut spill = Spill::<Arrived>::new(near, count, HELD).with_context(put_aside)?;
    for (number, row) in rows.enumerate() {
        let heap = hash(&row.report.doc) % count as u64;
        spill.push(heap as usize, &(number as u64, row)).with_context(put_aside)?;
    }
    let heaps = spill.finish().with_context(put_aside)?;
    let mut articles = Spill::<(u64, Vec<Coded>)>::new(near, count, HELD).with_context(put_aside)?;
    for heap in 0..heaps.len() {
        let rows = heaps.heap(heap).collect::<std::io::Result<_>>().with_context(put_aside)?;
        for article in by_article(rows) {
            articles.push(heap, &article).with_context(put_aside)?;
        }
    }
    let articles = articles.finish().with_context(put_aside)?;
    let articles = merge(articles, |(number, _): &(u64, Vec<Coded>)| *number).with_context(put_aside)?;
    Ok(articles.map_while(move |article| match article {
        Ok((_, rows)) => Some(rows),
        Err(error) => {
            tell(&format!("reports that were put aside cannot be read again, and are left out: {error}."));
            None
        }
    }))
}

/// Rows, article by article in order of arrival, each report once.
fn by_article(mut rows: Vec<Arrived>) -> Vec<(u64, Vec<Coded>)> {
    let number = |coded: &Coded| {
        let id = &coded.report.id;
        id.rsplit_once('#').and_then(|(_, n)| n.parse::<u64>().ok()).unwrap_or(u64::MAX)
    };
    let coder = |c: &Coder| (c.version.clone(), c.lexicon.clone(), c.model.clone());
    rows.sort_by(|(_, x), (_, y)| {
        let (a, b) = (key(x), key(y));
        (a.0, a.1, a.2, coder(a.3), number(x), &x.report.id).cmp(&(
            b.0,
            b.1,
            b.2,
            coder(b.3),
            number(y),
            &y.report.id,
        ))
    });
    let mut articles: Vec<(u64, Vec<Coded>)> = Vec::new();
    for (arrived, row) in rows {
        match articles.last_mut() {
            Some((first, article)) if key(&article[0]) == key(&row) => {
                *first = arrived.min(*first);
                if article.last().is_none_or(|last| last.report.id != row.report.id) {
                    article.push(row);
                }
            }
            _ => articles.push((arrived, vec![row])),
        }
    }
    articles.sort_by_key(|(arrived, _)| *arrived);
    articles
}

/// What became of the reports.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Articles that were new.
    pub new: usize,
    /// Articles that another coder had read.
    pub reread: usize,
    /// Articles that were there.
    pub there: usize,
    /// Reports that were written.
    pub reports: usize,
    /// Articles that the ledger keeps under another name: name asked for, name given.
    pub renamed: Vec<(String, String)>,
    /// Files, rows and articles that were left out, each told of.
    pub skipped: usize,
}

/// Takes reports into a ledger. They must be this coder's, unless `by_others`. Articles whose reading is there are passed
/// over. Each line that is to be told goes to `tell`.
///
/// # Errors
/// When the ledger cannot be written.
pub fn take(
    files: &[PathBuf],
    ledger: &mut Ledger,
    (ours, by_others): (&Coder, bool),
    (known, near): (Date, &Path),
    tell: &dyn Fn(&str),
) -> Result<Taken> {
    let mut taken = Taken::default();
    let skipped = Cell::new(0);
    let tell = |line: &str| {
        skipped.set(skipped.get() + 1);
        tell(line);
    };
    let all = readings(files, (!by_others).then_some(ours), near, &tell)?;
    for Reading { article, fingerprint, coder, reports } in all {
        let source = article.source.as_deref();
        if ledger.has_fingerprint(&fingerprint, source, Some(&coder))?.is_some() {
            taken.there += 1;
            continue;
        }
        match ledger.add_quoted(&article, &fingerprint, &reports, &[], &coder, known) {
            Ok(Added::Already(_)) => taken.there += 1,
            Ok(added) => {
                if matches!(added, Added::Reread(_)) {
                    taken.reread += 1;
                } else {
                    taken.new += 1;
                    if added.id() != article.id {
                        taken.renamed.push((article.id.clone(), added.id().to_owned()));
                    }
                }
                taken.reports += reports.len();
            }
            Err(error @ (LedgerError::BadArticle { .. } | LedgerError::BadReport { .. })) => {
                tell(&format!("{error}; its article is left out."));
            }
            Err(error) => return Err(error.into()),
        }
    }
    taken.skipped = skipped.get();
    Ok(taken)
}

#[cfg(test)]
pub mod tests;
