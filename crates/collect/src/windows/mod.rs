//! Windows: one file per section, over the registry and WMI, never over localised text: accounts and groups are told
//! by their security ids, rules by the ids of their groups, times in forms that do not depend on the language.
//!
//! Every section is a function of what a [`Machine`] answers, so that it is tested on every system with recorded
//! answers; `live` and `api` alone talk to Windows. What the sections ask is one table (`question`), which a readable script
//! asks as well (`script`); a machine made of what it brought home (`answered`) is read the same way. Works without administrator rights; what needs them is then a miss.

use crate::gap::Gap;
use crate::reading::{Gaps, Part};

mod accounts;
pub(crate) mod answered;
mod antivirus;
#[cfg(windows)]
mod api;
mod archives;
#[cfg(test)]
mod asked;
mod browsers;
mod cloud_sync;
mod edr;
mod event_logs;
#[cfg(test)]
mod examples;
mod firewall;
mod host;
#[cfg(windows)]
mod in_time;
#[cfg(all(test, windows))]
mod layout_tests;
#[cfg(windows)]
mod live;
mod machine;
mod network;
mod os;
mod packages;
mod protocols;
mod proxy;
mod question;
#[cfg(test)]
mod recorded;
mod remote_desktop;
mod removable_storage;
mod screen_lock;
pub(crate) mod script;
mod secure_boot;
mod security_descriptor;
mod sharing;
#[cfg(test)]
mod simulated;
mod software;
mod time_sync;
mod tpm;
#[cfg(windows)]
mod turn;
mod updates;
mod vendor_trace;
mod volumes;
#[cfg(all(test, not(windows)))]
mod whole_tests;
mod wifi;

#[cfg(windows)]
pub(crate) use live::{host_name, readers};
use machine::Machine;

/// Reads one section.
type Read<T> = fn(&dyn Machine, &mut Gaps) -> Result<T, Gap>;

/// Hands every section that is read on Windows, with its reader, to `plan`.
///
/// A function instead of a table, as each reader brings a type of its own.
fn plan<P: Plan>(plan: &mut P) {
    plan.section("host", host::read);
    plan.section("os", os::read);
    plan.section("updates", updates::read);
    plan.section("software", software::read);
    plan.section("browsers", browsers::read);
    plan.section("antivirus", antivirus::read);
    plan.section("edr", edr::read);
    plan.section("volumes", volumes::read);
    plan.section("tpm", tpm::read);
    plan.section("secure_boot", secure_boot::read);
    plan.section("firewall", firewall::read);
    plan.section("network", network::read);
    plan.section("sharing", sharing::read);
    plan.section("protocols", protocols::read);
    plan.section("remote_desktop", remote_desktop::read);
    plan.section("accounts", accounts::read);
    plan.section("wifi", wifi::read);
    plan.section("event_logs", event_logs::read);
    plan.section("removable_storage", removable_storage::read);
    plan.section("screen_lock", screen_lock::read);
    plan.section("time_sync", time_sync::read);
    plan.section("cloud_sync", cloud_sync::read);
}

/// Every section, read one after the other.
pub(crate) fn read_all(machine: &dyn Machine) -> Vec<Part> {
    struct All<'a>(&'a dyn Machine, Vec<Part>);
    impl Plan for All<'_> {
        fn section<T: serde::Serialize + 'static>(&mut self, name: &'static str, read: Read<T>) {
            let mut gaps = Gaps::of(name);
            let facts = read(self.0, &mut gaps);
            self.1.push(Part::of(gaps, facts));
        }
    }
    let mut all = All(machine, Vec::new());
    plan(&mut all);
    all.1
}

/// What becomes of the sections: threads on a live machine, a plain loop in tests.
trait Plan {
    fn section<T: serde::Serialize + 'static>(&mut self, name: &'static str, read: Read<T>);
}

#[cfg(test)]
mod tests {
    use model::{SubjectKind, Why};

    use super::recorded::Recorded;
    use super::*;
    use crate::reading::complete;

    #[test]
    fn a_machine_that_answers_nothing_brings_no_facts() {
        for why in [Why::NotFound, Why::Denied, Why::Failed] {
            let (facts, misses) = complete(SubjectKind::Device, read_all(&Recorded::refusing(why)));
            assert!(facts.is_empty(), "{why:?}: {facts:?}");
            assert!(
                misses.iter().any(|miss| miss.at.starts_with("volumes") && miss.why == why),
                "{misses:?}"
            );
        }
    }
}
