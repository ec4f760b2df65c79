//! A ledger to look things up in. Questions come as JSON objects of what was asked, and small answers go back as JSON;
//! reports, events, standings and turns go back as Arrow batches, in the schemas of `detente-tables`.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, anyhow, bail};
use detente::bloc::Blocs;
use detente::plover::EventType;
use detente::standing::{Params, Position, Profiles};
use detente_ledger::{Filter, KeyHit, Status, TurnFilter};
use detente_plot::{Day, DayTie, is_people};
use jiff::civil::Date;
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{fail, tables};

/// A ledger file, opened to be read.
#[pyclass(frozen, module = "detente._detente")]
pub struct Ledger {
    ledger: Mutex<detente_ledger::Ledger>,
}

/// What may be asked for; every method takes some of it. The Python side knows which.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Asked {
    actor: Option<String>,
    recipient: Option<String>,
    party: Option<String>,
    dyad: Option<(String, String)>,
    event: Option<String>,
    from_: Option<String>,
    to: Option<String>,
    on: Option<String>,
    status: Option<String>,
    text: Option<String>,
    doc: Option<String>,
    min_certainty: Option<f64>,
    people: bool,
    parties: Option<usize>,
    newest_first: bool,
    limit: Option<usize>,
    offset: usize,
    as_of: Option<String>,
}

/// A day that was asked for.
fn day(name: &str, text: Option<&String>) -> Result<Option<Date>> {
    text.map(|text| {
        detente_intake::day::parse(text)
            .with_context(|| format!("{name}=\"{text}\" is no day: write it as 2019-08-19"))
    })
    .transpose()
}

impl Asked {
    fn read(text: &str) -> Result<Asked> {
        serde_json::from_str(text).context("this cannot be asked")
    }

    fn as_of(&self) -> Result<Option<Date>> {
        day("as_of", self.as_of.as_ref())
    }

    fn on(&self) -> Result<Option<Date>> {
        day("on", self.on.as_ref())
    }

    fn span(&self) -> Result<(Option<Date>, Option<Date>)> {
        let (from, to) = (day("from_", self.from_.as_ref())?, day("to", self.to.as_ref())?);
        if let (Some(first), Some(last)) = (from, to)
            && first > last
        {
            bail!("from_ {first} lies after to {last}: exchange them");
        }
        Ok((from, to))
    }

    fn filter(&self, ledger: &detente_ledger::Ledger) -> Result<Filter> {
        let (from, to) = self.span()?;
        let key = |text: &Option<String>| text.as_deref().map(|text| party(ledger, text)).transpose();
        let kind = self.event.as_deref().map(|word| {
            EventType::parse(word).with_context(|| {
                let all: Vec<&str> = EventType::ALL.iter().map(|t| t.as_str()).collect();
                format!("event=\"{word}\" is no PLOVER type: name one of {}", all.join(", "))
            })
        });
        let status = self.status.as_deref().map(|word| {
            Status::parse(word).with_context(|| {
                format!(
                    "status=\"{word}\" is no status: name one of asserted, negated, future, hypothetical, historical"
                )
            })
        });
        Ok(Filter {
            actor: key(&self.actor)?,
            recipient: key(&self.recipient)?,
            either: key(&self.party)?,
            dyad: self.pair(ledger)?,
            kind: kind.transpose()?,
            from,
            to,
            status: status.transpose()?,
            as_of: self.as_of()?,
            text: self.text.clone(),
            article: self.doc.clone(),
            newest_first: self.newest_first,
            limit: self.limit,
            offset: self.offset,
        })
    }

    fn pair(&self, ledger: &detente_ledger::Ledger) -> Result<Option<(String, String)>> {
        let Some((a, b)) = &self.dyad else { return Ok(None) };
        let (x, y) = (party(ledger, a)?, party(ledger, b)?);
        if x == y {
            bail!("\"{a}\" and \"{b}\" are one party, {x}: name two");
        }
        Ok(Some((x, y)))
    }
}

/// The entity key that somebody means by a key or a name: "IRN", "Iran", "iran".
fn party(ledger: &detente_ledger::Ledger, text: &str) -> Result<String> {
    let text = text.trim();
    let hits = if text.is_empty() { Vec::new() } else { ledger.keys_like(text, 12)? };
    let same = |a: &str| a.to_lowercase() == text.to_lowercase();
    let exact = |hit: &&KeyHit| hit.key == text;
    let found = hits
        .iter()
        .find(exact)
        .or_else(|| hits.iter().find(|h| same(&h.key)))
        .or_else(|| hits.iter().find(|h| same(&h.name)));
    if let Some(hit) = found {
        return Ok(hit.key.clone());
    }
    // Other data sets call states by their organs ("Government (Iran)"); the built-in lexicon knows their names.
    if let Some(key) = detente_embedded::state_called(text)
        && ledger.keys_like(key, 200)?.iter().any(|hit| hit.key == key)
    {
        return Ok(key.to_owned());
    }
    match hits.as_slice() {
        [] => bail!("the ledger knows no party like \"{text}\": try part of its name, or its key"),
        [one] => Ok(one.key.clone()),
        several => {
            let list: Vec<String> = several.iter().map(|h| format!("{} ({})", h.key, h.name)).collect();
            bail!("\"{text}\" could be several parties: name one of {}", list.join(", "))
        }
    }
}

