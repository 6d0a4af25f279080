//! The walk through a filter, first match first: which ports are dropped, which are let in, and by which line.
//!
//! What is walked is the first packet of a connection that somebody on the Internet opens. A rule often matches only
//! some of these packets (one source address, one destination), and sometimes it cannot be told whether it matches.
//! Letting in counts when *some* packet gets in; dropping counts only when *all* are dropped; what hangs on a rule that
//! was not understood is unknown. Knows nothing of the devices' languages.

use std::collections::BTreeMap;

use super::traffic::{KEYS, Spans, Traffic};

/// How deep chains may call each other; Linux allows 16.
const DEPTH_MAX: usize = 16;
/// The most steps of one walk. A configuration of the longest permitted length needs a fraction of it.
const STEPS_MAX: usize = 200_000;

/// What decided: a line of the configuration, or a remark where no line does (a filter that is not there).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// Line number, from 1.
    Line(u32),
    /// Number of a remark.
    Remark(u32),
}

/// What becomes of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// All of it is dropped.
    Dropped,
    /// Some of it gets in.
    Passed,
    /// It cannot be told.
    Unknown,
}

/// The fate of every key.
#[derive(Clone, Debug)]
pub(super) struct Fates(Vec<(Fate, Cause)>);

impl Fates {
    /// The same for every key.
    pub(super) fn all(fate: Fate, cause: Cause) -> Self {
        Self(vec![(fate, cause); KEYS as usize])
    }

    /// Of a key.
    pub(super) fn of(&self, key: u32) -> (Fate, Cause) {
        self.0.get(key as usize).copied().unwrap_or((Fate::Unknown, Cause::Line(0)))
    }

    /// Sets the fate of a key.
    pub(super) fn set(&mut self, key: u32, fate: Fate, cause: Cause) {
        if let Some(own) = self.0.get_mut(key as usize) {
            *own = (fate, cause);
        }
    }

    /// Two ways in: what gets in by either is in.
    pub(super) fn or(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, more)| or_one(own, *more));
    }

    /// Another way in for one key.
    pub(super) fn or_key(&mut self, key: u32, fate: Fate, cause: Cause) {
        if let Some(own) = self.0.get_mut(key as usize) {
            or_one(own, (fate, cause));
        }
    }

    /// Two filters in a row: what either drops is dropped.
    pub(super) fn and(&mut self, other: &Self) {
        for (own, more) in self.0.iter_mut().zip(&other.0) {
            if own.0 == Fate::Passed || (own.0 == Fate::Unknown && more.0 == Fate::Dropped) {
                *own = *more;
            }
        }
    }
}

fn or_one(own: &mut (Fate, Cause), more: (Fate, Cause)) {
    if (own.0, more.0) == (Fate::Dropped, Fate::Unknown) || (own.0 != Fate::Passed && more.0 == Fate::Passed)
    {
        *own = more;
    }
}

/// How much of the traffic a rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sure {
    /// All of it.
    Whole,
    /// Some of it.
    Part,
    /// Some of it, perhaps all.
    Partly,
    /// Perhaps none.
    Unsure,
}

/// What a rule does with what it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Lets it in.
    Pass,
    /// Drops or rejects it.
    Drop,
    /// Goes through another chain and comes back.
    Jump(String),
    /// Goes on in another chain.
    Goto(String),
    /// Ends this chain.
    Return,
    /// Sends it to another address; the number is the target's.
    Translate(usize),
    /// Something that was not understood.
    Unread,
}

/// A rule, as the walk needs it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Which ports it speaks of.
    pub(super) spans: Spans,
    /// How much of their traffic.
    pub(super) sure: Sure,
    /// What it does.
    pub(super) act: Act,
    /// Its line.
    pub(super) cause: Cause,
}

/// The rules of every chain.
pub(super) type Book = BTreeMap<String, Vec<Step>>;

