//! What the agent remembers between two reports: which server, as whom, how far it counted, what the server knows.

use std::collections::BTreeMap;

use model::agent::Refusal;
use model::{At, Subject, Text};
use serde::{Deserialize, Serialize};

use crate::machine::Mark;
use crate::{Folder, Problem};

/// Its file.
const FILE: &str = "state.json";
/// The most bytes of it.
const STATE_MAX_BYTES: usize = 1024 * 1024;
/// The version of its form.
const VERSION: u32 = 1;

/// The agent's memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The version of its form, 1.
    pub version: u32,
    /// The server's address.
    pub server: String,
    /// The SHA-256 of the server's certificate, in hexadecimal.
    pub pin: String,
    /// The file of the device's key.
    pub key: String,
    /// The machine it was made on.
    pub machine: Mark,
    /// As whom the server knows this machine.
    pub subject: Subject,
    /// The company's name.
    pub company: String,
    /// Seconds between two reports, as the server wishes.
    pub interval_secs: u64,
    /// The count of the last message.
    #[serde(default)]
    pub count: u64,
    /// How many seconds this PC's clock was ahead of the server's when they last spoke.
    #[serde(default)]
    pub clock_ahead_secs: i64,
    /// The sections the server has, with their digests in hexadecimal.
    #[serde(default)]
    pub known: BTreeMap<String, String>,
    /// When the server last took a report, by this PC's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<At>,
    /// When a report was last tried, by this PC's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<At>,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Text>,
    /// How often it failed since.
    #[serde(default)]
    pub failures: u32,
    /// Why the server wants no more from this device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Refusal>,
}

impl State {
    /// A memory that begins.
    #[must_use]
    pub fn new(server: &str, pin: [u8; 32], machine: Mark, subject: Subject) -> Self {
        Self {
            version: VERSION,
            server: server.to_owned(),
            pin: crate::machine::hex(&pin),
            key: String::new(),
            machine,
            subject,
            company: String::new(),
            interval_secs: 3600,
            count: 0,
            clock_ahead_secs: 0,
            known: BTreeMap::new(),
            reported_at: None,
            tried_at: None,
            problem: None,
            failures: 0,
            stopped: None,
        }
    }

    /// What is remembered; `None` when nothing is.
    ///
    /// # Errors
    /// [`Problem::State`] when it cannot be understood, [`Problem::File`] when it cannot be read.
    pub fn load(folder: &Folder) -> Result<Option<Self>, Problem> {
        let Some(bytes) = folder.read(FILE, STATE_MAX_BYTES)? else { return Ok(None) };
        let broken = |what: String| Problem::State(folder.path(FILE), what);
        let state: Self = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
        if state.version != VERSION {
            return Err(broken(format!("version {}", state.version)));
        }
        if state.certificate().is_none() {
            return Err(broken("pin".into()));
        }
        Ok(Some(state))
    }

    /// Remembers it.
    ///
    /// # Errors
    /// [`Problem::File`]; the former memory is then still there.
    pub fn save(&self, folder: &Folder) -> Result<(), Problem> {
        let bytes =
            serde_json::to_vec(self).map_err(|error| Problem::State(folder.path(FILE), error.to_string()))?;
        folder.write(FILE, &bytes)
    }

    /// Forgets it.
    ///
    /// # Errors
    /// [`Problem::File`].
    pub fn forget(folder: &Folder) -> Result<(), Problem> {
        folder.remove(FILE)
    }

    /// The SHA-256 of the server's certificate.
    #[must_use]
    pub fn certificate(&self) -> Option<[u8; 32]> {
        let digits = self.pin.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let byte =
            |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>()?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use model::SubjectKind;

    use super::*;

    #[test]
    fn is_remembered_and_a_broken_memory_explained() {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(&room.path().join("a")).unwrap();
        assert!(State::load(&folder).unwrap().is_none());
        let mut state = State::new(
            "https://m",
            [0xab; 32],
            Mark::default(),
            Subject::new(SubjectKind::Device, "総務-01"),
        );
        state.count = 7;
        state.stopped = Some(Refusal::Revoked);
        state.save(&folder).unwrap();
        assert_eq!(State::load(&folder).unwrap().unwrap(), state);
        assert_eq!(state.certificate(), Some([0xab; 32]));
        let check = |bytes: &[u8]| {
            folder.write(FILE, bytes).unwrap();
            let problem = State::load(&folder).unwrap_err();
            assert!(problem.says().ja.contains("登録し直して"), "{problem:?}");
        };
        check(b"");
        check(b"{\"version\":1");
        check(b"\xff\xfe");
        state.version = 2;
        check(&serde_json::to_vec(&state).unwrap());
        (state.version, state.pin) = (1, "é".repeat(32));
        check(&serde_json::to_vec(&state).unwrap());
        State::forget(&folder).unwrap();
        assert!(State::load(&folder).unwrap().is_none());
    }
}
