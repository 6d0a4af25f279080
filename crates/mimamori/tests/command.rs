//! The real binary, as people and programs call it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

fn mimamori(words: &[&str]) -> Output {
    mimamori_in("C.UTF-8", words)
}

fn mimamori_in(locale: &str, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mimamori")).args(words).env("LC_ALL", locale).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn facts(id: &str, protection: &str) -> Value {
    json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": id}, "source": "agent",
        "collected_at": "2026-11-23T00:00:00Z",
        "facts": {"volumes": [{"letter": "C:", "fixed": true, "protection": protection}]},
    })
}

const NOW: [&str; 2] = ["--now", "2026-11-24T00:00:00Z"];

fn assess(folder: &Path, more: &[&str]) -> Output {
    mimamori(&[&["assess", folder.to_str().unwrap()], &NOW[..], more].concat())
}

#[test]
fn assess_follows_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), facts("PC-1", "suspended").to_string()).unwrap();
    let done = assess(folder.path(), &["--format", "json"]);
    assert_eq!(done.status.code(), Some(1), "a SHALL fails: {}", text(&done.stderr));
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(answer["profile"], "csaj-2018");
    assert_eq!(answer["judged_at"], "2026-11-24T00:00:00Z");
    let verdicts = answer["verdicts"].as_array().unwrap();
    let own = verdicts.iter().find(|verdict| verdict["statement"] == "5.1.4-1").unwrap();
    assert_eq!(own["verdict"], "fail");
    assert_eq!(own["level"], "shall");
    assert_eq!(own["subject"], json!({"kind": "device", "id": "PC-1"}));
    assert_eq!(own["offenders"], json!(["C: (suspended)"]));
    assert_eq!(own["evidence"][0]["source"], "agent");
    assert!(own["reason"]["ja"].as_str().unwrap().contains("C:"));
    assert!(own["remedy"]["en"].as_str().unwrap().contains("Resume-BitLocker"));
    assert_eq!(answer["summary"]["shall"]["fail"], 1);
    assert_eq!(done.stdout, assess(folder.path(), &["--format", "json"]).stdout, "the same in, the same out");
    for format in ["table", "html", "oscal"] {
        let done = assess(folder.path(), &["--format", format]);
        assert_eq!(done.status.code(), Some(1), "{format}");
        assert!(text(&done.stdout).contains("5.1.4-1"), "{format}");
    }
}

#[test]
fn only_what_fails_makes_it_fail() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": "PC-1"}, "source": "agent",
        "collected_at": "2026-11-23T00:00:00Z", "facts": {"tpm": {"present": true}},
    }).to_string()).unwrap();
    assert_eq!(assess(folder.path(), &[]).status.code(), Some(0), "unknown is no failure");
}

#[test]
fn hostile_documents_get_a_line_each_and_the_good_ones_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
    write("good.json", facts("PC-1", "on").to_string().as_bytes());
    write("empty.json", b"");
    write("truncated.json", &facts("PC-2", "on").to_string().as_bytes()[..90]);
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    write("deep.json", facts("PC-5", "on").to_string().replace("true", &deep).as_bytes());
    write("huge.json", &vec![b' '; 9 * 1024 * 1024]);
    write("newer.json", facts("PC-3", "on").to_string().replace("\"version\":1", "\"version\":7").as_bytes());
    write("binary.json", &[0xff, 0xfe, 0x00, 0x01]);
    write("misspelt.json", facts("PC-4", "on").to_string().replace("protection", "protektion").as_bytes());
    write("escape.json", facts("../../etc/passwd", "on").to_string().as_bytes());
    write("other.json", br#"{"format":"something else"}"#);
    let done = assess(folder.path(), &["--format", "json"]);
    assert_eq!(done.status.code(), Some(2));
    let lines: Vec<String> = text(&done.stderr).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 9, "{lines:#?}");
    let check = |name: &str, word: &str| {
        let line =
            lines.iter().find(|line| line.contains(name)).unwrap_or_else(|| panic!("nothing about {name}"));
        assert!(line.contains(word), "{line}");
    };
    check("empty.json", "EOF");
    check("truncated.json", "line 1 column 90");
    check("deep.json", "recursion limit");
    check("huge.json", "the limit is 8388608");
    check("newer.json", "update Mimamori first");
    check("misspelt.json", "protektion");
    check("escape.json", "cannot be used");
    check("other.json", "something else");
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert!(answer["verdicts"].as_array().unwrap().iter().any(|verdict| verdict["subject"]["id"] == "PC-1"));
}

