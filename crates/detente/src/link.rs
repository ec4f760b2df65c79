//! How the events of an article stand to each other, as the article itself states it: before, after, during, because
//! of, in response to, led to, in order to, despite.
//!
//! A link is never read from the order of the text, nor from what one knows of the world: some words must say it, and
//! these words are kept. What words say so stands in `lexicon/links/`; [`ties`] finds them and the two ends that they
//! tie together, and [`find`] looks for the events that stand at these ends. "As a result" and "the move" point back
//! to what the sentence before told. What a question asks or a speaker denies is no link.
//!
//! Links and days must agree ([`agree`]): a link that the days of its two events rule out is dropped with a note.
//! Where an event has no day of its own, the link narrows what is known of it ([`narrowed`]), and "a day after the
//! visit" counts from the day of the visit ([`date`]).
//!
//! File below: `ties`. What a text states as causes whether or not events stand at the ends, `causes` weighs.

mod causes;
mod ties;

use std::collections::HashMap;

use jiff::civil::Date;

use crate::actor::Party;
use crate::article::Article;
use crate::event::Found;
use crate::lexicon::Lexicon;
use crate::lexicon::class::Class;
use crate::lexicon::links::LinkKind;
use crate::lexicon::pattern::Trigger;
use crate::note::{Evidence, Note};
use crate::plover::{Aux, EventType};
use crate::report::Report;
use crate::span::{Span, TokenId};
use crate::syntax::{Deprel, Syntax, Upos};
use crate::time::{Anchor, Interval, Offset, TimeExpression};

pub use causes::{Cause, Causes, Edge, edges};
pub use ties::{End, Tie, ties};

/// A link between two reports, by their numbers.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The report that stands so to the other.
    pub from: usize,
    /// The other.
    pub to: usize,
    /// How it stands.
    pub kind: LinkKind,
    /// Whoever alone claims it.
    pub said_by: Option<Party>,
    /// The entry, and the words that state it.
    pub evidence: Evidence,
    /// The word that heads the clause or phrase of the other event, where that stands beside these words.
    pub head: Option<TokenId>,
}

/// The rule under which an event bears days that were counted from another event.
pub const FROM_EVENT: &str = "time:from-event";

/// How many sentences back "the attack" may have been told.
const RETOLD_REACH: usize = 3;
/// How many steps in the tree an event may stand from the end of a tie.
const STEPS: usize = 2;

/// Finds the links that an article states between its events.
///
/// `found` are the events as they were found, `report` says for each of them which report it became part of (an act
/// that is told twice is one report). The links come in the order of the words that state them; no two are the same.
pub fn find(
    article: &Article,
    syntax: &Syntax,
    lexicon: &Lexicon,
    found: &[Found],
    report: &[usize],
) -> Vec<Stated> {
    let mut at: HashMap<TokenId, Vec<usize>> = HashMap::new();
    for (i, f) in found.iter().enumerate() {
        at.entry(f.trigger).or_default().push(i);
    }
    let seeker = Seeker { syntax, lexicon, found, at };
    let mut links: Vec<Stated> = Vec::new();
    // One event alone has nothing to be tied to.
    if found.len() < 2 {
        return links;
    }
    let mut sentences: Vec<usize> = found.iter().map(|f| f.sentence).collect();
    // "The move came after …" may hold one event or, by its parties, none.
    sentences.sort_unstable();
    sentences.dedup();
    for sentence in sentences {
        for tie in ties(&article.text, syntax, lexicon, sentence) {
            let Some(kind) = tie.kind else { continue };
            let entry = &lexicon.link_entries[tie.entry as usize];
            let from = seeker.end(&tie, true);
            let to = seeker.end(&tie, false);
            for &a in &from {
                if !entry.types.is_empty() && !entry.types.contains(&found[a].event) {
                    continue;
                }
                // What was not done has no day and no cause; it may be left undone in spite of something.
                if kind != LinkKind::Despite && found[a].aux.contains(&Aux::Negated) {
                    continue;
                }
                for &b in &to {
                    let back = [tie.a, tie.b].contains(&End::Before);
                    if kind == LinkKind::Response && back && !is_between(&found[a], &found[b]) {
                        continue;
                    }
                    let (from, to) = (report[a], report[b]);
                    if from == to || links.iter().any(|l| same(l, from, to, kind)) {
                        continue;
                    }
                    let teller = if found[a].sentence == sentence { &found[a] } else { &found[b] };
                    links.push(Stated {
                        from,
                        to,
                        kind,
                        said_by: teller.said_by.clone(),
                        evidence: Evidence::new(entry.id.clone(), spans(syntax, &tie.words)),
                        head: match tie.b {
                            End::At(t) | End::Thing(t) => Some(t),
                            End::Before => None,
                        },
                    });
                }
            }
        }
    }
    links
}

