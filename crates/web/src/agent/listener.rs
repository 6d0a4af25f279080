//! What agents reach: three paths, nothing else. A message is looked at header first; its body is read only when the key
//! is one of ours, within the size it announces, its time, and the room there is for its key and its address.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use app::App;
use app::agent::{Message, NotTaken, Taken};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest as _, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use model::agent::{ENROL_PATH, REPORT_PATH, Refusal, Refused, STANDING_PATH};
use model::evidence::DOCUMENT_MAX_BYTES;
use model::{At, Text};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer;

/// How many messages are worked on at once; the others wait, and pages are not held up.
const AT_WORK_MAX: usize = 4;
/// How many bodies of more than [`WIDE_BYTES`] are in memory at once.
const WIDE_MAX: usize = 4;
/// How many of them one address has at once, of IPv6 one network; a key has one.
const WIDE_ADDRESS_MAX: usize = 2;
/// The largest message that is no report, in bytes. Introductions are below 2 KB.
const SMALL_MAX_BYTES: usize = 16 * 1024;
/// What counts as a large body. A full report is about 20 KB.
const WIDE_BYTES: u64 = 128 * 1024;
/// The longest a message waits for its turn.
const TURN_MAX: Duration = Duration::from_secs(20);
/// The longest a body may take.
const BODY_MAX: Duration = Duration::from_secs(30);
/// The longest header an agent sends, in bytes.
const HEADER_MAX_BYTES: usize = 250;

/// What the three paths share.
#[derive(Clone)]
struct Listener {
    app: Arc<App>,
    work: Arc<Semaphore>,
    wide: Arc<Semaphore>,
    holders: Arc<Holders>,
}

/// Who has a large body under way, and how many: whoever stalls holds up itself alone.
#[derive(Default)]
struct Holders(Mutex<HashMap<String, usize>>);

/// A place among them, given back when dropped.
struct Held {
    holders: Arc<Holders>,
    names: Vec<String>,
}

impl Holders {
    fn hold(self: &Arc<Self>, wanted: [(String, usize); 2]) -> Option<Held> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if wanted.iter().any(|(name, most)| held.get(name).is_some_and(|count| count >= most)) {
            return None;
        }
        let names = wanted.map(|(name, _)| name).to_vec();
        for name in &names {
            *held.entry(name.clone()).or_default() += 1;
        }
        Some(Held { holders: Arc::clone(self), names })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.holders.0.lock().unwrap_or_else(PoisonError::into_inner);
        for name in &self.names {
            match held.get_mut(name) {
                Some(count) if *count > 1 => *count -= 1,
                _ => {
                    held.remove(name);
                }
            }
        }
    }
}

/// Room for a large body.
struct Room {
    _held: Held,
    _place: OwnedSemaphorePermit,
}

/// The router of the agents' listener.
pub fn router(app: Arc<App>) -> Router {
    let listener = Listener {
        app,
        work: Arc::new(Semaphore::new(AT_WORK_MAX)),
        wide: Arc::new(Semaphore::new(WIDE_MAX)),
        holders: Arc::default(),
    };
    Router::new()
        .route(ENROL_PATH, post(enrol).layer(DefaultBodyLimit::max(SMALL_MAX_BYTES)))
        .route(REPORT_PATH, post(report).layer(DefaultBodyLimit::max(DOCUMENT_MAX_BYTES)))
        .route(STANDING_PATH, post(standing).layer(DefaultBodyLimit::max(SMALL_MAX_BYTES)))
        .with_state(listener)
}

async fn enrol(State(listener): State<Listener>, request: Request) -> Response {
    listener.take(request, ENROL_PATH, SMALL_MAX_BYTES, App::enrol_agent).await
}

async fn report(State(listener): State<Listener>, request: Request) -> Response {
    listener.take(request, REPORT_PATH, DOCUMENT_MAX_BYTES, App::take_report).await
}

async fn standing(State(listener): State<Listener>, request: Request) -> Response {
    listener.take(request, STANDING_PATH, SMALL_MAX_BYTES, App::agent_standing).await
}

