//! Loss against cost (section 11.2.2): what could it cost us a year, what do the measures save, which to take first.
//!
//! Everything rests on the ranges people typed into the rows and on how far the facts show each measure in force, so
//! that the figures move when either does. The arithmetic stands in the files beside this one, free of everything else.

use std::sync::{Mutex, PoisonError};

use model::Caller;
use model::decision::Choice;
use model::risk::Spend;

use crate::checklist::RowLine;
use crate::readiness::MeasureLine;
use crate::{App, Result};

mod budget;
mod chance;
mod measure;
mod plan;
mod simulate;

use budget::Offer;
pub use measure::{Reckoning, yearly};
pub(crate) use measure::{reckon, share};
pub use plan::{PlanForm, Taken};
pub use simulate::Spread;
use simulate::{Outlook, Part, simulate};

/// The longest horizon.
const HORIZON_YEARS_MAX: u32 = 10;

/// The last simulation, with what it was made from.
#[derive(Default)]
pub(crate) struct Cache(Mutex<Option<(Vec<Part>, Outlook)>>);

impl Cache {
    /// The simulation of these parts; the last one when it was made from the same.
    fn outlook(&self, parts: Vec<Part>) -> Outlook {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, outlook)) = held.as_ref()
            && *of == parts
        {
            return outlook.clone();
        }
        let outlook = simulate(&parts);
        *held = Some((parts, outlook.clone()));
        outlook
    }
}

/// What the visitor wants to know beyond the losses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What can be spent in the first year, in yen.
    pub budget: Option<u64>,
    /// Over how many years what is spent once is spread.
    pub horizon_years: u32,
}

impl Default for Ask {
    fn default() -> Self {
        Self { budget: None, horizon_years: 3 }
    }
}

/// A figure a row lacks. The name is the last part of its locale key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lack {
    /// The expected loss.
    Loss,
    /// What the measure costs.
    Cost,
}

impl Lack {
    /// Every kind.
    pub const ALL: [Lack; 2] = [Lack::Loss, Lack::Cost];

    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Lack::Loss => "loss",
            Lack::Cost => "cost",
        }
    }
}

/// A checklist row with its figures.
#[derive(Clone, Debug)]
pub struct RiskLine {
    /// The row.
    pub line: RowLine,
    /// How far the measure is in force, 0 to 1.
    pub share: f64,
    /// Its losses; absent when no loss is given.
    pub reckoning: Option<Reckoning>,
    /// What is still to be spent, of a row decided as done what it goes on costing; absent when no cost is given.
    pub spend: Option<Spend>,
    /// What it costs in all; absent when no cost is given.
    pub cost: Option<Spend>,
}

impl RiskLine {
    /// What was decided.
    #[must_use]
    pub fn choice(&self) -> Choice {
        self.line.version.as_ref().map_or(Choice::Open, |version| version.decision.choice)
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn in_force(&self) -> bool {
        self.share >= 1.0
    }

    /// Whether it is decided as done, and the facts show that it is not in force everywhere.
    #[must_use]
    pub fn paid_not_in_force(&self) -> bool {
        self.choice() == Choice::Done && !self.in_force()
    }

    /// The measure as a whole, whatever is in force or paid of it already: what the picture shows and the order goes by.
    /// Absent when a figure is missing.
    #[must_use]
    pub fn whole(&self, horizon_years: u32) -> Option<Whole> {
        Some(Whole { prevents: self.reckoning?.effect(), yearly: yearly(self.cost?, horizon_years) })
    }

    /// What is missing to reckon it. What was done needs no cost: that is paid.
    #[must_use]
    pub fn lacks(&self) -> Vec<Lack> {
        let no_cost = self.cost.is_none() && self.choice() != Choice::Done;
        let missing = [(Lack::Loss, self.reckoning.is_none()), (Lack::Cost, no_cost)];
        missing.into_iter().filter(|(_, missing)| *missing).map(|(lack, _)| lack).collect()
    }
}

/// What a measure does and costs as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whole {
    /// Yen a year it prevents when it is in force everywhere, against nothing being done.
    pub prevents: f64,
    /// Yen a year it costs, what is paid once spread over the horizon.
    pub yearly: f64,
}

impl Whole {
    /// Yen prevented for each yen it costs; absent when it costs nothing.
    #[must_use]
    pub fn per_yen(&self) -> Option<f64> {
        (self.yearly > 0.0).then(|| self.prevents / self.yearly)
    }
}

