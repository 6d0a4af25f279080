//! What an edit makes of a profile. Every mistake of a form is gathered; texts that were not touched stay as they were,
//! in both languages.

use guideline::Profile;
use guideline::catalog::{Catalog, Group, Param, Row, threat::Threat};
use guideline::profile::{Exclude, Include, OwnStatement, RowChange, Set, SetLevel};
use model::{Level, StatementId, SubjectKind, Text};
use serde_json::Value;

use super::number::{ROWS, Used};
use super::{Edit, OwnRowForm, OwnStatementForm, OwnThreatForm, TailorForm};
use crate::error::{Findings, Invalid};

/// The longest text of a field.
const WORDS_MAX: usize = 2_000;
/// The longest expression.
const EXPRESSION_MAX: usize = 2_000;
/// The most things of one sort in a profile.
const THINGS_MAX: usize = 300;

/// Applies an edit; what is wrong with it goes into the findings. Gives the id of what was put, if it has one.
pub(super) fn apply(
    profile: &mut Profile,
    base: &Catalog,
    used: &Used,
    edit: &Edit,
    findings: &mut Findings,
) -> String {
    let put = match edit {
        Edit::Describe(name, summary) => {
            profile.name = worded(findings.text("name", name, 100), Some(&profile.name));
            profile.summary =
                worded(findings.optional("summary", summary, WORDS_MAX), Some(&profile.summary));
            String::new()
        }
        Edit::Tailor(statement, form) => tailor(profile, base, statement, form, findings),
        Edit::Reset(statement) => {
            forget(profile, statement);
            String::new()
        }
        Edit::PutStatement(form) => put_statement(profile, used, form, findings),
        Edit::DropStatement(id) => {
            forget(profile, id);
            profile.statements.retain(|own| own.id != *id);
            profile.rows.iter_mut().for_each(|row| row.statements.retain(|own| own != id));
            profile.row_changes.iter_mut().for_each(|row| row.add_statements.retain(|own| own != id));
            profile.row_changes.retain(changes_something);
            String::new()
        }
        Edit::PutThreat(form) => put_threat(profile, base, used, form, findings),
        Edit::DropThreat(id) => {
            profile.threats.retain(|own| own.id != *id);
            profile.rows.iter_mut().for_each(|row| row.threats.retain(|own| own != id));
            for change in &mut profile.row_changes {
                let Some(threats) = &mut change.threats else { continue };
                threats.retain(|own| own != id);
                // Without the own threat the row may be as in the catalogue again.
                if base.row(change.no).is_some_and(|row| row.threats == *threats) {
                    change.threats = None;
                }
            }
            profile.row_changes.retain(changes_something);
            String::new()
        }
        Edit::PutRow(form) if form.no == 0 || ROWS.contains(&form.no) => {
            put_row(profile, base, used, form, findings)
        }
        Edit::PutRow(form) => change_row(profile, base, form, findings),
        Edit::DropRow(no) => {
            profile.rows.retain(|row| row.no != *no);
            profile.row_changes.retain(|row| row.no != *no);
            String::new()
        }
    };
    let counts = [profile.statements.len(), profile.threats.len(), profile.rows.len(), profile.sets.len()];
    if counts.into_iter().any(|count| count > THINGS_MAX) {
        findings.add(Invalid::new("profile", "too-many").with(THINGS_MAX));
    }
    put
}

/// Puts a thing in the place of the one that matches, or at the end.
fn put<T>(list: &mut Vec<T>, new: T, same: impl Fn(&T) -> bool) {
    match list.iter_mut().find(|own| same(own)) {
        Some(own) => *own = new,
        None => list.push(new),
    }
}

/// A text as typed. Whoever left it as it was keeps it in both languages.
fn worded(typed: String, held: Option<&Text>) -> Text {
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    match held {
        Some(held) if typed == plain(&held.ja) || typed == plain(&held.en) => held.clone(),
        _ => Text::same(typed),
    }
}

fn choice<T>(findings: &mut Findings, field: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        findings.add(Invalid::new(field, "unknown-choice"));
    }
    found
}

/// Takes away what a profile says about a statement of the catalogue.
fn forget(profile: &mut Profile, statement: &StatementId) {
    profile.excludes.retain(|own| own.statement != *statement);
    profile.includes.retain(|own| own.statement != *statement);
    profile.sets.retain(|own| own.statement != *statement);
    profile.levels.retain(|own| own.statement != *statement);
}

