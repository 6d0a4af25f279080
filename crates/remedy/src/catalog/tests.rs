//! The table is whole, and the reader refuses what does not belong in it.

use super::*;

#[test]
fn every_file_reads() {
    for remedy in embedded() {
        remedy.unwrap();
    }
    assert_eq!(all().len(), embedded().count());
    assert!(all().len() >= 20);
    for system in [System::Windows, System::Linux, System::Macos] {
        assert!(all().iter().any(|remedy| remedy.system == system));
    }
    let mut ids: Vec<&str> = all().iter().map(|remedy| remedy.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all().len(), "an id is used twice");
}

#[test]
fn found_by_statement_and_system() {
    let rdp = StatementId("5.1.8-1".to_owned());
    let names = |system| for_statement(system, &rdp).iter().map(|one| one.id.as_str()).collect::<Vec<_>>();
    assert_eq!(names(System::Windows), ["remote-desktop-nla", "remote-desktop-off"]);
    assert_eq!(names(System::Linux), ["ssh-off"]);
    assert!(find("no-such").is_none());
}

#[test]
fn found_by_what_is_at_fault() {
    let check = |statement: &str, faults: &[&str], expected: &[&str]| {
        let found = for_faults(System::Windows, &StatementId(statement.to_owned()), faults);
        assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), expected);
    };
    check("5.1.8-1", &["off-or-approved"], &["remote-desktop-off"]);
    check("5.1.8-1", &["nla"], &["remote-desktop-nla", "remote-desktop-off"]);
    check("5.1.4-1", &["recovery-key"], &[]);
    check("5.2.1-1", &["file-sharing"], &["file-sharing-off"]);
}

#[test]
fn what_is_done_by_hand_reads_whole() {
    assert_eq!(parse_by_hand(&text(BY_HAND)).unwrap().len(), by_hand().len());
    assert!(by_hand().iter().any(|one| one.check == "5.1.4-1/protection"));
    assert!(parse_by_hand("[[by_hand]]\ncheck = \"5.1.4-1\"\nwhy = { ja = \"あ\", en = \"a\" }").is_err());
    assert!(parse_by_hand("[[by_hand]]\ncheck = \"5.1.4-1/x\"\nwhy = { ja = \"あ\", en = \"\" }").is_err());
}

const GOOD: &str = r#"
id = "x"
system = "windows"
statements = ["5.1.8-1"]
checks = ["5.1.8-1/nla"]
title = { ja = "あ", en = "a" }
explain = { ja = "あ", en = "a" }
undo = { ja = "あ", en = "a" }
source = "a page"

[[step]]
kind = "registry"
path = 'SYSTEM\CurrentControlSet\Control\X'
name = "N"
value = { dword = 1 }

[[step]]
kind = "run"
program = "netsh"
arguments = ["a", "on"]
read.registry = { path = 'SOFTWARE\X', name = "N" }
done = ["1"]
undo.0 = ["a", "off"]
"#;

#[test]
fn mistakes_are_named() {
    assert!(parse("windows/x.toml", GOOD).is_ok());
    let check = |from: &str, to: &str, expected: &str| {
        assert!(GOOD.contains(from), "{from}");
        let mistake = parse("windows/x.toml", &GOOD.replace(from, to)).unwrap_err();
        assert!(mistake.what.contains(expected), "{from} -> {to}: {mistake}");
    };
    check("id = \"x\"", "id = \"y\"", "must be called windows/y.toml");
    check("source = \"a page\"", "source = \" \"", "no source");
    check("source = \"a page\"", "source = \"a\"\nshell = \"x\"", "unknown field");
    check("name = \"N\"\nvalue", "name = \"N\"\nmode = 1\nvalue", "unknown field");
    check("undo = { ja = \"あ\", en = \"a\" }", "undo = { ja = \"あ\", en = \"\" }", "one language");
    check("undo = { ja = \"あ\", en = \"a\" }", "undo = { ja = \"あ\" }", "missing field");
    check("5.1.8-1/nla", "5.1.9-1/nla", "no statement it mends");
    check("SYSTEM\\CurrentControlSet\\Control\\X", "SAM\\X", "below SYSTEM");
    check("dword = 1", "dword = -1", "u32");
    check("\"netsh\"", "\"cmd\"", "unknown variant");
    check("\"netsh\"", "\"ufw\"", "another system");
    check("\"netsh\"", "\"powershell\"", "rule groups only");
    check("[\"a\", \"on\"]", "[\"a\", \"on & calc\"]", "a shell");
    check("[\"a\", \"off\"]", "[\"a\", \"{before}\"]", "a number only");
    check("done = [\"1\"]\n", "", "needs `done`");
    check("undo.0 = [\"a\", \"off\"]", "", "needs `undo`");
    check("read.registry = { path = 'SOFTWARE\\X', name = \"N\" }\n", "", "without `read`");
}
