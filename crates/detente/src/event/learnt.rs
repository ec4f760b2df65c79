//! Events told by words that no pattern of the lexicon knows but the learnt network sees ([`Act`]). The entries of
//! `lexicon/events/learnt.toml` say how sure it has to be and who stands in for a party that nobody names; who the
//! parties are is read from the network's own sights, and where it has none from the frame of the word.

use super::{Frame, Match, Reader, is_noun};
use crate::actor::Party;
use crate::lexicon::pattern::{Role, Trigger};
use crate::plover::EventType;
use crate::span::TokenId;
use crate::syntax::{Act, Upos};

/// Odds (natural logarithm) from which a word is taken for a party's.
const SURE: f32 = -0.4;

/// Odds from which it is taken where no word is sure.
const LIKELY: f32 = -2.0;

/// Odds from which an act is looked at that is not sure by itself.
const DOUBTFUL: f32 = -2.0;

/// How much surer the network has to be of an act whose actor nobody names.
const UNNAMED_ACTOR: f32 = 0.4;
/// … whose actor only the frame of the word gives.
const FRAMED_ACTOR: f32 = 0.8;
/// … whose recipient is only the likeliest.
const LIKELY_RECIPIENT: f32 = 0.8;
/// … that is done to nobody, where such acts are done to somebody.
const NO_RECIPIENT: f32 = 1.2;

impl<'a> Reader<'a> {
    /// The event that a learnt act may tell, and whether it is sure enough by itself: of the odds that the lexicon asks
    /// for, with a known actor.
    pub(super) fn learnt_match(&self, act: &Act) -> Option<(Match<'a>, bool)> {
        let entry = self.lexicon.learnt(act.event)?;
        let mut need = entry.learnt?;
        if act.odds < DOUBTFUL || !self.may_tell(act.word) {
            return None;
        }
        let frame = self.frame_of(act.word);
        // What the lexicon knows to be none ("killed in a crash") is none.
        if let Some(kind) = self.trigger_kind(act.word) {
            let lemma = self.syntax.lemma(act.word).to_lowercase();
            let mut same = self.lexicon.patterns(kind, &lemma).filter(|(e, _)| e.event == act.event);
            if same.any(|(_, pattern)| self.is_barred(pattern, &frame, &frame.phrases)) {
                return None;
            }
        }
        let mut actors = self.seen(&act.actors, Role::Actor, act.event);
        if actors.is_empty() {
            actors = self.framed(&frame, Role::Actor, act.event);
            need += FRAMED_ACTOR;
        }
        if actors.is_empty() {
            actors.extend(self.stand_in(entry.actor_else, act.word));
            need += UNNAMED_ACTOR - FRAMED_ACTOR;
        }
        let known = !actors.is_empty();
        let mut recipients = self.seen(&act.recipients, Role::Recipient, act.event);
        if recipients.is_empty() && actors.len() < 2 {
            recipients = self.likeliest(&act.recipients, act.event, &actors);
            need += if recipients.is_empty() { 0.0 } else { LIKELY_RECIPIENT };
        }
        // A state seldom does it to itself: more often it is its own soldiers or money that are spoken of.
        recipients.retain(|r| actors.iter().all(|a| a.key != r.key));
        if recipients.is_empty() && actors.len() < 2 {
            recipients = self.framed(&frame, Role::Recipient, act.event);
            recipients.retain(|r| !actors.iter().any(|a| a.key == r.key));
        }
        if recipients.is_empty() && actors.len() < 2 && !is_done_alone(act.event) {
            need += NO_RECIPIENT;
        }
        let sure = known && act.odds >= need;
        let mutual = recipients.is_empty() && actors.len() > 1 && is_done_together(act.event);
        let found = Match {
            entry,
            score: act.odds,
            lead: if mutual { 1 } else { actors.len() },
            actors,
            recipients,
            mutual,
            apart: Vec::new(),
            used: vec![act.word],
        };
        Some((found, sure))
    }

