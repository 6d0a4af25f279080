//! The register as files: what is written, and how a file that was handed in is understood.

use model::decision::Day;
use model::{Caller, Lang};
use paper::person::{self, PersonColumn, PersonLine};
use paper::table::Table;

use super::exchange::{Preview, ReadLine, ReadSheet, VERSION_LETTERS};
use super::list::everybody;
use super::{PersonForm, SECTION};
use crate::sheet::{RefusedLine, SheetProblem};
use crate::{Action, App, Result};

/// The fields of the form with their columns.
const FIELDS: [(&str, PersonColumn); 10] = [
    ("mail", PersonColumn::Mail),
    ("number", PersonColumn::Number),
    ("department", PersonColumn::Department),
    ("directory_account", PersonColumn::Account),
    ("vpn_ids", PersonColumn::VpnIds),
    ("joined", PersonColumn::Joined),
    ("works_from_home", PersonColumn::Home),
    ("leave_from", PersonColumn::LeaveFrom),
    ("leave_until", PersonColumn::LeaveUntil),
    ("left", PersonColumn::Left),
];

impl App {
    /// Everybody who is in the register as CSV.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn people_csv(&self, caller: &Caller, lang: Lang) -> Result<Vec<u8>> {
        self.allow(caller, Action::Look, "people")?;
        let now = self.now();
        let words = self.words_of_all()?;
        let people = self.store.read(|read| everybody(read, Day::of(now)))?;
        let rows = people
            .into_iter()
            .filter(|person| person.retired_at.is_none())
            .map(|person| {
                let version = words.get(&person.id).map(|id| id.chars().take(VERSION_LETTERS).collect());
                let form = PersonForm::of(&person.id, &person.name, &person.employment, "");
                let day = |text: &str| text.parse().ok();
                let line = PersonLine {
                    line: 0,
                    joined: day(&form.joined),
                    home: person.employment.works_from_home,
                    leave_from: day(&form.leave_from),
                    leave_until: day(&form.leave_until),
                    left: day(&form.left),
                    id: form.id,
                    name: form.name,
                    mail: form.mail,
                    number: form.number,
                    department: form.department,
                    account: form.directory_account,
                    vpn_ids: form.vpn_ids,
                    version: version.unwrap_or_default(),
                    silent: Vec::new(),
                };
                person::cells(&line, lang)
            })
            .collect();
        let table = Table { title: String::new(), made_at: now, header: person::header(lang), rows };
        Ok(paper::table::csv(&table))
    }

    /// The evidence of the register's word on each person.
    pub(super) fn words_of_all(&self) -> Result<std::collections::HashMap<String, String>> {
        let mut found = std::collections::HashMap::new();
        self.store.read(|read| {
            let nothing = |_: &str, _: &str| Ok(serde_json::Value::Null);
            read.each_section(model::SubjectKind::Person, &[SECTION], nothing, |id, section| {
                found.insert(id.to_owned(), section.evidence.id);
            })
        })?;
        Ok(found)
    }

    /// Reads a file (CSV or XLSX; `name` is what it is called) and shows what it would change. It waits for half an hour
    /// to be saved.
    ///
    /// # Errors
    /// [`crate::AppError::Paper`] when the file cannot be read, with why in both languages.
    pub fn preview_people(&self, caller: &Caller, name: &str, bytes: &[u8]) -> Result<Preview> {
        self.allow(caller, Action::PersonSave, "people")?;
        let book = paper::sheet::read(name, bytes).map_err(paper::PaperError::from)?;
        self.preview_staff(caller, understood(person::read(&book)?))
    }
}

fn understood(read: person::ImportedPeople) -> ReadSheet {
    let absent = FIELDS
        .into_iter()
        .filter(|(_, column)| !read.columns.contains(column))
        .map(|(field, _)| field)
        .collect();
    let line = |line: PersonLine| {
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let silent = FIELDS.into_iter().filter(|(_, column)| line.silent.contains(column));
        ReadLine {
            line: line.line,
            silent: silent.map(|(field, _)| field).collect(),
            version: line.version,
            form: PersonForm {
                after: String::new(),
                id: line.id,
                name: line.name,
                mail: line.mail,
                number: line.number,
                department: line.department,
                directory_account: line.account,
                vpn_ids: line.vpn_ids,
                joined: day(line.joined),
                works_from_home: line.home.unwrap_or(false),
                leave_from: day(line.leave_from),
                leave_until: day(line.leave_until),
                left: day(line.left),
            },
        }
    };
    let refused = read.refused.into_iter().map(|refused| RefusedLine {
        line: refused.line,
        problems: refused
            .problems
            .into_iter()
            .map(|cell| SheetProblem::Cell { column: cell.column, found: cell.found, why: cell.why })
            .collect(),
    });
    ReadSheet {
        ours: read.ours,
        absent,
        refused: refused.collect(),
        lines: read.lines.into_iter().map(line).collect(),
        remarks: read.remarks,
    }
}
