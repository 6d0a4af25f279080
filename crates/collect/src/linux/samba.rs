//! The settings of Samba (`smb.conf`), as far as facts rest on them.
//!
//! Source: smb.conf(5). Names are compared without regard to case and blanks, as Samba does.

use std::collections::BTreeMap;

/// Where the settings lie.
pub(crate) const CONFIG: &str = "/etc/samba/smb.conf";

/// One section: parameter to value.
pub(crate) type Section = BTreeMap<String, String>;

/// The settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// `[global]`.
    pub(crate) global: Section,
    /// Every other section, by its name as written, in order.
    pub(crate) shares: Vec<(String, Section)>,
    /// Whether parts lie in other files, which are not followed.
    pub(crate) has_includes: bool,
}

impl Config {
    /// Reads the settings; lines that do not fit are passed over.
    pub(crate) fn parse(text: &str) -> Self {
        let mut config = Self::default();
        let mut share: Option<(String, Section)> = None;
        for line in joined_lines(text) {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                config.shares.extend(share.take());
                share = (!name.trim().eq_ignore_ascii_case("global"))
                    .then(|| (name.trim().to_owned(), Section::new()));
            } else if let Some((key, value)) = line.split_once('=') {
                let key = plain(key);
                config.has_includes |= key == "include" || key == "copy";
                let section = share.as_mut().map_or(&mut config.global, |(_, section)| section);
                section.insert(key, value.trim().to_owned());
            }
        }
        config.shares.extend(share);
        config
    }

    /// A share's parameter, or the default that `[global]` sets for all shares.
    pub(crate) fn value<'a>(&'a self, share: &'a Section, names: &[&str]) -> Option<&'a str> {
        let in_section = |section: &'a Section| names.iter().find_map(|name| section.get(&plain(name)));
        in_section(share).or_else(|| in_section(&self.global)).map(String::as_str)
    }

    /// A parameter of `[global]`.
    pub(crate) fn global(&self, name: &str) -> Option<&str> {
        self.global.get(&plain(name)).map(String::as_str)
    }

    /// The domain's DNS name when this machine is a member or a controller of one.
    pub(crate) fn domain(&self) -> Option<String> {
        let is_member = self.global("security").is_some_and(|security| security.eq_ignore_ascii_case("ads"));
        let is_controller =
            self.global("server role").is_some_and(|role| plain(role).contains("directorydomaincontroller"));
        let realm = self.global("realm").filter(|_| is_member || is_controller)?;
        Some(crate::text::clean(&realm.to_ascii_lowercase()))
    }
}

/// Yes or no, as Samba reads it.
pub(crate) fn is_yes(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "yes" | "true" | "1" | "on")
}

/// A name without blanks and case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase()
}

/// Lines without comments; a backslash at the end joins the next one.
fn joined_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = String::new();
    for line in text.lines().map(str::trim) {
        if open.is_empty() && line.starts_with(['#', ';']) {
            continue;
        }
        match line.strip_suffix('\\') {
            Some(part) => open.push_str(part),
            None => lines.push(std::mem::take(&mut open) + line),
        }
    }
    lines.push(open);
    lines.retain(|line| !line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings() {
        let config = Config::parse(
            "# comment\n[Global]\n  Server Min Protocol = NT1\n security = ADS\n realm = CORP.EXAMPLE\n\
             [work]\n path = /srv/\\\nwork\n readonly = no\n; [off]\n[homes]\nguest ok = yes",
        );
        assert_eq!(config.global("server min protocol"), Some("NT1"));
        assert_eq!(config.domain().as_deref(), Some("corp.example"));
        let names: Vec<_> = config.shares.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["work", "homes"]);
        let work = &config.shares[0].1;
        assert_eq!(config.value(work, &["path"]), Some("/srv/work"));
        assert_eq!(config.value(work, &["read only"]), Some("no"));
        assert_eq!(config.value(work, &["security"]), Some("ADS"), "global is the default");
        assert!(!config.has_includes);
    }

    #[test]
    fn odd_settings() {
        assert_eq!(Config::parse(""), Config::default());
        assert_eq!(Config::parse("[\n]\n=\n\\").shares, []);
        assert!(Config::parse("include = /etc/samba/%m.conf").has_includes);
        assert_eq!(Config::parse("[global]\nrealm = X\nsecurity = user").domain(), None);
    }
}