/// May the one answer the other: is it done to the other's doer, or by whom the other was done to? What nobody known
/// did may be answered by anybody.
fn is_between(a: &Found, b: &Found) -> bool {
    let holds = |list: &[Party], p: &Party| list.iter().any(|q| q.key == p.key);
    let own = a.actors.iter().all(|p| holds(&b.actors, p));
    let unknown = b.actors.iter().all(|p| p.key == "UNK");
    !own && (unknown
        || a.recipients.iter().any(|p| holds(&b.actors, p))
        || a.actors.iter().any(|p| holds(&b.recipients, p)))
}

/// Is it the same link, said this way or the other way round?
fn same(link: &Stated, from: usize, to: usize, kind: LinkKind) -> bool {
    (link.from, link.to, link.kind) == (from, to, kind)
        || (link.to, link.from) == (from, to) && turned(link.kind) == Some(kind)
}

/// The kind that says the same of the other end: A before B is B after A.
pub fn turned(kind: LinkKind) -> Option<LinkKind> {
    match kind {
        LinkKind::Before => Some(LinkKind::After),
        LinkKind::After => Some(LinkKind::Before),
        LinkKind::Because => Some(LinkKind::LedTo),
        LinkKind::LedTo => Some(LinkKind::Because),
        _ => None,
    }
}

/// Words as spans, neighbours as one.
fn spans(syntax: &Syntax, words: &[TokenId]) -> Vec<Span> {
    let mut words = words.to_vec();
    words.sort_unstable();
    let mut out: Vec<(TokenId, Span)> = Vec::new();
    for t in words {
        match out.last_mut() {
            Some((last, span)) if last.0 + 1 == t.0 => {
                *span = span.cover(syntax.span(t));
                *last = t;
            }
            _ => out.push((t, syntax.span(t))),
        }
    }
    out.into_iter().map(|(_, s)| s).collect()
}

struct Seeker<'a> {
    syntax: &'a Syntax,
    lexicon: &'a Lexicon,
    found: &'a [Found],
    at: HashMap<TokenId, Vec<usize>>,
}

