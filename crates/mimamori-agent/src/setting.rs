//! What may be set on a PC: `agent.toml` in the agent's folder, written by an administrator or by nobody.

use serde::Deserialize;

use crate::{Folder, Problem};

/// Its file.
const FILE: &str = "agent.toml";
/// The most bytes of it.
const SETTING_MAX_BYTES: usize = 16 * 1024;

/// A switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Switch {
    On,
    Off,
}

/// The one value that self-update has: there is no code for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Never {
    Off,
}

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Setting {
    /// Whether the user may let built-in remedies be done.
    pub(crate) fixes: Switch,
    /// Whether the user's own page is shown.
    pub(crate) page: Switch,
    /// The page's port on 127.0.0.1; another one is taken when it is in use.
    pub(crate) page_port: u16,
    /// Whether the agent replaces itself: it never does.
    pub(crate) self_update: Never,
}

impl Default for Setting {
    fn default() -> Self {
        Self { fixes: Switch::On, page: Switch::On, page_port: 8309, self_update: Never::Off }
    }
}

impl Setting {
    /// Reads them; what is not set is at its default.
    pub(crate) fn load(folder: &Folder) -> Result<Self, Problem> {
        match folder.read(FILE, SETTING_MAX_BYTES)? {
            None => Ok(Self::default()),
            Some(bytes) => Self::parse(&bytes),
        }
    }

    fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let text = std::str::from_utf8(bytes).map_err(|error| Problem::Setting(error.to_string()))?;
        // Windows' editor may begin a file with a mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        toml::from_str(text).map_err(|error| Problem::Setting(error.message().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_settings_and_refuses_others() {
        let check = |text: &str, expected: Option<Setting>| {
            assert_eq!(Setting::parse(text.as_bytes()).ok(), expected, "{text}");
        };
        let default = Setting::default();
        check("", Some(default.clone()));
        check("\u{feff}fixes = \"off\"\r\n", Some(Setting { fixes: Switch::Off, ..default.clone() }));
        check(
            "page = \"off\"\npage_port = 9000\nself_update = \"off\"",
            Some(Setting { page: Switch::Off, page_port: 9000, ..default }),
        );
        check("self_update = \"on\"", None);
        check("fixes = false", None);
        check("fix = \"on\"", None);
        check("page_port = 99999", None);
    }
}
