//! What the tests of the pages share: a company's application at an instant that stands still, somebody with a browser,
//! what came back, and the desk of an administrator. It knows no page but set-up, login and account.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test; each test file uses a part of it"
)]

use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex};

use app::App;
use app::directory::reading::Read;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use guideline::Catalog;
use guideline::catalog::Files;
use model::{At, Caller, Clock, Lang, Outcome, StatementId};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;
use web::{Web, router};

/// When a house opens.
pub(crate) const NOW: &str = "2026-11-24T00:00:00Z";
/// Everybody's.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// The company, unless a test names another.
pub(crate) const COMPANY: &str = "みなとソフト";
/// How a body of parts is announced.
pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=B";
/// The end of a body of parts.
pub(crate) const END: &[u8] = b"--B--\r\n";

/// A clock whose hands a test moves.
pub(crate) struct Hands(Mutex<At>);

impl Hands {
    pub(crate) fn move_to(&self, at: At) {
        *self.0.lock().unwrap() = at;
    }
}

impl Clock for Hands {
    fn now(&self) -> At {
        *self.0.lock().unwrap()
    }
}

/// The one at the server's console.
pub(crate) fn console() -> Caller {
    Caller::console(Lang::Ja)
}

/// [`NOW`] as an instant.
pub(crate) fn now() -> At {
    NOW.parse().unwrap()
}

/// A running application at an instant that stands still unless it is moved.
pub(crate) struct House {
    pub(crate) app: Arc<App>,
    pub(crate) hands: Arc<Hands>,
    /// What sets the company up, once.
    pub(crate) code: String,
    /// The folder, when it is the house's own.
    _folder: Option<TempDir>,
}

/// Somebody with a browser; who has no cookie is a stranger.
#[derive(Clone, Default)]
pub(crate) struct Browser {
    pub(crate) cookie: String,
    pub(crate) form_token: String,
}

impl House {
    /// On an empty folder of its own.
    pub(crate) fn new() -> Self {
        Self::owning(tempfile::tempdir().unwrap())
    }

    /// On a folder that goes when the house goes.
    pub(crate) fn owning(folder: TempDir) -> Self {
        let house = Self::open(folder.path(), &Files::embedded());
        Self { _folder: Some(folder), ..house }
    }

    /// On a folder that stays, with the program's catalogue made of these files.
    pub(crate) fn open(folder: &Path, files: &Files) -> Self {
        Self::opened(folder, files, |app| app)
    }

    /// The same with another way of reading domains.
    pub(crate) fn open_reading(folder: &Path, files: &Files, reader: Arc<Read>) -> Self {
        Self::opened(folder, files, |app| app.with_reader(reader))
    }

    fn opened(folder: &Path, files: &Files, finish: impl FnOnce(App) -> App) -> Self {
        let hands = Arc::new(Hands(Mutex::new(now())));
        let catalog = Catalog::from_files(files).unwrap_or_else(|problems| panic!("{problems}"));
        let app = App::open(folder, catalog, Arc::clone(&hands) as Arc<dyn Clock>).unwrap();
        let app = finish(app);
        let code = app.new_setup_code().unwrap();
        Self { app: Arc::new(app), hands, code, _folder: None }
    }

    /// Sets a company up that has a VPN, and signs its administrator in.
    pub(crate) async fn set_up(&self) -> Browser {
        self.set_up_as(COMPANY, &["vpn"]).await
    }

