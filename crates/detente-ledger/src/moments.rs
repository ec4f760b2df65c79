//! Where pairs stand on any day, worked out from the evidence that is kept; [`Ledger::standing_series`] gives what is
//! kept itself, at the ends of months.

use detente::event_set::gather;
use detente::standing::{self, Balance, Observed, Standing, observe, series, standing, standing_on};
use jiff::civil::Date;

use crate::series::{self as kept, Foreign};
use crate::{Ledger, LedgerError};

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

    /// What the evidence about every pair of known parties comes to on a day, by the keys: for profiles and blocs. This
    /// looks at all evidence.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn balances_on(
        &self,
        day: Date,
        as_of: Option<Date>,
    ) -> Result<Vec<(String, String, Balance)>, LedgerError> {
        let params = standing::Params::default();
        let mut balances: Vec<(String, String, Balance)> = Vec::new();
        if self.has_counts()? {
            let failed = |e: rusqlite::Error| self.explain(&e);
            let foreign = Foreign::read(&self.connection).map_err(failed)?;
            let pairs: Vec<i64> =
                self.collect("SELECT pair FROM pair_standings ORDER BY pair", Vec::new(), |r| r.get(0))?;
            for pair in pairs {
                let evidence = kept::evidence(&self.connection, pair, &foreign, &params).map_err(failed)?;
                let balance = standing_on(&evidence.observed(as_of), day, &params);
                balances.push((evidence.a, evidence.b, balance));
            }
        } else {
            for dyad in self.dyads(usize::MAX, as_of)? {
                let events = gather(self.dyad(&dyad.a, &dyad.b, as_of)?.iter().map(|row| &row.report));
                let balance = standing_on(&observe(&events, &dyad.a, &dyad.b, &params), day, &params);
                balances.push((dyad.a, dyad.b, balance));
            }
        }
        let unknown = detente::foreign::UNKNOWN;
        balances.retain(|(a, b, balance)| a != unknown && b != unknown && *balance != Balance::default());
        balances.sort_by(|x, y| (&x.0, &x.1).cmp(&(&y.0, &y.1)));
        Ok(balances)
    }
}
