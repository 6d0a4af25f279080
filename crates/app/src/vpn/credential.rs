//! The kinds of credential in use (7.1.3): for each the six procedures, its users, and whether they were taught.

use model::facts::{CredentialKind, CredentialKindFacts, CredentialProcedures, CredentialTraining};
use model::{At, Caller, Source, Subject, SubjectKind, Verdict};
use serde_json::Map;
use store::{Read, StoredSection, SubjectLine};

use super::list::told;
use super::record::{day_of, section};
use super::{CREDENTIALS, credential_name};
use crate::error::{Findings, Invalid};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// The six procedures, in the order of section 7.1.3.
pub const TOPICS: [&str; 6] = ["renewal", "change", "revocation", "lockout", "loss", "storage"];
/// The sections a person records.
const SECTIONS: [&str; 3] = ["kind", "procedures", "training"];
/// The most users of a kind.
const USERS_MAX: i64 = 100_000;

/// A kind of credential, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialForm {
    /// How many people use it: a number.
    pub users: String,
    /// Names of [`TOPICS`] that are laid down.
    pub laid_down: Vec<String>,
    /// The day they were last reviewed; may be empty while nothing is laid down.
    pub reviewed_at: String,
    /// How many were taught: a number; empty when nobody was.
    pub trained: String,
    /// The day of the last training; may be empty.
    pub trained_at: String,
}

/// A kind in the list.
#[derive(Clone, Debug)]
pub struct CredentialLine {
    /// Which.
    pub kind: CredentialKind,
    /// How many use it; `None` when nothing is recorded.
    pub users: Option<i64>,
    /// How many of the six procedures are laid down.
    pub laid_down: usize,
    /// How it stands; none when it is not judged.
    pub verdicts: Vec<Verdict>,
}

/// One kind's page.
#[derive(Clone, Debug)]
pub struct ShownCredential {
    /// Which.
    pub kind: CredentialKind,
    /// The subject; `None` while nothing is recorded.
    pub line: Option<SubjectLine>,
    /// The form as it is recorded.
    pub form: CredentialForm,
    /// What the writer saw.
    pub seen: String,
    /// How it stands.
    pub verdicts: Vec<Verdict>,
}

/// The subject of each kind that is recorded, with what is known of it.
fn recorded(read: &Read<'_>) -> Result<Vec<(SubjectLine, Vec<StoredSection>)>> {
    read.subjects(SubjectKind::Credential)?
        .into_iter()
        .map(|line| Ok((read.sections(&line.subject, Some(&SECTIONS))?, line)))
        .map(|found: Result<_>| found.map(|(sections, line)| (line, sections)))
        .collect()
}

/// Of subjects the one that is of a kind: as its facts say, else by its id. One that is judged goes first.
fn of_kind(
    found: &[(SubjectLine, Vec<StoredSection>)],
    kind: CredentialKind,
) -> Option<&(SubjectLine, Vec<StoredSection>)> {
    let says =
        |sections: &[StoredSection]| told::<CredentialKindFacts>(sections, "kind").and_then(|own| own.kind);
    let is = |(line, sections): &&(SubjectLine, Vec<StoredSection>)| match says(sections) {
        Some(own) => own == kind,
        None => line.subject.id == credential_name(kind),
    };
    found.iter().filter(is).min_by_key(|(line, _)| line.retired_at.is_some())
}

fn topic(procedures: &CredentialProcedures, topic: &str) -> Option<bool> {
    match topic {
        "renewal" => procedures.renewal,
        "change" => procedures.change,
        "revocation" => procedures.revocation,
        "lockout" => procedures.lockout,
        "loss" => procedures.loss,
        _ => procedures.storage,
    }
}

fn laid_down(sections: &[StoredSection]) -> Vec<String> {
    let procedures: CredentialProcedures = told(sections, "procedures").unwrap_or_default();
    let is = |name: &&&str| topic(&procedures, name) == Some(true);
    TOPICS.iter().filter(is).map(|name| (*name).to_owned()).collect()
}

/// What the writer of a form saw: the evidence of its sections.
fn seen(sections: &[StoredSection]) -> String {
    let of = |name: &str| sections.iter().find(|section| section.name == name);
    let ids: Vec<&str> =
        SECTIONS.iter().map(|name| of(name).map_or("-", |section| section.evidence.id.as_str())).collect();
    ids.join(".")
}

fn form_of(sections: &[StoredSection]) -> CredentialForm {
    let kind: CredentialKindFacts = told(sections, "kind").unwrap_or_default();
    let procedures: CredentialProcedures = told(sections, "procedures").unwrap_or_default();
    let training: CredentialTraining = told(sections, "training").unwrap_or_default();
    let number = |own: Option<i64>| own.map(|number| number.to_string()).unwrap_or_default();
    let day = |own: Option<At>| own.map(At::day).unwrap_or_default();
    CredentialForm {
        users: number(kind.users),
        laid_down: laid_down(sections),
        reviewed_at: day(procedures.reviewed_at),
        trained: number(training.trained),
        trained_at: day(training.at),
    }
}

