//! The words of other data sets: how they spell relations, countries, roles and names, and what each is in our terms
//! (`lexicon/exchange/`). Nothing here is used while articles are read.

pub mod cameo;
mod states;
mod written;

pub use states::{StateCodes, States};
pub use written::{CellKind, Column, OurSector, Written};

use super::names::{Index, fold};
use super::{Fault, Table};
use crate::plover::EventType;
use cameo::{Cameo, Codes, Dialect};

/// How the two parties of a row stand to its act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// The source does it to the target.
    #[default]
    Plain,
    /// They do it with each other, and the data set tells it twice: A with B, B with A.
    Mutual,
    /// One may do it, or both: where it is told both ways, it is one act.
    Mirrored,
    /// The source is the one to whom it is done.
    Reversed,
}

impl Way {
    /// The way with this name in the tables.
    fn parse(text: &str) -> Option<Way> {
        match text {
            "" => Some(Way::Plain),
            "mutual" => Some(Way::Mutual),
            "mirrored" => Some(Way::Mirrored),
            "reversed" => Some(Way::Reversed),
            _ => None,
        }
    }
}

/// A relation of a foreign data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Its code in CAMEO, leading nought and all.
    pub cameo: String,
    /// The PLOVER type; `None` where PLOVER has none.
    pub kind: Option<EventType>,
    /// The PLOVER mode.
    pub mode: Option<String>,
    /// Who does it.
    pub way: Way,
    /// Relations of one twin between the same doer and recipient are one act, told from both sides.
    pub twin: Option<String>,
}

/// What a role or a sector makes of a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignRole {
    /// PLOVER sector.
    pub sector: String,
    /// With a state, is it the state itself?
    pub state: bool,
}

/// An act of a data set that is not in CAMEO's tradition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignAct {
    /// The PLOVER type; `None` where PLOVER has none.
    pub kind: Option<EventType>,
    /// The PLOVER mode.
    pub mode: Option<String>,
    /// Who does it.
    pub way: Way,
}

/// A code by which a data set tells a party, or something of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignCode {
    /// PLOVER sector; empty where the code says nothing of it.
    pub sector: String,
    /// With a state, is it the state itself?
    pub state: bool,
    /// The name by which our tables know a group.
    pub means: Option<String>,
}

/// The tables of `lexicon/exchange/`.
#[derive(Default)]
pub struct Exchange {
    relations: Vec<Relation>,
    relation_by_text: Index<String, u32>,
    relation_by_code: Index<String, u32>,
    countries: Index<String, String>,
    roles: Index<String, ForeignRole>,
    sectors: Index<String, ForeignRole>,
    names: Index<String, String>,
    titles: Index<String, ()>,
    codes: Codes,
    acts: Index<String, ForeignAct>,
    parties: Index<String, ForeignCode>,
    /// States by the codes of other data sets.
    pub states: States,
    /// How exports are written.
    pub written: Written,
}

/// A foreign text as the tables know it: letters and digits without marks, in lower case, one space between words.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&c)) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&fold(word).to_lowercase());
    }
    out
}

/// A code in its list.
fn coded(of: &str, code: &str) -> String {
    [of, "\t", &plain(code)].concat()
}

impl Exchange {
    /// The relation with this text, whatever its case and marks.
    pub fn relation(&self, text: &str) -> Option<&Relation> {
        self.relation_by_text.get(&plain(text)).map(|i| &self.relations[*i as usize])
    }

    /// The relation with this CAMEO code; a leading nought may have been lost.
    pub fn relation_of_code(&self, code: &str) -> Option<&Relation> {
        let code = code.trim();
        let found = self.relation_by_code.get(code);
        let found = found.or_else(|| self.relation_by_code.get(&format!("0{code}")));
        found.map(|i| &self.relations[*i as usize])
    }

    /// What an act of a data set (`acled`, `ucdp`) is, by the data set's name for it.
    pub fn act(&self, of: &str, text: &str) -> Option<&ForeignAct> {
        self.acts.get(&coded(of, text))
    }

    /// What a code of a party says: `of` is the list that it stands in (`cameo-role`, `cameo-group`, `cameo-religion`,
    /// `cameo-region`, `acled-inter`, `plover-sector`, `prefix`).
    pub fn party(&self, of: &str, code: &str) -> Option<&ForeignCode> {
        self.parties.get(&coded(of, code))
    }

    /// The groups that CAMEO has a code for: the code in small letters, and the name by which our tables know the group;
    /// sorted.
    pub fn cameo_groups(&self) -> Vec<(&str, &str)> {
        let groups = self
            .parties
            .iter()
            .filter_map(|(code, party)| Some((code.strip_prefix("cameo-group\t")?, party.means.as_deref()?)));
        let mut groups: Vec<(&str, &str)> = groups.collect();
        groups.sort_unstable();
        groups
    }

