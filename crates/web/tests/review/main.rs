//! Monthly reviews, as browsers get them: what is new first, one click per thing, signed and stated; and what was to go
//! until newer facts show that it is gone.

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
use house::{Desk, console, now};
use model::{Outcome, StatementId};
use serde_json::{Value, json};

const DOMAIN: &str = "/reviews/privileged/domain/ad.example.jp";

/// A domain whose eight groups are there, and these are its Domain Admins.
fn bring_domain(desk: &Desk, admins: &[&str], marked: &[&str]) {
    let groups = [
        "S-1-5-32-544",
        "S-1-5-21-1-2-3-519",
        "S-1-5-21-1-2-3-518",
        "S-1-5-32-548",
        "S-1-5-32-549",
        "S-1-5-32-551",
        "S-1-5-32-550",
    ];
    let mut privileged: Vec<Value> =
        groups.iter().map(|sid| json!({"sid": sid, "name": sid, "members": []})).collect();
    let members: Vec<Value> = admins.iter().map(|name| json!({"name": name, "enabled": true})).collect();
    privileged.push(json!({"sid": "S-1-5-21-1-2-3-512", "name": "Domain Admins", "members": members}));
    let marks: Vec<Value> =
        marked.iter().map(|name| json!({"name": name, "enabled": true, "privileged_now": false})).collect();
    desk.bring_facts("directory", ("domain", "ad.example.jp"), &json!({
        "builtin": {"guest": {"name": "Guest", "enabled": false}}, "privileged": privileged, "admin_count": marks,
    }));
}

