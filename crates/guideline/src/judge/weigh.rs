//! Weighing one statement for one subject: is the evidence there and fresh, what do the checks say, what follows.

use std::collections::{BTreeMap, BTreeSet};

use cel::{Context, ExecutionError, Value};
use model::verdict::{CheckResult, EvidenceRef};
use model::{At, Outcome, Subject, SubjectKind, Text, Verdict, Waiver};

use super::fact::{self, Fact};
use super::need::Need;
use super::program::{self, SUPPORT_END};
use super::reason;
use super::snapshot::{Known, Section, Snapshot};
use super::{Ready, ReadyCheck};
use crate::catalog::{Labels, SupportTable};

/// Evidence dated later than this many days from now is not used.
const FUTURE_MAX_DAYS: i64 = 1;
/// The most offenders a verdict carries.
const OFFENDERS_MAX: usize = 200;

/// What can be looked up while weighing.
pub(super) struct View<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) known: Option<&'a Known>,
    pub(super) labels: &'a Labels,
    pub(super) now: At,
}

/// How one check came out.
struct Weighed {
    outcome: Outcome,
    reason: Text,
    remedy: Text,
    offenders: Vec<String>,
}

/// The facts of a subject as CEL sees them: the sections that any statement may look at.
pub(super) fn facts_of(known: Option<&Known>, wanted: &BTreeSet<&str>, support: &SupportTable) -> Fact {
    let sections = known.into_iter().flat_map(|known| &known.sections);
    let fields = sections
        .filter(|(name, _)| wanted.contains(name.as_str()))
        .filter_map(|(name, section)| Some((name.clone(), section_of_facts(name, section, support)?)));
    fact::map(fields.collect())
}

/// One section; the system's carries what the table of support ends says of it.
fn section_of_facts(name: &str, section: &Section, support: &SupportTable) -> Option<Fact> {
    let value = section.value.as_ref()?;
    let end = if name == "os" { support.end_of(value) } else { None };
    Some(match (end, value) {
        (Some(end), serde_json::Value::Object(fields)) => {
            let mut fields = fields.clone();
            fields.insert(SUPPORT_END.into(), end.to_string().into());
            fact::of_json(&serde_json::Value::Object(fields))
        }
        _ => fact::of_json(value),
    })
}

/// A subject as an item of a list: its id, its name and the sections asked for, as far as they are fresh.
pub(super) fn list_item(
    known: &Known,
    sections: &BTreeMap<&str, i64>,
    now: At,
    support: &SupportTable,
) -> Fact {
    let mut fields: BTreeMap<String, Fact> = BTreeMap::new();
    let text = |text: &str| fact::of_json(&serde_json::Value::from(text));
    fields.insert("id".into(), text(&known.subject.id));
    fields.insert("name".into(), text(&known.name));
    for (name, max_age_days) in sections {
        if let Some(section) = known.sections.get(*name)
            && (-FUTURE_MAX_DAYS..=*max_age_days).contains(&section.evidence.collected_at.days_until(now))
            && let Some(value) = section_of_facts(name, section, support)
        {
            fields.insert((*name).to_owned(), value);
        }
    }
    fact::map(fields)
}

/// Weighs a statement; `None` when it does not apply to the subject.
pub(super) fn statement(
    ready: &Ready,
    subject: &Subject,
    scope: &Context<'_, 'static>,
    view: &View<'_>,
) -> Option<Verdict> {
    let mut scope = scope.new_inner_scope();
    scope.add_variable_as_val("param", ready.params.clone());
    let mut verdict = Verdict {
        statement: ready.id.clone(),
        level: ready.level,
        subject: subject.clone(),
        verdict: Outcome::Unknown,
        reason: Text::default(),
        offenders: Vec::new(),
        evidence: evidence(ready, view),
        remedy: Text::default(),
        checks: Vec::new(),
    };
    if let Some((holds, needs)) = &ready.applies {
        match holds.execute(&scope) {
            Ok(Value::Bool(true)) => {}
            Ok(Value::Bool(false)) => return None,
            other => {
                verdict.reason = unavailable(needs, i64::MAX, view)
                    .unwrap_or_else(|| not_evaluated(other.err().as_ref(), needs, view));
                verdict.remedy = ready.first_unknown();
                waive(&mut verdict, &view.snapshot.waivers, view.now);
                return Some(verdict);
            }
        }
    }
    let mut weighed: Vec<(&ReadyCheck, Weighed)> =
        ready.checks.iter().map(|check| (check, weigh(ready, check, &scope, view))).collect();
    fall_back(&mut weighed);
    conclude(&mut verdict, weighed);
    waive(&mut verdict, &view.snapshot.waivers, view.now);
    Some(verdict)
}

