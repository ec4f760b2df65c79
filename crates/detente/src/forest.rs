//! Sums of decision trees: what decides between readings that rules alone cannot tell apart, small enough to ship and
//! the same on every machine. A forest takes a list of numbers and gives the logarithm of the odds of a yes;
//! [`likely`] makes a share of it. `training/choice` grows them.

use crate::syntax::ModelError;
use crate::syntax::file::Reader;

/// A fork: which number is asked, up to where the left way is taken, and where the ways lead. What is below nought is a
/// leaf, counted from -1.
#[derive(Clone, Copy, Debug)]
struct Fork {
    number: u16,
    most: f32,
    left: i16,
    right: i16,
}

#[derive(Debug)]
struct Tree {
    forks: Vec<Fork>,
    leaves: Vec<f32>,
}

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
            let mut forks = Vec::with_capacity(leaves - 1);
            for at in 0..leaves as i16 - 1 {
                let number = u16::from(reader.byte()?);
                let most = reader.float()?;
                let [left, right] = [way(reader)?, way(reader)?];
                // A way leads on to a later fork or to a leaf, so that every walk ends.
                let good =
                    |w: i16| (w > at && w < leaves as i16 - 1) || (w < 0 && i32::from(w) >= -(leaves as i32));
                if usize::from(number) >= numbers || !good(left) || !good(right) {
                    return Err(ModelError("a tree leads nowhere".into()));
                }
                forks.push(Fork { number, most, left, right });
            }
            let leaves = (0..leaves).map(|_| reader.float()).collect::<Result<_, _>>()?;
            trees.push(Tree { forks, leaves });
        }
        Ok(Forest { trees })
    }

    /// The logarithm of the odds for these numbers, as many as the forest was grown over.
    pub fn odds(&self, numbers: &[f32]) -> f32 {
        self.trees.iter().map(|t| t.answer(numbers)).sum()
    }

    /// As [`Forest::odds`], for many lists: tree by tree, so that each is fetched once.
    pub fn odds_of<const N: usize>(&self, lists: &[&[f32; N]]) -> Vec<f32> {
        let mut sums = vec![0.0; lists.len()];
        for tree in &self.trees {
            for (sum, numbers) in sums.iter_mut().zip(lists) {
                *sum += tree.answer(*numbers);
            }
        }
        sums
    }
}

impl Tree {
    fn answer(&self, numbers: &[f32]) -> f32 {
        let mut at = if self.forks.is_empty() { -1 } else { 0 };
        while at >= 0 {
            let fork = self.forks[at as usize];
            at = if numbers[usize::from(fork.number)] <= fork.most { fork.left } else { fork.right };
        }
        self.leaves[-(i32::from(at) + 1) as usize]
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
fn exp(x: f32) -> f32 {
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
