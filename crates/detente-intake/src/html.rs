//! A news page to an article: the body by the reader view of Firefox (`dom_smoothie`), and around it what a
//! reader view does not care for: the day of publication, the publisher, the page's own address, its
//! language, and a text with one paragraph a line.
//!
//! The day is looked for where publishers put it, most trusted first: JSON-LD, meta tags, time elements, the
//! address, and a date line at the top of the text. Days of captions and archive notes are never asked.

use std::borrow::Cow;

use detente::article::{Article, DateSource};
use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, ParsePolicy, Readability};
use jiff::civil::Date;
use serde_json::Value;

use crate::problem::{Kind, Problem};
use crate::{charset, day, text};

/// Meta names and properties that carry the day of publication, most trusted first.
const DATE_METAS: [&str; 19] = [
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
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.created",
    "citation_publication_date",
    "date",
];
/// Elements whose words are never part of an article.
const DROPPED: [&str; 14] = [
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "form",
    "button",
    "iframe",
    "figcaption",
    "nav",
    "footer",
    "aside",
    "select",
    "object",
];
/// Elements that begin a line of their own.
const BLOCKS: [&str; 31] = [
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "figure",
    "hr",
    "br",
    "body",
    "center",
];

/// What is known of a page before it is read: of a file nothing, of a page out of an archive of the web what the
/// server said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// The address it was fetched from.
    pub address: Option<&'a str>,
    /// The character set that the server named, as in `Content-Type: text/html; charset=utf-8`.
    pub charset: Option<&'a str>,
}

/// The article of the page in `bytes`, with what was wrong in it but did not cost it. `file` is for messages.
///
/// # Errors
/// When there is no article in the page.
pub fn read(
    file: &str,
    id: String,
    bytes: &[u8],
    origin: Origin,
) -> Result<(Article, Vec<Problem>), Problem> {
    let declared = origin.charset.map(str::to_owned).or_else(|| charset::declared(bytes));
    let page = charset::decode(bytes, declared.as_deref());
    let article = article(id, &page, origin.address);
    if article.text.trim().is_empty() {
        return Err(Problem::new(
            Kind::NoArticle,
            file,
            "no article text was found in this page",
            "give the article's own page, or its text with --from text",
        ));
    }
    Ok((article, Vec::new()))
}

/// The article of one page. `address` is where it came from, if known. A page without a body gives an empty
/// text.
pub fn article(id: String, html: &str, address: Option<&str>) -> Article {
    let page = Document::from(shallow(html).as_ref());
    let url = canonical(&page).or_else(|| address.map(str::to_owned));
    let ld = linked_data(&page);
    let title = title(&page, &ld);
    let language = page.select("html").attr("lang").map(|l| l.trim().to_string()).filter(|l| !l.is_empty());
    let source = meta(&page, &["og:site_name", "application-name"]).or_else(|| publisher(&ld));
    let license = page
        .select("link[rel=license], a[rel=license]")
        .attr("href")
        .map(|l| l.trim().to_string())
        .filter(|l| !l.is_empty());
    let marked = ld_day(&ld).or_else(|| meta_day(&page)).or_else(|| time_day(&page));
    let body = body(page);
    let (published, published_from) = marked
        .map(|d| (d, DateSource::Markup))
        .or_else(|| url.as_deref().and_then(day::of_url).map(|d| (d, DateSource::Url)))
        .or_else(|| text::date(&body).map(|d| (d, DateSource::Text)))
        .map_or((None, DateSource::None), |(d, from)| (Some(d), from));
    Article {
        id,
        title,
        published,
        published_from,
        text: body,
        url,
        source,
        license,
        language,
        ..Article::default()
    }
}

/// The page's own address, when it gives a full one.
fn canonical(page: &Document) -> Option<String> {
    let link = page.select("link[rel=canonical]").attr("href").map(|h| h.trim().to_string());
    link.or_else(|| meta(page, &["og:url"])).filter(|u| u.starts_with("http://") || u.starts_with("https://"))
}

/// The first meta tag with one of these names that says something.
fn meta(page: &Document, names: &[&str]) -> Option<String> {
    let metas = page.select("meta");
    names.iter().find_map(|name| {
        metas.nodes().iter().find_map(|node| {
            let is = ["property", "name", "itemprop"]
                .iter()
                .any(|a| node.attr(a).is_some_and(|v| v.trim().eq_ignore_ascii_case(name)));
            let content = node.attr("content").filter(|_| is)?;
            let content = content.trim();
            (!content.is_empty()).then(|| content.to_owned())
        })
    })
}

