//! `detente standing A B`: where two parties stand on a day, or month by month, how sure that is, and what it rests
//! on; for people, as a table, or as a picture.

use std::fmt::Write as _;

use anyhow::Result;
use console::Style;
use detente::plover::Quad;
use detente::standing::{self, Level, Month, Profiles, Standing, State, Third};
use detente_ledger::{Ledger, Relation};
use detente_plot::{Mark, Picture, Pin, Point, Timeline, is_people};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;

use super::dyad::named;
use super::facts::{self, Moment, Names, Piece};
use super::sheet::{DayOr, Form, Ground, Out, day_or, ends, in_order};
use super::{LedgerFile, Outcome, Usage, day, name_of, two_parties};
use crate::output::{self, count, when};
use crate::table::{self, Cell, Table};

/// Show where two parties stand with each other, and what that rests on
///
/// Without days: where they stand at the end of what is known, and month by month since the first evidence. Parties
/// are named by key or by name. `--to` takes the last day of a span or the form of the output, whichever it is given,
/// and may be given once for each; `--until` and `--format` say the same without a second meaning. The level runs from
/// −10 (war) to +10 (union); its band holds 80 of 100 such levels.
#[derive(clap::Args)]
pub struct Args {
    /// One party
    a: String,
    /// The other
    b: String,
    #[command(flatten)]
    ledger: LedgerFile,
    /// Where they stand at the end of this day
    #[arg(long, value_name = "DAY", value_parser = day, conflicts_with_all = ["from", "until"])]
    on: Option<Date>,
    /// First day of the series
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Date>,
    /// Last day of the series; or the form of the output: text, csv, json, svg, png
    #[arg(long, value_name = "DAY|FORM", value_parser = day_or::<Form>)]
    to: Vec<DayOr<Form>>,
    /// Last day of the series
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Date>,
    /// The form of the output [default: by the ending of --out, else text]
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<Form>,
    #[command(flatten)]
    out: Out,
    /// The ground of a PNG (an SVG follows its viewer)
    #[arg(long, value_enum, value_name = "GROUND", default_value = "light")]
    ground: Ground,
    /// What was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
}

