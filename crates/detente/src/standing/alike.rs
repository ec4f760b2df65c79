//! How alike two actors act towards third parties: whether they have the same friends and the same foes. This tells
//! allies from strangers where the tone between the two does not: allies quarrel daily and strangers are polite.
//! (That friends share friends and foes is the theory of structural balance; Heider 1946, Cartwright and Harary
//! 1956. Similarity of foreign policy is measured by portfolios since Signorino and Ritter, ISQ 1999, there with
//! lists of alliances; here with nothing but events.)
//!
//! From the [`Balance`] of every dyad on a day:
//! 1. The *tie* of two actors is the logarithm of the odds of cooperation against conflict between them, less half
//!    of what their general activity leads to expect ([`Params::alike_expected`]). Who deals with everybody and
//!    meets with this one seldom holds aloof from it, and who quarrels with everybody is no special foe of this one.
//! 2. The *profile* of an actor is its ties, carried two steps further: the friends of its friends count towards
//!    it, the friends of its foes against it. (A step of a signed walk: to each neighbour with a chance that is its
//!    share of all ties, with a change of sign across a hostile tie. Two steps fill gaps in thin evidence.)
//! 3. `alike` of two actors is ten times the cosine of their profiles, the two themselves left out.
//!
//! No list of alliances, no place on the map and no name enters. Third parties are the [`Params::alike_most`] actors
//! with the most evidence, so that the work is bounded; others still get a profile of their own towards these.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Balance, Params, rounded};

/// How alike two actors act towards third parties.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alike {
    /// −10: the friends of one are the foes of the other; +10: the same friends and foes.
    pub value: f64,
    /// Third parties with which both have dealt.
    pub thirds: usize,
    /// Weight of the evidence between the less known of the two and third parties.
    pub weight: f64,
}

/// A third party that makes two actors alike or unlike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Third {
    /// Its key.
    pub key: String,
    /// Tie of the first actor with it, a logarithm of odds: positive is close, negative at odds.
    pub a: f64,
    /// Tie of the second actor with it.
    pub b: f64,
    /// How much it adds to `alike`, in its points; negative where it divides the two.
    pub adds: f64,
}

/// The profiles of all actors on a day. Built once; then [`Profiles::alike`] is quick for any pair.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    least_weight: f64,
    least_thirds: usize,
    number: HashMap<String, usize>,
    names: Vec<String>,
    /// For each actor its evidence with each other: number of the other, good, bad; by number.
    dealt: Vec<Vec<(usize, f64, f64)>>,
    /// For each actor the third parties among them, a bit each.
    met: Vec<Vec<u64>>,
    /// Sum of its evidence.
    evidence: Vec<f64>,
    /// How many actors, the first ones, are third parties.
    thirds: usize,
    /// For each actor its ties with the third parties.
    ties: Vec<Vec<f64>>,
    /// For each actor its profile, a row as long as there are third parties.
    profiles: Vec<Vec<f64>>,
    /// Length of each profile, squared.
    squares: Vec<f64>,
}

