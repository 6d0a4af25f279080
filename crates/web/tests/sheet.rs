//! A filled-in checklist comes back in the browser: what a stranger leaves blank stays, what cannot be saved says why
//! before, and the grid keeps what was typed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use app::App;
use app::checklist::Form;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use guideline::Catalog;
use model::{At, Caller, Clock, Lang};
use tower::ServiceExt as _;
use web::{Web, router};

const NOW: &str = "2026-11-24T00:00:00Z";
const PASSWORD: &str = "correct horse battery";

/// A clock that stands still.
struct Still(At);

impl Clock for Still {
    fn now(&self) -> At {
        self.0
    }
}

/// A running application, and its administrator's browser.
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
    text: String,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Still(NOW.parse().unwrap()));
        let catalog = Catalog::embedded().unwrap_or_else(|problems| panic!("{problems}"));
        let app = App::open(folder.path(), catalog, clock as Arc<dyn Clock>).unwrap();
        let code = app.new_setup_code().unwrap();
        let (cookie, form_token) = (String::new(), String::new());
        let mut house = Self { app: Arc::new(app), cookie, form_token, _folder: folder };
        let fields = [
            ("code", code.as_str()),
            ("name", "佐藤 美咲"),
            ("login", "sato"),
            ("password", PASSWORD),
            ("company_name", "みなとソフト"),
            ("people", "24"),
            ("profile", "csaj-2018"),
        ];
        let answer = house.post("/setup", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        house.enter(answer.cookie).await;
        house
    }

    async fn enter(&mut self, cookie: String) {
        self.cookie = cookie;
        let page = self.get("/account").await;
        let token = page.text.split("name=\"form_token\" value=\"").nth(1).unwrap();
        self.form_token = token.split('"').next().unwrap().to_owned();
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        let response = router(Web::new(Arc::clone(&self.app))).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 50_000_000).await.unwrap().to_vec();
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        Answer {
            status: parts.status,
            location: header(header::LOCATION).to_owned(),
            cookie: header(header::SET_COOKIE).split(';').next().unwrap().to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "text/plain", Vec::new()).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = format!("form_token={}", self.form_token);
        for (name, value) in fields {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            body += &format!("&{name}={value}");
        }
        self.send(Method::POST, path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    /// Hands a checklist in.
    async fn bring(&self, name: &str, content: &[u8]) -> Answer {
        let mut body = format!(
            "--B\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--B\r\nContent-Disposition: \
             form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n",
            self.form_token
        )
        .into_bytes();
        body.extend(content);
        body.extend(b"\r\n--B--\r\n");
        self.send(Method::POST, "/checklist/import", "multipart/form-data; boundary=B", body).await
    }

    /// The newest decision on a row.
    fn decision(&self, no: u32) -> model::decision::Decision {
        let rows = self.app.rows(&console()).unwrap();
        let row = rows.into_iter().find(|line| line.row.no == no).unwrap();
        row.version.map(|version| version.decision).unwrap_or_default()
    }

    /// A row that holds a SHALL statement.
    fn binding_row(&self) -> u32 {
        self.app
            .rows(&console())
            .unwrap()
            .into_iter()
            .find(|line| line.binds && line.row.no > 2)
            .unwrap()
            .row
            .no
    }
}

fn console() -> Caller {
    Caller::console(Lang::Ja)
}

/// A row that is to be done by Sato.
fn to_be_done() -> Form {
    let impact = || ("unrated".to_owned(), String::new(), String::new());
    let mut form = Form {
        current_state: "NASが残っている".into(),
        impacts: [impact(), impact(), impact(), impact()],
        choice: "do".into(),
        due: "2027-03-31".into(),
        owner: "佐藤".into(),
        ..Form::default()
    };
    form.impacts[0] = ("serious".into(), "漏れる".into(), "3000000".into());
    form
}