#[test]
fn wrong_arguments_are_told_in_one_line() {
    let check = |words: &[&str], word: &str| {
        let done = mimamori(words);
        assert_eq!(done.status.code(), Some(2), "{words:?}");
        assert!(text(&done.stderr).contains(word), "{words:?}: {}", text(&done.stderr));
    };
    check(&["assess", "/no/such/place"], "check the path");
    check(&["assess", ".", "--profile", "strict"], "there are: csaj-2018, current");
    check(&["assess", ".", "--now", "yesterday"], "RFC 3339");
    check(&["catalog", "show", "9.9.9-9"], "catalog list");
    check(&["--config", "/no/such/file", "config", "check"], "--config");
    check(&["healthcheck", "--listen", "127.0.0.1:1"], "is the server running");
    check(&["collect", "--id", "a/b"], "cannot be used");
    check(&["frobnicate"], "frobnicate");
}

#[test]
fn a_profile_that_does_not_fit_is_told_in_the_readers_language() {
    let folder = tempfile::tempdir().unwrap();
    let (facts_file, profile) = (folder.path().join("PC-1.json"), folder.path().join("ours.toml"));
    std::fs::write(&facts_file, facts("PC-1", "on").to_string()).unwrap();
    let ours = "id = \"ours\"\nbase = \"now\"\nname = { ja = \"a\", en = \"a\" }\nsummary = { ja = \"a\", en = \"a\" }\n";
    std::fs::write(&profile, ours).unwrap();
    let words = ["assess", facts_file.to_str().unwrap(), "--profile", profile.to_str().unwrap()];
    for (locale, expected) in [
        ("ja_JP.UTF-8", "元にするプロファイル「now」が、カタログにありません。"),
        ("en_GB.UTF-8", "there is no profile 'now' to build on"),
    ] {
        let done = mimamori_in(locale, &words);
        assert_eq!(done.status.code(), Some(2), "{locale}");
        assert!(text(&done.stderr).contains(expected), "{locale}: {}", text(&done.stderr));
    }
}