/// Traffic that a chain sends to another address.
#[derive(Debug)]
pub(super) struct Translated {
    /// Number of the target.
    pub(super) target: usize,
    /// The ports, as they arrive.
    pub(super) traffic: Traffic,
    /// Whether it is certain that this rule matches.
    pub(super) certain: bool,
    /// The line.
    pub(super) cause: Cause,
}

/// What a walk found.
#[derive(Debug)]
pub(super) struct Walked {
    /// The fate of what is not sent elsewhere; what is sent elsewhere altogether counts as dropped here.
    pub(super) fates: Fates,
    /// What is sent elsewhere.
    pub(super) translated: Vec<Translated>,
}

/// Walks a chain with all traffic. `end` is what becomes of what no rule decides.
pub(super) fn walk(book: &Book, chain: &str, end: Fate, end_cause: Cause) -> Walked {
    let nothing = || vec![None; KEYS as usize];
    let mut walk = Walk {
        book,
        open: Traffic::all(),
        fates: Fates::all(Fate::Unknown, end_cause),
        maybe_passed: nothing(),
        maybe_dropped: nothing(),
        translated: Vec::new(),
        steps: 0,
    };
    let left = walk.chain(chain, Traffic::all(), Sure::Whole, end_cause, 0);
    if walk.steps <= STEPS_MAX {
        walk.decide(&left, end, end_cause);
    }
    let open = walk.open.clone();
    for key in open.keys() {
        let doubt = [&walk.maybe_passed, &walk.maybe_dropped]
            .into_iter()
            .find_map(|own| own.get(key as usize).copied().flatten());
        walk.fates.set(key, Fate::Unknown, doubt.unwrap_or(end_cause));
    }
    Walked { fates: walk.fates, translated: walk.translated }
}

struct Walk<'a> {
    book: &'a Book,
    /// What is not decided yet.
    open: Traffic,
    fates: Fates,
    /// What a rule that may not match would have let in.
    maybe_passed: Vec<Option<Cause>>,
    /// What a rule that may not match would have dropped.
    maybe_dropped: Vec<Option<Cause>>,
    translated: Vec<Translated>,
    steps: usize,
}

