//! Off-boarding (退職・休職の手続き): a last day or a leave in the register makes a list of what has to be over by then –
//! directory, VPN, PCs, keys, home, accounts, pledge – judged from facts each time somebody looks, never from ticks.
//!
//! What facts cannot tell says so, with how old they are. When everything is over it closes by itself, which is noted.
//! Guideline 7.1.1 (accounts of leavers and of people on leave) and 9.3.

mod act;
mod close;
mod ground;
mod item;
mod list;

use model::decision::Day;
use model::{At, Caller, Subject};
use serde::{Deserialize, Serialize};

pub use act::Deed;
pub use list::{Leaving, LeavingSummary, ShownLeaving};

use crate::{App, Result};

/// The kind of record.
pub(crate) const KIND: &str = "leaving";
/// The document of the pledge of confidentiality after leaving.
pub const PLEDGE: &str = "leaving";

/// Why somebody is on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Leaves, or has left.
    Resignation,
    /// Is or will be on leave.
    Leave,
}

impl Why {
    /// The word, for example `leave`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Why::Resignation => "resignation",
            Why::Leave => "leave",
        }
    }
}

/// How one thing stands; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It should be over and is not.
    Open,
    /// The facts do not tell.
    Unknown,
    /// It is not over, and need not be yet.
    NotYet,
    /// It is over.
    Done,
}

impl State {
    /// The word, for example `not_yet`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Unknown => "unknown",
            State::NotYet => "not_yet",
            State::Done => "done",
        }
    }
}

/// Something that has to be over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What: the last part of the locale key `leaving-item-…`.
    pub what: &'static str,
    /// Of which domain, VPN, PC or account; may be empty.
    pub about: String,
    /// How it stands.
    pub state: State,
    /// What was found: the last part of the locale key `leaving-found-…`.
    pub found: &'static str,
    /// Which: accounts, groups, keys.
    pub which: String,
    /// When that was so; of an evidence, when it was collected.
    pub at: Option<At>,
    /// How old that is in days, when it is too old.
    pub stale_days: Option<i64>,
    /// The evidence it rests on.
    pub evidence: Option<String>,
    /// What looks at it.
    pub subject: Option<Subject>,
    /// What can be done here with one click.
    pub deed: Option<Deed>,
}

/// That an off-boarding closed, or was opened again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Noted {
    /// The person's id.
    pub(crate) person: String,
    /// Why.
    pub(crate) why: Why,
    /// The last day, or the first day of the leave.
    pub(crate) day: Day,
    /// When everything was over; absent while something is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) closed_at: Option<At>,
    /// What was over then, each with what was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) over: Vec<String>,
    /// VPNs whose shared password was changed, as recorded: id, day, by whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changed: Vec<Changed>,
}

/// That a password several people knew was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changed {
    /// The VPN's id.
    pub(crate) vpn: String,
    /// When that was recorded.
    pub(crate) at: At,
    /// By whom.
    pub(crate) by: String,
}

impl App {
    /// How many off-boardings are open and how many of those are overdue, for the first page.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn leaving_summary(&self, caller: &Caller) -> Result<LeavingSummary> {
        Ok(LeavingSummary::of(&self.leavings(caller)?))
    }
}
