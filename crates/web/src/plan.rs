//! The plan: a list and a picture of the time line.

use app::plan::{Plan, Planned};
use app::readiness::MeasureLine;
use app::risk::{self, Ask, Risk, RiskLine};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use model::decision::{Day, Severity};

use crate::Web;
use crate::chart::{self, Due};
use crate::error::Failure;
use crate::page::{Page, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    p: Page,
    plan: Plan,
    picture: String,
    risk: Risk,
    /// Measures for home-working, beside the checklist's rows.
    measures: Vec<MeasureLine>,
    /// What those that are to be done cost.
    measures_cost: risk::Planned,
}

impl PlanPage {
    /// What a planned row costs and saves.
    fn figures(&self, planned: &Planned) -> Option<&RiskLine> {
        self.risk.row(planned.line.row.no)
    }

    /// Days from today to a measure's day; negative when it is past.
    fn days_left(&self, measure: &MeasureLine) -> Option<i64> {
        measure.planned.due.map(|due| self.plan.today.days_until(due))
    }

    fn overdue(&self, measure: &MeasureLine) -> bool {
        self.days_left(measure).is_some_and(|days| days < 0)
    }
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (plan, risk, measures) = web
        .ask(move |app| {
            let measures = app.readiness(&caller)?.measures;
            Ok((app.plan(&caller)?, app.risk(&caller, Ask::default())?, measures))
        })
        .await
        .map_err(fail)?;
    let p = visitor.page();
    let dues: Vec<Due> = plan
        .to_do
        .iter()
        .filter_map(|planned| {
            let (due, days) = (planned.due?, planned.days_left?);
            let class = match (planned.overdue(), planned.damage) {
                (true, _) => "due-overdue",
                (_, Severity::Critical) => "due-critical",
                (_, Severity::Serious) => "due-serious",
                _ => "due-minor",
            };
            let words = format!("{due} {} {}", planned.line.row.no, p.x(&planned.line.row.item));
            Some(Due { no: planned.line.row.no, days, class, words })
        })
        .collect();
    let picture = chart::time_line(&dues, &months(plan.today, &p), &p.t("plan-picture-words"));
    let measures_cost = risk::planned_measures(&measures);
    Ok(show(&PlanPage { p, plan, picture, risk, measures, measures_cost }))
}

/// Today, and the first of each month ahead.
fn months(today: Day, p: &Page) -> Vec<(i64, String)> {
    let mut marks = vec![(0, p.t("plan-today"))];
    for days in -30..=180 {
        let text = today.plus_days(days).to_string();
        if text.ends_with("-01") && !(-12..=12).contains(&days) {
            let month = text.get(5..7).unwrap_or_default().trim_start_matches('0').to_owned();
            marks.push((days, p.tx("plan-month", month)));
        }
    }
    marks
}
