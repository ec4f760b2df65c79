//! What stands beside an export, so that whoever gets it knows what it is: a README with filter, versions, columns and what
//! is missing; how to cite it, as BibTeX and as CFF; and the licences of what it was read from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use detente::lexicon::exchange::Written;
use detente::plover::QuadConvention;

use super::act::Act;
use super::run::Done;
use super::{Form, Request, Sources};
use crate::Row;

/// Whom and what an export stands on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credits {
    /// Reports by licence of their article.
    pub licences: BTreeMap<String, u64>,
    /// Program, lexicon and model of the reports.
    pub coders: BTreeSet<String>,
    /// Other data sets: rows and licence.
    pub imports: BTreeMap<String, (u64, Option<String>)>,
    /// True where coordinates or ids of places stand in it.
    pub places: bool,
}

/// The word for an article whose licence is not known.
const NOT_STATED: &str = "not stated: ask the publisher";

impl Credits {
    /// Counts a report.
    pub fn report(&mut self, row: &Row) {
        let licence = row.report.cite_info.license.clone().unwrap_or_else(|| NOT_STATED.into());
        *self.licences.entry(licence).or_default() += 1;
        let coder = &row.report.coder;
        let coder = format!("Détente {}, lexicon {}, model {}", coder.version, coder.lexicon, coder.model);
        if !self.coders.contains(&coder) {
            self.coders.insert(coder);
        }
        let place = row.report.event_loc.as_ref();
        self.places |= place.is_some_and(|p| p.lat.is_some() || p.geonameid.is_some());
    }

    /// Counts an act with all its reports, or as a row of another data set.
    pub fn take(&mut self, act: &Act) {
        act.tellings.iter().for_each(|t| self.report(&t.row));
        if let Some(foreign) = &act.foreign {
            let import = self.imports.entry(foreign.import.clone()).or_insert((0, foreign.licence.clone()));
            import.0 += 1;
        }
    }

    /// Licences with their numbers of reports, one a line.
    pub fn licence_lines(&self) -> Vec<(String, String)> {
        self.licences.iter().map(|(licence, n)| (grouped(*n), licence.clone())).collect()
    }
}

/// 1234567 as 1,234,567.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Credit for places, as GeoNames' licence asks for it.
pub const GEONAMES: &str = "Place data: © GeoNames, https://www.geonames.org/, licensed under Creative Commons Attribution \
     4.0 (https://creativecommons.org/licenses/by/4.0/). Changed: a selection, with English names and project keys.";

/// What is to be told of an export beside what was written.
pub struct About<'a> {
    /// What was wanted.
    pub request: &'a Request,
    /// What was written.
    pub done: &'a Done,
    /// The columns of the forms.
    pub written: &'a Written,
    /// Name of the file.
    pub file: String,
    /// Name of the table beside it, where there is one.
    pub more: Option<String>,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The ledger, as it was named.
    pub ledger: String,
    /// Articles, reports and foreign events that the ledger holds.
    pub holds: [u64; 3],
    /// The day on which the ledger last learned of something.
    pub last_known: Option<String>,
    /// Version of the program.
    pub version: String,
    /// The flags that chose what is in it, as words: `type` ASSAULT.
    pub chosen: Vec<(String, String)>,
    /// Who made the selection.
    pub author: Option<String>,
}

/// Title, differences and sources of a form.
struct Kin {
    what: &'static str,
    /// How it differs from the data set whose columns it wears.
    differs: &'static [&'static str],
    /// Entries of [`WORKS`].
    works: &'static [&'static str],
}