    /// All codes of CAMEO.
    pub fn cameo_codes(&self) -> &[Cameo] {
        self.codes.all()
    }

    /// What a code of CAMEO says in a list of codes; a leading nought may have been lost.
    pub fn cameo(&self, code: &str, dialect: Dialect) -> Option<&Cameo> {
        self.codes.get(code, dialect)
    }

    /// The code of CAMEO as which an event of ours is written: the closest to its contexts, else that of its type and mode,
    /// else that of its type. `None` only where the tables say nothing of the type.
    pub fn cameo_of(
        &self,
        kind: EventType,
        mode: Option<&str>,
        contexts: &[String],
        dialect: Dialect,
    ) -> Option<&Cameo> {
        self.codes.of(kind, mode, contexts, dialect)
    }

    /// The entity key of a country, by a name that other data sets give it and the actor tables do not.
    pub fn country(&self, name: &str) -> Option<&str> {
        self.countries.get(&plain(name)).map(String::as_str)
    }

    /// What a role of another data set makes of somebody ("Cabinet / Council of Ministers / Advisors").
    pub fn role(&self, text: &str) -> Option<&ForeignRole> {
        self.roles.get(&plain(text))
    }

    /// What a sector of another data set makes of somebody ("Executive Office").
    pub fn sector(&self, text: &str) -> Option<&ForeignRole> {
        self.sectors.get(&plain(text))
    }

    /// The name or entity key by which our tables know somebody whom others call so; empty where it names nobody.
    pub fn name(&self, text: &str) -> Option<&str> {
        self.names.get(&plain(text)).map(String::as_str)
    }

