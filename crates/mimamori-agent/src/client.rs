//! The connection to the server: TLS 1.3 to the pinned certificate and nothing else, one message per connection.
//!
//! Everything has a limit: 30 s without a byte, two minutes in all, [`MESSAGE_MAX_BYTES`] for an answer.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use model::agent::MESSAGE_MAX_BYTES;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::pin::Pinned;
use crate::{Pin, Problem, wire};

/// How long to wait for a connection, and for each byte.
const QUIET_MAX: Duration = Duration::from_secs(30);
/// How long an answer may take in all.
const WHOLE_MAX: Duration = Duration::from_secs(120);
/// The port when the address names none.
const PORT: u16 = 8301;

/// What the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, JSON.
    pub body: Vec<u8>,
}

/// What carries messages to a server.
pub trait Wire {
    /// Sends one message and waits for the answer.
    ///
    /// # Errors
    /// [`Problem`] when there is no answer; a refusal is an answer.
    fn post(&self, path: &str, authorization: &str, body: &[u8]) -> Result<Answer, Problem>;
}

/// How many bytes went over the network, TLS included.
#[derive(Debug, Default)]
pub struct Traffic {
    /// To the server.
    pub sent: AtomicU64,
    /// From the server.
    pub received: AtomicU64,
}

/// A server, and how to speak to it.
#[derive(Clone)]
pub struct Client {
    host: String,
    port: u16,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
    pinned: Arc<Pinned>,
    traffic: Option<Arc<Traffic>>,
}

impl Client {
    /// A server by its address, for example `https://mimamori.example.co.jp:8301`, and what is known of its certificate.
    ///
    /// # Errors
    /// [`Problem::Address`] when it is not `https://` and a name, with a port or without.
    pub fn new(address: &str, pin: Pin) -> Result<Self, Problem> {
        let (host, port) =
            parts(address).ok_or_else(|| Problem::Address(address.chars().take(200).collect()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let pinned = Arc::new(Pinned::new(pin, provider.clone()));
        let tls = |error: rustls::Error| Problem::Tls(address.to_owned(), error.to_string());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(tls)?
            .dangerous()
            .with_custom_certificate_verifier(pinned.clone())
            .with_no_client_auth();
        config.resumption = rustls::client::Resumption::in_memory_sessions(1);
        // The name is not what tells the server; a name that TLS cannot carry is replaced by one that means nothing.
        let name = ServerName::try_from(host.clone())
            .or_else(|_| ServerName::try_from("mimamori.invalid".to_owned()))
            .map_err(|_| Problem::Address(address.to_owned()))?;
        Ok(Self { host, port, name, config: Arc::new(config), pinned, traffic: None })
    }

    /// The same, counting bytes.
    #[must_use]
    pub fn counting(mut self, traffic: Arc<Traffic>) -> Self {
        self.traffic = Some(traffic);
        self
    }

    /// The SHA-256 of the server's certificate, once there was a connection.
    #[must_use]
    pub fn certificate(&self) -> Option<[u8; 32]> {
        self.pinned.seen()
    }

    fn shown(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    fn connected(&self) -> Result<TcpStream, Problem> {
        let offline = |error| Problem::Offline(self.shown(), error);
        let bare = self.host.trim_matches(['[', ']']);
        let mut last = io::Error::new(io::ErrorKind::NotFound, "no address for this name");
        for place in (bare, self.port).to_socket_addrs().map_err(offline)?.take(4) {
            match TcpStream::connect_timeout(&place, QUIET_MAX) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(QUIET_MAX)).map_err(offline)?;
                    stream.set_write_timeout(Some(QUIET_MAX)).map_err(offline)?;
                    stream.set_nodelay(true).map_err(offline)?;
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(offline(last))
    }

    /// What an error on an open connection means.
    fn broken(&self, error: io::Error) -> Problem {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match tls {
            Some(rustls::Error::InvalidCertificate(_)) => Problem::Certificate(self.shown()),
            Some(other) => Problem::Tls(self.shown(), other.to_string()),
            None if error.kind() == io::ErrorKind::InvalidData => Problem::Answer(error.to_string()),
            None => Problem::Offline(self.shown(), error),
        }
    }
}

impl Wire for Client {
    fn post(&self, path: &str, authorization: &str, body: &[u8]) -> Result<Answer, Problem> {
        let stream = Counted { stream: self.connected()?, traffic: self.traffic.clone() };
        let connection = ClientConnection::new(self.config.clone(), self.name.clone())
            .map_err(|error| Problem::Tls(self.shown(), error.to_string()))?;
        let mut stream = StreamOwned::new(connection, stream);
        let mut message = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {authorization}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.shown(),
            body.len()
        )
        .into_bytes();
        message.extend_from_slice(body);
        let written = stream.write_all(&message).and_then(|()| stream.flush());
        // A server may refuse, and close, before it has read everything: then its answer says more than our error.
        let said = match (wire::read_answer(&mut stream, MESSAGE_MAX_BYTES, WHOLE_MAX), written) {
            (Ok(said), _) => said,
            (Err(_), Err(error)) | (Err(error), Ok(())) => return Err(self.broken(error)),
        };
        stream.conn.send_close_notify();
        // The answer is here; whether the farewell arrives does not matter.
        let _ = stream.flush();
        Ok(Answer { status: said.status, body: said.body })
    }
}

struct Counted {
    stream: TcpStream,
    traffic: Option<Arc<Traffic>>,
}

impl Read for Counted {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(to)?;
        if let Some(traffic) = &self.traffic {
            traffic.received.fetch_add(count as u64, Ordering::Relaxed);
        }
        Ok(count)
    }
}

impl Write for Counted {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(from)?;
        if let Some(traffic) = &self.traffic {
            traffic.sent.fetch_add(count as u64, Ordering::Relaxed);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Host and port of `https://host[:port][/]`; an IPv6 address keeps its brackets.
fn parts(address: &str) -> Option<(String, u16)> {
    let rest = address.trim().strip_prefix("https://")?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok().filter(|port| *port > 0)?),
        _ => (rest, PORT),
    };
    let bare = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    let sound = match bare {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.len() <= 253
                && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        }
    };
    sound.then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses() {
        let check = |address: &str, expected: Option<(&str, u16)>| {
            assert_eq!(parts(address), expected.map(|(host, port)| (host.to_owned(), port)), "{address}");
        };
        check("https://mimamori.example.co.jp", Some(("mimamori.example.co.jp", PORT)));
        check("https://mimamori:9443/", Some(("mimamori", 9443)));
        check("https://192.168.1.5:8301", Some(("192.168.1.5", 8301)));
        check("https://[::1]:8301", Some(("[::1]", 8301)));
        check("https://[::1]", Some(("[::1]", PORT)));
        for bad in [
            "http://mimamori",
            "mimamori",
            "https://",
            "https://a:0",
            "https://a:99999",
            "https://a/b",
            "https://a\r\nb",
            "https://[::1",
        ] {
            check(bad, None);
        }
    }
}
