//! A round: the feeds whose time has come are asked, hosts side by side and each host's feeds one after the other; the pages of
//! new items are fetched; what is ready is handed to whoever codes it; and it is said when the next round begins.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use detente::article::{Article, DateSource};
use detente_intake::feed::{self, Feed, Item};
use detente_intake::html::{self, Origin};
use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

use crate::clock::{Clock, Moment, millis};
use crate::config::{Config, Named};
use crate::state::{FeedState, New, Page, State, StateError, mark, plain_link};
use crate::visit::{HostState, Seen, Visit, Visitor, clock_time, origin, status, until};
use crate::web::{FEED, Known, PAGE};

/// Hosts that are asked at the same time.
const THREADS: usize = 8;
/// Pages of one round, and of one host in a round: the feeds come first.
const PAGES: usize = 256;
const PAGES_OF_HOST: usize = 20;
/// The longest time after which a feed that fails is asked again, unless its own is longer.
const CEILING: i64 = 86_400_000;
/// A page that fails is tried so often, at first after so long.
const TRIES: u32 = 5;
const PAGE_AGAIN: i64 = 10 * 60_000;
/// A page that could not be fetched for so long is not waited for.
const PAGE_LOST: i64 = 3 * 86_400_000;
/// Articles that are handed on at once, and their bytes.
const BATCH: usize = 128;
const BATCH_BYTES: usize = 16 << 20;
/// Between two looks at whether to stop.
const GLANCE: Duration = Duration::from_millis(100);
/// After a round in which nothing could be done, the next one begins no earlier than so long after.
const IDLE: i64 = 1000;
/// Lines that a round says at most.
const LINES: usize = 40;
/// Letters that a text must have to be known again by itself.
const TELLING: usize = 80;

const FEED_FORMS: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";
const PAGE_FORMS: &str = "text/html, application/xhtml+xml";

/// What became of a round.
#[derive(Clone, Debug, Default)]
pub struct Round {
    /// Feeds that were asked.
    pub asked: usize,
    /// Feeds of which nothing has changed.
    pub unchanged: usize,
    /// Feeds that failed.
    pub failed: usize,
    /// Feeds that are left alone for now: they, or their servers, asked for it.
    pub waiting: usize,
    /// Items that were new.
    pub new: usize,
    /// Of these, items without a day.
    pub undated: usize,
    /// Items that hold nothing to read.
    pub empty: usize,
    /// Pages that were fetched.
    pub pages: usize,
    /// Pages that could not be had: their items are read as the feed has them.
    pub without_page: usize,
    /// Articles that were handed on.
    pub handed: usize,
    /// What is to be said, one line each.
    pub said: Vec<String>,
    /// Lines that were too many.
    pub unsaid: usize,
    /// When the next round begins.
    pub next: Moment,
}

impl Round {
    fn say(&mut self, line: String) {
        if self.said.len() < LINES {
            self.said.push(line);
        } else {
            self.unsaid += 1;
        }
    }
}

/// Takes articles that are ready: lines of JSON in the form of [`detente_intake::Format::Kept`].
pub trait Coder {
    /// Codes them and makes sure that they are kept. Gives how long the output is now, where it is one that can be cut; nothing
    /// where the work was stopped before it was done: they come again then.
    ///
    /// # Errors
    /// When they cannot be kept.
    fn code(&mut self, articles: &[String]) -> Result<Kept>;
}

/// What became of articles that were handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All are kept; the length of the output, where it has one.
    All(Option<u64>),
    /// The work was stopped before.
    Stopped,
}

/// Watches feeds.
pub struct Watch {
    config: Arc<Config>,
    state: State,
    clock: Arc<dyn Clock>,
    visitor: Arc<Visitor>,
    feeds: Vec<FeedState>,
    /// Hosts as they stand in the file.
    hosts: BTreeMap<String, HostState>,
    once: bool,
}

/// What a feed came to on the thread that asked for it.
enum Poll {
    Read { feed: Box<Feed>, seen: Box<Seen> },
    Unchanged { moved: Option<Url> },
    Failed(String),
    Later(Moment, String),
    Pause(Moment),
    Stopped,
}