fn kin(form: Form) -> Kin {
    match form {
        Form::Plover => Kin {
            what: "reports of political events as PLOVER records, one JSON object a line",
            differs: &[
                "PLOVER's own files hold one event type a record in a list, as here; `said_by`, `confidence`, `evidence`, `links`, `gist` and `coder` are fields of ours.",
                "A line is a report: one event as one article tells it. Reports of one event share `event_id` where it is filled.",
            ],
            works: &["plover"],
        },
        Form::Csv | Form::Tsv => Kin {
            what: "reports of political events, one flat row each",
            differs: &["Several parties of one report stand in one cell, with `; ` between them."],
            works: &["plover"],
        },
        Form::Parquet => Kin {
            what: "reports of political events as a Parquet table, with the names and shapes of the JSON records",
            differs: &["The sentence is cut to a short quote, and is empty where quotes were left out."],
            works: &["plover"],
        },
        Form::Icews => Kin {
            what: "events in the 20 columns of the ICEWS files",
            differs: &[
                "A row is an event and a pair of its parties; ICEWS has a row for each story that tells it, after its own removal of copies.",
                "The CAMEO code is the one that `lexicon/exchange/cameo.tsv` writes for our type, mode and context: 16 types with their modes do not tell all of CAMEO's 300 codes apart. Intensity is the weight of that code, and not our scale.",
                "ICEWS tells statements and comments (CAMEO 01); PLOVER has no type for them, so there are none here.",
                "Event ID runs from 1 in this file, Story ID is made from the name of the article. Neither is an id of ICEWS.",
                "Names: a state by its name, people of one as `Role (Country)`, groups by ours. ICEWS names persons; here a person who acts for a state is that state.",
                "The file is UTF-8. District is always empty.",
            ],
            works: &["plover", "icews", "cameo"],
        },
        Form::Polecat => Kin {
            what: "events in the 40 columns of the POLECAT files",
            differs: &[
                "Types, modes and contexts are PLOVER's in both, ours by the manual of February 2024.",
                "A row is an event and a pair of its parties.",
                "Story People, Story Organizations, Story Locations, District and the Wikipedia ids are always None. Feature Type holds our word for how exactly the place is known.",
                "POLECAT codes many languages; here it is English alone.",
            ],
            works: &["plover", "polecat", "cow"],
        },
        Form::Gdelt => Kin {
            what: "events in the 61 columns of GDELT 2.0 event files, without a header",
            differs: &[
                "A row is an event and a pair of its parties, put together out of all its reports; GDELT joins mentions of equal codes within a day.",
                "Codes are those of GDELT's list of CAMEO. GDELT's QuadClass follows the root code, so protests are verbal there; --quad puts PLOVER's classes in.",
                "AvgTone is empty: tone is not measured. Actors have no places of their own, ethnic or religious codes.",
                "GlobalEventID is made from our event and its parties: the same in every export, and no id of GDELT.",
                "Where CAMEO's list has no code for a state, the ISO code stands.",
            ],
            works: &["plover", "gdelt", "cameo", "fips"],
        },
        Form::GdeltMentions => Kin {
            what: "reports of events in the 16 columns of GDELT 2.0 mention files, without a header",
            differs: &[
                "GlobalEventID is that of the export `gdelt` of the same ledger.",
                "Offsets count bytes of the clean text, GDELT's count characters; ActionCharOffset is where the sentence begins.",
                "Extras holds JSON with the status, whoever alone vouches, the report's name, the hash of the text and a short quote.",
                "MentionDocLen is empty where the ledger does not hold the text; MentionDocTone is always empty.",
            ],
            works: &["plover", "gdelt"],
        },
        Form::Ged => Kin {
            what: "deadly events in the 49 columns of UCDP GED",
            differs: &[
                "UCDP's events are coded by people who weigh sources against each other; these are read by a program, and a number of dead is what reports say.",
                "UCDP counts organised armed violence with a known actor; here stands every event of which a report tells that somebody was killed: by a number, or by the words of an assault (`lexicon/exchange/deadly.tsv`). There is no threshold of 25 deaths a year.",
                "best, high and low are empty where no report's number of dead was read; then it is only known that somebody died.",
                "Conflicts, dyads and actors have no UCDP ids. Whose the dead are is not known: all are deaths_unknown.",
                "type_of_violence is worked out from the sectors of the two sides.",
                "number_of_sources counts publishers.",
            ],
            works: &["plover", "ucdp", "gw", "priogrid"],
        },
        Form::Graphml => Kin {
            what: "a directed network of parties as GraphML: who did what to whom, added up",
            differs: &["An edge is a pair and a direction; what is done to each other stands in both."],
            works: &["plover"],
        },
        Form::Gexf => Kin {
            what: "a directed network of parties as GEXF 1.3, with the months in which something is told",
            differs: &[
                "Parties and edges stand for the months in which something is told of them; weights hold for these months.",
            ],
            works: &["plover"],
        },
        Form::Geojson => Kin {
            what: "events at their places as GeoJSON",
            differs: &["What is known of a country alone has no geometry: its middle is no place."],
            works: &["plover"],
        },
        Form::Panel => Kin {
            what: "pairs of parties by time: counts by quad class and type, sums of scores, reports and publishers",
            differs: &[
                "Rows are directed: source acts on target. What is done to each other counts once each way.",
                "An event counts in the period in which all days lie on which it may have happened.",
                "An empty number of COW or Gleditsch and Ward says that the list does not have the state on that day.",
            ],
            works: &["plover", "cow", "gw"],
        },
    }
}

