//! Directories as browsers get them: who may what, reading by hand and by itself, the password that never shows and is
//! never tried twice, what changed between two readings, the tables, and group policy to hand out. What is read comes from
//! a recorded document; reading a real domain is tested with the crate that does it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

#[path = "../house/mod.rs"]
mod house;
mod policy;
mod sample;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use app::directory::Form;
use app::directory::reading::{ReadError, ReadErrorKind, Target};
use axum::http::StatusCode;
use guideline::catalog::Files;
use house::{Answer, Browser, House, PASSWORD, console, now};
use model::{At, FactDocument, Text};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The password of the reading account.
pub(crate) const SECRET: &str = "Yomitori-Senyo-2026!x9";
const URL: &str = "ldaps://dc01.ad.example";
const USER: &str = "reader@ad.example";
const DOMAIN: &str = "ad.example";

/// A domain controller as the tests need it: it knows one password, and counts how often one was tried.
#[derive(Default)]
pub(crate) struct Controller {
    pub(crate) facts: Mutex<Value>,
    pub(crate) tried: AtomicUsize,
    pub(crate) seen: Mutex<Option<Target>>,
    /// Why it cannot be read, if so.
    broken: Mutex<Option<ReadError>>,
    /// What happens while it is read, once.
    meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Controller {
    fn read(&self, target: &Target, at: At) -> Result<FactDocument, ReadError> {
        self.tried.fetch_add(1, Ordering::SeqCst);
        *self.seen.lock().unwrap() = Some(target.clone());
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        if let Some(error) = self.broken.lock().unwrap().clone() {
            return Err(error);
        }
        if target.password != SECRET {
            // A careless reader that repeats what it was given.
            let told = Text::same(format!("bind as {} with {} failed (52e)", target.user, target.password));
            return Err(ReadError { kind: ReadErrorKind::Refused, told });
        }
        let document = json!({
            "format": "mimamori-facts", "version": 1, "subject": {"kind": "domain", "id": DOMAIN}, "name": "AD",
            "source": "directory", "collected_at": at, "facts": *self.facts.lock().unwrap(),
        });
        Ok(FactDocument::parse(document.to_string().as_bytes()).unwrap())
    }

    pub(crate) fn tries(&self) -> usize {
        self.tried.load(Ordering::SeqCst)
    }
}

pub(crate) fn open(folder: &Path, controller: &Arc<Controller>) -> House {
    let own = Arc::clone(controller);
    let reader = Arc::new(move |target: &Target, at| own.read(target, at));
    House::open_reading(folder, &Files::embedded(), reader)
}

/// A company with a domain controller, and its administrator's browser.
pub(crate) async fn company() -> (TempDir, Arc<Controller>, House, Browser) {
    let folder = tempfile::tempdir().unwrap();
    let controller = Arc::new(Controller::default());
    *controller.facts.lock().unwrap() = sample::facts();
    let house = open(folder.path(), &controller);
    let sato = house.set_up().await;
    (folder, controller, house, sato)
}

fn fields<'a>(password: &'a str, after: &'a str, act: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("after", after),
        ("url", URL),
        ("user", USER),
        ("password", password),
        ("sysvol", "yes"),
        ("every", "daily"),
        ("weekday", "0"),
        ("hour", "5"),
        ("act", act),
    ]
}

/// Saves, and it must lead on.
async fn saved(house: &House, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = house.tell(browser, path, fields, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path} {}", answer.text);
    house.get(browser, &answer.location).await
}

#[tokio::test]
async fn try_and_save_shows_at_once_what_was_found() {
    let (_folder, controller, house, sato) = company().await;
    let empty = house.get(&sato, "/directories").await;
    assert!(empty.text.contains("まだ登録がありません") && empty.text.contains("mimamori directory collect"));
    let page = saved(&house, &sato, "/directories", &fields(SECRET, "0", "try")).await;
    for word in
        ["読み取り済み", "ad.example を読み取りました", "最初の読み取り", "保管中のパスワードを使い続けます"]
    {
        assert!(page.text.contains(word), "{word} {}", page.text);
    }
    let seen = controller.seen.lock().unwrap().clone().unwrap();
    assert_eq!((seen.url.as_str(), seen.starttls, seen.sysvol, seen.ca_pem), (URL, false, true, None));
    assert_eq!(controller.tries(), 1, "one attempt");
    // What was read is judged.
    assert_eq!(house.outcomes("6.1.3-1"), [model::Outcome::Fail]);
    let list = house.get(&sato, "/directories").await;
    assert!(
        list.text.contains("/directories/ad.example/facts")
            && list.text.contains("次回 2026-11-25 05:00 以降")
    );
    assert_eq!(house.get(&sato, "/directories/ad.example").await.location, "/directories/ad.example/facts");
    house.check_chain();
}

