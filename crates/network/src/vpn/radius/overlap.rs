//! One id in use from two places at once: what counts, and what is roaming.
//!
//! **Sessions** (accounting) are the sure proof: two sessions of one id from two places – see [`super::differ`] – that
//! run at the same time for more than [`ROAMING_SECS`]. A PC that changes from the wireless LAN to a telephone leaves
//! its old session behind until the gateway notices, which takes minutes; that is roaming. A session ends with its Stop;
//! without one, with the last that was heard of it or the gateway's restart; and when nothing was heard after its Start,
//! it is taken to run for [`OPEN_SECS`].
//!
//! **Acceptances** count only for an id without sessions in the log: it changes between two places twice within
//! [`BACK_SECS`], each time within [`ROAMING_SECS`] and without a Stop in between. One change is roaming; there and back
//! again, or on to a third place, is not.

use std::collections::HashMap;
use std::net::IpAddr;

use model::At;

use super::from::{address, differ};
use super::{Event, Outcome};

/// So many seconds two sessions may run side by side, or an id take to come in from elsewhere, as roaming does.
pub const ROAMING_SECS: i64 = 600;
/// So many seconds a session is taken to run of which nothing but its Start was heard.
pub const OPEN_SECS: i64 = 3_600;
/// Within so many seconds two changes of place count.
const BACK_SECS: i64 = 1_800;

/// An id in use from two places.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TwoPlaces {
    /// The id, without realm, in lower case.
    pub user: String,
    /// The one place.
    pub one: String,
    /// The other.
    pub other: String,
    /// When both were in use.
    pub at: At,
    /// For how long, in seconds; absent when only acceptances tell it.
    pub secs: Option<i64>,
    /// File and line of what tells it.
    pub places: [String; 2],
}

/// A session as far as it was heard of.
#[derive(Clone, Debug)]
struct Session {
    began: i64,
    heard: i64,
    more: bool,
    stopped: Option<i64>,
    from: Option<IpAddr>,
    nas: String,
    place: String,
}

/// What was heard of one id.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    open: HashMap<(String, String), Session>,
    done: Vec<Session>,
    accepts: Vec<(i64, IpAddr, String)>,
    stops: Vec<i64>,
}

impl Trail {
    /// How much is kept.
    pub(super) fn len(&self) -> usize {
        self.open.len() + self.done.len() + self.accepts.len() + self.stops.len()
    }

    /// Takes an event of this id.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        let at = event.at.unix_secs();
        let from = event.from.as_deref().and_then(address);
        match event.outcome {
            Outcome::Accept => {
                if let Some(from) = from {
                    self.accepts.push((at, from, event.place()));
                }
            }
            Outcome::Stop => {
                self.stops.push(at);
                self.session(event, at, from);
            }
            Outcome::Start | Outcome::Interim => self.session(event, at, from),
            Outcome::Reject | Outcome::Restart => {}
        }
    }

    fn session(&mut self, event: &Event<'_>, at: i64, from: Option<IpAddr>) {
        let nas = event.nas.clone().unwrap_or_default();
        let lasted = event.lasted_secs.filter(|secs| (0..=31 * 86_400).contains(secs)).unwrap_or(0);
        let began = at - lasted;
        let key = (nas.clone(), event.session.clone().unwrap_or_default());
        // Gateways count their sessions from the beginning again: a Start after the Stop is another session.
        let another = event.outcome == Outcome::Start
            && self.open.get(&key).is_some_and(|own| own.stopped.is_some_and(|stopped| stopped < at));
        if another {
            self.done.extend(self.open.remove(&key));
        }
        let fresh = Session { began, heard: at, more: false, stopped: None, from, nas, place: event.place() };
        let own = self.open.entry(key).or_insert(fresh);
        own.began = own.began.min(began);
        own.heard = own.heard.max(at);
        own.more |= event.outcome == Outcome::Interim;
        own.from = own.from.or(from);
        if event.outcome == Outcome::Stop {
            own.stopped = Some(at);
        }
    }

    /// The first time that the id was in use from two places. `restarts` are the gateways' own, in order of time.
    pub(super) fn two_places(&self, user: &str, restarts: &[(i64, String)], now: i64) -> Option<TwoPlaces> {
        let mut spans: Vec<Span<'_>> = self
            .open
            .values()
            .chain(&self.done)
            .filter_map(|own| {
                Some(Span {
                    began: own.began,
                    ended: ended(own, restarts, now),
                    from: own.from?,
                    place: &own.place,
                })
            })
            .collect();
        if spans.is_empty() {
            return self.to_and_fro(user);
        }
        spans.sort_by(|one, other| (one.began, one.place).cmp(&(other.began, other.place)));
        spans.iter().enumerate().find_map(|(at, own)| {
            let later = spans.iter().skip(at + 1).take_while(|other| other.began + ROAMING_SECS < own.ended);
            let mut both = later.filter(|other| differ(own.from, other.from));
            both.find_map(|other| {
                let secs = own.ended.min(other.ended) - other.began;
                let at = At::from_unix_secs(other.began)?;
                (secs > ROAMING_SECS).then(|| TwoPlaces {
                    user: user.to_owned(),
                    one: own.from.to_string(),
                    other: other.from.to_string(),
                    at,
                    secs: Some(secs),
                    places: [own.place.to_owned(), other.place.to_owned()],
                })
            })
        })
    }

    fn to_and_fro(&self, user: &str) -> Option<TwoPlaces> {
        let mut accepts: Vec<&(i64, IpAddr, String)> = self.accepts.iter().collect();
        accepts.sort_by_key(|(at, ..)| *at);
        let mut before: Option<(i64, &(i64, IpAddr, String))> = None;
        for (one, other) in accepts.iter().zip(accepts.iter().skip(1)) {
            let stopped = self.stops.iter().any(|stop| (one.0..=other.0).contains(stop));
            if !differ(one.1, other.1) || other.0 - one.0 > ROAMING_SECS || stopped {
                continue;
            }
            match before {
                Some((changed, from)) if other.0 - changed <= BACK_SECS => {
                    return Some(TwoPlaces {
                        user: user.to_owned(),
                        one: one.1.to_string(),
                        other: other.1.to_string(),
                        at: At::from_unix_secs(other.0)?,
                        secs: None,
                        places: [from.2.clone(), other.2.clone()],
                    });
                }
                _ => before = Some((other.0, one)),
            }
        }
        None
    }
}

/// When a session ended, or is taken to have ended.
fn ended(own: &Session, restarts: &[(i64, String)], now: i64) -> i64 {
    if let Some(stopped) = own.stopped {
        return stopped;
    }
    let presumed = if own.more { own.heard } else { own.began + OPEN_SECS };
    let restarted = restarts.iter().find(|(at, nas)| *at >= own.heard && *nas == own.nas).map(|(at, _)| *at);
    presumed.min(now).min(restarted.unwrap_or(i64::MAX)).max(own.heard)
}

struct Span<'a> {
    began: i64,
    ended: i64,
    from: IpAddr,
    place: &'a str,
}
