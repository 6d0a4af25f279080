//! A list of staff held against the register: what it would add and change is shown first, line by line, and saved in one
//! change. Who is not in the list stays as they are.
//!
//! A line finds its person by the id, else by employee number, mail address or directory account. A sheet of ours names
//! the word each line was made from, so that a line nobody touched never undoes what was changed here since.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::decision::Day;
use model::facts::Employment;
use model::{Caller, FactDocument, Subject, SubjectKind, Text};

use super::list::{Listed, everybody};
use super::save::{check_new, twins};
use super::standing::statement;
use super::{FieldChange, PersonForm, SECTION, difference};
use crate::error::{Findings, Invalid};
use crate::sheet::{RefusedLine, SheetProblem};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// Letters of an evidence id that stand for a version in a sheet.
pub(super) const VERSION_LETTERS: usize = 12;
/// The most documents of a person looked through for the word a line was made from.
const FORMER_MAX: u32 = 60;

/// A list that was read; waits for its saving.
pub struct Sheet {
    read: ReadSheet,
    steps: Vec<Step>,
}

/// A list as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadSheet {
    /// Whether it is one of ours.
    pub(crate) ours: bool,
    /// The fields it has no column for: what is stored stays.
    pub(crate) absent: Vec<&'static str>,
    pub(crate) lines: Vec<ReadLine>,
    pub(crate) refused: Vec<RefusedLine>,
    pub(crate) remarks: Vec<Text>,
}

/// A line that was understood.
#[derive(Clone, Debug)]
pub(crate) struct ReadLine {
    pub(crate) line: usize,
    /// The fields left blank by a stranger.
    pub(crate) silent: Vec<&'static str>,
    pub(crate) version: String,
    pub(crate) form: PersonForm,
}

/// What is to be written for a line.
#[derive(Clone, Debug)]
struct Step {
    id: String,
    name: String,
    employment: Employment,
    /// The evidence of the word it takes the place of; empty for somebody new.
    after: String,
    conflict: bool,
}

/// What a list would change.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The name under which it waits.
    pub token: String,
    /// People who would be new.
    pub new: Vec<NewLine>,
    /// People of whom something would change.
    pub changed: Vec<ChangedLine>,
    /// How many lines change nothing.
    pub unchanged: usize,
    /// People of the register the list does not speak of: id and name; they stay.
    pub missing: Vec<(String, String)>,
    /// Lines that are left out.
    pub refused: Vec<RefusedLine>,
    /// What to know.
    pub remarks: Vec<Text>,
}

/// Somebody who would be new.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// The line in the sheet.
    pub line: usize,
    /// What it says.
    pub form: PersonForm,
}

/// Somebody of whom something would change.
#[derive(Clone, Debug)]
pub struct ChangedLine {
    /// The line in the sheet.
    pub line: usize,
    /// The id.
    pub id: String,
    /// The name here.
    pub name: String,
    /// What would change.
    pub changes: Vec<FieldChange>,
    /// Whether the register changed after the sheet was made: then the register stays unless the sheet is chosen.
    pub conflict: bool,
}

/// What was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// New people.
    pub added: usize,
    /// Changed people.
    pub changed: usize,
    /// People who stay as they are here, although the list says something else.
    pub left: usize,
}

/// The register, found by what names one person.
struct Standing<'a> {
    by_id: HashMap<&'a str, &'a Listed>,
    by_mark: HashMap<(&'static str, String), Option<&'a Listed>>,
}

/// What names one person, besides the id.
fn marks(form: &PersonForm) -> [(&'static str, String); 3] {
    [
        ("number", form.number.to_lowercase()),
        ("mail", form.mail.to_lowercase()),
        ("account", form.directory_account.to_lowercase()),
    ]
}

impl<'a> Standing<'a> {
    fn of(people: &'a [Listed]) -> Self {
        let mut by_mark: HashMap<_, Option<&Listed>> = HashMap::new();
        for person in people.iter().filter(|person| person.retired_at.is_none()) {
            for mark in marks(&PersonForm::of(&person.id, &person.name, &person.employment, "")) {
                if !mark.1.is_empty() && mark.1 != "-" {
                    // What two people bear names neither.
                    by_mark.entry(mark).and_modify(|held| *held = None).or_insert(Some(person));
                }
            }
        }
        Self { by_id: people.iter().map(|person| (person.id.as_str(), person)).collect(), by_mark }
    }

    fn find(&self, form: &PersonForm) -> Option<&'a Listed> {
        if !form.id.is_empty() {
            return self.by_id.get(form.id.as_str()).copied();
        }
        marks(form).iter().find_map(|mark| self.by_mark.get(mark).copied().flatten())
    }
}

/// What a list comes to, before anybody has looked at it.
#[derive(Default)]
struct Reckoned {
    steps: Vec<Step>,
    new: Vec<NewLine>,
    changed: Vec<ChangedLine>,
    unchanged: usize,
    refused: Vec<RefusedLine>,
    /// Whom a line spoke of, and which.
    speaks: BTreeMap<String, usize>,
}

