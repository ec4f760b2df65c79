//! Lemmas: rules for regular endings, and a table of the words that break them.
//!
//! The rules are written here; the table is made in training out of every word form of the training
//! dictionary for which the rules are wrong, so that rules and table together are right about all of them.

use std::collections::HashMap;

use super::file::{Reader, write_text, write_varint};
use super::{ModelError, Upos};

/// How a word is inflected, as far as its lemma is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Ending {
    /// No ending to take off.
    Bare = 0,
    /// A plural noun.
    Plural,
    /// A verb in -s.
    Third,
    /// A verb in -ing.
    Ing,
    /// A past tense or past participle.
    Past,
    /// A comparative.
    More,
    /// A superlative.
    Most,
}

impl Ending {
    /// The ending that a Penn Treebank tag tells of.
    pub fn of(xpos: &str) -> Ending {
        match xpos {
            "NNS" => Ending::Plural,
            "VBZ" => Ending::Third,
            "VBG" => Ending::Ing,
            "VBD" | "VBN" => Ending::Past,
            "JJR" | "RBR" => Ending::More,
            "JJS" | "RBS" => Ending::Most,
            _ => Ending::Bare,
        }
    }
}

/// The table of exceptions: what kind of word, its form in lower case → its lemma. Beside it the words that the
/// dictionary knows in one inflection only: a tagger that takes "fled" for a present tense should not cost it
/// its lemma.
#[derive(Default)]
pub struct Lemmas {
    table: HashMap<(u8, Box<str>), Box<str>>,
    /// Hash of a word → the only ending it has as a noun (low four bits) and as a verb (high four), `NONE` where
    /// it has none or several; rising by hash.
    only: Vec<(u32, u8)>,
}

/// No single ending.
const NONE: u8 = 15;
/// All endings, by their numbers.
const ENDINGS: [Ending; 7] =
    [Ending::Bare, Ending::Plural, Ending::Third, Ending::Ing, Ending::Past, Ending::More, Ending::Most];

/// The FNV-1a hash of a word.
fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

/// One number for each table: only verbs, nouns, adjectives and adverbs are told apart by ending.
fn kind(upos: Upos, ending: Ending) -> u8 {
    match upos {
        Upos::Adv => 40 + ending as u8,
        Upos::Adj => 50 + ending as u8,
        Upos::Verb => 60 + ending as u8,
        Upos::Noun => 70 + ending as u8,
        other => other as u8,
    }
}

impl Lemmas {
    /// The lemma of a word. Proper nouns keep their spelling; everything else is in lower case.
    pub fn lemma(&self, word: &str, upos: Upos, ending: Ending) -> Box<str> {
        if upos == Upos::Propn || upos == Upos::X {
            return word.into();
        }
        let lower = lower(word);
        if matches!(upos, Upos::Punct | Upos::Sym | Upos::Num) {
            return lower.into();
        }
        let ending = self.only(&lower, upos).unwrap_or(ending);
        if let Some(lemma) = self.table.get(&(kind(upos, ending), lower.as_str().into())) {
            return lemma.clone();
        }
        // A prefix or first part that the table does not know: "anti-smugglers", "ex-wives".
        if let Some((first, rest)) = lower.rsplit_once('-')
            && let Some(lemma) = self.table.get(&(kind(upos, ending), rest.into()))
        {
            return format!("{first}-{lemma}").into();
        }
        rule(&lower, upos, ending).into()
    }

    /// The ending of a noun or verb that has only one.
    fn only(&self, word: &str, upos: Upos) -> Option<Ending> {
        let shift = match upos {
            Upos::Noun => 0,
            Upos::Verb => 4,
            _ => return None,
        };
        let hash = hash(word);
        let at = self.only.binary_search_by_key(&hash, |row| row.0).ok()?;
        ENDINGS.get(usize::from(self.only[at].1 >> shift & 15)).copied()
    }

