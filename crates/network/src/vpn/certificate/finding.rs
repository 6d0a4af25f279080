//! What stands out among certificates: guideline 7.1.3 and 7.1.5, and advice beyond. Certificates taken back are left
//! out: nobody comes in with them.

use std::collections::{BTreeMap, HashSet};

use model::At;

use super::entry::Entry;
use super::revocation::Revocation;

/// So many days before its end a certificate should be renewed.
pub const SOON_DAYS: i64 = 30;
/// So many days a certificate and its renewal may both be valid before the two count as duplicates.
pub const RENEWAL_DAYS: i64 = 60;
/// The shortest RSA key.
pub const RSA_BITS_MIN: i64 = 2_048;
/// A certificate that is valid longer outlives the job of many who carry it: advice, not a statement.
pub const LONG_LIVED_DAYS: i64 = 1_100;

/// What is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Past its end (7.1.3).
    Expired,
    /// Ends within [`SOON_DAYS`].
    ExpiresSoon,
    /// Not valid yet.
    NotYetValid,
    /// RSA or DSA below [`RSA_BITS_MIN`], an elliptic curve below 256 bits (7.1.3).
    ShortKey,
    /// Signed with MD2, MD4, MD5 or SHA-1.
    WeakSignature,
    /// Neither UPN nor mail address: names nobody (7.1.5).
    NamesNobody,
    /// Another one in force carries the same UPN or mail address and is not its renewal (7.1.5).
    Duplicate,
    /// Valid longer than [`LONG_LIVED_DAYS`]: advice.
    LongLived,
    /// No revocation list of its issuer was handed in: advice.
    NoRevocationList,
    /// The revocation list's next issue is overdue.
    OverdueRevocationList,
}

/// Something at fault.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CertificateFinding {
    /// What.
    pub fault: Fault,
    /// The certificate's subject, or the issuer of a list.
    pub subject: String,
    /// The file.
    pub file: String,
    /// More: days, bits, an algorithm, the other certificate.
    pub detail: String,
}

/// Marks certificates that carry somebody's name although another does.
///
/// Two are duplicates when both are in force at `now` (begun, not ended, not taken back), carry the same UPN or the
/// same mail address (letters' case aside), and neither is the other's renewal. A renewal has the same subject and
/// issuer, begins later, and shares at most [`RENEWAL_DAYS`] with the one it replaces.
pub(super) fn mark_duplicates(people: &mut [Entry], now: At) {
    let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, entry) in people.iter().enumerate() {
        if entry.certificate.revoked == Some(true) || entry.starts_at > now || entry.ends_at < now {
            continue;
        }
        // A UPN is often the mail address: both are one name space, and a certificate is listed once under each.
        let own = [&entry.certificate.upn, &entry.certificate.email];
        let names: HashSet<String> = own
            .into_iter()
            .flatten()
            .filter(|name| !name.is_empty())
            .map(|name| name.to_lowercase())
            .collect();
        for name in names {
            named.entry(name).or_default().push(at);
        }
    }
    for mut group in named.into_values() {
        // In order of their beginning only neighbours can be a renewal of each other.
        group.sort_by_key(|at| people.get(*at).map(|entry| (entry.starts_at, entry.ends_at)));
        let pairs: Vec<(usize, usize)> =
            group.iter().zip(group.iter().skip(1)).map(|(older, newer)| (*older, *newer)).collect();
        for (older, newer) in pairs {
            let renewal = match (people.get(older), people.get(newer)) {
                (Some(older), Some(newer)) => {
                    older.subject == newer.subject
                        && older.issuer == newer.issuer
                        && newer.starts_at.days_until(older.ends_at) <= RENEWAL_DAYS
                        && newer.ends_at > older.ends_at
                }
                _ => true,
            };
            if !renewal {
                for at in [older, newer] {
                    if let Some(entry) = people.get_mut(at) {
                        entry.certificate.duplicate = Some(true);
                    }
                }
            }
        }
    }
}

/// Everything that stands out.
pub(super) fn all(people: &[Entry], lists: &[Revocation], now: At) -> Vec<CertificateFinding> {
    let mut found = Vec::new();
    for entry in people.iter().filter(|entry| entry.certificate.revoked != Some(true)) {
        of_one(entry, now, &mut found);
        if !lists.iter().any(|list| list.covers(entry)) {
            let issuer = entry.certificate.issuer.clone().unwrap_or_default();
            let known =
                |own: &CertificateFinding| own.fault == Fault::NoRevocationList && own.subject == issuer;
            if !found.iter().any(known) {
                found.push(CertificateFinding {
                    fault: Fault::NoRevocationList,
                    subject: issuer,
                    file: String::new(),
                    detail: String::new(),
                });
            }
        }
    }
    for list in lists {
        if let Some(next) = list.list.next_at.filter(|next| *next < now) {
            found.push(CertificateFinding {
                fault: Fault::OverdueRevocationList,
                subject: list.list.issuer.clone(),
                file: list.list.file.clone(),
                detail: next.to_string(),
            });
        }
    }
    found
}

fn of_one(entry: &Entry, now: At, found: &mut Vec<CertificateFinding>) {
    let own = &entry.certificate;
    let mut add = |fault, detail: String| {
        found.push(CertificateFinding {
            fault,
            subject: own.subject.clone().unwrap_or_default(),
            file: own.file.clone().unwrap_or_default(),
            detail,
        });
    };
    let left = now.days_until(entry.ends_at);
    if entry.ends_at < now {
        add(Fault::Expired, format!("{} days ago", -left));
    } else if left < SOON_DAYS {
        add(Fault::ExpiresSoon, format!("in {left} days"));
    }
    if entry.starts_at > now {
        add(Fault::NotYetValid, entry.starts_at.to_string());
    }
    let algorithm = own.algorithm.as_deref().unwrap_or_default();
    let least = if ["rsa", "dsa"].contains(&algorithm) { RSA_BITS_MIN } else { 256 };
    if let Some(bits) = own.key_bits.filter(|bits| *bits < least) {
        add(Fault::ShortKey, format!("{algorithm} {bits}"));
    }
    let signature = own.signature.clone().unwrap_or_default();
    let lower = signature.to_lowercase();
    let weak = ["md2", "md4", "md5", "sha1"].iter().any(|hash| lower.contains(hash));
    if weak {
        add(Fault::WeakSignature, signature);
    }
    let named = |name: &Option<String>| name.as_deref().is_some_and(|name| !name.is_empty());
    if !named(&own.upn) && !named(&own.email) {
        add(Fault::NamesNobody, String::new());
    }
    if own.duplicate == Some(true) {
        let name = own.upn.clone().filter(|upn| !upn.is_empty()).or_else(|| own.email.clone());
        add(Fault::Duplicate, name.unwrap_or_default());
    }
    let days = entry.starts_at.days_until(entry.ends_at);
    if days > LONG_LIVED_DAYS {
        add(Fault::LongLived, format!("{days} days"));
    }
}
