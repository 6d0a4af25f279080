//! Configurations of every VPN product, good and bad, as files. Those of FreeRADIUS, OpenVPN, strongSwan, WireGuard and
//! SoftEther are taken by the real programs (`tests/vpn.sh`); those of YAMAHA were written for these tests in the
//! device's language. Every secret in them is a canary that must not leave.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::{Path, PathBuf};

use encoding_rs::SHIFT_JIS;
use model::At;
use model::facts::{AuthenticationBackend as Backend, CertificateField as Field, VpnProtocol};
use network::vpn::configuration::{
    ConfigurationError, ConfigurationReading, Product, document, facts, read, recognise, what,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vpn")
}

/// The files of a fixture: one file, or all of a folder with their paths in it.
fn files(name: &str) -> Vec<(String, Vec<u8>)> {
    fn walk(root: &Path, at: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        let mut entries: Vec<_> = std::fs::read_dir(at).unwrap().map(|own| own.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    let path = folder().join(name);
    let mut found = Vec::new();
    if path.is_dir() {
        walk(&path, &path, &mut found);
    } else {
        found.push((name.to_owned(), std::fs::read(&path).unwrap()));
    }
    found
}

fn try_read(files: &[(String, Vec<u8>)]) -> Result<ConfigurationReading, ConfigurationError> {
    let borrowed: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    read(&borrowed)
}

fn reading(name: &str) -> ConfigurationReading {
    try_read(&files(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn now() -> At {
    At::from_unix_secs(1_795_500_000).unwrap()
}

/// What is expected of a fixture; a place is the beginning of `file:line: text`.
struct Expected<'a> {
    backend: Option<(Backend, &'a str)>,
    field: Option<(Field, &'a str)>,
    shared: Option<(bool, &'a str)>,
    /// Names with whether they can be used; `None`: the configuration does not hold all.
    accounts: Option<&'a [(&'a str, bool)]>,
    /// Word and place of every finding, in any order.
    findings: &'a [&'a str],
    /// The beginning of every unread line.
    unread: &'a [&'a str],
}

fn check(name: &str, expected: &Expected<'_>) {
    compare(name, &reading(name), expected);
}

fn compare(name: &str, reading: &ConfigurationReading, expected: &Expected<'_>) {
    let at = |place: &str, expected: Option<&str>| {
        let start = expected.unwrap_or_default();
        assert!(place.starts_with(start), "{name}: {place} does not start with {start}");
    };
    assert_eq!(
        reading.backend.as_ref().map(|told| told.value),
        expected.backend.map(|own| own.0),
        "{name} backend {:?}",
        reading.backend
    );
    assert_eq!(
        reading.certificate_field.as_ref().map(|told| told.value),
        expected.field.map(|own| own.0),
        "{name} field {:?}",
        reading.certificate_field
    );
    assert_eq!(
        reading.shared_password.as_ref().map(|told| told.value),
        expected.shared.map(|own| own.0),
        "{name} shared {:?}",
        reading.shared_password
    );
    at(
        &reading.backend.as_ref().map(|told| told.by.told()).unwrap_or_default(),
        expected.backend.map(|own| own.1),
    );
    at(
        &reading.certificate_field.as_ref().map(|told| told.by.told()).unwrap_or_default(),
        expected.field.map(|own| own.1),
    );
    at(
        &reading.shared_password.as_ref().map(|told| told.by.told()).unwrap_or_default(),
        expected.shared.map(|own| own.1),
    );
    let mut found: Vec<String> =
        reading.findings.iter().map(|own| format!("{} {}", own.what, own.by.place)).collect();
    found.sort();
    let mut wanted: Vec<String> = expected.findings.iter().map(|own| (*own).to_owned()).collect();
    wanted.sort();
    assert_eq!(found, wanted, "{name} findings {:#?}", reading.findings);
    assert_eq!(reading.unread.len(), expected.unread.len(), "{name} unread {:#?}", reading.unread);
    for (found, start) in reading.unread.iter().zip(expected.unread) {
        assert!(found.starts_with(start), "{name}: {found}");
    }
    let (facts, misses) = facts(reading, now());
    let accounts: Option<Vec<(String, bool)>> = facts
        .accounts
        .map(|own| own.into_iter().map(|own| (own.name.unwrap(), own.enabled.unwrap())).collect());
    let wanted: Option<Vec<(String, bool)>> =
        expected.accounts.map(|own| own.iter().map(|(name, on)| ((*name).to_owned(), *on)).collect());
    assert_eq!(accounts, wanted, "{name} accounts {:?}", reading.accounts);
    // What is absent is a miss, and nothing else is.
    let missed: Vec<&str> = misses.iter().map(|miss| miss.at.as_str()).collect();
    for (at, absent) in [
        ("authentication.backend", expected.backend.is_none()),
        ("authentication.certificate_field", expected.field.is_none()),
        ("authentication.shared_password", expected.shared.is_none()),
        ("accounts", expected.accounts.is_none()),
    ] {
        assert_eq!(missed.contains(&at), absent, "{name} {at}: {misses:?}");
    }
    let bytes = serde_json::to_vec(&document("head-office", "", reading, now())).unwrap();
    model::FactDocument::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
}

#[path = "vpn/expected.rs"]
mod expected;

/// Every secret of the fixtures.
fn canaries(files: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut found =
        vec!["anary".to_owned(), "testing123".to_owned(), "Q2FuYXJ5".to_owned(), "MIIB".to_owned()];
    for (_, bytes) in files {
        for line in String::from_utf8_lossy(bytes).lines() {
            if let Some((key, value)) = line.split_once('=')
                && ["PrivateKey", "PresharedKey"].contains(&key.trim())
            {
                found.push(value.trim().to_owned());
            }
        }
    }
    found
}

fn all() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|own| own.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".rs"))
        .collect();
    names.sort();
    names
}

