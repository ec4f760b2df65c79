//! A feed (RSS 0.9 to 2.0, Atom, JSON Feed) to articles: one item, one article, with the feed's own name as who published it.
//! The forms are read by `feed-rs`; what stands here is what publishers do to them: a wrong character set, markup in
//! titles, days that are none, XML that breaks off or breaks in one item.
//!
//! * The text of an item is its content, else its summary, else its title; markup goes through the reader of pages.
//! * The day is the one on which it was published, else updated, as it is written ("23:30 in Washington" is that day in
//!   Washington). An item without one gets the day of its text or of its address, where these name one, and
//!   [`Feed::undated`] counts it.
//! * Of a feed that is not whole XML, every item is read that is whole by itself; a [`Problem`] says how many are not.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use detente::article::{Article, DateSource};
use feed_rs::model;
use feed_rs::parser::Builder;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::html::{self, Origin};
use crate::problem::{Kind, Place, Problem};
use crate::{charset, day, text};

/// Items of one feed that are read; a longer feed is no feed but an archive.
pub const MAX_ITEMS: usize = 20_000;
/// The longest name of an item that is kept as the name of its article, in bytes.
const MAX_ID: usize = 400;
/// So much of a broken feed may stand before its first item and be read again with each of them, in bytes.
const MAX_HEAD: usize = 64 << 10;

/// A feed that was read.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// What it calls itself.
    pub title: Option<String>,
    /// Its items, in its own order. Their text is still as it came.
    pub items: Vec<Item>,
    /// What was wrong and did not cost the feed: items that are lost, days that are none.
    pub problems: Vec<Problem>,
    /// False where something of it is lost: it broke off, or is broken.
    pub whole: bool,
    /// Items that do not say their day.
    pub undated: usize,
}

/// One item of a feed.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// The name that the feed gives it; it need not be the only one of that name.
    pub id: Option<String>,
    /// The address of its page.
    pub link: Option<String>,
    title: Option<String>,
    /// Content, summary: as they came.
    words: Option<Words>,
    published: Option<Date>,
    author: Option<String>,
    language: Option<String>,
    source: Option<String>,
}

/// A text and what it is.
#[derive(Clone, Debug)]
struct Words {
    text: String,
    markup: bool,
}

impl Item {
    /// Bytes that it holds.
    pub fn len(&self) -> usize {
        self.words.as_ref().map_or(0, |w| w.text.len()) + self.title.as_ref().map_or(0, String::len)
    }

    /// True where it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name for its article: its own, else its address.
    pub fn name(&self) -> Option<&str> {
        self.id.as_deref().or(self.link.as_deref())
    }

    /// The article of the item, without an id. Its text is empty where the item says nothing at all.
    pub fn article(&self) -> Article {
        let title = self.title.as_deref().map(line).filter(|t| !t.is_empty());
        let mut body = self.words.as_ref().map(Words::plain).unwrap_or_default();
        if body.trim().is_empty() {
            body = title.as_ref().map(|t| format!("{t}\n")).unwrap_or_default();
        }
        let given = self.published.map(|day| (day, DateSource::Given));
        let found = given
            .or_else(|| text::date(&body).map(|day| (day, DateSource::Text)))
            .or_else(|| self.link.as_deref().and_then(day::of_url).map(|day| (day, DateSource::Url)));
        Article {
            title,
            published: found.map(|(day, _)| day),
            published_from: found.map_or(DateSource::None, |(_, from)| from),
            text: body,
            url: self.link.clone(),
            source: self.source.clone(),
            language: self.language.clone(),
            author: self.author.clone(),
            ..Article::default()
        }
    }
}

impl Words {
    fn plain(&self) -> String {
        if self.markup || is_markup(&self.text) {
            return html::fragment(&self.text);
        }
        paragraphs(&self.text)
    }
}

/// What the first bytes of a feed look like: true for RSS, Atom and JSON Feed.
pub fn is_feed(head: &[u8]) -> bool {
    let head = charset::decode(head, None);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with('{') {
        return head.contains("jsonfeed.org/version/") || head.contains("jsonfeed.org\\/version\\/");
    }
    let Some((name, _)) = root(head) else { return false };
    match local(name) {
        "rss" | "feed" => true,
        "RDF" => head.contains("purl.org/rss"),
        _ => false,
    }
}

