//! A PC introduces itself to the server, once, with a code from the administrator.

use model::At;
use model::agent::{Digest, ENROL_PATH, Enrol, Enrolled, Refused};
use model::agent_code::AgentCode;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Key, Problem, Wire};

/// What a PC says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduction {
    /// Its name on the network.
    pub host_name: String,
    /// What tells it from its copies.
    pub machine: String,
    /// `windows`, `linux` or `macos`.
    pub system: String,
}

/// The count of the message that introduces a PC; those after it count on.
pub(crate) const FIRST_COUNT: u64 = 1;

/// Introduces a PC. The wire must lead to the server whose certificate the code names.
///
/// # Errors
/// [`Problem`] when the server is not there, is another one, or refuses.
pub fn enrol(
    wire: &dyn Wire,
    code: &AgentCode,
    key: &Key,
    introduction: Introduction,
    now: At,
) -> Result<Enrolled, Problem> {
    let Introduction { host_name, machine, system } = introduction;
    let message = Enrol {
        code: code.secret_text(),
        public_key: URL_SAFE_NO_PAD.encode(key.public()),
        host_name,
        machine,
        system,
        version: crate::VERSION.to_owned(),
    };
    let body = serde_json::to_vec(&message).map_err(|error| Problem::Answer(error.to_string()))?;
    let signed = key.sign(ENROL_PATH, FIRST_COUNT, now, Digest::default(), &body);
    let answer = wire.post(ENROL_PATH, &signed.to_string(), &body)?;
    if answer.status == 200 {
        return serde_json::from_slice(&answer.body).map_err(|error| Problem::Answer(error.to_string()));
    }
    match serde_json::from_slice::<Refused>(&answer.body) {
        Ok(refused) => Err(Problem::Refused(Box::new(refused))),
        Err(_) => Err(Problem::Answer(format!("HTTP {}", answer.status))),
    }
}
