//! Packed bytes: gzip, xz and zstd, told by their first bytes, whatever the name of the file. Nothing is held in memory but
//! what the form of packing itself asks for.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip (`.gz`).
    Gzip,
    /// xz (`.xz`).
    Xz,
    /// Zstandard (`.zst`).
    Zstd,
}

impl Packing {
    /// By the first bytes of a file.
    pub fn of(first: &[u8]) -> Packing {
        match first {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Packing::Xz,
            // A frame, or one of the frames that are to be passed over.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Packing::Zstd,
            _ => Packing::Plain,
        }
    }
}

/// More memory than this no xz file may ask for: its own strongest setting asks for 65 MiB.
const XZ_KIB: u32 = 512 << 10;
/// Bytes of a buffer.
const BUFFER: usize = 1 << 16;

/// Unpacks what a reader gives, if it is packed. Files put end to end are read to the end.
///
/// # Errors
/// When the first bytes cannot be read, or say that they are packed and are not.
pub fn unpack(reader: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    let mut first = Vec::new();
    let mut reader = reader;
    (&mut reader).take(6).read_to_end(&mut first)?;
    let packing = Packing::of(&first);
    let reader = BufReader::with_capacity(BUFFER, io::Cursor::new(first).chain(reader));
    let unpacked: Box<dyn Read + Send> = match packing {
        Packing::Plain => return Ok(Box::new(reader)),
        Packing::Gzip => Box::new(MultiGzDecoder::new(reader)),
        Packing::Xz => Box::new(XzReader::new_mem_limit(reader, true, XZ_KIB)),
        Packing::Zstd => Box::new(Frames { frame: Some(frame(reader)?) }),
    };
    Ok(Box::new(BufReader::with_capacity(BUFFER, unpacked)))
}

type Frame<R> = StreamingDecoder<R, ruzstd::decoding::FrameDecoder>;

fn frame<R: Read>(reader: R) -> io::Result<Frame<R>> {
    StreamingDecoder::new(reader).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))
}

/// A zstd file is one frame after the other; the decoder reads one.
struct Frames<R: BufRead> {
    frame: Option<Frame<R>>,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(now) = &mut self.frame {
            let n = now.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            let Some(now) = self.frame.take() else { break };
            let mut rest = now.into_inner();
            if rest.fill_buf()?.is_empty() {
                break;
            }
            self.frame = Some(frame(rest)?);
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "day\tsource\n2018-01-01\tAvaria\n";
    /// The text, packed by the gzip, xz and zstd of a common machine.
    const GZ: &[u8] = include_bytes!("packed/table.tsv.gz");
    const XZ: &[u8] = include_bytes!("packed/table.tsv.xz");
    const ZST: &[u8] = include_bytes!("packed/table.tsv.zst");

    fn read(bytes: Vec<u8>) -> io::Result<String> {
        let mut text = String::new();
        unpack(io::Cursor::new(bytes))?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn packed_and_plain_bytes_are_told_by_their_beginning() {
        for (packed, packing) in
            [(GZ, Packing::Gzip), (XZ, Packing::Xz), (ZST, Packing::Zstd), (TEXT.as_bytes(), Packing::Plain)]
        {
            assert_eq!(Packing::of(packed), packing);
            assert_eq!(read(packed.to_vec()).expect("sound bytes"), TEXT, "{packing:?}");
            // Files put end to end.
            assert_eq!(read(packed.repeat(2)).expect("sound bytes"), TEXT.repeat(2), "{packing:?}");
        }
        assert_eq!(read(Vec::new()).expect("no bytes"), "");
    }

    #[test]
    fn packed_bytes_that_break_off_are_an_error() {
        for packed in [GZ, XZ, ZST] {
            for end in 6..packed.len() - 4 {
                // Whatever was read before is less than the whole or an error follows.
                assert!(read(packed[..end].to_vec()).is_err(), "{end} of {}", packed.len());
            }
        }
        assert!(read([&GZ[..2], b"no gzip at all"].concat()).is_err());
    }
}