    /// Is the act the same as one of a pattern's whose trigger it hangs on, or the other way round ("launched an attack")?
    pub(super) fn is_told_beside(&self, act: &Act, matches: &[(TokenId, Match<'_>)]) -> bool {
        let s = self.syntax;
        matches.iter().any(|(t, m)| {
            m.entry.event == act.event && (s.head(act.word) == Some(*t) || s.head(*t) == Some(act.word))
        })
    }

    /// Verbs, nouns and adjectives tell events; names do not.
    fn may_tell(&self, t: TokenId) -> bool {
        matches!(self.syntax.upos(t), Upos::Verb | Upos::Noun | Upos::Adj) && !self.actors.is_in_name(t)
    }

    pub(super) fn frame_of(&self, t: TokenId) -> Frame {
        match self.trigger_kind(t) {
            Some(Trigger::Verb) => self.verb_frame(t, 4),
            Some(Trigger::Noun) => self.noun_frame(t),
            Some(Trigger::Adjective) => self.adjective_frame(t),
            _ if is_noun(self.syntax.upos(t)) => self.noun_frame(t),
            _ => self.verb_frame(t, 4),
        }
    }

    /// The parties that words name which the network takes for an act's.
    fn seen(&self, words: &[(TokenId, f32)], role: Role, event: EventType) -> Vec<Party> {
        let mut parties: Vec<Party> = Vec::new();
        for &(t, _) in words.iter().filter(|(_, odds)| *odds >= SURE) {
            for p in self.named_by(t, role, event) {
                if !parties.iter().any(|q| q.key == p.key) {
                    parties.push(p);
                }
            }
        }
        parties
    }

    /// Where no word is sure to name the recipient, the parties of the likeliest that names any but the actors.
    fn likeliest(&self, words: &[(TokenId, f32)], event: EventType, actors: &[Party]) -> Vec<Party> {
        let mut words: Vec<&(TokenId, f32)> = words.iter().filter(|w| w.1 >= LIKELY).collect();
        words.sort_by(|a, b| b.1.total_cmp(&a.1));
        let parties = |w: &(TokenId, f32)| {
            let mut parties = self.named_by(w.0, Role::Recipient, event);
            parties.retain(|p| actors.iter().all(|a| a.key != p.key));
            parties
        };
        words.into_iter().map(parties).find(|p| !p.is_empty()).unwrap_or_default()
    }

    /// The same from the word's frame: subject and owner do it, the object has it done to them.
    fn framed(&self, frame: &Frame, role: Role, event: EventType) -> Vec<Party> {
        let by = |prepositions: &'static [&'static str]| {
            frame.phrases.iter().filter(|(p, _)| prepositions.contains(&p.as_str())).map(|(_, t)| *t)
        };
        let words: Vec<TokenId> = match role {
            Role::Actor => {
                frame.subject.into_iter().chain(frame.owners.iter().copied()).chain(by(&["by"])).collect()
            }
            Role::Recipient => frame
                .object
                .into_iter()
                .chain(frame.indirect)
                .chain(by(&["against", "on", "with", "to", "of"]))
                .collect(),
        };
        words.into_iter().map(|t| self.named_by(t, role, event)).find(|p| !p.is_empty()).unwrap_or_default()
    }

    /// The parties of one word: itself, or who stands behind it.
    fn named_by(&self, t: TokenId, role: Role, event: EventType) -> Vec<Party> {
        let first_person = self.syntax.upos(t) == Upos::Pron
            && matches!(self.word(t).to_lowercase().as_str(), "i" | "we" | "us" | "me" | "our" | "my");
        if first_person {
            return self.speaker_at(t).into_iter().collect();
        }
        let own = self.actors.parties(t);
        if !own.is_empty() {
            return own;
        }
        match role {
            Role::Actor => self.actors.parties_behind(t),
            Role::Recipient => {
                let held = self.holders(t, event);
                if held.is_empty() { self.actors.parties_inside(t) } else { held }
            }
        }
    }
}

/// Two actors without a recipient do it with each other.
fn is_done_together(event: EventType) -> bool {
    use EventType::{Agree, Assault, Consult, Cooperate, Support};
    matches!(event, Consult | Cooperate | Agree | Assault | Support)
}

/// Such acts are often told without anybody to whom they are done.
fn is_done_alone(event: EventType) -> bool {
    use EventType::{Agree, Concede, Mobilize, Protest, Retreat};
    matches!(event, Agree | Mobilize | Retreat | Concede | Protest)
}
