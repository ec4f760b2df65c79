//! Opening a ledger file: is it there, is it ours, is it of our version?

use std::path::Path;
use std::time::Duration;

use jiff::civil::Date;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{Ledger, LedgerError};

/// "Dten": says in the header of the file that it is a ledger. `file(1)` and we look at it.
const APPLICATION_ID: i64 = 0x4474_656e;

/// Version of the tables that this program writes.
pub const VERSION: i64 = 1 + LATER.len() as i64;

/// The tables of version 1.
const SCHEMA: &str = include_str!("schema.sql");

/// What each later version added, from version 2 on. An older file gets it when it is next written to.
const LATER: [&str; 6] = [
    include_str!("schema2.sql"),
    include_str!("schema3.sql"),
    include_str!("schema4.sql"),
    include_str!("schema5.sql"),
    include_str!("schema6.sql"),
    include_str!("schema7.sql"),
];

/// How long to wait for another program that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Written when a transaction ends: all that was written is on the disk before it is called done, so that a power cut takes
/// nothing away. Where many articles are added at once ([`Ledger::relate_later`]) only the end is waited for.
const EACH: &str = "PRAGMA synchronous = EXTRA";
const AT_THE_END: &str = "PRAGMA synchronous = NORMAL";

impl Ledger {
    /// Opens the ledger in this file, and makes the file where there is none. An older file gets the tables that it
    /// lacks, and what a program that was killed left to do is done: both can take a while in a big ledger.
    ///
    /// # Errors
    /// When the folder does not exist or cannot be written, when the file is something else, when a newer
    /// program wrote it, or when another program holds it for more than five seconds.
    pub fn open(path: impl AsRef<Path>) -> Result<Ledger, LedgerError> {
        let path = path.as_ref();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut ledger = Ledger::connect(path, flags)?;
        let fresh = ledger.check()?;
        // First: the change below is to last as well.
        ledger.run(EACH)?;
        ledger.ask("PRAGMA journal_mode = WAL")?;
        ledger.run("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY")?;
        if fresh || ledger.ask("PRAGMA user_version")? < VERSION {
            ledger.make()?;
        }
        ledger.catch_up()?;
        Ok(ledger)
    }

