//! Pages that nobody would write, and pages that were broken on the way: reading them ends, soon, and what comes out is
//! clean lines.

use std::time::{Duration, Instant};

use detente_intake::html::{self, Origin, Page};

const PROSE: &str = "The two governments said that the talks on the strait would go on in the autumn, and that their envoys, who \
                     had met twice this year, would return to their posts before the end of it.";

/// A page with everything that the reader looks at.
fn page() -> String {
    format!(
        r##"<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Avaria recalls envoy | The Strait Post</title>
        <meta property="og:site_name" content="The Strait Post"><meta name=author content="Ann Reed &amp; Tom Oak">
        <meta property="article:published_time" content="2019-08-19T08:00:00Z"><link rel=canonical href="https://news.example/a">
        <script type="application/ld+json">{{"@graph":[{{"@type":"NewsArticle","headline":"Avaria recalls envoy","datePublished":"2019-08-19","author":[{{"@type":"Person","name":"Ann Reed"}}]}}]}}</script>
        <style>p {{ color: red }}</style></head><body class="has-sidebar"><nav><ul><li><a href=/>Home</a><li><a href=/w>World</a></ul></nav>
        <main><article class="story-body"><header><h1>Avaria recalls envoy</h1><p class="byline">By <a rel=author href=/ann>Ann Reed</a> | <time datetime="2019-08-19">Monday</time></p></header>
        <figure><img src=a.jpg alt="x > y"><figcaption>The envoy in 2011</figcaption></figure>
        <p>{PROSE} &ldquo;We are&nbsp;ready&rdquo;, he said<sup><a href=#1>[1]</a></sup>.<p>{PROSE}<br>{PROSE}<blockquote>{PROSE}</blockquote>
        <h2>What next</h2><ul><li>First, {PROSE}<li>Then, {PROSE}</ul><table><tr><th>Day<td>Deaths<tr><td>Monday<td>10<sup>6</sup></table>
        <div class="share"><a href=#>Share</a></div><aside class="related"><h3><a href=/b>Belmora answers</a></h3><p>Short.</aside></article></main>
        <section id=comments><p>Somebody wrote that this was long ago foreseen.</section><footer>&copy; The Strait Post</footer></body></html>"##
    )
}

/// Small random numbers from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

/// Breaks a page in one to four places.
fn broken(page: &[u8], dice: &mut Dice) -> Vec<u8> {
    const PIECES: [&[u8]; 28] = [
        b"<",
        b">",
        b"\"",
        b"'",
        b"&",
        b"&#",
        b"&#x110000;",
        b"&amp",
        b"<!--",
        b"-->",
        b"</",
        b"<div>",
        b"</div>",
        b"</p>",
        b"<table>",
        b"</table>",
        b"<script>",
        b"</script>",
        b"<title>",
        b"<a href=\"",
        b"<![CDATA[",
        b"\0",
        b"\xff",
        b"\xc3",
        b"<q>",
        b"<br>",
        b"<sup>",
        b"\xe2\x80\x8b",
    ];
    let mut page = page.to_vec();
    for _ in 0..1 + dice.roll(4) {
        let at = dice.roll(page.len());
        let len = dice.roll(400).min(page.len() - at);
        match dice.roll(6) {
            0 => drop(page.drain(at..at + len)),
            1 => page.truncate(at),
            2 => {
                let piece = page[at..at + len].to_vec();
                let to = dice.roll(page.len());
                page.splice(to..to, piece);
            }
            3 => page.iter_mut().skip(at).take(1).for_each(|b| *b = dice.roll(256) as u8),
            _ => {
                let piece = PIECES[dice.roll(PIECES.len())];
                page.splice(at..at, piece.iter().copied().cycle().take(piece.len() * (1 + dice.roll(3))));
            }
        }
    }
    page
}

/// What holds of every page.
fn check(page: &Page) {
    for line in page.article.text.split_terminator('\n') {
        assert!(!line.trim().is_empty() && line.trim() == line, "{line:?}");
        assert!(!line.contains("  ") && !line.chars().any(char::is_control), "{line:?}");
    }
    assert!(page.article.text.is_empty() || page.article.text.ends_with('\n'));
    let wanted = |t: &Option<String>| t.as_ref().is_none_or(|t| !t.trim().is_empty() && !t.contains('\n'));
    let a = &page.article;
    for field in [&a.title, &a.author, &a.source, &a.language, &a.url, &a.license] {
        assert!(wanted(field), "{field:?}");
    }
    assert!(!a.text.is_empty() || page.no_article.is_some(), "an empty page says why");
}

