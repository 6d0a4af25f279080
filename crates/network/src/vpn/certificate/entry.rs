//! One certificate in DER as facts, and whose it is: a person's, an authority's or the gateway's.

use model::At;
use model::facts::VpnCertificate;
use x509_parser::asn1_rs::{Oid, oid};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Version};

use super::{OtherCertificate, name};

/// Who comes with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bearer {
    Person,
    Authority,
    Gateway,
}

/// A certificate and what facts do not keep of it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) certificate: VpnCertificate,
    pub(super) bearer: Bearer,
    pub(super) starts_at: At,
    pub(super) ends_at: At,
    /// The issuer's name in DER, for revocation lists.
    pub(super) issuer: Vec<u8>,
    /// The subject's name in DER, to see a renewal.
    pub(super) subject: Vec<u8>,
    /// The key that the issuer signed with, as it says.
    pub(super) issuer_key: Option<Vec<u8>>,
    /// The serial number without leading zeros.
    pub(super) serial: Vec<u8>,
}

impl Entry {
    pub(super) fn fingerprint(&self) -> &str {
        self.certificate.fingerprint.as_deref().unwrap_or_default()
    }

    /// What is kept of one that lets nobody in.
    pub(super) fn other(self) -> OtherCertificate {
        OtherCertificate {
            subject: self.certificate.subject.unwrap_or_default(),
            expires_at: self.ends_at,
            fingerprint: self.certificate.fingerprint.unwrap_or_default(),
            file: self.certificate.file.unwrap_or_default(),
        }
    }
}

/// Reads a certificate; `None` when it cannot be taken apart to its end.
pub(super) fn read(der: &[u8], file: &str) -> Option<Entry> {
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    if !rest.is_empty() {
        return None;
    }
    let starts_at = At::from_unix_secs(certificate.validity().not_before.timestamp())?;
    let ends_at = At::from_unix_secs(certificate.validity().not_after.timestamp())?;
    let names = name::of(&certificate);
    let (algorithm, key_bits) = key(certificate.public_key());
    let serial = without_zeros(certificate.raw_serial()).to_vec();
    Some(Entry {
        bearer: bearer(&certificate),
        starts_at,
        ends_at,
        issuer: certificate.issuer().as_raw().to_vec(),
        subject: certificate.subject().as_raw().to_vec(),
        issuer_key: issuer_key(&certificate),
        certificate: VpnCertificate {
            subject: Some(name::written(certificate.subject())),
            upn: Some(names.upn),
            email: Some(names.email),
            expires_at: Some(ends_at),
            key_bits,
            algorithm: Some(algorithm),
            revoked: None,
            file: Some(file.to_owned()),
            issuer: Some(name::written(certificate.issuer())),
            serial: Some(hexadecimal(&serial)),
            fingerprint: Some(model::evidence::id_of(der)),
            signature: Some(signature(&certificate)),
            duplicate: Some(false),
            person: None,
        },
        serial,
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// An authority may sign others; a gateway's certificate is for servers and not for clients (RFC 5280, 4.2.1.9 and
/// 4.2.1.12). Old roots have no extensions at all and sign themselves.
fn bearer(certificate: &X509Certificate<'_>) -> Bearer {
    let constraints = certificate.basic_constraints().ok().flatten();
    let old_root = certificate.version() == X509Version::V1 && certificate.subject() == certificate.issuer();
    if old_root || constraints.is_some_and(|constraints| constraints.value.ca) {
        return Bearer::Authority;
    }
    match certificate.extended_key_usage() {
        Ok(Some(usage)) if usage.value.server_auth && !usage.value.client_auth && !usage.value.any => {
            Bearer::Gateway
        }
        _ => Bearer::Person,
    }
}

fn issuer_key(certificate: &X509Certificate<'_>) -> Option<Vec<u8>> {
    certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(own) => own.key_identifier.as_ref().map(|key| key.0.to_vec()),
        _ => None,
    })
}

/// Algorithm and size of a key; the size is absent when the algorithm is not known.
fn key(key: &SubjectPublicKeyInfo<'_>) -> (String, Option<i64>) {
    let kind = &key.algorithm.algorithm;
    let fixed = [
        (oid!(1.3.101.112), "ed25519", 256),
        (oid!(1.3.101.113), "ed448", 456),
        (oid!(1.3.101.110), "x25519", 256),
        (oid!(1.3.101.111), "x448", 448),
    ];
    if let Some((_, name, bits)) = fixed.iter().find(|(oid, ..)| oid == kind) {
        return ((*name).to_owned(), Some(*bits));
    }
    let bits = |length: usize| i64::try_from(length).ok();
    match key.parsed() {
        // The library's own size is one byte short for a modulus without a leading zero.
        Ok(PublicKey::RSA(rsa)) => {
            let modulus = without_zeros(rsa.modulus);
            let leading = modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
            ("rsa".to_owned(), bits((modulus.len() * 8).saturating_sub(leading)))
        }
        Ok(PublicKey::EC(point)) => {
            let curve = key.algorithm.parameters.as_ref().and_then(|own| own.as_oid().ok());
            // secp521r1 fills its last byte by a bit alone.
            let size = match curve {
                Some(curve) if curve == oid!(1.3.132.0.35) => 521,
                _ => point.key_size(),
            };
            ("ec".to_owned(), bits(size))
        }
        Ok(PublicKey::DSA(y)) => ("dsa".to_owned(), bits(without_zeros(y).len() * 8)),
        _ => (kind.to_id_string(), None),
    }
}

/// The name of the signature algorithm, as OpenSSL writes it.
fn signature(certificate: &X509Certificate<'_>) -> String {
    let algorithm = &certificate.signature_algorithm;
    let named = SIGNATURES.iter().find(|(number, _)| *number == algorithm.algorithm.to_id_string());
    if let Some((_, name)) = named {
        return (*name).to_owned();
    }
    if algorithm.algorithm == oid!(1.2.840.113549.1.1.10) {
        let hash = algorithm.parameters.as_ref().and_then(|own| RsaSsaPssParams::try_from(own).ok());
        let hash = hash.map(|own| hash_name(own.hash_algorithm_oid()));
        return format!("rsassaPss-{}", hash.unwrap_or_else(|| "sha1".to_owned()));
    }
    algorithm.algorithm.to_id_string()
}

fn hash_name(hash: &Oid<'_>) -> String {
    match hash.to_id_string().as_str() {
        "1.3.14.3.2.26" => "sha1".to_owned(),
        "2.16.840.1.101.3.4.2.1" => "sha256".to_owned(),
        "2.16.840.1.101.3.4.2.2" => "sha384".to_owned(),
        "2.16.840.1.101.3.4.2.3" => "sha512".to_owned(),
        other => other.to_owned(),
    }
}

/// RFC 3279, RFC 4055, RFC 5758, RFC 8410.
const SIGNATURES: [(&str, &str); 18] = [
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption"),
    ("1.2.840.113549.1.1.3", "md4WithRSAEncryption"),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.3.14.3.2.29", "sha1WithRSA"),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    ("1.2.840.10040.4.3", "dsaWithSHA1"),
    ("2.16.840.1.101.3.4.3.2", "dsa_with_SHA256"),
    ("1.3.101.112", "ED25519"),
    ("1.3.101.113", "ED448"),
];
