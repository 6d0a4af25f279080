//! A whole system on one page: a template's rows, changed or left out as they fit.

use app::AppError;
use app::asset::{
    AssetChoices, AssetForm, ROWS_MAX, SystemForm, SystemRow, Template as SystemTemplate, templates,
};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::asset::{AssetPart, Encryption, Secrecy};

use super::show::{Picks, picks, touched};
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, go, show_as};
use crate::visitor::Visitor;

/// The most fields of the form: nine in each row, and what is chosen for all of them.
const FIELDS_MAX: usize = 600;
/// How many empty lines come with each wish for more.
const MORE: usize = 5;

/// A row as the page shows it.
struct Row {
    at: usize,
    row: SystemRow,
    /// The number of the asset that is there already.
    standing: Option<u64>,
}

#[derive(Template)]
#[template(path = "asset/system.html")]
struct SystemPage {
    p: Page,
    templates: Vec<SystemTemplate>,
    /// The template chosen; empty before.
    template: String,
    form: SystemForm,
    rows: Vec<Row>,
    /// How many rows are there already.
    standing: usize,
    more: bool,
    choices: AssetChoices,
    picks: Vec<Picks>,
    others: String,
    mistakes: Mistakes,
    conflict: bool,
    parts: [AssetPart; 6],
    classes: [Secrecy; 4],
    answers: [Encryption; 3],
}

impl SystemPage {
    async fn of(web: &Web, visitor: &Visitor, template: &str, form: SystemForm) -> Result<Self, Failure> {
        let fail = |error| Failure::new(error, visitor);
        let caller = visitor.caller().map_err(fail)?;
        let asked = form.clone();
        let (standing, choices) = web
            .ask(move |app| Ok((app.assets_standing(&caller, &asked)?, app.asset_choices(&caller)?)))
            .await
            .map_err(fail)?;
        let (picks, others) = picks(web, &choices, &form.touched_by);
        let rows: Vec<Row> = form
            .rows
            .iter()
            .zip(standing)
            .enumerate()
            .map(|(at, (row, standing))| Row { at, row: row.clone(), standing })
            .collect();
        Ok(Self {
            p: visitor.page(),
            templates: templates(),
            template: template.to_owned(),
            standing: rows.iter().filter(|row| row.standing.is_some()).count(),
            more: rows.len() < ROWS_MAX,
            form,
            rows,
            choices,
            picks,
            others,
            mistakes: Mistakes::default(),
            conflict: false,
            parts: AssetPart::ALL,
            classes: Secrecy::ALL,
            answers: Encryption::ALL,
        })
    }
}

/// The page: first the choice of a template, then its rows.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::parse(&Bytes::from(query.unwrap_or_default()))
        .map_err(|error| Failure::new(error, &visitor))?;
    let chosen = templates().into_iter().find(|template| template.id == query.get("template"));
    let system: String = query.get("system").chars().take(200).collect();
    let form = match &chosen {
        Some(template) => SystemForm::of(template, &system, visitor.lang),
        None => SystemForm { system: system.clone(), ..SystemForm::default() },
    };
    let id = chosen.map_or("", |template| template.id);
    let page = SystemPage::of(&web, &visitor, id, form.clone()).await?;
    if page.standing > 0 && system.is_empty() {
        // The template's own name is in use: what is entered now is another system, and nobody but the visitor knows its name.
        let form = SystemForm { system, ..form };
        return Ok(show_as(StatusCode::OK, &SystemPage::of(&web, &visitor, id, form).await?));
    }
    Ok(show_as(StatusCode::OK, &page))
}

/// Saves the rows that apply; or gives more empty lines.
pub(crate) async fn save(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read_wide(&visitor, &body, FIELDS_MAX).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let template = templates().into_iter().find(|template| template.id == form.get("template"));
    let template = template.map_or("", |template| template.id);
    let mut typed = read(&form);
    if !form.get("more").is_empty() {
        let spare = std::iter::repeat_n(spare(), MORE);
        typed.rows = typed.rows.into_iter().chain(spare).take(ROWS_MAX).collect();
        return Ok(show_as(StatusCode::OK, &SystemPage::of(&web, &visitor, template, typed).await?));
    }
    let asked = typed.clone();
    let error = match web.ask(move |app| app.save_system(&caller, &asked)).await {
        Ok(added) => {
            let note = if added.added == 0 { "assets-known" } else { "assets-added" };
            let words = encoded(typed.system.trim());
            return Ok(go(&format!("/assets?q={words}&note={note}")));
        }
        Err(error) => error,
    };
    let conflict = matches!(error, AppError::Conflict);
    let mistakes = if conflict { Mistakes::default() } else { Mistakes::of(error).map_err(fail)? };
    let page = SystemPage { mistakes, conflict, ..SystemPage::of(&web, &visitor, template, typed).await? };
    let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(show_as(status, &page))
}

fn spare() -> SystemRow {
    SystemRow {
        keep: false,
        spare: true,
        asset: AssetForm {
            part: AssetPart::Data.name().to_owned(),
            encryption: Encryption::Undecided.name().to_owned(),
            ..AssetForm::default()
        },
    }
}

fn read(form: &Form) -> SystemForm {
    let count = form.get("rows").parse().unwrap_or(0).min(ROWS_MAX);
    let row = |at: usize| {
        let text = |name: &str| form.text(&format!("r{at}_{name}"));
        let flag = |name: &str| text(name) == "yes";
        SystemRow {
            keep: flag("keep"),
            spare: flag("spare"),
            asset: AssetForm {
                part: text("part"),
                name: text("name"),
                credential: flag("credential"),
                personal: flag("personal"),
                secrecy: text("secrecy"),
                encryption: text("encryption"),
                method: text("method"),
                ..AssetForm::default()
            },
        }
    };
    SystemForm {
        system: form.text("system"),
        owner: form.text("owner"),
        touched_by: touched(form),
        rows: (0..count).map(row).collect(),
    }
}
