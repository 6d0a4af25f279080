//! A fact document: what was read, what could not be read, by whom and when.
//!
//! The document is the one form in which facts travel: out of a collector, into the store, to the judge. It is never
//! edited; its id is the hash of its bytes.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::facts::{self, Nature};
use crate::{At, Subject, SubjectKind};

/// The word every fact document starts with.
pub const FORMAT: &str = "mimamori-facts";
/// The version this build writes; older ones stay readable for ever.
pub const VERSION: u32 = 1;
/// The largest document read, in bytes.
pub const DOCUMENT_MAX_BYTES: usize = 8 * 1024 * 1024;
/// The most misses a document may hold.
pub const MISSES_MAX: usize = 10_000;

/// Where facts come from, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Read on the PC or server itself.
    Agent,
    /// Read from Active Directory over LDAP and SYSVOL.
    Directory,
    /// Read from the log vault.
    Logs,
    /// Read from a file of a device or product.
    Import,
    /// Something a person did and signed off.
    Record,
    /// A person's word alone.
    Attest,
}

impl Source {
    /// Every source, best first.
    pub const ALL: [Source; 6] =
        [Source::Agent, Source::Directory, Source::Logs, Source::Import, Source::Record, Source::Attest];

    /// The source's name, for example `agent`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Source::Agent => "agent",
            Source::Directory => "directory",
            Source::Logs => "logs",
            Source::Import => "import",
            Source::Record => "record",
            Source::Attest => "attest",
        }
    }

    /// The source of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    /// Whether this source may speak about a section of that nature.
    #[must_use]
    pub fn may_say(self, nature: Nature) -> bool {
        match self {
            Source::Agent | Source::Directory | Source::Logs => nature != Nature::Stated,
            Source::Record | Source::Attest => nature != Nature::Measured,
            Source::Import => true,
        }
    }
}

/// For so many days a measurement of a home's wireless LAN is not replaced by what somebody says of it.
pub const MEASURED_DAYS: i64 = 31;

/// The instant by which a word on a section is ranked: of two, the later counts. That is when it was true; only what a
/// PC measured of a home's wireless LAN stands for [`MEASURED_DAYS`] against what people say or sign of it, so that
/// nobody talks a weak network away. The rule hangs on each word alone, so the order of arrival does not matter.
#[must_use]
pub fn counts_from(kind: SubjectKind, section: &str, source: Source, at: At) -> At {
    if kind == SubjectKind::Home && section == "wifi" && source == Source::Agent {
        at.plus_days(MEASURED_DAYS)
    } else {
        at
    }
}

/// Why a fact could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The right to read it was lacking.
    Denied,
    /// The machine, system or edition has no such thing.
    NotSupported,
    /// It should be there, and is not.
    NotFound,
    /// It did not answer in time.
    Timeout,
    /// It answered with an error.
    Failed,
    /// This collector does not read it yet.
    NotCollected,
}

impl Why {
    /// Every reason.
    pub const ALL: [Why; 6] =
        [Why::Denied, Why::NotSupported, Why::NotFound, Why::Timeout, Why::Failed, Why::NotCollected];

    /// The reason's name, for example `not_supported`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Why::Denied => "denied",
            Why::NotSupported => "not_supported",
            Why::NotFound => "not_found",
            Why::Timeout => "timeout",
            Why::Failed => "failed",
            Why::NotCollected => "not_collected",
        }
    }
}

/// One fact that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Miss {
    /// Which: a section, or a path within one, for example `antivirus.products`.
    pub at: String,
    /// Why.
    pub why: Why,
    /// More for the expert: an error code, a command, a path. Never a secret.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Miss {
    /// The section it belongs to: the path's first step.
    #[must_use]
    pub fn section(&self) -> &str {
        self.at.split(['.', '[']).next().unwrap_or_default()
    }
}

