//! Homes and the staff's own page, as browsers get them: signing in by link, telling about home and devices, proofs,
//! confirming, measuring, and the firewall rules of a home.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

#[path = "../house/mod.rs"]
mod house;
mod network;

use axum::http::{StatusCode, header};
use house::{Answer, Browser, House, console, now};
use model::{Outcome, Subject, SubjectKind};
use serde_json::{Value, json};

const PERSON: &str = "tanaka.yoko";
/// A picture with a place and an author beside it (chunks with right sums).
const PNG: &[u8] = include_bytes!("../sample/shot.png");
/// Another: a PDF, which is kept as it comes.
const OTHER_PNG: &[u8] = b"%PDF-1.7\nscan of 22 November";

/// A company with procedures, a person with a lent PC, and the person's browser.
async fn lent() -> (House, Browser, Browser) {
    let house = House::new();
    let sato = house.set_up().await;
    let procedure = |id: &str| json!({"id": id, "version": "1.0", "explained": true});
    let procedures =
        json!({ "procedures": [procedure("wifi-key"), procedure("home-router"), procedure("firewall")] });
    house.bring_facts("record", ("company", "company"), &procedures);
    for id in [PERSON, "suzuki"] {
        house.bring_facts("record", ("person", id), &json!({"employment": {"status": "active"}}));
    }
    house.bring_facts("record", ("device", "PC-001"), &json!({"lending": {"kind": "fresh", "user": PERSON}}));
    let tanaka = house.by_link(&sato, PERSON).await;
    (house, sato, tanaka)
}

async fn done(house: &House, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = house.tell(browser, path, fields, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path} {}", answer.text);
    answer
}

const WIFI: [(&str, &str); 6] = [
    ("used", "yes"),
    ("wifi_kind", "wpa2-aes"),
    ("key", "typed"),
    ("length", "24"),
    ("wps_pin_off", "yes"),
    ("kept_where", "パスワード管理ツール"),
];
const ROUTER: [(&str, &str); 10] = [
    ("vendor", "NEC"),
    ("model", "Aterm"),
    ("password_changed", "yes"),
    ("password_length", "16"),
    ("router_kept_where", "金庫"),
    ("firmware_checked", "2026-11-20"),
    ("support_ended", "no"),
    ("opened", "no"),
    ("ports", ""),
    ("drops", "yes"),
];
const REPORT: [(&str, &str); 7] = [
    ("antivirus", "yes"),
    ("definitions", "yes"),
    ("full_scan", "2026-11-22"),
    ("os", "yes"),
    ("apps", "yes"),
    ("scan_kept", "yes"),
    ("updates_kept", "yes"),
];

/// Where, which answers, one of them, what it becomes, and the statement that is then not met.
type Wrong<'a> = (&'a str, &'a [(&'static str, &'static str)], &'a str, &'static str, &'a str);

/// The same answers but one.
fn but(
    fields: &[(&'static str, &'static str)],
    name: &str,
    value: &'static str,
) -> Vec<(&'static str, &'static str)> {
    fields.iter().map(|(own, old)| (*own, if *own == name { value } else { *old })).collect()
}

/// Everything told as it should be.
async fn full_report(house: &House, tanaka: &Browser) {
    done(house, tanaka, "/my/home/connection", &[("kind", "home_lan")]).await;
    done(house, tanaka, "/my/home/wifi", &WIFI).await;
    done(house, tanaka, "/my/home/router", &ROUTER).await;
    for document in ["wifi-key", "home-router"] {
        let agreed = [("document", document), ("version", "1.0")];
        done(house, tanaka, "/my/home/agreement", &agreed).await;
    }
    let device = [("name", "家族のPC"), ("kind", "windows"), ("on_home_lan", "yes"), ("tethering", "no")];
    let made = house.post(tanaka, "/my/devices/new/about", &device).await;
    assert_eq!(made.location, format!("/my/devices/{PERSON}-1?note=saved"), "{}", made.text);
    done(house, tanaka, &format!("/my/devices/{PERSON}-1"), &REPORT).await;
}

