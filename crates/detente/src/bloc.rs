//! Blocs: who stands together on a day. The standings of a day are a network of friendly and hostile ties;
//! a bloc is a group with friendship inside and hostility to the outside, as far as the network allows
//! (correlation clustering; Bansal, Blum and Chawla, Machine Learning 2004; with signed ties of states: Doreian and
//! Mrvar, Social Networks 1996). How many blocs there are is not chosen beforehand: actors without a tie that binds
//! them stay alone.
//!
//! A [`Tie`] is made of both axes of a standing ([`Tie::between`]): acting alike binds, acting otherwise and ill
//! treatment part, and politeness counts for nothing where it is known how alike the two act. [`ties`] makes all ties
//! of a day.
//!
//! The grouping is the best of all for each part of the network with at most [`EXACT`] actors (branch and bound).
//! Larger parts are searched from several starting points: actors move to the group that suits them best, groups are
//! joined, and again, until nothing gains; the best end is taken. It need not be the best of all, but it is always the
//! same one: equal choices fall to the order of strength, and to the alphabet only between actors whose ties are the
//! same. Neither the order of arrival nor the names change it.
//!
//! No grouping fits all ties. What does not fit is shown, not forced away: [`Blocs::fit`] is the share of the pull that
//! fits, [`Blocs::strain`] lists the ties against the grain and the triads that cannot all be content, and
//! [`Blocs::between`] names who is drawn to two sides that are at odds. [`Blocs::keep_names`] lets a bloc keep its name
//! from one day to another, and [`moves`] says who went where.

mod search;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::day;
use crate::event_set::Event;
use crate::standing::{Balance, Level, Params, Position, Profiles, rounded, weigh};

pub use search::EXACT;

/// `treat` above this says nothing more about who stands with whom where it is known how alike the two act: it is
/// the tone among strangers.
const TONE: f64 = 1.0;

/// How many points of pull a point of worse treatment takes away.
const ILL: f64 = 2.0;

/// The evidence at which a tie pulls in full.
const FULL: f64 = 25.0;

/// The pull of two who act together on others again and again.
const TOGETHER: f64 = 3.0;

/// More actors than this are a crowd: what they do together says nothing about two of them.
const CROWD: usize = 12;

/// The most ties against the grain and triads that [`Strain`] names.
const NAMED: usize = 40;

/// A tie binds or parts from this pull on; weaker ones make no triad.
const FELT: f64 = 1.0;

/// Triads are counted where a network has at most so many ties that are felt.
const COUNTED: usize = 60_000;

/// A tie between two actors on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tie {
    /// One party.
    pub a: String,
    /// The other.
    pub b: String,
    /// How much the tie pulls together (positive) or apart (negative): −10…+10.
    pub pull: f64,
}

/// How sure a level is: 1 for a band without width, 0 for one as wide as the scale.
fn sure(level: &Level) -> f64 {
    (1.0 - (level.high - level.low) / 20.0).clamp(0.0, 1.0)
}

impl Tie {
    /// The tie of a level alone: the level, less the more uncertain it is. A band as wide as the whole scale
    /// leaves nothing.
    pub fn of(a: impl Into<String>, b: impl Into<String>, level: &Level) -> Tie {
        Tie { a: a.into(), b: b.into(), pull: rounded(level.value * sure(level)) }
    }

    /// The tie of a position, from both axes: half of what `alike` lies above or below that of allies
    /// ([`Params::allied`]), less twice what `treat` lies below the tone among strangers, the whole less where there is
    /// little evidence. Where `alike` is not known it is the tie of the level; `None` where there is no level, because
    /// who has nothing to do with each other has no tie.
    pub fn between(
        a: impl Into<String>,
        b: impl Into<String>,
        position: &Position,
        params: &Params,
    ) -> Option<Tie> {
        let level = position.treat.as_ref()?;
        let Some(alike) = position.alike else { return Some(Tie::of(a, b, level)) };
        let ill = (level.value - TONE).min(0.0) * sure(level);
        let known = (level.weight.ln_1p() / FULL.ln_1p()).min(1.0);
        let pull = known * ((alike.value - params.allied) / 2.0 + ILL * ill);
        Some(Tie { a: a.into(), b: b.into(), pull: rounded(pull.clamp(-10.0, 10.0)) })
    }
}

