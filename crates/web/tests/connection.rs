//! Connections that are never given back: of one address, silent ones, and a client that asks and never reads.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;
use web::{Limits, serve_within};

async fn started(limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(|| async { "x".repeat(1_000_000) }));
    tokio::spawn(serve_within(limits, listener, None, router, std::future::pending()));
    address
}

fn limits() -> Limits {
    let short = Duration::from_millis(500);
    Limits { at_once: 8, each_own_address: 4, stalled: short, ..Limits::default() }
}

async fn answered(mut stream: TcpStream) -> bool {
    let mut start = [0; 12];
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.is_ok()
        && timeout(Duration::from_secs(5), stream.read_exact(&mut start)).await.is_ok_and(|read| read.is_ok())
        && start.starts_with(b"HTTP/1.1 200")
}

/// Linux takes every address of 127.0.0.0/8 for its own.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn silent_connections_of_one_address_keep_nobody_else_out() {
    let address = started(limits()).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        silent.push(socket.connect(address).await.unwrap());
    }
    assert!(answered(TcpStream::connect(address).await.unwrap()).await);
    drop(silent);
}

#[tokio::test]
async fn a_client_that_asks_and_never_reads_is_cut_off() {
    let address = started(limits()).await;
    let mut greedy = TcpStream::connect(address).await.unwrap();
    let ask = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    greedy.write_all(&ask).await.unwrap();
    let begun = Instant::now();
    // Writing on fails once the server has closed.
    let closed = timeout(Duration::from_secs(8), async {
        while greedy.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    assert!(closed.await.is_ok(), "still open after {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_connection_ends_with_its_life() {
    let address = started(Limits { life: Duration::from_millis(300), ..limits() }).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let ended = timeout(Duration::from_secs(5), stream.read(&mut [0; 10])).await.unwrap();
    assert!(matches!(ended, Ok(0) | Err(_)));
}
