//! Sentences: runs of tokens of one line. A sentence never crosses a line break.
//!
//! [`split`] goes by rules: stops, abbreviations, quotes, capitals. [`Splitter`] weighs what the rules say against
//! the words on both sides, with weights learnt from treebanks ([`Splitter::clues`] names what it looks at); it also
//! finds ends that have no full stop. Its arithmetic is in whole numbers, so it cuts alike on every machine.

use crate::span::Span;

/// Abbreviations that come before a name or number and so never end a sentence.
const NEVER_LAST: &[&str] = &[
    "adm", "amb", "asst", "atty", "brig", "capt", "cdr", "cmdr", "col", "comdr", "cpl", "dr", "gen", "gov",
    "hon", "insp", "lt", "maj", "messrs", "mlle", "mme", "mr", "mrs", "ms", "msgr", "mt", "no", "nos", "pfc",
    "pres", "prof", "pvt", "rep", "reps", "rev", "sen", "sens", "sgt", "spc", "st", "ste", "supt", "vs", "v",
    "ft", "ca", "approx", "fig", "art", "op", "vol", "dep", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
    "sept", "sep", "oct", "nov", "dec", "eg", "e.g", "i.e", "ie", "cf", "esp",
];

/// Words that seldom follow an abbreviation inside a sentence, but often start the next one.
const STARTERS: &[&str] = &[
    "A",
    "According",
    "After",
    "All",
    "Also",
    "Although",
    "An",
    "And",
    "As",
    "At",
    "Because",
    "Before",
    "Both",
    "But",
    "By",
    "During",
    "Earlier",
    "Even",
    "For",
    "Four",
    "From",
    "He",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "I",
    "If",
    "In",
    "Instead",
    "It",
    "Its",
    "Last",
    "Many",
    "Meanwhile",
    "More",
    "Most",
    "My",
    "No",
    "Nor",
    "Not",
    "Now",
    "On",
    "One",
    "Only",
    "Or",
    "Our",
    "Over",
    "Several",
    "She",
    "Since",
    "So",
    "Some",
    "Still",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Three",
    "Two",
    "Under",
    "Until",
    "We",
    "What",
    "When",
    "Where",
    "While",
    "Who",
    "Why",
    "With",
    "Yet",
    "You",
];

/// Given the tokens of one line, the index of the first token of each sentence, rising, starting with 0.
///
/// `text` is the article's text that `tokens` point into. An empty line gives no sentence.
pub fn split(text: &str, tokens: &[Span]) -> Vec<usize> {
    if tokens.is_empty() {
        return Vec::new();
    }
    let word = |i: usize| tokens.get(i).map_or("", |t| t.slice(text));
    let mut starts = vec![0];
    // Straight quotes do not say whether they open or close: the count within the line does.
    let mut open_quote = false;
    let mut i = 0;
    while i < tokens.len() {
        let this = word(i);
        if this == "\"" {
            open_quote = !open_quote;
        }
        let end = End::of(this);
        if end == End::No {
            i += 1;
            continue;
        }
        // Closing marks and further stops belong to the sentence they close.
        let mut next = i + 1;
        let mut quoted = false;
        while next < tokens.len() {
            let mark = word(next);
            let glued = tokens[next].start == tokens[next - 1].end;
            let closes = match mark {
                "”" | "’’" | "''" | "»" => true,
                "’" | "'" => glued,
                "\"" => open_quote && (glued || next + 1 == tokens.len()),
                ")" | "]" | "}" => true,
                _ => glued && end == End::Stop && matches!(End::of(mark), End::Stop | End::Trail),
            };
            if !closes {
                break;
            }
            if mark == "\"" {
                open_quote = false;
            }
            quoted |= matches!(mark, "”" | "\"" | "’’" | "''" | "»");
            next += 1;
        }
        if next >= tokens.len() {
            break;
        }
        if begins(end, this, quoted, next, tokens, text) {
            starts.push(next);
        }
        i = next;
    }
    starts
}

/// How many weights a [`Splitter`] has: a power of two.
pub const WEIGHTS: usize = 1 << 15;

