//! What a remedy consists of: steps as data, each with how its state is read before and how it is put back.

use std::collections::BTreeMap;

use model::Text;
use serde::Deserialize;

use crate::{System, Value};

/// The state of a registry value or a file that is not there.
pub(crate) const ABSENT: &str = "absent";
/// In the arguments that put back: the number found before. Nothing but digits is ever filled in.
pub(crate) const BEFORE: &str = "{before}";

/// One step.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// A value below `HKEY_LOCAL_MACHINE`. Undone by writing what was there.
    Registry {
        /// The key.
        path: String,
        /// The value's name.
        name: String,
        /// What it is to be; nothing: it is removed.
        value: Option<Value>,
        /// States that are as good and stay as they are (see [`Read`] for how a value becomes a state).
        #[serde(default)]
        fine: Vec<String>,
    },
    /// A file of our own, written whole. Undone by writing or removing it.
    File {
        /// Its absolute path.
        path: String,
        /// What it is to say.
        text: String,
    },
    /// A program of the system.
    Run {
        /// Which.
        program: Program,
        /// With which arguments.
        arguments: Vec<String>,
        /// How it stands; without it the program always runs and is not undone.
        read: Option<Read>,
        /// States in which nothing is to do.
        #[serde(default)]
        done: Vec<String>,
        /// By the state before: the same program's arguments that put it back. A state that is neither here nor in
        /// `done` is refused before anything is changed. `number` stands for every decimal number.
        #[serde(default)]
        undo: BTreeMap<String, Vec<String>>,
        /// Whether it is only started, because it takes long.
        #[serde(default)]
        start: bool,
        /// Whether it runs again at the end of an undo (to reload what was put back).
        #[serde(default)]
        after_undo: bool,
    },
    /// Every local firewall rule of a group that is on, off. Undone by turning exactly these on.
    RuleGroup {
        /// The group's resource id, for example `@FirewallAPI.dll,-32752`: a name would be in Windows's language.
        group: String,
    },
}

/// How a state is read. A number is its digits, a text itself, what is not there `absent`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Read {
    /// A registry value.
    #[serde(rename = "registry")]
    Registry {
        /// The key.
        path: String,
        /// The value's name.
        name: String,
    },
    /// What a program prints: the state of the first words found in it.
    Run {
        /// Which.
        program: Program,
        /// With which arguments.
        arguments: Vec<String>,
        /// Words, and the state they mean.
        states: Vec<(String, String)>,
        /// By the exit code: the state it means. Every other code but 0 is an error.
        #[serde(default)]
        failing: BTreeMap<String, String>,
    },
    /// A program's exit code.
    Exit {
        /// Which.
        program: Program,
        /// With which arguments.
        arguments: Vec<String>,
    },
    /// What a file says: the state of the first words found in it; `other` when there are none, `absent` without it.
    File {
        /// Its absolute path.
        path: String,
        /// Words, and the state they mean.
        states: Vec<(String, String)>,
    },
}

/// What must be so before anything is done.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Require {
    /// How it stands.
    pub read: Read,
    /// The states in which the remedy may go on.
    pub one_of: Vec<String>,
    /// What to say otherwise.
    pub otherwise: Text,
}

/// The programs a remedy may run, and no others; each lies in the system's own folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// Windows: network settings, the firewall.
    Netsh,
    /// Windows: event logs.
    Wevtutil,
    /// Windows: services.
    Sc,
    /// Windows: features.
    Dism,
    /// Windows: Microsoft Defender's command line.
    MpCmdRun,
    /// Windows: BitLocker.
    ManageBde,
    /// Windows: the clock.
    W32tm,
    /// Windows: only to turn firewall rules off and on by their ids ([`Step::RuleGroup`]).
    Powershell,
    /// Linux: the firewall of Debian and Ubuntu.
    Ufw,
    /// Linux: services.
    Systemctl,
    /// Linux: which packages are there.
    DpkgQuery,
    /// Linux: the SSH server, to check its configuration.
    Sshd,
    /// Linux: the package lists.
    AptGet,
    /// macOS: settings.
    Defaults,
    /// macOS: the firewall.
    Socketfilterfw,
    /// macOS: updates.
    Softwareupdate,
}

