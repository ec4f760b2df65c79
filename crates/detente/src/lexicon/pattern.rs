//! The pattern language of event entries: a little sentence in the active voice.
//!
//! `ACTOR cut|sever (tie|relation) with RECIPIENT` says: a verb "cut" or "sever" whose subject is the actor,
//! whose object is headed by "tie" or "relation", and a phrase with "with" that names the recipient. The
//! grammar is described for its writers in `lexicon/README.md`; this module turns the text into [`Pattern`]
//! and says what is wrong where it cannot.

/// Which party a slot names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who does it.
    Actor,
    /// Who gets it.
    Recipient,
}

/// Where in the clause a slot stands, after passives and the like have been undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Subject of the active verb.
    Subject,
    /// Object of the active verb.
    Object,
    /// Possessor or modifier of a noun trigger, or its "by" phrase.
    Owner,
    /// A phrase with one of these prepositions.
    Prep(Vec<Box<str>>),
}

/// A slot of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Actor or recipient.
    pub role: Role,
    /// Where it stands.
    pub place: Place,
    /// May be missing (`?`).
    pub optional: bool,
    /// The head noun must be one of these lemmas, when not empty.
    pub nouns: Vec<Box<str>>,
    /// It stands after the brackets, so it belongs to the clause: `agree [help] RECIPIENT`.
    pub in_clause: bool,
}

/// What kind of word the trigger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// A verb.
    Verb,
    /// A noun (`/n`).
    Noun,
    /// A predicate adjective (`/a`).
    Adjective,
    /// A modal (`/m`): the slots are those of its verb.
    Modal,
}

/// A clause that must complete the trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complement {
    /// Any clause (`[*]`).
    Any,
    /// A clause with one of these modals (`[must|should *]`).
    Modal(Vec<Box<str>>),
    /// A clause whose verb is one of these lemmas, each with an optional particle.
    Verbs(Vec<(Box<str>, Option<Box<str>>)>),
}

/// A phrase that a pattern asks for: its prepositions and the nouns that may head it.
pub type Phrase = (Vec<Box<str>>, Vec<Box<str>>);

/// One line of `match` of an event entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Lemmas of the trigger.
    pub words: Vec<Box<str>>,
    /// Verb, noun or adjective.
    pub trigger: Trigger,
    /// Particles, one of which must stand with the verb; empty for none.
    pub particles: Vec<Box<str>>,
    /// The slots.
    pub slots: Vec<Slot>,
    /// The object must be headed by one of these nouns; empty for none asked.
    pub object: Vec<Box<str>>,
    /// The subject (of a noun trigger: a modifier) must be one of these nouns; empty for none asked.
    pub subject: Vec<Box<str>>,
    /// Phrases that must be there: prepositions and head nouns; no nouns, any phrase or clause will do.
    pub phrases: Vec<Phrase>,
    /// Phrases that must not be there: `-in (crash|accident)`.
    pub never: Vec<Phrase>,
    /// The clause complement asked for.
    pub complement: Option<Complement>,
}

impl Pattern {
    /// How much the pattern asks for: its fixed words beside the trigger. Longer patterns win.
    pub fn fixed(&self) -> u32 {
        u32::from(!self.particles.is_empty())
            + u32::from(!self.object.is_empty())
            + u32::from(!self.subject.is_empty())
            + self.phrases.len() as u32
            + match &self.complement {
                None => 0,
                Some(Complement::Any) => 1,
                Some(Complement::Verbs(_) | Complement::Modal(_)) => 2,
            }
    }

    /// How many of its slots name their own noun: worth less than a fixed word, since the slot is filled anyway.
    pub fn named_slots(&self) -> u32 {
        self.slots.iter().filter(|s| !s.nouns.is_empty()).count() as u32
    }

