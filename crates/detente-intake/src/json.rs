//! JSON records to articles: `id`, `title`, `published`, `text`, `url`, `source`, `license`, `language`.
//! Only `text` must be there. Fields with other names are passed over; a field with a wrong value is named.

use detente::article::{Article, DateSource};
use serde::Deserialize;
use serde_json::Value;

use crate::day;
use crate::problem::{Kind, Place, Problem};
use crate::text;

/// The fields we read, before they are understood.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    id: Value,
    title: Value,
    published: Value,
    text: Value,
    url: Value,
    source: Value,
    #[serde(alias = "licence")]
    license: Value,
    language: Value,
}

/// The article of one record, and what had to be left out of it.
pub type Read = Result<(Article, Vec<Problem>), Problem>;

/// Reads one line of a JSON lines file.
pub fn line(file: &str, stem: &str, number: u64, line: &[u8]) -> Read {
    let place = Place::Line(number);
    let text = std::str::from_utf8(line).map_err(|e| {
        let at = e.valid_up_to();
        Problem::new(
            Kind::NotUtf8,
            file,
            format!(
                "this line is not UTF-8 (byte {} is 0x{:02X})",
                at + 1,
                line.get(at).copied().unwrap_or(0)
            ),
            "save the file as UTF-8; the other lines are read",
        )
        .at(place)
    })?;
    let value: Value = serde_json::from_str(text).map_err(|e| broken(file, place, &e))?;
    value_to_article(file, stem, number, place, value)
}

/// The problem of a piece of JSON that cannot be read.
pub fn broken(file: &str, place: Place, error: &serde_json::Error) -> Problem {
    let full = error.to_string();
    let what = full.rsplit_once(" at line ").map_or(full.as_str(), |(what, _)| what);
    let (column, others) = match place {
        Place::Line(_) => (format!("at column {}", error.column()), "; the other lines are read"),
        _ => (format!("at line {}, column {}", error.line(), error.column()), ""),
    };
    Problem::new(
        Kind::Json,
        file,
        format!("this is not JSON ({what} {column})"),
        format!("correct it{others}"),
    )
    .at(place)
}

/// The article of one JSON value.
pub fn value_to_article(file: &str, stem: &str, number: u64, place: Place, value: Value) -> Read {
    let fault = |what: String, mend: &str| Problem::new(Kind::Json, file, what, mend).at(place);
    if !value.is_object() {
        return Err(fault(
            format!("this is {} and not a JSON object", kind_of(&value)),
            "write one object with at least \"text\" for each article",
        ));
    }
    // An object is always a record: every field is a value of any kind.
    let record: Record = serde_json::from_value(value).unwrap_or_default();
    let body = match record.text {
        Value::String(text) if !text.trim().is_empty() => text,
        Value::String(_) | Value::Null => {
            return Err(fault("it has no \"text\"".into(), "give the article's text in the field \"text\""));
        }
        other => return Err(fault(format!("\"text\" is {}", kind_of(&other)), "write it as a string")),
    };
    let mut left_out = Vec::new();
    let mut leave_out = |what: String, mend: &str| {
        let mend = format!("{mend}; the article is read without it");
        left_out.push(Problem::new(Kind::Field, file, what, mend).at(place));
    };
    let mut field = |name: &str, value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text).filter(|t| !t.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        // Several feeds write the source as {"id": …, "name": …}.
        Value::Object(mut object) if matches!(object.get("name"), Some(Value::String(_) | Value::Null)) => {
            object.remove("name").and_then(|n| n.as_str().map(str::to_owned))
        }
        other => {
            leave_out(format!("\"{name}\" is {}", kind_of(&other)), "write it as a string");
            None
        }
    };
    let id = field("id", record.id).unwrap_or_else(|| format!("{stem}-{number}"));
    let title = field("title", record.title);
    let url = field("url", record.url);
    let source = field("source", record.source);
    let license = field("license", record.license);
    let language = field("language", record.language);
    let words = field("published", record.published);
    let mut published = words.as_deref().and_then(day::parse);
    if let (Some(words), None) = (words, published) {
        let shown: String = words.chars().take(40).collect();
        leave_out(format!("\"published\" is \"{shown}\", which is no day"), "write it as 2019-08-19");
    }
    let mut published_from = if published.is_some() { DateSource::Given } else { DateSource::None };
    if published.is_none() {
        published = text::date(&body);
        published_from = if published.is_some() { DateSource::Text } else { DateSource::None };
    }
    let article = Article {
        id,
        title,
        published,
        published_from,
        text: body,
        url,
        source,
        license,
        language,
        ..Article::default()
    };
    Ok((article, left_out))
}

/// What a value is, in words.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Read {
        line("a.jsonl", "a", 3, text.as_bytes())
    }

    #[test]
    fn only_text_must_be_there_and_unknown_fields_are_passed_over() {
        let (article, left_out) = read(r#"{"text":"Avaria met Belmora.","events":[1],"x":{}}"#).unwrap();
        assert_eq!((article.id.as_str(), article.published), ("a-3", None));
        assert_eq!(left_out, []);
        let (article, _) =
            read(r#"{"id":7,"text":"A.","published":"Mon, 19 Aug 2019 10:00:00 GMT","title":""}"#).unwrap();
        assert_eq!((article.id.as_str(), article.title), ("7", None));
        assert_eq!(article.published, Some(jiff::civil::date(2019, 8, 19)));
        assert_eq!(article.published_from, DateSource::Given);
    }

    #[test]
    fn faults_name_the_line_the_field_and_the_mend() {
        let says = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(
            says(r#"{"text": "abc"#),
            "a.jsonl, line 3: this is not JSON (EOF while parsing a string at column 13): correct it; the other lines are read."
        );
        assert_eq!(
            says(r#"[1]"#),
            "a.jsonl, line 3: this is a list and not a JSON object: write one object with at least \"text\" for each article."
        );
        assert_eq!(
            says(r#"{"title":"x"}"#),
            "a.jsonl, line 3: it has no \"text\": give the article's text in the field \"text\"."
        );
        assert_eq!(says(r#"{"text":5}"#), "a.jsonl, line 3: \"text\" is a number: write it as a string.");
    }

    #[test]
    fn a_day_that_is_none_is_named_and_the_article_read_without_it() {
        let (article, left_out) = read(r#"{"text":"A.","published":"2019-02-31"}"#).unwrap();
        assert_eq!(article.published, None);
        assert_eq!(
            left_out[0].to_string(),
            "a.jsonl, line 3: \"published\" is \"2019-02-31\", which is no day: write it as 2019-08-19; the article is read without it."
        );
    }

    #[test]
    fn a_source_may_be_an_object_with_a_name_and_a_field_of_another_kind_costs_only_itself() {
        let (article, left_out) =
            read(r#"{"text":"A.","source":{"id":null,"name":"The Mail"},"title":["x"]}"#).unwrap();
        assert_eq!((article.source.as_deref(), article.title), (Some("The Mail"), None));
        assert!(
            left_out[0].to_string().contains("\"title\" is a list: write it as a string"),
            "{}",
            left_out[0]
        );
        assert!(left_out[0].article_was_read());
    }

    #[test]
    fn a_line_that_is_not_utf8_says_which_byte() {
        let problem = line("a.jsonl", "a", 1, b"{\"text\":\"caf\xe9\"}").unwrap_err();
        assert!(problem.to_string().contains("byte 13 is 0xE9"), "{problem}");
    }
}
