//! What is looked at on a computer, as a table: for people to read, and for collectors to ask by.
//!
//! One file per system (`catalog/collection/`). The texts say what is looked at, what for, and what never; the
//! questions of the Windows table are what both collectors ask, the program and the readable script. What an answer
//! means is no matter of this table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{StatementId, Text};

/// A system that is collected from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Windows 10, 11 and Windows Server.
    #[default]
    Windows,
    /// Linux.
    Linux,
    /// macOS.
    Macos,
}

impl System {
    /// Every system, in the order pages show them.
    pub const ALL: [System; 3] = [System::Windows, System::Linux, System::Macos];

    /// The system's name in files and addresses, for example `windows`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            System::Windows => "windows",
            System::Linux => "linux",
            System::Macos => "macos",
        }
    }

    /// The system's name as its maker writes it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            System::Windows => "Windows",
            System::Linux => "Linux",
            System::Macos => "macOS",
        }
    }
}

/// What is looked at on one system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// Which system.
    pub system: System,
    /// What is never looked at, whatever the section.
    pub never: Vec<Text>,
    /// The sections, in the order pages show them.
    #[serde(rename = "section")]
    pub sections: Vec<Section>,
}

/// A section of facts: what is looked at for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The section of a fact document, for example `volumes`.
    pub facts: String,
    /// What people call it.
    pub title: Text,
    /// What it is for, in a sentence.
    pub purpose: Text,
    /// The statements it helps to judge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementId>,
    /// What is looked at, in plain words.
    pub looks: Text,
    /// What is not looked at although one might think so.
    pub never: Text,
    /// Whether administrator rights are needed.
    pub administrator: Administrator,
    /// Questions to the registry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registry: Vec<RegistryQuestion>,
    /// Queries to WMI.
    #[serde(default, rename = "query", skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<Query>,
    /// Methods of WMI objects that are called; only such as read.
    #[serde(default, rename = "call", skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// Interfaces of the system that are asked.
    #[serde(default, rename = "api", skip_serializing_if = "Vec::is_empty")]
    pub apis: Vec<ApiQuestion>,
}

/// Whether reading a section needs administrator rights. Without them the rest is read, and what is lacking is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Administrator {
    /// All of it is read without.
    No,
    /// Some of it needs them.
    Partly,
    /// Nothing of it is read without.
    Yes,
}

impl Administrator {
    /// Its name, for example `partly`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Administrator::No => "no",
            Administrator::Partly => "partly",
            Administrator::Yes => "yes",
        }
    }
}

/// A root of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RegistryHive {
    /// `HKEY_LOCAL_MACHINE` as 64-bit programs see it.
    Machine,
    /// `HKEY_LOCAL_MACHINE` as 32-bit programs see it.
    Machine32,
    /// `HKEY_USERS`: the hives of those who are logged in, by security id.
    Users,
}

impl RegistryHive {
    /// Its name in the table, for example `machine32`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            RegistryHive::Machine => "machine",
            RegistryHive::Machine32 => "machine32",
            RegistryHive::Users => "users",
        }
    }
}

/// A key of the registry, or every key of one level, and what of it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryQuestion {
    /// The root.
    pub hive: RegistryHive,
    /// The key, without its root. Up to two levels may be `*`: every key there. Below `users` the first level may be `*`
    /// as well: everybody who is logged in; or `*_Classes`: what is registered for each of them alone.
    pub key: String,
    /// Which keys the only `*` stands for; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// The values read, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Whether all values of the key are read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_values: bool,
    /// Whether of these values the names alone are read, and not what they hold.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub names_only: bool,
    /// Whether the names of the keys below are read; so is whether the key exists.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub names_below: bool,
}

/// A query to WMI.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// The namespace, for example `root\cimv2`.
    pub namespace: String,
    /// The query in WQL.
    pub wql: String,
    /// Another query; this one is asked once for each object that one finds, with each `{Property}` filled in, quoted
    /// as object paths are: `\` and `"` with a `\` before them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// The properties the script writes down; empty means all that the query selects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// Properties of whose texts the script writes down the kind only: what stands before the first colon, and the
    /// colon.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kind_only: Vec<String>,
}

