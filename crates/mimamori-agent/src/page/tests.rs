//! The page over a real connection, as a browser and as an attacker would ask.

use std::io::Read as _;

use model::agent::{Standing, StandingLine};
use model::{At, Level, Outcome, StatementId, Subject, SubjectKind};

use super::*;
use crate::run::line;
use crate::{Mark, State};

struct Room {
    page: Arc<Page>,
    told: std::sync::mpsc::Receiver<Signal>,
    _room: tempfile::TempDir,
}

fn now() -> At {
    "2026-11-24T03:00:00Z".parse().unwrap()
}

fn room() -> Room {
    let room = tempfile::tempdir().unwrap();
    let folder = Folder::open(&room.path().join("a")).unwrap();
    let subject = Subject::new(SubjectKind::Device, "PC-<1>");
    let mut state = State::new("https://m", [1; 32], Mark::default(), subject.clone());
    state.company = "例の会社".into();
    state.reported_at = Some(now().plus_secs(-3600));
    state.save(&folder).unwrap();
    let line_of = |outcome, title: &str| StandingLine {
        statement: StatementId("5.1.4-1".into()),
        title: Text::same(title),
        level: Level::Shall,
        outcome,
        reason: Text::new("C: が暗号化されていません。", "C: is not encrypted."),
        remedy: Text::new("BitLockerを有効にしてください。", "Turn BitLocker on."),
        fixes: Vec::new(),
    };
    let standing = Standing {
        now: now(),
        subject,
        lines: vec![
            line_of(Outcome::Fail, "暗号化"),
            line_of(Outcome::Unknown, "不明"),
            line_of(Outcome::Pass, "良好"),
        ],
    };
    let told = serde_json::to_vec(&Told { at: now(), standing }).unwrap();
    folder.write("standing.json", &told).unwrap();
    let (tell, told) = line();
    let page = Page {
        folder,
        clock: Arc::new(now()),
        tell,
        port: 8309,
        token: "t".repeat(48),
        cookie: "c".repeat(48),
        form: "f".repeat(48),
        work: Mutex::new(()),
        asked: Mutex::new(None),
        busy: AtomicUsize::new(0),
    };
    Room { page: Arc::new(page), told, _room: room }
}

impl Room {
    /// Asks over a connection and gives the whole answer.
    fn ask(&self, text: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut browser = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        browser.write_all(text.as_bytes()).unwrap();
        self.page.serve(stream);
        let mut answer = String::new();
        browser.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, path: &str, lang: &str, extra: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:8309\r\nAccept-Language: {lang}\r\n{extra}\r\n"
        ))
    }

    fn signed_in(&self, path: &str, lang: &str) -> String {
        self.get(path, lang, &format!("Cookie: mimamori_agent={}\r\n", "c".repeat(48)))
    }

    fn post(&self, path: &str, body: &str, origin: &str) -> String {
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:8309\r\nOrigin: {origin}\r\nCookie: mimamori_agent={}\r\n\
             Accept-Language: en\r\nContent-Length: {}\r\n\r\n{body}",
            "c".repeat(48),
            body.len()
        ))
    }
}

#[test]
fn the_token_is_exchanged_for_a_cookie_and_nothing_shows_without() {
    let room = room();
    for closed in [
        room.get("/", "ja", ""),
        room.get("/facts", "ja", ""),
        room.get("/open?token=wrong", "ja", ""),
        room.get("/", "ja", "Cookie: mimamori_agent=wrong\r\n"),
        room.ask(&format!(
            "GET / HTTP/1.1\r\nHost: evil.example:8309\r\nCookie: mimamori_agent={}\r\n\r\n",
            "c".repeat(48)
        )),
    ] {
        assert!(closed.starts_with("HTTP/1.1 403") && !closed.contains("暗号化"), "{closed}");
    }
    let opened = room.get(&format!("/open?token={}", "t".repeat(48)), "ja", "");
    assert!(opened.starts_with("HTTP/1.1 303") && opened.contains("HttpOnly; SameSite=Strict"), "{opened}");
    assert!(opened.contains("Content-Security-Policy: default-src 'none'"));
}