    /// Reads a pattern.
    ///
    /// # Errors
    /// The byte in `text` where the fault is, and one sentence that says what is wrong and what to write.
    pub fn parse(text: &str) -> Result<Pattern, (usize, String)> {
        let mut pattern = Pattern {
            words: Vec::new(),
            trigger: Trigger::Verb,
            particles: Vec::new(),
            slots: Vec::new(),
            object: Vec::new(),
            subject: Vec::new(),
            phrases: Vec::new(),
            never: Vec::new(),
            complement: None,
        };
        let mut before: Vec<(Slot, bool)> = Vec::new();
        // Prepositions read and not yet used; `true` when they may be missing.
        let mut preps: Option<(Vec<Box<str>>, bool)> = None;
        let mut last_place: Option<Place> = None;
        for (at, word) in pieces(text)? {
            if let Some(slot) = slot(word, at)? {
                let (mut slot, owner) = slot;
                slot.in_clause = pattern.complement.is_some();
                if pattern.words.is_empty() && preps.is_none() {
                    before.push((slot, owner));
                    continue;
                }
                let place = match preps.take() {
                    Some((p, true)) => {
                        pattern.slots.push(Slot { place: Place::Object, optional: true, ..slot.clone() });
                        slot.optional = true;
                        Place::Prep(p)
                    }
                    Some((p, false)) if p.len() == 1 && &*p[0] == "and" => match &last_place {
                        Some(place) => place.clone(),
                        None => return Err((at, "`and` must follow another slot".into())),
                    },
                    Some((p, false)) => Place::Prep(p),
                    None => Place::Object,
                };
                last_place = Some(place.clone());
                slot.place = place;
                pattern.slots.push(slot);
                continue;
            }
            if let Some(inner) = word.strip_prefix('(') {
                let nouns = alternatives(inner.trim_end_matches(')'), at + 1)?;
                match preps.take() {
                    Some((mut p, _)) if p[0].starts_with('-') => {
                        p[0] = p[0].trim_start_matches('-').into();
                        pattern.never.push((p, nouns));
                    }
                    Some((p, _)) => pattern.phrases.push((p, nouns)),
                    None if pattern.words.is_empty() => pattern.subject = nouns,
                    None => pattern.object = nouns,
                }
                continue;
            }
            if let Some(inner) = word.strip_prefix('[') {
                let inner = inner.trim_end_matches(']').trim();
                pattern.complement = Some(if inner == "*" {
                    Complement::Any
                } else if let Some(modals) = inner.strip_suffix('*') {
                    Complement::Modal(alternatives(modals.trim(), at + 1)?)
                } else {
                    let mut verbs = Vec::new();
                    for verb in inner.split('|') {
                        let mut parts = verb.split_whitespace();
                        let lemma =
                            parts.next().ok_or((at, "an empty alternative in brackets".to_string()))?;
                        verbs.push((lemma.into(), parts.next().map(|p| p.trim_start_matches('+').into())));
                    }
                    Complement::Verbs(verbs)
                });
                preps = None;
                continue;
            }
            if let Some(particle) = word.strip_prefix('+') {
                pattern.particles = alternatives(particle, at + 1)?;
                continue;
            }
            if pattern.words.is_empty() {
                if word == "be" {
                    continue;
                }
                let (lemmas, kind) = match word.rsplit_once('/') {
                    Some((w, "n")) => (w, Trigger::Noun),
                    Some((w, "a")) => (w, Trigger::Adjective),
                    Some((w, "v")) => (w, Trigger::Verb),
                    Some((w, "m")) => (w, Trigger::Modal),
                    Some((_, other)) => {
                        return Err((
                            at,
                            format!("`/{other}` is no kind of trigger; write /n, /a, /m or nothing"),
                        ));
                    }
                    None => (word, Trigger::Verb),
                };
                pattern.words = alternatives(lemmas, at)?;
                pattern.trigger = kind;
                continue;
            }
            let optional = word.ends_with('?');
            let list = alternatives(word.trim_end_matches('?'), at)?;
            preps = Some((list, optional));
        }
        if pattern.words.is_empty() {
            return Err((0, "no trigger: a pattern needs one word in lower case".into()));
        }
        if let Some((mut p, false)) = preps {
            if p[0].starts_with('-') {
                p[0] = p[0].trim_start_matches('-').into();
                pattern.never.push((p, Vec::new()));
            } else {
                // "suspect RECIPIENT of": whatever follows the preposition, it must be there.
                pattern.phrases.push((p, Vec::new()));
            }
        }
        for (mut slot, owner) in before.into_iter().rev() {
            slot.place = match pattern.trigger {
                Trigger::Noun => Place::Owner,
                _ if owner => Place::Owner,
                _ => Place::Subject,
            };
            pattern.slots.insert(0, slot);
        }
        Ok(pattern)
    }
}

/// Cuts a pattern at spaces, keeping brackets and parentheses whole; gives each piece with its byte.
fn pieces(text: &str) -> Result<Vec<(usize, &str)>, (usize, String)> {
    let mut out = Vec::new();
    let mut start = None;
    let mut close = None;
    let mut angle = false;
    for (i, c) in text.char_indices() {
        if let Some((open_at, want)) = close {
            if c == want {
                close = None;
                out.push((open_at, &text[open_at..=i]));
                start = None;
            }
            continue;
        }
        match c {
            '<' => angle = true,
            '>' => angle = false,
            '(' | '[' if start.is_none() => close = Some((i, if c == '(' { ')' } else { ']' })),
            c if c.is_whitespace() && !angle => {
                if let Some(s) = start.take() {
                    out.push((s, &text[s..i]));
                }
            }
            _ => {
                start.get_or_insert(i);
            }
        }
    }
    if let Some((at, want)) = close {
        return Err((at, format!("no closing `{want}`")));
    }
    if let Some(s) = start {
        out.push((s, &text[s..]));
    }
    Ok(out)
}