/// Works that exports stand on: name, BibTeX entry, fields.
const WORKS: &[(&str, &str)] = &[
    (
        "plover",
        "@misc{plover2024,\n  title = {{PLOVER}: Political Language Ontology for Verifiable Event Records, event, actor and data interchange specification},\n  author = {{Open Event Data Alliance}},\n  year = {2024},\n  url = {https://github.com/openeventdata/PLOVER}\n}\n",
    ),
    (
        "icews",
        "@misc{icews,\n  title = {{ICEWS} Coded Event Data},\n  author = {Boschee, Elizabeth and Lautenschlager, Jennifer and O'Brien, Sean and Shellman, Steve and Starz, James and Ward, Michael},\n  publisher = {Harvard Dataverse},\n  year = {2015},\n  doi = {10.7910/DVN/28075},\n  note = {whose columns the export wears; none of its data are in it}\n}\n",
    ),
    (
        "polecat",
        "@misc{polecat,\n  title = {{POLECAT} Weekly Data},\n  author = {Scarborough, Grace I. and Bagozzi, Benjamin E. and Beger, Andreas and Berrie, John and Halterman, Andrew and Schrodt, Philip A. and Spivey, Jevon},\n  publisher = {Harvard Dataverse},\n  year = {2023},\n  doi = {10.7910/DVN/AJGVIT},\n  note = {whose columns the export wears; none of its data are in it}\n}\n",
    ),
    (
        "gdelt",
        "@inproceedings{gdelt,\n  title = {{GDELT}: Global Data on Events, Location and Tone, 1979--2012},\n  author = {Leetaru, Kalev and Schrodt, Philip A.},\n  booktitle = {ISA Annual Convention},\n  year = {2013},\n  note = {whose columns the export wears; none of its data are in it}\n}\n",
    ),
    (
        "ucdp",
        "@article{ucdpged,\n  title = {Introducing the {UCDP} Georeferenced Event Dataset},\n  author = {Sundberg, Ralph and Melander, Erik},\n  journal = {Journal of Peace Research},\n  volume = {50},\n  number = {4},\n  pages = {523--532},\n  year = {2013},\n  note = {whose columns the export wears; none of its data are in it}\n}\n",
    ),
    (
        "cameo",
        "@misc{cameo,\n  title = {{CAMEO}: Conflict and Mediation Event Observations, event and actor codebook, version 1.1b3},\n  author = {Schrodt, Philip A.},\n  year = {2012}\n}\n",
    ),
    (
        "cow",
        "@misc{cowstates,\n  title = {State System Membership List, v2016},\n  author = {{Correlates of War Project}},\n  year = {2017},\n  url = {https://correlatesofwar.org}\n}\n",
    ),
    (
        "gw",
        "@article{gleditschward,\n  title = {A revised list of independent states since the Congress of {Vienna}},\n  author = {Gleditsch, Kristian S. and Ward, Michael D.},\n  journal = {International Interactions},\n  volume = {25},\n  number = {4},\n  pages = {393--413},\n  year = {1999}\n}\n",
    ),
    (
        "priogrid",
        "@article{priogrid,\n  title = {{PRIO-GRID}: A unified spatial data structure},\n  author = {Tollefsen, Andreas Foro and Strand, Havard and Buhaug, Halvard},\n  journal = {Journal of Peace Research},\n  volume = {49},\n  number = {2},\n  pages = {363--374},\n  year = {2012}\n}\n",
    ),
    (
        "fips",
        "@misc{fips104,\n  title = {{FIPS} 10-4: Countries, dependencies, areas of special sovereignty, and their principal administrative divisions},\n  author = {{National Institute of Standards and Technology}},\n  year = {1995}\n}\n",
    ),
    (
        "geonames",
        "@misc{geonames,\n  title = {{GeoNames} geographical database},\n  author = {{GeoNames}},\n  url = {https://www.geonames.org},\n  note = {CC BY 4.0}\n}\n",
    ),
];

