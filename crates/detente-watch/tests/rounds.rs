//! Watching as servers see it and as users get it: against a server of our own that misbehaves in every way we know.

mod server;

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use detente::article::Article;
use detente_watch::clock::{Clock, Pretended};
use detente_watch::config::Config;
use detente_watch::round::{Coder, Kept, Round, Watch};
use detente_watch::state::State;
use server::{Asked, Does, Server, fine, item, page, rss, says, text};

const START: i64 = 1_900_000_000_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Keeps what it is given.
#[derive(Default)]
struct Basket {
    articles: Vec<Article>,
}

impl Coder for Basket {
    fn code(&mut self, articles: &[String]) -> Result<Kept> {
        for article in articles {
            self.articles.push(serde_json::from_str(article)?);
        }
        Ok(Kept::All(None))
    }
}

impl Basket {
    fn ids(&self) -> Vec<&str> {
        self.articles.iter().map(|a| a.id.as_str()).collect()
    }
}

/// A watcher of one test.
struct Desk {
    dir: tempfile::TempDir,
    clock: Arc<Pretended>,
    basket: Basket,
    config: String,
}

impl Desk {
    fn new(config: String) -> Desk {
        let dir = tempfile::tempdir().expect("a folder");
        Desk { dir, clock: Arc::new(Pretended::at(START)), basket: Basket::default(), config }
    }

    /// Of one feed of the server.
    fn of(server: &Server, more: &str) -> Desk {
        Desk::new(format!(
            "[watch]\ncontact = \"ann@example.org\"\npause = \"0s\"\ntimeout = \"700ms\"\n[[feed]]\nname = \"Post\"\nurl = \"{}\"\n{more}\n",
            server.url("/feed")
        ))
    }

    fn file(&self) -> std::path::PathBuf {
        self.dir.path().join("state")
    }

    fn watch(&self) -> Watch {
        self.watch_so(false)
    }

    fn watch_so(&self, once: bool) -> Watch {
        let config = Config::parse("FEEDS.toml", &self.config).expect("a good file");
        let state = State::open(&self.file()).expect("a state");
        let clock: Arc<dyn Clock> = Arc::<Pretended>::clone(&self.clock);
        Watch::new(config, state, clock, "detente/0", once).expect("a watch")
    }

    /// A round at the time that the last one asked for, by a program that was started for it.
    fn round(&mut self) -> Round {
        let mut watch = self.watch();
        let round = watch.round(&mut self.basket).expect("a round");
        self.clock.set(self.clock.now().max(round.next));
        round
    }

    fn counts(&self) -> [i64; 3] {
        State::open(&self.file()).expect("a state").counts().expect("counts")
    }
}

/// A server with a feed and no robots.txt.
fn feeds(feed: impl Fn(&Asked) -> Does + Send + Sync + 'static) -> Server {
    Server::new(move |asked| if asked.path == "/robots.txt" { says(404, &[]) } else { feed(asked) })
}

#[test]
fn every_item_is_read_once_with_all_that_is_known_of_it() {
    let server = feeds(|_| fine("application/rss+xml", rss([1, 2, 3].map(item))));
    let mut desk = Desk::of(&server, "");
    let round = desk.round();
    assert_eq!((round.asked, round.new, round.handed, round.failed), (1, 3, 3, 0), "{round:?}");
    assert_eq!(desk.basket.ids(), ["Post:g1", "Post:g2", "Post:g3"]);
    let first = &desk.basket.articles[0];
    assert_eq!(first.text.trim(), text(1));
    assert_eq!((first.source.as_deref(), first.title.as_deref()), (Some("Post"), Some("Envoy 1 recalled")));
    assert_eq!(first.published, Some(jiff::civil::date(2019, 8, 19)));
    assert_eq!(first.retrieved.map(|t| t.as_millisecond()), Some(START));
    assert_eq!(first.file.as_deref(), Some(server.url("/feed").as_str()));
    server.answer(|asked| {
        if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss([2, 3, 4].map(item))) }
    });
    let round = desk.round();
    assert_eq!((round.new, round.handed), (1, 1));
    assert_eq!(desk.basket.ids().last(), Some(&"Post:g4"));
    assert_eq!(desk.clock.now(), START + HOUR, "half an hour each");
}

