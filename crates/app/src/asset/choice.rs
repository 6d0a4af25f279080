//! What the form of an asset offers: names that were used before, and the devices, servers and people there are.

use std::collections::BTreeSet;

use model::{Asset, Caller, Subject, SubjectKind};

use super::KIND;
use crate::{Action, App, Result};

/// The most names of a kind offered.
const NAMES_MAX: usize = 100;
/// The most subjects offered to choose from; others can be typed.
const SUBJECTS_OFFERED_MAX: usize = 150;

/// What is offered.
#[derive(Clone, Debug, Default)]
pub struct AssetChoices {
    /// Systems that have assets.
    pub systems: Vec<String>,
    /// Who answers for assets already, and the people known.
    pub owners: Vec<String>,
    /// Devices, servers and people in judging, each with the name people know it by.
    pub subjects: Vec<(Subject, String)>,
}

impl App {
    /// What the form of an asset offers.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn asset_choices(&self, caller: &Caller) -> Result<AssetChoices> {
        self.allow(caller, Action::Look, "assets")?;
        self.store.read(|read| {
            let (mut systems, mut owners) = (BTreeSet::new(), BTreeSet::new());
            for record in read.records::<Asset>(KIND)? {
                systems.insert(record.value.system);
                owners.insert(record.value.owner);
            }
            let mut subjects = Vec::new();
            for kind in [SubjectKind::Device, SubjectKind::Server, SubjectKind::Person] {
                for line in read.subjects(kind)?.into_iter().filter(|line| line.retired_at.is_none()) {
                    if kind == SubjectKind::Person {
                        owners.insert(line.name.clone());
                    }
                    subjects.push((line.subject, line.name));
                }
            }
            subjects.truncate(SUBJECTS_OFFERED_MAX);
            let names = |names: BTreeSet<String>| {
                names.into_iter().filter(|name| !name.is_empty()).take(NAMES_MAX).collect()
            };
            Ok(AssetChoices { systems: names(systems), owners: names(owners), subjects })
        })
    }
}
