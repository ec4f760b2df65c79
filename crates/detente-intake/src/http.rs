//! What a web server answered, as archives of the web keep it: the status, the headers, and the body out of its
//! wrappings (chunks, gzip, deflate, zstd).

use std::io::Read;
use std::ops::Range;

use crate::MAX_FILE;
use crate::packed;

/// The head of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// 200 where all went well.
    pub status: u16,
    /// Type of the body in small letters, without what follows it: `text/html`.
    pub mime: String,
    /// Character set that the server named.
    pub charset: Option<String>,
    /// Ways in which the body is packed, the outermost last.
    pub packed: Vec<String>,
    /// The body comes in chunks.
    pub chunked: bool,
    /// Where the body begins.
    pub body: usize,
}

/// Cuts the head off an answer; `None` where it does not begin as one.
pub(crate) fn head(bytes: &[u8]) -> Option<Head> {
    if !bytes.starts_with(b"HTTP/") {
        return None;
    }
    let mut head = Head::default();
    let mut at = 0;
    let mut first = true;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n);
        let line = bytes[at..end].trim_ascii();
        at = (end + 1).min(bytes.len());
        if first {
            first = false;
            let word = line.split(|b| *b == b' ').filter(|w| !w.is_empty()).nth(1)?;
            head.status = std::str::from_utf8(word).ok()?.parse().ok()?;
            continue;
        }
        if line.is_empty() {
            break;
        }
        let line = String::from_utf8_lossy(line);
        let Some((name, value)) = line.split_once(':') else { continue };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "content-type" => (head.mime, head.charset) = content_type(value),
            "content-encoding" => {
                head.packed.extend(value.split(',').map(|v| v.trim().to_ascii_lowercase()));
            }
            "transfer-encoding" => {
                for way in value.split(',').map(|v| v.trim().to_ascii_lowercase()) {
                    if way == "chunked" {
                        head.chunked = true;
                    } else {
                        head.packed.push(way);
                    }
                }
            }
            _ => {}
        }
    }
    head.packed.retain(|way| !matches!(way.as_str(), "" | "identity" | "none" | "utf-8"));
    head.body = at;
    Some(head)
}

/// `text/html; charset=utf-8` in its parts.
pub(crate) fn content_type(value: &str) -> (String, Option<String>) {
    let mut parts = value.split(';').map(str::trim);
    let mime = parts.next().unwrap_or("").to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    });
    (mime, charset)
}

/// Why a body cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It is packed in a way that is not known.
    Unknown(String),
    /// What packs it is damaged.
    Damaged(String),
    /// It is longer than any page.
    TooLong,
}