#[test]
fn a_publisher_sees_who_asks_and_is_asked_for_what_is_new_only() {
    let server = feeds(|asked| {
        if asked.header("if-none-match") == "\"v1\""
            && asked.header("if-modified-since") == "Mon, 19 Aug 2019 08:00:00 GMT"
        {
            return says(304, &[]);
        }
        let headers = [("ETag", "\"v1\""), ("Last-Modified", "Mon, 19 Aug 2019 08:00:00 GMT")];
        let headers = headers.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec();
        Does::Answers(200, headers, rss([item(1)]).into_bytes())
    });
    let mut desk = Desk::of(&server, "");
    desk.round();
    let round = desk.round();
    assert_eq!((round.asked, round.unchanged, round.new), (1, 1, 0));
    let asked = server.asked();
    assert_eq!(
        server.paths(),
        ["/robots.txt", "/feed", "/feed"],
        "robots.txt is remembered for a day, also over restarts"
    );
    assert_eq!(asked[1].header("user-agent"), "detente/0 (reads news feeds; +mailto:ann@example.org)");
    assert_eq!((asked[1].header("if-none-match"), asked[2].header("if-none-match")), ("", "\"v1\""));
    assert_eq!(asked[2].header("accept-encoding"), "gzip");
    desk.clock.set(START + 2 * DAY);
    desk.round();
    assert_eq!(server.paths()[3..], ["/robots.txt", "/feed"]);
}

#[test]
fn robots_txt_is_obeyed() {
    for (robots, allowed) in [
        ("User-agent: *\nDisallow: /\n", false),
        ("User-agent: *\nDisallow: /feed\n", false),
        ("User-agent: *\nDisallow: /\nAllow: /feed$\n", true),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Detente\nDisallow: /private\n", true),
        ("User-agent: detente\nDisallow: /\n\nUser-agent: *\nAllow: /\n", false),
        ("User-agent: other\nDisallow: /\n", true),
        ("<!doctype html><p>no robots here", true),
        ("", true),
    ] {
        let server = Server::new(move |asked| match asked.path.as_str() {
            "/robots.txt" => fine("text/plain", robots),
            _ => fine("text/xml", rss([item(1)])),
        });
        let mut desk = Desk::of(&server, "");
        let round = desk.round();
        assert_eq!(round.handed, usize::from(allowed), "{robots}");
        assert_eq!(server.paths().contains(&"/feed".to_owned()), allowed, "{robots}");
        if !allowed {
            assert!(
                round.said[0].contains("robots.txt of 127.0.0.1 does not allow /feed"),
                "{:?}",
                round.said
            );
        }
    }
}

#[test]
fn a_robots_txt_that_fails_means_wait_and_one_that_is_missing_means_come_in() {
    for (status, comes_in) in
        [(401, true), (403, true), (404, true), (410, true), (429, false), (500, false), (503, false)]
    {
        let server = Server::new(move |asked| match asked.path.as_str() {
            "/robots.txt" => says(status, &[]),
            _ => fine("text/xml", rss([item(1)])),
        });
        let mut desk = Desk::of(&server, "");
        let round = desk.round();
        assert_eq!(round.handed, usize::from(comes_in), "{status}");
        assert_eq!(server.paths().contains(&"/feed".to_owned()), comes_in, "{status}");
        if comes_in {
            continue;
        }
        // Better days.
        server.answer(|asked| match asked.path.as_str() {
            "/robots.txt" => says(404, &[]),
            _ => fine("text/xml", rss([item(1)])),
        });
        assert_eq!(desk.round().handed, 1, "{status}");
    }
}

