//! Refusals in numbers: somebody tries passwords on one id, from one source, or one password on many ids. Guideline 7.1.2
//! asks that intrusions and brute force be watched for.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::At;

/// So many refusals within [`WITHIN_MINUTES`] are an attack.
pub const REJECTS_MIN: u32 = 10;
/// So many ids refused from one source within [`WITHIN_MINUTES`] are spraying.
pub const SPRAYED_MIN: usize = 5;
/// The span looked at, in minutes.
pub const WITHIN_MINUTES: i64 = 10;
/// The most names, of users and sources together.
const NAMES_MAX: usize = 200_000;
/// The most counters.
const COUNTERS_MAX: usize = 400_000;
/// Ids remembered for a source and minute.
const IDS_MAX: usize = 64;
/// The most attacks told.
const ATTACKS_MAX: usize = 1_000;

/// What kind of attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttackKind {
    /// Many refusals from one source.
    Source,
    /// Many refusals of one id.
    User,
    /// Many ids from one source.
    Spraying,
}

/// An attack.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Attack {
    /// What kind.
    pub kind: AttackKind,
    /// The source, or the id.
    pub who: String,
    /// The first refusal, to the minute.
    pub first_at: At,
    /// The last, to the minute.
    pub last_at: At,
    /// How many refusals.
    pub rejects: u32,
    /// How many ids, of a source (no more than 64 are counted for a minute).
    pub users: usize,
    /// Whether the id was let in, or somebody from this source, between its beginning and an hour after its end.
    pub got_in: bool,
}

/// Refusals by minute.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    names: HashMap<String, u32>,
    told: Vec<String>,
    by_user: BTreeMap<(u32, i64), u32>,
    by_source: BTreeMap<(u32, i64), (u32, HashSet<u32>)>,
    accepted_user: HashMap<u32, Vec<i64>>,
    accepted_source: HashMap<u32, Vec<i64>>,
    /// What was left out because there was too much.
    pub(super) left_out: u64,
}

impl Refusals {
    fn name(&mut self, name: &str) -> Option<u32> {
        if let Some(own) = self.names.get(name) {
            return Some(*own);
        }
        let own = u32::try_from(self.told.len()).ok().filter(|_| self.told.len() < NAMES_MAX)?;
        self.told.push(name.to_owned());
        self.names.insert(name.to_owned(), own);
        Some(own)
    }

    /// A refusal.
    pub(super) fn refused(&mut self, user: &str, source: Option<&str>, at: At) {
        let minute = at.unix_secs().div_euclid(60);
        if self.by_user.len() + self.by_source.len() > COUNTERS_MAX {
            self.left_out += 1;
            return;
        }
        let (user, source) = (self.name(user), source.and_then(|source| self.name(source)));
        if let Some(user) = user {
            *self.by_user.entry((user, minute)).or_default() += 1;
        }
        if let Some(source) = source {
            let (count, users) = self.by_source.entry((source, minute)).or_default();
            *count += 1;
            if users.len() < IDS_MAX {
                users.extend(user);
            }
        }
        if user.is_none() {
            self.left_out += 1;
        }
    }

    /// An acceptance.
    pub(super) fn accepted(&mut self, user: &str, source: Option<&str>, at: At) {
        let secs = at.unix_secs();
        if let Some(user) = self.name(user) {
            self.accepted_user.entry(user).or_default().push(secs);
        }
        if let Some(source) = source.and_then(|source| self.name(source)) {
            self.accepted_source.entry(source).or_default().push(secs);
        }
    }

    /// The attacks, the largest first.
    pub(super) fn attacks(&self) -> Vec<Attack> {
        let none = HashSet::new();
        let users = self.by_user.iter().map(|((who, minute), count)| (*who, *minute, *count, &none));
        let sources =
            || self.by_source.iter().map(|((who, minute), (count, users))| (*who, *minute, *count, users));
        let many = |count: u32, _: usize| count >= REJECTS_MIN;
        let wide = |_: u32, users: usize| users >= SPRAYED_MIN;
        let mut all = self.runs(users, AttackKind::User, &many);
        all.extend(self.runs(sources(), AttackKind::Source, &many));
        all.extend(self.runs(sources(), AttackKind::Spraying, &wide));
        all.sort_by(|one, other| {
            (other.rejects, one.kind, &one.who, one.first_at).cmp(&(
                one.rejects,
                other.kind,
                &other.who,
                other.first_at,
            ))
        });
        all.truncate(ATTACKS_MAX);
        all
    }

