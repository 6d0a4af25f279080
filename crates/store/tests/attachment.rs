//! Proofs and links: a file exchanged, removed or slipped in is named; a link replaced opens nothing.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use model::{At, Caller, Lang, Role, Subject, SubjectKind};
use rusqlite::Connection;
use store::{Act, NewAccount, NewAttachment, Store, StoreError};

fn now() -> At {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn act<'a>(caller: &'a Caller, detail: String) -> Act<'a> {
    Act { at: now(), caller, action: "own.report", object: "home_device/a-1".into(), detail }
}

fn keep(store: &Store, file: &[u8]) -> bool {
    let (caller, subject) = (Caller::console(Lang::Ja), Subject::new(SubjectKind::HomeDevice, "a-1"));
    let new = NewAttachment {
        subject: &subject,
        section: "scans",
        media_type: "image/png",
        name: "scan.png",
        file,
    };
    let act = act(&caller, format!("{} scans", store::attachment::witness(file)));
    store
        .change(&act, |change| {
            let kept = change.add_attachment(&new, &caller.name, now())?;
            // As the use case does: the line of what was not kept must not stand as done.
            if kept.new { Ok(()) } else { Err(StoreError::Exists) }
        })
        .is_ok()
}

#[test]
fn a_file_exchanged_removed_or_slipped_in_is_named() {
    let check = |sql: &str, named: bool| {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        assert!(keep(&store, b"first") && keep(&store, b"second"));
        assert!(!keep(&store, b"first"), "the same file counts once");
        assert_eq!(store.read(|read| read.altered()).unwrap(), None);
        let path = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3")))
            .unwrap();
        let raw = Connection::open(path).unwrap();
        let refused = raw.execute("UPDATE attachment SET file = x'00'", []);
        assert!(refused.is_err(), "the triggers refuse");
        raw.execute_batch(
            "DROP TRIGGER attachment_is_never_changed; DROP TRIGGER attachment_is_never_deleted;",
        )
        .unwrap();
        raw.execute_batch(sql).unwrap();
        let found = store.read(|read| read.altered()).unwrap();
        assert_eq!(found.is_some_and(|found| found.starts_with("attachment ")), named, "{sql}");
    };
    check("", false);
    check("UPDATE attachment SET file = x'00' WHERE name = 'scan.png'", true);
    check("DELETE FROM attachment WHERE rowid = 1", true);
    check(
        "INSERT INTO attachment SELECT 'ff', kind, subject, section, media_type, name, received_at, received_by, file \
         FROM attachment LIMIT 1",
        true,
    );
}

#[test]
fn a_link_that_was_replaced_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    let caller = Caller::console(Lang::Ja);
    let new = NewAccount {
        login: "a".into(),
        name: "A".into(),
        role: Role::Staff,
        password: String::new(),
        lang: Lang::Ja,
        person: Some("a".into()),
    };
    let until = now().plus_days(30);
    store
        .change(&act(&caller, String::new()), |change| {
            let id = change.add_account(&new, now())?;
            change.set_invitation(id, b"one", now(), until)?;
            change.set_invitation(id, b"two", now(), until)
        })
        .unwrap();
    let open = |hash: &[u8]| store.read(|read| read.invitation(hash)).unwrap().is_some();
    assert!(!open(b"one") && open(b"two"));
}
