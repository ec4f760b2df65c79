//! The desk, asked without a socket: the pages answer, hostile text stays text, and only this machine is let in.

#[path = "../examples/invented/ledger.rs"]
mod invented;

use std::sync::{Mutex, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use detente::article::Article;
use detente::note::Evidence;
use detente::plover::EventType;
use detente::report::{CiteInfo, Coder, Entity, Link, LinkKind, Report, TextInfo};
use detente::span::Span;
use detente_ledger::{Ledger, Quoted};
use http_body_util::BodyExt;
use jiff::civil::date;
use tower::ServiceExt;

use super::router;

fn desk() -> Router {
    static DESK: OnceLock<Mutex<Router>> = OnceLock::new();
    let make = || {
        let mut ledger = Ledger::in_memory().unwrap();
        invented::fill(&mut ledger).unwrap();
        Mutex::new(router(ledger))
    };
    DESK.get_or_init(make).lock().unwrap().clone()
}

fn ask_as(desk: Router, path: &str, host: &str) -> (StatusCode, HeaderMap, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
        let response = desk.oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, headers, String::from_utf8(body.to_vec()).unwrap())
    })
}

/// The page, which must be there.
fn ask(path: &str) -> String {
    let (status, _, body) = ask_as(desk(), path, "127.0.0.1:8080");
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

#[test]
fn the_overview_counts_and_names_dyads_and_turns() {
    let page = ask("/");
    for words in [
        "27 articles",
        "href=\"/dyad/KMK/VLD\"",
        "Free Coast Movement",
        "▼ war",
        "▲ truce",
        "class=\"spark\"",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn an_empty_ledger_says_so() {
    let (status, _, page) = ask_as(router(Ledger::in_memory().unwrap()), "/", "localhost");
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("An empty ledger"));
    let (status, ..) = ask_as(router(Ledger::in_memory().unwrap()), "/blocs", "localhost");
    assert_eq!(status, StatusCode::OK);
}

#[test]
fn the_table_filters_and_keeps_the_filter_in_its_exports() {
    let page = ask("/events?kind=assault&status=negated&actor=");
    assert!(page.contains("1 report") && page.contains("denied that it had"));
    assert!(page.contains("/events.csv?kind=assault&amp;status=negated"));
    let page = ask("/events?text=phosphorus");
    assert!(page.contains("says Kormark") && page.contains("<mark class=\"event\">used phosphorus</mark>"));
    assert!(ask("/events?either=nobody").contains("No report passes"));
    assert!(ask("/events?page=900000").contains("No report passes"));
}

#[test]
fn a_bad_field_is_answered_in_a_sentence() {
    for path in [
        "/events?from=yesterday",
        "/events?kind=LOVE",
        "/events?status=odd",
        "/events?page=0",
        "/?as_of=2026-99-01",
    ] {
        let (status, _, page) = ask_as(desk(), path, "localhost");
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert!(page.contains("class=\"lead\""), "{page}");
    }
}

#[test]
fn an_event_shows_its_sentence_its_article_and_its_fellow_reports() {
    let page = ask("/event/invented-12%230");
    for words in [
        "<mark class=\"event\">shelled</mark>",
        "<mark class=\"actor\">Valdria</mark>",
        "read from “on Tuesday”",
        "invented.assault",
        "2 reports by 2 independent publishers",
        "same parties, same days",
        "&quot;quad_code&quot;: &quot;material conflict&quot;",
        "href=\"/dyad/KMK/VLD\"",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn a_dyad_shows_level_turns_and_events_whichever_comes_first() {
    let page = ask("/dyad/VLD/KMK");
    for words in [
        "<svg class=\"detente-plot\"",
        "class=\"f-band\"",
        "▼ war",
        "turn-1",
        "hollow",
        "2 witnesses",
        "1 event that was denied",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(page, ask("/dyad/KMK/VLD"));
    assert!(ask("/dyad/KMK/VLD?as_of=2023-01-01").contains("as known on 1 Jan 2023"));
    assert!(ask("/dyad/KMK/Nobody").contains("no report about these two"));
}

#[test]
fn an_article_leads_from_its_words_to_its_reports() {
    let page = ask("/article/invented-27");
    assert!(page.contains("<a href=\"/event/invented-27%230\">visited</a>"));
    assert!(page.contains("&lt;b&gt;readers&lt;/b&gt; &amp; scholars"), "article text is escaped");
}

#[test]
fn data_are_the_same_rows() {
    let events: serde_json::Value = serde_json::from_str(&ask("/events.json?kind=ASSAULT")).unwrap();
    let csv = ask("/events.csv?kind=ASSAULT");
    let lines = csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(events.as_array().unwrap().len(), lines.len());
    assert_eq!(events[0]["id"], lines[0][0]);
    let dyad: serde_json::Value = serde_json::from_str(&ask("/dyad/KMK/VLD.json")).unwrap();
    assert!(dyad["standing"]["months"].as_array().unwrap().len() > 40);
    assert!(!dyad["turns"].as_array().unwrap().is_empty());
}

#[test]
fn what_is_not_there_is_said() {
    for path in ["/event/none%230", "/article/none", "/nowhere"] {
        let (status, _, page) = ask_as(desk(), path, "localhost");
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.contains("Not here"));
    }
}

#[test]
fn every_answer_forbids_scripts_and_frames() {
    for path in ["/", "/nowhere", "/events.json", "/style.css"] {
        let (_, headers, body) = ask_as(desk(), path, "localhost");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("script")
        );
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(!body.contains("<script") && !body.contains("style=\""), "{path}");
    }
}

#[test]
fn a_page_elsewhere_cannot_ask_through_a_name_of_its_own() {
    for host in ["evil.example", "evil.example:8080", "localhost.evil.example", ""] {
        assert_eq!(ask_as(desk(), "/", host).0, StatusCode::MISDIRECTED_REQUEST, "{host:?}");
    }
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080", "192.168.1.4:8080"] {
        assert_eq!(ask_as(desk(), "/style.css", host).0, StatusCode::OK, "{host:?}");
    }
}

#[test]
fn hostile_articles_stay_text() {
    let evil = "\"><script>alert(1)</script>";
    let article = Article {
        id: format!("../x#{evil}"),
        title: Some(evil.into()),
        text: format!("Ünder {evil} Ü attacked =cmd()."),
        url: Some("javascript:alert(1)".into()),
        source: Some("=HYPERLINK(\"x\")".into()),
        ..Article::default()
    };
    let party = |key: &str, start, end| Entity {
        key: key.into(),
        identifier_text: Some(evil.into()),
        entity_text: evil.into(),
        start,
        end,
        ..Entity::default()
    };
    let report = Report {
        id: format!("{}#0", article.id),
        doc: article.id.clone(),
        event: vec![EventType::Assault],
        mode: Some(evil.into()),
        context: vec![evil.into()],
        quad_code: EventType::Assault.quad(),
        event_scale: f32::MIN,
        // Spans that cut letters in two, run backwards, or lie outside.
        actor: vec![party(evil, 1, 2), party("/../", 9, 3)],
        recipient: vec![party("<b>", 90_000, 90_001)],
        date: Some(date(-9999, 1, 1)),
        enddate: Some(date(9999, 12, 31)),
        date_text: Some(evil.into()),
        date_precision: None,
        aux: vec![],
        said_by: Some(party(evil, 0, 0)),
        text_info: TextInfo { sequence: 0, start: 0, end: article.text.len() as u32 },
        event_text: "attacked".into(),
        event_loc: None,
        size: None,
        event_id: None,
        gist: Default::default(),
        confidence: None,
        evidence: vec![Evidence::new(evil, [Span { start: 5, end: 1 }, Span { start: 7, end: u32::MAX }])],
        links: vec![Link {
            to: format!("{}#0", article.id),
            kind: LinkKind::Because,
            said_by: Some(party(evil, 4, 2)),
            evidence: Evidence::new(evil, [Span { start: 1, end: 3 }]),
        }],
        cite_info: CiteInfo::default(),
        coder: Coder::default(),
    };
    let mut ledger = Ledger::in_memory().unwrap();
    ledger.add(&article, &[report], &[], &Coder::default(), date(2026, 3, 2)).unwrap();
    let desk = router(ledger);
    let name = super::words::escape(&article.id);
    let dyad = super::words::dyad_href(evil, "<b>");
    for path in ["/", "/events", "/blocs", &dyad, &format!("/event/{name}%230"), &format!("/article/{name}")]
    {
        let (status, _, page) = ask_as(desk.clone(), path, "localhost");
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        assert!(!page.contains("<script") && !page.contains("href=\"javascript"), "{path}");
    }
    let (_, _, csv) = ask_as(desk, "/events.csv", "localhost");
    assert!(csv.contains("'=HYPERLINK"), "{csv}");
}

#[test]
fn an_event_leads_to_the_events_that_its_article_links_with_it() {
    let text = "Arnor shelled Gondor after Gondor expelled an envoy.";
    let article = Article { id: "one".into(), text: text.into(), ..Article::default() };
    let party = |key: &str| Entity { key: key.into(), entity_text: key.into(), ..Entity::default() };
    let report = |n: usize, kind: EventType, a: &str, b: &str| Report {
        id: format!("one#{n}"),
        doc: "one".into(),
        event: vec![kind],
        mode: None,
        context: vec![],
        quad_code: kind.quad(),
        event_scale: -5.0,
        actor: vec![party(a)],
        recipient: vec![party(b)],
        date: None,
        enddate: None,
        date_text: None,
        date_precision: None,
        aux: vec![],
        said_by: None,
        text_info: TextInfo { sequence: 0, start: 0, end: text.len() as u32 },
        event_text: text.into(),
        event_loc: None,
        size: None,
        event_id: None,
        gist: Default::default(),
        confidence: None,
        evidence: vec![Evidence::new("test", [Span::new(6, 13)])],
        links: Vec::new(),
        cite_info: CiteInfo::default(),
        coder: Coder::default(),
    };
    let mut later = report(1, EventType::Assault, "Arnor", "Gondor");
    later.links.push(Link {
        to: "one#2".into(),
        kind: LinkKind::After,
        said_by: None,
        evidence: Evidence::new("link.after", [Span::new(21, 26)]),
    });
    let earlier = report(2, EventType::Sanction, "Gondor", "Arnor");

    // The same where the text is elsewhere: its sentence leads there.
    let mut ledger = Ledger::in_memory().unwrap();
    let bare = Article { text: String::new(), copy_of: Some("first".into()), ..article.clone() };
    let quoted = [Quoted { report: later.clone(), sentence: text.into() }];
    ledger.add_quoted(&bare, &"0".repeat(64), &quoted, &[], &Coder::default(), date(2026, 3, 2)).unwrap();
    let desk = router(ledger);
    for path in ["/event/one%231", "/article/one"] {
        let (status, _, page) = ask_as(desk.clone(), path, "localhost");
        assert!(status == StatusCode::OK && page.contains("text is not in this ledger"), "{page}");
        assert!(page.contains("shelled") && page.contains("expelled an envoy."), "{page}");
    }
    let (_, _, page) = ask_as(desk, "/article/one", "localhost");
    assert!(page.contains("A copy of"), "{page}");

    let mut ledger = Ledger::in_memory().unwrap();
    ledger.add(&article, &[later, earlier], &[], &Coder::default(), date(2026, 3, 2)).unwrap();
    let desk = router(ledger);
    for (path, words) in [
        ("/event/one%231", "after <a href=\"/event/one%232\">SANCTION"),
        ("/event/one%232", "before <a href=\"/event/one%231\">ASSAULT"),
    ] {
        let (_, _, page) = ask_as(desk.clone(), path, "localhost");
        assert!(page.contains(words) && page.contains("“after”"), "{path}: {page}");
    }
}

#[test]
fn a_taken_port_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    drop(Ledger::open(&path).unwrap());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let error = super::serve(&path, taken.local_addr().unwrap(), |_| ()).unwrap_err();
    assert!(error.to_string().contains("is taken by another program: give another port"), "{error}");
    let missing =
        super::serve(&folder.path().join("none.db"), taken.local_addr().unwrap(), |_| ()).unwrap_err();
    assert!(missing.to_string().contains("there is no ledger"));
}
