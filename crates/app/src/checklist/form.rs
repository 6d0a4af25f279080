//! Our evaluation of a row as a form: what was typed becomes a decision, and a decision fills the form, without loss.

use model::decision::{Aspect, Choice, Day, Decision, Impact, Severity};
use model::risk::{Cost, Loss, Range, Spend};

use crate::error::{Findings, Invalid};
use crate::yen;

/// The longest text of a field.
const WORDS_MAX: usize = 2_000;
/// How far ahead "not needed" may be looked at again, in days: once a year, with a month to spare.
const REVIEW_DAYS_MAX: i64 = 400;
/// The most assets a row names.
pub(super) const ASSETS_MAX: usize = 100;
/// The most often something happens, in times per thousand years: ten thousand times a year.
const PER_MILLENNIUM_MAX: u64 = 10_000_000;

/// The form of a row, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The version the writer saw, 0 for none.
    pub after: u32,
    /// 現状.
    pub current_state: String,
    /// The numbers of the assets concerned.
    pub assets: Vec<String>,
    /// Severity, words and yen of each aspect, in the order of [`Aspect::ALL`].
    pub impacts: [(String, String, String); 4],
    /// What is expected to be lost.
    pub loss: LossForm,
    /// Yen once and yen a year for tools, operation, notice and training, in the order of [`Cost::kinds`].
    pub cost: [(String, String); 3],
    /// The choice's name.
    pub choice: String,
    /// By when; with "not needed", when that is looked at again.
    pub due: String,
    /// Who sees to it.
    pub owner: String,
    /// Why not, or a remark.
    pub reason: String,
}

/// The expected loss, as typed. Of two ends one may be left empty: then both are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LossForm {
    /// Yen of one event, at least.
    pub low: String,
    /// Yen of one event, at most.
    pub high: String,
    /// Times per thousand years, at least.
    pub often_low: String,
    /// Times per thousand years, at most.
    pub often_high: String,
    /// How much the measure prevents, in percent.
    pub prevented: String,
}

impl LossForm {
    fn of(loss: Option<&Loss>) -> Self {
        loss.map_or_else(Self::default, |loss| Self {
            low: yen::typed(loss.event_yen.low),
            high: yen::typed(loss.event_yen.high),
            often_low: loss.per_millennium.low.to_string(),
            often_high: loss.per_millennium.high.to_string(),
            prevented: loss.prevented_percent.to_string(),
        })
    }

    /// The loss; none when nothing was typed. A loss that is only half given is a mistake beside what is missing.
    fn read(&self, findings: &mut Findings) -> Option<Loss> {
        let mut given = |field: &'static str, text: &str, read: &dyn Fn(&str) -> Reading| match read(text) {
            Ok(value) => value,
            Err(problem) => {
                findings.add(Invalid::new(field, problem));
                None
            }
        };
        let ends = [
            given("loss_low", &self.low, &yen::read),
            given("loss_high", &self.high, &yen::read),
            given("often_low", &self.often_low, &|text| whole(text, PER_MILLENNIUM_MAX)),
            given("often_high", &self.often_high, &|text| whole(text, PER_MILLENNIUM_MAX)),
        ];
        let prevented = given("prevented", &self.prevented, &|text| whole(text, 100));
        let all = [&self.low, &self.high, &self.often_low, &self.often_high, &self.prevented];
        if all.iter().all(|text| text.trim().is_empty()) {
            return None;
        }
        let [low, high, often_low, often_high] = ends;
        let event_yen = range([("loss_low", &self.low), ("loss_high", &self.high)], low, high, findings);
        let often = [("often_low", &self.often_low), ("often_high", &self.often_high)];
        let per_millennium = range(often, often_low, often_high, findings);
        if self.prevented.trim().is_empty() {
            findings.add(Invalid::new("prevented", "loss-part"));
        }
        Some(Loss {
            event_yen: event_yen?,
            per_millennium: per_millennium?,
            prevented_percent: u8::try_from(prevented?).ok()?,
        })
    }
}

