//! What can be said for and against each place of the article being where an event happened: numbers that the learnt
//! choice of the scene ([`super::choosing`]) weighs. The rules' own choice is one of them.
//!
//! A place is seen through its mentions; of several the one nearest to the event counts.

use std::collections::{BTreeSet, HashMap};

use super::{EventLoc, dateline, is_called_on, is_located, listed, settlement, whole_name};
use crate::actor::{Actors, Party, quoted};
use crate::article::Article;
use crate::event::{Found, Path, quad, relation, speech, steps};
use crate::forest::{flag, numbers};
use crate::lexicon::{Form, Lexicon, fold};
use crate::plover::Aux;
use crate::span::{Span, TokenId};
use crate::syntax::{Deprel, NameKind, Syntax};

/// Sentences before an event whose places may be meant, beside those that the article names often.
const BEFORE: usize = 10;
/// Sentences after it.
const AFTER: usize = 3;
/// How many places may be meant wherever they stand, the most mentioned first.
const OFTEN: usize = 4;
/// Steps that stand where there is no path.
const FAR: f32 = 40.0;
/// Prepositions that are told apart, by their number.
const PREPOSITIONS: [&str; 24] = [
    "in",
    "at",
    "near",
    "outside",
    "inside",
    "across",
    "around",
    "throughout",
    "off",
    "over",
    "within",
    "on",
    "along",
    "from",
    "to",
    "into",
    "toward",
    "through",
    "of",
    "by",
    "for",
    "between",
    "against",
    "with",
];

numbers! {
    /// What is known, beside the likeliest place, of whether an event has a place at all.
    PlacedTrait PLACED_TRAITS {
        /// How likely the likeliest and the next are the place, if there is one; how many may be.
        First, Second, Count,
    }
}

numbers! {
    /// What is known of a place as the scene of an event.
    PlaceTrait PLACE_TRAITS {
        /// PLOVER type and quad class by number, mode visit, part of speech of the event's word.
        Type, Quad, Visit, Speech,
        /// Denied or supposed; to come; long ago; dated by words of its own; somebody alone vouches for it.
        Unreal, Future, Historical, Dated, Said,
        /// The rules' choice: this one (3), the country of it (2), another (1); none; where the rules have another event
        /// before it, by sentences; where another event of an actor.
        Chosen, ChosenNone, ChosenBefore, ChosenByActor,
        /// By its grammar it could be the scene of this event.
        Located,
        /// Country, listed town or region, unlisted; a capital; what the model took the name for.
        Sort, Capital, NameSort,
        /// Sentences from the event; number of the event's and of the place's; lines between.
        Sentences, At, PlaceAt, Lines,
        /// Steps in the tree, up from the event and down to the place; words between; the edges below their meeting.
        Steps, Up, Down, Words, Edge, EventEdge,
        /// Preposition, relation to its head, what sort of word that is, depth in its sentence.
        Preposition, Relation, HeadSpeech, Depth,
        /// Named beside a noun like "town"; in the headline; in the dateline; is there a dateline.
        Settlement, Headline, Dateline, HasDateline,
        /// Share of all mentions of places, rank by them, mentions in this sentence; places in it; whether it is a country
        /// of which finer places are named in this sentence, and before.
        Share, Rank, Here, Rivals, FinerHere, FinerBefore,
        /// In the country of an actor, a recipient, the speaker; its words are those of a party.
        OfActor, OfRecipient, OfSpeaker, IsActor, IsRecipient,
        /// In the country that the article is about.
        About,
        /// Mentions of places between it and the event; other places of the sentence that could be the scene by their
        /// grammar, and that stand nearer in the tree; words from it to the end of its sentence.
        Between, LocatedElse, NearerHere, ToEnd,
        /// The event's word in a quotation, the place's; the place of a seat of government.
        EventQuoted, Quoted, Seat,
        /// It hangs on another place ("Jolo, Mindanao": the second), another hangs on it.
        OnPlace, UnderPlace,
    }
}

/// One mention of a place.
#[derive(Clone, Copy, Debug)]
struct View {
    /// The word that the sentence hangs on.
    head: TokenId,
    span: Span,
    sentence: usize,
    form: Form,
    listed: bool,
}

/// A place that the article names.
struct Named {
    loc: EventLoc,
    country: bool,
    dateline: bool,
    /// In the order of their sentences.
    views: Vec<View>,
    /// Its place by the number of mentions.
    rank: usize,
    /// Does the headline name it?
    headline: bool,
    /// The events, by number and rising, that the rules have here.
    events: Vec<usize>,
}

