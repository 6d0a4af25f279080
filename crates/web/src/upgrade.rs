//! Moving on to the catalogue the program came with: row by row what changed, what would come out otherwise.

use app::guideline::Catalog;
use app::guideline::catalog::{FieldChange, Kind, StatementDifference};
use app::upgrade::Upgrade;
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use model::Text;

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, go, show};
use crate::profile::preview::{ShownShift, titled};
use crate::profile::{Fault, field_name};
use crate::visitor::Visitor;

/// One thing that changed.
struct Field {
    name: String,
    before: Text,
    after: Text,
}

/// A statement that changed.
struct Changed {
    id: String,
    title: Text,
    kind: &'static str,
    fields: Vec<Field>,
}

/// A row that changed.
struct Row {
    no: u32,
    item: Text,
    kind: &'static str,
    fields: Vec<Field>,
    statements: Vec<Changed>,
}

#[derive(Template)]
#[template(path = "upgrade.html")]
struct UpgradePage {
    p: Page,
    /// What waits; `None` when there is nothing to move on to.
    upgrade: Option<Upgrade>,
    /// What of the profile does not fit the newer one.
    misfits: Vec<Fault>,
    /// The fingerprint of the catalogue in use: two may bear the same name.
    before: String,
    /// The catalogue in use.
    catalog: String,
    rows: Vec<Row>,
    rest: Vec<Changed>,
    shifts: Vec<ShownShift>,
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        Kind::Changed => "changed",
    }
}

/// Both catalogues, the newer first: what is in neither place is looked up in the other.
struct Both<'a> {
    p: &'a Page,
    new: &'a Catalog,
    old: &'a Catalog,
}

impl Both<'_> {
    fn fields(&self, changes: &[FieldChange], statement: Option<&model::StatementId>) -> Vec<Field> {
        let of = |catalog: &Catalog, field: &str| field_name(self.p, catalog, statement, field);
        changes
            .iter()
            .map(|change| {
                let known = statement.is_some_and(|id| self.new.statement(id).is_some());
                let name = of(if known { self.new } else { self.old }, &change.field);
                Field { name, before: change.before.clone(), after: change.after.clone() }
            })
            .collect()
    }

    fn statement(&self, found: &StatementDifference) -> Changed {
        let policy = self.new.policy_of(&found.id).or_else(|| self.old.policy_of(&found.id));
        Changed {
            id: found.id.0.clone(),
            title: policy.map(|policy| policy.title.clone()).unwrap_or_default(),
            kind: kind(found.kind),
            fields: self.fields(&found.fields, Some(&found.id)),
        }
    }
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let upgrade = web.ask(move |app| app.upgrade(&caller)).await.map_err(fail)?;
    let standard = web.app.standard();
    let p = visitor.page();
    let latest = web.app.latest();
    let both = Both { p: &p, new: &latest, old: &standard.base };
    let difference = upgrade.as_ref().map(|own| own.difference.clone()).unwrap_or_default();
    let rows = difference
        .rows
        .iter()
        .map(|row| Row {
            no: row.no,
            item: both
                .new
                .row(row.no)
                .or_else(|| both.old.row(row.no))
                .map(|own| own.item.clone())
                .unwrap_or_default(),
            kind: kind(row.kind),
            fields: both.fields(&row.fields, None),
            statements: row.statements.iter().map(|found| both.statement(found)).collect(),
        })
        .collect();
    let rest = difference.statements_without_row.iter().map(|found| both.statement(found)).collect();
    let shifts = upgrade.as_ref().map(|own| own.shifts.clone()).unwrap_or_default();
    Ok(show(&UpgradePage {
        shifts: titled(shifts, [latest.as_ref(), standard.catalog.as_ref()]),
        catalog: standard.base.name(),
        before: standard.base.files().fingerprint(),
        misfits: upgrade.as_ref().map(|own| Fault::misfits(&p, &own.misfits)).unwrap_or_default(),
        rows,
        rest,
        upgrade,
        p,
    }))
}

/// The sentence other pages show while something waits.
pub(crate) fn note(web: &Web, p: &Page) -> Option<String> {
    let waits = web.app.upgrade_waits()?;
    let lost = web.app.standard().lost.is_some();
    Some(if lost { p.t("upgrade-lost") } else { p.tx("upgrade-waits", waits) })
}

/// Moves on.
pub(crate) async fn take(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let fingerprint: String = form.get("fingerprint").chars().take(64).collect();
    web.ask(move |app| app.move_on(&caller, &fingerprint)).await.map_err(fail)?;
    Ok(go("/upgrade?note=upgrade-done"))
}
