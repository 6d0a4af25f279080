//! Reports as a browser gets them: made by either role, kept with a seal that one byte breaks, empty companies, hostile
//! and endless names, formats that do not exist.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::sync::Arc;

use app::App;
use app::report::{Body, Format, Kind};
use axum::body::Body as Bytes;
use axum::http::{Method, Request, StatusCode, header};
use guideline::Catalog;
use model::evidence::id_of;
use model::{At, Caller, Clock, Lang};
use tower::ServiceExt as _;
use web::{Web, router};

const NOW: &str = "2026-11-24T00:00:00Z";
const PASSWORD: &str = "correct horse battery";

struct Still;

impl Clock for Still {
    fn now(&self) -> At {
        NOW.parse().unwrap()
    }
}

struct House {
    app: Arc<App>,
    cookie: String,
    form_token: String,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    location: String,
    cookie: String,
    kind: String,
    name: String,
    bytes: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// An application nobody has set up.
fn bare() -> House {
    let folder = tempfile::tempdir().unwrap();
    let catalog = Catalog::embedded().unwrap_or_else(|problems| panic!("{problems}"));
    let app = App::open(folder.path(), catalog, Arc::new(Still)).unwrap();
    House { app: Arc::new(app), cookie: String::new(), form_token: String::new(), _folder: folder }
}

impl House {
    async fn new(company: &str) -> Self {
        let mut house = bare();
        let code = house.app.new_setup_code().unwrap();
        let set_up = [
            ("code", code.as_str()),
            ("name", "佐藤 美咲"),
            ("login", "sato"),
            ("password", PASSWORD),
            ("company_name", company),
            ("people", "24"),
            ("profile", "csaj-2018"),
        ];
        let answer = house.post("/setup", &set_up).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        house.sign_in("sato").await;
        house
    }

    async fn sign_in(&mut self, login: &str) {
        self.cookie = self.post("/login", &[("login", login), ("password", PASSWORD)]).await.cookie;
        let page = self.get("/account").await.text();
        let token = page.split("name=\"form_token\" value=\"").nth(1).unwrap();
        self.form_token = token.split('"').next().unwrap().to_owned();
    }

    async fn ask(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(&method)
            .uri(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Bytes::from(body))
            .unwrap();
        let response = router(Web::new(Arc::clone(&self.app))).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 80_000_000).await.unwrap().to_vec();
        let header =
            |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
        Answer {
            status: parts.status,
            location: header(header::LOCATION),
            cookie: header(header::SET_COOKIE).split(';').next().unwrap().to_owned(),
            kind: header(header::CONTENT_TYPE),
            name: header(header::CONTENT_DISPOSITION),
            bytes,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "", Vec::new()).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encoded =
            |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
        let mut body = format!("form_token={}", self.form_token);
        for (name, value) in fields {
            body += &format!("&{name}={}", encoded(value));
        }
        self.ask(Method::POST, path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    async fn make(&self, kind: &str, format: &str) -> Answer {
        self.post("/reports", &[("kind", kind), ("format", format), ("lang", "ja")]).await
    }

    /// Hands a file in to be checked.
    async fn check(&self, file: &[u8]) -> Answer {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: \
             form-data; name=\"file\"; filename=\"<b>.html\"\r\n\r\n",
            self.form_token
        );
        let body = [head.as_bytes(), file, b"\r\n--b--\r\n"].concat();
        self.ask(Method::POST, "/reports/check", "multipart/form-data; boundary=b", body).await
    }

    fn bring_pc(&self, id: &str, name: &str) {
        let document = serde_json::json!({
            "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": id}, "name": name,
            "source": "agent", "collector": name, "collected_at": NOW,
            "facts": {"volumes": [{"letter": "C:", "fixed": true, "protection": "off"}]},
        });
        self.app.receive_evidence(&console(), document.to_string().as_bytes()).unwrap();
    }
}

fn console() -> Caller {
    Caller::console(Lang::Ja)
}

#[tokio::test]
async fn what_is_made_is_kept_and_one_byte_breaks_its_seal() {
    let house = House::new("みなとソフト").await;
    house.bring_pc("PC-001", "営業");
    assert!(house.get("/reports").await.text().contains("まだありません"), "an empty page says how to begin");
    let formats = ["html", "xlsx", "oscal", "poam"];
    let wanted: Vec<(&str, &str)> =
        [("president", "html")].into_iter().chain(formats.map(|format| ("auditor", format))).collect();
    for (at, (kind, format)) in wanted.into_iter().enumerate() {
        let made = house.make(kind, format).await;
        assert_eq!(made.location, format!("/reports?note=report-made#report-{}", at + 1), "{}", made.text());
        let file = house.get(&format!("/reports/{}", at + 1)).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.name.contains(&format!("mimamori-{kind}-2026-11-24")), "{}", file.name);
        assert_eq!(file.kind, Format::from_name(format).unwrap().file().1);
        let seal = id_of(&file.bytes);
        assert!(house.get("/reports").await.text().contains(&seal), "{kind} {format}");
        let checked = house.check(&file.bytes).await.text();
        assert!(
            checked.contains("2026-11-24 09:00 に sato が作成したものとまったく同じです"),
            "{kind} {format}"
        );
        assert!(!checked.contains("<b>.html"));
        let mut other = file.bytes.clone();
        let middle = other.len() / 2;
        other[middle] ^= 1;
        assert!(house.check(&other).await.text().contains("作成後に変更されています"), "{kind} {format}");
    }
    // The chain names every seal, and what is stored is what it says.
    let (verified, altered) = house.app.verify_audit(&console()).unwrap();
    assert!(app::audit::proof(&verified).1.is_none() && altered.is_none(), "{altered:?}");
    let line = &house.app.audit_lines(&console(), None, 1).unwrap()[0];
    let (newest, bytes) = house.app.report_file(&console(), 5).unwrap();
    assert_eq!((line.action.as_str(), line.object.as_str()), ("report.make", "report/auditor"));
    assert!(line.detail.starts_with(&newest.seal) && newest.seal == id_of(&bytes));
}