#[test]
fn a_robots_txt_that_was_had_once_stands_while_it_cannot_be_had() {
    let server = Server::new(|asked| match asked.path.as_str() {
        "/robots.txt" => fine("text/plain", "User-agent: *\nDisallow: /other\n"),
        _ => fine("text/xml", rss([item(1)])),
    });
    let mut desk = Desk::of(&server, "");
    assert_eq!(desk.round().handed, 1);
    server.answer(|asked| match asked.path.as_str() {
        "/robots.txt" => says(500, &[]),
        _ => fine("text/xml", rss([item(1), item(2)])),
    });
    desk.clock.set(START + 25 * HOUR);
    assert_eq!(desk.round().handed, 1, "a feed that is allowed by what was known");
    assert!(server.paths().iter().filter(|p| *p == "/robots.txt").count() >= 2);
}

#[test]
fn a_robots_txt_may_stand_elsewhere_and_a_ring_is_none() {
    for (steps, handed) in [(3, 0), (1000, 1)] {
        let server = Server::new(move |asked| {
            let step: usize = asked
                .path
                .strip_prefix("/robots")
                .and_then(|n| n.trim_end_matches(".txt").parse().ok())
                .unwrap_or(0);
            match asked.path.as_str() {
                p if p.starts_with("/robots") && step >= steps => {
                    fine("text/plain", "User-agent: *\nDisallow: /\n")
                }
                p if p.starts_with("/robots") => {
                    says(302, &[("Location", &format!("/robots{}.txt", step + 1))])
                }
                _ => fine("text/xml", rss([item(1)])),
            }
        });
        assert_eq!(Desk::of(&server, "").round().handed, handed, "{steps}");
    }
}

#[test]
fn a_host_is_given_the_pause_that_the_user_and_the_publisher_want() {
    let server = Server::new(|asked| match asked.path.as_str() {
        "/robots.txt" => fine("text/plain", "User-agent: *\nCrawl-delay: 20\n"),
        _ => fine("text/xml", rss([item(1)])),
    });
    let mut desk = Desk::of(
        &server,
        &format!("[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"", server.url("/b"), server.url("/c")),
    );
    desk.config = desk.config.replace("\"0s\"", "\"5s\"");
    let before = desk.clock.now();
    let mut watch = desk.watch();
    watch.round(&mut desk.basket).expect("a round");
    // robots.txt, 5 s, first feed, 20 s, second, 20 s, third.
    assert_eq!(desk.clock.now() - before, 45_000);
    assert_eq!(server.paths(), ["/robots.txt", "/feed", "/b", "/c"]);
}

#[test]
fn a_server_that_asks_for_quiet_gets_it() {
    let date = jiff::Timestamp::from_millisecond(START + 5 * HOUR)
        .expect("a moment")
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    for (status, after, quiet) in [
        (429, "7200".to_owned(), 2 * HOUR),
        (503, "90000".to_owned(), 25 * HOUR),
        (503, date, 5 * HOUR),
        (503, "99999999999999999".to_owned(), 7 * DAY),
    ] {
        let again = after.clone();
        let server = feeds(move |asked| {
            if asked.path == "/feed" {
                says(status, &[("Retry-After", &again)])
            } else {
                fine("text/xml", rss([item(2)]))
            }
        });
        let mut desk = Desk::of(&server, &format!("[[feed]]\nurl = \"{}\"", server.url("/other")));
        let mut watch = desk.watch();
        let round = watch.round(&mut desk.basket).expect("a round");
        assert_eq!(
            (round.failed, round.waiting),
            (1, 1),
            "also the other feed of the same host waits: {:?}",
            round.said
        );
        assert_eq!(round.next, START + quiet, "{status} {after}");
        drop(watch);
        server.forget();
        // A minute is waited out, more is not.
        desk.clock.set(START + quiet - 2 * MINUTE);
        // Also a program that is started anew, for one round.
        let round = desk.watch_so(true).round(&mut desk.basket).expect("a round");
        assert_eq!((round.asked, round.waiting, server.paths().len()), (0, 2, 0), "{status} {after}");
        desk.clock.set(START + quiet);
        server.answer(|asked| {
            if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss([item(1)])) }
        });
        assert_eq!(desk.round().asked, 2);
    }
}

