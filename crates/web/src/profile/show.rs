//! One profile: everything it changes, for an auditor to read; its versions; what does not fit.

use app::guideline::catalog::Row;
use app::guideline::catalog::threat::Threat;
use app::guideline::profile::OwnStatement;
use app::profile::{Edit, ShownProfile};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use model::Text;

use super::{Change, Fault, Trouble, changes, shown};
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

/// An own statement in full.
struct Own {
    statement: OwnStatement,
    kind: Text,
    rows: Vec<u32>,
}

/// An own threat with its classes in words.
struct OwnThreat {
    threat: Threat,
    classes: Vec<Text>,
}

#[derive(Template)]
#[template(path = "profile/show.html")]
struct ShowPage {
    p: Page,
    shown: ShownProfile,
    /// Whether the visitor may change it.
    edit: bool,
    after: u32,
    name: String,
    summary: String,
    /// What it is compared with.
    under: Text,
    changes: Vec<Change>,
    own: Vec<Own>,
    rows: Vec<Row>,
    threats: Vec<OwnThreat>,
    misfits: Vec<Fault>,
    trouble: Trouble,
    /// What of a stranger's file was not understood.
    remarks: Vec<Text>,
}

/// The page, with name and summary as typed when they could not be saved.
pub(super) async fn answer(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    typed: Option<&Form>,
    trouble: Trouble,
    remarks: Vec<Text>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let shown = shown(web, visitor, id).await?;
    let standard = web.app.standard();
    let base = &standard.base;
    // A built-in profile is compared with the guideline as printed.
    let printed = base.profiles.first().map(|profile| profile.id.clone()).unwrap_or_default();
    let from = shown.line.profile.base.clone().filter(|own| base.profile(own).is_some()).unwrap_or(printed);
    let under = base.profile(&from).map(|profile| profile.name.clone()).unwrap_or_default();
    let to = id.to_owned();
    let found = web.ask(move |app| app.profile_difference(&caller, &from, &to)).await.map_err(fail)?;
    let p = visitor.page();
    let profile = &shown.line.profile;
    let rows_of = |own: &OwnStatement| {
        let changed = profile.row_changes.iter().filter(|change| change.add_statements.contains(&own.id));
        let rows = profile.rows.iter().filter(|row| row.statements.contains(&own.id));
        changed.map(|change| change.no).chain(rows.map(|row| row.no)).collect()
    };
    let own = profile.statements.iter().map(|statement| Own {
        kind: base.labels.kind(statement.subject),
        rows: rows_of(statement),
        statement: statement.clone(),
    });
    let threats = profile.threats.iter().map(|threat| OwnThreat {
        classes: base
            .threats
            .event(&threat.event)
            .into_iter()
            .chain(threat.results.iter().filter_map(|id| base.threats.result(id)))
            .map(|class| class.name.clone())
            .collect(),
        threat: threat.clone(),
    });
    let words =
        |field: &str, held: &Text| typed.map_or_else(|| p.x(held).to_owned(), |form| form.text(field));
    let page = ShowPage {
        edit: p.may_change() && shown.line.own.is_some(),
        after: shown.line.own.as_ref().map_or(0, |own| own.0),
        name: words("name", &profile.name),
        summary: words("summary", &profile.summary),
        under,
        changes: changes(&p, base, &found.differences),
        own: own.collect(),
        rows: profile.rows.clone(),
        threats: threats.collect(),
        misfits: Fault::misfits(&p, &shown.misfits),
        shown,
        trouble,
        remarks,
        p,
    };
    Ok(show_as(page.trouble.status(), &page))
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    answer(&web, &visitor, &id, None, Trouble::default(), Vec::new()).await
}

/// Saves name and summary.
pub(crate) async fn describe(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let edit = Edit::Describe(form.text("name"), form.text("summary"));
    let (profile, after) = (id.clone(), form.get("after").parse().unwrap_or(0));
    match web.ask(move |app| app.edit_profile(&caller, &profile, after, &edit)).await {
        Ok(_) => Ok(go(&format!("/profiles/{id}?note=saved"))),
        Err(error) => {
            let trouble = Trouble::of(error).map_err(fail)?;
            answer(&web, &visitor, &id, Some(&form), trouble, Vec::new()).await
        }
    }
}

/// Removes an own profile.
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (profile, after) = (id.clone(), form.get("after").parse().unwrap_or(0));
    match web.ask(move |app| app.remove_profile(&caller, &profile, after)).await {
        Ok(()) => Ok(go("/profiles?note=profile-removed")),
        Err(error) => {
            let trouble = Trouble::of(error).map_err(fail)?;
            answer(&web, &visitor, &id, None, trouble, Vec::new()).await
        }
    }
}
