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

/// UTF-16 by its mark, or by zeros that stand in every second place alone.
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
    if even == 0 && odd * 10 > pairs * 7 {
        Some(UTF_16LE)
    } else if odd == 0 && even * 10 > pairs * 7 {
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
    let encoding = declared.filter(|e| *e != UTF_8 && !e.decode_without_bom_handling(bytes).1);
    encoding.unwrap_or_else(|| guess(bytes)).decode_without_bom_handling(bytes).0.into_owned()
}

/// The browsers' guess. A text that is UTF-8 but for a few broken bytes stays UTF-8.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.matches('\u{fffd}').count();
    let whole = lossy.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    if whole > 2 * broken {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// The charset that a page declares in its first kilobytes: `<meta charset=…>`, `http-equiv` or an XML
/// declaration.
pub fn declared(bytes: &[u8]) -> Option<String> {
    let head: String = bytes[..bytes.len().min(4096)].iter().map(|b| char::from(*b)).collect();
    let head = head.to_ascii_lowercase();
    let at = head.find("charset").map(|i| i + 7).or_else(|| head.find("encoding").map(|i| i + 8))?;
    let rest = head[at..].trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')))?;
    (end > 0).then(|| rest[..end].to_owned())
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
    fn binary_data_is_told_from_text() {
        assert!(not_text(b"%PDF-1.7 ...").is_some());
        assert!(not_text(b"abc\0def\0\0\0").is_some());
        assert!(not_text(&[1, 2, 3, 4, 5, 6, 7, 8]).is_some());
        assert!(not_text("Zwölf Boxkämpfer jagen Viktor.\r\n\t".as_bytes()).is_none());
        assert!(not_text(b"").is_none());
    }
}