impl Walk<'_> {
    /// Goes through a chain; gives back what comes out at its end undecided.
    fn chain(&mut self, name: &str, inside: Traffic, outer: Sure, from: Cause, depth: usize) -> Traffic {
        let book = self.book;
        let Some(steps) = book.get(name).filter(|_| depth < DEPTH_MAX) else {
            self.doubt(&inside, from, true, true);
            return inside;
        };
        let mut here = inside;
        let mut returned = Traffic::none();
        // What partly left the chain already: dropping the rest of it does not drop all of it.
        let mut split = Traffic::none();
        for step in steps {
            self.steps += 1;
            if self.steps > STEPS_MAX || here.is_empty() {
                break;
            }
            let matched = here.within(&step.spans);
            if matched.is_empty() {
                continue;
            }
            let sure = outer.max(step.sure);
            let mut back = None;
            match &step.act {
                Act::Pass => self.pass(&matched, sure, step.cause),
                Act::Drop => {
                    let mut whole = matched.clone();
                    whole.remove(&split);
                    self.drop(&whole, sure, step.cause);
                }
                Act::Unread => self.doubt(&matched, step.cause, true, true),
                Act::Translate(target) => self.translate(&matched, sure, step.cause, *target),
                Act::Return => {
                    self.unsure_leave(&matched, step);
                    returned.add(&matched);
                }
                Act::Goto(target) => {
                    let left = self.chain(target, matched.clone(), sure, step.cause, depth + 1);
                    returned.add(&left);
                }
                Act::Jump(target) => {
                    back = Some(self.chain(target, matched.clone(), sure, step.cause, depth + 1))
                }
            }
            if step.sure == Sure::Whole {
                here.remove(&matched);
                if let Some(back) = back {
                    here.add(&back);
                }
            } else if matches!(step.act, Act::Return | Act::Goto(_)) {
                split.add(&matched);
            }
            here.keep(&self.open);
        }
        here.add(&returned);
        here.keep(&self.open);
        here
    }

    fn pass(&mut self, matched: &Traffic, sure: Sure, cause: Cause) {
        if sure == Sure::Unsure {
            self.doubt(matched, cause, true, false);
        } else {
            self.decide(matched, Fate::Passed, cause);
        }
    }

    fn drop(&mut self, matched: &Traffic, sure: Sure, cause: Cause) {
        match sure {
            Sure::Whole => self.decide(matched, Fate::Dropped, cause),
            Sure::Part => {}
            Sure::Partly | Sure::Unsure => self.doubt(matched, cause, false, true),
        }
    }

    fn translate(&mut self, matched: &Traffic, sure: Sure, cause: Cause, target: usize) {
        let mut traffic = matched.clone();
        traffic.keep(&self.open);
        if sure == Sure::Whole {
            self.decide(&traffic, Fate::Dropped, cause);
        }
        self.translated.push(Translated { target, traffic, certain: sure != Sure::Unsure, cause });
    }

    /// When it cannot be told whether traffic leaves the chain, nothing can be told of it.
    fn unsure_leave(&mut self, matched: &Traffic, step: &Step) {
        if step.sure == Sure::Unsure {
            self.doubt(matched, step.cause, true, true);
        }
    }

    /// Notes that a line may have let in or dropped it; the first such line stands.
    fn doubt(&mut self, traffic: &Traffic, cause: Cause, passed: bool, dropped: bool) {
        let mut open = traffic.clone();
        open.keep(&self.open);
        for key in open.keys() {
            for (noted, wanted) in [(&mut self.maybe_passed, passed), (&mut self.maybe_dropped, dropped)] {
                if let Some(own) = noted.get_mut(key as usize).filter(|own| wanted && own.is_none()) {
                    *own = Some(cause);
                }
            }
        }
    }

    fn decide(&mut self, traffic: &Traffic, fate: Fate, cause: Cause) {
        let mut decided = traffic.clone();
        decided.keep(&self.open);
        for key in decided.keys() {
            let doubts = if fate == Fate::Dropped { &self.maybe_passed } else { &self.maybe_dropped };
            match doubts.get(key as usize).copied().flatten() {
                Some(doubt) => self.fates.set(key, Fate::Unknown, doubt),
                None => self.fates.set(key, fate, cause),
            }
        }
        self.open.remove(&decided);
    }
}

#[cfg(test)]
mod tests {
    use super::super::traffic::Protocol;
    use super::*;

    fn step(ports: &[(u16, u16)], sure: Sure, act: Act, line: u32) -> Step {
        Step { spans: Spans::ports(Protocol::Tcp, ports), sure, act, cause: Cause::Line(line) }
    }

    fn check(chains: &[(&str, Vec<Step>)], port: u16, fate: Fate, line: u32) {
        let book: Book = chains.iter().map(|(name, steps)| ((*name).to_owned(), steps.clone())).collect();
        let walked = walk(&book, "base", Fate::Dropped, Cause::Line(99));
        assert_eq!(walked.fates.of(Protocol::Tcp.key(port)), (fate, Cause::Line(line)), "{port}");
    }

    #[test]
    fn the_first_match_decides() {
        use Act::{Drop, Pass};
        let rules = vec![
            step(&[(23, 23)], Sure::Whole, Drop, 1),
            step(&[(1, 100)], Sure::Whole, Pass, 2),
            step(&[(445, 445)], Sure::Part, Drop, 3),
            step(&[(445, 445)], Sure::Part, Pass, 4),
        ];
        let chains = [("base", rules)];
        check(&chains, 23, Fate::Dropped, 1);
        check(&chains, 80, Fate::Passed, 2);
        check(&chains, 445, Fate::Passed, 4);
        check(&chains, 500, Fate::Dropped, 99);
    }

