//! A report, prepared to be laid beside others.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::Date;

use super::cell::Cell;
use super::likeness::{EXACT_DAYS, HEAVY, Side, is_known, root, weightiest};
use super::numbering::Numbering;
use crate::day;
use crate::gist::{stem, words};
use crate::plover::EventType;
use crate::report::{Aux, Entity, EventLoc, Report};

/// What the words of a report weigh that was made without a lexicon, in the gist's measure.
const PLAIN: u8 = 40;

/// So many of the rarest words of a sentence are keys.
const KEYS: usize = 8;

/// A word that says less is no key.
const RARE: u8 = 25;

/// Widest interval, in days, that is looked up day by day.
const DAILY: i64 = 3;

/// Stems with what each says.
type Weighed<'a> = Vec<(Cow<'a, str>, u8)>;

/// A party, as numbers of its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Party {
    /// The key.
    pub key: u32,
    /// Its country or group.
    pub root: u32,
    /// It names somebody.
    pub known: bool,
}

/// Those on one side.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Camp {
    pub parties: Vec<Party>,
    /// Somebody of them is known.
    pub told: bool,
}

impl Camp {
    fn new(parties: Vec<Party>) -> Camp {
        Camp { told: parties.iter().any(|p| p.known), parties }
    }
}

/// A report, prepared for comparison: what would be worked out for each comparison is worked out once.
pub(super) struct Telling<'a> {
    pub report: &'a Report,
    pub cell: Cell,
    pub kind: EventType,
    /// The parties do it with each other; then all stand in `actors`.
    pub mutual: bool,
    /// Entity keys, sorted.
    pub actors: Vec<&'a str>,
    /// Entity keys, sorted.
    pub recipients: Vec<&'a str>,
    /// Negated, future, hypothetical.
    pub unreal: [bool; 3],
    pub days: Option<(Date, Date)>,
    /// The same, counted from a fixed day.
    pub span: Option<(i64, i64)>,
    /// The town or site, where one is told.
    pub town: Option<&'a EventLoc>,
    /// Those who do it.
    pub doers: Camp,
    /// Those to whom it is done.
    pub targets: Camp,
    /// All of them, sorted by number.
    pub all: Camp,
    /// How those who do it stand to those to whom it is done.
    pub within: Side,
    /// Two parties of different countries or groups, all known: `IRN` and `Hamas`, not `USA` and `USA/CVL`.
    pub is_dyad: bool,
    /// Number of the article.
    pub doc: u32,
    /// Number of the mode.
    pub mode: Option<u32>,
    /// Number of the name of the town.
    pub place: Option<u32>,
    /// Stems of the act, by number.
    pub act: Vec<u32>,
    /// Stems of the sentence with their weights, sorted by number.
    pub words: Vec<(u32, u8)>,
    /// By what it is looked up: prints of the rarest of them, and of the type with all who take part.
    pub keys: Vec<u32>,
    /// The three weightiest words weigh so much together.
    pub weight: f32,
    /// Three words at least are rare.
    pub is_heavy: bool,
    /// It was read without its words.
    pub is_blind: bool,
    /// It has no day, or an interval too wide to say which event is meant.
    pub is_vague: bool,
    /// The interval is so narrow that it is looked up day by day.
    pub is_exact: bool,
    /// The text names the very day.
    pub states_day: bool,
}

