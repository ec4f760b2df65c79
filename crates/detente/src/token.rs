//! Tokens: words, numbers and marks, after the habits of Universal Dependencies for English ("don't" is
//! "do" + "n't", "Iran's" is "Iran" + "'s", "U.S." is one token, "Saudi-led" is "Saudi" + "-" + "led", but
//! "anti-government" and "re-elected" stay whole). Only places are kept; the words are looked up in the text.
//!
//! The cutter walks once over the characters and looks at a bounded number of neighbours, so its time is
//! linear in the text, and every character that is not white space ends up in exactly one token.

use crate::span::Span;

/// Cuts one line of an article into tokens.
///
/// `line` is the text of the line and `offset` the byte of the article where it starts; the spans given back
/// count bytes of the article. White space is never part of a token, every other byte is.
pub fn tokenize(line: &str, offset: usize) -> Vec<Span> {
    let mut cutter = Cutter { line, chars: line.char_indices().collect(), offset, spans: Vec::new() };
    let mut at = 0;
    while at < cutter.chars.len() {
        if is_space(cutter.chars[at].1) {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < cutter.chars.len() && !is_space(cutter.chars[end].1) {
            end += 1;
        }
        cutter.chunk(at, end);
        at = end;
    }
    cutter.spans
}

/// Titles, ranks, months, states and other shortened words that keep their full stop. In lower case.
const ABBREVIATIONS: &[&str] = &[
    "adm", "amb", "apr", "approx", "arch", "assn", "assoc", "asst", "atty", "aug", "ave", "bd", "bldg",
    "blvd", "bn", "brig", "bros", "ca", "capt", "cdr", "cf", "cmdr", "co", "col", "comdr", "comr", "conf",
    "cong", "corp", "cpl", "ct", "dec", "dep", "dept", "dist", "div", "dr", "eg", "esp", "esq", "est", "etc",
    "ext", "feb", "ft", "fri", "gen", "gov", "hon", "hr", "hrs", "inc", "insp", "jan", "jr", "jul", "jun",
    "lb", "lbs", "lt", "ltd", "maj", "messrs", "mfg", "mins", "mlle", "mme", "mr", "mrs", "ms", "msgr", "mt",
    "mts", "nov", "oct", "oz", "para", "pfc", "ph", "pp", "pres", "prof", "pt", "pte", "pvt", "rd", "rep",
    "reps", "ret", "rev", "sec", "secy", "sen", "sens", "sept", "sgt", "spc", "sq", "sr", "st", "ste",
    "supt", "tel", "thur", "thurs", "tue", "tues", "univ", "viz", "vol", "vols", "vs", "wed",
];

/// Shortened words that are also plain English words, taken for abbreviations only with a capital and more
/// text behind them ("No. 5", "Fig. 2", "Sun. morning").
const CAPITAL_ABBREVIATIONS: &[&str] = &[
    "Art", "Fig", "Ill", "Mar", "Mass", "Mon", "No", "Nos", "Op", "Sat", "Sun", "Wash", "Miss", "Ed", "Pa",
    "La", "Va", "Md", "Tex", "Calif", "Conn", "Del", "Fla", "Ga", "Ariz", "Ark", "Colo", "Ind", "Kan", "Ky",
    "Minn", "Mich", "Mo", "Mont", "Neb", "Nev", "Okla", "Ore", "Penn", "Tenn", "Vt", "Wis", "Wyo",
];

/// First parts that stay joined to what follows their hyphen.
const PREFIXES: &[&str] = &[
    "anti", "bi", "bio", "co", "counter", "cross", "cyber", "de", "e", "euro", "ex", "extra", "hyper",
    "inter", "intra", "mega", "meta", "micro", "mid", "mini", "mis", "multi", "neo", "non", "over", "pan",
    "para", "post", "pre", "pro", "proto", "pseudo", "quasi", "re", "semi", "socio", "sub", "super", "trans",
    "tri", "ultra", "un", "under", "uni",
];

/// Units that are cut off the number they are glued to ("5km", "10pm", "3m").
const UNITS: &[&str] = &[
    "am", "pm", "a.m", "p.m", "a.m.", "p.m.", "k", "m", "mm", "cm", "km", "kg", "g", "mg", "lb", "lbs", "ft",
    "bn", "b", "mn", "tn", "t", "mph", "kph", "kw", "mw", "gw", "mb", "gb", "hrs", "kbps", "mbps", "km²",
    "sq", "mi",
];

/// Words written as one that are two, with the length of the first.
const FUSED: &[(&str, usize)] = &[
    ("cannot", 3),
    ("gonna", 3),
    ("wanna", 3),
    ("gotta", 3),
    ("dont", 2),
    ("didnt", 3),
    ("doesnt", 4),
    ("isnt", 2),
    ("wasnt", 3),
    ("wouldnt", 5),
    ("couldnt", 5),
    ("shouldnt", 6),
    ("havent", 4),
    ("hasnt", 3),
    ("arent", 3),
    ("werent", 4),
    ("hadnt", 3),
    ("wont", 2),
    ("cant", 2),
    ("aint", 2),
    ("youre", 3),
    ("theyre", 4),
    ("thats", 4),
    ("whats", 4),
    ("theres", 5),
];

/// Endings of the names of files.
const FILES: &[&str] = &[
    "doc", "docx", "xls", "xlsx", "pdf", "ppt", "pptx", "zip", "txt", "jpg", "jpeg", "png", "html", "htm",
    "csv",
];

/// Is a piece without white space surely one token: letters of English alone, and no two words in one?
pub(crate) fn is_one_word(piece: &str) -> bool {
    piece.bytes().all(|b| b.is_ascii_alphabetic()) && !is_fused(piece)
}

/// Is it two words written as one?
pub(crate) fn is_fused(piece: &str) -> bool {
    // All of them end so.
    let last = piece.as_bytes().last().is_some_and(|b| matches!(b | 0x20, b't' | b'a' | b'e' | b's'));
    last && (4..=8).contains(&piece.len()) && FUSED.iter().any(|(word, _)| word.eq_ignore_ascii_case(piece))
}

/// Does a word stay joined to what follows its hyphen?
pub(crate) fn is_prefix(word: &str) -> bool {
    word.len() <= 7 && PREFIXES.iter().any(|prefix| prefix.eq_ignore_ascii_case(word))
}

struct Cutter<'a> {
    line: &'a str,
    chars: Vec<(usize, char)>,
    offset: usize,
    spans: Vec<Span>,
}

