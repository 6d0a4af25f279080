//! One row: policy, threat, live verdicts, our evaluation and its history.

use app::AppError;
use app::checklist::{COST_FIELDS, Form as RowForm, LossForm, ShownRow};
use app::guideline::catalog::Threats;
use app::product::RowProducts;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Text;
use model::decision::{Aspect, Choice, Severity};

use super::figure::{self, Assets, CostRow, Offered};
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

/// The fields of one aspect, as the page shows them.
struct Impact {
    aspect: Aspect,
    severity: String,
    words: String,
    yen: String,
}

/// A threat with its classes.
struct ShownThreat {
    scenario: Text,
    event: Text,
    results: Vec<Text>,
}

#[derive(Template)]
#[template(path = "checklist/show.html")]
struct ShowPage {
    p: Page,
    shown: ShownRow,
    threats: Vec<ShownThreat>,
    form: RowForm,
    impacts: Vec<Impact>,
    severities: [Severity; 4],
    choices: [Choice; 4],
    assets: Assets,
    often: Vec<Offered>,
    prevented: Vec<Offered>,
    cost: Vec<CostRow>,
    /// The yen of the four aspects together, as a start for the damage of one event.
    impacts_yen: Option<u64>,
    mistakes: Mistakes,
    conflict: bool,
    /// Products for this row: they explain, the verdicts rest on facts.
    products: RowProducts,
    /// Where the row is fitted to the company: in its own profile, or to the profiles when none is in force.
    tailor: String,
}

impl ShowPage {
    fn of(web: &Web, visitor: &Visitor, shown: ShownRow, form: RowForm, mistakes: Mistakes) -> Self {
        let number = shown.row.no;
        let catalog_threats = &web.app.catalog().threats;
        let p = visitor.page();
        Self {
            assets: figure::assets(&shown.assets, &form),
            often: figure::often(&p, &form),
            prevented: figure::prevented(&p, &form),
            cost: figure::cost(&form),
            impacts_yen: shown.decision.yen().filter(|yen| *yen > 0),
            p,
            threats: threats_of(catalog_threats, &shown.row.threats),
            impacts: Aspect::ALL
                .into_iter()
                .zip(form.impacts.clone())
                .map(|(aspect, (severity, words, yen))| Impact { aspect, severity, words, yen })
                .collect(),
            shown,
            form,
            severities: Severity::ALL,
            choices: Choice::ALL,
            mistakes,
            conflict: false,
            products: RowProducts::default(),
            tailor: tailor(web, number),
        }
    }

    /// What the saved measure costs a year, when what is spent once is spread over the usual three years.
    fn yearly(&self) -> Option<f64> {
        let horizon = app::risk::Ask::default().horizon_years;
        Some(app::risk::yearly(self.shown.decision.cost?.total(), horizon))
    }
}

/// Where a row is fitted to the company.
fn tailor(web: &Web, no: u32) -> String {
    let standard = web.app.standard();
    let id = &standard.profile.id;
    match standard.base.profile(id) {
        Some(_) => "/profiles?note=profile-first".to_owned(),
        None => format!("/profiles/{id}/rows/{no}"),
    }
}

fn threats_of(threats: &Threats, ids: &[String]) -> Vec<ShownThreat> {
    ids.iter()
        .filter_map(|id| threats.get(id))
        .map(|threat| ShownThreat {
            scenario: threat.scenario.clone(),
            event: threats.event(&threat.event).map(|class| class.name.clone()).unwrap_or_default(),
            results: threat
                .results
                .iter()
                .filter_map(|id| threats.result(id))
                .map(|class| class.name.clone())
                .collect(),
        })
        .collect()
}

async fn shown(web: &Web, visitor: &Visitor, no: u32) -> Result<ShownRow, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    web.ask(move |app| app.row(&caller, no)).await.map_err(fail)
}

async fn products(web: &Web, visitor: &Visitor, no: u32) -> Result<RowProducts, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    web.ask(move |app| app.row_products(&caller, no)).await.map_err(fail)
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(no): Path<String>,
) -> Result<Response, Failure> {
    let no = number(&no).map_err(|error| Failure::new(error, &visitor))?;
    let shown = shown(&web, &visitor, no).await?;
    let mut form = RowForm::of(&shown.decision, shown.version);
    // What the facts say is offered as a start; the person may change every word.
    if form.current_state.is_empty() && shown.version == 0 {
        form.current_state = shown.proposed_state.get(visitor.lang).to_owned();
    }
    let products = products(&web, &visitor, no).await?;
    let page = ShowPage { products, ..ShowPage::of(&web, &visitor, shown, form, Mistakes::default()) };
    Ok(show_as(StatusCode::OK, &page))
}

fn number(text: &str) -> Result<u32, AppError> {
    text.parse().map_err(|_| AppError::NotFound("row"))
}

/// The form as typed.
fn typed(form: &Form) -> RowForm {
    let field = |aspect: Aspect, part: &str| form.text(&format!("{}_{part}", aspect.name()));
    RowForm {
        after: form.get("after").parse().unwrap_or(0),
        current_state: form.text("current_state"),
        assets: form.all("assets"),
        impacts: Aspect::ALL
            .map(|aspect| (field(aspect, "severity"), field(aspect, "words"), field(aspect, "yen"))),
        loss: LossForm {
            low: form.text("loss_low"),
            high: form.text("loss_high"),
            often_low: form.text("often_low"),
            often_high: form.text("often_high"),
            prevented: form.text("prevented"),
        },
        cost: COST_FIELDS.map(|(once, yearly)| (form.text(once), form.text(yearly))),
        choice: form.text("choice"),
        due: form.text("due"),
        owner: form.text("owner"),
        reason: form.text("reason"),
    }
}

/// Saves our evaluation. When somebody else saved in the meantime, both are shown and nothing is lost.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(no): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let no = number(&no).map_err(fail)?;
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = typed(&form);
    let asked = typed.clone();
    match web.ask(move |app| app.decide(&caller, no, &asked)).await {
        Ok(_) => Ok(go(&format!("/checklist/{no}?note=decision-saved"))),
        Err(AppError::Conflict) => {
            let shown = shown(&web, &visitor, no).await?;
            let form = RowForm { after: shown.version, ..typed };
            let products = products(&web, &visitor, no).await?;
            let page = ShowPage {
                conflict: true,
                products,
                ..ShowPage::of(&web, &visitor, shown, form, Mistakes::default())
            };
            Ok(show_as(StatusCode::CONFLICT, &page))
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let shown = shown(&web, &visitor, no).await?;
            let products = products(&web, &visitor, no).await?;
            let page = ShowPage { products, ..ShowPage::of(&web, &visitor, shown, typed, mistakes) };
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