/// What was asked for, and what the ledger knows of it.
struct Answer {
    a: String,
    b: String,
    names: (String, String),
    relation: Relation,
    /// All events between the two.
    pieces: Vec<Piece>,
    /// Month by month, with the events of each.
    standing: Standing,
    /// The last level before the evidence faded.
    faded: Option<(Date, Level)>,
    /// Third parties that make the two alike or unlike, by name.
    thirds: Vec<(String, Third)>,
    /// The day of the level at the head.
    day: Date,
    /// Where they stand then.
    now: Moment,
    /// The series, a month each.
    moments: Vec<Moment>,
    /// True where a single day was asked for.
    single: bool,
    /// True where the last day was asked for.
    asked: bool,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, parties that the ledger does not know, no evidence about the two, a day before all evidence, or a
/// file that cannot be read or written.
pub fn run(args: Args) -> Result<Outcome> {
    let (last, form) = ends(&args.to, args.until, args.format)?;
    in_order(args.from, last, "from")?;
    if args.on.is_some() && last.is_some() {
        return Err(Usage("--on asks for one day and --to for a span: leave one of them out".into()).into());
    }
    let ledger = args.ledger.read()?;
    let (a, b) = two_parties(&ledger, &args.a, &args.b)?;
    let names = (name_of(&ledger, &a)?, name_of(&ledger, &b)?);
    let relation = ledger.relation(&a, &b, args.as_of)?;
    let pieces = facts::pieces(&ledger, &relation, (&a, &b), args.as_of)?;
    let counts = |p: &&Piece| !p.denied && p.days.is_some();
    let Some(first) = pieces.iter().filter(counts).filter_map(|p| Some(p.days?.0)).min() else {
        anyhow::bail!("{}", no_evidence(&ledger, pieces.len(), (&a, &b), &names, args.as_of)?);
    };
    let end = match args.as_of {
        Some(day) => day,
        None => ledger.last_day()?.unwrap_or(first),
    };
    let day = args.on.or(last).unwrap_or(end);
    if day < first {
        anyhow::bail!(
            "nothing is known of {} and {} on {day}: the first evidence is of {first}; ask for a day from then on",
            names.0,
            names.1
        );
    }
    let from = args.from.unwrap_or(first).max(first).min(day);
    let (standing, mut moments) = facts::moments(&ledger, (&a, &b), day, args.as_of)?;
    let Some(mut now) = moments.last().cloned() else {
        anyhow::bail!("{}", no_evidence(&ledger, pieces.len(), (&a, &b), &names, args.as_of)?);
    };
    let faded = facts::last_level(&moments);
    moments.retain(|m| m.day >= from);
    // How alike they act follows from everybody's ties on that day.
    let params = standing::Params::default();
    let balances = ledger.balances_on(day, args.as_of, |key| !is_people(key) || key == a || key == b)?;
    let profiles = Profiles::new(balances.iter().map(|(a, b, x)| (a.as_str(), b.as_str(), x)), &params);
    let alike = profiles.alike(&a, &b);
    now.place(alike, &params);
    if let Some(last) = moments.last_mut() {
        last.place(alike, &params);
    }
    let thirds = if alike.is_some() { profiles.explain(&a, &b, THIRDS) } else { Vec::new() };
    let thirds: Result<Vec<(String, Third)>> =
        thirds.into_iter().map(|t| Ok((name_of(&ledger, &t.key)?, t))).collect();
    let (single, asked) = (args.on.is_some(), args.on.or(last).is_some());
    let thirds = thirds?;
    let answer =
        Answer { a, b, names, relation, pieces, standing, day, now, faded, thirds, moments, single, asked };
    match args.out.form(form, Form::Text) {
        Form::Text => args.out.text(&answer.text())?,
        Form::Csv => args.out.write(&answer.table().csv())?,
        Form::Json => args.out.write(&answer.json())?,
        Form::Svg => args.out.svg(&answer.picture(from))?,
        Form::Png => args.out.png(&answer.picture(from), args.ground)?,
    }
    Ok(Outcome::Clean)
}

/// Why there is nothing to show, and what to do about it.
fn no_evidence(
    ledger: &Ledger,
    events: usize,
    keys: (&str, &str),
    names: &(String, String),
    as_of: Option<Date>,
) -> Result<String> {
    let (a, b) = (named(&names.0, keys.0), named(&names.1, keys.1));
    let then = as_of.map(|day| format!(" as of {day}")).unwrap_or_default();
    if events > 0 {
        let n = count(events, "event");
        return Ok(format!(
            "there is no evidence where {a} and {b} stand{then}: {n} between them, none with days that count; \
             `detente dyad` shows them"
        ));
    }
    let mut partners = facts::partners(ledger, keys.0, as_of)?;
    partners.retain(|p| p.0 != keys.1);
    let known: Vec<String> = partners.iter().take(5).map(|(key, name)| named(name, key)).collect();
    let mend = if known.is_empty() {
        "`detente add` or `detente import` brings more".to_owned()
    } else {
        format!("most is told of {} with {}", names.0, known.join(", "))
    };
    Ok(format!("the ledger has no event between {a} and {b}{then}: {mend}"))
}

/// Columns of the CSV form.
const COLUMNS: [&str; 12] = [
    "actor_a", "actor_b", "date", "level", "low", "high", "weight", "treat", "alike", "standing", "state",
    "events",
];

impl Answer {
    /// One row a month, or one for the day that was asked for.
    fn table(&self) -> Table {
        let mut table = Table::new(COLUMNS);
        let one = [self.now.clone()];
        for moment in if self.single { &one[..] } else { &self.moments } {
            table.push(self.row(moment));
        }
        table
    }

    fn row(&self, m: &Moment) -> Vec<Cell> {
        let of = |f: fn(Level) -> f64| Cell::level(m.level.map(f));
        vec![
            Cell::text(self.a.as_str().min(&self.b)),
            Cell::text(self.a.as_str().max(&self.b)),
            Cell::Day(m.day),
            of(|l| l.value),
            of(|l| l.low),
            of(|l| l.high),
            of(|l| l.weight),
            Cell::level(m.level.map(|l| l.value)),
            Cell::level(m.alike),
            Cell::level(m.standing),
            Cell::text(m.state.as_str()),
            Cell::Count(m.events),
        ]
    }

