//! Built-in changes that mend what is at fault on a PC, as data (`catalog/remedies/`): each can be shown before it is
//! done, done, undone, and written as a script to read and run by hand.
//!
//! Only what stands in the table can be done, and nothing in it is a parameter from outside. Knows nothing of storage,
//! the network or the server.

use model::{At, StatementId, Text};
use serde::{Deserialize, Serialize};

/// A built-in change.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// Its name, for example `remote-desktop-off`.
    pub id: String,
    /// For which system.
    pub system: System,
    /// What it mends.
    pub statements: Vec<StatementId>,
    /// What it does, in a few words.
    pub title: Text,
    /// What changes, for the person in front of the PC.
    pub explain: Text,
    /// What may no longer work afterwards; absent when nothing does.
    pub caution: Option<Text>,
    /// Whether it takes effect after a restart only.
    #[serde(default)]
    pub restart: bool,
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

/// One thing that would change, changed, or was changed back: what, from, to; texts to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What: a registry value, a setting, a command.
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
    /// What changed.
    pub changes: Vec<Change>,
}
