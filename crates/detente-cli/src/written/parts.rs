//! A folder of files of so many reports each, or one Parquet file made out of such. What articles came to waits in a
//! spool, one file that only grows; when it holds enough, parts are made of it, one for each folder, and it begins
//! anew. So memory does not grow with the reports nor with the number of days, one file is open at a time, and what is
//! sure is a number of parts and a length of the spool.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use detente::report::Coder;
use jiff::civil::Date;

use super::{Kind, Partition, Piece, Sure, Target, To};
use crate::commands::CannotWrite;

/// Bytes that wait before they go into the spool.
const WAITING: usize = 256 << 10;
/// The folder of articles without a day. Hive's own word for "not known" is not used: pandas stumbles over it.
const NO_DAY: &str = "unknown";
/// What a folder's name begins with. Not `published=`: the files have a column of that name, and pandas and pyarrow
/// refuse a folder that says a column once more.
const BY_DAY: &str = "day=";

/// An output in parts.
pub struct Parts {
    target: Target,
    /// Where the parts stand.
    folder: PathBuf,
    head: Vec<u8>,
    coder: Coder,
    /// So many reports make a part.
    enough: u64,
    spool: Spool,
    /// Parts that are finished.
    done: u32,
}

/// What waits to be put into parts: for each article a line with its day, the number of bytes and of reports, and
/// then the bytes.
struct Spool {
    path: PathBuf,
    file: File,
    waiting: Vec<u8>,
    bytes: u64,
    reports: u64,
}

