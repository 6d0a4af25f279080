//! What a log says about the last 31 days: section `accesses` of a VPN.
//!
//! Events are taken one by one and in any order – several files, the newest first or last. Only events of the window are
//! kept, folded by id. Whether an id is known is asked at the end, of whoever knows the directory.

use std::collections::{BTreeMap, BTreeSet};

use model::facts::VpnAccesses;
use model::{At, Miss, Why};

use super::attack::{Attack, Refusals};
use super::overlap::{Trail, TwoPlaces};
use super::{Event, Outcome, UserName};

/// The window, in days before now.
pub const WINDOW_DAYS: i64 = 31;
/// Clocks may differ so much; what is later is not believed.
const AHEAD_SECS: i64 = 86_400;
/// The most ids.
const USERS_MAX: usize = 50_000;
/// The most that is kept of all ids together.
const KEPT_MAX: usize = 1_000_000;
/// The most ids told in facts.
const TOLD_MAX: usize = 1_000;
/// The most restarts of gateways.
const RESTARTS_MAX: usize = 10_000;

/// How an id stands in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be used.
    Enabled,
    /// It cannot. Only what came after `since` is held against it; without `since` the whole window is.
    Disabled {
        /// When it was disabled, or its person left.
        since: Option<At>,
    },
    /// There is none.
    Absent,
    /// Nobody can tell, as of a computer's account where only people are known: nothing is held against it.
    Unknown,
}

/// An id that was let in although it should not have been.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DisabledAccept {
    /// The id, without realm, in lower case.
    pub user: String,
    /// Whether the directory has it at all.
    pub absent: bool,
    /// When it was last let in.
    pub at: At,
    /// File and line.
    pub place: String,
}

/// What a log says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accesses {
    /// As facts. `disabled_accepted` is absent when nobody could be asked about the directory.
    pub facts: VpnAccesses,
    /// Each id in `disabled_accepted`.
    pub disabled: Vec<DisabledAccept>,
    /// Each id in `two_places`.
    pub two_places: Vec<TwoPlaces>,
    /// Brute force and spraying.
    pub attacks: Vec<Attack>,
    /// Events before the window.
    pub old: u64,
    /// Events later than now: a clock is wrong, or the time zone that was given.
    pub ahead: u64,
    /// Acceptances and sessions left out because there was too much. Not 0 means that the facts are not the whole.
    pub left_out: u64,
    /// Refusals left out, likewise: `attacks` is not the whole.
    pub refusals_left_out: u64,
}

impl Accesses {
    /// What could not be told.
    #[must_use]
    pub fn misses(&self) -> Vec<Miss> {
        let mut misses = Vec::new();
        if self.facts.disabled_accepted.is_none() {
            let detail = "no directory was read: who is disabled or unknown there cannot be told".to_owned();
            let at = "accesses.disabled_accepted".to_owned();
            misses.push(Miss { at, why: Why::NotCollected, detail });
        }
        if self.left_out > 0 {
            let detail = format!("{} events were left out: too many for one reading", self.left_out);
            misses.push(Miss { at: "accesses[events]".to_owned(), why: Why::Failed, detail });
        }
        misses
    }
}

#[derive(Debug)]
struct Known {
    user: UserName,
    accepted: Option<(At, String)>,
    trail: Trail,
}

/// Takes events and judges them in the end.
#[derive(Debug)]
pub struct Analysis {
    now: At,
    users: BTreeMap<String, Known>,
    refusals: Refusals,
    restarts: Vec<(i64, String)>,
    last: Option<At>,
    kept: usize,
    old: u64,
    ahead: u64,
    left_out: u64,
}

impl Analysis {
    /// An analysis of the 31 days before `now`.
    #[must_use]
    pub fn new(now: At) -> Self {
        Self {
            now,
            users: BTreeMap::new(),
            refusals: Refusals::default(),
            restarts: Vec::new(),
            last: None,
            kept: 0,
            old: 0,
            ahead: 0,
            left_out: 0,
        }
    }

    /// Takes an event.
    pub fn take(&mut self, event: &Event<'_>) {
        if event.at > self.now.plus_secs(AHEAD_SECS) {
            self.ahead += 1;
            return;
        }
        // Also what is too old shows that the log arrived once.
        self.last = self.last.max(Some(event.at));
        if event.at < self.now.plus_days(-WINDOW_DAYS) {
            self.old += 1;
            return;
        }
        let key = event.user.key();
        let source = event.from.as_deref();
        match event.outcome {
            Outcome::Reject => return self.refusals.refused(&key, source, event.at),
            Outcome::Restart => {
                let nas = event.nas.clone().unwrap_or_default();
                if self.restarts.len() < RESTARTS_MAX {
                    self.restarts.push((event.at.unix_secs(), nas));
                }
                return;
            }
            Outcome::Accept => self.refusals.accepted(&key, source, event.at),
            Outcome::Start | Outcome::Interim | Outcome::Stop => {}
        }
        let room = self.users.contains_key(&key) || self.users.len() < USERS_MAX;
        if !room || self.kept >= KEPT_MAX {
            self.left_out += 1;
            return;
        }
        let fresh = || Known { user: event.user.clone(), accepted: None, trail: Trail::default() };
        let own = self.users.entry(key).or_insert_with(fresh);
        // Of several ways to write the id one is asked about, whatever the order of the files.
        if event.user.written < own.user.written {
            own.user = event.user.clone();
        }
        // Who has a session was let in, whatever the other log says.
        let let_in = matches!(event.outcome, Outcome::Accept | Outcome::Start);
        if let_in && own.accepted.as_ref().is_none_or(|(at, _)| *at < event.at) {
            own.accepted = Some((event.at, event.place()));
        }
        let before = own.trail.len();
        own.trail.take(event);
        self.kept += own.trail.len().saturating_sub(before);
    }

