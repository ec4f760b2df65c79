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

use super::{Settings, router as router_with};

fn router(ledger: Ledger) -> Router {
    router_with(ledger, Settings::default())
}

/// The script that every page loads.
const SCRIPT: &str = "<script src=\"/desk.js\" defer></script>";

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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
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
fn a_page_that_is_kept_is_made_anew_when_another_program_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    drop(Ledger::open(&path).unwrap());
    let pool = super::Pool::open(&path).unwrap();
    let desk = super::pages(super::desk(pool, Settings::default()));
    for _ in 0..2 {
        assert!(ask_as(desk.clone(), "/", "localhost").2.contains("An empty ledger"));
    }
    invented::fill(&mut Ledger::open(&path).unwrap()).unwrap();
    assert!(ask_as(desk.clone(), "/", "localhost").2.contains("27 articles"));
    let (first, again) = (ask_as(desk.clone(), "/turns", "localhost"), ask_as(desk, "/turns", "localhost"));
    assert_eq!((first.0, &first.2), (again.0, &again.2));
    assert_eq!(first.1, again.1, "with its headers");
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
        "Why it was coded so",
        "To cite: Report invented-12#0",
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
    // The few of the examples are all there; of more the address leads to the rest.
    let reports: serde_json::Value =
        serde_json::from_str(&ask(dyad["all_reports"].as_str().unwrap())).unwrap();
    let sorted = |list: &serde_json::Value| {
        let mut ids: Vec<String> = list.as_array().unwrap().iter().map(|r| r["id"].to_string()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(sorted(&reports), sorted(&dyad["reports"]));
    assert_eq!(dyad["counts"]["reports"], reports.as_array().unwrap().len());
    let (status, _, page) = ask_as(desk(), "/events?with=VLD", "localhost");
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(page.contains("give either as well"), "{page}");
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
fn every_answer_forbids_scripts_of_others_and_frames() {
    for path in ["/", "/nowhere", "/events.json", "/style.css"] {
        let (_, headers, body) = ask_as(desk(), path, "localhost");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(
            policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff");
        // One script, from a file of its own; nothing stands in the page.
        assert!(!body.replace(SCRIPT, "").contains("<script") && !body.contains("style=\""), "{path}");
        assert!(!body.contains(" onclick") && !body.contains(" onload"), "{path}");
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
    let evil = "\"><script>alert(1)</script>\u{1b}[2J\u{202e}]]>";
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
        let page = page.replace(SCRIPT, "");
        assert!(!page.contains("<script") && !page.contains("href=\"javascript"), "{path}");
    }
    let actor = format!("/actor/{}", super::words::escape(evil));
    for path in ["/network", "/map", "/turns", "/actors", &actor, "/review", "/about", "/blocs"] {
        let (_, headers, page) = ask_as(desk.clone(), path, "localhost");
        assert!(headers["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
        assert!(!page.replace(SCRIPT, "").contains("<script"), "{path}");
    }
    for path in ["/network.graphml", "/network.gexf"] {
        let (status, headers, xml) = ask_as(desk.clone(), path, "localhost");
        assert_eq!((status, headers["x-content-type-options"].as_bytes()), (StatusCode::OK, &b"nosniff"[..]));
        // XML holds no control characters, and no mark of ours is made by others.
        assert!(!xml.contains("<script") && !xml.chars().any(|c| c.is_control() && c != '\n'), "{path}");
    }
    for path in ["/events.json", "/events.jsonl", "/network.json", "/map.json", "/map.geojson", "/turns.json"]
    {
        let (status, headers, json) = ask_as(desk.clone(), path, "localhost");
        assert_eq!((status, headers["x-content-type-options"].as_bytes()), (StatusCode::OK, &b"nosniff"[..]));
        let kind = headers["content-type"].to_str().unwrap();
        assert!(
            kind.contains("json") && !kind.contains("html") && !json.contains('\u{1b}'),
            "{path}: {kind}"
        );
    }
    for path in ["/events.csv", "/network.csv", "/map.csv", "/turns.csv"] {
        let (_, _, csv) = ask_as(desk.clone(), path, "localhost");
        for cell in csv::Reader::from_reader(csv.as_bytes())
            .records()
            .flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
        {
            // Days before our era begin with a sign.
            let plain = cell.parse::<f64>().is_ok() || cell.parse::<jiff::civil::Date>().is_ok();
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !plain;
            assert!(!formula, "{path}: {cell:?}");
        }
    }
    let (_, _, csv) = ask_as(desk.clone(), "/events.csv", "localhost");
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
    let error = super::serve(&path, taken.local_addr().unwrap(), Settings::default(), |_| ()).unwrap_err();
    assert!(error.to_string().contains("is taken by another program: give another port"), "{error}");
    let missing = super::serve(
        &folder.path().join("none.db"),
        taken.local_addr().unwrap(),
        Settings::default(),
        |_| (),
    )
    .unwrap_err();
    assert!(missing.to_string().contains("there is no ledger"));
}

#[test]
fn who_can_be_reached_by_others_needs_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    drop(Ledger::open(&path).unwrap());
    let error = super::serve(&path, "0.0.0.0:0".parse().unwrap(), Settings::default(), |_| ()).unwrap_err();
    assert!(error.to_string().contains("give a token"), "{error}");
}

#[test]
fn turns_are_listed_filtered_and_given_as_data() {
    let page = ask("/turns");
    for words in ["▼ war", "▲ truce", "href=\"/dyad/KMK/VLD\"", "certainty", "newest first"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(ask("/turns?kind=truce").contains("▲ truce") && !ask("/turns?kind=truce").contains("▼ war"));
    assert!(ask("/turns?region=Oceania").contains("No turn passes"));
    assert!(ask("/turns?actor=VLD&size=19").contains("No turn passes"));
    let json: serde_json::Value = serde_json::from_str(&ask("/turns.json?kind=war")).unwrap();
    let csv = ask("/turns.csv?kind=war");
    assert_eq!(json.as_array().unwrap().len(), csv.lines().count() - 1);
    assert!(csv.starts_with("actor_a,actor_b,date,date_from,date_to,direction,kind,size,certainty"));
    for bad in ["/turns?region=Atlantis", "/turns?certainty=2", "/turns?kind=love", "/turns?size=big"] {
        assert_eq!(ask_as(desk(), bad, "localhost").0, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[test]
fn without_a_reader_there_is_nothing_to_try() {
    let (status, ..) = ask_as(desk(), "/try", "localhost");
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[test]
fn a_party_has_partners_names_and_months() {
    let page = ask("/actor/VLD");
    for words in [
        "Valdria",
        "href=\"/dyad/KMK/VLD\"",
        "With whom it has to do",
        "detente-plot",
        "The numbers behind the picture",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let csv = ask("/actor/VLD.csv");
    assert!(csv.starts_with("actor,state,level") && csv.contains("\nKMK,"), "{csv}");
    assert_eq!(ask_as(desk(), "/actor/nobody", "localhost").0, StatusCode::NOT_FOUND);
    assert!(ask("/actors?name=valdria").contains("href=\"/actor/VLD\""));
    assert!(ask("/actors?name=zzz").contains("Nobody of that name"));
}

#[test]
fn the_network_of_a_day_is_a_picture_a_table_and_files() {
    let page = ask("/network");
    for words in [
        "Who stands with whom",
        "detente-plot",
        "id=\"slider\"",
        "behind the picture",
        "/dyad/KMK/VLD",
        "Blocs",
        "Who moved",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(ask("/network?view=matrix").contains("Who stands how with whom"));
    assert!(ask("/network?actor=nobody").contains("0 ties"));
    let days: Vec<String> = {
        let at = page.find("data-days=\"").unwrap() + 11;
        page[at..].split('"').next().unwrap().split(' ').map(str::to_owned).collect()
    };
    assert!(days.len() > 12 && page.contains(&format!("value=\"{}\"", days[days.len() - 1])), "{days:?}");
    let early = ask(&format!("/network?day={}", days[0]));
    assert_ne!(early, page);
    let csv = ask(&format!("/network.csv?day={}", days[days.len() - 1]));
    let json: serde_json::Value = serde_json::from_str(&ask("/network.json")).unwrap();
    assert_eq!(json.as_array().unwrap().len(), csv.lines().count() - 1);
    let graphml = ask("/network.graphml");
    assert!(graphml.contains("<node id=\"VLD\">") && graphml.ends_with("</graphml>\n"), "{graphml}");
    let gexf = ask("/network.gexf");
    assert!(gexf.contains("<spell start=\"") && gexf.contains("label=\"Valdria\""), "{gexf}");
    assert!(ask(&format!("/network?as_of={}", days[days.len() - 1])).contains("Who stands with whom"));
    assert!(ask("/network?as_of=1800-01-01").contains("Nothing in the ledger"));
}

#[test]
fn the_table_says_what_its_rows_are_like_and_how_to_cite_them() {
    let page = ask("/events");
    for words in ["Narrow down", "/events?kind=ASSAULT", "Publisher"] {
        assert!(page.contains(words), "{words}");
    }
    let all = ask("/events.jsonl").lines().count();
    let claims = ask("/events.jsonl?claimed=claims").lines().count();
    let own = ask("/events.jsonl?claimed=the%20article%20itself").lines().count();
    assert!(claims > 0 && own > 0 && claims + own == all, "{claims} + {own} = {all}");
    let scales = |order: &str| -> Vec<f64> {
        let json: serde_json::Value =
            serde_json::from_str(&ask(&format!("/events.json?order={order}"))).unwrap();
        json.as_array().unwrap().iter().map(|r| r["event_scale"].as_f64().unwrap()).collect()
    };
    assert!(scales("most%20hostile").is_sorted() && scales("friendliest").iter().rev().is_sorted());
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&ask("/events.json?either=nobody")).unwrap(),
        serde_json::json!([])
    );
    let cite = ask("/events.txt?kind=ASSAULT");
    assert!(cite.contains("Coded by Détente") && cite.contains("Licences of the articles"), "{cite}");
}

#[test]
fn an_event_shows_all_its_reports_and_why_they_belong_together() {
    let report = ask("/event/invented-12%230");
    let at = report.find("The event as all its reports tell it").unwrap();
    let href = report[..at].rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned();
    let page = ask(&href);
    for words in [
        "2 reports by 2 independent publishers",
        "Why it belongs here",
        "same parties",
        "/event/invented-12%230",
        "Permanent address",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let json: serde_json::Value = serde_json::from_str(&ask(&format!("{href}.json"))).unwrap();
    assert_eq!(json["reports"].as_array().unwrap().len(), 2);
    let json: serde_json::Value = serde_json::from_str(&ask("/event/invented-12%230.json")).unwrap();
    assert_eq!(json["id"], "invented-12#0");
}

/// A report as JSON lines have it.
fn told(id: &str, more: serde_json::Value) -> Report {
    let mut record = serde_json::json!({
        "id": id, "doc": "placed", "event": ["ASSAULT"], "quad_code": "material conflict", "event_scale": -9.0,
        "actor": [{ "key": "KMK", "entity_text": "Kormark", "start": 0, "end": 7 }],
        "recipient": [{ "key": "VLD", "entity_text": "Valdria", "start": 16, "end": 23 }],
        "date": "2026-03-01", "enddate": "2026-03-01", "aux": [], "said_by": null,
        "text_info": { "sequence": 0, "start": 0, "end": 24 }, "event_text": "shelled", "evidence": [],
        "coder": { "version": "1", "lexicon": "l", "model": "m" },
    });
    for (name, value) in more.as_object().unwrap() {
        record[name] = value.clone();
    }
    serde_json::from_value(record).unwrap()
}

#[test]
fn the_map_tints_countries_and_puts_towns_where_they_are() {
    let article =
        Article { id: "placed".into(), text: "Kormark shelled Valdria.".into(), ..Article::default() };
    let place = |name: &str, lat: f64, lon: f64, how: &str| {
        serde_json::json!({ "event_loc": { "extracted_place": name, "resolved_place": name, "lat": lat, "lon": lon,
            "country_code": "IRN", "resolution": how } })
    };
    let reports = [
        told("placed#0", place("Tehran", 35.69, 51.42, "city")),
        told("placed#1", place("Iran", 32.0, 53.0, "country")),
    ];
    let mut ledger = Ledger::in_memory().unwrap();
    ledger.add(&article, &reports, &[], &reports[0].coder, date(2026, 3, 2)).unwrap();
    let desk = router(ledger);
    let ask = |path: &str| ask_as(desk.clone(), path, "localhost");
    let (_, _, page) = ask("/map");
    for words in [
        "1 report at 1 place, 1 of countries as a whole",
        "Tehran (a town): 1 report",
        "1 report of the country as a whole",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let geo: serde_json::Value = serde_json::from_str(&ask("/map.geojson").2).unwrap();
    for feature in geo["features"].as_array().unwrap() {
        assert_eq!(
            feature["properties"]["resolution"] == "country",
            feature["geometry"].is_null(),
            "{feature}"
        );
    }
    assert!(
        ask("/map?region=Asia").2.contains("Tehran") && ask("/map?region=Africa").2.contains("says where")
    );
    assert_eq!(ask("/map?region=Atlantis").0, StatusCode::BAD_REQUEST);
}

/// Sends a form from a page of the desk itself.
fn send(desk: &Router, path: &str, form: &str) -> (StatusCode, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let request = Request::post(path)
            .header("host", "localhost:1")
            .header("origin", "http://localhost:1")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        let response = desk.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    })
}

#[test]
fn a_decision_is_a_new_row_that_shows_in_the_history_and_as_gold() {
    let article =
        Article { id: "placed".into(), text: "Kormark shelled Valdria.".into(), ..Article::default() };
    let report = told("placed#0", serde_json::json!({}));
    let made = |review: Option<&str>| {
        let mut ledger = Ledger::in_memory().unwrap();
        ledger.add(&article, std::slice::from_ref(&report), &[], &report.coder, date(2026, 3, 2)).unwrap();
        router_with(ledger, Settings { review: review.map(str::to_owned), ..Settings::default() })
    };
    let (status, page) = send(&made(None), "/event/placed%230/review", "decision=accepted");
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(page.contains("This desk only reads"), "{page}");

    let desk = made(Some("Ada"));
    let get = |path: &str| ask_as(desk.clone(), path, "localhost").2;
    assert!(get("/event/placed%230").contains("Your decision, Ada") && get("/review").contains("None yet"));
    let (status, page) = send(
        &desk,
        "/event/placed%230/review",
        "decision=corrected&kind=COERCE&actor=KMK&recipient=VLD%2FCVL&date=2026-03-01&enddate=2026-02-01&note=x",
    );
    assert_eq!(status, StatusCode::BAD_REQUEST, "{page}");
    let form = "decision=corrected&kind=COERCE&mode=&actor=KMK&recipient=VLD%2FCVL&date=2026-03-01&enddate=2026-03-02&aux=negated&note=%3Cb%3Eno+shell";
    assert_eq!(send(&desk, "/event/placed%230/review", form).0, StatusCode::SEE_OTHER);
    let page = get("/event/placed%230");
    for words in ["What reviewers decided", "corrected", "COERCE", "&lt;b&gt;no shell", "VLD/CVL"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let gold: serde_json::Value = serde_json::from_str(get("/review.jsonl").trim()).unwrap();
    assert_eq!((&gold["event"][0], &gold["recipient"][0]["key"]), (&"COERCE".into(), &"VLD/CVL".into()));
    assert_eq!((&gold["review"]["reviewer"], &gold["aux"][0]), (&"Ada".into(), &"negated".into()));
    // A second thought is a second row.
    assert_eq!(send(&desk, "/event/placed%230/review", "decision=rejected").0, StatusCode::SEE_OTHER);
    let all: serde_json::Value = serde_json::from_str(&get("/review.json")).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 2);
    let gold: serde_json::Value = serde_json::from_str(get("/review.jsonl").trim()).unwrap();
    assert_eq!(gold["event"], serde_json::json!([]));
    // The ledger still says what was read.
    assert!(get("/events?kind=ASSAULT").contains("placed%230"));
}

#[test]
fn the_words_are_explained() {
    let page = ask("/about");
    for words in ["Codebook", "martial-law", "id=\"CONSULT\"", "Limits", "Versions"] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(
        ask_as(desk(), "/lexicon", "localhost").0,
        StatusCode::NOT_FOUND,
        "without a lexicon there is no page for it"
    );
}

#[test]
fn several_dyads_stand_side_by_side() {
    let page = ask("/dyad/KMK/VLD?c=KMK&d=VLD");
    assert_eq!(
        page.matches("<svg class=\"detente-plot\"").count() - page.matches("class=\"glyph").count(),
        2,
        "two charts"
    );
    assert!(page.contains("name=\"and\" value=\"KMK~VLD\""), "{page}");
    for bad in ["/dyad/KMK/VLD?c=KMK", "/dyad/KMK/VLD?and=A~B~C", "/dyad/KMK/VLD?and=A~B~A~B~A~B~A~B~A~B~A~B"]
    {
        assert_eq!(ask_as(desk(), bad, "localhost").0, StatusCode::BAD_REQUEST, "{bad}");
    }
}
