//! Weighing one statement for one subject: is the evidence there and fresh, what do the checks say, what follows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cel::{Context, ExecutionError, Value};
use model::verdict::{CheckResult, EvidenceRef};
use model::waiver::grounds;
use model::{At, Outcome, Source, Subject, SubjectKind, Text, Verdict, Waiver};
use sha2::{Digest as _, Sha256};

use super::fact::{self, Fact};
use super::need::Need;
use super::program::{self, SUPPORT_END};
use super::reason;
use super::snapshot::{FUTURE_MAX_DAYS, Known, Section, Snapshot};
use super::{Ready, ReadyCheck};
use crate::catalog::{Labels, SupportTable};

/// The most offenders a verdict names.
const OFFENDERS_MAX: usize = 200;

/// What can be looked up while weighing.
pub(super) struct View<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) known: Option<&'a Known>,
    pub(super) labels: &'a Labels,
    pub(super) support: &'a SupportTable,
    pub(super) items: &'a BTreeMap<SubjectKind, Vec<Item>>,
    pub(super) now: At,
}

impl<'a> View<'a> {
    /// What is known of the subject itself, or of the company.
    fn of(&self, kind: SubjectKind) -> Option<&'a Known> {
        if kind == SubjectKind::Company
            && self.known.is_none_or(|known| known.subject.kind != SubjectKind::Company)
        {
            return self.snapshot.get(&Subject::company());
        }
        self.known
    }
}

/// How one check came out.
struct Weighed {
    outcome: Outcome,
    reason: Text,
    remedy: Text,
    offenders: Vec<String>,
}

/// The facts of a subject as CEL sees them: of the sections that any check may look at, those that are fresh by the
/// age given with them.
pub(super) fn facts_of(
    known: Option<&Known>,
    wanted: &BTreeMap<String, i64>,
    now: At,
    support: &SupportTable,
) -> Fact {
    let fields = known.into_iter().flat_map(|known| &known.sections).filter_map(|(name, section)| {
        let max_age_days = wanted.get(name)?;
        let fact = section.is_fresh(*max_age_days, now).then(|| section_of_facts(name, section, support))?;
        Some((name.clone(), fact?))
    });
    fact::map(fields.collect())
}

/// One section; the system's carries what the table of support ends says of it.
pub(super) fn section_of_facts(name: &str, section: &Section, support: &SupportTable) -> Option<Fact> {
    let value = section.value.as_ref()?;
    let end = if name == "os" { support.end_of(value) } else { None };
    Some(match (end, value.as_ref()) {
        (Some(end), serde_json::Value::Object(fields)) => {
            let mut fields = fields.clone();
            fields.insert(SUPPORT_END.into(), end.to_string().into());
            fact::of_json(&serde_json::Value::Object(fields))
        }
        _ => fact::of_section(value),
    })
}

/// A subject as an item of a list, with all sections that any list asks for.
pub(super) struct Item {
    id: String,
    name: String,
    /// Section, instant, value.
    sections: BTreeMap<String, (Section, Fact)>,
}

/// Facts made already, by section and by where its value stands: PCs of which the same is known share it.
pub(super) type Made = BTreeMap<(String, usize), Fact>;

impl Item {
    pub(super) fn of(
        known: &Known,
        sections: &BTreeSet<&str>,
        support: &SupportTable,
        made: &mut Made,
    ) -> Self {
        let facts = known.sections.iter().filter(|(name, _)| sections.contains(name.as_str()));
        Self {
            id: known.subject.id.clone(),
            name: known.name.clone(),
            sections: facts
                .filter_map(|(name, section)| {
                    let place = Arc::as_ptr(section.value.as_ref()?).addr();
                    let key = (name.clone(), place);
                    let fact = match made.get(&key) {
                        Some(fact) => fact.clone(),
                        None => {
                            let fact = section_of_facts(name, section, support)?;
                            made.insert(key, fact.clone());
                            fact
                        }
                    };
                    let bare = Section { value: None, ..section.clone() };
                    Some((name.clone(), (bare, fact)))
                })
                .collect(),
        }
    }