#[test]
fn a_host_that_wants_long_pauses_is_asked_one_thing_at_a_time() {
    let server = Server::new(|asked| match asked.path.as_str() {
        "/robots.txt" => fine("text/plain", "User-agent: *\nCrawl-delay: 120\n"),
        "/feed" => fine("text/xml", rss([item(1)])),
        _ => fine("text/xml", rss([item(2)])),
    });
    let mut desk = Desk::of(&server, &format!("[[feed]]\nurl = \"{}\"", server.url("/other")));
    let round = desk.round();
    assert_eq!((round.asked, round.waiting, round.handed), (1, 1, 1));
    assert_eq!(desk.clock.now(), START + 2 * MINUTE);
    assert_eq!((desk.round().handed, server.paths().len()), (1, 3));
}

#[test]
fn a_feed_that_fails_is_asked_less_and_less_often_and_at_least_once_a_day() {
    let server = feeds(|_| says(500, &[]));
    let mut desk = Desk::of(&server, "");
    let mut waits = Vec::new();
    for _ in 0..9 {
        let before = desk.clock.now();
        let round = desk.round();
        assert_eq!(round.failed, 1);
        assert!(
            round.said[0]
                .contains("Post: the server answers 500 (an error of the server); it is asked again in "),
            "{:?}",
            round.said
        );
        waits.push((desk.clock.now() - before) / MINUTE);
    }
    assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1440, 1440, 1440]);
    server.answer(|_| fine("text/xml", rss([item(1)])));
    let before = desk.clock.now();
    assert_eq!(desk.round().handed, 1);
    assert_eq!(desk.clock.now() - before, 30 * MINUTE, "all is well again");
}

#[test]
fn whatever_a_server_does_is_one_line_and_the_next_round_goes_on() {
    let flood = vec![b' '; 200 << 20];
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, &flood).expect("packed");
    let bomb = gz.finish().expect("packed");
    let xml = || ("Content-Type".to_owned(), "text/xml".to_owned());
    let cases: Vec<(&str, Does, &str)> = vec![
        ("drip", Does::Drips, "no whole answer came within 1 s"),
        ("flood", Does::Floods, ""),
        ("hang", Does::Hangs, "no whole answer came within 1 s"),
        ("close", Does::Closes, "broke off"),
        (
            "bomb",
            Does::Answers(200, vec![xml(), ("Content-Encoding".into(), "gzip".into())], bomb),
            "unpacks to more than 32 MB",
        ),
        ("no HTTP", Does::Raw(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()), ""),
        ("long head", Does::Raw([b"HTTP/1.1 200 OK\r\nX: ", &vec![b'x'; 1 << 20][..]].concat()), "head"),
        ("garbage", fine("text/xml", vec![0_u8, 1, 2, 3, 255]), "no feed"),
        ("page", fine("text/html", page(1)), "no feed"),
        ("nothing", fine("text/xml", ""), "the answer is empty"),
        (
            "broken packing",
            Does::Answers(200, vec![xml(), ("Content-Encoding".into(), "br".into())], vec![1, 2, 3]),
            "packed by \"br\"",
        ),
        ("redirect to nowhere", says(302, &[]), "does not say where"),
        ("redirect to a file", says(302, &[("Location", "file:///etc/passwd")]), "only http and https"),
        (
            "redirect into the house",
            says(301, &[("Location", "http://192.168.0.1/admin")]),
            "inside a private network",
        ),
        (
            "redirect to this machine",
            says(301, &[("Location", "http://localhost:1/")]),
            "inside a private network",
        ),
        ("ring", says(301, &[("Location", "/feed")]), "more than 5 times"),
        ("gone", says(410, &[]), "remove it from the file"),
        ("password", says(401, &[]), "it wants a password"),
        ("999", says(999, &[]), "999"),
        ("bare JSON", fine("application/json", "{\"a\": 1}"), "no feed"),
    ];
    for (name, does, words) in cases {
        let does = Arc::new(does);
        let server = feeds(move |_| Does::clone(&does));
        let mut desk = Desk::of(&server, "");
        let started = std::time::Instant::now();
        let round = desk.round();
        assert_eq!((round.failed, round.handed), (1, 0), "{name}: {round:?}");
        assert!(round.said.len() == 1 && round.said[0].contains(words), "{name}: {:?}", round.said);
        assert!(started.elapsed().as_secs() < 5, "{name} took {:?}", started.elapsed());
        server.answer(|asked| {
            if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss([item(1)])) }
        });
        assert_eq!(desk.round().handed, 1, "{name}");
    }
    // Nobody is there at all.
    let port = Server::new(|_| Does::Closes).port;
    let mut desk = Desk::new(format!(
        "[watch]\ncontact = \"ann@example.org\"\ntimeout = \"1s\"\n[[feed]]\nurl = \"http://127.0.0.1:{port}/\"\n"
    ));
    assert_eq!(desk.round().failed, 1);
}

