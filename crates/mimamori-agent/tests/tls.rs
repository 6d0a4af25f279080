//! The connection over real TLS: the pinned server and no other, whatever its certificate's dates; hostile answers.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use mimamori_agent::{Client, Pin, Problem, Wire as _};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sha2::{Digest as _, Sha256};

/// A server that gives every connection the same answer. Its address, and its certificate.
fn server(
    versions: &[&'static rustls::SupportedProtocolVersion],
    answer: &'static [u8],
) -> (String, Vec<u8>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["another-name".into()]).unwrap();
    // Long over: an agent's clock may be off, so it must not look.
    (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
    let certificate = params.self_signed(&key).unwrap().der().clone();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], private)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream);
            let mut part = [0; 4096];
            if stream.read(&mut part).is_ok() {
                let _ = stream.write_all(answer);
                let _ = stream.flush();
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (address, certificate.to_vec())
}

const FINE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
const TLS13: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS13];

fn whole(certificate: &[u8]) -> Pin {
    Pin::Whole(Sha256::digest(certificate).into())
}

#[test]
fn speaks_to_the_pinned_server_and_learns_its_whole_hash() {
    let (address, certificate) = server(TLS13, FINE);
    let hash: [u8; 32] = Sha256::digest(&certificate).into();
    let client = Client::new(&address, Pin::Start(hash[..10].try_into().unwrap())).unwrap();
    assert_eq!(client.certificate(), None);
    let answer = client.post("/p", "Mimamori x", b"body").unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]));
    assert_eq!(client.certificate(), Some(hash));
    assert!(Client::new(&address, Pin::Whole(hash)).unwrap().post("/p", "x", b"").is_ok());
}

#[test]
fn another_certificate_gets_nothing() {
    let (address, _) = server(TLS13, FINE);
    for pin in [Pin::Start([7; 10]), Pin::Whole([7; 32])] {
        let problem = Client::new(&address, pin).unwrap().post("/p", "secret", b"secret").unwrap_err();
        assert!(matches!(problem, Problem::Certificate(_)), "{problem:?}");
    }
}

#[test]
fn what_is_no_server_of_ours_is_told_within_bounds() {
    let check = |answer: &'static [u8]| {
        let (address, certificate) = server(TLS13, answer);
        let begun = Instant::now();
        let problem = Client::new(&address, whole(&certificate)).unwrap().post("/p", "x", b"").unwrap_err();
        assert!(problem.is_offline(), "{problem:?}");
        assert!(begun.elapsed() < Duration::from_secs(10));
    };
    check(b"");
    check(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    check(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
    check(b"220 mail.example ESMTP\r\n\r\n");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    drop(listener);
    let problem = Client::new(&address, Pin::Whole([0; 32])).unwrap().post("/p", "x", b"").unwrap_err();
    assert!(matches!(problem, Problem::Offline(..)), "{problem:?}");
}

#[test]
fn plain_http_is_told_as_no_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let problem = Client::new(&address, Pin::Whole([0; 32])).unwrap().post("/p", "x", b"").unwrap_err();
    assert!(matches!(problem, Problem::Tls(..)), "{problem:?}");
}
