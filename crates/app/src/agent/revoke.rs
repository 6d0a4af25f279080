//! Revoking an agent: lost, returned, or no longer trusted. What it reported stays; nothing more is taken from it.

use model::agent::KeyId;
use model::{Caller, Subject};

use crate::{Action, App, AppError, Result};

impl App {
    /// Revokes an agent by its key's short name, in hexadecimal. Gives its subject.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none, or it is revoked already.
    pub fn revoke_agent(&self, caller: &Caller, key: &str) -> Result<Subject> {
        let none = || AppError::NotFound("agent");
        let key = key_id(key).ok_or_else(none)?;
        self.allow(caller, Action::AgentRevoke, &format!("agent/{key}"))?;
        let agent = self.store.read(|read| read.agent(key))?.ok_or_else(none)?;
        let now = self.now();
        let detail = format!("key {key}");
        let act = self.act(caller, Action::AgentRevoke, &agent.subject.to_string(), &detail);
        self.store
            .change(&act, |change| if change.revoke_agent(key, now)? { Ok(()) } else { Err(none()) })?;
        Ok(agent.subject)
    }

    /// Revokes every agent of a machine that is in strange hands; tells how many there were.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub(crate) fn revoke_agents_of(&self, caller: &Caller, subject: &Subject) -> Result<usize> {
        let agents = self.store.read(|read| read.agents_of(subject))?;
        let in_force = agents.iter().filter(|agent| agent.revoked_at.is_none());
        let mut count = 0;
        for agent in in_force {
            self.revoke_agent(caller, &agent.key.to_string())?;
            count += 1;
        }
        Ok(count)
    }
}

/// A key's short name from 32 hexadecimal digits.
fn key_id(text: &str) -> Option<KeyId> {
    if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(|number| KeyId(number.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let key = KeyId([0xab; 16]);
        assert_eq!(key_id(&key.to_string()), Some(key));
        for wrong in ["", "ab", &"zz".repeat(16), &"+1".repeat(16), &"ab".repeat(17)] {
            assert_eq!(key_id(wrong), None, "{wrong}");
        }
    }
}
