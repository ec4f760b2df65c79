//! Everybody on a day: the ties between parties, and the blocs that they make. Out of what the evidence comes to
//! ([`Balance`]), for those who show it: pages, commands, and the pictures of both.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use detente::bloc::{self, Blocs, Tie};
use detente::event_set::Event;
use detente::standing::{Balance, Level, Params, Position, Profiles};
use jiff::civil::Date;

use crate::matrix::{Cell, Group, Matrix};
use crate::network::{self, Network, Node};
use crate::picture::Picture;

/// The numbers that say where two stand on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Both axes in one number; how the two treat each other where too little is known of the other axis.
    Standing,
    /// How the two treat each other.
    Treat,
    /// How alike they act towards others.
    Alike,
}

impl Axis {
    /// The axis in words.
    pub fn words(self) -> &'static str {
        match self {
            Axis::Standing => "how they stand, by both axes",
            Axis::Treat => "how they treat each other",
            Axis::Alike => "how alike they act towards others",
        }
    }
}

impl DayTie {
    /// The tie as a number on an axis, −10…+10; `None` where too little is known of it.
    pub fn on(&self, axis: Axis) -> Option<f64> {
        match axis {
            Axis::Standing => self.position.standing.or(Some(self.level.value)),
            Axis::Treat => Some(self.level.value),
            Axis::Alike => self.position.alike.map(|alike| alike.value),
        }
    }
}

/// A tie of two parties on a day.
#[derive(Clone, Debug)]
pub struct DayTie {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other.
    pub b: String,
    /// How they treat each other.
    pub level: Level,
    /// Both axes, and the state.
    pub position: Position,
    /// What it weighs among blocs.
    pub pull: f64,
}

/// Everybody on a day.
#[derive(Clone, Debug)]
pub struct Day {
    /// The day.
    pub day: Date,
    /// The ties, by their parties.
    pub ties: Vec<DayTie>,
    /// The pull of those who act together on others and have no tie of their own.
    pub joint: Vec<Tie>,
    /// Who stands with whom.
    pub blocs: Blocs,
}

/// True for the people of a country or group (`SYR/REB`, `IND/CVL`), who are not the country.
pub fn is_people(key: &str) -> bool {
    key.contains('/')
}

/// Among how many parties, those with the most evidence, blocs are looked for where nobody says otherwise.
pub const PARTIES: usize = 150;

impl Day {
    /// The blocs of a day, among so many parties at most: those with the most evidence. `balances` are all pairs once,
    /// `events` those in which several act together on others. The people of a country count as parties of their own
    /// only with `people`.
    pub fn new<'e>(
        day: Date,
        balances: &[(String, String, Balance)],
        events: impl IntoIterator<Item = &'e Event>,
        people: bool,
        parties: usize,
    ) -> Day {
        let params = Params::default();
        let counts = |key: &str| people || !is_people(key);
        let balances: Vec<&(String, String, Balance)> =
            balances.iter().filter(|(a, b, _)| counts(a) && counts(b)).collect();
        let dyads = || balances.iter().map(|(a, b, balance)| (a.as_str(), b.as_str(), balance));
        let profiles = Profiles::new(dyads(), &params);
        let actors: HashSet<&str> = profiles.actors().iter().take(parties).map(String::as_str).collect();
        // Where all have room, those count as well who only act beside others.
        let few = profiles.actors().len() <= parties;
        let among: Vec<(&str, &str, Position)> = dyads()
            .filter(|(a, b, balance)| balance.level.is_some() && actors.contains(a) && actors.contains(b))
            .map(|(a, b, balance)| (a, b, Position::new(balance, profiles.alike(a, b), &params)))
            .collect();
        let mut pulls = bloc::ties_of(among.iter().copied(), &params);
        let mut joint = bloc::joint(events, day, &params);
        joint.retain(|t| [&t.a, &t.b].iter().all(|k| counts(k) && (few || actors.contains(k.as_str()))));
        pulls.extend(joint.iter().cloned());
        let mut pull: HashMap<(&str, &str), f64> = HashMap::new();
        for tie in &pulls {
            *pull.entry((&tie.a, &tie.b)).or_default() += tie.pull;
        }
        let ties: Vec<DayTie> = among
            .iter()
            .filter_map(|&(a, b, position)| {
                let pull = pull.get(&(a, b)).copied().unwrap_or(0.0);
                Some(DayTie { a: a.to_owned(), b: b.to_owned(), level: position.treat?, position, pull })
            })
            .collect();
        let blocs = bloc::blocs(&pulls);
        let tied: BTreeSet<(&str, &str)> = ties.iter().map(|t| (t.a.as_str(), t.b.as_str())).collect();
        joint.retain(|t| !tied.contains(&(t.a.as_str(), t.b.as_str())));
        Day { day, ties, joint, blocs }
    }

    /// A day of which nothing is known.
    pub fn empty() -> Day {
        Day::new(Date::constant(1, 1, 1), &[], &[], false, 0)
    }

    /// How many ties there are, with those of acting together.
    pub fn count(&self) -> usize {
        self.ties.len() + self.joint.len()
    }
}