#[test]
fn broken_pages_are_read_and_their_lines_are_clean() {
    let (whole, mut dice) = (page(), Dice(0x5eed_1234_abcd_0001));
    check(&html::page("a".into(), &whole, None));
    for _ in 0..20_000 {
        let bytes = broken(whole.as_bytes(), &mut dice);
        let text = detente_intake::charset::decode(&bytes, None);
        check(&html::page("a".into(), &text, Some("https://news.example/a")));
        let _ = html::read("a.html", "a".into(), &bytes, Origin::default());
    }
}

#[test]
fn noise_is_no_page_and_does_no_harm() {
    let mut dice = Dice(0x00dd_ba11);
    for _ in 0..2_000 {
        let bytes: Vec<u8> = (0..dice.roll(300)).map(|_| dice.roll(256) as u8).collect();
        let _ =
            html::read("a.html", "a".into(), &bytes, Origin { address: Some("x"), charset: Some("utf-16") });
        let soup: String = (0..dice.roll(300))
            .map(|_| ["<", ">", "a", "b", "/", "\"", "=", " ", "p", "&", ";", "é"][dice.roll(12)])
            .collect();
        check(&html::page("a".into(), &soup, None));
    }
}

/// Reads a page of some ten megabytes that was made to hurt. What grows with the square of its length takes hours.
fn soon(what: &str, page: &str) -> Page {
    let start = Instant::now();
    let read = html::page("a".into(), page, None);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{what} took {took:?}");
    read
}

#[test]
fn a_million_of_anything_takes_seconds() {
    const N: usize = 1_000_000;
    for piece in [
        "<div>",
        "<b>",
        "<p>",
        "<a href=x>",
        "<a>x",
        "<li>",
        "<ul><li>",
        "<table><tr><td>",
        "<h1>",
        "<sup>1",
        "<q>",
        "<font class=a><p>",
        "</div>",
        "</b><i>",
        "<title>",
        "<textarea>",
        "<script>",
        "<!--",
        "<!",
        "<?",
        "<a b=\"",
        "<a b='\"",
        "&",
        "&#1;",
        "&am",
        "<br>",
        "<br>x",
        "<td>",
        "<option>",
        "<body a=b>",
        "<html a>",
        "<meta name=author content=x>",
        "<span itemprop=author>x",
        "<div class=byline>x",
        "<time>x",
        "<link rel=canonical href=x>",
        "<svg>",
        "<noscript>",
        "<blockquote>x.",
        "<div class=related>x",
        "<dd><dt>",
        "x<",
        "<>",
        "</>",
        "<svg/>",
        "<x-y>",
        "\u{ad}",
        " ",
        "\u{a0}x",
    ] {
        soon(piece, &piece.repeat(N));
        soon(piece, &format!("<div><table><td>{}{}", "<section>".repeat(280), piece.repeat(N / 10)));
    }
}

#[test]
fn giant_attributes_texts_and_scripts_take_seconds() {
    let long = "x ".repeat(8 << 20);
    for page in [
        format!("<p class=\"{long}\">x"),
        format!("<p {long}>x"),
        format!("<p style='{long}'>x"),
        format!("<p>{long}"),
        format!("<title>{long}</title>"),
        format!("<h1>{long}</h1>"),
        format!(
            "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{long}\",\"author\":\"{long}\"}}</script>"
        ),
        format!("<script type=application/ld+json>{}</script>", "[".repeat(8 << 20)),
        format!("<meta name=author content=\"{long}\">"),
        format!("<div class=byline>{long}</div><p>{PROSE}"),
        format!("{}<p>{PROSE}", "<div class=byline>".repeat(250) + &long),
    ] {
        soon(&page[..40], &page);
    }
}

#[test]
fn deep_nesting_costs_no_words() {
    let deep = format!("{}words", "<div>".repeat(1_000_000));
    assert_eq!(soon("nesting", &deep).article.text, "words\n");
    let deep = format!(
        "{}<p>{PROSE}</p>{}<p>{PROSE} Then.</p>",
        "<div><span>".repeat(5_000),
        "</span></div>".repeat(5_000)
    );
    assert_eq!(soon("nesting", &deep).article.text, format!("{PROSE}\n{PROSE} Then.\n"));
}

#[test]
fn a_page_of_too_many_elements_says_so() {
    let page = format!("<p>{PROSE}</p>{}", "<i>x</i>".repeat(3 << 20));
    let read = html::read("a.html", "a".into(), page.as_bytes(), Origin::default());
    let (article, left_out) = read.expect("its beginning is an article");
    assert!(article.text.starts_with(PROSE));
    assert!(left_out[0].to_string().contains("more elements"), "{}", left_out[0]);
}
