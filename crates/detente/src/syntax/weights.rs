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
    /// Open addressing: the hash, and where its entries stand (`start << 7 | count`; 0 is an empty slot).
    slots: Vec<(u32, u32)>,
    entries: Vec<(u8, i16)>,
}

/// Most classes a weight table can tell apart: the count of entries has seven bits.
pub const MAX_CLASSES: usize = 127;

impl Weights {
    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of weights, for the model card.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when it holds no weight.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Writes rows of `(feature, [(class, weight)])`, sorted by feature, in the form that [`Weights::load`] reads.
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
        let mut entries = Vec::with_capacity(total);
        for &class in ids {
            let folded =
                u16::try_from(reader.varint()?).map_err(|_| ModelError("a weight is out of range".into()))?;
            entries.push((class, (folded >> 1) as i16 ^ -((folded & 1) as i16)));
        }
        let bits = (rows * 2).max(2).next_power_of_two().trailing_zeros();
        let shift = 32 - bits.min(31);
        let mut slots = vec![(0u32, 0u32); 1 << (32 - shift)];
        let mask = slots.len() - 1;
        let mut start = 0u32;
        for (&feature, &count) in features.iter().zip(counts) {
            let mut slot = (feature >> shift) as usize;
            while slots[slot].1 != 0 {
                slot = (slot + 1) & mask;
            }
            if count > 0 {
                slots[slot] = (feature, start << 7 | u32::from(count));
            }
            start += u32::from(count);
        }
        Ok(Weights { classes, shift, slots, entries })
    }
}

impl Scorer for Weights {
    fn score(&self, features: &[u32], scores: &mut [i32]) {
        let mask = self.slots.len() - 1;
        for &feature in features {
            let mut slot = (feature >> self.shift) as usize;
            loop {
                let (key, place) = self.slots[slot];
                if place == 0 {
                    break;
                }
                if key == feature {
                    let start = (place >> 7) as usize;
                    for &(class, weight) in &self.entries[start..start + (place & 127) as usize] {
                        scores[usize::from(class)] += i32::from(weight);
                    }
                    break;
                }
                slot = (slot + 1) & mask;
            }
        }
    }
}

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
