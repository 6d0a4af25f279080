//! Section `edr`: endpoint detection and response products, by the names of their services.
//!
//! Every Windows has the service of Microsoft Defender for Endpoint; it counts when the machine was taken into it.

use model::facts::Edr;

use super::machine::{CIMV2, Machine, Row};
use crate::gap::Gap;
use crate::product::{EDR, Product};
use crate::reading::Gaps;

const SENSE: &str = "Sense";
const ONBOARDING: &str = r"SOFTWARE\Microsoft\Windows Advanced Threat Protection\Status";
/// Fewer services than any Windows has: an answer that was cut short says nothing.
const SERVICES_MIN: usize = 5;

pub(crate) fn read(machine: &dyn Machine, _gaps: &mut Gaps) -> Result<Vec<Edr>, Gap> {
    let services = services(machine)?;
    let mut found: Vec<Edr> = Vec::new();
    for service in &services {
        let Some(own) = service.text("Name") else { continue };
        let is_its = |product: &&Product| product.services.iter().any(|name| name.eq_ignore_ascii_case(&own));
        let Some(product) = EDR.iter().find(is_its) else { continue };
        // `State` is a fixed word in every language.
        let state = service.text("State").ok_or_else(|| Gap::failed(format_args!("{own} tells no state")))?;
        let running = state == "Running";
        if own.eq_ignore_ascii_case(SENSE)
            && !running
            && machine.number(ONBOARDING, "OnboardingState")? != Some(1)
        {
            continue;
        }
        found.push(Edr { name: Some(product.name.into()), running: Some(running) });
    }
    Ok(found)
}

/// All services with their states.
pub(super) fn services(machine: &dyn Machine) -> Result<Vec<Row>, Gap> {
    let services = machine.query(CIMV2, "SELECT Name, State FROM Win32_Service")?;
    if services.len() < SERVICES_MIN {
        return Err(Gap::failed(format_args!("only {} services were told", services.len())));
    }
    Ok(services)
}

#[cfg(test)]
pub(crate) mod tests {
    use model::Why;

    use super::super::recorded::{Recorded, row, text};
    use super::*;

    pub(crate) fn services(more: &[(&str, &str)]) -> Vec<Row> {
        let usual =
            ["Dnscache", "LanmanServer", "Spooler", "W32Time", "WinDefend"].map(|name| (name, "Running"));
        usual
            .iter()
            .chain(more)
            .map(|(name, state)| row(&[("Name", text(name)), ("State", text(state))]))
            .collect()
    }

    #[test]
    fn products() {
        let check = |machine: Recorded, expected: &[(&str, bool)]| {
            let read = read(&machine, &mut Gaps::of("edr")).unwrap();
            let shown: Vec<_> =
                read.iter().map(|one| (one.name.as_deref().unwrap(), one.running.unwrap())).collect();
            assert_eq!(shown, expected);
        };
        let with = |more: &[(&str, &str)]| Recorded::default().rows(CIMV2, "Win32_Service", services(more));
        check(with(&[("Sense", "Stopped")]), &[]);
        let taken_in = with(&[("Sense", "Stopped")]).number(ONBOARDING, "OnboardingState", 1);
        check(taken_in, &[("Microsoft Defender for Endpoint", false)]);
        check(with(&[("Sense", "Running")]), &[("Microsoft Defender for Endpoint", true)]);
        check(
            with(&[("csfalconservice", "Running"), ("xagt", "Paused")]),
            &[("CrowdStrike Falcon", true), ("Trellix Endpoint Security (HX)", false)],
        );
    }

    #[test]
    fn absent_and_refused() {
        let why = |machine: &Recorded| read(machine, &mut Gaps::of("edr")).unwrap_err().why;
        assert_eq!(why(&Recorded::default()), Why::NotSupported);
        assert_eq!(why(&Recorded::default().rows(CIMV2, "Win32_Service", Vec::new())), Why::Failed);
        assert_eq!(
            why(&Recorded::default().fails(CIMV2, "Win32_Service", Gap::denied("0x80041003"))),
            Why::Denied
        );
    }
}
