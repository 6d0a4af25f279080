//! Certificates made for the occasion: what is read of them, whatever they come in, and that no cut or bent file makes
//! the reader fall over. Those of OpenSSL, PKCS #12 among them, are read by `tests/vpn-certificates.sh`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::At;
use network::vpn::certificate::{CertificateFile, CertificateList, Fault, Unreadable, read};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, OtherNameValue, RevokedCertParams, SanType,
    SerialNumber, SignatureAlgorithm, date_time_ymd,
};

const UPN: &[u64] = &[1, 3, 6, 1, 4, 1, 311, 20, 2, 3];

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn now() -> At {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

/// A certificate to be made: its name, and its days.
struct Made<'a> {
    cn: &'a str,
    upn: Option<&'a str>,
    mail: Option<&'a str>,
    from: (i32, u8, u8),
    until: (i32, u8, u8),
    serial: u64,
    key: &'static SignatureAlgorithm,
    usage: &'a [ExtendedKeyUsagePurpose],
}

impl Default for Made<'_> {
    fn default() -> Self {
        Self {
            cn: "tanaka",
            upn: None,
            mail: None,
            from: (2026, 1, 1),
            until: (2027, 12, 31),
            serial: 7,
            key: &rcgen::PKCS_ECDSA_P256_SHA256,
            usage: &[],
        }
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

impl Made<'_> {
    fn by(&self, issuer: &CertifiedIssuer<'_, KeyPair>) -> rcgen::Certificate {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, self.cn);
        params.distinguished_name.push(DnType::OrganizationName, "株式会社みまもり");
        params.not_before = date_time_ymd(self.from.0, self.from.1, self.from.2);
        params.not_after = date_time_ymd(self.until.0, self.until.1, self.until.2);
        params.serial_number = Some(SerialNumber::from(self.serial));
        params.extended_key_usages = self.usage.to_vec();
        params.use_authority_key_identifier_extension = true;
        if let Some(upn) = self.upn {
            let value = OtherNameValue::Utf8String(upn.to_owned());
            params.subject_alt_names.push(SanType::OtherName((UPN.to_vec(), value)));
        }
        if let Some(mail) = self.mail {
            params.subject_alt_names.push(SanType::Rfc822Name(mail.try_into().unwrap()));
        }
        params.signed_by(&KeyPair::generate_for(self.key).unwrap(), issuer).unwrap()
    }
}

