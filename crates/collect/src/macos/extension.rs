//! System extensions: how security products of others take part in macOS, and whether they do now.
//!
//! Source: the register that macOS keeps of them, `/Library/SystemExtensions/db.plist`; `systemextensionsctl list`
//! prints the same as a text.

use super::answer::{Mac, get, text, unknown_form};
use crate::gap::Gap;

const REGISTER: &str = "/Library/SystemExtensions/db.plist";
const ACTIVE: &str = "activated_enabled";

/// A system extension.
pub(super) struct Extension {
    /// For example `com.crowdstrike.falcon.Agent`.
    pub(super) id: String,
    /// Whether it takes part now.
    pub(super) active: bool,
}

/// All extensions that are registered.
pub(super) fn all(mac: &dyn Mac) -> Result<Vec<Extension>, Gap> {
    let register = mac.settings(REGISTER)?.ok_or_else(|| Gap::not_found(REGISTER))?;
    let form = || unknown_form(REGISTER);
    let entries = get(&register, "extensions").and_then(plist::Value::as_array).ok_or_else(form)?;
    let extension = |entry| {
        let state = text(entry, "state").ok_or_else(form)?;
        Ok(Extension { id: text(entry, "identifier").ok_or_else(form)?, active: state == ACTIVE })
    };
    entries.iter().map(extension).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::recorded::Recorded;
    use super::*;

    /// A Mac with these extensions.
    pub(in super::super) fn with(mac: Recorded, extensions: &[(&str, &str)]) -> Recorded {
        let entry = |(id, state): &(&str, &str)| {
            format!(
                "<dict><key>identifier</key><string>{id}</string><key>state</key><string>{state}</string></dict>"
            )
        };
        let entries: String = extensions.iter().map(entry).collect();
        mac.settings(REGISTER, &format!("<key>extensions</key><array>{entries}</array>"))
    }

    #[test]
    fn registered() {
        let mac = with(
            Recorded::default(),
            &[("a.b", ACTIVE), ("c.d", "terminated_waiting_to_uninstall_on_reboot")],
        );
        let shown: Vec<_> = all(&mac).unwrap().into_iter().map(|one| (one.id, one.active)).collect();
        assert_eq!(shown, [("a.b".to_owned(), true), ("c.d".to_owned(), false)]);
        assert!(all(&Recorded::default()).is_err());
        assert!(
            all(&Recorded::default().settings(REGISTER, "<key>extensions</key><array><true/></array>"))
                .is_err()
        );
    }
}