impl<'a> Telling<'a> {
    /// `None` for a record that names no type, which no part of the program makes.
    pub fn new(report: &'a Report, numbering: &mut Numbering<'a>) -> Option<Telling<'a>> {
        let (kind, cell) = (*report.event.first()?, Cell::of(report)?);
        let keys = |entities: &'a [Entity]| {
            let mut keys: Vec<&str> = entities.iter().map(|e| e.key.as_str()).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let (mut actors, mut recipients) = (keys(&report.actor), keys(&report.recipient));
        // Meetings and shared work are told either way round ("A met B", "B received A").
        if is_shared(kind) && !recipients.is_empty() && !actors.is_empty() {
            actors.append(&mut recipients);
            actors.sort_unstable();
            actors.dedup();
        }
        let mutual = recipients.is_empty() && actors.len() > 1;
        let has = |aux| report.aux.contains(&aux);
        let days = match (report.date, report.enddate) {
            (Some(start), Some(end)) => Some((start.min(end), start.max(end))),
            // An interval with an open end says no more about which event is meant than none.
            _ => None,
        };
        let (act, mut sentence): (Vec<Cow<str>>, Weighed) = if report.gist.is_empty() {
            let stems: BTreeSet<String> = words(&report.event_text)
                .filter(|w| w.chars().count() > 2)
                .map(|w| stem(&w).to_string())
                .collect();
            let weigh = |s: &String| (Cow::Owned(s.clone()), PLAIN);
            (stems.iter().map(|s| Cow::Owned(s.clone())).collect(), stems.iter().map(weigh).collect())
        } else {
            let act = report.gist.act.iter().map(|s| Cow::Borrowed(s.as_str())).collect();
            (act, report.gist.words.iter().map(|(s, w)| (Cow::Borrowed(s.as_str()), *w)).collect())
        };
        // That the parties and the act are the same is weighed by itself.
        sentence.retain(|(s, _)| !act.contains(s));
        for name in names(report) {
            let stems = numbering.stems(name);
            sentence.retain(|(s, _)| !stems.iter().any(|n| is_of(s, n)));
        }
        let mut number = |text: &'a str| numbering.of(Cow::Borrowed(text));
        let mut camp = |keys: &[&'a str]| {
            let party =
                |key: &&'a str| Party { key: number(key), root: number(root(key)), known: is_known(key) };
            Camp::new(keys.iter().map(party).collect())
        };
        let (doers, targets) = (camp(&actors), camp(&recipients));
        let mut all = [&doers.parties[..], &targets.parties[..]].concat();
        all.sort_unstable();
        all.dedup();
        let town = report.event_loc.as_ref().filter(|loc| is_town(loc));
        let doc = number(&report.doc);
        let mode = report.mode.as_deref().map(&mut number);
        let place = town.and_then(|loc| loc.resolved_place.as_deref()).map(&mut number);
        let crew = crew(kind, &actors, &recipients);
        let act = act.into_iter().map(|s| numbering.of(s)).collect();
        let mut words: Vec<(u32, u8)> = sentence.into_iter().map(|(s, w)| (numbering.of(s), w)).collect();
        words.sort_unstable();
        let weightiest = weightiest(words.iter().map(|(_, w)| *w));
        let span = days.map(|(start, end)| (day::number(start), day::number(end)));
        let width = span.map(|(start, end)| end - start);
        Some(Telling {
            cell,
            kind,
            mutual,
            actors,
            recipients,
            unreal: [has(Aux::Negated), has(Aux::Future), has(Aux::Hypothetical)],
            days,
            span,
            town,
            within: Side::of(&doers, &targets),
            is_dyad: all.iter().all(|p| p.known) && all.iter().any(|p| p.root != all[0].root),
            doers,
            targets,
            all: Camp::new(all),
            doc,
            mode,
            place,
            act,
            keys: keys_of(&words, crew, numbering),
            weight: weightiest.iter().map(|w| f32::from(*w)).sum(),
            is_heavy: weightiest[2] >= HEAVY,
            is_blind: report.gist.is_empty(),
            is_vague: width.is_none_or(|w| w > EXACT_DAYS),
            is_exact: span.is_some_and(is_exact),
            states_day: width == Some(0)
                && report.date_precision.as_deref() == Some("day")
                && report.date_text.is_some(),
            words,
            report,
        })
    }

    /// The same sentence word for word has the same print, whoever publishes it.
    pub fn print(&self) -> (usize, String) {
        let mut print = self.report.event_text.clone();
        for entity in self.report.actor.iter().chain(&self.report.recipient) {
            let at = i64::from(entity.start) - i64::from(self.report.text_info.start);
            print += &format!("|{}@{at}", entity.entity_text);
        }
        (self.report.sentence().len(), print)
    }

    /// The order in which reports are taken: exact days first, so that they open the events that vaguer
    /// reports then join; undated ones last.
    pub fn order(&self) -> Order<'_> {
        order(self.span, &self.report.doc, self.report.text_info.start, &self.report.id)
    }

    /// The name of the town or site.
    pub fn town_name(&self) -> Option<&'a str> {
        self.town.and_then(|loc| loc.resolved_place.as_deref())
    }
}