fn meta_day(page: &Document) -> Option<Date> {
    DATE_METAS.iter().find_map(|name| meta(page, &[name]).and_then(|words| day::parse(&words)))
}

/// The day of a time element that is marked as the publication's, else of the only one that the page's head
/// line or article bears.
fn time_day(page: &Document) -> Option<Date> {
    let marked = "time[itemprop=datePublished], [itemprop=datePublished][datetime], time[pubdate], time.published, \
                  time.entry-date, time.dt-published, abbr.published";
    let day_of = |node: &NodeRef| {
        let words = node.attr("datetime").or_else(|| node.attr("content")).or_else(|| node.attr("title"));
        words.map_or_else(|| day::parse(node.text().trim()), |w| day::parse(&w))
    };
    let first = |selector: &str| page.select(selector).nodes().iter().find_map(day_of);
    first(marked).or_else(|| first("[itemprop=datePublished]")).or_else(|| {
        let all = page.select("article time, main time, header time, time");
        let mut days: Vec<Date> =
            all.nodes().iter().filter(|n| n.has_attr("datetime")).filter_map(day_of).collect();
        days.dedup();
        // Several different times are teasers, comments or captions; one is the article's.
        (days.len() == 1).then(|| days[0])
    })
}

/// Every JSON-LD object of the page, graphs and lists laid flat.
fn linked_data(page: &Document) -> Vec<Value> {
    let mut flat = Vec::new();
    for node in page.select("script").nodes() {
        if node.attr("type").is_some_and(|t| t.trim().eq_ignore_ascii_case("application/ld+json"))
            && let Ok(value) = serde_json::from_str(node.text().trim())
        {
            flatten(value, &mut flat, 0);
        }
    }
    flat
}

