//! Agreeing to the procedures of the own home: a person's own signature, so a record (5.2.2, 5.2.3).

use model::facts::{Agreement, Document};
use model::{Caller, Source, Subject};
use serde_json::{Map, json};

use super::PROCEDURES;
use crate::error::Invalid;
use crate::stated::Statement;
use crate::{Action, App, Result};

impl App {
    /// The company's procedures in force.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn procedures_in_force(&self) -> Result<Vec<Document>> {
        let value = self.section_of(&Subject::company(), "procedures")?;
        Ok(value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
    }

    /// Agrees to the version in force of a procedure. Only the person can, for the own home.
    ///
    /// # Errors
    /// [`crate::AppError::Invalid`] when there is no such procedure in force, or another version than the one shown is.
    pub fn agree_at_home(&self, caller: &Caller, document: &str, version: &str) -> Result<()> {
        self.allow(caller, Action::OwnReport, "home")?;
        let teller = self.teller(caller, "")?;
        let procedures = self.procedures_in_force()?;
        let known = procedures
            .iter()
            .any(|own| own.id.as_deref() == Some(document) && own.version.as_deref() == Some(version));
        if !known || !PROCEDURES.contains(&document) {
            return Err(Invalid::new("document", "procedure-changed").into());
        }
        let held = self.section_of(&teller.home, "agreements")?;
        let mut agreements: Vec<Agreement> =
            held.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
        agreements.retain(|own| own.document.as_deref() != Some(document));
        agreements.push(Agreement {
            document: Some(document.to_owned()),
            version: Some(version.to_owned()),
            at: Some(self.now()),
            by: Some(teller.person.clone()),
        });
        let mut facts = Map::new();
        facts.insert("agreements".into(), json!(agreements));
        let name = self.home_name(&teller.person)?;
        let detail = format!("agrees to {document} {version}");
        let stated = Statement { subject: teller.home, name, source: Source::Record, facts, detail };
        self.state(caller, teller.action, stated)?;
        Ok(())
    }
}
