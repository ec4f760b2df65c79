//! Where: the place in which an event happened, told apart from the places of its parties. "in Tehran" is a
//! place; "Tehran said" is not.

use serde::{Deserialize, Serialize};

use crate::actor::{Actors, Party, PlaceName};
use crate::article::Article;
use crate::event::{Found, steps};
use crate::lexicon::{ActorKind, Form, Lexicon};
use crate::plover::{EventType, Quad};
use crate::span::{Span, TokenId, TokenRange};
use crate::syntax::{Deprel, Syntax, Upos};

mod weighing;

pub use weighing::{PLACE_TRAITS, PLACED_TRAITS, PlaceTrait, Scenes, Told};

/// Where it happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventLoc {
    /// The place's words in the text.
    pub extracted_place: String,
    /// Canonical name, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_place: Option<String>,
    /// Degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// ISO 3166 alpha-3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// GeoNames id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geonameid: Option<u32>,
    /// `country`, `region`, `city`, `site`; `within` where the place itself is not known, and what it lies in is given;
    /// `near` where the text tells it by another place ("20 km north of Mosul"); `words` where it is not resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// How far around the point it may be or reaches, in kilometres, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius_km: Option<f64>,
    /// The region of the first level below the state, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin1: Option<String>,
    /// What a careful reader would add: that nothing in the article says in which state it lies, or which other place it
    /// may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Prepositions that put an event somewhere.
fn locates(preposition: &str) -> bool {
    matches!(
        preposition,
        "in" | "at"
            | "near"
            | "outside"
            | "inside"
            | "across"
            | "around"
            | "throughout"
            | "off"
            | "over"
            | "within"
            | "on"
            | "along"
    )
}

/// How many sentences back an event of the body may take its place from.
const REACH: usize = 6;
/// A meeting moves on sooner.
const MEETING_REACH: usize = 3;
/// How many sentences of the body may say where a headline happened.
const LEAD_SENTENCES: usize = 3;
/// A place further than this from the root of its sentence is not where that sentence goes on.
const DEPTH: u32 = 6;
/// Words are said at a place that stands no further from them than this.
const NEAR: u32 = 4;
/// A town may stand this much further off than the country that it lies in.
const FINER: u32 = 2;
/// A dateline has its dash or bracket among its first bytes.
const DATELINE_BYTES: usize = 70;
/// Among this many first lines a dateline is looked for.
const DATELINE_LINES: usize = 4;

/// A place that a sentence names, and what it is.
struct Candidate {
    head: TokenId,
    loc: EventLoc,
    country: bool,
    /// Named by what lies there ("at Weber school").
    site: bool,
}

/// The place of an event: the located name that hangs nearest on its trigger or on a verb that governs it. A
/// name that no list holds keeps its words. What is done with hands and feet goes on where the story was, if it is
/// `news`; a headline happened where the lead says. `None` where nothing names a place for the event.
pub fn of(
    found: &Found,
    article: &Article,
    syntax: &Syntax,
    actors: &Actors,
    lexicon: &Lexicon,
    news: bool,
) -> Option<EventLoc> {
    let all = |number: usize| candidates(number, found, article, syntax, actors, lexicon);
    let own = all(found.sentence);
    let near = nearest(&own, |head| steps(syntax, found.trigger, head));
    // Words are said anywhere: what they are about lies elsewhere than where they are said.
    let physical = matches!(found.event.quad(), Quad::MaterialConflict) && found.event != EventType::Sanction
        || found.event == EventType::Consult && found.mode.as_deref() != Some("phone");
    let first = || {
        let headline = syntax.cover(syntax.sentences[found.sentence]);
        found.sentence == 0 && article.title.as_ref().is_some_and(|t| headline.end as usize <= t.len())
    };
    // What a speaker's clause is about is not where he speaks.
    let far = |c: &&Candidate| {
        // Of what is agreed the place belongs to the content: "plans to meet the envoys in Morstad".
        let planned = found.event == EventType::Agree && steps(syntax, found.trigger, c.head) <= NEAR;
        found.event.quad() != Quad::MaterialConflict
            && !planned
            && (steps(syntax, found.trigger, c.head) > NEAR || is_content(syntax, found.trigger, c.head))
    };
    if let Some(place) = near.filter(|c| !far(c)) {
        // A headline names the country where the lead names the town.
        if physical && place.country && (first() || found.sentence <= LEAD_SENTENCES && news) {
            let mut lead =
                (0..=LEAD_SENTENCES).filter(|n| *n != found.sentence && *n < syntax.sentences.len());
            let finer = lead.find_map(|number| {
                let lead: Vec<Candidate> = all(number)
                    .into_iter()
                    .filter(|c| {
                        !c.country
                            && (c.loc.country_code.is_none() || c.loc.country_code == place.loc.country_code)
                    })
                    .collect();
                in_main_clause(&lead, syntax).map(|c| c.loc.clone())
            });
            return finer.or(Some(place.loc.clone()));
        }
        return Some(place.loc.clone());
    }
    if !physical || !news {
        return None;
    }
    let reach = if found.event == EventType::Consult { MEETING_REACH } else { REACH };
    let back = (found.sentence.saturating_sub(reach)..found.sentence).rev();
    let lead = (1..=LEAD_SENTENCES).filter(|n| first() && *n < syntax.sentences.len());
    let around: Vec<Vec<Candidate>> = back.chain(lead).map(all).collect();
    let town =
        |list: &Vec<Candidate>| in_main_clause(list, syntax).filter(|c| !c.country).map(|c| c.loc.clone());
    let country = |list: &Vec<Candidate>| in_main_clause(list, syntax).map(|c| c.loc.clone());
    around.iter().find_map(town).or_else(|| dateline(article, syntax, actors, lexicon)).or_else(|| {
        // A meeting of states is in one of them or elsewhere.
        (found.event != EventType::Consult).then(|| around.iter().find_map(country)).flatten()
    })
}

