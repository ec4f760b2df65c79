//! Feeds as publishers write them: three forms, and what goes wrong in them.

use detente::article::{Article, DateSource};
use detente_intake::feed::{self, Feed};
use detente_intake::html::Origin;
use detente_intake::{Input, Intake, Kind, Options, Problem};

/// An English text, long enough to be known as one.
const TEXT: &str =
    "Avaria recalled its envoy from Belmora on Monday and said that the talks on the strait would not go on.";

fn read(bytes: impl AsRef<[u8]>) -> Feed {
    feed::read("feed", bytes.as_ref(), Origin::default()).expect("a feed")
}

fn file(name: &str, bytes: impl AsRef<[u8]>) -> Vec<Result<Article, Problem>> {
    let reader = Box::new(std::io::Cursor::new(bytes.as_ref().to_vec()));
    Intake::new([Input::Reader(name.into(), reader)], Options::default()).collect()
}

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>The Strait Post</title>\
         <link>https://post.example.org/</link><language>en-gb</language>{items}</channel></rss>"
    )
}

fn item(n: usize) -> String {
    format!(
        "<item><title>Item {n}</title><link>https://post.example.org/{n}</link><guid>g{n}</guid>\
         <pubDate>Mon, 19 Aug 2019 23:30:00 -0400</pubDate><description>{TEXT}</description></item>"
    )
}

#[test]
fn an_item_of_rss_is_an_article_with_all_that_it_says_of_itself() {
    let one = format!(
        "<item><title>Envoy &amp;amp; talks: &lt;i&gt;recalled&lt;/i&gt;</title><link>https://post.example.org/envoy</link>\
         <guid isPermaLink=\"false\">post-1</guid><pubDate>Mon, 19 Aug 2019 23:30:00 -0400</pubDate>\
         <dc:creator>Ann Reed</dc:creator><description>Short.</description>\
         <content:encoded><![CDATA[<p>{TEXT}</p><figure><img src=x><figcaption>The envoy in 2011</figcaption></figure>\
         <p>Second&nbsp;paragraph of it.</p><script>alert(1)</script>]]></content:encoded></item>"
    );
    let feed = read(rss(&one));
    assert!(feed.whole && feed.problems.is_empty());
    let article = feed.items[0].article();
    assert_eq!(feed.items[0].name(), Some("post-1"));
    assert_eq!(article.title.as_deref(), Some("Envoy & talks: recalled"));
    assert_eq!(article.text, format!("{TEXT}\nSecond paragraph of it.\n"));
    assert_eq!(article.published, Some(jiff::civil::date(2019, 8, 19)), "the day as it is written");
    assert_eq!(article.published_from, DateSource::Given);
    assert_eq!(article.url.as_deref(), Some("https://post.example.org/envoy"));
    assert_eq!(article.source.as_deref(), Some("The Strait Post"));
    assert_eq!(article.author.as_deref(), Some("Ann Reed"));
    assert_eq!(article.language.as_deref(), Some("en-gb"));
}

#[test]
fn atom_json_feed_and_old_rss_are_read_as_well() {
    let atom = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"https://post.example.org/\"><title>Post</title><author><name>Desk</name></author>\
         <entry><id>tag:post.example.org,2019:1</id><title type=\"html\">Envoy &lt;b&gt;recalled&lt;/b&gt;</title>\
         <link rel=\"self\" href=\"https://post.example.org/api/1\"/><link href=\"/envoy\"/><updated>2019-08-19T08:00:00Z</updated>\
         <content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{TEXT}</p></div></content></entry></feed>"
    );
    let json = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{{\"id\":17,\"url\":\"https://post.example.org/envoy\",\
         \"title\":\"Envoy recalled\",\"content_text\":\"{TEXT}\",\"date_published\":\"2019-08-19T08:00:00+02:00\",\
         \"author\":{{\"name\":\"Desk\"}}}}]}}"
    );
    let rdf = format!(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Post</title></channel><item><title>Envoy recalled</title>\
         <link>https://post.example.org/envoy</link><description>{TEXT}</description><dc:date>2019-08-19</dc:date>\
         <dc:creator>Desk</dc:creator></item></rdf:RDF>"
    );
    for (form, bytes) in [("atom", atom), ("json", json), ("rdf", rdf)] {
        assert!(feed::is_feed(bytes.as_bytes()), "{form}");
        let feed = read(&bytes);
        let article = feed.items[0].article();
        assert_eq!(article.title.as_deref(), Some("Envoy recalled"), "{form}");
        assert_eq!(article.text.trim(), TEXT, "{form}");
        assert_eq!(article.url.as_deref(), Some("https://post.example.org/envoy"), "{form}");
        assert_eq!(article.published, Some(jiff::civil::date(2019, 8, 19)), "{form}");
        assert_eq!(article.author.as_deref(), Some("Desk"), "{form}");
    }
    assert_eq!(
        read("{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"x\",\"items\":[{\"id\":17}]}")
            .items[0]
            .name(),
        Some("17")
    );
    for version in ["", " version=\"2.0.1\"", " version='0.93'", " version=\"2\""] {
        let bytes = format!("<rss{version}><channel><title>Post</title>{}</channel></rss>", item(1));
        assert_eq!(read(&bytes).items.len(), 1, "{version}");
    }
}