impl Seeker<'_> {
    /// The events at one end of a tie.
    fn end(&self, tie: &Tie, a: bool) -> Vec<usize> {
        let end = if a { tie.a } else { tie.b };
        let t = match end {
            End::Before => return self.before(tie.sentence).into_iter().collect(),
            End::At(t) | End::Thing(t) => t,
        };
        // The other end is no part of this one.
        let mut barred = tie.words.clone();
        if let End::At(other) | End::Thing(other) = if a { tie.b } else { tie.a } {
            barred.push(other);
        }
        if let Some(found) = self.at.get(&t) {
            return self.with_row(t, found, a);
        }
        if let Some(found) =
            self.below(t, &barred, &[Deprel::Obj, Deprel::Xcomp, Deprel::NsubjPass, Deprel::Nmod])
        {
            return found;
        }
        if let Some(told) = self.retold(t, tie.sentence) {
            return vec![told];
        }
        let subject = self.child(t, Deprel::Nsubj).or_else(|| self.child(t, Deprel::NsubjPass));
        if let Some(subject) = subject.filter(|s| !barred.contains(s)) {
            if let Some(found) = self.at.get(&subject) {
                return found.clone();
            }
            if let Some(told) = self.retold(subject, tie.sentence) {
                return vec![told];
            }
            if let Some(found) = self.below(subject, &barred, &[Deprel::Nmod]) {
                return found;
            }
        }
        match end {
            // "after an arms deal", "after the deadly raid".
            _ if !a && self.syntax.upos(t) == Upos::Noun => {
                self.below(t, &barred, &[Deprel::Compound, Deprel::Amod]).unwrap_or_default()
            }
            End::At(_) if a => self.above(t, &barred).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The events of a word, and behind words that open B those of the words in its row that have no words of their own.
    fn with_row(&self, t: TokenId, found: &[usize], a: bool) -> Vec<usize> {
        let mut found = found.to_vec();
        if a {
            return found;
        }
        for &c in self.syntax.children(t).iter().filter(|c| self.syntax.deprel(**c) == Deprel::Conj) {
            let own = self.syntax.children(c).iter().any(|m| {
                matches!(
                    self.syntax.deprel(*m),
                    Deprel::Mark | Deprel::Case | Deprel::Nsubj | Deprel::NsubjPass
                )
            });
            if !own && let Some(more) = self.at.get(&c) {
                found.extend(more);
            }
        }
        found
    }

    /// The nearest event below a word, along these relations.
    fn below(&self, t: TokenId, barred: &[TokenId], rels: &[Deprel]) -> Option<Vec<usize>> {
        let mut level = vec![t];
        for _ in 0..STEPS {
            let mut next = Vec::new();
            for &t in &level {
                let rows = self.syntax.children(t).iter().copied();
                next.extend(rows.filter(|c| {
                    // "a series of attacks", but not "sanctions over an attack".
                    let of = self.syntax.deprel(*c) != Deprel::Nmod
                        || self.syntax.children(*c).iter().any(|m| self.syntax.lemma(*m) == "of");
                    of && rels.contains(&self.syntax.deprel(*c)) && !barred.contains(c)
                }));
            }
            if let Some(found) = next.iter().find_map(|t| self.at.get(t)) {
                return Some(found.clone());
            }
            level = next;
        }
        None
    }

    /// The event whose phrase a word belongs to: upward to the verb.
    fn above(&self, t: TokenId, barred: &[TokenId]) -> Option<Vec<usize>> {
        let mut cur = t;
        // "bombed targets in Morstad after …": behind a name the words may hang too low. Other nouns have reasons of
        // their own ("a shortage due to …").
        let low = self.syntax.upos(t) == Upos::Propn
            || matches!(self.syntax.deprel(t), Deprel::Obj | Deprel::Xcomp);
        if !low {
            return None;
        }
        for _ in 0..=STEPS {
            let up = matches!(
                self.syntax.deprel(cur),
                Deprel::Obj
                    | Deprel::Obl
                    | Deprel::Nmod
                    | Deprel::NmodPoss
                    | Deprel::Compound
                    | Deprel::Xcomp
                    | Deprel::Appos
                    | Deprel::Iobj
                    | Deprel::Flat
            );
            if !up || self.syntax.upos(cur) == Upos::Verb && self.syntax.deprel(cur) != Deprel::Xcomp {
                return None;
            }
            cur = self.syntax.head(cur).filter(|h| !barred.contains(h))?;
            if let Some(found) = self.at.get(&cur) {
                return Some(found.clone());
            }
        }
        None
    }

    fn child(&self, t: TokenId, rel: Deprel) -> Option<TokenId> {
        self.syntax.children(t).iter().copied().find(|c| self.syntax.deprel(*c) == rel)
    }

    /// What the sentence before told: its main event. What it tells by the way is not taken up again.
    fn before(&self, sentence: usize) -> Option<usize> {
        let before = sentence.checked_sub(1)?;
        let depth = |f: &Found| {
            let mut t = f.trigger;
            let mut steps = 0;
            while let Some(h) = self.syntax.head(t).filter(|_| steps < 64) {
                if !matches!(
                    self.syntax.deprel(t),
                    Deprel::Ccomp | Deprel::Xcomp | Deprel::Obj | Deprel::Parataxis | Deprel::Conj
                ) {
                    return None;
                }
                t = h;
                steps += 1;
            }
            Some(steps)
        };
        (0..self.found.len())
            .filter(|i| self.found[*i].sentence == before)
            .filter_map(|i| Some((depth(&self.found[i])?, i)))
            .min()
            .map(|(_, i)| i)
    }

    /// "The move", "the attack": what was told before, where the words only take it up again.
    fn retold(&self, t: TokenId, sentence: usize) -> Option<usize> {
        let s = self.syntax;
        let lemma = s.lemma(t).to_lowercase();
        if s.upos(t) == Upos::Pron {
            // "decisions that were made" point at their own noun.
            let relative = s.head(t).is_some_and(|h| matches!(s.deprel(h), Deprel::AclRelcl | Deprel::Acl));
            let points = matches!(lemma.as_str(), "this" | "that") && !relative;
            return points.then(|| self.before(sentence)).flatten();
        }
        let definite = s
            .children(t)
            .iter()
            .any(|c| s.deprel(*c) == Deprel::Det && matches!(s.lemma(*c), "the" | "this" | "that" | "these"));
        if !definite || s.upos(t) != Upos::Noun {
            return None;
        }
        // "the attack on the port", "the Avar incident" may be another one.
        let told_more = s.children(t).iter().any(|c| {
            matches!(
                s.deprel(*c),
                Deprel::Nmod | Deprel::NmodPoss | Deprel::Acl | Deprel::AclRelcl | Deprel::Compound
            )
        });
        if told_more {
            return None;
        }
        if self.lexicon.is(Class::Retold, &lemma) {
            return self.before(sentence);
        }
        let types: Vec<EventType> =
            self.lexicon.patterns(Trigger::Noun, &lemma).map(|(e, _)| e.event).filter(is_deed).collect();
        (0..self.found.len()).rev().find(|i| {
            let f = &self.found[*i];
            f.sentence < sentence && f.sentence + RETOLD_REACH >= sentence && types.contains(&f.event)
        })
    }
}

/// Acts that a text takes up again by their nouns ("the attack", "the talks"). What is said ("the charge", "the case") may
/// be many things.
fn is_deed(event: &EventType) -> bool {
    use EventType::{Assault, Coerce, Consult, Mobilize, Protest, Retreat, Sanction};
    matches!(event, Assault | Coerce | Consult | Mobilize | Protest | Retreat | Sanction)
}

/// Can "A *kind* B" be, by the days of the two? Only days that rule it out speak against it.
pub fn agree(kind: LinkKind, a: Interval, b: Interval) -> bool {
    let earlier = |x: Option<Date>, y: Option<Date>| x.zip(y).is_some_and(|(x, y)| x < y);
    match kind {
        // A ended before B began.
        LinkKind::After | LinkKind::Because | LinkKind::Response => !earlier(a.end, b.start),
        LinkKind::Before | LinkKind::LedTo => !earlier(b.end, a.start),
        LinkKind::During => !earlier(a.end, b.start) && !earlier(b.end, a.start),
        // What one acts in spite of may have come before or may last; what one aims at comes later.
        LinkKind::Despite | LinkKind::Purpose => true,
    }
}

/// What is left of the days of A where "A *kind* B" holds and A's days are a mere guess; `None` where nothing is left.
pub fn narrowed(kind: LinkKind, a: Interval, b: Interval) -> Option<Interval> {
    let later = |x: Option<Date>, y: Option<Date>| x.max(y);
    let earlier = |x: Option<Date>, y: Option<Date>| match (x, y) {
        (Some(x), Some(y)) => Some(x.min(y)),
        (x, y) => x.or(y),
    };
    let days = match kind {
        LinkKind::After | LinkKind::Because | LinkKind::Response => {
            Interval { start: later(a.start, b.start), end: a.end }
        }
        LinkKind::Before | LinkKind::LedTo => Interval { start: a.start, end: earlier(a.end, b.end) },
        LinkKind::During => Interval { start: later(a.start, b.start), end: earlier(a.end, b.end) },
        LinkKind::Despite | LinkKind::Purpose => a,
    };
    let whole = days.start.zip(days.end).is_none_or(|(s, e)| s <= e);
    whole.then_some(days)
}

fn days(report: &Report) -> Interval {
    Interval { start: report.date, end: report.enddate }
}

/// By its tense alone, or not at all.
fn is_guess(report: &Report) -> bool {
    report.date_text.is_none() && matches!(report.date_precision.as_deref(), Some("tense" | "none"))
}

/// Dates events by their links, drops the links that the days rule out, and says so in `notes`.
///
/// "A day after Trump visited Israel" ([`Anchor::Event`]) dates its event from the day of the visit, where the text
/// tells that day. An event that only its tense dates lies within what its links leave of it.
pub fn date(
    links: &mut Vec<Stated>,
    reports: &mut [Report],
    syntax: &Syntax,
    times: &[TimeExpression],
    article: &Article,
    notes: &mut Vec<Note>,
) {
    // From words that count from the other event. Two rounds: what is dated so may date another.
    for _ in 0..2 {
        for link in links.iter() {
            let Some(time) = counted(link, times) else { continue };
            let (a, b) = (&reports[link.from], &reports[link.to]);
            // "on Tuesday, a day after …": one date was read for both, and is that of the clause it stands in.
            let shared = a.date_text.is_some() && a.date_text == b.date_text && days(a) == days(b);
            let (dated, interval) = if shared && !dates_other(link, a, syntax, times, article) {
                (link.to, back(time, days(a)))
            } else if shared || a.date_text.is_none() && !is_guess(b) {
                (link.from, time.from_event(days(b)))
            } else {
                continue;
            };
            if interval.is_unknown() {
                continue;
            }
            let report = &mut reports[dated];
            report.date = interval.start;
            report.enddate = interval.end;
            report.date_text = Some(time.span.slice(&article.text).to_string());
            report.date_precision = Some(precision(interval).to_string());
            set_background(report, article);
            let spans = [time.span].into_iter().chain(link.evidence.spans.iter().copied());
            report.evidence.push(Evidence::new(FROM_EVENT, spans));
        }
    }
    links.retain(|link| {
        let (a, b) = (days(&reports[link.from]), days(&reports[link.to]));
        if agree(link.kind, a, b) {
            for (i, other, kind) in [(link.from, b, Some(link.kind)), (link.to, a, turned_days(link.kind))] {
                let (report, Some(kind)) = (&mut reports[i], kind) else { continue };
                if is_guess(report)
                    && !report.aux.contains(&Aux::Future)
                    && let Some(less) = narrowed(kind, days(report), other)
                    && less != days(report)
                    && less.is_closed()
                {
                    report.date = less.start;
                    report.enddate = less.end;
                    report.evidence.push(Evidence::new("time:by-link", link.evidence.spans.iter().copied()));
                }
            }
            return true;
        }
        // The tense may have guessed wrongly; words of the text have not.
        let (guess, other, kind) = if is_guess(&reports[link.from]) {
            (link.from, b, Some(link.kind))
        } else {
            (link.to, a, turned_days(link.kind))
        };
        if is_guess(&reports[guess])
            && let Some(kind) = kind
            && !reports[guess].aux.contains(&Aux::Future)
        {
            let open = Interval { start: None, end: article.published };
            if let Some(less) = narrowed(kind, open, other) {
                let report = &mut reports[guess];
                report.date = less.start;
                report.enddate = less.end;
                set_background(report, article);
                report.evidence.push(Evidence::new("time:by-link", link.evidence.spans.iter().copied()));
                return true;
            }
        }
        notes.push(Note {
            stage: "link",
            span: link.evidence.spans.first().copied(),
            text: format!(
                "the days of two events ({a} and {b}) rule out the link \u{201c}{}\u{201d} that the words seem to state",
                link.kind
            ),
        });
        false
    });
}

/// What "A *kind* B" says of the days of B.
fn turned_days(kind: LinkKind) -> Option<LinkKind> {
    match kind {
        LinkKind::Response => Some(LinkKind::Before),
        LinkKind::During => Some(LinkKind::During),
        kind => turned(kind),
    }
}

/// The expression by which the first event of a link counts from the other ("*a day* after").
fn counted<'t>(link: &Stated, times: &'t [TimeExpression]) -> Option<&'t TimeExpression> {
    let touches = |t: &TimeExpression, s: &Span| {
        t.span.overlaps(*s) || t.span.end <= s.start && s.start - t.span.end <= 1
    };
    times.iter().find(|t| match (t.anchor, link.kind) {
        (Anchor::Event(offset), LinkKind::After | LinkKind::Before) => {
            offset.before == (link.kind == LinkKind::Before)
                && link.evidence.spans.iter().any(|s| touches(t, s))
        }
        _ => false,
    })
}

