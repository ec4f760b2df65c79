//! The averaged perceptron (Collins 2002) over sparse rows: a feature holds only the classes that training
//! touched. All numbers are whole until the average is taken.

use std::collections::BTreeMap;

use detente::syntax::weights::Scorer;

#[derive(Clone, Copy)]
struct Entry {
    total: i64,
    since: u32,
    weight: i16,
    class: u8,
}

/// Weights in training.
pub struct Perceptron {
    /// Open addressing from feature to row.
    slots: Vec<(u32, u32)>,
    rows: Vec<Vec<Entry>>,
    features: Vec<u32>,
    /// How often a feature without a row was wanted, by a part of its hash.
    wanted: Vec<u8>,
    /// A feature gets a row when it is wanted for this many times.
    least: u8,
    /// Decisions seen so far.
    pub clock: u32,
}

const EMPTY: u32 = u32::MAX;

impl Perceptron {
    pub fn new(least: u8) -> Perceptron {
        Perceptron {
            slots: vec![(0, EMPTY); 1 << 20],
            rows: Vec::new(),
            features: Vec::new(),
            wanted: vec![0; 1 << 24],
            least,
            clock: 0,
        }
    }

    fn slot(slots: &[(u32, u32)], feature: u32) -> usize {
        let mask = slots.len() - 1;
        let mut slot = feature.wrapping_mul(0x9e37_79b1) as usize & mask;
        while slots[slot].1 != EMPTY && slots[slot].0 != feature {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The row of a feature. Features that are wanted too seldom get none: they would only learn single
    /// sentences by heart.
    fn row(&mut self, feature: u32) -> Option<usize> {
        let slot = Self::slot(&self.slots, feature);
        if self.slots[slot].1 != EMPTY {
            return Some(self.slots[slot].1 as usize);
        }
        let wanted = &mut self.wanted[feature as usize >> 8];
        *wanted = wanted.saturating_add(1);
        if *wanted < self.least {
            return None;
        }
        let row = self.rows.len();
        self.slots[slot] = (feature, row as u32);
        self.rows.push(Vec::new());
        self.features.push(feature);
        if self.rows.len() * 2 > self.slots.len() {
            let mut slots = vec![(0, EMPTY); self.slots.len() * 2];
            for (row, &feature) in self.features.iter().enumerate() {
                let slot = Self::slot(&slots, feature);
                slots[slot] = (feature, row as u32);
            }
            self.slots = slots;
        }
        Some(row)
    }

    /// Learns from a mistake: every feature speaks more for `gold` and less for `guess`.
    pub fn update(&mut self, features: &[u32], gold: usize, guess: usize) {
        let clock = self.clock;
        for &feature in features {
            let Some(row) = self.row(feature) else { continue };
            let entries = &mut self.rows[row];
            for (class, by) in [(gold, 1), (guess, -1)] {
                match entries.iter_mut().find(|e| usize::from(e.class) == class) {
                    Some(e) => {
                        e.total += i64::from(e.weight) * i64::from(clock - e.since);
                        e.since = clock;
                        e.weight = e.weight.saturating_add(by);
                    }
                    None => entries.push(Entry { total: 0, since: clock, weight: by, class: class as u8 }),
                }
            }
        }
    }

    /// Adds the averaged weights to `sums`.
    pub fn average_into(&self, sums: &mut BTreeMap<u32, BTreeMap<u8, f64>>) {
        for (row, entries) in self.rows.iter().enumerate() {
            let cells = sums.entry(self.features[row]).or_default();
            for e in entries {
                let total = e.total + i64::from(e.weight) * i64::from(self.clock - e.since);
                *cells.entry(e.class).or_default() += total as f64 / f64::from(self.clock.max(1));
            }
        }
    }
}

/// Rows as a model file holds them: weights times `scale`, as whole numbers. Weights below `least` are left out:
/// most are small, and together they say little.
pub fn round(sums: &BTreeMap<u32, BTreeMap<u8, f64>>, scale: f64, least: i16) -> Vec<(u32, Vec<(u8, i16)>)> {
    let weights = |cells: &BTreeMap<u8, f64>| -> Vec<(u8, i16)> {
        let whole =
            cells.iter().map(|(&class, w)| (class, (w * scale).round().clamp(-32767.0, 32767.0) as i16));
        whole.filter(|w| w.1.abs() >= least.max(1)).collect()
    };
    sums.iter().map(|(&feature, cells)| (feature, weights(cells))).filter(|row| !row.1.is_empty()).collect()
}

impl Scorer for Perceptron {
    fn score(&self, features: &[u32], scores: &mut [i32]) {
        for &feature in features {
            let (_, row) = self.slots[Self::slot(&self.slots, feature)];
            if row != EMPTY {
                for e in &self.rows[row as usize] {
                    scores[usize::from(e.class)] += i32::from(e.weight);
                }
            }
        }
    }
}

/// A small generator of random numbers (SplitMix64), so that training repeats on any machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}
