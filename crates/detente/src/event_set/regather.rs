//! A cell gathered anew where a few reports have come or gone, without a look at those that these do not reach.
//!
//! The result is that of gathering the whole cell, and here is why. Gathering takes the reports in order; what becomes of
//! one hangs on the events that are found under its keys within its days ([`draft::Index`]), on the first reports of
//! these events and on the days that these allow. So this module takes the reports in the same order once more, beside
//! the way they went before, which the [`Memo`] holds. An event is *changed* once it has other reports than it had at
//! this point before, and all keys and days under which it stands, or stood, are *marked*. A report none of whose keys is
//! marked within its days finds the very same events as before, none of them changed, and goes where it went: nothing of
//! it is looked at but its place. Only the others are read and weighed; where one goes another way, the event that it
//! left and the event that it came to are changed in turn. Bounds on how many events stand under a key do not break this,
//! for what is pushed out by a newcomer stood under the same key and day, which is marked.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::cell::Cell;
use super::draft::{APART, COMPARED, Draft, FULL, Fit, Hits, days_left, days_meet, meets};
use super::memo::{Entry, Memo};
use super::numbering::{Numbering, Table};
use super::telling::{Telling, is_exact};
use super::{CANDIDATES, Event, Names, best, drafts, finish, in_order, name};
use crate::report::Report;

/// The events of one cell, and what is to be remembered of it. Each report comes with a number by which it is found again;
/// reports of other cells are passed over. The events are those that [`super::gather`] gives, in no order that means anything.
pub fn gather_in<'a>(cell: Cell, reports: impl IntoIterator<Item = (i64, &'a Report)>) -> (Vec<Event>, Memo) {
    let mut numbering = Numbering::default();
    let mut rows: HashMap<&str, i64> = HashMap::new();
    let mut tellings: Vec<Telling> = Vec::new();
    for (row, report) in reports {
        if let Some(telling) = Telling::new(report, &mut numbering).filter(|t| t.cell == cell) {
            rows.entry(&report.id).or_insert(row);
            tellings.push(telling);
        }
    }
    let order = in_order(&tellings);
    let (drafts, openers) = drafts(&order, &numbering);
    let text = cell.to_string();
    let entries = order.iter().zip(openers).enumerate().map(|(at, (telling, opener))| {
        let row = rows.get(telling.report.id.as_str()).copied().unwrap_or_default();
        let name = if opener == at { name(telling, &text) } else { 0 };
        Entry { opener: opener as u32, name, ..Entry::new(row, telling) }
    });
    let memo = Memo { entries: entries.collect() };
    (finish(cell, drafts), memo)
}

/// What changed in a cell.
#[derive(Clone, Debug)]
pub struct Regathered {
    /// Events that are new, or may be told otherwise than before.
    pub changed: Vec<Event>,
    /// Names of events that are no more.
    pub gone: Vec<String>,
    /// Numbers of the reports of the changed events, by id.
    pub rows: BTreeMap<String, i64>,
    /// What is to be remembered now.
    pub memo: Memo,
    /// How many reports had to be read.
    pub read: usize,
}

/// Why there is no answer.
enum Stop<E> {
    /// A report could not be read.
    Failed(E),
    /// The memo does not fit what is asked.
    Misfit,
}

/// Gathers a cell anew from what was remembered of it, when the reports with the numbers in `gone` have left and those in
/// `came` have joined. `read` gives the report of a number; it is asked for few. `None` where the memo
/// does not fit: then the cell must be gathered whole.
///
/// # Errors
/// Those of `read`.
pub fn regather<E>(
    cell: Cell,
    memo: Memo,
    gone: &[i64],
    came: &[(i64, &Report)],
    read: impl FnMut(i64) -> Result<Report, E>,
) -> Result<Option<Regathered>, E> {
    match run(cell, memo, gone, came, read) {
        Ok(regathered) => Ok(Some(regathered)),
        Err(Stop::Misfit) => Ok(None),
        Err(Stop::Failed(e)) => Err(e),
    }
}

/// A report in its place.
struct Place<'a> {
    entry: Entry,
    /// Place of the report that opened its event before; `None` for one that came.
    was: Option<u32>,
    has_gone: bool,
    /// The report, where it came.
    came: Option<&'a Report>,
}

/// An event while it grows.
struct Light {
    /// Place of the report that opened it.
    opener: u32,
    members: Vec<u32>,
    span: Option<(i64, i64)>,
    changed: bool,
}

/// A key: who stands under it, and where it is marked.
#[derive(Default)]
struct Key {
    /// Places, in order.
    under: Vec<u32>,
    any: bool,
    days: Vec<i64>,
}