#[tokio::test]
async fn a_refused_password_is_never_tried_again_until_somebody_enters_one() {
    let (_folder, controller, house, sato) = company().await;
    let page = saved(&house, &sato, "/directories", &fields("falsches-Kennwort-77", "0", "try")).await;
    for word in ["サインインを拒否された", "ロックアウトを避けるため", "with ••• failed (52e)"]
    {
        assert!(page.text.contains(word), "{word} {}", page.text);
    }
    let mut sato = sato;
    for _ in 0..3 {
        let answer = house.post(&sato, "/directories/1/read", &[]).await;
        assert_eq!(answer.location, "/directories/1?note=directory-untried");
        house.hands.move_to(house.app.now().plus_days(1));
        house.app.read_due_directories().unwrap();
        sato = house.sign_in("sato").await;
    }
    // Saving other things does not try it either.
    saved(&house, &sato, "/directories/1", &fields("", "1", "try")).await;
    assert_eq!(controller.tries(), 1, "never a lock-out");
    let list = house.get(&sato, "/directories").await;
    assert!(list.text.contains("拒否された") && !list.text.contains("次回"), "the schedule is off");
    assert!(house.get(&sato, "/").await.text.contains("読み取るためのパスワードが必要です"));
    let page = saved(&house, &sato, "/directories/1", &fields(SECRET, "2", "try")).await;
    assert!(page.text.contains("読み取り済み"), "{}", page.text);
    house.hands.move_to(house.app.now().plus_days(1));
    house.app.read_due_directories().unwrap();
    assert_eq!(controller.tries(), 3, "the schedule goes on");
    house.check_chain();
}

#[tokio::test]
async fn whatever_ends_in_the_middle_is_not_tried_again_before_its_time() {
    let (_folder, controller, house, sato) = company().await;
    saved(&house, &sato, "/directories", &fields("falsches-Kennwort-77", "0", "save")).await;
    house.hands.move_to(house.app.now().plus_days(1));
    *controller.meanwhile.lock().unwrap() = Some(Box::new(|| panic!("the program ends here")));
    let app = Arc::clone(&house.app);
    let ended = std::thread::spawn(move || app.read_due_directories()).join();
    assert!(ended.is_err() && controller.tries() == 1);
    for _ in 0..3 {
        house.hands.move_to(house.app.now().plus_secs(600));
        house.app.read_due_directories().unwrap();
    }
    assert_eq!(controller.tries(), 1, "nobody knows whether the password was refused");
    let sato = house.sign_in("sato").await;
    assert!(house.get(&sato, "/directories/1").await.text.contains("読み取り中、または中断"));
    house.hands.move_to(house.app.now().plus_days(1));
    house.app.read_due_directories().unwrap();
    assert_eq!(controller.tries(), 2, "the schedule goes on");
    let runs = house.app.shown_directory(&console(), 1).unwrap().runs;
    let outcomes: Vec<&str> = runs.iter().map(|own| own.run.outcome.as_str()).collect();
    assert_eq!(outcomes, ["refused", "interrupted"]);
    house.check_chain();
}

#[tokio::test]
async fn a_new_password_never_goes_where_the_old_one_went() {
    let (_folder, controller, house, sato) = company().await;
    saved(&house, &sato, "/directories", &fields(SECRET, "0", "save")).await;
    saved(&house, &sato, "/directories", &fields(SECRET, "0", "save")).await;
    house.hands.move_to(house.app.now().plus_days(1));
    // While the first is read, somebody gives the second another host, user and password.
    let app = Arc::clone(&house.app);
    *controller.meanwhile.lock().unwrap() = Some(Box::new(move || {
        let form = Form {
            after: 1,
            url: "ldaps://dc9.other.example".into(),
            user: "other@other.example".into(),
            password: "Betsu-no-Password-88".into(),
            ..Form::fresh()
        };
        app.save_directory(&console(), Some(2), &form).unwrap();
    }));
    house.app.read_due_directories().unwrap();
    let seen = controller.seen.lock().unwrap().clone().unwrap();
    assert!(
        seen.password == SECRET || seen.url == "ldaps://dc9.other.example",
        "{} got the password of another host",
        seen.url
    );
    house.check_chain();
}

