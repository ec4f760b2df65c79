//! Adding: an article with its reports is one transaction, and so is all that follows from it.

use std::collections::BTreeSet;

use detente::article::Article;
use detente::note::Note;
use detente::report::{Aux, Coder, Entity, Report};
use detente::sketch::Sketch;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use crate::keys::Keys;
use crate::open::explain;
use crate::relate::{AT_ONCE, move_horizon, step};
use crate::{Added, Ledger, LedgerError, copies};

/// A report made elsewhere, with the sentence that it was read from: its words stay at hand where its article's text
/// does not come along.
#[derive(Clone, Debug, PartialEq)]
pub struct Quoted {
    /// The report.
    pub report: Report,
    /// The bytes of the article from `text_info.start` to `text_info.end`.
    pub sentence: String,
}

/// Longest text whose sentences are taken without it, in bytes: where they stand is put together again in memory.
pub(crate) const LONGEST: u32 = 16 << 20;

/// What is to be kept of one reading.
struct Intake<'a> {
    article: &'a Article,
    fingerprint: &'a str,
    has_text: bool,
    /// Each with its sentence.
    reports: Vec<(&'a Report, &'a str)>,
    notes: &'a [Note],
    coder: &'a Coder,
    known: Date,
}

impl Ledger {
    /// Adds an article with its reports, as one transaction. `known` is the day on which this is learned. Events,
    /// standings and turns are brought up to date in the same transaction, unless [`Ledger::relate_later`] says later.
    ///
    /// An article is known again by its text and its publisher: the same text from another publisher is a copy, an
    /// article of its own; where either does not say who publishes it, it is the same article. A reading that takes the
    /// place of another one is known no earlier than
    /// that. Where another text already bears the article's id, the id gets
    /// a piece of the fingerprint, in the article and in its reports; [`Added::id`] says which name it got.
    ///
    /// # Errors
    /// When the ledger cannot be written, or a report is not fit to be kept; nothing is written then.
    pub fn add(
        &mut self,
        article: &Article,
        reports: &[Report],
        notes: &[Note],
        coder: &Coder,
        known: Date,
    ) -> Result<Added, LedgerError> {
        let reports = reports
            .iter()
            .map(|report| Ok((report, sentence_in(report, &article.text)?)))
            .collect::<Result<_, _>>()?;
        let fingerprint = fingerprint(&article.text);
        self.keep(Intake { article, fingerprint: &fingerprint, has_text: true, reports, notes, coder, known })
    }

    /// Adds an article that was read elsewhere, with reports that bring their sentences along. `fingerprint` is the
    /// sha256 of the article's text in small hexadecimal digits. The text itself may be missing (`article.text` is empty
    /// then): the ledger keeps the sentences, and takes the text from a later call that brings it. Else as
    /// [`Ledger::add`].
    ///
    /// # Errors
    /// As for [`Ledger::add`], and when the text is not the one of the fingerprint, or a sentence is not as long as its
    /// report says.
    pub fn add_quoted(
        &mut self,
        article: &Article,
        fingerprint: &str,
        reports: &[Quoted],
        notes: &[Note],
        coder: &Coder,
        known: Date,
    ) -> Result<Added, LedgerError> {
        check_fingerprint(article, fingerprint)?;
        let bad = |why: &str| LedgerError::BadArticle { id: article.id.clone(), why: why.into() };
        if !article.text.is_empty() && self::fingerprint(&article.text) != fingerprint {
            return Err(bad("its text has another sha256 than its reports say"));
        }
        let mut with_sentences = Vec::with_capacity(reports.len());
        for Quoted { report, sentence } in reports {
            if article.text.is_empty() {
                check_sentence(report, sentence)?;
                with_sentences.push((report, sentence.as_str()));
            } else {
                with_sentences.push((report, sentence_in(report, &article.text)?));
            }
        }
        let reports = with_sentences;
        let has_text = !article.text.is_empty();
        self.keep(Intake { article, fingerprint, has_text, reports, notes, coder, known })
    }

