//! The first page.

use app::leaving::LeavingSummary;
use app::overview::Overview;
use app::review::ReviewSummary;
use app::risk::{Ask, Risk};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use model::Outcome;

use crate::Web;
use crate::chart::{self, Day};
use crate::error::Failure;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    p: Page,
    company: String,
    profile: String,
    overview: Overview,
    risk: Risk,
    outcomes: [Outcome; 4],
    trend: String,
    as_of: String,
    /// Off-boardings and reviews that are not over.
    leaving: LeavingSummary,
    reviews: ReviewSummary,
    /// That the program came with another catalogue than the assessment was made with.
    upgrade: Option<String>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (company, overview, risk, now, leaving, reviews) = web
        .ask(move |app| {
            let risk = app.risk(&caller, Ask::default())?;
            let (leaving, reviews) = (app.leaving_summary(&caller)?, app.review_summary(&caller)?);
            Ok((app.company()?, app.overview(&caller)?, risk, app.now(), leaving, reviews))
        })
        .await
        .map_err(fail)?;
    let p = visitor.page();
    let days: Vec<Day> = overview
        .trend
        .iter()
        .map(|day| Day { day: day.day.clone(), counts: day.summary.level(chart::TREND_LEVEL) })
        .collect();
    Ok(show(&OverviewPage {
        trend: chart::trend(&days, &p.t("overview-trend-words")),
        company: company.name,
        profile: p.x(&web.app.standard().profile.name).to_owned(),
        overview,
        risk,
        leaving,
        reviews,
        outcomes: Outcome::ALL,
        as_of: now.minute(),
        upgrade: crate::upgrade::note(&web, &p),
        p,
    }))
}
