//! Puts what several files and products say together: a gateway that asks a RADIUS server is answered by that server's
//! configuration when it was handed in too. The worst that is certain counts, then what is not known, then the rest.

use model::facts::{AuthenticationBackend, CertificateField};

use super::telling::{Asked, Telling};
use super::{ConfigurationReading, Place, Product, Told, what};

/// One reading of all parts; `strange` are files that are none of the products'.
pub(super) fn merged(parts: Vec<Telling>, strange: Vec<String>) -> ConfigurationReading {
    let (servers, gateways): (Vec<Telling>, Vec<Telling>) =
        parts.into_iter().partition(|part| part.product == Product::Freeradius);
    let alone = gateways.is_empty();
    let asks_radius = gateways.iter().flat_map(|part| &part.asked).any(|told| told.value == Asked::Radius);
    let mut lacking = Vec::new();
    let mut asked: Vec<Told<Asked>> = Vec::new();
    for told in gateways.iter().flat_map(|part| &part.asked) {
        if told.value != Asked::Radius {
            asked.push(told.clone());
        } else if servers.is_empty() {
            asked.push(told.clone());
            let by = told.by.told();
            lacking.push((
                "authentication.backend",
                format!(
                    "{by}: a RADIUS server decides; hand in its configuration as well, or say that it is NPS"
                ),
            ));
        }
    }
    if alone || asks_radius {
        asked.extend(servers.iter().flat_map(|part| part.asked.clone()));
    }
    // What a RADIUS server makes of certificates counts where one asks it; the gateway's own words count always.
    let counted = || gateways.iter().chain(servers.iter().filter(|_| alone || asks_radius));
    let fields = counted().flat_map(|part| part.fields.clone()).collect();
    let mut shared: Vec<_> = counted().flat_map(|part| part.shared.clone()).collect();
    // A RADIUS server that was not handed in could know one password for all.
    shared.extend(
        asked
            .iter()
            .filter(|told| told.value == Asked::Radius)
            .map(|told| Told { value: None, by: told.by.clone() }),
    );
    if asked.iter().any(|told| told.value == Asked::Radius) {
        lacking.push((
            "authentication.shared_password",
            "a RADIUS server decides that was not handed in".to_owned(),
        ));
    }
    let mut reading = ConfigurationReading {
        products: Vec::new(),
        protocols: (!alone).then(Vec::new),
        backend: backend(asked),
        certificate_field: field(fields),
        shared_password: worst(shared, |shared| if *shared { 0 } else { 2 }),
        accounts: Vec::new(),
        accounts_complete: !counted().any(|part| part.accounts_elsewhere),
        findings: Vec::new(),
        unread: Vec::new(),
        lacking,
    };
    for part in gateways.into_iter().chain(servers) {
        reading.take(part);
    }
    reading.unread.extend(strange.into_iter().map(|name| format!("{name}: not recognised")));
    reading.accounts_complete &= !reading.accounts.is_empty();
    reading.findings.sort_by_key(|finding| what(finding.what).map(|own| own.level));
    reading
}

impl ConfigurationReading {
    fn take(&mut self, part: Telling) {
        if !self.products.contains(&part.product) {
            self.products.push(part.product);
        }
        let protocols = part.protocols.into_iter().chain(part.product.protocol());
        if let Some(own) = &mut self.protocols {
            for protocol in protocols {
                if !own.contains(&protocol) {
                    own.push(protocol);
                }
            }
        }
        self.accounts.extend(part.accounts);
        self.findings.extend(part.findings);
        self.unread.extend(part.unread);
        self.lacking.extend(part.lacking);
    }
}

/// The worst of everything that lets people in: one way with accounts of its own is enough to get in although disabled
/// in the directory.
fn backend(asked: Vec<Told<Asked>>) -> Option<Told<AuthenticationBackend>> {
    let told: Vec<Told<Option<AuthenticationBackend>>> = asked
        .into_iter()
        .map(|told| Told {
            value: match told.value {
                Asked::Own(own) => Some(own),
                Asked::Radius | Asked::Unclear => None,
            },
            by: told.by,
        })
        .collect();
    worst(told, |own| match own {
        AuthenticationBackend::Local | AuthenticationBackend::RadiusLocal | AuthenticationBackend::Other => 0,
        AuthenticationBackend::Cloud => 1,
        AuthenticationBackend::Nps | AuthenticationBackend::RadiusLdap | AuthenticationBackend::Ldap => 3,
    })
}

fn field(fields: Vec<Told<Option<CertificateField>>>) -> Option<Told<CertificateField>> {
    worst(fields, |own| match own {
        CertificateField::Issuer => 0,
        CertificateField::Organization | CertificateField::CommonName => 1,
        CertificateField::Email | CertificateField::Upn => 3,
        CertificateField::None => 4,
    })
}

/// What is at fault for certain (below 2), else nothing when something is unknown, else the first of the rest.
fn worst<T>(told: Vec<Told<Option<T>>>, rank: impl Fn(&T) -> u8) -> Option<Told<T>> {
    let unknown = told.iter().any(|own| own.value.is_none());
    let mut known: Vec<(u8, T, Place)> =
        told.into_iter().filter_map(|own| own.value.map(|value| (rank(&value), value, own.by))).collect();
    known.sort_by_key(|(rank, ..)| *rank);
    let (rank, value, by) = known.into_iter().next()?;
    (rank < 2 || !unknown).then_some(Told { value, by })
}
