//! One asset: its form, what is missing, the rows that name it, its history.

use std::collections::BTreeSet;

use app::asset::{AssetChoices, AssetForm, Gap, NamingRow, Record, ShownAsset, difference};
use app::{AppError, Invalid};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::asset::{AssetPart, Encryption, Secrecy};
use model::{Asset, SubjectKind, Text};

use super::{field_in_words, gap_sentence, value_in_words};
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

/// A version as the page shows it.
struct Past {
    at: String,
    by: String,
    gone: bool,
    first: bool,
    /// Field, before, after.
    changes: Vec<(String, String, String)>,
}

/// The subjects of a kind to choose from.
pub(super) struct Picks {
    pub(super) kind: Text,
    pub(super) lines: Vec<Pick>,
}

impl Picks {
    /// How many are chosen.
    pub(super) fn chosen(&self) -> usize {
        self.lines.iter().filter(|pick| pick.chosen).count()
    }

    /// Whether any is chosen.
    pub(super) fn any(&self) -> bool {
        self.chosen() > 0
    }
}

/// A subject to choose.
pub(super) struct Pick {
    pub(super) subject: String,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

#[derive(Template)]
#[template(path = "asset/show.html")]
struct ShowPage {
    p: Page,
    /// The asset's number; none for a new one.
    id: Option<u64>,
    after: u32,
    gone: bool,
    form: AssetForm,
    gaps: Vec<(Gap, String)>,
    rows: Vec<NamingRow>,
    history: Vec<Past>,
    choices: AssetChoices,
    picks: Vec<Picks>,
    /// What touches it and cannot be chosen, as typed.
    others: String,
    mistakes: Mistakes,
    conflict: bool,
    parts: [AssetPart; 6],
    classes: [Secrecy; 4],
    answers: [Encryption; 3],
}

/// What is to be chosen, and the rest of what was typed.
pub(super) fn picks(web: &Web, choices: &AssetChoices, typed: &str) -> (Vec<Picks>, String) {
    let mut words: BTreeSet<&str> = typed.split(';').map(str::trim).filter(|word| !word.is_empty()).collect();
    let catalog = web.app.catalog();
    let mut picks = Vec::new();
    for kind in [SubjectKind::Device, SubjectKind::Server, SubjectKind::Person] {
        let lines: Vec<Pick> = choices
            .subjects
            .iter()
            .filter(|(subject, _)| subject.kind == kind)
            .map(|(subject, name)| Pick {
                chosen: words.remove(subject.to_string().as_str()),
                subject: subject.to_string(),
                id: subject.id.clone(),
                name: if *name == subject.id { String::new() } else { name.clone() },
            })
            .collect();
        if !lines.is_empty() {
            picks.push(Picks { kind: catalog.labels.kind(kind), lines });
        }
    }
    (picks, words.into_iter().collect::<Vec<_>>().join("; "))
}

/// What touches it: what was chosen and what was typed.
pub(super) fn touched(form: &Form) -> String {
    let typed = form.text("touched_by");
    form.all("touch").into_iter().chain(std::iter::once(typed)).collect::<Vec<_>>().join("; ")
}

impl ShowPage {
    fn of(
        web: &Web,
        visitor: &Visitor,
        shown: Option<ShownAsset>,
        form: AssetForm,
        choices: AssetChoices,
    ) -> Self {
        let p = visitor.page();
        let (picks, others) = picks(web, &choices, &form.touched_by);
        let record = shown.as_ref().map(|shown| &shown.record);
        Self {
            id: record.map(|record| record.id),
            after: record.map_or(0, |record| record.version),
            gone: record.is_some_and(|record| record.gone),
            history: shown.as_ref().map(|shown| history(&p, &shown.versions)).unwrap_or_default(),
            gaps: shown
                .as_ref()
                .map(|shown| shown.gaps.iter().map(|gap| (gap.clone(), gap_sentence(&p, gap))).collect())
                .unwrap_or_default(),
            rows: shown.map(|shown| shown.rows).unwrap_or_default(),
            p,
            form,
            choices,
            picks,
            others,
            mistakes: Mistakes::default(),
            conflict: false,
            parts: AssetPart::ALL,
            classes: Secrecy::ALL,
            answers: Encryption::ALL,
        }
    }

