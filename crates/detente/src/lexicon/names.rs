//! Names as sequences of words: a trie that finds, at a token, the longest name that starts there.
//!
//! Words are folded before they are compared: diacritics fall (Erdoğan, Erdogan), curly marks become straight,
//! and full stops inside abbreviations fall (U.S., US). Case is kept, because "us" is not "US" and "Turkey" is not
//! "turkey"; an all-capitals line is met by trying the word with only its first letter large.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table in memory, looked up by words and numbers of the lexicon. Nothing may depend on its order.
pub(crate) type Index<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// A hash for [`Index`]: quick over words and numbers. What stands in the tables comes from the lexicon and never from
/// an article, so nobody can choose keys that meet.
#[derive(Clone, Copy, Default)]
pub(crate) struct Quick(u64);

impl Quick {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        // The high bits hold the mixture, the table looks at the low ones.
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        self.mix(rest.iter().fold(bytes.len() as u64, |word, b| word << 8 | u64::from(*b)));
    }

    fn write_u8(&mut self, n: u8) {
        self.mix(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.mix(u64::from(n));
    }

    fn write_usize(&mut self, n: usize) {
        self.mix(n as u64);
    }
}

/// Folds one word: letters without their marks, straight quotes, no inner full stops.
pub fn fold(word: &str) -> String {
    folded(word).into_owned()
}

/// As [`fold`], and nothing is copied where nothing is to be folded.
pub(crate) fn folded(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|b| b.is_ascii() && b != b'.' && b != b'`') {
        return Cow::Borrowed(word);
    }
    Cow::Owned(fold_letters(word))
}

fn fold_letters(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '’' | '‘' | 'ʼ' | '`' | 'ʿ' | 'ʾ' => out.push('\''),
            '.' => {}
            '‐' | '‑' | '–' => out.push('-'),
            'ʻ' => out.push('\''),
            // A mark that stands by itself behind its letter.
            '\u{300}'..='\u{36f}' => {}
            c if c.is_ascii() => out.push(c),
            c => push_plain(c, &mut out),
        }
    }
    if out.is_empty() { word.to_string() } else { out }
}

/// The letter without its marks (Latin-1, Latin Extended-A, the Romanian, Turkish and Azerbaijani letters of
/// Extended-B, scholars' dots below, Vietnamese); other characters stay.
fn push_plain(c: char, out: &mut String) {
    if let 'ạ'..='ỹ' | 'Ạ'..='Ỹ' = c {
        let plain = match c {
            'Ạ'..='ặ' => 'a',
            'Ẹ'..='ệ' => 'e',
            'Ỉ'..='ị' => 'i',
            'Ọ'..='ợ' => 'o',
            'Ụ'..='ự' => 'u',
            _ => 'y',
        };
        out.push(if c.is_uppercase() { plain.to_ascii_uppercase() } else { plain });
        return;
    }
    let plain = match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ə' => "a",
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' => "A",
        'æ' => "ae",
        'Æ' => "Ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
        'ď' | 'đ' | 'ð' | 'ḍ' => "d",
        'Ď' | 'Đ' | 'Ð' => "D",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => "E",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
        'ĥ' | 'ħ' | 'ḥ' => "h",
        'Ĥ' | 'Ħ' | 'Ḥ' => "H",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' => "I",
        'ķ' => "k",
        'Ķ' => "K",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ł' => "L",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' => "N",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' => "o",
        'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' => "O",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'Ř' => "R",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' | 'ṣ' => "s",
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' | 'Ṣ' => "S",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' | 'ṭ' => "t",
        'Ţ' | 'Ť' | 'Ț' | 'Ṭ' => "T",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' => "u",
        'Ù'..='Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => "U",
        'ý' | 'ÿ' => "y",
        'Ý' | 'Ÿ' => "Y",
        'ź' | 'ż' | 'ž' | 'ẓ' => "z",
        'Ź' | 'Ż' | 'Ž' => "Z",
        c => {
            out.push(c);
            return;
        }
    };
    out.push_str(plain);
}

