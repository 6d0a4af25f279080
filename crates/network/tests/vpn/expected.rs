//! What each fixture says, and what it says when one thing in it is changed.

use super::*;

const SERVER: &str = "sites-enabled/default:1: server default {";

#[test]
fn freeradius() {
    let ad = Expected {
        backend: Some((Backend::RadiusLdap, "sites-enabled/default:8: ldap")),
        field: Some((Field::None, SERVER)),
        shared: Some((false, SERVER)),
        accounts: None,
        findings: &[],
        unread: &[],
    };
    check("freeradius-ad", &ad);
    check(
        "freeradius-static",
        &Expected {
            backend: Some((
                Backend::RadiusLocal,
                "mods-config/files/authorize:2: bob Cleartext-Password := ****",
            )),
            findings: &[
                "weak_secret clients.conf:3",
                "blastradius clients.conf:4",
                "message_authenticator_unset clients.conf:6",
                "weak_secret clients.conf:8",
                "ldap_plain mods-enabled/ldap:2",
                "ldap_unverified mods-enabled/ldap:21",
                "static_user mods-config/files/authorize:2",
                "static_user mods-config/files/authorize:8",
            ],
            ..ad
        },
    );
    check(
        "freeradius-local",
        &Expected {
            backend: Some((Backend::RadiusLocal, "mods-config/files/authorize:1: tanaka")),
            shared: Some((true, "mods-config/files/authorize:3: DEFAULT Cleartext-Password := ****")),
            findings: &["shared_key mods-config/files/authorize:3"],
            ..ad
        },
    );
    let winbind = Some((Backend::RadiusLdap, "mods-enabled/mschap:3: ntlm_auth"));
    check(
        "freeradius-winbind",
        &Expected {
            backend: winbind,
            field: Some((Field::Issuer, "mods-enabled/eap:13: tls {")),
            findings: &[
                "weak_tls mods-enabled/eap:9",
                "no_revocation mods-enabled/eap:13",
                "issuer_only mods-enabled/eap:13",
            ],
            ..ad
        },
    );
    check(
        "freeradius-cn",
        &Expected {
            backend: winbind,
            field: Some((Field::CommonName, "mods-enabled/eap:12: check_cert_cn")),
            ..ad
        },
    );
    check(
        "freeradius-upn",
        &Expected {
            backend: winbind,
            field: Some((Field::Upn, "sites-enabled/check-eap-tls:3: if (&TLS-Client-Cert")),
            ..ad
        },
    );
}

/// A fixture with one text put for another in one of its files.
fn altered(name: &str, file: &str, from: &str, to: &str) -> ConfigurationReading {
    let mut files = files(name);
    let (_, bytes) = files.iter_mut().find(|(path, _)| path == file).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(from), "{name}/{file} has no {from}");
    *bytes = text.replace(from, to).into_bytes();
    try_read(&files).unwrap()
}