/// No event.
const NONE: u32 = u32::MAX;

/// The cell while its reports are taken once more.
struct Taking<'a> {
    places: Vec<Place<'a>>,
    /// Numbers of the keys of each place.
    keys_of: Vec<Vec<u32>>,
    keys: Vec<Key>,
    drafts: Vec<Light>,
    /// The event of each place, so far.
    draft_of: Vec<u32>,
    /// The event that each place opened.
    opened_by: Vec<u32>,
    hits: Hits,
}

fn run<E>(
    cell: Cell,
    memo: Memo,
    gone: &[i64],
    came: &[(i64, &Report)],
    read: impl FnMut(i64) -> Result<Report, E>,
) -> Result<Regathered, Stop<E>> {
    let old_names = names(memo.entries.iter().enumerate().map(|(at, e)| (at, e.opener as usize, e.name)));
    let old_names: Vec<(usize, String)> = old_names.collect();
    let (places, at) = merge(cell, memo, gone, came).ok_or(Stop::Misfit)?;
    let old_names: HashMap<u32, String> = old_names.into_iter().map(|(old, name)| (at[old], name)).collect();

    // Reports and their tellings, read when they are asked for.
    let many = places.len();
    let slots: Vec<OnceCell<Report>> = (0..many).map(|_| OnceCell::new()).collect();
    let numbering = RefCell::new(Numbering::default());
    let tellings: Vec<OnceCell<Telling>> = (0..many).map(|_| OnceCell::new()).collect();
    let read = RefCell::new(read);
    let sources: Vec<(i64, Option<&Report>)> = places.iter().map(|p| (p.entry.row, p.came)).collect();
    let telling = |at: u32| -> Result<&Telling, Stop<E>> {
        let at = at as usize;
        if let Some(telling) = tellings[at].get() {
            return Ok(telling);
        }
        let report = match sources[at] {
            (_, Some(report)) => report,
            (row, None) => {
                let report = (*read.borrow_mut())(row).map_err(Stop::Failed)?;
                slots[at].get_or_init(|| report)
            }
        };
        let telling = Telling::new(report, &mut numbering.borrow_mut()).filter(|t| t.cell == cell);
        let telling = telling.ok_or(Stop::Misfit)?;
        Ok(tellings[at].get_or_init(|| telling))
    };

    let mut taking = Taking::new(places);
    for at in 0..many as u32 {
        taking.take(at, &telling)?;
    }

    let Taking { mut places, drafts, draft_of, opened_by, .. } = taking;
    let text = cell.to_string();
    for draft in &drafts {
        let opener = draft.opener as usize;
        if places[opener].was != Some(draft.opener) {
            places[opener].entry.name = name(telling(draft.opener)?, &text);
        }
    }
    let mut counted = Names::default();
    let mut out =
        Regathered { changed: vec![], gone: vec![], rows: BTreeMap::new(), memo: Memo::default(), read: 0 };
    let mut still = BTreeSet::new();
    for draft in &drafts {
        let name = counted.next(places[draft.opener as usize].entry.name);
        if draft.changed || old_names.get(&draft.opener) != Some(&name) {
            let mut heavy = Draft::open(telling(draft.opener)?);
            for &member in &draft.members[1..] {
                let telling = telling(member)?;
                let fit = heavy.meets(telling).ok_or(Stop::Misfit)?;
                heavy.join(telling, fit, &numbering.borrow());
            }
            for &member in &draft.members {
                let entry = &places[member as usize].entry;
                out.rows.insert(entry.id.clone(), entry.row);
            }
            out.changed.push(heavy.finish(name.clone()));
        }
        still.insert(name);
    }
    out.gone = old_names.into_values().filter(|name| !still.contains(name)).collect();
    out.gone.sort();
    out.read = slots.iter().filter(|slot| slot.get().is_some()).count();

    // Those who have gone leave no gap.
    let mut left = 0;
    let new_at: Vec<u32> = places
        .iter()
        .map(|place| {
            left += u32::from(!place.has_gone);
            left.wrapping_sub(1)
        })
        .collect();
    debug_assert_eq!(opened_by.len(), places.len());
    for (at, place) in places.into_iter().enumerate().filter(|(_, p)| !p.has_gone) {
        let opener = drafts.get(draft_of[at] as usize).ok_or(Stop::Misfit)?.opener;
        let name = if opener as usize == at { place.entry.name } else { 0 };
        out.memo.entries.push(Entry { opener: new_at[opener as usize], name, ..place.entry });
    }
    Ok(out)
}

