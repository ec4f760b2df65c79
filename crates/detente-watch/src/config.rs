//! The file in which a user names feeds. Every fault is told with its line, a mark under it, and what to write instead; all
//! faults of a file are told at once.

use std::net::IpAddr;
use std::ops::Range;
use std::time::Duration;

use detente::lexicon::Fault;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::{Host, Url};

/// How often a feed is asked where the file does not say.
const EVERY: Duration = Duration::from_secs(30 * 60);
/// Between two requests to one host where the file does not say.
const PAUSE: Duration = Duration::from_secs(2);
/// The longest that one request may take where the file does not say.
const TIMEOUT: Duration = Duration::from_secs(60);

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);
const MONTH: Duration = Duration::from_secs(31 * 86_400);

/// What is to be watched, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Whom a publisher can write to: a mail address or a page. It is part of the user agent.
    pub contact: String,
    /// The least time between two requests to one host.
    pub pause: Duration,
    /// The longest that one request may take, from looking up the host to the last byte.
    pub timeout: Duration,
    /// The feeds, in the order of the file.
    pub feeds: Vec<Named>,
}

/// A feed that the user named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its address.
    pub url: Url,
    /// What the user calls it. Stands as the publisher of its articles in place of the feed's own title.
    pub name: Option<String>,
    /// How often it is asked.
    pub every: Duration,
    /// Also fetch the page of every new item, for its whole text.
    pub pages: bool,
}

impl Named {
    /// What to call it: its name, or its address without the beginning.
    pub fn shown(&self) -> &str {
        let url = self.url.as_str();
        self.name.as_deref().unwrap_or_else(|| url.split_once("://").map_or(url, |(_, rest)| rest))
    }
}

/// True for this machine itself: it needs no politeness.
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

impl Config {
    /// Reads the file; `file` is its name for messages.
    ///
    /// # Errors
    /// All its faults, in the order of the file.
    pub fn parse(file: &str, text: &str) -> Result<Config, Vec<Fault>> {
        let mut reader = Reader { file, text, faults: Vec::new() };
        let config = reader.config();
        let mut faults = reader.faults;
        if faults.is_empty()
            && let Some(config) = config
        {
            return Ok(config);
        }
        faults.sort_by_key(|f| f.line);
        Err(faults)
    }
}

struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    faults: Vec<Fault>,
}

type Table<'t> = DeTable<'t>;

impl<'t> Reader<'t> {
    fn fault(&mut self, span: Range<usize>, text: impl Into<String>) {
        let start = span.start.min(self.text.len());
        let line = self.text[..start].matches('\n').count() + 1;
        let from = self.text[..start].rfind('\n').map_or(0, |n| n + 1);
        let shown = self.text[from..].lines().next().unwrap_or("").to_owned();
        let column = start - from;
        let len = span.len().min(shown.len().saturating_sub(column));
        let mark = (!shown.trim().is_empty()).then_some((shown, column, len));
        self.faults.push(Fault { file: self.file.to_owned(), line, entry: None, text: text.into(), mark });
    }

