//! What is remembered between rounds and restarts, in one file: when each feed is to be asked again and what its server said,
//! which items were seen, which pages are still to be fetched, and which articles wait to be coded.
//!
//! Nothing is lost and nothing comes twice because an item is written down as seen in the same transaction in which its article
//! is put among those that wait; it leaves them only when whoever codes says that it is kept. A program that is killed in between
//! finds it there.
//!
//! The file is bounded: an item is forgotten when it has left its feed and [`FORGET`] days have passed since; a feed that the user
//! no longer names is forgotten after [`FORGET_FEED`] days; waiting articles are handed on in pieces.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};
use url::Url;

use crate::clock::Moment;
use crate::config::Config;
use crate::visit::HostState;
use crate::web::Known;

/// Days for which an item is remembered that has left its feed.
pub const FORGET: i64 = 30;
/// Days for which a feed is remembered that is no longer named.
pub const FORGET_FEED: i64 = 90;
/// Marks of items that are remembered of one feed; three for each item. Beyond that the oldest are forgotten.
pub const MARKS: i64 = 300_000;

/// So long it is waited for another program that works with the file: it may be about to end.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);
/// The version of the file.
const VERSION: i64 = 1;

/// What cannot be done with the file. Ends the work: without it nothing can be told to be new.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another program works with it.
    #[error(
        "{0}: another detente watch is at work with this file: stop that one, or name another file with --state"
    )]
    Busy(String),
    /// It is something else.
    #[error("{0}: this is no file of detente watch ({1}): name another file with --state")]
    Other(String, String),
    /// It is of a later version of the program.
    #[error(
        "{0}: a later version of detente has written this file: use that one, or name another file with --state"
    )]
    Later(String),
    /// It cannot be written.
    #[error("{0}: this file cannot be written ({1}): look at the disk and at the permissions of its folder")]
    Unwritable(String, String),
}

/// A feed as it is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedState {
    /// Its number in the file.
    pub id: i64,
    /// What its server said of the last whole answer.
    pub known: Known,
    /// When it is to be asked again.
    pub due: Moment,
    /// When it was asked last.
    pub asked: Moment,
    /// How often asking has failed since it went well.
    pub fails: u32,
    /// Where it has moved for good.
    pub moved: Option<String>,
    /// What was said of it last, so that it is not said again and again.
    pub told: Option<String>,
}

/// A new item: its marks, and its article as JSON.
#[derive(Clone, Debug)]
pub struct New {
    /// The marks by which it is known again.
    pub marks: Vec<i64>,
    /// The address of its page, where that is to be fetched.
    pub page: Option<String>,
    /// The article; nothing where it has no text and no page.
    pub article: Option<String>,
}

/// A page that is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its number.
    pub id: i64,
    /// The feed it belongs to.
    pub feed: i64,
    /// Its address.
    pub url: String,
    /// The article as the feed has it, as JSON.
    pub article: String,
    /// How often fetching it has failed.
    pub tries: u32,
    /// When it was found.
    pub since: Moment,
}

/// The file.
pub struct State {
    connection: Connection,
    path: PathBuf,
}

/// A mark of an item: of what sort, and which. 64 bits of a hash; of 300,000 marks two are alike once in 400 million feeds.
pub fn mark(sort: &str, text: &str) -> i64 {
    let digest = Sha256::new().chain_update(sort).chain_update([0]).chain_update(text).finalize();
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(bytes)
}

/// The day of a moment, counted from 1970.
pub fn day(at: Moment) -> i64 {
    at.div_euclid(86_400_000)
}

