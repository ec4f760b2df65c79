//! Manners: robots.txt is asked first and obeyed (RFC 9309), requests to one host have a pause between them, a host that asks for
//! quiet gets it, redirects are followed a few steps and every step is checked like the first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use robotxt::{Agent, Robots};
use url::Url;

use crate::clock::{Clock, Moment, millis};
use crate::config::{Config, is_this_machine, spoken};
use crate::web::{Answer, Known, Limit, ROBOTS, Request, Trouble, Web};

/// The name by which robots.txt may address the program.
pub const AGENT: &str = "detente";
/// Redirects that are followed.
const HOPS: usize = 5;
/// So long a robots.txt is remembered.
const ROBOTS_FOR: i64 = 86_400_000;
/// So long a host is left alone whose robots.txt cannot be had and never could.
const ROBOTS_GONE: i64 = 30 * 86_400_000;
/// When a robots.txt that could not be had is asked for again.
const ROBOTS_AGAIN: i64 = 30 * 60_000;
/// The longest pause that a robots.txt can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// A turn that is further away is not waited for; something else is done in the meantime.
const LONGEST_WAIT: i64 = 60_000;
/// The longest time for which a host can ask to be left alone.
pub const LONGEST_QUIET: i64 = 7 * 86_400_000;
/// Least pause for hosts other than this machine.
const LEAST_PAUSE: Duration = Duration::from_secs(1);
/// Bytes of robots.txt that are remembered, of all hosts.
const REMEMBERED: usize = 16 << 20;

/// What is known of a host (with its scheme and port).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostState {
    /// Its robots.txt; nothing where it has none.
    pub robots: Option<Vec<u8>>,
    /// When that was found out.
    pub asked: Option<Moment>,
    /// When it is to be asked for again.
    pub again: Moment,
    /// Since when it cannot be had.
    pub silent_since: Option<Moment>,
    /// The next request may be made at this moment.
    pub next: Moment,
    /// When `next` was set; in the future where the clock was set back.
    pub set: Moment,
}

/// What a visit came to.
#[derive(Clone, Debug)]
pub enum Visit {
    /// An answer, whatever its status but a redirect.
    Answer(Box<Seen>),
    /// It is not to be fetched: robots.txt, or where it leads.
    Refused(String),
    /// It failed, and may be better later.
    Failed(String),
    /// Not now: the moment from which on, and why. The server said so, or its robots.txt cannot be had.
    Later(Moment, String),
    /// Nothing was asked, since the host is to be left alone until this moment.
    Pause(Moment),
    /// Somebody wants the work to stop.
    Stopped,
}

/// An answer and how it was come by.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The answer.
    pub answer: Answer,
    /// Where it stood in the end.
    pub url: Url,
    /// Where it has moved for good.
    pub moved: Option<Url>,
}

/// Visits hosts, from several threads.
pub struct Visitor {
    web: Web,
    clock: Arc<dyn Clock>,
    pause: Duration,
    hosts: Mutex<BTreeMap<String, HostState>>,
}

/// The host of an address as it is remembered.
pub fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{}://{host}:{}", url.scheme(), url.port_or_known_default().unwrap_or_default())
}

enum Turn {
    Now,
    Later(Moment),
    Stopped,
}

enum Verdict {
    Allowed(Duration),
    Refused,
    Later(Moment, String),
    Pause(Moment),
    Stopped,
}

impl Visitor {
    /// Makes ready, with what was known of hosts before.
    pub fn new(
        config: &Config,
        program: &str,
        clock: Arc<dyn Clock>,
        hosts: BTreeMap<String, HostState>,
    ) -> Visitor {
        Visitor { web: Web::new(config, program), clock, pause: config.pause, hosts: Mutex::new(hosts) }
    }

    fn hosts(&self) -> MutexGuard<'_, BTreeMap<String, HostState>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of hosts and worth keeping; the rest is forgotten.
    pub fn remembered(&self) -> BTreeMap<String, HostState> {
        let now = self.clock.now();
        let mut hosts = self.hosts();
        hosts.retain(|_, host| {
            let fresh = host.asked.is_some_and(|asked| now - asked < 2 * ROBOTS_FOR);
            fresh || host.silent_since.is_some() || host.next > now
        });
        let mut bytes = 0;
        hosts.retain(|_, host| {
            bytes += host.robots.as_ref().map_or(0, Vec::len) + 200;
            bytes <= REMEMBERED
        });
        hosts.clone()
    }

