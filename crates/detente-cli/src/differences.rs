//! What differs between two readings of one text, told for people: which reports are gone, new or changed, and in which field.
//! Reports bear running numbers, so one more at the head of a text renumbers all behind it; they are paired by what they say:
//! first those that are alike in all but their numbers, then those of the same words, then those of the same sentence and type,
//! then those of the same sentence.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// The first reading has it, the second does not.
    Gone,
    /// The second reading has it, the first does not.
    New,
    /// Both have it, and something in it differs.
    Changed,
}

impl Change {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Gone => "gone",
            Change::New => "new",
            Change::Changed => "changed",
        }
    }
}

/// One field of a report in both readings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its name in the record.
    pub name: String,
    /// In the first reading; null where it is not there.
    pub was: Value,
    /// In the second.
    pub is: Value,
}

/// A report that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// What became of it.
    pub change: Change,
    /// Its id: in the second reading for a new one, else in the first.
    pub report: String,
    /// What it says, in a line: type, parties, days.
    pub says: String,
    /// Bytes of its sentence in the text.
    pub sentence: (usize, usize),
    /// What differs, for a changed one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// Fields that say which report it is and what made it, not what it says.
const NAMES: [&str; 3] = ["id", "doc", "coder"];

/// The differences between two readings, each a list of records, in the order of the text.
pub fn differences(was: &[Value], is: &[Value]) -> Vec<Difference> {
    let pairs = pair(was, is);
    let renamed: BTreeMap<&str, &str> = pairs.iter().map(|&(a, b)| (id(&was[a]), id(&is[b]))).collect();
    let mut all = Vec::new();
    for &(a, b) in &pairs {
        let fields = fields(&was[a], &is[b], &renamed);
        if !fields.is_empty() {
            all.push(one(Change::Changed, &was[a], fields));
        }
    }
    let lone = |list: &[Value], taken: Vec<usize>, change: Change| -> Vec<Difference> {
        let left = list.iter().enumerate().filter(|(n, _)| !taken.contains(n));
        left.map(|(_, report)| one(change, report, Vec::new())).collect()
    };
    all.extend(lone(was, pairs.iter().map(|p| p.0).collect(), Change::Gone));
    all.extend(lone(is, pairs.iter().map(|p| p.1).collect(), Change::New));
    all.sort_by(|x, y| (x.sentence, x.change as u8, &x.report).cmp(&(y.sentence, y.change as u8, &y.report)));
    all
}

fn one(change: Change, report: &Value, fields: Vec<Field>) -> Difference {
    Difference {
        change,
        report: id(report).to_owned(),
        says: says(report),
        sentence: sentence(report),
        fields,
    }
}

fn id(report: &Value) -> &str {
    report["id"].as_str().unwrap_or_default()
}

