//! Revocation lists (RFC 5280, 5): which certificates an issuer took back.
//!
//! Of several lists of one issuer and key the newest counts, so that a certificate released from a hold is valid again.
//! A list speaks of its own issuer's certificates only.

use std::collections::HashSet;

use model::At;
use x509_parser::asn1_rs::oid;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer as _;
use x509_parser::revocation_list::CertificateRevocationList;

use super::entry::{Entry, without_zeros};
use super::{Unreadable, name};

/// What is told of a revocation list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationList {
    /// Whose it is.
    pub issuer: String,
    /// When it was made.
    pub issued_at: At,
    /// When the next is due; absent when it does not say.
    pub next_at: Option<At>,
    /// How many certificates it takes back.
    pub revoked: usize,
    /// The file.
    pub file: String,
}

/// A list with what it names.
#[derive(Clone, Debug)]
pub(super) struct Revocation {
    pub(super) list: RevocationList,
    issuer: Vec<u8>,
    key: Option<Vec<u8>>,
    serials: HashSet<Vec<u8>>,
}

impl Revocation {
    /// Whether it speaks of certificates like this one.
    pub(super) fn covers(&self, entry: &Entry) -> bool {
        let keys_differ = matches!((&self.key, &entry.issuer_key), (Some(own), Some(other)) if own != other);
        self.issuer == entry.issuer && !keys_differ
    }

    /// Whether it takes this one back.
    pub(super) fn names(&self, entry: &Entry) -> bool {
        self.covers(entry) && self.serials.contains(&entry.serial)
    }
}

/// Reads a list.
pub(super) fn read(der: &[u8], file: &str) -> Result<Revocation, Unreadable> {
    let (rest, list) = CertificateRevocationList::from_der(der).map_err(|_| Unreadable::Damaged)?;
    let issued_at = At::from_unix_secs(list.last_update().timestamp()).ok_or(Unreadable::Damaged)?;
    if !rest.is_empty() {
        return Err(Unreadable::Damaged);
    }
    // 2.5.29.27, deltaCRLIndicator
    if list.extensions().iter().any(|extension| extension.oid == oid!(2.5.29.27)) {
        return Err(Unreadable::DeltaList);
    }
    let serials: HashSet<Vec<u8>> =
        list.iter_revoked_certificates().map(|own| without_zeros(own.raw_serial()).to_vec()).collect();
    let key = list.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(own) => own.key_identifier.as_ref().map(|key| key.0.to_vec()),
        _ => None,
    });
    Ok(Revocation {
        issuer: list.issuer().as_raw().to_vec(),
        key,
        list: RevocationList {
            issuer: name::written(list.issuer()),
            issued_at,
            next_at: list.next_update().and_then(|next| At::from_unix_secs(next.timestamp())),
            revoked: serials.len(),
            file: file.to_owned(),
        },
        serials,
    })
}

/// Of each issuer and key the newest list.
pub(super) fn newest(mut all: Vec<Revocation>) -> Vec<Revocation> {
    all.sort_by_key(|own| std::cmp::Reverse(own.list.issued_at));
    let mut kept: Vec<Revocation> = Vec::new();
    for own in all {
        if !kept.iter().any(|newer| newer.issuer == own.issuer && newer.key == own.key) {
            kept.push(own);
        }
    }
    kept
}