    /// A name without the titles that stand before it ("Alhaji", "Tan Sri").
    pub fn without_title<'n>(&self, name: &'n str) -> &'n str {
        let mut rest = name.trim();
        // Titles have one word or two.
        'titles: loop {
            let spaces = rest.match_indices(' ').map(|(at, _)| at).take(2).collect::<Vec<_>>();
            for at in spaces.into_iter().rev() {
                if self.titles.contains_key(&plain(&rest[..at])) {
                    rest = rest[at..].trim_start();
                    continue 'titles;
                }
            }
            return rest;
        }
    }

    /// Reads one table of `exchange/`, known by its columns.
    pub(super) fn add(&mut self, path: &str, text: &str, faults: &mut Vec<Fault>) {
        let Some(table) = Table::read(path, text, faults) else { return };
        let first = table.columns[0];
        match first {
            "iso3" => return self.states.add(&table, faults),
            "form" => return self.written.add_columns(&table, faults),
            "our_sector" => return self.written.add_sectors(&table, faults),
            "deadly_word" => return self.written.add_deadly(&table, faults),
            _ => {}
        }
        let need: &[&str] = match first {
            "code" => cameo::COLUMNS,
            "act_of" => &["act_of", "act", "type", "mode", "way"],
            "party_of" => &["party_of", "party", "sector", "acts_for_state", "means"],
            "relation" => &["relation", "cameo", "type", "mode", "way", "twin"],
            "country" => &["country", "key"],
            "role" => &["role", "sector", "acts_for_state"],
            "title" => &["title"],
            "foreign_sector" => &["foreign_sector", "sector", "acts_for_state"],
            _ => &["name", "means"],
        };
        if !table.has(need, faults) {
            return;
        }
        if first == "code" {
            return self.codes.add(&table, faults);
        }
        let mut twice = Vec::new();
        for row in &table.rows {
            let get = |column: &str| table.get(row, column);
            let word = plain(get(first));
            let old = match first {
                "relation" => {
                    let kind = EventType::parse(get("type"));
                    if kind.is_none() && !get("type").is_empty() {
                        let text = format!("`{}` is not one of the 16 PLOVER types", get("type"));
                        faults.push(table.fault(row, text));
                    }
                    let Some(way) = Way::parse(get("way")) else {
                        let text = format!(
                            "`{}` is no way; write mutual, mirrored, reversed or nothing",
                            get("way")
                        );
                        faults.push(table.fault(row, text));
                        continue;
                    };
                    let own = |text: &str| (!text.is_empty()).then(|| text.to_string());
                    let relation = Relation {
                        cameo: get("cameo").to_string(),
                        kind,
                        mode: own(get("mode")),
                        way,
                        twin: own(get("twin")),
                    };
                    let number = self.relations.len() as u32;
                    self.relation_by_code.entry(relation.cameo.clone()).or_insert(number);
                    self.relations.push(relation);
                    self.relation_by_text.insert(word, number).is_some()
                }
                "act_of" => {
                    let kind = EventType::parse(get("type"));
                    if kind.is_none() && !get("type").is_empty() {
                        let text = format!("`{}` is not one of the 16 PLOVER types", get("type"));
                        faults.push(table.fault(row, text));
                    }
                    let Some(way) = Way::parse(get("way")) else {
                        faults.push(table.fault(row, format!("`{}` is no way", get("way"))));
                        continue;
                    };
                    let mode = Some(get("mode")).filter(|m| !m.is_empty()).map(str::to_string);
                    let act = ForeignAct { kind, mode, way };
                    self.acts.insert(coded(get(first), get("act")), act).is_some()
                }
                "party_of" => {
                    let means = Some(get("means")).filter(|m| !m.is_empty()).map(str::to_string);
                    let state = get("acts_for_state") == "yes";
                    let code = ForeignCode { sector: get("sector").to_string(), state, means };
                    self.parties.insert(coded(get(first), get("party")), code).is_some()
                }
                "title" => self.titles.insert(word, ()).is_some(),
                "country" => self.countries.insert(word, get("key").to_string()).is_some(),
                "role" | "foreign_sector" => {
                    let state = get("acts_for_state") == "yes";
                    let role = ForeignRole { sector: get("sector").to_string(), state };
                    let list = if first == "role" { &mut self.roles } else { &mut self.sectors };
                    list.insert(word, role).is_some()
                }
                _ => {
                    let means = get("means").trim_matches('-').to_string();
                    self.names.insert(word, means).is_some()
                }
            };
            if old {
                twice.push(
                    table.fault(row, "this stands in the tables twice (case and marks do not count)".into()),
                );
            }
        }
        faults.append(&mut twice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(files: &[(&str, &str)]) -> (Exchange, Vec<String>) {
        let (mut exchange, mut faults) = (Exchange::default(), Vec::new());
        files.iter().for_each(|(path, text)| exchange.add(path, text, &mut faults));
        (exchange, faults.iter().map(Fault::to_string).collect())
    }

    #[test]
    fn relations_are_found_by_text_and_by_code() {
        let rows = "relation\tcameo\ttype\tmode\tway\ttwin\n\
                    Host a visit\t043\tCONSULT\tvisit\treversed\t042\n\
                    Make statement\t010\t\t\t\t\n\
                    Threaten non-force\t131\tTHREATEN\t\t\t\n";
        let (exchange, faults) = exchange(&[("r.tsv", rows)]);
        assert!(faults.is_empty(), "{faults:?}");
        let host = exchange.relation("HOST A  VISIT").expect("a relation");
        assert_eq!(
            (host.kind, host.way, host.twin.as_deref()),
            (Some(EventType::Consult), Way::Reversed, Some("042"))
        );
        assert_eq!(exchange.relation("threaten non force").map(|r| r.cameo.as_str()), Some("131"));
        assert_eq!(exchange.relation_of_code("43"), Some(host));
        assert_eq!(exchange.relation("Make statement").map(|r| r.kind), Some(None));
        assert_eq!(exchange.relation("Make statements"), None);
    }

    #[test]
    fn faults_of_the_tables_are_told() {
        let relations =
            "relation\tcameo\ttype\tmode\tway\ttwin\na\t1\tSHOUT\t\t\t\nb\t2\tAID\t\tbackwards\t\n";
        let (_, faults) = exchange(&[
            ("r.tsv", relations),
            ("c.tsv", "country\tkey\nCote d'Ivoire\tCIV\nCôte d’Ivoire\tCIV\n"),
            ("t.tsv", "title\nSir\n"),
            ("o.tsv", "role\tsector\nCitizen\tCVL\n"),
        ]);
        for (fault, part) in faults.iter().zip([
            "`SHOUT` is not one",
            "`backwards` is no way",
            "c.tsv:3: Côte d’Ivoire: this stands in the tables twice",
            "lacks the column(s) acts_for_state",
        ]) {
            assert!(fault.contains(part), "{fault}");
        }
        assert_eq!(faults.len(), 4, "{faults:?}");
    }

    #[test]
    fn titles_fall_and_names_stay() {
        let (exchange, _) = exchange(&[("t.tsv", "title\nDr.\nSir\nTan Sri\n")]);
        for (name, bare) in [
            ("Sir Anna Lind", "Anna Lind"),
            ("Tan Sri Dr. Anna Lind", "Anna Lind"),
            ("Tan Lind", "Tan Lind"),
            ("Sir", "Sir"),
        ] {
            assert_eq!(exchange.without_title(name), bare);
        }
    }

    #[test]
    fn marks_and_case_do_not_count() {
        for text in ["Cote d'Ivoire", "Côte d’Ivoire", "COTE  D IVOIRE", "Co\u{302}te-d'Ivoire"] {
            assert_eq!(plain(text), "cote d ivoire");
        }
    }
}
