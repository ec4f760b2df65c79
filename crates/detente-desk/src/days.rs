//! Who stands with whom at the end of each month of the ledger, worked out once and kept, so that the slider of the network
//! moves at once. A ledger that has grown is worked out again beside the visitors, who see the older days until then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use detente_ledger::{Ledger, LedgerError};
use detente_plot::{Day, PARTIES, is_people, layout};
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::{Failure, Shared};

/// Months that are kept, the last ones: fifty years.
const MONTHS: usize = 600;
/// Months worked out in one pass over the evidence; more would hold more in memory.
const CHUNK: usize = 24;
/// Parties that have a place in the field: those with the most evidence over all days.
pub const PLACES: usize = 60;

/// All months of a ledger.
pub struct Days {
    /// What the ledger held when they were worked out.
    stamp: i64,
    /// The last day of each month, and who stood where on it; in order.
    pub days: Vec<Day>,
    /// The colour of each bloc of each day: the same for as long as the bloc keeps its name.
    pub colours: Vec<Vec<usize>>,
    /// Where each party lies in the field.
    pub places: BTreeMap<String, (f64, f64)>,
    /// What each party is called.
    pub names: BTreeMap<String, String>,
}

/// The kept days, and whether somebody works on newer ones.
#[derive(Default)]
pub struct Kept {
    days: Mutex<Option<Arc<Days>>>,
    at_work: AtomicBool,
    /// Months worked out so far, and all of them.
    done: AtomicUsize,
    of: AtomicUsize,
}

/// How long a visitor waits for the days before being told how far they are.
const PATIENCE: Duration = Duration::from_secs(2);

impl Kept {
    /// The days as far as they are worked out; true where the ledger has grown since. The first who asks works them out.
    ///
    /// # Errors
    /// When the ledger cannot be read, and while somebody else is still at it: how far that is.
    pub fn days(&self, ledger: &Ledger, shared: &Shared) -> Result<(Arc<Days>, bool), Failure> {
        let stamp = ledger.stamp()?;
        let began = Instant::now();
        let mut kept = loop {
            match self.days.try_lock() {
                Ok(kept) => break kept,
                Err(TryLockError::Poisoned(kept)) => break kept.into_inner(),
                Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    let [done, of] = [&self.done, &self.of].map(|n| n.load(Ordering::Relaxed));
                    return Err(Failure::working("months", done, of));
                }
            }
        };
        if let Some(days) = kept.as_ref() {
            return Ok((Arc::clone(days), days.stamp != stamp));
        }
        let days = Arc::new(Days::new(ledger, shared)?);
        *kept = Some(Arc::clone(&days));
        Ok((days, false))
    }

    /// Works the days out again, unless somebody is at it.
    pub fn renew(&self, ledger: &Ledger, shared: &Shared) {
        if self.at_work.swap(true, Ordering::SeqCst) {
            return;
        }
        // What cannot be read now stays as it was; the page says so when it reads itself.
        if let Ok(days) = Days::new(ledger, shared) {
            *self.days.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(days));
        }
        self.at_work.store(false, Ordering::SeqCst);
    }
}

impl Days {
    /// Works out all months.
    fn new(ledger: &Ledger, shared: &Shared) -> Result<Days, LedgerError> {
        let stamp = ledger.stamp()?;
        let counts = ledger.counts(None)?;
        let mut ends: Vec<Date> = Vec::new();
        if let (Some(first), Some(last)) = (counts.first, counts.last) {
            let mut end = last.last_of_month();
            while ends.len() < MONTHS && end >= first {
                ends.push(end);
                let Ok(before) = end.first_of_month().checked_sub(1.day()) else { break };
                end = before;
            }
            ends.reverse();
        }
        shared.days.done.store(0, Ordering::Relaxed);
        shared.days.of.store(ends.len(), Ordering::Relaxed);
        let joint = ledger.joint_events_over(&ends, None)?;
        let mut days: Vec<Day> = Vec::new();
        for chunk in ends.chunks(CHUNK) {
            let mut balances = vec![Vec::new(); chunk.len()];
            ledger.balances_over(
                chunk,
                None,
                |key| !is_people(key),
                |a, b, series| {
                    for (all, balance) in balances.iter_mut().zip(series) {
                        if balance.level.is_some() {
                            all.push((a.to_owned(), b.to_owned(), balance));
                        }
                    }
                },
            )?;
            for (end, mut balances) in chunk.iter().zip(balances) {
                balances.sort_by(|x, y| (&x.0, &x.1).cmp(&(&y.0, &y.1)));
                let since = Ledger::joint_since(*end);
                let joint = joint.iter().filter(|e| e.date.is_some_and(|d| (since..=*end).contains(&d)));
                let mut day = Day::new(*end, &balances, joint, false, PARTIES);
                if let Some(before) = days.last() {
                    day.blocs.keep_names(&before.blocs);
                }
                days.push(day);
            }
            shared.days.done.fetch_add(chunk.len(), Ordering::Relaxed);
        }
        let quiet = days.iter().position(|d| d.count() > 0).unwrap_or(days.len());
        days.drain(..quiet);
        Days::of((ledger, shared), stamp, days)
    }