#[test]
fn an_answer_that_breaks_off_is_read_up_to_there_and_asked_for_in_whole() {
    let whole = rss((1..=5).map(item));
    let cut = whole.find("g4").expect("the fourth");
    let (part, all) = (whole[..cut].to_owned(), whole.clone());
    let server = feeds(move |_| {
        let head = format!("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {}\r\n\r\n", all.len());
        Does::Raw([head.as_bytes(), part.as_bytes()].concat())
    });
    let mut desk = Desk::of(&server, "");
    let round = desk.round();
    assert_eq!((round.handed, round.failed), (3, 0));
    assert!(round.said[0].contains("broke off"), "{:?}", round.said);
    server.answer(move |_| {
        Does::Answers(200, vec![("ETag".into(), "\"v1\"".into())], whole.clone().into_bytes())
    });
    assert_eq!(desk.round().handed, 2);
    assert_eq!(
        server.asked().last().map(|a| a.header("if-none-match").to_owned()).as_deref(),
        Some(""),
        "not by the mark of a part"
    );
    assert_eq!(desk.basket.ids(), ["Post:g1", "Post:g2", "Post:g3", "Post:g4", "Post:g5"]);
}

#[test]
fn a_broken_feed_is_told_of_once() {
    let broken = rss([item(1), "<item><title>a </b></title></item>".into(), item(2)]);
    let server = feeds(move |_| fine("text/xml", broken.clone()));
    let mut desk = Desk::of(&server, "");
    let round = desk.round();
    assert_eq!(round.handed, 2);
    assert!(round.said.len() == 1 && round.said[0].contains("one item is lost"), "{:?}", round.said);
    assert_eq!(desk.round().said, Vec::<String>::new());
}

#[test]
fn a_feed_that_has_moved_for_good_is_read_there_and_the_user_is_told_once() {
    let server = feeds(|asked| match asked.path.as_str() {
        "/feed" => says(301, &[("Location", "/new#part")]),
        _ => fine("text/xml", rss([item(1)])),
    });
    let mut desk = Desk::of(&server, "");
    let round = desk.round();
    assert_eq!(round.handed, 1);
    assert!(
        round.said.len() == 1
            && round.said[0].contains(&format!("has moved for good to {}: put", server.url("/new"))),
        "{:?}",
        round.said
    );
    assert_eq!(desk.round().said, Vec::<String>::new());
    // The user does so: nothing is read again.
    desk.config = desk.config.replace("/feed", "/new");
    assert_eq!((desk.round().new, desk.basket.articles.len()), (0, 1));
}

#[test]
fn a_feed_that_has_moved_for_a_while_is_no_news() {
    let server = feeds(|asked| match asked.path.as_str() {
        "/feed" => says(302, &[("Location", "/today")]),
        "/today" => says(301, &[("Location", "/x")]),
        _ => fine("text/xml", rss([item(1)])),
    });
    let round = Desk::of(&server, "").round();
    assert_eq!((round.handed, round.said.len()), (1, 0), "{:?}", round.said);
}