/// The ties of a day among these actors, strongest first: one for each dyad with a level.
pub fn ties<'a>(
    dyads: impl IntoIterator<Item = (&'a str, &'a str, &'a Balance)>,
    actors: &BTreeSet<&'a str>,
    profiles: &Profiles,
    params: &Params,
) -> Vec<Tie> {
    let among = dyads.into_iter().filter(|(a, b, _)| actors.contains(a) && actors.contains(b));
    ties_of(among.map(|(a, b, balance)| (a, b, Position::new(balance, profiles.alike(a, b), params))), params)
}

/// The same, where the positions of the dyads are at hand.
pub fn ties_of<'a>(
    dyads: impl IntoIterator<Item = (&'a str, &'a str, Position)>,
    params: &Params,
) -> Vec<Tie> {
    let mut ties: Vec<Tie> = dyads
        .into_iter()
        .filter(|(a, b, _)| a != b)
        .filter_map(|(a, b, position)| Tie::between(a.min(b), a.max(b), &position, params))
        .collect();
    ties.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((&x.a, &x.b).cmp(&(&y.a, &y.b))));
    ties
}

/// The ties of those who act together on others: four states cut their ties with a fifth, two air forces bomb one
/// town. Such an event is none between the actors, so no standing knows of it, but it shows who stands together. It
/// weighs as any event does, the less the more take part, and fades like what lasts. Added to [`ties`], whose pairs
/// they share, before [`blocs`].
pub fn joint<'a>(events: impl IntoIterator<Item = &'a Event>, day: Date, params: &Params) -> Vec<Tie> {
    let mut together: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for event in events {
        let Some(at) = event.enddate.or(event.date).filter(|at| *at <= day) else { continue };
        let n = event.actors.len();
        if event.recipients.is_empty() || !(2..=CROWD).contains(&n) {
            continue;
        }
        let left = (-(day::between(at, day) as f64) / params.structural_half_life).exp2();
        let weight = weigh(event, params) * left * 2.0 / n as f64;
        for (i, a) in event.actors.iter().enumerate() {
            for b in event.actors[i + 1..].iter().filter(|b| *b != a) {
                together.entry((a.min(b), a.max(b))).or_default().push(weight);
            }
        }
    }
    let mut made = Vec::new();
    for ((a, b), mut weights) in together {
        weights.sort_by(f64::total_cmp);
        let weight: f64 = weights.iter().sum();
        let pull = rounded(TOGETHER * weight / (1.0 + weight));
        if pull > 0.0 {
            made.push(Tie { a: a.into(), b: b.into(), pull });
        }
    }
    made
}

/// A grouping of actors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Blocs {
    /// Groups of two or more, the largest first; members by alphabet.
    pub blocs: Vec<Vec<String>>,
    /// A name for each of them: the member with the strongest ties, or the name that it had before
    /// ([`Blocs::keep_names`]).
    #[serde(default)]
    pub names: Vec<String>,
    /// Actors that stand alone, by alphabet.
    pub alone: Vec<String>,
    /// Share of all pull that the grouping explains: friendly within, hostile across. 1 where there is none.
    pub fit: f64,
    /// True where the grouping is known to be the best of all.
    #[serde(default)]
    pub exact: bool,
    /// Who is drawn to two sides that are at odds, the most torn first.
    #[serde(default)]
    pub between: Vec<Between>,
    /// What does not fit.
    #[serde(default)]
    pub strain: Strain,
}

/// An actor that stands between two blocs: a friend of both, while they are at odds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Between {
    /// Its key.
    pub actor: String,
    /// Places in [`Blocs::blocs`] of the two, the one that draws more first.
    pub blocs: (usize, usize),
    /// How much each of them draws it, as the mean pull of its ties with them.
    pub pull: (f64, f64),
}

