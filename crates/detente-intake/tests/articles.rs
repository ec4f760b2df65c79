//! Pages of every make, written for these tests: what is read is the article and nothing else.

use detente::article::DateSource;
use detente_intake::html::{self, Origin, Page};
use detente_intake::problem::Kind;

/// Three paragraphs of an article.
const A: &str =
    "Avaria recalled its ambassador from Belmora on Monday after shots were fired across the strait.";
const B: &str = "The foreign minister, Ilse Varga, told reporters in Morstad that talks would not go on while guns spoke.";
const C: &str =
    "Belmora denied that its soldiers had fired, and asked the League of the Strait for an inquiry.";

fn page(html: &str) -> Page {
    html::page("a".into(), html, None)
}

fn text(html: &str) -> String {
    page(html).article.text
}

/// A page with this inside of its body.
fn with(body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>Envoy recalled | The Strait Post</title></head><body>{body}</body></html>"
    )
}

fn three() -> String {
    format!("{A}\n{B}\n{C}\n")
}

#[test]
fn paragraphs_of_any_make_are_lines() {
    for body in [
        format!("<div><p>{A}</p><p>{B}</p><p>{C}</p></div>"),
        format!("<div><p>{A}<p>{B}<p>{C}</div>"),
        format!("<div>{A}<br><br>{B}<br/><br/>{C}</div>"),
        format!("<div>{A}<br>{B}<br>{C}</div>"),
        format!("<div><div>{A}</div><div>{B}</div><div>{C}</div></div>"),
        format!("<div><span>{A}</span><p></p>{B}<p>&nbsp;</p><section>{C}</section></div>"),
        format!(
            "<table><tr><td width=100><a href=/>Home</a><br><a href=/w>World</a></td><td><p>{A}</p><p>{B}</p><p>{C}</p></td></tr></table>"
        ),
        format!("<font size=2>{A}<p>{B}<p>{C}</font>"),
        format!("<form action=/ method=post id=aspnetForm><div><p>{A}</p><p>{B}</p><p>{C}</p></div></form>"),
        format!("<noscript><p>{A}</p><p>{B}</p><p>{C}</p></noscript><div id=app></div>"),
        format!("<div style='display:none'><p>{A}</p><p>{B}</p><p>{C}</p></div>"),
        format!("<amp-story><amp-layout><p>{A}</p><p>{B}</p><p>{C}</p></amp-layout></amp-story>"),
        format!("<div><p class=print>{A}</p><p class=print>{B}</p><p class=print>{C}</p></div>"),
        format!(
            "<div><div class='list-box'>{A}</div><div class='list-box'>{B}</div><div class='list-box'>{C}</div></div>"
        ),
        format!("<div class='social-promo'><div><p>{A}</p><p>{B}</p></div><p>{C}</p></div>"),
        format!("<p>{A}</p></div></td></section><p>{B}</p></body></html><p>{C}</p>"),
        format!(
            "<article><section><p>{A}</p></section><div class=ad-slot>Advertisement</div><section><p>{B}</p></section><section><p>{C}</p></section></article>"
        ),
    ] {
        assert_eq!(text(&with(&body)), three(), "{body}");
    }
}

