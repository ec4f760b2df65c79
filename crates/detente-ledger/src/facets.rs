//! What the reports that pass a filter are like, counted: for a page that offers to narrow them down. And the same
//! reports one after the other, without holding them all.

use std::collections::BTreeMap;

use detente::plover::Quad;
use rusqlite::types::Value;
use serde::Serialize;

use crate::read::{COLUMNS, Raw, TABLES, condition};
use crate::{Filter, Ledger, LedgerError, Order, Row};

/// Counts of the values of each field, the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// How many reports were looked at: all, or the first of them in the order of the filter.
    pub looked_at: usize,
    /// PLOVER types.
    pub event: Vec<(String, usize)>,
    /// Modes.
    pub mode: Vec<(String, usize)>,
    /// `asserted`, `negated`, `future`, `hypothetical`, `historical`; a report can be several.
    pub status: Vec<(String, usize)>,
    /// Keys of those who alone vouch.
    pub said_by: Vec<(String, usize)>,
    /// Codes of countries of places.
    pub country: Vec<(String, usize)>,
    /// Publishers.
    pub source: Vec<(String, usize)>,
    /// Keys of actors.
    pub actor: Vec<(String, usize)>,
    /// Keys of recipients.
    pub recipient: Vec<(String, usize)>,
    /// How many have at least this confidence, the highest first; only those that hold some and not all.
    pub confidence: Vec<(String, usize)>,
}

/// Confidences by which reports are told apart.
const SURE: [(f64, &str); 4] = [(0.9, "0.9"), (0.75, "0.75"), (0.5, "0.5"), (0.25, "0.25")];

/// A place, and what is told to have happened there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaceTold {
    /// ISO 3166 alpha-3 code of its country, where known.
    pub country: Option<String>,
    /// Its name, or the words for it.
    pub name: Option<String>,
    /// Degrees north and east, where known.
    pub point: Option<(f64, f64)>,
    /// How exactly it is known ([`detente::place::EventLoc::resolution`]).
    pub resolution: Option<String>,
    /// How far around the point it may be or reaches.
    pub radius_km: Option<f64>,
    /// Reports by [`Quad::ALL`].
    pub quads: [usize; 4],
    /// Reports.
    pub reports: usize,
    /// Mean place of them on the scale from −10 to +10.
    pub scale: f64,
}

/// The most frequent first, then by the alphabet.
fn ranked(counts: BTreeMap<String, usize>, most: usize) -> Vec<(String, usize)> {
    let mut all: Vec<(String, usize)> = counts.into_iter().collect();
    all.sort_by(|x, y| y.1.cmp(&x.1).then_with(|| x.0.cmp(&y.0)));
    all.truncate(most);
    all
}