/// What a party is among the blocs of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A member of a bloc.
    Member,
    /// It is drawn to two blocs that are at odds, whether it is a member of one of them or not.
    Between,
    /// It has ties, and none that binds it.
    Alone,
}

impl Role {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Between => "between",
            Role::Alone => "alone",
        }
    }
}

impl Day {
    /// The bloc of a party, by number.
    pub fn bloc_of(&self, key: &str) -> Option<usize> {
        self.blocs.blocs.iter().position(|b| b.iter().any(|k| k == key))
    }

    /// What a party is.
    pub fn role(&self, key: &str) -> Role {
        if self.blocs.between.iter().any(|b| b.actor == key) {
            Role::Between
        } else if self.bloc_of(key).is_some() {
            Role::Member
        } else {
            Role::Alone
        }
    }

    /// The key by which a bloc is called: that of a member, which it keeps from one day to another.
    pub fn bloc_key(&self, number: usize) -> &str {
        self.blocs.names.get(number).map_or("", String::as_str)
    }

    /// How much evidence there is about each party.
    pub fn weights(&self) -> BTreeMap<&str, f64> {
        let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
        for tie in &self.ties {
            *weights.entry(&tie.a).or_default() += tie.level.weight;
            *weights.entry(&tie.b).or_default() += tie.level.weight;
        }
        for tie in &self.joint {
            weights.entry(&tie.a).or_default();
            weights.entry(&tie.b).or_default();
        }
        weights
    }

    /// Those with the most evidence first.
    pub fn by_weight(&self, keys: &[String]) -> Vec<String> {
        let weights = self.weights();
        let of = |key: &String| weights.get(key.as_str()).copied().unwrap_or(0.0);
        let mut keys = keys.to_vec();
        keys.sort_by(|x, y| of(y).total_cmp(&of(x)).then(x.cmp(y)));
        keys
    }

    /// The parties in the order of pictures and tables, with their groups: bloc by bloc, then who stands alone; in each
    /// those with the most evidence first. At most so many parties, those with the most evidence.
    pub fn order(&self, limit: usize, name: &dyn Fn(&str) -> String) -> (Vec<String>, Vec<Group>) {
        let weights = self.weights();
        let mut by_weight: Vec<(&str, f64)> = weights.iter().map(|(k, w)| (*k, *w)).collect();
        by_weight.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(y.0)));
        by_weight.truncate(limit);
        let mut members: Vec<Vec<String>> = vec![Vec::new(); self.blocs.blocs.len() + 1];
        let mut bloc: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, keys) in self.blocs.blocs.iter().enumerate() {
            bloc.extend(keys.iter().map(|k| (k.as_str(), number)));
        }
        for (key, _) in by_weight {
            members[bloc.get(key).copied().unwrap_or(self.blocs.blocs.len())].push(key.to_owned());
        }
        let mut keys = Vec::new();
        let mut groups = Vec::new();
        for (number, shown) in members.into_iter().enumerate().filter(|(_, m)| !m.is_empty()) {
            let is_bloc = number < self.blocs.blocs.len();
            let title = if is_bloc { name(self.bloc_key(number)) } else { "alone".into() };
            // Neighbours differ in colour, whatever blocs are left out between them.
            let bloc = is_bloc.then_some(groups.len());
            groups.push(Group { name: title, members: shown.len(), bloc });
            keys.extend(shown);
        }
        (keys, groups)
    }

    /// True where a tie goes against the order of the blocs: it draws together across blocs, or apart within one.
    pub fn is_strain(&self, tie: &DayTie) -> bool {
        match (self.bloc_of(&tie.a), self.bloc_of(&tie.b)) {
            (Some(a), Some(b)) if a == b => tie.pull < 0.0,
            (Some(_), Some(_)) => tie.pull > 0.0,
            _ => false,
        }
    }
}

/// How parties are called and where they lead in a picture.
pub struct Labels<'a> {
    /// The name of a party.
    pub name: &'a dyn Fn(&str) -> String,
    /// Where a party leads.
    pub party: &'a dyn Fn(&str) -> Option<String>,
    /// Where a pair leads.
    pub pair: &'a dyn Fn(&str, &str) -> Option<String>,
}

