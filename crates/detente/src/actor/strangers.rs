//! People whom no list holds and whose party the words beside the name do not tell: found where the text introduces
//! them later, else one of the people of the country that the words beside the name give. Of whom these say nothing is
//! left open: that an article is about a state does not make everybody in it its citizen.

use std::collections::HashSet;

use super::{Actors, Kind, Party, Wording};
use crate::lexicon::{Form, RoleKind};
use crate::note::{Evidence, Note};
use crate::span::{Span, TokenId, TokenRange};
use crate::syntax::{NameKind, Upos};

/// The rule of a party that is one of the people of the state that the text gives it.
pub(super) const PRIVATE: &str = "actor:private-person";

impl Actors<'_> {
    /// Gives people whom nobody has placed a party, and with them the words that stand for them; the notes that they
    /// were left open go.
    pub(super) fn place_strangers(&mut self, notes: &mut Vec<Note>) {
        let s = self.syntax;
        let person =
            |t: TokenRange| s.names.iter().any(|n| n.kind == NameKind::Person && n.tokens.overlaps(t));
        let open: Vec<usize> = (0..self.mentions.len())
            .filter(|n| {
                let m = &self.mentions[*n];
                m.wording == Wording::Unlisted && m.parties.iter().all(|p| p.key.is_empty())
                    || m.wording == Wording::Name
                        && matches!(m.parties.as_slice(), [p] if p.key.is_empty() && p.kind == Kind::Person)
            })
            .collect();
        if open.is_empty() {
            return;
        }
        let range = |a: &Self, n: usize| a.mentions[n].tokens;
        let families: HashSet<String> = open
            .iter()
            .map(|n| range(self, *n))
            .filter(|r| r.len() > 1 && person(*r))
            .filter_map(|r| r.iter().next_back())
            .map(|t| self.lexicon.spelling(self.word(t)))
            .collect();
        let mut moved: Vec<(Span, Party)> = Vec::new();
        for full in [true, false] {
            for &n in &open {
                let words = range(self, n);
                let Some(last) = words.iter().next_back() else { continue };
                let last = self.lexicon.spelling(self.word(last));
                let titled = self.is_honorific(self.word(words.start));
                let bare = words.len() == 1 || words.len() == 2 && titled;
                if bare == full || bare && self.shared.contains(&last) {
                    continue;
                }
                let known = self.known.get(&last).filter(|p| bare && p.kind == Kind::Person);
                let span = s.cover(words);
                let party = match known {
                    Some(party) => {
                        let why = Evidence::new("actor:named-elsewhere", [span, party.span]);
                        Some(Party { span, why, ..party.clone() })
                    }
                    None if !bare && person(words) || titled && bare || families.contains(&last) => {
                        self.stranger(words)
                    }
                    None => None,
                };
                let Some(party) = party else { continue };
                self.know(words, &party);
                let mention = &mut self.mentions[n];
                self.resolved[mention.head.index()] = Some(vec![party.clone()]);
                mention.parties = vec![party.clone()];
                self.open.remove(&mention.head);
                moved.push((span, party));
            }
        }
        // "he", "the suspect": whoever points to them.
        for n in 0..self.mentions.len() {
            let span = s.cover(self.mentions[n].tokens);
            let head = self.mentions[n].head;
            let [party] = self.mentions[n].parties.as_slice() else { continue };
            if !party.key.is_empty() || party.why.rule == "actor:unlisted" {
                continue;
            }
            let found = party.why.spans.iter().rev().find_map(|w| moved.iter().find(|(at, _)| at == w));
            let Some((at, found)) = found else { continue };
            let why = Evidence::new(party.why.rule.clone(), [span, *at]);
            let party = Party { span, why, ..found.clone() };
            self.resolved[head.index()] = Some(vec![party.clone()]);
            self.mentions[n].parties = vec![party];
        }
        let placed = |note: &Note| moved.iter().any(|(at, _)| note.span == Some(*at));
        notes.retain(|note| note.stage != "actor" || !placed(note));
    }

    /// Whom a person stands for of whom the text says at most what they do and where they are from.
    fn stranger(&self, range: TokenRange) -> Option<Party> {
        let s = self.syntax;
        let span = s.cover(range);
        let head = self.head_of(range);
        // "[Omar al] Bakr": one part of a name.
        let after = self.word(range.end);
        if after.starts_with(char::is_lowercase) && self.is_name_particle(after) && range.len() == 1 {
            return None;
        }
        let mut titles = self.titles_of(head, range);
        // "deputy director Anna Bello" is no deputy.
        let goes_on = |end: TokenId| s.tokens.get(end.index()).is_some_and(|t| t.upos == Upos::Noun);
        titles
            .retain(|t| matches!(t.role.kind, RoleKind::Office | RoleKind::People) && !goes_on(t.tokens.end));
        let (home, body) = self.said_after(range);
        if let Some(body) = body.filter(|_| range.len() > 1) {
            return Some(body);
        }
        let home = home?;
        // Whoever is named as an attacker is nobody's armed force.
        let title = titles.into_iter().find(|t| t.role.sector != "UAF");
        let mut party = match title {
            Some(title) => self.role_party(title, &home),
            None => Party { key: format!("{}/CVL", home.key), sector: Some("CVL".into()), ..home.clone() },
        };
        let words = title.map(|t| s.cover(t.tokens));
        party.name = span.slice(self.text).to_string();
        party.office = title.filter(|t| t.role.kind == RoleKind::Office).map(|t| t.role.noun.clone());
        party.wikidata = None;
        party.kind = Kind::Person;
        party.span = span;
        party.why = Evidence::new(PRIVATE, std::iter::once(span).chain(words));
        Some(party)
    }

    /// What the words right after a name say of where somebody is from ("Anna Bello, 25, from Morstad") and whom they
    /// work for ("Anna Bello, legal director at Open Eyes").
    fn said_after(&self, range: TokenRange) -> (Option<Party>, Option<Party>) {
        /// How many words after the name they may stand.
        const REACH: usize = 14;
        let s = self.syntax;
        let sentence = s.sentences[s.sentence_of(range.start)];
        let (mut home, mut body) = (None, None);
        for n in (range.end.0..sentence.end.0).take(REACH) {
            let t = TokenId(n);
            let organisation = self.organisation_at(t);
            if matches!(s.upos(t), Upos::Verb | Upos::Aux | Upos::Sconj | Upos::Cconj)
                || self.person_at[n as usize] != super::NONE && organisation.is_none()
            {
                break;
            }
            let before = |t: TokenId| t.0.checked_sub(1).map_or("", |b| self.word(TokenId(b)));
            let the = before(t).eq_ignore_ascii_case("the");
            let small = if the { before(TokenId(n - 1)) } else { before(t) };
            let works = matches!(small, "of" | "at" | "for" | "with" | "from");
            if let Some(hit) = self.hit(t).filter(|h| h.form != Form::Person && h.tokens.start == t) {
                match self.modifier(hit.head) {
                    Some(state) if state.kind == Kind::State && (works || small == "in") => {
                        home = home.or(Some(state));
                    }
                    Some(group) if group.kind == Kind::Group && works && hit.form == Form::Name => {
                        let words = s.cover(hit.tokens);
                        body = body.or_else(|| Some(self.member(&group.key, group.sector, words, range)));
                    }
                    _ => {}
                }
            } else if let Some(role) = self.role(t).filter(|r| works && r.tokens.start == t) {
                // "Anna Bello of the army's northern command".
                let state = matches!(role.role.kind, RoleKind::Body | RoleKind::Force) && role.role.state;
                let own = self.own(role.head).first().filter(|p| state && !p.key.is_empty());
                let words = s.cover(role.tokens);
                body = body.or_else(|| Some(self.member(&own?.key, own?.sector.clone(), words, range)));
            } else if let Some(name) = organisation.filter(|r| works && r.start == t) {
                let known = self.own(self.head_of(name)).iter().find(|p| !p.key.is_empty());
                let words = s.cover(name);
                let key = words.slice(self.text).split_whitespace().collect::<Vec<_>>().join(" ");
                let (key, sector) = known.map_or((key, None), |p| (p.key.clone(), p.sector.clone()));
                body = body.or_else(|| Some(self.member(&key, sector, words, range)));
            }
        }
        (home, body)
    }

    /// The unlisted organisation that a word is in, as the model sees it.
    fn organisation_at(&self, t: TokenId) -> Option<TokenRange> {
        let mut names = self.syntax.names.iter();
        let name = names.find(|n| n.kind == NameKind::Organisation && n.tokens.contains(t))?;
        name.tokens.iter().all(|t| self.hit(t).is_none()).then_some(name.tokens)
    }

    /// A person as a member of an organisation.
    fn member(&self, body: &str, sector: Option<String>, words: Span, range: TokenRange) -> Party {
        let span = self.syntax.cover(range);
        Party {
            key: body.to_string(),
            sector,
            name: span.slice(self.text).to_string(),
            wikidata: None,
            office: None,
            kind: Kind::Person,
            span,
            why: Evidence::new("actor:introduced", [span, words]),
        }
    }
}
