//! Section `screen_lock`: when the screen locks by itself, over all people of this machine and all desktops installed;
//! the weakest counts.
//!
//! GNOME and Cinnamon keep it with dconf: what an administrator locked, else what the person set, else what the
//! administrator set, else the desktop's default. KDE keeps it in `kscreenlockerrc`. Other desktops are a gap.
//! Sources: dconf(7); GNOME's and Cinnamon's `desktop-schemas`; KDE's `kscreenlocker`, `kcfg`.

use model::facts::ScreenLock;

use super::{Here, accounts};
use crate::gap::Gap;
use crate::reading::Gaps;

mod dconf;

use dconf::{FILE_MAX_BYTES, Setting, Settings};

/// A desktop whose settings dconf keeps, with its defaults.
struct Desktop {
    program: &'static str,
    idle: &'static str,
    idle_secs: u32,
    saver: &'static str,
    delay_secs: u32,
}

const WITH_DCONF: [Desktop; 2] = [
    Desktop {
        program: "gnome-shell",
        idle: "/org/gnome/desktop/session/idle-delay",
        idle_secs: 300,
        saver: "/org/gnome/desktop/screensaver",
        delay_secs: 0,
    },
    Desktop {
        program: "cinnamon",
        idle: "/org/cinnamon/desktop/session/idle-delay",
        idle_secs: 900,
        saver: "/org/cinnamon/desktop/screensaver",
        delay_secs: 2,
    },
];
const KDE: &str = "plasmashell";
/// KDE's defaults.
const KDE_MINUTES: u32 = 5;
const KDE_GRACE_SECS: u32 = 5;
/// Desktops whose settings are not read.
const OTHERS: [&str; 6] = ["xfce4-session", "mate-session", "lxqt-session", "lxsession", "sway", "i3"];

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<ScreenLock, Gap> {
    if let Some(other) = OTHERS.iter().find(|program| here.has(program)) {
        return Err(Gap::not_collected(format_args!("settings of {other} are not read")));
    }
    let desktops: Vec<&Desktop> = WITH_DCONF.iter().filter(|desktop| here.has(desktop.program)).collect();
    let has_kde = here.has(KDE);
    if desktops.is_empty() && !has_kde {
        return Err(Gap::not_supported("no known desktop is installed"));
    }
    let people = accounts::people(here)?;
    if people.is_empty() {
        return Err(Gap::not_found("nobody has an account to log in with"));
    }
    let system = if desktops.is_empty() { Vec::new() } else { system_settings(here)? };
    let mut locks = Vec::new();
    for person in &people {
        if !desktops.is_empty() {
            let own = settings(here, &format!("{}/.config/dconf/user", person.home()))?.unwrap_or_default();
            locks.extend(desktops.iter().map(|desktop| desktop.lock(&own, &system)));
        }
        if has_kde {
            locks.push(kde(here, person.home())?);
        }
    }
    let weakest = locks.into_iter().collect::<Option<Vec<u32>>>().and_then(|all| all.into_iter().max());
    if weakest.is_none() {
        gaps.note(
            "timeout_secs",
            Gap::not_supported("the screen of at least one person does not lock by itself"),
        );
    }
    Ok(ScreenLock { enabled: Some(weakest.is_some()), timeout_secs: weakest.map(i64::from) })
}

/// A file of settings; none when there is no such file.
fn settings(here: &Here, path: &str) -> Result<Option<Settings>, Gap> {
    let bytes = super::root::absent_is_none(here.root.bytes(path, FILE_MAX_BYTES))?;
    bytes.map(|bytes| dconf::parse(&bytes, path)).transpose()
}

/// The administrator's settings, strongest first, as the profile `user` names them.
fn system_settings(here: &Here) -> Result<Vec<Settings>, Gap> {
    let profile = here.root.text_if_there("/etc/dconf/profile/user")?.unwrap_or_default();
    let mut all = Vec::new();
    for line in profile.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("system-db:") {
            all.extend(settings(here, &format!("/etc/dconf/db/{name}"))?);
        } else if let Some(path) = line.strip_prefix("file-db:") {
            all.extend(settings(here, path)?);
        }
    }
    Ok(all)
}

impl Desktop {
    /// After how many seconds the screen locks for a person; none when it does not.
    fn lock(&self, own: &Settings, system: &[Settings]) -> Option<u32> {
        let value = |path: &str| {
            let set = || system.iter().find_map(|settings| settings.values.get(path).copied());
            if system.iter().any(|settings| settings.locks.iter().any(|lock| lock == path)) {
                return set();
            }
            own.values.get(path).copied().or_else(set)
        };
        let number = |path: &str, default| match value(path) {
            Some(Setting::Number(number)) => number,
            _ => default,
        };
        let saver = |name: &str| format!("{}/{name}", self.saver);
        let locks = value(&saver("lock-enabled")) != Some(Setting::Flag(false));
        // An idle time of 0 means never.
        let idle = number(self.idle, self.idle_secs);
        (locks && idle > 0).then(|| idle.saturating_add(number(&saver("lock-delay"), self.delay_secs)))
    }
}