    fn keep(&mut self, intake: Intake) -> Result<Added, LedgerError> {
        let Intake { article, fingerprint, has_text, reports, notes, coder, mut known } = intake;
        let text = has_text.then_some(article.text.as_str());
        let path = self.path.clone();
        let failed = |e: rusqlite::Error| explain(&path, &e);
        let notes = serde_json::to_string(notes).unwrap_or_else(|_| "[]".into());
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;

        let there = find(&transaction, fingerprint, article.source.as_deref()).map_err(failed)?;
        let (article_row, name, copy_of, supersedes) = match there {
            Found::Same(there) => {
                if let Some(text) = text.filter(|_| !there.has_text) {
                    fill_in_text(&transaction, there.row, text).map_err(failed)?;
                    copies::keep(&transaction, there.row, &Sketch::of(text)).map_err(failed)?;
                }
                let (run, stands, read) = standing_run(&transaction, there.row).map_err(failed)?;
                if stands == *coder {
                    transaction.commit().map_err(failed)?;
                    return Ok(Added::Already(there.name));
                }
                // Else both would stand on the days between.
                known = known.max(read.parse().unwrap_or(known));
                (there.row, there.name, there.copy_of, Some(run))
            }
            found => {
                let sketch = text.map(Sketch::of);
                let copy_of = match (found, &sketch) {
                    (Found::Copy(name), _) => Some(name),
                    (_, Some(sketch)) => copies::original(&transaction, &article.text, sketch)
                        .map_err(failed)?
                        .map(|(name, _)| name),
                    _ => None,
                };
                // Else what is said of it, for the original may be elsewhere.
                let copy_of = copy_of.or_else(|| article.copy_of.clone());
                let (row, name) =
                    insert_article(&transaction, article, text, fingerprint, copy_of.as_deref(), known)
                        .map_err(failed)?;
                if let Some(sketch) = &sketch {
                    copies::keep(&transaction, row, sketch).map_err(failed)?;
                }
                (row, name, copy_of, None)
            }
        };
        transaction
            .prepare_cached(
                "INSERT INTO runs (article, supersedes, coder_version, coder_lexicon, coder_model, known, notes, manifest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )
            .and_then(|mut s| {
                s.insert(params![
                    article_row,
                    supersedes,
                    coder.version,
                    coder.lexicon,
                    coder.model,
                    known.to_string(),
                    notes,
                    self.manifest
                ])
            })
            .map_err(failed)?;
        let run = transaction.last_insert_rowid();
        let mut kept: Vec<(i64, Report)> = Vec::with_capacity(reports.len());
        for (report, sentence) in reports {
            let report = renamed(report, article, &name, copy_of.as_deref())?;
            let record = serde_json::to_string(&report)
                .map_err(|e| LedgerError::BadReport { id: report.id.clone(), why: e.to_string() })?;
            let row = insert_report(
                &transaction,
                &report,
                &record,
                sentence,
                article.title.as_deref(),
                article_row,
                run,
            )
            .map_err(|e| match e.sqlite_error_code() {
                Some(rusqlite::ErrorCode::ConstraintViolation) => LedgerError::BadReport {
                    id: report.id.clone(),
                    why: "another report of the article bears the same id".into(),
                },
                _ => failed(e),
            })?;
            kept.push((row, report));
        }
        insert_links(&transaction, &kept).map_err(failed)?;
        let new: Vec<&Report> = kept.iter().map(|(_, report)| report).collect();
        count(&transaction, article_row, article.source.as_deref(), &new, supersedes).map_err(failed)?;
        move_horizon(&transaction, known).map_err(failed)?;
        if !self.later {
            step(&transaction, AT_ONCE, self.manifest).map_err(failed)?;
        }
        transaction.commit().map_err(failed)?;
        Ok(if supersedes.is_some() { Added::Reread(name) } else { Added::New(name) })
    }

    /// The name under which the ledger has this article (its text from its publisher, see [`Ledger::add`]), text and
    /// all: asked before an article is read again in vain. With a coder, only if this coder's reading is the one that
    /// stands.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn has(&self, article: &Article, coder: Option<&Coder>) -> Result<Option<String>, LedgerError> {
        Ok(self
            .has_fingerprint(&fingerprint(&article.text), article.source.as_deref(), coder)?
            .filter(|(_, has_text)| *has_text)
            .map(|(name, _)| name))
    }

