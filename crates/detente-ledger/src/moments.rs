//! Where pairs stand on any day, worked out from the evidence that is kept; [`Ledger::standing_series`] gives what is
//! kept itself, at the ends of months.

use std::collections::BTreeMap;

use detente::event_set::{Event, gather};
use detente::standing::{self, Balance, Observed, Standing, observe, series, standing, standing_on};
use jiff::ToSpan;
use jiff::civil::Date;
use rusqlite::types::Value;

use crate::read::known_by;
use crate::series::{self as kept, Foreign};
use crate::{Filter, Ledger, LedgerError};

impl Ledger {
    /// Where two parties stand month by month up to a day, and what the evidence comes to at the end of each of these
    /// months, and on the day.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn standing_until(
        &self,
        a: &str,
        b: &str,
        until: Date,
        as_of: Option<Date>,
    ) -> Result<(Standing, Vec<Balance>), LedgerError> {
        let params = standing::Params::default();
        let both = |observed: &Observed| {
            let standing = standing(observed, a, b, Some(until), &params);
            let days: Vec<Date> =
                standing.months.iter().map(|m| m.first.last_of_month().min(until)).collect();
            let balances = series(observed, &days, &params);
            (standing, balances)
        };
        match self.pair(a, b)? {
            Some(pair) => Ok(both(&self.evidence(pair)?.observed(as_of))),
            None => {
                let events = gather(self.dyad(a, b, as_of)?.iter().map(|row| &row.report));
                Ok(both(&observe(&events, a, b, &params)))
            }
        }
    }

    /// What the evidence about every pair of known parties comes to on a day, by the keys: for profiles and blocs. Only
    /// pairs of parties that pass `wanted` are looked at, and of these all evidence.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn balances_on(
        &self,
        day: Date,
        as_of: Option<Date>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, String, Balance)>, LedgerError> {
        let params = standing::Params::default();
        let wanted = |key: &str| key != detente::foreign::UNKNOWN && wanted(key);
        let mut balances: Vec<(String, String, Balance)> = Vec::new();
        if self.has_counts()? {
            let failed = |e: rusqlite::Error| self.explain(&e);
            let foreign = Foreign::read(&self.connection).map_err(failed)?;
            let mut pairs = self.pairs(wanted)?;
            let mut keep = |pair: i64, observed: &Observed| {
                if let Some((a, b)) = pairs.remove(&pair) {
                    balances.push((a, b, standing_on(observed, day, &params)));
                }
            };
            kept::observe_all(&self.connection, &foreign, (day, as_of), &mut keep).map_err(failed)?;
        } else {
            for dyad in self.dyads(usize::MAX, as_of)?.into_iter().filter(|d| wanted(&d.a) && wanted(&d.b)) {
                let events = gather(self.dyad(&dyad.a, &dyad.b, as_of)?.iter().map(|row| &row.report));
                let balance = standing_on(&observe(&events, &dyad.a, &dyad.b, &params), day, &params);
                balances.push((dyad.a, dyad.b, balance));
            }
        }
        balances.retain(|(.., balance)| *balance != Balance::default());
        balances.sort_by(|x, y| (&x.0, &x.1).cmp(&(&y.0, &y.1)));
        Ok(balances)
    }

    /// What the evidence about every pair of known parties comes to on each of several days, pair by pair, in one pass: for
    /// who looks at many days. The days must be in order. Gives nothing for files of before version 3 that are only read.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn balances_over(
        &self,
        days: &[Date],
        as_of: Option<Date>,
        wanted: impl Fn(&str) -> bool,
        mut give: impl FnMut(&str, &str, Vec<Balance>),
    ) -> Result<(), LedgerError> {
        let Some(&last) = days.last() else { return Ok(()) };
        if !self.has_counts()? {
            return Ok(());
        }
        let params = standing::Params::default();
        let wanted = |key: &str| key != detente::foreign::UNKNOWN && wanted(key);
        let failed = |e: rusqlite::Error| self.explain(&e);
        let foreign = Foreign::read(&self.connection).map_err(failed)?;
        let pairs = self.pairs(wanted)?;
        let mut keep = |pair: i64, observed: &Observed| {
            if let Some((a, b)) = pairs.get(&pair) {
                give(a, b, series(observed, days, &params));
            }
        };
        kept::observe_all(&self.connection, &foreign, (last, as_of), &mut keep).map_err(failed)
    }

    /// All pairs of parties that pass, by number.
    fn pairs(&self, wanted: impl Fn(&str) -> bool) -> Result<BTreeMap<i64, (String, String)>, LedgerError> {
        let sql =
            "SELECT p.id, x.key, y.key FROM pairs p JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b";
        let pairs: Vec<(i64, String, String)> =
            self.collect(sql, Vec::new(), |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        let pairs = pairs.into_iter().filter(|(_, a, b)| wanted(a) && wanted(b));
        Ok(pairs.map(|(id, a, b)| (id, (a, b))).collect())
    }

    /// The events up to a day in which several act together on others, from the last fifteen years before it: who acts
    /// together stands together ([`detente::bloc::joint`]).
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn joint_events(&self, day: Date, as_of: Option<Date>) -> Result<Vec<Event>, LedgerError> {
        self.joint_events_over(&[day], as_of)
    }

    /// The same for several days, in order, by one question: of the first day and of the last, and what is between. For any
    /// one of them those count that begin on [`Ledger::joint_since`] or later.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn joint_events_over(&self, days: &[Date], as_of: Option<Date>) -> Result<Vec<Event>, LedgerError> {
        let (Some(&first), Some(&day)) = (days.first(), days.last()) else { return Ok(Vec::new()) };
        let joint = |event: &Event| event.actors.len() > 1 && !event.recipients.is_empty();
        if !self.has_counts()? {
            let filter = Filter { to: Some(day), as_of, ..Filter::default() };
            return Ok(self.events(&filter)?.into_iter().filter(joint).collect());
        }
        let since = Ledger::joint_since(first);
        // A list of several keys has a comma; a key that has one itself is sorted out below. The words are those of the
        // index `event_versions_joint`.
        let sql = "SELECT v.name FROM event_versions v
                   WHERE v.known <= ?1 AND v.gone = 0 AND v.date BETWEEN ?2 AND ?3
                     AND instr(v.actors, ',') > 0 AND v.recipients <> '[]'
                     AND NOT EXISTS (SELECT 1 FROM event_versions n WHERE n.name = v.name AND n.known <= ?1
                                     AND (n.known, n.id) > (v.known, v.id))
                   ORDER BY v.name";
        let values = [known_by(as_of), since.to_string(), day.to_string()].map(Value::Text).to_vec();
        let names: Vec<String> = self.collect(sql, values, |r| r.get(0))?;
        Ok(self.events_named(&names, as_of)?.into_iter().filter(joint).collect())
    }

    /// The first day whose joint events still count on a day.
    pub fn joint_since(day: Date) -> Date {
        day.saturating_sub(15.years())
    }
}
