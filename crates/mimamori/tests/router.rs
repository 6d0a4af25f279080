//! Router configurations, from the file to the verdict of guideline 5.2.3, by the real binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn mimamori(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mimamori")).args(words).env("LC_ALL", "C.UTF-8").output().unwrap()
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../network/tests/router/{name}.txt"))
}

/// The verdict on 5.2.3-2 of a home whose router has this configuration, and the ports at fault.
fn verdict(name: &str) -> (String, Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("router.json");
    let done = mimamori(&[
        "network",
        "collect",
        sample(name).to_str().unwrap(),
        "--id",
        "home-1",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let document: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    let connection = json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": "home", "id": "home-1"}, "source": "record",
        "collected_at": document["collected_at"], "facts": {"connection": {"kind": "home_lan"}},
    });
    std::fs::write(folder.path().join("connection.json"), connection.to_string()).unwrap();
    let done = mimamori(&["assess", folder.path().to_str().unwrap(), "--format", "json"]);
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
    let verdicts = answer["verdicts"].as_array().unwrap();
    let own = verdicts
        .iter()
        .find(|own| own["statement"] == "5.2.3-2" && own["subject"]["id"] == "home-1")
        .unwrap();
    let offenders =
        own["offenders"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    (own["verdict"].as_str().unwrap().to_owned(), offenders, own["reason"]["en"].as_str().unwrap().to_owned())
}

#[test]
fn configurations_are_judged() {
    let check = |name: &str, expected: &str, word: &str| {
        let (verdict, offenders, reason) = verdict(name);
        assert_eq!(verdict, expected, "{name}: {offenders:?} {reason}");
        let said = format!("{offenders:?} {reason}");
        assert!(said.contains(word), "{name}: {said}");
    };
    check("yamaha-good", "pass", "");
    check(
        "yamaha-forward",
        "fail",
        "tcp/445 (13: nat descriptor masquerade static 1 1 192.168.1.20 tcp 445)",
    );
    check("yamaha-forgotten", "fail", "udp/2049");
    check("yamaha-ipv6-open", "fail", "IPv6 lan2");
    check("yamaha-truncated", "unknown", "secure filter in");
    check("cisco-good", "pass", "");
    check("cisco-open", "fail", "access-group");
    check("cisco-zone", "unknown", "zone-member");
    check("nft-good", "pass", "");
    check("nft-ipv6-silent", "unknown", "sysctl");
    check("iptables-good", "pass", "");
    check("iptables-v4only", "unknown", "ip6tables-save");
    check("iptables-ipv6-open", "fail", "udp/any (IPv6 31: :FORWARD ACCEPT");
}

#[test]
fn several_homes_go_into_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (sample("yamaha-good"), sample("cisco-open"));
    let (a, b) = (a.to_str().unwrap(), b.to_str().unwrap());
    let done = mimamori(&["network", "collect", a, b, "--out", folder.path().to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|own| own.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["cisco-open.json", "yamaha-good.json"]);
    let check = |words: &[&str], word: &str| {
        let done = mimamori(&[&["network", "collect"], words].concat());
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{error}");
        assert!(error.contains(word) && error.lines().count() == 1, "{error}");
    };
    check(&[a, b], "--out");
    check(&[a, a, "--out", folder.path().to_str().unwrap()], "two files");
    check(&["/no/such/file"], "check the path");
    check(&[a, "--id", "x/y"], "--id");
    check(&[a, "--wan", "pp 9"], "there are");
    check(&[sample("nft-truncated").to_str().unwrap()], "not whole");
    let garbage = folder.path().join("x.txt");
    std::fs::write(&garbage, "hello").unwrap();
    check(&[garbage.to_str().unwrap()], "show config");
}
