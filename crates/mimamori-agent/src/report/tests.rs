//! Reports against a server that answers as told, and notes what it got.

use std::cell::{Cell, RefCell};

use model::agent::Signed;
use model::{Subject, SubjectKind, Text};
use serde_json::{Value, json};

use super::*;
use crate::{Answer, Mark};

struct Memory {
    kept: RefCell<Vec<u64>>,
    full: Cell<bool>,
}

impl Keep for Memory {
    fn keep(&self, state: &State) -> Result<(), Problem> {
        if self.full.get() {
            return Err(Problem::file("state".as_ref(), std::io::ErrorKind::StorageFull.into()));
        }
        self.kept.borrow_mut().push(state.count);
        Ok(())
    }
}

struct Told {
    answers: RefCell<Vec<(u16, Value)>>,
    got: RefCell<Vec<(Signed, Vec<u8>)>>,
}

impl Wire for Told {
    fn post(&self, _: &str, authorization: &str, body: &[u8]) -> Result<Answer, Problem> {
        self.got.borrow_mut().push((authorization.parse().unwrap(), body.to_vec()));
        let mut answers = self.answers.borrow_mut();
        if answers.is_empty() {
            return Err(Problem::Offline("server".into(), std::io::ErrorKind::ConnectionRefused.into()));
        }
        let (status, body) = answers.remove(0);
        Ok(Answer { status, body: serde_json::to_vec(&body).unwrap() })
    }
}

fn at(text: &str) -> At {
    text.parse().unwrap()
}

fn document() -> FactDocument {
    serde_json::from_value(json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": "PC-1"}, "source": "agent",
        "collected_at": "2026-11-24T00:00:00Z",
        "facts": {"os": {"family": "windows"}, "secure_boot": {"enabled": true}},
        "misses": [{"at": "tpm", "why": "denied"}]
    }))
    .unwrap()
}

fn receipt(need_all: bool) -> (u16, Value) {
    (200, json!({"now": "2026-11-24T00:00:10Z", "interval_secs": 1800, "need_all": need_all}))
}

fn refused(refusal: Refusal, count: Option<u64>) -> (u16, Value) {
    let refused =
        Refused { refusal, says: Text::new("だめ", "no"), now: at("2026-11-24T00:00:10Z"), count };
    (409, serde_json::to_value(refused).unwrap())
}

struct Room {
    state: State,
    key: Key,
    memory: Memory,
    wire: Told,
    now: At,
}

impl Room {
    fn new(answers: Vec<(u16, Value)>) -> Self {
        Self {
            state: State::new(
                "https://m",
                [0; 32],
                Mark::default(),
                Subject::new(SubjectKind::Device, "PC-1"),
            ),
            key: Key::make().unwrap().0,
            memory: Memory { kept: RefCell::default(), full: Cell::new(false) },
            wire: Told { answers: RefCell::new(answers), got: RefCell::default() },
            now: at("2026-11-24T00:00:05Z"),
        }
    }

    fn round(&mut self, document: &FactDocument) -> Result<Sent, Problem> {
        let Room { state, key, memory, wire, now } = self;
        Reporter { state, key, wire, clock: now, keep: memory }.round(document)
    }

    fn sections(&self, message: usize) -> Vec<String> {
        let body = &self.wire.got.borrow()[message].1;
        if body.is_empty() { Vec::new() } else { names(&FactDocument::parse(body).unwrap()) }
    }

    fn counts(&self) -> Vec<u64> {
        self.wire.got.borrow().iter().map(|(signed, _)| signed.count).collect()
    }
}

#[test]
fn sends_everything_then_nothing_then_what_changed() {
    let mut room = Room::new(vec![receipt(false), receipt(false), receipt(false)]);
    let mut document = document();
    assert_eq!(room.round(&document).unwrap().sections, ["os", "secure_boot", "tpm"]);
    assert!(room.round(&document).unwrap().sections.is_empty());
    document.facts["secure_boot"]["enabled"] = false.into();
    assert_eq!(room.round(&document).unwrap().sections, ["secure_boot"]);
    assert_eq!(room.sections(1), Vec::<String>::new());
    assert_eq!(room.sections(2), ["secure_boot"]);
    assert_eq!(room.counts(), [1, 2, 3]);
    assert_eq!(room.state.interval_secs, 1800);
    let got = room.wire.got.borrow();
    assert_eq!(got[0].0.whole, got[1].0.whole);
    assert_ne!(got[1].0.whole, got[2].0.whole);
}

