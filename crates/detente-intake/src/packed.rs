//! Packed bytes: gzip, xz and zstd, told by their first bytes, whatever the name of the file. Nothing is held in memory but
//! what the form of packing itself asks for. A gzip file whose bytes are damaged is read on from its next part, where it
//! has several; what unpacks to far more than news can is not read to its end.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::problem::{Kind, Problem};

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
    /// As in zip archives. Its first bytes tell nothing.
    Deflate,
}

impl Packing {
    /// Its name, as people know it.
    pub fn name(self) -> &'static str {
        match self {
            Packing::Plain => "plain bytes",
            Packing::Gzip => "gzip",
            Packing::Xz => "xz",
            Packing::Zstd => "zstd",
            Packing::Deflate => "zip",
        }
    }

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
const XZ_KIB: u32 = 192 << 10;
/// More memory than this no zstd file may ask for: its own strongest setting asks for 128 MiB.
const ZSTD_WINDOW: u64 = 128 << 20;
/// Bytes of a buffer.
pub(crate) const BUFFER: usize = 1 << 16;
/// So many bytes may come of anything that is packed.
const FREE: u64 = 256 << 20;
/// Beyond that, so many bytes for each packed one. News as it is written comes to 3 to 10, pages of one site to 50.
const RATIO: u64 = 500;

/// What can be wrong with packed bytes. Goes through the readers inside an [`io::Error`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Damaged in the middle; reading on gives what stands behind the damage.
    #[error("{} is damaged here", _0.name())]
    Gap(Packing),
    /// Damaged; there is no more to read.
    #[error("{} is damaged: {_1}", _0.name())]
    Damaged(Packing, String),
    /// It ends too early.
    #[error("{} breaks off", _0.name())]
    BreaksOff(Packing),
    /// It unpacks to far too much.
    #[error("it unpacks to more than {RATIO} times its size")]
    Bomb,
    /// Another fault of an archive, in words, with what to do.
    #[error("{0}")]
    Archive(String),
}

impl Fault {
    pub(crate) fn error(self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, self)
    }

    /// The fault that an error carries.
    pub(crate) fn of(error: &io::Error) -> Option<&Fault> {
        error.get_ref()?.downcast_ref()
    }

    /// True where reading can go on behind the damage.
    pub(crate) fn is_gap(error: &io::Error) -> bool {
        matches!(Fault::of(error), Some(Fault::Gap(_)))
    }

    /// What to say to people.
    pub(crate) fn problem(&self, name: &str) -> Problem {
        let (kind, what, mend) = match self {
            Fault::Gap(packing) => (
                Kind::Broken,
                format!("its {} is damaged here", packing.name()),
                "get the file again; what stands before and behind the damage is read",
            ),
            Fault::Damaged(packing, what) => (
                Kind::Broken,
                format!("its {} is damaged ({what})", packing.name()),
                "get the file again; what stands before the damage is read",
            ),
            Fault::BreaksOff(packing) => (
                Kind::Broken,
                format!("its {} breaks off before its end", packing.name()),
                "get the whole file; what stands before is read",
            ),
            Fault::Bomb => {
                (Kind::Bomb, self.to_string(), "look at what it is, and unpack it yourself if it is news")
            }
            Fault::Archive(what) => {
                (Kind::Broken, what.clone(), "get the file again; what stands before the damage is read")
            }
        };
        Problem::new(kind, name, what, mend)
    }
}

/// Unpacks what a reader gives, if it is packed. Files put end to end are read to the end.
///
/// # Errors
/// When the first bytes cannot be read. Faults of the packing come when it is read.
pub fn unpack(reader: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    let read = Arc::new(AtomicU64::new(0));
    let reader = Counted { reader, read: read.clone() };
    let reader: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(BUFFER, reader));
    Ok(layer(reader, &read)?.1)
}

/// Takes one packing off, if there is one. `read` counts the bytes that were taken from the file as it stands on the
/// disk, which tells how much came of how little.
pub(crate) fn layer(
    mut reader: Box<dyn BufRead + Send>,
    read: &Arc<AtomicU64>,
) -> io::Result<(Packing, Box<dyn BufRead + Send>)> {
    let mut first = Vec::new();
    (&mut reader).take(6).read_to_end(&mut first)?;
    let packing = Packing::of(&first);
    let mut reader = Pushback::new(reader);
    reader.push(&first);
    let unpacked: Box<dyn Read + Send> = match packing {
        Packing::Plain | Packing::Deflate => return Ok((packing, Box::new(reader))),
        Packing::Gzip => Box::new(Parts { state: Part::Looking(reader) }),
        Packing::Xz => Box::new(XzReader::new_mem_limit(reader, true, XZ_KIB)),
        Packing::Zstd => {
            let mut decoder = FrameDecoder::new();
            decoder.set_max_window_size(ZSTD_WINDOW);
            Box::new(Frames { decoder, reader, inside: false })
        }
    };
    Ok((packing, Box::new(BufReader::with_capacity(BUFFER, limited(unpacked, packing, read)))))
}

