//! The days of an event: the expression that governs it in the syntax, else what its tense allows.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Interval, TimeExpression, TimeKind};
use crate::article::Article;
use crate::event::{Found, steps};
use crate::note::Evidence;
use crate::plover::{Aux, Quad};
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
/// How many sentences of the body may say when a headline happened.
const LEAD_SENTENCES: usize = 2;
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
    // "will meet on Monday": the day is the meeting's; it was announced in the news.
    let plan = found.evidence.iter().any(|e| e.rule.starts_with("event:announced"));
    let mut best: Option<(u32, &TimeExpression)> = None;
    for time in times.iter().filter(|t| sentence.contains(t.span)) {
        if time.kind != TimeKind::Date || time.interval.is_unknown() {
            continue;
        }
        // Words about what is ahead date the plan, not the act of announcing it.
        let interval = reading(time, future || plan);
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
        // "promised to convert the house, formerly a church": a vague word dates no more than what it stands by.
        if time.timex == "PAST_REF" && distance > 1 {
            continue;
        }
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
    let pluperfect = is_before_the_news(found, article, syntax, times, published);
    if !future && let Some(before) = background_before(found, article, syntax, times, published) {
        let interval = Interval { start: before.interval.start, end: Some(published) };
        return When {
            interval,
            words: None,
            precision: precision(interval),
            historical: true,
            evidence: Evidence::new("time:background", [span, before.span]),
        };
    }
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
    if !future
        && !pluperfect
        && let Some(lead) = lead_of(found, article, syntax, times, published)
    {
        return When {
            interval: lead.interval,
            words: None,
            precision: precision(lead.interval),
            historical: false,
            evidence: Evidence::new("time:lead", [span, lead.span]),
        };
    }
    by_tense(found, article, syntax, times, published)
}

/// What tense alone says of an event: to come, before the news that the text tells, or the news of the last days.
pub(super) fn by_tense(
    found: &Found,
    article: &Article,
    syntax: &Syntax,
    times: &[TimeExpression],
    published: Date,
) -> When {
    let (interval, rule) = if found.aux.contains(&Aux::Future) {
        (Interval { start: Some(published), end: None }, "time:future")
    } else if is_before_the_news(found, article, syntax, times, published) {
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
        evidence: Evidence::new(rule, [syntax.span(found.trigger)]),
    }
}

/// Told in the past perfect, and not as what somebody says is news.
fn is_before_the_news(
    found: &Found,
    article: &Article,
    syntax: &Syntax,
    times: &[TimeExpression],
    published: Date,
) -> bool {
    is_pluperfect(&article.text, syntax, found.trigger) && !is_told(found, syntax, times, published)
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
    let past = |t: &&TimeExpression| {
        let start = bounds(sentence.saturating_sub(1)).start;
        t.span.start >= start && t.interval.is_closed() && t.interval.end.is_some_and(|e| e <= published)
    };
    let opens_with_pronoun = syntax.upos(syntax.sentences[sentence].start) == Upos::Pron;
    let before = || {
        times
            .iter()
            .rev()
            .filter(|t| t.kind == TimeKind::Date && t.span.end <= to && !is_alone(article, t.span))
    };
    if opens_with_pronoun && let Some(time) = before().find(past) {
        return Some(time);
    }
    before().filter(|t| from <= t.span.start).find(|t| is_news(t.interval, published))
}

/// Does the expression have a line of its own? Then it is the article's date, not the story's.
pub(super) fn is_alone(article: &Article, span: Span) -> bool {
    // The words beside it on its line, as far as they count: a line may be as long as the text.
    let text = &article.text;
    let reach = |letters: &mut dyn Iterator<Item = char>| -> usize {
        let (mut at, mut reach) = (0, 0);
        for c in letters.take_while(|c| *c != '\n') {
            at += c.len_utf8();
            if !c.is_whitespace() {
                reach = at;
            }
            if reach >= ALONE_BYTES {
                break;
            }
        }
        reach
    };
    let before = text.get(..span.start as usize).unwrap_or_default();
    let behind = text.get(span.end as usize..).unwrap_or_default();
    !span.slice(text).contains('\n')
        && reach(&mut before.chars().rev()) + reach(&mut behind.chars()) < ALONE_BYTES
}

