//! What comes out when several policies speak of one setting: for one container, then for a kind of machines.

use model::facts::{OverriddenSetting, PolicyReach, PolicySetting};

use super::object::{Said, Source};
use super::order::{Application, Reach};
use super::setting::Setting;

/// The most losing policies that are named for one setting.
const OVERRIDDEN_MAX: usize = 50;

/// What one policy says of one setting.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    pub(super) policy: String,
    pub(super) said: Vec<Said>,
    /// Whether a file that could say more could not be read.
    pub(super) silent: bool,
}

/// A value in force.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct InForce {
    pub(super) value: String,
    pub(super) rank: i64,
    pub(super) policy: String,
    pub(super) source: Source,
    pub(super) overridden: Vec<OverriddenSetting>,
}

/// What a setting comes to in one container.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// Every machine there has it, at least this strong.
    Set(InForce),
    /// No policy sets it there, or not for every machine.
    NotSet,
    /// It cannot be told.
    Unknown,
}

/// What one policy says in one place, with its precedence (0 is highest).
struct Candidate<'a> {
    position: usize,
    reach: Reach,
    policy: &'a str,
    said: &'a Said,
    rank: i64,
}

impl Candidate<'_> {
    fn is_certain(&self) -> bool {
        self.reach == Reach::All && self.said.certain
    }
}

/// Merges what policies say, highest precedence first.
///
/// The three files are applied by parts of Windows that do not know of each other, so within one file the policy with
/// the highest precedence wins, and when the winners of two files disagree the weaker value is taken. A policy that
/// only some machines apply can weaken a value and never makes one. A policy that could not be read leaves the
/// setting unknown unless one above it decides.
pub(super) fn outcome<'a>(
    setting: &Setting,
    order: &[Application],
    spoken: impl Fn(&str) -> Option<&'a Spoken>,
) -> Outcome {
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    let mut silent: Vec<usize> = Vec::new();
    for (position, application) in order.iter().enumerate() {
        let Some(spoken) = spoken(&application.guid) else {
            silent.push(position);
            continue;
        };
        if spoken.silent {
            silent.push(position);
        }
        candidates.extend(spoken.said.iter().map(|said| Candidate {
            position,
            reach: application.reach,
            policy: &spoken.policy,
            said,
            rank: rank(setting, said),
        }));
    }
    let Some(place) = candidates.iter().filter(|c| c.is_certain()).map(|c| c.said.place).min() else {
        let unsure = candidates.iter().any(|candidate| candidate.reach == Reach::Unsure);
        return if unsure || !silent.is_empty() { Outcome::Unknown } else { Outcome::NotSet };
    };
    let winner_of = |source: Source| {
        candidates.iter().find(|c| c.is_certain() && c.said.place == place && c.said.source == source)
    };
    let winners = [Source::Registry, Source::Template, Source::Preferences].map(winner_of);
    let Some(mut chosen) = winners.iter().flatten().copied().min_by_key(|winner| winner.rank) else {
        return Outcome::Unknown;
    };
    // Each winner counts, so none of them may stand below a policy that was not read.
    let decided_at = winners.iter().flatten().map(|winner| winner.position).max().unwrap_or(0);
    // A later place loses against an earlier one wherever it stands, so there nothing unread may be passed over.
    if silent.iter().any(|position| place > 0 || *position <= decided_at) {
        return Outcome::Unknown;
    }
    for rival in candidates.iter().filter(|candidate| !candidate.is_certain()) {
        let beaten = winner_of(rival.said.source).is_some_and(|winner| winner.position < rival.position);
        if rival.said.place > place || rival.said.place == place && beaten {
            continue;
        }
        if rival.reach == Reach::Unsure && rival.said.value != chosen.said.value {
            return Outcome::Unknown;
        }
        if rival.rank < chosen.rank {
            chosen = rival;
        }
    }
    match &chosen.said.value {
        None => Outcome::NotSet,
        Some(value) => Outcome::Set(InForce {
            value: value.clone(),
            rank: chosen.rank,
            policy: chosen.policy.to_owned(),
            source: chosen.said.source,
            overridden: overridden(&candidates, chosen),
        }),
    }
}

/// How strong what a policy says is; removing a value is weakest.
fn rank(setting: &Setting, said: &Said) -> i64 {
    let strength = setting.places.get(said.place).map(|place| place.strength());
    match (&said.value, strength) {
        (Some(value), Some(strength)) => strength.rank(value),
        _ => i64::MIN,
    }
}

/// Those who say something else, and lose.
fn overridden(candidates: &[Candidate<'_>], chosen: &Candidate<'_>) -> Vec<OverriddenSetting> {
    let others = candidates
        .iter()
        .filter(|other| other.said.value != chosen.said.value || other.said.place != chosen.said.place);
    let told = |other: &Candidate<'_>| OverriddenSetting {
        gpo: Some(other.policy.to_owned()),
        file: Some(other.said.source.file().to_owned()),
        value: Some(other.said.value.clone().unwrap_or_else(|| "(removed)".to_owned())),
    };
    others.take(OVERRIDDEN_MAX).map(told).collect()
}

/// A setting in containers that the same policies reach: their names, how many machines are in them, and the outcome.
pub(super) type Placed<'a> = (&'a [String], usize, Outcome);

/// Whether every machine of a kind has a setting; `None` when it cannot be told.
pub(super) fn is_everywhere(placed: &[Placed<'_>]) -> Option<bool> {
    if placed.iter().any(|(_, _, outcome)| *outcome == Outcome::NotSet) {
        return Some(false);
    }
    if placed.iter().any(|(_, _, outcome)| *outcome == Outcome::Unknown) { None } else { Some(true) }
}

/// The values in force, wherever they are.
pub(super) fn values<'a>(placed: &'a [Placed<'_>]) -> impl Iterator<Item = &'a InForce> {
    placed.iter().filter_map(|(_, _, outcome)| match outcome {
        Outcome::Set(in_force) => Some(in_force),
        _ => None,
    })
}

/// The fact for one setting and kind: the value that most machines have, and where it is another. When it cannot be
/// told somewhere, the entry has no value, so that a check comes out as unknown. `None` when no policy sets it.
pub(super) fn fact(name: &str, kind: PolicyReach, placed: &[Placed<'_>]) -> Option<PolicySetting> {
    let bare = PolicySetting { name: Some(name.to_owned()), reach: Some(kind), ..PolicySetting::default() };
    if placed.iter().any(|(_, _, outcome)| *outcome == Outcome::Unknown) {
        return Some(bare);
    }
    let machines_with = |value: &str| -> usize {
        let has = |outcome: &Outcome| matches!(outcome, Outcome::Set(found) if found.value == value);
        placed.iter().filter(|(_, _, outcome)| has(outcome)).map(|(_, count, _)| count).sum()
    };
    let main =
        values(placed).max_by_key(|found| (machines_with(&found.value), std::cmp::Reverse(found.rank)))?;
    let differs = |outcome: &Outcome| !matches!(outcome, Outcome::Set(found) if found.value == main.value);
    let exceptions = placed
        .iter()
        .filter(|(_, _, outcome)| differs(outcome))
        .flat_map(|(names, _, _)| names.iter().cloned());
    Some(PolicySetting {
        value: Some(main.value.clone()),
        gpo: Some(main.policy.clone()),
        file: Some(main.source.file().to_owned()),
        overridden: Some(main.overridden.clone()),
        exceptions: Some(exceptions.take(1_000).collect()),
        ..bare
    })
}