/// What comes of a packing, with an end to it.
pub(crate) fn limited(
    reader: Box<dyn Read + Send>,
    packing: Packing,
    read: &Arc<AtomicU64>,
) -> impl Read + Send + use<> {
    let start = read.load(Ordering::Relaxed);
    Layer { reader, packing, out: 0, read: read.clone(), start, over: false }
}

/// Counts the bytes that pass.
pub(crate) struct Counted<R> {
    pub reader: R,
    pub read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// A reader to which bytes can be given back.
pub(crate) struct Pushback<R> {
    front: Vec<u8>,
    at: usize,
    reader: R,
}

impl<R: BufRead> Pushback<R> {
    pub(crate) fn new(reader: R) -> Pushback<R> {
        Pushback { front: Vec::new(), at: 0, reader }
    }

    /// Gives bytes back: they are read next.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let mut front = bytes.to_vec();
        front.extend_from_slice(&self.front[self.at..]);
        (self.front, self.at) = (front, 0);
    }
}

impl<R: BufRead> Read for Pushback<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let chunk = self.fill_buf()?;
        let n = chunk.len().min(buffer.len());
        buffer[..n].copy_from_slice(&chunk[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Pushback<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.front.len() { Ok(&self.front[self.at..]) } else { self.reader.fill_buf() }
    }

    fn consume(&mut self, n: usize) {
        if self.at >= self.front.len() {
            return self.reader.consume(n);
        }
        self.at += n;
        if self.at >= self.front.len() {
            (self.front, self.at) = (Vec::new(), 0);
        }
    }
}

/// What all packings have in common: the limit of what comes of them, and faults that can be told.
struct Layer {
    reader: Box<dyn Read + Send>,
    packing: Packing,
    out: u64,
    read: Arc<AtomicU64>,
    start: u64,
    over: bool,
}

impl Read for Layer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.over {
            return Ok(0);
        }
        let n = self.reader.read(buffer).map_err(|e| {
            if e.kind() == io::ErrorKind::Interrupted || Fault::is_gap(&e) {
                return e;
            }
            self.over = true;
            if Fault::of(&e).is_some() || e.raw_os_error().is_some() {
                return e;
            }
            match e.kind() {
                io::ErrorKind::UnexpectedEof => Fault::BreaksOff(self.packing),
                _ => Fault::Damaged(self.packing, e.to_string()),
            }
            .error()
        })?;
        self.out += n as u64;
        let packed = self.read.load(Ordering::Relaxed) - self.start + BUFFER as u64;
        if self.out > FREE && self.out / RATIO > packed {
            self.over = true;
            return Err(Fault::Bomb.error());
        }
        Ok(n)
    }
}

/// A gzip file is one part after the other. Where one is damaged, the next one is looked for.
struct Parts<R: BufRead> {
    state: Part<R>,
}

enum Part<R: BufRead> {
    /// At the beginning of a part, or at the end.
    Looking(Pushback<R>),
    /// Behind damage, where the next part may begin anywhere.
    Searching(Pushback<R>),
    /// In a part; true where damage stood before it and no byte of it was read yet.
    In(Box<GzDecoder<Pushback<R>>>, bool),
    Over,
}

/// True for the first four bytes of a part.
fn begins_part(bytes: &[u8]) -> bool {
    matches!(bytes, [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0)
}

impl<R: BufRead> Read for Parts<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, Part::Over) {
                Part::Over => return Ok(0),
                Part::Looking(mut reader) => {
                    // Some writers fill up the last block of a tape with zeros.
                    loop {
                        let chunk = reader.fill_buf()?;
                        let zeros = chunk.iter().take_while(|b| **b == 0).count();
                        if zeros == 0 {
                            break;
                        }
                        reader.consume(zeros);
                    }
                    let mut first = Vec::new();
                    (&mut reader).take(4).read_to_end(&mut first)?;
                    if first.is_empty() {
                        return Ok(0);
                    }
                    reader.push(&first);
                    if begins_part(&first) {
                        self.state = Part::In(Box::new(GzDecoder::new(reader)), false);
                    } else if first.len() < 4 && [0x1f, 0x8b, 8].starts_with(&first[..first.len().min(3)]) {
                        return Err(Fault::BreaksOff(Packing::Gzip).error());
                    } else {
                        self.state = Part::Searching(reader);
                        return Err(Fault::Gap(Packing::Gzip).error());
                    }
                }
                Part::Searching(mut reader) => {
                    if search(&mut reader)? {
                        self.state = Part::In(Box::new(GzDecoder::new(reader)), true);
                    }
                }
                Part::In(mut part, unproved) => match part.read(buffer) {
                    Ok(0) => self.state = Part::Looking(part.into_inner()),
                    Ok(n) => {
                        self.state = Part::In(part, false);
                        return Ok(n);
                    }
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {
                        self.state = Part::In(part, unproved);
                        return Err(e);
                    }
                    Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
                        if !unproved {
                            return Err(Fault::BreaksOff(Packing::Gzip).error());
                        }
                    }
                    Err(e) if Fault::of(&e).is_some() || e.raw_os_error().is_some() => return Err(e),
                    Err(_) => {
                        self.state = Part::Searching(part.into_inner());
                        if !unproved {
                            return Err(Fault::Gap(Packing::Gzip).error());
                        }
                    }
                },
            }
        }
    }
}