/// What a page came to.
enum Fetched {
    Article(Box<Article>),
    /// The feed's own words are all there is.
    Without(String),
    Again(String),
    Later(Moment),
    Stopped,
}

impl Watch {
    /// Makes ready. `program` is the name and version under which publishers see it. With `once`, a round asks every feed that
    /// has not to be left alone, and fetches all pages that it finds.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn new(
        config: Config,
        mut state: State,
        clock: Arc<dyn Clock>,
        program: &str,
        once: bool,
    ) -> Result<Watch, StateError> {
        let hosts = state.hosts()?;
        let feeds = state.feeds(&config, clock.now())?;
        let visitor = Arc::new(Visitor::new(&config, program, Arc::clone(&clock), hosts.clone()));
        Ok(Watch { config: Arc::new(config), state, clock, visitor, feeds, hosts, once })
    }

    /// What is remembered.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// One round. What was ready from before is handed on first.
    ///
    /// # Errors
    /// When the file of what is remembered cannot be written, and what the coder says.
    pub fn round(&mut self, coder: &mut dyn Coder) -> Result<Round> {
        let mut round = Round::default();
        self.hand_on(coder, &mut round)?;
        let now = self.clock.now();
        // A feed that is named stays remembered however long the program runs.
        self.feeds = self.state.feeds(&self.config, now)?;
        self.ask_feeds(&mut round, now)?;
        self.hand_on(coder, &mut round)?;
        loop {
            let more = self.fetch_pages(&mut round)?;
            self.hand_on(coder, &mut round)?;
            if !(self.once && more) || self.clock.stopped() {
                break;
            }
        }
        let hosts = self.visitor.remembered();
        self.state.keep_hosts(&self.hosts, &hosts)?;
        self.hosts = hosts;
        let feeds = self.feeds.iter().map(|f| f.due).min();
        round.next = feeds.into_iter().chain(self.state.next_page()?).min().unwrap_or(now);
        if round.asked + round.pages + round.without_page + round.handed == 0 {
            // Whatever keeps all of them from being asked, it is not looked at again and again.
            round.next = round.next.max(self.clock.now() + IDLE);
        }
        Ok(round)
    }

    /// Waits for the next round.
    pub fn wait(&self, round: &Round) {
        // Looked at again now and then: the clock may be set.
        const LOOK: i64 = 60_000;
        loop {
            let left = round.next - self.clock.now();
            if left <= 0
                || self.clock.stopped()
                || self.feeds.iter().any(|f| self.is_due(f, self.clock.now()))
            {
                return;
            }
            self.clock.wait(Duration::from_millis(u64::try_from(left.min(LOOK)).unwrap_or(0)));
        }
    }

    /// True where a feed is to be asked. One that was asked in the future (the clock was set back) is due.
    fn is_due(&self, feed: &FeedState, now: Moment) -> bool {
        let told_to_wait = feed.fails > 0 && feed.due > now;
        feed.due <= now || feed.asked > now || self.once && !told_to_wait
    }

    fn hand_on(&mut self, coder: &mut dyn Coder, round: &mut Round) -> Result<()> {
        while !self.clock.stopped() {
            let (articles, last) = self.state.ready(BATCH, BATCH_BYTES)?;
            if articles.is_empty() {
                break;
            }
            match coder.code(&articles)? {
                Kept::All(bytes) => {
                    self.state.coded(last, bytes)?;
                    round.handed += articles.len();
                }
                Kept::Stopped => break,
            }
        }
        Ok(())
    }

    fn ask_feeds(&mut self, round: &mut Round, now: Moment) -> Result<()> {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (n, (feed, named)) in self.feeds.iter().zip(&self.config.feeds).enumerate() {
            if self.is_due(feed, now) {
                groups.entry(origin(&named.url)).or_default().push(n);
            } else {
                round.waiting += usize::from(feed.fails > 0);
            }
        }
        let known: Vec<Known> = self.feeds.iter().map(|f| f.known.clone()).collect();
        let (visitor, config) = (Arc::clone(&self.visitor), Arc::clone(&self.config));
        let work = move |n: usize| (n, poll(&visitor, &config.feeds[n], &known[n]));
        let (state, feeds, config, clock) = (&mut self.state, &mut self.feeds, &self.config, &self.clock);
        pool(clock, groups.into_values().collect(), work, |(n, poll)| {
            settle(state, &mut feeds[n], &config.feeds[n], poll, clock.now(), round)
        })
    }

    /// Fetches pages of one round. True where more are due.
    fn fetch_pages(&mut self, round: &mut Round) -> Result<bool> {
        let due = self.state.pages(self.clock.now(), PAGES)?;
        let full = due.len() == PAGES;
        let mut groups: BTreeMap<String, Vec<Page>> = BTreeMap::new();
        let mut left = false;
        for page in due {
            let host = Url::parse(&page.url).map(|u| origin(&u)).unwrap_or_default();
            let group = groups.entry(host).or_default();
            if self.once || group.len() < PAGES_OF_HOST {
                group.push(page);
            } else {
                left = true;
            }
        }
        if groups.is_empty() {
            return Ok(false);
        }
        let names: HashMap<i64, String> =
            self.feeds.iter().zip(&self.config.feeds).map(|(f, n)| (f.id, n.shown().to_owned())).collect();
        let visitor = Arc::clone(&self.visitor);
        let work = move |page: Page| {
            let fetched = fetch(&visitor, &page);
            (page, fetched)
        };
        let (state, clock) = (&mut self.state, &self.clock);
        pool(clock, groups.into_values().collect(), work, |(page, fetched)| {
            let name = names.get(&page.feed).map_or("a feed that is no longer named", String::as_str);
            settle_page(state, &page, fetched, name, clock.now(), round)
        })?;
        Ok(full || left)
    }
}