/// What a grouping cannot make fit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Strain {
    /// Ties against the grain, hostile within a bloc or friendly across, the strongest first; at most 40.
    pub ties: Vec<Tie>,
    /// How many there are in all.
    pub against: usize,
    /// Of three actors that all have to do with each other: how often all can be content (friends of friends,
    /// enemies of enemies). `None` where the network is too large to count.
    pub content: Option<usize>,
    /// How often not: a friend of two enemies, or three enemies.
    pub torn: Option<usize>,
    /// The triads that are torn most, by their weakest tie; at most 40. The first is the friend of two enemies where
    /// there is one.
    pub triads: Vec<[String; 3]>,
}

/// Groups the actors of a signed network. Ties of the same pair add up; a tie of an actor with itself is ignored.
pub fn blocs(ties: &[Tie]) -> Blocs {
    let (names, pull) = network(ties);
    let (group, exact) = search::group(names.len(), &pull);

    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, g) in group.iter().enumerate() {
        members.entry(*g).or_default().push(i);
    }
    let alphabet = |mut group: Vec<usize>| {
        group.sort_by_key(|i| names[*i]);
        group
    };
    let (groups, single): (Vec<_>, Vec<_>) = members.into_values().partition(|m| m.len() > 1);
    let mut groups: Vec<Vec<usize>> = groups.into_iter().map(alphabet).collect();
    groups.sort_by(|x, y| {
        y.len().cmp(&x.len()).then_with(|| x.iter().map(|i| names[*i]).cmp(y.iter().map(|i| names[*i])))
    });
    let written = |group: &Vec<usize>| group.iter().map(|i| names[*i].to_string()).collect::<Vec<_>>();
    let mut alone: Vec<String> = single.iter().flatten().map(|i| names[*i].to_string()).collect();
    alone.sort();

    let fits = |a: usize, b: usize, p: f64| (group[a] == group[b]) == (p > 0.0);
    let all: f64 = pull.iter().map(|t| t.2.abs()).sum();
    let explained: f64 = pull.iter().filter(|t| fits(t.0, t.1, t.2)).map(|t| t.2.abs()).sum();
    let mut place = vec![None; names.len()];
    for (g, members) in groups.iter().enumerate() {
        members.iter().for_each(|i| place[*i] = Some(g));
    }
    Blocs {
        blocs: groups.iter().map(written).collect(),
        names: groups.iter().filter_map(|g| g.iter().min()).map(|i| names[*i].to_string()).collect(),
        alone,
        fit: if all > 0.0 { rounded(explained / all) } else { 1.0 },
        exact,
        between: between(&groups, &names, &pull, &place),
        strain: strain(&names, &pull, fits),
    }
}

/// The actors of a network, strongest first, and the sum of pulls of each pair with a tie, by number. Sums are
/// taken in an order that depends on the pulls alone.
fn network(ties: &[Tie]) -> (Vec<&str>, Vec<(usize, usize, f64)>) {
    let mut pairs: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for tie in ties.iter().filter(|t| t.a != t.b && t.pull.is_finite()) {
        let (a, b) = (tie.a.as_str(), tie.b.as_str());
        pairs.entry((a.min(b), a.max(b))).or_default().push(tie.pull);
    }
    let mut of: BTreeMap<&str, Vec<f64>> =
        ties.iter().flat_map(|t| [(t.a.as_str(), Vec::new()), (t.b.as_str(), Vec::new())]).collect();
    let mut sums: Vec<(&str, &str, f64)> = Vec::with_capacity(pairs.len());
    for ((a, b), mut pulls) in pairs {
        pulls.sort_by(f64::total_cmp);
        let sum: f64 = pulls.iter().sum();
        for name in [a, b] {
            of.entry(name).or_default().push(sum);
        }
        sums.push((a, b, sum));
    }
    let mut actors: Vec<(&str, f64, Vec<f64>)> = of
        .into_iter()
        .map(|(name, mut pulls)| {
            pulls.sort_by(|x, y| y.abs().total_cmp(&x.abs()).then(x.total_cmp(y)));
            (name, pulls.iter().map(|p| p.abs()).sum(), pulls)
        })
        .collect();
    actors.sort_by(|x, y| {
        let pulls = || x.2.iter().zip(&y.2).map(|(p, q)| q.total_cmp(p)).find(|o| o.is_ne());
        y.1.total_cmp(&x.1).then_with(|| pulls().unwrap_or(x.2.len().cmp(&y.2.len()))).then(x.0.cmp(y.0))
    });
    let names: Vec<&str> = actors.into_iter().map(|a| a.0).collect();
    let number: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let mut pull: Vec<(usize, usize, f64)> = sums
        .into_iter()
        .filter(|t| t.2 != 0.0)
        .map(|(a, b, p)| (number[a].min(number[b]), number[a].max(number[b]), p))
        .collect();
    pull.sort_by_key(|t| (t.0, t.1));
    (names, pull)
}