/// Ties drawn in a network, the strongest.
const DRAWN: usize = 180;

/// A tie that pulls less than this is no line.
const FAINT: f64 = 0.25;

/// How many ties of either kind are drawn: half of the room for each, and what one leaves for the other.
fn shares(apart: usize, together: usize) -> (usize, usize) {
    let half = DRAWN / 2;
    (apart.min(half.max(DRAWN.saturating_sub(together))), together.min(half.max(DRAWN.saturating_sub(apart))))
}

/// "1 tie", "3 ties".
fn ties(n: usize) -> String {
    if n == 1 { "1 tie".into() } else { format!("{n} ties") }
}

impl Day {
    /// The keys of all parties, by the alphabet.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: BTreeSet<String> = self.weights().into_keys().map(str::to_owned).collect();
        keys.extend(self.blocs.names.iter().cloned());
        keys.into_iter().collect()
    }

    /// The network as a picture, with at most so many parties: those with the most evidence.
    pub fn network(&self, limit: usize, labels: &Labels) -> Picture {
        let name = labels.name;
        let (keys, mut groups) = self.order(limit.max(1), name);
        for group in groups.iter_mut().filter(|g| g.bloc.is_some()) {
            group.name = format!("bloc of {}", group.name);
        }
        let number: BTreeMap<&str, usize> = keys.iter().enumerate().map(|(i, k)| (k.as_str(), i)).collect();
        let place = |key: &str| {
            self.bloc_of(key)
                .map_or_else(|| "alone".into(), |b| format!("bloc of {}", name(self.bloc_key(b))))
        };
        let node = |key: &String| {
            let between = self.role(key) == Role::Between;
            let more = if between { ", drawn to another that is at odds with it" } else { "" };
            let title = format!("{}: {}{more}", name(key), place(key));
            Node { between, title, name: name(key), href: (labels.party)(key) }
        };
        let own = self.ties.iter().map(|t| {
            (
                t.a.as_str(),
                t.b.as_str(),
                t.pull,
                self.is_strain(t),
                format!("level {:+.1}, pull {:+.1}", t.level.value, t.pull),
            )
        });
        let joint = self.joint.iter().map(|t| {
            let against = self.bloc_of(&t.a) != self.bloc_of(&t.b);
            (
                t.a.as_str(),
                t.b.as_str(),
                t.pull,
                against,
                format!("act together on others, pull {:+.1}", t.pull),
            )
        });
        let mut drawn: Vec<network::Tie> = own
            .chain(joint)
            .filter(|t| t.2.abs() >= FAINT)
            .filter_map(|(a, b, pull, against, words)| {
                let title = format!("{} and {}: {words}", name(a), name(b));
                let href = (labels.pair)(a, b);
                Some(network::Tie { a: *number.get(a)?, b: *number.get(b)?, pull, against, title, href })
            })
            .collect();
        let all = drawn.len();
        drawn.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((x.a, x.b).cmp(&(y.a, y.b))));
        // The strongest of either kind, so that what draws apart does not crowd out what holds together.
        let apart = drawn.iter().filter(|t| t.pull < 0.0).count();
        let (most_apart, most_together) = shares(apart, all - apart);
        let (mut apart, mut together) = (0, 0);
        drawn.retain(|t| {
            let (n, most) =
                if t.pull < 0.0 { (&mut apart, most_apart) } else { (&mut together, most_together) };
            *n += 1;
            *n <= most
        });
        let known = self.weights().len();
        let fit = self.blocs.fit * 100.0;
        let mut note =
            format!("{}. The blocs explain {fit:.0}% of the pull of {}.", self.day, ties(self.count()));
        // Writing to a string cannot fail.
        if keys.len() < known {
            let _ =
                write!(note, " {} of {known} parties are shown: those with the most evidence.", keys.len());
        }
        if drawn.len() < all {
            let _ = write!(
                note,
                " Of {all} ties between them the {} strongest of either kind are drawn.",
                drawn.len()
            );
        }
        let mut desc = String::new();
        for (bloc, members) in self.blocs.blocs.iter().enumerate() {
            let shown: Vec<String> =
                members.iter().filter(|k| number.contains_key(k.as_str())).map(|k| name(k)).collect();
            if !shown.is_empty() {
                let _ = write!(desc, "Bloc of {}: {}. ", name(self.bloc_key(bloc)), shown.join(", "));
            }
        }
        if desc.is_empty() {
            desc = "No blocs.".into();
        }
        Network {
            title: "Who stands with whom".into(),
            note,
            desc,
            nodes: keys.iter().map(node).collect(),
            groups,
            ties: drawn,
            foot: "A tie draws together where two treat each other well and act alike, or act together on others, and \
                   apart where not. Blocs hold together inside and stand apart from others as far as the ties allow; each \
                   is called by a member. Where nothing is known, no tie is drawn."
                .into(),
        }
        .picture()
    }

    /// The signed matrix as a picture, with at most so many parties: those with the most evidence.
    pub fn matrix(&self, axis: Axis, limit: usize, labels: &Labels) -> Picture {
        let name = labels.name;
        let (keys, groups) = self.order(limit.max(1), name);
        let number: BTreeMap<&str, usize> = keys.iter().enumerate().map(|(i, k)| (k.as_str(), i)).collect();
        let cells: Vec<Cell> = self
            .ties
            .iter()
            .filter_map(|tie| {
                let l = tie.level;
                let alike =
                    tie.position.alike.map(|x| format!(", alike {:+.1}", x.value)).unwrap_or_default();
                let title = format!(
                    "{} and {}: {:+.1} (band {:+.1} to {:+.1}){alike}, {}",
                    name(&tie.a),
                    name(&tie.b),
                    l.value,
                    l.low,
                    l.high,
                    tie.position.state.as_str()
                );
                let href = (labels.pair)(&tie.a, &tie.b);
                let (a, b) = (*number.get(tie.a.as_str())?, *number.get(tie.b.as_str())?);
                let value = tie.on(axis)?;
                // How sure the number is, is known of the level alone.
                let moved = value - l.value;
                Some(Cell { a, b, value, low: l.low + moved, high: l.high + moved, title, href })
            })
            .collect();
        let known = self.weights().len();
        let mut note = format!("{}, ordered by bloc.", self.day);
        if keys.len() < known {
            let _ = write!(note, " {} of {known} parties: those with the most evidence.", keys.len());
        }
        let friendly = cells.iter().filter(|c| c.value >= 0.5).count();
        let hostile = cells.iter().filter(|c| c.value <= -0.5).count();
        let desc = format!(
            "{} parties in {} groups: {friendly} friendly and {hostile} hostile ties.",
            keys.len(),
            groups.len()
        );
        Matrix {
            title: "Who stands how with whom".into(),
            note,
            desc,
            names: keys.iter().map(|k| name(k)).collect(),
            groups,
            cells,
            foot: format!(
                "The colour is {}, the size how sure that is. Read from news reports: what is not told is not shown.",
                axis.words()
            ),
        }
        .picture()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn balance(value: f64) -> Balance {
        let level = Some(Level { value, low: value - 1.0, high: value + 1.0, weight: 3.0 });
        Balance { level, attacks: 0.0, good: value.max(0.0), bad: (-value).max(0.0) }
    }

    fn made(parties: usize) -> Day {
        let pair = |a: &str, b: &str, value| (a.to_owned(), b.to_owned(), balance(value));
        let balances = [
            pair("Arnor", "Gondor", 6.0),
            pair("Gondor", "Mordor", -8.0),
            pair("Gondor", "Rohan", 5.0),
            pair("Mordor", "Mordor/REB", -9.0),
            pair("Mordor", "Umbar", 4.0),
        ];
        Day::new(date(2020, 1, 1), &balances, &[], false, parties)
    }

    #[test]
    fn parties_stand_bloc_by_bloc_and_people_are_left_out() {
        let day = made(150);
        let (keys, groups) = day.order(usize::MAX, &str::to_owned);
        assert_eq!(keys, ["Gondor", "Arnor", "Rohan", "Mordor", "Umbar"]);
        assert_eq!(groups.iter().map(|g| g.members).collect::<Vec<_>>(), [3, 2]);
        assert_eq!((day.bloc_of("Umbar"), day.role("Umbar")), (day.bloc_of("Mordor"), Role::Member));
        assert_eq!(made(2).ties.len(), 1, "the two with the most evidence");
    }

    #[test]
    fn either_kind_of_tie_has_half_of_the_room_and_what_the_other_leaves() {
        assert_eq!(shares(500, 500), (90, 90));
        assert_eq!(shares(500, 20), (160, 20));
        assert_eq!(shares(3, 4), (3, 4));
    }

    #[test]
    fn both_pictures_name_all_parties_and_lead_to_pairs() {
        let labels = Labels {
            name: &|key| key.to_uppercase(),
            party: &|_| None,
            pair: &|a, b| Some(format!("/dyad/{a}/{b}")),
        };
        for picture in [made(150).network(44, &labels), made(150).matrix(Axis::Standing, 44, &labels)] {
            let svg = picture.svg();
            for words in ["ARNOR", "UMBAR", "href=\"/dyad/Gondor/Mordor\""] {
                assert!(svg.contains(words), "{words}");
            }
        }
    }
}
