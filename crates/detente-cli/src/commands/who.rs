//! `detente lexicon who NAME`: what the lexicon knows of a name: every row that it can mean, and on a day for whom it
//! acts and why. A name of several rows is said to be ambiguous, an unknown one gets names like it.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use console::Style;
use detente::lexicon::who::{Acting, Meaning, Tenure};
use detente::lexicon::{Actor, ActorKind, Form, Lexicon, Term};
use jiff::civil::Date;
use serde::Serialize;

use super::{Outcome, To, day};
use crate::engine::{self, LexiconFile};
use crate::output;

/// How many persons who bear a name are shown to people.
const SHOWN: usize = 12;
/// How many names like an unknown one are offered.
const NEAR: usize = 8;

/// Say whom a name can mean, from the lexicon
#[derive(clap::Args)]
pub struct Args {
    /// The name, in any spelling that the lexicon has: "Erdogan", "President Bush", "Congo"
    #[arg(required = true, value_name = "NAME")]
    name: Vec<String>,
    /// The day on which it is asked for whom they act
    #[arg(long, value_name = "DAY", value_parser = day)]
    on: Option<Date>,
    /// How to print
    #[arg(long, value_enum, value_name = "FORM", default_value = "text")]
    to: To,
    /// A folder with a lexicon of your own, used on top of the built-in one; may be given several times
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// The answer.
#[derive(Serialize)]
struct Answer<'l> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<Date>,
    /// Can it mean more than one? Not where one of several persons alone is in office on the day that was asked for.
    ambiguous: bool,
    /// Of several persons who bear the name, the one whom a text of that day means: who alone is in office.
    #[serde(skip_serializing_if = "Option::is_none")]
    meant: Option<&'l str>,
    /// The rows that bear the name.
    meanings: Vec<Row<'l>>,
    /// Persons who bear it as a family name alone: unresolved in a text that says no more.
    family: Vec<Row<'l>>,
    /// Names like it, where it is unknown.
    near: Vec<String>,
}

/// One row of the lexicon, or all rows of one person.
#[derive(Serialize)]
struct Row<'l> {
    name: &'l str,
    /// What it is: state, organisation, group, press, place, person.
    kind: &'static str,
    /// How the words name it, where it is no person: name, adjective, people, capital, seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sector: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wikidata: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Date>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    offices: Vec<Office<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acts_for: Option<ActsFor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
}

/// One term of office.
#[derive(Serialize)]
struct Office<'l> {
    key: &'l str,
    office: &'l str,
    sector: &'l str,
    from: Option<Date>,
    to: Option<Date>,
    source: Source,
}

/// Whom somebody acts for on the day that was asked for.
#[derive(Serialize)]
struct ActsFor {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<String>,
    /// in-office, just-left, left, not-yet; for names with dates: in-use, not-in-use.
    tenure: &'static str,
    why: String,
}

/// Where a row stands, and where its writer has it from.
#[derive(Clone, Serialize)]
struct Source {
    row: String,
    facts: String,
}

/// Runs the command.
///
/// # Errors
/// A faulty lexicon, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    let files = engine::reading_files(&args.lexicon)?;
    let lexicon = engine::lexicon(&files)?;
    let name = args.name.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    let desk = Desk { files: &files, lexicon: &lexicon, on: args.on };
    let answer = desk.answer(name);
    let known = !answer.meanings.is_empty() || !answer.family.is_empty();
    match args.to {
        To::Json => output::say(&serde_json::to_string_pretty(&answer)?)?,
        To::Text if known => output::tell(desk.print(&answer).trim_end())?,
        To::Text => output::complain(&unknown(&answer)),
    }
    Ok(if known { Outcome::Clean } else { Outcome::Skipped })
}

/// What is said of a name that the lexicon lacks.
fn unknown(answer: &Answer) -> String {
    let said = format!("the lexicon knows nobody by the name “{}”", answer.name);
    match answer.near.as_slice() {
        [] => format!("{said}: try a part of the name, or its English spelling"),
        [one] => format!("{said}; one like it: {one}"),
        near => format!("{said}; some like it: {}", near.join(", ")),
    }
}

/// What an answer is made from.
struct Desk<'l> {
    files: &'l [LexiconFile],
    lexicon: &'l Lexicon,
    on: Option<Date>,
}