impl Cutter<'_> {
    /// Bytes of the characters `from..to`.
    fn text(&self, from: usize, to: usize) -> &str {
        &self.line[self.byte(from)..self.byte(to)]
    }

    fn byte(&self, at: usize) -> usize {
        self.chars.get(at).map_or(self.line.len(), |c| c.0)
    }

    fn push(&mut self, from: usize, to: usize) {
        if from < to {
            self.spans.push(Span::new(self.offset + self.byte(from), self.offset + self.byte(to)));
        }
    }

    fn at(&self, i: usize, end: usize) -> Option<char> {
        (i < end).then(|| self.chars[i].1)
    }

    /// Cuts a run of characters without white space.
    fn chunk(&mut self, start: usize, end: usize) {
        if is_one_word(self.text(start, end)) {
            self.push(start, end);
            return;
        }
        let mut i = start;
        // Addresses are looked for once, at the first character of the chunk that is no opening mark, so that
        // a long chunk is not searched again and again.
        // A clitic that a page has torn from its word ("Iran 's").
        if i > 0 && self.clitic(i, end) == Some(end - i) {
            self.push(i, end);
            return;
        }
        while i < end && is_opening(self.chars[i].1) && !self.number_starts(i, end) {
            i = self.mark(i, end);
        }
        if let Some(stop) = self.address(i, end) {
            self.push(i, stop);
            i = stop;
        }
        while i < end {
            i = if is_word(self.chars[i].1) || self.number_starts(i, end) {
                self.word(i, end)
            } else {
                self.mark(i, end)
            };
        }
    }

    /// The end of a web or mail address, a user name or a hashtag that starts at `i`.
    fn address(&self, i: usize, end: usize) -> Option<usize> {
        let text = self.text(i, end);
        let head: String = text.chars().take(8).flat_map(char::to_lowercase).collect();
        let web = ["http://", "https://", "www.", "ftp://", "mailto:"].iter().any(|p| head.starts_with(p));
        let tag = matches!(self.chars.get(i), Some((_, '@' | '#')))
            && self.at(i + 1, end).is_some_and(char::is_alphabetic);
        let mail = !tag
            && text.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty()
                    && name.chars().all(|c| c.is_alphanumeric() || "._%+-".contains(c))
                    && host.trim_end_matches(|c: char| !c.is_alphanumeric()).split_once('.').is_some_and(
                        |(a, b)| !a.is_empty() && b.chars().all(|c| c.is_alphanumeric() || "._-".contains(c)),
                    )
            });
        let mut stop = end;
        while stop > i + 1 && is_trailing(self.chars[stop - 1].1) {
            stop -= 1;
        }
        // A file ("report-2.doc") is one word, as is an address within a house ("Smith@DESK").
        let file = || {
            self.text(i, stop).rsplit_once('.').is_some_and(|(name, kind)| {
                !name.is_empty() && FILES.contains(&kind.to_ascii_lowercase().as_str())
            })
        };
        let inner = || {
            self.text(i, stop).split_once('@').is_some_and(|(name, host)| {
                let plain = |t: &str| !t.is_empty() && t.chars().all(char::is_alphanumeric);
                plain(name) && plain(host)
            })
        };
        if web || mail || file() || inner() {
            // "Times's" after an address is rare; a closing quote or bracket inside it is not.
            let cut = (i..stop).find(|&j| matches!(self.chars[j].1, '"' | '<' | '>' | '”' | '“' | '»' | ']'));
            return Some(cut.unwrap_or(stop).max(i + 1));
        }
        if tag {
            let mut stop = i + 1;
            while self.at(stop, end).is_some_and(|c| c.is_alphanumeric() || c == '_') {
                stop += 1;
            }
            return Some(stop);
        }
        None
    }

    /// True at the mark that begins a number: ".5", "'80s", "+44".
    fn number_starts(&self, i: usize, end: usize) -> bool {
        let digit = |k: usize| self.at(i + k, end).is_some_and(|c| c.is_ascii_digit());
        match self.chars[i].1 {
            '.' => {
                digit(1) && (i == 0 || !self.chars[i - 1].1.is_alphanumeric() && self.chars[i - 1].1 != '.')
            }
            '+' => digit(1) && (i == 0 || !self.chars[i - 1].1.is_alphanumeric()),
            '\'' | '’' => {
                digit(1) && digit(2) && !digit(3) && (i == 0 || !self.chars[i - 1].1.is_alphanumeric())
            }
            _ => false,
        }
    }

    /// A mark, or a run of the same mark where English runs them ("...", "--", "?!").
    fn mark(&mut self, i: usize, end: usize) -> usize {
        let c = self.chars[i].1;
        let mut stop = i + 1;
        if let Some(length) = self.smiley(i, end) {
            stop = i + length;
        } else if matches!(c, '\'' | '’' | '‘' | '`')
            && self.at(i + 1, end) == Some(c)
            && self.at(i + 2, end) != Some(c)
        {
            stop = i + 2;
        } else if matches!(c, '!' | '?') {
            while matches!(self.at(stop, end), Some('!' | '?')) {
                stop += 1;
            }
        } else if matches!(c, '.' | '-' | '*' | '=' | '~' | '_' | '<' | '>' | '+' | '—' | '–' | '…') {
            while self.at(stop, end) == Some(c) {
                stop += 1;
            }
        } else if c.is_alphanumeric() || !is_mark(c) {
            // Letters never come here; other symbols (emoji with their joiners) stay together.
            while self.at(stop, end).is_some_and(|d| !d.is_alphanumeric() && !is_mark(d)) {
                stop += 1;
            }
        }
        self.push(i, stop);
        stop
    }

    /// Length of a face such as ":-)" that stands at the end of its chunk.
    fn smiley(&self, i: usize, end: usize) -> Option<usize> {
        if !matches!(self.chars[i].1, ':' | ';' | '=') || end - i > 3 || end - i < 2 {
            return None;
        }
        matches!(self.text(i + 1, end), ")" | "(" | "-)" | "-(" | "D" | "P" | "-D" | "-P").then_some(end - i)
    }

    /// A word or number that starts at `i`, with its clitics; gives back the first character after it.
    fn word(&mut self, start: usize, end: usize) -> usize {
        let mut i = start;
        if !is_word(self.chars[i].1) {
            i += 1;
        }
        let digits_first = self.at(i, end).is_some_and(|c| c.is_ascii_digit());
        while i < end {
            let c = self.chars[i].1;
            if is_word(c) {
                i += 1;
                continue;
            }
            let prev = self.chars[i - 1].1;
            let next = self.at(i + 1, end);
            let next_is_word = next.is_some_and(is_word);
            let joined = match c {
                // Decimals, initials in a row, host names; a full stop between a lower-case word and a capital
                // is a missing space.
                '.' => {
                    next_is_word
                        && !(prev.is_lowercase() && next.is_some_and(char::is_uppercase) && i - start > 1)
                        && !(prev.is_ascii_digit() && next.is_some_and(char::is_alphabetic))
                        && next_is_word
                }
                ',' => {
                    prev.is_ascii_digit()
                        && (1..=3).all(|k| self.at(i + k, end).is_some_and(|c| c.is_ascii_digit()))
                        && !self.at(i + 4, end).is_some_and(|c| c.is_ascii_digit())
                }
                ':' => prev.is_ascii_digit() && next.is_some_and(|c| c.is_ascii_digit()) && digits_first,
                '/' => {
                    prev.is_ascii_digit() && next.is_some_and(|c| c.is_ascii_digit()) && digits_first
                        || matches!(self.text(start, i), "w" | "W") && matches!(next, Some('o'))
                }
                '&' => prev.is_uppercase() && next.is_some_and(char::is_uppercase) && i - start <= 2,
                '_' => next_is_word || next == Some('_'),
                '\'' | '’' | 'ʼ' | '`' => {
                    next.is_some_and(char::is_alphabetic)
                        && prev.is_alphabetic()
                        && self.clitic(i, end).is_none()
                }
                '-' | '‑' => next_is_word && self.hyphen_joins(start, i, end, digits_first),
                '°' => false,
                _ => false,
            };
            if !joined {
                break;
            }
            i += 1;
        }
        let stop = i;
        // A number runs into its unit.
        if digits_first
            && let Some(cut) = (start..stop).rev().take(5).find(|&j| self.chars[j].1.is_ascii_digit())
            && cut + 1 < stop
        {
            let unit = self.text(cut + 1, stop).to_lowercase();
            if UNITS.contains(&unit.as_str()) {
                self.push(start, cut + 1);
                return self.period(cut + 1, stop, end);
            }
        }
        // Clitics: "n't" takes the n of its word.
        if let Some(tail) = self.clitic(stop, end) {
            let after = stop + tail;
            let negated = self.text(stop + 1, after).eq_ignore_ascii_case("t")
                && stop - start >= 2
                && matches!(self.chars[stop - 1].1, 'n' | 'N');
            let cut = if negated { stop - 1 } else { stop };
            self.push(start, cut);
            self.push(cut, after);
            return after;
        }
        if stop - start <= 8 && stop - start >= 4 {
            let lower = self.text(start, stop).to_lowercase();
            if let Some(&(_, first)) = FUSED.iter().find(|f| f.0 == lower) {
                self.push(start, start + first);
                self.push(start + first, stop);
                return stop;
            }
        }
        self.period(start, stop, end)
    }

    /// Ends the word `start..stop`, taking the full stop behind it where it belongs to the word.
    fn period(&mut self, start: usize, stop: usize, end: usize) -> usize {
        let takes = self.at(stop, end) == Some('.') && self.at(stop + 1, end) != Some('.') && {
            let word = self.text(start, stop);
            let more = stop + 1 < self.chars.len();
            let single = stop - start == 1 && word.chars().all(char::is_alphabetic);
            let initials = word.contains('.')
                && word.split('.').all(|p| p.chars().count() == 1 && p.chars().all(char::is_alphabetic));
            let degree = matches!(word, "Ph.D" | "M.Sc" | "B.Sc" | "LL.B" | "LL.M");
            let upper = word.chars().all(char::is_uppercase);
            // "The answer is I." ends a sentence, "J. Smith" does not.
            let named = single && upper && more && !(word == "I" && self.ends_clause(start));
            initials
                || degree
                || named
                || single && matches!(word, "c" | "p" | "v") && more
                || more && CAPITAL_ABBREVIATIONS.contains(&word) && self.next_continues(stop + 1, word)
                || word.len() <= 6
                    && ABBREVIATIONS.contains(&word.to_lowercase().as_str())
                    && !(word == "co" || word == "est" && !more)
                    && (word != "etc" || self.next_continues(stop + 1, word))
        };
        let stop = if takes { stop + 1 } else { stop };
        self.push(start, stop);
        stop
    }

    /// True when the word before `i` is a lower-case word, so that "I." behind it ends a clause.
    fn ends_clause(&self, i: usize) -> bool {
        i >= 2 && self.chars[i - 1].1 == ' ' && self.chars[i - 2].1.is_lowercase()
    }

    /// True when what follows fits an abbreviation: a number after "No.", a comma, a lower-case word or a
    /// capital after a day, month or state.
    fn next_continues(&self, i: usize, word: &str) -> bool {
        let mut j = i;
        while self.chars.get(j).is_some_and(|c| is_space(c.1)) {
            j += 1;
        }
        match self.chars.get(j).map(|c| c.1) {
            None => false,
            Some(c) if c.is_ascii_digit() => true,
            Some(',' | ')' | '-') => true,
            Some(c) => c.is_lowercase() && !matches!(word, "No" | "Miss" | "Ill" | "Mass"),
        }
    }

    /// Length in characters of a clitic at `i` ("'s", "'ll"), which must end the word.
    fn clitic(&self, i: usize, end: usize) -> Option<usize> {
        if !matches!(self.at(i, end)?, '\'' | '’' | '`') {
            return None;
        }
        let mut stop = i + 1;
        while stop < end && stop - i <= 3 && is_word(self.chars[stop].1) {
            stop += 1;
        }
        let tail = self.text(i + 1, stop).to_ascii_lowercase();
        match tail.as_str() {
            "s" | "m" | "d" | "ll" | "re" | "ve" => Some(stop - i),
            "t" if i > 0 && matches!(self.chars[i - 1].1, 'n' | 'N') => Some(stop - i),
            _ => None,
        }
    }

    /// True when the hyphen at `i` belongs inside the word that began at `start`.
    fn hyphen_joins(&self, start: usize, i: usize, end: usize, digits_first: bool) -> bool {
        if digits_first {
            // Telephone numbers and dates run on ("713-853-3989", "11-20-2000"); ranges do not ("3-5").
            let run = |mut j: usize| {
                let from = j;
                while self.at(j, end).is_some_and(|c| c.is_ascii_digit()) && j - from < 12 {
                    j += 1;
                }
                j - from
            };
            let second = run(i + 1);
            let first = self.text(start, i).chars().rev().take_while(char::is_ascii_digit).count();
            let had_hyphen = self.text(start, i).contains('-');
            let third = self.at(i + 1 + second, end) == Some('-') && run(i + 2 + second) > 0;
            return second > 0 && (had_hyphen || third || first == 3 && second == 4);
        }
        let first = self.text(start, i);
        first.len() <= 7 && PREFIXES.contains(&first.to_lowercase().as_str())
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Letters, digits and the signs that ride on letters.
fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{ad}' | 'ʻ' | 'ʿ' | 'ʾ')
}

