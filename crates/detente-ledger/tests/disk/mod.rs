//! A disk in memory for SQLite, with a tape of all that was done to it: the power can be cut after any step, so that what
//! was not yet safe is lost, kept or torn, and any step can be made to fail. It is the default disk of the program that
//! calls [`Disk::new`]; a ledger on it stands at [`Disk::path`]. One connection at a time: nothing is locked.
//!
//! What is assumed of real disks: what was synced stays; what was not may stay, go, or stay in part and out of order, and
//! the last of it may be torn at a boundary of 512 bytes.
#![allow(unsafe_code, reason = "SQLite asks its disk through C; each function says why it may do so")]

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use rusqlite::ffi;

use super::common::Dice;

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;
/// The longest name of a file.
const NAME: c_int = 256;

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    Write {
        file: String,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        len: usize,
    },
    Sync {
        file: String,
    },
    /// `sure` where the folder was synced as well.
    Delete {
        file: String,
        sure: bool,
    },
}

/// What shall go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// From this write on there is no room.
    FullFrom(u64),
    /// This one write fails, and later ones go well.
    Write(u64),
    /// This one sync fails.
    Sync(u64),
    /// This one read fails.
    Read(u64),
    /// No write succeeds: the file is for reading only.
    ReadOnly,
}

/// What was done and what is there.
#[derive(Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    tape: Vec<Step>,
    shared: BTreeMap<String, Vec<Box<[u8]>>>,
    fault: Option<Fault>,
    writes: u64,
    syncs: u64,
    reads: u64,
    open: usize,
}

impl State {
    /// The error of a write that shall fail.
    fn write_fails(&mut self) -> Option<c_int> {
        let n = self.writes;
        self.writes += 1;
        match self.fault {
            Some(Fault::FullFrom(from)) if n >= from => Some(ffi::SQLITE_FULL),
            Some(Fault::Write(which)) if n == which => Some(ffi::SQLITE_IOERR_WRITE),
            Some(Fault::ReadOnly) => Some(ffi::SQLITE_READONLY),
            _ => None,
        }
    }
}

/// A disk.
pub struct Disk {
    id: usize,
    state: Shared,
}

type Shared = Arc<Mutex<State>>;

static DISKS: Mutex<BTreeMap<usize, Shared>> = Mutex::new(BTreeMap::new());

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Disk {
    /// An empty disk.
    pub fn new() -> Disk {
        Disk::with(BTreeMap::new())
    }

    /// A disk with these files on it.
    pub fn with(files: BTreeMap<String, Vec<u8>>) -> Disk {
        register();
        let state = Shared::new(Mutex::new(State { files, ..State::default() }));
        let mut disks = locked(&DISKS);
        let id = disks.last_key_value().map_or(1, |(id, _)| id + 1);
        disks.insert(id, state.clone());
        Disk { id, state }
    }

    /// Where a ledger stands on it.
    pub fn path(&self) -> PathBuf {
        format!("/{}/l.db", self.id).into()
    }

    /// The name of its ledger among its files.
    pub const LEDGER: &str = "l.db";

    /// Makes something go wrong; steps are counted from now.
    pub fn fail(&self, fault: Fault) {
        let mut state = locked(&self.state);
        (state.fault, state.writes, state.syncs, state.reads) = (Some(fault), 0, 0, 0);
    }

    /// Writes, syncs and reads since the last call of [`Disk::fail`].
    pub fn counts(&self) -> (u64, u64, u64) {
        let state = locked(&self.state);
        (state.writes, state.syncs, state.reads)
    }

    /// How many steps were done.
    pub fn steps(&self) -> usize {
        locked(&self.state).tape.len()
    }

    /// All steps.
    pub fn tape(&self) -> Vec<Step> {
        locked(&self.state).tape.clone()
    }

    /// What is on it.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        locked(&self.state).files.clone()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        locked(&DISKS).remove(&self.id);
    }
}

/// What became of the steps that were not yet safe.
#[derive(Clone, Copy, Debug)]
pub enum Left {
    /// All gone.
    Nothing,
    /// All there.
    Everything,
    /// Some of them, by these dice; the last one that is there may be torn.
    Some(u64),
}