#[test]
fn a_feed_is_told_from_a_page_and_from_other_xml() {
    for no in [
        "<!doctype html><html><p>rss</p></html>",
        "<?xml version=\"1.0\"?><urlset><url/></urlset>",
        "{\"text\":\"x\"}",
        "feed",
        "<",
        "<?xml",
    ] {
        assert!(!feed::is_feed(no.as_bytes()), "{no}");
        let problem = feed::read("x", no.as_bytes(), Origin::default()).expect_err("no feed");
        assert!(matches!(problem.kind, Kind::Unsupported | Kind::Json), "{problem}");
    }
    let late = format!(
        "<?xml version=\"1.0\"?>\n<?xml-stylesheet href='a'?><!-- <p>a comment</p> -->\n{}",
        &rss(&item(1))[22..]
    );
    assert!(feed::is_feed(late.as_bytes()));
    assert_eq!(read(&late).items.len(), 1);
}

#[test]
fn a_file_with_a_feed_is_as_many_articles_as_items() {
    for name in ["feed.xml", "stdin", "news.rss", "feed.xml.txt.rss"] {
        let all = file(name, rss(&(item(1) + &item(2) + &item(1))));
        let ids: Vec<String> = all.into_iter().map(|a| a.expect("an article").id).collect();
        assert_eq!(ids, ["g1", "g2", "g1-2"], "{name}");
    }
    let json = "{\n \"version\": \"https://jsonfeed.org/version/1\",\n \"title\": \"x\", \"items\": [{\"id\": \"a\", \"content_text\": \"The envoy was recalled from the capital on Monday.\"}]\n}";
    let articles = file("feed.json", json);
    assert_eq!(articles.len(), 1);
    let article = articles[0].as_ref().expect("an article");
    assert_eq!((article.id.as_str(), article.place.as_deref()), ("a", Some("record 1")));
}

#[test]
fn an_item_without_a_day_gets_the_one_that_its_text_or_address_names_and_is_counted() {
    let items = format!(
        "<item><guid>a</guid><description>{TEXT}</description></item>\
         <item><guid>b</guid><link>https://post.example.org/2019/08/19/envoy</link><description>{TEXT}</description></item>\
         <item><guid>c</guid><description>August 19, 2019\n\n{TEXT}</description></item>\
         <item><guid>d</guid><pubDate>on some day</pubDate><description>{TEXT}</description></item>"
    );
    let feed = read(rss(&items));
    let days: Vec<_> =
        feed.items.iter().map(|i| i.article()).map(|a| (a.published.is_some(), a.published_from)).collect();
    let none = (false, DateSource::None);
    assert_eq!(days, [none, (true, DateSource::Url), (true, DateSource::Text), none]);
    assert_eq!(feed.undated, 4);
    assert_eq!(feed.problems.len(), 1);
    assert!(
        feed.problems[0].to_string().contains("record 4: its day is \"on some day\""),
        "{}",
        feed.problems[0]
    );
}

#[test]
fn days_are_read_however_they_are_written() {
    for words in [
        "Mon, 19 Aug 2019 23:30:00 -0400",
        "Mon, 19 Aug 2019 08:00:00 GMT",
        "Thurs, 19 August 2019 8:00 +0000",
        "2019-08-19T23:30:00-04:00",
        "2019-08-19 08:00:00",
        "2019-08-19",
        "Aug 19, 2019",
        "Monday, August 19, 2019 - 08:00",
    ] {
        let one = item(1).replace("Mon, 19 Aug 2019 23:30:00 -0400", words);
        assert_eq!(
            read(rss(&one)).items[0].article().published,
            Some(jiff::civil::date(2019, 8, 19)),
            "{words}"
        );
    }
}

#[test]
fn of_a_feed_that_breaks_off_the_items_before_are_read() {
    let all = rss(&(1..=5).map(item).collect::<String>());
    let cut = all.find("g4").expect("the fourth");
    let feed = read(&all[..cut]);
    assert_eq!(feed.items.len(), 3);
    assert!(!feed.whole);
    assert_eq!(feed.title.as_deref(), Some("The Strait Post"));
    assert_eq!(feed.items[2].article().source.as_deref(), Some("The Strait Post"));
    assert!(feed.problems[0].to_string().contains("one item is lost"), "{}", feed.problems[0]);
}