fn revoking(issuer: &CertifiedIssuer<'_, KeyPair>, month: u8, serials: &[u64]) -> Vec<u8> {
    let revoked = |serial: &u64| RevokedCertParams {
        serial_number: SerialNumber::from(*serial),
        revocation_time: date_time_ymd(2026, 1, 2),
        reason_code: None,
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update: date_time_ymd(2026, month, 1),
        next_update: date_time_ymd(2026, month, 28),
        crl_number: SerialNumber::from(1_u64),
        issuing_distribution_point: None,
        revoked_certs: serials.iter().map(revoked).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(issuer).unwrap().der().to_vec()
}

fn listed(files: &[(&str, &[u8])]) -> CertificateList {
    let files: Vec<CertificateFile<'_>> =
        files.iter().map(|(name, bytes)| CertificateFile { name, bytes }).collect();
    read(&files, &[], now()).unwrap()
}

/// Faults as `fault subject`, without the standing advice to hand in a revocation list.
fn faults(list: &CertificateList) -> Vec<String> {
    let told = list.findings.iter().filter(|own| own.fault != Fault::NoRevocationList);
    told.map(|own| format!("{:?} {}", own.fault, own.subject.split(',').next().unwrap_or_default())).collect()
}

#[test]
fn what_is_read() {
    let ca = authority("Mimamori CA");
    let made = Made { upn: Some("tanaka@example.local"), mail: Some("t@example.co.jp"), ..Made::default() };
    let certificate = made.by(&ca);
    let list =
        listed(&[("tanaka.der", certificate.der()), ("ca.pem", pem("CERTIFICATE", ca.der()).as_bytes())]);
    let [own] = list.certificates.as_slice() else { panic!("{list:?}") };
    assert_eq!(own.subject.as_deref(), Some("CN=tanaka, O=株式会社みまもり"));
    assert_eq!(own.upn.as_deref(), Some("tanaka@example.local"));
    assert_eq!(own.email.as_deref(), Some("t@example.co.jp"));
    assert_eq!(own.expires_at.unwrap().to_string(), "2027-12-31T00:00:00Z");
    assert_eq!((own.algorithm.as_deref(), own.key_bits), (Some("ec"), Some(256)));
    assert_eq!(own.signature.as_deref(), Some("ecdsa-with-SHA256"));
    assert_eq!((own.serial.as_deref(), own.issuer.as_deref()), (Some("07"), Some("CN=Mimamori CA")));
    assert_eq!(
        (own.revoked, own.duplicate, own.file.as_deref()),
        (Some(false), Some(false), Some("tanaka.der"))
    );
    assert_eq!(own.fingerprint.as_ref().unwrap().len(), 64);
    let [root] = list.authorities.as_slice() else { panic!("{list:?}") };
    assert_eq!((root.subject.as_str(), root.file.as_str()), ("CN=Mimamori CA", "ca.pem"));
    assert_eq!(faults(&list), Vec::<String>::new());
}

#[test]
fn keys_and_bearers() {
    let ca = authority("CA");
    let ed25519 = Made { key: &rcgen::PKCS_ED25519, mail: Some("a@b.jp"), ..Made::default() }.by(&ca);
    let server = Made { cn: "gw", usage: &[ExtendedKeyUsagePurpose::ServerAuth], ..Made::default() }.by(&ca);
    let both = [ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let both =
        Made { cn: "both", usage: &both, key: &rcgen::PKCS_ECDSA_P384_SHA384, ..Made::default() }.by(&ca);
    let bundle = [
        pem("CERTIFICATE", ed25519.der()),
        pem("CERTIFICATE", server.der()),
        pem("CERTIFICATE", both.der()),
        pem("CERTIFICATE", ed25519.der()),
    ]
    .concat();
    let list = listed(&[("bundle.pem", bundle.as_bytes()), ("again.der", ed25519.der())]);
    let keys: Vec<_> =
        list.certificates.iter().map(|own| (own.algorithm.clone().unwrap(), own.key_bits)).collect();
    assert_eq!(keys, [("ed25519".to_owned(), Some(256)), ("ec".to_owned(), Some(384))]);
    assert_eq!(list.gateways.len(), 1);
    assert_eq!(faults(&list), ["NamesNobody CN=both"]);
}

#[test]
fn what_stands_out() {
    let ca = authority("CA");
    let mail = Some("a@b.jp");
    let check = |made: Made<'_>, expected: &[&str]| {
        assert_eq!(faults(&listed(&[("a.der", made.by(&ca).der())])), expected);
    };
    check(Made { mail, until: (2026, 11, 23), ..Made::default() }, &["Expired CN=tanaka"]);
    check(Made { mail, until: (2026, 12, 23), ..Made::default() }, &["ExpiresSoon CN=tanaka"]);
    check(Made { mail, until: (2026, 12, 25), ..Made::default() }, &[]);
    check(Made { mail, from: (2026, 12, 1), ..Made::default() }, &["NotYetValid CN=tanaka"]);
    check(Made { mail, until: (2036, 1, 1), ..Made::default() }, &["LongLived CN=tanaka"]);
    check(Made::default(), &["NamesNobody CN=tanaka"]);
}

#[test]
fn duplicates_and_renewals() {
    let ca = authority("CA");
    let other = authority("Other CA");
    let upn = Some("tanaka@example.local");
    let first = Made { upn, until: (2026, 12, 31), serial: 1, ..Made::default() };
    let check = |second: Made<'_>, expected: bool| {
        let one = first.by(&ca);
        let two = second.by(&ca);
        let list = listed(&[("1.der", one.der()), ("2.der", two.der())]);
        let marked: Vec<_> = list.certificates.iter().map(|own| own.duplicate.unwrap()).collect();
        assert_eq!(marked, [expected, expected]);
    };
    // Both in force for a month: renewed in time. For half a year: two certificates.
    check(Made { upn, from: (2026, 11, 20), serial: 2, ..Made::default() }, false);
    check(Made { upn, from: (2026, 7, 1), serial: 2, ..Made::default() }, true);
    // Another subject is never a renewal, and case does not make another name.
    check(Made { cn: "sato", upn, from: (2026, 11, 20), serial: 2, ..Made::default() }, true);
    check(Made { upn: Some("Tanaka@Example.local"), from: (2026, 7, 1), serial: 2, ..Made::default() }, true);
    check(Made { mail: upn, from: (2026, 7, 1), serial: 2, ..Made::default() }, true);
    check(Made { upn: Some("sato@example.local"), from: (2026, 7, 1), serial: 2, ..Made::default() }, false);
    check(Made { upn, from: (2025, 1, 1), until: (2026, 11, 1), serial: 2, ..Made::default() }, false);
    let elsewhere = Made { upn, from: (2026, 11, 20), serial: 1, ..Made::default() }.by(&other);
    let list = listed(&[("1.der", first.by(&ca).der()), ("2.der", elsewhere.der())]);
    assert!(list.certificates.iter().all(|own| own.duplicate == Some(true)));
}

