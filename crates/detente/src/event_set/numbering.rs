//! Numbers in place of words: what the reports of a cell are compared by is compared some hundred times, so each
//! distinct word, key and name gets a number first. The numbers follow the order in which reports are looked at; they
//! are only ever asked whether they are the same, and no result shows them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::gist::{stem, words};

/// A table of short texts, to look up in; its order means nothing.
pub(super) type Table<K, V> = HashMap<K, V, BuildHasherDefault<Short>>;

/// The numbers of what stands in one cell.
#[derive(Default)]
pub(super) struct Numbering<'a> {
    numbers: Table<Cow<'a, str>, u32>,
    texts: Vec<Cow<'a, str>>,
    stems: Table<&'a str, Vec<String>>,
}

/// FNV-1a by words of eight bytes: quicker for short texts than the standard hasher.
#[derive(Default)]
pub(super) struct Short(u64);

impl Hasher for Short {
    fn write(&mut self, bytes: &[u8]) {
        let mut stir = |part: u64| {
            let h = (self.0 ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            self.0 = h ^ (h >> 29);
        };
        let (parts, rest) = bytes.as_chunks::<8>();
        parts.iter().for_each(|part| stir(u64::from_le_bytes(*part)));
        stir(rest.iter().fold(1, |all, &byte| all << 8 | u64::from(byte)));
    }

    fn finish(&self) -> u64 {
        // The table looks at the highest bits and at the lowest.
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26)
    }
}

impl<'a> Numbering<'a> {
    /// The number of a text; the same for the same text, and another one for any other.
    pub fn of(&mut self, text: Cow<'a, str>) -> u32 {
        if let Some(&number) = self.numbers.get(&text) {
            return number;
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    /// The text that a number stands for.
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |t| t)
    }

    /// Stems of the words of a name; names come again and again.
    pub fn stems(&mut self, name: &'a str) -> &[String] {
        self.stems.entry(name).or_insert_with(|| words(name).map(|w| stem(&w).to_string()).collect())
    }
}
