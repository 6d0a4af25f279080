//! The store on real folders: one holder, nothing altered unnoticed, changes with their audit line or not at all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::Path;

use model::{At, Caller, FactDocument, Lang, Subject, SubjectKind};
use rusqlite::Connection;
use store::audit::{Outcome, Verified};
use store::{Act, Store, StoreError};

fn now() -> At {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn caller() -> Caller {
    Caller::console(Lang::Ja)
}

fn act<'a>(caller: &'a Caller, action: &'a str) -> Act<'a> {
    Act { at: now(), caller, action, object: "thing".into(), detail: "細部".into() }
}

fn document(at: &str, letter: &str) -> (Vec<u8>, FactDocument) {
    let bytes = serde_json::to_vec(&serde_json::json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": "PC-1"}, "name": "経理PC",
        "source": "agent", "collected_at": at, "facts": {"volumes": [{"letter": letter}]},
    }))
    .unwrap();
    let document = FactDocument::parse(&bytes).unwrap();
    (bytes, document)
}

fn keep(store: &Store, at: &str, letter: &str) -> store::Received {
    let (bytes, document) = document(at, letter);
    let caller = caller();
    let act = Act {
        detail: format!("{} agent", model::evidence::id_of(&bytes)),
        ..act(&caller, "evidence.receive")
    };
    store.change(&act, |change| change.add_evidence(&bytes, &document, "sato", now())).unwrap()
}

fn letter(store: &Store) -> String {
    let subject = Subject::new(SubjectKind::Device, "PC-1");
    let sections = store.read(|read| read.sections(&subject, None)).unwrap();
    sections[0].value.as_ref().unwrap()[0]["letter"].as_str().unwrap().to_owned()
}

/// The database itself, as somebody with a disk editor sees it.
fn raw(folder: &Path) -> Connection {
    Connection::open(folder.join("mimamori.sqlite")).unwrap()
}

#[test]
fn a_second_start_says_who_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = Store::open(folder.path(), now()).unwrap();
    match Store::open(folder.path(), now()) {
        Err(StoreError::Held { holder, .. }) => {
            assert!(holder.contains(&std::process::id().to_string()), "{holder}");
        }
        other => panic!("{:?}", other.err()),
    }
    drop(first);
    Store::open(folder.path(), now()).unwrap();
}

#[test]
fn the_newest_facts_count_whatever_the_order_of_arrival() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    assert!(keep(&store, "2026-11-20T00:00:00Z", "C:").new);
    keep(&store, "2026-11-22T00:00:00Z", "D:");
    keep(&store, "2026-11-21T00:00:00Z", "E:");
    assert_eq!(letter(&store), "D:");
    assert!(!keep(&store, "2026-11-22T00:00:00Z", "D:").new, "the same bytes count once");
    let subject = Subject::new(SubjectKind::Device, "PC-1");
    let kept = store.read(|read| read.evidence_of(&subject, 10)).unwrap();
    assert_eq!(kept.len(), 3);
}

#[test]
fn a_failed_change_leaves_only_its_audit_line() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    let caller = caller();
    let failed: Result<(), StoreError> = store.change(&act(&caller, "setting.save"), |change| {
        change.set_setting("a", &1)?;
        Err(StoreError::Conflict)
    });
    assert!(matches!(failed, Err(StoreError::Conflict)));
    let kept: Option<i32> = store.read(|read| read.setting("a")).unwrap();
    assert_eq!(kept, None);
    let lines = store.read(|read| read.audit_lines(i64::MAX, 10)).unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].outcome, lines[0].action.as_str()), (Outcome::Failed, "setting.save"));
}

#[test]
fn evidence_decisions_and_audit_lines_cannot_be_changed_by_sql() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    keep(&store, "2026-11-20T00:00:00Z", "C:");
    drop(store);
    let raw = raw(folder.path());
    for sql in [
        "UPDATE evidence SET document = x'00'",
        "DELETE FROM evidence",
        "UPDATE audit SET detail = ''",
        "DELETE FROM audit",
    ] {
        let error = raw.execute(sql, []).unwrap_err().to_string();
        assert!(error.contains("never"), "{sql}: {error}");
    }
}

