//! Section `secure_boot`: what a Mac with a T2 chip demands of the system it starts.
//!
//! Source: the variable that the recovery system's Startup Security Utility sets. On Apple silicon the level is told
//! to root alone, as a text (`bputil -d`), and is a miss here.

use model::facts::SecureBoot;

use super::answer::Mac;
use crate::command::SHORT;
use crate::gap::Gap;
use crate::reading::Gaps;

const POLICY: &str = "94b73556-2197-4702-82a8-3e1337dafbfb:AppleSecureBootPolicy";

pub(crate) fn read(mac: &dyn Mac, _: &mut Gaps) -> Result<SecureBoot, Gap> {
    if mac.line("sysctl", &["-n", "hw.machine"])? == "arm64" {
        return Err(Gap::not_collected("on Apple silicon root alone is told, as a text"));
    }
    let answer = mac.run("nvram", &[POLICY], SHORT)?;
    let value = answer.out.trim().rsplit(['\t', ' ']).next().unwrap_or_default();
    // Full, medium, none.
    let enabled = match (answer.code, value) {
        (Some(0), "%02" | "%01") => true,
        (Some(0), "%00") => false,
        _ => return Err(Gap::not_supported("no T2 chip")),
    };
    Ok(SecureBoot { enabled: Some(enabled) })
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::Recorded;
    use super::*;

    #[test]
    fn levels() {
        let check = |machine: &str, out: &str, expected: Result<bool, Why>| {
            let mac = Recorded::default()
                .program("sysctl -n hw.machine", machine)
                .program(&format!("nvram {POLICY}"), out);
            let read = read(&mac, &mut Gaps::of("secure_boot"));
            assert_eq!(read.map(|boot| boot.enabled.unwrap()).map_err(|gap| gap.why), expected);
        };
        check("x86_64\n", &format!("{POLICY}\t%02\n"), Ok(true));
        check("x86_64\n", &format!("{POLICY}\t%00\n"), Ok(false));
        check("x86_64\n", "", Err(Why::NotSupported));
        check("arm64\n", &format!("{POLICY}\t%02\n"), Err(Why::NotCollected));
    }
}
