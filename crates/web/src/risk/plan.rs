//! What a budget does best, made the plan.

use app::risk::PlanForm;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::{RiskPage, reckoned};
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{encoded, go, show_as};
use crate::visitor::Visitor;

/// Decides the chosen rows as to be done; those somebody changed in the meantime are named.
pub(crate) async fn take(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let plan = PlanForm { rows: rows(&form.all("row")), due: form.text("due"), owner: form.text("owner") };
    let asked = plan.clone();
    match web.ask(move |app| app.plan_rows(&caller, &asked)).await {
        Ok(taken) => {
            let left: Vec<String> = taken.passed_over.iter().map(ToString::to_string).collect();
            let note = if taken.planned.is_empty() { "" } else { "&note=rows-planned" };
            let (budget, years) = (encoded(form.get("budget")), encoded(form.get("years")));
            Ok(go(&format!("/risk?budget={budget}&years={years}&left={}{note}", left.join(","))))
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = RiskPage { plan, mistakes, ..reckoned(&web, &visitor, &form).await? };
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Rows with the versions seen, each as `34:2`; what is not is left out.
fn rows(sent: &[String]) -> Vec<(u32, u32)> {
    let mut rows: Vec<(u32, u32)> = sent
        .iter()
        .filter_map(|text| text.split_once(':'))
        .filter_map(|(no, after)| Some((no.parse().ok()?, after.parse().ok()?)))
        .collect();
    rows.sort_unstable();
    rows.dedup_by_key(|(no, _)| *no);
    rows
}
