//! One party: with whom it has to do, what it is called, what it did and what was done to it, month by month.

use detente::plover::Quad;
use jiff::civil::Date;
use rusqlite::types::Value;
use serde::Serialize;

use crate::{Ledger, LedgerError, StandingMonth};

/// Somebody with whom a party has to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Partner {
    /// Entity key of the other.
    pub key: String,
    /// Reports about the two.
    pub reports: usize,
    /// Events of other data sets about the two.
    pub foreign: usize,
    /// Last day on which anything is told to have happened.
    pub last: Option<Date>,
    /// Where the two stand; `None` where that is not known.
    pub month: Option<StandingMonth>,
}

/// A name under which a party is spoken of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownAs {
    /// `name` (canonical), `office` (of somebody who acts for it) or `words` (as they stand in texts).
    pub kind: String,
    /// The name.
    pub name: String,
    /// Reports that bear it.
    pub reports: usize,
}

/// What is told of a party in a month, without what is denied, announced or supposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyMonth {
    /// First day of the month.
    pub first: Date,
    /// What sort of events.
    pub quad: Quad,
    /// Reports in which it acts.
    pub does: usize,
    /// Reports in which it is acted upon.
    pub suffers: usize,
}

impl Ledger {
    /// With whom a party has to do, the most told of first, and where they stand on a day (now, without one). Counts
    /// are those of today, whatever `as_of` says. Empty for files of before version 3 that are only read.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn partners(
        &self,
        key: &str,
        day: Option<Date>,
        as_of: Option<Date>,
        limit: usize,
    ) -> Result<Vec<Partner>, LedgerError> {
        if !self.has_counts()? {
            return Ok(Vec::new());
        }
        let side = |own: &str, other: &str| {
            format!(
                "SELECT x.key AS key, c.reports AS reports, c.foreign_events AS foreign_events, c.last AS last
                 FROM keys k JOIN pairs p ON p.{own} = k.id JOIN keys x ON x.id = p.{other}
                 JOIN pair_counts c ON c.pair = p.id WHERE k.key = ?1"
            )
        };
        let sql = format!(
            "SELECT key, reports, foreign_events, last FROM ({} UNION ALL {})
             ORDER BY reports + foreign_events DESC, key LIMIT ?2",
            side("a", "b"),
            side("b", "a")
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut partners = self.collect(&sql, vec![Value::Text(key.into()), Value::Integer(limit)], |r| {
            let last: Option<String> = r.get(3)?;
            Ok(Partner {
                key: r.get(0)?,
                reports: r.get(1)?,
                foreign: r.get(2)?,
                last: crate::read::day(last),
                month: None,
            })
        })?;
        partners.retain(|p| p.reports + p.foreign > 0 && p.key != detente::foreign::UNKNOWN);
        for partner in &mut partners {
            let months = self.standing_series(key, &partner.key, day, day, as_of)?;
            partner.month = months.into_iter().next_back().filter(|m| m.level.is_some());
        }
        Ok(partners)
    }

    /// The names under which a party is spoken of, the most frequent of each kind first. Empty for files of before
    /// version 3 that are only read.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn names_of(&self, key: &str) -> Result<Vec<KnownAs>, LedgerError> {
        if !self.has_counts()? {
            return Ok(Vec::new());
        }
        self.collect(
            "SELECT n.kind, n.name, n.reports FROM keys k JOIN names n ON n.key = k.id
             WHERE k.key = ?1 AND n.reports > 0 ORDER BY n.kind, n.reports DESC, n.name",
            vec![Value::Text(key.into())],
            |r| Ok(KnownAs { kind: r.get(0)?, name: r.get(1)?, reports: r.get(2)? }),
        )
    }

    /// A number that is another one whenever somebody else has written to the ledger since it was last asked for. It means
    /// nothing beside that of another connection, and does not see what this one writes.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn data_version(&self) -> Result<i64, LedgerError> {
        let all = self.collect("PRAGMA data_version", Vec::new(), |r| r.get(0))?;
        Ok(all.first().copied().unwrap_or(0))
    }

    /// A number that grows with whatever is written: what was worked out of the ledger holds as long as it is the same.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn stamp(&self) -> Result<i64, LedgerError> {
        let all = self.collect("SELECT coalesce(max(id), 0) FROM runs", Vec::new(), |r| r.get(0))?;
        Ok(all.first().copied().unwrap_or(0))
    }
}
