//! Changing an own profile, one thing at a time; each edit is a new version, checked as a whole before it is kept.

use std::sync::Arc;

use guideline::Profile;
use guideline::catalog::{Catalog, Group, Param, Row, threat::Threat};
use guideline::profile::{Exclude, Include, OwnStatement, RowChange, Set, SetLevel};
use model::{Caller, Level, StatementId, SubjectKind, Text};
use serde_json::Value;
use store::Entry;

use super::{KIND, OWN, own};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result, Standard};

/// The longest text of a field.
const WORDS_MAX: usize = 2_000;
/// The longest expression.
const EXPRESSION_MAX: usize = 2_000;
/// The first number of an own row, and the last.
const ROWS: std::ops::RangeInclusive<u32> = 101..=999;
/// The most things of one sort in a profile.
const THINGS_MAX: usize = 300;

/// A change to a profile.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Another name, another summary.
    Describe(String, String),
    /// A statement does not count, and why.
    Exclude(StatementId, String),
    /// A statement counts although the base leaves it out, and why.
    Include(StatementId, String),
    /// A parameter has another value, as typed, and why.
    Set(StatementId, String, String, String),
    /// A statement binds more or less, and why.
    SetLevel(StatementId, String, String),
    /// Whether a statement counts, its parameters and its level are as in the base again.
    Reset(StatementId),
    /// An own statement is added or changed.
    PutStatement(OwnStatementForm),
    /// An own statement goes.
    DropStatement(StatementId),
    /// An own threat is added or changed.
    PutThreat(OwnThreatForm),
    /// An own threat goes.
    DropThreat(String),
    /// An own row is added, or a row changed.
    PutRow(OwnRowForm),
    /// An own row goes, or a changed row is as in the base again.
    DropRow(u32),
}

/// An own statement as typed.
#[derive(Clone, Debug, Default)]
pub struct OwnStatementForm {
    /// Its id; empty for a new one.
    pub id: String,
    /// The group's name.
    pub group: String,
    /// The level's name.
    pub level: String,
    /// What it is about, in a few words.
    pub title: String,
    /// What is asked.
    pub text: String,
    /// Why.
    pub why: String,
    /// What it looks at.
    pub check: super::TrialForm,
    /// How many days evidence counts.
    pub max_age_days: String,
    /// What to do when it fails.
    pub remedy: String,
}

/// An own threat as typed.
#[derive(Clone, Debug, Default)]
pub struct OwnThreatForm {
    /// Its id; empty for a new one.
    pub id: String,
    /// What can happen.
    pub scenario: String,
    /// The event's class.
    pub event: String,
    /// The results' classes.
    pub results: Vec<String>,
}

/// A row as typed.
#[derive(Clone, Debug, Default)]
pub struct OwnRowForm {
    /// Its number; 0 for a new one.
    pub no: u32,
    /// The group's name; only for own rows.
    pub group: String,
    /// The measure in a line.
    pub item: String,
    /// The measure in detail.
    pub detail: String,
    /// The threats it meets.
    pub threats: Vec<String>,
    /// The statements it stands for; of a row of the catalogue those added to it.
    pub statements: Vec<String>,
    /// Why a row of the catalogue is changed.
    pub reason: String,
}

impl App {
    /// Makes an own profile on the base of another; a copy of it when that is an own one.
    ///
    /// # Errors
    /// [`AppError::Invalid`].
    pub fn derive_profile(&self, caller: &Caller, name: &str, base: &str) -> Result<String> {
        self.allow(caller, Action::ProfileSave, base)?;
        let mut findings = Findings::default();
        let name = findings.text("name", name, 100);
        let standard = self.standard();
        let parent = self.store.read(|read| own(read, base))?;
        if parent.is_none() && standard.base.profile(base).is_none() {
            findings.add(Invalid::new("base", "unknown-choice"));
        }
        findings.done()?;
        let profile = match parent {
            Some(parent) => Profile { name: Text::same(name), ..parent.value },
            None => Profile { name: Text::same(name), base: Some(base.to_owned()), ..Profile::default() },
        };
        self.keep_profile(caller, None, 0, profile)
    }