/// Does the word stand in a clause that says what is asked or said, below the event's own word?
fn is_content(syntax: &Syntax, event: TokenId, word: TokenId) -> bool {
    let mut content = false;
    let mut t = word;
    for _ in 0..64 {
        if t == event {
            return content;
        }
        content |= matches!(syntax.deprel(t), Deprel::Ccomp | Deprel::Xcomp | Deprel::Acl | Deprel::AclRelcl);
        let Some(head) = syntax.head(t) else { return false };
        t = head;
    }
    false
}

/// The nearest candidate, a town before the country that it lies in.
fn nearest(list: &[Candidate], distance: impl Fn(TokenId) -> u32) -> Option<&Candidate> {
    let cost = |c: &Candidate| distance(c.head) + if c.country || c.site { FINER } else { 0 };
    list.iter().filter(|c| distance(c.head) < 99).min_by_key(|c| (cost(c), c.head))
}

/// The candidate nearest to the root of its sentence.
fn in_main_clause<'c>(list: &'c [Candidate], syntax: &Syntax) -> Option<&'c Candidate> {
    let depth = |mut t: TokenId| {
        let mut steps = 0;
        while let Some(h) = syntax.head(t).filter(|_| steps < 64) {
            t = h;
            steps += 1;
        }
        steps
    };
    nearest(list, depth).filter(|c| depth(c.head) <= DEPTH)
}

