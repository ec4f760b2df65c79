//! `detente blocs`: who stands together on a day, who stands between, what strains the blocs, and what has changed
//! since another day.

use std::fmt::Write as _;

use anyhow::Result;
use console::{Style, measure_text_width, truncate_str};
use detente::bloc::{Move, moves};
use detente_plot::{Day, DayTie, PARTIES};
use jiff::civil::Date;
use serde_json::json;

use super::facts::{self, Book};
use super::sheet::{Form, Ground, Out, in_order};
use super::{LedgerFile, Outcome, day};
use crate::output::{self, count};
use crate::table::{self, Cell, Table};

/// Show who stands with whom on a day
///
/// Blocs are groups with friendship inside and hostility to the outside, as far as the standings of the day allow it.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerFile,
    /// The day [default: the last day that is told of]
    #[arg(long, value_name = "DAY", value_parser = day)]
    on: Option<Date>,
    /// Say what has changed since this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<Date>,
    /// What was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// Count the people of a country or group as parties of their own: rebels, business, courts
    #[arg(long)]
    people: bool,
    /// Look for blocs among so many parties: those with the most evidence
    #[arg(long, value_name = "N", default_value_t = PARTIES)]
    parties: usize,
    /// In a picture show at most so many of them
    #[arg(long, value_name = "N", default_value_t = 44)]
    limit: usize,
    /// The form of the output [default: by the ending of --out, else text]
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Form>,
    #[command(flatten)]
    out: Out,
    /// The ground of a PNG (an SVG follows its viewer)
    #[arg(long, value_enum, value_name = "GROUND", default_value = "light")]
    ground: Ground,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a day of which nothing is known, or a file that cannot be read or written.
pub fn run(args: Args) -> Result<Outcome> {
    in_order(args.since, args.on, "since")?;
    let ledger = args.ledger.read()?;
    let mut book = Book::new(&ledger, args.as_of);
    let mut now = facts::day(&ledger, args.on, args.as_of, args.people, args.parties)?;
    let then = match args.since {
        Some(since) => Some(facts::day(&ledger, Some(since), args.as_of, args.people, args.parties)?),
        None => None,
    };
    if let Some(then) = &then {
        now.blocs.keep_names(&then.blocs);
    }
    let answer = Answer { now, then };
    match args.out.form(args.to, Form::Text) {
        Form::Text => args.out.text(&answer.text(&mut book)?)?,
        Form::Csv => args.out.write(&answer.sheet(&mut book)?.csv())?,
        Form::Json => args.out.write(&answer.json(&mut book)?)?,
        Form::Svg => args.out.svg(&book.draw(&answer.now, |day, labels| day.network(args.limit, labels))?)?,
        Form::Png => args
            .out
            .png(&book.draw(&answer.now, |day, labels| day.network(args.limit, labels))?, args.ground)?,
    }
    Ok(Outcome::Clean)
}

/// The blocs of the day, and those of another day before it.
struct Answer {
    now: Day,
    then: Option<Day>,
}

/// Columns of the CSV form.
const COLUMNS: [&str; 7] = ["date", "actor", "name", "bloc", "role", "weight", "bloc_since"];

/// Ties of each kind that people are shown.
const SHOWN: usize = 8;

/// Moves that people are shown.
const MOVES: usize = 24;

/// The key by which a party's bloc is called; nothing where it stands alone.
fn bloc_cell(day: &Day, key: &str) -> Cell {
    day.bloc_of(key).map_or(Cell::Empty, |b| Cell::text(day.bloc_key(b)))
}

/// Ties against the order, the strongest first.
fn strain(day: &Day) -> Vec<&DayTie> {
    let mut ties: Vec<&DayTie> = day.ties.iter().filter(|t| day.is_strain(t)).collect();
    ties.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((&x.a, &x.b).cmp(&(&y.a, &y.b))));
    ties
}

