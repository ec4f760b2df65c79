//! Work as on a belt: one thread cuts records out of the inputs, all threads turn records into articles and read
//! them, and the results go out on the one thread that asked, in the order in which the records came. A record that
//! takes long holds up nobody, until so much has piled up behind it that memory would grow: what is on the belt is
//! bounded by its bytes, whatever the size of the input.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use detente::article::Article;
use detente_intake::{Intake, Item, Options, Position, Problem, Raw};

use crate::commands::{Outcome, still_to_come};
use crate::output::{complain, count};
use crate::progress::Meter;
use crate::rejects::{Reject, Rejects};
use crate::stop;

/// What may be on the belt at once, in bytes of records and texts. A record that is alone on the belt may be longer.
const ROOM: usize = 12 << 20;
/// What an article weighs on the belt beside its text: its reports take more room than its words.
const BESIDE: usize = 8 << 10;
/// How often the writing thread looks whether it is asked to stop.
const GLANCE: Duration = Duration::from_millis(50);

/// What became of the inputs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Articles worked on.
    pub articles: usize,
    /// Problems named on standard error or in the file of rejects.
    pub problems: usize,
    /// True when somebody asked to stop before the end.
    pub stopped: bool,
}

impl Tally {
    /// The outcome; where something was skipped, a last line on standard error says how much was not.
    pub fn end(self, done: &str) -> Outcome {
        if self.problems == 0 {
            return if self.stopped { Outcome::Skipped } else { Outcome::Clean };
        }
        let articles = count(self.articles, "article");
        complain(&format!("{articles} {done}, {} named above.", count(self.problems, "problem")));
        Outcome::Skipped
    }
}

/// How many threads `--jobs` means.
pub fn threads(jobs: Option<u16>) -> usize {
    match jobs {
        Some(n) => usize::from(n).max(1),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// What to do with the articles of an intake.
pub trait Task: Sync {
    /// What becomes of one article.
    type Out: Send + 'static;
    /// What each thread has for itself.
    type Aid;
    /// Made once a thread.
    fn aid(&self) -> Self::Aid;
    /// Reads one article; many threads do this at once.
    fn read(&self, aid: &mut Self::Aid, article: &Article) -> Self::Out;
}

impl<T: Send + 'static, F: Fn(&Article) -> T + Sync> Task for F {
    type Out = T;
    type Aid = ();
    fn aid(&self) {}
    fn read(&self, (): &mut (), article: &Article) -> T {
        self(article)
    }
}

/// What happens on the one thread that owns the output, in the order of the input.
pub trait Sink<T> {
    /// Takes what was read.
    ///
    /// # Errors
    /// When it cannot be written.
    fn take(&mut self, article: &Article, result: T) -> Result<()>;

    /// All that came of the records up to a place in the input was taken: here the work may be cut, and gone on with
    /// from that place later.
    ///
    /// # Errors
    /// When it cannot be written.
    fn settle(&mut self, _: &mut Settled) -> Result<()> {
        Ok(())
    }

    /// Nothing is to be taken just now.
    ///
    /// # Errors
    /// When what was taken cannot be written.
    fn idle(&mut self) -> Result<()> {
        Ok(())
    }
}

impl<T, F: FnMut(&Article, T) -> Result<()>> Sink<T> for F {
    fn take(&mut self, article: &Article, result: T) -> Result<()> {
        self(article, result)
    }
}

/// A place between two records.
pub struct Settled<'a> {
    /// Where in the input the next record stands.
    pub next: Position,
    /// What was skipped so far.
    pub rejects: &'a mut Rejects,
}

/// A record on its way.
struct Slot<T> {
    state: State<T>,
    cost: usize,
    /// Where in the input the next record stands.
    next: Position,
    /// Bytes of the inputs up to its end.
    bytes_read: u64,
}

enum State<T> {
    Waiting(Raw),
    Taken,
    Done(Box<Done<T>>),
}

/// What became of a record.
struct Done<T> {
    notes: Vec<Problem>,
    article: Result<Article, Problem>,
    /// What the task made of the article; nothing where it stumbled.
    result: Option<T>,
}

struct Belt<T> {
    /// In order. The first `taken` are taken or done.
    slots: VecDeque<Slot<T>>,
    taken: usize,
    /// Number of the first slot, counted from the start.
    first: u64,
    cost: usize,
    /// No more records come.
    ended: bool,
    /// Nothing new is to be begun.
    halted: bool,
    /// What was no article and no fault, by sort.
    passed: BTreeMap<String, u64>,
}

