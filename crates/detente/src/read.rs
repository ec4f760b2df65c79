//! Reading an article from end to end: syntax, actors, events, times, places, reports. [`Reader`] holds the model
//! and the lexicon; it is shared by all threads, and what it gives depends on the article alone.

use crate::actor::{Actors, Mention, Party};
use crate::article::Article;
use crate::event::{self, Found};
use crate::lexicon::{Fault, Lexicon};
use crate::note::Note;
use crate::place;
use crate::plover::Aux;
use crate::report::{CiteInfo, Coder, Entity, Report, TextInfo};
use crate::syntax::{Model, Syntax};
use crate::time::{self, TimeExpression, TimeLexicon};

/// Model and lexicon, ready to read.
pub struct Reader {
    model: Model,
    lexicon: Lexicon,
    times: TimeLexicon,
    coder: Coder,
}

/// Everything that was read from one article.
#[derive(Default)]
pub struct Reading {
    /// Grammar.
    pub syntax: Syntax,
    /// Who is spoken of, in the order of the text.
    pub mentions: Vec<Mention>,
    /// Words of time, in the order of the text.
    pub times: Vec<TimeExpression>,
    /// What is reported, in the order of the text.
    pub reports: Vec<Report>,
    /// Remarks.
    pub notes: Vec<Note>,
}

impl Reader {
    /// A reader out of a model and a lexicon.
    ///
    /// # Errors
    /// When the lexicon's date phrases cannot be read.
    pub fn new(model: Model, lexicon: Lexicon) -> Result<Reader, Vec<Fault>> {
        let times = TimeLexicon::load(&lexicon.times).map_err(|faults| {
            faults
                .into_iter()
                .map(|text| Fault { file: "times".into(), line: 0, entry: None, text, mark: None })
                .collect::<Vec<_>>()
        })?;
        let coder = Coder {
            version: env!("CARGO_PKG_VERSION").to_string(),
            lexicon: lexicon.hash.clone(),
            model: model.name().to_string(),
        };
        Ok(Reader { model, lexicon, times, coder })
    }

    /// The lexicon it reads with.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Version of program, lexicon and model, as reports carry it.
    pub fn coder(&self) -> &Coder {
        &self.coder
    }

    /// The grammar of an article alone.
    pub fn parse(&self, article: &Article) -> Syntax {
        self.model.read(article)
    }

    /// Reads one article.
    pub fn read(&self, article: &Article) -> Reading {
        let mut notes = Vec::new();
        let syntax = self.model.read(article);
        let tokens: Vec<_> = syntax.tokens.iter().map(|t| t.span).collect();
        let times = time::find(&article.text, &tokens, article.published, &self.times, &mut notes);
        let actors = Actors::find(article, &syntax, &self.lexicon, &mut notes);
        let found = event::find(article, &syntax, &actors, &self.lexicon);
        let mut reports = Vec::with_capacity(found.len());
        for f in found {
            let when = time::of(&f, article, &syntax, &times);
            let place = place::of(&f, &article.text, &syntax, &actors, &self.lexicon);
            let mut report = self.report(f, article, &syntax, reports.len());
            report.date = when.interval.start;
            report.enddate = when.interval.end;
            report.date_text = when.words;
            report.date_precision = Some(when.precision.to_string());
            report.evidence.push(when.evidence);
            if when.historical && !report.aux.contains(&Aux::Historical) {
                report.aux.push(Aux::Historical);
            }
            report.event_loc = place;
            reports.push(report);
        }
        let mentions = std::mem::take(&mut { actors }.mentions);
        Reading { syntax, mentions, times, reports, notes }
    }

    fn report(&self, f: Found, article: &Article, syntax: &Syntax, number: usize) -> Report {
        let sentence = syntax.cover(syntax.sentences[f.sentence]);
        Report {
            id: format!("{}#{}", article.id, number + 1),
            doc: article.id.clone(),
            event: vec![f.event],
            quad_code: f.event.quad(),
            event_scale: self.lexicon.score(f.event, f.mode.as_deref()),
            mode: f.mode,
            context: f.context.into_iter().collect(),
            actor: f.actors.iter().map(|p| entity(p, &article.text, &self.lexicon)).collect(),
            recipient: f.recipients.iter().map(|p| entity(p, &article.text, &self.lexicon)).collect(),
            date: None,
            enddate: None,
            date_text: None,
            date_precision: None,
            aux: f.aux,
            said_by: f.said_by.as_ref().map(|p| entity(p, &article.text, &self.lexicon)),
            text_info: TextInfo { sequence: f.sentence as u32, start: sentence.start, end: sentence.end },
            event_text: f.words.slice(&article.text).to_string(),
            event_loc: None,
            size: None,
            event_id: None,
            confidence: Some(f.confidence),
            evidence: f.evidence,
            cite_info: CiteInfo {
                url: article.url.clone(),
                title: article.title.clone(),
                publication: article.source.clone(),
                language: article.language.clone(),
                license: article.license.clone(),
            },
            coder: self.coder.clone(),
        }
    }
}

fn entity(p: &Party, text: &str, lexicon: &Lexicon) -> Entity {
    Entity {
        key: p.key.clone(),
        code: p.country(lexicon).map(str::to_string).or_else(|| {
            matches!(p.key.as_str(), "UNO" | "EUR").then(|| p.key.clone())
        }),
        sector: p.sector.clone(),
        identifier_text: Some(p.name.clone()),
        identifier_id: p.wikidata.clone(),
        entity_text: p.span.slice(text).to_string(),
        office: p.office.clone(),
        start: p.span.start,
        end: p.span.end,
    }
}
