//! Moving on, as a browser sees it: a program that comes with another catalogue changes verdicts and no answer, and what
//! no longer fits, a profile or an acceptance, says so and what to do.

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
use house::{COMPANY, Desk, House, console};
use model::Outcome;

const SCAN: &str = "policies/device/5.1.5-full-scan.toml";

/// The catalogue of a year ago: full scans every five days, at most every sixty, and another text.
fn older() -> Files {
    let mut files = Files::embedded();
    let text = files.0.get(SCAN).unwrap().clone();
    let first = text.replacen("value = 15", "value = 5", 1).replacen("max = 31", "max = 60", 1);
    let (head, tail) = first.split_once("[statement.text]\nja = \"").unwrap();
    files.insert(SCAN, format!("{head}[statement.text]\nja = \"昔の文面。{tail}"));
    files
}

/// What somebody entered: decisions, acceptances, own profiles.
fn answers(desk: &Desk) -> String {
    let rows = desk.app.rows(&console()).unwrap();
    let decisions: Vec<String> = rows.iter().map(|line| format!("{:?}", line.version)).collect();
    let waivers: Vec<String> =
        desk.app.waivers(&console()).unwrap().iter().map(|shown| format!("{:?}", shown.line)).collect();
    let profiles = desk.app.profiles(&console()).unwrap();
    let own: Vec<_> = profiles.into_iter().filter(|line| line.own.is_some()).collect();
    format!("{decisions:?} {waivers:?} {own:?}")
}

#[tokio::test]
async fn moving_on_to_another_catalogue_changes_verdicts_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::of(House::open(folder.path(), &older()), COMPANY).await;
    let scanned = serde_json::json!({"antivirus": {"last_full_scan_at": "2026-11-14T00:00:00Z"}});
    desk.bring_facts("agent", ("device", "PC-001"), &scanned);
    assert_eq!(desk.outcomes("5.1.5-1"), [Outcome::Fail], "ten days are too long by the old one");
    desk.shows("/upgrade", &["することはありません"]).await;
    desk.done("/profiles", &[("name", "当社の基準"), ("base", "csaj-2018")]).await;
    let out = [("after", "1"), ("counts", "no"), ("counts_reason", "会議なし"), ("level", "shall")];
    desk.done("/profiles/own-1/statements/7.2.2-1", &out).await;
    desk.done("/profiles/own-1/use", &[]).await;
    let decision = [("after", "0"), ("choice", "open"), ("current_state", "調査中")];
    let zero = ["confidentiality", "integrity", "availability", "accountability"]
        .map(|aspect| (format!("{aspect}_severity"), "unrated"));
    let rated: Vec<(&str, &str)> = zero.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    desk.done("/checklist/34", &[&decision[..], &rated].concat()).await;
    let grant = [("statement", "5.1.4-1"), ("subject", ""), ("reason", "来月"), ("until", "2026-12-31")];
    desk.done("/waivers", &grant).await;
    assert_eq!(desk.outcomes("5.1.4-1"), [Outcome::Waived]);
    let before = answers(&desk);
    drop(desk);

    let desk = Desk::again(folder.path(), &Files::embedded()).await;
    assert_eq!(desk.outcomes("5.1.5-1"), [Outcome::Fail], "still judged by the old one");
    for page in ["/", "/policies"] {
        desk.shows(page, &["新しいカタログ", "href=\"/upgrade\""]).await;
    }
    let page = desk
        .shows(
            "/upgrade",
            &["<del>5 (1–60)</del>", "<ins>15 (1–31)</ins>", "昔の文面", "そのまま残ります", "未達 1"],
        )
        .await;
    let fingerprint = page.split("name=\"fingerprint\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(desk.post("/upgrade", &[("fingerprint", "0")]).await.status, StatusCode::CONFLICT);
    desk.done("/upgrade", &[("fingerprint", fingerprint)]).await;
    assert_eq!(desk.outcomes("5.1.5-1"), [Outcome::Unknown], "ten days are no fault by the new one");
    assert_eq!(desk.outcomes("5.1.4-1"), [Outcome::Waived], "the acceptance counts as before");
    assert!(desk.outcomes("7.2.2-1").is_empty(), "the own profile counts as before");
    assert_eq!(answers(&desk), before, "the answers stay");
    desk.done("/upgrade", &[("fingerprint", fingerprint)]).await;
    desk.shows("/upgrade?note=upgrade-done", &["することはありません", "判定し直しました"]).await;
    assert!(!desk.get("/").await.text.contains("/upgrade"));
    let lines = desk.app.audit_lines(&console(), None, 20).unwrap();
    assert_eq!(lines.iter().filter(|line| line.action == "catalogue.move").count(), 1);
    assert_eq!(desk.app.verify_audit(&console()).unwrap().1, None);
    drop(desk);
    let desk = Desk::again(folder.path(), &Files::embedded()).await;
    desk.shows("/", &["みなとソフト"]).await;
}

