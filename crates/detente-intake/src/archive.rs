//! Cuts tar and zip archives into the files in them. Both are read from front to back as they come, so that an archive
//! may come through a pipe or stand in another one, and no table of contents is held in memory. Damage costs the file in
//! which it stands: reading goes on at the next head of a file.
//!
//! The readers are our own, since those at hand want to jump about in a file, hold the names of all members, or take
//! lengths in heads at their word; what is read here is little (names, lengths, and where the bytes stand).

use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Format;
use crate::open::{Cut, Cutter, Reader, broken};
use crate::packed::{self, Fault, Packing, Pushback};
use crate::problem::{Kind, Problem};
use crate::source::is_wanted;

/// Bytes of a block of tar.
const BLOCK: usize = 512;
/// The longest name of a member, in bytes.
const NAME: u64 = 1 << 16;

/// An archive that is read from front to back, of which one member is being read.
struct Well {
    reader: Pushback<Reader>,
    /// Bytes of the member at hand that are still to come; `None` where it says itself when it ends.
    left: Option<u64>,
    /// The member at hand has said that it is at its end.
    ended: bool,
    /// The archive is damaged, and where the next member begins is not known.
    lost: bool,
    /// What is wrong was said already.
    said: bool,
}

type Shared = Arc<Mutex<Well>>;

fn lock(well: &Shared) -> MutexGuard<'_, Well> {
    well.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Well {
    fn open(reader: Reader) -> Shared {
        let reader = Pushback::new(reader);
        Arc::new(Mutex::new(Well { reader, left: Some(0), ended: true, lost: false, said: false }))
    }

    /// Passes over bytes; false where the archive ends before.
    fn pass(&mut self, mut n: u64) -> io::Result<bool> {
        while n > 0 {
            let taken = self.reader.fill_buf()?.len().min(usize::try_from(n).unwrap_or(usize::MAX));
            if taken == 0 {
                return Ok(false);
            }
            self.reader.consume(taken);
            n -= taken as u64;
        }
        Ok(true)
    }

    /// Goes on to where `begins` says that something begins; it is given `window` bytes, or fewer at the end of the
    /// archive, and `mark` must stand `offset` bytes behind that place. False at the end.
    fn search(
        &mut self,
        mark: &[u8],
        offset: usize,
        window: usize,
        begins: fn(&[u8]) -> bool,
    ) -> io::Result<bool> {
        let mut bytes: Vec<u8> = Vec::new();
        loop {
            let got = (&mut self.reader).take(packed::BUFFER as u64).read_to_end(&mut bytes)?;
            let end = if got == 0 { bytes.len() } else { (bytes.len() + 1).saturating_sub(window) };
            let found = memchr::memmem::find_iter(&bytes, mark)
                .filter_map(|at| at.checked_sub(offset))
                .filter(|at| *at < end)
                .find(|at| begins(&bytes[*at..bytes.len().min(at + window)]));
            if let Some(at) = found {
                self.reader.push(&bytes[at..]);
                return Ok(true);
            }
            if got == 0 {
                return Ok(false);
            }
            bytes.drain(..end);
        }
    }
}

/// The bytes of the member at hand. What is looked at and not taken stays in the archive.
struct Member {
    well: Shared,
    seen: Vec<u8>,
    at: usize,
}

impl Member {
    fn new(well: &Shared) -> Member {
        Member { well: well.clone(), seen: Vec::new(), at: 0 }
    }
}

impl BufRead for Member {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.seen.len() {
            return Ok(&self.seen[self.at..]);
        }
        self.seen.clear();
        self.at = 0;
        let mut well = lock(&self.well);
        let most = well.left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        if most > 0 && !well.lost {
            match well.reader.fill_buf() {
                Ok([]) => {
                    (well.lost, well.said) = (true, true);
                    return Err(Fault::Archive("the archive breaks off in it".into()).error());
                }
                Ok(chunk) => self.seen.extend_from_slice(&chunk[..chunk.len().min(most)]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => return Err(e),
                Err(e) => {
                    (well.lost, well.said) = (true, true);
                    return Err(e);
                }
            }
        }
        drop(well);
        Ok(&self.seen)
    }