#[test]
fn no_secret_leaves() {
    let names = all();
    assert!(names.len() > 25, "{names:?}");
    for name in names {
        let files = files(&name);
        let reading = try_read(&files).unwrap();
        let said =
            format!("{reading:?} {}", serde_json::to_string(&document("x", "", &reading, now())).unwrap());
        for secret in canaries(&files) {
            assert!(!said.contains(&secret), "{name} says {secret}: {said}");
        }
        for finding in &reading.findings {
            assert!(what(finding.what).is_some());
        }
    }
}

#[test]
fn cut_anywhere_nothing_breaks_and_no_secret_leaves() {
    for name in all() {
        let whole = files(&name);
        let secrets = canaries(&whole);
        for (at, (_, bytes)) in whole.iter().enumerate() {
            for end in 0..bytes.len() {
                let mut cut = whole.clone();
                cut[at].1.truncate(end);
                let said = match try_read(&cut) {
                    Ok(reading) => format!("{reading:?}"),
                    Err(error) => error.to_string(),
                };
                for secret in &secrets {
                    assert!(!said.contains(secret.as_str()), "{name} cut at {end} says {secret}: {said}");
                }
            }
        }
    }
}

#[test]
fn other_encodings_say_the_same() {
    for name in all() {
        let whole = files(&name);
        let expected = try_read(&whole).unwrap();
        let other: Vec<_> = whole
            .iter()
            .map(|(path, bytes)| {
                let text = String::from_utf8(bytes.clone()).unwrap();
                let text = format!("# 日本語の注釈です\n{}", text.trim_start_matches('\u{feff}'))
                    .replace('\n', "\r\n");
                (path.clone(), SHIFT_JIS.encode(&text).0.into_owned())
            })
            .collect();
        let found = try_read(&other).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(found.backend.map(|own| own.value), expected.backend.map(|own| own.value), "{name}");
        assert_eq!(found.findings.len(), expected.findings.len(), "{name}");
        assert_eq!(
            found.accounts.iter().map(|own| &own.name).collect::<Vec<_>>(),
            expected.accounts.iter().map(|own| &own.name).collect::<Vec<_>>(),
            "{name}"
        );
    }
}

