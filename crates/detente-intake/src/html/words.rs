//! Words out of marked-up text: white space, hyphens that nobody sees, and where a line ends.

/// Runs of white space become one space; characters that nobody sees go.
pub(crate) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, &mut false, text);
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// True for characters without a width that only tell a browser where to break a line or which way to write.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{200b}'
            | '\u{200c}'
            | '\u{200d}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// Writes words to the end of a line. `started` is false as long as nothing stands in the line.
pub(crate) fn push(out: &mut String, started: &mut bool, text: &str) {
    let mut run = 0;
    for (at, c) in text.char_indices() {
        let white = c.is_whitespace() || c.is_control();
        if !white && (c.is_ascii() || !is_unseen(c)) {
            continue;
        }
        // A single space between words is part of the run.
        if c == ' ' && at > run && text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        if at > run {
            out.push_str(&text[run..at]);
            *started = true;
        }
        run = at + c.len_utf8();
        if white && *started && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if run < text.len() {
        out.push_str(&text[run..]);
        *started = true;
    }
}

/// True when a line ends as sentences do.
pub(crate) fn is_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '」', '』', ' '])
        .ends_with(['.', '!', '?', '…', '。', '！', '？', '।', '؟', '۔'])
}

/// Letters and digits of a text.
pub(crate) fn letters(text: &str) -> usize {
    if text.is_ascii() {
        text.bytes().filter(u8::is_ascii_alphanumeric).count()
    } else {
        text.chars().filter(|c| c.is_alphanumeric()).count()
    }
}