/// Reads a feed. `name` is for messages; `origin` is where it came from, as far as known: its address makes the addresses of
/// items whole, and the character set that the server named is used where the bytes do not show their own.
///
/// # Errors
/// When it is no feed, or nothing of it can be read.
pub fn read(name: &str, bytes: &[u8], origin: Origin) -> Result<Feed, Problem> {
    let declared = origin.charset.map(str::to_owned).or_else(|| of_declaration(bytes));
    let decoded = charset::decode(bytes, declared.as_deref());
    let text = decoded.trim_start_matches('\u{feff}').trim_start();
    let reader = Reader { name, address: origin.address.filter(|a| url_like(a)), bad: Arc::default() };
    if text.starts_with('{') {
        return reader.json(text);
    }
    reader.xml(text)
}

/// True for addresses of the web.
fn url_like(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

struct Reader<'a> {
    name: &'a str,
    address: Option<&'a str>,
    /// Days that are none, as they came.
    bad: Arc<Mutex<Vec<String>>>,
}

/// The year whose seconds number the days that are none.
const NO_DAY: i32 = 9000;

impl Reader<'_> {
    fn problem(&self, kind: Kind, what: impl Into<String>, mend: &str) -> Problem {
        Problem::new(kind, self.name, what, mend)
    }

    fn no_feed(&self) -> Problem {
        self.problem(
            Kind::Unsupported,
            "this is no feed (RSS, Atom or JSON Feed)",
            "give the address or the file of a feed, or say with --from what it holds",
        )
    }

    /// One pass of the parser. A panic in it is a broken feed.
    fn parse(&self, text: &str) -> Result<model::Feed, String> {
        let bad = Arc::clone(&self.bad);
        let parser = Builder::new()
            .base_uri(self.address)
            .id_generator(|_, _, _| String::new())
            .timestamp_parser(move |words| moment(words, &bad))
            .build();
        let parse = std::panic::AssertUnwindSafe(|| parser.parse(text.as_bytes()));
        match std::panic::catch_unwind(parse) {
            Ok(Ok(feed)) => Ok(feed),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("its parser stumbled over it".into()),
        }
    }

    fn json(&self, text: &str) -> Result<Feed, Problem> {
        let value: Value = serde_json::from_str(text).map_err(|e| {
            self.problem(Kind::Json, format!("this JSON feed is no whole JSON ({e})"), "get it again")
        })?;
        let version = value.get("version").and_then(Value::as_str).unwrap_or_default();
        if !version.contains("jsonfeed.org/version/") {
            return Err(self.no_feed());
        }
        let feed = self.parse(&lenient(value).to_string()).map_err(|e| {
            self.problem(Kind::Json, format!("this JSON feed cannot be read ({e})"), "get it again")
        })?;
        Ok(self.feed(feed))
    }

    fn xml(&self, text: &str) -> Result<Feed, Problem> {
        let Some((root, rest)) = root(text) else { return Err(self.no_feed()) };
        if !matches!(local(root), "rss" | "feed" | "RDF") {
            return Err(self.no_feed());
        }
        let from = text.len() - rest.len();
        // Declarations before the root speak of bytes, which are decoded.
        let text = with_known_version(&text[from..], root);
        match self.parse(&text) {
            Ok(feed) => Ok(self.feed(feed)),
            Err(why) => self.mended(&text, root, &why),
        }
    }

    /// The items that are whole by themselves in a feed that is not.
    fn mended(&self, text: &str, root: &str, why: &str) -> Result<Feed, Problem> {
        let (item, close) = match local(root) {
            "feed" => ("entry", format!("</{root}>")),
            "rss" => ("item", format!("</channel></{root}>")),
            _ => ("item", format!("</{root}>")),
        };
        let pieces = pieces(text, item);
        let first = pieces.first().map_or(text.len(), |p| p.from);
        let root_end = text.find('>').map_or(0, |at| at + 1);
        let plain = format!("{}{}", &text[..root_end], if local(root) == "rss" { "<channel>" } else { "" });
        let head = text.get(..first).filter(|h| h.len() <= MAX_HEAD).unwrap_or(&plain);
        let mut found: Option<model::Feed> = None;
        let mut lost = 0_usize;
        for piece in pieces.iter().take(MAX_ITEMS + 1) {
            let Some(body) = piece.whole(text) else {
                lost += 1;
                continue;
            };
            let one = self
                .parse(&format!("{head}{body}{close}"))
                .or_else(|_| self.parse(&format!("{plain}{body}{close}")));
            match (one, &mut found) {
                (Ok(one), None) => found = Some(one),
                (Ok(one), Some(feed)) => {
                    feed.title = feed.title.take().or(one.title);
                    feed.entries.extend(one.entries);
                }
                (Err(_), _) => lost += 1,
            }
        }
        let Some(found) = found else {
            let what = format!("this feed is broken XML ({}), and no item of it can be read", short(why));
            return Err(self.problem(Kind::Broken, what, "get it again, or tell its publisher"));
        };
        let mut feed = self.feed(found);
        feed.whole = false;
        let lost = match lost {
            0 => "all its items can be read".to_owned(),
            1 => "one item is lost".to_owned(),
            n => format!("{n} items are lost"),
        };
        let what = format!("this feed is broken XML ({}): {lost}", short(why));
        let mend = "get it again, or tell its publisher; the other items are read";
        feed.problems.push(self.problem(Kind::Broken, what, mend));
        Ok(feed)
    }

    fn feed(&self, feed: model::Feed) -> Feed {
        let title = feed.title.map(|t| line(&t.content)).filter(|t| !t.is_empty());
        let mut all = Feed { title, whole: true, ..Feed::default() };
        let bad = self.bad.lock().unwrap_or_else(PoisonError::into_inner);
        let more = feed.entries.len().saturating_sub(MAX_ITEMS);
        for (n, entry) in feed.entries.into_iter().take(MAX_ITEMS).enumerate() {
            let mut item = Item {
                language: entry.language.clone().or_else(|| feed.language.clone()),
                source: all.title.clone(),
                ..Item::default()
            };
            let mut wrong = None;
            for moment in [entry.published, entry.updated].into_iter().flatten() {
                match day_of(moment) {
                    Ok(day) => item.published = item.published.or(day),
                    Err(n) => wrong = wrong.or(bad.get(n).cloned()),
                }
            }
            if let (None, Some(words)) = (item.published, &wrong) {
                let what = format!("its day is \"{}\", which is no day", short(words));
                let mend = "tell the publisher; the item is read without it";
                all.problems.push(self.problem(Kind::Field, what, mend).at(Place::Record(n as u64 + 1)));
            }
            all.undated += usize::from(item.published.is_none());
            fill(&mut item, entry, &feed.authors);
            all.items.push(item);
        }
        if more > 0 {
            all.whole = false;
            let what = format!("it has {} items, more than {MAX_ITEMS}", more + MAX_ITEMS);
            let mend = "take a feed of what is new; the first ones are read";
            all.problems.push(self.problem(Kind::TooLong, what, mend));
        }
        all
    }
}