    /// Changes an own profile. `after` is the version the writer saw.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault, [`AppError::Misfit`], [`AppError::Conflict`].
    pub fn edit_profile(&self, caller: &Caller, id: &str, after: u32, edit: &Edit) -> Result<()> {
        self.allow(caller, Action::ProfileSave, id)?;
        let record = self.store.read(|read| own(read, id))?.ok_or(AppError::NotFound("profile"))?;
        let base = Arc::clone(&self.standard().base);
        let mut profile = record.value;
        let mut findings = Findings::default();
        apply(&mut profile, &base, edit, &mut findings);
        findings.done()?;
        // Everything was asked for field by field; what is left is an expression that does not fit the facts.
        match (Standard::of(base, &profile), edit) {
            (Ok(_), _) => {}
            (Err(AppError::Misfit(found)), Edit::PutStatement(_)) => {
                let (what, fix) = found.into_iter().next().unwrap_or_default();
                return Err(Invalid::new("holds", "check-not-usable").with(format!("{what} → {fix}")).into());
            }
            (Err(error), _) => return Err(error),
        }
        self.keep_profile(caller, Some(record.id), after, profile)?;
        Ok(())
    }

    /// Removes an own profile that is not in force; its versions stay on record.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the company is judged by it.
    pub fn remove_profile(&self, caller: &Caller, id: &str, after: u32) -> Result<()> {
        self.allow(caller, Action::ProfileSave, id)?;
        let record = self.store.read(|read| own(read, id))?.ok_or(AppError::NotFound("profile"))?;
        if self.company()?.profile_id() == id {
            return Err(Invalid::new("profile", "profile-in-force").into());
        }
        let entries = [Entry::next(record.id, after, &record.value)?.gone()];
        let detail = format!("{} removed", store::record::witness(KIND, &entries));
        let now = self.now();
        self.store.change(&self.act(caller, Action::ProfileSave, id, &detail), |change| {
            change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        Ok(())
    }

    /// Keeps a version of an own profile; when it is in force, everything is judged by it at once.
    pub(super) fn keep_profile(
        &self,
        caller: &Caller,
        id: Option<u64>,
        after: u32,
        profile: Profile,
    ) -> Result<String> {
        let profile = Profile { id: id.map(|id| format!("{OWN}{id}")).unwrap_or_default(), ..profile };
        let entries = [match id {
            Some(id) => Entry::next(id, after, &profile)?,
            None => Entry::new(&profile)?,
        }];
        let detail = format!("{} {}", store::record::witness(KIND, &entries), profile.name.ja);
        let object = if profile.id.is_empty() { "profile" } else { &profile.id };
        let now = self.now();
        let written =
            self.store.change(&self.act(caller, Action::ProfileSave, object, &detail), |change| {
                change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
            })?;
        let number = written.first().map_or(0, |(id, _)| *id);
        let id = format!("{OWN}{number}");
        if self.company()?.profile_id() == id {
            self.take_standard()?;
        }
        Ok(id)
    }
}

/// Applies an edit; what is wrong with it goes into the findings.
fn apply(profile: &mut Profile, base: &Catalog, edit: &Edit, findings: &mut Findings) {
    match edit {
        Edit::Describe(name, summary) => {
            profile.name = Text::same(findings.text("name", name, 100));
            profile.summary = Text::same(findings.optional("summary", summary, WORDS_MAX));
        }
        Edit::Exclude(statement, reason) => {
            let reason = because(statement, reason, base, profile, findings);
            profile.includes.retain(|include| include.statement != *statement);
            put(&mut profile.excludes, Exclude { statement: statement.clone(), reason }, |own| {
                own.statement == *statement
            });
        }
        Edit::Include(statement, reason) => {
            let reason = because(statement, reason, base, profile, findings);
            profile.excludes.retain(|exclude| exclude.statement != *statement);
            put(&mut profile.includes, Include { statement: statement.clone(), reason }, |own| {
                own.statement == *statement
            });
        }
        Edit::Set(statement, param, typed, reason) => {
            let reason = because(statement, reason, base, profile, findings);
            let found = base.statement(statement).and_then(|own| own.params.get(param));
            let value = value_of(found, typed, findings);
            let set = Set { statement: statement.clone(), param: param.clone(), value, reason };
            put(&mut profile.sets, set, |own| own.statement == *statement && own.param == *param);
        }
        Edit::SetLevel(statement, level, reason) => {
            let reason = because(statement, reason, base, profile, findings);
            let Some(to) = choice(findings, "level", Level::from_name(level)) else { return };
            put(&mut profile.levels, SetLevel { statement: statement.clone(), to, reason }, |own| {
                own.statement == *statement
            });
        }
        Edit::Reset(statement) => {
            profile.excludes.retain(|own| own.statement != *statement);
            profile.includes.retain(|own| own.statement != *statement);
            profile.sets.retain(|own| own.statement != *statement);
            profile.levels.retain(|own| own.statement != *statement);
        }
        Edit::PutStatement(form) => put_statement(profile, form, findings),
        Edit::DropStatement(id) => {
            profile.statements.retain(|own| own.id != *id);
            profile.rows.iter_mut().for_each(|row| row.statements.retain(|own| own != id));
            profile.row_changes.iter_mut().for_each(|row| row.add_statements.retain(|own| own != id));
        }
        Edit::PutThreat(form) => put_threat(profile, base, form, findings),
        Edit::DropThreat(id) => {
            profile.threats.retain(|own| own.id != *id);
            profile.rows.iter_mut().for_each(|row| row.threats.retain(|own| own != id));
            let lists = profile.row_changes.iter_mut().filter_map(|row| row.threats.as_mut());
            lists.for_each(|threats| threats.retain(|own| own != id));
        }
        Edit::PutRow(form) if form.no == 0 || ROWS.contains(&form.no) => put_row(profile, form, findings),
        Edit::PutRow(form) => change_row(profile, base, form, findings),
        Edit::DropRow(no) => {
            profile.rows.retain(|row| row.no != *no);
            profile.row_changes.retain(|row| row.no != *no);
        }
    }
    let counts = [profile.statements.len(), profile.threats.len(), profile.rows.len(), profile.sets.len()];
    if counts.into_iter().any(|count| count > THINGS_MAX) {
        findings.add(Invalid::new("profile", "too-many").with(THINGS_MAX));
    }
}

/// Puts a thing in the place of the one that matches, or at the end.
fn put<T>(list: &mut Vec<T>, new: T, same: impl Fn(&T) -> bool) {
    match list.iter_mut().find(|own| same(own)) {
        Some(own) => *own = new,
        None => list.push(new),
    }
}

/// The reason, which every tailoring has; and the statement must be there.
fn because(
    statement: &StatementId,
    reason: &str,
    base: &Catalog,
    profile: &Profile,
    findings: &mut Findings,
) -> Text {
    let known =
        base.statement(statement).is_some() || profile.statements.iter().any(|own| own.id == *statement);
    if !known {
        findings.add(Invalid::new("statement", "unknown-choice"));
    }
    Text::same(findings.text("reason", reason, WORDS_MAX))
}

fn choice<T>(findings: &mut Findings, field: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        findings.add(Invalid::new(field, "unknown-choice"));
    }
    found
}

/// A parameter's value as typed, of the kind the guideline's own value has.
fn value_of(param: Option<&Param>, typed: &str, findings: &mut Findings) -> Value {
    let typed = typed.trim();
    let Some(param) = param else {
        findings.add(Invalid::new("param", "unknown-choice"));
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
                .map(Value::Array)
        }
        _ => (!typed.is_empty() && typed.chars().count() <= 200).then(|| Value::from(typed)),
    };
    let Some(value) = value else {
        findings.add(Invalid::new("value", "wrong-kind"));
        return Value::Null;
    };
    if guideline::profile::fits(param, &value).is_err() {
        let limit = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        let range = format!("{}–{}", limit(param.min), limit(param.max));
        findings.add(Invalid::new("value", "out-of-range").with(range));
    }
    value
}