/// Keeps of what was typed about a statement only what differs from the profile's base.
fn tailor(
    profile: &mut Profile,
    base: &Catalog,
    id: &StatementId,
    form: &TailorForm,
    findings: &mut Findings,
) -> String {
    let Some(statement) = choice(findings, "statement", base.statement(id)) else { return String::new() };
    let under = super::under(profile, base);
    let held = profile.clone();

    let excluded = held.excludes.iter().find(|own| own.statement == *id).map(|own| &own.reason);
    let included = held.includes.iter().find(|own| own.statement == *id).map(|own| &own.reason);
    profile.excludes.retain(|own| own.statement != *id);
    profile.includes.retain(|own| own.statement != *id);
    if form.counts != under.exclusion(id).is_none() {
        let typed = findings.text("counts_reason", &form.counts_reason, WORDS_MAX);
        let reason = worded(typed, excluded.or(included));
        match form.counts {
            true => profile.includes.push(Include { statement: id.clone(), reason }),
            false => profile.excludes.push(Exclude { statement: id.clone(), reason }),
        }
    }

    let held_level = held.levels.iter().find(|own| own.statement == *id).map(|own| &own.reason);
    if let Some(to) = choice(findings, "level", Level::from_name(&form.level)) {
        profile.levels.retain(|own| own.statement != *id);
        if to != under.level(statement) {
            let typed = findings.text("level_reason", &form.level_reason, WORDS_MAX);
            let reason = worded(typed, held_level);
            profile.levels.push(SetLevel { statement: id.clone(), to, reason });
        }
    }

    let params = under.params(statement);
    for (name, (typed, why)) in &form.params {
        let field = format!("value_{name}");
        let value = value_of(&field, statement.params.get(name), typed, findings);
        let own = |set: &Set| set.statement == *id && set.param == *name;
        if params.get(name) == Some(&value) {
            profile.sets.retain(|set| !own(set));
            continue;
        }
        let held = held.sets.iter().find(|set| own(set)).map(|set| &set.reason);
        let reason = worded(findings.text(&format!("reason_{name}"), why, WORDS_MAX), held);
        put(&mut profile.sets, Set { statement: id.clone(), param: name.clone(), value, reason }, own);
    }
    id.0.clone()
}

/// A parameter's value as typed, of the kind the guideline's own value has.
fn value_of(field: &str, param: Option<&Param>, typed: &str, findings: &mut Findings) -> Value {
    let typed = typed.trim();
    let Some(param) = param else {
        findings.add(Invalid::new(field, "unknown-choice"));
        return Value::Null;
    };
    let number = |text: &str| text.parse::<i64>().ok();
    let value = match &param.value {
        Value::Bool(_) => matches!(typed, "true" | "false").then(|| Value::Bool(typed == "true")),
        Value::Number(_) => number(typed).map(Value::from),
        Value::Array(own) => {
            let numbers = own.first().is_some_and(Value::is_number);
            let words = typed.split(['\n', ',', '、']).map(str::trim).filter(|word| !word.is_empty());
            words
                .map(|word| if numbers { number(word).map(Value::from) } else { Some(word.into()) })
                .collect::<Option<Vec<Value>>>()
                .filter(|items| items.len() <= THINGS_MAX)
                .map(Value::Array)
        }
        _ => (!typed.is_empty() && typed.chars().count() <= 200).then(|| Value::from(typed)),
    };
    let Some(value) = value else {
        findings.add(Invalid::new(field, "wrong-kind"));
        return Value::Null;
    };
    if guideline::profile::fits(param, &value).is_err() {
        let limit = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        let range = format!("{}–{}", limit(param.min), limit(param.max));
        findings.add(Invalid::new(field, "out-of-range").with(range));
    }
    value
}

