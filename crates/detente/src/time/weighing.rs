//! What can be said for and against each span of days that an event may have happened in: numbers that the learnt
//! choice of the scene ([`crate::scene`]) weighs. May be: what an expression near it means, in each of its readings, and
//! what tense alone would say. The rules' own choice ([`super::of`]) is one of them.

use jiff::civil::Date;

use super::dating::{by_tense, depth, head_of, is_alone, is_background, is_past, is_pluperfect, precision};
use super::{Anchor, Grain, Interval, Part, TimeExpression, TimeKind, When};
use crate::article::Article;
use crate::event::{Found, Path, quad, relation, speech, steps};
use crate::forest::{flag, numbers};
use crate::note::Evidence;
use crate::plover::Aux;
use crate::span::TokenId;
use crate::syntax::{Deprel, Syntax};

/// Sentences before an event whose words of time may date it.
const BEFORE: usize = 8;
/// Sentences after it.
const AFTER: usize = 2;
/// Steps that stand where there is no path.
const FAR: f32 = 40.0;
/// Days that stand for an open end.
const OPEN: f32 = 40_000.0;
/// Prepositions that are told apart, by their number.
const PREPOSITIONS: [&str; 16] = [
    "in", "on", "at", "since", "until", "by", "before", "after", "for", "during", "from", "to", "of",
    "between", "over", "within",
];

numbers! {
    /// What is known of a span of days as the days of an event.
    DayTrait DAY_TRAITS {
        /// PLOVER type and quad class by number, part of speech of the event's word; announced.
        Type, Quad, Speech, Plan,
        /// Denied or supposed; to come; somebody alone vouches for it.
        Unreal, Future, Said,
        /// The clause's tense: past, past perfect, ending of the event's own word.
        Past, Pluperfect, Ending,
        /// The rules' choice: these days; by which rule they came to theirs; of the events before it and by sentences.
        Chosen, Rule, ChosenBefore,
        /// Which reading of an expression this is, or which tense.
        Sort,
        /// Days from the first and the last to publication, length, grain; ahead; a manner of speaking; a part; counted
        /// from what; another reading is open.
        First, Last, Length, Grain, Ahead, Imprecise, Part, Anchor, Other,
        /// Sentences from the event, of the event, of the words; lines between.
        Sentences, At, WordsAt, Lines,
        /// Steps in the tree, up from the event and down to the words; words between; the edges below their meeting.
        Steps, Up, Down, Words, Edge, EventEdge,
        /// Preposition, relation to its head, what sort of word that is, depth in its sentence.
        Preposition, Relation, HeadSpeech, Depth,
        /// On a line of its own; in the headline.
        Alone, Headline,
        /// Expressions in the event's sentence, nearer ones, ones between; mentions of the same days.
        Here, Nearer, Between, Again,
    }
}

/// Days that an event may have happened in.
pub struct Days {
    /// As the report would say it.
    pub when: When,
    /// What speaks for them.
    pub traits: [f32; DAY_TRAITS],
}

/// Which days are meant.
#[derive(Clone, Copy)]
enum Sort {
    Read,
    Behind,
    Ahead,
    Tense,
    Rules,
}