#[test]
fn freeradius_altered() {
    let backend = |own: &ConfigurationReading| own.backend.as_ref().map(|told| told.value);
    // Without DEFAULT these are all accounts.
    let users = "mods-config/files/authorize";
    let own = altered("freeradius-local", users, "DEFAULT\tCleartext-Password := \"CanaryAll\"\n", "");
    assert!(own.accounts_complete && own.accounts.len() == 2 && !own.shared_password.unwrap().value);
    // A database of its own, switched on by its module, beside the static users.
    let mut with_sql = files("freeradius-ad");
    with_sql.push(("mods-enabled/sql".into(), b"sql {\n\tdialect = \"sqlite\"\n}\n".to_vec()));
    let (_, site) = with_sql.iter_mut().find(|(path, _)| path == "sites-enabled/default").unwrap();
    *site = String::from_utf8(site.clone())
        .unwrap()
        .replacen("\t\tldap\n", "\t\t-sql\n\t\tldap\n", 1)
        .into_bytes();
    let own = try_read(&with_sql).unwrap();
    assert_eq!(backend(&own), Some(Backend::RadiusLocal));
    assert_eq!(own.backend.unwrap().by.told(), "sites-enabled/default:8: -sql");
    // With a dash and without the module, SQL is not in use.
    let own =
        altered("freeradius-ad", "sites-enabled/default", "\t\tldap\n\t\tif", "\t\t-sql\n\t\tldap\n\t\tif");
    assert_eq!(backend(&own), Some(Backend::RadiusLdap));
    // Everybody is let in.
    let own = altered("freeradius-ad", "sites-enabled/default", "&Auth-Type := LDAP", "&Auth-Type := Accept");
    assert_eq!(backend(&own), Some(Backend::RadiusLocal));
    assert!(own.findings.iter().any(|finding| finding.what == "accept_all") && own.shared_password.is_none());
    // What is not known by name is named.
    let own = altered("freeradius-ad", "sites-enabled/default", "\t\tpap\n\t}", "\t\tmystery\n\t\tpap\n\t}");
    assert_eq!(own.unread, ["sites-enabled/default:14: mystery"]);
    // A site that lies in sites-available alone is not in use; neither is a file that radiusd.conf never includes.
    let mut moved = files("freeradius-local");
    moved
        .iter_mut()
        .filter(|(path, _)| path == "sites-enabled/default")
        .for_each(|(path, _)| *path = "sites-available/default".into());
    let own = try_read(&moved).unwrap();
    assert_eq!(own.backend, None);
    assert!(own.unread[0].starts_with("radiusd.conf:42: $INCLUDE sites-enabled/"), "{:?}", own.unread);
    // The users file is missing: nothing is known.
    let mut without = files("freeradius-local");
    without.retain(|(path, _)| path != users);
    let own = try_read(&without).unwrap();
    assert!(own.backend.is_none() && own.shared_password.is_none());
    assert!(own.lacking[0].1.contains("users file"), "{:?}", own.lacking);
    // Files that lost their folders on the way say the same.
    let flat: Vec<_> = files("freeradius-static")
        .into_iter()
        .map(|(path, bytes)| (path.rsplit('/').next().unwrap().to_owned(), bytes))
        .collect();
    let own = try_read(&flat).unwrap();
    assert_eq!(own.backend.as_ref().unwrap().by.told(), "authorize:2: bob Cleartext-Password := ****");
    assert_eq!(own.findings.len(), reading("freeradius-static").findings.len());
    // A policy that nobody calls compares nothing; once called, it does.
    let policy = "uncalled {\n\tif (&TLS-Client-Cert-Common-Name != &User-Name) {\n\t\treject\n\t}\n}\n";
    let mut own = files("freeradius-winbind");
    own.push(("policy.d/eap".into(), policy.into()));
    assert_eq!(try_read(&own).unwrap().certificate_field.unwrap().value, Field::Issuer);
    let (_, site) = own.iter_mut().find(|(path, _)| path == "sites-enabled/default").unwrap();
    *site = String::from_utf8(site.clone())
        .unwrap()
        .replacen("\t\tmschap\n", "\t\tuncalled\n\t\tmschap\n", 1)
        .into_bytes();
    assert_eq!(try_read(&own).unwrap().certificate_field.unwrap().by.place, "policy.d/eap:2");
    // A kind of module that is not known is named.
    let mut strange = files("freeradius-ad");
    strange.push(("mods-enabled/own".into(), b"rlm_own own {\n}\n".to_vec()));
    let (_, site) = strange.iter_mut().find(|(path, _)| path == "sites-enabled/default").unwrap();
    *site = String::from_utf8(site.clone())
        .unwrap()
        .replacen("\t\tldap\n", "\t\town\n\t\tldap\n", 1)
        .into_bytes();
    assert_eq!(try_read(&strange).unwrap().unread, ["sites-enabled/default:8: own"]);
    // EAP-TLS alone, by the issuer: whoever holds a certificate gets in, whatever the directory says.
    let mut tls = files("freeradius-winbind");
    for (path, bytes) in &mut tls {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = match path.as_str() {
            "mods-enabled/eap" => text.replace("default_eap_type = peap", "default_eap_type = tls"),
            "sites-enabled/default" => {
                text.replace("\t\tmschap\n", "").replace("\t\tAuth-Type MS-CHAP {\n\t\t\tmschap\n\t\t}\n", "")
            }
            _ => text,
        }
        .into_bytes();
    }
    tls.retain(|(path, _)| path != "sites-enabled/inner-tunnel");
    assert_eq!(backend(&try_read(&tls).unwrap()), Some(Backend::RadiusLocal));
}

