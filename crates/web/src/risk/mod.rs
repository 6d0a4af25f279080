//! Loss against cost, for whoever decides about money: what it could cost us, what to do first, what a budget does.

use app::risk::{Ask, PlanForm, Planned, Ranked, Risk, RiskLine, Whole, planned_measures};
use app::yen;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::decision::Choice;
use model::verdict::Counts;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, show_as};
use crate::visitor::Visitor;

mod picture;
pub(crate) mod plan;

use picture::{Circle, Words};

/// The horizons offered, in years.
const HORIZONS: [u32; 3] = [1, 3, 5];
/// The budgets offered as links, in yen.
const BUDGETS: [u64; 5] = [100_000, 300_000, 500_000, 1_000_000, 3_000_000];
/// One step of the slider, in yen.
const SLIDE_STEP: u64 = 100_000;
/// The slider ends here at the soonest, so that every budget offered is on it, and at the latest, in yen; the number
/// beside it takes more.
const SLIDE_MAX: (u64, u64) = (3_000_000, 10_000_000);

/// What was asked for, as typed.
struct Asked {
    /// The budget in words; shown again when it is no number.
    text: String,
    budget: Option<u64>,
    mistaken: bool,
    horizon: u32,
}

impl Asked {
    /// Number and slider are two fields for one thing: the number counts when it was changed, then the slider.
    fn read(query: &Form) -> Self {
        let horizon = query.get("years").parse().ok().filter(|years| HORIZONS.contains(years));
        let (was, number, slide) = (query.get("was"), query.get("budget").trim(), query.get("slide"));
        let slid = !slide.is_empty() && slide != query.get("slide_was");
        let text: String = if slid && number == was { slide } else { number }.chars().take(30).collect();
        let read = yen::read(&text);
        let budget = read.ok().flatten();
        let text = budget.map_or(text, yen::typed);
        Self { budget, mistaken: read.is_err(), text, horizon: horizon.unwrap_or(3) }
    }
}

#[derive(Template)]
#[template(path = "risk.html")]
struct RiskPage {
    p: Page,
    risk: Risk,
    picture: String,
    asked: Asked,
    horizons: [u32; 3],
    budgets: [u64; 5],
    slide: u64,
    slide_max: u64,
    slide_step: u64,
    /// The form that makes the budget's answer the plan.
    plan: PlanForm,
    mistakes: Mistakes,
    /// Rows that were to become part of the plan, and were left as they are.
    passed_over: Vec<u32>,
    /// What the planned measures for home-working cost.
    measures: Planned,
    products: Paying,
}

/// What the products in use cost.
struct Paying {
    /// Yen a year.
    yearly: u64,
    /// Of how many products that is known.
    known: usize,
    /// How many are in use.
    count: usize,
}

impl RiskPage {
    /// The rows the budget takes that nobody has decided on, with their versions.
    fn to_plan(&self) -> Vec<(u32, u32)> {
        let chosen = self.risk.budget.iter().flat_map(|budget| &budget.chosen);
        chosen
            .filter_map(|ranked| self.line(ranked))
            .filter(|row| row.choice() == Choice::Open)
            .map(|row| (row.line.row.no, row.line.version.as_ref().map_or(0, |version| version.version)))
            .collect()
    }

    /// The rows that are paid and not in force everywhere.
    fn paid(&self) -> impl Iterator<Item = &RiskLine> {
        self.risk.paid.rows.iter().filter_map(|no| self.risk.row(*no))
    }

    /// What a measure does and costs as a whole, as in the picture.
    fn whole(&self, row: &RiskLine) -> Option<Whole> {
        row.whole(self.risk.horizon_years)
    }

    /// What keeps a measure from being in force: everything that does not pass.
    fn missing(&self, counts: &Counts) -> String {
        self.p.counts_in_words(&Counts { pass: 0, ..*counts })
    }

    /// The rows left as they are.
    fn left(&self) -> impl Iterator<Item = &RiskLine> {
        self.passed_over.iter().filter_map(|no| self.risk.row(*no))
    }

    /// The row of a place in the order.
    fn line(&self, ranked: &Ranked) -> Option<&RiskLine> {
        self.risk.row(ranked.no)
    }

    /// The rows that lack a figure.
    fn lacking(&self) -> impl Iterator<Item = &RiskLine> {
        self.risk.not_reckoned.iter().filter_map(|no| self.risk.row(*no))
    }