impl Profiles {
    /// The profiles of a network: parties and balance of each dyad, each pair once, in whatever order.
    pub fn new<'a>(
        dyads: impl IntoIterator<Item = (&'a str, &'a str, &'a Balance)>,
        params: &Params,
    ) -> Profiles {
        let dyads: Vec<(&str, &str, f64, f64)> = dyads
            .into_iter()
            .filter(|(a, b, balance)| a != b && balance.good + balance.bad > 0.0)
            .map(|(a, b, balance)| (a, b, balance.good, balance.bad))
            .collect();
        let (names, number) = by_evidence(&dyads);
        let n = names.len();
        let mut dealt: Vec<Vec<(usize, f64, f64)>> = vec![Vec::new(); n];
        for &(a, b, good, bad) in &dyads {
            let (a, b) = (number[a], number[b]);
            dealt[a].push((b, good, bad));
            dealt[b].push((a, good, bad));
        }
        dealt.iter_mut().for_each(|row| row.sort_by(|x, y| x.0.cmp(&y.0).then(x.1.total_cmp(&y.1))));
        let sum =
            |row: &[(usize, f64, f64)], of: fn(&(usize, f64, f64)) -> f64| row.iter().map(of).sum::<f64>();
        let good: Vec<f64> = dealt.iter().map(|row| sum(row, |x| x.1)).collect();
        let bad: Vec<f64> = dealt.iter().map(|row| sum(row, |x| x.2)).collect();
        let evidence = good.iter().zip(&bad).map(|(g, b)| g + b).collect();
        let thirds = n.min(params.alike_most);
        let met = dealt.iter().map(|row| {
            let mut bits = vec![0; thirds.div_ceil(64)];
            row.iter().filter(|(k, ..)| *k < thirds).for_each(|(k, ..)| bits[k / 64] |= 1u64 << (k % 64));
            bits
        });
        let met = met.collect();

        let (all_good, all_bad) = (good.iter().sum::<f64>(), bad.iter().sum::<f64>());
        let prior = params.alike_prior;
        let expected = |of: &[f64], all: f64, i: usize, k: usize| {
            prior + if all > 0.0 { of[i] * of[k] / all } else { 0.0 }
        };
        let ties: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                let mut row: Vec<f64> = (0..thirds)
                    .map(|k| {
                        let odds = expected(&good, all_good, i, k) / expected(&bad, all_bad, i, k);
                        -params.alike_expected * odds.ln()
                    })
                    .collect();
                for &(k, good, bad) in dealt[i].iter().filter(|(k, ..)| *k < thirds) {
                    row[k] += ((good + prior) / (bad + prior)).ln();
                }
                if i < thirds {
                    row[i] = 0.0;
                }
                row
            })
            .collect();
        let step = step(&ties[..thirds]);
        // All steps together are one product with this.
        let mut far = step.clone();
        for _ in 1..params.alike_steps {
            far = far.iter().map(|row| walk(row, &step)).collect();
        }
        let profiles: Vec<Vec<f64>> = if params.alike_steps == 0 {
            ties.clone()
        } else {
            ties.iter().map(|row| walk(row, &far)).collect()
        };
        let squares = profiles.iter().map(|row| row.iter().map(|x| x * x).sum()).collect();
        Profiles {
            least_weight: params.alike_weight,
            least_thirds: params.alike_thirds,
            number: number.into_iter().map(|(name, i)| (name.to_string(), i)).collect(),
            names: names.into_iter().map(str::to_string).collect(),
            dealt,
            met,
            evidence,
            thirds,
            ties,
            profiles,
            squares,
        }
    }

    /// How alike two actors act; `None` where one is unknown or there is too little evidence.
    pub fn alike(&self, a: &str, b: &str) -> Option<Alike> {
        let (i, j) = (*self.number.get(a)?, *self.number.get(b)?);
        if i == j {
            return None;
        }
        let thirds: usize =
            self.met[i].iter().zip(&self.met[j]).map(|(x, y)| (x & y).count_ones() as usize).sum();
        let own = &self.dealt[i][self.dealt[i].partition_point(|(k, ..)| *k < j)..];
        let between: f64 = own.iter().take_while(|(k, ..)| *k == j).map(|(_, good, bad)| good + bad).sum();
        let weight = (self.evidence[i].min(self.evidence[j]) - between).max(0.0);
        if thirds < self.least_thirds || weight < self.least_weight {
            return None;
        }
        let (product, lengths) = self.product(i, j);
        let value = if lengths > 0.0 { 10.0 * product / lengths } else { 0.0 };
        Some(Alike { value: rounded(value.clamp(-10.0, 10.0)), thirds, weight: rounded(weight) })
    }

    /// The third parties that say most about how alike two actors are, those that both have dealt with, the
    /// strongest first, at most `limit`.
    pub fn explain(&self, a: &str, b: &str, limit: usize) -> Vec<Third> {
        let (Some(&i), Some(&j)) = (self.number.get(a), self.number.get(b)) else { return Vec::new() };
        let (_, lengths) = self.product(i, j);
        if i == j || lengths <= 0.0 {
            return Vec::new();
        }
        let mut thirds: Vec<Third> = self
            .common(i, j)
            .map(|k| Third {
                key: self.names[k].clone(),
                a: rounded(self.ties[i][k]),
                b: rounded(self.ties[j][k]),
                adds: rounded(10.0 * self.profiles[i][k] * self.profiles[j][k] / lengths),
            })
            // Where the walk overrules the plain ties, the third party explains nothing to a reader.
            .filter(|t| t.a * t.b * t.adds > 0.0)
            .collect();
        thirds.sort_by(|x, y| y.adds.abs().total_cmp(&x.adds.abs()).then_with(|| x.key.cmp(&y.key)));
        thirds.truncate(limit);
        thirds
    }

    /// Keys of all actors, those with the most evidence first.
    pub fn actors(&self) -> &[String] {
        &self.names
    }

    /// Third parties with which both have dealt.
    fn common(&self, i: usize, j: usize) -> impl Iterator<Item = usize> + '_ {
        let mut other = self.dealt[j].iter().map(|d| d.0).peekable();
        self.dealt[i].iter().map(|d| d.0).filter(move |k| {
            while other.next_if(|o| o < k).is_some() {}
            *k < self.thirds && *k != i && *k != j && other.peek() == Some(k)
        })
    }

    /// The product of two profiles, and that of their lengths, without the two themselves.
    fn product(&self, i: usize, j: usize) -> (f64, f64) {
        let (x, y) = (&self.profiles[i], &self.profiles[j]);
        let mut product: f64 = x.iter().zip(y).map(|(x, y)| x * y).sum();
        let (mut first, mut second) = (self.squares[i], self.squares[j]);
        for k in [i, j].into_iter().filter(|k| *k < self.thirds) {
            product -= x[k] * y[k];
            first -= x[k] * x[k];
            second -= y[k] * y[k];
        }
        (product, (first.max(0.0) * second.max(0.0)).sqrt())
    }
}