#[test]
fn openvpn() {
    let place = |line: &str| format!("openvpn-{line}");
    let plugin = place("ldap.conf:18: plugin");
    check(
        "openvpn-ldap.conf",
        &Expected {
            backend: Some((Backend::Ldap, &plugin)),
            field: Some((Field::None, &plugin)),
            shared: Some((false, &plugin)),
            accounts: None,
            findings: &[],
            unread: &[],
        },
    );
    let server = place("mail.conf:5: server");
    let by = place("mail.conf:16: x509-username-field ext:subjectAltName");
    check(
        "openvpn-mail.conf",
        &Expected {
            backend: Some((Backend::Local, &server)),
            field: Some((Field::Email, &by)),
            shared: Some((false, &by)),
            accounts: None,
            findings: &[],
            unread: &[],
        },
    );
    check(
        "openvpn-organization.conf",
        &Expected {
            backend: Some((Backend::Local, "openvpn-organization.conf:5")),
            field: Some((Field::Organization, "openvpn-organization.conf:14: x509-username-field OU")),
            shared: Some((false, "")),
            accounts: None,
            findings: &[
                "organization_only openvpn-organization.conf:14",
                "no_revocation openvpn-organization.conf:5",
                "no_remote_cert_tls openvpn-organization.conf:5",
            ],
            unread: &[],
        },
    );
    let name = "openvpn-duplicate.conf:15: verify-x509-name \"client\" name";
    check(
        "openvpn-duplicate.conf",
        &Expected {
            backend: Some((Backend::Local, "openvpn-duplicate.conf:5")),
            field: Some((Field::CommonName, name)),
            shared: Some((true, name)),
            accounts: None,
            findings: &[
                "weak_cipher openvpn-duplicate.conf:17",
                "weak_cipher openvpn-duplicate.conf:18",
                "weak_hash openvpn-duplicate.conf:19",
                "weak_tls openvpn-duplicate.conf:20",
                "compression openvpn-duplicate.conf:21",
                "duplicate_cn openvpn-duplicate.conf:14",
                "shared_key openvpn-duplicate.conf:15",
                "no_revocation openvpn-duplicate.conf:5",
                "no_remote_cert_tls openvpn-duplicate.conf:5",
            ],
            unread: &[],
        },
    );
    let secret = "openvpn-static.conf:5: secret ****";
    check(
        "openvpn-static.conf",
        &Expected {
            backend: Some((Backend::Local, secret)),
            field: Some((Field::None, secret)),
            shared: Some((true, secret)),
            accounts: None,
            findings: &["shared_key openvpn-static.conf:5"],
            unread: &[],
        },
    );
    check(
        "openvpn-radius.conf",
        &Expected {
            backend: None,
            field: Some((Field::None, "openvpn-radius.conf:15: plugin")),
            shared: None,
            accounts: None,
            findings: &[],
            unread: &[],
        },
    );
    check(
        "openvpn-pam.conf",
        &Expected {
            backend: None,
            field: Some((Field::None, "openvpn-pam.conf:15: plugin")),
            shared: Some((false, "openvpn-pam.conf:14: verify-client-cert none")),
            accounts: None,
            findings: &["compression openvpn-pam.conf:17"],
            unread: &["openvpn-pam.conf:15: plugin"],
        },
    );
    let server = "openvpn-inline.conf:5: server";
    check(
        "openvpn-inline.conf",
        &Expected {
            backend: Some((Backend::Local, server)),
            field: Some((Field::CommonName, server)),
            shared: Some((false, server)),
            accounts: None,
            findings: &[],
            unread: &[],
        },
    );
    check("openvpn-client.ovpn", &Expected { unread: &["openvpn-client.ovpn:1: client"], ..NOTHING });
}

const NOTHING: Expected<'static> =
    Expected { backend: None, field: None, shared: None, accounts: None, findings: &[], unread: &[] };