#[test]
fn what_stands_around_an_article_is_not_of_it() {
    let article = format!("<h1>Envoy recalled</h1><p>{A}</p><p>{B}</p><p>{C}</p>");
    for around in [
        "<nav><ul><li><a href=/>Home</a><li><a href=/w>World</a></ul></nav>{}",
        "<div class=menu><a href=/>Home</a> <a href=/w>World</a></div>{}",
        "{}<div class='share-bar'><a href=#>Facebook</a><a href=#>Twitter</a></div>",
        "{}<div class=related><h3>More</h3><p>Belmora answered the recall with a recall of its own on Tuesday, a paper said.</p></div>",
        "{}<section id=comments><p>I have always said that this strait would be trouble, and nobody listened to me at all.</p></section>",
        "{}<div class=newsletter-signup><p>Sign up for our newsletter and get the news of the strait every morning.</p></div>",
        "<div id=cookie-banner><p>We use cookies to make this site work. By going on you agree to our use of them.</p></div>{}",
        "{}<footer><p>The Strait Post is published in Morstad by Strait Media. All rights reserved to the publisher.</p></footer>",
        "{}<p>Read more: <a href=/b>Guns on the strait</a></p>",
        "{}<p><a href=/b>Belmora moves its guns closer to the shore</a></p>",
        "{}<div class=author-bio><p>Ann Reed has written about the strait for ten years.</p></div>",
        "<p class=byline>By Ann Reed</p><p class=date>Monday, August 19, 2019</p>{}",
        "{}<p>3 hours ago</p>",
        "{}<div class=tags>Tags: <a href=/t/a>Avaria</a>, <a href=/t/b>Belmora</a></div>",
        "{}<div hidden>This text is shown to nobody before a button is pressed.</div>",
        "{}<div role=complementary><p>The weather in Morstad will be fair on Tuesday, with some wind.</p></div>",
        "{}<script>document.write('<p>This is a script and no text of the article at all.</p>')</script><style>p { color: red }</style>",
        "{}<figure><img src=a.jpg><figcaption>The ambassador in May 2011. Photo: Strait Media.</figcaption></figure>",
        "{}<p>&copy; 2019 The Strait Post</p>",
    ] {
        let body = around.replace("{}", &format!("<div class=story>{article}</div>"));
        assert_eq!(text(&with(&body)), three(), "{around}");
        // The same inside of the part that holds the article.
        let body = format!("<div class=story>{}</div>", around.replace("{}", &article));
        assert_eq!(text(&with(&body)), three(), "inside: {around}");
    }
}

#[test]
fn what_belongs_to_an_article_stays() {
    for (inside, wanted) in [
        ("<h2>Shots at noon</h2>", "Shots at noon\n"),
        (
            "<ul><li>One soldier was hurt.</li><li>Two boats were sunk</li></ul>",
            "One soldier was hurt.\nTwo boats were sunk\n",
        ),
        (
            "<blockquote><p>We will not be shelled into talks.</p></blockquote>",
            "We will not be shelled into talks.\n",
        ),
        ("<p>“Never,” said Varga.</p>", "“Never,” said Varga.\n"),
        ("<p>He said: <q>Never again.</q></p>", "He said: “Never again.”\n"),
        ("<p>No.</p>", "No.\n"),
        (
            "<p>The <a href=/l>League of the Strait</a> meets on <a href=/f>Friday</a>.</p>",
            "The League of the Strait meets on Friday.\n",
        ),
        (
            "<table><tr><th>Side</th><th>Dead</th></tr><tr><td>Avaria</td><td>3</td></tr></table>",
            "Side\nDead\nAvaria\n3\n",
        ),
        ("<p>The <em>Morning Star</em>, a boat, sank.</p>", "The Morning Star, a boat, sank.\n"),
    ] {
        let body = format!("<div><p>{A}</p><p>{B}</p>{inside}<p>{C}</p></div>");
        assert_eq!(text(&with(&body)), format!("{A}\n{B}\n{wanted}{C}\n"), "{inside}");
    }
}

#[test]
fn words_are_neither_glued_nor_cut() {
    for (html, wanted) in [
        ("The ship<b>yard</b> burnt.", "The shipyard burnt."),
        ("The <b>ship</b> <i>yard</i> burnt.", "The ship yard burnt."),
        ("Ministers met.<br>Nobody spoke.", "Ministers met.\nNobody spoke."),
        ("The two ministers<br>met at noon.", "The two ministers met at noon."),
        ("The diplo&shy;mats met.", "The diplomats met."),
        ("The diplo\u{200b}mats\u{feff} met.", "The diplomats met."),
        ("The&nbsp;diplomats&#160;met.", "The diplomats met."),
        (
            "AT&amp;T &ldquo;left&rdquo; caf&eacute; &#8220;Noon&#x201d; &#146;til late.",
            "AT&T “left” café “Noon” ’til late.",
        ),
        ("Fish &amp chips, R&D and A & B.", "Fish & chips, R&D and A & B."),
        ("He spoke<sup>1</sup> and left.<sup><a href=#2>[2]</a></sup>", "He spoke and left."),
        ("10<sup>6</sup> men marched on the 19<sup>th</sup>.", "10^6 men marched on the 19th."),
        ("A   line\n\tof \r\n words .", "A line of words ."),
        ("5 < 6 and 7 > 6 they said.", "5 < 6 and 7 > 6 they said."),
        ("Ilse Varga<span class=tooltip>Minister since 2011</span> left.", "Ilse Varga left."),
        ("<span>One</span><span> two</span>, said Varga.", "One two, said Varga."),
        ("Talks <!-- not --> failed.", "Talks failed."),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby> is a sign.", "漢 is a sign."),
    ] {
        let body = format!("<div><p>{A}</p><p>{html}</p><p>{C}</p></div>");
        assert_eq!(text(&with(&body)), format!("{A}\n{wanted}\n{C}\n"), "{html}");
    }
}

