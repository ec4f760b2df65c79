//! CAMEO's codes and what each is in PLOVER, both ways (`lexicon/exchange/cameo.tsv`): a code of GDELT, Phoenix or ICEWS
//! becomes a type and mode, and an event of ours becomes the one code that it is written as.
//!
//! The numbers are not the same for all: GDELT's list is older than the code book of 2012 and says other things under a few
//! of them. So both questions are asked in a [`Dialect`].

use super::super::names::Index;
use super::super::{Fault, Table};
use super::Way;
use crate::plover::{Aux, EventType};

/// Whose list of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// The code book of 2012, as ICEWS has it.
    Icews,
    /// The list that GDELT publishes.
    Gdelt,
}

/// A code of CAMEO.
#[derive(Clone, Debug, PartialEq)]
pub struct Cameo {
    /// The code: a root of two digits, a base of three, or four.
    pub code: String,
    /// The one list that has this row; `None` for both.
    pub dialect: Option<Dialect>,
    /// Its title in the code book.
    pub text: String,
    /// Its weight on Goldstein's scale, from −10 to +10.
    pub goldstein: f32,
    /// The PLOVER type; `None` where PLOVER has none.
    pub kind: Option<EventType>,
    /// The PLOVER mode.
    pub mode: Option<String>,
    /// PLOVER contexts.
    pub contexts: Vec<String>,
    /// How the deed that the words name stands to the world: promised or threatened, asked for, refused; `None` when done.
    pub status: Option<Aux>,
    /// Who does it.
    pub way: Way,
    /// Codes of one twin between the same doer and recipient are one act, told from both sides.
    pub twin: Option<String>,
}

impl Cameo {
    /// The root: the first two digits.
    pub fn root(&self) -> &str {
        self.code.get(..2).unwrap_or(&self.code)
    }

    /// The base code: the first three digits, or the root where there are only two.
    pub fn base(&self) -> &str {
        self.code.get(..3).unwrap_or(&self.code)
    }

    /// The quad class as GDELT counts it: 1 verbal and 2 material cooperation, 3 verbal and 4 material conflict. (Roots 01
    /// to 05, 06 to 09, 10 to 14, 15 to 20: investigations are 2 there, protests 3.)
    pub fn quad(&self) -> u8 {
        match self.root().parse::<u8>() {
            Ok(0..=5) => 1,
            Ok(6..=9) => 2,
            Ok(10..=14) => 3,
            _ => 4,
        }
    }
}

/// All codes.
#[derive(Default)]
pub(super) struct Codes {
    list: Vec<Cameo>,
    by_code: Index<(String, Option<u8>), u32>,
    /// Type, mode, context → the code to write, by whether it is for GDELT alone.
    export: Index<(EventType, Option<String>, Option<String>, bool), u32>,
}

/// The columns of the table.
pub(super) const COLUMNS: &[&str] =
    &["code", "dialect", "text", "goldstein", "type", "mode", "context", "status", "way", "twin", "export"];

impl Codes {
    pub(super) fn all(&self) -> &[Cameo] {
        &self.list
    }

    /// The row of a code in a list; a leading nought may have been lost.
    pub(super) fn get(&self, code: &str, dialect: Dialect) -> Option<&Cameo> {
        let code = code.trim();
        let exact = |code: String| {
            let own = self.by_code.get(&(code.clone(), Some(dialect as u8)));
            own.or_else(|| self.by_code.get(&(code, None)))
        };
        let found = exact(code.to_string()).or_else(|| exact(format!("0{code}")));
        found.and_then(|i| self.list.get(*i as usize))
    }

