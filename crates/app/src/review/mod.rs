//! Reviews that are signed each month (6.1.4, 6.2.1, 7.1.1, 8.1.1): members of groups with high rights, rights on shares,
//! VPN accounts, configurations. A review shows what changed since the last signed one; one click per thing says whether it
//! may stay; the signature is stated as a fact, with what was confirmed.
//!
//! Whether something that was to be removed is still there is judged from newer facts, never from a tick.

mod due;
mod read;
mod show;
mod sign;

use model::{At, SubjectKind};
use serde::{Deserialize, Serialize};

pub use due::{Due, ReviewLine, ReviewSummary};
pub use show::{Change, Row, ShownReview};
pub use sign::SignForm;

/// The kind of record.
pub(crate) const KIND: &str = "review";

/// What is reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Members of groups with high rights, Guest, and traces of former rights, of a domain.
    Privileged,
    /// Rights on the shares of a server.
    Sharing,
    /// Accounts of a VPN.
    Accounts,
    /// The configuration of a VPN or a network device.
    Configuration,
}

impl What {
    /// All.
    pub const ALL: [What; 4] = [What::Privileged, What::Sharing, What::Accounts, What::Configuration];

    /// The word, for example `sharing`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            What::Privileged => "privileged",
            What::Sharing => "sharing",
            What::Accounts => "accounts",
            What::Configuration => "configuration",
        }
    }

    /// What a word stands for.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.name() == name)
    }

    /// The kinds of subjects it is about.
    #[must_use]
    pub fn kinds(self) -> &'static [SubjectKind] {
        match self {
            What::Privileged => &[SubjectKind::Domain],
            What::Sharing => &[SubjectKind::Server],
            What::Accounts => &[SubjectKind::Vpn],
            What::Configuration => &[SubjectKind::Vpn, SubjectKind::NetworkDevice],
        }
    }

    /// The statement that asks for it, and the parameter that says how many days may pass between two.
    #[must_use]
    pub fn asked_by(self, kind: SubjectKind) -> Option<(&'static str, &'static str)> {
        match (self, kind) {
            (What::Privileged, _) => Some(("6.1.4-1", "review_days")),
            (What::Sharing, _) => Some(("6.2.1-2", "max_days_between_reviews")),
            (What::Accounts, _) => None,
            (What::Configuration, SubjectKind::NetworkDevice) => Some(("8.1.1-1", "review_days")),
            (What::Configuration, _) => None,
        }
    }
}

/// What somebody says about a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// It is as it should be.
    Keep,
    /// It has to go, or be set back.
    Remove,
    /// It has to be asked about.
    Unsure,
}

impl Choice {
    /// All.
    pub const ALL: [Choice; 3] = [Choice::Keep, Choice::Remove, Choice::Unsure];

    /// The word, for example `keep`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Choice::Keep => "keep",
            Choice::Remove => "remove",
            Choice::Unsure => "unsure",
        }
    }

    /// What a word stands for.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

/// A thing that is looked at: a member of a group, a right on a share, an account, a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thing {
    /// What tells it from others; stays the same from reading to reading.
    pub key: String,
    /// Where it stands: group, share, section.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// What it is called.
    pub name: String,
    /// What is known of it: the last part of the locale key `review-fact-…`, and its value (`yes`, `no` or a text).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(String, String)>,
    /// Why one should look twice: the last part of the locale key `review-alarm-…`, and more about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<(String, String)>,
}

/// A thing as it was when a review was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Judged {
    pub(crate) thing: Thing,
    pub(crate) choice: Choice,
}

/// A signed review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Review {
    pub(crate) what: What,
    /// The subject, for example `domain/ad.example.jp`.
    pub(crate) subject: String,
    /// The name of who signed.
    pub(crate) by: String,
    /// When.
    pub(crate) at: At,
    /// When what was looked at was read.
    pub(crate) read_at: At,
    pub(crate) things: Vec<Judged>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
}

impl Review {
    /// Things that were to go, or to be asked about, and are still there.
    pub(crate) fn still_there<'a>(&'a self, now: &'a [Thing]) -> impl Iterator<Item = &'a Judged> {
        self.things.iter().filter(|judged| judged.choice != Choice::Keep).filter(move |judged| {
            match now.iter().find(|thing| thing.key == judged.thing.key) {
                // Disabled instead of removed is enough.
                Some(thing) => !is_off(thing) || is_off(&judged.thing),
                None => false,
            }
        })
    }
}

/// Whether a thing says of itself that it cannot be used.
pub(crate) fn is_off(thing: &Thing) -> bool {
    thing.facts.iter().any(|(name, value)| name == "enabled" && value == "no")
}
