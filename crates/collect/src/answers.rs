//! An answers document: what Windows answered a script that only asks, and the facts that follow from it.
//!
//! The readable script (`windows/collect.ps1.in`) asks the questions of the table and writes down the answers as they
//! are. What they mean is decided here, by the very readers that run on a live machine, so that it is decided once.

use model::evidence::{self, DocumentError, decoded};
use model::{At, FactDocument, Source, Subject, SubjectKind};
use serde::Deserialize;
use serde_json::Value;

use crate::windows::{answered::Answered, read_all};
use crate::{COLLECTOR, day, reading, text};

/// The word every answers document starts with.
pub(crate) const FORMAT: &str = "mimamori-answers";
/// The version this build reads and its script writes.
pub(crate) const VERSION: u64 = 1;
/// The largest answers document read, in bytes. It nests at most 128 levels deep.
pub const ANSWERS_MAX_BYTES: usize = 8 * 1024 * 1024;
/// The longest name of a collector, in characters.
const COLLECTOR_MAX_CHARS: usize = 60;

/// Why an answers document is refused. Nothing of it is used.
#[derive(Debug, thiserror::Error)]
pub enum AnswersError {
    /// More bytes than [`ANSWERS_MAX_BYTES`].
    #[error("the answers have {0} bytes; the limit is {ANSWERS_MAX_BYTES}: run collect.ps1 again on that PC")]
    TooLarge(usize),
    /// Not JSON.
    #[error("it is not an answers document: {0}")]
    Json(#[from] serde_json::Error),
    /// Another kind of document.
    #[error("its format is '{0}', not '{FORMAT}'")]
    Format(String),
    /// Written by a newer script.
    #[error(
        "its version is {0}; this program reads {VERSION}: update Mimamori, or take the script from this one"
    )]
    Version(u64),
    /// Something in it has not the form it should have.
    #[error("{0}: it was cut short or altered; run collect.ps1 again on that PC")]
    Shape(String),
    /// The facts make no sound document.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Whether these bytes are an answers document, sound or not, rather than a fact document. Bounded as
/// [`from_answers`] is.
#[must_use]
pub fn is_answers(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        format: String,
    }
    bytes.len() <= ANSWERS_MAX_BYTES
        && serde_json::from_slice::<Head>(&decoded(bytes)).is_ok_and(|head| head.format == FORMAT)
}

/// The facts that follow from an answers document: of its machine, at its instant, read by this program.
///
/// # Errors
/// [`AnswersError`] says what is wrong. An answer that is merely missing or an error is a miss of the facts instead.
pub fn from_answers(bytes: &[u8]) -> Result<FactDocument, AnswersError> {
    if bytes.len() > ANSWERS_MAX_BYTES {
        return Err(AnswersError::TooLarge(bytes.len()));
    }
    let value: Value = serde_json::from_slice(&decoded(bytes))?;
    let of = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let lacks = |what: &str| AnswersError::Shape(format!("{what} is missing or not understood"));
    if of("format") != FORMAT {
        return Err(AnswersError::Format(text::clip(of("format"), 40)));
    }
    let version = value.get("version").and_then(Value::as_u64).unwrap_or(0);
    if version != VERSION {
        return Err(AnswersError::Version(version));
    }
    let subject = value.get("subject").cloned().unwrap_or_default();
    let subject: Subject = serde_json::from_value(subject).map_err(|_| lacks("subject"))?;
    if !matches!(subject.kind, SubjectKind::Device | SubjectKind::Server) {
        return Err(lacks("subject.kind"));
    }
    let collected_at: At =
        day::from_windows(of("collected_at").trim()).ok_or_else(|| lacks("collected_at"))?;
    let answers = value.get("answers").unwrap_or(&Value::Null);
    let machine = Answered::new(answers, collected_at).map_err(AnswersError::Shape)?;
    let (facts, misses) = reading::complete(subject.kind, read_all(&machine));
    let collector = text::clip(of("collector"), COLLECTOR_MAX_CHARS);
    let document = FactDocument {
        format: evidence::FORMAT.into(),
        version: evidence::VERSION,
        subject,
        name: text::clean(of("name")),
        source: Source::Agent,
        collector: format!("{collector} / {COLLECTOR}"),
        collected_at,
        facts,
        misses,
    };
    document.check()?;
    Ok(document)
}