#[test]
fn openvpn_altered() {
    let old = altered(
        "openvpn-ldap.conf",
        "openvpn-ldap.conf",
        "verify-client-cert require",
        "client-cert-not-required",
    );
    assert_eq!(old.certificate_field.unwrap().value, Field::None);
    // A script may know one password for all.
    let script = altered(
        "openvpn-ldap.conf",
        "openvpn-ldap.conf",
        "plugin /usr/lib/openvpn/openvpn-auth-ldap.so \"/etc/openvpn/auth/ldap.conf\"",
        "auth-user-pass-verify /etc/openvpn/check.sh via-file",
    );
    assert!(script.backend.is_none() && script.shared_password.is_none() && script.unread.len() == 1);
    let weak = altered("openvpn-mail.conf", "openvpn-mail.conf", "AES-256-GCM", "AES-256-GCM:DES-EDE3-CBC");
    assert_eq!(weak.findings.iter().map(|own| own.what).collect::<Vec<_>>(), ["weak_cipher"]);
    // A remark is no directive.
    let remark =
        altered("openvpn-mail.conf", "openvpn-mail.conf", "tls-crypt ta.key", "; cipher none\n#duplicate-cn");
    assert!(remark.findings.is_empty(), "{:?}", remark.findings);
    let other = altered("openvpn-mail.conf", "openvpn-mail.conf", "ext:subjectAltName", "serialNumber");
    assert!(other.certificate_field.is_none() && other.unread.len() == 1);
}

#[test]
fn strongswan() {
    check(
        "strongswan-eap-radius",
        &Expected { field: Some((Field::None, "ipsec.conf:17: rightauth=eap-radius")), ..NOTHING },
    );
    let psk = "ipsec.conf:15: rightauth=psk";
    check(
        "strongswan-psk",
        &Expected {
            backend: Some((Backend::Local, psk)),
            field: Some((Field::None, psk)),
            shared: Some((true, psk)),
            findings: &[
                "weak_cipher ipsec.conf:6",
                "weak_hash ipsec.conf:6",
                "weak_group ipsec.conf:6",
                "weak_cipher ipsec.conf:7",
                "sha1 ipsec.conf:7",
                "aggressive_mode ipsec.conf:5",
                "shared_key ipsec.conf:15",
            ],
            ..NOTHING
        },
    );
    check(
        "strongswan-organization",
        &Expected {
            backend: Some((Backend::Local, "ipsec.conf:7: rightauth=pubkey")),
            field: Some((Field::Organization, "ipsec.conf:8: rightid=\"C=JP, O=Example Corp, CN=*\"")),
            shared: Some((false, "")),
            findings: &["organization_only ipsec.conf:8"],
            ..NOTHING
        },
    );
    check(
        "strongswan-eap-local",
        &Expected {
            backend: Some((Backend::Local, "ipsec.secrets:2: tanaka : EAP ****")),
            field: Some((Field::None, "ipsec.conf:6: rightauth=eap-mschapv2")),
            shared: Some((false, "")),
            accounts: Some(&[("tanaka", true), ("suzuki", true)]),
            ..NOTHING
        },
    );
    check(
        "strongswan-swanctl",
        &Expected {
            backend: Some((Backend::Local, "swanctl.conf:13: auth = pubkey")),
            field: Some((Field::Issuer, "swanctl.conf:13: auth = pubkey")),
            shared: Some((false, "")),
            findings: &[
                "issuer_only swanctl.conf:13",
                "weak_cipher swanctl.conf:26",
                "weak_group swanctl.conf:26",
                "sha1 swanctl.conf:26",
                "aggressive_mode swanctl.conf:25",
            ],
            ..NOTHING
        },
    );
    // A section that nobody loads says nothing.
    let own = altered("strongswan-psk", "ipsec.conf", "auto=add", "auto=ignore");
    assert!(own.backend.is_none() && own.findings.is_empty(), "{own:?}");
    let own = altered("strongswan-organization", "ipsec.conf", "CN=*", "CN=*, E=*@example.test");
    assert_eq!(own.certificate_field.unwrap().value, Field::Email);
}

