//! Section `screen_lock`: what the company's device management lays down for everybody.
//!
//! Without it each person's answer lies in the own keychain, which is not read. Source: Apple, "Screensaver" (Device
//! Management, profile payload `com.apple.screensaver`): `idleTime`, `askForPassword`, `askForPasswordDelay`.

use model::facts::ScreenLock;

use super::answer::{Mac, flag, number};
use crate::gap::Gap;
use crate::reading::Gaps;

const MANAGED: &str = "/Library/Managed Preferences/com.apple.screensaver.plist";

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<ScreenLock, Gap> {
    let settings = mac.settings(MANAGED)?;
    let settings = settings
        .ok_or_else(|| Gap::not_collected("no profile lays it down; each person's keychain has it"))?;
    let idle = number(&settings, "idleTime");
    let (Some(asks), Some(idle)) = (flag(&settings, "askForPassword"), idle) else {
        return Err(Gap::not_collected("the profile leaves it to each person"));
    };
    if !asks || idle <= 0 {
        gaps.note("timeout_secs", Gap::not_supported("the screen does not lock by itself"));
        return Ok(ScreenLock { enabled: Some(false), timeout_secs: None });
    }
    let delay = number(&settings, "askForPasswordDelay").unwrap_or(0).max(0);
    Ok(ScreenLock { enabled: Some(true), timeout_secs: Some(idle.saturating_add(delay)) })
}

#[cfg(test)]
mod tests {
    use super::super::recorded::Recorded;
    use super::*;

    #[test]
    fn profiles() {
        let check = |settings: &str, expected: Option<(bool, Option<i64>)>| {
            let mac = Recorded::default().settings(MANAGED, settings);
            let read = read(&mac, &mut Gaps::of("screen_lock")).ok();
            assert_eq!(read.map(|lock| (lock.enabled.unwrap(), lock.timeout_secs)), expected);
        };
        let idle = "<key>idleTime</key><integer>600</integer>";
        check(&format!("<key>askForPassword</key><true/>{idle}"), Some((true, Some(600))));
        check(
            &format!(
                "<key>askForPassword</key><integer>1</integer><key>askForPasswordDelay</key><integer>5</integer>{idle}"
            ),
            Some((true, Some(605))),
        );
        check(&format!("<key>askForPassword</key><false/>{idle}"), Some((false, None)));
        check(idle, None);
        check("", None);
    }
}