#[tokio::test]
async fn the_password_stands_nowhere_in_clear() {
    let (folder, _, house, sato) = company().await;
    saved(&house, &sato, "/directories", &fields(SECRET, "0", "try")).await;
    let wrong = [("every", "hourly")];
    let mut typed = fields(SECRET, "1", "save");
    typed.extend(wrong);
    let form = house.tell(&sato, "/directories/1", &typed, &[]).await;
    assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY);
    for path in ["/directories", "/directories/1", "/directories/ad.example/facts", "/audit", "/"] {
        assert!(!house.get(&sato, path).await.text.contains(SECRET), "{path}");
    }
    assert!(!form.text.contains(SECRET), "not sent back");
    let lines = house.app.audit_lines(&console(), None, 100).unwrap();
    assert!(lines.iter().all(|line| !format!("{line:?}").contains(SECRET)));
    let secrets = lines.iter().filter(|line| line.action == "secret.save").count();
    assert_eq!(secrets, 1, "an audit line for the password that was kept");
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()), "{}", path.display());
    }
    assert_eq!(std::fs::read(folder.path().join("secret.key")).unwrap().len(), 32);
}

#[tokio::test]
async fn a_lost_key_is_said_and_mended_by_entering_the_password_again() {
    let (folder, controller, house, sato) = company().await;
    saved(&house, &sato, "/directories", &fields(SECRET, "0", "save")).await;
    std::fs::remove_file(folder.path().join("secret.key")).unwrap();
    let page = house.get(&sato, "/directories/1").await;
    assert!(page.text.contains("secret.keyがないか"), "{}", page.text);
    house.post(&sato, "/directories/1/read", &[]).await;
    house.hands.move_to(now().plus_days(1));
    house.app.read_due_directories().unwrap();
    assert_eq!(controller.tries(), 0);
    let sato = house.sign_in("sato").await;
    let page = saved(&house, &sato, "/directories/1", &fields(SECRET, "1", "try")).await;
    assert!(page.text.contains("読み取り済み"), "{}", page.text);
    // Deleted: an audit line, and nothing is read.
    assert_eq!(house.post(&sato, "/directories/1/password/drop", &[]).await.status, StatusCode::SEE_OTHER);
    house.hands.move_to(now().plus_days(3));
    house.app.read_due_directories().unwrap();
    assert_eq!(controller.tries(), 1);
    let lines = house.app.audit_lines(&console(), None, 100).unwrap();
    assert!(lines.iter().any(|line| line.action == "secret.drop"));
    house.check_chain();
}

#[tokio::test]
async fn two_readings_show_what_changed_and_the_hour_is_kept() {
    let (_folder, controller, house, sato) = company().await;
    saved(&house, &sato, "/directories", &fields(SECRET, "0", "try")).await;
    house.app.read_due_directories().unwrap();
    assert_eq!(controller.tries(), 1, "not due yet");
    let mut facts = sample::facts();
    facts["password_policy"]["min_length"] = json!(12);
    facts["privileged"][0]["members"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "neu.member", "enabled": true}));
    facts["computers"] = json!([{"name": "PC-NEU", "enabled": true}]);
    *controller.facts.lock().unwrap() = facts;
    house.hands.move_to("2026-11-25T05:00:00+09:00".parse().unwrap());
    house.app.read_due_directories().unwrap();
    house.app.read_due_directories().unwrap();
    assert_eq!(controller.tries(), 2, "once at its hour");
    let sato = house.sign_in("sato").await;
    let page = house.get(&sato, "/directories/1").await;
    for word in ["前回からの変化", "特権グループに追加", "neu.member", "パスワードの最小の長さ", "PC-NEU"]
    {
        assert!(page.text.contains(word), "{word} {}", page.text);
    }
    // What fails for another reason is told, and tried again at the next hour.
    let told = Text::new("証明書が期限切れです。", "The certificate has expired.");
    *controller.broken.lock().unwrap() = Some(ReadError { kind: ReadErrorKind::Certificate, told });
    house.hands.move_to("2026-11-26T05:10:00+09:00".parse().unwrap());
    house.app.read_due_directories().unwrap();
    let sato = house.sign_in("sato").await;
    let page = house.get(&sato, "/directories/1").await;
    assert!(page.text.contains("証明書が期限切れです。") && page.text.contains("証明書を信頼できない"));
    *controller.broken.lock().unwrap() = None;
    house.hands.move_to("2026-11-27T05:10:00+09:00".parse().unwrap());
    house.app.read_due_directories().unwrap();
    assert_eq!(controller.tries(), 4);
    house.check_chain();
}

