//! A report that says: everything is as it was. It moves the date of the agent's facts to now, and costs one small write.

use model::At;
use model::agent::CLOCK_SECS_MAX;
use store::StoreError;

use super::report::Said;
use super::{Taken, caller};
use crate::App;

/// Evidence grows old by days: only facts older than this may have been too old a moment ago.
const MAY_BE_STALE_SECS: i64 = 86_400;

impl App {
    /// Confirms the agent's facts when the digest stands for what is held here. Tells whether it does.
    pub(super) fn confirm(&self, said: &Said<'_>) -> Taken<bool> {
        let now = self.now();
        let agreed = self.digest_of(&said.agent)? == said.whole;
        // A clock that is ahead dates nothing into the future, one that is a little behind makes facts no newer than it
        // says. One that is far off says nothing: the message has just come, its count proves that it is none of before.
        let off = said.sent_at.unix_secs().saturating_sub(now.unix_secs()).saturating_abs();
        let true_at: At = if off > CLOCK_SECS_MAX { now } else { said.sent_at.min(now) };
        let by = caller(&said.agent.subject).name;
        let confirmed = self.store.derive(|derive| {
            derive.hear_agent(&said.heard(now))?;
            if !agreed {
                return Ok(None);
            }
            let whose = (said.agent.key, &said.agent.subject);
            Ok::<_, StoreError>(Some(derive.confirm_sections(
                whose,
                &by,
                (true_at, said.message.header),
                now,
            )?))
        });
        let confirmed = confirmed.map_err(|error| self.overtaken(error, said))?;
        if confirmed.is_some_and(|confirmed| confirmed.sections > 0)
            && !self.is_retired(&said.agent.subject)?
        {
            self.measure_home_again(&said.agent.subject)?;
        }
        if let Some(confirmed) = confirmed
            && true_at.unix_secs() - confirmed.oldest_before.unix_secs() >= MAY_BE_STALE_SECS
            && !self.is_retired(&said.agent.subject)?
        {
            self.judge_again(&said.agent.subject)?;
        }
        Ok(confirmed.is_some_and(|confirmed| confirmed.sections > 0))
    }
}