    /// The number of the asset that is this thing already.
    fn taken(&self) -> Option<&str> {
        let mistake: &Invalid = self.mistakes.0.get("name")?;
        if mistake.problem == "asset-taken" { mistake.detail.as_deref() } else { None }
    }
}

fn history(p: &Page, versions: &[Record<Asset>]) -> Vec<Past> {
    versions
        .iter()
        .enumerate()
        .map(|(at, record)| {
            let former = versions.get(at + 1);
            let changes = former.map(|former| difference(&former.value, &record.value)).unwrap_or_default();
            Past {
                at: record.at.minute(),
                by: record.by.clone(),
                gone: record.gone,
                first: record.version == 1,
                changes: changes
                    .into_iter()
                    .map(|change| {
                        let words = |value: &str| value_in_words(p, change.field, value);
                        (field_in_words(p, change.field), words(&change.before), words(&change.after))
                    })
                    .collect(),
            }
        })
        .collect()
}

fn number(text: &str) -> Result<u64, AppError> {
    text.parse().map_err(|_| AppError::NotFound("asset"))
}

async fn known(
    web: &Web,
    visitor: &Visitor,
    id: Option<u64>,
) -> Result<(Option<ShownAsset>, AssetChoices), Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let question = move |app: &app::App| {
        Ok((id.map(|id| app.asset(&caller, id)).transpose()?, app.asset_choices(&caller)?))
    };
    web.ask(question).await.map_err(fail)
}

/// The page of an asset.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = number(&id).map_err(|error| Failure::new(error, &visitor))?;
    let (shown, choices) = known(&web, &visitor, Some(id)).await?;
    let form = shown.as_ref().map(|shown| AssetForm::of(&shown.record.value)).unwrap_or_default();
    Ok(show_as(StatusCode::OK, &ShowPage::of(&web, &visitor, shown, form, choices)))
}

/// An empty form.
pub(crate) async fn fresh(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let (_, choices) = known(&web, &visitor, None).await?;
    let form = AssetForm {
        part: AssetPart::Data.name().to_owned(),
        encryption: Encryption::Undecided.name().to_owned(),
        ..AssetForm::default()
    };
    Ok(show_as(StatusCode::OK, &ShowPage::of(&web, &visitor, None, form, choices)))
}

/// Saves a new asset.
pub(crate) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    keep(&web, &visitor, None, &body).await
}

/// Saves an asset. When somebody else saved in the meantime, both are shown and nothing is lost.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let id = number(&id).map_err(|error| Failure::new(error, &visitor))?;
    keep(&web, &visitor, Some(id), &body).await
}

async fn keep(web: &Web, visitor: &Visitor, id: Option<u64>, body: &Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let form = Form::read(visitor, body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let after = form.get("after").parse().unwrap_or(0);
    let typed = read(&form);
    let asked = typed.clone();
    let error = match web.ask(move |app| app.save_asset(&caller, id, after, &asked)).await {
        Ok(id) => return Ok(go(&format!("/assets/{id}?note=saved"))),
        Err(error) => error,
    };
    let conflict = matches!(error, AppError::Conflict);
    let mistakes = if conflict { Mistakes::default() } else { Mistakes::of(error).map_err(fail)? };
    let (shown, choices) = known(web, visitor, id).await?;
    let page = ShowPage { mistakes, conflict, ..ShowPage::of(web, visitor, shown, typed, choices) };
    // After a conflict the next attempt is made with open eyes; after a mistake the version seen stays the same.
    let page = if conflict { page } else { ShowPage { after, ..page } };
    let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(show_as(status, &page))
}

fn read(form: &Form) -> AssetForm {
    AssetForm {
        system: form.text("system"),
        part: form.text("part"),
        name: form.text("name"),
        credential: form.get("credential") == "yes",
        personal: form.get("personal") == "yes",
        owner: form.text("owner"),
        secrecy: form.text("secrecy"),
        encryption: form.text("encryption"),
        method: form.text("method"),
        touched_by: touched(form),
        note: form.text("note"),
    }
}

/// Takes an asset away.
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let id = number(&id).map_err(fail)?;
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let after = form.get("after").parse().unwrap_or(0);
    web.ask(move |app| app.remove_asset(&caller, id, after)).await.map_err(fail)?;
    Ok(go("/assets?note=asset-removed"))
}
