//! One file of lines, or standard output. Packed files are made of members (gzip) or frames (zstd) that each hold some
//! megabytes of lines and end between two records: they are cut by what goes in and never by the clock, so that an
//! output that was stopped and gone on with has the same bytes.

use std::fs::File;
use std::io::{self, IsTerminal as _, Seek, SeekFrom, Write};
use std::path::PathBuf;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::target::Pack;
use super::{Kind, Sure, Target};
use crate::commands::CannotWrite;
use crate::tame::Tamed;

/// Bytes that wait before they are written.
const WAITING: usize = 256 << 10;
/// Bytes of lines in a member of a packed file.
const MEMBER: usize = 4 << 20;

/// What takes the bytes.
enum Door {
    Stdout(io::Stdout),
    File(File),
}

/// An output of lines.
pub struct Stream {
    door: Door,
    path: PathBuf,
    pack: Pack,
    /// Lines that are not written yet.
    waiting: Vec<u8>,
    /// Length of `waiting` up to the end of the last whole record.
    whole: usize,
    /// Bytes that are written, all of them of whole records.
    bytes: u64,
    /// True for a file that can be cut.
    regular: bool,
}

impl Stream {
    /// A new one, with what stands above the lines.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn open(target: &Target, head: Vec<u8>) -> Result<Stream> {
        let path = target.path.clone();
        let door = if target.kind == Kind::Stdout {
            Door::Stdout(io::stdout())
        } else {
            let file = File::options().write(true).create(true).truncate(true).open(&path);
            Door::File(file.map_err(|e| CannotWrite::new(&path, &e))?)
        };
        let (whole, regular) = (head.len(), target.kind == Kind::File);
        Ok(Stream { door, path, pack: target.pack, waiting: head, whole, bytes: 0, regular })
    }

    /// The one that was stopped, cut back to what is sure.
    ///
    /// # Errors
    /// When it cannot be written, or is shorter than it was.
    pub fn go_on(target: &Target, head: Vec<u8>, sure: Sure) -> Result<Stream> {
        let path = target.path.clone();
        let open = || -> io::Result<File> {
            let mut file = File::options().write(true).create(true).truncate(false).open(&path)?;
            if file.metadata()?.len() < sure.bytes {
                return Err(io::Error::other("it is shorter than it was when it stopped"));
            }
            file.set_len(sure.bytes)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let door = Door::File(open().map_err(|e| CannotWrite::new(&path, &e))?);
        // What stands above the lines is in the first member of a packed file.
        let waiting = if sure.bytes == 0 { head } else { Vec::new() };
        let whole = waiting.len();
        Ok(Stream { door, path, pack: target.pack, waiting, whole, bytes: sure.bytes, regular: true })
    }

    /// Takes the lines of an article.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn take(&mut self, lines: &[u8]) -> Result<()> {
        self.waiting.extend_from_slice(lines);
        Ok(())
    }

    /// A record is whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn settle(&mut self) -> Result<()> {
        self.whole = self.waiting.len();
        let enough = if self.pack == Pack::Plain { WAITING } else { MEMBER };
        if self.whole >= enough { self.write() } else { Ok(()) }
    }

    /// True where the output can be cut at the last whole record: in a packed file, only where a member ends.
    pub fn can_be_sure(&self) -> bool {
        self.pack == Pack::Plain || self.waiting.is_empty()
    }

    /// Nothing is to be taken just now: whoever listens should hear of what there is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn idle(&mut self) -> Result<()> {
        if self.pack == Pack::Plain && !self.regular { self.write() } else { Ok(()) }
    }

    /// Makes sure of what was written; gives its length.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sure(&mut self) -> Result<Sure> {
        if self.pack == Pack::Plain {
            self.write()?;
        }
        if let Door::File(file) = &self.door {
            file.sync_data().map_err(|e| CannotWrite::new(&self.path, &e))?;
        }
        Ok(Sure { bytes: self.bytes, parts: 0 })
    }

    /// Writes all that waits.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(&mut self) -> Result<()> {
        self.write()?;
        if self.bytes == 0 && self.pack != Pack::Plain {
            // Nothing at all is no gzip file.
            self.pack_and_write(&[])?;
        }
        // It is called finished after this: a power cut takes nothing of it away then.
        if let (Door::File(file), true) = (&self.door, self.regular) {
            file.sync_data().map_err(|e| CannotWrite::new(&self.path, &e))?;
        }
        Ok(())
    }

    /// Takes away a record that is written in part: after a failure.
    pub fn cut_back(&mut self) {
        if let (Door::File(file), true) = (&self.door, self.regular) {
            // If that fails too, going on cuts it.
            let _ = file.set_len(self.bytes);
        }
    }

    fn write(&mut self) -> Result<()> {
        if self.whole == 0 {
            return Ok(());
        }
        let mut lines = std::mem::take(&mut self.waiting);
        let rest = lines.split_off(self.whole);
        self.whole = 0;
        self.pack_and_write(&lines)?;
        lines.clear();
        lines.extend_from_slice(&rest);
        self.waiting = lines;
        Ok(())
    }

    fn pack_and_write(&mut self, lines: &[u8]) -> Result<()> {
        let packed = match self.pack {
            Pack::Plain => None,
            pack => Some(packed(lines, pack)?),
        };
        let bytes = packed.as_deref().unwrap_or(lines);
        match &mut self.door {
            Door::Stdout(stdout) => {
                let terminal = stdout.is_terminal();
                let mut stdout = Tamed::new(stdout.lock(), terminal);
                stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(gone_or_unwritable)?;
            }
            Door::File(file) => match file.write_all(bytes) {
                // Whoever read from the pipe has gone.
                Err(e) if e.kind() == io::ErrorKind::BrokenPipe => return Err(e.into()),
                Err(e) => return Err(CannotWrite::new(&self.path, &e).into()),
                Ok(()) => {}
            },
        }
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

/// Whoever listens at standard output may go at any time; everything else is a failure.
fn gone_or_unwritable(error: io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return error.into();
    }
    CannotWrite::named("standard output", &error).into()
}

/// Lines as one member or frame.
pub fn packed(lines: &[u8], pack: Pack) -> io::Result<Vec<u8>> {
    match pack {
        Pack::Plain => Ok(lines.to_vec()),
        Pack::Gzip => {
            // No name and no time stand in the header: the same lines give the same bytes.
            let mut encoder = GzEncoder::new(Vec::with_capacity(lines.len() / 4), Compression::default());
            encoder.write_all(lines)?;
            encoder.finish()
        }
        Pack::Zstd => zstd::bulk::compress(lines, 3),
    }
}