    /// Fetches an address, with all manners. `known` makes the request a conditional one.
    pub fn visit(&self, url: &Url, accept: &'static str, known: &Known, limit: Limit) -> Visit {
        let mut url = url.clone();
        let mut moved = Some(true);
        for hop in 0..=HOPS {
            if let Err(trouble) = self.web.may(&url) {
                let to = if hop == 0 { String::new() } else { format!("it leads to {url}: ") };
                return Visit::Refused(format!("{to}{}", trouble.why()));
            }
            let pause = match self.robots(&url) {
                Verdict::Allowed(pause) => pause,
                Verdict::Refused => {
                    let host = url.host_str().unwrap_or_default();
                    return Visit::Refused(format!("robots.txt of {host} does not allow {}", url.path()));
                }
                Verdict::Later(when, why) => return Visit::Later(when, why),
                Verdict::Pause(when) => return Visit::Pause(when),
                Verdict::Stopped => return Visit::Stopped,
            };
            match self.turn(&url, pause) {
                Turn::Now => {}
                Turn::Later(when) => return Visit::Pause(when),
                Turn::Stopped => return Visit::Stopped,
            }
            // What was known is known of the place that was asked in the end.
            let request = Request { url: &url, accept, known: known.clone(), limit };
            let answer = match self.web.get(&request) {
                Ok(answer) => answer,
                Err(Trouble::Passing(why)) => return Visit::Failed(why),
                Err(Trouble::Lasting(why)) => return Visit::Refused(why),
            };
            match answer.status {
                301 | 302 | 303 | 307 | 308 => {
                    let lasting = matches!(answer.status, 301 | 308);
                    let Some(next) = answer.location.as_deref().and_then(|l| url.join(l).ok()) else {
                        return Visit::Failed("it leads elsewhere and does not say where".into());
                    };
                    url = next;
                    url.set_fragment(None);
                    moved = moved.filter(|_| lasting);
                }
                429 | 503 => {
                    let quiet = self.quiet(answer.retry_after.as_deref());
                    let why = format!("the server answers {}", status(answer.status));
                    if let Some(until) = quiet {
                        self.hosts().entry(origin(&url)).or_default().leave_alone(until, self.clock.now());
                        return Visit::Later(until, why);
                    }
                    return Visit::Failed(why);
                }
                _ => {
                    let moved = moved.filter(|_| hop > 0).map(|_| url.clone());
                    return Visit::Answer(Box::new(Seen { answer, url, moved }));
                }
            }
        }
        Visit::Failed(format!("it leads elsewhere more than {HOPS} times over"))
    }

