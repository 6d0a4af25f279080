//! Built-in changes that mend what is at fault on a PC, as data (`catalog/remedies/`): each can be shown before it is
//! done, done, undone, and written as a script to read and run by hand.
//!
//! Only what stands in the table can be done, and nothing in it is a parameter from outside. Knows nothing of storage,
//! the network or the server.
//!
//! [`preview`], [`apply`] and [`undo`] work through a [`Hand`]: [`LiveHand`] on the computer itself, [`RecordedHand`]
//! in tests. They need the rights of an administrator (root); without them the error says so ([`RemedyError::why`] is
//! `Denied`).

mod act;
mod catalog;
mod error;
mod hand;
mod live;
mod recorded;
mod script;
mod step;

pub mod home_firewall;

use model::{At, StatementId, Text};
use serde::{Deserialize, Serialize};

pub use act::{apply, preview, undo};
pub use catalog::{ByHand, CatalogMistake, all, by_hand, find, for_faults, for_statement, parse};
pub use error::{HandError, RemedyError};
pub use hand::{Answer, Hand, Value};
pub use live::LiveHand;
pub use recorded::RecordedHand;
pub use script::{script, script_name};
pub use step::{Program, Read, Require, Step};

/// A built-in change.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// Its name, for example `remote-desktop-off`; the file in `catalog/remedies/` is called so.
    pub id: String,
    /// For which system.
    pub system: System,
    /// What it mends.
    pub statements: Vec<StatementId>,
    /// Which checks of these statements it mends, for example `5.1.8-1/nla`; empty: any.
    #[serde(default)]
    pub checks: Vec<String>,
    /// What it does, in a few words.
    pub title: Text,
    /// What changes, for the person in front of the PC.
    pub explain: Text,
    /// What may no longer work afterwards; absent when nothing does.
    pub caution: Option<Text>,
    /// How it is put back, and what is not.
    pub undo: Text,
    /// Whether it takes effect after a restart only.
    #[serde(default)]
    pub restart: bool,
    /// Where the names and values stand: the title of the maker's page.
    pub source: String,
    /// What must be so before; otherwise nothing is done.
    #[serde(default)]
    pub require: Vec<Require>,
    /// What is done, in order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// A system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// macOS.
    Macos,
}

impl System {
    /// The one this program was built for.
    pub const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::Macos
    } else {
        Self::Linux
    };

    /// Its name, as files and messages say it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Linux => "linux",
            Self::Macos => "macos",
        }
    }

    /// By its name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Windows, Self::Linux, Self::Macos].into_iter().find(|system| system.name() == name)
    }
}

/// One thing that would change, changed, or was changed back: what, from, to; texts to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What: a registry value, a file, a command.
    pub what: String,
    /// How it was; empty when it was not there or cannot be told.
    pub before: String,
    /// How it is to be.
    pub after: String,
}

/// What was done, with everything needed to undo it. Kept by the agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// Which remedy.
    pub remedy: String,
    /// When.
    pub at: At,
    /// What changed, to show. Empty: everything was so already.
    pub changes: Vec<Change>,
    /// Each step that changed something, as it was before and after; for [`undo`].
    pub kept: Vec<Kept>,
}

impl Done {
    /// Whether there is something to undo.
    #[must_use]
    pub fn can_be_undone(&self) -> bool {
        !self.kept.is_empty()
    }
}

/// How one step found things and left them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Which step of the remedy, from 0.
    pub step: usize,
    /// As it was; `None` when there was nothing.
    pub before: Option<Value>,
    /// As it was left; undo is refused when others changed it since.
    pub after: Option<Value>,
}
