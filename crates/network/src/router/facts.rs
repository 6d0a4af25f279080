//! What configurations say, as facts of a home: section `filter` of guideline 5.2.3.
//!
//! A port is dropped when it is dropped in IPv4 and in IPv6, and let in when it is let in by either. What cannot be
//! told leaves its facts out and is a miss, so that the judge says *unknown*.

use std::collections::BTreeSet;

use model::facts::{HomeFacts, PacketFilter, PassedPort};
use model::{At, FactDocument, Miss, Source, Subject, SubjectKind, Why};
use serde_json::Map;

use super::traffic::{KEYS, Protocol, of_key};
use super::{Fate, Piece, Reading, Said, Version};

/// Ports of TCP and UDP that guideline 5.2.3 wants dropped.
const BOTH: [u16; 7] = [23, 135, 137, 138, 139, 445, 2049];
/// Ports of TCP alone.
const TCP: [u16; 1] = [12_345];
/// Ports that companies add to the list, so that the facts name them too.
const OFTEN_ADDED: [u16; 16] = [20, 21, 22, 25, 69, 80, 111, 161, 389, 443, 512, 513, 514, 1433, 3389, 5900];
/// The most ports let in that are named one by one; beyond that, ranges are.
const NAMED_MAX: usize = 256;
/// The most entries of a list.
const ENTRIES_MAX: usize = 4_000;

/// What becomes of a port, in words for a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// As facts name it: `tcp/445`.
    pub port: String,
    /// Over IPv4 and IPv6 together.
    pub fate: Fate,
    /// What decides, with the version of IP where that is IPv6.
    pub place: String,
}

/// What becomes of the ports guideline 5.2.3 names, in its order.
#[must_use]
pub fn answers(readings: &[Reading]) -> Vec<Answer> {
    let joined = Joined::of(readings);
    asked()
        .map(|key| {
            let (fate, place) = joined.of_key(key);
            Answer { port: named(key), fate, place: place.to_owned() }
        })
        .collect()
}

fn asked() -> impl Iterator<Item = u32> {
    let both = Protocol::ALL.into_iter().flat_map(|protocol| BOTH.map(|port| protocol.key(port)));
    both.chain(TCP.map(|port| Protocol::Tcp.key(port)))
}

fn named(key: u32) -> String {
    let (protocol, port) = of_key(key);
    format!("{}/{port}", protocol.name())
}

/// The fate of every key over everything handed in.
struct Joined {
    fates: Vec<(Fate, usize)>,
    places: Vec<String>,
}

impl Joined {
    /// All configurations are of one way from the Internet into the home, one after the other or side by side; what any
    /// of them lets in counts as let in.
    fn of(readings: &[Reading]) -> Self {
        let mut all = Self { fates: vec![(Fate::Dropped, 0); KEYS as usize], places: vec![String::new()] };
        for version in [Version::V4, Version::V6] {
            let said = readings.iter().map(|reading| match version {
                Version::V4 => &reading.v4,
                Version::V6 => &reading.v6,
            });
            let mut spoken = false;
            for pieces in said
                .clone()
                .filter_map(|said| if let Said::Every(pieces) = said { Some(pieces) } else { None })
            {
                spoken = true;
                pieces.iter().for_each(|piece| all.add(piece, version));
            }
            let lacking = said
                .into_iter()
                .find_map(|said| if let Said::Nothing(lacking) = said { Some(*lacking) } else { None });
            if !spoken {
                let place = lacking.unwrap_or("no configuration was handed in").to_owned();
                for protocol in Protocol::ALL {
                    all.add(
                        &Piece { protocol, from: 0, to: u16::MAX, fate: Fate::Unknown, place: place.clone() },
                        version,
                    );
                }
            }
        }
        all
    }

    fn add(&mut self, piece: &Piece, version: Version) {
        self.places.push(match version {
            Version::V4 => piece.place.clone(),
            Version::V6 => format!("IPv6 {}", piece.place),
        });
        let place = self.places.len() - 1;
        for port in piece.from..=piece.to {
            if let Some(own) = self.fates.get_mut(piece.protocol.key(port) as usize) {
                let worse = match (own.0, piece.fate) {
                    (Fate::Passed, _) | (Fate::Unknown, Fate::Unknown | Fate::Dropped) => false,
                    (Fate::Dropped, Fate::Dropped) => own.1 == 0,
                    _ => true,
                };
                if worse {
                    *own = (piece.fate, place);
                }
            }
        }
    }

    fn of_key(&self, key: u32) -> (Fate, &str) {
        let (fate, place) = self.fates.get(key as usize).copied().unwrap_or((Fate::Unknown, 0));
        (fate, self.places.get(place).map_or("", String::as_str))
    }

    fn keys(&self, fate: Fate) -> Vec<u32> {
        (0_u32..).zip(&self.fates).filter(|(_, own)| own.0 == fate).map(|(key, _)| key).collect()
    }