#[test]
fn items_are_known_again_though_their_names_or_addresses_change() {
    let entry = |id: &str, link: &str, words: &str| {
        format!(
            "<item><title>Talks</title><guid>{id}</guid><link>{link}</link><description>{words}</description></item>"
        )
    };
    let one = text(1);
    for (first, second, news) in [
        (
            entry("a", "https://n.example.org/1", &one),
            entry("a#2", "https://n.example.org/1", "Now it is said in other words that the envoy has gone."),
            0,
        ),
        (
            entry("a", "https://n.example.org/1", &one),
            entry("b", "https://n.example.org/1?utm_source=x#c", &text(7)),
            0,
        ),
        (entry("a", "https://n.example.org/1", &one), entry("a", "https://n.example.org/2", &text(7)), 0),
        (entry("a", "https://n.example.org/1", &one), entry("b", "https://n.example.org/2?s=9", &one), 0),
        (entry("a", "https://n.example.org/1", &one), entry("b", "https://n.example.org/2", &text(7)), 1),
        (entry("a", "https://n.example.org/1", "Live."), entry("b", "https://n.example.org/2", "Live."), 1),
        (
            format!("<item><description>{one}</description></item>"),
            format!("<item><description>{one}</description></item>"),
            0,
        ),
        (
            format!("<item><description>{one}</description></item>"),
            format!("<item><description>{}</description></item>", text(2)),
            1,
        ),
        ("<item><title>Talks</title></item>".into(), "<item><title>Talks</title></item>".into(), 0),
    ] {
        let (a, b) = (rss([first.clone()]), rss([second.clone()]));
        let server = feeds(move |_| fine("text/xml", a.clone()));
        let mut desk = Desk::of(&server, "");
        assert_eq!(desk.round().handed, 1, "{first}");
        server.answer(move |_| fine("text/xml", b.clone()));
        assert_eq!(desk.round().handed, news, "{first}\n{second}");
    }
}

#[test]
fn items_that_share_a_name_or_an_address_are_all_read() {
    let items: String = (1..=5)
        .map(|n| format!("<item><guid>0</guid><link>https://n.example.org/</link><title>T{n}</title><description>{}</description></item>", text(n)))
        .collect();
    let server = feeds(move |_| fine("text/xml", rss([items.clone()])));
    let mut desk = Desk::of(&server, "");
    assert_eq!(desk.round().handed, 5);
    assert_eq!(desk.round().handed, 0);
}

#[test]
fn ten_thousand_items_are_read_once() {
    let all = rss((0..10_000).map(item));
    let server = feeds(move |_| fine("text/xml", all.clone()));
    let mut desk = Desk::of(&server, "");
    desk.config = desk.config.replace("700ms", "20s");
    assert_eq!(desk.round().handed, 10_000);
    assert_eq!(desk.round().handed, 0);
    let ids: std::collections::BTreeSet<_> = desk.basket.ids().into_iter().collect();
    assert_eq!(ids.len(), 10_000);
}

#[test]
fn what_left_the_feed_long_ago_is_forgotten_and_what_stands_in_it_never_is() {
    let server = feeds(|_| fine("text/xml", rss((0..50).map(item))));
    let mut desk = Desk::of(&server, "");
    desk.round();
    let all = desk.counts()[0];
    server.answer(|asked| {
        if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss((0..10).map(item))) }
    });
    for day in 1..=29 {
        desk.clock.set(START + day * DAY);
        desk.round();
    }
    assert_eq!(desk.counts()[0], all, "not yet");
    // A long time in which nothing changes does not make old what stands in the feed.
    server.answer(|asked| if asked.path == "/robots.txt" { says(404, &[]) } else { says(304, &[]) });
    for day in (30..100).step_by(5) {
        desk.clock.set(START + day * DAY);
        desk.round();
    }
    server.answer(|asked| {
        if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss((0..10).map(item))) }
    });
    desk.clock.set(START + 100 * DAY);
    let round = desk.round();
    assert_eq!((round.new, desk.counts()[0]), (0, all / 5));
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let server = feeds(|_| fine("text/xml", rss([item(1)])));
    let mut desk = Desk::of(&server, "");
    desk.round();
    desk.clock.set(START - 400 * DAY);
    server.answer(|asked| {
        if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss([item(1), item(2)])) }
    });
    let round = desk.round();
    assert_eq!((round.asked, round.handed), (1, 1), "{round:?}");
    desk.clock.set(START + 400 * DAY);
    let round = desk.round();
    assert_eq!((round.asked, round.handed), (1, 0), "{round:?}");
}