impl About<'_> {
    fn title(&self) -> String {
        format!("Détente export: {}", kin(self.request.form).what)
    }

    fn year(&self) -> String {
        self.last_known.as_deref().and_then(|d| d.get(..4)).unwrap_or("n.d.").into()
    }

    fn author(&self) -> &str {
        self.author.as_deref().map(str::trim).filter(|a| !a.is_empty()).unwrap_or("Anonymous")
    }

    /// The README, in Markdown.
    pub fn readme(&self) -> String {
        let (form, done) = (self.request.form, self.done);
        let kin = kin(form);
        let mut out = format!("# {}\n\n{}.\n\n", self.file, first_capital(kin.what));
        let unit = match form {
            Form::Graphml | Form::Gexf => "edges",
            Form::Geojson => "features",
            _ => "rows",
        };
        let of = if form.unit() == super::Unit::Reports { "reports" } else { "events" };
        let _ = writeln!(
            out,
            "- Holds: {} {unit} out of {} {of}.\n- SHA-256: `{}`",
            grouped(done.lines),
            grouped(done.acts),
            self.sha256
        );
        let [articles, reports, foreign] = self.holds.map(grouped);
        let _ =
            write!(out, "- From the ledger `{}`: {articles} articles, {reports} reports", code(&self.ledger));
        if self.holds[2] > 0 {
            let _ = write!(out, ", {foreign} events of other data sets");
        }
        if let Some(day) = &self.last_known {
            let _ = write!(out, "; it last learned of something on {day}");
        }
        let _ = writeln!(out, ".\n- Exported by Détente {} as form `{}`.", self.version, form.as_str());
        for coder in &done.credits.coders {
            let _ = writeln!(out, "- Read by {}.", plain(coder));
        }
        out.push_str("\n## What was chosen\n\n");
        for (name, value) in &self.chosen {
            let _ = writeln!(out, "- {name}: {}", plain(value));
        }
        let sources = match self.request.sources {
            Sources::Own => "what was read from articles; other data sets in the ledger are not in it",
            Sources::Imports => "rows of other data sets alone",
            Sources::All => "what was read from articles, and rows of other data sets",
        };
        let _ = writeln!(out, "- sources: {sources}");
        let _ = writeln!(out, "- quad classes: {}", quad(self.request));
        let quotes =
            if self.request.quotes { "short ones" } else { "left out, with all words of the articles" };
        let _ = writeln!(out, "- quotes: {quotes}");
        if self.request.form.lacks_status() {
            let which = if self.request.any_status || self.request.filter.status.is_some() {
                "**not only what happened**: these columns do not tell a denied, announced or supposed event from one that happened"
            } else {
                "only what is told as having happened"
            };
            let _ = writeln!(out, "- status: {which}");
            let speaker = match &self.more {
                Some(more) => format!("; `said_by` in `{}` says whose", code(more)),
                None if form == Form::GdeltMentions => "; `said_by` in Extras says whose".into(),
                None => String::new(),
            };
            let _ = writeln!(
                out,
                "- speaker: what hangs on one party's word alone stands like everything else{speaker}"
            );
        }
        if self.request.form.lacks_span() {
            let _ = writeln!(
                out,
                "- days: the columns hold one day, which is the first of the interval; events of more than {} days are left out",
                self.request.widest
            );
        }
        if !done.left_out.is_empty() {
            out.push_str("\n## What was left out\n\n| events | why |\n| ---: | --- |\n");
            for (why, n) in &done.left_out {
                let _ = writeln!(out, "| {} | {why} |", grouped(*n));
            }
        }
        out.push_str("\n## How it differs\n\n");
        for line in kin.differs {
            let _ = writeln!(out, "- {line}");
        }
        if let Some(more) = &self.more {
            let _ = writeln!(
                out,
                "- What these columns cannot hold (status, whoever alone vouches, the interval, our entity keys, offsets, hash, quote) stands in `{}`, \
                 whose column `row` holds the id of the row here.",
                code(more)
            );
        }
        self.columns(&mut out, form.as_str(), &self.file);
        if let Some(more) = &self.more {
            self.columns(&mut out, "more", more);
        }
        out.push_str(
            "\n## Rights\n\n\
             Texts of articles are their publishers' and are not in here. Who has the article finds each place again by address, \
             offsets (bytes of the clean text) and SHA-256 of that text. What was read from them, facts, may be used freely; quotes \
             are short and stand as evidence.\n",
        );
        if done.credits.places {
            let _ = writeln!(out, "\n{GEONAMES}");
        }
        if !done.credits.licences.is_empty() {
            out.push_str("\n| reports | licence of the article |\n| ---: | --- |\n");
            for (n, licence) in done.credits.licence_lines() {
                let _ = writeln!(out, "| {n} | {} |", plain(&licence));
            }
        }
        if !done.credits.imports.is_empty() {
            out.push_str("\n| rows | other data set | its licence |\n| ---: | --- | --- |\n");
            for (name, (n, licence)) in &done.credits.imports {
                let licence = licence.as_deref().unwrap_or("not stated: ask whoever gives it out");
                let _ = writeln!(out, "| {} | {} | {} |", grouped(*n), plain(name), plain(licence));
            }
        }
        out.push_str("\n## How to cite\n\nSee the BibTeX and the CFF file beside this one.\n");
        out
    }

    fn columns(&self, out: &mut String, form: &str, file: &str) {
        let columns = self.written.columns(form);
        if columns.is_empty() {
            return;
        }
        let _ = write!(
            out,
            "\n## Columns of `{}`\n\n| | column | holds | meaning |\n| ---: | --- | --- | --- |\n",
            code(file)
        );
        for (i, column) in columns.iter().enumerate() {
            let kind = match column.kind.as_str() {
                "whole" => "whole number",
                kind => kind,
            };
            let _ = writeln!(out, "| {} | `{}` | {kind} | {} |", i + 1, column.name, column.meaning);
        }
        if let Some(source) = columns.first().map(|c| c.source.as_str()).filter(|s| *s != "ours") {
            let _ = writeln!(out, "\nNames and order of the columns: {source}.");
        }
    }

    /// Works to cite, as BibTeX.
    pub fn bibtex(&self) -> String {
        let name = self.sha256.get(..12).unwrap_or("export");
        let mut out = format!(
            "@misc{{detente-export-{name},\n  title = {{{}}},\n  author = {{{{{}}}}},\n  year = {{{}}},\n  note = {{Made with D{{\\'e}}tente {}, \
             form {}, SHA-256 {}}}\n}}\n\n",
            tex(&self.title()),
            tex(self.author()),
            self.year(),
            self.version,
            self.request.form.as_str(),
            self.sha256
        );
        let _ = writeln!(
            out,
            "@software{{detente,\n  title = {{D{{\\'e}}tente: political events and standings from news, with the words behind them}},\n  \
             author = {{{{The D{{\\'e}}tente developers}}}},\n  version = {{{}}}\n}}",
            self.version
        );
        let mut works: Vec<&str> = kin(self.request.form).works.to_vec();
        if self.done.credits.places {
            works.push("geonames");
        }
        for work in works {
            if let Some((_, entry)) = WORKS.iter().find(|(name, _)| *name == work) {
                let _ = write!(out, "\n{entry}");
            }
        }
        for (name, (rows, licence)) in &self.done.credits.imports {
            let licence = licence.as_deref().map(|l| format!(", licence: {l}")).unwrap_or_default();
            let key: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            let _ = write!(
                out,
                "\n@misc{{import-{key},\n  title = {{{}}},\n  note = {{other data set, {rows} rows of which are in the export{}}}\n}}\n",
                tex(name),
                tex(&licence)
            );
        }
        out
    }

    /// How to cite it, in the Citation File Format 1.2.0.
    pub fn cff(&self) -> String {
        let mut out = String::from(
            "cff-version: 1.2.0\nmessage: If you use these data, please cite them and the program that made them.\ntype: dataset\n",
        );
        let _ = writeln!(out, "title: {}", yaml(&self.title()));
        let _ = writeln!(out, "authors:\n  - name: {}", yaml(self.author()));
        let _ = writeln!(out, "version: {}", yaml(&self.version));
        if let Some(day) = &self.last_known {
            let _ = writeln!(out, "date-released: {day}");
        }
        let _ = writeln!(
            out,
            "identifiers:\n  - type: other\n    value: {}\n    description: SHA-256 of the file",
            yaml(&format!("sha256:{}", self.sha256))
        );
        let _ = writeln!(
            out,
            "references:\n  - type: software\n    title: \"Détente: political events and standings from news, with the words behind them\"\n    \
             authors:\n      - name: The Détente developers\n    version: {}",
            yaml(&self.version)
        );
        if self.done.credits.places {
            out.push_str("  - type: data\n    title: GeoNames geographical database\n    authors:\n      - name: GeoNames\n    url: https://www.geonames.org\n    license: CC-BY-4.0\n");
        }
        for name in self.done.credits.imports.keys() {
            let _ = writeln!(
                out,
                "  - type: data\n    title: {}\n    authors:\n      - name: {}",
                yaml(name),
                yaml(&format!("Makers of {name}"))
            );
        }
        out
    }
}