impl Reckoned {
    fn refuse(&mut self, line: usize, problems: Vec<Invalid>) {
        let problems = problems.into_iter().map(SheetProblem::Field).collect();
        self.refused.push(RefusedLine { line, problems });
    }
}

/// What a line says, and what stands where the sheet has no column or a stranger left it blank.
fn over(standing: &PersonForm, line: &ReadLine, absent: &[&str]) -> PersonForm {
    let mut form = PersonForm { id: standing.id.clone(), after: String::new(), ..line.form.clone() };
    for field in absent.iter().chain(&line.silent) {
        match *field {
            "mail" => form.mail.clone_from(&standing.mail),
            "number" => form.number.clone_from(&standing.number),
            "department" => form.department.clone_from(&standing.department),
            "directory_account" => form.directory_account.clone_from(&standing.directory_account),
            "vpn_ids" => form.vpn_ids.clone_from(&standing.vpn_ids),
            "joined" => form.joined.clone_from(&standing.joined),
            "works_from_home" => form.works_from_home = standing.works_from_home,
            "leave_from" => form.leave_from.clone_from(&standing.leave_from),
            "leave_until" => form.leave_until.clone_from(&standing.leave_until),
            "left" => form.left.clone_from(&standing.left),
            _ => {}
        }
    }
    form
}

/// An id for somebody whose line gives none: the logon name, the mail address before its `@`, the number.
pub(super) fn id_for(form: &PersonForm) -> String {
    let local = form.mail.split('@').next().unwrap_or_default();
    let account = if form.directory_account == "-" { "" } else { form.directory_account.as_str() };
    let found = [form.id.as_str(), account, local, form.number.as_str()];
    found.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

struct Reckoning<'a> {
    sheet: &'a ReadSheet,
    people: &'a [Listed],
    standing: Standing<'a>,
    /// The evidence of the register's word on each.
    words: &'a HashMap<String, String>,
    today: Day,
}

impl Reckoning<'_> {
    fn line(
        &self,
        line: &ReadLine,
        former: &mut dyn FnMut(&str, &str) -> Result<Option<PersonForm>>,
        reckoned: &mut Reckoned,
    ) -> Result<()> {
        let found = self.standing.find(&line.form);
        let id = found.map_or_else(|| id_for(&line.form), |person| person.id.clone());
        if let Some(other) = reckoned.speaks.get(&id).filter(|_| !id.is_empty()) {
            reckoned.refuse(line.line, vec![Invalid::new("name", "person-sheet-twice").with(other)]);
            return Ok(());
        }
        if found.is_some_and(|person| person.retired_at.is_some())
            || found.is_none() && self.standing.by_id.contains_key(id.as_str())
        {
            reckoned.refuse(line.line, vec![Invalid::new("id", "person-taken").with(&id)]);
            return Ok(());
        }
        let standing = found.map(|person| PersonForm::of(&person.id, &person.name, &person.employment, ""));
        let base = standing.clone().unwrap_or_else(|| PersonForm { id: id.clone(), ..PersonForm::default() });
        let wanted = over(&base, line, &self.sheet.absent);
        let mut findings = Findings::default();
        if found.is_none() {
            check_new(&mut findings, &id, self.people.len() + reckoned.new.len());
        }
        findings.text("name", &wanted.name, 200);
        let said = found.map(|person| person.employment.clone()).unwrap_or_default();
        let employment = wanted.checked(&mut findings, &said, self.today);
        twins(&mut findings, &id, &employment, self.people);
        if let Err(AppError::Invalid(problems)) = findings.done() {
            reckoned.refuse(line.line, problems);
            if found.is_some() {
                reckoned.speaks.insert(id, line.line);
            }
            return Ok(());
        }
        reckoned.speaks.insert(id.clone(), line.line);
        let wanted = PersonForm::of(&id, wanted.name.trim(), &employment, "");
        let (Some(person), Some(standing)) = (found, standing) else {
            let step =
                Step { id, name: wanted.name.clone(), employment, after: String::new(), conflict: false };
            reckoned.steps.push(step);
            reckoned.new.push(NewLine { line: line.line, form: wanted });
            return Ok(());
        };
        let changes = difference(&standing, &wanted);
        if changes.is_empty() {
            reckoned.unchanged += 1;
            return Ok(());
        }
        let word = self.words.get(&person.id).cloned().unwrap_or_default();
        let mut conflict = false;
        if self.sheet.ours && (line.version.is_empty() || !word.starts_with(&line.version)) {
            let base = if line.version.is_empty() { None } else { former(&person.id, &line.version)? };
            // Nobody touched the line since the sheet was made: what is here is newer, not another opinion.
            if base.is_some_and(|base| difference(&base, &over(&base, line, &self.sheet.absent)).is_empty()) {
                reckoned.unchanged += 1;
                return Ok(());
            }
            conflict = true;
        }
        let name = if wanted.name == person.name { String::new() } else { wanted.name };
        reckoned.changed.push(ChangedLine {
            line: line.line,
            id: person.id.clone(),
            name: person.name.clone(),
            changes,
            conflict,
        });
        reckoned.steps.push(Step { id, name, employment, after: word, conflict });
        Ok(())
    }
}

