//! Which place of the world: goes over the places of an article once they are collected, and looks up in the gazetteer
//! what the actor lexicon does not list, what stands beside a name ("Tripoli, Lebanon"), and places that are told by
//! others ("20 km north of Mosul", "near the Turkish border").
//!
//! It changes no report but in its place. [`Located`] keeps for each name which places it could have been and what
//! decided, for `detente where`.

use std::collections::{BTreeMap, HashMap};

use crate::actor::Actors;
use crate::gazetteer::{Candidate, Container, Context, Gazetteer, Kind, Place, Resolution, Sort};
use crate::gazetteer::{distance, moved, sort_of};
use crate::lexicon::class::Class;
use crate::lexicon::{Form, Lexicon};
use crate::place::EventLoc;
use crate::plover::{EventType, Quad};
use crate::report::Report;
use crate::span::{Span, TokenId, TokenRange};
use crate::syntax::{Deprel, Name, NameKind, Syntax, Upos};
use crate::time;

/// A place name of an article, and what became of it.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its words.
    pub span: Span,
    /// The place.
    pub loc: EventLoc,
    /// What it could have been, the likeliest first: the place in words.
    pub candidates: Vec<String>,
    /// What decided, in words.
    pub why: String,
}

/// A place name before it is looked up.
struct Spot {
    tokens: TokenRange,
    span: Span,
    sentence: usize,
    /// As the actor lexicon has it.
    listed: Option<EventLoc>,
    /// Only words with capitals where a place may stand: no place, unless the article speaks for one.
    unsure: bool,
    /// The beginning of a longer name that the gazetteer does not have.
    half: bool,
    /// What is said of it in words: "province", "camp".
    sort: Option<Sort>,
    /// The word behind it that says so, if it is part of the name ("Zaatari camp").
    noun: Option<Span>,
    /// What stands beside it and holds it, the nearest first.
    inside: Vec<Held>,
}

/// A state that is spoken of.
struct Spoken {
    tokens: TokenRange,
    sentence: usize,
    form: Form,
    key: String,
    /// By its own name, not by a group or place of it.
    itself: bool,
}

/// What holds a place.
#[derive(Clone, Debug)]
enum Held {
    /// A name.
    Spot(usize),
    /// A state, by its key.
    State(String),
    /// A phrase that tells the place by another.
    Relative(usize),
}

/// A phrase that tells a place by another.
struct Relative {
    tokens: TokenRange,
    span: Span,
    sentence: usize,
    anchor: Anchor,
    km: Option<f64>,
    /// Degrees from north by east.
    bearing: Option<f64>,
    /// How far around the place without a distance it may be, in kilometres.
    reach: f64,
}

enum Anchor {
    Spot(usize),
    /// The capital of the state that the article is about.
    Capital,
    /// A part of a state, which is a spot.
    Part(usize),
    /// A coast of a spot.
    Coast(usize),
    Between(usize, usize),
    /// The border of one state or of two.
    Border(String, Option<String>),
}

/// The bytes of a text that are spoken for.
struct Marked(Vec<bool>);

impl Marked {
    fn of(text: &str, spans: &[Span]) -> Marked {
        let mut marked = Marked(vec![false; text.len()]);
        for span in spans {
            marked.mark(*span);
        }
        marked
    }

    fn mark(&mut self, span: Span) {
        if let Some(bytes) = self.0.get_mut(span.start as usize..span.end as usize) {
            bytes.fill(true);
        }
    }

    /// Does it overlap what was marked?
    fn meets(&self, span: Span) -> bool {
        self.0.get(span.start as usize..span.end as usize).is_some_and(|bytes| bytes.contains(&true))
    }
}

/// One article on its way through.
struct Work<'a> {
    text: &'a str,
    syntax: &'a Syntax,
    lexicon: &'a Lexicon,
    gazetteer: &'a Gazetteer,
    spots: Vec<Spot>,
    relatives: Vec<Relative>,
    /// States that are spoken of.
    states: Vec<Spoken>,
    /// Words of time, which are no places ("August").
    times: Vec<Span>,
    done: Vec<Option<Located>>,
    busy: Vec<bool>,
    depth: u32,
    /// The words in small letters.
    lows: Vec<String>,
    /// The spots that have these words.
    spots_by_words: HashMap<&'a str, Vec<usize>>,
    /// By token, which spot and which name of a state begins there; the number of none.
    spot_at: Vec<u32>,
    state_at: Vec<u32>,
}

/// No spot, no state.
const NONE: u32 = u32::MAX;

/// Towns and the like reach about this far around, where a phrase says no more than that it is near, in kilometres.
const NEAR_KM: f64 = 20.0;
/// In a direction from a town, without a distance.
const DIRECTION_KM: f64 = 40.0;
/// The outskirts.
const OUTSKIRTS_KM: f64 = 15.0;
/// Off a coast.
const COAST_KM: f64 = 100.0;
/// A mile.
const MILE_KM: f64 = 1.609;
/// How many words behind a name what holds it may stand.
const BESIDE: usize = 14;
/// A listed place and one of the gazetteer that lie closer together than this are one.
const SAME_KM: f64 = 60.0;
/// A town of the lexicon without a number of people has about so many.
const LISTED_PEOPLE: u32 = 500_000;
/// A town of this size stands beside any other.
const LARGE: u32 = 100_000;
/// A town of the lexicon that is so many times larger is meant, whatever state the article speaks of.
const OUTSHONE: u32 = 6;
/// The share of all talk of states from which one that no other equals is the article's.
const MOST_TALK: f64 = 0.6;
/// How many words behind an event's own what it falls on may stand.
const OBJECT: usize = 7;
/// How many sentences off a state may be spoken of, and how many times, to help to tell places apart: a bound for text
/// made to hurt.
const REACH: usize = 60;
const MOST: usize = 400;
/// How deep phrases may tell places by others.
const DEPTH: u32 = 8;
/// A part of the world, and no place of an event.
const WIDE_KM: f64 = 1_000.0;
/// Of a point at sea no state is said, if it lies this far from every town.
const OPEN_SEA_KM: f64 = 150.0;

/// Looks up the places of an article: those that are named (`places`, which gets those of the gazetteer too) and those
/// of its events. `times` are the words of time, which name no places.
#[allow(clippy::too_many_arguments)]
pub fn locate(
    text: &str,
    syntax: &Syntax,
    actors: &Actors,
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
    times: &[Span],
    places: &mut Vec<(Span, EventLoc)>,
    reports: &mut [Report],
) -> Vec<Located> {
    let mut work = Work {
        text,
        syntax,
        lexicon,
        gazetteer,
        spots: Vec::new(),
        relatives: Vec::new(),
        states: Vec::new(),
        times: times.to_vec(),
        done: Vec::new(),
        busy: Vec::new(),
        depth: 0,
        lows: syntax.tokens.iter().map(|t| t.span.slice(text).to_lowercase()).collect(),
        spots_by_words: HashMap::new(),
        spot_at: vec![NONE; syntax.tokens.len()],
        state_at: vec![NONE; syntax.tokens.len()],
    };
    work.collect(actors, places, reports);
    work.index();
    work.find_relatives();
    for n in 0..work.spots.len() {
        work.look_beside(n);
    }
    work.done = vec![None; work.spots.len()];
    work.busy = vec![false; work.spots.len()];
    // What holds a name stands behind it.
    for n in (0..work.spots.len()).rev() {
        work.settle(n);
    }
    for report in reports.iter_mut() {
        work.place(report);
    }
    let located: Vec<Located> = work.done.into_iter().flatten().collect();
    let known = |l: &&Located| l.loc.resolution.as_deref() != Some("words");
    *places = located.iter().filter(known).map(|l| (l.span, l.loc.clone())).collect();
    located
}

