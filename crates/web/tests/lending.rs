//! The life of a lent PC as a browser gets it: lent, frozen, signed, drift and approval, returned and lost; recovery keys
//! with and without escrow; what only a person can tell. And the statements that follow.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod house;

use axum::http::StatusCode;
use guideline::catalog::Files;
use house::{COMPANY, Desk, House, console, now};
use model::{Lang, Outcome, Role};
use serde_json::{Value, json};
use store::{Act, NewAccount, Store, StoreError};

/// A valid recovery password; nobody's.
const DIGITS: &str = "000011-000022-000033-000044-000055-000066-000077-720885";
/// The id of its protector.
const KEY_ID: &str = "{5A1E0000-4D4E-4B01-9A01-000000000001}";
const HERE: &str = "/subjects/device/PC-001/lending";

/// The lending form with everything ticked, after a version.
fn lending<'a>(id: &'a str, after: &'a str, person: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("lending", id),
        ("after", after),
        ("person", person),
        ("kind", "fresh"),
        ("lent", "2026-11-24"),
        ("fresh_system", "yes"),
        ("patched", "yes"),
        ("antivirus", "yes"),
        ("no_important_data", "yes"),
        ("note", "ACアダプター"),
    ]
}

/// Two people, and a PC in good order with these programs.
fn bring(house: &House, programs: &[(&str, &str)]) {
    for person in ["suzuki", "tanaka"] {
        let facts = json!({"employment": {"status": "active", "works_from_home": true}});
        house.bring_facts("record", ("person", person), &facts);
    }
    let protectors = json!([{"kind": "recovery_password", "id": KEY_ID}]);
    let facts = json!({
        "os": {"family": "windows", "product": "Windows 11", "edition": "Professional", "channel": "general",
            "display_version": "25H2", "build": 26200, "ubr": 7171, "version": "10.0.26200.7171",
            "installed_at": "2026-11-20T02:00:00Z"},
        "updates": {"pending": [], "last_checked_at": "2026-11-23T20:00:00Z", "last_installed_at": "2026-11-22T04:00:00Z",
            "reboot_pending": false, "automatic": true},
        "antivirus": {"products": [{"name": "Microsoft Defender", "enabled": true, "real_time": true,
            "definitions_current": true, "definitions_at": "2026-11-23T18:00:00Z"}]},
        "volumes": [{"letter": "C:", "fixed": true, "encryption": "bitlocker", "protection": "on", "protectors": protectors}],
        "software": software(programs),
    });
    house.bring_facts("agent", ("device", "PC-001"), &facts);
}

fn software(programs: &[(&str, &str)]) -> Value {
    programs.iter().map(|(name, version)| json!({"name": name, "version": version})).collect()
}

/// Gives a person of the register an account of their own; nobody else holds the folder meanwhile.
fn give_account(folder: &std::path::Path, login: &str, person: &str) {
    let store = Store::open(folder, now()).unwrap();
    let known = store.read(|read| read.account_by_login("sato")).unwrap().unwrap();
    let caller = console();
    let act = Act {
        at: now(),
        caller: &caller,
        action: "account.create",
        object: format!("account/{login}"),
        detail: "staff".into(),
    };
    let new = NewAccount {
        login: login.into(),
        name: format!("{login} さん"),
        role: Role::Staff,
        password: known.password,
        lang: Lang::Ja,
        person: Some(person.into()),
    };
    store.change::<_, StoreError>(&act, |change| change.add_account(&new, now())).unwrap();
}