/// Punctuation that always stands alone (unless it runs, see `mark`).
fn is_mark(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(
            c,
            '\u{2010}'
                ..='\u{203e}'
                    | '«'
                    | '»'
                    | '¿'
                    | '¡'
                    | '§'
                    | '¶'
                    | '·'
                    | '£'
                    | '€'
                    | '¥'
                    | '¢'
                    | '₹'
                    | '₽'
                    | '₪'
                    | '₺'
                    | '₩'
                    | '°'
                    | '、'
                    | '。'
                    | '「'
                    | '」'
                    | '《'
                    | '》'
        )
}

fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '<' | '"' | '\'' | '“' | '‘' | '«' | '*' | '`')
}

fn is_trailing(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '>' | '"' | '\'' | '’' | '”' | '»' | '…' | '*'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(line: &str) -> String {
        tokenize(line, 0).iter().map(|s| s.slice(line)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn clitics_are_cut_off_with_straight_and_curly_marks() {
        assert_eq!(cut("Iran's army didn't say he'll go."), "Iran 's army did n't say he 'll go .");
        assert_eq!(cut("Iran’s army didn’t; they’re sure"), "Iran ’s army did n’t ; they ’re sure");
        assert_eq!(cut("The rebels' leader can't and cannot."), "The rebels ' leader ca n't and can not .");
        assert_eq!(cut("Iran 's army"), "Iran 's army");
        assert_eq!(cut("O'Rourke met Shi'ite and Ba'athist men"), "O'Rourke met Shi'ite and Ba'athist men");
    }

    #[test]
    fn what_is_surely_one_word_is_no_two_words() {
        for (word, _) in FUSED {
            assert!(!is_one_word(word), "{word}");
            assert!(!is_one_word(&word.to_uppercase()), "{word}");
        }
        assert!(is_one_word("Cantons") && is_one_word("wont".repeat(2).as_str()));
        assert!(!is_one_word("U.S.") && !is_one_word("Shi'ite") && !is_one_word("Erdoğan"));
    }

    #[test]
    fn abbreviations_keep_their_full_stop() {
        assert_eq!(
            cut("U.S. Gen. Lloyd J. Austin met Lt. Col. Smith."),
            "U.S. Gen. Lloyd J. Austin met Lt. Col. Smith ."
        );
        assert_eq!(
            cut("Mr. Putin left the U.N. at 5 p.m. on Jan. 5."),
            "Mr. Putin left the U.N. at 5 p.m. on Jan. 5 ."
        );
        assert_eq!(cut("They said no."), "They said no .");
        assert_eq!(cut("Acme Inc. and Foo Corp."), "Acme Inc. and Foo Corp.");
    }

    #[test]
    fn hyphens_split_compounds_and_keep_prefixes() {
        assert_eq!(cut("the Saudi-led, US-backed force"), "the Saudi - led , US - backed force");
        assert_eq!(cut("Bashar al-Assad and al-Qaeda"), "Bashar al - Assad and al - Qaeda");
        assert_eq!(
            cut("anti-government ex-minister was re-elected"),
            "anti-government ex-minister was re-elected"
        );
        assert_eq!(cut("call 713-853-3989 in 1969-1970"), "call 713-853-3989 in 1969 - 1970");
        assert_eq!(cut("a 35-year-old"), "a 35 - year - old");
    }

    #[test]
    fn numbers_money_and_times_keep_their_inner_marks() {
        assert_eq!(
            cut("$1,200.50 or £3m, 5:30pm, 10% on 9/11"),
            "$ 1,200.50 or £ 3 m , 5:30 pm , 10 % on 9/11"
        );
        assert_eq!(cut("the 20th, the '80s and 1990s, 1,2"), "the 20th , the '80s and 1990s , 1 , 2");
    }

    #[test]
    fn quotes_brackets_dashes_and_dots_stand_alone() {
        assert_eq!(
            cut("“Stop,” he said… [again] (twice)—no -- yes..."),
            "“ Stop , ” he said … [ again ] ( twice ) — no -- yes ..."
        );
        assert_eq!(cut("He said: \"Go!\" 'Now?!'"), "He said : \" Go ! \" ' Now ?! '");
        assert_eq!(cut("BEIRUT (Reuters) – Syria's"), "BEIRUT ( Reuters ) – Syria 's");
    }

    #[test]
    fn addresses_stay_whole() {
        assert_eq!(
            cut("See https://example.org/a?b=c. Mail a.b@example.org, ok"),
            "See https://example.org/a?b=c . Mail a.b@example.org , ok"
        );
        assert_eq!(
            cut("by @someone on #Syria (www.example.org)"),
            "by @someone on #Syria ( www.example.org )"
        );
        assert_eq!(cut("AT&T and Amazon.com"), "AT&T and Amazon.com");
    }

    #[test]
    fn every_byte_but_white_space_is_in_exactly_one_token() {
        // A small fixed generator: odd characters in odd orders, without a dependency.
        let alphabet: Vec<char> =
            "aB.c,'’-–—\u{2026}\"“”()[]$€5 \u{a0}\t\u{301}é漢🙂\u{200d}n't:/@#&%_+=~*`!?<>«»ßİ\u{0}"
                .chars()
                .collect();
        let mut state = 12345u64;
        for round in 0..3000 {
            let mut line = String::new();
            for _ in 0..(round % 40) {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                line.push(alphabet[(state >> 33) as usize % alphabet.len()]);
            }
            let spans = tokenize(&line, 7);
            let mut at = 7;
            for span in &spans {
                assert!(!span.is_empty(), "{line:?}");
                let gap = &line[at - 7..span.start as usize - 7];
                assert!(gap.chars().all(char::is_whitespace), "{line:?} lost {gap:?}");
                let word = &line[span.start as usize - 7..span.end as usize - 7];
                assert!(!word.chars().any(char::is_whitespace), "{line:?}");
                at = span.end as usize;
            }
            assert!(line[at - 7..].chars().all(char::is_whitespace), "{line:?}");
        }
    }

    #[test]
    fn a_long_line_without_spaces_takes_linear_time() {
        for piece in ["a", "a.", "a-", "'", "(", "a@", "1,", "http://", "n't"] {
            let line = piece.repeat(100_000);
            let started = std::time::Instant::now();
            assert!(!tokenize(&line, 0).is_empty());
            assert!(started.elapsed().as_secs() < 5, "{piece} is slow");
        }
    }
}