    /// The code as which an event is written.
    pub(super) fn of(
        &self,
        kind: EventType,
        mode: Option<&str>,
        contexts: &[String],
        dialect: Dialect,
    ) -> Option<&Cameo> {
        let find = |mode: Option<&str>, context: Option<&str>| {
            let key = |own| (kind, mode.map(str::to_string), context.map(str::to_string), own);
            let own = (dialect == Dialect::Gdelt).then(|| self.export.get(&key(true))).flatten();
            let found = own.or_else(|| self.export.get(&key(false)))?;
            self.list.get(*found as usize).filter(|row| {
                // A number that says something else in this list is not written.
                self.get(&row.code, dialect).is_some_and(|here| {
                    (here.kind, &here.mode, here.way) == (row.kind, &row.mode, row.way)
                        || row.dialect == Some(dialect)
                })
            })
        };
        let closest = contexts.iter().find_map(|c| find(mode, Some(c)));
        closest
            .or_else(|| find(mode, None))
            .or_else(|| {
                // A mode whose code this list does not have: the code above it.
                let row = self.export.get(&(kind, mode.map(str::to_string), None, false))?;
                let code = &self.list.get(*row as usize)?.code;
                let above =
                    if code.len() > 3 { code.get(..3)?.to_string() } else { format!("{}0", code.get(..2)?) };
                self.get(&above, dialect).filter(|above| above.kind == Some(kind))
            })
            .or_else(|| find(None, None))
    }

    pub(super) fn add(&mut self, table: &Table, faults: &mut Vec<Fault>) {
        for row in &table.rows {
            let get = |column: &str| table.get(row, column);
            let own = |text: &str| (!text.is_empty()).then(|| text.to_string());
            let dialect =
                match get("dialect") {
                    "" => None,
                    "icews" => Some(Dialect::Icews),
                    "gdelt" => Some(Dialect::Gdelt),
                    other => {
                        faults.push(table.fault(
                            row,
                            format!("`{other}` is no list of codes; write icews, gdelt or nothing"),
                        ));
                        continue;
                    }
                };
            let kind = EventType::parse(get("type"));
            if kind.is_none() && !get("type").is_empty() {
                faults.push(table.fault(row, format!("`{}` is not one of the 16 PLOVER types", get("type"))));
            }
            let status = Aux::parse(get("status"));
            if status.is_none() && !get("status").is_empty() {
                faults.push(table.fault(row, format!("`{}` is no status", get("status"))));
            }
            let Some(way) = Way::parse(get("way")) else {
                let text = format!("`{}` is no way; write mutual, mirrored, reversed or nothing", get("way"));
                faults.push(table.fault(row, text));
                continue;
            };
            let goldstein = match get("goldstein").parse::<f32>() {
                Ok(n) if (-10.0..=10.0).contains(&n) => n,
                _ => {
                    let text = format!("`{}` is no weight from -10 to 10", get("goldstein"));
                    faults.push(table.fault(row, text));
                    continue;
                }
            };
            let code = Cameo {
                code: get("code").to_string(),
                dialect,
                text: get("text").to_string(),
                goldstein,
                kind,
                mode: own(get("mode")),
                contexts: get("context").split(',').filter_map(own).collect(),
                status,
                way,
                twin: own(get("twin")),
            };
            let number = self.list.len() as u32;
            let gdelt = dialect == Some(Dialect::Gdelt);
            let mut twice = false;
            for word in get("export").split_whitespace() {
                let mut put = |kind, mode: Option<String>, context| {
                    twice |= self.export.insert((kind, mode, context, gdelt), number).is_some();
                };
                match (word, word.split_once('/'), kind) {
                    ("yes", _, Some(kind)) => put(kind, code.mode.clone(), None),
                    ("context", _, Some(kind)) => {
                        code.contexts.iter().for_each(|c| put(kind, code.mode.clone(), Some(c.clone())));
                    }
                    (_, Some((kind, mode)), _) if EventType::parse(kind).is_some() => {
                        EventType::parse(kind).into_iter().for_each(|kind| put(kind, own(mode), None));
                    }
                    _ => faults.push(table.fault(row, format!("`{word}` is no word of the column export"))),
                }
            }
            twice |= self.by_code.insert((code.code.clone(), dialect.map(|d| d as u8)), number).is_some();
            if twice {
                let text =
                    "another row has this code or is written for the same type, mode and context".into();
                faults.push(table.fault(row, text));
            }
            self.list.push(code);
        }
    }
}
