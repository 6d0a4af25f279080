//! How to mend what is at fault, as a browser gets it: in plain words, for the right system, to the right people.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod house;

use axum::http::StatusCode;
use house::{Browser, House};
use serde_json::json;

fn bring(house: &House, id: &str, family: &str, remote_desktop: bool) {
    let facts = json!({
        "os": {"family": family, "product": "x"},
        "remote_desktop": {"enabled": remote_desktop, "port": 3389, "nla": true, "users": [], "allowed_addresses": ["any"]},
        "volumes": [{"letter": "C:", "fixed": true, "protection": "off"}],
    });
    house.bring_facts("agent", ("device", id), &facts);
}

async fn text(house: &House, who: &Browser, path: &str) -> String {
    let answer = house.get(who, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.text
}

#[tokio::test]
async fn a_failing_pc_gets_words_steps_and_the_scripts_of_its_system() {
    let house = House::new();
    let sato = house.set_up().await;
    bring(&house, "PC-001", "windows", true);
    bring(&house, "PC-002", "linux", true);
    let page = text(&house, &sato, "/remedies/5.1.8-1?for=device/PC-001").await;
    for word in [
        "直し方:貸与端末のリモートデスクトップ接続の禁止",
        "が有効ですが、期限内の承認がありません",
        "リモートデスクトップの受け付けを止める",
        "href=\"/remedies/remote-desktop-off/script\"",
        "mimamori-remote-desktop-off.ps1 -WhatIf",
        "気を付けること",
        "元に戻すと",
        "「設定」&#62;「システム」",
    ] {
        assert!(page.contains(word), "{word}");
    }
    assert!(!page.contains("ssh-off") && !page.contains('⟦'));
    // Only what is at fault: network level authentication is on.
    assert!(!page.contains("remote-desktop-nla"));
    let linux = text(&house, &sato, "/remedies/5.1.8-1?for=device/PC-002").await;
    assert!(linux.contains("sudo sh mimamori-ssh-off.sh --preview") && !linux.contains(".ps1"));
    // The PC's page leads there.
    let pc = text(&house, &sato, "/subjects/device/PC-001").await;
    assert!(pc.contains("href=\"/remedies/5.1.8-1?for=device/PC-001\""), "{pc}");
    // In English, and the change of language leads back to the same PC.
    assert!(page.contains("name=\"back\" value=\"/remedies/5.1.8-1?for=device/PC-001\""));
    house.post(&sato, "/account/lang", &[("lang", "en"), ("back", "/")]).await;
    let english = text(&house, &sato, "/remedies/5.1.8-1?for=device/PC-001").await;
    assert!(english.contains("Stop accepting remote desktop") && !english.contains('⟦'));
}

#[tokio::test]
async fn what_no_script_mends_says_why() {
    let house = House::new();
    let sato = house.set_up().await;
    bring(&house, "PC-001", "windows", false);
    let page = text(&house, &sato, "/remedies/5.1.4-1?for=device/PC-001").await;
    // Off may be suspended, which can be resumed, or never encrypted, which nobody does automatically.
    assert!(page.contains("bitlocker-resume") && page.contains("回復キーを先に印刷して"));
    let met = text(&house, &sato, "/remedies/5.1.8-1?for=device/PC-001").await;
    assert!(met.contains("この項目は満たされています") && !met.contains("/script"));
    // Without a PC: in general, for every system.
    let general = text(&house, &sato, "/remedies/5.1.7-1").await;
    for id in ["firewall-on", "ufw-on", "mac-firewall-on"] {
        assert!(general.contains(&format!("/remedies/{id}/script")), "{id}");
    }
}

#[tokio::test]
async fn scripts_are_files_to_keep() {
    let house = House::new();
    let sato = house.set_up().await;
    let answer = house.get(&sato, "/remedies/remote-desktop-off/script").await;
    assert_eq!(answer.status, StatusCode::OK);
    let kept = answer.headers["content-disposition"].to_str().unwrap();
    assert_eq!(kept, "attachment; filename=\"mimamori-remote-desktop-off.ps1\"");
    assert!(answer.text.contains("fDenyTSConnections"));
    for lost in [
        "/remedies/no-such/script",
        "/remedies/5.1.8-1?for=device/NONE",
        "/remedies/0.0-1",
        "/remedies/5.1.8-1?for=x",
    ] {
        assert_eq!(house.get(&sato, lost).await.status, StatusCode::NOT_FOUND, "{lost}");
    }
    let stranger = Browser::default();
    let sent = house.get(&stranger, "/remedies/remote-desktop-off/script").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}
