//! The user's own page on the PC: how it stands, why, what to do, what the agent sees, and built-in remedies to click.
//!
//! Served on 127.0.0.1 by the running service, opened by `mimamori-agent show`: its address carries a token that every
//! user of the PC may read, exchanged for a cookie at once. Nothing comes in but an id of a built-in remedy.

mod draw;
mod request;

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use model::{At, Clock, FactDocument, Lang, Text};
use remedy::LiveHand;
use serde::{Deserialize, Serialize};

use self::request::{COOKIE, Request};
use crate::agent::Told;
use crate::machine::hex;
use crate::mend::{By, Mender};
use crate::run::Signal;
use crate::setting::{Setting, Switch};
use crate::{Folder, Problem, State, guard, place, queue};

/// The most requests answered at once; a browser opens a few connections ahead.
const AT_ONCE_MAX: usize = 16;
/// How long a connection may be silent.
const QUIET_MAX: Duration = Duration::from_secs(10);
/// After how many seconds the button asks for a report again.
const ASK_AGAIN_SECS: i64 = 60;
/// Sections that name people with accounts on this PC. Whoever sits at the PC opens the page, and the page cannot tell
/// which of them it is.
const OF_ACCOUNTS: [&str; 5] = ["accounts", "cloud_sync", "remote_desktop", "sharing", "screen_lock"];
/// The most bytes of the file that says how the page is opened.
const OPENER_MAX_BYTES: usize = 4096;

/// How the page is opened.
#[derive(Debug, Serialize, Deserialize)]
struct Opener {
    address: String,
}

/// Everything the page needs.
pub(crate) struct Page {
    folder: Folder,
    clock: Arc<dyn Clock>,
    tell: SyncSender<Signal>,
    port: u16,
    token: String,
    cookie: String,
    form: String,
    // One collection and one remedy at a time, however often somebody clicks.
    work: Mutex<()>,
    // When a report was last asked for by the button.
    asked: Mutex<Option<At>>,
    busy: AtomicUsize,
}

/// An answer to a browser.
struct Reply {
    status: &'static str,
    kind: &'static str,
    header: String,
    body: String,
}

impl Reply {
    fn html(body: String) -> Self {
        Self { status: "200 OK", kind: "text/html; charset=utf-8", header: String::new(), body }
    }

    fn to(place: &str) -> Self {
        let header = format!("Location: {place}\r\n");
        Self { status: "303 See Other", kind: "text/plain", header, body: String::new() }
    }

    fn refused(lang: Lang) -> Self {
        Self { status: "403 Forbidden", ..Self::html(draw::closed(lang)) }
    }
}