/// A method of the objects that a query finds. It only reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The namespace.
    pub namespace: String,
    /// The query that finds the objects.
    pub of: String,
    /// Their class.
    pub class: String,
    /// The property that tells one from another: its path is `class.key="value"`.
    pub key: String,
    /// The method.
    pub method: String,
    /// The number it takes, by name; empty when it takes none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub takes: String,
    /// The numbers it is called with, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<u32>,
}

/// A question to an interface of Windows that neither the registry nor WMI answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiQuestion {
    /// Which interface.
    pub api: Interface,
    /// What about; empty when there is but one question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<String>,
    /// A key below `HKEY_LOCAL_MACHINE`: it is asked about the name of every key in it as well.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of_keys: String,
    /// It is asked about a path that the registry keeps as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_path: Option<KeptPath>,
    /// It is asked about what WMI finds as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_found: Option<FoundText>,
}

/// A path that a value of the registry holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeptPath {
    /// The key below `HKEY_LOCAL_MACHINE`; a level may be `*`: everybody who is logged in, by security id.
    pub key: String,
    /// The value.
    pub value: String,
    /// What is meant lies below that path; empty means the path itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub below: String,
}

/// A text, or texts, of what a query finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FoundText {
    /// The namespace.
    pub namespace: String,
    /// The query in WQL.
    pub wql: String,
    /// The property.
    pub property: String,
}

/// Interfaces of Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Interface {
    /// Updates offered and not installed (Windows Update Agent).
    PendingUpdates,
    /// Updates that were installed (Windows Update Agent).
    UpdateHistory,
    /// When Windows Update last searched and installed (Windows Update Agent).
    UpdateResults,
    /// The wireless networks the machine is connected to (Native Wifi).
    Wireless,
    /// The oldest record of an event log channel (Windows Event Log).
    OldestRecord,
    /// The newest records of a channel with certain ids, asked as `CHANNEL:ID,ID` (Windows Event Log).
    Events,
    /// Archived event logs in a folder, and the folder itself: names and attributes.
    ArchivedLogs,
    /// How many extensions the browsers have of the person whose folder it is.
    Extensions,
    /// USB memories that were plugged in, and when (Configuration Manager).
    UsbStorage,
    /// Which accesses to shares are recorded (`AuditQuerySystemPolicy`).
    AuditPolicy,
    /// Password and lockout policy in force for local accounts (`NetUserModalsGet`).
    AccountPolicy,
    /// When the passwords of local accounts were set (`NetUserEnum`).
    LocalUsers,
    /// The ports the router opened on request (UPnP).
    PortMappings,
    /// What everybody is told of a drive's encryption, without administrator rights (Windows Shell).
    VolumeProtection,
}

impl Interface {
    /// Every interface.
    pub const ALL: [Interface; 14] = [
        Interface::PendingUpdates,
        Interface::UpdateHistory,
        Interface::UpdateResults,
        Interface::Wireless,
        Interface::OldestRecord,
        Interface::Events,
        Interface::ArchivedLogs,
        Interface::Extensions,
        Interface::UsbStorage,
        Interface::AuditPolicy,
        Interface::AccountPolicy,
        Interface::LocalUsers,
        Interface::PortMappings,
        Interface::VolumeProtection,
    ];

    /// Its name in the table and in answers, for example `oldest_record`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Interface::PendingUpdates => "pending_updates",
            Interface::UpdateHistory => "update_history",
            Interface::UpdateResults => "update_results",
            Interface::Wireless => "wireless",
            Interface::OldestRecord => "oldest_record",
            Interface::Events => "events",
            Interface::ArchivedLogs => "archived_logs",
            Interface::Extensions => "extensions",
            Interface::UsbStorage => "usb_storage",
            Interface::AuditPolicy => "audit_policy",
            Interface::AccountPolicy => "account_policy",
            Interface::LocalUsers => "local_users",
            Interface::PortMappings => "port_mappings",
            Interface::VolumeProtection => "volume_protection",
        }
    }
}
