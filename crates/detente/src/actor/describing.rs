//! The party behind a description or a pronoun ("the group", "the two sides", "they"): what the article makes them.

use super::{Actors, Kind, Party, Recent, RoleHit, civilians, pointed};
use crate::lexicon::class::Class;
use crate::note::Evidence;
use crate::span::{Span, TokenId};
use crate::syntax::{Deprel, Upos};

impl<'a> Actors<'a> {
    /// "the group", "the kingdom", "both sides": what the article makes them.
    pub(super) fn by_description(&mut self, role: RoleHit<'a>) -> Vec<Party> {
        let s = self.syntax;
        let span = s.cover(role.tokens);
        // "the group Hamas", "the Palestinian group, Hamas": the name stands beside it.
        let beside: Vec<TokenId> = role
            .tokens
            .iter()
            .flat_map(|t| s.children(t).to_vec())
            .filter(|c| {
                matches!(
                    s.deprel(*c),
                    Deprel::Appos | Deprel::Flat | Deprel::NmodDesc | Deprel::Compound | Deprel::NmodUnmarked
                )
            })
            .collect();
        for c in beside {
            let found = if matches!(s.deprel(c), Deprel::Compound) && self.hit(c).is_some() {
                self.modifier(c).into_iter().filter(|p| p.kind == Kind::Group).collect()
            } else {
                self.resolve(c)
            };
            if found.iter().any(|p| !p.key.is_empty()) {
                return found;
            }
        }
        if let Some(head) = s.head(role.head).filter(|_| {
            matches!(s.deprel(role.head), Deprel::Compound | Deprel::NmodDesc | Deprel::Appos | Deprel::Flat)
        }) {
            let found = self.resolve(head);
            if found.iter().any(|p| p.kind == Kind::Group && !p.key.is_empty()) {
                return found;
            }
        }
        let definite = role.tokens.iter().any(|t| {
            s.children(t).iter().any(|c| {
                matches!(s.deprel(*c), Deprel::Det | Deprel::NmodPoss | Deprel::DetPredet)
                    && !matches!(
                        s.lemma(*c),
                        "a" | "an" | "some" | "any" | "no" | "every" | "each" | "another"
                    )
            })
        });
        if !definite && !matches!(role.role.sector.as_str(), "pair" | "count") {
            return Vec::new();
        }
        let now = s.sentence_of(role.head);
        // "these groups", "the countries" are several, and stand for several named together.
        let plural = self.word(role.head).to_lowercase() != s.lemma(role.head);
        if plural && !matches!(role.role.sector.as_str(), "pair" | "count") {
            // "the comments", "the groups of the opposition": no parties, or others than those named before.
            let sector = role.role.sector.as_str();
            let owned = |c: &TokenId| {
                s.deprel(*c) == Deprel::Nmod
                    && self.case(*c).is_some_and(|p| matches!(p, "of" | "from" | "by"))
            };
            if matches!(sector, "event" | "paper" | "none" | "name" | "sport")
                || s.children(role.head).iter().any(owned)
            {
                return Vec::new();
            }
            return self
                .recent
                .iter()
                .rev()
                .filter(|r| now - r.sentence <= 5 && r.token < role.head)
                .filter(|r| sector != "group" || r.kind != Kind::State)
                .find(|r| r.plural && r.parties.len() > 1 && r.kind != Kind::People)
                .map(|r| pointed(&r.parties, span, "actor:description"))
                .unwrap_or_default();
        }
        let near = |r: &&Recent| now - r.sentence <= 5 && r.token < role.head;
        match role.role.sector.as_str() {
            "event" | "paper" | "none" | "name" | "sport" => Vec::new(),
            // "Thousands rallied": people; of what else they are thousands, a phrase says.
            "count" => {
                let alone = role.tokens.iter().flat_map(|t| s.children(t)).all(|c| {
                    matches!(
                        s.deprel(*c),
                        Deprel::Det
                            | Deprel::Amod
                            | Deprel::Advmod
                            | Deprel::AclRelcl
                            | Deprel::Acl
                            | Deprel::Nummod
                    )
                });
                let argument = matches!(s.deprel(role.head), Deprel::Nsubj | Deprel::NsubjPass | Deprel::Obj);
                let people = alone && argument;
                self.state_of_scene(now).filter(|_| people).map(|p| civilians(p, span)).into_iter().collect()
            }
            "coalition" => {
                self.coalition_before().map(|p| pointed(&[p], span, "actor:description")).unwrap_or_default()
            }
            "state" => {
                // "its former colony": somebody else than whose it is.
                let owner = s.children(role.head).iter().find(|c| s.deprel(**c) == Deprel::NmodPoss);
                let owner = owner.map(|c| self.resolve(*c)).unwrap_or_default();
                // "his country": where he is from.
                if let [one] = owner.as_slice()
                    && matches!(one.kind, Kind::Person | Kind::People)
                    && let Some(home) = one.country(self.lexicon)
                {
                    return self.state(home, span, "actor:description").into_iter().collect();
                }
                let other = |r: &&Recent| !r.parties.iter().any(|p| owner.iter().any(|o| o.key == p.key));
                let back = self
                    .recent
                    .iter()
                    .rev()
                    .filter(near)
                    .find(|r| r.kind == Kind::State && !r.plural && other(r));
                if !owner.is_empty() && back.is_none() {
                    return Vec::new();
                }
                // "elsewhere in the country": where the things told just before happened.
                let there = self
                    .is_located(role.head)
                    .then(|| (now.saturating_sub(2)..=now).rev().find_map(|n| self.place_of(s.sentences[n])))
                    .flatten()
                    .and_then(|country| self.state(country, span, "actor:description"));
                if let Some(there) = there {
                    return vec![there];
                }
                match back {
                    Some(r) => pointed(&r.parties, span, "actor:description"),
                    None => self.state_about(now).into_iter().collect(),
                }
            }
            "pair" => {
                // "both countries" are rather states than people.
                let states = ["country", "nation", "state"].iter().any(|w| role.role.noun.ends_with(w));
                let pair = if states { self.states_before(role.head, span) } else { Vec::new() };
                let pair = if pair.is_empty() { self.pair_before(role.head, span) } else { pair };
                if pair.is_empty() { self.sides_of_war(role, span) } else { pair }
            }
            wanted => {
                let kind = if wanted == "person" { Kind::Person } else { Kind::Group };
                // "the group", "the movement" is no union of states.
                let last = role.role.noun.rsplit(' ').next().unwrap_or_default();
                let union = self.lexicon.is(Class::Union, last);
                self.recent
                    .iter()
                    .rev()
                    .filter(near)
                    .find(|r| {
                        r.kind == kind
                            && r.parties.iter().any(|p| !p.key.is_empty())
                            && (union && r.parties[0].sector.as_deref() == Some("IGO")
                                || kind != Kind::Group
                                || !matches!(
                                    r.parties[0].sector.as_deref(),
                                    Some("IGO" | "JRN" | "GOV" | "MIL" | "COP" | "SPY" | "LEG" | "JUD")
                                ))
                    })
                    .map(|r| pointed(&r.parties, span, "actor:description"))
                    .unwrap_or_default()
            }
        }
    }

