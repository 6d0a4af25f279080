//! `GptTmpl.inf`, the security template of a policy ([MS-GPSB]): sections of lines. Knows nothing of what they mean.

use std::collections::BTreeMap;

use super::{Garbled, text};

/// The most lines of a template. A real one has a few hundred.
const LINES_MAX: usize = 200_000;
/// The sections whose lines have no `=`: lists separated by commas, the name first.
const LISTS: [&str; 3] = ["service general setting", "registry keys", "file security"];

/// A security template.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    sections: BTreeMap<String, BTreeMap<String, String>>,
}

impl Template {
    /// Reads a template. All or nothing: a file of which a part makes no sense says nothing.
    ///
    /// # Errors
    /// [`Garbled`] names the line.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Garbled> {
        let text = text::decoded(bytes)?;
        if text.contains(['\0', '\u{fffd}']) {
            return Err(Garbled::new("it holds bytes that are no text"));
        }
        let mut template = Self::default();
        let mut section = None;
        for (number, line) in text.lines().enumerate() {
            if number >= LINES_MAX {
                return Err(Garbled::new(format!("more than {LINES_MAX} lines")));
            }
            let line = line.trim();
            if line.is_empty() || line.starts_with(';') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[') {
                let name = name
                    .strip_suffix(']')
                    .ok_or_else(|| Garbled::new(format!("line {}: a section without ]", number + 1)))?;
                section = Some(name.trim().to_lowercase());
                template.sections.entry(name.trim().to_lowercase()).or_default();
                continue;
            }
            let section = section
                .as_ref()
                .ok_or_else(|| Garbled::new(format!("line {}: before the first section", number + 1)))?;
            let (key, value) = pair(section, line)
                .ok_or_else(|| Garbled::new(format!("line {}: neither name nor value", number + 1)))?;
            template
                .sections
                .entry(section.clone())
                .or_default()
                .insert(key.to_lowercase(), value.to_owned());
        }
        match template.value("version", "signature") {
            Some(_) => Ok(template),
            None => Err(Garbled::new("no [Version] with a signature: not a security template, or cut off")),
        }
    }

    /// What a line says: the text right of `=`, without quotation marks. The case of names does not matter.
    pub(super) fn value(&self, section: &str, key: &str) -> Option<&str> {
        let value = self.sections.get(&section.to_lowercase())?.get(&key.to_lowercase())?;
        Some(value.trim_matches('"'))
    }

    /// A value of `[Registry Values]` as text: `MACHINE\…\LmCompatibilityLevel=4,5` gives `5`.
    pub(super) fn registry(&self, key: &str, value: &str) -> Option<&str> {
        let line = self.value("registry values", &format!("machine\\{key}\\{value}"))?;
        let data = line.split_once(',').map_or(line, |(_, data)| data);
        Some(data.trim_matches('"'))
    }

    /// How a service starts, from `[Service General Setting]`: 2 by itself, 3 by hand, 4 never.
    pub(super) fn service(&self, name: &str) -> Option<&str> {
        let line = self.value("service general setting", name)?;
        Some(line.split(',').next().unwrap_or(line).trim())
    }
}

/// A line's name and value. In lists the name is quoted or ends at the first comma.
fn pair<'a>(section: &str, line: &'a str) -> Option<(&'a str, &'a str)> {
    if LISTS.contains(&section) && !line.contains('=') {
        let (key, value) = match line.strip_prefix('"') {
            Some(rest) => rest.split_once('"').map(|(key, rest)| (key, rest.trim_start_matches(','))),
            None => line.split_once(','),
        }?;
        return Some((key.trim(), value.trim()));
    }
    let (key, value) = line.split_once('=')?;
    Some((key.trim().trim_matches('"'), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &str = "[Unicode]\r\nUnicode=yes\r\n[System Access]\r\nMinimumPasswordLength = 12\r\n\
        NewAdministratorName = \"corp-root\"\r\n[Registry Values]\r\n\
        MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\LmCompatibilityLevel=4,5\r\n\
        MACHINE\\Software\\Example\\Notice=1,\"a, b\"\r\n[Service General Setting]\r\n\
        \"FDResPub\",4,\"\"\r\n[Group Membership]\r\n*S-1-5-32-544__Members = *S-1-5-21-1-2-3-512\r\n\
        [Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n";

    #[test]
    fn a_real_template_is_read_in_every_encoding() {
        for bytes in [text::encoded(REAL), REAL.as_bytes().to_vec(), text::encoded(REAL)[2..].to_vec()] {
            let template = Template::parse(&bytes).unwrap();
            assert_eq!(template.value("System Access", "minimumpasswordlength"), Some("12"));
            assert_eq!(template.value("system access", "NewAdministratorName"), Some("corp-root"));
            let lsa = "System\\CurrentControlSet\\Control\\Lsa";
            assert_eq!(template.registry(lsa, "LmCompatibilityLevel"), Some("5"));
            assert_eq!(template.registry("software\\example", "notice"), Some("a, b"));
            assert_eq!(template.service("fdrespub"), Some("4"));
            assert_eq!(
                template.value("Group Membership", "*S-1-5-32-544__Members"),
                Some("*S-1-5-21-1-2-3-512")
            );
            assert_eq!(template.value("System Access", "LockoutBadCount"), None);
        }
    }

    #[test]
    fn cut_off_anywhere_it_is_refused_or_whole() {
        let whole = Template::parse(&text::encoded(REAL)).unwrap();
        let bytes = text::encoded(REAL);
        let mut accepted = 0;
        for end in 0..bytes.len() {
            if let Ok(template) = Template::parse(&bytes[..end]) {
                accepted += 1;
                // Only what stands behind the settings may be missing.
                assert_eq!(template.sections["registry values"], whole.sections["registry values"]);
                assert_eq!(template.sections["group membership"], whole.sections["group membership"]);
            }
        }
        assert!(accepted > 0);
    }

    #[test]
    fn garbage_is_refused() {
        for bytes in [&b""[..], b"\x00\x01\x02", b"no section", b"[a", b"[a]\nb", &[0xff; 999], b"MZ\x90\0"] {
            assert!(Template::parse(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn ten_megabytes_are_read_within_bounds() {
        let line = "MACHINE\\Software\\Example\\Value=4,1\r\n";
        let many = "[Version]\r\nsignature=\"$CHICAGO$\"\r\n[Registry Values]\r\n".to_owned()
            + &line.repeat(10 * 1024 * 1024 / line.len());
        assert!(Template::parse(many.as_bytes()).unwrap_err().to_string().contains("lines"));
    }
}
