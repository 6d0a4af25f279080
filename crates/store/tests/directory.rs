//! Sealed secrets and runs on real folders: an older database opens, a secret set again has another number and the old
//! bytes are gone from the file, runs are kept within their bound.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use model::{At, Caller, Lang, Text};
use rusqlite::Connection;
use store::collection_run::RUNS_KEPT;
use store::{Act, CollectionRun, Store};

fn now() -> At {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn change<T>(store: &Store, work: impl FnOnce(&store::Change<'_>) -> store::Result<T>) -> T {
    let caller = Caller::console(Lang::Ja);
    let act =
        Act { at: now(), caller: &caller, action: "secret.save", object: "x".into(), detail: String::new() };
    store.change(&act, work).unwrap()
}

#[test]
fn a_database_of_version_3_opens() {
    let folder = tempfile::tempdir().unwrap();
    let old = Connection::open(folder.path().join("mimamori.sqlite")).unwrap();
    for step in [
        include_str!("../migrations/0001_ground.sql"),
        include_str!("../migrations/0002_record.sql"),
        include_str!("../migrations/0003_agent.sql"),
        "INSERT INTO setting (key, value) VALUES ('company', '1'); PRAGMA user_version = 3;",
    ] {
        old.execute_batch(step).unwrap();
    }
    drop(old);
    let store = Store::open(folder.path(), now()).unwrap();
    assert_eq!(store.read(|read| read.setting::<i64>("company")).unwrap(), Some(1));
    assert!(store.read(|read| read.secret("directory/1")).unwrap().is_none());
    assert!(store.read(|read| read.collection_runs("directory/1", 9)).unwrap().is_empty());
}

#[test]
fn a_secret_set_again_has_another_number_and_the_old_one_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    let first =
        change(&store, |change| change.set_secret("directory/1", b"FIRST-SEALED-BYTES", "sato", now()));
    let second = change(&store, |change| change.set_secret("directory/1", b"OTHER", "suzuki", now()));
    assert!(second > first);
    let kept = store.read(|read| read.secret("directory/1")).unwrap().unwrap();
    assert_eq!((kept.id, kept.sealed.as_slice(), kept.set_by.as_str()), (second, &b"OTHER"[..], "suzuki"));
    assert!(change(&store, |change| change.drop_secret("directory/1")));
    assert!(!change(&store, |change| change.drop_secret("directory/1")), "once");
    let third = change(&store, |change| change.set_secret("directory/1", b"THIRD", "sato", now()));
    assert!(third > second, "a number is never given twice");
    drop(store);
    let raw = Connection::open(folder.path().join("mimamori.sqlite")).unwrap();
    raw.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let file = std::fs::read(folder.path().join("mimamori.sqlite")).unwrap();
    assert!(!file.windows(18).any(|bytes| bytes == b"FIRST-SEALED-BYTES"), "written over");
    assert!(file.windows(5).any(|bytes| bytes == b"THIRD"));
}

#[test]
fn runs_are_kept_within_their_bound_and_the_last_that_brought_something_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    let run = |source: &str, evidence: Option<&str>| CollectionRun {
        id: 0,
        source: source.into(),
        began_at: now(),
        ended_at: now().plus_secs(3),
        outcome: if evidence.is_some() { "done" } else { "unreachable" }.into(),
        secret: Some(1),
        detail: evidence.is_none().then(|| Text::same("no answer")),
        evidence: evidence.map(str::to_owned),
        subject: evidence.map(|_| "ad.example".to_owned()),
        changes: "[]".into(),
    };
    change(&store, |change| {
        change.add_collection_run(&run("directory/2", None))?;
        change.add_collection_run(&run("directory/1", Some("abc")))?;
        for _ in 0..RUNS_KEPT + 20 {
            change.add_collection_run(&run("directory/1", None))?;
        }
        Ok(())
    });
    store
        .read(|read| {
            let runs = read.collection_runs("directory/1", 10_000)?;
            assert_eq!(runs.len(), RUNS_KEPT as usize + 1);
            assert_eq!(runs[0].detail, Some(Text::same("no answer")));
            assert!(runs[0].id > runs[1].id, "the newest first");
            assert_eq!(read.last_collection("directory/1")?.unwrap().evidence.as_deref(), Some("abc"));
            assert_eq!(read.collection_runs("directory/2", 9)?.len(), 1, "the other's stay");
            Ok::<_, store::StoreError>(())
        })
        .unwrap();
}
