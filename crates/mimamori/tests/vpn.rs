//! VPN configurations, from files and folders to the verdicts of guideline 7.1, by the real binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn mimamori(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mimamori")).args(words).env("LC_ALL", "C.UTF-8").output().unwrap()
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../network/tests/vpn").join(name)
}

/// What `assess` says of a VPN whose configuration this is: verdict and reason of a statement.
fn verdict(names: &[&str], statement: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("vpn.json");
    let paths: Vec<String> = names.iter().map(|name| sample(name).to_str().unwrap().to_owned()).collect();
    let mut words = vec!["network", "collect", "--vpn", "head-office", "--out", out.to_str().unwrap()];
    words.extend(paths.iter().map(String::as_str));
    let done = mimamori(&words);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let done = mimamori(&["assess", folder.path().to_str().unwrap(), "--format", "json"]);
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
    let verdicts = answer["verdicts"].as_array().unwrap();
    let own = verdicts
        .iter()
        .find(|own| own["statement"] == statement && own["subject"]["id"] == "head-office")
        .unwrap();
    (own["verdict"].as_str().unwrap().to_owned(), own["reason"].to_string())
}

#[test]
fn configurations_are_judged() {
    let check = |names: &[&str], statement: &str, expected: &str, word: &str| {
        let (verdict, reason) = verdict(names, statement);
        assert_eq!(verdict, expected, "{names:?} {statement}: {reason}");
        assert!(reason.contains(word), "{names:?} {statement}: {reason}");
        assert!(!reason.contains("anary"), "{names:?}: {reason}");
    };
    check(&["freeradius-static"], "7.1.6-1", "fail", "mods-config/files/authorize:2: bob");
    check(&["freeradius-ad"], "7.1.6-1", "unknown", "");
    check(&["freeradius-winbind"], "7.1.5-1", "fail", "mods-enabled/eap:13");
    check(&["freeradius-local"], "7.1.1-1", "fail", "DEFAULT Cleartext-Password");
    check(&["openvpn-static.conf"], "7.1.5-1", "fail", "openvpn-static.conf:5");
    check(&["openvpn-radius.conf"], "7.1.6-1", "unknown", "");
    check(&["openvpn-radius.conf", "freeradius-local"], "7.1.6-1", "fail", "radius_local");
    check(&["yamaha-l2tp.txt"], "7.1.6-1", "fail", "pp auth username tanaka ****");
    check(&["strongswan-organization"], "7.1.5-1", "fail", "CN=*");
}

#[test]
fn what_cannot_be_read_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.txt");
    std::fs::write(&file, "hello").unwrap();
    let file = file.to_str().unwrap();
    let check = |words: &[&str], word: &str| {
        let done = mimamori(&[&["network", "collect"], words].concat());
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{error}");
        assert!(error.contains(word) && error.lines().count() == 1, "{error}");
    };
    check(&["--vpn", "x", file], "hand in that of FreeRADIUS");
    check(&["--vpn", "x/y", file], "--vpn");
    check(&["--vpn", "x", "/no/such/file"], "check the path");
}
