//! Section `software`: programs as `system_profiler` lists them, without those that belong to macOS itself.

use model::facts::{Software, SoftwareScope};
use serde_json::Value;

use super::answer::{Mac, unknown_form};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text;

const SOFTWARE_MAX: usize = 5_000;

pub(crate) fn read(mac: &dyn Mac, _: &mut Gaps) -> Result<Vec<Software>, Gap> {
    let entries = mac.profile("SPApplicationsDataType")?;
    let software: Vec<Software> =
        entries.iter().map(program).collect::<Result<Vec<_>, Gap>>()?.into_iter().flatten().collect();
    // A Mac has Safari at least; a list without any program is no list.
    if entries.is_empty() {
        return Err(unknown_form("SPApplicationsDataType"));
    }
    at_most(software, SOFTWARE_MAX, "programs")
}

/// One program; none when it is a part of macOS.
fn program(entry: &Value) -> Result<Option<Software>, Gap> {
    let text_of = |key: &str| entry.get(key).and_then(Value::as_str).map(text::clean);
    let form = || unknown_form("SPApplicationsDataType");
    let (name, path) = (text_of("_name").ok_or_else(form)?, text_of("path").ok_or_else(form)?);
    if path.starts_with("/System/") {
        return Ok(None);
    }
    let scope = if path.starts_with("/Users/") { SoftwareScope::User } else { SoftwareScope::Machine };
    Ok(Some(Software {
        name: Some(name),
        version: Some(text_of("version").unwrap_or_default()),
        vendor: Some(vendor(entry)),
        scope: Some(scope),
        installed_at: text_of("lastModified").and_then(|at| at.parse().ok()),
    }))
}

/// Who signed it: `Developer ID Application: NAME (TEAM)`. What Apple's shop signed names nobody.
fn vendor(entry: &Value) -> String {
    if entry.get("obtained_from").and_then(Value::as_str) == Some("apple") {
        return "Apple".into();
    }
    let signers = entry.get("signed_by").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let signer = signers
        .first()
        .and_then(Value::as_str)
        .and_then(|first| first.strip_prefix("Developer ID Application: "));
    let name = signer.map(|signer| signer.rsplit_once(" (").map_or(signer, |(name, _)| name));
    text::clean(name.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::recorded::Recorded;
    use super::*;

    fn listed(entries: &str) -> Result<Vec<Software>, Gap> {
        let json = format!(r#"{{"SPApplicationsDataType":[{entries}]}}"#);
        let mac = Recorded::default().program("system_profiler -json SPApplicationsDataType", &json);
        read(&mac, &mut Gaps::of("software"))
    }

    #[test]
    fn programs() {
        let found = listed(
            r#"{"_name":"Safari","path":"/System/Cryptexes/App/Safari.app","obtained_from":"apple","version":"18.1"},
            {"_name":"Dropbox","path":"/Applications/Dropbox.app","obtained_from":"identified_developer","version":"211.4",
             "lastModified":"2026-11-01T09:00:00Z","signed_by":["Developer ID Application: Dropbox, Inc. (G7HH3F8CAK)","Apple Root CA"]},
            {"_name":"弥生","path":"/Users/sato/Applications/弥生.app","obtained_from":"unknown"}"#,
        )
        .unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|one| (one.name.as_deref().unwrap(), one.vendor.as_deref().unwrap(), one.scope.unwrap()))
            .collect();
        assert_eq!(
            shown,
            [("Dropbox", "Dropbox, Inc.", SoftwareScope::Machine), ("弥生", "", SoftwareScope::User)]
        );
        assert_eq!(found[0].installed_at.unwrap().to_string(), "2026-11-01T09:00:00Z");
    }

    #[test]
    fn other_forms_are_gaps() {
        assert!(listed("").is_err());
        assert!(listed("7").is_err());
        assert!(listed(r#"{"_name":"x"}"#).is_err());
    }
}
