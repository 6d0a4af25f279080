//! `eol/*.toml`: until when a product is mended by its maker.

use model::At;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The table of support ends.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportTable {
    /// Operating systems.
    #[serde(rename = "release")]
    pub releases: Vec<Release>,
}

/// One release of an operating system.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Its name, for example `Windows 11 24H2`.
    pub name: String,
    /// Family as in facts: `windows`, `linux`, `macos`.
    pub family: String,
    /// Servicing channels it counts for, as in facts; all when empty.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Windows: the build number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<i64>,
    /// Others: the product, for example `Debian GNU/Linux`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Others: the start of the version, for example `12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The instant support ends.
    pub ends_at: At,
    /// The instant paid extended updates end, where they exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_ends_at: Option<At>,
    /// Where that is known from.
    pub source: String,
}

impl SupportTable {
    /// When the maker stops mending a system, given as the facts of `os`; `None` when the table does not know it.
    #[must_use]
    pub fn end_of(&self, os: &Value) -> Option<At> {
        let text = |key: &str| os.get(key).and_then(Value::as_str);
        let family = text("family")?;
        let found = self.releases.iter().find(|release| {
            release.family == family
                && (release.channels.is_empty()
                    || text("channel").is_some_and(|own| release.channels.iter().any(|listed| listed == own)))
                && release.build.is_none_or(|build| os.get("build").and_then(Value::as_i64) == Some(build))
                && release.product.as_deref().is_none_or(|product| text("product") == Some(product))
                && release
                    .version
                    .as_deref()
                    .is_none_or(|version| text("version").is_some_and(|own| starts_version(own, version)))
                && (release.build.is_some() || release.version.is_some())
        })?;
        let extended = os.get("extended_updates").and_then(Value::as_bool) == Some(true);
        Some(if extended { found.extended_ends_at.unwrap_or(found.ends_at) } else { found.ends_at })
    }
}

/// Whether `own` is `version` or a release below it: 12 and 12.4 start with 12, 120 does not.
fn starts_version(own: &str, version: &str) -> bool {
    own.strip_prefix(version).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn finds_the_right_release() {
        let table: SupportTable = toml::from_str(
            r#"
            [[release]]
            name = "A"
            family = "windows"
            channels = ["general"]
            build = 19045
            ends_at = "2025-10-14T00:00:00Z"
            extended_ends_at = "2026-10-13T00:00:00Z"
            source = "x"
            [[release]]
            name = "B"
            family = "linux"
            product = "Debian GNU/Linux"
            version = "12"
            ends_at = "2028-06-30T00:00:00Z"
            source = "x"
            "#,
        )
        .unwrap();
        let check = |os: Value, end: Option<&str>| {
            assert_eq!(table.end_of(&os).map(|at| at.to_string()).as_deref(), end, "{os}");
        };
        let pro = json!({"family": "windows", "channel": "general", "build": 19045});
        check(pro, Some("2025-10-14T00:00:00Z"));
        check(
            json!({"family": "windows", "channel": "general", "build": 19045, "extended_updates": true}),
            Some("2026-10-13T00:00:00Z"),
        );
        check(json!({"family": "windows", "channel": "long_term", "build": 19045}), None);
        check(json!({"family": "windows", "build": 19045}), None);
        check(
            json!({"family": "linux", "product": "Debian GNU/Linux", "version": "12.4"}),
            Some("2028-06-30T00:00:00Z"),
        );
        check(json!({"family": "linux", "product": "Debian GNU/Linux", "version": "120"}), None);
        check(json!({}), None);
    }
}
