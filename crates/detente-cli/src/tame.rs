//! Nothing from outside gives orders to a terminal. Articles, names and file names may hold characters that move the
//! cursor, change the title of the window, turn the direction of writing or hide words; people see a mark in their
//! place. What is written as data (JSON, CSV) to a file or a pipe keeps every character.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::Value;

/// True for characters that a terminal obeys or that hide what is there: controls but for the line feed and the tab, marks of
/// direction, separators of lines that are none, letters without a shape. The joiners of Persian and Indian scripts and
/// of pictures stay.
pub fn is_wild(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

/// The text with a mark in place of each character that a terminal would obey. It has as many bytes as before, so that
/// spans stay where they are.
pub fn tame(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (b' '..0x7f).contains(&b) || b == b'\n') || !text.contains(is_wild) {
        return text.into();
    }
    text.chars()
        .map(|c| if is_wild(c) { mark(c) } else { Piece::Char(c) })
        .fold(String::new(), Piece::onto)
        .into()
}

/// A record with all its words tame, for a page on which they are shown one by one; spans stay where they are.
pub fn tame_record<T: serde::Serialize + serde::de::DeserializeOwned + Clone>(record: &T) -> T {
    fn walk(value: &mut Value) {
        match value {
            Value::String(text) => *text = tame(text).into_owned(),
            Value::Array(list) => list.iter_mut().for_each(walk),
            Value::Object(map) => map.values_mut().for_each(walk),
            _ => {}
        }
    }
    let tamed = serde_json::to_value(record).and_then(|mut value| {
        walk(&mut value);
        serde_json::from_value(value)
    });
    // A record of ours comes back as it went; else the page itself is tamed when it is written.
    tamed.unwrap_or_else(|_| record.clone())
}

/// What stands for a character.
enum Piece {
    Char(char),
    Mark(&'static str),
}

impl Piece {
    fn onto(mut text: String, piece: Piece) -> String {
        match piece {
            Piece::Char(c) => text.push(c),
            Piece::Mark(mark) => text.push_str(mark),
        }
        text
    }
}

/// A mark of as many bytes.
fn mark(c: char) -> Piece {
    Piece::Mark(match c.len_utf8() {
        1 => "?",
        2 => "·",
        3 => "\u{fffd}",
        _ => "··",
    })
}

/// The same for a text with colours of our own: those that are named in the code of this program pass, and no others.
pub fn tame_but_colours(text: &str) -> Cow<'_, str> {
    if !text.contains(is_wild) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&tame(&rest[..at]));
        rest = &rest[at..];
        let end = colour(rest);
        match end {
            Some(end) => out.push_str(&rest[..end]),
            None => out.push('?'),
        }
        rest = &rest[end.unwrap_or(1)..];
    }
    out.push_str(&tame(rest));
    out.into()
}

/// The length of a colour or a weight at the start of a text: reset, bold, dim, underlined, and the plain colours. None of
/// them hides anything.
fn colour(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("\u{1b}[")?;
    let end = inner.find('m').filter(|end| *end <= 2)?;
    matches!(&inner[..end], "0" | "1" | "2" | "4" | "31" | "32" | "33" | "34" | "35" | "36")
        .then_some(end + 3)
}

/// What is written through it is tame. Letters that are cut in two between two writes are put together again.
pub struct Tamed<W: Write> {
    inner: W,
    on: bool,
    cut: Vec<u8>,
}

impl<W: Write> Tamed<W> {
    /// Tames what goes to `inner`, or, where it is not `on`, hands it on as it is.
    pub fn new(inner: W, on: bool) -> Tamed<W> {
        Tamed { inner, on, cut: Vec::new() }
    }
}

