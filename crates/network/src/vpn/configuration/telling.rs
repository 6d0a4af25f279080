//! What the reader of one product tells of one gateway or server, line by line. Knows no product.

use model::facts::{AuthenticationBackend, CertificateField, VpnProtocol};

use super::quote::Line;
use super::{Account, ENTRIES_MAX, Finding, Place, Product, Told, what};

/// Who checks accounts, as far as one product's files say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// This one.
    Own(AuthenticationBackend),
    /// A RADIUS server, whose configuration decides.
    Radius,
    /// It cannot be told from the files.
    Unclear,
}

/// What one product's files say.
#[derive(Clone, Debug)]
pub(super) struct Telling {
    pub(super) product: Product,
    pub(super) protocols: Vec<VpnProtocol>,
    /// Everything that can let somebody in.
    pub(super) asked: Vec<Told<Asked>>,
    pub(super) fields: Vec<Told<Option<CertificateField>>>,
    pub(super) shared: Vec<Told<Option<bool>>>,
    pub(super) accounts: Vec<Account>,
    /// Whether accounts may exist elsewhere too.
    pub(super) accounts_elsewhere: bool,
    pub(super) findings: Vec<Finding>,
    pub(super) unread: Vec<String>,
    pub(super) lacking: Vec<(&'static str, String)>,
}

impl Telling {
    pub(super) fn of(product: Product) -> Self {
        Self {
            product,
            protocols: Vec::new(),
            asked: Vec::new(),
            fields: Vec::new(),
            shared: Vec::new(),
            accounts: Vec::new(),
            accounts_elsewhere: false,
            findings: Vec::new(),
            unread: Vec::new(),
            lacking: Vec::new(),
        }
    }

    pub(super) fn protocol(&mut self, protocol: VpnProtocol) {
        if !self.protocols.contains(&protocol) {
            self.protocols.push(protocol);
        }
    }

    /// This backend lets people in.
    pub(super) fn asks(&mut self, asked: Asked, line: &Line) {
        if !self.asked.iter().any(|own| own.value == asked) {
            self.asked.push(Told { value: asked, by: Place::of(line) });
        }
        self.accounts_elsewhere |= asked != Asked::Own(AuthenticationBackend::Local)
            && asked != Asked::Own(AuthenticationBackend::RadiusLocal);
    }

    /// Who is asked cannot be told; `lacking` says what would tell.
    pub(super) fn asks_unclear(&mut self, lacking: &str, line: &Line) {
        self.asks(Asked::Unclear, line);
        self.lacks("authentication.backend", format!("{}: {lacking}", line.place()));
        self.unread(line);
    }

    /// Certificates are matched by this field; `None`: it cannot be told.
    pub(super) fn field(&mut self, field: Option<CertificateField>, line: &Line) {
        self.fields.push(Told { value: field, by: Place::of(line) });
    }

    /// Whether everybody uses one key; `None`: it cannot be told.
    pub(super) fn shares(&mut self, shared: Option<bool>, line: &Line) {
        self.shared.push(Told { value: shared, by: Place::of(line) });
    }

    pub(super) fn finding(&mut self, word: &str, line: &Line) {
        let Some(own) = what(word) else {
            debug_assert!(false, "no such word: {word}");
            return;
        };
        let finding = Finding { what: own.word, by: Place::of(line) };
        if self.findings.len() < ENTRIES_MAX && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    pub(super) fn unread(&mut self, line: &Line) {
        let told = line.told();
        if self.unread.len() < ENTRIES_MAX && !self.unread.contains(&told) {
            self.unread.push(told);
        }
    }

    pub(super) fn lacks(&mut self, field: &'static str, reason: String) {
        if self.lacking.len() < 100 {
            self.lacking.push((field, reason));
        }
    }

    pub(super) fn account(&mut self, name: &str, enabled: bool, line: &Line) {
        self.account_until(name, enabled, None, None, line);
    }

    pub(super) fn account_until(
        &mut self,
        name: &str,
        enabled: bool,
        expires_at: Option<model::At>,
        last_used_at: Option<model::At>,
        line: &Line,
    ) {
        let name = model::printable::clean(name);
        if name.is_empty() {
            return;
        }
        if self.accounts.len() >= ENTRIES_MAX {
            self.accounts_elsewhere = true;
            return;
        }
        self.accounts.push(Account { name, enabled, expires_at, last_used_at, place: line.place() });
    }
}