/// Asks a feed and reads it.
fn poll(visitor: &Visitor, named: &Named, known: &Known) -> Poll {
    let seen = match visitor.visit(&named.url, FEED_FORMS, known, FEED) {
        Visit::Answer(seen) => seen,
        Visit::Refused(why) | Visit::Failed(why) => return Poll::Failed(why),
        Visit::Later(when, why) => return Poll::Later(when, why),
        Visit::Pause(when) => return Poll::Pause(when),
        Visit::Stopped => return Poll::Stopped,
    };
    match seen.answer.status {
        304 => return Poll::Unchanged { moved: seen.moved.clone() },
        410 => return Poll::Failed(format!("the server answers {}: remove it from the file", status(410))),
        200..=299 => {}
        code => return Poll::Failed(format!("the server answers {}", status(code))),
    }
    let origin = Origin { address: Some(seen.url.as_str()), charset: seen.answer.charset.as_deref() };
    match feed::read(named.shown(), &seen.answer.body, origin) {
        Ok(feed) => {
            let mut seen = seen;
            seen.answer.body = Vec::new();
            Poll::Read { feed: Box::new(feed), seen }
        }
        Err(_) if seen.answer.body.iter().all(u8::is_ascii_whitespace) => {
            Poll::Failed("the answer is empty".into())
        }
        Err(problem) => Poll::Failed(problem.what),
    }
}