/// What is on a disk that began with these files, after the power went behind these steps.
pub fn after_cut(begun: &BTreeMap<String, Vec<u8>>, tape: &[Step], left: Left) -> BTreeMap<String, Vec<u8>> {
    let mut safe: BTreeMap<String, Vec<u8>> = begun.clone();
    let mut pending: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for step in tape {
        match step {
            Step::Sync { file } => {
                for step in pending.remove(file.as_str()).unwrap_or_default() {
                    apply(&mut safe, step, None);
                }
                // A file that is there and empty.
                safe.entry(file.clone()).or_default();
            }
            Step::Delete { file, sure: true } => {
                pending.remove(file.as_str());
                safe.remove(file);
            }
            Step::Write { file, .. } | Step::Truncate { file, .. } | Step::Delete { file, .. } => {
                pending.entry(file).or_default().push(step);
            }
        }
    }
    let mut dice = Dice(match left {
        Left::Some(seed) => seed,
        _ => 0,
    });
    for steps in pending.into_values() {
        let torn = dice.roll(2) == 0;
        for (n, step) in steps.iter().enumerate() {
            match left {
                Left::Nothing => {}
                Left::Everything => apply(&mut safe, step, None),
                // What was deleted and made anew is not both.
                Left::Some(_) if matches!(step, Step::Write { .. }) && dice.roll(3) == 0 => {}
                Left::Some(_) => {
                    let last = n + 1 == steps.len();
                    apply(&mut safe, step, (last && torn).then_some(&mut dice));
                }
            }
        }
    }
    safe
}

/// Does a step to what is there; with dice only a part of it.
fn apply(files: &mut BTreeMap<String, Vec<u8>>, step: &Step, torn: Option<&mut Dice>) {
    match step {
        Step::Write { file, at, bytes } => {
            let whole = bytes.len();
            let len = torn.map_or(whole, |dice| {
                whole.min(SECTOR * dice.roll(whole.div_ceil(SECTOR) as u64 + 1) as usize)
            });
            put(files.entry(file.clone()).or_default(), *at, &bytes[..len]);
        }
        Step::Truncate { file, len } => files.entry(file.clone()).or_default().truncate(*len),
        Step::Delete { file, .. } => {
            files.remove(file);
        }
        Step::Sync { .. } => {}
    }
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    content[at..at + bytes.len()].copy_from_slice(bytes);
}

/// An open file, as SQLite keeps it: it gives us room of `szOsFile` bytes.
#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    open: *mut Open,
}

struct Open {
    disk: Shared,
    file: String,
    main: bool,
}

