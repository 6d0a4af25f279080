//! VPNs as browsers get them: the register, what is laid down, files handed in, whose accounts are, credentials.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

#[path = "../house/mod.rs"]
mod house;

use axum::http::StatusCode;
use house::{Answer, Browser, END, House, MULTIPART, PASSWORD, console, now, part};
use model::{Outcome, StatementId, Subject, SubjectKind, Verdict};
use serde_json::{Value, json};

const VPN: &str = "/vpns/vpn-honsha";
/// An old L2TP/IPsec gateway with accounts of its own. Its secrets must never be seen again.
const RTX: &[u8] =
    "# 本社ルーター\nipsec ike pre-shared-key 1 text CANARY-psk\nl2tp service on\npptp service on\n\
pp select anonymous\n pp auth username tanaka CANARY-tanaka\n pp auth username vpn CANARY-vpn\n"
        .as_bytes();

/// A company with a VPN, and its administrator.
async fn with_vpn() -> (House, Browser) {
    let house = House::new();
    let sato = house.set_up().await;
    let form = [("id", "vpn-honsha"), ("name", "本社VPN"), ("vendor", "ヤマハ"), ("product", "RTX1210")];
    let made = house.post(&sato, "/vpns", &form).await;
    assert_eq!(made.location, format!("{VPN}?note=vpn-added"), "{}", made.text);
    (house, sato)
}

fn person(house: &House, id: &str, name: &str, employment: &Value) {
    house.receive(&json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": "person", "id": id}, "name": name,
        "source": "record", "collected_at": house.app.now(), "facts": {"employment": employment},
    }));
}

/// Hands files in on the page of evidence.
async fn give(house: &House, browser: &Browser, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
    let mut body = part("form_token", None, browser.form_token.as_bytes());
    for (name, value) in fields {
        body.extend(part(name, None, value.as_bytes()));
    }
    for (name, content) in files {
        body.extend(part("files", Some(name), content));
    }
    body.extend(END);
    house.send(browser, &format!("{VPN}/evidence"), MULTIPART, body).await
}

