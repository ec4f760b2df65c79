//! The glance: which sentences are worth parsing. It looks at words before the network does, for a fiftieth of the work.
//!
//! Each word has numbers of its own, which depend on nothing but the word; they are worked out once and remembered. Those of a
//! word and its neighbours are added up, and of each sum a sentence keeps the largest. A second layer then sees these of the
//! sentence, of the one before it and of the one after it, and their mean over the article, with where the sentence stands
//! and how long it is. What comes out is the logarithm of the odds that something would come of the sentence: a report, or
//! something that a report elsewhere leans on.
//!
//! An article of which a third of the sentences are worth it is read whole, and so is one of few sentences: much in them leans on
//! what else they say, and little would be won.
//!
//! `training/scan` trains it on what came of the sentences of news articles when all were read. As with the other
//! networks, the same comes out on every machine.

use std::ops::Range;

use super::dense::{Dense, Kernel, PANEL, Whole};
use super::file::Reader;
use super::neural::{dot, floats};
use super::{ModelError, body};

/// The first bytes of the file; the number changes when the form does.
const MAGIC: &[u8] = b"detente glance 1\n";
/// Numbers that say where a sentence stands and how long it is, zeros behind them: as many as an inner product takes.
const PLACE: usize = 8;
/// Articles of no more sentences are read whole: there is little to be won.
const SHORT: usize = 6;
/// An article of which one sentence in so many is worth it is read whole.
const WHOLE: usize = 3;

/// The trained network.
pub struct Glance {
    name: String,
    wide: usize,
    reach: usize,
    narrow: usize,
    hidden: usize,
    /// Odds from which a sentence is read to the end.
    least: f32,
    enter: Dense,
    bias: Vec<f32>,
    /// For each hidden unit its weights.
    mix: Vec<f32>,
    mix_bias: Vec<f32>,
    tell: Vec<f32>,
    tell_bias: f32,
}