fn flatten(value: Value, flat: &mut Vec<Value>, depth: u8) {
    match value {
        _ if depth > 4 => {}
        Value::Array(items) => items.into_iter().for_each(|v| flatten(v, flat, depth + 1)),
        Value::Object(mut object) => {
            if let Some(graph) = object.remove("@graph") {
                flatten(graph, flat, depth + 1);
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

fn ld_day(ld: &[Value]) -> Option<Date> {
    let day = |o: &Value| o["datePublished"].as_str().and_then(day::parse);
    ld.iter().filter(|o| is_article(o)).find_map(day).or_else(|| ld.iter().find_map(day))
}

fn publisher(ld: &[Value]) -> Option<String> {
    let name = |o: &Value| {
        o["publisher"]["name"].as_str().map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned)
    };
    ld.iter().filter(|o| is_article(o)).find_map(name)
}

/// The headline: of the article's data, the meta tags, the only `h1`, or the page's title.
fn title(page: &Document, ld: &[Value]) -> Option<String> {
    let headline = ld.iter().filter(|o| is_article(o)).find_map(|o| o["headline"].as_str().map(unescape));
    let tidy = |t: String| Some(squeeze(&t)).filter(|t| !t.is_empty());
    let heads = page.select("h1");
    let only = || (heads.length() == 1).then(|| heads.text().to_string());
    headline
        .and_then(tidy)
        .or_else(|| meta(page, &["og:title", "twitter:title"]).and_then(tidy))
        .or_else(|| only().and_then(tidy))
        .or_else(|| tidy(page.select("head > title").text().to_string()).map(|t| without_site(&t)))
}

/// "Headline | Site" without the site.
fn without_site(title: &str) -> String {
    [" | ", " - ", " — ", " – ", " » "]
        .iter()
        .filter_map(|mark| title.rsplit_once(mark))
        .map(|(head, _)| head.trim())
        .find(|head| head.split_whitespace().count() >= 4)
        .unwrap_or(title)
        .to_owned()
}

/// JSON-LD headlines are sometimes escaped twice.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    Document::fragment(text).text().to_string()
}

/// The article's text: one block a line.
fn body(page: Document) -> String {
    // A reader view climbs from every paragraph to the root, again and again.
    if too_deep(&page) {
        return lines(&page);
    }
    let config = Config::default();
    let Ok(mut reader) = Readability::with_document(page, None, Some(config)) else {
        return String::new();
    };
    let found = reader.parse().or_else(|_| reader.parse_with_policy(ParsePolicy::Raw));
    found.map(|article| lines(&Document::fragment(article.content))).unwrap_or_default()
}

/// The words of a piece of HTML, one block a line, without what no article needs.
pub fn lines(html: &Document) -> String {
    let mut lines = Lines::default();
    lines.write(&html.root(), false, 0);
    lines.end();
    lines.text
}

/// The page without the tags that nest deeper than any page that people wrote: a parser of HTML looks through
/// all open elements again and again, and a page made to hurt can have a million of them.
fn shallow(html: &str) -> Cow<'_, str> {
    // Elements that a later tag does not close by itself.
    const NESTING: [&str; 20] = [
        "div",
        "span",
        "section",
        "article",
        "main",
        "aside",
        "header",
        "footer",
        "ul",
        "ol",
        "dl",
        "table",
        "blockquote",
        "font",
        "b",
        "i",
        "em",
        "strong",
        "center",
        "small",
    ];
    const LIMIT: usize = 1000;
    let mut kept = String::new();
    let (mut depth, mut from) = (0usize, 0);
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        let (close, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let len = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if !NESTING.iter().any(|name| name.eq_ignore_ascii_case(&rest[..len])) {
            continue;
        }
        let drop = if close {
            depth = depth.saturating_sub(1);
            depth >= LIMIT
        } else {
            depth += 1;
            depth > LIMIT
        };
        if drop && at >= from {
            kept.push_str(&html[from..at]);
            kept.push(' ');
            from = html[at..].find('>').map_or(html.len(), |end| at + end + 1);
        }
    }
    if from == 0 {
        return Cow::Borrowed(html);
    }
    kept.push_str(html.get(from..).unwrap_or(""));
    Cow::Owned(kept)
}

/// True when elements nest deeper than any page that people wrote.
fn too_deep(page: &Document) -> bool {
    let mut left = vec![(page.root(), 0)];
    while let Some((node, depth)) = left.pop() {
        if depth > 2 * DEPTH {
            return true;
        }
        left.extend(node.children_it(false).filter(NodeRef::is_element).map(|child| (child, depth + 1)));
    }
    false
}

/// Pages nest deeply by accident; beyond this the words are taken without their blocks.
const DEPTH: usize = 200;

/// The text as it grows, and the line at hand.
#[derive(Default)]
struct Lines {
    text: String,
    line: String,
    /// Letters of the line at hand that lead elsewhere.
    linked: usize,
}

impl Lines {
    fn write(&mut self, node: &NodeRef, link: bool, depth: usize) {
        for child in node.children_it(false) {
            if child.is_text() {
                self.push(&child.text(), link);
                continue;
            }
            let Some(name) = child.node_name() else { continue };
            if DROPPED.contains(&name.as_ref()) || is_caption(&child) {
                continue;
            }
            let link = link || name.as_ref() == "a";
            if depth > DEPTH {
                self.push(&child.text(), link);
            } else if BLOCKS.contains(&name.as_ref()) {
                self.end();
                self.write(&child, link, depth + 1);
                self.end();
            } else {
                self.write(&child, link, depth + 1);
            }
        }
    }

    fn push(&mut self, words: &str, link: bool) {
        self.line.push_str(words);
        if link {
            self.linked += words.chars().filter(|c| c.is_alphanumeric()).count();
        }
    }

    /// Ends the line at hand, and keeps it if it belongs to the article.
    fn end(&mut self) {
        let tidy = squeeze(&self.line);
        let letters = tidy.chars().filter(|c| c.is_alphanumeric()).count();
        let teaser = self.linked * 10 >= letters * 9 && !is_sentence(&tidy);
        if letters > 0 && !teaser && !is_furniture(&tidy) {
            self.text.push_str(&tidy);
            self.text.push('\n');
        }
        self.line.clear();
        self.linked = 0;
    }
}

/// True when a line ends as sentences do.
fn is_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '\'', '”', '’', ')', ']']).ends_with(['.', '!', '?', '…'])
}

/// True for the short lines that sites put between paragraphs: buttons, credits, teasers of other pages.
fn is_furniture(line: &str) -> bool {
    const STARTS: [&str; 41] = [
        "advert",
        "also read",
        "also see",
        "click here",
        "comments",
        "continue reading",
        "copyright",
        "don't miss",
        "don’t miss",
        "download our",
        "filed under",
        "file photo",
        "follow us",
        "get the latest",
        "getty images",
        "image copyright",
        "image caption",
        "image credit",
        "image source",
        "(image:",
        "image:",
        "listen to",
        "more on this",
        "most read",
        "newsletter",
        "photo:",
        "photo by",
        "photo credit",
        "photograph:",
        "picture:",
        "read more",
        "read next",
        "recommended",
        "related",
        "see also",
        "see more",
        "share this",
        "sign up",
        "subscribe",
        "watch:",
        "you may also",
    ];
    let lower = line.to_lowercase();
    let lower = lower.trim_start_matches(['|', '•', '>', '»', '*', ' ', '[']);
    lower.starts_with('©')
        || line.split_whitespace().count() <= 14
            && STARTS.iter().any(|s| lower.starts_with(s))
            && !is_sentence(line)
}