    /// The same for an article whose text is elsewhere, by the sha256 of the text and the publisher: its name, and
    /// whether its text is here.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn has_fingerprint(
        &self,
        fingerprint: &str,
        source: Option<&str>,
        coder: Option<&Coder>,
    ) -> Result<Option<(String, bool)>, LedgerError> {
        let failed = |e: rusqlite::Error| self.explain(&e);
        let Found::Same(there) = find(&self.connection, fingerprint, source).map_err(failed)? else {
            return Ok(None);
        };
        match coder {
            Some(coder) if standing_run(&self.connection, there.row).map_err(failed)?.1 != *coder => Ok(None),
            _ => Ok(Some((there.name, there.has_text))),
        }
    }

    /// Hands in the text of an article whose reports came without it (`text` must be that text); true where it was
    /// lacking. All publishers' copies of it get it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn complete(&mut self, text: &str) -> Result<bool, LedgerError> {
        let path = self.path.clone();
        let failed = |e: rusqlite::Error| explain(&path, &e);
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let rows: Vec<i64> = transaction
            .prepare_cached("SELECT id FROM articles WHERE fingerprint = ?1 AND text IS NULL ORDER BY id")
            .and_then(|mut s| s.query_map([fingerprint(text)], |r| r.get(0))?.collect())
            .map_err(failed)?;
        let sketch = (!rows.is_empty()).then(|| Sketch::of(text));
        for (row, sketch) in rows.iter().zip(sketch.iter().cycle()) {
            fill_in_text(&transaction, *row, text).map_err(failed)?;
            copies::keep(&transaction, *row, sketch).map_err(failed)?;
        }
        transaction.commit().map_err(failed)?;
        Ok(!rows.is_empty())
    }
}

/// Looks at the sha256 that an article brings along.
pub(crate) fn check_fingerprint(article: &Article, fingerprint: &str) -> Result<(), LedgerError> {
    if fingerprint.len() == 64 && fingerprint.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Ok(());
    }
    let why = "its sha256 is not 64 small hexadecimal digits".into();
    Err(LedgerError::BadArticle { id: article.id.clone(), why })
}

/// Looks at the sentence that a report brings along.
pub(crate) fn check_sentence(report: &Report, sentence: &str) -> Result<(), LedgerError> {
    let (start, end) = (report.text_info.start, report.text_info.end);
    let bad = |why: &str| LedgerError::BadReport { id: report.id.clone(), why: why.into() };
    if end > LONGEST {
        return Err(bad("its sentence stands beyond 16 MiB of text"));
    }
    if end.checked_sub(start).map(|n| n as usize) != Some(sentence.len()) {
        return Err(bad("its sentence is not as long as it says"));
    }
    Ok(())
}

/// An article that is there.
struct There {
    row: i64,
    name: String,
    copy_of: Option<String>,
    has_text: bool,
}

/// What is known of a text from a publisher.
enum Found {
    /// Nothing.
    None,
    /// It is there.
    Same(There),
    /// The text is there from another publisher: the name of the first article with it.
    Copy(String),
}

