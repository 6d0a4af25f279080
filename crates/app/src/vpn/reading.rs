//! What files about a VPN say: read by `network::vpn`, put into facts, misses and remarks for the page.
//!
//! Files are read and dropped: what is kept holds no secret, and a quoted line is masked before it gets here. Knows no
//! storage.

use std::collections::HashMap;

use jiff::tz::Offset;
use model::facts::{VpnAccesses, VpnAccount, VpnCertificate, VpnFacts};
use model::{At, Miss};
use network::vpn::certificate::{CertificateFile, CertificateList};
use network::vpn::matching::Register;
use network::vpn::radius::{Accesses, Analysis, Standing, UserName};
use network::vpn::{account_list, certificate, configuration, radius};
use serde::Serialize;

use crate::attachment::Upload;

/// The most files handed in at once.
pub const FILES_MAX: usize = 50;
/// The most remarks told; the last says how many more there are.
const REMARKS_MAX: usize = 200;
/// Where times without a zone are local: Japan has one offset all year.
const JAPAN: Offset = Offset::constant(9);

/// Something a person should know about a file, besides the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// A word, the last part of a locale key: `vpn-remark-…`.
    pub what: String,
    /// File and line; may be empty.
    pub place: String,
    /// What it is about: an id, a subject, a number. Never a secret.
    pub about: String,
}

impl Remark {
    fn new(what: impl Into<String>, place: impl Into<String>, about: impl Into<String>) -> Self {
        Self { what: what.into(), place: place.into(), about: about.into() }
    }
}

/// What was read, what was not, and what a person should know.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading<T> {
    pub(crate) facts: T,
    pub(crate) misses: Vec<Miss>,
    pub(crate) remarks: Vec<Remark>,
}

impl<T> Reading<T> {
    fn new(facts: T, misses: Vec<Miss>, mut remarks: Vec<Remark>) -> Self {
        let more = remarks.len().saturating_sub(REMARKS_MAX);
        if more > 0 {
            remarks.truncate(REMARKS_MAX);
            remarks.push(Remark::new("more", "", more.to_string()));
        }
        Self { facts, misses, remarks }
    }
}

/// Why files are not what they should be; nothing of them is used. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) String);

fn refused(error: impl std::fmt::Display) -> Refusal {
    Refusal(error.to_string())
}

fn refused_file(file: &Upload, error: impl std::fmt::Display) -> Refusal {
    Refusal(format!("{}: {error}", file.name))
}

type Read<T> = Result<Reading<T>, Refusal>;

/// The word of a kind, as it stands in locale keys.
fn word(kind: impl Serialize) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|value| value.as_str().map(|word| word.replace('_', "-")))
        .unwrap_or_default()
}

/// Configurations of one gateway and its RADIUS server, together: sections `configuration`, `authentication`, and
/// `accounts` where the configuration holds all of them.
pub(crate) fn configuration(files: &[Upload], now: At) -> Read<VpnFacts> {
    let named: Vec<(&str, &[u8])> =
        files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
    let reading = configuration::read(&named).map_err(refused)?;
    let (facts, misses) = configuration::facts(&reading, now);
    Ok(Reading::new(facts, misses, Vec::new()))
}

/// Certificates and revocation lists; `password` opens PKCS #12 files and is not kept. `None` when there is none that a
/// person comes in with.
pub(crate) fn certificates(files: &[Upload], password: &str, now: At) -> Read<Option<Vec<VpnCertificate>>> {
    let named: Vec<CertificateFile<'_>> =
        files.iter().map(|file| CertificateFile { name: &file.name, bytes: &file.bytes }).collect();
    let passwords = [password];
    let passwords = if password.is_empty() { &[][..] } else { &passwords[..] };
    let list = certificate::read(&named, passwords, now).map_err(refused)?;
    let nothing = list.certificates.is_empty()
        && list.authorities.is_empty()
        && list.gateways.is_empty()
        && list.lists.is_empty();
    if let Some(unread) = list.unread.first().filter(|_| nothing) {
        return Err(Refusal(format!("{}: {}", unread.file, unread.why)));
    }
    let (misses, remarks) = (list.misses(), of_certificates(&list));
    Ok(Reading::new(Some(list.certificates).filter(|all| !all.is_empty()), misses, remarks))
}

fn of_certificates(list: &CertificateList) -> Vec<Remark> {
    let findings = list.findings.iter().map(|own| {
        let about = [own.subject.as_str(), own.detail.as_str()];
        let about: Vec<&str> = about.into_iter().filter(|text| !text.is_empty()).collect();
        Remark::new(word(own.fault), &own.file, about.join(" · "))
    });
    let told = |what: &'static str| {
        move |own: &certificate::OtherCertificate| Remark::new(what, &own.file, &own.subject)
    };
    let read_lists = list.lists.iter().map(|own| Remark::new("revocation-list", &own.file, &own.issuer));
    // What hides a certificate is a miss; the rest is named here so that nobody looks for it in vain.
    let missed = list.misses();
    let harmless = list
        .unread
        .iter()
        .map(|own| (own, format!("{}: {}", own.file, own.why)))
        .filter(|(_, detail)| !missed.iter().any(|miss| miss.detail == *detail))
        .map(|(own, _)| Remark::new("left-out", &own.file, own.why.to_string()));
    findings
        .chain(list.authorities.iter().map(told("authority")))
        .chain(list.gateways.iter().map(told("gateway")))
        .chain(read_lists)
        .chain(harmless)
        .collect()
}