#[test]
fn bounds() {
    let many: Vec<(String, Vec<u8>)> = (0..101).map(|at| (format!("{at}"), Vec::new())).collect();
    assert_eq!(try_read(&many), Err(ConfigurationError::TooManyFiles));
    assert_eq!(try_read(&[]), Err(ConfigurationError::Unrecognised));
    assert_eq!(try_read(&[("x".into(), b"hello\nworld\n".to_vec())]), Err(ConfigurationError::Unrecognised));
    assert!(matches!(try_read(&[("x".into(), vec![0; 10])]), Err(ConfigurationError::File { .. })));
    assert!(matches!(
        try_read(&[("x".into(), vec![b'a'; 1024 * 1024 + 1])]),
        Err(ConfigurationError::File { .. })
    ));
    let large = vec![("x".to_owned(), vec![b'a'; 1024 * 1024]); 9];
    assert_eq!(try_read(&large), Err(ConfigurationError::TooLarge));
    let deep = format!("server x {{\n{}", "if (a) {\n".repeat(100));
    assert!(matches!(
        try_read(&[("sites-enabled/x".into(), deep.into_bytes())]),
        Err(ConfigurationError::Truncated(_))
    ));
}

/// Files made to take long do not: policies that call one another twice, and as many names as fit.
#[test]
fn hostile_files_end() {
    let mut policies = String::new();
    for at in 0..5_000 {
        policies.push_str(&format!("p{at} {{\n\tp{0}\n\tp{0}\n\tp{0}\n}}\n", at + 1));
    }
    let site = format!("server default {{\nauthorize {{\n{}}}\n}}\n", "p0\np1\nnone\n".repeat(15_000));
    let secrets: String = (0..20_000).map(|at| format!("u{at} : EAP x\n")).collect();
    let conns: String = (0..12_000)
        .map(|at| format!("conn c{at}\n also=c{}\n rightauth=eap-mschapv2\n auto=add\n", at + 1))
        .collect();
    let started = std::time::Instant::now();
    let radius = [
        ("policy.d/p".to_owned(), policies.into_bytes()),
        ("sites-enabled/default".to_owned(), site.into_bytes()),
    ];
    assert!(try_read(&radius).unwrap().backend.is_none());
    let ipsec =
        [("ipsec.conf".to_owned(), conns.into_bytes()), ("ipsec.secrets".to_owned(), secrets.into_bytes())];
    assert_eq!(try_read(&ipsec).unwrap().accounts.len(), 2_000);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_gateway_and_its_radius_server() {
    let mut both = files("yamaha-radius.txt");
    both.extend(files("freeradius-ad"));
    let reading = try_read(&both).unwrap();
    assert_eq!(reading.products, [Product::Yamaha, Product::Freeradius]);
    assert_eq!(reading.backend.unwrap().value, Backend::RadiusLdap);
    assert_eq!(reading.protocols, Some(vec![VpnProtocol::L2tpIpsec]));
    let mut both = files("openvpn-radius.conf");
    both.extend(files("freeradius-local"));
    assert_eq!(try_read(&both).unwrap().backend.unwrap().value, Backend::RadiusLocal);
    // A gateway that asks nobody is not mended by a RADIUS server beside it.
    let mut both = files("yamaha-l2tp.txt");
    both.extend(files("freeradius-ad"));
    assert_eq!(try_read(&both).unwrap().backend.unwrap().value, Backend::Local);
}

#[test]
fn recognised() {
    for name in all() {
        let product = name.split(['-', '.']).next().unwrap();
        for (path, bytes) in files(&name).iter().filter(|(path, _)| !path.contains("mods-config")) {
            let found = recognise(path, bytes).map(Product::word);
            assert_eq!(found, Some(product), "{name} {path}");
        }
    }
}