    /// Opens a ledger that is only read. The file must be there.
    ///
    /// # Errors
    /// As for [`Ledger::open`], and when there is no file.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Ledger, LedgerError> {
        let path = path.as_ref();
        if !path.exists() {
            return Err(LedgerError::Missing { path: path.into() });
        }
        Ledger::look_at(path).map_err(|error| match error {
            LedgerError::Unwritable { path, why } => LedgerError::Unreadable { path, why },
            error => error,
        })
    }

    fn look_at(path: &Path) -> Result<Ledger, LedgerError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut ledger = Ledger::connect(path, flags)?;
        let empty = match ledger.check() {
            // SQLite keeps notes beside the file while it reads. Where it may not, as on a disc or in a folder of
            // somebody else, the file is taken as it stands, unless something is still to be moved into it.
            Err(LedgerError::Unwritable { .. }) if nothing_beside(path) => {
                ledger = Ledger::connect(&unchanging(path), flags | OpenFlags::SQLITE_OPEN_URI)?;
                ledger.path = path.into();
                ledger.check()?
            }
            checked => checked?,
        };
        if empty {
            return Err(LedgerError::Foreign { path: path.into(), found: "an empty file".into() });
        }
        Ok(ledger)
    }

    /// How long to wait for another program that writes, where it is not five seconds.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn wait_for_others(&mut self, patience: Duration) -> Result<(), LedgerError> {
        self.connection.busy_timeout(patience).map_err(|e| self.explain(&e))
    }

    /// With `true`, [`Ledger::add`] leaves events, standings and turns to a later [`Ledger::relate`]: for many
    /// articles at once. The result is the same. A program that is killed loses none of them; a power cut before the end
    /// of [`Ledger::relate`] may take away the last ones, whole.
    pub fn relate_later(&mut self, later: bool) {
        self.later = later;
        // Where this fails every write is waited for, or will fail by itself.
        let _ = self.run(if later { AT_THE_END } else { EACH });
    }

    /// Waits until all that was written is on the disk: what was added is safe from a power cut then. [`Ledger::relate`]
    /// does so at its end, and so does each article that is not added for later.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn settle(&mut self) -> Result<(), LedgerError> {
        // Something must be written for SQLite to wait for the disk; this says again what stands there.
        let version = self.ask("PRAGMA user_version")?;
        self.run(&format!("{EACH}; PRAGMA user_version = {version}"))?;
        self.run(if self.later { AT_THE_END } else { EACH })
    }

    /// The last day on which anything became known; `None` in an empty ledger. Days of knowledge run forwards: a clock
    /// that was set back is seen by this.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_known(&self) -> Result<Option<Date>, LedgerError> {
        if self.has_counts()? {
            let day = crate::relate::horizon(&self.connection).map_err(|e| self.explain(&e))?;
            if day > Date::MIN {
                return Ok(Some(day));
            }
        }
        // An older file, or one that has not been brought up to date since.
        let days = self.collect("SELECT max(known) FROM runs", Vec::new(), |r| r.get(0))?;
        Ok(days.into_iter().next().and_then(crate::read::day))
    }

    /// A ledger that lives in memory and is gone with the program: for tests and for a look at a few files.
    ///
    /// # Errors
    /// When there is no memory left.
    pub fn in_memory() -> Result<Ledger, LedgerError> {
        let mut ledger = Ledger::connect(Path::new(":memory:"), OpenFlags::default())?;
        ledger.make()?;
        Ok(ledger)
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Ledger, LedgerError> {
        let connection = Connection::open_with_flags(path, flags).map_err(|e| explain(path, &e))?;
        connection.busy_timeout(PATIENCE).map_err(|e| explain(path, &e))?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok(Ledger { connection, later: false, manifest: None, path: path.into() })
    }

    /// True when the file is empty; an error when it is not ours.
    fn check(&self) -> Result<bool, LedgerError> {
        let foreign = |found: &str| LedgerError::Foreign { path: self.path.clone(), found: found.into() };
        let id = self.ask("PRAGMA application_id")?;
        let version = self.ask("PRAGMA user_version")?;
        if id != APPLICATION_ID {
            let tables = self.ask("SELECT count(*) FROM sqlite_master")?;
            return if id == 0 && version == 0 && tables == 0 {
                Ok(true)
            } else {
                Err(foreign("an SQLite file of some other program"))
            };
        }
        if version > VERSION {
            return Err(LedgerError::Newer { path: self.path.clone(), found: version, ours: VERSION });
        }
        if version < 1 {
            return Err(foreign("a ledger whose making was cut short"));
        }
        Ok(false)
    }

    /// Does what is left to do, unless another program writes: then it is that one's to do.
    fn catch_up(&mut self) -> Result<(), LedgerError> {
        match self.is_behind()?.then(|| self.relate()) {
            None | Some(Ok(_) | Err(LedgerError::Locked { .. })) => Ok(()),
            Some(Err(e)) => Err(e),
        }
    }

    /// Makes the tables, or those that an older file lacks, unless another program has done so in the meantime.
    /// References are not watched meanwhile: a table may have to be made anew under its old name.
    fn make(&mut self) -> Result<(), LedgerError> {
        self.run("PRAGMA foreign_keys = OFF")?;
        let path = self.path.clone();
        let failed = |e| explain(&path, &e);
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .map_err(failed)?;
        let made: i64 = transaction.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(failed)?;
        if made == 0 {
            transaction.execute_batch(SCHEMA).map_err(failed)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
        }
        for later in LATER.iter().skip((made.max(1) - 1) as usize) {
            transaction.execute_batch(later).map_err(failed)?;
        }
        if (1..4).contains(&made) {
            crate::copies::fill_in(&transaction).map_err(failed)?;
        }
        if made < VERSION {
            transaction.pragma_update(None, "user_version", VERSION).map_err(failed)?;
        }
        transaction.commit().map_err(failed)?;
        self.run("PRAGMA foreign_keys = ON")
    }

    /// A question with one number as its answer (or a word, which gives 0).
    fn ask(&self, sql: &str) -> Result<i64, LedgerError> {
        self.connection
            .query_row(sql, [], |r| Ok(r.get::<_, i64>(0).unwrap_or(0)))
            .map_err(|e| self.explain(&e))
    }

    fn run(&self, sql: &str) -> Result<(), LedgerError> {
        self.connection.execute_batch(sql).map_err(|e| self.explain(&e))
    }

    /// An SQLite error as a sentence about this ledger.
    pub(crate) fn explain(&self, error: &rusqlite::Error) -> LedgerError {
        explain(&self.path, error)
    }
}

