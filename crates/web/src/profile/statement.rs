//! The statements of the catalogue as an own profile sees them: the list, and one to change.

use std::collections::BTreeMap;

use app::guideline::Catalog;
use app::guideline::catalog::{Group, Param, Statement};
use app::guideline::profile::Profile;
use app::profile::{Edit, ShownProfile, TailorForm};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{Lang, Level, StatementId, Text};
use serde_json::Value;

use super::{Trouble, editable, shown};
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, encoded, filters, go, show, show_as};
use crate::visitor::Visitor;

/// A statement in the list.
struct Line {
    id: StatementId,
    text: Text,
    level: Level,
    counts: bool,
    changed: bool,
}

/// The statements of a group.
struct GroupOf {
    group: Group,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "profile/statements.html")]
struct ListPage {
    p: Page,
    id: String,
    name: Text,
    own: bool,
    words: String,
    only_changed: bool,
    groups: Vec<GroupOf>,
    count: usize,
    total: usize,
}

/// Whether a profile itself says something about a statement.
fn says(profile: &Profile, id: &StatementId) -> bool {
    profile.excludes.iter().any(|own| own.statement == *id)
        || profile.includes.iter().any(|own| own.statement == *id)
        || profile.levels.iter().any(|own| own.statement == *id)
        || profile.sets.iter().any(|own| own.statement == *id)
}

/// The list, filtered by words.
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::parse(&Bytes::from(query.unwrap_or_default()))
        .map_err(|error| Failure::new(error, &visitor))?;
    let words: String = query.get("q").trim().chars().take(100).collect();
    let only_changed = query.get("changed") == "yes";
    let found = shown(&web, &visitor, &id).await?;
    let standard = web.app.standard();
    let catalog = &standard.base;
    let (profile, seen) = (&found.line.profile, &found.resolved);
    let lets = |group: Group, statement: &Statement| {
        let group_name = catalog.group_name(group);
        has_words(&words, visitor.lang, catalog, statement, &group_name)
            && (!only_changed || says(profile, &statement.id))
    };
    let groups: Vec<GroupOf> = Group::ALL
        .into_iter()
        .map(|group| GroupOf {
            group,
            lines: catalog
                .policies
                .iter()
                .filter(|policy| policy.group == group)
                .flat_map(|policy| &policy.statements)
                .filter(|statement| lets(group, statement))
                .map(|statement| Line {
                    id: statement.id.clone(),
                    text: statement.text.clone(),
                    level: seen.level(statement),
                    counts: seen.exclusion(&statement.id).is_none(),
                    changed: says(profile, &statement.id),
                })
                .collect(),
        })
        .filter(|group| !group.lines.is_empty())
        .collect();
    Ok(show(&ListPage {
        p: visitor.page(),
        id,
        own: found.line.own.is_some(),
        count: groups.iter().map(|group| group.lines.len()).sum(),
        total: catalog.statements().count(),
        name: found.line.profile.name,
        words,
        only_changed,
        groups,
    }))
}

fn has_words(words: &str, lang: Lang, catalog: &Catalog, statement: &Statement, group: &Text) -> bool {
    let words = words.to_lowercase();
    let policy = catalog.policy_of(&statement.id).map(|policy| policy.title.get(lang)).unwrap_or_default();
    let mut texts = vec![statement.id.0.as_str(), statement.text.get(lang), policy, group.get(lang)];
    texts.extend(statement.params.values().map(|param| param.name.get(lang)));
    words.is_empty() || texts.into_iter().any(|text| text.to_lowercase().contains(&words))
}

/// A parameter to be changed.
struct Field {
    name: String,
    label: Text,
    /// `switch`, `number`, `list` or `word`.
    kind: &'static str,
    value: String,
    reason: String,
    printed: String,
    /// Whether that is Mimamori's own choice, because the guideline prints none.
    initial: bool,
    base: String,
    range: Option<(String, String)>,
}

/// A value as it is typed.
fn typed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(typed).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

fn field(p: &Page, name: &str, param: &Param, base: &Value, (value, reason): (String, String)) -> Field {
    let bound = |bound: Option<i64>| bound.map(|number| number.to_string()).unwrap_or_default();
    Field {
        name: name.to_owned(),
        label: param.name.clone(),
        kind: match &param.value {
            Value::Bool(_) => "switch",
            Value::Number(_) => "number",
            Value::Array(_) => "list",
            _ => "word",
        },
        value,
        reason,
        printed: crate::statement::in_words(&param.value, p),
        initial: crate::statement::initial(param),
        base: crate::statement::in_words(base, p),
        range: (param.min.is_some() || param.max.is_some()).then(|| (bound(param.min), bound(param.max))),
    }
}

#[derive(Template)]
#[template(path = "profile/statement.html")]
struct StatementPage {
    p: Page,
    id: String,
    name: Text,
    under_name: Text,
    after: u32,
    /// The statement; `None` when the catalogue no longer has it.
    asked: Option<Statement>,
    statement: StatementId,
    title: Text,
    base_counts: bool,
    base_level: Level,
    form: TailorForm,
    fields: Vec<Field>,
    levels: [Level; 3],
    changed: bool,
    trouble: Trouble,
}