#[test]
fn tampering_past_the_triggers_is_named() {
    let check = |sql: &str, expected: &dyn Fn(&Store)| {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        keep(&store, "2026-11-20T00:00:00Z", "C:");
        keep(&store, "2026-11-21T00:00:00Z", "D:");
        keep(&store, "2026-11-22T00:00:00Z", "E:");
        let whole = store.read(|read| read.audit_verify()).unwrap();
        assert!(matches!(whole, Verified::Intact { lines: 3, .. }));
        drop(store);
        let raw = raw(folder.path());
        for trigger in [
            "audit_is_never_changed",
            "audit_is_never_deleted",
            "evidence_is_never_changed",
            "evidence_is_never_deleted",
        ] {
            raw.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
        }
        raw.execute_batch(sql).unwrap();
        drop(raw);
        expected(&Store::open(folder.path(), now()).unwrap());
    };
    let broken_at = |line: i64| {
        move |store: &Store| {
            let verified = store.read(|read| read.audit_verify()).unwrap();
            assert_eq!(verified, Verified::Broken { seq: line });
        }
    };
    check("UPDATE audit SET caller = 'tanaka' WHERE seq = 2", &broken_at(2));
    check("UPDATE audit SET at = at + 1 WHERE seq = 1", &broken_at(1));
    check("DELETE FROM audit WHERE seq = 2", &broken_at(2));
    check("UPDATE audit SET outcome = 'failed' WHERE seq = 3", &broken_at(3));
    let altered = |store: &Store| {
        let altered = store.read(|read| read.altered()).unwrap();
        assert!(altered.is_some_and(|what| what.starts_with("evidence ")));
    };
    check("UPDATE evidence SET document = CAST('{}' AS BLOB)", &altered);
    check(
        "PRAGMA foreign_keys = OFF; DELETE FROM evidence WHERE collected_at = (SELECT min(collected_at) FROM evidence)",
        &altered,
    );
    check("PRAGMA foreign_keys = OFF; UPDATE evidence SET id = 'x' || id", &altered);
}

#[test]
fn a_rewritten_decision_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    let caller = caller();
    for version in 0..3 {
        let decision =
            model::decision::Decision { current_state: format!("v{version}"), ..Default::default() };
        let body = serde_json::to_vec(&decision).unwrap();
        let act = Act {
            object: "row/34".into(),
            detail: format!("{} open", model::evidence::id_of(&body)),
            ..act(&caller, "decision.save")
        };
        store.change(&act, |change| change.add_decision(34, version, &decision, "sato", now())).unwrap();
    }
    assert_eq!(store.read(|read| read.altered()).unwrap(), None);
    drop(store);
    let raw = raw(folder.path());
    raw.execute_batch(
        "DROP TRIGGER decision_is_never_changed; UPDATE decision SET body = replace(body, 'v1', 'v9');",
    )
    .unwrap();
    drop(raw);
    let store = Store::open(folder.path(), now()).unwrap();
    let altered = store.read(|read| read.altered()).unwrap();
    assert_eq!(altered.as_deref(), Some("decision row 34 version 2"));
}

#[test]
fn readers_see_one_state_while_somebody_writes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    let caller = caller();
    store
        .read(|read| {
            let before: Option<i32> = read.setting("a")?;
            store.change(&act(&caller, "setting.save"), |change| change.set_setting("a", &1))?;
            let after: Option<i32> = read.setting("a")?;
            assert_eq!((before, after), (None, None));
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let later: Option<i32> = store.read(|read| read.setting("a")).unwrap();
    assert_eq!(later, Some(1));
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path(), now()).unwrap());
    raw(folder.path()).pragma_update(None, "user_version", 99).unwrap();
    let error = Store::open(folder.path(), now()).err().unwrap().to_string();
    assert!(error.contains("99") && error.contains("update Mimamori"), "{error}");
}

#[test]
fn a_failed_migration_stops_the_start_and_leaves_the_data() {
    let folder = tempfile::tempdir().unwrap();
    // A table of that name is there already, but no version: the first step cannot succeed.
    raw(folder.path()).execute_batch("CREATE TABLE account (x); INSERT INTO account VALUES (42);").unwrap();
    let error = Store::open(folder.path(), now()).err().unwrap().to_string();
    assert!(error.contains("version 1") && error.contains("left as it was"), "{error}");
    let kept: i64 = raw(folder.path()).query_row("SELECT x FROM account", [], |row| row.get(0)).unwrap();
    let version: i64 = raw(folder.path()).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!((kept, version), (42, 0));
}

#[cfg(unix)]
#[test]
fn the_data_folder_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(Store::open(&data, now()).unwrap());
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}