#[cfg(test)]
mod tests {
    use model::Why;
    use serde_json::json;

    use super::*;

    fn document(change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let mut value = json!({
            "format": "mimamori-answers", "version": 1, "subject": {"kind": "device", "id": "PC-012"},
            "name": "PC-012", "collector": "collect.ps1 1", "collected_at": "2026-11-24T12:00:00Z",
            "answers": {"registry": [
                {"hive": "machine", "key": r"SYSTEM\CurrentControlSet\Control\SecureBoot\State",
                 "values": "UEFISecureBootEnabled", "found": {"key": r"system\currentcontrolset\control\secureboot\state",
                 "values": {"name": "UEFISecureBootEnabled", "number": 1}}},
                {"hive": "machine", "key": r"SYSTEM\CurrentControlSet\Control", "values": ["PEFirmwareType"],
                 "found": []}],
                "queries": {"namespace": r"root\cimv2\Security\MicrosoftTpm", "hresult": 0x8004_1003_u32,
                 "wql": "SELECT IsEnabled_InitialValue, IsActivated_InitialValue, SpecVersion FROM Win32_Tpm"}}
        });
        change(&mut value);
        serde_json::to_vec(&value).unwrap()
    }

    #[test]
    fn answers_become_facts_and_misses() {
        let facts = from_answers(&document(|_| ())).unwrap();
        facts.check().unwrap();
        assert_eq!(facts.subject, Subject::new(SubjectKind::Device, "PC-012"));
        assert_eq!(facts.collector, format!("collect.ps1 1 / {COLLECTOR}"));
        assert_eq!(facts.facts["secure_boot"], json!({"enabled": true}));
        let why = |at: &str| facts.misses.iter().find(|miss| miss.at == at).map(|miss| miss.why);
        assert_eq!((why("tpm"), why("volumes")), (Some(Why::Denied), Some(Why::NotCollected)));
    }

    #[test]
    fn the_forms_of_powershell_are_read() {
        let expected = from_answers(&document(|_| ())).unwrap();
        let text = String::from_utf8(document(|_| ())).unwrap();
        let utf16: Vec<u8> =
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert!(is_answers(&utf16));
        assert_eq!(from_answers(&utf16).unwrap(), expected);
        assert_eq!(from_answers(format!("\u{feff}{text}").as_bytes()).unwrap(), expected);
        let dated = document(|value| value["collected_at"] = "/Date(1795521600000)/".into());
        assert_eq!(from_answers(&dated).unwrap(), expected);
        let wrapped = document(|value| {
            let all = value["answers"]["registry"].take();
            value["answers"]["registry"] = json!({"value": all, "Count": 2});
        });
        assert_eq!(from_answers(&wrapped).unwrap(), expected);
    }

    #[test]
    fn what_is_no_such_document_is_refused() {
        let check = |change: fn(&mut Value), word: &str| {
            let error = from_answers(&document(change)).unwrap_err().to_string();
            assert!(error.contains(word), "{error} should mention {word}");
        };
        check(|value| value["version"] = 2.into(), "update");
        check(|value| value["format"] = "x".into(), "format");
        check(|value| value["subject"] = "System.Collections.Hashtable".into(), "subject");
        check(|value| value["subject"]["kind"] = "person".into(), "subject");
        check(|value| value["subject"]["id"] = "a/b".into(), "id");
        check(|value| value["collected_at"] = "yesterday".into(), "collected_at");
        check(|value| value["answers"]["registry"][0]["hive"] = "moon".into(), "hive");
        check(|value| value["answers"]["registry"][0] = "System.Collections.Hashtable".into(), "registry");
        check(|value| value["answers"]["queries"] = vec![Value::Null; 30_000].into(), "queries");
        assert!(from_answers("[".repeat(100_000).as_bytes()).is_err());
        assert!(!is_answers("[".repeat(100_000).as_bytes()));
        assert!(!is_answers(b"{\"format\": \"mimamori-facts\"}") && !is_answers(b""));
        let huge = vec![b' '; ANSWERS_MAX_BYTES + 1];
        assert!(matches!(from_answers(&huge), Err(AnswersError::TooLarge(_))) && !is_answers(&huge));
    }
}