    fn consume(&mut self, n: usize) {
        let n = n.min(self.seen.len() - self.at);
        if n > 0 {
            self.at += n;
            let mut well = lock(&self.well);
            well.reader.consume(n);
            well.left = well.left.map(|left| left.saturating_sub(n as u64));
        }
    }
}

impl Read for Member {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let chunk = self.fill_buf()?;
        let n = chunk.len().min(buffer.len());
        buffer[..n].copy_from_slice(&chunk[..n]);
        self.consume(n);
        Ok(n)
    }
}

/// What the two have in common.
struct Archive {
    well: Shared,
    name: String,
    format: Format,
    /// Files that were opened.
    found: u64,
    over: bool,
}

impl Archive {
    fn wants(&self, name: &str) -> bool {
        let hidden = name.split(['/', '\\']).any(|part| part.starts_with('.') && part != "." && part != "..");
        !hidden && !name.starts_with("__MACOSX/") && is_wanted(Path::new(name), self.format)
    }

    fn problem(&self, kind: Kind, what: &str, mend: &str) -> Cut {
        Cut::problem(Problem::new(kind, self.name.as_str(), what, mend))
    }

    fn damaged(&self) -> Cut {
        let mend = "get the file again; reading goes on with the next file in it";
        self.problem(Kind::Broken, "this archive is damaged here", mend)
    }

    fn breaks_off(&mut self) -> Cut {
        self.over = true;
        self.found += 1;
        self.problem(
            Kind::Broken,
            "this archive breaks off",
            "get the whole file; what stands before is read",
        )
    }

    fn end(&mut self) -> Cut {
        self.over = true;
        if self.found > 0 {
            return Cut::End;
        }
        self.found = 1;
        let mend = "put .txt, .html, .jsonl, .csv or .warc files there, or give another file";
        self.problem(Kind::NoArticles, "this archive holds no articles", mend)
    }

    /// An error of the archive itself.
    fn error(&mut self, e: &io::Error) -> Cut {
        if Fault::is_gap(e) {
            lock(&self.well).lost = true;
        } else {
            self.over = true;
        }
        Cut::problem(broken(&self.name, e))
    }
}

/// A tar archive.
pub(crate) struct Tar {
    archive: Archive,
    /// Bytes that fill up the last block of the member at hand.
    padding: u64,
}

impl Tar {
    pub(crate) fn new(reader: Reader, name: String, format: Format) -> Tar {
        let archive = Archive { well: Well::open(reader), name, format, found: 0, over: false };
        Tar { archive, padding: 0 }
    }

