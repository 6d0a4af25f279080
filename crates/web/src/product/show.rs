//! One product of the own list: the form, and its history.

use app::AppError;
use app::guideline::catalog::Group;
use app::product::{Form as ProductForm, ShownProduct, Status};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Text;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

/// A class to choose.
struct Class {
    id: String,
    name: Text,
}

/// The statements of a group, to tick.
struct GroupOf {
    name: Text,
    statements: Vec<Choice>,
    ticked: usize,
}

/// A statement to tick.
struct Choice {
    id: String,
    text: Text,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "product/show.html")]
struct ShowPage {
    p: Page,
    /// `new`, or the number.
    id: String,
    shown: Option<ShownProduct>,
    form: ProductForm,
    classes: Vec<Class>,
    groups: Vec<GroupOf>,
    statuses: [Status; 3],
    mistakes: Mistakes,
    conflict: bool,
}

impl ShowPage {
    fn of(web: &Web, visitor: &Visitor, shown: Option<ShownProduct>, form: ProductForm) -> Self {
        let catalog = web.app.catalog();
        let class = |own: &app::guideline::catalog::ProductClass| Class {
            id: own.id.clone(),
            name: Text::by(|lang| format!("{} {}", own.section, own.name.get(lang))),
        };
        let groups = Group::ALL
            .into_iter()
            .map(|group| {
                let own = catalog.policies.iter().filter(|policy| policy.group == group);
                let statements: Vec<Choice> = own
                    .flat_map(|policy| &policy.statements)
                    .map(|statement| Choice {
                        id: statement.id.0.clone(),
                        text: statement.text.clone(),
                        ticked: form.statements.contains(&statement.id.0),
                    })
                    .collect();
                GroupOf {
                    name: catalog.group_name(group),
                    ticked: statements.iter().filter(|choice| choice.ticked).count(),
                    statements,
                }
            })
            .collect();
        Self {
            p: visitor.page(),
            id: shown.as_ref().map_or_else(|| "new".to_owned(), |shown| shown.line.id.to_string()),
            classes: catalog.products.iter().map(class).collect(),
            groups,
            shown,
            form,
            statuses: Status::ALL,
            mistakes: Mistakes::default(),
            conflict: false,
        }
    }

    fn title(&self) -> String {
        self.shown.as_ref().map_or_else(|| self.p.t("product-new"), |shown| shown.line.product.name.clone())
    }
}

/// `new` or a number.
fn number(text: &str) -> Result<Option<u64>, AppError> {
    match text {
        "new" => Ok(None),
        text => text.parse().map(Some).map_err(|_| AppError::NotFound("product")),
    }
}

async fn shown(web: &Web, visitor: &Visitor, id: Option<u64>) -> Result<Option<ShownProduct>, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    match id {
        Some(id) => web.ask(move |app| app.product(&caller, id)).await.map(Some).map_err(fail),
        None => Ok(None),
    }
}

/// The form: filled with what is kept, or with what the address says about where one comes from.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let shown = shown(&web, &visitor, number(&id).map_err(fail)?).await?;
    let form = match &shown {
        Some(own) => ProductForm::of(&own.line.product, own.line.version),
        None => {
            let query = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
            started(&web, &query)
        }
    };
    Ok(show_as(StatusCode::OK, &ShowPage::of(&web, &visitor, shown, form)))
}

/// A new product: the statements of the row one comes from, or else those of the class, are ticked to start with.
fn started(web: &Web, query: &Form) -> ProductForm {
    let catalog = web.app.catalog();
    let class = catalog.products.iter().find(|class| class.id == query.get("class"));
    let row = query.get("row").parse().ok().and_then(|no| catalog.row(no));
    let statements = match (row, class) {
        (Some(row), _) => row.statements.as_slice(),
        (None, Some(class)) => class.statements.as_slice(),
        (None, None) => &[],
    };
    let bounded = |name: &str| query.get(name).chars().take(200).collect();
    ProductForm {
        name: bounded("name"),
        maker: bounded("maker"),
        class: class.map(|class| class.id.clone()).unwrap_or_default(),
        status: Status::InUse.name().to_owned(),
        statements: statements.iter().map(|id| id.0.clone()).collect(),
        ..ProductForm::default()
    }
}

/// Saves it. When somebody else saved in the meantime, nothing is overwritten and nothing typed is lost.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let id = number(&id).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = ProductForm {
        after: form.get("after").parse().unwrap_or(0),
        name: form.text("name"),
        maker: form.text("maker"),
        class: form.text("class"),
        status: form.text("status"),
        price: form.text("price"),
        yen_yearly: form.text("yen_yearly"),
        for_whom: form.text("for_whom"),
        statements: form.all("statement"),
        note: form.text("note"),
        reviewed: form.text("reviewed"),
    };
    let asked = typed.clone();
    match web.ask(move |app| app.save_product(&caller, id, &asked)).await {
        Ok(_) => Ok(go("/products?note=product-saved")),
        Err(AppError::Conflict) => {
            let shown = shown(&web, &visitor, id).await?;
            let after = shown.as_ref().map_or(0, |own| own.line.version);
            let page = ShowPage::of(&web, &visitor, shown, ProductForm { after, ..typed });
            Ok(show_as(StatusCode::CONFLICT, &ShowPage { conflict: true, ..page }))
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let shown = shown(&web, &visitor, id).await?;
            let page = ShowPage { mistakes, ..ShowPage::of(&web, &visitor, shown, typed) };
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Takes it off the list.
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let id = number(&id).and_then(|id| id.ok_or(AppError::NotFound("product"))).map_err(fail)?;
    let after = form.get("after").parse().unwrap_or(0);
    let caller = visitor.caller().map_err(fail)?;
    web.ask(move |app| app.remove_product(&caller, id, after)).await.map_err(fail)?;
    Ok(go("/products?note=product-removed"))
}
