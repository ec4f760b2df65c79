//! Trees out of scores: the best head for every word, mended to a tree with one root where that is not one.

/// The score of an arc that must not be.
pub(super) const NEVER: f32 = -1e9;

/// Heads (1-based, 0 is the root) of `n` words. `arcs` holds `n + 1` scores for each word, the root's first.
pub(super) fn decode(arcs: &[f32], n: usize) -> Vec<usize> {
    let row = |i: usize| &arcs[i * (n + 1)..(i + 1) * (n + 1)];
    let heads: Vec<usize> = (0..n).map(|i| best(row(i).iter().copied())).collect();
    if is_tree(&heads) {
        return heads;
    }
    // The three words that most want to be the root are tried, and the best tree wins.
    let mut order: Vec<(f32, usize)> = (0..n)
        .map(|i| (row(i)[0] - row(i)[1..].iter().copied().fold(f32::NEG_INFINITY, f32::max), i))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut won: Option<(f64, Vec<usize>)> = None;
    for &(_, root) in order.iter().take(3) {
        let mut scores = Square::new(n + 1);
        for i in 0..n {
            for (j, &s) in row(i).iter().enumerate() {
                if j != i + 1 && j != 0 && i != root {
                    scores.set(i + 1, j, f64::from(s));
                }
            }
        }
        scores.set(root + 1, 0, f64::from(row(root)[0]));
        let heads = edmonds(&scores)[1..].to_vec();
        let total: f64 = heads.iter().enumerate().map(|(i, &h)| f64::from(row(i)[h])).sum();
        if won.as_ref().is_none_or(|w| total > w.0) {
            won = Some((total, heads));
        }
    }
    won.map_or(heads, |w| w.1)
}

fn best<T: PartialOrd + Copy>(values: impl Iterator<Item = T>) -> usize {
    let mut at: Option<(usize, T)> = None;
    for (i, v) in values.enumerate() {
        if at.is_none_or(|(_, most)| v > most) {
            at = Some((i, v));
        }
    }
    at.map_or(0, |(i, _)| i)
}

/// True when the heads make one tree with one root.
fn is_tree(heads: &[usize]) -> bool {
    if heads.iter().filter(|&&h| h == 0).count() != 1 {
        return false;
    }
    // 0: not seen, 1: leads to the root, 2: on the way being walked.
    let mut seen = vec![0u8; heads.len()];
    for start in 0..heads.len() {
        let mut at = start;
        while seen[at] == 0 {
            seen[at] = 2;
            match heads[at] {
                0 => break,
                h => at = h - 1,
            }
        }
        if seen[at] == 2 && heads[at] != 0 {
            return false;
        }
        let mut at = start;
        while seen[at] == 2 {
            seen[at] = 1;
            match heads[at] {
                0 => break,
                h => at = h - 1,
            }
        }
    }
    true
}

/// Scores from dependent (row) to head (column).
struct Square {
    n: usize,
    scores: Vec<f64>,
}

impl Square {
    fn new(n: usize) -> Square {
        Square { n, scores: vec![f64::from(NEVER); n * n] }
    }
    fn at(&self, i: usize, j: usize) -> f64 {
        self.scores[i * self.n + j]
    }
    fn set(&mut self, i: usize, j: usize, score: f64) {
        self.scores[i * self.n + j] = score;
    }
}

/// The best tree over the scores, rooted in node 0 (Chu and Liu, Edmonds): every node takes its best head; a
/// ring is drawn together into one node, the smaller task solved, and the ring opened where the tree enters it.
fn edmonds(s: &Square) -> Vec<usize> {
    let n = s.n;
    let mut head: Vec<usize> =
        (0..n).map(|i| if i == 0 { 0 } else { best(s.scores[i * n..(i + 1) * n].iter().copied()) }).collect();
    let Some(ring) = find_ring(&head) else { return head };
    let inside: Vec<bool> = (0..n).map(|i| ring.contains(&i)).collect();
    let rest: Vec<usize> = (0..n).filter(|&i| !inside[i]).collect();
    let m = rest.len() + 1;
    let mut t = Square::new(m);
    let mut leave = vec![0; m];
    let mut enter = vec![0; m];
    for (a, &i) in rest.iter().enumerate() {
        if a != 0 {
            for (b, &j) in rest.iter().enumerate() {
                if a != b {
                    t.set(a, b, s.at(i, j));
                }
            }
            let k = ring[best(ring.iter().map(|&c| s.at(i, c)))];
            t.set(a, m - 1, s.at(i, k));
            leave[a] = k;
        }
        let gain = |&c: &usize| s.at(c, i) - s.at(c, head[c]);
        let k = ring[best(ring.iter().map(gain))];
        t.set(m - 1, a, gain(&k));
        enter[a] = k;
    }
    let sub = edmonds(&t);
    for (a, &i) in rest.iter().enumerate().skip(1) {
        head[i] = if sub[a] == m - 1 { leave[a] } else { rest[sub[a]] };
    }
    let k = sub[m - 1];
    head[enter[k]] = rest[k];
    head
}

/// The nodes of the first ring found, in the order of the walk.
fn find_ring(head: &[usize]) -> Option<Vec<usize>> {
    let mut seen = vec![0usize; head.len()];
    for start in 1..head.len() {
        let mut path = Vec::new();
        let mut at = start;
        while at != 0 && seen[at] == 0 {
            seen[at] = start;
            path.push(at);
            at = head[at];
        }
        if at != 0
            && seen[at] == start
            && let Some(k) = path.iter().position(|&p| p == at)
        {
            return Some(path[k..].to_vec());
        }
        for p in path {
            seen[p] = usize::MAX;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way to give `n` words heads, for the small cases.
    fn all(n: usize) -> impl Iterator<Item = Vec<usize>> {
        (0..(n + 1).pow(n as u32)).map(move |mut k| {
            (0..n)
                .map(|_| {
                    let h = k % (n + 1);
                    k /= n + 1;
                    h
                })
                .collect()
        })
    }

    #[test]
    fn what_comes_out_is_a_tree_with_one_root() {
        let mut seed = 1u64;
        for n in 1..9 {
            for _ in 0..200 {
                let arcs: Vec<f32> = (0..n * (n + 1))
                    .map(|k| {
                        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                        if k % (n + 1) == k / (n + 1) + 1 { NEVER } else { (seed >> 40) as f32 / 1e6 }
                    })
                    .collect();
                assert!(is_tree(&decode(&arcs, n)), "{arcs:?}");
            }
        }
    }

    #[test]
    fn no_tree_with_one_root_scores_higher() {
        let mut seed = 7u64;
        let n = 4;
        let mut missed = 0;
        for _ in 0..300 {
            let arcs: Vec<f32> = (0..n * (n + 1))
                .map(|k| {
                    seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    if k % (n + 1) == k / (n + 1) + 1 { NEVER } else { (seed >> 40) as f32 / 1e6 }
                })
                .collect();
            let score = |h: &[usize]| -> f64 {
                h.iter().enumerate().map(|(i, &h)| f64::from(arcs[i * (n + 1) + h])).sum()
            };
            let most = all(n).filter(|h| is_tree(h)).map(|h| score(&h)).fold(f64::MIN, f64::max);
            missed += usize::from(score(&decode(&arcs, n)) < most - 1e-6);
        }
        // Only three of the four roots are tried.
        assert!(missed <= 6, "{missed}");
    }
}
