//! Section `time_sync`: whether the clock is set over the network, and by whom.
//!
//! Source: systemsetup(8), which answers root alone, in words that do not change with the language.

use model::facts::TimeSync;

use super::answer::Mac;
use crate::gap::Gap;
use crate::reading::Gaps;
use crate::text;

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<TimeSync, Gap> {
    let enabled = match said(mac, "-getusingnetworktime", "Network Time: ")?.as_str() {
        "On" => true,
        "Off" => false,
        _ => return Err(super::answer::unknown_form("systemsetup")),
    };
    let server = said(mac, "-getnetworktimeserver", "Network Time Server: ");
    Ok(TimeSync { enabled: Some(enabled), server: gaps.keep("server", server) })
}

fn said(mac: &dyn Mac, question: &str, before: &str) -> Result<String, Gap> {
    let line = mac.line("systemsetup", &[question])?;
    // To others it says, with exit code 0, that it wants root.
    let answer = line.strip_prefix(before).map(text::clean);
    answer.ok_or_else(|| Gap::denied(format_args!("systemsetup {question}: root alone is told")))
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::Recorded;
    use super::*;

    #[test]
    fn settings() {
        let check = |line: &str, expected: Result<bool, Why>| {
            let mac = Recorded::default()
                .program("systemsetup -getusingnetworktime", line)
                .program("systemsetup -getnetworktimeserver", "Network Time Server: ntp.nict.jp\n");
            let read = read(&mac, &mut Gaps::of("time_sync"));
            assert_eq!(read.map(|sync| sync.enabled.unwrap()).map_err(|gap| gap.why), expected);
        };
        check("Network Time: On\n", Ok(true));
        check("Network Time: Off\n", Ok(false));
        check("Network Time: オン\n", Err(Why::Failed));
        check("You need administrator access to run this tool... exiting!\n", Err(Why::Denied));
    }
}