    /// Its id, its name and the sections asked for, as far as they are fresh and whole.
    fn as_fact(&self, asked: &BTreeMap<String, i64>, now: At) -> Fact {
        let text = |text: &str| fact::of_json(&serde_json::Value::from(text));
        let mut fields: BTreeMap<String, Fact> =
            [("id".to_owned(), text(&self.id)), ("name".to_owned(), text(&self.name))].into();
        for (name, max_age_days) in asked {
            if let Some((section, fact)) = self.sections.get(name)
                && section.is_fresh(*max_age_days, now)
                && section.has_gap().is_none()
            {
                fields.insert(name.clone(), fact.clone());
            }
        }
        fact::map(fields)
    }
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
    for (kind, sections) in ready.own_reads.iter().flatten() {
        let facts = facts_of(view.of(*kind), sections, view.now, view.support);
        scope.add_variable_as_val(kind.name(), facts);
    }
    for (kind, asked) in &ready.lists {
        let items = view.items.get(kind).map_or(&[][..], Vec::as_slice);
        let list = items.iter().map(|item| item.as_fact(asked, view.now)).collect();
        scope.add_variable_as_val(kind.plural(), fact::list(list));
    }
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
                verdict.reason = unavailable(needs, ready.max_age_days, view)
                    .unwrap_or_else(|| not_evaluated(other.err().as_ref(), needs, view));
                verdict.remedy = ready.first_unknown();
                waive(&mut verdict, ready, &view.snapshot.waivers, view.now);
                return Some(verdict);
            }
        }
    }
    let mut weighed: Vec<(&ReadyCheck, Weighed)> =
        ready.checks.iter().map(|check| (check, weigh(ready, check, &scope, view))).collect();
    fall_back(&mut weighed);
    conclude(&mut verdict, weighed);
    waive(&mut verdict, ready, &view.snapshot.waivers, view.now);
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
    cut(&mut verdict.offenders);
    verdict.checks = weighed
        .into_iter()
        .map(|(check, result)| CheckResult {
            check: check.check.id.clone(),
            outcome: result.outcome,
            reason: result.reason,
        })
        .collect();
}

/// Keeps the first offenders. The last entry then stands for all others, by number and hash, so that an acceptance notes
/// when any of them becomes another.
fn cut(offenders: &mut Vec<String>) {
    if offenders.len() <= OFFENDERS_MAX {
        return;
    }
    let more = offenders.split_off(OFFENDERS_MAX);
    let mut hasher = Sha256::new();
    for offender in &more {
        hasher.update((offender.len() as u64).to_be_bytes());
        hasher.update(offender.as_bytes());
    }
    let hash: String = hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    offenders.push(format!("… +{} ({hash})", more.len()));
}