/// Looks for a text from a publisher.
fn find(connection: &Connection, fingerprint: &str, source: Option<&str>) -> rusqlite::Result<Found> {
    let all: Vec<(Option<String>, There)> = connection
        .prepare_cached(
            "SELECT source, id, name, copy_of, text IS NOT NULL FROM articles WHERE fingerprint = ?1 ORDER BY id",
        )?
        .query_map([fingerprint], |r| {
            Ok((r.get(0)?, There { row: r.get(1)?, name: r.get(2)?, copy_of: r.get(3)?, has_text: r.get(4)? }))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let first = all.first().map(|(_, there)| there.copy_of.clone().unwrap_or_else(|| there.name.clone()));
    let (mut same, mut unsigned) = (None, None);
    for (theirs, there) in all {
        if theirs.as_deref() == source {
            same = same.or(Some(there));
        } else if theirs.is_none() || source.is_none() {
            unsigned = unsigned.or(Some(there));
        }
    }
    Ok(match (same.or(unsigned), first) {
        (Some(there), _) => Found::Same(there),
        (None, Some(first)) => Found::Copy(first),
        (None, None) => Found::None,
    })
}

/// The text of an article that came without it.
fn fill_in_text(connection: &Connection, row: i64, text: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE articles SET text = ?2 WHERE id = ?1 AND text IS NULL")?
        .execute(params![row, text])?;
    Ok(())
}

/// The sentence of a report in the text of its article.
fn sentence_in<'a>(report: &Report, text: &'a str) -> Result<&'a str, LedgerError> {
    text.get(report.text_info.start as usize..report.text_info.end as usize).ok_or_else(|| {
        LedgerError::BadReport {
            id: report.id.clone(),
            why: "its sentence does not lie within the article's text".into(),
        }
    })
}

/// The run of an article that no other supersedes, its coder and its day.
fn standing_run(connection: &Connection, article: i64) -> rusqlite::Result<(i64, Coder, String)> {
    connection
        .prepare_cached(
            "SELECT id, coder_version, coder_lexicon, coder_model, known FROM runs u
             WHERE article = ?1 AND NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = u.id)",
        )?
        .query_row([article], |r| {
            Ok((r.get(0)?, Coder { version: r.get(1)?, lexicon: r.get(2)?, model: r.get(3)? }, r.get(4)?))
        })
}

