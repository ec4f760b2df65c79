//! A light scanner of its own: words, numbers and marks with exact bytes. It does not lean on the tokeniser's
//! habits, so that "mid-1990s", "three-day" and "1980s" read the same whether a token holds them whole or in
//! parts. Only words that the lexicon's phrases know get a number; all others are [`UNKNOWN`].

use super::words::Vocabulary;

/// A word that no phrase uses.
pub(crate) const UNKNOWN: u32 = 0;

/// A word, a number or a mark.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Number of the word in the vocabulary, [`UNKNOWN`] for others and for numbers.
    pub word: u32,
    /// Value of a run of digits, below 100 million.
    pub number: Option<u32>,
    /// How many digits `number` was written with; 0 for "1,500" and "1.5", which are never a year.
    pub digits: u8,
    /// White space stands before it.
    pub spaced: bool,
    /// It begins with a capital letter.
    pub capital: bool,
    /// A line break, or the end of a sentence, stands before it.
    pub fresh: bool,
    /// An abbreviation that was written with its point.
    pub dotted: bool,
}

/// Cuts `text[from..to]`.
pub(crate) fn scan(text: &str, from: usize, to: usize, vocabulary: &Vocabulary, out: &mut Vec<Piece>) {
    let bytes = text.as_bytes();
    let to = to.min(bytes.len());
    let mut at = from;
    let (mut spaced, mut fresh, mut ended) = (true, true, false);
    let mut lower = [0u8; Vocabulary::LONGEST];
    while at < to {
        let byte = bytes[at];
        let start = at;
        let mut piece = Piece {
            start: at as u32,
            end: 0,
            word: UNKNOWN,
            number: None,
            digits: 0,
            spaced,
            capital: byte.is_ascii_uppercase(),
            fresh,
            dotted: false,
        };
        if byte == b' ' || byte == b'\t' || byte == b'\r' || byte == b'\n' {
            spaced = true;
            // A point inside "13.5.2015" ends no sentence.
            fresh |= byte == b'\n' || ended;
            ended = false;
            at += 1;
            continue;
        }
        if byte.is_ascii_digit() {
            number(bytes, &mut at, to, &mut piece);
        } else if byte.is_ascii_alphabetic() || byte >= 0x80 {
            // White space and dashes beyond ASCII are marks; every other byte beyond ASCII is part of a word.
            if let Some((length, mark)) = wide_mark(&bytes[at..to]) {
                at += length;
                if mark == b' ' {
                    spaced = true;
                    continue;
                }
                piece.word = vocabulary.mark(mark);
            } else {
                while at < to
                    && (bytes[at].is_ascii_alphabetic()
                        || (bytes[at] >= 0x80 && wide_mark(&bytes[at..to]).is_none()))
                {
                    at += 1;
                }
                if at == start {
                    at += 1;
                }
                let length = at - start;
                if length <= lower.len() {
                    lower[..length].copy_from_slice(&bytes[start..at]);
                    lower[..length].make_ascii_lowercase();
                    // "a.m.", "p.m." and "U.S." are words with points inside.
                    if length == 1
                        && bytes.get(at) == Some(&b'.')
                        && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
                        && bytes.get(at + 2).is_none_or(|b| !b.is_ascii_alphanumeric())
                    {
                        lower[1] = bytes[at + 1].to_ascii_lowercase();
                        at += if bytes.get(at + 2) == Some(&b'.') { 3 } else { 2 };
                        piece.word = vocabulary.find(&lower[..2]);
                    } else {
                        piece.word = vocabulary.find(&lower[..length]);
                    }
                    if piece.word != UNKNOWN
                        && at < to
                        && bytes[at] == b'.'
                        && vocabulary.sense(piece.word).abbreviation
                        && (spaced || out.last().is_none_or(|p| p.number.is_none()))
                    {
                        at += 1;
                        piece.dotted = true;
                    }
                }
            }
        } else {
            at += 1;
            piece.word = vocabulary.mark(byte);
        }
        piece.end = at.min(to) as u32;
        spaced = false;
        fresh = false;
        ended = matches!(byte, b'.' | b'!' | b'?' | b';');
        out.push(piece);
    }
}

/// A run of digits, with "1,500" and "3.5" as one piece.
fn number(bytes: &[u8], at: &mut usize, to: usize, piece: &mut Piece) {
    let start = *at;
    let mut value = 0u64;
    while *at < to && bytes[*at].is_ascii_digit() {
        value = value.saturating_mul(10).saturating_add(u64::from(bytes[*at] - b'0'));
        *at += 1;
    }
    let mut digits = *at - start;
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    while *at + 3 < to
        && bytes[*at] == b','
        && digits <= 3
        && digit(*at + 1)
        && digit(*at + 2)
        && digit(*at + 3)
        && !digit(*at + 4)
    {
        for i in 1..4 {
            value = value.saturating_mul(10).saturating_add(u64::from(bytes[*at + i] - b'0'));
        }
        *at += 4;
        digits = 0;
    }
    // "3.5 million" is no day of a month; "12.2.2012" has two points and is left in parts.
    if bytes.get(*at) == Some(&b'.') && digit(*at + 1) {
        let mut end = *at + 1;
        while digit(end) {
            end += 1;
        }
        if !(bytes.get(end) == Some(&b'.') && digit(end + 1)) && bytes[..start].last() != Some(&b'.') {
            *at = end.min(to);
            return;
        }
    }
    if value < 100_000_000 {
        piece.number = Some(value as u32);
        piece.digits = digits.min(9) as u8;
    }
}

/// Dashes, curly apostrophes and hard spaces beyond ASCII, as their plain sisters.
pub(crate) fn wide_mark(bytes: &[u8]) -> Option<(usize, u8)> {
    match bytes {
        [0xC2, 0xA0, ..] => Some((2, b' ')),
        [0xC2, 0xA3, ..] => Some((2, b'$')),
        [0xE2, 0x82, 0xAC, ..] => Some((3, b'$')),
        [0xE2, 0x80, 0x80..=0x8A, ..] | [0xE2, 0x80, 0xAF, ..] => Some((3, b' ')),
        [0xE2, 0x80, 0x90..=0x93, ..] => Some((3, b'-')),
        [0xE2, 0x80, 0x94 | 0x95, ..] => Some((3, b'_')),
        [0xE2, 0x80, 0x98 | 0x99, ..] => Some((3, b'\'')),
        [0xE2, 0x80, 0x9C | 0x9D, ..] => Some((3, b'"')),
        _ => None,
    }
}