/// The loss of all rows together, in yen a year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// When nothing at all is done.
    pub inherent: Spread,
    /// As far as measures are in force today.
    pub now: Spread,
    /// When everything decided to be done is in force everywhere.
    pub planned: Spread,
    /// When every measure is.
    pub all: Spread,
}

/// What is decided to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Planned {
    /// How many measures are to be done and not in force everywhere yet.
    pub count: usize,
    /// How many of them give no cost.
    pub without_cost: usize,
    /// What those with a cost come to.
    pub spend: Spend,
}

/// Measures decided as done that are not in force everywhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paid {
    /// Their rows' numbers.
    pub rows: Vec<u32>,
    /// Yen a year that bringing them into force everywhere would save, as far as it can be reckoned.
    pub saves: f64,
}

/// A measure in the order of what a yen does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// The row's number.
    pub no: u32,
    /// Yen it would save a year beyond today: what is still to come of its effect.
    pub saves: f64,
    /// What it costs in all. Of a measure partly in force less may be left to spend; how much is not known.
    pub spend: Spend,
    /// Its whole effect and cost, as in the picture.
    pub whole: Whole,
}

/// What a budget does best.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// What can be spent in the first year.
    pub yen: u64,
    /// The measures to take, as they stand in the order.
    pub chosen: Vec<Ranked>,
    /// Yen they save a year.
    pub saves: f64,
    /// What they cost in the first year.
    pub spent: u64,
    /// What is left over.
    pub left: u64,
    /// Whether no other set within the budget saves more.
    pub exact: bool,
}

impl Budget {
    /// Whether a row is among the chosen.
    #[must_use]
    pub fn has(&self, no: u32) -> bool {
        self.chosen.iter().any(|ranked| ranked.no == no)
    }
}

/// Loss against cost.
#[derive(Clone, Debug)]
pub struct Risk {
    /// All rows, by number.
    pub rows: Vec<RiskLine>,
    /// How many rows give a loss.
    pub reckoned: usize,
    /// The losses together.
    pub totals: Totals,
    /// What is decided to be done.
    pub planned: Planned,
    /// Measures neither done nor in force everywhere, with loss and cost: what prevents most for a yen first, free ones
    /// before all.
    pub order: Vec<Ranked>,
    /// What is paid, and not in force everywhere.
    pub paid: Paid,
    /// The numbers of the measures neither done nor in force everywhere that lack a figure.
    pub not_reckoned: Vec<u32>,
    /// What the budget does best, if one was named.
    pub budget: Option<Budget>,
    /// Over how many years what is spent once is spread.
    pub horizon_years: u32,
}

impl Risk {
    /// A row.
    #[must_use]
    pub fn row(&self, no: u32) -> Option<&RiskLine> {
        self.rows.iter().find(|row| row.line.row.no == no)
    }
}

impl App {
    /// Loss against cost.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn risk(&self, caller: &Caller, ask: Ask) -> Result<Risk> {
        let lines = self.rows(caller)?;
        let parts: Vec<Part> = lines.iter().filter_map(part).collect();
        let reckoned = parts.len();
        let outlook = self.outlook.outlook(parts);
        Ok(reckoned_with(lines, reckoned, &outlook, ask))
    }
}

/// A row as a part of the simulation, when it gives a loss.
fn part(line: &RowLine) -> Option<Part> {
    let decision = &line.version.as_ref()?.decision;
    let loss = decision.loss?;
    let now = share(&line.state, decision.choice);
    let planned = if decision.choice == Choice::Do { 1.0 } else { now };
    let left = |share: f64| measure::left(loss.prevented_percent, share);
    Some(Part { no: line.row.no, loss, left: [1.0, left(now), left(planned), left(1.0)] })
}

/// Everything that follows from the simulation.
fn reckoned_with(lines: Vec<RowLine>, reckoned: usize, outlook: &Outlook, ask: Ask) -> Risk {
    let horizon_years = ask.horizon_years.clamp(1, HORIZON_YEARS_MAX);
    let mut losses = outlook.rows.iter();
    let rows: Vec<RiskLine> = lines.into_iter().map(|line| risk_line(line, &mut losses)).collect();
    let [inherent, now, planned, all] = outlook.totals;
    let order = order(&rows, horizon_years);
    let open = |row: &&RiskLine| to_come(row) && !row.lacks().is_empty();
    Risk {
        reckoned,
        totals: Totals { inherent, now, planned, all },
        planned: planned_of(&rows),
        paid: paid_of(&rows),
        not_reckoned: rows.iter().filter(open).map(|row| row.line.row.no).collect(),
        budget: ask.budget.map(|yen| within(&order, yen)),
        order,
        rows,
        horizon_years,
    }
}

