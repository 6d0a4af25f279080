//! What a person has to do for the own home, and by when.

use model::facts::ConnectionKind;
use model::{Outcome, Verdict};

use super::ShownHome;

/// A report on a home device is good for so many days (5.2.4: a full scan every one to two weeks).
pub const REPORT_DAYS: i64 = 14;
/// The router's firmware is looked at again after so many days.
pub const ROUTER_DAYS: i64 = 92;
/// A report is announced so many days before it is due.
const SOON_DAYS: i64 = 3;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What: `connection`, `wifi`, `router`, `firmware`, `agreement`, `tethering`, `report`, `mend` or
    /// `mend-device`.
    pub what: &'static str,
    /// On which device; of which procedure.
    pub of: Option<(String, String)>,
    /// Days until it is due; negative when it was due before; none when it was never done.
    pub days: Option<i64>,
}

impl Due {
    fn now(what: &'static str) -> Self {
        Self { what, of: None, days: None }
    }

    /// Whether its day is over, or it was never done.
    #[must_use]
    pub fn overdue(&self) -> bool {
        self.days.is_none_or(|days| days < 0)
    }
}

impl ShownHome {
    /// What is to be done, the most urgent first.
    #[must_use]
    pub fn due(&self) -> Vec<Due> {
        let mut found = Vec::new();
        let kind = self.connection.as_ref().and_then(|told| told.value.kind);
        if kind.is_none() {
            found.push(Due::now("connection"));
        }
        if self.wifi.as_ref().is_none_or(|told| told.value.used.is_none()) || self.key_is_missing() {
            found.push(Due::now("wifi"));
        }
        if kind == Some(ConnectionKind::Tethering) {
            if !self.devices.iter().any(|device| device.tethering == Some(true)) {
                found.push(Due::now("tethering"));
            }
        } else if kind.is_some() {
            found.extend(self.router_due());
        }
        let open = self.procedures.iter().filter(|procedure| !procedure.agreed && self.needs(&procedure.id));
        found.extend(open.map(|own| Due {
            what: "agreement",
            of: Some((own.id.clone(), own.version.clone())),
            days: None,
        }));
        found.extend(self.devices.iter().filter(|device| device.counts()).filter_map(|device| {
            let of = Some((device.id.clone(), device.name.clone()));
            let days = device.updates.as_ref().map(|told| REPORT_DAYS - told.at.days_until(self.now));
            days.is_none_or(|days| days <= SOON_DAYS).then_some(Due { what: "report", of, days })
        }));
        let failing = |verdicts: &[Verdict]| verdicts.iter().any(|verdict| verdict.verdict == Outcome::Fail);
        if failing(&self.verdicts) {
            found.push(Due::now("mend"));
        }
        found.extend(self.devices.iter().filter(|device| failing(&device.verdicts)).map(|device| Due {
            what: "mend-device",
            of: Some((device.id.clone(), device.name.clone())),
            days: None,
        }));
        found.sort_by_key(|due| (!due.overdue(), due.days));
        found
    }

    /// Days the longest overdue report is over; none when none is.
    #[must_use]
    pub fn overdue_days(&self) -> Option<i64> {
        let reported = self.devices.iter().filter(|device| device.counts()).map(|device| {
            let since = device.updates.as_ref().map_or(device.known_since, |told| told.at);
            since.days_until(self.now) - REPORT_DAYS
        });
        reported.max().filter(|days| *days > 0)
    }

    fn router_due(&self) -> Option<Due> {
        let Some(router) = &self.router else { return Some(Due::now("router")) };
        let Some(checked) = router.value.firmware_checked_at else { return Some(Due::now("firmware")) };
        let days = ROUTER_DAYS - checked.days_until(self.now);
        (days <= SOON_DAYS).then_some(Due { what: "firmware", of: None, days: Some(days) })
    }

    fn key_is_missing(&self) -> bool {
        self.key.is_none() && self.wifi.as_ref().is_some_and(|told| told.value.used == Some(true))
    }

    /// Whether a procedure concerns this home: that of the router not where there is none.
    fn needs(&self, procedure: &str) -> bool {
        let kind = self.connection.as_ref().and_then(|told| told.value.kind);
        match procedure {
            "home-router" => kind != Some(ConnectionKind::Tethering),
            _ => self.wifi.as_ref().is_none_or(|told| told.value.used != Some(false)),
        }
    }
}
