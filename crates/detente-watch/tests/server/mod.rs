//! A web server for tests that does what it is told, also what no server should: on a port of its own, a thread for each
//! connection, one answer for each. What it was asked is written down.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: BTreeMap<String, String>,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What it does about it.
#[derive(Clone, Debug)]
pub enum Does {
    /// An answer: status, headers, body.
    Answers(u16, Vec<(String, String)>, Vec<u8>),
    /// These bytes and no others, then it closes.
    Raw(Vec<u8>),
    /// One byte after the other, for ever.
    Drips,
    /// A body that never ends.
    Floods,
    /// Nothing, while the connection stays open.
    Hangs,
    /// It closes at once.
    Closes,
}

pub type Answering = dyn Fn(&Asked) -> Does + Send + Sync;

pub struct Server {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    over: Arc<AtomicBool>,
    answering: Arc<Mutex<Arc<Answering>>>,
}

impl Server {
    /// One that answers so.
    pub fn new(answering: impl Fn(&Asked) -> Does + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let over = Arc::new(AtomicBool::new(false));
        let answering: Arc<Mutex<Arc<Answering>>> = Arc::new(Mutex::new(Arc::new(answering)));
        let (log, end, answer) = (Arc::clone(&asked), Arc::clone(&over), Arc::clone(&answering));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let (log, end, answer) = (Arc::clone(&log), Arc::clone(&end), Arc::clone(&answer));
                if let Ok(stream) = stream {
                    std::thread::spawn(move || serve(stream, &log, &end, &answer));
                }
            }
        });
        Server { port, asked, over, answering }
    }

    /// From now on it answers so.
    pub fn answer(&self, answering: impl Fn(&Asked) -> Does + Send + Sync + 'static) {
        *self.answering.lock().expect("no panic") = Arc::new(answering);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    /// The paths it was asked for.
    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|a| a.path).collect()
    }

    pub fn forget(&self) {
        self.asked.lock().expect("no panic").clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Asked>>,
    over: &AtomicBool,
    answering: &Mutex<Arc<Answering>>,
) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let Ok(copy) = stream.try_clone() else { return };
    let mut lines = BufReader::new(copy).lines();
    let Some(Ok(first)) = lines.next() else { return };
    let path = first.split(' ').nth(1).unwrap_or("").to_owned();
    let mut headers = BTreeMap::new();
    for line in lines.by_ref() {
        let Ok(line) = line else { return };
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
    }
    let asked = Asked { path, headers };
    log.lock().expect("no panic").push(asked.clone());
    let answering = Arc::clone(&answering.lock().expect("no panic"));
    match answering(&asked) {
        Does::Answers(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} Yes\r\nConnection: close\r\n");
            for (name, value) in &headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            if !headers.iter().any(|(name, _)| name == "Content-Length") {
                head.push_str(&format!("Content-Length: {}\r\n", body.len()));
            }
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(b"\r\n");
            let _ = stream.write_all(&body);
        }
        Does::Raw(bytes) => {
            let _ = stream.write_all(&bytes);
        }
        Does::Drips => {
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n<rss>",
            );
            while !over.load(Ordering::SeqCst) && stream.write_all(b" ").is_ok() {
                std::thread::sleep(Duration::from_millis(30));
            }
        }
        Does::Floods => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>");
            let flood = vec![b' '; 1 << 20];
            while !over.load(Ordering::SeqCst) && stream.write_all(&flood).is_ok() {}
        }
        Does::Hangs => {
            while !over.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(30));
            }
        }
        Does::Closes => {}
    }
}

/// 200 with this body.
pub fn fine(mime: &str, body: impl Into<Vec<u8>>) -> Does {
    Does::Answers(200, vec![("Content-Type".into(), mime.into())], body.into())
}

/// A status without a body, with headers.
pub fn says(status: u16, headers: &[(&str, &str)]) -> Does {
    Does::Answers(status, headers.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(), Vec::new())
}

/// An English text of its own for each number, long enough to be known as one.
pub fn text(n: usize) -> String {
    format!(
        "Avaria recalled its envoy number {n} from Belmora on Monday and said that the talks on the strait would not go on \
         before the spring of the year {}.",
        2030 + n
    )
}

/// An item of RSS.
pub fn item(n: usize) -> String {
    format!(
        "<item><title>Envoy {n} recalled</title><guid isPermaLink=\"false\">g{n}</guid>\
         <pubDate>Mon, 19 Aug 2019 08:00:00 +0000</pubDate><description>{}</description></item>",
        text(n)
    )
}

/// A feed of these items.
pub fn rss(items: impl IntoIterator<Item = String>) -> String {
    let items: String = items.into_iter().collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>The Strait Post</title>{items}</channel></rss>"
    )
}

/// A page with an article.
pub fn page(n: usize) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>Envoy {n} recalled</title></head><body><nav><a href=/>Home</a></nav><article>\
         <h1>Envoy {n} recalled</h1><p>{} The two governments said that their envoys, who had met twice this year, would return to \
         their posts.</p><p>The second paragraph of the page says more than the feed does, and so it is worth fetching it.</p><p>A \
         spokeswoman in Morstad, who asked not to be named, called the step a warning to the other side.</p></article></body></html>",
        text(n)
    )
}
