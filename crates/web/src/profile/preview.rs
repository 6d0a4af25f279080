//! What would come out otherwise under a profile, and the button that takes it into force.

use app::AppError;
use app::standard::Shift;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use model::{Level, StatementId, Text};

use super::{Fault, shown};
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, filters, go, show};
use crate::visitor::Visitor;

/// A statement that would come out otherwise.
pub(crate) struct ShownShift {
    pub(crate) shift: Shift,
    pub(crate) title: Text,
    /// Why it is no longer judged.
    pub(crate) left_out: Option<Text>,
}

/// A statement that must be met and is left out.
struct ShallOut {
    statement: StatementId,
    title: Text,
    reason: Text,
}

/// Shifts with the titles of what they are about.
pub(crate) fn titled<'a>(
    shifts: Vec<Shift>,
    catalogs: impl IntoIterator<Item = &'a app::guideline::Catalog> + Clone,
) -> Vec<ShownShift> {
    shifts
        .into_iter()
        .map(|shift| {
            let found = catalogs.clone().into_iter().find_map(|catalog| catalog.policy_of(&shift.statement));
            let title = found.map(|policy| policy.title.clone()).unwrap_or_default();
            ShownShift { title, shift, left_out: None }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "profile/preview.html")]
struct PreviewPage {
    p: Page,
    id: String,
    name: Text,
    in_force: bool,
    now: Text,
    shifts: Vec<ShownShift>,
    shall_out: Vec<ShallOut>,
    misfits: Vec<Fault>,
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let shown = shown(&web, &visitor, &id).await?;
    let asked = id.clone();
    let (shifts, misfits) = match web.ask(move |app| app.profile_shifts(&caller, &asked)).await {
        Ok(shifts) => (shifts, Vec::new()),
        Err(AppError::Misfit(misfits)) => (Vec::new(), misfits),
        Err(error) => return Err(fail(error)),
    };
    let standard = web.app.standard();
    let tailored = standard.base.tailored(&shown.line.profile).ok().map(|(catalog, _)| catalog);
    let catalogs: Vec<&app::guideline::Catalog> =
        tailored.iter().chain(std::iter::once(standard.catalog.as_ref())).collect();
    let seen = &shown.resolved;
    let mut shifts = titled(shifts, catalogs);
    for item in &mut shifts {
        item.left_out = seen.exclusion(&item.shift.statement).cloned();
    }
    let base = &standard.base;
    let shall_out = seen
        .excludes
        .iter()
        .filter(|own| standard.profile.exclusion(&own.statement).is_none())
        .filter(|own| base.statement(&own.statement).is_some_and(|asked| asked.level == Level::Shall))
        .map(|own| ShallOut {
            title: base.policy_of(&own.statement).map(|policy| policy.title.clone()).unwrap_or_default(),
            statement: own.statement.clone(),
            reason: own.reason.clone(),
        })
        .collect();
    let p = visitor.page();
    Ok(show(&PreviewPage {
        shall_out,
        id,
        in_force: shown.line.in_force,
        name: shown.line.profile.name,
        now: standard.profile.name.clone(),
        shifts,
        misfits: Fault::misfits(&p, &misfits),
        p,
    }))
}

/// Judges by it from now on.
pub(crate) async fn take(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let asked = id.clone();
    web.ask(move |app| app.use_profile(&caller, &asked)).await.map_err(fail)?;
    Ok(go(&format!("/profiles/{id}?note=profile-used")))
}