fn put_statement(profile: &mut Profile, form: &OwnStatementForm, findings: &mut Findings) {
    let group = choice(findings, "group", Group::from_name(&form.group));
    let level = choice(findings, "level", Level::from_name(&form.level));
    let subject = choice(findings, "subject", form.check.subject.parse::<SubjectKind>().ok());
    let title = findings.text("title", &form.title, 100);
    let text = findings.text("text", &form.text, WORDS_MAX);
    let why = findings.optional("why", &form.why, WORDS_MAX);
    let holds = findings.text("holds", &form.check.holds, EXPRESSION_MAX);
    let offenders = findings.optional("offenders", &form.check.offenders, EXPRESSION_MAX);
    let needs = findings.optional("needs", &form.check.needs, 500);
    let remedy = findings.text("remedy", &form.remedy, WORDS_MAX);
    let days = form.max_age_days.trim().parse::<i64>().ok().filter(|days| (1..=3_660).contains(days));
    let days = choice(findings, "max_age_days", days);
    let (Some(group), Some(level), Some(subject), Some(max_age_days)) = (group, level, subject, days) else {
        return;
    };
    let id = if form.id.is_empty() {
        let free = (1..).map(|number| StatementId(format!("C{number}-1")));
        let taken = |id: &StatementId| profile.statements.iter().any(|own| own.id == *id);
        free.take(THINGS_MAX + 1).find(|id| !taken(id)).unwrap_or(StatementId("C0-1".into()))
    } else {
        StatementId(form.id.clone())
    };
    if !form.id.is_empty() && !profile.statements.iter().any(|own| own.id == id) {
        findings.add(Invalid::new("id", "unknown-choice"));
        return;
    }
    let own = OwnStatement {
        id: id.clone(),
        group,
        level,
        subject,
        title: Text::same(title),
        text: Text::same(text),
        why: Text::same(why),
        holds,
        offenders: (!offenders.is_empty()).then_some(offenders),
        needs: needs.split_whitespace().map(str::to_owned).collect(),
        max_age_days,
        remedy: Text::same(remedy),
    };
    put(&mut profile.statements, own, |held| held.id == id);
}

