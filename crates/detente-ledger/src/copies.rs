//! Copies of articles that the ledger holds already: each text leaves a sketch, by which it is found again.

use detente::sketch::{COPY, Likeness, MINS, Sketch, compare, likeness};
use rusqlite::{Connection, OptionalExtension, params};

use crate::open::explain;
use crate::{Ledger, LedgerError};

/// Articles looked at under one band: the first, which is the likeliest original, and the last ones.
const LOOKED_AT: i64 = 8;

impl Ledger {
    /// Of which article here a text is a copy, by its name (of a copy the one that it copies), and how it stands to the
    /// article that it is most like. [`Ledger::add`] asks this by itself.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn copy_of(&self, text: &str) -> Result<Option<(String, Likeness)>, LedgerError> {
        original(&self.connection, text, &Sketch::of(text)).map_err(|e| explain(&self.path, &e))
    }
}

/// So far may a sketch err about the share that is new.
const ERROR: f64 = 0.2;

/// The article of which a text with this sketch is a copy. Where the sketches leave it open and the other text is here,
/// the texts are compared.
pub(crate) fn original(
    connection: &Connection,
    text: &str,
    sketch: &Sketch,
) -> rusqlite::Result<Option<(String, Likeness)>> {
    let mut under = connection.prepare_cached(
        "SELECT article FROM (SELECT article FROM signature_bands WHERE band = ?1 ORDER BY article LIMIT 1)
         UNION SELECT article FROM (SELECT article FROM signature_bands WHERE band = ?1 ORDER BY article DESC LIMIT ?2)",
    )?;
    let mut found: Vec<i64> = Vec::new();
    for band in &sketch.bands {
        for row in under.query_map([i64::from(*band), LOOKED_AT], |r| r.get(0))? {
            found.push(row?);
        }
    }
    found.sort_unstable();
    found.dedup();
    let mut best: Option<(i64, Likeness)> = None;
    for article in found {
        let Some((runs, mins)) = connection
            .prepare_cached("SELECT runs, mins FROM signatures WHERE article = ?1")?
            .query_row([article], |r| Ok((r.get::<_, u32>(0)?, r.get::<_, Vec<u8>>(1)?)))
            .optional()?
        else {
            continue;
        };
        let Ok(mins) = <[u8; MINS]>::try_from(mins) else { continue };
        let mut like = likeness((sketch.runs, &sketch.mins), (runs, &mins));
        if like.new <= COPY + ERROR && like.new > 0.0 {
            let theirs: Option<Option<String>> = connection
                .prepare_cached("SELECT text FROM articles WHERE id = ?1")?
                .query_row([article], |r| r.get(0))
                .optional()?;
            like = theirs.flatten().map_or(like, |theirs| compare(text, &theirs));
        }
        // Of equals the first that came.
        if like.copy && best.is_none_or(|(_, best)| like.new < best.new) {
            best = Some((article, like));
        }
    }
    let Some((article, like)) = best else { return Ok(None) };
    let name = connection
        .prepare_cached("SELECT coalesce(copy_of, name) FROM articles WHERE id = ?1")?
        .query_row([article], |r| r.get(0))?;
    Ok(Some((name, like)))
}

/// Keeps the sketch of an article.
pub(crate) fn keep(connection: &Connection, article: i64, sketch: &Sketch) -> rusqlite::Result<()> {
    if sketch.bands.is_empty() {
        return Ok(());
    }
    connection
        .prepare_cached("INSERT OR IGNORE INTO signatures (article, runs, mins) VALUES (?1, ?2, ?3)")?
        .execute(params![article, sketch.runs, sketch.mins.as_slice()])?;
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO signature_bands (band, article) VALUES (?1, ?2)")?;
    for band in &sketch.bands {
        insert.execute([i64::from(*band), article])?;
    }
    Ok(())
}

/// Sketches all texts, in a file that an older program wrote. That an article there is a copy of another one is not
/// written afterwards, for it is not to be changed: only what comes later is laid beside them.
pub(crate) fn fill_in(connection: &Connection) -> rusqlite::Result<()> {
    /// Texts that are sketched before their bands are put in, in the order of these: that is quicker.
    const AT_ONCE: usize = 50_000;
    let mut texts = connection.prepare("SELECT id, text FROM articles WHERE text IS NOT NULL ORDER BY id")?;
    let mut rows = texts.query([])?;
    let mut bands: Vec<(u32, i64)> = Vec::new();
    let put = |bands: &mut Vec<(u32, i64)>| -> rusqlite::Result<()> {
        let mut insert = connection
            .prepare_cached("INSERT OR IGNORE INTO signature_bands (band, article) VALUES (?1, ?2)")?;
        bands.sort_unstable();
        for (band, article) in bands.drain(..) {
            insert.execute([i64::from(band), article])?;
        }
        Ok(())
    };
    let mut sketched = 0;
    while let Some(row) = rows.next()? {
        let article: i64 = row.get(0)?;
        let mut sketch = Sketch::of(row.get_ref(1)?.as_str()?);
        bands.extend(sketch.bands.drain(..).map(|band| (band, article)));
        if bands.last().is_some_and(|(_, last)| *last == article) {
            connection
                .prepare_cached("INSERT OR IGNORE INTO signatures (article, runs, mins) VALUES (?1, ?2, ?3)")?
                .execute(params![article, sketch.runs, sketch.mins.as_slice()])?;
        }
        sketched += 1;
        if sketched % AT_ONCE == 0 {
            put(&mut bands)?;
        }
    }
    put(&mut bands)
}