/// An account list: a CSV, or a RADIUS server's users file.
pub(crate) fn accounts(file: &Upload, now: At) -> Read<Vec<VpnAccount>> {
    let list = account_list::read(&file.bytes, JAPAN, now).map_err(|error| refused_file(file, error))?;
    let remarks = list.remarks.into_iter().map(|own| {
        let place = if own.line == 0 { file.name.clone() } else { format!("{}:{}", file.name, own.line) };
        Remark::new(word(own.kind), place, own.detail)
    });
    let accounts = list.accounts.into_iter().map(|own| VpnAccount {
        name: Some(own.name),
        enabled: Some(own.enabled),
        last_used_at: own.last_used_at,
        display: own.display,
        mail: own.mail,
        ..VpnAccount::default()
    });
    Ok(Reading::new(accounts.collect(), Vec::new(), remarks.collect()))
}

/// Logs of a RADIUS server or NPS. How whoever was let in stands is asked of the register.
pub(crate) fn accesses(
    files: &[Upload],
    register: &Register<'_>,
    computers: Option<&HashMap<String, bool>>,
    now: At,
) -> Read<VpnAccesses> {
    let mut analysis = Analysis::new(now);
    let mut remarks = Vec::new();
    for file in files {
        let bytes = file.bytes.as_slice();
        let counts = radius::read(bytes, &file.name, JAPAN, &mut |event| analysis.take(&event))
            .map_err(|error| refused_file(file, error))?;
        for (what, count) in [("not-understood", counts.not_understood), ("too-long", counts.too_long)] {
            if count > 0 {
                remarks.push(Remark::new(what, &file.name, count.to_string()));
            }
        }
    }
    let ask = |user: &UserName| register.standing(user, computers);
    let asked = register.has_directory().then_some(&ask as &dyn Fn(&UserName) -> Standing);
    let found = analysis.finish(asked);
    let mut told = of_accesses(&found);
    told.extend(remarks);
    let misses = found.misses();
    Ok(Reading::new(found.facts, misses, told))
}

fn of_accesses(found: &Accesses) -> Vec<Remark> {
    let disabled = found.disabled.iter().map(|own| {
        let what = if own.absent { "accepted-absent" } else { "accepted-disabled" };
        Remark::new(what, &own.place, format!("{} · {}", own.user, own.at.minute()))
    });
    let two_places = found.two_places.iter().map(|own| {
        let about = format!("{} · {} / {} · {}", own.user, own.one, own.other, own.at.minute());
        Remark::new("two-places", own.places.join(", "), about)
    });
    let attacks = found.attacks.iter().map(|own| {
        let got_in = if own.got_in { "-got-in" } else { "" };
        let span = format!("{} – {}", own.first_at.minute(), own.last_at.minute());
        Remark::new(
            format!("attack-{}{got_in}", word(own.kind)),
            span,
            format!("{} × {}", own.who, own.rejects),
        )
    });
    let counts = [
        ("before-window", found.old),
        ("from-the-future", found.ahead),
        ("refusals-left-out", found.refusals_left_out),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    disabled
        .chain(two_places)
        .chain(attacks)
        .chain(counts.map(|(what, count)| Remark::new(what, "", count.to_string())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(name: &str, text: &str) -> Upload {
        Upload { name: name.into(), bytes: text.as_bytes().to_vec() }
    }

    fn now() -> At {
        "2026-11-24T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn remarks_of_a_list_name_file_and_line() {
        let check = |text: &str, expected: &[&str]| {
            let read = accounts(&upload("a.csv", text), now()).unwrap();
            let told: Vec<String> =
                read.remarks.iter().map(|own| format!("{} {} {}", own.what, own.place, own.about)).collect();
            assert_eq!(told, expected, "{text}");
        };
        check("user,enabled\ntanaka,yes\n", &[]);
        check("user,enabled\nvpn,yes\n", &["looks-shared a.csv:2 vpn: vpn"]);
    }

    #[test]
    fn of_many_remarks_the_number_is_told() {
        let many: String = (0..300).map(|number| format!("vpn{number},yes\n")).collect();
        let read = accounts(&upload("a.csv", &format!("user,enabled\n{many}")), now()).unwrap();
        assert_eq!((read.facts.len(), read.remarks.len()), (300, REMARKS_MAX + 1));
        assert_eq!(read.remarks.last(), Some(&Remark::new("more", "", "100")));
    }

    #[test]
    fn what_is_none_of_it_is_refused_with_its_name() {
        let check = |refusal: Option<Refusal>, expected: &str| {
            let said = refusal.unwrap().0;
            assert!(said.contains(expected), "{said}");
        };
        let hello = [upload("x.txt", "hello\n")];
        let register = Register::new(&[], None);
        check(configuration(&hello, now()).err(), "no configuration that can be read");
        check(certificates(&hello, "", now()).err(), "x.txt: it is neither a certificate");
        check(accounts(&hello[0], now()).err(), "x.txt: ");
        check(accesses(&hello, &register, None, now()).err(), "x.txt: it is no RADIUS log");
    }
}