    fn config(&mut self) -> Option<Config> {
        let text = self.text;
        let table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                self.fault(span, format!("this is no TOML ({})", error.message()));
                return None;
            }
        };
        self.known(&table, &["watch", "feed"], "the parts of this file are [watch] and [[feed]]");
        let empty = DeTable::new();
        let watch = match table.get("watch").map(|v| (v.get_ref(), v.span())) {
            Some((DeValue::Table(watch), _)) => watch,
            Some((_, span)) => {
                self.fault(span, "write [watch] on a line of its own, and what belongs to it below");
                &empty
            }
            None => &empty,
        };
        self.known(
            watch,
            &["contact", "every", "pause", "timeout"],
            "[watch] knows contact, every, pause and timeout",
        );
        let contact =
            self.contact(watch, table.get("watch").map_or(0..0, |v| v.span().start..v.span().start));
        let every = self.span_of_time(watch, "every", MONTH).unwrap_or((EVERY, 0..0));
        let pause = self.span_of_time(watch, "pause", Duration::from_secs(600)).unwrap_or((PAUSE, 0..0));
        let timeout =
            self.span_of_time(watch, "timeout", Duration::from_secs(600)).unwrap_or((TIMEOUT, 0..0));
        if timeout.0 < Duration::from_millis(100) {
            self.fault(timeout.1, "no server answers so fast: write timeout = \"60s\"");
        }
        let feeds = self.feeds(&table, every);
        let elsewhere = feeds.iter().any(|f| !is_this_machine(&f.url));
        if pause.0 < SECOND && elsewhere {
            self.fault(
                pause.1,
                "so many requests are a burden to others: pause for a second or more (pause = \"2s\")",
            );
        }
        Some(Config { contact: contact?, pause: pause.0, timeout: timeout.0, feeds })
    }

    /// Names the keys that mean nothing.
    fn known(&mut self, table: &Table<'t>, names: &[&str], mend: &str) {
        let unknown: Vec<_> = table
            .keys()
            .filter(|k| !names.contains(&k.get_ref().as_ref()))
            .map(|k| (k.span(), k.get_ref().to_string()))
            .collect();
        for (span, name) in unknown {
            self.fault(span, format!("\"{name}\" means nothing here: {mend}"));
        }
    }

    fn text_of(&mut self, value: &Spanned<DeValue<'t>>, mend: &str) -> Option<String> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text.to_string());
        }
        self.fault(value.span(), format!("this is no text: write {mend}"));
        None
    }

    fn contact(&mut self, watch: &Table<'t>, at: Range<usize>) -> Option<String> {
        let mend = "contact = \"you@your-organisation.org\"";
        let Some(value) = watch.get("contact") else {
            self.fault(
                at,
                format!(
                    "there is no contact: publishers must be able to write to whoever asks their feeds; write {mend} \
                     below [watch], with your own address"
                ),
            );
            return None;
        };
        let contact = self.text_of(value, mend)?.trim().to_owned();
        let clean = !contact.is_empty()
            && contact.len() <= 200
            && contact.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'(' && b != b')');
        let mail = contact.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
        let page = contact.starts_with("https://") || contact.starts_with("http://");
        if !clean || !(mail || page) {
            self.fault(value.span(), format!("this is neither a mail address nor a page: write {mend}"));
            return None;
        }
        Some(contact)
    }

    /// A span of time and where it stands.
    fn span_of_time(
        &mut self,
        table: &Table<'t>,
        name: &str,
        longest: Duration,
    ) -> Option<(Duration, Range<usize>)> {
        let value = table.get(name)?;
        let mend = format!("{name} = \"30m\" (ms, s, m, h and d are known)");
        let text = self.text_of(value, &mend)?;
        let Some(time) = time(&text) else {
            self.fault(value.span(), format!("this is no span of time: write {mend}"));
            return None;
        };
        if time > longest {
            self.fault(value.span(), format!("this is longer than {}: write less", spoken(longest)));
            return None;
        }
        Some((time, value.span()))
    }

    fn feeds(&mut self, table: &Table<'t>, every: (Duration, Range<usize>)) -> Vec<Named> {
        let mend = "write [[feed]] and below it url = \"https://…\", once for each feed";
        let Some(value) = table.get("feed") else {
            self.fault(self.text.len()..self.text.len(), format!("there is no feed: {mend}"));
            return Vec::new();
        };
        let DeValue::Array(list) = value.get_ref() else {
            self.fault(value.span(), format!("this is no list of feeds: {mend}"));
            return Vec::new();
        };
        let mut feeds: Vec<Named> = Vec::new();
        for one in list.iter() {
            let DeValue::Table(table) = one.get_ref() else {
                self.fault(one.span(), format!("this is no feed: {mend}"));
                continue;
            };
            self.known(table, &["url", "name", "every", "pages"], "a feed knows url, name, every and pages");
            let Some((url, span)) = self.url(table, one.span()) else { continue };
            if feeds.iter().any(|f| f.url == url) {
                self.fault(span, "this feed is named twice: remove one");
                continue;
            }
            let name = table
                .get("name")
                .and_then(|v| Some((self.text_of(v, "name = \"The Example Post\"")?, v.span())));
            if let Some((name, span)) = &name
                && (name.trim().is_empty() || name.len() > 200 || name.chars().any(char::is_control))
            {
                self.fault(span.clone(), "this is no name: write a word or two, or leave it out");
            }
            let own = self.span_of_time(table, "every", MONTH);
            let (every, every_span) = own.unwrap_or_else(|| every.clone());
            if every < MINUTE && !is_this_machine(&url) {
                let text = "no feed has news so often, and asking is a burden to others: a minute or more (every = \"30m\")";
                let told = self.faults.iter().any(|f| f.text == text && every_span.start < span.start);
                if !told {
                    self.fault(every_span, text);
                }
            }
            let pages = match table.get("pages").map(|v| (v.get_ref(), v.span())) {
                None => false,
                Some((DeValue::Boolean(pages), _)) => *pages,
                Some((_, span)) => {
                    self.fault(span, "this is neither true nor false: write pages = true, or leave it out");
                    false
                }
            };
            feeds.push(Named { url, name: name.map(|(n, _)| n.trim().to_owned()), every, pages });
        }
        if list.is_empty() {
            self.fault(value.span(), format!("there is no feed: {mend}"));
        }
        feeds
    }

    fn url(&mut self, table: &Table<'t>, at: Range<usize>) -> Option<(Url, Range<usize>)> {
        let mend = "url = \"https://news.example.org/rss.xml\"";
        let Some(value) = table.get("url") else {
            self.fault(at, format!("this feed has no address: write {mend}"));
            return None;
        };
        let (text, span) = (self.text_of(value, mend)?, value.span());
        let mut url = match Url::parse(text.trim()) {
            Ok(url) => url,
            Err(error) => {
                self.fault(span, format!("this is no address ({error}): write {mend}"));
                return None;
            }
        };
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            self.fault(
                span,
                format!("only http and https are fetched: write {mend}; a file is read by detente add FILE"),
            );
            return None;
        }
        if !url.username().is_empty() || url.password().is_some() {
            self.fault(
                span,
                "addresses with a name and a password in them are not fetched: take a feed that needs none",
            );
            return None;
        }
        url.set_fragment(None);
        Some((url, span))
    }
}