/// After how many seconds KDE locks for a person; none when it does not.
fn kde(here: &Here, home: &str) -> Result<Option<u32>, Gap> {
    let system = here.root.text_if_there("/etc/xdg/kscreenlockerrc")?.unwrap_or_default();
    let own = here.root.text_if_there(&format!("{home}/.config/kscreenlockerrc"))?.unwrap_or_default();
    let value = |name: &str| {
        let of_all = daemon_value(&system, name);
        match of_all {
            // The administrator's word is final where it is marked so.
            Some((value, true)) => Some(value),
            _ => daemon_value(&own, name).or(of_all).map(|(value, _)| value),
        }
    };
    let number = |name: &str, default: u32| value(name).map_or(Some(default), |value| value.parse().ok());
    let not_understood = || Gap::failed(format_args!("kscreenlockerrc of {home}: not understood"));
    let minutes = number("Timeout", KDE_MINUTES).ok_or_else(not_understood)?;
    let grace = number("LockGrace", KDE_GRACE_SECS).ok_or_else(not_understood)?;
    let is_on = value("Autolock").is_none_or(|value| value.eq_ignore_ascii_case("true"));
    Ok((is_on && minutes > 0).then(|| minutes.saturating_mul(60).saturating_add(grace)))
}

/// A value of the group `Daemon`, and whether it is marked as final (`[$i]`).
fn daemon_value<'a>(config: &'a str, name: &str) -> Option<(&'a str, bool)> {
    let mut in_group = false;
    let mut group_is_final = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            in_group = line.starts_with("[Daemon]");
            group_is_final = line.ends_with("[$i]");
        } else if in_group && let Some((key, value)) = line.split_once('=') {
            let (plain, is_final) = match key.trim().strip_suffix("[$i]") {
                Some(plain) => (plain, true),
                None => (key.trim(), group_is_final),
            };
            if plain == name {
                return Some((value.trim(), is_final));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    const PASSWD: &[u8] =
        b"root:x:0:0::/root:/bin/bash\nsato:x:1000:1000::/home/sato:/bin/bash\nabe:x:1001:1001::/home/abe:/bin/sh\n";
    const COMPILED: &[u8] = dconf::tests::COMPILED;

    fn check(files: &[(&str, &[u8])], expected: Result<(bool, Option<i64>), Why>) {
        let mut all = vec![("/etc/passwd", PASSWD)];
        all.extend_from_slice(files);
        let (_folder, here) = Here::with(&all);
        let read = read(&here, &mut Gaps::of("screen_lock"));
        assert_eq!(
            read.map(|lock| (lock.enabled.unwrap(), lock.timeout_secs)).map_err(|gap| gap.why),
            expected
        );
    }

    #[test]
    fn gnome() {
        let shell: (&str, &[u8]) = ("/usr/bin/gnome-shell", b"");
        check(&[shell], Ok((true, Some(300))));
        // One of two people switched it off.
        check(&[shell, ("/home/abe/.config/dconf/user", COMPILED)], Ok((false, None)));
        check(&[shell, ("/home/abe/.config/dconf/user", b"no")], Err(Why::Failed));
        let profile: (&str, &[u8]) = ("/etc/dconf/profile/user", b"user-db:user\nsystem-db:local\n");
        check(&[shell, profile, ("/etc/dconf/db/local", COMPILED)], Ok((false, None)));
    }

    #[test]
    fn what_is_locked_counts_for_all() {
        let path = |name: &str| format!("/org/gnome/desktop/{name}");
        let one = |name: &str, setting| Settings {
            values: [(path(name), setting)].into_iter().collect(),
            locks: Vec::new(),
        };
        let gnome = &WITH_DCONF[0];
        let mut system = one("session/idle-delay", Setting::Number(600));
        let own = one("session/idle-delay", Setting::Number(0));
        assert_eq!(gnome.lock(&own, std::slice::from_ref(&system)), None, "the person's word");
        assert_eq!(gnome.lock(&Settings::default(), std::slice::from_ref(&system)), Some(600));
        system.locks.push(path("session/idle-delay"));
        assert_eq!(gnome.lock(&own, &[system]), Some(600), "the administrator's word");
        assert_eq!(gnome.lock(&one("screensaver/lock-delay", Setting::Number(30)), &[]), Some(330));
    }

    #[test]
    fn kde_settings() {
        let shell: (&str, &[u8]) = ("/usr/bin/plasmashell", b"");
        let own = "/home/sato/.config/kscreenlockerrc";
        let all = "/etc/xdg/kscreenlockerrc";
        check(&[shell], Ok((true, Some(305))));
        check(&[shell, (own, b"[Daemon]\nTimeout=10\nLockGrace=0\n")], Ok((true, Some(600))));
        check(&[shell, (own, b"[Greeter]\nAutolock=false\n")], Ok((true, Some(305))));
        check(&[shell, (own, b"[Daemon]\nAutolock=false\n")], Ok((false, None)));
        check(
            &[shell, (own, b"[Daemon]\nAutolock=false\n"), (all, b"[Daemon]\nAutolock[$i]=true\n")],
            Ok((true, Some(305))),
        );
        check(&[shell, (own, b"[Daemon]\nTimeout=soon\n")], Err(Why::Failed));
    }

    #[test]
    fn machines_without_a_known_desktop() {
        check(&[], Err(Why::NotSupported));
        check(&[("/usr/bin/gnome-shell", b""), ("/usr/bin/xfce4-session", b"")], Err(Why::NotCollected));
    }
}
