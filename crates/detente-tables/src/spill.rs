//! Spilling: more things than memory holds, sorted into heaps that lie in files and are taken up again one by one. What it
//! takes in memory is its limit, whatever goes in; on the disk things lie packed, and are gone with the last handle.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

/// Bytes that one heap holds in memory before they are packed into its file, at most.
const PIECE: usize = 1 << 20;

/// Things that are being sorted into heaps.
pub struct Spill<T> {
    folder: TempDir,
    heaps: Vec<Vec<u8>>,
    held: usize,
    limit: usize,
    things: PhantomData<fn(T)>,
}

/// Heaps that are complete.
pub struct Heaps<T> {
    folder: TempDir,
    count: usize,
    things: PhantomData<fn() -> T>,
}

fn path(folder: &Path, heap: usize) -> PathBuf {
    folder.join(format!("{heap}"))
}

impl<T: Serialize> Spill<T> {
    /// So many heaps, which lie in a folder of their own below `folder` and hold at most some `limit` bytes in memory.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn new(folder: &Path, heaps: usize, limit: usize) -> io::Result<Spill<T>> {
        let folder = tempfile::Builder::new().prefix(".detente-").tempdir_in(folder)?;
        Ok(Spill { folder, heaps: vec![Vec::new(); heaps.max(1)], held: 0, limit, things: PhantomData })
    }

    /// How many heaps there are.
    pub fn heaps(&self) -> usize {
        self.heaps.len()
    }

    /// Adds a thing to a heap.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn push(&mut self, heap: usize, thing: &T) -> io::Result<()> {
        let Some(bytes) = self.heaps.get_mut(heap) else { return Ok(()) };
        let before = bytes.len();
        serde_json::to_writer(&mut *bytes, thing).map_err(io::Error::other)?;
        bytes.push(b'\n');
        self.held += bytes.len() - before;
        if bytes.len() >= PIECE {
            self.write(heap)?;
        } else if self.held >= self.limit {
            (0..self.heaps.len()).try_for_each(|heap| self.write(heap))?;
        }
        Ok(())
    }

    /// Packs what a heap holds in memory and puts it behind what is in its file.
    fn write(&mut self, heap: usize) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.heaps[heap]);
        if bytes.is_empty() {
            return Ok(());
        }
        self.held -= bytes.len();
        let packed = zstd::bulk::compress(&bytes, 1)?;
        let mut file = OpenOptions::new().create(true).append(true).open(path(self.folder.path(), heap))?;
        for n in [packed.len(), bytes.len()] {
            file.write_all(&(n as u64).to_le_bytes())?;
        }
        file.write_all(&packed)
    }

    /// All is in.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn finish(mut self) -> io::Result<Heaps<T>> {
        (0..self.heaps.len()).try_for_each(|heap| self.write(heap))?;
        Ok(Heaps { folder: self.folder, count: self.heaps.len(), things: PhantomData })
    }
}

impl<T: DeserializeOwned> Heaps<T> {
    /// How many heaps there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The things of a heap, one after another, in the order in which they came.
    pub fn heap(&self, heap: usize) -> Heap<T> {
        let path = path(self.folder.path(), heap);
        let path = path.exists().then_some(path);
        Heap { path, next: 0, piece: Vec::new(), at: 0, things: PhantomData }
    }
}

