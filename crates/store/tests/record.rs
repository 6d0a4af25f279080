//! Records and reports: versions stay, conflicts are refused, what was rewritten or removed is named; a database of the
//! first shape opens.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use model::{At, Caller, Lang, StatementId, Waiver};
use rusqlite::Connection;
use store::record::witness;
use store::{Act, Entry, Store, StoreError};

fn now() -> At {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn put(store: &Store, entries: &[Entry]) -> Result<Vec<(u64, u32)>, StoreError> {
    let caller = Caller::console(Lang::Ja);
    let act = Act {
        at: now(),
        caller: &caller,
        action: "asset.save",
        object: "assets".into(),
        detail: format!("{} {} entries", witness("asset", entries), entries.len()),
    };
    store.change(&act, |change| change.put_records("asset", entries, &caller.name, now()))
}

fn filled(folder: &std::path::Path) -> Store {
    let store = Store::open(folder, now()).unwrap();
    put(&store, &[Entry::new(&"NAS").unwrap(), Entry::new(&"顧客DB").unwrap()]).unwrap();
    put(&store, &[Entry::next(2, 1, &"顧客DB(本番)").unwrap(), Entry::new(&"鍵").unwrap()]).unwrap();
    put(&store, &[Entry::next(1, 1, &"NAS").unwrap().gone()]).unwrap();
    let caller = Caller::console(Lang::Ja);
    let act = Act {
        at: now(),
        caller: &caller,
        action: "report.make",
        object: "president".into(),
        detail: model::evidence::id_of(b"<html>"),
    };
    store
        .change(&act, |change| change.add_report(("president", "html", Lang::Ja), b"<html>", "sato", now()))
        .unwrap();
    grant(&store);
    keep(&store);
    store
}

/// Accepts something for a month and ends it earlier than that.
fn grant(store: &Store) {
    let caller = Caller::console(Lang::Ja);
    let waiver = Waiver {
        statement: StatementId("5.1.4-1".into()),
        subject: None,
        reason: "交換予定".into(),
        by: caller.name.clone(),
        from: now(),
        until: now().plus_days(30),
        basis: Some([("device/PC-001".to_owned(), vec!["check a".to_owned()])].into_iter().collect()),
    };
    let witness = store::waiver::witness(&waiver).unwrap();
    let act = |action: &'static str, object: &str, at: At, detail: String| Act {
        at,
        caller: &caller,
        action,
        object: object.into(),
        detail,
    };
    let granted = act("waiver.grant", "5.1.4-1", now(), format!("{witness} until {}: x", waiver.until.day()));
    store.change(&granted, |change| change.add_waiver(&waiver)).unwrap();
    assert_eq!(store.read(|read| read.altered()).unwrap(), None);
    let later = now().plus_days(3);
    let ended = act("waiver.end", "waiver/1", later, String::new());
    store.change(&ended, |change| change.end_waiver(1, later)).unwrap();
    assert_eq!(store.read(|read| read.altered()).unwrap(), None);
}

/// Keeps a catalogue and a company.
fn keep(store: &Store) {
    let caller = Caller::console(Lang::Ja);
    let print = "f".repeat(64);
    let catalogue = store::catalogue::witness(&print, b"files");
    let company = store::setting::witness("company", &"みなとソフト").unwrap();
    let act = Act {
        at: now(),
        caller: &caller,
        action: "setup.finish",
        object: "company".into(),
        detail: format!("{catalogue}, {company} first administrator sato"),
    };
    store
        .change(&act, |change| {
            change.keep_catalogue(&print, "csaj", b"files", now())?;
            change.set_setting("catalogue", &print)?;
            change.set_setting("company", &"みなとソフト")
        })
        .unwrap();
}

#[test]
fn every_version_stays_and_the_newest_counts() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let (newest, first, versions) = store
        .read(|read| {
            Ok::<_, StoreError>((
                read.records::<String>("asset")?,
                read.record::<String>("asset", 1)?.unwrap(),
                read.record_versions::<String>("asset", 2, 9)?,
            ))
        })
        .unwrap();
    let seen: Vec<(u64, u32, &str)> =
        newest.iter().map(|record| (record.id, record.version, record.value.as_str())).collect();
    assert_eq!(seen, [(2, 2, "顧客DB(本番)"), (3, 1, "鍵")]);
    assert!(first.gone && first.version == 2);
    assert_eq!(versions.len(), 2);
    assert!(matches!(
        put(&store, &[Entry::next(3, 1, &"a").unwrap(), Entry::next(2, 1, &"b").unwrap()]),
        Err(StoreError::Conflict)
    ));
    let kept = store.read(|read| read.record::<String>("asset", 3)).unwrap().unwrap();
    assert_eq!(kept.version, 1, "a refused change writes nothing");
    assert_eq!(store.read(|read| read.altered()).unwrap(), None);
}