/// What stands in a hidden field.
fn hidden(page: &Answer, name: &str) -> String {
    let after = page
        .text
        .split(&format!("name=\"{name}\" value=\""))
        .nth(1)
        .unwrap_or_else(|| panic!("{}", page.text));
    after.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_stranger_leaves_blank_stays_and_what_would_be_replaced_is_asked_for() {
    let house = House::new().await;
    house.app.decide(&console(), 1, &to_be_done()).unwrap();
    let binding = house.binding_row();
    let sheet = format!(
        "No,現状,機密性,実施判定,期限,担当者,備考\n1,,,,,,急ぐ\n2,新しい,,済,,,\n{binding},,,不要,,,\n"
    );
    let page = house.bring("theirs.csv", sheet.as_bytes()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("value=\"1\" checked"), "only the remark is new: {}", page.text);
    assert!(page.text.contains(&format!("value=\"{binding}\" disabled")), "{}", page.text);
    assert!(page.text.contains("このままでは取り込めない項目 1件"), "{}", page.text);
    let token = hidden(&page, "token");
    let done =
        house.post("/checklist/import/apply", &[("token", &token), ("take", "1"), ("take", "2")]).await;
    assert!(
        done.text.contains("2項目を取り込みました") && !done.text.contains("保存できませんでした"),
        "{}",
        done.text
    );
    let kept = house.decision(1);
    assert_eq!((kept.owner.as_str(), kept.reason.as_str()), ("佐藤", "急ぐ"));
    assert_eq!((kept.impacts[0].yen, kept.due.is_some(), kept.choice.name()), (Some(3_000_000), true, "do"));
    // Replacing an answer is asked for.
    let page = house.bring("theirs.csv", "No,担当者,実施判定\n1,田中,\n2,,する(3月末)\n".as_bytes()).await;
    assert!(page.text.contains("見守りに記入済みの内容を"), "{}", page.text);
    assert!(!page.text.contains("value=\"1\" checked") && !page.text.contains("value=\"2\" checked"));
    let token = hidden(&page, "token");
    // Somebody is faster.
    house.app.decide(&console(), 1, &Form { after: 2, owner: "高橋".into(), ..to_be_done() }).unwrap();
    let done = house.post("/checklist/import/apply", &[("token", &token), ("take", "1")]).await;
    assert!(done.text.contains("ほかの人が先に保存した"), "{}", done.text);
    assert_eq!(house.decision(1).owner, "高橋");
}

#[tokio::test]
async fn ours_without_versions_asks_before_it_replaces() {
    let house = House::new().await;
    house.app.decide(&console(), 1, &to_be_done()).unwrap();
    let book = house.app.checklist_workbook(&console(), Lang::Ja).unwrap();
    let same = house.app.read_checklist(&console(), "a.xlsx", &book).unwrap();
    assert!(same.ours && same.rows.is_empty(), "{:?}", same.rows);
    house.app.decide(&console(), 1, &Form { after: 1, owner: "田中".into(), ..to_be_done() }).unwrap();
    let older = house.app.read_checklist(&console(), "a.xlsx", &book).unwrap();
    assert_eq!(older.rows.iter().map(|row| (row.no, row.conflict)).collect::<Vec<_>>(), [(1, true)]);
    let wanted = BTreeSet::from([1]);
    assert!(house.app.take_proposal(&console(), &older, &wanted).iter().all(|own| own.outcome.is_ok()));
    assert_eq!(house.decision(1).owner, "佐藤");
}

#[tokio::test]
async fn the_grid_reads_days_as_people_write_them_and_marks_the_cell_at_fault() {
    let house = House::new().await;
    house.app.decide(&console(), 1, &to_be_done()).unwrap();
    let row = |no: &str, due: &str, after: &str| -> Vec<(String, String)> {
        let mut fields = vec![
            ("after", after),
            ("state", "NASが残っている"),
            ("choice", "do"),
            ("due", due),
            ("owner", "佐藤"),
            ("reason", ""),
            ("confidentiality_severity", "serious"),
            ("confidentiality_words", "漏れる"),
            ("confidentiality_yen", "3,000,000"),
        ];
        let others = ["integrity_severity", "availability_severity", "accountability_severity"];
        fields.extend(others.map(|name| (name, "unrated")));
        fields.into_iter().map(|(name, value)| (format!("r{no}_{name}"), value.to_owned())).collect()
    };
    let fields = row("2", "令和9年3月31日", "0");
    let pairs: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = house.post("/checklist/edit", &pairs).await;
    assert_eq!(saved.location, "/checklist/edit?note=grid-saved", "{}", saved.text);
    assert_eq!(house.decision(2).due.unwrap().to_string(), "2027-03-31");
    let fields = row("1", "そのうち", "1");
    let pairs: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = house.post("/checklist/edit", &pairs).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let cell = page.text.split("name=\"r1_due\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(cell.contains("aria-invalid=\"true\"") && cell.contains("data-first=\"2027-03-31\""), "{cell}");
    assert!(cell.contains("value=\"そのうち\""), "{cell}");
    assert!(page.text.contains("赤い1行はまだ保存されていません") && !page.text.contains("0行を保存"));
    assert!(!page.text.contains("name=\"r2_due\" data-first"), "a row that is as stored needs none");
}