    /// Says which words have a single ending as a noun, as a verb. Words whose hashes meet are left out.
    pub fn set_only<'a>(&mut self, words: impl Iterator<Item = (&'a str, Option<Ending>, Option<Ending>)>) {
        let number = |e: Option<Ending>| e.map_or(NONE, |e| e as u8);
        let mut rows: Vec<(u32, u8)> =
            words.map(|(word, noun, verb)| (hash(word), number(noun) | number(verb) << 4)).collect();
        rows.sort_unstable();
        self.only = rows.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() == 1).map(|c| c[0]).collect();
        self.only.retain(|row| row.1 != NONE << 4 | NONE);
    }

    /// Adds an exception, which must be in lower case.
    pub fn insert(&mut self, word: &str, upos: Upos, ending: Ending, lemma: &str) {
        self.table.insert((kind(upos, ending), word.into()), lemma.into());
    }

    /// Forms that break the rules, with their lemmas, in no order.
    pub fn exceptions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.table.iter().map(|((_, form), lemma)| (&**form, &**lemma))
    }

    /// Number of exceptions.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// True when it knows no exception.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Writes the table in a fixed order; neighbours share their first letters.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut rows: Vec<_> = self.table.iter().collect();
        rows.sort();
        write_varint(rows.len() as u64, out);
        for ((kind, word), lemma) in rows {
            let shared = word.bytes().zip(lemma.bytes()).take_while(|(a, b)| a == b).count();
            let shared = (0..=shared)
                .rev()
                .find(|&s| word.is_char_boundary(s) && lemma.is_char_boundary(s))
                .unwrap_or(0);
            out.push(*kind);
            write_text(word, out);
            write_varint(shared as u64, out);
            write_text(&lemma[shared..], out);
        }
        write_varint(self.only.len() as u64, out);
        self.only.iter().for_each(|(hash, _)| out.extend(hash.to_le_bytes()));
        out.extend(self.only.iter().map(|row| row.1));
    }

    pub(super) fn load(reader: &mut Reader<'_>) -> Result<Lemmas, ModelError> {
        let count = reader.varint()? as usize;
        if count > reader.left() {
            return Err(ModelError("the table of lemmas has an impossible size".into()));
        }
        let mut table = HashMap::with_capacity(count);
        for _ in 0..count {
            let kind = reader.byte()?;
            let word = reader.text()?;
            let shared = reader.varint()? as usize;
            let tail = reader.text()?;
            let head = word.get(..shared).ok_or_else(|| ModelError("a lemma is damaged".into()))?;
            table.insert((kind, word.into()), format!("{head}{tail}").into());
        }
        let count = reader.varint()?.min(reader.left() as u64) as usize;
        let hashes = reader.bytes(count * 4)?.as_chunks::<4>().0;
        let endings = reader.bytes(count)?;
        let only = hashes.iter().map(|h| u32::from_le_bytes(*h)).zip(endings.iter().copied()).collect();
        Ok(Lemmas { table, only })
    }
}

/// Lower case, with straight marks for curly ones.
pub fn lower(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).map(|c| if matches!(c, '’' | '‘') { '\'' } else { c }).collect()
}

/// The lemma by rule alone.
pub fn rule(word: &str, upos: Upos, ending: Ending) -> String {
    if !word.is_ascii() || word.len() < 3 {
        return word.to_owned();
    }
    let cut = |n: usize| &word[..word.len() - n];
    match ending {
        Ending::Bare => word.to_owned(),
        Ending::Plural | Ending::Third => {
            if word.ends_with("ies") && word.len() > 4 {
                format!("{}y", cut(3))
            } else if ["sses", "shes", "ches", "xes", "zzes"].iter().any(|e| word.ends_with(e))
                || ending == Ending::Third && word.ends_with("oes")
            {
                cut(2).to_owned()
            } else if upos == Upos::Noun && word.ends_with("men") && word.len() > 4 {
                format!("{}man", cut(3))
            } else if word.ends_with('s') && !word.ends_with("ss") {
                cut(1).trim_end_matches('\'').to_owned()
            } else {
                word.to_owned()
            }
        }
        Ending::Ing if word.ends_with("ing") && word.len() > 5 => stem(cut(3)),
        Ending::Ing if word.ends_with("in'") && word.len() > 5 => stem(cut(3)),
        Ending::Past if word.ends_with("ied") && word.len() > 4 => format!("{}y", cut(3)),
        Ending::Past if word.ends_with("eed") => cut(1).to_owned(),
        Ending::Past if word.ends_with("ed") && word.len() > 3 => stem(cut(2)),
        Ending::More if word.ends_with("ier") && word.len() > 4 => format!("{}y", cut(3)),
        Ending::More if word.ends_with("er") && word.len() > 4 => stem(cut(2)),
        Ending::Most if word.ends_with("iest") && word.len() > 5 => format!("{}y", cut(4)),
        Ending::Most if word.ends_with("est") && word.len() > 5 => stem(cut(3)),
        _ => word.to_owned(),
    }
}

