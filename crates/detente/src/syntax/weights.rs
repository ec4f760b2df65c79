//! Sparse linear weights: what the tagger and the parser decide with.
//!
//! A feature is a 32-bit hash of a template and the values it looks at. Each feature holds a short list of
//! classes with small whole-number weights; the score of a class is the sum over the features that are on.
//! Whole numbers make the sums the same on every machine. Features that training never touched cost nothing.

use super::ModelError;
use super::file::{Reader, write_varint};

/// Anything that can score classes from features: the weights of a model file, or weights in training.
pub trait Scorer {
    /// Adds the weights of `features` to `scores`, one cell per class.
    fn score(&self, features: &[u32], scores: &mut [i32]);
}

/// Weights as they stand in a model file.
pub struct Weights {
    classes: usize,
    /// `32 - log2(slots)`: the high bits of a hash name its slot.
    shift: u32,
    /// Open addressing: the hash, and where its entries stand (`start << 7 | count`; 0 is an empty slot). The
    /// count [`FULL`] means that the weights of all classes stand in row `start` of `full`.
    slots: Vec<(u32, u32)>,
    entries: Vec<(u8, i16)>,
    /// Rows of the features that speak about many classes: quicker to add as a block.
    full: Vec<i16>,
    /// One bit for the high bits of each hash that has a row. Most features have none, and the bits stay in the
    /// processor's cache where the slots do not.
    present: Vec<u64>,
}

/// Count that marks a full row.
const FULL: u32 = 127;
/// From how many weights on a row is kept full.
const MANY: u8 = 24;

/// The word and the bit of `present` that tell of a feature.
fn mark(feature: u32) -> (usize, u32) {
    (feature as usize >> 16, feature >> 10 & 63)
}

/// Most classes a weight table can tell apart: the count of entries has seven bits, and one value is taken.
pub const MAX_CLASSES: usize = 126;

impl Weights {
    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of weights that are not zero.
    pub fn len(&self) -> usize {
        self.entries.len() + self.full.iter().filter(|w| **w != 0).count()
    }

    /// True when it holds no weight.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes rows of `(feature, [(class, weight)])`, sorted by feature, in the form that `Weights::load` reads.
    pub fn write(classes: usize, rows: &[(u32, Vec<(u8, i16)>)], out: &mut Vec<u8>) {
        write_varint(classes as u64, out);
        write_varint(rows.len() as u64, out);
        write_varint(rows.iter().map(|r| r.1.len() as u64).sum(), out);
        let mut last = 0;
        for (feature, _) in rows {
            write_varint(u64::from(feature - last), out);
            last = *feature;
        }
        for (_, entries) in rows {
            out.push(entries.len() as u8);
        }
        for (_, entries) in rows {
            out.extend(entries.iter().map(|e| e.0));
        }
        for (_, entries) in rows {
            for &(_, weight) in entries {
                // Small weights of either sign take one byte.
                write_varint(u64::from((weight << 1 ^ weight >> 15) as u16), out);
            }
        }
    }

    /// Reads what [`Weights::write`] wrote.
    ///
    /// # Errors
    /// When the bytes are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Weights, ModelError> {
        Weights::load(&mut Reader::new(bytes))
    }

    pub(super) fn load(reader: &mut Reader<'_>) -> Result<Weights, ModelError> {
        let classes = reader.varint()? as usize;
        let rows = reader.varint()? as usize;
        let total = reader.varint()? as usize;
        if classes == 0 || classes > MAX_CLASSES || rows > reader.left() || total > reader.left() {
            return Err(ModelError("a weight table has impossible sizes".into()));
        }
        let mut features = Vec::with_capacity(rows);
        let mut feature = 0u64;
        for _ in 0..rows {
            feature += reader.varint()?;
            features
                .push(u32::try_from(feature).map_err(|_| ModelError("a feature is out of range".into()))?);
        }
        let counts = reader.bytes(rows)?;
        let ids = reader.bytes(total)?;
        if ids.iter().any(|&c| usize::from(c) >= classes)
            || counts.iter().map(|&c| usize::from(c)).sum::<usize>() != total
            || counts.iter().any(|&c| usize::from(c) > MAX_CLASSES)
            || total >= 1 << 25
        {
            return Err(ModelError("a weight table does not add up".into()));
        }
        let mut weights = Vec::with_capacity(total);
        for &class in ids {
            let folded =
                u16::try_from(reader.varint()?).map_err(|_| ModelError("a weight is out of range".into()))?;
            weights.push((class, (folded >> 1) as i16 ^ -((folded & 1) as i16)));
        }
        let bits = (rows * 2).max(2).next_power_of_two().trailing_zeros();
        let shift = 32 - bits.min(31);
        let mut slots = vec![(0u32, 0u32); 1 << (32 - shift)];
        let mask = slots.len() - 1;
        let mut present = vec![0u64; 1 << 16];
        let mut entries: Vec<(u8, i16)> = Vec::with_capacity(total);
        let mut full: Vec<i16> = Vec::new();
        let mut rest = weights.as_slice();
        for (&feature, &count) in features.iter().zip(counts) {
            let (row, after) = rest.split_at(usize::from(count));
            rest = after;
            if count == 0 {
                continue;
            }
            let place = if count >= MANY {
                let start = full.len();
                full.resize(start + classes, 0);
                for &(class, weight) in row {
                    full[start + usize::from(class)] = weight;
                }
                ((start / classes) as u32) << 7 | FULL
            } else {
                let start = entries.len() as u32;
                entries.extend(row);
                start << 7 | u32::from(count)
            };
            let mut slot = (feature >> shift) as usize;
            while slots[slot].1 != 0 {
                slot = (slot + 1) & mask;
            }
            slots[slot] = (feature, place);
            let (word, bit) = mark(feature);
            present[word] |= 1 << bit;
        }
        Ok(Weights { classes, shift, slots, entries, full, present })
    }
}

