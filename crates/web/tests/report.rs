//! Reports as a browser gets them: made by either role, kept with a seal that one byte breaks, empty companies, hostile
//! and endless names, formats that do not exist.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod house;

use app::report::{Body, Format, Kind};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use house::{Answer, Desk, House, PASSWORD, console};
use model::Lang;
use model::evidence::id_of;

impl Desk {
    async fn make(&self, kind: &str, format: &str) -> Answer {
        self.post("/reports", &[("kind", kind), ("format", format), ("lang", "ja")]).await
    }

    /// Hands a file in to be checked.
    async fn check(&self, file: &[u8]) -> Answer {
        self.bring("/reports/check", "<b>.html", file).await
    }

    fn bring_named_pc(&self, id: &str, name: &str) {
        self.receive(&serde_json::json!({
            "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": id}, "name": name,
            "source": "agent", "collector": name, "collected_at": self.app.now(),
            "facts": {"volumes": [{"letter": "C:", "fixed": true, "protection": "off"}]},
        }));
    }
}

#[tokio::test]
async fn what_is_made_is_kept_and_one_byte_breaks_its_seal() {
    let desk = Desk::new().await;
    desk.bring_named_pc("PC-001", "営業");
    assert!(desk.get("/reports").await.text.contains("まだありません"), "an empty page says how to begin");
    let formats = ["html", "xlsx", "oscal", "poam"];
    let wanted: Vec<(&str, &str)> =
        [("president", "html")].into_iter().chain(formats.map(|format| ("auditor", format))).collect();
    for (at, (kind, format)) in wanted.into_iter().enumerate() {
        let made = desk.make(kind, format).await;
        assert_eq!(made.location, format!("/reports?note=report-made#report-{}", at + 1), "{}", made.text);
        let file = desk.get(&format!("/reports/{}", at + 1)).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(
            file.header(CONTENT_DISPOSITION).contains(&format!("mimamori-{kind}-2026-11-24")),
            "{:?}",
            file.headers
        );
        assert_eq!(file.header(CONTENT_TYPE), Format::from_name(format).unwrap().file().1);
        let seal = id_of(&file.bytes);
        assert!(desk.get("/reports").await.text.contains(&seal), "{kind} {format}");
        let checked = desk.check(&file.bytes).await.text;
        assert!(
            checked.contains("2026-11-24 09:00 に sato が作成したものとまったく同じです"),
            "{kind} {format}"
        );
        assert!(!checked.contains("<b>.html"));
        let mut other = file.bytes.clone();
        let middle = other.len() / 2;
        other[middle] ^= 1;
        assert!(desk.check(&other).await.text.contains("作成後に変更されています"), "{kind} {format}");
    }
    // The chain names every seal, and what is stored is what it says.
    let (verified, altered) = desk.app.verify_audit(&console()).unwrap();
    assert!(app::audit::proof(&verified).1.is_none() && altered.is_none(), "{altered:?}");
    let line = &desk.app.audit_lines(&console(), None, 1).unwrap()[0];
    let (newest, bytes) = desk.app.report_file(&console(), 5).unwrap();
    assert_eq!((line.action.as_str(), line.object.as_str()), ("report.make", "report/auditor"));
    assert!(line.detail.starts_with(&newest.seal) && newest.seal == id_of(&bytes));
}

#[tokio::test]
async fn a_file_stands_alone() {
    let desk = Desk::new().await;
    desk.bring_named_pc("PC-001", "営業");
    for kind in Kind::ALL {
        for lang in Lang::ALL {
            let bytes = web::report::document(&desk.app, &console(), kind, Format::Html, lang).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.starts_with("<!doctype html>") && text.contains(&format!("<html lang=\"{lang}\">")));
            for outside in [" src=", "<link", "http://", "https://", "<script", " style=", "url(", "⟦"] {
                assert!(!text.contains(outside), "{kind:?} {lang}: {outside}");
            }
        }
        let live = desk.get(&format!("/reports/preview/{}", kind.name())).await.text;
        assert!(live.contains("保存されていません") && !live.contains("<style"), "{kind:?}");
    }
    assert!(desk.app.reports(&console()).unwrap().is_empty(), "looking keeps nothing");
}

#[tokio::test]
async fn an_auditor_may_make_and_check_but_a_stranger_may_not() {
    let mut desk = Desk::new().await;
    let fields =
        [("login", "kansa"), ("name", "監査"), ("password", PASSWORD), ("role", "auditor"), ("lang", "ja")];
    assert_eq!(desk.post("/accounts", &fields).await.status, StatusCode::SEE_OTHER);
    desk.sign_in("kansa").await;
    assert_eq!(desk.make("auditor", "html").await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.app.reports(&console()).unwrap()[0].made_by, "kansa");
    desk.browser.form_token = "0".repeat(64);
    assert_eq!(desk.make("auditor", "html").await.status, StatusCode::FORBIDDEN, "a form of another page");
    desk.browser.cookie = String::new();
    assert_eq!(desk.make("auditor", "html").await.status, StatusCode::FORBIDDEN);
    assert!(desk.get("/reports/1").await.location.starts_with("/login"));
}