    fn cut(&mut self) -> io::Result<Cut> {
        let well = self.archive.well.clone();
        let mut well = lock(&well);
        if well.lost {
            let said = std::mem::take(&mut well.said);
            // What is searched for has more bytes than the mark alone.
            if !well.search(b"ustar", 257, BLOCK, is_head)? {
                return Ok(if said || self.archive.found > 0 {
                    self.quiet_end()
                } else {
                    self.archive.end()
                });
            }
            well.lost = false;
            (well.left, self.padding) = (Some(0), 0);
        } else {
            let rest = well.left.take().unwrap_or(0) + std::mem::take(&mut self.padding);
            if !well.pass(rest)? {
                return Ok(self.archive.breaks_off());
            }
        }
        let (mut long, mut size_said) = (None, None);
        loop {
            let mut block = Vec::new();
            (&mut well.reader).take(BLOCK as u64).read_to_end(&mut block)?;
            if block.iter().all(|b| *b == 0) {
                if block.len() < BLOCK {
                    return Ok(self.archive.end());
                }
                continue;
            }
            if block.len() < BLOCK {
                return Ok(self.archive.breaks_off());
            }
            if !is_head(&block) {
                well.reader.push(&block[1..]);
                (well.lost, well.said) = (true, true);
                return Ok(self.archive.damaged());
            }
            let size = size_said.unwrap_or(number(&block[124..136]));
            let padding = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
            let kind = block[156];
            match kind {
                // A long name, and settings of this member.
                b'L' | b'x' => {
                    let mut bytes = Vec::new();
                    (&mut well.reader).take(size.min(NAME)).read_to_end(&mut bytes)?;
                    if !well.pass(size - (bytes.len() as u64).min(size) + padding)? {
                        return Ok(self.archive.breaks_off());
                    }
                    if kind == b'L' {
                        let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
                        long = Some(String::from_utf8_lossy(&bytes[..end]).into_owned());
                    } else {
                        let (path, size) = pax(&bytes);
                        (long, size_said) = (path.or(long), size);
                    }
                    continue;
                }
                _ => {}
            }
            let name = long.take().unwrap_or_else(|| {
                let part = |range: std::ops::Range<usize>| {
                    let bytes = &block[range];
                    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
                    String::from_utf8_lossy(&bytes[..end]).into_owned()
                };
                let prefix = if &block[257..263] == b"ustar\0" { part(345..500) } else { String::new() };
                if prefix.is_empty() { part(0..100) } else { format!("{prefix}/{}", part(0..100)) }
            });
            size_said = None;
            if matches!(kind, 0 | b'0' | b'7') && !name.ends_with('/') && self.archive.wants(&name) {
                self.archive.found += 1;
                (well.left, self.padding) = (Some(size), padding);
                let reader = Box::new(Member::new(&self.archive.well));
                return Ok(Cut::Inside { name, reader });
            }
            // Links have no bytes, whatever they say.
            let rest = if matches!(kind, b'1' | b'2') { 0 } else { size.saturating_add(padding) };
            if !well.pass(rest)? {
                return Ok(self.archive.breaks_off());
            }
        }
    }

    fn quiet_end(&mut self) -> Cut {
        self.archive.over = true;
        Cut::End
    }
}

impl Cutter for Tar {
    fn next(&mut self) -> Cut {
        if self.archive.over {
            return Cut::End;
        }
        self.cut().unwrap_or_else(|e| self.archive.error(&e))
    }
}

/// True for the head of a member of a tar archive: its checksum says so.
pub(crate) fn is_head(block: &[u8]) -> bool {
    let Some(block) = block.get(..BLOCK) else { return false };
    let said = number(&block[148..156]);
    let sum: u64 =
        block.iter().enumerate().map(|(n, b)| if (148..156).contains(&n) { 32 } else { u64::from(*b) }).sum();
    said == sum && block.iter().any(|b| *b != 0)
}

/// A number in octal digits, or in the bytes themselves where it is too great for them.
fn number(field: &[u8]) -> u64 {
    if field.first().is_some_and(|b| b & 0x80 != 0) {
        return field[1..].iter().fold(0, |n: u64, b| n.wrapping_shl(8) | u64::from(*b)) & (u64::MAX >> 1);
    }
    let digits = field.iter().skip_while(|b| **b == b' ').take_while(|b| (b'0'..=b'7').contains(*b));
    digits.fold(0, |n: u64, b| n.wrapping_mul(8) + u64::from(b - b'0')) & (u64::MAX >> 1)
}

/// Name and length out of the settings of a member: lines of `LENGTH KEY=VALUE`.
fn pax(mut bytes: &[u8]) -> (Option<String>, Option<u64>) {
    let (mut path, mut size) = (None, None);
    while let Some(space) = bytes.iter().position(|b| *b == b' ') {
        let len = std::str::from_utf8(&bytes[..space]).ok().and_then(|d| d.parse::<usize>().ok());
        let Some(line) = len.and_then(|len| bytes.get(space + 1..len)) else { break };
        if let Some(equals) = line.iter().position(|b| *b == b'=') {
            let value = String::from_utf8_lossy(line[equals + 1..].trim_ascii_end()).into_owned();
            match &line[..equals] {
                b"path" => path = Some(value),
                b"size" => size = value.parse().ok(),
                _ => {}
            }
        }
        bytes = bytes.get(len.unwrap_or(usize::MAX)..).unwrap_or(&[]);
    }
    (path, size.map(|n: u64| n & (u64::MAX >> 1)))
}

