//! Numbers in place of words: what the reports of a cell are compared by is compared some hundred times, so each
//! distinct word, key and name gets a number first. The numbers follow the order in which reports are looked at; they
//! are only ever asked whether they are the same, and no result shows them.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::gist::{stem, words};
use crate::plover::EventType;

/// The numbers of what stands in one cell.
#[derive(Default)]
pub(super) struct Numbering<'a> {
    numbers: HashMap<Cow<'a, str>, u32>,
    texts: Vec<Cow<'a, str>>,
    crews: HashMap<(EventType, Vec<u32>), u32>,
    stems: HashMap<&'a str, Vec<String>>,
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

    /// The number of a type with its parties, of a count of its own.
    pub fn of_crew(&mut self, kind: EventType, parties: Vec<u32>) -> u32 {
        let next = self.crews.len() as u32;
        *self.crews.entry((kind, parties)).or_insert(next)
    }

    /// Stems of the words of a name; names come again and again.
    pub fn stems(&mut self, name: &'a str) -> &[String] {
        self.stems.entry(name).or_insert_with(|| words(name).map(|w| stem(&w).to_string()).collect())
    }
}