    /// Whether the budget takes a row.
    fn taken(&self, no: &u32) -> bool {
        self.risk.budget.as_ref().is_some_and(|budget| budget.has(*no))
    }
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::parse(&Bytes::from(query.unwrap_or_default()))
        .map_err(|error| Failure::new(error, &visitor))?;
    let page = reckoned(&web, &visitor, &query).await?;
    Ok(show_as(StatusCode::OK, &page))
}

/// The page for what was asked.
async fn reckoned(web: &Web, visitor: &Visitor, query: &Form) -> Result<RiskPage, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let asked = Asked::read(query);
    let caller = visitor.caller().map_err(fail)?;
    let ask = Ask { budget: asked.budget, horizon_years: asked.horizon };
    let (risk, measures, products) = web
        .ask(move |app| Ok((app.risk(&caller, ask)?, app.readiness(&caller)?, app.products(&caller)?)))
        .await
        .map_err(fail)?;
    let p = visitor.page();
    let first_year = |ranked: &Ranked| ranked.spend.once.saturating_add(ranked.spend.yearly);
    let all = risk.order.iter().map(first_year).fold(0, u64::saturating_add);
    let (least, most) = SLIDE_MAX;
    let slide_max = all.div_ceil(SLIDE_STEP).saturating_mul(SLIDE_STEP).clamp(least, most);
    let picture = draw(&p, &risk);
    let (yearly, known) = products.yearly();
    let left = query.get("left").split(',').filter_map(|no| no.parse().ok());
    Ok(RiskPage {
        slide: asked.budget.unwrap_or(0).min(slide_max) / SLIDE_STEP * SLIDE_STEP,
        p,
        picture,
        asked,
        horizons: HORIZONS,
        budgets: BUDGETS,
        slide_max,
        slide_step: SLIDE_STEP,
        plan: PlanForm::default(),
        mistakes: Mistakes::default(),
        passed_over: left.take(risk.rows.len()).collect(),
        measures: planned_measures(&measures.measures),
        products: Paying { yearly, known, count: products.in_use().count() },
        risk,
    })
}

/// The class that gives a measure its colour.
fn class(row: &RiskLine) -> &'static str {
    match row.choice() {
        _ if row.in_force() => "against-done",
        Choice::Done | Choice::Do => "against-do",
        Choice::NotNeeded => "against-not",
        Choice::Open => "against-open",
    }
}

/// The picture: every measure with both figures.
fn draw(p: &Page, risk: &Risk) -> String {
    let circles: Vec<Circle> = risk
        .rows
        .iter()
        .filter_map(|row| {
            let whole = row.whole(risk.horizon_years)?;
            let (prevents, cost) = (whole.prevents, whole.yearly);
            let item = format!("{} {}", row.line.row.no, p.x(&row.line.row.item));
            let figures = p.txy("risk-picture-one", p.about(&cost), p.about(&prevents));
            let words = format!("{item}: {figures}");
            Some(Circle { no: row.line.row.no, cost, prevents, class: class(row), words })
        })
        .collect();
    if circles.is_empty() {
        return String::new();
    }
    let words = Words {
        title: p.t("risk-picture-words"),
        cost: p.t("risk-axis-cost"),
        prevents: p.t("risk-axis-prevents"),
        even: p.t("risk-even"),
        free: p.t("risk-free"),
    };
    // A phone gets a narrow one, in which numbers and circles keep a size to read and touch.
    picture::WIDTHS.map(|width| picture::draw(width, &circles, &words, |yen| p.sum(&yen))).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_that_was_changed_counts() {
        let check = |query: &'static str, budget: Option<u64>, mistaken: bool, horizon: u32| {
            let asked = Asked::read(&Form::parse(&Bytes::from(query)).unwrap());
            assert_eq!((asked.budget, asked.mistaken, asked.horizon), (budget, mistaken, horizon), "{query}");
        };
        check("", None, false, 3);
        check("budget=300000&years=5", Some(300_000), false, 5);
        check("budget=50%E4%B8%87%E5%86%86", Some(500_000), false, 3);
        check("was=300%2C000&budget=300%2C000&slide_was=300000&slide=700000", Some(700_000), false, 3);
        check("was=300%2C000&budget=450000&slide_was=300000&slide=700000", Some(450_000), false, 3);
        check("was=300%2C000&budget=&slide_was=300000&slide=300000", None, false, 3);
        check("budget=much&years=9", None, true, 3);
        check("budget=-1", None, true, 3);
    }
}
