//! Sums of decision trees: what decides between readings that rules alone cannot tell apart, small enough to ship and
//! the same on every machine. A forest takes a list of numbers and gives the logarithm of the odds of a yes;
//! [`likely`] makes a share of it. `training/choice` grows them.

use crate::syntax::ModelError;
use crate::syntax::file::Reader;

/// A fork: which number is asked, up to where the left way is taken, and where the ways lead. A leaf leads to itself, so
/// that walks of any length can be made with the same number of steps.
#[derive(Clone, Copy, Debug)]
struct Fork {
    most: f32,
    number: u16,
    /// Left and right.
    ways: [u16; 2],
    /// What a leaf answers.
    answer: f32,
}

#[derive(Debug)]
struct Tree {
    /// The root first; each fork stands before those that it leads to.
    forks: Vec<Fork>,
    /// Steps to the furthest leaf.
    depth: usize,
}

/// How many trees are walked side by side, so that the processor has other steps to do while it waits for one.
const ABREAST: usize = 8;

/// How many lists are asked side by side.
const LANES: usize = 16;
/// Of fewer lists than this each walks down the trees by itself.
const FEW: usize = 3;
/// How many trees a [`Thicket`] has; whoever asks a part of a forest first asks whole thickets.
pub(crate) const THICKET: usize = 64;

/// Trees laid out so that many lists are asked at once, with no walking (QuickScorer: Lucchese and others, SIGIR 2015;
/// side by side as in V-QuickScorer, SIGIR 2016). Each tree has a bit for each of its leaves, from left to right. A fork
/// at which a list goes right takes the bits of the leaves on its left away; when all forks have been asked, the first
/// bit that is left is the leaf at which a walk would end. The forks stand by the number that they ask and by how much,
/// so that those at which somebody goes right are the first of each number.
#[derive(Debug, Default)]
struct Thicket {
    /// Numbers that are asked, each with its forks.
    asked: Vec<(usize, std::ops::Range<usize>)>,
    most: Vec<f32>,
    /// For each fork its tree, and the bits that stay where a list goes right.
    stays: Vec<(usize, u32)>,
    /// What the leaves of each tree answer, from left to right.
    answers: Vec<[f32; 32]>,
}

impl Thicket {
    /// Lays trees out; `None` where one has more leaves than there are bits.
    fn of(trees: &[Tree]) -> Option<Thicket> {
        let mut forks: Vec<(usize, f32, usize, u32)> = Vec::new();
        let mut answers = Vec::with_capacity(trees.len());
        for (number, tree) in trees.iter().enumerate() {
            let mut leaves = Vec::new();
            tree.lay_out(0, number, &mut leaves, &mut forks)?;
            let mut answer = [0.0; 32];
            answer[..leaves.len()].copy_from_slice(&leaves);
            answers.push(answer);
        }
        forks.sort_by(|x, y| (x.0.cmp(&y.0)).then(x.1.total_cmp(&y.1)).then(x.2.cmp(&y.2)));
        let mut thicket = Thicket { answers, ..Thicket::default() };
        for same in forks.chunk_by(|x, y| x.0 == y.0) {
            let from = thicket.most.len();
            thicket.most.extend(same.iter().map(|fork| fork.1));
            thicket.stays.extend(same.iter().map(|fork| (fork.2, fork.3)));
            thicket.asked.push((same[0].0, from..thicket.most.len()));
        }
        Some(thicket)
    }

    /// Adds what the trees answer to each list, tree by tree.
    #[inline(always)]
    fn add<const N: usize>(&self, lists: &[&[f32; N]; LANES], sums: &mut [f32; LANES]) {
        let mut left = [[u32::MAX; LANES]; THICKET];
        for (number, forks) in &self.asked {
            let mut own = [0.0f32; LANES];
            let mut greatest = f32::NEG_INFINITY;
            for lane in 0..LANES {
                own[lane] = lists[lane][*number];
                // What is no number goes right everywhere.
                greatest = if own[lane] <= greatest { greatest } else { own[lane] };
            }
            let (most, stays) = (&self.most[forks.clone()], &self.stays[forks.clone()]);
            for (most, (tree, stays)) in most.iter().zip(stays) {
                if greatest <= *most {
                    break;
                }
                let left = &mut left[*tree % THICKET];
                for lane in 0..LANES {
                    left[lane] &= if own[lane] <= *most { u32::MAX } else { *stays };
                }
            }
        }
        for (left, answers) in left.iter().zip(&self.answers) {
            for lane in 0..LANES {
                sums[lane] += answers[left[lane].trailing_zeros() as usize % 32];
            }
        }
    }