impl Program {
    /// Every one.
    pub const ALL: [Self; 16] = [
        Self::Netsh,
        Self::Wevtutil,
        Self::Sc,
        Self::Dism,
        Self::MpCmdRun,
        Self::ManageBde,
        Self::W32tm,
        Self::Powershell,
        Self::Ufw,
        Self::Systemctl,
        Self::DpkgQuery,
        Self::Sshd,
        Self::AptGet,
        Self::Defaults,
        Self::Socketfilterfw,
        Self::Softwareupdate,
    ];

    /// Which system it belongs to.
    #[must_use]
    pub fn system(self) -> System {
        match self {
            Self::Netsh
            | Self::Wevtutil
            | Self::Sc
            | Self::Dism
            | Self::MpCmdRun
            | Self::ManageBde
            | Self::W32tm
            | Self::Powershell => System::Windows,
            Self::Ufw | Self::Systemctl | Self::DpkgQuery | Self::Sshd | Self::AptGet => System::Linux,
            Self::Defaults | Self::Socketfilterfw | Self::Softwareupdate => System::Macos,
        }
    }

    /// Where it lies: on Windows below the folder of Windows or, for Defender, of programs; else absolute.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Netsh => r"System32\netsh.exe",
            Self::Wevtutil => r"System32\wevtutil.exe",
            Self::Sc => r"System32\sc.exe",
            Self::Dism => r"System32\dism.exe",
            Self::MpCmdRun => r"Windows Defender\MpCmdRun.exe",
            Self::ManageBde => r"System32\manage-bde.exe",
            Self::W32tm => r"System32\w32tm.exe",
            Self::Powershell => r"System32\WindowsPowerShell\v1.0\powershell.exe",
            Self::Ufw => "/usr/sbin/ufw",
            Self::Systemctl => "/usr/bin/systemctl",
            Self::DpkgQuery => "/usr/bin/dpkg-query",
            Self::Sshd => "/usr/sbin/sshd",
            Self::AptGet => "/usr/bin/apt-get",
            Self::Defaults => "/usr/bin/defaults",
            Self::Socketfilterfw => "/usr/libexec/ApplicationFirewall/socketfilterfw",
            Self::Softwareupdate => "/usr/sbin/softwareupdate",
        }
    }

    /// Its name, as people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let path = self.path();
        let name = path.rsplit(['\\', '/']).next().unwrap_or(path);
        name.strip_suffix(".exe").unwrap_or(name)
    }
}

impl Value {
    /// As a state, and as people read it.
    #[must_use]
    pub fn state(&self) -> String {
        match self {
            Self::Dword(number) => number.to_string(),
            Self::Qword(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Other(kind, bytes) => format!("type {kind}, {} bytes", bytes.len()),
        }
    }
}

/// An absent or present value as a state.
pub(crate) fn state_of(value: Option<&Value>) -> String {
    value.map_or_else(|| ABSENT.to_owned(), Value::state)
}

/// The arguments that put a state back; `None` when the remedy does not know how.
pub(crate) fn arguments_for(undo: &BTreeMap<String, Vec<String>>, state: &str) -> Option<Vec<String>> {
    if let Some(arguments) = undo.get(state) {
        return Some(arguments.clone());
    }
    let digits = !state.is_empty() && state.len() <= 20 && state.bytes().all(|byte| byte.is_ascii_digit());
    let by_number = undo.get("number").filter(|_| digits)?;
    Some(by_number.iter().map(|argument| argument.replace(BEFORE, state)).collect())
}

/// Whether a text is the id of a firewall rule and nothing that a shell would read otherwise.
pub(crate) fn is_rule_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"{}_-.".contains(&byte);
    !text.is_empty() && text.len() <= 200 && text.bytes().all(plain)
}
