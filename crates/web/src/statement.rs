//! The policies, and one statement's page.

use app::guideline::catalog::crosswalk::CrosswalkItem;
use app::guideline::catalog::{Group, Policy, Statement};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use model::{Outcome, StatementId, Text, Verdict};

use crate::Web;
use crate::error::Failure;
use crate::page::{Page, show};
use crate::visitor::Visitor;

/// The policies of a group.
struct GroupOf {
    group: Group,
    name: Text,
    policies: Vec<Policy>,
}

#[derive(Template)]
#[template(path = "statement/list.html")]
struct ListPage {
    p: Page,
    groups: Vec<GroupOf>,
    catalog: String,
    statements: usize,
    /// That the program came with another catalogue than the assessment was made with.
    upgrade: Option<String>,
}

/// All policies.
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Response {
    let catalog = web.app.catalog();
    let groups = Group::ALL
        .into_iter()
        .map(|group| GroupOf {
            group,
            name: catalog.group_name(group),
            policies: catalog.policies.iter().filter(|policy| policy.group == group).cloned().collect(),
        })
        .collect();
    let p = visitor.page();
    show(&ListPage {
        groups,
        catalog: catalog.name(),
        statements: catalog.statements().count(),
        upgrade: crate::upgrade::note(&web, &p),
        p,
    })
}

/// A parameter as the page shows it.
struct ShownParam {
    name: Text,
    value: String,
    printed: String,
    /// Whether that is Mimamori's own choice, because the guideline prints none.
    initial: bool,
    differs: bool,
}

/// Another framework that asks for the same.
struct Also {
    id: String,
    name: Text,
    url: String,
    items: Vec<CrosswalkItem>,
    verified: bool,
}

#[derive(Template)]
#[template(path = "statement/show.html")]
struct ShowPage {
    p: Page,
    policy: Policy,
    asked: Statement,
    kind: Text,
    rows: Vec<u32>,
    params: Vec<ShownParam>,
    verdicts: Vec<Verdict>,
    also: Vec<Also>,
    excluded: Option<Text>,
    /// Own products in use that are said to help.
    in_use: Vec<String>,
}

impl ShowPage {
    /// Whether products in use have something to explain: something fails or is not known in spite of them.
    fn explains(&self) -> bool {
        let open = |verdict: &Verdict| matches!(verdict.verdict, Outcome::Fail | Outcome::Unknown);
        !self.in_use.is_empty() && self.verdicts.iter().any(open)
    }
}

/// A parameter's value as people read it.
pub(crate) fn in_words(value: &serde_json::Value, p: &Page) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(true) => p.t("yes"),
        serde_json::Value::Bool(false) => p.t("no"),
        serde_json::Value::Array(items) => {
            items.iter().map(|item| in_words(item, p)).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// Whether a parameter's value is Mimamori's own choice: its name then says what the guideline prints instead.
pub(crate) fn initial(param: &app::guideline::catalog::Param) -> bool {
    param.name.ja.contains("原典")
}

/// One statement.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let id = StatementId(id);
    let caller = visitor.caller().map_err(fail)?;
    let asked = id.clone();
    let (verdicts, in_use) = web
        .ask(move |app| Ok((app.verdicts_of(&caller, &asked)?, app.products_for(&caller, &asked)?)))
        .await
        .map_err(fail)?;
    let standard = web.app.standard();
    let catalog = &standard.catalog;
    let (Some(policy), Some(statement)) = (catalog.policy_of(&id), catalog.statement(&id)) else {
        return Err(fail(app::AppError::NotFound("statement")));
    };
    let in_force = standard.profile.params(statement);
    let p = visitor.page();
    let plain = |value: &serde_json::Value| in_words(value, &p);
    let params = statement
        .params
        .iter()
        .map(|(name, param)| {
            let value = in_force.get(name).unwrap_or(&param.value);
            ShownParam {
                name: param.name.clone(),
                value: plain(value),
                printed: plain(&param.value),
                initial: initial(param),
                differs: *value != param.value,
            }
        })
        .collect();
    let also = catalog
        .crosswalks
        .iter()
        .filter_map(|crosswalk| {
            let of_policy = |item: &&CrosswalkItem| item.policies.contains(&policy.id);
            let items: Vec<CrosswalkItem> = crosswalk.items.iter().filter(of_policy).cloned().collect();
            (!items.is_empty()).then(|| Also {
                id: crosswalk.id.clone(),
                name: crosswalk.name.clone(),
                url: crosswalk.url.clone(),
                items,
                verified: crosswalk.verified,
            })
        })
        .collect();
    Ok(show(&ShowPage {
        kind: catalog.labels.kind(statement.subject),
        rows: catalog.rows_of(&id).map(|row| row.no).collect(),
        policy: policy.clone(),
        asked: statement.clone(),
        params,
        verdicts,
        also,
        in_use,
        excluded: standard.profile.exclusion(&id).cloned(),
        p,
    }))
}
