//! The learnt choice of keys: of all keys that a mention may have ([`super::weighing`]), which it has. It works last,
//! when the rules have read the whole article, and only where the network of acts sees the mention as somebody's part
//! in an act. The rules' key stands unless another is much likelier.
//!
//! A forest grown from annotated articles says it (`models/en/keys.md`, `training/keys`). Whoever is another one than the
//! rules have it says so in the evidence: `actor:chosen`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::weighing::{ALL_TRAITS, Candidate, MENTION_TRAITS};
use super::{Actors, Doubt, Kind, Mention, Party, Wording, pointed};
use crate::forest::{Forest, exp};
use crate::note::{Evidence, Note};
use crate::span::{Span, TokenId};
use crate::syntax::{ModelError, body, file};

/// The first bytes of the file; the number changes when the form or the traits do.
const MAGIC: &[u8] = b"detente keys 1\n";

/// The rule of a party whose key was chosen.
pub const CHOSEN: &str = "actor:chosen";

/// The trained forest and the shares from which it is believed.
#[derive(Debug)]
pub struct Keys {
    name: String,
    forest: Forest,
    /// How likely another key than the rules' must be, and how much likelier than theirs.
    least: f32,
    more: f32,
    /// How likely a key must be where the rules have none.
    open: f32,
}