impl Page {
    /// Begins to serve, and says in a file that users may read how the page is opened.
    pub(crate) fn start(
        folder: &Folder,
        clock: Arc<dyn Clock>,
        tell: SyncSender<Signal>,
    ) -> Result<Option<()>, Problem> {
        let setting = Setting::load(folder)?;
        if setting.page == Switch::Off {
            return Ok(None);
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, setting.page_port))
            .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .map_err(|error| Problem::Service(format!("127.0.0.1:{}: {error}", setting.page_port)))?;
        let port = listener.local_addr().map_err(|error| Problem::Service(error.to_string()))?.port();
        let page = Self {
            folder: folder.clone(),
            clock,
            tell,
            port,
            token: secret()?,
            cookie: secret()?,
            form: secret()?,
            work: Mutex::new(()),
            asked: Mutex::new(None),
            busy: AtomicUsize::new(0),
        };
        page.publish(&place::page_file())?;
        let page = Arc::new(page);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if page.busy.load(Ordering::Acquire) >= AT_ONCE_MAX {
                    continue;
                }
                page.busy.fetch_add(1, Ordering::AcqRel);
                let page = page.clone();
                thread::spawn(move || {
                    page.serve(stream);
                    page.busy.fetch_sub(1, Ordering::AcqRel);
                });
            }
        });
        Ok(Some(()))
    }

    fn publish(&self, file: &Path) -> Result<(), Problem> {
        let failed = |error| Problem::file(file, error);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let opener = Opener { address: format!("http://127.0.0.1:{}/open?token={}", self.port, self.token) };
        let bytes = serde_json::to_vec(&opener).map_err(|error| Problem::Service(error.to_string()))?;
        crate::folder::write_whole(file, &bytes).map_err(failed)?;
        guard::open_to_users(file)
    }

    fn serve(&self, mut stream: TcpStream) {
        // What goes wrong here is a browser that went away.
        let _ = stream.set_read_timeout(Some(QUIET_MAX));
        let _ = stream.set_write_timeout(Some(QUIET_MAX));
        let Ok(request) = Request::read(&mut stream) else { return };
        let reply = self.answer(&request);
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\nCache-Control: no-store\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'\r\n\
             X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n\
             Cross-Origin-Resource-Policy: same-origin\r\n{}\r\n",
            reply.status,
            reply.kind,
            reply.body.len(),
            reply.header
        );
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(reply.body.as_bytes()));
    }

    fn answer(&self, request: &Request) -> Reply {
        let lang = request.lang;
        if !request.is_ours(self.port) {
            return Reply::refused(lang);
        }
        if !request.post && request.path == "/open" && same(request.field("token"), &self.token) {
            let cookie =
                format!("Set-Cookie: {COOKIE}={}; Path=/; HttpOnly; SameSite=Strict\r\n", self.cookie);
            let mut reply = Reply::to("/");
            reply.header.push_str(&cookie);
            return reply;
        }
        if request.path == "/style.css" {
            return Reply {
                kind: "text/css; charset=utf-8",
                ..Reply::html(include_str!("style.css").to_owned())
            };
        }
        if !request.cookie.as_deref().is_some_and(|cookie| same(cookie, &self.cookie)) {
            return Reply::refused(lang);
        }
        if request.post && !same(request.field("form"), &self.form) {
            return Reply::refused(lang);
        }
        match (request.post, request.path.as_str()) {
            (false, "/") => self.standing(lang),
            (false, "/seen") => Reply::html(draw::seen(lang)),
            (false, "/facts") => self.facts(lang),
            (false, "/fix") => self.told(lang, |page| page.preview(lang, request.field("id"))),
            (true, "/fix") => self.told(lang, |page| page.fix(lang, request.field("id"))),
            (true, "/undo") => self.told(lang, |page| page.undo(lang, request.field("id"))),
            (true, "/report") => {
                let says = if self.may_ask() { draw::reporting() } else { draw::reported_just_now() };
                Reply::html(draw::message(lang, &says))
            }
            _ => Reply { status: "404 Not Found", ..Reply::html(draw::message(lang, &draw::not_here())) },
        }
    }

    /// Asks for a report, unless the button did so within a minute: reading the machine costs it something.
    fn may_ask(&self) -> bool {
        let now = self.clock.now();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = asked
            .is_some_and(|at| (0..ASK_AGAIN_SECS).contains(&now.unix_secs().saturating_sub(at.unix_secs())));
        if !lately {
            *asked = Some(now);
            self.report_soon();
        }
        !lately
    }

    /// The service is ending when nobody listens; when the line is full, reports are on their way already.
    fn report_soon(&self) {
        let _ = self.tell.try_send(Signal::Report);
    }

    /// A problem is shown as a page.
    fn told(&self, lang: Lang, work: impl FnOnce(&Self) -> Result<String, Problem>) -> Reply {
        let _one = self.work.lock();
        Reply::html(work(self).unwrap_or_else(|problem| draw::message(lang, &problem.says())))
    }

    fn standing(&self, lang: Lang) -> Reply {
        let (state, problem) = match State::load(&self.folder) {
            Ok(Some(state)) => (Some(state), None),
            Ok(None) => (None, Some(Problem::NotEnrolled.says())),
            Err(problem) => (None, Some(problem.says())),
        };
        let copied = state.as_ref().is_some_and(|state| !state.machine.fits(&crate::agent::here()));
        let problem = if copied { Some(Problem::Copied.says()) } else { problem };
        let mender = self.mender();
        let view = draw::View {
            now: self.clock.now(),
            problem: problem.or_else(|| state.as_ref().and_then(stopped)),
            told: Told::load(&self.folder).filter(|_| !copied),
            late: queue::waiting(&self.folder).map_or(0, |waiting| waiting.len()),
            done: mender.done().unwrap_or_default(),
            fixes: Setting::load(&self.folder).is_ok_and(|setting| setting.fixes == Switch::On),
            form: &self.form,
            state,
        };
        Reply::html(draw::standing(lang, &view, &mender))
    }

    fn facts(&self, lang: Lang) -> Reply {
        self.told(lang, |page| {
            let state = State::load(&page.folder)?.ok_or(Problem::NotEnrolled)?;
            let mut document = crate::agent::read(&state.subject, page.clock.now());
            leave_out_accounts(&mut document);
            let text = serde_json::to_string_pretty(&document)
                .map_err(|error| Problem::Answer(error.to_string()))?;
            Ok(draw::facts(lang, &text))
        })
    }

    fn preview(&self, lang: Lang, id: &str) -> Result<String, Problem> {
        let mender = self.mender();
        let changes = mender.preview(id)?;
        Ok(draw::preview(lang, mender.find(id)?, &changes, &self.form))
    }

    fn fix(&self, lang: Lang, id: &str) -> Result<String, Problem> {
        let mender = self.mender();
        let done = mender.apply(id, By::Page, self.clock.now())?;
        // The report with the new facts goes out at once.
        self.report_soon();
        Ok(draw::done(lang, mender.find(id)?, &done.changes, &self.form, done.can_be_undone()))
    }

    fn undo(&self, lang: Lang, id: &str) -> Result<String, Problem> {
        let mender = self.mender();
        let changes = mender.undo(id, By::Page)?;
        self.report_soon();
        Ok(draw::undone(lang, mender.find(id)?, &changes))
    }

    fn mender(&self) -> Mender<'_> {
        Mender { folder: &self.folder, hand: &LiveHand }
    }
}

/// Takes out of a document what concerns people with accounts on this PC.
fn leave_out_accounts(document: &mut FactDocument) {
    document.facts.retain(|section, _| !OF_ACCOUNTS.contains(&section.as_str()));
    document.misses.retain(|miss| !OF_ACCOUNTS.contains(&miss.section()));
}

/// Why a device no longer reports.
fn stopped(state: &State) -> Option<Text> {
    state.stopped.map(|refusal| Problem::Stopped(refusal).says())
}

/// The address of the page of the running service.
pub(crate) fn address() -> Result<String, Problem> {
    let file = place::page_file();
    let folder = Folder::at(file.parent().unwrap_or(&file));
    let bytes = folder.read("page.json", OPENER_MAX_BYTES)?;
    let opener: Option<Opener> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    opener
        .map(|opener| opener.address)
        .ok_or_else(|| Problem::Service(Text::new("サービスが動いていません", "the service does not run").en))
}

/// What the page's file said no longer holds.
pub(crate) fn withdraw() {
    // It may be gone already.
    let _ = std::fs::remove_file(place::page_file());
}

fn secret() -> Result<String, Problem> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|_| Problem::Chance)?;
    Ok(hex(&bytes))
}

/// Compares without telling by the time taken how much was right.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}

#[cfg(test)]
mod tests;
