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

/// How many walks are made side by side, so that the processor has other steps to do while it waits for one.
const ABREAST: usize = 8;

/// Trees whose answers are summed.
#[derive(Debug)]
pub struct Forest {
    trees: Vec<Tree>,
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
        Ok(Forest { trees })
    }

    /// The logarithm of the odds for these numbers, as many as the forest was grown over.
    pub fn odds(&self, numbers: &[f32]) -> f32 {
        sum_of(&self.trees, numbers)
    }

    /// As [`Forest::odds`], for many lists: tree by tree, so that each is fetched once.
    pub fn odds_of<const N: usize>(&self, lists: &[&[f32; N]]) -> Vec<f32> {
        self.odds_after(lists, 0, usize::MAX)
    }

    /// The part of [`Forest::odds_of`] that some of the trees give: at most so many from a first one on.
    pub(crate) fn odds_after<const N: usize>(
        &self,
        lists: &[&[f32; N]],
        first: usize,
        many: usize,
    ) -> Vec<f32> {
        let trees =
            &self.trees[first.min(self.trees.len())..first.saturating_add(many).min(self.trees.len())];
        let mut sums = vec![0.0; lists.len()];
        let (abreast, rest) = lists.as_chunks::<ABREAST>();
        let (sums_abreast, sums_rest) = sums.as_chunks_mut::<ABREAST>();
        if !abreast.is_empty() {
            for tree in trees {
                for (sums, numbers) in sums_abreast.iter_mut().zip(abreast) {
                    tree.answers(numbers, sums);
                }
            }
        }
        match rest {
            [] => {}
            [numbers] => sums_rest[0] = sum_of(trees, *numbers),
            [first, ..] => {
                // The walks of the first fill the places that nobody needs.
                let mut filled = [*first; ABREAST];
                filled[..rest.len()].copy_from_slice(rest);
                let mut sums = [0.0; ABREAST];
                trees.iter().for_each(|tree| tree.answers(&filled, &mut sums));
                sums_rest.copy_from_slice(&sums[..rest.len()]);
            }
        }
        sums
    }
}

/// The sum of what some trees answer.
fn sum_of(trees: &[Tree], numbers: &[f32]) -> f32 {
    trees.chunks(ABREAST).fold(0.0, |sum, trees| {
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
    /// Adds the answers for several lists.
    fn answers<const N: usize>(&self, lists: &[&[f32; N]; ABREAST], sums: &mut [f32; ABREAST]) {
        let mut at = [0; ABREAST];
        for _ in 0..self.depth {
            for (at, numbers) in at.iter_mut().zip(lists) {
                *at = self.forks[*at].way(*numbers);
            }
        }
        for (sum, at) in sums.iter_mut().zip(at) {
            *sum += self.forks[at].answer;
        }
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
