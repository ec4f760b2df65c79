//! Where: the place in which an event happened, told apart from the places of its parties. "in Tehran" is a
//! place; "Tehran said" is not.

use serde::{Deserialize, Serialize};

use crate::actor::Actors;
use crate::event::{Found, steps};
use crate::lexicon::{ActorKind, Form, Lexicon};
use crate::plover::{EventType, Quad};
use crate::span::TokenId;
use crate::syntax::{Deprel, Syntax};

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
    /// `country`, `region`, `city`, `site`, or `words` where it is not resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
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
const REACH: usize = 3;

/// Does a phrase say where? By its own preposition, or as the name of one that does ("in the capital, Morstad").
fn is_located(syntax: &Syntax, actors: &Actors, t: TokenId) -> bool {
    let own = |t: TokenId| actors.case(t).is_some_and(locates);
    own(t)
        || matches!(syntax.deprel(t), Deprel::Appos | Deprel::Flat | Deprel::NmodDesc | Deprel::Compound)
            && syntax.head(t).is_some_and(own)
}

/// The place of an event: the located name that hangs nearest on its trigger or on a verb that governs it. A
/// name that no list holds keeps its words. `None` where the sentence names no place for the event.
pub fn of(
    found: &Found,
    text: &str,
    syntax: &Syntax,
    actors: &Actors,
    lexicon: &Lexicon,
) -> Option<EventLoc> {
    // What is done with hands and feet goes on where the sentences before it were; words are said anywhere.
    let physical = matches!(found.event.quad(), Quad::MaterialConflict) && found.event != EventType::Sanction
        || found.event == EventType::Consult && found.mode.as_deref() != Some("phone");
    let reach = if physical { REACH } else { 0 };
    (found.sentence.saturating_sub(reach)..=found.sentence)
        .rev()
        .find_map(|sentence| in_sentence(sentence, found, text, syntax, actors, lexicon))
}

fn in_sentence(
    number: usize,
    found: &Found,
    text: &str,
    syntax: &Syntax,
    actors: &Actors,
    lexicon: &Lexicon,
) -> Option<EventLoc> {
    let sentence = syntax.sentences[number];
    let mut best: Option<(u32, EventLoc)> = None;
    let mut offer = |head: TokenId, loc: EventLoc| {
        let distance = steps(syntax, found.trigger, head);
        if best.as_ref().is_none_or(|(d, _)| distance < *d) {
            best = Some((distance, loc));
        }
    };
    for place in actors.places().filter(|p| sentence.contains(p.head)) {
        // Where a visit goes is where it happens: "travelled to Riyadh", "visited Israel".
        let visited = (found.mode.as_deref() == Some("visit")
            || matches!(found.event, EventType::Retreat | EventType::Mobilize))
            && found.recipients.iter().any(|p| p.span.overlaps(syntax.cover(place.tokens)));
        if !visited && !is_located(syntax, actors, place.head) || place.form == Form::Seat {
            continue;
        }
        let actor = &lexicon.actors[place.index as usize];
        let country = match actor.kind {
            ActorKind::State => Some(actor.key.clone()),
            _ => actor.country.clone(),
        };
        let resolution = match (actor.kind, place.form) {
            (ActorKind::State, Form::Name) => "country",
            (ActorKind::Place, _) | (_, Form::Capital) => "city",
            _ => "words",
        };
        let words = syntax.cover(place.tokens).slice(text).to_string();
        let loc = EventLoc {
            resolved_place: Some(if resolution == "country" { actor.name.clone() } else { words.clone() }),
            extracted_place: words,
            lat: actor.position.map(|p| p.0),
            lon: actor.position.map(|p| p.1),
            country_code: country,
            geonameid: actor.geonameid,
            resolution: Some(resolution.to_string()),
        };
        offer(place.head, loc);
    }
    for name in actors.unlisted().filter(|n| sentence.contains(n.start)) {
        let Some(head) = name.iter().find(|t| syntax.head(*t).is_none_or(|h| !name.contains(h))) else {
            continue;
        };
        if !is_located(syntax, actors, head) {
            continue;
        }
        let words = syntax.cover(name).slice(text).to_string();
        offer(
            head,
            EventLoc { extracted_place: words, resolution: Some("words".into()), ..EventLoc::default() },
        );
    }
    best.map(|(_, loc)| loc)
}
