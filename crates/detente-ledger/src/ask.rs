//! Asking for what is kept about pairs: events, standings, turns.
//!
//! An older file that is only read has none of that; it is answered all the same, worked out from its reports.

use detente::day;
use detente::event_set::{Event, gather};
use detente::plover::EventType;
use detente::standing::{self, observe, standing};
use detente::turn::{self, Turn, turns};
use jiff::civil::Date;
use rusqlite::OptionalExtension;
use rusqlite::types::Value;

use crate::keys::find_pair;
use crate::read::{TABLES, condition, day, known_by};
use crate::series::{self, Foreign, month, read_month, worked_out_month};
use crate::{
    DyadStanding, Filter, ForeignRow, Ledger, LedgerError, Relation, StandingMonth, Told, TurnFilter, relate,
};

/// How many of the busiest dyads of an older file are looked at for turns.
const BUSIEST: usize = 40;

impl Ledger {
    /// The events that the reports passing the filter tell of, by day (undated last); limit, offset and order are
    /// those of events. An event is given whole, with reports that do not pass.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn events(&self, filter: &Filter) -> Result<Vec<Event>, LedgerError> {
        if !self.has_counts()? {
            let all = Filter { limit: None, offset: 0, newest_first: false, ..filter.clone() };
            let mut events = gather(self.reports(&all)?.iter().map(|row| &row.report));
            if filter.newest_first {
                let undated = events.iter().filter(|e| e.date.or(e.enddate).is_none()).count();
                let dated = events.len() - undated;
                events[..dated].reverse();
            }
            return Ok(events
                .into_iter()
                .skip(filter.offset)
                .take(filter.limit.unwrap_or(usize::MAX))
                .collect());
        }
        let (sql, values) = self.events_chosen(filter);
        let names: Vec<String> = self.collect(&sql, values, |r| r.get(0))?;
        self.events_named(&names, filter.as_of)
    }

    /// A query for the names of the events that [`Ledger::events`] gives, in their order.
    pub(crate) fn events_chosen(&self, filter: &Filter) -> (String, Vec<Value>) {
        let turn = if filter.newest_first { "DESC" } else { "ASC" };
        let (condition, mut values) = condition(filter);
        values.push(Value::Integer(filter.limit.map_or(-1, |l| i64::try_from(l).unwrap_or(i64::MAX))));
        values.push(Value::Integer(i64::try_from(filter.offset).unwrap_or(i64::MAX)));
        let every = Filter {
            as_of: filter.as_of,
            newest_first: filter.newest_first,
            limit: filter.limit,
            offset: filter.offset,
            ..Filter::default()
        };
        // Every event has a report: without a condition there is no need to look for it.
        let passes = if *filter == every {
            String::new()
        } else {
            format!(
                "AND v.name IN (SELECT e.event FROM event_reports e
                 WHERE e.known <= ?1 AND e.here AND e.report IN (SELECT r.id FROM {TABLES} WHERE {condition})
                 AND NOT EXISTS (SELECT 1 FROM event_reports n WHERE n.event = e.event AND n.report = e.report
                                 AND n.known <= ?1 AND (n.known, n.version) > (e.known, e.version)))"
            )
        };
        let sql = format!(
            "SELECT v.name FROM event_versions v WHERE v.known <= ?1 AND v.gone = 0 {passes}
             AND NOT EXISTS (SELECT 1 FROM event_versions n WHERE n.name = v.name AND n.known <= ?1
                             AND (n.known, n.id) > (v.known, v.id))
             ORDER BY coalesce(v.date, v.enddate) IS NULL, coalesce(v.date, v.enddate) {turn}, v.enddate {turn}, v.name
             LIMIT ?{} OFFSET ?{}",
            values.len() - 1,
            values.len()
        );
        (sql, values)
    }

    /// The events with these names, in this order; names that no event of one's own bears are left out.
    pub(crate) fn events_named(
        &self,
        names: &[String],
        as_of: Option<Date>,
    ) -> Result<Vec<Event>, LedgerError> {
        let as_of = known_by(as_of);
        let mut events = Vec::with_capacity(names.len());
        for name in names {
            events.extend(relate::event(&self.connection, name, &as_of).map_err(|e| self.explain(&e))?);
        }
        Ok(events)
    }

    /// What stands behind the name of an event, as it stands in a turn or a month: an event out of reports, or the rows
    /// of another data set (`icews18:4711`).
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] where nothing bears the name; else when the ledger cannot be read.
    pub fn event(&self, name: &str, as_of: Option<Date>) -> Result<Told, LedgerError> {
        let failed = |e: rusqlite::Error| self.explain(&e);
        let missing = || LedgerError::NotFound { what: "event", id: name.into() };
        if !self.has_counts()? {
            let events = self.events(&Filter { as_of, ..Filter::default() })?;
            return events
                .into_iter()
                .find(|e| e.id == name)
                .map(|e| Told::Event(Box::new(e)))
                .ok_or_else(missing);
        }
        if let Some(event) = relate::event(&self.connection, name, &known_by(as_of)).map_err(failed)? {
            return Ok(Told::Event(Box::new(event)));
        }
        let (import, row) =
            name.rsplit_once(':').and_then(|(i, r)| Some((i, r.parse::<i64>().ok()?))).ok_or_else(missing)?;
        // First the row itself, then those of its day: both by an index.
        let own = self.collect(
            "SELECT g.pair, g.day, u.event, coalesce(u.mode, '') FROM foreign_rows g JOIN imports i ON i.id = g.import
             JOIN foreign_types u ON u.id = g.type WHERE i.name = ?1 AND g.row = ?2",
            vec![Value::Text(import.into()), Value::Integer(row)],
            |r| Ok([r.get::<_, Value>(0)?, r.get(1)?, r.get(2)?, r.get(3)?]),
        )?;
        let Some([pair, day, kind, mode]) = own.into_iter().next() else { return Err(missing()) };
        let rows = self.foreign_rows(
            "+i.name = ?2 AND f.pair = ?3 AND f.day = ?4 AND +t.event = ?5 AND coalesce(t.mode, '') = ?6",
            vec![Value::Text(known_by(as_of)), Value::Text(import.into()), pair, day, kind, mode],
        )?;
        // What is done to each other is told by each side; all else has one who does it, and one strength.
        let Some(own) = rows.iter().find(|r| r.row == row as u64).cloned() else { return Err(missing()) };
        let same = |r: &ForeignRow| {
            series::is_mutual(own.kind)
                || own.mutual && r.mutual
                || (&r.actor, r.scale.to_bits()) == (&own.actor, own.scale.to_bits())
        };
        Ok(Told::Foreign(rows.into_iter().filter(same).collect()))
    }

    /// The rows of other data sets about two parties, either way round, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn foreign(&self, a: &str, b: &str, as_of: Option<Date>) -> Result<Vec<ForeignRow>, LedgerError> {
        match self.pair(a, b)? {
            Some(pair) => {
                self.foreign_rows("f.pair = ?2", vec![Value::Text(known_by(as_of)), Value::Integer(pair)])
            }
            None => Ok(Vec::new()),
        }
    }

    fn foreign_rows(&self, condition: &str, values: Vec<Value>) -> Result<Vec<ForeignRow>, LedgerError> {
        let sql = format!(
            "SELECT i.name, f.row, f.day, x.key, a.name, y.key, b.name, t.event, t.mode, t.event_scale, t.words,
                    f.publisher, f.story, f.sentence, f.doer
             FROM foreign_rows f JOIN imports i ON i.id = f.import JOIN foreign_types t ON t.id = f.type
             JOIN foreign_parties a ON a.id = f.actor JOIN keys x ON x.id = a.key
             JOIN foreign_parties b ON b.id = f.recipient JOIN keys y ON y.id = b.key
             WHERE i.known <= ?1 AND {condition} ORDER BY f.day, i.id, f.row"
        );
        let rows = self.collect(&sql, values, |r| {
            let kind: String = r.get(7)?;
            let Some(kind) = EventType::parse(&kind) else { return Ok(None) };
            Ok(Some(ForeignRow {
                import: r.get(0)?,
                row: r.get(1)?,
                day: day::of(r.get(2)?),
                actor: r.get(3)?,
                actor_name: r.get(4)?,
                recipient: r.get(5)?,
                recipient_name: r.get(6)?,
                kind,
                mode: r.get(8)?,
                scale: r.get(9)?,
                words: r.get(10)?,
                publisher: r.get(11)?,
                story: r.get(12)?,
                sentence: r.get(13)?,
                mutual: r.get::<_, Option<i64>>(14)? == Some(2),
            }))
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// The number of a pair that the ledger knows.
    pub(crate) fn pair(&self, a: &str, b: &str) -> Result<Option<i64>, LedgerError> {
        if !self.has_counts()? {
            return Ok(None);
        }
        find_pair(&self.connection, a, b).map_err(|e| self.explain(&e))
    }

    /// The evidence about a pair.
    pub(crate) fn evidence(&self, pair: i64) -> Result<series::Evidence, LedgerError> {
        Foreign::read(&self.connection)
            .and_then(|foreign| series::evidence(&self.connection, pair, &foreign))
            .map_err(|e| self.explain(&e))
    }

    /// Where two parties stand at the end of each month from that of `from` to that of `to`, as it is kept. Without
    /// `from` the series begins with the first evidence, without `to` it ends with the month in which the ledger last
    /// learned of anything (or a later one, where something is told of it). Empty where nothing is known.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn standing_series(
        &self,
        a: &str,
        b: &str,
        from: Option<Date>,
        to: Option<Date>,
        as_of: Option<Date>,
    ) -> Result<Vec<StandingMonth>, LedgerError> {
        if !self.has_counts()? {
            let Some(until) = to.or(as_of).map_or_else(|| self.last_day(), |day| Ok(Some(day)))? else {
                return Ok(Vec::new());
            };
            let events = gather(self.dyad(a, b, as_of)?.iter().map(|row| &row.report));
            let observed = observe(&events, a, b, &standing::Params::default());
            let since = from.map(Date::first_of_month);
            let months = series::months(&observed, until);
            let months = months.iter().map(worked_out_month).skip_while(|m| m.level.is_none());
            return Ok(months.filter(|m| since.is_none_or(|since| m.first >= since)).collect());
        }
        let Some(pair) = self.pair(a, b)? else { return Ok(Vec::new()) };
        let day =
            as_of.map_or_else(|| relate::horizon(&self.connection).map_err(|e| self.explain(&e)), Ok)?;
        let rows: Vec<StandingMonth> = self
            .collect(
                "SELECT month, level, low, high, weight, treat, alike, state FROM standing_versions
                 WHERE pair = ?1 AND known <= ?2 ORDER BY month, known, run",
                vec![Value::Integer(pair), Value::Text(known_by(as_of))],
                |r| read_month(r, 0),
            )?
            // The last version of each month.
            .chunk_by(|x, y| x.first == y.first)
            .filter_map(|versions| versions.last().cloned())
            .collect();
        let Some(stored_to) = rows.last().map(|m| m.first) else { return Ok(Vec::new()) };
        let end = to.unwrap_or(day.max(stored_to)).first_of_month();
        let mut months: Vec<StandingMonth> = Vec::new();
        let start = rows.first().map_or(end, |m| m.first);
        let mut rows = rows.into_iter().peekable();
        let mut first = start;
        while first <= end {
            let stands = match rows.next_if(|row| row.first == first) {
                Some(row) => row,
                // Silence goes on without a row; what comes after the last one is filled in below.
                None => StandingMonth { first, level: None, treat: None, alike: None, state: None },
            };
            months.push(stands);
            match first.last_of_month().tomorrow() {
                Ok(next) => first = next,
                Err(_) => break,
            }
        }
        // Months that are not kept yet, because nothing was learned since.
        let faded = months.iter().rfind(|m| m.first <= stored_to).is_none_or(|m| m.level.is_none());
        if end > stored_to && !faded {
            let evidence = self.evidence(pair)?;
            let observed = evidence.observed(as_of);
            let all = series::months(&observed, end);
            let here = months.iter().position(|m| m.first > stored_to).unwrap_or(months.len());
            months.truncate(here);
            months.extend(all.iter().map(worked_out_month).filter(|m| m.first > stored_to));
        }
        // A month that had evidence once, before it was read again, says nothing about the beginning.
        let begins = months.iter().position(|m| m.level.is_some()).unwrap_or(months.len());
        months.drain(..begins);
        let since = from.map(Date::first_of_month);
        months.retain(|m| since.is_none_or(|since| m.first >= since));
        Ok(months)
    }

    /// Where all pairs of known parties stand at the end of the month of a day, with evidence, by the keys.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn standings_on(&self, day: Date, as_of: Option<Date>) -> Result<Vec<DyadStanding>, LedgerError> {
        let asked = month(day);
        if !self.has_counts()? {
            let mut all = Vec::new();
            for dyad in self.dyads(usize::MAX, as_of)? {
                let events = gather(self.dyad(&dyad.a, &dyad.b, as_of)?.iter().map(|row| &row.report));
                let observed = observe(&events, &dyad.a, &dyad.b, &standing::Params::default());
                let months = series::months(&observed, day);
                if let Some(month) = months.last().filter(|(_, balance)| balance.level.is_some()) {
                    all.push(DyadStanding { a: dyad.a, b: dyad.b, month: worked_out_month(month) });
                }
            }
            all.sort_by(|x, y| (&x.a, &x.b).cmp(&(&y.a, &y.b)));
            return Ok(all);
        }
        let last = "(s.month, s.known, s.run) = (SELECT t.month, t.known, t.run FROM standing_versions t
                     WHERE t.pair = s.pair AND t.month <= ?1 AND t.known <= ?2
                     ORDER BY t.month DESC, t.known DESC, t.run DESC LIMIT 1)";
        let columns =
            "s.pair AS pair, s.month AS month, s.level, s.low, s.high, s.weight, s.treat, s.alike, s.state";
        let found = if as_of.is_none() {
            // A pair that has a level has a row for each month up to the last one worked out. What is behind the month
            // is looked at from the end of its rows.
            format!(
                "SELECT {columns} FROM standing_versions s
                 WHERE s.month = ?1 AND s.level IS NOT NULL AND NOT EXISTS
                 (SELECT 1 FROM standing_versions n WHERE n.pair = s.pair AND n.month = s.month AND (n.known, n.run) > (s.known, s.run))
                 UNION ALL
                 SELECT {columns} FROM pair_standings h JOIN standing_versions s ON s.pair = h.pair AND {last}
                 WHERE h.until < ?1 AND s.level IS NOT NULL"
            )
        } else {
            // As it was then, rows may end earlier for any pair.
            format!(
                "SELECT {columns} FROM pair_standings h JOIN standing_versions s ON s.pair = h.pair AND {last}
                 WHERE s.level IS NOT NULL"
            )
        };
        let sql = format!(
            "SELECT f.pair, x.key, y.key, f.month, f.level, f.low, f.high, f.weight, f.treat, f.alike, f.state
             FROM ({found}) f JOIN pairs p ON p.id = f.pair JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
             WHERE x.key <> ?3 AND y.key <> ?3 ORDER BY x.key, y.key"
        );
        let values = vec![
            Value::Text(asked),
            Value::Text(known_by(as_of)),
            Value::Text(detente::foreign::UNKNOWN.into()),
        ];
        let rows = self.collect(&sql, values, |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?, read_month(r, 3)?))
        })?;
        let first = day.first_of_month();
        let mut foreign = None;
        let mut all = Vec::with_capacity(rows.len());
        for (pair, a, b, mut month) in rows {
            if month.first < first {
                // Not kept up to this month: it has faded further since.
                let known = match &foreign {
                    Some(known) => known,
                    None => foreign.insert(Foreign::read(&self.connection).map_err(|e| self.explain(&e))?),
                };
                let evidence =
                    series::evidence(&self.connection, pair, known).map_err(|e| self.explain(&e))?;
                let observed = evidence.observed(as_of);
                match series::months(&observed, day).last() {
                    Some(now) if now.1.level.is_some() => month = worked_out_month(now),
                    _ => continue,
                }
            }
            all.push(DyadStanding { a, b, month });
        }
        Ok(all)
    }

    /// The turns that pass the filter, newest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn turns(&self, filter: &TurnFilter) -> Result<Vec<Turn>, LedgerError> {
        if !self.has_counts()? {
            return self.turns_of_old_file(filter);
        }
        let mut values = vec![Value::Text(known_by(filter.as_of))];
        let mut asked = String::from(
            "FROM turn_versions t CROSS JOIN pairs p ON p.id = t.pair JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
             WHERE t.gone = 0 AND t.known <= ?1
               AND NOT EXISTS (SELECT 1 FROM turn_versions n WHERE n.pair = t.pair AND n.kind = t.kind
                               AND n.date_from = t.date_from AND n.date_to = t.date_to AND n.number = t.number
                               AND n.known <= ?1 AND (n.known, n.id) > (t.known, t.id))",
        );
        let mut and = |condition: &str, value: Value| {
            values.push(value);
            asked += &condition.replace("{}", &format!("?{}", values.len()));
        };
        if let Some(since) = filter.since {
            and(" AND t.date_to >= {}", Value::Text(since.to_string()));
        }
        if let Some(until) = filter.until {
            and(" AND t.date_from <= {}", Value::Text(until.to_string()));
        }
        if let Some(actor) = &filter.actor {
            and(
                " AND t.pair IN (SELECT p.id FROM keys k JOIN pairs p ON p.a = k.id WHERE k.key = {}
                  UNION ALL SELECT p.id FROM keys k JOIN pairs p ON p.b = k.id WHERE k.key = {})",
                Value::Text(actor.clone()),
            );
        }
        if let Some((a, b)) = &filter.dyad {
            let Some(pair) = self.pair(a, b)? else { return Ok(Vec::new()) };
            and(" AND t.pair = {}", Value::Integer(pair));
        }
        if let Some(certainty) = filter.min_certainty {
            and(" AND t.certainty >= {}", Value::Real(certainty));
        }
        // Who wants a few need not wait for all: the day of the last of them is found along the index of days.
        if let Some(last) = filter.limit.and_then(|limit| limit.checked_sub(1)) {
            let sql = format!("SELECT t.date_to {asked} ORDER BY t.date_to DESC LIMIT 1 OFFSET {last}");
            let days: Vec<String> = self.collect(&sql, values.clone(), |r| r.get(0))?;
            for day in days {
                values.push(Value::Text(day));
                asked += &format!(" AND t.date_to >= ?{}", values.len());
            }
        }
        let sql = format!("SELECT t.date_to, t.date_from, x.key, y.key, t.id, t.record {asked}");
        let mut records: Vec<(String, String, String, String, i64, String)> =
            self.collect(&sql, values, |r| {
                Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?))
            })?;
        // The newest first. Here, since SQLite takes three times as long over tens of thousands of them.
        records.sort_unstable_by(|x, y| {
            (&y.0, &y.1).cmp(&(&x.0, &x.1)).then_with(|| (&x.2, &x.3, x.4).cmp(&(&y.2, &y.3, y.4)))
        });
        records.truncate(filter.limit.unwrap_or(usize::MAX));
        records
            .iter()
            .map(|(.., record)| {
                serde_json::from_str(record).map_err(|e| LedgerError::Damaged {
                    path: self.path.clone(),
                    why: format!("the record of a turn: {e}"),
                })
            })
            .collect()
    }

    fn turns_of_old_file(&self, filter: &TurnFilter) -> Result<Vec<Turn>, LedgerError> {
        let mut all = Vec::new();
        let dyads = match &filter.dyad {
            Some((a, b)) => vec![(a.clone(), b.clone())],
            None => self.dyads(BUSIEST, filter.as_of)?.into_iter().map(|d| (d.a, d.b)).collect(),
        };
        for (a, b) in dyads {
            let events = gather(self.dyad(&a, &b, filter.as_of)?.iter().map(|row| &row.report));
            let observed = observe(&events, &a, &b, &standing::Params::default());
            all.extend(turns(&observed, &a, &b, &turn::Params::default()));
        }
        all.retain(|t| {
            filter.since.is_none_or(|day| t.to >= day)
                && filter.until.is_none_or(|day| t.from <= day)
                && filter.actor.as_ref().is_none_or(|actor| t.a == *actor || t.b == *actor)
                && filter.min_certainty.is_none()
        });
        all.sort_by(|x, y| (y.to, y.from, &x.a, &x.b).cmp(&(x.to, x.from, &y.a, &y.b)));
        all.truncate(filter.limit.unwrap_or(usize::MAX));
        Ok(all)
    }

    /// The latest turns, newest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn latest_turns(&self, limit: usize, as_of: Option<Date>) -> Result<Vec<Turn>, LedgerError> {
        self.turns(&TurnFilter { limit: Some(limit), as_of, ..TurnFilter::default() })
    }

    /// Everything about two parties: reports, events, standing, turns. The standing ends with `as_of`, or
    /// with the last day that the ledger knows anything of.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn relation(&self, a: &str, b: &str, as_of: Option<Date>) -> Result<Relation, LedgerError> {
        self.relation_of(a, b, as_of, None)
    }

    /// The same with the newest events alone, so many at most beside those that made turns, and their reports: for
    /// pairs of which very much is told. Standing and turns rest on all events all the same. `reports`: how many reports stand,
    /// where the caller knows it ([`Cards::choose`](crate::Cards::choose)) and they need not be counted.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn relation_lately(
        &self,
        a: &str,
        b: &str,
        as_of: Option<Date>,
        events: usize,
        reports: Option<usize>,
    ) -> Result<Relation, LedgerError> {
        self.relation_of(a, b, as_of, Some((events, reports)))
    }

    fn relation_of(
        &self,
        a: &str,
        b: &str,
        as_of: Option<Date>,
        limit: Option<(usize, Option<usize>)>,
    ) -> Result<Relation, LedgerError> {
        let until = match as_of {
            Some(day) => Some(day),
            None => self.last_day()?,
        };
        let params = standing::Params::default();
        let Some(pair) = self.pair(a, b)? else {
            let rows = self.dyad(a, b, as_of)?;
            let events = gather(rows.iter().map(|row| &row.report));
            let observed = observe(&events, a, b, &params);
            return Ok(Relation {
                standing: standing(&observed, a, b, until, &params),
                turns: turns(&observed, a, b, &turn::Params::default()),
                reports: rows.len(),
                told: events.len(),
                rows,
                events,
                foreign: 0,
            });
        };
        let evidence = self.evidence(pair)?;
        let observed = evidence.observed(as_of);
        let kept = TurnFilter { dyad: Some((a.into(), b.into())), as_of, ..TurnFilter::default() };
        let mut turns = self.turns(&kept)?;
        turns.sort_by_key(|turn| (turn.day, turn.from, turn.to));
        let standing = standing(&observed, a, b, until, &params);
        let (mut foreign, mut own) = (0, Vec::new());
        for piece in evidence.standing(as_of).filter(|piece| !piece.people) {
            if piece.foreign {
                foreign += 1;
            } else if piece.counts != series::Counts::Gone {
                own.push(piece);
            }
        }
        let told = own.len();
        let lately = limit.filter(|(limit, _)| told > *limit);
        if let Some((limit, _)) = lately {
            // The newest first, what has no day last.
            own.sort_by(|x, y| {
                let day = |p: &series::Piece| p.seen.as_ref().map(|s| (s.to, s.from));
                day(y).cmp(&day(x)).then_with(|| x.event.cmp(&y.event))
            });
            let mut makers: Vec<&str> =
                turns.iter().flat_map(|t| t.events.iter().map(String::as_str)).collect();
            makers.sort_unstable();
            let mut place = 0;
            own.retain(|piece| {
                place += 1;
                place <= limit || makers.binary_search(&piece.event.as_str()).is_ok()
            });
        }
        let names: Vec<String> = own.iter().map(|piece| piece.event.clone()).collect();
        let mut events = self.events_named(&names, as_of)?;
        events.sort_by(|x, y| {
            let order = |e: &Event| (e.date.or(e.enddate).is_none(), e.date.or(e.enddate), e.enddate);
            order(x).cmp(&order(y)).then_with(|| x.id.cmp(&y.id))
        });
        let filter = Filter { dyad: Some((a.into(), b.into())), as_of, ..Filter::default() };
        let (reports, rows) = match lately {
            None => {
                let rows = self.reports(&filter)?;
                (rows.len(), rows)
            }
            Some((_, counted)) => {
                let reports = match (counted, as_of) {
                    (Some(counted), _) => counted,
                    (None, Some(_)) => self.count(&filter)?,
                    (None, None) => self
                        .connection
                        .prepare_cached("SELECT reports FROM pair_counts WHERE pair = ?1")
                        .and_then(|mut s| s.query_row([pair], |r| r.get(0)))
                        .map_err(|e| self.explain(&e))?,
                };
                let mut names: Vec<&str> =
                    events.iter().flat_map(|e| e.reports.iter().map(String::as_str)).collect();
                names.sort_unstable();
                names.dedup();
                (reports, self.reports_named(&names, as_of)?)
            }
        };
        Ok(Relation { standing, turns, foreign, reports, told, rows, events })
    }

    /// How many events are told about two parties, those of other data sets included.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn events_between(&self, a: &str, b: &str, as_of: Option<Date>) -> Result<usize, LedgerError> {
        if !self.has_counts()? {
            return Ok(gather(self.dyad(a, b, as_of)?.iter().map(|row| &row.report)).len());
        }
        let Some(pair) = self.pair(a, b)? else { return Ok(0) };
        let evidence = self.evidence(pair)?;
        let versions = evidence.pieces.chunk_by(|x, y| x.event == y.event);
        let stands = versions
            .filter_map(|v| v.iter().rev().find(|p| as_of.is_none_or(|day| p.known <= day)))
            .filter(|piece| piece.counts != series::Counts::Gone);
        Ok(stands.count())
    }

    /// The event that a report tells of; `None` where the report does not stand.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn event_of(&self, report: &str, as_of: Option<Date>) -> Result<Option<Event>, LedgerError> {
        if !self.has_counts()? {
            let row = self.report(report)?;
            let all = self.events(&Filter { kind: Some(row.report.kind()), as_of, ..Filter::default() })?;
            return Ok(all.into_iter().find(|e| e.reports.iter().any(|r| r == report)));
        }
        let names: Vec<String> = self.collect(
            "SELECT DISTINCT e.event FROM reports r JOIN event_reports e ON e.report = r.id WHERE r.name = ?1",
            vec![Value::Text(report.into())],
            |r| r.get(0),
        )?;
        let events = self.events_named(&names, as_of)?;
        Ok(events.into_iter().find(|e| e.reports.iter().any(|r| r == report)))
    }

    /// The last day that the ledger knows anything of: of publication, or of a real event.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_day(&self) -> Result<Option<Date>, LedgerError> {
        let published: Option<String> = self
            .connection
            .query_row("SELECT max(published) FROM articles", [], |r| r.get(0))
            .optional()
            .map_err(|e| self.explain(&e))?
            .flatten();
        Ok(day(published).max(self.counts(None)?.last))
    }
}
