//! A ledger that is served, and visitors who wish it ill: it answers those who ask well, all the while.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use detente::article::Article;
use detente::report::{Coder, Report};
use detente_ledger::Ledger;
use jiff::civil::date;

use super::{FULL, Room};
use crate::{Settings, serve_in};

/// A desk on a ledger with these articles; it is served until the tests end.
fn served(room: Room, fill: impl FnOnce(&mut Ledger)) -> SocketAddr {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.keep().join("l.db");
    fill(&mut Ledger::open(&path).unwrap());
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        serve_in(&path, "127.0.0.1:0".parse().unwrap(), Settings::default(), room, |at| {
            send.send(at).unwrap();
        })
    });
    receive.recv_timeout(Duration::from_secs(20)).unwrap()
}

fn nothing(_: &mut Ledger) {}

fn connect(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// What comes until the other side closes; an empty answer where it closes at once.
fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is reset is closed as well.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends bytes as they are; the status of the answer, 0 where there is none.
fn send(at: SocketAddr, bytes: &[u8]) -> (u16, String) {
    let mut stream = connect(at);
    let _ = stream.write_all(bytes);
    let answer = rest(stream);
    let status = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    (status, answer)
}

fn get(at: SocketAddr, path: &str) -> (u16, String) {
    send(at, format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes())
}

/// A visitor who asks well is answered, sooner or later.
fn answers_soon(at: SocketAddr, within: Duration) {
    let begun = Instant::now();
    while get(at, "/about").0 != 200 {
        assert!(begun.elapsed() < within, "nobody is answered any more");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn those_without_room_hear_a_whole_answer() {
    let text = std::str::from_utf8(FULL).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
}

#[test]
fn open_connections_and_slow_letters_keep_nobody_out_for_long() {
    let room = Room { most: 40, head: Duration::from_millis(700), ..Room::default() };
    let at = served(room, nothing);
    answers_soon(at, Duration::from_secs(5));
    // Some say nothing at all, some a letter at a time.
    let mut idle: Vec<TcpStream> = (0..150).map(|_| connect(at)).collect();
    let dripping = std::thread::spawn(move || {
        let mut slow = connect(at);
        let begun = Instant::now();
        for letter in b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ".iter().chain(std::iter::repeat(&b'x'))
        {
            if slow.write_all(&[*letter]).is_err() || begun.elapsed() > Duration::from_secs(15) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        begun.elapsed()
    });
    answers_soon(at, Duration::from_secs(10));
    assert!(dripping.join().unwrap() < Duration::from_secs(10), "a slow head is cut off");
    // Those for whom there was no room were told so; those who said nothing were closed.
    let last = rest(idle.pop().unwrap());
    assert!(last.is_empty() || last.starts_with("HTTP/1.1 503"), "{last}");
    // A connection that is kept and not used goes as well.
    let mut kept = connect(at);
    kept.write_all(b"GET /style.css HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let begun = Instant::now();
    assert!(rest(kept).starts_with("HTTP/1.1 200") && begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_form_that_never_ends_is_cut_off() {
    let at = served(Room { request: Duration::from_millis(700), ..Room::default() }, nothing);
    let begun = Instant::now();
    let head = "POST /event/x/review HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\nconnection: close\r\n\
                content-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\ndecision=acc";
    let (status, answer) = send(at, head.as_bytes());
    assert!(matches!(status, 400 | 408 | 503), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(10));
    let big = "x".repeat(3 << 20);
    let head = head.replace("1000", &big.len().to_string()) + &big;
    assert!(matches!(send(at, head.as_bytes()).0, 0 | 400 | 413), "too much is not taken");
    answers_soon(at, Duration::from_secs(5));
}

#[test]
fn odd_requests_are_refused_and_harm_nothing() {
    let at = served(Room::default(), nothing);
    let ask = |line: &str, more: &str| {
        send(at, format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{more}\r\n").as_bytes())
    };
    let long = "x".repeat(20_000);
    for (path, wanted) in [
        ("/%00", &[404][..]),
        ("/article/%00", &[404]),
        ("/article/..%2f..%2fetc%2fpasswd", &[404]),
        ("/../../../etc/passwd", &[404]),
        ("/article/../../../etc/passwd", &[404]),
        ("/style.css/../../x", &[404]),
        ("//evil.example/", &[404]),
        ("/article/%ff%fe", &[400]),
        ("/event/%c3%28", &[400]),
        ("/events?text=%ff%00%c0%af", &[200, 400]),
        ("/events?text=%22%27%29%3b+OR+NEAR%28+%2a", &[200]),
        ("/events?text=%00", &[200]),
        (&format!("/events?text={long}"), &[200, 400]),
        (&format!("/actors?name={}", "%F0%9F%92%A9".repeat(1500)), &[200]),
        (&format!("/dyad/{long}/b"), &[200, 404]),
        ("/events?page=99999999999999999999", &[400]),
        ("/events?from=9999-12-31&to=-9999-01-01", &[200, 400]),
        ("/turns?certainty=NaN&size=-inf", &[200, 400]),
        ("/network?on=9999-12-31", &[200, 400]),
        ("/map?on=-9999-01-01&x=1e999", &[200, 400]),
        ("/events?kind=%1b%5b2J", &[400]),
        ("/?as_of=0000-00-00", &[400]),
    ] {
        let (status, answer) = ask(&format!("GET {path}"), "");
        let shown = &path[..path.len().min(60)];
        assert!(wanted.contains(&status), "{shown}: {status} {}", &answer[..answer.len().min(300)]);
        assert!(!answer.contains('\u{1b}') && !answer.contains("root:"), "{shown}");
    }
    // Other hosts, no host, two hosts; whole addresses; pages of others that send forms.
    for (head, wanted) in [
        ("GET / HTTP/1.1\r\nhost: evil.example\r\n", &[421][..]),
        ("GET / HTTP/1.1\r\nhost: localhost.evil.example:8484\r\n", &[421]),
        ("GET / HTTP/1.1\r\n", &[400, 421]),
        ("GET / HTTP/1.0\r\n", &[400, 421]),
        ("GET / HTTP/1.1\r\nhost: evil.example\r\nhost: localhost\r\n", &[400, 421]),
        ("GET / HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n", &[400, 421]),
        ("GET http://evil.example/ HTTP/1.1\r\nhost: localhost\r\n", &[400, 421]),
        (
            "POST /event/x/review HTTP/1.1\r\nhost: localhost\r\norigin: http://evil.example\r\ncontent-length: 0\r\n",
            &[403],
        ),
        ("POST /try HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n", &[403]),
        ("DELETE / HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\n", &[405]),
        ("TRACE / HTTP/1.1\r\nhost: localhost\r\n", &[403, 405]),
        ("BREW / HTTP/1.1\r\nhost: localhost\r\n", &[403, 405]),
        ("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nhost: localhost\r\n", &[404]),
    ] {
        let (status, answer) = send(at, format!("{head}connection: close\r\n\r\n").as_bytes());
        assert!(wanted.contains(&status), "{head:?}: {status} {}", &answer[..answer.len().min(300)]);
    }
    // What is no request at all, too long a head, and one that breaks off.
    let heads = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "a: b\r\n".repeat(5_000));
    let address = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "z".repeat(100_000));
    for bytes in [
        heads.as_bytes(),
        many.as_bytes(),
        address.as_bytes(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00\x00\x00\x00\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /try HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzzzz\r\n",
        b"POST /try HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"GET / HTTP/1.1\r\nhost: local\x80\xff\r\nconnection: close\r\n\r\n",
    ] {
        let (status, answer) = send(at, bytes);
        let refused = matches!(status, 0 | 400 | 403 | 414 | 421 | 431);
        assert!(refused, "{:?}: {answer}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
    }
    let mut half = connect(at);
    half.write_all(b"GET /events HTTP/1.1\r\nhos").unwrap();
    drop(half);
    answers_soon(at, Duration::from_secs(5));
}

/// Many reports, so that an answer with all of them is longer than what stands between two machines.
fn a_long_answer(ledger: &mut Ledger) {
    let text = "Kormark shelled Valdria. ".repeat(1000);
    let article = Article { id: "long".into(), text: text.clone(), ..Article::default() };
    let reports: Vec<Report> = (0..900)
        .map(|n| {
            serde_json::from_value(serde_json::json!({
                "id": format!("long#{n}"), "doc": "long", "event": ["ASSAULT"], "quad_code": "material conflict",
                "event_scale": -9.0, "date": null, "enddate": null, "aux": [], "said_by": null,
                "actor": [{ "key": "KMK", "entity_text": "Kormark", "start": 0, "end": 7 }],
                "recipient": [{ "key": "VLD", "entity_text": "Valdria", "start": 16, "end": 23 }],
                "text_info": { "sequence": 0, "start": 0, "end": text.len() }, "event_text": "shelled", "evidence": [],
                "coder": { "version": "1", "lexicon": "l", "model": "m" },
            }))
            .unwrap()
        })
        .collect();
    ledger.relate_later(true);
    ledger.add(&article, &reports, &[], &Coder::default(), date(2026, 3, 2)).unwrap();
}

#[test]
fn visitors_who_never_read_their_answers_keep_nobody_out_and_get_no_half_answer_that_looks_whole() {
    let at = served(Room::default(), a_long_answer);
    let ask = b"GET /events.json HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    // More than there are hands.
    let mut lazy: Vec<TcpStream> = (0..10)
        .map(|_| {
            let mut stream = connect(at);
            stream.write_all(ask).unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(200));
    answers_soon(at, Duration::from_secs(30));
    // Who reads gets all of it, with the mark of its end.
    let whole = send(at, ask).1;
    assert!(whole.ends_with("0\r\n\r\n") && whole.contains("long#899"), "{}", whole.len());
    // Who comes back late sees that it breaks off.
    let late = rest(lazy.swap_remove(0));
    assert!(late.len() < whole.len() && !late.ends_with("0\r\n\r\n"), "{} of {}", late.len(), whole.len());
}
