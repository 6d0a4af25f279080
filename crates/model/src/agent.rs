//! What an agent on a PC and the server say to each other: the shapes, and the bytes that are signed.
//!
//! An agent reports over TLS to a server whose certificate it pinned when it was enrolled. Every message carries in its
//! `Authorization` header a [`Signed`]: who, the how-manieth message, when by its own clock, the [`Digest`] of all its
//! facts, and a signature by the device's own key over all of that and the body. So a message holds even when something
//! between the two opens the connection, and none can be sent twice.
//!
//! A report whose body is empty says: everything is as the digest says. It costs the header alone, under 200 bytes.
//! Making and checking signatures is not for this crate.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{At, FactDocument, Level, Miss, Outcome, StatementId, Subject, Text};

/// Where an agent introduces itself: an [`Enrol`], answered by an [`Enrolled`].
pub const ENROL_PATH: &str = "/agent/v1/enrol";
/// Where it reports: a fact document or nothing, answered by a [`Receipt`].
pub const REPORT_PATH: &str = "/agent/v1/report";
/// Where it asks how its machine stands: nothing, answered by a [`Standing`].
pub const STANDING_PATH: &str = "/agent/v1/standing";
/// What the `Authorization` header begins with.
const SCHEME: &str = "Mimamori ";
/// The first line of what is signed, so that a signature fits no other purpose.
const PURPOSE: &str = "mimamori-agent/1";
/// The largest message but for a report, in bytes; a report is a fact document and bounded as one.
pub const MESSAGE_MAX_BYTES: usize = 256 * 1024;
/// How many seconds an agent's clock may differ from the server's before its facts are dated by the server's.
pub const CLOCK_SECS_MAX: i64 = 300;

/// The short name of a device's key: the first half of the SHA-256 of its public key (Ed25519, 32 bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 16]);

impl KeyId {
    /// Of a public key.
    #[must_use]
    pub fn of(public_key: &[u8]) -> Self {
        Self(first_half(&Sha256::digest(public_key).into()))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What stands for all facts of a machine: half a SHA-256 over the names and digests of its sections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest(pub [u8; 16]);

impl Digest {
    /// Of sections with their digests.
    #[must_use]
    pub fn of(sections: &BTreeMap<String, [u8; 32]>) -> Self {
        let mut hasher = Sha256::new();
        for (name, digest) in sections {
            hasher.update((name.len() as u64).to_be_bytes());
            hasher.update(name.as_bytes());
            hasher.update(digest);
        }
        Self(first_half(&hasher.finalize().into()))
    }
}

fn first_half(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    half
}

/// The digest of what is known of a section: its value and its misses, whatever their order and spacing were.
#[must_use]
pub fn section_digest(value: Option<&Value>, misses: &[Miss]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    match value {
        Some(value) => feed(&mut hasher, value),
        None => hasher.update(b"-"),
    }
    let mut lines: Vec<String> =
        misses.iter().map(|miss| format!("{}\0{}\0{}", miss.at, miss.why.name(), miss.detail)).collect();
    lines.sort_unstable();
    for line in lines {
        hasher.update(b"!");
        hasher.update((line.len() as u64).to_be_bytes());
        hasher.update(line.as_bytes());
    }
    hasher.finalize().into()
}

/// The digests of the sections a document speaks about.
#[must_use]
pub fn section_digests(document: &FactDocument) -> BTreeMap<String, [u8; 32]> {
    document
        .sections()
        .map(|name| {
            let misses: Vec<Miss> =
                document.misses.iter().filter(|miss| miss.section() == name).cloned().collect();
            (name.to_owned(), section_digest(document.facts.get(name), &misses))
        })
        .collect()
}

/// A value in one form only: names of a map in order, every text and list with its length. Recursion is bounded by the
/// reader of JSON, which refuses more than 128 levels.
fn feed(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Object(map) => {
            hasher.update(b"{");
            hasher.update((map.len() as u64).to_be_bytes());
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            for (name, value) in sorted {
                hasher.update((name.len() as u64).to_be_bytes());
                hasher.update(name.as_bytes());
                feed(hasher, value);
            }
        }
        Value::Array(list) => {
            hasher.update(b"[");
            hasher.update((list.len() as u64).to_be_bytes());
            list.iter().for_each(|item| feed(hasher, item));
        }
        Value::String(text) => {
            hasher.update(b"\"");
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        }
        other => {
            hasher.update(b"=");
            hasher.update(other.to_string().as_bytes());
            hasher.update(b";");
        }
    }
}

/// What the `Authorization` header of an agent's message says:
/// `Mimamori KEY.COUNT.AT.DIGEST.SIGNATURE`, the bytes in base64 for URLs without padding, the time in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Which device's key.
    pub key: KeyId,
    /// The how-manieth message; higher than every one before.
    pub count: u64,
    /// When, by the agent's clock.
    pub sent_at: At,
    /// All facts of the machine; of messages that report none, zeros.
    pub whole: Digest,
    /// Ed25519 over [`Signed::text`].
    pub signature: [u8; 64],
}

