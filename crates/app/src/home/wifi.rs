//! How the lent PC reaches the Internet at home, and the wireless LAN: the person's forms.

use model::Caller;
use model::facts::{ConnectionKind, HomeWifi, WifiKey};
use serde_json::{Map, json};

use super::{Told, WifiWord, answer, length, proof_of};
use crate::attachment::{Given, Upload};
use crate::error::{Findings, Invalid};
use crate::stated::Statement;
use crate::{App, Result};

/// The form of the wireless LAN.
#[derive(Clone, Debug, Default)]
pub struct WifiForm {
    /// `yes`, or `no` for cable only.
    pub used: String,
    /// A name of [`WifiWord`], or `unknown`.
    pub kind: String,
    /// `automatic`, `typed` or `unknown`.
    pub key: String,
    /// Characters of a typed key.
    pub length: String,
    /// Whether WPS by PIN is off: `yes`, `no` or `unknown`.
    pub wps_pin_off: String,
    /// Where the key is kept.
    pub kept_where: String,
}

impl WifiForm {
    /// The form filled with what is known.
    #[must_use]
    pub fn of(wifi: Option<&Told<HomeWifi>>, key: Option<&Told<WifiKey>>) -> Self {
        let Some(wifi) = wifi.map(|told| &told.value) else { return Self::default() };
        let key = key.map(|told| told.value.clone()).unwrap_or_default();
        let word = WifiWord::of(wifi.authentication, wifi.cipher).map_or("unknown", |word| word.name);
        Self {
            used: yes_no(wifi.used),
            kind: if wifi.used == Some(true) { word.to_owned() } else { String::new() },
            key: match key.automatic {
                Some(true) => "automatic",
                Some(false) => "typed",
                None => "unknown",
            }
            .to_owned(),
            length: key.length.map(|length| length.to_string()).unwrap_or_default(),
            wps_pin_off: yes_no(key.wps_pin_off),
            kept_where: key.kept_where.unwrap_or_default(),
        }
    }
}

/// The form's word for a fact.
pub(crate) fn yes_no(fact: Option<bool>) -> String {
    match fact {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
    .to_owned()
}

impl App {
    /// Says how the lent PC reaches the Internet: `home_lan` or `tethering`.
    ///
    /// # Errors
    /// [`crate::AppError::Invalid`], or the caller may not.
    pub fn save_connection(&self, caller: &Caller, person: &str, kind: &str) -> Result<()> {
        let teller = self.teller(caller, person)?;
        let kind = match kind {
            "home_lan" => ConnectionKind::HomeLan,
            "tethering" => ConnectionKind::Tethering,
            _ => return Err(Invalid::new("kind", "unknown-choice").into()),
        };
        let mut facts = Map::new();
        facts.insert("connection".into(), json!({"kind": kind, "person": teller.person}));
        let name = self.home_name(&teller.person)?;
        let detail = "connection".to_owned();
        let stated = Statement { subject: teller.home, name, source: teller.source, facts, detail };
        self.state(caller, teller.action, stated)?;
        Ok(())
    }

    /// Says how the wireless LAN is protected.
    ///
    /// # Errors
    /// [`crate::AppError::Invalid`] with every field at fault, or the caller may not.
    pub fn save_wifi(
        &self,
        caller: &Caller,
        person: &str,
        form: &WifiForm,
        screenshot: Option<&Upload>,
    ) -> Result<()> {
        let teller = self.teller(caller, person)?;
        let mut findings = Findings::default();
        let used = answer(&mut findings, "used", &form.used);
        let mut facts = Map::new();
        if used == Some(true) {
            let word = WifiWord::from_name(&form.kind);
            if word.is_none() && form.kind != "unknown" {
                findings.add(Invalid::new("wifi_kind", "unknown-choice"));
            }
            let wifi = HomeWifi {
                used,
                authentication: word.map(WifiWord::authentication),
                cipher: word.map(WifiWord::cipher),
            };
            facts.insert("wifi".into(), json!(wifi));
            facts.insert("key".into(), json!(key_of(form, &mut findings)));
        } else {
            facts.insert("wifi".into(), json!(HomeWifi { used, ..HomeWifi::default() }));
        }
        let proof = proof_of(&mut findings, "screenshot", screenshot);
        let given = proof.as_ref().map(|proof| Given::new("screenshot", "wifi", proof));
        let mut proofs: Vec<_> = given.into_iter().collect();
        let home = teller.home.clone();
        self.check_proofs(caller, &mut findings, &home, &mut proofs)?;
        findings.done()?;
        let name = self.home_name(&teller.person)?;
        self.tell(caller, &teller, (home, name), (facts, &[]), (&proofs, "wifi"))
    }
}

fn key_of(form: &WifiForm, findings: &mut Findings) -> WifiKey {
    let automatic = match form.key.as_str() {
        "automatic" => Some(true),
        "typed" => Some(false),
        "unknown" => None,
        _ => {
            findings.add(Invalid::new("key", "unknown-choice"));
            None
        }
    };
    let length = if automatic == Some(false) { length(findings, "length", &form.length) } else { None };
    let kept = findings.optional("kept_where", &form.kept_where, 200);
    WifiKey {
        automatic,
        length,
        wps_pin_off: answer(findings, "wps_pin_off", &form.wps_pin_off),
        kept_where: (!kept.is_empty()).then_some(kept),
    }
}
