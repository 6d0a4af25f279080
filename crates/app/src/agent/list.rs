//! The agents: who reports, who fell silent, what is odd, and which machine is there twice.

use std::collections::BTreeMap;

use model::{At, Caller, Subject};
use store::{Agent, Enrolment, StoreError};

use super::{STALE_DAYS, trouble_lasts};
use crate::{Action, App, Result};

/// Serial numbers that makers leave in many machines; they tell no machine from another.
const NO_SERIALS: [&str; 9] = [
    "to be filled by o.e.m.",
    "default string",
    "system serial number",
    "none",
    "not specified",
    "not applicable",
    "0",
    "123456789",
    "unknown",
];

/// How an agent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Something is odd: a copy, a wrong signature, a clock that is off.
    Trouble,
    /// Not heard of for more than three days.
    Stale,
    /// Enrolled, and has not reported yet.
    Waiting,
    /// It reports.
    Fresh,
    /// Nothing more is taken from it.
    Revoked,
}

impl State {
    /// Every state, the worst first.
    pub const ALL: [State; 5] = [State::Trouble, State::Stale, State::Waiting, State::Fresh, State::Revoked];

    /// The word, for example `stale`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::Trouble => "trouble",
            State::Stale => "stale",
            State::Waiting => "waiting",
            State::Fresh => "fresh",
            State::Revoked => "revoked",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// How an agent stands at an instant.
    #[must_use]
    pub fn of(agent: &Agent, now: At) -> Self {
        let silent_days = agent.seen_at.unwrap_or(agent.enrolled_at).days_until(now);
        if agent.revoked_at.is_some() {
            State::Revoked
        } else if trouble_lasts(agent, now) {
            State::Trouble
        } else if silent_days >= STALE_DAYS {
            State::Stale
        } else if agent.seen_at.is_none() {
            State::Waiting
        } else {
            State::Fresh
        }
    }
}

/// An agent in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The agent.
    pub agent: Agent,
    /// How it stands.
    pub state: State,
    /// What is odd about it, while that is recent.
    pub trouble: Option<String>,
    /// Whole days since it was last heard of, or enrolled.
    pub silent_days: i64,
}

impl Listed {
    fn of(agent: Agent, now: At) -> Self {
        Self {
            state: State::of(&agent, now),
            trouble: agent.trouble.clone().filter(|_| trouble_lasts(&agent, now)),
            silent_days: agent.seen_at.unwrap_or(agent.enrolled_at).days_until(now),
            agent,
        }
    }
}

/// Subjects that are one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twice {
    /// Whether the serial number says so; otherwise the mark the agent makes of the machine.
    pub by_serial: bool,
    /// The subjects.
    pub subjects: Vec<Subject>,
}

/// The page of agents.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The agents asked for, the worst first.
    pub agents: Vec<Listed>,
    /// How many there are in each state.
    pub counts: Vec<(State, usize)>,
    /// How many fit what was asked for.
    pub found: usize,
    /// Machines that are there twice.
    pub twice: Vec<Twice>,
    /// Codes by which machines may still enrol.
    pub codes: Vec<Enrolment>,
}

impl App {
    /// The agents of a state, of a name, or all but the revoked; one page of them.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn agents(
        &self,
        caller: &Caller,
        state: Option<State>,
        search: &str,
        (skip, most): (usize, usize),
    ) -> Result<Listing> {
        self.allow(caller, Action::Look, "agents")?;
        let now = self.now();
        let (agents, serials) =
            self.store.read(|read| Ok::<_, StoreError>((read.agents()?, read.same_serials()?)))?;
        let twice = twice(&agents, serials);
        let mut counts: BTreeMap<State, usize> = BTreeMap::new();
        let search = search.trim().to_lowercase();
        let mut listed = Vec::new();
        for item in agents.into_iter().map(|agent| Listed::of(agent, now)) {
            *counts.entry(item.state).or_default() += 1;
            let wanted = state.map_or(item.state != State::Revoked, |state| state == item.state);
            let named = search.is_empty()
                || [&item.agent.subject.id, &item.agent.host_name]
                    .iter()
                    .any(|name| name.to_lowercase().contains(&search));
            if wanted && named {
                listed.push(item);
            }
        }
        listed.sort_by(|a, b| (a.state, &a.agent.subject).cmp(&(b.state, &b.agent.subject)));
        Ok(Listing {
            found: listed.len(),
            agents: listed.into_iter().skip(skip).take(most).collect(),
            counts: State::ALL
                .into_iter()
                .map(|state| (state, counts.get(&state).copied().unwrap_or(0)))
                .collect(),
            twice,
            codes: self.open_agent_codes(caller)?,
        })
    }

    /// The agents of one subject, the one that reports first.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn agents_of(&self, caller: &Caller, subject: &Subject) -> Result<Vec<Listed>> {
        self.allow(caller, Action::Look, &subject.to_string())?;
        let now = self.now();
        let agents = self.store.read(|read| read.agents_of(subject))?;
        Ok(agents.into_iter().map(|agent| Listed::of(agent, now)).collect())
    }
}

/// Machines that are there under several names, by their mark or their serial number.
fn twice(agents: &[Agent], serials: Vec<(String, Subject)>) -> Vec<Twice> {
    let mut marks: BTreeMap<&str, Vec<Subject>> = BTreeMap::new();
    for agent in agents.iter().filter(|agent| agent.revoked_at.is_none()) {
        let subjects = marks.entry(&agent.machine).or_default();
        if !subjects.contains(&agent.subject) {
            subjects.push(agent.subject.clone());
        }
    }
    let mut found: Vec<Twice> = marks
        .into_values()
        .filter(|subjects| subjects.len() > 1)
        .map(|subjects| Twice { by_serial: false, subjects })
        .collect();
    let mut by_serial: BTreeMap<String, Vec<Subject>> = BTreeMap::new();
    for (serial, subject) in serials {
        let plain = serial.trim().to_lowercase();
        if !plain.is_empty() && !NO_SERIALS.contains(&plain.as_str()) {
            by_serial.entry(plain).or_default().push(subject);
        }
    }
    for mut subjects in by_serial.into_values().filter(|subjects| subjects.len() > 1) {
        subjects.sort();
        let known = found.iter().any(|twice| {
            let mut marked = twice.subjects.clone();
            marked.sort();
            marked == subjects
        });
        if !known {
            found.push(Twice { by_serial: true, subjects });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SubjectKind;

    #[test]
    fn one_serial_in_two_names_is_one_machine_unless_makers_left_it_empty() {
        let pc = |id: &str| Subject::new(SubjectKind::Device, id);
        let check = |serial: &str, expected: usize| {
            let serials = vec![(serial.to_owned(), pc("A")), (serial.to_owned(), pc("B"))];
            assert_eq!(twice(&[], serials).len(), expected, "{serial}");
        };
        check("5CD1234XYZ", 1);
        check("To Be Filled By O.E.M.", 0);
        check(" ", 0);
        let alone = vec![("X".to_owned(), pc("A")), ("Y".to_owned(), pc("B"))];
        assert_eq!(twice(&[], alone), []);
    }
}