/// Signs with these words for keys, in any order; every other key of the page gets `keep`.
async fn sign(desk: &Desk, path: &str, words: &[(&str, &str)], note: &str) -> house::Answer {
    let page = desk.get(path).await;
    let (after, seal) = (page.hidden("after"), page.hidden("seal"));
    let mut fields =
        vec![("after".to_owned(), after), ("seal".to_owned(), seal), ("note".to_owned(), note.to_owned())];
    for part in page.text.split("name=\"key-").skip(1) {
        let number = part.split('"').next().unwrap();
        let key = part.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
        let word = words.iter().find(|(own, _)| *own == key).map_or("keep", |(_, word)| word);
        fields.push((format!("key-{number}"), key.to_owned()));
        if !word.is_empty() {
            fields.push((format!("choice-{number}"), word.to_owned()));
        }
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.post(path, &fields).await
}

/// How the checks of a statement came out.
fn checks(desk: &Desk, statement: &str) -> Vec<(String, Outcome)> {
    let verdicts = desk.app.verdicts_of(&console(), &StatementId(statement.to_owned())).unwrap();
    verdicts[0].checks.iter().map(|check| (check.check.clone(), check.outcome)).collect()
}

#[tokio::test]
async fn a_member_added_after_the_review_fails_until_confirmed() {
    let mut desk = Desk::new().await;
    desk.shows("/reviews", &["レビューするものはまだありません"]).await;
    bring_domain(&desk, &["sato"], &["ito"]);
    // Without a review nobody is confirmed, and nothing passes.
    assert_ne!(desk.outcomes("6.1.4-1"), [Outcome::Pass]);
    desk.shows("/reviews", &["未実施", "強い権限を持つ人"]).await;
    desk.shows("/", &["期限を過ぎた定期レビュー:1件"]).await;
    // Nothing is decided for anybody: each has to be chosen.
    let undecided = sign(&desk, DOMAIN, &[("S-1-5-21-1-2-3-512/sato", "")], "").await;
    assert_eq!(undecided.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(undecided.text.matches("review-missing").count(), 1);
    assert_ne!(desk.outcomes("6.1.4-1"), [Outcome::Pass]);
    assert_eq!(sign(&desk, DOMAIN, &[], "初回").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        (desk.outcomes("6.1.4-1"), desk.outcomes("6.1.4-2")),
        (vec![Outcome::Pass], vec![Outcome::Pass])
    );
    // A day later somebody slipped in.
    desk.hands.move_to(now().plus_days(1));
    desk.sign_in("sato").await;
    bring_domain(&desk, &["sato", "hayashi"], &["ito", "temp01"]);
    assert!(checks(&desk, "6.1.4-1").contains(&("members".into(), Outcome::Fail)));
    let verdicts = desk.app.verdicts_of(&console(), &StatementId("6.1.4-1".into())).unwrap();
    assert_eq!(verdicts[0].offenders, ["Domain Admins: hayashi"]);
    assert_eq!(desk.outcomes("6.1.4-2"), [Outcome::Fail]);
    let page = desk.shows(DOMAIN, &["新しいもの", "hayashi", "前回と同じもの"]).await;
    assert!(page.find("hayashi").unwrap() < page.find("前回と同じもの").unwrap());
    assert!(page.find("前回と同じもの").unwrap() < page.rfind("sato").unwrap());
    assert_eq!(sign(&desk, DOMAIN, &[], "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        (desk.outcomes("6.1.4-1"), desk.outcomes("6.1.4-2")),
        (vec![Outcome::Pass], vec![Outcome::Pass])
    );
    desk.check_chain();
}

#[tokio::test]
async fn what_was_to_go_is_open_until_newer_facts_show_it_gone() {
    let mut desk = Desk::new().await;
    bring_domain(&desk, &["sato", "hayashi"], &[]);
    let words = [("S-1-5-21-1-2-3-512/hayashi", "remove")];
    assert_eq!(sign(&desk, DOMAIN, &words, "異動のため").await.status, StatusCode::SEE_OTHER);
    assert!(checks(&desk, "6.1.4-1").contains(&("findings".into(), Outcome::Fail)));
    assert!(checks(&desk, "6.1.4-1").contains(&("members".into(), Outcome::Fail)));
    desk.shows("/reviews", &["hayashi", "実施済み"]).await;
    desk.shows("/", &["指摘が残っている定期レビュー:1件"]).await;
    desk.shows(DOMAIN, &["前回の指摘が残っているもの", "異動のため"]).await;
    // Read again with nothing done: still open. Taken out: settled, by whom it was signed and when stays.
    desk.hands.move_to(now().plus_days(1));
    desk.sign_in("sato").await;
    bring_domain(&desk, &["sato", "hayashi"], &[]);
    assert_eq!(desk.outcomes("6.1.4-1"), [Outcome::Fail]);
    desk.hands.move_to(now().plus_days(2));
    desk.sign_in("sato").await;
    bring_domain(&desk, &["sato"], &[]);
    assert_eq!(desk.outcomes("6.1.4-1"), [Outcome::Pass], "{:?}", checks(&desk, "6.1.4-1"));
    desk.shows(DOMAIN, &["なくなったもの", "前回「外す」としたもの", "佐藤 美咲"]).await;
    // Back again: open again.
    desk.hands.move_to(now().plus_days(3));
    desk.sign_in("sato").await;
    bring_domain(&desk, &["sato", "hayashi"], &[]);
    assert!(checks(&desk, "6.1.4-1").contains(&("findings".into(), Outcome::Fail)));
    // Months later it is overdue.
    desk.hands.move_to(now().plus_days(40));
    desk.sign_in("sato").await;
    desk.shows("/reviews", &["今月分が未実施"]).await;
    desk.hands.move_to(now().plus_days(93));
    desk.sign_in("sato").await;
    desk.shows("/reviews", &["期限切れ(92日以内)"]).await;
    desk.check_chain();
}

#[tokio::test]
async fn nothing_is_signed_that_was_not_seen() {
    let desk = Desk::new().await;
    bring_domain(&desk, &["sato"], &[]);
    let page = desk.get(DOMAIN).await;
    let (after, seal) = (page.hidden("after"), page.hidden("seal"));
    desk.hands.move_to(now().plus_secs(60));
    bring_domain(&desk, &["sato", "hayashi"], &[]);
    let fields = [
        ("after", after.as_str()),
        ("seal", &seal),
        ("key-0", "S-1-5-21-1-2-3-512/sato"),
        ("choice-0", "keep"),
    ];
    let late = desk.post(DOMAIN, &fields).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("hayashi") && late.text.contains("まだ署名されていません"));
    assert!(desk.app.reviews(&console()).unwrap()[0].last.is_none());
    for path in
        ["/reviews/privileged/vpn/x", "/reviews/what/domain/ad.example.jp", "/reviews/sharing/server/none"]
    {
        assert_eq!(desk.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn rights_that_reach_everybody_through_groups_are_marked_and_fail() {
    let mut desk = Desk::new().await;
    let server = |desk: &Desk, access: &str| {
        desk.bring_facts("agent", ("server", "FS01"), &json!({
            "host": {"hostname": "FS01", "roles": ["file_server"]},
            "sharing": {"access_logged": true, "shares": [
                {"name": "C$", "administrative": true, "permissions": [{"sid": "S-1-1-0", "name": "Everyone", "access": "full"}]},
                {"name": "work", "administrative": false, "permissions": [
                    {"sid": "S-1-5-21-1-2-3-1300", "name": "全社", "access": access},
                    {"sid": "S-1-5-21-1-2-3-1201", "name": "開発部", "access": "change"}]},
            ]},
        }));
    };
    server(&desk, "read");
    let path = "/reviews/sharing/server/FS01";
    let page = desk.shows(path, &["全社", "開発部", "読み取り"]).await;
    assert!(!page.contains("C$") && !page.contains("全員に開かれています"));
    assert_eq!(sign(&desk, path, &[], "").await.status, StatusCode::SEE_OTHER);
    // A company without a domain is judged by its shares alone.
    assert_eq!(desk.outcomes("6.2.1-2"), [Outcome::Pass], "{:?}", checks(&desk, "6.2.1-2"));
    desk.bring_facts(
        "directory",
        ("domain", "ad.example.jp"),
        &json!({
            "everybody": [{"sid": "S-1-5-21-1-2-3-1300", "name": "全社", "via": "Domain Users"}],
        }),
    );
    desk.app.sweep().unwrap();
    assert_eq!(desk.outcomes("6.2.1-2"), [Outcome::Fail]);
    desk.shows(path, &["「Domain Users」を通じて全員に開かれています"]).await;
    desk.hands.move_to(now().plus_days(1));
    desk.sign_in("sato").await;
    server(&desk, "full");
    desk.shows(path, &["変わったもの", "(前回:読み取り)", "フルコントロール"]).await;
}

#[tokio::test]
async fn accounts_and_configurations_are_reviewed_too() {
    let mut desk = Desk::new().await;
    let vpn = |desk: &Desk, line: &str| {
        desk.bring_facts("import", ("vpn", "vpn-1"), &json!({
            "accounts": [{"name": "ikeda", "enabled": true, "person": "ikeda", "status": "left"}, {"name": "dev", "enabled": true, "shared": true}],
            "configuration": {"findings": [{"what": "weak_cipher", "place": "a.conf:3", "line": line, "breaks": "7.1.5-1"}], "protocols": ["openvpn"]},
        }));
    };
    vpn(&desk, "cipher BF-CBC");
    desk.shows("/reviews/accounts/vpn/vpn-1", &["退職した人", "何人かで共用", "持ち主が不明"]).await;
    let words = [("ikeda", "remove")];
    assert_eq!(sign(&desk, "/reviews/accounts/vpn/vpn-1", &words, "").await.status, StatusCode::SEE_OTHER);
    let subject = desk
        .app
        .subject(
            &console(),
            &"vpn/vpn-1"
                .split_once('/')
                .map(|(_, id)| model::Subject::new(model::SubjectKind::Vpn, id))
                .unwrap(),
        )
        .unwrap();
    let record = subject.evidence.iter().find(|line| line.source == model::Source::Record).unwrap();
    let document: Value =
        serde_json::from_slice(&desk.app.evidence(&console(), &record.id).unwrap()).unwrap();
    let review = &document["facts"]["reviews"]["accounts"];
    assert_eq!(
        (&review["confirmed"], &review["clean"], &review["by"]),
        (&json!(["dev"]), &json!(false), &json!("佐藤 美咲"))
    );
    let path = "/reviews/configuration/vpn/vpn-1";
    desk.shows(path, &["cipher BF-CBC", "a.conf:3", "openvpn"]).await;
    assert_eq!(sign(&desk, path, &[], "").await.status, StatusCode::SEE_OTHER);
    desk.hands.move_to(now().plus_days(1));
    desk.sign_in("sato").await;
    vpn(&desk, "cipher none");
    let page = desk.shows(path, &["cipher none", "なくなったもの"]).await;
    assert!(page.contains("<del>cipher BF-CBC</del>"));
    // A network device: what changes by itself is no change.
    let device = |desk: &Desk, firmware: &str, at: &str| {
        desk.bring_facts(
            "import",
            ("network_device", "RT-1"),
            &json!({
                "device": {"vendor": "Yamaha", "firmware": firmware, "firewall": true},
                "logging": {"last_event_at": at, "retention_days": 92},
            }),
        );
    };
    device(&desk, "1", "2026-11-23T00:00:00Z");
    let path = "/reviews/configuration/network_device/RT-1";
    assert_eq!(sign(&desk, path, &[], "").await.status, StatusCode::SEE_OTHER);
    desk.hands.move_to(now().plus_days(2));
    desk.sign_in("sato").await;
    device(&desk, "1", "2026-11-26T00:00:00Z");
    let line = |desk: &Desk| {
        let lines = desk.app.reviews(&console()).unwrap();
        let line = lines.into_iter().find(|line| line.subject.id == "RT-1").unwrap();
        (line.new, line.changed, line.gone)
    };
    assert_eq!(line(&desk), (0, 0, 0));
    desk.hands.move_to(now().plus_days(3));
    desk.sign_in("sato").await;
    device(&desk, "2", "2026-11-27T00:00:00Z");
    assert_eq!(line(&desk), (0, 1, 0));
    desk.check_chain();
}