/// Do the words that date both events of a link stand in the clause of the other one?
fn dates_other(
    link: &Stated,
    report: &Report,
    syntax: &Syntax,
    times: &[TimeExpression],
    article: &Article,
) -> bool {
    let Some(head) = link.head else { return false };
    let sentence = syntax.cover(syntax.sentences[syntax.sentence_of(head)]);
    let text = |t: &TimeExpression| t.span.slice(&article.text).to_string();
    let words = times.iter().find(|t| sentence.contains(t.span) && Some(text(t)) == report.date_text);
    let Some(words) = words else { return false };
    let first = syntax.tokens.partition_point(|t| t.span.end <= words.span.start);
    let mut cur = TokenId(first as u32);
    for _ in 0..64 {
        if cur == head {
            return true;
        }
        match syntax.tokens.get(cur.index()).and_then(|t| t.head) {
            Some(h) => cur = h,
            None => break,
        }
    }
    false
}

/// The days of the event that an expression counts from, given the days that it means.
fn back(time: &TimeExpression, days: Interval) -> Interval {
    let Anchor::Event(offset) = time.anchor else { return Interval::UNKNOWN };
    let turned = Offset { count: offset.count.map(|n| -n), before: !offset.before, ..offset };
    TimeExpression { anchor: Anchor::Event(turned), ..time.clone() }.from_event(days)
}

