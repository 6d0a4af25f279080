//! Section `edr`: endpoint detection products, by their running processes and by where they lie.

use model::facts::Edr;

use super::{Here, process};
use crate::gap::Gap;
use crate::product::EDR;
use crate::reading::Gaps;

pub(crate) fn read(here: &Here, _: &mut Gaps) -> Result<Vec<Edr>, Gap> {
    // Without the list of processes nothing is said at all: a product may lie elsewhere and run.
    let running = process::running(here)?;
    let found = |product: &crate::product::Product| {
        let runs = running.any(product.processes);
        let lies = product.folders.iter().any(|folder| here.root.exists(folder));
        (runs || lies).then(|| Edr { name: Some(product.name.into()), running: Some(runs) })
    };
    Ok(EDR.iter().filter_map(found).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &[u8])], expected: Option<&[(&str, bool)]>) {
        let (_folder, here) = Here::with(files);
        let read = read(&here, &mut Gaps::of("edr")).ok();
        let shown = read.as_ref().map(|found| {
            found.iter().map(|one| (one.name.as_deref().unwrap(), one.running.unwrap())).collect::<Vec<_>>()
        });
        assert_eq!(shown.as_deref(), expected);
    }

    #[test]
    fn products() {
        check(&[("/proc/1/comm", b"systemd\n")], Some(&[]));
        check(
            &[
                ("/proc/1/comm", b"systemd\n"),
                ("/proc/5/comm", b"falcon-sensor-b\n"),
                ("/opt/microsoft/mdatp/sbin/wdavdaemon", b""),
            ],
            Some(&[("CrowdStrike Falcon", true), ("Microsoft Defender for Endpoint", false)]),
        );
        check(
            &[("/proc/1/comm", b"init\n"), ("/proc/9/comm", b"elastic-endpoin\n")],
            Some(&[("Elastic Defend", true)]),
        );
        check(&[("/opt/CrowdStrike/x", b"")], None);
    }
}