/// Captions speak of pictures, which are often older than the article.
fn is_caption(node: &NodeRef) -> bool {
    let class = node.class().map(|c| c.to_ascii_lowercase()).unwrap_or_default();
    class
        .split([' ', '-', '_'])
        .any(|word| matches!(word, "caption" | "figcaption" | "thumbcaption" | "gallerytext"))
        && !node.has_name("body")
}

/// Runs of white space become one space.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page as publishers make them, with the given head.
    fn page(head: &str, top: &str) -> String {
        let filler = "The two governments said that the talks on the strait would go on in the autumn, and that \
                      their envoys, who had met twice this year, would return to their posts before the end of it. ";
        format!(
            "<!doctype html><html lang=en-GB><head>{head}</head><body><nav><a href=/>Home</a> <a href=/w>World</a></nav>\
             <article><h1>Avaria recalls its envoy</h1>{top}<figure><img src=a.jpg><figcaption>The envoy on May 1, \
             2011</figcaption></figure><p>Avaria recalled its <b>envoy</b> from Belmora on Monday.<p>{filler}<p>{filler}\
             <p>{filler}</article><footer>All rights reserved</footer></body></html>"
        )
    }

    #[test]
    fn the_body_stands_one_paragraph_a_line_without_navigation_and_captions() {
        let article = article("a".into(), &page("", ""), None);
        let lines: Vec<&str> = article.text.lines().collect();
        assert!(lines.contains(&"Avaria recalled its envoy from Belmora on Monday."), "{}", article.text);
        assert!(!article.text.contains("2011") && !article.text.contains("World"), "{}", article.text);
        assert_eq!(article.title.as_deref(), Some("Avaria recalls its envoy"));
        assert_eq!(article.language.as_deref(), Some("en-GB"));
        assert_eq!(
            (article.published, article.published_from),
            (None, DateSource::None),
            "a caption's day is not the article's"
        );
    }

    #[test]
    fn the_day_is_found_wherever_publishers_put_it() {
        let day = |head: &str, top: &str, url: Option<&str>| {
            let a = article("a".into(), &page(head, top), url);
            (a.published.map(|d| d.to_string()).unwrap_or_default(), a.published_from)
        };
        let monday = "2019-08-19".to_string();
        for head in [
            r#"<meta property="article:published_time" content="2019-08-19T08:00:00Z">"#,
            r#"<meta name="pubdate" content="20190819">"#,
            r#"<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite"},{"@type":"NewsArticle","datePublished":"2019-08-19"}]}</script>"#,
            r#"<script type="application/ld+json">[{"@type":["ReportageNewsArticle"],"datePublished":"2019-08-19T23:00-04:00","dateModified":"2020-01-01"}]</script>"#,
        ] {
            assert_eq!(day(head, "", None), (monday.clone(), DateSource::Markup), "{head}");
        }
        for top in [
            r#"<time datetime="2019-08-19">last Monday</time>"#,
            "<span itemprop=datePublished content=2019-08-19>x</span>",
        ] {
            assert_eq!(day("", top, None), (monday.clone(), DateSource::Markup), "{top}");
        }
        let several = r#"<time datetime="2019-08-19">a</time><time datetime="2019-08-01">b</time>"#;
        assert_eq!(day("", several, None).1, DateSource::None);
        assert_eq!(
            day("", "", Some("https://news.example/2019/08/19/envoy")),
            (monday.clone(), DateSource::Url)
        );
        assert_eq!(
            day("<link rel=canonical href=https://news.example/2019/08/19/envoy>", "", None),
            (monday, DateSource::Url)
        );
    }

    #[test]
    fn publisher_address_and_licence_are_kept() {
        let head = r#"<meta property=og:site_name content="The Strait Times-Picayune"><link rel=canonical href="https://news.example/envoy">
            <link rel=license href=https://creativecommons.org/licenses/by/4.0/>"#;
        let a = article("a".into(), &page(head, ""), Some("https://mirror.example/x"));
        assert_eq!(a.source.as_deref(), Some("The Strait Times-Picayune"));
        assert_eq!(a.url.as_deref(), Some("https://news.example/envoy"));
        assert_eq!(a.license.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
    }

    #[test]
    fn broken_and_empty_pages_do_not_fail() {
        for html in
            ["", "<", "<html>", "<p", "<script>{</script>", "<script type=application/ld+json>{</script><p>x"]
        {
            let _ = article("a".into(), html, None);
        }
        let deep = "<div>".repeat(50_000) + "words";
        assert_eq!(article("a".into(), &deep, None).text, "words\n");
    }
}
