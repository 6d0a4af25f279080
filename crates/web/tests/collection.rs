//! "What we see of your PC", the script, and what it wrote coming back.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod house;

use axum::http::{StatusCode, header};
use house::{Browser, House, console};
use model::FactDocument;
use model::evidence::id_of;
use serde_json::json;

/// What the script writes on a PC with secure boot, where WMI refuses.
fn answers(id: &str) -> Vec<u8> {
    let document = json!({
        "format": "mimamori-answers", "version": 1, "subject": {"kind": "device", "id": id}, "name": id,
        "collector": "collect.ps1 0.1.0", "collected_at": "2026-11-23T12:00:00Z",
        "answers": {
            "registry": [
                {"hive": "machine", "key": r"SYSTEM\CurrentControlSet\Control\SecureBoot\State",
                    "values": "UEFISecureBootEnabled", "found": {"key": r"SYSTEM\CurrentControlSet\Control\SecureBoot\State",
                    "values": {"name": "UEFISecureBootEnabled", "number": "1"}}},
                {"hive": "machine", "key": r"SYSTEM\CurrentControlSet\Control", "values": ["PEFirmwareType"], "found": []}],
            "queries": {"namespace": r"root\cimv2\Security\MicrosoftTpm", "hresult": "0x80041003",
                "wql": "SELECT IsEnabled_InitialValue, IsActivated_InitialValue, SpecVersion FROM Win32_Tpm"},
        }
    });
    // As Windows PowerShell 5.1 writes what is redirected.
    let text = document.to_string();
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[tokio::test]
async fn everybody_may_read_what_is_seen() {
    let house = House::new();
    let sato = house.set_up().await;
    let stranger = Browser::default();
    let page = house.get(&stranger, "/collection").await;
    assert_eq!(page.status, StatusCode::OK);
    let catalog = house.app.latest();
    assert_eq!(catalog.collections.len(), 3);
    for section in catalog.collections.iter().flat_map(|table| &table.sections) {
        for text in [&section.title.ja, &section.looks.ja, &section.purpose.ja, &section.never.ja] {
            assert!(page.text.contains(text.as_str()), "{text}");
        }
    }
    assert!(
        page.text.contains(r"HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State: UEFISecureBootEnabled")
    );
    assert!(!page.text.contains("/statements/") && !page.text.contains("href=\"/collect.ps1\""));
    let own = house.get(&sato, "/collection").await;
    assert!(own.text.contains("/statements/5.1.4-1") && own.text.contains("href=\"/collect.ps1\""));
    let list = house.get(&sato, "/subjects/device").await;
    assert!(list.text.contains("href=\"/collection\"") && list.text.contains("href=\"/collect.ps1\""));
}

#[tokio::test]
async fn the_script_is_for_those_who_are_signed_in() {
    let house = House::new();
    let sato = house.set_up().await;
    let script = house.get(&sato, "/collect.ps1").await;
    assert_eq!(script.status, StatusCode::OK);
    assert_eq!(script.header(header::CONTENT_DISPOSITION), "attachment; filename=\"collect.ps1\"");
    assert!(script.text.starts_with("\u{feff}<#\r\n") && script.text.contains("Get-CimInstance"));
    let stranger = house.get(&Browser::default(), "/collect.ps1").await;
    assert_eq!(stranger.location, "/login?next=%2Fcollect.ps1");
}

#[tokio::test]
async fn what_the_script_wrote_becomes_facts() {
    let house = House::new();
    let sato = house.set_up().await;
    let bytes = answers("PC-7");
    let altered = String::from_utf8_lossy(b"{\"format\": \"mimamori-answers\", \"version\": 1}").into_owned();
    let handed: [(&str, &[u8]); 2] = [("mimamori-PC-7.json", &bytes), ("cut.json", altered.as_bytes())];
    let answer = house.upload(&sato, "/evidence", &handed).await;
    for word in ["2件中1件を取り込みました", "PC-7", "subject is missing"] {
        assert!(answer.text.contains(word), "{word} in {}", answer.text);
    }
    let page = house.get(&sato, "/subjects/device/PC-7").await;
    let id = page.text.split("/evidence/").nth(1).unwrap().split('"').next().unwrap();
    let kept = house.app.evidence(&console(), id).unwrap();
    let document = FactDocument::parse(&kept).unwrap();
    assert_eq!(document.facts["secure_boot"], json!({"enabled": true}));
    assert!(document.collector.starts_with("collect.ps1 0.1.0 / mimamori "), "{}", document.collector);
    // The audit line leads from the facts back to the file that was handed in.
    let audit = house.get(&sato, "/audit").await;
    assert!(audit.text.contains(&format!("from answers {}", id_of(&bytes))), "{}", audit.text);
    house.check_chain();
    let again = house.upload(&sato, "/evidence", &[("again.json", &bytes)]).await;
    assert!(again.text.contains("すでに取り込み済み"), "{}", again.text);
}