impl<W: Write> Write for Tamed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.on {
            return self.inner.write(bytes);
        }
        let joined;
        let whole = if self.cut.is_empty() {
            bytes
        } else {
            joined = [&self.cut[..], bytes].concat();
            &joined
        };
        let mut kept = Vec::new();
        for chunk in whole.utf8_chunks() {
            self.inner.write_all(tame_but_colours(chunk.valid()).as_bytes())?;
            let odd = chunk.invalid();
            // The beginning of a letter at the very end may go on with the next write.
            let at_end = odd.as_ptr_range().end == whole.as_ptr_range().end;
            if !odd.is_empty() && at_end && std::str::from_utf8(odd).is_err_and(|e| e.error_len().is_none()) {
                kept = odd.to_vec();
            } else if !odd.is_empty() {
                self.inner.write_all("\u{fffd}".as_bytes())?;
            }
        }
        self.cut = kept;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Invented texts that want to be obeyed.
    const WILD: [&str; 12] = [
        "\u{1b}[2J\u{1b}[H you were here",
        "\u{1b}]0;owned\u{7} title",
        "\u{1b}]8;;http://evil.example\u{1b}\\click\u{1b}]8;;\u{1b}\\",
        "\u{1b}[8mhidden\u{1b}[0m",
        "\u{9b}31m and \u{9d}0;x\u{9c}",
        "over\rwritten and back\u{8}\u{8}\u{8}",
        "\u{202e}drawkcab\u{202c} \u{2066}x\u{2069} \u{200f}\u{200e}\u{61c}",
        "nothing\u{0}\u{7f} here",
        "two\u{2028}lines\u{2029}",
        "\u{e0041}\u{e0042} unseen \u{200b}\u{feff}\u{2060}",
        "\u{1b}[38;5;0m\u{1b}[999999999m\u{1b}[",
        "\u{1b}c\u{1b}P1;1|\u{1b}\\",
    ];

    fn written(pieces: &[&[u8]], on: bool) -> Vec<u8> {
        let mut out = Vec::new();
        let mut tamed = Tamed::new(&mut out, on);
        for piece in pieces {
            tamed.write_all(piece).expect("memory");
        }
        out
    }

    #[test]
    fn no_order_reaches_a_terminal_and_no_byte_moves() {
        for wild in WILD {
            let tame = tame(wild);
            assert!(!tame.contains(is_wild), "{tame:?}");
            assert_eq!(tame.len(), wild.len());
            let out = String::from_utf8(written(&[wild.as_bytes()], true)).expect("text");
            let bare = out.replace("\u{1b}[0m", "");
            assert!(!bare.contains(is_wild), "{out:?}");
            assert_eq!(out.len(), wild.len());
            assert_eq!(written(&[wild.as_bytes()], false), wild.as_bytes());
        }
    }

    #[test]
    fn plain_words_of_every_script_stay_as_they_are() {
        let text = "Qatar’s emir\tمی‌خواهم 北京 Đà Nẵng\n👩‍👩‍👧 “x” \u{a0}ñ";
        assert!(matches!(tame(text), Cow::Borrowed(same) if same == text));
        assert_eq!(written(&[text.as_bytes()], true), text.as_bytes());
        // Also letter by letter and byte by byte.
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(written(&bytes, true), text.as_bytes());
    }

    #[test]
    fn our_own_colours_pass() {
        let text = console::Style::new().force_styling(true).bold().red().apply_to("war").to_string();
        assert!(text.contains('\u{1b}'));
        assert_eq!(written(&[text.as_bytes()], true), text.as_bytes());
        for style in [
            console::Style::new().cyan(),
            console::Style::new().green(),
            console::Style::new().yellow(),
            console::Style::new().magenta(),
            console::Style::new().dim(),
            console::Style::new().underlined(),
        ] {
            let text = style.force_styling(true).apply_to("x").to_string();
            assert_eq!(written(&[text.as_bytes()], true), text.as_bytes());
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_marked() {
        assert_eq!(written(&[b"a\xff\xfeb"], true), "a\u{fffd}\u{fffd}b".as_bytes());
    }
}