/// A number that may be left empty, or what is wrong with it.
type Reading = Result<Option<u64>, &'static str>;

/// A whole number offered by a list; empty is none.
fn whole(text: &str, most: u64) -> Reading {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().ok().filter(|number| *number <= most).map(Some).ok_or("unknown-choice"),
    }
}

/// A range from its two ends; one that is left empty is the same as the other.
fn range(
    [low_field, high_field]: [(&'static str, &String); 2],
    low: Option<u64>,
    high: Option<u64>,
    findings: &mut Findings,
) -> Option<Range> {
    if low_field.1.trim().is_empty() && high_field.1.trim().is_empty() {
        findings.add(Invalid::new(low_field.0, "loss-part"));
    }
    let range = Range { low: low.or(high)?, high: high.or(low)? };
    if range.low > range.high {
        findings.add(Invalid::new(high_field.0, "upside-down"));
    }
    Some(range)
}

/// What a form is read against.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Whether the row holds a SHALL statement.
    pub(super) binds: bool,
    /// Today in Japan.
    pub(super) today: Day,
}

impl Form {
    /// A decision as a form, to fill the page.
    #[must_use]
    pub fn of(decision: &Decision, after: u32) -> Self {
        Self {
            after,
            current_state: decision.current_state.clone(),
            assets: decision.assets.iter().map(ToString::to_string).collect(),
            impacts: decision.impacts.clone().map(|impact| {
                let yen = impact.yen.map(yen::typed).unwrap_or_default();
                (impact.severity.name().to_owned(), impact.words, yen)
            }),
            loss: LossForm::of(decision.loss.as_ref()),
            cost: cost_form(decision.cost.as_ref()),
            choice: decision.choice.name().to_owned(),
            due: decision.due.map(|day| day.to_string()).unwrap_or_default(),
            owner: decision.owner.clone(),
            reason: decision.reason.clone(),
        }
    }

    /// What was typed as a decision. Whether the assets exist is for the caller to see.
    pub(super) fn read(&self, findings: &mut Findings, bounds: Bounds) -> Decision {
        let current_state = findings.optional("current_state", &self.current_state, WORDS_MAX);
        let assets = self.read_assets(findings);
        let impacts = self.read_impacts(findings);
        let loss = self.loss.read(findings);
        let cost = read_cost(&self.cost, findings);
        let choice = Choice::from_name(&self.choice).unwrap_or_else(|| {
            findings.add(Invalid::new("choice", "unknown-choice"));
            Choice::Open
        });
        let due = self.read_due(choice, bounds, findings);
        let owner =
            if choice == Choice::Do { findings.optional("owner", &self.owner, 100) } else { String::new() };
        let reason = if choice == Choice::NotNeeded && bounds.binds {
            findings.text("reason", &self.reason, WORDS_MAX)
        } else {
            findings.optional("reason", &self.reason, WORDS_MAX)
        };
        Decision { current_state, impacts, choice, due, owner, reason, assets, loss, cost, basis: None }
    }

    fn read_assets(&self, findings: &mut Findings) -> Vec<u64> {
        let mut assets: Vec<u64> = Vec::new();
        for text in &self.assets {
            match text.trim().parse() {
                Ok(number) => assets.push(number),
                Err(_) => findings.add(Invalid::new("assets", "unknown-choice")),
            }
        }
        assets.sort_unstable();
        assets.dedup();
        if assets.len() > ASSETS_MAX {
            findings.add(Invalid::new("assets", "assets-too-many").with(ASSETS_MAX));
        }
        assets
    }

    fn read_impacts(&self, findings: &mut Findings) -> [Impact; 4] {
        let mut impacts: [Impact; 4] = Default::default();
        for ((impact, aspect), (severity, words, yen)) in
            impacts.iter_mut().zip(Aspect::ALL).zip(&self.impacts)
        {
            let field = |part: &str| format!("{}_{part}", aspect.name());
            impact.severity = Severity::from_name(severity).unwrap_or_else(|| {
                findings.add(Invalid::new(field("severity"), "unknown-choice"));
                Severity::Unrated
            });
            impact.words = findings.optional(&field("words"), words, WORDS_MAX);
            impact.yen = yen::read(yen).unwrap_or_else(|problem| {
                findings.add(Invalid::new(field("yen"), problem));
                None
            });
        }
        impacts
    }

    /// By when something is done, or looked at again: that may be put off a year, not for ever.
    fn read_due(&self, choice: Choice, bounds: Bounds, findings: &mut Findings) -> Option<Day> {
        let optional = choice == Choice::NotNeeded && !bounds.binds && self.due.trim().is_empty();
        if !matches!(choice, Choice::Do | Choice::NotNeeded) || optional {
            return None;
        }
        let Some(due) = paper::checklist::day(&self.due, bounds.today) else {
            findings.add(Invalid::new("due", "not-a-day"));
            return None;
        };
        let ahead = bounds.today.days_until(due);
        if choice == Choice::NotNeeded && !(0..=REVIEW_DAYS_MAX).contains(&ahead) {
            findings.add(Invalid::new("due", "day-out-of-range").with(REVIEW_DAYS_MAX));
        }
        Some(due)
    }
}

/// The names of the fields of a cost: once and yearly for each kind.
pub const COST_FIELDS: [(&str, &str); 3] = [
    ("tools_once", "tools_yearly"),
    ("operation_once", "operation_yearly"),
    ("training_once", "training_yearly"),
];

/// A cost to fill the page. A measure that costs nothing says so in its first field: empty would mean not known.
fn cost_form(cost: Option<&Cost>) -> [(String, String); 3] {
    let Some(cost) = cost else { return Default::default() };
    let text = |yen: u64| if yen == 0 { String::new() } else { yen::typed(yen) };
    let mut form = cost.kinds().map(|spend| (text(spend.once), text(spend.yearly)));
    if *cost == Cost::default()
        && let Some((once, _)) = form.first_mut()
    {
        "0".clone_into(once);
    }
    form
}

/// A cost as typed; none when nothing was.
fn read_cost(form: &[(String, String); 3], findings: &mut Findings) -> Option<Cost> {
    let mut any = false;
    let mut yen = |field: &str, text: &str| {
        any |= !text.trim().is_empty();
        yen::read(text)
            .unwrap_or_else(|problem| {
                findings.add(Invalid::new(field, problem));
                None
            })
            .unwrap_or(0)
    };
    let mut spends = [Spend::default(); 3];
    for ((spend, fields), (once, yearly)) in spends.iter_mut().zip(COST_FIELDS).zip(form) {
        *spend = Spend { once: yen(fields.0, once), yearly: yen(fields.1, yearly) };
    }
    let [tools, operation, training] = spends;
    any.then_some(Cost { tools, operation, training })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AppError;

    fn bounds(binds: bool) -> Bounds {
        Bounds { binds, today: "2026-11-24".parse().unwrap() }
    }

    /// What is wrong with a form, field by field.
    fn mistakes(form: &Form, binds: bool) -> Vec<String> {
        let mut findings = Findings::default();
        form.read(&mut findings, bounds(binds));
        match findings.done() {
            Err(AppError::Invalid(found)) => {
                found.iter().map(|invalid| format!("{} {}", invalid.field, invalid.problem)).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let form = Form {
            impacts: [
                ("dire".into(), String::new(), "x".into()),
                ("minor".into(), "あ".repeat(2_001), String::new()),
                ("minor".into(), String::new(), String::new()),
                ("unrated".into(), String::new(), String::new()),
            ],
            assets: vec!["1".into(), "NAS".into()],
            loss: LossForm { low: "x".into(), prevented: "101".into(), ..LossForm::default() },
            cost: [("-1".into(), String::new()), Default::default(), (String::new(), "たくさん".into())],
            choice: "do".into(),
            due: "来春".into(),
            ..Form::default()
        };
        let expected = [
            "assets unknown-choice",
            "confidentiality_severity unknown-choice",
            "confidentiality_yen not-yen",
            "integrity_words too-long",
            "loss_low not-yen",
            "prevented unknown-choice",
            "often_low loss-part",
            "tools_once not-yen",
            "training_yearly not-yen",
            "due not-a-day",
        ];
        assert_eq!(mistakes(&form, true), expected);
    }

    #[test]
    fn a_loss_has_three_parts() {
        let check = |[low, high, often_low, often_high, prevented]: [&str; 5], expected: &[&str]| {
            let loss = LossForm {
                low: low.into(),
                high: high.into(),
                often_low: often_low.into(),
                often_high: often_high.into(),
                prevented: prevented.into(),
            };
            assert_eq!(
                mistakes(&Form { loss, ..Form::of(&Decision::default(), 0) }, false),
                expected,
                "{low} {high}"
            );
        };
        check(["", "", "", "", ""], &[]);
        check(["50万", "", "100", "", "80"], &[]);
        check(["", "50万", "", "100", "80"], &[]);
        check(["50万", "", "", "", ""], &["often_low loss-part", "prevented loss-part"]);
        check(["", "", "100", "", "0"], &["loss_low loss-part"]);
        check(["", "", "", "", "80"], &["loss_low loss-part", "often_low loss-part"]);
        check(["50万", "40万", "500", "100", "80"], &["loss_high upside-down", "often_high upside-down"]);
        check(["1", "2", "3", "10000001", "80"], &["often_high unknown-choice"]);
    }

    #[test]
    fn not_needed_wants_a_reason_and_a_day_for_a_shall() {
        let check = |binds: bool, due: &str, reason: &str, expected: &[&str]| {
            let form = Form {
                choice: "not_needed".into(),
                due: due.into(),
                reason: reason.into(),
                ..Form::of(&Decision::default(), 0)
            };
            assert_eq!(mistakes(&form, binds), expected, "{binds} {due}");
        };
        check(true, "", "", &["due not-a-day", "reason missing"]);
        check(true, "2027-11-24", "件数が少ない", &[]);
        // As people write days, the same as in a sheet.
        for day in ["令和9年3月31日", "2027/3/31", "3月末", "R9.3.31"] {
            check(true, day, "x", &[]);
        }
        check(true, "2027-12-29", "x", &[]);
        check(true, "2027-12-30", "x", &["due day-out-of-range"]);
        check(true, "2026-11-23", "x", &["due day-out-of-range"]);
        check(false, "", "", &[]);
        check(false, "2030-01-01", "", &["due day-out-of-range"]);
        check(false, "来年", "", &["due not-a-day"]);
    }

    #[test]
    fn a_decision_comes_back_as_it_was() {
        let range = |low, high| Range { low, high };
        let mut decision = Decision {
            current_state: "NASが残っている".into(),
            choice: Choice::Do,
            due: Some("2027-03-31".parse().unwrap()),
            owner: "高橋".into(),
            reason: "年度末".into(),
            assets: vec![2, 7],
            loss: Some(Loss {
                event_yen: range(5_000_000, 17_800_000),
                per_millennium: range(77, 250),
                prevented_percent: 85,
            }),
            cost: Some(Cost { tools: Spend { once: 450_000, yearly: 0 }, ..Cost::default() }),
            ..Decision::default()
        };
        decision.impacts[2] =
            Impact { severity: Severity::Critical, words: "2か月".into(), yen: Some(12_800_000) };
        let check = |decision: &Decision| {
            let mut findings = Findings::default();
            let again = Form::of(decision, 3).read(&mut findings, bounds(true));
            findings.done().unwrap();
            assert_eq!(again, *decision);
        };
        check(&decision);
        check(&Decision { cost: Some(Cost::default()), ..decision.clone() });
        check(&Decision { cost: None, loss: None, assets: Vec::new(), ..decision.clone() });
        check(&Decision { choice: Choice::NotNeeded, owner: String::new(), ..decision.clone() });
        check(&Decision { choice: Choice::Done, owner: String::new(), due: None, ..decision });
    }
}