impl State {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// When it is something else, in use, or cannot be written.
    pub fn open(path: &Path) -> Result<State, StateError> {
        let name = path.display().to_string();
        let failed = |e: rusqlite::Error| explain(&name, &e);
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        // One program at a time, until it ends; the lock goes with the program, however that ends.
        connection
            .execute_batch("PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;")
            .map_err(failed)?;
        let mut state = State { connection, path: path.to_owned() };
        state.connection.execute_batch("BEGIN EXCLUSIVE; COMMIT;").map_err(failed)?;
        let version: i64 =
            state.connection.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(failed)?;
        let tables: i64 = state
            .connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))
            .map_err(failed)?;
        let application: i64 =
            state.connection.query_row("PRAGMA application_id", [], |r| r.get(0)).map_err(failed)?;
        match version {
            0 if tables == 0 => state.make().map_err(failed)?,
            _ if application != APPLICATION => {
                return Err(StateError::Other(name, "it is another SQLite file".into()));
            }
            VERSION => {}
            _ => return Err(StateError::Later(name)),
        }
        Ok(state)
    }

    fn make(&mut self) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute_batch(&format!(
            "PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION};
             CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID, STRICT;
             CREATE TABLE feed(id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE, etag TEXT, modified TEXT,
                 due INTEGER NOT NULL DEFAULT 0, asked INTEGER NOT NULL DEFAULT 0, fails INTEGER NOT NULL DEFAULT 0,
                 moved TEXT, told TEXT, named INTEGER NOT NULL) STRICT;
             CREATE TABLE seen(feed INTEGER NOT NULL, mark INTEGER NOT NULL, day INTEGER NOT NULL,
                 PRIMARY KEY(feed, mark)) WITHOUT ROWID, STRICT;
             CREATE TABLE page(id INTEGER PRIMARY KEY AUTOINCREMENT, feed INTEGER NOT NULL, url TEXT NOT NULL,
                 article TEXT NOT NULL, tries INTEGER NOT NULL, due INTEGER NOT NULL, since INTEGER NOT NULL) STRICT;
             CREATE TABLE ready(id INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL) STRICT;
             CREATE TABLE host(origin TEXT PRIMARY KEY, robots BLOB, asked INTEGER, again INTEGER NOT NULL,
                 silent_since INTEGER, next INTEGER NOT NULL, set_at INTEGER NOT NULL) WITHOUT ROWID, STRICT;"
        ))?;
        transaction.commit()
    }

    fn explain(&self, error: &rusqlite::Error) -> StateError {
        explain(&self.path.display().to_string(), error)
    }

    fn write<T>(&mut self, work: impl FnOnce(&Transaction) -> rusqlite::Result<T>) -> Result<T, StateError> {
        let name = self.path.display().to_string();
        let run = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        run(&mut self.connection).map_err(|e| explain(&name, &e))
    }

    /// The feeds of the configuration in its order, taken up where they are new. Forgets feeds that are long gone from it. A feed
    /// whose new address is where an old one has moved takes over what was remembered of that.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn feeds(&mut self, config: &Config, now: Moment) -> Result<Vec<FeedState>, StateError> {
        let today = day(now);
        let urls: Vec<String> = config.feeds.iter().map(|f| f.url.to_string()).collect();
        self.write(|t| {
            for url in &urls {
                let known: bool =
                    t.query_row("SELECT EXISTS(SELECT 1 FROM feed WHERE url=?1)", [url], |r| r.get(0))?;
                if !known {
                    let mut old = t.prepare("SELECT id, url FROM feed WHERE moved=?1")?;
                    let old: Vec<(i64, String)> = old
                        .query_map([url], |r| Ok((r.get(0)?, r.get(1)?)))?
                        .collect::<rusqlite::Result<_>>()?;
                    if let Some((id, _)) = old.iter().find(|(_, old)| !urls.contains(old)) {
                        t.execute(
                            "UPDATE feed SET url=?1, moved=NULL, etag=NULL, modified=NULL WHERE id=?2",
                            params![url, id],
                        )?;
                    }
                }
                t.execute(
                    "INSERT INTO feed(url, named) VALUES(?1, ?2) ON CONFLICT(url) DO UPDATE SET named=?2 WHERE named<>?2",
                    params![url, today],
                )?;
            }
            // Not where the clock has jumped: what is named is never forgotten.
            let gone = "named < ?1";
            for table in ["seen", "page"] {
                t.execute(
                    &format!("DELETE FROM {table} WHERE feed IN (SELECT id FROM feed WHERE {gone})"),
                    [today - FORGET_FEED],
                )?;
            }
            t.execute(&format!("DELETE FROM feed WHERE {gone}"), [today - FORGET_FEED])?;
            let mut find = t.prepare(
                "SELECT id, etag, modified, due, asked, fails, moved, told FROM feed WHERE url=?1",
            )?;
            urls.iter()
                .map(|url| {
                    find.query_row([url], |r| {
                        Ok(FeedState {
                            id: r.get(0)?,
                            known: Known { etag: r.get(1)?, modified: r.get(2)? },
                            due: r.get(3)?,
                            asked: r.get(4)?,
                            fails: r.get(5)?,
                            moved: r.get(6)?,
                            told: r.get(7)?,
                        })
                    })
                })
                .collect()
        })
    }

    /// Which of an item's marks a feed has: true where it has any of them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_seen(&self, feed: i64, marks: &[i64]) -> Result<bool, StateError> {
        let look = || -> rusqlite::Result<bool> {
            let mut find = self.connection.prepare_cached("SELECT 1 FROM seen WHERE feed=?1 AND mark=?2")?;
            for mark in marks {
                if find.exists(params![feed, mark])? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        look().map_err(|e| self.explain(&e))
    }

    /// Writes down what asking a feed came to, in one transaction: the feed itself, its new items, and that the old ones are still
    /// there. `whole` says that `old` are all that are still in it: others are forgotten when their time is over.
    ///
    /// # Errors
    /// When the file cannot be written; nothing is written then.
    pub fn asked(
        &mut self,
        feed: &FeedState,
        new: &[New],
        old: &[i64],
        whole: bool,
        now: Moment,
    ) -> Result<(), StateError> {
        let today = day(now);
        self.write(|t| {
            t.execute(
                "UPDATE feed SET etag=?2, modified=?3, due=?4, asked=?5, fails=?6, moved=?7, told=?8 WHERE id=?1",
                params![feed.id, feed.known.etag, feed.known.modified, feed.due, feed.asked, feed.fails, feed.moved, feed.told],
            )?;
            let mut see = t.prepare_cached(
                "INSERT INTO seen(feed, mark, day) VALUES(?1, ?2, ?3)
                 ON CONFLICT(feed, mark) DO UPDATE SET day=?3 WHERE day<>?3",
            )?;
            let mut ready = t.prepare_cached("INSERT INTO ready(article) VALUES(?1)")?;
            let mut page = t.prepare_cached(
                "INSERT INTO page(feed, url, article, tries, due, since) VALUES(?1, ?2, ?3, 0, ?4, ?4)",
            )?;
            for mark in old.iter().chain(new.iter().flat_map(|n| &n.marks)) {
                see.execute(params![feed.id, mark, today])?;
            }
            for item in new {
                match (&item.article, &item.page) {
                    (Some(article), Some(url)) => page.execute(params![feed.id, url, article, now])?,
                    (Some(article), None) => ready.execute([article])?,
                    (None, _) => 0,
                };
            }
            if whole {
                t.execute("DELETE FROM seen WHERE feed=?1 AND day < ?2", params![feed.id, today - FORGET])?;
            }
            let marks: i64 = t.query_row("SELECT count(*) FROM seen WHERE feed=?1", [feed.id], |r| r.get(0))?;
            if marks > MARKS {
                t.execute(
                    "DELETE FROM seen WHERE feed=?1 AND mark IN
                     (SELECT mark FROM seen WHERE feed=?1 AND day<?3 ORDER BY day, mark LIMIT ?2)",
                    params![feed.id, marks - MARKS, today],
                )?;
            }
            Ok(())
        })
    }

    /// Pages that are to be fetched now, the oldest first. One whose time lies in the future although it was found in the future
    /// too (the clock was set back) is due.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn pages(&self, now: Moment, most: usize) -> Result<Vec<Page>, StateError> {
        let look = || -> rusqlite::Result<Vec<Page>> {
            let mut find = self.connection.prepare_cached(
                "SELECT id, feed, url, article, tries, since FROM page WHERE due<=?1 OR since>?1 ORDER BY id LIMIT ?2",
            )?;
            let rows = find.query_map(params![now, most as i64], |r| {
                Ok(Page {
                    id: r.get(0)?,
                    feed: r.get(1)?,
                    url: r.get(2)?,
                    article: r.get(3)?,
                    tries: r.get(4)?,
                    since: r.get(5)?,
                })
            })?;
            rows.collect()
        };
        look().map_err(|e| self.explain(&e))
    }

    /// A page is done with: its article waits to be coded, where there is one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn page_done(&mut self, page: i64, article: Option<&str>) -> Result<(), StateError> {
        self.write(|t| {
            t.execute("DELETE FROM page WHERE id=?1", [page])?;
            if let Some(article) = article {
                t.execute("INSERT INTO ready(article) VALUES(?1)", [article])?;
            }
            Ok(())
        })
    }

    /// A page is to be tried again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn page_later(&mut self, page: i64, tries: u32, due: Moment) -> Result<(), StateError> {
        self.write(|t| {
            t.execute("UPDATE page SET tries=?2, due=?3 WHERE id=?1", params![page, tries, due]).map(|_| ())
        })
    }

    /// When the next page is to be fetched.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_page(&self) -> Result<Option<Moment>, StateError> {
        let found = self.connection.query_row("SELECT min(due) FROM page", [], |r| r.get(0));
        found.map_err(|e| self.explain(&e))
    }

    /// The first articles that wait to be coded, each as JSON, of about so many bytes at most; and the number of the last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn ready(&self, most: usize, bytes: usize) -> Result<(Vec<String>, i64), StateError> {
        let look = || -> rusqlite::Result<(Vec<String>, i64)> {
            let mut find =
                self.connection.prepare_cached("SELECT id, article FROM ready ORDER BY id LIMIT ?1")?;
            let mut rows = find.query([most as i64])?;
            let (mut articles, mut last, mut total) = (Vec::new(), 0, 0);
            while let Some(row) = rows.next()? {
                let article: String = row.get(1)?;
                total += article.len();
                if !articles.is_empty() && total > bytes {
                    break;
                }
                last = row.get(0)?;
                articles.push(article);
            }
            Ok((articles, last))
        };
        look().map_err(|e| self.explain(&e))
    }

    /// The waiting articles up to this number are kept where they belong; `bytes` is how long the output is with them.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn coded(&mut self, last: i64, bytes: Option<u64>) -> Result<(), StateError> {
        self.write(|t| {
            t.execute("DELETE FROM ready WHERE id<=?1", [last])?;
            if let Some(bytes) = bytes {
                t.execute(
                    "INSERT OR REPLACE INTO meta(name, value) VALUES('out', ?1)",
                    [i64::try_from(bytes).unwrap_or(i64::MAX)],
                )?;
            }
            Ok(())
        })
    }

    /// How long the output of this name is with all that was coded; nothing where it is another one than before.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn out(&self, name: &str) -> Result<Option<u64>, StateError> {
        let value = |what: &str| {
            let mut find = self.connection.prepare_cached("SELECT value FROM meta WHERE name=?1")?;
            find.query_row([what], |r| r.get::<_, i64>(0)).optional()
        };
        let found = value("name").and_then(|name| Ok((name, value("out")?))).map_err(|e| self.explain(&e))?;
        Ok(match found {
            (Some(of), Some(bytes)) if of == mark("out", name) => u64::try_from(bytes).ok(),
            _ => None,
        })
    }

    /// The output of this name is so long before anything is written to it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn out_begins(&mut self, name: &str, bytes: u64) -> Result<(), StateError> {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.write(|t| {
            t.execute("INSERT OR REPLACE INTO meta(name, value) VALUES('name', ?1)", [mark("out", name)])?;
            t.execute("INSERT OR REPLACE INTO meta(name, value) VALUES('out', ?1)", [bytes])?;
            Ok(())
        })
    }

    /// What is remembered of hosts.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn hosts(&self) -> Result<BTreeMap<String, HostState>, StateError> {
        let look = || -> rusqlite::Result<BTreeMap<String, HostState>> {
            let mut find = self
                .connection
                .prepare("SELECT origin, robots, asked, again, silent_since, next, set_at FROM host")?;
            let rows = find.query_map([], |r| {
                let host = HostState {
                    robots: r.get(1)?,
                    asked: r.get(2)?,
                    again: r.get(3)?,
                    silent_since: r.get(4)?,
                    next: r.get(5)?,
                    set: r.get(6)?,
                };
                Ok((r.get(0)?, host))
            })?;
            rows.collect()
        };
        look().map_err(|e| self.explain(&e))
    }

    /// Remembers hosts; `before` is what the file has of them.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_hosts(
        &mut self,
        before: &BTreeMap<String, HostState>,
        hosts: &BTreeMap<String, HostState>,
    ) -> Result<(), StateError> {
        if before == hosts {
            return Ok(());
        }
        self.write(|t| {
            for origin in before.keys().filter(|o| !hosts.contains_key(*o)) {
                t.execute("DELETE FROM host WHERE origin=?1", [origin])?;
            }
            let mut put = t.prepare_cached(
                "INSERT OR REPLACE INTO host(origin, robots, asked, again, silent_since, next, set_at)
                 VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for (origin, h) in hosts.iter().filter(|(origin, h)| before.get(*origin) != Some(h)) {
                put.execute(params![origin, h.robots, h.asked, h.again, h.silent_since, h.next, h.set])?;
            }
            Ok(())
        })
    }

    /// How many there are: marks of items, pages to be fetched, articles that wait.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn counts(&self) -> Result<[i64; 3], StateError> {
        let count = |table: &str| {
            self.connection
                .query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0))
                .map_err(|e| self.explain(&e))
        };
        Ok([count("seen")?, count("page")?, count("ready")?])
    }
}

/// "deWt": by this SQLite files are told apart.
const APPLICATION: i64 = 0x6465_5774;

/// An address without what only counts visitors.
pub fn plain_link(link: &str) -> String {
    let Ok(mut url) = Url::parse(link) else { return link.to_owned() };
    url.set_fragment(None);
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("utm_"))
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    if kept.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    url.to_string()
}

fn explain(name: &str, error: &rusqlite::Error) -> StateError {
    use rusqlite::ErrorCode;
    let name = name.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StateError::Busy(name),
        Some(ErrorCode::NotADatabase) => StateError::Other(name, "it is no SQLite file".into()),
        Some(ErrorCode::DatabaseCorrupt) => StateError::Other(name, "it is damaged".into()),
        Some(ErrorCode::DiskFull) => StateError::Unwritable(name, "the disk is full".into()),
        _ => StateError::Unwritable(name, error.to_string()),
    }
}
