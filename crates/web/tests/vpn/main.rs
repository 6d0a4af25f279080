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
/// An old gateway with an account of its own that everybody uses. Its secrets, all of them `Canary…`, must never be seen
/// again.
const RTX: &[u8] = include_bytes!("../../../network/tests/vpn/yamaha-pptp.txt");
/// A RADIUS server that asks Active Directory. Browsers hand files in without the folders they lie in.
const RADIUS: [(&str, &[u8]); 7] = [
    ("radiusd.conf", include_bytes!("../../../network/tests/vpn/freeradius-ad/radiusd.conf")),
    ("clients.conf", include_bytes!("../../../network/tests/vpn/freeradius-ad/clients.conf")),
    ("default", include_bytes!("../../../network/tests/vpn/freeradius-ad/sites-enabled/default")),
    ("ldap", include_bytes!("../../../network/tests/vpn/freeradius-ad/mods-enabled/ldap")),
    ("pap", include_bytes!("../../../network/tests/vpn/freeradius-ad/mods-enabled/pap")),
    ("always", include_bytes!("../../../network/tests/vpn/freeradius-ad/mods-enabled/always")),
    ("none", include_bytes!("../../../network/tests/vpn/freeradius-ad/policy.d/none")),
];

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
    let works = json!({"status": "active", "works_from_home": true, "mail": "yoko@minato.example"});
    person(&house, "tanaka", "田中 陽子", &works);
    person(&house, "kato", "加藤 結衣", &json!({"status": "active", "works_from_home": true}));
    list(&house, &sato, "user,enabled\nyoko@minato.example,yes\nvpn,yes\n").await;
    assert!(reason(&house, "7.1.5-1").contains("vpn (shared)"), "{}", reason(&house, "7.1.5-1"));
    let page = house.get(&sato, &format!("{VPN}/accounts")).await;
    let at = |word: &str| page.text.find(word).unwrap_or_else(|| panic!("{word} in {}", page.text));
    assert!(at("<strong>vpn</strong>") < at("<strong>yoko@minato.example</strong>"), "mismatches first");
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
    assert!(taken.text.contains("one person or everybody uses it"), "what was not decided is said");
    assert!(reason(&house, "7.1.6-1").contains("rtx.txt:5: pp auth username everybody ****"));
    assert_eq!(verdict(&house, "7.1.6-1").verdict, Outcome::Fail);
    assert!(reason(&house, "7.1.5-1").contains("everybody (-)"), "{}", reason(&house, "7.1.5-1"));
    let findings = house.get(&sato, &format!("{VPN}/findings")).await;
    for word in [
        "rtx.txt:15",
        "ipsec ike pre-shared-key ****",
        "7.1.2-1",
        "PPTPが有効です",
        "PPTPを無効に",
        "平文や弱い方式",
    ] {
        assert!(findings.text.contains(word), "{word}: {}", findings.text);
    }
    let shown = house.get(&sato, VPN).await;
    let listed = house.get(&sato, &format!("{VPN}/accounts")).await;
    assert!(listed.text.contains("<strong>everybody</strong>") && listed.text.contains("持ち主不明"));
    let subject = Subject::new(SubjectKind::Vpn, "vpn-honsha");
    let mut seen = vec![taken.text, findings.text, shown.text, listed.text];
    for line in house.app.subject(&console(), &subject).unwrap().evidence {
        seen.push(String::from_utf8(house.app.evidence(&console(), &line.id).unwrap()).unwrap());
    }
    let lines = house.app.audit_lines(&console(), None, 100).unwrap();
    seen.extend(lines.into_iter().map(|line| format!("{} {} {}", line.action, line.object, line.detail)));
    assert!(seen.len() > 6);
    for text in seen {
        assert!(!text.to_lowercase().contains("canary"), "{text}");
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

/// A domain in which Tanaka can log on and Ito no longer can.
fn directory(house: &House) {
    let users = json!([
        {"name": "y.tanaka", "sid": "S-1-5-21-1-1101", "enabled": true},
        {"name": "ito", "sid": "S-1-5-21-1-1102", "enabled": false},
    ]);
    house.bring_facts("directory", ("domain", "ad.minato.example"), &json!({"users": users}));
}

/// A record of a detail file: minutes before now, who, what, from where, which session.
fn accounting(minutes: i64, user: &str, what: &str, from: &str, session: &str) -> String {
    let at = now().plus_secs(-60 * minutes).unix_secs();
    format!(
        "Tue Nov 24 00:00:00 2026\n\tAcct-Status-Type = {what}\n\tUser-Name = \"{user}\"\n\
         \tCalling-Station-Id = \"{from}\"\n\tNAS-IP-Address = 192.0.2.1\n\tAcct-Session-Id = \"{session}\"\n\
         \tUser-Password = \"CanaryLogged\"\n\tEvent-Timestamp = {at}\n\n"
    )
}

#[tokio::test]
async fn with_radius_the_directory_and_its_log_the_vpn_follows_the_directory() {
    let (house, sato) = with_vpn().await;
    let works = json!({"status": "active", "works_from_home": true, "directory_account": "y.tanaka"});
    person(&house, "tanaka", "田中 陽子", &works);
    person(&house, "ito", "伊藤 健", &json!({"status": "active", "directory_account": "ito"}));
    list(&house, &sato, "user,enabled\ny.tanaka,yes\n").await;
    let taken = give(&house, &sato, &[("what", "configuration")], &RADIUS).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    let accounts = house.app.vpn_accounts(&console(), "vpn-honsha").unwrap();
    assert_eq!(accounts.accounts.len(), 1, "the list that was handed in stays");

    // Nobody has read a directory: that is not the same as one that has no such account.
    let found = verdict(&house, "7.1.6-1");
    assert_eq!((found.verdict, found.offenders.len()), (Outcome::Unknown, 0), "{}", found.reason.ja);
    let linked = found.checks.iter().find(|check| check.check == "linked").unwrap();
    assert!(linked.reason.ja.contains("no directory was read"), "{}", linked.reason.ja);
    directory(&house);
    house.app.vpns(&console()).unwrap();
    let linked = |outcome: Outcome| {
        let found = verdict(&house, "7.1.6-1");
        let of = |id: &str| found.checks.iter().find(|check| check.check == id).unwrap().outcome;
        assert_eq!((of("backend"), of("linked")), (Outcome::Pass, outcome), "{}", found.reason.ja);
    };
    linked(Outcome::Pass);
    list(&house, &sato, "user,enabled\ny.tanaka,yes\nvpnadmin,yes\n").await;
    linked(Outcome::Fail);
    list(&house, &sato, "user,enabled\ny.tanaka,yes\n").await;

    let log = accounting(300, "MINATO\\\\y.tanaka", "Start", "203.0.113.5", "A1")
        + &accounting(200, "MINATO\\\\y.tanaka", "Stop", "203.0.113.5", "A1");
    let clean = give(&house, &sato, &[("what", "accesses")], &[("detail", log.as_bytes())]).await;
    assert_eq!(clean.status, StatusCode::OK, "{}", clean.text);
    assert_eq!(verdict(&house, "7.1.6-1").verdict, Outcome::Pass, "{}", reason(&house, "7.1.6-1"));
    let worse = log
        + &accounting(250, "y.tanaka", "Start", "198.51.100.7", "B1")
        + &accounting(90, "ito", "Start", "203.0.113.9", "C1");
    let worse = give(&house, &sato, &[("what", "accesses")], &[("detail", worse.as_bytes())]).await;
    for word in ["ディレクトリで無効なIDが接続できています", "detail:28", "198.51.100.7"] {
        assert!(worse.text.contains(word), "{word}: {}", worse.text);
    }
    assert!(!worse.text.contains("Canary"));
    assert_eq!(verdict(&house, "7.1.6-1").offenders, ["ito"]);
    assert!(reason(&house, "7.1.5-1").contains("y.tanaka"), "{}", reason(&house, "7.1.5-1"));
    house.check_chain();
}

/// A certificate for a person, as PEM or cut off.
fn certificate(cn: &str, mail: Option<&str>) -> String {
    use base64::Engine as _;
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, cn);
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2026, 12, 10);
    params.is_ca = rcgen::IsCa::ExplicitNoCa;
    if let Some(mail) = mail {
        params.subject_alt_names.push(rcgen::SanType::Rfc822Name(mail.try_into().unwrap()));
    }
    let key = rcgen::KeyPair::generate().unwrap();
    let made = params.self_signed(&key).unwrap();
    let text = base64::engine::general_purpose::STANDARD.encode(made.der());
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

