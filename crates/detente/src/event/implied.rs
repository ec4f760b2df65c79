//! Parties that the sentence leaves unsaid and the article says nearby: whom a quarrel, a fight or an order is with.

use super::{FIGHT_REACH, Found, Reader};
use crate::actor::{Mention, Party};
use crate::lexicon::Else;
use crate::lexicon::class::Class;
use crate::note::Evidence;
use crate::plover::{Aux, EventType, Quad};
use crate::span::Span;

impl<'a> Reader<'a> {
    /// Is it only what something is done for, what is asked ("to quell unrest", "will they attack?"), or the content
    /// of a demand or promise that is told as an act of its own?
    pub(super) fn is_mere_wish(&self, f: &Found, told: &[Found]) -> bool {
        if !f.aux.contains(&Aux::Hypothetical) {
            return false;
        }
        let has = |rule: &str| f.evidence.iter().any(|e| e.rule == rule);
        // What can be done, or should be, is neither reported nor feared: "they can be held for a month".
        let able = |span: &Span| {
            matches!(&*span.slice(self.text).to_lowercase(), "can" | "could" | "should" | "ought")
        };
        let mut modals = f.evidence.iter().filter(|e| e.rule == "event:modal").flat_map(|e| &e.spans);
        let conflict = matches!(f.event.quad(), Quad::MaterialConflict | Quad::VerbalConflict);
        if has("event:purpose") || has("event:question") || conflict && modals.any(able) {
            return true;
        }
        let mut cur = f.trigger;
        for _ in 0..6 {
            let Some(head) = self.syntax.head(cur) else { break };
            let asks = |o: &Found| {
                o.trigger == head
                    && matches!(o.event, EventType::Request | EventType::Agree | EventType::Threaten)
            };
            if told.iter().any(asks) {
                return !has("event:condition");
            }
            cur = head;
        }
        false
    }

    // --------------------------------------------------- whom it must have hit

    /// An attack hits somebody. Where its own words name nobody, the rest of the article says whom the attacker
    /// fights; else rebels fight the state, the state the armed group that was named last, and whoever is neither
    /// hits the people of the place.
    pub(super) fn imply_recipients(&self, found: &mut [Found]) {
        for i in 0..found.len() {
            let f = &found[i];
            if !f.recipients.is_empty() || f.actors.len() != 1 {
                continue;
            }
            // "used tear gas to disperse the marchers".
            let beside = found.iter().find(|o| {
                o.sentence == f.sentence
                    && o.event.quad() == Quad::MaterialConflict
                    && !o.recipients.is_empty()
                    && o.actors.iter().any(|a| a.key == f.actors[0].key)
                    && !o.recipients.iter().any(|r| r.key == f.actors[0].key)
            });
            // "called it an insult and demanded an apology".
            let spoken = found.iter().find(|o| {
                o.sentence == f.sentence
                    && o.event.quad() == Quad::VerbalConflict
                    && o.recipients.len() == 1
                    && o.actors.iter().any(|a| a.key == f.actors[0].key)
            });
            // "expelled the envoy of Belmora and suspended talks".
            let quarrel = found.iter().find(|o| {
                o.sentence == f.sentence
                    && matches!(o.event.quad(), Quad::VerbalConflict | Quad::MaterialConflict)
                    && o.actors.iter().any(|a| a.key == f.actors[0].key)
                    && matches!(o.recipients.as_slice(), [r] if r.key != f.actors[0].key && !r.key.contains('/'))
            });
            let mut hit = match f.event {
                EventType::Assault | EventType::Coerce if beside.is_some() => {
                    beside.map(|o| o.recipients.clone()).unwrap_or_default()
                }
                EventType::Assault => self.adversaries(&f.actors[0], i, found),
                EventType::Request | EventType::Reject | EventType::Threaten if spoken.is_some() => {
                    spoken.map(|o| o.recipients.clone()).unwrap_or_default()
                }
                EventType::Request | EventType::Protest => {
                    let asked: Vec<Party> = self.authority(&f.actors[0], f).into_iter().collect();
                    let words =
                        asked.is_empty() && self.lexicon.is(Class::Demanding, self.syntax.lemma(f.trigger));
                    if words { self.quarrel(&f.actors[0], i, found) } else { asked }
                }
                EventType::Reject | EventType::Sanction if quarrel.is_some() => {
                    quarrel.map(|o| o.recipients.clone()).unwrap_or_default()
                }
                EventType::Reject => self.rebuffed(&f.actors[0], i, found),
                EventType::Threaten => self.fought(&f.actors[0], i, found),
                // A curfew holds for the people of the place.
                EventType::Coerce if matches!(f.mode.as_deref(), Some("curfew" | "martial-law")) => {
                    self.stand_in(Else::Civilians, f.trigger).into_iter().collect()
                }
                _ => continue,
            };
            let span = self.syntax.span(f.trigger);
            hit.retain(|p| p.key != f.actors[0].key);
            for p in &mut hit {
                p.why = Evidence::new("event:fights", [span, p.span]);
                p.span = span;
            }
            found[i].recipients = hit;
        }
    }

