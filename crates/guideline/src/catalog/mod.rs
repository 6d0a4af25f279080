//! The catalogue: the guideline's policies as data.

use std::collections::BTreeMap;
use std::sync::Arc;

pub use model::{Collection, Text, collection};
use model::{Level, StatementId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub mod checklist;
pub mod crosswalk;
mod difference;
pub mod files;
mod inspect;
pub mod label;
mod load;
pub mod policy;
pub mod problem;
pub mod product;
pub mod readiness;
pub mod support;
pub mod threat;
pub(crate) mod word;

use crate::profile::Profile;
pub use checklist::Row;
pub use crosswalk::{Crosswalk, CrosswalkItem};
pub use difference::{CatalogDifference, FieldChange, Kind, RowDifference, StatementDifference, difference};
pub use files::Files;
pub use label::Labels;
pub use policy::{Check, Erratum, Group, Param, Policy, Statement, Who};
pub use product::{Product, ProductClass};
pub use readiness::Readiness;
pub use support::SupportTable;
pub use threat::Threats;

/// `catalog.toml`: which catalogue this is.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its id.
    pub id: String,
    /// Its version; a verdict names it.
    pub version: String,
    /// Title.
    pub title: Text,
    /// What it is and whose text it follows.
    pub summary: Text,
    /// When its texts were last changed.
    pub updated_at: model::At,
    /// The name of each group, in the order pages show them.
    pub groups: Vec<GroupName>,
}

/// The name of a group.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupName {
    /// The group.
    pub id: Group,
    /// Its name.
    pub name: Text,
}

/// The whole catalogue, checked and ready.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Which it is.
    pub about: About,
    /// The policies, by number.
    pub policies: Vec<Policy>,
    /// The checklist's rows, by number.
    pub rows: Vec<Row>,
    /// Threats and their classes.
    pub threats: Threats,
    /// Other frameworks.
    pub crosswalks: Vec<Crosswalk>,
    /// Products by class, by section.
    pub products: Vec<ProductClass>,
    /// The readiness questionnaire.
    pub readiness: Readiness,
    /// Built-in profiles.
    pub profiles: Vec<Profile>,
    /// Support ends.
    pub support: SupportTable,
    /// Names of fact sections.
    pub labels: Labels,
    /// What is looked at on a computer, by system. Empty in catalogues from before there were such tables.
    pub collections: Vec<Collection>,
    places: BTreeMap<StatementId, (usize, usize)>,
    files: Files,
    /// What this one was tailored from.
    untailored: Option<Arc<Catalog>>,
}

impl Catalog {
    /// The catalogue in the binary.
    ///
    /// # Errors
    /// The problems found; the project's tests keep this from happening in a shipped binary.
    pub fn embedded() -> Result<Self, problem::Problems> {
        load::load(&Files::embedded())
    }

    /// The catalogue in the binary, with every file that also exists in `folder` taken from there.
    ///
    /// # Errors
    /// The problems found, with file and line.
    pub fn with_folder(folder: &std::path::Path) -> Result<Self, problem::Problems> {
        load::load(&Files::with_folder(folder)?)
    }

    /// The catalogue of a set of files.
    ///
    /// # Errors
    /// The problems found, with file and line.
    pub fn from_files(files: &Files) -> Result<Self, problem::Problems> {
        load::load(files)
    }

    /// What can be read of a set of files, with the problems found: for those who are writing one.
    #[must_use]
    pub fn draft(files: &Files) -> (Option<Self>, Vec<problem::Problem>) {
        load::draft(files)
    }

    /// The files it was read from. A tailored catalogue gives those of the one it was made from.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The catalogue without what a profile joined in; itself when it was not tailored.
    #[must_use]
    pub fn untailored(&self) -> &Catalog {
        self.untailored.as_deref().unwrap_or(self)
    }

    /// Whether a statement is one of the company's own, joined in by a profile.
    #[must_use]
    pub fn is_own(&self, id: &StatementId) -> bool {
        self.statement(id).is_some() && self.untailored().statement(id).is_none()
    }

    /// This one as tailored from another.
    pub(crate) fn made_from(self, origin: Arc<Catalog>) -> Self {
        Self { untailored: Some(origin), ..self }
    }

    /// Notes where each statement stands.
    pub(crate) fn find_places(&mut self) {
        self.places.clear();
        for (at, policy) in self.policies.iter().enumerate() {
            for (number, statement) in policy.statements.iter().enumerate() {
                self.places.insert(statement.id.clone(), (at, number));
            }
        }
    }

    /// The catalogue's name in verdicts, for example `csaj-home-telework/1.0.0`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.about.id, self.about.version)
    }

    /// All statements, by number.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.policies.iter().flat_map(|policy| policy.statements.iter())
    }

    /// A statement by its id.
    #[must_use]
    pub fn statement(&self, id: &StatementId) -> Option<&Statement> {
        let (policy, statement) = self.places.get(id)?;
        self.policies.get(*policy)?.statements.get(*statement)
    }

    /// The policy a statement belongs to.
    #[must_use]
    pub fn policy_of(&self, id: &StatementId) -> Option<&Policy> {
        self.policies.get(self.places.get(id)?.0)
    }

    /// A policy by its number.
    #[must_use]
    pub fn policy(&self, id: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.id == id)
    }

    /// A checklist row by its number.
    #[must_use]
    pub fn row(&self, no: u32) -> Option<&Row> {
        self.rows.iter().find(|row| row.no == no)
    }

    /// The checklist rows a statement belongs to.
    pub fn rows_of<'a>(&'a self, id: &'a StatementId) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.statements.contains(id))
    }

    /// A built-in profile.
    #[must_use]
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The name of a group.
    #[must_use]
    pub fn group_name(&self, group: Group) -> Text {
        self.about
            .groups
            .iter()
            .find(|named| named.id == group)
            .map_or_else(|| Text::same(group.name()), |named| named.name.clone())
    }

    /// How many statements of a level the guideline marks as such.
    #[must_use]
    pub fn marked(&self, level: Level) -> usize {
        self.statements().filter(|statement| statement.marked && statement.level == level).count()
    }
}