/// The things of one heap. Its file is open only while a piece is read: a great many heaps can be read side by side.
pub struct Heap<T> {
    path: Option<PathBuf>,
    /// Where the next piece begins.
    next: u64,
    piece: Vec<u8>,
    at: usize,
    things: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Heap<T> {
    fn advance(&mut self) -> io::Result<Option<T>> {
        if self.at >= self.piece.len() {
            let Some(path) = &self.path else { return Ok(None) };
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(self.next))?;
            let mut head = [0; 16];
            match file.read_exact(&mut head) {
                Ok(()) => {}
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
                Err(e) => return Err(e),
            }
            let number = |at: usize| {
                head[at..at + 8].iter().rev().fold(0u64, |n, byte| n << 8 | u64::from(*byte)) as usize
            };
            let mut packed = vec![0; number(0)];
            file.read_exact(&mut packed)?;
            self.next += (head.len() + packed.len()) as u64;
            self.piece = zstd::bulk::decompress(&packed, number(8))?;
            self.at = 0;
        }
        let rest = &self.piece[self.at..];
        let end = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        let thing = serde_json::from_slice(&rest[..end]).map_err(io::Error::other)?;
        self.at += end + 1;
        Ok(Some(thing))
    }
}

impl<T: DeserializeOwned> Iterator for Heap<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance().transpose();
        if !matches!(next, Some(Ok(_))) {
            (self.path, self.piece, self.at) = (None, Vec::new(), 0);
        }
        next
    }
}

/// The things of heaps, each of which is in the order of `key`, in that order over all. See [`merge`].
pub struct Merged<T, K, F> {
    // The files are there as long as this is.
    _heaps: Heaps<T>,
    open: Vec<Heap<T>>,
    first: Vec<Option<T>>,
    order: BinaryHeap<Reverse<(K, usize)>>,
    key: F,
}

/// Hands out the things of heaps, each of which is in order, in the order of all; where two are the same, that of the
/// heap with the smaller number first.
///
/// # Errors
/// When the files cannot be read.
pub fn merge<T: DeserializeOwned, K: Ord, F: Fn(&T) -> K>(
    heaps: Heaps<T>,
    key: F,
) -> io::Result<Merged<T, K, F>> {
    let mut open: Vec<Heap<T>> = (0..heaps.len()).map(|heap| heaps.heap(heap)).collect();
    let first: Vec<Option<T>> =
        open.iter_mut().map(|heap| heap.next().transpose()).collect::<io::Result<_>>()?;
    let order =
        first.iter().enumerate().filter_map(|(n, thing)| Some(Reverse((key(thing.as_ref()?), n)))).collect();
    Ok(Merged { _heaps: heaps, open, first, order, key })
}

impl<T: DeserializeOwned, K: Ord, F: Fn(&T) -> K> Iterator for Merged<T, K, F> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((_, heap)) = self.order.pop()?;
        let next = match self.open[heap].next().transpose() {
            Ok(next) => next,
            Err(error) => {
                self.order.clear();
                return Some(Err(error));
            }
        };
        self.order.extend(next.as_ref().map(|thing| Reverse(((self.key)(thing), heap))));
        std::mem::replace(&mut self.first[heap], next).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heaps_give_back_what_went_in_whatever_the_limit() {
        let folder = tempfile::tempdir().expect("a folder");
        for limit in [1, 100, 1 << 20] {
            let mut spill = Spill::<(u32, String)>::new(folder.path(), 3, limit).expect("a folder");
            for n in 0..1_000u32 {
                spill.push((n % 2) as usize, &(n, "x\ny".repeat(n as usize % 7))).expect("written");
            }
            let heaps = spill.finish().expect("written");
            for heap in 0..3 {
                let back: Vec<(u32, String)> = heaps.heap(heap).map(|t| t.expect("a thing")).collect();
                let wanted: Vec<(u32, String)> = (0..1_000)
                    .filter(|n| (n % 2) as usize == heap)
                    .map(|n| (n, "x\ny".repeat(n as usize % 7)))
                    .collect();
                assert_eq!(back, wanted);
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing is left behind");
    }

    #[test]
    fn sorted_heaps_merge_to_one_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut spill = Spill::<u32>::new(folder.path(), 7, 50).expect("a folder");
        for n in 0..500u32 {
            spill.push((n * n % 7) as usize, &n).expect("written");
        }
        let merged = merge(spill.finish().expect("written"), |n| *n).expect("opens");
        assert!(merged.map(|n| n.expect("a thing")).eq(0..500));
    }
}