    fn json(&self) -> Vec<u8> {
        let mut now = Table::new(COLUMNS);
        now.push(self.row(&self.now));
        let rests: Vec<_> = self.rests().into_iter().map(|p| p.json(&self.relation)).collect();
        table::json(&json!({
            "a": {"key": self.a, "name": self.names.0},
            "b": {"key": self.b, "name": self.names.1},
            "on": now,
            "months": if self.single { None } else { Some(self.table()) },
            "turns": self.turns(),
            "counts": {
                "reports": self.relation.rows.len(),
                "foreign_events": self.relation.foreign,
                "events": self.standing.events,
                "undated": self.standing.undated,
                "denied": self.standing.denied,
            },
            "alike_by": self.thirds.iter().map(|(name, t)| json!({"key": t.key, "name": name, "a": t.a, "b": t.b, "adds": t.adds})).collect::<Vec<_>>(),
            "rests_on": rests,
        }))
    }

    /// The turns up to the day.
    fn turns(&self) -> Vec<&detente::turn::Turn> {
        self.relation.turns.iter().filter(|t| t.from <= self.day).collect()
    }

    /// The events that count, up to the day.
    fn counting(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|p| !p.denied && p.days.is_some_and(|d| d.0 <= self.day))
    }

    /// The latest of them, newest first.
    fn rests(&self) -> Vec<&Piece> {
        let mut pieces: Vec<&Piece> = self.counting().collect();
        pieces.sort_by_key(|p| std::cmp::Reverse((p.days.map(|d| d.1), &p.id)));
        pieces.truncate(SHOWN);
        pieces
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let bold = Style::new().bold();
        let (a, b) = (named(&self.names.0, &self.a), named(&self.names.1, &self.b));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", bold.apply_to(format!("{a} and {b} on {}", self.day)));
        let _ = writeln!(text, "{}", self.verdict());
        if let Some(alike) = self.now.alike {
            let _ = writeln!(
                text,
                "Towards others they act {} ({alike:+.1} on a scale from −10 to +10){}.",
                alike_words(alike),
                self.because()
            );
        }
        let _ = writeln!(text, "{}", self.rests_on());
        if let Some(turn) = self.turns().last() {
            let _ = writeln!(text, "So since {}: {}.", when(turn.from, turn.to), output::turn_name(turn));
        }
        let rests = self.rests();
        if !rests.is_empty() {
            let _ = writeln!(text, "\n{}", bold.apply_to("The latest of it"));
            for piece in rests {
                piece.print(&mut text, &self.relation);
            }
        }
        if !self.single {
            let _ = writeln!(text, "\n{}", bold.apply_to("Month by month, from −10 (war) to +10 (union)"));
            super::dyad::chart(&mut text, &self.months());
        }
        text
    }

    /// The third parties that say most about how alike the two act.
    fn because(&self) -> String {
        let of = |test: fn(&Third) -> bool| -> Vec<&str> {
            self.thirds.iter().filter(|(_, t)| test(t)).map(|(name, _)| name.as_str()).collect()
        };
        let close = of(|t| t.a > 0.0 && t.b > 0.0);
        let odds = of(|t| t.a < 0.0 && t.b < 0.0);
        let split = of(|t| t.a * t.b < 0.0);
        let mut parts = Vec::new();
        for (names, words) in [(close, "both close to"), (odds, "both at odds with"), (split, "divided over")]
        {
            if !names.is_empty() {
                parts.push(format!("{words} {}", names.join(", ")));
            }
        }
        if parts.is_empty() { String::new() } else { format!(": {}", parts.join("; ")) }
    }

    /// The months that were asked for, as the chart for terminals wants them.
    fn months(&self) -> Vec<Month> {
        let from = self.moments.first().map(|m| m.day.first_of_month());
        let months = self.standing.months.iter();
        months.filter(|m| from.is_none_or(|f| m.first >= f) && m.first <= self.day).cloned().collect()
    }

    /// Where they stand, in a sentence.
    fn verdict(&self) -> String {
        let words = |l: Level| format!("{:+.1}, between {:+.1} and {:+.1}", l.value, l.low, l.high);
        match self.now.level {
            Some(level) if self.now.state == State::Unknown => {
                format!("They stand at {}: that is too wide to name a state.", words(level))
            }
            Some(level) => format!("They stand at {}: {}.", words(level), self.now.state.as_str()),
            None => match self.faded {
                Some((day, level)) => {
                    format!(
                        "The evidence has faded: last known {} at the end of {}-{:02}.",
                        words(level),
                        day.year(),
                        day.month()
                    )
                }
                None => "There is too little evidence for a level.".into(),
            },
        }
    }