#[tokio::test]
async fn a_form_at_fault_says_everything_at_once() {
    let (_folder, controller, house, sato) = company().await;
    let mut wrong = fields("", "0", "try");
    wrong.extend([
        ("url", "http://dc01"),
        ("user", ""),
        ("every", "daily"),
        ("hour", "25"),
        ("ca_pem", "-----BEGIN PRIVATE KEY-----"),
    ]);
    let page = house.tell(&sato, "/directories", &wrong, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for word in [
        "暗号化しない接続は使えません。",
        "入力してください。",
        "自動で読み取る時刻",
        "秘密鍵が含まれています",
    ] {
        assert!(page.text.contains(word), "{word} {}", page.text);
    }
    assert_eq!(controller.tries(), 0);
    saved(&house, &sato, "/directories", &fields(SECRET, "0", "save")).await;
    // The password goes to no other host, and to no other user, unless it is entered again.
    for (name, value) in [("url", "ldaps://evil.example"), ("user", "other@ad.example")] {
        let mut moved = fields("", "1", "try");
        moved.push((name, value));
        let page = house.tell(&sato, "/directories/1", &moved, &[]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(page.text.contains("パスワードを入力し直してください"), "{}", page.text);
    }
    assert_eq!(controller.tries(), 0);
    let late = house.tell(&sato, "/directories/1", &fields(SECRET, "7", "save"), &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let removed = house.post(&sato, "/directories/1/remove", &[("after", "1")]).await;
    assert_eq!(removed.location, "/directories?note=directory-removed");
    assert_eq!(house.get(&sato, "/directories/1").await.status, StatusCode::NOT_FOUND);
    house.check_chain();
}

#[tokio::test]
async fn administrators_change_auditors_look_and_staff_see_nothing() {
    let (_folder, controller, house, sato) = company().await;
    saved(&house, &sato, "/directories", &fields(SECRET, "0", "try")).await;
    let account = [
        ("login", "kansa"),
        ("name", "監査 太郎"),
        ("password", PASSWORD),
        ("role", "auditor"),
        ("lang", "ja"),
    ];
    house.post(&sato, "/accounts", &account).await;
    let auditor = house.sign_in("kansa").await;
    house.bring_facts("record", ("person", "ito"), &json!({"employment": {"status": "active"}}));
    let staff = house.by_link(&sato, "ito").await;
    let looks = [
        "/directories",
        "/directories/new",
        "/directories/1",
        "/directories/ad.example/facts",
        "/directories/ad.example/policy",
    ];
    for path in looks {
        assert_eq!(house.get(&auditor, path).await.status, StatusCode::OK, "{path}");
        assert_eq!(house.get(&staff, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for browser in [&auditor, &staff] {
        for path in ["/directories", "/directories/1"] {
            let answer = house.tell(browser, path, &fields("x", "1", "try"), &[]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
        for path in [
            "/directories/1/read",
            "/directories/1/password/drop",
            "/directories/1/remove",
            "/directories/ad.example/policy",
        ] {
            assert_eq!(house.post(browser, path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    assert_eq!(controller.tries(), 1);
}

#[tokio::test]
async fn the_domain_is_shown_with_what_is_expected_and_what_to_do() {
    let (_folder, _, house, sato) = company().await;
    house.bring_facts("directory", ("domain", DOMAIN), &sample::facts());
    let page = house.get(&sato, "/directories/ad.example/facts").await;
    assert_eq!(page.status, StatusCode::OK);
    for word in [
        "誰でも読めるパスワードが1件あります",
        "id=\"hazard-published-passwords\"",
        "krbtgtのパスワードが古い",
        "12 以上",
        "id=\"privileged\"",
        "「Tier 0」を通じて",
        "前回の確認のあとに追加",
        "/statements/6.1.4-1",
        "効いていない設定:Old GPO",
        "2,000件",
        "&#60;b&#62;hostile&#60;/b&#62;",
    ] {
        assert!(
            page.text.contains(word) || page.text.replace(',', "").contains(&word.replace(',', "")),
            "{word} {}",
            page.text
        );
    }
    assert!(!page.text.contains("<b>hostile"));
    let at = |word: &str| page.text.find(word).unwrap();
    assert!(at("hazard-published-passwords\"") < at("hazard-krbtgt-age\""), "the most dangerous first");
    assert!(page.text.len() < 400_000, "{} bytes with 2,000 users", page.text.len());
    let users = house.get(&sato, "/directories/ad.example/facts?table=users&q=user1999").await;
    assert!(users.text.contains("user1999") && !users.text.contains("user1998"));
    let second = house.get(&sato, "/directories/ad.example/facts?table=users&page=2").await;
    assert!(second.text.contains("user0300") && !second.text.contains("user0100"));
    let start = house.get(&sato, "/").await;
    assert!(start.text.contains("ad.example のグループポリシーに、誰でも読めるパスワードがあります"));
    assert_eq!(house.get(&sato, "/directories/none.example/facts").await.status, StatusCode::NOT_FOUND);
}