/// The days that may be those of the event at `at`, with what speaks for each; empty where the article has no day of
/// publication. `rules` is what [`super::of`] says of each event.
pub fn weigh(
    found: &[Found],
    at: usize,
    rules: &[When],
    article: &Article,
    syntax: &Syntax,
    times: &[TimeExpression],
) -> Vec<Days> {
    let Some(published) = article.published else { return Vec::new() };
    let f = &found[at];
    let here = f.sentence;
    let sentence = |t: &TimeExpression| {
        let first = syntax.tokens.partition_point(|token| token.span.end <= t.span.start);
        syntax.sentence_of(TokenId(first as u32))
    };
    // Bytes of the sentences around, and of one more on each side: what lies elsewhere need not be looked up.
    let near = |n: usize| syntax.cover(syntax.sentences[n.min(syntax.sentences.len() - 1)]);
    let (from, to) = (near(here.saturating_sub(BEFORE + 1)).start, near(here + AFTER + 1).end);
    let dated: Vec<(&TimeExpression, usize)> = times
        .iter()
        .filter(|t| t.span.end >= from && t.span.start <= to)
        .filter(|t| t.kind == TimeKind::Date && !t.interval.is_unknown())
        .map(|t| (t, sentence(t)))
        .filter(|(_, n)| n + BEFORE >= here && *n <= here + AFTER)
        .collect();
    let common = common(f, &rules[at], article, syntax, &dated);
    let tense = by_tense(f, article, syntax, times, published);
    let mut out: Vec<Days> = Vec::with_capacity(dated.len() * 2 + 2);
    let mut add = |sort: Sort, interval: Interval, from: Option<(&TimeExpression, usize)>| {
        let mut v = common;
        describe(&mut v, sort, interval, published);
        let t = |t: DayTrait| t as usize;
        v[t(DayTrait::Chosen)] = flag(interval == rules[at].interval);
        let same = |o: &usize| rules[*o].interval == interval;
        v[t(DayTrait::ChosenBefore)] =
            (0..at).rev().find(same).map_or(20.0, |o| here.abs_diff(found[o].sentence).min(19) as f32);
        v[t(DayTrait::Again)] = times.iter().filter(|t| t.interval == interval).take(9).count() as f32;
        let when = match from {
            Some((time, number)) => {
                see(&mut v, time, number, f, article, syntax, &dated);
                When {
                    interval,
                    words: (number == here).then(|| time.span.slice(&article.text).to_string()),
                    precision: precision(interval),
                    historical: is_background(interval, Some(published)),
                    evidence: Evidence::new("time:chosen", [time.span, syntax.span(f.trigger)]),
                }
            }
            None => tense.clone(),
        };
        out.push(Days { when, traits: v });
    };
    for (time, number) in &dated {
        add(Sort::Read, time.interval, Some((time, *number)));
        if let Some(past) = time.past {
            add(Sort::Behind, past, Some((time, *number)));
        }
        if let Some(future) = time.future {
            add(Sort::Ahead, future, Some((time, *number)));
        }
    }
    add(Sort::Tense, tense.interval, None);
    // What the rules say stands as they say it.
    if let Some(own) = out.iter_mut().find(|d| d.when.interval == rules[at].interval) {
        own.when = rules[at].clone();
    } else {
        let mut v = common;
        describe(&mut v, Sort::Rules, rules[at].interval, published);
        v[DayTrait::Chosen as usize] = 1.0;
        out.push(Days { when: rules[at].clone(), traits: v });
    }
    out
}

/// What holds for all days of one event.
fn common(
    f: &Found,
    own: &When,
    article: &Article,
    syntax: &Syntax,
    dated: &[(&TimeExpression, usize)],
) -> [f32; DAY_TRAITS] {
    use DayTrait as T;
    let mut v = [0.0; DAY_TRAITS];
    let mut set = |t: T, x: f32| v[t as usize] = x;
    set(T::Type, f.event as u8 as f32);
    set(T::Quad, quad(f.event));
    set(T::Speech, speech(syntax.upos(f.trigger)));
    set(T::Plan, flag(f.evidence.iter().any(|e| e.rule.starts_with("event:announced"))));
    set(T::Unreal, flag(f.aux.iter().any(|a| matches!(a, Aux::Negated | Aux::Hypothetical))));
    set(T::Future, flag(f.aux.contains(&Aux::Future)));
    set(T::Said, flag(f.said_by.is_some()));
    set(T::Past, flag(is_past(&article.text, syntax, f.trigger)));
    set(T::Pluperfect, flag(is_pluperfect(&article.text, syntax, f.trigger)));
    let word = syntax.span(f.trigger).slice(&article.text);
    let ending = match () {
        () if word.ends_with("ing") => 1.0,
        () if word.ends_with("ed") => 2.0,
        () if word.ends_with('s') => 3.0,
        () if word == syntax.lemma(f.trigger) => 4.0,
        () => 0.0,
    };
    set(T::Ending, ending);
    let rule = match own.evidence.rule.as_str() {
        "time:background" => 1.0,
        "time:told-with" => 2.0,
        "time:lead" => 3.0,
        "time:future" => 4.0,
        "time:pluperfect" => 5.0,
        "time:news" => 6.0,
        _ => 0.0,
    };
    set(T::Rule, rule);
    set(T::At, f.sentence as f32);
    set(T::Here, dated.iter().filter(|(_, n)| *n == f.sentence).count() as f32);
    for far in [T::Steps, T::Up, T::Down] {
        set(far, FAR);
    }
    set(T::Sentences, 20.0);
    set(T::Preposition, -1.0);
    set(T::Grain, -1.0);
    v
}

