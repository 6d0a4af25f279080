//! The form of one person: checked as a whole, stated as a record, and what differs between two words.

use model::decision::Day;
use model::facts::Employment;
use model::{At, Caller, Subject, SubjectKind};

use super::list::{Listed, everybody};
use super::standing::statement;
use super::{PEOPLE_MAX, SECTION, standing};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest name, mail address, department and id.
const TEXT_MAX: usize = 200;
/// The most VPN ids of a person.
const VPN_IDS_MAX: usize = 20;

/// The form, as typed. Days are written `2027-03-31`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonForm {
    /// The word of the register the writer saw: the id of its evidence; empty when there was none.
    pub after: String,
    /// The id; chosen once.
    pub id: String,
    /// The name.
    pub name: String,
    /// Mail address.
    pub mail: String,
    /// Employee number.
    pub number: String,
    /// Department.
    pub department: String,
    /// Logon name in the directory; `-` when there is none.
    pub directory_account: String,
    /// VPN ids besides, set apart by commas or blanks.
    pub vpn_ids: String,
    /// First day.
    pub joined: String,
    /// Whether the person works from home.
    pub works_from_home: bool,
    /// First day of a leave.
    pub leave_from: String,
    /// Its last day.
    pub leave_until: String,
    /// The last day; may lie ahead.
    pub left: String,
}

impl PersonForm {
    /// What the register says, as the form would have written it.
    #[must_use]
    pub fn of(id: &str, name: &str, employment: &Employment, after: &str) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |at: Option<At>| at.map(At::day).unwrap_or_default();
        let account = match employment.directory_account.as_deref() {
            Some("") => "-".to_owned(),
            other => other.unwrap_or_default().to_owned(),
        };
        Self {
            after: after.to_owned(),
            id: id.to_owned(),
            name: name.to_owned(),
            mail: text(&employment.mail),
            number: text(&employment.number),
            department: text(&employment.department),
            directory_account: account,
            vpn_ids: employment.vpn_ids.as_deref().unwrap_or_default().join(", "),
            joined: day(employment.joined_at),
            works_from_home: employment.works_from_home.unwrap_or(false),
            leave_from: day(employment.leave_from_at),
            leave_until: day(employment.leave_until_at),
            left: day(employment.left_at),
        }
    }

    /// What the form says; what is wrong goes into the findings. `former` is what was said before: an instant of the
    /// same day stays as it was.
    pub(super) fn checked(&self, findings: &mut Findings, former: &Employment, today: Day) -> Employment {
        let mut text = |field: &str, text: &str| {
            let text = findings.optional(field, text, TEXT_MAX);
            (!text.is_empty()).then_some(text)
        };
        let mail = text("mail", &self.mail);
        let number = text("number", &self.number);
        let department = text("department", &self.department);
        let directory_account = text("directory_account", &self.directory_account)
            .map(|account| if account == "-" { String::new() } else { account });
        let ids = text("vpn_ids", &self.vpn_ids).unwrap_or_default();
        if mail.as_deref().is_some_and(|mail| !is_mail(mail)) {
            findings.add(Invalid::new("mail", "not-a-mail"));
        }
        let vpn_ids: Vec<String> = ids
            .split([',', ';', '、', ' ', '\u{3000}', '\n'])
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect();
        if vpn_ids.len() > VPN_IDS_MAX {
            findings.add(Invalid::new("vpn_ids", "list-full").with(VPN_IDS_MAX));
        }
        let mut day = |field: &str, text: &str, former: Option<At>| day_of(findings, field, text, former);
        let employment = Employment {
            status: former.status,
            works_from_home: Some(self.works_from_home),
            joined_at: day("joined", &self.joined, former.joined_at),
            left_at: day("left", &self.left, former.left_at),
            leave_from_at: day("leave_from", &self.leave_from, former.leave_from_at),
            leave_until_at: day("leave_until", &self.leave_until, former.leave_until_at),
            mail,
            number,
            department,
            directory_account,
            vpn_ids: (!vpn_ids.is_empty()).then_some(vpn_ids),
        };
        let later = |first: Option<At>, second: Option<At>| {
            first.zip(second).is_some_and(|(first, second)| Day::of(first) > Day::of(second))
        };
        if later(employment.joined_at, employment.left_at) {
            findings.add(Invalid::new("left", "person-before-joining"));
        }
        if later(employment.leave_from_at, employment.leave_until_at) {
            findings.add(Invalid::new("leave_until", "person-leave-backwards"));
        }
        if employment.leave_until_at.is_some() && employment.leave_from_at.is_none() {
            findings.add(Invalid::new("leave_from", "missing"));
        }
        // What was said before without a date no longer holds once somebody wrote down the dates.
        let undated = Employment { status: None, ..employment.clone() };
        let status =
            if former.left_at == employment.left_at && former.leave_from_at == employment.leave_from_at {
                standing(&employment, today)
            } else {
                standing(&undated, today)
            };
        Employment { status: Some(status), ..employment }
    }
}

