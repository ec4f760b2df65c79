//! Makes ledgers of any size out of invented reports, imports tables of events, and measures what questions cost.
//!
//! ```text
//! scale grow LEDGER REPORTS          add invented articles until the ledger holds so many reports
//! scale add LEDGER ARTICLES           add so many articles one at a time, each brought up to date: to look at with a profiler
//! scale measure LEDGER               what adding one article costs, and what the questions of the pages cost
//! scale import LEDGER LEXICON TIMES  a table of events from standard input, TIMES over, its years shifted each time
//! ```
//! `bench/ledger/run.sh` runs all three.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use detente::article::Article;
use detente::bloc::{self, Blocs, blocs};
use detente::foreign::{self, ForeignEvent, Format};
use detente::lexicon::Lexicon;
use detente::note::Evidence;
use detente::plover::EventType;
use detente::report::{Aux, CiteInfo, Coder, Entity, Gist, Report, TextInfo};
use detente::span::Span;
use detente::standing::{self, Profiles};
use detente_ledger::{Filter, Import, Ledger, LedgerError, TurnFilter};
use jiff::ToSpan;
use jiff::civil::{Date, date};

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["grow", path, reports] => grow(Path::new(path), reports.parse()?),
        ["add", path, articles] => add(Path::new(path), articles.parse()?),
        ["measure", path] => measure(Path::new(path)),
        ["import", path, lexicon, times] => import(Path::new(path), Path::new(lexicon), times.parse()?),
        _ => Err("say grow LEDGER REPORTS, measure LEDGER, or import LEDGER LEXICON TIMES".into()),
    }
}

/// The blocs of everybody on a day, by both axes, and of how many ties.
fn blocs_on(ledger: &Ledger, day: Date) -> Result<(Blocs, usize), LedgerError> {
    let balances = ledger.balances_on(day, None, |_| true)?;
    let dyads = || balances.iter().map(|(a, b, balance)| (a.as_str(), b.as_str(), balance));
    let params = standing::Params::default();
    let profiles = Profiles::new(dyads(), &params);
    let actors: BTreeSet<&str> = profiles.actors().iter().map(String::as_str).collect();
    let ties = bloc::ties(dyads(), &actors, &profiles, &params);
    Ok((blocs(&ties), ties.len()))
}

/// Numbers that are the same on every machine (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }

    /// Small numbers often, great ones seldom.
    fn skewed(&mut self, below: u64) -> u64 {
        let x = self.roll(1 << 20) as f64 / f64::from(1 << 20);
        ((below as f64).powf(x) - 1.0) as u64 % below
    }
}

/// First day of what is told; ten years follow.
const FIRST: Date = date(2015, 1, 1);
const DAYS: u64 = 3650;
/// The day on which all of it becomes known.
const KNOWN: Date = date(2025, 1, 2);
const PARTIES: u64 = 400;
const PUBLISHERS: u64 = 150;
/// Reports in an article.
const REPORTS: usize = 4;
/// One report in so many is about the busiest pair.
const BUSY: u64 = 20;

fn key(n: u64) -> String {
    let letter = |n: u64| char::from(b'A' + (n % 26) as u8);
    let code: String = [letter(n / 26), letter(n), letter(n * 7 + 3)].iter().collect();
    if n % 9 == 8 { format!("{code}/CVL") } else { code }
}

fn entity(key: String) -> Entity {
    Entity {
        code: Some(key.chars().take(3).collect()),
        sector: Some("GOV".into()),
        identifier_text: Some(format!("Republic of {key}")),
        entity_text: format!("The government of {key}"),
        start: 4,
        end: 30,
        key,
        ..Entity::default()
    }
}

const ACTS: [(EventType, f32, &str); 8] = [
    (EventType::Consult, 2.5, "met the foreign minister in the capital"),
    (EventType::Accuse, -2.0, "accused its neighbour of breaking the accord"),
    (EventType::Assault, -9.0, "shelled positions near the border town"),
    (EventType::Agree, 4.5, "agreed to resume the talks on water"),
    (EventType::Aid, 7.0, "sent grain and medicine to the harbour"),
    (EventType::Sanction, -6.0, "halted the export of timber"),
    (EventType::Support, 3.5, "praised the decision of the council"),
    (EventType::Threaten, -4.5, "warned of consequences for shipping"),
];