    #[test]
    fn what_hangs_on_doubt_is_unknown() {
        use Act::{Drop, Pass, Unread};
        let rules = vec![
            step(&[(1, 1), (2, 2)], Sure::Unsure, Pass, 1),
            step(&[(2, 2)], Sure::Whole, Pass, 2),
            step(&[(3, 3), (4, 4)], Sure::Unsure, Drop, 3),
            step(&[(4, 4)], Sure::Whole, Pass, 4),
            step(&[(5, 5)], Sure::Whole, Unread, 5),
            step(&[(6, 6)], Sure::Partly, Drop, 6),
            step(&[(6, 6)], Sure::Whole, Pass, 7),
        ];
        let chains = [("base", rules)];
        check(&chains, 1, Fate::Unknown, 1);
        check(&chains, 2, Fate::Passed, 2);
        check(&chains, 3, Fate::Dropped, 99);
        check(&chains, 4, Fate::Unknown, 3);
        check(&chains, 5, Fate::Unknown, 5);
        check(&chains, 6, Fate::Unknown, 6);
    }

    #[test]
    fn chains_call_each_other() {
        use Act::{Drop, Goto, Jump, Pass, Return};
        let wan = vec![
            step(&[(10, 19)], Sure::Whole, Drop, 11),
            step(&[(20, 29)], Sure::Whole, Return, 12),
            step(&[(30, 39)], Sure::Part, Return, 13),
            step(&[(30, 39)], Sure::Whole, Drop, 14),
        ];
        let base = vec![
            step(&[(1, 40)], Sure::Whole, Jump("wan".into()), 1),
            step(&[(15, 35)], Sure::Whole, Pass, 2),
            step(&[(40, 40)], Sure::Whole, Goto("wan".into()), 3),
            step(&[(40, 40)], Sure::Whole, Pass, 4),
            step(&[(50, 50)], Sure::Whole, Jump("nowhere".into()), 5),
        ];
        let chains = [("base", base), ("wan", wan)];
        check(&chains, 15, Fate::Dropped, 11);
        check(&chains, 25, Fate::Passed, 2);
        check(&chains, 35, Fate::Passed, 2);
        check(&chains, 39, Fate::Dropped, 99);
        check(&chains, 40, Fate::Dropped, 99);
        check(&chains, 50, Fate::Unknown, 5);
        let round = [("base", vec![step(&[(1, 9)], Sure::Whole, Jump("base".into()), 1)])];
        check(&round, 5, Fate::Unknown, 1);
    }

    #[test]
    fn a_part_that_is_dropped_in_a_chain_leaves_the_rest() {
        use Act::{Drop, Jump, Pass};
        let chains = [
            (
                "base",
                vec![
                    step(&[(1, 9)], Sure::Part, Jump("some".into()), 1),
                    step(&[(5, 5)], Sure::Whole, Pass, 2),
                ],
            ),
            ("some", vec![step(&[(1, 9)], Sure::Whole, Drop, 3)]),
        ];
        check(&chains, 5, Fate::Passed, 2);
        check(&chains, 6, Fate::Dropped, 99);
    }

    #[test]
    fn ways_in_and_filters_in_a_row() {
        let of = |fate| Fates::all(fate, Cause::Line(1));
        let check = |a: Fate, b: Fate, or: Fate, and: Fate| {
            for (a, b) in [(a, b), (b, a)] {
                let (mut either, mut both) = (of(a), of(a));
                either.or(&of(b));
                both.and(&of(b));
                assert_eq!((either.of(1).0, both.of(1).0), (or, and), "{a:?} {b:?}");
            }
        };
        use Fate::{Dropped, Passed, Unknown};
        check(Passed, Dropped, Passed, Dropped);
        check(Passed, Unknown, Passed, Unknown);
        check(Dropped, Unknown, Unknown, Dropped);
        check(Passed, Passed, Passed, Passed);
    }
}
