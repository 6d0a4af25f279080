//! The password and lockout policy that PAM enforces.
//!
//! Sources: pwquality.conf(5), pam_unix(8), faillock.conf(5).

use model::facts::AccountPolicy;

use super::super::Here;
use crate::gap::Gap;
use crate::reading::Gaps;

/// Where changing a password, and logging in, are set up: Debian's and Red Hat's names.
const PASSWORD: [&str; 3] =
    ["/etc/pam.d/common-password", "/etc/pam.d/system-auth", "/etc/pam.d/password-auth"];
const AUTH: [&str; 3] = ["/etc/pam.d/common-auth", "/etc/pam.d/system-auth", "/etc/pam.d/password-auth"];
/// What the modules do when nothing is set.
const UNIX_MIN_LENGTH: i64 = 6;
const QUALITY_MIN_LENGTH: i64 = 8;
const FAILLOCK_DENY: i64 = 3;
const FAILLOCK_SECS: i64 = 600;
/// From this many kinds of characters on a password counts as complex, as on Windows.
const COMPLEX_CLASSES: i64 = 3;

pub(super) fn policy(here: &Here, gaps: &mut Gaps) -> AccountPolicy {
    let first = |paths: &[&str]| -> Result<String, Gap> {
        for path in paths {
            if let Some(text) = here.root.text_if_there(path)? {
                return Ok(text);
            }
        }
        Err(Gap::not_found("no settings of PAM"))
    };
    let quality = here.root.text_if_there("/etc/security/pwquality.conf");
    let faillock = here.root.text_if_there("/etc/security/faillock.conf");
    let password = first(&PASSWORD).and_then(|pam| Ok(password(&pam, &quality?.unwrap_or_default())));
    let lockout = first(&AUTH).and_then(|pam| Ok(lockout(&pam, &faillock?.unwrap_or_default())));
    let (min_length, complexity) = gaps.keep("policy.min_length", password).unzip();
    let (lockout_threshold, minutes) = gaps.keep("policy.lockout_threshold", lockout).unzip();
    AccountPolicy {
        min_length,
        complexity,
        lockout_threshold,
        lockout_minutes: minutes,
        ..AccountPolicy::default()
    }
}

/// The words after a module's name in the lines that use it.
fn arguments<'a>(pam: &'a str, module: &str) -> Option<Vec<&'a str>> {
    let mut found: Option<Vec<&str>> = None;
    for line in pam.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some((_, rest)) = line.split_once(module) {
            found.get_or_insert_default().extend(rest.split_whitespace());
        }
    }
    found
}

/// A setting from a module's arguments, or else from its file (`key = value`).
fn setting(arguments: &[&str], config: &str, key: &str) -> Option<i64> {
    let given = arguments.iter().filter_map(|word| word.split_once('=')).rfind(|(name, _)| *name == key);
    let lines = config.lines().filter(|line| !line.trim_start().starts_with('#'));
    let kept = lines.filter_map(|line| line.split_once('=')).rfind(|(name, _)| name.trim() == key);
    given.or(kept)?.1.trim().parse().ok()
}

/// Fewest characters, and whether several kinds of them are demanded.
fn password(pam: &str, quality: &str) -> (i64, bool) {
    if let Some(arguments) = arguments(pam, "pam_pwquality.so") {
        let value = |key: &str| setting(&arguments, quality, key);
        let classes = value("minclass").unwrap_or(0);
        // A negative credit demands that many characters of a kind.
        let demanded = ["dcredit", "ucredit", "lcredit", "ocredit"]
            .iter()
            .filter(|key| value(key).is_some_and(|credit| credit < 0));
        let kinds = classes.max(i64::try_from(demanded.count()).unwrap_or(0));
        return (value("minlen").unwrap_or(QUALITY_MIN_LENGTH), kinds >= COMPLEX_CLASSES);
    }
    let arguments = arguments(pam, "pam_unix.so").unwrap_or_default();
    (setting(&arguments, "", "minlen").unwrap_or(UNIX_MIN_LENGTH), false)
}

/// Failures until lockout (0: never), and for how many minutes (0: until an administrator unlocks).
fn lockout(pam: &str, faillock: &str) -> (i64, i64) {
    match arguments(pam, "pam_faillock.so") {
        None => (0, 0),
        Some(arguments) => {
            let value = |key: &str, default: i64| setting(&arguments, faillock, key).unwrap_or(default);
            let secs = value("unlock_time", FAILLOCK_SECS);
            // Part of a minute is rounded down: it does not last a minute. But it must not become "for ever".
            let minutes = if secs == 0 { 0 } else { (secs / 60).max(1) };
            (value("deny", FAILLOCK_DENY), minutes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        let check =
            |pam: &str, quality: &str, expected: (i64, bool)| assert_eq!(password(pam, quality), expected);
        check("password [success=1] pam_unix.so obscure yescrypt\n", "", (6, false));
        check("password requisite pam_pwquality.so retry=3\n", "", (8, false));
        check(
            "password requisite pam_pwquality.so retry=3\n",
            "# minlen = 8\nminlen = 12\nminclass=3\n",
            (12, true),
        );
        check(
            "password requisite pam_pwquality.so minlen=14 ucredit=-1 lcredit=-1 dcredit=-1\n",
            "minlen = 12",
            (14, true),
        );
        check("# pam_pwquality.so\npassword pam_unix.so minlen=9", "", (9, false));
        check("\u{fffd}", "minlen = total", (6, false));
    }

    #[test]
    fn lockouts() {
        let check =
            |pam: &str, faillock: &str, expected: (i64, i64)| assert_eq!(lockout(pam, faillock), expected);
        check("auth pam_unix.so", "deny = 5", (0, 0));
        check("auth required pam_faillock.so preauth\n", "", (3, 10));
        check("auth required pam_faillock.so preauth deny=10 unlock_time=1800\n", "deny = 5", (10, 30));
        check("auth required pam_faillock.so\n", "deny = 5\nunlock_time = 0", (5, 0));
    }
}