/// Reads `ACTOR`, `RECIPIENT?`, `ACTOR's`, `RECIPIENT<envoy|diplomat>`; `None` for any other word.
fn slot(word: &str, at: usize) -> Result<Option<(Slot, bool)>, (usize, String)> {
    let (role, rest) = if let Some(rest) = word.strip_prefix("ACTOR") {
        (Role::Actor, rest)
    } else if let Some(rest) = word.strip_prefix("RECIPIENT") {
        (Role::Recipient, rest)
    } else if word.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Err((
            at,
            format!("`{word}` is no slot; slots are ACTOR and RECIPIENT, words are in lower case"),
        ));
    } else {
        return Ok(None);
    };
    let mut rest = rest;
    let mut slot = Slot { role, place: Place::Subject, optional: false, nouns: Vec::new(), in_clause: false };
    let mut owner = false;
    while !rest.is_empty() {
        if let Some(r) = rest.strip_prefix('?') {
            slot.optional = true;
            rest = r;
        } else if let Some(r) = rest.strip_prefix("'s").or_else(|| rest.strip_prefix("’s")) {
            owner = true;
            rest = r;
        } else if let Some(r) = rest.strip_prefix('<') {
            let Some((inner, r)) = r.split_once('>') else {
                return Err((at, "no closing `>`".into()));
            };
            slot.nouns = alternatives(inner, at)?;
            rest = r;
        } else {
            return Err((at, format!("`{rest}` after a slot is not understood; write ?, 's or <noun|noun>")));
        }
    }
    Ok(Some((slot, owner)))
}

fn alternatives(text: &str, at: usize) -> Result<Vec<Box<str>>, (usize, String)> {
    let list: Vec<Box<str>> = text.split('|').map(|w| w.trim().into()).collect();
    if list.iter().any(|w| w.is_empty()) {
        return Err((at, format!("an empty alternative in `{text}`")));
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Pattern {
        Pattern::parse(text).unwrap_or_else(|(at, e)| panic!("{text}: byte {at}: {e}"))
    }

    #[test]
    fn a_slot_before_the_verb_is_its_subject_and_one_after_it_its_object() {
        let p = read("ACTOR attack|raid RECIPIENT");
        assert_eq!(p.words.len(), 2);
        assert_eq!(p.slots[0].place, Place::Subject);
        assert_eq!(p.slots[1].place, Place::Object);
    }

    #[test]
    fn parentheses_fix_the_object_or_the_phrase_of_the_preposition_before_them() {
        let p = read("RECIPIENT come under (fire|attack) from ACTOR");
        assert_eq!(p.phrases, vec![(vec!["under".into()], vec!["fire".into(), "attack".into()])]);
        assert_eq!(p.slots[1].place, Place::Prep(vec!["from".into()]));
        let p = read("ACTOR call +off (talk|visit) with RECIPIENT");
        assert_eq!(p.object.len(), 2);
        assert_eq!(&*p.particles[0], "off");
    }

    #[test]
    fn nouns_before_the_trigger_are_its_subject_and_a_last_preposition_must_be_there() {
        assert_eq!(read("(bomb|mine) explode in RECIPIENT?").subject.len(), 2);
        assert_eq!(read("ACTOR suspect RECIPIENT of").phrases, vec![(vec!["of".into()], vec![])]);
    }

    #[test]
    fn a_phrase_with_a_minus_must_be_absent() {
        let p = read("ACTOR? kill RECIPIENT -in|by (crash|accident)");
        assert_eq!(p.never, vec![(vec!["in".into(), "by".into()], vec!["crash".into(), "accident".into()])]);
        assert!(p.phrases.is_empty());
        assert_eq!(read("ACTOR deny (role) -in").never, vec![(vec!["in".into()], vec![])]);
    }

    #[test]
    fn an_owner_slot_belongs_to_a_noun() {
        let p = read("ACTOR's attack|raid/n on|against RECIPIENT?");
        assert_eq!(p.trigger, Trigger::Noun);
        assert_eq!(p.slots[0].place, Place::Owner);
        assert!(p.slots[1].optional);
    }

    #[test]
    fn complements_and_slot_nouns_are_kept() {
        let p = read("ACTOR agree [withdraw|pull +out] from RECIPIENT<envoy>");
        assert_eq!(
            p.complement,
            Some(Complement::Verbs(vec![("withdraw".into(), None), ("pull".into(), Some("out".into()))]))
        );
        assert_eq!(p.slots[1].nouns.len(), 1);
    }

    #[test]
    fn faults_say_where_they_are() {
        assert_eq!(Pattern::parse("ACTOR ATTACK RECIPIENT").err().map(|e| e.0), Some(6));
        assert!(Pattern::parse("ACTOR RECIPIENT").is_err());
        assert!(Pattern::parse("ACTOR open (fire on RECIPIENT").is_err());
    }
}