    /// "both sides", "the two": the last two parties named.
    pub(super) fn pair_before(&self, t: TokenId, span: Span) -> Vec<Party> {
        let now = self.syntax.sentence_of(t);
        let side = |p: &Party| (p.kind != Kind::People || self.lexicon.is_state(&p.key)) && !p.key.is_empty();
        // Two that the sentence before joined with "and" are the pair.
        let joined = self.recent.iter().rev().filter(|r| r.token < t && now - r.sentence <= 1);
        let two = |r: &&Recent| r.parties.len() == 2 && r.parties.iter().all(side);
        let apart = |r: &&Recent| r.sentence < now;
        if let Some(pair) = joined.filter(apart).find(two) {
            return pointed(&pair.parties, span, "actor:description");
        }
        let mut found: Vec<Party> = Vec::new();
        for r in self.recent.iter().rev().filter(|r| now - r.sentence <= 5 && r.token < t) {
            for p in &r.parties {
                if side(p) && !found.iter().any(|q| q.key == p.key) {
                    found.push(p.clone());
                }
            }
            if found.len() >= 2 {
                break;
            }
        }
        found.truncate(2);
        if found.len() == 2 { pointed(&found, span, "actor:description") } else { Vec::new() }
    }

    /// The two states, and no more, that this sentence and the one before speak of by themselves or their people.
    fn states_before(&self, t: TokenId, span: Span) -> Vec<Party> {
        let now = self.syntax.sentence_of(t);
        let mut found: Vec<Party> = Vec::new();
        for r in self.recent.iter().filter(|r| now - r.sentence <= 1 && r.token < t) {
            for p in r.parties.iter().filter(|p| p.kind != Kind::Person && self.lexicon.is_state(&p.key)) {
                if !found.iter().any(|q| q.key == p.key) {
                    found.push(p.clone());
                }
            }
        }
        if found.len() == 2 { pointed(&found, span, "actor:description") } else { Vec::new() }
    }