    /// A single day, as it was known on a day.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn as_of(ledger: &Ledger, shared: &Shared, day: Date, as_of: Date) -> Result<Days, LedgerError> {
        let balances =
            shared.evidence(ledger)?.balances_on(ledger, day, Some(as_of), |key| !is_people(key))?;
        let day = Day::new(day, &balances, &ledger.joint_events(day, Some(as_of))?, false, PARTIES);
        Days::of((ledger, shared), 0, if day.count() > 0 { vec![day] } else { Vec::new() })
    }

    fn of((ledger, shared): (&Ledger, &Shared), stamp: i64, days: Vec<Day>) -> Result<Days, LedgerError> {
        let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
        for day in &days {
            for (key, weight) in day.weights() {
                *weights.entry(key).or_default() += weight;
            }
        }
        let mut order: Vec<(&str, f64)> = weights.iter().map(|(k, w)| (*k, *w)).collect();
        order.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(y.0)));
        order.truncate(PLACES);
        let number: BTreeMap<&str, usize> = order.iter().enumerate().map(|(i, (k, _))| (*k, i)).collect();
        // How the two pulled on the mean of all days; days without a tie count as nothing.
        let mut pulls: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for day in &days {
            let own = day.ties.iter().map(|t| (&t.a, &t.b, t.pull));
            for (a, b, pull) in own.chain(day.joint.iter().map(|t| (&t.a, &t.b, t.pull))) {
                if let (Some(&a), Some(&b)) = (number.get(a.as_str()), number.get(b.as_str())) {
                    *pulls.entry((a.min(b), a.max(b))).or_default() += pull / days.len() as f64;
                }
            }
        }
        let pulls: Vec<(usize, usize, f64)> = pulls.into_iter().map(|((a, b), p)| (a, b, 2.0 * p)).collect();
        let places = layout(order.len(), &pulls);
        let places = order.iter().zip(places).map(|((key, _), at)| ((*key).to_owned(), at)).collect();
        let mut names = BTreeMap::new();
        for key in weights.keys() {
            names.insert((*key).to_owned(), shared.name(ledger, key)?);
        }
        for key in days.iter().flat_map(|d| d.blocs.names.iter()) {
            if !names.contains_key(key) {
                names.insert(key.clone(), shared.name(ledger, key)?);
            }
        }
        let colours = colours(&days);
        Ok(Days { stamp, days, colours, places, names })
    }

    /// The number of the last day that is not after this one; the first where all are.
    pub fn number(&self, day: Date) -> usize {
        self.days.partition_point(|d| d.day <= day.last_of_month()).saturating_sub(1)
    }

    /// What a party is called.
    pub fn name(&self, key: &str) -> String {
        self.names.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }
}

/// Says that the ledger has grown since.
pub fn are_old() -> Markup {
    html! { p .quiet role="status" { "Something was added to the ledger: the days are being worked out anew, and these are those from before." } }
}

/// A bloc keeps its colour while it keeps its name; a new one takes the first that nobody has that day.
fn colours(days: &[Day]) -> Vec<Vec<usize>> {
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = Vec::with_capacity(days.len());
    for day in days {
        let names: Vec<&str> = (0..day.blocs.blocs.len()).map(|n| day.bloc_key(n)).collect();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut now: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &names {
            if let Some(&colour) = last.get(name)
                && taken.insert(colour)
            {
                now.insert(name, colour);
            }
        }
        for name in &names {
            if !now.contains_key(name) {
                let free = (0..).find(|c| !taken.contains(c)).unwrap_or(0);
                taken.insert(free);
                now.insert(name, free);
            }
        }
        all.push(names.iter().map(|name| now.get(name).copied().unwrap_or(0)).collect());
        last.extend(now);
    }
    all
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    use super::*;
    use crate::Settings;
    use crate::pool::Pool;

    #[test]
    fn who_comes_while_the_days_are_worked_out_is_told_how_far_they_are() {
        let nothing = || Ledger::in_memory().expect("memory");
        let shared = crate::desk(Pool::of_one(nothing()), Settings::default()).shared;
        shared.days.done.store(30, Ordering::Relaxed);
        shared.days.of.store(1_200, Ordering::Relaxed);
        let at_work = shared.days.days.lock().expect("free");
        let Err(failure) = shared.days.days(&nothing(), &shared) else { panic!("somebody is at it") };
        assert!(failure.text.ends_with("30 of 1,200 months are done"), "{}", failure.text);
        let answer = failure.into_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            (&answer.headers()["refresh"], &answer.headers()["retry-after"]),
            (&"2".parse().unwrap(), &"2".parse().unwrap())
        );
        drop(at_work);
        assert!(shared.days.days(&nothing(), &shared).is_ok());
    }
}
