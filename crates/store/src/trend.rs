//! The counts of each day.

use model::verdict::{Counts, Summary};
use model::{At, Level};

use crate::read::Read;
use crate::write::Derive;
use crate::{Result, StoreError};

/// The counts of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendDay {
    /// The day in Japan, as `2026-11-24`.
    pub day: String,
    /// Level by level.
    pub summary: Summary,
}

impl Read<'_> {
    /// The newest days, the oldest of them first.
    ///
    /// # Errors
    /// The database.
    pub fn trend(&self, days: u32) -> Result<Vec<TrendDay>> {
        let mut found: Vec<TrendDay> = Vec::new();
        self.rows(
            "SELECT day, level, pass, fail, unknown, waived FROM trend WHERE day IN \
             (SELECT DISTINCT day FROM trend ORDER BY day DESC LIMIT ?1) ORDER BY day",
            [days],
            |row| {
                let (day, level): (String, String) = (row.get(0)?, row.get(1)?);
                if found.last().is_none_or(|last| last.day != day) {
                    found.push(TrendDay { day, summary: Summary::default() });
                }
                let counts = Counts {
                    pass: row.get(2)?,
                    fail: row.get(3)?,
                    unknown: row.get(4)?,
                    waived: row.get(5)?,
                };
                let level = Level::from_name(&level).ok_or_else(|| StoreError::stored("level", level))?;
                if let Some(last) = found.last_mut() {
                    *last.summary.level_mut(level) = counts;
                }
                Ok(())
            },
        )?;
        Ok(found)
    }
}

impl Derive<'_> {
    /// Sets the counts of the day of an instant.
    ///
    /// # Errors
    /// The database.
    pub fn set_trend(&self, at: At, summary: &Summary) -> Result<()> {
        for level in Level::ALL {
            let counts = summary.level(level);
            self.run(
                "INSERT INTO trend (day, level, pass, fail, unknown, waived) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                 ON CONFLICT (day, level) DO UPDATE SET pass = ?3, fail = ?4, unknown = ?5, waived = ?6",
                (at.day(), level.name(), counts.pass, counts.fail, counts.unknown, counts.waived),
            )?;
        }
        Ok(())
    }
}