/// The name to show for a key: the ledger's, else that of the built-in lexicon, else the key.
fn name_of(ledger: &detente_ledger::Ledger, key: &str) -> Result<String> {
    let name = ledger.name_of(key)?;
    Ok(match detente_embedded::state_name(key) {
        Some(state) if name == key => state.to_owned(),
        _ => name,
    })
}

#[pymethods]
impl Ledger {
    /// Opens a ledger file; it must be there.
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Ledger> {
        let ledger = py.detach(|| detente_ledger::Ledger::open_read_only(path)).map_err(fail)?;
        Ok(Ledger { ledger: Mutex::new(ledger) })
    }

    /// How much the ledger holds, as JSON.
    fn counts(&self, py: Python<'_>, asked: &str) -> PyResult<String> {
        self.ask(py, asked, |ledger, asked| Ok(serde_json::to_string(&ledger.counts(asked.as_of()?)?)?))
    }

    /// What made it, run by run, as JSON.
    fn runs(&self, py: Python<'_>) -> PyResult<String> {
        self.ask(py, "{}", |ledger, _| Ok(serde_json::to_string(&ledger.manifests()?)?))
    }

    /// Reports that pass a filter.
    fn reports<'py>(&self, py: Python<'py>, asked: &str) -> PyResult<Bound<'py, PyAny>> {
        let batch = self.ask(py, asked, |ledger, asked| {
            tables::reports_of_ledger(ledger, ledger.reports(&asked.filter(ledger)?)?)
        })?;
        PyRecordBatch::new(batch).into_pyarrow(py)
    }

    /// Events of which such reports tell.
    fn events<'py>(&self, py: Python<'py>, asked: &str) -> PyResult<Bound<'py, PyAny>> {
        let batch = self.ask(py, asked, |ledger, asked| {
            Ok(tables::batch(&ledger.events(&asked.filter(ledger)?)?, None))
        })?;
        PyRecordBatch::new(batch).into_pyarrow(py)
    }

    /// Turns that pass a filter, newest first.
    fn turns<'py>(&self, py: Python<'py>, asked: &str) -> PyResult<Bound<'py, PyAny>> {
        let batch = self.ask(py, asked, |ledger, asked| {
            let (since, until) = asked.span()?;
            let filter = TurnFilter {
                since,
                until,
                actor: asked.party.as_deref().map(|text| party(ledger, text)).transpose()?,
                dyad: asked.pair(ledger)?,
                min_certainty: asked.min_certainty,
                as_of: asked.as_of()?,
                limit: asked.limit,
            };
            Ok(tables::batch(&ledger.turns(&filter)?, None))
        })?;
        PyRecordBatch::new(batch).into_pyarrow(py)
    }

    /// Where all pairs stand at the end of the month of a day.
    fn standings<'py>(&self, py: Python<'py>, asked: &str) -> PyResult<Bound<'py, PyAny>> {
        let batch = self.ask(py, asked, |ledger, asked| {
            let as_of = asked.as_of()?;
            let day = last_day(ledger, asked)?;
            let all = ledger.standings_on(day, as_of)?;
            Ok(tables::standings(all.iter().map(|s| (s.a.as_str(), s.b.as_str(), &s.month))))
        })?;
        PyRecordBatch::new(batch).into_pyarrow(py)
    }

    /// Where two parties stand at the ends of months.
    fn months<'py>(&self, py: Python<'py>, asked: &str) -> PyResult<Bound<'py, PyAny>> {
        let batch = self.ask(py, asked, |ledger, asked| {
            let (a, b) = asked.pair(ledger)?.ok_or_else(|| anyhow!("name two parties"))?;
            let (a, b) = if a <= b { (a, b) } else { (b, a) };
            let (from, to) = asked.span()?;
            let months = ledger.standing_series(&a, &b, from, to, asked.as_of()?)?;
            Ok(tables::standings(months.iter().map(|m| (a.as_str(), b.as_str(), m))))
        })?;
        PyRecordBatch::new(batch).into_pyarrow(py)
    }

    /// Where two parties stand on a day, as JSON.
    fn standing(&self, py: Python<'_>, asked: &str) -> PyResult<String> {
        self.ask(py, asked, |ledger, asked| {
            let as_of = asked.as_of()?;
            let (a, b) = asked.pair(ledger)?.ok_or_else(|| anyhow!("name two parties"))?;
            let (a, b) = if a <= b { (a, b) } else { (b, a) };
            let day = last_day(ledger, asked)?;
            // How alike they act follows from everybody's ties on that day.
            let params = Params::default();
            let balances = ledger.balances_on(day, as_of, |key| !is_people(key) || key == a || key == b)?;
            let profiles =
                Profiles::new(balances.iter().map(|(a, b, x)| (a.as_str(), b.as_str(), x)), &params);
            let alike = profiles.alike(&a, &b);
            let own = balances.iter().find(|(x, y, _)| (x, y) == (&a, &b));
            let balance = own.map(|(.., balance)| *balance).unwrap_or_default();
            let position = Position::new(&balance, alike, &params);
            let level = balance.level;
            Ok(json!({
                "actor_a": a,
                "name_a": name_of(ledger, &a)?,
                "actor_b": b,
                "name_b": name_of(ledger, &b)?,
                "date": day,
                "level": level.map(|l| l.value),
                "low": level.map(|l| l.low),
                "high": level.map(|l| l.high),
                "weight": level.map(|l| l.weight),
                "alike": position.alike.map(|a| a.value),
                "standing": position.standing,
                "state": position.state.as_str(),
            })
            .to_string())
        })
    }

    /// Who stands with whom on a day, as JSON.
    fn blocs(&self, py: Python<'_>, asked: &str) -> PyResult<String> {
        self.ask(py, asked, |ledger, asked| {
            let as_of = asked.as_of()?;
            let day = last_day(ledger, asked)?;
            let balances = ledger.balances_on(day, as_of, |key| asked.people || !is_people(key))?;
            let parties = asked.parties.unwrap_or(detente_plot::PARTIES);
            let found = Day::new(day, &balances, &ledger.joint_events(day, as_of)?, asked.people, parties);
            Ok(blocs(ledger, &found)?.to_string())
        })
    }
}

