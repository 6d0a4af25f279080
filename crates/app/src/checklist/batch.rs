//! Saving many rows at once, as from a grid: only what was touched, each row for itself, nobody overwritten unseen.

use std::collections::BTreeMap;

use model::Caller;
use model::decision::Day;
use store::Version;

use super::{Form, Saved};
use crate::{Action, App, Result};

/// The fields of a row that the grid shows, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridRow {
    /// The row.
    pub no: u32,
    /// The version the writer saw, 0 for none.
    pub after: u32,
    /// 現状.
    pub current_state: String,
    /// Severity, words and yen of each aspect.
    pub impacts: [(String, String, String); 4],
    /// The choice's name.
    pub choice: String,
    /// By when.
    pub due: String,
    /// Who sees to it.
    pub owner: String,
    /// Why not, or a remark.
    pub reason: String,
}

impl GridRow {
    /// A row of the grid from its form.
    #[must_use]
    pub fn of(no: u32, form: &Form) -> Self {
        Self {
            no,
            after: form.after,
            current_state: form.current_state.clone(),
            impacts: form.impacts.clone(),
            choice: form.choice.clone(),
            due: form.due.clone(),
            owner: form.owner.clone(),
            reason: form.reason.clone(),
        }
    }

    /// The row's form with what the grid says; what the grid does not show stays.
    fn over(&self, form: Form) -> Form {
        Form {
            after: self.after,
            current_state: self.current_state.clone(),
            impacts: self.impacts.clone(),
            choice: self.choice.clone(),
            due: self.due.clone(),
            owner: self.owner.clone(),
            reason: self.reason.clone(),
            ..form
        }
    }

    /// Browsers send line breaks as CR LF, whatever was stored, and a day may be written in many ways.
    fn plain(&self, today: Day) -> Self {
        let plain = |text: &String| text.replace("\r\n", "\n").trim().to_owned();
        Self {
            current_state: plain(&self.current_state),
            impacts: self
                .impacts
                .clone()
                .map(|(severity, words, yen)| (severity, plain(&words), plain(&yen))),
            owner: plain(&self.owner),
            reason: plain(&self.reason),
            due: paper::checklist::day(&self.due, today)
                .map_or_else(|| plain(&self.due), |day| day.to_string()),
            ..self.clone()
        }
    }
}

impl App {
    /// Saves the rows that differ from the version their writer saw; the others are left alone.
    ///
    /// # Errors
    /// The caller may not, or the database. How each touched row came out is in the list.
    pub fn save_grid(&self, caller: &Caller, rows: &[GridRow]) -> Result<Vec<Saved>> {
        self.allow(caller, Action::DecisionSave, "checklist grid")?;
        let newest: BTreeMap<u32, Version> = self
            .store
            .read(|read| read.decisions())?
            .into_iter()
            .map(|version| (version.row, version))
            .collect();
        let mut touched = Vec::new();
        let today = Day::of(self.now());
        for row in rows.iter().map(|row| row.plain(today)) {
            let seen = match newest.get(&row.no) {
                _ if row.after == 0 => None,
                Some(version) if version.version == row.after => Some(version.decision.clone()),
                _ => {
                    let versions = self.store.read(|read| read.decision_versions(row.no, u32::MAX))?;
                    let own = versions.into_iter().find(|version| version.version == row.after);
                    own.map(|version| version.decision)
                }
            };
            let form = Form::of(&seen.unwrap_or_default(), row.after);
            if GridRow::of(row.no, &form).plain(today) != row {
                touched.push((row.no, row.over(form)));
            }
        }
        Ok(self.decide_many(caller, &touched))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_day_written_in_two_ways_is_no_change() {
        let today: Day = "2026-11-24".parse().unwrap();
        let check = |due: &str, expected: &str| {
            let row = GridRow { due: due.into(), ..GridRow::default() };
            assert_eq!(row.plain(today).due, expected, "{due}");
        };
        check("2027-03-31", "2027-03-31");
        check(" 令和9年3月31日 ", "2027-03-31");
        check("2027/3/31", "2027-03-31");
        check("3月末", "2027-03-31");
        check("来春 ", "来春");
        check("", "");
    }
}
