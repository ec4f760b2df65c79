//! The letters: two weights of Roboto, cut down (see `font/README.md`), for the widths of words and the outlines of
//! letters in a PNG.

use std::borrow::Cow;
use std::sync::OnceLock;

use ttf_parser::{Face, GlyphId};

static REGULAR: &[u8] = include_bytes!("../font/Regular.ttf");
static MEDIUM: &[u8] = include_bytes!("../font/Medium.ttf");

/// What an SVG asks its viewer for: letters about as wide as ours.
pub const FAMILY: &str = "Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";

/// How much wider than ours the viewer's letters may be: Arial is some 5 in 100 wider, and 12 in its heavier weight.
const ROOM: [f64; 2] = [1.07, 1.14];

/// The font of a weight; `None` only if the built-in file were broken, which a test rules out.
pub fn face(bold: bool) -> Option<&'static Face<'static>> {
    static FACES: [OnceLock<Option<Face<'static>>>; 2] = [OnceLock::new(), OnceLock::new()];
    let read = || Face::parse(if bold { MEDIUM } else { REGULAR }, 0).ok();
    FACES[usize::from(bold)].get_or_init(read).as_ref()
}

/// The glyph of a letter; glyph 0, an empty box, for letters that the font lacks.
pub fn glyph(face: &Face, letter: char) -> GlyphId {
    face.glyph_index(letter).unwrap_or(GlyphId(0))
}

/// How far a letter moves the pen, in units of the font's size.
pub fn advance(letter: char, bold: bool) -> f64 {
    let Some(face) = face(bold) else { return 0.6 };
    let units = f64::from(face.units_per_em());
    match face.glyph_index(letter) {
        Some(glyph) => f64::from(face.glyph_hor_advance(glyph).unwrap_or(0)) / units,
        // Marks that stand over the letter before take no room.
        None if ('\u{300}'..'\u{370}').contains(&letter) => 0.0,
        // The viewer's letters for other scripts: the widest are as wide as they are high.
        None => 1.0,
    }
}

/// Width of a text in points, as our own letters have it.
pub fn exact(text: &str, size: f64, bold: bool) -> f64 {
    text.chars().map(|c| advance(c, bold)).sum::<f64>() * size
}

/// Room that a text needs, in points, whatever letters the viewer has.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    exact(text, size, bold) * ROOM[usize::from(bold)]
}

/// The text, cut with an ellipsis where it is wider than the room.
pub fn fit(text: &str, size: f64, bold: bool, room: f64) -> Cow<'_, str> {
    if width(text, size, bold) <= room {
        return text.into();
    }
    let mut kept = String::new();
    let mut used = width("…", size, bold);
    for letter in text.chars() {
        used += advance(letter, bold) * size * ROOM[usize::from(bold)];
        if used > room {
            break;
        }
        kept.push(letter);
    }
    format!("{}…", kept.trim_end()).into()
}

/// The text in lines that fit the room, broken at blanks; a longer word is cut.
pub fn wrap(text: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size, bold) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fit(word, size, bold, room).into_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_hold_the_letters_of_names_and_numbers() {
        for bold in [false, true] {
            let face = face(bold).expect("the font is read");
            for letter in "AZaz09−+–…’“”·ÄéşğıłőÐΩЖя%()/:;,.".chars() {
                assert!(face.glyph_index(letter).is_some(), "{letter}");
            }
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_to_the_room() {
        let cut = fit("Organisation of Islamic Cooperation", 12.0, false, 100.0);
        assert!(cut.ends_with('…') && width(&cut, 12.0, false) <= 100.0, "{cut}");
        assert_eq!(fit("Iran", 12.0, false, 100.0), "Iran");
    }

    #[test]
    fn lines_fit_their_room() {
        let lines = wrap("where nothing is known nothing is drawn and the line breaks", 12.0, false, 120.0);
        assert!(lines.len() > 1 && lines.iter().all(|l| width(l, 12.0, false) <= 120.0), "{lines:?}");
    }
}
