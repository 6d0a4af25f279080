//! An own statement: the form with the box to try its check, and the facts it can look at.

use app::AppError;
use app::guideline::catalog::{Group, Labels};
use app::guideline::profile::OwnStatement;
use app::profile::{Edit, OwnStatementForm, ShownProfile, Trial, TrialForm};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use model::{Level, StatementId, Subject, SubjectKind, Text};
use serde_json::Value;

use super::{Fault, Trouble, editable, example};
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

/// The longest value of a section that is shown, in characters.
const VALUE_SHOWN_MAX: usize = 3_000;
/// The most subjects to choose from.
const SUBJECTS_SHOWN_MAX: usize = 200;

/// A section of facts: what it is called, how a check names it, what is known now.
struct Section {
    label: Text,
    path: String,
    value: Option<String>,
    /// Whether it was asked for and could not be read.
    missed: bool,
}

#[derive(Template)]
#[template(path = "profile/own.html")]
struct OwnPage {
    p: Page,
    id: String,
    name: Text,
    in_force: bool,
    after: u32,
    form: OwnStatementForm,
    groups: [Group; 7],
    levels: [Level; 3],
    kinds: Vec<(SubjectKind, Text)>,
    trouble: Trouble,
    trial: Option<Trial>,
    /// What is wrong with the check that was tried.
    faults: Vec<Fault>,
    subjects: Vec<(String, String)>,
    look_at: String,
    sections: Vec<Section>,
    company: Vec<Section>,
    examples: Vec<(&'static str, Text)>,
    /// The rows it stands in, and all rows to put it into.
    in_rows: Vec<u32>,
    rows: Vec<(u32, Text)>,
}

impl OwnPage {
    /// What is wrong with an expression.
    fn said(&self, field: &str) -> Vec<Fault> {
        Fault::all(&self.trouble.mistakes, field)
    }
}

/// What the page shows beside the profile.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) form: OwnStatementForm,
    pub(super) look_at: String,
    pub(super) trouble: Trouble,
    pub(super) trial: Option<Trial>,
}

fn sections(
    labels: &Labels,
    kind: SubjectKind,
    known: &std::collections::BTreeMap<String, Option<Value>>,
) -> Vec<Section> {
    model::facts::sections(kind)
        .into_iter()
        .map(|name| Section {
            label: labels.section(kind, name),
            path: format!("{kind}.{name}"),
            value: known.get(name).and_then(Option::as_ref).map(pretty),
            missed: known.get(name).is_some_and(Option::is_none),
        })
        .collect()
}

