//! The configuration file: nothing in it is required.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;

use crate::failure::Failure;

/// Where the server listens unless told otherwise: this machine only.
pub(crate) const LISTEN: &str = "127.0.0.1:8300";
/// Where agents report unless told otherwise: this machine only.
pub(crate) const AGENT_LISTEN: &str = "127.0.0.1:8301";
/// The word that turns something off.
const OFF: &str = "off";
/// Where the data is kept unless told otherwise.
pub(crate) const DATA: &str = "mimamori-data";

/// What can be set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Address and port.
    pub(crate) listen: Option<SocketAddr>,
    /// The data folder.
    pub(crate) data: Option<PathBuf>,
    /// A folder whose files override the catalogue's.
    pub(crate) catalog: Option<PathBuf>,
    /// The agents' listener.
    #[serde(default)]
    pub(crate) agent: AgentConfig,
}

/// What can be set about agents.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentConfig {
    /// Address and port, or `off`.
    pub(crate) listen: Option<AgentListen>,
    /// The address people give to agents.
    pub(crate) url: Option<String>,
}

/// Where agents report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum AgentListen {
    /// Nowhere.
    Off,
    /// At this address.
    At(SocketAddr),
}

impl FromStr for AgentListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == OFF {
            return Ok(Self::Off);
        }
        text.parse().map(Self::At).map_err(|_| format!("'{text}' is neither ADDR:PORT nor 'off'"))
    }
}

impl TryFrom<String> for AgentListen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Every setting with its default, as a file to start from.
pub(crate) const REFERENCE: &str = "\
# Mimamori: every setting, with its default. All of them may be left out.

# Address and port of the web pages. 127.0.0.1 is reachable from this machine only.
# listen = \"127.0.0.1:8300\"

# The folder that holds the database. It is made when it is not there.
# data = \"mimamori-data\"

# A folder laid out like catalog/, whose files take the place of the built-in ones.
# catalog = \"my-catalog\"

# Where the agents on PCs report, over TLS with the server's own certificate. 127.0.0.1 is reachable from this machine
# only: write 0.0.0.0:8301 to let PCs reach it. \"off\" turns it off.
# [agent]
# listen = \"127.0.0.1:8301\"
# The address PCs reach it by, as shown on the page that makes codes; without it, the host name the page was opened by.
# url = \"https://mimamori.example.jp:8301\"
";

/// The largest file read, in bytes.
const FILE_MAX_BYTES: u64 = 1024 * 1024;

impl Config {
    /// Reads a file; without one, the defaults.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::default()) };
        let shown = path.display().to_string();
        let hint = "check the path given with --config";
        let size = std::fs::metadata(path).map_err(|error| Failure::file(&shown, error, hint))?.len();
        if size > FILE_MAX_BYTES {
            return Err(Failure::argument(
                format!("{shown} has {size} bytes"),
                "a configuration file is small",
            ));
        }
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file(&shown, error, hint))?;
        toml::from_str(&text).map_err(|error| {
            let place = error.to_string();
            let line = place.lines().next().unwrap_or_default().to_owned();
            Failure::argument(
                format!("{shown}: {line}: {}", error.message()),
                "`mimamori config reference` shows every setting",
            )
        })
    }

    /// The data folder: the command line's, else the file's, else the default.
    pub(crate) fn data(&self, given: Option<&PathBuf>) -> PathBuf {
        given.or(self.data.as_ref()).cloned().unwrap_or_else(|| PathBuf::from(DATA))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_a_valid_file_with_the_defaults() {
        let text = REFERENCE
            .replace("\n# listen", "\nlisten")
            .replace("\n# data", "\ndata")
            .replace("\n# catalog", "\ncatalog")
            .replace("\n# [agent]", "\n[agent]")
            .replace("\n# url", "\nurl");
        let config: Config = toml::from_str(&text).unwrap();
        assert_eq!(config.listen.unwrap().to_string(), LISTEN);
        assert_eq!(config.data.unwrap(), PathBuf::from(DATA));
        assert_eq!(config.agent.listen, Some(AGENT_LISTEN.parse().unwrap()));
        assert_eq!(config.agent.url.unwrap(), "https://mimamori.example.jp:8301");
        assert!(toml::from_str::<Config>("lisen = 1").is_err());
        let off: Config = toml::from_str("[agent]\nlisten = \"off\"").unwrap();
        assert_eq!(off.agent.listen, Some(AgentListen::Off));
        assert!(toml::from_str::<Config>("[agent]\nlisten = \"on\"").is_err());
    }
}