/// Does a phrase say where `found` happened? By its own preposition, as the name of one that does ("in the capital,
/// Morstad", "in the town of Morstad"), or as what a blow falls on. A state that is a party is no place.
fn is_located(
    found: &Found,
    syntax: &Syntax,
    actors: &Actors,
    t: TokenId,
    country: bool,
    listed: bool,
) -> bool {
    use EventType::{Aid, Assault, Coerce, Consult, Mobilize, Protest, Retreat};
    let event = found.event;
    let here = syntax.sentence_of(t) == found.sentence;
    let own = |t: TokenId| {
        actors.case(t).is_some_and(|p| match p {
            "on" | "over" => !country,
            "from" | "to" | "into" | "toward" | "towards" | "through" if !here => false,
            "from" => matches!(event, Protest | Retreat),
            "to" | "into" | "toward" | "towards" | "through" => {
                matches!(event, Protest | Mobilize)
                    || !country && event == Assault
                    || !country && matches!(event, Aid | Consult)
            }
            "of" => {
                // "the town of Morstad"; "the hands of Belmora" are no place.
                !country
                    && syntax.deprel(t) == Deprel::Nmod
                    && syntax.head(t).is_some_and(|h| {
                        syntax.upos(h) == Upos::Noun
                            && (listed || actors.is_settlement(h))
                            && actors.case(h).is_some_and(|p| {
                                locates(p) || event == Assault && matches!(p, "into" | "to" | "from")
                            })
                    })
            }
            p => locates(p),
        })
    };
    // "in the capital Morstad" may hang side by side.
    let beside = t.0.checked_sub(1).map(TokenId).is_some_and(|b| {
        actors.case(t).is_none()
            && syntax.upos(b) == Upos::Noun
            && actors.is_settlement(b)
            && actors.case(b).is_some_and(locates)
    });
    if own(t) || beside {
        return true;
    }
    let Some(head) = syntax.head(t) else { return false };
    match syntax.deprel(t) {
        Deprel::Appos | Deprel::Flat | Deprel::NmodDesc | Deprel::Compound if own(head) => true,
        // "in Morstad's suburbs".
        Deprel::NmodPoss if !country && listed && actors.case(head).is_some_and(locates) => true,
        // "shelled Morstad", "the shelling of Morstad", "the Morstad bombing".
        _ if country || !matches!(event, Assault | Coerce | Protest | Mobilize | Retreat) => false,
        Deprel::Obj | Deprel::NsubjPass => head == found.trigger && event == Assault,
        Deprel::Nmod => {
            // "the shelling of Morstad", "shelled the suburbs of Morstad".
            let part = matches!(syntax.deprel(head), Deprel::Obj | Deprel::NsubjPass)
                && syntax.head(head) == Some(found.trigger);
            (head == found.trigger && syntax.upos(head) == Upos::Noun || listed && part)
                && event == Assault
                && actors.case(t) == Some("of")
        }
        Deprel::Compound | Deprel::NmodDesc => head == found.trigger && syntax.upos(head) == Upos::Noun,
        _ => false,
    }
}

fn candidates(
    number: usize,
    found: &Found,
    article: &Article,
    syntax: &Syntax,
    actors: &Actors,
    lexicon: &Lexicon,
) -> Vec<Candidate> {
    let text = article.text.as_str();
    let sentence = syntax.sentences[number];
    let mut out = Vec::new();
    for place in actors.places().filter(|p| sentence.contains(p.head)) {
        // Where a visit goes is where it happens: "travelled to Riyadh", "visited Israel".
        let party = |list: &[Party]| list.iter().any(|p| p.span.overlaps(syntax.cover(place.tokens)));
        let loc = listed(&place, text, syntax, lexicon);
        let country = loc.resolution.as_deref() == Some("country");
        let visited = (found.mode.as_deref() == Some("visit")
            || found.event == EventType::Mobilize
            || found.event == EventType::Retreat && found.mode.as_deref() == Some("withdraw")
            || found.event == EventType::Assault && !country)
            && party(&found.recipients);
        if place.form == Form::Seat
            || is_called_on(found, actors, place.head, place.form, syntax.cover(place.tokens))
            || !visited && !is_located(found, syntax, actors, place.head, country, true)
        {
            continue;
        }
        out.push(Candidate { head: settlement(place.head, syntax, actors), loc, country, site: false });
    }
    for name in actors.unlisted().filter(|n| sentence.contains(n.start)) {
        let Some(head) = name.iter().find(|t| syntax.head(*t).is_none_or(|h| !name.contains(h))) else {
            continue;
        };
        // What is struck may be a person.
        if matches!(syntax.deprel(head), Deprel::Obj | Deprel::NsubjPass)
            || !is_located(found, syntax, actors, head, false, false)
        {
            continue;
        }
        let words = whole_name(name, syntax, text);
        if words.chars().filter(|c| c.is_alphabetic()).count() < 3 {
            continue;
        }
        let loc =
            EventLoc { extracted_place: words, resolution: Some("words".into()), ..EventLoc::default() };
        let site = matches!(syntax.deprel(head), Deprel::Compound | Deprel::NmodDesc | Deprel::Amod);
        out.push(Candidate { head: settlement(head, syntax, actors), loc, country: false, site });
    }
    out
}

/// "called on Morstad", "pressure over Morstad": a capital that is a party there is no place.
fn is_called_on(found: &Found, actors: &Actors, head: TokenId, form: Form, span: Span) -> bool {
    form == Form::Capital
        && matches!(actors.case(head), Some("on" | "over"))
        && found.actors.iter().chain(&found.recipients).any(|p| p.span.overlaps(span))
}