impl<'a> Work<'a> {
    fn word(&self, t: usize) -> &'a str {
        self.syntax.tokens.get(t).map_or("", |token| token.span.slice(self.text))
    }

    fn low(&self, t: usize) -> &str {
        self.lows.get(t).map_or("", String::as_str)
    }

    /// Is the name a state's?
    fn is_country(&self, n: usize) -> bool {
        self.spots[n].listed.as_ref().is_some_and(|l| l.resolution.as_deref() == Some("country"))
    }

    /// Notes at which token what begins.
    fn index(&mut self) {
        for (n, spot) in self.spots.iter().enumerate() {
            self.spots_by_words.entry(spot.span.slice(self.text)).or_default().push(n);
            self.spot_at[spot.tokens.start.index()] = n as u32;
        }
        let states: Vec<usize> = (0..self.states.len()).filter(|n| self.is_state(&self.states[*n])).collect();
        for n in states {
            self.state_at[self.states[n].tokens.start.index()] = n as u32;
        }
    }

    fn sentence_at(&self, t: TokenId) -> usize {
        self.syntax.sentence_of(t)
    }

    /// Where the sentence of a token ends.
    fn end_of(&self, sentence: usize) -> usize {
        self.syntax.sentences.get(sentence).map_or(0, |s| s.end.index())
    }

    fn tokens_of(&self, span: Span) -> Option<TokenRange> {
        let tokens = &self.syntax.tokens;
        let start = tokens.partition_point(|t| t.span.end <= span.start);
        let end = tokens.partition_point(|t| t.span.start < span.end);
        (start < end).then(|| TokenRange::new(start, end))
    }

    fn add_spot(&mut self, span: Span, listed: Option<EventLoc>, unsure: bool) {
        let Some(tokens) = self.tokens_of(span) else { return };
        let sentence = self.sentence_at(tokens.start);
        let (sort, noun, inside) = (None, None, Vec::new());
        self.spots.push(Spot { tokens, span, sentence, listed, unsure, half: false, sort, noun, inside });
    }

    /// Collects the names: those of the lexicon, those that the model takes for places, the places of reports, and words
    /// with capitals where a place may stand.
    fn collect(&mut self, actors: &Actors, places: &[(Span, EventLoc)], reports: &[Report]) {
        let mut taken = Marked::of(self.text, &self.times);
        let runs = self.runs();
        let covers: Vec<Span> = runs.iter().map(|r| self.syntax.cover(*r)).collect();
        let known = |span: Span| self.gazetteer.find(span.slice(self.text)).iter().any(|(_, own)| *own);
        // "Golan Heights" and "Bab al-Hawa" may hold a shorter name of the lexicon: the longer one counts.
        let mut listed: Vec<Span> = places.iter().map(|(p, _)| *p).collect();
        listed.sort_unstable_by_key(|p| p.start);
        let longest = listed.iter().map(|p| p.end - p.start).max().unwrap_or(0);
        let longer: Vec<Span> = covers
            .iter()
            .copied()
            .filter(|run| {
                let from = listed.partition_point(|p| p.start + longest < run.start);
                let near = listed[from..].iter().take_while(|p| p.start < run.end);
                let inner = |p: &Span| p.overlaps(*run) && (p.start > run.start || p.end < run.end);
                near.copied().any(|p| inner(&p)) && known(*run)
            })
            .collect();
        let held = Marked::of(self.text, &longer);
        let mut named = Marked::of(self.text, &[]);
        for (span, loc) in places {
            // A feast may be named after a place; a place of the lexicon stays one.
            if held.meets(*span) || named.meets(*span) {
                continue;
            }
            named.mark(*span);
            taken.mark(*span);
            self.add_spot(*span, Some(loc.clone()), false);
        }
        self.states = actors
            .states_spoken_of()
            .map(|(tokens, form, key, itself)| {
                let sentence = self.sentence_at(tokens.start);
                Spoken { tokens, sentence, form, key: key.to_string(), itself }
            })
            .collect();
        let of_actors: Vec<Span> = actors.listed_names().map(|t| self.syntax.cover(t)).collect();
        let of_actors = Marked::of(self.text, &of_actors);
        for span in &longer {
            if !taken.meets(*span) {
                taken.mark(*span);
                self.add_spot(*span, None, false);
            }
        }
        for name in self.syntax.names.iter().filter(|n| n.kind == NameKind::Place) {
            let mut span = self.without_article(name.tokens);
            // The model may see half of "Abu Kamal".
            let whole = covers.get(covers.partition_point(|r| r.end < span.end)).copied();
            let whole = whole.filter(|r| r.contains(span) && *r != span);
            span = whole.filter(|r| !self.gazetteer.find(r.slice(self.text)).is_empty()).unwrap_or(span);
            let other = of_actors.meets(span) || taken.meets(span);
            if !other && starts_large(span.slice(self.text)) {
                taken.mark(span);
                self.add_spot(span, None, false);
                // "Union Station": half of a name.
                let half = whole.is_some_and(|w| w != span && w.start == span.start && !self.ends_in_sort(w));
                if let Some(spot) = self.spots.last_mut() {
                    spot.half = half;
                }
            }
        }
        for report in reports {
            let Some(loc) = report.event_loc.as_ref().filter(|l| is_words(l)) else { continue };
            let sentence = Span { start: report.text_info.start, end: report.text_info.end };
            let here = find_word(self.text, &loc.extracted_place, sentence)
                .or_else(|| find_word(self.text, &loc.extracted_place, Span::new(0, self.text.len())));
            if let Some(span) = here.filter(|s| !taken.meets(*s)) {
                taken.mark(span);
                self.add_spot(span, None, false);
            }
        }
        for (run, span) in runs.into_iter().zip(covers) {
            let other = of_actors.meets(span) || taken.meets(span);
            if !other && self.may_be_place(run) && !self.gazetteer.find(span.slice(self.text)).is_empty() {
                taken.mark(span);
                self.add_spot(span, None, true);
            }
        }
        self.spots.sort_by_key(|s| s.span);
    }

    /// Runs of words with capitals, with the small words that join them where the gazetteer has such a name.
    fn runs(&self) -> Vec<TokenRange> {
        let mut runs = Vec::new();
        for sentence in &self.syntax.sentences {
            let stop = sentence.end.index();
            let mut t = sentence.start.index();
            while t < stop {
                let Some(mut end) = self.capital_run(t, stop) else {
                    t += 1;
                    continue;
                };
                // "Gulf of Aden", "Jammu and Kashmir".
                for _ in 0..2 {
                    let small =
                        matches!(self.word(end), "of" | "and" | "de" | "del" | "al" | "el" | "the" | "la");
                    let Some(next) = small.then(|| self.capital_run(end + 1, stop)).flatten() else { break };
                    let joined = self.syntax.cover(TokenRange::new(t, next)).slice(self.text);
                    if !self.gazetteer.find(joined).iter().any(|(_, own)| *own) {
                        break;
                    }
                    end = next;
                }
                runs.push(TokenRange::new(t, end));
                t = end;
            }
        }
        runs
    }

    /// Where a run of words with capitals ends that begins at a token: "KwaZulu-Natal", "Croix-des-Bouquets".
    fn capital_run(&self, from: usize, stop: usize) -> Option<usize> {
        let mut end = from;
        while end < stop && starts_large(self.word(end)) {
            end += 1;
            let touching = |t: usize| {
                let (a, b) = (&self.syntax.tokens[t - 1].span, &self.syntax.tokens[t].span);
                a.end == b.start
            };
            while end + 1 < stop
                && matches!(self.word(end), "-" | "‑" | "–")
                && touching(end)
                && touching(end + 1)
            {
                end += 2;
            }
        }
        (end > from).then_some(end)
    }

    /// Do words with capitals stand where a place may: behind a preposition, a verb, or "the town of", and not where the
    /// model sees a person or an organisation?
    fn may_be_place(&self, run: TokenRange) -> bool {
        // "shelled Qusayr", "Qusayr was shelled": what the model takes for a person or a body is the town.
        let head = run.iter().find(|t| self.syntax.head(*t).is_none_or(|h| !run.contains(h)));
        let verb = head.filter(|t| matches!(self.syntax.deprel(*t), Deprel::Obj | Deprel::NsubjPass));
        let verb = verb.and_then(|t| self.syntax.head(t));
        if verb.is_some_and(|v| self.lexicon.is(Class::Storming, self.syntax.lemma(v))) {
            let last = self.low(run.end.index() - 1);
            let person = |n: &&Name| n.kind == NameKind::Person && n.tokens.len() > run.len();
            let people = self.syntax.names.iter().filter(person);
            return !people.clone().any(|n| n.tokens.iter().any(|t| self.low(t.index()) == last));
        }
        let Some(before) = run.start.index().checked_sub(1) else { return false };
        let sentence = self.syntax.sentences[self.sentence_at(run.start)];
        if run.start == sentence.start {
            return false;
        }
        let kind = self.syntax.names.iter().find(|n| n.tokens.overlaps(run)).map(|n| n.kind);
        let word = self.low(before);
        let located = matches!(word, "in" | "at" | "near" | "outside" | "around" | "inside");
        let listed = self.low(before) == "," || word == "and";
        match kind {
            Some(NameKind::Organisation | NameKind::Nationality | NameKind::Event) => false,
            Some(NameKind::Person) => located && word != "at",
            _ => {
                located
                    || listed
                    || sort_of(word).is_some()
                    || matches!(word, "of" | "from" | "to" | "into" | "toward" | "towards" | "on" | "'s")
                    || matches!(self.syntax.upos(TokenId(before as u32)), Upos::Verb | Upos::Adj)
            }
        }
    }

    /// Does a name end in a word for a sort of place ("Aleppo Province")?
    fn ends_in_sort(&self, span: Span) -> bool {
        span.slice(self.text).rsplit(' ').next().is_some_and(|w| sort_of(&w.to_lowercase()).is_some())
    }

    fn without_article(&self, range: TokenRange) -> Span {
        let mut start = range.start.index();
        while start + 1 < range.end.index() && matches!(self.low(start), "the" | "in" | "of") {
            start += 1;
        }
        self.syntax.cover(TokenRange::new(start, range.end.index()))
    }

    fn spot_at(&self, t: usize) -> Option<usize> {
        self.spot_at.get(t).filter(|n| **n != NONE).map(|n| *n as usize)
    }

    /// A state's name or adjective that begins here.
    fn state_at(&self, t: usize) -> Option<(usize, &str, Form)> {
        let n = self.state_at.get(t).filter(|n| **n != NONE)?;
        let state = &self.states[*n as usize];
        Some((state.tokens.end.index(), state.key.as_str(), state.form))
    }

    /// Does the name stand for the state itself, or say that something is its?
    fn is_state(&self, state: &Spoken) -> bool {
        let span = self.syntax.cover(state.tokens);
        let place = self.spots.iter().find(|s| s.span == span).and_then(|s| s.listed.as_ref());
        state.itself
            && matches!(state.form, Form::Name | Form::Adjective)
            && place.is_none_or(|l| l.resolution.as_deref() == Some("country"))
    }

    /// Reads what stands right behind and before a name.
    fn look_beside(&mut self, n: usize) {
        // A state is in nothing: "talks on Syria in Geneva".
        if self.spots[n].listed.as_ref().is_some_and(|l| l.resolution.as_deref() == Some("country")) {
            return;
        }
        let (range, sentence) = (self.spots[n].tokens, self.spots[n].sentence);
        let end = self.end_of(sentence);
        let mut t = range.end.index();
        let (mut inside, mut sort, mut noun) = (Vec::new(), None, None);
        // The word may be part of the name: "Zaatari camp".
        if t < end
            && let Some(said) = sort_of(self.low(t))
        {
            sort = Some(said);
            noun = Some(self.syntax.tokens[t].span);
            t += 1;
        }
        let last = self.low(range.end.index().saturating_sub(1));
        sort = sort.or_else(|| (range.len() > 1).then(|| sort_of(last)).flatten());
        let (mut comma, mut within, mut clean) = (false, false, true);
        let stop = end.min(t + BESIDE);
        while t < stop {
            let word = self.low(t);
            if let Some(r) = self.relatives.iter().position(|r| r.tokens.start.index() == t)
                && (comma || within || matches!(self.relatives[r].anchor, Anchor::Spot(_)))
            {
                let part = matches!(self.relatives[r].anchor, Anchor::Part(_));
                if !part || comma || within {
                    inside.push(Held::Relative(r));
                    t = self.relatives[r].tokens.end.index();
                    (comma, within) = (false, false);
                    continue;
                }
            }
            match word {
                "," | "(" => (comma, clean) = (true, false),
                "in" | "inside" => within = true,
                "of" if !clean || within => within = true,
                "the" | "a" | "an" | "'s" | "’s" => {}
                w if direction(w).is_some() || w == "central" || sort_of(w).is_some() => {}
                _ => {
                    let Some(next) = self.holder_at(t, comma, within) else { break };
                    inside.push(next.1);
                    t = next.0;
                    (comma, within) = (false, false);
                    continue;
                }
            }
            t += 1;
        }
        // "the Tunisian town of Redeyef", "Pakistan's Miranshah".
        let before = |back: usize| range.start.index().checked_sub(back);
        let mut at = before(1);
        if at.is_some_and(|t| self.low(t) == "of") {
            let said = before(2).and_then(|t| sort_of(self.low(t)));
            sort = sort.or(said);
            at = said.and(before(3));
        } else if let Some(said) = at.and_then(|t| sort_of(self.low(t))) {
            sort = sort.or(Some(said));
            at = before(2);
        }
        while at.is_some_and(|t| matches!(self.low(t), "'s" | "’s" | "capital" | "port" | "border")) {
            at = at.and_then(|t| t.checked_sub(1));
        }
        if let Some(at) = at {
            let state = self
                .states
                .iter()
                .find(|s| s.sentence == sentence && s.tokens.end.index() == at + 1 && self.is_state(s));
            inside.extend(state.map(|s| Held::State(s.key.clone())));
        }
        let spot = &mut self.spots[n];
        (spot.inside, spot.sort, spot.noun) = (inside, sort, noun);
    }

    /// What holds places and begins at a token, and where it ends. Behind a comma alone a state's adjective begins a new
    /// phrase, and so does a name that something is said of.
    fn holder_at(&self, t: usize, comma: bool, within: bool) -> Option<(usize, Held)> {
        if !comma && !within {
            return None;
        }
        // "In Kabul, Pakistan said": the name behind the comma is a party.
        let apart = |end: usize| {
            let next = self.low(end);
            within
                || !next.starts_with(char::is_alphanumeric) && !matches!(next, "'s" | "’s")
                || sort_of(next).is_some()
                || self.syntax.tokens.get(end).is_none_or(|_| {
                    matches!(
                        self.syntax.upos(TokenId(end as u32)),
                        Upos::Adp | Upos::Punct | Upos::Cconj | Upos::Sconj
                    )
                })
        };
        if let Some((end, key, form)) = self.state_at(t) {
            let fits = if form == Form::Adjective { within } else { apart(end) };
            return fits.then(|| (end, Held::State(key.to_string())));
        }
        let n = self.spot_at(t)?;
        let spot = &self.spots[n];
        let end = spot.tokens.end.index();
        let words = spot.span.slice(self.text);
        let country = spot.listed.as_ref().is_some_and(|l| l.resolution.as_deref() == Some("country"));
        // "Helmand province" is a name of the lexicon; the gazetteer has it without its noun.
        let noun = words.rsplit_once(' ').filter(|(_, last)| sort_of(&last.to_lowercase()).is_some());
        let short = noun.map_or(words, |(short, _)| short);
        // "in Europe, Asia and Africa": parts of the world hold nothing behind a comma.
        let holds = |name: &str| self.gazetteer.regions(name).iter().any(|p| !p.countries.is_empty());
        let region = country || holds(words) || holds(short);
        ((region || within) && apart(end)).then_some((end, Held::Spot(n)))
    }

    /// Finds the phrases that tell a place by another.
    fn find_relatives(&mut self) {
        for s in 0..self.syntax.sentences.len() {
            let sentence = self.syntax.sentences[s];
            let mut t = sentence.start.index();
            while t < sentence.end.index() {
                let Some((end, anchor, km, bearing, reach)) = self.relative_at(t, sentence) else {
                    t += 1;
                    continue;
                };
                let tokens = TokenRange::new(t, end);
                let span = self.syntax.cover(tokens);
                self.relatives.push(Relative { tokens, span, sentence: s, anchor, km, bearing, reach });
                t = end;
            }
        }
    }

    #[allow(clippy::type_complexity)]
    fn relative_at(
        &self,
        t: usize,
        sentence: TokenRange,
    ) -> Option<(usize, Anchor, Option<f64>, Option<f64>, f64)> {
        let end = sentence.end.index();
        let word = self.low(t);
        if let Some((km, unit_end)) = self.length_at(t, end) {
            let mut at = unit_end;
            while at < end && matches!(self.low(at), "to" | "the" | "away" | "further" | "due") {
                at += 1;
            }
            let (bearing, next) = match self.direction_at(at) {
                Some((bearing, next)) => (Some(bearing), next),
                None => (None, at),
            };
            if matches!(self.low(next), "of" | "from") || bearing.is_none() && self.low(next) == "off" {
                let (end, anchor) = self.anchor_at(next + 1, end)?;
                let reach = if bearing.is_some() { 5.0 + km * 0.15 } else { km };
                return Some((end, anchor, Some(km), bearing, reach));
            }
            return None;
        }
        if let Some((bearing, next)) = self.direction_at(t) {
            if self.low(next) == "of" {
                let (end, anchor) = self.anchor_at(next + 1, end)?;
                return Some((end, anchor, None, Some(bearing), DIRECTION_KM));
            }
            // "northern Mali", "eastern Aleppo": of a state a part.
            if word.ends_with("ern") {
                let n = self.spot_at(next)?;
                let country = self.spots[n].listed.as_ref()?.resolution.as_deref() == Some("country");
                return country.then(|| {
                    (self.spots[n].tokens.end.index(), Anchor::Part(n), None, Some(bearing), DIRECTION_KM)
                });
            }
            return None;
        }
        match word {
            "near" | "outside" | "around" | "toward" | "towards" | "on" | "along" | "at" | "across"
            | "over" | "from" | "in" => {
                if let Some((end, anchor)) = self.border_at(t + 1, end) {
                    return Some((end, anchor, None, None, NEAR_KM));
                }
                if !matches!(word, "near" | "outside" | "around") {
                    return None;
                }
                let (end, anchor) = self.anchor_at(t + 1, end)?;
                // "outside China" is anywhere.
                let state = matches!(anchor, Anchor::Spot(n) if self.is_country(n));
                (!state).then_some((end, anchor, None, None, NEAR_KM))
            }
            "close" if self.low(t + 1) == "to" => {
                let (end, anchor) = self.border_at(t + 2, end).or_else(|| self.anchor_at(t + 2, end))?;
                Some((end, anchor, None, None, NEAR_KM))
            }
            "outskirts" | "edge" | "edges" | "suburbs" | "suburb" | "environs" | "periphery" | "fringes"
            | "vicinity"
                if self.low(t + 1) == "of" =>
            {
                let (end, anchor) = self.anchor_at(t + 2, end)?;
                Some((end, anchor, None, None, OUTSKIRTS_KM))
            }
            "coast" | "coasts" | "shore" | "shores" | "waters" if matches!(self.low(t + 1), "of" | "off") => {
                match self.anchor_at(t + 2, end)? {
                    (end, Anchor::Spot(n)) => Some((end, Anchor::Coast(n), None, None, COAST_KM)),
                    _ => None,
                }
            }
            "off" => match self.anchor_at(t + 1, end)? {
                (end, Anchor::Spot(n)) => Some((end, Anchor::Coast(n), None, None, COAST_KM)),
                _ => None,
            },
            "between" => {
                // "talks between Moscow and Kiev" are no place: a road, a stretch or a piece of land is.
                let back = t.checked_sub(1).map(|b| self.low(b)).unwrap_or_default();
                let land = self.lexicon.is(Class::Route, back);
                let one = self.spot_at(t + 1).filter(|_| land)?;
                let next = self.spots[one].tokens.end.index();
                let other = self.spot_at(next + 1).filter(|_| self.low(next) == "and")?;
                Some((self.spots[other].tokens.end.index(), Anchor::Between(one, other), None, None, NEAR_KM))
            }
            _ => None,
        }
    }

    /// "30 km", "about 60 miles": the length in kilometres and the token behind it.
    fn length_at(&self, t: usize, end: usize) -> Option<(f64, usize)> {
        let word = self.low(t);
        let (number, mut at) = match word.replace(',', "").parse::<f64>() {
            Ok(number) => (number, t + 1),
            Err(_) => (time::cardinal(word).filter(|(n, _)| *n > 1)?.0.into(), t + 1),
        };
        if self.low(at) == "-" {
            at += 1;
        }
        if at >= end || !(0.0..=3000.0).contains(&number) {
            return None;
        }
        match self.low(at).trim_end_matches('.') {
            "km" | "kms" | "kilometre" | "kilometres" | "kilometer" | "kilometers" => Some((number, at + 1)),
            "mile" | "miles" => Some((number * MILE_KM, at + 1)),
            _ => None,
        }
    }

    /// A direction, which may be written in two words, and the token behind it.
    fn direction_at(&self, t: usize) -> Option<(f64, usize)> {
        let one = self.low(t);
        let bearing = direction(one)?;
        let joined = if self.word(t + 1) == "-" { 2 } else { 1 };
        let two = format!("{one}{}", self.low(t + joined));
        match direction(&two) {
            Some(both) => Some((both, t + joined + 1)),
            None => Some((bearing, t + 1)),
        }
    }

    /// A place that something is told by.
    fn anchor_at(&self, t: usize, end: usize) -> Option<(usize, Anchor)> {
        let mut at = t;
        while at < end
            && (matches!(self.low(at), "the" | "of" | "town's" | ",") || sort_of(self.low(at)).is_some())
            && at < t + 4
        {
            at += 1;
        }
        if at > t && self.low(at) == "capital" {
            // "the capital, Morstad".
            let next = if self.low(at + 1) == "," { at + 2 } else { at + 1 };
            if let Some(n) = self.spot_at(next) {
                return Some((self.spots[n].tokens.end.index(), Anchor::Spot(n)));
            }
            return Some((at + 1, Anchor::Capital));
        }
        let n = self.spot_at(at).filter(|_| at < end)?;
        let next = self.spots[n].tokens.end.index();
        // "around Pennsylvania Avenue".
        let street = starts_large(self.word(next)) && sort_of(self.low(next)) == Some(Sort::Kind(Kind::Site));
        (!street).then_some((next, Anchor::Spot(n)))
    }

    /// "the Turkish border", "the Syria-Jordan border", "the border with Chad", "the border between Chad and Sudan".
    fn border_at(&self, t: usize, end: usize) -> Option<(usize, Anchor)> {
        let is_border = |t: usize| matches!(self.low(t), "border" | "frontier" | "borders" | "boundary");
        let mut at = t;
        if self.low(at) == "the" {
            at += 1;
        }
        while direction(self.low(at)).is_some() {
            at += 1;
        }
        let mut states: Vec<String> = Vec::new();
        while at < end && states.len() < 2 {
            match self.state_at(at) {
                Some((next, key, _)) => {
                    states.push(key.to_string());
                    at = next;
                }
                None if !states.is_empty()
                    && matches!(self.low(at), "-" | "–" | "'s" | "’s" | "/" | "and") =>
                {
                    at += 1;
                }
                None => break,
            }
        }
        while matches!(self.low(at), "'s" | "’s" | "southern" | "northern" | "eastern" | "western") {
            at += 1;
        }
        if !is_border(at) || at >= end {
            return None;
        }
        at += 1;
        if matches!(self.low(at), "with" | "between" | "of" | "to") {
            let mut next = at + 1;
            while let Some((behind, key, _)) = self.state_at(next).filter(|_| states.len() < 2 && next < end)
            {
                states.push(key.to_string());
                at = behind;
                next = if self.low(behind) == "and" { behind + 1 } else { break };
            }
        }
        let other = states.get(1).cloned();
        states.into_iter().next().map(|one| (at, Anchor::Border(one, other)))
    }

    /// States that the article speaks of, as seen from a sentence, without what a name itself says.
    fn countries(&self, sentence: usize, without: &str) -> BTreeMap<String, f64> {
        let mut countries = BTreeMap::new();
        let near = |s: &&Spoken| sentence.abs_diff(s.sentence) <= REACH;
        for state in self.states.iter().filter(near).take(MOST) {
            if self.syntax.cover(state.tokens).slice(self.text) == without
                || !self.lexicon.is_state(&state.key)
            {
                continue;
            }
            // A capital often stands for its state and says less of where things are.
            let weight = if state.form == Form::Capital { 0.7 } else { 1.0 };
            let far = sentence.abs_diff(state.sentence) as f64;
            *countries.entry(state.key.clone()).or_insert(0.0) += weight / (1.0 + far / 2.0);
        }
        countries
    }

    fn context(&mut self, n: usize) -> Context {
        let (sentence, span) = (self.spots[n].sentence, self.spots[n].span);
        let words = span.slice(self.text);
        let countries = self.countries(sentence, words);
        let around = n.saturating_sub(MOST / 4)..self.spots.len().min(n + MOST / 4);
        let points = self.spots[around]
            .iter()
            .filter(|s| s.span.slice(self.text) != words)
            .filter_map(|s| s.listed.as_ref().filter(|l| l.resolution.as_deref() == Some("city")))
            .filter_map(point)
            .collect();
        let held = self.spots[n].inside.clone();
        let inside = held.iter().filter_map(|h| self.container(h)).collect();
        Context { countries, points, inside, sort: self.spots[n].sort }
    }

    fn container(&mut self, held: &Held) -> Option<Container> {
        match held {
            Held::State(key) => {
                let name = self.lexicon.actor(key).map_or(key.clone(), |a| a.name.clone());
                Some(Container { name, country: Some(key.clone()), ..Container::default() })
            }
            Held::Spot(n) => {
                let words = self.spots[*n].span.slice(self.text).to_string();
                let regions = self.gazetteer.regions(&words).iter().map(|p| p.number).collect();
                self.settle(*n);
                let loc = self.done[*n].as_ref().map(|l| &l.loc).filter(|l| !is_words(l));
                let country = loc.and_then(|l| l.country_code.clone());
                let state = loc.is_some_and(|l| l.resolution.as_deref() == Some("country"));
                let area =
                    loc.filter(|_| !state).and_then(|l| Some((point(l)?, l.radius_km.unwrap_or(NEAR_KM))));
                // Words that turned out to be no place hold nothing.
                let loc = loc?;
                let name = loc.resolved_place.clone().unwrap_or(words);
                Some(Container { name, country, area, regions })
            }
            Held::Relative(r) => {
                let loc = self.relative(*r)?;
                let area = Some((point(&loc)?, loc.radius_km.unwrap_or(NEAR_KM) + NEAR_KM));
                // A border is of two states.
                let border = matches!(self.relatives[*r].anchor, Anchor::Border(..));
                let country = loc.country_code.filter(|_| !border);
                Some(Container {
                    name: loc.resolved_place.unwrap_or_default(),
                    country,
                    area,
                    regions: Vec::new(),
                })
            }
        }
    }

    /// Settles which place a name is.
    fn settle(&mut self, n: usize) {
        if self.done[n].is_some() || self.busy[n] || self.depth >= DEPTH {
            return;
        }
        self.busy[n] = true;
        self.depth += 1;
        let context = self.context(n);
        self.depth -= 1;
        let spot = &self.spots[n];
        let words = spot.span.slice(self.text);
        // "Zaatari camp" before "Zaatari".
        let long = spot.noun.map(|noun| spot.span.cover(noun).slice(self.text));
        let longer = long.map(|long| self.gazetteer.resolve(long, &context));
        let town = spot.sort == Some(Sort::Town);
        let longer =
            longer.filter(|r| r.chosen && r.candidates.first().is_some_and(|c| c.place.site || town));
        let named_so = longer.is_some();
        let mut resolution = longer.unwrap_or_else(|| self.gazetteer.resolve(words, &context));
        // "Helmand province" is a name of the lexicon; the gazetteer has it without its noun.
        if let Some((short, last)) = words.rsplit_once(' ')
            && resolution.candidates.is_empty()
            && let Some(sort) = sort_of(&last.to_lowercase())
        {
            resolution = self.gazetteer.resolve(short, &Context { sort: Some(sort), ..context.clone() });
        }
        let state = spot.listed.as_ref().is_some_and(|l| l.resolution.as_deref() == Some("country"));
        let located = match &spot.listed {
            Some(listed) if state => {
                let mut loc = listed.clone();
                let part = loc.country_code.as_deref().and_then(|c| self.gazetteer.part(c, None));
                if let Some((centre, reach)) = part.filter(|_| loc.lat.is_none()) {
                    (loc.lat, loc.lon, loc.radius_km) =
                        (Some(thousandth(centre.0)), Some(thousandth(centre.1)), Some(round(reach)));
                }
                Located { span: spot.span, loc, candidates: Vec::new(), why: "a state of the lexicon".into() }
            }
            Some(listed) => self.relisted(spot, listed, &resolution, &context, named_so),
            None if spot.unsure && !is_spoken_for(&resolution) => return,
            None if self.is_no_name(spot, &resolution) => {
                self.looked_up(spot, &Resolution::default(), &Context { inside: Vec::new(), ..context })
            }
            None => self.looked_up(spot, &resolution, &context),
        };
        self.done[n] = Some(located);
        self.busy[n] = false;
    }

    /// "the North" and "the Temple" are no towns, whatever town bears the word.
    fn is_no_name(&self, spot: &Spot, resolution: &Resolution) -> bool {
        let words = spot.span.slice(self.text).to_lowercase();
        let the = spot.tokens.start.index().checked_sub(1).is_some_and(|t| self.low(t) == "the");
        let town = resolution
            .candidates
            .first()
            .is_some_and(|c| !c.place.site && !c.contained && c.place.kind.is_town());
        let small = resolution
            .candidates
            .first()
            .is_some_and(|c| !c.place.site && c.place.people < LARGE && !c.contained);
        spot.half && small
            || direction(&words).is_some()
            || sort_of(&words).is_some()
            || the && town && spot.sort.is_none()
            || self.is_of_another_sort(spot, resolution)
    }

    /// "the Ross Sea" is not the town of Ross.
    fn is_of_another_sort(&self, spot: &Spot, resolution: &Resolution) -> bool {
        let Some(Sort::Kind(kind)) = spot.sort else { return false };
        let named = spot.noun.is_some_and(|noun| starts_large(noun.slice(self.text)));
        let best = resolution.candidates.first();
        named
            && best.is_some_and(|c| {
                !c.place.site && c.place.kind != kind && !c.contained && c.place.people < LARGE
            })
    }

    /// A place of the lexicon: it stays, unless what the text says beside it is true of another one alone, or the
    /// article speaks of another's state and not of its own.
    fn relisted(
        &self,
        spot: &Spot,
        listed: &EventLoc,
        resolution: &Resolution,
        context: &Context,
        named_so: bool,
    ) -> Located {
        let candidates = labels(self.gazetteer, &resolution.candidates);
        let best = resolution.candidates.first().filter(|_| resolution.chosen);
        let far = |c: &Candidate| {
            point(listed).is_none_or(|p| distance(p, c.place.point()) > SAME_KM + c.place.radius_km)
        };
        let country = listed.country_code.as_deref().unwrap_or("");
        let unspoken = !country.is_empty() && !context.countries.contains_key(country);
        // "American and Russian envoys met in Geneva": not the one in Illinois.
        let own = resolution
            .candidates
            .iter()
            .find(|c| c.place.geonameid.is_some() && c.place.geonameid == listed.geonameid);
        let people = own.map_or(LISTED_PEOPLE, |c| c.place.people);
        let other = best.filter(|c| {
            let spoken = unspoken
                && c.supported
                && !c.beside
                && c.own
                && c.place.people >= LARGE.min(people / OUTSHONE);
            named_so || far(c) && (c.contained || spoken && !c.place.countries.is_empty())
        });
        if let Some(other) = other {
            return Located {
                span: spot.span,
                loc: self.loc_of(spot, other, resolution),
                candidates,
                why: decided(resolution.decided, &other.place),
            };
        }
        let mut loc = listed.clone();
        // What the gazetteer knows more of the same place.
        let here = |c: &&Candidate| (country.is_empty() || c.place.countries.contains(&country)) && !far(c);
        let same =
            own.or_else(|| resolution.candidates.iter().filter(|_| listed.geonameid.is_none()).find(here));
        if let Some(same) = same {
            let region = same.place.kind.resolution();
            if listed.geonameid.is_none() && listed.resolution.as_deref() == Some("city") {
                loc.resolution = Some(region.to_string());
            }
            loc.radius_km = Some(same.place.radius_km);
            loc.admin1 = self.admin1(&same.place);
        }
        Located { span: spot.span, loc, candidates, why: "a place of the lexicon".into() }
    }

    /// A name that the lexicon does not list.
    fn looked_up(&self, spot: &Spot, resolution: &Resolution, context: &Context) -> Located {
        let words = spot.span.slice(self.text);
        let candidates = labels(self.gazetteer, &resolution.candidates);
        let best = resolution.candidates.first().filter(|_| resolution.chosen);
        if let Some(best) = best {
            let why = decided(resolution.decided, &best.place);
            return Located { span: spot.span, loc: self.loc_of(spot, best, resolution), candidates, why };
        }
        let mut loc = EventLoc {
            extracted_place: words.to_string(),
            resolution: Some("words".into()),
            note: resolution.note.clone(),
            ..EventLoc::default()
        };
        let mut why = "no place of this name is known".to_string();
        // The place itself is not known, but what holds it.
        let area = context.inside.iter().find(|c| c.area.is_some()).or(context.inside.first());
        if let Some(container) = area {
            why = format!("not known itself; it lies in or near {}", container.name);
            loc.resolved_place = Some(container.name.clone());
            loc.country_code.clone_from(&container.country);
            loc.resolution = Some("within".into());
            let state = container.country.as_deref().filter(|_| container.area.is_none());
            let area = container.area.or_else(|| {
                let country = self.lexicon.actor(state?)?;
                let (centre, reach) = self.gazetteer.part(state?, None)?;
                Some((country.position.unwrap_or(centre), reach))
            });
            if let Some(((lat, lon), radius)) = area {
                (loc.lat, loc.lon, loc.radius_km) = (Some(lat), Some(lon), Some(round(radius)));
            }
        } else if !candidates.is_empty() {
            why = resolution.note.clone().unwrap_or_default();
        }
        let all: f64 = context.countries.values().sum();
        let most = context.countries.iter().max_by(|a, b| a.1.total_cmp(b.1));
        let place = |n: &Name| n.kind == NameKind::Place && n.tokens.overlaps(spot.tokens);
        let seen = self.syntax.names.iter().any(place);
        if let Some((state, _)) = most.filter(|(_, n)| seen && is_words(&loc) && **n >= MOST_TALK * all) {
            // Where things happen that only the whole article tells.
            loc.country_code = Some(state.clone());
            loc.note.get_or_insert_with(|| {
                "the place is not known; its state is that of which the article speaks".into()
            });
        }
        Located { span: spot.span, loc, candidates, why }
    }

    fn admin1(&self, place: &Place) -> Option<String> {
        let region = place.admin1.filter(|r| *r != place.number)?;
        Some(self.gazetteer.place(region)?.name.to_string())
    }

    fn loc_of(&self, spot: &Spot, chosen: &Candidate, resolution: &Resolution) -> EventLoc {
        let place = &chosen.place;
        // A place that several states claim lies in the first of them for a map, and in none for a count.
        EventLoc {
            extracted_place: spot.span.slice(self.text).to_string(),
            resolved_place: Some(place.name.to_string()),
            lat: Some(place.lat),
            lon: Some(place.lon),
            country_code: place.country().map(str::to_string),
            geonameid: place.geonameid,
            resolution: Some(place.kind.resolution().to_string()),
            radius_km: Some(place.radius_km),
            admin1: self.admin1(place),
            note: resolution.note.clone(),
        }
    }

    /// The state that a sentence is about.
    fn state_of(&self, sentence: usize, but: &str) -> Option<String> {
        let countries = self.countries(sentence, "");
        let list = countries.iter().filter(|(k, _)| *k != but);
        list.max_by(|a, b| a.1.total_cmp(b.1).then_with(|| b.0.cmp(a.0))).map(|(k, _)| k.clone())
    }

    /// The place that a phrase tells by another.
    fn relative(&mut self, r: usize) -> Option<EventLoc> {
        let relative = &self.relatives[r];
        let (sentence, span, km, bearing, reach) =
            (relative.sentence, relative.span, relative.km, relative.bearing, relative.reach);
        let mut loc = EventLoc {
            extracted_place: span.slice(self.text).to_string(),
            resolution: Some("near".into()),
            ..EventLoc::default()
        };
        let told = relative_anchor(&relative.anchor);
        let mut settled = |n: usize| {
            self.settle(n);
            self.done[n].as_ref().map(|l| l.loc.clone()).filter(|l| !is_words(l))
        };
        let anchor = match &told {
            Told::Spot(n) | Told::Coast(n) => settled(*n)?,
            Told::Part(n) => {
                let state = settled(*n)?;
                let code = state.country_code.clone()?;
                let (centre, radius) = self.gazetteer.part(&code, bearing)?;
                (loc.lat, loc.lon, loc.radius_km) =
                    (Some(thousandth(centre.0)), Some(thousandth(centre.1)), Some(round(radius)));
                loc.country_code = Some(code);
                loc.resolved_place = state.resolved_place;
                return Some(loc);
            }
            Told::Between(a, b) => {
                let (one, other) = (settled(*a)?, settled(*b)?);
                let (p, q) = (point(&one)?, point(&other)?);
                let middle = (thousandth((p.0 + q.0) / 2.0), thousandth((p.1 + q.1) / 2.0));
                (loc.lat, loc.lon) = (Some(middle.0), Some(middle.1));
                loc.radius_km = Some(round(distance(p, q) / 2.0));
                loc.country_code = one.country_code.filter(|c| other.country_code.as_ref() == Some(c));
                loc.resolved_place = Some(format!(
                    "between {} and {}",
                    one.resolved_place.unwrap_or_default(),
                    other.resolved_place.unwrap_or_default()
                ));
                return Some(loc);
            }
            Told::Capital => {
                let place = self.gazetteer.capital(&self.state_of(sentence, "")?)?;
                EventLoc {
                    resolved_place: Some(place.name.to_string()),
                    lat: Some(place.lat),
                    lon: Some(place.lon),
                    country_code: place.country().map(str::to_string),
                    geonameid: place.geonameid,
                    radius_km: Some(place.radius_km),
                    ..EventLoc::default()
                }
            }
            Told::Border(one, other) => {
                let here = other.is_none();
                let other = match other {
                    Some(other) => other.clone(),
                    None => self.neighbour(sentence, one)?,
                };
                let ((lat, lon), radius) = self.gazetteer.border(one, &other)?;
                let name = |key: &str| self.lexicon.actor(key).map_or(key.to_string(), |a| a.name.clone());
                (loc.lat, loc.lon) = (Some(thousandth(lat)), Some(thousandth(lon)));
                loc.radius_km = Some(round(radius + reach));
                loc.resolved_place = Some(format!("border of {} and {}", name(&other), name(one)));
                loc.country_code = here.then_some(other);
                return Some(loc);
            }
        };
        let from = point(&anchor)?;
        loc.resolved_place.clone_from(&anchor.resolved_place);
        loc.country_code.clone_from(&anchor.country_code);
        let state = anchor.resolution.as_deref() == Some("country");
        match (km, bearing) {
            (Some(km), Some(bearing)) => {
                let to = moved(from, km, bearing);
                (loc.lat, loc.lon, loc.radius_km) = (Some(to.0), Some(to.1), Some(round(reach)));
                // So far off it may lie in another state, or in none.
                if km > NEAR_KM {
                    let there = self.gazetteer.nearest_state(to).filter(|(_, off)| *off < OPEN_SEA_KM);
                    let there = there.map(|(code, _)| code.to_string());
                    if there != loc.country_code {
                        loc.note = Some("by distance and direction alone, its state is doubtful".into());
                    }
                    loc.country_code = there;
                }
            }
            (None, Some(bearing)) if !state => {
                let to = moved(from, reach / 2.0, bearing);
                (loc.lat, loc.lon, loc.radius_km) = (Some(to.0), Some(to.1), Some(reach));
            }
            _ => {
                let wide = anchor
                    .country_code
                    .as_deref()
                    .filter(|_| state)
                    .and_then(|c| self.gazetteer.part(c, None));
                let own = wide.map_or(anchor.radius_km.unwrap_or(0.0), |w| w.1);
                (loc.lat, loc.lon, loc.radius_km) = (Some(from.0), Some(from.1), Some(round(own + reach)));
                loc.geonameid = anchor.geonameid.filter(|_| km.is_none());
            }
        }
        loc.admin1 = anchor.admin1.filter(|_| km.is_none_or(|km| km < NEAR_KM));
        Some(loc)
    }

    /// The neighbour of a state of which a sentence, or else the article, speaks most.
    fn neighbour(&self, sentence: usize, of: &str) -> Option<String> {
        let countries = self.countries(sentence, "");
        let list = countries.iter().filter(|(k, _)| *k != of && self.gazetteer.border(k, of).is_some());
        list.max_by(|a, b| a.1.total_cmp(b.1).then_with(|| b.0.cmp(a.0))).map(|(k, _)| k.clone())
    }

    /// Gives a report the place that its words mean.
    fn place(&mut self, report: &mut Report) {
        let sentence = report.text_info.sequence as usize;
        let range = Span { start: report.text_info.start, end: report.text_info.end };
        let object = self.object_of(report, range);
        let old = report.event_loc.clone();
        let Some(mut n) = object.or_else(|| self.spot_of(old.as_ref()?, range, sentence)) else {
            if old.is_none() {
                report.event_loc = self
                    .told_by_another(report, range, sentence)
                    .or_else(|| self.only_place(report, sentence));
            }
            return;
        };
        // What holds a place is less than the place: "in Mpeketoni, Kenya".
        let holder = |n: usize| {
            let held = |s: &Spot| s.inside.iter().any(|h| matches!(h, Held::Spot(m) if *m == n));
            let known = |m: usize| self.done[m].as_ref().is_some_and(|l| !is_words(&l.loc));
            (0..n).rev().take(3).find(|m| {
                held(&self.spots[*m]) && known(*m) && self.spots[*m].sentence == self.spots[n].sentence
            })
        };
        let mut depth = 0;
        while let Some(m) = holder(n).filter(|_| depth < 4) {
            n = m;
            depth += 1;
        }
        let new = self.done[n].as_ref().map(|l| l.loc.clone());
        let country =
            old.as_ref().is_some_and(|l| l.resolution.as_deref() == Some("country")) && object.is_none();
        // A phrase that tells it by another is nearer.
        let mine = |r: &Relative| match r.anchor {
            Anchor::Spot(m) | Anchor::Part(m) | Anchor::Coast(m) => m == n,
            Anchor::Between(a, b) => a == n || b == n,
            _ => false,
        };
        let own = self.relatives.iter().position(|r| r.sentence == self.spots[n].sentence && mine(r));
        if let Some(loc) = own.filter(|r| !self.is_used(*r)).and_then(|r| self.relative(r)) {
            report.event_loc = Some(loc);
            return;
        }
        if country && let Some(told) = self.told_by_another(report, range, sentence) {
            report.event_loc = Some(told);
            return;
        }
        report.event_loc = new.or(old);
    }

    /// Does a phrase only say which place of a name is meant?
    fn is_used(&self, r: usize) -> bool {
        self.spots.iter().any(|s| s.inside.iter().any(|h| matches!(h, Held::Relative(q) if *q == r)))
    }

    /// The name that a report's place was read from.
    fn spot_of(&self, loc: &EventLoc, range: Span, sentence: usize) -> Option<usize> {
        let words = loc.extracted_place.as_str();
        if let Some(here) = find_word(self.text, words, range)
            && let Some(n) = self.spots.iter().position(|s| s.span.overlaps(here))
        {
            return Some(n);
        }
        let near = |n: &usize| self.spots[*n].sentence.abs_diff(sentence);
        self.spots_by_words.get(words)?.iter().copied().min_by_key(|n| (near(n), *n))
    }

    /// The town on which a blow falls: in the event's own words or right behind them ("stormed Qusayr", "captured the town
    /// of Sake").
    fn object_of(&self, report: &Report, range: Span) -> Option<usize> {
        if !matches!(report.event.first(), Some(EventType::Assault | EventType::Coerce)) {
            return None;
        }
        let words = find_word(self.text, &report.event_text, range)?;
        let tokens = self.tokens_of(words)?;
        let town = |n: usize| {
            let loc = self.done[n].as_ref().map(|l| &l.loc);
            // "arrested an Oregon man".
            let owner = self.spots[n].tokens.iter().any(|t| {
                matches!(
                    self.syntax.deprel(t),
                    Deprel::Compound | Deprel::NmodDesc | Deprel::Amod | Deprel::NmodPoss
                ) && self.syntax.head(t).is_some_and(|h| !self.spots[n].tokens.contains(h))
                    && self.syntax.head(t).is_some_and(|h| sort_of(self.low(h.index())).is_none())
            });
            !owner && loc.is_some_and(|l| !matches!(l.resolution.as_deref(), Some("country" | "words")))
        };
        let verb = tokens.iter().find(|t| self.syntax.upos(*t) == Upos::Verb)?.index();
        let mut at = verb + 1;
        let stop = self.end_of(self.sentence_at(tokens.start));
        while at < tokens.end.index().max(verb + OBJECT).min(stop) {
            if let Some(n) = self.spot_at(at) {
                return town(n).then_some(n);
            }
            let word = self.low(at);
            let filler = matches!(word, "the" | "of" | "a" | "'s" | "an")
                || self.lexicon.is(Class::Settlement, word)
                || sort_of(word).is_some()
                || direction(word).is_some()
                || self.syntax.upos(TokenId(at as u32)) == Upos::Adj;
            if !filler {
                return None;
            }
            at += 1;
        }
        None
    }

    /// The only place of a sentence that a preposition puts things in and that the lexicon does not list.
    fn only_place(&self, report: &Report, sentence: usize) -> Option<EventLoc> {
        if !is_physical(report) {
            return None;
        }
        let located = |s: &Spot| {
            let before = s.tokens.start.index().checked_sub(1).map(|t| self.low(t)).unwrap_or_default();
            matches!(before, "in" | "at" | "near" | "outside" | "inside")
        };
        let mut list = (0..self.spots.len()).filter(|n| {
            let s = &self.spots[*n];
            s.sentence == sentence && s.listed.is_none() && located(s) && self.done[*n].is_some()
        });
        let one = list.next()?;
        let loc = self.done[one].as_ref().map(|l| l.loc.clone());
        loc.filter(|l| list.next().is_none() && !is_words(l) && l.radius_km.is_none_or(|r| r < WIDE_KM))
    }

    /// The only phrase of a sentence that tells a place by another, for an act that happens somewhere.
    fn told_by_another(&mut self, report: &Report, range: Span, sentence: usize) -> Option<EventLoc> {
        if !is_physical(report) {
            return None;
        }
        let list: Vec<usize> = (0..self.relatives.len())
            .filter(|r| self.relatives[*r].sentence == sentence && range.contains(self.relatives[*r].span))
            .filter(|r| !self.is_used(*r))
            .collect();
        match list[..] {
            [one] => self.relative(one),
            _ => None,
        }
    }
}