/// The actors with the most evidence first, and the number of each. Names only decide between equals, so that
/// sums are taken in the same order whatever the actors are called.
fn by_evidence<'a>(dyads: &[(&'a str, &'a str, f64, f64)]) -> (Vec<&'a str>, HashMap<&'a str, usize>) {
    let mut evidence: HashMap<&str, Vec<(f64, f64)>> = HashMap::new();
    for &(a, b, good, bad) in dyads {
        evidence.entry(a).or_default().push((good, bad));
        evidence.entry(b).or_default().push((good, bad));
    }
    let mut actors: Vec<(&str, f64, f64, usize)> = evidence
        .into_iter()
        .map(|(name, mut dealt)| {
            dealt.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
            let (good, bad) = dealt.iter().fold((0.0, 0.0), |(g, b), d| (g + d.0, b + d.1));
            (name, good, bad, dealt.len())
        })
        .collect();
    actors.sort_by(|x, y| {
        let (of_x, of_y) = (x.1 + x.2, y.1 + y.2);
        of_y.total_cmp(&of_x).then(y.1.total_cmp(&x.1)).then(y.3.cmp(&x.3)).then(x.0.cmp(y.0))
    });
    let names: Vec<&str> = actors.into_iter().map(|a| a.0).collect();
    let number = names.iter().enumerate().map(|(i, name)| (*name, i)).collect();
    (names, number)
}

/// One step from each third party: its ties as shares of all its ties, with their signs.
fn step(ties: &[Vec<f64>]) -> Vec<Vec<f64>> {
    ties.iter()
        .map(|row| {
            let all: f64 = row.iter().map(|x| x.abs()).sum();
            row.iter().map(|x| if all > 0.0 { x / all } else { 0.0 }).collect()
        })
        .collect()
}