/// Who is drawn to two blocs that are at odds. All pulls here are means over the ties there are.
fn between(
    groups: &[Vec<usize>],
    names: &[&str],
    pull: &[(usize, usize, f64)],
    place: &[Option<usize>],
) -> Vec<Between> {
    let mut odds: BTreeMap<(usize, usize), (f64, f64)> = BTreeMap::new();
    let mut draws: Vec<BTreeMap<usize, (f64, f64)>> = vec![BTreeMap::new(); names.len()];
    for &(a, b, p) in pull {
        if let (Some(x), Some(y)) = (place[a], place[b])
            && x != y
        {
            let (sum, n) = odds.entry((x.min(y), x.max(y))).or_default();
            (*sum, *n) = (*sum + p, *n + 1.0);
        }
        for (i, other) in [(a, b), (b, a)] {
            if let Some(g) = place[other] {
                let (sum, n) = draws[i].entry(g).or_default();
                (*sum, *n) = (*sum + p, *n + 1.0);
            }
        }
    }
    let mut found = Vec::new();
    for (i, draws) in draws.iter().enumerate() {
        // One tie with a whole bloc is not enough, unless the bloc is small.
        let mut to: Vec<(usize, f64)> = draws
            .iter()
            .filter(|(g, (sum, n))| *sum > 0.0 && 3.0 * n >= (groups[**g].len() - 1) as f64)
            .map(|(g, (sum, n))| (*g, sum / n))
            .filter(|(_, mean)| *mean >= FELT)
            .collect();
        to.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        let torn = to.iter().enumerate().find_map(|(k, x)| {
            let y = to[k + 1..].iter().find(|y| {
                odds.get(&(x.0.min(y.0), x.0.max(y.0))).is_some_and(|(sum, n)| sum / n <= -FELT / 2.0)
            })?;
            Some((*x, *y))
        });
        if let Some((x, y)) = torn {
            found.push(Between {
                actor: names[i].to_string(),
                blocs: (x.0, y.0),
                pull: (rounded(x.1), rounded(y.1)),
            });
        }
    }
    found.sort_by(|x, y| y.pull.1.total_cmp(&x.pull.1).then(x.actor.cmp(&y.actor)));
    found
}