/// Signs in by the login page; a member of the staff may not open `/account` for the form token here.
async fn staff(house: &House, login: &str, path: &str, status: StatusCode) -> house::Browser {
    let fields = [("login", login), ("password", house::PASSWORD)];
    let answer = house.post(&house::Browser::default(), "/login", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let mut browser = house::Browser { cookie: answer.cookie, form_token: String::new() };
    let page = house.get(&browser, path).await;
    assert_eq!(page.status, status, "{path} {}", page.text);
    browser.form_token = page.hidden("form_token");
    browser
}

#[tokio::test]
async fn lent_frozen_signed_by_both_drifted_approved() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::of(House::open(folder.path(), &Files::embedded()), COMPANY).await;
    bring(&desk, &[("7-Zip 24.08 (x64)", "24.08"), ("Git", "2.45")]);
    drop(desk);
    give_account(folder.path(), "suzuki", "suzuki");
    give_account(folder.path(), "tanaka", "tanaka");
    let desk = Desk::again(folder.path(), &Files::embedded()).await;

    desk.shows("/lendings", &["貸与の記録がまだありません", "href=\"/subjects/device/PC-001/lending\""])
        .await;
    desk.shows(HERE, &["このPCを貸与する", "value=\"2026-11-24\""]).await;
    // Every mistake at once, nothing lost.
    let wrong =
        desk.post(HERE, &[("lent", "昨日"), ("kind", "x"), ("note", "充電器"), ("person", "nobody")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for word in ["日付を入力してください", "選択肢の中から", "従業員の一覧から", "充電器", "昨日"]
    {
        assert!(wrong.text.contains(word), "{word}");
    }
    assert_eq!(desk.outcomes("5.1.2-1"), [Outcome::Unknown]);
    let mut form = lending("", "0", "suzuki");
    form.push(("freeze", "yes"));
    desk.done(HERE, &form).await;
    assert_eq!(desk.outcomes("5.1.1-1"), [Outcome::Pass]);
    assert_eq!(desk.outcomes("5.1.2-1"), [Outcome::Fail], "the user has not signed");
    desk.shows("/lendings", &["利用者の署名待ち"]).await;
    let sheet = desk.shows("/lendings/1/sheet", &["7-Zip 24.08", "ACアダプター", "署名・日付"]).await;
    assert!(!sheet.contains("action=\"/my/lendings"));
    assert!(desk.post(HERE, &lending("", "0", "tanaka")).await.text.contains("すでに貸与中"));

    // The user, on a page that was opened before the list was frozen anew.
    let suzuki = staff(&desk, "suzuki", "/my/lendings/1", StatusCode::OK).await;
    let page = House::get(&desk, &suzuki, "/my/lendings/1").await;
    let old = page.hidden("seal");
    desk.done(&format!("{HERE}/act"), &[("lending", "1"), ("after", "3"), ("act", "freeze")]).await;
    let late = House::post(&desk, &suzuki, "/my/lendings/1", &[("seal", &old)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("管理者が内容を変更しました"));
    let seal = late.hidden("seal");
    assert_ne!(seal, old);
    let tanaka = staff(&desk, "tanaka", "/my/lendings/1", StatusCode::NOT_FOUND).await;
    let others = House::post(&desk, &tanaka, "/my/lendings/1", &[("seal", &seal)]).await;
    assert_eq!(others.status, StatusCode::NOT_FOUND, "another person's");
    for _ in 0..2 {
        let signed = House::post(&desk, &suzuki, "/my/lendings/1", &[("seal", &seal)]).await;
        assert_eq!(signed.location, "/my/lendings/1?note=lending-signed", "a double click is no mistake");
    }
    assert_eq!(desk.outcomes("5.1.2-1"), [Outcome::Fail], "frozen anew: the administrator signs anew");
    let stale = desk.post(&format!("{HERE}/act"), &[("lending", "1"), ("after", "3"), ("act", "sign")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    desk.done(&format!("{HERE}/act"), &[("lending", "1"), ("after", "5"), ("act", "sign")]).await;
    assert_eq!(desk.outcomes("5.1.2-1"), [Outcome::Pass]);

    // An update is none; a program that came is drift until somebody approves it.
    let came = [("7-Zip 25.01 (x64)", "25.01"), ("Git", "2.45"), ("<b>AnyDesk</b>", "9.0")];
    desk.bring_facts("agent", ("device", "PC-001"), &json!({"software": software(&came)}));
    assert_eq!(desk.outcomes("5.1.2-1"), [Outcome::Fail]);
    desk.shows("/lendings", &["未承認 1件"]).await;
    let page = desk.shows(HERE, &["&#60;b&#62;AnyDesk", "更新されたもの 1本", "24.08 → 25.01"]).await;
    assert!(!page.contains("<b>AnyDesk"));
    let approve = [
        ("kind", "software"),
        ("detail", "<b>AnyDesk</b> 9.0"),
        ("until", "2026-12-31"),
        ("back", "lending"),
    ];
    let approved = desk.done("/subjects/device/PC-001/approvals", &approve).await;
    assert!(approved.location.starts_with(HERE));
    assert_eq!(desk.outcomes("5.1.2-1"), [Outcome::Pass]);
    let late = [("kind", "software"), ("detail", ""), ("until", "2028-12-31")];
    let refused = desk.post("/subjects/device/PC-001/approvals", &late).await;
    assert!(refused.text.contains("366日以内") && refused.text.contains("入力してください"));
    let end = [("kind", "software"), ("detail", "<b>AnyDesk</b> 9.0")];
    desk.done("/subjects/device/PC-001/approvals/end", &end).await;
    assert_eq!(desk.outcomes("5.1.2-1"), [Outcome::Fail]);
    desk.shows("/subjects/device/PC-001/approvals", &["終了"]).await;
    desk.check_chain();
}

#[tokio::test]
async fn signed_on_paper_lost_and_every_task_ticked_off() {
    let desk = Desk::new().await;
    bring(&desk, &[("Git", "2.45")]);
    let none = desk.get(&format!("{HERE}/end")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND, "not lent");
    let mut form = lending("", "0", "suzuki");
    form.push(("freeze", "yes"));
    desk.done(HERE, &form).await;
    let act = format!("{HERE}/act");
    let nameless =
        desk.post(&act, &[("lending", "1"), ("after", "3"), ("act", "paper"), ("name", " ")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let paper = [("lending", "1"), ("after", "3"), ("act", "paper"), ("name", "鈴木 大地")];
    desk.done(&act, &paper).await;
    assert_eq!(desk.outcomes("5.1.2-1"), [Outcome::Pass]);
    desk.shows(HERE, &["鈴木 大地", "(紙)"]).await;

    let end = format!("{HERE}/end");
    let wrong = [("lending", "1"), ("after", "4"), ("kind", "x"), ("on", "2026-12-01"), ("note", "電車")];
    let wrong = desk.post(&end, &wrong).await;
    for word in ["選択肢の中から", "今日までの日付", "電車"] {
        assert!(wrong.text.contains(word), "{word}");
    }
    let stolen =
        [("lending", "1"), ("after", "4"), ("kind", "stolen"), ("on", "2026-11-24"), ("note", "<i>電車")];
    assert_eq!(desk.done(&end, &stolen).await.location, "/lendings/1?note=lending-ended");
    let page = desk
        .shows(
            "/lendings/1",
            &["警察に被害届を出す", "C: ✓ (2026-11-24)", KEY_ID, "&#60;i&#62;電車", "今すぐ"],
        )
        .await;
    assert!(!page.contains("速報する"), "encrypted, nothing about people");
    let open = page.matches("name=\"done\"").count();
    assert!(open > 8, "{open}");
    assert_eq!(desk.outcomes("5.1.1-1"), [Outcome::Unknown], "only what nobody has is left");
    desk.shows("/lendings", &["盗難 2026-11-24", &format!("残りの作業 {open}件")]).await;
    // The first, the agent's key, was done at once.
    let tick = [("after", "5"), ("place", "1"), ("done", "yes"), ("note", "受付 123")];
    desk.done("/lendings/1/task", &tick).await;
    desk.shows("/lendings/1", &["受付 123", "佐藤 美咲"]).await;
    assert_eq!(desk.post("/lendings/1/task", &tick).await.status, StatusCode::CONFLICT);
    for hostile in ["999", "-1", "x", ""] {
        let answer =
            desk.post("/lendings/1/task", &[("after", "6"), ("place", hostile), ("done", "yes")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{hostile}");
    }
    desk.done("/lendings/1/task", &[("after", "6"), ("place", "1"), ("note", "")]).await;
    for (place, after) in (0..=open).zip(7..) {
        let (place, after) = (place.to_string(), after.to_string());
        desk.done("/lendings/1/task", &[("after", &after), ("place", &place), ("done", "yes")]).await;
    }
    let list = desk.get("/lendings").await.text;
    assert!(!list.contains("盗難 2026-11-24"), "everything is done");
    // It is found again, and lent to somebody else: judged anew, and the list is another.
    desk.done(HERE, &lending("", "0", "tanaka")).await;
    desk.shows(HERE, &["tanaka", "これまでの貸与", "盗難"]).await;
    desk.check_chain();
}

#[tokio::test]
async fn a_list_that_is_missing_or_old_is_not_frozen() {
    let mut desk = Desk::new().await;
    bring(&desk, &[]);
    desk.bring_disk("PC-002", &[("C:", "on")]);
    let mut form = lending("", "0", "suzuki");
    form.push(("freeze", "yes"));
    let answer = desk.post("/subjects/device/PC-002/lending", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("ソフトウェア一覧がまだ届いていません"));
    desk.shows("/lendings", &["貸与の記録がまだありません"]).await;
    desk.hands.move_to(now().plus_days(8));
    desk.sign_in("sato").await;
    let answer = desk.post(HERE, &form).await;
    assert!(answer.text.contains("8日前のもの"), "{}", answer.text);
    // The ticks are held against what the PC says.
    desk.bring_facts("agent", ("device", "PC-001"), &json!({"antivirus": {"products": []}}));
    desk.shows(HERE, &["アンチウイルスが止まっているか"]).await;
}

#[tokio::test]
async fn a_recovery_key_is_registered_found_and_dropped() {
    let desk = Desk::new().await;
    bring(&desk, &[]);
    let keys = "/subjects/device/PC-001/recovery-keys";
    let documents = json!({"procedures": [{"id": "recovery-key", "version": "1.0"}]});
    desk.bring_facts("record", ("company", "company"), &documents);
    assert_eq!(desk.outcomes("5.1.4-1"), [Outcome::Unknown]);
    desk.shows(keys, &["1件あります", KEY_ID]).await;
    let wrong = desk.post(keys, &[("protector_id", ""), ("kept_where", ""), ("digits", DIGITS)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wrong.text.contains("720885"), "digits are never sent back");
    let kept = [("protector_id", KEY_ID), ("printed", "yes"), ("kept_where", "金庫<b>")];
    desk.done(keys, &kept).await;
    assert_eq!(desk.outcomes("5.1.4-1"), [Outcome::Pass]);
    desk.shows("/recovery-keys?q=5a1e0000", &["金庫&#60;b&#62;", KEY_ID]).await;
    desk.shows("/recovery-keys?q=ffff", &["見つかりません"]).await;
    let refused = desk.post(keys, &[&kept[..], &[("digits", DIGITS)]].concat()).await;
    assert!(refused.text.contains("預ける設定になっていません"));
    desk.done(&format!("{keys}/drop"), &[("key", "1"), ("after", "1")]).await;
    assert_eq!(desk.outcomes("5.1.4-1"), [Outcome::Fail]);
    desk.check_chain();
}

#[tokio::test]
async fn the_escrow_holds_what_only_its_key_opens() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::of(House::open(folder.path(), &Files::embedded()), COMPANY).await;
    bring(&desk, &[]);
    let keys = "/subjects/device/PC-001/recovery-keys";
    let made = desk.post("/recovery-keys/escrow", &[("act", "begin")]).await;
    assert_eq!(made.header(axum::http::header::CACHE_CONTROL), "no-store");
    let key = secret(&made.text);
    assert!(key.starts_with("AGE-SECRET-KEY-1"), "{key}");
    let slip = DIGITS.replace("000022", "000023");
    let wrong = [("protector_id", KEY_ID), ("printed", "yes"), ("kept_where", "金庫"), ("digits", &slip)];
    let wrong = desk.post(keys, &wrong).await;
    assert!(wrong.text.contains("2番目の6桁") && !wrong.text.contains("000023"));
    let typed = DIGITS.replace('-', " ").replace('0', "０");
    let kept = [("protector_id", KEY_ID), ("printed", "yes"), ("kept_where", "金庫"), ("digits", &typed)];
    desk.done(keys, &kept).await;

    let open = "/recovery-keys/1/open";
    let opened = desk.post(open, &[("reason", "ロックされた"), ("key", &key)]).await;
    assert_eq!((opened.status, secret(&opened.text).as_str()), (StatusCode::OK, DIGITS));
    assert_eq!(opened.header(axum::http::header::CACHE_CONTROL), "no-store");
    let other = secret(&desk.post("/recovery-keys/escrow", &[("act", "begin")]).await.text);
    for (reason, key, says) in [
        ("理由", other.as_str(), "この鍵では開けません"),
        ("理由", "AGE-SECRET-KEY-1NONSENSE", "読み取れません"),
        ("", key.as_str(), "入力してください"),
    ] {
        let refused = desk.post(open, &[("reason", reason), ("key", key)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains(says), "{says}");
        assert!(!refused.text.contains("AGE-SECRET-KEY-1NONSENSE") && !refused.text.contains(&other));
    }
    let lines = desk.app.audit_lines(&console(), None, 500).unwrap();
    let looks = lines.iter().filter(|line| line.action == "escrow.open").count();
    assert_eq!(looks, 4, "every look and every try is in the chain");
    assert!(lines.iter().all(|line| !line.detail.contains("720885") && !line.detail.contains(&key)));
    desk.check_chain();
    desk.done("/recovery-keys/escrow", &[("act", "end")]).await;
    desk.check_chain();
    drop(desk);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        let held = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!held("720885") && !held(&key) && !held(&other), "neither digits nor keys are on disk");
        assert!(!held(&key.to_lowercase()) && !held(&DIGITS.replace('-', "")));
    }
    // Somebody else's key put in behind our back would read what is typed from then on: the chain says so.
    let store = Store::open(folder.path(), now()).unwrap();
    let caller = console();
    let (object, detail) = ("escrow".to_owned(), String::new());
    let act = Act { at: now(), caller: &caller, action: "escrow.change", object, detail };
    let foreign = json!({"recipient": "age1foreign", "made_at": now(), "made_by": "x"});
    store.change::<_, StoreError>(&act, |change| change.set_setting("escrow", &foreign)).unwrap();
    assert_eq!(store.read(|read| read.altered()).unwrap().as_deref(), Some("setting escrow"));
}

/// What a page shows once.
fn secret(page: &str) -> String {
    let after = page.split("class=\"secret\"><code>").nth(1).unwrap_or_else(|| panic!("{page}"));
    after.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_person_tells_about_a_pc_is_kept() {
    let desk = Desk::new().await;
    bring(&desk, &[]);
    let records = "/subjects/device/PC-001/records";
    let documents = json!({"procedures": [{"id": "local-administrator", "version": "1.0"}]});
    desk.bring_facts("record", ("company", "company"), &documents);
    let agreed = json!({"agreements": [{"document": "local-administrator", "version": "1.0", "at": desk.app.now(), "by": "suzuki"}]});
    desk.bring_facts("agent", ("device", "PC-001"), &json!({"accounts": {"laps": {"kind": "none"}}}));
    desk.bring_facts("record", ("device", "PC-001"), &agreed);
    assert_ne!(desk.outcomes("5.1.9-1"), [Outcome::Pass]);
    let made = desk.post(&format!("{records}/password"), &[]).await;
    let password = secret(&made.text);
    assert!(password.len() >= 20 && password.contains('-'), "{password}");
    let again = desk.shows(records, &["パスワードを作る"]).await;
    assert!(!again.contains(&password), "shown once");
    let shared = [("what", "local_administrator"), ("managed_by", "佐藤"), ("kept_where", "金庫")];
    desk.done(records, &shared).await;
    assert_eq!(desk.outcomes("5.1.9-1"), [Outcome::Fail]);
    let wrong = desk
        .post(records, &[("what", "local_administrator"), ("managed_by", ""), ("kept_where", "金庫")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    desk.done(records, &[&shared[..], &[("yes", "yes")]].concat()).await;
    assert_eq!(desk.outcomes("5.1.9-1"), [Outcome::Pass]);
    desk.done(records, &[("what", "importance"), ("yes", "no")]).await;
    desk.done(records, &[("what", "mail_scanning"), ("yes", "yes"), ("screenshot", "yes")]).await;
    desk.done(records, &[("what", "sharing_review"), ("yes", "yes"), ("note", "<b>共有なし")]).await;
    desk.shows(records, &["重要な情報は扱わない", "有効になっている", "&#60;b&#62;共有なし", "2026-11-24"])
        .await;
    for hostile in ["", "volumes", "agreements", "lending"] {
        let answer = desk.post(records, &[("what", hostile), ("yes", "yes")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{hostile}");
    }
    assert_eq!(desk.post("/subjects/device/none/records", &shared).await.status, StatusCode::NOT_FOUND);
    desk.check_chain();
}