fn put_statement(
    profile: &mut Profile,
    used: &Used,
    form: &OwnStatementForm,
    findings: &mut Findings,
) -> String {
    let group = choice(findings, "group", Group::from_name(&form.group));
    let level = choice(findings, "level", Level::from_name(&form.level));
    let subject = choice(findings, "subject", form.check.subject.parse::<SubjectKind>().ok());
    let title = findings.text("title", &form.title, 100);
    let text = findings.text("text", &form.text, WORDS_MAX);
    let why = findings.text("why", &form.why, WORDS_MAX);
    let holds = findings.text("holds", &form.check.holds, EXPRESSION_MAX);
    let offenders = findings.optional("offenders", &form.check.offenders, EXPRESSION_MAX);
    let needs = findings.optional("needs", &form.check.needs, 500);
    let remedy = findings.text("remedy", &form.remedy, WORDS_MAX);
    let days = form.max_age_days.trim().parse::<i64>().ok().filter(|days| (1..=3_660).contains(days));
    if days.is_none() {
        findings.add(Invalid::new("max_age_days", "not-a-count").with("1–3660"));
    }
    let (Some(group), Some(level), Some(subject), Some(max_age_days)) = (group, level, subject, days) else {
        return String::new();
    };
    let id = if form.id.is_empty() {
        let Some(free) = used.free_statement(&profile.statements) else {
            findings.add(Invalid::new("id", "too-many").with(super::number::STATEMENTS.end()));
            return String::new();
        };
        free
    } else {
        StatementId(form.id.clone())
    };
    let held = profile.statements.iter().find(|own| own.id == id);
    if !form.id.is_empty() && held.is_none() {
        findings.add(Invalid::new("id", "unknown-choice"));
        return String::new();
    }
    let own = OwnStatement {
        id: id.clone(),
        group,
        level,
        subject,
        title: worded(title, held.map(|own| &own.title)),
        text: worded(text, held.map(|own| &own.text)),
        why: worded(why, held.map(|own| &own.why)),
        holds,
        offenders: (!offenders.is_empty()).then_some(offenders),
        needs: needs.split_whitespace().map(str::to_owned).collect(),
        max_age_days,
        remedy: worded(remedy, held.map(|own| &own.remedy)),
    };
    put(&mut profile.statements, own, |held| held.id == id);
    id.0
}

fn put_threat(
    profile: &mut Profile,
    base: &Catalog,
    used: &Used,
    form: &OwnThreatForm,
    findings: &mut Findings,
) -> String {
    let scenario = findings.text("scenario", &form.scenario, WORDS_MAX);
    if base.threats.event(&form.event).is_none() {
        findings.add(Invalid::new("event", "unknown-choice"));
    }
    if form.results.is_empty() || form.results.iter().any(|id| base.threats.result(id).is_none()) {
        findings.add(Invalid::new("results", "unknown-choice"));
    }
    let held = profile.threats.iter().find(|own| own.id == form.id);
    let id = if form.id.is_empty() {
        let Some(free) = used.free_threat(base, &profile.threats) else {
            findings.add(Invalid::new("id", "too-many").with(super::number::STATEMENTS.end()));
            return String::new();
        };
        free
    } else {
        form.id.clone()
    };
    if !form.id.is_empty() && held.is_none() {
        findings.add(Invalid::new("id", "unknown-choice"));
        return String::new();
    }
    let threat = Threat {
        id: id.clone(),
        scenario: worded(scenario, held.map(|own| &own.scenario)),
        event: form.event.clone(),
        results: form.results.clone(),
    };
    put(&mut profile.threats, threat, |held| held.id == id);
    id
}

/// The threats and statements a row names, each of which must be there.
fn named(
    profile: &Profile,
    base: &Catalog,
    form: &OwnRowForm,
    findings: &mut Findings,
) -> (Vec<String>, Vec<StatementId>) {
    let known = |id: &str| base.threats.get(id).is_some() || profile.threats.iter().any(|own| own.id == *id);
    if form.threats.iter().any(|id| !known(id)) {
        findings.add(Invalid::new("threats", "unknown-choice"));
    }
    let mut statements: Vec<StatementId> = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    for typed in &form.statements {
        let id = StatementId(typed.clone());
        if base.statement(&id).is_none() && !profile.statements.iter().any(|own| own.id == id) {
            unknown.push(typed);
        } else if !statements.contains(&id) {
            statements.push(id);
        }
    }
    if !unknown.is_empty() {
        let some: String = unknown.join(", ").chars().take(200).collect();
        findings.add(Invalid::new("statements", "unknown-statement").with(some));
    } else if statements.len() > THINGS_MAX {
        findings.add(Invalid::new("statements", "too-many").with(THINGS_MAX));
    }
    (form.threats.clone(), statements)
}

