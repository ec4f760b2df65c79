//! Names of articles that are unique in a run, in memory that does not grow without end. A name that an earlier
//! record bears gets a number: `a`, `a-2`, `a-3`.
//!
//! What holds: no two records of a run get the same name, whatever the number of records (but for two names with the
//! same 64-bit hash, of which the second gets a number that it does not need). Up to 3.6 million names are
//! remembered by their hashes (some 40 MB). Beyond that a Bloom filter of 128 MB takes their place: it never takes an
//! old name for a new one, but may take a new one for an old one and so give it a number that it does not need (one
//! name in 170 at 100 million). Past 134 million, when the filter is full, a name that may have been used gets the
//! position of its record. All of this depends on the order of the records alone, so every run gives the same names.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::position::Position;

/// So many names are remembered one by one. A table of 2^22 places holds so many without growing.
const EXACT: usize = 3_670_016;
/// Names that were given out more than once and whose next number is remembered.
const REPEATED: usize = 1 << 20;
/// Numbers that are tried for one name before its position is taken.
const TRIES: u32 = 64;
/// Words of the filter: 2^30 bits.
const WORDS: usize = 1 << 24;
/// Names that the filter holds before every answer is a guess.
const FULL: u64 = 134_000_000;
/// Bits of the filter that stand for one name.
const BITS: u64 = 7;

/// A hasher for values that are hashes.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

type Build = BuildHasherDefault<Same>;

/// Names given out so far.
pub struct Ids {
    exact: HashSet<u64, Build>,
    filter: Vec<u64>,
    filtered: u64,
    repeated: HashMap<u64, u32, Build>,
    limit: usize,
    words: usize,
    full: u64,
}

impl Default for Ids {
    fn default() -> Ids {
        Ids::with_limits(EXACT, WORDS, FULL)
    }
}

impl Ids {
    fn with_limits(limit: usize, words: usize, full: u64) -> Ids {
        Ids {
            exact: HashSet::default(),
            filter: Vec::new(),
            filtered: 0,
            repeated: HashMap::default(),
            limit,
            words,
            full,
        }
    }

    /// The name itself, or with a number where an earlier record bears it.
    pub fn give(&mut self, wish: String, at: Position) -> String {
        let hash = hash(wish.as_bytes());
        if self.insert(hash) {
            return wish;
        }
        let first = self.repeated.get(&hash).copied().unwrap_or(1);
        if self.filtered < self.full {
            for n in first.saturating_add(1)..first.saturating_add(TRIES) {
                let given = format!("{wish}-{n}");
                if self.insert(self::hash(given.as_bytes())) {
                    if self.repeated.len() < REPEATED || self.repeated.contains_key(&hash) {
                        self.repeated.insert(hash, n);
                    }
                    return given;
                }
            }
        }
        format!("{wish}-{}.{}", at.input + 1, at.item + 1)
    }

    /// Remembers a hash; false where it was there.
    fn insert(&mut self, hash: u64) -> bool {
        if self.filter.is_empty() {
            if self.exact.contains(&hash) {
                return false;
            }
            if self.exact.len() < self.limit {
                return self.exact.insert(hash);
            }
            self.filter = vec![0; self.words];
            for known in std::mem::take(&mut self.exact) {
                self.mark(known);
            }
        }
        self.mark(hash)
    }

    /// Sets the bits of a hash; false where all were set.
    fn mark(&mut self, hash: u64) -> bool {
        let bits = self.filter.len() as u64 * 64;
        let step = (hash >> 32) | 1;
        let mut new = false;
        for n in 0..BITS {
            let bit = hash.wrapping_add(n.wrapping_mul(step).wrapping_mul(0x9e37_79b9_7f4a_7c15)) % bits;
            let (word, mask) = (&mut self.filter[(bit / 64) as usize], 1 << (bit % 64));
            new |= *word & mask == 0;
            *word |= mask;
        }
        self.filtered += u64::from(new);
        new
    }
}

/// 64 bits of a name; the same in every version of the program.
fn hash(bytes: &[u8]) -> u64 {
    // FNV-1a, and the last step of SplitMix64 to spread it.
    let mut h = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    h ^ (h >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_unique_when_memory_is_full_and_when_the_filter_is() {
        for full in [4000, 300] {
            let mut ids = Ids::with_limits(100, 1024, full);
            let mut given = HashSet::new();
            let mut changed = 0;
            for n in 0..3000 {
                let wish = format!("a{}", n % 1500);
                let id = ids.give(wish.clone(), Position { input: 0, item: n });
                changed += usize::from(id != wish);
                assert!(given.insert(id.clone()), "{id} was given twice");
            }
            assert!(changed >= 1500, "{changed}");
            assert!(ids.exact.len() <= 100 && ids.filter.len() == 1024);
        }
    }

    #[test]
    fn a_million_pages_of_one_name_are_numbered_without_searching() {
        let mut ids = Ids::default();
        let last = (0..1_000_000).map(|item| ids.give("index".into(), Position { input: 0, item })).last();
        assert_eq!(last.as_deref(), Some("index-1000000"));
    }
}