/// Goes to the next bytes that can begin a part; false at the end.
fn search<R: BufRead>(reader: &mut Pushback<R>) -> io::Result<bool> {
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            return Ok(false);
        }
        let Some(at) = memchr::memchr(0x1f, chunk) else {
            let n = chunk.len();
            reader.consume(n);
            continue;
        };
        reader.consume(at);
        let mut first = Vec::new();
        (&mut *reader).take(4).read_to_end(&mut first)?;
        if begins_part(&first) {
            reader.push(&first);
            return Ok(true);
        }
        if first.len() < 4 {
            return Ok(false);
        }
        reader.push(&first[1..]);
    }
}

/// A zstd file is one frame after the other; the decoder reads one. Frames that hold no data are passed over.
struct Frames<R: BufRead> {
    decoder: FrameDecoder,
    reader: Pushback<R>,
    /// In a frame.
    inside: bool,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bad = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
        loop {
            if self.inside {
                while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                    let one = BlockDecodingStrategy::UptoBlocks(1);
                    if let Err(e) = self.decoder.decode_blocks(&mut self.reader, one) {
                        let early = self.reader.fill_buf()?.is_empty();
                        return Err(if early {
                            io::ErrorKind::UnexpectedEof.into()
                        } else {
                            bad(e.to_string())
                        });
                    }
                }
                let n = self.decoder.read(buffer)?;
                if n > 0 || buffer.is_empty() {
                    return Ok(n);
                }
                self.inside = false;
                let sums = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
                if let (Some(said), Some(is)) = sums
                    && said != is
                {
                    return Err(bad("its checksum is wrong".into()));
                }
            }
            let mut first = Vec::new();
            (&mut self.reader).take(4).read_to_end(&mut first)?;
            match first[..] {
                [] => return Ok(0),
                [0x50..=0x5f, 0x2a, 0x4d, 0x18] => {
                    let mut len = [0; 4];
                    self.reader.read_exact(&mut len)?;
                    let len = u64::from(u32::from_le_bytes(len));
                    if io::copy(&mut (&mut self.reader).take(len), &mut io::sink())? < len {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                [0x28, 0xb5, 0x2f, 0xfd] => {
                    self.reader.push(&first);
                    self.decoder.reset(&mut self.reader).map_err(|e| bad(e.to_string()))?;
                    self.inside = true;
                }
                _ if first.len() < 4 => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ => return Err(bad("what follows is no zstd".into())),
            }
        }
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
    fn gzip_that_is_damaged_is_read_on_from_its_next_part() {
        let mut parts = [GZ, GZ, GZ].map(<[u8]>::to_vec);
        let middle = GZ.len() / 2;
        parts[1][middle] ^= 0xff;
        parts[1][middle + 1] ^= 0xff;
        let mut reader = unpack(io::Cursor::new(parts.concat())).expect("the first part is sound");
        let (mut text, mut gaps) = (Vec::new(), 0);
        loop {
            match reader.read_to_end(&mut text) {
                Ok(_) => break,
                Err(e) if Fault::is_gap(&e) => gaps += 1,
                Err(e) => panic!("{e}"),
            }
        }
        let text = String::from_utf8_lossy(&text);
        assert!(text.starts_with(TEXT) && text.ends_with(TEXT), "{text}");
        assert_eq!(gaps, 1);
    }

    #[test]
    fn what_unpacks_to_far_too_much_is_not_read_to_its_end() {
        use std::io::Write;
        let zeros = vec![0; 1 << 20];
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..300 {
            bomb.write_all(&zeros).expect("memory");
        }
        let mut reader = unpack(io::Cursor::new(bomb.finish().expect("memory"))).expect("it begins well");
        let e = io::copy(&mut reader, &mut io::sink()).expect_err("a bomb");
        assert_eq!(Fault::of(&e), Some(&Fault::Bomb));
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
