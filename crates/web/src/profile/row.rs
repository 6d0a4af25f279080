//! A checklist row of the company's own, or one of the catalogue changed: texts, threats, statements.

use app::AppError;
use app::guideline::Catalog;
use app::guideline::catalog::threat::Threat;
use app::guideline::catalog::{Group, Row};
use app::profile::{Edit, OwnRowForm, ShownProfile};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use model::{StatementId, Text};

use super::{Trouble, editable};
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

/// The first number of own rows.
const OWN_FROM: u32 = 101;
/// How many empty fields there are for other statements.
const OTHERS_SPARE: usize = 3;

/// The threats of an event's class, the own ones under the event they name.
struct Threats {
    event: Text,
    threats: Vec<Threat>,
    chosen: usize,
}

/// A statement to choose.
struct Choice {
    id: StatementId,
    title: Text,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "profile/row.html")]
struct RowPage {
    p: Page,
    id: String,
    name: Text,
    after: u32,
    form: OwnRowForm,
    /// The catalogue's row; `None` for own ones.
    printed: Option<Row>,
    /// Whether the profile holds it: an own row, or a change.
    held: bool,
    groups: [Group; 7],
    threats: Vec<Threats>,
    /// The catalogue's statements of the row, which stay.
    fixed: Vec<Choice>,
    own: Vec<Choice>,
    /// Other statements by number, as typed, and fields for more.
    others: Vec<String>,
    /// The catalogue's statements that can be added.
    there: Vec<Choice>,
    trouble: Trouble,
}

impl RowPage {
    fn has_threat(&self, id: &str) -> bool {
        self.form.threats.iter().any(|own| own == id)
    }
}

fn threats(base: &Catalog, found: &ShownProfile, chosen: &[String]) -> Vec<Threats> {
    let all = || base.threats.threats.iter().chain(&found.line.profile.threats);
    base.threats
        .events
        .iter()
        .map(|event| {
            let threats: Vec<Threat> = all().filter(|threat| threat.event == event.id).cloned().collect();
            let chosen = threats.iter().filter(|threat| chosen.contains(&threat.id)).count();
            Threats { event: event.name.clone(), threats, chosen }
        })
        .filter(|event| !event.threats.is_empty())
        .collect()
}

fn answer(
    web: &Web,
    visitor: &Visitor,
    (found, after): (ShownProfile, u32),
    form: OwnRowForm,
    trouble: Trouble,
) -> Response {
    let standard = web.app.standard();
    let base = &standard.base;
    let profile = &found.line.profile;
    let printed = base.row(form.no).cloned();
    let chosen = |id: &StatementId| form.statements.contains(&id.0);
    let own: Vec<Choice> = profile
        .statements
        .iter()
        .map(|own| Choice { id: own.id.clone(), title: own.title.clone(), chosen: chosen(&own.id) })
        .collect();
    let fixed: Vec<Choice> = printed
        .iter()
        .flat_map(|row| &row.statements)
        .map(|id| Choice {
            id: id.clone(),
            title: base.statement(id).map(|statement| statement.text.clone()).unwrap_or_default(),
            chosen: true,
        })
        .collect();
    let elsewhere = |id: &&String| {
        let in_list = |list: &[Choice]| list.iter().any(|choice| choice.id.0 == **id);
        !in_list(&own) && !in_list(&fixed)
    };
    let mut others: Vec<String> = form.statements.iter().filter(elsewhere).cloned().collect();
    others.extend(std::iter::repeat_n(String::new(), OTHERS_SPARE));
    let there = base
        .statements()
        .filter(|statement| !fixed.iter().any(|choice| choice.id == statement.id))
        .map(|statement| Choice { id: statement.id.clone(), title: statement.text.clone(), chosen: false })
        .collect();
    let page = RowPage {
        p: visitor.page(),
        id: profile.id.clone(),
        name: profile.name.clone(),
        after,
        held: profile.rows.iter().any(|row| row.no == form.no)
            || profile.row_changes.iter().any(|change| change.no == form.no),
        groups: Group::ALL,
        threats: threats(base, &found, &form.threats),
        others,
        there,
        printed,
        fixed,
        own,
        form,
        trouble,
    };
    show_as(page.trouble.status(), &page)
}

/// The statement the address asks to add.
fn wanted(query: Option<String>) -> Result<Form, AppError> {
    Form::parse(&Bytes::from(query.unwrap_or_default()))
}

/// An empty form; with a number in the address, the way to that row.
pub(crate) async fn new(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = wanted(query).map_err(|error| Failure::new(error, &visitor))?;
    let found = editable(&web, &visitor, &id).await?;
    if let Ok(no) = query.get("no").parse::<u32>() {
        return Ok(go(&format!("/profiles/{}/rows/{no}?add={}", encoded(&id), encoded(query.get("add")))));
    }
    let mut form = OwnRowForm { group: Group::Device.name().into(), ..OwnRowForm::default() };
    let p = visitor.page();
    if let Some(own) = found.0.line.profile.statements.iter().find(|own| own.id.0 == query.get("add")) {
        form.group = own.group.name().into();
        form.item = p.x(&own.title).to_owned();
        form.detail = p.x(&own.text).to_owned();
        form.statements = vec![own.id.0.clone()];
    }
    Ok(answer(&web, &visitor, found, form, Trouble::default()))
}

