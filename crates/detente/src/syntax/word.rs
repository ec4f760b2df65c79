//! What the tagger and the parser see of a word: hashes of its spelling, its shape, and what the model's
//! vocabulary knows about it.

use super::ModelError;
use super::file::{Reader, write_varint};

/// Hash of a string; the same on every machine.
pub fn hash(text: &str) -> u32 {
    hash_chars(text.chars())
}

fn hash_chars(chars: impl Iterator<Item = char>) -> u32 {
    let mut state = 0xcbf2_9ce4_8422_2325u64;
    for c in chars {
        state = (state ^ u64::from(c as u32)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state ^= state >> 29;
    (state.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// How a line uses capitals; in headlines a capital says little about its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Running text.
    Mixed,
    /// Most Words Begin With a Capital.
    Title,
    /// ALL IN CAPITALS.
    Upper,
}

impl Case {
    /// The case of a sentence.
    pub fn of(words: &[&str]) -> Case {
        let (mut alphabetic, mut upper, mut capital, mut long, mut small) = (0, 0, 0, 0, 0);
        for word in words {
            let Some(first) = word.chars().next() else { continue };
            if !first.is_alphabetic() {
                continue;
            }
            alphabetic += 1;
            upper += usize::from(!word.chars().any(char::is_lowercase));
            if word.chars().count() >= 4 {
                long += 1;
                capital += usize::from(first.is_uppercase());
                small += usize::from(first.is_lowercase());
            }
        }
        if alphabetic >= 3 && upper * 10 >= alphabetic * 8 {
            Case::Upper
        } else if long >= 3 && capital * 10 >= long * 8 && small <= 2 {
            Case::Title
        } else {
            Case::Mixed
        }
    }
}

/// The features of one word that need no context.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The spelling as it stands (in lower case where the whole sentence is in capitals).
    pub exact: u32,
    /// The spelling in lower case, digits as 0.
    pub lower: u32,
    /// The first one to four characters, in lower case.
    pub prefix: [u32; 4],
    /// The last one to four characters, in lower case.
    pub suffix: [u32; 4],
    /// Capitals, digits and marks, in short, with the case of the sentence.
    pub shape: u32,
    /// Word cluster, 0 where unknown.
    pub cluster: u32,
    /// The coarser cluster that holds it.
    pub coarse: u32,
    /// Which parts of speech the word has had in training, 0 where it is too rare to say.
    pub habit: u32,
}

impl Form {
    /// Reads a word.
    pub fn new(word: &str, case: Case, vocabulary: &Vocabulary) -> Form {
        let lower: Vec<char> = fold(word).collect();
        let n = lower.len();
        let lower_hash = hash_chars(lower.iter().copied());
        let mut prefix = [0; 4];
        let mut suffix = [0; 4];
        for k in 1..=4 {
            prefix[k - 1] = hash_chars(lower[..k.min(n)].iter().copied());
            suffix[k - 1] = hash_chars(lower[n - k.min(n)..].iter().copied());
        }
        let entry = vocabulary.get(lower_hash);
        Form {
            exact: if case == Case::Upper { lower_hash } else { hash(word) },
            lower: lower_hash,
            prefix,
            suffix,
            shape: shape(word, case),
            cluster: u32::from(entry.cluster),
            coarse: u32::from(entry.coarse),
            habit: u32::from(entry.habit),
        }
    }
}

/// Lower case, digits as 0, curly marks as straight ones.
pub fn fold(word: &str) -> impl Iterator<Item = char> + '_ {
    word.chars().flat_map(char::to_lowercase).map(|c| match c {
        '0'..='9' => '0',
        '’' | '‘' | '`' => '\'',
        '“' | '”' => '"',
        '–' | '—' => '-',
        c => c,
    })
}

fn shape(word: &str, case: Case) -> u32 {
    let mut out = String::with_capacity(8);
    out.push(match case {
        Case::Mixed => 'm',
        Case::Title => 't',
        Case::Upper => 'u',
    });
    let (mut last, mut run) = ('\0', 0);
    for c in word.chars().take(24) {
        let kind = if c.is_uppercase() {
            if case == Case::Upper { 'x' } else { 'X' }
        } else if c.is_lowercase() {
            'x'
        } else if c.is_numeric() {
            '0'
        } else if c.is_alphabetic() {
            'z'
        } else {
            c
        };
        run = if kind == last { run + 1 } else { 1 };
        last = kind;
        if run <= 2 {
            out.push(kind);
        }
    }
    hash(&out)
}

/// What is known of a word before its sentence is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Cluster of words of like use.
    pub cluster: u16,
    /// The coarser cluster.
    pub coarse: u8,
    /// Set of parts of speech seen in training, by number.
    pub habit: u16,
}

