//! The search for a grouping: exact for small parts of a network, by moves and joins for large ones.

/// Parts of a network with at most so many actors are grouped exactly.
pub const EXACT: usize = 12;

/// Starting points of the search, at most and at least: fewer in a part with very many ties.
const STARTS: (usize, usize) = (12, 2);

/// So many ties are looked at in each round of all searches together, where there are no more than the least.
const LOOKED_AT: usize = 250_000;

/// The most rounds of moves from one starting point; each gains, so this only guards against rounding.
const ROUNDS: usize = 100;

/// A gain below this is rounding.
const GAIN: f64 = 1e-9;

/// The ties of each actor: number of the other, pull.
type Ties = Vec<Vec<(usize, f64)>>;

/// The group of each actor, and whether it is known that none is better. Actors are numbered by strength; pulls name
/// each pair once.
pub(super) fn group(n: usize, pull: &[(usize, usize, f64)]) -> (Vec<usize>, bool) {
    let mut ties: Ties = vec![Vec::new(); n];
    for &(a, b, p) in pull {
        ties[a].push((b, p));
        ties[b].push((a, p));
    }
    let (mut groups, mut exact) = (vec![0; n], true);
    let mut free = 0;
    for part in parts(&ties) {
        let mut place = vec![usize::MAX; n];
        part.iter().enumerate().for_each(|(k, i)| place[*i] = k);
        let within: Ties = part
            .iter()
            .map(|i| {
                let row = ties[*i].iter().map(|(j, p)| (place[*j], *p));
                row.filter(|(k, _)| *k != usize::MAX).collect()
            })
            .collect();
        let found = if part.len() <= EXACT { best(&within) } else { good(&within) };
        exact &= part.len() <= EXACT;
        part.iter().zip(found).for_each(|(i, g)| groups[*i] = free + g);
        free += part.len();
    }
    (groups, exact)
}

/// The parts of a network that friendly ties hold together: no group of a best grouping reaches beyond one, because
/// to split it there costs nothing. Members by number.
fn parts(ties: &Ties) -> Vec<Vec<usize>> {
    let mut seen = vec![false; ties.len()];
    let mut parts = Vec::new();
    for start in 0..ties.len() {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let (mut part, mut next) = (vec![start], 0);
        while next < part.len() {
            for &(j, p) in &ties[part[next]] {
                if p > 0.0 && !seen[j] {
                    seen[j] = true;
                    part.push(j);
                }
            }
            next += 1;
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts
}

/// The sum of pulls within groups: what a grouping is judged by.
fn worth(ties: &Ties, group: &[usize]) -> f64 {
    let mut sum = 0.0;
    for (i, row) in ties.iter().enumerate() {
        sum += row.iter().filter(|(j, _)| *j > i && group[*j] == group[i]).map(|t| t.1).sum::<f64>();
    }
    sum
}

/// The best grouping of all, by branch and bound: actors are placed in order of strength, in a group that is there or
/// one of their own, and a branch is left when even all friendly ties that are open could not save it.
fn best(ties: &Ties) -> Vec<usize> {
    struct Search<'a> {
        earlier: Vec<Vec<(usize, f64)>>,
        /// Friendly pull of the ties that the actors from each on bring.
        open: Vec<f64>,
        group: Vec<usize>,
        found: Vec<usize>,
        worth: f64,
        ties: &'a Ties,
    }
    impl Search<'_> {
        fn place(&mut self, i: usize, groups: usize, worth: f64) {
            if i == self.ties.len() {
                if worth > self.worth + GAIN {
                    self.worth = worth;
                    self.found.clone_from(&self.group);
                }
                return;
            }
            if worth + self.open[i] <= self.worth + GAIN {
                return;
            }
            let mut gains = vec![0.0; groups + 1];
            self.earlier[i].iter().for_each(|(j, p)| gains[self.group[*j]] += p);
            let mut order: Vec<usize> = (0..=groups).collect();
            order.sort_by(|x, y| gains[*y].total_cmp(&gains[*x]).then(x.cmp(y)));
            for g in order {
                self.group[i] = g;
                self.place(i + 1, groups.max(g + 1), worth + gains[g]);
            }
        }
    }
    let n = ties.len();
    let earlier: Vec<Vec<(usize, f64)>> = ties
        .iter()
        .enumerate()
        .map(|(i, row)| row.iter().copied().filter(|(j, _)| *j < i).collect())
        .collect();
    let mut open = vec![0.0; n + 1];
    for i in (0..n).rev() {
        open[i] = open[i + 1] + earlier[i].iter().map(|t| t.1.max(0.0)).sum::<f64>();
    }
    let start = good(ties);
    let worth = worth(ties, &start);
    let mut search = Search { earlier, open, group: vec![0; n], found: start, worth, ties };
    search.place(0, 0, 0.0);
    search.found
}