fn number(findings: &mut Findings, field: &str, text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match text.parse::<i64>() {
        Ok(number) if (0..=USERS_MAX).contains(&number) => Some(number),
        _ => {
            findings.add(Invalid::new(field, "not-a-count").with(format!("0–{USERS_MAX}")));
            None
        }
    }
}

impl App {
    /// The six kinds.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn credentials(&self, caller: &Caller) -> Result<Vec<CredentialLine>> {
        self.allow(caller, Action::Look, "credential")?;
        self.settle_kind(SubjectKind::Credential)?;
        self.store.read(|read| {
            let found = recorded(read)?;
            CREDENTIALS
                .into_iter()
                .map(|kind| {
                    let own = of_kind(&found, kind).filter(|(line, _)| line.retired_at.is_none());
                    let Some((line, sections)) = own else {
                        return Ok(CredentialLine { kind, users: None, laid_down: 0, verdicts: Vec::new() });
                    };
                    let users = told::<CredentialKindFacts>(sections, "kind").and_then(|own| own.users);
                    let verdicts = crate::home::verdicts(read, &line.subject)?;
                    Ok(CredentialLine { kind, users, laid_down: laid_down(sections).len(), verdicts })
                })
                .collect()
        })
    }

    /// One kind.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a word that names no kind.
    pub fn credential(&self, caller: &Caller, kind: &str) -> Result<ShownCredential> {
        self.allow(caller, Action::Look, &format!("credential/{kind}"))?;
        let kind = kind_of(kind)?;
        self.settle_kind(SubjectKind::Credential)?;
        self.store.read(|read| {
            let found = recorded(read)?;
            let Some((line, sections)) = of_kind(&found, kind) else {
                let (form, seen) = (CredentialForm::default(), seen(&[]));
                return Ok(ShownCredential { kind, line: None, form, seen, verdicts: Vec::new() });
            };
            let verdicts = crate::home::verdicts(read, &line.subject)?;
            Ok(ShownCredential {
                kind,
                line: Some(line.clone()),
                form: form_of(sections),
                seen: seen(sections),
                verdicts,
            })
        })
    }

    /// Records what is laid down for a kind. `name` is what people call it, in the writer's language.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when it was changed since `seen_before`.
    pub fn save_credential(
        &self,
        caller: &Caller,
        (kind, name): (&str, &str),
        seen_before: &str,
        form: &CredentialForm,
    ) -> Result<()> {
        self.allow(caller, Action::VpnSave, &format!("credential/{kind}"))?;
        let kind = kind_of(kind)?;
        let now = self.now();
        let mut findings = Findings::default();
        if form.users.trim().is_empty() {
            findings.add(Invalid::new("users", "missing"));
        }
        let users = number(&mut findings, "users", &form.users);
        let is = |name: &str| Some(form.laid_down.iter().any(|own| own == name));
        let reviewed_at = if form.laid_down.is_empty() && form.reviewed_at.trim().is_empty() {
            None
        } else {
            day_of(&mut findings, "reviewed_at", &form.reviewed_at, now)
        };
        let trained = number(&mut findings, "trained", &form.trained);
        let trained_at = match trained {
            Some(1..) => day_of(&mut findings, "trained_at", &form.trained_at, now),
            _ => None,
        };
        if trained > users {
            findings.add(Invalid::new("trained", "vpn-more-than-users"));
        }
        let (line, sections) = self.store.read(|read| {
            let found = recorded(read)?;
            Ok::<_, AppError>(
                of_kind(&found, kind).cloned().map_or((None, Vec::new()), |(line, own)| (Some(line), own)),
            )
        })?;
        findings.done()?;
        if seen(&sections) != seen_before {
            return Err(AppError::Conflict);
        }
        let mut facts = Map::new();
        facts.extend(section("kind", &CredentialKindFacts { kind: Some(kind), users })?);
        let procedures = CredentialProcedures {
            renewal: is("renewal"),
            change: is("change"),
            revocation: is("revocation"),
            lockout: is("lockout"),
            loss: is("loss"),
            storage: is("storage"),
            reviewed_at,
        };
        facts.extend(section("procedures", &procedures)?);
        if trained.is_some() {
            facts.extend(section("training", &CredentialTraining { trained, at: trained_at })?);
        }
        let fresh = || Subject::new(SubjectKind::Credential, credential_name(kind));
        let stated = Statement {
            name: if line.is_some() { String::new() } else { name.to_owned() },
            subject: line.map_or_else(fresh, |line| line.subject),
            source: Source::Record,
            facts,
            detail: "procedures recorded".to_owned(),
        };
        self.state(caller, Action::VpnSave, stated)?;
        Ok(())
    }
}

fn kind_of(word: &str) -> Result<CredentialKind> {
    CREDENTIALS
        .into_iter()
        .find(|kind| credential_name(*kind) == word)
        .ok_or(AppError::NotFound("credential"))
}