/// Writes down what a feed came to.
fn settle(
    state: &mut State,
    feed: &mut FeedState,
    named: &Named,
    poll: Poll,
    now: Moment,
    round: &mut Round,
) -> Result<()> {
    match poll {
        Poll::Stopped => return Ok(()),
        Poll::Pause(when) => {
            round.waiting += 1;
            feed.due = when;
            return Ok(state.asked(feed, &[], &[], false, now)?);
        }
        _ => {}
    }
    round.asked += 1;
    feed.asked = now;
    let every = millis(named.every);
    let name = named.shown();
    let moved = |feed: &mut FeedState, moved: Option<Url>, round: &mut Round| {
        let moved = moved.map(|url| url.to_string()).filter(|url| *url != named.url.as_str());
        if let Some(to) = moved.as_ref().filter(|to| feed.moved.as_ref() != Some(to)) {
            round.say(format!("{name}: has moved for good to {to}: put that address into the file."));
        }
        feed.moved = moved;
    };
    match poll {
        Poll::Stopped | Poll::Pause(_) => {}
        Poll::Unchanged { moved: to } => {
            round.unchanged += 1;
            moved(feed, to, round);
            (feed.fails, feed.due) = (0, now + every);
            state.asked(feed, &[], &[], false, now)?;
        }
        Poll::Later(when, why) => {
            round.failed += 1;
            feed.fails = feed.fails.saturating_add(1);
            feed.due = when.max(now + back_off(every, feed.fails).min(every));
            round.say(format!("{name}: {why}; it is asked again {}.", clock_time(feed.due)));
            state.asked(feed, &[], &[], false, now)?;
        }
        Poll::Failed(why) => {
            round.failed += 1;
            feed.fails = feed.fails.saturating_add(1);
            let pause = back_off(every, feed.fails);
            feed.due = now + pause;
            round.say(format!("{name}: {why}; it is asked again in {}.", until(feed.due, now)));
            state.asked(feed, &[], &[], false, now)?;
        }
        Poll::Read { feed: read, seen } => {
            moved(feed, seen.moved.clone(), round);
            let whole = read.whole && seen.answer.cut.is_none();
            (feed.fails, feed.due) = (0, now + every);
            // A feed of which something is missing is asked for in whole.
            feed.known = if whole { seen.answer.known.clone() } else { Known::default() };
            let (new, old) = sorted(state, feed, named, &read, now, round)?;
            if new.is_empty() {
                round.unchanged += 1;
            }
            round.new += new.iter().filter(|n| n.article.is_some()).count();
            tell(feed, name, &read, seen.answer.cut.as_deref(), round);
            state.asked(feed, &new, &old, whole, now)?;
        }
    }
    Ok(())
}

/// After so many failures.
fn back_off(every: i64, fails: u32) -> i64 {
    let times = 1_i64 << fails.saturating_sub(1).min(30);
    every.max(60_000.min(every.max(1000))).saturating_mul(times).min(CEILING.max(every))
}

/// Says what is wrong with a feed, once.
fn tell(feed: &mut FeedState, name: &str, read: &Feed, cut: Option<&str>, round: &mut Round) {
    let mut lines: Vec<String> =
        cut.iter().map(|cut| format!("{name}: {cut}; what came is read, and the rest next time.")).collect();
    let more = read.problems.len().saturating_sub(3);
    lines.extend(read.problems.iter().take(3).map(ToString::to_string));
    if more > 0 {
        lines.push(format!("{name}: and {more} more faults."));
    }
    let told = Some(lines.join("\n")).filter(|t| !t.is_empty());
    if told != feed.told {
        for line in lines {
            round.say(line);
        }
    }
    feed.told = told;
}

/// The items of a feed that are new, and the marks of those that are not.
fn sorted(
    state: &State,
    feed: &FeedState,
    named: &Named,
    read: &Feed,
    now: Moment,
    round: &mut Round,
) -> Result<(Vec<New>, Vec<i64>)> {
    let alone = Alone::of(read);
    let (mut new, mut old): (Vec<New>, Vec<i64>) = (Vec::new(), Vec::new());
    let mut here: std::collections::HashSet<i64> = std::collections::HashSet::new();
    for item in &read.items {
        let (marks, article) = alone.marks(item);
        if marks.is_empty() {
            round.empty += 1;
            continue;
        }
        if marks.iter().any(|m| here.contains(m)) || state.has_seen(feed.id, &marks)? {
            here.extend(&marks);
            old.extend(marks);
            continue;
        }
        here.extend(&marks);
        let article = made(article.unwrap_or_else(|| item.article()), item, named, now);
        let page = article.url.clone().filter(|_| named.pages);
        if article.text.trim().is_empty() && page.is_none() {
            round.empty += 1;
            new.push(New { marks, page: None, article: None });
            continue;
        }
        round.undated += usize::from(article.published_from != DateSource::Given);
        new.push(New { marks, page, article: Some(serde_json::to_string(&article)?) });
    }
    Ok((new, old))
}

/// Names and addresses that only one item of a feed has: only these tell it from others.
struct Alone<'f> {
    ids: HashMap<&'f str, usize>,
    links: HashMap<String, usize>,
}