#[test]
fn the_catalogue_is_well_and_can_be_altered() {
    let done = mimamori(&["catalog", "check"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policies/device");
    std::fs::create_dir_all(&file).unwrap();
    let policy = include_str!("../../../catalog/policies/device/5.1.4-disk-encryption.toml");
    let file = file.join("5.1.4-disk-encryption.toml");
    std::fs::write(&file, policy.replacen("v.protection == 'on')\"", "v.protektion == 'on')\"", 1)).unwrap();
    let done = mimamori(&["--catalog", folder.path().to_str().unwrap(), "catalog", "check"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(
        text(&done.stderr).contains("example 'protected, key kept, procedure laid down'"),
        "{}",
        text(&done.stderr)
    );
    std::fs::write(&file, policy.replacen("level = \"shall\"", "level = \"may\"", 1)).unwrap();
    let done = mimamori(&["--catalog", folder.path().to_str().unwrap(), "catalog", "list"]);
    assert!(text(&done.stdout).contains("5.1.4-1   MAY"), "{}", text(&done.stdout));
}

#[test]
fn this_computers_facts_are_a_valid_document_without_gaps() {
    let done = mimamori(&["collect", "--id", "here"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let document = model::FactDocument::parse(&done.stdout).unwrap();
    for section in model::facts::sections(model::SubjectKind::Device) {
        let measured =
            model::facts::nature(model::SubjectKind::Device, section) == Some(model::facts::Nature::Measured);
        assert!(
            !measured || document.sections().any(|own| own == section),
            "{section} is neither read nor missed"
        );
    }
    let kernel = std::fs::read_to_string("/etc/os-release").unwrap();
    let name = kernel.lines().find_map(|line| line.strip_prefix("NAME=")).unwrap().trim_matches('"');
    assert_eq!(document.facts["os"]["product"], name);
}

#[test]
fn what_the_script_wrote_is_read_and_judged() {
    let folder = tempfile::tempdir().unwrap();
    let (script, answers) = (folder.path().join("collect.ps1"), folder.path().join("answers.json"));
    let done = mimamori(&["collect", "--script", "--out", script.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(std::fs::read_to_string(&script).unwrap().starts_with("\u{feff}<#"));
    let key = r"SYSTEM\CurrentControlSet\Control\SecureBoot\State";
    let document = serde_json::json!({
        "format": "mimamori-answers", "version": 1, "subject": {"kind": "device", "id": "PC-7"}, "name": "PC-7",
        "collector": "collect.ps1 test", "collected_at": "2026-11-23T00:00:00Z",
        "answers": {"registry": [
            {"hive": "machine", "key": key, "values": "UEFISecureBootEnabled",
                "found": {"key": key, "values": {"name": "UEFISecureBootEnabled", "number": 1}}},
            {"hive": "machine", "key": r"SYSTEM\CurrentControlSet\Control", "values": ["PEFirmwareType"], "found": []}]}
    });
    std::fs::write(&answers, document.to_string()).unwrap();
    let done = mimamori(&["collect", "--answers", answers.to_str().unwrap()]);
    let facts = model::FactDocument::parse(&done.stdout).unwrap();
    assert_eq!(facts.facts["secure_boot"]["enabled"], true);
    let done = mimamori(&["assess", answers.to_str().unwrap(), "--now", "2026-11-24T00:00:00Z"]);
    assert!(text(&done.stdout).contains("PC-7"), "{}", text(&done.stderr));
    std::fs::write(&answers, document.to_string().replace("\"version\":1", "\"version\":9")).unwrap();
    let done = mimamori(&["collect", "--answers", answers.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(2), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("update Mimamori"), "{}", text(&done.stderr));
}

/// A server on a port of its own; killed when dropped.
struct Server {
    process: Child,
    address: String,
    said: String,
}

impl Server {
    fn start(data: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_mimamori"))
            .args(["--data", data.to_str().unwrap(), "serve", "--listen", "127.0.0.1:0"])
            .env("LC_ALL", "C.UTF-8")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let address = loop {
            let line = lines.next().expect("the server ended before it was ready").unwrap();
            said += &line;
            if let Some((_, address)) = line.split_once("http://") {
                break address.to_owned();
            }
        };
        // Whatever else it says must not block it.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { process, address, said }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _killed = self.process.kill();
        let _ended = self.process.wait();
    }
}

#[test]
fn the_server_starts_with_nothing_set_and_a_second_one_says_who_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data);
    assert!(server.said.starts_with("Open in a browser"));
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/").contains("location: /setup"));
    let well = mimamori(&["healthcheck", "--listen", &server.address]);
    assert_eq!((well.status.code(), text(&well.stdout).trim()), (Some(0), "ok"));
    let second = mimamori(&["--data", data.to_str().unwrap(), "serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(2));
    let said = text(&second.stderr);
    assert!(said.contains(&format!("process {}", server.process.id())) && said.contains("--data"), "{said}");
}

#[test]
fn dawdling_and_oversized_requests_are_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    let mut slow = TcpStream::connect(&server.address).unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    let mut large = TcpStream::connect(&server.address).unwrap();
    write!(large, "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Length: 900000\r\n\r\n", server.address)
        .unwrap();
    let _cut = large.write_all(&vec![b'a'; 900_000]);
    let mut answer = String::new();
    let _cut = large.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    slow.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    let mut end = Vec::new();
    let _cut = slow.read_to_end(&mut end);
    assert!(text(&end).is_empty() || text(&end).starts_with("HTTP/1.1 408"), "{}", text(&end));
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"), "others are served");
}

#[test]
fn a_forgotten_password_is_set_anew_at_the_console_only_when_it_is_strong_and_known() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(Server::start(&data));
    let reset = |login: &str, password: &str| {
        let mut process = Command::new(env!("CARGO_BIN_EXE_mimamori"))
            .args(["--data", data.to_str().unwrap(), "account", "password", login])
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        let done = process.wait_with_output().unwrap();
        (done.status.code(), text(&done.stderr))
    };
    let (code, said) = reset("nobody", "correct horse battery");
    assert!(code == Some(2) && said.contains("no such account"), "{said}");
    let (code, said) = reset("nobody", "short");
    assert!(code == Some(2) && said.contains("too-short"), "{said}");
}