/// What was read of one subject at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactDocument {
    /// Always `mimamori-facts`.
    pub format: String,
    /// The version of the form, 1.
    pub version: u32,
    /// Of whom or what.
    pub subject: Subject,
    /// A name people know it by; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where the facts come from.
    pub source: Source,
    /// Which program or person collected them, for example `mimamori 0.1.0`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub collector: String,
    /// When the facts were true (not when they arrived).
    pub collected_at: At,
    /// The facts, section by section; which there are depends on the subject's kind.
    pub facts: Map<String, Value>,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub misses: Vec<Miss>,
}

/// The id of a document: SHA-256 of its bytes, in hexadecimal.
#[must_use]
pub fn id_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why a document is refused. Nothing of it is used.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// More bytes than [`DOCUMENT_MAX_BYTES`].
    #[error(
        "the document has {0} bytes; the limit is {DOCUMENT_MAX_BYTES}: split it, one document per subject"
    )]
    TooLarge(usize),
    /// Not JSON, or a field is missing, unknown or of the wrong kind.
    #[error("it is not a fact document: {0}")]
    Json(#[from] serde_json::Error),
    /// Another kind of document.
    #[error("its format is '{0}', not '{FORMAT}'")]
    Format(String),
    /// Written by a newer program.
    #[error("its version is {0}; this program reads up to {VERSION}: update Mimamori first")]
    Version(u32),
    /// An id that cannot be used.
    #[error(
        "the subject's id {0:?} cannot be used: 1 to 100 characters, without control characters, '/', '\\' or '*'"
    )]
    SubjectId(String),
    /// A section this kind does not have, or a value that does not fit.
    #[error("facts of a {kind}: {problem}")]
    Facts {
        /// The subject's kind.
        kind: crate::SubjectKind,
        /// What does not fit, with its place.
        problem: String,
    },
    /// A source speaks of what it cannot know.
    #[error("section '{section}' cannot come from '{from}': {hint}", from = .source_name)]
    Nature {
        /// The section.
        section: String,
        /// The source.
        source_name: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// More misses than [`MISSES_MAX`].
    #[error("it lists {0} misses; the limit is {MISSES_MAX}")]
    Misses(usize),
}

impl FactDocument {
    /// Reads and checks a document. Bounded: [`DOCUMENT_MAX_BYTES`], 128 levels deep.
    ///
    /// # Errors
    /// [`DocumentError`] names what is wrong; JSON errors carry line and column.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        if bytes.len() > DOCUMENT_MAX_BYTES {
            return Err(DocumentError::TooLarge(bytes.len()));
        }
        let text = decoded(bytes);
        let bytes = text.as_ref();
        let head: Head = serde_json::from_slice(bytes)?;
        if head.format != FORMAT {
            return Err(DocumentError::Format(head.format.chars().take(40).collect()));
        }
        if head.version == 0 || head.version > VERSION {
            return Err(DocumentError::Version(head.version));
        }
        let document: Self = serde_json::from_slice(bytes)?;
        document.check()?;
        Ok(document)
    }

    /// Checks a document that was made rather than read.
    ///
    /// # Errors
    /// As [`FactDocument::parse`].
    pub fn check(&self) -> Result<(), DocumentError> {
        let kind = self.subject.kind;
        if !Subject::id_is_usable(&self.subject.id) {
            return Err(DocumentError::SubjectId(self.subject.id.chars().take(60).collect()));
        }
        if self.misses.len() > MISSES_MAX {
            return Err(DocumentError::Misses(self.misses.len()));
        }
        facts::check(kind, &self.facts).map_err(|problem| DocumentError::Facts { kind, problem })?;
        let sections = self.facts.keys().map(String::as_str).chain(self.misses.iter().map(Miss::section));
        for section in sections {
            let nature = facts::nature(kind, section).ok_or_else(|| DocumentError::Facts {
                kind,
                problem: format!("there is no section '{section}'"),
            })?;
            if !self.source.may_say(nature) {
                return Err(DocumentError::Nature {
                    section: section.to_owned(),
                    source_name: self.source.name(),
                    hint: match nature {
                        Nature::Measured => {
                            "only a machine's reading counts here (agent, directory, logs, import)"
                        }
                        _ => "only a person's record counts here (record, attest, import)",
                    },
                });
            }
        }
        Ok(())
    }

    /// The sections this document speaks about, read or missed.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        let missed = self.misses.iter().map(Miss::section).filter(|name| !self.facts.contains_key(*name));
        self.facts.keys().map(String::as_str).chain(missed)
    }
}

