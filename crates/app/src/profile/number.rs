//! The numbers of own statements, threats and rows: once given, never given to another thing, in no profile. Acceptances
//! and decisions know them by their numbers, and must never come to mean something else.

use std::collections::{BTreeMap, BTreeSet};

use guideline::Profile;
use guideline::catalog::{Catalog, Row, threat::Threat};
use guideline::profile::OwnStatement;
use model::StatementId;
use store::Read;

use super::KIND;
use crate::Result;

/// The first number of an own row, and the last.
pub(super) const ROWS: std::ops::RangeInclusive<u32> = 101..=999;
/// The first number of an own statement or threat, and the last.
pub(super) const STATEMENTS: std::ops::RangeInclusive<u32> = 1..=9_999;

/// What numbers stand or stood for, in any version of any own profile.
#[derive(Debug, Default)]
pub(super) struct Used {
    statements: BTreeMap<StatementId, Vec<OwnStatement>>,
    /// The policies of the statements: `C1` of `C1-1`.
    policies: BTreeSet<String>,
    threats: BTreeMap<String, Vec<Threat>>,
    rows: BTreeMap<u32, Vec<Row>>,
}

impl Used {
    /// Everything the data folder remembers.
    pub(super) fn load(read: &Read<'_>) -> Result<Self> {
        let mut used = Self::default();
        for record in read.record_history::<Profile>(KIND)? {
            used.add(record.value);
        }
        for line in read.waivers()? {
            used.name(line.waiver.statement);
        }
        for no in read.decided_rows()? {
            used.rows.entry(no).or_default();
        }
        Ok(used)
    }

    fn add(&mut self, profile: Profile) {
        for own in profile.statements {
            self.name(own.id.clone());
            let known = self.statements.entry(own.id.clone()).or_default();
            if !known.contains(&own) {
                known.push(own);
            }
        }
        for own in profile.threats {
            let known = self.threats.entry(own.id.clone()).or_default();
            if !known.contains(&own) {
                known.push(own);
            }
        }
        for row in profile.rows {
            let known = self.rows.entry(row.no).or_default();
            if !known.contains(&row) {
                known.push(row);
            }
        }
    }

    fn name(&mut self, id: StatementId) {
        self.policies.insert(policy(&id).to_owned());
        self.statements.entry(id).or_default();
    }

    /// An id for a new statement beside those of its profile.
    pub(super) fn free_statement(&self, beside: &[OwnStatement]) -> Option<StatementId> {
        let taken = |of: &str| self.policies.contains(of) || beside.iter().any(|own| policy(&own.id) == of);
        let number = STATEMENTS.into_iter().find(|number| !taken(&format!("C{number}")))?;
        Some(StatementId(format!("C{number}-1")))
    }

    /// An id for a new threat beside those of its profile.
    pub(super) fn free_threat(&self, base: &Catalog, beside: &[Threat]) -> Option<String> {
        let taken = |id: &String| {
            base.threats.get(id).is_some()
                || self.threats.contains_key(id)
                || beside.iter().any(|own| own.id == *id)
        };
        STATEMENTS.map(|number| format!("own-{number}")).find(|id| !taken(id))
    }

    /// A number for a new row beside those of its profile.
    pub(super) fn free_row(&self, beside: &[Row]) -> Option<u32> {
        let taken = |no: &u32| self.rows.contains_key(no) || beside.iter().any(|row| row.no == *no);
        ROWS.into_iter().find(|no| !taken(no))
    }

    /// Gives what a profile from outside brings other numbers where those stand for other things here. What is the same
    /// as here keeps its number. Where no number is left, nothing changes, and the profile is refused as it is.
    pub(super) fn renumber(&self, profile: &mut Profile, base: &Catalog) -> bool {
        let mut whole = true;
        let foreign: Vec<StatementId> = profile
            .statements
            .iter()
            .filter(|own| self.statements.get(&own.id).is_some_and(|known| !known.contains(own)))
            .map(|own| own.id.clone())
            .collect();
        for old in foreign {
            match self.free_statement(&profile.statements) {
                Some(new) => rename_statement(profile, &old, &new),
                None => whole = false,
            }
        }
        let foreign: Vec<String> = profile
            .threats
            .iter()
            .filter(|own| self.threats.get(&own.id).is_some_and(|known| !known.contains(own)))
            .map(|own| own.id.clone())
            .collect();
        for old in foreign {
            match self.free_threat(base, &profile.threats) {
                Some(new) => rename_threat(profile, &old, &new),
                None => whole = false,
            }
        }
        for place in 0..profile.rows.len() {
            let foreign = profile
                .rows
                .get(place)
                .is_some_and(|row| self.rows.get(&row.no).is_some_and(|known| !known.contains(row)));
            if !foreign {
                continue;
            }
            let new = self.free_row(&profile.rows);
            match (profile.rows.get_mut(place), new) {
                (Some(row), Some(new)) => row.no = new,
                _ => whole = false,
            }
        }
        whole
    }
}