/// A paragraph that has gone back to times long past stays there until it names a day of the news: the expression that
/// took it there, from the sentence before. Words are said today; what was done in the past tense goes on.
fn background_before<'t>(
    found: &Found,
    article: &Article,
    syntax: &Syntax,
    times: &'t [TimeExpression],
    published: Date,
) -> Option<&'t TimeExpression> {
    if !matches!(found.event.quad(), Quad::MaterialConflict | Quad::MaterialCooperation) {
        return None;
    }
    if !is_past(&article.text, syntax, found.trigger) {
        return None;
    }
    let before = syntax.cover(syntax.sentences[found.sentence.checked_sub(1)?]);
    let here = syntax.cover(syntax.sentences[found.sentence]);
    let gap = article.text.get(before.end as usize..here.start as usize)?;
    if gap.contains('\n') {
        return None;
    }
    let dated = |s: Span| times.iter().filter(move |t| s.contains(t.span) && t.kind == TimeKind::Date);
    if dated(here).next().is_some() || dated(before).any(|t| !is_background(t.interval, Some(published))) {
        return None;
    }
    dated(before)
        .find(|t| t.interval.is_closed() && head_of(syntax, t.span).is_some_and(|h| depth(syntax, h) <= 2))
}

/// "attacked": the clause's finite verb stands in the past, simple or perfect.
pub(super) fn is_past(text: &str, syntax: &Syntax, t: TokenId) -> bool {
    let mut cur = t;
    for _ in 0..4 {
        if syntax.upos(cur) == Upos::Verb {
            let form = syntax.span(cur).slice(text);
            let aux = |w: &str| {
                syntax.children(cur).iter().any(|c| {
                    matches!(syntax.deprel(*c), Deprel::Aux | Deprel::AuxPass)
                        && syntax.span(*c).slice(text).eq_ignore_ascii_case(w)
                })
            };
            let present = ["has", "have", "is", "are", "will", "would", "may", "can", "could"];
            return form != syntax.lemma(cur) && !form.ends_with("ing") && !present.iter().any(|w| aux(w));
        }
        match syntax.head(cur) {
            Some(h) => cur = h,
            None => break,
        }
    }
    false
}

/// The day of the news that the lead names, for a headline that names none.
fn lead_of<'t>(
    found: &Found,
    article: &Article,
    syntax: &Syntax,
    times: &'t [TimeExpression],
    published: Date,
) -> Option<&'t TimeExpression> {
    let bounds = |n: usize| syntax.sentences.get(n).map(|s| syntax.cover(*s));
    let headline = bounds(found.sentence)?;
    let title = article.title.as_deref().unwrap_or_default();
    if found.sentence > 0 || headline.end as usize > title.len().max(1) {
        return None;
    }
    (1..=LEAD_SENTENCES).filter_map(bounds).find_map(|sentence| {
        times.iter().find(|t| {
            sentence.contains(t.span)
                && t.kind == TimeKind::Date
                && is_news(t.interval, published)
                && head_of(syntax, t.span).is_some_and(|h| depth(syntax, h) <= 2)
        })
    })
}

/// Steps from a word up to the root of its sentence.
pub(super) fn depth(syntax: &Syntax, mut t: TokenId) -> usize {
    let mut steps = 0;
    while let Some(h) = syntax.head(t).filter(|_| steps < 64) {
        t = h;
        steps += 1;
    }
    steps
}

/// "said that it had summoned the envoy": the past perfect of indirect speech is plain news, unless the sentence
/// says when.
fn is_told(found: &Found, syntax: &Syntax, times: &[TimeExpression], published: Date) -> bool {
    let sentence = syntax.cover(syntax.sentences[found.sentence]);
    let dated = times.iter().any(|t| {
        sentence.contains(t.span)
            && t.kind == TimeKind::Date
            && t.interval.end.is_some()
            && !is_news(t.interval, published)
    });
    let mut cur = found.trigger;
    for _ in 0..4 {
        let Some(head) = syntax.head(cur) else { return false };
        match syntax.deprel(cur) {
            Deprel::Ccomp => return !dated && found.said_by.is_some(),
            Deprel::Conj | Deprel::Xcomp | Deprel::Obj | Deprel::Obl => cur = head,
            _ => return false,
        }
    }
    false
}

/// The token of the expression that the sentence hangs on.
pub(super) fn head_of(syntax: &Syntax, span: Span) -> Option<TokenId> {
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

pub(super) fn precision(interval: Interval) -> &'static str {
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

pub(super) fn is_background(interval: Interval, published: Option<Date>) -> bool {
    let (Some(end), Some(published)) = (interval.end, published) else { return false };
    end.until(published).is_ok_and(|s| i64::from(s.get_days()) > BACKGROUND_DAYS)
}

/// "had attacked": the clause's finite verb stands in the past perfect.
pub(super) fn is_pluperfect(text: &str, syntax: &Syntax, t: TokenId) -> bool {
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