/// Looks at every gap between two tokens of a line and says whether a sentence ends there.
pub struct Splitter {
    weights: Vec<i8>,
}

/// What a [`Splitter`] has seen of the line when it comes to a gap.
#[derive(Clone, Copy, Default)]
struct Before {
    /// Tokens since the sentence began.
    length: usize,
    /// Straight double quotes in the line so far.
    quotes: usize,
    /// Opening less closing brackets in the sentence so far.
    brackets: i32,
}

impl Splitter {
    /// A splitter out of its weights; `None` where there are not [`WEIGHTS`] of them.
    pub fn new(weights: Vec<i8>) -> Option<Splitter> {
        (weights.len() == WEIGHTS).then_some(Splitter { weights })
    }

    /// As [`split`]: the index of the first token of each sentence of a line, rising, starting with 0.
    pub fn split(&self, text: &str, tokens: &[Span]) -> Vec<usize> {
        let mut starts = Vec::new();
        walk(
            text,
            tokens,
            |_, clues| clues.iter().map(|&c| i32::from(self.weights[c as usize])).sum::<i32>() > 0,
            &mut starts,
        );
        starts
    }

    /// Calls `decide` with the index of the token behind each gap of a line and with the numbers (below [`WEIGHTS`])
    /// of the clues that speak for or against a sentence ending there; its answer is what the clues of later gaps
    /// build on. For training.
    pub fn clues(text: &str, tokens: &[Span], decide: impl FnMut(usize, &[u32]) -> bool) {
        walk(text, tokens, decide, &mut Vec::new());
    }
}

/// Goes through the gaps of a line; `starts` gets the first token of each sentence.
fn walk(text: &str, tokens: &[Span], mut decide: impl FnMut(usize, &[u32]) -> bool, starts: &mut Vec<usize>) {
    if tokens.is_empty() {
        return;
    }
    let rules = split(text, tokens);
    let mut ruled = rules.iter().copied().skip(1).peekable();
    let looks: Vec<Look> = tokens.iter().map(|t| Look::of(t.slice(text))).collect();
    // A line with a full stop is prose; one without may be a headline or a list.
    let stops = looks.iter().filter(|l| l.shape == STOP).count().min(3);
    let mut before = Before::default();
    let mut clues = Vec::with_capacity(32);
    starts.push(0);
    for i in 1..tokens.len() {
        let last = looks[i - 1];
        before.length += 1;
        before.quotes += usize::from(last.shape == QUOTE);
        before.brackets += match last.shape {
            OPEN => 1,
            CLOSE => -1,
            _ => 0,
        };
        let rule = ruled.next_if_eq(&i).is_some();
        gap(&looks, tokens, i, rule, stops, before, &mut clues);
        if decide(i, &clues) {
            starts.push(i);
            before = Before { quotes: before.quotes, ..Before::default() };
        }
    }
}

const STOP: u8 = 1;
const QUOTE: u8 = 2;
const OPEN: u8 = 3;
const CLOSE: u8 = 4;

/// What a token looks like to the splitter: the hash of its lower-case form, and its shape.
#[derive(Clone, Copy, Default)]
struct Look {
    word: u32,
    shape: u8,
}

