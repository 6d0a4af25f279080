//! The company: its name and size, the parts of section 4.6 it has, the profile it is judged by.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::evidence::{FORMAT, VERSION, id_of};
use model::{At, Caller, FactDocument, Source, Subject};
use serde::{Deserialize, Serialize};
use store::{Change, Read};

use crate::error::{Findings, Invalid};
use crate::{Action, App, Result, profile};

/// The profile a new company starts with.
pub const DEFAULT_PROFILE: &str = "csaj-2018";
const KEY: &str = "company";

/// The parts of the company's system that section 4.6 takes for granted.
pub const PARTS: [&str; 5] = ["active_directory", "radius", "firewall", "vpn", "antivirus"];

/// The company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// How many people work there.
    pub people: u32,
    /// Which of [`PARTS`] it has.
    pub parts: Vec<String>,
    /// The profile it is judged by.
    pub profile: String,
}

impl Company {
    /// Checks the form; what is wrong goes into the findings.
    pub(crate) fn checked(&self, profiles: &[String], findings: &mut Findings) -> Self {
        let name = findings.text("company_name", &self.name, 100);
        if !(1..=100_000).contains(&self.people) {
            findings.add(Invalid::new("people", "not-a-count").with("1–100000"));
        }
        if self.parts.iter().any(|part| !PARTS.contains(&part.as_str())) {
            findings.add(Invalid::new("parts", "unknown-choice"));
        }
        if !profiles.contains(&self.profile) {
            findings.add(Invalid::new("profile", "unknown-choice"));
        }
        Self { name, ..self.clone() }
    }

    /// Whether the company has a part.
    #[must_use]
    pub fn has(&self, part: &str) -> bool {
        self.parts.iter().any(|own| own == part)
    }
}

/// The stored company.
pub(crate) fn load(read: &Read<'_>) -> Result<Option<Company>> {
    Ok(read.setting(KEY)?)
}

/// The parts as a fact document, the register of section 4.6, with its bytes.
pub(crate) fn register(company: &Company, by: &str, now: At) -> Result<(Vec<u8>, FactDocument)> {
    let mut register: BTreeMap<&str, serde_json::Value> =
        PARTS.iter().map(|part| (*part, company.has(part).into())).collect();
    register.insert("people", company.people.into());
    let document = FactDocument {
        format: FORMAT.into(),
        version: VERSION,
        subject: Subject::company(),
        name: company.name.clone(),
        source: Source::Record,
        collector: by.to_owned(),
        collected_at: now,
        facts: [("register".to_owned(), serde_json::json!(register))].into_iter().collect(),
        misses: Vec::new(),
    };
    let bytes = serde_json::to_vec(&document)
        .map_err(|error| crate::AppError::Internal(format!("company facts: {error}")))?;
    Ok((bytes, document))
}

/// What the audit line says that stores a company.
pub(crate) fn witness(company: &Company) -> Result<String> {
    Ok(store::setting::witness(KEY, company)?)
}

/// Stores the company, whose [`witness`] the audit line must hold, and its register as evidence.
pub(crate) fn save(
    change: &Change<'_>,
    company: &Company,
    (bytes, document): &(Vec<u8>, FactDocument),
    by: &str,
    now: At,
) -> Result<()> {
    change.set_setting(KEY, company)?;
    change.add_evidence(bytes, document, by, now)?;
    Ok(())
}

impl App {
    /// The company, as anybody may know it; empty before set-up.
    ///
    /// # Errors
    /// The database.
    pub fn company(&self) -> Result<Company> {
        Ok(self.store.read(load)?.unwrap_or_default())
    }

    /// Changes the company; another profile judges everything anew.
    ///
    /// # Errors
    /// [`crate::AppError::Invalid`] with every field at fault.
    pub fn save_company(&self, caller: &Caller, company: &Company) -> Result<()> {
        self.allow(caller, Action::CompanySave, "company")?;
        let mut findings = Findings::default();
        let company = company.checked(&self.profile_ids()?, &mut findings);
        // A profile that does not fit must not be chosen: nothing could be judged by it.
        if company.profile != self.company()?.profile {
            let base = Arc::clone(&self.standard().base);
            match self.store.read(|read| profile::find(read, &base, &company.profile)) {
                Ok(profile) if !profile.misfits(&base).is_empty() => {
                    findings.add(Invalid::new("profile", "profile-misfit"));
                }
                Ok(_) | Err(crate::AppError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        findings.done()?;
        let now = self.now();
        let register = register(&company, &caller.name, now)?;
        let detail = format!(
            "{} {}, profile {}, {} people, has {}",
            id_of(&register.0),
            witness(&company)?,
            company.profile,
            company.people,
            company.parts.join(" ")
        );
        self.store.change(&self.act(caller, Action::CompanySave, "company", &detail), |change| {
            // Somebody may have removed the profile in the meantime.
            match profile::find(change, &self.standard().base, &company.profile) {
                Err(crate::AppError::NotFound(_)) => {
                    return Err(Invalid::new("profile", "unknown-choice").into());
                }
                found => drop(found?),
            }
            save(change, &company, &register, &caller.name, now)
        })?;
        self.take_standard()
    }
}