/// What is left of a word when the ways of writing its sounds in Latin letters fall: one letter for k, q, g and c, for
/// v and w, for s and z; no vowels, no doubled letters, no h but a first one. Haniya and Haniyeh, Gaddafi, Qadhafi and
/// Kadafi meet. For offering names like an unknown one; nobody is recognised by it.
pub fn skeleton(word: &str) -> String {
    let low = fold(word).to_lowercase().replace("tch", "ch").replace("sch", "sh").replace("ph", "f");
    let mut out = String::new();
    for (i, c) in low.chars().filter(|c| c.is_alphanumeric()).enumerate() {
        let sound = match c {
            'k' | 'q' | 'g' | 'c' => 'k',
            'v' | 'w' => 'v',
            's' | 'z' => 's',
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'j' | 'h' if i > 0 => continue,
            'a' | 'e' | 'i' | 'o' | 'u' => 'a',
            'y' | 'j' => 'j',
            c => c,
        };
        if !out.ends_with(sound) {
            out.push(sound);
        }
    }
    out
}

/// Lower case but for the first letter: how an all-capitals word would stand in a sentence.
pub fn title_case(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().collect::<String>() + &chars.as_str().to_lowercase(),
        None => String::new(),
    }
}

/// A trie over folded words. Values are indices into a table of the caller's.
#[derive(Default)]
pub struct Trie {
    words: Index<Box<str>, u32>,
    edges: Index<(u32, u32), u32>,
    /// Of each node, from node 1 on.
    values: Vec<Values>,
}

/// What belongs to a node or a word: mostly nothing or one thing.
#[derive(Default)]
pub(crate) enum Values {
    /// Nothing.
    #[default]
    None,
    /// One thing.
    One(u32),
    /// Several, each once, in the order in which they came.
    Several(Vec<u32>),
}

impl Values {
    /// In the order in which they came.
    pub(crate) fn as_slice(&self) -> &[u32] {
        match self {
            Values::None => &[],
            Values::One(value) => std::slice::from_ref(value),
            Values::Several(values) => values,
        }
    }

    /// Adds one, if it is not there.
    pub(crate) fn add(&mut self, value: u32) {
        match self {
            Values::None => *self = Values::One(value),
            Values::One(first) if *first != value => *self = Values::Several(vec![*first, value]),
            Values::Several(values) if !values.contains(&value) => values.push(value),
            Values::One(_) | Values::Several(_) => {}
        }
    }
}

impl Trie {
    /// Makes two spellings one word; before any name is added that holds the second.
    pub fn spell(&mut self, word: &str, other: &str) {
        let next_word = self.words.len() as u32;
        let w = *self.words.entry(word.into()).or_insert(next_word);
        self.words.entry(other.into()).or_insert(w);
    }

    /// The number of a folded word, a new one for a word that was not there.
    pub fn number(&mut self, folded: &str) -> u32 {
        if let Some(number) = self.words.get(folded) {
            return *number;
        }
        let number = self.words.len() as u32;
        self.words.insert(folded.into(), number);
        number
    }

    /// Adds a name given as the numbers of its words.
    pub fn add(&mut self, name: impl IntoIterator<Item = u32>, value: u32) {
        let mut node = 0;
        for word in name {
            let values = &mut self.values;
            node = *self.edges.entry((node, word)).or_insert_with(|| {
                values.push(Values::None);
                values.len() as u32
            });
        }
        if let Some(values) = (node as usize).checked_sub(1).and_then(|n| self.values.get_mut(n)) {
            values.add(value);
        }
    }

    /// The number of a folded word, `None` when no name holds it.
    pub fn word(&self, folded: &str) -> Option<u32> {
        self.words.get(folded).copied()
    }

    /// The spellings of each word, by its number. For looking things up, not for reading.
    pub fn spellings(&self) -> Vec<Vec<&str>> {
        let mut words = vec![Vec::new(); self.words.len()];
        for (word, n) in &self.words {
            words[*n as usize].push(&**word);
        }
        words.iter_mut().for_each(|list| list.sort_unstable());
        words
    }

    /// Every name as the numbers of its words, with its values. For looking things up, not for reading.
    pub fn names(&self) -> Vec<(Vec<u32>, &[u32])> {
        // Each node has one way in.
        let mut into = vec![(0, 0); self.values.len() + 1];
        for (&(from, word), &to) in &self.edges {
            into[to as usize] = (from, word);
        }
        let spell = |mut node: u32| {
            let mut name = Vec::new();
            while node != 0 {
                let (from, word) = into[node as usize];
                name.push(word);
                node = from;
            }
            name.reverse();
            name
        };
        let named = self.values.iter().zip(1..).map(|(values, node)| (values.as_slice(), node));
        named.filter(|(values, _)| !values.is_empty()).map(|(values, node)| (spell(node), values)).collect()
    }