/// Bytes of the sentence.
fn sentence(report: &Value) -> (usize, usize) {
    let at =
        |name: &str| report["text_info"][name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    (at("start"), at("end"))
}

/// "ASSAULT ISR → SYR 2019-08-18 negated".
pub fn says(report: &Value) -> String {
    let keys = |side: &str| {
        let list = report[side].as_array().map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(|e| e["key"].as_str()).collect::<Vec<_>>().join("+")
    };
    let text = |name: &str| report[name].as_str().unwrap_or_default();
    let (actor, recipient) = (keys("actor"), keys("recipient"));
    let mut words = vec![report["event"][0].as_str().unwrap_or("?").to_owned(), actor];
    if !recipient.is_empty() {
        words.push(format!("→ {recipient}"));
    }
    words.push(match (text("date"), text("enddate")) {
        (from, to) if from == to => from.to_owned(),
        (from, to) => format!("{from} to {to}"),
    });
    words.extend(report["aux"].as_array().into_iter().flatten().filter_map(|a| Some(a.as_str()?.to_owned())));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// The record without what names it; links lead to what a report is called in the other reading.
fn bare(report: &Value, renamed: Option<&BTreeMap<&str, &str>>) -> BTreeMap<String, Value> {
    let mut all: BTreeMap<String, Value> = match report.as_object() {
        Some(object) => object.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        None => BTreeMap::new(),
    };
    all.retain(|name, _| !NAMES.contains(&name.as_str()));
    if let Some(evidence) = all.get_mut("evidence").and_then(Value::as_array_mut) {
        for of in evidence {
            // A row that another one was put in front of is the same row.
            if let Some((table, _)) = of["rule"].as_str().and_then(|rule| rule.rsplit_once(".tsv:")) {
                of["rule"] = format!("{table}.tsv").into();
            }
        }
    }
    if let Some(links) = all.get_mut("links").and_then(Value::as_array_mut) {
        for link in links {
            match renamed {
                Some(renamed) => {
                    if let Some(to) = link["to"].as_str().and_then(|to| renamed.get(to)) {
                        link["to"] = (*to).into();
                    }
                }
                None => link["to"] = Value::Null,
            }
        }
    }
    all
}

fn fields(was: &Value, is: &Value, renamed: &BTreeMap<&str, &str>) -> Vec<Field> {
    let (was, is) = (bare(was, Some(renamed)), bare(is, Some(&BTreeMap::new())));
    let mut names: Vec<&String> = was.keys().chain(is.keys()).collect();
    names.sort();
    names.dedup();
    let value = |side: &BTreeMap<String, Value>, name: &str| side.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .map(|name| Field { name: name.clone(), was: value(&was, name), is: value(&is, name) })
        .filter(|field| field.was != field.is)
        .collect()
}

/// Which report of the first reading is which of the second.
fn pair(was: &[Value], is: &[Value]) -> Vec<(usize, usize)> {
    let same: [fn(&Value, &Value) -> bool; 4] = [
        |a, b| bare(a, None) == bare(b, None),
        |a, b| {
            ["text_info", "event", "event_text"].iter().all(|f| a[f] == b[f])
                && a["evidence"][0]["spans"] == b["evidence"][0]["spans"]
        },
        |a, b| sentence(a) == sentence(b) && a["event"] == b["event"],
        |a, b| sentence(a) == sentence(b),
    ];
    let (mut left, mut right): (Vec<usize>, Vec<usize>) = ((0..was.len()).collect(), (0..is.len()).collect());
    let mut pairs = Vec::new();
    for same in same {
        left.retain(|&a| {
            let found = right.iter().position(|&b| same(&was[a], &is[b]));
            if let Some(at) = found {
                pairs.push((a, right.remove(at)));
            }
            found.is_none()
        });
    }
    pairs.sort_unstable();
    pairs
}

/// A value in a few words.
pub fn short(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) if !list.is_empty() && list.iter().all(|v| v["key"].is_string()) => {
            let named = |v: &Value| match v["entity_text"].as_str() {
                Some(words) => format!("{} (“{words}”)", v["key"].as_str().unwrap_or_default()),
                None => v["key"].as_str().unwrap_or_default().to_owned(),
            };
            list.iter().map(named).collect::<Vec<_>>().join(", ")
        }
        Value::Array(list) if !list.is_empty() && list.iter().all(|v| v["rule"].is_string()) => {
            let spans = |v: &Value| {
                let spans = v["spans"].as_array().into_iter().flatten();
                spans.map(|s| format!("{}–{}", s["start"], s["end"])).collect::<Vec<_>>().join(" ")
            };
            let named = |v: &Value| format!("{} ({})", v["rule"].as_str().unwrap_or_default(), spans(v));
            list.iter().map(named).collect::<Vec<_>>().join(", ")
        }
        Value::Object(place) if place.contains_key("extracted_place") => {
            let word = |name: &str| place.get(name).and_then(Value::as_str);
            let name = word("resolved_place").or(word("extracted_place")).unwrap_or_default();
            word("country_code").map_or_else(|| name.to_owned(), |country| format!("{name} ({country})"))
        }
        Value::Object(party) if party.contains_key("entity_text") => {
            short(&Value::Array(vec![value.clone()]))
        }
        Value::Array(list) if list.iter().all(Value::is_string) => {
            format!("[{}]", list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    };
    const LONGEST: usize = 160;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(n: usize, kind: &str, whom: &str, at: usize) -> Value {
        json!({
            "id": format!("a#{n}"), "doc": "a", "event": [kind], "actor": [{ "key": "AVA" }],
            "recipient": [{ "key": whom }], "date": "2026-03-02", "enddate": "2026-03-02", "aux": [],
            "text_info": { "sequence": at, "start": at * 100, "end": at * 100 + 80 }, "event_text": kind,
            "evidence": [{ "rule": "x", "spans": [{ "start": at * 100 + n, "end": at * 100 + n + 5 }] }],
            "links": [], "coder": { "lexicon": "one" },
        })
    }

    #[test]
    fn readings_that_differ_in_numbers_and_coder_alone_do_not_differ() {
        let mut was = vec![report(0, "AID", "BEL", 1), report(1, "ASSAULT", "BEL", 2)];
        was[1]["links"] = json!([{ "to": "a#0", "kind": "after" }]);
        let mut is = was.clone();
        for (n, r) in is.iter_mut().enumerate() {
            r["id"] = format!("a#{}", n + 1).into();
            r["coder"]["lexicon"] = "two".into();
        }
        is[1]["links"][0]["to"] = "a#1".into();
        assert_eq!(differences(&was, &is), []);
        // A link that leads elsewhere is a difference.
        is[1]["links"][0]["to"] = "a#7".into();
        let found = differences(&was, &is);
        assert_eq!((found.len(), found[0].fields[0].name.as_str()), (1, "links"));
    }

    #[test]
    fn one_more_report_is_new_and_the_others_are_as_they_were() {
        let was = vec![report(0, "AID", "BEL", 1), report(1, "ASSAULT", "BEL", 2)];
        let is =
            vec![report(0, "CONSULT", "BEL", 0), report(1, "AID", "BEL", 1), report(2, "ASSAULT", "BEL", 2)];
        let mut is = is;
        // The words stand where they stood.
        is[1]["evidence"] = was[0]["evidence"].clone();
        is[2]["evidence"] = was[1]["evidence"].clone();
        let found = differences(&was, &is);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].change, found[0].report.as_str()), (Change::New, "a#0"));
        assert_eq!(found[0].says, "CONSULT AVA → BEL 2026-03-02");
        let back = differences(&is, &was);
        assert_eq!((back.len(), back[0].change), (1, Change::Gone));
    }

    #[test]
    fn a_changed_report_names_its_fields() {
        let was = vec![report(0, "AID", "BEL", 1)];
        let mut is = was.clone();
        is[0]["recipient"] = json!([{ "key": "CAD" }]);
        is[0]["date"] = Value::Null;
        let found = differences(&was, &is);
        let names: Vec<&str> = found[0].fields.iter().map(|f| f.name.as_str()).collect();
        assert_eq!((found[0].change, names), (Change::Changed, vec!["date", "recipient"]));
        assert_eq!(
            (short(&found[0].fields[1].was), short(&found[0].fields[0].is)),
            ("BEL".into(), "nothing".into())
        );
        // The same row of a table, one line further down.
        let mut moved = was.clone();
        let mut row = was.clone();
        row[0]["evidence"][0]["rule"] = "actors/states.tsv:7".into();
        moved[0]["evidence"][0]["rule"] = "actors/states.tsv:8".into();
        assert_eq!(differences(&row, &moved), []);
        let rule = json!([{ "rule": "aid.give", "spans": [{ "start": 3, "end": 7 }] }]);
        assert_eq!(short(&rule), "aid.give (3–7)");
        assert_eq!(short(&json!({ "extracted_place": "Doha", "country_code": "QAT" })), "Doha (QAT)");
        // Another type at the same words is a change, not two.
        let mut other = was.clone();
        other[0]["event"] = json!(["SUPPORT"]);
        let found = differences(&was, &other);
        assert_eq!((found.len(), found[0].fields[0].name.as_str()), (1, "event"));
    }
}
