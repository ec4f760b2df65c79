//! Connections: how many at once, how long each may take. Whoever opens thousands, sends a letter a minute or never reads
//! an answer keeps nobody else out: room is for [`Room::most`] connections, and a connection that does not get on is closed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_service::Service as _;

use crate::Failure;

/// What is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Connections at once. Others are told so and closed. A process may usually open 1,024 files.
    pub most: usize,
    /// How long the head of a request may take, also that of the next one on a connection that is kept.
    pub head: Duration,
    /// How long a request may take from its head to the head of its answer, with what it sends.
    pub request: Duration,
    /// How long a connection may last.
    pub life: Duration,
}

impl Default for Room {
    fn default() -> Room {
        Room {
            most: 512,
            head: Duration::from_secs(10),
            request: Duration::from_secs(30),
            life: Duration::from_secs(600),
        }
    }
}

/// Bytes that the head of a request may have; the longest address of the desk's own has some hundred.
const HEAD: usize = 32 << 10;

/// What those hear for whom there is no room.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\
    content-length: 68\r\n\r\ntoo many connections are open: wait a moment, then load it once more";

/// Lets visitors in, for ever.
pub async fn open(listener: TcpListener, router: Router, room: Room) -> Infallible {
    let places = Arc::new(Semaphore::new(room.most));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => {
                // Most often too many files are open; those who are here will go.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => drop(tokio::spawn(visit(stream, router.clone(), room, place))),
            Err(_) => drop(tokio::spawn(turn_away(stream))),
        }
    }
}

async fn turn_away(mut stream: TcpStream) {
    // Whoever does not listen need not hear it.
    let _ = tokio::time::timeout(Duration::from_secs(1), stream.write_all(FULL)).await;
}

async fn visit(stream: TcpStream, router: Router, room: Room, _place: OwnedSemaphorePermit) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        async move {
            let answer = router.call(request.map(Body::new));
            let answer: Result<Response, Infallible> = match tokio::time::timeout(room.request, answer).await
            {
                Ok(answer) => answer,
                Err(_) => Ok(axum::response::IntoResponse::into_response(Failure::slow())),
            };
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(room.head)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // A visitor who breaks off, or sends no HTTP, is no fault of ours.
    let _ = tokio::time::timeout(room.life, connection).await;
}

#[cfg(test)]
mod tests;