    /// The same with the widest steps that the processor has. The order of every sum is written down, so all ways give the
    /// same bits.
    fn add_widely<const N: usize>(&self, lists: &[&[f32; N]; LANES], sums: &mut [f32; LANES]) {
        #[cfg(target_arch = "x86_64")]
        {
            #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
            fn widest<const N: usize>(t: &Thicket, lists: &[&[f32; N]; LANES], sums: &mut [f32; LANES]) {
                t.add(lists, sums);
            }
            #[target_feature(enable = "avx2")]
            fn wide<const N: usize>(t: &Thicket, lists: &[&[f32; N]; LANES], sums: &mut [f32; LANES]) {
                t.add(lists, sums);
            }
            use std::is_x86_feature_detected as has;
            if has!("avx512f") && has!("avx512bw") && has!("avx512vl") {
                // SAFETY: the processor has what the function asks for.
                #[allow(unsafe_code)]
                return unsafe { widest(self, lists, sums) };
            }
            if has!("avx2") {
                // SAFETY: the processor has what the function asks for.
                #[allow(unsafe_code)]
                return unsafe { wide(self, lists, sums) };
            }
        }
        self.add(lists, sums);
    }
}

/// Trees whose answers are summed.
#[derive(Debug)]
pub struct Forest {
    trees: Vec<Tree>,
    /// The same trees, [`THICKET`] by [`THICKET`]; nothing where one has too many leaves.
    thickets: Vec<Thicket>,
}

impl Forest {
    /// Reads a forest over `numbers` numbers.
    pub(crate) fn load(reader: &mut Reader<'_>, numbers: usize) -> Result<Forest, ModelError> {
        let asked = reader.varint()? as usize;
        if asked != numbers {
            return Err(ModelError(format!(
                "it was grown over {asked} numbers, and this program has {numbers}"
            )));
        }
        let count = reader.varint()?;
        let mut trees = Vec::new();
        for _ in 0..count {
            let leaves = reader.varint()? as usize;
            if !(1..=256).contains(&leaves) {
                return Err(ModelError(format!("a tree of {leaves} leaves is out of range")));
            }
            // Behind the forks stand the leaves.
            let inner = leaves - 1;
            let mut forks = Vec::with_capacity(inner + leaves);
            for at in 0..inner {
                let number = u16::from(reader.byte()?);
                let most = reader.float()?;
                let ways = [way(reader)?, way(reader)?].map(|w| match usize::try_from(w) {
                    Ok(w) => w,
                    Err(_) => inner + usize::from((w + 1).unsigned_abs()),
                });
                // A way leads on to a later fork or to a leaf, so that every walk ends.
                if usize::from(number) >= numbers || ways.iter().any(|w| *w <= at || *w >= inner + leaves) {
                    return Err(ModelError("a tree leads nowhere".into()));
                }
                forks.push(Fork { most, number, ways: ways.map(|w| w as u16), answer: 0.0 });
            }
            for at in inner..inner + leaves {
                forks.push(Fork { most: 0.0, number: 0, ways: [at as u16; 2], answer: reader.float()? });
            }
            let mut deep = vec![0; forks.len()];
            for at in 0..inner {
                for way in forks[at].ways {
                    deep[usize::from(way)] = deep[usize::from(way)].max(deep[at] + 1);
                }
            }
            trees.push(Tree { forks, depth: deep.into_iter().max().unwrap_or(0) });
        }
        let thickets = trees.chunks(THICKET).map(Thicket::of).collect::<Option<_>>().unwrap_or_default();
        Ok(Forest { trees, thickets })
    }

