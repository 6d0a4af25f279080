//! Everybody's homes for the administrator: who has not reported, what is missing.

use model::verdict::Counts;
use model::{Caller, SubjectKind};

use super::{Due, ShownHome};
use crate::{Action, App, Result};

/// A home in the list.
#[derive(Clone, Debug)]
pub struct HomeLine {
    /// The home.
    pub home: ShownHome,
    /// What is to be done there.
    pub due: Vec<Due>,
    /// How its verdicts and those of its devices stand.
    pub counts: Counts,
    /// Days the longest overdue report is over.
    pub overdue_days: Option<i64>,
}

/// The list.
#[derive(Clone, Debug)]
pub struct Homes {
    /// Homes: the longest overdue first, then those with most to do.
    pub lines: Vec<HomeLine>,
}

impl Homes {
    /// How many devices their people want taken off.
    #[must_use]
    pub fn removals(&self) -> usize {
        let devices = self.lines.iter().flat_map(|line| &line.home.devices);
        devices.filter(|device| device.removal_asked.is_some()).count()
    }

    /// How many have an overdue report.
    #[must_use]
    pub fn overdue(&self) -> usize {
        self.lines.iter().filter(|line| line.overdue_days.is_some()).count()
    }
}

impl App {
    /// The homes of everybody who has a lent PC or told about a home.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn homes(&self, caller: &Caller) -> Result<Homes> {
        self.allow(caller, Action::Look, "homes")?;
        self.settle()?;
        let mut persons: Vec<String> = self.store.read(|read| {
            let lent = read.section_of_all(SubjectKind::Device, "lending")?;
            let users = lent
                .into_iter()
                .filter_map(|(_, value)| value.get("user").and_then(|user| user.as_str().map(str::to_owned)));
            let homes = read.subjects(SubjectKind::Home)?;
            let known =
                homes.into_iter().filter(|line| line.retired_at.is_none()).map(|line| line.subject.id);
            Ok::<_, store::StoreError>(users.chain(known).collect())
        })?;
        persons.sort_unstable();
        persons.dedup();
        let mut lines = Vec::with_capacity(persons.len());
        for person in persons {
            let home = self.home_of(&person)?;
            let mut counts = Counts::default();
            let all = home.verdicts.iter().chain(home.devices.iter().flat_map(|device| &device.verdicts));
            for verdict in all {
                counts.add(verdict.verdict, 1);
            }
            let (due, overdue_days) = (home.due(), home.overdue_days());
            lines.push(HomeLine { home, due, counts, overdue_days });
        }
        lines.sort_by_key(|line| {
            (
                std::cmp::Reverse(line.overdue_days),
                std::cmp::Reverse(line.due.len()),
                line.home.person.clone(),
            )
        });
        Ok(Homes { lines })
    }
}