#[test]
fn wireguard() {
    check(
        "wireguard-good.conf",
        &Expected {
            backend: Some((Backend::Local, "wireguard-good.conf:8: [Peer]")),
            field: Some((Field::None, "wireguard-good.conf:2")),
            shared: Some((false, "")),
            accounts: Some(&[("田中 太郎", true), ("suzuki", true)]),
            ..NOTHING
        },
    );
    let own = reading("wireguard-shared.conf");
    let mut found: Vec<_> = own.findings.iter().map(|own| format!("{} {}", own.what, own.by.place)).collect();
    found.sort();
    assert_eq!(
        found,
        [
            "duplicate_key wireguard-shared.conf:15",
            "shared_preshared_key wireguard-shared.conf:11",
            "unnamed_peer wireguard-shared.conf:10",
            "unnamed_peer wireguard-shared.conf:6",
            "wide_addresses wireguard-shared.conf:12",
        ]
    );
    assert_eq!(own.accounts.len(), 3);
    check(
        "wireguard-client.conf",
        &Expected { unread: &["wireguard-client.conf:1: [Interface]"], ..NOTHING },
    );
}

#[test]
fn softether() {
    check(
        "softether-local.config",
        &Expected {
            backend: Some((Backend::Local, "softether-local.config:57: uint AuthType 1")),
            field: Some((Field::None, "softether-local.config:57")),
            shared: Some((true, "softether-local.config:113: declare guest")),
            accounts: Some(&[("tanaka", true), ("kato", false), ("sato hanako", false), ("guest", true)]),
            findings: &[
                "weak_secret softether-local.config:20",
                "weak_cipher softether-local.config:28",
                "weak_tls softether-local.config:34",
                "aggressive_mode softether-local.config:29",
                "anonymous_user softether-local.config:113",
            ],
            ..NOTHING
        },
    );
    let own = reading("softether-local.config");
    assert_eq!(own.protocols, Some(vec![VpnProtocol::L2tpIpsec, VpnProtocol::Sstp, VpnProtocol::Softether]));
    assert_eq!(own.accounts[0].last_used_at, At::from_unix_secs(1_795_000_000));
    check(
        "softether-radius.config",
        &Expected {
            field: Some((Field::None, "softether-radius.config:54")),
            findings: &["wildcard_user softether-radius.config:69"],
            ..NOTHING
        },
    );
    check(
        "softether-certificate.config",
        &Expected {
            backend: Some((Backend::Local, "softether-certificate.config:54")),
            field: Some((Field::Issuer, "softether-certificate.config:71: uint AuthType 3")),
            shared: Some((false, "")),
            accounts: Some(&[("tanaka", true), ("suzuki", true)]),
            findings: &["issuer_only softether-certificate.config:71"],
            ..NOTHING
        },
    );
}

#[test]
fn yamaha() {
    let user = "yamaha-l2tp.txt:14: pp auth username tanaka ****";
    check(
        "yamaha-l2tp.txt",
        &Expected {
            backend: Some((Backend::Local, user)),
            field: Some((Field::None, user)),
            shared: Some((false, user)),
            accounts: Some(&[("tanaka", true), ("suzuki", true)]),
            findings: &["sha1 yamaha-l2tp.txt:24"],
            ..NOTHING
        },
    );
    check(
        "yamaha-pptp.txt",
        &Expected {
            backend: Some((Backend::Local, "yamaha-pptp.txt:5: pp auth username everybody ****")),
            field: Some((Field::None, "yamaha-pptp.txt:5")),
            accounts: Some(&[("everybody", true)]),
            findings: &[
                "pptp yamaha-pptp.txt:8",
                "weak_authentication yamaha-pptp.txt:4",
                "single_account yamaha-pptp.txt:5",
                "weak_cipher yamaha-pptp.txt:12",
                "weak_hash yamaha-pptp.txt:12",
                "weak_cipher yamaha-pptp.txt:13",
                "weak_group yamaha-pptp.txt:14",
                "weak_secret yamaha-pptp.txt:15",
            ],
            ..NOTHING
        },
    );
    assert_eq!(reading("yamaha-pptp.txt").protocols, Some(vec![VpnProtocol::Pptp]));
    check(
        "yamaha-radius.txt",
        &Expected { field: Some((Field::None, "yamaha-radius.txt:15: radius auth on")), ..NOTHING },
    );
    // Users that stay on the router beside RADIUS get in although the directory knows nothing of them.
    let own = altered(
        "yamaha-l2tp.txt",
        "yamaha-l2tp.txt",
        "l2tp service on",
        "l2tp service on\nradius auth on\nradius auth server 192.168.0.10",
    );
    assert_eq!(own.findings.iter().filter(|own| own.what == "static_user").count(), 2);
    assert_eq!(own.backend.unwrap().value, Backend::Local);
}