/// Names in a row.
fn names(book: &mut Book, keys: &[String]) -> Result<String> {
    let names: Result<Vec<String>> = keys.iter().map(|k| book.name(k)).collect();
    Ok(names?.join(", "))
}

/// "1 party", "3 parties".
fn parties(n: usize) -> String {
    if n == 1 { "1 party".into() } else { format!("{n} parties") }
}

impl Answer {
    fn sheet(&self, book: &mut Book) -> Result<Table> {
        let mut table = Table::new(COLUMNS);
        let weights = self.now.weights();
        for key in book.order(&self.now, usize::MAX)?.0 {
            table.push([
                Cell::Day(self.now.day),
                Cell::text(&key),
                Cell::text(book.name(&key)?),
                bloc_cell(&self.now, &key),
                Cell::text(self.now.role(&key).as_str()),
                Cell::level(weights.get(key.as_str()).copied()),
                self.then.as_ref().map_or(Cell::Empty, |then| bloc_cell(then, &key)),
            ]);
        }
        Ok(table)
    }

    /// Who changed place since then.
    fn moves(&self) -> Vec<Move> {
        self.then.as_ref().map(|then| moves(&then.blocs, &self.now.blocs)).unwrap_or_default()
    }

    /// Who is known now and was not then, and the other way round.
    fn came_and_went(&self) -> (Vec<String>, Vec<String>) {
        let Some(then) = &self.then else { return (Vec::new(), Vec::new()) };
        let (was, is) = (then.weights(), self.now.weights());
        let only = |here: &std::collections::BTreeMap<&str, f64>,
                    there: &std::collections::BTreeMap<&str, f64>| {
            here.keys().filter(|k| !there.contains_key(*k)).map(|k| (*k).to_owned()).collect::<Vec<_>>()
        };
        (self.now.by_weight(&only(&is, &was)), then.by_weight(&only(&was, &is)))
    }

    fn json(&self, book: &mut Book) -> Result<Vec<u8>> {
        let blocs = &self.now.blocs;
        let members = |book: &mut Book, keys: &[String]| -> Result<Vec<serde_json::Value>> {
            keys.iter().map(|key| Ok(json!({"key": key, "name": book.name(key)?}))).collect()
        };
        let mut list = Vec::new();
        for (number, bloc) in blocs.blocs.iter().enumerate() {
            list.push(json!({"bloc": self.now.bloc_key(number), "members": members(book, bloc)?}));
        }
        let alone = members(book, &blocs.alone)?;
        let between: Vec<_> = blocs
            .between
            .iter()
            .map(|b| {
                let (x, y) = (self.now.bloc_key(b.blocs.0), self.now.bloc_key(b.blocs.1));
                json!({"key": b.actor, "blocs": [x, y], "pull": [b.pull.0, b.pull.1]})
            })
            .collect();
        let against: Vec<_> = strain(&self.now)
            .iter()
            .map(|t| json!({"a": t.a, "b": t.b, "level": t.level.value, "pull": t.pull}))
            .collect();
        let moved: Vec<_> =
            self.moves().into_iter().map(|m| json!({"key": m.actor, "from": m.from, "to": m.to})).collect();
        Ok(table::json(&json!({
            "date": self.now.day.to_string(),
            "blocs": list,
            "alone": alone,
            "between": between,
            "fit": blocs.fit,
            "exact": blocs.exact,
            "ties": self.now.count(),
            "strain": {
                "ties": against,
                "triads_content": blocs.strain.content,
                "triads_torn": blocs.strain.torn,
                "triads": blocs.strain.triads,
            },
            "since": self.then.as_ref().map(|t| t.day.to_string()),
            "moves": self.then.as_ref().map(|_| moved),
        })))
    }