#[tokio::test]
async fn a_link_signs_its_person_in_until_it_ends_or_is_replaced() {
    let (house, sato, _) = lent().await;
    let link = house.link(&sato, PERSON).await;
    let stranger = Browser::default();
    for _ in 0..3 {
        let page = house.get(&stranger, &link).await;
        assert!(page.status == StatusCode::OK && page.text.contains("としてサインイン"), "{}", page.text);
        assert_eq!(page.cookie, "", "looking signs nobody in");
    }
    let first = house.post(&stranger, &link, &[]).await;
    let tanaka = house.signed_in(&first).await;
    assert_eq!(house.get(&tanaka, "/").await.location, "/my");
    assert!(house.get(&tanaka, "/my").await.text.contains("今やること"));
    for closed in ["/checklist", "/subjects/device/PC-001", "/homes", "/accounts", "/audit", "/evidence/abc"]
    {
        assert_eq!(house.get(&tanaka, closed).await.status, StatusCode::FORBIDDEN, "{closed}");
    }
    let again = house.post(&stranger, &link, &[]).await;
    assert_eq!(again.location, "/my", "a link is good for more than one time");
    let lines = house.app.audit_lines(&console(), None, 3).unwrap();
    assert!(lines.iter().any(|line| line.caller == PERSON && line.detail.contains("by link")));

    let other = house.link(&sato, PERSON).await;
    assert_eq!(house.get(&stranger, &link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.post(&stranger, &link, &[]).await.status, StatusCode::NOT_FOUND);
    assert!(house.get(&tanaka, "/my").await.location.starts_with("/login"), "the old link's session is over");
    house.hands.move_to(now().plus_days(29));
    assert_eq!(house.get(&stranger, &other).await.status, StatusCode::OK);
    house.hands.move_to(now().plus_days(30));
    assert_eq!(house.get(&stranger, &other).await.status, StatusCode::NOT_FOUND, "it ended");
    assert_eq!(house.post(&stranger, &other, &[]).await.status, StatusCode::NOT_FOUND);

    let sato = house.sign_in("sato").await;
    let third = house.link(&sato, PERSON).await;
    house.post(&sato, &format!("/accounts/{PERSON}/disable"), &[("disabled", "yes")]).await;
    assert_eq!(house.get(&stranger, &third).await.status, StatusCode::NOT_FOUND, "disabled");
    let refused = house.post(&sato, "/invitations", &[("person", PERSON)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        house.post(&sato, "/invitations", &[("person", "nobody")]).await.status,
        StatusCode::NOT_FOUND
    );
    house.check_chain();
}

#[tokio::test]
async fn an_empty_password_opens_nothing() {
    let (house, _, _) = lent().await;
    for password in ["", " ", "x"] {
        let answer =
            house.post(&Browser::default(), "/login", &[("login", PERSON), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{password:?}");
    }
}

#[tokio::test]
async fn a_full_report_meets_the_statements_and_one_thing_wrong_does_not() {
    let (house, _, tanaka) = lent().await;
    let page = house.get(&tanaka, "/my").await;
    assert!(page.text.contains("PCをインターネットにつなぐ方法を答える"));
    full_report(&house, &tanaka).await;
    for statement in ["5.2.2-1", "5.2.3-1", "5.2.3-2", "5.2.4-1"] {
        assert_eq!(house.outcomes(statement), [Outcome::Pass], "{statement}");
    }
    assert_eq!(house.outcomes("5.2.4-2"), [Outcome::Unknown], "a word that proofs are kept is no proof");
    let page = house.get(&tanaka, "/my").await;
    assert!(page.text.contains("今やることはありません"), "{}", page.text);
    assert!(page.bytes.len() < 60_000, "{} bytes", page.bytes.len());

    let device = format!("/my/devices/{PERSON}-1");
    let wrong: [Wrong<'_>; 11] = [
        ("/my/home/wifi", &WIFI, "wifi_kind", "wep", "5.2.2-1"),
        ("/my/home/wifi", &WIFI, "length", "12", "5.2.2-1"),
        ("/my/home/wifi", &WIFI, "wps_pin_off", "no", "5.2.2-1"),
        ("/my/home/router", &ROUTER, "password_changed", "no", "5.2.3-1"),
        ("/my/home/router", &ROUTER, "password_length", "8", "5.2.3-1"),
        ("/my/home/router", &ROUTER, "firmware_checked", "2026-01-01", "5.2.3-1"),
        ("/my/home/router", &ROUTER, "support_ended", "yes", "5.2.3-1"),
        (&device, &REPORT, "antivirus", "no", "5.2.4-1"),
        (&device, &REPORT, "definitions", "no", "5.2.4-1"),
        (&device, &REPORT, "full_scan", "2026-10-01", "5.2.4-1"),
        (&device, &REPORT, "os", "no", "5.2.4-1"),
    ];
    for (secs, (path, fields, name, value, statement)) in (1_i64..).zip(wrong) {
        house.hands.move_to(now().plus_secs(secs * 60));
        done(&house, &tanaka, path, &but(fields, name, value)).await;
        assert_eq!(house.outcomes(statement), [Outcome::Fail], "{name} = {value}");
        house.hands.move_to(now().plus_secs(secs * 60 + 30));
        done(&house, &tanaka, path, fields).await;
        assert_eq!(house.outcomes(statement), [Outcome::Pass], "{name} mended");
    }
    house.hands.move_to(now().plus_secs(3_600));
    let open = [("opened", "yes"), ("ports", "tcp/445")];
    let opened: Vec<_> =
        ROUTER.iter().copied().filter(|(name, _)| !matches!(*name, "opened" | "ports")).chain(open).collect();
    done(&house, &tanaka, "/my/home/router", &opened).await;
    assert_eq!(house.outcomes("5.2.3-2"), [Outcome::Fail]);
    // What nobody knows is not known, and not met.
    house.hands.move_to(now().plus_secs(3_700));
    done(&house, &tanaka, "/my/home/wifi", &but(&WIFI, "wifi_kind", "unknown")).await;
    assert_eq!(house.outcomes("5.2.2-1"), [Outcome::Unknown]);
    house.check_chain();
}

#[tokio::test]
async fn a_fortnight_later_the_report_is_due_again() {
    let (house, _, tanaka) = lent().await;
    full_report(&house, &tanaka).await;
    house.hands.move_to(now().plus_days(12));
    let sato = house.sign_in("sato").await;
    let tanaka = house.by_link(&sato, PERSON).await;
    assert!(house.get(&tanaka, "/my").await.text.contains("あと2日"));
    assert!(!house.get(&sato, "/homes").await.text.contains("人の報告が期限"));
    house.hands.move_to(now().plus_days(17));
    let sato = house.sign_in("sato").await;
    let tanaka = house.by_link(&sato, PERSON).await;
    assert!(house.get(&tanaka, "/my").await.text.contains("期限を3日過ぎています"));
    let homes = house.get(&sato, "/homes").await.text;
    assert!(homes.contains("1人の報告が期限(14日)を過ぎています") && homes.contains("3日超過"), "{homes}");
    house.app.sweep().unwrap();
    assert_eq!(house.outcomes("5.2.4-1"), [Outcome::Unknown]);
    // The last answers are offered again.
    let form = house.get(&tanaka, &format!("/my/devices/{PERSON}-1")).await.text;
    assert!(form.contains("name=\"antivirus\" value=\"yes\" checked"), "{form}");
}

#[tokio::test]
async fn every_mistake_is_named_at_once_and_no_secret_is_said_back() {
    let (house, _, tanaka) = lent().await;
    let typed = [("used", "yes"), ("key", "typed"), ("length", "hunter2-secret"), ("wps_pin_off", "")];
    let answer = house.tell(&tanaka, "/my/home/wifi", &typed, &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!answer.text.contains("hunter2"), "a secret is said back");
    assert!(answer.text.contains("文字数を1から128") && answer.text.matches("選択肢の中から").count() == 2);
    let future = but(&ROUTER, "firmware_checked", "2027-01-01");
    let answer = house.tell(&tanaka, "/my/home/router", &future, &[]).await;
    assert!(
        answer.text.contains("今日までの日付") && answer.text.contains("value=\"NEC\""),
        "nothing typed is lost"
    );
    let answer = house.tell(&tanaka, "/my/home/nonsense", &[], &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let forged = Browser { form_token: "AAAA".into(), ..tanaka };
    assert_eq!(house.tell(&forged, "/my/home/wifi", &WIFI, &[]).await.status, StatusCode::FORBIDDEN);
    house.check_chain();
}

/// The documents a page would confirm of a device.
async fn shown_words(house: &House, sato: &Browser, device: &str) -> String {
    let page = house.get(sato, &format!("/homes/{PERSON}")).await.text;
    let form = page.split(&format!("name=\"device\" value=\"{device}\"")).nth(1).unwrap();
    form.split("name=\"evidence\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Where what counts of a section comes from.
fn source_of(house: &House, kind: SubjectKind, id: &str, section: &str) -> String {
    let shown = house.app.subject(&console(), &Subject::new(kind, id)).unwrap();
    let document = |line: &store::EvidenceLine| -> Value {
        serde_json::from_slice(&house.app.evidence(&console(), &line.id).unwrap()).unwrap()
    };
    let newest = shown.evidence.iter().find(|line| document(line)["facts"].get(section).is_some());
    newest.unwrap().source.name().to_owned()
}

/// Where a section's newest word comes from, and of when.
fn origin(house: &House, kind: SubjectKind, id: &str) -> (String, String) {
    let shown = house.app.subject(&console(), &Subject::new(kind, id)).unwrap();
    let newest = shown.evidence.first().unwrap();
    (newest.source.name().to_owned(), newest.collected_at.to_string())
}

#[tokio::test]
async fn a_word_is_an_attestation_until_a_screenshot_or_the_administrator_confirms_it() {
    let (house, sato, tanaka) = lent().await;
    full_report(&house, &tanaka).await;
    let device = format!("{PERSON}-1");
    assert_eq!(origin(&house, SubjectKind::HomeDevice, &device).0, "attest");
    house.hands.move_to(now().plus_secs(6 * 3_600));
    // The page the administrator looks at; then the person says something else.
    let seen = shown_words(&house, &sato, &device).await;
    done(&house, &tanaka, &format!("/my/devices/{device}"), &but(&REPORT, "os", "no")).await;
    let path = format!("/homes/{PERSON}/confirm");
    for unseen in [seen.as_str(), ""] {
        let fields = [("device", device.as_str()), ("evidence", unseen)];
        let refused = house.tell(&sato, &path, &fields, &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "words nobody saw are not confirmed");
    }
    let seen = shown_words(&house, &sato, &device).await;
    let shown = [("device", device.as_str()), ("evidence", seen.as_str())];
    let said = origin(&house, SubjectKind::HomeDevice, &device).1;
    house.hands.move_to(now().plus_secs(7 * 3_600));
    let confirmed = house.tell(&sato, &path, &shown, &[]).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.text);
    let (source, at) = origin(&house, SubjectKind::HomeDevice, &device);
    assert_eq!((source.as_str(), at), ("record", said), "signed off, and no newer than the report");
    assert_eq!(house.outcomes("5.2.4-2"), [Outcome::Pass], "the administrator confirmed it");
    let twice = house.tell(&sato, &path, &shown, &[]).await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND, "nothing is left to confirm");

    house.hands.move_to(now().plus_secs(8 * 3_600));
    let path = format!("/my/devices/{device}");
    let only = but(&but(&REPORT, "scan_kept", ""), "updates_kept", "");
    let told = house.tell(&tanaka, &path, &only, &[("updates_shot", PNG)]).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.text);
    // Only what the picture shows is more than a word.
    for (section, source) in
        [("updates", "record"), ("logs", "record"), ("scans", "attest"), ("antivirus", "attest")]
    {
        assert_eq!(source_of(&house, SubjectKind::HomeDevice, &device, section), source, "{section}");
    }
    assert_eq!(house.outcomes("5.2.4-2"), [Outcome::Fail], "no scan was shown");
    house.hands.move_to(now().plus_secs(9 * 3_600));
    let told = house.tell(&tanaka, &path, &only, &[("scan_shot", OTHER_PNG)]).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.text);
    assert_eq!(house.outcomes("5.2.4-2"), [Outcome::Pass], "both are here");
    let own = house.tell(&tanaka, &format!("/homes/{PERSON}/wifi"), &WIFI, &[]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "the administrator's address is not the person's");
    house.check_chain();
}

#[tokio::test]
async fn proofs_are_cleaned_kept_once_and_handed_out_to_the_right_people() {
    let (house, sato, tanaka) = lent().await;
    full_report(&house, &tanaka).await;
    let path = format!("/my/devices/{PERSON}-1");
    for (bad, says) in [(&b"<svg onload=alert(1)>"[..], "PNG・JPEG"), (&PNG[..40], "壊れて")] {
        let answer = house.tell(&tanaka, &path, &REPORT, &[("scan_shot", bad)]).await;
        assert!(
            answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.text.contains(says),
            "{}",
            answer.text
        );
    }
    let told = house.tell(&tanaka, &path, &REPORT, &[("scan_shot", PNG)]).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.text);
    let again = house.tell(&tanaka, &path, &REPORT, &[("scan_shot", PNG)]).await;
    assert!(again.text.contains("同じファイルがすでに提出"), "an old picture proves nothing new");
    let page = house.get(&tanaka, &path).await.text;
    let id = page.split("/attachments/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let file = house.get(&tanaka, &format!("/attachments/{id}")).await;
    assert_eq!(model::evidence::id_of(&file.bytes), id, "the id is of what is kept");
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|own| own == text.as_bytes());
    assert!(holds(PNG, "GPS 35.6") && !holds(&file.bytes, "GPS 35.6"));
    assert_eq!(file.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(file.header(header::CONTENT_TYPE), "image/png");
    assert!(file.header(header::CONTENT_DISPOSITION).starts_with("attachment;"));
    assert!(file.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"));
    let suzuki = house.by_link(&sato, "suzuki").await;
    for (browser, status) in [(&sato, StatusCode::OK), (&suzuki, StatusCode::NOT_FOUND)] {
        assert_eq!(house.get(browser, &format!("/attachments/{id}")).await.status, status);
    }
    assert_eq!(house.get(&suzuki, &path).await.status, StatusCode::NOT_FOUND, "somebody else's device");
    let meddled = house.tell(&suzuki, &path, &REPORT, &[]).await;
    assert_eq!(meddled.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&suzuki, "/my/pcs/PC-001/peers").await.status, StatusCode::NOT_FOUND);
    house.check_chain();
}

#[tokio::test]
async fn tethering_makes_the_phone_the_device_to_keep_current() {
    let (house, sato, tanaka) = lent().await;
    done(&house, &tanaka, "/my/home/connection", &[("kind", "tethering")]).await;
    let page = house.get(&tanaka, "/my").await.text;
    assert!(page.contains("テザリングに使うスマートフォン") && !page.contains("ルーターの設定を答える"));
    let phone = [("name", "iPhone"), ("kind", "iphone"), ("on_home_lan", "no"), ("tethering", "yes")];
    house.post(&tanaka, "/my/devices/new/about", &phone).await;
    let path = format!("/my/devices/{PERSON}-1");
    let form = house.get(&tanaka, &path).await.text;
    assert!(
        !form.contains("name=\"antivirus\"") && form.contains("name=\"apps\""),
        "asked what fits the kind"
    );
    done(&house, &tanaka, &path, &[("os", "no"), ("apps", "yes")]).await;
    assert_eq!(house.outcomes("5.2.4-1"), [Outcome::Fail]);
    house.hands.move_to(now().plus_secs(60));
    done(&house, &tanaka, &path, &[("os", "yes"), ("apps", "yes")]).await;
    assert_eq!(house.outcomes("5.2.4-1"), [Outcome::Pass]);
    assert_eq!(house.outcomes("5.2.3-1"), Vec::<Outcome>::new(), "no router, nothing to judge");
    // What the person says is a wish: the device stays, and is judged, until the administrator takes it off.
    house.hands.move_to(now().plus_secs(120));
    done(&house, &tanaka, &path, &[("os", "no"), ("apps", "yes")]).await;
    for _ in 0..2 {
        let asked = house.post(&tanaka, &format!("{path}/remove"), &[]).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(house.outcomes("5.2.4-1"), [Outcome::Fail], "a wish takes nothing off");
    assert!(house.get(&tanaka, &path).await.text.contains("外すことを申し出ました"));
    let homes = house.get(&sato, "/homes").await.text;
    assert!(homes.contains("「iPhone」を外す申し出") && homes.contains("1台あります"), "{homes}");
    let removed = house.post(&sato, &format!("/homes/{PERSON}/devices/{PERSON}-1/remove"), &[]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.text);
    assert_eq!(house.get(&tanaka, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.outcomes("5.2.4-1"), Vec::<Outcome>::new(), "gone from the home, gone from judging");
    assert!(!house.get(&sato, "/homes").await.text.contains("申し出"));
    house.check_chain();
}

#[tokio::test]
async fn the_pages_speak_english_too() {
    let (house, sato, tanaka) = lent().await;
    full_report(&house, &tanaka).await;
    for browser in [&sato, &tanaka] {
        house.post(browser, "/account/lang", &[("lang", "en"), ("back", "/")]).await;
    }
    let device = format!("/my/devices/{PERSON}-1");
    for path in ["/my", "/my/home", "/my/devices/new", &device, "/my/pcs/PC-001/peers", "/account"] {
        let page = house.get(&tanaka, path).await;
        assert!(page.status == StatusCode::OK && page.text.contains("<html lang=\"en\">"), "{path}");
    }
    let (home, peers) = (format!("/homes/{PERSON}"), "/subjects/device/PC-001/peers");
    for path in ["/homes", &home, peers, "/accounts"] {
        assert_eq!(house.get(&sato, path).await.status, StatusCode::OK, "{path}");
    }
}
