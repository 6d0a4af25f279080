//! Section `edr`: endpoint detection products, by their system extensions and running processes.

use model::facts::Edr;

use super::answer::Mac;
use super::{cloud_sync, extension};
use crate::gap::Gap;
use crate::product::{EDR, Product};
use crate::reading::Gaps;

pub(crate) fn read(mac: &dyn Mac, _: &mut Gaps) -> Result<Vec<Edr>, Gap> {
    let extensions = extension::all(mac)?;
    let running = cloud_sync::running(mac)?;
    let found = |product: &Product| {
        let is_of = |id: &str| product.bundles.iter().any(|start| id.starts_with(start));
        let mut own = extensions.iter().filter(|extension| is_of(&extension.id)).peekable();
        let runs = running.iter().any(|program| product.processes.contains(&program.as_str()));
        let lies = own.peek().is_some();
        let takes_part = runs || own.any(|extension| extension.active);
        (lies || runs).then(|| Edr { name: Some(product.name.into()), running: Some(takes_part) })
    };
    Ok(EDR.iter().filter_map(found).collect())
}

#[cfg(test)]
mod tests {
    use super::super::extension::tests::with;
    use super::super::recorded::Recorded;
    use super::*;

    #[test]
    fn products() {
        let check = |extensions: &[(&str, &str)], processes: &str, expected: &[(&str, bool)]| {
            let mac = with(Recorded::default(), extensions).program("ps -axo comm=", processes);
            let found = read(&mac, &mut Gaps::of("edr")).unwrap();
            let shown: Vec<_> =
                found.iter().map(|one| (one.name.as_deref().unwrap(), one.running.unwrap())).collect();
            assert_eq!(shown, expected);
        };
        check(&[], "/sbin/launchd\n", &[]);
        check(
            &[
                ("com.crowdstrike.falcon.Agent", "activated_enabled"),
                ("com.sentinelone.extensions-wrapper", "activated_waiting_for_user"),
            ],
            "/sbin/launchd\n/Library/Ossec/bin/wazuh-agentd\n",
            &[("CrowdStrike Falcon", true), ("SentinelOne", false), ("Wazuh", true)],
        );
    }

    #[test]
    fn without_processes_nothing_is_called_absent() {
        assert!(read(&with(Recorded::default(), &[]), &mut Gaps::of("edr")).is_err());
        assert!(
            read(&with(Recorded::default(), &[]).program("ps -axo comm=", "\n"), &mut Gaps::of("edr"))
                .is_err()
        );
    }
}