    /// "mediated between the parties": the last two named, where these are no political parties.
    pub(super) fn parties_of_dispute(&self, role: RoleHit<'a>) -> Vec<Party> {
        let s = self.syntax;
        let plural = self.word(role.head).to_lowercase() != s.lemma(role.head).to_lowercase();
        let plain = role.tokens.len() == 1
            && s.children(role.head).iter().all(|c| {
                matches!(s.deprel(*c), Deprel::Det | Deprel::Case | Deprel::Punct)
                    && !matches!(s.lemma(*c), "a" | "some" | "other" | "no" | "all")
            })
            && s.children(role.head).iter().any(|c| s.deprel(*c) == Deprel::Det);
        if role.role.sector != "PTY" || !plural || !plain {
            return Vec::new();
        }
        let mut pair = self.pair_before(role.head, s.cover(role.tokens));
        if pair.iter().any(|p| matches!(p.sector.as_deref(), Some("PTY" | "OPP" | "LEG"))) {
            pair.clear();
        }
        pair
    }

    /// "Both sides in the Belmoran war": the state and its rebels.
    pub(super) fn sides_of_war(&self, role: RoleHit<'a>, span: Span) -> Vec<Party> {
        let s = self.syntax;
        let within = role.tokens.iter().flat_map(|t| s.children(t).to_vec()).find_map(|c| {
            let of =
                s.deprel(c) == Deprel::Nmod && self.case(c).is_some_and(|p| matches!(p, "in" | "of" | "to"));
            if !of {
                return None;
            }
            let mut inside = self.inside(c, 2, &["in", "of"]);
            inside.retain(|p| p.kind == Kind::State);
            inside.pop()
        });
        let Some(state) = within else { return Vec::new() };
        let why = Evidence::new("actor:sides-of-war", [span, state.span]);
        let rebels = Party {
            key: format!("{}/REB", state.key),
            sector: Some("REB".into()),
            kind: Kind::People,
            span,
            why: why.clone(),
            ..state.clone()
        };
        vec![Party { span, why, ..state }, rebels]
    }

    /// "Both agreed", "the two met": a number that stands for whom it counts.
    pub(super) fn is_pair_word(&self, t: TokenId) -> bool {
        let s = self.syntax;
        let argument = matches!(s.deprel(t), Deprel::Nsubj | Deprel::NsubjPass | Deprel::Obj | Deprel::Iobj);
        if argument && self.counted(t).is_some() {
            return true;
        }
        let the = s.children(t).iter().any(|c| s.deprel(*c) == Deprel::Det && s.lemma(*c) == "the");
        let of = s.children(t).iter().any(|c| s.deprel(*c) == Deprel::Nmod);
        argument
            && !of
            && match s.lemma(t).to_lowercase().as_str() {
                "both" => matches!(s.upos(t), Upos::Det | Upos::Pron),
                "two" => the && s.upos(t) == Upos::Num,
                _ => false,
            }
    }

    /// "The three agreed", "all four": of how many it speaks.
    fn counted(&self, t: TokenId) -> Option<usize> {
        let s = self.syntax;
        let all = s.children(t).iter().any(|c| matches!(s.lemma(*c), "the" | "all"));
        let of = s.children(t).iter().any(|c| s.deprel(*c) == Deprel::Nmod);
        if !all || of || s.upos(t) != Upos::Num {
            return None;
        }
        number_of(s.lemma(t))
    }

    /// As many as were named together before, or in the sentence before.
    fn so_many(&self, many: usize, t: TokenId, span: Span) -> Vec<Party> {
        let now = self.syntax.sentence_of(t);
        let near = self.recent.iter().rev().filter(|r| now - r.sentence <= 5 && r.token < t);
        let mut lists = near.filter(|r| r.plural);
        if let Some(list) = lists.find(|r| r.parties.len() == many) {
            return pointed(&list.parties, span, "actor:description");
        }
        let mut found: Vec<Party> = Vec::new();
        for r in self.recent.iter().filter(|r| r.sentence + 1 == now) {
            for p in r.parties.iter().filter(|p| p.kind != Kind::People && !p.key.is_empty()) {
                if !found.iter().any(|q| q.key == p.key) {
                    found.push(p.clone());
                }
            }
        }
        if found.len() == many { pointed(&found, span, "actor:description") } else { Vec::new() }
    }

    /// "the three leaders", "all four governments": as many as were named before.
    pub(super) fn by_number(&self, role: RoleHit<'a>) -> Vec<Party> {
        let s = self.syntax;
        let children: Vec<TokenId> = role
            .tokens
            .iter()
            .flat_map(|t| s.children(t))
            .copied()
            .filter(|c| !role.tokens.contains(*c))
            .collect();
        let plain = children.iter().all(|c| {
            matches!(
                s.deprel(*c),
                Deprel::Det | Deprel::DetPredet | Deprel::Nummod | Deprel::Case | Deprel::Punct
            )
        });
        let all = children.iter().any(|c| matches!(s.lemma(*c), "the" | "all" | "these"));
        let number = children.iter().find(|c| s.deprel(**c) == Deprel::Nummod);
        match number.and_then(|c| number_of(s.lemma(*c))) {
            Some(many) if plain && all => self.so_many(many, role.head, s.cover(role.tokens)),
            _ => Vec::new(),
        }
    }