#[tokio::test]
async fn a_profile_that_no_longer_fits_holds_the_move_up_until_it_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::of(House::open(folder.path(), &older()), COMPANY).await;
    let set = |after: &'static str, days: &'static str| {
        vec![
            ("after", after),
            ("counts", "yes"),
            ("level", "shall"),
            ("value_max_days_between_scans", days),
            ("reason_max_days_between_scans", "台数が少ない"),
        ]
    };
    for id in ["own-1", "own-2"] {
        desk.done("/profiles", &[("name", id), ("base", "csaj-2018")]).await;
        desk.done(&format!("/profiles/{id}/statements/5.1.5-1"), &set("1", "40")).await;
    }
    desk.done("/profiles/own-1/use", &[]).await;
    drop(desk);
    let desk = Desk::again(folder.path(), &Files::embedded()).await;
    let page = desk.shows("/upgrade", &["新しいカタログに合いません", "値 40 は使えません"]).await;
    assert!(!page.contains("name=\"fingerprint\""), "no button before it is mended");
    let fingerprint = desk.app.latest().files().fingerprint();
    let refused = desk.post("/upgrade", &[("fingerprint", &fingerprint)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    desk.done("/profiles/own-1/statements/5.1.5-1", &set("2", "20")).await;
    desk.done("/upgrade", &[("fingerprint", &fingerprint)]).await;

    // The other one fits no more. It cannot be chosen, says why, and can be mended.
    desk.shows("/profiles/own-2", &["合わないところがあります", "31以下にしてください。", "原典の値は"])
        .await;
    let company = [("company_name", "みなとソフト"), ("people", "24"), ("profile", "own-2")];
    let answer = desk.post("/company", &company).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("合わないところがあるため選べません"), "{}", answer.text);
    assert_eq!(desk.post("/profiles/own-2/use", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    desk.shows("/profiles/own-2/preview", &["31以下にしてください。"]).await;
    let other = [("after", "2"), ("counts", "no"), ("counts_reason", "会議なし"), ("level", "shall")];
    desk.done("/profiles/own-2/statements/7.2.2-1", &other).await;
    desk.done("/profiles/own-2/statements/5.1.5-1", &[("after", "3"), ("reset", "yes")]).await;
    desk.done("/company", &company).await;
    drop(desk);
    Desk::again(folder.path(), &Files::embedded()).await.shows("/company", &["own-2"]).await;
}

#[tokio::test]
async fn an_acceptance_that_no_longer_fits_says_for_whom_and_what_to_do() {
    let desk = Desk::new().await;
    desk.bring_disk("PC-001", &[("C:", "off")]);
    let grant = [("statement", "5.1.4-1"), ("subject", ""), ("reason", "来月交換"), ("until", "2026-12-31")];
    desk.done("/waivers", &grant).await;
    let page = desk.shows("/waivers", &["いま見つかっている問題だけを許容します"]).await;
    assert!(!page.contains("一部で許容が外れています"));
    desk.bring_disk("PC-001", &[("C:", "off"), ("D:", "off")]);
    desk.shows(
        "/waivers",
        &["一部で許容が外れています", "改めて許容する", "/subjects/device/PC-001", "「未達」に戻って"],
    )
    .await;
}