/// A feed whose items lead to pages of the same server.
fn with_pages(server: &Server, numbers: std::ops::Range<usize>) -> String {
    rss(numbers.map(|n| {
        format!(
            "<item><title>Envoy {n} recalled</title><guid>g{n}</guid><link>{}</link><pubDate>Mon, 19 Aug 2019 08:00:00 +0000</pubDate>\
             <description>In short: the envoy number {n} was recalled.</description></item>",
            server.url(&format!("/page/{n}"))
        )
    }))
}

#[test]
fn pages_are_fetched_where_the_user_wants_them_and_nowhere_else() {
    for (more, fetched) in [("", false), ("pages = false", false), ("pages = true", true)] {
        let server = feeds(|_| Does::Closes);
        let feed = with_pages(&server, 1..4);
        server.answer(move |asked| match asked.path.as_str() {
            "/robots.txt" => says(404, &[]),
            "/feed" => fine("text/xml", feed.clone()),
            path => fine(
                "text/html; charset=utf-8",
                page(path.rsplit('/').next().and_then(|n| n.parse().ok()).unwrap_or(0)),
            ),
        });
        let mut desk = Desk::of(&server, more);
        let round = desk.round();
        assert_eq!((round.handed, round.pages), (3, if fetched { 3 } else { 0 }), "{more}: {:?}", round.said);
        assert_eq!(server.paths().len(), if fetched { 5 } else { 2 }, "{:?}", server.paths());
        let article = &desk.basket.articles[0];
        assert_eq!(article.text.contains("second paragraph"), fetched);
        assert_eq!((article.id.as_str(), article.source.as_deref()), ("Post:g1", Some("Post")));
        assert_eq!(article.published, Some(jiff::civil::date(2019, 8, 19)));
    }
}

#[test]
fn a_page_that_cannot_be_had_leaves_the_words_of_the_feed() {
    let server = feeds(|_| Does::Closes);
    let feed = with_pages(&server, 1..9);
    let private = server.url("/page/8");
    let feed = feed.replace(&private, "http://192.168.0.1/admin");
    server.answer(move |asked| match asked.path.as_str() {
        "/robots.txt" => fine("text/plain", "User-agent: *\nDisallow: /page/2\n"),
        "/feed" => fine("text/xml", feed.clone()),
        "/page/1" => says(404, &[]),
        "/page/3" => fine("application/pdf", "%PDF"),
        "/page/4" => fine("text/html", "<p>Please subscribe to read this."),
        "/page/5" => says(302, &[("Location", "file:///etc/passwd")]),
        "/page/6" => says(403, &[]),
        _ => fine("text/html", page(7)),
    });
    let mut desk = Desk::of(&server, "pages = true");
    let round = desk.round();
    assert_eq!((round.handed, round.pages, round.without_page), (8, 1, 7), "{:?}", round.said);
    let short = desk.basket.articles.iter().filter(|a| a.text.starts_with("In short")).count();
    assert_eq!(short, 7);
    assert!(!server.paths().contains(&"/page/2".to_owned()));
    for words in ["404", "robots.txt", "application/pdf", "only http and https", "403", "private network"] {
        assert!(round.said.iter().any(|s| s.contains(words)), "{words}: {:?}", round.said);
    }
    assert_eq!(desk.counts()[1..], [0, 0]);
}