/// The names of events, by the place of their openers: places come with those of their openers and the numbers of names.
fn names(places: impl Iterator<Item = (usize, usize, u64)>) -> impl Iterator<Item = (usize, String)> {
    let mut counted = Names::default();
    places.filter(|(at, opener, _)| at == opener).map(move |(at, _, name)| (at, counted.next(name)))
}

/// All places in order, and for each report of the memo the place that it has now. `None` where the memo lacks a report
/// that has gone, or holds one of the same id as one that came.
fn merge<'a>(
    cell: Cell,
    memo: Memo,
    gone: &[i64],
    came: &[(i64, &'a Report)],
) -> Option<(Vec<Place<'a>>, Vec<u32>)> {
    let gone_rows: BTreeSet<i64> = gone.iter().copied().collect();
    let mut numbering = Numbering::default();
    let mut new: Vec<Place> = Vec::new();
    for (row, report) in came {
        let telling = Telling::new(report, &mut numbering).filter(|t| t.cell == cell)?;
        let entry = Entry::new(*row, &telling);
        new.push(Place { entry, was: None, has_gone: false, came: Some(report) });
    }
    new.sort_by(|x, y| x.entry.order().cmp(&y.entry.order()));
    let ids: BTreeSet<String> = new.iter().map(|place| place.entry.id.clone()).collect();
    if ids.len() < new.len() {
        return None;
    }
    let mut left = gone_rows.len();
    let mut places: Vec<Place> = Vec::with_capacity(memo.entries.len() + new.len());
    let mut at: Vec<u32> = Vec::with_capacity(memo.entries.len());
    let mut new = new.into_iter().peekable();
    for entry in memo.entries {
        let has_gone = gone_rows.contains(&entry.row);
        if has_gone {
            left -= 1;
        } else if ids.contains(&entry.id) {
            return None;
        }
        while let Some(place) = new.next_if(|place| place.entry.order() < entry.order()) {
            places.push(place);
        }
        at.push(places.len() as u32);
        let was = Some(*at.get(entry.opener as usize)?);
        places.push(Place { entry, was, has_gone, came: None });
    }
    places.extend(new);
    (left == 0).then_some((places, at))
}

impl<'a> Taking<'a> {
    fn new(places: Vec<Place<'a>>) -> Taking<'a> {
        let many = places.len();
        let mut numbers: Table<u32, u32> = Table::default();
        let mut keys: Vec<Key> = Vec::new();
        let mut keys_of = Vec::with_capacity(many);
        for (at, place) in places.iter().enumerate() {
            let mut own = Vec::with_capacity(place.entry.keys.len());
            for key in &place.entry.keys {
                let number = *numbers.entry(*key).or_insert(keys.len() as u32);
                if number as usize == keys.len() {
                    keys.push(Key::default());
                }
                if !place.has_gone {
                    keys[number as usize].under.push(at as u32);
                }
                own.push(number);
            }
            keys_of.push(own);
        }
        Taking {
            places,
            keys_of,
            keys,
            drafts: Vec::new(),
            draft_of: vec![NONE; many],
            opened_by: vec![NONE; many],
            hits: Hits::default(),
        }
    }

    /// Takes the report of a place.
    fn take<'t, 'r: 't, E>(
        &mut self,
        at: u32,
        telling: &impl Fn(u32) -> Result<&'t Telling<'r>, Stop<E>>,
    ) -> Result<(), Stop<E>> {
        let place = &self.places[at as usize];
        let was = place.was;
        if place.has_gone {
            self.mark(at);
            self.change(was, at);
            return Ok(());
        }
        let kept = was.and_then(|was| if was == at { Some(NONE) } else { self.draft(was) });
        let is_reached =
            self.is_marked(at) || kept.is_none_or(|d| d != NONE && self.drafts[d as usize].changed);
        if !is_reached {
            match kept {
                Some(NONE) => self.open(at, false),
                Some(d) => self.join(at, d)?,
                None => return Err(Stop::Misfit),
            }
            return Ok(());
        }
        match self.weigh(at, telling)? {
            None => {
                self.open(at, was != Some(at));
                if was != Some(at) {
                    self.mark(at);
                    self.change(was, at);
                }
            }
            Some(d) => {
                let label = self.drafts[d as usize].opener;
                self.join(at, d)?;
                if was != Some(label) {
                    self.change(was, at);
                    self.change(Some(label), at);
                    self.mark(at);
                } else if self.drafts[d as usize].changed {
                    self.mark(at);
                }
            }
        }
        Ok(())
    }

    /// The event that the report of that place opened.
    fn draft(&self, opener: u32) -> Option<u32> {
        Some(self.opened_by[opener as usize]).filter(|d| *d != NONE)
    }

    fn open(&mut self, at: u32, changed: bool) {
        let draft = self.drafts.len() as u32;
        let span = self.places[at as usize].entry.span;
        self.drafts.push(Light { opener: at, members: vec![at], span, changed });
        self.draft_of[at as usize] = draft;
        self.opened_by[at as usize] = draft;
    }

    fn join<E>(&mut self, at: u32, d: u32) -> Result<(), Stop<E>> {
        let span = self.places[at as usize].entry.span;
        let draft = &mut self.drafts[d as usize];
        let (met, _) = days_meet(draft.span, span).ok_or(Stop::Misfit)?;
        draft.span = days_left(met, draft.span, span);
        draft.members.push(at);
        self.draft_of[at as usize] = d;
        Ok(())
    }

    /// The event that the report joins now, `None` where it opens one.
    fn weigh<'t, 'r: 't, E>(
        &mut self,
        at: u32,
        telling: &impl Fn(u32) -> Result<&'t Telling<'r>, Stop<E>>,
    ) -> Result<Option<u32>, Stop<E>> {
        let own = telling(at)?;
        let mut fits: Vec<(Fit, usize)> = Vec::new();
        for d in self.near(at) {
            let draft = &self.drafts[d];
            if days_meet(draft.span, own.span).is_none() {
                continue;
            }
            let first: Vec<&Telling> =
                draft.members.iter().take(COMPARED).map(|m| telling(*m)).collect::<Result<_, _>>()?;
            fits.extend(meets(draft.span, &first, own).map(|fit| (fit, d)));
        }
        Ok(best(fits.into_iter()).map(|(_, d)| d as u32))
    }

    /// The events that [`super::draft::Index::near`] finds for the report of that place.
    fn near(&mut self, at: u32) -> Vec<usize> {
        let exact = self.exact(at);
        for &key in &self.keys_of[at as usize] {
            self.hits.look();
            let under = self.keys[key as usize].under.iter().take_while(|other| **other < at);
            let before = under.map(|other| (*other, self.draft_of[*other as usize]));
            match exact {
                Some((first, last)) => {
                    let (first, last) = (first - APART, last + APART);
                    // For each day the first so many events that stand there.
                    let mut days: Vec<Vec<u32>> = vec![Vec::new(); (last - first + 1) as usize];
                    for (other, draft) in before {
                        let Some((from, to)) = self.exact(other) else { continue };
                        for day in from.max(first)..=to.min(last) {
                            let day = &mut days[(day - first) as usize];
                            if day.len() < FULL && !day.contains(&draft) {
                                day.push(draft);
                                self.hits.hit(draft);
                            }
                        }
                    }
                }
                None => {
                    let mut any: Vec<u32> = Vec::new();
                    for (_, draft) in before {
                        if any.len() < FULL && !any.contains(&draft) {
                            any.push(draft);
                            self.hits.hit(draft);
                        }
                    }
                }
            }
        }
        self.hits.most(CANDIDATES)
    }

    /// The days of the report, where they are exact.
    fn exact(&self, at: u32) -> Option<(i64, i64)> {
        self.places[at as usize].entry.span.filter(|span| is_exact(*span))
    }

    /// True where some key of the report is marked within its days.
    fn is_marked(&self, at: u32) -> bool {
        let exact = self.exact(at);
        self.keys_of[at as usize].iter().map(|key| &self.keys[*key as usize]).any(|key| match exact {
            _ if !key.any => false,
            Some((first, last)) => key.days.iter().any(|day| first - APART <= *day && *day <= last + APART),
            None => true,
        })
    }

    /// Marks the keys of a report on its days.
    fn mark(&mut self, at: u32) {
        let (first, last) = self.exact(at).unwrap_or((0, -1));
        for key in &self.keys_of[at as usize] {
            let key = &mut self.keys[*key as usize];
            key.any = true;
            for day in first..=last {
                if !key.days.contains(&day) {
                    key.days.push(day);
                }
            }
        }
    }

    /// The event that a report opened is changed from the report at `now` on.
    fn change(&mut self, opener: Option<u32>, now: u32) {
        let Some(d) = opener.and_then(|opener| self.draft(opener)) else { return };
        let draft = &mut self.drafts[d as usize];
        if std::mem::replace(&mut draft.changed, true) {
            return;
        }
        let members = draft.members.clone();
        members.into_iter().for_each(|member| self.mark(member));
        let before = |at: &u32| self.places[*at as usize].was == opener;
        let before: Vec<u32> = (0..now).filter(before).collect();
        before.into_iter().for_each(|at| self.mark(at));
    }
}