fn put_row(
    profile: &mut Profile,
    base: &Catalog,
    used: &Used,
    form: &OwnRowForm,
    findings: &mut Findings,
) -> String {
    let group = choice(findings, "group", Group::from_name(&form.group));
    let item = findings.text("item", &form.item, 200);
    let detail = findings.text("detail", &form.detail, WORDS_MAX);
    let (threats, statements) = named(profile, base, form, findings);
    let Some(group) = group else { return String::new() };
    let no = if form.no == 0 { used.free_row(&profile.rows) } else { Some(form.no) };
    let Some(no) = no else {
        findings.add(Invalid::new("no", "too-many").with(ROWS.count()));
        return String::new();
    };
    let held = profile.rows.iter().find(|row| row.no == no);
    let row = Row {
        no,
        inferred: false,
        group,
        item: worded(item, held.map(|row| &row.item)),
        detail: worded(detail, held.map(|row| &row.detail)),
        threats,
        statements,
        example: held.map(|row| row.example.clone()).unwrap_or_default(),
    };
    put(&mut profile.rows, row, |held| held.no == no);
    no.to_string()
}

fn changes_something(change: &RowChange) -> bool {
    change.item.is_some()
        || change.detail.is_some()
        || change.threats.is_some()
        || !change.add_statements.is_empty()
}

/// Keeps of a row of the catalogue only what differs from it; nothing, when it is as there.
fn change_row(profile: &mut Profile, base: &Catalog, form: &OwnRowForm, findings: &mut Findings) -> String {
    let item = findings.text("item", &form.item, 200);
    let detail = findings.text("detail", &form.detail, WORDS_MAX);
    let (threats, statements) = named(profile, base, form, findings);
    let Some(row) = choice(findings, "no", base.row(form.no)) else { return String::new() };
    let held = profile.row_changes.iter().find(|change| change.no == form.no);
    let differs = |typed: String, own: &Text, held: Option<&Text>| {
        let text = worded(typed, Some(own));
        (text != *own).then(|| worded(text.ja, held))
    };
    let change = RowChange {
        no: form.no,
        item: differs(item, &row.item, held.and_then(|change| change.item.as_ref())),
        detail: differs(detail, &row.detail, held.and_then(|change| change.detail.as_ref())),
        threats: (threats != row.threats).then_some(threats),
        add_statements: statements.into_iter().filter(|id| !row.statements.contains(id)).collect(),
        reason: Text::default(),
    };
    if changes_something(&change) {
        let typed = findings.text("reason", &form.reason, WORDS_MAX);
        let reason = worded(typed, held.map(|change| &change.reason));
        put(&mut profile.row_changes, RowChange { reason, ..change }, |held| held.no == form.no);
    } else {
        profile.row_changes.retain(|change| change.no != form.no);
    }
    form.no.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_was_not_touched_stays_in_both_languages() {
        let held = Text::new("画面", "Screen");
        let check =
            |typed: &str, expected: &Text| assert_eq!(worded(typed.to_owned(), Some(&held)), *expected);
        check("画面", &held);
        check("Screen", &held);
        check("画面ロック", &Text::same("画面ロック"));
    }

    #[test]
    fn values_are_of_the_kind_the_guideline_has() {
        let check = |value: Value, typed: &str, problem: Option<&str>| {
            let param = Param { value, name: Text::default(), min: Some(1), max: Some(30) };
            let mut findings = Findings::default();
            let found = value_of("value", Some(&param), typed, &mut findings);
            let problems = match findings.done() {
                Err(crate::AppError::Invalid(found)) => Some(found[0].problem),
                _ => None,
            };
            assert_eq!(problems, problem, "{typed} {found}");
        };
        check(10.into(), "12", None);
        check(10.into(), " 31 ", Some("out-of-range"));
        check(10.into(), "十", Some("wrong-kind"));
        check(true.into(), "false", None);
        check(true.into(), "no", Some("wrong-kind"));
        check(vec!["a"].into(), "b\nc、d", None);
        check(vec![1].into(), "x", Some("wrong-kind"));
        check("on".into(), "", Some("wrong-kind"));
    }
}
