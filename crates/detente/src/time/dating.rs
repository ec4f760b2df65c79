//! The days of an event: the expression that governs it in the syntax, else what its tense allows.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Interval, TimeExpression, TimeKind};
use crate::article::Article;
use crate::event::{Found, steps};
use crate::note::Evidence;
use crate::plover::Aux;
use crate::span::{Span, TokenId};
use crate::syntax::{Deprel, Syntax, Upos};

/// How many days before publication a plain past-tense report may speak of, when nothing else dates it.
const NEWS_DAYS: i64 = 3;
/// An event that ended longer ago than this many days is background.
const BACKGROUND_DAYS: i64 = 365;
/// The past reading of words that are read ahead by themselves may be this many days old.
const FAR_DAYS: i64 = 200;
/// How many sentences a story goes on without naming its day again.
const STORY_SENTENCES: usize = 8;
/// A line that holds a date and fewer bytes than this beside it is a date line.
const ALONE_BYTES: usize = 12;
/// An expression further than this from the event, in steps of the tree, dates something else.
const REACH: u32 = 6;

/// When an event happened, as far as the text says.
#[derive(Clone, Debug)]
pub struct When {
    /// The days.
    pub interval: Interval,
    /// The words it was read from.
    pub words: Option<String>,
    /// `day`, `week`, `month`, `year`, `span`; `tense` where no words date it; `none` where nothing does.
    pub precision: &'static str,
    /// It is background: more than a year before publication.
    pub historical: bool,
    /// What it was read from.
    pub evidence: Evidence,
}

/// Dates one event out of the expressions of its article.
pub fn of(found: &Found, article: &Article, syntax: &Syntax, times: &[TimeExpression]) -> When {
    let sentence = syntax.cover(syntax.sentences[found.sentence]);
    let future = found.aux.contains(&Aux::Future);
    let mut best: Option<(u32, &TimeExpression)> = None;
    for time in times.iter().filter(|t| sentence.contains(t.span)) {
        if time.kind != TimeKind::Date || time.interval.is_unknown() {
            continue;
        }
        // Words about what is ahead date the plan, not the act of announcing it.
        let interval = reading(time, future);
        let ahead = |i: Interval| i.start.zip(article.published).is_some_and(|(s, p)| s > p);
        // Read ahead by itself, and long past the other way: about what is ahead after all.
        let far = ahead(time.interval)
            && interval
                .end
                .zip(article.published)
                .is_some_and(|(e, p)| e.until(p).is_ok_and(|s| i64::from(s.get_days()) > FAR_DAYS));
        if !future && (ahead(interval) || far) {
            continue;
        }
        let Some(head) = head_of(syntax, time.span) else { continue };
        let distance = steps(syntax, found.trigger, head);
        if distance <= REACH && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, time));
        }
    }
    if let Some((_, time)) = best {
        let interval = reading(time, future);
        return When {
            interval,
            words: Some(time.span.slice(&article.text).to_string()),
            precision: precision(interval),
            historical: is_background(interval, article.published),
            evidence: time.evidence.clone(),
        };
    }
    let span = syntax.span(found.trigger);
    let Some(published) = article.published else {
        return When {
            interval: Interval::UNKNOWN,
            words: None,
            precision: "none",
            historical: false,
            evidence: Evidence::new("time:no-day", [span]),
        };
    };
    let pluperfect = is_pluperfect(&article.text, syntax, found.trigger);
    if !future
        && !pluperfect
        && let Some(told) = told_with(article, syntax, found.sentence, times, published)
    {
        return When {
            interval: told.interval,
            words: None,
            precision: precision(told.interval),
            historical: is_background(told.interval, Some(published)),
            evidence: Evidence::new("time:told-with", [span, told.span]),
        };
    }
    let (interval, rule) = if future {
        (Interval { start: Some(published), end: None }, "time:future")
    } else if pluperfect {
        (Interval { start: None, end: Some(published) }, "time:pluperfect")
    } else {
        let start = published.checked_sub(NEWS_DAYS.days()).unwrap_or(published);
        (Interval::between(start, published), "time:news")
    };
    When {
        interval,
        words: None,
        precision: "tense",
        historical: false,
        evidence: Evidence::new(rule, [span]),
    }
}

/// Of the two days that "on Monday" may mean, the one that the event's tense allows.
fn reading(time: &TimeExpression, future: bool) -> Interval {
    if future { time.future } else { time.past }.unwrap_or(time.interval)
}

/// The day that the news goes on from: plain news without a day of its own keeps the last day of the week that was
/// named before it, some sentences back at most, and a sentence that opens with a pronoun keeps whatever time the
/// one before it was told with. A line that is a date alone is the article's, not the story's.
fn told_with<'t>(
    article: &Article,
    syntax: &Syntax,
    sentence: usize,
    times: &'t [TimeExpression],
    published: Date,
) -> Option<&'t TimeExpression> {
    let bounds = |n: usize| syntax.cover(syntax.sentences[n]);
    let from = bounds(sentence.saturating_sub(STORY_SENTENCES)).start;
    let to = bounds(sentence).start;
    let alone = |t: &TimeExpression| {
        article.lines().any(|l| l.contains(t.span) && l.len() < t.span.len() + ALONE_BYTES)
    };
    let past = |t: &&TimeExpression| {
        let start = bounds(sentence.saturating_sub(1)).start;
        t.span.start >= start && t.interval.is_closed() && t.interval.end.is_some_and(|e| e <= published)
    };
    let opens_with_pronoun = syntax.upos(syntax.sentences[sentence].start) == Upos::Pron;
    let before = || times.iter().rev().filter(|t| t.kind == TimeKind::Date && t.span.end <= to && !alone(t));
    if opens_with_pronoun && let Some(time) = before().find(past) {
        return Some(time);
    }
    before().filter(|t| from <= t.span.start).find(|t| is_news(t.interval, published))
}

/// The token of the expression that the sentence hangs on.
fn head_of(syntax: &Syntax, span: Span) -> Option<TokenId> {
    let first = syntax.tokens.partition_point(|t| t.span.end <= span.start);
    let inside = |t: usize| syntax.tokens.get(t).is_some_and(|t| t.span.overlaps(span));
    let mut t = first;
    while inside(t) {
        if syntax.tokens[t].head.is_none_or(|h| !inside(h.index())) {
            return Some(TokenId(t as u32));
        }
        t += 1;
    }
    None
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

/// A day or two of the week before publication.
fn is_news(interval: Interval, published: Date) -> bool {
    let (Some(start), Some(end)) = (interval.start, interval.end) else { return false };
    let days = |a: Date, b: Date| a.until(b).map_or(i64::MAX, |s| i64::from(s.get_days()));
    end <= published && days(start, published) <= 7 && days(start, end) <= 1
}

fn is_background(interval: Interval, published: Option<Date>) -> bool {
    let (Some(end), Some(published)) = (interval.end, published) else { return false };
    end.until(published).is_ok_and(|s| i64::from(s.get_days()) > BACKGROUND_DAYS)
}

/// "had attacked": the clause's finite verb stands in the past perfect.
fn is_pluperfect(text: &str, syntax: &Syntax, t: TokenId) -> bool {
    let mut cur = t;
    for _ in 0..4 {
        if syntax.upos(cur) == Upos::Verb {
            return syntax.children(cur).iter().any(|c| {
                syntax.deprel(*c) == Deprel::Aux && syntax.span(*c).slice(text).eq_ignore_ascii_case("had")
            });
        }
        match syntax.head(cur) {
            Some(h) => cur = h,
            None => break,
        }
    }
    false
}