impl Named {
    /// The mentions in sentences from `from` up to and with `to`.
    fn within(&self, from: usize, to: usize) -> &[View] {
        let start = self.views.partition_point(|v| v.sentence < from);
        let end = self.views.partition_point(|v| v.sentence <= to);
        self.views.get(start..end).unwrap_or_default()
    }

    /// The mentions that one of the sentence `here` may be nearest to: those in it; else the first of the last sentence
    /// before it that has any; else the first behind it.
    fn nearest(&self, here: usize) -> &[View] {
        let at = self.within(here, here);
        if !at.is_empty() {
            return at;
        }
        let next = self.views.partition_point(|v| v.sentence < here);
        match next.checked_sub(1) {
            Some(last) => {
                let sentence = self.views[last].sentence;
                &self.within(sentence, sentence)[..1]
            }
            None => &self.views[..self.views.len().min(1)],
        }
    }
}

/// The last of `events`, which rise, before `at`.
fn last_before(events: &[usize], at: usize) -> Option<usize> {
    events[..events.partition_point(|o| *o < at)].last().copied()
}

/// Every place that an article names, to be weighed for each of its events.
pub struct Scenes<'a> {
    article: &'a Article,
    syntax: &'a Syntax,
    actors: &'a Actors<'a>,
    lexicon: &'a Lexicon,
    /// What is known of the events.
    pub told: Told<'a>,
    named: Vec<Named>,
    /// The events that the rules have at a place (its number in `named`), for each key of their actors.
    by_actor: HashMap<(usize, &'a str), Vec<usize>>,
    has_dateline: bool,
    total: usize,
    /// Stretches between quotation marks, as numbers of tokens.
    quotes: Vec<(usize, usize)>,
}

/// What the earlier stages say of the events of an article, one of each an event.
pub struct Told<'f> {
    /// The events, in the order of the text.
    pub found: &'f [Found],
    /// Where the rules have them ([`super::of`]).
    pub rules: Vec<Option<EventLoc>>,
    /// Long ago.
    pub historical: Vec<bool>,
    /// Dated by words of their own.
    pub dated: Vec<bool>,
}