/// Midnight in Japan of a typed day; nothing for an empty field.
fn day_of(findings: &mut Findings, field: &str, text: &str, former: Option<At>) -> Option<At> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let Ok(day) = text.parse::<Day>() else {
        findings.add(Invalid::new(field, "not-a-day"));
        return None;
    };
    former.filter(|at| Day::of(*at) == day).or_else(|| midnight(day))
}

/// The first instant of a day in Japan.
pub(super) fn midnight(day: Day) -> Option<At> {
    format!("{day}T00:00:00+09:00").parse().ok()
}

/// Whether a text can be a mail address: something on both sides of one `@`, no blanks.
fn is_mail(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !text.contains(char::is_whitespace)
    })
}

/// A field that differs between two words of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name in the form.
    pub field: &'static str,
    /// What it said; flags as `yes` or `no`.
    pub before: String,
    /// What it says.
    pub after: String,
}

/// Every field that differs, in the order of the form.
#[must_use]
pub fn difference(before: &PersonForm, after: &PersonForm) -> Vec<FieldChange> {
    let fields = |form: &PersonForm| {
        let flag = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
        [
            ("name", form.name.clone()),
            ("mail", form.mail.clone()),
            ("number", form.number.clone()),
            ("department", form.department.clone()),
            ("directory_account", form.directory_account.clone()),
            ("vpn_ids", form.vpn_ids.clone()),
            ("joined", form.joined.clone()),
            ("works_from_home", flag(form.works_from_home)),
            ("leave_from", form.leave_from.clone()),
            ("leave_until", form.leave_until.clone()),
            ("left", form.left.clone()),
        ]
    };
    fields(before)
        .into_iter()
        .zip(fields(after))
        .filter(|(before, after)| before.1 != after.1)
        .map(|((field, before), (_, after))| FieldChange { field, before, after })
        .collect()
}

/// Where what names one person only stands for another already: mail, number, directory account.
pub(super) fn twins(findings: &mut Findings, id: &str, employment: &Employment, people: &[Listed]) {
    let same = |own: &Option<String>, other: &Option<String>| {
        own.as_deref()
            .zip(other.as_deref())
            .is_some_and(|(own, other)| !own.is_empty() && own.eq_ignore_ascii_case(other))
    };
    let others = || people.iter().filter(|other| other.id != id && other.retired_at.is_none());
    let mut tell = |field: &str, of: &dyn Fn(&Employment) -> Option<String>| {
        let own = of(employment);
        if let Some(other) = others().find(|other| same(&own, &of(&other.employment))) {
            findings.add(Invalid::new(field, "person-twin").with(&other.name));
        }
    };
    tell("mail", &|employment| employment.mail.clone());
    tell("number", &|employment| employment.number.clone());
    tell("directory_account", &|employment| employment.directory_account.clone());
}

