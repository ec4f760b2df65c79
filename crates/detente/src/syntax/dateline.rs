//! Datelines: "BEIRUT (Reuters) –" before the first sentence of a report. They stand outside its grammar, so the rest
//! of the sentence is read as if they were not there, and they hang on its root.

use super::neural::Reading;
use super::{Deprel, NameKind};

/// A dateline is at most this many tokens.
const LONGEST: usize = 16;

/// How many tokens at the head of a sentence are a dateline with its dash; 0 where there is none.
///
/// A place in capitals, perhaps with a country, a day or an agency behind it, ends in a dash: a long one, or any dash
/// where an agency stands before it in brackets.
pub(super) fn length(words: &[&str]) -> usize {
    let shouted = |w: &str| {
        w.chars().count() >= 2 && w.chars().all(|c| c.is_uppercase() || matches!(c, '.' | '-' | '\''))
    };
    let named = |w: &str| w.starts_with(char::is_uppercase) || w.chars().all(|c| c.is_ascii_digit());
    if !words.first().is_some_and(|w| shouted(w)) {
        return 0;
    }
    let (mut open, mut agency) = (false, false);
    for (i, &word) in words.iter().enumerate().take(LONGEST).skip(1) {
        match word {
            "(" if !open => open = true,
            ")" if open => (open, agency) = (false, true),
            "–" | "—" | "--" | "-" if !open => {
                let long = word != "-" && words[0].chars().count() > 2;
                // What follows must be a sentence: it begins with no small letter, and is no headline in capitals.
                let rest = &words[i + 1..];
                let prose = rest.first().is_some_and(|w| !w.starts_with(char::is_lowercase))
                    && rest.iter().any(|w| w.starts_with(char::is_lowercase));
                return if (long || agency) && prose && rest.len() > 2 { i + 1 } else { 0 };
            }
            "," | "." | "/" => {}
            _ if named(word) => {}
            _ => return 0,
        }
    }
    0
}

/// Puts a dateline of `words` before the reading of the rest of the sentence. `tag` gives the number of the fine tag
/// for a proper noun and for a mark.
pub(super) fn put_before(words: &[&str], tag: (u8, u8), rest: Reading) -> Reading {
    let n = words.len();
    let mut all = Reading::default();
    let root = rest.heads.iter().position(Option::is_none).map_or(0, |r| n + r);
    let mark = |w: &str| !w.chars().any(char::is_alphanumeric);
    // Runs of words between marks: the first is the place, those in brackets the agency.
    let (mut from, mut open) = (0, false);
    for (i, &word) in words.iter().enumerate() {
        open = word == "(" || open && word != ")";
        all.tags.push(if mark(word) { tag.1 } else { tag.0 });
        let (head, relation) = match i {
            0 => (root, Deprel::Parataxis),
            _ if mark(word) => (0, Deprel::Punct),
            _ if mark(words[i - 1]) => (0, Deprel::Appos),
            _ => (from, Deprel::Flat),
        };
        all.heads.push(Some(head));
        all.relations.push(relation);
        if mark(word) {
            continue;
        }
        if i == 0 || mark(words[i - 1]) {
            from = i;
        }
        if i + 1 == n || mark(words[i + 1]) {
            let kind = if open { NameKind::Organisation } else { NameKind::Place };
            let number = |w: &&str| w.chars().any(|c| c.is_ascii_digit());
            if !words[from..=i].iter().any(number) {
                all.names.push((from, i + 1, kind));
            }
        }
    }
    all.tags.extend(rest.tags);
    all.heads.extend(rest.heads.into_iter().map(|h| h.map(|h| h + n)));
    all.relations.extend(rest.relations);
    all.names.extend(rest.names.into_iter().map(|(a, b, kind)| (a + n, b + n, kind)));
    all.acts.extend(rest.acts.into_iter().map(|sight| sight.moved(n)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> usize {
        length(&line.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn places_in_capitals_before_a_dash_are_datelines() {
        assert_eq!(of("MORSTAD ( Newswire ) – Rebels left the town ."), 5);
        assert_eq!(of("MORSTAD , Avaria ( NW ) - Rebels left the town ."), 7);
        assert_eq!(of("NEW MORSTAD , May 5 — Rebels left the town ."), 6);
        assert_eq!(of("MORSTAD — Rebels left the town ."), 2);
    }

    #[test]
    fn other_capitals_and_dashes_are_not() {
        assert_eq!(
            of("AVARIA WITHDRAWS TROOPS – THE ARMY SAYS SO"),
            0,
            "what the test below says of capitals"
        );
        assert_eq!(of("US - Avaria talks were held on Monday ."), 0);
        assert_eq!(of("Morstad – a town of rebels – fell ."), 0);
        assert_eq!(of("NATO – which met in Morstad – agreed ."), 0);
        assert_eq!(of("MORSTAD —"), 0);
        assert_eq!(of(""), 0);
    }
}
