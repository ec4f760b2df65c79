//! A news page to an article: the body without what stands around it, one paragraph, heading or item of a list a line, and
//! what the page says of itself: title, authors, day, language, address, publisher, licence.
//!
//! The stages, each one pass over what the last one made: bytes to characters ([`crate::charset`]), characters to a tree
//! (`tree.rs`), the tree to lines of which the article is chosen (`blocks.rs`), and the head (`head.rs`). Class
//! names and phrases are data (`furniture.toml`). How good that is on pages of others, and how fast:
//! `bench/pages/README.md`.
//!
//! The day is looked for where publishers put it, most trusted first: linked data, meta tags, time elements, the
//! address, and a date line at the top of the text. Days of captions and archive notes are never asked: captions are
//! no part of the text, [`Page`] has them apart.

mod blocks;
mod body;
mod furniture;
mod head;
mod tag;
mod tree;
mod words;

use detente::article::{Article, DateSource};
use jiff::civil::Date;

use self::blocks::Blocks;
use self::body::Body;
use self::head::Head;
use self::tree::Tree;
use crate::problem::{Kind, Problem};
use crate::{charset, day, text};

/// What is known of a page before it is read: of a file nothing, of a page out of an archive of the web what the
/// server said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// The address it was fetched from.
    pub address: Option<&'a str>,
    /// The character set that the server named, as in `Content-Type: text/html; charset=utf-8`.
    pub charset: Option<&'a str>,
}

/// A page that was read.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The article.
    pub article: Article,
    /// The captions of its pictures, which are no part of its text: they speak of other days.
    pub captions: Vec<String>,
    /// Why the page is no article, where it is none; a sentence without its subject ("this is an error page").
    pub no_article: Option<&'static str>,
    /// True where the page has more elements than are kept (4 million) and its end was not read.
    pub cut: bool,
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
    let page = page(id, &charset::decode(bytes, declared.as_deref()), origin.address);
    if let Some(what) = page.no_article {
        let mend = "give the article's own page, or its text with --from text";
        return Err(Problem::new(Kind::NoArticle, file, what, mend));
    }
    let mut left_out = Vec::new();
    if page.cut {
        left_out.push(Problem::new(
            Kind::Field,
            file,
            "this page has more elements than any that people read",
            "give the article's own page; the article is read from the beginning of this one",
        ));
    }
    let broken = page.article.text.matches('\u{fffd}').count();
    if broken > 0 {
        let what = format!("{broken} characters of the text are broken (they stand as \u{fffd})");
        left_out.push(Problem::new(
            Kind::Field,
            file,
            what,
            "save the page again in one character set; the article is read with them",
        ));
    }
    Ok((page.article, left_out))
}

/// The article of one page. `address` is where it came from, if known. A page without a body gives an empty
/// text.
pub fn article(id: String, html: &str, address: Option<&str>) -> Article {
    page(id, html, address).article
}

/// Reads a page. `address` is where it came from, if known.
pub fn page(id: String, html: &str, address: Option<&str>) -> Page {
    let tree = Tree::read(html);
    let head = Head::of(&tree);
    let mut blocks = Blocks::of(&tree, false);
    let (title, told) = (head.title(), head.told_body());
    let find = |blocks: &Blocks| Body::find(blocks, &tree, title.as_deref(), told.as_deref());
    let mut body = find(&blocks);
    if body.text.is_empty() {
        blocks = Blocks::of(&tree, true);
        body = find(&blocks);
    }
    // Between the headline and the body stand the byline and the day.
    let headline = head.h1.iter().rev().copied().find(|n| *n < body.begins);
    let before = headline.unwrap_or_else(|| body.begins.saturating_sub(200))..body.begins;
    let author = head.author(before.clone());
    let url = head.address(address);
    let (published, published_from) = published(
        head.day(&before),
        url.as_deref().or(address),
        &lines_between(&blocks, &tree, &before, body.begins),
        &body.text,
    );
    if let Some(told) = told
        && is_fuller(&told, &body.text)
    {
        body.text = told;
    }
    let no_article = why_none(&head, &blocks, &body, address);
    let source = head.publisher(url.as_deref());
    Page {
        article: Article {
            id,
            title,
            published,
            published_from,
            source,
            license: head.license(),
            language: head.language(),
            author,
            url,
            text: body.text,
            ..Article::default()
        },
        captions: body.captions,
        cut: tree.cut,
        no_article,
    }
}

/// The words of a piece of markup that is no page, as feeds have them: one paragraph, heading or item of a list a line, without
/// captions and without lines that are known to be furniture ("Continue reading"). Where nothing else is left, all lines.
pub fn fragment(html: &str) -> String {
    let tree = Tree::read(html);
    let blocks = Blocks::of(&tree, true);
    let lines = |all: bool| {
        let kept = blocks.list.iter().filter(|b| {
            let line = blocks.words(b);
            let links = b.linked > 0 && b.linked * 10 >= b.letters * 9 && !b.sentence;
            all || !(b.kind == blocks::Kind::Caption || links || furniture::is_line(line))
        });
        kept.map(|b| format!("{}\n", blocks.words(b))).collect::<String>()
    };
    let text = lines(false);
    if text.is_empty() { lines(true) } else { text }
}