/// "30m", "90s", "500ms", "2h", "1d".
fn time(text: &str) -> Option<Duration> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..end].parse().ok()?;
    let unit = match text[end..].trim() {
        "ms" => 1,
        "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.checked_mul(unit)?))
}

/// A span of time as people say it: "45 s", "30 min", "2 h 30 min", "3 days".
pub fn spoken(time: Duration) -> String {
    let seconds = (time.as_millis() + 500) / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, m) if seconds.is_multiple_of(60) || m >= 5 => format!("{m} min"),
        (0, 0, m) => format!("{m} min {} s", seconds % 60),
        (0, h, 0) => format!("{h} h"),
        (0, h, m) => format!("{h} h {m} min"),
        (1, 0, _) => "1 day".into(),
        (d, 0, _) => format!("{d} days"),
        (1, h, _) => format!("1 day {h} h"),
        (d, h, _) => format!("{d} days {h} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[watch]\ncontact = \"ann@example.org\"\nevery = \"1h\"\n\n[[feed]]\nurl = \"https://a.example.org/rss\"\n\n\
                        [[feed]]\nurl = \"https://b.example.org/atom#top\"\nname = \"B\"\nevery = \"10m\"\npages = true\n";

    fn faults(text: &str) -> Vec<String> {
        let faults = Config::parse("FEEDS.toml", text).expect_err("faults");
        faults.iter().map(|f| format!("{}: {}", f.line, f.text)).collect()
    }

    #[test]
    fn a_file_names_feeds_and_how_to_ask_them() {
        let config = Config::parse("FEEDS.toml", GOOD).expect("a good file");
        assert_eq!(config.contact, "ann@example.org");
        assert_eq!((config.pause, config.timeout), (PAUSE, TIMEOUT));
        let [a, b] = &config.feeds[..] else { panic!("two feeds") };
        assert_eq!((a.shown(), a.every, a.pages), ("a.example.org/rss", Duration::from_secs(3600), false));
        assert_eq!((b.shown(), b.every, b.pages), ("B", Duration::from_secs(600), true));
        assert_eq!(b.url.as_str(), "https://b.example.org/atom");
    }

    #[test]
    fn every_fault_is_told_with_its_line_and_its_mend() {
        for (wrong, line, words) in [
            (GOOD.replace("contact = \"ann@example.org\"\n", ""), 1, "there is no contact"),
            (GOOD.replace("ann@example.org", "ann"), 2, "neither a mail address"),
            (GOOD.replace("\"ann@example.org\"", "7"), 2, "this is no text"),
            (GOOD.replace("ann@example.org", "ann@example.org\\r\\nX: y"), 2, "neither a mail address"),
            (GOOD.replace("\"1h\"", "\"soon\""), 3, "no span of time"),
            (GOOD.replace("\"1h\"", "\"5s\""), 3, "a minute or more"),
            (GOOD.replace("\"10m\"", "\"5s\""), 11, "a minute or more"),
            (GOOD.replace("\"1h\"", "\"99999999999999999999d\""), 3, "no span of time"),
            (GOOD.replace("\"1h\"", "\"400d\""), 3, "longer than 31 days"),
            (GOOD.replace("every = \"1h\"", "evry = \"1h\""), 3, "\"evry\" means nothing"),
            (GOOD.replace("every = \"1h\"", "pause = \"0s\""), 3, "pause for a second"),
            (GOOD.replace("https://a.example.org/rss", "file:///etc/passwd"), 6, "only http and https"),
            (GOOD.replace("https://a.example.org/rss", "a.example.org/rss"), 6, "no address"),
            (GOOD.replace("https://a.example.org", "https://ann:secret@a.example.org"), 6, "password"),
            (GOOD.replace("https://a.example.org/rss", "https://b.example.org/atom"), 9, "named twice"),
            (GOOD.replace("url = \"https://a.example.org/rss\"", ""), 5, "no address"),
            (GOOD.replace("true", "\"yes\""), 12, "neither true nor false"),
            (GOOD.replace("[[feed]]", "[[feeds]]"), 5, "\"feeds\" means nothing"),
            (GOOD.replace("[watch]", "[watch"), 1, "no TOML"),
            (GOOD.replace("[watch]", "[watch]\nfeed = 3"), 2, "means nothing"),
            (String::new(), 1, "there is no contact"),
        ] {
            let found = faults(&wrong);
            assert!(
                found.iter().any(|f| f.starts_with(&format!("{line}: ")) && f.contains(words)),
                "{words}: {found:?}"
            );
        }
    }

    #[test]
    fn all_faults_are_told_at_once_and_marked() {
        let wrong = GOOD.replace("ann@", "").replace("true", "1").replace("https://a", "ftp://a");
        let found = Config::parse("FEEDS.toml", &wrong).expect_err("faults");
        assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [2, 6, 12]);
        assert!(
            found[2].to_string().contains("FEEDS.toml:12: ")
                && found[2].to_string().ends_with("pages = 1\n            ^"),
            "{}",
            found[2]
        );
    }

    #[test]
    fn this_machine_may_be_asked_as_often_as_one_likes() {
        let text = GOOD.replace("a.example.org", "127.0.0.1:8080").replace("b.example.org", "localhost");
        let text = text.replace("\"1h\"", "\"100ms\"\npause = \"0s\"");
        assert!(Config::parse("FEEDS.toml", &text).is_ok());
    }

    #[test]
    fn spans_of_time_are_said_as_people_say_them() {
        let said = |s| spoken(Duration::from_secs(s));
        assert_eq!(
            [said(45), said(90), said(1800), said(9000), said(86_400), said(270_000)],
            ["45 s", "1 min 30 s", "30 min", "2 h 30 min", "1 day", "3 days 3 h"]
        );
    }
}