#[test]
fn shows_what_is_at_fault_first_in_both_languages() {
    let room = room();
    let check = |lang: &str, words: &[&str]| {
        let page = room.signed_in("/", lang);
        let mut from = 0;
        for word in words {
            let place = page[from..].find(word).unwrap_or_else(|| panic!("{word} in {page}"));
            from += place;
        }
        assert!(page.contains("PC-&lt;1&gt;") && !page.contains("⟦"));
    };
    check(
        "ja",
        &[
            "例の会社",
            "1時間前",
            "直すところが1件",
            "要対応",
            "C: が暗号化",
            "対処",
            "確認できません",
            "満たしている",
        ],
    );
    check(
        "en",
        &[
            "last report",
            "1 h ago",
            "1 to mend",
            "At fault",
            "C: is not",
            "What to do",
            "Not known",
            "In order",
        ],
    );
}

#[test]
fn offline_broken_and_stopped_are_said() {
    let room = room();
    let mut state = State::load(&room.page.folder).unwrap().unwrap();
    state.problem = Some(Text::new("つながりません", "offline"));
    state.save(&room.page.folder).unwrap();
    assert!(room.signed_in("/", "en").contains("offline"));
    state.stopped = Some(model::agent::Refusal::Revoked);
    state.save(&room.page.folder).unwrap();
    assert!(room.signed_in("/", "ja").contains("取り消しました"));
    room.page.folder.write("state.json", b"{").unwrap();
    assert!(room.signed_in("/", "ja").contains("壊れています"));
    room.page.folder.remove("state.json").unwrap();
    room.page.folder.remove("standing.json").unwrap();
    let page = room.signed_in("/", "ja");
    assert!(page.contains("まだ登録されていません") && page.contains("まだ分かりません"), "{page}");
}

#[test]
fn a_form_counts_only_from_this_page_with_its_token() {
    let room = room();
    let (own, form) = ("http://127.0.0.1:8309", format!("form={}", "f".repeat(48)));
    for closed in [
        room.post("/report", &form, "http://evil.example"),
        room.post("/report", &form, "null"),
        room.post("/report", "form=wrong", own),
        room.post("/fix", "id=x", own),
    ] {
        assert!(closed.starts_with("HTTP/1.1 403"), "{closed}");
    }
    assert!(room.told.try_recv().is_err());
    assert!(room.post("/report", &form, own).contains("being read and reported"));
    assert_eq!(room.told.try_recv(), Ok(Signal::Report));
    assert!(room.post("/report", &form, own).contains("within the last minute"));
    assert!(room.told.try_recv().is_err(), "at most one in a minute");
    let unknown = room.post("/fix", &format!("{form}&id=cmd.exe"), own);
    assert!(unknown.contains("There is no fix &#39;cmd.exe&#39;"), "{unknown}");
    assert!(room.told.try_recv().is_err());
}

#[test]
fn tells_what_is_seen_and_shows_the_facts() {
    let room = room();
    let page = room.signed_in("/seen", "ja");
    assert!(page.contains("ディスクの暗号化") && page.contains("閲覧履歴"));
    let facts = room.signed_in("/facts", "en");
    assert!(facts.contains("mimamori-facts") && facts.contains("PC-&lt;1&gt;"), "{facts}");
    assert!(!facts.contains("&quot;accounts&quot;"), "nobody else's accounts: {facts}");
    assert!(room.signed_in("/nowhere", "en").starts_with("HTTP/1.1 404"));
    assert!(room.get("/style.css", "en", "").contains("text/css"));
}

#[test]
fn a_connection_that_says_nothing_sound_gets_nothing() {
    let room = room();
    for text in [
        "PUT / HTTP/1.1\r\n\r\n",
        "\r\n\r\n",
        &format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(40_000)),
    ] {
        // The rest of a request that is too long may be answered by a reset.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut browser = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        browser.write_all(text.as_bytes()).unwrap();
        room.page.serve(stream);
        let mut answer = Vec::new();
        let _ = browser.read_to_end(&mut answer);
        assert!(answer.is_empty());
    }
}