    fn text(&self, book: &mut Book) -> Result<String> {
        let bold = Style::new().bold();
        let now = &self.now;
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", bold.apply_to(format!("Blocs on {}", now.day)));
        let ties = now.count();
        let all = format!("{} between {}", count(ties, "tie"), parties(now.weights().len()));
        let _ = writeln!(text, "{all}; the blocs explain {:.0}% of their pull.", now.blocs.fit * 100.0);
        if now.blocs.blocs.is_empty() {
            text.push_str("No two parties are bound surely enough to call them a bloc.\n");
        }
        let line = |text: &mut String, title: &str, words: &str| {
            for (i, part) in output::wrapped(words, 17).iter().enumerate() {
                let title = truncate_str(if i == 0 { title } else { "" }, 15, "…");
                let gap = " ".repeat(17 - measure_text_width(&title));
                let _ = writeln!(text, "{title}{gap}{part}");
            }
        };
        for (number, bloc) in now.blocs.blocs.iter().enumerate() {
            let title = book.name(now.bloc_key(number))?;
            line(&mut text, &title, &names(book, &now.by_weight(bloc))?);
        }
        if !now.blocs.alone.is_empty() {
            line(&mut text, "alone", &names(book, &now.by_weight(&now.blocs.alone))?);
        }
        if !now.blocs.between.is_empty() {
            let _ = writeln!(text, "\n{}", bold.apply_to("Who stands between blocs that are at odds"));
            for b in &now.blocs.between {
                let (x, y) = (book.name(now.bloc_key(b.blocs.0))?, book.name(now.bloc_key(b.blocs.1))?);
                let name = book.name(&b.actor)?;
                let _ =
                    writeln!(text, "{name}: drawn to {x} ({:+.1}) and to {y} ({:+.1})", b.pull.0, b.pull.1);
            }
        }
        let strained = strain(now);
        if !strained.is_empty() {
            let _ = writeln!(text, "\n{}", bold.apply_to("What goes against this order"));
            for tie in strained.iter().take(SHOWN) {
                let what =
                    if tie.pull > 0.0 { "drawn together across blocs" } else { "drawn apart within one" };
                let (a, b) = (book.name(&tie.a)?, book.name(&tie.b)?);
                let _ = writeln!(text, "{:>+5.1}  {a} and {b}: {what}", tie.pull);
            }
            if strained.len() > SHOWN {
                let _ = writeln!(text, "       and {} more", count(strained.len() - SHOWN, "tie"));
            }
        }
        if let (Some(content), Some(torn)) = (now.blocs.strain.content, now.blocs.strain.torn)
            && content + torn > 0
        {
            let all = content + torn;
            let _ = writeln!(
                text,
                "Of {all} threesomes that have to do with each other, {torn} cannot all be content."
            );
        }
        self.changes(&mut text, book)?;
        Ok(text)
    }

    /// What has changed, in lines.
    fn changes(&self, text: &mut String, book: &mut Book) -> Result<()> {
        let Some(then) = &self.then else { return Ok(()) };
        let title = format!("What has changed since {}", then.day);
        let _ = writeln!(text, "\n{}", Style::new().bold().apply_to(title));
        let moves = self.moves();
        let mut place = |key: &Option<String>| match key {
            Some(key) => Ok(format!("bloc of {}", book.name(key)?)),
            None => anyhow::Ok("alone".to_owned()),
        };
        let mut lines = Vec::new();
        for m in &moves {
            lines.push((m.actor.clone(), place(&m.from)?, place(&m.to)?));
        }
        let more = lines.len().saturating_sub(MOVES);
        for (key, from, to) in lines.into_iter().take(MOVES) {
            let _ = writeln!(text, "{}: {from} → {to}", book.name(&key)?);
        }
        if more > 0 {
            let _ = writeln!(text, "and {more} more (--to json has all)");
        }
        let (came, went) = self.came_and_went();
        for (keys, word) in [(&came, "newly told of"), (&went, "no longer told of")] {
            if !keys.is_empty() {
                let _ = writeln!(text, "{word}: {}", names(book, keys)?);
            }
        }
        if moves.is_empty() && came.is_empty() && went.is_empty() {
            text.push_str("nothing\n");
        }
        Ok(())
    }
}
