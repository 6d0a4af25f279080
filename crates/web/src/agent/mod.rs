//! Agents: the listener they report to, and the pages about them.

mod answer;
pub(crate) mod enrol;
pub(crate) mod list;
mod listener;
pub(crate) mod revoke;
mod tls;

pub use listener::router;
pub use tls::acceptor;

/// Where agents find the server.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The port of their listener.
    pub port: u16,
    /// Whether only programs of this machine can reach it.
    pub loopback: bool,
    /// The address people are shown, when it was set.
    pub url: Option<String>,
}

impl Reach {
    /// The address for a page that was asked for under a host name.
    pub(crate) fn url(&self, asked_host: &str) -> String {
        if let Some(url) = &self.url {
            return url.trim_end_matches('/').to_owned();
        }
        let host = if self.loopback { "127.0.0.1" } else { without_port(asked_host) };
        format!("https://{host}:{}", self.port)
    }
}

/// A `Host` header without its port; of what is no host name, nothing that could be mistaken for one.
fn without_port(host: &str) -> &str {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    if !name.is_empty() && name.bytes().all(plain) { name } else { "mimamori.example" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_what_was_set_or_what_was_asked_for() {
        let check = |url: Option<&str>, loopback: bool, host: &str, expected: &str| {
            let reach = Reach { port: 8301, loopback, url: url.map(str::to_owned) };
            assert_eq!(reach.url(host), expected);
        };
        check(Some("https://mimamori.example.jp:8301/"), false, "x", "https://mimamori.example.jp:8301");
        check(None, true, "pc.local:8300", "https://127.0.0.1:8301");
        check(None, false, "pc.local:8300", "https://pc.local:8301");
        check(None, false, "[::1]:8300", "https://[::1]:8301");
        check(None, false, "a\" & calc", "https://mimamori.example:8301");
        check(None, false, "", "https://mimamori.example:8301");
    }
}
