//! The machines a lent PC saw at home: who may talk to it, and the rules that follow, as a script to keep.

use app::home_firewall::{Dialect, Flaw, PREFIXES};
use app::peer::{PeerChoice, Peers, role_name};
use app::{AppError, Invalid};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::download;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

/// The network of a home, unless somebody says otherwise.
const PREFIX: u8 = 24;

#[derive(Template)]
#[template(path = "peer.html")]
struct PeerPage {
    p: Page,
    /// Where the page stands.
    base: String,
    /// Whether the visitor decides; otherwise proposes.
    decides: bool,
    peers: Peers,
    prefix: u8,
    dialects: [Dialect; 3],
    mistakes: Mistakes,
}

impl PeerPage {
    /// The word that is chosen for a machine.
    fn chosen(&self, peer: &app::peer::Peer) -> &'static str {
        let role = if self.decides { peer.allowed.or(peer.proposed) } else { peer.proposed.or(peer.allowed) };
        role.map_or("none", role_name)
    }
}

impl PeerPage {
    /// Why there are no rules, in words.
    fn flaw(&self, flaw: &Flaw) -> String {
        match flaw {
            Flaw::NoRouter => self.p.t("peer-flaw-no-router"),
            Flaw::TooMany(count) => self.p.tn("peer-flaw-too-many", count),
            Flaw::Elsewhere(address, network, prefix) => {
                self.p.txy("peer-flaw-elsewhere", address, format!("{network}/{prefix}"))
            }
            Flaw::NotPrivate(address) => self.p.tx("peer-flaw-not-private", address),
            Flaw::Prefix(prefix) => self.p.tn("peer-flaw-prefix", prefix),
        }
    }
}

fn base(own: bool, id: &str) -> String {
    let id = encoded(id);
    if own { format!("/my/pcs/{id}/peers") } else { format!("/subjects/device/{id}/peers") }
}

fn prefix_of(query: Option<String>) -> Result<u8, AppError> {
    let query = Form::parse(&Bytes::from(query.unwrap_or_default()))?;
    match query.get("prefix").trim() {
        "" => Ok(PREFIX),
        text => text
            .parse()
            .ok()
            .filter(|prefix| PREFIXES.contains(prefix))
            .ok_or_else(|| Invalid::new("prefix", "out-of-range").with("16–30").into()),
    }
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    (own, id): (bool, String),
    prefix: u8,
    mistakes: Mistakes,
) -> Result<PeerPage, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let device = id.clone();
    let peers = web.ask(move |app| app.peers(&caller, &device, prefix)).await.map_err(fail)?;
    let p = visitor.page();
    let decides = !own && p.may_change();
    Ok(PeerPage { p, base: base(own, &id), decides, peers, prefix, dialects: Dialect::ALL, mistakes })
}

async fn shown(
    web: &Web,
    visitor: &Visitor,
    (own, id): (bool, String),
    query: Option<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    match prefix_of(query) {
        Ok(prefix) => {
            let page = page(web, visitor, (own, id), prefix, Mistakes::default()).await?;
            Ok(show_as(StatusCode::OK, &page))
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = page(web, visitor, (own, id), PREFIX, mistakes).await?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// One of one's own PCs.
pub(crate) async fn own(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    shown(&web, &visitor, (true, id), query).await
}

/// Any PC.
pub(crate) async fn of(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    shown(&web, &visitor, (false, id), query).await
}

/// The choices of a form: fields `role ADDRESS`, and one machine typed by hand.
fn choices(form: &Form) -> Vec<PeerChoice> {
    let seen = form
        .fields()
        .filter_map(|(name, word)| Some((name.strip_prefix("role ")?.to_owned(), word.to_owned())));
    seen.chain([(form.text("address"), form.text("other_role"))]).collect()
}

/// The administrator decides.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    keep(&web, &visitor, (false, id), &body).await
}

/// The user proposes.
pub(crate) async fn propose(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    keep(&web, &visitor, (true, id), &body).await
}

async fn keep(
    web: &Web,
    visitor: &Visitor,
    (own, id): (bool, String),
    body: &Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let form = Form::read(visitor, body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (device, choices) = (id.clone(), choices(&form));
    let done = web
        .ask(move |app| match own {
            true => app.propose_peers(&caller, &device, &choices),
            false => app.save_peers(&caller, &device, &choices),
        })
        .await;
    match done {
        Ok(()) => Ok(go(&format!("{}?note={}", base(own, &id), if own { "proposed" } else { "saved" }))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = page(web, visitor, (own, id), PREFIX, mistakes).await?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// The rules as a script to keep.
pub(crate) async fn script(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, dialect)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let dialect = Dialect::from_name(&dialect).ok_or(AppError::NotFound("script")).map_err(fail)?;
    let prefix = prefix_of(query).map_err(fail)?;
    let (caller, lang) = (visitor.caller().map_err(fail)?, visitor.lang);
    let script =
        web.ask(move |app| app.peer_script(&caller, &id, (prefix, dialect, lang))).await.map_err(fail)?;
    Ok(download::file(dialect.file_name(), "text/plain; charset=utf-8", script.into_bytes()))
}