#[test]
fn what_is_said_twice_is_read_once() {
    let pull = format!(
        "<p>{A}</p><p>{B}</p><blockquote class=pullquote>Talks would not go on while guns spoke.</blockquote><p>{C}</p>"
    );
    assert_eq!(text(&with(&format!("<div>{pull}</div>"))), three());
    let twice = format!(
        "<div class=mobile><p>{A}</p><p>{B}</p><p>{C}</p></div><div class=desktop><p>{A}</p><p>{B}</p><p>{C}</p></div>"
    );
    assert_eq!(text(&with(&format!("<main>{twice}</main>"))), three());
}

#[test]
fn a_list_of_teasers_in_an_article_is_left_out() {
    let teaser = |n: u32| {
        format!(
            "<div class=item><h3><a href=/{n}>Belmora sends ship number {n} to the strait</a></h3><p>The ship left the port of Kel at dawn on day {n}, a spokesman said.</p></div>"
        )
    };
    let teasers: String = (1..8).map(teaser).collect();
    let body = format!(
        "<div class=page><div class=x><h1>Envoy recalled</h1><p>{A}</p><p>{B}</p><p>{C}</p></div><div class=y>{teasers}</div></div>"
    );
    assert_eq!(text(&with(&body)), three());
}

#[test]
fn of_several_articles_the_one_of_the_title_is_read() {
    let other = "Fishermen of Kel came home without a catch for the third day, and said that the guns had driven the fish away. ".repeat(4);
    let body = format!(
        "<main><article><h1>No fish at Kel</h1><p>{other}</p></article><article><h1>Envoy recalled</h1><p>{A}</p><p>{B}</p><p>{C}</p></article></main>"
    );
    let html = with(&body).replace("<head>", "<head><meta property=og:title content='Envoy recalled'>");
    // Each is long enough to be an article.
    assert_eq!(text(&html.replace(C, &format!("{C} {C} {C}"))), format!("{A}\n{B}\n{C} {C} {C}\n"));
}

#[test]
fn a_live_blog_keeps_its_entries_and_loses_its_furniture() {
    let entry = |time: &str, what: &str| {
        format!(
            "<article class=block><p class=block-time><time datetime=2019-08-19T{time}Z>{time} GMT</time></p><h2>At {time}</h2><p>{what}</p><div class=share>Share on Facebook</div></article>"
        )
    };
    let body = format!(
        "<main><h1>Envoy recalled: live</h1>{}{}{}</main>",
        entry("10:00", A),
        entry("11:00", B),
        entry("12:00", C)
    );
    let found = text(&with(&body));
    for (what, there) in [(A, true), (B, true), (C, true), ("GMT", false), ("Facebook", false)] {
        assert_eq!(found.contains(what), there, "{what} in {found}");
    }
}

#[test]
fn the_body_of_the_data_is_taken_where_the_page_shows_its_beginning_alone() {
    let told = format!("{A}\\n\\n{B}\\n\\n{C} {C} {C} {C} {C}");
    let data = format!(
        "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{told}\"}}</script>"
    );
    let whole = format!("{A}\n{B}\n{C} {C} {C} {C} {C}\n");
    assert_eq!(text(&with(&format!("{data}<p>{A}</p>"))), whole);
    assert_eq!(text(&with(&data)), whole);
    let other = "Fishermen of Kel came home without a catch for the third day in a row.";
    assert_eq!(
        text(&with(&format!("{data}<p>{other}</p>"))),
        format!("{other}\n"),
        "that is another article"
    );
}

#[test]
fn an_inserted_box_is_told_from_the_article_by_the_data() {
    let data = format!(
        "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{A} {B} {C}\"}}</script>"
    );
    let insert = "Our reporters work day and night on the strait, and readers pay for it.";
    assert_eq!(
        text(&with(&format!("{data}<div><p>{A}</p><p>{B}</p><p>{insert}</p><p>{C}</p></div>"))),
        three()
    );
}