/// A zip archive.
pub(crate) struct Zip {
    archive: Archive,
    read: Arc<AtomicU64>,
}

/// The head of a member.
struct Local {
    name: String,
    /// 0 stored, 8 deflate, 93 zstd, 95 xz.
    method: u16,
    locked: bool,
    /// Lengths and checksum stand behind the bytes.
    open: bool,
    crc: u32,
    size: u64,
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";

impl Zip {
    pub(crate) fn new(reader: Reader, name: String, format: Format, read: Arc<AtomicU64>) -> Zip {
        let archive = Archive { well: Well::open(reader), name, format, found: 0, over: false };
        Zip { archive, read }
    }

    fn cut(&mut self) -> io::Result<Cut> {
        let shared = self.archive.well.clone();
        let mut well = lock(&shared);
        loop {
            // To the end of the member at hand.
            let ended = std::mem::replace(&mut well.ended, true);
            let left = well.left.take();
            if well.lost || left.is_none() && !ended {
                let said = std::mem::take(&mut well.said) || !well.lost;
                if !well.search(b"PK", 0, 30, begins_member)? {
                    return Ok(if said { self.quiet_end() } else { self.archive.breaks_off() });
                }
            } else if !well.pass(left.unwrap_or(0))? {
                return Ok(self.archive.breaks_off());
            }
            (well.lost, well.left) = (false, Some(0));
            let mut mark = Vec::new();
            (&mut well.reader).take(4).read_to_end(&mut mark)?;
            match &mark[..] {
                b"PK\x03\x04" => {}
                // The table of contents, or the mark of an archive without any member.
                b"PK\x01\x02" | b"PK\x05\x06" | b"PK\x06\x06" | b"PK\x06\x08" => {
                    return Ok(self.archive.end());
                }
                // The mark of an archive that could have been cut into several files.
                b"PK00" | b"PK\x07\x08" if self.archive.found == 0 => continue,
                _ if mark.len() < 4 => return Ok(self.archive.breaks_off()),
                _ => {
                    well.reader.push(&mark[1..]);
                    (well.lost, well.said) = (true, true);
                    return Ok(self.archive.damaged());
                }
            }
            let Some(local) = local(&mut well.reader)? else { return Ok(self.archive.breaks_off()) };
            let open = local.open && local.size == 0;
            well.left = (!open).then_some(local.size);
            well.ended = !open;
            let wanted = !local.name.ends_with('/') && self.archive.wants(&local.name);
            let name = format!("{}!{}", self.archive.name, local.name);
            if wanted && local.locked {
                self.archive.found += 1;
                let (what, mend) =
                    ("it is locked with a password", "unpack it yourself, and give what was in it");
                return Ok(Cut::problem(Problem::new(Kind::Unsupported, name, what, mend)));
            }
            if wanted && !matches!(local.method, 0 | 8 | 93 | 95) || local.method == 0 && open && wanted {
                self.archive.found += 1;
                let what = match local.method {
                    0 => "it does not say its length".to_owned(),
                    method => format!("it is packed by method {method} of zip, which is not known"),
                };
                let mend = "unpack it yourself, and give what was in it";
                return Ok(Cut::problem(Problem::new(Kind::Unsupported, name, what, mend)));
            }
            if !wanted && !(open && local.method == 8) {
                continue;
            }
            drop(well);
            let member = Member::new(&shared);
            let unpacked: Box<dyn Read + Send> = match local.method {
                0 => Box::new(member),
                8 => {
                    let deflated = Box::new(flate2::bufread::DeflateDecoder::new(member));
                    Box::new(packed::limited(deflated, Packing::Deflate, &self.read))
                }
                _ => packed::layer(Box::new(member), &self.read)?.1,
            };
            let crc = (!open).then_some(local.crc);
            let mut member = Checked { reader: unpacked, crc, sum: flate2::Crc::new(), well: shared.clone() };
            if wanted {
                self.archive.found += 1;
                let reader = Box::new(io::BufReader::with_capacity(packed::BUFFER, member));
                return Ok(Cut::Inside { name: local.name, reader });
            }
            // A member that says only by its bytes where it ends is unpacked to be passed over.
            let passed = io::copy(&mut member, &mut io::sink());
            drop(member);
            well = lock(&shared);
            if passed.is_err() {
                well.said = true;
            }
        }
    }

