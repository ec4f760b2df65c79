//! Arrow batches of articles to articles. The Python side has picked the columns and given them our names; here every
//! row becomes an article, or a fault in one sentence that costs this row alone.

use arrow_array::cast::AsArray;
use arrow_array::{Array, BinaryArray, BinaryViewArray, LargeBinaryArray, RecordBatch};
use arrow_schema::DataType;
use detente::article::{Article, DateSource};
use detente_intake::{day, language as languages, text};
use sha2::{Digest, Sha256};

/// What is wrong with a row.
pub struct Fault {
    /// Number of the row in the whole input, from 0.
    pub row: u64,
    /// The article's id, where it has one.
    pub id: Option<String>,
    /// What is wrong and what to do, in one sentence.
    pub problem: String,
    /// True where the article is read all the same.
    pub read: bool,
}

/// A column of texts. Its bytes are looked at and not believed: who hands over Arrow data need not have checked that
/// they are UTF-8.
enum Column {
    Missing,
    Small(BinaryArray),
    Large(LargeBinaryArray),
    View(BinaryViewArray),
}

impl Column {
    /// The column with this name.
    ///
    /// # Errors
    /// When it holds something other than text.
    fn of(batch: &RecordBatch, name: &str) -> Result<Column, String> {
        let Some(array) = batch.column_by_name(name) else { return Ok(Column::Missing) };
        Ok(match array.data_type() {
            DataType::Null => Column::Missing,
            DataType::Utf8 => Column::Small(BinaryArray::from(array.as_string::<i32>().clone())),
            DataType::LargeUtf8 => Column::Large(LargeBinaryArray::from(array.as_string::<i64>().clone())),
            DataType::Utf8View => Column::View(array.as_string_view().clone().to_binary_view()),
            DataType::Binary => Column::Small(array.as_binary::<i32>().clone()),
            DataType::LargeBinary => Column::Large(array.as_binary::<i64>().clone()),
            DataType::BinaryView => Column::View(array.as_binary_view().clone()),
            other => {
                return Err(format!("the column \"{name}\" holds {other} and not text: cast it to string"));
            }
        })
    }

    fn get(&self, row: usize) -> Option<&[u8]> {
        match self {
            Column::Missing => None,
            Column::Small(a) => a.is_valid(row).then(|| a.value(row)),
            Column::Large(a) => a.is_valid(row).then(|| a.value(row)),
            Column::View(a) => a.is_valid(row).then(|| a.value(row)),
        }
    }
}

/// The fingerprint of a text.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// The articles of a batch, in its order, with the numbers of their rows, and the faults. `first` is the number of its first row in the whole input; texts that are
/// not English are faults unless `any_language` is said.
/// An article without an id is called by the first 16 digits of its text's fingerprint, so that it has the same name
/// wherever it is read.
///
/// # Errors
/// When a column is no text.
pub fn articles(
    batch: &RecordBatch,
    (first, any_language): (u64, bool),
    articles: &mut Vec<Article>,
    rows: &mut Vec<u64>,
    faults: &mut Vec<Fault>,
) -> Result<(), String> {
    let column = |name| Column::of(batch, name);
    let texts = column("text")?;
    let others = [
        ("published", column("published")?),
        ("id", column("id")?),
        ("title", column("title")?),
        ("url", column("url")?),
        ("source", column("source")?),
        ("license", column("license")?),
        ("language", column("language")?),
        ("author", column("author")?),
    ];
    for row in 0..batch.num_rows() {
        let number = first + row as u64;
        let mut left_out: Vec<(String, bool)> = Vec::new();
        let mut fields: [Option<String>; 8] = Default::default();
        for (field, (name, column)) in fields.iter_mut().zip(&others) {
            match column.get(row).map(std::str::from_utf8) {
                Some(Ok(text)) if !text.trim().is_empty() => *field = Some(text.to_owned()),
                Some(Err(_)) => left_out.push((
                    format!("\"{name}\" is not UTF-8: decode it first; the article is read without it"),
                    true,
                )),
                _ => {}
            }
        }
        let [published, id, title, url, source, license, language, author] = fields;
        let body = match texts.get(row).map(std::str::from_utf8) {
            Some(Ok(body)) if body.len() > detente_intake::MAX_TEXT => Err(format!(
                "its text has {} MB: cut it into its articles, of at most {} MB each",
                body.len() >> 20,
                detente_intake::MAX_TEXT >> 20
            )),
            Some(Ok(body)) if !body.trim().is_empty() => Ok(body),
            Some(Err(e)) => {
                Err(format!("its text is not UTF-8 (byte {}): decode it first", e.valid_up_to() + 1))
            }
            _ => Err("it has no text: give the article's text in the column \"text\"".into()),
        };
        let body = body.and_then(|body| {
            let found = languages::of(body, language.as_deref());
            if any_language || found.is_english() {
                return Ok(body);
            }
            Err(format!("it is in {}: give English text, or say any_language=True", found.name))
        });
        let body = match body {
            Ok(body) => body,
            Err(problem) => {
                faults.push(Fault { row: number, id, problem, read: false });
                continue;
            }
        };
        let mut given = published.as_deref().and_then(day::parse);
        let mut published_from = DateSource::Given;
        if let (Some(words), None) = (&published, given) {
            let shown: String = words.chars().take(40).collect();
            left_out.push((
                format!(
                    "\"published\" is \"{shown}\", which is no day: write it as 2019-08-19; \
                     the article is read without it"
                ),
                true,
            ));
        }
        if given.is_none() {
            given = text::date(body);
            published_from = if given.is_some() { DateSource::Text } else { DateSource::None };
        }
        for (problem, read) in left_out {
            faults.push(Fault { row: number, id: id.clone(), problem, read });
        }
        rows.push(number);
        articles.push(Article {
            id: id.unwrap_or_else(|| sha256(body)[..16].to_owned()),
            title,
            published: given,
            published_from,
            text: body.to_owned(),
            url,
            source,
            license,
            language,
            author,
            ..Article::default()
        });
    }
    Ok(())
}