impl StatementPage {
    fn of(web: &Web, visitor: &Visitor, found: ShownProfile, after: u32, id: StatementId) -> Self {
        let p = visitor.page();
        let standard = web.app.standard();
        let asked = standard.base.statement(&id).cloned();
        let form = asked.as_ref().map(|own| seen(&p, &found, own)).unwrap_or_default();
        let under_name = found.line.profile.base.as_deref().and_then(|base| standard.base.profile(base));
        let mut page = Self {
            id: found.line.profile.id.clone(),
            name: found.line.profile.name.clone(),
            under_name: under_name.map(|base| base.name.clone()).unwrap_or_default(),
            after,
            title: standard.base.policy_of(&id).map(|policy| policy.title.clone()).unwrap_or_default(),
            base_counts: found.under.exclusion(&id).is_none(),
            base_level: asked.as_ref().map_or(Level::May, |own| found.under.level(own)),
            changed: says(&found.line.profile, &id),
            fields: Vec::new(),
            form: TailorForm::default(),
            levels: [Level::Shall, Level::Should, Level::May],
            trouble: Trouble::default(),
            statement: id,
            asked,
            p,
        };
        page.fill(&found, form);
        page
    }

    /// Shows a form, as stored or as typed.
    fn fill(&mut self, found: &ShownProfile, form: TailorForm) {
        if let Some(asked) = &self.asked {
            let base = found.under.params(asked);
            self.fields = asked
                .params
                .iter()
                .map(|(name, param)| {
                    let shown = form.params.get(name).cloned().unwrap_or_default();
                    field(&self.p, name, param, base.get(name).unwrap_or(&param.value), shown)
                })
                .collect();
        }
        self.form = form;
    }
}

/// How the profile sees a statement now.
fn seen(p: &Page, found: &ShownProfile, statement: &Statement) -> TailorForm {
    let (profile, id) = (&found.line.profile, &statement.id);
    let words = |text: Option<&Text>| text.map(|text| p.x(text).to_owned()).unwrap_or_default();
    let excluded = profile.excludes.iter().find(|own| own.statement == *id).map(|own| &own.reason);
    let included = profile.includes.iter().find(|own| own.statement == *id).map(|own| &own.reason);
    let level = profile.levels.iter().find(|own| own.statement == *id);
    let counts = match (excluded, included) {
        (Some(_), _) => false,
        (None, Some(_)) => true,
        (None, None) => found.under.exclusion(id).is_none(),
    };
    let mut params: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (name, value) in found.under.params(statement) {
        let set = profile.sets.iter().find(|own| own.statement == *id && own.param == name);
        let value = set.map_or(&value, |own| &own.value);
        params.insert(name, (typed(value), words(set.map(|own| &own.reason))));
    }
    TailorForm {
        counts,
        counts_reason: words(excluded.or(included)),
        level: level.map_or_else(|| found.under.level(statement), |own| own.to).name().to_owned(),
        level_reason: words(level.map(|own| &own.reason)),
        params,
    }
}

/// One statement.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, statement)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (found, after) = editable(&web, &visitor, &id).await?;
    let page = StatementPage::of(&web, &visitor, found, after, StatementId(statement));
    if page.asked.is_none() && !page.changed {
        return Err(Failure::new(app::AppError::NotFound("statement"), &visitor));
    }
    Ok(show_as(StatusCode::OK, &page))
}

fn read(form: &Form, params: Option<&BTreeMap<String, Param>>) -> TailorForm {
    let names = params.into_iter().flat_map(BTreeMap::keys);
    TailorForm {
        counts: form.get("counts") != "no",
        counts_reason: form.text("counts_reason"),
        level: form.text("level"),
        level_reason: form.text("level_reason"),
        params: names
            .filter(|name| form.has(&format!("value_{name}")))
            .map(|name| {
                let field = |part: &str| form.text(&format!("{part}_{name}"));
                (name.clone(), (field("value"), field("reason")))
            })
            .collect(),
    }
}

/// Saves it, or makes it as in the base again.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, statement)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let statement = StatementId(statement);
    let standard = web.app.standard();
    let typed = read(&form, standard.base.statement(&statement).map(|own| &own.params));
    let edit = if form.has("reset") {
        Edit::Reset(statement.clone())
    } else {
        Edit::Tailor(statement.clone(), typed.clone())
    };
    let (profile, after) = (id.clone(), form.get("after").parse().unwrap_or(0));
    match web.ask(move |app| app.edit_profile(&caller, &profile, after, &edit)).await {
        Ok(_) if standard.base.statement(&statement).is_none() => {
            Ok(go(&format!("/profiles/{id}?note=saved")))
        }
        Ok(_) => Ok(go(&format!("/profiles/{id}/statements/{}?note=saved", encoded(&statement.0)))),
        Err(error) => {
            let trouble = Trouble::of(error).map_err(fail)?;
            let (found, newest) = editable(&web, &visitor, &id).await?;
            let mut page = StatementPage::of(&web, &visitor, found.clone(), newest, statement);
            // Whoever saves again after a conflict has seen it; otherwise the version seen first still counts.
            page.after = if trouble.conflict { newest } else { after };
            page.fill(&found, typed);
            page.trouble = trouble;
            Ok(show_as(page.trouble.status(), &page))
        }
    }
}
