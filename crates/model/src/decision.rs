//! What a person decided about a checklist row: 当社の評価 of section 11.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::risk::{Cost, Loss};

/// The three steps of damage (section 11.2.2), and none.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Not rated yet.
    #[default]
    Unrated,
    /// 軽微.
    Minor,
    /// 重大.
    Serious,
    /// 極めて重大.
    Critical,
}

impl Severity {
    /// All steps, the lightest first.
    pub const ALL: [Severity; 4] =
        [Severity::Unrated, Severity::Minor, Severity::Serious, Severity::Critical];

    /// The step's name, for example `serious`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Unrated => "unrated",
            Severity::Minor => "minor",
            Severity::Serious => "serious",
            Severity::Critical => "critical",
        }
    }

    /// The step of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

/// The four aspects an event can damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// 機密性: information leaks.
    Confidentiality,
    /// 完全性: information is falsified or deleted.
    Integrity,
    /// 可用性: work or business stops.
    Availability,
    /// 否認防止・責任追跡性: it cannot be shown who did it.
    Accountability,
}

impl Aspect {
    /// All aspects, in the order of the checklist's columns.
    pub const ALL: [Aspect; 4] =
        [Aspect::Confidentiality, Aspect::Integrity, Aspect::Availability, Aspect::Accountability];

    /// The aspect's name, for example `integrity`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Aspect::Confidentiality => "confidentiality",
            Aspect::Integrity => "integrity",
            Aspect::Availability => "availability",
            Aspect::Accountability => "accountability",
        }
    }
}

/// The damage to one aspect, in words and, where it can be reckoned, in yen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// How bad.
    pub severity: Severity,
    /// In words.
    #[serde(default)]
    pub words: String,
    /// In yen, 0 to 10^15; absent when it was not reckoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yen: Option<u64>,
}

/// Whether the company takes the measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Not decided yet.
    #[default]
    Open,
    /// 実施済み.
    Done,
    /// する, by a day.
    Do,
    /// 不要, with a reason.
    NotNeeded,
}

impl Choice {
    /// All choices.
    pub const ALL: [Choice; 4] = [Choice::Open, Choice::Done, Choice::Do, Choice::NotNeeded];

    /// The choice's name, for example `not_needed`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Choice::Open => "open",
            Choice::Done => "done",
            Choice::Do => "do",
            Choice::NotNeeded => "not_needed",
        }
    }

    /// The choice of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

/// Our evaluation of one checklist row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// 現状: how things are today, in words.
    #[serde(default)]
    pub current_state: String,
    /// The damage to each aspect, in the order of [`Aspect::ALL`].
    #[serde(default)]
    pub impacts: [Impact; 4],
    /// What was decided.
    #[serde(default)]
    pub choice: Choice,
    /// With [`Choice::Do`] by when, with [`Choice::NotNeeded`] when that is looked at again; as `2027-03-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// Who sees to it; only with [`Choice::Do`].
    #[serde(default)]
    pub owner: String,
    /// Why it is not needed, or a remark on the decision.
    #[serde(default)]
    pub reason: String,
    /// The numbers of the information assets concerned: what the damage is reckoned from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<u64>,
    /// What is expected to be lost when nothing is done; absent when it was not reckoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<Loss>,
    /// What the measure costs; absent when it was not reckoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// With [`Choice::NotNeeded`]: what failed when that was decided, as `5.1.4-1 device/PC-001`. When something else
    /// fails later, the acceptance no longer rests on what was known. Absent when it was not noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Vec<String>>,
}

impl Decision {
    /// The worst step of the four aspects: what the plan is ordered by.
    #[must_use]
    pub fn damage(&self) -> Severity {
        self.impacts.iter().map(|impact| impact.severity).max().unwrap_or_default()
    }

    /// The yen of the four aspects together; `None` when none was reckoned.
    #[must_use]
    pub fn yen(&self) -> Option<u64> {
        let mut known = self.impacts.iter().filter_map(|impact| impact.yen).peekable();
        known.peek()?;
        Some(known.fold(0, u64::saturating_add))
    }
}

/// A calendar day, as `2027-03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// The day in Japan at an instant.
    #[must_use]
    pub fn of(at: crate::At) -> Self {
        at.day().parse().unwrap_or(Self(jiff::civil::Date::ZERO))
    }

    /// Days from `self` to `later`; negative when `later` is earlier.
    #[must_use]
    pub fn days_until(self, later: Day) -> i64 {
        self.0.until(later.0).map_or(0, |span| i64::from(span.get_days()))
    }

    /// The day so many days later; stays where it is past the end of time.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Day {
        self.0.checked_add(jiff::Span::new().try_days(days).unwrap_or_default()).map_or(self, Day)
    }
}

/// A text that is not a day.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a day: write it as 2027-03-31")]
pub struct NotADay(String);

impl std::str::FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let plain = text.len() == 10;
        text.parse().ok().filter(|_| plain).map(Self).ok_or_else(|| NotADay(text.chars().take(40).collect()))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_the_worst_aspect_and_yen_their_sum() {
        let mut decision = Decision::default();
        assert_eq!((decision.damage(), decision.yen()), (Severity::Unrated, None));
        decision.impacts[1] = Impact { severity: Severity::Serious, words: String::new(), yen: Some(3) };
        decision.impacts[2] = Impact { severity: Severity::Minor, words: String::new(), yen: Some(4) };
        assert_eq!((decision.damage(), decision.yen()), (Severity::Serious, Some(7)));
    }

    #[test]
    fn days_are_calendar_days() {
        let day: Day = "2027-02-28".parse().unwrap();
        assert_eq!(day.plus_days(1).to_string(), "2027-03-01");
        assert_eq!(day.days_until("2028-02-28".parse().unwrap()), 365);
        assert!("2027-02-30".parse::<Day>().is_err());
        assert!("2027-02-28T00:00".parse::<Day>().is_err());
    }
}
