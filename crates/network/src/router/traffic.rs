//! Sets of protocol and port: what a rule speaks of, and what is still undecided on the way through a filter.
//!
//! A key is a port of TCP (0 to 65,535) or of UDP (65,536 to 131,071). Sets a rule names are few spans; the undecided
//! are a bit per key, so that a walk costs the same however scattered the rules are. Knows nothing of devices.

/// The number of keys.
pub(super) const KEYS: u32 = 2 * PORTS;
const PORTS: u32 = 65_536;
const BITS: u32 = 64;

/// TCP or UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// Both.
    pub const ALL: [Protocol; 2] = [Protocol::Tcp, Protocol::Udp];

    /// As facts name it: `tcp` or `udp`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        }
    }

    /// The key of a port.
    pub(super) fn key(self, port: u16) -> u32 {
        u32::from(port) + if self == Protocol::Udp { PORTS } else { 0 }
    }
}

/// Protocol and port of a key.
pub(super) fn of_key(key: u32) -> (Protocol, u16) {
    let protocol = if key < PORTS { Protocol::Tcp } else { Protocol::Udp };
    (protocol, u16::try_from(key % PORTS).unwrap_or(u16::MAX))
}

/// Keys as inclusive spans, in order, apart from each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spans(Vec<(u32, u32)>);

impl Spans {
    /// Every port of both protocols.
    pub(super) fn all() -> Self {
        Self(vec![(0, KEYS - 1)])
    }

    /// Nothing.
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    /// Every port of one protocol.
    pub(super) fn of(protocol: Protocol) -> Self {
        Self(vec![(protocol.key(0), protocol.key(u16::MAX))])
    }

    /// Port ranges, both ends included, of one protocol.
    pub(super) fn ports(protocol: Protocol, ranges: &[(u16, u16)]) -> Self {
        let spans = ranges.iter().filter(|(from, to)| from <= to);
        Self::sorted(spans.map(|(from, to)| (protocol.key(*from), protocol.key(*to))).collect())
    }

    /// Port ranges of both protocols.
    pub(super) fn both(ranges: &[(u16, u16)]) -> Self {
        Self::ports(Protocol::Tcp, ranges).or(&Self::ports(Protocol::Udp, ranges))
    }

    fn sorted(mut spans: Vec<(u32, u32)>) -> Self {
        spans.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::with_capacity(spans.len());
        for (from, to) in spans {
            match joined.last_mut() {
                Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Self(joined)
    }

    /// What is in either.
    pub(super) fn or(&self, other: &Self) -> Self {
        Self::sorted(self.0.iter().chain(&other.0).copied().collect())
    }

    /// What is in both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some((a, b)), Some((c, d))) = (left.peek(), right.peek()) {
            if a.max(c) <= b.min(d) {
                both.push((*a.max(c), *b.min(d)));
            }
            if b < d {
                left.next()
            } else {
                right.next()
            };
        }
        Self(both)
    }

    /// Everything else.
    pub(super) fn not(&self) -> Self {
        let mut rest = Vec::new();
        let mut next = 0;
        for (from, to) in &self.0 {
            if *from > next {
                rest.push((next, from - 1));
            }
            next = to + 1;
        }
        if next < KEYS {
            rest.push((next, KEYS - 1));
        }
        Self(rest)
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys one by one.
    pub(super) fn keys(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().flat_map(|(from, to)| *from..=*to)
    }
}

/// Keys as one bit each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Traffic(Vec<u64>);

impl Traffic {
    /// Every key.
    pub(super) fn all() -> Self {
        Self(vec![u64::MAX; (KEYS / BITS) as usize])
    }

    /// No key.
    pub(super) fn none() -> Self {
        Self(vec![0; (KEYS / BITS) as usize])
    }

    /// Whether no key is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The keys that are also in the spans.
    pub(super) fn within(&self, spans: &Spans) -> Self {
        let mut found = Self::none();
        for (from, to) in &spans.0 {
            for word in from / BITS..=to / BITS {
                let low = if word == from / BITS { u64::MAX << (from % BITS) } else { u64::MAX };
                let high = if word == to / BITS { u64::MAX >> (BITS - 1 - to % BITS) } else { u64::MAX };
                let at = word as usize;
                if let (Some(into), Some(own)) = (found.0.get_mut(at), self.0.get(at)) {
                    *into |= own & low & high;
                }
            }
        }
        found
    }

    /// Takes all of the other in.
    pub(super) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, more)| *own |= more);
    }

    /// Takes all of the other out.
    pub(super) fn remove(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, less)| *own &= !less);
    }

    /// Keeps only what is in the other.
    pub(super) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, kept)| *own &= kept);
    }

    /// The keys one by one.
    pub(super) fn keys(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).zip(&self.0).filter(|(_, word)| **word != 0).flat_map(|(at, word)| {
            (0..BITS).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * BITS + bit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(ranges: &[(u16, u16)]) -> Spans {
        Spans::ports(Protocol::Tcp, ranges)
    }

    #[test]
    fn spans_are_sets() {
        assert_eq!(tcp(&[(5, 9), (1, 4), (8, 12)]), tcp(&[(1, 12)]));
        assert_eq!(tcp(&[(9, 5)]), Spans::none());
        assert_eq!(tcp(&[(1, 10)]).and(&tcp(&[(5, 7), (10, 20)])), tcp(&[(5, 7), (10, 10)]));
        assert_eq!(tcp(&[(0, 65_535)]).not(), Spans::of(Protocol::Udp));
        assert_eq!(Spans::all().not(), Spans::none());
        assert_eq!(Spans::none().not(), Spans::all());
        assert_eq!(tcp(&[(7, 9)]).not().not(), tcp(&[(7, 9)]));
        assert!(tcp(&[(1, 2)]).and(&Spans::of(Protocol::Udp)).is_empty());
    }

    #[test]
    fn traffic_holds_what_spans_name() {
        let check = |spans: Spans| {
            let found = Traffic::all().within(&spans);
            assert_eq!(found.keys().collect::<Vec<_>>(), spans.keys().collect::<Vec<_>>());
            let mut rest = Traffic::all();
            rest.remove(&found);
            assert_eq!(rest, Traffic::all().within(&spans.not()));
        };
        check(Spans::none());
        check(Spans::all());
        check(tcp(&[(0, 0), (63, 64), (127, 127), (65_535, 65_535)]));
        check(Spans::both(&[(23, 23), (135, 139), (1024, 65_535)]));
        assert_eq!(of_key(Protocol::Udp.key(137)), (Protocol::Udp, 137));
        assert_eq!(of_key(Protocol::Tcp.key(65_535)), (Protocol::Tcp, 65_535));
    }
}