/// A fallback takes the place of the check it stands in for when that one is unknown, and is dropped otherwise.
fn fall_back(weighed: &mut Vec<(&ReadyCheck, Weighed)>) {
    let outcomes: BTreeMap<String, Outcome> =
        weighed.iter().map(|(check, result)| (check.check.id.clone(), result.outcome)).collect();
    let replaced: Vec<String> = weighed
        .iter()
        .filter(|(_, result)| result.outcome != Outcome::Unknown)
        .filter_map(|(check, _)| check.check.fallback_for.clone())
        .filter(|target| outcomes.get(target) == Some(&Outcome::Unknown))
        .collect();
    weighed.retain(|(check, result)| match &check.check.fallback_for {
        Some(target) => outcomes.get(target) == Some(&Outcome::Unknown) && result.outcome != Outcome::Unknown,
        None => !replaced.contains(&check.check.id),
    });
}

/// The statement follows from its checks: any failure fails it, else anything unknown leaves it unknown.
fn conclude(verdict: &mut Verdict, weighed: Vec<(&ReadyCheck, Weighed)>) {
    verdict.verdict = weighed.iter().map(|(_, result)| result.outcome).min().unwrap_or(Outcome::Unknown);
    let said: Vec<&Weighed> =
        weighed.iter().map(|(_, result)| result).filter(|result| result.outcome == verdict.verdict).collect();
    verdict.reason = Text::join(&said.iter().map(|result| result.reason.clone()).collect::<Vec<_>>());
    verdict.remedy = Text::by(|lang| {
        let mut steps: Vec<&str> = Vec::new();
        for result in &said {
            let step = result.remedy.get(lang).trim();
            if !step.is_empty() && !steps.contains(&step) {
                steps.push(step);
            }
        }
        steps.join("\n")
    });
    for result in said {
        verdict.offenders.extend(result.offenders.iter().cloned());
    }
    verdict.offenders.truncate(OFFENDERS_MAX);
    verdict.checks = weighed
        .into_iter()
        .map(|(check, result)| CheckResult {
            check: check.check.id.clone(),
            outcome: result.outcome,
            reason: result.reason,
        })
        .collect();
}

fn weigh(ready: &Ready, ready_check: &ReadyCheck, scope: &Context<'_, 'static>, view: &View<'_>) -> Weighed {
    let check = &ready_check.check;
    let unknown = |why: Text| Weighed {
        outcome: Outcome::Unknown,
        reason: why,
        remedy: check.unknown.clone(),
        offenders: Vec::new(),
    };
    if let Some(why) = unavailable(&check.needs, ready_check.max_age_days, view) {
        return unknown(why);
    }
    let holds = match ready_check.holds.execute(scope) {
        Ok(Value::Bool(holds)) => holds,
        other => return unknown(not_evaluated(other.err().as_ref(), &check.needs, view)),
    };
    let offenders = match &ready_check.offenders {
        Some(program) if !holds => texts_of(program, scope),
        _ => Vec::new(),
    };
    let (outcome, said, remedy) = if holds {
        (Outcome::Pass, &ready_check.pass, Text::default())
    } else {
        (Outcome::Fail, &ready_check.fail, check.remedy.clone())
    };
    let reason = said.filled(|hole| {
        if hole == "offenders" {
            return offenders.clone();
        }
        if let Some(values) = ready.param_texts.get(hole) {
            return values.clone();
        }
        ready_check.show.get(hole).map(|program| texts_of(program, scope)).unwrap_or_default()
    });
    Weighed { outcome, reason, remedy, offenders }
}

