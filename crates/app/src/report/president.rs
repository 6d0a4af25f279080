//! The president's page: what it could cost, what we do next, what we need from the president.

use model::decision::{Choice, Day};
use model::risk::Spend;
use model::{Caller, Outcome, Text};

use super::bounded;
use crate::checklist::{Contradiction, RowLine};
use crate::risk::{self, RiskLine, Spread};
use crate::waiver::ShownWaiver;
use crate::{App, Result};

/// How many measures are shown.
const MEASURES_MAX: usize = 5;
/// How many things of a kind the president is asked about by name.
const ASKED_MAX: usize = 3;
/// An acceptance that ends within so many days is running out.
const ENDING_DAYS: i64 = 30;
/// The widest title of a row or an acceptance, in half-width characters: what fits on a line of the page.
const TITLE_WIDTH: usize = 64;
/// The widest name of a person on the page.
const OWNER_WIDTH: usize = 24;

/// What the president's page says.
#[derive(Clone, Debug)]
pub struct President {
    /// What it could cost.
    pub money: Money,
    /// What is done next: the nearest day first, at most five.
    pub next: Vec<Measure>,
    /// How many measures are to be done beyond those.
    pub more: usize,
    /// Rows nobody has decided about, that are not met: those that break a SHALL first.
    pub open: Ask<Measure>,
    /// Rows whose day is past.
    pub overdue: Ask<Measure>,
    /// Acceptances that run out soon, or no longer hold.
    pub ending: Ask<Ending>,
}

/// Loss and cost of all rows together.
#[derive(Clone, Copy, Debug)]
pub struct Money {
    /// How many rows give a loss; with none nothing can be said.
    pub reckoned: usize,
    /// How many rows there are.
    pub rows: usize,
    /// Yen a year as things stand.
    pub now: Spread,
    /// Yen a year when the plan is carried out.
    pub planned: Spread,
    /// What the plan costs, as far as it is known.
    pub spend: Spend,
    /// How many planned measures give no cost.
    pub without_cost: usize,
}

/// Something to do.
#[derive(Clone, Debug)]
pub struct Measure {
    /// The checklist row.
    pub no: u32,
    /// The measure in a line.
    pub item: Text,
    /// By when.
    pub due: Option<Day>,
    /// Days from today to the day; negative when it is past.
    pub days_left: Option<i64>,
    /// Who sees to it; empty when nobody is named.
    pub owner: String,
    /// What is still to be spent; absent when it was not reckoned.
    pub cost: Option<Spend>,
    /// Yen it saves a year beyond today; absent when it was not reckoned.
    pub saves: Option<f64>,
}

/// Things the president is asked about: how many, and the first of them.
#[derive(Clone, Debug)]
pub struct Ask<T> {
    /// How many.
    pub count: usize,
    /// The most pressing ones.
    pub first: Vec<T>,
}

impl<T> Ask<T> {
    fn of(mut all: Vec<T>) -> Self {
        let count = all.len();
        all.truncate(ASKED_MAX);
        Self { count, first: all }
    }
}

/// An acceptance that runs out.
#[derive(Clone, Debug)]
pub struct Ending {
    /// What was accepted.
    pub what: Text,
    /// Until when; absent when no day was set.
    pub until: Option<Day>,
    /// Whether it no longer holds: the day is past, or something else fails now.
    pub over: bool,
}

impl App {
    /// What the president's page says.
    pub(super) fn president(&self, caller: &Caller) -> Result<President> {
        let risk = self.risk(caller, risk::Ask::default())?;
        let waivers = self.waivers(caller)?;
        let today = Day::of(self.now());
        let to_do = |row: &&RiskLine| row.choice() == Choice::Do && !row.in_force();
        let mut next: Vec<&RiskLine> = risk.rows.iter().filter(to_do).collect();
        next.sort_by(|a, b| {
            let saves = |row: &RiskLine| row.reckoning.map_or(0.0, |own| own.to_save());
            let due = |row: &RiskLine| due(&row.line).map_or((true, None), |day| (false, Some(day)));
            due(a).cmp(&due(b)).then(saves(b).total_cmp(&saves(a))).then(a.line.row.no.cmp(&b.line.row.no))
        });
        let planned = next.len();
        let overdue = |row: &&&RiskLine| row.line.contradictions.contains(&Contradiction::Overdue);
        let late = next.iter().filter(overdue).map(|row| measure(row, today)).collect();
        let mut open: Vec<&RiskLine> = risk
            .rows
            .iter()
            .filter(|row| row.choice() == Choice::Open && row.line.state.outcome != Some(Outcome::Pass))
            .collect();
        open.sort_by_key(|row| {
            (std::cmp::Reverse(row.line.state.shall.fail), !row.line.binds, row.line.row.no)
        });
        Ok(President {
            money: Money {
                reckoned: risk.reckoned,
                rows: risk.rows.len(),
                now: risk.totals.now,
                planned: risk.totals.planned,
                spend: risk.planned.spend,
                without_cost: risk.planned.without_cost,
            },
            next: next.iter().take(MEASURES_MAX).map(|row| measure(row, today)).collect(),
            more: planned.saturating_sub(MEASURES_MAX),
            open: Ask::of(open.iter().map(|row| measure(row, today)).collect()),
            overdue: Ask::of(late),
            ending: Ask::of(self.ending(&risk.rows, waivers, today)),
        })
    }

