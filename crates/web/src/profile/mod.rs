//! Tailoring (section 4.5): profiles, their editor, own statements, threats and rows.

use app::guideline::Catalog;
use app::guideline::profile::{Difference, Misfits, Place};
use app::profile::ShownProfile;
use app::{AppError, Invalid};
use axum::http::StatusCode;
use model::{StatementId, Text};

use crate::Web;
use crate::error::Failure;
use crate::form::Mistakes;
use crate::page::Page;
use crate::visitor::Visitor;

pub(crate) mod difference;
mod example;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod own;
pub(crate) mod preview;
pub(crate) mod row;
pub(crate) mod show;
pub(crate) mod statement;
pub(crate) mod threat;
pub(crate) mod trial;

/// A profile with everything about it.
async fn shown(web: &Web, visitor: &Visitor, id: &str) -> Result<ShownProfile, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let id = id.to_owned();
    web.ask(move |app| app.profile(&caller, &id)).await.map_err(fail)
}

/// An own profile, to be edited, and its version.
async fn editable(web: &Web, visitor: &Visitor, id: &str) -> Result<(ShownProfile, u32), Failure> {
    let shown = shown(web, visitor, id).await?;
    match shown.line.own.as_ref().map(|own| own.0) {
        Some(version) => Ok((shown, version)),
        None => Err(Failure::new(AppError::NotFound("profile"), visitor)),
    }
}

/// Why nothing was saved, for the page that shows the form again.
#[derive(Clone, Debug, Default)]
struct Trouble {
    mistakes: Mistakes,
    misfits: Misfits,
    conflict: bool,
}

impl Trouble {
    /// The trouble of an error; the error itself when the form cannot help.
    fn of(error: AppError) -> Result<Self, AppError> {
        match error {
            AppError::Misfit(misfits) => Ok(Self { misfits, ..Self::default() }),
            AppError::Conflict => Ok(Self { conflict: true, ..Self::default() }),
            other => Ok(Self { mistakes: Mistakes::of(other)?, ..Self::default() }),
        }
    }

    /// The status of the answer.
    fn status(&self) -> StatusCode {
        if self.conflict {
            StatusCode::CONFLICT
        } else if self.mistakes.any() || !self.misfits.is_empty() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        }
    }

    /// What does not fit.
    fn faults(&self, p: &Page) -> Vec<Fault> {
        Fault::misfits(p, &self.misfits)
    }

    /// What is wrong with the profile as a whole, which belongs to no field.
    fn whole(&self, p: &Page) -> Option<String> {
        ["profile", "statement", "id", "no"].into_iter().find_map(|field| self.mistakes.at(p, field))
    }
}

/// What is wrong with an expression or a profile, and what to do about it, in the reader's language.
pub(crate) struct Fault {
    pub(crate) what: String,
    pub(crate) fix: String,
}

impl Fault {
    /// What of a profile does not fit.
    pub(crate) fn misfits(p: &Page, misfits: &Misfits) -> Vec<Self> {
        let told = |text: &Text| p.x(text).to_owned();
        misfits.iter().map(|misfit| Self { what: told(&misfit.what), fix: told(&misfit.fix) }).collect()
    }

    /// The faults of a field, one a line.
    fn all(mistakes: &Mistakes, field: &str) -> Vec<Self> {
        let found: Option<&Invalid> = mistakes.0.get(field).filter(|own| own.problem == "check-not-usable");
        let lines = found.and_then(|own| own.detail.as_deref()).unwrap_or_default();
        lines.lines().map(Self::of_line).collect()
    }

    /// As [`app::guideline::profile::Misfit::line`] wrote it.
    fn of_line(line: &str) -> Self {
        let (what, fix) = line.split_once(" → ").unwrap_or((line, ""));
        Self { what: what.to_owned(), fix: fix.to_owned() }
    }
}

/// A place where something differs, with everything that differs there.
struct Change {
    /// Its number: of a statement or row; empty for threats.
    label: String,
    /// The policy's title, the row's measure, the threat's scenario.
    title: Text,
    /// Where it is edited, below the profile's address.
    path: String,
    items: Vec<Item>,
}

/// One thing that differs.
struct Item {
    name: String,
    before: Option<Text>,
    after: Option<Text>,
    reason: Option<Text>,
}

/// What a field of a difference is called.
pub(crate) fn field_name(
    p: &Page,
    catalog: &Catalog,
    statement: Option<&StatementId>,
    field: &str,
) -> String {
    let Some(param) = field.strip_prefix("param.") else { return p.t(&format!("change-{field}")) };
    let found = statement.and_then(|id| catalog.statement(id)).and_then(|own| own.params.get(param));
    found.map_or_else(|| param.to_owned(), |param| p.x(&param.name).to_owned())
}

/// Differences, place by place.
fn changes(p: &Page, catalog: &Catalog, differences: &[Difference]) -> Vec<Change> {
    let mut changes: Vec<(Place, Change)> = Vec::new();
    for found in differences {
        let (statement, change) = place(catalog, found);
        let item = Item {
            name: match (found.field.as_str(), &found.before) {
                ("own", None) => p.t("change-own-added"),
                ("own", Some(_)) => p.t("change-own-removed"),
                (field, _) => field_name(p, catalog, statement, field),
            },
            before: found.before.clone(),
            after: found.after.clone(),
            reason: found.reason.clone(),
        };
        match changes.last_mut() {
            Some((place, last)) if *place == found.place => last.items.push(item),
            _ => changes.push((found.place.clone(), Change { items: vec![item], ..change })),
        }
    }
    changes.into_iter().map(|(_, change)| change).collect()
}

/// What a place is called; what is not the catalogue's is called by what was said about it.
fn place<'a>(catalog: &Catalog, found: &'a Difference) -> (Option<&'a StatementId>, Change) {
    let own = || found.after.clone().or_else(|| found.before.clone()).unwrap_or_default();
    let change = |label: String, title: Text, path: String| Change { label, title, path, items: Vec::new() };
    match &found.place {
        Place::Statement(id) => {
            let title = catalog.policy_of(id).map(|policy| policy.title.clone());
            let folder = if title.is_some() { "statements" } else { "own" };
            let path = format!("{folder}/{}", crate::page::encoded(&id.0));
            (Some(id), change(id.0.clone(), title.unwrap_or_else(own), path))
        }
        Place::Row(no) => {
            let title = catalog.row(*no).map(|row| row.item.clone());
            (None, change(no.to_string(), title.unwrap_or_else(own), format!("rows/{no}")))
        }
        Place::Threat(id) => {
            let title = catalog.threats.get(id).map(|threat| threat.scenario.clone());
            let path = format!("threats/{}", crate::page::encoded(id));
            (None, change(String::new(), title.unwrap_or_else(own), path))
        }
    }
}