/// A row with its figures; the losses come in the order of the rows that give one.
fn risk_line<'a>(line: RowLine, losses: &mut impl Iterator<Item = &'a Spread>) -> RiskLine {
    let decision = line.version.as_ref().map(|version| version.decision.clone()).unwrap_or_default();
    let share = share(&line.state, decision.choice);
    let reckoning = decision
        .loss
        .and_then(|loss| losses.next().map(|inherent| measure::of(*inherent, loss.prevented_percent, share)));
    RiskLine {
        share,
        reckoning,
        spend: measure::to_spend(&decision),
        cost: decision.cost.map(|cost| cost.total()),
        line,
    }
}

/// What is to be done, together.
fn planned_of(rows: &[RiskLine]) -> Planned {
    let to_do = rows.iter().filter(|row| row.choice() == Choice::Do && !row.in_force());
    to_do.fold(Planned::default(), |sum, row| Planned {
        count: sum.count + 1,
        without_cost: sum.without_cost + usize::from(row.cost.is_none()),
        spend: plus(sum.spend, row.cost.unwrap_or_default()),
    })
}

/// What is paid, and not in force everywhere.
fn paid_of(rows: &[RiskLine]) -> Paid {
    let paid = || rows.iter().filter(|row| row.paid_not_in_force());
    Paid {
        rows: paid().map(|row| row.line.row.no).collect(),
        saves: paid().filter_map(|row| row.reckoning).map(|own| own.to_save()).sum(),
    }
}

/// Whether a measure is still to be decided on or carried out.
fn to_come(row: &RiskLine) -> bool {
    !row.in_force() && row.choice() != Choice::Done
}

/// What the measures for home-working come to that are decided to be done: they have costs, but no losses to set
/// against them.
#[must_use]
pub fn planned_measures(measures: &[MeasureLine]) -> Planned {
    let to_do = measures.iter().map(|own| &own.planned).filter(|planned| planned.choice == Choice::Do);
    to_do.fold(Planned::default(), |sum, planned| {
        let (once, yearly) = (planned.yen_once, planned.yen_yearly);
        let spend = Spend { once: once.unwrap_or_default(), yearly: yearly.unwrap_or_default() };
        Planned {
            count: sum.count + 1,
            without_cost: sum.without_cost + usize::from(once.is_none() && yearly.is_none()),
            spend: plus(sum.spend, spend),
        }
    })
}

/// Two sums together.
fn plus(a: Spend, b: Spend) -> Spend {
    Spend { once: a.once.saturating_add(b.once), yearly: a.yearly.saturating_add(b.yearly) }
}

/// The measures to come that can be reckoned, best first.
fn order(rows: &[RiskLine], horizon_years: u32) -> Vec<Ranked> {
    let mut order: Vec<Ranked> = rows
        .iter()
        .filter(|row| to_come(row))
        .filter_map(|row| {
            let saves = row.reckoning?.to_save();
            Some(Ranked { no: row.line.row.no, saves, spend: row.cost?, whole: row.whole(horizon_years)? })
        })
        .collect();
    let rate = |ranked: &Ranked| ranked.whole.per_yen().unwrap_or(f64::INFINITY);
    order.sort_by(|a, b| rate(b).total_cmp(&rate(a)).then(b.saves.total_cmp(&a.saves)).then(a.no.cmp(&b.no)));
    order
}

/// What a budget does best.
fn within(order: &[Ranked], yen: u64) -> Budget {
    let first_year = |ranked: &Ranked| ranked.spend.once.saturating_add(ranked.spend.yearly);
    let offers: Vec<Offer> =
        order.iter().map(|ranked| Offer { cost: first_year(ranked), saves: ranked.saves }).collect();
    let best = budget::best(&offers, yen);
    let chosen: Vec<Ranked> =
        order.iter().zip(best.taken).filter(|(_, taken)| *taken).map(|(ranked, _)| *ranked).collect();
    let spent = chosen.iter().map(first_year).fold(0, u64::saturating_add);
    Budget {
        yen,
        saves: chosen.iter().map(|ranked| ranked.saves).sum(),
        left: yen.saturating_sub(spent),
        spent,
        chosen,
        exact: best.exact,
    }
}