impl Parts {
    /// Opens the spool, cut back to what is sure, and takes away parts that are not.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn open(target: &Target, head: Vec<u8>, coder: Coder, enough: u32, sure: Sure) -> Result<Parts> {
        let work = target.work();
        let folder = if target.kind == Kind::Folder { target.path.clone() } else { work.clone() };
        Parts::cut_back(&folder, sure.parts)?;
        let spool = Spool::open(work.join("spool"), sure.bytes)?;
        Ok(Parts {
            target: target.clone(),
            folder,
            head,
            coder,
            enough: u64::from(enough),
            spool,
            done: sure.parts,
        })
    }

    /// Takes the reports of an article.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn take(&mut self, piece: &Piece) -> Result<()> {
        if piece.reports == 0 {
            return Ok(());
        }
        self.spool.push(piece)
    }

    /// A record is whole. True where parts were made: what is sure must be written down, and [`Parts::saved`] be called.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn settle(&mut self) -> Result<bool> {
        if self.spool.reports < self.enough {
            return Ok(false);
        }
        self.make(self.done + 1)?;
        self.done += 1;
        self.spool.bytes = 0;
        self.spool.reports = 0;
        Ok(true)
    }

    /// What is sure is written down: the old spool is needed no more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn saved(&mut self) -> Result<()> {
        if self.spool.bytes == 0 { self.spool.cut(0) } else { Ok(()) }
    }

    /// Makes sure of what was taken.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sure(&mut self) -> Result<Sure> {
        if self.spool.bytes > 0 {
            self.spool.flush()?;
            self.spool.file.sync_data().map_err(|e| CannotWrite::new(&self.spool.path, &e))?;
        }
        Ok(Sure { bytes: self.spool.bytes, parts: self.done })
    }

    /// Makes parts of what is left. Where the work was stopped, they are whole files all the same; going on makes them
    /// anew.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn end(&mut self, stopped: bool) -> Result<()> {
        let single = self.target.kind == Kind::File;
        let last = self.done + 1;
        // A finished output has a part at least, so that it can be opened.
        let some = self.spool.reports > 0 || self.done == 0;
        if some {
            self.make(last)?;
        }
        if single {
            let parts: Vec<PathBuf> =
                (1..=if some { last } else { self.done }).map(|n| self.folder.join(self.name(n))).collect();
            self.join(&parts, stopped)?;
        }
        Ok(())
    }

    /// One Parquet file out of its parts.
    fn join(&self, parts: &[PathBuf], _stopped: bool) -> Result<()> {
        let path = &self.target.path;
        let new = self.folder.join("whole.parquet");
        detente_tables::join(parts, &new).map_err(|e| table(e, path))?;
        let whole = File::options()
            .write(true)
            .open(&new)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&new, path));
        Ok(whole.map_err(|e| CannotWrite::new(path, &e))?)
    }

    /// The name of a part.
    fn name(&self, number: u32) -> String {
        format!("part-{number:05}.{}", self.target.to.word())
    }

    /// Makes the parts of a round out of the spool.
    fn make(&mut self, number: u32) -> Result<()> {
        self.spool.flush()?;
        let unreadable = || format!("{}: cannot be read again", self.spool.path.display());
        let frames = self.spool.frames().with_context(unreadable)?;
        let mut rounds: BTreeMap<Option<String>, Vec<Frame>> = BTreeMap::new();
        for frame in frames {
            let folder = self.target.partition.map(|Partition::Day| {
                format!("{BY_DAY}{}", frame.day.map_or_else(|| NO_DAY.to_owned(), |day| day.to_string()))
            });
            rounds.entry(folder).or_default().push(frame);
        }
        if rounds.is_empty() && self.target.partition.is_none() {
            rounds.insert(None, Vec::new());
        }
        let mut spool =
            BufReader::with_capacity(1 << 16, File::open(&self.spool.path).with_context(unreadable)?);
        for (folder, frames) in rounds {
            let folder = folder.map_or_else(|| self.folder.clone(), |name| self.folder.join(name));
            fs::create_dir_all(&folder).map_err(|e| CannotWrite::new(&folder, &e))?;
            let path = folder.join(self.name(number));
            // Readers of folders pass over names that begin with a dot.
            let new = folder.join(format!(".{}.unfinished", self.name(number)));
            self.part(&new, &frames, &mut spool)?;
            fs::rename(&new, &path).map_err(|e| CannotWrite::new(&path, &e))?;
        }
        Ok(())
    }

    fn part(&self, path: &Path, frames: &[Frame], spool: &mut BufReader<File>) -> Result<()> {
        let unwritable = |e: io::Error| anyhow::Error::from(CannotWrite::new(path, &e));
        let file = File::create(path).map_err(unwritable)?;
        let mut out = BufWriter::with_capacity(1 << 16, file);
        let mut lines = Vec::new();
        let mut read = |frame: &Frame, lines: &mut Vec<u8>| -> Result<()> {
            spool.seek_relative_to(frame.at)?;
            lines.resize(frame.bytes, 0);
            Ok(spool.read_exact(lines)?)
        };
        let file = if self.target.to == To::Parquet {
            let mut writer =
                detente_tables::Writer::new(out, Some(&self.coder)).map_err(|e| table(e, path))?;
            for frame in frames {
                read(frame, &mut lines)?;
                for row in super::rows::unpack(&lines)? {
                    writer.push(&row).map_err(|e| table(e, path))?;
                }
            }
            writer.finish().map_err(|e| table(e, path))?
        } else {
            out.write_all(&self.head).map_err(unwritable)?;
            for frame in frames {
                read(frame, &mut lines)?;
                out.write_all(&lines).map_err(unwritable)?;
            }
            out
        };
        let file = file.into_inner().map_err(|e| unwritable(e.into_error()))?;
        file.sync_data().map_err(unwritable)
    }

    /// True where a folder holds parts.
    pub fn any(folder: &Path) -> bool {
        let mut any = false;
        let _ = each(folder, &mut |_, _| {
            any = true;
            Ok(())
        });
        any
    }

    /// Takes away all parts but the first so many of each folder, and what was not finished.
    ///
    /// # Errors
    /// When a part cannot be taken away.
    pub fn cut_back(folder: &Path, parts: u32) -> Result<()> {
        each(folder, &mut |path, number| {
            if number.is_some_and(|number| number <= parts) {
                return Ok(());
            }
            fs::remove_file(path).map_err(|e| CannotWrite::new(path, &e))?;
            // A folder of one day that is empty now goes as well; one that is not stays.
            if path.parent().is_some_and(|dir| dir != folder) {
                let _ = path.parent().map(fs::remove_dir);
            }
            Ok(())
        })
    }

    /// What the output came to: number and bytes of its files.
    pub fn sizes(folder: &Path) -> (u64, u64) {
        let (mut files, mut bytes) = (0, 0);
        let _ = each(folder, &mut |path, _| {
            files += 1;
            bytes += fs::metadata(path).map_or(0, |m| m.len());
            Ok(())
        });
        (files, bytes)
    }
}

/// Every part of a folder and of the folders by day in it, with its number; without one where it is unfinished.
fn each(folder: &Path, then: &mut impl FnMut(&Path, Option<u32>) -> Result<()>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(BY_DAY) && path.is_dir() {
            each(&path, then)?;
        } else if name.starts_with(".part-") && name.ends_with(".unfinished") {
            then(&path, None)?;
        } else if let Some(number) = number(&name) {
            then(&path, Some(number))?;
        }
    }
    Ok(())
}

