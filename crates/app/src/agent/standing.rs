//! How a machine stands, for the person in front of it.

use model::agent::{Standing, StandingLine};
use model::{Outcome, Verdict};
use remedy::System;
use store::{Heard, StoreError};

use super::{Message, Taken};
use crate::App;

impl App {
    /// Tells an agent how its own machine stands: what is at fault first.
    ///
    /// # Errors
    /// A refusal, or the database.
    pub fn agent_standing(&self, message: Message<'_>) -> Taken<Standing> {
        let (agent, signed) = self.authentic(message)?;
        let now = self.now();
        let heard = Heard {
            key: agent.key,
            count: signed.count,
            at: now,
            ahead_secs: signed.sent_at.unix_secs().saturating_sub(now.unix_secs()),
            address: message.address,
        };
        let noted = self.store.derive(|derive| derive.hear_agent(&heard));
        match noted {
            Ok(()) => {}
            Err(StoreError::Conflict) => return Err(self.refused_with_count(signed.count)),
            Err(other) => return Err(other.into()),
        }
        let mut verdicts = self.store.read(|read| read.verdicts_of_subject(&agent.subject))?;
        verdicts.sort_by(|a, b| (a.verdict, a.level, &a.statement).cmp(&(b.verdict, b.level, &b.statement)));
        let system = System::by_name(&agent.system);
        let lines = verdicts.into_iter().map(|verdict| self.standing_line(verdict, system)).collect();
        Ok(Standing { now, subject: agent.subject, lines })
    }

    fn standing_line(&self, verdict: Verdict, system: Option<System>) -> StandingLine {
        let title = self.catalog().policy_of(&verdict.statement).map(|policy| policy.title.clone());
        let met = verdict.verdict == Outcome::Pass;
        let fixes = system.map(|system| fixes(system, &verdict)).unwrap_or_default();
        StandingLine {
            title: title.unwrap_or_default(),
            statement: verdict.statement,
            level: verdict.level,
            outcome: verdict.verdict,
            reason: verdict.reason,
            remedy: if met { model::Text::default() } else { verdict.remedy },
            fixes,
        }
    }
}

/// The built-in remedies that mend something of what a verdict says is at fault, by their ids. The agent offers those of
/// them that it has built in, and no others.
fn fixes(system: System, verdict: &Verdict) -> Vec<String> {
    if verdict.verdict != Outcome::Fail {
        return Vec::new();
    }
    let failing: Vec<&str> = verdict
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Fail)
        .map(|check| check.check.as_str())
        .collect();
    let found = remedy::for_faults(system, &verdict.statement, &failing);
    found.into_iter().map(|remedy| remedy.id.clone()).collect()
}