    fn quiet_end(&mut self) -> Cut {
        self.archive.over = true;
        Cut::End
    }
}

impl Cutter for Zip {
    fn next(&mut self) -> Cut {
        if self.archive.over {
            return Cut::End;
        }
        self.cut().unwrap_or_else(|e| self.archive.error(&e))
    }
}

/// True where a member or the table of contents may begin.
fn begins_member(bytes: &[u8]) -> bool {
    let version = bytes.get(4).copied().unwrap_or(0xff);
    match bytes.get(..4) {
        Some(mark) if mark == LOCAL => {
            let method = u16::from_le_bytes([
                bytes.get(8).copied().unwrap_or(0xff),
                bytes.get(9).copied().unwrap_or(0xff),
            ]);
            version <= 63 && (method <= 20 || (92..=99).contains(&method))
        }
        Some(mark) => mark == CENTRAL && version <= 63,
        None => false,
    }
}

/// Reads the head of a member behind its mark; `None` where the archive breaks off.
fn local(reader: &mut Pushback<Reader>) -> io::Result<Option<Local>> {
    let mut head = Vec::new();
    reader.take(26).read_to_end(&mut head)?;
    if head.len() < 26 {
        return Ok(None);
    }
    let two = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
    let four = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let (names, extras) = (u64::from(two(22)), u64::from(two(24)));
    let (mut name, mut extra) = (Vec::new(), Vec::new());
    reader.take(names).read_to_end(&mut name)?;
    reader.take(extras).read_to_end(&mut extra)?;
    if (name.len() as u64) < names || (extra.len() as u64) < extras {
        return Ok(None);
    }
    let mut size = u64::from(four(14));
    // Lengths beyond four bytes stand in an extra field, the unpacked one first.
    let mut rest = &extra[..];
    while let [a, b, c, d, more @ ..] = rest {
        let len = usize::from(u16::from_le_bytes([*c, *d]));
        let Some(field) = more.get(..len) else { break };
        if u16::from_le_bytes([*a, *b]) == 1 && size == u64::from(u32::MAX) {
            let at = if four(18) == u32::MAX { 8 } else { 0 };
            if let Some(bytes) = field.get(at..at + 8) {
                size = bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
            }
        }
        rest = more.get(len..).unwrap_or(&[]);
    }
    Ok(Some(Local {
        name: String::from_utf8_lossy(&name).into_owned(),
        method: two(4),
        locked: two(2) & 1 != 0,
        open: two(2) & 8 != 0,
        crc: four(10),
        size,
    }))
}

/// The unpacked bytes of a member of a zip archive, with their checksum looked at.
struct Checked {
    reader: Box<dyn Read + Send>,
    crc: Option<u32>,
    sum: flate2::Crc,
    well: Shared,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.sum.update(&buffer[..n]);
        if n > 0 || buffer.is_empty() {
            return Ok(n);
        }
        let mut well = lock(&self.well);
        if !std::mem::replace(&mut well.ended, true) {
            // Checksum and lengths stand behind the bytes, with a mark before them or not, in four bytes or in eight; what
            // follows them begins another member or the table of contents.
            let mut after = Vec::new();
            (&mut well.reader).take(28).read_to_end(&mut after)?;
            let marked = after.starts_with(b"PK\x07\x08");
            let len = if marked { [16, 24] } else { [12, 20] }
                .into_iter()
                .find(|len| after.len() == *len || after.get(*len..len + 2) == Some(b"PK"));
            if let Some(crc) = len.and(after.get(if marked { 4..8 } else { 0..4 })) {
                self.crc = crc.try_into().ok().map(u32::from_le_bytes);
            }
            well.reader.push(&after[len.unwrap_or(0)..]);
        }
        match self.crc.take() {
            Some(crc) if crc != self.sum.sum() => {
                Err(Fault::Archive("its checksum in the archive is wrong".into()).error())
            }
            _ => Ok(0),
        }
    }
}