#[tokio::test]
async fn a_file_stands_alone() {
    let house = House::new("みなとソフト").await;
    house.bring_pc("PC-001", "営業");
    for kind in Kind::ALL {
        for lang in Lang::ALL {
            let bytes = web::report::document(&house.app, &console(), kind, Format::Html, lang).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.starts_with("<!doctype html>") && text.contains(&format!("<html lang=\"{lang}\">")));
            for outside in [" src=", "<link", "http://", "https://", "<script", " style=", "url(", "⟦"] {
                assert!(!text.contains(outside), "{kind:?} {lang}: {outside}");
            }
        }
        let live = house.get(&format!("/reports/preview/{}", kind.name())).await.text();
        assert!(live.contains("保存されていません") && !live.contains("<style"), "{kind:?}");
    }
    assert!(house.app.reports(&console()).unwrap().is_empty(), "looking keeps nothing");
}

#[tokio::test]
async fn an_auditor_may_make_and_check_but_a_stranger_may_not() {
    let mut house = House::new("みなとソフト").await;
    let fields =
        [("login", "kansa"), ("name", "監査"), ("password", PASSWORD), ("role", "auditor"), ("lang", "ja")];
    assert_eq!(house.post("/accounts", &fields).await.status, StatusCode::SEE_OTHER);
    house.sign_in("kansa").await;
    assert_eq!(house.make("auditor", "html").await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.app.reports(&console()).unwrap()[0].made_by, "kansa");
    house.form_token = "0".repeat(64);
    assert_eq!(house.make("auditor", "html").await.status, StatusCode::FORBIDDEN, "a form of another page");
    house.cookie = String::new();
    assert_eq!(house.make("auditor", "html").await.status, StatusCode::FORBIDDEN);
    assert!(house.get("/reports/1").await.location.starts_with("/login"));
}

#[tokio::test]
async fn what_cannot_be_made_is_said_beside_the_buttons() {
    let house = House::new("みなとソフト").await;
    let check = async |kind: &str, format: &str, word: &str| {
        let answer = house.make(kind, format).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {format}");
        assert!(answer.text().contains(word), "{kind} {format}: {word}");
    };
    check("president", "xlsx", "mistake-format").await;
    check("nobody", "html", "mistake-format").await;
    check("auditor", "docx", "mistake-format").await;
    check("", "", "mistake-format").await;
    assert_eq!(house.check(b"").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.get("/reports/9").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/reports/preview/nobody").await.status, StatusCode::NOT_FOUND);
    assert!(house.app.reports(&console()).unwrap().is_empty());
    let huge = vec![b'a'; app::report::REPORT_MAX_BYTES + 1];
    assert!(house.app.keep_report(&console(), Kind::Auditor, Format::Html, Lang::Ja, &huge).is_err());
    assert!(house.app.keep_report(&console(), Kind::Auditor, Format::Html, Lang::Ja, b"").is_err());
}

#[test]
fn a_company_nobody_has_set_up_has_reports_too() {
    let house = bare();
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
    let house = House::new("<script>alert(1)</script> & \"Co\"").await;
    house.bring_pc("PC-<i>1", "<img src=x onerror=alert(1)>");
    house.bring_pc("PC-002", &"長".repeat(350_000));
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
    let saved = house.post("/checklist/34", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    for kind in Kind::ALL {
        for format in kind.formats() {
            let bytes = web::report::document(&house.app, &console(), kind, *format, Lang::Ja).unwrap();
            assert!(bytes.len() < 3_000_000, "{kind:?} {format:?}: {} bytes", bytes.len());
            if *format == Format::Html {
                let text = String::from_utf8(bytes).unwrap();
                for raw in ["<script", "<img", "<b>owner", "<u>", "<i>1"] {
                    assert!(!text.contains(raw), "{kind:?}: {raw}");
                }
            }
        }
    }
    let auditor = house.app.report(&console(), Kind::Auditor).unwrap();
    let Body::Auditor(own) = &auditor.body else { panic!("not the auditor's") };
    let own_statement = own.statements.iter().find(|part| part.id.0 == "5.1.4-1").unwrap();
    assert_eq!(own_statement.counts.fail, 2);
    assert!(own_statement.findings.iter().all(|found| found.name.chars().count() <= 101));
    // Every document a finding rests on stands in the appendix, and the decision's head is the chain's.
    for evidence in own.statements.iter().flat_map(|part| &part.findings).flat_map(|found| &found.evidence) {
        assert!(own.evidence.iter().any(|known| known.id == evidence.id), "{}", evidence.id);
    }
    let head = &own.decision(34).unwrap().head;
    let lines = house.app.audit_lines(&console(), None, 50).unwrap();
    let saved = lines.iter().find(|line| line.action == "decision.save").unwrap();
    assert!(!head.is_empty() && saved.detail.starts_with(head.as_str()), "{} {head}", saved.detail);
    let president = house.app.report(&console(), Kind::President).unwrap();
    let Body::President(own) = &president.body else { panic!("not the president's") };
    assert_eq!((own.next[0].no, own.next[0].owner.as_str(), own.overdue.count), (34, "<b>owner</b>", 1));
    assert_eq!(
        (own.next[0].cost, own.next[0].saves),
        (None, None),
        "what nobody reckoned is not shown as nothing"
    );
}