/// The belt and who waits at it.
struct Hall<T> {
    belt: Mutex<Belt<T>>,
    /// Readers wait for records.
    work: Condvar,
    /// The cutter waits for room.
    room: Condvar,
    /// The writer waits for the first record to be done.
    done: Condvar,
}

impl<T> Hall<T> {
    fn new() -> Hall<T> {
        let belt = Belt {
            slots: VecDeque::new(),
            taken: 0,
            first: 0,
            cost: 0,
            ended: false,
            halted: false,
            passed: BTreeMap::new(),
        };
        Hall { belt: Mutex::new(belt), work: Condvar::new(), room: Condvar::new(), done: Condvar::new() }
    }

    /// The belt. Nobody panics while holding it; if somebody did, the belt is still whole.
    fn lock(&self) -> MutexGuard<'_, Belt<T>> {
        self.belt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn halt(&self) {
        self.lock().halted = true;
        self.work.notify_all();
        self.room.notify_all();
        self.done.notify_all();
    }

    /// The cutter: puts records on the belt while there is room.
    fn cut(&self, mut intake: Intake) {
        // However it ends, nobody may wait for more.
        let _end = End(self);
        while let Some(raw) = intake.next_raw() {
            let (next, bytes_read) = (intake.stands_at(), intake.bytes_read());
            let cost = raw.len() + BESIDE;
            let mut belt = self.lock();
            while !belt.halted && belt.cost > 0 && belt.cost + cost > ROOM {
                belt = wait(&self.room, belt);
            }
            if belt.halted {
                return;
            }
            belt.cost += cost;
            belt.slots.push_back(Slot { state: State::Waiting(raw), cost, next, bytes_read });
            drop(belt);
            self.work.notify_one();
        }
        self.lock().passed.clone_from(intake.passed_over());
    }

    /// The next record to be read, and its number. `None` at the end.
    fn job(&self) -> Option<(u64, Raw)> {
        let mut belt = self.lock();
        loop {
            if belt.halted {
                return None;
            }
            let Belt { slots, taken, first, .. } = &mut *belt;
            if let Some(slot) = slots.get_mut(*taken) {
                let number = *first + *taken as u64;
                *taken += 1;
                if let State::Waiting(raw) = std::mem::replace(&mut slot.state, State::Taken) {
                    return Some((number, raw));
                }
                continue;
            }
            if belt.ended {
                return None;
            }
            belt = wait(&self.work, belt);
        }
    }

    fn put(&self, number: u64, done: Done<T>) {
        let weight = done.article.as_ref().map_or(0, |article| article.text.len());
        let mut belt = self.lock();
        let Belt { slots, first, cost, .. } = &mut *belt;
        let index = usize::try_from(number - *first).unwrap_or(usize::MAX);
        if let Some(slot) = slots.get_mut(index) {
            slot.state = State::Done(Box::new(done));
            // A page weighs more than its text.
            let weight = (weight + BESIDE).min(slot.cost);
            *cost -= slot.cost - weight;
            slot.cost = weight;
        }
        drop(belt);
        self.room.notify_one();
        if index == 0 {
            self.done.notify_one();
        }
    }

    /// The next finished record, in order. `idle` is called before waiting.
    fn next(&self, mut idle: impl FnMut() -> Result<()>) -> Result<Next<T>> {
        let mut belt = self.lock();
        let mut rested = false;
        loop {
            match belt.slots.front().map(|slot| &slot.state) {
                Some(State::Done(_)) => {
                    let Some(slot) = belt.slots.pop_front() else { continue };
                    belt.first += 1;
                    belt.taken = belt.taken.saturating_sub(1);
                    belt.cost -= slot.cost;
                    drop(belt);
                    self.room.notify_one();
                    return Ok(Next::Piece(slot));
                }
                // What is being read is still waited for.
                Some(State::Taken) => {}
                None if belt.ended => return Ok(Next::End),
                _ if stop::asked() => return Ok(Next::Stopped),
                _ => {}
            }
            if stop::asked() && !belt.halted {
                belt.halted = true;
                self.work.notify_all();
                self.room.notify_all();
            }
            if !rested {
                rested = true;
                drop(belt);
                idle()?;
                belt = self.lock();
                continue;
            }
            let waited = self.done.wait_timeout(belt, GLANCE);
            belt = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Says that no more records come.
struct End<'h, T>(&'h Hall<T>);

impl<T> Drop for End<'_, T> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.work.notify_all();
        self.0.done.notify_all();
    }
}

