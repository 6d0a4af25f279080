//! Ready examples of own statements, to start from.

use app::profile::{OwnStatementForm, TrialForm};
use model::{Lang, Text};

use crate::locale;

/// The names of the examples; their words are `own-example-NAME…` in the interface texts.
pub(super) const NAMES: [&str; 6] = ["software", "firewall", "port", "lock", "procedure", "antivirus"];

/// What an example looks at: group, level, kind of subject, condition, what is at fault, days.
fn check(name: &str) -> Option<[&'static str; 6]> {
    Some(match name {
        "software" => [
            "device",
            "shall",
            "device",
            "device.software.all(s, !s.name.contains('Torrent'))",
            "device.software.filter(s, s.name.contains('Torrent')).map(s, s.name)",
            "30",
        ],
        "firewall" => [
            "device",
            "shall",
            "device",
            "device.firewall.profiles.exists(f, f.name == 'public' && f.enabled && f.default_inbound == 'block')",
            "device.firewall.profiles.filter(f, f.name == 'public').map(f, f.name)",
            "30",
        ],
        "port" => [
            "device",
            "should",
            "device",
            "!device.remote_desktop.enabled || device.remote_desktop.port == 33890",
            "",
            "30",
        ],
        "lock" => [
            "device",
            "shall",
            "device",
            "device.screen_lock.enabled && device.screen_lock.timeout_secs <= 600",
            "",
            "30",
        ],
        "procedure" => [
            "regulation",
            "shall",
            "company",
            "company.procedures.exists(p, p.id == 'clear-desk')",
            "",
            "365",
        ],
        "antivirus" => [
            "device",
            "shall",
            "device",
            "device.antivirus.products.exists(a, a.name.contains('Defender') && a.enabled)",
            "device.antivirus.products.map(a, a.name)",
            "30",
        ],
        _ => return None,
    })
}

/// The form an example fills, in a language.
pub(super) fn form(name: &str, lang: Lang) -> Option<OwnStatementForm> {
    let [group, level, subject, holds, offenders, days] = check(name)?;
    let text = |part: &str| locale::text(lang, &format!("own-example-{name}{part}"), &[]);
    Some(OwnStatementForm {
        id: String::new(),
        group: group.into(),
        level: level.into(),
        title: text(""),
        text: text("-text"),
        why: text("-why"),
        check: TrialForm {
            subject: subject.into(),
            holds: holds.into(),
            offenders: offenders.into(),
            needs: String::new(),
        },
        max_age_days: days.into(),
        remedy: text("-remedy"),
    })
}

/// The examples by name and title.
pub(super) fn all() -> Vec<(&'static str, Text)> {
    let title = |name: &str| Text::by(|lang| locale::text(lang, &format!("own-example-{name}"), &[]));
    NAMES.into_iter().map(|name| (name, title(name))).collect()
}