    /// Until when a server wants to be left alone.
    fn quiet(&self, retry_after: Option<&str>) -> Option<Moment> {
        let now = self.clock.now();
        let words = retry_after?.trim();
        let after = if let Ok(seconds) = words.parse::<u64>() {
            i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000)
        } else {
            jiff::fmt::rfc2822::parse(words).ok()?.timestamp().as_millisecond().saturating_sub(now)
        };
        (after > 0).then(|| now.saturating_add(after.min(LONGEST_QUIET)))
    }

    /// Waits for the next turn at a host, and takes it.
    fn turn(&self, url: &Url, pause: Duration) -> Turn {
        let least = if is_this_machine(url) { Duration::ZERO } else { LEAST_PAUSE };
        let pause = millis(pause.max(least));
        let now = self.clock.now();
        let mine = {
            let mut hosts = self.hosts();
            let host = hosts.entry(origin(url)).or_default();
            if host.set > now {
                // The clock was set back.
                host.next = now;
            }
            if host.next - now > LONGEST_WAIT {
                return Turn::Later(host.next);
            }
            let mine = host.next.max(now);
            (host.next, host.set) = (mine + pause, now);
            mine
        };
        if mine > now {
            self.clock.wait(Duration::from_millis(u64::try_from(mine - now).unwrap_or(0)));
        }
        if self.clock.stopped() { Turn::Stopped } else { Turn::Now }
    }

    /// What robots.txt says of an address.
    fn robots(&self, url: &Url) -> Verdict {
        let now = self.clock.now();
        let key = origin(url);
        let host = self.hosts().get(&key).cloned().unwrap_or_default();
        let stale = host.asked.is_none_or(|asked| asked > now)
            || host.again <= now
            || host.again - now > 2 * ROBOTS_FOR;
        let host = if stale {
            match self.ask_robots(url, host) {
                Ok(host) => host,
                Err(verdict) => return verdict,
            }
        } else {
            host
        };
        if let Some(since) = host.silent_since
            && host.robots.is_none()
            && now - since < ROBOTS_GONE
        {
            let name = url.host_str().unwrap_or_default();
            return Verdict::Later(host.again, format!("robots.txt of {name} cannot be had"));
        }
        let robots = match &host.robots {
            Some(bytes) => Robots::parse(bytes, Agent::from(AGENT)),
            None => Robots::allow_all(),
        };
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        if !robots.is_allowed(path) {
            return Verdict::Refused;
        }
        let asked = robots.crawl_delay().unwrap_or_default().min(LONGEST_PAUSE);
        Verdict::Allowed(self.pause.max(asked))
    }

    /// Asks for robots.txt and remembers what came.
    fn ask_robots(&self, url: &Url, mut host: HostState) -> Result<HostState, Verdict> {
        let mut at = url.clone();
        at.set_path("/robots.txt");
        at.set_query(None);
        let mut found = Err(());
        let mut again = ROBOTS_AGAIN;
        for _ in 0..=HOPS {
            if self.web.may(&at).is_err() {
                // It leads where nobody may go: there is none.
                found = Ok(None);
                break;
            }
            match self.turn(&at, self.pause) {
                Turn::Now => {}
                Turn::Later(when) => return Err(Verdict::Pause(when)),
                Turn::Stopped => return Err(Verdict::Stopped),
            }
            let request =
                Request { url: &at, accept: "text/plain, */*;q=0.5", known: Known::default(), limit: ROBOTS };
            let answer = match self.web.get(&request) {
                Ok(answer) => answer,
                Err(Trouble::Passing(_)) => break,
                Err(Trouble::Lasting(_)) => {
                    found = Ok(None);
                    break;
                }
            };
            match answer.status {
                200..=299 => found = Ok(Some(answer.body)),
                300..=399 => {
                    // Five steps that lead nowhere: there is none.
                    found = Ok(None);
                    if let Some(next) = answer.location.as_deref().and_then(|l| at.join(l).ok()) {
                        at = next;
                        continue;
                    }
                }
                429 | 500..=599 => {
                    found = Err(());
                    if let Some(until) = self.quiet(answer.retry_after.as_deref()) {
                        again = again.max(until - self.clock.now());
                    }
                }
                _ => found = Ok(None),
            }
            break;
        }
        let now = self.clock.now();
        match found {
            Ok(robots) => {
                (host.robots, host.silent_since, host.again) = (robots, None, now + ROBOTS_FOR);
            }
            Err(()) => {
                // What it said before still holds.
                host.silent_since = Some(host.silent_since.filter(|since| *since <= now).unwrap_or(now));
                host.again = now + again;
            }
        }
        host.asked = Some(now);
        let mut hosts = self.hosts();
        let kept = hosts.entry(origin(url)).or_default();
        (kept.robots, kept.asked, kept.again, kept.silent_since) =
            (host.robots, host.asked, host.again, host.silent_since);
        Ok(kept.clone())
    }
}

impl HostState {
    fn leave_alone(&mut self, until: Moment, now: Moment) {
        (self.next, self.set) = (self.next.max(until), now);
    }
}

/// A status in words.
pub fn status(code: u16) -> String {
    let words = match code {
        400 => "bad request",
        401 => "it wants a password",
        402 => "it wants money",
        403 => "forbidden",
        404 => "not found",
        410 => "gone for good",
        429 => "too many requests",
        451 => "withheld by law",
        500 => "an error of the server",
        502 => "bad gateway",
        503 => "not available",
        504 => "gateway timeout",
        _ => return code.to_string(),
    };
    format!("{code} ({words})")
}

/// A moment as people read it.
pub fn clock_time(at: Moment) -> String {
    jiff::Timestamp::from_millisecond(at)
        .map_or_else(|_| "some day".into(), |t| t.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// How far away a moment is.
pub fn until(at: Moment, now: Moment) -> String {
    spoken(Duration::from_millis(u64::try_from(at.saturating_sub(now)).unwrap_or(0)))
}
