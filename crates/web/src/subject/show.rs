//! One subject: every statement, every piece of evidence, what could not be read.

use app::agent::Listed;
use app::asset::AssetLine;
use app::guideline::catalog::Statement;
use app::lending::LentDevice;
use app::subject::Shown;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use model::{Miss, Outcome, SubjectKind, Text, Verdict};

use crate::Web;
use crate::error::Failure;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

/// A verdict with the statement it is about.
struct Judged {
    verdict: Verdict,
    statement: Statement,
    title: Text,
    rows: Vec<u32>,
}

/// A section that could not be read, or not wholly.
struct Missed {
    section: Text,
    miss: Miss,
}

#[derive(Template)]
#[template(path = "subject/show.html")]
struct ShowPage {
    p: Page,
    kind: Text,
    shown: Shown,
    judged: Vec<Judged>,
    outcomes: [Outcome; 4],
    misses: Vec<Missed>,
    system: Vec<(String, String)>,
    assets: Vec<AssetLine>,
    /// Whether agents report on this kind.
    machine: bool,
    agents: Vec<Listed>,
    /// The lending of a PC.
    lent: Option<LentDevice>,
}

impl ShowPage {
    fn agent(&self, listed: &Listed) -> String {
        crate::agent::list::shown(&self.p, listed, false)
    }
}

impl ShowPage {
    /// Whether it is a machine, which its user can mend.
    fn mends(&self) -> bool {
        matches!(self.shown.line.subject.kind, SubjectKind::Device | SubjectKind::Server)
    }
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let subject = super::subject(&kind, &id).map_err(fail)?;
    let asked = subject.clone();
    let (shown, assets, agents, lent) = web
        .ask(move |app| {
            let assets = app.assets_touched_by(&caller, &asked)?;
            let shown = app.subject(&caller, &asked)?;
            let is_pc = asked.kind == SubjectKind::Device;
            let lent = is_pc.then(|| app.lent_device(&caller, &asked.id)).transpose()?;
            Ok((shown, assets, app.agents_of(&caller, &asked)?, lent))
        })
        .await
        .map_err(fail)?;
    let catalog = web.app.catalog();
    let p = visitor.page();
    let judged = shown
        .verdicts
        .iter()
        .filter_map(|verdict| {
            let statement = catalog.statement(&verdict.statement)?.clone();
            Some(Judged {
                title: catalog.policy_of(&verdict.statement)?.title.clone(),
                rows: catalog.rows_of(&verdict.statement).map(|row| row.no).collect(),
                verdict: verdict.clone(),
                statement,
            })
        })
        .collect();
    let newest = shown.newest.as_ref();
    let misses = newest
        .map(|document| document.misses.iter())
        .into_iter()
        .flatten()
        .map(|miss| Missed {
            section: catalog.labels.section(subject.kind, miss.section()),
            miss: miss.clone(),
        })
        .collect();
    let system = newest.map(|document| system_of(document, &p)).unwrap_or_default();
    Ok(show(&ShowPage {
        kind: catalog.labels.kind(subject.kind),
        shown,
        judged,
        outcomes: Outcome::ALL,
        misses,
        system,
        assets,
        machine: matches!(subject.kind, SubjectKind::Device | SubjectKind::Server),
        agents,
        lent,
        p,
    }))
}

/// The handful of facts by which a person knows the machine.
fn system_of(document: &model::FactDocument, p: &Page) -> Vec<(String, String)> {
    let paths = [
        ("/os/product", "subject-show-os"),
        ("/os/display_version", "subject-show-os-version"),
        ("/os/version", "subject-show-os-build"),
        ("/host/manufacturer", "subject-show-maker"),
        ("/host/model", "subject-show-model"),
        ("/host/domain", "subject-show-domain"),
        ("/identity/dns_name", "subject-show-domain"),
        ("/gateway/product", "subject-show-model"),
        ("/device/product", "subject-show-model"),
    ];
    let facts = serde_json::Value::Object(document.facts.clone());
    paths
        .into_iter()
        .filter_map(|(path, key)| {
            let value = facts.pointer(path)?.as_str().filter(|text| !text.is_empty())?;
            Some((p.t(key), value.to_owned()))
        })
        .collect()
}