#[test]
fn one_broken_item_costs_no_other() {
    let broken =
        ["<item><guid>x</guid><title>a </b> c</title></item>", "<item><guid>x</guid><title>never closed"];
    for broken in broken {
        let feed = read(rss(&(item(1) + broken + &item(2))));
        let ids: Vec<_> = feed.items.iter().filter_map(|i| i.name()).collect();
        assert_eq!(ids, ["g1", "g2"], "{broken}");
        assert!(
            !feed.whole && feed.problems[0].to_string().contains("one item is lost"),
            "{}",
            feed.problems[0]
        );
    }
}

#[test]
fn letters_are_right_whatever_the_server_and_the_declaration_say() {
    let body = rss(&item(1)).replace("The Strait Post", "Café “Strait”");
    let utf8 = body.replace("?>", " encoding=\"iso-8859-1\"?>").into_bytes();
    let latin = latin(&body.replace("?>", " encoding=\"windows-1252\"?>"));
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(body.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (bytes, charset) in
        [(utf8, None), (latin.clone(), None), (latin, Some("utf-8")), (utf16, Some("utf-8"))]
    {
        let origin = Origin { charset, ..Origin::default() };
        let feed = feed::read("feed", &bytes, origin).expect("a feed");
        assert_eq!(feed.title.as_deref(), Some("Café “Strait”"), "{charset:?}");
    }
}

/// windows-1252 by hand: the letters of these tests.
fn latin(text: &str) -> Vec<u8> {
    let bytes = text.chars().map(|c| match c {
        'é' => 0xe9,
        '“' => 0x93,
        '”' => 0x94,
        c => c as u8,
    });
    bytes.collect()
}

#[test]
fn nothing_in_a_feed_makes_the_reader_stumble() {
    let deep = format!("<rss version=\"2.0\"><channel><item><description>{}", "<b>".repeat(100_000));
    let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>\n".to_owned()
        + &rss("<item><guid>1</guid><description>The envoy &b; left.</description></item>")[22..];
    let list = format!("{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":{}", "[".repeat(10_000));
    for bytes in [
        &deep,
        &bomb,
        &list,
        "<rss",
        "<rss>",
        "<feed/>",
        "<rss version=\"2.0\"><channel>",
        "<rss é=é>é",
        "{\"version\":\"https://jsonfeed.org/version/1\"}",
    ] {
        let _ = feed::read("x", bytes.as_bytes(), Origin::default());
    }
    let fed = read(&bomb);
    assert!(fed.items[0].article().text.len() < 200, "entities are not blown up");
    let all = rss(&(item(1) + &item(2)));
    for at in (0..all.len()).step_by(7).filter(|at| all.is_char_boundary(*at)) {
        let _ = feed::read("x", &all.as_bytes()[..at], Origin::default());
        let _ = feed::read("x", format!("{}<{}", &all[..at], &all[at..]).as_bytes(), Origin::default());
    }
}

#[test]
fn ten_thousand_items_are_read_and_a_hundred_thousand_are_named() {
    let feed = read(rss(&(0..10_000).map(item).collect::<String>()));
    assert_eq!((feed.items.len(), feed.whole), (10_000, true));
    let feed = read(rss(&"<item><guid>1</guid></item>".repeat(100_000)));
    assert_eq!((feed.items.len(), feed.whole), (feed::MAX_ITEMS, false));
    assert!(feed.problems[0].to_string().contains("100000 items"), "{}", feed.problems[0]);
}

#[test]
fn addresses_that_are_not_of_the_web_are_no_addresses() {
    for link in ["file:///etc/passwd", "javascript:alert(1)", "/relative", "ftp://post.example.org/a", ""] {
        let one = item(1).replace("https://post.example.org/1", link);
        assert_eq!(read(rss(&one)).items[0].link, None, "{link}");
    }
    let origin = Origin { address: Some("https://post.example.org/feeds/all.xml"), charset: None };
    let one = rss(&item(1).replace("https://post.example.org/1", "/relative"));
    let feed = feed::read("feed", one.as_bytes(), origin).expect("a feed");
    assert_eq!(feed.items[0].link.as_deref(), Some("https://post.example.org/relative"));
}

#[test]
fn plain_texts_keep_their_paragraphs_and_lose_their_line_breaks() {
    let text =
        "The envoy was recalled\n      on Monday.\n\nThe talks on the strait\ngo on. Prices of x < y &c.";
    let one = item(1).replace(TEXT, &text.replace('<', "&lt;").replace("&c", "&amp;c"));
    let article = read(rss(&one)).items[0].article();
    assert_eq!(
        article.text,
        "The envoy was recalled on Monday.\nThe talks on the strait go on. Prices of x < y &c.\n"
    );
}

#[test]
fn an_item_with_a_title_alone_is_read_by_its_title() {
    let feed = read(rss(
        "<item><title>Avaria recalls its envoy</title><guid>1</guid></item><item><guid>2</guid></item>",
    ));
    assert_eq!(feed.items[0].article().text, "Avaria recalls its envoy\n");
    assert_eq!(feed.items[1].article().text, "");
}