/// What SQLite says, on one line and no longer than a sentence: of a damaged file it may quote whole tables.
fn one_line(why: &str) -> String {
    const LETTERS: usize = 160;
    let line = why.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}

/// True where no note of SQLite's stands beside a ledger: all that was written is in the file itself.
fn nothing_beside(path: &Path) -> bool {
    let mut beside = path.as_os_str().to_owned();
    beside.push("-wal");
    std::fs::metadata(beside).map_or(true, |m| m.len() == 0)
}

/// The address by which SQLite opens a file that nobody changes.
fn unchanging(path: &Path) -> std::path::PathBuf {
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                address.push(char::from(*byte))
            }
            _ => address.push_str(&format!("%{byte:02x}")),
        }
    }
    address.push_str("?immutable=1");
    address.into()
}

/// An SQLite error as a sentence about the ledger at `path`.
pub(crate) fn explain(path: &Path, error: &rusqlite::Error) -> LedgerError {
    let path = path.to_path_buf();
    // Without the whole question that failed.
    let said = match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        error => error.to_string(),
    };
    let why = one_line(&said);
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => LedgerError::Foreign { path, found: "no SQLite file".into() },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            LedgerError::Locked { path }
        }
        Some(ErrorCode::SystemIoFailure) if is_of_reading(error) => LedgerError::Unreadable { path, why },
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure,
        ) => LedgerError::Unwritable { path, why },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::TooBig | ErrorCode::TypeMismatch) => {
            LedgerError::Damaged { path, why }
        }
        // What belongs together is no longer so. (What may never be changed says so by a trigger: that is a fault of ours.)
        Some(ErrorCode::ConstraintViolation) if !is_of_a_trigger(error) => LedgerError::Damaged { path, why },
        // A value of another kind than any that was written, or a table that every ledger has.
        None if is_of_wrong_kind(error) => LedgerError::Damaged { path, why },
        // The questions are the same for every ledger: where one of them fails as such (no such table, a form of the file
        // that is none), it is the file.
        None | Some(ErrorCode::Unknown)
            if matches!(error, rusqlite::Error::SqlInputError { .. }) && !why.starts_with("fts5:") =>
        {
            LedgerError::Damaged { path, why }
        }
        Some(ErrorCode::Unknown) if !why.starts_with("near ") && !why.starts_with("fts5:") => {
            LedgerError::Damaged { path, why }
        }
        _ => LedgerError::Other { path, why },
    }
}

/// True where one of the tables' own triggers refused a change.
fn is_of_a_trigger(error: &rusqlite::Error) -> bool {
    error.sqlite_error().map(|e| e.extended_code) == Some(rusqlite::ffi::SQLITE_CONSTRAINT_TRIGGER)
}

/// True where the disk gave no bytes, rather than took none.
fn is_of_reading(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|e| e.extended_code);
    matches!(code, Some(rusqlite::ffi::SQLITE_IOERR_READ | rusqlite::ffi::SQLITE_IOERR_SHORT_READ))
}

/// True where what stands in the file is not of the kind that was written there.
fn is_of_wrong_kind(error: &rusqlite::Error) -> bool {
    use rusqlite::Error;
    matches!(
        error,
        Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
            | Error::InvalidColumnType(..)
            | Error::QueryReturnedNoRows
    )
}
