//! macOS: one file per section, over settings files (property lists) and what the system's programs answer in forms
//! that do not depend on the language: property lists, JSON, exit codes, tables of numbers.
//!
//! Every section is a function of what a [`Mac`] answers, so that it is checked and tested on every system; `live`
//! alone talks to macOS. The forms are taken from Apple's manual pages and from what administrators publish, not from
//! a Mac of our own: the answers in the tests are written by us. Therefore every reader is strict: a form it does not
//! know is a miss, never a fact. Works without root; what root alone may read is then a miss.

use crate::gap::Gap;
use crate::reading::Gaps;

mod accounts;
mod answer;
mod antivirus;
mod cloud_sync;
mod edr;
mod extension;
mod firewall;
mod host;
mod listener;
mod live;
mod network;
mod os;
#[cfg(test)]
mod recorded;
mod remote_desktop;
mod screen_lock;
mod secure_boot;
mod sharing;
mod software;
mod time_sync;
mod updates;
mod volumes;
mod wifi;

use answer::Mac;
#[cfg(target_os = "macos")]
pub(crate) use live::{host_name, readers};

/// Reads one section.
type Read<T> = fn(&dyn Mac, &mut Gaps) -> Result<T, Gap>;

/// Hands every section that is read on macOS, with its reader, to `plan`.
///
/// A function instead of a table, as each reader brings a type of its own.
fn plan<P: Plan>(plan: &mut P) {
    plan.section("host", host::read);
    plan.section("os", os::read);
    plan.section("updates", updates::read);
    plan.section("software", software::read);
    plan.section("browsers", browsers);
    plan.section("antivirus", antivirus::read);
    plan.section("edr", edr::read);
    plan.section("volumes", volumes::read);
    plan.section("tpm", tpm);
    plan.section("secure_boot", secure_boot::read);
    plan.section("firewall", firewall::read);
    plan.section("network", network::read);
    plan.section("sharing", sharing::read);
    plan.section("protocols", protocols);
    plan.section("remote_desktop", remote_desktop::read);
    plan.section("accounts", accounts::read);
    plan.section("wifi", wifi::read);
    plan.section("event_logs", event_logs);
    plan.section("removable_storage", removable_storage);
    plan.section("screen_lock", screen_lock::read);
    plan.section("time_sync", time_sync::read);
    plan.section("cloud_sync", cloud_sync::read);
}

/// What becomes of the sections: threads on a live machine, a plain loop in tests.
trait Plan {
    fn section<T: serde::Serialize + 'static>(&mut self, name: &'static str, read: Read<T>);
}

/// What macOS has not, each for its reason.
fn event_logs(_: &dyn Mac, _: &mut Gaps) -> Result<model::facts::EventLogs, Gap> {
    Err(Gap::not_supported("macOS has no event log channels; its unified log has no sizes to set"))
}

fn tpm(_: &dyn Mac, _: &mut Gaps) -> Result<model::facts::Tpm, Gap> {
    Err(Gap::not_supported("a Mac has no TPM; its Secure Enclave takes that part"))
}

fn protocols(_: &dyn Mac, _: &mut Gaps) -> Result<model::facts::Protocols, Gap> {
    Err(Gap::not_supported("settings of Windows; macOS states no versions of SMB"))
}

fn browsers(_: &dyn Mac, _: &mut Gaps) -> Result<Vec<model::facts::Browser>, Gap> {
    Err(Gap::not_collected("browsers stand among the software; their extensions are not counted on a Mac"))
}

fn removable_storage(_: &dyn Mac, _: &mut Gaps) -> Result<model::facts::RemovableStorage, Gap> {
    Err(Gap::not_collected(
        "macOS keeps no list of USB memories that were plugged in, and no rule of its own",
    ))
}

#[cfg(test)]
mod tests {
    use model::{SubjectKind, Why};

    use super::recorded::Recorded;
    use super::*;
    use crate::reading::{Part, complete, measured};

    /// Reads every section of a recorded machine, one after the other.
    struct Loop(Recorded, Vec<Part>, Vec<&'static str>);

    impl Plan for Loop {
        fn section<T: serde::Serialize + 'static>(&mut self, name: &'static str, read: Read<T>) {
            let mut gaps = Gaps::of(name);
            let facts = read(&self.0, &mut gaps);
            self.1.push(Part::of(gaps, facts));
            self.2.push(name);
        }
    }

    fn all(mac: Recorded) -> (serde_json::Map<String, serde_json::Value>, Vec<model::Miss>) {
        let mut all = Loop(mac, Vec::new(), Vec::new());
        plan(&mut all);
        let known: Vec<_> = measured(SubjectKind::Device).collect();
        assert_eq!(all.2.len(), known.len());
        assert!(all.2.iter().all(|section| known.contains(section)));
        complete(SubjectKind::Device, all.1)
    }

    #[test]
    fn a_mac_that_answers_nothing_brings_no_facts() {
        for why in [Why::NotFound, Why::Denied, Why::Failed] {
            let (mut facts, misses) = all(Recorded::refusing(why));
            // That Apple made it rests on no answer.
            assert_eq!(facts.remove("host"), Some(serde_json::json!({ "manufacturer": "Apple" })));
            assert!(facts.is_empty(), "{why:?}: {facts:?}");
            assert!(
                misses.iter().any(|miss| miss.at.starts_with("volumes") && miss.why == why),
                "{misses:?}"
            );
        }
    }

    #[test]
    fn answers_of_an_unknown_form_bring_no_facts() {
        for answer in
            ["", "\u{0}", "{}", "[]", "<plist version=\"1.0\"><dict/></plist>", "エラー: 権限がありません"]
        {
            let (mut facts, _) = all(Recorded::always(answer));
            facts.remove("host");
            // An empty list of processes, listeners or extensions is never taken for a list.
            assert!(facts.is_empty(), "{answer}: {facts:?}");
        }
    }
}