/// A good grouping: the best of several searches, each of which takes the actors in another order.
fn good(ties: &Ties) -> Vec<usize> {
    let n = ties.len();
    let mut found: Option<(f64, Vec<usize>)> = None;
    let looked_at: usize = ties.iter().map(Vec::len).sum();
    let starts = (LOOKED_AT / looked_at.max(1)).clamp(STARTS.1, STARTS.0);
    for start in 0..starts.min(n.max(1)) {
        let group = climb(ties, &order(n, start));
        let worth = worth(ties, &group);
        if found.as_ref().is_none_or(|(best, _)| worth > best + GAIN) {
            found = Some((worth, group));
        }
    }
    found.map(|f| f.1).unwrap_or_default()
}

/// The orders of the searches: by strength, against it, and in strides over it.
fn order(n: usize, start: usize) -> Vec<usize> {
    match start {
        0 => (0..n).collect(),
        1 => (0..n).rev().collect(),
        _ => {
            // A stride without a common divisor visits each once.
            let common = |mut a: usize, mut b: usize| {
                while b > 0 {
                    (a, b) = (b, a % b);
                }
                a
            };
            let mut stride = (n * (2 * start + 1) / 31).max(2);
            while common(stride, n) != 1 {
                stride += 1;
            }
            (0..n).map(|i| (start + i * stride) % n).collect()
        }
    }
}

/// From everybody alone: move single actors while it gains, then whole groups, and again.
fn climb(ties: &Ties, order: &[usize]) -> Vec<usize> {
    let mut group: Vec<usize> = (0..ties.len()).collect();
    settle(ties, order, &mut group);
    for _ in 0..ROUNDS {
        // Groups become actors, tied by the sum of what ties their members.
        let count = tidy(&mut group);
        let mut sums: Vec<std::collections::BTreeMap<usize, f64>> = vec![Default::default(); count];
        for (i, row) in ties.iter().enumerate() {
            for (j, p) in row.iter().filter(|(j, _)| group[*j] != group[i]) {
                *sums[group[i]].entry(group[*j]).or_default() += p;
            }
        }
        let whole: Ties = sums.into_iter().map(|row| row.into_iter().collect()).collect();
        let mut joined: Vec<usize> = (0..count).collect();
        let by_number: Vec<usize> = (0..count).collect();
        let moved = settle(&whole, &by_number, &mut joined);
        group.iter_mut().for_each(|g| *g = joined[*g]);
        if !settle(ties, order, &mut group) && !moved {
            break;
        }
    }
    tidy(&mut group);
    group
}

/// Numbers groups by their first member; gives how many there are.
fn tidy(group: &mut [usize]) -> usize {
    let mut new = vec![usize::MAX; group.len()];
    let mut count = 0;
    for g in group.iter_mut() {
        if new[*g] == usize::MAX {
            new[*g] = count;
            count += 1;
        }
        *g = new[*g];
    }
    count
}

/// Moves each actor to the group that it is drawn to most, or out on its own, until none gains by it. True where one
/// moved.
fn settle(ties: &Ties, order: &[usize], group: &mut [usize]) -> bool {
    let n = ties.len();
    let mut size = vec![0usize; n];
    group.iter().for_each(|g| size[*g] += 1);
    let mut empty: Vec<usize> = (0..n).rev().filter(|g| size[*g] == 0).collect();
    let mut drawn = vec![0.0; n];
    let mut moved = false;
    for _ in 0..ROUNDS {
        let mut again = false;
        for &i in order {
            let here = group[i];
            let mut touched: Vec<usize> = Vec::with_capacity(ties[i].len());
            for &(j, p) in &ties[i] {
                drawn[group[j]] += p;
                touched.push(group[j]);
            }
            let mut best = (here, drawn[here]);
            // Alone is better than among enemies.
            if size[here] > 1
                && best.1 < -GAIN
                && let Some(free) = empty.last()
            {
                best = (*free, 0.0);
            }
            for &g in &touched {
                if drawn[g] > best.1 + GAIN {
                    best = (g, drawn[g]);
                }
            }
            touched.iter().for_each(|g| drawn[*g] = 0.0);
            if best.0 != here {
                if size[best.0] == 0 {
                    empty.pop();
                }
                size[here] -= 1;
                if size[here] == 0 {
                    empty.push(here);
                }
                size[best.0] += 1;
                group[i] = best.0;
                (again, moved) = (true, true);
            }
        }
        if !again {
            break;
        }
    }
    moved
}