    /// Judges what was taken. `known` says how an id stands in the directory; without it nothing is said about that.
    #[must_use]
    pub fn finish(mut self, known: Option<&dyn Fn(&UserName) -> Standing>) -> Accesses {
        self.restarts.sort();
        let now = self.now.unix_secs();
        let two_places: Vec<TwoPlaces> = self
            .users
            .iter()
            .filter_map(|(key, own)| own.trail.two_places(key, &self.restarts, now))
            .collect();
        let disabled: Option<Vec<DisabledAccept>> = known.map(|known| {
            self.users.iter().filter_map(|(key, own)| held_against(key, own, known(&own.user))).collect()
        });
        let arriving = self.last.is_some_and(|last| last >= self.now.plus_days(-WINDOW_DAYS));
        let ids = |ids: &mut dyn Iterator<Item = String>| -> Vec<String> {
            ids.collect::<BTreeSet<_>>().into_iter().take(TOLD_MAX).collect()
        };
        Accesses {
            facts: VpnAccesses {
                arriving: Some(arriving),
                last_event_at: self.last,
                disabled_accepted: disabled
                    .as_ref()
                    .map(|all| ids(&mut all.iter().map(|own| own.user.clone()))),
                two_places: Some(ids(&mut two_places.iter().map(|own| own.user.clone()))),
            },
            disabled: disabled.unwrap_or_default(),
            two_places,
            attacks: self.refusals.attacks(),
            old: self.old,
            ahead: self.ahead,
            left_out: self.left_out,
            refusals_left_out: self.refusals.left_out,
        }
    }
}

fn held_against(key: &str, own: &Known, standing: Standing) -> Option<DisabledAccept> {
    let (at, place) = own.accepted.clone()?;
    let absent = match standing {
        Standing::Enabled | Standing::Unknown => return None,
        Standing::Disabled { since } if since.is_some_and(|since| at <= since) => return None,
        Standing::Disabled { .. } => false,
        Standing::Absent => true,
    };
    Some(DisabledAccept { user: key.to_owned(), absent, at, place })
}