/// The number in `part-00001.parquet`.
fn number(name: &str) -> Option<u32> {
    let (number, ending) = name.strip_prefix("part-")?.split_once('.')?;
    if !["jsonl", "csv", "parquet"].contains(&ending) || number.len() < 5 {
        return None;
    }
    number.parse().ok()
}

/// An error of a table as one of the output.
fn table(error: detente_tables::TableError, path: &Path) -> anyhow::Error {
    match error {
        detente_tables::TableError::Unwritable { why, .. } => {
            CannotWrite::new(path, &io::Error::other(why)).into()
        }
        other => other.into(),
    }
}

/// A place in the spool.
struct Frame {
    day: Option<Date>,
    at: u64,
    bytes: usize,
}

impl Spool {
    fn open(path: PathBuf, bytes: u64) -> Result<Spool> {
        let open = || -> io::Result<File> {
            let file = File::options().read(true).write(true).create(true).truncate(false).open(&path)?;
            if file.metadata()?.len() < bytes {
                return Err(io::Error::other("it is shorter than it was when it stopped"));
            }
            Ok(file)
        };
        let file = open().map_err(|e| CannotWrite::new(&path, &e))?;
        let mut spool = Spool { path, file, waiting: Vec::new(), bytes, reports: 0 };
        spool.cut(bytes)?;
        let unreadable = || format!("{}: cannot be read again", spool.path.display());
        spool.reports = spool.frames_and_reports().with_context(unreadable)?.1;
        Ok(spool)
    }

    fn cut(&mut self, bytes: u64) -> Result<()> {
        let cut = self.file.set_len(bytes).and_then(|()| self.file.seek(SeekFrom::End(0)));
        cut.map_err(|e| CannotWrite::new(&self.path, &e))?;
        self.waiting.clear();
        self.bytes = bytes;
        Ok(())
    }

    fn push(&mut self, piece: &Piece) -> Result<()> {
        let day = piece.day.map_or_else(|| "-".into(), |day| day.to_string());
        let before = self.waiting.len();
        // Writing to memory cannot fail.
        let _ = writeln!(self.waiting, "{day} {} {}", piece.bytes.len(), piece.reports);
        self.waiting.extend_from_slice(&piece.bytes);
        self.bytes += (self.waiting.len() - before) as u64;
        self.reports += piece.reports as u64;
        if self.waiting.len() >= WAITING { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.file.write_all(&self.waiting).map_err(|e| CannotWrite::new(&self.path, &e))?;
        self.waiting.clear();
        Ok(())
    }

    fn frames(&self) -> io::Result<Vec<Frame>> {
        Ok(self.frames_and_reports()?.0)
    }

    /// What stands in the file.
    fn frames_and_reports(&self) -> io::Result<(Vec<Frame>, u64)> {
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "the spool is damaged");
        let mut file = BufReader::with_capacity(1 << 16, File::open(&self.path)?);
        let (mut frames, mut reports, mut at) = (Vec::new(), 0, 0_u64);
        let mut line = Vec::new();
        while at < self.bytes {
            line.clear();
            io::BufRead::read_until(&mut file, b'\n', &mut line)?;
            let text = std::str::from_utf8(&line).map_err(|_| broken())?;
            let mut words = text.split_ascii_whitespace();
            let day = match words.next().ok_or_else(broken)? {
                "-" => None,
                day => Some(day.parse().map_err(|_| broken())?),
            };
            let mut number = || words.next().and_then(|word| word.parse::<u64>().ok()).ok_or_else(broken);
            let (bytes, some) = (number()?, number()?);
            at += line.len() as u64;
            frames.push(Frame { day, at, bytes: usize::try_from(bytes).map_err(|_| broken())? });
            reports += some;
            at += bytes;
            file.seek_relative(i64::try_from(bytes).map_err(|_| broken())?)?;
        }
        Ok((frames, reports))
    }
}

/// Going to a place in a file without losing what is read ahead.
trait SeekTo {
    fn seek_relative_to(&mut self, at: u64) -> io::Result<()>;
}

impl SeekTo for BufReader<File> {
    fn seek_relative_to(&mut self, at: u64) -> io::Result<()> {
        let here = self.stream_position()?;
        let by = i128::from(at) - i128::from(here);
        self.seek_relative(i64::try_from(by).map_err(io::Error::other)?)
    }
}
