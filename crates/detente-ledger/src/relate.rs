//! From rows to relations: the engine's event sets, standing and turns, run over what the ledger holds.

use detente::bloc::{Blocs, Tie, blocs};
use detente::event_set::{Event, gather};
use detente::standing::{self, observe, standing};
use detente::turn::{self, Turn, turns};
use jiff::civil::Date;

use crate::{Filter, Ledger, LedgerError, Relation};

/// How many of the busiest dyads [`Ledger::latest_turns`] looks at.
const BUSIEST: usize = 40;

/// How many of the busiest dyads [`Ledger::blocs`] looks at.
const BLOC_DYADS: usize = 300;

impl Ledger {
    /// The events that the reports passing the filter tell of.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn events(&self, filter: &Filter) -> Result<Vec<Event>, LedgerError> {
        Ok(gather(self.reports(filter)?.iter().map(|row| &row.report)))
    }

    /// Everything about two parties: reports, events, standing, turns. The standing ends with `as_of`, or
    /// with the last day that the ledger knows anything of.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn relation(&self, a: &str, b: &str, as_of: Option<Date>) -> Result<Relation, LedgerError> {
        let rows = self.dyad(a, b, as_of)?;
        let events = gather(rows.iter().map(|row| &row.report));
        let until = match as_of {
            Some(day) => Some(day),
            None => self.last_day()?,
        };
        let observed = observe(&events, a, b, &standing::Params::default());
        Ok(Relation {
            standing: standing(&observed, a, b, until, &standing::Params::default()),
            turns: turns(&observed, a, b, &turn::Params::default()),
            rows,
            events,
        })
    }

    /// The latest turns among the busiest dyads, newest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn latest_turns(&self, limit: usize, as_of: Option<Date>) -> Result<Vec<Turn>, LedgerError> {
        let mut latest = Vec::new();
        for dyad in self.dyads(BUSIEST, as_of)? {
            let rows = self.dyad(&dyad.a, &dyad.b, as_of)?;
            let events = gather(rows.iter().map(|row| &row.report));
            let observed = observe(&events, &dyad.a, &dyad.b, &standing::Params::default());
            latest.extend(turns(&observed, &dyad.a, &dyad.b, &turn::Params::default()));
        }
        latest.sort_by(|x, y| (y.to, y.from, &x.a, &x.b).cmp(&(x.to, x.from, &y.a, &y.b)));
        latest.truncate(limit);
        Ok(latest)
    }

    /// Who stands together at the end of what is known: the blocs of the standings of the busiest dyads, with
    /// the ties they were read from, strongest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn blocs(&self, as_of: Option<Date>) -> Result<(Blocs, Vec<Tie>), LedgerError> {
        let mut ties = Vec::new();
        for dyad in self.dyads(BLOC_DYADS, as_of)? {
            let relation = self.relation(&dyad.a, &dyad.b, as_of)?;
            ties.extend(relation.standing.latest().map(|level| Tie::of(&dyad.a, &dyad.b, &level)));
        }
        ties.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((&x.a, &x.b).cmp(&(&y.a, &y.b))));
        Ok((blocs(&ties), ties))
    }

    /// The last day that the ledger knows anything of: of publication, or of a real event.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_day(&self) -> Result<Option<Date>, LedgerError> {
        let sql = "SELECT max(day) FROM (SELECT max(published) AS day FROM articles UNION ALL
                   SELECT max(enddate) FROM current_reports WHERE NOT (negated OR future OR hypothetical))";
        let day: Option<String> =
            self.connection.query_row(sql, [], |r| r.get(0)).map_err(|e| self.explain(&e))?;
        Ok(day.and_then(|d| d.parse().ok()))
    }
}