impl Glance {
    /// Reads the network from the bytes of its file (`models/en/glance.bin`).
    ///
    /// # Errors
    /// When the bytes are not such a network, or are damaged.
    pub fn load(bytes: &[u8]) -> Result<Glance, ModelError> {
        let mut reader = Reader::new(body(bytes, MAGIC)?);
        let name = reader.text()?.to_owned();
        let mut size = || match reader.varint()? {
            n if (1..=1024).contains(&n) && n % PANEL as u64 == 0 => Ok(n as usize),
            n => Err(ModelError(format!("a size of {n} is out of range"))),
        };
        let (wide, narrow, hidden) = (size()?, size()?, size()?);
        let reach = match reader.varint()? {
            n @ 1..=9 if n % 2 == 1 => n as usize,
            n => return Err(ModelError(format!("a reach of {n} words is out of range"))),
        };
        let least = reader.float()?;
        let enter = Dense::load(&mut reader, wide, reach * narrow)?;
        let bias = floats(&mut reader, narrow)?;
        let mix = floats(&mut reader, hidden * (4 * narrow + PLACE))?;
        let mix_bias = floats(&mut reader, hidden)?;
        let tell = floats(&mut reader, hidden)?;
        let tell_bias = reader.float()?;
        if !least.is_finite() || !tell_bias.is_finite() || reader.left() > 0 {
            return Err(ModelError("it is no glance".into()));
        }
        Ok(Glance { name, wide, reach, narrow, hidden, least, enter, bias, mix, mix_bias, tell, tell_bias })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Width of what it sees of a word: what the network of syntax looks it up as, and what the network of acts does.
    pub(super) fn wide(&self) -> usize {
        self.wide
    }

    /// How many numbers it keeps of a sentence.
    pub(super) fn narrow(&self) -> usize {
        self.narrow
    }

    /// How many numbers a word has: those for each place that it may have beside another.
    pub(super) fn each(&self) -> usize {
        self.enter.outputs
    }

    /// The numbers of words.
    #[inline(always)]
    pub(super) fn enter<K: Kernel>(&self, kernel: K, input: &[f32], whole: &mut Whole, out: &mut Vec<f32>) {
        self.enter.apply(kernel, input, whole, out);
    }

    /// Puts into `seen` what is seen of a piece: of each sum the largest over its words, what was there at least. `words`
    /// holds the numbers of words, the piece's own at `piece`.
    #[inline(always)]
    pub(super) fn see(&self, words: &[f32], piece: Range<usize>, sum: &mut Vec<f32>, seen: &mut [f32]) {
        let (q, g, back) = (self.narrow, self.each(), self.reach / 2);
        let sum = super::neural::room(sum, q);
        for i in piece.clone() {
            sum.copy_from_slice(&self.bias);
            for place in 0..self.reach {
                let Some(j) = (i + place).checked_sub(back).filter(|j| piece.contains(j)) else { continue };
                for (s, v) in sum.iter_mut().zip(&words[j * g + place * q..j * g + (place + 1) * q]) {
                    *s += v;
                }
            }
            for (m, v) in seen.iter_mut().zip(&*sum) {
                *m = if *v > *m { *v } else { *m };
            }
        }
    }

    /// Is it not worth looking?
    pub(super) fn wants_all(&self, sentences: &[&[&str]]) -> bool {
        sentences.len() <= SHORT
    }

    /// Which of the sentences are worth reading, by what was seen of each: all of them where a third are.
    pub(super) fn wants(&self, sentences: &[&[&str]], seen: &[f32]) -> Vec<bool> {
        let mut wanted: Vec<bool> =
            self.odds(sentences, seen).into_iter().map(|odds| odds >= self.least).collect();
        if WHOLE * wanted.iter().filter(|w| **w).count() >= wanted.len() {
            wanted.fill(true);
        }
        wanted
    }

    fn odds(&self, sentences: &[&[&str]], seen: &[f32]) -> Vec<f32> {
        let (q, n) = (self.narrow, sentences.len());
        // One row of nothing before the first sentence and one behind the last.
        let mut rows = vec![0.0f32; (n + 2) * q];
        rows[q..(n + 1) * q].copy_from_slice(seen);
        let mut mean = vec![0.0f32; q];
        for row in rows.chunks_exact(q) {
            for (m, v) in mean.iter_mut().zip(row) {
                *m += v;
            }
        }
        for m in &mut mean {
            *m /= n as f32;
        }
        let wide = 4 * q + PLACE;
        let mut input = vec![0.0f32; wide];
        let mut all = Vec::with_capacity(n);
        for (i, words) in sentences.iter().enumerate() {
            input[..q].copy_from_slice(&rows[(i + 1) * q..(i + 2) * q]);
            input[q..2 * q].copy_from_slice(&rows[i * q..(i + 1) * q]);
            input[2 * q..3 * q].copy_from_slice(&rows[(i + 2) * q..(i + 3) * q]);
            input[3 * q..4 * q].copy_from_slice(&mean);
            let flag = |b: bool| f32::from(u8::from(b));
            let place = [
                flag(i == 0),
                flag(i == 1),
                flag(i == 2),
                flag((3..6).contains(&i)),
                words.len().min(60) as f32 / 30.0,
                n.min(40) as f32 / 20.0,
                0.0,
                0.0,
            ];
            input[4 * q..].copy_from_slice(&place);
            let mut odds = self.tell_bias;
            for (h, weights) in self.mix.chunks_exact(wide).enumerate() {
                let v = dot(weights, &input) + self.mix_bias[h];
                odds += if v > 0.0 { v * self.tell[h] } else { 0.0 };
            }
            all.push(odds);
        }
        debug_assert_eq!(self.mix_bias.len(), self.hidden);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::dense::Plain;
    #[cfg(target_arch = "x86_64")]
    use super::super::dense::{Narrow, Wide, Widest};
    use super::super::file::{checksum, write_text, write_varint};
    use super::*;

    const WIDE: usize = 16;
    const NARROW: usize = 16;
    const REACH: usize = 3;

    /// A glance at vectors of 16 numbers whose odds grow with the length of a sentence alone: it is worth reading from 30
    /// words on.
    fn long_is_worth_it() -> Vec<u8> {
        let mut seed = 3u32;
        let mut next = move || {
            seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
            (seed >> 16) as i16
        };
        let mut body = Vec::new();
        write_text("en-glance-test", &mut body);
        [WIDE, NARROW, 16, REACH].iter().for_each(|n| write_varint(*n as u64, &mut body));
        let put = |v: f32, body: &mut Vec<u8>| body.extend(v.to_le_bytes());
        put(0.0, &mut body);
        (0..REACH * NARROW).for_each(|_| put(1e-4, &mut body));
        (0..REACH * NARROW).for_each(|_| put(0.0, &mut body));
        (0..WIDE * REACH * NARROW).for_each(|_| body.extend(next().to_le_bytes()));
        (0..NARROW).for_each(|i| put(i as f32 / 10.0, &mut body));
        let wide = 4 * NARROW + PLACE;
        (0..16 * wide).for_each(|i| put(f32::from(u8::from(i == 4 * NARROW + 4)), &mut body));
        (0..16).for_each(|_| put(0.0, &mut body));
        (0..16).for_each(|_| put(1.0, &mut body));
        put(-1.0, &mut body);
        let sum = checksum(&body);
        [MAGIC, &body, &sum.to_le_bytes()].concat()
    }

    fn wants(lengths: &[usize]) -> Vec<bool> {
        let glance = Glance::load(&long_is_worth_it()).expect("whole");
        let sentences: Vec<&[&str]> = lengths.iter().map(|n| &["word"; 60][..*n]).collect();
        glance.wants(&sentences, &vec![0.0; lengths.len() * NARROW])
    }

    #[test]
    fn what_is_worth_it_is_read_and_the_rest_is_not() {
        assert_eq!(wants(&[30, 29, 3, 5, 31, 7, 8]), [true, false, false, false, true, false, false]);
    }

    #[test]
    fn an_article_a_third_of_which_is_worth_it_is_read_whole() {
        assert_eq!(wants(&[30, 40, 3, 5, 31, 7, 5, 1, 2]), [true; 9]);
    }

    #[test]
    fn few_sentences_are_read_without_a_glance() {
        let glance = Glance::load(&long_is_worth_it()).expect("whole");
        let short: &[&str] = &["No"];
        assert!(glance.wants_all(&[short; SHORT]) && !glance.wants_all(&[short; SHORT + 1]));
    }

    #[test]
    fn all_ways_to_multiply_see_the_same() {
        fn see(kernel: impl Kernel) -> Vec<u32> {
            let glance = Glance::load(&long_is_worth_it()).expect("whole");
            let words: Vec<f32> = (0..8 * WIDE).map(|i| ((i * 37 % 101) as f32 - 50.0) / 25.0).collect();
            let mut out = Vec::new();
            glance.enter(kernel, &words, &mut Whole::default(), &mut out);
            let mut seen = vec![0.0; NARROW];
            glance.see(&out, 1..7, &mut Vec::new(), &mut seen);
            seen.iter().map(|v| v.to_bits()).collect()
        }
        let plain = see(Plain);
        assert!(plain.iter().any(|v| *v != 0));
        #[cfg(target_arch = "x86_64")]
        {
            assert_eq!(plain, see(Narrow));
            if let Some(wide) = Wide::new() {
                assert_eq!(plain, see(wide));
            }
            if let Some(widest) = Widest::new() {
                assert_eq!(plain, see(widest));
            }
        }
    }

    #[test]
    fn a_file_cut_short_or_changed_anywhere_is_refused() {
        let whole = long_is_worth_it();
        for end in (0..whole.len()).step_by(61) {
            assert!(Glance::load(&whole[..end]).is_err(), "cut at {end}");
        }
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 1;
        assert!(Glance::load(&damaged).is_err());
        assert!(Glance::load(&whole).is_ok());
    }
}
