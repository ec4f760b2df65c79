//! What waits to become rows of a table: an article without its text, and its reports with their sentences, as one
//! line of JSON.

use anyhow::{Context, Result};
use detente::article::Article;
use detente::report::Report;
use detente_tables::{Coded, Origin};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Out<'a> {
    article: &'a Article,
    text_sha256: String,
    reports: &'a [Report],
    sentences: Vec<&'a str>,
}

#[derive(Deserialize)]
struct In {
    article: Article,
    text_sha256: String,
    reports: Vec<Report>,
    sentences: Vec<String>,
}

/// The reports of an article, to be unpacked later.
pub fn pack(article: &Article, reports: &[Report]) -> Vec<u8> {
    let bare = Article { text: String::new(), ..article.clone() };
    let out = Out {
        article: &bare,
        text_sha256: detente_tables::sha256(&article.text),
        reports,
        sentences: reports.iter().map(|report| report.sentence().slice(&article.text)).collect(),
    };
    // A record of ours is always JSON.
    serde_json::to_vec(&out).unwrap_or_default()
}

/// The rows of a table.
///
/// # Errors
/// When the bytes are not what [`pack`] made.
pub fn unpack(bytes: &[u8]) -> Result<impl Iterator<Item = Coded>> {
    let In { article, text_sha256, reports, sentences } =
        serde_json::from_slice(bytes).context("the spool is damaged: begin anew with --force")?;
    let rows = reports.into_iter().zip(sentences).map(move |(report, sentence)| Coded {
        report,
        sentence,
        published: article.published,
        publisher: article.source.clone(),
        text_sha256: Some(text_sha256.clone()),
        article: Origin {
            published_from: Some(article.published_from),
            author: article.author.clone(),
            retrieved: article.retrieved,
            file: article.file.clone(),
            place: article.place.clone(),
        },
    });
    Ok(rows)
}