/// An article of its own number: what it tells follows from the number alone.
fn article(n: u64, day: Option<Date>, busy: bool) -> (Article, Vec<Report>) {
    let mut dice = Dice(n);
    // Several articles tell of the things of one day, so that some of their reports meet.
    let published = day.unwrap_or_else(|| FIRST.saturating_add((dice.roll(DAYS) as i64).days()));
    let mut text = String::new();
    let mut reports = Vec::new();
    let id = format!("article-{n}");
    for i in 0..REPORTS {
        let (x, y) =
            if busy || dice.roll(BUSY) == 0 { (0, 1) } else { (dice.skewed(PARTIES), dice.skewed(PARTIES)) };
        let y = if x == y { (x + 1) % PARTIES } else { y };
        let (kind, scale, words) = ACTS[dice.roll(8) as usize];
        let start = text.len() as u32;
        let _ = write!(
            text,
            "The government of {} {words} on the {} of the month, sources in {} said, as number {n} of {i} is told. ",
            key(x),
            published.day(),
            key(y)
        );
        let day = published.saturating_sub((dice.roll(3) as i64).days());
        let date = (dice.roll(10) > 0).then_some(day);
        let aux = match dice.roll(12) {
            0 => vec![Aux::Future],
            1 => vec![Aux::Negated],
            _ => vec![],
        };
        reports.push(Report {
            id: format!("{id}#{i}"),
            doc: id.clone(),
            event: vec![kind],
            mode: None,
            context: vec!["diplomatic".into()],
            quad_code: kind.quad(),
            event_scale: scale,
            actor: vec![entity(key(x))],
            recipient: vec![entity(key(y))],
            date,
            enddate: date,
            date_text: Some("on the day".into()),
            date_precision: Some("day".into()),
            aux,
            said_by: None,
            text_info: TextInfo { sequence: i as u32, start, end: text.len() as u32 },
            event_text: words.into(),
            event_loc: None,
            size: None,
            event_id: None,
            gist: gist(&mut dice, words),
            confidence: Some(0.75),
            evidence: vec![
                Evidence::new("event.bench.one", [Span { start, end: start + 10 }]),
                Evidence::new("actor.bench.two", [Span { start, end: start + 4 }]),
            ],
            links: vec![],
            cite_info: CiteInfo::default(),
            coder: coder(),
        });
    }
    // Filler, so that an article is as long as news are.
    for _ in 0..12 {
        text += "Nobody was hurt, the harbour stayed open, and the talks go on next week as planned. ";
    }
    let article = Article {
        id,
        title: Some(format!("What number {n} tells of {published}")),
        published: Some(published),
        text,
        url: Some(format!("https://example.org/{n}")),
        source: Some(format!("Paper {}", dice.skewed(PUBLISHERS))),
        ..Article::default()
    };
    (article, reports)
}

/// Words by which a report is known again, as many and as rare as those of news: of 20,000 words some stand in every
/// tenth article and most in hardly any.
fn gist(dice: &mut Dice, act: &str) -> Gist {
    let words = (0..14).map(|_| {
        let rank = dice.skewed(20_000);
        let weight = 10.0 * (10.0 * (rank as f64 + 1.0)).ln();
        (format!("w{rank}"), weight.min(60.0) as u8)
    });
    let mut words: Vec<(String, u8)> = words.collect();
    words.sort();
    words.dedup();
    Gist { act: act.split(' ').take(1).map(str::to_string).collect(), words }
}

fn coder() -> Coder {
    Coder { version: "bench".into(), lexicon: "none".into(), model: "none".into() }
}