/// The vocabulary of a model: hash of the folded word → what is known of it, sorted by hash.
#[derive(Default)]
pub struct Vocabulary {
    shift: u32,
    slots: Vec<(u32, Known)>,
}

impl Vocabulary {
    /// Builds the table. Of two words with one hash the first is kept.
    pub fn new(words: &[(u32, Known)]) -> Vocabulary {
        let bits = (words.len() * 2).max(2).next_power_of_two().trailing_zeros().min(30);
        let shift = 32 - bits;
        let mut slots = vec![(0, Known::default()); 1 << bits];
        let mask = slots.len() - 1;
        for &(word, known) in words {
            let mut slot = (word >> shift) as usize;
            while slots[slot].1 != Known::default() && slots[slot].0 != word {
                slot = (slot + 1) & mask;
            }
            if slots[slot].1 == Known::default() {
                slots[slot] = (word, known);
            }
        }
        Vocabulary { shift, slots }
    }

    /// What is known of a word, all zero where nothing is.
    pub fn get(&self, word: u32) -> Known {
        if self.slots.is_empty() {
            return Known::default();
        }
        let mask = self.slots.len() - 1;
        let mut slot = (word >> self.shift) as usize;
        loop {
            let (key, known) = self.slots[slot];
            if known == Known::default() || key == word {
                return known;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Writes sorted words in the form that the model file holds.
    pub fn write(words: &[(u32, Known)], out: &mut Vec<u8>) {
        write_varint(words.len() as u64, out);
        let mut last = 0;
        for (word, known) in words {
            write_varint(u64::from(word - last), out);
            last = *word;
            write_varint(u64::from(known.cluster), out);
            out.push(known.coarse);
            write_varint(u64::from(known.habit), out);
        }
    }

    pub(super) fn load(reader: &mut Reader<'_>) -> Result<Vocabulary, ModelError> {
        let count = reader.varint()? as usize;
        if count > reader.left() {
            return Err(ModelError("the vocabulary has an impossible size".into()));
        }
        let small = |v: u64| u16::try_from(v).map_err(|_| ModelError("a cluster is out of range".into()));
        let mut words = Vec::with_capacity(count);
        let mut word = 0u64;
        for _ in 0..count {
            word += reader.varint()?;
            let cluster = small(reader.varint()?)?;
            let coarse = reader.byte()?;
            let habit = small(reader.varint()?)?;
            let hash = u32::try_from(word).map_err(|_| ModelError("a word is out of range".into()))?;
            words.push((hash, Known { cluster, coarse, habit }));
        }
        Ok(Vocabulary::new(&words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_of_a_headline_are_told_from_names() {
        assert_eq!(Case::of(&["Rebels", "met", "in", "Geneva", "."]), Case::Mixed);
        assert_eq!(Case::of(&["Iran", "Rejects", "New", "Sanctions", "Over", "Program"]), Case::Title);
        assert_eq!(Case::of(&["IRAN", "REJECTS", "SANCTIONS"]), Case::Upper);
        assert_eq!(Case::of(&[]), Case::Mixed);
    }

    #[test]
    fn a_vocabulary_comes_back_from_its_bytes() {
        let words = vec![
            (5, Known { cluster: 300, coarse: 2, habit: 9 }),
            (u32::MAX, Known { cluster: 1, ..Known::default() }),
        ];
        let mut bytes = Vec::new();
        Vocabulary::write(&words, &mut bytes);
        let read = Vocabulary::load(&mut Reader::new(&bytes)).unwrap();
        assert_eq!(read.get(5).cluster, 300);
        assert_eq!(read.get(u32::MAX).cluster, 1);
        assert_eq!(read.get(6), Known::default());
    }
}