impl App {
    /// Keeps a list that was read, and says what it would change.
    pub(super) fn preview_staff(&self, caller: &Caller, read: ReadSheet) -> Result<Preview> {
        let today = Day::of(self.now());
        let people = self.store.read(|store| everybody(store, today))?;
        let words = self.words_of_all()?;
        let reckoning = Reckoning {
            sheet: &read,
            people: &people,
            standing: Standing::of(&people),
            words: &words,
            today,
        };
        let mut reckoned = Reckoned { refused: read.refused.clone(), ..Reckoned::default() };
        for line in &read.lines {
            reckoning.line(line, &mut |id, version| self.former_word(id, version), &mut reckoned)?;
        }
        reckoned.refused.sort_by_key(|refused| refused.line);
        let missing = people
            .iter()
            .filter(|person| person.retired_at.is_none() && !reckoned.speaks.contains_key(&person.id))
            .map(|person| (person.id.clone(), person.name.clone()))
            .collect();
        let remarks = read.remarks.clone();
        let token =
            self.person_drafts.put(&caller.name, self.now(), Sheet { read, steps: reckoned.steps })?;
        Ok(Preview {
            token,
            new: reckoned.new,
            changed: reckoned.changed,
            unchanged: reckoned.unchanged,
            missing,
            refused: reckoned.refused,
            remarks,
        })
    }

    /// What the register said of somebody in the word whose id begins so.
    fn former_word(&self, id: &str, version: &str) -> Result<Option<PersonForm>> {
        let subject = Subject::new(SubjectKind::Person, id);
        self.store.read(|read| {
            let lines = read.evidence_of(&subject, FORMER_MAX)?;
            let Some(at) = lines.iter().position(|line| line.id.starts_with(version)) else {
                return Ok(None);
            };
            let mut found: Option<Employment> = None;
            let mut name = String::new();
            // The name stands in the newest document up to then that gives one.
            for line in lines.iter().skip(at) {
                let document = read.evidence(&line.id)?.and_then(|bytes| FactDocument::parse(&bytes).ok());
                let Some(document) = document else { continue };
                if found.is_none() {
                    let value = document.facts.get(SECTION).cloned().unwrap_or_default();
                    found = serde_json::from_value(value).ok();
                }
                if !document.name.is_empty() {
                    name = document.name;
                    break;
                }
            }
            Ok::<_, AppError>(found.map(|employment| PersonForm::of(id, &name, &employment, "")))
        })
    }

    /// The same list held against what is here now, after somebody changed something since it was looked at.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the list no longer waits.
    pub fn preview_people_again(&self, caller: &Caller, token: &str) -> Result<Preview> {
        self.allow(caller, Action::PersonSave, "people")?;
        let sheet = self.person_drafts.get(&caller.name, self.now(), token).ok_or_else(sheet_gone)?;
        self.person_drafts.drop(&caller.name, token);
        self.preview_staff(caller, sheet.read.clone())
    }

    /// Saves what a list was shown to change, in one change. Where the register changed since the sheet was made, it stays
    /// unless the person's id is among `sheet_wins`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the list no longer waits; [`AppError::Conflict`] when something was changed since it
    /// was looked at: then nothing is saved.
    pub fn apply_people(
        &self,
        caller: &Caller,
        token: &str,
        sheet_wins: &BTreeSet<String>,
    ) -> Result<Applied> {
        self.allow(caller, Action::PersonSave, "people")?;
        let sheet = self.person_drafts.get(&caller.name, self.now(), token).ok_or_else(sheet_gone)?;
        let words = self.words_of_all()?;
        let known: BTreeSet<String> = self
            .store
            .read(|read| read.subjects(SubjectKind::Person))?
            .into_iter()
            .map(|line| line.subject.id)
            .collect();
        let mut applied = Applied { added: 0, changed: 0, left: 0 };
        let mut stated: Vec<Statement> = Vec::new();
        for step in &sheet.steps {
            if step.conflict && !sheet_wins.contains(&step.id) {
                applied.left += 1;
                continue;
            }
            let is_new = step.after.is_empty() && !step.name.is_empty() && !known.contains(&step.id);
            if !is_new && words.get(&step.id).cloned().unwrap_or_default() != step.after {
                return Err(AppError::Conflict);
            }
            if is_new {
                applied.added += 1;
            } else {
                applied.changed += 1;
            }
            stated.push(statement(
                &step.id,
                &step.name,
                &step.employment,
                "from a list of staff".to_owned(),
            )?);
        }
        self.state_many(caller, Action::PersonSave, stated)?;
        self.person_drafts.drop(&caller.name, token);
        Ok(applied)
    }
}

fn sheet_gone() -> AppError {
    Invalid::new("file", "asset-sheet-gone").into()
}