/// Events as facts in one step. Time: in proportion to the events; memory: to those of the last 31 days.
pub fn accesses<'e>(
    events: impl IntoIterator<Item = &'e Event<'e>>,
    known: impl Fn(&UserName) -> Standing,
    now: At,
) -> VpnAccesses {
    let mut analysis = Analysis::new(now);
    for event in events {
        analysis.take(event);
    }
    analysis.finish(Some(&known)).facts
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_510_800; // 2026-11-24T09:00:00Z

    /// An event: minutes before now, user, what, from, session.
    fn event(told: &str) -> Event<'static> {
        let words: Vec<&str> = told.split(' ').collect();
        let [minutes, user, what, from, session] = words.as_slice() else { panic!("{told}") };
        let outcome = match *what {
            "accept" => Outcome::Accept,
            "reject" => Outcome::Reject,
            "start" => Outcome::Start,
            "interim" => Outcome::Interim,
            "stop" => Outcome::Stop,
            "restart" => Outcome::Restart,
            other => panic!("{other}"),
        };
        Event {
            at: At::from_unix_secs(NOW - minutes.parse::<i64>().unwrap() * 60).unwrap(),
            user: UserName::of(user).unwrap(),
            outcome,
            from: (*from != "-").then(|| (*from).to_owned()),
            nas: Some("192.0.2.1".to_owned()),
            session: (*session != "-").then(|| (*session).to_owned()),
            lasted_secs: None,
            file: "log",
            line: 1,
        }
    }

    fn facts(events: &[&str]) -> VpnAccesses {
        let events: Vec<Event<'_>> = events.iter().map(|told| event(told)).collect();
        let known = |user: &UserName| match user.key().as_str() {
            "sato" => Standing::Disabled { since: None },
            "left" => Standing::Disabled { since: At::from_unix_secs(NOW - 60 * 60) },
            "nobody" => Standing::Absent,
            _ => Standing::Enabled,
        };
        let forward = accesses(&events, known, At::from_unix_secs(NOW).unwrap());
        // Files come in any order.
        let backward = accesses(events.iter().rev(), known, At::from_unix_secs(NOW).unwrap());
        assert_eq!(forward, backward);
        forward
    }

    fn two_places(events: &[&str], expected: bool) {
        let found = facts(events).two_places.unwrap();
        assert_eq!(!found.is_empty(), expected, "{events:?}");
    }

    #[test]
    fn sessions_from_two_places() {
        let a = ["200 tanaka start 203.0.113.5 a", "100 tanaka stop 203.0.113.5 a"];
        two_places(&[a[0], a[1], "150 tanaka start 198.51.100.7 b", "120 tanaka stop 198.51.100.7 b"], true);
        // The same home; its other kind of address; another time; another id.
        two_places(&[a[0], a[1], "150 tanaka start 203.0.113.5 b", "120 tanaka stop 203.0.113.5 b"], false);
        two_places(&[a[0], a[1], "150 tanaka start 2001:db8::1 b", "120 tanaka stop 2001:db8::1 b"], false);
        two_places(&[a[0], a[1], "90 tanaka start 198.51.100.7 b", "10 tanaka stop 198.51.100.7 b"], false);
        two_places(&[a[0], a[1], "150 suzuki start 198.51.100.7 b", "120 suzuki stop 198.51.100.7 b"], false);
        // Written otherwise it is the same id.
        two_places(
            &[a[0], a[1], "150 EX\\Tanaka start 198.51.100.7 b", "120 EX\\Tanaka stop 198.51.100.7 b"],
            true,
        );
    }

    #[test]
    fn roaming_is_tolerated() {
        // The old session lingers for ten minutes.
        two_places(
            &[
                "200 tanaka start 203.0.113.5 a",
                "100 tanaka stop 203.0.113.5 a",
                "110 tanaka start 198.51.100.7 b",
            ],
            false,
        );
        two_places(
            &[
                "200 tanaka start 203.0.113.5 a",
                "100 tanaka stop 203.0.113.5 a",
                "111 tanaka start 198.51.100.7 b",
            ],
            true,
        );
    }

    #[test]
    fn sessions_without_an_end() {
        // Heard of until minute 150 and not after.
        two_places(
            &[
                "200 tanaka start 203.0.113.5 a",
                "150 tanaka interim 203.0.113.5 a",
                "140 tanaka start 198.51.100.7 b",
            ],
            false,
        );
        two_places(
            &[
                "200 tanaka start 203.0.113.5 a",
                "120 tanaka interim 203.0.113.5 a",
                "140 tanaka start 198.51.100.7 b",
            ],
            true,
        );
        // Nothing but the Start: an hour.
        two_places(&["200 tanaka start 203.0.113.5 a", "141 tanaka start 198.51.100.7 b"], false);
        two_places(&["200 tanaka start 203.0.113.5 a", "151 tanaka start 198.51.100.7 b"], true);
        // The gateway began anew.
        two_places(
            &["200 tanaka start 203.0.113.5 a", "190 nas restart - -", "185 tanaka start 198.51.100.7 b"],
            false,
        );
    }

    #[test]
    fn acceptances() {
        let (home, phone) = ("203.0.113.5", "198.51.100.7");
        let at = |minute: i64, from: &str| format!("{minute} tanaka accept {from} -");
        let check = |events: &[String], expected| {
            let events: Vec<&str> = events.iter().map(String::as_str).collect();
            two_places(&events, expected);
        };
        check(&[at(60, home), at(55, phone)], false);
        check(&[at(60, home), at(55, phone), at(50, home)], true);
        check(&[at(60, home), at(55, phone), at(40, home)], false);
        check(&[at(60, home), at(55, phone), "52 tanaka stop - x".to_owned(), at(50, home)], false);
        check(&[at(60, home), at(55, home), at(50, home)], false);
    }

    #[test]
    fn who_should_not_have_come_in() {
        let check = |events: &[&str], expected: &[&str]| {
            assert_eq!(facts(events).disabled_accepted.unwrap(), expected, "{events:?}");
        };
        check(&["10 tanaka accept - -", "9 sato reject - -"], &[]);
        check(&["10 sato accept - -", "10 nobody start - s", "10 EX\\Sato accept - -"], &["nobody", "sato"]);
        // Before the day of leaving it was right.
        check(&["90 left accept - -"], &[]);
        check(&["90 left accept - -", "30 left accept - -"], &["left"]);
        // Longer ago than the window.
        check(&["44700 sato accept - -"], &[]);
    }

    #[test]
    fn arriving() {
        let check = |events: &[&str], arriving, last: Option<i64>| {
            let facts = facts(events);
            let last = last.and_then(|minutes| At::from_unix_secs(NOW - minutes * 60));
            assert_eq!((facts.arriving, facts.last_event_at), (Some(arriving), last), "{events:?}");
        };
        check(&[], false, None);
        check(&["10 tanaka reject - -", "5 tanaka reject - -"], true, Some(5));
        check(&["50000 tanaka accept - -"], false, Some(50_000));
        check(&["-3000 tanaka accept - -"], false, None);
    }
}