    /// Acceptances that run out, the nearest day first: of single statements, and of rows decided as not needed.
    fn ending(&self, rows: &[RiskLine], waivers: Vec<ShownWaiver>, today: Day) -> Vec<Ending> {
        let catalog = self.catalog();
        let soon = |day: Day| today.days_until(day) <= ENDING_DAYS;
        let of_statements = waivers.into_iter().filter(|shown| shown.in_force).filter_map(|shown| {
            let waiver = &shown.line.waiver;
            let until = Day::of(waiver.until);
            let over = !shown.stale.is_empty();
            (over || soon(until)).then(|| {
                let title = super::title(&catalog, &waiver.statement);
                let whom = waiver.subject.as_ref().map(|subject| format!(" ({})", subject.id));
                let whom = whom.unwrap_or_default();
                let what = Text::by(|lang| format!("{} {}{whom}", waiver.statement, title.get(lang)));
                Ending { what: narrow_text(&what, TITLE_WIDTH), until: Some(until), over }
            })
        });
        let of_rows = rows.iter().filter(|row| row.choice() == Choice::NotNeeded).filter_map(|row| {
            let found = &row.line.contradictions;
            let over = found.contains(&Contradiction::AcceptanceOver)
                || found.contains(&Contradiction::AcceptanceStale);
            let until = due(&row.line);
            (over || until.is_some_and(soon)).then(|| Ending { what: item(&row.line), until, over })
        });
        let mut found: Vec<Ending> = of_statements.chain(of_rows).collect();
        found.sort_by_key(|ending| (!ending.over, ending.until));
        found
    }
}

fn due(line: &RowLine) -> Option<Day> {
    line.version.as_ref().and_then(|version| version.decision.due)
}

/// A row's number and title.
fn item(line: &RowLine) -> Text {
    let text = Text::by(|lang| format!("No.{} {}", line.row.no, line.row.item.get(lang)));
    narrow_text(&text, TITLE_WIDTH)
}

fn measure(row: &RiskLine, today: Day) -> Measure {
    let decision = row.line.version.as_ref().map(|version| &version.decision);
    let due = due(&row.line);
    Measure {
        no: row.line.row.no,
        item: narrow_text(&row.line.row.item, TITLE_WIDTH),
        due,
        days_left: due.map(|due| today.days_until(due)),
        owner: decision.map(|decision| narrow(&decision.owner, OWNER_WIDTH)).unwrap_or_default(),
        cost: row.spend,
        saves: row.reckoning.map(|own| own.to_save()),
    }
}

/// A text no wider than so many half-width characters; East Asian ones count two.
fn narrow(text: &str, width_max: usize) -> String {
    let mut width = 0;
    let room = text.trim().chars().take_while(|c| {
        width += if *c >= '\u{1100}' { 2 } else { 1 };
        width <= width_max
    });
    bounded(text, room.count())
}

fn narrow_text(text: &Text, width_max: usize) -> Text {
    Text::by(|lang| narrow(text.get(lang), width_max))
}

#[cfg(test)]
mod tests {
    use super::narrow;

    #[test]
    fn titles_fit_on_a_line() {
        let check = |text: &str, width: usize, expected: &str| assert_eq!(narrow(text, width), expected);
        check("端末の暗号化", 12, "端末の暗号化");
        check("端末の暗号化", 11, "端末の暗号…");
        check("disk encryption", 15, "disk encryption");
        check("disk encryption", 6, "disk e…");
        check(" ", 4, "");
        check("長", 1, "…");
    }
}