fn grow(path: &Path, reports: usize) -> Outcome {
    let mut ledger = Ledger::open(path)?;
    ledger.relate_later(true);
    let start = Instant::now();
    let counts = ledger.counts(None)?;
    let mut n = counts.articles as u64;
    let end = (reports / REPORTS) as u64;
    let first = n;
    while n < end {
        let (article, reports) = article(n, None, false);
        ledger.add(&article, &reports, &[], &coder(), KNOWN)?;
        n += 1;
    }
    let added = start.elapsed();
    println!("added {} articles in {:.1} s", n - first, added.as_secs_f64());
    let start = Instant::now();
    let related = ledger.relate()?;
    println!("related in {:.1} s: {related:?}", start.elapsed().as_secs_f64());
    memory();
    Ok(())
}

/// The most memory that the process ever had, as Linux tells it.
fn memory() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(line) = status.lines().find(|l| l.starts_with("VmHWM")) {
        println!("memory at most: {}", line.trim_start_matches("VmHWM:").trim());
    }
}

/// Milliseconds that processors have worked for this process so far (in steps of 10), as Linux tells it: on a busy
/// machine the only fair clock.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after.split_whitespace().map(|f| f.parse().unwrap_or(0.0)).collect();
    (fields.get(11).unwrap_or(&0.0) + fields.get(12).unwrap_or(&0.0)) * 10.0
}

fn time<T>(
    what: &str,
    runs: usize,
    mut f: impl FnMut() -> Result<T, detente_ledger::LedgerError>,
) -> Outcome {
    let mut all = Vec::new();
    let before = processor();
    for _ in 0..runs {
        let start = Instant::now();
        f()?;
        all.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let first = all[0];
    all.sort_by(f64::total_cmp);
    let own = (processor() - before) / runs as f64;
    println!(
        "{what:44} processor {own:7.1} ms; first {first:8.1} ms, median {:8.1}, most {:8.1}",
        all[all.len() / 2],
        all[all.len() - 1]
    );
    Ok(())
}

fn add(path: &Path, articles: u64) -> Outcome {
    let mut ledger = Ledger::open(path)?;
    let mut n = 2_000_000_000 + u64::try_from(ledger.counts(None)?.articles)?;
    let last = ledger.last_day()?.ok_or("no day")?;
    let known = KNOWN.saturating_add(1.days());
    let before = processor();
    for _ in 0..articles {
        n += 1;
        let (article, reports) = article(n, Some(last), false);
        ledger.add(&article, &reports, &[], &coder(), known)?;
    }
    println!("processor {:.1} ms an article", (processor() - before) / articles as f64);
    Ok(())
}

fn measure(path: &Path) -> Outcome {
    let reader = Ledger::open_read_only(path)?;
    let counts = reader.counts(None)?;
    println!("{counts:?}");
    let size = std::fs::metadata(path)?.len();
    println!("file {:.0} MB", size as f64 / 1e6);
    let busiest = reader.dyads(1, None)?.pop().ok_or("an empty ledger")?;
    let dyads = reader.dyads(300, None)?;
    let usual = &dyads[dyads.len() - 1];
    println!("busiest {busiest:?}\nusual {usual:?}");
    let last = reader.last_day()?.ok_or("no day")?;
    time("counts", 5, || reader.counts(None))?;
    time("dyads, 12 busiest", 5, || reader.dyads(12, None))?;
    time("turns, 50 newest", 5, || reader.latest_turns(50, None))?;
    let actor = TurnFilter { actor: Some(busiest.a.clone()), limit: Some(50), ..TurnFilter::default() };
    time("turns of an actor", 5, || reader.turns(&actor))?;
    time("standings of all on the last day", 5, || reader.standings_on(last, None))?;
    time("blocs on the last day", 3, || blocs_on(&reader, last))?;
    time("series of the busiest pair", 5, || {
        reader.standing_series(&busiest.a, &busiest.b, None, None, None)
    })?;
    time("series of a usual pair", 5, || reader.standing_series(&usual.a, &usual.b, None, None, None))?;
    time("page of a usual pair", 3, || reader.relation(&usual.a, &usual.b, None))?;
    time("page of the busiest pair, 400 events", 3, || {
        reader.relation_lately(&busiest.a, &busiest.b, None, 400, None)
    })?;
    let newest = Filter { newest_first: true, limit: Some(50), ..Filter::default() };
    time("reports, 50 newest", 5, || reader.reports(&newest))?;
    time("events, 50 newest", 5, || reader.events(&newest))?;
    let text = Filter { text: Some("timber 7".into()), limit: Some(50), ..Filter::default() };
    time("text search, seldom words", 5, || reader.reports(&text))?;
    let text = Filter { text: Some("timber".into()), limit: Some(50), ..Filter::default() };
    time("text search, frequent word", 3, || reader.reports(&text))?;
    time("parties by name", 5, || reader.keys_like("republic of ab", 12))?;
    drop(reader);
    let mut ledger = Ledger::open(path)?;
    let mut n = 1_000_000_000 + u64::try_from(counts.articles)?;
    let known = KNOWN.saturating_add(1.days());
    let mut add = |day: Date, busy: bool| {
        n += 1;
        let (article, reports) = article(n, Some(day), busy);
        ledger.add(&article, &reports, &[], &coder(), known)
    };
    time("add an article of today", 15, || add(last, false))?;
    time("add an article about the busiest pair", 15, || add(last, true))?;
    time("add an article of three years ago", 15, || add(last.saturating_sub(1095.days()), false))?;
    memory();
    Ok(())
}

/// Path below the folder and text of each file of a lexicon, sorted.
fn files(folder: &Path, dir: &Path, all: &mut Vec<(String, String)>) -> Outcome {
    for entry in std::fs::read_dir(dir)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            files(folder, &path, all)?;
        } else if path.extension().is_some_and(|e| e == "toml" || e == "tsv") {
            let name = path.strip_prefix(folder)?.display().to_string();
            all.push((name, std::fs::read_to_string(&path)?));
        }
    }
    all.sort();
    Ok(())
}