/// A value for people to read, cut off where it grows long.
fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    match text.char_indices().nth(VALUE_SHOWN_MAX) {
        Some((end, _)) => format!("{}\n…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The page.
pub(super) async fn answer(
    web: &Web,
    visitor: &Visitor,
    (found, after): (ShownProfile, u32),
    typed: Typed,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let standard = web.app.standard();
    let base = &standard.base;
    let kind: SubjectKind = typed.form.check.subject.parse().unwrap_or(SubjectKind::Device);
    let wanted = typed.look_at.clone();
    let (subjects, look_at, known, company) = web
        .ask(move |app| {
            let listed = app.subjects(&caller, kind)?;
            let subjects: Vec<(String, String)> = listed
                .into_iter()
                .filter(|item| item.line.retired_at.is_none())
                .map(|item| (item.line.subject.id, item.line.name))
                .take(SUBJECTS_SHOWN_MAX)
                .collect();
            let chosen = subjects.iter().find(|(id, _)| *id == wanted).or_else(|| subjects.first());
            let chosen = chosen.map(|(id, _)| id.clone()).unwrap_or_default();
            let known = app.known_facts(&caller, &Subject::new(kind, chosen.as_str()))?;
            Ok((subjects, chosen, known, app.known_facts(&caller, &Subject::company())?))
        })
        .await
        .map_err(fail)?;
    let p = visitor.page();
    let profile = &found.line.profile;
    let this = StatementId(typed.form.id.clone());
    let tailored = base.tailored(profile).ok();
    let catalog = tailored.as_ref().map_or(base.as_ref(), |(catalog, _)| catalog);
    let trial = typed.trial;
    let page = OwnPage {
        id: profile.id.clone(),
        name: profile.name.clone(),
        in_force: found.line.in_force,
        after,
        groups: Group::ALL,
        levels: Level::ALL,
        kinds: SubjectKind::ALL.into_iter().map(|kind| (kind, base.labels.kind(kind))).collect(),
        faults: trial.iter().flat_map(|trial| Fault::misfits(&p, &trial.problems)).collect(),
        sections: sections(&base.labels, kind, &known),
        company: if kind == SubjectKind::Company {
            Vec::new()
        } else {
            sections(&base.labels, SubjectKind::Company, &company)
        },
        examples: example::all(),
        in_rows: catalog.rows_of(&this).map(|row| row.no).collect(),
        rows: catalog.rows.iter().map(|row| (row.no, row.item.clone())).collect(),
        form: typed.form,
        trouble: typed.trouble,
        trial,
        subjects,
        look_at,
        p,
    };
    Ok(show_as(page.trouble.status(), &page))
}

/// The form of a stored statement.
fn stored(p: &Page, own: &OwnStatement) -> OwnStatementForm {
    OwnStatementForm {
        id: own.id.0.clone(),
        group: own.group.name().to_owned(),
        level: own.level.name().to_owned(),
        title: p.x(&own.title).to_owned(),
        text: p.x(&own.text).to_owned(),
        why: p.x(&own.why).to_owned(),
        check: TrialForm {
            subject: own.subject.name().to_owned(),
            holds: own.holds.trim().to_owned(),
            offenders: own.offenders.clone().unwrap_or_default().trim().to_owned(),
            needs: own.needs.join(" "),
        },
        max_age_days: own.max_age_days.to_string(),
        remedy: p.x(&own.remedy).to_owned(),
    }
}

/// The form as typed.
pub(super) fn read(form: &Form, id: &str) -> OwnStatementForm {
    OwnStatementForm {
        id: id.to_owned(),
        group: form.text("group"),
        level: form.text("level"),
        title: form.text("title"),
        text: form.text("text"),
        why: form.text("why"),
        check: TrialForm {
            subject: form.text("subject"),
            holds: form.text("holds"),
            offenders: form.text("offenders"),
            needs: form.text("needs"),
        },
        max_age_days: form.text("max_age_days"),
        remedy: form.text("remedy"),
    }
}

/// An empty form.
pub(crate) async fn new(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let found = editable(&web, &visitor, &id).await?;
    let form = OwnStatementForm {
        group: Group::Device.name().into(),
        level: Level::Should.name().into(),
        max_age_days: "30".into(),
        check: TrialForm { subject: SubjectKind::Device.name().into(), ..TrialForm::default() },
        ..OwnStatementForm::default()
    };
    answer(&web, &visitor, found, Typed { form, ..Typed::default() }).await
}

/// One that is there.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, statement)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let found = editable(&web, &visitor, &id).await?;
    let own = found.0.line.profile.statements.iter().find(|own| own.id.0 == statement);
    let form = own.map(|own| stored(&visitor.page(), own));
    let form = form.ok_or_else(|| Failure::new(AppError::NotFound("statement"), &visitor))?;
    answer(&web, &visitor, found, Typed { form, ..Typed::default() }).await
}

async fn put(web: &Web, visitor: &Visitor, id: &str, of: &str, body: &Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let form = Form::read(visitor, body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = read(&form, of);
    let drop = form.has("remove");
    let edit = if drop {
        Edit::DropStatement(StatementId(of.to_owned()))
    } else {
        Edit::PutStatement(typed.clone())
    };
    let (profile, after) = (id.to_owned(), form.get("after").parse().unwrap_or(0));
    match web.ask(move |app| app.edit_profile(&caller, &profile, after, &edit)).await {
        Ok(_) if drop => Ok(go(&format!("/profiles/{id}?note=saved"))),
        Ok(put) => Ok(go(&format!("/profiles/{id}/own/{}?note=own-saved", encoded(&put)))),
        Err(error) => {
            let trouble = Trouble::of(error).map_err(fail)?;
            let (found, newest) = editable(web, visitor, id).await?;
            let after = if trouble.conflict { newest } else { after };
            let typed = Typed { form: typed, look_at: form.text("look_at"), trouble, trial: None };
            answer(web, visitor, (found, after), typed).await
        }
    }
}

/// Adds one.
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    put(&web, &visitor, &id, "", &body).await
}

/// Saves one, or removes it.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, statement)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    put(&web, &visitor, &id, &statement, &body).await
}
