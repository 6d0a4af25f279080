//! Calls every API for real: Windows', or Wine's in the cross-built tests (`tests/windows.sh`). What Wine answers is
//! checked; what it lacks must come back as a miss with the code that stands for it. Recorded answers cover the rest.

use std::fs;

use model::Why;

use super::super::machine::{Api, Machine, Row};
use super::tests::{live, on_wine};
use crate::gap::Gap;

fn ask(api: Api, of: &str) -> Result<Vec<Row>, Gap> {
    let answer = live().ask(api, of);
    println!("{api:?} {of}: {answer:?}");
    answer
}

/// What Wine 8 lacks, with the reason and the code its answer must carry.
#[test]
fn what_is_lacking_is_a_miss_with_its_code() {
    if !on_wine() {
        return;
    }
    let check = |api: Api, of: &str, why: Why, code: &str| {
        let gap = ask(api, of).unwrap_err();
        assert_eq!(gap.why, why, "{gap}");
        assert!(gap.detail.ends_with(code), "{gap}");
    };
    // No such interface, not implemented.
    check(Api::UpdateResults, "", Why::NotSupported, "0x80004002");
    check(Api::UpdateHistory, "", Why::NotSupported, "0x80004001");
    check(Api::PendingUpdates, "", Why::NotSupported, "0x80004001");
    // A call that is not implemented; an information level that is not; an internal error of the accounts' API.
    check(Api::AuditPolicy, "", Why::NotSupported, "0x80070078");
    check(Api::LocalUsers, "", Why::NotSupported, "0x8007007C");
    check(Api::AccountPolicy, "", Why::Failed, "0x8007085C");
    check(Api::VolumeProtection, "C:", Why::NotCollected, "");
    // Wine's event log opens nothing, and does not say why.
    check(Api::OldestRecord, "System", Why::Failed, "0x00000000");
    check(Api::Events, "System:1,2", Why::Failed, "0x00000000");
    // No router is this machine itself.
    check(Api::PortMappings, "127.0.0.1", Why::NotFound, "127.0.0.1 does not answer UPnP");
}

#[test]
fn what_is_there_answers() {
    if on_wine() {
        assert_eq!(
            ask(Api::Wireless, ""),
            Ok(Vec::new()),
            "the library is loaded and opened; there is no card"
        );
        assert_eq!(ask(Api::UsbStorage, ""), Ok(Vec::new()));
    }
    let odd = ask(Api::Events, "no channel and ids").unwrap_err();
    assert_eq!(odd.why, Why::Failed);
    assert!(ask(Api::Events, "System:1 or EventID=2").is_err(), "an id is a number and nothing else");
}

#[test]
fn archives_are_listed_with_their_ages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for name in ["Archive-Security-2026-11-01-00-00-00-000.evtx", "Security.evtx", "archive-System.zip"] {
        fs::write(folder.path().join(name), b"x").unwrap();
    }
    let rows = ask(Api::ArchivedLogs, path).unwrap();
    let mut names: Vec<_> = rows.iter().map(|row| row.text("Name").unwrap()).collect();
    names.sort();
    assert_eq!(names, [".", "Archive-Security-2026-11-01-00-00-00-000.evtx", "archive-System.zip"]);
    assert!(rows.iter().all(|row| row.flag("Compressed") == Some(false)));
    assert!(rows.iter().all(|row| row.at("LastWriteTime").is_some()));
    assert_eq!(ask(Api::ArchivedLogs, r"C:\no such folder").unwrap_err().why, Why::NotFound);
}

#[test]
fn extensions_are_counted_and_not_named() {
    let person = tempfile::tempdir().unwrap();
    let (docs, blocker) = ("ghbmnnjooekpmoecnnnilnnbdlolhkhi", "cjpalhdlnbpafiamejdnhcphjbkeiagm");
    for path in [
        format!(r"AppData\Local\Google\Chrome\User Data\Default\Extensions\{blocker}"),
        format!(r"AppData\Local\Google\Chrome\User Data\Profile 1\Extensions\{blocker}"),
        format!(r"AppData\Local\Google\Chrome\User Data\Default\Extensions\{docs}"),
        r"AppData\Local\Google\Chrome\User Data\Default\Extensions\Temp".into(),
        r"AppData\Local\Microsoft\Edge\User Data\Default".into(),
        r"AppData\Roaming\Mozilla\Firefox\Profiles\a.default\extensions".into(),
    ] {
        fs::create_dir_all(person.path().join(path)).unwrap();
    }
    let firefox = r"AppData\Roaming\Mozilla\Firefox\Profiles\a.default\extensions\one@example.xpi";
    fs::write(person.path().join(firefox), b"x").unwrap();
    let rows = ask(Api::Extensions, person.path().to_str().unwrap()).unwrap();
    let found: Vec<_> =
        rows.iter().map(|row| (row.text("Browser").unwrap(), row.number("Extensions").unwrap())).collect();
    let expected = [("Google Chrome", 1), ("Microsoft Edge", 0), ("Mozilla Firefox", 1)];
    assert_eq!(found, expected.map(|(name, count)| (name.to_owned(), count)));
    assert_eq!(ask(Api::Extensions, r"C:\no such folder"), Ok(Vec::new()));
}