impl Scorer for Weights {
    fn score(&self, features: &[u32], scores: &mut [i32]) {
        let mask = self.slots.len() - 1;
        // First find all rows, then add them up: the look-ups of one step do not wait for one another.
        let mut places = [0u32; MAX_FEATURES];
        let mut found = 0;
        for &feature in features.iter().take(MAX_FEATURES) {
            let (word, bit) = mark(feature);
            // Written without a branch: whether a feature is known cannot be foretold.
            places[found] = feature;
            found += (self.present[word] >> bit & 1) as usize;
        }
        for place in &mut places[..found] {
            let feature = *place;
            let mut slot = (feature >> self.shift) as usize;
            loop {
                let (key, start) = self.slots[slot];
                if key == feature || start == 0 {
                    *place = start;
                    break;
                }
                slot = (slot + 1) & mask;
            }
        }
        // Touch every row once, so that they travel from memory side by side.
        let mut touched = 0;
        for &place in &places[..found] {
            touched ^= self.entries.get((place >> 7) as usize).map_or(0, |e| e.0);
        }
        std::hint::black_box(touched);
        // Classes are below 128, so this array needs no check of bounds.
        let mut sums = [0i32; 128];
        for &place in &places[..found] {
            let start = (place >> 7) as usize;
            let count = place & 127;
            if count == FULL {
                let row = &self.full[start * self.classes..][..self.classes];
                for (sum, &weight) in sums.iter_mut().zip(row) {
                    *sum += i32::from(weight);
                }
            } else {
                for &(class, weight) in &self.entries[start..start + count as usize] {
                    sums[usize::from(class & 127)] += i32::from(weight);
                }
            }
        }
        for (score, sum) in scores.iter_mut().zip(sums) {
            *score += sum;
        }
    }
}

/// Most features a decision may have.
pub const MAX_FEATURES: usize = 256;

/// Collects the features of one decision; each call of [`Features::one`] and its kin is one template.
#[derive(Default)]
pub struct Features {
    /// The hashes, in the order of the templates.
    pub list: Vec<u32>,
    template: u64,
}

const MULTIPLIER: u64 = 0x517c_c1b7_2722_0a95;

fn stir(state: u64, value: u32) -> u64 {
    (state.rotate_left(23) ^ u64::from(value)).wrapping_mul(MULTIPLIER)
}

impl Features {
    /// Empties the list for the next decision.
    pub fn clear(&mut self) {
        self.list.clear();
        self.template = 0;
    }

    fn next(&mut self) -> u64 {
        self.template += 1;
        self.template.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// A template over one value.
    pub fn one(&mut self, a: u32) {
        let state = self.next();
        self.list.push((stir(stir(state, a), 0) >> 32) as u32);
    }

    /// A template over two values.
    pub fn two(&mut self, a: u32, b: u32) {
        let state = self.next();
        self.list.push((stir(stir(stir(state, a), b), 0) >> 32) as u32);
    }

    /// A template over three values.
    pub fn three(&mut self, a: u32, b: u32, c: u32) {
        let state = self.next();
        self.list.push((stir(stir(stir(stir(state, a), b), c), 0) >> 32) as u32);
    }

    /// A template over four values.
    pub fn four(&mut self, a: u32, b: u32, c: u32, d: u32) {
        let state = self.next();
        self.list.push((stir(stir(stir(stir(stir(state, a), b), c), d), 0) >> 32) as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_come_back_from_their_bytes() {
        let rows = vec![(3, vec![(0, 5), (2, -7)]), (9_000_000, vec![(1, 1)]), (u32::MAX, vec![(2, 1000)])];
        let mut bytes = Vec::new();
        Weights::write(3, &rows, &mut bytes);
        let weights = Weights::load(&mut Reader::new(&bytes)).unwrap();
        let mut scores = [0; 3];
        weights.score(&[3, 4, u32::MAX, 9_000_000], &mut scores);
        assert_eq!(scores, [5, 1, 993]);
        for cut in 0..bytes.len() {
            assert!(Weights::load(&mut Reader::new(&bytes[..cut])).is_err());
        }
    }
}