/// sha256 of a text, hexadecimal.
pub(crate) fn fingerprint(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// Gives back the row and the name under which the article is kept.
fn insert_article(
    connection: &Connection,
    article: &Article,
    text: Option<&str>,
    fingerprint: &str,
    copy_of: Option<&str>,
    known: Date,
) -> rusqlite::Result<(i64, String)> {
    let wanted = if article.id.is_empty() { "article" } else { &article.id };
    let mut taken = connection.prepare_cached("SELECT 1 FROM articles WHERE name = ?1")?;
    let mut name = wanted.to_string();
    // A piece of the fingerprint; then a number, for the same text from several publishers may bear the same id.
    let marked = format!("{wanted}~{}", fingerprint.get(..8).unwrap_or(fingerprint));
    let mut number = 1;
    while taken.exists([&name])? {
        name = if number == 1 { marked.clone() } else { format!("{marked}~{number}") };
        number += 1;
    }
    let published_from = serde_json::to_value(article.published_from).ok();
    connection
        .prepare_cached(
            "INSERT INTO articles
             (name, fingerprint, title, published, published_from, url, source, license, language, author, retrieved, file,
              place, copy_of, known, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .insert(params![
            name,
            fingerprint,
            article.title,
            article.published.map(|d| d.to_string()),
            published_from.as_ref().and_then(|v| v.as_str()).unwrap_or("none"),
            article.url,
            article.source,
            article.license,
            article.language,
            article.author,
            article.retrieved.map(|t| t.to_string()),
            article.file,
            article.place,
            copy_of,
            known.to_string(),
            text,
        ])?;
    Ok((connection.last_insert_rowid(), name))
}

/// The report as the ledger keeps it: with the ledger's name of its article, and with what to cite.
pub(crate) fn renamed(
    report: &Report,
    article: &Article,
    name: &str,
    copy_of: Option<&str>,
) -> Result<Report, LedgerError> {
    let bad = |why: &str| LedgerError::BadReport { id: report.id.clone(), why: why.into() };
    if report.event.is_empty() {
        return Err(bad("it names no event type"));
    }
    if !report.event_scale.is_finite() {
        return Err(bad("its place on the scale is no number"));
    }
    let mut report = report.clone();
    if report.doc != name {
        if let Some(number) = report.id.strip_prefix(report.doc.as_str()) {
            report.id = format!("{name}{number}");
        }
        for link in &mut report.links {
            if let Some(number) = link.to.strip_prefix(report.doc.as_str()) {
                link.to = format!("{name}{number}");
            }
        }
        report.doc = name.into();
    }
    let cite = &mut report.cite_info;
    cite.url = cite.url.take().or_else(|| article.url.clone());
    cite.title = cite.title.take().or_else(|| article.title.clone());
    cite.publication = cite.publication.take().or_else(|| article.source.clone());
    cite.copy_of = copy_of.map(Into::into);
    Ok(report)
}

fn insert_report(
    connection: &Connection,
    report: &Report,
    record: &str,
    sentence: &str,
    title: Option<&str>,
    article_row: i64,
    run: i64,
) -> rusqlite::Result<i64> {
    let has = |aux| report.aux.contains(&aux);
    connection
        .prepare_cached(
            "INSERT INTO reports
             (run, article, name, event, mode, quad_code, event_scale, date, enddate, negated, future, hypothetical,
              historical, said_by, event_text, sentence, sentence_start, sentence_end, country, record)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        )?
        .insert(params![
            run,
            article_row,
            report.id,
            report.kind().as_str(),
            report.mode,
            report.quad_code.as_str(),
            f64::from(report.event_scale),
            report.date.map(|d| d.to_string()),
            report.enddate.map(|d| d.to_string()),
            has(Aux::Negated),
            has(Aux::Future),
            has(Aux::Hypothetical),
            has(Aux::Historical),
            report.said_by.as_ref().map(|e| &e.key),
            report.event_text,
            sentence,
            report.text_info.start,
            report.text_info.end,
            report.event_loc.as_ref().and_then(|l| l.country_code.as_ref()),
            record,
        ])?;
    let row = connection.last_insert_rowid();
    connection
        .prepare_cached("INSERT INTO search (rowid, sentence, title) VALUES (?1, ?2, ?3)")?
        .insert(params![row, sentence, title])?;
    for (role, entities) in [("actor", &report.actor), ("recipient", &report.recipient)] {
        for (number, e) in entities.iter().enumerate() {
            connection
                .prepare_cached(
                    "INSERT INTO parties (report, role, number, key, name, code, sector, entity_text, office, start, \"end\")
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                )?
                .execute(params![
                    row,
                    role,
                    number,
                    e.key,
                    e.identifier_text,
                    e.code,
                    e.sector,
                    e.entity_text,
                    e.office,
                    e.start,
                    e.end
                ])?;
        }
    }
    for (a, b) in pairs(report) {
        connection
            .prepare_cached("INSERT INTO dyads (a, b, report) VALUES (?1, ?2, ?3)")?
            .execute(params![a, b, row])?;
    }
    Ok(row)
}

/// The links between the reports of a run, each with its row. A link to a report that is not among them is kept in the
/// record alone.
fn insert_links(connection: &Connection, reports: &[(i64, Report)]) -> rusqlite::Result<()> {
    for (row, report) in reports {
        for (number, link) in report.links.iter().enumerate() {
            let Some((other, _)) = reports.iter().find(|(_, r)| r.id == link.to) else { continue };
            let spans = &link.evidence.spans;
            connection
                .prepare_cached(
                    "INSERT INTO links (report, number, kind, other, said_by, rule, start, \"end\")
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    row,
                    number,
                    link.kind.as_str(),
                    other,
                    link.said_by.as_ref().map(|e| &e.key),
                    link.evidence.rule,
                    spans.iter().map(|s| s.start).min().unwrap_or_default(),
                    spans.iter().map(|s| s.end).max().unwrap_or_default(),
                ])?;
        }
    }
    Ok(())
}

/// The pairs that a report sets against or beside each other: every actor with every recipient, or, where
/// there is no recipient, the actors among themselves.
pub(crate) fn pairs(report: &Report) -> BTreeSet<(&str, &str)> {
    let others: &[Entity] = if report.recipient.is_empty() { &report.actor } else { &report.recipient };
    let mut pairs = BTreeSet::new();
    for x in &report.actor {
        for y in others {
            if x.key != y.key {
                pairs.insert((x.key.as_str().min(&y.key), x.key.as_str().max(&y.key)));
            }
        }
    }
    pairs
}

/// Keeps the counts of a new reading, which takes the place of `supersedes`.
fn count(
    connection: &Connection,
    article: i64,
    source: Option<&str>,
    reports: &[&Report],
    supersedes: Option<i64>,
) -> rusqlite::Result<()> {
    let mut keys = Keys::new(connection);
    let old: Vec<Report> = match supersedes {
        None => Vec::new(),
        Some(run) => connection
            .prepare_cached("SELECT record FROM reports WHERE run = ?1")?
            .query_map([run], |r| r.get::<_, String>(0))?
            .collect::<rusqlite::Result<Vec<_>>>()?
            .iter()
            .filter_map(|record| serde_json::from_str(record).ok())
            .collect(),
    };
    if supersedes.is_none() {
        add_to(connection, "articles", 1)?;
        if let Some(source) = source {
            connection
                .prepare_cached(
                    "INSERT INTO source_counts (source, articles) VALUES (?1, 1)
                     ON CONFLICT (source) DO UPDATE SET articles = articles + 1",
                )?
                .execute([source])?;
        }
    }
    let old: Vec<&Report> = old.iter().collect();
    let mut pairs_seen: [BTreeSet<(&str, &str)>; 2] = Default::default();
    for (which, (sign, reports)) in [(-1i64, &old), (1, &reports.to_vec())].into_iter().enumerate() {
        add_to(connection, "reports", sign * reports.len() as i64)?;
        let dated = reports.iter().filter(|r| r.date.or(r.enddate).is_some()).count();
        add_to(connection, "dated", sign * dated as i64)?;
        for report in reports {
            for key in
                report.actor.iter().chain(&report.recipient).map(|e| e.key.as_str()).collect::<BTreeSet<_>>()
            {
                let id = keys.key(key)?;
                let was =
                    total(connection, "SELECT reports + foreign_events FROM key_counts WHERE key = ?1", id)?;
                connection
                    .prepare_cached(
                        "INSERT INTO key_counts (key, reports, foreign_events) VALUES (?1, ?2, 0)
                         ON CONFLICT (key) DO UPDATE SET reports = reports + excluded.reports",
                    )?
                    .execute(params![id, sign])?;
                came_or_went(connection, "actors", was, was + sign)?;
            }
            if sign > 0 {
                for e in report.actor.iter().chain(&report.recipient) {
                    let id = keys.key(&e.key)?;
                    let kind = if e.office.is_some() { "office" } else { "name" };
                    let named = e.identifier_text.as_deref().map(|name| (kind, name));
                    for (kind, name) in named.into_iter().chain([("words", e.entity_text.as_str())]) {
                        connection
                            .prepare_cached(
                                "INSERT INTO names (key, kind, name, reports) VALUES (?1, ?2, ?3, 1)
                                 ON CONFLICT (key, kind, name) DO UPDATE SET reports = reports + 1",
                            )?
                            .execute(params![id, kind, name])?;
                    }
                }
            }
            for pair in pairs(report) {
                let id = keys.pair(pair.0, pair.1)?;
                let was = total(
                    connection,
                    "SELECT reports + foreign_events FROM pair_counts WHERE pair = ?1",
                    id,
                )?;
                let first_here = pairs_seen[which].insert(pair);
                let real =
                    !report.aux.iter().any(|a| matches!(a, Aux::Negated | Aux::Future | Aux::Hypothetical));
                let day =
                    |day: Option<jiff::civil::Date>| day.filter(|_| real && sign > 0).map(|d| d.to_string());
                // Any of the two days may be missing on either side.
                connection
                    .prepare_cached(
                        "INSERT INTO pair_counts (pair, reports, articles, foreign_events, first, last)
                         VALUES (?1, ?2, ?3, 0, ?4, ?5)
                         ON CONFLICT (pair) DO UPDATE SET reports = reports + excluded.reports,
                         articles = articles + excluded.articles,
                         first = min(coalesce(first, excluded.first), coalesce(excluded.first, first)),
                         last = max(coalesce(last, excluded.last), coalesce(excluded.last, last))",
                    )?
                    .execute(params![
                        id,
                        sign,
                        if first_here { sign } else { 0 },
                        day(report.date),
                        day(report.enddate)
                    ])?;
                came_or_went(connection, "dyads", was, was + sign)?;
            }
        }
    }
    for (a, b) in &pairs_seen[0] {
        recount_days(connection, keys.pair(a, b)?, (a, b), article)?;
    }
    Ok(())
}

/// The first and last real day of a pair, after a reading with reports about it was superseded.
fn recount_days(
    connection: &Connection,
    pair: i64,
    (a, b): (&str, &str),
    article: i64,
) -> rusqlite::Result<()> {
    // Only where the superseded reports held one of the ends.
    let at_end: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM reports r JOIN dyads d ON d.report = r.id JOIN pair_counts c ON c.pair = ?1
             WHERE r.article = ?2 AND d.a = ?3 AND d.b = ?4 AND (r.date <= c.first OR r.enddate >= c.last))",
        )?
        .query_row(params![pair, article, a, b], |r| r.get(0))?;
    if at_end {
        connection
            .prepare_cached(
                "UPDATE pair_counts SET (first, last) = (SELECT min(first), max(last) FROM (
                     SELECT min(r.date) AS first, max(r.enddate) AS last FROM dyads d JOIN reports r ON r.id = d.report
                     WHERE d.a = ?2 AND d.b = ?3 AND NOT (r.negated OR r.future OR r.hypothetical)
                     AND NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = r.run)
                     UNION ALL
                     SELECT date(min(f.day) * 86400, 'unixepoch'), date(max(f.day) * 86400, 'unixepoch')
                     FROM foreign_rows f JOIN imports i ON i.id = f.import WHERE f.pair = ?1)) WHERE pair = ?1",
            )?
            .execute(params![pair, a, b])?;
    }
    Ok(())
}

/// A count, 0 where there is none yet.
pub(crate) fn total(connection: &Connection, sql: &str, id: i64) -> rusqlite::Result<i64> {
    Ok(connection.prepare_cached(sql)?.query_row([id], |r| r.get(0)).optional()?.unwrap_or(0))
}

/// Adds to one of the ledger's counters.
pub(crate) fn add_to(connection: &Connection, counter: &str, n: i64) -> rusqlite::Result<()> {
    if n != 0 {
        connection
            .prepare_cached("UPDATE counters SET value = value + ?2 WHERE name = ?1")?
            .execute(params![counter, n])?;
    }
    Ok(())
}

/// Counts a thing that came (from nothing) or went.
pub(crate) fn came_or_went(
    connection: &Connection,
    counter: &str,
    was: i64,
    is: i64,
) -> rusqlite::Result<()> {
    add_to(connection, counter, i64::from(is > 0) - i64::from(was > 0))
}