/// "the town of Morstad" stands where "town" stands.
fn settlement(t: TokenId, syntax: &Syntax, actors: &Actors) -> TokenId {
    let noun = syntax.head(t).filter(|h| syntax.deprel(t) == Deprel::Nmod && actors.is_settlement(*h));
    noun.unwrap_or(t)
}

/// The words of a name with the capitals that stand right before it: "Middle East", "Great Hall".
fn whole_name(name: TokenRange, syntax: &Syntax, text: &str) -> String {
    let mut start = name.start;
    while let Some(before) = start.0.checked_sub(1).map(TokenId) {
        let span = syntax.span(before);
        let joined = text.get(span.end as usize..syntax.span(start).start as usize) == Some(" ");
        let capital = span.slice(text).chars().next().is_some_and(char::is_uppercase);
        if !joined || !capital || !matches!(syntax.upos(before), Upos::Propn | Upos::Adj | Upos::Noun) {
            break;
        }
        start = before;
    }
    syntax.span(start).cover(syntax.cover(name)).slice(text).to_string()
}

/// The places that a text names, in its order: towns, regions, states by their own names and capitals. A capital that
/// acts for its state ("Morstad said") is among them.
pub fn named(text: &str, syntax: &Syntax, actors: &Actors, lexicon: &Lexicon) -> Vec<(Span, EventLoc)> {
    let mut places: Vec<PlaceName> = actors.places().filter(|p| p.form != Form::Seat).collect();
    places.sort_by_key(|p| p.tokens.start);
    places.iter().map(|p| (syntax.cover(p.tokens), listed(p, text, syntax, lexicon))).collect()
}

/// A place of the lexicon.
fn listed(place: &PlaceName, text: &str, syntax: &Syntax, lexicon: &Lexicon) -> EventLoc {
    let actor = &lexicon.actors[place.index as usize];
    let country = match actor.kind {
        ActorKind::State => Some(actor.key.clone()),
        _ => actor.country.as_deref().map(str::to_string),
    };
    let resolution = match (actor.kind, place.form) {
        (ActorKind::State, Form::Name) => "country",
        (ActorKind::Place, _) | (_, Form::Capital) => "city",
        (ActorKind::State, Form::Seat) => "site",
        _ => "words",
    };
    let words = syntax.cover(place.tokens).slice(text).to_string();
    // A palace is not in the middle of its state.
    let position = actor.position.filter(|_| place.form != Form::Seat);
    EventLoc {
        resolved_place: Some(if resolution == "country" { actor.name.clone() } else { words.clone() }),
        extracted_place: words,
        lat: position.map(|p| p.0),
        lon: position.map(|p| p.1),
        country_code: country,
        geonameid: actor.geonameid.filter(|_| place.form != Form::Seat),
        resolution: Some(resolution.to_string()),
        ..EventLoc::default()
    }
}

/// Where the report was filed: "MORSTAD, March 6 (agency) –", "Morstad (agency) –".
fn dateline(article: &Article, syntax: &Syntax, actors: &Actors, lexicon: &Lexicon) -> Option<EventLoc> {
    article.lines().take(DATELINE_LINES).find_map(|line| {
        let words = line.slice(&article.text);
        let mut end = DATELINE_BYTES.min(words.len());
        while !words.is_char_boundary(end) {
            end -= 1;
        }
        let opening = &words[..end];
        let mark = opening.find([',', '(', '—', '–', '/']).or_else(|| opening.find(" -"))?;
        let name = opening[..mark].trim();
        let sign =
            |rest: &str| rest.contains([')', '—', '–', '/']) || rest.contains(" -") || rest.contains("- ");
        if name.is_empty() || name.split_whitespace().count() > 4 || !sign(&opening[mark..]) {
            return None;
        }
        let known = actors.places().find(|p| {
            let span = syntax.cover(p.tokens);
            span.start == line.start && span.len() == name.len() && p.form != Form::Seat
        });
        if let Some(place) = known {
            return Some(listed(&place, &article.text, syntax, lexicon));
        }
        let capitals = name.len() > 3 && name.chars().all(|c| c.is_uppercase() || c == ' ' || c == '-');
        capitals.then(|| EventLoc {
            extracted_place: name.to_string(),
            resolution: Some("words".into()),
            ..EventLoc::default()
        })
    })
}
