//! `detente compare`: two codings of the same days, and how far they agree: ours against an import, one lexicon against the
//! next. [`side`] reads them, [`agree`] compares, and here it is put out.

mod agree;
mod side;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use anyhow::{Result, bail};
use detente::foreign::Parties;
use detente::plover::EventType;
use jiff::civil::Date;
use serde::Serialize;

use self::agree::{Act, Fate, Fates, Kappa, Moments, Rules, Scores, Tally};
use self::side::{Coding, How, Keys, Source};
use super::sheet::{Out, Sheet, in_order};
use super::{Outcome, Usage, day};
use crate::engine;
use crate::table::{self, Cell, Table};

/// Compare two codings of the same days
///
/// A and B are each a ledger, a folder or file of reports in Parquet, or records as JSON lines. Of a ledger, `FILE@reports`
/// is what it read itself, `FILE@imports` what it imported, and `FILE@NAME` one import. Acts are the same where dyad, type
/// and day are; rows of one day that say the same are one act. Only days that both tell of are compared, unless --from and
/// --until say which.
#[derive(clap::Args)]
pub struct Args {
    /// One coding
    #[arg(value_name = "A")]
    a: String,
    /// The other
    #[arg(value_name = "B")]
    b: String,
    /// By what agreement is shown
    #[arg(long, value_enum, value_name = "WHAT", default_value = "all")]
    by: By,
    /// So many days apart two tellings of one act may lie
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=31))]
    days: u8,
    /// Only from this day on
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Date>,
    /// Only up to this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Date>,
    /// Groups and people count as their states
    #[arg(long)]
    states: bool,
    /// Who does it to whom does not count
    #[arg(long)]
    undirected: bool,
    /// Count each report or row, not each act of a day
    #[arg(long)]
    rows: bool,
    /// Count what is denied, announced or only possible as well
    #[arg(long)]
    every_status: bool,
    /// Show so many sentences of each side that the other does not tell
    #[arg(long, value_name = "N", default_value_t = 0)]
    sentences: usize,
    /// At most so many lines of a table as text, the busiest; CSV and JSON have all
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// The form of the output [default: by the ending of --out, else text]
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Sheet>,
    #[command(flatten)]
    out: Out,
    /// A folder with a lexicon of your own, by which groups belong to states; may be given several times
    #[arg(long, value_name = "DIR", requires = "states")]
    lexicon: Vec<std::path::PathBuf>,
}

/// By what agreement is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// PLOVER types
    Type,
    /// Parties
    Actor,
    /// Pairs of parties
    Dyad,
    /// Months
    Month,
    /// All of these
    All,
}

/// One line of agreement.
struct Line {
    by: &'static str,
    group: String,
    tally: Tally,
    kappa: Option<Kappa>,
    r: Option<Moments>,
}

/// A sentence that one side has alone.
#[derive(Serialize)]
struct Apart {
    side: &'static str,
    date: Date,
    enddate: Date,
    actor: String,
    event: EventType,
    recipient: String,
    id: String,
    sentence: String,
    /// What the other side tells of the two on these days.
    other: Option<Other>,
}