fn put_threat(profile: &mut Profile, base: &Catalog, form: &OwnThreatForm, findings: &mut Findings) {
    let scenario = findings.text("scenario", &form.scenario, WORDS_MAX);
    if base.threats.event(&form.event).is_none() {
        findings.add(Invalid::new("event", "unknown-choice"));
    }
    if form.results.is_empty() || form.results.iter().any(|id| base.threats.result(id).is_none()) {
        findings.add(Invalid::new("results", "unknown-choice"));
    }
    let id = if form.id.is_empty() {
        let taken = |id: &String| profile.threats.iter().any(|own| own.id == *id);
        (1..=THINGS_MAX + 1).map(|number| format!("own-{number}")).find(|id| !taken(id)).unwrap_or_default()
    } else {
        form.id.clone()
    };
    if !form.id.is_empty() && !profile.threats.iter().any(|own| own.id == id) {
        findings.add(Invalid::new("id", "unknown-choice"));
        return;
    }
    let threat = Threat {
        id: id.clone(),
        scenario: Text::same(scenario),
        event: form.event.clone(),
        results: form.results.clone(),
    };
    put(&mut profile.threats, threat, |held| held.id == id);
}

fn put_row(profile: &mut Profile, form: &OwnRowForm, findings: &mut Findings) {
    let group = choice(findings, "group", Group::from_name(&form.group));
    let item = findings.text("item", &form.item, 200);
    let detail = findings.text("detail", &form.detail, WORDS_MAX);
    let Some(group) = group else { return };
    let taken = |no: &u32| profile.rows.iter().any(|row| row.no == *no);
    let no = if form.no == 0 { ROWS.into_iter().find(|no| !taken(no)).unwrap_or(0) } else { form.no };
    let row = Row {
        no,
        inferred: false,
        group,
        item: Text::same(item),
        detail: Text::same(detail),
        threats: form.threats.clone(),
        statements: form.statements.iter().cloned().map(StatementId).collect(),
        example: Text::default(),
    };
    put(&mut profile.rows, row, |held| held.no == no);
}

/// Keeps of a row of the catalogue only what differs from it.
fn change_row(profile: &mut Profile, base: &Catalog, form: &OwnRowForm, findings: &mut Findings) {
    let item = findings.text("item", &form.item, 200);
    let detail = findings.text("detail", &form.detail, WORDS_MAX);
    let reason = findings.text("reason", &form.reason, WORDS_MAX);
    let Some(row) = choice(findings, "no", base.row(form.no)) else { return };
    let differs = |typed: &str, own: &Text| {
        let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
        (plain(typed) != plain(&own.ja) && plain(typed) != plain(&own.en)).then(|| Text::same(typed))
    };
    let change = RowChange {
        no: form.no,
        item: differs(&item, &row.item),
        detail: differs(&detail, &row.detail),
        threats: (form.threats != row.threats).then(|| form.threats.clone()),
        add_statements: form
            .statements
            .iter()
            .cloned()
            .map(StatementId)
            .filter(|id| !row.statements.contains(id))
            .collect(),
        reason: Text::same(reason),
    };
    put(&mut profile.row_changes, change, |held| held.no == form.no);
}
