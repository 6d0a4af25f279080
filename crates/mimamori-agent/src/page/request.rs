//! A browser's request, read within bounds, and whether it may be answered at all.
//!
//! The page listens on the loopback address alone, and still others could try: a web page in the user's browser, under
//! a name that it points at 127.0.0.1 (DNS rebinding), or with a form of its own. So the Host must be the address and
//! port, a form must come from this very page, and everything but the way in needs the cookie.

use std::io::Read;
use std::time::Duration;

use model::Lang;

use crate::wire::{Bounded, HEADERS_MAX, header, not_http};

/// The most bytes of a form.
const BODY_MAX_BYTES: usize = 8 * 1024;
/// How long a request may take.
const REQUEST_MAX: Duration = Duration::from_secs(10);
/// The cookie's name.
pub(super) const COOKIE: &str = "mimamori_agent";

/// What a browser asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) post: bool,
    pub(super) path: String,
    /// What was asked or filled in, decoded.
    pub(super) fields: Vec<(String, String)>,
    pub(super) host: String,
    pub(super) origin: Option<String>,
    pub(super) cookie: Option<String>,
    pub(super) lang: Lang,
}

impl Request {
    /// Reads one request.
    pub(super) fn read(stream: impl Read) -> std::io::Result<Self> {
        let mut stream = Bounded::new(stream, REQUEST_MAX);
        let (head, mut body) = stream.head()?;
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut parsed = httparse::Request::new(&mut headers);
        let whole = parsed.parse(&head).map_err(|error| not_http(&error.to_string()))?;
        let (true, Some(method), Some(target)) = (whole.is_complete(), parsed.method, parsed.path) else {
            return Err(not_http("no request"));
        };
        let post = match method {
            "GET" => false,
            "POST" => true,
            _ => return Err(not_http("neither GET nor POST")),
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut fields = fields(query);
        if post {
            let length = header(parsed.headers, "content-length").and_then(|length| length.parse().ok());
            let length: usize = length
                .filter(|length| *length <= BODY_MAX_BYTES)
                .ok_or_else(|| not_http("the form is too long"))?;
            stream.fill(&mut body, length)?;
            body.truncate(length);
            fields = self::fields(&String::from_utf8_lossy(&body));
        }
        let text = |name| header(parsed.headers, name).map(str::to_owned);
        Ok(Self {
            post,
            path: path.to_owned(),
            fields,
            host: text("host").unwrap_or_default(),
            origin: text("origin"),
            cookie: text("cookie").and_then(|all| cookie(&all)),
            lang: language(&text("accept-language").unwrap_or_default()),
        })
    }

    /// A field's value.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether it was sent to this page, by this page where it changes something.
    pub(super) fn is_ours(&self, port: u16) -> bool {
        let own = format!("127.0.0.1:{port}");
        let origin = self.origin.as_deref().map(|origin| origin == format!("http://{own}"));
        self.host == own && if self.post { origin == Some(true) } else { origin != Some(false) }
    }
}

fn cookie(all: &str) -> Option<String> {
    let found = all.split(';').find_map(|one| one.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    found.map(str::to_owned)
}

/// The first of our languages that the browser names.
fn language(accepted: &str) -> Lang {
    accepted.split(',').find_map(|one| Lang::from_code(one.trim())).unwrap_or_else(super::super::lang::here)
}

fn fields(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).take(20);
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                let value = high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                bytes.push(value.unwrap_or(b'?'));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> std::io::Result<Request> {
        Request::read(text.as_bytes())
    }

    #[test]
    fn reads_what_a_browser_sends() {
        let request = read(
            "POST /fix HTTP/1.1\r\nHost: 127.0.0.1:8309\r\nOrigin: http://127.0.0.1:8309\r\nContent-Length: 21\r\n\
             Cookie: a=b; mimamori_agent=xyz\r\nAccept-Language: fr, en;q=0.9, ja;q=0.8\r\n\r\nid=a%2Db+c&form=%E3%81",
        )
        .unwrap();
        assert!(request.post && request.is_ours(8309) && !request.is_ours(8310));
        assert_eq!(
            (request.field("id"), request.cookie.as_deref(), request.lang),
            ("a-b c", Some("xyz"), Lang::En)
        );
        let get = read("GET /?lang=ja HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n").unwrap();
        assert_eq!((get.path.as_str(), get.field("lang")), ("/", "ja"));
    }

    #[test]
    fn another_name_and_another_page_are_not_ours() {
        let check = |head: &str, ours: bool| {
            let request = read(&format!("{head}\r\nContent-Length: 0\r\n\r\n")).unwrap();
            assert_eq!(request.is_ours(8309), ours, "{head}");
        };
        check("GET / HTTP/1.1\r\nHost: 127.0.0.1:8309", true);
        check("GET / HTTP/1.1\r\nHost: evil.example:8309", false);
        check("GET / HTTP/1.1\r\nHost: localhost:8309", false);
        check("GET / HTTP/1.1\r\nX: y", false);
        check("GET / HTTP/1.1\r\nHost: 127.0.0.1:8309\r\nOrigin: http://evil.example", false);
        check("POST /fix HTTP/1.1\r\nHost: 127.0.0.1:8309", false);
        check("POST /fix HTTP/1.1\r\nHost: 127.0.0.1:8309\r\nOrigin: null", false);
        check("POST /fix HTTP/1.1\r\nHost: 127.0.0.1:8309\r\nOrigin: http://127.0.0.1:8309", true);
    }

    #[test]
    fn refuses_what_is_broken() {
        for text in [
            "",
            "PUT / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx",
            &format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(20_000)),
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