#[test]
fn what_was_rewritten_or_removed_is_named() {
    let check = |sql: &str, expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        drop(filled(folder.path()));
        let raw = Connection::open(folder.path().join("mimamori.sqlite")).unwrap();
        for table in ["record", "report", "catalogue"] {
            for verb in ["changed", "deleted"] {
                raw.execute_batch(&format!("DROP TRIGGER {table}_is_never_{verb}")).unwrap();
            }
        }
        raw.execute_batch(sql).unwrap();
        drop(raw);
        let store = Store::open(folder.path(), now()).unwrap();
        assert_eq!(store.read(|read| read.altered()).unwrap().as_deref(), Some(expected), "{sql}");
    };
    check("UPDATE record SET body = '\"鍵束\"' WHERE id = 3", "records of audit line 2");
    check("DELETE FROM record WHERE id = 1 AND version = 2", "records of audit line 3");
    check("UPDATE record SET gone = 0 WHERE id = 1", "records of audit line 3");
    check("UPDATE record SET line = 1 WHERE id = 3", "records of audit line 1");
    check("UPDATE record SET by = 'tanaka' WHERE id = 3", "records of audit line 2");
    check("UPDATE record SET at = at - 86400 WHERE id = 1 AND version = 2", "records of audit line 3");
    check("UPDATE record SET id = 4 WHERE id = 3", "records of audit line 2");
    check(
        "UPDATE record SET body = CASE id WHEN 1 THEN '\"顧客DB\"' ELSE '\"NAS\"' END WHERE line = 1",
        "records of audit line 1",
    );
    check("UPDATE waiver SET reason = '別の理由'", "acceptance 1");
    check("UPDATE waiver SET until_at = until_at + 86400", "acceptance 1");
    check("UPDATE waiver SET basis = '{\"device/PC-001\":[\"check a\",\"check b\"]}'", "acceptance 1");
    check("UPDATE waiver SET basis = NULL", "acceptance 1");
    check("DELETE FROM waiver", "acceptance 1");
    check(
        "INSERT INTO waiver (statement, reason, by, from_at, until_at) VALUES ('5.1.5-1', 'x', 'sato', 1, 9999999999)",
        "acceptance 2",
    );
    let print = "f".repeat(64);
    let catalogue = format!("catalogue {print}");
    check("UPDATE catalogue SET files = x'00'", &catalogue);
    check("UPDATE catalogue SET files = x'00', sha256 = '0'", &catalogue);
    check("DELETE FROM catalogue", &catalogue);
    check("UPDATE setting SET value = '\"0\"' WHERE key = 'catalogue'", "setting catalogue");
    check("DELETE FROM setting WHERE key = 'catalogue'", "setting catalogue");
    check("UPDATE setting SET value = '\"みなと\"' WHERE key = 'company'", "setting company");
    check("UPDATE report SET file = CAST('<html/>' AS BLOB)", "report 1");
    check("DELETE FROM report", "report 1");
}

#[test]
fn a_database_of_the_first_shape_opens() {
    let folder = tempfile::tempdir().unwrap();
    let raw = Connection::open(folder.path().join("mimamori.sqlite")).unwrap();
    raw.execute_batch(include_str!("../migrations/0001_ground.sql")).unwrap();
    raw.execute_batch(
        "INSERT INTO waiver (statement, reason, by, from_at, until_at) VALUES ('5.1.4-1', '年度末まで', 'sato', 1, 2);
         INSERT INTO decision (row, version, at, by, body) VALUES (34, 1, 1, 'sato',
           '{\"current_state\":\"未対応\",\"impacts\":[{\"severity\":\"serious\"},{\"severity\":\"minor\"},{\"severity\":\"minor\"},{\"severity\":\"minor\"}],\"choice\":\"not_needed\",\"owner\":\"\",\"reason\":\"持ち出さない\"}');
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(raw);
    let store = Store::open(folder.path(), now()).unwrap();
    let (waivers, decisions) =
        store.read(|read| Ok::<_, StoreError>((read.waivers()?, read.decisions()?))).unwrap();
    assert!(waivers[0].waiver.basis.is_none());
    assert!(decisions[0].decision.basis.is_none() && decisions[0].decision.loss.is_none());
}

#[test]
fn a_report_slipped_into_the_table_is_not_witnessed() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    let forged = model::evidence::id_of(b"forged");
    let raw = Connection::open(folder.path().join("mimamori.sqlite")).unwrap();
    raw.execute(
        "INSERT INTO report (made_at, made_by, kind, format, lang, seal, file) \
         VALUES (1, 'sato', 'president', 'html', 'ja', ?1, CAST('forged' AS BLOB))",
        [&forged],
    )
    .unwrap();
    drop(raw);
    let store = Store::open(folder.path(), now()).unwrap();
    let (real, found, witnessed) = store
        .read(|read| {
            let real = read.report_witnessed(&model::evidence::id_of(b"<html>"))?;
            Ok::<_, StoreError>((real, read.report_sealed(&forged)?, read.report_witnessed(&forged)?))
        })
        .unwrap();
    assert!(real && found.is_some() && !witnessed);
    assert_eq!(store.read(|read| read.altered()).unwrap().as_deref(), Some("report 2"));
}