impl<'f> Alone<'f> {
    fn of(feed: &'f Feed) -> Alone<'f> {
        let mut alone = Alone { ids: HashMap::new(), links: HashMap::new() };
        for item in &feed.items {
            if let Some(id) = item.id.as_deref() {
                *alone.ids.entry(id).or_default() += 1;
            }
            if let Some(link) = item.link.as_deref() {
                *alone.links.entry(plain_link(link)).or_default() += 1;
            }
        }
        alone
    }

    /// The marks of an item, and its article where that had to be made for them: its name, its address, and what it says, so
    /// that it is known again although one or the other has changed.
    fn marks(&self, item: &Item) -> (Vec<i64>, Option<Article>) {
        let mut marks = Vec::new();
        if let Some(id) = item.id.as_deref().filter(|id| self.ids.get(id) == Some(&1)) {
            marks.push(mark("id", id));
        }
        let link = item.link.as_deref().map(plain_link);
        if let Some(link) = link.filter(|link| self.links.get(link) == Some(&1)) {
            marks.push(mark("link", &link));
        }
        if item.is_empty() {
            return (marks, None);
        }
        let article = item.article();
        if marks.is_empty() || article.text.len() >= TELLING {
            let title = article.title.as_deref().unwrap_or_default();
            let day = article.published.map(|d| d.to_string()).unwrap_or_default();
            marks.push(mark("says", &format!("{day}\n{title}\n{}", article.text)));
        }
        (marks, Some(article))
    }
}

/// The article of an item, with its name and where it comes from.
fn made(mut article: Article, item: &Item, named: &Named, now: Moment) -> Article {
    let short = named.shown();
    let is_address = |id: &str| id.contains("://") || id.starts_with("tag:") || id.starts_with("urn:");
    article.id = match (item.id.as_deref(), item.link.as_deref()) {
        (Some(id), _) if is_address(id) => id.to_owned(),
        (Some(id), _) => format!("{short}:{id}"),
        (None, Some(link)) => link.to_owned(),
        (None, None) => {
            let title = article.title.as_deref().unwrap_or_default();
            format!("{short}:{:016x}", mark("says", &format!("{title}\n{}", article.text)))
        }
    };
    article.source = named.name.clone().or(article.source);
    article.file = Some(named.url.to_string());
    article.retrieved = Timestamp::from_millisecond(now).ok();
    article
}

/// Fetches the page of an item.
fn fetch(visitor: &Visitor, page: &Page) -> Fetched {
    let (Ok(url), Ok(item)) = (Url::parse(&page.url), serde_json::from_str::<Article>(&page.article)) else {
        return Fetched::Without("its address is none".into());
    };
    let seen = match visitor.visit(&url, PAGE_FORMS, &Known::default(), PAGE) {
        Visit::Answer(seen) => seen,
        Visit::Refused(why) => return Fetched::Without(why),
        Visit::Failed(why) => return Fetched::Again(why),
        Visit::Later(when, _) | Visit::Pause(when) => return Fetched::Later(when),
        Visit::Stopped => return Fetched::Stopped,
    };
    let answer = &seen.answer;
    match answer.status {
        200..=299 => {}
        code @ (408 | 425 | 500..=599) => {
            return Fetched::Again(format!("the server answers {}", status(code)));
        }
        code => return Fetched::Without(format!("the server answers {}", status(code))),
    }
    if let Some(cut) = &answer.cut {
        return Fetched::Again(cut.clone());
    }
    if !matches!(answer.mime.as_str(), "text/html" | "application/xhtml+xml" | "") {
        return Fetched::Without(format!(
            "it is no page but {}",
            answer.mime.chars().take(40).collect::<String>()
        ));
    }
    let origin = Origin { address: Some(seen.url.as_str()), charset: answer.charset.as_deref() };
    let read = std::panic::AssertUnwindSafe(|| html::read(&page.url, item.id.clone(), &answer.body, origin));
    match std::panic::catch_unwind(read) {
        Ok(Ok((article, _))) if article.text.len() < item.text.len() => {
            Fetched::Without("the page says less than the feed".into())
        }
        Ok(Ok((article, _))) => Fetched::Article(Box::new(both(article, item))),
        Ok(Err(problem)) => Fetched::Without(problem.what),
        Err(_) => Fetched::Without("the reader stumbled over the page".into()),
    }
}

/// The page's text, with what the feed knows better.
fn both(page: Article, item: Article) -> Article {
    let near = |a: Date, b: Date| (a - b).get_days().abs() <= 1;
    // The day that readers of the page see, unless it is the day of something else.
    let (published, published_from) = match (page.published, item.published) {
        (Some(shown), Some(given)) if !near(shown, given) && item.published_from == DateSource::Given => {
            (item.published, item.published_from)
        }
        (Some(_), _) => (page.published, page.published_from),
        _ => (item.published, item.published_from),
    };
    Article {
        id: item.id,
        title: item.title.or(page.title),
        published,
        published_from,
        url: page.url.or(item.url),
        source: item.source.or(page.source),
        author: item.author.or(page.author),
        language: page.language.or(item.language),
        file: item.file,
        retrieved: item.retrieved,
        ..page
    }
}

/// Writes down what a page came to.
fn settle_page(
    state: &mut State,
    page: &Page,
    fetched: Fetched,
    feed: &str,
    now: Moment,
    round: &mut Round,
) -> Result<()> {
    let waited = now - page.since > PAGE_LOST;
    let why = match fetched {
        Fetched::Stopped => return Ok(()),
        Fetched::Article(article) => {
            round.pages += 1;
            return Ok(state.page_done(page.id, Some(&serde_json::to_string(&*article)?))?);
        }
        Fetched::Later(when) if !waited => return Ok(state.page_later(page.id, page.tries, when)?),
        Fetched::Again(_) if !waited && page.tries + 1 < TRIES => {
            let due = now + (PAGE_AGAIN << page.tries.min(10));
            return Ok(state.page_later(page.id, page.tries + 1, due)?);
        }
        Fetched::Without(why) | Fetched::Again(why) => why,
        Fetched::Later(_) => "its server wants to be left alone".to_owned(),
    };
    round.without_page += 1;
    let text = serde_json::from_str::<Article>(&page.article).map(|a| a.text).unwrap_or_default();
    if text.trim().is_empty() {
        round.empty += 1;
        round.say(format!("{feed}: {}: {why}; the feed has no text of it either.", page.url));
        return Ok(state.page_done(page.id, None)?);
    } else {
        round.say(format!("{feed}: {}: {why}; it is read as the feed has it.", page.url));
    }
    Ok(state.page_done(page.id, Some(&page.article))?)
}

/// Does the jobs of each group one after the other and the groups side by side; `take` gets the results on this thread. When
/// somebody wants the work to stop, nobody waits for a server that does not answer: what is under way comes to nothing.
fn pool<J: Send + 'static, R: Send + 'static>(
    clock: &Arc<dyn Clock>,
    groups: Vec<Vec<J>>,
    work: impl Fn(J) -> R + Send + Sync + 'static,
    mut take: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    let threads = groups.len().min(THREADS);
    let queue = Arc::new(Mutex::new(VecDeque::from(groups)));
    let work = Arc::new(work);
    // One result waits at most: what was read takes memory.
    let (send, results) = mpsc::sync_channel::<R>(1);
    for _ in 0..threads {
        let (send, queue, work, clock) =
            (send.clone(), Arc::clone(&queue), Arc::clone(&work), Arc::clone(clock));
        let one = move || {
            let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            while let Some(group) = next() {
                for job in group {
                    if clock.stopped() || send.send(work(job)).is_err() {
                        return;
                    }
                }
            }
        };
        std::thread::Builder::new()
            .name("watch".into())
            .spawn(one)
            .context("the machine gives no threads")?;
    }
    drop(send);
    loop {
        match results.recv_timeout(GLANCE) {
            Ok(result) => take(result)?,
            Err(RecvTimeoutError::Timeout) if !clock.stopped() => {}
            Err(_) => return Ok(()),
        }
    }
}