/// Is it done with hands and feet, so that it happens somewhere?
fn is_physical(report: &Report) -> bool {
    report.event.iter().any(|event| {
        report.quad_code == Quad::MaterialConflict && *event != EventType::Sanction
            || matches!(event, EventType::Mobilize | EventType::Retreat)
    })
}

/// As [`Anchor`], to be looked at while the rest changes.
enum Told {
    Spot(usize),
    Capital,
    Part(usize),
    Coast(usize),
    Between(usize, usize),
    Border(String, Option<String>),
}

fn relative_anchor(anchor: &Anchor) -> Told {
    match anchor {
        Anchor::Spot(n) => Told::Spot(*n),
        Anchor::Capital => Told::Capital,
        Anchor::Part(n) => Told::Part(*n),
        Anchor::Coast(n) => Told::Coast(*n),
        Anchor::Between(a, b) => Told::Between(*a, *b),
        Anchor::Border(a, b) => Told::Border(a.clone(), b.clone()),
    }
}

/// Does the article, or what stands beside the name, speak for the place?
fn is_spoken_for(resolution: &Resolution) -> bool {
    let best = resolution.candidates.first();
    resolution.chosen
        && best.is_some_and(|c| c.contained || c.supported && (c.own || !c.place.countries.is_empty()))
}