/// What stands before the hyphen.
fn policy(id: &StatementId) -> &str {
    id.0.split_once('-').map_or(id.0.as_str(), |(policy, _)| policy)
}

fn rename_statement(profile: &mut Profile, old: &StatementId, new: &StatementId) {
    let named = profile
        .statements
        .iter_mut()
        .map(|own| &mut own.id)
        .chain(profile.rows.iter_mut().flat_map(|row| &mut row.statements))
        .chain(profile.row_changes.iter_mut().flat_map(|row| &mut row.add_statements))
        .chain(profile.excludes.iter_mut().map(|own| &mut own.statement))
        .chain(profile.includes.iter_mut().map(|own| &mut own.statement))
        .chain(profile.sets.iter_mut().map(|own| &mut own.statement))
        .chain(profile.levels.iter_mut().map(|own| &mut own.statement));
    named.filter(|id| *id == old).for_each(|id| id.clone_from(new));
}

fn rename_threat(profile: &mut Profile, old: &str, new: &str) {
    let named = profile
        .threats
        .iter_mut()
        .map(|own| &mut own.id)
        .chain(profile.rows.iter_mut().flat_map(|row| &mut row.threats))
        .chain(profile.row_changes.iter_mut().filter_map(|row| row.threats.as_mut()).flatten());
    named.filter(|id| *id == old).for_each(|id| new.clone_into(id));
}

#[cfg(test)]
mod tests {
    use super::*;
    use guideline::catalog::Group;
    use model::{Level, SubjectKind, Text};

    fn own(id: &str, holds: &str) -> OwnStatement {
        OwnStatement {
            id: StatementId(id.into()),
            group: Group::Device,
            level: Level::Shall,
            subject: SubjectKind::Device,
            title: Text::same("題"),
            text: Text::same("文"),
            why: Text::same("理由"),
            holds: holds.into(),
            offenders: None,
            needs: Vec::new(),
            max_age_days: 30,
            remedy: Text::same("直し方"),
        }
    }

    fn profile(statements: &[(&str, &str)], row: (u32, &[&str])) -> Profile {
        let row = Row {
            no: row.0,
            inferred: false,
            group: Group::Device,
            item: Text::same("項目"),
            detail: Text::same("詳細"),
            threats: Vec::new(),
            statements: row.1.iter().map(|id| StatementId((*id).into())).collect(),
            example: Default::default(),
        };
        Profile {
            statements: statements.iter().map(|(id, holds)| own(id, holds)).collect(),
            rows: vec![row],
            ..Profile::default()
        }
    }

    #[test]
    fn a_number_once_given_is_not_given_again() {
        let mut used = Used::default();
        used.add(profile(&[("C1-1", "a"), ("C3-1", "b")], (101, &[])));
        used.name(StatementId("C2-1".into()));
        used.rows.entry(102).or_default();
        assert_eq!(used.free_statement(&[]), Some(StatementId("C4-1".into())));
        assert_eq!(used.free_statement(&[own("C4-1", "x")]), Some(StatementId("C5-1".into())));
        assert_eq!(used.free_row(&[]), Some(103));
    }

    #[test]
    fn what_comes_from_outside_takes_no_number_of_another_thing() {
        let base = Catalog::embedded().unwrap();
        let mut used = Used::default();
        used.add(profile(&[("C1-1", "a"), ("C2-1", "b")], (101, &["C1-1"])));
        let check = |coming: &Profile, expected: &Profile| {
            let mut taken = coming.clone();
            assert!(used.renumber(&mut taken, &base));
            assert_eq!(taken, *expected);
        };
        let same = profile(&[("C1-1", "a")], (101, &["C1-1"]));
        check(&same, &same);
        check(
            &profile(&[("C1-1", "other"), ("C2-1", "b")], (101, &["C1-1", "C2-1"])),
            &profile(&[("C3-1", "other"), ("C2-1", "b")], (102, &["C3-1", "C2-1"])),
        );
        let new = profile(&[("C7-1", "z")], (105, &["C7-1"]));
        check(&new, &new);
    }
}
