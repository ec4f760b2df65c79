//! What a page says of itself: title, authors, day, language, address, publisher, licence. Publishers write these down in
//! several places, and the places disagree; each is asked in the order of how often it is right.

use std::borrow::Cow;

use jiff::civil::Date;
use serde_json::Value;

use super::tag::Tag;
use super::tree::{Tree, attributes, unescape};
use super::{furniture, words};
use crate::day;

/// Meta names and properties that carry the day of publication, most trusted first.
const DATE_METAS: [&str; 23] = [
    "article:published_time",
    "og:published_time",
    "datepublished",
    "og:article:published_time",
    "article:published",
    "article.published",
    "parsely-pub-date",
    "sailthru.date",
    "publish-date",
    "publish_date",
    "publishdate",
    "publication_date",
    "pubdate",
    "rnews:datepublished",
    "originalpublicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dc.date.created",
    "dcterms.created",
    "citation_publication_date",
    "cxenseparse:recs:publishtime",
    "date",
];
/// Meta names that carry authors.
const AUTHOR_METAS: [&str; 9] = [
    "author",
    "article:author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "cxenseparse:author",
];
/// Objects of linked data inside of each other, at most.
const NESTED: u8 = 5;

/// What the page says of itself, before any of it is believed.
pub(crate) struct Head<'t, 'a> {
    tree: &'t Tree<'a>,
    metas: Vec<(String, Cow<'a, str>)>,
    links: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    data: Vec<Value>,
    /// Headings of the first order.
    pub(crate) h1: Vec<usize>,
    title: Option<usize>,
    times: Vec<usize>,
    /// Elements with `itemprop`, by its value.
    items: Vec<(Cow<'a, str>, usize)>,
    /// Elements of a byline.
    bylines: Vec<usize>,
}

impl<'t, 'a> Head<'t, 'a> {
    /// Gathers it in one pass over the page.
    pub(crate) fn of(tree: &'t Tree<'a>) -> Head<'t, 'a> {
        let mut head = Head {
            tree,
            metas: Vec::new(),
            links: Vec::new(),
            data: Vec::new(),
            h1: Vec::new(),
            title: None,
            times: Vec::new(),
            items: Vec::new(),
            bylines: Vec::new(),
        };
        let mut number = 0;
        while number < tree.nodes.len() {
            head.look(number);
            let node = tree.nodes[number];
            // Nothing of a page is described inside of its pictures.
            number = if node.tag == Tag::Svg { node.end as usize } else { number + 1 };
        }
        head
    }

    fn look(&mut self, node: usize) {
        let (tree, tag) = (self.tree, self.tree.nodes[node].tag);
        match tag {
            Tag::Text => return,
            Tag::Script => {
                let ld = tree
                    .attribute(node, "type")
                    .is_some_and(|t| t.trim().eq_ignore_ascii_case("application/ld+json"));
                if ld && tree.inside(node).len() == 1 && self.data.len() < 1000 {
                    linked_data(tree.raw(node + 1), &mut self.data);
                }
                return;
            }
            Tag::Title if self.title.is_none() => self.title = Some(node),
            Tag::H1 => self.h1.push(node),
            Tag::Time => self.times.push(node),
            _ => {}
        }
        let raw = tree.raw(node);
        if raw.is_empty() {
            return;
        }
        let (mut name, mut content, mut rel, mut href) = (None, None, None, None);
        for (key, value) in attributes(raw) {
            let is = |k: &str| key.eq_ignore_ascii_case(k);
            match tag {
                Tag::Meta if is("property") || is("name") || is("http-equiv") => {
                    name = name.or(Some(value));
                }
                Tag::Meta if is("content") => content = Some(value),
                Tag::Link | Tag::A if is("rel") => rel = Some(value),
                Tag::Link | Tag::A if is("href") => href = Some(value),
                _ => {}
            }
            if is("itemprop") {
                self.items.push((unescape(value), node));
                if tag == Tag::Meta {
                    name = name.or(Some(value));
                }
            }
            if is("class") && tag != Tag::Body && furniture::is_byline(value) {
                self.bylines.push(node);
            }
        }
        if let (Some(name), Some(content)) = (name, content)
            && !content.trim().is_empty()
        {
            self.metas.push((name.trim().to_ascii_lowercase(), unescape(content)));
        }
        if let (Some(rel), Some(href)) = (rel, href) {
            let wanted = ["canonical", "license", "author"];
            if rel.split_ascii_whitespace().any(|r| wanted.iter().any(|w| r.eq_ignore_ascii_case(w))) {
                self.links.push((unescape(rel), unescape(href)));
            }
            if tag == Tag::A && has_word(rel, "author") {
                self.bylines.push(node);
            }
        }
    }

    /// The first meta tag with one of these names that says something.
    fn meta(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .find_map(|name| self.metas.iter().find(|(n, _)| n == name).map(|(_, content)| content.trim()))
    }

    fn link(&self, rel: &str) -> Option<&str> {
        let is = |(r, _): &&(Cow<str>, Cow<str>)| has_word(r, rel);
        self.links.iter().find(is).map(|(_, href)| href.trim()).filter(|h| !h.is_empty())
    }

    /// The data of the article, where the page has any.
    fn article(&self) -> impl Iterator<Item = &Value> {
        self.data.iter().filter(|o| is_article(o))
    }

    /// True when the page calls itself an article.
    pub(crate) fn says_article(&self) -> bool {
        self.article().next().is_some()
            || self.meta(&["og:type"]).is_some_and(|t| t.eq_ignore_ascii_case("article"))
            || self.meta(&["article:published_time"]).is_some()
    }

    /// The body of the article as its data has it, one paragraph a line.
    pub(crate) fn told_body(&self) -> Option<String> {
        let body = self.article().find_map(|o| o["articleBody"].as_str())?;
        let body = if body.contains('<') { Cow::Owned(plain(body)) } else { Cow::Borrowed(body) };
        let body = unescape(&body);
        let lines = body.lines().map(words::squeeze).filter(|l| !l.is_empty());
        Some(lines.map(|l| l + "\n").collect())
    }

    /// The headline: of the article's data, the meta tags, the only `h1`, or the page's title.
    pub(crate) fn title(&self) -> Option<String> {
        let tidy = |t: &str| Some(words::squeeze(&unescape(t))).filter(|t| !t.is_empty());
        let site = self.publisher(None);
        let of_page = || self.title.map(|node| self.tree.text(node)).filter(|t| !t.is_empty());
        let only = || match self.h1[..] {
            [one] => Some(self.tree.text(one)).filter(|t| !t.is_empty() && Some(t) != site.as_ref()),
            _ => None,
        };
        self.article()
            .find_map(|o| o["headline"].as_str().or(o["name"].as_str()).and_then(tidy))
            .map(|t| site.as_deref().and_then(|s| without_known(&t, s)).map_or(t.clone(), str::to_owned))
            .or_else(|| {
                self.meta(&["og:title", "twitter:title"])
                    .and_then(tidy)
                    .map(|t| without_site(&t, site.as_deref()))
            })
            .or_else(only)
            .or_else(|| of_page().map(|t| without_site(&t, site.as_deref())))
            .or_else(|| self.h1.iter().map(|n| self.tree.text(*n)).find(|t| !t.is_empty()))
    }

    /// The title of the page as the browser shows it.
    pub(crate) fn page_title(&self) -> String {
        self.title.map(|node| self.tree.text(node)).unwrap_or_default()
    }

    /// Who wrote it, several joined by "; ".
    pub(crate) fn author(&self, before: std::ops::Range<usize>) -> Option<String> {
        let mut names = Names::default();
        for object in self.article() {
            self.named(&object["author"], &mut names, 0);
            if names.list.is_empty() {
                self.named(&object["creator"], &mut names, 0);
            }
            if !names.list.is_empty() {
                return names.joined();
            }
        }
        for name in AUTHOR_METAS {
            for (_, content) in self.metas.iter().filter(|(n, _)| n == name).take(20) {
                names.add(content);
            }
            if !names.list.is_empty() {
                return names.joined();
            }
        }
        // In the page itself a byline stands between the headline and the body.
        let near = |node: &usize| before.contains(node);
        for (_, node) in self.items.iter().filter(|(p, n)| has_word(p, "author") && near(n)).take(20) {
            let name =
                self.items.iter().find(|(p, n)| has_word(p, "name") && self.tree.inside(*node).contains(n));
            names.add(&self.shown(name.map_or(*node, |(_, n)| *n)));
        }
        if names.list.is_empty() {
            for node in self.bylines.iter().filter(|n| near(n)).take(20) {
                names.add(&self.tree.text(*node));
                if !names.list.is_empty() {
                    break;
                }
            }
        }
        names.joined()
    }

    /// What an element shows, or for a meta tag its content.
    fn shown(&self, node: usize) -> String {
        match self.tree.attribute(node, "content") {
            Some(content) => content.into_owned(),
            None => self.tree.text(node),
        }
    }

    /// Adds the persons of a value of linked data.
    fn named(&self, value: &Value, names: &mut Names, depth: u8) {
        match value {
            _ if depth > NESTED => {}
            Value::String(name) => names.add(&unescape(name)),
            Value::Array(list) => list.iter().take(50).for_each(|v| self.named(v, names, depth + 1)),
            Value::Object(object) => match (object.get("name"), object.get("@id")) {
                (Some(name), _) => self.named(name, names, depth + 1),
                (None, Some(id)) => {
                    let there = |o: &&Value| o["@id"] == *id && o["name"].is_string();
                    if let Some(person) = self.data.iter().find(there) {
                        self.named(&person["name"], names, depth + 1);
                    }
                }
                (None, None) => {}
            },
            _ => {}
        }
    }

    /// The day of publication by the page's markup. `before` are the nodes between the headline and the body.
    pub(crate) fn day(&self, before: &std::ops::Range<usize>) -> Option<Date> {
        let published = |o: &Value| o["datePublished"].as_str().and_then(day::parse);
        let told = self.article().find_map(published).or_else(|| self.data.iter().find_map(published));
        told.or_else(|| DATE_METAS.iter().find_map(|name| self.meta(&[name]).and_then(day::parse)))
            .or_else(|| self.shown_day(before))
    }

    /// The day of a time element that is marked as the publication's, else the earliest under the headline, else of
    /// the only one that the page has.
    fn shown_day(&self, before: &std::ops::Range<usize>) -> Option<Date> {
        let day_of = |node: usize| {
            let words = ["datetime", "content", "title"].iter().find_map(|a| self.tree.attribute(node, a));
            words.map_or_else(|| day::parse(&self.tree.text(node)), |w| day::parse(&w))
        };
        let marked = |node: &usize| {
            self.tree.attribute(*node, "pubdate").is_some()
                || self.tree.attribute(*node, "class").is_some_and(|class| {
                    ["published", "entry-date", "dt-published"].iter().any(|c| has_word(&class, c))
                })
        };
        let item = || self.items.iter().filter(|(p, _)| has_word(p, "datePublished")).map(|(_, n)| *n);
        let of_headline = |node: &usize| {
            let updated = self.tree.attribute(*node, "class").is_some_and(|c| {
                let c = c.to_ascii_lowercase();
                c.contains("updated") || c.contains("modified")
            });
            before.contains(node) && !updated
        };
        item()
            .find_map(day_of)
            .or_else(|| self.times.iter().copied().filter(marked).find_map(day_of))
            // "Published" and "updated" stand side by side.
            .or_else(|| self.times.iter().copied().filter(of_headline).filter_map(day_of).min())
            .or_else(|| {
                let dated = |n: &usize| self.tree.attribute(*n, "datetime").is_some();
                let mut days: Vec<Date> =
                    self.times.iter().copied().filter(dated).filter_map(day_of).collect();
                days.dedup();
                // Several different times are teasers, comments or captions; one is the article's.
                (days.len() == 1).then(|| days[0])
            })
    }

    /// The language that the page declares.
    pub(crate) fn language(&self) -> Option<String> {
        let html = ["lang", "xml:lang"]
            .iter()
            .find_map(|a| self.tree.attribute(0, a))
            .filter(|l| !l.trim().is_empty());
        let told = || self.article().find_map(|o| o["inLanguage"].as_str());
        let tag = html
            .as_deref()
            .or_else(|| self.meta(&["content-language", "language", "dc.language", "og:locale"]))
            .or_else(told)?;
        let tag = tag.trim().split([',', ';', ' ']).next().unwrap_or_default().replace('_', "-");
        let is_tag =
            (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        is_tag.then_some(tag)
    }

    /// The page's own address. What it names counts where it is on the site that it came from; where a home page is
    /// named for an article, that is a slip.
    pub(crate) fn address(&self, given: Option<&str>) -> Option<String> {
        let named = self.link("canonical").or_else(|| self.meta(&["og:url"]));
        let more = || self.meta(&["og:url"]).or_else(|| self.article().find_map(|o| o["url"].as_str()));
        [named, more()]
            .into_iter()
            .flatten()
            .filter_map(|a| absolute(a, given))
            .find(|a| !is_home(a) && given.is_none_or(|g| same_site(a, g)))
            .or_else(|| given.map(str::to_owned))
    }

    /// Who published it: as the page says, or the host of its address.
    pub(crate) fn publisher(&self, address: Option<&str>) -> Option<String> {
        let tidy = |t: &str| Some(words::squeeze(&unescape(t))).filter(|t| !t.is_empty());
        let name = |o: &Value| {
            let mut names = Names { list: Vec::new(), whole: true };
            self.named(&o["publisher"], &mut names, 0);
            names.list.into_iter().next()
        };
        // "The Strait Post | News of the strait"
        let first = |t: String| t.split(" | ").next().map(str::to_owned);
        self.meta(&["og:site_name"])
            .and_then(tidy)
            .and_then(first)
            .or_else(|| self.article().find_map(name))
            .or_else(|| self.meta(&["application-name"]).and_then(tidy))
            .or_else(|| address.and_then(host).map(|h| h.trim_start_matches("www.").to_owned()))
    }

    /// The licence of the text, where stated.
    pub(crate) fn license(&self) -> Option<String> {
        let told = |o: &Value| {
            let value = &o["license"];
            let text =
                value.as_str().or_else(|| ["url", "@id", "name"].iter().find_map(|k| value[*k].as_str()));
            text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
        };
        self.link("license")
            .map(str::to_owned)
            .or_else(|| self.article().find_map(told))
            .or_else(|| self.meta(&["dcterms.license", "dc.rights.license"]).map(str::to_owned))
    }
}

/// Adds every object of a piece of linked data, graphs and lists laid flat.
fn linked_data(text: &str, flat: &mut Vec<Value>) {
    let text =
        text.trim().trim_start_matches("//").trim_start_matches("<![CDATA[").trim_start_matches("<!--");
    let text = text.trim_end().trim_end_matches("-->").trim_end_matches("]]>").trim_end_matches("//").trim();
    let read = serde_json::from_str(text).or_else(|_| {
        // Line breaks inside of a string are the usual slip.
        serde_json::from_str(&text.replace(|c: char| c.is_control(), " "))
    });
    if let Ok(value) = read {
        flatten(value, flat, 0);
    }
}

fn flatten(value: Value, flat: &mut Vec<Value>, depth: u8) {
    match value {
        _ if depth > NESTED => {}
        Value::Array(items) => items.into_iter().for_each(|v| flatten(v, flat, depth + 1)),
        Value::Object(mut object) => {
            for inner in ["@graph", "mainEntity"] {
                if let Some(graph) = object.remove(inner) {
                    flatten(graph, flat, depth + 1);
                }
            }
            flat.push(Value::Object(object));
        }
        _ => {}
    }
}

/// True for the schema.org types of an article.
fn is_article(object: &Value) -> bool {
    let named = |t: &Value| {
        t.as_str().is_some_and(|t| t.ends_with("Article") || t.ends_with("Posting") || t.ends_with("Report"))
    };
    match &object["@type"] {
        Value::Array(types) => types.iter().any(named),
        one => named(one),
    }
}

/// The words of a piece of markup, one block a line.
fn plain(html: &str) -> String {
    let tree = Tree::read(html);
    let blocks = super::blocks::Blocks::of(&tree, true);
    blocks.list.iter().map(|b| blocks.words(b).to_owned() + "\n").collect()
}

/// True when one of the words of an attribute is this one.
fn has_word(value: &str, word: &str) -> bool {
    value.split_ascii_whitespace().any(|v| v.eq_ignore_ascii_case(word))
}

/// What stands between a headline and the name of its site.
const MARKS: [&str; 8] = [" | ", " - ", " — ", " – ", " » ", " :: ", " • ", " · "];

/// "Headline | Site" or "Site | Headline" without this site; nothing where it is not there.
fn without_known<'a>(title: &'a str, site: &str) -> Option<&'a str> {
    MARKS.iter().find_map(|mark| {
        let behind = title.strip_suffix(site).and_then(|t| t.strip_suffix(mark));
        behind.or_else(|| title.strip_prefix(site).and_then(|t| t.strip_prefix(mark))).map(str::trim)
    })
}

/// "Headline | Site" without the site.
fn without_site(title: &str, site: Option<&str>) -> String {
    if let Some(head) = site.and_then(|site| without_known(title, site)) {
        return head.to_owned();
    }
    MARKS
        .iter()
        .filter_map(|mark| title.rsplit_once(mark))
        .filter(|(head, tail)| tail.split_whitespace().count() <= 5 && head.split_whitespace().count() >= 4)
        .map(|(head, _)| head.trim())
        .max_by_key(|head| head.len())
        .unwrap_or(title)
        .to_owned()
}

/// Names of persons, each once.
#[derive(Default)]
struct Names {
    list: Vec<String>,
    /// True for names that are never cut.
    whole: bool,
}

impl Names {
    fn joined(self) -> Option<String> {
        (!self.list.is_empty()).then(|| self.list.join("; "))
    }