#[test]
fn a_server_that_lacks_facts_gets_all_of_them() {
    let mut room = Room::new(vec![receipt(false), receipt(true), receipt(false)]);
    room.round(&document()).unwrap();
    assert_eq!(room.round(&document()).unwrap().sections.len(), 3);
    assert_eq!(room.sections(2).len(), 3);
}

#[test]
fn the_count_is_kept_before_it_is_used_and_a_full_disk_sends_nothing() {
    let mut room = Room::new(vec![receipt(false)]);
    room.memory.full.set(true);
    let problem = room.round(&document()).unwrap_err();
    assert!(problem.says().ja.contains("空き"), "{problem:?}");
    assert!(room.wire.got.borrow().is_empty() && room.state.known.is_empty());
    room.memory.full.set(false);
    room.round(&document()).unwrap();
    assert_eq!(room.counts()[0], room.memory.kept.borrow()[0]);
}

#[test]
fn a_lost_count_is_taken_up_once() {
    let mut room = Room::new(vec![refused(Refusal::Count, Some(700)), receipt(false)]);
    room.round(&document()).unwrap();
    assert_eq!(room.counts(), [1, 701]);
    let mut room = Room::new(vec![refused(Refusal::Count, Some(700)), refused(Refusal::Count, Some(900))]);
    assert_eq!(room.round(&document()).unwrap_err().refusal(), Some(Refusal::Count));
    assert_eq!(room.counts(), [1, 701]);
    let mut room = Room::new(vec![refused(Refusal::Count, None)]);
    assert!(room.round(&document()).is_err());
}

#[test]
fn a_clock_that_is_a_year_ahead_is_put_right_for_the_facts() {
    let mut room = Room::new(vec![refused(Refusal::Clock, None), receipt(false)]);
    room.now = at("2027-11-24T00:00:10Z");
    let mut document = document();
    document.collected_at = at("2027-11-24T00:00:00Z");
    room.round(&document).unwrap();
    let body = room.wire.got.borrow()[1].1.clone();
    assert_eq!(FactDocument::parse(&body).unwrap().collected_at, at("2026-11-24T00:00:00Z"));
    let mut room = Room::new(vec![refused(Refusal::Clock, None), refused(Refusal::Clock, None)]);
    assert_eq!(room.round(&document).unwrap_err().refusal(), Some(Refusal::Clock));
}

#[test]
fn a_clock_that_is_behind_is_noticed_and_remembered() {
    let mut room = Room::new(vec![receipt(false), receipt(false), receipt(false)]);
    room.now = at("2026-11-20T00:00:10Z");
    let mut document = document();
    document.collected_at = at("2026-11-20T00:00:00Z");
    room.round(&document).unwrap();
    let dates = |room: &Room| -> Vec<At> {
        let got = room.wire.got.borrow();
        got.iter().map(|(_, body)| FactDocument::parse(body).unwrap().collected_at).collect()
    };
    assert_eq!(dates(&room), [at("2026-11-20T00:00:00Z"), at("2026-11-24T00:00:00Z")]);
    document.facts["secure_boot"]["enabled"] = false.into();
    room.round(&document).unwrap();
    assert_eq!(dates(&room)[2], at("2026-11-24T00:00:00Z"));
}

#[test]
fn a_device_that_is_not_wanted_stops_and_begins_again_when_it_is() {
    for refusal in [Refusal::Revoked, Refusal::Unknown] {
        let mut room = Room::new(vec![refused(refusal, None), receipt(false)]);
        assert_eq!(room.round(&document()).unwrap_err().refusal(), Some(refusal));
        assert_eq!(room.state.stopped, Some(refusal));
        room.round(&document()).unwrap();
        assert_eq!(room.state.stopped, None);
    }
}

#[test]
fn what_the_server_did_not_take_is_not_known() {
    let mut room = Room::new(vec![(500, json!("oops")), refused(Refusal::Busy, None)]);
    assert!(matches!(room.round(&document()), Err(Problem::Answer(_))));
    assert!(room.round(&document()).unwrap_err().is_offline());
    assert!(room.round(&document()).unwrap_err().is_offline());
    assert!(room.state.known.is_empty());
}
