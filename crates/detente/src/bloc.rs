//! Blocs: who stands together on a day. The standings of a day are a network of friendly and hostile ties;
//! a bloc is a group with friendship inside and hostility to the outside, as far as the network allows
//! (correlation clustering). How many blocs there are is not chosen beforehand: actors without a tie that
//! binds them stay alone.
//!
//! The search is greedy: the two groups with the greatest friendly sum between them are joined as long as
//! there is one; then single actors move to the group that suits them better until none does. It is not
//! always the best grouping of all, but it is always the same one: equal choices fall to the alphabet, not to
//! the order of arrival. [`Blocs::fit`] says how much of the network the grouping explains.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::standing::{Level, rounded};

/// A tie between two actors on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tie {
    /// One party.
    pub a: String,
    /// The other.
    pub b: String,
    /// How much the tie pulls together (positive) or apart (negative): level times certainty, −10…+10.
    pub pull: f64,
}

impl Tie {
    /// The tie of a standing: its level, less the more uncertain it is. A band as wide as the whole scale
    /// leaves nothing.
    pub fn of(a: impl Into<String>, b: impl Into<String>, level: &Level) -> Tie {
        let sure = (1.0 - (level.high - level.low) / 20.0).clamp(0.0, 1.0);
        Tie { a: a.into(), b: b.into(), pull: rounded(level.value * sure) }
    }
}

/// A grouping of actors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Blocs {
    /// Groups of two or more, the largest first; members by alphabet.
    pub blocs: Vec<Vec<String>>,
    /// Actors that stand alone, by alphabet.
    pub alone: Vec<String>,
    /// Share of all pull that the grouping explains: friendly within, hostile across. 1 where there is none.
    pub fit: f64,
}

/// Groups the actors of a signed network. Ties of the same pair add up; a tie of an actor with itself is ignored.
pub fn blocs(ties: &[Tie]) -> Blocs {
    let names: Vec<&str> =
        ties.iter().flat_map(|t| [t.a.as_str(), t.b.as_str()]).collect::<BTreeSet<_>>().into_iter().collect();
    let number: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    // Sums are taken in one order, so that rounding does not depend on the order of the ties.
    let mut sorted: Vec<(usize, usize, f64)> = ties
        .iter()
        .map(|t| (number[t.a.as_str()], number[t.b.as_str()], t.pull))
        .filter(|(a, b, pull)| a != b && pull.is_finite())
        .map(|(a, b, pull)| (a.min(b), a.max(b), pull))
        .collect();
    sorted.sort_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then(x.2.total_cmp(&y.2)));
    let mut pull: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (a, b, p) in sorted {
        *pull.entry((a, b)).or_default() += p;
    }

    let mut group = join(names.len(), &pull);
    settle(&mut group, &pull);

    let mut members: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (i, name) in names.iter().enumerate() {
        members.entry(group[i]).or_default().push(name.to_string());
    }
    let (mut blocs, single): (Vec<_>, Vec<_>) = members.into_values().partition(|m| m.len() > 1);
    blocs.sort_by(|x, y| y.len().cmp(&x.len()).then(x.cmp(y)));
    let mut alone: Vec<String> = single.into_iter().flatten().collect();
    alone.sort();
    let all: f64 = pull.values().map(|p| p.abs()).sum();
    let explained: f64 =
        pull.iter().filter(|((a, b), p)| (group[*a] == group[*b]) == (**p > 0.0)).map(|(_, p)| p.abs()).sum();
    Blocs { blocs, alone, fit: if all > 0.0 { rounded(explained / all) } else { 1.0 } }
}

/// Joins the two groups with the greatest positive sum until there is none. Gives each actor its group.
fn join(n: usize, pull: &BTreeMap<(usize, usize), f64>) -> Vec<usize> {
    let mut group: Vec<usize> = (0..n).collect();
    let mut between = pull.clone();
    loop {
        let best = between
            .iter()
            .filter(|(_, p)| **p > 0.0)
            // The greatest; among equals the first by alphabet.
            .max_by(|x, y| x.1.total_cmp(y.1).then(y.0.cmp(x.0)))
            .map(|(pair, _)| *pair);
        let Some((keep, gone)) = best else { return group };
        group.iter_mut().filter(|g| **g == gone).for_each(|g| *g = keep);
        let mut next: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for ((a, b), p) in between {
            let (a, b) = (if a == gone { keep } else { a }, if b == gone { keep } else { b });
            if a != b {
                *next.entry((a.min(b), a.max(b))).or_default() += p;
            }
        }
        between = next;
    }
}

/// Moves single actors to the group they are drawn to most, or out on their own, until none gains by it.
fn settle(group: &mut [usize], pull: &BTreeMap<(usize, usize), f64>) {
    let n = group.len();
    // Every move explains more of the network, so this ends; the bound only guards against rounding.
    for _ in 0..100 {
        let mut moved = false;
        for i in 0..n {
            let mut drawn: BTreeMap<usize, f64> = BTreeMap::new();
            for (&(a, b), &p) in pull {
                if a == i {
                    *drawn.entry(group[b]).or_default() += p;
                } else if b == i {
                    *drawn.entry(group[a]).or_default() += p;
                }
            }
            let here = drawn.get(&group[i]).copied().unwrap_or(0.0);
            let free = (0..n).find(|g| !group.contains(g));
            let best = drawn
                .iter()
                .map(|(g, p)| (*g, *p))
                .chain(free.map(|g| (g, 0.0)))
                .max_by(|x, y| x.1.total_cmp(&y.1).then(y.0.cmp(&x.0)));
            if let Some((to, p)) = best
                && p > here + 1e-9
            {
                group[i] = to;
                moved = true;
            }
        }
        if !moved {
            return;
        }
    }
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
}