impl Look {
    fn of(word: &str) -> Look {
        let mut hash = 0x811c_9dc5u32;
        for b in word.bytes() {
            hash = (hash ^ u32::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
        }
        let mut chars = word.chars();
        let first = chars.next().unwrap_or(' ');
        let second = chars.next();
        let shape = match first {
            '.' | '!' | '?' if word.chars().all(|c| matches!(c, '.' | '!' | '?')) => STOP,
            '"' => QUOTE,
            '(' | '[' | '{' | '“' | '«' => OPEN,
            ')' | ']' | '}' | '”' | '»' => CLOSE,
            '\'' | '’' | '‘' | '`' => 5,
            ',' | ';' => 6,
            ':' => 7,
            '-' | '–' | '—' | '_' | '*' | '=' | '~' | '•' => 8,
            c if c.is_ascii_digit() => match word.ends_with('.') {
                true => 9,
                false => 10,
            },
            c if c.is_uppercase() => match second {
                None => 11,
                Some('.') => 12,
                Some(_) if word.ends_with('.') => 13,
                Some(_) if word.chars().all(|c| !c.is_lowercase()) => 14,
                Some(_) => 15,
            },
            c if c.is_lowercase() => match word.ends_with('.') {
                true => 16,
                false => 17,
            },
            _ => 18,
        };
        Look { word: hash, shape }
    }
}

/// The clues at the gap before token `i`.
fn gap(
    looks: &[Look],
    tokens: &[Span],
    i: usize,
    rule: bool,
    stops: usize,
    before: Before,
    clues: &mut Vec<u32>,
) {
    clues.clear();
    let at = |k: isize| {
        usize::try_from(i as isize + k).ok().and_then(|k| looks.get(k)).copied().unwrap_or_default()
    };
    let (a, b, c, d) = (at(-2), at(-1), at(0), at(1));
    let s = |look: Look| u32::from(look.shape);
    let glued = u32::from(tokens[i].start == tokens[i - 1].end);
    let rule = u32::from(rule);
    let bucket = |n: usize| match n {
        0..=5 => n as u32,
        6..=9 => 6,
        10..=19 => 7,
        20..=39 => 8,
        _ => 9,
    };
    let length = bucket(before.length);
    let left = bucket(tokens.len() - i);
    let quotes = before.quotes as u32 % 2;
    let open = u32::from(before.brackets > 0);
    let mut kind = 0u32;
    let mut add = |x: u32, y: u32, z: u32| {
        kind += 1;
        let mut h = kind.wrapping_mul(0x9e37_79b9);
        for v in [x, y, z] {
            h = (h ^ v).wrapping_mul(0x85eb_ca6b);
            h ^= h >> 15;
        }
        clues.push(h % WEIGHTS as u32);
    };
    add(rule, 0, 0);
    add(rule, s(b), s(c));
    add(rule, glued, s(b));
    add(rule, b.word, 0);
    add(rule, c.word, s(b));
    add(b.word, s(c), 0);
    add(a.word, s(b), s(c));
    add(d.word, s(b), s(c));
    add(s(b), c.word, 0);
    add(b.word, c.word, 0);
    add(c.word, d.word, s(b));
    add(s(a), s(b), s(c));
    add(s(b) << 8 | s(a), s(c), s(d));
    add(s(b), s(c), s(d));
    add(length, s(b), s(c));
    add(left, s(b), s(c));
    add(rule, length, left);
    add(quotes << 1 | open, s(b), s(c));
    add(stops as u32, s(b), s(c));
    add(stops as u32, rule, c.word);
    add(s(at(-3)) << 8 | s(a), s(b), s(c));
    add(s(c), s(d), s(at(2)));
    add(s(c), d.word, s(b));
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    /// Not the end of anything.
    No,
    /// ".", "!", "?" and their runs.
    Stop,
    /// "..." and "…": ends a sentence only before a capital.
    Trail,
    /// An abbreviation with its full stop.
    Short,
}

impl End {
    fn of(word: &str) -> End {
        match word {
            "." | "!" | "?" | "。" => End::Stop,
            "…" => End::Trail,
            _ if !word.ends_with(['.', '!', '?', '…']) => End::No,
            _ if word.chars().all(|c| matches!(c, '!' | '?')) => End::Stop,
            _ if word.chars().all(|c| matches!(c, '.' | '…')) => End::Trail,
            _ if word.ends_with('.') => End::Short,
            _ => End::No,
        }
    }
}

/// True when a sentence begins at token `next`, after the ending `this`.
fn begins(end: End, this: &str, quoted: bool, next: usize, tokens: &[Span], text: &str) -> bool {
    let word = |i: usize| tokens.get(i).map_or("", |t| t.slice(text));
    // The first token that says something about case, behind opening marks.
    let mut first = next;
    while first < tokens.len() && first < next + 4 && word(first).chars().all(|c| !c.is_alphanumeric()) {
        if matches!(word(first), "," | ";" | ":" | ")" | "-" | "–" | "—" | "--" | "/" | "&" | "%")
            && first == next
        {
            return false;
        }
        first += 1;
    }
    let opener = word(first).chars().next().unwrap_or(' ');
    let glued = tokens[next].start == tokens[next - 1].end;
    match end {
        End::No => false,
        // "Why?" he asked: a question inside quotes goes on in lower case.
        End::Stop if opener.is_lowercase() => false,
        // "Stop!" Smith said: the speaker's tag belongs to the sentence.
        End::Stop if quoted && this != "." && tag_follows(first, tokens, text) => false,
        // "example.Net" and "1.Two" glued by mistake still begin; "v1.2" never reaches here.
        End::Stop => !(glued && this == "." && opener.is_ascii_digit()),
        End::Trail => opener.is_uppercase() && (!glued || first > next),
        End::Short => {
            let bare = this.trim_end_matches('.');
            let lower = bare.to_lowercase();
            let single = bare.chars().count() == 1;
            if NEVER_LAST.contains(&lower.as_str()) || opener.is_lowercase() || opener.is_ascii_digit() {
                return false;
            }
            if quoted && opener.is_uppercase() {
                return true;
            }
            let starts = STARTERS.contains(&word(first));
            if single {
                return starts && word(first) != "I" && word(first) != "A";
            }
            starts
        }
    }
}

/// True when tokens from `first` read like "Smith said" or "President Smith asked".
fn tag_follows(first: usize, tokens: &[Span], text: &str) -> bool {
    (first + 1..first + 5).any(|i| {
        tokens.get(i).is_some_and(|t| {
            matches!(
                t.slice(text),
                "said"
                    | "says"
                    | "asked"
                    | "asks"
                    | "cried"
                    | "shouted"
                    | "wrote"
                    | "told"
                    | "added"
                    | "chanted"
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokenize;

    fn cut(line: &str) -> Vec<&str> {
        let tokens = tokenize(line, 0);
        let mut starts = split(line, &tokens);
        assert!(starts.is_empty() || starts[0] == 0);
        starts.push(tokens.len());
        starts.windows(2).map(|w| tokens[w[0]].cover(tokens[w[1] - 1]).slice(line)).collect()
    }

    #[test]
    fn full_stops_end_sentences_and_abbreviations_do_not() {
        assert_eq!(
            cut("Gen. Smith left. He met Mr. Brown in the U.S. capital."),
            ["Gen. Smith left.", "He met Mr. Brown in the U.S. capital."]
        );
        assert_eq!(
            cut("They fled to the U.S. The army followed."),
            ["They fled to the U.S.", "The army followed."]
        );
        assert_eq!(cut("J. R. Smith spoke at 5 p.m. on Monday."), ["J. R. Smith spoke at 5 p.m. on Monday."]);
    }

    #[test]
    fn closing_quotes_and_brackets_stay_with_their_sentence() {
        assert_eq!(cut("“We will go.” He left."), ["“We will go.”", "He left."]);
        assert_eq!(cut("\"We will go.\" He left."), ["\"We will go.\"", "He left."]);
        assert_eq!(cut("(He left.) She stayed."), ["(He left.)", "She stayed."]);
        assert_eq!(cut("He left. \"We stay.\""), ["He left.", "\"We stay.\""]);
        assert_eq!(cut("He left. “We stay.”"), ["He left.", "“We stay.”"]);
    }

    #[test]
    fn a_lower_case_word_goes_on() {
        assert_eq!(cut("“Why?” he asked. Nobody knew."), ["“Why?” he asked.", "Nobody knew."]);
        assert_eq!(cut("It was... odd. Yes!"), ["It was... odd.", "Yes!"]);
    }

    #[test]
    fn a_dateline_belongs_to_its_sentence() {
        assert_eq!(
            cut("BEIRUT (Reuters) – Rebels left. They won."),
            ["BEIRUT (Reuters) – Rebels left.", "They won."]
        );
    }

    #[test]
    fn an_empty_line_has_no_sentence() {
        assert!(split("", &[]).is_empty());
        assert_eq!(cut("..."), ["..."]);
        assert_eq!(cut("No stop at the end"), ["No stop at the end"]);
    }
}
