//! A table that stands in a file, packed or in an archive, as one stream of bytes: for programs that read rows of their own
//! form. Of a zip or tar archive the files that can be tables follow each other, with a line end between.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::Format;
use crate::archive::{Tar, Zip};
use crate::open::{Cut, Cutter, Reader};
use crate::packed::{self, BUFFER, Counted, Packing};
use crate::problem::Kind;
use crate::raw::Body;

/// So often may one thing be packed.
const PACKED: usize = 4;
/// The first bytes, by which an archive is told.
const HEAD: u64 = 512;

/// The bytes of a file, unpacked: gzip, xz, zstd, zip and tar are told by their first bytes. `name` is for messages.
///
/// # Errors
/// When the first bytes cannot be read, or an archive holds no table. Faults further on come when they are read.
pub fn open(name: &str, file: impl Read + Send + 'static) -> io::Result<Reader> {
    let read = Arc::new(AtomicU64::new(0));
    let counted = Counted { reader: file, read: read.clone() };
    let mut reader: Reader = Box::new(BufReader::with_capacity(BUFFER, counted));
    for _ in 0..PACKED {
        let (packing, inner) = packed::layer(reader, &read)?;
        reader = inner;
        if packing == Packing::Plain {
            break;
        }
    }
    let mut head = Vec::new();
    (&mut reader).take(HEAD).read_to_end(&mut head)?;
    let zip = head.starts_with(b"PK\x03\x04");
    let tar = head.get(257..262) == Some(b"ustar");
    let reader: Reader = Box::new(Cursor::new(head).chain(reader));
    let cutter: Box<dyn Cutter> = match (zip, tar) {
        (true, _) => Box::new(Zip::new(reader, name.to_owned(), Format::Auto, read)),
        (_, true) => Box::new(Tar::new(reader, name.to_owned(), Format::Auto)),
        _ => return Ok(reader),
    };
    let mut joined = Joined { cutter, member: None, over: false };
    joined.go_on()?;
    if joined.member.is_none() {
        let what = "no file in this archive can be a table: unpack it, and name the file that is one";
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    Ok(Box::new(BufReader::with_capacity(BUFFER, joined)))
}

/// The files of an archive, one behind the other.
struct Joined {
    cutter: Box<dyn Cutter>,
    member: Option<Reader>,
    over: bool,
}

impl Joined {
    /// Goes on to the next file.
    fn go_on(&mut self) -> io::Result<()> {
        self.member = None;
        while !self.over {
            match self.cutter.next() {
                Cut::Inside { reader, .. } => {
                    self.member = Some(reader);
                    return Ok(());
                }
                // Said below, in words about tables.
                Cut::Item { body: Body::Problem(problem), .. } if problem.kind == Kind::NoArticles => {}
                Cut::Item { body: Body::Problem(problem), .. } => {
                    self.over = true;
                    return Err(io::Error::new(io::ErrorKind::InvalidData, problem.what));
                }
                Cut::End => self.over = true,
                Cut::Item { .. } | Cut::Passed(_) => {}
            }
        }
        Ok(())
    }
}

impl Read for Joined {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(member) = &mut self.member else { return Ok(0) };
        let n = member.read(buffer)?;
        if n > 0 || buffer.is_empty() {
            return Ok(n);
        }
        self.go_on()?;
        // The last line of the file may have had no end.
        match (&self.member, buffer.first_mut()) {
            (Some(_), Some(first)) => {
                *first = b'\n';
                Ok(1)
            }
            _ => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn text(name: &str, bytes: Vec<u8>) -> io::Result<String> {
        let mut text = String::new();
        open(name, Cursor::new(bytes))?.read_to_string(&mut text)?;
        Ok(text)
    }

    fn zip(files: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
            zip.write_all(text.as_bytes()).expect("its bytes");
        }
        zip.finish().expect("an archive").into_inner()
    }

    #[test]
    fn the_tables_of_an_archive_follow_each_other() {
        let bytes = zip(&[("a.export.CSV", "1\t2"), ("readme.txt", "words"), ("b.tab", "3\t4\n")]);
        assert_eq!(text("a.zip", bytes).expect("text"), "1\t2\n3\t4\n");
        assert_eq!(text("plain", b"a\tb\n".to_vec()).expect("text"), "a\tb\n");
        let packed = zstd::encode_all(&b"a\tb\n"[..], 1).expect("packed");
        assert_eq!(text("plain.zst", packed).expect("text"), "a\tb\n");
    }

    #[test]
    fn an_archive_that_breaks_off_or_holds_no_table_is_an_error() {
        let none = text("a.zip", zip(&[("a.png", "x")])).expect_err("no table").to_string();
        assert!(none.contains("can be a table"), "{none}");
        let long = "5\t6\n".repeat(9_999);
        let mut bytes = zip(&[("a.csv", &long)]);
        bytes.truncate(60);
        assert!(text("a.zip", bytes).is_err());
    }
}