impl<'a> Scenes<'a> {
    /// Gathers the places of an article, to be weighed for the events of `told`.
    pub fn of(
        article: &'a Article,
        syntax: &'a Syntax,
        actors: &'a Actors<'a>,
        lexicon: &'a Lexicon,
        told: Told<'a>,
    ) -> Scenes<'a> {
        let text = article.text.as_str();
        let mut named: Vec<Named> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut place = |loc: EventLoc| -> usize {
            let key = fold(loc.resolved_place.as_deref().unwrap_or(&loc.extracted_place));
            *known.entry(key).or_insert_with(|| {
                let country = loc.resolution.as_deref() == Some("country");
                let (dateline, rank, headline) = (false, 0, false);
                let (views, events) = (Vec::new(), Vec::new());
                named.push(Named { loc, country, dateline, views, rank, headline, events });
                named.len() - 1
            })
        };
        let mut views: Vec<(usize, View)> = Vec::new();
        for p in actors.places() {
            let at = place(listed(&p, text, syntax, lexicon));
            let (span, sentence) = (syntax.cover(p.tokens), syntax.sentence_of(p.head));
            views.push((at, View { head: p.head, span, sentence, form: p.form, listed: true }));
        }
        for name in actors.unlisted() {
            let Some(head) = name.iter().find(|t| syntax.head(*t).is_none_or(|h| !name.contains(h))) else {
                continue;
            };
            let words = whole_name(name, syntax, text);
            if words.chars().filter(|c| c.is_alphabetic()).count() < 3 {
                continue;
            }
            let resolution = Some("words".into());
            let at = place(EventLoc { extracted_place: words, resolution, ..EventLoc::default() });
            let (span, sentence) = (syntax.cover(name), syntax.sentence_of(head));
            views.push((at, View { head, span, sentence, form: Form::Name, listed: false }));
        }
        let filed = dateline(article, syntax, actors, lexicon).map(place);
        for (at, view) in views {
            named[at].views.push(view);
        }
        if let Some(at) = filed {
            named[at].dateline = true;
        }
        let mut order: Vec<usize> = (0..named.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(named[*i].views.len()));
        for (rank, i) in order.into_iter().enumerate() {
            named[i].rank = rank;
        }
        let total = named.iter().map(|n| n.views.len()).sum();
        let headline_end = article.title.as_ref().map_or(0, |t| t.len() as u32);
        for n in &mut named {
            n.views.sort_by_key(|v| v.sentence);
            n.headline = n.views.iter().any(|v| v.span.end <= headline_end);
        }
        let by_actor = by_place(&mut named, &told);
        let quotes = quoted(syntax, text);
        let has_dateline = filed.is_some();
        Scenes { article, syntax, actors, lexicon, told, named, by_actor, has_dateline, total, quotes }
    }

    /// The places that may be the scene of the event at `at`, with what speaks for each.
    pub fn weigh(&self, at: usize) -> Vec<(&EventLoc, [f32; PLACE_TRAITS])> {
        use PlaceTrait as T;
        let told = &self.told;
        let f = &told.found[at];
        let s = self.syntax;
        let here = f.sentence;
        let trigger = s.span(f.trigger);
        let near = |n: &Named| {
            !n.within(here.saturating_sub(BEFORE), here + AFTER).is_empty() || !n.within(0, 0).is_empty()
        };
        let meant: Vec<(usize, &Named)> =
            self.named.iter().enumerate().filter(|(_, n)| n.dateline || n.rank < OFTEN || near(n)).collect();
        let countries = |list: &[Party]| -> Vec<String> {
            list.iter().filter_map(|p| p.country(self.lexicon)).map(str::to_string).collect()
        };
        let (actor, recipient) = (countries(&f.actors), countries(&f.recipients));
        let speaker = countries(f.said_by.as_slice());
        let about = self.actors.state_about(here).map(|p| p.key);
        let rivals = meant.iter().filter(|(_, n)| !n.within(here, here).is_empty()).count();
        // Places of the event's sentence: whether they could be the scene, and how far they stand off.
        let beside: Vec<(&View, bool, u32)> = meant
            .iter()
            .flat_map(|(_, n)| n.within(here, here))
            .map(|v| (v, self.is_located(v, f), steps(s, f.trigger, self.top(v.head))))
            .collect();
        let own = told.rules[at].as_ref();
        // A capital or a palace that acts is no place: "Morstad said", "called on Morstad".
        let acts = |v: &View| {
            let parties = f.actors.iter().chain(&f.recipients).chain(&f.said_by);
            matches!(v.form, Form::Capital | Form::Seat)
                && parties.into_iter().any(|p| p.span.overlaps(v.span))
                && !self.is_located(v, f)
        };
        let mut out = Vec::with_capacity(meant.len());
        let stands = |n: &Named| {
            n.dateline || own.is_some_and(|loc| is_same(loc, &n.loc)) || !n.views.iter().all(acts)
        };
        for &(number, n) in meant.iter().filter(|(_, n)| stands(n)) {
            let mut v = [0.0; PLACE_TRAITS];
            let mut set = |t: T, x: f32| v[t as usize] = x;
            set(T::Type, f.event as u8 as f32);
            set(T::Quad, quad(f.event));
            set(T::Visit, flag(f.mode.as_deref() == Some("visit")));
            set(T::Speech, speech(s.upos(f.trigger)));
            set(T::Unreal, flag(f.aux.iter().any(|a| matches!(a, Aux::Negated | Aux::Hypothetical))));
            set(T::Future, flag(f.aux.contains(&Aux::Future)));
            set(T::Historical, flag(told.historical[at]));
            set(T::Dated, flag(told.dated[at]));
            set(T::Said, flag(f.said_by.is_some()));
            let chosen = own.map_or(0.0, |loc| {
                let country = loc.resolution.as_deref() == Some("country");
                let within = country && loc.country_code == n.loc.country_code;
                if is_same(loc, &n.loc) { 3.0 } else { 1.0 + flag(within) }
            });
            set(T::Chosen, chosen);
            set(T::ChosenNone, flag(own.is_none()));
            let ago =
                |o: Option<usize>| o.map_or(20.0, |o| here.abs_diff(told.found[o].sentence).min(19) as f32);
            set(T::ChosenBefore, ago(last_before(&n.events, at)));
            let by =
                |p: &Party| self.by_actor.get(&(number, p.key.as_str())).and_then(|l| last_before(l, at));
            set(T::ChosenByActor, ago(f.actors.iter().filter_map(by).max()));
            let sort = match n.loc.resolution.as_deref() {
                Some("country") => 0.0,
                Some("words") | None => 2.0,
                _ => 1.0,
            };
            set(T::Sort, sort);
            for far in [T::Steps, T::Up, T::Down] {
                set(far, FAR);
            }
            set(T::Sentences, 20.0);
            set(T::At, here as f32);
            set(T::Preposition, -1.0);
            set(T::NameSort, -1.0);
            set(T::Between, 20.0);
            // The mention nearest to the event: in its sentence, before it, after it.
            let distance = |v: &&View| match () {
                () if v.sentence == here => (0, steps(s, f.trigger, v.head) as usize),
                () if v.sentence < here => (1, here - v.sentence),
                () => (2, v.sentence - here),
            };
            if let Some(view) = n.nearest(here).iter().min_by_key(distance) {
                self.see(view, f, &mut set);
                let (from, to) = (view.span.end.min(trigger.end), view.span.start.max(trigger.start));
                let between = |v: &&View| v.span.start >= from && v.span.end <= to;
                let (first, last) = (view.sentence.min(here), view.sentence.max(here));
                let between = meant.iter().flat_map(|(_, m)| m.within(first, last)).filter(between).count();
                set(T::Between, between.min(15) as f32);
                let others = || beside.iter().filter(|(v, ..)| v.span != view.span);
                set(T::LocatedElse, others().filter(|(_, located, _)| *located).count() as f32);
                let own = beside.iter().find(|(v, ..)| v.span == view.span).map_or(99, |b| b.2);
                set(T::NearerHere, others().filter(|(_, _, far)| *far < own).count() as f32);
                let on = |a: &View, b: &View| {
                    let near = s.head(a.head).is_some_and(|h| h == b.head || s.span(h) == b.span);
                    near || matches!(s.deprel(a.head), Deprel::Appos | Deprel::Nmod | Deprel::Compound)
                        && b.span.end < a.span.start
                        && self.article.text.get(b.span.end as usize..a.span.start as usize) == Some(", ")
                };
                let near = || meant.iter().flat_map(|(_, n)| n.within(view.sentence, view.sentence));
                set(T::OnPlace, flag(near().any(|v| v.span != view.span && on(view, v))));
                set(T::UnderPlace, flag(near().any(|v| v.span != view.span && on(v, view))));
                let party = |list: &[Party]| flag(list.iter().any(|p| p.span.overlaps(view.span)));
                set(T::IsActor, party(&f.actors));
                set(T::IsRecipient, party(&f.recipients));
            }
            set(T::Headline, flag(n.headline));
            set(T::Dateline, flag(n.dateline));
            set(T::HasDateline, flag(self.has_dateline));
            set(T::Share, n.views.len() as f32 / self.total.max(1) as f32);
            set(T::Rank, n.rank.min(20) as f32);
            set(T::Here, n.within(here, here).len() as f32);
            set(T::Rivals, rivals as f32);
            let within = |m: &Named| n.country && !m.country && m.loc.country_code == n.loc.country_code;
            let finer = |fits: &dyn Fn(&Named) -> bool| flag(meant.iter().any(|(_, m)| within(m) && fits(m)));
            set(T::FinerHere, finer(&|m| !m.within(here, here).is_empty()));
            set(T::FinerBefore, finer(&|m| m.views.first().is_some_and(|v| v.sentence < here)));
            let code = n.loc.country_code.as_ref();
            let of = |list: &[String]| code.map_or(-1.0, |c| flag(list.contains(c)));
            set(T::OfActor, of(&actor));
            set(T::OfRecipient, of(&recipient));
            set(T::OfSpeaker, of(&speaker));
            set(T::About, flag(about.is_some() && about.as_ref() == code));
            out.push((&n.loc, v));
        }
        out
    }

    /// What a mention says by where it stands.
    fn see(&self, view: &View, f: &Found, set: &mut impl FnMut(PlaceTrait, f32)) {
        use PlaceTrait as T;
        let s = self.syntax;
        let here = f.sentence;
        set(T::Capital, flag(view.form == Form::Capital));
        let name = s.names.get(s.names.partition_point(|n| n.tokens.end <= view.head));
        let name = name.filter(|n| n.tokens.contains(view.head));
        let sort = name.map_or(-1.0, |n| match n.kind {
            NameKind::Person => 0.0,
            NameKind::Organisation => 1.0,
            NameKind::Place => 2.0,
            NameKind::Nationality => 3.0,
            NameKind::Event => 4.0,
        });
        set(T::NameSort, sort);
        set(T::Sentences, here as f32 - view.sentence as f32);
        set(T::PlaceAt, view.sentence as f32);
        let trigger = s.span(f.trigger);
        let (from, to) = (view.span.end.min(trigger.end), view.span.start.max(trigger.start));
        let between = self.article.text.get(from as usize..to as usize).unwrap_or_default();
        set(T::Lines, between.matches('\n').count().min(9) as f32);
        let head = self.top(view.head);
        set(T::Settlement, flag(settlement(view.head, s, self.actors) != view.head));
        set(T::Located, flag(self.is_located(view, f)));
        let end = s.sentences[view.sentence].end.0;
        set(T::ToEnd, end.saturating_sub(view.head.0).min(40) as f32);
        let quote = |t: TokenId| flag(self.quotes.iter().any(|(a, b)| (*a..*b).contains(&t.index())));
        set(T::EventQuoted, quote(f.trigger));
        set(T::Quoted, quote(view.head));
        set(T::Seat, flag(view.form == Form::Seat));
        let case = self.actors.case(head).or_else(|| self.actors.case(view.head));
        let number = |c: &str| PREPOSITIONS.iter().position(|p| *p == c).map_or(30.0, |i| i as f32);
        set(T::Preposition, case.map_or(-1.0, number));
        set(T::Relation, relation(Some(s.deprel(head))));
        set(T::HeadSpeech, s.head(head).map_or(9.0, |h| speech(s.upos(h))));
        set(T::Depth, s.chain(head).len() as f32);
        if view.sentence != here {
            return;
        }
        set(T::Steps, (steps(s, f.trigger, head) as f32).min(FAR));
        set(T::Words, (head.0 as f32 - f.trigger.0 as f32).clamp(-40.0, 40.0));
        if let Some(path) = Path::between(s, f.trigger, head) {
            set(T::Up, path.up as f32);
            set(T::Down, path.down as f32);
            set(T::Edge, relation(path.edge));
            set(T::EventEdge, relation(path.event_edge));
        }
    }

    fn is_located(&self, view: &View, f: &Found) -> bool {
        let country = view.listed && view.form == Form::Name;
        !is_called_on(f, self.actors, view.head, view.form, view.span)
            && is_located(f, self.syntax, self.actors, view.head, country, view.listed)
    }

    /// The word by which a place's phrase hangs: over appositions, compounds and "the town of".
    fn top(&self, t: TokenId) -> TokenId {
        let mut t = settlement(t, self.syntax, self.actors);
        for _ in 0..3 {
            match (self.syntax.deprel(t), self.syntax.head(t)) {
                (Deprel::Appos | Deprel::Flat | Deprel::NmodDesc | Deprel::Conj, Some(h)) => t = h,
                _ => break,
            }
        }
        t
    }
}