#[test]
fn revocation() {
    let ca = authority("CA");
    let other = authority("Other CA");
    let upn = Some("tanaka@example.local");
    let certificate = Made { upn, serial: 300, ..Made::default() }.by(&ca);
    let check = |lists: &[Vec<u8>], expected: bool| {
        let mut files: Vec<(&str, &[u8])> = vec![("a.der", certificate.der())];
        files.extend(lists.iter().map(|list| ("list.crl", list.as_slice())));
        let list = listed(&files);
        assert_eq!(list.certificates[0].revoked, Some(expected));
        assert_eq!(list.unread, []);
        list
    };
    check(&[], false);
    let list = check(&[revoking(&ca, 11, &[5, 300])], true);
    assert_eq!((list.lists[0].revoked, list.findings.len()), (2, 0), "{:?}", list.findings);
    check(&[revoking(&ca, 11, &[5])], false);
    check(&[revoking(&other, 11, &[300])], false);
    // The newest list counts, in whatever order they come.
    check(&[revoking(&ca, 10, &[300]), revoking(&ca, 11, &[])], false);
    let list = check(&[revoking(&ca, 10, &[]), revoking(&ca, 9, &[300])], false);
    assert_eq!(faults(&list), ["OverdueRevocationList CN=CA"]);
}

#[test]
fn what_else_lies_in_the_folder() {
    let ca = authority("CA");
    let key = KeyPair::generate().unwrap();
    let good = Made { mail: Some("a@b.jp"), ..Made::default() }.by(&ca);
    let mixed = format!(
        "Certificate:\n    Data:\n{}{}",
        pem("PRIVATE KEY", &key.serialize_der()),
        pem("CERTIFICATE", good.der())
    );
    let wide: Vec<u8> = std::iter::once(0xfeff)
        .chain(pem("CERTIFICATE", good.der()).encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let list = listed(&[
        ("readme.txt", b"hello"),
        ("key.pem", pem("PRIVATE KEY", &key.serialize_der()).as_bytes()),
        ("key.der", &key.serialize_der()),
        ("mixed.pem", mixed.as_bytes()),
        ("wide.cer", &wide),
        ("empty", b""),
    ]);
    let unread: Vec<_> = list.unread.iter().map(|own| (own.file.as_str(), own.why)).collect();
    let expected = [
        ("readme.txt", Unreadable::Unrecognised),
        ("key.pem", Unreadable::KeyAlone),
        ("key.der", Unreadable::KeyAlone),
        ("empty", Unreadable::Unrecognised),
    ];
    assert_eq!(unread, expected);
    assert_eq!(list.certificates.len(), 1);
    let told = format!("{list:?}");
    let secret = pem("PRIVATE KEY", &key.serialize_der());
    assert!(!told.contains(secret.lines().nth(1).unwrap()));
}

#[test]
fn cut_and_bent_files() {
    let ca = authority("CA");
    let upn = Some("tanaka@example.local");
    let certificate = Made { upn, mail: Some("a@b.jp"), ..Made::default() }.by(&ca);
    let list = revoking(&ca, 11, &[5, 300]);
    let mut read_all = 0;
    for whole in [certificate.der().to_vec(), list, pem("CERTIFICATE", certificate.der()).into_bytes()] {
        for end in 0..whole.len() {
            let cut = listed(&[("a", &whole[..end])]);
            // A certificate cut off never counts; PEM without its last line end is whole.
            assert!(cut.certificates.is_empty() || end + 30 > whole.len(), "{end}");
        }
        for at in 0..whole.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut bent = whole.clone();
                bent[at] ^= flip;
                read_all += listed(&[("a", &bent)]).certificates.len();
            }
        }
    }
    // Bytes of names, keys and signatures may change without harm to the form.
    assert!(read_all > 0);
}