#[tokio::test]
async fn what_cannot_be_made_is_said_beside_the_buttons() {
    let desk = Desk::new().await;
    let check = async |kind: &str, format: &str, word: &str| {
        let answer = desk.make(kind, format).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {format}");
        assert!(answer.text.contains(word), "{kind} {format}: {word}");
    };
    check("president", "xlsx", "mistake-format").await;
    check("nobody", "html", "mistake-format").await;
    check("auditor", "docx", "mistake-format").await;
    check("", "", "mistake-format").await;
    assert_eq!(desk.check(b"").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(desk.get("/reports/9").await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.get("/reports/preview/nobody").await.status, StatusCode::NOT_FOUND);
    assert!(desk.app.reports(&console()).unwrap().is_empty());
    let huge = vec![b'a'; app::report::REPORT_MAX_BYTES + 1];
    assert!(desk.app.keep_report(&console(), Kind::Auditor, Format::Html, Lang::Ja, &huge).is_err());
    assert!(desk.app.keep_report(&console(), Kind::Auditor, Format::Html, Lang::Ja, b"").is_err());
}

#[test]
fn a_company_nobody_has_set_up_has_reports_too() {
    let house = House::new();
    for kind in Kind::ALL {
        for format in kind.formats() {
            let made = web::report::document(&house.app, &console(), kind, *format, Lang::En);
            match format {
                // Nothing is known, so nothing fails and nothing is planned; or something fails for want of anything.
                Format::Poam => assert!(
                    made.is_ok() || made.is_err_and(|error| error.to_string().contains("nothing-to-plan"))
                ),
                _ => assert!(made.is_ok(), "{kind:?} {format:?}: {made:?}"),
            }
        }
    }
    let president = house.app.report(&console(), Kind::President).unwrap();
    let Body::President(own) = &president.body else { panic!("not the president's") };
    assert_eq!((own.next.len(), own.money.reckoned, own.overdue.count), (0, 0, 0));
    let html =
        web::report::document(&house.app, &console(), Kind::President, Format::Html, Lang::En).unwrap();
    let html = String::from_utf8(html).unwrap();
    assert!(
        html.contains("no company name yet") && html.contains("no sum can be named"),
        "unknown stays unknown"
    );
}

#[tokio::test]
async fn hostile_and_endless_names_do_no_harm() {
    let desk = Desk::of(House::new(), "<script>alert(1)</script> & \"Co\"").await;
    desk.bring_named_pc("PC-<i>1", "<img src=x onerror=alert(1)>");
    desk.bring_named_pc("PC-002", &"長".repeat(350_000));
    let fields = [
        ("after", "0"),
        ("choice", "do"),
        ("due", "2026-11-01"),
        ("owner", "<b>owner</b>"),
        ("reason", "=cmd|' /C calc'!A0 <u>"),
        ("confidentiality_severity", "serious"),
        ("integrity_severity", "minor"),
        ("availability_severity", "minor"),
        ("accountability_severity", "unrated"),
    ];
    let saved = desk.post("/checklist/34", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    for kind in Kind::ALL {
        for format in kind.formats() {
            let bytes = web::report::document(&desk.app, &console(), kind, *format, Lang::Ja).unwrap();
            assert!(bytes.len() < 3_000_000, "{kind:?} {format:?}: {} bytes", bytes.len());
            if *format == Format::Html {
                let text = String::from_utf8(bytes).unwrap();
                for raw in ["<script", "<img", "<b>owner", "<u>", "<i>1"] {
                    assert!(!text.contains(raw), "{kind:?}: {raw}");
                }
            }
        }
    }
    let auditor = desk.app.report(&console(), Kind::Auditor).unwrap();
    let Body::Auditor(own) = &auditor.body else { panic!("not the auditor's") };
    let own_statement = own.statements.iter().find(|part| part.id.0 == "5.1.4-1").unwrap();
    assert_eq!(own_statement.counts.fail, 2);
    assert!(own_statement.findings.iter().all(|found| found.name.chars().count() <= 101));
    // Every document a finding rests on stands in the appendix, and the decision's head is the chain's.
    for evidence in own.statements.iter().flat_map(|part| &part.findings).flat_map(|found| &found.evidence) {
        assert!(own.evidence.iter().any(|known| known.id == evidence.id), "{}", evidence.id);
    }
    let head = &own.decision(34).unwrap().head;
    let lines = desk.app.audit_lines(&console(), None, 50).unwrap();
    let saved = lines.iter().find(|line| line.action == "decision.save").unwrap();
    assert!(!head.is_empty() && saved.detail.starts_with(head.as_str()), "{} {head}", saved.detail);
    let president = desk.app.report(&console(), Kind::President).unwrap();
    let Body::President(own) = &president.body else { panic!("not the president's") };
    assert_eq!((own.next[0].no, own.next[0].owner.as_str(), own.overdue.count), (34, "<b>owner</b>", 1));
    assert_eq!(
        (own.next[0].cost, own.next[0].saves),
        (None, None),
        "what nobody reckoned is not shown as nothing"
    );
}