    /// "the coalition", "the alliance": the one that the article named last.
    pub(super) fn coalition_before(&self) -> Option<Party> {
        let like = |p: &&Party| {
            let name = p.name.to_lowercase();
            p.kind == Kind::Group && name.split(' ').any(|w| self.lexicon.is(Class::Coalition, w))
        };
        self.mentions.iter().rev().find_map(|m| m.parties.iter().find(like)).cloned()
    }

    /// Is one word the object of a verb under which the other stands in a clause without a subject of its own?
    fn controls(&self, object: TokenId, pronoun: TokenId) -> bool {
        let s = self.syntax;
        if s.deprel(object) != Deprel::Obj {
            return false;
        }
        let mut at = pronoun;
        while let Some(head) = s.head(at) {
            let clause = matches!(s.deprel(at), Deprel::Xcomp | Deprel::Advcl)
                && !s.children(at).iter().any(|c| s.deprel(*c) == Deprel::Nsubj)
                && s.children(at)
                    .iter()
                    .any(|c| matches!(s.lemma(*c), "to" | "for" | "of" | "from" | "into"));
            if clause {
                return s.head(object) == Some(head);
            }
            at = head;
        }
        false
    }

    pub(super) fn by_pronoun(&mut self, t: TokenId) -> Vec<Party> {
        let s = self.syntax;
        if self.is_pair_word(t) {
            return match self.counted(t) {
                Some(many) => self.so_many(many, t, s.span(t)),
                None => self.pair_before(t, s.span(t)),
            };
        }
        // "It is clear that …".
        if s.deprel(t) == Deprel::Expl {
            return Vec::new();
        }
        let word = self.word(t).to_lowercase();
        let wanted: fn(&Recent) -> bool = match word.as_str() {
            "he" | "him" | "his" | "she" | "her" | "hers" => {
                |r| r.kind == Kind::Person || r.kind == Kind::People && r.one
            }
            // "Avarian officials called for a review of its treaty": the state's for whom they speak.
            "its" => |r| {
                matches!(r.kind, Kind::State | Kind::Group) && !r.plural
                    || r.kind == Kind::People
                        && r.subject
                        && matches!(r.parties.as_slice(), [p] if p.key.len() == 3 && p.sector.as_deref() == Some("GOV"))
            },
            "it" => |r| matches!(r.kind, Kind::State | Kind::Group) && !r.plural,
            "they" | "them" | "their" | "theirs" => |r| r.plural || r.kind == Kind::Group,
            _ => return Vec::new(),
        };
        let sentence = s.sentence_of(t);
        let clause = s.head(t);
        let possessive = s.deprel(t) == Deprel::NmodPoss;
        let mut best: Option<(i64, &Recent)> = None;
        for r in self.recent.iter().rev() {
            if sentence - r.sentence > 3 {
                break;
            }
            // Two arguments of one verb are two people ("he asked him").
            if !wanted(r) || r.token >= t || (!possessive && clause.is_some() && s.head(r.token) == clause) {
                continue;
            }
            // "asked Belmora to open its border": the clause is about whoever was asked.
            let controls = possessive && self.controls(r.token, t);
            let plural_bonus = i64::from(r.plural && word.starts_with("the")) * 4;
            let someone = r.kind == Kind::Person
                && s.children(r.token)
                    .iter()
                    .any(|c| s.deprel(*c) == Deprel::Det && matches!(s.lemma(*c), "a" | "an"));
            let score = -((sentence - r.sentence) as i64) * 10 - i64::from(someone) * 6
                + i64::from(r.subject) * 6
                + plural_bonus
                + i64::from(controls) * 12
                - (t.0 - r.token.0) as i64 / 12;
            if best.is_none_or(|(b, _)| score > b) {
                best = Some((score, r));
            }
        }
        best.map(|(_, r)| pointed(&r.parties, s.span(t), "actor:pronoun")).unwrap_or_default()
    }
}

/// Small numbers above two, as words.
fn number_of(word: &str) -> Option<usize> {
    let numbers = ["three", "four", "five", "six", "seven", "eight"];
    let word = word.to_lowercase();
    numbers.iter().position(|n| *n == word).map(|n| n + 3)
}
