//! The columns of reports and of articles: the names and shapes of their JSON, with what a report cannot say by itself:
//! its sentence, and of which text by whom it is.

use arrow_schema::DataType;
use detente::article::{Article, DateSource};
use detente::gist::Gist;
use detente::note::Evidence;
use detente::plover::{Aux, EventType, Quad};
use detente::report::{CiteInfo, Coder, Entity, EventLoc, Link, LinkKind, Report, Size, TextInfo};
use detente::span::Span;
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;

use crate::columns::{TextCells, Value, blank, record, words};
use crate::error::Wrong;
use crate::schema::Row;

/// A report, its sentence, and what a ledger asks about its article.
#[derive(Clone, Debug, PartialEq)]
pub struct Coded {
    /// The record.
    pub report: Report,
    /// The sentence that it was read from.
    pub sentence: String,
    /// The day of publication.
    pub published: Option<Date>,
    /// Who published the article.
    pub publisher: Option<String>,
    /// SHA-256 of the article's clean text, in 64 hexadecimal digits: by it the text is known again.
    pub text_sha256: Option<String>,
    /// What else is known about the article.
    pub article: Origin,
}

/// Where an article comes from, beside what `cite_info` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// How the day of publication was found.
    pub published_from: Option<DateSource>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was fetched, to the microsecond.
    pub retrieved: Option<Timestamp>,
    /// The file it came from.
    pub file: Option<String>,
    /// Where in that file.
    pub place: Option<String>,
}