    /// Runs of minutes in which the last [`WITHIN_MINUTES`] were too many. Counters come by name, then by minute.
    fn runs<'a>(
        &self,
        counters: impl Iterator<Item = (u32, i64, u32, &'a HashSet<u32>)>,
        kind: AttackKind,
        too_many: &dyn Fn(u32, usize) -> bool,
    ) -> Vec<Attack> {
        let mut found = Vec::new();
        let mut window: Vec<(i64, u32, &HashSet<u32>)> = Vec::new();
        let mut run: Option<Run> = None;
        let mut whose = None;
        for (who, minute, count, users) in counters {
            if whose != Some(who) {
                found.extend(run.take().and_then(|run| self.told(run, kind)));
                window.clear();
                whose = Some(who);
            }
            window.push((minute, count, users));
            window.retain(|(own, ..)| minute - own < WITHIN_MINUTES);
            let sum = window.iter().map(|(_, count, _)| count).sum();
            let ids: HashSet<u32> = window.iter().flat_map(|(.., users)| users.iter().copied()).collect();
            if !too_many(sum, ids.len()) {
                continue;
            }
            let first = window.first().map_or(minute, |(first, ..)| *first);
            match &mut run {
                Some(own) if first <= own.last => {
                    own.last = minute;
                    own.rejects = own.rejects.saturating_add(count);
                    own.users.extend(ids);
                }
                _ => {
                    found.extend(run.take().and_then(|run| self.told(run, kind)));
                    run = Some(Run { who, first, last: minute, rejects: sum, users: ids });
                }
            }
        }
        found.extend(run.and_then(|run| self.told(run, kind)));
        found
    }

    fn told(&self, run: Run, kind: AttackKind) -> Option<Attack> {
        let (first, last) = (run.first * 60, run.last * 60);
        let accepted = if kind == AttackKind::User { &self.accepted_user } else { &self.accepted_source };
        let got_in = accepted
            .get(&run.who)
            .is_some_and(|times| times.iter().any(|at| (first..=last + 3_660).contains(at)));
        Some(Attack {
            kind,
            who: self.told.get(usize::try_from(run.who).ok()?)?.clone(),
            first_at: At::from_unix_secs(first)?,
            last_at: At::from_unix_secs(last)?,
            rejects: run.rejects,
            users: if kind == AttackKind::User { 1 } else { run.users.len() },
            got_in,
        })
    }
}

struct Run {
    who: u32,
    first: i64,
    last: i64,
    rejects: u32,
    users: HashSet<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Refusals as (user, source, second).
    fn check(refused: &[(&str, &str, i64)], expected: &[&str]) {
        let mut own = Refusals::default();
        for (user, source, second) in refused {
            own.refused(user, Some(source), At::from_unix_secs(1_790_000_040 + second).unwrap());
        }
        own.accepted("bob", Some("192.0.2.9"), At::from_unix_secs(1_790_000_040 + 700).unwrap());
        let found: Vec<String> = own
            .attacks()
            .iter()
            .map(|own| format!("{:?} {} {} {} {}", own.kind, own.who, own.rejects, own.users, own.got_in))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn attacks() {
        let bob = |n: i64, step: i64| -> Vec<(&str, &str, i64)> {
            (0..n).map(|at| ("bob", "198.51.100.7", at * step)).collect()
        };
        check(&bob(9, 10), &[]);
        check(&bob(10, 10), &["Source 198.51.100.7 10 1 false", "User bob 10 1 true"]);
        // One a minute is ten within ten minutes; one in two minutes is not.
        check(&bob(10, 60), &["Source 198.51.100.7 10 1 false", "User bob 10 1 true"]);
        check(&bob(30, 120), &[]);
        let spread: Vec<(String, String, i64)> =
            (0..6).map(|at| (format!("user{at}"), "192.0.2.9".to_owned(), at * 30)).collect();
        let spread: Vec<(&str, &str, i64)> =
            spread.iter().map(|(user, source, at)| (user.as_str(), source.as_str(), *at)).collect();
        check(&spread, &["Spraying 192.0.2.9 6 6 true"]);
    }
}
