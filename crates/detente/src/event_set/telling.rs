//! A report, prepared to be laid beside others.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::Date;

use super::cell::Cell;
use super::days_between;
use crate::gist::{stem, words};
use crate::plover::EventType;
use crate::report::{Aux, Entity, EventLoc, Report};

/// What the words of a report weigh that was made without a lexicon, in the gist's measure.
const PLAIN: u8 = 40;

/// Stems with what each says.
pub(super) type Weighed<'a> = Vec<(Cow<'a, str>, u8)>;

/// A report, prepared for comparison.
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
    /// Stems of the act, sorted.
    pub act: Vec<Cow<'a, str>>,
    /// Stems of the sentence with their weights, sorted.
    pub words: Weighed<'a>,
    /// The town or site, where one is told.
    pub town: Option<&'a EventLoc>,
    /// The same sentence word for word has the same print, whoever publishes it.
    pub print: (usize, String),
}

impl<'a> Telling<'a> {
    /// `None` for a record that names no type, which no part of the program makes.
    pub fn new(report: &'a Report) -> Option<Telling<'a>> {
        let kind = *report.event.first()?;
        let keys = |entities: &'a [Entity]| {
            entities.iter().map(|e| e.key.as_str()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
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
        let at = |entity: &Entity| {
            format!("{}@{}", entity.entity_text, i64::from(entity.start) - i64::from(report.text_info.start))
        };
        let parties: Vec<String> = report.actor.iter().chain(&report.recipient).map(at).collect();
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
        let named = names(report);
        sentence.retain(|(s, _)| !act.contains(s) && !named.iter().any(|n| is_of(s, n)));
        sentence.sort_unstable();
        Some(Telling {
            cell: Cell::of(report)?,
            kind,
            mutual,
            actors,
            recipients,
            unreal: [has(Aux::Negated), has(Aux::Future), has(Aux::Hypothetical)],
            days,
            act,
            words: sentence,
            town: report.event_loc.as_ref().filter(|loc| is_town(loc)),
            print: (report.sentence().len(), format!("{}|{}", report.event_text, parties.join("|"))),
            report,
        })
    }

    /// All who take part, sorted.
    pub fn parties(&self) -> Vec<&'a str> {
        let mut keys: Vec<&str> = self.actors.iter().chain(&self.recipients).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// How many days the interval leaves open; 0 for a single day.
    pub fn width(&self) -> Option<i64> {
        self.days.map(|(start, end)| days_between(start, end))
    }

    /// The order in which reports are taken: exact days first, so that they open the events that vaguer
    /// reports then join; undated ones last.
    pub fn order(&self) -> (bool, i64, Option<(Date, Date)>, &str, u32, &str) {
        let width = self.width();
        (
            width.is_none(),
            width.unwrap_or(0),
            self.days,
            &self.report.doc,
            self.report.text_info.start,
            &self.report.id,
        )
    }

    /// True where the text names the very day.
    pub fn states_day(&self) -> bool {
        self.width() == Some(0)
            && self.report.date_precision.as_deref() == Some("day")
            && self.report.date_text.is_some()
    }

    /// The name of the town or site.
    pub fn place(&self) -> Option<&'a str> {
        self.town.and_then(|loc| loc.resolved_place.as_deref())
    }
}

/// Stems of the names of the states and groups that take part. The names of people are no part of it: they say which
/// event is meant as no key does.
fn names(report: &Report) -> BTreeSet<String> {
    let entities = report.actor.iter().chain(&report.recipient).filter(|e| !e.key.contains('/'));
    let names = entities.flat_map(|e| {
        // Of an office-holder the words of the text are his own name.
        let told = if e.office.is_none() { e.entity_text.as_str() } else { "" };
        [e.identifier_text.as_deref().unwrap_or_default(), told]
    });
    names.flat_map(words).map(|w| stem(&w).to_string()).collect()
}

/// True for a name and for what is made of it: "avaria", "avarian".
fn is_of(word: &str, name: &str) -> bool {
    word == name || name.chars().count() >= 5 && word.starts_with(name)
}

/// Types that people do together, whoever is named first.
fn is_shared(kind: EventType) -> bool {
    matches!(kind, EventType::Consult | EventType::Cooperate)
}

/// The place is exact enough to tell two events apart.
fn is_town(loc: &EventLoc) -> bool {
    matches!(loc.resolution.as_deref(), Some("city" | "site")) && loc.resolved_place.is_some()
}