    /// The longest name that starts at the first of `words`: how many words it takes, and its values.
    pub fn longest(&self, words: impl Iterator<Item = Option<u32>>) -> Option<(usize, &[u32])> {
        let mut node = 0;
        let mut best = None;
        for (i, word) in words.enumerate() {
            let Some(next) = word.and_then(|w| self.edges.get(&(node, w))) else { break };
            node = *next;
            let values = self.values[node as usize - 1].as_slice();
            if !values.is_empty() {
                best = Some((i + 1, values));
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(trie: &mut Trie, name: &[&str], value: u32) {
        let numbers: Vec<u32> = name.iter().map(|word| trie.number(word)).collect();
        trie.add(numbers, value);
    }

    #[test]
    fn names_with_and_without_diacritics_meet() {
        assert_eq!(fold("Erdoğan"), fold("Erdogan"));
        assert_eq!(fold("U.S."), "US");
        assert_eq!(fold("Côte"), "Cote");
        for (marked, plain) in [
            ("Nguyễn", "Nguyen"),
            ("Phạm", "Pham"),
            ("Tô", "To"),
            ("Ḥizb", "Hizb"),
            ("Erdog\u{306}an", "Erdogan"),
            ("Əliyev", "Əliyev"),
            ("Məmmədov", "Mammadov"),
            ("Ōsaka", "Osaka"),
            ("Şahin", "Sahin"),
        ] {
            assert_eq!(fold(marked), plain, "{marked}");
        }
    }

    #[test]
    fn spellings_of_one_sound_have_one_skeleton() {
        for family in [
            &["Gaddafi", "Qaddafi", "Gadhafi", "Kadafi", "Kadhafi", "Qadhafi"][..],
            &["Haniya", "Haniyeh", "Haniyah", "Hanieh"],
            &["Milošević", "Milosevich", "Miloshevich", "Milosevitch"],
            &["Zelensky", "Zelenskyy", "Zelenskiy", "Zelenskyj"],
            &["Mohammed", "Muhammad", "Mohamed", "Mohammad", "Muhammed"],
        ] {
            for name in family {
                assert_eq!(skeleton(name), skeleton(family[0]), "{name}");
            }
        }
        assert_ne!(skeleton("Putin"), skeleton("Peskov"));
    }

    #[test]
    fn every_name_of_the_trie_is_spelt_with_its_values() {
        let mut trie = Trie::default();
        add(&mut trie, &["South", "Sudan"], 1);
        add(&mut trie, &["South"], 3);
        let names = trie.names();
        assert_eq!(names, [(vec![0], &[3][..]), (vec![0, 1], &[1][..])]);
        assert_eq!(trie.spellings()[..2], [vec!["South"], vec!["Sudan"]]);
    }

    #[test]
    fn spellings_of_one_word_are_one_word() {
        let mut trie = Trie::default();
        trie.spell("Kadafi", "Gaddafi");
        add(&mut trie, &["Muammar", "Gaddafi"], 1);
        assert_eq!(trie.word("Kadafi"), trie.word("Gaddafi"));
        assert_eq!(
            trie.longest([trie.word("Muammar"), trie.word("Kadafi")].into_iter()).map(|f| f.0),
            Some(2)
        );
    }

    #[test]
    fn the_longest_name_wins() {
        let mut trie = Trie::default();
        add(&mut trie, &["South", "Sudan"], 1);
        add(&mut trie, &["Sudan"], 2);
        add(&mut trie, &["South"], 3);
        let find = |text: &str| {
            let ids: Vec<Option<u32>> = text.split(' ').map(|w| trie.word(w)).collect();
            trie.longest(ids.into_iter()).map(|(n, v)| (n, v.to_vec()))
        };
        assert_eq!(find("South Sudan said"), Some((2, vec![1])));
        assert_eq!(find("South Africa"), Some((1, vec![3])));
        assert_eq!(find("Chad"), None);
    }
}