impl Keys {
    /// Reads the choice from the bytes of its file (`models/en/keys.bin`).
    ///
    /// # Errors
    /// When the bytes are not such a file, are damaged, or belong to another version of this program.
    pub fn load(bytes: &[u8]) -> Result<Keys, ModelError> {
        let mut reader = file::Reader::new(body(bytes, MAGIC)?);
        let name = reader.text()?.to_owned();
        let mut share = || -> Result<f32, ModelError> {
            let share = reader.float()?;
            if (0.0..=1.0).contains(&share) {
                Ok(share)
            } else {
                Err(ModelError(format!("{share} is no share")))
            }
        };
        let (least, more, open) = (share()?, share()?, share()?);
        let forest = Forest::load(&mut reader, ALL_TRAITS)?;
        if reader.left() > 0 {
            return Err(ModelError("there is more in the file than a choice of keys".into()));
        }
        Ok(Keys { name, forest, least, more, open })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// How likely a key must be that an event's parties are weighed with, and how many of one mention are.
const LIKELY: f32 = 0.08;
const MANY: usize = 4;

/// Keys are given up that are so far behind the first after a part of the trees: the first thicket.
const BEHIND: f32 = 2.5;

/// What was weighed of one mention: each key with its share.
struct Weighed {
    at: usize,
    candidates: Vec<(Candidate, f32)>,
}

impl<'a> Actors<'a> {
    /// Gives mentions the keys that are likelier than those of the rules, and with them the words that stand for them.
    pub(super) fn choose_keys(&mut self, keys: &Keys, notes: &mut Vec<Note>) {
        let overlooked = self.overlooked();
        let new: HashSet<TokenId> = overlooked.iter().map(|m| m.head).collect();
        let mut mentions = std::mem::take(&mut self.mentions);
        mentions.extend(overlooked);
        mentions.sort_by_key(|m| m.head);
        let weighed = self.weigh_all(&mentions, keys);
        let chosen = likelier(&weighed, &mentions, keys);
        let span = |m: &Mention| self.syntax.cover(m.tokens);
        // Old key and new party of the mentions that are changed, by their words.
        let mut moved: HashMap<Span, (String, Party)> = HashMap::new();
        let mut parties: Vec<Option<Party>> = vec![None; mentions.len()];
        for (at, candidate) in chosen {
            let m = &mentions[at];
            let party = self.with_key(m, candidate, &mentions);
            let old = m.parties.first().map(|p| p.key.clone()).unwrap_or_default();
            moved.insert(span(m), (old, party.clone()));
            parties[at] = Some(party);
        }
        let mut doubts = self.doubts_of(&weighed, &mentions);
        if !moved.is_empty() {
            // "he", "the suspect": whoever points to them.
            for (at, m) in mentions.iter().enumerate() {
                let [party] = m.parties.as_slice() else { continue };
                let own = span(m);
                let to = party.why.spans.last().filter(|to| party.why.spans.len() > 1 && **to != own);
                let found = to.and_then(|to| moved.get(to)).filter(|(old, _)| *old == party.key);
                if parties[at].is_some() || found.is_none() {
                    continue;
                }
                let Some((_, new)) = found.cloned() else { continue };
                let follows = matches!(m.wording, Wording::Pronoun | Wording::Description);
                let spans = if follows { party.why.spans.clone() } else { vec![own] };
                let why = Evidence::new(CHOSEN, spans);
                let party = if follows {
                    Party { span: own, why, ..new }
                } else {
                    Party { key: new.key, sector: new.sector, why, ..party.clone() }
                };
                moved.insert(own, (m.parties[0].key.clone(), party.clone()));
                parties[at] = Some(party);
            }
            for (m, party) in mentions.iter_mut().zip(parties) {
                let Some(party) = party else { continue };
                self.open.remove(&m.head);
                self.resolved[m.head.index()] = Some(vec![party.clone()]);
                m.parties = vec![party];
            }
            notes
                .retain(|note| note.stage != "actor" || !note.span.is_some_and(|at| moved.contains_key(&at)));
        }
        for (doubt, w) in doubts.iter_mut().zip(&weighed) {
            doubt.mention = mentions[w.at].clone();
            let key = doubt.mention.parties.first().map_or("", |p| p.key.as_str());
            doubt.own = w.candidates.iter().find(|(c, _)| c.key == key).map_or(0.0, |(_, share)| *share);
            doubt.others.retain(|(p, _)| p.key != key);
        }
        self.doubts = doubts;
        // What is nobody after all is no mention.
        mentions.retain(|m| !m.parties.is_empty() || !new.contains(&m.head));
        self.mentions = mentions;
    }

    /// Weighs every mention that is somebody's part in an act.
    fn weigh_all(&self, mentions: &[Mention], keys: &Keys) -> Vec<Weighed> {
        let outlook = self.outlook(mentions);
        let mut all = Vec::new();
        let mut rows: Vec<[f32; ALL_TRAITS]> = Vec::new();
        for (at, m) in mentions.iter().enumerate() {
            // A state's own name is hardly ever another's.
            let state = m.wording == Wording::Name && m.parties.iter().all(|p| p.kind == Kind::State);
            if m.parties.len() > 1 || state && !m.parties.is_empty() || !outlook.is_seen(m) {
                continue;
            }
            let around = self.surroundings(&outlook, at);
            let candidates = self.key_candidates(&outlook, &around);
            let traits = self.mention_traits(&outlook, &around);
            let from = rows.len();
            for c in &candidates {
                let mut row = [0.0; ALL_TRAITS];
                row[..MENTION_TRAITS].copy_from_slice(&traits);
                let of_key = self.key_traits(&outlook, &around, c, candidates.len());
                row[MENTION_TRAITS..].copy_from_slice(&of_key);
                rows.push(row);
            }
            all.push((at, candidates, from..rows.len()));
        }
        // The first trees tell who is out of the question.
        let mut odds = vec![0.0; rows.len()];
        keys.forest.add_odds(&rows.iter().collect::<Vec<_>>(), 0..1, &mut odds);
        let mut left = Vec::new();
        for (_, _, range) in &all {
            let most = odds[range.clone()].iter().copied().fold(f32::MIN, f32::max);
            left.extend(range.clone().filter(|i| *i == range.start || odds[*i] >= most - BEHIND));
        }
        let mut sums: Vec<f32> = left.iter().map(|i| odds[*i]).collect();
        let rest: Vec<&[f32; ALL_TRAITS]> = left.iter().map(|i| &rows[*i]).collect();
        keys.forest.add_odds(&rest, 1..usize::MAX, &mut sums);
        for (i, sum) in left.into_iter().zip(sums) {
            odds[i] = sum;
        }
        let shared = |(at, candidates, range): (usize, Vec<_>, Range<usize>)| {
            let odds = &odds[range];
            let most = odds.iter().copied().fold(f32::MIN, f32::max);
            let shares: Vec<f32> = odds.iter().map(|o| exp((o - most).max(-30.0))).collect();
            let sum: f32 = shares.iter().sum();
            Weighed {
                at,
                candidates: candidates.into_iter().zip(shares.into_iter().map(|s| s / sum)).collect(),
            }
        };
        let mut weighed: Vec<Weighed> = all.into_iter().map(shared).collect();
        // People of one name whom the rules take for one are one.
        let mut names: BTreeMap<(String, &str), Vec<usize>> = BTreeMap::new();
        for (n, w) in weighed.iter().enumerate() {
            let m = &mentions[w.at];
            if let Some(name) = self.name_of(m) {
                let key = m.parties.first().map_or("", |p| p.key.as_str());
                names.entry((name, key)).or_default().push(n);
            }
        }
        for group in names.values().filter(|g| g.len() > 1) {
            let mut sums: BTreeMap<&str, f32> = BTreeMap::new();
            for n in group {
                for (c, share) in &weighed[*n].candidates {
                    *sums.entry(&c.key).or_insert(0.0) += share / group.len() as f32;
                }
            }
            let sums: BTreeMap<String, f32> = sums.into_iter().map(|(k, s)| (k.to_string(), s)).collect();
            for n in group {
                for (c, share) in &mut weighed[*n].candidates {
                    *share = sums[&c.key];
                }
            }
        }
        weighed
    }

    /// The likeliest keys of each mention, as parties.
    fn doubts_of(&self, weighed: &[Weighed], mentions: &[Mention]) -> Vec<Doubt> {
        let doubt = |w: &Weighed| {
            let mention = &mentions[w.at];
            let mut list: Vec<&(Candidate, f32)> =
                w.candidates.iter().filter(|(_, s)| *s >= LIKELY).collect();
            list.sort_by(|a, b| b.1.total_cmp(&a.1));
            list.truncate(MANY);
            let others =
                list.into_iter().map(|(c, share)| (self.with_key(mention, c, mentions), *share)).collect();
            Doubt { mention: mention.clone(), own: 0.0, others }
        };
        weighed.iter().map(doubt).collect()
    }

    /// A mention's party with another key.
    fn with_key(&self, m: &Mention, c: &Candidate, mentions: &[Mention]) -> Party {
        let span = self.syntax.cover(m.tokens);
        let from = c.from.and_then(|i| mentions[i].parties.iter().find(|p| p.key == c.key));
        let points = matches!(m.wording, Wording::Pronoun | Wording::Description);
        if let Some(from) = from.filter(|_| points)
            && let Some(party) = pointed(std::slice::from_ref(from), span, CHOSEN).pop()
        {
            return party;
        }
        let why = Evidence::new(CHOSEN, [span]);
        let (kind, name) = match m.parties.first() {
            Some(p) if !points => (Some(p.kind), Some(p.name.clone())),
            _ => (None, None),
        };
        let state = self.lexicon.is_state(&c.key);
        let kind = match kind {
            Some(Kind::State) if !state => Kind::People,
            Some(kind) => kind,
            None if state => Kind::State,
            None if c.key.contains('/') || c.key == "UNK" => Kind::People,
            None => from.map_or(Kind::Group, |p| p.kind),
        };
        let own = m.parties.first().filter(|_| !points);
        let listed = self.lexicon.actor(&c.key).filter(|_| kind != Kind::Person);
        Party {
            key: c.key.clone(),
            sector: c.sector.clone(),
            name: match (name, listed) {
                (_, Some(actor)) if kind != Kind::People => actor.name.clone(),
                (Some(name), _) => name,
                (None, _) => span.slice(self.text).to_string(),
            },
            wikidata: match listed {
                Some(actor) if kind != Kind::People => actor.wikidata.clone(),
                _ => own.filter(|p| p.kind == Kind::Person).and_then(|p| p.wikidata.clone()),
            },
            office: own.and_then(|p| p.office.clone()),
            kind,
            span,
            why,
        }
    }
}

/// The mentions for which another key is likelier than that of the rules, with that key.
fn likelier<'w>(weighed: &'w [Weighed], mentions: &[Mention], keys: &Keys) -> Vec<(usize, &'w Candidate)> {
    let change = |w: &'w Weighed| {
        let ruled = mentions[w.at].parties.first().filter(|p| !p.key.is_empty());
        let own = ruled.and_then(|p| w.candidates.iter().find(|(c, _)| c.key == p.key)).map(|(_, s)| *s);
        let (best, share) = w.candidates.iter().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        let takes = match (ruled, own) {
            (Some(p), Some(own)) => best.key != p.key && *share >= keys.least && share - own >= keys.more,
            _ => *share >= keys.open,
        };
        // That somebody is out of office, the words say; the trees do not see it.
        let left = ruled.is_some_and(|p| p.key.strip_suffix("/ELI") == Some(best.key.as_str()));
        (takes && !left).then_some((w.at, best))
    };
    weighed.iter().filter_map(change).collect()
}
