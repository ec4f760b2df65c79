//! `detente parse`: the grammar of articles as CoNLL-U, ten columns a token, for people who want to see what
//! the reader saw. Names stand in the last column: `NER=B-Person` for the first token of one, `I-` for the others.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::Result;
use detente::article::Article;
use detente::syntax::Syntax;

use super::{Articles, Outcome};
use crate::batch::{self, Frame};
use crate::progress::Meter;
use crate::rejects::Rejects;
use crate::{engine, output};

/// Print the grammar of articles as CoNLL-U
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    articles: Articles,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let intake = args.articles.intake()?;
    let model = engine::load_model()?;
    let mut out = output::stdout();
    let print = |_: &Article, text: String| Ok(out.write_all(text.as_bytes())?);
    let read = |article: &Article| conllu(article, &model.read(article));
    let mut rejects = Rejects::default();
    let frame = Frame { jobs: None, meter: &Meter::hidden(), rejects: &mut rejects };
    let tally = batch::run(intake, frame, read, print)?;
    rejects.end()?;
    out.flush()?;
    Ok(tally.end("parsed"))
}

/// One article as CoNLL-U.
pub fn conllu(article: &Article, syntax: &Syntax) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "# newdoc id = {}", one_line(&article.id));
    let mut marks = vec![None; syntax.tokens.len()];
    for name in &syntax.names {
        for t in name.tokens.iter() {
            marks[t.index()] = Some((if t == name.tokens.start { "B" } else { "I" }, name.kind));
        }
    }
    for (number, sentence) in syntax.sentences.iter().enumerate() {
        let span = syntax.cover(*sentence);
        let _ = writeln!(text, "# sent_id = {}-{number}", one_line(&article.id));
        let _ = writeln!(text, "# text = {}", one_line(span.slice(&article.text)));
        for t in sentence.iter() {
            let token = syntax.token(t);
            let head = token.head.map_or(0, |h| h.0 - sentence.start.0 + 1);
            let glued = article
                .text
                .as_bytes()
                .get(token.span.end as usize)
                .is_some_and(|b| !b.is_ascii_whitespace());
            let _ = writeln!(
                text,
                "{}\t{}\t{}\t{}\t_\t_\t{head}\t{}\t_\t{}",
                t.0 - sentence.start.0 + 1,
                one_line(token.span.slice(&article.text)),
                token.lemma,
                token.upos,
                token.deprel,
                match (marks[t.index()], glued) {
                    (Some((place, kind)), true) => format!("NER={place}-{kind:?}|SpaceAfter=No"),
                    (Some((place, kind)), false) => format!("NER={place}-{kind:?}"),
                    (None, true) => "SpaceAfter=No".into(),
                    (None, false) => "_".into(),
                },
            );
        }
        text.push('\n');
    }
    text
}

/// Tabs and line breaks would break the columns.
fn one_line(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}