/// The lines between the headline and the body.
fn lines_between<'b>(
    blocks: &'b Blocks,
    tree: &Tree,
    before: &std::ops::Range<usize>,
    begins: usize,
) -> Vec<&'b str> {
    let (from, to) = (blocks.range(tree, before.start).start, blocks.range(tree, begins).start);
    let lines = blocks.list.get(from..to).unwrap_or_default();
    lines.iter().filter(|b| b.kind != blocks::Kind::Caption).take(40).map(|b| blocks.words(b)).collect()
}

/// The day of publication out of what the markup, the address, the lines under the headline and the body say.
fn published(
    marked: Option<Date>,
    url: Option<&str>,
    between: &[&str],
    body: &str,
) -> (Option<Date>, DateSource) {
    let line = |updated| between.iter().find_map(|l| day::of_line(l).or_else(|| day::in_byline(l, updated)));
    let shown = line(false);
    if let Some(marked) = marked {
        // Markup is often in the time of Greenwich: an evening in Washington is the next day there. The day that readers
        // see is the one that "today" in the article means.
        let beside = |d: &Date| (*d - marked).get_days().abs() == 1;
        let folder = || url.and_then(day::of_folder).filter(|d| beside(d) && *d < marked && shown.is_none());
        let near = shown.filter(beside).or_else(folder);
        return (Some(near.unwrap_or(marked)), DateSource::Markup);
    }
    url.and_then(day::of_url)
        .map(|d| (d, DateSource::Url))
        .or_else(|| shown.or_else(|| text::date(body)).or_else(|| line(true)).map(|d| (d, DateSource::Text)))
        .map_or((None, DateSource::None), |(d, from)| (Some(d), from))
}

/// True when the body in the page's data is the one that the page shows the beginning of.
fn is_fuller(told: &str, shown: &str) -> bool {
    let (long, short) = (words::letters(told), words::letters(shown));
    if long < 400 || short * 5 > long * 2 {
        return false;
    }
    let key = |line: &str| line.chars().filter(|c| c.is_alphanumeric()).take(40).collect::<String>();
    let start = shown.lines().map(key).find(|k| k.len() >= 20);
    let whole: String = told.chars().filter(|c| c.is_alphanumeric()).take(20_000).collect();
    start.is_none_or(|start| whole.contains(&start))
}

/// Why a page is no article, if it is none.
fn why_none(head: &Head, blocks: &Blocks, body: &Body, address: Option<&str>) -> Option<&'static str> {
    const LIST: &str = "this is a list of headlines and no article";
    let letters = words::letters(&body.text);
    let headlines = blocks.list.iter().filter(|b| b.is_teaser()).count();
    if letters == 0 {
        return Some(match headlines {
            _ if furniture::is_error(&head.page_title()) => "this is an error page",
            12.. => LIST,
            _ => "no article text was found in this page",
        });
    }
    if letters < 600 && furniture::is_error(&head.page_title()) {
        return Some("this is an error page");
    }
    if letters < 250 && blocks.list.iter().take(2000).any(|b| furniture::is_paywall(blocks.words(b))) {
        return Some("this page shows only the beginning of an article, before a paywall");
    }
    if letters < 300 && body.text.lines().any(furniture::is_script_wall) {
        return Some("this page shows its article only to a browser that runs its scripts");
    }
    // Lists of headlines: much that leads elsewhere, little to read, and no word that it is an article. A column of them
    // beside an article is none.
    let home = address.is_some_and(head::is_home);
    let list = headlines >= 12 && (letters < 150 || home && letters < 200 * headlines)
        || body.teasers >= 12 && letters < 150 * body.teasers;
    if list && !head.says_article() {
        return Some(LIST);
    }
    None
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
        let two = r#"<p>Updated <time datetime="2019-08-20">a</time>, published <time datetime="2019-08-19">b</time></p>"#;
        assert_eq!(day("", two, None), (monday.clone(), DateSource::Markup));
        let teasers = r#"<time datetime="2019-08-19">a</time><time datetime="2019-08-01">b</time></body>"#;
        let teasers = page("", "").replace("</body>", teasers);
        assert_eq!(article("a".into(), &teasers, None).published, None);
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
    fn the_day_that_readers_see_is_the_day_of_the_place() {
        let utc = r#"<meta property="article:published_time" content="2019-08-20T01:10:00Z">"#;
        let day = |top: &str, url: Option<&str>| {
            article("a".into(), &page(utc, top), url).published.map(|d| d.to_string())
        };
        assert_eq!(day("<p>Ann Reed - Aug 19, 2019, 8:10 pm CST</p>", None).as_deref(), Some("2019-08-19"));
        assert_eq!(day("", Some("https://news.example/2019/08/19/envoy")).as_deref(), Some("2019-08-19"));
        assert_eq!(
            day("<p>Aug 20, 2019</p>", Some("https://news.example/2019/08/19/envoy")).as_deref(),
            Some("2019-08-20")
        );
        assert_eq!(
            day("<p>Aug 2, 2019</p>", None).as_deref(),
            Some("2019-08-20"),
            "another day is of something else"
        );
        assert_eq!(day("", None).as_deref(), Some("2019-08-20"));
    }

    #[test]
    fn publisher_address_and_licence_are_kept() {
        let head = r#"<meta property=og:site_name content="The Strait Times-Picayune"><link rel=canonical href="https://news.example/envoy">
            <link rel=license href=https://creativecommons.org/licenses/by/4.0/>"#;
        let a = article("a".into(), &page(head, ""), Some("https://m.news.example/x?utm=1"));
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