#[derive(Serialize)]
struct Other {
    date: Date,
    actor: String,
    event: EventType,
    recipient: String,
    id: String,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, or something that cannot be read.
pub fn run(args: Args) -> Result<Outcome> {
    in_order(args.from, args.until, "from")?;
    let form = args.out.form(args.to, Sheet::Text);
    let (a, b) = (Source::open(&args.a)?, Source::open(&args.b)?);
    let reader = args.states.then(|| engine::reader(&args.lexicon)).transpose()?;
    let parties = reader.as_ref().map(|reader| Parties::new(reader.lexicon()));
    let how = How { states: parties.as_ref(), all: args.every_status, from: args.from, to: args.until };
    let mut keys = Keys::default();
    let mut sides = [a.read(&how, &mut keys)?, b.read(&how, &mut keys)?];
    let new = keys.sort();
    let rules = Rules { days: i32::from(args.days), directed: !args.undirected, rows: args.rows };
    for side in &mut sides {
        for act in &mut side.acts {
            (act.who, act.whom) = (new[act.who as usize], new[act.whom as usize]);
        }
    }
    let span = span(&args, &a, &b, &mut sides)?;
    for side in &mut sides {
        side.acts.shrink_to_fit();
        agree::settle(&mut side.acts, rules);
    }
    let [one, other] = &sides;
    let fates = agree::pair_up(&one.acts, &other.acts, rules);
    let seen = Seen { a: one, b: other, fates: &fates, keys: &keys };
    let mut lines = seen.lines(args.by);
    let scores = agree::scores(&one.acts, &other.acts, |n| month(day_of(n)));
    for line in &mut lines {
        line.r = match line.by {
            "all" => Some(scores.means),
            _ => line.r,
        };
    }
    let dyads: BTreeMap<String, Moments> =
        scores.by_dyad.iter().map(|((x, y), m)| (dyad(&keys, *x, *y), *m)).collect();
    for line in lines.iter_mut().filter(|l| l.by == "dyad") {
        line.r = dyads.get(&line.group).copied();
    }
    let apart = seen.apart(args.sentences, (&a, &b))?;
    let page = Page {
        args: &args,
        names: [&a.name, &b.name],
        sides: &sides,
        span,
        lines,
        scores,
        apart,
        confusions: seen.confusions(),
    };
    match form {
        Sheet::Text => args.out.text(&page.text())?,
        Sheet::Csv => args.out.write(&page.table().csv())?,
        Sheet::Json => args.out.write(&page.json())?,
    }
    Ok(if sides.iter().any(|s| s.bad > 0) { Outcome::Skipped } else { Outcome::Clean })
}

/// The days that are compared; acts of others are left out.
fn span(args: &Args, a: &Source, b: &Source, sides: &mut [Coding; 2]) -> Result<(Date, Date)> {
    let ends = |side: &Coding| {
        let first = side.acts.iter().map(|x| x.first).min()?;
        Some((first, side.acts.iter().map(|x| x.last).max()?))
    };
    let [mut from, mut to] = [i32::MIN, i32::MAX];
    for (side, source) in sides.iter().zip([a, b]) {
        let Some((first, last)) = ends(side) else {
            let left: Vec<String> = side.left_out.iter().map(|(cause, n)| format!("{n} {cause}")).collect();
            bail!(
                "{}: nothing in it can be compared{}",
                source.name,
                if left.is_empty() { String::new() } else { format!(": {}", left.join("; ")) }
            );
        };
        from = from.max(first);
        to = to.min(last);
    }
    let from = args.from.map_or(from, side::number);
    let to = args.until.map_or(to, side::number);
    if from > to {
        return Err(Usage(format!(
            "{} and {} tell of no day in common: nothing can be compared",
            a.name, b.name
        ))
        .into());
    }
    for side in sides {
        let before = side.acts.len();
        side.acts.retain(|x| x.last >= from && x.first <= to);
        let out = (before - side.acts.len()) as u64;
        if out > 0 {
            *side.left_out.entry("of days of which the other does not tell").or_default() += out;
        }
    }
    Ok((day_of(from), day_of(to)))
}

fn day_of(number: i32) -> Date {
    detente::day::of(i64::from(number))
}

/// Months since the year 0.
fn month(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

fn dyad(keys: &Keys, x: u32, y: u32) -> String {
    format!("{} – {}", keys.name(x), keys.name(y))
}

/// Two codings, side by side.
struct Seen<'a> {
    a: &'a Coding,
    b: &'a Coding,
    fates: &'a Fates,
    keys: &'a Keys,
}

impl Seen<'_> {
    fn tally<K: Ord + Clone>(&self, groups: impl Fn(&Act) -> Vec<K>) -> BTreeMap<K, Tally> {
        agree::tally((&self.a.acts, &self.b.acts), self.fates, groups)
    }