#[tokio::test]
async fn certificates_are_matched_and_a_damaged_one_is_not_forgotten() {
    let (house, sato) = with_vpn().await;
    let works = json!({"status": "active", "works_from_home": true, "mail": "tanaka@minato.example"});
    person(&house, "tanaka", "田中 陽子", &works);
    let (good, nameless) = (certificate("tanaka", Some("tanaka@minato.example")), certificate("pc-7", None));
    let cut = good.replacen("MII", "MIA", 1);
    let certificates = || {
        let subject = Subject::new(SubjectKind::Vpn, "vpn-honsha");
        let shown = house.app.vpn(&console(), &subject.id).unwrap();
        let misses: Vec<String> = shown.misses.iter().map(|miss| miss.at.clone()).collect();
        let told = shown.certificates.map(|told| told.value).unwrap_or_default();
        (told.into_iter().map(|own| own.person).collect::<Vec<_>>(), misses)
    };
    let what = [("what", "certificates"), ("password", "CanaryPassword")];
    let taken = give(&house, &sato, &what, &[("t.pem", good.as_bytes()), ("x.pem", cut.as_bytes())]).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    for word in ["まもなく期限が切れます", "失効リスト(CRL)が渡されていない", "x.pem"]
    {
        assert!(taken.text.contains(word), "{word}: {}", taken.text);
    }
    assert_eq!(certificates(), (vec![Some("tanaka".into())], vec!["certificates[x_pem]".into()]));
    // Held against the register again, what could not be read still could not.
    house.hands.move_to(now().plus_secs(600));
    person(&house, "kato", "加藤 結衣", &json!({"status": "active"}));
    house.app.sweep_in_turns().unwrap();
    assert_eq!(certificates(), (vec![Some("tanaka".into())], vec!["certificates[x_pem]".into()]));
    let both = [("t.pem", good.as_bytes()), ("p.pem", nameless.as_bytes())];
    let taken = give(&house, &sato, &what, &both).await;
    assert!(taken.text.contains("誰の証明書か分かりません"), "{}", taken.text);
    assert!(!taken.text.contains("CanaryPassword"));
    assert_eq!(certificates(), (vec![Some("tanaka".into()), None], vec![]));
    let none = give(&house, &sato, &what, &[("x.pem", cut.as_bytes())]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", none.text);
    assert_eq!(certificates().0.len(), 2, "what is there stays");
    house.check_chain();
}

#[tokio::test]
async fn who_checks_accounts_is_recorded_where_no_configuration_tells() {
    let (house, sato) = with_vpn().await;
    let said = [("seen", ""), ("backend", "nps"), ("certificate_field", "none"), ("shared", "no")];
    let saved = house.post(&sato, "/vpns/vpn-honsha/authentication", &said).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert!(house.get(&sato, VPN).await.text.contains("value=\"nps\" selected"));
    let wrong = [("seen", ""), ("backend", "nobody"), ("certificate_field", "none"), ("shared", "no")];
    assert_eq!(
        house.post(&sato, "/vpns/vpn-honsha/authentication", &wrong).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // A configuration that was handed in is not overruled by a word.
    house.bring_facts("import", ("vpn", "vpn-honsha"), &json!({"authentication": {"backend": "local", "shared_password": false, "certificate_field": "none"}}));
    let page = house.get(&sato, VPN).await;
    assert!(!page.text.contains("action=\"/vpns/vpn-honsha/authentication\""));
    let refused = house.post(&sato, "/vpns/vpn-honsha/authentication", &said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
}
