//! What a server says of itself before anybody signs in (rootDSE, [MS-ADTS] 3.1.1.3.2), and whether it is Active Directory.

use crate::Entry;
use crate::value::quoted;

/// The attributes asked for.
pub(crate) const ATTRIBUTES: &[&str] = &[
    "defaultNamingContext",
    "rootDomainNamingContext",
    "configurationNamingContext",
    "schemaNamingContext",
    "dnsHostName",
    "domainFunctionality",
    "supportedSASLMechanisms",
    "vendorName",
];

/// What a domain controller says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    /// Distinguished name of the domain.
    pub domain: String,
    /// Distinguished name of the forest's first domain.
    pub forest: String,
    /// Distinguished name of the configuration.
    pub configuration: String,
    /// Distinguished name of the schema.
    pub schema: String,
    /// The domain controller's DNS name.
    pub host: String,
    /// Functional level of the domain.
    pub functional_level: Option<i64>,
    /// Ways of signing in, as SASL calls them.
    pub mechanisms: Vec<String>,
}

impl Root {
    /// Reads it from an entry.
    ///
    /// # Errors
    /// What is lacking, when it is not Active Directory.
    pub(crate) fn read(entry: &Entry) -> Result<Self, String> {
        let text = |name: &str| entry.text(name).unwrap_or_default().to_owned();
        let lacking: Vec<&str> =
            ["defaultNamingContext", "configurationNamingContext", "domainFunctionality"]
                .into_iter()
                .filter(|name| entry.text(name).is_none_or(str::is_empty))
                .collect();
        if !lacking.is_empty() {
            let maker = entry.text("vendorName").map(|name| format!("; it calls itself {}", quoted(name)));
            return Err(format!("it tells no {}{}", lacking.join(", "), maker.unwrap_or_default()));
        }
        Ok(Self {
            domain: text("defaultNamingContext"),
            forest: text("rootDomainNamingContext"),
            configuration: text("configurationNamingContext"),
            schema: text("schemaNamingContext"),
            host: text("dnsHostName"),
            functional_level: entry.number("domainFunctionality"),
            mechanisms: entry
                .bytes("supportedSASLMechanisms")
                .iter()
                .map(|value| String::from_utf8_lossy(value).into_owned())
                .collect(),
        })
    }

    /// The domain's DNS name, from its distinguished name: `DC=example,DC=test` is `example.test`.
    #[must_use]
    pub fn dns_name(&self) -> String {
        let part = |part: &str| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case("dc").then(|| value.trim().to_ascii_lowercase())
        };
        self.domain.split(',').filter_map(part).collect::<Vec<_>>().join(".")
    }

    /// Whether the domain is the forest's first, which holds Enterprise Admins and Schema Admins.
    #[must_use]
    pub fn is_forest_root(&self) -> bool {
        self.forest.is_empty() || self.forest.eq_ignore_ascii_case(&self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(of: &[(&str, &str)]) -> Entry {
        let attributes =
            of.iter().map(|(name, value)| (name.to_ascii_lowercase(), vec![value.as_bytes().to_vec()]));
        Entry { dn: String::new(), attributes: attributes.collect() }
    }

    #[test]
    fn tells_active_directory_from_others() {
        let root = Root::read(&entry(&[
            ("defaultNamingContext", "DC=Example,DC=test"),
            ("rootDomainNamingContext", "DC=corp,DC=test"),
            ("configurationNamingContext", "CN=Configuration,DC=corp,DC=test"),
            ("domainFunctionality", "7"),
            ("supportedSASLMechanisms", "GSS-SPNEGO"),
        ]))
        .unwrap();
        assert_eq!((root.dns_name().as_str(), root.functional_level), ("example.test", Some(7)));
        assert!(!root.is_forest_root());
        let other = Root::read(&entry(&[("vendorName", "Some Project")])).unwrap_err();
        assert!(other.contains("defaultNamingContext") && other.contains("Some Project"), "{other}");
    }
}
