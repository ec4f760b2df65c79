//! Work as on a belt: one thread cuts records out of the inputs, all threads turn records into articles and read
//! them, and the results go out on the one thread that asked, in the order in which the records came. A record that
//! takes long holds up nobody, until so much has piled up behind it that memory would grow: what is on the belt is
//! bounded by its bytes, whatever the size of the input.
//!
//! Articles get their names in the order of the input, after they are cut out and before they are read: a name
//! may depend on all earlier ones, and the reports of an article carry it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use detente::article::Article;
use detente_intake::{Intake, Problem};

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
    fn settle(&mut self, _: &Settled) -> Result<()> {
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
    /// Where in the input.
    pub at: u64,
    /// What came of it so far.
    pub tally: Tally,
    /// What was skipped so far.
    pub rejects: &'a mut Rejects,
}

/// One thing that came out of a record.
type Item = Result<Article, Problem>;

/// A record on its way to articles.
struct RawSlot {
    state: RawState,
    cost: usize,
    at: u64,
    bytes_read: u64,
}

enum RawState {
    Waiting(Item),
    Taken,
    Cut(Vec<Item>),
}

/// An article on its way to its reports.
struct Slot<T> {
    state: State<T>,
    cost: usize,
    /// Where in the input the record stands of which this is the last piece.
    last_of: Option<u64>,
    bytes_read: u64,
}

enum State<T> {
    Waiting(Box<Article>),
    Taken,
    /// Read; without a result where the reader stumbled.
    Done(Box<Article>, Option<T>),
    Problem(Problem),
    /// A record of which nothing came.
    Nothing,
}

struct Belt<T> {
    /// Records, in order. The first `raw_taken` are taken or done.
    raws: VecDeque<RawSlot>,
    raw_taken: usize,
    /// Number of the first of `raws`, counted from the start.
    raw_first: u64,
    /// Articles, in order. The first `taken` are taken or done.
    items: VecDeque<Slot<T>>,
    taken: usize,
    first: u64,
    cost: usize,
    /// No more records come.
    ended: bool,
    /// Nothing new is to be begun.
    halted: bool,
}

/// The belt and who waits at it.
struct Hall<T> {
    belt: Mutex<Belt<T>>,
    /// Workers wait for records or articles.
    work: Condvar,
    /// The cutter waits for room.
    room: Condvar,
    /// The writer waits for the first article.
    done: Condvar,
}

/// What a worker is given.
enum Job {
    Cut(u64, Item),
    Read(u64, Box<Article>),
}