/// The body out of its wrappings.
pub(crate) fn body(bytes: Vec<u8>, chunked: bool, packed: &[String]) -> Result<Vec<u8>, Lost> {
    let mut bytes = if chunked { dechunk(bytes) } else { bytes };
    for way in packed.iter().rev() {
        let unpacked: Box<dyn Read> = match way.as_str() {
            // Many archives keep the header and unpack the body all the same.
            "gzip" | "x-gzip" if !bytes.starts_with(&[0x1f, 0x8b]) => continue,
            "zstd" if !bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => continue,
            "gzip" | "x-gzip" | "zstd" => {
                let reader = packed::unpack(std::io::Cursor::new(std::mem::take(&mut bytes)));
                Box::new(reader.map_err(|e| Lost::Damaged(e.to_string()))?)
            }
            "deflate" if bytes.trim_ascii_start().starts_with(b"<") => continue,
            "deflate" => {
                let packed = std::io::Cursor::new(std::mem::take(&mut bytes));
                // With the two bytes of zlib before it, or without: browsers take both.
                let first = packed.get_ref().get(..2).map(|f| u16::from_be_bytes([f[0], f[1]]));
                if first.is_some_and(|f| f % 31 == 0 && f >> 8 & 15 == 8) {
                    Box::new(flate2::read::ZlibDecoder::new(packed))
                } else {
                    Box::new(flate2::read::DeflateDecoder::new(packed))
                }
            }
            // A browser would show these bytes; where they are text, the archive has unpacked them.
            _ if std::str::from_utf8(&bytes[..bytes.len().min(512)]).is_ok() => continue,
            other => return Err(Lost::Unknown(other.chars().take(20).collect())),
        };
        let done = unpacked.take(MAX_FILE + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > MAX_FILE {
            return Err(Lost::TooLong);
        }
        // Servers close early; what came is what the reader saw.
        if let Err(e) = done
            && bytes.is_empty()
        {
            return Err(Lost::Damaged(e.to_string()));
        }
    }
    Ok(bytes)
}

/// The bytes without the marks of their chunks. Where there are none the body was put together already.
fn dechunk(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    loop {
        let Some(end) = memchr::memchr(b'\n', &bytes[at..]).map(|n| at + n) else { break };
        let line = bytes[at..end].trim_ascii();
        let digits = line.split(|b| *b == b';').next().unwrap_or(line).trim_ascii();
        let size = std::str::from_utf8(digits)
            .ok()
            .filter(|d| !d.starts_with('+'))
            .and_then(|d| usize::from_str_radix(d, 16).ok());
        let Some(size) = size else {
            if parts.is_empty() {
                return bytes;
            }
            break;
        };
        let from = end + 1;
        let to = from.saturating_add(size).min(bytes.len());
        parts.push(from..to);
        if size == 0 || to == bytes.len() {
            break;
        }
        at = to;
        if bytes[at..].starts_with(b"\r") {
            at += 1;
        }
        if bytes[at..].starts_with(b"\n") {
            at += 1;
        }
    }
    if parts.is_empty() {
        return bytes;
    }
    let mut len = 0;
    for part in parts {
        let n = part.len();
        bytes.copy_within(part, len);
        len += n;
    }
    bytes.truncate(len);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_whatever_their_writing() {
        let bytes = b"HTTP/1.1 200 OK\r\nCONTENT-TYPE: Text/HTML; Charset=\"ISO-8859-1\"\r\nTransfer-Encoding: gzip, chunked\r\n\r\nbody";
        let found = head(bytes).unwrap();
        assert_eq!((found.status, found.mime.as_str(), found.chunked), (200, "text/html", true));
        assert_eq!(
            (found.charset.as_deref(), &found.packed[..]),
            (Some("ISO-8859-1"), &["gzip".to_owned()][..])
        );
        assert_eq!(&bytes[found.body..], b"body");
        assert_eq!(head(b"HTTP/1.0 404\n\nx").map(|h| h.status), Some(404));
        assert_eq!(head(b"<html>"), None);
        assert_eq!(head(b"HTTP/"), None);
    }

    #[test]
    fn chunks_are_put_together_and_bodies_without_any_stay() {
        assert_eq!(dechunk(b"4\r\nWiki\r\n5;x=1\r\npedia\r\n0\r\n\r\n".to_vec()), b"Wikipedia");
        assert_eq!(dechunk(b"<p>no chunks</p>\n".to_vec()), b"<p>no chunks</p>\n");
        assert_eq!(dechunk(b"ffffffffffffffff\r\nshort".to_vec()), b"short");
        assert_eq!(dechunk(b"4\r\nWiki\r\nzz\r\n".to_vec()), b"Wiki");
    }

    #[test]
    fn packed_bodies_are_unpacked_and_wrong_headers_are_passed_over() {
        use std::io::Write;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(b"<p>page</p>").unwrap();
        let gz = gz.finish().unwrap();
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(b"<p>page</p>").unwrap();
        let raw = raw.finish().unwrap();
        let ways = |way: &str| [way.to_owned()];
        assert_eq!(body(gz.clone(), false, &ways("gzip")).unwrap(), b"<p>page</p>");
        assert_eq!(body(raw, false, &ways("deflate")).unwrap(), b"<p>page</p>");
        assert_eq!(body(b"<p>page</p>".to_vec(), true, &ways("gzip")).unwrap(), b"<p>page</p>");
        assert_eq!(body(gz[..gz.len() - 4].to_vec(), false, &ways("gzip")).unwrap(), b"<p>page</p>");
        assert_eq!(body(vec![0xff, 0xfe, 0xfd], false, &ways("br")), Err(Lost::Unknown("br".into())));
    }
}