/// Makes this the disk of all connections that this program opens.
fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let vfs = ffi::sqlite3_vfs {
            iVersion: 2,
            szOsFile: size_of::<Handle>() as c_int,
            mxPathname: NAME,
            pNext: std::ptr::null_mut(),
            zName: c"detente-test-disk".as_ptr(),
            pAppData: std::ptr::null_mut(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: None,
            xCurrentTimeInt64: Some(current_time_int64),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        };
        // SAFETY: SQLite wants the structure to stay where it is as long as the program runs: it is leaked.
        let rc = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 1) };
        assert_eq!(rc, ffi::SQLITE_OK);
    });
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(lock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The disk and the file of a name such as `/7/l.db-wal`. Files without a name have a disk of their own.
fn place(name: *const c_char) -> Option<(Shared, String)> {
    if name.is_null() {
        return Some((Shared::default(), "nameless".into()));
    }
    // SAFETY: SQLite hands in names that end with a zero byte and stay during the call.
    let name = unsafe { CStr::from_ptr(name) }.to_str().ok()?;
    let (id, file) = name.strip_prefix('/')?.split_once('/')?;
    Some((locked(&DISKS).get(&id.parse().ok()?)?.clone(), file.into()))
}

/// The open file behind a handle.
fn opened<'a>(file: *mut ffi::sqlite3_file) -> &'a Open {
    // SAFETY: SQLite calls the methods below only with handles that `open` has filled and `close` has not yet emptied,
    // and never two of them at once for one handle; `base` is the first field of a `repr(C)` structure.
    unsafe { &*(*file.cast::<Handle>()).open }
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let handle = file.cast::<Handle>();
    // SAFETY: SQLite hands in room for a handle; without methods it will not call `close`.
    unsafe { (*handle).base.pMethods = std::ptr::null() };
    let Some((disk, file)) = place(name) else { return ffi::SQLITE_CANTOPEN };
    let main = flags & ffi::SQLITE_OPEN_MAIN_DB != 0;
    {
        let mut state = locked(&disk);
        if !state.files.contains_key(&file) {
            if flags & ffi::SQLITE_OPEN_CREATE == 0 {
                return ffi::SQLITE_CANTOPEN;
            }
            if state.fault == Some(Fault::ReadOnly) {
                return ffi::SQLITE_CANTOPEN;
            }
            state.files.insert(file.clone(), Vec::new());
        }
        if main {
            state.open += 1;
            assert_eq!(state.open, 1, "nothing is locked here: one connection at a time");
        }
    }
    // SAFETY: the room is ours until `close`, which frees the box; `out` may be null.
    unsafe {
        (*handle).open = Box::into_raw(Box::new(Open { disk, file, main }));
        (*handle).base.pMethods = &METHODS;
        if !out.is_null() {
            *out = flags;
        }
    }
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: filled by `open`, and SQLite closes a handle once.
    let open = unsafe { Box::from_raw((*file.cast::<Handle>()).open) };
    if open.main {
        locked(&open.disk).open -= 1;
    }
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    let Some((disk, file)) = place(name) else { return ffi::SQLITE_IOERR_DELETE };
    let mut state = locked(&disk);
    if state.files.remove(&file).is_none() {
        return ffi::SQLITE_IOERR_DELETE_NOENT;
    }
    state.tape.push(Step::Delete { file, sure: sync != 0 });
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    _: c_int,
    out: *mut c_int,
) -> c_int {
    let there = place(name).is_some_and(|(disk, file)| locked(&disk).files.contains_key(&file));
    // SAFETY: SQLite hands in a place for the answer.
    unsafe { *out = c_int::from(there) };
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    len: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: the name ends with a zero byte, and there is room for `len` bytes, which is checked.
    unsafe {
        let name = CStr::from_ptr(name).to_bytes_with_nul();
        if name.len() > len as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(name.as_ptr().cast(), out, name.len());
    }
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn randomness(_: *mut ffi::sqlite3_vfs, len: c_int, out: *mut c_char) -> c_int {
    // SAFETY: there is room for `len` bytes.
    unsafe { std::ptr::write_bytes(out, 7, len as usize) };
    len
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, _: c_int) -> c_int {
    0
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn current_time(_: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: SQLite hands in a place for the answer.
    unsafe { *out = 2_461_000.0 };
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn current_time_int64(_: *mut ffi::sqlite3_vfs, out: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite hands in a place for the answer.
    unsafe { *out = 2_461_000 * 86_400_000 };
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    out: *mut c_void,
    len: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    let open = opened(file);
    let mut state = locked(&open.disk);
    let n = state.reads;
    state.reads += 1;
    if state.fault == Some(Fault::Read(n)) {
        return ffi::SQLITE_IOERR_READ;
    }
    let (at, len) = (at as usize, len as usize);
    let empty = Vec::new();
    let content = state.files.get(&open.file).unwrap_or(&empty);
    let part = content.get(at..content.len().min(at + len)).unwrap_or_default();
    // SAFETY: there is room for `len` bytes; what is not in the file is to be zero.
    unsafe {
        std::ptr::copy_nonoverlapping(part.as_ptr(), out.cast(), part.len());
        std::ptr::write_bytes(out.cast::<u8>().add(part.len()), 0, len - part.len());
    }
    if part.len() < len { ffi::SQLITE_IOERR_SHORT_READ } else { ffi::SQLITE_OK }
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    len: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    let open = opened(file);
    let mut state = locked(&open.disk);
    if let Some(error) = state.write_fails() {
        return error;
    }
    // SAFETY: SQLite hands in that many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), len as usize) };
    let at = at as usize;
    put(state.files.entry(open.file.clone()).or_default(), at, bytes);
    state.tape.push(Step::Write { file: open.file.clone(), at, bytes: bytes.to_vec() });
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, len: ffi::sqlite3_int64) -> c_int {
    let open = opened(file);
    let mut state = locked(&open.disk);
    if state.write_fails().is_some() {
        return ffi::SQLITE_IOERR_TRUNCATE;
    }
    let len = len as usize;
    state.files.entry(open.file.clone()).or_default().truncate(len);
    state.tape.push(Step::Truncate { file: open.file.clone(), len });
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    let open = opened(file);
    let mut state = locked(&open.disk);
    let n = state.syncs;
    state.syncs += 1;
    if state.fault == Some(Fault::Sync(n)) {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    state.tape.push(Step::Sync { file: open.file.clone() });
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut ffi::sqlite3_int64) -> c_int {
    let open = opened(file);
    let len = locked(&open.disk).files.get(&open.file).map_or(0, Vec::len);
    // SAFETY: SQLite hands in a place for the answer.
    unsafe { *out = len as ffi::sqlite3_int64 };
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn lock(_: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn check_reserved_lock(_: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: SQLite hands in a place for the answer.
    unsafe { *out = 0 };
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    SECTOR as c_int
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    0
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    let open = opened(file);
    let mut state = locked(&open.disk);
    let pages = state.shared.entry(open.file.clone()).or_default();
    while extend != 0 && pages.len() <= page as usize {
        pages.push(vec![0; size as usize].into());
    }
    let at = pages.get_mut(page as usize).map_or(std::ptr::null_mut(), |p| p.as_mut_ptr());
    // SAFETY: SQLite hands in a place for the answer. A box stays where it is until it is dropped, which `shm_unmap` and
    // the end of the disk do, when no connection uses it any more.
    unsafe { *out = at.cast() };
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn shm_lock(_: *mut ffi::sqlite3_file, _: c_int, _: c_int, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
}

// SAFETY: SQLite alone calls it, as its tables of functions say.
unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    let open = opened(file);
    locked(&open.disk).shared.remove(&open.file);
    ffi::SQLITE_OK
}
