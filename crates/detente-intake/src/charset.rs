//! From bytes to Unicode: first the byte order mark, then UTF-8 if the bytes are UTF-8, then what the page
//! declares, then the browsers' guess. Also the question before all of these: is it text at all?

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes of a file are looked at to tell text from other data.
pub const SNIFF: usize = 8192;

/// If the bytes are no text, what they look like ("a PDF file", "binary data"), with what to do.
pub fn not_text(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const MAGIC: [(&[u8], &str, &str); 8] = [
        (b"%PDF", "this is a PDF file", "save its text as .txt and give that"),
        (
            b"PK\x03\x04",
            "this is a ZIP file or an office document",
            "unpack it, or save it as plain text, and give that",
        ),
        (b"\x1f\x8b", "this is a file compressed by gzip", "unpack it first (gzip -d)"),
        (b"\x28\xb5\x2f\xfd", "this is a file compressed by zstd", "unpack it first (zstd -d)"),
        (b"\xfd7zXZ", "this is a file compressed by xz", "unpack it first (xz -d)"),
        (b"BZh", "this is a file compressed by bzip2", "unpack it first (bzip2 -d)"),
        (b"\x89PNG", "this is a picture", "give the article's text"),
        (b"\xff\xd8\xff", "this is a picture", "give the article's text"),
    ];
    for (start, what, mend) in MAGIC {
        if bytes.starts_with(start) {
            return Some((what, mend));
        }
    }
    let head = &bytes[..bytes.len().min(SNIFF)];
    if utf16(head).is_some() {
        return None;
    }
    let control =
        head.iter().filter(|b| **b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    let binary = head.contains(&0) || control * 20 > head.len();
    binary.then_some(("this is binary data, not text", "give a text, HTML or JSON lines file"))
}

/// UTF-16 by its mark, or by zeros that stand in every second place alone: those of markup and of Latin letters.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(head) {
        Some((encoding, _)) if encoding != UTF_8 => return Some(encoding),
        Some(_) => return None,
        None => {}
    }
    let pairs = head.len() / 2;
    if pairs < 8 {
        return None;
    }
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 3 && even * 20 < odd {
        Some(UTF_16LE)
    } else if even * 10 > pairs * 3 && odd * 20 < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The text of the bytes, without a byte order mark. `declared` is the charset that the page names, if any.
/// Never fails: what no charset explains becomes U+FFFD.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> String {
    if let Some(encoding) = utf16(&bytes[..bytes.len().min(SNIFF)]) {
        return encoding.decode_with_bom_removal(bytes).0.into_owned();
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let declared = declared.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    // A page that names UTF-16 in letters of one byte is not UTF-16.
    let declared = declared.filter(|e| e.is_ascii_compatible() && *e != UTF_8);
    if let Some(encoding) = declared.filter(|e| fits(bytes, e)) {
        let text = encoding.decode_without_bom_handling(bytes).0;
        let broken = text.matches('\u{fffd}').count();
        if broken * 1000 <= text.len() {
            return text.into_owned();
        }
    }
    if is_mostly_utf8(bytes) {
        return mixed(bytes);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    guess.decode_without_bom_handling(bytes).0.into_owned()
}

/// True unless a charset of one byte a letter is of the wrong script: accents stand between letters of ASCII, letters of
/// other scripts beside each other.
fn fits(bytes: &[u8], encoding: &'static Encoding) -> bool {
    let name = encoding.name();
    let latin = ["windows-1250", "windows-1252", "windows-1254", "windows-1257", "windows-1258", "macintosh"]
        .contains(&name)
        || ["-2", "-3", "-4", "-10", "-13", "-14", "-15", "-16"]
            .iter()
            .any(|n| name.strip_prefix("ISO-8859") == Some(n));
    if !latin && !encoding.is_single_byte() {
        return true;
    }
    let (mut beside_ascii, mut beside_high) = (0usize, 0usize);
    for three in bytes.windows(3).filter(|w| w[1] >= 0xc0) {
        beside_ascii += usize::from(three[0].is_ascii_alphabetic() || three[2].is_ascii_alphabetic());
        beside_high += usize::from(three[0] >= 0xc0 || three[2] >= 0xc0);
    }
    if latin { beside_high <= 2 * beside_ascii + 4 } else { beside_ascii <= 2 * beside_high + 4 }
}

/// True for a text that is UTF-8 but for a few broken bytes.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut broken, mut whole) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        broken += usize::from(!chunk.invalid().is_empty());
        whole += if chunk.valid().is_ascii() {
            0
        } else {
            chunk.valid().chars().filter(|c| !c.is_ascii()).count()
        };
    }
    whole > broken
}