/// What days say by themselves.
fn describe(v: &mut [f32; DAY_TRAITS], sort: Sort, interval: Interval, published: Date) {
    use DayTrait as T;
    let mut set = |t: T, x: f32| v[t as usize] = x;
    set(T::Sort, sort as u8 as f32);
    let days = |a: Date, b: Date| a.until(b).map_or(OPEN, |s| s.get_days() as f32);
    set(T::First, interval.start.map_or(OPEN, |d| days(d, published)));
    set(T::Last, interval.end.map_or(-OPEN, |d| days(d, published)));
    set(T::Length, interval.start.zip(interval.end).map_or(OPEN, |(a, b)| days(a, b)));
    set(T::Ahead, flag(interval.start.is_some_and(|d| d > published)));
}

/// What an expression says by where it stands.
fn see(
    v: &mut [f32; DAY_TRAITS],
    time: &TimeExpression,
    number: usize,
    f: &Found,
    article: &Article,
    syntax: &Syntax,
    dated: &[(&TimeExpression, usize)],
) {
    use DayTrait as T;
    let mut set = |t: T, x: f32| v[t as usize] = x;
    let here = f.sentence;
    let trigger = syntax.span(f.trigger);
    set(T::Grain, grain(time.grain));
    set(T::Imprecise, flag(time.imprecise));
    set(
        T::Part,
        time.part.map_or(0.0, |p| match p {
            Part::Start => 1.0,
            Part::Middle => 2.0,
            Part::End => 3.0,
            Part::About => 4.0,
        }),
    );
    set(
        T::Anchor,
        match time.anchor {
            Anchor::None => 0.0,
            Anchor::Published => 1.0,
            Anchor::Earlier(_) => 2.0,
            Anchor::Event(_) => 3.0,
        },
    );
    set(T::Other, flag(time.past.is_some()) + 2.0 * flag(time.future.is_some()));
    set(T::Sentences, here as f32 - number as f32);
    set(T::WordsAt, number as f32);
    let (from, to) = (time.span.end.min(trigger.end), time.span.start.max(trigger.start));
    let between = article.text.get(from as usize..to as usize).unwrap_or_default();
    set(T::Lines, between.matches('\n').count().min(9) as f32);
    let inner = dated.iter().filter(|(t, _)| t.span.start >= from && t.span.end <= to).count();
    set(T::Between, inner.min(15) as f32);
    set(T::Alone, flag(is_alone(article, time.span)));
    set(T::Headline, flag(article.title.as_ref().is_some_and(|t| time.span.end as usize <= t.len())));
    let Some(head) = head_of(syntax, time.span) else { return };
    set(T::Preposition, preposition(syntax, head));
    set(T::Relation, relation(Some(syntax.deprel(head))));
    set(T::HeadSpeech, syntax.head(head).map_or(9.0, |h| speech(syntax.upos(h))));
    set(T::Depth, depth(syntax, head) as f32);
    if number != here {
        return;
    }
    let own = steps(syntax, f.trigger, head);
    set(T::Steps, (own as f32).min(FAR));
    set(T::Words, (head.0 as f32 - f.trigger.0 as f32).clamp(-40.0, 40.0));
    let nearer = dated.iter().filter(|(t, n)| {
        *n == here && head_of(syntax, t.span).is_some_and(|h| steps(syntax, f.trigger, h) < own)
    });
    set(T::Nearer, nearer.count() as f32);
    if let Some(path) = Path::between(syntax, f.trigger, head) {
        set(T::Up, path.up as f32);
        set(T::Down, path.down as f32);
        set(T::Edge, relation(path.edge));
        set(T::EventEdge, relation(path.event_edge));
    }
}

fn preposition(syntax: &Syntax, head: TokenId) -> f32 {
    let case = syntax.children(head).iter().find(|c| syntax.deprel(**c) == Deprel::Case);
    let number = |c: &str| PREPOSITIONS.iter().position(|p| *p == c).map_or(30.0, |i| i as f32);
    case.map_or(-1.0, |c| number(syntax.lemma(*c)))
}

fn grain(grain: Grain) -> f32 {
    match grain {
        Grain::Day => 0.0,
        Grain::Weekend => 1.0,
        Grain::Week => 2.0,
        Grain::Month => 3.0,
        Grain::Quarter => 4.0,
        Grain::Season => 5.0,
        Grain::Year => 6.0,
        Grain::Decade => 7.0,
        Grain::Century => 8.0,
        Grain::Span => 9.0,
    }
}