/// What an entry says of itself beside its day.
fn fill(item: &mut Item, entry: model::Entry, feed_authors: &[model::Person]) {
    let id = squeezed(&entry.id);
    item.id = Some(id).filter(|id| !id.is_empty() && id.len() <= MAX_ID);
    let is_page = |l: &&model::Link| {
        let rel = l.rel.as_deref().unwrap_or("alternate");
        rel == "alternate" && l.target.is_none() && l.media_type.as_deref().is_none_or(|m| m.contains("html"))
    };
    let link = entry.links.iter().filter(is_page).map(|l| l.href.trim()).find(|href| url_like(href));
    item.link = link.or(item.id.as_deref().filter(|id| url_like(id) && !id.contains(' '))).map(str::to_owned);
    item.title = entry.title.map(|t| t.content);
    let content = entry.content.and_then(|c| {
        let markup = c.content_type.to_string().contains("html");
        c.body.map(|text| Words { text, markup })
    });
    let summary = entry.summary.map(|t| {
        // RSS has its descriptions as markup, whatever they are.
        let markup = t.content_type.to_string().contains("xhtml");
        Words { text: t.content, markup }
    });
    item.words = content.into_iter().chain(summary).find(|w| !w.text.trim().is_empty());
    let people = if entry.authors.is_empty() { feed_authors } else { &entry.authors };
    let mut names: Vec<String> = Vec::new();
    for person in people.iter().take(100) {
        let name = person.name.as_deref().or(person.email.as_deref()).map(line).unwrap_or_default();
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    item.author = Some(names.join("; ")).filter(|n| !n.is_empty());
}

/// The day that words name, at its first moment; a number for words that name none.
fn moment(words: &str, bad: &Mutex<Vec<String>>) -> Option<DateTime<Utc>> {
    let words = words.trim();
    if words.is_empty() {
        return None;
    }
    // "Thurs, 13 Jul 2011", "mar., 13 Jul 2011": the name of the day says nothing that the rest does not.
    let without_weekday = || words.split_once(',').and_then(|(_, rest)| day::parse(rest));
    let found = day::parse(words).or_else(without_weekday);
    if let Some(day) = found {
        let date = NaiveDate::from_ymd_opt(day.year().into(), day.month() as u32, day.day() as u32)?;
        return Some(date.and_hms_opt(0, 0, 0)?.and_utc());
    }
    let mut bad = bad.lock().unwrap_or_else(PoisonError::into_inner);
    let number = bad.len();
    bad.push(words.chars().take(60).collect());
    let seconds = NaiveDate::from_ymd_opt(NO_DAY, 1, 1)?.and_hms_opt(0, 0, 0)?.and_utc().timestamp();
    DateTime::from_timestamp(seconds + i64::try_from(number).ok()?, 0)
}

/// The day of a moment, or the number of words that name none.
fn day_of(moment: DateTime<Utc>) -> Result<Option<Date>, usize> {
    let start = NaiveDate::from_ymd_opt(NO_DAY, 1, 1).and_then(|d| d.and_hms_opt(0, 0, 0));
    let start = start.map_or(i64::MAX, |s| s.and_utc().timestamp());
    let seconds = moment.timestamp();
    if seconds >= start {
        return Err(usize::try_from(seconds - start).unwrap_or(usize::MAX));
    }
    let at = jiff::Timestamp::from_second(seconds).ok();
    Ok(at.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date()))
}

