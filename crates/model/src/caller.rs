//! Who asks for something.

use serde::{Deserialize, Serialize};

use crate::Lang;

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks after IT: everything.
    Administrator,
    /// Looks on: everything may be read, nothing changed.
    Auditor,
    /// Works from home: sees and tells what concerns oneself.
    Staff,
    /// No person: the program on a PC, which may report on that PC alone. Has no account.
    Agent,
}

impl Role {
    /// Every role a person can have.
    pub const ALL: [Role; 3] = [Role::Administrator, Role::Auditor, Role::Staff];

    /// The role's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
            Role::Staff => "staff",
            Role::Agent => "agent",
        }
    }

    /// The role a person has by that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Who asks. Every use case takes one; nothing changes without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The name written into the audit chain: a login name, or `console` for the command line.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The language they read.
    pub lang: Lang,
}

impl Caller {
    /// The person at the machine's own console, who could read the data folder anyway.
    #[must_use]
    pub fn console(lang: Lang) -> Self {
        Self { name: "console".into(), role: Role::Administrator, lang }
    }
}