/// Mends what is left when -ed, -ing, -er or -est is cut off: "stopp" → "stop", "mak" → "make".
fn stem(base: &str) -> String {
    let bytes = base.as_bytes();
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    let n = bytes.len();
    if n < 2 {
        return base.to_owned();
    }
    let (a, b) = (bytes[n - 2], bytes[n - 1]);
    if a == b && !matches!(b, b's' | b'l' | b'f' | b'z' | b'e' | b'o') {
        return base[..n - 1].to_owned();
    }
    let vowels = bytes.iter().filter(|&&c| vowel(c) || c == b'y').count();
    let add = match b {
        b'v' | b'u' | b'c' => true,
        b'z' => a != b'z',
        b's' => vowel(a) || a == b'r' || a == b'n' || a == b'l',
        b'g' => {
            matches!(a, b'd' | b'r' | b'a' | b'u')
                || a == b'n' && n > 4 && !matches!(bytes[n - 3], b'o' | b'i')
        }
        b'l' => !vowel(a) && !matches!(a, b'l' | b'r' | b'w' | b'y'),
        b't' => {
            matches!(a, b'a') && vowels > 0 && (n < 3 || !vowel(bytes[n - 3]))
                || a == b'i' && n > 3 && matches!(bytes[n - 3], b'r' | b'n')
                || a == b'o' && n <= 4
                || a == b'u' && n > 3
        }
        b'r' => matches!(a, b'i' | b'u' | b'a') && n >= 3 && !vowel(bytes[n - 3]) || a == b'o' && n <= 4,
        b'd' => matches!(a, b'i' | b'u') && (n < 3 || !vowel(bytes[n - 3])) || a == b'a' && n <= 4,
        b'k' => matches!(a, b'a' | b'i' | b'o') && n <= 4 && (n < 3 || !vowel(bytes[n - 3])),
        b'n' => {
            matches!(a, b'i') && n >= 3 && !matches!(bytes[n - 3], b'a' | b'o') && vowels <= 2
                || a == b'o' && n <= 4
        }
        b'm' => vowel(a) && (n < 3 || !vowel(bytes[n - 3])) && vowels == 1,
        b'p' => vowel(a) && (n < 3 || !vowel(bytes[n - 3])) && vowels == 1,
        b'b' => a == b'i',
        _ => false,
    };
    if add { format!("{base}e") } else { base.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_endings_come_off() {
        for (word, xpos, upos, lemma) in [
            ("attacks", "VBZ", Upos::Verb, "attack"),
            ("cities", "NNS", Upos::Noun, "city"),
            ("clashes", "NNS", Upos::Noun, "clash"),
            ("stopped", "VBD", Upos::Verb, "stop"),
            ("making", "VBG", Upos::Verb, "make"),
            ("killed", "VBN", Upos::Verb, "kill"),
            ("arrested", "VBD", Upos::Verb, "arrest"),
            ("accused", "VBD", Upos::Verb, "accuse"),
            ("easier", "JJR", Upos::Adj, "easy"),
        ] {
            assert_eq!(rule(word, upos, Ending::of(xpos)), lemma);
        }
    }

    #[test]
    fn the_dictionary_mends_an_ending_that_cannot_be() {
        let mut lemmas = Lemmas::default();
        lemmas.insert("fled", Upos::Verb, Ending::Past, "flee");
        lemmas.set_only([("fled", None, Some(Ending::Past)), ("put", Some(Ending::Bare), None)].into_iter());
        assert_eq!(&*lemmas.lemma("fled", Upos::Verb, Ending::Bare), "flee");
        assert_eq!(&*lemmas.lemma("puts", Upos::Verb, Ending::Third), "put");
        let mut bytes = Vec::new();
        lemmas.write(&mut bytes);
        let again = Lemmas::load(&mut Reader::new(&bytes)).expect("whole");
        assert_eq!(&*again.lemma("fled", Upos::Verb, Ending::Bare), "flee");
    }

    #[test]
    fn exceptions_win_and_proper_nouns_keep_their_spelling() {
        let mut lemmas = Lemmas::default();
        lemmas.insert("fought", Upos::Verb, Ending::Past, "fight");
        lemmas.insert("wives", Upos::Noun, Ending::Plural, "wife");
        let mut bytes = Vec::new();
        lemmas.write(&mut bytes);
        let lemmas = Lemmas::load(&mut Reader::new(&bytes)).unwrap();
        assert_eq!(&*lemmas.lemma("Fought", Upos::Verb, Ending::Past), "fight");
        assert_eq!(&*lemmas.lemma("ex-wives", Upos::Noun, Ending::Plural), "ex-wife");
        assert_eq!(&*lemmas.lemma("Nations", Upos::Propn, Ending::Bare), "Nations");
        assert_eq!(&*lemmas.lemma("The", Upos::Det, Ending::Bare), "the");
    }

    #[test]
    fn odd_words_do_not_break_the_rules() {
        for word in ["", "s", "ed", "ing", "ß", "éed", "’s", "ees", "bing", "aed"] {
            for ending in
                [Ending::Plural, Ending::Third, Ending::Ing, Ending::Past, Ending::More, Ending::Most]
            {
                let _ = Lemmas::default().lemma(word, Upos::Verb, ending);
            }
        }
    }
}
