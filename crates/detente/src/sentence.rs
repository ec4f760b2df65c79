//! Sentences: runs of tokens of one line. A sentence never crosses a line break.

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