/// The bytes as UTF-8: without a byte order mark, and from UTF-16 when one says so, as Windows PowerShell 5.1 writes
/// what is redirected into a file.
#[must_use]
pub fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    let units = |from: fn([u8; 2]) -> u16| {
        let rest = bytes.get(2..).unwrap_or_default();
        let units = rest.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(from);
        Cow::Owned(
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect::<String>().into_bytes(),
        )
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        _ => Cow::Borrowed(bytes),
    }
}

/// Enough of a document to know whether the rest can be read.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format: String,
    #[serde(default)]
    version: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(change: impl FnOnce(&mut Value)) -> Result<FactDocument, DocumentError> {
        let mut value = serde_json::json!({
            "format": "mimamori-facts", "version": 1,
            "subject": {"kind": "device", "id": "PC-1"}, "source": "agent",
            "collected_at": "2026-11-24T00:00:00Z",
            "facts": {"volumes": [{"letter": "C:", "fixed": true, "protection": "on"}]},
            "misses": [{"at": "antivirus.products", "why": "denied", "detail": "0x80041003"}]
        });
        change(&mut value);
        FactDocument::parse(&serde_json::to_vec(&value).unwrap())
    }

    #[test]
    fn reads_what_it_writes() {
        let read = document(|_| ()).unwrap();
        assert_eq!(read.sections().collect::<Vec<_>>(), ["volumes", "antivirus"]);
        let again = FactDocument::parse(&serde_json::to_vec(&read).unwrap()).unwrap();
        assert_eq!(read, again);
    }

    #[test]
    fn reads_what_powershell_redirects() {
        let text = serde_json::to_string(&document(|_| ()).unwrap()).unwrap();
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(FactDocument::parse(&bytes).unwrap(), document(|_| ()).unwrap());
    }

    #[test]
    fn refuses_with_a_reason() {
        let check = |change: fn(&mut Value), word: &str| {
            let error = document(change).unwrap_err().to_string();
            assert!(error.contains(word), "{error} should mention {word}");
        };
        check(|v| v["version"] = 2.into(), "update");
        check(|v| v["version"] = 0.into(), "version");
        check(|v| v["format"] = "x".into(), "format");
        check(|v| v["subject"]["id"] = "a/b".into(), "id");
        check(|v| v["facts"]["volumez"] = Value::Null, "volumez");
        check(|v| v["facts"]["volumes"][0]["protection"] = "maybe".into(), "maybe");
        check(|v| v["misses"][0]["at"] = "nowhere".into(), "nowhere");
        check(|v| v["source"] = "attest".into(), "cannot come from");
        check(|v| v["facts"] = serde_json::json!({"lending": {}}), "cannot come from");
        check(|v| v["extra"] = 1.into(), "extra");
    }

    #[test]
    fn hostile_bytes_are_refused() {
        let deep = "[".repeat(100_000);
        assert!(FactDocument::parse(deep.as_bytes()).is_err());
        assert!(FactDocument::parse(b"").is_err());
        assert!(FactDocument::parse(b"\xff\xfe{\0").is_err());
        let huge = vec![b' '; DOCUMENT_MAX_BYTES + 1];
        assert!(matches!(FactDocument::parse(&huge), Err(DocumentError::TooLarge(_))));
    }
}