    /// All lines, the busiest of each kind first.
    fn lines(&self, by: By) -> Vec<Line> {
        let plain = |by, group: String, tally| Line { by, group, tally, kappa: None, r: None };
        let (types, pooled) = agree::kappas(&self.a.acts, &self.b.acts);
        let whole = self.tally(|_| vec![()]).remove(&()).unwrap_or_default();
        let mut lines = vec![Line { kappa: Some(pooled), ..plain("all", "all".into(), whole) }];
        let wants = |what| by == what || by == By::All;
        let busiest = |mut list: Vec<Line>| {
            list.sort_by(|x, y| {
                (y.tally.a + y.tally.b).cmp(&(x.tally.a + x.tally.b)).then(x.group.cmp(&y.group))
            });
            list
        };
        if wants(By::Type) {
            let all = self.tally(|x| vec![x.kind]).into_iter();
            lines.extend(all.map(|(kind, tally)| Line {
                kappa: Some(types.get(&kind).copied().unwrap_or_default()),
                ..plain("type", kind.to_string(), tally)
            }));
        }
        if wants(By::Actor) {
            let all = self.tally(|x| vec![x.who, x.whom]).into_iter();
            lines
                .extend(busiest(all.map(|(k, t)| plain("actor", self.keys.name(k).to_owned(), t)).collect()));
        }
        if wants(By::Dyad) {
            let all = self.tally(|x| vec![x.dyad()]).into_iter();
            lines.extend(busiest(all.map(|((x, y), t)| plain("dyad", dyad(self.keys, x, y), t)).collect()));
        }
        if wants(By::Month) {
            let all = self.tally(|x| vec![month(day_of(x.first))]).into_iter();
            lines.extend(all.map(|(m, t)| {
                plain("month", format!("{:04}-{:02}", m.div_euclid(12), m.rem_euclid(12) + 1), t)
            }));
        }
        lines
    }

    /// How often an act of A that B tells otherwise is which type to B. Where the types are the same, the parties stand the
    /// other way round, or the one telling of B is taken.
    fn confusions(&self) -> Vec<(EventType, EventType, u64)> {
        let mut all: BTreeMap<(EventType, EventType), u64> = BTreeMap::new();
        for (act, fate) in self.a.acts.iter().zip(&self.fates.a) {
            if let Fate::Otherwise(other) = fate
                && let Some(other) = self.b.acts.get(*other as usize)
            {
                *all.entry((act.kind, other.kind)).or_default() += 1;
            }
        }
        let mut list: Vec<_> = all.into_iter().map(|((x, y), n)| (x, y, n)).collect();
        list.sort_by(|x, y| y.2.cmp(&x.2).then((x.0, x.1).cmp(&(y.0, y.1))));
        list
    }

    /// So many acts of each side that the other does not have, spread over its days.
    fn apart(&self, most: usize, sources: (&Source, &Source)) -> Result<Vec<Apart>> {
        let mut found = Vec::new();
        if most == 0 {
            return Ok(found);
        }
        let sides = [
            ("A", self.a, &self.fates.a, self.b, sources.0),
            ("B", self.b, &self.fates.b, self.a, sources.1),
        ];
        for (name, side, fates, others, source) in sides {
            let mut alone: Vec<(&Act, Fate)> = side
                .acts
                .iter()
                .zip(fates)
                .filter(|(_, fate)| !matches!(fate, Fate::Both(_)))
                .map(|(act, fate)| (act, *fate))
                .collect();
            alone.sort_by_key(|(act, _)| (act.first, act.last, act.dyad(), act.kind, act.id));
            let n = most.min(alone.len());
            let picked: BTreeSet<usize> = (0..n).map(|i| i * alone.len() / n.max(1)).collect();
            let id = |side: &Coding, act: &Act| side.ids.get(act.id as usize).cloned().unwrap_or_default();
            let mut words: HashMap<Box<str>, String> =
                picked.iter().map(|i| (id(side, alone[*i].0), String::new())).collect();
            source.sentences(&mut words)?;
            for (act, fate) in picked.iter().map(|i| alone[*i]) {
                let other = match fate {
                    Fate::Otherwise(at) => others.acts.get(at as usize).map(|other| Other {
                        date: day_of(other.first),
                        actor: self.keys.name(other.who).to_owned(),
                        event: other.kind,
                        recipient: self.keys.name(other.whom).to_owned(),
                        id: id(others, other).into(),
                    }),
                    _ => None,
                };
                let id = id(side, act);
                found.push(Apart {
                    side: name,
                    date: day_of(act.first),
                    enddate: day_of(act.last),
                    actor: self.keys.name(act.who).to_owned(),
                    event: act.kind,
                    recipient: self.keys.name(act.whom).to_owned(),
                    sentence: words.get(&id).cloned().unwrap_or_default(),
                    id: id.into(),
                    other,
                });
            }
        }
        Ok(found)
    }
}