/// Notes with each place the events that the rules have there, and gives them by place and actor. Names are looked up and
/// not compared one by one, so that it takes time in proportion.
fn by_place<'f>(named: &mut [Named], told: &Told<'f>) -> HashMap<(usize, &'f str), Vec<usize>> {
    let mut by_words: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, n) in named.iter().enumerate() {
        by_words.entry(n.loc.extracted_place.clone()).or_default().push(number);
        if let Some(name) = &n.loc.resolved_place {
            by_name.entry(name.clone()).or_default().push(number);
        }
    }
    let mut by_actor: HashMap<(usize, &str), Vec<usize>> = HashMap::new();
    for (at, (f, rule)) in told.found.iter().zip(&told.rules).enumerate() {
        let Some(loc) = rule else { continue };
        let words = by_words.get(&loc.extracted_place).into_iter().flatten();
        let name = loc.resolved_place.as_ref().and_then(|name| by_name.get(name)).into_iter().flatten();
        let numbers: BTreeSet<usize> = words.chain(name).copied().collect();
        for number in numbers {
            debug_assert!(is_same(loc, &named[number].loc));
            named[number].events.push(at);
            for actor in &f.actors {
                by_actor.entry((number, actor.key.as_str())).or_default().push(at);
            }
        }
    }
    by_actor
}

/// Are two places one, by name?
fn is_same(a: &EventLoc, b: &EventLoc) -> bool {
    a.extracted_place == b.extracted_place
        || a.resolved_place.is_some() && a.resolved_place == b.resolved_place
}