/// What an expression gives, as texts, each once; an error as none.
fn texts_of(program: &cel::Program, scope: &Context<'_, 'static>) -> Vec<String> {
    let Ok(value) = Value::resolve_val(program.expression(), scope) else { return Vec::new() };
    let mut texts = program::texts(value.as_ref());
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts
}

/// The section a need names, with its label.
fn section_of<'a>(need: Need<'_>, view: &View<'a>) -> (Option<&'a Section>, Text) {
    let kind = need.kind();
    let known = match need {
        Need::Own { kind: SubjectKind::Company, .. }
            if view.known.is_none_or(|known| known.subject.kind != SubjectKind::Company) =>
        {
            view.snapshot.get(&Subject::company())
        }
        Need::Own { .. } => view.known,
        Need::All { .. } => None,
    };
    let label = view.labels.section(kind, need.section());
    (known.and_then(|known| known.sections.get(need.section())), label)
}

/// Why the facts a check needs cannot be used, if they cannot.
fn unavailable(needs: &[String], max_age_days: i64, view: &View<'_>) -> Option<Text> {
    needs.iter().filter_map(|entry| Need::parse(entry)).find_map(|need| {
        if let Need::All { kind, .. } = need {
            let none = view.snapshot.of_kind(kind).next().is_none();
            return none.then(|| reason::no_subject(&view.labels.kind(kind)));
        }
        let (section, label) = section_of(need, view);
        let Some(section) = section else { return Some(reason::no_evidence(&label)) };
        let age = section.evidence.collected_at.days_until(view.now);
        if age < -FUTURE_MAX_DAYS {
            return Some(reason::future(&label, section.evidence.collected_at));
        }
        if section.value.is_none() {
            let miss = section.misses.first();
            return Some(miss.map_or_else(
                || reason::no_evidence(&label),
                |miss| reason::missed(&label, miss.why, &miss.detail),
            ));
        }
        (age > max_age_days).then(|| reason::stale(&label, section.evidence.collected_at, age, max_age_days))
    })
}

/// Why a check gave no answer although its sections are there: part of them was not read.
fn not_evaluated(error: Option<&ExecutionError>, needs: &[String], view: &View<'_>) -> Text {
    let needs: Vec<Need<'_>> = needs.iter().filter_map(|entry| Need::parse(entry)).collect();
    for need in &needs {
        let (section, label) = section_of(*need, view);
        if let Some(miss) = section.and_then(|section| section.misses.first()) {
            return reason::missed(&label, miss.why, &miss.detail);
        }
    }
    match error {
        Some(ExecutionError::NoSuchKey(key)) => {
            let labels: Vec<Text> =
                needs.iter().map(|need| view.labels.section(need.kind(), need.section())).collect();
            reason::incomplete(&labels, key)
        }
        Some(ExecutionError::FunctionError { message, .. }) => reason::not_computable(message),
        Some(other) => reason::not_computable(&other.to_string()),
        None => reason::not_computable("not a yes or no"),
    }
}

/// The documents a statement's checks read.
fn evidence(ready: &Ready, view: &View<'_>) -> Vec<EvidenceRef> {
    let mut found: Vec<EvidenceRef> = Vec::new();
    for need in ready.needs() {
        if let (Some(section), _) = section_of(need, view)
            && !found.contains(&section.evidence)
        {
            found.push(section.evidence.clone());
        }
    }
    found
}

/// Applies the waivers that cover a verdict which is not met.
pub(super) fn waive(verdict: &mut Verdict, waivers: &[Waiver], now: At) {
    if verdict.verdict == Outcome::Pass {
        return;
    }
    let covering = || waivers.iter().filter(|waiver| waiver.covers(&verdict.statement, &verdict.subject));
    let accepted = covering().find(|waiver| waiver.in_force(now));
    let extra = if let Some(waiver) = accepted {
        Some((true, reason::waived(&waiver.by, waiver.until, &waiver.reason)))
    } else {
        let ended = covering().filter(|waiver| waiver.until <= now).max_by_key(|waiver| waiver.until);
        ended.map(|waiver| (false, reason::waiver_ended(&waiver.by, waiver.until)))
    };
    if let Some((in_force, text)) = extra {
        if in_force {
            verdict.verdict = Outcome::Waived;
        }
        verdict.reason = Text::join(&[text, verdict.reason.clone()]);
    }
}
