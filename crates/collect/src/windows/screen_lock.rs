//! Section `screen_lock`: the machine's limit on idleness, and the screen savers of those who are logged in.
//!
//! Of several people the one whose screen locks last counts. That Windows also locks when it wakes up is not counted:
//! it locks nothing while the screen is on.

use model::facts::ScreenLock;

use super::machine::{Hive, Machine, number};
use crate::gap::Gap;
use crate::reading::Gaps;

const SYSTEM: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System";
/// A person's policy and setting, below the person's hive.
const PLACES: [&str; 2] =
    [r"Software\Policies\Microsoft\Windows\Control Panel\Desktop", r"Control Panel\Desktop"];

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<ScreenLock, Gap> {
    let limit = machine.number(SYSTEM, "InactivityTimeoutSecs")?.filter(|secs| *secs > 0);
    let mut savers = Vec::new();
    for sid in machine.people()? {
        let setting = |name: &str| -> Result<Option<u64>, Gap> {
            for place in PLACES {
                let key = format!(r"{sid}\{place}");
                if let Some(value) = number(machine.value(Hive::Users, &key, name)?, &key, name)? {
                    return Ok(Some(value));
                }
            }
            Ok(None)
        };
        savers.push(saver(
            setting("ScreenSaveActive")?,
            setting("ScreenSaverIsSecure")?,
            setting("ScreenSaveTimeOut")?,
        ));
    }
    let (enabled, secs) = decide(limit, &savers)?;
    if secs.is_none() {
        gaps.note("timeout_secs", Gap::not_supported("the screen does not lock by itself"));
    }
    Ok(ScreenLock { enabled: Some(enabled), timeout_secs: secs.and_then(|secs| i64::try_from(secs).ok()) })
}

/// After how many seconds a screen saver locks; none when it does not.
fn saver(active: Option<u64>, secure: Option<u64>, secs: Option<u64>) -> Option<u64> {
    if active == Some(1) && secure == Some(1) { secs.filter(|secs| *secs > 0) } else { None }
}

/// Whether and when the screen locks: at the machine's limit, or when the last person's saver starts.
fn decide(limit: Option<u64>, savers: &[Option<u64>]) -> Result<(bool, Option<u64>), Gap> {
    if limit.is_none() && savers.is_empty() {
        return Err(Gap::not_found("nobody is logged in, and the machine sets no limit"));
    }
    // One person without a saver leaves the screen open; with nobody logged in only the limit counts.
    let savers: Option<Vec<u64>> = savers.iter().copied().collect();
    let last = savers.and_then(|all| all.into_iter().max());
    let secs = match (limit, last) {
        (Some(limit), Some(last)) => Some(limit.min(last)),
        (limit, last) => limit.or(last),
    };
    Ok((secs.is_some(), secs))
}

#[cfg(test)]
mod tests {
    use super::super::machine::Datum;
    use super::super::recorded::Recorded;
    use super::*;

    #[test]
    fn locks() {
        let check = |limit, savers: &[Option<u64>], expected: Option<(bool, Option<u64>)>| {
            assert_eq!(decide(limit, savers).ok(), expected)
        };
        check(Some(900), &[], Some((true, Some(900))));
        check(Some(900), &[Some(600)], Some((true, Some(600))));
        check(None, &[Some(600), Some(1200)], Some((true, Some(1200))));
        check(None, &[Some(600), None], Some((false, None)));
        check(None, &[], None);
        assert_eq!(saver(Some(1), Some(0), Some(600)), None);
        assert_eq!(saver(Some(1), Some(1), Some(0)), None);
    }

    #[test]
    fn the_policy_wins() {
        let text = |text: &str| Datum::Text(text.into());
        let (policy, desktop) =
            (format!(r"S-1-5-21-1-2-3-1001\{}", PLACES[0]), format!(r"S-1-5-21-1-2-3-1001\{}", PLACES[1]));
        let machine = Recorded::default()
            .datum(Hive::Users, &policy, "ScreenSaverIsSecure", text("1"))
            .datum(Hive::Users, &desktop, "ScreenSaveActive", text("1"))
            .datum(Hive::Users, &desktop, "ScreenSaverIsSecure", text("0"))
            .datum(Hive::Users, &desktop, "ScreenSaveTimeOut", text("600"));
        let read = read(&machine, &mut Gaps::of("screen_lock")).unwrap();
        assert_eq!(read, ScreenLock { enabled: Some(true), timeout_secs: Some(600) });
    }
}