/// A row carried one step on.
fn walk(row: &[f64], step: &[Vec<f64>]) -> Vec<f64> {
    let mut on = vec![0.0; row.len()];
    for (x, from) in row.iter().zip(step) {
        if *x != 0.0 {
            for (sum, share) in on.iter_mut().zip(from) {
                *sum += x * share;
            }
        }
    }
    on
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two camps of five that fight each other and one outsider who is polite to all, with the names given.
    fn camps(name: &dyn Fn(usize) -> String) -> Vec<(String, String, Balance)> {
        let mut dyads = Vec::new();
        for i in 0..11 {
            for j in i + 1..11 {
                // Within a camp there are quarrels as well, and not everybody deals with everybody.
                let own = 3.0 + (i * j % 4) as f64;
                let (good, bad) = match (i % 2 == j % 2, j == 10) {
                    (_, true) => (2.0, 0.5),
                    (true, _) => (own, 2.0),
                    (false, _) => (1.0, own),
                };
                if (i + 2 * j) % 7 != 0 {
                    dyads.push((name(i), name(j), Balance { level: None, attacks: 0.0, good, bad }));
                }
            }
        }
        dyads
    }

    fn profiles(dyads: &[(String, String, Balance)]) -> Profiles {
        Profiles::new(dyads.iter().map(|(a, b, x)| (a.as_str(), b.as_str(), x)), &Params::default())
    }

    fn plain(i: usize) -> String {
        format!("n{i:02}")
    }

    #[test]
    fn the_same_friends_and_foes_make_two_alike() {
        let found = profiles(&camps(&plain));
        for i in 0..10 {
            for j in i + 1..10 {
                let alike = found.alike(&plain(i), &plain(j)).unwrap().value;
                assert_eq!(alike > 0.0, i % 2 == j % 2, "{i} {j}: {alike}");
                assert_eq!(found.alike(&plain(j), &plain(i)).unwrap().value, alike);
            }
        }
    }

    #[test]
    fn the_third_parties_that_make_it_are_named() {
        let found = profiles(&camps(&plain));
        let why = found.explain(&plain(0), &plain(2), 3);
        assert!(
            why.iter().all(|t| t.a * t.b > 0.0 && t.adds > 0.0 && t.key != plain(0) && t.key != plain(2))
        );
        assert!(why.len() == 3 && why.windows(2).all(|w| w[0].adds.abs() >= w[1].adds.abs()));
        let apart = found.explain(&plain(0), &plain(1), 1);
        assert!(apart[0].a * apart[0].b < 0.0 && apart[0].adds < 0.0, "{apart:?}");
    }

    #[test]
    fn names_and_order_do_not_matter() {
        let other = |i: usize| format!("x{:02}", (i * 7) % 11);
        let (one, mut two) = (camps(&plain), camps(&other));
        two.reverse();
        two.iter_mut().for_each(|d| std::mem::swap(&mut d.0, &mut d.1));
        let (one, two) = (profiles(&one), profiles(&two));
        for i in 0..11 {
            for j in 0..11 {
                assert_eq!(one.alike(&plain(i), &plain(j)), two.alike(&other(i), &other(j)));
            }
        }
    }

    #[test]
    fn little_evidence_says_nothing() {
        let found = profiles(&camps(&plain)[..4]);
        assert_eq!(found.alike(&plain(0), &plain(1)), None);
        assert_eq!(found.alike(&plain(0), "nobody"), None);
        assert_eq!(found.alike(&plain(0), &plain(0)), None);
        assert!(profiles(&[]).explain("a", "b", 3).is_empty());
    }

    #[test]
    fn who_is_no_third_party_still_has_a_profile() {
        let params = Params { alike_most: 8, ..Params::default() };
        let dyads = camps(&plain);
        let found = Profiles::new(dyads.iter().map(|(a, b, x)| (a.as_str(), b.as_str(), x)), &params);
        let [.., x, y] = found.actors() else { panic!("eleven actors") };
        let alike = found.alike(x, y).unwrap();
        assert!(alike.thirds <= 8 && alike.value.abs() <= 10.0);
    }
}