/// A header that no agent of ours wrote.
#[derive(Debug, thiserror::Error)]
#[error("the Authorization header is not an agent's")]
pub struct NotSigned;

impl Signed {
    /// What is signed: everything in the header, the path, and the body's SHA-256.
    #[must_use]
    pub fn text(path: &str, key: KeyId, count: u64, sent_at: At, whole: Digest, body: &[u8]) -> Vec<u8> {
        let body = crate::evidence::id_of(body);
        let (key, whole) = (encoded(&key.0), encoded(&whole.0));
        format!("{PURPOSE}\n{path}\n{key}\n{count}\n{}\n{whole}\n{body}\n", sent_at.unix_secs()).into_bytes()
    }
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, whole, signature) =
            (encoded(&self.key.0), encoded(&self.whole.0), encoded(&self.signature));
        write!(f, "{SCHEME}{key}.{}.{}.{whole}.{signature}", self.count, self.sent_at.unix_secs())
    }
}

impl FromStr for Signed {
    type Err = NotSigned;

    fn from_str(text: &str) -> Result<Self, NotSigned> {
        let fields: Vec<&str> = text.strip_prefix(SCHEME).ok_or(NotSigned)?.splitn(6, '.').collect();
        let [key, count, sent_at, whole, signature] = fields.as_slice() else { return Err(NotSigned) };
        Ok(Self {
            key: KeyId(decoded(key)?),
            count: count.parse().map_err(|_| NotSigned)?,
            sent_at: sent_at.parse().ok().and_then(At::from_unix_secs).ok_or(NotSigned)?,
            whole: Digest(decoded(whole)?),
            signature: decoded(signature)?,
        })
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded<const N: usize>(text: &str) -> Result<[u8; N], NotSigned> {
    URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(NotSigned)
}

/// An agent introduces itself. Signed by the key it brings, which proves that it holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// The one-time code from the administrator, without the part that names the certificate.
    pub code: String,
    /// The device's public key (Ed25519), in base64 for URLs.
    pub public_key: String,
    /// Name on the network, which names the subject when the code names none.
    pub host_name: String,
    /// What tells this machine from its copies: a hash over hardware and installation ids.
    pub machine: String,
    /// `windows`, `linux` or `macos`.
    pub system: String,
    /// The agent's version.
    pub version: String,
}

/// The server knows the device from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// As whom.
    pub subject: Subject,
    /// Seconds between two reports.
    pub interval_secs: u64,
    /// The server's time.
    pub now: At,
    /// The company's name, to show the user whose program this is.
    pub company: String,
}

/// A report was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The server's time.
    pub now: At,
    /// Seconds until the next report.
    pub interval_secs: u64,
    /// Whether the server lacks facts the digest stands for: then all sections are wanted.
    #[serde(default)]
    pub need_all: bool,
}