    /// The logarithm of the odds for these numbers, as many as the forest was grown over.
    pub fn odds(&self, numbers: &[f32]) -> f32 {
        sum_of(&self.trees, numbers, 0.0)
    }

    /// As [`Forest::odds`], for many lists.
    pub fn odds_of<const N: usize>(&self, lists: &[&[f32; N]]) -> Vec<f32> {
        let mut sums = vec![0.0; lists.len()];
        self.add_odds(lists, 0..usize::MAX, &mut sums);
        sums
    }

    /// Adds the part of [`Forest::odds_of`] that some of the trees give, those of whole thickets: their numbers.
    pub(crate) fn add_odds<const N: usize>(
        &self,
        lists: &[&[f32; N]],
        thickets: std::ops::Range<usize>,
        sums: &mut [f32],
    ) {
        let part = |len: usize, size: usize| {
            let [from, to] = [thickets.start, thickets.end].map(|n| n.saturating_mul(size).min(len));
            from..to.max(from)
        };
        let trees = &self.trees[part(self.trees.len(), THICKET)];
        let thickets = &self.thickets[part(self.thickets.len(), 1)];
        for (lists, sums) in lists.chunks(LANES).zip(sums.chunks_mut(LANES)) {
            if lists.len() < FEW || thickets.is_empty() {
                for (list, sum) in lists.iter().zip(sums) {
                    *sum = sum_of(trees, *list, *sum);
                }
                continue;
            }
            // The first fills the places that nobody needs.
            let mut filled = [lists[0]; LANES];
            filled[..lists.len()].copy_from_slice(lists);
            let mut all = [0.0; LANES];
            all[..lists.len()].copy_from_slice(sums);
            thickets.iter().for_each(|thicket| thicket.add_widely(&filled, &mut all));
            sums.copy_from_slice(&all[..lists.len()]);
        }
    }
}

/// A sum with what some trees answer.
fn sum_of(trees: &[Tree], numbers: &[f32], sum: f32) -> f32 {
    trees.chunks(ABREAST).fold(sum, |sum, trees| {
        // The shallower trees wait at their leaves.
        let depth = trees.iter().map(|t| t.depth).max().unwrap_or(0);
        let mut at = [0; ABREAST];
        for _ in 0..depth {
            for (at, tree) in at.iter_mut().zip(trees) {
                *at = tree.forks[*at].way(numbers);
            }
        }
        trees.iter().zip(at).fold(sum, |sum, (tree, at)| sum + tree.forks[at].answer)
    })
}

impl Tree {
    /// The leaves below a fork and the bits of those leaves, from left to right; each fork leaves behind what it asks,
    /// its tree, and the bits that stay where a list goes right. `None` where there are more leaves than bits.
    fn lay_out(
        &self,
        at: usize,
        tree: usize,
        leaves: &mut Vec<f32>,
        forks: &mut Vec<(usize, f32, usize, u32)>,
    ) -> Option<()> {
        let fork = &self.forks[at];
        if usize::from(fork.ways[0]) == at {
            leaves.push(fork.answer);
            return (leaves.len() <= 32).then_some(());
        }
        let from = leaves.len();
        self.lay_out(fork.ways[0].into(), tree, leaves, forks)?;
        let on_the_left = (from..leaves.len()).fold(0u32, |bits, leaf| bits | 1 << leaf);
        forks.push((fork.number.into(), fork.most, tree, !on_the_left));
        self.lay_out(fork.ways[1].into(), tree, leaves, forks)
    }
}

impl Fork {
    /// Where these numbers lead.
    #[inline]
    fn way(&self, numbers: &[f32]) -> usize {
        let left = numbers[usize::from(self.number)] <= self.most;
        usize::from(self.ways[usize::from(!left)])
    }
}

fn way(reader: &mut Reader<'_>) -> Result<i16, ModelError> {
    let bytes = reader.bytes(2)?;
    Ok(i16::from_le_bytes([bytes[0], bytes[1]]))
}

