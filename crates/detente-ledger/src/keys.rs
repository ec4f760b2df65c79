//! Numbers for entity keys and for pairs of them, given out when first met and never changed.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

/// Looks numbers up, and gives new ones out. It remembers what it saw, so it must not outlive its transaction.
pub(crate) struct Keys<'c> {
    connection: &'c Connection,
    keys: HashMap<String, i64>,
    pairs: HashMap<(i64, i64), i64>,
}

/// Those of a country who fight its state or its law, and are no part of its side.
const FOES: [&str; 3] = ["CRM", "REB", "UAF"];

/// The side that acts in this key: what stands before the `/` in `SYR/REB`; else the key itself.
pub(crate) fn side(key: &str) -> &str {
    match key.split_once('/') {
        Some((side, who)) if !side.is_empty() && !FOES.contains(&who) => side,
        _ => key,
    }
}

impl<'c> Keys<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Keys<'c> {
        Keys { connection, keys: HashMap::new(), pairs: HashMap::new() }
    }

    /// The number of a key.
    pub(crate) fn key(&mut self, key: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.keys.get(key) {
            return Ok(*id);
        }
        let there = find_key(self.connection, key)?;
        let id = match there {
            Some(id) => id,
            None => self.connection.prepare_cached("INSERT INTO keys (key) VALUES (?1)")?.insert([key])?,
        };
        self.keys.insert(key.to_string(), id);
        Ok(id)
    }

    /// The number of a pair of two different keys, whichever comes first.
    pub(crate) fn pair(&mut self, x: &str, y: &str) -> rusqlite::Result<i64> {
        let (a, b) = (x.min(y), x.max(y));
        let ids = (self.key(a)?, self.key(b)?);
        if let Some(pair) = self.pairs.get(&ids) {
            return Ok(*pair);
        }
        let there = self
            .connection
            .prepare_cached("SELECT id FROM pairs WHERE a = ?1 AND b = ?2")?
            .query_row(ids, |r| r.get(0))
            .optional()?;
        let id = match there {
            Some(id) => id,
            None => {
                let (s, t) = (side(a), side(b));
                let sides = if s != t && (s, t) != (a, b) { Some(self.pair(s, t)?) } else { None };
                self.connection
                    .prepare_cached("INSERT INTO pairs (a, b, sides) VALUES (?1, ?2, ?3)")?
                    .insert((ids.0, ids.1, sides))?
            }
        };
        self.pairs.insert(ids, id);
        Ok(id)
    }
}

/// The number of a key, where the ledger knows it.
pub(crate) fn find_key(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    connection.prepare_cached("SELECT id FROM keys WHERE key = ?1")?.query_row([key], |r| r.get(0)).optional()
}

/// The number of a pair, where the ledger knows it.
pub(crate) fn find_pair(connection: &Connection, x: &str, y: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT p.id FROM keys x JOIN keys y JOIN pairs p ON p.a = x.id AND p.b = y.id
             WHERE x.key = ?1 AND y.key = ?2",
        )?
        .query_row([x.min(y), x.max(y)], |r| r.get(0))
        .optional()
}
