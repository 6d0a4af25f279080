//! Group policy to hand out: what is ticked, what is refused, and the files as they arrive.

use std::io::{Cursor, Read as _};

use axum::http::StatusCode;
use house::console;

use crate::{company, house, sample};

const PAGE: &str = "/directories/ad.example/policy";

#[tokio::test]
async fn what_is_not_met_is_ticked_and_comes_as_files() {
    let (_folder, _, house, sato) = company().await;
    let mut facts = sample::facts();
    facts["policy"]["no_lm_hash"] = serde_json::json!({"set": true, "value": true, "reaches": ["domain_controllers", "servers", "workstations"]});
    house.bring_facts("directory", ("domain", "ad.example"), &facts);
    let page = house.get(&sato, PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    let ticked = |name: &str| page.text.contains(&format!("value=\"{name}\" checked"));
    for (name, expected) in [
        ("lm-level", true),
        ("smb1-off", true),
        ("password-policy", true),
        ("lockout", true),
        ("rename-administrator", true),
        ("no-lm-hash", false),
        ("guest-off", false),
    ] {
        assert_eq!(ticked(name), expected, "{name}");
    }
    let at = |name: &str| page.text.find(&format!("value=\"{name}\"")).unwrap();
    assert!(
        at("ntlm-audit") < at("password-policy") && at("password-policy") < at("smb1-off"),
        "the order of trying"
    );

    let none = house.post(&sato, PAGE, &[]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("1つ以上選んでください"));
    let unnamed = [("change", "rename-administrator"), ("change", "lockout"), ("administrator", "Admin")];
    let page = house.post(&sato, PAGE, &unnamed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("推測されやすいもの以外") && page.text.contains("value=\"lockout\" checked"));

    let chosen =
        [("change", "smb1-off"), ("change", "rename-administrator"), ("administrator", " mnt-kanri ")];
    let answer = house.post(&sato, PAGE, &chosen).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    for wanted in ["はじめに.txt", "README.txt"] {
        assert!(names.iter().any(|name| name == wanted), "{names:?}");
    }
    assert!(names.iter().any(|name| name.starts_with("undo/")), "{names:?}");
    let template =
        names.iter().find(|name| name.starts_with("apply/") && name.ends_with("GptTmpl.inf")).unwrap();
    let mut bytes = Vec::new();
    zip.by_name(template).unwrap().read_to_end(&mut bytes).unwrap();
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).unwrap();
    assert!(text.contains("NewAdministratorName") && text.contains("mnt-kanri"), "{text}");
    let lines = house.app.audit_lines(&console(), None, 5).unwrap();
    assert!(lines.iter().any(|line| line.action == "directory.package" && line.detail.contains("smb1-off")));
}