    /// Sets up a company of this name which has these parts, and signs its administrator in.
    pub(crate) async fn set_up_as(&self, company: &str, parts: &[&str]) -> Browser {
        let mut fields = vec![
            ("code", self.code.as_str()),
            ("name", "佐藤 美咲"),
            ("login", "sato"),
            ("password", PASSWORD),
            ("company_name", company),
            ("people", "24"),
            ("profile", "csaj-2018"),
        ];
        fields.extend(parts.iter().map(|part| ("parts", *part)));
        let answer = self.post(&Browser::default(), "/setup", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        self.signed_in(&answer).await
    }

    pub(crate) async fn sign_in(&self, login: &str) -> Browser {
        let answer =
            self.post(&Browser::default(), "/login", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        self.signed_in(&answer).await
    }

    /// The browser of a person who came in by a link the administrator just made.
    pub(crate) async fn by_link(&self, administrator: &Browser, person: &str) -> Browser {
        let link = self.link(administrator, person).await;
        let answer = self.post(&Browser::default(), &link, &[]).await;
        assert_eq!(
            (answer.status, answer.location.as_str()),
            (StatusCode::SEE_OTHER, "/my"),
            "{}",
            answer.text
        );
        self.signed_in(&answer).await
    }

    /// The path of a new link for a person.
    pub(crate) async fn link(&self, administrator: &Browser, person: &str) -> String {
        let made = self.post(administrator, "/invitations", &[("person", person)]).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        let token = made.text.split("/i/").nth(1).unwrap().split('<').next().unwrap();
        format!("/i/{token}")
    }

    /// Sends a form that may hold files.
    pub(crate) async fn tell(
        &self,
        browser: &Browser,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Answer {
        let mut body = part("form_token", None, browser.form_token.as_bytes());
        for (name, value) in fields {
            body.extend(part(name, None, value.as_bytes()));
        }
        for (field, content) in files {
            body.extend(part(field, Some("shot.png"), content));
        }
        body.extend(END);
        self.send(browser, path, MULTIPART, body).await
    }

    /// The browser of whom an answer signed in.
    pub(crate) async fn signed_in(&self, answer: &Answer) -> Browser {
        let mut browser = Browser { cookie: answer.cookie.clone(), form_token: String::new() };
        browser.form_token = self.get(&browser, "/account").await.hidden("form_token");
        browser
    }

    /// Sends any request as this browser.
    pub(crate) async fn ask(
        &self,
        browser: &Browser,
        request: Builder,
        body: impl Into<Body> + Send,
    ) -> Answer {
        let request = request.header(header::COOKIE, &browser.cookie).body(body.into()).unwrap();
        Answer::of(router(Web::new(Arc::clone(&self.app))).oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn get(&self, browser: &Browser, path: &str) -> Answer {
        self.ask(browser, Request::get(path), Body::empty()).await
    }

    /// Sends a form, with its token.
    pub(crate) async fn post(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = format!("form_token={}", browser.form_token);
        for (name, value) in fields {
            body += &format!("&{name}={}", encoded(value));
        }
        self.send(browser, path, "application/x-www-form-urlencoded", body).await
    }

    /// Hands files in, with the form's token before them.
    pub(crate) async fn upload(&self, browser: &Browser, path: &str, files: &[(&str, &[u8])]) -> Answer {
        let mut body = part("form_token", None, browser.form_token.as_bytes());
        for (name, content) in files {
            body.extend(part("file", Some(name), content));
        }
        body.extend(END);
        self.send(browser, path, MULTIPART, body).await
    }

    /// Sends a body as it is, from a page of ours.
    pub(crate) async fn send(
        &self,
        browser: &Browser,
        path: &str,
        kind: &str,
        body: impl Into<Body> + Send,
    ) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, kind);
        self.ask(browser, request.header("sec-fetch-site", "same-origin"), body).await
    }

    /// Brings in a PC of a hostile name whose disk is protected or not, and about which not all could be read.
    pub(crate) fn bring_pc(&self, id: &str, protection: &str) {
        self.receive(&json!({
            "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": id}, "name": "<b>営業</b>",
            "source": "agent", "collected_at": self.app.now(),
            "facts": {"volumes": [{"letter": "C:", "fixed": true, "protection": protection}]},
            "misses": [{"at": "antivirus", "why": "denied", "detail": "<script>"}],
        }));
    }

    /// Brings in a PC with these volumes, each protected or not.
    pub(crate) fn bring_disk(&self, id: &str, letters: &[(&str, &str)]) {
        let volume = |(letter, protection): &(&str, &str)| json!({"letter": letter, "fixed": true, "protection": protection});
        let volumes: Vec<Value> = letters.iter().map(volume).collect();
        self.bring_facts("agent", ("device", id), &json!({ "volumes": volumes }));
    }

    /// Brings in facts about a subject as a source tells them now.
    pub(crate) fn bring_facts(&self, source: &str, (kind, id): (&str, &str), facts: &Value) {
        self.receive(&json!({
            "format": "mimamori-facts", "version": 1, "subject": {"kind": kind, "id": id},
            "source": source, "collected_at": self.app.now(), "facts": facts,
        }));
    }

    pub(crate) fn receive(&self, document: &Value) {
        self.app.receive_evidence(&console(), document.to_string().as_bytes()).unwrap();
    }

    /// What a statement came to, subject by subject.
    pub(crate) fn outcomes(&self, statement: &str) -> Vec<Outcome> {
        let verdicts = self.app.verdicts_of(&console(), &StatementId(statement.to_owned())).unwrap();
        verdicts.into_iter().map(|verdict| verdict.verdict).collect()
    }

    /// Every change is witnessed by the audit chain.
    pub(crate) fn check_chain(&self) {
        let (verified, altered) = self.app.verify_audit(&console()).unwrap();
        assert_eq!((app::audit::proof(&verified).1, altered), (None, None));
    }
}

/// A house, looked at through the browser of one: its administrator, until somebody else signs in.
pub(crate) struct Desk {
    house: House,
    pub(crate) browser: Browser,
}

impl Deref for Desk {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

impl Desk {
    /// In a house of its own.
    pub(crate) async fn new() -> Self {
        Self::of(House::new(), COMPANY).await
    }

    /// In a house nobody has set up yet, for a company of this name.
    pub(crate) async fn of(house: House, company: &str) -> Self {
        let browser = house.set_up_as(company, &[]).await;
        Self { house, browser }
    }

    /// The same company with the program started anew.
    pub(crate) async fn again(folder: &Path, files: &Files) -> Self {
        let house = House::open(folder, files);
        let browser = house.sign_in("sato").await;
        Self { house, browser }
    }

    /// From now on it is this person's browser.
    pub(crate) async fn sign_in(&mut self, login: &str) {
        self.browser = self.house.sign_in(login).await;
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.house.get(&self.browser, path).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.house.post(&self.browser, path, fields).await
    }

    /// Hands a file in.
    pub(crate) async fn bring(&self, path: &str, name: &str, content: &[u8]) -> Answer {
        self.house.upload(&self.browser, path, &[(name, content)]).await
    }

    /// Saves, and it must be saved.
    pub(crate) async fn done(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path} {}", answer.text);
        answer
    }

    /// A page with all these words.
    pub(crate) async fn shows(&self, path: &str, words: &[&str]) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        for word in words {
            assert!(answer.text.contains(word), "{path} lacks {word}: {}", answer.text);
        }
        answer.text
    }
}

/// An answer with its body read.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) cookie: String,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
}

impl Answer {
    /// Reads it; no answer lacks a text.
    pub(crate) async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 80_000_000).await.unwrap().to_vec();
        let mut answer = Self {
            status: parts.status,
            location: String::new(),
            cookie: String::new(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            headers: parts.headers,
            bytes,
        };
        answer.location = answer.header(header::LOCATION).to_owned();
        answer.cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
        let packed = answer.bytes.starts_with(b"PK");
        assert!(packed || !answer.text.contains('⟦'), "a text is lacking: {}", answer.text);
        answer
    }

    /// What stands in a header, if anything.
    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// What stands in a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let after = self.text.split(&format!("name=\"{name}\" value=\"")).nth(1);
        let after = after.unwrap_or_else(|| panic!("{name} in {}", self.text));
        after.split('"').next().unwrap().to_owned()
    }
}

/// A text as it stands in an address or a form.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// One part of a form with files: a field, or a file of a name.
pub(crate) fn part(field: &str, file: Option<&str>, content: &[u8]) -> Vec<u8> {
    let file = file.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
    let head = format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"{file}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}