impl<'l> Desk<'l> {
    fn answer(&self, name: String) -> Answer<'l> {
        let found = self.lexicon.meanings(&name);
        let listed: Vec<u32> =
            found.iter().filter_map(|m| if let Meaning::Person(p) = m { Some(*p) } else { None }).collect();
        let meanings: Vec<Row> = found
            .iter()
            .map(|m| match m {
                Meaning::Actor(form, actor) => self.actor(*form, actor),
                Meaning::Person(person) => self.person(*person),
            })
            .collect();
        // "President Bush": those of the name who ever held the office.
        let (title, rest) = self.lexicon.title_and_name(&name);
        let mut persons = self.lexicon.bearers(&rest);
        if let Some(title) = title.filter(|_| meanings.is_empty()) {
            let more = self.lexicon.meanings(&rest);
            persons.extend(more.iter().filter_map(
                |m| {
                    if let Meaning::Person(p) = m { Some(*p) } else { None }
                },
            ));
            let held = |p: &u32| self.terms(*p).any(|t| t.office.contains(title));
            if persons.iter().any(held) {
                persons.retain(held);
            }
        }
        persons.retain(|p| !listed.contains(p));
        persons.sort_unstable();
        persons.dedup();
        let family: Vec<Row> = persons.iter().map(|p| self.person(*p)).collect();
        let mut whose: Vec<(&str, Option<&str>)> =
            meanings.iter().map(|m| (if m.kind == "person" { m.name } else { m.kind }, m.key)).collect();
        whose.sort_unstable();
        whose.dedup();
        let near = match meanings.is_empty() && family.is_empty() {
            true => self.lexicon.near(&name, NEAR),
            false => Vec::new(),
        };
        let meant = Self::in_office(&meanings).filter(|_| whose.len() > 1);
        let ambiguous = meant.is_none() && (whose.len() > 1 || meanings.is_empty() && family.len() > 1);
        Answer { name, on: self.on, ambiguous, meant, meanings, family, near }
    }

    /// Whom the reader takes where persons alone bear a name and one of them is in office.
    fn in_office(meanings: &[Row<'l>]) -> Option<&'l str> {
        let serves = |row: &&Row| row.acts_for.as_ref().is_some_and(|a| a.tenure == "in-office");
        let mut serving = meanings.iter().filter(serves);
        let (one, more) = (serving.next()?, serving.next());
        (more.is_none() && meanings.iter().all(|row| row.kind == "person")).then_some(one.name)
    }

    fn actor(&self, form: Form, actor: &'l Actor) -> Row<'l> {
        let some = |text: &'l str| Some(text).filter(|t| !t.is_empty());
        let dated = (actor.from.is_some() || actor.to.is_some()).then_some(self.on).flatten();
        let acts_for = dated.map(|day| {
            let inside = actor.from.is_none_or(|f| f <= day) && actor.to.is_none_or(|t| day <= t);
            ActsFor {
                key: actor.key.clone(),
                office: None,
                tenure: if inside { "in-use" } else { "not-in-use" },
                why: if inside {
                    "the name was in use on that day".into()
                } else {
                    let what = match actor.kind {
                        ActorKind::State => "no state had the name on that day",
                        _ => "the name was not in use on that day",
                    };
                    format!("{what} ({})", days(actor.from, actor.to))
                },
            }
        });
        Row {
            name: &actor.name,
            kind: match actor.kind {
                ActorKind::State => "state",
                ActorKind::Organisation => "organisation",
                ActorKind::Group => "group",
                ActorKind::Press => "press",
                ActorKind::Place => "place",
            },
            form: Some(match form {
                Form::Name | Form::Person => "name",
                Form::Adjective => "adjective",
                Form::People => "people",
                Form::Capital => "capital",
                Form::Seat => "seat",
            }),
            key: some(&actor.key),
            sector: some(&actor.sector),
            country: actor.country.as_deref(),
            wikidata: actor.wikidata.as_deref(),
            from: actor.from,
            to: actor.to,
            offices: Vec::new(),
            acts_for,
            source: Some(self.source(&actor.source.to_string())),
        }
    }

    fn terms(&self, person: u32) -> impl Iterator<Item = &'l Term> {
        self.lexicon.terms_of(person)
    }

    fn person(&self, person: u32) -> Row<'l> {
        let offices: Vec<Office> = self
            .terms(person)
            .map(|t| Office {
                key: &t.key,
                office: &t.office,
                sector: &t.sector,
                from: t.from,
                to: t.to,
                source: self.source(&t.source.to_string()),
            })
            .collect();
        let acting = self.on.and_then(|day| self.lexicon.acting(person, Some(day)));
        Row {
            name: self.lexicon.person_name(person),
            kind: "person",
            form: None,
            key: None,
            sector: None,
            country: self.terms(person).find_map(|t| t.country.as_deref()),
            wikidata: self.terms(person).find_map(|t| t.wikidata.as_deref()),
            from: None,
            to: None,
            offices,
            acts_for: acting.map(|a| acts_for(&a)),
            source: None,
        }
    }

    /// The row's place, and what stands in its last column.
    fn source(&self, place: &str) -> Source {
        let facts = || {
            let (path, line) = place.rsplit_once(':')?;
            let file = self.files.iter().find(|f| f.path == path)?;
            let header = file.content.lines().find(|l| !l.starts_with('#'))?;
            let column = header.split('\t').position(|c| c.trim() == "source")?;
            let row = file.content.lines().nth(line.parse::<usize>().ok()?.checked_sub(1)?)?;
            row.split('\t').nth(column).map(|cell| cell.trim().to_owned())
        };
        let row = engine::entry(self.files, place).map(|e| format!("{}:{}", e.file, e.line));
        Source { row: row.unwrap_or_else(|| place.to_owned()), facts: facts().unwrap_or_default() }
    }

    fn print(&self, answer: &Answer) -> String {
        let mut text = String::new();
        let bold = Style::new().bold();
        let n = answer.meanings.len();
        let several = output::count(n, "row");
        if let (Some(meant), Some(day)) = (answer.meant, answer.on) {
            let _ = writeln!(
                text,
                "“{}” is {meant} on {day}: of {several} that bear the name, the one in office.\n",
                answer.name
            );
        }
        if answer.ambiguous && n > 1 {
            let _ = writeln!(
                text,
                "“{}” is ambiguous: {several} bear it; a text decides by what it says, or it stays open.\n",
                answer.name
            );
        }
        for row in &answer.meanings {
            self.row(&mut text, row, &bold);
        }
        if !answer.family.is_empty() {
            let others = output::count(answer.family.len(), if n > 0 { "other" } else { "person" });
            let _ = writeln!(
                text,
                "{}{others} bear it in their name: alone it is unresolved in a text that says no more.\n",
                if n > 0 { "" } else { "No row has just this name. " },
            );
            for row in answer.family.iter().take(SHOWN) {
                self.row(&mut text, row, &bold);
            }
            if let Some(rest) = answer.family.len().checked_sub(SHOWN).filter(|r| *r > 0) {
                let _ = writeln!(text, "… and {rest} more; --to json has them all.");
            }
        }
        text
    }

    fn row(&self, text: &mut String, row: &Row, bold: &Style) {
        let dim = Style::new().dim();
        let mut facts: Vec<String> = Vec::new();
        facts.extend(row.key.map(str::to_owned));
        facts.push(match row.form {
            Some("name") | None => row.kind.to_owned(),
            Some(form) => format!("{form} of a {}", row.kind),
        });
        facts.extend(row.sector.map(|s| format!("sector {s}")));
        facts.extend(row.country.filter(|c| Some(*c) != row.key).map(|c| format!("of {c}")));
        if row.from.is_some() || row.to.is_some() {
            facts.push(days(row.from, row.to));
        }
        facts.extend(row.wikidata.map(|w| format!("Wikidata {w}")));
        let _ = writeln!(text, "{}  {}", bold.apply_to(row.name), facts.join(", "));
        for o in &row.offices {
            let _ = writeln!(text, "  {}  {} ({}), {}", o.key, o.office, o.sector, days(o.from, o.to));
            let _ = writeln!(text, "      {}", dim.apply_to(from(&o.source)));
        }
        if let Some(source) = &row.source {
            let _ = writeln!(text, "      {}", dim.apply_to(from(source)));
        }
        if let (Some(acts), Some(on)) = (&row.acts_for, self.on) {
            let office = acts.office.as_ref().map(|o| format!(", {o}")).unwrap_or_default();
            let _ = writeln!(text, "  on {on}: {}{office}: {}", acts.key, acts.why);
        }
        text.push('\n');
    }
}

fn from(source: &Source) -> String {
    match source.facts.as_str() {
        "" => source.row.clone(),
        facts => format!("{} ({facts})", source.row),
    }
}

/// The days of a term, as a person says them.
fn days(from: Option<Date>, to: Option<Date>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => output::when(from, to).replace(" to ", " until "),
        (Some(from), None) => format!("since {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => "always".into(),
    }
}

fn acts_for(acting: &Acting) -> ActsFor {
    let (tenure, why) = match acting.tenure {
        Tenure::InOffice => ("in-office", "in office".to_owned()),
        Tenure::JustLeft => {
            ("just-left", "just left: news of an end of office still speaks of its holder".to_owned())
        }
        Tenure::Left => ("left", format!("out of office since {}", end(acting.term.to))),
        Tenure::NotYet => {
            ("not-yet", format!("not yet {}, which begins {}", acting.term.office, end(acting.term.from)))
        }
    };
    ActsFor { key: acting.key.clone(), office: acting.office.clone(), tenure, why }
}

fn end(day: Option<Date>) -> String {
    day.map_or_else(|| "a day that is not known".into(), |d| d.to_string())
}