#[test]
fn captions_stand_apart() {
    let body = format!(
        "<div><p>{A}</p><figure><img><figcaption>Shells in 2011.</figcaption></figure><p>{B}</p><div class='image-caption'>The port of Kel.</div><p>{C}</p></div>"
    );
    let page = page(&with(&body));
    assert_eq!(page.article.text, three());
    assert_eq!(page.captions, ["Shells in 2011.", "The port of Kel."]);
}

#[test]
fn head_is_believed_where_it_is_right() {
    let head = r#"<base href="https://other.example/"><meta name=author content="Ann Reed and Tom Oak">
        <meta property=og:title content="Envoy recalled from Belmora - The Strait Post"><meta property=og:site_name content="The Strait Post">
        <meta property=og:locale content=en_GB><a rel="license nofollow" href=https://creativecommons.org/licenses/by/4.0/>CC BY</a>"#;
    let html = with(&format!("<p>{A}</p><p>{B}</p>"))
        .replace("<head>", &format!("<head>{head}"))
        .replace(" lang=en", "");
    let article =
        html::article("a".into(), &html, Some("https://www.strait.example/world/envoy?utm_source=x"));
    assert_eq!(article.title.as_deref(), Some("Envoy recalled from Belmora"));
    assert_eq!(article.author.as_deref(), Some("Ann Reed; Tom Oak"));
    assert_eq!(article.source.as_deref(), Some("The Strait Post"));
    assert_eq!(article.language.as_deref(), Some("en-GB"));
    assert_eq!(article.license.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
    assert_eq!(article.url.as_deref(), Some("https://www.strait.example/world/envoy?utm_source=x"));
    let plain =
        html::article("a".into(), &with(&format!("<p>{A}</p>")), Some("https://www.strait.example/envoy"));
    assert_eq!(plain.source.as_deref(), Some("strait.example"), "the host where nothing is said");
    assert_eq!(plain.author, None);
}

#[test]
fn the_canonical_address_is_believed_on_its_own_site() {
    let url = |canonical: &str, address: Option<&str>| {
        let html = with(&format!("<p>{A}</p>"))
            .replace("<head>", &format!("<head><link rel=canonical href='{canonical}'>"));
        html::article("a".into(), &html, address).url
    };
    let given = Some("https://m.strait.example/envoy?amp=1");
    for (canonical, address, wanted) in [
        ("https://www.strait.example/envoy", given, Some("https://www.strait.example/envoy")),
        ("/envoy", given, Some("https://m.strait.example/envoy")),
        ("https://www.strait.example/", given, given),
        ("https://elsewhere.example/envoy", given, given),
        ("https://elsewhere.example/envoy", None, Some("https://elsewhere.example/envoy")),
        ("https://www.strait.example", None, None),
        ("/envoy", None, None),
        ("", given, given),
    ] {
        assert_eq!(url(canonical, address).as_deref(), wanted, "{canonical} at {address:?}");
    }
}

#[test]
fn authors_come_from_wherever_they_stand() {
    for (head, top, wanted) in [
        (
            r#"<script type="application/ld+json">{"@type":"NewsArticle","author":[{"@type":"Person","name":"Ann Reed"},{"name":"Tom Oak"}]}</script>"#,
            "",
            "Ann Reed; Tom Oak",
        ),
        (
            r#"<script type="application/ld+json">{"@graph":[{"@type":"Article","author":{"@id":"/ann"}},{"@type":"Person","@id":"/ann","name":"Ann Reed"}]}</script>"#,
            "",
            "Ann Reed",
        ),
        (
            r#"<meta property="article:author" content="https://facebook.example/ann"><meta name=byl content="By ANN REED">"#,
            "",
            "ANN REED",
        ),
        ("", "<p class=byline>By <a href=/ann>Ann Reed</a>, Foreign Editor</p>", "Ann Reed"),
        ("", "<p><a rel=author href=/ann>Ann Reed</a></p>", "Ann Reed"),
        (
            "",
            "<p itemprop=author itemscope><span itemprop=name>Ann Reed</span> <a>ann@strait.example</a></p>",
            "Ann Reed",
        ),
        ("<meta name=author content=admin>", "", ""),
    ] {
        let html = with(&format!(
            "<article><h1>Envoy recalled</h1>{top}<p>{A}</p><p>{B}</p></article><p class=byline>By Li Fen</p>"
        ));
        let article = html::article("a".into(), &html.replace("<head>", &format!("<head>{head}")), None);
        assert_eq!(article.author.as_deref().unwrap_or(""), wanted, "{head}{top}");
    }
}

#[test]
fn a_byline_under_the_headline_gives_the_day() {
    let html = with(&format!(
        "<h1>Envoy recalled</h1><div>By Ann Reed</div><div>Published: 19 August 2019, 10:30 GMT</div><p>{A}</p><p>{B}</p>"
    ));
    let article = html::article("a".into(), &html, None);
    assert_eq!(
        (article.published, article.published_from),
        (Some(jiff::civil::date(2019, 8, 19)), DateSource::Text)
    );
    assert_eq!(article.text, format!("{A}\n{B}\n"));
}

#[test]
fn pages_that_are_no_article_say_why() {
    let links: String = (0..40)
        .map(|n| format!("<li><a href=/{n}>Ship number {n} of the strait fleet leaves port</a></li>"))
        .collect();
    for (html, wanted) in [
        (with("<div id=app></div>"), "no article text was found"),
        (String::new(), "no article text was found"),
        (with("<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"), "runs its scripts"),
        ("<title>404 Not Found</title><h1>Not Found</h1><p>The page that you asked for is not on this server.</p>".into(), "this is an error page"),
        ("<title>Just a moment...</title><p>Checking your browser before you go on to the site.</p>".into(), "this is an error page"),
        (with(&format!("<ul>{links}</ul><p>The Strait Post brings the news of both shores.</p>")), "list of headlines"),
        (with("<h1>Envoy recalled</h1><p>Avaria recalled its ambassador on Monday.</p><div class=wall>Subscribe to continue reading.</div>"), "before a paywall"),
    ] {
        let problem = html::read("x.html", "x".into(), html.as_bytes(), Origin::default()).expect_err(&html);
        assert_eq!(problem.kind, Kind::NoArticle);
        assert!(problem.to_string().contains(wanted), "{problem}");
    }
    let cards: String = (0..20).map(|n| format!("<section><h2><a href=/{n}>Ship number {n} of the strait fleet leaves port</a></h2><p>{}</p></section>", [A, B, C][n % 3])).collect();
    let home = html::read(
        "x.html",
        "x".into(),
        with(&format!("<main>{cards}</main>")).as_bytes(),
        Origin::default(),
    );
    assert!(home.expect_err("a front page").to_string().contains("list of headlines"));
    let beside =
        with(&format!("<table><tr><td>{links}<td><p>{A}</p><p>{B}</p><p>{C}</p><td>{links}</table>"));
    let (article, _) =
        html::read("x.html", "x".into(), beside.as_bytes(), Origin::default()).expect("an old page");
    assert_eq!(article.text, three());
    let with_links = with(&format!(
        "<article><h1>Envoy recalled</h1><p>{A}</p><p>{B}</p><p>{C}</p></article><ul>{links}</ul>"
    ));
    let html = with_links.replace("<head>", "<head><meta property=og:type content=article>");
    assert!(html::read("x.html", "x".into(), html.as_bytes(), Origin::default()).is_ok());
}

#[test]
fn broken_characters_are_named_and_cost_nothing() {
    let mut bytes = with(&format!("<p>{A}</p><p>Zürich – {B}</p>")).into_bytes();
    let at = bytes.len() - 40;
    bytes.splice(at..at, *b"\xe2\x80 ");
    let (article, left_out) =
        html::read("x.html", "x".into(), &bytes, Origin::default()).expect("an article");
    assert!(article.text.contains("Zürich – "), "{}", article.text);
    assert!(left_out[0].to_string().contains("1 characters of the text are broken"), "{}", left_out[0]);
    assert!(left_out[0].article_was_read());
}

#[test]
fn the_server_knows_the_charset() {
    let (bytes, ..) = encoding_rs::ISO_8859_15
        .encode("<p>Le prix est passé à 5 € dès lundi, a dit le ministère de la pêche d'Avaria.</p>");
    let origin = Origin { charset: Some("iso-8859-15"), ..Origin::default() };
    let (article, _) = html::read("x.html", "x".into(), &bytes, origin).expect("an article");
    assert!(article.text.contains("5 €"), "{}", article.text);
}