/// SHA-256 of a text, in hexadecimal digits.
pub fn sha256(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut digits, byte| {
        // Writing to memory cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

impl Coded {
    /// The reports of an article, as rows.
    pub fn of(article: &Article, reports: Vec<Report>) -> Vec<Coded> {
        if reports.is_empty() {
            return Vec::new();
        }
        let hash = sha256(&article.text);
        reports
            .into_iter()
            .map(|report| Coded {
                sentence: report.sentence().slice(&article.text).to_owned(),
                report,
                published: article.published,
                publisher: article.source.clone(),
                text_sha256: Some(hash.clone()),
                article: Origin {
                    published_from: Some(article.published_from),
                    author: article.author.clone(),
                    retrieved: article.retrieved,
                    file: article.file.clone(),
                    place: article.place.clone(),
                },
            })
            .collect()
    }
}

impl Row for Coded {
    const TABLE: &'static str = "reports";
    const VERSION: (u32, u32) = (1, 0);

    fn weight(&self) -> usize {
        1_500 + self.sentence.len() + self.report.event_text.len()
    }
}

impl Row for Article {
    const TABLE: &'static str = "articles";
    const VERSION: (u32, u32) = (1, 0);

    fn weight(&self) -> usize {
        300 + self.text.len() + self.title.as_ref().map_or(0, String::len)
    }
}

const SOURCES: [(DateSource, &str); 5] = [
    (DateSource::None, "none"),
    (DateSource::Given, "given"),
    (DateSource::Markup, "markup"),
    (DateSource::Url, "url"),
    (DateSource::Text, "text"),
];

words! {
    DateSource: "way in which a day is found",
        |word: &str| SOURCES.into_iter().find(|(_, name)| *name == word).map(|(source, _)| source),
        |source: DateSource| SOURCES.into_iter().find(|(s, _)| *s == source).map_or("none", |(_, name)| name);
}

blank! { DateSource }

record! { Span, SpanColumns, SpanCells {
    start: u32 = start,
    end: u32 = end,
} => Span { start, end } }

record! { Evidence, EvidenceColumns, EvidenceCells {
    rule: String = rule,
    spans: Vec<Span> = spans,
} => Evidence { rule, spans } }

record! { Entity, EntityColumns, EntityCells {
    key: String = key,
    code: Option<String> = code,
    sector: Option<String> = sector,
    identifier_text: Option<String> = identifier_text,
    identifier_id: Option<String> = identifier_id,
    entity_text: String = entity_text,
    office: Option<String> = office,
    start: u32 = start,
    end: u32 = end,
} => Entity { key, code, sector, identifier_text, identifier_id, entity_text, office, start, end } }

record! { TextInfo, TextInfoColumns, TextInfoCells {
    sequence: u32 = sequence,
    start: u32 = start,
    end: u32 = end,
} => TextInfo { sequence, start, end } }

record! { EventLoc, EventLocColumns, EventLocCells {
    extracted_place: String = extracted_place,
    resolved_place: Option<String> = resolved_place,
    lat: Option<f64> = lat,
    lon: Option<f64> = lon,
    country_code: Option<String> = country_code,
    geonameid: Option<u32> = geonameid,
    resolution: Option<String> = resolution,
    radius_km: Option<f64> = radius_km,
    admin1: Option<String> = admin1,
    note: Option<String> = note,
} => EventLoc {
    extracted_place, resolved_place, lat, lon, country_code, geonameid, resolution, radius_km, admin1, note,
} }

record! { Size, SizeColumns, SizeCells {
    dead: Option<u32> = dead,
    injured: Option<u32> = injured,
    arrested: Option<u32> = arrested,
} => Size { dead, injured, arrested } }

record! { CiteInfo, CiteInfoColumns, CiteInfoCells {
    url: Option<String> = url,
    title: Option<String> = title,
    publication: Option<String> = publication,
    language: Option<String> = language,
    license: Option<String> = license,
    copy_of: Option<String> = copy_of,
} => CiteInfo { url, title, publication, language, license, copy_of } }

record! { Coder, CoderColumns, CoderCells {
    version: String = version,
    lexicon: String = lexicon,
    model: String = model,
} => Coder { version, lexicon, model } }

record! { Link, LinkColumns, LinkCells {
    to: String = to,
    kind: LinkKind = kind,
    said_by: Option<Entity> = said_by,
    evidence: Evidence = evidence,
} => Link { to, kind, said_by, evidence } }

record! { Gist, GistColumns, GistCells {
    act: Vec<String> = act,
    words: Vec<(String, u8)> = words,
} => Gist { act, words } }

/// A word of a gist and its weight.
#[derive(Default)]
pub struct WeighedColumns {
    word: StringBuilder,
    weight: arrow_array::builder::Int64Builder,
}

/// Words of gists that are read.
pub struct WeighedCells {
    word: TextCells,
    weight: <u8 as Value>::Cells,
}

impl WeighedColumns {
    fn fields() -> arrow_schema::Fields {
        vec![crate::columns::field::<String>("word"), crate::columns::field::<u8>("weight")].into()
    }
}

impl Value for (String, u8) {
    type Column = WeighedColumns;
    type Cells = WeighedCells;

    fn data_type() -> DataType {
        DataType::Struct(WeighedColumns::fields())
    }
    fn push(&self, column: &mut WeighedColumns) {
        self.0.push(&mut column.word);
        self.1.push(&mut column.weight);
    }
    fn push_blank(column: &mut WeighedColumns) {
        String::push_blank(&mut column.word);
        u8::push_blank(&mut column.weight);
    }
    fn finish(column: &mut WeighedColumns) -> ArrayRef {
        let arrays = vec![String::finish(&mut column.word), u8::finish(&mut column.weight)];
        Arc::new(arrow_array::StructArray::new(WeighedColumns::fields(), arrays, None))
    }
    fn cells(array: Option<&ArrayRef>, name: &str) -> Result<WeighedCells, Wrong> {
        let array = crate::columns::there(array, name)?;
        let Some(fields) = arrow_array::cast::AsArray::as_struct_opt(array) else {
            return Err(crate::columns::wrong_type(array, name, "records"));
        };
        Ok(WeighedCells {
            word: String::cells(fields.column_by_name("word"), &format!("{name}.word"))?,
            weight: u8::cells(fields.column_by_name("weight"), &format!("{name}.weight"))?,
        })
    }
    fn get(cells: &WeighedCells, row: usize) -> Result<(String, u8), Wrong> {
        Ok((String::get(&cells.word, row)?, u8::get(&cells.weight, row)?))
    }
}

record! { Origin, OriginColumns, OriginCells {
    published_from: Option<DateSource> = published_from,
    author: Option<String> = author,
    retrieved: Option<Timestamp> = retrieved,
    file: Option<String> = file,
    place: Option<String> = place,
} => Origin { published_from, author, retrieved, file, place } }

record! { Coded, CodedColumns, CodedCells {
    id: String = report.id,
    doc: String = report.doc,
    event: Vec<EventType> = report.event,
    mode: Option<String> = report.mode,
    context: Vec<String> = report.context,
    quad_code: Quad = report.quad_code,
    event_scale: f32 = report.event_scale,
    actor: Vec<Entity> = report.actor,
    recipient: Vec<Entity> = report.recipient,
    date: Option<Date> = report.date,
    enddate: Option<Date> = report.enddate,
    date_text: Option<String> = report.date_text,
    date_precision: Option<String> = report.date_precision,
    aux: Vec<Aux> = report.aux,
    said_by: Option<Entity> = report.said_by,
    text_info: TextInfo = report.text_info,
    event_text: String = report.event_text,
    event_loc: Option<EventLoc> = report.event_loc,
    size: Option<Size> = report.size,
    event_id: Option<String> = report.event_id,
    confidence: Option<f32> = report.confidence,
    evidence: Vec<Evidence> = report.evidence,
    gist: Gist = report.gist,
    links: Vec<Link> = report.links,
    cite_info: CiteInfo = report.cite_info,
    coder: Coder = report.coder,
    sentence: String = sentence,
    published: Option<Date> = published,
    publisher: Option<String> = publisher,
    text_sha256: Option<String> = text_sha256,
    article: Origin = article,
} => Coded {
    report: Report {
        id, doc, event, mode, context, quad_code, event_scale, actor, recipient, date, enddate, date_text,
        date_precision, aux, said_by, text_info, event_text, event_loc, size, event_id, confidence, evidence, gist,
        links, cite_info, coder,
    },
    sentence, published, publisher, text_sha256, article,
} }

record! { Article, ArticleColumns, ArticleCells {
    id: String = id,
    title: Option<String> = title,
    published: Option<Date> = published,
    published_from: DateSource = published_from,
    text: String = text,
    url: Option<String> = url,
    source: Option<String> = source,
    license: Option<String> = license,
    language: Option<String> = language,
    author: Option<String> = author,
    retrieved: Option<Timestamp> = retrieved,
    file: Option<String> = file,
    place: Option<String> = place,
    copy_of: Option<String> = copy_of,
} => Article {
    id, title, published, published_from, text, url, source, license, language, author, retrieved, file, place, copy_of,
} }
