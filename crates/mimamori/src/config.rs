//! The configuration file: nothing in it is required.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::Failure;

/// Where the server listens unless told otherwise: this machine only.
pub(crate) const LISTEN: &str = "127.0.0.1:8300";
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
            .replace("\n# catalog", "\ncatalog");
        let config: Config = toml::from_str(&text).unwrap();
        assert_eq!(config.listen.unwrap().to_string(), LISTEN);
        assert_eq!(config.data.unwrap(), PathBuf::from(DATA));
        assert!(toml::from_str::<Config>("lisen = 1").is_err());
    }
}