    /// What is let in: every port by name when that is few, else ranges, and the ports that matter by name.
    fn passed(&self, keys: &[u32]) -> Vec<PassedPort> {
        let each = keys.len() <= NAMED_MAX;
        let wanted = often_asked();
        let entry = |port: String, key: u32| PassedPort {
            port: Some(port),
            line: Some(self.of_key(key).1.to_owned()),
        };
        let mut entries = Vec::new();
        for run in
            keys.chunk_by(|a, b| a + 1 == *b && of_key(*b).1 != 0 && self.place_of(*a) == self.place_of(*b))
        {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let ((protocol, from), (_, to)) = (of_key(*first), of_key(*last));
            if each {
                entries.extend(run.iter().map(|key| entry(named(*key), *key)));
            } else if (from, to) == (0, u16::MAX) {
                entries.push(entry(format!("{}/any", protocol.name()), *first));
            } else {
                if from < to {
                    entries.push(entry(format!("{}/{from}-{to}", protocol.name()), *first));
                }
                let by_name = run.iter().filter(|key| from == to || wanted.contains(*key));
                entries.extend(by_name.map(|key| entry(named(*key), *key)));
            }
        }
        entries
    }

    fn place_of(&self, key: u32) -> Option<usize> {
        self.fates.get(key as usize).map(|own| own.1)
    }
}

fn often_asked() -> BTreeSet<u32> {
    let added = Protocol::ALL.into_iter().flat_map(|protocol| OFTEN_ADDED.map(|port| protocol.key(port)));
    asked().chain(added).collect()
}

/// The section `filter` of a home, and what of it could not be told.
///
/// `passed` is there when it is complete or names a port of the guideline: a port that is let in is a failure whatever
/// else is unknown. `dropped` and `drops_by_default` are there when they are certain.
#[must_use]
pub fn packet_filter(readings: &[Reading]) -> (PacketFilter, Vec<Miss>) {
    let joined = Joined::of(readings);
    let mut filter = PacketFilter::default();
    let mut misses = Vec::new();
    let (passed, unknown) = (joined.keys(Fate::Passed), joined.keys(Fate::Unknown));
    let open: Vec<u32> = asked().filter(|key| joined.of_key(*key).0 == Fate::Unknown).collect();
    let fails = asked().any(|key| joined.of_key(key).0 == Fate::Passed);
    let miss = |field: &str, keys: &[u32]| Miss {
        at: format!("filter.{field}"),
        why: Why::Failed,
        detail: told(&joined, keys),
    };
    let mut entries = joined.passed(&passed);
    let complete = open.is_empty() && entries.len() <= ENTRIES_MAX;
    if complete || fails {
        // The ports that fail come first, so that a list that is cut still names them.
        let wanted: BTreeSet<String> = asked().map(named).collect();
        let weight = |entry: &PassedPort| {
            let port = entry.port.as_deref().unwrap_or_default();
            !(wanted.contains(port) || port.ends_with("any"))
        };
        entries.sort_by_key(weight);
        entries.truncate(ENTRIES_MAX);
        filter.passed = Some(entries);
    } else {
        misses.push(miss("passed", &open));
    }
    if complete {
        filter.dropped = Some(dropped(&joined));
    } else {
        misses.push(miss("dropped", &open));
    }
    if passed.len() > NAMED_MAX {
        filter.drops_by_default = Some(false);
    } else if unknown.is_empty() {
        filter.drops_by_default = Some(true);
    } else {
        misses.push(miss("drops_by_default", &unknown));
    }
    if !open.is_empty() && filter.passed.is_none() {
        // Said without `passed`, it would make ports fail of which nothing is known.
        filter.drops_by_default = None;
    }
    (filter, misses)
}

/// The ports that are dropped: all of them when that is few, else those that matter.
fn dropped(joined: &Joined) -> Vec<String> {
    let all = joined.keys(Fate::Dropped);
    if all.len() <= NAMED_MAX {
        return all.into_iter().map(named).collect();
    }
    often_asked().into_iter().filter(|key| joined.of_key(*key).0 == Fate::Dropped).map(named).collect()
}

/// What could not be told, by its first port: what to look at, and how many more there are.
fn told(joined: &Joined, keys: &[u32]) -> String {
    let Some(first) = keys.first() else { return "too many entries".to_owned() };
    let more = if keys.len() > 1 { format!(" and {} more", keys.len() - 1) } else { String::new() };
    format!("{}{more}: {}", named(*first), joined.of_key(*first).1)
}

/// A fact document of a home, from the configurations of its router. `id` names the home as it is (the caller sees to
/// it that [`Subject::id_is_usable`]); `name` is what people know it by. `now` is the instant the facts are dated to.
#[must_use]
pub fn document(id: &str, name: &str, readings: &[Reading], now: At) -> FactDocument {
    let (filter, misses) = packet_filter(readings);
    let mut facts = Map::new();
    if filter != PacketFilter::default()
        && let Ok(serde_json::Value::Object(sections)) =
            serde_json::to_value(HomeFacts { filter: Some(filter), ..HomeFacts::default() })
    {
        facts = sections;
    }
    FactDocument {
        format: model::evidence::FORMAT.into(),
        version: model::evidence::VERSION,
        subject: Subject::new(SubjectKind::Home, id),
        name: name.into(),
        source: Source::Import,
        collector: crate::COLLECTOR.into(),
        collected_at: now,
        facts,
        misses,
    }
}
