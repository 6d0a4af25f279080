//! Agents on real folders: an older database opens, a key's story is never rewritten, counts only rise.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use model::agent::KeyId;
use model::{At, Caller, Lang, Subject, SubjectKind};
use rusqlite::Connection;
use store::{Act, Heard, NewAgent, NewEnrolment, Store, StoreError};

fn now() -> At {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn change<T>(store: &Store, work: impl FnOnce(&store::Change<'_>) -> store::Result<T>) -> T {
    let caller = Caller::console(Lang::Ja);
    let act =
        Act { at: now(), caller: &caller, action: "agent.join", object: "x".into(), detail: String::new() };
    store.change(&act, work).unwrap()
}

fn enrolled(store: &Store) -> KeyId {
    let subject = Subject::new(SubjectKind::Device, "PC-1");
    let new = NewEnrolment {
        code_hash: [1; 32],
        kind: SubjectKind::Device,
        subject: None,
        uses: 1,
        by: "sato".into(),
        expires_at: now().plus_days(7),
    };
    change(store, |change| {
        let enrolment = change.add_enrolment(&new, now())?;
        assert!(change.use_enrolment(enrolment, now())?);
        assert!(!change.use_enrolment(enrolment, now())?, "once");
        change.see_subject(&subject, "", now())?;
        let agent = NewAgent {
            public_key: [7; 32],
            subject: subject.clone(),
            host_name: "PC-1".into(),
            machine: "mark".into(),
            system: "windows".into(),
            version: "0.1.0".into(),
            enrolment,
            count: 1,
            address: String::new(),
        };
        change.add_agent(&agent, now())
    });
    KeyId::of(&[7; 32])
}

#[test]
fn a_database_of_version_2_opens_and_keeps_its_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let old = Connection::open(folder.path().join("mimamori.sqlite")).unwrap();
    for step in [include_str!("../migrations/0001_ground.sql"), include_str!("../migrations/0002_record.sql")]
    {
        old.execute_batch(step).unwrap();
    }
    old.execute_batch(
        "INSERT INTO account (login, name, role, password, lang, created_at) \
         VALUES ('sato', '佐藤 美咲', 'administrator', 'hash', 'ja', 1);
         INSERT INTO session (token_hash, account, form_token, created_at, seen_at) VALUES (x'00', 1, 'x', 1, 1);
         PRAGMA user_version = 2;",
    )
    .unwrap();
    drop(old);
    let store = Store::open(folder.path(), now()).unwrap();
    let account = store.read(|read| read.account_by_login("SATO")).unwrap().unwrap();
    assert_eq!((account.name.as_str(), account.person), ("佐藤 美咲", None));
    assert!(store.read(|read| read.session(&[0])).unwrap().is_none(), "everybody signs in once more");
    assert!(store.read(|read| read.agents()).unwrap().is_empty());
}

#[test]
fn counts_only_rise_and_a_revoked_key_says_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    let key = enrolled(&store);
    let hear = |count: u64| {
        let heard = Heard { key, count, at: now(), ahead_secs: 0, address: "192.0.2.1" };
        store.derive(|derive| derive.hear_agent(&heard))
    };
    hear(5).unwrap();
    for old in [5, 4, 0, u64::MAX] {
        assert!(matches!(hear(old), Err(StoreError::Conflict)), "{old}");
    }
    assert_eq!(store.read(|read| read.agent(key)).unwrap().unwrap().count, 5);
    assert!(change(&store, |change| change.revoke_agent(key, now())));
    assert!(!change(&store, |change| change.revoke_agent(key, now())), "once");
    assert!(matches!(hear(6), Err(StoreError::Conflict)));
}

#[test]
fn the_database_itself_refuses_to_rewrite_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    let key = enrolled(&store);
    change(&store, |change| change.revoke_agent(key, now()));
    drop(store);
    let raw = Connection::open(folder.path().join("mimamori.sqlite")).unwrap();
    for attempt in [
        "DELETE FROM agent",
        "UPDATE agent SET subject = 'PC-2'",
        "UPDATE agent SET public_key = zeroblob(32)",
        "UPDATE agent SET revoked_at = NULL",
    ] {
        assert!(raw.execute(attempt, []).is_err(), "{attempt}");
    }
}