impl App {
    /// Saves a new person, or the next word on one. Gives the id.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when somebody else saved meanwhile;
    /// [`AppError::NotFound`].
    pub fn save_person(&self, caller: &Caller, id: Option<&str>, form: &PersonForm) -> Result<String> {
        let named = id.unwrap_or(form.id.trim()).to_owned();
        let object = format!("person/{}", named.chars().take(100).collect::<String>());
        self.allow(caller, Action::PersonSave, &object)?;
        let today = Day::of(self.now());
        let people = self.store.read(|read| everybody(read, today))?;
        let subject = Subject::new(SubjectKind::Person, &named);
        let mut findings = Findings::default();
        let known = people.iter().find(|person| person.id == named);
        match (id, known) {
            (Some(_), None) => return Err(AppError::NotFound("person")),
            (None, Some(_)) => findings.add(Invalid::new("id", "person-taken").with(&named)),
            (None, None) => check_new(&mut findings, &named, people.len()),
            (Some(_), Some(_)) => {}
        }
        let former = self.word_on(&subject)?;
        if id.is_some() && former.as_ref().map_or("", |(evidence, _)| evidence.as_str()) != form.after {
            return Err(AppError::Conflict);
        }
        let former = former.map(|(_, employment)| employment).unwrap_or_default();
        let name = findings.text("name", &form.name, TEXT_MAX);
        let employment = form.checked(&mut findings, &former, today);
        twins(&mut findings, &named, &employment, &people);
        findings.done()?;
        let detail = if id.is_some() { "register changed" } else { "entered in the register" };
        self.state(caller, Action::PersonSave, statement(&named, &name, &employment, detail.to_owned())?)?;
        Ok(named)
    }

    /// The register's word on somebody, with the id of its evidence.
    pub(super) fn word_on(&self, person: &Subject) -> Result<Option<(String, Employment)>> {
        let sections = self.store.read(|read| read.sections(person, Some(&[SECTION])))?;
        let Some(found) = sections.into_iter().next() else { return Ok(None) };
        let Some(value) = found.value else { return Ok(None) };
        let employment = serde_json::from_value(value)
            .map_err(|error| AppError::Internal(format!("stored section {SECTION}: {error}")))?;
        Ok(Some((found.evidence.id, employment)))
    }
}

/// Whether an id can be given to somebody new.
pub(super) fn check_new(findings: &mut Findings, id: &str, people: usize) {
    if id.is_empty() {
        findings.add(Invalid::new("id", "missing"));
    } else if !Subject::id_is_usable(id) {
        findings.add(Invalid::new("id", "not-an-id"));
    }
    if people >= PEOPLE_MAX {
        findings.add(Invalid::new("id", "list-full").with(PEOPLE_MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_checked_as_a_whole() {
        let form = PersonForm {
            mail: "no mail".into(),
            joined: "2026-04-01".into(),
            left: "2026-03-31".into(),
            leave_until: "2026-13-01".into(),
            ..PersonForm::default()
        };
        let mut findings = Findings::default();
        form.checked(&mut findings, &Employment::default(), "2026-11-24".parse().unwrap());
        let Err(AppError::Invalid(found)) = findings.done() else { panic!("nothing found") };
        let fields: Vec<&str> = found.iter().map(|invalid| invalid.field.as_str()).collect();
        assert_eq!(fields, ["mail", "leave_until", "left"]);
    }

    #[test]
    fn what_the_form_writes_it_reads_back() {
        let form = PersonForm {
            name: "佐藤".into(),
            mail: "sato@example.jp".into(),
            directory_account: "-".into(),
            vpn_ids: "a, b".into(),
            joined: "2026-04-01".into(),
            works_from_home: true,
            ..PersonForm::default()
        };
        let mut findings = Findings::default();
        let said = form.checked(&mut findings, &Employment::default(), "2026-11-24".parse().unwrap());
        assert!(findings.done().is_ok());
        assert_eq!(said.directory_account.as_deref(), Some(""));
        assert_eq!(PersonForm::of("", "佐藤", &said, ""), form);
    }
}