/// A JSON feed as the parser wants it: what the standard says in words but publishers do otherwise.
fn lenient(mut value: Value) -> Value {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let keep = |from: &Value, names: &[&str]| {
        let mut kept = Map::new();
        for name in names {
            if let Some(text) = from.get(*name).and_then(text) {
                kept.insert((*name).to_owned(), Value::String(text));
            }
        }
        kept
    };
    let authors = |from: &Value| {
        let one = from.get("author").into_iter();
        let many = from.get("authors").and_then(Value::as_array).into_iter().flatten();
        let people = one.chain(many).filter_map(|a| match a {
            Value::String(name) => Some(serde_json::json!({ "name": name })),
            Value::Object(_) => Some(Value::Object(keep(a, &["name", "url"]))),
            _ => None,
        });
        Value::Array(people.take(100).collect())
    };
    let items = match value.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    let names = [
        "id",
        "url",
        "external_url",
        "title",
        "content_html",
        "content_text",
        "summary",
        "date_published",
        "date_modified",
    ];
    let items = items.iter().filter(|i| i.is_object()).map(|item| {
        let mut kept = keep(item, &names);
        kept.insert("authors".into(), authors(item));
        Value::Object(kept)
    });
    let items: Vec<Value> = items.collect();
    let mut feed = keep(&value, &["title", "home_page_url", "feed_url", "language"]);
    feed.entry("title").or_insert_with(|| Value::String(String::new()));
    feed.insert("version".into(), "https://jsonfeed.org/version/1.1".into());
    feed.insert("authors".into(), authors(&value));
    feed.insert("items".into(), Value::Array(items));
    Value::Object(feed)
}