fn quad(request: &Request) -> &'static str {
    match (request.quad, request.form) {
        (None, Form::Gdelt) => "GDELT's, by the root of the CAMEO code",
        (None | Some(QuadConvention::Sections), _) => {
            "PLOVER's sections on its types: SANCTION and PROTEST are material conflict"
        }
        (Some(QuadConvention::Table), _) => "PLOVER's table of quad categories: SANCTION is verbal conflict",
        (Some(QuadConvention::Cameo), _) => {
            "CAMEO's root codes as GDELT groups them: PROTEST is verbal conflict"
        }
    }
}

fn first_capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |c| c.to_uppercase().chain(letters).collect())
}

/// A text inside a line of Markdown: it ends no line, no cell, and begins no tag.
fn plain(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('`', "'")
}

/// A text inside backticks.
fn code(text: &str) -> String {
    text.replace(['`', '\n', '\r'], "'")
}

/// A text inside BibTeX's braces.
fn tex(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '{' | '}' | '\\' => {}
            '&' | '%' | '$' | '#' | '_' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' | '\t' => out.push(' '),
            'é' => out.push_str("{\\'e}"),
            c => out.push(c),
        }
    }
    out
}

/// A text as YAML has it between quotes, which is as JSON has it.
fn yaml(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_breaks_no_readme_and_no_citation() {
        assert_eq!(plain("a|b\n<script> `x`"), "a\\|b &lt;script> 'x'");
        assert_eq!(tex("R&D {50%} é"), "R\\&D 50\\% {\\'e}");
        assert_eq!(yaml("a: \"b\"\n"), "\"a: \\\"b\\\"\\n\"");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