fn precision(interval: Interval) -> &'static str {
    let (Some(start), Some(end)) = (interval.start, interval.end) else { return "span" };
    match start.until(end).map_or(0, |s| s.get_days()) {
        0 => "day",
        1..=6 => "week",
        7..=30 => "month",
        31..=365 => "year",
        _ => "span",
    }
}

/// More than a year before publication is background.
fn set_background(report: &mut Report, article: &Article) {
    let long_ago = report
        .enddate
        .zip(article.published)
        .is_some_and(|(end, day)| end.until(day).is_ok_and(|s| s.get_days() > 365));
    report.aux.retain(|a| *a != Aux::Historical || long_ago);
    if long_ago && !report.aux.contains(&Aux::Historical) {
        report.aux.push(Aux::Historical);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn on(month: i8, day: i8) -> Interval {
        Interval::day(date(2026, month, day))
    }

    #[test]
    fn days_rule_out_what_cannot_be() {
        assert!(agree(LinkKind::After, on(3, 5), on(3, 4)));
        assert!(agree(LinkKind::After, on(3, 4), on(3, 4)));
        assert!(!agree(LinkKind::After, on(3, 3), on(3, 4)));
        assert!(!agree(LinkKind::LedTo, on(3, 5), on(3, 4)));
        assert!(!agree(LinkKind::During, on(3, 5), on(3, 4)));
        assert!(agree(LinkKind::Despite, on(3, 3), on(3, 4)));
        assert!(agree(LinkKind::After, Interval::UNKNOWN, on(3, 4)));
    }

    #[test]
    fn a_link_narrows_a_guess_and_never_to_nothing() {
        let news = Interval::between(date(2026, 3, 6), date(2026, 3, 9));
        assert_eq!(
            narrowed(LinkKind::After, news, on(3, 8)),
            Some(Interval::between(date(2026, 3, 8), date(2026, 3, 9)))
        );
        assert_eq!(
            narrowed(LinkKind::Before, news, on(3, 7)),
            Some(Interval::between(date(2026, 3, 6), date(2026, 3, 7)))
        );
        assert_eq!(narrowed(LinkKind::During, news, on(3, 7)), Some(on(3, 7)));
        assert_eq!(narrowed(LinkKind::Before, news, on(3, 2)), None);
        let open = Interval { start: None, end: Some(date(2026, 3, 9)) };
        assert_eq!(
            narrowed(LinkKind::Before, open, on(3, 2)),
            Some(Interval { start: None, end: Some(date(2026, 3, 2)) })
        );
    }
}