#[test]
fn a_page_that_fails_is_tried_again_and_then_given_up() {
    let server = feeds(|_| Does::Closes);
    let feed = with_pages(&server, 1..3);
    let answering = move |one_works: bool| {
        let feed = feed.clone();
        move |asked: &Asked| match asked.path.as_str() {
            "/robots.txt" => says(404, &[]),
            "/feed" => fine("text/xml", feed.clone()),
            "/page/1" if one_works => fine("text/html", page(1)),
            _ => says(500, &[]),
        }
    };
    server.answer(answering(false));
    let mut desk = Desk::of(&server, "pages = true");
    assert_eq!(desk.round().handed, 0);
    assert_eq!(desk.counts()[1], 2);
    assert_eq!(desk.clock.now(), START + 10 * MINUTE);
    server.answer(answering(true));
    assert_eq!(desk.round().handed, 1);
    for _ in 0..20 {
        desk.round();
    }
    assert_eq!(desk.basket.ids(), ["Post:g1", "Post:g2"]);
    assert!(desk.basket.articles[1].text.starts_with("In short"));
    assert_eq!(server.paths().iter().filter(|p| *p == "/page/2").count(), 5);
}

#[test]
fn one_round_for_cron_fetches_all_pages_and_many_pages_hold_up_no_feed() {
    let server = feeds(|_| Does::Closes);
    let feed = with_pages(&server, 0..60);
    server.answer(move |asked| match asked.path.as_str() {
        "/robots.txt" => says(404, &[]),
        "/feed" => fine("text/xml", feed.clone()),
        path => fine("text/html", page(path.rsplit('/').next().and_then(|n| n.parse().ok()).unwrap_or(0))),
    });
    let mut desk = Desk::of(&server, "pages = true");
    assert_eq!(desk.watch_so(true).round(&mut desk.basket).expect("a round").handed, 60);
    let mut desk = Desk::of(&server, "pages = true");
    let round = desk.round();
    assert_eq!(
        (round.handed, round.next <= START),
        (20, true),
        "the rest comes at once, after a look at the feeds"
    );
    desk.round();
    desk.round();
    assert_eq!(desk.basket.articles.len(), 60);
}

#[test]
fn what_was_found_and_not_coded_comes_again_and_what_was_coded_does_not() {
    struct Fails(usize);
    impl Coder for Fails {
        fn code(&mut self, articles: &[String]) -> Result<Kept> {
            self.0 += articles.len();
            anyhow::bail!("the disk is full")
        }
    }
    let server = feeds(|_| fine("text/xml", rss([1, 2].map(item))));
    let mut desk = Desk::of(&server, "");
    let mut fails = Fails(0);
    let error = desk.watch().round(&mut fails).expect_err("a full disk");
    assert!(error.to_string().contains("full") && fails.0 == 2);
    // The feed has forgotten them in the meantime.
    server.answer(|asked| {
        if asked.path == "/robots.txt" { says(404, &[]) } else { fine("text/xml", rss([3].map(item))) }
    });
    desk.round();
    assert_eq!(desk.basket.ids(), ["Post:g1", "Post:g2"], "first what waits");
    desk.round();
    assert_eq!(desk.basket.ids(), ["Post:g1", "Post:g2", "Post:g3"]);
    desk.round();
    assert_eq!(desk.basket.articles.len(), 3);
}

#[test]
fn nobody_else_works_with_the_same_file_and_other_files_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("state");
    let refused = |path: &Path| State::open(path).map(|_| ()).expect_err("refused").to_string();
    let first = State::open(&path).expect("a state");
    assert!(refused(&path).contains("another detente watch is at work"), "{}", refused(&path));
    drop(first);
    State::open(&path).expect("free again");
    std::fs::write(dir.path().join("text"), "x".repeat(5000)).expect("a file");
    assert!(refused(&dir.path().join("text")).contains("no file of detente watch"));
    assert!(refused(&dir.path().join("no/such/folder")).contains("cannot be written"));
}