enum Next<T> {
    Piece(Slot<T>),
    End,
    Stopped,
}

fn wait<'a, T>(who: &Condvar, belt: MutexGuard<'a, Belt<T>>) -> MutexGuard<'a, Belt<T>> {
    who.wait(belt).unwrap_or_else(PoisonError::into_inner)
}

/// One of the threads that do the work. Neither intake nor the reader stumbles, as far as we know; where one does, that
/// article alone is lost.
fn work<K: Task>(hall: &Hall<K::Out>, task: &K, options: &Options) {
    let mut aid = task.aid();
    while let Some((number, raw)) = hall.job() {
        let id = raw.id().to_owned();
        let cut = catch_unwind(AssertUnwindSafe(|| raw.read(options)));
        let done = match cut {
            Ok(Item { notes, article: Ok(article), .. }) => {
                let result = catch_unwind(AssertUnwindSafe(|| task.read(&mut aid, &article))).ok();
                Done { notes, article: Ok(article), result }
            }
            Ok(Item { notes, article: Err(problem), .. }) => {
                Done { notes, article: Err(problem), result: None }
            }
            Err(_) => {
                let article = Article { id, ..Article::default() };
                Done { notes: Vec::new(), article: Ok(article), result: None }
            }
        };
        hall.put(number, done);
    }
}

/// What a run is given beside the articles.
pub struct Frame<'a> {
    /// Threads that read.
    pub jobs: Option<u16>,
    /// Shows how far the work is.
    pub meter: &'a Meter,
    /// Takes what is skipped.
    pub rejects: &'a mut Rejects,
}

/// Runs a task on every article, on `jobs` threads, and hands the results to the sink in the order of the
/// input. Problems are named as they come.
///
/// # Errors
/// What the sink says, or a machine that gives no threads.
pub fn run<K: Task>(intake: Intake, frame: Frame, task: K, mut sink: impl Sink<K::Out>) -> Result<Tally> {
    let Frame { jobs, meter, rejects } = frame;
    let hall: Arc<Hall<K::Out>> = Arc::new(Hall::new());
    let options = intake.options();
    let no_threads = "the machine gives no threads for --jobs: ask for fewer";
    // This thread may hang in an input that gives nothing; nobody waits for it.
    let cutter = Arc::clone(&hall);
    std::thread::Builder::new()
        .name("intake".into())
        .spawn(move || cutter.cut(intake))
        .context(no_threads)?;
    let mut tally = Tally::default();
    let result = std::thread::scope(|scope| {
        for _ in 0..threads(jobs) {
            let (hall, task, options) = (&hall, &task, &options);
            let thread = std::thread::Builder::new().name("reader".into());
            if let Err(error) = thread.spawn_scoped(scope, || work(hall, task, options)) {
                hall.halt();
                return Err(error).context(no_threads);
            }
        }
        let result = write(&hall, meter, rejects, &mut sink, &mut tally);
        hall.halt();
        rejects.passed_over(std::mem::take(&mut hall.lock().passed));
        result
    });
    meter.end();
    result?;
    Ok(tally)
}