/// Why a message is refused, as the server and the agent name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The code is unknown, used up or over.
    Code,
    /// The name belongs to another machine.
    NameTaken,
    /// The key is unknown: enrol.
    Unknown,
    /// The key was revoked: nothing more is taken from it.
    Revoked,
    /// The signature does not fit.
    Signature,
    /// The message was seen before, or the agent lost count: go on above `count`.
    Count,
    /// The facts are dated in the future: date them by the server's time.
    Clock,
    /// It is not a fact document, or speaks of another machine.
    Document,
    /// Too many at once: later.
    Busy,
}

/// A message was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// What is wrong and what to do, for people.
    pub says: Text,
    /// The server's time.
    pub now: At,
    /// The last count taken from this key, where the signature was right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// How a machine stands, for the person in front of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The server's time.
    pub now: At,
    /// As whom the server knows the machine.
    pub subject: Subject,
    /// Its statements, what is at fault first.
    pub lines: Vec<StandingLine>,
}

/// How one statement stands for the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingLine {
    /// The statement.
    pub statement: StatementId,
    /// Its title.
    pub title: Text,
    /// How binding it is.
    pub level: Level,
    /// How it stands.
    pub outcome: Outcome,
    /// Why, in words.
    pub reason: Text,
    /// What to do, in words; may be empty.
    pub remedy: Text,
    /// Remedies the agent has built in that mend what is at fault, by id.
    #[serde(default)]
    pub fixes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed() -> Signed {
        Signed {
            key: KeyId([7; 16]),
            count: u64::from(u32::MAX),
            sent_at: At::from_unix_secs(1_795_521_600).unwrap(),
            whole: Digest([9; 16]),
            signature: [3; 64],
        }
    }

    #[test]
    fn the_header_is_short_and_reads_back() {
        let text = signed().to_string();
        assert!(text.len() < 200, "{} bytes", text.len());
        assert_eq!(text.parse::<Signed>().unwrap(), signed());
        for broken in
            ["", "Mimamori", "Mimamori a.b.c.d.e", "Bearer x", &text[..text.len() - 1], &format!("{text}.x")]
        {
            assert!(broken.parse::<Signed>().is_err(), "{broken}");
        }
    }

    #[test]
    fn everything_in_the_header_is_signed() {
        let own = signed();
        let text = |path: &str, count, at: i64, whole, body: &[u8]| {
            Signed::text(path, own.key, count, At::from_unix_secs(at).unwrap(), whole, body)
        };
        let all = [
            text(REPORT_PATH, 1, 5, own.whole, b"x"),
            text(ENROL_PATH, 1, 5, own.whole, b"x"),
            text(REPORT_PATH, 2, 5, own.whole, b"x"),
            text(REPORT_PATH, 1, 6, own.whole, b"x"),
            text(REPORT_PATH, 1, 5, Digest::default(), b"x"),
            text(REPORT_PATH, 1, 5, own.whole, b"y"),
        ];
        for (place, one) in all.iter().enumerate() {
            assert!(all.iter().skip(place + 1).all(|other| other != one));
        }
    }

    #[test]
    fn a_digest_does_not_depend_on_order_but_on_content() {
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let check = |one: &str, other: &str, same: bool| {
            let (one, other) =
                (section_digest(Some(&value(one)), &[]), section_digest(Some(&value(other)), &[]));
            assert_eq!(one == other, same);
        };
        check(r#"{"a":1,"b":[true,null]}"#, r#"{ "b": [true, null], "a": 1 }"#, true);
        check(r#"["ab","c"]"#, r#"["a","bc"]"#, false);
        check(r#"{"a":{}}"#, r#"{"a":[]}"#, false);
        check(r#"[1,2]"#, r#"[12]"#, false);
        check(r#"["1"]"#, r#"[1]"#, false);
        let miss = Miss { at: "tpm".into(), why: crate::Why::Denied, detail: String::new() };
        assert_ne!(section_digest(None, &[miss]), section_digest(None, &[]));
    }
}
