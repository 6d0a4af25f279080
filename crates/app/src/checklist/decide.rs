//! Saving our evaluation of a row: every version stays, nobody overwrites another unseen.

use model::Caller;
use model::decision::{Aspect, Choice, Day, Decision, Impact, Severity};

use super::contradiction::binds;
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest text of a field.
const WORDS_MAX: usize = 2_000;
/// The largest sum: a thousand trillion yen.
const YEN_MAX: u64 = 1_000_000_000_000_000;

/// The form of a row, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The version the writer saw, 0 for none.
    pub after: u32,
    /// 現状.
    pub current_state: String,
    /// Severity, words and yen of each aspect, in the order of [`Aspect::ALL`].
    pub impacts: [(String, String, String); 4],
    /// The choice's name.
    pub choice: String,
    /// By when.
    pub due: String,
    /// Who sees to it.
    pub owner: String,
    /// Why not, or a remark.
    pub reason: String,
}

impl Form {
    /// A decision as a form, to fill the page.
    #[must_use]
    pub fn of(decision: &Decision, after: u32) -> Self {
        Self {
            after,
            current_state: decision.current_state.clone(),
            impacts: decision.impacts.clone().map(|impact| {
                let yen = impact.yen.map(|yen| yen.to_string()).unwrap_or_default();
                (impact.severity.name().to_owned(), impact.words, yen)
            }),
            choice: decision.choice.name().to_owned(),
            due: decision.due.map(|day| day.to_string()).unwrap_or_default(),
            owner: decision.owner.clone(),
            reason: decision.reason.clone(),
        }
    }

    /// What was typed as a decision.
    fn read(&self, findings: &mut Findings, needs_reason: bool) -> Decision {
        let current_state = findings.optional("current_state", &self.current_state, WORDS_MAX);
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
            impact.yen = read_yen(yen).unwrap_or_else(|problem| {
                findings.add(Invalid::new(field("yen"), problem));
                None
            });
        }
        let choice = Choice::from_name(&self.choice).unwrap_or_else(|| {
            findings.add(Invalid::new("choice", "unknown-choice"));
            Choice::Open
        });
        let (mut due, mut owner) = (None, String::new());
        if choice == Choice::Do {
            due = self.due.trim().parse::<Day>().ok();
            if due.is_none() {
                findings.add(Invalid::new("due", "not-a-day"));
            }
            owner = findings.optional("owner", &self.owner, 100);
        }
        let reason = if choice == Choice::NotNeeded && needs_reason {
            findings.text("reason", &self.reason, WORDS_MAX)
        } else {
            findings.optional("reason", &self.reason, WORDS_MAX)
        };
        Decision { current_state, impacts, choice, due, owner, reason, ..Decision::default() }
    }
}

/// The half-width form of a full-width letter, digit or sign.
fn half_width(c: char) -> char {
    let code = u32::from(c);
    if code == 0xffe5 { '\u{a5}' } else { char::from_u32(code - 0xfee0).unwrap_or(c) }
}

/// A sum in yen: digits of either width, with or without separators and 円; empty is none.
fn read_yen(text: &str) -> std::result::Result<Option<u64>, &'static str> {
    let plain: String = text
        .chars()
        .map(|c| match c {
            // Full-width digits and signs, as Japanese input methods type them.
            '\u{ff10}'..='\u{ff19}' | '\u{ff0c}' | '\u{ff0d}' | '\u{ffe5}' => half_width(c),
            other => other,
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '、' | '円' | '\u{a5}' | '\\'))
        .collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let (digits, unit) = match plain.strip_suffix('万') {
        Some(digits) => (digits, 10_000),
        None => match plain.strip_suffix('億') {
            Some(digits) => (digits, 100_000_000),
            None => (plain.as_str(), 1),
        },
    };
    let yen = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).ok_or("not-yen")?;
    if yen > YEN_MAX { Err("not-yen") } else { Ok(Some(yen)) }
}

impl App {
    /// Saves our evaluation of a row as a new version.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when somebody saved in the meantime.
    pub fn decide(&self, caller: &Caller, no: u32, form: &Form) -> Result<u32> {
        let object = format!("row/{no}");
        self.allow(caller, Action::DecisionSave, &object)?;
        let standard = self.standard();
        let row = standard.catalog.row(no).ok_or(AppError::NotFound("row"))?;
        let mut findings = Findings::default();
        let decision = form.read(&mut findings, binds(row, &standard.catalog, &standard.profile));
        findings.done()?;
        let due = decision.due.map(|day| format!(" by {day}")).unwrap_or_default();
        let body = serde_json::to_vec(&decision)
            .map_err(|error| AppError::Internal(format!("decision: {error}")))?;
        let detail = format!(
            "{} {}{due}, damage {}",
            model::evidence::id_of(&body),
            decision.choice.name(),
            decision.damage().name()
        );
        let now = self.now();
        self.store.change(&self.act(caller, Action::DecisionSave, &object, &detail), |change| {
            change.add_decision(no, form.after, &decision, &caller.name, now).map_err(AppError::from)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_yen_as_people_write_it() {
        let check = |text: &str, yen: std::result::Result<Option<u64>, &str>| {
            assert_eq!(read_yen(text), yen, "{text}");
        };
        check("", Ok(None));
        check("1,500,000", Ok(Some(1_500_000)));
        check("500万円", Ok(Some(5_000_000)));
        check("\u{ff15}\u{ff10}\u{ff10}\u{ff0c}\u{ff10}\u{ff10}\u{ff10}円", Ok(Some(500_000)));
        check("\u{ffe5} \u{ff11}億", Ok(Some(100_000_000)));
        check("about 5", Err("not-yen"));
        check("-5", Err("not-yen"));
        check("99999999999999999999", Err("not-yen"));
        check("9999999999999999", Err("not-yen"));
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
            choice: "do".into(),
            due: "3月".into(),
            ..Form::default()
        };
        let mut findings = Findings::default();
        form.read(&mut findings, true);
        let Err(AppError::Invalid(found)) = findings.done() else { panic!("nothing was found") };
        let fields: Vec<&str> = found.iter().map(|invalid| invalid.field.as_str()).collect();
        assert_eq!(fields, ["confidentiality_severity", "confidentiality_yen", "integrity_words", "due"]);
    }

    #[test]
    fn not_needed_wants_a_reason_for_a_shall() {
        let form = Form { choice: "not_needed".into(), ..Form::of(&Decision::default(), 0) };
        let form = Form { choice: "not_needed".into(), ..form };
        for (binds, fine) in [(true, false), (false, true)] {
            let mut findings = Findings::default();
            form.read(&mut findings, binds);
            assert_eq!(findings.done().is_ok(), fine);
        }
    }
}