    /// What the level rests on, in a sentence.
    fn rests_on(&self) -> String {
        let events: Vec<&Piece> = self.counting().collect();
        let mut kinds = Vec::new();
        for &quad in Quad::ALL {
            let n = events.iter().filter(|p| p.kind.quad() == quad).count();
            if n > 0 {
                kinds.push(format!("{n} of {}", quad.as_str()));
            }
        }
        let last = events.iter().filter_map(|p| Some(p.days?.1)).max().map(|d| d.min(self.day));
        let last = last.map(|d| format!(", the last of {d}")).unwrap_or_default();
        let mut text = format!("It rests on {}", count(events.len(), "event"));
        if !kinds.is_empty() {
            let _ = write!(text, " ({})", kinds.join(", "));
        }
        let _ = write!(text, "{last}.");
        for (n, why) in [
            (self.standing.undated, "without a usable day cannot count"),
            (self.standing.denied, "that was denied weighs nothing"),
        ] {
            if n > 0 {
                let _ = write!(text, " {} {why}.", count(n, "event"));
            }
        }
        text
    }

    fn picture(&self, from: Date) -> Picture {
        let names = Names { a: &self.names.0, b: &self.names.1 };
        let level = match self.now.level {
            Some(l) => {
                format!("{:+.1} (band {:+.1} to {:+.1}), {}", l.value, l.low, l.high, self.now.state.as_str())
            }
            None => State::Unknown.as_str().into(),
        };
        let alike = match self.now.alike {
            Some(alike) => format!("; towards others {} ({alike:+.1})", alike_words(alike)),
            None => String::new(),
        };
        // Where all has faded, half a year of nothing says so as well as ten.
        let told = self.moments.iter().rev().find(|m| m.level.is_some()).map(|m| m.day);
        let half_a_year = |day: Date| day.checked_add(183.days()).unwrap_or(day);
        let to =
            if self.asked { self.day } else { told.map_or(self.day, |day| half_a_year(day).min(self.day)) };
        let turns = self.turns();
        let marks: Vec<Mark> = turns.iter().filter(|t| t.to >= from).map(|t| Mark::of(t)).collect();
        let shown = |p: &Pin| p.days.is_none_or(|(f, t)| t >= from && f <= self.day);
        let pins: Vec<Pin> = self.pieces.iter().map(Piece::pin).filter(shown).collect();
        let told: Vec<&str> = turns.iter().map(|t| t.kind.as_str()).collect();
        let desc = format!(
            "Level of {} and {} from {from} to {}: at the end {level}. {}.",
            names.a,
            names.b,
            self.day,
            if told.is_empty() { "No turns".into() } else { format!("Turns: {}", told.join(", ")) }
        );
        let points = self.moments.iter().map(|m| Point {
            day: m.day.min(to),
            level: m.level.map(Into::into),
            alike: m.alike,
        });
        Timeline {
            title: names.both(),
            note: format!(
                "Level at the end of each month, −10 (war) to +10 (union). {}: {level}{alike}.",
                self.day
            ),
            desc,
            from: self.moments.first().map_or(from, |m| m.day.first_of_month().max(from)),
            to,
            points: points.collect(),
            states: facts::states(&self.moments, to),
            marks,
            pins,
            foot: FOOT.into(),
            framed: true,
        }
        .picture()
    }
}

/// How alike two act, in words.
fn alike_words(alike: f64) -> &'static str {
    match alike {
        a if a >= 4.0 => "much alike",
        a if a >= 1.5 => "rather alike",
        a if a > -1.5 => "neither alike nor against each other",
        a if a > -4.0 => "rather against each other",
        _ => "against each other",
    }
}

/// Third parties named.
const THIRDS: usize = 5;

/// Events shown under a standing.
const SHOWN: usize = 6;

/// What every picture of a level says at its foot.
const FOOT: &str = "Read from news reports: counts of reports are not the world. Where nothing is known nothing is drawn; \
                    the band is a guide and no calibrated probability.";