/// The ties against the grain and the torn triads.
fn strain(names: &[&str], pull: &[(usize, usize, f64)], fits: impl Fn(usize, usize, f64) -> bool) -> Strain {
    let pair = |a: usize, b: usize| (names[a].min(names[b]), names[a].max(names[b]));
    let mut against: Vec<(&str, &str, f64)> = pull
        .iter()
        .filter(|t| !fits(t.0, t.1, t.2))
        .map(|t| (pair(t.0, t.1).0, pair(t.0, t.1).1, t.2))
        .collect();
    against.sort_by(|x, y| y.2.abs().total_cmp(&x.2.abs()).then((x.0, x.1).cmp(&(y.0, y.1))));
    let mut strain = Strain { against: against.len(), ..Strain::default() };
    strain.ties = against
        .into_iter()
        .take(NAMED)
        .map(|(a, b, p)| Tie { a: a.into(), b: b.into(), pull: rounded(p) })
        .collect();

    let felt: Vec<&(usize, usize, f64)> = pull.iter().filter(|t| t.2.abs() >= FELT).collect();
    if felt.len() > COUNTED {
        return strain;
    }
    let mut later: Vec<Vec<(usize, f64)>> = vec![Vec::new(); names.len()];
    felt.iter().for_each(|t| later[t.0].push((t.1, t.2)));
    let (mut content, mut torn) = (0, Vec::new());
    let mut row: Vec<f64> = vec![0.0; names.len()];
    for a in 0..names.len() {
        later[a].iter().for_each(|(b, p)| row[*b] = *p);
        for &(b, ab) in &later[a] {
            for &(c, bc) in later[b].iter().filter(|(c, _)| row[*c] != 0.0) {
                let ac = row[c];
                if ab * bc * ac > 0.0 {
                    content += 1;
                } else {
                    // The friend of two enemies stands opposite the hostile tie.
                    let friend = [(a, bc), (b, ac), (c, ab)].into_iter().find(|(_, across)| *across < 0.0);
                    torn.push((ab.abs().min(bc.abs()).min(ac.abs()), friend.map_or(a, |f| f.0), [a, b, c]));
                }
            }
        }
        later[a].iter().for_each(|(b, _)| row[*b] = 0.0);
    }
    (strain.content, strain.torn) = (Some(content), Some(torn.len()));
    // Only those that will be named are put in order.
    let mut weakest: Vec<f64> = torn.iter().map(|t| t.0).collect();
    if weakest.len() > NAMED {
        let (_, least, _) = weakest.select_nth_unstable_by(NAMED - 1, |x, y| y.total_cmp(x));
        let least = *least;
        torn.retain(|t| t.0 >= least);
    }
    let mut named: Vec<(f64, [&str; 3])> = torn
        .into_iter()
        .map(|(least, friend, triad)| {
            let mut names = triad.map(|i| (i != friend, names[i]));
            names.sort();
            (least, names.map(|n| n.1))
        })
        .collect();
    named.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    strain.triads = named.into_iter().take(NAMED).map(|(_, triad)| triad.map(str::to_string)).collect();
    strain
}

impl Blocs {
    /// Gives each bloc the name that it had before: of two groupings those blocs are the same that share most
    /// members, each at most once, and at least half of the smaller one. Others keep their own name, or that of
    /// another member where it is taken.
    pub fn keep_names(&mut self, before: &Blocs) {
        let shared = |x: &[String], y: &[String]| x.iter().filter(|m| y.binary_search(m).is_ok()).count();
        let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
        for (new, members) in self.blocs.iter().enumerate() {
            for (old, other) in before.blocs.iter().enumerate() {
                let common = shared(members, other);
                if 2 * common >= members.len().min(other.len()) && common > 0 && old < before.names.len() {
                    pairs.push((common, new, old));
                }
            }
        }
        pairs.sort_by(|x, y| y.0.cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        let (mut named, mut taken) = (BTreeMap::new(), BTreeSet::new());
        for (_, new, old) in pairs {
            if !named.contains_key(&new) && !taken.contains(&old) {
                named.insert(new, before.names[old].clone());
                taken.insert(old);
            }
        }
        let mut used: BTreeSet<String> = named.values().cloned().collect();
        for (new, name) in self.names.iter_mut().enumerate() {
            match named.remove(&new) {
                Some(old) => *name = old,
                None => {
                    if used.contains(name)
                        && let Some(free) = self.blocs[new].iter().find(|m| !used.contains(*m))
                    {
                        name.clone_from(free);
                    }
                    used.insert(name.clone());
                }
            }
        }
    }

    /// Name of the bloc that holds this actor; `None` where it stands alone or is not there.
    pub fn of(&self, actor: &str) -> Option<&str> {
        let place = self.blocs.iter().position(|b| b.iter().any(|m| m == actor))?;
        self.names.get(place).map(String::as_str)
    }
}

/// An actor that changed its bloc.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Its key.
    pub actor: String,
    /// Name of the bloc that it left; `None` where it stood alone.
    pub from: Option<String>,
    /// Name of the bloc that it joined; `None` where it stands alone now.
    pub to: Option<String>,
}