    /// Adds the names of a byline: "By Ann Reed and Tom Oak, The Strait Post" are two.
    fn add(&mut self, text: &str) {
        let text = words::squeeze(text);
        if self.whole {
            if !text.is_empty() {
                self.list.push(text);
            }
            return;
        }
        let text = strip_by(&text);
        if text.chars().count() > 200 {
            return;
        }
        let joined = text
            .replace(" and ", ";")
            .replace(" & ", ";")
            .replace(" with ", ";")
            .replace('|', ";")
            .replace('•', ";");
        for part in joined.split(';') {
            // A comma comes between names, or before an office.
            let parts: Vec<&str> = part.split(',').map(str::trim).collect();
            let shouted = !part.chars().any(char::is_lowercase);
            let all_names = parts.iter().all(|p| {
                is_name(p, 2) && (shouted || !is_firm(p)) && !p.split_whitespace().any(furniture::is_office)
            });
            let taken = if all_names { parts.len() } else { 1 };
            for name in &parts[..taken] {
                self.add_one(name);
            }
        }
    }

    fn add_one(&mut self, name: &str) {
        let name = name.split(['(', '<', '@', '[']).next().unwrap_or_default();
        let name: Vec<&str> = strip_by(name.trim()).split_whitespace().collect();
        let name = name.join(" ");
        let name = name.trim_matches(['.', ':', '-', '–', '—', '/', ' ', '·']);
        if is_name(name, 1) && self.list.len() < 20 && !self.list.iter().any(|n| n.eq_ignore_ascii_case(name))
        {
            self.list.push(name.to_owned());
        }
    }
}

/// True for a line that begins as bylines do.
pub(crate) fn is_byline(line: &str) -> bool {
    strip_by(line).len() < line.len() && strip_by(line).chars().next().is_some_and(char::is_uppercase)
}

/// Takes "By", "Written by" and the like off.
fn strip_by(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let by = furniture::by().iter().find_map(|by| {
            let head = text.get(..by.len())?;
            let rest = &text[by.len()..];
            (head.eq_ignore_ascii_case(by) && rest.starts_with([' ', ':']))
                .then(|| rest.trim_start_matches([' ', ':']))
        });
        match by {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

/// True for what can be the name of an author: a few words, the first a capital, no address, no date.
fn is_name(text: &str, least: usize) -> bool {
    let count = text.split_whitespace().count();
    (least..=6).contains(&count)
        && text.len() <= 80
        && text.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii() && c.is_alphabetic())
        && !text.contains(['@', '/', '{', '<', '_', '='])
        && !text.bytes().any(|b| b.is_ascii_digit())
        && !furniture::is_no_name(text)
}

/// True for what follows a name in a byline and is an office or a firm: "AP National Writer", "CNN Business".
fn is_firm(text: &str) -> bool {
    text.split_whitespace().any(|w| {
        furniture::is_office(w)
            || w.len() > 1 && w.bytes().all(|b| b.is_ascii_uppercase())
            || w.contains('.') && w.len() > 3
    })
}

/// An address made whole by the one of its page.
fn absolute(address: &str, page: Option<&str>) -> Option<String> {
    let address = address.trim();
    if address.chars().any(char::is_whitespace) || address.is_empty() {
        return None;
    }
    if let Some((scheme, rest)) = address.split_once("://") {
        let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        return (web && !rest.is_empty() && !rest.starts_with('/')).then(|| address.to_owned());
    }
    let (scheme, rest) = page.and_then(|p| p.split_once("://")).unwrap_or(("https", ""));
    if let Some(host) = address.strip_prefix("//") {
        return Some(format!("{scheme}://{host}"));
    }
    if rest.is_empty() || address.split(['/', '?', '#']).next().is_some_and(|s| s.contains(':')) {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let host = rest.split('/').next().unwrap_or(rest);
    if address.starts_with('/') {
        return Some(format!("{scheme}://{host}{address}"));
    }
    let folder = rest.rfind('/').map_or(rest, |at| &rest[..at]);
    Some(format!("{scheme}://{folder}/{}", address.trim_start_matches("./")))
}

/// The host of an address, in small letters, without its port.
pub(crate) fn host(address: &str) -> Option<String> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    let host = host.split(':').next()?.trim_end_matches('.').to_ascii_lowercase();
    host.contains('.').then_some(host)
}

/// True for the address of a home page.
pub(crate) fn is_home(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let path = path.split('#').next().unwrap_or("").trim_matches('/');
    path.is_empty() || ["index.html", "index.htm", "index.php", "home"].contains(&path)
}

/// True when two addresses are of one site: the host, without the names of its editions, is the same.
fn same_site(a: &str, b: &str) -> bool {
    let site = |address: &str| {
        let host = host(address)?;
        let mut host = host.as_str();
        for edition in ["www.", "m.", "amp.", "mobile.", "edition."] {
            host = host.strip_prefix(edition).unwrap_or(host);
        }
        Some(host.to_owned())
    };
    match (site(a), site(b)) {
        (Some(a), Some(b)) => a == b || a.ends_with(&format!(".{b}")) || b.ends_with(&format!(".{a}")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_are_cut_into_names() {
        let names = |text: &str| {
            let mut names = Names::default();
            names.add(text);
            names.joined().unwrap_or_default()
        };
        for (byline, wanted) in [
            ("By Ann Reed", "Ann Reed"),
            ("by: ANN REED and Tom Oak", "ANN REED; Tom Oak"),
            ("Ann Reed, Tom Oak and Li Fen", "Ann Reed; Tom Oak; Li Fen"),
            ("Ann Reed, senior correspondent", "Ann Reed"),
            ("Ann Reed (ann@news.example)", "Ann Reed"),
            ("ann@news.example", ""),
            ("https://news.example/ann", ""),
            ("admin", ""),
            ("Published by Ann Reed | 3 min read", "Ann Reed"),
            ("Ann Reed; Ann Reed", "Ann Reed"),
            ("ANN REED, AP Auto Writer", "ANN REED"),
            ("Ann Reed, NTX Business", "Ann Reed"),
            ("", ""),
        ] {
            assert_eq!(names(byline), wanted, "{byline}");
        }
    }

    #[test]
    fn addresses_are_made_whole() {
        let page = Some("https://news.example/world/a.html?x=1");
        for (address, wanted) in [
            ("https://news.example/b", Some("https://news.example/b")),
            ("//news.example/b", Some("https://news.example/b")),
            ("/b", Some("https://news.example/b")),
            ("b.html", Some("https://news.example/world/b.html")),
            ("javascript:void(0)", None),
            ("mailto:x", None),
            ("ftp://news.example/b", None),
            ("", None),
            ("http://", None),
        ] {
            assert_eq!(absolute(address, page).as_deref(), wanted, "{address}");
        }
        assert_eq!(absolute("/b", None), None);
    }

    #[test]
    fn sites_are_told_by_their_hosts() {
        assert!(same_site("https://www.news.example/a", "http://news.example:80/b"));
        assert!(same_site("https://m.news.example/a", "https://amp.news.example/b"));
        assert!(!same_site("https://news.example/a", "https://othernews.example/a"));
        assert!(
            is_home("https://news.example")
                && is_home("https://news.example/index.html")
                && !is_home("https://news.example/a")
        );
    }

    #[test]
    fn a_title_loses_its_site_alone() {
        assert_eq!(
            without_site("Avaria recalls envoy from Belmora | The Strait Post", None),
            "Avaria recalls envoy from Belmora"
        );
        assert_eq!(without_site("Envoys - The Strait Post", Some("The Strait Post")), "Envoys");
        assert_eq!(without_site("The Strait Post: Envoys", None), "The Strait Post: Envoys");
        let long = "Avaria and Belmora - a history of envoys who were recalled in the last ten years";
        assert_eq!(without_site(long, None), long);
    }
}