/// What reports are sorted by.
pub(super) type Order<'t> = (bool, i64, Option<(i64, i64)>, &'t str, u32, &'t str);

/// The order of a report with these days, in this article, with its sentence there, and of this id.
pub(super) fn order<'t>(span: Option<(i64, i64)>, doc: &'t str, start: u32, id: &'t str) -> Order<'t> {
    (span.is_none(), span.map_or(0, |(start, end)| end - start), span, doc, start, id)
}

/// True where the interval is so narrow that it is looked up day by day.
pub(super) fn is_exact(span: (i64, i64)) -> bool {
    span.1 - span.0 <= DAILY
}

/// A short number for a word; that two words bear the same brings two reports together once more than is needed.
fn print(text: &str) -> u32 {
    (super::hash(text.as_bytes()) >> 32) as u32
}

/// A short number for a type with all who take part.
fn crew(kind: EventType, actors: &[&str], recipients: &[&str]) -> u32 {
    let mut all = [actors, recipients].concat();
    all.sort_unstable();
    all.dedup();
    print(&format!("{}\t{}", kind.as_str(), all.join("\t")))
}

/// By what a report is looked up, sorted.
fn keys_of(words: &[(u32, u8)], crew: u32, numbering: &Numbering) -> Vec<u32> {
    let mut keys: Vec<u32> =
        rarest(words, numbering).into_iter().map(|word| print(numbering.text(word))).chain([crew]).collect();
    keys.sort_unstable();
    keys
}

/// The rarest of the words, in no order; among equals the first of the alphabet.
fn rarest(words: &[(u32, u8)], numbering: &Numbering) -> Vec<u32> {
    let mut rare: Vec<(u32, u8)> = words.iter().copied().filter(|(_, w)| *w >= RARE).collect();
    if rare.len() > KEYS {
        rare.select_nth_unstable_by(KEYS, |x, y| {
            y.1.cmp(&x.1).then_with(|| numbering.text(x.0).cmp(numbering.text(y.0)))
        });
        rare.truncate(KEYS);
    }
    rare.into_iter().map(|(s, _)| s).collect()
}

/// The names of the states and groups that take part. The names of people are no part of it: they say which
/// event is meant as no key does.
fn names(report: &Report) -> impl Iterator<Item = &str> {
    let entities = report.actor.iter().chain(&report.recipient).filter(|e| !e.key.contains('/'));
    entities.flat_map(|e| {
        // Of an office-holder the words of the text are his own name.
        let told = if e.office.is_none() { e.entity_text.as_str() } else { "" };
        [e.identifier_text.as_deref().unwrap_or_default(), told]
    })
}

/// True for a name and for what is made of it: "avaria", "avarian".
fn is_of(word: &str, name: &str) -> bool {
    // A look at the first letter, for most differ in it.
    word.as_bytes().first() == name.as_bytes().first()
        && word.starts_with(name)
        && (word.len() == name.len() || name.chars().count() >= 5)
}

/// Types that people do together, whoever is named first.
fn is_shared(kind: EventType) -> bool {
    matches!(kind, EventType::Consult | EventType::Cooperate)
}

/// The place is exact enough to tell two events apart.
fn is_town(loc: &EventLoc) -> bool {
    matches!(loc.resolution.as_deref(), Some("city" | "site")) && loc.resolved_place.is_some()
}
