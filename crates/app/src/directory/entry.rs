//! What is typed about a directory: its address, and certificates to trust.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest address.
const URL_MAX: usize = 300;
/// The most bytes of certificates.
pub const PEM_MAX_BYTES: usize = 64 * 1024;
/// The most certificates.
const CERTIFICATES_MAX: usize = 20;

/// An address that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// As it is kept: lower case, without a slash at the end.
    pub url: String,
    /// Whether TLS begins on an open connection.
    pub starttls: bool,
    /// The host, and the port when it was given.
    pub host: String,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// The last part of the key `invalid-…`: another scheme, or no host that fits.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().to_ascii_lowercase();
        if text.len() > URL_MAX {
            return Err("directory-url");
        }
        let (scheme, rest) = text.split_once("://").ok_or("directory-url")?;
        let starttls = match scheme {
            "ldaps" => false,
            "ldap" => true,
            _ => return Err("directory-scheme"),
        };
        let host = rest.strip_suffix('/').unwrap_or(rest);
        let (name, port) = match host.strip_prefix('[') {
            Some(rest) => {
                let (address, port) = rest.split_once(']').ok_or("directory-url")?;
                address.parse::<std::net::Ipv6Addr>().map_err(|_| "directory-url")?;
                (address, port)
            }
            None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
        };
        let port_fits = port.is_empty()
            || port.strip_prefix(':').and_then(|port| port.parse::<u16>().ok()).is_some_and(|port| port > 0);
        let name_fits = host.starts_with('[')
            || (!name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
                && !name.starts_with('-'));
        if !port_fits || !name_fits {
            return Err("directory-url");
        }
        Ok(Self { url: format!("{scheme}://{host}"), starttls, host: host.to_owned() })
    }
}

/// A certificate file as PEM text: Windows writes certificates in DER as often as in Base64.
#[must_use]
pub fn pem_of(bytes: &[u8]) -> String {
    if bytes.starts_with(&[0x30, 0x82]) {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(bytes))
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    }
}

/// Certificates in PEM as they are kept: the blocks alone, without what stands around them.
///
/// # Errors
/// The last part of the key `invalid-…`: a private key among them, none at all, one that is no base64, too many.
pub fn certificates(text: &str) -> Result<String, &'static str> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    if text.len() > PEM_MAX_BYTES {
        return Err("directory-pem-large");
    }
    if text.contains("PRIVATE KEY") {
        return Err("directory-pem-key");
    }
    let mut kept = String::new();
    let mut count = 0;
    for block in text.split(BEGIN).skip(1) {
        let (body, _) = block.split_once(END).ok_or("directory-pem")?;
        let body: String = body.split_whitespace().collect();
        let der = STANDARD.decode(&body).map_err(|_| "directory-pem")?;
        // A certificate is a SEQUENCE with a length of two bytes or more (X.509).
        if !der.starts_with(&[0x30, 0x82]) && !der.starts_with(&[0x30, 0x83]) {
            return Err("directory-pem");
        }
        count += 1;
        kept += BEGIN;
        kept.push('\n');
        for line in body.as_bytes().chunks(64) {
            kept += &String::from_utf8_lossy(line);
            kept.push('\n');
        }
        kept += END;
        kept.push('\n');
    }
    match count {
        0 => Err("directory-pem"),
        1..=CERTIFICATES_MAX => Ok(kept),
        _ => Err("directory-pem-large"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_encrypted_addresses_alone() {
        let check = |text: &str, expected: Result<(&str, bool), &'static str>| {
            let read = Address::read(text);
            assert_eq!(
                read.as_ref().map(|own| (own.url.as_str(), own.starttls)).map_err(|e| *e),
                expected,
                "{text}"
            );
        };
        check(" LDAPS://DC1.ad.example/ ", Ok(("ldaps://dc1.ad.example", false)));
        check("ldap://dc1:389", Ok(("ldap://dc1:389", true)));
        check("ldaps://[fd00::1]:636", Ok(("ldaps://[fd00::1]:636", false)));
        check("http://dc1", Err("directory-scheme"));
        for wrong in [
            "dc1",
            "ldaps://",
            "ldaps://user:pass@dc1",
            "ldaps://dc1/path",
            "ldaps://dc1:0",
            "ldaps://dc1:x",
            "ldaps://[fd00::1",
            "ldaps://d c",
        ] {
            check(wrong, Err("directory-url"));
        }
    }

    #[test]
    fn keeps_certificates_and_nothing_else() {
        let block = format!(
            "-----BEGIN CERTIFICATE-----\r\n{}\r\n-----END CERTIFICATE-----",
            STANDARD.encode([&[0x30, 0x82][..], &[7; 90]].concat())
        );
        let kept = certificates(&format!("subject=CN=x\n{block}\nnoise")).unwrap();
        assert!(kept.starts_with("-----BEGIN CERTIFICATE-----\n") && !kept.contains("noise"), "{kept}");
        assert_eq!(certificates(&kept).unwrap(), kept, "the same again");
        let der = [&[0x30, 0x82][..], &[7; 90]].concat();
        assert_eq!(certificates(&pem_of(&der)).unwrap(), kept, "as DER");
        let check = |text: &str, expected| assert_eq!(certificates(text), expected, "{text}");
        check("  ", Ok(String::new()));
        check("hello", Err("directory-pem"));
        check("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----", Err("directory-pem"));
        check(&format!("{block}-----BEGIN PRIVATE KEY-----"), Err("directory-pem-key"));
        check(&block.repeat(21), Err("directory-pem-large"));
    }
}
