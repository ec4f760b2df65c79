//! JSON records to articles. Only a text must be there. The names of fields are those of [`fields`](crate::fields);
//! fields with other names are passed over; a field with a wrong value is named, and the article read without it.

use std::borrow::Cow;
use std::fmt;

use detente::article::Article;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::fields::{Columns, Field};
use crate::problem::{Kind, Place, Problem};
use crate::record::{Cell, Cells};
use crate::{Options, record};

/// The article of one record, and what had to be left out of it.
pub type Read = Result<(Article, Vec<Problem>), Problem>;

/// Reads one JSON value: an object with the fields of an article. `start` is where it begins in its file when that is
/// not cut into lines: line and column, from 0.
pub(crate) fn article(
    file: &str,
    place: Place,
    start: Option<(u64, u64)>,
    bytes: &[u8],
    options: &Options,
) -> Read {
    let others = if start.is_none() { "; the other lines are read" } else { "" };
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let at = e.valid_up_to();
        let found = bytes.get(at).copied().unwrap_or(0);
        let thing = if start.is_none() { "line" } else { "record" };
        Problem::new(
            Kind::NotUtf8,
            file,
            format!("this {thing} is not UTF-8 (byte {} is 0x{found:02X})", at + 1),
            format!("save the file as UTF-8{others}"),
        )
        .at(place)
    })?;
    let broken = |e: serde_json::Error| {
        let full = e.to_string();
        let what = full.rsplit_once(" at line ").map_or(full.as_str(), |(what, _)| what);
        let (line, column) = (e.line() as u64, e.column() as u64);
        let at = match start {
            None => format!("at column {column}"),
            Some((l, c)) if line <= 1 => format!("at line {}, column {}", l + 1, c + column),
            Some((l, _)) => format!("at line {}, column {column}", l + line),
        };
        let what = format!("this is not JSON ({what} {at})");
        Problem::new(Kind::Json, file, what, format!("correct it{others}")).at(place)
    };
    if !text.trim_start().starts_with('{') {
        let value: Value = serde_json::from_str(text).map_err(broken)?;
        let what = format!("this is {} and not a JSON object", kind_of(&value));
        let mend = "write one object with at least \"text\" for each article";
        return Err(Problem::new(Kind::Json, file, what, mend).at(place));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let wanted = Wanted { columns: &options.columns, only: None };
    let values = wanted.deserialize(&mut reader).and_then(|v| reader.end().map(|()| v)).map_err(broken)?;
    let mut cells = Cells::default();
    for (field, value) in Field::ALL.into_iter().zip(values) {
        if let Some((_, name, value)) = value {
            cells[field as usize] = cell(field, name, value);
        }
    }
    record::article(file, place, Kind::Json, cells, &options.columns)
}

/// The name that a record gives itself, found without reading the rest of it.
pub(crate) fn id(bytes: &[u8], columns: &Columns) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let wanted = Wanted { columns, only: Some(Field::Id) };
    let mut values = wanted.deserialize(&mut reader).ok()?;
    let (_, name, value) = values[Field::Id as usize].take()?;
    match cell(Field::Id, name, value) {
        Cell::Text(_, words) => Some(words).filter(|w| !w.trim().is_empty()),
        _ => None,
    }
}

/// A value as a cell of a record.
fn cell(field: Field, name: String, value: Value) -> Cell {
    match value {
        Value::Null => Cell::None,
        Value::String(text) => Cell::Text(name, text),
        Value::Number(number) if field != Field::Text => Cell::Text(name, number.to_string()),
        // Several feeds write the source as {"id": …, "name": …}.
        Value::Object(mut object) if matches!(object.get("name"), Some(Value::String(_) | Value::Null)) => {
            match object.remove("name") {
                Some(Value::String(text)) => Cell::Text(name, text),
                _ => Cell::None,
            }
        }
        Value::Array(names) if field == Field::Author => {
            let names: Vec<String> = names
                .into_iter()
                .filter_map(|n| match cell(field, String::new(), n) {
                    Cell::Text(_, words) => Some(words.trim().to_owned()).filter(|w| !w.is_empty()),
                    _ => None,
                })
                .take(100)
                .collect();
            if names.is_empty() { Cell::None } else { Cell::Text(name, names.join("; ")) }
        }
        other => Cell::Wrong(name, kind_of(&other).to_owned(), "write it as a string".into()),
    }
}

/// The values of the fields of a record, with how telling their names are.
type Values = [Option<(usize, String, Value)>; Field::ALL.len()];

/// Takes from an object the fields that an article has, and passes over all else.
struct Wanted<'a> {
    columns: &'a Columns,
    /// This field alone.
    only: Option<Field>,
}

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = Values;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Values, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Values, A::Error> {
        let mut values = Values::default();
        while let Some(key) = map.next_key_seed(Key)? {
            let found = self.columns.of(&key).filter(|(f, _)| self.only.is_none_or(|only| only == *f));
            let Some((field, rank)) = found else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value: Value = map.next_value()?;
            let there = &mut values[field as usize];
            // Of two names the more telling one that says something; of the same name twice the last.
            let better = there.as_ref().is_none_or(|(r, _, v)| rank <= *r || says_nothing(v));
            if better && (there.is_none() || !says_nothing(&value)) {
                *there = Some((rank, key.into_owned(), value));
            }
        }
        Ok(values)
    }
}

/// A key, borrowed where it stands in the input as it is.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }
    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }
    fn visit_str<E>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
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
    use detente::article::DateSource;

    use super::*;

    fn read(text: &str) -> Read {
        article("a.jsonl", Place::Line(3), None, text.as_bytes(), &Options::default())
    }

    #[test]
    fn only_text_must_be_there_and_unknown_fields_are_passed_over() {
        let (article, left_out) = read(r#"{"text":"Avaria met Belmora.","events":[1],"x":{}}"#).unwrap();
        assert_eq!((article.text.as_str(), article.published), ("Avaria met Belmora.", None));
        assert_eq!(left_out, []);
        let (article, _) =
            read(r#"{"id":7,"text":"A.","published":"Mon, 19 Aug 2019 10:00:00 GMT","title":""}"#).unwrap();
        assert_eq!(article.title, None);
        assert_eq!(
            id(br#"{"title":{"id":8},"id":7,"text":"A."}"#, &Columns::default()).as_deref(),
            Some("7")
        );
        assert_eq!(id(br#"{"text":"A.","id":" "}"#, &Columns::default()), None);
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
        let line = b"{\"text\":\"caf\xe9\"}";
        let problem = article("a.jsonl", Place::Line(1), None, line, &Options::default()).unwrap_err();
        assert!(problem.to_string().contains("byte 13 is 0xE9"), "{problem}");
    }
}