impl<T> Hall<T> {
    fn new() -> Hall<T> {
        let belt = Belt {
            raws: VecDeque::new(),
            raw_taken: 0,
            raw_first: 0,
            items: VecDeque::new(),
            taken: 0,
            first: 0,
            cost: 0,
            ended: false,
            halted: false,
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
        for at in 1.. {
            let next = intake.next();
            let bytes_read = intake.bytes_read();
            let mut belt = self.lock();
            let Some(raw) = next else {
                belt.ended = true;
                drop(belt);
                self.work.notify_all();
                self.done.notify_all();
                return;
            };
            let cost = cost(&raw);
            while !belt.halted && belt.cost > 0 && belt.cost + cost > ROOM {
                belt = wait(&self.room, belt);
            }
            if belt.halted {
                return;
            }
            belt.cost += cost;
            belt.raws.push_back(RawSlot { state: RawState::Waiting(raw), cost, at, bytes_read });
            drop(belt);
            self.work.notify_one();
        }
    }

    /// What is to be done next: articles before records, so that the belt gets shorter. `None` at the end.
    fn job(&self) -> Option<Job> {
        let mut belt = self.lock();
        loop {
            if belt.halted {
                return None;
            }
            let Belt { items, taken, first, raws, raw_taken, raw_first, .. } = &mut *belt;
            while let Some(slot) = items.get_mut(*taken) {
                let number = *first + *taken as u64;
                *taken += 1;
                if matches!(slot.state, State::Waiting(_))
                    && let State::Waiting(article) = std::mem::replace(&mut slot.state, State::Taken)
                {
                    return Some(Job::Read(number, article));
                }
            }
            if let Some(slot) = raws.get_mut(*raw_taken) {
                let number = *raw_first + *raw_taken as u64;
                *raw_taken += 1;
                if let RawState::Waiting(raw) = std::mem::replace(&mut slot.state, RawState::Taken) {
                    return Some(Job::Cut(number, raw));
                }
                continue;
            }
            if belt.ended && belt.raws.is_empty() {
                return None;
            }
            belt = wait(&self.work, belt);
        }
    }

    /// Puts back what a record came to, and names what now stands in an unbroken row.
    fn cut_done(&self, number: u64, items: Vec<Item>) {
        let mut belt = self.lock();
        let index = usize::try_from(number - belt.raw_first).unwrap_or(usize::MAX);
        if let Some(slot) = belt.raws.get_mut(index) {
            slot.state = RawState::Cut(items);
        }
        while belt.raws.front().is_some_and(|slot| matches!(slot.state, RawState::Cut(_))) {
            let Some(RawSlot { state: RawState::Cut(items), cost, at, bytes_read }) = belt.raws.pop_front()
            else {
                break;
            };
            belt.raw_first += 1;
            belt.raw_taken -= 1;
            belt.cost -= cost;
            let count = items.len();
            let states = items.into_iter().map(|item| match item {
                Ok(article) => State::Waiting(Box::new(article)),
                Err(problem) => State::Problem(problem),
            });
            let none = (count == 0).then_some(State::Nothing);
            for (i, state) in states.chain(none).enumerate() {
                let cost = match &state {
                    State::Waiting(article) => article.text.len() + BESIDE,
                    _ => 256,
                };
                belt.cost += cost;
                let last_of = (i + 1 >= count).then_some(at);
                belt.items.push_back(Slot { state, cost, last_of, bytes_read });
            }
        }
        drop(belt);
        self.work.notify_all();
        // Problems need no reading, and may stand first.
        self.done.notify_one();
    }

    fn read_done(&self, number: u64, article: Box<Article>, result: Option<T>) {
        let mut belt = self.lock();
        let index = usize::try_from(number - belt.first).unwrap_or(usize::MAX);
        if let Some(slot) = belt.items.get_mut(index) {
            slot.state = State::Done(article, result);
        }
        drop(belt);
        if index == 0 {
            self.done.notify_one();
        }
    }

    /// The next finished piece, in order. `idle` is called before waiting.
    fn next(&self, mut idle: impl FnMut() -> Result<()>) -> Result<Next<T>> {
        let mut belt = self.lock();
        let mut rested = false;
        loop {
            match belt.items.front().map(|slot| &slot.state) {
                Some(State::Done(..) | State::Problem(_) | State::Nothing) => {
                    let Some(slot) = belt.items.pop_front() else { continue };
                    belt.first += 1;
                    belt.taken = belt.taken.saturating_sub(1);
                    belt.cost -= slot.cost;
                    drop(belt);
                    self.room.notify_one();
                    return Ok(Next::Piece(slot));
                }
                None if belt.ended && belt.raws.is_empty() => return Ok(Next::End),
                // What is being read is still waited for.
                Some(State::Taken) => {}
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

enum Next<T> {
    Piece(Slot<T>),
    End,
    Stopped,
}

fn wait<'a, T>(who: &Condvar, belt: MutexGuard<'a, Belt<T>>) -> MutexGuard<'a, Belt<T>> {
    who.wait(belt).unwrap_or_else(PoisonError::into_inner)
}

/// What a record weighs.
fn cost(raw: &Item) -> usize {
    raw.as_ref().map_or(256, |article| article.text.len() + BESIDE)
}

/// One of the threads that do the work.
fn work<K: Task>(hall: &Hall<K::Out>, task: &K) {
    let mut aid = task.aid();
    while let Some(job) = hall.job() {
        match job {
            Job::Cut(number, raw) => hall.cut_done(number, vec![raw]),
            Job::Read(number, article) => {
                // The reader never stumbles, as far as we know; where it does, that article alone is lost.
                let result = catch_unwind(AssertUnwindSafe(|| task.read(&mut aid, &article)));
                hall.read_done(number, article, result.ok());
            }
        }
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
            let (hall, task) = (&hall, &task);
            let spawned =
                std::thread::Builder::new().name("reader".into()).spawn_scoped(scope, || work(hall, task));
            if let Err(error) = spawned {
                hall.halt();
                return Err(error).context(no_threads);
            }
        }
        let result = write(&hall, meter, rejects, &mut sink, &mut tally);
        hall.halt();
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
        match slot.state {
            State::Done(article, result) => {
                if let Some(word) = still_to_come(article.published) {
                    rejects.word(meter, "ahead", &format!("{}: {word}.", article.id));
                }
                match result {
                    Some(result) => {
                        tally.articles += 1;
                        sink.take(&article, result)?;
                    }
                    None => {
                        tally.problems += 1;
                        rejects.add(meter, &Reject::stumbled(&article))?;
                    }
                }
            }
            State::Problem(problem) => {
                tally.problems += 1;
                rejects.add(meter, &Reject::of(&problem))?;
            }
            State::Nothing | State::Waiting(_) | State::Taken => {}
        }
        meter.at(slot.bytes_read, tally.articles);
        if let Some(at) = slot.last_of {
            sink.settle(&mut Settled { at, tally: *tally, rejects })?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use detente_intake::{Input, Options};

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