impl Listener {
    /// Takes a message from its head to its answer.
    async fn take<T: Serialize + Send + 'static>(
        &self,
        request: Request,
        path: &'static str,
        max_bytes: usize,
        work: fn(&App, Message<'_>) -> Taken<T>,
    ) -> Response {
        let now = self.app.now();
        let (parts, body) = request.into_parts();
        let header = header_of(&parts).to_owned();
        let address = address_of(&parts);
        // Who enrols is not known yet.
        if path != ENROL_PATH {
            let (header, address) = (header.clone(), address.clone());
            if let Err(not) = self.work(move |app| app.agent_expected(&header, &address)).await {
                drain(Request::from_parts(parts, body)).await;
                return answer::of::<()>(Err(not), now);
            }
        }
        let Some(announced) = length_of(&parts) else {
            return answer::refuse(StatusCode::LENGTH_REQUIRED, &no_length(now));
        };
        if announced > max_bytes as u64 {
            return too_large(now, max_bytes);
        }
        let _room = match self.room(announced, &header, &address).await {
            Ok(room) => room,
            Err(refused) => return answer::of::<()>(Err(refused), now),
        };
        let request = Request::from_parts(parts, body);
        let body = match tokio::time::timeout(BODY_MAX, Bytes::from_request(request, &())).await {
            Ok(Ok(body)) => body,
            Ok(Err(rejected)) if rejected.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return too_large(now, max_bytes);
            }
            Ok(Err(_)) => return answer::refuse(StatusCode::BAD_REQUEST, &cut_off(now)),
            Err(_) => return answer::refuse(StatusCode::REQUEST_TIMEOUT, &cut_off(now)),
        };
        let done = self
            .work(move |app| work(app, Message { path, header: &header, body: &body, address: &address }))
            .await;
        answer::of(done, now)
    }

    /// Works on a message off the threads that serve connections, a few at a time.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Taken<T> + Send + 'static,
    ) -> Taken<T> {
        let place = turn(&self.work).await.ok_or_else(|| self.busy())?;
        let app = Arc::clone(&self.app);
        let worked = tokio::task::spawn_blocking(move || {
            let _place = place;
            work(&app)
        });
        worked.await.unwrap_or_else(|error| {
            Err(NotTaken::Failed(app::AppError::Internal(format!("a message was cut off: {error}"))))
        })
    }

    /// Room for a body: none is needed for a small one. Whoever has its share already is told to come later at once.
    async fn room(&self, announced: u64, header: &str, address: &str) -> Result<Option<Room>, NotTaken> {
        if announced <= WIDE_BYTES {
            return Ok(None);
        }
        // The key was found to be one of ours; the header's first field names it.
        let key = header.split('.').next().unwrap_or_default().to_owned();
        let near = crate::serve::neighbourhood(address);
        let held = self.holders.hold([(key, 1), (near, WIDE_ADDRESS_MAX)]).ok_or_else(|| self.busy())?;
        let place = turn(&self.wide).await.ok_or_else(|| self.busy())?;
        Ok(Some(Room { _held: held, _place: place }))
    }

    fn busy(&self) -> NotTaken {
        NotTaken::Refused(Box::new(Refused {
            refusal: Refusal::Busy,
            says: Text::new(
                "サーバーが混み合っています。しばらく待ってから送り直してください。",
                "The server is busy. Send it again later.",
            ),
            now: self.app.now(),
            count: None,
        }))
    }
}

async fn turn(places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    tokio::time::timeout(TURN_MAX, Arc::clone(places).acquire_owned()).await.ok()?.ok()
}

/// Reads what a client is still sending, so that it comes to read the answer; not much, and not for long.
async fn drain(request: Request) {
    if length_of_request(&request).is_some_and(|bytes| bytes <= WIDE_BYTES) {
        let _read = tokio::time::timeout(Duration::from_secs(5), Bytes::from_request(request, &())).await;
    }
}

fn length_of_request(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn length_of(parts: &Parts) -> Option<u64> {
    parts.headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn header_of(parts: &Parts) -> &str {
    let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value.filter(|text| text.len() <= HEADER_MAX_BYTES).unwrap_or_default()
}

fn address_of(parts: &Parts) -> String {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or_else(|| "unknown".to_owned(), |info| info.0.ip().to_canonical().to_string())
}

fn too_large(now: At, max_bytes: usize) -> Response {
    let refused = Refused {
        refusal: Refusal::Document,
        says: Text::new(
            format!("送られた内容が大きすぎます。上限は{max_bytes}バイトです。"),
            format!("What was sent is too large: the limit is {max_bytes} bytes."),
        ),
        now,
        count: None,
    };
    answer::refuse(StatusCode::PAYLOAD_TOO_LARGE, &refused)
}

fn no_length(now: At) -> Refused {
    Refused {
        refusal: Refusal::Document,
        says: Text::new(
            "送信する内容の大きさ(Content-Length)が示されていません。",
            "The size of what is sent (Content-Length) is missing.",
        ),
        now,
        count: None,
    }
}

fn cut_off(now: At) -> Refused {
    Refused {
        refusal: Refusal::Document,
        says: Text::new(
            "送られた内容が途中で切れました。もう一度送ってください。",
            "What was sent broke off. Send it again.",
        ),
        now,
        count: None,
    }
}
