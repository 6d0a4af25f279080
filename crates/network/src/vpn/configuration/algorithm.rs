//! Ciphers, hashes and groups that are broken or too small, by their names in any product. NIST SP 800-131A; RFC 8247
//! and RFC 8221 for IPsec; RFC 8996 for TLS.

use super::quote::Line;
use super::telling::Telling;

/// What is wrong with a name such as `BF-CBC`, `3des-cbc`, `md5-hmac`, `modp1024`; `None` when nothing is known against
/// it.
pub(super) fn fault(name: &str) -> Option<&'static str> {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let name = name.as_str();
    if ["bf", "des", "3des", "rc2", "rc4", "cast", "idea", "seed", "blowfish", "null", "arcfour", "desx"]
        .iter()
        .any(|weak| name.starts_with(weak))
        || name == "none"
        || name.contains("desede")
        || name.contains("descbc")
        || name.contains("rc4")
    {
        return Some("weak_cipher");
    }
    if name.starts_with("md5") || name.starts_with("md4") || name.ends_with("md5") {
        return Some("weak_hash");
    }
    if ["modp768", "modp1024", "dh1", "dh2", "modp512"].contains(&name) || name.starts_with("modp1024s") {
        return Some("weak_group");
    }
    if ["sha", "sha1", "shahmac", "sha1hmac", "hmacsha1", "sha196", "sha1160", "prfsha1"].contains(&name) {
        return Some("sha1");
    }
    None
}

/// Names the faults of a list of algorithms; each kind once per line.
pub(super) fn weigh<'a>(names: impl Iterator<Item = &'a str>, line: &Line, telling: &mut Telling) {
    for name in names {
        if let Some(word) = fault(name) {
            telling.finding(word, line);
        }
    }
}

/// Whether a version of TLS is older than 1.2: `1.0`, `TLSv1.1`.
pub(super) fn old_tls(version: &str) -> bool {
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    matches!(digits, "1" | "1.0" | "1.1") || version.to_ascii_lowercase().starts_with("ssl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_product() {
        let check = |names: &[&str], expected: Option<&str>| {
            for name in names {
                assert_eq!(fault(name), expected, "{name}");
            }
        };
        check(
            &[
                "BF-CBC",
                "DES-EDE3-CBC",
                "3des",
                "3des-cbc",
                "des-cbc",
                "RC2-64-CBC",
                "none",
                "null",
                "DHE-RSA-RC4-SHA",
            ],
            Some("weak_cipher"),
        );
        check(&["md5", "MD5", "md5-hmac", "RSA-MD5", "prfmd5"], Some("weak_hash"));
        check(&["modp1024", "modp768"], Some("weak_group"));
        check(&["sha1", "SHA1", "sha-hmac", "sha"], Some("sha1"));
        check(
            &[
                "AES-256-GCM",
                "aes256",
                "sha256",
                "sha256-hmac",
                "modp2048",
                "CHACHA20-POLY1305",
                "aes-cbc",
                "ecp256",
                "SHA512",
                "curve25519",
            ],
            None,
        );
        assert!(old_tls("1.0") && old_tls("TLSv1") && old_tls("1.1") && !old_tls("1.2") && !old_tls("1.3"));
    }
}