fn weigh(ready: &Ready, ready_check: &ReadyCheck, scope: &Context<'_, 'static>, view: &View<'_>) -> Weighed {
    let check = &ready_check.check;
    let unknown = |why: Text| Weighed {
        outcome: Outcome::Unknown,
        reason: why,
        remedy: check.unknown.clone(),
        offenders: Vec::new(),
    };
    let missing = unavailable(&check.needs, ready_check.max_age_days, view);
    if let Some(why) = missing.or_else(|| word_alone(ready, ready_check, view)) {
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
        Need::Own { kind, .. } => view.of(kind),
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
        if let Some(gap) = section.has_gap() {
            return Some(reason::missed(&label, gap.why, &gap.detail));
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

/// Why what is known does not count for a check: it rests on a person's word, and the statement asks for better evidence.
/// Any source better than a word counts for every statement. Whether a statement applies may rest on a word: that only
/// decides what is asked.
fn word_alone(ready: &Ready, ready_check: &ReadyCheck, view: &View<'_>) -> Option<Text> {
    if ready.takes_word {
        return None;
    }
    let entries = ready_check.check.needs.iter().chain(&ready_check.named);
    entries.filter_map(|entry| Need::parse(entry)).find_map(|need| {
        if let Need::All { kind, .. } = need {
            let section = need.section();
            let told = |item: &&Item| {
                item.sections.get(section).is_some_and(|(own, _)| own.evidence.source == Source::Attest)
            };
            let found = view.items.get(&kind)?.iter().any(|item| told(&item));
            return found.then(|| reason::word_alone(&view.labels.section(kind, section)));
        }
        let (section, label) = section_of(need, view);
        (section?.evidence.source == Source::Attest).then(|| reason::word_alone(&label))
    })
}

/// Why a check gave no answer although its sections are there: part of them was not read.
fn not_evaluated(error: Option<&ExecutionError>, needs: &[String], view: &View<'_>) -> Text {
    let needs: Vec<Need<'_>> = needs.iter().filter_map(|entry| Need::parse(entry)).collect();
    // The miss that is about the very fact that was lacking speaks first.
    let lacking = match error {
        Some(ExecutionError::NoSuchKey(key)) => key.as_str(),
        _ => "",
    };
    let missed = |about: &dyn Fn(&model::Miss) -> bool| {
        needs.iter().find_map(|need| {
            let (section, label) = section_of(*need, view);
            let miss = section?.misses.iter().find(|miss| about(miss))?;
            Some(reason::missed(&label, miss.why, &miss.detail))
        })
    };
    let about_it = |miss: &model::Miss| !lacking.is_empty() && miss.at.rsplit('.').next() == Some(lacking);
    if let Some(why) = missed(&about_it).or_else(|| missed(&|_| true)) {
        return why;
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
    for need in ready.needs().chain(ready.mentions.iter().filter_map(|entry| Need::parse(entry))) {
        if let (Some(section), _) = section_of(need, view)
            && !found.contains(&section.evidence)
        {
            found.push(section.evidence.clone());
        }
    }
    found
}

/// Applies the waivers that cover a verdict which is not met. One that was given for other faults than those found now
/// does not count; what could not be found out is no new fault of a subject it was given for.
pub(super) fn waive(verdict: &mut Verdict, ready: &Ready, waivers: &[Waiver], now: At) {
    if verdict.verdict == Outcome::Pass {
        return;
    }
    let covering = || waivers.iter().filter(|waiver| waiver.covers(&verdict.statement, &verdict.subject));
    let in_force = || covering().filter(|waiver| waiver.in_force(now));
    let (outcome, said) = if let Some(waiver) = in_force().find(|waiver| waiver.still_fits(verdict)) {
        (Outcome::Waived, reason::waived(&waiver.by, waiver.until, &waiver.reason))
    } else if let Some(waiver) = in_force().max_by_key(|waiver| waiver.until) {
        let said = match verdict.verdict {
            Outcome::Fail => {
                reason::waiver_outgrown(&waiver.by, waiver.until, &new_grounds(verdict, ready, waiver))
            }
            _ => reason::waiver_elsewhere(&waiver.by, waiver.until),
        };
        (verdict.verdict, said)
    } else if let Some(waiver) =
        covering().filter(|waiver| waiver.until <= now).max_by_key(|waiver| waiver.until)
    {
        (verdict.verdict, reason::waiver_ended(&waiver.by, waiver.until))
    } else {
        return;
    };
    verdict.verdict = outcome;
    verdict.reason = Text::join(&[said, verdict.reason.clone()]);
}

/// What is at fault now and was not when the waiver was given, in words: checks by their titles, then what they name.
fn new_grounds(verdict: &Verdict, ready: &Ready, waiver: &Waiver) -> Vec<Text> {
    let accepted = waiver.basis.as_ref().and_then(|basis| basis.get(&verdict.subject.to_string()));
    let known = |ground: &String| accepted.is_some_and(|accepted| accepted.contains(ground));
    let mut found = Vec::new();
    for ground in grounds(verdict).iter().filter(|ground| !known(ground)) {
        let check = ready.checks.iter().find(|check| {
            !verdict.offenders.contains(ground) && *ground == format!("check {}", check.check.id)
        });
        found.push(check.map_or_else(|| Text::same(ground.clone()), |check| check.check.title.clone()));
    }
    found
}