/// The share that odds stand for, given their natural logarithm: 0 to 1. Sums and products alone, so that every machine
/// gets the same bits.
pub fn likely(odds: f32) -> f32 {
    1.0 / (1.0 + exp(-odds.clamp(-30.0, 30.0)))
}

/// e to the power of a number between -30 and 30: a power of two, and the series of the rest.
pub(crate) fn exp(x: f32) -> f32 {
    let y = x * std::f32::consts::LOG2_E;
    let whole = y.floor();
    let z = (y - whole) * std::f32::consts::LN_2;
    let series =
        1.0 + z * (1.0 + z * (0.5 + z * (1.0 / 6.0 + z * (1.0 / 24.0 + z * (1.0 / 120.0 + z / 720.0)))));
    f32::from_bits(((whole as i32 + 127) as u32) << 23) * series
}

/// Declares a list of numbers by name.
macro_rules! numbers {
    ($(#[$doc:meta])* $list:ident $count:ident { $($(#[$vdoc:meta])* $name:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[allow(missing_docs)]
        #[derive(Clone, Copy, Debug)]
        pub enum $list { $($(#[$vdoc])* $name),+ }
        /// How many there are.
        pub const $count: usize = [$($list::$name),+].len();
        impl $list {
            /// Their names, in order.
            #[allow(dead_code)]
            pub const NAMES: [&'static str; $count] = [$(stringify!($name)),+];
        }
    };
}
pub(crate) use numbers;

/// A yes as a number.
pub(crate) fn flag(b: bool) -> f32 {
    f32::from(u8::from(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::file::write_varint;

    /// One tree: the second number up to 2.5 gives -1, else the first up to 0 gives 0.5, else 3.
    fn bytes() -> Vec<u8> {
        let mut out = Vec::new();
        for n in [2, 1, 3] {
            write_varint(n, &mut out);
        }
        for (number, most, left, right) in [(1u8, 2.5f32, -1i16, 1i16), (0, 0.0, -2, -3)] {
            out.push(number);
            out.extend(most.to_le_bytes());
            out.extend(left.to_le_bytes());
            out.extend(right.to_le_bytes());
        }
        [-1.0f32, 0.5, 3.0].iter().for_each(|v| out.extend(v.to_le_bytes()));
        out
    }

    #[test]
    fn a_tree_is_walked_from_its_root() {
        let forest = Forest::load(&mut Reader::new(&bytes()), 2).expect("whole");
        assert_eq!(forest.odds(&[9.0, 2.5]), -1.0);
        assert_eq!(forest.odds(&[-1.0, 3.0]), 0.5);
        assert_eq!(forest.odds(&[1.0, 3.0]), 3.0);
    }

    #[test]
    fn many_lists_get_what_each_gets_alone() {
        let forest = Forest::load(&mut Reader::new(&bytes()), 2).expect("whole");
        let lists: Vec<[f32; 2]> = (0..27).map(|i| [(i % 5) as f32 - 2.0, (i % 7) as f32]).collect();
        assert!(!forest.thickets.is_empty());
        for count in 0..lists.len() {
            let alone: Vec<f32> = lists[..count].iter().map(|l| forest.odds(l)).collect();
            assert_eq!(forest.odds_of(&lists[..count].iter().collect::<Vec<_>>()), alone);
        }
    }

    #[test]
    fn a_forest_of_other_numbers_or_with_a_loop_is_refused() {
        assert!(Forest::load(&mut Reader::new(&bytes()), 3).is_err());
        let mut looped = bytes();
        // The right way of the root, back to the root.
        looped[10..12].copy_from_slice(&0i16.to_le_bytes());
        assert!(Forest::load(&mut Reader::new(&looped), 2).is_err());
        for end in 0..bytes().len() {
            assert!(Forest::load(&mut Reader::new(&bytes()[..end]), 2).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn shares_of_odds() {
        for (odds, share) in [(0.0, 0.5), (2.0, 0.880_797), (-2.0, 0.119_203), (30.0, 1.0), (f32::MIN, 0.0)] {
            assert!((likely(odds) - share).abs() < 1e-5, "{odds}");
        }
    }
}