/// The day that was asked for, else the last one that was known.
fn last_day(ledger: &detente_ledger::Ledger, asked: &Asked) -> Result<Date> {
    match asked.on()?.or(asked.as_of()?) {
        Some(day) => Ok(day),
        None => ledger.last_day()?.context("the ledger holds no dated event: `detente add` brings some"),
    }
}

/// The blocs of a day, as `detente blocs --to json` has them.
fn blocs(ledger: &detente_ledger::Ledger, day: &Day) -> Result<Value> {
    let found: &Blocs = &day.blocs;
    let members = |keys: &[String]| -> Result<Vec<Value>> {
        keys.iter().map(|key| Ok(json!({"key": key, "name": name_of(ledger, key)?}))).collect()
    };
    let mut list = Vec::new();
    for (number, bloc) in found.blocs.iter().enumerate() {
        list.push(json!({"bloc": day.bloc_key(number), "members": members(bloc)?}));
    }
    let between: Vec<Value> = found
        .between
        .iter()
        .map(|b| {
            let (x, y) = (day.bloc_key(b.blocs.0), day.bloc_key(b.blocs.1));
            json!({"key": b.actor, "blocs": [x, y], "pull": [b.pull.0, b.pull.1]})
        })
        .collect();
    let mut against: Vec<&DayTie> = day.ties.iter().filter(|t| day.is_strain(t)).collect();
    against.sort_by(|x, y| y.pull.abs().total_cmp(&x.pull.abs()).then((&x.a, &x.b).cmp(&(&y.a, &y.b))));
    let against: Vec<Value> =
        against.iter().map(|t| json!({"a": t.a, "b": t.b, "level": t.level.value, "pull": t.pull})).collect();
    Ok(json!({
        "date": day.day,
        "blocs": list,
        "alone": members(&found.alone)?,
        "between": between,
        "fit": found.fit,
        "exact": found.exact,
        "ties": day.count(),
        "strain": {
            "ties": against,
            "triads_content": found.strain.content,
            "triads_torn": found.strain.torn,
            "triads": found.strain.triads,
        },
    }))
}

impl Ledger {
    /// Answers one question, without Python's lock.
    fn ask<T: Send>(
        &self,
        py: Python<'_>,
        asked: &str,
        answer: impl FnOnce(&detente_ledger::Ledger, &Asked) -> Result<T> + Send,
    ) -> PyResult<T> {
        py.detach(|| {
            let asked = Asked::read(asked)?;
            let ledger: MutexGuard<'_, detente_ledger::Ledger> =
                self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
            answer(&ledger, &asked)
        })
        .map_err(fail)
    }
}