fn is_words(loc: &EventLoc) -> bool {
    loc.resolution.as_deref() == Some("words")
}

fn point(loc: &EventLoc) -> Option<(f64, f64)> {
    loc.lat.zip(loc.lon)
}

fn round(km: f64) -> f64 {
    km.round()
}

fn thousandth(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

fn starts_large(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// Where words stand in a part of a text, as whole words.
fn find_word(text: &str, words: &str, within: Span) -> Option<Span> {
    if words.is_empty() {
        return None;
    }
    let part = within.slice(text);
    let whole = |at: &usize| {
        let left = part[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        left && part[at + words.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric())
    };
    let at = part.match_indices(words).map(|(at, _)| at).find(whole)? + within.start as usize;
    Some(Span::new(at, at + words.len()))
}

/// Degrees from north by east of a direction's word.
fn direction(word: &str) -> Option<f64> {
    let stem =
        word.strip_suffix("ern").or_else(|| word.strip_suffix("wards")).or_else(|| word.strip_suffix("ward"));
    let stem = stem.unwrap_or(word).replace('-', "");
    Some(match stem.as_str() {
        "north" => 0.0,
        "northeast" => 45.0,
        "east" => 90.0,
        "southeast" => 135.0,
        "south" => 180.0,
        "southwest" => 225.0,
        "west" => 270.0,
        "northwest" => 315.0,
        _ => return None,
    })
}

fn labels(gazetteer: &Gazetteer, candidates: &[Candidate]) -> Vec<String> {
    let label = |c: &Candidate| {
        let people = if c.place.people > 0 { format!(", {} people", c.place.people) } else { String::new() };
        let reasons = [
            c.contained.then(|| "lies in what is named beside it".to_string()),
            (c.supported && !c.beside).then(|| "the article speaks of its state".to_string()),
            c.beside.then(|| "the article speaks of a neighbour of its state".to_string()),
            c.distance.filter(|d| *d < 300.0).map(|d| format!("{d:.0} km from another place of the article")),
            (!c.own).then(|| "by another spelling".to_string()),
        ];
        let reasons: Vec<String> = reasons.into_iter().flatten().collect();
        let reasons = if reasons.is_empty() { String::new() } else { format!("; {}", reasons.join("; ")) };
        format!("{} ({}{people}){reasons}", gazetteer.label(&c.place), c.place.kind.word())
    };
    candidates.iter().take(5).map(label).collect()
}

fn decided(by: &str, place: &Place) -> String {
    match by {
        "containment" => "what is named beside it holds it".into(),
        "country" => "the article speaks of its state".into(),
        "distance" => "it lies nearest to other places of the article".into(),
        "size" => "the largest of those that it may be".into(),
        _ if place.kind == Kind::Capital => "a capital".into(),
        _ => "the only one of this name".into(),
    }
}
