//! `mimamori report` as people and programs call it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn report(data: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mimamori"))
        .args(["--data", data.to_str().unwrap(), "report"])
        .args(words)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_is_made_is_known_again_and_one_byte_more_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for (kind, format) in
        [("president", "html"), ("auditor", "html"), ("auditor", "xlsx"), ("auditor", "oscal")]
    {
        let file = folder.path().join(format!("{kind}.{format}"));
        let path = file.to_str().unwrap();
        let made = report(&data, &["make", kind, "--format", format, "--out", path]);
        assert_eq!(made.status.code(), Some(0), "{kind} {format}: {}", text(&made.stderr));
        let bytes = std::fs::read(&file).unwrap();
        assert!(text(&made.stdout).contains(&model::evidence::id_of(&bytes)), "the seal is told");
        let same = report(&data, &["check", path]);
        assert_eq!(same.status.code(), Some(0), "{kind} {format}");
        assert!(text(&same.stdout).contains(&format!("console {kind} {format}")), "{}", text(&same.stdout));
        std::fs::write(&file, [&bytes[..], b" "].concat()).unwrap();
        assert_eq!(report(&data, &["check", path]).status.code(), Some(1), "{kind} {format}");
        let told = report(&data, &["check", path, "--format", "json"]);
        let answer: Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!((&answer["as_made"], &answer["made"]), (&false.into(), &Value::Null));
        std::fs::write(&file, &bytes).unwrap();
        let answer = report(&data, &["check", path, "--format", "json"]);
        let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
        assert_eq!((&answer["as_made"], &answer["made"]["kind"]), (&true.into(), &kind.into()));
    }
}

#[test]
fn what_cannot_be_done_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    let check = |words: &[&str], word: &str| {
        let done = report(&data, words);
        assert_eq!(done.status.code(), Some(2), "{words:?}");
        assert!(text(&done.stderr).contains(word), "{words:?}: {}", text(&done.stderr));
        assert!(!Path::new(out).exists(), "{words:?} leaves nothing behind");
    };
    check(
        &["make", "president", "--format", "oscal", "--out", out],
        "the auditor's as html, xlsx, oscal or poam",
    );
    check(&["make", "board", "--out", out], "board");
    check(&["make", "auditor"], "--out");
    check(&["check", "/no/such/file"], "check the path");
    check(&["check"], "FILE");
}