fn import(path: &Path, lexicon: &Path, times: i16) -> Outcome {
    let mut texts = Vec::new();
    files(lexicon, lexicon, &mut texts)?;
    let lexicon =
        Lexicon::load(&texts).map_err(|faults| format!("{} faults in the lexicon", faults.len()))?;
    let mut table = Vec::new();
    std::io::stdin().read_to_end(&mut table)?;
    let start = Instant::now();
    let mut skipped: BTreeMap<&'static str, usize> = BTreeMap::new();
    let events: Vec<ForeignEvent> = foreign::read(&lexicon, Format::Table, BufReader::new(table.as_slice()))?
        .filter_map(|row| row.map_err(|s| *skipped.entry(s.why.cause()).or_default() += 1).ok())
        .collect();
    println!(
        "{} rows translated in {:.1} s; left out: {skipped:?}",
        events.len(),
        start.elapsed().as_secs_f64()
    );
    drop(table);
    let mut ledger = Ledger::open(path)?;
    ledger.relate_later(true);
    for i in 0..times {
        let start = Instant::now();
        let import = Import {
            name: format!("table{i}"),
            file: "standard input".into(),
            sha256: format!("{i:064x}"),
            format: "table".into(),
            licence: None,
            known: KNOWN,
            notes: vec![],
        };
        let shifted = events.iter().map(|event| {
            let mut event = event.clone();
            event.day = event.day.saturating_sub(i.years());
            event
        });
        let counts = ledger.import(&import, shifted)?;
        println!("imported in {:.1} s: {counts:?}", start.elapsed().as_secs_f64());
    }
    let start = Instant::now();
    let related = ledger.relate()?;
    println!("related in {:.1} s: {related:?}", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let (blocs, ties) = blocs_on(&ledger, date(2018, 12, 31))?;
    println!("blocs of {ties} ties in {:.1} s: {} blocs", start.elapsed().as_secs_f64(), blocs.blocs.len());
    println!(
        "turns {}, file {:.0} MB",
        ledger.turns(&TurnFilter::default())?.len(),
        std::fs::metadata(path)?.len() as f64 / 1e6
    );
    memory();
    Ok(())
}