/// Everything that is put out.
struct Page<'a> {
    args: &'a Args,
    names: [&'a str; 2],
    sides: &'a [Coding; 2],
    span: (Date, Date),
    lines: Vec<Line>,
    scores: Scores,
    apart: Vec<Apart>,
    confusions: Vec<(EventType, EventType, u64)>,
}

const COLUMNS: [&str; 20] = [
    "by",
    "group",
    "a",
    "b",
    "both",
    "only_a",
    "only_b",
    "a_otherwise",
    "b_otherwise",
    "share_a",
    "share_a_low",
    "share_a_high",
    "share_b",
    "share_b_low",
    "share_b_high",
    "f1",
    "kappa",
    "kappa_days",
    "r",
    "r_months",
];

impl Page<'_> {
    fn table(&self) -> Table {
        let mut table = Table::new(COLUMNS);
        for line in &self.lines {
            let t = &line.tally;
            let number = |n: Option<f64>| n.map_or(Cell::Empty, |n| Cell::Number(n, 3));
            let count = |n: u64| Cell::Count(n as usize);
            let band = |whole: u64| match agree::wilson(t.both, whole) {
                Some((low, high)) => [Cell::Number(low, 3), Cell::Number(high, 3)],
                None => [Cell::Empty, Cell::Empty],
            };
            let ([a_low, a_high], [b_low, b_high]) = (band(t.a), band(t.b));
            // Each day of a dyad is asked about each type.
            let days = |k: Kappa| if line.by == "all" { k.n() / EventType::ALL.len() as u64 } else { k.n() };
            table.push([
                Cell::text(line.by),
                Cell::text(line.group.as_str()),
                count(t.a),
                count(t.b),
                count(t.both),
                count(t.a - t.both),
                count(t.b - t.both),
                count(t.a_otherwise),
                count(t.b_otherwise),
                number(t.share_a()),
                a_low,
                a_high,
                number(t.share_b()),
                b_low,
                b_high,
                number(t.f1()),
                number(line.kappa.and_then(|k| k.value())),
                line.kappa.map_or(Cell::Empty, |k| count(days(k))),
                number(line.r.and_then(|m| m.r())),
                line.r.map_or(Cell::Empty, |m| count(m.n)),
            ]);
        }
        table
    }

    fn json(&self) -> Vec<u8> {
        let side = |i: usize| {
            let side = &self.sides[i];
            serde_json::json!({
                "name": self.names[i],
                "read": side.read,
                "acts": side.acts.len(),
                "told": side.acts.iter().map(|a| u64::from(a.told)).sum::<u64>(),
                "left_out": side.left_out,
                "no_records": side.bad,
            })
        };
        let moments = |m: Moments| serde_json::json!({"r": m.r().map(|r| table::rounded(r, 3)), "months_of_dyads": m.n});
        let confusions: Vec<_> =
            self.confusions.iter().map(|(a, b, n)| serde_json::json!({"a": a, "b": b, "acts": n})).collect();
        table::json(&serde_json::json!({
            "a": side(0),
            "b": side(1),
            "from": self.span.0,
            "to": self.span.1,
            "days_apart": self.args.days,
            "directed": !self.args.undirected,
            "states": self.args.states,
            "scores": {"means": moments(self.scores.means), "sums": moments(self.scores.sums)},
            "agreement": self.table(),
            "told_otherwise": confusions,
            "sentences": self.apart,
        }))
    }

    fn text(&self) -> String {
        let mut out = String::new();
        for (i, letter) in ["A", "B"].iter().enumerate() {
            let side = &self.sides[i];
            let told: u64 = side.acts.iter().map(|a| u64::from(a.told)).sum();
            let _ = writeln!(
                out,
                "{letter}  {}: {} acts, told {} times; {} read{}",
                self.names[i],
                grouped(side.acts.len() as u64),
                grouped(told),
                grouped(side.read),
                left_out(side)
            );
        }
        let apart = match self.args.days {
            0 => "the same day".to_owned(),
            1 => "days at most 1 apart".to_owned(),
            n => format!("days at most {n} apart"),
        };
        let way = if self.args.undirected { "either way round" } else { "in the same direction" };
        let _ = writeln!(
            out,
            "{} to {}; one act: the same two parties {way}, the same type, {apart}.\n",
            self.span.0, self.span.1
        );
        let mut last = "";
        let mut shown = 0;
        for line in &self.lines {
            if line.by != last {
                if !last.is_empty() {
                    self.more(&mut out, last, shown);
                }
                let title = match line.by {
                    "all" => "",
                    "type" => "Type",
                    "actor" => "Party",
                    "dyad" => "Dyad",
                    _ => "Month",
                };
                let _ = writeln!(
                    out,
                    "{title:<34} {:>8} {:>8} {:>8}  {:>17}  {:>17} {:>5} {:>6} {:>6}",
                    "A", "B", "both", "of A in B", "of B in A", "F1", "kappa", "r"
                );
                (last, shown) = (line.by, 0);
            }
            shown += 1;
            if shown > self.args.limit && matches!(line.by, "actor" | "dyad") {
                continue;
            }
            let t = &line.tally;
            let share = |whole: u64| match agree::wilson(t.both, whole) {
                Some((low, high)) => {
                    format!("{:.2} ({low:.2}–{high:.2})", t.both as f64 / whole as f64)
                }
                None => "–".into(),
            };
            let number = |n: Option<f64>| n.map_or_else(|| "–".into(), |n| format!("{n:.2}"));
            let _ = writeln!(
                out,
                "{:<34} {:>8} {:>8} {:>8}  {:>17}  {:>17} {:>5} {:>6} {:>6}",
                line.group,
                grouped(t.a),
                grouped(t.b),
                grouped(t.both),
                share(t.a),
                share(t.b),
                number(t.f1()),
                number(line.kappa.and_then(|k| k.value())),
                number(line.r.and_then(|m| m.r())),
            );
        }
        self.more(&mut out, last, shown);
        let number = |m: Moments| m.r().map_or_else(|| "–".to_owned(), |r| format!("{r:.2}"));
        let _ = writeln!(
            out,
            "Scores of dyads by month: the means correlate {} over {} months that both tell of, the sums {} over {} that \
             either tells of.",
            number(self.scores.means),
            grouped(self.scores.means.n),
            number(self.scores.sums),
            grouped(self.scores.sums.n)
        );
        if !self.confusions.is_empty() {
            let list: Vec<String> = self
                .confusions
                .iter()
                .take(8)
                .map(|(a, b, n)| {
                    if a == b {
                        format!("{a} the other way round or once more ({n})")
                    } else {
                        format!("{a} as {b} ({n})")
                    }
                })
                .collect();
            let _ = writeln!(
                out,
                "What A tells and B tells otherwise of the same two on these days: {}.",
                list.join(", ")
            );
        }
        for side in ["A", "B"] {
            let of = self.apart.iter().filter(|s| s.side == side);
            for (i, s) in of.enumerate() {
                if i == 0 {
                    let _ = writeln!(out, "\nOnly in {side}:");
                }
                let _ = writeln!(out, "  {} {} {} {}  [{}]", s.date, s.actor, s.event, s.recipient, s.id);
                let _ = writeln!(out, "      {}", s.sentence.replace('\n', " "));
                if let Some(o) = &s.other {
                    let other = if side == "A" { "B" } else { "A" };
                    let _ = writeln!(
                        out,
                        "      {other}: {} {} {} {}  [{}]",
                        o.date, o.actor, o.event, o.recipient, o.id
                    );
                }
            }
        }
        out
    }

    /// How many lines were not shown.
    fn more(&self, out: &mut String, by: &str, all: usize) {
        if matches!(by, "actor" | "dyad") && all > self.args.limit {
            let _ =
                writeln!(out, "and {} more; --to csv has them all", grouped((all - self.args.limit) as u64));
        }
        out.push('\n');
    }
}

fn left_out(side: &Coding) -> String {
    if side.left_out.is_empty() {
        return ".".into();
    }
    let mut causes: Vec<_> = side.left_out.iter().collect();
    causes.sort_by(|x, y| y.1.cmp(x.1).then(x.0.cmp(y.0)));
    let list: Vec<String> = causes.into_iter().map(|(cause, n)| format!("{} {cause}", grouped(*n))).collect();
    format!(", left out {}.", list.join(", "))
}

/// A number in groups of three.
fn grouped(n: u64) -> String {
    detente_desk::grouped(usize::try_from(n).unwrap_or(usize::MAX))
}