/// The root of a document: its name, and the document from its `<` on.
fn root(text: &str) -> Option<(&str, &str)> {
    let mut rest = text.trim_start();
    loop {
        rest = rest.trim_start_matches('\u{feff}').trim_start();
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!") {
            // A type of document with definitions inside.
            let close = rest.find('>')?;
            if rest[..close].contains('[') { "]>" } else { ">" }
        } else {
            break;
        };
        rest = &rest[rest.find(end)? + end.len()..];
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(name.len());
    Some((&name[..end], rest)).filter(|(name, _)| !name.is_empty() && name.len() < 60)
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The document with a version of RSS that the parser knows: all later ones are read as 2.0.
fn with_known_version(text: &str, root: &str) -> String {
    let end = text.find('>').unwrap_or(text.len());
    let tag = &text[..end];
    if root != "rss"
        || ["\"2.0\"", "'2.0'", "\"0.91\"", "'0.91'", "\"0.92\"", "'0.92'"]
            .iter()
            .any(|v| tag.contains(&format!("version={v}")))
    {
        return text.to_owned();
    }
    // Attributes may stand there once: the other one gets another name.
    format!("<rss version=\"2.0\"{}{}", tag["<rss".len()..].replace(" version", " was-version"), &text[end..])
}

/// Where an item stands.
struct Piece {
    from: usize,
    to: Option<usize>,
}

impl Piece {
    fn whole<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.get(self.from..self.to?)
    }
}

/// The items of a document, by their tags alone.
fn pieces(text: &str, item: &str) -> Vec<Piece> {
    let (open, close) = (format!("<{item}"), format!("</{item}>"));
    let mut found: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(from) = text[at..].find(&open).map(|n| at + n) {
        at = from + open.len();
        if !text[at..].starts_with(|c: char| c.is_whitespace() || c == '>') {
            continue;
        }
        let end = text[at..].find(&close).map(|n| at + n + close.len());
        // One that is not closed ends where the next begins: it is lost, and that one is not.
        let next = text[at..]
            .find(&open)
            .map(|n| at + n)
            .filter(|next| text[next + open.len()..].starts_with(|c: char| c.is_whitespace() || c == '>'));
        let to = end.filter(|end| next.is_none_or(|next| *end <= next));
        found.push(Piece { from, to });
        at = to.unwrap_or(at);
        if found.len() > MAX_ITEMS {
            break;
        }
    }
    found
}

/// The character set that an XML declaration names.
fn of_declaration(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(200)];
    let head = String::from_utf8_lossy(head);
    let declaration = head.trim_start_matches('\u{feff}').trim_start().strip_prefix("<?xml")?;
    let declaration = &declaration[..declaration.find("?>")?];
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

/// True for a text that holds markup: a tag, or letters written as in markup.
fn is_markup(text: &str) -> bool {
    let tag = |at: usize| {
        let rest = text[at + 1..].strip_prefix('/').unwrap_or(&text[at + 1..]);
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).take(12).collect();
        let after = rest[name.len()..].chars().next();
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && after.is_some_and(|c| c.is_whitespace() || matches!(c, '>' | '/'))
            && rest.contains('>')
    };
    let entity = |at: usize| {
        let name = &text[at + 1..];
        let end = name.find(';').filter(|n| (2..=10).contains(n));
        end.is_some_and(|n| name[..n].trim_start_matches('#').chars().all(|c| c.is_ascii_alphanumeric()))
    };
    text.char_indices().any(|(at, c)| c == '<' && tag(at) || c == '&' && entity(at))
}

/// A plain text with one paragraph a line. Feeds break their lines anywhere.
fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open = false;
    for line in text.lines() {
        let line = squeezed(line);
        if line.is_empty() {
            if open {
                out.push('\n');
            }
            open = false;
            continue;
        }
        if open {
            out.push(' ');
        }
        out.push_str(&line);
        open = true;
        if line.trim_end_matches(['"', '\'', '”', '’', ')']).ends_with(['.', '!', '?']) {
            out.push('\n');
            open = false;
        }
    }
    if open {
        out.push('\n');
    }
    out
}

/// A title: one line, without markup.
fn line(text: &str) -> String {
    if is_markup(text) { squeezed(&html::fragment(text)) } else { squeezed(text) }
}

/// Without control characters, with single spaces.
fn squeezed(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn short(text: &str) -> String {
    squeezed(text).chars().take(90).collect()
}