/// UTF-8 with pieces in windows-1252, as pages have that were put together from two sources. A character that was cut
/// off becomes U+FFFD.
fn mixed(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len() + chunk.invalid().len();
        match chunk.invalid() {
            [] => {}
            [byte] if at < bytes.len() => {
                text.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[*byte]).0)
            }
            _ => text.push('\u{fffd}'),
        }
    }
    text
}

/// The charset that a page declares near its beginning: `<meta charset=…>`, `http-equiv` or an XML declaration.
pub fn declared(bytes: &[u8]) -> Option<String> {
    // Browsers look at the first kilobyte; pages put scripts before the declaration all the same.
    let head = bytes[..bytes.len().min(1 << 15)].to_ascii_lowercase();
    if head.trim_ascii_start().starts_with(b"<?xml") {
        let end = memchr::memchr(b'>', &head).unwrap_or(head.len());
        if let Some(at) = memchr::memmem::find(&head[..end], b"encoding") {
            return label(&head[at + 8..]);
        }
    }
    memchr::memmem::find_iter(&head, b"charset").find_map(|at| {
        let tag = memchr::memrchr(b'<', &head[..at])?;
        head[tag..].starts_with(b"<meta").then(|| label(&head[at + 7..])).flatten()
    })
}

/// What stands behind `charset`: `= "utf-8"`.
fn label(rest: &[u8]) -> Option<String> {
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest =
        rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest).trim_ascii_start();
    let name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.');
    let end = rest.iter().take_while(name).count();
    (end > 0).then(|| rest[..end].iter().map(|b| char::from(*b)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_declarations_and_guesses_give_the_same_words() {
        let text = "Präsident Müller traf in Zürich die Außenministerin; später flog er nach München zurück.";
        let utf16: Vec<u8> =
            b"\xff\xfe".iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let bare16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let latin: Vec<u8> = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        let marked: Vec<u8> = b"\xef\xbb\xbf".iter().copied().chain(text.bytes()).collect();
        assert_eq!(decode(&utf16, None), text);
        assert_eq!(decode(&bare16, None), text);
        assert_eq!(decode(&latin, Some("iso-8859-1")), text);
        assert_eq!(decode(&latin, None), text);
        assert_eq!(decode(&latin, Some("utf-8")), text);
        assert_eq!(decode(&marked, None), text);
        assert_eq!(decode(text.as_bytes(), Some("windows-1251")), text);
    }

    #[test]
    fn pages_declare_their_charset() {
        assert_eq!(declared(b"<html><meta charset=\"windows-1251\">").as_deref(), Some("windows-1251"));
        assert_eq!(
            declared(b"<meta http-equiv='Content-Type' content='text/html; charset=ISO-8859-2'>").as_deref(),
            Some("iso-8859-2")
        );
        assert_eq!(declared(b"<?xml version=\"1.0\" encoding=\"koi8-r\"?>").as_deref(), Some("koi8-r"));
        assert_eq!(declared(b"<p>charset</p>"), None);
    }

    #[test]
    fn a_declaration_may_come_late_and_be_none() {
        let late = format!("<html><head><script>{}</script><meta charset=koi8-r>", "x();".repeat(3000));
        assert_eq!(declared(late.as_bytes()).as_deref(), Some("koi8-r"));
        assert_eq!(
            declared(b"<script charset=utf-8></script><meta charset=windows-1251>").as_deref(),
            Some("windows-1251")
        );
        assert_eq!(declared(b"<meta name=x content='charset'>"), None);
        assert_eq!(declared(b"<meta charset="), None);
    }

    /// A page of one sentence in a language, declared or not.
    fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        let (bytes, _, bad) = encoding.encode(text);
        assert!(!bad, "{text} in {}", encoding.name());
        bytes.into_owned()
    }

    #[test]
    fn pages_of_all_charsets_are_read_declared_undeclared_and_wrongly_declared() {
        use encoding_rs::*;
        let russian = "<p>Правительство отозвало посла из соседней страны, и переговоры о границе были отложены на осень.</p>";
        let german = "<p>Die Außenministerin flog nach Zürich zurück; über die Grenze wird später verhandelt, sagte Präsident Müller.</p>";
        let japanese =
            "<p>政府は月曜日に大使を呼び戻した。外務大臣は両国の関係に深刻な損害が生じたと述べた。</p>";
        for (text, encoding) in [
            (russian, WINDOWS_1251),
            (russian, KOI8_R),
            (german, WINDOWS_1252),
            (japanese, SHIFT_JIS),
            (japanese, EUC_JP),
        ] {
            let bytes = encoded(text, encoding);
            for label in [Some(encoding.name()), None, Some("utf-8"), Some("utf-16"), Some("nonsense")] {
                assert_eq!(decode(&bytes, label), text, "{} declared as {label:?}", encoding.name());
            }
        }
        assert_eq!(decode(&encoded(russian, WINDOWS_1251), Some("iso-8859-1")), russian);
        assert_eq!(decode(&encoded(german, WINDOWS_1252), Some("windows-1251")), german);
        let euro = "<p>Le prix est passé à 5 € dès lundi, a dit le ministère.</p>";
        assert_eq!(decode(&encoded(euro, ISO_8859_15), Some("iso-8859-15")), euro);
        for text in [russian, german, japanese] {
            for mark in [true, false] {
                let page = format!(
                    "{}<html><body class=\"page\"><div id=\"main\">{text}</div></body></html>",
                    if mark { "\u{feff}" } else { "" }
                );
                let little: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
                let big: Vec<u8> = page.encode_utf16().flat_map(u16::to_be_bytes).collect();
                for bytes in [little, big] {
                    assert!(not_text(&bytes).is_none());
                    assert_eq!(decode(&bytes, Some("utf-8")), page.trim_start_matches('\u{feff}'));
                }
            }
        }
    }

    #[test]
    fn two_charsets_in_one_page_cost_no_word() {
        let mut bytes = "Präsidentin Müller sprach über ".as_bytes().to_vec();
        bytes.extend_from_slice(b"\x93Z\xfcrich\x94, sagte sie. ");
        bytes.extend_from_slice("Später flog sie zurück – nach ".as_bytes());
        bytes.extend_from_slice(b"M\xe2\x80");
        assert_eq!(
            decode(&bytes, None),
            "Präsidentin Müller sprach über “Zürich”, sagte sie. Später flog sie zurück – nach M\u{fffd}"
        );
    }

    #[test]
    fn binary_data_is_told_from_text() {
        assert!(not_text(b"%PDF-1.7 ...").is_some());
        assert!(not_text(b"abc\0def\0\0\0").is_some());
        assert!(not_text(&[1, 2, 3, 4, 5, 6, 7, 8]).is_some());
        assert!(not_text("Zwölf Boxkämpfer jagen Viktor.\r\n\t".as_bytes()).is_none());
        assert!(not_text(b"").is_none());
    }
}
