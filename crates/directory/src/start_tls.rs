//! Begins TLS on an open LDAP connection (RFC 4511, 4.14), without letting anything of what is said before TLS near a
//! parser of any size: whoever sits on the path speaks there too.
//!
//! One message is sent; of the answer no more than [`ANSWER_MAX_BYTES`] is read, and only its result code and words are
//! looked at. Whatever follows it in the clear is taken for TLS, and fails as such.

use std::io::{Error, ErrorKind};

use ldap3::{LdapError, LdapResult};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The request: message 1, extended request 1.3.6.1.4.1.1466.20037.
const REQUEST: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";
/// The longest answer: a code, a name and some words.
const ANSWER_MAX_BYTES: usize = 4096;

/// Connects to `host:port` and asks for TLS; what is left is to begin it.
///
/// # Errors
/// The connection, a refusal, or an answer that is none.
pub(crate) async fn begin(place: &str) -> Result<std::net::TcpStream, LdapError> {
    let mut stream = TcpStream::connect(place).await?;
    stream.write_all(REQUEST).await?;
    let answer = read(&mut stream).await?;
    let (code, text) = answered(&answer).ok_or_else(malformed)?;
    if code != 0 {
        let result =
            LdapResult { rc: code, matched: String::new(), text, refs: Vec::new(), ctrls: Vec::new() };
        return Err(LdapError::LdapResult { result });
    }
    Ok(stream.into_std()?)
}

fn malformed() -> Error {
    Error::new(ErrorKind::InvalidData, "the answer to StartTLS is none")
}

/// The content of one message, and not a byte more.
async fn read(stream: &mut TcpStream) -> Result<Vec<u8>, Error> {
    if stream.read_u8().await? != 0x30 {
        return Err(malformed());
    }
    let first = stream.read_u8().await?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        // Active Directory writes lengths in four bytes.
        let bytes = first & 0x7f;
        if !(1..=4).contains(&bytes) {
            return Err(malformed());
        }
        length = 0;
        for _ in 0..bytes {
            length = (length << 8) | usize::from(stream.read_u8().await?);
        }
    }
    if length > ANSWER_MAX_BYTES {
        return Err(malformed());
    }
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await?;
    Ok(content)
}

/// Takes one element off the front: its tag and content.
fn element<'a>(bytes: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, mut rest) = rest.split_first()?;
    let mut length = usize::from(*first);
    if first & 0x80 != 0 {
        let (digits, after) =
            rest.split_at_checked(usize::from(first & 0x7f)).filter(|(own, _)| own.len() <= 4)?;
        length = digits.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(length)?;
    *bytes = after;
    Some((*tag, content))
}

/// The result code and words of the extended response to message 1.
fn answered(message: &[u8]) -> Option<(u32, String)> {
    let mut rest = message;
    if element(&mut rest)? != (0x02, &[1]) {
        return None;
    }
    let (0x78, mut response) = element(&mut rest)? else { return None };
    let (0x0a, [code]) = element(&mut response)? else { return None };
    let _matched = element(&mut response)?;
    let (0x04, text) = element(&mut response)? else { return None };
    Some((u32::from(*code), String::from_utf8_lossy(text).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRANTED: &[u8] = b"\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00";

    #[test]
    fn the_request_fits_its_lengths() {
        let mut rest = REQUEST;
        let (tag, mut message) = element(&mut rest).unwrap();
        assert!(tag == 0x30 && rest.is_empty());
        assert_eq!(element(&mut message), Some((2, &[1][..])));
        let (tag, mut extended) = element(&mut message).unwrap();
        assert!(tag == 0x77 && message.is_empty());
        assert_eq!(element(&mut extended), Some((0x80, &b"1.3.6.1.4.1.1466.20037"[..])));
    }

    #[test]
    fn an_answer_is_told_from_anything_else() {
        assert_eq!(answered(GRANTED), Some((0, String::new())));
        // As Active Directory writes lengths, and a refusal.
        let long = b"\x02\x01\x01\x78\x84\x00\x00\x00\x09\x0a\x01\x34\x04\x00\x04\x02no";
        assert_eq!(answered(long), Some((52, "no".into())));
        for at in 0..GRANTED.len() {
            assert_eq!(answered(&GRANTED[..at]), None, "cut at {at}");
        }
        assert_eq!(answered(&b"\x30\x80".repeat(2000)), None);
        assert_eq!(answered(b"\x02\x01\x02\x78\x07\x0a\x01\x00\x04\x00\x04\x00"), None, "of another message");
    }

    #[tokio::test(flavor = "current_thread")]
    async fn deep_nesting_and_long_answers_end_at_once() {
        for answer in [b"\x30\x82\xff\xff".repeat(50_000), b"\x30\x80".repeat(50_000), vec![0; 9]] {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let place = listener.local_addr().unwrap().to_string();
            let server = tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _sent = stream.write_all(&answer).await;
            });
            assert!(begin(&place).await.is_err());
            server.abort();
        }
    }
}