impl Ledger {
    /// What the first `looked_at` reports that pass the filter (its limit and offset do not count) are like; at most
    /// `most` values of each field.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn facets(&self, filter: &Filter, looked_at: usize, most: usize) -> Result<Facets, LedgerError> {
        let filter = Filter { limit: Some(looked_at), offset: 0, ..filter.clone() };
        let (chosen, mut values) = self.chosen(&filter, "r.id")?;
        let sql = format!(
            "SELECT r.event, r.mode, r.negated, r.future, r.hypothetical, r.historical, r.said_by, r.country, a.source,
                    json_extract(r.record, '$.confidence')
             FROM reports r JOIN articles a ON a.id = r.article WHERE r.id IN ({chosen})"
        );
        let mut facets = Facets::default();
        let mut counts: [BTreeMap<String, usize>; 6] = Default::default();
        let count = |counts: &mut BTreeMap<String, usize>, value: Option<String>| {
            if let Some(value) = value {
                *counts.entry(value).or_default() += 1;
            }
        };
        let [event, mode, status, said_by, country, source] = &mut counts;
        let mut sure = [0usize; SURE.len()];
        let rows = self.collect(&sql, values.clone(), |r| {
            count(event, r.get(0)?);
            count(mode, r.get(1)?);
            let flags = [r.get::<_, bool>(2)?, r.get(3)?, r.get(4)?, r.get(5)?];
            for (flag, word) in flags.iter().zip(["negated", "future", "hypothetical", "historical"]) {
                count(status, flag.then(|| word.to_owned()));
            }
            count(status, (!flags[..3].contains(&true)).then(|| "asserted".to_owned()));
            count(said_by, r.get(6)?);
            count(country, r.get(7)?);
            count(source, r.get(8)?);
            let confidence: Option<f64> = r.get(9)?;
            for (n, (least, _)) in sure.iter_mut().zip(SURE) {
                *n += usize::from(confidence.is_some_and(|c| c >= least));
            }
            Ok(())
        })?;
        facets.looked_at = rows.len();
        let [event, mode, status, said_by, country, source] = counts;
        facets.event = ranked(event, most);
        facets.mode = ranked(mode, most);
        facets.status = ranked(status, most);
        facets.said_by = ranked(said_by, most);
        facets.country = ranked(country, most);
        facets.source = ranked(source, most);
        let named = SURE.iter().zip(sure).filter(|(_, n)| *n > 0 && *n < rows.len());
        facets.confidence = named.map(|((_, least), n)| ((*least).to_owned(), n)).collect();
        values.push(Value::Integer(i64::try_from(most).unwrap_or(i64::MAX)));
        for (role, into) in [("actor", &mut facets.actor), ("recipient", &mut facets.recipient)] {
            let sql = format!(
                "SELECT key, count(*) FROM parties WHERE role = '{role}' AND report IN ({chosen})
                 GROUP BY key ORDER BY count(*) DESC, key LIMIT ?{}",
                values.len()
            );
            *into = self.collect(&sql, values.clone(), |r| Ok((r.get(0)?, r.get(1)?)))?;
        }
        Ok(facets)
    }

    /// Where the first `looked_at` reports that pass the filter (its limit and offset do not count) are placed, the places
    /// with the most reports first, and how many were looked at. Reports without a place are left out.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn places(&self, filter: &Filter, looked_at: usize) -> Result<(Vec<PlaceTold>, usize), LedgerError> {
        let filter = Filter { limit: Some(looked_at), offset: 0, ..filter.clone() };
        let (sql, values) = self.chosen(
            &filter,
            "r.country, r.quad_code, r.event_scale, json_extract(r.record, '$.event_loc.resolved_place'),
             json_extract(r.record, '$.event_loc.lat'), json_extract(r.record, '$.event_loc.lon'),
             json_extract(r.record, '$.event_loc.resolution'), json_extract(r.record, '$.event_loc.radius_km'),
             json_extract(r.record, '$.event_loc.extracted_place')",
        )?;
        let mut all: BTreeMap<[Option<String>; 4], PlaceTold> = BTreeMap::new();
        let rows = self.collect(&sql, values, |r| {
            let country: Option<String> = r.get(0)?;
            let quad: String = r.get(1)?;
            let scale: f64 = r.get(2)?;
            let (name, resolution): (Option<String>, Option<String>) = (r.get(3)?, r.get(6)?);
            let point: (Option<f64>, Option<f64>) = (r.get(4)?, r.get(5)?);
            let words: Option<String> = r.get(8)?;
            if country.is_none() && words.is_none() {
                return Ok(());
            }
            let name = name.or(words);
            let at = Some(format!("{point:?}"));
            let place =
                all.entry([country.clone(), name.clone(), resolution.clone(), at]).or_insert_with(|| {
                    PlaceTold {
                        country,
                        name,
                        point: point.0.zip(point.1),
                        resolution,
                        radius_km: None,
                        quads: [0; 4],
                        reports: 0,
                        scale: 0.0,
                    }
                });
            place.radius_km = place.radius_km.or(r.get(7)?);
            if let Some(n) = Quad::ALL.iter().position(|q| q.as_str() == quad) {
                place.quads[n] += 1;
            }
            // The mean so far.
            place.reports += 1;
            place.scale += (scale - place.scale) / place.reports as f64;
            Ok(())
        })?;
        let mut places: Vec<PlaceTold> = all.into_values().collect();
        places.sort_by_key(|p| std::cmp::Reverse(p.reports));
        Ok((places, rows.len()))
    }

    /// How many reports pass the filter, up to a number: whoever wants to know whether there are more than ten thousand
    /// need not wait for a million.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn count_up_to(&self, filter: &Filter, most: usize) -> Result<usize, LedgerError> {
        let (condition, mut values) = condition(filter);
        values.push(Value::Integer(i64::try_from(most).unwrap_or(i64::MAX)));
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {TABLES} WHERE {condition} LIMIT ?{})",
            values.len()
        );
        let all = self.collect(&sql, values, |r| r.get(0))?;
        Ok(all.first().copied().unwrap_or(0))
    }

    /// Hands out the reports that pass the filter one after the other, in its order, until one is refused.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn each_report(&self, filter: &Filter, mut give: impl FnMut(Row) -> bool) -> Result<(), LedgerError> {
        let (sql, values) = self.chosen(filter, COLUMNS)?;
        let failed = |e: rusqlite::Error| self.explain(&e);
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let raw = Raw::read(row).map_err(failed)?;
            if !give(self.row(raw)?) {
                break;
            }
        }
        Ok(())
    }

    /// A query for what passes the filter, in its order.
    pub(crate) fn chosen(&self, filter: &Filter, columns: &str) -> Result<(String, Vec<Value>), LedgerError> {
        let (mut condition, mut values) = condition(filter);
        if filter.limit.is_some() && self.is_much(filter)? {
            // Better to go through the days from one end until enough is found than to fetch and sort all of it.
            condition = condition.replace("r.id IN", "+r.id IN");
        }
        let turn = if filter.newest_first { "DESC" } else { "ASC" };
        let first = match filter.order {
            Order::Days => "",
            Order::Friendly => "r.event_scale DESC, ",
            Order::Hostile => "r.event_scale ASC, ",
            Order::Sure => "json_extract(r.record, '$.confidence') DESC, ",
            Order::Doubtful => "json_extract(r.record, '$.confidence') ASC, ",
        };
        values.push(Value::Integer(filter.limit.map_or(-1, |l| i64::try_from(l).unwrap_or(i64::MAX))));
        values.push(Value::Integer(i64::try_from(filter.offset).unwrap_or(i64::MAX)));
        let sql = format!(
            "SELECT {columns} FROM {TABLES} WHERE {condition}
             ORDER BY {first}coalesce(r.date, r.enddate) IS NULL, coalesce(r.date, r.enddate) {turn}, r.enddate {turn},
                      a.name, r.sentence_start, r.name
             LIMIT ?{} OFFSET ?{}",
            values.len() - 1,
            values.len()
        );
        Ok((sql, values))
    }
}
