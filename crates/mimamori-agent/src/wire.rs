//! The few HTTP/1.1 messages an agent needs (RFC 9112): one request written, one answer read, each within bounds.
//!
//! Knows nothing of TLS or of what the messages mean.

use std::io::{self, Read};
use std::time::{Duration, Instant};

/// The most bytes of an answer's or request's head.
pub(crate) const HEAD_MAX_BYTES: usize = 16 * 1024;
/// The most header lines.
pub(crate) const HEADERS_MAX: usize = 48;

/// What the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The status, for example 200.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// Reads everything until a limit in time or size is met. Each read may block as long as the stream's own limit.
pub(crate) struct Bounded<R> {
    stream: R,
    begun: Instant,
    limit: Duration,
}

impl<R: Read> Bounded<R> {
    pub(crate) fn new(stream: R, limit: Duration) -> Self {
        Self { stream, begun: Instant::now(), limit }
    }

    /// Appends what comes next to `to`; false at the end.
    fn more(&mut self, to: &mut Vec<u8>) -> io::Result<bool> {
        if self.begun.elapsed() > self.limit {
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("no whole message within {} s", self.limit.as_secs()),
            ));
        }
        let mut part = [0; 8192];
        let count = loop {
            match self.stream.read(&mut part) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // A server that closes without saying so ends a message only where its length was not told; the
                // callers see to that.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break 0,
                Err(error) => return Err(error),
            }
        };
        to.extend_from_slice(part.get(..count).unwrap_or_default());
        Ok(count > 0)
    }

    /// Appends until there are at least `length` bytes.
    pub(crate) fn fill(&mut self, to: &mut Vec<u8>, length: usize) -> io::Result<()> {
        while to.len() < length {
            if !self.more(to)? {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the message was cut off"));
            }
        }
        Ok(())
    }

    /// The bytes up to and with the blank line, and what came after it.
    pub(crate) fn head(&mut self) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let mut bytes = Vec::new();
        loop {
            let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(at) = end.filter(|at| *at <= HEAD_MAX_BYTES) {
                let rest = bytes.split_off(at + 4);
                return Ok((bytes, rest));
            }
            if bytes.len() > HEAD_MAX_BYTES {
                return Err(not_http("the head is too long"));
            }
            if !self.more(&mut bytes)? {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the message was cut off"));
            }
        }
    }
}

/// Reads an answer whose body has at most `max` bytes, within `limit`.
pub(crate) fn read_answer(stream: impl Read, max: usize, limit: Duration) -> io::Result<Said> {
    let mut stream = Bounded::new(stream, limit);
    let (head, mut body) = stream.head()?;
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut answer = httparse::Response::new(&mut headers);
    let whole = answer.parse(&head).map_err(|error| not_http(&error.to_string()))?;
    let (true, Some(status)) = (whole.is_complete(), answer.code) else { return Err(not_http("no status")) };
    let chunked = header(answer.headers, "transfer-encoding")
        .is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    if chunked {
        let body = read_chunks(&mut stream, body, max)?;
        return Ok(Said { status, body });
    }
    match header(answer.headers, "content-length") {
        Some(length) => {
            let length: usize = length.parse().map_err(|_| not_http("the length is no number"))?;
            if length > max {
                return Err(not_http("the answer is too long"));
            }
            stream.fill(&mut body, length)?;
            body.truncate(length);
        }
        None => {
            while stream.more(&mut body)? {
                if body.len() > max {
                    return Err(not_http("the answer is too long"));
                }
            }
        }
    }
    Ok(Said { status, body })
}

fn read_chunks<R: Read>(stream: &mut Bounded<R>, mut waiting: Vec<u8>, max: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let (start, size) = loop {
            match httparse::parse_chunk_size(&waiting) {
                Ok(httparse::Status::Complete(found)) => break found,
                Ok(httparse::Status::Partial) if waiting.len() < 64 => {
                    let length = waiting.len() + 1;
                    stream.fill(&mut waiting, length)?;
                }
                _ => return Err(not_http("a part's length cannot be read")),
            }
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size == 0 {
            return Ok(body);
        }
        if size > max.saturating_sub(body.len()) {
            return Err(not_http("the answer is too long"));
        }
        stream.fill(&mut waiting, start + size + 2)?;
        body.extend_from_slice(waiting.get(start..start + size).unwrap_or_default());
        waiting.drain(..start + size + 2);
    }
}

/// The value of a header that is text.
pub(crate) fn header<'a>(headers: &[httparse::Header<'a>], name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    std::str::from_utf8(found.value).ok().map(str::trim)
}

pub(crate) fn not_http(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time, as a network may.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(3).min(to.len());
            let (now, later) = self.0.split_at(count);
            to[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    fn read(text: &str) -> io::Result<Said> {
        read_answer(Drip(text.as_bytes()), 100, Duration::from_secs(5))
    }

    #[test]
    fn reads_answers_of_every_length() {
        let check = |text: &str, status: u16, body: &str| {
            assert_eq!(read(text).unwrap(), Said { status, body: body.into() }, "{text}");
        };
        check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", 200, "hello");
        check("HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n", 204, "");
        check("HTTP/1.1 409 Conflict\r\n\r\nuntil the end", 409, "until the end");
        check(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nc;x=1\r\n and more…\r\n0\r\n\r\n",
            200,
            "hello and more…",
        );
    }

    #[test]
    fn refuses_what_is_broken_or_too_long() {
        for text in [
            "",
            "SSH-2.0-OpenSSH_9\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
            "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            &format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(200)),
            &"x".repeat(HEAD_MAX_BYTES + 10),
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_server_that_drips_does_not_hold_us() {
        struct Slow;
        impl Read for Slow {
            fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
                std::thread::sleep(Duration::from_millis(20));
                to[0] = b'x';
                Ok(1)
            }
        }
        let error = read_answer(Slow, 100, Duration::from_millis(50)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