/// Who moved between two days, by alphabet. The names of the later grouping must be kept from the earlier one
/// ([`Blocs::keep_names`]). Actors that are only in one of the two are left out: they came or went with the news.
pub fn moves(before: &Blocs, after: &Blocs) -> Vec<Move> {
    fn all(blocs: &Blocs) -> BTreeMap<&str, Option<&str>> {
        let named = blocs.blocs.iter().zip(&blocs.names);
        let within = named.flat_map(|(b, name)| b.iter().map(|m| (m.as_str(), Some(name.as_str()))));
        within.chain(blocs.alone.iter().map(|m| (m.as_str(), None))).collect()
    }
    let (before, after) = (all(before), all(after));
    before
        .into_iter()
        .filter_map(|(actor, from)| {
            let to = *after.get(actor)?;
            (from != to).then(|| Move {
                actor: actor.into(),
                from: from.map(str::to_string),
                to: to.map(str::to_string),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ties(list: &[(&str, &str, f64)]) -> Vec<Tie> {
        list.iter().map(|(a, b, pull)| Tie { a: (*a).into(), b: (*b).into(), pull: *pull }).collect()
    }

    #[test]
    fn friends_of_friends_against_common_enemies_are_two_blocs() {
        let found = blocs(&ties(&[
            ("Arnor", "Gondor", 6.0),
            ("Gondor", "Rohan", 5.0),
            ("Mordor", "Umbar", 4.0),
            ("Gondor", "Mordor", -9.0),
            ("Rohan", "Umbar", -3.0),
            ("Shire", "Mordor", -1.0),
        ]));
        assert_eq!(found.blocs, [vec!["Arnor", "Gondor", "Rohan"], vec!["Mordor", "Umbar"]]);
        assert_eq!(found.alone, ["Shire"]);
        assert_eq!(found.fit, 1.0);
    }

    #[test]
    fn a_friend_of_both_sides_goes_where_the_tie_is_stronger_and_the_fit_says_so() {
        let found =
            blocs(&ties(&[("Arnor", "Gondor", 6.0), ("Gondor", "Mordor", 2.0), ("Arnor", "Mordor", -5.0)]));
        assert_eq!(found.blocs, [["Arnor", "Gondor"]]);
        assert!(found.fit > 0.8 && found.fit < 1.0);
    }

    #[test]
    fn the_order_of_ties_changes_nothing() {
        let mut list = ties(&[
            ("a", "b", 1.0),
            ("b", "c", 1.0),
            ("c", "d", 1.0),
            ("d", "a", 1.0),
            ("a", "c", -2.5),
            ("b", "d", 0.1),
        ]);
        let expected = blocs(&list);
        for _ in 0..list.len() {
            list.rotate_left(1);
            assert_eq!(blocs(&list), expected);
        }
    }

    #[test]
    fn no_tie_no_bloc() {
        assert_eq!(blocs(&[]).fit, 1.0);
        assert!(blocs(&ties(&[("a", "b", -3.0)])).blocs.is_empty());
        assert!(blocs(&ties(&[("a", "a", 3.0)])).blocs.is_empty());
    }

    #[test]
    fn an_uncertain_standing_binds_little() {
        let level = |low, high| Level { value: 8.0, low, high, weight: 1.0 };
        assert!(Tie::of("a", "b", &level(7.0, 9.0)).pull > 7.0);
        assert_eq!(Tie::of("a", "b", &level(-10.0, 10.0)).pull, 0.0);
    }

    /// Numbers that look random and are always the same.
    fn numbers(mut seed: u64) -> impl FnMut() -> f64 {
        move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / f64::from(1u32 << 31)
        }
    }

    fn random(actors: usize, share: f64, seed: u64) -> Vec<Tie> {
        let mut next = numbers(seed);
        let mut list = Vec::new();
        for i in 0..actors {
            for j in i + 1..actors {
                if next() < share {
                    let pull = rounded(next() * 12.0 - 6.0);
                    list.push(Tie { a: format!("n{i:03}"), b: format!("n{j:03}"), pull });
                }
            }
        }
        list
    }

    /// Pull within the groups.
    fn worth(ties: &[Tie], blocs: &Blocs) -> f64 {
        ties.iter()
            .filter(|t| blocs.of(&t.a).is_some() && blocs.of(&t.a) == blocs.of(&t.b))
            .map(|t| t.pull)
            .sum()
    }

    /// The most pull within groups that any grouping has, by trying all.
    fn most(n: usize, pull: &BTreeMap<(usize, usize), f64>) -> f64 {
        fn place(group: &mut Vec<usize>, n: usize, pull: &BTreeMap<(usize, usize), f64>) -> f64 {
            if group.len() == n {
                return pull.iter().filter(|((a, b), _)| group[*a] == group[*b]).map(|(_, p)| p).sum();
            }
            let groups = group.iter().max().map_or(0, |g| g + 1);
            let mut best = f64::MIN;
            for g in 0..=groups {
                group.push(g);
                best = best.max(place(group, n, pull));
                group.pop();
            }
            best
        }
        place(&mut Vec::new(), n, pull)
    }

    #[test]
    fn a_small_network_is_grouped_as_well_as_can_be() {
        for seed in 0..40 {
            let list = random(8, 0.8, seed);
            let found = blocs(&list);
            let number = |name: &str| name[1..].parse::<usize>().unwrap();
            let pull = list.iter().map(|t| ((number(&t.a), number(&t.b)), t.pull)).collect();
            assert!(found.exact);
            assert!((worth(&list, &found) - most(8, &pull)).abs() < 1e-6, "seed {seed}");
        }
    }

    #[test]
    fn camps_that_are_there_are_found_among_many() {
        let mut next = numbers(7);
        let mut list = Vec::new();
        for i in 0..90 {
            for j in i + 1..90 {
                // Three camps; one tie in five goes against the grain, and half of all are missing.
                let friends = (i % 3 == j % 3) != (next() < 0.2);
                if next() < 0.5 {
                    let pull = if friends { 1.0 + next() } else { -1.0 - next() };
                    list.push(Tie { a: format!("n{i:02}"), b: format!("n{j:02}"), pull });
                }
            }
        }
        let found = blocs(&list);
        assert_eq!(found.blocs.iter().map(Vec::len).collect::<Vec<_>>(), [30, 30, 30]);
        assert!(found.fit > 0.75 && found.fit < 0.85 && !found.exact);
    }

    #[test]
    fn names_and_order_do_not_matter() {
        for (actors, share) in [(9, 0.7), (60, 0.4)] {
            let list = random(actors, share, 3);
            let found = blocs(&list);
            let turned = |name: &str| format!("x{:03}", 999 - name[1..].parse::<usize>().unwrap());
            let mut renamed: Vec<Tie> =
                list.iter().map(|t| Tie { a: turned(&t.b), b: turned(&t.a), pull: t.pull }).collect();
            renamed.reverse();
            let again = blocs(&renamed);
            let as_sets = |blocs: &Blocs, f: &dyn Fn(&str) -> String| -> BTreeSet<BTreeSet<String>> {
                blocs.blocs.iter().map(|b| b.iter().map(|m| f(m)).collect()).collect()
            };
            assert_eq!(as_sets(&found, &turned), as_sets(&again, &str::to_string));
            assert_eq!((found.fit, found.strain.torn), (again.fit, again.strain.torn));
            assert_eq!(
                found.names.iter().map(|n| turned(n)).collect::<BTreeSet<_>>(),
                again.names.iter().cloned().collect::<BTreeSet<_>>()
            );
        }
    }

    #[test]
    fn a_friend_of_both_stands_between_and_the_strain_is_shown() {
        let found = blocs(&ties(&[
            ("Arnor", "Gondor", 6.0),
            ("Arnor", "Rohan", 6.0),
            ("Gondor", "Rohan", 6.0),
            ("Harad", "Mordor", 6.0),
            ("Gondor", "Mordor", -8.0),
            ("Rohan", "Mordor", -8.0),
            ("Gondor", "Harad", -8.0),
            ("Shire", "Gondor", 3.0),
            ("Shire", "Arnor", 2.0),
            ("Shire", "Mordor", 4.0),
        ]));
        assert_eq!(found.blocs, [vec!["Arnor", "Gondor", "Rohan", "Shire"], vec!["Harad", "Mordor"]]);
        assert_eq!(found.between.len(), 1);
        assert_eq!((found.between[0].actor.as_str(), found.between[0].blocs), ("Shire", (1, 0)));
        assert_eq!((found.strain.against, found.strain.ties[0].pull), (1, 4.0));
        assert_eq!(found.strain.triads, [["Shire", "Gondor", "Mordor"]], "the friend comes first");
        assert!(found.strain.content > found.strain.torn);
    }

    #[test]
    fn a_bloc_keeps_its_name_and_it_shows_who_moved() {
        let before = blocs(&ties(&[
            ("Arnor", "Gondor", 9.0),
            ("Gondor", "Rohan", 5.0),
            ("Mordor", "Umbar", 4.0),
            ("Gondor", "Mordor", -2.0),
        ]));
        let mut after = blocs(&ties(&[
            ("Arnor", "Gondor", 1.0),
            ("Gondor", "Rohan", -5.0),
            ("Mordor", "Umbar", 9.0),
            ("Mordor", "Rohan", 9.0),
            ("Gondor", "Mordor", -2.0),
        ]));
        after.keep_names(&before);
        assert_eq!(before.of("Arnor"), after.of("Arnor"));
        assert_eq!(before.of("Umbar"), after.of("Umbar"));
        let moved = moves(&before, &after);
        assert_eq!(moved.len(), 1);
        assert_eq!((moved[0].actor.as_str(), moved[0].to.as_deref()), ("Rohan", before.of("Umbar")));
    }

    #[test]
    fn ill_treatment_parts_and_politeness_does_not_bind_who_act_otherwise() {
        use crate::standing::{Alike, State};
        let params = Params::default();
        let pull = |treat: f64, alike: Option<f64>| {
            let level = Level { value: treat, low: treat - 1.0, high: treat + 1.0, weight: 30.0 };
            let alike = alike.map(|value| Alike { value, thirds: 20, weight: 50.0 });
            let position = Position { treat: Some(level), alike, state: State::Mixed, standing: None };
            Tie::between("a", "b", &position, &params).unwrap().pull
        };
        assert!(pull(3.0, Some(9.0)) > 1.0 && pull(3.0, Some(0.0)) < -2.0);
        assert!(pull(-4.0, Some(9.0)) < -6.0);
        assert!(pull(3.0, None) > 2.0, "with nothing known of third parties the tone must do");
        let none = Position { treat: None, alike: None, state: State::Unknown, standing: None };
        assert_eq!(Tie::between("a", "b", &none, &params), None);
    }

    #[test]
    fn acting_together_on_a_third_binds() {
        let event = |id: &str, actors: &[&str], recipients: &[&str], day: Option<Date>| {
            let mut told = crate::standing::tests::event("SANCTION -6 2017-06-05");
            told.id = id.into();
            told.actors = actors.iter().map(|k| k.to_string()).collect();
            told.recipients = recipients.iter().map(|k| k.to_string()).collect();
            (told.date, told.enddate) = (day, day);
            told
        };
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let then = Some(day("2017-06-05"));
        let events = [
            event("1", &["Arnor", "Gondor"], &["Mordor"], then),
            event("2", &["Gondor", "Rohan"], &[], then),
            event("3", &["Arnor", "Rohan"], &["Mordor"], None),
        ];
        let on = |at| joint(&events, day(at), &Params::default());
        let found = on("2017-06-30");
        assert_eq!(found.len(), 1, "only the first is an act of two on a third with a day: {found:?}");
        assert_eq!((found[0].a.as_str(), found[0].b.as_str()), ("Arnor", "Gondor"));
        assert!(found[0].pull > on("2019-06-30")[0].pull, "it fades");
        assert!(on("2017-06-04").is_empty(), "it was not known before");
    }
}