    /// Attacks that name whom they hit, the nearest to the event at `at` first; of two as near, the one told before.
    pub(super) fn attacks_near<'f>(&self, at: usize, found: &'f [Found]) -> Vec<&'f Found> {
        let here = found[at].sentence;
        let mut others: Vec<&Found> = found
            .iter()
            .filter(|o| o.event == EventType::Assault && !o.recipients.is_empty())
            .filter(|o| o.sentence.abs_diff(here) <= FIGHT_REACH)
            .collect();
        others.sort_by_key(|o| (o.sentence.abs_diff(here), o.sentence, o.trigger));
        others
    }

    /// Whom the party fights in the attacks that the article tells nearby.
    pub(super) fn fought(&self, actor: &Party, at: usize, found: &[Found]) -> Vec<Party> {
        let is = |list: &[Party]| list.iter().any(|p| p.key == actor.key);
        let others = self.attacks_near(at, found);
        let by_it = others.iter().find(|o| is(&o.actors)).map(|o| &o.recipients);
        let on_it = |o: &&&Found| is(&o.recipients) && !o.actors.iter().any(|a| a.key == "UNK");
        by_it.or_else(|| others.iter().find(on_it).map(|o| &o.actors)).cloned().unwrap_or_default()
    }

    /// Of whom the people, parties and organisations of a country ask what they ask of nobody named.
    pub(super) fn authority(&self, actor: &Party, f: &Found) -> Option<Party> {
        let span = self.syntax.span(f.trigger);
        let sector = actor.sector.as_deref()?;
        // Whoever protests at home protests against the state.
        if f.event == EventType::Protest
            && let Some((home, _)) = actor.key.split_once('/')
        {
            return self.actors.state(home, span, "event:asked");
        }
        let listed =
            || self.lexicon.actors.iter().find(|a| a.key == actor.key).and_then(|a| a.country.clone());
        match sector {
            "CVL" | "OPP" | "PTY" | "LEG" | "LAB" | "EDU" | "MED" | "REL" | "AGR" => {
                let home = match actor.key.split_once('/') {
                    Some((home, _)) => home.to_string(),
                    None => listed()?.to_string(),
                };
                self.actors.state(&home, span, "event:asked")
            }
            "NGO" | "IGO" => self.actors.state_about(f.sentence),
            _ => None,
        }
    }

    /// With whom the party has words just before: "called it an insult. He demanded an apology."
    pub(super) fn quarrel(&self, actor: &Party, at: usize, found: &[Found]) -> Vec<Party> {
        let here = found[at].sentence;
        let is = |list: &[Party]| list.iter().any(|p| p.key == actor.key);
        let words = |o: &Found| {
            matches!(
                o.event,
                EventType::Request | EventType::Accuse | EventType::Threaten | EventType::Reject
            )
        };
        found[..at]
            .iter()
            .rev()
            .filter(|o| o.sentence <= here && here - o.sentence <= 2 && words(o))
            .find_map(|o| {
                let other = match (o.actors.as_slice(), o.recipients.as_slice()) {
                    (_, [r]) if is(&o.actors) => r,
                    ([a], _) if is(&o.recipients) => a,
                    _ => return None,
                };
                (other.key != "UNK").then(|| vec![other.clone()])
            })
            .unwrap_or_default()
    }

    /// Whose demand or charge the party turns down: the one that was told of just before, to or of it.
    pub(super) fn rebuffed(&self, actor: &Party, at: usize, found: &[Found]) -> Vec<Party> {
        let here = found[at].sentence;
        let told = found
            .iter()
            .enumerate()
            .rev()
            .filter(|(i, o)| *i != at && o.sentence <= here && here - o.sentence <= 2)
            .find(|(_, o)| {
                matches!(
                    o.event,
                    EventType::Request | EventType::Accuse | EventType::Threaten | EventType::Reject
                ) && o.recipients.iter().any(|p| p.key == actor.key)
            })
            .map(|(_, o)| o.actors.clone());
        // A parliament or an opposition at home turns down the government.
        let at_home =
            matches!(actor.sector.as_deref(), Some("LEG" | "JUD" | "OPP")) && actor.key.contains('/');
        let state = actor.country(self.lexicon).filter(|_| at_home);
        let span = self.syntax.span(found[at].trigger);
        told.or_else(|| Some(vec![self.actors.state(state?, span, "event:doer-of")?])).unwrap_or_default()
    }

    /// Whom the party fights: as told nearby, else by what it is.
    pub(super) fn adversaries(&self, actor: &Party, at: usize, found: &[Found]) -> Vec<Party> {
        let s = self.syntax;
        let here = found[at].sentence;
        let others = self.attacks_near(at, found);
        // "denied involvement": in what was told before.
        if found[at].aux.contains(&Aux::Negated)
            && let Some(o) = others.iter().find(|o| o.sentence <= here)
        {
            return o.recipients.clone();
        }
        let armed = |p: &Party| matches!(p.sector.as_deref(), Some("REB" | "UAF"));
        // "claimed responsibility": for what was told of nobody, before what is told of it later.
        let its_own = |o: &&Found| o.sentence <= here && o.actors.iter().any(|a| a.key == actor.key);
        let unclaimed = |o: &&&Found| o.sentence <= here && o.actors.iter().all(|a| a.key == "UNK");
        let claimed = others.iter().find(unclaimed).filter(|_| armed(actor)).map(|o| o.recipients.clone());
        let told = self.fought(actor, at, found);
        if !told.is_empty() {
            return claimed.filter(|_| !others.iter().any(its_own)).unwrap_or(told);
        }
        if let Some(claimed) = claimed {
            return claimed;
        }
        let span = s.span(found[at].trigger);
        if armed(actor) {
            let home = actor.country(self.lexicon).map(str::to_string).or_else(|| {
                let listed = self.lexicon.actors.iter().find(|a| a.key == actor.key);
                listed.and_then(|a| a.country.as_deref()).map(str::to_string)
            });
            return home
                .and_then(|c| self.actors.state(&c, span, "event:fights"))
                .or_else(|| self.actors.state_about(here))
                .into_iter()
                .collect();
        }
        let state = actor.key.len() == 3 && actor.country(self.lexicon).is_some();
        if state {
            // The armed group that was spoken of last, or comes next.
            let near =
                |m: &&Mention| m.parties.len() == 1 && armed(&m.parties[0]) && m.parties[0].key != actor.key;
            let distance = |m: &Mention| {
                let there = s.sentence_of(m.head);
                (there.abs_diff(here), usize::from(there > here))
            };
            let group = self
                .actors
                .mentions
                .iter()
                .filter(near)
                .filter(|m| distance(m).0 <= FIGHT_REACH)
                .min_by_key(|m| distance(m));
            if let Some(m) = group {
                return m.parties.clone();
            }
        }
        self.stand_in(Else::Civilians, found[at].trigger).into_iter().collect()
    }

    // ------------------------------------------------------- status, speaker
}