/// The writing thread: takes what is done, in order.
fn write<T>(
    hall: &Hall<T>,
    meter: &Meter,
    rejects: &mut Rejects,
    sink: &mut impl Sink<T>,
    tally: &mut Tally,
) -> Result<()> {
    loop {
        let slot = match hall.next(|| sink.idle())? {
            Next::Piece(slot) => slot,
            Next::End => return Ok(()),
            Next::Stopped => {
                tally.stopped = true;
                return Ok(());
            }
        };
        let State::Done(done) = slot.state else { continue };
        for problem in &done.notes {
            tally.problems += 1;
            rejects.add(meter, &Reject::of(problem))?;
        }
        match (done.article, done.result) {
            (Ok(article), Some(result)) => {
                if let Some(word) = still_to_come(article.published) {
                    rejects.word(meter, "ahead", &format!("{}: {word}.", article.id));
                }
                tally.articles += 1;
                sink.take(&article, result)?;
            }
            (Ok(article), None) => {
                tally.problems += 1;
                rejects.add(meter, &Reject::stumbled(&article))?;
            }
            (Err(problem), _) => {
                tally.problems += usize::from(!problem.is_no_fault());
                rejects.add(meter, &Reject::of(&problem))?;
            }
        }
        meter.at(slot.bytes_read, tally.articles);
        sink.settle(&mut Settled { next: slot.next, rejects })?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use detente_intake::Input;

    use super::*;

    fn intake(ids: impl IntoIterator<Item = String>) -> Intake {
        let lines: String =
            ids.into_iter().map(|id| format!("{{\"id\":\"{id}\",\"text\":\"One.\"}}\n")).collect();
        Intake::new([Input::Reader("x.jsonl".into(), Box::new(Cursor::new(lines)))], Options::default())
    }

    fn order(jobs: u16, ids: &[String], task: impl Fn(&Article) -> String + Sync) -> (Tally, Vec<String>) {
        let mut taken = Vec::new();
        let sink = |_: &Article, id: String| {
            taken.push(id);
            Ok(())
        };
        let frame = Frame { jobs: Some(jobs), meter: &Meter::hidden(), rejects: &mut Rejects::default() };
        let tally = run(intake(ids.iter().cloned()), frame, task, sink).expect("it runs on");
        (tally, taken)
    }

    #[test]
    fn an_article_that_the_reader_stumbles_over_costs_itself_alone() {
        let task = |article: &Article| {
            assert!(article.id != "b", "a stumble that the test makes");
            article.id.clone()
        };
        let (tally, taken) = order(2, &["a".into(), "b".into(), "c".into()], task);
        assert_eq!((tally.articles, tally.problems), (2, 1));
        assert_eq!(taken, ["a", "c"]);
    }

    #[test]
    fn the_order_is_that_of_the_input_however_long_an_article_takes() {
        let ids: Vec<String> = (0..500).map(|n| format!("a{n}")).collect();
        for jobs in [1, 2, 5] {
            let task = |article: &Article| {
                if article.id.ends_with('7') {
                    std::thread::sleep(Duration::from_millis(2));
                }
                article.id.clone()
            };
            assert_eq!(order(jobs, &ids, task).1, ids);
        }
    }

    #[test]
    fn a_hard_article_stalls_no_other_before_the_belt_is_full() {
        let ids: Vec<String> = (0..400).map(|n| format!("a{n}")).collect();
        let others = std::sync::atomic::AtomicUsize::new(0);
        let seen = std::sync::atomic::AtomicUsize::new(0);
        let task = |article: &Article| {
            use std::sync::atomic::Ordering::SeqCst;
            if article.id == "a0" {
                let begun = std::time::Instant::now();
                while others.load(SeqCst) < 399 && begun.elapsed() < Duration::from_secs(20) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                seen.store(others.load(SeqCst), SeqCst);
            } else {
                others.fetch_add(1, SeqCst);
            }
            article.id.clone()
        };
        assert_eq!(order(2, &ids, task).1, ids);
        assert_eq!(seen.load(std::sync::atomic::Ordering::SeqCst), 399);
    }

    #[test]
    fn what_is_on_the_belt_is_bounded_by_its_bytes() {
        // Each article weighs more than 8 KB, so no more than some 1,500 are read while the first waits.
        let ids: Vec<String> = (0..4000).map(|n| format!("a{n}")).collect();
        let others = std::sync::atomic::AtomicUsize::new(0);
        let task = |article: &Article| {
            use std::sync::atomic::Ordering::SeqCst;
            if article.id == "a0" {
                std::thread::sleep(Duration::from_millis(300));
                assert!(others.load(SeqCst) <= ROOM / BESIDE + 1, "{}", others.load(SeqCst));
            } else {
                others.fetch_add(1, SeqCst);
            }
            article.id.clone()
        };
        let (tally, taken) = order(2, &ids, task);
        assert_eq!((tally.articles, tally.problems, taken.len()), (4000, 0, 4000));
    }

    #[test]
    fn an_output_that_fails_ends_the_work_with_its_error() {
        let mut rejects = Rejects::default();
        let frame = Frame { jobs: Some(2), meter: &Meter::hidden(), rejects: &mut rejects };
        let sink = |_: &Article, (): ()| anyhow::bail!("no room");
        let ids = (0..5000).map(|n| n.to_string());
        let error = run(intake(ids), frame, |_: &Article| (), sink).expect_err("it fails");
        assert_eq!(error.to_string(), "no room");
    }
}