/// A row as the profile has it now; `None` when there is no such row.
fn stored(p: &Page, base: &Catalog, found: &ShownProfile, no: u32) -> Option<OwnRowForm> {
    let profile = &found.line.profile;
    let change = profile.row_changes.iter().find(|change| change.no == no);
    let held = base.row(no).or_else(|| profile.rows.iter().find(|row| row.no == no));
    let words = |changed: Option<&Text>, own: &Text| p.x(changed.unwrap_or(own)).to_owned();
    let row = held?;
    let added = change.iter().flat_map(|change| &change.add_statements);
    Some(OwnRowForm {
        no,
        group: row.group.name().to_owned(),
        item: words(change.and_then(|change| change.item.as_ref()), &row.item),
        detail: words(change.and_then(|change| change.detail.as_ref()), &row.detail),
        threats: change.and_then(|change| change.threats.clone()).unwrap_or_else(|| row.threats.clone()),
        statements: row.statements.iter().chain(added).map(|id| id.0.clone()).collect(),
        reason: change.map(|change| p.x(&change.reason).to_owned()).unwrap_or_default(),
    })
}

/// One row.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, no)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let query = wanted(query).map_err(fail)?;
    let no: u32 = no.parse().map_err(|_| fail(AppError::NotFound("row")))?;
    let found = editable(&web, &visitor, &id).await?;
    let profile = &found.0.line.profile;
    let form = stored(&visitor.page(), &web.app.standard().base, &found.0, no);
    // A change of a row the catalogue no longer has: it can only go.
    let gone = profile.row_changes.iter().any(|change| change.no == no);
    let form = form.or_else(|| gone.then(|| OwnRowForm { no, ..OwnRowForm::default() }));
    let mut form = form.ok_or_else(|| fail(AppError::NotFound("row")))?;
    let add = query.get("add");
    if profile.statements.iter().any(|own| own.id.0 == add) && !form.statements.iter().any(|id| id == add) {
        form.statements.push(add.to_owned());
    }
    Ok(answer(&web, &visitor, found, form, Trouble::default()))
}

async fn put(web: &Web, visitor: &Visitor, id: &str, no: u32, body: &Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let form = Form::read(visitor, body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let mut statements = form.all("statements");
    for others in form.all("others") {
        let words = others.split([' ', '\u{3000}', ',', '、', '\n', '\r', '\t']);
        statements.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }
    let printed = web.app.standard().base.row(no).cloned();
    let fixed = printed.iter().flat_map(|row| &row.statements).map(|id| id.0.clone());
    let typed = OwnRowForm {
        no,
        group: form.text("group"),
        item: form.text("item"),
        detail: form.text("detail"),
        threats: in_order(web, form.all("threats"), printed.as_ref()),
        statements: fixed.chain(statements).collect(),
        reason: form.text("reason"),
    };
    let edit = if form.has("remove") { Edit::DropRow(no) } else { Edit::PutRow(typed.clone()) };
    let (profile, after) = (id.to_owned(), form.get("after").parse().unwrap_or(0));
    match web.ask(move |app| app.edit_profile(&caller, &profile, after, &edit)).await {
        Ok(_) => Ok(go(&format!("/profiles/{id}?note=saved"))),
        Err(error) => {
            let trouble = Trouble::of(error).map_err(fail)?;
            let (found, newest) = editable(web, visitor, id).await?;
            let after = if trouble.conflict { newest } else { after };
            Ok(answer(web, visitor, (found, after), typed, trouble))
        }
    }
}

/// Threats chosen in the order of the row, then of the catalogue: boxes come in the order of the page, and a row whose
/// threats are the same is not changed.
fn in_order(web: &Web, chosen: Vec<String>, printed: Option<&Row>) -> Vec<String> {
    let standard = web.app.standard();
    let all = standard.base.threats.threats.iter().map(|threat| threat.id.as_str());
    let place = |id: &String| {
        let own = printed.and_then(|row| row.threats.iter().position(|other| other == id));
        let in_catalog = all.clone().position(|other| other == id.as_str());
        (own.unwrap_or(usize::MAX), in_catalog.unwrap_or(usize::MAX))
    };
    let mut chosen = chosen;
    chosen.sort_by_key(place);
    chosen.dedup();
    chosen
}

/// Adds one.
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    put(&web, &visitor, &id, 0, &body).await
}

/// Saves one, or takes it back.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, no)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let no: u32 = no.parse().map_err(|_| Failure::new(AppError::NotFound("row"), &visitor))?;
    // Own rows are numbered from 101; nothing else is made by naming a number.
    if no == 0 || (no >= OWN_FROM && !owns(&web, &visitor, &id, no).await?) {
        return Err(Failure::new(AppError::NotFound("row"), &visitor));
    }
    put(&web, &visitor, &id, no, &body).await
}

async fn owns(web: &Web, visitor: &Visitor, id: &str, no: u32) -> Result<bool, Failure> {
    let (found, _) = editable(web, visitor, id).await?;
    Ok(found.line.profile.rows.iter().any(|row| row.no == no))
}