async fn list(house: &House, browser: &Browser, csv: &str) {
    let answer = give(house, browser, &[("what", "accounts")], &[("accounts.csv", csv.as_bytes())]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

fn verdict(house: &House, statement: &str) -> Verdict {
    house.app.vpns(&console()).unwrap();
    let found = house.app.verdicts_of(&console(), &StatementId(statement.to_owned())).unwrap();
    found.into_iter().find(|verdict| verdict.subject.id == "vpn-honsha").unwrap()
}

fn reason(house: &House, statement: &str) -> String {
    verdict(house, statement).reason.ja
}

#[tokio::test]
async fn a_vpn_is_entered_and_everything_wrong_is_said_at_once() {
    let (house, sato) = with_vpn().await;
    let wrong = house.post(&sato, "/vpns", &[("id", "a/b"), ("name", ""), ("product", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.matches("class=\"mistake\"").count() == 3 && wrong.text.contains("value=\"a/b\""));
    let twice = house.post(&sato, "/vpns", &[("id", "vpn-honsha"), ("name", "x"), ("product", "x")]).await;
    assert!(twice.text.contains("すでに登録されています"), "{}", twice.text);
    let listed = house.get(&sato, "/vpns").await;
    assert!(listed.text.contains("本社VPN") && listed.text.contains("RTX1210"));

    let page = house.get(&sato, VPN).await;
    let gateway = [
        ("vendor", "ヤマハ"),
        ("product", "RTX1210"),
        ("firmware", "Rev.14.01.42"),
        ("support_ended", "no"),
        ("exploited", "yes"),
        ("holes", "FG-IR-1"),
        ("checked_at", "2027-01-01"),
    ];
    let seen = [("seen", page.hidden("seen"))];
    let seen: Vec<(&str, &str)> = seen.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let wrong = house.post(&sato, &format!("{VPN}/gateway"), &[&seen[..], &gateway[..]].concat()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for word in ["FG-IR-1", "今日までの日付", "Rev.14.01.42"] {
        assert!(wrong.text.contains(word), "{word}");
    }
    let right: Vec<_> = gateway
        .into_iter()
        .map(|(name, value)| match name {
            "holes" => (name, "cve-2024-21762"),
            "checked_at" => (name, "2026-11-20"),
            _ => (name, value),
        })
        .collect();
    let saved = house.post(&sato, &format!("{VPN}/gateway"), &[&seen[..], &right[..]].concat()).await;
    assert_eq!(saved.location, format!("{VPN}?note=saved#gateway"), "{}", saved.text);
    assert!(reason(&house, "7.1.2-1").contains("CVE-2024-21762"));
    let late = house.post(&sato, &format!("{VPN}/gateway"), &[&seen[..], &right[..]].concat()).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("ほかの人が先に変更しました") && late.text.contains("Rev.14.01.42"));
    house.check_chain();
}

#[tokio::test]
async fn a_broken_method_is_pointed_out_and_judged() {
    let (house, sato) = with_vpn().await;
    let method = [("seen", ""), ("protocol", "pptp"), ("note", "昔から"), ("reviewed_at", "2026-11-01")];
    let saved = house.post(&sato, &format!("{VPN}/method"), &method).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = house.get(&sato, VPN).await;
    for word in ["使ってはいけない方式です", "MS-CHAP v2", "learn.microsoft.com", "RC4"] {
        assert!(page.text.contains(word), "{word}");
    }
    assert_eq!(verdict(&house, "7.1.1-1").verdict, Outcome::Fail);
    assert!(reason(&house, "7.1.1-1").contains("pptp"), "{}", reason(&house, "7.1.1-1"));
    let procedures =
        [("seen", ""), ("connection", "yes"), ("authentication", "yes"), ("reviewed_at", "2026-11-01")];
    assert_eq!(
        house.post(&sato, &format!("{VPN}/procedures"), &procedures).await.status,
        StatusCode::SEE_OTHER
    );
    let watch = [("seen", ""), ("logs_kept", "yes"), ("attacks_watched", ""), ("by", "佐藤")];
    let wrong = house.post(&sato, &format!("{VPN}/watch"), &watch).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let watch = [("seen", ""), ("logs_kept", "yes"), ("attacks_watched", "no"), ("by", "佐藤")];
    assert_eq!(house.post(&sato, &format!("{VPN}/watch"), &watch).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.post(&sato, &format!("{VPN}/other"), &watch).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.post(&sato, "/vpns/none/watch", &watch).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_leaver_s_account_fails_until_it_is_disabled() {
    let (house, sato) = with_vpn().await;
    person(&house, "ito", "伊藤 健", &json!({"status": "active", "works_from_home": true}));
    list(&house, &sato, "user,enabled,name\nito,yes,伊藤 健\n").await;
    assert!(!reason(&house, "7.1.1-1").contains("ito (left)"));
    person(&house, "ito", "伊藤 健", &json!({"status": "left", "works_from_home": false}));
    house.hands.move_to(now().plus_secs(60));
    person(&house, "ito", "伊藤 健", &json!({"status": "left", "works_from_home": true}));
    assert!(reason(&house, "7.1.1-1").contains("ito (left)"), "{}", reason(&house, "7.1.1-1"));
    let page = house.get(&sato, &format!("{VPN}/accounts")).await;
    assert!(page.text.contains("退職者") && page.text.contains("1件のうち1件"), "{}", page.text);
    list(&house, &sato, "user,enabled,name\nito,no,伊藤 健\n").await;
    assert!(!reason(&house, "7.1.1-1").contains("ito"), "{}", reason(&house, "7.1.1-1"));
    assert_eq!(verdict(&house, "7.1.5-1").verdict, Outcome::Unknown, "no configuration yet");
    house.check_chain();
}

#[tokio::test]
async fn a_last_day_that_passes_is_noticed_by_the_sweep() {
    let (house, sato) = with_vpn().await;
    let leaves = json!({"status": "active", "works_from_home": true, "left_at": "2026-11-26T00:00:00+09:00"});
    person(&house, "ito", "伊藤 健", &leaves);
    list(&house, &sato, "user,enabled\nito,yes\n").await;
    assert!(!reason(&house, "7.1.1-1").contains("ito (left)"));
    house.hands.move_to(now().plus_days(4));
    house.app.sweep_in_turns().unwrap();
    assert!(reason(&house, "7.1.1-1").contains("ito (left)"), "{}", reason(&house, "7.1.1-1"));
}

#[tokio::test]
async fn shared_ids_fail_until_one_person_is_named() {
    let (house, sato) = with_vpn().await;
    let works = json!({"status": "active", "works_from_home": true, "mail": "tanaka@minato.example"});
    person(&house, "tanaka", "田中 陽子", &works);
    person(&house, "kato", "加藤 結衣", &json!({"status": "active", "works_from_home": true}));
    list(&house, &sato, "user,enabled\ntanaka@minato.example,yes\nvpn,yes\n").await;
    assert!(reason(&house, "7.1.5-1").contains("vpn (shared)"), "{}", reason(&house, "7.1.5-1"));
    let page = house.get(&sato, &format!("{VPN}/accounts")).await;
    let at = |word: &str| page.text.find(word).unwrap_or_else(|| panic!("{word} in {}", page.text));
    assert!(at("<strong>vpn</strong>") < at("<strong>tanaka@minato.example</strong>"), "mismatches first");
    assert!(page.text.contains("メールアドレスが一致"));

    let assign = |account: &'static str, person: &'static str| [("account", account), ("person", person)];
    let path = format!("{VPN}/accounts");
    for (account, person) in [("vpn", "nobody"), ("other", "kato")] {
        let wrong = house.post(&sato, &path, &assign(account, person)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{account} {person}");
    }
    let done = house.post(&sato, &path, &assign("vpn", "kato")).await;
    assert_eq!(done.location, format!("{path}?note=vpn-assigned"), "{}", done.text);
    let subject = Subject::new(SubjectKind::Person, "kato");
    let kato = house.app.subject(&console(), &subject).unwrap().newest.unwrap();
    let employment = &kato.facts["employment"];
    assert_eq!(*employment, json!({"status": "active", "works_from_home": true, "vpn_ids": ["vpn"]}));
    assert!(!reason(&house, "7.1.5-1").contains("vpn (shared)"), "{}", reason(&house, "7.1.5-1"));
    // Given to another, the first no longer has it.
    assert_eq!(house.post(&sato, &path, &assign("vpn", "tanaka")).await.status, StatusCode::SEE_OTHER);
    let kato = house.app.subject(&console(), &subject).unwrap().newest.unwrap();
    assert_eq!(kato.facts["employment"]["vpn_ids"], json!([]));
    let accounts = house.app.vpn_accounts(&console(), "vpn-honsha").unwrap();
    assert!(accounts.accounts.iter().all(|line| line.account.person.as_deref() == Some("tanaka")));
    house.check_chain();
}

#[tokio::test]
async fn a_group_of_the_directory_is_the_list_and_follows_it() {
    let (house, sato) = with_vpn().await;
    person(&house, "tanaka", "田中 陽子", &json!({"status": "active", "directory_account": "y.tanaka"}));
    let domain = |enabled: bool, members: &[&str]| {
        json!({
            "users": [
                {"name": "y.tanaka", "sid": "S-1-5-21-1-1101", "enabled": enabled},
                {"name": "k.mori", "sid": "S-1-5-21-1-1102", "enabled": true},
            ],
            "groups": [{"name": "VPN-Users", "sid": "S-1-5-21-1-2001", "members": members}],
        })
    };
    let id = "ad.minato.example";
    house.bring_facts("directory", ("domain", id), &domain(true, &["S-1-5-21-1-1101"]));
    let page = house.get(&sato, &format!("{VPN}/evidence")).await;
    assert!(page.text.contains("VPN-Users (1)"), "{}", page.text);
    let wrong = give(&house, &sato, &[("what", "group"), ("group", "ad.minato.example/S-9")], &[]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let group = format!("{id}/S-1-5-21-1-2001");
    let taken = give(&house, &sato, &[("what", "group"), ("group", &group)], &[]).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    let accounts = || {
        let found = house.app.vpn_accounts(&console(), "vpn-honsha").unwrap();
        let said = |line: &app::vpn::AccountLine| {
            let own = &line.account;
            (own.name.clone().unwrap(), own.person.clone(), own.enabled)
        };
        let mut found: Vec<_> = found.accounts.iter().map(said).collect();
        found.sort();
        found
    };
    assert_eq!(accounts(), [("y.tanaka".into(), Some("tanaka".into()), Some(true))]);
    house.hands.move_to(now().plus_days(1));
    house.bring_facts("directory", ("domain", id), &domain(false, &["S-1-5-21-1-1101", "S-1-5-21-1-1102"]));
    house.app.vpns(&console()).unwrap();
    let later =
        [("k.mori".into(), None, Some(true)), ("y.tanaka".into(), Some("tanaka".into()), Some(false))];
    assert_eq!(accounts(), later);
}

#[tokio::test]
async fn a_configuration_is_judged_and_its_secrets_are_gone() {
    let (house, sato) = with_vpn().await;
    person(&house, "tanaka", "田中 陽子", &json!({"status": "active", "works_from_home": true}));
    let taken = give(&house, &sato, &[("what", "configuration")], &[("rtx.txt", RTX)]).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    assert_eq!(verdict(&house, "7.1.6-1").verdict, Outcome::Fail);
    assert_eq!(verdict(&house, "7.1.1-1").verdict, Outcome::Fail);
    let findings = house.get(&sato, &format!("{VPN}/findings")).await;
    for word in ["rtx.txt:2", "pre-shared-key 1", "7.1.6-1", "****"] {
        assert!(findings.text.contains(word), "{word}: {}", findings.text);
    }
    let shown = house.get(&sato, VPN).await;
    let listed = house.get(&sato, &format!("{VPN}/accounts")).await;
    assert!(listed.text.contains("<strong>vpn</strong>") && listed.text.contains("共用の疑い"));
    let subject = Subject::new(SubjectKind::Vpn, "vpn-honsha");
    let mut seen = vec![taken.text, findings.text, shown.text, listed.text];
    for line in house.app.subject(&console(), &subject).unwrap().evidence {
        seen.push(String::from_utf8(house.app.evidence(&console(), &line.id).unwrap()).unwrap());
    }
    let lines = house.app.audit_lines(&console(), None, 100).unwrap();
    seen.extend(lines.into_iter().map(|line| format!("{} {} {}", line.action, line.object, line.detail)));
    assert!(seen.len() > 6);
    for text in seen {
        assert!(!text.contains("CANARY"), "{text}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_changes_nothing() {
    let (house, sato) = with_vpn().await;
    list(&house, &sato, "user,enabled\ntanaka,yes\n").await;
    let before = house.app.subject(&console(), &Subject::new(SubjectKind::Vpn, "vpn-honsha")).unwrap();
    let accounts = |content: &'static [u8]| ([("what", "accounts")], content);
    for (fields, content) in [accounts(b"\xff\xfe\x00"), accounts(b"a;b\n1;2\n"), accounts(b"")] {
        let answer = give(&house, &sato, &fields, &[("x.csv", content)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    }
    let nothing = give(&house, &sato, &[("what", "configuration")], &[("x.txt", b"hello\n")]).await;
    assert!(nothing.text.contains("読み取れませんでした"), "{}", nothing.text);
    let ahead = [("what", "accounts"), ("as_of", "2027-01-01")];
    let answer = give(&house, &sato, &ahead, &[("x.csv", b"user\nx\n")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = give(&house, &sato, &[("what", "other")], &[("x.csv", b"user\nx\n")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let after = house.app.subject(&console(), &Subject::new(SubjectKind::Vpn, "vpn-honsha")).unwrap();
    assert_eq!(before.evidence.len(), after.evidence.len());
    // An old list is as old as it says.
    let old = [("what", "accounts"), ("as_of", "2026-09-01")];
    house.bring_facts("record", ("vpn", "vpn-2"), &json!({"gateway": {"product": "x"}}));
    let body = [
        part("form_token", None, sato.form_token.as_bytes()),
        part("what", None, b"accounts"),
        part("as_of", None, old[1].1.as_bytes()),
        part("files", Some("a.csv"), b"user,enabled\nx,yes\n"),
        END.to_vec(),
    ];
    let taken = house.send(&sato, "/vpns/vpn-2/evidence", MULTIPART, body.concat()).await;
    assert_eq!(taken.status, StatusCode::OK);
    let found = house.app.vpn_accounts(&console(), "vpn-2").unwrap();
    assert_eq!(found.told.unwrap().0.day(), "2026-09-01");
}

#[tokio::test]
async fn a_list_that_names_persons_itself_is_believed_where_nobody_else_tells() {
    let (house, _) = with_vpn().await;
    person(&house, "tanaka", "田中 陽子", &json!({"status": "left", "works_from_home": true}));
    let accounts = json!({"accounts": [
        {"name": "u1", "enabled": true, "person": "tanaka", "status": "active", "shared": false, "directory_enabled": true},
        {"name": "u2", "enabled": true, "person": "gone", "status": "on_leave", "shared": false},
    ]});
    house.bring_facts("import", ("vpn", "vpn-honsha"), &accounts);
    for _ in 0..2 {
        let found = reason(&house, "7.1.1-1");
        assert!(found.contains("u2 (on_leave)"), "{found}");
        house.app.sweep_in_turns().unwrap();
    }
}

#[tokio::test]
async fn credentials_have_six_procedures_each() {
    let (house, sato) = with_vpn().await;
    let list = house.get(&sato, "/credentials").await;
    assert_eq!(list.text.matches("href=\"/credentials/").count(), 6);
    let path = "/credentials/otp_hardware";
    let page = house.get(&sato, path).await;
    assert_eq!(page.text.matches("name=\"topic\"").count(), 6);
    assert!(page.text.contains("電池の寿命"), "a text to start from");
    let seen = page.hidden("seen");
    let wrong = [("seen", seen.as_str()), ("users", "x"), ("topic", "loss"), ("trained", "3")];
    let answer = house.post(&sato, path, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("value=\"loss\" checked"), "what was ticked stays ticked");
    let some = [
        ("seen", seen.as_str()),
        ("users", "3"),
        ("topic", "renewal"),
        ("topic", "loss"),
        ("reviewed_at", "2026-11-01"),
        ("trained", "3"),
        ("trained_at", "2026-11-02"),
    ];
    assert_eq!(house.post(&sato, path, &some).await.location, format!("{path}?note=saved"));
    let page = house.get(&sato, path).await;
    assert!(page.text.contains("lockout"), "{}", page.text);
    assert_eq!(house.outcomes("7.1.3-1"), [Outcome::Fail]);
    assert_eq!(house.post(&sato, path, &some).await.status, StatusCode::CONFLICT);
    assert_eq!(house.get(&sato, "/credentials/passkey").await.status, StatusCode::NOT_FOUND);
    house.check_chain();
}

#[tokio::test]
async fn auditors_look_and_change_nothing() {
    let (house, sato) = with_vpn().await;
    list(&house, &sato, "user,enabled\nvpn,yes\n").await;
    let form =
        [("login", "kansa"), ("name", "監査"), ("password", PASSWORD), ("role", "auditor"), ("lang", "ja")];
    assert_eq!(house.post(&sato, "/accounts", &form).await.status, StatusCode::SEE_OTHER);
    person(&house, "tanaka", "田中 陽子", &json!({"status": "active"}));
    let (auditor, staff) = (house.sign_in("kansa").await, house.by_link(&sato, "tanaka").await);
    let pages = ["", "/evidence", "/accounts", "/findings"].map(|end| format!("{VPN}{end}"));
    for path in pages.iter().map(String::as_str).chain(["/vpns", "/credentials", "/credentials/password"]) {
        let page = house.get(&auditor, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let forms = page.text.matches("<button").count() - page.text.matches("action=\"/lo").count();
        assert!(!page.text.contains(">保存する<") && !page.text.contains(">取り込む<"), "{path} {forms}");
        assert_eq!(house.get(&staff, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in
        [format!("{VPN}/watch"), format!("{VPN}/accounts"), "/credentials/password".into(), "/vpns".into()]
    {
        assert_eq!(house.post(&auditor, &path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let answer = give(&house, &auditor, &[("what", "accounts")], &[("a.csv", b"user\nx\n")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
